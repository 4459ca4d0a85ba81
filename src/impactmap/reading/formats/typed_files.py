"""Files of typed columns, read by Arrow and GDAL and given back as text."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from impactmap.geodesy.frame_positions import check_positions
from impactmap.model.errors import CrsError, TableError
from impactmap.reading.formats.limits import Limits
from impactmap.reading.raw_table import OURS

__all__ = ["SOURCE_GEOMETRY", "cell_text", "read_typed", "spread", "typed_to_text"]

#: Column that holds a reported area or line as WKT (EPSG:4326), only where a file has some.
SOURCE_GEOMETRY = "source_geometry"


def read_typed(
    path: Path, kind: str, layer: str | None, limits: Limits
) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    """Read a Parquet file or one of GDAL's formats.

    Parameters
    ----------
    path, layer
        The file, and which of its layers.
    kind
        ``parquet``, ``gpkg``, ``fgb``, ``shp``, ``geojson`` or ``geojsonl``.
    limits
        Looked at before the file's rows are read.

    Returns
    -------
    tuple
        The format's name, the cells as text, notes, and the names of all layers.
    """
    if kind == "parquet":
        return (*_parquet(path, limits), ())
    return _vector(path, kind, layer)


def cell_text(value: Any) -> Any:
    """Return a JSON value as a cell: lists of plain values with semicolons, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "; ".join(str(cell_text(item)) for item in value if item is not None)
    return json.dumps(value, ensure_ascii=False)


def _parquet(path: Path, limits: Limits) -> tuple[str, pd.DataFrame, list[str]]:
    import pyarrow.lib
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            told = file.metadata
            unpacked = sum(told.row_group(number).total_byte_size for number in range(told.num_row_groups))
            limits.check_size(path.name, told.num_rows, told.num_columns, unpacked, path.stat().st_size)
        if b"geo" in (pyarrow.parquet.read_schema(path).metadata or {}):
            import geopandas as gpd

            return "GeoParquet", *spread(gpd.read_parquet(path), path.name)
        return "Parquet", typed_to_text(pd.read_parquet(path)), []
    except (pyarrow.lib.ArrowException, OSError) as error:
        raise TableError(f"{path.name}: expected Parquet, found a damaged file ({error}).") from None


def _vector(path: Path, kind: str, layer: str | None) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    import pyogrio
    import pyogrio.errors

    names = {
        "geojson": "GeoJSON", "geojsonl": "GeoJSON lines", "gpkg": "GeoPackage", "fgb": "FlatGeobuf",
        "shp": "Shapefile",
    }  # fmt: skip
    notes = []
    if kind == "shp" and (gone := [end for end in (".shx", ".dbf") if not path.with_suffix(end).exists()]):
        raise TableError(
            f"{path.name}: expected the other files of the shapefile beside it, found no {' and no '.join(gone)}. A "
            "shapefile is several files of one name: copy them all."
        )
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
        return names[kind], typed_to_text(pd.DataFrame(frame)), notes, layers
    cells, more = spread(frame, path.name)
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


def typed_to_text(frame: pd.DataFrame, *, moments: Collection[str] = ()) -> pd.DataFrame:
    """Return typed columns as the text of their values; whole numbers that had to be floats without a point.

    Columns of `moments` have a time of day even where every one is midnight.
    """
    out = {}
    for name, column in frame.items():
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            midnight = name not in moments and (column.dropna().dt.normalize() == column.dropna()).all()
            days = column.dt.tz is None and midnight
            text = column.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S%z")
        elif isinstance(column.dtype, pd.StringDtype):
            text = column
        elif pd.api.types.is_float_dtype(column.dtype):
            text = column.map(
                lambda value: str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value)),
                na_action="ignore",
            )
        else:
            text = column.map(
                lambda value: cell_text(
                    value.tolist()
                    if hasattr(value, "tolist")
                    else value
                    if isinstance(value, list | dict | bool)
                    else str(value)
                ),
                na_action="ignore",
            )
        out[str(name)] = text.astype("str").array
    return pd.DataFrame(out, index=pd.RangeIndex(1, len(frame) + 1, name="source_row"), dtype="str")


def spread(frame: Any, name: str, *, moments: Collection[str] = ()) -> tuple[pd.DataFrame, list[str]]:
    """Return a GeoDataFrame as text: points as latitude and longitude, other shapes as WKT, both in WGS 84 degrees."""
    notes = []
    shapes = frame.geometry
    cells = typed_to_text(pd.DataFrame(frame.drop(columns=shapes.name)), moments=moments)
    if "place_status" in cells.columns or set(cells.columns) >= OURS:
        check_positions(frame, name=name)
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
