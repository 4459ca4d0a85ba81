"""Frames in memory, read as a table of typed columns is: pandas, geopandas, and whatever gives itself as Arrow."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.reading.formats.limits import Limits
from impactmap.reading.formats.typed_files import spread, typed_to_text
from impactmap.reading.raw_table import InputFile, Note, RawTable, is_written

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FRAME_NAME", "ArrowStream", "TableSource", "frame_table", "is_path", "text_cells", "to_pandas"]

#: What a frame is called where a file has its name.
FRAME_NAME = "frame"


class ArrowStream(Protocol):
    """A table that gives itself as Arrow: of polars, DuckDB, pyarrow and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream of its record batches."""


#: A file, a frame in memory, or a table that is read as text already.
TableSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame | ArrowStream | RawTable


def is_path(source: object) -> bool:
    """Say whether a table is a file, and not a frame in memory."""
    return isinstance(source, str | os.PathLike)


def to_pandas(source: Any) -> pd.DataFrame:
    """Return a frame of another library as one of pandas, or of geopandas where its columns hold shapes.

    Parameters
    ----------
    source
        A DataFrame, a GeoDataFrame, or what has ``__arrow_c_stream__``: a table of Arrow, a frame of polars, a relation
        of DuckDB. A lazy frame is collected.

    Returns
    -------
    DataFrame or GeoDataFrame

    Raises
    ------
    TableError
        For anything else.
    """
    if isinstance(source, pd.DataFrame):
        return source
    if not hasattr(source, "__arrow_c_stream__") and hasattr(source, "collect"):
        source = source.collect()
    if isinstance(source, list | tuple | set):
        raise TableError(
            f"expected one table, found a {type(source).__name__} of {len(source)}. Open several tables with "
            "impactmap.open([...]); make rows a table with pandas.DataFrame(rows)."
        )
    refused = TableError(
        f"expected a file's path, a DataFrame, or a table that gives itself as Arrow; found "
        f"{type(source).__module__}.{type(source).__qualname__}. Turn it into a pandas DataFrame first."
    )
    if not hasattr(source, "__arrow_c_stream__"):
        raise refused
    import pyarrow as pa

    try:
        table = pa.table(source)
    except pa.ArrowInvalid:  # a stream of one column, such as a Series
        raise refused from None
    if b"geo" in (table.schema.metadata or {}):
        return _of_geoparquet(table)
    if any((field.metadata or {}).get(b"ARROW:extension:name", b"").startswith(b"geoarrow.") for field in table.schema):
        import geopandas as gpd

        return cast("pd.DataFrame", gpd.GeoDataFrame.from_arrow(table))
    return cast("pd.DataFrame", table.to_pandas())


def _of_geoparquet(table: pa.Table) -> pd.DataFrame:
    """Return a table that still has the notes of its GeoParquet file; geopandas reads these from a file alone."""
    import geopandas as gpd
    import pyarrow.parquet

    with io.BytesIO() as stream:
        pyarrow.parquet.write_table(table, stream)
        stream.seek(0)
        return cast("pd.DataFrame", gpd.read_parquet(stream))


def text_cells(source: Any, name: str, *, moments: Collection[str] = ()) -> tuple[str, pd.DataFrame, list[str]]:
    """Return a frame's kind, its cells as text, missing where they are empty, and notes.

    Parameters
    ----------
    source
        As for `to_pandas`.
    name
        For messages.
    moments
        Columns of time whose cells are written with a time of day, even where every one is midnight.
    """
    import geopandas as gpd

    frame = to_pandas(source)
    if not len(frame.columns):
        raise TableError(f"{name}: expected columns with names, found none.")
    notes: list[str] = []
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        kind = "GeoDataFrame"
        cells, notes = spread(frame.reset_index(drop=True), name, moments=moments)
    else:
        shapes = [name for name in frame.columns if _holds_wkb(frame[name])]
        notes = [
            f"Column {name!r} holds shapes that do not say their coordinate reference system, and was left out. "
            f"Say it: geopandas.GeoDataFrame(frame, geometry=geopandas.GeoSeries.from_wkb(frame[{name!r}], crs=4326))."
            for name in shapes
        ]
        plain = pd.DataFrame(frame).drop(columns=shapes).reset_index(drop=True)
        kind, cells = "DataFrame", typed_to_text(plain, moments=moments)
    ours = is_written(cells.columns)
    cells = pd.DataFrame({name: text.mask((text if ours else text.str.strip()) == "") for name, text in cells.items()})
    return kind, cells, notes


def _holds_wkb(column: pd.Series[Any]) -> bool:
    """Whether a column's first cell is a shape as well-known binary."""
    if column.dtype != object or not isinstance(first := next(iter(column.dropna()), None), bytes):
        return False
    import shapely

    return first[:1] in {b"\x00", b"\x01"} and shapely.from_wkb(first, on_invalid="ignore") is not None


def frame_table(source: Any, limits: Limits) -> RawTable:
    """Return a frame in memory as text, as if it had been read from a file of typed columns.

    Parameters
    ----------
    source
        As for `to_pandas`; it is not changed. Its rows are numbered from 1.
    limits
        Of rows, columns and cells.

    Returns
    -------
    RawTable
        Points as latitude and longitude in WGS 84 degrees, areas and lines as WKT.

    Raises
    ------
    TableError
        When it is no frame, has no columns, or exceeds a limit.
    CrsError
        When it has shapes and does not say its coordinate reference system.
    """
    kind, cells, notes = text_cells(source, FRAME_NAME)
    limits.check_cells(FRAME_NAME, cells)
    digest = hashlib.sha256(pd.util.hash_pandas_object(cells).to_numpy().tobytes()).hexdigest()
    size = int(cells.memory_usage(deep=False).sum())
    file = InputFile(Path(FRAME_NAME), kind, len(cells), size, digest)
    return RawTable(cells, file, tuple(Note(FRAME_NAME, "file", text) for text in notes))
