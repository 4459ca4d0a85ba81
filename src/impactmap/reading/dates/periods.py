"""First and last days, and what the words beside a date make of them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Day", "Period", "Shape", "Unread", "between", "century", "day_of", "month_end", "month_of", "year_of"]

#: The calendar is that of Gregory, and reports are of our days: other years are another calendar's, or a slip.
FIRST_YEAR, LAST_YEAR = 1583, 2099
#: Two digits of a year, as in POSIX: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999.
_CENTURY_TURN: Final = 68
_MONTHS, _MOST_DAYS = 12, 31
_ONE_DAY: Final = dt.timedelta(days=1)
#: Parts of a month, by day, and of a year, by month.
_DAYS_FROM: Final = {"e": 1, "m": 11, "l": 21}
_MONTHS_FROM: Final = {"e": 1, "m": 5, "l": 9}
_IN_ENGLISH: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Unread(Exception):  # noqa: N818 -- no error of the program: why a cell is no date
    """Why a cell cannot be read, as a clause."""


@dataclass(frozen=True)
class Period:
    """From a first to a last day.

    Attributes
    ----------
    first, last
        The days.
    precision
        ``day``, ``days``, ``week``, ``month`` or ``year``.
    """

    first: dt.date
    last: dt.date
    precision: str


@dataclass(frozen=True)
class Day:
    """A date of which the column decides the order: a year with two numbers, or three numbers of two digits."""

    numbers: tuple[int, ...]
    separator: str
    year: int | None = None

    def parts(self, order: str) -> tuple[int, int, int]:
        """Return year, month and day in an order: ``dmy``, ``mdy`` or ``ymd``."""
        letters = order if self.year is None else order.replace("y", "")
        named = dict(zip(letters, self.numbers, strict=True))
        year = century(named["y"]) if self.year is None else self.year
        return year, named["m"], named["d"]

    def fits(self, order: str) -> bool:
        """Say whether the numbers can be of such an order: months are 1 to 12 and days 1 to 31."""
        if self.year is not None and order == "ymd":
            return False
        _, month, day = self.parts(order)
        return 1 <= month <= _MONTHS and 1 <= day <= _MOST_DAYS


@dataclass(frozen=True)
class Shape:
    """What a cell says, once its form is known.

    Attributes
    ----------
    period
        The days; None where their order is open.
    ends
        Dates of open order: one, or the two of a range.
    shows
        The sign between numbers and the order that the cell itself shows with it, as ``8-9/11/2025`` does.
    listed
        Whether the ends are days of a list, not of a range.
    short
        Whether a year has two digits.
    modifiers
        Letters of the words beside it, such as ``N`` for night of.
    written
        The order in which day, month and year of one date stand, where its form shows it.
    """

    period: Period | None = None
    ends: tuple[Day, ...] = ()
    shows: tuple[str, str] | None = None
    listed: bool = False
    short: bool = False
    modifiers: str = ""
    written: str = ""

    def read(self, order: str) -> Period:
        """Return the days, those of open order in the order given."""
        period = self.period
        if period is None:
            days = [day_of(*end.parts(order)) for end in self.ends]
            period = between(days[0], days[-1], listed=self.listed)
        return _modified(period, self.modifiers)


def century(year: int) -> int:
    """Return the year that two digits stand for.

    Examples
    --------
    >>> century(25), century(69)
    (2025, 1969)
    """
    return year + (2000 if year <= _CENTURY_TURN else 1900)


def _check(year: int, month: int = 1) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        why = "this calendar began in 1582" if year < FIRST_YEAR else "it is another calendar's, or a slip"
        raise Unread(f"a year from {FIRST_YEAR} to {LAST_YEAR} is needed, not {year}: {why}")
    if not 1 <= month <= _MONTHS:
        raise Unread(f"there is no month {month}")


def day_of(year: int, month: int, day: int) -> dt.date:
    """Return a day.

    Raises
    ------
    Unread
        Where there is no such day.
    """
    _check(year, month)
    last = month_end(year, month).day
    if not 1 <= day <= last:
        raise Unread(f"{_IN_ENGLISH[month - 1]} {year} has {last} days, and no day {day}")
    return dt.date(year, month, day)


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def month_of(year: int, month: int, part: str = "") -> Period:
    """Return a month, or its first ten days, the next ten, or the rest: ``e``, ``m``, ``l``."""
    _check(year, month)
    first, last = dt.date(year, month, 1), month_end(year, month)
    if not part:
        return Period(first, last, "month")
    start = first.replace(day=_DAYS_FROM[part])
    return Period(start, last if part == "l" else start + 9 * _ONE_DAY, "days")


def year_of(year: int, part: str = "") -> Period:
    """Return a year, or the first, second or last third of it: ``e``, ``m``, ``l``."""
    _check(year)
    if not part:
        return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
    month = _MONTHS_FROM[part]
    return Period(dt.date(year, month, 1), month_end(year, month + 3), "days")


def between(first: dt.date, last: dt.date, *, listed: bool = False) -> Period:
    """Return the days from a first to a last one, which follow one another where they are listed.

    Raises
    ------
    Unread
        Where the last lies before the first, or listed days are apart.
    """
    if listed and last - first > _ONE_DAY:
        raise Unread("it names several days apart; give each a row of its own")
    if last < first:
        raise Unread(f"its last day, {last}, lies before its first, {first}")
    return Period(first, last, "day" if first == last else "days")


def _modified(period: Period, modifiers: str) -> Period:
    """Widen a period by the words beside it."""
    if re.search("[NIO]", modifiers):
        period = _night(period, modifiers)
    if kind := re.search("[wbf]", modifiers):
        if period.precision != "day":
            raise Unread("a week is named by one day of it, and no single day is")
        back = {"w": period.first.weekday(), "b": 0, "f": 6}[kind[0]]
        first = period.first - back * _ONE_DAY
        period = Period(first, first + 6 * _ONE_DAY, "week")
    return _around(period) if re.search("[c~?]", modifiers) else period


def _night(period: Period, modifiers: str) -> Period:
    """Return the two days of a night that is named by one: of the day it begins on, into the day it ends on.

    A word that says neither, overnight, leaves both open.
    """
    if period.precision not in {"day", "days"}:
        raise Unread("a night is of a day, and no day is named")
    if period.precision == "days":
        return period
    into, of = "I" in modifiers, "N" in modifiers
    first = period.first if of and not into else period.first - _ONE_DAY
    return Period(first, period.last if into else period.last + _ONE_DAY, "days")


def _around(period: Period) -> Period:
    """Return a period with one of its kind before and after it: a day, a month, a year."""
    if period.precision == "month":
        after = period.last + _ONE_DAY
        return Period((period.first - _ONE_DAY).replace(day=1), month_end(after.year, after.month), "days")
    if period.precision == "year":
        return Period(dt.date(period.first.year - 1, 1, 1), dt.date(period.last.year + 1, 12, 31), "days")
    return Period(period.first - _ONE_DAY, period.last + _ONE_DAY, "days")
