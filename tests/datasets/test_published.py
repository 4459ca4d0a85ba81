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


def published(parted, table, tmp_path, count, **said):
    dataset = im.open_dataset(
        parted(table, count, name=f"reports-{count}"), now=NOW, border="MN:RU", title="Mixed", file_rows=150, **said
    )
    return dataset.build(tmp_path / f"out-{count}")


def test_read_by_others_and_the_same_as_one_table(parted, table, tmp_path):
    report = published(parted, table, tmp_path, 4)
    folder = report.folder
    assert im.verify_folder(folder) == []
    files = sorted(folder.glob("events-*.parquet"))
    assert len(files) > 4
    whole = pd.concat([gpd.read_parquet(file) for file in files])
    ready = make_ready(open_table(table, now=NOW, border="MN:RU", title="Mixed"), lambda *_: None)
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
    assert set(rejected["partition"]) <= {f"part-{number:03}.parquet" for number in range(4)}


def test_the_same_rows_give_the_same_bytes_however_they_are_parted(parted, table, tmp_path):
    folders = [published(parted, table, tmp_path, count).folder for count in (1, 7)]
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    told = [
        {
            each["path"]: each["sha256"]
            for each in manifest["files"]
            if not each["path"].startswith(("rejected-", "map", "METHOD"))
        }
        for manifest in manifests
    ]
    assert told[0] == told[1]
    assert manifests[0]["tree"]["groups"] == manifests[1]["tree"]["groups"]


def test_the_page_says_the_totals(parted, table, tmp_path):
    report = published(parted, table, tmp_path, 2)
    page = (report.folder / "map.html").read_text(encoding="utf-8")
    ready = make_ready(open_table(table, now=NOW, border="MN:RU", title="Mixed"), lambda *_: None)
    assert (
        im.summarise(
            ready.events, ready.claims, open_table(table, now=NOW, border="MN:RU", title="Mixed").project
        ).sentence
        in page
    )
    assert "<script" not in page
    assert "https://" not in page.split("im-footer")[0]
    method = (report.folder / "METHOD.md").read_text(encoding="utf-8")
    assert "what is reported twice counts twice" in method


def test_a_file_that_is_altered_is_found(parted, table, tmp_path):
    folder = published(parted, table.head(60), tmp_path, 1).folder
    file = next(folder.glob("events-*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert [(each.path, each.kind) for each in im.verify_folder(folder)] == [(file.name, "altered")]
