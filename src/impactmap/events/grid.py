"""From a grid of cells to a table: the header row found among titles, tags and empty rows told apart from data."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from impactmap.errors import TableError
from impactmap.events.headers import count_known
from impactmap.events.rawtable import is_written
from impactmap.events.spill import release, spill
from impactmap.events.text import restore

__all__ = ["HEADER_WITHIN", "find_header", "grid_to_cells"]

#: The header is looked for among this many rows.
HEADER_WITHIN = 30
_TAG = re.compile(r"#[A-Za-z]")


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the header's position: the row with the most known headers, at least two; else the first with content."""
    filled = [position for position, row in enumerate(rows[:HEADER_WITHIN]) if any(cell.strip() for cell in row)]
    scores = {
        position: 0
        if all(cell.lstrip().startswith("#") for cell in rows[position] if cell.strip())
        # Tags read like headers, but stand below them.
        else count_known(cell for cell in rows[position] if cell)
        for position in filled
    }
    best = max(filled, key=lambda position: (scores[position], -position), default=0)
    return best if scores.get(best, 0) >= 2 else min(filled, default=0)


def grid_to_cells(
    grid: pd.DataFrame, *, name: str, header_row: int | None = None
) -> tuple[pd.DataFrame, dict[str, str] | None, list[str]]:
    """Split a grid into header, tags and data.

    Parameters
    ----------
    grid
        Cells as text, without a header; the index is ignored, position 0 is row 1 of the file.
    name
        The file's name, for messages.
    header_row
        Number of the row that holds the headers, as the author says it; found when not given.

    Returns
    -------
    cells : DataFrame
        The data, columns named by the header, empty cells missing, the index the row number in the file; rows without
        content left out.
    tags : dict or None
        HXL tags by header; the headers themselves where the tags stand in their place.
    notes : list of str
        What was found beside plain data.

    Raises
    ------
    TableError
        When there is no header or no row of data.
    """
    top = [
        [("" if pd.isna(cell) else str(cell)) for cell in row]
        for row in grid.iloc[: HEADER_WITHIN + 1].itertuples(index=False, name=None)
    ]
    if not any(cell.strip() for row in top for cell in row):
        raise TableError(
            f"{name}: expected a header and rows of data, found nothing. Put column names in the first row."
        )
    if header_row is not None and not 1 <= header_row <= len(grid):
        raise TableError(f"{name}: expected the header's row between 1 and {len(grid):,}, found {header_row}.")
    at = find_header(top) if header_row is None else header_row - 1
    if at >= len(top):
        top = [
            ["" if pd.isna(cell) else str(cell) for cell in row]
            for row in grid.iloc[: at + 1].itertuples(index=False, name=None)
        ]
    notes = []
    if at and any(cell.strip() for row in top[:at] for cell in row):
        notes.append(f"The header is row {at + 1}; the rows above it are a title and were not read as data.")
    body = grid.iloc[at + 1 :]
    body = body.set_axis(pd.RangeIndex(at + 2, at + 2 + len(body), name="source_row"))
    # What impactmap wrote comes back to the letter; people leave spaces where there is nothing.
    ours = is_written(top[at])
    body = pd.DataFrame({name: _without_blanks(column, exact=ours) for name, column in body.items()})
    filled = body.notna().any().to_numpy()
    names: list[str] = []
    for position, cell in enumerate(top[at]):
        header = restore(cell if ours else cell.strip()) or f"column {position + 1}"
        while header in names:
            header += " (again)"
        names.append(header)
    if again := [header for header in names if header.endswith(" (again)")]:
        notes.append(f"Headers that occur twice were told apart: {', '.join(again)}.")
    keep = [position for position, cell in enumerate(top[at]) if cell.strip() or filled[position]]
    body = body.iloc[:, keep]
    body.columns = pd.Index([names[position] for position in keep], dtype="str")
    tags = None
    if len(names) > 1 and all(_TAG.match(header) for header in names):
        tags = {header: header for header in names if header in body.columns}
        notes.append(f"Row {at + 1} holds HXL tags in place of headers.")
    elif len(body) and _is_tag_row(first := body.iloc[0].dropna()):
        tags = {str(header): str(tag) for header, tag in first.items()}
        notes.append(f"Row {body.index[0]} holds HXL tags and was not read as data.")
        body = body.iloc[1:]
    blank = body.isna().all(axis=1)
    if blank.any():
        # Empty rows after the last filled one are how spreadsheets end, not something left out.
        inner = int(blank[: (~blank).to_numpy().nonzero()[0].max(initial=-1) + 1].sum())
        if inner:
            notes.append(f"{inner:,} empty rows between rows of data were passed over.")
        body = body[~blank]
    return spill(body.astype("str")), tags, notes


def _without_blanks(column: pd.Series[str], *, exact: bool) -> pd.Series[str]:
    """Return the column with empty cells missing, itself where there are none: texts are large."""
    release()
    blank = column == ""
    if not exact:
        blank |= column.str.isspace().fillna(value=False)
    return column.mask(blank) if blank.any() else column


def _is_tag_row(row: pd.Series[str]) -> bool:
    return len(row) > 1 and bool(row.str.strip().str.startswith("#").all())
