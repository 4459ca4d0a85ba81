"""A map that stays up to date, against a server on this computer that does everything a sheet's can do wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import json
import re
import threading
import time
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner

from impactmap.cli import app
from impactmap.model.errors import InputError, ProjectError, TableError
from impactmap.model.project import load_project
from impactmap.reading.online.client import PublicClient
from impactmap.workspace.build import build
from impactmap.workspace.live.fetching import Fetcher
from impactmap.workspace.live.watching import Watcher, watch

NOW = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
HEAD = "event_id,date,place,country,summary,source\n"
ROWS = {
    "e1": "e1,2025-03-01,Erdenet,Mongolia,A depot burned.,Paper\n",
    "e2": "e2,2025-03-03,Darkhan,Mongolia,A line fell.,Paper\n",
    "e3": "e3,2025-03-04,Choibalsan,Mongolia,A boiler stopped.,Paper\n",
}
TABLE = HEAD + "".join(ROWS.values())


class Sheet:
    """A published sheet: what it holds, how it answers, and what was asked of it."""

    def __init__(self):
        self.body, self.status, self.headers, self.drip = TABLE.encode(), 200, {}, 0.0
        self.cut, self.etag, self.asked = None, True, []
        self.reply = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.answer()

            def answer(self):
                status, body, headers = outer.status, outer.body, outer.headers
                if outer.reply is not None:
                    status, body = outer.reply(self.path, self.headers)
                tag = f'"{hash(body)}"'
                if status == 200 and outer.etag and self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
                self.send_response(status)
                kind = {"Content-Type": "text/csv", "ETag": tag} if outer.etag else {"Content-Type": "text/csv"}
                for name, value in {**kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for start in range(0, len(body), 8 if outer.drip else len(body) or 1):
                    self.wfile.write(body[start : start + (8 if outer.drip else len(body))])
                    time.sleep(outer.drip)
                    if outer.cut is not None and start >= outer.cut:
                        break

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sheet.csv"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def sheet():
    """Serve a sheet on the loopback address."""
    served = Sheet()
    yield served
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture(autouse=True)
def drawn_quickly(monkeypatch):
    monkeypatch.setattr("impactmap.publishing.editions.PICTURES", ())


CLIENT = PublicClient(loopback=True)


@pytest.fixture
def watcher(sheet, tmp_path):
    return Watcher(sheet.url, tmp_path / "map", state=tmp_path / "state", client=CLIENT, now=NOW, allow_url=True)


def seal(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["seal"]


def test_a_changed_cell_a_withdrawn_row_and_a_new_one_give_a_new_folder_and_a_note(sheet, watcher, tmp_path):
    assert watcher.look().changes == {"new": 3}
    sheet.body = (
        HEAD
        + ROWS["e1"].replace("A depot", "Two depots")
        + ROWS["e2"]
        + "e4,2025-03-05,Erdenet,Mongolia,A pylon fell.,Paper\n"
    ).encode()
    look = watcher.look()
    assert look.kind == "built"
    assert look.changes == {"new": 1, "changed": 1, "withdrawn": 1, "returned": 0}
    assert look.sentence() == "Built: 3 events (1 new, 1 changed, 1 withdrawn)."
    note = (tmp_path / "map" / "CORRECTIONS.md").read_text(encoding="utf-8")
    assert "A depot burned." in note
    assert "Two depots burned." in note
    assert "A boiler stopped" in note


def test_what_has_not_changed_is_neither_sent_nor_built_again(sheet, watcher, tmp_path):
    watcher.look()
    before = seal(tmp_path / "map")
    assert watcher.look().kind == "same"
    assert "If-None-Match" in sheet.asked[-1][1]
    # The next run of the program knows it, too.
    again = Watcher(sheet.url, tmp_path / "map", state=tmp_path / "state", client=CLIENT, now=NOW, allow_url=True)
    assert again.look().kind == "same"
    assert "If-None-Match" in sheet.asked[-1][1]
    assert seal(tmp_path / "map") == before


def test_a_server_without_validators_is_asked_and_the_same_table_is_not_built_again(sheet, watcher):
    sheet.etag = False
    watcher.look()
    assert watcher.look().kind == "same"


FAULTS = {
    "gone": ({"status": 404}, "found 404"),
    "not for us": ({"status": 403}, "found 403"),
    "broken": ({"status": 500}, "the answer 500"),
    "empty": ({"body": b""}, "found nothing"),
    "a web page": ({"etag": False, "headers": {"Content-Type": "text/html"}}, "a web page"),
    "cut off": ({"etag": False, "drip": 0.001, "cut": 60}, "connection broke|connection lost"),
    "too large": ({"etag": False, "headers": {"Content-Length": str(1 << 30)}}, "at most"),
    "moved": ({"status": 302, "headers": {"Location": "https://elsewhere.example/sheet.csv"}}, "has moved to"),
    "no dates": ({"body": b"event_id,when\ne1,soon\n"}, "expected"),
    "headers only": ({"body": HEAD.encode()}, "found no row of data"),
    "no text": ({"body": b"\x00\x01\x02\x03" * 500}, "expected"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_folder_stays(sheet, watcher, tmp_path, fault):
    watcher.look()
    before = seal(tmp_path / "map")
    good = dict(vars(sheet))
    changed, words = FAULTS[fault]
    for name, value in changed.items():
        setattr(sheet, name, value)
    look = watcher.look()
    assert look.kind == "kept"
    assert re.search(words, look.reason), look.reason
    assert seal(tmp_path / "map") == before
    assert watcher.failures == 1
    for name in changed:
        setattr(sheet, name, good[name])
    assert watcher.look().kind == "same"
    assert watcher.failures == 0


def test_a_slow_server_is_given_up(sheet, watcher, monkeypatch, tmp_path):
    watcher.look()
    before = seal(tmp_path / "map")
    sheet.etag, sheet.drip = False, 0.2  # all day, were it waited for
    from impactmap.reading.formats import remote

    monkeypatch.setitem(remote.receive.__kwdefaults__, "max_seconds", 0.5)
    look = watcher.look()
    assert look.kind == "kept"
    assert seal(tmp_path / "map") == before


def test_a_half_saved_sheet_is_believed_only_when_it_stays_so(sheet, watcher, tmp_path):
    watcher.look()
    before = seal(tmp_path / "map")
    sheet.body = (HEAD + ROWS["e1"]).encode()
    for _ in range(2):
        look = watcher.look()
        assert look.kind == "waiting"
        assert "2 of 3 published reports are no longer in the table" in look.reason
    assert seal(tmp_path / "map") == before
    assert watcher.look().changes["withdrawn"] == 2


def test_a_half_saved_sheet_that_is_whole_again_changes_nothing(sheet, watcher):
    watcher.look()
    sheet.body = (HEAD + ROWS["e1"]).encode()
    assert watcher.look().kind == "waiting"
    sheet.body = TABLE.encode()
    assert watcher.look().kind == "same"


def test_another_host_is_followed_where_it_is_allowed(sheet, tmp_path):
    other = Sheet()
    other.body = TABLE.encode()
    moved = f"http://localhost:{other.server.server_port}/new.csv"
    sheet.status, sheet.headers = 302, {"Location": moved}
    client = PublicClient(resolve=lambda _host, _port: ["127.0.0.1"], loopback=True)
    said = {"client": client, "now": NOW, "allow_url": True}
    assert "--allow-host" in Watcher(sheet.url, tmp_path / "map", **said).look().reason
    assert Watcher(sheet.url, tmp_path / "map", hosts=["localhost"], **said).look().kind == "built"
    other.server.shutdown()
    other.server.server_close()


def test_an_identifier_that_a_spreadsheet_would_take_for_a_formula_is_no_change(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(HEAD + ROWS["e1"].replace("e1,", "=e1,"), encoding="utf-8")
    watcher = Watcher(table, tmp_path / "map", now=NOW, sleep=lambda _: None)
    assert [watcher.look().kind for _ in range(2)] == ["built", "same"]


def test_a_sheet_wrong_for_an_hour_is_asked_ever_more_rarely(sheet, watcher):
    waits = []
    sheet.status = 404
    looks = list(watch(watcher, every=5, rounds=8, sleep=waits.append))
    assert {look.kind for look in looks} == {"kept"}
    assert waits == [120, 240, 480, 960, 1920, 3600, 3600]


def test_the_end_of_the_embargo_is_a_change(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    early = dt.datetime(2025, 3, 4, 12, tzinfo=dt.UTC)
    said = {"sleep": lambda _: None}
    assert Watcher(table, tmp_path / "map", now=early, **said).look().changes == {"new": 1}
    assert Watcher(table, tmp_path / "map", now=early, **said).look().kind == "same"
    assert Watcher(table, tmp_path / "map", now=NOW, **said).look().changes["new"] == 2


def test_a_file_that_is_being_written_is_looked_at_again(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(HEAD + ROWS["e1"], encoding="utf-8")

    def rest(_seconds):
        if table.read_text(encoding="utf-8") != TABLE:
            table.write_text(TABLE, encoding="utf-8")

    assert Watcher(table, tmp_path / "map", now=NOW, sleep=rest).look().report.events == 3


def test_a_file_that_is_gone_leaves_the_folder(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    watcher = Watcher(table, tmp_path / "map", now=NOW, sleep=lambda _: None)
    watcher.look()
    before = seal(tmp_path / "map")
    table.unlink()
    assert watcher.look().kind == "kept"
    assert seal(tmp_path / "map") == before


# --- a build from an address


def project(tmp_path, text):
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    return tmp_path / "project.toml"


def test_an_address_is_asked_only_where_somebody_says_so(sheet, tmp_path):
    with pytest.raises(InputError, match="--allow-url"):
        build(sheet.url, tmp_path / "map", now=NOW)
    path = project(tmp_path, f'[data]\nevents = "{sheet.url}"\n')
    with pytest.raises(InputError, match="allow_url = true"):
        build(path, tmp_path / "map", now=NOW)
    assert sheet.asked == []
    path = project(tmp_path, f'[data]\nevents = "{sheet.url}"\nallow_url = true\n')
    assert build(path, tmp_path / "map", now=NOW, fetch=Fetcher(client=CLIENT)).events == 3


PAGES = """[data]
events = "{url}"
allow_url = true
[data.pages]
rows = "data"
size = 2
parameters = {{limit = "2"}}
terms = "Credit the data project, and pass no raw rows on."
{key}
"""


def paged(path, _headers):
    number = int(dict(part.split("=") for part in path.partition("?")[2].split("&"))["page"])
    rows = [
        {"event_id": f"e{n}", "date": f"2025-03-0{n}", "place": "Erdenet", "country": "Mongolia"} for n in (1, 2, 3)
    ]
    return 200, json.dumps({"status": 200, "data": rows[2 * (number - 1) : 2 * number]}).encode()


def test_an_interface_is_read_page_by_page_and_its_terms_are_printed(sheet, tmp_path):
    sheet.reply, waits = paged, []
    path = project(tmp_path, PAGES.format(url=sheet.url, key=""))
    report = build(path, tmp_path / "map", now=NOW, fetch=Fetcher(client=CLIENT, sleep=waits.append))
    assert report.events == 3
    assert [path for path, _ in sheet.asked] == ["/sheet.csv?limit=2&page=1", "/sheet.csv?limit=2&page=2"]
    assert waits == [1.0]
    assert "Credit the data project" in (tmp_path / "map" / "METHOD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ('key_env = "DESK_KEY"\nkey_parameter = "key"', lambda path, _: "key=s3cret" in path),
        (
            'key_env = "DESK_KEY"\nkey_header = "Authorization"\nkey_prefix = "Bearer "',
            lambda _, headers: headers.get("Authorization") == "Bearer s3cret",
        ),
    ],
)
def test_a_key_comes_from_the_environment_and_stands_in_no_output(sheet, tmp_path, monkeypatch, said, sent):
    path = project(tmp_path, PAGES.format(url=sheet.url, key=said))
    sheet.reply = paged
    fetch = Fetcher(client=CLIENT, sleep=lambda _: None)
    monkeypatch.delenv("DESK_KEY", raising=False)
    with pytest.raises(TableError, match="environment variable DESK_KEY"):
        build(path, tmp_path / "map", now=NOW, fetch=fetch)
    monkeypatch.setenv("DESK_KEY", "s3cret")
    build(path, tmp_path / "map", now=NOW, fetch=fetch)
    assert all(sent(path, headers) for path, headers in sheet.asked)
    assert not any(b"s3cret" in file.read_bytes() for file in (tmp_path / "map").iterdir())
    sheet.reply = lambda _path, _headers: (500, b"")
    with pytest.raises(TableError) as raised:
        build(path, tmp_path / "map", now=NOW, fetch=fetch)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"[]", "rows under 'data'"), (b"no", "rows under 'data'"), (b'{"data": [1]}', "rows under 'data'")],
)
def test_an_answer_that_is_no_page_is_refused(sheet, tmp_path, body, words):
    sheet.reply = lambda _path, _headers: (200, body)
    path = project(tmp_path, PAGES.format(url=sheet.url, key=""))
    with pytest.raises(TableError, match=words):
        build(path, tmp_path / "map", now=NOW, fetch=Fetcher(client=CLIENT, sleep=lambda _: None))


def test_an_interface_without_end_is_given_up(sheet, tmp_path):
    sheet.reply = lambda _path, _headers: (200, b'{"data": [{"a": 1}, {"a": 2}]}')
    path = project(tmp_path, PAGES.format(url=sheet.url, key="most_pages = 3"))
    with pytest.raises(TableError, match="at most 3 pages"):
        build(path, tmp_path / "map", now=NOW, fetch=Fetcher(client=CLIENT, sleep=lambda _: None))
    assert len(sheet.asked) == 3


@pytest.mark.parametrize(
    ("key", "words"),
    [('key_env = "K"', "one of the two"), ('key_env = "K"\nkey_header = "A"\nkey_parameter = "b"', "one of the two")],
)
def test_a_key_is_sent_in_one_way(tmp_path, key, words):
    path = project(tmp_path, PAGES.format(url="https://x.example/a", key=key))
    with pytest.raises(ProjectError, match=words):
        build(path, tmp_path / "map", now=NOW)


# --- the command


def test_the_command_looks_once_for_cron(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    monkeypatch.setattr("impactmap.workspace.live.watching.SETTLED_SECONDS", 0.0)
    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    run = CliRunner()
    told = ["watch", str(table), "-o", str(tmp_path / "map"), "--once", "--cache", str(tmp_path / "cache")]
    first = run.invoke(app, told)
    assert (first.exit_code, "Built: 3 events (3 new)." in first.output) == (0, True)
    second = run.invoke(app, told)
    assert (second.exit_code, second.output) == (0, "Nothing has changed.\n")
    table.write_text("nothing\n", encoding="utf-8")
    third = run.invoke(app, told)
    assert (third.exit_code, "Kept as it was" in third.output) == (1, True)
    told[3] = str(tmp_path / "another")
    fourth = run.invoke(app, told)
    assert (fourth.exit_code, "Not published yet" in fourth.output) == (1, True)


def test_a_time_that_is_none_is_wrong_usage(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    result = CliRunner().invoke(app, ["watch", str(table), "-o", str(tmp_path / "m"), "--every", "soon"])
    assert result.exit_code == 2
    assert "such as 90, 5m or 1h" in result.output


@pytest.mark.parametrize("key", ["a+b/c=", "two words", "s3cret", "ключ", "one\ntwo"])
@pytest.mark.parametrize("said", ['key_parameter = "key"', 'key_header = "X-Key"\nkey_prefix = "Token "'])
@pytest.mark.parametrize("reply", [(404, b""), (200, b"no JSON"), (302, b""), (200, b"[" * 100_000)])
def test_no_message_holds_the_key_however_it_is_spelled(sheet, tmp_path, monkeypatch, key, said, reply):
    path = project(tmp_path, PAGES.format(url=sheet.url, key=f'key_env = "DESK_KEY"\n{said}'))
    sheet.reply = lambda *_: reply
    monkeypatch.setenv("DESK_KEY", key)
    with pytest.raises(TableError) as told:
        build(path, tmp_path / "map", now=NOW, fetch=Fetcher(client=CLIENT, sleep=lambda _: None))
    for spelled in (key, quote(key), quote(key, safe=""), quote_plus(key)):
        assert spelled not in str(told.value)


@pytest.mark.parametrize("said", ['key_header = "X Key"', 'key_header = "X"\nkey_prefix = "a\\n"'])
def test_a_header_that_is_none_is_refused_with_the_project(tmp_path, said):
    with pytest.raises(ProjectError, match=r"data\.pages\.key_"):
        load_project(project(tmp_path, PAGES.format(url="https://example.org/", key=f'key_env = "DESK_KEY"\n{said}')))
