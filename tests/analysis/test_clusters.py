"""Events near each other, surely and possibly; people near events, each once."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin

from impactmap.analysis.clusters import cluster_events
from impactmap.analysis.exposure import people_near
from impactmap.model.errors import ColumnError, InputError

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
KM = 1 / 111.3195  # degrees of the equator


def frame(rows):
    """Make events of (id, kilometres east, first day, last day, radius)."""
    ids, east, first, last, radius = zip(*rows, strict=True)
    day = pd.Timestamp("2024-01-01")
    return gpd.GeoDataFrame(
        {
            "event_id": list(ids),
            "date_start": [day + pd.Timedelta(days=number) for number in first],
            "date_end": [day + pd.Timedelta(days=number) for number in last],
            "place_radius_km": [float(number) for number in radius],
        },
        geometry=gpd.points_from_xy([km * KM for km in east], [0.0] * len(ids)),
        crs=4326,
    )


def triple(result):
    return result[["low", "best", "high"]].to_numpy().tolist()


CASES = [
    ("chain", [("a", 0, 0, 0, 0), ("b", 9, 1, 1, 0), ("c", 18, 2, 2, 0)], [[3, 3, 3]]),
    ("too far", [("a", 0, 0, 0, 0), ("b", 11, 0, 0, 0)], []),
    ("too late", [("a", 0, 0, 0, 0), ("b", 0, 3, 3, 0)], []),
    ("radius may bring near", [("a", 0, 0, 0, 0), ("b", 11, 0, 0, 2)], [[1, 1, 2]]),
    ("radius may part", [("a", 0, 0, 0, 1), ("b", 9, 0, 0, 1)], [[1, 2, 2]]),
    ("a week may be too late", [("a", 0, 0, 0, 0), ("b", 0, 1, 7, 0)], [[1, 2, 2]]),
    ("a week may be in time", [("a", 0, 0, 6, 0), ("b", 0, 8, 8, 0)], [[1, 1, 2]]),
    ("long before", [("a", 0, 0, 90, 0), ("b", 50, 1, 1, 0), ("c", 0, 80, 80, 0)], [[1, 1, 2]]),
    ("two", [("a", 0, 0, 0, 0), ("b", 1, 0, 0, 0), ("x", 99, 0, 0, 0), ("y", 99, 1, 1, 0), ("z", 98, 0, 0, 0)],
     [[3, 3, 3], [2, 2, 2]]),
    ("one event at two places", [("a", 0, 0, 0, 0), ("a", 100, 0, 0, 0), ("b", 101, 0, 0, 0)], [[2, 2, 2]]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_within_ten_kilometres_and_two_days(rows, expected):
    assert triple(cluster_events(frame(rows), 10, 2)) == expected
    assert triple(frame(rows[::-1]).impact.clusters(10, 2)) == expected


def test_areas_are_possible_alone_and_what_is_nowhere_is_in_none():
    events = frame([("a", 0, 0, 0, 0), ("b", 0, 0, 0, 0), ("c", 0, 0, 0, 0), ("d", 0, 0, 0, 0)])
    shapes = [shapely.Point(0, 0), shapely.box(-0.2, -0.2, 0.2, 0.2), None, shapely.Point(5 * KM, 0)]
    result = cluster_events(events.set_geometry(gpd.GeoSeries(shapes, crs=4326)), 10, 2)
    assert triple(result) == [[2, 2, 3]]
    assert result["event_ids"].tolist() == ["a; b; d"]
    assert result["date_start"].dt.day.tolist() == [1]
    assert cluster_events(events[:0], 10, 2).empty


def test_what_cannot_be_clustered_is_said():
    with pytest.raises(InputError, match="0 or more, found km=-1"):
        cluster_events(frame(CASES[0][1]), -1, 2)
    with pytest.raises(ColumnError, match="with geometry"):
        cluster_events(pd.DataFrame({"date_start": []}), 1, 1)


events = st.tuples(
    st.sampled_from("abcdefgh"), st.integers(0, 60), st.integers(0, 20), st.integers(0, 6), st.integers(0, 8)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(events, min_size=1, max_size=10), st.integers(0, 20), st.integers(0, 5))
def test_as_a_search_of_all_pairs_says(rows, km, days):
    rows = [(name, east, first, first + length, radius) for name, east, first, length, radius in rows]
    result = cluster_events(frame(rows), km, days)
    assert (result["low"] <= result["high"]).all()
    # The days are the event's, whichever row says them.
    first = {row[0]: min(each[2] for each in rows if each[0] == row[0]) for row in rows}
    last = {row[0]: max(each[3] for each in rows if each[0] == row[0]) for row in rows}
    links = {row[0]: {row[0]} for row in rows}
    for one in rows:
        for other in rows:
            gap = max(first[one[0]] - last[other[0]], first[other[0]] - last[one[0]], 0)
            if abs(one[1] - other[1]) - one[4] - other[4] <= km + 1e-4 and gap <= days:
                links[one[0]].add(other[0])
    sizes, left = [], set(links)
    while left:
        grown, front = set(), {left.pop()}
        while front:
            grown |= front
            front = set().union(*(links[name] for name in front)) - grown
        left -= grown
        sizes.append(len(grown))
    assert sorted(result["high"].tolist()) == sorted(size for size in sizes if size > 1)


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    """A person a cell of a hundredth of a degree about the point 0, 0."""
    path = tmp_path_factory.mktemp("raster") / "even.tif"
    profile = {"driver": "GTiff", "height": 400, "width": 400, "count": 1, "dtype": "float64", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", **profile, transform=from_origin(-2, 2, 0.01, 0.01)) as target:
        target.write(np.ones((400, 400)), 1)
    return path


def people(km):
    """Cells in a disc: of a degree of longitude by one of latitude at the equator, in kilometres."""
    return math.pi * km**2 / (1.113195 * 1.105743)


def test_everyone_near_counts_once(even):
    one = frame([("a", 0, 0, 0, 0)])
    assert triple(people_near(one, even, radius_km=10))[0] == pytest.approx([people(10)] * 3, rel=2e-3)
    twice = frame([("a", 0, 0, 0, 2), ("b", 0, 0, 0, 4)])
    expected = [people(8), people(10), people(14)]
    assert triple(twice.impact.exposure(even, radius_km=10))[0] == pytest.approx(expected, rel=2e-3)
    apart = frame([("a", 0, 0, 0, 0), ("b", 50, 0, 0, 12)])
    assert triple(people_near(apart, even, radius_km=10))[0] == pytest.approx(
        [people(10), 2 * people(10), people(10) + people(22)], rel=2e-3
    )


def test_people_by_group_areas_and_outside(even):
    events = frame([("a", 0, 0, 0, 0), ("b", 60, 0, 0, 0), ("c", 0, 0, 0, 0), ("d", 0, 0, 0, 0), ("e", 900, 0, 0, 0)])
    shapes = events.geometry.tolist()
    shapes[2], shapes[3] = shapely.box(-0.1, -0.1, 0.1, 0.1), None
    events = events.set_geometry(gpd.GeoSeries(shapes, crs=4326)).assign(side=["N", "N", "S", "T", "U"])
    result = people_near(events, even, radius_km=10, by="side")
    assert result.index.tolist() == ["N", "S", "T", "U"]
    values = triple(result)
    assert values[0] == pytest.approx([2 * people(10)] * 3, rel=2e-3)
    box, side = 400.0, 4 * 0.2 * 111 * 10 / (1.113195 * 1.105743)
    assert values[1] == pytest.approx([0, 0, box + side + people(10)], rel=5e-3)
    assert values[2] == [0, 0, 0]
    assert all(math.isnan(value) for value in values[3])
    assert result["unknown"].tolist() == [0, 0, 1, 0]
    with pytest.raises(InputError, match="above 0 and at most 500"):
        people_near(events, even, radius_km=0)
