"""Areas in which reports lie somewhere: a few are hatched each; many are counted by region, the darker the more.

The page follows the same rules (`maps/web/areas.js`).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from impactmap.context.regions import known_regions
from impactmap.model.arrow import codes_of
from impactmap.telling.reports import AREA, Area, Reports

__all__ = ["FEW_AREAS", "area_strength", "areas_by_region", "areas_shaded"]

#: Areas up to which each is drawn as it is, and reports in them up to which each is hatched.
FEW_AREAS = 12
_FEW_REPORTS = 40
#: Opacity of the area of a single report, and of the busiest one.
_LEAST, _MOST = 0.1, 0.6


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
    rows = np.flatnonzero(reports.row_kind == AREA)
    codes, values = codes_of(reports.places_at("region_code", rows))
    names, labels = codes_of(reports.places_at("region", rows))
    regions = known_regions(values)
    areas: dict[object, Area] = {}
    row_area = reports.row_area.copy()
    numbers: dict[object, int] = {}
    for row, code, name in zip(rows.tolist(), codes.tolist(), names.tolist(), strict=True):
        region = regions.get(values[code]) if code >= 0 else None
        old = int(reports.row_area[row])
        key: object = old if region is None else values[code]
        if key not in areas:
            numbers[key] = len(areas)
            label = labels[name] if name >= 0 else ""
            areas[key] = reports.areas[old] if region is None else Area(f"iso:{values[code]}", label, region)
        row_area[row] = numbers[key]
    return replace(reports, areas=list(areas.values()), row_area=row_area)


def areas_shaded(reports: Reports) -> bool:
    """Return whether areas are shaded by the number of their reports, and not hatched."""
    return len(reports.areas) > FEW_AREAS or int((reports.row_kind == AREA).sum()) > _FEW_REPORTS


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
