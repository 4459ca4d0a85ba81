"""One map with its reports: areas, marks and labels on the ground."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from impactmap.look.colour import mix
from impactmap.look.typography import LINE_HEIGHT, break_lines, picture_text
from impactmap.maps.picture.furniture.callouts import PlannedCallout, draw_callouts, plan_callouts
from impactmap.maps.picture.panel.label_text import LabelText, Spots, label_text
from impactmap.maps.picture.panel.marks import PanelMarks
from impactmap.model.sections.authored import AuthorsNote
from impactmap.model.values import NO_DAY
from impactmap.scene.areas import FEW_AREAS, areas_shaded
from impactmap.scene.author.callouts import boxes_along
from impactmap.scene.author.labels import FIRST_RANK
from impactmap.scene.gathering import MOST_COUNTED
from impactmap.scene.label_placement import Box, Boxes, Label, PlacedLabel, place_labels, spots_beside
from impactmap.scene.view import far_rows
from impactmap.telling.wording import distance_text

__all__ = ["MapPanel"]


#: How wide a shaded area's name may be, in widths of the area.
_AREA_NAME = 1.25
#: Marks at most that are named.
_NAMED = 24
#: Where else a country's name may stand, in its own widths and heights: never far, or it would name another country.
_AROUND = ((0, 0), (0, 1.2), (0, -1.2), (0.35, 0), (-0.35, 0), (0.35, 1.2), (-0.35, 1.2), (0.35, -1.2), (-0.35, -1.2))


class MapPanel(PanelMarks):
    """A map in an Axes, with its labels and callouts; parameters as in `PanelMarks`."""

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
        ways = [points for _, points in self.distance_ways]
        drawn = shapely.get_parts([self._pixel_lines(), *self._pixel_layers()])
        borders = [shapely.get_coordinates(line) for line in drawn.tolist()]
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
        texts: list[LabelText] = []
        for spot in sorted(self.spots_named, key=lambda one: one.name not in self.first)[:_NAMED]:
            name, below = self._place_name(spot.name, spot.held), spot.below
            if spot.name in self.hidden:
                name, below = "" if spot.near else below, ""
            if name:
                text = label_text(name, below, preset.body, 0.3 * self.width, bold=True)
                labels.append(spot.label(text, preset))
                texts.append(text)
        marked = self.reports.authored.regions == "marks"
        areas = [] if marked else sorted(self.areas, key=lambda one: (-one[2], one[0]))
        shaded = areas_shaded(self.reports)
        for area, shape, count in areas[:FEW_AREAS]:
            name = picture_text(self._area_name(area), longest=60)
            text = label_text(name, self.count_text(count), 0.94 * preset.body, 0.3 * self.width)
            wide = (shape.bounds[2] - shape.bounds[0]) * self.width / self.frame.width
            # Wider than its area a name would seem to be the neighbours', too; there the number is enough.
            if name and not (shaded and text.width > _AREA_NAME * wide):
                spots = self._spots(shape, text.height, inside=shaded)
                labels.append(Label(text.width, text.height, spots, centred=True))
                texts.append(text)
        for line, points in self.distance_ways:
            # Beside a line that its mark covers the figure would seem to be the mark's.
            if np.hypot(*(points[-1] - points[0])) >= 2 * preset.mark:
                text = label_text(distance_text(line.km, self.words), "", preset.small, 0.3 * self.width)
                spots = spots_beside(points, text.width, text.height, clear=2 * preset.unit)
                labels.append(Label(text.width, text.height, spots, centred=True))
                texts.append(text)
        planned = zip(labels, texts, self._place(labels), strict=True)
        self.planned = [(label, text, place) for label, text, place in planned if place]
        self._plan_numbers()
        return [place.box for _, _, place in self.planned]

    def _plan_numbers(self) -> None:
        """Add the numbers of marks and areas that have no room for them and are not named."""
        named = {label.anchors[0] for label, _, _ in self.planned}
        bare = [spot for spot in self.spots_named if spot.near and spot.below and (spot.x, spot.y) not in named]
        texts = [label_text(spot.below, "", self.preset.small, 0.3 * self.width) for spot in bare]
        labels = [spot.label(text, self.preset) for spot, text in zip(bare, texts, strict=True)]
        said = {text.lines[0][0] for _, text, _ in self.planned}
        for area, shape, count in sorted(self.areas, key=lambda one: (-one[2], one[0])):
            if not areas_shaded(self.reports) or picture_text(self.reports.areas[area].name, longest=60) in said:
                continue
            text = label_text(self.words.number(count), "", 0.9 * self.preset.small, 0.3 * self.width)
            labels.append(Label(text.width, text.height, self._inside(shape, text), centred=True, strict=True))
            texts.append(text)
        kept, self.obstacles = self.obstacles, self.obstacles.and_these(place.box for _, _, place in self.planned)
        planned = zip(labels, texts, self._place(labels), strict=True)
        self.obstacles = kept
        self.planned += [(label, text, place) for label, text, place in planned if place]

    def draw_labels(self) -> None:
        """Draw callouts and planned labels; then name disputed lines, countries and cities, where there is room."""
        draw_callouts(self.canvas, self.callouts, theme=self.theme, preset=self.preset)
        for label, text, place in self.planned:
            self._draw_label(text, place, self.theme.text, label)
            self.obstacles.append(place.box)
        self._draw_ground_labels({text.lines[0][0] for _, text, _ in self.planned})

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
        texts: list[LabelText] = []
        cities: dict[int, tuple[float, float]] = {}
        first = 0

        def add(name: str, anchors: Spots, radius: float, *, italic: bool = False) -> None:
            text = label_text(name, "", preset.small, 0.5 * self.width, italic=italic)
            labels.append(Label(text.width, text.height, anchors, radius))
            texts.append(text)

        for border in self.ground.borders:
            if border.kind == "disputed" and border.name:
                spots = self._spots_along(border.geometry)
                add(picture_text(border.name, longest=60), spots, 4 * preset.unit, italic=True)
        for band in self.ground.bands:
            for part in self._band_sides(band.geometry):
                text = label_text(band.name, "", preset.small, 0.5 * self.width)
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

    def _add_country(self, labels: list[Label], texts: list[LabelText], name: str, x: float, y: float) -> None:
        """Add a country's name; it may neither cross a border nor lie on an area, which it would seem to name."""
        text = label_text(name, "", 1.1 * self.preset.small, 0.34 * self.width)
        spots = [(x + across * text.width, y + down * text.height) for across, down in _AROUND]
        left, _, _, top = self.frame.bounds
        metres = self.frame.width / self.width
        shapes = [shape for _, shape, _ in self.areas]
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

    def _pixel_layers(self) -> list[BaseGeometry]:
        """Return the lines and outlines of the author's layers in pixels."""
        metres = self.frame.width / self.width
        left, _, _, top = self.frame.bounds
        shapes: list[BaseGeometry] = []
        for layer in self.reports.authored.layers:
            shapes += [*shapely.get_parts(layer.lines), *shapely.get_rings(shapely.get_parts(layer.areas))]
        lines = [self.frame.project_geometry(shape) for shape in shapes]
        return [shapely.transform(line, lambda c: (c - [left, top]) * [1 / metres, -1 / metres]) for line in lines]

    def _place(self, labels: Sequence[Label]) -> list[PlacedLabel | None]:
        lines = self._pixel_lines()
        inner = Box(0, 0, self.width, self.height).grown(-5 * self.preset.unit)
        ways = [shapely.LineString(points) for _, points in self.distance_ways]
        lines = shapely.union_all([lines, *ways])
        return place_labels(labels, frame=inner, obstacles=self.obstacles, lines=lines, gap=3.0 * self.preset.unit)

    def _area_name(self, area: int) -> str:
        name = self.reports.areas[area].name
        return "" if name in self.hidden else name

    def _place_name(self, leading: str, held: int) -> str:
        """Return what a mark holds, as the page's labels say it: one name alone never stands for several."""
        if held > 1 and not leading:
            return self.words.plural("viewer.places", held) if held <= MOST_COUNTED else ""
        return (
            self.words.text("viewer.place_plus", place=leading, n=self.words.number(held - 1)) if held > 1 else leading
        )

    def _inside(self, shape: BaseGeometry, text: LabelText) -> list[tuple[float, float]]:
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

    def _draw_label(self, text: LabelText, place: PlacedLabel, color: str, label: Label) -> None:
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
