"""The whole picture: head, key, one map or several, and foot."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impactmap.look.house import house_logo
from impactmap.look.typography import LINE_HEIGHT, picture_text, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.maps.picture.facets import Panel, Panels, facet_panels, grid_columns, panel_note
from impactmap.maps.picture.legend import Drawn, Level, key_groups
from impactmap.maps.picture.legend_layout import (
    KeyGroup,
    draw_flow,
    draw_key,
    flow_height,
    flow_lines,
    key_gap,
    key_parts,
)
from impactmap.maps.picture.mark_style import size_scale
from impactmap.maps.picture.sheet.drawing import Drawing, aspect, axes_in, padding
from impactmap.maps.picture.sheet.sheet_text import SHORT_NOTICES, foot_lines, least_head, set_foot, set_head
from impactmap.scene.author.inset import without_inset
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import LEAST_MAP, Preset, choose_preset
from impactmap.scene.projection import fit_frame
from impactmap.telling.summary import summarise_reports
from impactmap.telling.wording import kilometres_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


__all__ = ["Sheet"]

#: Reports off the map beyond which no key has room to tell of each.
MOST_TOLD = 20


class Sheet(Drawing):
    """A picture with all that stands around its map."""

    def sheet(self, name: str, facet: str | Panels | None) -> Figure:
        """Compose the whole picture."""
        if facet is not None:
            # Small multiples have no room for a map in a map.
            self = replace(self, reports=without_inset(self.reports))  # noqa: PLW0642
        extent = self.extent()
        preset = choose_preset(name, aspect=aspect(extent))
        rows = np.arange(len(self.reports.row_event))
        panels: str | Panels = [Panel("", rows)] if facet is None else facet
        if isinstance(panels, str):
            panels = facet_panels(self.reports, panels, self.words)
        width, height = _about(preset, len(panels))
        shown = [panel.rows for panel in panels]
        small = _panel_preset(preset, len(panels))
        drawing = self.within(fit_frame(extent, aspect=width / height, padding=padding(small, width, height)))
        extent = drawing.extent()
        glyphs = drawing.size_glyphs(extent, shown, small, width, height)
        drawing = replace(drawing, glyphs=glyphs)
        figure, lost = drawing.compose(preset, panels, extent)
        # What finds no room on the map is told in the key, which takes room from the map in turn.
        for numbered in (lost, frozenset(range(1, len(self.reports.authored.notes) + 1))):
            if lost:
                figure, lost = replace(drawing, numbered=frozenset(numbered), kept={}).compose(preset, panels, extent)
        return figure

    def frames(self, name: str, panels: Panels) -> list[Figure]:
        """Compose one picture a panel, with the marks sized as on the fullest."""
        extent = self.extent()
        preset = choose_preset(name, aspect=aspect(extent))
        width, height = _about(preset, 1)
        drawing = self.within(fit_frame(extent, aspect=width / height, padding=padding(preset, width, height)))
        extent = drawing.extent()
        glyphs = drawing.size_glyphs(extent, [panel.rows for panel in panels[-1:]], preset, width, height)
        drawing = replace(drawing, glyphs=glyphs, kept={})
        # The fullest first: nothing that it has room for moves from frame to frame.
        return [drawing.compose(preset, [panel], extent)[0] for panel in reversed(panels)][::-1]

    def compose(self, preset: Preset, panels: Panels, extent: npt.NDArray[np.float64]) -> tuple[Figure, set[int]]:
        """Set head, key, map and foot; return the figure and the numbers of the callouts without room."""
        from impactmap.maps.picture.figure import MapFigure

        told = self.told or self.reports
        summary = summarise_reports(replace(told, authored=self.reports.authored), project=self.project)
        repeated = sum(len(panel.rows) for panel in panels) > len(self.reports.row_event)
        figure = MapFigure(figsize=(preset.width / preset.dpi, preset.height / preset.dpi), dpi=preset.dpi)
        figure.set_facecolor(self.theme.page)
        figure.set_label(picture_text(summary.title))
        turned = self.words.direction == "rtl"
        canvas = Canvas(_bare_axes(figure), preset.width, preset.height, preset.dpi, turned=turned)
        inner = Box(
            preset.margin, preset.margin + preset.top,
            preset.width - preset.margin, preset.height - preset.margin - preset.bottom,
        )  # fmt: skip
        foot = self._house(figure, canvas, inner, preset)
        lines = foot_lines(
            summary, self.reports, foot.right - foot.left, credit=self.project.map.credit, words=self.words,
            preset=preset, note=self.words.text("viewer.timeline_note") if repeated else "",
            gathered=self.glyphs is not None,
        )  # fmt: skip
        bottom = set_foot(canvas, foot, lines, theme=self.theme, preset=preset)
        if preset.layout == "column":
            edge = inner.left + preset.key_width * (inner.right - inner.left)
            column = Box(inner.left, inner.top, edge, bottom)
            # The sides and their counts must have room; what explains the marks comes after the headline.
            (part,) = key_parts(self._groups(preset, "short")[:1], column, preset)
            head = Box(column.left, column.top, column.right, column.bottom - (part.end(preset) - column.top))
            top = set_head(canvas, head, summary, theme=self.theme, preset=preset)
            self._key(canvas, Box(inner.left, top, edge, bottom), preset)
            # One map runs to the picture's edges; headings of several keep clear of them.
            top, right = (0.0, float(preset.width)) if len(panels) == 1 else (inner.top, inner.right)
            sheet = Box(edge + key_gap(preset), top, right, bottom)
        else:
            # What is left beside the map: under it the key has a part of that, and the head the rest.
            free = bottom - inner.top - LEAST_MAP * preset.height
            key = 0.0
            if preset.layout == "below":
                key = self._key_height(inner, preset, free - least_head(summary, inner.right - inner.left, preset))
            head = Box(inner.left, inner.top, inner.right, inner.top + free - key)
            top = set_head(canvas, head, summary, theme=self.theme, preset=preset)
            sheet = self._key(canvas, Box(inner.left, top, inner.right, bottom), preset)
        if turned:
            sheet = Box(preset.width - sheet.right, sheet.top, preset.width - sheet.left, sheet.bottom)
        return figure, self._map(figure, sheet, extent, panels, preset)

    def _house(self, figure: Figure, canvas: Canvas, inner: Box, preset: Preset) -> Box:
        """Draw accent and logo; return the box that is left for the foot."""
        from matplotlib.image import imread

        if accent := self.project.style.accent:
            bar = Box(inner.left, 0, inner.left + 2.2 * preset.headline, 0.3 * preset.margin)
            canvas.box(bar, face=accent, role="accent")
        if not (logo := house_logo(self.project)):
            return inner
        picture = imread(io.BytesIO(logo), format="png")
        high = 2.2 * LINE_HEIGHT * preset.small
        wide = min(high * picture.shape[1] / picture.shape[0], 0.25 * (inner.right - inner.left))
        high = wide * picture.shape[0] / picture.shape[1]
        left = replace(inner, right=inner.right - wide - preset.body)
        if preset.detail == "short" and text_width(SHORT_NOTICES, preset.small) > left.right - left.left:
            return inner  # The makers of the data are named before the house.
        ax = axes_in(figure, Box(inner.right - wide, inner.bottom - high, inner.right, inner.bottom), preset)
        ax.set_axis_off()
        ax.imshow(picture, aspect="auto", interpolation="antialiased")
        return left

    def _groups(self, preset: Preset, level: Level) -> list[KeyGroup]:
        scale = self.glyphs.for_key() if self.glyphs else size_scale(self.reports, preset)
        metric = self.project.symbols.size if np.isfinite(self.reports.size).any() else None
        drawn = Drawn(
            scale, metric, self._lines_told(level), gathered=self.glyphs is not None and self.glyphs.largest > 1,
            notes=[(n, note.text) for n, note in enumerate(self.reports.authored.notes, 1) if n in self.numbered],
        )  # fmt: skip
        return key_groups(self.reports, words=self.words, theme=self.theme, preset=preset, drawn=drawn, level=level)

    def _lines_told(self, level: Level) -> list[tuple[str, bool]]:
        """Return what the key says of lines that are computed, and whether they are bands."""
        words, note = self.words, self.border or self.reports.border
        names = "–".join(map(words.country, note.countries)) if note else ""
        short = level in {"brief", "short"}
        text = words.text("legend.distance_short") if short else words.text("viewer.legend_distance", names=names)
        told = [(text, False)] if self.distances else []
        if self.bands is not None:
            listed = words.listed(kilometres_text(km, words) for km in self.bands.index)
            told.append((words.text("viewer.legend_bands", list=listed), True))
        return told

    def _key(self, canvas: Canvas, box: Box, preset: Preset) -> Box:
        """Draw the key, as much of it as there is room for; return the box that is left for the map."""
        levels: tuple[Level, ...] = ("list", "full", "brief", "short")
        if preset.detail == "short":
            levels = levels[-1:]
        elif np.isin(self.reports.row_kind, (2, 3)).sum() > MOST_TOLD:
            levels = levels[1:]
        beside = preset.layout != "below"
        gap = preset.gap * preset.body
        room = box.bottom - box.top - (0.0 if beside else LEAST_MAP * preset.height + gap)
        for level in levels:
            parts = key_parts(self._groups(preset, level), box, preset)
            height = max((part.end(preset) - box.top for part in parts), default=0.0)
            if height <= room:
                break
        if beside or height <= room:
            drop = 0.0 if beside else box.bottom - box.top - height
            for part in parts:
                draw_key(canvas, part.moved(drop), theme=self.theme, preset=preset)
        else:
            lines = flow_lines(self._groups(preset, "short"), box.right - box.left, room, preset)
            drop = box.bottom - box.top - flow_height(lines)
            draw_flow(canvas, lines, box.left, box.top + drop, theme=self.theme, preset=preset)
        if beside:
            return Box(box.left, box.top, parts[0].box.left - key_gap(preset), box.bottom)
        return Box(box.left, box.top, box.right, box.top + drop - gap)

    def _key_height(self, box: Box, preset: Preset, room: float) -> float:
        """Return what a key below the map takes of a room, set in lines, with the space above it."""
        groups, width = self._groups(preset, "short"), box.right - box.left
        # The sides and their counts must have room.
        least = flow_height(flow_lines(groups[:1], width, math.inf, preset))
        lines = flow_lines(groups, width, max(room - preset.gap * preset.body, least), preset)
        return flow_height(lines) + preset.gap * preset.body

    def _map(
        self,
        figure: Figure,
        box: Box,
        extent: npt.NDArray[np.float64],
        panels: Panels,
        preset: Preset,
    ) -> set[int]:
        """Draw one map, or small multiples that share frame and ground; return the callouts without room."""
        lost: set[int] = set()
        width, height = box.right - box.left, box.bottom - box.top
        gap = 0.7 * preset.body
        small = _panel_preset(preset, len(panels))
        title = LINE_HEIGHT * preset.body * 1.15 if panels[0].heading else 0.0
        across = 1 if len(panels) == 1 else grid_columns(len(panels), width, height, aspect(extent))
        down = math.ceil(len(panels) / across)
        wide = (width - gap * (across - 1)) / across
        notes = [self._note_beside(heading, rows, wide, preset) for heading, rows, _ in panels]
        # Where one has no room beside its heading, all stand below; in several lines of maps that would cost too much.
        below = bool(title) and down == 1 and not all(notes)
        title += LINE_HEIGHT * preset.small if below else 0.0
        high = (height - gap * (down - 1)) / down - title
        frame = fit_frame(extent, aspect=wide / high, padding=padding(small, wide, high))
        if len(panels) == 1:
            frame = self.beside_inset(frame, small, wide, high)
        ground = self.ground(frame, frame.width / wide)
        canvas = Canvas(figure.axes[0], preset.width, preset.height, preset.dpi)
        for number, (heading, rows, days) in enumerate(panels):
            left = box.left + (number % across) * (wide + gap)
            top = box.top + (number // across) * (high + gap + title)
            if heading:
                canvas.text(left, top, heading, preset.body, self.theme.text, bold=True, role="panel")
                start = left + text_width(heading, preset.body, bold=True) + 0.6 * preset.body
                # On one baseline with the heading, or in the next line.
                lower = 0.9 * (preset.body - preset.small)
                if below:
                    start, lower = left, LINE_HEIGHT * preset.body * 1.05
                    notes[number] = panel_note(rows, self.reports, self.words, width=wide, size=preset.small)
                if note := notes[number]:
                    canvas.text(start, top + lower, note, preset.small, self.theme.text_muted, role="panel-note")
            spot = Box(left, top + title, left + wide, top + title + high)
            ax = axes_in(figure, spot, preset)
            ax.set_gid(f"map-{number + 1}")
            panel = self.panel(ax, frame, ground, rows, small, wide, high)
            panel.draw()
            if heading and not notes[number] and not np.isin(self.reports.row_kind[rows], (0, 1)).any():
                # No room beside the heading; an empty map would look like a day without reports.
                told = panel_note(rows, self.reports, self.words, width=wide - 4 * small.small, size=small.small)
                panel.say(told, size=small.small, role="panel-note")
            if len(panels) == 1:
                self.draw_inset(panel)
                lost = panel.plan_callouts(self.numbered, self.kept.get("callouts"))
                self.kept.setdefault("callouts", panel.callouts)
            elif days:
                lost |= panel.plan_callouts(self.numbered, days=days)
            taken = panel.obstacles.and_these(panel.plan_report_labels())
            if number == len(panels) - 1:
                self.locator(figure, panel, spot, preset, taken)
            if number == 0:
                self.scale_bar(panel, taken)
            # Once more, since the furniture may have had to take a label's place.
            panel.plan_report_labels()
            panel.draw_labels()
            if not len(panels) > 1 and not np.isin(self.reports.row_kind, (0, 1)).any():
                panel.say(self.words.text("figure.no_marks"))
        return lost

    def _note_beside(self, heading: str, rows: npt.NDArray[np.intp], wide: float, preset: Preset) -> str:
        """Return a panel's numbers, as much as there is room for beside its heading."""
        taken = text_width(heading, preset.body, bold=True) + 0.6 * preset.body
        return panel_note(rows, self.reports, self.words, width=wide - taken, size=preset.small)


def _bare_axes(figure: Figure) -> Axes:
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_gid("sheet")
    ax.set_axis_off()
    return ax


def _panel_preset(preset: Preset, panels: int) -> Preset:
    """Return the preset with the sizes of type and marks of each of several maps."""
    if panels == 1:
        return preset
    return replace(
        preset, body=0.85 * preset.body, small=0.9 * preset.small, mark=0.8 * preset.mark, cities=2,
        unit=0.85 * preset.unit,
    )  # fmt: skip


def _about(preset: Preset, panels: int) -> tuple[float, float]:
    """Return about how wide and high each map of a picture is, before head and key are set."""
    across, up = {"beside": (1 - preset.key_width, 0.66), "column": (1 - preset.key_width, 0.8), "below": (0.95, 0.57)}[
        preset.layout
    ]
    return across * preset.width / math.sqrt(panels), up * preset.height / math.sqrt(panels)
