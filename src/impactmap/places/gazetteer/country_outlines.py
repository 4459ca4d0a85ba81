"""Outlines of countries, and what lies within one."""

from __future__ import annotations

import functools

import geopandas as gpd
import pandas as pd
import shapely

__all__ = ["country_outlines", "within_country"]


@functools.cache
def country_outlines() -> gpd.GeoSeries:
    """Return the outlines of countries by their ISO 3166-1 alpha-2 codes, EPSG:4326."""
    from impactmap.reference import load_layer

    layer = load_layer("countries")
    several = layer["country"].duplicated(keep=False)
    joined = gpd.GeoDataFrame(layer[several]).dissolve("country").geometry
    return pd.concat([layer[~several].set_index("country").geometry, joined])


def within_country(shape: shapely.Geometry, code: str | None) -> shapely.Geometry:
    """Return the part of a shape that lies in a country; the whole of it where none does."""
    outlines = country_outlines()
    if code not in outlines.index:
        return shape
    outline = outlines.loc[code]
    shapely.prepare(outline)
    if shapely.contains_properly(outline, shape) or not shapely.intersects(outline, shape):
        return shape
    part: shapely.Geometry = shapely.intersection(outline, shape)
    return part if shapely.area(part) > 0 else shape
