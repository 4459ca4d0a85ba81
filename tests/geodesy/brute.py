"""An exhaustive search for the nearest point of a line that shares nothing with the library's.

Every piece of the line is tried on the sphere; those that could win are measured by golden sections on the ellipsoid.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
PIECE_M = 2_000.0
GOLDEN = (np.sqrt(5) - 1) / 2


def pieces(line):
    """Return the geodesic edges of a line, none longer than `PIECE_M`: start longitude and latitude, azimuth,
    length."""
    found = []
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(part)
        azimuth, _, length = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
        count = np.maximum(np.ceil(length / PIECE_M).astype(int), 1)
        for (lon, lat), az, whole, n in zip(xy[:-1], azimuth, length, count, strict=True):
            starts = np.arange(n) * whole / n
            lons, lats, back = GEOD.fwd(np.full(n, lon), np.full(n, lat), np.full(n, az), starts)
            found.append(
                np.column_stack(
                    [lons, lats, np.where(starts == 0, az, (np.asarray(back) + 180) % 360), np.full(n, whole / n)]
                )
            )
    return np.vstack(found)


def on_sphere(lon, lat):
    lon, lat = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def brute_m(line, lon, lat, *, chunk=1_000):
    """Return the ellipsoidal distance in metres from each point to the nearest point of the line."""
    edges = pieces(line)
    middle = np.column_stack(GEOD.fwd(edges[:, 0], edges[:, 1], edges[:, 2], edges[:, 3] / 2)[:2])
    globe = on_sphere(*middle.T).T
    half = edges[:, 3].max() / 2
    best = np.empty(len(lon))
    for start in range(0, len(lon), chunk):
        x, y = lon[start : start + chunk], lat[start : start + chunk]
        cosine = on_sphere(x, y) @ globe
        # The sphere is wrong by at most 0.6 % either way; a piece reaches half its length beyond its middle.
        least = 6_371_000.0 * np.arccos(np.clip(cosine.max(axis=1), -1, 1))
        reach = (least + half) * 1.012 + half
        rows, pick = np.nonzero(cosine >= np.cos(np.minimum(reach / 6_371_000.0, np.pi))[:, None])
        # First by the middles, then golden sections on the pieces that can still win.
        exact = GEOD.inv(x[rows], y[rows], middle[pick, 0], middle[pick, 1])[2]
        least = np.full(len(x), np.inf)
        np.minimum.at(least, rows, exact)
        keep = exact - edges[pick, 3] / 2 <= least[rows]
        rows, pick = rows[keep], pick[keep]
        section = _golden(edges[pick], x[rows], y[rows])
        least = np.full(len(x), np.inf)
        np.minimum.at(least, rows, section)
        best[start : start + chunk] = least
    return best


def _golden(edges, x, y, *, rounds=24):
    low, high = np.zeros(len(edges)), edges[:, 3].copy()

    def distance(along):
        lons, lats, _ = GEOD.fwd(edges[:, 0], edges[:, 1], edges[:, 2], along)
        return GEOD.inv(x, y, lons, lats)[2]

    least = np.minimum(distance(low), distance(high))
    for _ in range(rounds):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        first, second = distance(left), distance(right)
        least = np.minimum(least, np.minimum(first, second))
        smaller = first < second
        high, low = np.where(smaller, right, high), np.where(smaller, low, left)
    return least
