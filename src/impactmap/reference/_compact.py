"""Geometry in parquet, small: whole numbers, each vertex as its difference from the one before.

A layer's geometry is held in two nested columns, ``polygons`` (geometry > polygon > ring > vertex) and ``lines``
(geometry > line > vertex). A vertex is a struct of two differences, ``x`` and ``y``, in units of the last kept decimal
of a degree; the
differences run on through the whole column, so that one cumulative sum restores every coordinate.
The scale is in the schema's metadata under ``impactmap.decimals``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

__all__ = ["DECIMALS_KEY", "LINES", "POLYGONS", "decode", "encode"]

DECIMALS_KEY = b"impactmap.decimals"
POLYGONS = "polygons"
LINES = "lines"

_POLYGON_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINE_TYPES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


def encode(geometry: Iterable[Any], *, decimals: int) -> dict[str, pa.Array]:
    """Return the nested columns for polygons and lines, rounded to `decimals` of a degree.

    Parameters
    ----------
    geometry
        Polygons, multipolygons, lines and multilines; no other type, none missing.
    decimals
        Kept decimals of a degree (5 is about a metre).

    Returns
    -------
    dict
        ``polygons`` and ``lines``, only those that hold something; a row without one is null there.
    """
    shapes = np.asarray(list(geometry), dtype=object)
    types = shapely.get_type_id(shapes)
    columns: dict[str, pa.Array] = {}
    for name, allowed, multi in (
        (POLYGONS, _POLYGON_TYPES, shapely.GeometryType.MULTIPOLYGON),
        (LINES, _LINE_TYPES, shapely.GeometryType.MULTILINESTRING),
    ):
        rows = np.isin(types, allowed)
        if not rows.any():
            continue
        _, coordinates, offsets = shapely.to_ragged_array(_as_multi(shapes[rows], multi))
        whole = np.round(np.asarray(coordinates) * 10**decimals).astype(np.int64)
        steps = np.diff(whole, axis=0, prepend=0).astype(np.int32)
        values: pa.Array = pa.StructArray.from_arrays([pa.array(steps[:, 0]), pa.array(steps[:, 1])], ["x", "y"])
        for level in offsets[:-1]:
            values = pa.ListArray.from_arrays(pa.array(level, pa.int32()), values)
        ends = np.concatenate([[0], np.asarray(offsets[-1])[np.cumsum(rows)]])
        columns[name] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values, mask=pa.array(~rows))
    if not np.isin(types, _POLYGON_TYPES + _LINE_TYPES).all():
        raise ValueError("expected polygons and lines only")
    return columns


def decode(columns: Mapping[str, pa.Array], *, decimals: int) -> npt.NDArray[np.object_]:
    """Return the geometries of the nested columns as one array, multi-part types throughout."""
    length = len(next(iter(columns.values())))
    shapes = np.full(length, None, dtype=object)
    for name, kind in ((POLYGONS, shapely.GeometryType.MULTIPOLYGON), (LINES, shapely.GeometryType.MULTILINESTRING)):
        if name not in columns:
            continue
        column = columns[name]
        rows = np.asarray(column.is_valid())
        values = column.drop_null()
        offsets = []
        while pa.types.is_list(values.type):
            offsets.append(np.asarray(values.offsets) - values.offsets[0].as_py())
            values = values.flatten()
        steps = np.stack([np.asarray(values.field("x")), np.asarray(values.field("y"))], axis=1)
        whole = np.cumsum(steps, axis=0, dtype=np.int64)
        shapes[rows] = shapely.from_ragged_array(kind, whole / 10**decimals, tuple(reversed(offsets)))
    return shapes


def _as_multi(shapes: npt.NDArray[np.object_], kind: shapely.GeometryType) -> npt.NDArray[np.object_]:
    parts, index = shapely.get_parts(shapes, return_index=True)
    make = shapely.multipolygons if kind == shapely.GeometryType.MULTIPOLYGON else shapely.multilinestrings
    return np.asarray(make(parts, indices=index), dtype=object)
