"""The geometry of a frame is its only position: coordinates in columns follow from it, or agree with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.geodesy.ellipsoid import earth_centred, geodesic_m
from impactmap.geodesy.points import point_coordinates
from impactmap.model.errors import ColumnError, CrsError
from impactmap.places.boundaries import areas_at

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["check_positions", "drawn_positions", "has_geometry", "take_positions"]

#: A metre and a half: exports hold five decimals of a degree.
_SAME_DEGREES: Final = 1.5e-5
#: Exports hold distances to ten metres.
_SAME_M: Final = 50.0
_DEGREES: Final = ("latitude", "longitude")
_NEAREST: Final = ("border_distance_km", "border_latitude", "border_longitude")
_AREAS: Final = ("district", "region", "country")


def has_geometry(events: pd.DataFrame) -> bool:
    """Return whether a frame has a column of geometry."""
    import geopandas as gpd

    # The public way raises for a frame without geometry.
    return isinstance(events, gpd.GeoDataFrame) and events._geometry_column_name in events.columns  # noqa: SLF001


def check_positions(events: pd.DataFrame) -> None:
    """Refuse a frame of which columns say another position than the geometry.

    Parameters
    ----------
    events
        Any frame. ``latitude`` and ``longitude`` (degrees) are compared with the points in EPSG:4326; without them the
        distance to ``border_latitude, border_longitude`` is with ``border_distance_km``.

    Raises
    ------
    ColumnError
        With the number of rows. Coordinates may stand for a district, a region or a country, and a row whose geometry
        was removed has no position, whatever its columns say; only a frame that has none at all is refused, since its
        geometry was never made.
    """
    if not has_geometry(events):
        return
    shapes = _shapes(events)
    x, y = point_coordinates(shapes)
    if set(_DEGREES) <= set(events.columns):
        latitude, longitude = (_numbers(events, name) for name in _DEGREES)
        given = ~(np.isnan(latitude) & np.isnan(longitude)) & ~_stand_for_areas(events)
        none = shapely.is_missing(shapes)
        given &= none.all() | ~none
        same = (np.abs(latitude - y) <= _SAME_DEGREES) & (np.abs(longitude - x) <= _SAME_DEGREES)
        _refuse(events, given & ~same, _DEGREES, "are made from it")
    elif set(_NEAREST) <= set(events.columns):
        kilometres, foot_latitude, foot_longitude = (_numbers(events, name) for name in _NEAREST)
        rows = np.flatnonzero(~np.isnan(kilometres + foot_latitude + foot_longitude + x))
        measured = geodesic_m(earth_centred(x[rows], y[rows]), earth_centred(foot_longitude[rows], foot_latitude[rows]))
        other = np.zeros(len(events), dtype=bool)
        other[rows] = np.abs(measured - kilometres[rows] * 1000) > _SAME_M
        _refuse(events, other, _NEAREST, "can be measured anew with add_border_distance")


def drawn_positions(
    events: pd.DataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the geometry of each row, and latitude and longitude of the points, NaN for others.

    A frame without a column of geometry has the points that its coordinates say.

    Raises
    ------
    CrsError
        The geometry is not in EPSG:4326.
    ColumnError
        As in `check_positions`.
    """
    if not has_geometry(events):
        degrees = [
            _numbers(events, name) if name in events.columns else np.full(len(events), np.nan) for name in _DEGREES
        ]
        return np.full(len(events), None, dtype=object), degrees[0].copy(), degrees[1].copy()
    frame = cast("gpd.GeoDataFrame", events)
    if frame.crs is not None and not frame.crs.equals("EPSG:4326", ignore_axis_order=True):
        raise CrsError(
            f"expected events in EPSG:4326, found {frame.crs.to_string()!r}. Call events.to_crs('EPSG:4326')."
        )
    check_positions(frame)
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    longitude, latitude = point_coordinates(shapes)
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
    shapes = _shapes(frame)
    columns = _named(frame) | _coarser(frame, shapes) | _derived(frame, shapes)
    if not columns:
        return frame
    taken = pd.DataFrame(frame).assign(**columns)
    made = gpd.GeoDataFrame(taken, geometry=frame.geometry.name, crs="EPSG:4326")
    made.attrs |= events.attrs
    return made


def _named(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the columns that a frame needs and calls otherwise, or has not."""
    found: dict[str, Any] = {}
    if "event_id" not in frame.columns:
        found["event_id"] = pd.Series([str(number) for number in range(1, len(frame) + 1)], frame.index, dtype="str")
    if "date_start" not in frame.columns:
        days = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
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
    known = set(_DEGREES) <= set(frame.columns)
    columns = [_numbers(frame, name) if known else np.full(len(frame), np.nan) for name in _DEGREES]
    new = point & np.isnan(columns[0])
    removed = shapely.is_missing(shapes) & ~np.isnan(columns[0]) & ~_stand_for_areas(frame)
    if known and not (new | removed).any():
        return {}
    found: dict[str, Any] = {}
    for name, given, values in zip(_DEGREES, columns, (y, x), strict=True):
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


def _shapes(events: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the geometry, missing where it is empty."""
    shapes = np.array(cast("Any", events).geometry.to_numpy(), dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _stand_for_areas(events: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows have coordinates that stand for an area."""
    if "place_precision" not in events.columns:
        return np.zeros(len(events), dtype=bool)
    return events["place_precision"].isin(_AREAS).to_numpy(dtype=bool)


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


def _numbers(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _refuse(events: pd.DataFrame, rows: npt.NDArray[np.bool_], columns: tuple[str, ...], remedy: str) -> None:
    """Raise where there are rows of which columns disagree with the geometry."""
    if not (count := int(rows.sum())):
        return
    first = ", ".join(map(repr, events.index[rows][:5]))
    names = ", ".join(columns)
    raise ColumnError(
        f"events: in {count:,} of {len(events):,} rows {names} disagree with the geometry, which is the only position "
        f"(index {first}{', ...' if count > 5 else ''}). Drop these columns, events.drop(columns={list(columns)}): "
        f"they {remedy}."
    )
