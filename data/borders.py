"""Make `borders.parquet`: the land borders of the world for distances, from OpenStreetMap, simplified to 25 m.

Columns: ``country_a``, ``country_b`` (ISO 3166-1 alpha-2, in alphabetical order; A lies to the left of the line),
``kind`` (``border``: where two countries meet; ``claimed``: the edge of an area that both claim; ``disputed``: drawn in
one view only, and no distance refers to it), ``view`` (the border view that the line belongs to, missing when it
belongs to all), ``name``, ``name_uk``, ``name_ru`` (of a line that is disputed or not agreed, as
`disputed_borders.csv` has it), ``error_m`` and lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _natural_earth
import _osm
import countries
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import regions
import shapely
from _build import REFERENCE, Source, frame_table, write_layer
from pyproj import CRS, Transformer

TOLERANCE_M = 25.0
STEP_M = 1_000.0  # the source's edges are straight in degrees: points this close keep them so
DECIMALS = 5
MARGIN = 1e-3  # degrees about the box that two areas have in common
WORLD = [-180.0, -90.0, 180.0, 90.0]
TRIED = 20  # edges that are asked which side of a line is which
CRIMEA = ("Europe/Simferopol",)
#: Lines that are not the origin's: Natural Earth's for Kosovo, by hand for the Golan (measured by `errors.py`).
COARSE_M = {("RS", "XK"): 3_000.0, ("IL", "SY"): 3_000.0}
LIST = Path(__file__).with_name("disputed_borders.csv")
NAMES = ["name", "name_uk", "name_ru"]
COLUMNS = ["country_a", "country_b", "view", "kind", *NAMES, "error_m", "geometry"]

Pair = tuple[str, str]
Row = tuple[Any, ...]


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    inputs = {**_osm.inputs(), **_natural_earth.inputs("land"), regions.TARBALL_NAME: regions.TARBALL}
    areas, claimed = countries.settled_areas()
    land = _natural_earth.land()
    shapely.prepare([*areas.values(), *claimed.values()])
    rows, worst = [], 0.0
    for a, b, kind, line in [*_between(areas), *_around(areas, claimed)]:
        dry = on_land(line, land)
        if dry.is_empty:
            continue
        simple, deviation = simplify(dry)
        worst = max(worst, deviation)
        error = COARSE_M.get((a, b), TOLERANCE_M + 1)
        rows += [(a, b, None, kind, *names, error, part) for names, part in parted(a, b, kind, simple)]
    crimea = _osm.area(CRIMEA)
    mainland = _osm.area(zone for zone in _osm.zones_of_countries()["UA"] if zone not in CRIMEA)
    line, deviation = simplify(on_land(shared(crimea, mainland), land))
    rows.append((None, None, "crimea_apart", "disputed", "Crimea", "Крим", "Крым", TOLERANCE_M + 1, line))
    frame = gpd.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs="EPSG:4326")
    worst = max(worst, deviation)
    print(
        f"  {len(set(zip(frame['country_a'], frame['country_b'], strict=True))):,} pairs, off by {worst:.1f} m at most"
    )
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
            "Lines that the areas of two countries share, without the territorial sea "
            "(end runs over the sea of Natural Earth 1:10m land), "
            f"simplified to {TOLERANCE_M:.0f} m; "
            f"never more than {worst:.1f} m from the unsimplified line. "
            "Country A lies to the left of its line. Disputed lines are named. Two lines are coarser: Kosovo with "
            "Serbia is Natural Earth's, the western edge of the Golan is drawn by hand, both right to about 3 km."
        ),
        error_m=round(worst, 1),
    )
    write_layer("borders", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def _between(areas: dict[str, shapely.Geometry]) -> Iterator[tuple[str, str, str, shapely.MultiLineString]]:
    """Yield what each two countries share."""
    codes = sorted(areas)
    shapes = np.array([areas[code] for code in codes], dtype=object)
    for one, other in np.unique(shapely.STRtree(shapes).query(shapes, predicate="intersects"), axis=1).T:
        if one < other:
            line = shared(shapes[one], shapes[other])
            if not line.is_empty:
                yield codes[one], codes[other], "border", line


def _around(
    areas: dict[str, shapely.Geometry], claimed: dict[Pair, shapely.Geometry]
) -> Iterator[tuple[str, str, str, shapely.MultiLineString]]:
    """Yield what an area that two countries claim shares with either."""
    for a, b in sorted(claimed):
        lines = [shared(areas[code], part) for code in (a, b) for part in shapely.get_parts(claimed[a, b])]
        for line in lines:
            if not line.is_empty:
                yield a, b, "claimed", line


def parted(a: str, b: str, kind: str, line: shapely.MultiLineString) -> list[tuple[Row, shapely.MultiLineString]]:
    """Part a line into its disputed stretches, with their names, and what is left, with none.

    A stretch without names in the list is an area that two countries hold jointly.
    """
    wanted = "line" if kind == "border" else "area"
    found: list[tuple[Row, shapely.MultiLineString]] = []
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["country_a"], row["country_b"], row["kind"]) != (a, b, wanted):
                continue
            sides = [float(row[side]) for side in ("west", "south", "east", "north")] if row["west"] else WORLD
            stretch = _lines(shapely.intersection(line, shapely.box(*sides)))
            line = _lines(shapely.difference(line, shapely.box(*sides)))
            if not stretch.is_empty:
                found.append((tuple(row[name] or None for name in NAMES), stretch))
    if not line.is_empty:
        if kind == "claimed":
            raise SystemExit(f"{LIST.name}: the area that {a} and {b} claim has no name at {line.bounds}")
        found.append(((None, None, None), line))
    return found


def _lines(shape: shapely.Geometry) -> shapely.MultiLineString:
    parts = shapely.get_parts(shape)
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString" and not part.is_empty])


def shared(a: shapely.Geometry, b: shapely.Geometry) -> shapely.MultiLineString:
    """Return the lines that two areas share, `a` on the left."""
    west, south = np.max([a.bounds[:2], b.bounds[:2]], axis=0) - MARGIN
    east, north = np.min([a.bounds[2:], b.bounds[2:]], axis=0) + MARGIN
    near = [shapely.clip_by_rect(shapely.boundary(one), west, south, east, north) for one in (a, b)]
    lines = _lines(shapely.intersection(*near))
    if lines.is_empty:
        return lines
    merged = shapely.get_parts(shapely.line_merge(lines))
    return shapely.MultiLineString([_with_left(part, a) for part in merged])


def _with_left(line: shapely.LineString, a: shapely.Geometry) -> shapely.LineString:
    xy = shapely.get_coordinates(line)
    steps = np.diff(xy, axis=0)
    length = np.hypot(*steps.T)
    for longest in np.argsort(-length, kind="stable")[:TRIED]:
        normal = np.array([-steps[longest, 1], steps[longest, 0]]) / length[longest]
        left, right = ((xy[longest] + xy[longest + 1]) / 2 + side * 1e-6 * normal for side in (1, -1))
        a_left, a_right = shapely.contains_xy(a, *left), shapely.contains_xy(a, *right)
        if a_left != a_right:
            return line if a_left else shapely.reverse(line)
    raise SystemExit(f"cannot tell which side of the line at {xy[0]} is which")


def on_land(lines: shapely.MultiLineString, land: shapely.Geometry) -> shapely.MultiLineString:
    """Cut the runs over the sea from the ends of each line; lines wholly at sea disappear."""
    shapely.prepare(land)
    kept = []
    for line in shapely.get_parts(lines):
        xy = shapely.get_coordinates(line)
        middle = (xy[:-1] + xy[1:]) / 2
        dry = np.flatnonzero(shapely.contains_xy(land, middle[:, 0], middle[:, 1]))
        if len(dry):
            kept.append(line if line.is_ring else shapely.LineString(xy[dry[0] : dry[-1] + 2]))
    return shapely.MultiLineString(kept)


def simplify(lines: shapely.MultiLineString) -> tuple[shapely.MultiLineString, float]:
    """Simplify in an equal-area plane about the line's middle; return the line and its largest deviation in metres."""
    west, south, east, north = lines.bounds
    plane = CRS.from_proj4(
        f"+proj=laea +lat_0={(south + north) / 2:.3f} +lon_0={(west + east) / 2:.3f} +ellps=WGS84 +units=m"
    )
    there = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    dense = shapely.segmentize(lines, STEP_M / 111_000)
    flat = shapely.transform(dense, lambda xy: _project(there, xy))
    simple = shapely.simplify(flat, TOLERANCE_M, preserve_topology=True)
    back = shapely.transform(simple, lambda xy: _project(there, xy, inverse=True))
    rounded = shapely.transform(back, lambda xy: np.round(xy, DECIMALS))
    final = shapely.transform(rounded, lambda xy: _project(there, xy))
    shapely.prepare(final)
    original = shapely.points(shapely.get_coordinates(shapely.segmentize(flat, 200.0)))
    return rounded, float(shapely.distance(final, original).max())


def _project(
    transformer: Transformer, xy: npt.NDArray[np.float64], *, inverse: bool = False
) -> npt.NDArray[np.float64]:
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], direction="INVERSE" if inverse else "FORWARD"))


if __name__ == "__main__":
    main()
