"""The different positions of points, each once, and the territory that each lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.arrow import codes_of
from impactmap.telling.reports import POINT, Reports

__all__ = ["POSITION_DECIMALS", "Positions", "distinct_positions", "row_territories"]

#: Decimals of a degree that positions keep: a centimetre.
POSITION_DECIMALS = 7


@dataclass(frozen=True)
class Positions:
    """Positions of points, from south to north.

    Attributes
    ----------
    lat, lon
        Degrees.
    territory
        What each lies in: one number for each country and side of the border that distances refer to; 0 where neither
        is known. Marks are never gathered across two of them.
    row_place
        Each row's position, numbered from 1; 0 for a row that is no point.
    """

    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    territory: npt.NDArray[np.uint16]
    row_place: npt.NDArray[np.uint32]


def distinct_positions(reports: Reports) -> Positions:
    """Return the different positions of the rows that are points.

    Parameters
    ----------
    reports
        From `collect_reports`.

    Returns
    -------
    Positions
        Rows of one position share its territory: the one that most of them name, of several the first in the order of
        the rows.
    """
    rows = np.flatnonzero(reports.row_kind == POINT)

    def whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        scaled = values[rows]
        scaled *= 10**POSITION_DECIMALS
        return np.round(scaled, out=scaled).astype(np.int64)

    # Latitude and longitude in one number, put together in place: a million positions are many megabytes.
    position = whole(reports.row_lat)
    position *= 2**33
    position += whole(reports.row_lon)
    position += 2**32
    codes, keys = pd.factorize(position, sort=True)
    row_place = np.zeros(len(reports.row_kind), dtype=np.uint32)
    row_place[rows] = codes + 1
    scale = 10.0**POSITION_DECIMALS
    return Positions(
        lat=(keys >> 33) / scale,
        lon=((keys & (2**33 - 1)) - 2**32) / scale,
        territory=_most_named(codes, _territories(reports, rows), len(keys)),
        row_place=row_place,
    )


def row_territories(reports: Reports, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.uint16]:
    """Return the territory of the position of each of these rows (see `Positions`), 0 of what is no point."""
    places = distinct_positions(reports)
    territory = np.append(places.territory, np.uint16(0))
    found: npt.NDArray[np.uint16] = territory[places.row_place[rows].astype(np.intp) - 1]
    return found


def _territories(reports: Reports, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return a number for each pair of country and side of the border, from 1 in order of appearance; 0 for neither."""
    country, side = (
        codes_of(reports.places_at(name, rows))[0].astype(np.intp) + 1 for name in ("country", "side_country")
    )
    pairs = country * (int(side.max(initial=0)) + 1) + side
    numbers = np.zeros(len(rows), dtype=np.intp)
    numbers[pairs > 0] = pd.factorize(pairs[pairs > 0])[0] + 1
    return numbers


def _most_named(codes: npt.NDArray[np.intp], territories: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.uint16]:
    """Return the territory that most rows of each position name; those that name none have no say."""
    named = np.flatnonzero(territories)
    wide = int(territories.max(initial=0)) + 1
    pairs, times = np.unique(codes[named].astype(np.int64) * wide + territories[named], return_counts=True)
    place, territory = np.divmod(pairs, wide)
    order = np.lexsort((-territory, times, place))
    found = np.zeros(count, dtype=np.uint16)
    # Of several items for one position the last one stays.
    found[place[order]] = territory[order]
    return found
