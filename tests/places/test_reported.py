"""Areas and lines that a source draws stay areas, whatever place is named beside them."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.places.geocode import geocode_events
from impactmap.places.positions import coarsen_positions

BOX = "POLYGON ((36 49.5, 36.5 49.5, 36.5 50, 36 50, 36 49.5))"
WIDE = "POLYGON ((30 48, 34 48, 34 52, 30 52, 30 48))"
BOW = "POLYGON ((36 49, 37 50, 37 49, 36 50, 36 49))"
LINE = "LINESTRING (36 49, 36.4 49.4)"
POINTS = "MULTIPOINT ((36 49), (36.3 49.2))"
HOUSE = "POLYGON ((36.2301 49.9801, 36.2309 49.9801, 36.2309 49.9806, 36.2301 49.9801))"


def located(*shapes, **columns):
    frame = pd.DataFrame({"place": ["Kharkiv"] * len(shapes), "source_geometry": shapes})
    return geocode_events(frame.astype("str").assign(**columns))


@pytest.mark.parametrize(
    ("shape", "precision"),
    [(BOX, "district"), (WIDE, "region"), (BOW, "region"), (LINE, "district"), (POINTS, "district")],
)
def test_a_shape_is_an_area_and_no_point(shape, precision):
    row = located(shape).iloc[0]
    assert (row["place_status"], row["place_precision"], row["place_provider"]) == ("area", precision, "source_area")
    assert row["geometry"].geom_type in {"Polygon", "MultiPolygon"}
    assert row["geometry"].is_valid
    assert pd.isna(row["latitude"])
    assert pd.isna(row["place_id"])
    assert row["place_name"] == "Kharkiv"
    assert row["place_reason"] == "The area is the source's own."


def test_a_shape_without_a_name_is_located_and_a_name_without_a_shape_is_too():
    found = located(BOX, None)
    assert found["place_status"].tolist() == ["area", "matched"]
    alone = geocode_events(pd.DataFrame({"place": [None], "source_geometry": [BOX]}, dtype="str"))
    assert alone["place_status"].tolist() == ["area"]
    assert 15 < alone["place_radius_km"][0] < 40


def test_the_outline_of_a_house_tells_no_more_than_a_coarse_point():
    found = located(HOUSE)
    west, south, east, north = found.geometry[0].bounds
    assert north - south > 0.03
    coarse = coarsen_positions(found).geometry[0].bounds
    assert (coarse[0] + coarse[2]) / 2 == pytest.approx(36.23, abs=1e-6)
    assert (coarse[1] + coarse[3]) / 2 == pytest.approx(49.98, abs=1e-6)
    assert east > west


@pytest.mark.parametrize("text", ["no shape", "POLYGON EMPTY", "POLYGON ((0 0, 200 0, 200 95, 0 0))"])
def test_what_is_no_area_leaves_the_named_place(text):
    assert located(text)["place_status"].tolist() == ["matched"]


def test_rows_index_and_input_stay():
    frame = pd.DataFrame({"place": ["Kharkiv", "Kyiv"], "source_geometry": [None, WIDE]}, dtype="str", index=[7, 3])
    copy = frame.copy()
    found = geocode_events(frame)
    assert found.index.tolist() == [7, 3]
    assert found["place_precision"].tolist() == ["settlement", "region"]
    pd.testing.assert_frame_equal(frame, copy)
