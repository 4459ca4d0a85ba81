"""Positions by a grid: military and universal grid references, plus codes, geohashes."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from impactmap.reading.positions.pairs import Unread

if TYPE_CHECKING:
    from pyproj import Transformer

__all__ = ["geohash_of", "mgrs_of", "plus_code_of", "utm_of"]

_Position = tuple[float, float]
_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS: Final = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE, _CYCLE = 100_000, 2_000_000
#: Degrees from the middle of a zone to where its squares end; around Norway and Svalbard zones are wider.
_NARROW, _WIDE = 3.5, 6.5
_MGRS = re.compile(r"(?:MGRS\W*)?(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])\s*([A-HJ-NP-V])\s*(\d*)\s*(\d*)")
_ZONE: Final = r"(?:UTM\W*|ZONE\W*)*(?P<zone>\d{1,2})\s?(?P<letter>[C-HJ-NP-X]|NORTH|SOUTH)?"
_METRES: Final = r"(?P<east>[1-9]\d{5}(?:[.,]\d+)?)\s*(?:M?E|M)?\W+(?P<north>\d{5,8}(?:[.,]\d+)?)\s*(?:M?N|M)?"
_UTM = (re.compile(rf"{_ZONE}\W+{_METRES}"), re.compile(rf"{_METRES}\W+{_ZONE}"))
_CODE: Final = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(rf"([{_CODE}]{{8}})\+([{_CODE}]{{2,7}})?")
_PLUS_COARSE = re.compile(rf"[{_CODE}]{{2,6}}0+\+")
_PLUS_SHORT = re.compile(rf"[{_CODE}]{{4,6}}\+[{_CODE}]{{2,3}}(?:[\s,].*)?")
_GEOHASH_LETTERS: Final = "0123456789bcdefghjkmnpqrstuvwxyz"
#: Five letters are cells of about five kilometres, too wide for a point.
_GEOHASH = re.compile(rf"[{_GEOHASH_LETTERS}]{{6,12}}")


@functools.cache
def _from_utm(zone: int, *, north: bool) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(f"EPSG:{(32600 if north else 32700) + zone}", "EPSG:4326", always_xy=True)


def _degrees(zone: int, east: float, north: float, *, northern: bool) -> _Position:
    if not 1 <= zone <= 60:
        raise Unread(f"there is no zone {zone}: zones are 1 to 60")
    longitude, latitude = _from_utm(zone, north=northern).transform(east, north)
    return round(float(latitude), 6), round(float(longitude), 6)


def mgrs_of(text: str) -> _Position | None:
    """Return the middle of the square that a military grid reference names; None where the text is none.

    Raises
    ------
    Unread
        For a square that does not exist, and one of ten kilometres and more.

    Examples
    --------
    >>> mgrs_of("37U CR 01527 41117")
    (49.989317, 36.23106)
    """
    found = _MGRS.fullmatch(text.strip().upper())
    if found is None:
        return None
    zone, band, column, row = int(found[1]), found[2], found[3], found[4]
    if not 1 <= zone <= 60 or column not in _COLUMNS[(zone - 1) % 3]:
        raise Unread(f"there is no grid square {column}{row} in zone {zone}{band}")
    digits = found[5] + found[6]
    if len(digits) % 2 or len(digits) > 10 or (found[6] and len(found[5]) != len(found[6])):
        raise Unread("a grid reference has as many digits for the east as for the north, five each at most")
    half = len(digits) // 2
    if half < 2:
        raise Unread("it names a square of ten kilometres or more, which is no point")
    size = 10 ** (5 - half)
    east = (_COLUMNS[(zone - 1) % 3].index(column) + 1) * _SQUARE + int(digits[:half]) * size + size / 2
    north = ((_ROWS.index(row) - (0 if zone % 2 else 5)) % 20) * _SQUARE + int(digits[half:]) * size + size / 2
    # Rows repeat every two thousand kilometres: the band says which is meant.
    at = _BANDS.index(band)
    south = -80 + 8 * at
    for cycle in range(5):
        position = _degrees(zone, east, north + cycle * _CYCLE, northern=band >= "N")
        if abs((position[1] - 6 * zone + 183 + 180) % 360 - 180) > (_WIDE if band in "VX" else _NARROW):
            continue
        if south - 1 <= position[0] < south + (12 if band == "X" else 8) + 1:
            return position
    raise Unread(f"there is no grid square {column}{row} in zone {zone}{band}")


def utm_of(text: str) -> _Position | None:
    """Return the position of a zone, an easting and a northing; None where the text is none.

    Raises
    ------
    Unread
        Without a letter that says which half of the Earth is meant.

    Examples
    --------
    >>> utm_of("37U 301527 5541117")
    (49.989313, 36.231053)
    """
    found = next((found for pattern in _UTM if (found := pattern.fullmatch(text.strip().upper()))), None)
    if found is None:
        return None
    letter = found["letter"]
    if letter is None:
        raise Unread("its zone lacks a letter, and north and south of the equator have the same numbers")
    if letter == "S":
        raise Unread("S may be the southern half or the band S, which is north; write South, or the band's letter")
    northern = letter == "NORTH" or (letter != "SOUTH" and letter >= "N")
    east, north = (float(found[name].replace(",", ".")) for name in ("east", "north"))
    return _degrees(int(found["zone"]), east, north, northern=northern)


def plus_code_of(text: str) -> _Position | None:
    """Return the middle of what a full plus code names; None where the text is none.

    Raises
    ------
    Unread
        For a short code, which needs a place, and one of a wide area.

    Examples
    --------
    >>> plus_code_of("8FVC9G8F+6X")
    (47.365563, 8.524938)
    """
    code = text.strip().upper()
    if _PLUS_COARSE.fullmatch(code):
        raise Unread("it is the plus code of a wide area, which is no point")
    if _PLUS_SHORT.fullmatch(code):
        raise Unread(
            "it is a short plus code, which another map may place elsewhere; copy the full one, such as 8FVC9G8F+6X"
        )
    found = _PLUS.fullmatch(code)
    if found is None:
        return None
    latitude, longitude = -90.0, -180.0
    step_lat = step_lon = 400.0
    pairs = (found[1] + (found[2] or ""))[:10]
    for at in range(0, len(pairs) - 1, 2):
        step_lat, step_lon = step_lat / 20, step_lon / 20
        latitude += _CODE.index(pairs[at]) * step_lat
        longitude += _CODE.index(pairs[at + 1]) * step_lon
    for letter in (found[1] + (found[2] or ""))[10:]:
        step_lat, step_lon = step_lat / 5, step_lon / 4
        row, column = divmod(_CODE.index(letter), 4)
        latitude += row * step_lat
        longitude += column * step_lon
    if latitude >= 90 or longitude >= 180:
        raise Unread("there is no such plus code")
    return round(latitude + step_lat / 2, 6), round(longitude + step_lon / 2, 6)


def geohash_of(text: str) -> _Position | None:
    """Return the middle of what a geohash names; None where the text is none. Any short word may be one.

    Examples
    --------
    >>> geohash_of("ezs42xyz")
    (42.626867, -5.593586)
    """
    code = text.strip().casefold()
    if not _GEOHASH.fullmatch(code):
        return None
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]
    for at, bit in enumerate(bit for letter in code for bit in f"{_GEOHASH_LETTERS.index(letter):05b}"):
        axis = bounds[at % 2]
        axis[0 if bit == "1" else 1] = sum(axis) / 2
    return round(sum(bounds[1]) / 2, 6), round(sum(bounds[0]) / 2, 6)
