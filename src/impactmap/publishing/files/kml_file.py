"""KML: placemarks with every column as typed data, for Google Earth and its kin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from impactmap.model.progress import Progress, quiet
from impactmap.publishing.files.delimited_text import BLOCK, day_texts, plain_values

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["write_kml"]

#: What a placemark may be called by, the first that is filled.
NAMES = ("place_name", "place", "event_id")
_LARGEST_INT = 2**31 - 1
#: Line ends that a parser would turn into others.
_KEPT = {"\r": "&#13;"}
_KEPT_IN_ATTRIBUTES = {**_KEPT, "\n": "&#10;", "\t": "&#9;"}


def write_kml(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    title: str = "Reported events",
    notices: Iterable[str] = (),
    progress: Progress = quiet,
) -> None:
    """Write a located table as KML.

    Parameters
    ----------
    frame
        EPSG:4326; texts without characters that XML cannot hold.
    path
        File to be written.
    title, notices
        Name and description of the document.
    progress
        Told the rows written of all.

    Notes
    -----
    Each row is a placemark, also one without a geometry. Its columns are ``SimpleData`` of the schema ``events``; a
    missing value has none. There is no ``description``: viewers take that for HTML.

    References
    ----------
    OGC 07-147r2, KML 2.2.
    """
    table = frame.drop(columns=frame.geometry.name)
    headers = [str(name) for name in table.columns]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n')
        file.write(f"<name>{_text(title)}</name>\n")
        if described := " ".join(notices):
            file.write(f"<description>{_text(described)}</description>\n")
        file.write('<Schema name="events" id="events">\n')
        for header in headers:
            file.write(f'<SimpleField type="{_kind(table[header])}" name={_attribute(header)}/>\n')
        file.write("</Schema>\n")
        opened = [f"<SimpleData name={_attribute(header)}>" for header in headers]
        for start in range(0, len(table), BLOCK):
            part = day_texts(table.iloc[start : start + BLOCK])
            columns = [plain_values(part[name]) for name in part.columns]
            names = [columns[headers.index(name)] for name in NAMES if name in headers]
            spans = [columns[headers.index(name)] if name in headers else None for name in ("date_start", "date_end")]
            for row, shape in enumerate(frame.geometry.iloc[start : start + BLOCK]):
                called = next((column[row] for column in names if column[row] is not None), None)
                file.write("<Placemark>\n" if called is None else f"<Placemark>\n<name>{_text(called)}</name>\n")
                file.write(_span(*(None if column is None else column[row] for column in spans)))
                file.write('<ExtendedData><SchemaData schemaUrl="#events">\n')
                for tag, column in zip(opened, columns, strict=True):
                    if column[row] is not None:
                        file.write(f"{tag}{_text(_value(column[row]))}</SimpleData>\n")
                file.write("</SchemaData></ExtendedData>\n")
                if shape is not None and not shape.is_empty:
                    file.write("".join(_geometry(shape)) + "\n")
                file.write("</Placemark>\n")
            progress(start + len(part), len(table), "Writing KML")
        file.write("</Document>\n</kml>\n")


def _kind(column: pd.Series[Any]) -> str:
    import pandas as pd

    if pd.api.types.is_float_dtype(column.dtype):
        return "double"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "int" if column.dropna().abs().max() <= _LARGEST_INT or column.isna().all() else "string"
    return "string"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    return escape(text, _KEPT)


def _attribute(text: str) -> str:
    return quoteattr(text, _KEPT_IN_ATTRIBUTES)


def _span(start: str | None, end: str | None) -> str:
    if start is None:
        return ""
    return f"<TimeSpan><begin>{start}</begin><end>{end or start}</end></TimeSpan>\n"


def _geometry(shape: Any) -> Iterator[str]:
    kind = shape.geom_type
    if kind == "Point":
        yield f"<Point>{_coordinates([shape.coords[0]])}</Point>"
    elif kind in {"LineString", "LinearRing"}:
        yield f"<LineString>{_coordinates(shape.coords)}</LineString>"
    elif kind == "Polygon":
        import shapely

        turned = shapely.orient_polygons(shape)
        yield f"<Polygon><outerBoundaryIs>{_ring(turned.exterior)}</outerBoundaryIs>"
        for hole in turned.interiors:
            yield f"<innerBoundaryIs>{_ring(hole)}</innerBoundaryIs>"
        yield "</Polygon>"
    else:
        yield "<MultiGeometry>"
        for part in shape.geoms:
            yield from _geometry(part)
        yield "</MultiGeometry>"


def _ring(ring: Any) -> str:
    return f"<LinearRing>{_coordinates(ring.coords)}</LinearRing>"


def _coordinates(pairs: Iterable[tuple[float, ...]]) -> str:
    return f"<coordinates>{' '.join(f'{round(x, 7)!r},{round(y, 7)!r}' for x, y, *_ in pairs)}</coordinates>"
