"""What the cells of a column look like, told from a sample: numbers, dates, addresses, countries, names or prose."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from impactmap.model.header_words import header_words
from impactmap.model.languages import READ_FIRST
from impactmap.reading.dates import reads_as_date
from impactmap.reading.empty_words import is_empty_word

__all__ = ["CellProfile", "is_country", "profile_cells", "reads_as_day", "sample_cells", "sample_rows"]

#: Cells that are looked at: the first, some spread over the column, and the different ones among these.
_FIRST, _SPREAD, _DIFFERENT = 100, 300, 80
_NUMBER = re.compile(r"[+-]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)*%?")
_FIGURE = re.compile(r"\D{0,24}\d[\d\s\u00a0\u202f.,\u2013-]*\D{0,16}")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?\s*[\u00b0\u00ba].*|[NSEWnsew]?\s*\d{1,3}[.,]\d+\s*[NSEWnsew]?")
_PAIR = re.compile(r"\D{0,12}[+-]?\d{1,3}[.,]\d+[^\d.+-]{1,12}[+-]?\d{1,3}[.,]\d+\D{0,3}")
_SLASHED = re.compile(r"\s*\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}(?:\D.*)?")
_URL = re.compile(r"\s*(?:https?://|www\.)\S+", re.IGNORECASE)
_CLOCK = re.compile(r"\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?\s*$", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{2}\d{2,}")
_WORD = re.compile(r"[^\W\d_]+")
_FLAGS = frozenset(
    {"0", "1", "0.0", "1.0", "true", "false", "yes", "no", "y", "n", "x", "+", "-", "так", "ні", "да", "нет"}
)


@dataclass(frozen=True)
class CellProfile:
    """What a column's cells look like; shares are from 0 to 1, of the different filled cells in the sample.

    Attributes
    ----------
    cells
        The different filled cells that were looked at.
    distinct
        How many of the filled cells differ from each other.
    words
        Words of a cell on average.
    """

    cells: tuple[str, ...]
    distinct: float
    words: float

    @property
    def empty(self) -> bool:
        """Whether no filled cell was seen."""
        return not self.cells

    def share(self, holds: Callable[[str], object]) -> float:
        """Return how many of the cells are so."""
        return sum(bool(holds(text)) for text in self.cells) / len(self.cells) if self.cells else 0.0

    @functools.cached_property
    def numbers(self) -> float:
        """Cells that are a number and nothing else."""
        return self.share(lambda text: _NUMBER.fullmatch(text.strip()))

    @functools.cached_property
    def figures(self) -> float:
        """Cells that hold one figure, perhaps with a word or two."""
        return self.share(lambda text: _FIGURE.fullmatch(text.strip()) and not _SLASHED.fullmatch(text))

    @functools.cached_property
    def dates(self) -> float:
        """Cells that read as a date; a small number is none."""
        return self.share(reads_as_day)

    @functools.cached_property
    def addresses(self) -> float:
        """Cells that are addresses on the web."""
        return self.share(_URL.match)

    @functools.cached_property
    def countries(self) -> float:
        """Cells that are a country's name or code."""
        return self.share(is_country)

    @functools.cached_property
    def pairs(self) -> float:
        """Cells that hold two decimal numbers, as a position does."""
        return self.share(lambda text: _PAIR.fullmatch(text.strip()))

    @functools.cached_property
    def flags(self) -> float:
        """Cells that say yes or no, or 0 or 1."""
        return self.share(lambda text: text.strip().casefold() in _FLAGS)

    @functools.cached_property
    def place_codes(self) -> float:
        """Cells that are codes of places, such as UA63."""
        return self.share(lambda text: _CODE.fullmatch(text.strip()))

    @functools.cached_property
    def long(self) -> float:
        """Cells of more words than a name has."""
        return self.share(lambda text: len(_WORD.findall(text)) > 7)

    @functools.cached_property
    def clocks(self) -> float:
        """Cells that are a time of day."""
        return self.share(_CLOCK.match)

    @functools.cached_property
    def counts_rows(self) -> bool:
        """Whether the first cells are 0, 1, 2 or 1, 2, 3."""
        first = [text.strip() for text in self.cells[:3]]
        return first in (["0", "1", "2"][: len(first)], ["1", "2", "3"][: len(first)])

    def degrees(self, limit: int) -> float:
        """Cells that are degrees between minus and plus the limit."""
        return self.share(lambda text: _is_degrees(text.strip(), limit))

    def among(self, *lists: str) -> float:
        """Cells that stand in one of the vocabularies' lists of cells."""
        known = frozenset().union(*(header_words().cells.get(name, frozenset()) for name in lists))
        return self.share(lambda text: text.strip().casefold().replace("_", " ") in known)


def sample_cells(column: pd.Series[str]) -> pd.Series[str]:
    """Return filled cells from all over a column, few enough to be looked at one by one."""
    step = max(1, len(column) // _SPREAD)
    some = pd.concat([column.iloc[:_FIRST], column.iloc[_FIRST::step]]).dropna()
    if len(some) < _FIRST and len(column) > len(some):
        filled = column.dropna()
        some = (
            filled
            if len(filled) <= _SPREAD
            else pd.concat([filled.iloc[:_FIRST], filled.iloc[_FIRST :: max(1, len(filled) // _SPREAD)]])
        )
    return some


def sample_rows(cells: pd.DataFrame, headers: list[str]) -> pd.DataFrame:
    """Return filled rows of some columns from all over a table, few enough to be compared one by one."""
    step = max(1, len(cells) // _SPREAD)
    some = pd.concat([cells[headers].iloc[:_FIRST], cells[headers].iloc[_FIRST::step]]).dropna()
    return pd.DataFrame({header: some[header].str.strip().str.casefold() for header in headers})


def profile_cells(column: pd.Series[str]) -> CellProfile:
    """Look at a column's cells.

    Examples
    --------
    >>> profile = profile_cells(pd.Series(["2025-11-08", "2025-11-09", None, "2025-11-09"], dtype="str"))
    >>> profile.dates, profile.numbers, round(profile.distinct, 2)
    (1.0, 0.0, 0.67)
    """
    some = sample_cells(column)
    texts = [str(text) for text in some.unique() if not is_empty_word(str(text))]
    distinct = len(texts) / len(some) if len(some) else 0.0
    texts = [text for text in texts[:: max(1, len(texts) // _DIFFERENT)] if text.strip()]
    words = sum(len(_WORD.findall(text)) for text in texts) / len(texts) if texts else 0.0
    return CellProfile(tuple(texts), distinct, words)


def reads_as_day(text: str) -> bool:
    """Say whether a text reads as a date, one column seen alone; a small number does not."""
    plain = text.strip()
    if plain.isdecimal():  # "²" is a digit, and no number; of very many digits Python makes none
        if len(plain) > len("yyyymmdd"):
            return False
        # A year, yyyymmdd; a spreadsheet's number of a day of our time.
        number = int(plain)
        return (
            (len(plain) == 4 and 1900 <= number <= 2100)
            or (len(plain) == 8 and reads_as_date(plain))
            or 30_000 <= number <= 60_000
        )
    if len(plain) > 60:
        return False
    return bool(_SLASHED.fullmatch(plain)) or (any(ch.isdigit() for ch in plain) and reads_as_date(plain))


def _is_degrees(text: str, limit: int) -> bool:
    if _NUMBER.fullmatch(text):
        try:
            return abs(float(text.replace(",", ".").replace(" ", ""))) <= limit
        except ValueError:
            return False
    return bool(_DEGREES.fullmatch(text))


@functools.cache
def _country_words() -> frozenset[str]:
    from babel import Locale
    from babel.core import get_global

    territories = [Locale(language).territories for language in READ_FIRST]
    words = {str(name) for each in territories for code, name in each.items() if str(code).isalpha()}
    words |= {str(code) for code in territories[0] if len(str(code)) == 2}
    words |= {str(alias) for alias, targets in get_global("territory_aliases").items() if len(alias) == 3 and targets}
    return frozenset(_plain(word) for word in words if not word.isdigit())


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


#: What people write and CLDR does not list.
_COUNTRY_ALIASES: frozenset[str] = frozenset(
    {
        *("usa", "us", "uk", "uae", "drc", "united states of america", "russian federation", "syrian arab republic"),
        *("dr congo", "democratic republic of the congo", "ivory coast", "turkey", "palestine", "czech republic"),
        *(
            "burma",
            "myanmar",
            "congo",
            "cabo verde",
            "south korea",
            "north korea",
            "west bank",
            "gaza strip",
            "рф",
            "сша",
        ),
        *("west bank and gaza strip", "macedonia", "swaziland", "libya", "iran", "great britain", "bosnia"),
    }
)


def is_country(text: str) -> bool:
    """Say whether a text is the name or the code of a country, in English, Ukrainian or Russian.

    Examples
    --------
    >>> is_country("Україна"), is_country("UKR"), is_country("Kharkiv")
    (True, True, False)
    """
    plain = _plain(text)
    return plain in _country_words() or plain in _COUNTRY_ALIASES
