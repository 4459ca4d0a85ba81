"""Folders on a network share: moves that fail, and file systems that have no locks."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sys
import threading

import pytest

import impactmap
from impactmap.model import atomic
from impactmap.model.errors import PublishError
from impactmap.model.system import locks
from impactmap.places.overrides.decision_file import read_decisions
from impactmap.publishing.files.forms import FORMS

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: What servers answer over a move: the disk is full or gone, the handle is stale, the target lies elsewhere.
REFUSALS = (errno.EIO, errno.ESTALE, errno.EXDEV, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ETIMEDOUT)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the file systems of other computers")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,date,place,killed\n1,2025-11-01,Erdenet,2\n2,2025-11-02,Darkhan,\n", encoding="utf-8")
    return path


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_move_that_fails_leaves_the_old_file_and_is_told(table, tmp_path, monkeypatch, form, refusal):
    reading = impactmap.read_events(table)
    out = tmp_path / "out"
    out.mkdir()
    path = out / ("package" if form.is_folder else f"x{form.endings[0]}")
    impactmap.write_events(reading.events.iloc[:1], path, format=form.name)
    before = contents(out)

    def refused(*_names, **_options):
        raise OSError(refusal, os.strerror(refusal))

    with monkeypatch.context() as share:
        share.setattr(os, "replace", refused)
        share.setattr(os, "rename", refused)
        share.setattr(atomic, "_exchange", lambda *_names: False)
        with pytest.raises(PublishError, match="cannot be written") as told:
            impactmap.write_events(reading.events, path, format=form.name, force=True)
    assert ".impactmap" not in str(told.value)
    assert contents(out) == before


@pytest.fixture
def lockless(monkeypatch):
    """No folder can be locked; a file on this computer's own disk can."""
    import fcntl

    real, asked = fcntl.flock, []

    def flock(handle, operation):
        name = os.path.realpath(f"/proc/self/fd/{handle}")
        asked.append(name)
        if os.path.isdir(name):  # noqa: PTH112 -- a name, not a path of ours
            raise OSError(errno.ENOLCK, "No locks available")
        real(handle, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    return asked


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux tells which file a handle is of")  # noqa: PTH112
@pytest.mark.parametrize(
    "name", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF], ids=lambda number: errno.errorcode[number]
)
def test_without_locks_of_folders_runs_of_one_computer_still_wait_for_each_other(tmp_path, monkeypatch, name):
    import fcntl

    real = fcntl.flock

    def flock(handle, operation):
        if os.path.isdir(os.path.realpath(f"/proc/self/fd/{handle}")):  # noqa: PTH112
            raise OSError(name, os.strerror(name))
        real(handle, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def first():
        with locks.alone_in(tmp_path):
            inside.set()
            leave.wait(30)
            order.append("first")

    def second():
        inside.wait(30)
        with locks.alone_in(tmp_path):
            order.append("second")

    runs = [threading.Thread(target=first), threading.Thread(target=second)]
    for run in runs:
        run.start()
    inside.wait(30)
    runs[1].join(0.3)  # a second run that does not wait is through long before
    assert order == []
    leave.set()
    for run in runs:
        run.join(30)
    assert order == ["first", "second"]
    assert not list(tmp_path.iterdir())


def test_a_map_is_built_where_nothing_can_be_locked(table, tmp_path, lockless):
    impactmap.build(table, tmp_path / "map", now=NOW)
    impactmap.build(table, tmp_path / "map", now=NOW)
    assert lockless
    assert (tmp_path / "map" / "map.html").stat().st_size > 10_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map", "t.csv"]


def test_a_decision_is_kept_where_nothing_can_be_locked(table, tmp_path, lockless):
    from impactmap.desk.board import Board, Choice
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.workspace.doubts import open_doubts
    from impactmap.workspace.opening import open_source

    table.write_text("id,date,place\n1,2025-11-01,Springfield\n", encoding="utf-8")
    gazetteer = open_gazetteer()
    doubts = open_doubts(open_source(table, now=NOW), now=NOW, gazetteer=gazetteer)
    file = tmp_path / "decisions.csv"
    board = Board(doubts, file, gazetteer=gazetteer, today=NOW.date)
    board.decide(0, Choice(kind="reject", editor="A", reason="nowhere"))
    assert lockless
    assert len(read_decisions(file)) == 1
