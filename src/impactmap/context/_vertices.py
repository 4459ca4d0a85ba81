"""The nearest of many vertices of a line, by the straight distance through the earth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

__all__ = ["VertexSearch"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EARTH_M = 6_371_000.0
# Only from so many points on does it pay to sort out which vertices can matter to far ones.
MANY_POINTS = 20_000
LEVELS_M = (200_000.0, 50_000.0, 10_000.0)
# The plane in which vertices are sorted out stretches by less than this within so many degrees of its middle.
MARGIN = 1.1
REACH_DEGREES = 30.0
LEAF = 64


@dataclass(frozen=True, slots=True)
class _Level:
    """The vertices that can be the nearest to any point farther than `beyond_m` from the line."""

    beyond_m: float
    vertices: Ints
    tree: cKDTree


class VertexSearch:
    """Vertices on the ellipsoid, ready to be searched.

    Parameters
    ----------
    xyz
        Earth-centred coordinates in metres, one row a vertex.

    Notes
    -----
    Most vertices of a winding line are the nearest to no point that is far from it: a vertex is the nearest to a point
    at the distance d only if
    some empty circle of that radius touches it, and the largest such circle is the largest circumscribed one of its
    Delaunay triangles. Circles
    are circles in the stereographic plane too. Far points are therefore searched among a few vertices, near ones among
    all; both are exact.
    """

    def __init__(self, xyz: Floats) -> None:
        middle = xyz.mean(axis=0)
        up = middle / max(float(np.linalg.norm(middle)), 1.0)
        east = np.cross([0.0, 0.0, 1.0] if abs(up[2]) < 0.9 else [1.0, 0.0, 0.0], up)
        east /= max(float(np.linalg.norm(east)), 1e-12)
        # In axes of its own the line is flat, which makes the boxes of the tree tight.
        self._axes = np.column_stack([east, np.cross(up, east), up])
        self._xyz = xyz @ self._axes

    @cached_property
    def _tree(self) -> cKDTree:
        from scipy.spatial import cKDTree

        return cKDTree(self._xyz, leafsize=LEAF)

    def nearest(self, xyz: Floats) -> tuple[Floats, Ints]:
        """Return for each point the distance in metres to the nearest vertex, and its number."""
        points = xyz @ self._axes
        if len(points) < MANY_POINTS:
            distance, vertex = self._tree.query(points)
            return distance, vertex.astype(np.int64)
        distance, vertex = np.empty(len(points)), np.empty(len(points), dtype=np.int64)
        left = np.arange(len(points))
        for level in self._levels:
            found, number = level.tree.query(points[left])
            distance[left], vertex[left] = found, level.vertices[number]
            left = left[found < level.beyond_m]
        if len(left):
            distance[left], vertex[left] = self._tree.query(points[left])
        return distance, vertex

    def several(self, xyz: Floats, count: int) -> Ints:
        """Return for each point the numbers of the `count` nearest vertices."""
        _, vertices = self._tree.query(xyz @ self._axes, k=count)
        return np.asarray(vertices, dtype=np.int64).reshape(len(xyz), -1)

    def around(self, xyz: Floats, radius_m: float) -> Ints:
        """Return the numbers of the vertices within a radius of one point."""
        return np.asarray(self._tree.query_ball_point(xyz @ self._axes, radius_m), dtype=np.int64)

    def within(self, xyz: Floats, limit_m: float) -> npt.NDArray[np.bool_]:
        """Tell which points have a vertex within a distance."""
        distance, _ = self._tree.query(xyz @ self._axes, distance_upper_bound=limit_m)
        return np.asarray(np.isfinite(distance))

    @cached_property
    def _levels(self) -> list[_Level]:
        from scipy.spatial import cKDTree

        radius = self._largest_circles()
        if radius is None:
            return []
        levels = []
        for beyond in LEVELS_M:
            vertices = np.flatnonzero(radius >= beyond / MARGIN)
            tree = cKDTree(self._xyz[vertices], leafsize=LEAF)
            # A point nearer than the level serves may find a vertex farther off than its nearest one by this much.
            gap = float(tree.query(self._xyz)[0].max())
            levels.append(_Level(beyond * MARGIN + gap, vertices, tree))
        return levels

    def _largest_circles(self) -> Floats | None:
        """Return the radius in metres of the largest empty circle at each vertex; None if the plane would stretch."""
        from scipy.spatial import Delaunay

        unit = self._xyz / np.linalg.norm(self._xyz, axis=1, keepdims=True)
        if len(unit) < 4 or unit[:, 2].min() < np.cos(np.radians(REACH_DEGREES)):
            return None
        plane = 2 * EARTH_M * unit[:, :2] / (1 + unit[:, 2:])
        triangulation = Delaunay(plane)
        corners = plane[triangulation.simplices]
        (ax, ay), (bx, by) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
        sides = np.hypot(ax, ay) * np.hypot(bx, by) * np.hypot(ax - bx, ay - by)
        area4 = 2 * np.abs(ax * by - ay * bx)
        circle = np.divide(sides, area4, out=np.full(len(sides), np.inf), where=area4 > 0)
        radius = np.zeros(len(plane))
        for corner in range(3):
            np.maximum.at(radius, triangulation.simplices[:, corner], circle)
        radius[triangulation.coplanar[:, 0]] = radius[triangulation.coplanar[:, 2]]
        radius[np.unique(triangulation.convex_hull)] = np.inf
        return radius
