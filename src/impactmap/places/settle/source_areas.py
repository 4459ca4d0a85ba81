"""Use the areas and lines that a source draws: they stay areas, and never become the point of a place named beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impactmap.places.boundaries import areas_at
from impactmap.places.shapes import area_radius_km, circle, representative_point

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places.gazetteer.areas import Areas, Language

__all__ = ["SHAPE_COLUMN", "use_reported_shapes"]

#: Well-known text, EPSG:4326, as `read_events` keeps it.
SHAPE_COLUMN: Final = "source_geometry"
#: `place_provider` of such a row; a circle around the source's position has `source`.
PROVIDER: Final = "source_area"
#: Narrower shapes, in degrees, tell a position as finely as a point: a circle of this radius stands for them.
_NARROW: Final = 0.02
_CIRCLE_KM: Final = 2.0
#: Wider than a district is.
_DISTRICT_KM: Final = 60.0
_LINE_DEGREES: Final = 0.02
_CORNERS: Final = 50


def use_reported_shapes(located: gpd.GeoDataFrame, areas: Areas, *, language: Language = "en") -> gpd.GeoDataFrame:
    """Put the shapes that the source draws in the place of what its names were located as.

    Parameters
    ----------
    located
        As `geocode_events` makes it; ``source_geometry`` holds shapes as text where the source draws some.
    areas, language
        Names of regions.

    Returns
    -------
    GeoDataFrame
        The same rows, order and index. A row with a shape is an `area` of precision district or region (as the source
        says, else by its size) without latitude and longitude, in the country and the region that it lies in, where
        that is one; lines and groups of points are the area around them.
        Rows that an editor decided, and texts that are no shapes, stay as they are.
    """
    import shapely

    if SHAPE_COLUMN not in located.columns:
        return located
    told = located[SHAPE_COLUMN].notna() & (located["place_provider"] != "decision").fillna(value=True)
    rows = np.flatnonzero(told.to_numpy(dtype=bool))
    if not len(rows):
        return located
    texts = located[SHAPE_COLUMN].iloc[rows]
    parsed = {text: _area(shapely.from_wkt(text, on_invalid="ignore")) for text in texts.unique()}
    known = {text: area for text, area in parsed.items() if area is not None}
    rows = rows[[text in known for text in texts]]
    if not len(rows):
        return located
    result = located.copy()
    texts = located[SHAPE_COLUMN].iloc[rows]
    found = [known[text] for text in texts]
    lies_in = {text: _lies_in(known[text][0]) for text in texts.unique()}
    country, region = ([lies_in[text][at] for text in texts] for at in (0, 1))
    shapes = located.geometry.to_numpy().copy()
    shapes[rows] = [shape for shape, _, _ in found]
    index = result.index[rows]
    at = pd.Series(data=False, index=result.index).to_numpy(copy=True)
    at[rows] = True
    said = located["place_precision"].where(located["place_provider"] == "source")
    stated = said.iloc[rows].where(said.iloc[rows] == "region")
    sizes = pd.Series([precision for _, _, precision in found], index=index, dtype="str")
    named = located["place_name"].fillna(located["place"]).iloc[rows]
    values: dict[str, Any] = {
        "place_status": "area",
        "place_precision": stated.fillna(sizes).to_numpy(),
        "place_radius_km": [radius for _, radius, _ in found],
        "place_score": 1.0,
        "place_name": named.to_numpy(),
        "place_country": country,
        "place_region_code": region,
        "place_region": [areas.region_name(code, language) for code in region],
        "place_provider": [PROVIDER if radius != _CIRCLE_KM else "source" for _, radius, _ in found],
        "place_reason": "The area is the source's own.",
    }
    for name, value in values.items():
        result.loc[at, name] = value
    for name in ("latitude", "longitude", "coordinates_from", "place_id", "place_alternatives"):
        result.loc[at, name] = np.nan if name in {"latitude", "longitude"} else pd.NA
    return result.set_geometry(shapes, crs=located.crs)


def _lies_in(area: Any) -> tuple[str | None, str | None]:
    """Return the country and the region of an area, None where it reaches into several."""
    import shapely

    latitude, longitude = representative_point(area)
    corners = shapely.get_coordinates(area)[:: max(1, shapely.get_num_coordinates(area) // _CORNERS)]
    at = areas_at(np.append(corners[:, 0], longitude), np.append(corners[:, 1], latitude))
    countries, regions = ({code for code in codes if code is not None} for codes in (at.country, at.region))
    country = countries.pop() if len(countries) == 1 else None
    return country, regions.pop() if country is not None and len(regions) == 1 else None


def _area(shape: Any) -> tuple[Any, float, str] | None:
    """Return the area that a shape stands for, its radius and its precision."""
    import shapely

    if shape is None or shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    if max(east - west, north - south) < _NARROW:
        return circle(*representative_point(shape), _CIRCLE_KM), _CIRCLE_KM, "district"
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        valid = shapely.make_valid(shape)
        parts = [part for part in shapely.get_parts(valid).tolist() if part.geom_type in {"Polygon", "MultiPolygon"}]
        area = shapely.union_all(parts) if parts else shape.convex_hull.buffer(_LINE_DEGREES)
    else:
        area = shape.convex_hull.buffer(_LINE_DEGREES)
    radius = area_radius_km(area)
    return area, radius, "district" if radius <= _DISTRICT_KM else "region"
