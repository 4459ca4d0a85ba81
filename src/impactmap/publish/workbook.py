"""Tables as an XLSX workbook that is the same every time and runs nothing."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from impactmap.errors import PublishError
from impactmap.events.text import neutralise
from impactmap.publish.delimited import plain_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_workbook"]

#: Rows of a sheet below its header, columns, and characters of a cell that the format has room for.
SHEET_ROWS = 1_048_575
SHEET_COLUMNS = 16_384
CELL_CHARACTERS = 32_767
#: What XML cannot hold or would change, and what already looks like the format's way to write such a character.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_STAMP = (1980, 1, 1, 0, 0, 0)
_SAVED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- the format's times have no zone


def write_workbook(sheets: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write tables as the sheets of an XLSX workbook: first row frozen, formulas neutralised as in `write_csv`.

    Parameters
    ----------
    sheets
        Tables by the name of their sheet. Days become dates, texts are stored as texts.
    path
        File to be written.

    Raises
    ------
    PublishError
        When a table has more rows or columns, or a text more characters, than the format has room for.

    Notes
    -----
    Control characters are written as the format prescribes, ``_x0001_``, and read back as themselves. The times that
    the format stores are set to fixed ones so that the same tables give the same bytes.

    References
    ----------
    ECMA-376, part 1, 22.9.2.19 (ST_Xstring).
    """
    import openpyxl

    for name, table in sheets.items():
        _check_room(table, name, path)
    book = openpyxl.Workbook(write_only=True)
    for name, frame in sheets.items():
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        table = frame.drop(columns="geometry", errors="ignore")
        page.append([_text(page, str(header)) for header in table.columns])
        columns = [_cells(page, table[header]) for header in table.columns]
        for row in zip(*columns, strict=True):
            page.append(row)
    book.properties.creator = "impactmap"
    with tempfile.TemporaryFile(dir=path.parent) as loose:
        book.save(loose)
        _repack(loose, path)


def _check_room(table: pd.DataFrame, name: str, path: Path) -> None:
    import pandas as pd

    if len(table) > SHEET_ROWS or len(table.columns) > SHEET_COLUMNS:
        raise PublishError(
            f"{path.name}: an XLSX sheet holds {SHEET_ROWS:,} rows and {SHEET_COLUMNS:,} columns, the table {name} has "
            f"{len(table):,} and {len(table.columns):,}. Write .csv instead."
        )
    for header in table.columns:
        if not pd.api.types.is_string_dtype(table[header].dtype):
            continue
        long = table[header].str.len() > CELL_CHARACTERS
        if long.any():
            raise PublishError(
                f"{path.name}: a cell of an XLSX sheet holds {CELL_CHARACTERS:,} characters; in the table {name}, row "
                f"{int(long.to_numpy().argmax()) + 2}, column {header!r} has {int(table[header].str.len().max()):,}. "
                "Write .csv instead."
            )


def _cells(page: Any, column: pd.Series[Any]) -> list[Any]:
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return [None if pd.isna(day) else day.date() for day in column]
    values = plain_values(column)
    return [_text(page, value) if isinstance(value, str) else value for value in values]


def _text(page: Any, text: str) -> Any:
    """Return a text as a cell that stays text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page)
    cell.data_type = "s"
    cell._value = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", neutralise(text))  # noqa: SLF001 -- the public
    # way would cut long texts without a word and turn a leading = into a formula.
    return cell


def _repack(loose: IO[bytes], path: Path) -> None:
    """Copy the parts of the file with fixed times."""
    moment = f"{_SAVED.isoformat()}Z".encode()
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with source.open(member) as part, target.open(info, "w", force_zip64=member.file_size > 1 << 30) as copy:
                if member.filename == "docProps/core.xml":
                    copy.write(re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, part.read()))
                else:
                    while piece := part.read(1 << 20):
                        copy.write(piece)
