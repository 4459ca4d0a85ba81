from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from impactmap.errors import ColumnError, CrsError
from impactmap.places import coarsen_positions


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
