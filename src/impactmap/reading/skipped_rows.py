"""Rows of a sheet that report nothing: totals, notes and repeated headers, and what a publisher withdrew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import pandas as pd

from impactmap.model.header_words import header_words
from impactmap.reading.dates import reads_as_date
from impactmap.reading.headers import header_key

__all__ = [
    "UPDATE_DATE",
    "UPDATE_NOTE",
    "UPDATE_STATUS",
    "WITHDRAWN",
    "rows_aside",
    "withdrawn_reports",
]

#: Column of a table made by `impactmap.update_events`, and its word for a row that the publisher took back.
UPDATE_STATUS = "update_status"
WITHDRAWN = "withdrawn"
#: Since when it holds, and why.
UPDATE_DATE, UPDATE_NOTE = "update_date", "update_note"

_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub)[\s-]*)?(?:totals?|sum)\b"
    r"|\W*(?:всього|усього|разом|підсумок|підсумки|сума|итого|итог|всего|сумма)\b",
    re.IGNORECASE,
)
_NUMBER = r"\s*[+-]?[\d\s\u00a0]*[.,]?\d+%?\s*"
_PLAIN_DATE = re.compile(r"\s*\d{1,4}[-./ ]?\d{1,2}[-./ ]?\d{1,4}.*")
_WHERE = ("place", "region", "country", "latitude", "longitude", "source_geometry")
#: A note has words; one word alone may be a report that somebody began.
_SENTENCE = r"\s*(?:\*|\S+\s+\S)"
_FEW = 3


def rows_aside(
    cells: pd.DataFrame, headers: Mapping[str, str], *, withdrawn: bool = True, foot: bool = True
) -> pd.DataFrame:
    """Find the rows that are no reports.

    Parameters
    ----------
    cells
        The table's cells as text, index the row number.
    headers
        Column name to header; without ``date_start`` only withdrawn rows are found.
    withdrawn
        Whether rows that an update marked as withdrawn are among them.
    foot
        Whether the table ends with these rows; a part of one has nothing below its reports.

    Returns
    -------
    DataFrame
        One row each, in the table's order: ``row``, ``column`` (header), ``found`` (what it is) and ``fix``.

    Notes
    -----
    A row with a date is a report. One without is a total where its first filled cell or its place begins with a word
    for it, a repeated header where its date cell is the header, and, below the last report, a total where it holds
    nothing but numbers and a note where it holds nothing but words in its first cell.

    Examples
    --------
    >>> sheet = pd.DataFrame({"date": ["2025-11-09", "Всього"], "killed": ["2", "2"]}, index=[2, 3], dtype="str")
    >>> rows_aside(sheet, {"date_start": "date"})[["row", "found"]].values.tolist()
    [[3, "a row of totals, 'Всього'"]]
    """
    parts = []
    if withdrawn and UPDATE_STATUS in cells.columns:
        gone = cells.index[cells[UPDATE_STATUS] == WITHDRAWN]
        parts.append(
            _frame(gone, UPDATE_STATUS, _tombstones(cells.loc[gone], headers), "It stays in the table, off the map.")
        )
    if (date := headers.get("date_start")) is not None:
        parts.append(_no_reports(cells, date, headers, foot=foot))
    found = pd.concat(parts) if parts else _frame(cells.index[:0], None, "", "")
    return found.drop_duplicates("row").sort_values("row", kind="stable", ignore_index=True)


def withdrawn_reports(aside: pd.DataFrame | None, headers: Mapping[str, str]) -> pd.DataFrame:
    """Return what a table says of the reports that it marks as withdrawn, one row each, as it is written there.

    Parameters
    ----------
    aside
        The cells of the rows that are no reports, as `rows_aside` found them.
    headers
        Column name to header.

    Returns
    -------
    DataFrame
        Text: ``event_id`` (``row 7`` where the table has none), ``place``, ``day``, ``summary``, ``update_date`` and
        ``update_note``.
    """
    columns = ("event_id", "place", "day", "summary", UPDATE_DATE, UPDATE_NOTE)
    if aside is None or UPDATE_STATUS not in aside.columns:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    rows = aside[aside[UPDATE_STATUS] == WITHDRAWN]

    def cells(*names: str) -> pd.Series[str]:
        found = pd.Series(pd.NA, index=rows.index, dtype="str")
        for header in (headers.get(name, name) for name in names):
            if header in rows.columns:
                found = found.fillna(rows[header].astype("str"))
        return found

    return pd.DataFrame(
        {
            "event_id": cells("event_id").fillna(pd.Series(rows.index.map("row {}".format), index=rows.index)),
            "place": cells("place", "region", "country"),
            "day": cells("date_start"),
            "summary": cells("summary"),
            UPDATE_DATE: cells(UPDATE_DATE),
            UPDATE_NOTE: cells(UPDATE_NOTE),
        }
    ).reset_index(drop=True)


def _tombstones(cells: pd.DataFrame, headers: Mapping[str, str]) -> npt.NDArray[Any]:
    """Return what was taken back: of which day and place, since when, and why."""
    names = [headers[name] for name in ("date_start", "place", "region", "country") if name in headers]

    def told(row: pd.Series[Any]) -> str:
        what = ", ".join(str(row[name]) for name in names[:3] if pd.notna(row[name]))
        since, why = (
            str(row[name]) if name in row and pd.notna(row[name]) else "" for name in (UPDATE_DATE, UPDATE_NOTE)
        )
        said = "a report that its publisher withdrew" + (f" on {since}" if since else "")
        return said + (f" ({what})" if what else "") + (f": {why.rstrip('.')}" if why else "")

    return cells.apply(told, axis="columns").to_numpy(dtype=object) if len(cells) else cells.iloc[:, 0].to_numpy(object)


def _frame(rows: pd.Index[int], column: str | None, found: str | npt.NDArray[Any], fix: str) -> pd.DataFrame:
    frame = pd.DataFrame({"row": pd.Series(rows, dtype="int64")})
    return frame.assign(column=column, found=found, fix=fix)


def _no_reports(cells: pd.DataFrame, date: str, headers: Mapping[str, str], *, foot: bool) -> pd.DataFrame:
    fix = "It was not read as a report."
    undated = _undated(cells[date])
    if not undated.any():
        return _frame(cells.index[:0], date, "", fix)
    last = cells.index.max() + 1 if not foot else cells.index[~undated].max() if (~undated).any() else -1
    part = cells[undated]
    filled = part.notna()
    first = part.bfill(axis="columns").iloc[:, 0].astype("str")
    place = part[headers["place"]] if "place" in headers else first
    total = first.str.match(_TOTAL) | place.str.match(_TOTAL)
    again = part[date].isin(
        [text for text in part[date].dropna().unique() if header_key(str(text)) == header_key(date)]
    )
    where = [headers[name] for name in _WHERE if name in headers]
    below = (part.index > last) & (last >= 0) & ~filled[where].any(axis="columns").to_numpy()
    numbers = pd.concat(
        [column.isna() | column.str.fullmatch(_NUMBER) for _, column in part.items()], axis="columns"
    ).all(axis="columns")
    alone = (filled.sum(axis="columns") == 1) & part.iloc[:, 0].str.match(_SENTENCE) & (len(cells.columns) >= _FEW)
    shown = "'" + first.fillna("").str.slice(0, 60) + "'"
    what = pd.Series(pd.NA, index=part.index, dtype="str")
    what = what.mask(below & alone, "a note under the table, " + shown)
    what = what.mask(below & numbers, "a row of figures without date or place")
    what = what.mask(again, "the header once more")
    units = first.str.strip().str.casefold().isin(list(header_words().cells["units"])) & (part.index < last)
    what = what.mask(units, "a row of units, " + shown)
    what = what.mask(total, "a row of totals, " + shown)
    what = what.dropna()
    return _frame(what.index, date, what.to_numpy(dtype=object), fix)


def _undated(column: pd.Series[str]) -> pd.Series[bool]:
    """Say where a cell holds no date; a date that does not exist is one, and a fault of its row."""
    # Days repeat: each different text is looked at once.
    texts = map(str, column.dropna().unique())
    return ~column.isin([text for text in texts if _PLAIN_DATE.fullmatch(text) or reads_as_date(text)])
