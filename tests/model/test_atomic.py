"""Writing is all or nothing: whatever stops it, the old output or the new one is there, whole."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap

import pytest

from impactmap.model import atomic
from impactmap.model.atomic import MANIFEST, check_target, replace_file, replace_folder
from impactmap.model.errors import InputError, PublishError
from impactmap.model.system import locks

NAMES = ("a.txt", "b.txt", "c.txt")


def fill(folder, text):
    """Publish three files that hold `text`."""
    with replace_folder(folder) as staging:
        for name in NAMES:
            (staging / name).write_text(text)
        (staging / MANIFEST).write_text(manifest(NAMES))


def fill_nothing(folder):
    """Begin to publish, and stop."""
    with pytest.raises(InputError, match="stopped"), replace_folder(folder):
        raise InputError("stopped")


def manifest(names):
    return json.dumps({"tool": {"name": "impactmap"}, "files": [{"path": name} for name in names]})


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != MANIFEST}


def test_a_folder_is_made_with_its_parents_and_replaced_as_a_whole(tmp_path):
    out = tmp_path / "build" / "map"
    fill(out, "old")
    with replace_folder(out) as staging:
        (staging / "a.txt").write_text("new")
        (staging / MANIFEST).write_text(manifest(["a.txt"]))
    assert content(out) == {"a.txt": "new"}
    assert listed(out.parent) == ["map"]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes of that kind")
def test_folder_and_files_can_be_read_by_others(tmp_path):
    mask = os.umask(0o022)
    try:
        fill(tmp_path / "map", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "map").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "map/a.txt").stat().st_mode & 0o777 == 0o644


def test_an_error_in_the_block_leaves_the_old_folder_and_no_rubbish(tmp_path):
    out = tmp_path / "map"
    fill(out, "old")
    fill_nothing(out)
    assert set(content(out).values()) == {"old"}
    assert listed(tmp_path) == ["map"]


@pytest.mark.parametrize("exchange", [True, False])
def test_the_two_ways_to_swap_give_the_same(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda _one, _other: False)
    fill(tmp_path / "map", "old")
    fill(tmp_path / "map", "new")
    assert set(content(tmp_path / "map").values()) == {"new"}
    assert listed(tmp_path) == ["map"]


def test_this_platform_swaps_in_one_step(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    done = atomic._exchange(tmp_path / "one", tmp_path / "other")
    assert done == (sys.platform in {"linux", "darwin"})
    assert (tmp_path / "one/x").read_text() == ("other" if done else "one")


def test_a_run_killed_between_two_moves_is_mended_by_the_next(tmp_path):
    fill(tmp_path / "map", "old")
    (tmp_path / "map").rename(tmp_path / ".map.impactmap-old")
    fill_nothing(tmp_path / "map")
    assert set(content(tmp_path / "map").values()) == {"old"}


def test_leftovers_are_cleared_but_not_those_of_a_running_process(tmp_path):
    dead, alive = tmp_path / ".map.impactmap-dead", tmp_path / ".map.impactmap-alive"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "x").write_text("x")
    held = locks.hold(alive)
    try:
        fill(tmp_path / "map", "new")
    finally:
        os.close(held)
    assert not dead.exists()
    assert alive.exists()


KILLER = """
    import json, os, random, shutil, signal, sys, time
    from pathlib import Path
    from impactmap.model import atomic
    if sys.argv[2] == "moves":
        atomic._exchange = lambda one, other: False
    atomic.os.fsync = lambda handle: None  # slow, and of no use against a signal
    random.seed(5)
    folder = Path(sys.argv[1]) / "map"
    names = [f"{n}.txt" for n in range(8)]

    def put(text):
        with atomic.replace_folder(folder) as staging:
            for name in names:
                (staging / name).write_text(text * 200)
            listing = {"tool": {"name": "impactmap"}, "files": [{"path": name} for name in names]}
            (staging / "manifest.json").write_text(json.dumps(listing))

    put("0")
    seen = set()
    for trial in range(1, int(sys.argv[3]) + 1):
        child = os.fork()
        if not child:
            for text in (str(trial % 10), str((trial + 5) % 10)) * 50:
                put(text)
            os._exit(0)
        time.sleep(random.uniform(0.001, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if sys.argv[2] == "moves" and not folder.exists():
            seen.add("aside")
            try:
                with atomic.replace_folder(folder):
                    raise KeyError
            except KeyError:
                pass
        found = {path.read_text() for path in folder.iterdir() if path.suffix == ".txt"}
        assert len(found) == 1 and len(list(folder.iterdir())) == 9, (trial, found)
        seen |= found
    put("z")
    assert os.listdir(folder.parent) == ["map"], os.listdir(folder.parent)
    print(len(seen))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize("way", ["exchange", "moves"])
@pytest.mark.parametrize("times", [60, pytest.param(2_000, marks=pytest.mark.soak)])
def test_killed_at_any_moment_the_folder_is_whole(tmp_path, way, times):
    """Kill a process that publishes without pause, again and again; each time all files are of one generation."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLER), str(tmp_path), way, str(times)],
        capture_output=True,
        text=True,
        timeout=60 + times,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3  # it was killed in several generations, not always before the first swap


@pytest.mark.parametrize("call", ["fsync", "replace", "open", "close"])
@pytest.mark.parametrize("number", range(6))
def test_a_full_disk_at_any_call_keeps_the_old_file(tmp_path, monkeypatch, call, number):
    """Either an error and the old file, or none and the new one; never anything else in the folder."""
    target = tmp_path / "x.csv"
    target.write_text("old")
    monkeypatch.setattr(atomic.os, call, Failing(getattr(os, call), number, errno.ENOSPC))
    try:
        with replace_file(target) as temporary:
            temporary.write_text("new")
    except PublishError:
        expected = "old"
    else:
        expected = "new"
    monkeypatch.undo()
    assert target.read_text() == expected
    assert listed(tmp_path) == ["x.csv"]


class Failing:
    """A system call that fails once, the given time."""

    def __init__(self, call, number, code):
        self.call, self.left, self.code = call, number, code

    def __call__(self, *args, **kwargs):
        self.left -= 1
        if self.left == -1:
            raise OSError(self.code, os.strerror(self.code))
        return self.call(*args, **kwargs)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "not allowed to write"),
        (errno.EIO, "cannot be written"),
    ],
)
def test_the_message_says_what_to_do(tmp_path, monkeypatch, code, words):
    fill(tmp_path / "map", "old")
    monkeypatch.setattr(atomic.os, "fsync", Failing(os.fsync, 2, code))
    with pytest.raises(PublishError, match=words):
        fill(tmp_path / "map", "new")
    assert set(content(tmp_path / "map").values()) == {"old"}
    assert listed(tmp_path) == ["map"]


@pytest.mark.parametrize("number", range(8))
def test_a_folder_survives_a_full_disk_at_any_synchronisation(tmp_path, monkeypatch, number):
    fill(tmp_path / "map", "old")
    full = Failing(os.fsync, number, errno.ENOSPC)
    monkeypatch.setattr(atomic.os, "fsync", full)
    try:
        fill(tmp_path / "map", "new")
    except PublishError:
        expected = "old"
    else:
        expected = "new"
    assert expected == ("old" if number < 5 else "new")  # four files and their folder come before the swap
    assert set(content(tmp_path / "map").values()) == {expected}
    assert listed(tmp_path) == ["map"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of that kind")
def test_a_write_that_the_system_refuses(tmp_path):
    """Let the system itself refuse every byte after the first thousand."""
    fill(tmp_path / "map", "old")
    script = """
        import resource, signal, sys
        from pathlib import Path
        from impactmap.model.errors import PublishError
        from impactmap.model.atomic import replace_folder
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with replace_folder(sys.argv[1]) as staging:
                (staging / "a.txt").write_text("new" * 1000)
        except PublishError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "map")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "larger than this disk or this account allows" in done.stdout
    assert set(content(tmp_path / "map").values()) == {"old"}


def test_a_folder_with_other_files_is_refused_and_forcing_keeps_them(tmp_path):
    out = tmp_path / "map"
    fill(out, "old")
    (out / "notes.txt").write_text("mine")
    with pytest.raises(PublishError, match=r"did not write \('notes.txt'\)"):
        fill(out, "new")
    with replace_folder(out, force=True) as staging:
        (staging / "a.txt").write_text("new")
        (staging / MANIFEST).write_text(manifest(["a.txt"]))
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "a.txt").read_text() == "new"
    assert not [name for name in listed(out) if "impactmap" in name]


def test_a_strange_folder_is_refused_even_with_a_manifest_of_others(tmp_path):
    (tmp_path / MANIFEST).write_text('{"name": "another program"}')
    with pytest.raises(PublishError, match="did not write"):
        fill(tmp_path, "x")


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "map").mkdir()
    fill(tmp_path / "map", "x")
    assert set(content(tmp_path / "map").values()) == {"x"}


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "map").write_text("x")
    with pytest.raises(PublishError, match="is a file"):
        fill(tmp_path / "map", "x")


def test_an_input_is_never_overwritten(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("input")
    with pytest.raises(PublishError, match="is the folder of the input"), replace_folder(tmp_path, inputs=[source]):
        pass
    forced = replace_folder(tmp_path, inputs=[source], force=True)
    with pytest.raises(PublishError, match="is an input"), forced as staging:
        (staging / "a.txt").write_text("output")
    assert source.read_text() == "input"


@pytest.mark.parametrize("kind", ["link", "dangling", "dots", "input", "hard link"])
def test_dangerous_targets_are_refused_unless_forced(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    real = tmp_path / "real.csv"
    real.write_text("old")
    inputs = [real] if kind in {"input", "hard link"} else []
    path, words = {
        "link": ("link.csv", "symbolic link"),
        "dangling": ("dangling.csv", "symbolic link"),
        "dots": ("sub/../real.csv", "holds '..'"),
        "input": ("real.csv", "is also the input"),
        "hard link": ("hard.csv", "is also the input"),
    }[kind]
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.csv").symlink_to(real)
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "hard.csv").hardlink_to(real)
    with pytest.raises(PublishError, match=words), replace_file(path, inputs=inputs) as temporary:
        temporary.write_text("new")
    assert real.read_text() == "old"
    with replace_file(path, inputs=inputs, force=True) as temporary:
        temporary.write_text("new")
    written = {"dangling": "nowhere.csv", "hard link": "hard.csv"}.get(kind, "real.csv")
    assert (tmp_path / written).read_text() == "new"
    assert (tmp_path / "link.csv").is_symlink()


def test_a_link_on_the_way_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "build").symlink_to("elsewhere")
    with pytest.raises(PublishError, match="build: is a symbolic link"):
        fill("build/map", "x")
    assert not listed(tmp_path / "elsewhere")


def test_links_inside_a_published_folder_are_not_followed(tmp_path):
    (tmp_path / "precious.txt").write_text("precious")
    fill(tmp_path / "map", "old")
    (tmp_path / "map/a.txt").unlink()
    (tmp_path / "map/a.txt").symlink_to(tmp_path / "precious.txt")
    fill(tmp_path / "map", "new")
    assert (tmp_path / "precious.txt").read_text() == "precious"
    assert not (tmp_path / "map/a.txt").is_symlink()


def test_the_root_of_a_disk_is_refused_even_when_forced():
    with pytest.raises(PublishError, match="root of a disk"):
        check_target("/", force=True)


def test_a_file_needs_its_folder_and_is_no_folder(tmp_path):
    with pytest.raises(PublishError, match="does not exist"), replace_file(tmp_path / "no/x.csv"):
        pass
    with pytest.raises(PublishError, match="is a folder"), replace_file(tmp_path):
        pass


def test_a_killed_run_leaves_a_file_that_the_next_one_clears(tmp_path):
    (tmp_path / ".x.impactmap-dead.csv").write_text("half")
    alive = tmp_path / ".x.impactmap-alive.csv"
    alive.write_text("being written")
    held = locks.hold(alive)
    try:
        with replace_file(tmp_path / "x.csv") as temporary:
            temporary.write_text("new")
    finally:
        os.close(held)
    assert listed(tmp_path) == [".x.impactmap-alive.csv", "x.csv"]


def test_a_new_folder_on_a_read_only_disk_is_told_as_such(tmp_path, monkeypatch):
    def refuse(prefix, dir):  # noqa: A002 -- as `tempfile` names it
        assert os.fspath(dir) == os.fspath(tmp_path)
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(PublishError, match="the disk is read-only"), replace_folder(tmp_path / "map"):
        pass
