"""The marks: one outline a shape, equal in area, so that no side weighs more than another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impactmap.look.theme import Shape

if TYPE_CHECKING:
    from matplotlib.path import Path

__all__ = ["shape_outline", "shape_path"]

#: Corners and the first corner's direction in degrees from east, counter-clockwise.
_POLYGONS: dict[Shape, tuple[int, float]] = {
    "diamond": (4, 90.0),
    "triangle": (3, 90.0),
    "hexagon": (6, 0.0),
    "pentagon": (5, 90.0),
    "wedge": (3, -90.0),
    "square": (4, 45.0),
}


def shape_outline(shape: Shape, *, steps: int = 48) -> npt.NDArray[np.float64]:
    """Return a shape's corners, y upwards, centred on its centre of mass and with an area of one.

    Parameters
    ----------
    shape
        ``disc``, ``diamond``, ``triangle``, ``hexagon``, ``pentagon``, ``wedge`` or ``square``.
    steps
        Corners that stand for the disc.

    Returns
    -------
    ndarray
        Shape (corners, 2), open (the first corner is not repeated).

    Examples
    --------
    >>> shape_outline("square").round(3).tolist()
    [[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]
    """
    corners, start = _POLYGONS.get(shape, (steps, 0.0))
    turns = math.radians(start) + np.arange(corners) * 2 * math.pi / corners
    radius = math.sqrt(2 / (corners * math.sin(2 * math.pi / corners)))
    return radius * np.column_stack([np.cos(turns), np.sin(turns)])


def shape_path(shape: Shape) -> Path:
    """Return a shape as a matplotlib path of area one, so that equal figures weigh the same whatever the side."""
    from matplotlib.path import Path

    if shape == "disc":
        circle = Path.unit_circle()
        return Path(np.asarray(circle.vertices) / math.sqrt(math.pi), circle.codes)
    corners = shape_outline(shape)
    return Path(np.concatenate([corners, corners[:1]]), closed=True)
