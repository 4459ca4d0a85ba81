"""Positions and shapes in notations of programs: WKT, EWKT, WKB, GeoJSON and other JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from impactmap.reading.positions.pairs import Pair, Unread

__all__ = ["geometry_of"]

_WKT = re.compile(
    r"(?:SRID\s*=\s*(?P<srid>\d+)\s*;\s*)?(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_WKB = re.compile(r"(?:0x|\\x)?(0[01][0-9A-F]{40,})", re.IGNORECASE)
_LATITUDES: Final = ("lat", "latitude", "y", "_lat", "_latitude")
_LONGITUDES: Final = ("lng", "lon", "long", "longitude", "x", "_long", "_lng", "_longitude")
#: WGS 84, and the datum of North America and Europe that differ from it by less than a map shows.
_DEGREES: Final = frozenset({0, 4326, 4979, 4258, 4269})


def geometry_of(text: str) -> Pair | BaseGeometry | None:
    """Return what a notation of programs says: a position, or a shape; None where the text is in none.

    Raises
    ------
    Unread
        Where it is in one and has a fault, or is not in degrees.

    Examples
    --------
    >>> geometry_of("POINT (36.2304 49.9935)").first
    36.2304
    """
    text = text.strip()
    if text[:1] in "{[":
        return _from_json(text)
    if found := _WKT.fullmatch(text):
        return _known(found["wkt"], int(found["srid"] or 0))
    if (found := _WKB.fullmatch(text)) and len(found[1]) % 2 == 0:
        try:
            geometry = shapely.from_wkb(bytes.fromhex(found[1]))
        except (shapely.errors.GEOSException, ValueError):
            return None
        return _placed(geometry, int(shapely.get_srid(geometry)))
    return None


def _known(wkt: str, srid: int) -> Pair | BaseGeometry:
    try:
        geometry = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException as error:
        raise Unread(f"its well-known text has a fault: {str(error).splitlines()[0]}") from None
    return _placed(geometry, srid)


def _placed(geometry: BaseGeometry, srid: int = 0) -> Pair | BaseGeometry:
    if geometry.is_empty:
        raise Unread("its shape is empty")
    if srid not in _DEGREES:
        geometry = _to_degrees(geometry, srid)
    if isinstance(geometry, shapely.MultiPoint) and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if isinstance(geometry, shapely.Point):
        return Pair(geometry.x, geometry.y, order="lon")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Unread("its coordinates are no degrees of longitude and latitude")
    return shapely.force_2d(geometry)


def _to_degrees(geometry: BaseGeometry, srid: int) -> BaseGeometry:
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    try:
        transformer = Transformer.from_crs(f"EPSG:{srid}", "EPSG:4326", always_xy=True)
    except CRSError:
        raise Unread(f"its coordinate reference system {srid} is not known") from None

    def carry(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(shapely.force_2d(geometry), carry)


def _from_json(text: str) -> Pair | BaseGeometry | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = json.loads(text.replace("'", '"'))
        except (ValueError, RecursionError):
            return None
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], Mapping):
            value = value[0]
        elif len(value) in {2, 3} and all(isinstance(each, (int, float)) for each in value):
            return Pair(float(value[0]), float(value[1]))
        else:
            return None
    return _from_object(value) if isinstance(value, Mapping) else None


def _from_object(value: Mapping[str, Any]) -> Pair | BaseGeometry | None:
    if isinstance(value.get("geometry"), Mapping):
        value = value["geometry"]
    if "type" in value and "coordinates" in value:
        try:
            return _placed(shape_of(dict(value)))
        except (shapely.errors.ShapelyError, ValueError, TypeError, AttributeError, IndexError, KeyError):
            raise Unread("its GeoJSON has a fault") from None
    named = {str(key).casefold(): each for key, each in value.items()}
    for name in ("location", "position", "coords", "coordinates", "point", "geopoint", "latlng"):
        if isinstance(named.get(name), Mapping):
            return _from_object(named[name])
    latitude, longitude = (
        next((named[key] for key in keys if key in named), None) for keys in (_LATITUDES, _LONGITUDES)
    )
    try:
        return None if latitude is None or longitude is None else Pair(float(latitude), float(longitude), order="lat")
    except (TypeError, ValueError):
        raise Unread("its latitude or longitude is no number") from None
