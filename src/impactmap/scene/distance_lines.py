"""Lines from places to the border that distances refer to: which are drawn, where they run, what they say.

The page draws them by the same rules (`maps/web/distances.js`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from impactmap.scene.antimeridian import nearest_turn
from impactmap.scene.territories import POSITION_DECIMALS, distinct_positions
from impactmap.telling.reports import POINT, Reports

__all__ = ["FEW", "DistanceLine", "distance_lines", "draws_all", "seen_points"]

#: Places with a distance up to which every line is drawn; of more only those of the mark that the reader has chosen.
FEW = 12
#: A border point nearer than this is part of what a map shows, even where no report is near it.
_SEEN_KM = 300.0
#: Points of a line lie at most so far apart.
_STEP_KM = 20.0
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class DistanceLine:
    """The shortest way from a place to the border.

    Attributes
    ----------
    lat, lon, border_lat, border_lon
        The place and the border point nearest to it, degrees (WGS 84).
    km
        Its length, as computed for the place.
    rows
        The frame's rows at the place.
    """

    lat: float
    lon: float
    border_lat: float
    border_lon: float
    km: float
    rows: npt.NDArray[np.intp]

    def points(self) -> npt.NDArray[np.float64]:
        """Return longitudes and latitudes along the geodesic, both ends included, shape (n, 2)."""
        between = max(1, math.ceil(self.km / _STEP_KM))
        inner = _GEOD.npts(self.lon, self.lat, self.border_lon, self.border_lat, between)
        return np.array([(self.lon, self.lat), *inner, (self.border_lon, self.border_lat)])


def distance_lines(reports: Reports) -> tuple[DistanceLine, ...]:
    """Return the lines that are drawn whatever the reader does.

    Parameters
    ----------
    reports
        From `collect_reports`.

    Returns
    -------
    tuple of DistanceLine
        One a place, from south to north; none where there are more than `FEW` of them, or no distance. Areas have a
        range and no line.
    """
    if not draws_all(reports):
        return ()
    measured = _measured(reports)
    places = distinct_positions(reports)
    figures = reports.events.parts["places"]
    lines = []
    for place in np.unique(places.row_place[measured]).tolist():
        rows = np.flatnonzero(places.row_place == place)
        at = reports.events.row_place[rows[np.isin(rows, measured)][0]]
        lat, lon = float(places.lat[place - 1]), float(places.lon[place - 1])
        border_lat, border_lon, km = (float(figures[name][at]) for name in ("border_lat", "border_lon", "km"))
        border_lon = nearest_turn(border_lon, lon)
        lines.append(DistanceLine(lat, lon, border_lat, border_lon, km, rows))
    return tuple(lines)


def draws_all(reports: Reports) -> bool | None:
    """Return whether every line is drawn, or only those of a chosen mark; None where no place has a distance."""
    measured = _measured(reports)
    if not len(measured):
        return None
    # As one complex number each: pairs take ten times as long to sort.
    lat, lon = (np.round(values[measured], POSITION_DECIMALS) for values in (reports.row_lat, reports.row_lon))
    return len(np.unique(lon + 1j * lat)) <= FEW


def _measured(reports: Reports) -> npt.NDArray[np.intp]:
    """Return the rows that have all that a line needs."""
    at = reports.events.row_place
    known = reports.row_kind == POINT
    for name in ("km", "border_lat", "border_lon"):
        known &= np.isfinite(reports.events.parts["places"][name][at])
    return np.flatnonzero(known)


def seen_points(lines: tuple[DistanceLine, ...]) -> npt.NDArray[np.float64]:
    """Return the border points that a map shows along with its places: longitude and latitude, shape (n, 2)."""
    near = [(line.border_lon, line.border_lat) for line in lines if line.km <= _SEEN_KM]
    return np.array(near, dtype=float).reshape(-1, 2)
