"""Coordinates of geometries that may be points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["point_coordinates"]


def point_coordinates(shapes: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return longitude and latitude of each point; NaN for what is missing, empty or no point.

    Examples
    --------
    >>> x, y = point_coordinates(np.array([shapely.Point(36.2, 50.0), shapely.Point(), None]))
    >>> x.tolist(), y.tolist()
    ([36.2, nan, nan], [50.0, nan, nan])
    """
    # shapely's own functions raise for an empty point.
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    points = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    x[points], y[points] = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
    return x, y
