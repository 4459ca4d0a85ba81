"""Which rows are worth comparing: of about the same days, near each other or of one name, without trying all pairs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "among",
    "candidate_pairs",
    "different",
    "expanded",
    "great_circle_km",
    "near_pairs",
    "pack",
    "runs_of_days",
    "same_key_pairs",
    "unpack",
]

_EARTH_KM: Final = 6371.0088
#: More rows than this of one day and place are compared with their neighbours in alphabetical order alone.
_LARGE: Final = 60
_NEIGHBOURS: Final = 12
#: Spots whose neighbourhood is looked up at a time, and pairs that are made at a time: what bounds the memory.
_BLOCK: Final = 10_000
_PIECE: Final = 50_000
#: More cubes than a row of them across the Earth has: 2**21 of the smallest, so that three numbers fit into one.
_CUBES: Final = 1 << 21
_SMALLEST_CUBE_KM: Final = 0.01
_STEPS: Final = tuple((x * _CUBES + y) * _CUBES + z for x, y, z in itertools.product((-1, 0, 1), repeat=3))

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


def pack(one: Rows, other: Rows) -> Rows:
    """Return pairs of rows as one number each, which sorts as the pair does and a hundred times as fast."""
    return one << 32 | other


def unpack(numbers: Rows) -> tuple[Rows, Rows]:
    """Return the rows of pairs that are one number each."""
    return numbers >> 32, numbers & 0xFFFFFFFF


def different(pieces: Iterable[Rows]) -> Rows:
    """Return the different numbers, ascending; `numpy.unique` takes its time over millions."""
    ascending = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *pieces]))
    return ascending[np.diff(ascending, prepend=-1) > 0]


def among(numbers: Rows, ascending: Rows) -> npt.NDArray[np.bool_]:
    """Say which numbers are among those that are in order."""
    at = np.searchsorted(ascending, numbers)
    found = np.zeros(len(numbers), dtype=bool)
    inside = at < len(ascending)
    found[inside] = ascending[at[inside]] == numbers[inside]
    return found


def candidate_pairs(
    keys: Rows,
    position: npt.NDArray[np.float64],
    day: Rows,
    order: Rows,
    *,
    days: int,
    near_km: float,
    last: int | None = None,
) -> Iterator[Rows]:
    """Return pairs of rows of near days that have the same key or are near each other.

    Parameters
    ----------
    keys, day, order, days, last
        As for `same_key_pairs`.
    position, near_km
        As for `near_pairs`; NaN where there is no position.

    Returns
    -------
    iterator of ndarray
        Pairs as `same_key_pairs` gives them, each once, in pieces of about the same length.
    """
    # They are few: of a crowded day a row has a few dozen at most.
    named = different(same_key_pairs(keys, day, order, days=days, last=last))
    at = np.flatnonzero(~np.isnan(position).any(axis=1))
    near = near_pairs(position[at], day[at], order[at], rows=at, days=days, near_km=near_km, last=last)
    return _even(itertools.chain([named], (piece[~among(piece, named)] for piece in near)))


def same_key_pairs(keys: Rows, day: Rows, order: Rows, *, days: int, last: int | None = None) -> Iterator[Rows]:
    """Yield pairs of rows with the same key and days at most `days` apart.

    Parameters
    ----------
    keys
        Numbers that stand for texts; -1 is nobody's.
    day
        Whole numbers.
    order
        Numbers by which the rows of a crowded place are ordered.
    days
        How far apart.
    last
        The last day that the earlier row may have.

    Yields
    ------
    ndarray
        Pairs as `pack` makes them, the smaller row first; some more than once.
    """
    held = np.flatnonzero(keys >= 0)
    if not len(held):
        return
    first = day[held].min()
    # Key and day as one number; the days after a key's last are nobody's.
    width = day[held].max() - first + days + 1
    codes, number = np.unique(keys[held] * width + (day[held] - first), return_inverse=True)
    spots = _Spots(number, held, order[held])
    early = np.arange(len(codes)) if last is None else np.flatnonzero(codes % width + first <= last)
    for gap in range(days + 1):
        later = np.minimum(np.searchsorted(codes, codes[early] + gap), len(codes) - 1)
        there = codes[later] == codes[early] + gap
        yield from spots.pairs(early[there], later[there])


def near_pairs(
    position: npt.NDArray[np.float64],
    day: Rows,
    order: Rows,
    *,
    rows: Rows,
    days: int,
    near_km: float,
    last: int | None = None,
) -> Iterator[Rows]:
    """Yield pairs of rows at most `near_km` and `days` apart.

    Parameters
    ----------
    position
        Latitude and longitude in degrees, two columns.
    day, order, days, last
        As for `same_key_pairs`.
    rows
        What to return for each position, ascending.
    near_km
        How far apart; some pairs a little farther are among them.

    Yields
    ------
    ndarray
        Pairs as `same_key_pairs` gives them.
    """
    whole = pd.DataFrame({"latitude": position[:, 0].round(3), "longitude": position[:, 1].round(3), "day": day})
    number = whole.groupby(["latitude", "longitude", "day"], sort=False).ngroup().to_numpy()
    unique = whole.loc[np.unique(number, return_index=True)[1]]
    if unique.empty:
        return
    spots = _Spots(number, rows, order)
    phi, lam = np.radians(unique["latitude"].to_numpy()), np.radians(unique["longitude"].to_numpy())
    points = _EARTH_KM * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    days_of = unique["day"].to_numpy()
    # What is near lies in the same cube of this width or in one of its 26 neighbours.
    cube = _cubes(points, max(near_km, _SMALLEST_CUBE_KM))
    cubes, at = np.unique(cube, return_inverse=True)
    first = days_of.min()
    width = days_of.max() - first + days + 1  # cube and day as one number; the days after a cube's last are nobody's
    code = at * width + (days_of - first)
    by_code = np.argsort(code, kind="stable")
    ascending = code[by_code]
    early = np.arange(len(code)) if last is None else np.flatnonzero(days_of <= last)
    for begin in range(0, len(early), _BLOCK):
        block = early[begin : begin + _BLOCK]
        yield from spots.pairs(block, block)
        for step in _STEPS:
            beside = np.minimum(np.searchsorted(cubes, cube[block] + step), len(cubes) - 1)
            there = cubes[beside] == cube[block] + step
            one, lowest = block[there], beside[there] * width + (days_of[block[there]] - first)
            start = np.searchsorted(ascending, lowest)
            count = np.searchsorted(ascending, lowest + days, side="right") - start
            for piece in _pieces(np.column_stack([one, start, count]), count):
                number_in_piece, within = expanded(piece[:, 2])
                earlier, later = piece[number_in_piece, 0], by_code[piece[number_in_piece, 1] + within]
                wanted = (days_of[earlier] < days_of[later]) | (earlier < later)
                earlier, later = earlier[wanted], later[wanted]
                near = (np.abs(points[earlier] - points[later]) <= near_km).all(axis=1)
                yield from spots.pairs(earlier[near], later[near])


def _cubes(points: npt.NDArray[np.float64], width: float) -> Rows:
    """Return for each point the cube of space that it lies in, as one number; neighbours differ by one of `_STEPS`."""
    numbers = np.floor(points / width).astype(np.int64) + _CUBES // 2
    cube: Rows = (numbers[:, 0] * _CUBES + numbers[:, 1]) * _CUBES + numbers[:, 2]
    return cube


class _Spots:
    """Rows by the spot (a place and day) on which they stand.

    Parameters
    ----------
    number
        The spot of each row: 0, 1, ...
    rows, order
        As for `near_pairs`.
    """

    def __init__(self, number: npt.NDArray[Any], rows: Rows, order: Rows) -> None:
        by_spot = np.lexsort((order, number))
        self._rows, self._order = rows[by_spot], order[by_spot]
        self._size = np.bincount(number)
        self._begin = np.cumsum(self._size) - self._size

    def pairs(self, one: Rows, other: Rows) -> Iterator[Rows]:
        """Yield the pairs of the rows of pairs of spots; of crowded ones those that are neighbours by their order."""
        size = self._size
        crowded = size[one] + size[other] > _LARGE
        roomy = np.column_stack([one[~crowded], other[~crowded]])
        for spots in _pieces(roomy, size[roomy[:, 0]] * size[roomy[:, 1]]):
            yield self._packed(*self._all_pairs(spots[:, 0], spots[:, 1]))
        full = np.column_stack([one[crowded], other[crowded]])
        for spots in _pieces(full, _NEIGHBOURS * (size[full[:, 0]] + size[full[:, 1]])):
            for pairs in self._neighbours(spots[:, 0], spots[:, 1]):
                yield self._packed(*pairs)

    def _packed(self, one: Rows, other: Rows) -> Rows:
        one, other = self._rows[one], self._rows[other]
        return pack(np.minimum(one, other), np.maximum(one, other))

    def _all_pairs(self, one: Rows, other: Rows) -> tuple[Rows, Rows]:
        pair, within = expanded(self._size[one] * self._size[other])
        width = self._size[other[pair]]
        first, second = self._begin[one[pair]] + within // width, self._begin[other[pair]] + within % width
        once = (first < second) | (one[pair] != other[pair])
        return first[once], second[once]

    def _neighbours(self, one: Rows, other: Rows) -> Iterator[tuple[Rows, Rows]]:
        """Pair each row of two crowded spots with those of the other spot that follow it soon in the order of both.

        Those of its own spot follow it as soon in the order of that spot alone.
        """
        ours, theirs = self._size[one], np.where(one == other, 0, self._size[other])
        pair, within = expanded(ours + theirs)
        beyond = within - ours[pair]
        everyone = np.where(beyond < 0, self._begin[one[pair]] + within, self._begin[other[pair]] + beyond)
        by_order = np.lexsort((self._order[everyone], pair))
        everyone, others = everyone[by_order], beyond[by_order] >= 0
        for step in range(1, _NEIGHBOURS + 1):
            wanted = pair[:-step] == pair[step:]
            wanted &= (others[:-step] != others[step:]) | (theirs[pair[step:]] == 0)
            yield everyone[:-step][wanted], everyone[step:][wanted]


def expanded(counts: Rows) -> tuple[Rows, Rows]:
    """Return for each of several counts its number so often, and beside it 0, 1, ... up to the count."""
    number = np.repeat(np.arange(len(counts)), counts)
    return number, np.arange(len(number)) - np.repeat(np.cumsum(counts) - counts, counts)


def _pieces(items: npt.NDArray[Any], counts: Rows) -> list[npt.NDArray[Any]]:
    """Divide items so that the counts of each piece add up to about `_PIECE`."""
    piece = np.cumsum(counts) // _PIECE
    return np.split(items, np.flatnonzero(np.diff(piece)) + 1)


def _even(pieces: Iterable[Rows]) -> Iterator[Rows]:
    """Put pieces together, and divide them, into such of `_PIECE` or somewhat more."""
    held: list[Rows] = []
    for piece in pieces:
        for at in range(0, len(piece), _PIECE):
            held.append(piece[at : at + _PIECE])
            if sum(map(len, held)) >= _PIECE:
                yield np.concatenate(held)
                held = []
    if held:
        yield np.concatenate(held)
