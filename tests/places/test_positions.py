from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.places.geocode import geocode_events
from impactmap.places.geocoder import Gazetteer
from impactmap.places.positions import coarsen_positions


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "latitude": [49.991234, 50.60343, None],
            "longitude": [36.231299, 36.58098, None],
            "coordinates_from": pd.array(["source", "gazetteer", None], dtype="str"),
            "place_precision": pd.array(["exact", "settlement", "region"], dtype="str"),
            "place_radius_km": [0.0, 15.0, 144.0],
        },
        geometry=[shapely.Point(36.231299, 49.991234), shapely.Point(36.58098, 50.60343), shapely.box(35, 49, 37, 51)],
        crs="EPSG:4326",
        index=[4, 2, 9],
    )


def test_only_what_the_source_gave_is_rounded() -> None:
    events = frame()
    found = coarsen_positions(events)
    assert found["latitude"].tolist()[:2] == [49.99, 50.60343]
    assert found["longitude"].tolist()[:2] == [36.23, 36.58098]
    assert found.geometry.iloc[0].equals(shapely.Point(36.23, 49.99))
    assert found.geometry.iloc[1:].geom_equals(events.geometry.iloc[1:]).all()
    assert found["place_radius_km"].tolist() == [0.786, 15.0, 144.0]
    assert found.index.tolist() == [4, 2, 9]
    assert events["latitude"].iloc[0] == 49.991234
    assert events.geometry.iloc[0].x == 36.231299


def test_rounding_twice_changes_nothing() -> None:
    once = coarsen_positions(frame())
    pd.testing.assert_frame_equal(pd.DataFrame(coarsen_positions(once)), pd.DataFrame(once))


def test_decimals() -> None:
    assert coarsen_positions(frame(), decimals=1)["latitude"].iloc[0] == 50.0


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ColumnError, match="'coordinates_from'"):
        coarsen_positions(frame().drop(columns="coordinates_from"))
    with pytest.raises(CrsError, match="EPSG:4326"):
        coarsen_positions(frame().to_crs("EPSG:3857"))


def test_distances_measured_from_exact_positions_are_refused() -> None:
    measured = frame().assign(border_distance_km=[33.123, 31.4, float("nan")])
    with pytest.raises(InputError, match="Make the positions coarse first"):
        coarsen_positions(measured)
    coarsen_positions(coarsen_positions(frame()).assign(border_distance_km=[33.123, 31.4, float("nan")]))


_DIGITS = st.integers(1, 9).flatmap(lambda last: st.integers(0, 99).map(lambda more: f"{more:02}{last}"))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(4700, 5100),
    st.integers(2500, 3900),
    st.tuples(_DIGITS, _DIGITS),
    st.sampled_from(["Kharkiv", "Kharkiv region", "Qwertyville", "Okhtyrka", ""]),
    st.sampled_from(["", "exact", "settlement", "district", "region", "country"]),
)
def test_nothing_of_the_frame_tells_the_digits_that_were_rounded_away(
    gazetteer: Gazetteer, latitude: int, longitude: int, digits: tuple[str, str], place: str, precision: str
) -> None:
    """Every text, number and vertex is as if the source had given two decimals only."""
    coarse = latitude / 100, longitude / 100
    exact = float(f"{coarse[0]:.2f}{digits[0]}"), float(f"{coarse[1]:.2f}{digits[1]}")

    def published(point: tuple[float, float]) -> gpd.GeoDataFrame:
        row = {"place": place, "region": "", "country": "Ukraine", "latitude": point[0], "longitude": point[1]}
        events = pd.DataFrame([row | {"place_precision": precision or None}])
        return coarsen_positions(geocode_events(events, gazetteer=gazetteer))

    found, rounded = published(exact), (round(exact[0], 2), round(exact[1], 2))
    expected = published(rounded)
    shape, other = found.geometry.iloc[0], expected.geometry.iloc[0]
    assert (shape is None) == (other is None)
    assert shape is None or shape.equals(other)
    for name in found.columns.difference(["geometry", "place_reason", "place_score", "place_status"]):
        pd.testing.assert_series_equal(found[name], expected[name])
    texts = " ".join(found.drop(columns="geometry").astype(object).map(str).to_numpy().ravel())
    for value in exact:
        assert repr(value) not in texts


def test_the_sources_entry_among_the_candidates_is_rounded(gazetteer: Gazetteer) -> None:
    rows = pd.DataFrame(
        {"place": ["Kharkiv"], "country": ["Ukraine"], "latitude": [36.123456], "longitude": [49.954321]}
    )
    located = geocode_events(rows, gazetteer=gazetteer)
    assert located["place_status"].tolist() == ["invalid"]
    entries = {entry["id"]: entry for entry in json.loads(coarsen_positions(located)["place_alternatives"].iloc[0])}
    assert (entries["source"]["latitude"], entries["source"]["longitude"]) == (36.12, 49.95)
    assert (entries["source_mended"]["latitude"], entries["source_mended"]["longitude"]) == (49.95, 36.12)
