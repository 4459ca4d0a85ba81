"""The desk's server: the whole job by requests, who gets an answer, and what happens when files change under it."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from impactmap.desk.bring import bring_address
from impactmap.desk.leaving import check_upload
from impactmap.desk.look import Surroundings
from impactmap.desk.session import Session
from impactmap.model.errors import InputError
from impactmap.model.project import load_project
from impactmap.workspace.answers.answer_file import Answer, change_answers, read_answers

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = """date,place,country,side,summary,killed,source,Ofc
2025-11-08,Erdenet,Mongolia,North,A substation was hit.,2,Gazette,Governor
2025-11-08,Erdenet,Mongolia,North,A substation was hit.,7,Herald,Ministry
2025-13-08,Darkhan,Mongolia,North,<img src=x onerror=hit()>,,Gazette,
2025-11-09,Darkhn,Mongolia,Nroth,{{7*7}},,Gazette,
"""
GETS = [
    "", "state.json", "words.json", "bring.json", "rows.json", "questions.json", "settings.json", "leaving.json",
    "snippets.json", "articles.json", "article.json?id=0", "same-events.json?id=0", "preview/map.html",
    "preview/web.png", "ground.json?west=1&south=1&east=2&north=2",
    "look-up.json?name=Kyiv", "outline.json?area=iso:UA-63", "web/desk.js",
]  # fmt: skip
POSTS = [
    "example", "use", "address", "column", "cell", "setting", "answer", "take-back", "draft", "publish", "uploaded",
    "language", "done",
]  # fmt: skip


class TestSafety:
    @pytest.mark.parametrize("path", GETS)
    def test_what_reads_needs_the_token_the_host_and_the_page(self, desk, path):
        assert desk.send("GET", path, inside=False)[0] == 404
        assert desk.send("GET", f"wrong/{path}", inside=False)[0] == 404
        for host in ("evil.example", "127.0.0.1", "[::1]:80", ""):
            assert desk.send("GET", path, headers={"Host": host})[0] == 403
        assert desk.send("GET", path, headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
        assert desk.send("GET", path, headers={"Sec-Fetch-Site": "same-site"})[0] == 403

    @pytest.mark.parametrize("path", [*POSTS, "file?name=a.csv", "paste", "article"])
    def test_what_changes_needs_the_origin_and_json(self, desk, path):
        for kind in ("application/json", "application/octet-stream"):
            for origin in ("https://evil.example", "null", "", "http://127.0.0.1:1"):
                headers = {"Content-Type": kind, **({"Origin": origin} if origin else {})}
                assert desk.send("POST", path, body="{}", headers=headers)[0] == 403
            assert desk.send("POST", path, body="{}", inside=False, headers={"Content-Type": kind})[0] == 404
            headers = {"Content-Type": kind, "Origin": desk.origin, "Host": "evil.example"}
            assert desk.send("POST", path, body="{}", headers=headers)[0] == 403
        for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
            headers = {"Content-Type": kind, "Origin": desk.origin}
            assert desk.send("POST", path, body="{}", headers=headers)[0] == 415
        assert desk.send("GET", path.partition("?")[0])[0] == 404
        assert not desk.folder.exists()

    @pytest.mark.parametrize("path", POSTS)
    def test_bodies_are_small_and_json(self, desk, path):
        headers = {"Content-Type": "application/json", "Origin": desk.origin}
        assert desk.send("POST", path, body="x" * 20_000, headers=headers)[0] == 413
        assert desk.send("POST", path, body="[" * 10_000, headers=headers)[0] == 400
        assert desk.send("POST", path, body="[1]", headers=headers)[0] == 400
        chunked = {**headers, "Transfer-Encoding": "chunked"}
        assert desk.send("POST", path, body=iter([b"{}"]), headers=chunked)[0] == 411

    def test_a_file_has_a_limit_and_has_to_come_whole(self, desk):
        headers = {"Content-Type": "application/octet-stream", "Origin": desk.origin, "Content-Length": str(1 << 40)}
        assert desk.send("POST", "file?name=a.csv", headers=headers)[0] == 413

    @pytest.mark.parametrize(
        "path",
        [
            "web/../desk_server.py", "web/..%2fdesk_server.py", "web/card.js", "web/", "preview/../state.json",
            "preview/huge.png", "preview/web.svg", "map/map.html", "project.toml", "%2e%2e/",
        ],
    )  # fmt: skip
    def test_nothing_else_is_served(self, desk, path):
        desk.bring(TABLE)
        assert desk.send("GET", path)[0] in {404, 422}

    def test_the_page_loads_nothing_from_elsewhere_and_the_map_is_a_stranger_to_it(self, desk):
        desk.bring(TABLE)
        _, headers, body = desk.send("GET", "")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert (headers["X-Frame-Options"], b"http" in body) == ("DENY", False)
        _, headers, body = desk.send("GET", "preview/map.html")
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("sandbox allow-scripts")
        assert "allow-same-origin" not in policy
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert body.startswith(b"<!DOCTYPE html>")

    @pytest.mark.parametrize(
        "name", ["desk", "bring", "table", "settle", "question", "show", "publish", "ask", "words"]
    )
    def test_scripts_make_no_markup_of_texts(self, desk, name):
        body = desk.send("GET", f"web/{name}.js")[2]
        for forbidden in (b"innerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"localStorage", b"cookie"):
            assert forbidden not in body

    @pytest.mark.parametrize(
        "name", ["../../x.csv", "..\\x.csv", "/etc/x.csv", "x.csv/../../y.csv", "project.toml.csv"]
    )
    def test_a_file_stays_in_the_folder_whatever_it_is_called(self, desk, name):
        desk.bring("date,place\n2025-11-08,Erdenet\n", name)
        files = sorted(path.name for path in desk.folder.iterdir())
        assert len(files) == 2
        assert sorted(path.name for path in desk.folder.parent.iterdir()) == ["desk"]

    @pytest.mark.parametrize(
        "name",
        [
            "answers.csv",
            "decisions.csv",
            "Draft_Decisions.csv",
            "drafts.jsonl",
            "con.csv",
            "Claims.csv",
            "lines.geojson",
        ],
    )
    def test_a_file_takes_the_place_of_none_of_the_projects_others(self, desk, name):
        desk.bring(TABLE)
        file = desk.folder / "project.toml"
        more = '[[layers]]\nfile = "./lines.geojson"\nname = "Lines"\nsource = "Own"\n'
        text = file.read_text(encoding="utf-8").replace("[data]\n", '[data]\nclaims = "claims.csv"\n')
        file.write_text(text + more, encoding="utf-8")
        (desk.folder / "claims.csv").write_text("event_id,metric,value\n", encoding="utf-8")
        (desk.folder / "lines.geojson").write_text("{}", encoding="utf-8")
        before = {path.name: path.read_bytes() for path in desk.folder.iterdir() if path != file}
        data = b'{"date": "2025-11-08", "place": "Erdenet"}\n' if name.endswith("jsonl") else TABLE.encode()
        data = b'{"type": "FeatureCollection", "features": []}' if name.endswith("geojson") else data
        headers = {"Content-Type": "application/octet-stream", "Origin": desk.origin}
        desk.send("POST", f"file?name={quote(name)}", body=data, headers=headers)
        assert not (desk.folder / name).exists() or name in before
        for kept, content in before.items():
            assert (desk.folder / kept).read_bytes() == content

    def test_what_cannot_be_taken_leaves_nothing(self, desk):
        desk.bring(TABLE)
        before = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
        for path, data in (
            ("paste", b"date,place\n2025-11-08," + b"x" * 200_000 + b"\n"),
            ("paste", b"date,place\n2025-11-08,\xff\n"),
            ("file?name=a.json", b"[" * 100_000),
        ):
            headers = {"Content-Type": "application/octet-stream", "Origin": desk.origin}
            assert desk.send("POST", path, body=data, headers=headers)[0] in {400, 422}
        assert {path.name: path.read_bytes() for path in desk.folder.iterdir()} == before

    @pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "\x08"])
    def test_a_cell_that_no_table_of_text_may_hold_is_refused(self, desk, text):
        desk.bring(TABLE)
        before = (desk.folder / "reports.csv").read_bytes()
        given = {"row": 2, "column": "summary", "text": text, "seen": "A substation was hit."}
        assert "which no table of text may hold" in desk.post("cell", given, status=422)["error"]
        assert (desk.folder / "reports.csv").read_bytes() == before

    @pytest.mark.parametrize(
        ("name", "value", "error"),
        [
            ("map.embargo_hours", "24h", "expected a number, found '24h'"),
            ("map.embargo_hours", "1e999", "expected less than or equal to"),
            ("data.header_row", "x", "expected a number"),
        ],
    )
    def test_a_number_that_is_none_is_told(self, desk, name, value, error):
        desk.bring(TABLE)
        assert error in desk.post("setting", {"name": name, "value": value}, status=422)["error"]

    def test_signs_that_no_text_can_hold_become_spaces(self, desk):
        desk.bring(TABLE)
        assert desk.post("setting", {"name": "map.title", "value": "a\0b\x1b\ud800 c"})["title"] == "a b c"

    def test_a_name_with_signs_that_toml_cannot_hold_is_told(self, desk):
        desk.bring(TABLE)
        question = desk.question("same_side")
        told = desk.answer(question, "same", status=422, editor="A\x07na")
        assert "what TOML cannot hold" in told["error"]

    @pytest.mark.parametrize("name", ["project.toml", "x.exe", "", ".csv", "answers.toml"])
    def test_what_is_no_table_is_not_taken(self, desk, name):
        desk.file(f"file?name={quote(name)}", b"date,place\n2025-11-08,Erdenet\n", status=422)
        assert not desk.folder.exists() or list(desk.folder.iterdir()) == []

    @pytest.mark.parametrize("folder", ["../x", "/tmp/x", "a/b", "..", ".", "", "a\\b", " x", 5, "x."])
    def test_a_map_is_written_beside_its_project_alone(self, desk, folder):
        desk.bring(TABLE)
        desk.post("publish", {"folder": folder}, status=422)


class TestBringing:
    def test_a_dropped_file_becomes_a_project(self, desk):
        assert desk.get("bring.json") == {"table": None, "tables": []}
        state = desk.bring(TABLE)
        assert (state["project"], state["rows"], state["faults"], state["usable"]) == (True, 4, 1, True)
        told = desk.get("bring.json")
        assert told["table"] == "reports.csv"
        assert {each["header"]: each["ours"] for each in told["columns"]}["killed"] == "killed"
        (fault,) = [each for each in told["faults"] if each["severity"] == "fault"]
        assert (fault["row"], fault["column"], fault["place"]) == (4, "date", 2)
        assert fault["wanted"] == "A day is expected here, such as 2025-11-09."

    def test_rows_come_a_window_at_a_time(self, desk):
        lines = "".join(f"2025-11-{1 + n % 28:02d},Erdenet,{n}\n" for n in range(1000))
        desk.bring("date,place,note\n" + lines)
        rows = desk.get("rows.json?start=500&count=3")
        assert rows == {
            "start": 500,
            "rows": [[502 + n, f"2025-11-{1 + (500 + n) % 28:02d}", "Erdenet", str(500 + n)] for n in range(3)],
        }
        assert len(desk.get("rows.json?start=0&count=100000")["rows"]) == 200
        assert desk.get("rows.json?start=999999")["rows"] == []
        assert desk.get("rows.json?start=-5&count=-5")["rows"][0][0] == 2

    @pytest.mark.parametrize("sign", ["\t", ",", ";"])
    def test_pasted_cells(self, desk, sign):
        desk.file("paste", f"date{sign}place\r\n2025-11-08{sign}Erdenet\r\n\r\n".encode())
        assert desk.looked()["usable"]
        assert (desk.folder / "pasted.csv").read_text(encoding="utf-8") == "date,place\n2025-11-08,Erdenet\n"
        desk.file("paste", b"date", status=422)
        desk.file("paste", b"\xff\xfe\xfa", status=400)
        assert desk.looked()["usable"]

    def test_a_file_that_stays_where_it_is_is_read_again(self, desk, tmp_path):
        table = tmp_path / "mine.csv"
        table.write_text("date,place\n2025-11-08,Erdenet\n", encoding="utf-8")
        desk.post("use", {"name": str(table)})
        assert desk.looked()["rows"] == 1
        table.write_text("date,place\n2025-11-08,Erdenet\n2025-11-09,Darkhan\n", encoding="utf-8")
        assert desk.looked()["rows"] == 2
        assert [path.name for path in desk.folder.iterdir()] == ["project.toml"]
        desk.post("use", {"name": "../mine.csv"}, status=422)
        desk.post("use", {"name": str(tmp_path / "gone.csv")}, status=422)

    def test_a_new_version_keeps_settings_answers_and_the_columns_that_are_still_there(self, desk):
        desk.bring(TABLE)
        desk.post("column", {"header": "Ofc", "ours": "claimant"})
        desk.looked()
        desk.answer(desk.question("duplicate"), "different")
        desk.post("setting", {"name": "map.title", "value": "Nights"})
        desk.looked()
        state = desk.bring(TABLE.replace("killed", "dead").replace("2025-13-08", "2025-11-07"), "newer.csv")
        assert (state["title"], state["faults"]) == ("Nights", 0)
        project = load_project(desk.folder / "project.toml")
        assert (project.data.events, project.columns["claimant"]) == ("newer.csv", "Ofc")
        assert "killed" not in project.columns
        assert not [each for each in desk.get("questions.json")["open"] if each["kind"] == "duplicate"]

    def test_a_table_that_cannot_be_opened_leaves_the_old_one(self, desk):
        desk.bring(TABLE)
        before = (desk.folder / "reports.csv").read_bytes()
        desk.file("file?name=reports.xlsx", b"PK\x03\x04 no workbook", status=422)
        desk.file("file?name=reports.csv", b"", status=422)
        assert (desk.folder / "reports.csv").read_bytes() == before
        assert desk.looked()["rows"] == 4

    def test_an_address_is_asked_once_when_the_author_says_so(self, desk, tmp_path):
        client = Site({"https://example.org/a.csv": (200, {"Content-Type": "text/csv"}, TABLE.encode())})
        session = Session(tmp_path / "other", Surroundings(lambda: NOW))
        assert bring_address(session, " https://example.org/a.csv ", client=client) == "example.org-a.csv"
        assert client.asked == ["https://example.org/a.csv"]
        assert load_project(session.project_file).data.events == "example.org-a.csv"
        assert "expected" in desk.post("address", {"url": "http://127.0.0.1:1/a.csv"}, status=422)["error"]

    def test_the_example_opens_with_one_request(self, desk):
        desk.post("example", {})
        state = desk.looked()
        assert (state["name"], state["usable"]) == ("example", True)

    def test_saying_what_a_column_is(self, desk):
        desk.bring(TABLE)
        desk.post("column", {"header": "Ofc", "ours": "claimant"})
        desk.looked()
        columns = {each["header"]: each for each in desk.get("bring.json")["columns"]}
        assert (columns["Ofc"]["ours"], columns["Ofc"]["said"]) == ("claimant", True)
        desk.post("column", {"header": "source", "ours": "claimant"})
        desk.looked()
        assert load_project(desk.folder / "project.toml").columns["claimant"] == "source"
        for header in ("summary", "killed"):
            desk.post("column", {"header": header, "ours": ""})
            desk.looked()
        columns = {each["header"]: each["ours"] for each in desk.get("bring.json")["columns"]}
        assert (columns["summary"], columns["killed"], columns["place"]) == ("", "", "place")
        assert {"summary", "killed"} <= set(desk.get("leaving.json")["columns"])
        desk.post("column", {"header": "summary", "ours": "summary"})
        desk.looked()
        columns = {each["header"]: each["ours"] for each in desk.get("bring.json")["columns"]}
        assert (columns["summary"], columns["killed"]) == ("summary", "")
        desk.post("column", {"header": "gone", "ours": "place"}, status=422)
        desk.post("column", {"header": "source", "ours": "no_such"}, status=422)

    def test_days_that_could_be_read_in_two_ways_are_settled_with_one_choice(self, desk):
        state = desk.bring("date,place,country\n03/04/2024,Erdenet,Mongolia\n05/06/2024,Darkhan,Mongolia\n")
        assert (state["usable"], bool(state["error"])) == (False, True)
        assert [(each["role"], each["column"]) for each in desk.get("bring.json")["faults"]] == [("date_start", "date")]
        desk.post("setting", {"name": "data.date_format", "value": "%d/%m/%Y"})
        state = desk.looked()
        assert (state["usable"], state["error"]) == (True, "")
        assert desk.session.look.reading.events["date_start"].dt.month.tolist() == [4, 6]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
    @pytest.mark.parametrize(("sign", "ending"), [(",", "\n"), (";", "\r\n"), ("\t", "\n")])
    def test_a_cell_is_put_right_and_nothing_else_changes(self, desk, encoding, sign, ending):
        rows = [
            ["Дата", "Місто", "Примітка"],
            ["2025-11-08", "Харків", f'каже "так"{sign} ні'],
            ["2025-31-11", "Київ", "два\nрядки"],
            ["2025-11-10", "Суми", ""],
        ]  # fmt: skip

        def text(cells):
            quoted = [
                [f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & {'"', sign, "\n"} else c for c in row]
                for row in cells
            ]
            return ending.join(sign.join(row) for row in quoted) + ending

        desk.file("file?name=t.csv", text(rows).encode(encoding))
        desk.looked()
        told = desk.get("bring.json")
        assert told["fixable"]
        (fault,) = [each for each in told["faults"] if each["severity"] == "fault"]
        desk.post("cell", {"row": fault["row"], "column": "Дата", "text": "2025-11-09", "seen": "2025-31-11"})
        rows[2][0] = "2025-11-09"
        assert (desk.folder / "t.csv").read_bytes() == text(rows).encode(encoding)
        assert desk.looked()["faults"] == 0
        desk.post("cell", {"row": 3, "column": "Дата", "text": "x", "seen": "2025-31-11"}, status=422)
        for row in (0, -1, 10**9, True, "3"):
            desk.post("cell", {"row": row, "column": "Дата", "text": "x", "seen": ""}, status=422)

    def test_a_workbook_is_put_right_in_the_sheet(self, desk, tmp_path):
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(["date", "place"])
        book.active.append(["2025-31-11", "Erdenet"])
        book.active.append(["2025-11-10", "Erdenet"])
        book.save(tmp_path / "t.xlsx")
        desk.file("file?name=t.xlsx", (tmp_path / "t.xlsx").read_bytes())
        desk.looked()
        assert not desk.get("bring.json")["fixable"]
        desk.post("cell", {"row": 2, "column": "date", "text": "2025-11-11", "seen": "2025-31-11"}, status=422)


class TestWatching:
    def test_a_table_that_is_gone_half_saved_or_wrong_loses_no_answer(self, desk):
        desk.bring(TABLE)
        desk.answer(desk.question("duplicate"), "different")
        place = desk.question("place")
        desk.answer(place, kind="reject", reason="no such place")
        table = desk.folder / "reports.csv"
        whole = table.read_bytes()
        for broken in (None, b"", b"PK\x03\x04", b"\x00\x01\x02", b"a,b\n1,2\n"):
            if broken is None:
                table.unlink()
            else:
                table.write_bytes(broken)
            state = desk.looked()
            assert state["problem"] or state["error"]
            assert desk.get("bring.json")["columns"] is not None
        table.write_bytes(whole)
        state = desk.looked()
        assert (state["problem"], state["error"], state["usable"]) == ("", "", True)
        kinds = sorted(each["kind"] for each in desk.get("questions.json")["settled"])
        assert kinds == ["duplicate", "place"]

    def test_a_folder_without_locks_works_and_one_that_cannot_be_written_says_why(self, desk, monkeypatch):
        import fcntl

        plain, folders = fcntl.flock, []

        def refuse(handle, how):
            if Path(f"/proc/self/fd/{handle}").resolve().is_dir():
                folders.append(handle)
                raise OSError(37, "No locks available")
            plain(handle, how)

        monkeypatch.setattr(fcntl, "flock", refuse)
        desk.bring(TABLE)
        desk.answer(desk.question("duplicate"), "different")
        assert folders
        assert read_answers(desk.folder / "answers.csv").entries

        def fail(*_, **__):
            raise PermissionError(13, "Permission denied", str(desk.folder))

        monkeypatch.setattr("impactmap.desk.asking.change_answers", fail)
        told = desk.answer(desk.question("claimant"), "", status=422)["error"]
        assert "Permission denied" in told

    def test_a_project_file_with_a_fault_is_told_and_the_rest_stays(self, desk):
        desk.bring(TABLE)
        file = desk.folder / "project.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("title =", "titel ="), encoding="utf-8")
        assert "Did you mean 'title'" in desk.looked()["problem"]
        assert desk.get("rows.json")["rows"]
        file.write_text(text, encoding="utf-8")
        assert desk.looked()["problem"] == ""

    def test_ten_thousand_rows_answer_at_once_while_they_are_looked_at(self, desk):
        lines = "".join(f"2025-{1 + n % 12:02d}-{1 + n % 28:02d},Erdenet,Mongolia,{n}\n" for n in range(10_000))
        desk.file("file?name=many.csv", f"date,place,country,summary\n{lines}".encode())
        seen, slow = set(), 0.0
        while not desk.session.fresh:
            started = time.perf_counter()
            busy = desk.get("state.json")["busy"]
            slow = max(slow, time.perf_counter() - started)
            seen.add(busy and busy["what"])
            time.sleep(0.02)
        assert "read" in seen
        assert slow < 5
        assert desk.get("state.json")["rows"] == 10_000


class TestSettling:
    def test_every_kind_of_question_is_answered_and_taken_back(self, desk):
        desk.bring(TABLE.replace("2025-13-08", "2025-11-10"))
        told = desk.get("questions.json")
        assert {each["kind"] for each in told["open"]} >= {"place", "same_side", "claimant", "duplicate"}
        assert [each["weight"] for each in told["open"]] == sorted(
            (each["weight"] for each in told["open"]), reverse=True
        )

        left = desk.answer(desk.question("duplicate"), "same", reason="one night")["open"]
        assert "duplicate" not in [each["kind"] for each in left]
        (entry,) = read_answers(desk.folder / "answers.csv").entries.values()
        assert (entry.answer, entry.editor, entry.reason, entry.answered_on) == ("same", "Ana", "one night", NOW.date())

        desk.answer(desk.question("same_side"), "same")
        sides = load_project(desk.folder / "project.toml").sides
        assert {side.key: side.aliases for side in sides} == {"North": ("Nroth",)}
        assert "# Ana, 2026-01-01" in (desk.folder / "project.toml").read_text(encoding="utf-8")

        desk.answer(desk.question("claimant"), "Ofc")
        assert load_project(desk.folder / "project.toml").columns["claimant"] == "Ofc"

        place = desk.question("place")
        assert place["place"]["place"] == "Darkhn"
        desk.answer(place, kind="option", option=place["place"]["options"][0]["id"])
        desk.looked()
        assert [each["kind"] for each in desk.get("questions.json")["open"] if each["kind"] != "check"] == []

        for kind in ("place", "duplicate"):
            key = desk.question(kind, "settled")["key"]
            assert key in [each["key"] for each in desk.post("take-back", {"key": key})["open"]] or kind == "duplicate"
        desk.looked()
        assert {each["kind"] for each in desk.get("questions.json")["open"]} >= {"place", "duplicate"}

    def test_a_side_that_nobody_declared(self, desk):
        desk.bring(TABLE)
        newer = TABLE + "2025-11-10,Erdenet,Mongolia,Nrth,x,,Gazette,\n2025-11-10,Erdenet,Mongolia,East,x,,Gazette,\n"
        desk.bring(newer)
        questions = {each["subject"]: each for each in desk.get("questions.json")["open"] if each["kind"] == "side"}
        assert set(questions) == {"Nrth", "East"}
        assert set(questions["Nrth"]["options"]) == {"North", "Nroth"}
        desk.answer(questions["Nrth"], "North")
        desk.answer(questions["East"], "")
        state = desk.looked()
        assert state["faults"] == 1
        assert "East" in [side.key for side in load_project(desk.folder / "project.toml").sides]
        key = next(each["key"] for each in desk.get("questions.json")["settled"] if each["subject"] == "Nrth")
        desk.post("take-back", {"key": key})
        desk.looked()
        assert "Nrth" in [each["subject"] for each in desk.get("questions.json")["open"]]

    def test_what_is_right_as_it_is_needs_a_reason(self, desk):
        desk.bring("date,place\n2025-11-08,Erdenet\n2025-11-09,Darkhan\n")
        question = desk.question("check")
        assert question["label"]
        desk.answer(question, status=422)
        desk.answer(question, reason="Our own reporters.")
        assert load_project(desk.folder / "project.toml").checks.silenced == {"source_missing": "Our own reporters."}
        desk.looked()
        desk.post("take-back", {"key": desk.question("check", "settled")["key"]})
        assert load_project(desk.folder / "project.toml").checks.silenced == {}

    def test_two_desks_lose_no_answer_and_what_differs_is_asked(self, desk):
        desk.bring(TABLE)
        question = desk.question("duplicate")
        other = Session(desk.folder, Surroundings(lambda: NOW))
        change_answers(
            desk.folder / "answers.csv",
            add=[Answer("duplicate", question["subject"], question["other"], "different", "Bo")],
        )
        change_answers(other.folder / "answers.csv", add=[Answer("claimant", "*", "", "", "Bo")])
        told = desk.answer(question, "same", status=422)
        assert "answered meanwhile" in told["error"]
        settled = {each["kind"]: each for each in desk.get("questions.json")["settled"]}
        assert settled["duplicate"]["seen"] == "different"
        desk.answer(settled["duplicate"], "same")
        answers = read_answers(desk.folder / "answers.csv")
        assert [each.editor for each in answers.entries.values()] == ["Bo", "Ana"]

    def test_a_place_that_was_decided_meanwhile_is_not_written_over(self, desk):
        desk.bring(TABLE)
        place = desk.question("place")
        desk.answer(place, kind="reject", editor="Bo")
        told = desk.answer(place, kind="pin", latitude=1.0, longitude=2.0, status=422)
        assert "answered meanwhile: 'reject'" in told["error"]
        assert "Bo" in (desk.folder / "decisions.csv").read_text(encoding="utf-8")
        settled = desk.question("place", "settled")
        desk.answer(settled, kind="pin", latitude=49.5, longitude=106.0)
        assert "Ana" in (desk.folder / "decisions.csv").read_text(encoding="utf-8")

    def test_a_name_stands_beside_every_answer(self, desk):
        desk.bring(TABLE)
        assert "your name" in desk.answer(desk.question("duplicate"), "same", editor=" ", status=422)["error"]
        desk.answer({"key": "duplicate\x1fx\x1fy", "seen": ""}, "same", status=422)
        desk.answer(desk.question("duplicate"), "perhaps", status=422)
        assert not (desk.folder / "answers.csv").exists()


class TestShowingAndPublishing:
    def test_settings_are_written_and_colours_are_checked(self, desk):
        desk.bring(TABLE)
        told = desk.post("setting", {"name": "sides.1.color", "value": "#ffff00"})
        assert "contrast" in told["sides"][0]["faults"]
        told = desk.post("setting", {"name": "sides.1.color", "value": ""})
        assert told["sides"][0]["faults"] == []
        assert desk.post("setting", {"name": "map.finding", "value": "It  happened\n."})["finding"] == "It happened ."
        for name, value in (
            ("map.language", "xx"),
            ("publish.exact_positions", "true"),
            ("sides.9.name", "x"),
            ("map.title", 5),
        ):
            desk.post("setting", {"name": name, "value": value}, status=422)
        desk.looked()
        assert load_project(desk.folder / "project.toml").map.finding == "It happened ."

    @pytest.mark.slow
    def test_what_leaves_is_told_and_then_written(self, desk):
        desk.bring(TABLE.replace("2025-11-09", "2025-12-31"))
        told = desk.get("leaving.json")
        assert (told["events"], told["held_back"], told["refused"], told["published"]) == (2, 1, 1, "")
        assert "Ofc" in told["columns"]
        desk.post("publish", {"folder": "map"})
        while not (result := desk.get("state.json")["published"]):
            time.sleep(0.1)
        assert {"map.html", "map.png", "METHOD.md"} <= {each["name"] for each in result["files"]}
        assert (desk.folder / "map" / "map.html").is_file()
        snippets = {each["name"]: each["text"] for each in desk.get("snippets.json")["snippets"]}
        assert "<iframe" in snippets["scripted"]
        assert desk.get("leaving.json")["published"]
        own = (desk.folder / "map" / "map.html").read_bytes()
        site = Site({"https://example.org/map.html": (200, {"Content-Type": "text/html; charset=utf-8"}, own)})
        checks = check_upload("https://example.org/map.html", desk.folder / "map", client=site)
        assert [each["good"] for each in checks] == [True] * 5

    @pytest.mark.parametrize(
        ("status", "headers", "body", "bad"),
        [
            (404, {}, b"", ["there"]),
            (301, {"Location": "https://example.org/other"}, b"", ["there"]),
            (200, {"Content-Type": "text/plain"}, b"own", ["type"]),
            (200, {"Content-Type": "text/html"}, b"own, changed by the site", ["whole"]),
            (200, {"Content-Type": "text/html", "X-Frame-Options": "DENY"}, b"own", ["frame"]),
            (
                200,
                {"Content-Type": "text/html", "Content-Security-Policy": "frame-ancestors 'none'"},
                b"own",
                ["frame"],
            ),
            (200, {"Content-Type": "text/html", "Content-Security-Policy": "script-src 'self'"}, b"own", ["script"]),
            (200, {"Content-Type": "text/html", "X-Frame-Options": "SAMEORIGIN"}, b"own", []),
        ],
    )
    def test_what_was_put_up_is_looked_at(self, tmp_path, status, headers, body, bad):
        (tmp_path / "map.html").write_bytes(b"own")
        site = Site({"https://example.org/map.html": (status, headers, body)})
        checks = check_upload("https://example.org/map.html", tmp_path, client=site)
        assert [each["name"] for each in checks if not each["good"]] == bad

    def test_nothing_is_asked_before_anything_was_written(self, tmp_path):
        with pytest.raises(InputError, match="expected a published folder"):
            check_upload("https://example.org/map.html", tmp_path, client=Site({}))

    def test_the_language_is_the_first_browsers_and_can_be_chosen(self, desk):
        assert desk.get("words.json?reads=de-DE,uk-UA,en")["language"] == "uk"
        assert desk.get("words.json?reads=en")["language"] == "uk"
        assert desk.post("language", {"language": "ru"})["language"] == "ru"
        desk.post("language", {"language": "xx"}, status=422)

    def test_the_program_stops_when_the_work_is_done(self, desk):
        assert desk.post("done", {}) == {"folder": str(desk.folder)}


class Site:
    """A web site that answers as told."""

    def __init__(self, pages):
        self.pages, self.asked = pages, []

    def get(self, url, *, seconds):
        assert seconds > 0
        self.asked.append(url)
        return Page(*self.pages[url])


class Page:
    def __init__(self, status, headers, body):
        self.status, self._headers, self._body = status, headers, body

    def header(self, name):
        return self._headers.get(name)

    def read(self, most):
        piece, self._body = self._body[:most], self._body[most:]
        return piece

    def close(self):
        """Nothing to close."""


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["desk", "--no-open", "--now", "2026-01-01T00:00:00Z"]], ids=["nothing", "desk"])
def test_the_program_opens_the_desk_in_an_empty_folder(tmp_path, words):
    browser = f'{sys.executable} -c "pass" %s'
    with subprocess.Popen(
        [sys.executable, "-m", "impactmap", *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "BROWSER": browser, "PYTHONUNBUFFERED": "1"},
    ) as program:
        address = urlsplit(program.stdout.readline().removeprefix("Open ").strip())
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=60)
        connection.request("GET", address.path + "state.json")
        state = json.loads(connection.getresponse().read())
        assert (state["folder"], state["project"]) == (str(tmp_path), False)
        headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{address.port}"}
        connection.request("POST", address.path + "done", "{}", headers)
        assert json.loads(connection.getresponse().read()) == {"folder": str(tmp_path)}
        connection.close()
        assert program.wait(timeout=30) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["attacks_on_health_care.csv", "abbreviated_headers.csv", "bare_points.csv"])
def test_publishers_tables_come_to_the_desk(desk, name):
    file = Path(__file__).parents[1] / "reading" / "publishers" / name
    desk.file(f"file?name={name}", file.read_bytes())
    assert desk.looked()["problem"] == ""
    told = desk.get("bring.json")
    assert told["rows"] > 0
    assert desk.get("rows.json")["rows"]
    assert desk.get("questions.json")["title"]


def test_two_lines_about_one_place_that_differ_are_a_question(desk):
    desk.bring(TABLE)
    lines = [
        "place,country,decision,latitude,longitude,precision,editor,reason",
        "Erdenet,Mongolia,reject,,,,Ana,a mine",
    ]
    pinned = "Erdenet,Mongolia,pin,49.47,105.96,settlement,Ben,the council's map"
    (desk.folder / "decisions.csv").write_text("\n".join([*lines, pinned]) + "\n", encoding="utf-8")
    state = desk.looked()
    assert (state["usable"], state["error"], state["problem"]) == (True, "", "")
    question = next(
        each for each in desk.get("questions.json")["open"] if each["kind"] == "place" and "Erdenet" in each["options"]
    )
    assert [(each["editor"], each["reason"]) for each in question["conflict"]] == [
        ("Ana", "a mine"),
        ("Ben", "the council's map"),
    ]
    assert question["place"]["options"][0]["name"] == "Erdenet"
    desk.answer(question, kind="reject", reason="a mine")
    rows = (desk.folder / "decisions.csv").read_text(encoding="utf-8").splitlines()
    assert [row.count("Erdenet") for row in rows] == [0, 1]
    desk.looked()
    assert not [each for each in desk.get("questions.json")["open"] if "Erdenet" in each["options"]]
