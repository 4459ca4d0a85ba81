"""KML and KMZ: placemarks as rows, read as a stream; nothing in the file can make the reader fetch, unpack or grow."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import TableError
from impactmap.model.faults import shorten
from impactmap.model.schema import PLACE_COLUMNS
from impactmap.reading.formats.guarded_xml import GuardedXml
from impactmap.reading.formats.limits import DAMAGED_ARCHIVE, DEFAULTS, Limits
from impactmap.reading.headers import match_headers
from impactmap.reading.raw_table import OURS

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["read_kml"]

_CHUNK = 1 << 20
_GEOMETRIES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track"})
#: Elements of a placemark whose text is a column of its own.
_COLUMNS = {
    "name": "name", "description": "description", "address": "address", "when": "date", "begin": "date",
    "end": "date_end",
}  # fmt: skip


def read_kml(path: Path, limits: Limits = DEFAULTS) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read the placemarks of a KML or KMZ file.

    Parameters
    ----------
    path
        The file. Of an archive the first document at its root is read, in memory; nothing is unpacked to disk.
    limits
        What it may unpack to, and how many fields a placemark may have.

    Returns
    -------
    frame : GeoDataFrame
        EPSG:4326, one row a placemark, texts as they stand: the data fields by their names, and ``name``,
        ``description``, ``address``, ``date``, ``date_end`` and ``folder`` where there are some. Heights are left out.
    notes : list of str
        What was decided.

    Raises
    ------
    TableError
        For a damaged file, one that declares entities or a document type, is nested too deeply or unpacks to too much,
        and an archive with names outside itself.
    """
    import geopandas as gpd
    import pandas as pd

    reader = _Placemarks(path.name, limits)
    notes: list[str] = []
    for piece in _pieces(path, notes, limits):
        reader.feed(piece)
    rows = reader.close()
    if not rows:
        raise TableError(f"{path.name}: expected placemarks, found none. Save the layer with its places as KML.")
    columns = dict.fromkeys(name for row, _ in rows for name in row)
    if columns.keys() >= OURS:
        columns = dict.fromkeys([*reader.schema, *columns])  # in their order, the empty ones too
    cells = pd.DataFrame({name: [row.get(name) for row, _ in rows] for name in columns}, dtype="str")
    shapes = gpd.GeoSeries([shape for _, shape in rows], crs="EPSG:4326")
    if set(cells.columns) >= OURS:
        return gpd.GeoDataFrame(cells, geometry=shapes), notes
    lacking = shapes.isna()
    if "name" in cells.columns and "place" not in match_headers(list(cells.columns), PLACE_COLUMNS).columns:
        if lacking.any():
            cells["place"] = cells["name"].where(lacking.to_numpy())
            notes.append("Placemarks without a geometry are located by their name.")
        if "description" not in cells.columns:
            cells["description"] = cells["name"]
            notes.append("Placemarks have no description: their name stands for it.")
    if reader.unread:
        notes.append(f"{reader.unread:,} placemarks have coordinates that cannot be read: {reader.example!r} is one.")
    return gpd.GeoDataFrame(cells, geometry=shapes), notes


def _pieces(path: Path, notes: list[str], limits: Limits) -> Iterator[bytes]:
    """Yield the document's bytes."""
    with path.open("rb") as stream:
        if stream.read(4) == b"PK\x03\x04":
            yield from _from_archive(path, notes, limits)
            return
        stream.seek(0)
        while piece := stream.read(_CHUNK):
            yield piece


def _from_archive(path: Path, notes: list[str], limits: Limits) -> Iterator[bytes]:
    packed = path.stat().st_size
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            for name in names:
                parts = re.split(r"[\\/]", name)
                if ".." in parts or parts[0] == "" or ":" in parts[0]:
                    raise TableError(
                        f"{path.name}: expected names inside the archive, found {shorten(repr(name))}, which points "
                        "outside. It may be built to overwrite files: nothing was unpacked. Ask for the KML alone."
                    )
            documents = sorted(
                (name for name in names if name.lower().endswith(".kml")),
                key=lambda name: (name.lower() != "doc.kml", name.count("/"), name),
            )
            if not documents:
                raise TableError(f"{path.name}: expected a .kml file in the archive, found none.")
            if documents[1:]:
                notes.append(f"{documents[0]!r} was read; {', '.join(map(repr, documents[1:6]))} not.")
            with archive.open(documents[0]) as document:
                while piece := document.read(_CHUNK):
                    total += len(piece)
                    limits.check_unpacking(path.name, total, packed)
                    yield piece
    except DAMAGED_ARCHIVE as error:
        raise TableError(f"{path.name}: expected a KMZ archive, found a damaged file ({error}).") from None


class _Placemarks(GuardedXml):
    """Gathers placemarks while the document passes."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(name, "KML", limits)
        self.unread = 0
        self.example = ""
        self.schema: list[str] = []
        self._rows: list[tuple[dict[str, str], Any]] = []
        self._folders: list[str] = []
        self._row: dict[str, str] | None = None
        self._fields: dict[str, str] = {}
        self._field = ""
        self._stack: list[list[Any]] = []

    def close(self) -> list[tuple[dict[str, str], Any]]:
        """End the document; return each placemark's texts and shape."""
        self.feed(b"", last=True)
        return self._rows

    def _start(self, kind: str, attributes: dict[str, str]) -> None:
        if kind in {"Folder", "Document"}:
            self._folders.append("")
        elif kind == "Placemark":
            self._row = {"folder": folder} if (folder := " / ".join(filter(None, self._folders[1:]))) else {}
            self._fields = {}
            self._stack = [[]]
        elif kind in {"Data", "SimpleData"}:
            self._field = attributes.get("name", "")
        elif kind == "SimpleField":
            self.schema.append(attributes.get("name", ""))
        elif kind in _GEOMETRIES and self._row is not None:
            self._stack.append([])

    def _end(self, kind: str, text: str) -> None:
        parent = self._path[-1] if self._path else ""
        if kind in {"Folder", "Document"}:
            self._folders.pop()
        elif kind == "name" and parent in {"Folder", "Document"}:
            self._folders[-1] = text.strip()
        elif self._row is None:
            return
        elif kind == "Placemark":
            shapes = self._stack[0]
            self._rows.append((self._joined(self._row), shapes[0] if shapes else None))
            self._row = None
        elif (kind == "value" and parent == "Data") or kind == "SimpleData":
            if self._field and text:
                self._fields.setdefault(self._field, text)
        elif kind in {"coordinates", "coord"}:
            self._stack[-1].append(text)
        elif kind in _GEOMETRIES:
            self._shape(kind, self._stack.pop())
        elif kind in _COLUMNS and parent in {"Placemark", "TimeStamp", "TimeSpan"} and text.strip():
            self._row.setdefault(_COLUMNS[kind], text)

    def _joined(self, row: dict[str, str]) -> dict[str, str]:
        """Return a placemark's data fields beside its own elements; our own files repeat their fields in these."""
        if len(self._fields) > self._limits.columns:
            raise self._limits.exceeded(self._file, "columns", len(self._fields), "fields of a placemark")
        if self._fields.keys() >= OURS:
            return self._fields
        for name, text in self._fields.items():
            free = name
            while free in row:
                free += " (again)"
            row[free] = text
        return row

    def _shape(self, kind: str, parts: list[Any]) -> None:
        import shapely

        texts = [part for part in parts if isinstance(part, str)]
        try:
            if kind == "Point":
                shape: Any = shapely.Point(_pairs(texts)[0])
            elif kind in {"LineString", "LinearRing", "Track"}:
                pairs = _pairs([text.replace(" ", ",") for text in texts] if kind == "Track" else texts)
                shape = shapely.LineString(pairs) if len(pairs) > 1 else shapely.Point(pairs[0])
            elif kind == "Polygon":
                rings = [part.coords for part in parts if not isinstance(part, str)]
                shape = shapely.Polygon(rings[0], rings[1:])
            else:
                shape = _together([part for part in parts if not isinstance(part, str)])
        except (ValueError, IndexError, AttributeError):
            if kind not in {"Polygon", "MultiGeometry"} or parts:
                self.unread += 1
                self.example = self.example or shorten(" ".join(texts).strip(), 40)
            return
        self._stack[-1].append(shape)


def _pairs(texts: Iterable[str]) -> list[tuple[float, float]]:
    """Return longitude and latitude; heights are left out."""
    found = []
    for text in texts:
        for triple in text.split():
            longitude, latitude, *_ = triple.split(",")
            found.append((float(longitude), float(latitude)))
    if any(number != number or abs(number) == float("inf") for pair in found for number in pair):  # noqa: PLR0124 -- NaN
        raise ValueError("not a position")
    return found


def _together(shapes: list[Any]) -> Any:
    import shapely

    if len(shapes) == 1:
        return shapes[0]
    for kind, multi in (
        ("Point", shapely.MultiPoint),
        ("LineString", shapely.MultiLineString),
        ("Polygon", shapely.MultiPolygon),
    ):
        if shapes and all(shape.geom_type == kind for shape in shapes):
            return multi(shapes)
    return shapely.GeometryCollection(shapes)
