"""What stands in the map's corners: the scale bar, and the locator that says where in the world this is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import Polygon

from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, text_width
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.ground import Ground, draw_ground
from impactmap.scene.label_placement import Box, Boxes
from impactmap.scene.projection import MapFrame, fit_frame

if TYPE_CHECKING:
    from impactmap.model.words import Words

__all__ = ["choose_corner", "draw_locator", "draw_scale_bar", "locator_frame", "nice_length", "scale_bar_size"]


def choose_corner(sheet: Box, width: float, height: float, taken: Boxes, *, margin: float, corners: str) -> Box:
    """Return the box in a corner where the least is covered.

    Parameters
    ----------
    sheet
        The map's box.
    width, height
        Of the thing to place.
    taken
        Boxes of marks and furniture.
    margin
        To the sheet's edges.
    corners
        Spots to try, the preferred first: ``a`` (top left), ``b`` (top right), ``c`` (bottom left), ``d`` (bottom
        right), ``1`` to ``7`` along the bottom.
    """
    left, right = sheet.left + margin, sheet.right - margin - width
    top, bottom = sheet.top + margin, sheet.bottom - margin - height
    spots = {"a": (left, top), "b": (right, top), "c": (left, bottom), "d": (right, bottom)}
    spots |= {str(n): (left + (right - left) * n / 8, bottom) for n in range(1, 8)}
    boxes = [Box(x, y, x + width, y + height) for x, y in (spots[name] for name in corners)]
    return min(boxes, key=lambda box: taken.covered(box.grown(margin)))


def nice_length(most_km: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that is at most `most_km`.

    Examples
    --------
    >>> nice_length(180), nice_length(99), nice_length(0.6)
    (100.0, 50.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(most_km))
    return float(next(step * power for step in (5, 2, 1) if step * power <= most_km * (1 + 1e-9)))


def scale_bar_size(frame: MapFrame, width: float, size: float, words: Words) -> tuple[float, float, float, str]:
    """Return the bar's length in kilometres, the box it needs (width, height) and its words.

    Parameters
    ----------
    frame, width
        The map's frame, and its width in pixels.
    size
        Of the type.
    words
        The language.
    """
    kilometres = nice_length(frame.width / 1000 * 0.22)
    label = words.text("fact.km", n=words.number(kilometres, decimals=3 if kilometres < 1 else 0))
    length = kilometres * 1000 * width / frame.width
    return kilometres, max(length, text_width(label, size)), size * (LINE_HEIGHT + 0.55), label


def draw_scale_bar(
    canvas: Canvas, box: Box, *, length: float, label: str, size: float, theme: Theme, unit: float
) -> None:
    """Draw a line `length` pixels long with its words above, at the bottom of `box`."""
    y = box.bottom - 0.12 * size
    tick = 0.38 * size
    middle = (box.left + box.right) / 2
    line = [
        (middle - length / 2, y - tick),
        (middle - length / 2, y),
        (middle + length / 2, y),
        (middle + length / 2, y - tick),
    ]
    canvas.polyline(line, theme.halo, 4.4 * unit, zorder=7)
    canvas.polyline(line, theme.text, 1.5 * unit, zorder=7.1)
    canvas.text(middle, box.top, label, size, theme.text, align="center", halo=theme.halo, role="scale bar")


def locator_frame(frame: MapFrame, *, aspect: float) -> MapFrame | None:
    """Return the frame of the locator, about five times as wide; None for a map that shows half the world itself."""
    if max(frame.width, frame.height) > 4.5e6:
        return None
    corners = _outline(frame)
    wide = max(5.0 * max(frame.width, frame.height), 2.6e6)
    return fit_frame(corners, aspect=aspect, padding=(0.0, 0.0), least_width_m=wide)


def _outline(frame: MapFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the frame's edge in degrees."""
    edge = shapely.get_coordinates(shapely.segmentize(shapely.box(*frame.bounds), frame.width / 10))
    return np.column_stack(frame.unproject(edge[:, 0], edge[:, 1]))


def draw_locator(
    canvas: Canvas, inset: MapFrame, ground: Ground, frames: Sequence[MapFrame], *, theme: Theme, unit: float
) -> None:
    """Draw the surroundings with the map's frame in it, and that of its inset.

    Parameters
    ----------
    canvas
        Of the inset's Axes.
    inset, ground
        The locator's frame, and the ground in it.
    frames
        Of the map, and of its inset where it has one.
    theme, unit
        As for the map.
    """
    left, bottom, right, top = inset.bounds
    canvas.ax.set_xlim(left, right)
    canvas.ax.set_ylim(bottom, top)
    canvas.ax.set_xticks([])
    canvas.ax.set_yticks([])
    for spine in canvas.ax.spines.values():
        spine.set_edgecolor(theme.border)
        spine.set_linewidth(0.9 * unit * canvas.points)
    draw_ground(canvas, ground, theme, unit=0.7 * unit, detail=False)
    for frame in frames:
        edge = _outline(frame)
        x, y = inset.project(edge[:, 0], edge[:, 1])
        path = geometry_path(Polygon(np.column_stack([x, y])))
        if path is not None:
            canvas.path(path, face=theme.text, alpha=0.13, transform=canvas.ax.transData, zorder=5)
            canvas.path(path, edge=theme.text, width=1.5 * unit, transform=canvas.ax.transData, zorder=5.1)
