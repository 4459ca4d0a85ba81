"""Figures as people write them: 20 000, 1.5 million, about 240,000, 7–9, more than one million."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

import numpy as np
import pandas as pd

from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.spill import parts_of

__all__ = [
    "ParsedNumbers",
    "angle_of",
    "parse_coordinates",
    "parse_figure",
    "parse_figures",
    "points_group",
    "without_points",
]

_OTHERS = tomllib.loads(resources.files("impactmap.reading").joinpath("figure_words.toml").read_text(encoding="utf-8"))


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MULTIPLIERS = {
    1e3: r"thousand|thousands|k|тис\.?|тисяч[аіу]?|тыс\.?|тысяч[аиу]?",
    1e6: r"million|millions|mln\.?|m|млн\.?|мільйон(?:и|ів|а)?|миллион(?:а|ов)?",
    1e9: r"billion|billions|bn|млрд\.?|мільярд(?:и|ів|а)?|миллиард(?:а|ов)?",
}
_MULTIPLIERS = {times: f"{words}|{_any_of(_OTHERS['times'][f'{times:.0f}'])}" for times, words in _MULTIPLIERS.items()}
_WORDS = {
    word: number
    for number, words in {
        1: "one один одна одне одно", 2: "two два дві две", 3: "three три", 4: "four чотири четыре",
        5: "five п'ять пять", 6: "six шість шесть", 7: "seven сім семь", 8: "eight вісім восемь",
        9: "nine дев'ять девять", 10: "ten десять", 11: "eleven одинадцять одиннадцать",
        12: "twelve дванадцять двенадцать",
    }.items()
    for word in words.split()
}  # fmt: skip
_NUMBER = (
    rf"(?P<digits>[+-]?\d[\d ',.]*|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
    rf"(?:\s*(?P<times>{'|'.join(_MULTIPLIERS.values())})(?![^\W\d_]))?"
)
#: Only these words may follow a figure: "two dozen" and "20 drones and 3 missiles" are not figures.
_UNITS = (
    r"people|persons|civilians|households|homes|subscribers|customers|inhabitants|residents|drones|uavs|missiles|km|kilometres|kilometers|"
    r"осіб|особи|людей|люди|чол\.?|домогосподарств|абонентів|жителів|дронів|дрони|бпла|ракет|км|человека?|домохозяйств|абонентов|жителей|дронов|дроны|беспилотников"
    rf"|{_any_of(_OTHERS['units']['words'])}"
)
_FIGURE = re.compile(rf"{_NUMBER}(?P<plus>\+)?(?:\s+(?:{_UNITS}))?")
_QUALIFIER_WORDS = sorted(
    (
        (word, name)
        for name, known in QUALIFIERS.items()
        for word in (*known.words, *_OTHERS["qualifiers"].get(name, ()))
    ),
    key=lambda pair: -len(pair[0]),
)
_RANGES = (
    re.compile(r"(?:between|between about) (?P<low>.+?) (?:and) (?P<high>.+)"),
    re.compile(r"(?:from|від|от|з|с) (?P<low>.+?) (?:to|до) (?P<high>.+)"),
    re.compile(r"(?P<low>[^-]+?)\s*(?:-|\.\.\.?| to | до )\s*(?P<high>[^-]+)"),
    *(
        re.compile(rf"{f'{before} ' if before else ''}(?P<low>.+?) {between} (?P<high>.+)")
        for before, between in _OTHERS["ranges"]["pairs"]
    ),
)
_WITH_MARKS = re.compile(r"\d+(?:[.,]\d+)+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")

_SIXTY = 60
_DECIMAL = r"\d{1,3}(?:[.,]\d+)?"
#: Degrees with a sign of their own, minutes and seconds, and a letter for the hemisphere on either side.
_PARTED = re.compile(
    rf"(?P<front>[nsew]?)\s*(?P<minus>[-+]?)(?P<whole>{_DECIMAL})\s*(?P<sign>[°º˚]?)"
    rf"(?:(?:(?<=[°º˚])|\s)\s*(?P<minutes>{_DECIMAL})\s*['’′ʹ´`]?"
    rf"(?:(?:(?<=['’′ʹ´`])|\s)\s*(?P<seconds>{_DECIMAL})\s*(?:[\"”″ʺ]|['’′ʹ´`]{{2}})?)?)?\s*(?P<back>[nsew]?)"
)
#: The hemispheres' words and abbreviations, English, Ukrainian, Russian.
_HEMISPHERES = tuple(
    (re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])\.?"), letter)
    for letter, words in {
        "n": r"north|пн\.?(?:\s*ш)?|північної(?: широти)?|с\.?\s*ш|северной(?: широты)?",
        "s": r"south|пд\.?(?:\s*ш)?|південної(?: широти)?|ю\.?\s*ш|южной(?: широты)?",
        "e": r"east|сх\.?(?:\s*д)?|східної(?: довготи)?|в\.?\s*д|восточной(?: долготы)?",
        "w": r"west|зх\.?(?:\s*д)?|західної(?: довготи)?|з\.?\s*д|западной(?: долготы)?",
    }.items()
)


@dataclass(frozen=True)
class ParsedNumbers:
    """A column of degrees, understood.

    Attributes
    ----------
    numbers
        Decimal degrees.
    commas
        How many were written with a decimal comma.
    parted
        How many were written with degree signs, minutes, seconds or a letter for the hemisphere.
    """

    numbers: pd.Series[float]
    commas: int
    parted: int = 0


def parse_coordinates(column: pd.Series[str], *, hemispheres: str = "NSEW") -> ParsedNumbers:
    """Read a column of degrees.

    Parameters
    ----------
    column
        Cells as text. No coordinate reaches a thousand, so a comma can only be a decimal one.
    hemispheres
        Letters that may stand beside a figure: ``NS`` for latitudes, ``EW`` for longitudes.

    Returns
    -------
    ParsedNumbers
        float64 degrees, same index; NaN where the cell is empty or not a number, and infinite where the cell says so.

    Examples
    --------
    >>> cells = pd.Series(["50,45", "50°27′N", "33 52 12 S", "50 27", "30°31′E"], dtype="str")
    >>> parse_coordinates(cells, hemispheres="NS").numbers.tolist()
    [50.45, 50.45, -33.87, nan, nan]
    """
    parts = [_some_coordinates(part, hemispheres) for part in parts_of(column)]
    numbers = pd.concat([part.numbers for part in parts])
    return ParsedNumbers(numbers, sum(part.commas for part in parts), sum(part.parted for part in parts))


def _some_coordinates(column: pd.Series[str], hemispheres: str) -> ParsedNumbers:
    text = column.str.strip().str.replace("\u2212", "-", regex=False)
    commas = text.str.fullmatch(r"[+-]?[0-9]{1,3},[0-9]+")
    if commas.any():
        text = text.mask(commas, text.str.replace(",", ".", regex=False))
    plain = text.str.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?inf(inity)?", case=False)
    numbers = pd.to_numeric(text.where(plain), errors="coerce").astype("float64")
    rest = text[text.notna() & numbers.isna()]
    degrees = rest.map({cell: _parted_degrees(str(cell), hemispheres) for cell in rest.unique()}).astype("float64")
    numbers.loc[degrees.index] = degrees
    return ParsedNumbers(numbers, int(commas.sum()), int(degrees.notna().sum()))


def _parted_degrees(cell: str, hemispheres: str) -> float:
    degrees, letter = angle_of(cell)
    return degrees if not letter or letter in hemispheres else np.nan


def angle_of(cell: str) -> tuple[float, str]:
    """Return the decimal degrees of an angle with degree signs or a hemisphere, and the hemisphere's letter.

    NaN for anything else: minutes without either, ``50 27``, may be something else and are not guessed at.

    Examples
    --------
    >>> angle_of("50°27′N"), angle_of("33 52 12 S")
    ((50.45, 'N'), (-33.87, 'S'))
    """
    text = cell.casefold()
    for pattern, letter in _HEMISPHERES:
        text = pattern.sub(letter, text)
    found = _PARTED.fullmatch(text.strip())
    if found is None or (found["front"] and found["back"]):
        return np.nan, ""
    letter = (found["front"] or found["back"] or "").upper()
    if not (found["sign"] or letter) or (letter and found["minus"]):
        return np.nan, ""
    whole, minutes, seconds = (
        float((found[name] or "0").replace(",", ".")) for name in ("whole", "minutes", "seconds")
    )
    if minutes >= _SIXTY or seconds >= _SIXTY or (found["minutes"] and not whole.is_integer()):
        return np.nan, ""
    if found["seconds"] and not minutes.is_integer():
        return np.nan, ""
    from geopy.point import Point

    sign = -1 if found["minus"] == "-" else 1
    return sign * round(float(Point.parse_degrees(whole, minutes, seconds, letter or None)), 7), letter


def parse_figures(column: pd.Series[str], *, whole: pd.Series[bool] | bool = True) -> pd.DataFrame:
    """Read a column of figures with the words that belong to them.

    Parameters
    ----------
    column
        Cells as text.
    whole
        Whether the figure counts things, for each cell or all: then ``1,234`` is 1234 and ``1.234`` cannot be told.

    Returns
    -------
    DataFrame
        Same index: ``value``, ``value_low``, ``value_high`` (float64), ``qualifier`` (str), and ``text`` (str), the
        cell where it is not a figure or could be two.

    Examples
    --------
    >>> cells = pd.Series(["about 240,000", "7–9", "понад 1 млн", "several"], dtype="str")
    >>> parse_figures(cells).iloc[:, :4].values.tolist()
    [[240000.0, nan, nan, 'about'], [nan, 7.0, 9.0, nan], [1000000.0, nan, nan, 'more than'], [nan, nan, nan, nan]]
    """
    frame = pd.DataFrame(
        dict.fromkeys(("value", "value_low", "value_high"), np.nan), index=column.index, dtype="float64"
    )
    frame["qualifier"] = pd.Series(pd.NA, index=column.index, dtype="str")
    frame["text"] = pd.Series(pd.NA, index=column.index, dtype="str")
    simple = column.str.fullmatch(r"\s*[0-9]+(\.0)?\s*")
    frame["value"] = pd.to_numeric(column.where(simple), errors="coerce").astype("float64")
    rest = (~simple & column.notna()).to_numpy()
    if not rest.any():
        return frame
    counts = pd.Series(whole, index=column.index).astype(bool).to_numpy()[rest]
    codes, unique = pd.MultiIndex.from_arrays([column.to_numpy(dtype=object)[rest], counts]).factorize()
    parsed = pd.DataFrame(
        [_figure(str(text), whole=bool(count)) for text, count in unique], columns=list(frame.columns)
    )
    spread = parsed.astype({name: frame[name].dtype for name in frame.columns}).iloc[codes].set_axis(frame.index[rest])
    return pd.concat([frame[~rest], spread]).iloc[
        np.argsort(np.concatenate([np.flatnonzero(~rest), np.flatnonzero(rest)]))
    ]


def points_group(columns: Iterable[pd.Series[str]]) -> bool:
    """Return whether points group the thousands of counts, as cells show that could mean nothing else.

    Two figures at least have points, all of them with three digits behind each, no figure has a comma, and one figure
    would be no whole number otherwise: nobody counts 4.5 households. ``20.000`` may be 20 with three decimals.

    Examples
    --------
    >>> points_group([pd.Series(["unos 12.000", "4.500"], dtype="str")])
    True
    >>> points_group([pd.Series(["12.000", "9.000"], dtype="str")])
    False
    >>> points_group([pd.Series(["4.500", "7.5"], dtype="str")])
    False
    """
    numbers: set[str] = set()
    for column in columns:
        cells = column[column.str.contains(r"\d[.,]\d", regex=True).fillna(value=False).astype(bool)].unique()
        numbers.update(number for cell in cells for number in _WITH_MARKS.findall(str(cell)))
    if len(numbers) < 2 or not all(map(_GROUPED.fullmatch, numbers)):
        return False
    return any(number.count(".") > 1 or not number.endswith("000") for number in numbers)


def without_points(column: pd.Series[str]) -> pd.Series[str]:
    """Return a column of counts without the points that group their thousands."""
    return column.str.replace(r"(?<=\d)\.(?=\d{3}(?!\d))", "", regex=True)


def parse_figure(text: str, *, whole: bool = True) -> tuple[float, float, float, str | None] | None:
    """Return value, low, high and qualifier of one text that is a figure, None of another; as `parse_figures` reads it.

    Examples
    --------
    >>> parse_figure("nearly 300"), parse_figure("dozens")
    ((300.0, nan, nan, 'nearly'), None)
    """
    value, low, high, qualifier, rest = _figure(text, whole=whole)
    return None if rest is not None else (value, low, high, qualifier)


def _figure(cell: str, *, whole: bool) -> tuple[float, float, float, str | None, str | None]:
    """Return value, low, high, qualifier and text of one cell."""
    nothing = (np.nan, np.nan, np.nan, None, cell)
    text = (
        unicodedata.normalize("NFKC", cell)
        .casefold()
        .replace("\u2019", "'")
        .replace("\u02bc", "'")
        .replace("\u2212", "-")
    )
    text = _SPACES.sub(" ", re.sub(r"\s*[–—]\s*", "-", text)).strip()
    number = _number(text, whole=whole)
    if number is not None:
        return number, np.nan, np.nan, "at least" if text.rstrip().endswith("+") else None, None
    for word, name in _QUALIFIER_WORDS:
        if text.startswith(word) and (len(text) > len(word)) and not (word[-1].isalpha() and text[len(word)].isalpha()):
            number = _number(text[len(word) :].strip(), whole=whole)
            if number is not None:
                return number, np.nan, np.nan, name, None
    for pattern in _RANGES:
        if found := pattern.fullmatch(text):
            low, high = _number(found["low"], whole=whole), _number(found["high"], whole=whole)
            if (
                high is not None
                and (times := _times(found["high"])) > 1
                and low is not None
                and _times(found["low"]) == 1
            ):
                low *= times
            if low is not None and high is not None and low <= high:
                return np.nan, low, high, None, None
    return nothing


def _times(text: str) -> float:
    found = _FIGURE.fullmatch(text.strip())
    if found is None or found["times"] is None:
        return 1
    return next(times for times, words in _MULTIPLIERS.items() if re.fullmatch(words, found["times"]))


def _number(text: str, *, whole: bool) -> float | None:
    """Return the number that the text is, with its multiplier; None when it is none or could be two."""
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        return None
    digits = found["digits"].strip()
    times = _times(text)
    if digits in _WORDS:
        return _WORDS[digits] * times
    grouped = re.fullmatch(r"[+-]?\d{1,3}(?:([ ',])\d{3})(?:\1\d{3})*", digits)
    if grouped and (grouped[1] != "," or whole or digits.count(",") > 1):
        return float(re.sub(r"[ ',]", "", digits)) * times
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", digits) or grouped:
        return None
    value = float(digits.replace(",", "."))
    if whole and times == 1 and not value.is_integer():
        return None
    if whole and times == 1 and re.search(r"[.,]\d{3}$", digits):
        return None
    return round(value * times, 6)
