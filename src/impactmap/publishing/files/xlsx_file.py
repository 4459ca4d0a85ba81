"""Tables as an XLSX workbook that is the same every time and runs nothing.

The parts are written here and not by a library: those that there are store the time, cut long texts without a word,
turn texts into formulas, or lose characters that XML cannot hold.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from impactmap.model.errors import PublishError
from impactmap.model.progress import Progress, quiet
from impactmap.model.text import neutralise
from impactmap.publishing.files.delimited_text import plain_values
from impactmap.reading.formats.long_texts import cut_long_texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_workbook"]

#: Rows of a sheet below its header and columns that the format has room for.
SHEET_ROWS = 1_048_575
SHEET_COLUMNS = 16_384
#: Rows that are turned into text at a time.
BLOCK = 5_000
#: What XML cannot hold or would change, and what already looks like the format's way to write such a character.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
#: Day 0 of the format; before March 1900 it counts a day that never was, so earlier days are written as texts.
_DAY_ZERO = "1899-12-30"
_FIRST_DAY = 61
_DATE_STYLE, _HEADER_STYLE = 1, 2

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMA = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_SCHEMA}/spreadsheetml/2006/main"'
_RELATION = f"{_SCHEMA}/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(sheets: Mapping[str, pd.DataFrame], path: Path, *, progress: Progress = quiet) -> None:
    """Write tables as the sheets of an XLSX workbook: first row frozen, formulas neutralised as in `write_csv`.

    Parameters
    ----------
    sheets
        Tables by the name of their sheet, with columns of text, numbers and days.
    path
        File to be written.
    progress
        Told the rows of each sheet written of all.

    Raises
    ------
    PublishError
        When a table has more rows or columns than the format has room for.

    Notes
    -----
    A text that is longer than a cell holds is cut there, which the cell says, and stands whole in the sheet
    ``long_texts``. Days become dates, texts are stored as texts in their cells. Control characters are written as the
    format prescribes, ``_x0001_``, and read back as themselves. No time is stored, so the same tables give the same
    bytes.

    References
    ----------
    ECMA-376, part 1: 18 (SpreadsheetML), 22.9.2.19 (ST_Xstring).
    """
    sheets = cut_long_texts(sheets)
    for name, table in sheets.items():
        _check_room(table, name, path)
    numbers = range(1, len(sheets) + 1)
    parts = [(f"xl/worksheets/sheet{number}.xml", f"{_CONTENT}.worksheet+xml") for number in numbers]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "[Content_Types].xml", _content_types(parts))
        _add(archive, "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        _add(archive, "xl/workbook.xml", _book(list(sheets)))
        related = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        _add(archive, "xl/_rels/workbook.xml.rels", _relations([*related, ("styles", "styles.xml")]))
        _add(archive, "xl/styles.xml", [_STYLES])
        for (name, _), table in zip(parts, sheets.values(), strict=True):
            _add(archive, name, _sheet(table.drop(columns="geometry", errors="ignore"), progress))


def _check_room(table: pd.DataFrame, name: str, path: Path) -> None:
    if len(table) > SHEET_ROWS or len(table.columns) > SHEET_COLUMNS:
        raise PublishError(
            f"{path.name}: an XLSX sheet holds {SHEET_ROWS:,} rows and {SHEET_COLUMNS:,} columns, the table {name} has "
            f"{len(table):,} and {len(table.columns):,}. Write .csv instead."
        )


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterator[str] | list[str]) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3  # the same on every machine
    with archive.open(info, "w", force_zip64=True) as part:
        part.write(_DECLARATION.encode())
        for piece in pieces:
            part.write(piece.encode())


def _content_types(parts: list[tuple[str, str]]) -> list[str]:
    of = [("xl/workbook.xml", f"{_CONTENT}.sheet.main+xml"), ("xl/styles.xml", f"{_CONTENT}.styles+xml"), *parts]
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return [
        f'<Types xmlns="{_SCHEMA}/package/2006/content-types">',
        f'<Default Extension="rels" ContentType="{relations}"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        *(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in of),
        "</Types>",
    ]


def _relations(targets: list[tuple[str, str]]) -> list[str]:
    return [
        f'<Relationships xmlns="{_SCHEMA}/package/2006/relationships">',
        *(
            f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, 1)
        ),
        "</Relationships>",
    ]


def _book(names: list[str]) -> list[str]:
    return [
        f'<workbook {_MAIN} xmlns:r="{_RELATION}"><bookViews><workbookView/></bookViews><sheets>',
        *(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(names, 1)
        ),
        "</sheets></workbook>",
    ]


def _sheet(table: pd.DataFrame, progress: Progress) -> Iterator[str]:
    yield f'<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    yield "<sheetData>"
    letters = [_letters(position) for position in range(len(table.columns))]
    header = (
        _text(f"{letter}1", str(name), _HEADER_STYLE) for letter, name in zip(letters, table.columns, strict=True)
    )
    yield f'<row r="1">{"".join(header)}</row>'
    for start in range(0, len(table), BLOCK):
        part = table.iloc[start : start + BLOCK]
        columns = [_values(part[name]) for name in part.columns]
        for number, row in enumerate(zip(*columns, strict=True), start + 2):
            cells = [
                _cell(f"{letter}{number}", value)
                for letter, value in zip(letters, row, strict=True)
                if value is not None
            ]
            yield f'<row r="{number}">{"".join(cells)}</row>'
        progress(start + len(part), len(table), "Writing the workbook")
    yield "</sheetData></worksheet>"


def _letters(position: int) -> str:
    """Return the name of a column: A, B, ... Z, AA, ..."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Day(int):
    """A day as the format counts them."""


def _values(column: pd.Series[Any]) -> list[Any]:
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        return plain_values(column)
    days: Any = (column - pd.Timestamp(_DAY_ZERO)).dt.days
    texts = column.dt.strftime("%Y-%m-%d")
    return [
        None if pd.isna(day) else _Day(day) if day >= _FIRST_DAY else text
        for day, text in zip(days, texts, strict=True)
    ]


def _cell(at: str, value: Any) -> str:
    if isinstance(value, str):
        return _text(at, value)
    if isinstance(value, _Day):
        return f'<c r="{at}" s="{_DATE_STYLE}"><v>{int(value)}</v></c>'
    return f'<c r="{at}"><v>{value!r}</v></c>'


def _text(at: str, text: str, style: int = 0) -> str:
    held = escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", neutralise(text)))
    styled = f' s="{style}"' if style else ""
    return f'<c r="{at}"{styled} t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'
