"""Where on the globe a picture looks: a projection fit for what it shows, and the frame in it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry import GeometryCollection
from shapely.geometry.base import BaseGeometry

__all__ = ["MapFrame", "fit_frame"]

Array = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]

#: Degrees of arc from the centre beyond which the whole world is shown instead.
_HEMISPHERE = 75.0
#: A frame is at least this wide, so that a single place is seen in its surroundings.
_LEAST_WIDTH_M = 320_000.0


@dataclass(frozen=True)
class MapFrame:
    """A rectangle in a projection.

    Attributes
    ----------
    crs
        Lambert azimuthal equal-area about the frame's middle, or Equal Earth for the world. Units are metres.
    bounds
        ``(left, bottom, right, top)`` in metres.
    longitude
        Central meridian, degrees.
    """

    crs: pyproj.CRS
    bounds: Bounds
    longitude: float

    @property
    def width(self) -> float:
        """Width in metres."""
        return self.bounds[2] - self.bounds[0]

    @property
    def height(self) -> float:
        """Height in metres."""
        return self.bounds[3] - self.bounds[1]

    def with_room(self, part: float) -> MapFrame:
        """Return a frame of the same shape in which so much of the width is left free on the right."""
        left, bottom, right, top = self.bounds
        wide = (right - left) / (1 - part)
        up = (wide / (right - left) - 1) * (top - bottom) / 2
        return replace(self, bounds=(left, bottom - up, left + wide, top + up))

    def project(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Array, Array]:
        """Return positions in metres for degrees on WGS 84."""
        x, y = _transformer(self.crs).transform(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)

    def unproject(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
        """Return degrees on WGS 84 for positions in metres."""
        inverse = _transformer(self.crs).transform(
            np.asarray(x, dtype=float), np.asarray(y, dtype=float), direction="INVERSE"
        )
        return np.asarray(inverse[0], dtype=float), np.asarray(inverse[1], dtype=float)

    def project_geometry(self, geometry: shapely.Geometry) -> BaseGeometry:
        """Return a geometry in metres, cut to a little more than the frame.

        Its longest edges are divided first, since a straight line in degrees is none on the map.
        """
        # Simplifying may leave lines without length, which GEOS will not divide.
        pieces = shapely.get_parts(shapely.force_2d(geometry))
        longer = GeometryCollection([piece for piece in pieces if piece.length > 0])
        parts: BaseGeometry = shapely.segmentize(longer, 0.5 if self.width < 5e6 else 2.0)
        flat: BaseGeometry = shapely.transform(parts, lambda c: np.column_stack(self.project(c[:, 0], c[:, 1])))
        flat = shapely.make_valid(flat) if shapely.get_dimensions(flat) == 2 and not shapely.is_valid(flat) else flat
        left, bottom, right, top = self.bounds
        margin = 0.02 * max(self.width, self.height)
        return shapely.clip_by_rect(flat, left - margin, bottom - margin, right + margin, top + margin)

    def degree_bounds(self) -> list[Bounds]:
        """Return what part of the globe the frame shows: west, south, east, north.

        Returns
        -------
        list of tuple
            One box, or two where the frame crosses the 180th meridian. A frame with a pole in it spans all longitudes.
        """
        left, bottom, right, top = self.bounds
        x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41)))
        longitude, latitude = _transformer(self.crs).transform(x, y, direction="INVERSE", errcheck=False)
        seen = np.isfinite(longitude) & np.isfinite(latitude)
        if not seen.any():
            return [(-180.0, -90.0, 180.0, 90.0)]
        offset = (longitude[seen] - self.longitude + 180) % 360 - 180
        south, north = float(latitude[seen].min()), float(latitude[seen].max())
        pad = 0.02 * (north - south) + 0.05
        poles = [pole for pole in (-90.0, 90.0) if self._holds(pole)]
        south = -90.0 if -90.0 in poles else max(south - pad, -90.0)
        north = 90.0 if 90.0 in poles else min(north + pad, 90.0)
        west, east = self.longitude + float(offset.min()) - pad, self.longitude + float(offset.max()) + pad
        if poles or east - west >= 355 or not seen.all():
            return [(-180.0, south, 180.0, north)]
        if west < -180:
            return [(west + 360, south, 180.0, north), (-180.0, south, east, north)]
        if east > 180:
            return [(west, south, 180.0, north), (-180.0, south, east - 360, north)]
        return [(west, south, east, north)]

    def _holds(self, pole: float) -> bool:
        x, y = self.project(self.longitude, pole)
        left, bottom, right, top = self.bounds
        return bool(left <= x <= right and bottom <= y <= top)


@functools.lru_cache(maxsize=64)
def _transformer(crs: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def fit_frame(
    coordinates: Array,
    *,
    aspect: float,
    padding: tuple[float, float] = (0.08, 0.1),
    least_width_m: float = _LEAST_WIDTH_M,
) -> MapFrame:
    """Choose the projection and frame for what is to be seen.

    Parameters
    ----------
    coordinates
        Longitudes and latitudes that must be inside, shape (n, 2), degrees on WGS 84. Without any, the world is shown.
    aspect
        Width of the picture by its height.
    padding
        Free margin left and right, and above and below, as parts of the frame's width and height.
    least_width_m
        The frame is at least this wide (or high, if the picture stands).

    Returns
    -------
    MapFrame
        Centred on what is shown; the 180th meridian and the poles are places like any other.

    Notes
    -----
    Equal-area: a hatched region is as large as it is. Up to 1,000 km from the middle, distances are true to 0.4 per
    cent, so one scale bar serves the frame.
    """
    coordinates = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(coordinates):
        world = np.array([[-180.0, 0.0], [180.0, 0.0], [0.0, -58.0], [0.0, 84.0]])
        return _frame(_equal_earth, 0.0, 0.0, world, aspect, (0.0, 0.0), 0.0)
    longitude, latitude = _middle(coordinates)
    if _arc(coordinates, longitude, latitude).max() > _HEMISPHERE:
        return _frame(_equal_earth, longitude, 0.0, coordinates, aspect, padding, least_width_m)
    frame = _frame(_equal_area, longitude, latitude, coordinates, aspect, padding, least_width_m)
    for _ in range(2):
        left, bottom, right, top = frame.bounds
        centre = _transformer(frame.crs).transform((left + right) / 2, (bottom + top) / 2, direction="INVERSE")
        frame = _frame(_equal_area, float(centre[0]), float(centre[1]), coordinates, aspect, padding, least_width_m)
    return frame


def _equal_area(longitude: float, latitude: float) -> pyproj.CRS:
    return pyproj.CRS.from_proj4(
        f"+proj=laea +lon_0={longitude:.4f} +lat_0={latitude:.4f} +datum=WGS84 +units=m +no_defs"
    )


def _equal_earth(longitude: float, _: float) -> pyproj.CRS:
    return pyproj.CRS.from_proj4(f"+proj=eqearth +lon_0={longitude:.4f} +datum=WGS84 +units=m +no_defs")


def _frame(
    make: Callable[[float, float], pyproj.CRS],
    longitude: float,
    latitude: float,
    coordinates: Array,
    aspect: float,
    padding: tuple[float, float],
    least_width_m: float,
) -> MapFrame:
    crs = make(longitude, latitude)
    x, y = _transformer(crs).transform(coordinates[:, 0], coordinates[:, 1])
    centre: Sequence[float] = ((x.min() + x.max()) / 2, (y.min() + y.max()) / 2)
    width, height = (x.max() - x.min()) / (1 - 2 * padding[0]), (y.max() - y.min()) / (1 - 2 * padding[1])
    least = least_width_m / max(aspect, 1.0)
    height = max(height, width / aspect, least)
    width = height * aspect
    bounds = (centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2)
    return MapFrame(crs, (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])), longitude)


def _middle(coordinates: Array) -> tuple[float, float]:
    """Return the middle of the positions on the sphere, which knows no 180th meridian."""
    longitude, latitude = np.radians(coordinates).T
    vectors = np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
    x, y, z = vectors.mean(axis=0)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _arc(coordinates: Array, longitude: float, latitude: float) -> Array:
    """Return the spherical distance to a position, in degrees of arc."""
    lon, lat = np.radians(coordinates).T
    lon0, lat0 = np.radians([longitude, latitude])
    cosine = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(lon - lon0)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))), dtype=float)
