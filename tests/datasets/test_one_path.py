"""A dataset gives what the same rows give as one table, however they are parted and whoever works on them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import impactmap as im
from impactmap.datasets.dataset import open_dataset
from impactmap.workspace.build import make_ready
from impactmap.workspace.workspace import open as open_table

NOW = dt.datetime(2025, 4, 20, tzinfo=dt.UTC)
KEY = ["source_row", "event_id", "place_number"]


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in one order of rows and columns, its shapes as bytes."""
    frame = pd.DataFrame(frame)
    if "geometry" in frame.columns:
        frame = frame.assign(geometry=[None if shape is None else shape.wkb for shape in frame["geometry"]])
    key = [name for name in KEY if name in frame.columns] or list(frame.columns)
    return frame.sort_values(key, kind="stable", ignore_index=True)[sorted(frame.columns)]


@pytest.fixture(scope="module")
def table(mixed_table):
    return mixed_table(2_000)


@pytest.fixture(scope="module")
def single(table):
    work = open_table(table, now=NOW, border="MN:RU")
    return work, make_ready(work, lambda *_: None)


@pytest.mark.parametrize(("count", "form"), [(1, "parquet"), (3, "csv"), (17, "parquet")])
def test_the_same_as_one_table_byte_for_byte(tmp_path, parted, table, single, count, form):
    work, ready = single
    dataset = open_dataset(parted(table, count, form), now=NOW, border="MN:RU", file_rows=500, work=tmp_path / "work")
    found = dataset.events.compute()
    pd.testing.assert_frame_equal(plain(found), plain(ready.events))
    assert dataset.reading["held_back"] == ready.held_back > 0
    faults = work.reading.row_faults
    assert dataset.rejected["reason"].str.startswith("expected ").all()
    assert len(dataset.rejected) == len(faults) > 50
    for by in (None, "day", "month", "side", "confirmation", "place_precision", "sectors", ["place_country", "side"]):
        pd.testing.assert_frame_equal(dataset.count(by), im.count_events(ready.events, by=by))
        for metric in ("killed", "injured"):
            expected = im.total_figures(ready.events, ready.claims, metric, by=by)
            pd.testing.assert_frame_equal(dataset.total(metric, by), expected)
