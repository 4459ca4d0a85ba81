"""Files opened: the format told from name and content, JSON and geographic formats read as text."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pandas as pd

from impactmap.model.errors import ImpactMapError, TableError
from impactmap.model.faults import nearest, shorten
from impactmap.model.progress import Progress
from impactmap.reading.formats.delimited import read_delimited
from impactmap.reading.formats.frames import TableSource, frame_table, is_path
from impactmap.reading.formats.limits import DEFAULTS, Limits
from impactmap.reading.formats.read_apart import read_apart
from impactmap.reading.formats.typed_files import SOURCE_GEOMETRY, cell_text, spread
from impactmap.reading.formats.workbook import read_workbook
from impactmap.reading.raw_table import InputFile, Note, RawTable, is_written

__all__ = ["FORMATS", "SOURCE_GEOMETRY", "open_table"]

_HALF = re.compile("[\ud800-\udfff]")

#: File name endings and the formats they stand for.
FORMATS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".ods": "workbook",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".geojson": "geojson",
    ".geojsonl": "geojsonl",
    ".gpkg": "gpkg",
    ".fgb": "fgb",
    ".shp": "shp",
    ".kml": "kml",
    ".kmz": "kml",
    ".gpx": "gpx",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
}


def open_table(
    source: TableSource,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    progress: Progress | None = None,
    limits: Limits = DEFAULTS,
) -> RawTable:
    """Read any table as text.

    Parameters
    ----------
    source
        The file, or a frame in memory. A file's format is told by its name's ending, corrected by its first bytes.
    sheet
        Of a spreadsheet or GeoPackage: which sheet or layer; ``*`` is all sheets of one layout.
    header_row
        Of a spreadsheet or delimited text: number of the row that holds the headers; found when not given.
    progress
        Of delimited text: told the bytes read of all.
    limits
        Of what a file may take.

    Returns
    -------
    RawTable
        Its cells. Rows are numbered as in the file: the header is row 1; lines of JSON and features, which have no
        header, begin at 1.

    Raises
    ------
    TableError
        When there is no such file, it cannot be read or changes meanwhile, the format is not one that is read, the
        file is damaged or exceeds a limit.
    CrsError
        When a geographic file does not say its coordinate reference system.
    """
    if isinstance(source, RawTable):
        return source
    if not is_path(source):
        return frame_table(source, limits)
    path = Path(cast("str", source))
    if str(path).startswith(("http:", "https:", "http:/", "https:/")):
        raise TableError(
            f"expected a file on this computer, found the address {str(path)!r}. Download it first and give the file."
        )
    try:
        before = _state(path)
        if before.st_size > limits.file_bytes:
            raise limits.exceeded(path.name, "file_bytes", before.st_size, "bytes")
        raw = _open(path, sheet, header_row, progress, limits)
        limits.check_cells(path.name, raw.cells)
        after = path.stat()
    except MemoryError:
        raise TableError(
            f"{path.name}: expected a table that fits into memory, found one that does not. Save the rows you need "
            "as CSV."
        ) from None
    except OSError as error:
        if isinstance(error, ImpactMapError):
            raise
        raise TableError(
            f"{path}: cannot be read: {error.strerror or error}. If another program has it open, close it there; "
            "else check its permissions and that its disk is there."
        ) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise TableError(f"{path.name}: changed while it was read. Read it again when it is written.")
    return raw


def _state(path: Path) -> os.stat_result:
    """Return what the system says of the file, after refusing what is none."""
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if any(sign in path.name for sign in "*?["):
            raise TableError(
                f"expected a file, found the pattern {str(path)!r}. Open it with impactmap.open."
            ) from None
        beside = nearest(path.name, [other.name for other in path.parent.iterdir()]) if path.parent.is_dir() else None
        raise TableError(
            f"expected a file, found nothing at {str(path)!r}."
            + (f" Did you mean {beside!r}?" if beside else " Check the path.")
        ) from None
    if stat.S_ISDIR(state.st_mode):
        raise TableError(
            f"expected a file, found a folder at {str(path)!r}. Give the table in it, or open all of its tables with "
            "impactmap.open(folder)."
        )
    if not stat.S_ISREG(state.st_mode):
        raise TableError(
            f"expected a file, found a device or a pipe at {str(path)!r}. Save what it gives as a file first."
        )
    return state


def _open(path: Path, sheet: str | None, header_row: int | None, progress: Progress | None, limits: Limits) -> RawTable:
    kind = _kind(path)
    if kind == "workbook":
        return read_workbook(path, sheet=sheet, header_row=header_row, limits=limits)
    if kind == "csv":
        return read_delimited(path, header_row=header_row, progress=progress)
    if header_row is not None:
        raise TableError(
            f"{path.name}: expected a spreadsheet or delimited text where the header's row is given; this form names "
            "its columns itself. Leave the row out."
        )
    readers: dict[str, Callable[[Path, Limits], tuple[str, pd.DataFrame, list[str]]]] = {
        "jsonl": _json_lines,
        "json": _json_array,
        "kml": _kml,
        "gpx": _gpx,
    }
    layers: tuple[str, ...] = ()
    if kind in readers:
        name, cells, notes = readers[kind](path, limits)
    else:
        name, cells, notes, layers = read_apart(path, kind, sheet, limits)
    if not len(cells.columns):
        raise TableError(f"{path.name}: expected records with named values, found none.")
    ours = is_written(cells.columns)
    cells = pd.DataFrame(
        {column: text.mask((text if ours else text.str.strip()) == "") for column, text in cells.items()}
    )
    file = InputFile(path, name, len(cells), path.stat().st_size, _sha256(path))
    return RawTable(cells, file, tuple(Note(path.name, "file", text) for text in notes), sheets=layers)


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(64)
    kind = FORMATS.get(suffix)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if head.startswith(b"PK\x03\x04"):
        found = "kml" if kind == "kml" else "workbook"
    elif head.startswith(b"PAR1"):
        found = "parquet"
    elif head.startswith(b"SQLite format 3\0"):
        found = "gpkg"
    elif head.startswith(b"fgb\x03"):
        found = "fgb"
    elif head.startswith(b"\0\0\x27\x0a"):
        found = "shp"
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name}: expected .xlsx or .ods, found a spreadsheet of the old .xls kind (or one with a "
            "password). Save it as .xlsx."
        )
    elif (kind in {"geojson", "json", "geojsonl", "jsonl"} and start in {b"{", b"["}) or (
        kind in {"kml", "gpx"} and (start == b"<" or head.startswith((b"\xff\xfe", b"\xfe\xff")))
    ):
        found = str(kind)
    elif kind in {None, "csv"} and suffix in {".csv", ".txt", ".tsv", ".tab", ""}:
        found = "csv"
    elif kind is None:
        raise TableError(
            f"{path.name}: expected one of the formats {', '.join(sorted(FORMATS))}; found {suffix!r}. Save the "
            "table as CSV or XLSX."
        )
    else:
        raise TableError(
            f"{path.name}: expected the content of a {suffix} file, found {shorten(repr(head[:16]))}. The file "
            "is damaged or has the wrong name."
        )
    return _json_kind(path) if found == "json" else found


def _json_kind(path: Path) -> str:
    """Tell a feature collection from an array and from lines, all of which people call .json."""
    with path.open("rb") as stream:
        head = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"["):
        return "json"
    if b'"FeatureCollection"' in head or b'"Feature"' in head:
        return "geojson"
    first = head.split(b"\n", 1)[0]
    # A record a line; anything else is one object, perhaps around the records, as web services send them.
    return "jsonl" if b"\n" in head.strip() and first.rstrip().endswith(b"}") else "json"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _records(found: Iterator[tuple[int, Any]], name: str) -> pd.DataFrame:
    """Return JSON objects as text; numbers exactly as written, so that 00123 and 1.10 stay what they are."""
    columns: dict[str, list[Any]] = {}
    rows: list[int] = []
    for row, record in found:
        if not isinstance(record, dict):
            raise TableError(
                f"{name}, row {row}: expected a JSON object with named values, found {shorten(repr(record))}."
            )
        for key, value in record.items():
            column = columns.setdefault(_whole(key), [])
            column.extend([None] * (len(rows) - len(column)))
            column.append(_whole(cell_text(value)))
        rows.append(row)
    for column in columns.values():
        column.extend([None] * (len(rows) - len(column)))
    return pd.DataFrame(columns, index=pd.Index(rows, name="source_row", dtype="int64"), dtype="str")


def _whole(text: Any) -> Any:
    """Return a text in which no half of a sign stands alone: JSON can write one, UTF-8 cannot."""
    return text if not isinstance(text, str) or text.isascii() else _HALF.sub("\ufffd", text)


def _load(text: str, name: str, row: int) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise TableError(f"{name}, row {row}: expected JSON, found something else ({error}).") from None


def _json_lines(path: Path, _limits: Limits) -> tuple[str, pd.DataFrame, list[str]]:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            lines = ((row, _load(line, path.name, row)) for row, line in enumerate(stream, 1) if line.strip())
            return "JSON lines", _records(lines, path.name), []
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None


def _json_array(path: Path, _limits: Limits) -> tuple[str, pd.DataFrame, list[str]]:
    try:
        found = _load(path.read_text(encoding="utf-8-sig"), path.name, 1)
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None
    if not isinstance(found, dict):
        return "JSON", _records(iter(enumerate(found, 1)), path.name), []
    lists = [name for name, value in found.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(lists) != 1:
        return "JSON", _records(iter([(1, found)]), path.name), []
    return "JSON", _records(iter(enumerate(found[lists[0]], 1)), path.name), [f"The records are those of {lists[0]!r}."]


def _not_utf8(path: Path, error: UnicodeDecodeError) -> TableError:
    return TableError(
        f"{path.name}: expected JSON in UTF-8, found {error.object[error.start : error.end]!r} at byte "
        f"{error.start:,}. Save it as UTF-8."
    )


def _gpx(path: Path, limits: Limits) -> tuple[str, pd.DataFrame, list[str]]:
    from impactmap.reading.formats.gpx import read_gpx

    return "GPX", *read_gpx(path, limits)


def _kml(path: Path, limits: Limits) -> tuple[str, pd.DataFrame, list[str]]:
    from impactmap.reading.formats.kml import read_kml

    frame, notes = read_kml(path, limits)
    cells, more = spread(frame, path.name)
    return "KMZ" if path.suffix.lower() == ".kmz" else "KML", cells, [*notes, *more]
