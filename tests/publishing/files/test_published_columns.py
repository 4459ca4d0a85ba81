"""The data files: what stands in them, that it is valid, and that it is the same every time."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.model.errors import ColumnError, CrsError, PublishError
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS
from impactmap.model.text import restore
from impactmap.publishing.files import cleared_export as leaving
from impactmap.publishing.files import delimited_text as delimited
from impactmap.publishing.files import geo_files as geofiles
from impactmap.publishing.files import kml_file as kml
from impactmap.publishing.files import published_columns as exports
from impactmap.publishing.files import xlsx_file as workbook
from impactmap.publishing.files.chunks import Told

FIRST = [
    "event_id", "date_start", "date_end", "date_precision", "side", "place", "place_name", "place_precision",
    "place_country", "latitude", "longitude", "border_distance_km", "border_view", "population",
]  # fmt: skip


@pytest.fixture
def table(located):
    return exports.published_events(located)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_that_readers_want_come_first_and_none_of_the_model_is_missing(table):
    names = list(table.columns)
    assert names[: len(FIRST)] == FIRST
    assert set(names) == {column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)} | {"geometry"}
    assert len(names) == len(set(names))


def test_rows_order_and_input_are_kept(located, table):
    before = located.copy(deep=True)
    shuffled = located.iloc[::-1]
    assert list(exports.published_events(shuffled)["event_id"]) == list(table["event_id"])[::-1]
    pd.testing.assert_frame_equal(pd.DataFrame(located), pd.DataFrame(before))


def test_a_column_of_the_sheets_own_stays_in_the_house(located):
    located["home_address"] = "1 High Street"
    assert "home_address" not in exports.published_events(located).columns


def test_the_rasters_population_leaves_with_its_radius(located):
    located["population_within_5km"] = 12.0
    columns = exports.published_columns(located.columns)
    assert columns[-1].name == "population_within_5km"
    assert columns[-1].meaning.startswith("people within 5km")
    assert list(exports.published_events(located)["population_within_5km"]) == [12.0] * len(located)


def test_an_area_has_no_position_of_its_own(located):
    area = located["place_precision"] == "region"
    located.loc[area, ["latitude", "longitude"]] = [50.0, 36.0]
    table = exports.published_events(located)
    assert table.loc[area, ["latitude", "longitude"]].isna().all(axis=None)
    assert table.loc[table["place_precision"] == "settlement", "latitude"].notna().all()


@pytest.mark.parametrize(("latitude", "allowed"), [(50.61, True), (50.611, False), (50.61001, False)])
def test_coordinates_of_a_source_are_coarse_or_stay(located, latitude, allowed):
    located.loc[0, "coordinates_from"] = "source"
    located.loc[[0], "geometry"] = gpd.GeoSeries([shapely.Point(36.58, latitude)], index=[0], crs="EPSG:4326")
    if allowed:
        assert exports.published_events(located)["latitude"][0] == pytest.approx(50.61)
        return
    with pytest.raises(PublishError, match=r"1 position finer than two decimals of a degree \('e1'\)"):
        exports.published_events(located)
    assert exports.published_events(located, exact_positions=True)["latitude"][0] == pytest.approx(latitude)


def test_figures_are_rounded_to_what_they_are_worth(located):
    located["border_distance_km"] = located["border_distance_km"] + 0.123456
    assert exports.published_events(located)["border_distance_km"][0] == 31.52


def test_a_figure_that_is_infinite_is_missing(located):
    located.loc[0, "border_distance_km"] = np.inf
    assert np.isnan(exports.published_events(located)["border_distance_km"][0])


def test_a_frame_that_is_not_located_is_refused(located):
    with pytest.raises(ColumnError, match="missing place_precision"):
        exports.published_events(located.drop(columns="place_precision"))
    with pytest.raises(CrsError, match="EPSG:4326"):
        exports.published_events(located.to_crs("EPSG:3857"))


def test_csv(table, tmp_path):
    delimited.write_csv(table, tmp_path / "events.csv")
    found = rows(tmp_path / "events.csv")
    assert found[0]["event_id"] == "e1"
    assert found[0]["date_start"] == "2025-11-09"
    shown = [found[0][name] for name in ("latitude", "population", "border_distance_km")]
    assert shown == ["50.61074", "345289", "31.4"]
    assert (found[4]["latitude"], found[4]["border_distance_min_km"], found[2]["side"]) == ("", "0", "")


KNOWN = [
    "=1+1",
    "+1",
    "-5",
    "@x",
    "\t=1",
    "\r=1",
    "'=1",
    "''=1",
    " =1",
    "NA",
    "00123",
    "a\rb",
    '"',
    ",",
    "-5e3",
    "=\r\n",
]
NASTY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9) | st.sampled_from(KNOWN)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(NASTY.filter(bool), min_size=1, max_size=5))
def test_csv_neutralises_formulas_and_loses_nothing(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    delimited.write_csv(pd.DataFrame({"place": pd.array(texts, dtype="str"), "n": -5.5}), path)
    found = rows(path)
    assert [restore(row["place"]) for row in found] == texts
    assert {row["n"] for row in found} == {"-5.5"}
    for row in found:
        start = row["place"].lstrip(" ")[:1]
        assert start not in {"=", "@", "\t", "\r", "\n"}


def geojson(table, path):
    geofiles.write_geojson(table, path, notices=["Borders: example"])
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_geojson_follows_the_standard(table, tmp_path):
    found = geojson(table, tmp_path / "x.geojson")
    assert found["type"] == "FeatureCollection"
    assert found["attribution"] == ["Borders: example"]
    assert "crs" not in found
    first = found["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [36.58015, 50.61074]}
    assert first["id"] == "e1/1"
    assert first["properties"]["population"] == 345289
    assert first["properties"]["date_start"] == "2025-11-09"
    kinds = [feature["geometry"] and feature["geometry"]["type"] for feature in found["features"]]
    assert kinds == ["Point", "Point", "Point", None, "Polygon", "Polygon", "Polygon", "Point", None, None]
    ring = shapely.LinearRing(found["features"][4]["geometry"]["coordinates"][0])
    assert ring.is_ccw
    assert found["features"][2]["properties"]["side"] is None


def test_geojson_turns_rings_the_right_way_and_keeps_seven_decimals(located, tmp_path):
    outside = [(0, 0), (0, 3), (3, 3), (3, 0)]  # clockwise
    inside = [(1, 1), (2, 1), (2, 2.123456789), (1, 2)]  # anticlockwise
    located.loc[[4], "geometry"] = gpd.GeoSeries([shapely.Polygon(outside, [inside])], index=[4], crs="EPSG:4326")
    found = geojson(exports.published_events(located), tmp_path / "x.geojson")
    outer, inner = found["features"][4]["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw
    assert [2.0, 2.1234568] in inner


def test_geoparquet_comes_back_as_it_was(table, tmp_path):
    geofiles.write_geoparquet(table, tmp_path / "x.parquet")
    back = gpd.read_parquet(tmp_path / "x.parquet")
    assert back.crs.to_epsg() == 4326
    assert list(back.columns) == list(table.columns)
    assert back["population"].tolist() == table["population"].tolist()
    assert back.geometry.geom_equals(table.geometry).where(table.geometry.notna(), other=True).all()


def test_geopackage_holds_events_and_claims(table, claims, tmp_path):
    geofiles.write_geopackage(table, exports.published_claims(claims), tmp_path / "x.gpkg")
    back = gpd.read_file(tmp_path / "x.gpkg", layer="events")
    assert back["event_id"].tolist() == table["event_id"].tolist()
    assert back.geometry.isna().tolist() == table.geometry.isna().tolist()
    with sqlite3.connect(tmp_path / "x.gpkg") as database:
        assert database.execute("select count(*), min(date_published) from claims").fetchone() == (9, "2025-11-09")
        changed = database.execute("select distinct last_change from gpkg_contents").fetchall()
    assert changed == [("2000-01-01T00:00:00.000Z",)]


def test_settings_of_the_library_are_as_before(table, tmp_path):
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        geofiles.write_geopackage(table, None, tmp_path / "x.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
        assert pyogrio.get_gdal_config_option("OGR_SQLITE_SYNCHRONOUS") is None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_a_geopackage_that_cannot_be_written_says_so(table, tmp_path):
    with pytest.raises(PublishError, match="cannot be written"):
        geofiles.write_geopackage(table, None, tmp_path / "missing" / "x.gpkg")


def test_claims_have_all_their_columns(claims, tmp_path):
    found = exports.published_claims(claims.drop(columns="qualifier").assign(private="x"))
    assert list(found.columns) == [column.name for column in CLAIM_COLUMNS]
    assert found["qualifier"].isna().all()
    delimited.write_csv(exports.published_claims(claims), tmp_path / "claims.csv")
    assert rows(tmp_path / "claims.csv")[0]["value"] == "20000"
    assert exports.published_claims(None).empty


def test_workbook_neutralises_formulas(tmp_path):
    import openpyxl

    frame = pd.DataFrame(
        {"place": pd.array(["=1+1", "-5", "a\x01\rb_x0001_", None], dtype="str"), "n": [-5.5, 1, 2, 3]}
    )
    workbook.write_workbook({"events": frame}, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert [cell.value for cell in sheet["A"]] == ["place", "'=1+1", "-5", "a_x0001__x000D_b_x005F_x0001_", None]
    assert [cell.data_type for cell in sheet["A"][1:3]] == ["s", "s"]
    assert sheet["B2"].value == -5.5


def test_a_workbook_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    with pytest.raises(PublishError, match="holds 2 rows and 16,384 columns, the table a has 3 and 1"):
        workbook.write_workbook({"a": pd.DataFrame({"a": range(3)})}, tmp_path / "x.xlsx")


@pytest.mark.parametrize("kind", ["csv", "geojson", "parquet", "gpkg"])
def test_the_same_frame_gives_the_same_bytes(table, claims, tmp_path, kind):
    digests = set()
    for number in range(2):
        path = tmp_path / f"{number}.{kind}"
        if kind == "csv":
            delimited.write_csv(table, path)
        elif kind == "geojson":
            geofiles.write_geojson(table, path)
        elif kind == "parquet":
            geofiles.write_geoparquet(table, path)
        else:
            geofiles.write_geopackage(table, exports.published_claims(claims), path)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_an_empty_table(located, tmp_path):
    table = exports.published_events(located.iloc[:0])
    delimited.write_csv(table, tmp_path / "x.csv")
    assert rows(tmp_path / "x.csv") == []
    assert geojson(table, tmp_path / "x.geojson")["features"] == []
    geofiles.write_geoparquet(table, tmp_path / "x.parquet")
    geofiles.write_geopackage(table, exports.published_claims(None), tmp_path / "x.gpkg")
    assert len(gpd.read_file(tmp_path / "x.gpkg", layer="events")) == 0


def test_large_tables_are_written_in_groups_of_rows_and_tell_how_far_they_are(table, tmp_path, monkeypatch):
    for name in ("geo_files.PART", "geo_files.BLOCK", "delimited_text.BLOCK", "kml_file.BLOCK", "xlsx_file.BLOCK"):
        monkeypatch.setattr(f"impactmap.publishing.files.{name}", 2)
    rows = len(table)
    assert rows > 2
    geofiles.write_geoparquet(table, tmp_path / "x.parquet")
    assert pyarrow.parquet.ParquetFile(tmp_path / "x.parquet").num_row_groups == -(-rows // 2)
    for write in (
        geofiles.write_geoparquet,
        delimited.write_csv,
        delimited.write_tsv,
        delimited.write_hxl,
        delimited.write_jsonl,
        geofiles.write_geojson,
        lambda frame, path, **options: geofiles.write_geopackage(frame, None, path.with_suffix(".gpkg"), **options),
        kml.write_kml,
        lambda frame, *given, **options: workbook.write_workbook({"events": frame}, *given, **options),
    ):
        told = []
        write(table, tmp_path / "x", progress=lambda done, of, _, told=told: told.append((done, of)))
        assert told == [(min(n + 2, rows), rows) for n in range(0, rows, 2)]


@pytest.mark.parametrize("dtype", ["str", "object"])
@pytest.mark.parametrize("unheld", [leaving.UNHELD, leaving.UNHELD_IN_XML])
def test_what_no_format_holds_is_replaced_and_counted(dtype, unheld):
    texts = ["plain", None, "a\x00b", "\x00\x00", "bell\x07", "\ufffe", "Zażółć \U0001f4a5", "$.[x]"]
    table = pd.DataFrame({"text": pd.Series(texts, dtype=dtype)})
    told = Told()
    cleaned = leaving.clean_table(table, told, unheld=unheld)["text"]
    wanted = [text if text is None else unheld.sub("\ufffd", text) for text in texts]
    assert cleaned.astype("object").where(cleaned.notna(), None).tolist() == wanted
    count = 4 if unheld is leaving.UNHELD_IN_XML else 2
    assert told.sentences() == [
        f"Texts with characters that this format cannot hold: {count}. \ufffd stands for each character."
    ]


def test_halves_of_pairs_are_replaced():
    table = pd.DataFrame({"text": pd.Series(["a\ud800", "b"], dtype="object")})
    assert leaving.clean_table(table, Told())["text"].tolist() == ["a\ufffd", "b"]


def test_values_that_are_equal_but_not_alike_stay_apart_in_geojson(table, tmp_path):
    rows = table.iloc[:3].assign(
        number=[0.0, -0.0, 1e300],
        mixed=pd.Series([1, True, 1.0], dtype="object"),
        whole=pd.array([1, None, 2], "Int64"),
    )
    geofiles.write_geojson(rows, tmp_path / "x.geojson")
    lines = (tmp_path / "x.geojson").read_text(encoding="utf-8").splitlines()[3:6]
    ends = [line.removesuffix(",").partition('"number": ')[2] for line in lines]
    assert ends == [
        '0.0, "mixed": 1, "whole": 1}}',
        '-0.0, "mixed": true, "whole": null}}',
        '1e+300, "mixed": 1.0, "whole": 2}}',
    ]


def test_a_shape_that_rows_share_is_put_into_words_once(table, tmp_path, monkeypatch):
    area = table[table["place_precision"] == "region"].iloc[:1]
    made = []
    shown = geofiles._geometry
    monkeypatch.setattr(geofiles, "_geometry", lambda shape: made.append(shape) or shown(shape))
    rows = gpd.GeoDataFrame(pd.concat([area] * 20, ignore_index=True), crs="EPSG:4326")
    features = geojson(rows, tmp_path / "x.geojson")["features"]
    assert len(made) == 1
    assert [feature["geometry"] for feature in features] == [features[0]["geometry"]] * 20
    assert shapely.geometry.shape(features[0]["geometry"]).equals(area.geometry.iloc[0])
