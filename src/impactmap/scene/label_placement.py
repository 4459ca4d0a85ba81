"""Where labels stand: beside their marks, inside the frame, on nothing else.

Units are pixels, y downwards. The placement is greedy in the order of importance, with one level of undoing: where an
important label finds no room, a single label in its way may move. The same input gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["Box", "Boxes", "Label", "PlacedLabel", "place_labels", "spots_beside"]


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Return whether this lies within the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> Box:
        """Return the box with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass
class Boxes:
    """Boxes that are asked about all at once: on a crowded map there are a hundred thousand.

    Attributes
    ----------
    edges
        Left, top, right and bottom of each, shape (n, 4).
    """

    edges: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))

    def and_these(self, boxes: Iterable[Box]) -> Boxes:
        """Return these boxes and more."""
        more = np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], dtype=float)
        return self.and_edges(*more.reshape(-1, 4).T)

    def and_edges(self, *edges: npt.NDArray[np.float64]) -> Boxes:
        """Return these boxes and those with such left, top, right and bottom edges."""
        return Boxes(np.concatenate([self.edges, np.column_stack(edges)]))

    def append(self, box: Box) -> None:
        """Add a box."""
        self.edges = self.and_these([box]).edges

    def overlapping(self, box: Box) -> Boxes:
        """Return those that share more than an edge with a box."""
        left, top, right, bottom = self.edges.T
        return Boxes(self.edges[(left < box.right) & (box.left < right) & (top < box.bottom) & (box.top < bottom)])

    def covered(self, box: Box) -> float:
        """Return how much of a box they cover, what several cover as often."""
        left, top, right, bottom = self.overlapping(box).edges.T
        across = np.minimum(right, box.right) - np.maximum(left, box.left)
        down = np.minimum(bottom, box.bottom) - np.maximum(top, box.top)
        return float((across * down).sum())


@dataclass(frozen=True)
class Label:
    """What is to be placed.

    Attributes
    ----------
    width, height
        Of the text block.
    anchors
        For a point its position; for an area any number of spots where the label's middle may be, best first.
    radius
        Around the anchor, to stay clear of: the mark's.
    centred
        The label stands on its anchor (areas, countries) and not beside it.
    strict
        The label may cross no line: a country's name must stand in its country.
    near
        The label stands right beside its mark or nowhere: no line leads to it.
    """

    width: float
    height: float
    anchors: Sequence[tuple[float, float]]
    radius: float = 0.0
    centred: bool = False
    strict: bool = False
    near: bool = False


@dataclass(frozen=True)
class PlacedLabel:
    """A label's place: its box, and whether it stands so far off that a thin line should lead to the mark."""

    box: Box
    leader: bool = False


#: Directions around a mark, best first: right, left, above, below, then the corners. Each is the part of the box's
#: width and height by which its top left corner is moved, and the direction in which it is pushed off the mark.
_SIDES = (
    (0.0, -0.5, 1.0, 0.0),
    (-1.0, -0.5, -1.0, 0.0),
    (0.0, -0.85, 0.8, -0.6),
    (0.0, -0.15, 0.8, 0.6),
    (-0.5, -1.0, 0.0, -1.0),
    (-0.5, 0.0, 0.0, 1.0),
    (-1.0, -0.85, -0.8, -0.6),
    (-1.0, -0.15, -0.8, 0.6),
    (0.0, -1.0, 0.6, -0.8),
    (0.0, 0.0, 0.6, 0.8),
    (-1.0, -1.0, -0.6, -0.8),
    (-1.0, 0.0, -0.6, 0.8),
)


@dataclass
class _Board:
    """What is taken already."""

    frame: Box
    obstacles: Boxes
    lines: BaseGeometry | None
    gap: float
    taken: dict[int, PlacedLabel] = field(default_factory=dict)

    def cost(self, placed: PlacedLabel, label: Label) -> float | None:
        """Return how bad a place is for reasons that do not forbid it; None where it is forbidden."""
        box = placed.box
        if not box.inside(self.frame):
            return None
        around = self.obstacles.overlapping(box.grown(2 * self.gap))
        if len(around.overlapping(box).edges):
            return None
        near = len(around.edges)
        if not label.centred and not placed.leader:
            near = sum(not _holds(edges, label.anchors[0]) for edges in around.edges)
            # Without a line to its own mark it would seem to be the neighbour's.
            if near:
                return None
        if self.lines is None:
            return 1.5 * near
        crossing = shapely.intersection(self.lines, shapely.box(box.left, box.top, box.right, box.bottom)).length
        if label.strict and crossing > 0:
            return None
        return 1.5 * near + float(3.0 * crossing / max(box.right - box.left, 1.0))

    def blockers(self, box: Box) -> list[int]:
        """Return the labels that stand in the way."""
        near = box.grown(self.gap)
        return [number for number, placed in self.taken.items() if near.overlaps(placed.box)]


def place_labels(
    labels: Sequence[Label],
    *,
    frame: Box,
    obstacles: Boxes | Sequence[Box] = (),
    lines: BaseGeometry | None = None,
    gap: float = 3.0,
) -> list[PlacedLabel | None]:
    """Place labels so that none lies on another, on an obstacle, or outside the frame.

    Parameters
    ----------
    labels
        The most important first.
    frame
        Where labels may be.
    obstacles
        Boxes that no label may touch: marks, the scale bar, the locator.
    lines
        Lines that labels had better not cross, such as a border.
    gap
        Room between two labels.

    Returns
    -------
    list
        One item a label, in their order; None for a label without room.
    """
    board = _Board(frame, obstacles if isinstance(obstacles, Boxes) else Boxes().and_these(obstacles), lines, gap)
    options = [_candidates(label, gap) for label in labels]
    for number, candidates in enumerate(options):
        best = _best(board, candidates, labels[number])
        if best is None and not labels[number].strict:
            best = _make_room(board, number, labels, options)
        if best is not None:
            board.taken[number] = best
    return [board.taken.get(number) for number in range(len(labels))]


def spots_beside(
    points: npt.NDArray[np.float64], width: float, height: float, *, clear: float
) -> list[tuple[float, float]]:
    """Return where a line's label may have its middle: beside it, or beyond one that is too short.

    Parameters
    ----------
    points
        The line, shape (n, 2), at least two different ones.
    width, height
        Of the label.
    clear
        Room between line and label.
    """
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    spots = []
    for part in _PARTS:
        at = min(int(np.searchsorted(along, part * along[-1], side="right")), len(steps)) - 1
        (x, y), (end_x, end_y) = points[at], points[at + 1]
        rest = (part * along[-1] - along[at]) / steps[at]
        # Square to the line, upwards first.
        east, south = (end_y - y) / steps[at], (x - end_x) / steps[at]
        turn = -1.0 if south > 0 or (south == 0 and east < 0) else 1.0
        reach = turn * (abs(east) * width / 2 + abs(south) * height / 2 + clear)
        middle = (x + rest * (end_x - x), y + rest * (end_y - y))
        spots += [(float(middle[0] + side * east), float(middle[1] + side * south)) for side in (reach, -reach)]
    # Beside a long line's end the label would seem to belong to what stands there.
    if along[-1] > 2 * width:
        return spots
    beyond = abs(south) * width / 2 + abs(east) * height / 2 + clear
    return [*spots, (float(end_x - south * beyond), float(end_y + east * beyond))]


#: Parts of a line's length at which its label may stand, best first.
_PARTS = (0.5, 0.35, 0.65, 0.2, 0.8)


def _candidates(label: Label, gap: float) -> list[tuple[float, PlacedLabel]]:
    """Return where a label could be, each with its cost, the best first."""
    found = []
    width, height = label.width, label.height
    if label.centred:
        for rank, (x, y) in enumerate(label.anchors):
            left, top = x - width / 2, y - height / 2
            found.append((0.2 * rank, PlacedLabel(Box(left, top, left + width, top + height))))
        return found
    for x, y in label.anchors:
        for ring, further in enumerate((0.0,) if label.near else (0.0, 1.0, 2.2)):
            reach = label.radius + gap + further * height
            for rank, (across, down, east, south) in enumerate(_SIDES):
                left, top = x + across * width + east * reach, y + down * height + south * reach
                box = Box(left, top, left + width, top + height)
                found.append((rank * 0.3 + ring * 8.0, PlacedLabel(box, leader=ring > 0)))
    return found


def _holds(edges: npt.NDArray[np.float64], spot: tuple[float, float]) -> bool:
    left, top, right, bottom = edges
    return bool(left <= spot[0] <= right and top <= spot[1] <= bottom)


def _best(board: _Board, candidates: Sequence[tuple[float, PlacedLabel]], label: Label) -> PlacedLabel | None:
    best: tuple[float, PlacedLabel] | None = None
    for base, placed in candidates:
        if best is not None and base >= best[0]:
            continue
        cost = board.cost(placed, label)
        if cost is not None and not board.blockers(placed.box) and (best is None or base + cost < best[0]):
            best = (base + cost, placed)
    return best[1] if best else None


def _make_room(
    board: _Board,
    number: int,
    labels: Sequence[Label],
    options: Sequence[Sequence[tuple[float, PlacedLabel]]],
) -> PlacedLabel | None:
    """Take the first place that a single other label holds, if that one has somewhere else to go."""
    for _, placed in options[number]:
        if board.cost(placed, labels[number]) is None:
            continue
        blockers = board.blockers(placed.box)
        if len(blockers) != 1:
            continue
        other = blockers[0]
        old = board.taken.pop(other)
        board.taken[-1] = placed
        moved = _best(board, options[other], labels[other])
        del board.taken[-1]
        board.taken[other] = moved or old
        if moved is not None:
            return placed
    return None
