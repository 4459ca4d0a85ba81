"""Reports at points, gathered into places and marks, in columns: a map may hold a million of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.look.typography import picture_text
from impactmap.maps.picture.mark_style import SizeScale
from impactmap.model.arrow import codes_of
from impactmap.scene.territories import row_territories
from impactmap.telling.reports import Reports, place_names

__all__ = ["Marks", "Places", "gather_marks", "gather_places", "name_places", "unique_pairs"]

_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Places:
    """Places with reports at points, the busiest first.

    Attributes
    ----------
    x, y
        Positions in pixels.
    names
        What most of a place's rows call it; empty where no name stands for more than half of them.
    held
        How many different names its rows give.
    counts
        Its reports.
    rows, row_place
        The rows drawn as points, and each one's place.
    """

    x: _Floats
    y: _Floats
    names: npt.NDArray[np.object_]
    held: _Numbers
    counts: _Numbers
    rows: _Numbers
    row_place: _Numbers

    def __len__(self) -> int:
        return len(self.x)

    def named(self) -> list[tuple[str, int, int, float, float]]:
        """Return name, number of names, reports and position of each."""
        columns = (self.names, self.held, self.counts, self.x, self.y)
        return list(zip(*(column.tolist() for column in columns), strict=True))


@dataclass(frozen=True)
class Marks:
    """The marks of a map, spot by spot.

    Attributes
    ----------
    spot_x, spot_y
        Where marks stand, in pixels: each place.
    starts
        Where each spot's marks begin, and where the last one's end.
    x
        Position of each mark: beside each other, centred on the spot.
    side, confirmed
        Of each mark.
    area, low, high
        In square pixels; the lowest and the highest figure's where there are several, else NaN.
    radius
        What a mark needs around its middle.
    """

    spot_x: _Floats
    spot_y: _Floats
    starts: _Numbers
    x: _Floats
    side: npt.NDArray[np.uint8]
    confirmed: npt.NDArray[np.bool_]
    area: _Floats
    low: _Floats
    high: _Floats
    radius: _Floats

    def widest(self) -> _Floats:
        """Return the radius of each spot's widest mark."""
        return np.maximum.reduceat(self.radius, self.starts[:-1]) if len(self.radius) else self.radius


def gather_places(reports: Reports, rows: _Numbers, pixels: _Floats) -> Places:
    """Gather rows that lie on the same tenth of a pixel, and on one side of every border.

    Parameters
    ----------
    reports
        All of them.
    rows
        Numbers of the rows that are points.
    pixels
        Their positions, shape (n, 2).
    """
    rounded = np.round(pixels, 1)
    spot, _ = _number_pairs(np.round(pixels * 10).astype(np.int64))
    territory = row_territories(reports, rows)
    place, first = _number_pairs(np.column_stack([spot, territory]).astype(np.int64))
    count = len(first)
    counts = np.bincount(unique_pairs(place, reports.row_event[rows])[0], minlength=count)
    names, held = name_places(reports, rows, place, count)
    x, y = rounded[first].T
    # Without a name last.
    _, name = np.unique([text or "\U0010ffff" for text in names.tolist()], return_inverse=True)
    order = np.lexsort((y, x, name, -counts))
    place_rank = np.empty(count, dtype=np.intp)
    place_rank[order] = np.arange(count)
    return Places(x[order], y[order], names[order], held[order], counts[order], rows, place_rank[place])


def name_places(
    reports: Reports, rows: _Numbers, place: _Numbers, count: int
) -> tuple[npt.NDArray[np.object_], _Numbers]:
    """Return what most of the rows of each of `count` places or marks call it, and how many names they give.

    One member's name may not stand for all of them: it is empty where none stands for more than half.
    """
    codes, values = codes_of(place_names(reports, rows).fill_null(""))
    shown = [picture_text(value, longest=60) for value in values]
    texts = sorted(set(shown))
    ranks = {text: rank for rank, text in enumerate(texts)}
    rank = np.array([ranks[text] for text in shown], dtype=np.intp)[codes]
    given, rank, times = unique_pairs(place, rank)
    best = np.lexsort((rank, -times, given))[np.searchsorted(given, np.arange(count))]
    leads = 2 * times[best] > np.bincount(place, minlength=count)
    names = np.array([*texts, ""], dtype=object)[np.where(leads, rank[best], len(texts))]
    return names, np.bincount(given, minlength=count)


def gather_marks(reports: Reports, places: Places, *, area: float, scale: SizeScale | None, gap: float) -> Marks:
    """Choose the marks of places: one a side and confirmation, or one a report where a figure sizes them.

    Parameters
    ----------
    reports, places
        What is drawn.
    area
        Of marks without a figure's size, in square pixels.
    scale
        Of marks that a figure sizes.
    gap
        Between marks of one place.
    """
    event = reports.row_event[places.rows].astype(np.intp)
    if scale is None:
        kind = 2 * reports.side[event].astype(np.intp) + reports.filled[event]
        place, kind, _ = unique_pairs(places.row_place, kind)
        side, confirmed = np.divmod(kind, 2)
        areas = np.full(len(place), area)
        low = high = np.full(len(place), np.nan)
    else:
        place, event, _ = unique_pairs(places.row_place, event)
        areas = scale.areas(reports.size[event].astype(float))
        order = np.lexsort((-areas, reports.filled[event], reports.side[event], place))
        place, event, areas = place[order], event[order], areas[order]
        side, confirmed = reports.side[event].astype(np.intp), reports.filled[event].astype(np.intp)
        ends = [values[event].astype(float) for values in (reports.size_low, reports.size_high)]
        known = np.isfinite(ends).all(axis=0)
        low, high = (np.where(known, scale.areas(values), np.nan) for values in ends)
    radius = np.sqrt(np.fmax(areas, high) / np.pi) * 1.12
    starts = np.searchsorted(place, np.arange(len(places) + 1))
    return Marks(
        spot_x=places.x, spot_y=places.y, starts=starts, x=places.x[place] + _side_by_side(radius, starts, gap),
        side=side.astype(np.uint8), confirmed=confirmed.astype(bool), area=areas, low=low, high=high, radius=radius,
    )  # fmt: skip


def unique_pairs(one: npt.NDArray[Any], two: npt.NDArray[Any]) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Return the different pairs of whole numbers, sorted, and how often each is there."""
    wide = int(two.max(initial=0)) + 1
    keys, times = np.unique(one.astype(np.int64) * wide + two, return_counts=True)
    first, second = np.divmod(keys, wide)
    return first, second, times


def _number_pairs(cells: npt.NDArray[np.int64]) -> tuple[_Numbers, _Numbers]:
    """Return each row's number among the different ones in order of appearance, and where each appears first."""
    x, y = cells.T - cells.min(axis=0, initial=0)[:, None]
    codes, keys = pd.factorize(x * (int(y.max(initial=0)) + 1) + y)
    first = np.empty(len(keys), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, first


def _side_by_side(radius: _Floats, starts: _Numbers, gap: float) -> _Floats:
    """Return how far from the middle of its spot each mark stands, so that none of the spot's covers another."""
    if not len(radius):
        return radius
    steps = np.concatenate([[0.0], radius[:-1] + radius[1:] + gap])
    steps[starts[:-1]] = 0.0
    along = np.cumsum(steps)
    counts = np.diff(starts)
    begins, ends = along[starts[:-1]], along[starts[1:] - 1]
    middles: _Floats = np.repeat(begins + (ends - begins) / 2, counts)
    return along - middles
