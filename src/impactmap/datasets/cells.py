"""Cells of the map: squares of longitude and latitude, numbered so that neighbours are near each other in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["NOWHERE", "cell_bounds", "cell_numbers", "place_cells"]

#: The cell of what has no position.
NOWHERE = -1


def place_cells(events: gpd.GeoDataFrame, *, bits: int) -> npt.NDArray[np.int64]:
    """Return the cell of each row: of its point, or of the middle of its area's extent.

    Parameters
    ----------
    events
        EPSG:4326.
    bits
        Halvings of the world on either axis, 1 to 24.
    """
    import shapely

    west, south, east, north = shapely.bounds(events.geometry.to_numpy()).T.reshape(4, -1)
    return cell_numbers((west + east) / 2, (south + north) / 2, bits=bits)


def cell_numbers(
    longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64], *, bits: int
) -> npt.NDArray[np.int64]:
    """Return the numbers of the cells of positions along the Z-order curve; `NOWHERE` without one.

    Examples
    --------
    >>> cell_numbers(np.array([-90.0, 90.0, -90.0, np.nan]), np.array([-45.0, -45.0, 45.0, 0.0]), bits=1).tolist()
    [0, 1, 2, -1]
    """
    known = ~(np.isnan(longitude) | np.isnan(latitude))
    size = 1 << bits
    x = np.clip((np.where(known, longitude, 0) + 180) / 360 * size, 0, size - 1).astype(np.int64)
    y = np.clip((np.where(known, latitude, 0) + 90) / 180 * size, 0, size - 1).astype(np.int64)
    number = np.zeros(len(x), dtype=np.int64)
    for bit in range(bits):
        number |= ((x >> bit) & 1) << (2 * bit)
        number |= ((y >> bit) & 1) << (2 * bit + 1)
    return np.where(known, number, NOWHERE)


def cell_bounds(
    numbers: npt.NDArray[np.int64], *, bits: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return west, south, east and north of cells in degrees; NaN of `NOWHERE`.

    Examples
    --------
    >>> [side.tolist() for side in cell_bounds(np.array([2]), bits=1)]
    [[-180.0], [0.0], [0.0], [90.0]]
    """
    x, y = np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=np.int64)
    for bit in range(bits):
        x |= ((numbers >> (2 * bit)) & 1) << bit
        y |= ((numbers >> (2 * bit + 1)) & 1) << bit
    size = 1 << bits
    known = numbers != NOWHERE
    west, south = np.where(known, x / size * 360 - 180, np.nan), np.where(known, y / size * 180 - 90, np.nan)
    return west, south, west + 360 / size, south + 180 / size
