"""Make positions coarse before they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from impactmap.errors import ColumnError, CrsError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["coarsen_positions"]


def coarsen_positions(events: gpd.GeoDataFrame, *, decimals: int = 2) -> gpd.GeoDataFrame:
    """Round positions that the source gave to about a kilometre.

    Parameters
    ----------
    events
        Columns ``latitude, longitude, coordinates_from, place_precision`` and geometry in EPSG:4326.
    decimals
        Of a degree; 2 is 1.1 km north to south and less east to west.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, order and index. Rows of precision ``exact`` and rows whose coordinates are the source's have
        both coordinates and the point rounded, and ``place_radius_km`` at least as wide as the rounding; settlements
        from a gazetteer, areas and countries are untouched.

    Raises
    ------
    ColumnError
        A column is missing.
    CrsError
        The geometry is not in EPSG:4326.
    """
    import geopandas as gpd
    import shapely

    missing = [
        name for name in ("latitude", "longitude", "coordinates_from", "place_precision") if name not in events.columns
    ]
    if missing:
        raise ColumnError(f"Positions need the columns {', '.join(map(repr, missing))}. Geocode the table first.")
    if events.crs is None or events.crs.to_epsg() != 4326:
        raise CrsError(f"Positions must be in EPSG:4326, found {events.crs}. Use to_crs('EPSG:4326').")
    fine = (events["place_precision"] == "exact").fillna(value=False) | (events["coordinates_from"] == "source").fillna(
        value=False
    )
    exact = (fine & events["latitude"].notna() & events["longitude"].notna()).to_numpy(dtype=bool)
    result = events.copy()
    if not exact.any():
        return result
    latitude, longitude = (
        events["latitude"].to_numpy(dtype=float, copy=True),
        events["longitude"].to_numpy(dtype=float, copy=True),
    )
    latitude[exact], longitude[exact] = np.round(latitude[exact], decimals), np.round(longitude[exact], decimals)
    result["latitude"], result["longitude"] = latitude, longitude
    geometry = events.geometry.to_numpy().copy()
    geometry[exact] = shapely.points(longitude[exact], latitude[exact])
    if "place_radius_km" in events.columns:
        radius = events["place_radius_km"].to_numpy(dtype=float, copy=True)
        radius[exact] = np.fmax(radius[exact], round(111.2 * 0.5 * 10**-decimals * 2**0.5, 3))
        result["place_radius_km"] = radius
    return result.set_geometry(gpd.GeoSeries(gpd.array.from_shapely(geometry), index=events.index, crs="EPSG:4326"))
