"""Two numbers in one cell, with or without degree signs, letters and labels."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from impactmap.reading.figures import angle_of

__all__ = ["Pair", "Unread", "pair_of"]


class Unread(Exception):  # noqa: N818 -- no error of the program: why a cell is no position
    """Why a cell that means to be a position cannot be read, as a clause."""


@dataclass(frozen=True)
class Pair:
    """Two numbers of degrees.

    Attributes
    ----------
    first, second
        As they stand.
    order
        ``lat`` or ``lon``: which stands first, where the cell says so; None where the column has to.
    loose
        Whether nothing but the column says that this is a position: two numbers without decimals.
    altitude
        Whether a height stands behind them, and perhaps how exact they are.
    west_or_east
        Whether a letter O stands for a hemisphere: east in German, west in French, Spanish and others.
    """

    first: float
    second: float
    order: str | None = None
    loose: bool = False
    altitude: bool = False
    west_or_east: bool = False


_NUMBER: Final = r"[+-]?\d{1,3}(?:\.\d+)?"
_COMMA_NUMBER: Final = r"[+-]?\d{1,3},\d+"
#: Between two numbers with decimal points, and between two with decimal commas.
_APART = r"(?:\s*[,;/|]\s*|\s+|\s+(?:-|and|і|та|и)\s+)"
_POINTS = re.compile(rf"({_NUMBER}){_APART}({_NUMBER})")
_COMMAS = re.compile(rf"({_COMMA_NUMBER})(?:\s*[;/|]\s*|,?\s+|,)({_COMMA_NUMBER})")
#: With an altitude and an accuracy behind, as forms on telephones write them and as KML has it.
_LONG = re.compile(rf"({_NUMBER})([\s,;]+)({_NUMBER})[\s,;]+[+-]?\d+(?:\.\d+)?(?:[\s,;]+\d+(?:\.\d+)?)?")
_LATITUDE = r"(?:lat(?:itude)?|широта|ш|y|north(?:ing)?)"
_LONGITUDE = r"(?:lon(?:g|gitude)?|lng|довгота|долгота|д|x|east(?:ing)?)"
_ANY_NUMBER: Final = rf"{_COMMA_NUMBER}|{_NUMBER}"
_LABELLED: Final = tuple(
    (re.compile(rf"{one}\W{{0,3}}(?P<a>{_ANY_NUMBER})\W+{other}\W{{0,3}}(?P<b>{_ANY_NUMBER})"), order)
    for one, other, order in ((_LATITUDE, _LONGITUDE, "lat"), (_LONGITUDE, _LATITUDE, "lon"))
)
_BRACKETS = str.maketrans(dict.fromkeys('()[]{}<>"\u00ab\u00bb\u201c\u201d', " "))
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\n": " "}
)
_LETTERED = re.compile(r"[°º˚′″'\"’”nsewo]|[пюсвз]|ш|д", re.IGNORECASE)
#: Ukrainian's and Russian's letters for the hemispheres: С is north in one and east in the other.
_CYRILLIC: Final = {
    ("п", "с"): "ne", ("п", "з"): "nw", ("с", "в"): "ne", ("ю", "в"): "se", ("с", "з"): "nw", ("ю", "з"): "sw",
    ("с", "п"): "en", ("з", "п"): "wn", ("в", "с"): "en", ("в", "ю"): "es", ("з", "с"): "wn", ("з", "ю"): "ws",
}  # fmt: skip
_LONE = re.compile(r"(?<![^\W\d_])([пюсвз])(?![^\W\d_])(?!\.?\s*[шд])\.?", re.IGNORECASE)
#: ISO 6709, and what pilots and sailors write: degrees and minutes, perhaps seconds, run together.
_ISO = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?/?")
_RUN_TOGETHER = re.compile(r"(\d\d)(\d\d)(\d\d)?\s?([NS])\W{0,2}(\d{3})(\d\d)(\d\d)?\s?([EW])", re.IGNORECASE)


def pair_of(text: str) -> Pair | None:
    """Return the two numbers of a cell; None where it is no pair.

    Raises
    ------
    Unread
        For two angles of one kind.
    """
    bare = text.translate(_SIGNS)
    for pattern, order in _LABELLED:
        if found := pattern.fullmatch(bare.translate(_BRACKETS).casefold().strip(" ,;")):
            return Pair(_decimal(found["a"]), _decimal(found["b"]), order=order)
    plain = " ".join(bare.translate(_BRACKETS).split()).strip(" ,;").removesuffix(".")
    if found := _ISO.fullmatch(plain):
        return Pair(float(found[1]), float(found[2]), order="lat")
    if found := _RUN_TOGETHER.fullmatch(plain):
        plain = "{}°{}′{}″{} {}°{}′{}″{}".format(*(part or "0" for part in found.groups()))
        return _angles(plain)
    for pattern in (_POINTS, _COMMAS):
        if found := pattern.fullmatch(plain):
            return Pair(_decimal(found[1]), _decimal(found[2]), loose=not re.search(r"\d[.,]\d", plain))
    if found := _LONG.fullmatch(plain):
        # Forms on telephones part latitude, longitude, height and accuracy with spaces; with commas it may be KML.
        spaced = not found[2].strip()
        return Pair(_decimal(found[1]), _decimal(found[3]), order="lat" if spaced else None, altitude=not spaced)
    return (
        _angles(re.sub(r"[\[\]{}()<>]", " ", bare)) if _LETTERED.search(bare) and any(map(str.isdigit, bare)) else None
    )


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _angles(text: str) -> Pair | None:
    """Return two angles with degree signs or letters, wherever one ends and the other begins."""
    text = _one_alphabet(" ".join(text.split()))
    o_is_a_side = re.search(r"(?<![^\W\d_])[oо](?![^\W\d_])", text, re.IGNORECASE) is not None
    if o_is_a_side:
        text = re.sub(r"(?<![^\W\d_])[oо](?![^\W\d_])", "E", text, flags=re.IGNORECASE)
    kinds = set()
    for found in re.finditer(r"\s*[,;/|]\s*|\s+|(?<=[NSEWnsew])(?=[\d+-])|(?<=[\d°'\"″′])(?=[NSEWnsew]\s*\d)", text):
        halves = [angle_of(text[: found.start()].strip(" ,;")), angle_of(text[found.end() :].strip(" ,;"))]
        (first, one), (second, other) = halves
        if math.isnan(first) or math.isnan(second) or bool(one) != bool(other):
            continue
        order = {"NS": "lat", "EW": "lon"}[_kind(one)] if one else None
        if one and _kind(one) == _kind(other):
            kinds.add(_kind(one))
            continue
        return Pair(first, second, order=order, west_or_east=o_is_a_side)
    if kinds:
        raise Unread(f"both its angles are {'latitudes' if 'NS' in kinds else 'longitudes'}")
    return None


def _kind(letter: str) -> str:
    return "NS" if letter in "NS" else "EW"


def _one_alphabet(text: str) -> str:
    """Return the text with single Cyrillic letters for hemispheres as Latin ones, where both of a pair are there."""
    letters = tuple(found.casefold() for found in _LONE.findall(text))
    sides = iter(_CYRILLIC.get(letters, ""))
    if letters not in _CYRILLIC:
        return text
    return _LONE.sub(lambda _found: next(sides).upper(), text)
