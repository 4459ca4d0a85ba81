"""How a report looks: its side's shape, colour and hatching, and what the size of its mark means."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from impactmap.look.colour import mix
from impactmap.look.theme import NOT_STATED_SHAPE, Shape, Theme
from impactmap.maps.picture.canvas import Canvas
from impactmap.scene.presets import Preset
from impactmap.telling.reports import Reports

__all__ = ["NOT_STATED", "Look", "SizeScale", "draw_mark", "fill_of", "hatching", "side_look", "size_scale"]

#: Side code of reports whose attacking side nobody stated.
NOT_STATED = 255

#: Directions of the hatching by side, degrees from east: two sides that share an area cross.
_HATCHES = (45.0, -45.0, 0.0, 90.0, 20.0, -20.0)


#: Share of a side's colour inside a mark of which a part is confirmed.
_TINT = 0.35


@dataclass(frozen=True)
class Look:
    """A side's shape, colour and hatching on this theme."""

    shape: Shape
    color: str
    hatch: float | None


def side_look(reports: Reports, side: int, theme: Theme) -> Look:
    """Return how a side is drawn; `side` is its number in ``reports.sides``, or `NOT_STATED`."""
    if side == NOT_STATED:
        return Look(NOT_STATED_SHAPE, theme.side_none, None)
    style = reports.sides[side]
    return Look(style.shape, style.color if theme.name == "light" else style.color_dark, _HATCHES[side])


@dataclass(frozen=True)
class SizeScale:
    """Marks whose area stands for a figure.

    Attributes
    ----------
    largest
        The figure of the largest mark.
    area
        That mark's area in square pixels.
    least
        Area of the smallest mark that can be seen, and of reports without a figure.
    """

    largest: float
    area: float
    least: float

    def __call__(self, figure: float) -> float:
        """Return the area for a figure."""
        return float(self.areas(np.array([figure]))[0])

    def areas(self, figures: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the areas for figures, the least one where there is none."""
        finite = np.where(np.isfinite(figures), figures, 0.0)
        return np.maximum(self.area * finite / self.largest, self.least)


def size_scale(reports: Reports, preset: Preset) -> SizeScale | None:
    """Return the scale of the marks, or None where no figure sizes them.

    Notes
    -----
    The figure of a report that stands beside the map would make all marks on it small, and counts only where no other
    report has one.
    """
    marked = np.unique(reports.row_event[reports.row_kind == 0])
    every = np.fmax(reports.size, reports.size_high)
    figures = next((some for each in (every[marked], every) if len(some := each[each > 0])), None)
    if figures is None:
        return None
    base = math.pi * preset.mark**2
    return SizeScale(float(figures.max()), base * 9.0, base * 0.16)


def draw_mark(
    canvas: Canvas, x: float, y: float, look: Look, area: float, *, confirmed: float, theme: Theme, unit: float
) -> None:
    """Draw a mark: open if only claimed, filled if confirmed, tinted if in part; without a side always hollow.

    A confirmed report without a side carries a solid core instead, so that nothing is lost.
    """
    face = fill_of(look, confirmed, theme)
    canvas.mark(
        x, y, look.shape, area, face=face, edge=look.color, width=2.2 * unit, halo=theme.halo, halo_width=1.1 * unit
    )
    if confirmed == 1 and look.shape == NOT_STATED_SHAPE:
        canvas.mark(x, y, look.shape, area * 0.16, face=look.color, edge=look.color, width=0.5 * unit, zorder=6.1)


def fill_of(look: Look, confirmed: float, theme: Theme) -> str:
    """Return the colour inside a mark of which so large a part is confirmed."""
    if look.shape == NOT_STATED_SHAPE or not confirmed:
        return theme.claimed_fill
    return look.color if confirmed == 1 else mix(look.color, theme.claimed_fill, _TINT)


def hatching(shape: BaseGeometry, angle: float | None, spacing: float, *, offset: float) -> BaseGeometry:
    """Return parallel lines over a shape; upright dotted ones (`angle` None) where no side is stated.

    Drawn as lines and not as a fill pattern, so that they look alike in every format.
    """
    turn = math.radians(90.0 if angle is None else angle)
    left, bottom, right, top = shape.bounds
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    corners = np.array([[left, bottom], [left, top], [right, bottom], [right, top]])
    far, wide = corners @ along, corners @ across
    # Counted from the projection's middle, so that neighbouring areas hatch in step.
    steps = (np.arange(math.floor(wide.min() / spacing), math.ceil(wide.max() / spacing) + 1) + offset) * spacing
    ends = [np.outer(steps, across) + reach * along for reach in (far.min() - spacing, far.max() + spacing)]
    return MultiLineString(list(np.stack(ends, axis=1))).intersection(shape)
