"""A column of positions: read cell by cell, the order of latitude and longitude told by the whole of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from impactmap.reading.empty_words import is_empty_word
from impactmap.reading.headers import header_key
from impactmap.reading.positions.geometry import geometry_of
from impactmap.reading.positions.grids import geohash_of, mgrs_of, plus_code_of, utm_of
from impactmap.reading.positions.links import link_of
from impactmap.reading.positions.pairs import Pair, Unread, pair_of

__all__ = ["ParsedPositions", "parse_positions", "reads_as_position"]

_FORMS: Final[tuple[tuple[str, Callable[[str], Pair | BaseGeometry | tuple[float, float] | None]], ...]] = (
    ("addresses of maps", link_of),
    ("shapes and points of programs (WKT, GeoJSON)", geometry_of),
    ("MGRS", mgrs_of),
    ("UTM", utm_of),
    ("plus codes", plus_code_of),
    ("pairs of degrees", pair_of),
)
_GEOHASH: Final = ("geohashes", geohash_of)
_WORDS = re.compile(r"///[^\W\d_]+(?:\.[^\W\d_]+){2}|[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+")
_LATITUDE = re.compile(r"\b(?:lat\w*|широт\w*|y|ш)\b|lat(?=l(?:on|ng))")
_LONGITUDE = re.compile(r"\b(?:l(?:on|ng|ong)\w*|довгот\w*|долгот\w*|x|д)\b|(?<=lat)l(?:on|ng)|lon(?=lat)|lng(?=lat)")
_NORTHMOST, _EASTMOST = 90, 180


@dataclass(frozen=True)
class ParsedPositions:
    """A column of positions, understood.

    Attributes
    ----------
    latitude, longitude
        WGS 84 degrees (float64); NaN where the cell holds no point. Index as given.
    shape
        Well-known text of cells that hold a line, an area or several points.
    reason
        Why a cell that means to be a position cannot be read, as a clause; missing elsewhere.
    rest
        Whether a filled cell is no position at all.
    empty
        How many cells say that nothing is known.
    notes
        What was decided, one sentence each.
    """

    latitude: pd.Series[float]
    longitude: pd.Series[float]
    shape: pd.Series[str]
    reason: pd.Series[str]
    rest: pd.Series[bool]
    empty: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Cell:
    form: str = ""
    pair: Pair | None = None
    shape: str | None = None
    reason: str | None = None
    rest: bool = False
    empty: bool = False


def reads_as_position(text: str) -> bool:
    """Say whether a cell is a position without its column saying so: two numbers need decimals or signs.

    Examples
    --------
    >>> reads_as_position("49.9935, 36.2304"), reads_as_position("8, 9"), reads_as_position("Kharkiv")
    (True, False, False)
    """
    cell = _read_cell(text, geohash=False)
    if cell.pair is not None and cell.form == "pairs of degrees" and not re.search("[°º˚]", text):
        return len(re.findall(r"\d[.,]\d{2,}", text)) >= 2 and not cell.pair.loose
    return cell.pair is not None or cell.shape is not None or (cell.reason is not None and cell.form != "UTM")


def parse_positions(column: pd.Series[str], *, header: str = "") -> ParsedPositions:
    """Read a column of positions.

    Parameters
    ----------
    column
        Cells as text.
    header
        Of the column: it may say which of latitude and longitude stands first, and that geohashes are meant.

    Returns
    -------
    ParsedPositions
        Same index.

    Notes
    -----
    Read are two decimal numbers in any usual form, degrees with signs or letters, well-known text, GeoJSON and other
    JSON, addresses of map services (nothing is fetched), MGRS, UTM, full plus codes, and geohashes under such a header.
    Where neither a cell nor the header says which number is the latitude, a first number beyond 90 shows it for the
    whole column; where nothing does, the latitude stands first, as map services write it.

    Examples
    --------
    >>> found = parse_positions(pd.Series(["49.9935, 36.2304", "36°35′E 50°35′N"], dtype="str"))
    >>> found.latitude.tolist(), found.longitude.tolist()
    ([49.9935, 50.5833333], [36.2304, 36.5833333])
    """
    key = header_key(header)
    codes, levels = pd.factorize(column)
    texts = [str(text) for text in levels]
    geohash = re.search(r"geo ?hash", key) is not None
    cells, how = _settle([_read_cell(text, geohash=geohash) for text in texts], texts, _header_order(key))
    counts = np.bincount(codes[codes >= 0], minlength=len(cells)) if len(cells) else np.zeros(0, dtype=int)

    def spread(values: Sequence[object], dtype: str) -> pd.Series:
        made = pd.Series(list(values), dtype=dtype)
        return pd.Series(made.array.take(codes, allow_fill=True), index=column.index)

    pairs = [cell.pair for cell in cells]
    rest = np.array([*(cell.rest for cell in cells), False], dtype=bool)[codes]
    return ParsedPositions(
        spread([np.nan if pair is None else pair.first for pair in pairs], "float64"),
        spread([np.nan if pair is None else pair.second for pair in pairs], "float64"),
        spread([cell.shape for cell in cells], "str"),
        spread([cell.reason for cell in cells], "str"),
        pd.Series(rest, index=column.index),
        int(sum(count for cell, count in zip(cells, counts, strict=True) if cell.empty)),
        tuple(_notes(cells, [int(count) for count in counts], how)),
    )


def _header_order(key: str) -> str | None:
    """Return which of latitude and longitude a header names first."""
    latitude, longitude = _LATITUDE.search(key), _LONGITUDE.search(key)
    if latitude is None or longitude is None:
        return "lon" if re.fullmatch("xy|lonlat|lnglat", key) else None
    return "lat" if latitude.start() < longitude.start() else "lon"


def _read_cell(text: str, *, geohash: bool) -> _Cell:
    if all(is_empty_word(part) for part in re.split("[,;]", text)):
        return _Cell(empty=True)
    for form, read in (*_FORMS, *((_GEOHASH,) if geohash else ())):
        try:
            value = read(text)
        except Unread as error:
            return _Cell(form, reason=str(error))
        if value is None:
            continue
        if isinstance(value, Pair):
            return _Cell(form, pair=value)
        if isinstance(value, tuple):
            return _Cell(form, pair=Pair(value[0], value[1], order="lat"))
        return _Cell(form, shape=value.wkt)
    if _WORDS.fullmatch(text.strip()):
        return _Cell("three words", reason="three words are a position for one service only; copy the coordinates")
    return _Cell(rest=True)


def _settle(cells: list[_Cell], texts: Sequence[str], said: str | None) -> tuple[list[_Cell], str]:
    """Put latitudes first, in the order that the cell, the header or the column shows; return also what shows it."""
    o_is = _side_of_o(cells, texts)
    cells = [_with_o(cell, o_is) for cell in cells]
    open_pairs = [cell.pair for cell in cells if cell.pair is not None and cell.pair.order is None]
    open_pairs = [pair for pair in open_pairs if min(abs(pair.first), abs(pair.second)) <= _NORTHMOST]
    shown = {"lon" for pair in open_pairs if abs(pair.first) > _NORTHMOST} | {
        "lat" for pair in open_pairs if abs(pair.second) > _NORTHMOST
    }
    order = said or (next(iter(shown)) if len(shown) == 1 else None if shown else "lat")
    first = {"lat": "latitude", "lon": "longitude", None: ""}[order]
    how = f"; the {first} first, as "
    how += "the header says" if said else "a number above 90 shows" if shown else "maps on the web write it"
    settled: list[_Cell] = []
    for cell in cells:
        pair = cell.pair
        if pair is None:
            settled.append(cell)
            continue
        way = pair.order or order
        if not pair.order and min(abs(pair.first), abs(pair.second)) > _NORTHMOST:
            settled.append(_Cell(cell.form, reason="neither number is a latitude, which is between −90 and 90"))
            continue
        if pair.altitude and not said and not shown:
            why = (
                "three numbers with commas have the longitude first in KML and the latitude elsewhere; name the column "
                "lon,lat or lat,lon"
            )
            settled.append(_Cell(cell.form, reason=why))
        elif way is None:
            why = "other cells of the column show both orders of latitude and longitude"
            settled.append(_Cell(cell.form, reason=why))
        else:
            latitude, longitude = (pair.first, pair.second) if way == "lat" else (pair.second, pair.first)
            settled.append(_within(cell, latitude, longitude))
    return settled, how if open_pairs and order else ""


def _within(cell: _Cell, latitude: float, longitude: float) -> _Cell:
    if not abs(latitude) <= _NORTHMOST:
        turned = (
            f"; {longitude:g}, {latitude:g} would be possible"
            if abs(longitude) <= _NORTHMOST and abs(latitude) <= _EASTMOST
            else ""
        )
        return _Cell(cell.form, reason=f"a latitude is between −90 and 90, and {latitude:g} is not{turned}")
    if not abs(longitude) <= _EASTMOST:
        return _Cell(cell.form, reason=f"a longitude is between −180 and 180, and {longitude:g} is not")
    return replace(cell, pair=Pair(round(latitude, 7), round(longitude, 7), order="lat"))


def _side_of_o(cells: Sequence[_Cell], texts: Sequence[str]) -> str | None:
    """Return what a letter O stands for: in German east, and west is W; in French west, and east is E."""
    lettered = [
        text.upper()
        for cell, text in zip(cells, texts, strict=True)
        if cell.pair is not None and cell.pair.order and not cell.pair.west_or_east and cell.form == "pairs of degrees"
    ]
    west = any(re.search(r"(?<![A-Z])W(?![A-Z])", text) for text in lettered)
    east = any(re.search(r"(?<![A-Z])E(?![A-Z])", text) for text in lettered)
    return "E" if west and not east else "W" if east and not west else None


def _with_o(cell: _Cell, o_is: str | None) -> _Cell:
    pair = cell.pair
    if pair is None or not pair.west_or_east:
        return cell
    if o_is is None:
        return _Cell(cell.form, reason="O is east in German and west in French and Spanish; write E or W")
    if o_is == "E":
        return cell
    turned = Pair(pair.first, -pair.second, "lat") if pair.order == "lat" else Pair(-pair.first, pair.second, "lon")
    return replace(cell, pair=turned)


def _notes(cells: Sequence[_Cell], counts: Sequence[int], how: str) -> list[str]:
    forms: dict[str, int] = {}
    for cell, count in zip(cells, counts, strict=True):
        if cell.pair is not None or cell.shape is not None:
            forms[cell.form] = forms.get(cell.form, 0) + count
    if not forms:
        return []
    told = ", ".join(f"{form}: {count:,}" for form, count in forms.items())
    return [f"positions were read ({told}){how}."]
