"""The 180th meridian is no edge: longitudes of a map that crosses it are counted on, so that the map is one piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.telling.reports import Area, Reports

__all__ = ["counted_from", "in_one_piece", "moved_east", "nearest_turn", "pieces", "shifted", "western_edge"]

Bounds = tuple[float, float, float, float]

#: The widest map, in degrees, that is put together across the 180th meridian; a wider one is the world as printed.
_WIDEST = 120.0


def western_edge(wests: npt.NDArray[np.float64], easts: npt.NDArray[np.float64]) -> float:
    """Return the longitude from which eastwards to count, so that what is shown lies together.

    Parameters
    ----------
    wests, easts
        The longitudes from and to which each thing reaches, degrees, neither of which crosses the 180th meridian.

    Returns
    -------
    float
        -180 unless the things lie nearer together across the 180th meridian.

    Examples
    --------
    >>> fiji, lau = np.array([178.4]), np.array([-178.8])
    >>> western_edge(np.append(fiji, lau), np.append(fiji, lau))
    -0.2
    """
    if len(wests) < 2:
        return -180.0
    order = np.argsort(wests, kind="stable")
    reached = np.maximum.accumulate(easts[order])
    gaps = wests[order][1:] - reached[:-1]
    at = int(np.argmax(gaps))
    gap = float(gaps[at])
    around = float(wests.min() + 360 - easts.max())
    if gap <= around or 360 - gap > _WIDEST:
        return -180.0
    return round(float(reached[at]) + gap / 2, 4)


def counted_from(west: float, longitude: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return longitudes counted eastwards from `west`: those before it are 360 degrees more."""
    return np.where(longitude < west, longitude + 360.0, longitude)


def nearest_turn(longitude: float, other: float) -> float:
    """Return a longitude counted so that it is within half a turn of another."""
    return other + (longitude - other + 180.0) % 360.0 - 180.0 if abs(longitude - other) > 180 else longitude


def shifted(geometry: Any, degrees: float) -> Any:
    """Return a geometry, or an array of them, so many degrees further east."""
    return shapely.transform(geometry, lambda c: c + [degrees, 0.0]) if degrees else geometry  # noqa: RUF005


def pieces(bounds: Bounds) -> Iterator[tuple[Bounds, float]]:
    """Yield the parts of bounds that lie between -180 and 180 degrees, each with its degrees to be moved back east."""
    west, south, east, north = bounds
    for turn in (-360.0, 0.0, 360.0):
        low, high = max(west, -180.0 + turn), min(east, 180.0 + turn)
        if high - low > 1e-9:
            yield (low - turn, south, high - turn, north), turn


def in_one_piece(reports: Reports) -> Reports:
    """Return reports whose positions and areas lie together across the 180th meridian, where they are there.

    Notes
    -----
    Longitudes are then up to 540. What is told of each report, and what is published, stays as it is.
    """
    longitude = reports.row_lon[np.isfinite(reports.row_lon)]
    parts = shapely.get_parts([area.geometry for area in reports.areas])
    boxes = shapely.bounds(parts)
    west = western_edge(np.append(longitude, boxes[:, 0]), np.append(longitude, boxes[:, 2]))
    view = reports.authored.view
    if west == -180 and view is not None and view[2] > 180:
        west = round((view[0] + view[2]) / 2 - 180, 4)
    if west == -180:
        return reports
    areas = [Area(area.id, area.name, _moved(area.geometry, west)) for area in reports.areas]
    layers = tuple(
        replace(one, **{name: moved_east(getattr(one, name), west) for name in ("areas", "lines", "points")})
        for one in reports.authored.layers
    )
    authored = replace(reports.authored.counted_from(west), layers=layers)
    return replace(reports, row_lon=counted_from(west, reports.row_lon), areas=areas, authored=authored)


def moved_east(geometry: Any, west: float) -> Any:
    """Return a collection; parts before `west` are counted on, one by one."""
    return shapely.geometrycollections(
        [shifted(part, 360.0 if shapely.bounds(part)[0] < west else 0.0) for part in shapely.get_parts(geometry)]
    )


def _moved(geometry: shapely.Geometry, west: float) -> shapely.Geometry:
    """Return an area counted from `west`; what the 180th meridian cuts in two is one again."""
    moved = [shifted(part, 360.0 if shapely.bounds(part)[0] < west else 0.0) for part in shapely.get_parts(geometry)]
    return shapely.union_all(moved) if len(moved) > 1 else moved[0]
