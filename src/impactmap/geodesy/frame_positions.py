"""The geometry of a frame is its only position: columns that say another one are refused."""

from __future__ import annotations

from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.geodesy.ellipsoid import earth_centred, geodesic_m
from impactmap.geodesy.points import point_coordinates
from impactmap.model.errors import ColumnError

__all__ = ["DEGREES", "check_positions", "frame_shapes", "has_geometry", "number_column", "stand_for_areas"]

DEGREES: Final = ("latitude", "longitude")
#: A metre and a half: exports hold five decimals of a degree.
_SAME_DEGREES: Final = 1.5e-5
#: Exports hold distances to ten metres.
_SAME_M: Final = 50.0
_NEAREST: Final = ("border_distance_km", "border_latitude", "border_longitude")
_AREAS: Final = ("district", "region", "country")


def has_geometry(events: pd.DataFrame) -> bool:
    """Return whether a frame has a column of geometry."""
    import geopandas as gpd

    # The public way raises for a frame without geometry.
    return isinstance(events, gpd.GeoDataFrame) and events._geometry_column_name in events.columns  # noqa: SLF001


def check_positions(events: pd.DataFrame, *, name: str = "events") -> None:
    """Refuse a frame of which columns say another position than the geometry.

    Parameters
    ----------
    events
        Any frame. ``latitude`` and ``longitude`` (degrees) are compared with the points in EPSG:4326; without them the
        distance to ``border_latitude, border_longitude`` is with ``border_distance_km``.
    name
        What the message calls it: a file's name, or that of the argument.

    Raises
    ------
    ColumnError
        With the number of rows. Coordinates may stand for a district, a region or a country, and a row whose geometry
        was removed has no position, whatever its columns say; only a frame that has none at all is refused, since its
        geometry was never made.
    """
    if not has_geometry(events):
        return
    shapes = frame_shapes(events)
    x, y = point_coordinates(shapes)
    if set(DEGREES) <= set(events.columns):
        latitude, longitude = (number_column(events, name) for name in DEGREES)
        given = ~(np.isnan(latitude) & np.isnan(longitude)) & ~stand_for_areas(events)
        none = shapely.is_missing(shapes)
        given &= none.all() | ~none
        same = (np.abs(latitude - y) <= _SAME_DEGREES) & (np.abs(longitude - x) <= _SAME_DEGREES)
        _refuse(events, name, given & ~same, DEGREES, "are made from it")
    elif set(_NEAREST) <= set(events.columns):
        kilometres, foot_latitude, foot_longitude = (number_column(events, name) for name in _NEAREST)
        rows = np.flatnonzero(~np.isnan(kilometres + foot_latitude + foot_longitude + x))
        measured = geodesic_m(earth_centred(x[rows], y[rows]), earth_centred(foot_longitude[rows], foot_latitude[rows]))
        other = np.zeros(len(events), dtype=bool)
        other[rows] = np.abs(measured - kilometres[rows] * 1000) > _SAME_M
        _refuse(events, name, other, _NEAREST, "can be measured anew with add_border_distance")


def frame_shapes(events: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the geometry, missing where it is empty."""
    shapes = np.array(cast("Any", events).geometry.to_numpy(), dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def stand_for_areas(events: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows have coordinates that stand for an area."""
    if "place_precision" not in events.columns:
        return np.zeros(len(events), dtype=bool)
    return events["place_precision"].isin(_AREAS).to_numpy(dtype=bool)


def number_column(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return a column as numbers, NaN where it holds none."""
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _refuse(
    events: pd.DataFrame, name: str, rows: npt.NDArray[np.bool_], columns: tuple[str, ...], remedy: str
) -> None:
    """Raise where there are rows of which columns disagree with the geometry."""
    if not (count := int(rows.sum())):
        return
    first = ", ".join(map(repr, events.index[rows][:5]))
    names = ", ".join(columns)
    raise ColumnError(
        f"{name}: in {count:,} of {len(events):,} rows {names} disagree with the geometry, which is the only position "
        f"(index {first}{', ...' if count > 5 else ''}). Drop these columns"
        f"{f', {name}.drop(columns={list(columns)})' if name.isidentifier() else ''}: "
        f"they {remedy}."
    )
