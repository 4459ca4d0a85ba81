"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import os
import re
import subprocess
import sys

import pytest

import impactmap
from impactmap import cli
from impactmap.model.errors import PublishError
from impactmap.workspace import build as pipeline

COMMANDS = [
    "build",
    "cache",
    "check",
    "convert",
    "desk",
    "diff",
    "draft",
    "gazetteer",
    "geocode",
    "image",
    "new",
    "review",
    "verify",
    "watch",
]
NOW = ["--now", "2026-01-01T00:00:00Z"]
PLACES = "id,town,note\n00123,Kharkiv,=1+1\n2,NA,-5\n3,Oktyabrsky,x\n4,Kharkiv region,\n"


@pytest.fixture
def run(capsys):
    """Run a command in this process; give back its exit code and what it printed."""

    def ran(*words):
        try:
            cli.main([str(word) for word in words])
        except SystemExit as leaving:
            code = leaving.code
        else:
            code = 0
        return code or 0, *capsys.readouterr()

    return ran


def program(*words, **environment):
    """Run the installed program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "impactmap", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example_that_is_valid(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    example = re.search(rf"Example:\s+impactmap {command}\s+(.*)", out, flags=re.DOTALL).group(1).split()
    options = {word for word in example if word.startswith("-")}
    assert all(re.search(rf"(^|\s){option}\b", out) for option in options)


def test_the_program_lists_its_commands_and_its_version(run):
    code, out, _ = run("--help")
    assert code == 0
    assert re.findall(r"^  (\w+) ", out.split("Commands:")[1], flags=re.MULTILINE)[: len(COMMANDS)] == COMMANDS
    assert run("--version")[1] == f"impactmap {impactmap.__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bulid"], "No such command 'bulid'"),
        (["build"], "Missing argument 'PROJECT_OR_ADDRESS'"),
        (["build", "no-such-file", "-o", "x"], "'no-such-file' does not exist"),
        (["build", "."], "Missing option '-o'"),
        (["build", ".", "-o", "x", "--border", "RUS-UA"], "two ISO country codes with a colon"),
        (["build", ".", "-o", "x", "--language", "xx"], "'xx' is not one of 'en', "),
        (["build", ".", "-o", "x", "--now", "yesterday"], "expected an ISO time with its zone"),
        (["build", ".", "-o", "x", "--now", "2025-11-10"], "expected an ISO time with its zone"),
        (["image", ".", "-o", "x.bmp"], "ends in .png, .svg or .pdf"),
        (["image", ".", "-o", "x.png", "--preset", "huge"], "'huge' is not one of"),
        (["geocode", ".", "-o", "x.csv"], "is a directory"),
        (["geocode", "https://example.org/a.csv", "-o", "x.csv"], "is an address. Save it as a file first"),
        (["review", "http://example.org/a.csv"], "is an address. Save it as a file first"),
    ],
)
def test_wrong_usage_is_told_and_leaves_with_2(run, words, message):
    code, out, err = run(*words)
    assert code == 2
    assert message in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(("epoch", "code"), [("x", 2), ("", 1), ("1700000000", 1)])
def test_source_date_epoch_is_the_present(run, tmp_path, monkeypatch, epoch, code):
    seen = []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    def stop(*_args, now, **_options):
        seen.append(now)
        raise PublishError("stop")

    monkeypatch.setattr(pipeline, "build", stop)
    assert run("build", tmp_path, "-o", tmp_path / "map")[0] == code
    if epoch == "1700000000":
        assert seen == [dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)]
    elif not epoch:
        assert "SOURCE_DATE_EPOCH" not in os.environ  # numpy and matplotlib refuse an empty one
        assert abs((seen[0] - dt.datetime.now(dt.UTC)).total_seconds()) < 60


def test_an_error_of_the_input_is_one_message_and_leaves_with_1(run, tmp_path):
    (tmp_path / "project.toml").write_text("[map]\ntitel = 'x'")
    code, out, err = run("build", tmp_path, "-o", tmp_path / "map")
    assert (code, out) == (1, "")
    assert "map.titel: unknown key. Did you mean 'title'?" in err
    assert err.startswith("Error: ")
    assert "Traceback" not in err


def test_an_error_of_the_program_is_one_sentence_and_keeps_its_trace_for_debugging(run, tmp_path, monkeypatch):
    def fail(*_args, **_options):
        raise ZeroDivisionError("oh \x1b[31m no")

    monkeypatch.setattr(pipeline, "build", fail)
    code, _, err = run("build", tmp_path, "-o", tmp_path / "map")
    assert code == 1
    assert "impactmap itself failed (ZeroDivisionError: oh \ufffd[31m no)" in err
    assert "--debug" in err
    with pytest.raises(ZeroDivisionError):
        cli.main(["--debug", "build", str(tmp_path), "-o", str(tmp_path / "map")])


def test_check(run, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("date,place,side,source\n2025-11-08,Kharkiv,A,X\n2025-02-31,Kharkiv,A,X\n", encoding="utf-8")
    code, out, _ = run("check", table, *NOW)
    assert code == 1
    assert "Fault: t.csv, row 3, column 'date'" in out
    assert "1 row can be used. 1 fault, 0 warnings." in out
    code, out, _ = run("check", table, *NOW, "--json")
    found = json.loads(out)
    assert (code, found["rows"], found["faults"][0]["row"], found["faults"][0]["severity"]) == (1, 1, 3, "fault")
    table.write_text("date,place,side\n2025-11-08,Kharkiv,A\n", encoding="utf-8")
    assert run("check", table, *NOW)[0] == 0


@pytest.mark.parametrize(
    ("text", "more", "told", "never"),
    [
        ("date,place,country\n2024-05-03,Cali,Colombia\n", [], ["as it stands: impactmap build t.csv -o map"],
         ["review", "stay off", "options that you gave"]),
        ("date,place,country\n2024-05-03,Qqzxv,Colombia\n", [],
         ["Settle the places in doubt: impactmap review t.csv", "impactmap build t.csv -o map"], ["Nothing can be"]),
        ("date,place,country\n2024-05-03,Cali,Colombia\n2024-05-33,Cali,Colombia\n", [],
         ["Rows with a fault stay off the map", "impactmap build t.csv -o map"], []),
        ("filed,place,country\n2024-05-03,Cali,Colombia\n", [],
         ["Nothing can be on a map yet. Mend what is listed, then: impactmap check t.csv"], ["impactmap build"]),
        ("filed,place,country\n2024-05-03,Cali,Colombia\n", ["--column", "date_start=filed"],
         ["impactmap build t.csv -o map (with the options that you gave here)"], []),
    ],
)  # fmt: skip
def test_check_says_which_command_comes_next(run, tmp_path, monkeypatch, text, more, told, never):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    _, out, _ = run("check", "t.csv", *NOW, *more)
    assert all(line in out for line in told), out
    assert not any(line in out for line in never), out


def test_check_of_several_tables_says_how_they_become_one(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("date,place,country\n2024-05-03,Cali,Colombia\n", encoding="utf-8")
    assert "impactmap convert one.csv two.csv -o events.csv" in run("check", "one.csv", "two.csv", *NOW)[1]


def test_check_lists_what_is_not_settled_and_what_may_be_told_twice(run, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "two.csv"
    text = "Drones hit a substation in the north of the city"
    one.write_text(
        f"id,date,place,lat,lon,what\n1,2025-11-08,Kharkiv,36.25,49.98,x\n2,2025-11-09,Kyiv,,,{text}\n",
        encoding="utf-8",
    )
    other.write_text(
        f"id,date,place,what\n9,2025-11-09,Київ,{text}\n8,2025-11-09,Nowhere-upon-Sea,x\n", encoding="utf-8"
    )
    code, out, _ = run("check", one, other, *NOW)
    assert code == 1
    assert "one.csv, row 2, column 'latitude, longitude': expected a position near 'Kharkiv'" in out
    assert "latitude and longitude look swapped" in out
    assert "Place not found: two.csv, row 3, 'Nowhere-upon-Sea'." in out
    assert "Possible duplicate (1.00): 2 (row 3) and 9 (row 2): same day; same place; similar text." in out
    found = json.loads(run("check", one, other, *NOW, "--json")[1])
    assert [(each["event_id_1"], each["event_id_2"]) for each in found["duplicates"]] == [("2", "9")]
    assert [each["row"] for each in found["unsettled"]] == [2, 3]
    assert found["places"]["matched"] == 2


def test_geocode_keeps_rows_order_and_cells(run, sheet, tmp_path):
    code, out, _ = run("geocode", sheet, "-o", tmp_path / "out.csv")
    assert code == 0
    assert out.startswith("4 rows: ")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["00123", "2", "3", "4"]
    assert [row["note"] for row in rows] == ["'=1+1", "-5", "x", ""]
    assert [row["town"] for row in rows] == ["Kharkiv", "NA", "Oktyabrsky", "Kharkiv region"]
    assert [row["place_status"] for row in rows[::2]] == ["matched", "ambiguous"]
    assert (rows[3]["place_precision"], rows[2]["latitude"]) == ("region", "")
    assert 48.5 < float(rows[3]["latitude"]) < 50.5  # a point that stands for the region
    assert float(rows[3]["place_radius_km"]) > 50


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl", "geojson", "gpkg", "fgb", "parquet"])
def test_geocode_writes_what_the_name_says_and_reads_it_again(run, sheet, tmp_path, ending):
    first, second = tmp_path / f"one.{ending}", tmp_path / "two.csv"
    code, out, _ = run("geocode", sheet, "-o", first, "--json")
    assert (code, json.loads(out)["rows"]) == (0, 4)
    assert run("geocode", first, "-o", second, "--place", "town")[0] == 0
    with second.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["town"] for row in rows] == ["Kharkiv", "NA", "Oktyabrsky", "Kharkiv region"]
    assert [row["geocoded_place_status"] for row in rows] == [row["place_status"] for row in rows]
    assert [row["geocoded_latitude"] for row in rows] == [row["latitude"] for row in rows]


def test_geocode_refuses_what_it_cannot_do(run, sheet, tmp_path):
    code, _, err = run("geocode", sheet, "-o", tmp_path / "x.csv", "--place", "twon")
    assert (code, "expected a column 'twon', found 'id', 'town', 'note'" in err) == (1, True)
    code, _, err = run("geocode", sheet, "-o", tmp_path / "x.doc")
    assert (code, "ends in .csv, .tsv" in err) == (1, True)
    code, _, err = run("geocode", sheet, "-o", sheet)
    assert (code, "is also the input" in err) == (1, True)
    assert sheet.read_text(encoding="utf-8") == PLACES
    (tmp_path / "bare.csv").write_text("a,b\n1,2\n")
    code, _, err = run("geocode", tmp_path / "bare.csv", "-o", tmp_path / "x.csv")
    assert (code, "Name it with --place" in err) == (1, True)
    assert run("geocode", sheet, "-o", sheet, "--force")[0] == 0


@pytest.mark.slow
def test_the_way_from_new_to_a_verified_map(run, tmp_path):
    mine, out = tmp_path / "mine", tmp_path / "map"
    code, text, _ = run("new", mine)
    assert code == 0
    assert f"impactmap build {mine}" in text
    assert run("new", mine)[0] == 1  # nothing is overwritten
    code, text, err = run("build", mine, "-o", out, *NOW)
    assert code == 0, err
    assert "3 events at 3 reported places (3 matched), 0 claims." in text
    assert "Not located" not in text
    assert str(out / "map.html") in text
    assert run("verify", out)[:2] == (0, "Nothing was altered.\n")
    (out / "METHOD.md").write_text("x")
    code, text, _ = run("verify", out, "--json")
    assert (code, json.loads(text)) == (
        1,
        {"unchanged": False, "differences": [{"path": "METHOD.md", "kind": "altered"}]},
    )
    assert run("verify", out)[:2] == (1, "Altered: METHOD.md\n")
    code, text, _ = run("image", mine, "-o", tmp_path / "card.svg", "--preset", "social", "--facet", "side", *NOW)
    assert code == 0
    assert "Text for readers who cannot see it: Map: " in text


def test_build_tells_what_was_left_out(run, tmp_path, monkeypatch):
    report = pipeline.BuildReport(
        folder=tmp_path / "map", files=[tmp_path / "map" / "map.html"], events=1200, rows=1300, claims=1,
        places={"not_found": 1300}, not_located=[f"Place {number}" for number in range(12)],
        rejected=2, refused=1, rows_read=1303, held_back=1,
        outside_period=3, contradictions=4, disagreements=5, notes=["A note."],
    )  # fmt: skip
    monkeypatch.setattr(pipeline, "build", lambda *_args, **_options: report)
    code, out, err = run("build", tmp_path, "-o", tmp_path / "map")
    assert (code, err) == (0, "Note: A note.\n")
    assert out.splitlines() == [
        "1 of 1,303 rows could not be used; METHOD.md lists them. See also: impactmap check " + str(tmp_path),
        "1,200 events at 1,300 reported places (1,300 not found), 1 claim.",
        "Not located, in the table but not on the map: "
        + ", ".join(f"Place {n}" for n in range(10))
        + f" and 2 more. Settle them: impactmap review {tmp_path}",
        "Contradictory claims: 4, shown side by side.",
        "Reported figures that differ from computed ones: 5, both shown.",
        "Rows that are no reports: 1, listed in METHOD.md.",
        "Held back by the embargo: 1 event.",
        "Outside the map's period: 3 events.",
        f"Wrote 1 file. Open {tmp_path / 'map' / 'map.html'}",
    ]
    code, out, _ = run("build", tmp_path, "-o", tmp_path / "map", "--json")
    found = json.loads(out)
    assert (code, found["files"], found["held_back"], found["notes"]) == (0, ["map.html"], 1, ["A note."])


def test_texts_of_a_table_cannot_steer_the_terminal(run, tmp_path, monkeypatch):
    table = tmp_path / "t.csv"
    table.write_text("date,place\n2025-11-08,\x1b]0;x\x07Nowhere-at-all\n", encoding="utf-8")
    monkeypatch.setattr("impactmap.publishing.editions.PICTURES", ())
    code, out, err = run("build", table, "-o", tmp_path / "map", *NOW)
    assert code == 0, err
    assert "Nowhere" in out
    assert "\x1b" not in out + err
    assert "\x07" not in out + err


def test_as_a_program_with_cyrillic_and_a_pipe_that_closes(tmp_path):
    table = tmp_path / "події.csv"
    table.write_text("дата,місце\n2025-02-31,Харків\n", encoding="utf-8")
    done = program("check", table, *NOW, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "row 2" in done.stdout


def test_help_is_fast():
    """Measure the processor's time of the best of five runs: other work on the machine is not ours."""
    for words in (["--help"], ["build", "--help"]):
        code = (
            "import sys, time, contextlib, io\n"
            "from impactmap.cli import main\n"
            "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
            f"    main({words!r})\n"
            "print(time.process_time())"
        )
        times = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(5)]
        assert min(times) < 0.3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("command", ["check", "convert", "geocode"])
def test_long_work_shows_how_far_it_is_on_a_terminal_alone(tmp_path, command):
    import pty

    table = tmp_path / "many.csv"
    table.write_text("id,date,place\n" + "".join(f"e{n},2025-{n % 9 + 1:02d}-09,Kyiv\n" for n in range(60_000)))
    words = [sys.executable, "-m", "impactmap", command, str(table), "--json"]
    words += {
        "check": [],
        "convert": ["-o", str(tmp_path / "out.geojson"), "--no-places"],
        "geocode": ["-o", str(tmp_path / "out.geojson")],
    }[command]
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}) as running:
        os.close(theirs)
        with contextlib.suppress(OSError):  # what a pseudo-terminal says at its end
            while part := os.read(ours, 65536):
                shown += part
        out = running.stdout.read()
    os.close(ours)
    assert running.returncode == 0
    assert json.loads(out)
    reading = rb"Reading (the columns of )?many\.csv, \d+%"  # a terminal shows what is told last
    stages = {
        "check": [b"1/3 " + reading, rb"3/3 Comparing reports"],
        "convert": [b"1/3 " + reading, rb"3/3 Writing GeoJSON, \d+%"],
        "geocode": [b"1/2 " + reading, rb"1/2 Finding the places, \d+%", rb"2/2 Writing GeoJSON, \d+%"],
    }[command]
    for stage in stages:
        assert re.search(stage, shown), stage
    quiet = subprocess.run(words, capture_output=True, check=False) if command == "check" else None
    assert quiet is None or b"Reading" not in quiet.stderr


def test_a_desk_in_a_language_of_maps_alone_is_refused(run, tmp_path):
    code, _, err = run("desk", tmp_path, "--language", "de")
    assert code
    assert "expected a language that the desk speaks, en, ru, uk; found 'de'" in err


def test_a_build_says_how_many_places_are_drawn_though_not_certain(run, tmp_path):
    table = tmp_path / "events.csv"
    table.write_text("date,place,country\n2025-03-22,Dhobley,Somalia\n2025-03-22,Nairobi,Kenya\n", encoding="utf-8")
    code, out, _ = run("build", table, "-o", tmp_path / "map", *NOW)
    assert code == 0
    assert f"On the map, though not certain: 1 place. Look: impactmap review {table}" in out


BAD = "date,place,country,side,killed\n2025-11-08,Kyiv,Ukraine,Russia,3\nsoon,Kharkiv,Ukraine,Russia,\n"
SAID = {
    "en": (
        "Fault: t.csv, row 3, column 'date': expected a day, such as 2025-11-09; found 'soon'. It holds no date.",
        "1 row can be used. 1 fault,",
    ),
    "uk": (
        "Помилка: t.csv, рядок 3, стовпець 'date': очікується: день, наприклад 2025-11-09; знайдено: 'soon'.",
        "Придатних рядків: 1. Помилок: 1,",
    ),
    "ru": (
        "Ошибка: t.csv, строка 3, столбец 'date': ожидается: день, например 2025-11-09; найдено: 'soon'.",
        "Пригодных строк: 1. Ошибок: 1,",
    ),
}


@pytest.mark.parametrize("language", list(SAID))
@pytest.mark.parametrize("way", ["before", "after", "system"])
def test_check_speaks_the_language_asked_for_or_the_computers(run, tmp_path, monkeypatch, language, way):
    (tmp_path / "t.csv").write_text(BAD, encoding="utf-8")
    words = ["check", tmp_path / "t.csv", *NOW]
    if way == "system":
        monkeypatch.setenv("LC_ALL", {"en": "C.UTF-8", "uk": "uk_UA.UTF-8", "ru": "ru_RU.UTF-8"}[language])
    else:
        words = ["--messages", language, *words] if way == "before" else [*words, "--messages", language]
    code, out, _ = run(*words)
    fault, summary = SAID[language]
    assert code == 1
    assert fault in out
    assert summary in out


def test_an_error_is_said_in_the_language_asked_for(run, tmp_path):
    code, _, said = run("check", tmp_path / "t.csv", "--messages", "uk")
    assert code == 1
    assert said.startswith("Помилка: потрібен файл, а за адресою ")
    code, _, said = run("check", tmp_path / "t.csv", "--messages", "xx")
    assert code == 2
    assert "expected en, ru, uk, found 'xx'" in said


def test_what_a_program_reads_stays_english_whatever_the_language(run, tmp_path):
    (tmp_path / "t.csv").write_text(BAD, encoding="utf-8")
    _, english, _ = run("check", tmp_path / "t.csv", *NOW, "--json")
    _, other, _ = run("check", tmp_path / "t.csv", *NOW, "--json", "--messages", "uk")
    assert json.loads(other) == json.loads(english)
