"""What was written is read back before it takes the place of anything."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from impactmap.model.errors import PublishError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["READERS", "Contents", "check_page", "check_picture", "check_written"]

#: Degrees by which an extent may differ: seven decimals in text forms, 32-bit floats in none.
_TOLERANCE = 1e-6
_BOUNDS = (math.inf, math.inf, -math.inf, -math.inf)


@dataclass(frozen=True)
class Contents:
    """What a file holds.

    Attributes
    ----------
    rows
        Of the table.
    bounds
        West, south, east and north of its shapes; None where the form is not asked for it or nothing has a shape.
    """

    rows: int
    bounds: tuple[float, float, float, float] | None = None


def check_written(path: Path, form: str, title: str, expected: Contents) -> None:
    """Compare a new file with what was to be written.

    Parameters
    ----------
    path
        The file.
    form
        Name of its form, a key of `READERS`; others are not looked at.
    title
        Of the form, for people.
    expected
        What was given to the writer.

    Raises
    ------
    PublishError
        When it cannot be read, or holds other rows or another extent.
    """
    if form not in READERS:
        return
    with _as_fault(path, title):
        found = READERS[form](path)
        if found.rows != expected.rows:
            raise ValueError(f"{found.rows:,} of {expected.rows:,} rows are in it")
        if found.bounds is not None and not _near(found.bounds, expected.bounds or _BOUNDS):
            raise ValueError(f"its extent is {found.bounds}, not {expected.bounds}")


def check_picture(path: Path) -> None:
    """Look whether a picture, PNG, SVG or PDF, is whole.

    Raises
    ------
    PublishError
        When it is not.
    """
    with _as_fault(path, "picture"):
        data = path.read_bytes()
        if path.suffix.lower() == ".svg":
            expat.ParserCreate().Parse(data, True)  # noqa: FBT003 -- its only spelling
            return
        begins, ends = {".png": (b"\x89PNG", b"IEND\xaeB`\x82"), ".pdf": (b"%PDF", b"%%EOF")}[path.suffix.lower()]
        if not data.startswith(begins) or not data.rstrip().endswith(ends):
            raise ValueError("it breaks off")


def check_page(path: Path) -> None:
    """Look whether a page of HTML is whole.

    Raises
    ------
    PublishError
        When it is not.
    """
    with _as_fault(path, "page"), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 100))
        if not file.read().rstrip().endswith(b"</html>"):
            raise ValueError("it breaks off")


@contextlib.contextmanager
def _as_fault(path: Path, title: str) -> Iterator[None]:
    try:
        yield
    except PublishError:
        raise
    except Exception as error:  # whatever a reader of any of these forms says of what is not whole
        raise PublishError(
            f"{path.name}: the {title} cannot be written: what was written does not read back ({error}). Is the disk "
            "full? What was there before is unchanged."
        ) from error


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a == b or abs(a - b) <= _TOLERANCE for a, b in zip(one, other, strict=True))


def _bounds(shapes: npt.NDArray[Any]) -> tuple[float, float, float, float]:
    import numpy as np
    import shapely

    sides = shapely.bounds(shapes[~shapely.is_missing(shapes)])
    sides = sides[~np.isnan(sides).any(axis=1)]
    if not len(sides):
        return _BOUNDS
    west, south = sides[:, :2].min(axis=0).tolist()
    east, north = sides[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _lines(path: Path, headers: int) -> Contents:
    """Count the lines that no quotation mark runs over."""
    import numpy as np

    rows, marks, last = 0, 0, b""
    with path.open("rb") as file:
        while piece := file.read(1 << 24):
            letters = np.frombuffer(piece, dtype=np.uint8)
            quotes, ends = np.flatnonzero(letters == ord('"')), np.flatnonzero(letters == ord("\n"))
            before = marks + np.searchsorted(quotes, ends)
            rows += int((before % 2 == 0).sum())
            marks, last = marks + len(quotes), piece[-1:]
    if marks % 2 or last != b"\n":
        raise ValueError("it breaks off")
    return Contents(rows - headers)


def _json_lines(path: Path) -> Contents:
    rows, line = 0, b"{}\n"
    with path.open("rb") as file:
        for rows, line in enumerate(file, 1):  # noqa: B007 -- the last number is the count
            pass
    json.loads(line)
    return Contents(rows)


def _geojson(path: Path) -> Contents:
    rows, last, line = 0, b"{}", b""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b'{"type": "Feature", '):
                rows, last = rows + 1, line
    json.loads(last.rstrip(b"\n,"))
    if line != b"]}\n":
        raise ValueError("it breaks off")
    return Contents(rows)


def _workbook(path: Path) -> Contents:
    with zipfile.ZipFile(path) as archive:
        if broken := archive.testzip():
            raise ValueError(f"{broken} is damaged")
        rows = 0
        with archive.open("xl/worksheets/sheet1.xml") as sheet:
            tail = b""
            while piece := sheet.read(1 << 20):
                data = tail + piece
                rows += data.count(b"<row ")
                tail = data[-4:] if not data.endswith(b"<row ") else b""
        return Contents(rows - 1)


def _kml(path: Path) -> Contents:
    rows = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal rows
        rows += name == "Placemark"

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with path.open("rb") as file:
        parser.ParseFile(file)
    return Contents(rows)


def _parquet(path: Path) -> Contents:
    import numpy as np
    import pyarrow.parquet
    import shapely

    rows, sides = 0, [_BOUNDS]
    with pyarrow.parquet.ParquetFile(path) as file:
        geometry = json.loads(file.schema_arrow.metadata[b"geo"])["primary_column"]
        # Its foot is written last, and tells where every column lies.
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=[geometry])
            rows += len(table)
            sides.append(_bounds(shapely.from_wkb(table[geometry].to_numpy())))
    every = np.array(sides)
    (west, south), (east, north) = every[:, :2].min(axis=0).tolist(), every[:, 2:].max(axis=0).tolist()
    return Contents(rows, (west, south, east, north))


def _features(path: Path) -> Contents:
    import pyogrio.raw
    import shapely

    _, _, shapes, _ = pyogrio.raw.read(path, layer="events", columns=[])
    return Contents(len(shapes), _bounds(shapely.from_wkb(shapes)))


def _geopackage(path: Path) -> Contents:
    with contextlib.closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as database:
        (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise ValueError(str(state))
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        (column,) = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = 'events'"
        ).fetchone()
        if f"rtree_events_{column}" not in tables:
            raise ValueError("its spatial index is missing")
    return _features(path)


#: What counts the rows of each form, and looks at its extent where the form's library does not tell a short file.
READERS: dict[str, Callable[[Path], Contents]] = {
    "csv": lambda path: _lines(path, 1),
    "tsv": lambda path: _lines(path, 1),
    "hxl": lambda path: _lines(path, 2),
    "xlsx": _workbook,
    "jsonl": _json_lines,
    "geojson": _geojson,
    "parquet": _parquet,
    "gpkg": _geopackage,
    "fgb": _features,
    "kml": _kml,
}
