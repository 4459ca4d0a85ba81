"""Cells given their types, a column at a time, every fault noted with its row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from impactmap.model.errors import OptionError
from impactmap.model.faults import FaultLog, nearest
from impactmap.model.header_words import header_words
from impactmap.model.progress import Progress, quiet
from impactmap.model.schema import Column
from impactmap.model.spill import change_texts, parts_of, release, spill
from impactmap.model.text import DISGUISED, HIDDEN_CLASS, map_levels
from impactmap.reading.columns.settled import Settled
from impactmap.reading.dates import ParsedDates, order_evidence, parse_dates
from impactmap.reading.empty_words import without_empty_words
from impactmap.reading.figures import parse_coordinates
from impactmap.reading.positions import TakenPositions
from impactmap.reading.raw_table import Note, RawTable, is_written

__all__ = ["Options", "Table", "type_table"]

#: Columns whose spelling decides what they are matched with, so look-alike letters are worth a warning.
_MATCHED = ("event_id", "place", "region", "country", "side")


@dataclass(frozen=True)
class Options:
    """What the user decided: order of day and month, time zone, the present moment; and who is told of progress.

    `settled` keeps what the table decides about its columns, or holds what was decided before.
    """

    order: str | None = None
    timezone: str = "UTC"
    now: datetime | None = None
    progress: Progress = quiet
    settled: Settled = field(default_factory=Settled)


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
    date_orders
        The order of day and month that its columns of dates show, by the sign between the numbers.
    positions
        Where its latitudes and longitudes come from, when these stand in one column.
    empty_cells
        How many cells of numbers, days and positions say that nothing is known.
    columns_said
        The same by the column of claims that each is.
    metrics
        Metric to part to header, of columns of figures.
    hints
        Columns among the others that say more closely where a row is, the finest first.
    settled
        What the whole table decides about its columns.
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
    date_orders: dict[str, str] = field(default_factory=dict)
    positions: TakenPositions | None = None
    empty_cells: int = 0
    columns_said: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, dict[str, str]] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    hint_headers: dict[str, str] = field(default_factory=dict)
    settled: Settled = field(default_factory=Settled)

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
        FaultLog(raw.name, sheets=raw.file.sheets),
        settled=options.settled,
    )
    dated = [headers[column.name] for column in columns if column.dtype == "datetime64[s]" and column.name in headers]
    if len(dated) > 1:
        table.date_orders = table.settled.once(
            "orders", ", ".join(dated), lambda: order_evidence(raw.cells[header] for header in dated)
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
        if column.dtype != "str" and column.name not in {"latitude", "longitude"}:
            cells, empty_words = without_empty_words(cells)
            table.empty_cells += empty_words
        if column.dtype == "str":
            if column.name.endswith("_id") and not written:
                cells = _without_decimals(table, header, cells)
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
            table.empty_cells += without_empty_words(cells.where(degrees.numbers.isna()))[1]
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


def _without_decimals(table: Table, header: str, cells: pd.Series[str]) -> pd.Series[str]:
    """Return identifiers without the .0 that a program put behind every one of them; their text else stays."""
    filled = cells.dropna()
    if not table.settled.once("decimals", header, lambda: _all_decimals(filled)):
        return cells
    table.note("columns", f"Column {header!r}: the .0 behind every identifier was taken away; cells: {len(filled):,}.")
    return cells.str.replace(r"^(\d+)\.0$", r"\1", regex=True)


def _all_decimals(filled: pd.Series[str]) -> bool:
    return not filled.empty and filled.iloc[0].endswith(".0") and bool(filled.str.fullmatch(r"\d+\.0").all())


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
    if column.name == "confirmation":  # people say it in many words
        usual = header_words().cells
        known |= {text: name for name in column.vocabulary for text in usual[name]} | dict.fromkeys(
            usual["unstated"], ""
        )
    words = map_levels(cells, lambda text: known.get(text.strip().casefold().replace("_", " ")))
    unknown = cells.notna() & words.isna()
    words = words.mask(words == "")
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
    parsed = parse_dates(
        cells,
        order=options.order,
        timezone=options.timezone,
        day_first=re.search("[\u0400-\u04ff]", header) is not None,
        beside=table.date_orders,
        settle=table.settled.about(header),
    )
    table.dates[column.name] = parsed
    days = parsed.end if column.name == "date_end" else parsed.start
    unread = cells.notna() & parsed.start.isna()
    if parsed.conflict:
        table.log.remark(
            rows=table.rows[(cells == parsed.conflict[1]).to_numpy()],
            column=header,
            expected="one date format in the column",
            found=f"{parsed.conflict[0]!r} and {parsed.conflict[1]!r}, which cannot have the same part first",
            fix="Days that can be meant in one way alone were read, the others are listed. Write all dates as "
            "2025-11-09, or give --date-format: rows that do not fit it are then listed.",
        )
    if parsed.ambiguous:
        open_order = unread & parsed.reason.str.startswith("it can be read").fillna(value=False)
        unread &= ~open_order
        told: dict[str, str] = {
            "expected": "dates whose day and month can be told apart",
            "fix": "Say which comes first with --date-format dd.mm.yyyy or --date-format mm.dd.yyyy (date_format in "
            "the project file).",
        }
        if not parsed.start.notna().any() and not table.settled.closed:
            table.log.table(
                row=int(cells.index[open_order][0]),
                column=header,
                found=f"{cells[open_order].iloc[0]!r}, one of {int(open_order.sum()):,} that read both ways",
                **told,
            )
            return days
        table.log.reject(open_order, table.rows, cells, column=header, **told)
    told_whole = not table.settled.closed and column.name == "date_start" and cells.notna().any()
    if options.order and told_whole and not parsed.fitting:
        example = str(cells.dropna().iloc[0])
        raise OptionError(
            f"{table.raw.name}, column {header!r}: expected dates in the order that the date format says, "
            f"{' '.join({'d': 'day', 'm': 'month', 'y': 'year'}[letter] for letter in options.order)}; none of its "
            f"{int(cells.notna().sum()):,} cells is, {example!r} for one. Leave --date-format (date_format in the "
            "project file) out, or give the one that the cells have."
        )
    for text in parsed.notes:
        table.note("dates", f"Column {header!r}: {text}")
    why = parsed.reason.str.slice(0, 1).str.upper() + parsed.reason.str.slice(1)
    table.log.reject(
        unread,
        table.rows,
        cells,
        column=header,
        expected="a day, such as 2025-11-09",
        fix=why + ".",
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
    return days
