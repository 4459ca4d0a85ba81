"""Which rows are worth comparing: of about the same days, near each other or of one name, without trying all pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["great_circle_km", "near_pairs", "runs_of_days", "same_key_pairs"]

_EARTH_KM: Final = 6371.0088
#: More rows than this of one day and place are compared with their neighbours in alphabetical order alone.
_LARGE: Final = 60
_NEIGHBOURS: Final = 12

Rows = npt.NDArray[np.int64]


def great_circle_km(
    latitude_1: npt.NDArray[np.float64],
    longitude_1: npt.NDArray[np.float64],
    latitude_2: npt.NDArray[np.float64],
    longitude_2: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return kilometres on the sphere between pairs of positions in degrees."""
    phi_1, phi_2 = np.radians(latitude_1), np.radians(latitude_2)
    half = np.sin((phi_2 - phi_1) / 2) ** 2
    half += np.cos(phi_1) * np.cos(phi_2) * np.sin(np.radians(longitude_2 - longitude_1) / 2) ** 2
    distance: npt.NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def runs_of_days(day: Rows, *, days: int, most: int) -> Iterator[tuple[Rows, int]]:
    """Yield rows by runs of days, so that pairs of near days are found with a part of the table in hand.

    Parameters
    ----------
    day
        Whole numbers.
    days
        How many days apart the rows of a pair may be.
    most
        About how many rows a run has; a day is never divided.

    Yields
    ------
    tuple
        Positions, ascending, of the run's rows and of the rows of the next `days` days; and the run's last day. A pair
        belongs to the run that holds its earlier row.
    """
    order = np.argsort(day, kind="stable")
    ascending = day[order]
    begin = 0
    while begin < len(order):
        last = int(ascending[min(begin + most, len(order)) - 1])
        yield np.sort(order[begin : np.searchsorted(ascending, last + days, side="right")]), last
        begin = int(np.searchsorted(ascending, last, side="right"))


def same_key_pairs(keys: Rows, day: Rows, order: Rows, *, rows: Rows | None, days: int) -> Rows:
    """Return pairs of rows with the same key and days at most `days` apart.

    Parameters
    ----------
    keys
        Numbers that stand for texts; -1 is nobody's.
    day
        Whole numbers.
    order
        Numbers by which the rows of a crowded place are ordered.
    rows
        What to return for each position; the position when not given.
    days
        How far apart.

    Returns
    -------
    ndarray
        Pairs, the smaller first; some more than once.
    """
    rows = np.arange(len(keys)) if rows is None else rows
    held = np.flatnonzero(keys >= 0)
    spots = pd.DataFrame({"key": keys[held], "day": day[held]})
    number = spots.groupby(["key", "day"], sort=False).ngroup().to_numpy()
    unique = spots.drop_duplicates().assign(spot=lambda frame: number[frame.index])
    parts = [np.column_stack([unique["spot"], unique["spot"]])]
    for gap in range(1, days + 1):
        later = unique.assign(day=unique["day"] - gap)
        both = unique.merge(later, on=["key", "day"])
        parts.append(both[["spot_x", "spot_y"]].to_numpy())
    return _expand(np.concatenate(parts), number, rows[held], order[held])


def near_pairs(
    position: npt.NDArray[np.float64],
    day: Rows,
    order: Rows,
    *,
    rows: Rows,
    days: int,
    near_km: float,
) -> Rows:
    """Return pairs of rows at most `near_km` and `days` apart.

    Parameters
    ----------
    position
        Latitude and longitude in degrees, two columns.
    day, order, rows, days
        As for `same_key_pairs`.
    near_km
        How far apart; some pairs a little farther are among them.

    Returns
    -------
    ndarray
        Pairs, the smaller first.
    """
    from scipy.spatial import cKDTree

    spots = pd.DataFrame({"latitude": position[:, 0].round(3), "longitude": position[:, 1].round(3), "day": day})
    number = spots.groupby(["latitude", "longitude", "day"], sort=False).ngroup().to_numpy()
    unique = spots.loc[np.unique(number, return_index=True)[1]]
    phi, lam = np.radians(unique["latitude"].to_numpy()), np.radians(unique["longitude"].to_numpy())
    sphere = _EARTH_KM * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    # A day counts as a distance: one tree finds what is near in both.
    moment = unique["day"].to_numpy() * (near_km / (days + 0.5))
    tree = cKDTree(np.column_stack([sphere, moment]))
    close = tree.query_pairs(near_km, p=np.inf, output_type="ndarray").astype(np.int64)
    itself = np.arange(len(unique))
    return _expand(np.concatenate([close, np.column_stack([itself, itself])]), number, rows, order)


def _expand(spots: Rows, number: npt.NDArray[Any], rows: Rows, order: Rows) -> Rows:
    """Turn pairs of spots into pairs of the rows that stand on them."""
    sorted_rows = np.lexsort((order, number))
    rows, order = rows[sorted_rows], order[sorted_rows]
    begin = np.concatenate([[0], np.cumsum(np.bincount(number))]) if len(number) else np.zeros(1, dtype=np.int64)
    size = np.diff(begin)
    crowded = size[spots[:, 0]] + size[spots[:, 1]] > _LARGE
    parts = [_all_pairs(spots[~crowded], begin, size)]
    parts += [_neighbours(int(one), int(other), begin, order) for one, other in spots[crowded]]
    found = np.concatenate(parts)
    pairs = np.sort(rows[found], axis=1)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _all_pairs(spots: Rows, begin: npt.NDArray[Any], size: npt.NDArray[Any]) -> Rows:
    counts = size[spots[:, 0]] * size[spots[:, 1]]
    pair = np.repeat(np.arange(len(spots)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    width = size[spots[pair, 1]]
    return np.column_stack([begin[spots[pair, 0]] + within // width, begin[spots[pair, 1]] + within % width])


def _neighbours(one: int, other: int, begin: npt.NDArray[Any], order: Rows) -> Rows:
    """Pair each row of two crowded spots with those that follow it in alphabetical order."""
    ranges = [np.arange(begin[spot], begin[spot + 1]) for spot in dict.fromkeys((one, other))]
    everyone = np.concatenate(ranges)
    everyone = everyone[np.argsort(order[everyone], kind="stable")]
    parts = [np.column_stack([everyone[:-step], everyone[step:]]) for step in range(1, _NEIGHBOURS + 1)]
    return np.concatenate(parts)
