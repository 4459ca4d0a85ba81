"""What Windows does otherwise, acted out: consoles, open files, names, locks, line ends. None of it has run there."""

from __future__ import annotations

import ast
import datetime as dt
import errno
import json
import os
import pathlib
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

import impactmap
from impactmap import cli
from impactmap.model import atomic
from impactmap.model.atomic import replace_file, replace_folder
from impactmap.model.errors import ProjectError, PublishError
from impactmap.model.project import load_project
from impactmap.model.system import locks
from impactmap.model.system.file_names import is_long_on_windows, trouble_on_windows
from impactmap.model.text import is_web_url

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
NOW = "2026-01-01T00:00:00Z"
TABLE = (
    "date,place,summary,side\n2025-11-09,Харків,Влучання в підстанцію,Russia\n2025-11-10,Nowhere 🚧 at all,x,Ukraine\n"
)


@pytest.fixture
def windows(monkeypatch):
    """Be on Windows as far as our own modules ask; what POSIX alone has cannot be imported."""
    for module in (atomic, locks):
        monkeypatch.setattr(module, "_ON_WINDOWS", True)
    monkeypatch.setattr(atomic, "_exchange", lambda _one, _other: False)
    for name in ("fcntl", "pwd", "grp", "resource", "termios", "pty"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(pathlib.Path, "is_mount", not_supported)


def not_supported(self):
    """Do what ``WindowsPath.is_mount`` does before Python 3.12."""
    raise NotImplementedError("Path.is_mount() is unsupported on this system")


def denied(number):
    """Return what Windows raises about a file that a program has open."""
    error = PermissionError(errno.EACCES, "Access is denied")
    error.winerror = number
    return error


# ---- consoles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp437", "cp866", "cp1252", "cp932"])
def test_what_a_code_page_lacks_stops_no_command_and_json_stays_whole(tmp_path, encoding):
    table = tmp_path / "звіт 🚧.csv"
    table.write_text(TABLE, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}

    def ran(*words):
        return subprocess.run(
            [sys.executable, "-m", "impactmap", *map(str, words)],
            capture_output=True, check=False, timeout=120, env=environment,
        )  # fmt: skip

    for words in (["check", table, "--now", NOW], ["geocode", table, "-o", tmp_path / "a.csv"], ["--help"]):
        done = ran(*words)
        assert b"Traceback" not in done.stderr
        assert b"impactmap itself failed" not in done.stderr
        assert done.stdout.decode(encoding)
    done = ran("check", table, "--now", NOW, "--json")
    told = json.dumps(json.loads(done.stdout.decode(encoding)), ensure_ascii=False)
    assert "Nowhere 🚧 at all" in told


def test_progress_needs_no_more_than_a_carriage_return(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: os.terminal_size((30, 5)))
    with cli.report.progress_shown() as progress:
        progress(1, 3, "Reading a file with a long name.csv, 10%")
        progress(2, 3, "Drawing")
    shown = capsys.readouterr().err
    assert shown.split("\r")[1:4] == ["1/3 Reading a file with a lon", "2/3 Drawing ...".ljust(29), " " * 15]
    assert "\x1b" not in shown
    assert "\n" not in shown


# ---- open files ---------------------------------------------------------------------------------------------------


def test_a_file_that_a_program_looks_at_for_a_moment_is_waited_for(tmp_path, monkeypatch, windows):
    refusals, waits = [denied(32), denied(5)], []
    replace = os.replace
    monkeypatch.setattr(atomic.time, "sleep", waits.append)
    monkeypatch.setattr(os, "replace", lambda *names: raised(refusals.pop(0)) if refusals else replace(*names))
    with replace_file(tmp_path / "a.csv") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "a.csv").read_text() == "new"
    assert waits == [0.1, 0.2]


def raised(error):
    raise error


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_that_a_spreadsheet_has_open_stays_and_the_message_says_so(tmp_path, monkeypatch, windows, number):
    (tmp_path / "a.csv").write_text("old")
    waits = []
    monkeypatch.setattr(atomic.time, "sleep", waits.append)
    monkeypatch.setattr(os, "replace", lambda *_: raised(denied(number)))
    with (
        pytest.raises(PublishError, match="another program has it open"),
        replace_file(tmp_path / "a.csv") as temporary,
    ):
        temporary.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "old"
    assert sum(waits) < 5


def test_other_refusals_are_not_waited_for(tmp_path, monkeypatch, windows):
    waits = []
    monkeypatch.setattr(atomic.time, "sleep", waits.append)
    monkeypatch.setattr(os, "replace", lambda *_: raised(PermissionError(errno.EACCES, "no")))
    with pytest.raises(PublishError, match="not allowed to write there"), replace_file(tmp_path / "a.csv"):
        pass
    assert not waits


@pytest.mark.parametrize("move", [1, 2])
def test_a_published_folder_that_a_program_has_open_stays_whole(tmp_path, monkeypatch, windows, move):
    """Once the old folder cannot be moved aside, once the new one not into its place."""
    publish(tmp_path / "map", "old")
    rename, calls = os.rename, []

    def refused(*names):
        calls.append(names)
        return raised(denied(32)) if len(calls) >= move and names[1] != names_back(calls) else rename(*names)

    def names_back(calls):
        return calls[0][0] if len(calls) > 1 and calls[-1][0] == calls[0][1] else None

    monkeypatch.setattr(atomic.time, "sleep", lambda _: None)
    monkeypatch.setattr(os, "rename", refused)
    with pytest.raises(PublishError, match="another program has it open"):
        publish(tmp_path / "map", "new")
    monkeypatch.setattr(os, "rename", rename)
    assert (tmp_path / "map/a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["map"]


def publish(folder, text):
    with replace_folder(folder) as staging:
        (staging / "a.txt").write_text(text)
        manifest = {"tool": {"name": "impactmap"}, "files": [{"path": "a.txt"}]}
        (staging / atomic.MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists a process's open files there")
def test_nothing_of_ours_is_open_when_files_are_put_in_place(tmp_path, monkeypatch, windows):
    """On Windows the file could not be moved, nor the folder around it: by no way of writing is one left open."""
    moved, held = [], []

    def watched(move):
        def moving(source, target):
            opened = [os.path.realpath(number) for number in Path("/proc/self/fd").iterdir()]
            held.extend(name for name in opened if name.startswith((str(source), str(target))))
            moved.append(source)
            return move(source, target)

        return moving

    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(os, "replace", watched(os.replace))
    monkeypatch.setattr(os, "rename", watched(os.rename))
    for _ in range(2):
        impactmap.build(table, tmp_path / "map", now=dt.datetime.fromisoformat(NOW), border="RU:UA")
    reading = impactmap.read_events(table)
    for ending in ("csv", "xlsx", "geojson", "parquet", "gpkg", "fgb", "kml", "jsonl"):
        impactmap.write_events(reading.events, tmp_path / f"out.{ending}", force=True)
    assert len(moved) >= 11
    assert not held


def test_a_table_that_excel_keeps_to_itself_is_told_as_such(tmp_path, monkeypatch, capsys):
    table = tmp_path / "events.csv"
    table.write_text(TABLE, encoding="utf-8")
    opened = Path.open

    def kept(self, *rest, **options):
        if self.name == "events.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return opened(self, *rest, **options)

    monkeypatch.setattr(Path, "open", kept)
    with pytest.raises(SystemExit) as leaving:
        cli.main(["check", str(table)])
    assert leaving.value.code == 1
    assert "events.csv: cannot be read: Permission denied. If another program has it open" in capsys.readouterr().err


# ---- names and paths ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("maps/night.csv", ""),
        ("C:\\Users\\Olena\\maps\\night.csv", ""),
        ("\\\\server\\share\\maps", ""),
        ("../maps/./night", ""),
        ("console/auxiliary/com10.csv", ""),
        ("карти/ніч", ""),
        ("nul", "'nul' is a device"),
        ("maps/AUX.csv", "'AUX.csv' is a device"),
        ("C:\\con\\map", "'con' is a device"),
        ("Com1.tar.gz", "'Com1.tar.gz' is a device"),
        ("lpt\xb9", "is a device"),
        ("maps/9:30.csv", "'9:30.csv' holds ':'"),
        ("maps/what?.csv", "holds '\\?'"),
        ("maps/a\tb", r"holds '\\t'"),
        ("maps/night.", "ends in a dot"),
        ("maps /night", "'maps ' ends in a dot or a space"),
    ],
)
def test_names_that_windows_cannot_have(path, trouble, windows, monkeypatch):
    found = trouble_on_windows(path)
    assert bool(found) == bool(trouble)
    if trouble:
        with pytest.raises(PublishError, match=trouble):
            atomic.check_target(path, force=True)


def test_names_that_windows_cannot_have_are_elsewhere_no_matter(tmp_path):
    publish(tmp_path / "aux: what?", "x")
    assert (tmp_path / "aux: what?/a.txt").read_text() == "x"


def test_a_path_too_long_is_told_as_such(tmp_path, monkeypatch, windows):
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    assert is_long_on_windows(deep)
    assert not is_long_on_windows("/maps/night")
    monkeypatch.setattr(atomic.tempfile, "mkdtemp", lambda **_: raised(FileNotFoundError(errno.ENOENT, "not found")))
    with pytest.raises(PublishError, match=r"longer than Windows takes\. Choose a folder nearer to the root"):
        publish(deep, "x")


def test_a_drive_letter_is_no_address():
    assert not is_web_url("C:\\maps\\events.csv")
    assert not is_web_url("c://maps/events.csv")


def test_a_path_with_backslashes_in_a_project_file_is_explained(tmp_path):
    file = tmp_path / "project.toml"
    file.write_text('[map]\ntitle = "x"\n[files]\nevents = "C:\\Users\\me\\events.csv"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match="Write \\\\ in a path as / or put the path between single quotes"):
        load_project(file)


# ---- locks --------------------------------------------------------------------------------------------------------


def test_a_review_waits_for_another_on_windows_too(tmp_path, monkeypatch, windows):
    """A locked byte of a file of its own stands for the folder, which Windows cannot lock."""
    locked, turns = [], iter([OSError("ten seconds are over"), None])

    def locking(handle, mode, size):
        if (refusal := next(turns)) is not None:
            raise refusal
        locked.append((os.path.realpath(f"/proc/self/fd/{handle}"), mode, size))

    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(locking=locking, LK_LOCK=1))
    monkeypatch.setattr(locks.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "maps").mkdir()
    with locks.alone_in(tmp_path / "maps"):
        assert [(Path(name).parent.name, mode, size) for name, mode, size in locked] == [("temporary", 1, 1)]
    assert not list((tmp_path / "maps").iterdir())


def test_what_a_killed_run_left_is_cleared_after_a_day_where_nothing_can_be_locked(tmp_path, windows):
    old, new = tmp_path / ".map.impactmap-old1", tmp_path / ".map.impactmap-new1"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (1, 1))
    publish(tmp_path / "map", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".map.impactmap-new1", "map"]


def test_an_old_folder_left_aside_does_not_stop_the_next_run(tmp_path, windows):
    publish(tmp_path / "map", "old")
    (tmp_path / ".map.impactmap-old").mkdir()
    publish(tmp_path / "map", "new")
    assert (tmp_path / "map/a.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["map"]


# ---- line ends, encodings, fonts ------------------------------------------------------------------------------------


def text_calls(path):
    """Yield each call of a file that opens, reads or writes text, with what it is called with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [value.value for value in node.args if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        mode = next((text for text in texts if set(text) <= set("rwxab+t") and len(text) <= 3), "r")
        owner = ast.unparse(node.func).rpartition(".")[0]
        if (name in {"read_text", "write_text"} and isinstance(node.func, ast.Attribute)) or (
            name == "open" and "b" not in mode and "archive" not in owner and "rasterio" not in owner
            and owner not in {"os", "webbrowser", "self", "session", "opener", "Image"}  # these open no text file
        ):  # fmt: skip
            yield node, name, mode, {keyword.arg for keyword in node.keywords}


def test_every_text_file_is_opened_with_its_encoding_and_written_with_its_line_ends():
    """Else Windows reads cp1252, and writes other bytes than other systems do."""
    calls = [(path.name, *call) for path in SOURCES for call in text_calls(path)]
    assert len(calls) > 20
    positional = 2  # read_text("utf-8") is as good
    assert not [
        f"{file}:{node.lineno}"
        for file, node, name, _, named in calls
        if "encoding" not in named and not (name == "read_text" and node.args) and len(node.args) < positional
    ]
    assert not [
        f"{file}:{node.lineno}"
        for file, node, name, mode, named in calls
        if (name == "write_text" or "w" in mode or "x" in mode) and "newline" not in named
    ]


def test_a_table_and_a_project_with_windows_line_ends_are_the_same(tmp_path):
    results = []
    for ends in ("\n", "\r\n"):
        folder = tmp_path / repr(ends).strip("'").replace("\\", "")
        shutil.copytree(ROOT / "seeds/first-map", folder, ignore=shutil.ignore_patterns("story"))
        for file in folder.iterdir():
            text = file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", ends.encode())
            file.write_bytes(text)
        tables = {name: folder / f"{name}.csv" for name in ("places", "claims")}
        reading = impactmap.read_events(folder / "events.csv", **tables)
        project = load_project(folder / "project.toml").model_dump(exclude={"folder"})
        results.append((reading.events.to_csv(), reading.claims.to_csv(), len(reading.rejected), project))
    assert results[0] == results[1]


def test_pictures_use_the_fonts_that_matplotlib_brings():
    import matplotlib as mpl
    from matplotlib.font_manager import findfont

    from impactmap.look.typography import font_properties

    for style in ({}, {"bold": True}, {"italic": True}):
        assert Path(findfont(font_properties(**style))).is_relative_to(mpl.get_data_path())
