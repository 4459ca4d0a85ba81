"""Make `borders.parquet`: land borders for distances, from OpenStreetMap, simplified to 25 m.

Columns: ``country_a``, ``country_b`` (ISO 3166-1 alpha-2, in alphabetical order; A lies to the left of the line),
``view`` (the border view
that the line belongs to, missing when it belongs to all), ``kind`` (``border`` or ``disputed``), ``name`` and lines.
"""

from __future__ import annotations

from pathlib import Path

import _natural_earth
import _osm
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from _build import REFERENCE, Source, frame_table, write_layer
from pyproj import CRS, Transformer

TOLERANCE_M = 25.0
STEP_M = 1_000.0  # the source's edges are straight in degrees: points this close keep them so
DECIMALS = 5
UKRAINE = ("BY", "HU", "MD", "PL", "RO", "RU", "SK")
RUSSIA = ("AZ", "BY", "CN", "EE", "FI", "GE", "KP", "KZ", "LT", "LV", "MN", "NO", "PL")
PAIRS = sorted({*((*sorted(("UA", other)),) for other in UKRAINE), *((*sorted(("RU", other)),) for other in RUSSIA)})
CRIMEA = ("Europe/Simferopol",)


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    inputs = {**_osm.inputs(), **_natural_earth.inputs("land")}
    zones = _osm.zones_of_countries()
    areas = {code: _osm.area(zones[code]) for code in sorted({code for pair in PAIRS for code in pair})}
    # The source counts Abkhazia and South Ossetia in both; the United Nations count them in Georgia.
    areas["RU"] = shapely.difference(areas["RU"], areas["GE"])
    crimea = _osm.area(CRIMEA)
    mainland = _osm.area(zone for zone in zones["UA"] if zone not in CRIMEA)
    land = _natural_earth.land()

    rows = []
    worst = 0.0
    for a, b in PAIRS:
        line, deviation = simplify(on_land(shared(areas[a], areas[b]), land))
        worst = max(worst, deviation)
        rows.append((a, b, None, "border", None, line))
        print(f"  {a}-{b}: {shapely.get_num_coordinates(line):,} vertices, off by at most {deviation:.1f} m")
    line, deviation = simplify(on_land(shared(crimea, mainland), land))
    rows.append((None, None, "crimea_apart", "disputed", "Crimea", line))
    frame = gpd.GeoDataFrame(
        rows,
        columns=["country_a", "country_b", "view", "kind", "name", "geometry"],
        geometry="geometry",
        crs="EPSG:4326",
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
            f"never more than {max(worst, deviation):.1f} m from the unsimplified line. "
            "Country A lies to the left of its line."
        ),
        error_m=round(max(worst, deviation), 1),
    )
    write_layer("borders", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def shared(a: shapely.Geometry, b: shapely.Geometry) -> shapely.MultiLineString:
    """Return the lines that two areas share, `a` on the left."""
    common = shapely.intersection(shapely.boundary(a), shapely.boundary(b))
    lines = [part for part in shapely.get_parts(common) if part.geom_type == "LineString"]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return shapely.multilinestrings([_with_left(part, a) for part in merged])


def _with_left(line: shapely.LineString, a: shapely.Geometry) -> shapely.LineString:
    xy = shapely.get_coordinates(line)
    steps = np.diff(xy, axis=0)
    longest = int(np.argmax(np.hypot(*steps.T)))
    normal = np.array([-steps[longest, 1], steps[longest, 0]]) / np.hypot(*steps[longest])
    left, right = ((xy[longest] + xy[longest + 1]) / 2 + side * 1e-6 * normal for side in (1, -1))
    a_left, a_right = shapely.contains_xy(a, *left), shapely.contains_xy(a, *right)
    if a_left == a_right:
        raise SystemExit(f"cannot tell which side of the line at {xy[longest]} is which")
    return line if a_left else shapely.reverse(line)


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
    return shapely.multilinestrings(kept)


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
