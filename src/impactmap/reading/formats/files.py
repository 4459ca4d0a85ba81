"""Files opened: the format told from name and content, JSON and geographic formats read as text."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from impactmap.model.errors import CrsError, TableError
from impactmap.model.faults import nearest, shorten
from impactmap.model.progress import Progress
from impactmap.reading.formats.delimited import read_delimited
from impactmap.reading.formats.workbook import read_workbook
from impactmap.reading.raw_table import OURS, InputFile, Note, RawTable, is_written

__all__ = ["FORMATS", "SOURCE_GEOMETRY", "open_table"]

#: Column that holds a reported area or line as WKT (EPSG:4326), only where a file has some.
SOURCE_GEOMETRY = "source_geometry"

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
    ".kml": "kml",
    ".kmz": "kml",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
}


def open_table(
    path: Path, *, sheet: str | None = None, header_row: int | None = None, progress: Progress | None = None
) -> RawTable:
    """Read any table as text.

    Parameters
    ----------
    path
        The file. Its format is told by its name's ending, corrected by its first bytes.
    sheet
        Of a spreadsheet or GeoPackage: which sheet or layer; ``*`` is all sheets of one layout.
    header_row
        Of a spreadsheet or delimited text: number of the row that holds the headers; found when not given.
    progress
        Of delimited text: told the bytes read of all.

    Returns
    -------
    RawTable
        Its cells. Rows are numbered as in the file: the header is row 1; lines of JSON and features, which have no
        header, begin at 1.

    Raises
    ------
    TableError
        When there is no such file, the format is not one that is read, or the file is damaged.
    CrsError
        When a geographic file does not say its coordinate reference system.
    """
    if str(path).startswith(("http:", "https:", "http:/", "https:/")):
        raise TableError(
            f"expected a file on this computer, found the address {str(path)!r}. Download it first and give the file."
        )
    if not path.exists():
        beside = nearest(path.name, [other.name for other in path.parent.iterdir()]) if path.parent.is_dir() else None
        raise TableError(
            f"expected a file, found nothing at {str(path)!r}."
            + (f" Did you mean {beside!r}?" if beside else " Check the path.")
        )
    if not path.is_file():
        raise TableError(f"expected a file, found a folder at {str(path)!r}. Give the table in it.")
    kind = _kind(path)
    if kind == "workbook":
        return read_workbook(path, sheet=sheet, header_row=header_row)
    if kind == "csv":
        return read_delimited(path, header_row=header_row, progress=progress)
    if header_row is not None:
        raise TableError(
            f"{path.name}: expected a spreadsheet or delimited text where the header's row is given; this form names "
            "its columns itself. Leave the row out."
        )
    readers: dict[str, Callable[[Path], tuple[str, pd.DataFrame, list[str]]]] = {
        "jsonl": _json_lines,
        "json": _json_array,
        "parquet": _parquet,
        "kml": _kml,
    }
    layers: tuple[str, ...] = ()
    if kind in readers:
        name, cells, notes = readers[kind](path)
    else:
        name, cells, notes, layers = _vector(path, kind, sheet)
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
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name}: expected .xlsx or .ods, found a spreadsheet of the old .xls kind (or one with a "
            "password). Save it as .xlsx."
        )
    elif (kind in {"geojson", "json", "geojsonl", "jsonl"} and start in {b"{", b"["}) or (
        kind == "kml" and (start == b"<" or head.startswith((b"\xff\xfe", b"\xfe\xff")))
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


def _cell(value: Any) -> Any:
    """Return a JSON value as a cell: lists of plain values with semicolons, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "; ".join(str(_cell(item)) for item in value if item is not None)
    return json.dumps(value, ensure_ascii=False)


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
            column = columns.setdefault(key, [])
            column.extend([None] * (len(rows) - len(column)))
            column.append(_cell(value))
        rows.append(row)
    for column in columns.values():
        column.extend([None] * (len(rows) - len(column)))
    return pd.DataFrame(columns, index=pd.Index(rows, name="source_row", dtype="int64"), dtype="str")


def _load(text: str, name: str, row: int) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise TableError(f"{name}, row {row}: expected JSON, found something else ({error}).") from None


def _json_lines(path: Path) -> tuple[str, pd.DataFrame, list[str]]:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            lines = ((row, _load(line, path.name, row)) for row, line in enumerate(stream, 1) if line.strip())
            return "JSON lines", _records(lines, path.name), []
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None


def _json_array(path: Path) -> tuple[str, pd.DataFrame, list[str]]:
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


def _parquet(path: Path) -> tuple[str, pd.DataFrame, list[str]]:
    import pyarrow.lib
    import pyarrow.parquet

    try:
        if b"geo" in (pyarrow.parquet.read_schema(path).metadata or {}):
            import geopandas as gpd

            return "GeoParquet", *_spread(gpd.read_parquet(path), path.name)
        return "Parquet", _typed_to_text(pd.read_parquet(path)), []
    except (pyarrow.lib.ArrowException, OSError) as error:
        raise TableError(f"{path.name}: expected Parquet, found a damaged file ({error}).") from None


def _kml(path: Path) -> tuple[str, pd.DataFrame, list[str]]:
    from impactmap.reading.formats.kml import read_kml

    frame, notes = read_kml(path)
    cells, more = _spread(frame, path.name)
    return "KMZ" if path.suffix.lower() == ".kmz" else "KML", cells, [*notes, *more]


def _vector(path: Path, kind: str, layer: str | None) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    import pyogrio
    import pyogrio.errors

    names = {"geojson": "GeoJSON", "geojsonl": "GeoJSON lines", "gpkg": "GeoPackage", "fgb": "FlatGeobuf"}
    notes = []
    try:
        layers = tuple(str(name) for name in pyogrio.list_layers(path)[:, 0])
        chosen = next((name for name in layers if name.casefold() == (layer or "events")), None if layer else layers[0])
        if chosen is None:
            raise TableError(f"{path.name}: expected a layer named {layer!r}, found {', '.join(map(repr, layers))}.")
        options = {"DATE_AS_STRING": "YES"} if kind.startswith("geojson") else {}
        frame = pyogrio.read_dataframe(path, layer=chosen, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, IndexError) as error:
        raise TableError(f"{path.name}: expected {names[kind]}, found a damaged file ({error}).") from None
    if kind == "gpkg":
        frame = frame.rename(columns=_own_names(path, chosen))
    if others := [name for name in layers if name != chosen and name.casefold() not in {"events", "places", "claims"}]:
        notes.append(f"The layer {chosen!r} was read; {', '.join(map(repr, others))} not.")
    if "geometry" not in frame.columns:
        return names[kind], _typed_to_text(pd.DataFrame(frame)), notes, layers
    cells, more = _spread(frame, path.name)
    return names[kind], cells, [*notes, *more], layers


def _own_names(path: Path, layer: str) -> dict[str, str]:
    """Return the names of columns that had to be numbered, as the format does not tell ``Note`` from ``note``."""
    with contextlib.closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as database:
        try:
            told = database.execute(
                "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = ? AND name IS NOT NULL", (layer,)
            ).fetchall()
        except sqlite3.DatabaseError:  # no such table: most files have none
            return {}
    return {column: name for column, name in told if re.fullmatch(rf"{re.escape(str(name))} \(\d+\)", str(column))}


def _typed_to_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return typed columns as the text of their values; whole numbers that had to be floats without a point."""
    out = {}
    for name, column in frame.items():
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            days = column.dt.tz is None and (column.dropna().dt.normalize() == column.dropna()).all()
            text = column.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S%z")
        elif pd.api.types.is_float_dtype(column.dtype):
            text = column.map(
                lambda value: str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value)),
                na_action="ignore",
            )
        else:
            text = column.map(
                lambda value: _cell(
                    value.tolist()
                    if hasattr(value, "tolist")
                    else value
                    if isinstance(value, list | dict | bool)
                    else str(value)
                ),
                na_action="ignore",
            )
        out[str(name)] = text.astype("str").to_numpy()
    return pd.DataFrame(out, index=pd.RangeIndex(1, len(frame) + 1, name="source_row"), dtype="str")


def _spread(frame: Any, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a GeoDataFrame as text: points as latitude and longitude, other shapes as WKT, both in WGS 84 degrees."""
    notes = []
    shapes = frame.geometry
    cells = _typed_to_text(pd.DataFrame(frame.drop(columns=shapes.name)))
    if "place_status" in cells.columns or set(cells.columns) >= OURS:
        # The identifier of a feature, which repeats two columns.
        if "id" in cells.columns and {"event_id", "place_number"} <= set(cells.columns):
            made = cells["event_id"] + "/" + cells["place_number"]
            cells = cells.drop(columns="id") if cells["id"].equals(made) else cells
        return cells, ["Written by impactmap: positions are in its columns, shapes are found again by place."]
    if shapes.crs is None:
        raise CrsError(
            f"{name}: expected a coordinate reference system, found none. Assign the one the coordinates are "
            "in, for example EPSG:4326."
        )
    if not shapes.crs.equals("EPSG:4326", ignore_axis_order=True):
        notes.append(f"Coordinates were carried from {shapes.crs.name} to WGS 84.")
        shapes = shapes.to_crs(4326)
    shapes = shapes.force_2d()
    kinds = shapes.geom_type
    single = shapes.where(
        kinds != "MultiPoint",
        shapes.where(kinds == "MultiPoint").explode().groupby(level=0).first().reindex(shapes.index),
    )
    point = (kinds == "Point") | ((kinds == "MultiPoint") & (shapes.count_coordinates() == 1))
    point &= ~shapes.is_empty & shapes.notna()
    area = ~point & shapes.notna() & ~shapes.is_empty
    for column, values in (("latitude", single.where(point).y), ("longitude", single.where(point).x)):
        if column in cells.columns:
            cells = cells.rename(columns={column: f"{column} (column)"})
            notes.append(
                f"The position comes from the file's points; its column {column!r} is kept as {column + ' (column)'!r}."
            )
        cells[column] = pd.Series(
            values.map(repr, na_action="ignore").to_numpy(), index=cells.index, dtype="str"
        ).where(point.to_numpy())
    if area.any():
        cells[SOURCE_GEOMETRY] = pd.Series(
            shapes.where(area).to_wkt().to_numpy(), index=cells.index, dtype="str"
        ).where(area.to_numpy())
        notes.append(
            f"{int(area.sum()):,} rows hold areas or lines: kept in {SOURCE_GEOMETRY!r}, not turned into points."
        )
    if lacking := int((~point & ~area).sum()):
        notes.append(f"{lacking:,} rows have no geometry: they are located by the place they name.")
    return cells, notes
