"""From a grid of cells to a table: the header row found among titles, tags and empty rows told apart from data."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.spill import release, spill
from impactmap.model.text import restore
from impactmap.reading.headers import count_known
from impactmap.reading.raw_table import is_written

__all__ = ["HEADER_WITHIN", "find_header", "grid_to_cells"]

#: The header is looked for among this many rows.
HEADER_WITHIN = 30
_TAG = re.compile(r"#[A-Za-z]")
#: Of the fullest row's cells a header has so many at least.
_FULL = 0.6
#: What headers do not hold: a date, a figure, an address, a sentence.
_DATA = re.compile(r"\d{2,}|https?://|[.!?]\s*$")


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
    if scores.get(best, 0) >= 2:
        return best
    # Headers that are not known: the first row that is about as full as the fullest, not a title over a table.
    widths = {position: sum(bool(cell.strip()) for cell in rows[position]) for position in filled}
    full = [position for position in filled if widths[position] >= _FULL * max(widths.values())]
    return min(full, default=0)


def _join_headers(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return one header of two rows, "Killed" over "min" and "max"; None where the second row is none.

    The upper row has a gap, or a cell that was merged, where a word of it stands over several columns.
    """
    joined, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above.strip() or (group if below.strip() else "")
        parts = [group if below.strip() or above.strip() else "", below.strip()]
        joined.append(" ".join(dict.fromkeys(part for part in parts if part)))
    cells = [cell.strip() for cell in lower if cell.strip()]
    if not cells or any(_DATA.search(cell) for cell in cells) or len(set(joined) - {""}) < sum(map(bool, joined)):
        return None
    # One of the two is empty, or both are one merged cell.
    gaps = sum(
        bool(above.strip()) != bool(below.strip()) or above.strip() == below.strip() != ""
        for above, below in zip(upper, lower, strict=True)
    )
    known = count_known(joined)
    return joined if gaps and known > max(count_known(upper), count_known(lower)) else None


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
    head, joined = top[at], None
    if at + 1 < len(top) and (joined := _join_headers(top[at], top[at + 1])):
        head = joined
        notes.append(f"Rows {at + 1} and {at + 2} are one header: {', '.join(map(repr, joined[:8]))}.")
    start = at + (1 if joined is None else 2)
    body = grid.iloc[start:]
    body = body.set_axis(pd.RangeIndex(start + 1, start + 1 + len(body), name="source_row"))
    # What impactmap wrote comes back to the letter; people leave spaces where there is nothing.
    ours = is_written(head)
    body = pd.DataFrame({name: _without_blanks(column, exact=ours) for name, column in body.items()})
    filled = body.notna().any().to_numpy()
    names: list[str] = []
    for position, cell in enumerate(head):
        header = restore(cell if ours else cell.strip()) or f"column {position + 1}"
        while header in names:
            header += " (again)"
        names.append(header)
    if again := [header for header in names if header.endswith(" (again)")]:
        notes.append(f"Headers that occur twice were told apart: {', '.join(again)}.")
    keep = [position for position, cell in enumerate(head) if cell.strip() or filled[position]]
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
