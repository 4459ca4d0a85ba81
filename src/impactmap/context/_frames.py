"""What the context stage asks of a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.geodesy.frame_positions import check_positions
from impactmap.geodesy.points import point_coordinates
from impactmap.model.errors import ColumnError, CrsError

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

__all__ = ["located", "need_columns", "objects", "one_of", "set_texts", "text_where"]


PART = 65_536


def located(
    events: gpd.GeoDataFrame,
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Tell points from areas, after checking geometry and its reference system.

    Returns ``point``, ``area`` or ``none`` for each row, and its longitude and latitude, NaN but for points.
    """
    import geopandas as gpd

    if not isinstance(events, gpd.GeoDataFrame) or events.active_geometry_name is None:
        raise ColumnError(
            "Expected a GeoDataFrame with geometry; found none. "
            "Geocode the events first (impactmap.places.geocode_events)."
        )
    if events.crs is None or events.crs.to_epsg() != 4326:
        raise CrsError(
            f"Expected geometry in EPSG:4326; found {events.crs}. "
            "Use events.to_crs('EPSG:4326'), after set_crs if it has none."
        )
    shapes = np.array(events.geometry, dtype=object)
    shapes[shapely.is_empty(shapes)] = None  # an empty point has no coordinates to ask for
    check_positions(events)
    kinds = np.full(len(events), "none", dtype="<U5")
    types = shapely.get_type_id(shapes)
    points = types == shapely.GeometryType.POINT
    kinds[points] = "point"
    areas = np.isin(types, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    kinds[areas] = "area"
    x, y = point_coordinates(shapes)
    kinds[points & ~(np.isfinite(x) & np.isfinite(y))] = "none"
    finite = np.isfinite(shapely.bounds(shapes[areas])).all(axis=1)
    kinds[np.flatnonzero(areas)[~finite]] = "none"
    return kinds, x, y


def need_columns(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    """Raise `ColumnError` naming the columns that a frame lacks."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise ColumnError(
            f"{what} need the columns {', '.join(names)}; missing: {', '.join(missing)}. "
            f"Found: {', '.join(map(str, frame.columns))}."
        )


def objects(column: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Return a text column as an array of its own, missing as None."""
    codes, texts = pd.factorize(column)  # the texts are few
    values = np.empty(len(texts) + 1, dtype=object)
    values[:-1] = texts
    return np.asarray(values[codes])  # the last, for -1, is None


def text_where(mask: npt.NDArray[np.bool_], text: str | None) -> pa.ChunkedArray:
    """Return a text where the mask holds, missing elsewhere; rows that all have it share its memory."""
    import pyarrow as pa
    import pyarrow.compute as pc

    said, missing = pa.scalar(text, pa.large_string()), pa.scalar(None, pa.large_string())
    everywhere = pa.repeat(said, min(len(mask), PART))
    parts = []
    for start in range(0, len(mask), PART):
        rows = mask[start : start + PART]
        parts.append(everywhere.slice(0, len(rows)) if rows.all() else pc.if_else(pa.array(rows), said, missing))
    return pa.chunked_array(parts, pa.large_string())


def one_of(values: npt.NDArray[np.object_], wanted: Collection[str | None]) -> npt.NDArray[np.bool_]:
    """Tell which texts are among those wanted; None stands for missing."""
    codes, texts = pd.factorize(values)
    return np.array([*(text in wanted for text in texts), None in wanted])[codes]


def set_texts(frame: Any, columns: Mapping[str, npt.NDArray[np.object_] | pa.ChunkedArray]) -> Any:
    """Set text columns with pandas' ``str`` dtype, None as missing; the frame is changed and returned."""
    import pyarrow as pa

    for name, values in columns.items():
        rows = values
        if isinstance(values, np.ndarray):
            codes, texts = pd.factorize(values)  # the texts are few, and this way each is converted once
            coded = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(texts, pa.large_string()))
            rows = coded.dictionary_decode()
        frame[name] = pd.Series(rows, index=frame.index, dtype="str")
    return frame
