"""Make positions coarse before they leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from impactmap.geodesy.frame_positions import check_positions
from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.places.shapes import circle

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["coarsen_positions"]

_NEEDED = ("latitude", "longitude", "coordinates_from", "place_precision")


def coarsen_positions(events: gpd.GeoDataFrame, *, decimals: int = 2) -> gpd.GeoDataFrame:
    """Round positions that do not come from the gazetteer to about a kilometre, wherever the frame holds them.

    Parameters
    ----------
    events
        Columns ``latitude, longitude, coordinates_from, place_precision`` and geometry in EPSG:4326; ``place_provider,
        place_radius_km, place_alternatives`` where geocoding added them.
    decimals
        Of a degree; 2 is 1.1 km north to south and less east to west.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, order and index. Rows of precision ``exact`` and rows whose coordinates are not the gazetteer's
        have both coordinates and the point rounded, and ``place_radius_km`` at least as wide as the rounding. A
        district's circle around the source's coordinates is drawn anew around the rounded ones. In
        ``place_alternatives`` the source's own entry is rounded. The gazetteer's settlements, regions and countries
        are untouched.

    Raises
    ------
    ColumnError
        A column is missing.
    CrsError
        The geometry is not in EPSG:4326.
    InputError
        Distances were measured from exact positions already: the positions could be had back from them.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> rows = pd.DataFrame([{"date": "2025-03-01", "place": "A mine", "latitude": 49.02345, "longitude": 104.05678}])
    >>> located = im.geocode_events(im.read_events(rows).events)
    >>> im.coarsen_positions(located)[["latitude", "longitude"]].to_numpy().tolist()
    [[49.02, 104.06]]
    """
    import geopandas as gpd
    import shapely

    missing = [name for name in _NEEDED if name not in events.columns]
    if missing:
        raise ColumnError(f"Positions need the columns {', '.join(map(repr, missing))}. Geocode the table first.")
    if events.crs is None or events.crs.to_epsg() != 4326:
        raise CrsError(f"Positions must be in EPSG:4326, found {events.crs}. Use to_crs('EPSG:4326').")
    check_positions(events)
    origin = events["coordinates_from"]
    fine = (events["place_precision"] == "exact").fillna(value=False) | (origin.notna() & (origin != "gazetteer"))
    exact = (fine & events["latitude"].notna() & events["longitude"].notna()).to_numpy(dtype=bool)
    result = events.copy()
    geometry = events.geometry.to_numpy().copy()
    if exact.any():
        given = events[["latitude", "longitude"]].to_numpy(dtype=float)
        coarse = given.copy()
        coarse[exact] = np.round(given[exact], decimals)
        if "border_distance_km" in events.columns and (coarse[exact] != given[exact]).any():
            raise InputError(
                "Distances to the border were measured from exact positions, which could be had back from them. "
                "Make the positions coarse first, then measure."
            )
        result["latitude"], result["longitude"] = coarse[:, 0], coarse[:, 1]
        geometry[exact] = shapely.points(coarse[exact, 1], coarse[exact, 0])
        if "place_radius_km" in events.columns:
            radius = events["place_radius_km"].to_numpy(dtype=float, copy=True)
            radius[exact] = np.fmax(radius[exact], round(111.2 * 0.5 * 10**-decimals * 2**0.5, 3))
            result["place_radius_km"] = radius
    for row in _circles(events):
        geometry[row] = _coarse_circle(geometry[row], float(events["place_radius_km"].iloc[row]), decimals)
    if "place_alternatives" in events.columns:
        texts = events["place_alternatives"]
        listed = texts.str.contains('"id":"source', regex=False).fillna(value=False)
        if listed.any():
            coarser = {text: _coarse_alternatives(text, decimals) for text in texts[listed].unique()}
            result["place_alternatives"] = texts.where(~listed, texts.map(coarser)).astype(texts.dtype)
    return result.set_geometry(gpd.GeoSeries(gpd.array.from_shapely(geometry), index=events.index, crs="EPSG:4326"))


def _circles(events: gpd.GeoDataFrame) -> list[int]:
    """Return the rows that are circles around coordinates of the source."""
    if not {"place_provider", "place_radius_km"} <= set(events.columns):
        return []
    around = (events["place_precision"] == "district") & (events["place_provider"] == "source")
    drawn = events.geometry.notna() & ~events.geometry.is_empty
    rows: list[int] = np.flatnonzero((around.fillna(value=False) & drawn).to_numpy(dtype=bool)).tolist()
    return rows


def _coarse_circle(shape: Any, radius_km: float, decimals: int) -> Any:
    """Return the circle around the rounded middle; a circle's own is halfway between its farthest points."""
    west, south, east, north = shape.bounds
    return circle(round((south + north) / 2, decimals), round((west + east) / 2, decimals), radius_km)


def _coarse_alternatives(text: str, decimals: int) -> str:
    entries = json.loads(text)
    for entry in entries:
        if entry["id"] in {"source", "source_mended"}:
            for name in ("latitude", "longitude"):
                entry[name] = None if entry[name] is None else round(entry[name], decimals)
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
