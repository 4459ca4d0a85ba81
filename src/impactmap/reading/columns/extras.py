"""What a sheet says beside the model's columns: dates in parts, districts and communities, what was taken back."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from impactmap.model.header_words import header_words
from impactmap.model.text import map_levels
from impactmap.reading.columns.roles import DATE_PARTS
from impactmap.reading.columns.settled import Settled
from impactmap.reading.dates import column_with_dates, dates_in_texts
from impactmap.reading.skipped_rows import UPDATE_STATUS, WITHDRAWN

__all__ = ["HINTS", "add_extras", "join_date_parts", "read_statuses"]

#: Finer than a region, the finest first; a row that names nothing else is there.
HINTS = ("community", "district")
_CODES = {
    "place_pcode": "place",
    "community_pcode": "community",
    "district_pcode": "district",
    "region_pcode": "region",
}


def add_extras(
    cells: pd.DataFrame, columns: Mapping[str, str], settled: Settled
) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """Put what a sheet says beside the model's columns where reading finds it.

    Parameters
    ----------
    cells
        The sheet's cells.
    columns
        Name of a column or an extra to header, as `judge_columns` gives them.
    settled
        Keeps which column's texts hold the days.

    Returns
    -------
    cells : DataFrame
        With the columns that were made; every column of the sheet is kept.
    columns : dict
        Name to header, of what was made, too.
    notes : list of str
        What was done, in plain words.
    """
    columns = dict(columns)
    notes: list[str] = []
    parts = [columns[name] for name in DATE_PARTS if name in columns]
    if parts and "date_start" not in columns:
        header = ", ".join(parts)
        cells = cells.assign(**{header: join_date_parts(cells, {name: columns.get(name) for name in DATE_PARTS})})
        columns["date_start"] = header
        notes.append(f"The date was put together from {', '.join(map(repr, parts))}; 0 or nothing is not known.")
    if not parts and "date_start" not in columns:
        dated = settled.once("dated", "", lambda: column_with_dates(cells))
        header = f"{dated} (date)"
        if dated is not None and header not in cells.columns:
            cells = cells.assign(**{header: dates_in_texts(cells[dated])})
            columns["date_start"] = header
            notes.append(f"No column holds the days: the date in each text of {dated!r} was taken for the day.")
    for name, ours in _CODES.items():
        if name not in columns or ours in columns:
            continue
        header = f"{columns[name]} ({ours})"
        if header not in cells.columns:
            cells = cells.assign(**{header: cells[columns[name]]})
            columns[ours] = header
            notes.append(f"No column names the {ours}: the codes of {columns[name]!r} stand for it.")
    return cells, columns, notes


def join_date_parts(cells: pd.DataFrame, parts: Mapping[str, str | None]) -> pd.Series[str]:
    """Return dates out of a year, a month and a day in columns of their own.

    Parameters
    ----------
    cells
        The sheet's cells.
    parts
        ``date_year``, ``date_month`` and ``date_day`` to header; None for one that there is not.

    Returns
    -------
    Series
        ``2019-11-08``; ``2019-11`` or ``2019`` where the day or the month is 0, negative or empty; missing without a
        year. Months may be words.

    Examples
    --------
    >>> sheet = pd.DataFrame({"y": ["2019", "2019"], "m": ["11", "0"], "d": ["8", "0"]}, dtype="str")
    >>> join_date_parts(sheet, {"date_year": "y", "date_month": "m", "date_day": "d"}).tolist()
    ['2019-11-08', '2019']
    """
    nothing = pd.Series(pd.NA, index=cells.index, dtype="str")
    year, month, day = (
        nothing
        if (header := parts.get(name)) is None
        else cells[header].str.strip().str.replace(r"\.0+$", "", regex=True)
        for name in DATE_PARTS
    )
    unknown = r"(?:0+|-\d+|99|)"
    month = month.mask(month.str.fullmatch(unknown).fillna(value=False).astype(bool))
    day = day.mask(day.str.fullmatch(unknown).fillna(value=False).astype(bool))
    numbered = month.str.fullmatch(r"\d{1,2}").fillna(value=False).astype(bool)
    iso = year + "-" + month.str.zfill(2)
    dates = iso.where(day.isna(), iso + "-" + day.str.zfill(2))
    words = (month + " " + year).where(day.isna(), day + " " + month + " " + year)
    return dates.where(numbered, words).where(month.notna(), year).astype("str")


def read_statuses(cells: pd.DataFrame, header: str | None) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Read in which rows a report was taken back, in any usual word.

    Parameters
    ----------
    cells
        The sheet's cells.
    header
        Of the column that says so; None without one.

    Returns
    -------
    cells : DataFrame
        With `UPDATE_STATUS` in the program's words.
    unknown : Series of bool
        Rows whose word is not known.
    """
    if header is None:
        return cells, pd.Series(data=False, index=cells.index)
    gone, standing = (header_words().cells[name] for name in ("withdrawn", "standing"))

    def plain(text: str) -> str | None:
        word = " ".join(text.strip().strip(".!").casefold().replace("_", " ").split())
        return WITHDRAWN if word in gone else word.replace(" ", "_") if word in standing else None

    told = map_levels(cells[header], plain)
    unknown = cells[header].notna() & told.isna() & (cells[header].str.strip() != "")
    return cells.assign(**{UPDATE_STATUS: told.fillna(cells[header])}), unknown
