"""Tables whose first row is no header, or whose headers are days: told apart, with what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.header_words import header_concepts
from impactmap.reading.columns.cell_profile import CellProfile, profile_cells, reads_as_day
from impactmap.reading.columns.roles import suits
from impactmap.reading.empty_words import without_empty_words
from impactmap.reading.raw_table import Note, RawTable

__all__ = ["DAYS", "days_as_columns", "likely_columns", "missing_header", "turn_days"]

#: As a header that the author names: the cells under headers that are days.
DAYS = "DAYS"
_LEAST_DAYS = 3
_URL = "source_url"


def _day_headers(raw: RawTable) -> list[str]:
    """Return the headers that are days, where most of them are."""
    headers = [str(header) for header in raw.cells.columns]
    days = [header for header in headers if reads_as_day(header)]
    return [] if len(days) < _LEAST_DAYS or len(days) * 2 < len(headers) else days


def turn_days(raw: RawTable, given: Collection[str]) -> RawTable:
    """Turn a table with a column a day into one with a row a place and day, where the author names `DAYS`.

    Parameters
    ----------
    raw
        The table.
    given
        Headers that the author says the meaning of.

    Returns
    -------
    RawTable
        Its other columns, ``date`` and `DAYS`, row by row; cells that hold nothing, a word for it, or 0 are left out.

    Raises
    ------
    TableError
        When `DAYS` is named and the headers are no days.
    """
    if DAYS not in given or DAYS in raw.cells.columns:
        return raw
    days = _day_headers(raw)
    if not days:
        raise TableError(
            f"{raw.name}: expected headers that are days where {DAYS} is named, found "
            f"{', '.join(map(repr, list(raw.cells.columns)[:8]))}. Name the column that holds the figure instead."
        )
    turned = raw.cells.melt(
        [header for header in raw.cells.columns if header not in days], days, "date", DAYS, ignore_index=False
    ).sort_index(kind="stable")
    filled = without_empty_words(turned[DAYS])[0]
    kept = turned[filled.notna() & ~filled.str.fullmatch(r"\s*0+(?:[.,]0+)?\s*").fillna(value=True).astype(bool)]
    text = (
        f"{len(days):,} headers are days: each cell under them was read as a row, and {len(turned) - len(kept):,} that "
        "hold nothing or 0 were left out. Rows are numbered as they were made."
    )
    cells = kept.astype("str")
    cells.index = pd.RangeIndex(2, 2 + len(cells), name=raw.cells.index.name)
    file = replace(raw.file, rows=len(cells))
    return replace(raw, cells=cells, file=file, notes=(*raw.notes, Note(raw.name, "columns", text)))


def days_as_columns(raw: RawTable) -> tuple[str, str] | None:
    """Return what is found and how to mend it where the headers are days, one column each; else None."""
    days = _day_headers(raw)
    if not days:
        return None
    fix = (
        f"Say what their cells count, and each is read as a row of its place and day: --column attacks={DAYS}, or "
        f"killed={DAYS}, injured={DAYS} and the like ([columns] in the project file). Cells that hold nothing or 0 are "
        "left out."
    )
    return f"{len(days):,} headers that are days, {days[0]!r} to {days[-1]!r}: one column a day", fix


def missing_header(raw: RawTable) -> tuple[str, str] | None:
    """Return what is found and the row to paste where the first row looks like data; else None."""
    headers = [str(header) for header in raw.cells.columns]
    plain = [header.removesuffix(" (again)") for header in headers]
    data = [header for header in plain if reads_as_day(header) or _is_decimal(header) or header.startswith("http")]
    if not data:
        return None
    # The row taken for the header is one of data, too.
    cells = pd.concat([pd.DataFrame([plain], columns=headers, dtype="str"), raw.cells])
    line = io.StringIO()
    csv.writer(line, delimiter=raw.file.delimiter or ",", lineterminator="").writerow(_guess(cells))
    return (
        f"a first row that looks like data: {data[0]!r} stands in it",
        f"Add a row of headers above it, such as:\n{line.getvalue()}\nand correct what is guessed wrong.",
    )


def _is_decimal(text: str) -> bool:
    whole, point, rest = text.strip().lstrip("+-").partition(".")
    return bool(point) and whole.isdigit() and rest.isdigit()


def _guess(cells: pd.DataFrame) -> list[str]:
    """Return a header for each column, told from its cells alone; each once."""
    names: list[str] = []
    for number, (_, column) in enumerate(cells.items(), 1):
        profile = profile_cells(column)
        options = (name for name in _names(profile) if name not in names)
        names.append(next(options, f"column {number}"))
    return names


def _names(profile: CellProfile) -> tuple[str, ...]:
    if profile.empty:
        return ()
    if profile.dates > 0.6:
        return ("date", "date_end")
    if profile.addresses > 0.6:
        return (_URL,)
    if profile.share(_is_decimal) > 0.6 and profile.degrees(180) > 0.9:
        return ("latitude", "longitude") if profile.degrees(90) > 0.9 else ("longitude",)
    if profile.numbers > 0.6:
        return ()
    if profile.countries > 0.6:
        return ("country",)
    if profile.share(lambda text: any(map(str.isalpha, text))) < 0.5:
        return ()
    if profile.words >= 3:
        return ("summary", "note")
    return ("place", "region", "side")


def _is_site(header: str) -> bool:
    """Say whether a header speaks of a building, a plant, an area: what may be where it happened."""
    return any(concepts & {"infrastructure", "site", "place", "address"} for _, concepts in header_concepts(header))


def _is_name(column: pd.Series[str]) -> bool:
    profile = profile_cells(column)
    return not profile.empty and suits("place", profile) >= 1.0


def likely_columns(cells: pd.DataFrame, name: str) -> list[str]:
    """Return the headers whose cells hold what a column of ours does, whatever their words say.

    Examples
    --------
    >>> likely_columns(pd.DataFrame({"ref": ["a"], "filed": ["2025-11-08"]}, dtype="str"), "date_start")
    ['filed']
    """
    if name == "country":
        profiles = ((str(header), profile_cells(cells[header])) for header in cells.columns)
        # "No" is Norway's code, too.
        return [header for header, profile in profiles if profile.countries > 0.6 and profile.flags < 0.5]
    if name == "place":
        return [str(header) for header in cells.columns if _is_site(str(header)) and _is_name(cells[header])]
    if not name.startswith("date"):
        return []
    return [str(header) for header in cells.columns if profile_cells(cells[header]).dates > 0.6]
