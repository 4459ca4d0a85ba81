"""Files for geographic programs: GeoJSON, GeoParquet, GeoPackage and FlatGeobuf."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import PublishError
from impactmap.model.progress import Progress, quiet
from impactmap.publishing.files.chunks import PART, Parts
from impactmap.publishing.files.delimited_text import BLOCK, day_texts, plain_values

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

#: Column of a GeoParquet file that holds the extents of the rows.
EXTENT = "bbox"

#: One encoder: `json.dumps` makes a new one for every value.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

_SCHEMA_EXTENSION = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_extensions VALUES
    ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema',
     'read-write');
"""

__all__ = ["write_flatgeobuf", "write_geojson", "write_geopackage", "write_geoparquet"]


def write_geojson(
    frame: gpd.GeoDataFrame | Parts, path: Path, *, notices: Iterable[str] = (), progress: Progress = quiet
) -> None:
    """Write a located table as GeoJSON, one feature a line.

    Parameters
    ----------
    frame
        EPSG:4326, as `published_events` gives it.
    path
        File to be written.
    notices
        Credits that travel with the file, as its member ``attribution``.
    progress
        Told the rows written of all.

    Notes
    -----
    WGS 84, longitude first, at most seven decimals, exterior rings anticlockwise; a country-wide report and one that
    was not located have a null geometry. A missing value is null, never NaN. A feature's ``id`` is ``event_id`` and
    ``place_number`` with a stroke between them.

    References
    ----------
    RFC 7946.
    """
    import pandas as pd

    table = Parts.of(frame)
    name = table.empty.geometry.name
    names = {str(column) for column in table.empty.columns if column != name}
    # Readers that turn properties and id into one table would find two columns of one name.
    identified = {"event_id", "place_number"} <= names and "id" not in names
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection",\n"attribution": ' + _json(list(notices)) + ',\n"features": [\n')
        for start, block in table.blocks(BLOCK):
            part = day_texts(pd.DataFrame(block.drop(columns=name)))
            geometries = _geometries(block.geometry.to_numpy())
            members = zip(*(_members(part[column]) for column in part.columns), strict=True)
            ids = [""] * len(part)
            if identified:
                both = zip(*(plain_values(part[column]) for column in ("event_id", "place_number")), strict=True)
                ids = [f'"id": {_json(f"{event}/{place}")}, ' for event, place in both]
            for number, (geometry, identity, row) in enumerate(zip(geometries, ids, members, strict=True), start):
                feature = f'{identity}"geometry": {geometry}, "properties": {{{", ".join(row)}}}'
                file.write((",\n" if number else "") + f'{{"type": "Feature", {feature}}}')
            progress(start + len(part), table.rows, "Writing GeoJSON")
        file.write("\n]}\n")


def write_geoparquet(frame: gpd.GeoDataFrame | Parts, path: Path, *, progress: Progress = quiet) -> None:
    """Write a located table as GeoParquet 1.1 with WKB geometry, compressed with zstd, in groups of rows.

    Notes
    -----
    The column ``bbox`` holds each row's extent, by which readers skip what lies elsewhere; a row without a geometry has
    none, as the standard says. A table that has a column of this name already is written without.

    References
    ----------
    GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0.
    """
    import io

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet
    import shapely

    table = Parts.of(frame)
    covered, name = EXTENT not in table.empty.columns, table.empty.geometry.name
    empty = io.BytesIO()
    table.empty.to_parquet(empty, index=False, schema_version="1.1.0", write_covering_bbox=covered)
    schema = pyarrow.parquet.read_schema(empty)
    metadata = dict(schema.metadata)
    told = json.loads(metadata.pop(b"geo"))
    kinds: set[str] = set()
    extents = []
    # With Arrow's own schema in the file readers would look for all metadata there, and these are known at the end.
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for start, block in table.blocks(PART):
            shapes = block.geometry.to_numpy()
            kinds |= set(block.geom_type.where(~block.has_z, block.geom_type + " Z").dropna())
            if not np.isnan(extent := block.total_bounds).any():
                extents.append(extent)
            made = {name: pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())}
            if covered:
                bounds = shapely.bounds(shapes)
                field = schema.field(EXTENT).type
                sides = [pa.array(side, field.field(number).type) for number, side in enumerate(bounds.T)]
                made[EXTENT] = pa.StructArray.from_arrays(
                    sides, fields=list(field), mask=pa.array(np.isnan(bounds).any(axis=1))
                )
            columns = [
                made[field.name] if field.name in made else pa.array(block[field.name], field.type, from_pandas=True)
                for field in schema
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            progress(start + len(block), table.rows, "Writing GeoParquet")
        told["columns"][name] |= {"geometry_types": sorted(kinds)}
        if extents:
            bounds = np.array(extents)
            told["columns"][name] |= {
                "bbox": [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
            }
        writer.add_key_value_metadata({**metadata, b"geo": _json(told).encode()})


def write_geopackage(
    frame: gpd.GeoDataFrame | Parts,
    claims: pd.DataFrame | None,
    path: Path,
    *,
    notices: Iterable[str] = (),
    progress: Progress = quiet,
) -> None:
    """Write the events as a GeoPackage's layer ``events`` and the claims as its table ``claims``.

    Raises
    ------
    PublishError
        When the file cannot be written.

    Notes
    -----
    The format stores the time of the last change; it is set to 1 January 2000 so that the same input gives the same
    bytes. Its names do not tell capital letters from small ones: a column whose name only differs in them is
    numbered, and its own name stands in the table ``gpkg_data_columns`` of the extension "schema".

    References
    ----------
    OGC 12-128, GeoPackage Encoding Standard.
    """
    path.unlink(missing_ok=True)
    table = Parts.of(frame)
    layers = [("events", table, "Reported events. " + " ".join(notices))]
    if claims is not None:
        layers.append(("claims", Parts.of(claims), ""))
    with _plain_errors(path, "GeoPackage"):
        for layer, rows, description in layers:
            named = {str(name).casefold() for name in rows.empty.columns}
            _write_layer(
                rows, path, layer, progress=progress, append=layer != "events",
                layer_options={
                    **({"DESCRIPTION": description} if description else {}), "FID": _unused("fid", named),
                    "GEOMETRY_NAME": _unused("geom", named)
                },
            )  # fmt: skip
        _keep_names(path, {"events": table.empty, "claims": claims})


def write_flatgeobuf(
    frame: gpd.GeoDataFrame, path: Path, *, notices: Iterable[str] = (), progress: Progress = quiet
) -> None:
    """Write a located table as FlatGeobuf.

    Raises
    ------
    PublishError
        When the file cannot be written.

    Notes
    -----
    Without the format's spatial index, which would put the rows into another order and has no room for rows without a
    geometry.

    References
    ----------
    https://flatgeobuf.org.
    """
    import pyogrio

    path.unlink(missing_ok=True)
    progress(0, len(frame), "Writing FlatGeobuf")
    with _plain_errors(path, "FlatGeobuf"):
        # Not through Arrow: this driver then says nothing of a full disk.
        pyogrio.write_dataframe(
            _with_days(frame),
            path,
            layer="events",
            driver="FlatGeobuf",
            geometry_type="Unknown",
            layer_options={
                "SPATIAL_INDEX": "NO",
                "TITLE": "Reported events",
                "DESCRIPTION": " ".join(notices),
            },
        )


def _write_layer(table: Parts, path: Path, layer: str, *, progress: Progress, **options: Any) -> None:
    """Have GDAL write a table into a GeoPackage; it asks for a part after the other."""
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa
    import pyogrio

    located = isinstance(table.empty, gpd.GeoDataFrame)
    geometry = str(_told_apart(table.empty).geometry.name) if located else None

    def plain(block: Any) -> pd.DataFrame:
        shown = _with_days(_told_apart(block))
        return pd.DataFrame(shown).assign(**{geometry: shown.geometry.to_wkb()}) if geometry else shown

    schema = pa.schema(
        field.with_type(pa.binary() if field.name == geometry else pa.large_string())
        if pa.types.is_null(field.type) or field.name == geometry
        else field
        for field in pa.Schema.from_pandas(plain(table.empty), preserve_index=False)
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for start, block in table.blocks(PART):
            yield from pa.Table.from_pandas(plain(block), schema, preserve_index=False).to_batches()
            progress(start + len(block), table.rows, "Writing GeoPackage")

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches()), path, layer=layer, driver="GPKG", geometry_name=geometry,
        geometry_type="Unknown" if geometry else None, crs="EPSG:4326" if geometry else None, **options,
    )  # fmt: skip


@contextlib.contextmanager
def _plain_errors(path: Path, title: str) -> Iterator[None]:
    """Set what makes GDAL's files the same every time, and say its errors in plain words."""
    import pyogrio

    options = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.FieldError,
        pyogrio.errors.GeometryError,
    ) as error:
        raise PublishError(f"{path.name}: the {title} cannot be written ({error}). Is the disk full?") from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _told_apart(frame: Any) -> Any:
    """Give numbers to columns whose names differ only in the case of Latin letters, which databases take for one."""
    seen: set[bytes] = set()
    names = []
    for name in map(str, frame.columns):
        number, unique = 1, name
        while unique.encode().lower() in seen:
            number += 1
            unique = f"{name} ({number})"
        seen.add(unique.encode().lower())
        names.append(unique)
    return frame.set_axis(names, axis="columns")


def _keep_names(path: Path, tables: dict[str, Any]) -> None:
    """Put the names of numbered columns where the format has them: extension F.9, "schema"."""
    renamed = [
        (layer, new, old)
        for layer, frame in tables.items()
        if frame is not None
        for new, old in zip(_told_apart(frame).columns, map(str, frame.columns), strict=True)
        if new != old
    ]
    if not renamed:
        return
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA_EXTENSION)
        database.executemany("INSERT INTO gpkg_data_columns (table_name, column_name, name) VALUES (?, ?, ?)", renamed)


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}_"
    return name


def _with_days(frame: Any) -> Any:
    """Turn midnights into dates, which is what the columns mean."""
    import pandas as pd
    import pyarrow as pa

    days = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    return frame.astype(dict.fromkeys(days, pd.ArrowDtype(pa.date32())))


def _members(column: pd.Series[Any]) -> list[str]:
    """Return a column's name and value in each row as JSON, each different value put into words once."""
    import numpy as np
    import pandas as pd

    values: Any = column
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype="float64", na_value=np.nan).view("int64")  # 0.0 and -0.0 are equal
    elif column.dtype == object:
        values = np.arange(len(column))  # 1, 1.0 and True are equal
    codes = pd.factorize(values, use_na_sentinel=False)[0]
    _, first = np.unique(codes, return_index=True)
    name = _json(str(column.name))
    texts = [f"{name}: {_json(value)}" for value in plain_values(column.iloc[first])]
    spread: list[str] = np.array(texts, dtype=object)[codes].tolist()
    return spread


def _geometries(shapes: npt.NDArray[Any]) -> list[str]:
    """Return shapes as JSON; rows share those of regions, and each different one is put into words once."""
    import numpy as np
    import pandas as pd
    import shapely

    codes = pd.factorize(shapely.to_wkb(shapes), use_na_sentinel=False)[0]
    _, first = np.unique(codes, return_index=True)
    texts = [_geometry(shape) for shape in shapely.orient_polygons(shapes[first])]
    spread: list[str] = np.array(texts, dtype=object)[codes].tolist()
    return spread


def _geometry(shape: Any) -> str:
    import shapely

    if shape is None or shape.is_empty:
        return "null"
    if shape.geom_type == "Point":
        return f'{{"type": "Point", "coordinates": [{round(shape.x, 7)!r}, {round(shape.y, 7)!r}]}}'
    mapping = json.loads(shapely.to_geojson(shape))
    return _json({"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])})


def _rounded(value: Any) -> Any:
    return round(value, 7) if isinstance(value, float | int) else [_rounded(part) for part in value]
