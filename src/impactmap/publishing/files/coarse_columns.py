"""Positions that hide in columns that are not ours, made as coarse as the others."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeVar

from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS
from impactmap.places.fine_positions import DECIMALS, coarse_column, coarse_geohash
from impactmap.publishing.files.chunks import Told
from impactmap.reading.figures import parse_coordinates
from impactmap.reading.headers import header_key
from impactmap.reading.positions import parse_positions

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Frame = TypeVar("Frame", bound="pd.DataFrame")

__all__ = ["OURS", "coarse_columns", "coarse_shapes"]

#: A shape narrower than this, in degrees, tells a position as finely as a point does.
NARROW = 0.02
OURS = frozenset(column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS, *CLAIM_COLUMNS)) | {"geometry"}
_DEGREES_HEADER = frozenset(("latitude", "lat", "longitude", "lon", "lng", "long", "широта", "довгота", "долгота"))
_DEGREES = r"[-+]?\d{1,3}\.\d{3,}"
_PAIR = re.compile(rf"\s*\(?\s*{_DEGREES}\s*[,;\s]\s*{_DEGREES}\s*\)?\s*\Z")
#: The same with hemispheres, and perhaps with minutes and seconds.
_PARTED_PAIR = re.compile(
    r"\s*\(?\s*([NS]?\s*\d[^;NSEW]{0,24}?[NS]?)\s*[,;\s]\s*([EW]?\s*\d[^;NSEW]{0,24}?[EW]?)\s*\)?\s*\Z", re.IGNORECASE
)
_WKT = re.compile(r"\s*(POINT|LINESTRING|POLYGON|MULTI[A-Z]+|GEOMETRYCOLLECTION)\s*(Z|M|ZM)?\s*\(", re.IGNORECASE)
_FINE = re.compile(r"[-+]?\d+\.\d{3,}")
_PLUS_CODE = re.compile(r"\s*([23456789CFGHJMPQRVWX]{6})[23456789CFGHJMPQRVWX]{2}\+[23456789CFGHJMPQRVWX]{2,}\s*\Z")
#: Other notations of a fine position: addresses of maps, JSON, grids, decimal commas, labels, shapes as bytes.
_OTHER = re.compile(
    r"\s*(?:(?:https?://|www\.|geo:)\S*\d{1,3}\.\d{3,}\S*|[{\[].*\d\.\d{3,}.*"
    r"|(?:(?:MGRS|UTM|zone)\W*)*\d{1,2}\s*[C-X]\s*[A-Z]{2}\s*\d{2,5}\s*\d{2,5}"
    r"|(?:(?:UTM|zone)\W*)*\d{1,2}\s*[A-Z]{1,5}\W+\d{6}.*|\d{6}\D{1,4}\d{5,8}\D{1,4}\d{1,2}\s*[A-Z]{1,5}"
    r"|[+-]?\d{1,3},\d{3,}\s*[;,\s]\s*[+-]?\d{1,3},\d{3,}|(?:0x)?0[01][0-9A-F]{40,}|SRID\s*=.*"
    r"|(?:lat|lon|lng|широта|довгота|долгота)\w*\W{1,3}\d{1,3}[.,]\d{3,}.*"
    r"|[^\d\n]{0,12}\d{1,3}[^\n]{0,60}[°º˚][^\n]{0,60}"
    r"|\(?[EW]?\s*\d[^;NSEW\n]{0,24}[EW]?\s*[,;\s]\s*[NS]?\s*\d[^;NSEW\n]{0,24}[NS]\)?)\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
#: Metres of a grid, by their header.
_METRES_HEADER = frozenset(("easting", "northing"))
_METRE_DECIMALS = -3
_PLANE_HEADER = frozenset(("x", "y"))
_GEOHASH_HEADER = "geohash"


def coarse_columns(frame: Frame, told: Told, *, kept: Collection[str] = OURS) -> Frame:
    """Return the frame with the coordinates in columns that are not ours rounded to two decimals of a degree.

    Parameters
    ----------
    frame
        Its columns may hold latitudes or longitudes by their name, eastings or northings, or whole positions in any
        form that `impactmap.reading.positions` reads.
    told
        Takes the names of the columns that were changed.
    kept
        Columns whose positions are made coarse elsewhere, or are the gazetteer's.

    Returns
    -------
    DataFrame
        Points are rounded, plus codes shortened to the square of a twentieth of a degree, metres of a grid rounded to
        thousands, addresses of maps and grid references replaced by rounded degrees, shapes narrower than two
        kilometres left empty; other cells are as they were.
    """
    import pandas as pd

    changed: dict[str, pd.Series[Any]] = {}
    plane = set(frame.columns.astype(str).str.casefold()) >= _PLANE_HEADER
    for header in frame.columns:
        column = frame[header]
        if header in kept:
            continue
        words = set(header_key(str(header)).split())
        in_degrees = words & _DEGREES_HEADER or (plane and words <= _PLANE_HEADER)
        if in_degrees and not _whole_positions(column):
            coarse = _coarse_degrees(column)
        elif words & _METRES_HEADER:
            coarse = _coarse_metres(column)
        elif pd.api.types.is_string_dtype(column.dtype):
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


def _whole_positions(column: pd.Series[Any]) -> bool:
    """Say whether a column whose header names degrees holds both of them, as "lat, lon" does."""
    import pandas as pd

    if not pd.api.types.is_string_dtype(column.dtype):
        return False
    some = column.dropna().head(1)
    return bool(len(some)) and bool(parse_positions(some.astype("str")).latitude.notna().all())


def _coarse_metres(column: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    rounded = numbers.round(_METRE_DECIMALS)
    if not pd.api.types.is_string_dtype(column.dtype):
        return rounded.astype(column.dtype) if pd.api.types.is_numeric_dtype(column.dtype) else column
    fine = numbers.notna() & (numbers != rounded)
    return column.where(~fine, rounded.map("{:.0f}".format, na_action="ignore").astype(column.dtype))


def _coarse_texts(column: pd.Series[Any], *, geohash: bool) -> pd.Series[Any]:
    """Return texts with whole positions, and positions among other words, made coarse."""
    if geohash:
        return column.map(coarse_geohash, na_action="ignore").astype(column.dtype)
    shape = column.str.match(_WKT, na=False)
    whole = shape | column.str.match(_PAIR, na=False)
    whole |= column.str.match(_PLUS_CODE, na=False) | column.str.match(_PARTED_PAIR, na=False)
    whole |= column.str.match(_OTHER, na=False)
    coarse = column.where(~whole, column[whole].map(_coarse_text).astype(column.dtype)) if whole.any() else column
    if not shape.any():
        return coarse_column(coarse)
    # The corners of a wide shape are no positions.
    return coarse_column(coarse.where(~shape)).where(~shape, coarse)


def _coarse_text(text: str) -> str | None:
    import shapely
    import shapely.errors

    if _PLUS_CODE.match(text):
        return f"{text.strip()[:6]}00+"
    if _PAIR.match(text):
        return _FINE.sub(lambda found: repr(round(float(found[0]), DECIMALS)), text)
    if found := _PARTED_PAIR.match(text):
        return _coarse_pair(found) or _coarse_other(text)
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        return _coarse_other(text)
    if shape.is_empty:
        return text
    if isinstance(shape, shapely.Point):
        return f"POINT ({round(shape.x, DECIMALS)!r} {round(shape.y, DECIMALS)!r})"
    west, south, east, north = shape.bounds
    return None if max(east - west, north - south) < NARROW else text


def _coarse_other(text: str) -> str:
    """Return the position that another notation holds as two rounded numbers, other texts as they are."""
    import pandas as pd

    found = parse_positions(pd.Series([text], dtype="str"))
    latitude, longitude = float(found.latitude.iloc[0]), float(found.longitude.iloc[0])
    if not math.isfinite(latitude):
        return text
    return f"{round(latitude, DECIMALS)!r}, {round(longitude, DECIMALS)!r}"


def _coarse_pair(found: re.Match[str]) -> str | None:
    """Return a latitude and a longitude with their hemispheres as rounded decimals, None where they are none."""
    import pandas as pd

    degrees = [
        float(parse_coordinates(pd.Series([cell], dtype="str"), hemispheres=letters).numbers.iloc[0])
        for cell, letters in zip(found.groups(), ("NS", "EW"), strict=True)
        if re.search(f"[{letters}]", cell, re.IGNORECASE)
    ]
    if len(degrees) < 2 or not all(map(math.isfinite, degrees)):
        return None
    return ", ".join(repr(round(each, DECIMALS)) for each in degrees)
