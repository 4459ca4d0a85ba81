"""The geometry is the only position, in every stage and in what is drawn and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import impactmap as im
from impactmap.model.errors import ColumnError, CrsError
from impactmap.places.geocode import geocode_events
from impactmap.places.geocoder import Gazetteer
from impactmap.places.geometry import take_positions

DAYS = pd.to_datetime(["2025-11-08", "2025-11-09", "2025-11-10"]).astype("datetime64[s]")
POINTS = [shapely.Point(36.58, 50.6), shapely.Point(-66.9, 10.48), shapely.Point(178.44, -18.14)]
BORDER = im.load_border(("RU", "UA"))


def own(**columns: object) -> gpd.GeoDataFrame:
    """A plain frame of an analyst: no column of ours but the days."""
    return gpd.GeoDataFrame({"date_start": DAYS, **columns}, geometry=POINTS, crs="EPSG:4326", index=[7, 3, 5])


@pytest.fixture(scope="module")
def located(gazetteer: Gazetteer) -> gpd.GeoDataFrame:
    rows = {"event_id": ["a", "b", "c"], "date_start": DAYS, "place": ["x", "Caracas", "Kharkiv region"]}
    degrees = {"latitude": [50.61, np.nan, np.nan], "longitude": [36.58, np.nan, np.nan]}
    return im.add_border_distance(geocode_events(pd.DataFrame(rows | degrees), gazetteer=gazetteer), border=BORDER)


def drawn(events: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    reports = im.build_map(events).reports
    return list(zip(reports.row_lat.tolist(), reports.row_lon.tolist(), strict=True))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:8857", "OGC:CRS84"])
@pytest.mark.parametrize("name", ["date_start", "date", "day of the event"])
def test_any_frame_with_a_reference_system_and_days_draws(crs: str, name: str) -> None:
    events = own().rename(columns={"date_start": name}).to_crs(crs)
    reports = im.build_map(events).reports
    assert reports.row_kind.tolist() == [0, 0, 0]
    assert reports.row_lat == pytest.approx([50.6, 10.48, -18.14])
    assert reports.row_lon == pytest.approx([36.58, -66.9, 178.44])
    assert (np.diff(reports.day_start) == 1).all()
    assert im.plot_map(events).axes


def test_another_name_of_the_geometry() -> None:
    assert drawn(own().rename_geometry("where")) == [(50.6, 36.58), (10.48, -66.9), (-18.14, 178.44)]


def test_a_frame_without_a_reference_system_is_refused() -> None:
    with pytest.raises(CrsError, match=r"found none. Say which with events.set_crs"):
        im.build_map(own().set_crs(None, allow_override=True))


def test_a_plain_frame_goes_through_the_stages(tmp_path: Path, gazetteer: Gazetteer) -> None:
    events = own(event_id=["a", "b", "c"])
    before = events.copy(deep=True)
    found = im.add_border_distance(im.add_regions(events), border=BORDER)
    assert found["place_country"].tolist() == ["RU", "VE", "FJ"]
    assert found["border_distance_km"].iloc[0] == pytest.approx(31.7, abs=0.1)
    geocoded = geocode_events(events, gazetteer=gazetteer)
    assert geocoded["latitude"].tolist() == [50.6, 10.48, -18.14]
    assert geocoded["place_country"].tolist() == ["RU", "VE", "FJ"]
    assert geocoded["coordinates_from"].tolist() == ["source"] * 3
    assert geocoded.index.tolist() == [7, 3, 5]
    im.write_events(events, tmp_path / "own.gpkg")
    read = gpd.read_file(tmp_path / "own.gpkg")
    assert read.geometry.geom_equals(gpd.GeoSeries(POINTS, crs=4326)).all()
    assert read["latitude"].tolist() == [50.6, 10.48, -18.14]
    pd.testing.assert_frame_equal(pd.DataFrame(events), pd.DataFrame(before))


def test_areas_of_a_frame_are_the_sources(gazetteer: Gazetteer) -> None:
    events = own().set_geometry(gpd.GeoSeries([point.buffer(0.2) for point in POINTS], crs=4326, index=[7, 3, 5]))
    found = geocode_events(events, gazetteer=gazetteer)
    assert found["place_status"].tolist() == ["area"] * 3
    assert found["latitude"].isna().all()
    assert found.geometry.geom_equals_exact(events.geometry, 1e-6).all()
    assert found["place_country"].tolist()[:2] == ["RU", "VE"]


USES: dict[str, Callable[[gpd.GeoDataFrame, Path], object]] = {
    "build_map": lambda events, _: im.build_map(events),
    "plot_map": lambda events, _: im.plot_map(events),
    "write_events": lambda events, folder: im.write_events(events, folder / "x.gpkg"),
    "add_regions": lambda events, _: im.add_regions(events),
    "add_border_distance": lambda events, _: im.add_border_distance(events, border=BORDER),
    "add_population": lambda events, _: im.add_population(events),
    "coarsen_positions": lambda events, _: im.coarsen_positions(events),
    "geocode_events": lambda events, _: im.geocode_events(events),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(
    ("geometry", "count"),
    [
        ([shapely.Point(36.0, 50.0), shapely.Point(1.0, 1.0), None], 2),
        ([shapely.Point(36.0, 50.0), None, None], 1),
        ([shapely.Point(36.58, 50.61), shapely.box(-67, 10, -66, 11), None], 1),
        ([None, None, None], 2),
        ([shapely.Point(36.58, 50.61), shapely.Point(-66.9, 10.4), shapely.box(30, 40, 31, 41)], 1),
    ],
)
def test_columns_that_disagree_are_an_error_with_the_number_of_rows(
    located: gpd.GeoDataFrame, tmp_path: Path, use: str, geometry: list[shapely.Geometry], count: int
) -> None:
    moved = located.set_geometry(gpd.GeoSeries(geometry, index=located.index, crs="EPSG:4326"))
    with pytest.raises(
        ColumnError, match=rf"in {count} of 3 rows latitude, longitude disagree with the geometry.*Drop"
    ):
        USES[use](moved, tmp_path)
    assert not list(tmp_path.iterdir())


def test_distances_of_another_position_are_an_error(located: gpd.GeoDataFrame) -> None:
    moved = located.drop(columns=["latitude", "longitude"])
    moved["geometry"] = gpd.GeoSeries([shapely.Point(36.0, 50.0), None, None], index=moved.index, crs="EPSG:4326")
    with pytest.raises(ColumnError, match=r"in 1 of 3 rows border_distance_km, .* can be measured anew"):
        im.build_map(moved)


def test_what_was_moved_blurred_and_removed_is_obeyed(located: gpd.GeoDataFrame, tmp_path: Path) -> None:
    bare = located.drop(columns=["latitude", "longitude", *(n for n in located.columns if n.startswith("border_"))])
    disc = shapely.Point(-66.9, 10.5).buffer(0.1)
    bare["geometry"] = gpd.GeoSeries([shapely.Point(30.0, 50.0), disc, None], index=bare.index, crs="EPSG:4326")
    reports = im.build_map(bare).reports
    assert reports.row_kind.tolist() == [0, 1, 3]
    assert (reports.row_lat[0], reports.row_lon[0]) == (50.0, 30.0)
    assert [area.geometry.equals(disc) for area in reports.areas] == [True]
    assert reports.row_precision[1] == 2  # a district, no settlement any more
    taken = take_positions(bare)
    assert taken["place_country"].tolist()[:2] == ["UA", "VE"]
    assert taken["place_region_code"].iloc[0] == "UA-32"
    assert taken["coordinates_from"].iloc[0] == "source"
    im.write_events(bare, tmp_path / "bare.gpkg")
    read = gpd.read_file(tmp_path / "bare.gpkg")
    assert read["latitude"].tolist()[0] == 50.0
    assert read.geometry.iloc[0].equals(shapely.Point(30.0, 50.0))


def test_what_agrees_stays_as_it_is(located: gpd.GeoDataFrame) -> None:
    pd.testing.assert_frame_equal(pd.DataFrame(take_positions(located)), pd.DataFrame(located))
    assert take_positions(pd.DataFrame({"latitude": [1.0]}))["latitude"].tolist() == [1.0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-84, 84), st.floats(-179.9, 179.9)), min_size=1, max_size=20))
def test_coordinates_follow_from_the_geometry(points: list[tuple[float, float]]) -> None:
    shapes = [shapely.Point(longitude, latitude) for latitude, longitude in points]
    taken = take_positions(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_crs("EPSG:8857"))
    assert taken["latitude"].to_numpy() == pytest.approx([latitude for latitude, _ in points], abs=1e-6)
    assert taken["longitude"].to_numpy() == pytest.approx([longitude for _, longitude in points], abs=1e-6)
    assert take_positions(taken) is taken


def test_a_plain_frame_is_counted_summed_up_held_back_and_written(tmp_path: Path) -> None:
    plain = own().rename(columns={"date_start": "date"})
    counted = plain.impact(border=BORDER).within_border(50)
    assert counted[["low", "best", "high"]].to_numpy().tolist() == [[1, 1, 1]]
    assert plain.impact.count(by="day")["best"].tolist() == [1, 1, 1]
    assert im.summarise(plain).count == 3
    assert im.summarise(plain.to_crs("EPSG:3857")).count == 3
    named = plain.rename(columns={"date": "date_start"}).assign(event_id=["a", "b", "c"])
    kept, held, _ = im.hold_back(named, im.Project(), now=dt.datetime(2025, 11, 10, 12, tzinfo=dt.UTC))
    assert (len(kept), held) == (1, 2)
    im.write_events(plain, tmp_path / "plain.geojson")
    again = im.read_events(tmp_path / "plain.geojson").events
    # What leaves is coarse.
    assert again["latitude"].tolist() == [50.6, 10.48, -18.14]
    assert again["longitude"].tolist() == [36.58, -66.9, 178.44]
    assert again["date_start"].tolist() == DAYS.tolist()
    fine = plain.set_geometry(plain.geometry.translate(0.001234, 0.001234))
    written = im.write_events(fine, tmp_path / "fine.csv")
    assert any("rounded" in note for note in written.notes)
    assert im.read_events(tmp_path / "fine.csv").events["latitude"].tolist() == [50.6, 10.48, -18.14]
