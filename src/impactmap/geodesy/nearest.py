"""The nearest point of a line on the WGS 84 ellipsoid, for many points at once.

The line is divided into short geodesic edges; the nearest by the straight distance through the earth is found exactly
(`_edges.EdgeSearch`), and the distance to the foot on it is the ellipsoidal one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.geodesy.edges import EdgeSearch, cell_codes
from impactmap.geodesy.ellipsoid import GEOD, chord_slack, earth_centred, geodesic_m, geographic

__all__ = ["NearestFeet", "NearestLine"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: The middle of an edge this long lies 5 mm under the ellipsoid.
EDGE_M = 500.0
CHUNK = 100_000
EARTH_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class NearestFeet:
    """The nearest points of a line, one row a point asked for.

    ``distance_m`` is the ellipsoidal distance in metres, ``longitude`` and ``latitude`` the foot in degrees, ``part``
    the number of the line,
    ``on_left`` whether the point lies to the left of the line, ``at_end`` whether the foot is an end of a line.
    """

    distance_m: Floats
    longitude: Floats
    latitude: Floats
    part: Ints
    on_left: npt.NDArray[np.bool_]
    at_end: npt.NDArray[np.bool_]


class NearestLine:
    """Lines, made ready for nearest-point questions.

    Parameters
    ----------
    lines
        Lines and multilines in EPSG:4326; an edge is the geodesic between its vertices.
    """

    def __init__(self, lines: Iterable[shapely.Geometry]) -> None:
        self._parts, self._source = shapely.get_parts(np.asarray(list(lines), dtype=object), return_index=True)

    @cached_property
    def _vertices(self) -> tuple[Floats, Ints]:
        """Longitude and latitude of the divided lines, and the number of the part that each vertex belongs to."""
        kept, numbers = [], []
        for number, part in enumerate(self._parts):
            xy = shapely.get_coordinates(part)
            dense = _divide(xy[np.r_[True, (np.diff(xy, axis=0) != 0).any(axis=1)]], EDGE_M)
            kept.append(dense)
            numbers.append(np.full(len(dense), number))
        return np.vstack(kept), np.concatenate(numbers)

    @cached_property
    def _xyz(self) -> Floats:
        return earth_centred(*self._vertices[0].T)

    @cached_property
    def _edges(self) -> Ints:
        """The first vertex of each edge."""
        numbers = self._vertices[1]
        return np.flatnonzero(numbers[1:] == numbers[:-1])

    @cached_property
    def _search(self) -> EdgeSearch:
        return EdgeSearch(self._xyz[:, self._edges], self._xyz[:, self._edges + 1])

    def nearest(self, longitude: Floats, latitude: Floats) -> NearestFeet:
        """Return the nearest point of the lines for each point (degrees, WGS 84, all finite).

        Memory is bounded: points are worked on in chunks, and points that repeat are computed once.
        """
        places = _Places.of(longitude, latitude)
        chunks = [self._nearest_chunk(*places.chunk(start)) for start in range(0, len(places.codes), CHUNK)]
        if not chunks:
            none, false = np.empty(0), np.empty(0, dtype=bool)
            return NearestFeet(none, none, none, np.empty(0, dtype=np.int64), false, false)
        names = [name.name for name in fields(NearestFeet)]
        return NearestFeet(
            *(np.concatenate([getattr(chunk, name) for chunk in chunks])[places.inverse] for name in names)
        )

    def within(self, longitude: Floats, latitude: Floats, limit_m: float) -> npt.NDArray[np.bool_]:
        """Tell which points lie within a distance, by the chord, of the lines."""
        places = _Places.of(longitude, latitude)
        inside = np.zeros(len(places.codes), dtype=bool)
        for start in range(0, len(inside), CHUNK):
            lon, lat, codes = places.chunk(start)
            found = self._search.nearest(earth_centred(lon, lat), codes, limit_m=limit_m)
            inside[start : start + CHUNK] = found.chord <= limit_m
        return np.asarray(inside[places.inverse])

    def _nearest_chunk(self, longitude: Floats, latitude: Floats, codes: npt.NDArray[np.uint64]) -> NearestFeet:
        xyz = earth_centred(longitude, latitude)
        found = self._search.nearest(xyz, codes, slack=chord_slack(latitude, self._vertices[0][:, 1]))
        foot, share = self._foot(xyz, found.edge)
        distance = geodesic_m(xyz, foot)
        if found.rivals:
            rows, edges = (np.concatenate(half) for half in zip(*found.rivals, strict=True))
            other, other_share = self._foot(xyz[:, rows], edges)
            measured = geodesic_m(xyz[:, rows], other)
            # The least of each row comes last, so that it is the one that stays.
            better = np.flatnonzero(measured < distance[rows])
            better = better[np.argsort(-measured[better], kind="stable")]
            at = rows[better]
            distance[at], found.edge[at], share[at] = measured[better], edges[better], other_share[better]
            foot[:, at] = other[:, better]
        on_left, at_end = self._side(xyz, self._edges[found.edge], share)
        part = self._source[self._vertices[1][self._edges[found.edge]]]
        return NearestFeet(distance, *geographic(foot), part, on_left, at_end)

    def _foot(self, xyz: Floats, edge: Ints) -> tuple[Floats, Floats]:
        """Return the nearest point on one edge for each point, and the share of the edge before it."""
        first = self._edges[edge]
        start = self._xyz[:, first]
        along = self._xyz[:, first + 1] - start
        gap = xyz - start - along / 2
        length2 = np.einsum("ij,ij->j", along, along)
        # Across the earth's curve the foot lies farther along an edge than the point, which is far off, does beside it.
        curve = 1.0 - np.einsum("ij,ij->j", gap, gap) / (2 * EARTH_M**2)
        beside = np.einsum("ij,ij->j", gap, along) / np.maximum(curve, 1e-9)
        share = 0.5 + np.divide(beside, length2, out=np.zeros_like(beside), where=length2 > 0)
        np.clip(share, 0.0, 1.0, out=share)
        return start + share * along, share

    def _side(self, xyz: Floats, first: Ints, share: Floats) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Tell left from right by the edge's normal, at a vertex by the sum of both edges' normals.

        The edge is told by its first vertex. Also return whether the vertex is an end of the line.
        """
        numbers = self._vertices[1]
        last = len(numbers) - 1
        normal = self._normals[:, first]
        at_end = share >= 1.0
        at_vertex = at_end | (share <= 0.0)
        other = np.where(at_end, first + 1, first - 1)
        inside = (other >= 0) & (other < last)
        other = np.clip(other, 0, max(last - 1, 0))
        joined = inside & (numbers[other] == numbers[first]) & (numbers[other + 1] == numbers[first])
        both = at_vertex & joined
        normal[:, both] += self._normals[:, other[both]]
        left = np.einsum("ij,ij->j", xyz - self._xyz[:, first + at_end], normal) > 0
        return left, at_vertex & ~joined & ~self._closed[numbers[first]]

    @cached_property
    def _normals(self) -> Floats:
        """The unit normal of the plane through the earth's middle and each edge: it points to the left."""
        cross = np.cross(self._xyz, np.roll(self._xyz, -1, axis=1), axis=0)
        length = np.linalg.norm(cross, axis=0)
        return np.asarray(cross / np.where(length == 0, 1.0, length))

    @cached_property
    def _closed(self) -> npt.NDArray[np.bool_]:
        return np.asarray(shapely.is_ring(self._parts))


@dataclass(frozen=True, slots=True)
class _Places:
    """Different points, cell by cell (`cell_codes`), and which of them each point asked for is."""

    longitude: Floats
    latitude: Floats
    codes: npt.NDArray[np.uint64]
    inverse: Ints

    @classmethod
    def of(cls, longitude: Floats, latitude: Floats) -> _Places:
        x, y = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
        codes = cell_codes(x, y)
        order = np.argsort(codes)
        x, y, codes = x[order], y[order], codes[order]
        # Different points within a centimetre may stand mixed: then some are computed more than once.
        new = np.ones(len(x), dtype=bool)
        new[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
        inverse = np.empty(len(x), dtype=np.int64)
        inverse[order] = np.cumsum(new) - 1
        return cls(x[new], y[new], codes[new], inverse)

    def chunk(self, start: int) -> tuple[Floats, Floats, npt.NDArray[np.uint64]]:
        """Return `CHUNK` points from a number on."""
        rows = slice(start, start + CHUNK)
        return self.longitude[rows], self.latitude[rows], self.codes[rows]


def _divide(xy: Floats, step_m: float) -> Floats:
    """Return the line with points along its geodesic edges, no two farther apart than the step."""
    azimuth, _, length = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    pieces = np.maximum(np.ceil(length / step_m).astype(int), 1)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(edge)) - np.repeat(np.r_[0, np.cumsum(pieces)[:-1]], pieces)
    far = number * (length / pieces)[edge]
    longitude, latitude, _ = GEOD.fwd(xy[edge, 0], xy[edge, 1], azimuth[edge], far)
    dense = np.column_stack([longitude, latitude])
    dense[number == 0] = xy[:-1]
    return np.vstack([dense, xy[-1:]])
