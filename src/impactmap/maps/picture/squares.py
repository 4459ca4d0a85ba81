"""Squares on which a picture gathers the reports of very many places, so that it can still be read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impactmap.maps.picture.furniture import nice_length
from impactmap.maps.picture.mark_style import SizeScale
from impactmap.maps.picture.points import Marks, number_pairs, side_by_side, unique_pairs
from impactmap.scene.presets import Preset
from impactmap.scene.projection import fit_frame
from impactmap.scene.territories import row_territories
from impactmap.telling.reports import Reports

__all__ = ["Squares", "gather_on_squares", "plan_squares"]

_POINT = 0
#: Places above which a picture gathers them: the marks of more would cover each other and hide how many they are.
MANY = 5_000
#: Squares along the side of a map as wide as high, before their size is rounded down.
ACROSS = 20


@dataclass(frozen=True)
class Squares:
    """Squares of an equal-area projection.

    Attributes
    ----------
    km
        Their side.
    row_square
        The number of the square of each row of the frame, or of the part of it that lies in one territory where a
        border runs through it (see `Positions`); -1 for a row that is no point.
    largest
        The most reports that one side has in a square.
    """

    km: float
    row_square: npt.NDArray[np.intp]
    largest: int

    def scale(self, preset: Preset) -> SizeScale:
        """Return the scale of the marks, whose area stands for the number of reports."""
        base = math.pi * preset.mark**2
        return SizeScale(float(self.largest), base * 2.2, base * 0.06)


def plan_squares(reports: Reports) -> Squares | None:
    """Return the squares on which pictures gather the reports, None where every place has marks of its own.

    Notes
    -----
    They are the same for every picture of a map. Where a figure sizes the marks there are none: figures of several
    reports are not added up.
    """
    rows = np.flatnonzero(reports.row_kind == _POINT)
    if len(rows) <= MANY or np.isfinite(reports.size).any():
        return None
    points = np.column_stack([reports.row_lon[rows], reports.row_lat[rows]])
    if len(np.unique(points.view(np.complex128))) <= MANY:
        return None
    frame = fit_frame(points, aspect=1.0, padding=(0.0, 0.0), least_width_m=1.0)
    x, y = frame.project(points[:, 0], points[:, 1])
    km = nice_length(max(math.sqrt(np.ptp(x) * np.ptp(y)) / 1000 / ACROSS, 1.0))
    row_square = np.full(len(reports.row_kind), -1, dtype=np.intp)
    cells, _ = number_pairs(np.floor(np.column_stack([x, y]) / (1000 * km)).astype(np.int64))
    row_square[rows], _ = number_pairs(np.column_stack([cells, row_territories(reports, rows)]).astype(np.int64))
    _, _, count, _ = _count(reports, rows, row_square)
    return Squares(km, row_square, int(count.max()))


def gather_on_squares(
    reports: Reports, rows: npt.NDArray[np.intp], pixels: npt.NDArray[np.float64], squares: Squares, *, preset: Preset
) -> Marks:
    """Return one mark a square and side, in the middle of the square's reports.

    Parameters
    ----------
    reports, squares
        What is drawn, and the squares planned for all of it.
    rows, pixels
        Numbers of the rows that are points, and their positions, shape (n, 2).
    preset
        Sizes of marks and gaps.
    """
    numbers, square = np.unique(squares.row_square[rows], return_inverse=True)
    there = np.bincount(square, minlength=len(numbers))
    spot_x, spot_y = (np.round(np.bincount(square, values, minlength=len(numbers)) / there, 1) for values in pixels.T)
    found, side, count, confirmed = _count(reports, rows, squares.row_square)
    spot = np.searchsorted(numbers, found)
    area = squares.scale(preset).areas(count.astype(float))
    radius = np.sqrt(area / np.pi) * 1.12
    starts = np.searchsorted(spot, np.arange(len(numbers) + 1))
    none = np.full(len(spot), np.nan)
    return Marks(
        spot_x=spot_x, spot_y=spot_y, starts=starts,
        x=spot_x[spot] + side_by_side(radius, starts, 0.5 * preset.unit),
        side=side.astype(np.uint8), confirmed=confirmed == count, area=area, low=none, high=none,
        part=confirmed / count, radius=radius,
    )  # fmt: skip


def _count(
    reports: Reports, rows: npt.NDArray[np.intp], row_square: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return squares and sides, with the number of their reports and of the confirmed ones.

    A report that names several places in a square is one there.
    """
    square, event, _ = unique_pairs(row_square[rows], reports.row_event[rows])
    found, side, count = unique_pairs(square, reports.side[event])
    at = np.searchsorted(found * 256 + side, square * 256 + reports.side[event])
    confirmed = np.bincount(at, reports.filled[event], minlength=len(found)).astype(np.intp)
    return found, side, count, confirmed
