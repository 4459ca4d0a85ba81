"""Callouts: on no mark and no other callout, off borders where they can, on the side that the author wants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.scene.author.callouts import Callout, boxes_along, place_callouts
from impactmap.scene.label_placement import Box, Boxes

FRAME = Box(0, 0, 400, 300)


def place(*callouts, marks=(), avoid=(), **options):
    return place_callouts(
        callouts, frame=FRAME, obstacles=Boxes().and_these(marks), avoid=Boxes().and_these(avoid), **options
    )


def test_a_callout_stands_right_of_a_bare_place_whose_spot_gets_a_dot():
    (one,) = place(Callout(80, 20, 100, 100))
    assert one.box == Box(126, 90, 206, 110)
    assert (one.start, one.end, one.dot) == ((126, 100), (103, 100), True)


def test_its_line_ends_at_the_edge_of_the_mark():
    (one,) = place(Callout(80, 20, 100, 100), marks=[Box(90, 90, 110, 110)])
    assert (one.start, one.end, one.dot) == ((126, 100), (112, 100), False)


@pytest.mark.parametrize(
    ("side", "box"),
    [
        ("right", Box(226, 140, 306, 160)),
        ("left", Box(94, 140, 174, 160)),
        ("above", Box(160, 104, 240, 124)),
        ("below", Box(160, 176, 240, 196)),
    ],
)
def test_the_authors_side_comes_first(side, box):
    assert place(Callout(80, 20, 200, 150, side))[0].box == box


def test_another_side_is_taken_where_the_authors_has_no_room():
    assert place(Callout(80, 20, 10, 150, "left"))[0].box == Box(36, 140, 116, 160)


def test_it_moves_off_a_mark_and_its_line_crosses_none():
    wall = [Box(120, 0, 125, 300)]
    (one,) = place(Callout(60, 20, 100, 100), marks=wall)
    assert one.box.right < 100
    assert place(Callout(200, 20, 100, 100), marks=[*wall, Box(0, 0, 60, 300), Box(0, 150, 400, 160)]) == [None]


def test_it_keeps_off_a_border_unless_that_costs_too_long_a_line():
    border = list(boxes_along([np.array([[150.0, 0.0], [150.0, 300.0]])], 8, 2))
    assert place(Callout(80, 20, 120, 100), avoid=border)[0].box.right < 150
    everywhere = [Box(0, 0, 400, 300)]
    assert place(Callout(80, 20, 100, 100), avoid=everywhere)[0].box == Box(126, 90, 206, 110)


def test_what_lies_outside_the_map_is_not_placed():
    assert place(Callout(80, 20, 500, 100)) == [None]


def test_lengths_grow_with_the_unit():
    (one,) = place(Callout(80, 20, 100, 100), unit=2.0)
    assert one.box == Box(152, 90, 232, 110)


def test_boxes_stand_along_a_line():
    assert [box.left for box in boxes_along([np.array([[0.0, 0.0], [24.0, 0.0]])], 8, 2)] == [-2, 6, 14]


SPOTS = st.tuples(st.floats(0, 400), st.floats(0, 300))


@given(
    callouts=st.lists(st.tuples(SPOTS, st.floats(20, 150), st.floats(12, 60)), max_size=8),
    marks=st.lists(st.tuples(SPOTS, st.floats(3, 20)), max_size=20),
)
def test_none_covers_a_mark_or_another(callouts, marks):
    boxes = [Box(x - reach, y - reach, x + reach, y + reach) for (x, y), reach in marks]
    places = place(*(Callout(width, height, x, y) for (x, y), width, height in callouts), marks=boxes)
    assert len(places) == len(callouts)
    for one in filter(None, places):
        assert one.box.inside(FRAME)
        assert not any(one.box.overlaps(box) for box in boxes)
        assert not any(one.box.overlaps(other.box) for other in filter(None, places) if other is not one)
