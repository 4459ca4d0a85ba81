"""What a map shows first, what lies too far off for that, how far the ground reaches, how near the reader may come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.scene.antimeridian import counted_from, shifted
from impactmap.scene.distance_lines import distance_lines, seen_points
from impactmap.telling.reports import AREA, POINT, Reports

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = [
    "Bounds",
    "around",
    "beyond_rows",
    "far_rows",
    "ground_bounds",
    "ground_detail_km",
    "inset_rows",
    "map_bounds",
    "middles",
    "most_zoom",
]

Bounds = tuple[float, float, float, float]

#: Detail that the ground has anywhere, in kilometres, and pixels that its detail may measure at the closest.
_FINEST_KM = 0.5
_COARSEST_PX = 6.0


#: Positions that may be left out of the view, as a part of all and at least; fewer than so many have none to spare.
_FAR_PART, _FAR_LEAST, _ENOUGH = 0.08, 3, 20
#: They lie at least so many times as far from the middle as all others, and so far in kilometres.
_FAR_TIMES, _FAR_KM = 3.0, 400.0


def far_rows(reports: Reports) -> npt.NDArray[np.intp]:
    """Return the rows of points and areas so far from all others that a view of everything would show little of them.

    Notes
    -----
    At most 8 per cent of at least 20 rows (or three of them), three times as far from the middle of all as the
    farthest of the others; an area is as far as it reaches, so that a sea or a large region of a few reports does not
    make all others small. The middle is the median in longitude and latitude. Where the author chose the view, what
    lies outside it is far. A map says in words what it leaves out.
    """
    rows = np.flatnonzero(np.isin(reports.row_kind, (POINT, AREA)))
    if reports.authored.beyond is not None:
        return np.array(reports.authored.beyond, dtype=np.intp)
    if reports.authored.view is not None:
        return rows[~_touches(reports, rows, reports.authored.view)]
    lon, lat = middles(reports, rows)
    if (inset := reports.authored.inset) is not None:
        # An inset of the author's own takes out of the view what it shows.
        east = counted_from(inset[0], lon)
        held = (east >= inset[0]) & (east <= inset[2]) & (lat >= inset[1]) & (lat <= inset[3])
        return np.union1d(rows[held], _farthest(reports, rows[~held]))
    return _farthest(reports, rows)


def inset_rows(reports: Reports) -> npt.NDArray[np.intp]:
    """Return the rows that the inset shows: of those beyond the view, those within its extent."""
    far, inset = far_rows(reports), reports.authored.inset
    return far[:0] if inset is None else far[_touches(reports, far, inset)]


def beyond_rows(reports: Reports) -> npt.NDArray[np.intp]:
    """Return the rows beyond the view that no inset shows: a map tells of them in words."""
    return np.setdiff1d(far_rows(reports), inset_rows(reports))


def middles(reports: Reports, rows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return longitude and latitude of points, and of a point within areas."""
    lon, lat = reports.row_lon[rows].copy(), reports.row_lat[rows].copy()
    inside = reports.row_area[rows] >= 0
    if inside.any():
        points = shapely.get_coordinates(shapely.point_on_surface([area.geometry for area in reports.areas]))
        lon[inside], lat[inside] = points[reports.row_area[rows[inside]]].T
    return lon, lat


def _farthest(reports: Reports, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    if len(rows) < _ENOUGH:
        return rows[:0]
    lon, lat = middles(reports, rows)
    lon_0, lat_0 = np.median(lon), np.median(lat)
    away = _km_between(lon, lat, lon_0, lat_0)
    area = reports.row_area[rows]
    inside = area >= 0
    if inside.any():
        west, south, east, north = shapely.bounds([each.geometry for each in reports.areas]).T
        corners = [(x, y) for x in (west, east) for y in (south, north)]
        away[inside] = np.max([_km_between(x, y, lon_0, lat_0) for x, y in corners], axis=0)[area[inside]]
    most = max(_FAR_LEAST, int(_FAR_PART * len(rows)))
    order = np.argsort(away, kind="stable")
    far, near = away[order[-most:]], away[order[-most - 1 : -1]]
    wide = np.flatnonzero((far >= _FAR_TIMES * near) & (far - near >= _FAR_KM))
    return np.sort(rows[order[len(order) - most + wide[0] :]]) if len(wide) else rows[:0]


def _km_between(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], lon_0: np.float64, lat_0: np.float64
) -> npt.NDArray[np.float64]:
    x, x_0, y, y_0 = np.radians(lon), np.radians(lon_0), np.radians(lat), np.radians(lat_0)
    cosine = np.sin(y) * np.sin(y_0) + np.cos(y) * np.cos(y_0) * np.cos(x - x_0)
    away: npt.NDArray[np.float64] = 6371.0 * np.arccos(np.clip(cosine, -1, 1))
    return away


def _touches(reports: Reports, rows: npt.NDArray[np.intp], view: Bounds) -> npt.NDArray[np.bool_]:
    """Return which rows have a point or a part of their area within bounds."""
    west, south, east, north = view
    lon, lat = counted_from(west, reports.row_lon[rows]), reports.row_lat[rows]
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    areas = [area.geometry for area in reports.areas]
    seen = [any(shapely.intersects(shifted(area, turn), shapely.box(*view)) for turn in (0, 360)) for area in areas]
    return np.asarray(inside | np.array([*seen, False])[reports.row_area[rows]])


def map_bounds(reports: Reports, border: Border | None = None) -> Bounds:
    """Return the extent of what is drawn, with a margin: west, south, east, north in degrees.

    Parameters
    ----------
    reports
        From `collect_reports`.
    border
        Gives the extent where no report has a position.

    Returns
    -------
    tuple of float
        At least about half a degree wide and high; the whole world when there is nothing to show.
    """
    if reports.authored.view is not None:
        return reports.authored.view
    shown = np.isfinite(reports.row_lat) | (reports.row_area >= 0)
    shown[far_rows(reports)] = False
    areas = [reports.areas[one].geometry for one in np.unique(reports.row_area[shown & (reports.row_area >= 0)])]
    boxes = [tuple(box) for box in shapely.bounds(areas).tolist()]
    located = np.isfinite(reports.row_lat) & shown
    if located.any():
        lon, lat = np.concatenate(
            [np.column_stack([reports.row_lon, reports.row_lat])[located], seen_points(distance_lines(reports))]
        ).T
        boxes.append((float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))
    if not boxes and border is not None:
        boxes.append(tuple(border.line.total_bounds))
    return around(boxes) if boxes else (-180.0, -60.0, 180.0, 75.0)


def around(boxes: Sequence[Bounds]) -> Bounds:
    """Return the extent of boxes with a margin, at least about half a degree wide and high."""
    west, south, east, north = (pick(box[i] for box in boxes) for i, pick in enumerate((min, min, max, max)))
    across, up = max((east - west) * 0.12, 0.4), max((north - south) * 0.12, 0.25)
    west, east = _turned(west - across, east + across)
    return (west, max(south - up, -85.0), east, min(north + up, 85.0))


def ground_bounds(bounds: Bounds) -> Bounds:
    """Return how far the ground reaches around what the map shows first: west, south, east, north in degrees.

    A view in which the extent fits shows more of the ground in one direction, the more so the less its shape is that
    of the extent. The page's map is between 3.5 times as wide as high and 1.5 times as high as wide, and its zoom
    goes by quarters: up to a fifth more is seen.
    """
    west, south, east, north = bounds
    low, high = (math.degrees(math.asinh(math.tan(math.radians(y)))) for y in (south, north))
    width, height = east - west, high - low
    across = (max(2.2 * width, 4.2 * height) - width) / 2
    up = (max(2.2 * height, 1.8 * width) - height) / 2
    south, north = (math.degrees(math.atan(math.sinh(math.radians(y)))) for y in (low - up, high + up))
    west, east = _turned(west - across, east + across)
    return (west, max(south, -85.0), east, min(north, 85.0))


def _turned(west: float, east: float) -> tuple[float, float]:
    """Return an extent of at most one turn; the 180th meridian is no edge."""
    if east - west < 360:
        return west, east
    middle = (west + east) / 2
    return (middle - 180, middle + 180) if abs(middle) > 90 else (-180.0, 180.0)


def ground_detail_km(bounds: Bounds) -> float:
    """Return what detail of the ground, in kilometres, is worth its weight where the map first shows these bounds."""
    _, south, _, north = ground_bounds(bounds)
    up = 0.6 * (bounds[3] - bounds[1])
    return (min(bounds[3] + up, north) - max(bounds[1] - up, south)) * 111.2 / 900


def most_zoom(bounds: Bounds) -> float:
    """Return how near the page's map may come: nearer the ground would pretend to more detail than it has."""
    middle = math.radians((bounds[1] + bounds[3]) / 2)
    km_a_pixel = max(ground_detail_km(bounds), _FINEST_KM) / _COARSEST_PX
    return math.floor(4 * math.log2(40075 * math.cos(middle) / 256 / km_a_pixel)) / 4
