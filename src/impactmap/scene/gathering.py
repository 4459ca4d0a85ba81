"""Which places become one mark, and how large it is.

The page follows the same rules (`maps/web/gather.js`); a test runs both on the same places. Lengths are pixels of the
page; pictures scale them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

__all__ = [
    "BASE_RADIUS",
    "FEW_REPORTS",
    "LEAST_RADIUS",
    "MOST_COUNTED",
    "CountScale",
    "Group",
    "count_scale",
    "figure_reach",
    "gather_groups",
    "least_reach",
    "stand_apart",
]

#: Reports up to which a picture gives each place marks of its own, all of one size.
FEW_REPORTS = 20
#: Radius of a mark of one report, where so large a mark for each leaves enough of the map, and of the smallest mark.
BASE_RADIUS = 7.0
LEAST_RADIUS = 4.0
#: Radius of the largest mark.
LARGEST_RADIUS = 28.0
#: Part of the map that marks sized by the number of their reports cover together, at most.
INK = 0.07
#: Places of a mark up to which its label says how many they are, where none of them leads.
MOST_COUNTED = 9
#: Room between two marks of one side of a border.
GAP = 1.0
#: Places above which marks gather from further around, and how many marks then share the map, about.
MANY_PLACES = 250
MOST_MARKS = 150
#: From how near a mark with a figure takes its neighbours in; beyond, a small one is seen on top of a large one.
SIZED_REACH = 14.0
#: Side of the squares in which neighbours are looked up.
_BUCKET = 40.0
#: Two marks that a border keeps apart stand at least this part of their radii apart, and move no further for it.
_APART = 1.1
_FURTHEST = 12.0


@dataclass(frozen=True)
class CountScale:
    """Marks whose area stands for the number of their reports.

    Attributes
    ----------
    unit
        Area of one report, square pixels.
    spread
        Radius within which a group takes others in, at least.
    """

    unit: float
    spread: float = 0.0

    def radius(self, count: float) -> float:
        """Return the radius of a mark of so many reports."""
        return max(LEAST_RADIUS, math.sqrt(count * self.unit / math.pi))

    def reach(self, group: Group) -> float:
        """Return the radius within which a group takes others in."""
        return max(min(LARGEST_RADIUS, self.radius(group.count)) + GAP, self.spread)

    def limited(self, largest: int) -> CountScale:
        """Return the scale on which no mark is too large, given the number of the largest."""
        return CountScale(min(self.unit, math.pi * LARGEST_RADIUS**2 / max(largest, 1)), self.spread)


def count_scale(total: int, places: int, room: float) -> CountScale:
    """Return the scale for a number of reports at so many places on so many square pixels of map."""
    return CountScale(min(math.pi * BASE_RADIUS**2, INK * room / max(total, 1)), least_reach(places, room))


def least_reach(places: int, room: float) -> float:
    """Return the radius within which every group takes others in: marks of very many places would be a smear."""
    return math.sqrt(room / MOST_MARKS) / 2 if places > MANY_PLACES else 0.0


def figure_reach(radius: Callable[[float], float], spread: float) -> Callable[[Group], float]:
    """Return how far groups reach where a figure sizes them; `radius` gives that of a sum of figures."""
    return lambda group: max(min(SIZED_REACH, radius(group.total)), spread)


@dataclass(slots=True)
class Group:
    """Places on their way to a mark.

    Attributes
    ----------
    x, y
        Where one of its places is.
    places, weights
        Numbers of the places, and the rows of each.
    count
        All of them.
    territory
        Country and side of the border; 0 where unknown.
    total
        Sum of the chosen figure; NaN without any.
    """

    x: float
    y: float
    places: list[int]
    weights: list[int]
    count: int
    territory: int
    total: float = math.nan
    at: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = [(self.x, self.y)]

    def take(self, other: Group) -> None:
        """Take another group in."""
        self.places += other.places
        self.weights += other.weights
        self.at += other.at
        self.count += other.count
        if not math.isnan(other.total):
            self.total = other.total + (0.0 if math.isnan(self.total) else self.total)


def gather_groups(groups: Iterable[Group], reach: Callable[[Group], float]) -> list[Group]:
    """Gather groups until no two of one territory reach each other.

    Parameters
    ----------
    groups
        One place each; taken over.
    reach
        The radius within which a group takes others in.

    Returns
    -------
    list of Group
        Each stands at its busiest place; none holds places of two territories.
    """
    kept, before = list(groups), math.inf
    # A mark grows with what joins it, so this is repeated while it helps.
    while len(kept) < before:
        before = len(kept)
        kept = _merge_once(kept, reach)
    for group in kept:
        group.x, group.y = group.at[max(range(len(group.at)), key=lambda one: (group.weights[one], -one))]
    return kept


def _merge_once(groups: list[Group], reach: Callable[[Group], float]) -> list[Group]:
    groups.sort(key=lambda group: (-group.count, group.places[0]))
    grid: dict[tuple[int, int], list[Group]] = {}
    kept: list[Group] = []
    widest = 0.0
    for group in groups:
        own = reach(group)
        home = _home(grid, group, own, math.ceil((own + widest) / _BUCKET), reach)
        if home is None:
            kept.append(group)
            widest = max(widest, own)
            grid.setdefault(_cell(group), []).append(group)
        else:
            home.take(group)
            widest = max(widest, reach(home))
    return kept


def _cell(group: Group) -> tuple[int, int]:
    return math.floor(group.y / _BUCKET), math.floor(group.x / _BUCKET)


def _home(
    grid: dict[tuple[int, int], list[Group]], group: Group, own: float, span: int, reach: Callable[[Group], float]
) -> Group | None:
    """Return the first group that this one belongs to, from the north-west on."""
    line, column = _cell(group)
    for down in range(line - span, line + span + 1):
        for along in range(column - span, column + span + 1):
            for other in grid.get((down, along), ()):
                near = _apart_px(other.x - group.x, other.y - group.y) < reach(other) + own
                if near and other.territory == group.territory:
                    return other
    return None


def stand_apart(
    spots: Sequence[tuple[float, float]], radii: Sequence[float], territories: Sequence[int]
) -> list[tuple[float, float]]:
    """Return where marks stand so that none hides one from which only a border keeps it apart.

    Parameters
    ----------
    spots, radii, territories
        Of each mark.

    Returns
    -------
    list of tuple
        Positions, a few pixels from the spots.
    """
    moved = list(spots)
    widest = max(radii, default=0.0)
    for _ in range(4):
        order = sorted(range(len(moved)), key=lambda one: (moved[one][0], one))
        for rank, one in enumerate(order):
            for other in order[rank + 1 :]:
                # The order was right before this round; what moves meanwhile moves little.
                if moved[other][0] - moved[one][0] >= 2 * _APART * widest:
                    break
                if territories[one] != territories[other]:
                    _push(moved, spots, radii, one, other)
    return moved


def _apart_px(across: float, down: float) -> float:
    # As the page does: the browsers' own hypot rounds otherwise, which pushing back and forth makes larger.
    return math.sqrt(across * across + down * down)


def _push(
    moved: list[tuple[float, float]],
    spots: Sequence[tuple[float, float]],
    radii: Sequence[float],
    one: int,
    other: int,
) -> None:
    across, down = moved[other][0] - moved[one][0], moved[other][1] - moved[one][1]
    away = _apart_px(across, down)
    push = (_APART * (radii[one] + radii[other]) - away) / 2
    if push <= 0:
        return
    east, south = (across / away, down / away) if away > 0 else (1.0, 0.0)
    for number, way in ((one, -push), (other, push)):
        (x, y), (from_x, from_y) = moved[number], spots[number]
        go_x, go_y = x + way * east - from_x, y + way * south - from_y
        share = min(1.0, _FURTHEST / (_apart_px(go_x, go_y) or 1.0))
        moved[number] = (from_x + go_x * share, from_y + go_y * share)
