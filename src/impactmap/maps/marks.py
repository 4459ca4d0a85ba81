"""The marks: one outline a shape, equal in area, and what each report's mark looks like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.events import intervals
from impactmap.maps.theme import Shape

if TYPE_CHECKING:
    from matplotlib.path import Path

__all__ = ["event_sizes", "shape_outline", "shape_path"]

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
        return Path(circle.vertices / math.sqrt(math.pi), circle.codes)
    return Path(shape_outline(shape)[[*range(len(shape_outline(shape))), 0]], closed=True)


def event_sizes(events: pd.DataFrame, claims: pd.DataFrame | None, metric: str | None) -> pd.DataFrame:
    """Return the figure that sizes each row's mark.

    Parameters
    ----------
    events
        The located frame; ``event_id`` is read.
    claims
        The claims frame, or None.
    metric
        The metric that the project chose, or None.

    Returns
    -------
    DataFrame
        ``low`` and ``high`` (float64), the lowest and highest figure that any claim on the event allows, with the rows
        and index of `events`; NaN without a figure. They are equal where all claims agree on one number.

    Notes
    -----
    Claims that differ are not averaged: the range from the lowest to the highest is drawn. An end that a claim leaves
    open ("more than") is drawn at the figure itself.
    """
    empty = pd.DataFrame({"low": np.nan, "high": np.nan}, index=events.index, dtype="float64")
    if metric is None or claims is None or claims.empty:
        return empty
    chosen = claims[claims["metric"] == metric]
    ends = intervals(chosen) if len(chosen) else pd.DataFrame({"low": [], "high": []}, dtype="float64")
    # A qualifier widens what a figure means, not what was reported: only a range that the claimant gave has two ends.
    given = chosen["value"].astype("float64")
    low = chosen["value_low"].astype("float64").fillna(given).fillna(ends["low"])
    high = chosen["value_high"].astype("float64").fillna(given).fillna(ends["high"])
    both = pd.DataFrame({"event_id": chosen["event_id"], "low": low, "high": high}).replace([np.inf, -np.inf], np.nan)
    both["low"], both["high"] = both["low"].fillna(both["high"]), both["high"].fillna(both["low"])
    ranges = both.groupby("event_id").agg({"low": "min", "high": "max"}).clip(lower=0)
    return ranges.reindex(events["event_id"]).set_axis(events.index)
