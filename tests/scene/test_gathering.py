"""How many reports become one mark, and how large it is: worked by hand."""

from __future__ import annotations

import itertools
import math

import pytest

from impactmap.scene.gathering import CountScale, Group, count_scale, figure_reach, gather_groups, least_reach

ROOM = 400_000.0


def group(number, x, y, count=1, territory=1, total=math.nan):
    return Group(x, y, [number], [count], count, territory, total)


@pytest.mark.parametrize(
    ("total", "radius"),
    [
        (1, 7.0),
        (20, 7.0),
        # 0.07 of the map over 300 reports are 93 1/3 square pixels each.
        (300, 5.4506),
        # Too small to be seen: the smallest mark.
        (4000, 4.0),
    ],
)
def test_a_single_report_is_as_large_as_the_number_of_all_allows(total, radius):
    assert count_scale(total, 1, ROOM).radius(1) == pytest.approx(radius, abs=1e-4)


def test_area_stands_for_the_number():
    scale = count_scale(40, 30, ROOM)
    assert scale.radius(4) == pytest.approx(2 * scale.radius(1))
    assert scale.radius(16) == pytest.approx(28)


def test_the_largest_mark_is_limited_and_the_others_with_it():
    scale = count_scale(40, 30, ROOM).limited(64)
    assert scale.radius(64) == pytest.approx(28)
    assert scale.radius(16) == pytest.approx(14)
    radii = [scale.radius(count) for count in range(1, 65)]
    assert all(a <= b for a, b in itertools.pairwise(radii))


def test_marks_that_touch_become_one_at_the_busier_place():
    # Radii of 7 and of 9.9, with a pixel of room each: they reach each other at 18.9 pixels.
    scale = count_scale(3, 2, ROOM)
    apart = gather_groups([group(0, 0, 0), group(1, 19, 0, 2)], scale.reach)
    assert [one.places for one in apart] == [[1], [0]]
    (together,) = gather_groups([group(0, 0, 0), group(1, 18.5, 0, 2)], scale.reach)
    assert (together.x, together.y, together.count, together.places) == (18.5, 0, 3, [1, 0])


def test_a_border_keeps_them_apart():
    scale = CountScale(150.0)
    kept = gather_groups([group(0, 0, 0), group(1, 2, 0, territory=2)], scale.reach)
    assert [one.places for one in kept] == [[0], [1]]


def test_a_mark_that_grows_takes_more_in():
    # 0 and 1 touch; only the two together reach 2.
    scale = CountScale(math.pi * 49)
    kept = gather_groups([group(0, 0, 0), group(1, 15, 0), group(2, 0, 18)], scale.reach)
    assert sorted(kept[0].places) == [0, 1, 2]


def test_sums_are_added_and_a_missing_figure_is_no_zero():
    reach = figure_reach(lambda total: 10.0, 0.0)
    (known,) = gather_groups([group(0, 0, 0, total=3.0), group(1, 1, 0), group(2, 2, 0, total=4.0)], reach)
    assert known.total == 7
    (unknown,) = gather_groups([group(0, 0, 0), group(1, 1, 0)], reach)
    assert math.isnan(unknown.total)


def test_of_very_many_places_about_a_hundred_and_fifty_marks_are_left():
    assert least_reach(250, ROOM) == 0
    assert least_reach(251, ROOM) == pytest.approx(math.sqrt(ROOM / 150) / 2)
    spots = itertools.product(range(0, 800, 8), range(0, 500, 8))
    groups = [group(number, x, y) for number, (x, y) in enumerate(spots)]
    kept = gather_groups(groups, count_scale(len(groups), len(groups), ROOM).reach)
    assert 40 < len(kept) < 200
    assert sum(one.count for one in kept) == len(groups)
