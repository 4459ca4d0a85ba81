"""Texts kept in a file: the same table, whatever of it is in memory; nothing is left behind on the disk."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import impactmap
from impactmap.model import spill as spilling
from impactmap.model.errors import TableError
from impactmap.model.spill import Spool, change_texts, release, spill

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere a file in use keeps its name: no file is made")
FILES = Path(__file__).parents[1] / "fixtures"
SEED = Path(__file__).parents[2] / "seeds" / "first-map"


@pytest.fixture
def always(monkeypatch):
    """Leave nothing in memory, and cut tables into parts of three rows."""
    monkeypatch.setattr(spilling, "LEAST", -1)
    monkeypatch.setattr(spilling, "_ROWS", 3)


TEXTS = st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=20), max_size=12)


@given(TEXTS, st.lists(st.integers(-5, 5), min_size=12, max_size=12))
def test_a_frame_comes_back_as_it_was(texts, numbers):
    frame = pd.DataFrame({"a": pd.Series(texts, dtype="str"), "n": numbers[: len(texts)]})
    frame.index = pd.Index(range(7, 7 + len(texts)), name="source_row")
    frame["b"] = frame["a"].iloc[::-1].to_numpy()
    frame.attrs["terms"] = "cite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilling, "LEAST", -1)
        patch.setattr(spilling, "_ROWS", 3)
        moved = spill(frame)
    release()
    pd.testing.assert_frame_equal(moved, frame)
    assert moved.attrs == frame.attrs
    assert (moved["a"] + "!").tolist() == (frame["a"] + "!").tolist()


def test_small_tables_stay_in_memory_and_large_ones_do_not(always, monkeypatch):
    frame = pd.DataFrame({"a": pd.Series(["text"] * 8, dtype="str")})
    assert spilling._is_mapped(spill(frame)["a"])
    monkeypatch.setattr(spilling, "LEAST", 1 << 20)
    assert spill(frame) is frame


def test_what_is_in_a_file_is_not_written_again(always):
    moved = spill(pd.DataFrame({"a": pd.Series(["text"] * 8, dtype="str")}))
    again = spill(moved.assign(b=pd.Series(["more"] * 8, dtype="str")))
    addresses = [spilling._arrow(frame["a"]).chunk(0).buffers()[2].address for frame in (moved, again)]
    assert addresses[0] == addresses[1]
    assert spilling._is_mapped(again["b"])


def test_a_column_is_changed_a_part_at_a_time(always):
    column = pd.Series([" a", None, "b ", "c"] * 3, index=range(5, 17), name="x", dtype="str")
    parts = []

    def strip(part):
        parts.append(len(part))
        return part.str.strip()

    changed = change_texts(column, strip)
    pd.testing.assert_series_equal(changed, column.str.strip())
    assert max(parts) == 3
    assert spilling._is_mapped(changed)
    assert change_texts(changed, strip) is changed


def test_a_spool_takes_parts_until_they_are_too_many_for_memory():
    part = pd.DataFrame({"a": pd.Series(["x" * 50, None], dtype="str")})
    for least in (10_000, 0):
        spool = Spool(least)
        for _ in range(5):
            spool.append(part)
        whole = spool.frame()
        assert whole[0].tolist()[::2] == ["x" * 50] * 5
        assert whole[0].isna().sum() == 5
        assert spilling._is_mapped(whole[0]) == (least == 0)


def test_the_file_has_no_name_and_goes_with_the_frame(always, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = len(spilling._maps)
    moved = spill(pd.DataFrame({"a": pd.Series(["text"] * 8, dtype="str")}))
    assert list(tmp_path.iterdir()) == []
    assert len(spilling._maps) == before + 1
    del moved
    gc.collect()
    assert len(spilling._maps) == before


def test_a_disk_without_room_is_told(always, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spilling, "_temporary_file", full)
    with pytest.raises(TableError, match=r"found none \(.*No space left on device\)\. Free some space .* TMPDIR"):
        spill(pd.DataFrame({"a": pd.Series(["text"], dtype="str")}))


AWKWARD = {
    "totals and a title": """My table,,,
id,date,place,killed
1,2025-11-09,Kharkiv,2
,,,
2,2025-11-10,'=Kyiv,about 5
Total,,,7
""",
    "rejected rows": """date,place,lat,lon
2025-11-09,Sumy,50.9,34.8
2025-13-09,Kyiv,,
2025-11-09,,,
2025-11-09,Lviv,95,10
""",
    "shared identifiers": """id,date,place,side
a,2025-11-09,Sumy,A
a,2025-11-09,Kyiv,A
b,2025-11-09,Lviv; Odesa,B
a,2025-11-10,Sumy,unknown
""",
    "spaces and quotes": """date,place,summary
2025-11-09, Sumy ," a ""quoted""  text
of two lines "
2025-11-09,  ,
2025-11-10,Kyiv,x
""",
    "empty columns": """date,place,,note
2025-11-09,Sumy,,
2025-11-10,Kyiv,,
""",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_a_table_reads_the_same_from_a_file(text, always, monkeypatch, tmp_path):
    (tmp_path / "sheet.csv").write_text(text, encoding="utf-8")
    _same_from_a_file(monkeypatch, tmp_path / "sheet.csv")


def test_real_tables_read_the_same_from_a_file(always, monkeypatch):
    _same_from_a_file(monkeypatch, FILES / "located.csv")
    _same_from_a_file(
        monkeypatch, SEED / "events.csv", places=SEED / "places.csv", claims=SEED / "claims.csv", withdrawn=True
    )


def _same_from_a_file(monkeypatch, path, **options):
    monkeypatch.setattr(spilling, "LEAST", -1)
    small = impactmap.read_events(path, **options)
    assert spilling._is_mapped(small.events["event_id"])
    monkeypatch.setattr(spilling, "LEAST", 1 << 30)
    whole = impactmap.read_events(path, **options)
    for name in ("events", "claims", "rejected", "row_faults"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(whole, name))
    assert (small.notes, small.warnings, small.inputs) == (whole.notes, whole.warnings, whole.inputs)
