"""Cells given their types, a column at a time, every fault noted with its row."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from impactmap.model.faults import FaultLog, nearest
from impactmap.model.progress import Progress, quiet
from impactmap.model.schema import Column
from impactmap.model.spill import change_texts, parts_of, release, spill
from impactmap.model.text import DISGUISED, HIDDEN_CLASS, map_levels
from impactmap.reading.dates import ParsedDates, parse_dates, reads_as_date
from impactmap.reading.figures import parse_coordinates
from impactmap.reading.raw_table import Note, RawTable, is_written

__all__ = ["Options", "Table", "type_table"]

#: Columns whose spelling decides what they are matched with, so look-alike letters are worth a warning.
_MATCHED = ("event_id", "place", "region", "country", "side")


@dataclass(frozen=True)
class Options:
    """What the user decided: order of day and month, time zone, the present moment; and who is told of progress."""

    order: str | None = None
    timezone: str = "UTC"
    now: datetime | None = None
    progress: Progress = quiet


@dataclass
class Table:
    """A table with its columns matched and typed.

    Attributes
    ----------
    raw
        As it stands in the file.
    columns
        Column name to header.
    typed
        All columns of the schema, missing where the table lacks them; the index is the row number.
    others
        The remaining columns as text.
    dates
        What was understood of each column of dates.
    log
        Its faults.
    notes
        What was decided.
    aside
        Cells of rows that are no reports; they are in the log, and not in the other frames.
    stated
        Headers of the columns that say who states the row's figures.
    """

    raw: RawTable
    columns: dict[str, str]
    typed: pd.DataFrame
    others: pd.DataFrame
    log: FaultLog
    dates: dict[str, ParsedDates] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    aside: pd.DataFrame = field(default_factory=pd.DataFrame)
    stated: set[str] = field(default_factory=set)

    @property
    def rows(self) -> pd.Series[int]:
        """Row numbers, as a column over the table's index."""
        return pd.Series(self.typed.index, index=self.typed.index, dtype="int64")

    def note(self, topic: str, text: str) -> None:
        """Add a note about this file."""
        self.notes.append(Note(self.raw.name, topic, text))


def type_table(raw: RawTable, columns: Sequence[Column], headers: dict[str, str], options: Options) -> Table:
    """Give a table's cells their types.

    Parameters
    ----------
    raw
        The table.
    columns
        The schema of the table.
    headers
        Column name to header.
    options
        What the user decided.

    Returns
    -------
    Table
        Text is stripped of spaces at its ends, except in identifiers and in tables that impactmap wrote. Columns of
        figures (``value`` and its kin) stay text, to be read with their words.
    """
    table = Table(
        raw,
        headers,
        pd.DataFrame(index=raw.cells.index),
        raw.cells.drop(columns=list(headers.values())),
        FaultLog(raw.name),
    )
    written = is_written(raw.cells.columns)
    typed: dict[str, pd.Series] = {}
    empty = pd.Series(pd.NA, index=raw.cells.index, dtype="str")
    for number, column in enumerate(columns, 1):
        release()
        options.progress(number, len(columns), f"Reading the columns of {raw.name}")
        header = headers.get(column.name)
        if header is None:
            same = column.dtype == "str" or column.name.startswith("value")
            typed[column.name] = empty if same else empty.astype(column.dtype)
            continue
        cells = raw.cells[header]
        if column.dtype != "str" or column.vocabulary:
            cells = cells.mask(cells.str.strip() == "")
        if column.dtype == "str":
            exact = column.name.endswith("_id") or written
            typed[column.name] = cells if exact else change_texts(cells, lambda part: part.str.strip())
            _look_at_text(table, column, header, cells)
            if column.vocabulary and column.name != "qualifier":
                typed[column.name] = _in_vocabulary(table, column, header, cells)
        elif column.dtype == "datetime64[s]":
            typed[column.name] = _dates(table, column, header, cells, options)
        elif column.name in {"latitude", "longitude"}:
            degrees = parse_coordinates(cells, hemispheres="NS" if column.name == "latitude" else "EW")
            typed[column.name] = degrees.numbers
            if degrees.commas:
                table.note(
                    "numbers",
                    f"Column {header!r}: numbers with a decimal comma were read as decimals: {degrees.commas:,}.",
                )
            if degrees.parted:
                table.note(
                    "numbers",
                    f"Column {header!r}: cells with degree signs, minutes or a hemisphere were read as decimal "
                    f"degrees: {degrees.parted:,}.",
                )
        elif column.dtype == "Int64":
            whole = pd.concat([_whole_numbers(part) for part in parts_of(cells)])
            typed[column.name] = whole
            bad = cells.notna() & whole.isna()
            table.log.reject(
                bad,
                table.rows,
                cells,
                column=header,
                expected="a whole number",
                fix="Write a whole number or leave the cell empty.",
            )
        elif column.name.startswith("value"):
            typed[column.name] = cells
        else:
            typed[column.name] = pd.to_numeric(cells, errors="coerce").astype(column.dtype)
    table.typed = spill(pd.DataFrame(typed, index=raw.cells.index))
    return table


def _whole_numbers(cells: pd.Series[str]) -> pd.Series[int]:
    whole = pd.to_numeric(cells.where(cells.str.fullmatch(r"\s*[0-9]{1,15}(\.0+)?\s*")), errors="coerce")
    return whole.astype("float64").astype("Int64")


def _look_at_text(table: Table, column: Column, header: str, cells: pd.Series[str]) -> None:
    hidden = pd.concat([part.str.contains(HIDDEN_CLASS, regex=True) for part in parts_of(cells)])
    if hidden.any():
        table.log.remark(
            rows=table.rows[hidden],
            column=header,
            expected="visible characters",
            found="zero-width or direction-changing characters",
            fix="They are kept and ignored when matching; delete them if they are not meant.",
        )
    if column.name in _MATCHED:
        ends = cells.notna() & (cells != cells.str.strip())
        if table.raw.is_ours and ends.any():
            table.log.remark(
                rows=table.rows[ends],
                column=header,
                expected="no spaces at the ends",
                found=repr(cells[ends].iloc[0]),
                fix="They are kept, as the table is one that impactmap wrote; delete them if they are not meant.",
            )
        seen = cells.str.replace(HIDDEN_CLASS, "", regex=True) if hidden.any() else cells
        disguised = seen.str.contains(DISGUISED, regex=True)
        if disguised.any():
            table.log.remark(
                rows=table.rows[disguised],
                column=header,
                expected="one alphabet a word",
                found=f"{_alphabets(cells[disguised].iloc[0])} letters in one word, {cells[disguised].iloc[0]!r}",
                fix="The text is kept and matched as it looks; type the word again in one alphabet.",
            )


def _alphabets(text: str) -> str:
    """Name the alphabets of a text's letters, as Unicode names them."""
    names = sorted({unicodedata.name(ch, "?").split()[0].capitalize() for ch in text if ch.isalpha()})
    ours = sorted(names, key=lambda name: name != "Latin")
    return " and ".join(ours)


def _in_vocabulary(table: Table, column: Column, header: str, cells: pd.Series[str]) -> pd.Series[str]:
    known = {word.replace("_", " "): word for word in column.vocabulary}
    words = map_levels(cells, lambda text: known.get(text.strip().casefold().replace("_", " ")))
    unknown = cells.notna() & words.isna()
    if unknown.any():
        found = str(cells[unknown].iloc[0]).strip()
        guess = nearest(found, column.vocabulary)
        table.log.remark(
            rows=table.rows[unknown],
            column=header,
            expected=f"one of {', '.join(column.vocabulary)}",
            found=repr(found),
            fix=(f"Did you mean {guess!r}? " if guess else "") + "It was read as if the cell were empty.",
        )
    return words


def _dates(table: Table, column: Column, header: str, cells: pd.Series[str], options: Options) -> pd.Series:
    parsed = parse_dates(cells, order=options.order, timezone=options.timezone)
    table.dates[column.name] = parsed
    if parsed.ambiguous:
        unread = cells[cells.notna() & parsed.start.isna()]
        unread = unread[unread.map(reads_as_date)]
        table.log.table(
            row=int(unread.index[0]),
            column=header,
            expected="dates whose day and month can be told apart",
            found=f"{unread.iloc[0]!r} and others that read both ways",
            fix=(
                "Say which comes first with --date-format dd.mm.yyyy or --date-format mm.dd.yyyy (date_format "
                "in the project file)."
            ),
        )
        return parsed.start
    if parsed.conflict:
        table.log.table(
            row=int(cells.index[(cells == parsed.conflict[1]).to_numpy()][0]),
            column=header,
            expected="one date format in the column",
            found=(
                f"{parsed.conflict[0]!r}, which begins with the day, and {parsed.conflict[1]!r}, which begins "
                "with the month"
            ),
            fix="Write all dates as 2025-11-09, or give --date-format: rows that do not fit it are then listed.",
        )
        return parsed.start
    if parsed.order:
        how = "as you said" if options.order else "as cells with a number above 12 show"
        table.note(
            "dates", f"Column {header!r}: read with the {'day' if parsed.order == 'dmy' else 'month'} first, {how}."
        )
    if parsed.serials:
        table.note(
            "dates",
            f"Column {header!r}: a spreadsheet's numbers of days, such as 45970 for 2025-11-09, were read as days: "
            f"{parsed.serials:,} of the cells.",
        )
    if parsed.times_without_zone:
        table.note(
            "dates",
            f"Column {header!r}: times without a zone: {parsed.times_without_zone:,}; only the day is used.",
        )
    bad = cells.notna() & parsed.start.isna()
    table.log.reject(
        bad,
        table.rows,
        cells,
        column=header,
        expected="a day that exists, such as 2025-11-09",
        fix="Correct the date, with a year of four digits.",
    )
    if options.now is not None:
        today = pd.Timestamp(options.now.astimezone(ZoneInfo(options.timezone)).date())
        table.log.reject(
            parsed.start > today,
            table.rows,
            cells,
            column=header,
            expected=f"a date not after today, {today:%Y-%m-%d}",
            fix="Correct the date; the future is not reported.",
        )
    return parsed.start
