"""Frames kept between the stages of a dataset: Arrow files that hold every dtype, written whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "identity_of",
    "load_events",
    "load_frame",
    "load_json",
    "store_events",
    "store_frame",
    "store_json",
    "whole",
]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write to; what is written takes the path's place when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def store_frame(frame: pd.DataFrame, path: Path) -> None:
    """Keep a frame without its index."""
    import pyarrow as pa

    _write(pa.Table.from_pandas(frame, preserve_index=False), path)


def load_frame(path: Path) -> pd.DataFrame:
    """Return a frame as it was kept, with index 0, 1, ..."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
        frame: pd.DataFrame = table.to_pandas()
    return frame


def store_events(events: gpd.GeoDataFrame, path: Path) -> None:
    """Keep located events; a shape that many rows share is kept once."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import shapely

    shapes = events.geometry.to_numpy()
    codes, different = pd.factorize(np.array([-1 if shape is None else id(shape) for shape in shapes]))
    first = np.unique(codes, return_index=True)[1] if len(codes) else np.zeros(0, dtype=int)
    levels = pa.array(shapely.to_wkb(shapes[first]) if len(different) else [], pa.binary())
    table = pa.Table.from_pandas(pd.DataFrame(events.drop(columns="geometry")), preserve_index=False)
    column = pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32")), levels)
    _write(table.append_column("geometry", column), path)


def load_events(path: Path) -> gpd.GeoDataFrame:
    """Return events as they were kept, index 0, 1, ..., EPSG:4326; rows that shared a shape share it again."""
    import geopandas as gpd
    import numpy as np
    import pyarrow as pa
    import shapely

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
        column = table.column("geometry").combine_chunks()
        frame = table.drop_columns("geometry").to_pandas()
        if isinstance(column, pa.ChunkedArray):  # of no rows
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        levels = np.array(shapely.from_wkb(column.dictionary.to_pylist()), dtype=object)
        shapes = levels[column.indices.to_numpy()] if len(column) else np.zeros(0, dtype=object)
    return gpd.GeoDataFrame(frame, geometry=gpd.array.from_shapely(shapes, crs="EPSG:4326"))


def _write(table: Any, path: Path) -> None:
    import pyarrow as pa

    with (
        whole(path) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer,
    ):
        writer.write_table(table)


def store_json(value: Any, path: Path) -> None:
    """Keep a value."""
    with whole(path) as temporary:
        temporary.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True), encoding="utf-8", newline="\n")


def load_json(path: Path) -> Any:
    """Return a value as it was kept; None where none is."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def identity_of(*values: Any) -> str:
    """Return 32 hexadecimal digits that tell values from others; neither orders of sets nor runs change them."""
    return hashlib.sha256(json.dumps([_plain(each) for each in values], sort_keys=True).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(each)] for key, each in sorted(value.items(), key=lambda pair: repr(pair[0]))]
    if isinstance(value, AbstractSet):
        return sorted((_plain(each) for each in value), key=repr)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
