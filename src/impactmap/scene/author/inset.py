"""The inset: a small map in a corner of the map, of what lies far out; what it shows the map itself does not show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.model.errors import ProjectError
from impactmap.scene.antimeridian import shifted
from impactmap.scene.view import Bounds, around, far_rows, inset_rows, map_bounds
from impactmap.telling.reports import AREA, POINT, Reports

__all__ = ["INSET_SHAPE", "inset_extent", "inset_size", "with_inset", "without_inset"]

#: Width by height.
INSET_SHAPE = 4 / 3
#: Part of the map's width and of its height that it takes at most. The page follows them (`maps/web/parts/inset.js`).
_WIDE, _HIGH = 0.28, 0.36
#: Its height at least, in sizes of its type.
_LINES = 8
#: Kilometres that it is wide at least, and about how many a degree has.
_LEAST_KM, _KM_A_DEGREE = 320.0, 111.2


def inset_size(width: float, height: float, size: float) -> tuple[float, float]:
    """Return how wide and high the inset of a map is, in the map's own pixels; `size` is that of its type.

    Examples
    --------
    >>> inset_size(1000.0, 500.0, 12.0), inset_size(300.0, 300.0, 12.0)
    ((240.0, 180.0), (128.0, 96.0))
    """
    high = min(_WIDE * width / INSET_SHAPE, _HIGH * height)
    # A mark and its name have room.
    high = float(max(high, min(_LINES * size, 0.5 * height)))
    return high * INSET_SHAPE, high


def inset_extent(inset: Bounds) -> Bounds:
    """Return what an inset shows at least: one place is seen in its surroundings.

    Examples
    --------
    >>> [round(edge, 1) for edge in inset_extent((10.0, 0.0, 10.5, 0.5))]
    [8.8, -0.8, 11.7, 1.3]
    """
    west, south, east, north = inset
    middle, across = (south + north) / 2, (west + east) / 2
    high = max(north - south, _LEAST_KM / INSET_SHAPE / _KM_A_DEGREE)
    wide = max(east - west, _LEAST_KM / (_KM_A_DEGREE * math.cos(math.radians(middle))))
    return (across - wide / 2, middle - high / 2, across + wide / 2, middle + high / 2)


def with_inset(
    reports: Reports, *, asked: bool | Bounds | Sequence[str], box_of: Callable[[str, str], Bounds]
) -> Reports:
    """Return reports with the extent of the inset that the project asks for, where reports lie in it.

    Parameters
    ----------
    reports
        With the author's view.
    asked
        ``[view] inset``: True, bounds, or names of places.
    box_of
        Gives a name's extent, and refuses one that is not known under a key of the project file.

    Raises
    ------
    ProjectError
        For bounds or places that the view itself shows.
    """
    view = reports.authored.view
    if isinstance(asked, bool):
        inset = _around_far(reports) if asked else None
    else:
        names = [name for name in asked if isinstance(name, str)]
        boxes = [box_of(name, f"view.inset.{number}") for number, name in enumerate(names, 1)]
        west, south, east, north = around(boxes) if boxes else asked
        inset = (float(west), float(south), float(east), float(north))
        if view and any(_meet(view, inset, turn) for turn in (0, 360, -360)):
            raise ProjectError(
                "project file, view.inset: expected what lies outside the view, found an extent that meets it. "
                "Make one of the two smaller."
            )
    if inset is None:
        return reports
    changed = replace(reports, authored=replace(reports.authored, inset=inset))
    shown = len(inset_rows(changed))
    if shown == np.isin(reports.row_kind, (POINT, AREA)).sum() > 0:
        raise ProjectError(
            "project file, view.inset: expected an extent that leaves the map some of its reports, found one that "
            "holds all of them. Make it smaller."
        )
    return changed if shown else reports


def without_inset(reports: Reports) -> Reports:
    """Return reports whose inset is not drawn; what it would show is beyond the view as all else that is."""
    authored = reports.authored
    if authored.inset is None:
        return reports
    beyond = tuple(far_rows(reports).tolist())
    return replace(reports, authored=replace(authored, inset=None, beyond=beyond))


def _around_far(reports: Reports) -> Bounds | None:
    """Return the extent of what the view leaves out; of several sides of the view, that with the most."""
    rows = far_rows(reports)
    if not len(rows):
        return None
    west, south, east, north = view = map_bounds(reports)
    boxes = _boxes(reports, rows)
    sides = (boxes[:, 2] < west, boxes[:, 0] > east, boxes[:, 3] < south, boxes[:, 1] > north)
    found = around([tuple(box) for box in boxes.tolist()])
    if not _meet(view, found):
        return found
    there = max(sides, key=lambda held: int(held.sum()))
    number = next(n for n, held in enumerate(sides) if held is there)
    if not there.any():
        return None
    low_x, low_y, high_x, high_y = around([tuple(box) for box in boxes[there].tolist()])
    limits = ((0, 0, west, 0), (east, 0, 0, 0), (0, 0, 0, south), (0, north, 0, 0))[number]
    return (
        max(low_x, limits[0]) if limits[0] else low_x, max(low_y, limits[1]) if limits[1] else low_y,
        min(high_x, limits[2]) if limits[2] else high_x, min(high_y, limits[3]) if limits[3] else high_y,
    )  # fmt: skip


def _boxes(reports: Reports, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Return the extent of each row's point or area: west, south, east, north."""
    lon, lat = reports.row_lon[rows], reports.row_lat[rows]
    boxes = np.column_stack([lon, lat, lon, lat])
    inside = reports.row_area[rows] >= 0
    if inside.any():
        boxes[inside] = shapely.bounds([area.geometry for area in reports.areas])[reports.row_area[rows[inside]]]
    return boxes


def _meet(view: Bounds, other: Bounds, turn: float = 0) -> bool:
    return bool(shapely.intersects(shapely.box(*view), shifted(shapely.box(*other), turn)))
