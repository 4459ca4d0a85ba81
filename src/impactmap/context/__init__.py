"""What surrounds a place: its country and region, its distance to a border, its population, and the ground to draw.

Each function takes a frame and gives back the same rows, in the same order, with the same index and more columns. For
drawing there are

- ``basemap_for((west, south, east, north), border=None, tolerance_km=0.5, language="en") -> Basemap`` with ``land``,
  ``lakes``, ``rivers``,
  ``regions`` (shapely geometries, EPSG:4326), ``borders`` (``kind``, ``name``, ``geometry``) and ``labels`` (``name``,
  ``lat``, ``lon``, ``rank``, ``kind``);
- ``region_areas(codes) -> GeoDataFrame``.
"""

from __future__ import annotations

from impactmap.context.basemap import Basemap, BasemapBorder, basemap_for
from impactmap.context.borders import Border, load_border, shipped_pairs
from impactmap.context.compare import compare_reported
from impactmap.context.distance import add_border_distance
from impactmap.context.labels import BasemapLabel
from impactmap.context.population import add_population
from impactmap.context.regions import add_regions, region_areas
from impactmap.places.boundaries import countries_at

__all__ = [
    "Basemap",
    "BasemapBorder",
    "BasemapLabel",
    "Border",
    "add_border_distance",
    "add_population",
    "add_regions",
    "basemap_for",
    "compare_reported",
    "countries_at",
    "load_border",
    "region_areas",
    "shipped_pairs",
]
