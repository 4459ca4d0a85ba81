"""What the context stage asks of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.errors import ColumnError, CrsError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["located", "need_columns", "objects", "set_texts", "text_where"]


def located(events: gpd.GeoDataFrame) -> npt.NDArray[np.str_]:
    """Return ``point``, ``area`` or ``none`` for each row, after checking geometry and its reference system."""
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
    shapes = events.geometry.to_numpy()
    kinds = np.full(len(events), "none", dtype="<U5")
    filled = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    types = shapely.get_type_id(shapes)
    kinds[filled & (types == shapely.GeometryType.POINT)] = "point"
    kinds[filled & np.isin(types, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))] = "area"
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    kinds[~finite] = "none"
    return kinds


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
    values = np.array(column, dtype=object)
    values[pd.isna(values)] = None
    return values


def text_where(mask: npt.NDArray[np.bool_], text: str | None) -> npt.NDArray[np.object_]:
    """Return a text where the mask holds, None elsewhere."""
    values = np.empty(len(mask), dtype=object)
    values[mask] = text
    return values


def set_texts(frame: Any, columns: Mapping[str, npt.NDArray[np.object_]]) -> Any:
    """Set text columns with pandas' ``str`` dtype, None as missing; the frame is changed and returned."""
    for name, values in columns.items():
        frame[name] = pd.Series(list(values), index=frame.index, dtype="str")
    return frame
