"""What a published dataset holds: files that others read, counts that are theirs, the same bytes for the same rows."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import geopandas as gpd
import pandas as pd
import pytest

import impactmap as im
from impactmap.publishing.files.published_columns import published_events
from impactmap.workspace.build import make_ready
from impactmap.workspace.workspace import open as open_table

NOW = dt.datetime(2025, 4, 20, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def table(mixed_table):
    return mixed_table(800)


def publish(parted, table, folder, count):
    dataset = im.open_dataset(parted(table, count), now=NOW, border="MN:RU", title="Mixed", file_rows=150)
    return dataset.build(folder)


@pytest.fixture(scope="module")
def reports(parted, table, tmp_path_factory):
    """The same rows published from one partition and from five."""
    return [publish(parted, table, tmp_path_factory.mktemp("out") / "map", count) for count in (1, 5)]


@pytest.fixture(scope="module")
def single(table):
    work = open_table(table, now=NOW, border="MN:RU", title="Mixed")
    return work, make_ready(work, lambda *_: None)


def test_read_by_others_and_the_same_as_one_table(reports, single):
    report, ready = reports[1], single[1]
    folder = report.folder
    assert im.verify_folder(folder) == []
    files = sorted(folder.glob("events-*.parquet"))
    assert len(files) > 4
    whole = pd.concat([gpd.read_parquet(file) for file in files])
    expected = published_events(ready.events)
    key = ["source_row", "event_id", "place_number"]
    assert set(expected.columns) == set(whole.columns) - {"bbox"}
    plain = [
        pd.DataFrame(frame.to_wkb()).sort_values(key, ignore_index=True)[sorted(expected.columns)].astype(object)
        for frame in (whole, expected)
    ]
    pd.testing.assert_frame_equal(*[frame.where(frame.notna(), None) for frame in plain])
    asked = f"SELECT count(DISTINCT event_id), count(*) FROM '{folder}/events-*.parquet'"
    assert duckdb.sql(asked).fetchall()[0] == (report.events, len(expected))
    by_side = duckdb.sql(
        f"SELECT side, count(DISTINCT event_id) FROM '{folder}/events-*.parquet' GROUP BY side ORDER BY side NULLS LAST"
    ).fetchall()
    assert [count for _, count in by_side] == im.count_events(ready.events, by="side")["best"].tolist()
    inside = duckdb.sql(
        f"SELECT count(*) FROM '{folder}/events-*.parquet' WHERE bbox.xmin >= 100 AND bbox.xmax <= 108"
    ).fetchall()[0]
    assert inside == (int((expected.bounds["minx"].ge(100) & expected.bounds["maxx"].le(108)).sum()),)
    claims = duckdb.sql(f"SELECT count(*) FROM '{folder}/claims-*.parquet'").fetchall()[0]
    assert claims == (report.claims,) == (len(ready.claims),)
    counts = pd.read_parquet(next(folder.glob("counts-*.parquet")))
    assert counts.groupby("side", dropna=False)["best"].sum().sum() >= report.events
    rejected = pd.read_parquet(next(folder.glob("rejected-*.parquet")))
    assert len(rejected) == report.rejected
    assert set(rejected["partition"]) <= {f"part-{number:03}.parquet" for number in range(5)}


def test_the_same_rows_give_the_same_bytes_however_they_are_parted(reports):
    manifests = [json.loads((report.folder / "manifest.json").read_text()) for report in reports]
    told = [
        {
            each["path"]: each["sha256"]
            for each in manifest["files"]
            if not each["path"].startswith(("rejected-", "map.html", "METHOD"))
        }
        for manifest in manifests
    ]
    assert told[0] == told[1]
    assert manifests[0]["tree"]["groups"] == manifests[1]["tree"]["groups"]


def test_the_page_says_the_totals(reports, single):
    report, (work, ready) = reports[1], single
    page = (report.folder / "map.html").read_text(encoding="utf-8")
    assert im.summarise(ready.events, ready.claims, work.project).sentence in page
    assert "connect-src 'self'" in page
    method = (report.folder / "METHOD.md").read_text(encoding="utf-8")
    assert "what is reported twice counts twice" in method


def test_a_file_that_is_altered_is_found(reports):
    folder = reports[0].folder
    file = next(folder.glob("events-*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert [(each.path, each.kind) for each in im.verify_folder(folder)] == [(file.name, "altered")]
