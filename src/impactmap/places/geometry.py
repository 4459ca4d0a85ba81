"""The geometry of a frame is its only position: coordinates in columns follow from it, or agree with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.geodesy.frame_positions import (
    DEGREES,
    check_positions,
    frame_shapes,
    has_geometry,
    number_column,
    stand_for_areas,
)
from impactmap.geodesy.points import point_coordinates
from impactmap.model.errors import CrsError
from impactmap.places.boundaries import areas_at
from impactmap.places.shapes import ribbon

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["drawn_positions", "name_columns", "take_positions"]

Frame = TypeVar("Frame", bound=pd.DataFrame)
#: Points and areas.
_PLAIN = (shapely.GeometryType.POINT, shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def drawn_positions(
    events: pd.DataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the geometry of each row, and latitude and longitude of the points, NaN for others.

    Lines and what is of several points are the areas around them: it happened somewhere along. A frame without a
    column of geometry has the points that its coordinates say.

    Raises
    ------
    CrsError
        The geometry is not in EPSG:4326.
    ColumnError
        As in `check_positions`.
    """
    if not has_geometry(events):
        degrees = [
            number_column(events, name) if name in events.columns else np.full(len(events), np.nan) for name in DEGREES
        ]
        return np.full(len(events), None, dtype=object), degrees[0].copy(), degrees[1].copy()
    frame = cast("gpd.GeoDataFrame", events)
    if frame.crs is not None and not frame.crs.equals("EPSG:4326", ignore_axis_order=True):
        raise CrsError(
            f"expected events in EPSG:4326, found {frame.crs.to_string()!r}. Call events.to_crs('EPSG:4326')."
        )
    check_positions(frame)
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    longitude, latitude = point_coordinates(shapes)
    none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for row in np.flatnonzero(~none & ~np.isin(shapely.get_type_id(shapes), _PLAIN)).tolist():
        shapes[row] = ribbon(shapes[row])
    return shapes, latitude, longitude


def take_positions(events: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame whose positions are those of its geometry, in EPSG:4326.

    Parameters
    ----------
    events
        Any GeoDataFrame with a coordinate reference system. A frame without geometry comes back as it is.

    Returns
    -------
    GeoDataFrame
        The same rows, order and index. Where ``latitude`` and ``longitude`` are missing they are made from the points,
        whose ``coordinates_from`` is then ``source``, and whose country and region are those that they lie in; without
        geometry they are missing. An area
        in the place of a settlement or an exact position has precision ``district``. Without ``event_id`` each row is
        an event, and without ``date_start`` the one other column of days is it.

    Raises
    ------
    CrsError
        The geometry has no coordinate reference system.
    ColumnError
        As in `check_positions`.
    """
    import geopandas as gpd

    if not has_geometry(events):
        return cast("gpd.GeoDataFrame", events)
    frame = cast("gpd.GeoDataFrame", events)
    if frame.crs is None and frame.geometry.notna().any():
        raise CrsError(
            "expected events with a coordinate reference system, found none. Say which with "
            "events.set_crs('EPSG:4326'), where they are degrees."
        )
    if frame.crs is not None and not frame.crs.equals("EPSG:4326", ignore_axis_order=True):
        frame = frame.to_crs("EPSG:4326")
    check_positions(frame)
    shapes = frame_shapes(frame)
    columns = _named(frame) | _coarser(frame, shapes) | _derived(frame, shapes)
    if not columns:
        return frame
    taken = pd.DataFrame(frame).assign(**columns)
    made = gpd.GeoDataFrame(taken, geometry=frame.geometry.name, crs="EPSG:4326")
    made.attrs |= events.attrs
    return made


def name_columns(events: Frame) -> Frame:
    """Give a plain frame the names of columns that every stage reads.

    Parameters
    ----------
    events
        Any frame.

    Returns
    -------
    DataFrame
        The same frame, where it has both columns. Without ``event_id`` each row is an event, numbered from 1; without
        ``date_start`` it is the one other column of days, the one named date where there are several.
    """
    if missing := _named(events):
        named = events.assign(**missing)
        named.attrs |= events.attrs
        return named
    return events


def _named(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the columns that a frame needs and calls otherwise, or has not."""
    found: dict[str, Any] = {}
    if "event_id" not in frame.columns:
        found["event_id"] = pd.Series([str(number) for number in range(1, len(frame) + 1)], frame.index, dtype="str")
    if "date_start" not in frame.columns:
        dates = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
        days = [name for name in dates if name != "date_end"]
        days = [name for name in days if str(name).casefold() == "date"] or days
        if len(days) == 1:
            found["date_start"] = frame[days[0]]
    return found


def _coarser(frame: gpd.GeoDataFrame, shapes: npt.NDArray[np.object_]) -> dict[str, Any]:
    """Return the precision of areas that stand where a settlement or an exact position stood."""
    if "place_precision" not in frame.columns:
        return {}
    area = ~shapely.is_missing(shapes) & (shapely.get_dimensions(shapes) == 2)
    finer = area & frame["place_precision"].isin(["exact", "settlement"]).to_numpy(dtype=bool)
    return {"place_precision": frame["place_precision"].mask(finer, "district")} if finer.any() else {}


def _derived(frame: gpd.GeoDataFrame, shapes: npt.NDArray[np.object_]) -> dict[str, Any]:
    """Return coordinates that a frame lacks, and what follows from a position that it has said nothing of."""
    x, y = point_coordinates(shapes)
    point = np.isfinite(x) & np.isfinite(y)
    known = set(DEGREES) <= set(frame.columns)
    columns = [number_column(frame, name) if known else np.full(len(frame), np.nan) for name in DEGREES]
    new = point & np.isnan(columns[0])
    removed = shapely.is_missing(shapes) & ~np.isnan(columns[0]) & ~stand_for_areas(frame)
    if known and not (new | removed).any():
        return {}
    found: dict[str, Any] = {}
    for name, given, values in zip(DEGREES, columns, (y, x), strict=True):
        found[name] = np.where(new, values, np.where(removed, np.nan, given))
    found["coordinates_from"] = _set(frame, "coordinates_from", new, "source")
    found["coordinates_from"] = found["coordinates_from"].mask(removed)
    areas = areas_at(x[new], y[new]) if {"place_country", "place_region"} & set(frame.columns) else None
    if areas is not None:
        for name, codes in (("place_country", areas.country), ("place_region_code", areas.region)):
            found[name] = _set(frame, name, new, codes)
        changed = new.copy()
        if "place_region_code" in frame.columns:
            before = frame["place_region_code"].astype(object).where(frame["place_region_code"].notna(), None)
            changed[new] = before.to_numpy()[new] != areas.region
        found["place_region"] = _set(frame, "place_region", changed, _region_names(found["place_region_code"][changed]))
    return found


def _region_names(codes: pd.Series[Any]) -> npt.NDArray[np.object_]:
    from impactmap.places.gazetteer.areas import Areas

    areas = Areas()
    names = {code: areas.region_name(code, "en") for code in codes.dropna().unique()}
    return np.array([names.get(code) for code in codes], dtype=object)


def _set(frame: pd.DataFrame, name: str, rows: npt.NDArray[np.bool_], values: Any) -> pd.Series[Any]:
    """Return a text column, an empty one where there is none, with other values in some rows."""
    column = frame[name].astype(object) if name in frame.columns else pd.Series(None, frame.index, dtype=object)
    column = column.where(column.notna(), None)
    column.loc[rows] = values
    return column.astype("str").where(column.notna())
