"""How many events of UCDP's table were within so many kilometres of a border, as the product counts and counted apart.

Run: python benchmarks/counts_ucdp.py UCDP-Ukraine_2023-05_incl_candidate_2022-23.csv

The other count knows nothing of the product's but the shapes that a map draws and each point's radius: it measures the
chord from every corner of a shape, and from points all over it, to points a few hundred metres apart on the line.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

import impactmap

Degrees = npt.NDArray[np.float64]
STEP = 0.004


def in_space(degrees: Degrees) -> Degrees:
    """Return points of the WGS 84 ellipsoid in kilometres from the earth's middle."""
    longitude, latitude = np.radians(degrees).T
    flattening = 1 / 298.257223563
    square = flattening * (2 - flattening)
    normal = 6378.137 / np.sqrt(1 - square * np.sin(latitude) ** 2)
    round_axis = normal * np.cos(latitude)
    return np.c_[
        round_axis * np.cos(longitude), round_axis * np.sin(longitude), normal * (1 - square) * np.sin(latitude)
    ]


def chords(points: Degrees, line: Degrees) -> Degrees:
    """Return each point's shortest chord to points in space; shorter than the way on the ground by 3 m in 100 km."""
    places = in_space(points)
    return np.concatenate(
        [
            np.sqrt(((part[:, None] - line[None]) ** 2).sum(-1).min(1))
            for part in np.array_split(places, len(places) // 200 + 1)
        ]
    )


def nearest_and_farthest(shape: shapely.Geometry, line: shapely.Geometry, corners: Degrees) -> tuple[float, float]:
    """Return the least and the greatest distance of a shape's points in kilometres."""
    if shape.geom_type == "Point":
        distance = float(chords(shapely.get_coordinates(shape), corners)[0])
        return distance, distance
    west, south, east, north = shape.bounds
    grid = np.stack(np.meshgrid(np.linspace(west, east, 30), np.linspace(south, north, 30)), -1).reshape(-1, 2)
    edge = shapely.get_coordinates(shapely.segmentize(shape, 0.02))
    distances = chords(np.concatenate([edge, grid[shapely.contains_xy(shape, grid)]]), corners)
    return 0.0 if shape.intersects(line) else float(distances.min()), float(distances.max())


def count_apart(events: gpd.GeoDataFrame, border: impactmap.Border, km: float) -> tuple[int, int, int, int]:
    """Return how many events were surely, as drawn and possibly within, and of how many nothing is known."""
    line = shapely.union_all(border.line.to_numpy())
    corners = in_space(shapely.get_coordinates(shapely.segmentize(line, STEP)))
    radius = events["place_radius_km"].fillna(0) if "place_radius_km" in events else events.geometry.map(lambda _: 0.0)
    measured: dict[bytes, tuple[float, float]] = {}
    ranges: dict[str, list[tuple[float, float, float]]] = {}
    for event, shape, around in zip(events["event_id"], events.geometry, radius, strict=True):
        if shape is None:
            ranges.setdefault(event, [])
            continue
        if shape.wkb not in measured:
            measured[shape.wkb] = nearest_and_farthest(shape, line, corners)
        near, far = measured[shape.wkb]
        point = shape.geom_type == "Point"
        ranges.setdefault(event, []).append((near - around * point, far + around * point, near if point else far))
    # Of several places the nearest is what counts: sure is what one place makes sure.
    low, high, best = (
        sum(bool(rows) and min(row[part] for row in rows) <= km for rows in ranges.values()) for part in (1, 0, 2)
    )
    return low, best, high, sum(not rows for rows in ranges.values())


def main() -> None:
    """Print both counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--border", default="RU:UA")
    parser.add_argument("--km", type=float, default=50)
    said = parser.parse_args()
    work = impactmap.open(said.table, border=said.border, now=dt.datetime.now(dt.UTC))
    assert work.border is not None
    events = work.events
    print("| within | surely | as drawn | possibly | not known |\n|---|---|---|---|---|")
    print(f"| {said.km:g} km | {' | '.join(map(str, work.impact.within_border(said.km).iloc[0]))} |")
    print(f"| counted apart | {' | '.join(map(str, count_apart(events, work.border, said.km)))} |")
    print(
        f"| `(border_distance_km < {said.km:g}).sum()` | | {int((events['border_distance_km'] < said.km).sum())} | | |"
    )


if __name__ == "__main__":
    main()
