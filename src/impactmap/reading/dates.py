"""Days as people write them: one order of day and month a column, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from impactmap.model.errors import TableError

__all__ = ["ParsedDates", "date_order", "parse_dates", "reads_as_date"]

_ORDERS = ("dmy", "mdy", "ymd")
_TIME = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})" + _TIME)
_YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})\s?(?P<sep>[-./])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})\s?(?:г\.?|р\.?)?" + _TIME
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_MONTH = re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})|(?P<m2>\d{1,2})[./](?P<y2>\d{4})")
#: How spreadsheets store a day, and lose its form when a cell has none: days since 30 December 1899.
_SERIAL = re.compile(r"(?P<days>\d{5})(?:[.,]\d+)?")
_SERIAL_ZERO = dt.date(1899, 12, 30)
#: 2000 to 2099: fewer digits are years, more are written yyyymmdd.
_SERIALS = range(36526, 73051)
_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})")
_WORDS = re.compile(
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<name>[^\W\d_]{3,})\.?,?\s+(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<y>\d{4})(?:\s*(?:р|г|року|года)\.?)?"
)
_RANGE = re.compile(
    r"(?P<first>.{4,}?)\s*(?:–|—|\.\.\.?|\s-\s|\sto\s|(?<=\d{4}-\d\d-\d\d)/|(?<=\d{4})-(?=\d{1,2}[./]))\s*(?P<last>.{4,})"
)
#: Beginnings of month names, English, Ukrainian, Russian.
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan січ янв",
            "feb лют фев",
            "mar бер мар",
            "apr кві апр",
            "may тра май мая",
            "jun чер июн",
            "jul лип июл",
            "aug сер авг",
            "sep вер сен",
            "oct жов окт",
            "nov лис ноя",
            "dec гру дек",
        ),
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True)
class ParsedDates:
    """A column of dates, understood.

    Attributes
    ----------
    start, end
        First and last day (datetime64[s]); missing where the cell is empty or cannot be read. Index as given.
    precision
        ``day``, ``days``, ``month`` or ``year`` of each cell, missing with the date.
    order
        ``dmy`` or ``mdy`` where cells needed one.
    ambiguous
        Whether the order of some dates could not be told: these are then missing.
    conflict
        Two cells that cannot be of one order.
    times_without_zone
        How many cells hold a time of day but no zone.
    serials
        How many cells hold a spreadsheet's number of a day, such as 45970.
    """

    start: pd.Series
    end: pd.Series
    precision: pd.Series
    order: str | None = None
    ambiguous: bool = False
    conflict: tuple[str, str] | None = None
    times_without_zone: int = 0
    serials: int = 0


def date_order(date_format: str) -> str:
    """Return the order of day, month and year that a format stands for.

    Raises
    ------
    TableError
        When it is none of day-month-year, month-day-year, year-month-day.

    Examples
    --------
    >>> date_order("dd.mm.yyyy"), date_order("%m/%d/%Y"), date_order("DMY")
    ('dmy', 'mdy', 'dmy')
    """
    letters = [letter for letter in date_format.casefold() if letter in "dmy"]
    order = "".join(dict.fromkeys(letters))
    if order not in _ORDERS:
        raise TableError(f"expected a date format such as dd.mm.yyyy, mm/dd/yyyy or yyyy-mm-dd, found {date_format!r}.")
    return order


def reads_as_date(text: str) -> bool:
    """Say whether a cell has the form of a date, whether or not that day exists.

    Examples
    --------
    >>> reads_as_date("31.02.2025"), reads_as_date("9 листопада 2025"), reads_as_date("Total 2025")
    (True, True, False)
    """
    return bool(_parse(text.strip()))


def parse_dates(column: pd.Series[str], *, order: str | None = None, timezone: str = "UTC") -> ParsedDates:
    """Read a column of dates.

    Parameters
    ----------
    column
        Cells as text.
    order
        ``dmy``, ``mdy`` or ``ymd`` for dates with the year last; None to tell it from the column.
    timezone
        IANA name of the zone in which a time with a zone is turned into a day.

    Returns
    -------
    ParsedDates
        Same index. A cell that is not a date, or names a day that does not exist, is missing.

    Raises
    ------
    TableError
        For an unknown time zone.

    Notes
    -----
    Read are ISO 8601, ``yyyymmdd``, day-month-year and month-day-year with points, slashes or hyphens, month names in
    English, Ukrainian and Russian, a month, a year, a spreadsheet's number of a day, and two days with a dash. A time
    of day without a zone leaves the day as it is written. Years have four digits: ``03.04.24`` is not read.

    What shows the order of dates with points says nothing of dates with slashes, which may come from somebody else:
    each way of writing has to show its own.
    """
    codes, texts = pd.factorize(column)
    cells = [_parse(str(text).strip()) for text in texts]
    evidence: dict[str, dict[str, str]] = {"dmy": {}, "mdy": {}}
    undecided = set()
    for text, cell in zip(texts, cells, strict=True):
        for part in cell:
            if part.first is None:
                continue
            if 12 < part.first <= 31 and (part.second or 0) <= 12:
                evidence["dmy"].setdefault(part.separator, str(text))
            elif 12 < (part.second or 0) <= 31 and part.first <= 12:
                evidence["mdy"].setdefault(part.separator, str(text))
            elif part.first != part.second:
                undecided.add(part.separator)
    conflict = None
    unclear: set[str] = set()
    if order is None:
        if evidence["dmy"] and evidence["mdy"]:
            conflict = (next(iter(evidence["dmy"].values())), next(iter(evidence["mdy"].values())))
        else:
            order = "dmy" if evidence["dmy"] else "mdy" if evidence["mdy"] else None
            unclear = undecided - set(evidence["dmy"] or evidence["mdy"])
    used = None if conflict else order or "dmy"
    zone = _zone(timezone)
    told = [() if any(part.separator in unclear for part in cell) else cell for cell in cells]
    firsts = _days([cell[0] if cell else None for cell in told], used, zone)
    lasts = _days([cell[-1] if cell else None for cell in told], used, zone)
    precision = pd.Series(
        [("days" if len(cell) == 2 else cell[0].precision) if cell else None for cell in cells], dtype="str"
    )
    month, year = (precision == "month").to_numpy(), (precision == "year").to_numpy()
    lasts = lasts.mask(month, firsts + pd.offsets.MonthEnd(0)) if month.any() else lasts
    lasts = lasts.mask(year, firsts + pd.offsets.YearEnd(0)) if year.any() else lasts
    bad = firsts.isna() | lasts.isna()
    firsts, lasts, precision = (part.mask(bad) for part in (firsts, lasts, precision))
    clock = pd.Series(
        [
            any(part.clock is not None and part.zone is None and part.clock != "00:00:00" for part in cell)
            for cell in cells
        ]
        or [],
        dtype="bool",
    )
    serial = pd.Series([any(part.serial for part in cell) for cell in cells] or [], dtype="bool")

    def spread(values: pd.Series, dtype: Literal["str", "datetime64[s]"]) -> pd.Series:
        return pd.Series(values.astype(dtype).array.take(codes, allow_fill=True), index=column.index, dtype=dtype)

    return ParsedDates(
        spread(firsts, "datetime64[s]"),
        spread(lasts, "datetime64[s]"),
        spread(precision, "str"),
        order if any(part.first is not None for cell in cells for part in cell) else None,
        bool(unclear),
        conflict,
        int(clock.to_numpy()[codes[codes >= 0]].sum()) if len(clock) else 0,
        int(serial.to_numpy()[codes[codes >= 0]].sum()) if len(serial) else 0,
    )


@dataclass(frozen=True)
class _Day:
    """One date in a cell: either year, month, day, or a year with two numbers whose order the column decides."""

    year: int
    month: int | None = None
    day: int | None = None
    first: int | None = None
    second: int | None = None
    separator: str = ""
    precision: str = "day"
    clock: str | None = None
    zone: str | None = None
    serial: bool = False


def _parse(text: str) -> tuple[_Day, ...]:
    """Return the date, or the two of a range; empty when it is not one."""
    if single := _parse_one(text):
        return (single,)
    if found := _RANGE.fullmatch(text):
        parts = [_parse_one(found["first"].strip()), _parse_one(found["last"].strip())]
        if all(part is not None and part.precision == "day" for part in parts):
            return tuple(part for part in parts if part is not None)
    return ()


def _parse_one(text: str) -> _Day | None:
    if (found := _YEAR_FIRST.fullmatch(text)) and _is_time(found):
        clock, zone = _clock(found)
        return _Day(int(found["y"]), int(found["m"]), int(found["d"]), clock=clock, zone=zone)
    if (found := _YEAR_LAST.fullmatch(text)) and _is_time(found):
        clock, zone = _clock(found)
        return _Day(
            int(found["y"]),
            first=int(found["a"]),
            second=int(found["b"]),
            separator=found["sep"],
            clock=clock,
            zone=zone,
        )
    if found := _COMPACT.fullmatch(text):
        return _Day(int(found["y"]), int(found["m"]), int(found["d"]))
    if found := _MONTH.fullmatch(text):
        return _Day(int(found["y"] or found["y2"]), int(found["m"] or found["m2"]), 1, precision="month")
    if (found := _SERIAL.fullmatch(text)) and int(found["days"]) in _SERIALS:
        date = _SERIAL_ZERO + dt.timedelta(days=int(found["days"]))
        return _Day(date.year, date.month, date.day, serial=True)
    if found := _YEAR.fullmatch(text):
        return _Day(int(found["y"]), 1, 1, precision="year")
    if (found := _WORDS.fullmatch(text)) and (month := _MONTHS.get(found["name"][:3].casefold())):
        day = found["d"] or found["d2"]
        return _Day(int(found["y"]), month, int(day or 1), precision="day" if day else "month")
    return None


def _is_time(found: re.Match[str]) -> bool:
    """Say whether the clock shows such a time, where there is one."""
    return found["hour"] is None or (int(found["hour"]) <= 24 and int(found["minute"]) <= 59)


def _clock(found: re.Match[str]) -> tuple[str | None, str | None]:
    """Return the time of day and its zone."""
    if found["hour"] is None:
        return None, None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    zone = found["zone"]
    if zone in {"UTC", "GMT", "Z"}:
        zone = "+00:00"
    elif zone is not None:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        zone = f"{zone[0]}{digits[:2]}:{digits[2:]}"
    return f"{hour:02d}:{found['minute']}:{found['second'] or '00'}", zone


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise TableError(f"expected a time zone such as Europe/Kyiv or UTC, found {timezone!r}.") from None


def _days(parts: list[_Day | None], order: str | None, zone: ZoneInfo) -> pd.Series:
    """Return the days as datetime64[s], missing where they do not exist or the order is not known."""
    texts = []
    zoned: dict[int, str] = {}
    for position, part in enumerate(parts):
        if part is None or (part.first is not None and order not in {"dmy", "mdy"}):
            texts.append("")
            continue
        month, day = (
            (part.month, part.day)
            if part.first is None
            else (part.second, part.first)
            if order == "dmy"
            else (part.first, part.second)
        )
        text = f"{part.year:04d}-{month:02d}-{day:02d}"
        if part.zone is not None:
            zoned[position] = f"{text}T{part.clock}{part.zone}"
        texts.append(text)
    days = pd.Series(pd.to_datetime(pd.Series(texts, dtype="str"), format="%Y-%m-%d", errors="coerce")).astype(
        "datetime64[s]"
    )
    if zoned:
        moments = pd.to_datetime(pd.Series(zoned, dtype="str"), format="ISO8601", errors="coerce", utc=True)
        days.loc[list(zoned)] = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize().astype("datetime64[s]")
    return days
