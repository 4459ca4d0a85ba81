"""One map with its reports: areas, marks and labels on the ground."""

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
from impactmap.look.typography import LINE_HEIGHT, break_lines, picture_text, text_width
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.furniture.callouts import PlannedCallout, draw_callouts, plan_callouts
from impactmap.maps.picture.furniture.own_layers import draw_layers
from impactmap.maps.picture.glyphs import GlyphScale, draw_glyph, gather_glyphs, number_fits
from impactmap.maps.picture.ground import Ground, draw_distance_line, draw_ground
from impactmap.maps.picture.mark_style import NOT_STATED, draw_mark, hatching, side_look, size_scale
from impactmap.maps.picture.points import gather_marks, gather_places
from impactmap.model.sections.authored import AuthorsNote
from impactmap.model.values import NO_DAY
from impactmap.scene.areas import FEW_AREAS, area_strength, areas_shaded, region_strength
from impactmap.scene.author.callouts import boxes_along
from impactmap.scene.author.labels import FIRST_RANK, named_always, named_never
from impactmap.scene.distance_lines import DistanceLine
from impactmap.scene.gathering import MOST_COUNTED
from impactmap.scene.label_placement import Box, Boxes, Label, PlacedLabel, place_labels, spots_beside
from impactmap.scene.presets import Preset
from impactmap.scene.projection import MapFrame
from impactmap.scene.view import far_rows, middles
from impactmap.telling.wording import distance_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from impactmap.model.words import Words
    from impactmap.telling.reports import Reports

__all__ = ["MapPanel"]

_POINT, _AREA = 0, 1

#: How wide a shaded area's name may be, in widths of the area.
_AREA_NAME = 1.25
#: Marks at most that are named.
_NAMED = 24


@dataclass
class MapPanel:
    """A map in an Axes.

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
        self._planned: list[tuple[Label, _LabelText, PlacedLabel]] = []
        self._areas: list[tuple[int, BaseGeometry, int]] = []
        self._first, self._hidden = set(named_always(self.reports)), set(named_never(self.reports))
        self._gather_points()
        mine = [line for line in self.distances if np.isin(line.rows, self.rows).any()]
        self._distances = [(line, self.to_pixels(*self.frame.project(*line.points().T))) for line in mine]

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
        self._spots_named: list[_Spot] = []
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
            self._spots_named.append(_Spot(name, held, self._count(count), x, y, reach))

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
        for _, points in self._distances:
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
            self._spots_named.append(_Spot(glyph.name, glyph.held, below, glyph.x, glyph.y, reach, near=True))

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
            self._areas.append((area, shape, len(events)))
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

    def plan_callouts(
        self,
        numbered: frozenset[int] = frozenset(),
        planned: Sequence[PlannedCallout] | None = None,
        days: tuple[int, int] | None = None,
    ) -> set[int]:
        """Choose where the author's callouts stand, before any label; return the numbers of those without room.

        `planned` are those of a fuller map of the same frame: they stay where they are. A map of some `days` has those
        alone that have days of their own among them: one that holds at all times would stand on each.
        """
        notes = self.reports.authored.notes
        if planned is not None:
            self.callouts = [one for one in planned if self._dated(notes[one.number - 1])]
            boxes = (box for one in self.callouts for box in one.boxes(self.preset.unit))
            self.obstacles = self.obstacles.and_these(boxes)
            return set()
        spots = self.to_pixels(*self.frame.project([one.lon for one in notes], [one.lat for one in notes]))
        sheet = Box(0, 0, self.width, self.height)
        step, reach = 8 * self.preset.unit, 2 * self.preset.unit
        ways = [points for _, points in self._distances]
        borders = [shapely.get_coordinates(line) for line in shapely.get_parts(self._pixel_lines()).tolist()]
        along, avoid = (Boxes().and_these(boxes_along(lines, step, reach)) for lines in (ways, borders))
        self.callouts, lost = plan_callouts(
            notes, spots, sheet=sheet, obstacles=self.obstacles.and_edges(*along.edges.T), avoid=avoid,
            preset=self.preset, numbered=numbered,
            left_out={n for n, note in enumerate(notes, 1) if days and not (note.dated and note.on(*days))},
        )  # fmt: skip
        self.obstacles = self.obstacles.and_these(box for one in self.callouts for box in one.boxes(self.preset.unit))
        return lost

    def _dated(self, note: AuthorsNote) -> bool:
        """Return whether a callout belongs to the days of this panel's reports; all do on a map of all reports."""
        days = self.reports.day_start[self.reports.row_event[self.rows]]
        days = days[days != NO_DAY]
        whole = len(self.rows) == len(np.setdiff1d(np.arange(len(self.reports.row_event)), far_rows(self.reports)))
        return whole or not len(days) or note.on(int(days.min()), int(days.max()))

    def plan_report_labels(self) -> list[Box]:
        """Choose where the labels of places with reports and of areas stand; return their boxes.

        Of many places only the busiest are named.
        """
        preset = self.preset
        labels: list[Label] = []
        texts: list[_LabelText] = []
        for spot in sorted(self._spots_named, key=lambda one: one.name not in self._first)[:_NAMED]:
            name, below = self._place_name(spot.name, spot.held), spot.below
            if spot.name in self._hidden:
                name, below = "" if spot.near else below, ""
            if name:
                text = _label_text(name, below, preset.body, 0.3 * self.width, bold=True)
                labels.append(spot.label(text, preset))
                texts.append(text)
        marked = self.reports.authored.regions == "marks"
        areas = [] if marked else sorted(self._areas, key=lambda one: (-one[2], one[0]))
        shaded = areas_shaded(self.reports)
        for area, shape, count in areas[:FEW_AREAS]:
            name = picture_text(self._area_name(area), longest=60)
            text = _label_text(name, self._count(count), 0.94 * preset.body, 0.3 * self.width)
            wide = (shape.bounds[2] - shape.bounds[0]) * self.width / self.frame.width
            # Wider than its area a name would seem to be the neighbours', too; there the number is enough.
            if name and not (shaded and text.width > _AREA_NAME * wide):
                spots = self._spots(shape, text.height, inside=shaded)
                labels.append(Label(text.width, text.height, spots, centred=True))
                texts.append(text)
        for line, points in self._distances:
            # Beside a line that its mark covers the figure would seem to be the mark's.
            if np.hypot(*(points[-1] - points[0])) >= 2 * preset.mark:
                text = _label_text(distance_text(line.km, self.words), "", preset.small, 0.3 * self.width)
                spots = spots_beside(points, text.width, text.height, clear=2 * preset.unit)
                labels.append(Label(text.width, text.height, spots, centred=True))
                texts.append(text)
        planned = zip(labels, texts, self._place(labels), strict=True)
        self._planned = [(label, text, place) for label, text, place in planned if place]
        self._plan_numbers()
        return [place.box for _, _, place in self._planned]

    def _plan_numbers(self) -> None:
        """Add the numbers of marks and areas that have no room for them and are not named."""
        named = {label.anchors[0] for label, _, _ in self._planned}
        bare = [spot for spot in self._spots_named if spot.near and spot.below and (spot.x, spot.y) not in named]
        texts = [_label_text(spot.below, "", self.preset.small, 0.3 * self.width) for spot in bare]
        labels = [spot.label(text, self.preset) for spot, text in zip(bare, texts, strict=True)]
        said = {text.lines[0][0] for _, text, _ in self._planned}
        for area, shape, count in sorted(self._areas, key=lambda one: (-one[2], one[0])):
            if not areas_shaded(self.reports) or picture_text(self.reports.areas[area].name, longest=60) in said:
                continue
            text = _label_text(self.words.number(count), "", 0.9 * self.preset.small, 0.3 * self.width)
            labels.append(Label(text.width, text.height, self._inside(shape, text), centred=True, strict=True))
            texts.append(text)
        kept, self.obstacles = self.obstacles, self.obstacles.and_these(place.box for _, _, place in self._planned)
        planned = zip(labels, texts, self._place(labels), strict=True)
        self.obstacles = kept
        self._planned += [(label, text, place) for label, text, place in planned if place]

    def draw_labels(self) -> None:
        """Draw callouts and planned labels; then name disputed lines, countries and cities, where there is room."""
        draw_callouts(self.canvas, self.callouts, theme=self.theme, preset=self.preset)
        for label, text, place in self._planned:
            self._draw_label(text, place, self.theme.text, label)
            self.obstacles.append(place.box)
        self._draw_ground_labels({text.lines[0][0] for _, text, _ in self._planned})

    def say(self, text: str, *, size: float | None = None, role: str = "text") -> None:
        """Set a remark at the top of the map, where no label may stand then."""
        size = size or self.preset.body
        y = 0.8 * size
        for line in break_lines(text, size, self.width - 4 * size):
            self.obstacles.append(
                self.canvas.text(
                    self.width / 2, y, line, size, self.theme.text, align="center", halo=self.theme.halo, role=role
                )
            )
            y += LINE_HEIGHT * size

    def _draw_ground_labels(self, named: set[str]) -> None:
        preset, theme = self.preset, self.theme
        labels: list[Label] = []
        texts: list[_LabelText] = []
        cities: dict[int, tuple[float, float]] = {}
        first = 0

        def add(name: str, anchors: _Spots, radius: float, *, italic: bool = False) -> None:
            text = _label_text(name, "", preset.small, 0.5 * self.width, italic=italic)
            labels.append(Label(text.width, text.height, anchors, radius))
            texts.append(text)

        for border in self.ground.borders:
            if border.kind == "disputed" and border.name:
                spots = self._spots_along(border.geometry)
                add(picture_text(border.name, longest=60), spots, 4 * preset.unit, italic=True)
        for band in self.ground.bands:
            for part in self._band_sides(band.geometry):
                text = _label_text(band.name, "", preset.small, 0.5 * self.width)
                labels.append(Label(text.width, text.height, self._spots_along(part), centred=True))
                texts.append(text)
        for ground_label in sorted(
            self.ground.labels, key=lambda one: (one.kind == "city" and one.rank != FIRST_RANK, one.rank)
        ):
            name = picture_text(ground_label.name, longest=40)
            (x, y), *_ = self.to_pixels(ground_label.x, ground_label.y).tolist()
            edge = 6 * preset.unit
            inside = edge < x < self.width - edge and edge < y < self.height - edge
            if not inside or name in named:
                continue
            if ground_label.kind != "city":
                self._add_country(labels, texts, name, x, y)
            elif ground_label.rank == FIRST_RANK or len(cities) < 3 * preset.cities:
                cities[len(labels)] = (x, y)
                first += ground_label.rank == FIRST_RANK
                add(name, [(x, y)], 3.4 * preset.unit)
        places = self._place(labels)
        boxes = [place.box for place in places if place]
        shown = 0
        for number, (label, text, place) in enumerate(zip(labels, texts, places, strict=True)):
            if place is None:
                continue
            if number in cities:
                x, y = cities[number]
                dot = Box(x, y, x, y).grown(4 * preset.unit)
                covered = any(box is not place.box and box.overlaps(dot) for box in boxes) or len(
                    self.obstacles.overlapping(dot).edges
                )
                if place.leader or covered or shown >= preset.cities + first:
                    continue
                shown += 1
                self.canvas.mark(
                    x, y, "disc", math.pi * (2.0 * preset.unit) ** 2, face=theme.text_muted, edge=theme.halo,
                    width=0.9 * preset.unit, zorder=5,
                )  # fmt: skip
            self._draw_label(text, place, theme.text_muted, label)

    def _add_country(self, labels: list[Label], texts: list[_LabelText], name: str, x: float, y: float) -> None:
        """Add a country's name; it may neither cross a border nor lie on an area, which it would seem to name."""
        text = _label_text(name, "", 1.1 * self.preset.small, 0.34 * self.width)
        spots = [(x + across * text.width, y + down * text.height) for across, down in _AROUND]
        left, _, _, top = self.frame.bounds
        metres = self.frame.width / self.width
        shapes = [shape for _, shape, _ in self._areas]
        free = [
            spot
            for spot in spots
            if not any(shapely.contains_xy(shape, left + spot[0] * metres, top - spot[1] * metres) for shape in shapes)
        ]
        if free:
            labels.append(Label(text.width, text.height, free, centred=True, strict=True))
            texts.append(text)

    def _pixel_lines(self) -> BaseGeometry:
        """Return the borders in pixels."""
        metres = self.frame.width / self.width
        left, _, _, top = self.frame.bounds
        return shapely.transform(self.ground.lines_to_avoid(), lambda c: (c - [left, top]) * [1 / metres, -1 / metres])

    def _place(self, labels: Sequence[Label]) -> list[PlacedLabel | None]:
        lines = self._pixel_lines()
        inner = Box(0, 0, self.width, self.height).grown(-5 * self.preset.unit)
        ways = [shapely.LineString(points) for _, points in self._distances]
        lines = shapely.union_all([lines, *ways])
        return place_labels(labels, frame=inner, obstacles=self.obstacles, lines=lines, gap=3.0 * self.preset.unit)

    def _count(self, count: int) -> str:
        return self.words.plural("count.reports", count) if count > 1 else ""

    def _area_name(self, area: int) -> str:
        name = self.reports.areas[area].name
        return "" if name in self._hidden else name

    def _place_name(self, leading: str, held: int) -> str:
        """Return what a mark holds, as the page's labels say it: one name alone never stands for several."""
        if held > 1 and not leading:
            return self.words.plural("viewer.places", held) if held <= MOST_COUNTED else ""
        return (
            self.words.text("viewer.place_plus", place=leading, n=self.words.number(held - 1)) if held > 1 else leading
        )

    def _inside(self, shape: BaseGeometry, text: _LabelText) -> list[tuple[float, float]]:
        """Return where a number may stand in an area that it fits into."""
        middle = shapely.point_on_surface(shape)
        half = 0.5 * self.frame.width / self.width
        box = shapely.box(
            middle.x - half * text.width, middle.y - half * text.height,
            middle.x + half * text.width, middle.y + half * text.height,
        )  # fmt: skip
        return self.to_pixels(middle.x, middle.y).tolist() if shapely.contains(shape, box) else []

    def _spots(self, shape: BaseGeometry, height: float, *, inside: bool) -> list[tuple[float, float]]:
        """Return where an area's label may stand: its middle, points inside it, then under and over it."""
        middle = shapely.point_on_surface(shape)
        centre = shapely.centroid(shape)
        best = centre if shapely.contains(shape, centre) else middle
        left, bottom, right, top = shape.bounds
        x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(left, right, 9), np.linspace(bottom, top, 9)))
        within = shapely.contains_xy(shape, x, y)
        x, y = x[within], y[within]
        order = np.argsort(np.hypot(x - best.x, y - best.y), kind="stable")
        xs, ys = np.concatenate([[best.x], x[order]]), np.concatenate([[best.y], y[order]])
        (middle_x, low), (west, high), (east, _) = self.to_pixels([best.x, left, right], [bottom, top, top]).tolist()
        reach = 0.55 * height
        # Never beside the area, where the label would name its neighbour.
        around = [min(max(middle_x + step * height, west), east) for step in (0, -2, 2)]
        outside = [(x, y) for y in (low + reach, high - reach) for x in around]
        return [(float(a), float(b)) for a, b in self.to_pixels(xs, ys).tolist()] + ([] if inside else outside)

    def _spots_along(self, lines: BaseGeometry) -> list[tuple[float, float]]:
        """Return where a line's name may stand: about its middle, then towards its ends."""
        parts = shapely.get_parts(shapely.get_parts(lines))
        longest = max(parts.tolist(), key=lambda part: part.length)
        points = [longest.interpolate(part, normalized=True) for part in (0.5, 0.35, 0.65, 0.2, 0.8)]
        pixels = self.to_pixels([point.x for point in points], [point.y for point in points])
        return [(float(a), float(b)) for a, b in pixels.tolist()]

    def _band_sides(self, lines: BaseGeometry) -> list[BaseGeometry]:
        """Return the longest parts of a band that are seen: one on each side of the border, as a rule."""
        parts = shapely.get_parts(shapely.line_merge(shapely.clip_by_rect(lines, *self.frame.bounds)))
        return sorted(parts.tolist(), key=lambda part: -part.length)[:2]

    def _draw_label(self, text: _LabelText, place: PlacedLabel, color: str, label: Label) -> None:
        box = place.box
        if place.leader:
            x, y = label.anchors[0]
            near = (min(max(x, box.left), box.right), min(max(y, box.top), box.bottom))
            self.canvas.polyline([(x, y), near], self.theme.text_muted, 0.8 * self.preset.unit, zorder=4.5)
        on_left = not label.centred and box.right <= label.anchors[0][0]
        align = "center" if label.centred else "right" if on_left else "left"
        x = {"center": (box.left + box.right) / 2, "right": box.right, "left": box.left}[align]
        y = box.top
        largest = text.lines[0][1]
        halo = self.theme.halo if text.bold or label.centred else mix(self.theme.halo, self.theme.land, 0.5)
        for line, size in text.lines:
            self.canvas.text(
                x, y, line, size, color, bold=text.bold and size == largest, italic=text.italic, align=align,  # type: ignore[arg-type]
                halo=halo, role="label",
            )  # fmt: skip
            y += LINE_HEIGHT * size


_Spots = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Spot:
    """A mark that may be named: what it holds, what stands below the name, where it is, how far it reaches.

    Of `near` marks the name stands beside them or nowhere.
    """

    name: str
    held: int
    below: str
    x: float
    y: float
    reach: float
    near: bool = False

    def label(self, text: _LabelText, preset: Preset) -> Label:
        return Label(text.width, text.height, [(self.x, self.y)], self.reach + 2.2 * preset.unit, near=self.near)


#: Where else a country's name may stand, in its own widths and heights: never far, or it would name another country.
_AROUND = ((0, 0), (0, 1.2), (0, -1.2), (0.35, 0), (-0.35, 0), (0.35, 1.2), (-0.35, 1.2), (0.35, -1.2), (-0.35, -1.2))


@dataclass(frozen=True)
class _LabelText:
    """The lines of a label, each with its size, and their measure."""

    lines: tuple[tuple[str, float], ...]
    bold: bool
    italic: bool
    width: float
    height: float


def _label_text(
    name: str, below: str, size: float, widest: float, *, bold: bool = False, italic: bool = False
) -> _LabelText:
    """Measure a name, in two lines where it is long, and a smaller line below it; words stay whole where they can."""
    longest = max(text_width(word, size, bold=bold) for word in name.split(" "))
    widest = max(widest, min(longest, 2.5 * widest))
    lines = [(line, size) for line in break_lines(name, size, widest, bold=bold, most=2)]
    lines += [(below, 0.82 * size)] if below else []
    width = max((text_width(line, s, bold=bold and s == size, italic=italic) for line, s in lines), default=0.0)
    return _LabelText(tuple(lines), bold, italic, width, sum(LINE_HEIGHT * s for _, s in lines))
