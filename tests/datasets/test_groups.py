"""Alike events counted together: nothing is lost, however often they are put together, and what differs stays apart."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from impactmap.datasets.published.groups import WEIGHT, alike, at_busiest, together

DAY = pd.Timestamp("2025-02-01")


def events(*rows):
    """Return events of ``(id, longitude, latitude, side)``, all of one day, energy, in Mongolia."""
    frame = pd.DataFrame(rows, columns=["event_id", "x", "y", "side"])
    shapes = [None if pd.isna(x) else shapely.Point(x, y) for x, y in zip(frame.pop("x"), frame.pop("y"), strict=True)]
    frame = frame.assign(
        date_start=DAY, date_end=DAY, sectors="energy", place_country="MN", place_precision="settlement"
    )
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def weights(groups):
    return groups.drop_duplicates("event_id")[WEIGHT].tolist()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 100.01, 50.01, "N"), ("b", 100.02, 50.02, "N")], [2]),
        ([("a", 100.01, 50.01, "N"), ("b", 100.02, 50.02, "S")], [1, 1]),
        ([("a", 100.01, 50.01, None), ("b", 100.02, 50.02, None)], [2]),
        ([("a", 100.01, 50.01, "N"), ("b", 101.0, 50.01, "N")], [1, 1]),
        # Several places: alike where all of them are, in whatever order.
        (
            [("a", 100.01, 50.01, "N"), ("a", 101.0, 50.01, "N"), ("b", 101.01, 50.01, "N"), ("b", 100.0, 50.01, "N")],
            [2],
        ),
        ([("a", 100.01, 50.01, "N"), ("a", 101.0, 50.01, "N"), ("b", 100.01, 50.01, "N")], [1, 1]),
        # Without a place they are alike, and not like one that has a place.
        ([("a", None, None, "N"), ("b", None, None, "N"), ("c", 100.0, 50.0, "N")], [2, 1]),
    ],
)
def test_what_differs_in_nothing_that_is_shown_is_one(rows, expected):
    assert weights(alike(events(*rows), bits=10)) == expected


def test_terms_keep_events_apart_only_where_they_are_asked_for():
    frame = events(("a", 100.0, 50.0, "N"), ("b", 100.0, 50.0, "N")).assign(sectors=["energy", "rail"])
    assert weights(alike(frame, bits=10)) == [1, 1]
    assert weights(alike(frame, bits=10, terms=False)) == [2]


def test_a_border_is_never_inside_a_group():
    frame = events(("a", 100.0, 50.0, "N"), ("b", 100.0, 50.0, "N")).assign(place_country=["MN", "RU"])
    assert weights(alike(frame, bits=10)) == [1, 1]


def test_a_group_stands_where_the_most_are():
    frame = events(("a", 100.01, 50.01, "N"), ("b", 100.02, 50.02, "S"), ("c", 100.02, 50.02, "S"))
    groups = alike(frame, bits=10)
    assert {(point.x, point.y) for point in groups.geometry} == {(100.02, 50.02)}
    # Of several parts, the busiest of all.
    other = alike(events(*[(str(number), 100.03, 50.03, "N") for number in range(5)]), bits=10)
    moved = at_busiest(together([groups, other]))
    assert {(point.x, point.y) for point in moved.geometry} == {(100.03, 50.03)}
    assert sum(weights(moved)) == 8


@pytest.mark.parametrize("bits", [4, 8, 10])
def test_groups_of_groups_are_groups(bits):
    rows = [(str(number), 100 + number % 7 * 0.3, 50 + number % 5 * 0.3, "NS"[number % 2]) for number in range(200)]
    frame = events(*rows)
    direct, again = alike(frame, bits=bits), alike(alike(frame, bits=12), bits=bits)
    assert weights(direct) == weights(again)
    assert sum(weights(direct)) == 200
