"""JSON and geographic formats, and what is no table."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from impactmap.model.errors import CrsError, TableError
from impactmap.reading.formats.files import open_table
from impactmap.reading.read import read_events

AREA = shapely.Polygon([(36, 49), (37, 49), (37, 50), (36, 50)])


def frame(crs="EPSG:4326", **more):
    return gpd.GeoDataFrame(
        {"id": ["001", "002", "003"], "date": ["2025-11-09"] * 3, "place": ["A", "B", "Київ"], **more},
        geometry=[shapely.Point(36.5, 50.25), AREA, None],
        crs=crs,
    )


def write(gdf, path):
    if path.suffix in {".parquet", ".geoparquet"}:
        gdf.to_parquet(path)
    else:
        gdf.to_file(path, **({"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}))
    return path


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".parquet", ".fgb", ".json"])
def test_points_areas_and_rows_without_shape(tmp_path, ending):
    if ending == ".json":
        path = tmp_path / "table.json"
        path.write_text(frame().to_json(), encoding="utf-8")
    else:
        path = write(frame(), tmp_path / f"table{ending}")
    events = read_events(path).events.sort_values("event_id")
    assert events["event_id"].tolist() == ["001", "002", "003"]
    assert events["latitude"].fillna(-1).tolist() == [50.25, -1, -1]
    assert events["longitude"].fillna(-1).tolist() == [36.5, -1, -1]
    assert events["coordinates_from"].fillna("").tolist() == ["source", "", ""]
    assert shapely.from_wkt(events["source_geometry"].iloc[1]).equals(AREA)
    assert events["source_geometry"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637"])
def test_a_shapefile_is_read_with_the_files_beside_it(tmp_path, crs):
    path = tmp_path / "table.shp"
    frame().iloc[[0, 2]].set_geometry(gpd.points_from_xy([36.5, 30.5], [50.25, 50.45]), crs="EPSG:4326").to_crs(
        crs
    ).to_file(path, encoding="utf-8")
    events = read_events(path).events
    assert events["place"].tolist() == ["A", "Київ"]
    assert events["latitude"].tolist() == pytest.approx([50.25, 50.45], abs=1e-9)
    assert events["longitude"].tolist() == pytest.approx([36.5, 30.5], abs=1e-9)


@pytest.mark.parametrize("gone", [".shx", ".dbf"])
def test_a_shapefile_without_its_other_files_says_which(tmp_path, gone):
    path = tmp_path / "table.shp"
    frame().iloc[[0]].to_file(path)
    path.with_suffix(gone).unlink()
    with pytest.raises(TableError, match=rf"table\.shp: expected the other files .* found no \{gone}"):
        read_events(path)


def test_layers_of_one_file_are_the_three_tables(tmp_path):
    path = write(frame(), tmp_path / "table.gpkg")
    claims = pd.DataFrame({"event_id": ["001"], "metric": ["killed"], "value": [7]})
    pyogrio.write_dataframe(claims, path, layer="claims", append=True)
    frame().to_file(path, layer="other", mode="a")
    reading = read_events(path)
    assert reading.claims[["event_id", "value"]].to_numpy().tolist() == [["001", 7.0]]
    assert "The layer 'table' was read; 'other' not." in [note.text for note in reading.notes]


@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
def test_any_reference_system_is_carried_to_wgs_84(tmp_path, ending):
    path = write(frame().to_crs("EPSG:3857"), tmp_path / f"table{ending}")
    reading = read_events(path)
    first = reading.events[reading.events["event_id"] == "001"].iloc[0]
    assert (first["latitude"], first["longitude"]) == pytest.approx((50.25, 36.5), abs=1e-9)
    assert any("WGS 84 / Pseudo-Mercator to WGS 84" in note.text for note in reading.notes)


def test_a_missing_reference_system_is_refused(tmp_path):
    path = tmp_path / "table.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        frame(crs=None).to_file(path, layer="events")
    with pytest.raises(CrsError, match=r"table.gpkg: expected a coordinate reference system"):
        read_events(path)


def test_columns_named_like_the_position_are_kept_beside_it(tmp_path):
    path = write(frame(latitude=[1.0, 2.0, 3.0]), tmp_path / "table.geojson")
    events = read_events(path).events
    assert events["latitude"].fillna(-1).tolist() == [50.25, -1, -1]
    assert events["latitude (column)"].tolist() == ["1", "2", "3"]


def test_points_that_are_not_finite_are_quarantined(tmp_path):
    gdf = frame()
    gdf.geometry = [shapely.Point(float("inf"), 50), shapely.Point(0, 0), shapely.Point(36, 50)]
    reading = read_events(write(gdf, tmp_path / "table.parquet"))
    assert reading.events["event_id"].tolist() == ["003"]
    assert reading.rejected["source_row"].tolist() == [1, 2]


def test_a_file_of_our_own_is_not_read_as_reported_shapes(tmp_path):
    gdf = frame(place_status="matched", place_provider="geonames", border_distance_km=[1.5, 2.0, 3.0])
    events = read_events(write(gdf, tmp_path / "table.parquet")).events
    assert "source_geometry" not in events.columns
    assert events["border_distance_km"].tolist() == [1.5, 2.0, 3.0]
    assert events["place_status"].tolist() == ["matched"] * 3


def test_json_lines_keep_numbers_as_written(tmp_path):
    path = tmp_path / "table.jsonl"
    rows = [
        '{"id": 12345678901234567890, "date": "2025-11-09", "place": "NA", "tags": ["a", "b"], "deep": {"k": 1}}',
        "",
        '{"id": "00123", "date": "2025-11-09", "place": null, "country": "Київ", "flag": true}',
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    events = read_events(path).events
    assert events["event_id"].tolist() == ["12345678901234567890", "00123"]
    assert events["place"].tolist() == ["NA", "Київ"]
    assert events["source_row"].tolist() == [1, 3]
    assert events.loc[0, ["tags", "deep"]].tolist() == ["a; b", '{"k": "1"}']
    assert events.loc[1, "flag"] == "true"


def test_a_json_array(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps([{"date": "2025-11-09", "place": "A"}]), encoding="utf-8-sig")
    assert read_events(path).events["place"].tolist() == ["A"]


def test_plain_parquet(tmp_path):
    path = tmp_path / "table.parquet"
    days = pd.to_datetime(["2025-11-09", "2025-11-10"])
    pd.DataFrame({"date": days, "place": ["A", "B"], "killed": [1.0, None], "n": [1, 2]}).to_parquet(path)
    reading = read_events(path)
    assert reading.events["date_start"].tolist() == list(days)
    assert reading.claims["value"].tolist() == [1.0]
    assert reading.events["n"].tolist() == ["1", "2"]


@pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.geojson"])
def test_half_signs_of_json_are_replaced(tmp_path, name):
    """JSON can write one half of a sign, UTF-8 cannot: it is read as the sign for what is no sign."""
    row = {"date": "2025-11-09", "place \udfff": "A \ud800", "list": ["\ud83d"], "whole": "\U0001f600"}
    point = {"type": "Point", "coordinates": [1, 2]}
    feature = {"type": "Feature", "properties": {**row, "list": "\ud83d"}, "geometry": point}
    told = {"t.json": [row], "t.jsonl": row, "t.geojson": {"type": "FeatureCollection", "features": [feature]}}[name]
    (tmp_path / name).write_text(json.dumps(told) + "\n", encoding="utf-8")
    cells = open_table(tmp_path / name).cells
    assert cells.iloc[0].to_list()[:4] == ["2025-11-09", "A \ufffd", "\ufffd", "\U0001f600"]
    assert cells.columns[1] == "place \ufffd"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.jsonl", b'{"date": 1}\n{broken', "t.jsonl, row 2: expected JSON"),
        ("t.jsonl", b'{"date": 1}\n[1]', "t.jsonl, row 2: expected a JSON object"),
        ("t.jsonl", b'{"date": "\xff"}', "expected JSON in UTF-8"),
        ("t.json", b"[" * 100_000, "t.json, row 1: expected JSON"),
        ("t.json", b"[]", "expected records with named values, found none"),
        ("t.geojson", b'{"type": "FeatureCollection", "features": 7', "expected GeoJSON, found a damaged file"),
        ("t.geojson", b"<OGRVRTDataset/>", "expected the content of a .geojson file"),
        ("t.gpkg", b"SQLite format 3\0 and no more", "expected GeoPackage, found a damaged file"),
        ("t.parquet", b"PAR1 and no more PAR1", "expected Parquet, found a damaged file"),
        ("t.pdf", b"%PDF-1.7", "expected one of the formats .csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(TableError, match=message):
        read_events(path)


def test_a_missing_file_a_folder_and_an_address(tmp_path):
    (tmp_path / "events.csv").write_text("date,place\n")
    with pytest.raises(TableError, match=r"found nothing at .*event\.csv'\. Did you mean 'events.csv'\?"):
        read_events(tmp_path / "event.csv")
    with pytest.raises(TableError, match="expected a file, found a folder"):
        read_events(tmp_path)
    with pytest.raises(TableError, match="expected a file on this computer, found the address"):
        read_events("https://example.org/events.csv")
