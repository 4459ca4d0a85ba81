"""Areas in which reports lie somewhere: a few are hatched each; many are counted by region, the darker the more.

The page follows the same rules (`maps/web/areas.js`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from impactmap.context.regions import known_regions
from impactmap.model.arrow import codes_of
from impactmap.telling.reports import AREA, POINT, Area, Reports

__all__ = [
    "FEW_AREAS",
    "area_strength",
    "areas_by_region",
    "areas_shaded",
    "counted_by_region",
    "region_breaks",
    "region_classes",
    "region_strength",
]

#: Areas up to which each is drawn as it is, and reports in them up to which each is hatched.
FEW_AREAS = 12
_FEW_REPORTS = 40
#: Opacity of the area of a single report, and of the busiest one.
_LEAST, _MOST = 0.1, 0.6
#: Opacity of the first class of shaded regions and of the last; numbers up to which each is a class; classes at most.
_LIGHTEST, _DARKEST = 0.14, 0.74
_EACH, _MOST_CLASSES = 4, 6


def areas_by_region(reports: Reports) -> Reports:
    """Count the reports of many areas by region: areas over one another say neither how many they are nor where.

    Parameters
    ----------
    reports
        From `collect_reports`.

    Returns
    -------
    Reports
        The same up to `FEW_AREAS` areas. Of more, each report in an area is in that of its place's region, where that
        is known. What is told of each report stays as it is.
    """
    if len(reports.areas) <= FEW_AREAS:
        return reports
    return _in_regions(reports, np.flatnonzero(reports.row_kind == AREA))


def counted_by_region(reports: Reports, how: str | None) -> Reports:
    """Return reports each of which counts in its place's region, where the author wants them so.

    Parameters
    ----------
    reports
        What the map shows.
    how
        ``shaded`` or ``marks``; None leaves them where they are.

    Returns
    -------
    Reports
        Points are no points any more. What has no known region stays as it is, and country-wide reports are in no
        region. What is told of each report stays as it is.
    """
    if how is None:
        return reports
    located = _in_regions(reports, np.flatnonzero(np.isin(reports.row_kind, (POINT, AREA))))
    areas = located.row_kind == AREA
    pairs = np.unique(np.column_stack([located.row_area, located.row_event])[areas], axis=0)
    most = int(np.bincount(pairs[:, 0].astype(np.intp)).max(initial=1)) if len(pairs) else 1
    return replace(located, authored=replace(reports.authored, regions=how, breaks=region_breaks(most)))


def _in_regions(reports: Reports, rows: npt.NDArray[np.intp]) -> Reports:
    """Return reports of which these rows are in the region of their place, where that is known."""
    codes, values = codes_of(reports.places_at("region_code", rows))
    names, labels = codes_of(reports.places_at("region", rows))
    regions = known_regions(values)
    areas: dict[object, Area] = {}
    row_area, row_kind = reports.row_area.copy(), reports.row_kind.copy()
    row_lat, row_lon = reports.row_lat.copy(), reports.row_lon.copy()
    numbers: dict[object, int] = {}
    for row, code, name in zip(rows.tolist(), codes.tolist(), names.tolist(), strict=True):
        region = regions.get(values[code]) if code >= 0 else None
        old = int(reports.row_area[row])
        if region is None and old < 0:
            continue
        key: object = old if region is None else values[code]
        if key not in areas:
            numbers[key] = len(areas)
            label = labels[name] if name >= 0 else ""
            areas[key] = reports.areas[old] if region is None else Area(f"iso:{values[code]}", label, region)
        row_area[row], row_kind[row] = numbers[key], AREA
        row_lat[row] = row_lon[row] = np.nan
    return replace(
        reports, areas=list(areas.values()), row_area=row_area, row_kind=row_kind, row_lat=row_lat, row_lon=row_lon
    )


def areas_shaded(reports: Reports) -> bool:
    """Return whether areas are shaded by the number of their reports, and not hatched."""
    if how := reports.authored.regions:
        return how == "shaded"
    return len(reports.areas) > FEW_AREAS or int((reports.row_kind == AREA).sum()) > _FEW_REPORTS


def region_breaks(most: int) -> tuple[int, ...]:
    """Return the least number of reports of each class, at most six, for regions of up to `most` reports.

    Examples
    --------
    >>> region_breaks(3), region_breaks(37), region_breaks(400), region_breaks(20_000)
    ((1, 2, 3), (1, 2, 5, 10, 20), (1, 3, 10, 30, 100, 300), (1, 10, 100, 1000, 10000))
    """
    if most <= _EACH:
        return tuple(range(1, most + 1))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [step * 10**power for power in range(len(str(most))) for step in steps if step * 10**power <= most]
        if len(found) <= _MOST_CLASSES:
            break
    return tuple(found)


def region_classes(breaks: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Return the least and the most reports of each class, the last up to those of the busiest region."""
    return list(zip(breaks, [*(limit - 1 for limit in breaks[1:]), most], strict=True))


def region_strength(count: int, breaks: Sequence[int]) -> float:
    """Return how opaque a region is: that of its class.

    Examples
    --------
    >>> [region_strength(count, (1, 2, 5)) for count in (1, 2, 4, 5, 9)]
    [0.14, 0.44, 0.44, 0.74, 0.74]
    """
    step = sum(limit <= count for limit in breaks) - 1
    return round(_LIGHTEST + (_DARKEST - _LIGHTEST) * max(step, 0) / max(len(breaks) - 1, 1), 4)


def area_strength(count: int, most: int) -> float:
    """Return how opaque an area is.

    Parameters
    ----------
    count
        Its reports.
    most
        Those of the busiest area.

    Examples
    --------
    >>> [area_strength(count, 100) for count in (0, 25, 100)]
    [0.1, 0.35, 0.6]
    """
    return round(_LEAST + (_MOST - _LEAST) * math.sqrt(count / max(most, 1)), 4)
