"""Spreadsheets: XLSX and ODS, looked at before they are opened, every cell as the text it stands for."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.faults import SheetRows, nearest
from impactmap.model.header_words import header_key
from impactmap.reading.formats.grid import HEADER_WITHIN, find_header, grid_to_cells
from impactmap.reading.formats.limits import DAMAGED_ARCHIVE, DEFAULTS, Limits
from impactmap.reading.formats.long_texts import LONG_TEXTS, join_long_texts
from impactmap.reading.headers import count_known
from impactmap.reading.raw_table import InputFile, Note, RawTable

__all__ = ["read_workbook"]

_CHUNK = 1 << 20
_BLOCK = 20_000
#: A merged cell that covers more of the sheet's width is a title.
_TITLE_SHARE = 0.6
#: So many headers of a table are known at least; a sheet of explanations has fewer.
_LEAST_KNOWN = 2
#: Column that names the sheet, where several are read together.
_SHEET = "sheet"
_OTHER_TABLES = frozenset(("places", "claims", LONG_TEXTS))

_XLSX_REFERENCE = re.compile(rb"""\br=["']([A-Z]{0,4})([0-9]{1,12})["']""")
_ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>")
_ODS_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]+)["']""")


def _unpack(member: zipfile.ZipInfo, raw: IO[bytes]) -> Iterator[bytes]:
    """Yield a member's bytes, whatever size its header claims."""
    raw.seek(member.header_offset)
    head = raw.read(30)
    raw.seek(member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"))
    left = member.compress_size
    inflate = zlib.decompressobj(-15)
    while left > 0 and (piece := raw.read(min(_CHUNK, left))):
        left -= len(piece)
        if member.compress_type == zipfile.ZIP_STORED:
            yield piece
            continue
        while piece and not inflate.eof:
            yield inflate.decompress(piece, _CHUNK)
            piece = inflate.unconsumed_tail


def _check(path: Path, limits: Limits) -> None:
    """Refuse a file that would unpack to too much; nothing is kept while counting."""
    packed = path.stat().st_size
    total = 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            for member in archive.infolist():
                cells = _CellCounter(member.filename)
                for piece in _unpack(member, raw):
                    total += len(piece)
                    limits.check_unpacking(path.name, total, packed)
                    if (extent := cells.add(piece)) > limits.sheet_cells:
                        raise limits.exceeded(path.name, "sheet_cells", extent, "cells in a sheet")
    except DAMAGED_ARCHIVE as error:
        raise TableError(
            f"{path.name}: expected a spreadsheet, found a damaged file ({error}). Save it again."
        ) from None


class _CellCounter:
    """Counts the extent of a sheet from its XML as it passes: two far cells make a sheet that fills memory."""

    def __init__(self, name: str) -> None:
        self._ods = name == "content.xml"
        self._xlsx = name.startswith("xl/worksheets/") and name.endswith(".xml")
        self._rest = b""
        self.rows = 0
        self.columns = 0
        self._row = 0
        self._row_repeated = 1
        self._cell = 0
        self._last_filled = 0

    def add(self, piece: bytes) -> int:
        """Take a piece of XML; return the cells of the sheet so far."""
        if self._xlsx:
            data = self._rest + piece
            self._rest = data[-64:]
            for letters, digits in _XLSX_REFERENCE.findall(data):
                self.rows = max(self.rows, int(digits))
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                self.columns = max(self.columns, column)
        elif self._ods:
            data = self._rest + piece
            end = 0
            for tag in _ODS_TAG.finditer(data):
                end = tag.end()
                self._ods_tag(closing=bool(tag[1]), kind=tag[2], attributes=tag[3], empty=bool(tag[4]))
            self._rest = data[max(end, len(data) - 4096) :]
        return self.rows * self.columns

    def _ods_tag(self, *, closing: bool, kind: bytes, attributes: bytes, empty: bool) -> None:
        repeated = int(found[1]) if (found := _ODS_REPEATED.search(attributes)) else 1
        if kind == b"table":
            self._row = 0
        elif kind == b"table-row":
            if not closing:
                self._row_repeated, self._cell, self._last_filled = repeated, 0, 0
            if closing or empty:
                self._row += self._row_repeated
                if self._last_filled:
                    self.rows = max(self.rows, self._row)
                    self.columns = max(self.columns, self._last_filled)
        elif not closing:
            self._cell += repeated
            # An empty cell that is repeated to the sheet's edge is how the format ends a row.
            if not empty or b"value" in attributes:
                self._last_filled = self._cell


def _is_events(name: str) -> bool:
    """Say whether a sheet may hold the events."""
    return name.strip().casefold() not in _OTHER_TABLES


def _text(value: Any) -> str:
    """Return a cell's value as the text a person would have typed, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _grid(page: Any) -> pd.DataFrame:
    """Return a sheet's cells as text from row 1, a block of rows at a time so that Python objects never pile up."""
    blocks = []
    rows = page.iter_rows()
    while block := list(itertools.islice(rows, _BLOCK)):
        blocks.append(pd.DataFrame([[_text(cell) for cell in row] for row in block], dtype="str"))
    return _filled(pd.concat(blocks, ignore_index=True), page.merged_cell_ranges) if blocks else pd.DataFrame()


def _filled(grid: pd.DataFrame, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None) -> pd.DataFrame:
    """Return the grid with a merged cell's value in all its cells; one as wide as the sheet is a title."""
    height, width = grid.shape
    for (top, left), (bottom, right) in merged or ():
        if right - left + 1 > max(1, _TITLE_SHARE * width) or top >= height or left >= width:
            continue
        text = str(grid.iloc[top, left])
        for column in range(left, min(right + 1, width)):
            grid.iloc[top : bottom + 1, column] = text
    return grid


def _top(page: Any) -> list[list[str]]:
    """Return a sheet's first rows as text."""
    return [[_text(cell) for cell in row] for row in itertools.islice(page.iter_rows(), HEADER_WITHIN)]


def _layout(page: Any) -> frozenset[str]:
    """Return what a sheet's headers are, whatever their order and case; nothing for one without a table."""
    top = _top(page)
    if not any(cell.strip() for row in top for cell in row):
        return frozenset()
    return frozenset(key for cell in top[find_header(top)] if (key := header_key(cell)))


def _choose(book: Any, names: Sequence[str]) -> list[str]:
    """Return the sheets that hold the table: the first that has usual headers, and those with the same."""
    layouts = {name: _layout(book.get_sheet_by_name(name)) for name in names}
    filled = [name for name in names if layouts[name]]
    first = next((name for name in filled if count_known(layouts[name]) >= _LEAST_KNOWN), filled[0] if filled else "")
    alike = [name for name in filled if layouts[name] == layouts[first]]
    return alike if first and len(layouts[first]) > 1 else [first][: len(filled)]


def _as_in_first(headers: Iterable[Any], first: Sequence[str]) -> list[str]:
    """Spell the headers of a sheet as the first sheet does; two that differ by letters alone stay two."""
    own = [str(header) for header in headers]
    free = [header for header in first if header not in own]
    spelled: list[str] = []
    for header in own:
        same = next((other for other in free if header_key(other) == header_key(header)), None)
        if header in first or same is None:
            spelled.append(header)
        else:
            free.remove(same)
            spelled.append(same)
    return spelled


def _below(parts: Sequence[tuple[str, pd.DataFrame]]) -> tuple[pd.DataFrame, list[str], SheetRows]:
    """Put the tables of several sheets under each other; a row's number tells the sheet and its row there."""
    notes: list[str] = []
    cells: list[pd.DataFrame] = []
    base = 10 ** max(3, len(str(max((int(table.index.max()) for _, table in parts if len(table)), default=1))))
    first = [str(header) for header in parts[0][1].columns]
    for number, (name, table) in enumerate(parts, 1):
        renamed = table.set_axis(_as_in_first(table.columns, first), axis="columns")
        if cells:
            renamed.index = (renamed.index + number * base).rename("source_row")
            notes.append(
                f"Rows of the sheet {name!r} are numbered from {number * base}: its row 2 is {number * base + 2}."
            )
        cells.append(renamed.assign(**{_SHEET: name}) if _SHEET not in renamed.columns else renamed)
    return pd.concat(cells).rename_axis("source_row"), notes, SheetRows(tuple(name for name, _ in parts), base)


def read_workbook(
    path: Path, *, sheet: str | None = None, header_row: int | None = None, limits: Limits = DEFAULTS
) -> RawTable:
    """Read a sheet of an XLSX or ODS file, or several of one layout.

    Parameters
    ----------
    path
        The file.
    sheet
        Name of the sheet, without regard to case. Without it the sheet named ``events``, else the first whose headers
        are known, with all that have the same; ``*`` is these, too. A sheet of explanations is passed over.
    header_row
        Number of the row that holds the headers; found when not given.

    Returns
    -------
    RawTable
        Cells as text; whole numbers without a decimal point, dates in ISO form, formulas as their stored result.

    Raises
    ------
    TableError
        For a damaged or encrypted file, one beyond the limits, one without the sheet.
    """
    import python_calamine as calamine

    _check(path, limits)
    tables: list[tuple[str, pd.DataFrame]] = []
    tags: dict[str, str] | None = None
    notes: list[str] = []
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            if not names:
                raise TableError(f"{path.name}: expected a spreadsheet with a sheet, found none in it. Save it again.")
            wanted = [name for name in names if name.strip().casefold() == (sheet or "events").casefold()]
            if sheet not in {None, "*"} and not wanted:
                guess = nearest(str(sheet), names)
                raise TableError(
                    f"{path.name}: expected a sheet named {sheet!r}, found {', '.join(map(repr, names))}."
                    + (f" Did you mean {guess!r}?" if guess else "")
                )
            chosen = (
                wanted[:1] if sheet != "*" and wanted else _choose(book, [each for each in names if _is_events(each)])
            )
            for name in chosen or names[:1]:
                cells, its_tags, its_notes = grid_to_cells(
                    _grid(book.get_sheet_by_name(name)), name=path.name, header_row=header_row
                )
                tables.append((name, cells))
                tags = tags or its_tags
                notes += its_notes if len(chosen) < 2 else [f"Sheet {name!r}: {text}" for text in its_notes]
            kept = _grid(book.get_sheet_by_name(LONG_TEXTS)) if LONG_TEXTS in names else pd.DataFrame()
    except calamine.PasswordError:
        raise TableError(
            f"{path.name}: expected an open spreadsheet, found one with a password. Save it without."
        ) from None
    except calamine.CalamineError as error:
        raise TableError(
            f"{path.name}: expected a spreadsheet, found a damaged file ({error}). Save it again."
        ) from None
    cells, sheets = tables[0][1], None
    if len(tables) > 1:
        cells, more, sheets = _below(tables)
        notes += [f"Sheets of one layout were read together: {', '.join(repr(name) for name, _ in tables)}.", *more]
    if len(kept):
        kept.columns = pd.Index(kept.iloc[0], dtype="str")
        cells = join_long_texts(cells, kept.iloc[1:])
    read = [name for name, _ in tables]
    others = [name for name in names if name not in read and _is_events(name) and name.strip().casefold() != "events"]
    if others:
        notes.append(
            f"The sheet {', '.join(map(repr, read))} was read; {', '.join(map(repr, others))} not. "
            "Name one with --sheet."
        )
    data = path.read_bytes()
    kind = "ODS" if path.suffix.lower() == ".ods" else "XLSX"
    file = InputFile(path, kind, len(cells), len(data), hashlib.sha256(data).hexdigest(), sheets=sheets)
    return RawTable(
        cells, file, tuple(Note(path.name, "file", text) for text in notes), tags, neutralised=True, sheets=tuple(names)
    )
