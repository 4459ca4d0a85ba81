"""Nearest points against hand-computed answers and against an exhaustive search that shares nothing with the
library's."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.context.borders import load_border
from impactmap.geodesy import nearest as _nearest
from impactmap.geodesy.nearest import NearestLine

spec = importlib.util.spec_from_file_location("brute", Path(__file__).parent / "brute.py")
brute = importlib.util.module_from_spec(spec)
spec.loader.exec_module(brute)

EQUATOR = shapely.LineString([(0, 0), (10, 0)])
ON_EQUATOR = NearestLine([EQUATOR])
LONGITUDES, LATITUDES = st.floats(-30, 30), st.floats(-30, 30)


def test_meridian_distance_to_the_equator():
    feet = NearestLine([EQUATOR]).nearest(np.array([5.0]), np.array([1.0]))
    assert feet.distance_m[0] == pytest.approx(110_574.389, abs=0.01)  # one degree of latitude at the equator, WGS 84
    assert (feet.longitude[0], feet.latitude[0]) == pytest.approx((5.0, 0.0), abs=1e-6)
    assert feet.on_left[0]
    assert not feet.at_end[0]


def test_beyond_the_end_the_end_is_nearest():
    feet = NearestLine([EQUATOR]).nearest(np.array([11.0, -1.0]), np.array([0.0, 0.0]))
    assert feet.distance_m == pytest.approx([111_319.491] * 2, abs=0.01)  # one degree of the equator
    assert feet.at_end.tolist() == [True, True]


def test_long_edges_are_geodesics():
    line = shapely.LineString([(0, 60), (40, 60)])
    middle = Geodesic.WGS84.InverseLine(60, 0, 60, 40)
    spot = middle.Position(middle.s13 / 2)
    feet = NearestLine([line]).nearest(np.array([spot["lon2"]]), np.array([spot["lat2"]]))
    assert feet.distance_m[0] < 0.01
    assert spot["lat2"] > 61


@pytest.mark.parametrize(("longitude", "left"), [(4.9, True), (5.1, False)])
def test_side_at_a_vertex_is_told_by_both_edges(longitude, left):
    hook = shapely.LineString([(5, -1), (5, 0), (5, 1)])
    assert NearestLine([hook]).nearest(np.array([longitude]), np.array([0.0])).on_left[0] == left


@pytest.mark.parametrize(("longitude", "latitude"), [(5.0, 1.5), (5.1, 1.01), (4.9, 1.01)])
def test_outside_a_sharp_bend_is_one_side(longitude, latitude):
    # North-east, then back south-east: the bend points north, and what lies beyond it lies to the left of both edges'
    # course.
    bend = shapely.LineString([(4.9, 0), (5, 1), (5.1, 0)])
    assert NearestLine([bend]).nearest(np.array([longitude]), np.array([latitude])).on_left[0]


def test_inside_a_sharp_bend_is_the_other_side():
    bend = shapely.LineString([(4.9, 0), (5, 1), (5.1, 0)])
    assert not NearestLine([bend]).nearest(np.array([5.0]), np.array([0.5])).on_left[0]


def test_closed_line_has_no_end():
    ring = shapely.LineString([(0, 0), (1, 0), (1, 1), (0, 0)])
    feet = NearestLine([ring]).nearest(np.array([-1.0]), np.array([-1.0]))
    assert not feet.at_end[0]


def test_part_is_the_number_of_the_geometry():
    lines = NearestLine([EQUATOR, shapely.MultiLineString([[(0, 20), (5, 20)], [(6, 20), (9, 20)]])])
    assert lines.nearest(np.array([8.0, 8.0]), np.array([1.0, 19.0])).part.tolist() == [0, 1]


def test_no_points_no_feet():
    assert len(NearestLine([EQUATOR]).nearest(np.array([]), np.array([])).distance_m) == 0


@settings(deadline=None)
@given(LONGITUDES, LATITUDES)
def test_distance_is_never_more_than_to_a_vertex(longitude, latitude):
    found = ON_EQUATOR.nearest(np.array([longitude]), np.array([latitude])).distance_m[0]
    to_start = Geodesic.WGS84.Inverse(latitude, longitude, 0, 0)["s12"]
    assert 0 <= found <= to_start + 1e-4


@settings(deadline=None)
@given(LONGITUDES, LATITUDES)
def test_mirrored_point_is_as_far_and_on_the_other_side(longitude, latitude):
    feet = ON_EQUATOR.nearest(np.array([longitude] * 2), np.array([latitude, -latitude]))
    assert feet.distance_m[0] == pytest.approx(feet.distance_m[1], abs=1e-6)
    if abs(latitude) > 1e-6 and 0 < longitude < 10:
        assert feet.on_left.tolist() == [latitude > 0, latitude < 0]


def random_points(border, count, *, margin):
    rng = np.random.default_rng(11)
    west, south, east, north = border.line.total_bounds
    x, y = rng.uniform(west - margin, east + margin, count), rng.uniform(south - margin, north + margin, count)
    pieces = brute.pieces(border.line.iloc[0])
    close = rng.integers(0, len(pieces), count // 4)
    x[: len(close)] = pieces[close, 0] + rng.normal(0, 0.02, len(close))
    y[: len(close)] = pieces[close, 1] + rng.normal(0, 0.01, len(close))
    return x, y


@pytest.mark.parametrize("pair", [("UA", "RU"), ("SK", "UA"), ("RU", "NO")])
def test_distance_equals_the_exhaustive_search(pair):
    border = load_border(pair)
    x, y = random_points(border, 300, margin=4)
    assert np.abs(border.nearest.nearest(x, y).distance_m - brute.brute_m(border.line.iloc[0], x, y)).max() < 0.001


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_points_are_within_a_metre_of_the_exhaustive_search(count):
    border = load_border(("UA", "RU"))
    x, y = random_points(border, count, margin=8)
    assert np.abs(border.nearest.nearest(x, y).distance_m - brute.brute_m(border.line.iloc[0], x, y)).max() < 1


def test_many_points_find_what_few_find():
    border = load_border(("UA", "RU"))
    x, y = random_points(border, 20_001, margin=10)
    many = border.nearest.nearest(x, y)
    few = border.nearest.nearest(x[::40], y[::40])
    assert np.array_equal(many.distance_m[::40], few.distance_m)
    assert np.array_equal(many.on_left[::40], few.on_left)


def test_more_points_than_are_worked_on_at_once(monkeypatch):
    border = load_border(("UA", "RU"))
    x, y = random_points(border, 2_500, margin=3)
    whole = border.nearest.nearest(x, y)
    monkeypatch.setattr(_nearest, "CHUNK", 1_000)
    parts = border.nearest.nearest(x, y)
    assert np.array_equal(parts.distance_m, whole.distance_m)
    assert np.array_equal(border.nearest.within(x, y, 50_000), whole.distance_m <= 50_000)


def test_points_on_the_edges_of_cells_are_as_far_as_the_exhaustive_search_says():
    # 33.75 and 39.375 degrees east, 45 and 50.625 north part large cells; these points lie on, before and beyond.
    border = load_border(("UA", "RU"))
    nudge = np.array([-1e-9, 0.0, 1e-9])
    x = np.concatenate([np.repeat([33.75, 39.375], 120) + np.tile(nudge, 80), np.linspace(30, 42, 120)])
    y = np.concatenate([np.tile(np.linspace(44, 54, 120), 2), np.repeat([45.0, 50.625], 60) + np.tile(nudge, 40)])
    assert np.abs(border.nearest.nearest(x, y).distance_m - brute.brute_m(border.line.iloc[0], x, y)).max() < 0.001


def test_line_across_the_antimeridian():
    line = NearestLine([shapely.LineString([(179, 0), (-179, 0)])])
    feet = line.nearest(np.array([179.5, -179.5, 180.0, -180.0, 180.5]), np.ones(5))
    assert feet.distance_m == pytest.approx([110_574.389] * 5, abs=0.01)
    assert feet.on_left.all()


def test_centre_of_a_ring_is_as_far_as_every_edge_of_it():
    turn = np.linspace(0, 2 * np.pi, 20_001)
    ring = NearestLine([shapely.LineString(np.column_stack([np.cos(turn), np.sin(turn)]))])
    x = np.linspace(-1e-9, 1e-9, 200)
    feet = ring.nearest(x, np.zeros(200))
    assert feet.distance_m == pytest.approx([110_574.389] * 200, abs=1)  # the meridian is the shorter way
    assert feet.on_left.all()


def test_points_that_repeat_are_searched_once(monkeypatch):
    searched = []
    border = load_border(("UA", "RU"))
    search = border.nearest._search
    asked = search.nearest

    def spy(points, codes, **options):
        searched.append(points.shape[1])
        return asked(points, codes, **options)

    monkeypatch.setattr(search, "nearest", spy)
    feet = border.nearest.nearest(np.tile([36.58, 30.52], 50), np.tile([50.61, 50.45], 50))
    assert searched == [2]
    assert len(feet.distance_m) == 100


def test_repeated_points_give_the_same_answer():
    border = load_border(("UA", "RU"))
    x, y = np.tile([36.58, 30.52], 50), np.tile([50.61, 50.45], 50)
    feet = border.nearest.nearest(x, y)
    assert len(set(feet.distance_m[::2])) == 1
    assert len(set(feet.distance_m[1::2])) == 1
