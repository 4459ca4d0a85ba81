"""Make `countries.parquet`: the world's countries with their territorial sea, for finding the country of a place.

Columns: ``country`` (ISO 3166-1 alpha-2; missing where the origin gives an area to two countries) and polygons.
"""

from __future__ import annotations

from pathlib import Path

import _osm
import geopandas as gpd
import numpy as np
import shapely
from _build import REFERENCE, Source, frame_table, rounded, write_layer

TOLERANCE_DEGREES = 0.005
ERROR_M = 1_000.0
DECIMALS = 4
# Where the origin counts an area in two countries it is left out of both, save where the United Nations name one.
UNITED_NATIONS = {("GE", "RU"): "GE"}


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    inputs = _osm.inputs()
    areas = {code: _osm.area(zones) for code, zones in _osm.zones_of_countries().items()}
    disputed = settle(areas)
    codes = [*areas, None]
    shapes = shapely.coverage_simplify(np.array([*areas.values(), disputed], dtype=object), TOLERANCE_DEGREES)
    whole = [rounded(shape, decimals=DECIMALS) for shape in shapes]
    frame = gpd.GeoDataFrame({"country": codes}, geometry=whole, crs="EPSG:4326")
    frame = frame[~frame.geometry.is_empty]
    source = Source(
        title=_osm.TITLE,
        origin=_osm.ORIGIN,
        package=_osm.PACKAGE,
        version=_osm.VERSION,
        licence=_osm.LICENCE,
        licence_url=_osm.LICENCE_URL,
        date=_osm.DATE,
        notice=_osm.NOTICE,
        inputs=inputs,
        method=(
            "Time zones joined by country after Unicode CLDR (Crimea in Ukraine, "
            "as in United Nations General Assembly resolution 68/262), "
            f"simplified together so that neighbours still meet (Visvalingam, {TOLERANCE_DEGREES} degrees); "
            "areas that the origin counts in two countries belong to neither. Use `borders` near a border."
        ),
        error_m=ERROR_M,
    )
    write_layer("countries", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def settle(areas: dict[str, shapely.Geometry]) -> shapely.Geometry:
    """Take what two countries both have out of `areas`, in place; return what now belongs to neither."""
    codes = list(areas)
    shapes = [areas[code] for code in codes]
    disputed = []
    for one, other in shapely.STRtree(shapes).query(shapes, predicate="overlaps").T:
        if one >= other:
            continue
        a, b = codes[one], codes[other]
        common = shapely.intersection(shapes[one], shapes[other])
        owner = UNITED_NATIONS.get((a, b))
        if owner != a:
            areas[a] = _polygons(shapely.difference(areas[a], common))
        if owner != b:
            areas[b] = _polygons(shapely.difference(areas[b], common))
        if owner is None:
            disputed.append(_polygons(common))
    return shapely.union_all(disputed)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shapely.multipolygons([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


if __name__ == "__main__":
    main()
