"""What is written is read by other libraries with right types, and what they hold is read by us; the recipes run."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import shapely

import impactmap as im

ROOT = Path(__file__).parents[3]
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def parquet(tmp_path, located):
    path = tmp_path / "events.parquet"
    im.write_events(located, path, now=NOW)
    return path


def test_duckdb_reads_types_and_missing_values(parquet, located):
    relation = duckdb.sql(f"FROM '{parquet}'")
    types = {name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}
    assert types["date_start"].startswith("TIMESTAMP")
    assert {types[name] for name in ("event_id", "side", "place_name")} == {"VARCHAR"}
    assert {types[name] for name in ("latitude", "border_distance_km", "place_radius_km")} == {"DOUBLE"}
    assert {types[name] for name in ("population", "place_number")} == {"BIGINT"}
    assert types["geometry"].startswith(("GEOMETRY", "BLOB"))
    counts = f"SELECT count(*) FILTER (geometry IS NULL), count(*) FROM '{parquet}'"
    ((none, rows),) = duckdb.sql(counts).fetchall()
    assert (none, rows) == (int(located.geometry.isna().sum()), len(located))
    days = duckdb.sql(f"SELECT DISTINCT date_start::DATE FROM '{parquet}' ORDER BY 1").fetchall()
    assert [day for (day,) in days] == sorted(set(located["date_start"].dt.date))


def test_polars_reads_types_and_missing_values(parquet, located):
    frame = pl.read_parquet(parquet)
    assert frame.schema["date_start"] == pl.Datetime("ms")
    assert (frame.schema["latitude"], frame.schema["population"]) == (pl.Float64, pl.Int64)
    assert (frame.schema["side"], frame.schema["geometry"]) == (pl.String, pl.Binary)
    for name in ("side", "population", "latitude", "geometry"):
        assert frame[name].null_count() == int(located[name].isna().sum()), name
    assert frame["event_id"].to_list() == located["event_id"].tolist()


def test_geopandas_reads_the_same_shapes(parquet, located):
    frame = gpd.read_parquet(parquet)
    assert frame.crs.to_epsg() == 4326
    assert frame["population"].dtype == "Int64"
    assert frame["date_start"].dt.date.tolist() == located["date_start"].dt.date.tolist()
    for ours, theirs in zip(located.geometry, frame.geometry, strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or shapely.hausdorff_distance(ours, theirs) < 0.01


SHEET = {
    "date": ["2025-11-08", "2025-11-09"],
    "place": ["Gao", "Mopti"],
    "country": ["ML", "ML"],
    "side": ["A", None],
    "killed": [3, None],
    "voltage": [35, 110],
}


def relation():
    frame = pd.DataFrame(SHEET)
    connection = duckdb.connect()
    connection.register("sheet", frame)
    return connection.sql("SELECT * REPLACE (date::DATE AS date) FROM sheet")


@pytest.mark.parametrize(
    "make",
    [
        lambda: pd.DataFrame(SHEET),
        lambda: pl.DataFrame(SHEET),
        lambda: pl.DataFrame(SHEET).lazy(),
        lambda: pl.DataFrame(SHEET).with_columns(pl.col("date").str.to_date()),
        lambda: pl.DataFrame(SHEET).with_columns(pl.col("side").cast(pl.Categorical)),
        lambda: pa.table(SHEET),
        lambda: pa.table(SHEET).to_batches()[0],
        lambda: pa.table(SHEET).to_reader(),
        relation,
    ],
    ids=["pandas", "polars", "lazy", "polars dates", "categories", "arrow", "batch", "reader", "duckdb"],
)
def test_a_frame_of_any_library_is_the_same_table(make):
    reading = im.read_events(make())
    assert reading.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == SHEET["date"]
    assert reading.events["place"].tolist() == SHEET["place"]
    assert reading.events["side"].fillna("-").tolist() == ["A", "-"]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 3.0]]
    located = im.open(make(), now=NOW).events
    assert located["place_country"].tolist() == ["ML", "ML"]
    assert located["voltage"].astype(str).tolist() == ["35", "110"]


def test_a_folder_a_pattern_and_a_list_are_several_tables(tmp_path):
    for day in (8, 9):
        pd.DataFrame(SHEET).assign(date=f"2025-11-{day:02}").to_csv(tmp_path / f"day-{day}.csv", index=False)
    (tmp_path / "other.csv").write_text("date,place\n2025-11-10,Ségou\n", encoding="utf-8")
    assert len(im.open(tmp_path, now=NOW).events) == 5
    assert len(im.open(tmp_path / "day-*.csv", now=NOW).events) == 4
    assert len(im.open([tmp_path / "day-8.csv", tmp_path / "other.csv"], now=NOW).events) == 3


@pytest.mark.parametrize(
    ("source", "match"),
    [
        ([{"date": "2025-11-08"}], r"expected one table, found a list of 1\. Open several tables with impactmap\.open"),
        (pd.Series([1, 2]), r"found pandas\.\S*Series\. Turn it into a pandas DataFrame"),
        (pl.Series([1, 2]), r"found polars\.\S*Series\. Turn it into a pandas DataFrame"),
        ("folder", r"found a folder at .*impactmap\.open\(folder\)"),
        ("folder/*.csv", r"found the pattern .*impactmap\.open\.$"),
    ],
)
def test_what_is_no_single_table_is_refused_with_the_way_on(tmp_path, monkeypatch, source, match):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(im.ImpactMapError, match=match):
        im.read_events(source)


@pytest.mark.parametrize("library", [pl.DataFrame, pa.table])
def test_shapes_as_bytes_are_left_out_with_the_way_to_bring_them(library):
    point = shapely.to_wkb(shapely.Point(-4.2, 14.5))
    frame = {
        "date": ["2025-11-08", "2025-11-09"],
        "place": ["Mopti", "Gao"],
        "shape": [None, point],
        "raw": [b"x", b"y"],
    }
    reading = im.read_events(library(frame))
    assert "shape" not in reading.events.columns
    (note,) = [note.text for note in reading.notes if "'shape'" in note.text]
    assert "do not say their coordinate reference system, and was left out" in note
    code = re.search(r"Say it: (.*)\.$", note).group(1)
    pandas = pl.DataFrame(frame).to_pandas()
    brought = eval(code, {"geopandas": gpd, "frame": pandas})
    assert im.read_events(brought).events["latitude"].iloc[1] == pytest.approx(14.5)


@pytest.mark.slow
def test_the_recipes_in_sql_run(tmp_path, monkeypatch):
    (block,) = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/recipes.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    work = im.open(ROOT / "seeds/first-map", now=dt.datetime(2025, 11, 12, tzinfo=dt.UTC))
    work.build(tmp_path / "published")
    monkeypatch.chdir(tmp_path)
    by_region, said = (duckdb.sql(query).fetchall() for query in block.split(";")[:2])
    assert by_region == [
        ("Belgorod region", "Ukraine", 1),
        ("Kharkiv region", "Russia", 2),
        ("Kyiv region", "Russia", 1),
        ("Rostov region", None, 1),
        ("Voronezh region", "Ukraine", 1),
    ]
    assert said == [(dt.date(2025, 11, 9), None, "about", 100000)]
