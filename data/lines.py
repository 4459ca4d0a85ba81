"""Make `lines.parquet`: the lines between countries and between regions, ready to draw under a map.

Columns: ``kind`` (``country`` or ``region``), ``country_a``, ``country_b`` (ISO 3166-1 alpha-2, alphabetical, missing
where an area belongs to no country; regions lie within one country, so both are missing) and lines. Everything here
follows from the layers `countries`, `regions` and `basemap`: it is kept because finding what two outlines
share takes longer than all the rest of drawing the ground.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from _build import REFERENCE, Source, frame_table, write_layer

from impactmap.reference import layer_info, load_layer

DECIMALS = 3
TOLERANCE_DEGREES = 0.02  # of the lines between countries; the outlines are finer than a drawing needs
LAYERS = ("basemap", "countries", "regions")

Shapes = npt.NDArray[np.object_]


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    rows = [*_country_lines(), *_region_lines()]
    frame = gpd.GeoDataFrame(
        rows, columns=["kind", "country_a", "country_b", "geometry"], geometry="geometry", crs="EPSG:4326"
    )
    infos = [layer_info(name) for name in LAYERS]
    about: dict[str, Any] = layer_info("regions")
    source = Source(
        title="Lines that countries and regions share",
        origin=(
            f"the layers {', '.join(LAYERS)}: lines between countries from OpenStreetMap contributors (ODbL), lines "
            "between regions from Natural Earth"
        ),
        package=", ".join(LAYERS),
        version="as shipped",
        licence=f"lines between countries: {layer_info('countries')['licence']}; between regions: {about['licence']}",
        licence_url=layer_info("countries")["licence_url"],
        date=about["date"],
        notice=about["notice"],
        inputs={info["file"]: info["sha256"] for info in infos},
        method=(
            "What the outlines of two neighbours have in common; between countries on land only, simplified, "
            "for maps of many countries. For drawing only."
        ),
    )
    write_layer("lines", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def _country_lines() -> list[tuple[Any, ...]]:
    """Return one row a pair of countries: what they share, on land, coarser than the borders."""
    layer, ground = load_layer("countries"), load_layer("basemap")
    shapes = shapely.coverage_simplify(layer.geometry.to_numpy(), TOLERANCE_DEGREES)
    land = shapely.union_all(ground.geometry.to_numpy()[(ground["kind"] == "land").to_numpy()])
    names = layer["country"].to_numpy(dtype=object)
    rows = []
    for one, other, line in _shared(shapes):
        pair = sorted(name for name in (names[one], names[other]) if not pd.isna(name))
        dry = _chains([shapely.intersection(_chains([line]), land)])
        if not shapely.is_empty(dry):
            rows.append(("country", *[*pair, None, None][:2], dry))
    return sorted(rows, key=lambda row: (row[1] or "", row[2] or ""))


def _region_lines() -> list[tuple[Any, ...]]:
    """Return one row a line between two regions of one country, from one meeting of lines to the next."""
    layer = load_layer("regions")
    country = layer["country"].to_numpy(dtype=object)
    common = [line for one, other, line in _shared(layer.geometry.to_numpy()) if country[one] == country[other]]
    return [("region", None, None, line) for line in shapely.get_parts(shapely.normalize(_chains(common)))]


def _shared(shapes: Shapes) -> list[tuple[int, int, shapely.Geometry]]:
    """Return the lines that two shapes share, with the shapes' numbers."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    edges = shapely.boundary(shapes)
    common = shapely.intersection(edges[first], edges[second])
    return [(int(one), int(other), line) for one, other, line in zip(first, second, common, strict=True) if line.length]


def _chains(shapes: list[shapely.Geometry]) -> shapely.MultiLineString:
    """Return the lines of the shapes, rounded, joined where only two of them meet."""
    parts = shapely.get_parts(shapely.get_parts(np.array([*shapes, shapely.MultiLineString()], dtype=object)))
    lines = shapely.transform(parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING], _rounded)
    lines = lines[shapely.length(lines) > 0]
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return shapely.multilinestrings(shapely.get_parts(merged))


def _rounded(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(coordinates, DECIMALS)


if __name__ == "__main__":
    main()
