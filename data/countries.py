"""Make `countries.parquet`: the world's countries with their territorial sea, for finding the country of a place.

Columns: ``country`` (ISO 3166-1 alpha-2; missing where the origin gives an area to two countries), ``claimed_by``
(those two, where it is missing) and polygons.
"""

from __future__ import annotations

from pathlib import Path

import _osm
import geopandas as gpd
import numpy as np
import regions
import shapely
from _build import REFERENCE, Source, frame_table, rounded, write_layer

TOLERANCE_DEGREES = 0.005
ERROR_M = 1_000.0
DECIMALS = 4
# Where the origin counts an area in two countries it is left out of both, save where the United Nations name one:
# Abkhazia and South Ossetia, and the parts of the West Bank that are also in Israel's time zone.
UNITED_NATIONS = {("GE", "RU"): "GE", ("IL", "PS"): "PS"}
# The Golan, which the origin has in Israel's zone alone and the United Nations count in Syria: drawn by hand along the
# upper Jordan, the eastern shore of Lake Tiberias and the Yarmouk, right to some 2 km there.
GOLAN = shapely.Polygon([
    (35.68, 33.26), (35.655, 33.245), (35.63, 33.21), (35.625, 33.12), (35.63, 33.03), (35.625, 32.95),
    (35.615, 32.893), (35.64, 32.875), (35.652, 32.84), (35.643, 32.79), (35.63, 32.735), (35.655, 32.69),
    (35.72, 32.70), (36.0, 32.7), (36.0, 33.5), (35.78, 33.35),
])  # fmt: skip


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    inputs = _osm.inputs()
    areas, disputed = settled_areas()
    codes, shared = [*areas, *(None for _ in disputed)], [*(None for _ in areas), *map("; ".join, disputed)]
    shapes = shapely.coverage_simplify(np.array([*areas.values(), *disputed.values()], dtype=object), TOLERANCE_DEGREES)
    whole = [rounded(shape, decimals=DECIMALS) for shape in shapes]
    frame = gpd.GeoDataFrame({"country": codes, "claimed_by": shared}, geometry=whole, crs="EPSG:4326")
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
        inputs={**inputs, regions.TARBALL_NAME: regions.TARBALL},
        method=(
            "Time zones joined by country after Unicode CLDR (Crimea in Ukraine, "
            "as in United Nations General Assembly resolution 68/262), "
            f"simplified together so that neighbours still meet (Visvalingam, {TOLERANCE_DEGREES} degrees); "
            "areas that the origin counts in two countries belong to neither; Kosovo parted from Serbia by "
            "Natural Earth's line. Use `borders` near a border."
        ),
        error_m=ERROR_M,
    )
    write_layer("countries", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def settled_areas() -> tuple[dict[str, shapely.Geometry], dict[tuple[str, str], shapely.Geometry]]:
    """Return the area of each country, and what belongs to neither of two that claim it."""
    areas = {code: _osm.area(zones) for code, zones in _osm.zones_of_countries().items()}
    disputed = settle(areas)
    part_kosovo(areas)
    golan = _polygons(shapely.intersection(areas["IL"], GOLAN))
    areas["IL"] = _polygons(shapely.difference(areas["IL"], golan))
    return areas, disputed | {("IL", "SY"): golan}


def part_kosovo(areas: dict[str, shapely.Geometry]) -> None:
    """Part Kosovo from Serbia in `areas`, in place: the origin counts both in one time zone.

    The line between them is Natural Earth's; what it cuts off beyond Kosovo, along other borders, is Kosovo's.
    """
    outlines = [shape for code, shape in regions.outlines() if code.startswith("XK-")]
    rest = _polygons(shapely.difference(areas["RS"], shapely.union_all(outlines)))
    parts = sorted(shapely.get_parts(rest), key=shapely.area)
    kosovo = shapely.difference(areas["RS"], parts[-1])
    areas["XK"], areas["RS"] = _polygons(kosovo), shapely.MultiPolygon(parts[-1:])


def settle(areas: dict[str, shapely.Geometry]) -> dict[tuple[str, str], shapely.Geometry]:
    """Take what two countries both have out of `areas`, in place; return what now belongs to neither, by the two."""
    codes = list(areas)
    shapes = [areas[code] for code in codes]
    disputed: dict[tuple[str, str], shapely.Geometry] = {}
    taken = shapely.MultiPolygon()
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
            left = _polygons(shapely.difference(common, taken))
            taken = shapely.union(taken, left)
            if not left.is_empty:
                disputed[a, b] = left
    return disputed


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shapely.multipolygons([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


if __name__ == "__main__":
    main()
