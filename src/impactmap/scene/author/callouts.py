"""Where callouts stand: beside what they tell of, on no mark and no other callout, off borders where they can.

The page follows the same rules (`maps/web/parts/notes.js`); a test runs both on the same callouts. Lengths are pixels
of the page, times `unit`; y downwards. What finds no place is numbered on the map and told in the legend or the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impactmap.scene.label_placement import Box, Boxes

__all__ = ["NUMBER_RINGS", "Callout", "PlacedCallout", "boxes_along", "place_callouts"]

#: Distances of a callout from what it tells of; the nearest leaves room for the mark's own name.
RINGS = (26.0, 44.0, 70.0, 110.0, 160.0)
#: The same of a number that stands for one.
NUMBER_RINGS = (9.0, 15.0, 24.0, 38.0, 60.0)
#: Parts of its height or width by which it may stand to a side of the straight line.
SHIFTS = (0.0, -0.5, 0.5, -1.0, 1.0)
SIDES = ("right", "left", "above", "below")
#: In steps of the rings: what it costs to lie on a border, and to stand on another side than the author's.
_ON_LINE, _OTHER_SIDE = 2, 10
#: Room between callouts and whatever else stands on the map.
GAP = 5.0
#: How far from an anchor without a mark, and from a mark's edge, a line ends.
DOT, CLEAR = 3.0, 2.0


@dataclass(frozen=True)
class Callout:
    """What is to be placed: the measure of its text, where its line leads, and the side it had best stand on."""

    width: float
    height: float
    x: float
    y: float
    side: str | None = None


@dataclass(frozen=True)
class PlacedCallout:
    """A callout's place: its box, its line from the text to what it tells of, and whether a dot must mark the spot."""

    box: Box
    start: tuple[float, float]
    end: tuple[float, float]
    dot: bool


def place_callouts(
    callouts: Sequence[Callout],
    *,
    frame: Box,
    obstacles: Boxes,
    avoid: Boxes | None = None,
    unit: float = 1.0,
    rings: Sequence[float] = RINGS,
) -> list[PlacedCallout | None]:
    """Place callouts in their order.

    Parameters
    ----------
    callouts
        The author's first first.
    frame
        Where they may be.
    obstacles
        Boxes of marks and furniture, on which neither they nor their lines may lie.
    avoid
        Boxes along borders, on which they lie only where there is no other room.
    unit
        Pixels of a pixel of the page.
    rings
        Distances from what they tell of, in pixels of the page.

    Returns
    -------
    list
        One item a callout, None for what finds no place or tells of something outside the frame.
    """
    taken = Boxes(obstacles.edges)
    placed: list[PlacedCallout | None] = []
    for callout in callouts:
        place = _place(callout, frame, taken, avoid or Boxes(), unit=unit, rings=rings)
        placed.append(place)
        if place is not None:
            taken.append(place.box)
    return placed


def boxes_along(lines: Iterable[npt.NDArray[np.float64]], step: float, reach: float) -> Iterator[Box]:
    """Yield boxes along lines, each of shape (n, 2), about every `step`, as far from the line as `reach`."""
    for points in lines:
        for (x, y), (end_x, end_y) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
            count = max(1, math.ceil(math.hypot(end_x - x, end_y - y) / step))
            for i in range(count):
                a, b = x + i / count * (end_x - x), y + i / count * (end_y - y)
                yield Box(a, b, a, b).grown(reach)


def _place(
    callout: Callout, frame: Box, taken: Boxes, avoid: Boxes, *, unit: float, rings: Sequence[float]
) -> PlacedCallout | None:
    x, y = callout.x, callout.y
    if not Box(x, y, x, y).inside(frame):
        return None
    left, top, right, bottom = taken.edges.T
    holds = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    others = Boxes(taken.edges[~holds])
    own = taken.edges[holds]
    best: tuple[int, PlacedCallout] | None = None
    for cost, box, start in _candidates(callout, unit, rings):
        if best is not None and cost >= best[0]:
            continue
        if not box.inside(frame) or len(taken.overlapping(box.grown(GAP * unit)).edges):
            continue
        end = _end(start, (x, y), own, unit)
        if _crossed(start, end, others.edges):
            continue
        whole = cost + _ON_LINE * bool(len(avoid.overlapping(box).edges))
        if best is None or whole < best[0]:
            best = whole, PlacedCallout(box, start, end, dot=not len(own))
    return best[1] if best else None


def _candidates(
    callout: Callout, unit: float, rings: Sequence[float]
) -> Iterator[tuple[int, Box, tuple[float, float]]]:
    """Yield boxes with their cost, each with the point of its edge from which the line goes."""
    order = [
        (number + _OTHER_SIDE * (callout.side not in {None, side}), ring, side)
        for number, ring in enumerate(rings)
        for side in SIDES
    ]
    width, height = callout.width, callout.height
    for cost, ring, side in sorted(order, key=lambda one: one[0]):
        away = ring * unit
        for shift in SHIFTS:
            if side in {"left", "right"}:
                left = callout.x + away if side == "right" else callout.x - away - width
                top = callout.y - height / 2 + shift * height
            else:
                left = callout.x - width / 2 + shift * width
                top = callout.y + away if side == "below" else callout.y - away - height
            box = Box(left, top, left + width, top + height)
            yield cost, box, (min(max(callout.x, box.left), box.right), min(max(callout.y, box.top), box.bottom))


def _end(
    start: tuple[float, float],
    anchor: tuple[float, float],
    own: npt.NDArray[np.float64],
    unit: float,
) -> tuple[float, float]:
    """Return where the line ends: at the edge of the mark, or beside the dot that stands for a place without one."""
    (x, y), (from_x, from_y) = anchor, start
    dx, dy = from_x - x, from_y - y
    length = max((dx**2 + dy**2) ** 0.5, 1e-9)
    reach = DOT * unit
    for left, top, right, bottom in own.tolist():
        across = (right - x if dx > 0 else x - left) / max(abs(dx), 1e-9)
        down = (bottom - y if dy > 0 else y - top) / max(abs(dy), 1e-9)
        reach = max(reach, min(across, down) * length + CLEAR * unit)
    part = min(reach / length, 1.0)
    return x + part * dx, y + part * dy


def _crossed(start: tuple[float, float], end: tuple[float, float], edges: npt.NDArray[np.float64]) -> bool:
    """Return whether a straight line touches one of the boxes."""
    (x, y), (to_x, to_y) = start, end
    enter, leave = np.zeros(len(edges)), np.ones(len(edges))
    for at, step, low, high in ((x, to_x - x, edges[:, 0], edges[:, 2]), (y, to_y - y, edges[:, 1], edges[:, 3])):
        if abs(step) < 1e-9:
            leave = np.where((low <= at) & (at <= high), leave, -1.0)
            continue
        one, other = (low - at) / step, (high - at) / step
        enter, leave = np.maximum(enter, np.minimum(one, other)), np.minimum(leave, np.maximum(one, other))
    return bool((enter <= leave).any())
