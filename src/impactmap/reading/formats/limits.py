"""What a file may take: limits that no newsroom's table meets, and that stop what is built to exhaust a computer."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from impactmap.model.errors import InputError, TableError
from impactmap.model.faults import nearest

__all__ = ["DAMAGED_ARCHIVE", "DEFAULTS", "Limits", "make_limits"]

#: What Python raises over a damaged ZIP: of a version or a method unknown, a name in no encoding, a password asked for.
DAMAGED_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeDecodeError)

#: Bytes in memory below which the ratio says nothing: a table of one word compresses a thousandfold.
_RATIO_FROM = 200_000_000
#: The same of an archive: a page of zeros compresses a thousandfold.
_ARCHIVE_RATIO_FROM = 16 << 20
#: Bytes that even an empty cell takes in memory.
_CELL = 8


@dataclass(frozen=True)
class Limits:
    """What a file may take.

    Attributes
    ----------
    file_bytes
        Its size.
    rows, columns
        Of a table.
    cell_characters
        Of a cell.
    unpacked_bytes
        What a compressed file unpacks to, as it says itself.
    archive_bytes
        What a workbook or a KMZ unpacks to, counted.
    sheet_cells
        Extent of a workbook's sheet, rows times columns: two far cells make a sheet that fills memory.
    depth
        Elements in each other of a KML or GPX file.
    ratio
        Bytes in memory for a byte of a compressed file, where these are very many.
    seconds
        For which a reader of another program's making may run.
    memory_bytes
        That it may take, where the system can hold it to that.
    """

    file_bytes: int = 8 << 30
    rows: int = 20_000_000
    columns: int = 5_000
    cell_characters: int = 20_000_000
    unpacked_bytes: int = 32 << 30
    archive_bytes: int = 2 << 30
    sheet_cells: int = 50_000_000
    depth: int = 200
    ratio: int = 400
    seconds: int = 600
    memory_bytes: int = 32 << 30

    def exceeded(self, file: str, name: str, found: float, unit: str) -> TableError:
        """Return the error of a file that exceeds a limit."""
        limit = getattr(self, name)
        return TableError(
            f"{file}: expected at most {limit:,} {unit}, found {found:,.0f}. It may be damaged or built to exhaust "
            f"memory. If it is right, raise the limit: --limit {name}={max(2 * limit, int(found))}, or {name} under "
            "[limits] in the project file."
        )

    def check_unpacking(self, file: str, unpacked: int, packed: int) -> None:
        """Refuse an archive by what of it was unpacked so far."""
        if unpacked > self.archive_bytes:
            raise self.exceeded(file, "archive_bytes", unpacked, "bytes unpacked")
        if unpacked > _ARCHIVE_RATIO_FROM and unpacked > self.ratio * packed:
            raise self.exceeded(file, "ratio", unpacked / max(packed, 1), "bytes unpacked for each byte of the file")

    def check_size(self, file: str, rows: int, columns: int, unpacked: int, packed: int) -> None:
        """Refuse a file by what it says of itself, before its rows are read."""
        if rows > self.rows:
            raise self.exceeded(file, "rows", rows, "rows")
        if columns > self.columns:
            raise self.exceeded(file, "columns", columns, "columns")
        if unpacked > self.unpacked_bytes:
            raise self.exceeded(file, "unpacked_bytes", unpacked, "bytes unpacked")
        most = max(rows * columns * _CELL, unpacked)
        if most > _RATIO_FROM and most / max(packed, 1) > self.ratio:
            raise self.exceeded(file, "ratio", most / max(packed, 1), "bytes in memory for each byte of the file")

    def check_cells(self, file: str, cells: pd.DataFrame) -> None:
        """Refuse a table that was read and is too large to go on with."""
        if len(cells) > self.rows:
            raise self.exceeded(file, "rows", len(cells), "rows")
        if len(cells.columns) > self.columns:
            raise self.exceeded(file, "columns", len(cells.columns), "columns")
        for header in cells.columns:
            longest: Any = cells[header].str.len().max() if len(cells) else 0
            if pd.notna(longest) and longest > self.cell_characters:
                raise self.exceeded(file, "cell_characters", float(longest), f"characters in a cell of {header!r}")


DEFAULTS = Limits()


def make_limits(*chosen: Mapping[str, int | None] | None) -> Limits:
    """Return the limits with what was chosen, the last choice first; a missing value is not chosen.

    Raises
    ------
    InputError
        For a name that is no limit, or a limit below 1.
    """
    names = [field.name for field in fields(Limits)]
    values: dict[str, int] = {}
    for each in chosen:
        for name, value in (each or {}).items():
            if name not in names:
                guess = nearest(name, names)
                raise InputError(
                    f"expected a limit out of {', '.join(names)}; found {name!r}."
                    + (f" Did you mean {guess!r}?" if guess else "")
                )
            if value is not None:
                if value < 1:
                    raise InputError(f"expected a limit of at least 1, found {name}={value}.")
                values[name] = value
    return Limits(**values)
