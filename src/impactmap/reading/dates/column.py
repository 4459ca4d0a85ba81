"""A column of dates: read cell by cell, its order of day and month and its language told by the whole of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.errors import OptionError
from impactmap.reading.columns.settled import Settle, settle_now
from impactmap.reading.dates.cells import Cell, read_cells
from impactmap.reading.dates.order import ORDERS, Evidence, Orders, settle_order
from impactmap.reading.dates.periods import Period, Unread

__all__ = ["ParsedDates", "date_order", "parse_dates"]

#: Letters of formats in English, and of those that Ukrainian and Russian spreadsheets show.
_FORMAT_LETTERS = str.maketrans({"b": "m", "д": "d", "м": "m", "г": "y", "р": "y", "e": "d"})
#: A time of day behind a date in numbers: split off for the whole column at once, for each moment may be another text.
_STAMP = (
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[T ]"
    r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?"
    r"\s?(Z|[+-](?:0\d|1[0-4]):?\d\d)?$"
)
_UTC: Final = ("Z", "+00:00", "+0000", "-00:00")


@dataclass(frozen=True)
class ParsedDates:
    """A column of dates, understood.

    Attributes
    ----------
    start, end
        First and last day (datetime64[s]); missing where the cell is empty or cannot be read. Index as given.
    precision
        ``day``, ``days``, ``week``, ``month`` or ``year`` of each cell, missing with the date.
    reason
        Why a filled cell was not read, as a clause; missing elsewhere.
    order
        ``dmy``, ``mdy`` or ``ymd`` where cells needed one.
    ambiguous
        Whether the order of some dates could not be told: these are then missing.
    conflict
        Two cells that cannot be of one order.
    fitting
        How many different texts are written in the order that was given.
    times_without_zone
        How many cells hold a time of day but no zone.
    serials
        How many cells hold a spreadsheet's number of a day, such as 45970.
    widened
        How many cells hold words such as night of or early, of which the days say less.
    notes
        What was decided, one sentence each.
    """

    start: pd.Series
    end: pd.Series
    precision: pd.Series
    reason: pd.Series
    order: str | None = None
    ambiguous: bool = False
    conflict: tuple[str, str] | None = None
    fitting: int = 0
    times_without_zone: int = 0
    serials: int = 0
    widened: int = 0
    notes: tuple[str, ...] = ()


def date_order(date_format: str) -> str:
    """Return the order of day, month and year that a format stands for.

    Raises
    ------
    OptionError
        When it is none of day-month-year, month-day-year, year-month-day.

    Examples
    --------
    >>> date_order("dd.mm.yyyy"), date_order("%m/%d/%Y"), date_order("DMY")
    ('dmy', 'mdy', 'dmy')
    """
    letters = [letter for letter in date_format.casefold().translate(_FORMAT_LETTERS) if letter in "dmy"]
    order = "".join(dict.fromkeys(letters))
    if order not in ORDERS:
        raise OptionError(
            f"expected a date format such as dd.mm.yyyy, mm/dd/yyyy or yyyy-mm-dd, found {date_format!r}."
        )
    return order


def parse_dates(
    column: pd.Series[str],
    *,
    order: str | None = None,
    timezone: str = "UTC",
    day_first: bool = False,
    beside: Mapping[str, str] | None = None,
    settle: Settle = settle_now,
) -> ParsedDates:
    """Read a column of dates.

    Parameters
    ----------
    column
        Cells as text.
    order
        ``dmy``, ``mdy`` or ``ymd`` for dates in numbers; None to tell it from the column.
    timezone
        IANA name of the zone in which a time in UTC is turned into a day. A time with another offset keeps the day
        that its clock shows.
    day_first
        Whether dates whose order nothing shows have the day first, as under a header in Cyrillic.
    beside
        The order that other columns of the table show, as `order_evidence` gives it: used where this one shows none.
    settle
        Keeps what the whole column decides, or gives what was decided before, as `Settled.once` does.

    Returns
    -------
    ParsedDates
        Same index. A cell that is not a date, or names a day that does not exist, is missing, and its reason is said.

    Raises
    ------
    OptionError
        For an unknown time zone.

    Notes
    -----
    The forms are the rules of `impactmap.reading.dates.rules`. Two digits of a year are 1969 to 2068. Dots between
    numbers have the day first where no cell shows otherwise; with slashes and hyphens a cell has to show it, and what
    shows the order of dates with dots says nothing of dates with slashes, which may come from somebody else. Names of
    months are read in English, Ukrainian and Russian and, where those know none of a cell's words, in the languages of
    CLDR; a name that is another month's in another language is settled by the column's other names.
    """
    zone = _zone(timezone)
    codes, texts = pd.factorize(column)
    stamps = _Stamps.split(pd.Series(texts, dtype="str"), zone)
    cells = read_cells(stamps.days, settle=settle)
    evidence = Evidence()
    for cell in cells:
        evidence.add(cell)
    orders = settle("order", lambda: settle_order(evidence, order, day_first=day_first, beside=beside or {}))
    every_unix = settle("unix", lambda: bool(cells) and all(cell.unix is not None for cell in cells))
    unix = [_of_unix(cell, zone) if every_unix and cell.unix is not None else cell for cell in cells]
    outcome = _Outcome.read(unix, orders, zone)
    spread = outcome.over(stamps)
    counts = {name: int(np.count_nonzero(flags[codes[codes >= 0]])) for name, flags in spread.flags.items()}

    def series(values: npt.NDArray[Any], dtype: Literal["str", "datetime64[s]"]) -> pd.Series:
        levels = pd.Series(values).astype(dtype).array
        return pd.Series(levels.take(codes, allow_fill=True), index=column.index, dtype=dtype)

    needed = any(cell.shape is not None and cell.shape.ends for cell in cells)
    used = orders.order if needed or any(cell.shape and cell.shape.shows for cell in cells) else None
    return ParsedDates(
        series(spread.first, "datetime64[s]"),
        series(spread.last, "datetime64[s]"),
        series(spread.precision, "str"),
        series(spread.reason, "str"),
        order=used,
        ambiguous=bool(orders.unclear or orders.conflict),
        conflict=orders.conflict,
        fitting=sum(_fits(cell, order) for cell in cells) if order else 0,
        times_without_zone=counts["clock"],
        serials=counts["serial"],
        widened=counts["widened"],
        notes=tuple(_notes(counts, used, orders, timezone, every_unix=every_unix)),
    )


def _fits(cell: Cell, order: str | None) -> bool:
    if order == "ymd" and cell.year_first:
        return True
    shape = cell.shape
    if shape is None or order is None:
        return False
    if shape.ends:
        return all(end.fits(order) for end in shape.ends)
    return shape.written == order or (shape.shows is not None and shape.shows[1] == order)


def _notes(
    counts: Mapping[str, int], used: str | None, orders: Orders, timezone: str, *, every_unix: bool
) -> Iterable[str]:
    if used:
        first = {"dmy": "day", "mdy": "month", "ymd": "year"}[used]
        yield f"read with the {first} first, {orders.why}."
    if counts["short"]:
        yield f"years of two digits were read as 1969 to 2068, 25 as 2025: {counts['short']:,} of the cells."
    if counts["serial"]:
        yield (
            "a spreadsheet's numbers of days, such as 45970 for 2025-11-09, were read as days: "
            f"{counts['serial']:,} of the cells."
        )
    if every_unix:
        yield f"its numbers are Unix times and were read as days in {timezone}."
    if counts["widened"]:
        yield (
            "words such as night of, early, week of and circa were read as the days that they can mean: "
            f"{counts['widened']:,} of the cells."
        )
    if counts["clock"]:
        yield f"times without a zone: {counts['clock']:,}; only the day is used."
    if counts["moved"]:
        yield f"times in UTC that are of another day in {timezone}: {counts['moved']:,}; they have the day there."


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise OptionError(f"expected a time zone such as Europe/Kyiv or UTC, found {timezone!r}.") from None


def _of_unix(cell: Cell, zone: ZoneInfo) -> Cell:
    assert cell.unix is not None
    day = dt.datetime.fromtimestamp(cell.unix, zone).date()
    return replace(cell, shape=None, period=Period(day, day, "day"), reason=None)


@dataclass(frozen=True)
class _Stamps:
    """Different texts with the time of day split off where it stands behind a date in numbers.

    `at` says which of `days` is each text's; `shift` holds how many days a time in UTC moves.
    """

    days: list[str]
    at: npt.NDArray[np.intp]
    clock: npt.NDArray[np.bool_]
    shift: npt.NDArray[np.int64]

    @classmethod
    def split(cls, texts: pd.Series[str], zone: ZoneInfo) -> _Stamps:
        parts = texts.str.strip().str.extract(_STAMP)
        split = parts[0].notna().to_numpy()
        clock, shift = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=np.int64)
        if not split.any():
            return cls([str(text) for text in texts], np.arange(len(texts)), clock, shift)
        zoned = parts[3].notna().to_numpy()
        midnight = ((parts[1].str.lstrip("0") == "") & (parts[2] == "00")).to_numpy()
        clock = split & ~zoned & ~midnight
        # Only of times with the year first is the day known before the order of the column is.
        utc = parts[3].isin(_UTC).to_numpy() & parts[0].str.match(r"\d{4}").fillna(value=False).to_numpy()
        if utc.any() and str(zone) != "UTC":
            part = parts[utc]
            days = pd.to_datetime(part[0].str.replace(r"[./]", "-", regex=True), format="%Y-%m-%d", errors="coerce")
            minutes = part[1].astype("int64") * 60 + part[2].astype("int64")
            there = (days + pd.to_timedelta(minutes, unit="m")).dt.tz_localize("UTC").dt.tz_convert(zone)
            moved = (there.dt.tz_localize(None).dt.normalize() - days).dt.days
            shift[utc] = moved.fillna(0).astype("int64").to_numpy()
        else:
            utc &= False
        # A time in UTC whose order is open stays whole, and is read with its clock.
        whole = split & ~utc & parts[3].isin(_UTC).to_numpy() & (str(zone) != "UTC")
        left = parts[0].where(split & ~whole, texts)
        at, days_of = pd.factorize(left)
        return cls([str(text) for text in days_of], at, clock & ~whole, shift)


_FLAGS: Final = ("clock", "serial", "short", "widened", "moved")


@dataclass(frozen=True)
class _Outcome:
    """First and last days, precisions and reasons of different texts."""

    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]
    precision: npt.NDArray[np.object_]
    reason: npt.NDArray[np.object_]
    flags: dict[str, npt.NDArray[np.bool_]]

    @classmethod
    def read(cls, cells: Sequence[Cell], orders: Orders, zone: ZoneInfo) -> _Outcome:
        first, last = (np.full(len(cells), np.datetime64("NaT", "s")) for _ in range(2))
        precision, reason = (np.full(len(cells), None, dtype=object) for _ in range(2))
        flags = {name: np.zeros(len(cells), dtype=bool) for name in _FLAGS}
        for at, cell in enumerate(cells):
            period, why, moved = _period(cell, orders, zone)
            if period is None:
                reason[at] = why
                continue
            first[at], last[at] = np.datetime64(period.first), np.datetime64(period.last)
            precision[at] = period.precision
            flags["clock"][at] = cell.clock is not None and not cell.clock.zoned and cell.clock.minutes > 0
            flags["serial"][at] = cell.serial
            flags["short"][at] = cell.shape is not None and cell.shape.short
            flags["widened"][at] = cell.shape is not None and bool(cell.shape.modifiers)
            flags["moved"][at] = moved
        return cls(first, last, precision, reason, flags)

    def over(self, stamps: _Stamps) -> _Outcome:
        """Return the same of the texts from which the times were split."""
        if not len(stamps.at):
            return self
        shift = stamps.shift.astype("timedelta64[D]")
        flags = {name: values[stamps.at] for name, values in self.flags.items()}
        readable = ~np.isnat(self.first[stamps.at])
        flags["clock"] = flags["clock"] | (stamps.clock & readable)
        flags["moved"] = flags["moved"] | ((stamps.shift != 0) & readable)
        return _Outcome(
            self.first[stamps.at] + shift,
            self.last[stamps.at] + shift,
            self.precision[stamps.at],
            self.reason[stamps.at],
            flags,
        )


def _period(cell: Cell, orders: Orders, zone: ZoneInfo) -> tuple[Period | None, str | None, bool]:
    """Return a cell's days, or why there are none, and whether its clock in UTC moved them."""
    try:
        period = cell.period
        if cell.shape is not None:
            order = orders.of(cell) if cell.shape.ends else "dmy"
            if order is None:
                short = any(end.year is None and end.separator == "-" for end in cell.shape.ends)
                which = "the day, the month or the year" if short else "the day first and with the month"
                return None, f"it can be read with {which} first", False
            if not all(end.year is None or order != "ymd" for end in cell.shape.ends):
                return None, "its year is not first, as the date format says", False
            period = cell.shape.read(order)
    except Unread as error:
        return None, str(error), False
    if period is None:
        return None, cell.reason, False
    clock = cell.clock
    if clock is None or period.precision != "day":
        return period, None, False
    if clock.last is not None and clock.last < clock.minutes:
        return Period(period.first, period.last + dt.timedelta(days=1), "days"), None, False
    if clock.utc and str(zone) != "UTC":
        midnight = dt.datetime.combine(period.first, dt.time(0), dt.UTC)
        day = (midnight + dt.timedelta(minutes=clock.minutes)).astimezone(zone).date()
        return Period(day, day, "day"), None, day != period.first
    return period, None, False
