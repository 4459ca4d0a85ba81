"""The nearest point of a line on the WGS 84 ellipsoid, for many points at once.

The line is densified along geodesics, its vertices are put in earth-centred coordinates and searched with a k-d tree
(`_vertices.VertexSearch`); the foot is found on the edges that adjoin the nearest vertex, and the distance to it is the
ellipsoidal one (Karney's, through PROJ).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from impactmap.context._vertices import VertexSearch

__all__ = ["GEOD", "NearestFeet", "NearestLine"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GEOD = Geod(ellps="WGS84")
STEP_M = 50.0
CHUNK = 100_000
# Closer than this the nearest vertex may belong to another edge than the nearest point: several vertices are tried.
NEAR_M = 500.0
NEAR_VERTICES = 12
# The straight line through the earth falls short of the geodesic s by s^3 / 24 R^2, and R^2 differs with direction and
# latitude, by 2 % at the most. Where that makes more than `SLACK_M`, two stretches of the line may be ranked otherwise:
# if a distant stretch is a rival, found among vertices `STRETCH_M` apart, both are measured.
SLACK_M = 0.5
STRETCH_M = 10_000.0
RIVALS = 5


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
    step_m
        Distance of the searched vertices in metres. Half of it squared, divided by twice the distance, bounds the
        error beyond `NEAR_M`.
    """

    def __init__(self, lines: Iterable[shapely.Geometry], *, step_m: float = STEP_M) -> None:
        self._step_m = step_m
        parts, self._source = shapely.get_parts(np.asarray(list(lines), dtype=object), return_index=True)
        self._parts = parts

    @cached_property
    def _vertices(self) -> tuple[Floats, Ints]:
        """Longitude and latitude of the densified lines, and the number of the part that each vertex belongs to."""
        kept, numbers = [], []
        for number, part in enumerate(self._parts):
            xy = shapely.get_coordinates(part)
            dense = _densify(xy[np.r_[True, (np.diff(xy, axis=0) != 0).any(axis=1)]], self._step_m)
            kept.append(dense)
            numbers.append(np.full(len(dense), number))
        return np.vstack(kept), np.concatenate(numbers)

    @cached_property
    def _xyz(self) -> Floats:
        return earth_centred(*self._vertices[0].T)

    @cached_property
    def _search(self) -> VertexSearch:
        return VertexSearch(self._xyz)

    @cached_property
    def _stretches(self) -> tuple[object, Ints]:
        """A tree of one vertex a stretch of the line, and the vertices' numbers."""
        from scipy.spatial import cKDTree

        every = max(int(STRETCH_M // self._step_m), 1)
        vertices = np.arange(0, len(self._xyz), every)
        return cKDTree(self._xyz[vertices]), vertices

    def nearest(self, longitude: Floats, latitude: Floats) -> NearestFeet:
        """Return the nearest point of the lines for each point (degrees, WGS 84, all finite).

        Memory is bounded: points are worked on in chunks, and points that repeat are computed once.
        """
        keys = np.asarray(longitude, dtype=float) + 1j * np.asarray(latitude, dtype=float)
        unique, inverse = np.unique(keys, return_inverse=True)
        chunks = [
            self._nearest_chunk(unique.real[start : start + CHUNK], unique.imag[start : start + CHUNK])
            for start in range(0, len(unique), CHUNK)
        ]
        if not chunks:
            none, false = np.empty(0), np.empty(0, dtype=bool)
            return NearestFeet(none, none, none, np.empty(0, dtype=np.int64), false, false)
        return NearestFeet(
            *(np.concatenate([getattr(chunk, name) for chunk in chunks])[inverse] for name in NearestFeet.__slots__)
        )

    def within(self, longitude: Floats, latitude: Floats, limit_m: float) -> npt.NDArray[np.bool_]:
        """Tell which points lie within a distance (by the chord, to half the step) of the lines."""
        return self._search.within(earth_centred(longitude, latitude), limit_m)

    def _nearest_chunk(self, longitude: Floats, latitude: Floats) -> NearestFeet:
        xyz = earth_centred(longitude, latitude)
        chord, vertex = self._search.nearest(xyz)
        best = self._foot(xyz, vertex)
        near = np.flatnonzero(chord < NEAR_M)
        if len(near):
            count = min(NEAR_VERTICES, len(self._xyz))
            candidates = self._search.several(xyz[near], count)
            for column in candidates.reshape(len(near), -1).T[1:]:
                other = self._foot(xyz[near], column)
                better = other.square < best.square[near]
                best.take(near[better], other, better)
        foot_lon, foot_lat = geographic(best.foot)
        distance = GEOD.inv(longitude, latitude, foot_lon, foot_lat)[2]
        slack = self._slack(latitude) * chord**3
        far = np.flatnonzero(slack > SLACK_M)
        for row, rivals in self._rivals(xyz[far], chord[far], slack[far]):
            at = np.full(len(rivals), far[row])
            other = self._foot(xyz[at], rivals)
            other_lon, other_lat = geographic(other.foot)
            measured = GEOD.inv(longitude[at], latitude[at], other_lon, other_lat)[2]
            first = int(np.argmin(measured))
            if measured[first] < distance[far[row]]:
                chosen = np.arange(len(rivals)) == first
                best.take(far[row : row + 1], other, chosen)
                foot_lon[far[row]], foot_lat[far[row]], distance[far[row]] = (
                    other_lon[first],
                    other_lat[first],
                    measured[first],
                )
        on_left, at_end = self._side(xyz, best)
        return NearestFeet(distance, foot_lon, foot_lat, self._source[self._vertices[1][best.edge]], on_left, at_end)

    def _slack(self, latitude: Floats) -> float:
        """Return by how much the chords of two geodesics of one length may differ, as a share of the length cubed."""
        latitudes = self._vertices[0][:, 1]
        reach = max(abs(latitude).max(), abs(latitudes).max())
        least = min(abs(latitude).min(), abs(latitudes).min())
        if min(latitude.min(), latitudes.min()) < 0 < max(latitude.max(), latitudes.max()):
            least = 0.0
        shape = 1.0 - GEOD.es * np.sin(np.radians([least, reach])) ** 2
        # The smallest radius is the meridian's nearest the equator, the largest the prime vertical's nearest a pole.
        smallest, largest = GEOD.a * (1.0 - GEOD.es) / shape[0] ** 1.5, GEOD.a / shape[1] ** 0.5
        return float(smallest**-2 - largest**-2) / 24

    def _rivals(self, xyz: Floats, chord: Floats, slack: Floats) -> Iterator[tuple[int, Ints]]:
        """Yield the rows where a distant stretch is as near by the chord, with the vertices to measure."""
        tree, vertices = self._stretches
        count = min(RIVALS, len(vertices))
        if not len(xyz) or count < 2:
            return
        chords, found = tree.query(xyz, k=count)  # type: ignore[attr-defined]
        coarse = slack + STRETCH_M**2 / (2 * chord)
        distant = np.abs(found - found[:, :1]) > 3
        rows = np.flatnonzero((distant & (chords <= (chord + coarse)[:, None])).any(axis=1))
        for row in rows:
            yield int(row), self._search.around(xyz[row], chord[row] + slack[row])

    def _foot(self, xyz: Floats, vertex: Ints) -> _Feet:
        """Return the nearest point on the two edges that adjoin a vertex."""
        after = self._foot_on_edge(xyz, vertex)
        before = self._foot_on_edge(xyz, vertex - 1)
        better = before.square < after.square
        after.take(np.flatnonzero(better), before, better)
        return after

    def _foot_on_edge(self, xyz: Floats, edge: Ints) -> _Feet:
        numbers = self._vertices[1]
        last = len(numbers) - 1
        start, end = np.clip(edge, 0, last), np.clip(edge + 1, 0, last)
        whole = (numbers[start] == numbers[end]) & (start != end)
        a, b = self._xyz[start], self._xyz[end]
        along = b - a
        length2 = np.where(whole, np.einsum("ij,ij->i", along, along), 1.0)
        share = np.clip(np.einsum("ij,ij->i", xyz - a, along) / length2, 0.0, 1.0)
        foot = a + share[:, None] * along
        gap = xyz - foot
        square = np.where(whole, np.einsum("ij,ij->i", gap, gap), np.inf)
        return _Feet(square, foot, start, share)

    def _side(self, xyz: Floats, best: _Feet) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Tell left from right by the edge's normal, at a vertex by the sum of both edges' normals."""
        numbers = self._vertices[1]
        last = len(numbers) - 1
        normal = self._normals[best.edge]
        vertex = np.where(best.share >= 1.0, best.edge + 1, best.edge)
        at_vertex = (best.share <= 0.0) | (best.share >= 1.0)
        other = np.where(best.share >= 1.0, best.edge + 1, best.edge - 1)
        inside = (other >= 0) & (other < last)
        other = np.clip(other, 0, max(last - 1, 0))
        joined = (
            inside
            & (numbers[other] == numbers[best.edge])
            & (numbers[np.minimum(other + 1, last)] == numbers[best.edge])
        )
        both = at_vertex & joined
        normal[both] += self._normals[other[both]]
        left = np.einsum("ij,ij->i", xyz - self._xyz[vertex], normal) > 0
        closed = self._closed[numbers[best.edge]]
        return left, at_vertex & ~joined & ~closed

    @cached_property
    def _normals(self) -> Floats:
        """The unit normal of the plane through the earth's middle and each edge: it points to the left."""
        cross = np.cross(self._xyz, np.roll(self._xyz, -1, axis=0))
        length = np.linalg.norm(cross, axis=1, keepdims=True)
        return np.asarray(cross / np.where(length == 0, 1.0, length))

    @cached_property
    def _closed(self) -> npt.NDArray[np.bool_]:
        return np.asarray(shapely.is_ring(self._parts))


@dataclass(slots=True)
class _Feet:
    """Feet on edges: squared chord, earth-centred place, the edge's first vertex, the share along the edge."""

    square: Floats
    foot: Floats
    edge: Ints
    share: Floats

    def take(self, rows: Ints, other: _Feet, chosen: npt.NDArray[np.bool_]) -> None:
        """Replace `rows` by the `chosen` rows of other feet."""
        self.square[rows] = other.square[chosen]
        self.foot[rows] = other.foot[chosen]
        self.edge[rows] = other.edge[chosen]
        self.share[rows] = other.share[chosen]


def earth_centred(longitude: Floats, latitude: Floats) -> Floats:
    """Return earth-centred coordinates in metres of points on the ellipsoid."""
    lam, phi = np.radians(longitude), np.radians(latitude)
    normal = GEOD.a / np.sqrt(1.0 - GEOD.es * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    return np.column_stack([across * np.cos(lam), across * np.sin(lam), normal * (1.0 - GEOD.es) * np.sin(phi)])


def geographic(xyz: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude in degrees of points at most some metres under the ellipsoid."""
    longitude = np.degrees(np.arctan2(xyz[:, 1], xyz[:, 0]))
    latitude = np.degrees(np.arctan2(xyz[:, 2], (1.0 - GEOD.es) * np.hypot(xyz[:, 0], xyz[:, 1])))
    return longitude, latitude


def _densify(xy: Floats, step_m: float) -> Floats:
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
