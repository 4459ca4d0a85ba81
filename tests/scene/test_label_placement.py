"""Labels stand beside their marks and on nothing else."""

from __future__ import annotations

import itertools

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.scene.label_placement import Box, Label, place_labels

FRAME = Box(0, 0, 400, 300)


def point(x, y, width=60, height=16, radius=5):
    return Label(width, height, [(x, y)], radius)


def mark(x, y, radius=5):
    return Box(x - radius, y - radius, x + radius, y + radius)


def test_a_lone_label_stands_right_of_its_mark():
    (placed,) = place_labels([point(200, 150)], frame=FRAME, obstacles=[mark(200, 150)], gap=3)
    assert (placed.box, placed.leader) == (Box(208, 142, 268, 158), False)


def test_at_the_right_edge_it_stands_left():
    (placed,) = place_labels([point(390, 150)], frame=FRAME, obstacles=[mark(390, 150)], gap=3)
    assert placed.box == Box(322, 142, 382, 158)


def test_a_line_is_avoided_where_there_is_a_choice():
    border = shapely.LineString([(230, 0), (230, 300)])
    (placed,) = place_labels([point(200, 150)], frame=FRAME, obstacles=[mark(200, 150)], lines=border)
    assert placed.box.right < 230


def test_a_label_stays_away_from_a_strangers_mark():
    # Right is free, but it would end just before the other place's mark and seem to belong to it.
    marks = [mark(200, 150), mark(276, 150)]
    (placed,) = place_labels([point(200, 150)], frame=FRAME, obstacles=marks, gap=3)
    assert placed.box.right < 200


def test_a_centred_label_takes_the_first_free_spot():
    label = Label(60, 16, [(100, 100), (100, 140)], centred=True)
    (free,) = place_labels([label], frame=FRAME)
    (moved,) = place_labels([label], frame=FRAME, obstacles=[Box(95, 95, 105, 105)])
    assert free.box == Box(70, 92, 130, 108)
    assert moved.box == Box(70, 132, 130, 148)


def test_without_room_there_is_no_label():
    assert place_labels([point(200, 150, width=500)], frame=FRAME) == [None]


def test_a_far_label_says_that_it_needs_a_leader():
    around = [Box(150, 125, 250, 144), Box(150, 156, 250, 175), Box(210, 140, 290, 160), Box(110, 140, 190, 160)]
    (placed,) = place_labels([point(200, 150)], frame=FRAME, obstacles=around)
    assert placed is not None
    assert placed.leader


def test_a_label_moves_to_make_room_for_one_that_cannot():
    # The first would take the spot right of it, the only one that the second can have.
    first = point(100, 100)
    second = Label(60, 16, [(138, 100)], centred=True)
    marks = [mark(100, 100)]
    alone = place_labels([first], frame=FRAME, obstacles=marks)
    both = place_labels([first, second], frame=FRAME, obstacles=marks)
    assert alone[0].box.left > 100
    assert both[0].box.right < 100
    assert both[1].box == Box(108, 92, 168, 108)


spots = st.tuples(st.integers(0, 400), st.integers(0, 300), st.integers(10, 120))


@settings(max_examples=40, deadline=None)
@given(st.lists(spots, max_size=25))
def test_no_label_overlaps_anything(places):
    marks = [mark(x, y) for x, y, _ in places]
    labels = [point(x, y, width) for x, y, width in places]
    found = place_labels(labels, frame=FRAME, obstacles=marks, gap=2)
    boxes = [placed.box for placed in found if placed]
    assert len(found) == len(places)
    assert all(box.inside(FRAME) for box in boxes)
    assert not any(one.overlaps(two) for one, two in itertools.combinations(boxes, 2))
    assert not any(box.overlaps(obstacle) for box in boxes for obstacle in marks)
    assert found == place_labels(labels, frame=FRAME, obstacles=marks, gap=2)


@pytest.mark.parametrize(
    ("other", "answer"), [(Box(10, 0, 20, 10), False), (Box(9.9, 0, 20, 10), True), (Box(0, 10, 10, 20), False)]
)
def test_touching_is_not_overlapping(other, answer):
    assert Box(0, 0, 10, 10).overlaps(other) is answer
    assert other.overlaps(Box(0, 0, 10, 10)) is answer
