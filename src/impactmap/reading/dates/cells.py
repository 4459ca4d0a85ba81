"""Cells with dates: each different text read once, or why it cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from impactmap.model.faults import nearest
from impactmap.reading.columns.settled import Settle, settle_now
from impactmap.reading.dates.periods import FIRST_YEAR, LAST_YEAR, Period, Shape, Unread, day_of, year_of
from impactmap.reading.dates.rules import shape_of
from impactmap.reading.dates.tokens import Clock, Tokens, normalise, tokenise
from impactmap.reading.dates.vocabulary import all_languages, first_languages, month_names

__all__ = ["Cell", "read_cells", "reads_as_date"]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[Tt]?(?:\d\d){2,3})?")
#: Numbers that went through a program that keeps none but decimal ones: 2025.0, 20251109.0.
_DECIMAL = re.compile(r"(\d{4}|\d{8,14})[.,]0+")
#: How spreadsheets store a day, and lose its form when a cell has none: days since 30 December 1899.
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIAL_ZERO: Final = dt.date(1899, 12, 30)
#: 2000 to 2099: fewer digits are years, more are written yyyymmdd.
_SERIALS: Final = range(36526, 73051)
_UNIX: Final = range(946684800, 4102444800)
_UNIX_DIGITS: Final = {10: 1, 13: 1000}


@dataclass(frozen=True)
class Cell:
    """What one text says.

    Attributes
    ----------
    text
        As written.
    shape, period
        Its form, or at once its days.
    reason
        Why it is no date.
    clock
        The time of day beside it.
    serial
        Whether it is a spreadsheet's number of a day.
    unix
        Seconds since 1970, where it may be these.
    year_first
        Whether its year stands first, in numbers.
    formed
        Whether it has the form of a date, although there may be no such day.
    """

    text: str
    shape: Shape | None = None
    period: Period | None = None
    reason: str | None = None
    clock: Clock | None = None
    serial: bool = False
    unix: int | None = None
    year_first: bool = False
    formed: bool = False


def read_cells(texts: Sequence[str], *, settle: Settle = settle_now) -> list[Cell]:
    """Read different texts; names of months are settled by all of them together, as `settle` keeps it."""
    cells: list[Cell | None] = [_in_digits(text) for text in texts]
    rest = {at: normalise(texts[at]) for at, cell in enumerate(cells) if cell is None}
    first = first_languages()
    parted: dict[int, tuple[Tokens, str | None]] = {}
    for at, text in rest.items():
        parted[at] = tokenise(text, first)
        if "u" in parted[at][0].kinds and any(letter.isdigit() for letter in text):
            other = tokenise(text, all_languages())
            if len(other[0].unknown()) < len(parted[at][0].unknown()):
                parted[at] = other
    months = _settled_months((tokens for tokens, _ in parted.values()), settle)
    for at, (tokens, no_time) in parted.items():
        cells[at] = _from_tokens(texts[at], tokens, no_time, months)
    return [cell for cell in cells if cell is not None]


def reads_as_date(text: str) -> bool:
    """Say whether a cell has the form of a date, whether or not that day exists.

    Examples
    --------
    >>> reads_as_date("31.02.2025"), reads_as_date("9 листопада 2025"), reads_as_date("Total 2025")
    (True, True, False)
    """
    return read_cells([text.strip()])[0].formed


def _in_digits(text: str) -> Cell | None:
    """Return what a text of one number or a plain ISO date says; None for other texts."""
    stripped = text.strip()
    if iso := _ISO.fullmatch(stripped):
        if iso[2] == "00" or iso[3] == "00":
            return None
        return _of_parts(text, iso, year_first=True)
    if decimal := _DECIMAL.fullmatch(stripped):
        stripped = decimal[1]
    if not stripped.isascii() or not stripped[:4].isdecimal():
        return None
    if len(stripped) == len("yyyy"):
        return _of_year(text, int(stripped))
    if (compact := _COMPACT.fullmatch(stripped)) and FIRST_YEAR <= int(compact[1]) <= LAST_YEAR:
        return _of_parts(text, compact, year_first=True)
    if serial := _SERIAL.fullmatch(stripped):
        if int(serial[1]) not in _SERIALS:
            why = "a spreadsheet's number of a day is between 36526 and 73050, and this is none"
            return Cell(text, reason=why)
        day = _SERIAL_ZERO + dt.timedelta(days=int(serial[1]))
        return Cell(text, period=Period(day, day, "day"), serial=True, formed=True)
    if stripped.isdecimal():
        return _of_number(text, stripped)
    return None


def _of_parts(text: str, found: re.Match[str], *, year_first: bool) -> Cell:
    try:
        day = day_of(int(found[1]), int(found[2]), int(found[3]))
    except Unread as error:
        return Cell(text, reason=str(error), formed=True)
    return Cell(text, period=Period(day, day, "day"), shape=None, year_first=year_first, formed=True)


def _of_year(text: str, year: int) -> Cell:
    try:
        return Cell(text, period=year_of(year), formed=True)
    except Unread as error:
        return Cell(text, reason=str(error), formed=True)


def _of_number(text: str, digits: str) -> Cell:
    divisor = _UNIX_DIGITS.get(len(digits))
    if divisor and int(digits) // divisor in _UNIX:
        why = "it may be a Unix time, and the column's other cells are none"
        return Cell(text, reason=why, unix=int(digits) // divisor)
    if len(digits) == len("yyyymmdd"):
        return Cell(text, reason="eight digits are read as year, month and day, and these cannot be")
    return Cell(text, reason=f"a number of {len(digits)} digits is no date")


def _settled_months(all_tokens: Iterable[Tokens], settle: Settle) -> dict[str, int | str]:
    """Return what names of months stand for; a name that is several months' is settled by the others' languages."""
    names = {
        value
        for tokens in all_tokens
        for kind, value in zip(tokens.kinds, tokens.values, strict=True)
        if kind == "M" and isinstance(value, str)
    }
    first = first_languages().months
    settled: dict[str, int | str] = {name: next(iter(first[name])) for name in names if name in first}
    others = names - set(settled)
    known = all_languages().months if others else {}
    sure = [frozenset().union(*known[name].values()) for name in others if len(known[name]) == 1]
    common = settle("months", lambda: frozenset.intersection(*sure) if sure else None)
    for name in others:
        months = known[name]
        if common:
            months = {month: spoken for month, spoken in months.items() if spoken & common} or months
        settled[name] = next(iter(months)) if len(months) == 1 else _several_months(name, months)
    return settled


def _several_months(name: str, months: Mapping[int, frozenset[str]]) -> str:
    from babel import Locale

    english = Locale.parse("en").months["format"]["wide"]
    meant = "; ".join(
        f"{english[month]} in {', '.join(sorted(str(Locale.parse(code).english_name) for code in spoken)[:3])}"
        for month, spoken in sorted(months.items())
    )
    return f"{name!r} is {meant}, and no other name shows the language"


def _from_tokens(text: str, tokens: Tokens, no_time: str | None, months: Mapping[str, int | str]) -> Cell:
    if no_time is not None:
        return Cell(text, reason=f"no clock shows {no_time!r}", formed=True)
    try:
        shape = shape_of(tokens, months)
    except Unread as error:
        return Cell(text, reason=str(error), formed=True)
    if shape is None:
        return Cell(text, reason=_why(tokens))
    return Cell(text, shape=shape, clock=tokens.clock, year_first=bool(re.match("Y[-./]?n", tokens.kinds)), formed=True)


#: What in a text keeps it from being a date, the first that fits.
_REASONS: Final = (
    (re.compile("r"), "it says a day only by another one, such as today"),
    (re.compile("x"), "it says before or after when, and not the first and the last day"),
    (re.compile("s"), "a season has other months in other parts of the world; name the months"),
    (re.compile(r"M[-/. ]?[nv]"), "its number may be a day or a year; write the year with four digits"),
    (re.compile(r"(?=.*M|n[-/.][nR])[nMR\-/ta.,]+"), "its year is missing"),
    (re.compile(r"n(?:[-/,ta]n)*"), "its month and year are missing"),
    (re.compile(r"Y[-/]n"), "two years are written with four digits each, a month as 2025-11"),
    (re.compile("C|D|S"), "a number in it is no part of a date"),
)


def _why(tokens: Tokens) -> str:
    """Return why tokens that no rule fits are no date."""
    for pattern, reason in _REASONS[:3]:
        if pattern.search(tokens.kinds):
            return reason
    if re.fullmatch(r"\D*Yu", tokens.kinds) and tokens.values[-1] == "s":
        return "a decade is written as its first and last year, 2010-2019"
    if unknown := tokens.unknown():
        guess = nearest(unknown[0], month_names(), cutoff=75) if re.search("[nY]", tokens.kinds) else None
        if guess:
            return f"{unknown[0]!r} is no month's name; did you mean {guess!r}?"
        return (
            f"the word {unknown[0]!r} in it is not understood"
            if re.search("[nYM]", tokens.kinds)
            else "it holds no date"
        )
    bare = re.sub("[cNIOFwbfkemlq~?]", "", tokens.kinds)
    for pattern, reason in _REASONS[3:]:
        if pattern.fullmatch(bare):
            return reason
    return "it is written in no form of a date that is known" if re.search(r"[nYMCDS]", bare) else "it holds no date"
