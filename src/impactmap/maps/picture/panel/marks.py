"""The marks and areas of one map on their ground."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from impactmap.look.colour import mix
from impactmap.look.theme import Theme
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.furniture.callouts import PlannedCallout
from impactmap.maps.picture.furniture.own_layers import draw_layers
from impactmap.maps.picture.glyphs import GlyphScale, draw_glyph, gather_glyphs, number_fits
from impactmap.maps.picture.ground import Ground, draw_distance_line, draw_ground
from impactmap.maps.picture.mark_style import NOT_STATED, draw_mark, hatching, side_look, size_scale
from impactmap.maps.picture.panel.label_text import LabelText, Spot
from impactmap.maps.picture.points import gather_marks, gather_places
from impactmap.scene.areas import area_strength, areas_shaded, region_strength
from impactmap.scene.author.labels import named_always, named_never
from impactmap.scene.distance_lines import DistanceLine
from impactmap.scene.label_placement import Box, Boxes, Label, PlacedLabel
from impactmap.scene.presets import Preset
from impactmap.scene.projection import MapFrame
from impactmap.scene.view import far_rows, middles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from impactmap.model.words import Words
    from impactmap.telling.reports import Reports

__all__ = ["PanelMarks"]


_POINT, _AREA = 0, 1


@dataclass
class PanelMarks:
    """A map in an Axes, without labels.

    Parameters
    ----------
    ax
        Its limits are set to the frame's; axis lines are taken off.
    frame, ground
        What is shown; `ground` in the frame's metres.
    reports
        All of them.
    rows
        Numbers of the frame's rows that this panel draws.
    theme, preset, words
        Looks, sizes, language. `preset` gives type and marks, not the size of the panel.
    width, height, dpi
        Of the Axes, in pixels.
    glyphs
        How marks are gathered and sized; None where each place has marks of its own.
    distances
        Lines to the border; those of this panel's rows are drawn.
    far
        Whether it shows what lies beyond the view, in an inset, and not what lies in it.
    """

    ax: Axes
    frame: MapFrame
    ground: Ground
    reports: Reports
    rows: npt.NDArray[np.intp]
    theme: Theme
    preset: Preset
    words: Words
    width: float
    height: float
    dpi: float
    glyphs: GlyphScale | None = None
    distances: Sequence[DistanceLine] = ()
    far: bool = False
    canvas: Canvas = field(init=False)
    obstacles: Boxes = field(default_factory=Boxes)

    def __post_init__(self) -> None:
        left, bottom, right, top = self.frame.bounds
        self.ax.set_xlim(left, right)
        self.ax.set_ylim(bottom, top)
        self.ax.set_xticks([])
        self.ax.set_yticks([])
        for spine in self.ax.spines.values():
            spine.set_visible(False)
        self.canvas = Canvas(self.ax, self.width, self.height, self.dpi)
        self.all_rows = self.rows
        #: What its inset shows, once that is drawn.
        self.inset: MapFrame | None = None
        if not self.far:
            self.rows = np.setdiff1d(self.rows, far_rows(self.reports))
        self.callouts: list[PlannedCallout] = []
        self.planned: list[tuple[Label, LabelText, PlacedLabel]] = []
        self.areas: list[tuple[int, BaseGeometry, int]] = []
        self.first, self.hidden = set(named_always(self.reports)), set(named_never(self.reports))
        self._gather_points()
        mine = [line for line in self.distances if np.isin(line.rows, self.rows).any()]
        self.distance_ways = [(line, self.to_pixels(*self.frame.project(*line.points().T))) for line in mine]

    def to_pixels(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return positions in the panel's pixels for metres; shape (n, 2)."""
        left, _, right, top = self.frame.bounds
        scale = self.width / (right - left)
        return np.column_stack([(np.atleast_1d(x) - left) * scale, (top - np.atleast_1d(y)) * scale])

    def _gather_points(self) -> None:
        reports, preset = self.reports, self.preset
        kinds = (_POINT, _AREA) if reports.authored.regions == "marks" else (_POINT,)
        rows = self.rows[np.isin(reports.row_kind[self.rows], kinds)]
        pixels = self.to_pixels(*self.frame.project(*middles(reports, rows)))
        #: Name, number of names, reports, position and reach of every spot, the busiest first.
        self.spots_named: list[Spot] = []
        if self.glyphs is not None:
            self._drawn = gather_glyphs(reports, rows, pixels, scale=self.glyphs, room=self.width * self.height)
            return
        places = gather_places(reports, rows, pixels)
        self._marks = gather_marks(
            reports, places, area=math.pi * preset.mark**2, scale=size_scale(reports, preset), gap=1.5 * preset.unit
        )
        for number, (name, held, count, x, y) in enumerate(places.named()):
            first, end = self._marks.starts[number : number + 2].tolist()
            radius = self._marks.radius[first:end]
            reach = float(radius.max() + (end - first - 1) * radius[0])
            self.spots_named.append(Spot(name, held, self.count_text(count), x, y, reach))

    def outline(self) -> None:
        """Draw a line around the map, as an inset has one."""
        for spine in self.ax.spines.values():
            spine.set_visible(True)
            spine.set_edgecolor(self.theme.border)
            spine.set_linewidth(1.1 * self.preset.unit * self.canvas.points)

    def draw(self) -> None:
        """Draw ground, areas and marks."""
        draw_ground(self.canvas, self.ground, self.theme, unit=self.preset.unit)
        layers = self.reports.authored.layers
        draw_layers(self.canvas, layers, self.frame, self.width, theme=self.theme, unit=self.preset.unit)
        self._draw_areas()
        for _, points in self.distance_ways:
            draw_distance_line(self.canvas, points.tolist(), self.theme, unit=self.preset.unit)
        self._draw_points()

    def _draw_points(self) -> None:
        if self.glyphs is not None:
            self._draw_glyphs()
            return
        marks, unit = self._marks, self.preset.unit
        # The widest first: the others lie on top of them.
        widest = marks.widest()
        spot = np.repeat(np.arange(len(widest)), np.diff(marks.starts))
        rank = np.argsort(np.argsort(-widest, kind="stable"))
        for one in np.argsort(rank[spot], kind="stable").tolist():
            self._draw_mark(one, float(marks.x[one]), float(marks.spot_y[spot[one]]))
        reach = widest + 2.2 * unit
        first, last = marks.starts[:-1], marks.starts[1:] - 1
        self.obstacles = self.obstacles.and_edges(
            marks.x[first] - marks.radius[first] - 2, marks.spot_y - reach,
            marks.x[last] + marks.radius[last] + 2, marks.spot_y + reach,
        )  # fmt: skip

    def _draw_glyphs(self) -> None:
        boxes = []
        for glyph in sorted(self._drawn, key=lambda one: -one.radius):
            texts = [self.words.number(part.count) for part in glyph.parts]
            draw_glyph(self.canvas, glyph, self.reports, theme=self.theme, preset=self.preset, texts=texts)
            reach = 1.08 * max((glyph.radius, *glyph.bounds)) + 1.5 * self.preset.unit
            boxes.append(Box(glyph.x - reach, glyph.y - reach, glyph.x + reach, glyph.y + reach))
        self.obstacles = self.obstacles.and_these(boxes)
        for glyph in self._drawn:
            inside = number_fits(glyph, [self.words.number(part.count) for part in glyph.parts], self.preset)
            below = "" if inside or glyph.count < 2 else self.words.number(glyph.count)
            reach = 1.08 * max((glyph.radius, *glyph.bounds)) - 0.7 * self.preset.unit
            self.spots_named.append(Spot(glyph.name, glyph.held, below, glyph.x, glyph.y, reach, near=True))

    def _draw_mark(self, number: int, x: float, y: float) -> None:
        marks, unit = self._marks, self.preset.unit
        look = side_look(self.reports, int(marks.side[number]), self.theme)
        if not math.isnan(marks.high[number]):
            for area in (float(marks.high[number]), float(marks.low[number])):
                self.canvas.mark(
                    x, y, look.shape, area, face=None, edge=look.color, width=1.4 * unit, halo=self.theme.halo,
                    halo_width=0.8 * unit,
                )  # fmt: skip
            return
        confirmed, area = bool(marks.confirmed[number]), float(marks.area[number])
        draw_mark(self.canvas, x, y, look, area, confirmed=confirmed, theme=self.theme, unit=unit)

    def _draw_areas(self) -> None:
        reports = self.reports
        rows = self.rows[reports.row_kind[self.rows] == _AREA]
        found: list[tuple[BaseGeometry, dict[int, bool], int]] = []
        for area in sorted(set(reports.row_area[rows].tolist())):
            members = rows[reports.row_area[rows] == area]
            shape = self.frame.project_geometry(reports.areas[area].geometry)
            shape = shapely.simplify(shape, 0.4 * self.frame.width / self.width)
            if shapely.is_empty(shape) or geometry_path(shape) is None:
                continue
            events = {int(reports.row_event[row]) for row in members}
            sides: dict[int, bool] = {}
            for event in sorted(events):
                side = int(reports.side[event])
                sides[side] = sides.get(side, False) or bool(reports.filled[event])
            found.append((shape, dict(sorted(sides.items())), len(events)))
            self.areas.append((area, shape, len(events)))
        if reports.authored.regions:
            self._draw_regions([(shape, count) for shape, _, count in found])
            return
        if not areas_shaded(reports):
            for shape, sides, _ in found:
                for step, (side, confirmed) in enumerate(sides.items()):
                    self._draw_area(shape, side, step, confirmed=confirmed)
            return
        # Hatching of each would bury the map: the darker, the more reports. The smaller lie on the larger.
        most = max(count for *_, count in found)
        for shape, sides, count in sorted(found, key=lambda one: -one[0].area):
            color = (
                side_look(reports, next(iter(sides)), self.theme).color if len(sides) == 1 else self.theme.text_muted
            )
            path = geometry_path(shape)
            if path is None:
                continue
            alpha, unit, data = area_strength(count, most), self.preset.unit, self.ax.transData
            self.canvas.path(path, face=color, alpha=alpha, transform=data, zorder=2.0, role="area")
            self.canvas.path(path, edge=color, width=0.7 * unit, alpha=0.8, transform=data, zorder=2.3)

    def _draw_regions(self, found: Sequence[tuple[BaseGeometry, int]]) -> None:
        """Draw regions that are counted in: in one colour for all sides, the darker the more, or their outlines."""
        authored, theme = self.reports.authored, self.theme
        for shape, count in found:
            path = geometry_path(shape)
            if path is None:
                continue
            data = self.ax.transData
            if authored.regions == "shaded":
                alpha = region_strength(count, authored.breaks)
                self.canvas.path(path, face=theme.text_muted, alpha=alpha, transform=data, zorder=2.0, role="region")
            self.canvas.path(path, edge=theme.text_muted, width=0.9 * self.preset.unit, transform=data, zorder=2.3)

    def _draw_area(self, shape: BaseGeometry, side: int, step: int, *, confirmed: bool) -> None:
        """Draw one side's hatching over a shape in metres; `step` counts the sides that share it."""
        path = geometry_path(shape)
        if path is None:
            return
        unit, data = self.preset.unit, self.ax.transData
        look = side_look(self.reports, side, self.theme)
        # A confirmed area carries a tint under its hatching, as a confirmed mark is filled.
        tint = 0.22 if confirmed else 0.07
        self.canvas.path(path, face=look.color, alpha=tint, transform=data, zorder=2.0 + 0.01 * step)
        lines = hatching(shape, look.hatch, 9.5 * unit * self.frame.width / self.width, offset=0.5 * step)
        hatch = geometry_path(lines) if not shapely.is_empty(lines) else None
        if hatch is not None:
            dash = (1.2 * unit, 3.6 * unit) if side == NOT_STATED else None
            color = mix(look.color, self.theme.land, 0.8)
            self.canvas.path(hatch, edge=color, width=1.15 * unit, dash=dash, transform=data, zorder=2.2)
        dash = (6 * unit, 6 * unit) if step else None
        self.canvas.path(path, edge=look.color, width=1.3 * unit, dash=dash, transform=data, zorder=2.3)

    def count_text(self, count: int) -> str:
        """Return how many reports there are, in words; nothing of one."""
        return self.words.plural("count.reports", count) if count > 1 else ""
