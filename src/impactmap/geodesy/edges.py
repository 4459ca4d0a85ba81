"""The nearest of many short edges, by the straight distance through the earth, for many points at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["EdgeSearch", "Found", "cell_codes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]

LEVELS = 32
#: So few points, or so many pairs of a point and an edge, are worked on at once.
FEW = 32
PAIRS = 32_768
#: Where chords of equally long geodesics differ by less than this, the nearest by the chord is taken for the nearest.
SLACK_M = 0.5
#: Edges farther than this from the nearest one are another stretch of the line.
STRETCH_M = 10_000.0


def cell_codes(longitude: Floats, latitude: Floats) -> Codes:
    """Return for each point (degrees) its number along a curve that fills ever smaller cells, to about a centimetre.

    Each pair of bits from the top halves the cell in both directions (Morton's order), so points that are sorted by
    their numbers stand together cell by cell.
    """
    scale = 2.0**LEVELS / 360
    code = np.zeros(len(longitude), dtype=np.uint64)
    for bit, degrees in enumerate((longitude + 180, latitude + 90)):
        spread = np.floor(degrees * scale).astype(np.int64).astype(np.uint64) & np.uint64(0xFFFFFFFF)
        for shift, mask in (
            (16, 0x0000FFFF0000FFFF),
            (8, 0x00FF00FF00FF00FF),
            (4, 0x0F0F0F0F0F0F0F0F),
            (2, 0x3333333333333333),
            (1, 0x5555555555555555),
        ):
            spread = (spread | spread << np.uint64(shift)) & np.uint64(mask)
        code |= spread << np.uint64(bit)
    return code


@dataclass(slots=True)
class Found:
    """The nearest edge of each point, the straight distance to it in metres, and its rivals.

    Rivals are edges of other stretches that a geodesic may rank before it: arrays of points and edges, in pairs.
    Points with no edge within the limit asked for have an infinite distance.
    """

    edge: Ints
    chord: Floats
    rivals: list[tuple[Ints, Ints]] = field(default_factory=list)


class EdgeSearch:
    """Edges, ready to be searched.

    Parameters
    ----------
    start, end
        Earth-centred coordinates in metres: one row an axis, one column an edge. The shorter the edges, the fewer are
        compared.

    Notes
    -----
    Points are divided into ever smaller cells. With each cell go only the edges that can be the nearest to any of its
    points: an edge cannot where another is nearer to every corner of the box around the points. When few are left,
    every one of them is measured, so the answer is exact whatever the shape of the line.
    """

    def __init__(self, start: Floats, end: Floats) -> None:
        along = end - start
        length = np.linalg.norm(along, axis=0)
        self._middle = (start + end) / 2
        self._half = length / 2
        self._unit = np.divide(along, length, out=np.zeros_like(along), where=length > 0)

    def nearest(self, points: Floats, codes: Codes, *, slack: float = 0.0, limit_m: float = np.inf) -> Found:
        """Return the nearest edge of each point.

        Parameters
        ----------
        points
            Earth-centred coordinates in metres, one column a point, in the order of `codes`.
        codes
            From `cell_codes`, ascending.
        slack
            Edges of other stretches are rivals up to this much, times the distance cubed, beyond the nearest.
        limit_m
            Edges farther off need not be found.
        """
        size = points.shape[1]
        found = Found(np.zeros(size, dtype=np.int64), np.full(size, np.inf))
        cells = [(0, size, LEVELS, np.arange(len(self._half)))] if size else []
        while cells:
            first, last, level, edges = cells.pop()
            low, high = points[:, first:last].min(axis=1), points[:, first:last].max(axis=1)
            middle = (low + high) / 2
            edges = self._possible(edges, middle, high - middle, slack, limit_m)
            if not len(edges):
                continue
            if last - first <= FEW or (last - first) * len(edges) <= PAIRS or not level:
                step = max(PAIRS // len(edges), FEW)
                for at in range(first, last, step):
                    self._measure(points[:, at : min(at + step, last)], at, middle, edges, slack, found)
            else:
                cells.extend((*quarter, level - 1, edges) for quarter in _quarters(codes, first, last, level - 1))
        return found

    def _possible(self, edges: Ints, middle: Floats, reach: Floats, slack: float, limit_m: float) -> Ints:
        """Return the edges that can be the nearest to a point of a box, or a rival of it; none beyond the limit."""
        centre, half = self._middle[:, edges], self._half[edges]
        square = ((centre - middle[:, None]) ** 2).sum(axis=0)
        radius = float(np.sqrt(reach @ reach))
        best = int(square.argmin())
        farthest = np.sqrt(square) + radius
        if farthest[best] - 2 * radius - half.max() > limit_m:
            return edges[:0]
        # At the corner of the box that favours an edge's centre most over the best one's, its square loses this much:
        favour = 2 * (reach @ np.abs(centre - centre[:, best : best + 1]))
        possible = square - square[best] <= favour + 2 * (half + slack * farthest**3) * farthest
        return np.asarray(edges[possible])

    def _measure(self, points: Floats, first: int, middle: Floats, edges: Ints, slack: float, found: Found) -> None:
        """Measure from points, of which the first has that number, to every edge that is left."""
        # About the box's middle the numbers are small, and so are their rounding errors.
        place, centre = points - middle[:, None], self._middle[:, edges] - middle[:, None]
        unit, half = self._unit[:, edges], self._half[edges]
        along = place.T @ unit
        along -= (unit * centre).sum(axis=0)
        foot = np.minimum(along, half)
        np.maximum(foot, -half, out=foot)
        # For a foot at f along the edge and the point beside it at p: gap^2 - p^2 + (p - f)^2 = gap^2 - f (2 p - f).
        along *= 2
        along -= foot
        along *= foot
        square = place.T @ (-2 * centre)
        square += (centre * centre).sum(axis=0)
        square -= along
        nearest = square.argmin(axis=1)
        # What all edges of a point have in common is left out of the comparison:
        own = (place * place).sum(axis=0)
        chord = np.sqrt(np.maximum(square[np.arange(len(nearest)), nearest] + own, 0.0))
        rows = slice(first, first + len(nearest))
        found.edge[rows], found.chord[rows] = edges[nearest], chord
        reach = chord + slack * chord**3
        doubtful = np.flatnonzero(reach - chord > SLACK_M)
        if len(doubtful):
            row, rival = np.nonzero(square[doubtful] <= (reach**2 - own)[doubtful, None])
            other = np.linalg.norm(centre[:, rival] - centre[:, nearest[doubtful[row]]], axis=0) > STRETCH_M
            found.rivals.append((first + doubtful[row[other]], edges[rival[other]]))


def _quarters(codes: Codes, first: int, last: int, level: int) -> Iterator[tuple[int, int]]:
    """Yield where the points of each quarter of a cell stand, those that have any; quarters have the level given."""
    bits = np.uint64(2 * level)
    corner = codes[first] >> bits >> np.uint64(2) << np.uint64(2)
    starts = (corner + np.arange(1, 4, dtype=np.uint64)) << bits
    cuts = [first, *(first + np.searchsorted(codes[first:last], starts)).tolist(), last]
    yield from (pair for pair in pairwise(cuts) if pair[0] < pair[1])
