"""Lines and outlines as the viewer reads them: integers of degrees x 10,000, a first pair, then differences.

In a page's data the many lines of the ground are one column of steps, in a unit that no reader can see.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from impactmap.context.basemap import Basemap

__all__ = ["encode_basemap", "encode_lines", "encode_rings", "steps_column"]

#: Integers of the payload's coordinates in a degree: about 11 m.
SCALE = 10_000
_GROUND = ("land", "lakes", "rivers", "regions")


def _integers(lines: npt.NDArray[Any]) -> list[list[int]]:
    """Return each line as integers: a first pair, then differences; steps of nothing are left out."""
    if not len(lines):
        return []
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    points = np.round(coordinates * SCALE).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=0)
    first = np.diff(line, prepend=-1) != 0
    steps[first] = points[first]
    kept = first | (steps != 0).any(axis=1)
    ends = 2 * np.cumsum(np.bincount(line[kept], minlength=len(lines)))
    values = steps[kept].ravel().tolist()
    return [values[start:end] for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]


def encode_rings(geometry: shapely.Geometry | None) -> list[list[int]]:
    """Return the rings of the polygons, outer and inner alike (they are filled by the even-odd rule)."""
    if geometry is None or shapely.is_empty(geometry):
        return []
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return [ring for ring in _integers(rings) if len(ring) >= 8]


def encode_lines(geometry: shapely.Geometry | None) -> list[list[int]]:
    """Return the lines, joined where they meet."""
    if geometry is None or shapely.is_empty(geometry):
        return []
    merged = shapely.line_merge(geometry)
    return [line for line in _integers(shapely.get_parts(merged)) if len(line) >= 4]


def encode_basemap(basemap: Basemap | None) -> dict[str, Any]:
    """Return the ground as the viewer reads it: integers of degrees x 10,000, see docs/architecture.md.

    Parameters
    ----------
    basemap
        From `basemap_for`; None for a ground without anything on it.

    Returns
    -------
    dict
        ``bounds, land, lakes, rivers, regions, borders, labels``.
    """
    if basemap is None:
        return {
            "bounds": [-180, -85, 180, 85],
            "land": [],
            "lakes": [],
            "rivers": [],
            "regions": [],
            "borders": [],
            "labels": [],
        }
    return {
        "bounds": [round(float(value), 4) for value in basemap.bounds],
        "land": encode_rings(basemap.land),
        "lakes": encode_rings(basemap.lakes),
        "rivers": encode_lines(basemap.rivers),
        "regions": encode_lines(basemap.regions),
        "borders": [
            {"kind": line.kind, "name": line.name, "lines": encode_lines(line.geometry)} for line in basemap.borders
        ],
        "labels": [
            {"name": at.name, "lat": round(at.lat, 4), "lon": round(at.lon, 4), "rank": int(at.rank), "kind": at.kind}
            for at in basemap.labels
        ],
    }


def steps_column(header: dict[str, Any]) -> tuple[dict[str, Any], npt.NDArray[np.uint32]]:
    """Return a page's header with its lines as numbers of points, and the steps between these points.

    Parameters
    ----------
    header
        From `page_header`: ground, areas and view.

    Returns
    -------
    tuple
        The header: each line of the ground and each ring of an area is its number of points, and ``view.unit`` the
        integers that a step counts, half a pixel at the closest. And all steps, from the last point of the line
        before to the first of the next, too: 0, -1, 1, -2 as 0, 1, 2, 3, longitude and latitude in turn.
    """
    (_, south, _, north), zoom = header["view"]["bounds"], header["view"]["max_zoom"]
    degrees_a_pixel = 360 * math.cos(math.radians((south + north) / 2)) / 256 / 2**zoom
    unit = max(1, int(degrees_a_pixel / 2 * SCALE))
    points: list[npt.NDArray[np.int64]] = [np.zeros((1, 2), np.int64)]

    def counted(lines: list[list[int]]) -> list[int]:
        for line in lines:
            at = np.round(np.array(line, np.int64).reshape(-1, 2).cumsum(axis=0) / unit).astype(np.int64)
            points.append(at[np.concatenate([[True], (np.diff(at, axis=0) != 0).any(axis=1)])])
        return [len(line) for line in points[len(points) - len(lines) :]] if lines else []

    ground = header["basemap"] | {name: counted(header["basemap"][name]) for name in _GROUND}
    ground["bounds"] = [round(round(value * SCALE / unit) * unit / SCALE, 4) for value in ground["bounds"]]
    ground["borders"] = [border | {"lines": counted(border["lines"])} for border in ground["borders"]]
    areas = [area | {"rings": counted(area["rings"])} for area in header["areas"]]
    steps = np.diff(np.concatenate(points), axis=0).ravel()
    whole = header | {"basemap": ground, "areas": areas, "view": header["view"] | {"unit": unit}}
    return whole, (np.abs(steps) * 2 - (steps < 0)).astype(np.uint32)
