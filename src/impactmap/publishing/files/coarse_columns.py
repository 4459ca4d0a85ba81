"""Positions that hide in columns that are not ours, made as coarse as the others."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeVar

from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS
from impactmap.places.fine_positions import DECIMALS, coarse_column, coarse_geohash, coarse_text
from impactmap.publishing.files.chunks import Told
from impactmap.reading.figures import parse_coordinates
from impactmap.reading.headers import header_key

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Frame = TypeVar("Frame", bound="pd.DataFrame")

__all__ = ["coarse_columns", "coarse_shapes"]

#: A shape narrower than this, in degrees, tells a position as finely as a point does.
NARROW = 0.02
OURS = frozenset(column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS, *CLAIM_COLUMNS)) | {"geometry"}
_DEGREES_HEADER = frozenset(("latitude", "lat", "longitude", "lon", "lng", "long", "широта", "довгота", "долгота"))
_PLANE_HEADER = frozenset(("x", "y"))
_METRES_HEADER = frozenset(("easting", "northing"))
_GEOHASH_HEADER = "geohash"
#: The same with hemispheres, and perhaps with minutes and seconds.
_PARTED_PAIR = re.compile(
    r"\s*\(?\s*([NS]?\s*\d[^;NSEW]{0,24}?[NS]?)\s*[,;\s]\s*([EW]?\s*\d[^;NSEW]{0,24}?[EW]?)\s*\)?\s*\Z", re.IGNORECASE
)
_WKT = re.compile(r"\s*(POINT|LINESTRING|POLYGON|MULTI[A-Z]+|GEOMETRYCOLLECTION)\s*(Z|M|ZM)?\s*\(", re.IGNORECASE)
_WKB = re.compile(r"\s*0[01][0-9A-Fa-f]{40,}\s*\Z")


def coarse_columns(frame: Frame, told: Told, *, kept: Collection[str] = OURS) -> Frame:
    """Return the frame with the coordinates in columns that are not ours rounded to two decimals of a degree.

    Parameters
    ----------
    frame
        Its columns may hold latitudes, longitudes, metres of a grid or geohashes by their name, well-known text or
        bytes, or texts with positions in them (see `impactmap.places.fine_positions`).
    told
        Takes the names of the columns that were changed.
    kept
        Columns whose positions are made coarse elsewhere, or are the gazetteer's.

    Returns
    -------
    DataFrame
        Points are rounded, shapes narrower than two kilometres left empty; other cells are as they were.
    """
    import pandas as pd

    changed: dict[str, pd.Series[Any]] = {}
    plane = set(frame.columns.astype(str).str.casefold()) >= _PLANE_HEADER
    for header in frame.columns:
        column = frame[header]
        if header in kept:
            continue
        words = set(header_key(str(header)).split())
        text = pd.api.types.is_string_dtype(column.dtype)
        if words & _DEGREES_HEADER or (plane and words <= _PLANE_HEADER):
            coarse = _coarse_degrees(column)
        elif words & _METRES_HEADER:
            coarse = _coarse_metres(column)
        elif text:
            coarse = _coarse_texts(column, geohash=_GEOHASH_HEADER in words)
        else:
            continue
        if coarse is not column and not coarse.equals(column):
            changed[str(header)] = coarse
    if not changed:
        return frame
    told.name("Positions in {} were made as coarse.", changed)
    return frame.assign(**changed)


def coarse_shapes(frame: gpd.GeoDataFrame, told: Told) -> gpd.GeoDataFrame:
    """Return the frame without the source's shapes that are too narrow to leave."""
    import numpy as np

    if "source_geometry" not in frame.columns:
        return frame
    bounds = frame.geometry.bounds
    points = (frame.geometry.geom_type == "Point").to_numpy()
    extent = np.fmax(bounds["maxx"] - bounds["minx"], bounds["maxy"] - bounds["miny"]).to_numpy()
    narrow = (extent < NARROW) & ~points
    if not narrow.any():
        return frame
    told.count("Shapes narrower than two kilometres that were left out: {}.", int(narrow.sum()))
    return frame.set_geometry(frame.geometry.where(~narrow, None))


def _coarse_degrees(column: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    if pd.api.types.is_float_dtype(column.dtype):
        return column.round(DECIMALS)
    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    degrees = parse_coordinates(column).numbers
    rounded = degrees.round(DECIMALS)
    fine = degrees.notna() & ((degrees - rounded).abs() > 1e-9)
    return column.where(~fine, rounded.map(repr, na_action="ignore").astype(column.dtype))


def _coarse_metres(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return metres of a grid as whole kilometres."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    rounded = (numbers / 1000).round() * 1000
    fine = numbers.notna() & (numbers.abs() > 1000) & ((numbers - rounded).abs() > 1e-6)
    if pd.api.types.is_string_dtype(column.dtype):
        return column.where(~fine, rounded.map("{:.0f}".format, na_action="ignore").astype(column.dtype))
    return column.where(~fine, rounded.astype(column.dtype))


def _coarse_texts(column: pd.Series[Any], *, geohash: bool) -> pd.Series[Any]:
    """Return texts with shapes, pairs of degrees and codes made coarse."""
    if geohash:
        return column.map(coarse_geohash, na_action="ignore").astype(column.dtype)
    shape = column.str.match(_WKT, na=False) | column.str.match(_WKB, na=False)
    coarse = column.where(~shape) if shape.any() else column
    pair = coarse.str.match(_PARTED_PAIR, na=False)
    if pair.any():
        coarse = coarse.where(~pair, coarse[pair].map(_coarse_pair).astype(column.dtype))
    coarse = coarse_column(coarse)
    return coarse if not shape.any() else coarse.where(~shape, column[shape].map(_coarse_shape).astype(column.dtype))


def _coarse_shape(text: str) -> str | None:
    import shapely
    import shapely.errors

    binary = _WKB.match(text)
    try:
        shape = shapely.from_wkb(text.strip()) if binary else shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        return text if binary else coarse_text(text)
    if shape.is_empty:
        return text
    if isinstance(shape, shapely.Point):
        x, y = round(shape.x, DECIMALS), round(shape.y, DECIMALS)
        return str(shapely.to_wkb(shapely.Point(x, y), hex=True)) if binary else f"POINT ({x!r} {y!r})"
    west, south, east, north = shape.bounds
    return None if max(east - west, north - south) < NARROW else text


def _coarse_pair(text: str) -> str:
    """Return a latitude and a longitude with their hemispheres as rounded decimals, what is none as it is."""
    import pandas as pd

    pair = _PARTED_PAIR.match(text)
    degrees = [
        float(parse_coordinates(pd.Series([cell], dtype="str"), hemispheres=letters).numbers.iloc[0])
        for cell, letters in zip(pair.groups() if pair else (), ("NS", "EW"), strict=False)
        if re.search(f"[{letters}]", cell, re.IGNORECASE)
    ]
    if len(degrees) < 2 or not all(map(math.isfinite, degrees)):
        return text
    if all(abs(each - round(each, DECIMALS)) < 1e-9 for each in degrees):
        return text
    return ", ".join(repr(round(each, DECIMALS)) for each in degrees)
