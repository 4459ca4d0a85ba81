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
from impactmap.maps.picture.ground import Ground, draw_distance_line, draw_ground
from impactmap.maps.picture.mark_style import NOT_STATED, draw_mark, draw_part, hatching, side_look, size_scale
from impactmap.maps.picture.points import Mark, Places, gather_marks, gather_places
from impactmap.maps.picture.squares import Squares, gather_on_squares
from impactmap.scene.distance_lines import DistanceLine
from impactmap.scene.label_placement import Box, Boxes, Label, PlacedLabel, place_labels, spots_beside
from impactmap.scene.presets import Preset
from impactmap.scene.projection import MapFrame
from impactmap.telling.reports import PRECISIONS
from impactmap.telling.wording import distance_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from impactmap.model.words import Words
    from impactmap.telling.reports import Reports

__all__ = ["MapPanel"]

_POINT, _AREA = 0, 1

#: Places beyond which marks shrink and only the busiest are named, and how many those are.
_CROWD, _NAMED = 40, 16
#: Places above which marks are drawn together, and marks above which files of lines hold them as an image: no program
#: opens a million outlines well.
_MANY, _IMAGE = 500, 5_000
#: Areas beyond which districts are drawn together and only the largest areas are named, and how many those are.
_FEW_AREAS, _NAMED_AREAS = 12, 8
_REGION = PRECISIONS.index("region")


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
    squares
        On which places are gathered; None where each has marks of its own.
    distances
        Lines to the border; those of this panel's rows are drawn.
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
    squares: Squares | None = None
    distances: Sequence[DistanceLine] = ()
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
        self._planned: list[tuple[Label, _LabelText, PlacedLabel]] = []
        self._areas: list[tuple[int, BaseGeometry, int]] = []
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
        self._places: Places | None = None
        self._shrink = 1.0
        rows = self.rows[reports.row_kind[self.rows] == _POINT]
        pixels = self.to_pixels(*self.frame.project(reports.row_lon[rows], reports.row_lat[rows]))
        if self.squares is not None:
            self._marks = gather_on_squares(reports, rows, pixels, self.squares, preset=preset)
            return
        self._places = places = gather_places(reports, rows, pixels)
        # Marks share a crowded map's room: four times the places, half the area each.
        self._shrink = min(1.0, math.sqrt(_CROWD / max(len(places), 1)))
        self._marks = gather_marks(
            reports, places, area=math.pi * preset.mark**2 * self._shrink, scale=size_scale(reports, preset),
            gap=1.5 * preset.unit,
        )  # fmt: skip

    def draw(self) -> None:
        """Draw ground, areas and marks."""
        draw_ground(self.canvas, self.ground, self.theme, unit=self.preset.unit)
        self._draw_areas()
        for _, points in self._distances:
            draw_distance_line(self.canvas, points.tolist(), self.theme, unit=self.preset.unit)
        self._draw_points()

    def _draw_points(self) -> None:
        marks, unit = self._marks, self.preset.unit
        # The widest first: the others lie on top of them.
        widest = marks.widest()
        spot = np.repeat(np.arange(len(widest)), np.diff(marks.starts))
        rank = np.argsort(np.argsort(-widest, kind="stable"))
        order = np.argsort(rank[spot], kind="stable")
        x, y = marks.x[order], marks.spot_y[spot][order]
        kinds, looks = marks.kinds()
        kinds = kinds[order]

        def draw(kind: int, x: float, y: float) -> None:
            self._draw_mark(looks[kind], x, y)

        if len(widest) > _MANY:
            self.canvas.marks(x, y, kinds, draw, image=len(x) > _IMAGE)
        else:
            for one in zip(kinds.tolist(), x.tolist(), y.tolist(), strict=True):
                draw(*one)
        reach = widest + 2.2 * unit
        first, last = marks.starts[:-1], marks.starts[1:] - 1
        self.obstacles = self.obstacles.and_edges(
            marks.x[first] - marks.radius[first] - 2, marks.spot_y - reach,
            marks.x[last] + marks.radius[last] + 2, marks.spot_y + reach,
        )  # fmt: skip

    def _draw_mark(self, mark: Mark, x: float, y: float) -> None:
        look = side_look(self.reports, mark.side, self.theme)
        unit = self.preset.unit
        if not math.isnan(mark.high):
            for area in (mark.high, mark.low):
                self.canvas.mark(
                    x, y, look.shape, area, face=None, edge=look.color, width=1.4 * unit, halo=self.theme.halo,
                    halo_width=0.8 * unit,
                )  # fmt: skip
            return
        if not math.isnan(mark.part):
            draw_part(self.canvas, x, y, look, mark.area, part=mark.part, theme=self.theme, unit=unit)
            return
        draw_mark(
            self.canvas,
            x,
            y,
            look,
            mark.area,
            confirmed=mark.confirmed,
            theme=self.theme,
            unit=unit * self._shrink**0.5,
        )

    def _draw_areas(self) -> None:
        reports = self.reports
        rows = self.rows[reports.row_kind[self.rows] == _AREA]
        found: list[tuple[BaseGeometry, bool, dict[int, bool]]] = []
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
            wide = bool((reports.row_precision[members] >= _REGION).any())
            found.append((shape, wide, dict(sorted(sides.items()))))
            self._areas.append((area, shape, len(events)))
        if len(found) <= _FEW_AREAS:
            for shape, _, sides in found:
                for step, (side, confirmed) in enumerate(sides.items()):
                    self._draw_area(shape, side, step, confirmed=confirmed)
            return
        # Outlines and hatching of each would bury the map. Regions stay what readers know; districts are drawn as the
        # ground that they cover together, with finer hatching.
        for shape, wide, sides in found:
            for step, (side, confirmed) in enumerate(sides.items()):
                if wide:
                    self._draw_area(shape, side, step, confirmed=confirmed)
        for side in sorted({side for _, _, sides in found for side in sides}):
            parts = [(shape, sides[side]) for shape, wide, sides in found if not wide and side in sides]
            if parts:
                ground = shapely.union_all([shape for shape, _ in parts])
                self._draw_area(ground, side, 0, confirmed=any(confirmed for _, confirmed in parts), gap=0.5)

    def _draw_area(self, shape: BaseGeometry, side: int, step: int, *, confirmed: bool, gap: float = 1.0) -> None:
        """Draw one side's hatching over a shape in metres; `step` counts the sides that share it."""
        path = geometry_path(shape)
        if path is None:
            return
        unit, data = self.preset.unit, self.ax.transData
        look = side_look(self.reports, side, self.theme)
        # A confirmed area carries a tint under its hatching, as a confirmed mark is filled.
        tint = 0.22 if confirmed else 0.07
        self.canvas.path(path, face=look.color, alpha=tint, transform=data, zorder=2.0 + 0.01 * step)
        lines = hatching(shape, look.hatch, 9.5 * gap * unit * self.frame.width / self.width, offset=0.5 * step)
        hatch = geometry_path(lines) if not shapely.is_empty(lines) else None
        if hatch is not None:
            dash = (1.2 * unit, 3.6 * unit) if side == NOT_STATED else None
            color = mix(look.color, self.theme.land, 0.8)
            self.canvas.path(hatch, edge=color, width=1.15 * unit, dash=dash, transform=data, zorder=2.2)
        dash = (6 * unit, 6 * unit) if step else None
        self.canvas.path(path, edge=look.color, width=1.3 * unit, dash=dash, transform=data, zorder=2.3)

    def plan_report_labels(self) -> list[Box]:
        """Choose where the labels of places with reports and of areas stand; return their boxes.

        Of many places only the busiest are named.
        """
        preset = self.preset
        labels: list[Label] = []
        texts: list[_LabelText] = []
        places, marks = self._places, self._marks
        crowded = places is None or len(places) > _CROWD
        # Beside the mark of a square its busiest place would be taken for all of it.
        busiest = () if places is None else places.named(_NAMED if crowded else _CROWD)
        for number, (leading, held, count, x, y) in enumerate(busiest):
            name = self._place_name(leading, held)
            if not name:
                continue
            first, end = marks.starts[number : number + 2].tolist()
            reach = float(marks.radius[first:end].max() + (end - first - 1) * marks.radius[first])
            text = _label_text(name, self._count(count), preset.body, 0.3 * self.width, bold=True)
            labels.append(Label(text.width, text.height, [(x, y)], reach + 2.2 * preset.unit))
            texts.append(text)
        areas = self._areas
        if len(areas) > _FEW_AREAS:
            named = [one for one in areas if self.reports.areas[one[0]].name]
            areas = sorted(named, key=lambda one: (-one[1].area, one[0]))[:_NAMED_AREAS]
        for area, shape, count in areas:
            name = picture_text(self.reports.areas[area].name, longest=60)
            if name:
                text = _label_text(name, self._count(count), 0.94 * preset.body, 0.3 * self.width)
                labels.append(Label(text.width, text.height, self._spots(shape, text.height), centred=True))
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
        if crowded:
            self._planned = [one for one in self._planned if not one[2].leader]
        return [place.box for _, _, place in self._planned]

    def draw_labels(self) -> None:
        """Draw the planned labels; then name disputed lines, countries and the largest cities, where there is room."""
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
        for ground_label in sorted(self.ground.labels, key=lambda one: (one.kind == "city", one.rank)):
            name = picture_text(ground_label.name, longest=40)
            (x, y), *_ = self.to_pixels(ground_label.x, ground_label.y).tolist()
            edge = 6 * preset.unit
            inside = edge < x < self.width - edge and edge < y < self.height - edge
            if not inside or name in named:
                continue
            if ground_label.kind != "city":
                self._add_country(labels, texts, name, x, y)
            elif len(cities) < 3 * preset.cities:
                cities[len(labels)] = (x, y)
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
                if place.leader or covered or shown >= preset.cities:
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

    def _place(self, labels: Sequence[Label]) -> list[PlacedLabel | None]:
        metres = self.frame.width / self.width
        left, _, _, top = self.frame.bounds
        lines = shapely.transform(self.ground.lines_to_avoid(), lambda c: (c - [left, top]) * [1 / metres, -1 / metres])
        inner = Box(0, 0, self.width, self.height).grown(-5 * self.preset.unit)
        ways = [shapely.LineString(points) for _, points in self._distances]
        lines = shapely.union_all([lines, *ways])
        return place_labels(labels, frame=inner, obstacles=self.obstacles, lines=lines, gap=3.0 * self.preset.unit)

    def _count(self, count: int) -> str:
        return self.words.plural("count.reports", count) if count > 1 else ""

    def _place_name(self, leading: str, held: int) -> str:
        """Return what a mark holds, as the page's labels say it: one name alone never stands for several."""
        if held > 1 and not leading:
            return self.words.plural("viewer.places", held)
        return (
            self.words.text("viewer.place_plus", place=leading, n=self.words.number(held - 1)) if held > 1 else leading
        )

    def _spots(self, shape: BaseGeometry, height: float) -> list[tuple[float, float]]:
        """Return where an area's label may stand: its middle, a grid of points inside it, then under and over it."""
        middle = shapely.point_on_surface(shape)
        centre = shapely.centroid(shape)
        best = centre if shapely.contains(shape, centre) else middle
        left, bottom, right, top = shape.bounds
        x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(left, right, 15), np.linspace(bottom, top, 15)))
        inside = shapely.contains_xy(shape, x, y)
        order = np.argsort(np.hypot(x[inside] - best.x, y[inside] - best.y), kind="stable")
        xs, ys = np.concatenate([[best.x], x[inside][order]]), np.concatenate([[best.y], y[inside][order]])
        (middle_x, low), (west, high), (east, _) = self.to_pixels([best.x, left, right], [bottom, top, top]).tolist()
        reach = 0.55 * height
        # Never beside the area, where the label would name its neighbour.
        around = [min(max(middle_x + step * height, west), east) for step in (0, -2, 2)]
        outside = [(x, y) for y in (low + reach, high - reach) for x in around]
        return [(float(a), float(b)) for a, b in self.to_pixels(xs, ys).tolist()] + outside

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
