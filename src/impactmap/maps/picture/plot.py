"""The static figure: headline, map, key and sources on one sheet, or only the map in somebody's Axes."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.context.bands import project_bands
from impactmap.look.house import house_logo, house_themes
from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, picture_text, text_width, use_fonts
from impactmap.maps.coloured import drawn_reports
from impactmap.maps.options import MapOptions, with_options
from impactmap.maps.picture.canvas import Canvas
from impactmap.maps.picture.facets import Panels, column_panels, facet_panels, grid_columns, panel_note
from impactmap.maps.picture.furniture.corners import (
    choose_corner,
    draw_locator,
    draw_scale_bar,
    locator_frame,
    scale_bar_size,
)
from impactmap.maps.picture.glyphs import GlyphScale, plan_glyphs
from impactmap.maps.picture.ground import Ground, load_ground
from impactmap.maps.picture.image_file import save_figure
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
from impactmap.maps.picture.panel import MapPanel
from impactmap.maps.picture.sheet_text import SHORT_NOTICES, least_head, set_foot, set_head
from impactmap.model.errors import InputError
from impactmap.model.project import Project
from impactmap.places.geometry import take_positions
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.distance_lines import DistanceLine, distance_lines, seen_points
from impactmap.scene.label_placement import Box, Boxes
from impactmap.scene.presets import LEAST_MAP, PRESETS, Preset, choose_preset
from impactmap.scene.projection import MapFrame, fit_frame
from impactmap.scene.view import far_rows
from impactmap.telling.reports import Reports
from impactmap.telling.summary import summarise_reports
from impactmap.telling.wording import Wording, kilometres_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL import Image

    from impactmap.context.borders import Border

__all__ = ["PRESETS", "plot_frames", "plot_map", "plot_reports", "save_figure", "still_map", "still_picture"]

#: Width and height of the page's still picture, in hundreds of pixels.
_STILL = (7.2, 4.5)
#: Reports off the map beyond which no key has room to tell of each.
MOST_TOLD = 20


def plot_map(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None = None,
    *,
    project: Project | None = None,
    border: Border | None = None,
    preset: str = "web",
    ax: Axes | None = None,
    facet: str | None = None,
    theme: Theme | None = None,
    **options: Unpack[MapOptions],
) -> Figure:
    """Draw the reports as a picture.

    Parameters
    ----------
    events
        Located reports, one row an event and place: any GeoDataFrame with a coordinate reference system. Its geometry
        is the only position.
    claims
        The claims frame; it gives the figures that size the marks, and sources.
    project
        Title, language, sides and what sizes the marks.
    border
        The border that distances refer to, drawn heavier.
    preset
        ``web`` (1200x675 pixels), ``wide`` (1920x1080), ``social`` (1200x630), ``square`` (1080x1080), ``story``
        (1080x1920), ``thumb`` (400x400) or ``print`` (A4 at 300 dpi, on its side for a wide extent); or a size of your
        own, ``800x600`` pixels or ``120x80mm``.
    ax
        Draw only the map into this Axes, and nothing around it.
    facet
        Small multiples, one map a ``date`` (days, or months or years where there are many; a report counts where it
        begins), a ``side``, or a value each of any column, at most twelve, with one scale, extent and key.
    theme
        `LIGHT`, `DARK` or one of your own; by default the project's light one.
    **options
        ``language``, ``size`` and others: see `MapOptions`. To colour a frame by a column of its own: `plot_column`; to
        count by region: `plot_regions`.

    Returns
    -------
    Figure
        A matplotlib figure that belongs to no window. Its label is the title; write it with `save_figure`.

    Raises
    ------
    InputError
        For an unknown preset, facet or language, for more than six sides, or for a facet with `ax`.
    ColumnError, CrsError
        As `collect_reports`.

    Notes
    -----
    Projection: Lambert azimuthal equal-area about the middle of what is shown (Equal Earth for the world). A mark
    stands for all reports of one side and one confirmation at a place, or for one report where a figure sizes the
    marks. Of more than 20 reports those that would lie on each other are one mark, split by side, whose area stands
    for their number or for the sum of the figure. Country-wide reports and those without a place are listed, never
    drawn.

    References
    ----------
    Land, water: Natural Earth (public domain). Borders: OpenStreetMap contributors (ODbL). Place names: GeoNames
    (CC BY 4.0).

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> figure = im.plot_map(located, preset="square")
    >>> (figure.get_size_inches() * figure.dpi).round().tolist()
    [1080.0, 1080.0]
    """
    project = with_options(project, events, options)
    reports = reports_of_map(take_positions(events), claims, project)
    panels: Any = facet if facet in {None, "date", "side"} else column_panels(events, str(facet), reports.events.say)
    return plot_reports(reports, project=project, border=border, preset=preset, ax=ax, facet=panels, theme=theme)


def plot_reports(
    reports: Reports,
    *,
    project: Project,
    border: Border | None = None,
    preset: str = "web",
    ax: Axes | None = None,
    facet: Literal["date", "side"] | Panels | None = None,
    theme: Theme | None = None,
) -> Figure:
    """Draw reports already collected, as `plot_map` does."""
    import matplotlib as mpl

    if not isinstance(facet, list) and facet not in {None, "date", "side"}:
        raise InputError(f"expected a facet of date or side, found {facet!r}.")
    if ax is not None and facet is not None:
        raise InputError("expected either ax or facet, found both. Small multiples need a figure of their own.")
    theme = theme or house_themes(project, reports.sides)[0]
    drawing = _Drawing(
        reports, project, reports.events.say, border, theme, distance_lines(reports), project_bands(project, border)
    )  # fmt: skip
    with mpl.rc_context():
        # A user's style sheet must not change the published picture.
        mpl.rcdefaults()
        with use_fonts(project.style.font_pictures or project.style.font):
            return drawing.sheet(preset, facet) if ax is None else drawing.into(ax)


def plot_frames(
    reports: Reports,
    *,
    project: Project,
    border: Border | None = None,
    preset: str = "web",
    theme: Theme | None = None,
) -> list[Figure]:
    """Draw the map as it fills: one figure a day (or month, or year, where there are many), each with all before it.

    Parameters
    ----------
    reports, project, border, preset, theme
        As for `plot_reports`.

    Returns
    -------
    list of Figure
        Of one size, view, scale and legend; without dated reports a single one.
    """
    import matplotlib as mpl

    theme = theme or house_themes(project, reports.sides)[0]
    say = reports.events.say
    drawing = _Drawing(
        reports, project, say, border, theme, distance_lines(reports), project_bands(project, border)
    )  # fmt: skip
    rows = np.array([], dtype=np.intp)
    panels = []
    for heading, more in facet_panels(reports, "date", say):
        rows = np.union1d(rows, more)
        panels.append((heading, rows))
    with mpl.rc_context():
        mpl.rcdefaults()
        with use_fonts(project.style.font_pictures or project.style.font):
            return drawing.frames(preset, panels)


def still_picture(reports: Reports, *, project: Project, border: Border | None = None) -> Image.Image:
    """Return the map alone as a picture of 720 by 450 pixels."""
    from matplotlib.figure import Figure as AnyFigure
    from PIL import Image

    figure = AnyFigure(figsize=_STILL, dpi=100)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    plot_reports(drawn_reports(reports), project=project, border=border, ax=ax)
    drawn = io.BytesIO()
    save_figure(figure, drawn, alt_text="-", format="png")
    return Image.open(drawn, "r").convert("RGB")


def still_map(reports: Reports, *, project: Project, border: Border | None = None) -> bytes:
    """Return the map alone as a small WebP picture: what the page shows where no script runs."""
    file = io.BytesIO()
    still_picture(reports, project=project, border=border).save(file, "WEBP", quality=45, method=6)
    return file.getvalue()


@dataclass(frozen=True)
class _Drawing:
    """What every picture of a map needs."""

    reports: Reports
    project: Project
    words: Wording
    border: Border | None
    theme: Theme
    distances: tuple[DistanceLine, ...]
    bands: gpd.GeoSeries | None
    glyphs: GlyphScale | None = None
    numbered: frozenset[int] = frozenset()
    #: What stands in one place on all frames of a moving picture, as the first that is composed has it.
    kept: dict[str, Any] = field(default_factory=dict)

    def into(self, ax: Axes) -> Figure:
        """Draw the map alone into an Axes."""
        figure = ax.get_figure(root=True)
        if figure is None:
            raise InputError("expected an Axes in a figure, found one that was removed from its figure.")
        box = ax.get_window_extent()
        width, height, dpi = float(box.width), float(box.height), float(figure.dpi)
        unit = dpi / 100 * min(1.0, max(0.5, width * 100 / dpi / 800))
        preset = replace(
            PRESETS["web"], unit=unit, body=16 * unit, small=13 * unit, mark=8.5 * unit, width=round(width), dpi=dpi
        )
        extent = self._extent()
        frame = fit_frame(extent, aspect=width / height, padding=_padding(preset, width, height))
        ground = self._ground(frame, frame.width / width)
        rows = np.arange(len(self.reports.row_event))
        drawing = self._within(frame)
        planned = replace(drawing, glyphs=drawing._plan_glyphs(extent, [rows], preset, width, height))  # noqa: SLF001
        panel = planned._panel(ax, frame, ground, rows, preset, width, height)  # noqa: SLF001
        panel.draw()
        panel.plan_callouts()
        self._scale_bar(panel, panel.obstacles.and_these(panel.plan_report_labels()))
        panel.plan_report_labels()
        panel.draw_labels()
        return figure

    def sheet(self, name: str, facet: str | Panels | None) -> Figure:
        """Compose the whole picture."""
        extent = self._extent()
        preset = choose_preset(name, aspect=_aspect(extent))
        rows = np.arange(len(self.reports.row_event))
        panels = [("", rows)] if facet is None else facet
        if isinstance(panels, str):
            panels = facet_panels(self.reports, panels, self.words)
        width, height = _about(preset, len(panels))
        shown = [rows for _, rows in panels]
        small = _panel_preset(preset, len(panels))
        drawing = self._within(fit_frame(extent, aspect=width / height, padding=_padding(small, width, height)))
        extent = drawing._extent()  # noqa: SLF001
        glyphs = drawing._plan_glyphs(extent, shown, small, width, height)  # noqa: SLF001
        drawing = replace(drawing, glyphs=glyphs)
        figure, lost = drawing.compose(preset, panels, extent)
        # What finds no room on the map is told in the key, which takes room from the map in turn.
        for numbered in (lost, frozenset(range(1, len(self.reports.authored.notes) + 1))):
            if lost:
                figure, lost = replace(drawing, numbered=frozenset(numbered), kept={}).compose(preset, panels, extent)
        return figure

    def frames(self, name: str, panels: list[tuple[str, npt.NDArray[np.intp]]]) -> list[Figure]:
        """Compose one picture a panel, with the marks sized as on the fullest."""
        extent = self._extent()
        preset = choose_preset(name, aspect=_aspect(extent))
        width, height = _about(preset, 1)
        drawing = self._within(fit_frame(extent, aspect=width / height, padding=_padding(preset, width, height)))
        extent = drawing._extent()  # noqa: SLF001
        glyphs = drawing._plan_glyphs(extent, [rows for _, rows in panels[-1:]], preset, width, height)  # noqa: SLF001
        drawing = replace(drawing, glyphs=glyphs, kept={})
        # The fullest first: nothing that it has room for moves from frame to frame.
        return [drawing.compose(preset, [panel], extent)[0] for panel in reversed(panels)][::-1]

    def _within(self, frame: MapFrame) -> _Drawing:
        """Return the same where a chosen view leaves out only what a frame about it does not show."""
        reports = self.reports
        if reports.authored.view is None:
            return self
        rows = far_rows(reports)
        x, y = frame.project(reports.row_lon[rows], reports.row_lat[rows])
        left, bottom, right, top = frame.bounds
        inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        areas = [frame.project_geometry(area.geometry) for area in reports.areas]
        seen = [bool(shapely.intersects(area, shapely.box(*frame.bounds))) for area in areas]
        outside = ~(inside | np.array([*seen, False])[reports.row_area[rows]])
        authored = replace(reports.authored, beyond=tuple(rows[outside].tolist()))
        return replace(self, reports=replace(reports, authored=authored))

    def _plan_glyphs(
        self,
        extent: npt.NDArray[np.float64],
        panels: list[npt.NDArray[np.intp]],
        preset: Preset,
        width: float,
        height: float,
    ) -> GlyphScale | None:
        """Choose the form of the marks, for maps of about this size."""
        frame = fit_frame(extent, aspect=width / height, padding=_padding(preset, width, height))
        panels = [np.setdiff1d(rows, far_rows(self.reports)) for rows in panels]
        pixels = np.column_stack(frame.project(self.reports.row_lon, self.reports.row_lat)) * (width / frame.width)
        return plan_glyphs(self.reports, panels, pixels, width * height, preset)

    def compose(
        self, preset: Preset, panels: list[tuple[str, npt.NDArray[np.intp]]], extent: npt.NDArray[np.float64]
    ) -> tuple[Figure, set[int]]:
        """Set head, key, map and foot; return the figure and the numbers of the callouts without room."""
        from impactmap.maps.picture.figure import MapFigure

        summary = summarise_reports(self.reports, project=self.project)
        repeated = sum(len(shown) for _, shown in panels) > len(self.reports.row_event)
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
        bottom = set_foot(
            canvas, foot, summary, self.reports, credit=self.project.map.credit, words=self.words, theme=self.theme,
            preset=preset, note=self.words.text("viewer.timeline_note") if repeated else "",
            gathered=self.glyphs is not None,
        )  # fmt: skip
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
        ax = _axes(figure, Box(inner.right - wide, inner.bottom - high, inner.right, inner.bottom), preset)
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
        panels: list[tuple[str, npt.NDArray[np.intp]]],
        preset: Preset,
    ) -> set[int]:
        """Draw one map, or small multiples that share frame and ground; return the callouts without room."""
        lost: set[int] = set()
        width, height = box.right - box.left, box.bottom - box.top
        gap = 0.7 * preset.body
        small = _panel_preset(preset, len(panels))
        title = LINE_HEIGHT * preset.body * 1.15 if panels[0][0] else 0.0
        across = 1 if len(panels) == 1 else grid_columns(len(panels), width, height, _aspect(extent))
        down = math.ceil(len(panels) / across)
        wide = (width - gap * (across - 1)) / across
        notes = [self._note_beside(heading, rows, wide, preset) for heading, rows in panels]
        # Where one has no room beside its heading, all stand below; in several lines of maps that would cost too much.
        below = bool(title) and down == 1 and not all(notes)
        title += LINE_HEIGHT * preset.small if below else 0.0
        high = (height - gap * (down - 1)) / down - title
        frame = fit_frame(extent, aspect=wide / high, padding=_padding(small, wide, high))
        ground = self._ground(frame, frame.width / wide)
        canvas = Canvas(figure.axes[0], preset.width, preset.height, preset.dpi)
        for number, (heading, rows) in enumerate(panels):
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
            ax = _axes(figure, spot, preset)
            panel = self._panel(ax, frame, ground, rows, small, wide, high)
            panel.draw()
            if heading and not notes[number] and not np.isin(self.reports.row_kind[rows], (0, 1)).any():
                # No room beside the heading; an empty map would look like a day without reports.
                told = panel_note(rows, self.reports, self.words, width=wide - 4 * small.small, size=small.small)
                panel.say(told, size=small.small, role="panel-note")
            if len(panels) == 1:
                lost = panel.plan_callouts(self.numbered, self.kept.get("callouts"))
                self.kept.setdefault("callouts", panel.callouts)
            taken = panel.obstacles.and_these(panel.plan_report_labels())
            if number == len(panels) - 1:
                self._locator(figure, panel, spot, preset, taken)
            if number == 0:
                self._scale_bar(panel, taken)
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

    def _ground(self, frame: MapFrame, metres_per_pixel: float) -> Ground:
        return load_ground(
            frame, border=self.border, metres_per_pixel=metres_per_pixel, language=self.project.map.language,
            bands=self.bands, authored=self.reports.authored,
        )  # fmt: skip

    def _panel(
        self,
        ax: Axes,
        frame: MapFrame,
        ground: Ground,
        rows: npt.NDArray[np.intp],
        preset: Preset,
        width: float,
        height: float,
    ) -> MapPanel:
        return MapPanel(
            ax,
            frame,
            ground,
            self.reports,
            rows,
            self.theme,
            preset,
            self.words,
            width,
            height,
            preset.dpi,
            self.glyphs,
            self.distances,
        )

    def _scale_bar(self, panel: MapPanel, taken: Boxes) -> None:
        """Draw the scale bar where the least is `taken`, and add it to that and to the panel's obstacles."""
        sheet, preset = Box(0, 0, panel.width, panel.height), panel.preset
        kilometres, width, height, label = scale_bar_size(panel.frame, panel.width, preset.small, self.words)
        box = self.kept.get("scale") or choose_corner(
            sheet, width, height, taken, margin=0.7 * preset.body, corners="cd1726354ab"
        )
        self.kept.setdefault("scale", box)
        length = kilometres * 1000 * panel.width / panel.frame.width
        draw_scale_bar(
            panel.canvas, box, length=length, label=label, size=preset.small, theme=self.theme, unit=preset.unit
        )
        panel.obstacles.append(box.grown(3 * preset.unit))

    def _locator(self, figure: Figure, panel: MapPanel, spot: Box, preset: Preset, taken: Boxes) -> None:
        """Draw the locator in a corner, smaller where it would cover a mark, not at all where it still would."""
        inset = locator_frame(panel.frame, aspect=1.25)
        if inset is None:
            return
        sheet = Box(0, 0, panel.width, panel.height)
        for part in (1.0, 0.8, 0.65):
            width = part * min(0.24 * panel.width, 0.42 * panel.height)
            height = width / 1.25
            box = self.kept.get("locator") or choose_corner(
                sheet, width, height, taken, margin=0.5 * preset.body, corners="dbca"
            )
            if "locator" in self.kept or not len(panel.obstacles.overlapping(box).edges):
                width, height = box.right - box.left, box.bottom - box.top
                self.kept.setdefault("locator", box)
                break
        else:
            return
        panel.obstacles.append(box.grown(3 * preset.unit))
        taken.append(box.grown(3 * preset.unit))
        moved = Box(box.left + spot.left, box.top + spot.top, box.right + spot.left, box.bottom + spot.top)
        ax = _axes(figure, moved, preset)
        ground = load_ground(
            inset, border=None, metres_per_pixel=inset.width / width, language=self.project.map.language, detail=False
        )
        canvas = Canvas(ax, width, height, preset.dpi)
        draw_locator(canvas, inset, ground, panel.frame, theme=self.theme, unit=preset.unit)

    def _extent(self) -> npt.NDArray[np.float64]:
        """Return the positions that must be seen: points and areas, else the border, else none."""
        reports = self.reports
        points = np.column_stack([reports.row_lon, reports.row_lat])
        kept = np.ones(len(points), dtype=bool)
        kept[far_rows(reports)] = False
        points = points[kept]
        if reports.authored.view is not None:
            edge = shapely.get_coordinates(shapely.segmentize(shapely.box(*reports.authored.view), 1.0))
            return np.concatenate([edge, points[np.isfinite(points).all(axis=1)]])
        areas = [
            shapely.get_coordinates(shapely.convex_hull(reports.areas[one].geometry))
            for one in np.unique(reports.row_area[kept & (reports.row_area >= 0)]).tolist()
        ]
        found = np.concatenate([points[np.isfinite(points).all(axis=1)], *areas, seen_points(self.distances)])
        if not len(found) and self.border is not None:
            found = shapely.get_coordinates(shapely.convex_hull(shapely.union_all(self.border.line.to_numpy())))
        return np.asarray(found, dtype=float)


def _bare_axes(figure: Figure) -> Axes:
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    return ax


def _axes(figure: Figure, box: Box, preset: Preset) -> Axes:
    wide, high = preset.width, preset.height
    return figure.add_axes(
        (box.left / wide, 1 - box.bottom / high, (box.right - box.left) / wide, (box.bottom - box.top) / high)
    )


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


def _padding(preset: Preset, width: float, height: float) -> tuple[float, float]:
    """Return the margins in which marks and labels at the edge find room, as parts of the map's size."""
    return min(0.2, 2.2 * preset.body / width + 0.02), min(0.2, 1.5 * preset.body / height + 0.02)


def _aspect(extent: npt.NDArray[np.float64]) -> float:
    """Return width by height of what is shown, in its own projection."""
    if len(extent) < 2:
        return 1.5
    frame = fit_frame(extent, aspect=1.0, padding=(0.0, 0.0), least_width_m=1.0)
    x, y = frame.project(extent[:, 0], extent[:, 1])
    return float(np.clip((np.ptp(x) + 1.5e5) / (np.ptp(y) + 1.5e5), 0.2, 5.0))
