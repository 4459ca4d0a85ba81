"""Distance to the border: how fast, and how far from the truth.

    python benchmarks/border.py -o build/benchmarks

Speed: points drawn at random around the shipped border (its box and three degrees more), once all different, once
5,000 places that repeat. Truth: an ellipsoidal brute force over 100,000 points that shares no code with the product
and compares nothing but geodesic distances (Karney's, through PROJ): to every vertex of the line at 2 km, then to
every vertex at 25 m of all stretches that could hold the nearest point, then ever closer along the two edges there. A
third of its points lie anywhere in the box, a third within 50 km of the line, a third within 300 m.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from cost import cost_of, in_a_process, write_report
from pyproj import Geod
from rows import SEED

GEOD = Geod(ellps="WGS84")
PAIR = ("UA", "RU")
STRETCH_M, STEP_M = 2_000.0, 25.0


def random_points(line: shapely.Geometry, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes spread evenly over the line's box and three degrees more."""
    west, south, east, north = line.bounds
    return rng.uniform(west - 3, east + 3, count), rng.uniform(south - 3, north + 3, count)


def near_points(
    line: shapely.Geometry, count: int, within_m: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return points up to ``within_m`` from random vertices of the line."""
    xy = shapely.get_coordinates(line)[rng.integers(0, shapely.get_num_coordinates(line), count)]
    lon, lat, _ = GEOD.fwd(xy[:, 0], xy[:, 1], rng.uniform(0, 360, count), rng.uniform(0, within_m, count))
    return np.asarray(lon), np.asarray(lat)


def events_at(longitude: np.ndarray, latitude: np.ndarray) -> gpd.GeoDataFrame:
    """Return the least frame that the border stage takes: settled points."""
    frame = pd.DataFrame(
        {
            "event_id": pd.Series(np.arange(len(longitude))).astype("str"),
            "latitude": latitude,
            "longitude": longitude,
            "place_precision": pd.Series(["exact"]).repeat(len(longitude)).reset_index(drop=True).astype("str"),
            "place_country": pd.Series(["UA"]).repeat(len(longitude)).reset_index(drop=True).astype("str"),
        }
    )
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(longitude, latitude), crs="EPSG:4326")


def brute_force(line: shapely.Geometry, longitude: np.ndarray, latitude: np.ndarray, chunk: int = 2000) -> np.ndarray:
    """Return the geodesic distance in metres from each point to the line, whose edges are geodesics."""
    parts = [_densified(shapely.get_coordinates(part), STEP_M) for part in shapely.get_parts(line)]
    found = np.full(len(longitude), np.inf)
    for xy in parts:
        every = int(STRETCH_M // STEP_M)
        coarse = np.unique(np.r_[np.arange(0, len(xy), every), len(xy) - 1])
        for start in range(0, len(longitude), chunk):
            rows = slice(start, start + chunk)
            found[rows] = np.minimum(found[rows], _nearest(xy, coarse, longitude[rows], latitude[rows]))
    return found


def _nearest(xy: np.ndarray, coarse: np.ndarray, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    away = _all_distances(longitude, latitude, xy[coarse])
    best = away.min(axis=1)
    # A vertex of a stretch is at most half the stretch farther than the nearest point on it.
    row, stretch = np.nonzero(away <= best[:, None] + STRETCH_M)
    half = int(STRETCH_M // STEP_M)
    offsets = np.arange(-half, half + 1)
    vertex = np.clip(coarse[stretch][:, None] + offsets, 0, len(xy) - 1)
    away = np.empty(vertex.shape)
    pieces = max(1, 2_000_000 // len(offsets))
    for start in range(0, len(row), pieces):
        block = vertex[start : start + pieces]
        who = np.repeat(row[start : start + pieces], block.shape[1])
        place = xy[block.ravel()]
        far = GEOD.inv(longitude[who], latitude[who], place[:, 0], place[:, 1])[2]
        away[start : start + pieces] = far.reshape(block.shape)
    best = np.full(len(longitude), np.inf)
    np.minimum.at(best, row, away.min(axis=1))
    # The nearest point is at most half a step from a vertex of its edge: every vertex that could be that one is tried.
    tried = np.nonzero(away <= 1.000001 * np.hypot(best, STEP_M / 2)[row][:, None])
    pairs = np.unique(np.column_stack([row[tried[0]], vertex[tried]]), axis=0)
    row, vertex = pairs[:, 0], pairs[:, 1]
    refined = _refined(xy, vertex, longitude[row], latitude[row])
    np.minimum.at(best, row, refined)
    return best


def _refined(xy: np.ndarray, vertex: np.ndarray, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Look along the two edges of a vertex, seven times, each time at six places of a narrower stretch."""
    best = np.full(len(vertex), np.inf)
    for other in (np.clip(vertex - 1, 0, len(xy) - 1), np.clip(vertex + 1, 0, len(xy) - 1)):
        azimuth, _, length = GEOD.inv(xy[vertex, 0], xy[vertex, 1], xy[other, 0], xy[other, 1])
        low, high = np.zeros(len(vertex)), np.asarray(length, dtype=float)
        for _ in range(7):
            at = low + (high - low) * np.linspace(0, 1, 6)[:, None]
            lon, lat, _back = GEOD.fwd(
                *(np.broadcast_to(v, at.shape).ravel() for v in (xy[vertex, 0], xy[vertex, 1], azimuth)), at.ravel()
            )
            d = GEOD.inv(
                np.broadcast_to(longitude, at.shape).ravel(), np.broadcast_to(latitude, at.shape).ravel(), lon, lat
            )[2].reshape(at.shape)
            first = d.argmin(axis=0)
            best = np.minimum(best, d.min(axis=0))
            columns = np.arange(len(vertex))
            low, high = at[np.maximum(first - 1, 0), columns], at[np.minimum(first + 1, 5), columns]
    return best


def _all_distances(longitude: np.ndarray, latitude: np.ndarray, xy: np.ndarray) -> np.ndarray:
    shape = (len(longitude), len(xy))
    arrays = (
        np.broadcast_to(v, shape).ravel()
        for v in (longitude[:, None], latitude[:, None], xy[None, :, 0], xy[None, :, 1])
    )
    return np.asarray(GEOD.inv(*arrays)[2]).reshape(shape)


def _densified(xy: np.ndarray, step: float) -> np.ndarray:
    rows = []
    for (lon, lat), (to_lon, to_lat) in itertools.pairwise(xy):
        length = GEOD.inv(lon, lat, to_lon, to_lat)[2]
        between = max(int(np.ceil(length / step)) - 1, 0)
        rows.append(np.array([(lon, lat), *(GEOD.npts(lon, lat, to_lon, to_lat, between) if between else [])]))
    return np.vstack([*rows, xy[-1:]])


def measure_speed(count: int, different: int) -> dict[str, Any]:
    """Time the stage on ``count`` rows of ``different`` places, in this process."""
    import impactmap

    rng = np.random.default_rng(SEED)
    border = impactmap.load_border(PAIR)
    longitude, latitude = random_points(border.line.union_all(), different, rng)
    pick = np.arange(count) if different == count else rng.integers(0, different, count)
    events = events_at(longitude[pick], latitude[pick])
    first, _ = cost_of(
        lambda: impactmap.add_border_distance(events.head(1), border=border)
    )  # opens the index; shown apart
    cost, _ = cost_of(lambda: impactmap.add_border_distance(events, border=border))
    return {**cost, "open_cpu_s": first["cpu_s"], "rows": count, "different": different}


def measure_accuracy(count: int) -> dict[str, Any]:
    """Compare the stage with the brute force, in this process."""
    import impactmap

    rng = np.random.default_rng(SEED + 2)
    border = impactmap.load_border(PAIR)
    line = border.line.union_all()
    third = count // 3
    sets = [
        random_points(line, count - 2 * third, rng),
        near_points(line, third, 50_000, rng),
        near_points(line, third, 300, rng),
    ]
    longitude, latitude = (np.concatenate(values) for values in zip(*sets, strict=True))
    ours = (
        impactmap.add_border_distance(events_at(longitude, latitude), border=border)["border_distance_km"].to_numpy(
            dtype=float
        )
        * 1000
    )
    error = np.abs(ours - brute_force(line, longitude, latitude))
    return {
        "points": count,
        "vertices": int(shapely.get_num_coordinates(line).sum()),
        "largest_m": float(error.max()),
        "p999_m": float(np.quantile(error, 0.999)),
        "median_m": float(np.median(error)),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the distance to the border: speed and accuracy.")
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--check", type=int, default=100_000, help="points of the brute force")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    if options.one:
        kind, *numbers = options.one
        json.dump((measure_speed if kind == "speed" else measure_accuracy)(*map(int, numbers)), sys.stdout)
    else:
        speed = [
            min(
                (in_a_process("border.py", "--one", "speed", n, n) for _ in range(options.repeat)),
                key=lambda r: r.get("cpu_s", 1e9),
            )
            for n in options.counts
        ]
        repeated = in_a_process("border.py", "--one", "speed", max(options.counts), 5000)
        write_report(
            options.out,
            "border",
            {
                "speed": speed,
                "repeated": repeated,
                "accuracy": in_a_process("border.py", "--one", "accuracy", options.check),
            },
        )
