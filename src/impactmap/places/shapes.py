"""Measure and make areas: how wide, how far from a point, a circle on the ground."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyproj
    import shapely

__all__ = ["area_radius_km", "circle", "distance_km", "distance_to_area_km", "representative_point", "ribbon"]


#: In degrees of latitude.
_HALF_A_KM = 0.0045


@functools.cache
def _geod() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")


def representative_point(area: shapely.Geometry) -> tuple[float, float]:
    """Return latitude and longitude of a point inside an area (EPSG:4326)."""
    import shapely

    point = shapely.point_on_surface(area)
    return float(shapely.get_y(point)), float(shapely.get_x(point))


def area_radius_km(area: shapely.Geometry) -> float:
    """Return the geodesic distance from an area's representative point to its farthest corner, in km."""
    import shapely

    latitude, longitude = representative_point(area)
    corners = shapely.get_coordinates(area)
    start = np.full(len(corners), longitude), np.full(len(corners), latitude)
    _, _, metres = _geod().inv(*start, corners[:, 0], corners[:, 1])
    return round(float(np.max(metres)) / 1000, 1)


def distance_to_area_km(area: shapely.Geometry, latitude: float, longitude: float) -> float:
    """Return the geodesic distance from a point to an area, 0 inside it, in km.

    The nearest point is sought on a plate carrée scaled at the point's latitude: good to 1 % within 100 km.
    """
    import shapely
    from shapely.affinity import scale

    factor = max(float(np.cos(np.radians(latitude))), 0.01)
    flat = scale(area, xfact=factor, yfact=1.0, origin=(0, 0))
    point = shapely.Point(longitude * factor, latitude)
    nearest = shapely.get_coordinates(shapely.shortest_line(flat, point))
    if not len(nearest):
        return float("nan")
    _, _, metres = _geod().inv(longitude, latitude, nearest[0, 0] / factor, nearest[0, 1])
    return float(metres) / 1000


def circle(latitude: float, longitude: float, radius_km: float, *, corners: int = 48) -> shapely.Polygon:
    """Return a geodesic circle as a polygon, EPSG:4326."""
    import shapely

    azimuths = np.linspace(0, -360, corners, endpoint=False)
    x, y, _ = _geod().fwd(
        np.full(corners, longitude), np.full(corners, latitude), azimuths, np.full(corners, radius_km * 1000)
    )
    return shapely.Polygon(np.column_stack([x, y]))


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance in km (sphere of 6,371 km: within 0.6 % of the geodesic)."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def ribbon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the area within half a kilometre of a shape that is none itself: of lines, of several points.

    Its corners are as coarse as what leaves, two decimals of a degree.
    """
    import shapely
    from shapely.affinity import scale

    coarse = shapely.transform(shape, lambda corners: corners.round(2))
    _, south, _, north = shapely.bounds(coarse)
    factor = max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    wide = shapely.buffer(scale(coarse, xfact=factor, yfact=1.0, origin=(0, 0)), _HALF_A_KM, quad_segs=2)
    return scale(wide, xfact=1 / factor, yfact=1.0, origin=(0, 0))
