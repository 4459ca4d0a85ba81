"""Positions in running text that are finer than may leave: found, and made as coarse as the map's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from impactmap.model.schema import COMPUTED_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Frame = TypeVar("Frame", bound="pd.DataFrame")

__all__ = ["DECIMALS", "FINE_TEXTS", "coarse_column", "coarse_frame", "coarse_geohash", "coarse_text"]

#: Two decimals of a degree are about a kilometre.
DECIMALS = 2
#: Characters of a geohash whose square is about five kilometres wide.
GEOHASH_CHARACTERS = 5
#: What is said of texts that were changed.
FINE_TEXTS = "Positions in texts, finer than two decimals of a degree, that were made as coarse: {}."
#: Columns whose texts are codes, shapes or the gazetteer's words.
KEPT = frozenset(column.name for column in COMPUTED_COLUMNS if column.name != "place_reason") | {
    "claim_id", "event_id", "source_geometry", "geometry", "date_precision", "side_basis", "confirmation",
}  # fmt: skip
#: What stands for a position that has no coarser spelling.
WITHHELD = "…"

#: A cheap sign that there may be something: digits with decimals, a degree sign, a code's plus, a named code, a link.
_HINT = (
    r"[0-9]\.[0-9]{3}|[0-9],[0-9]{4}|[°º˚]|%[Cc]2%[Bb]0|[0-9CFGHJMPQRVWXcfghjmpqrvwx]{4}(?:\+|%2[Bb])[0-9CFGHJMPQRVWXcfghjmpqrvwx]{2}"
    r"|[0-9]{1,2} ?[C-Xc-x] ?[A-Za-z]{2} ?[0-9]{3}|[0-9]{1,2} ?[C-Xc-x] ?[0-9]{6}"
    r"|///|[Gg][Ee][Oo][Hh][Aa][Ss][Hh]|goo\.gl|what3words|w3w\.co"
    r"|[0-9][ :][0-9]{1,2}[ :][0-9]{1,2}(?:[.][0-9]+)?(?: ?[NSEW]|[ ,;]+[EW])"
)
_SIGN = "[-+−]?"
_FIRST = r"(?<![\d.,A-Za-z])"
_POINT = rf"{_SIGN}\d{{1,3}}\.\d{{%s,}}(?!\d|\.\d)"
_COMMA = rf"{_SIGN}\d{{1,3}},\d{{4,}}(?!\d|[.,]\d)"
_NO_SHARE = r"(?!\s*+(?:%(?![0-9A-Fa-f]{2})|per\s?cent|процент|відсот))"
#: Between the two numbers of a pair: signs alone where three decimals are enough, a few words where there are more.
_NEAR = r"(?:[,;/|+&\s]|%2[Cc]|%20|°|[NSСЮEWВЗ](?![^\W\d_])){1,12}?"
_WORDED = (
    r"(?:%2[Cc]|%20|!\dd|[^\w\n$€£₴₽%]|\b(?:lat|latitude|lon|lng|long|longitude|deg|degrees|north|south|east|west|[NSEWnsewxy]"
    r"|широта|довгота|долгота|пн|пд|сх|зх|ш|д|с|ю|в|з|С|Ю|В|З)\b){1,24}?"
)
_FAR = r"(?:%2[Cc]|%20|[^\d\n$€£₴₽%]){1,24}?"
_LABEL = r"(?:\b(?:latitude|longitude|lat|lon|lng|long|широт[аыіи]|довгот[аи]|долгот[аы])\b\s*+[\"']?\s*+[:=]?\s*+)"
_PAIRS = tuple(
    re.compile(pattern + _NO_SHARE)
    for pattern in (
        f"(?:{_FIRST}|(?<=%2[Cc])|(?<=!3d)|(?<=@))(?P<one>{_POINT % 3}){_NEAR}(?P<two>{_POINT % 3})",
        f"(?:{_FIRST}|(?<=%2[Cc])|(?<=!3d)|(?<=!2d))(?P<one>{_POINT % 4}){_WORDED}(?P<two>{_POINT % 4})",
        f"{_FIRST}(?P<one>{_POINT % 5}){_FAR}(?P<two>{_POINT % 5})",
        f"{_FIRST}(?P<one>{_COMMA}){_WORDED}(?P<two>{_COMMA})",
    )
)
_SINGLES = (
    re.compile(rf"{_LABEL}(?P<one>{_SIGN}\d{{1,3}}[.,]\d{{3,}})", re.IGNORECASE),
    re.compile(rf"(?P<one>(?<![\d.,]){_SIGN}\d{{1,3}}[.,]\d{{3,}})(?=\s*+(?:[°º˚](?!\s*+[CF]\b)|%C2%B0))"),
    re.compile(r"(?:[?&](?:lat|lon|lng|latitude|longitude|mlat|mlon|x|y)=)(?P<one>-?\d{1,3}\.\d{3,})", re.IGNORECASE),
)
_DEGREE = r"(?:\s*+[°º˚]\s*+|%C2%B0)"
_MINUTE = r"(?:\s*+['′’‘`]\s*+|%27|%E2%80%B2|\s+)"
_SECOND = r"(?:\s*+(?:[\"″”“]|''|′′|’’)|%22|%E2%80%B3)?"
_EAST_NORTH = r"(?:[NSEW](?![A-Za-z])|[СЮВЗ](?![А-Яа-я])|пн\.?|пд\.?|с\.\s?ш|ю\.\s?ш|в\.\s?д|з\.\s?д|сх\.?|зх\.?)"
_REST = r"(?P<minutes>[0-5]?\d){}(?P<rest>[0-5]?\d(?:[.,]\d+)?)"
_WITH_SECONDS = re.compile(
    rf"(?P<degrees>(?<![\d.,])\d{{1,3}}){_DEGREE}{_REST.format(_MINUTE)}{_SECOND}(?P<end>[\s+]*+{_EAST_NORTH})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?P<head>(?<![A-Za-z])[NSEW]\s*+)(?P<degrees>\d{{1,3}}){_DEGREE}{_REST.format(_MINUTE)}{_SECOND}"
)
#: Without a sign of degrees only two beside each other are told from a time of day.
_BARE = re.compile(
    r"(?<![\d.,:])\d{1,3}[\s:]\d{1,2}[\s:]\d{1,2}(?:\.\d+)?\s*+[NS][\s,;]+\d{1,3}[\s:]\d{1,2}[\s:]\d{1,2}(?:\.\d+)?\s*+[EW]\b"
    r"|\b[NS]\s*+\d{1,3}[\s:]\d{1,2}[\s:]\d{1,2}(?:\.\d+)?[\s,;]+[EW]\s*+\d{1,3}[\s:]\d{1,2}[\s:]\d{1,2}(?:\.\d+)?"
)
_BARE_PART = re.compile(r"(?P<degrees>\d{1,3})[\s:](?P<minutes>\d{1,2})[\s:](?P<rest>\d{1,2}(?:\.\d+)?)")
_MARKED = re.compile(
    r"(?P<degrees>(?<![\d.,])\d{1,3})\s*+[°º˚]\s*+(?P<minutes>[0-5]?\d)\s*+['′’‘`]\s*+"
    r"(?P<rest>[0-5]?\d(?:[.,]\d+)?)\s*+(?:[\"″”“]|''|′′|’’)"
)
_PARTED_MINUTES = re.compile(
    r"(?P<degrees>(?<![\d.,])\d{1,3})\s*+(?:[°º˚]|%C2%B0)\s*+(?P<minutes>[0-5]?\d[.,]\d+)(?P<mark>\s*+['′’‘`]|%27|\s*+(?=[NSEW]))"
)
_MGRS = re.compile(
    r"(?<![A-Za-z0-9])(?P<square>(?:[1-5]?\d|60|0\d)\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2})\s?"
    r"(?:(?P<east>\d{3,5})\s(?P<north>\d{3,5})|(?P<both>\d{6}|\d{8}|\d{10}))(?!\d)"
)
_UTM = re.compile(
    r"(?<![A-Za-z0-9])(?P<zone>(?:[1-5]?\d|60|0\d)\s?[C-HJ-NP-X])(?P<gap>\s*+(?:[EeXx][:=]?\s*+)?)"
    r"(?P<east>\d{6})(?:\.\d+)?(?P<between>(?:\s?m[EN]?)?[,;EeNnYy:=\s]{1,6})(?P<north>\d{6,7})(?:\.\d+)?(?!\d)"
)
_CODE = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(
    rf"(?<![A-Za-z0-9])(?P<wide>[{_CODE}]{{4}})?(?P<near>[{_CODE}]{{4}})(?:\+|%2B)(?P<last>[{_CODE}]{{2,7}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_GEOHASH = re.compile(r"(geohash(?:\.org)?[\s:=/\"']*)([0-9b-hjkmnp-z]{6,12})(?![0-9A-Za-z])", re.IGNORECASE)
_WORDS = re.compile(r"///[^\W\d_]+[.。][^\W\d_]+[.。][^\W\d_]+")
#: Short addresses behind which a map with a pin lies.
_PINNED = re.compile(
    r"\b((?:https?://)?(?:maps\.app\.goo\.gl|goo\.gl/maps|w3w\.co|(?:www\.)?what3words\.com))/[^\s\"'<>)\]]+",
    re.IGNORECASE,
)


def coarse_text(text: str) -> str:
    r"""Return the text with every position that is finer than two decimals of a degree made as coarse.

    Parameters
    ----------
    text
        What an author wrote, or an address.

    Returns
    -------
    str
        Decimal degrees have two decimals, degrees with seconds or parts of minutes whole minutes, squares of MGRS and
        UTM are a kilometre wide, plus codes a twentieth of a degree; a short plus code, three words and what follows
        the host of a short address to a pin on a map are taken out. The rest of the text is as it was, and so is a
        text without such a position.

    Notes
    -----
    Two numbers are a position when both have three decimals or more, stand beside each other and are degrees; one
    number is where a word, a degree sign or an address's parameter says so. A pair of figures that is written the same
    way is rounded, too.

    Examples
    --------
    >>> coarse_text("hit at 50.456789 36.876543, two hurt")
    'hit at 50.46 36.88, two hurt'
    >>> coarse_text("37U CR 81234 92345"), coarse_text("8GVQ2X5R+9C"), coarse_text("12.5 of 13.75")
    ('37U CR 81 92', '8GVQ2X00+', '12.5 of 13.75')
    """
    for sign, change in _CHANGES:
        if sign.search(text):
            text = change(text)
    return text


def coarse_column(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of texts made coarse as `coarse_text` does; the same object where nothing changed.

    Parameters
    ----------
    column
        Of text.

    Returns
    -------
    Series
        Same index and dtype.
    """
    hinted = column.str.contains(_HINT, regex=True, na=False)
    if not hinted.any():
        return column
    coarse = column[hinted].map(coarse_text).astype(column.dtype)
    changed = coarse != column[hinted]
    return column if not changed.any() else column.where(~hinted, coarse.reindex(column.index))


def coarse_frame(frame: Frame, told: dict[str, int] | None = None) -> Frame:
    """Return a frame whose texts hold no position finer than may leave; the same object where nothing changed.

    Parameters
    ----------
    frame
        Any. Columns that hold codes and shapes (`KEPT`), and what the gazetteer says, are left as they are.
    told
        Takes the number of cells changed, by column.

    Returns
    -------
    DataFrame
        Same rows, order, index and columns.
    """
    import pandas as pd

    changed: dict[str, pd.Series[Any]] = {}
    for name in frame.columns:
        column = frame[name]
        if name in KEPT or not pd.api.types.is_string_dtype(column.dtype):
            continue
        coarse = coarse_column(column)
        if coarse is not column:
            changed[name] = coarse
            if told is not None:
                told[str(name)] = told.get(str(name), 0) + int((coarse != column).sum() - column.isna().sum())
    return frame.assign(**changed) if changed else frame


def coarse_geohash(text: str) -> str:
    """Return a geohash's first characters, and what is none as it is.

    Examples
    --------
    >>> coarse_geohash("ubcu2rmt9"), coarse_geohash("Kharkiv")
    ('ubcu2', 'Kharkiv')
    """
    plain = text.strip()
    return plain[:GEOHASH_CHARACTERS] if re.fullmatch(r"[0-9b-hjkmnp-zB-HJKMNP-Z]{6,12}", plain) else text


def _rounded(number: str) -> str:
    value = round(float(number.replace(",", ".").replace("−", "-")), DECIMALS)
    shown = repr(value)
    return shown.replace(".", ",") if "," in number else shown


def _is_pair(one: str, two: str) -> bool:
    first, second = (abs(float(each.replace(",", ".").replace("−", "-"))) for each in (one, two))
    return min(first, second) <= 90 and max(first, second) <= 180


def _pairs(text: str) -> str:
    def change(match: re.Match[str]) -> str:
        one, two = match["one"], match["two"]
        if not _is_pair(one, two):
            return match[0]
        middle = match[0][match.end("one") - match.start() : match.start("two") - match.start()]
        head = match[0][: match.start("one") - match.start()]
        return f"{head}{_rounded(one)}{middle}{_rounded(two)}"

    for pattern in _PAIRS:
        # Again while something changes: the second number of a pair may be the first of the next (a line, a shape).
        changed = pattern.sub(change, text)
        while changed != text:
            text, changed = changed, pattern.sub(change, changed)
    return text


def _leftover(text: str) -> str:
    """Round what stands beside a rounded number: the last of an odd row of them."""
    return re.sub(
        rf"(?<![\d.])(?P<one>-?\d{{1,3}}\.\d{{1,2}})(?P<gap>{_NEAR})(?P<two>{_POINT % 4}){_NO_SHARE}",
        lambda match: (
            f"{match['one']}{match['gap']}{_rounded(match['two'])}"
            if _is_pair(match["one"], match["two"])
            else match[0]
        ),
        text,
    )


def _singles(text: str) -> str:
    for pattern in _SINGLES:
        text = pattern.sub(lambda match: match[0].replace(match["one"], _rounded(match["one"])), text)
    return text


def _whole_minutes(degrees: int, minutes: float) -> str:
    whole = round(minutes)
    return f"{degrees + whole // 60}°{whole % 60:02d}′"


def _parted(text: str) -> str:
    def seconds(match: re.Match[str]) -> str:
        parts = match.groupdict()
        if int(parts["degrees"]) > 180:
            return match[0]
        minutes = int(parts["minutes"]) + float(parts["rest"].replace(",", ".")) / 60
        return f"{parts.get('head') or ''}{_whole_minutes(int(parts['degrees']), minutes)}{parts.get('end') or ''}"

    def minutes(match: re.Match[str]) -> str:
        if int(match["degrees"]) > 180:
            return match[0]
        return _whole_minutes(int(match["degrees"]), float(match["minutes"].replace(",", "."))) + (
            "" if match["mark"].strip() else match["mark"]
        )

    text = _BARE.sub(lambda both: _BARE_PART.sub(seconds, both[0]), text)
    for pattern in (_WITH_SECONDS, _BEFORE, _MARKED):
        text = pattern.sub(seconds, text)
    return _PARTED_MINUTES.sub(minutes, text)


def _mgrs(text: str) -> str:
    def change(match: re.Match[str]) -> str:
        half = len(match["both"] or "") // 2
        east, north = match["east"] or match["both"][:half], match["north"] or match["both"][half:]
        gap = " " if match["east"] else ""
        space = " " if match[0][match.end("square") - match.start()].isspace() else ""
        return f"{match['square']}{space}{east[:2]}{gap}{north[:2]}" if len(east) == len(north) else match[0]

    return _MGRS.sub(change, text)


def _utm(text: str) -> str:
    def change(match: re.Match[str]) -> str:
        if match["east"].endswith("000") and match["north"].endswith("000") and "." not in match[0]:
            return match[0]
        east, north = (f"{round(int(match[name]), -3)}" for name in ("east", "north"))
        return f"{match['zone']}{match['gap']}{east}{match['between']}{north}"

    return _UTM.sub(change, text)


def _plus_codes(text: str) -> str:
    def change(match: re.Match[str]) -> str:
        code = match[0]
        if match["wide"]:
            return f"{code[:6]}00+"
        # "2024+25" is a sum, "CFGH+JM" no word.
        return WITHHELD if re.search(r"\d", code) and re.search("[A-Za-z]", code) else code

    return _PLUS.sub(change, text)


def _named_codes(text: str) -> str:
    text = _GEOHASH.sub(lambda match: match[1] + match[2][:GEOHASH_CHARACTERS], text)
    return _WORDS.sub(f"///{WITHHELD}", text)


def _pinned(text: str) -> str:
    return _PINNED.sub(lambda match: f"{match[1].rstrip('/')}/", text)


#: Each kind after a sign without which there is none of it: most texts have few.
_CHANGES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"goo\.gl|w3w\.co|what3words", re.IGNORECASE), _pinned),
    (re.compile(r"[°º˚]|%C2%B0|\d[\s:]\d{1,2}[\s:]\d{1,2}(?:\.\d+)?(?:\s*+[NSEW]\b|[\s,;]+[EW])"), _parted),
    (re.compile(r"[C-X]\D{0,8}\d{6}"), _utm),
    (re.compile(r"\d\s?[C-X]\s?[A-Z]{2}\s?\d{3}"), _mgrs),
    (re.compile(r"\+|%2B", re.IGNORECASE), _plus_codes),
    (re.compile(r"///|geohash", re.IGNORECASE), _named_codes),
    (re.compile(r"\d[.,]\d{3}"), _pairs),
    (re.compile(r"\.\d{4}"), _leftover),
    (re.compile(r"\d[.,]\d{3}"), _singles),
)
