"""A map in a box: its frame, ground and panel, with scale bar and locator."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.look.theme import Theme
from impactmap.maps.picture.canvas import Canvas
from impactmap.maps.picture.furniture.corners import (
    choose_corner,
    draw_locator,
    draw_scale_bar,
    locator_frame,
    scale_bar_size,
)
from impactmap.maps.picture.glyphs import GlyphScale, plan_glyphs
from impactmap.maps.picture.ground import Ground, load_ground
from impactmap.maps.picture.panel.panel import MapPanel
from impactmap.model.errors import InputError
from impactmap.model.project import Project
from impactmap.scene.author.inset import inset_size
from impactmap.scene.distance_lines import DistanceLine, seen_points
from impactmap.scene.label_placement import Box, Boxes
from impactmap.scene.presets import PRESETS, Preset
from impactmap.scene.projection import MapFrame, fit_frame
from impactmap.scene.view import beyond_rows, far_rows, inset_rows, middles
from impactmap.telling.reports import AREA, POINT, Reports
from impactmap.telling.wording import Wording

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from impactmap.context.borders import Border

#: Of the inset to the map's edges, in sizes of the type.
_MARGIN = 0.5
#: Type of the inset, as a part of the map's.
_SMALLER = 0.85

__all__ = ["Drawing", "aspect", "axes_in", "padding"]


@dataclass(frozen=True)
class Drawing:
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
    #: The reports with their attacking sides, where classes of a column stand in the place of those.
    told: Reports | None = None
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
        extent = self.extent()
        frame = fit_frame(extent, aspect=width / height, padding=padding(preset, width, height))
        rows = np.arange(len(self.reports.row_event))
        drawing = self.within(frame)
        frame = drawing.beside_inset(frame, preset, width, height)
        ground = self.ground(frame, frame.width / width)
        planned = replace(drawing, glyphs=drawing.size_glyphs(extent, [rows], preset, width, height))
        panel = planned.panel(ax, frame, ground, rows, preset, width, height)
        panel.draw()
        self.draw_inset(panel)
        panel.plan_callouts()
        self.scale_bar(panel, panel.obstacles.and_these(panel.plan_report_labels()))
        panel.plan_report_labels()
        panel.draw_labels()
        return figure

    def within(self, frame: MapFrame) -> Self:
        """Return the same where a chosen view leaves out only what a frame about it does not show."""
        reports = self.reports
        if reports.authored.view is None and reports.authored.inset is None:
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

    def size_glyphs(
        self,
        extent: npt.NDArray[np.float64],
        panels: list[npt.NDArray[np.intp]],
        preset: Preset,
        width: float,
        height: float,
    ) -> GlyphScale | None:
        """Choose the form of the marks, for maps of about this size."""
        frame = fit_frame(extent, aspect=width / height, padding=padding(preset, width, height))
        panels = [np.setdiff1d(rows, beyond_rows(self.reports)) for rows in panels]
        lon, lat = middles(self.reports, np.arange(len(self.reports.row_event)))
        pixels = np.column_stack(frame.project(lon, lat)) * (width / frame.width)
        return plan_glyphs(self.reports, panels, pixels, width * height, preset)

    def ground(self, frame: MapFrame, metres_per_pixel: float) -> Ground:
        """Return what lies below the reports, as fine as the picture shows it."""
        return load_ground(
            frame, border=self.border, metres_per_pixel=metres_per_pixel, language=self.project.map.language,
            bands=self.bands, authored=self.reports.authored,
        )  # fmt: skip

    def panel(
        self,
        ax: Axes,
        frame: MapFrame,
        ground: Ground,
        rows: npt.NDArray[np.intp],
        preset: Preset,
        width: float,
        height: float,
        *,
        far: bool = False,
    ) -> MapPanel:
        """Return some rows' map, ready to be drawn into an Axes; of what lies `far` out or of all else."""
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
            far,
        )

    def beside_inset(self, frame: MapFrame, preset: Preset, width: float, height: float) -> MapFrame:
        """Return the frame, wider to the right where the inset would cover a mark in each of its corners."""
        reports = self.reports
        if not len(inset_rows(reports)):
            return frame
        rows = np.setdiff1d(np.flatnonzero(np.isin(reports.row_kind, (POINT, AREA))), far_rows(reports))
        x, y = frame.project(*middles(reports, rows))
        left, _, right, top = frame.bounds
        scale, reach = width / (right - left), 1.5 * preset.mark
        across, down = (x - left) * scale, (top - y) * scale
        marks = Boxes().and_edges(across - reach, down - reach, across + reach, down + reach)
        wide, high = inset_size(width, height, _SMALLER * preset.body)
        box = choose_corner(Box(0, 0, width, height), wide, high, marks, margin=_MARGIN * preset.body, corners="dbca")
        return frame.with_room(wide / width) if len(marks.overlapping(box).edges) else frame

    def draw_inset(self, panel: MapPanel) -> None:
        """Draw what lies far out as a small map in the corner where the least is covered."""
        rows = np.intersect1d(panel.all_rows, inset_rows(self.reports))
        extent = self.reports.authored.inset
        if extent is None or (not len(rows) and "inset" not in self.kept):
            return
        preset = replace(
            panel.preset, body=_SMALLER * panel.preset.body, small=_SMALLER * panel.preset.small, cities=2,
            unit=_SMALLER * panel.preset.unit,
        )  # fmt: skip
        width, height = inset_size(panel.width, panel.height, preset.body)
        box = self.kept.get("inset") or choose_corner(
            Box(0, 0, panel.width, panel.height), width, height, panel.obstacles,
            margin=_MARGIN * panel.preset.body, corners="dbca",
        )  # fmt: skip
        self.kept.setdefault("inset", box)
        place = (box.left / panel.width, 1 - box.bottom / panel.height, width / panel.width, height / panel.height)
        ax = panel.ax.inset_axes(place, zorder=20)
        ax.set_gid("inset-1")
        edge = shapely.get_coordinates(shapely.segmentize(shapely.box(*extent), 1.0))
        frame = fit_frame(edge, aspect=width / height, padding=(0.02, 0.02))
        ground = self.ground(frame, frame.width / width)
        panel.inset = frame
        small = self.panel(ax, frame, ground, rows, preset, width, height, far=True)
        small.outline()
        small.draw()
        taken = small.obstacles.and_these(small.plan_report_labels())
        replace(self, kept={}).scale_bar(small, taken)
        small.plan_report_labels()
        small.draw_labels()
        panel.obstacles.append(box.grown(4 * panel.preset.unit))

    def scale_bar(self, panel: MapPanel, taken: Boxes) -> None:
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

    def locator(self, figure: Figure, panel: MapPanel, spot: Box, preset: Preset, taken: Boxes) -> None:
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
            if "locator" in self.kept or not len(panel.obstacles.overlapping(box.grown(4 * preset.unit)).edges):
                width, height = box.right - box.left, box.bottom - box.top
                self.kept.setdefault("locator", box)
                break
        else:
            return
        panel.obstacles.append(box.grown(3 * preset.unit))
        taken.append(box.grown(3 * preset.unit))
        moved = Box(box.left + spot.left, box.top + spot.top, box.right + spot.left, box.bottom + spot.top)
        ax = axes_in(figure, moved, preset)
        ax.set_gid("locator-1")
        ground = load_ground(
            inset, border=None, metres_per_pixel=inset.width / width, language=self.project.map.language, detail=False
        )
        canvas = Canvas(ax, width, height, preset.dpi)
        frames = [panel.frame, *([panel.inset] if panel.inset else [])]
        draw_locator(canvas, inset, ground, frames, theme=self.theme, unit=preset.unit)

    def extent(self) -> npt.NDArray[np.float64]:
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


def axes_in(figure: Figure, box: Box, preset: Preset) -> Axes:
    """Return new Axes that fill a box of the sheet."""
    wide, high = preset.width, preset.height
    return figure.add_axes(
        (box.left / wide, 1 - box.bottom / high, (box.right - box.left) / wide, (box.bottom - box.top) / high)
    )


def padding(preset: Preset, width: float, height: float) -> tuple[float, float]:
    """Return the margins in which marks and labels at the edge find room, as parts of the map's size."""
    return min(0.2, 2.2 * preset.body / width + 0.02), min(0.2, 1.5 * preset.body / height + 0.02)


def aspect(extent: npt.NDArray[np.float64]) -> float:
    """Return width by height of what is shown, in its own projection."""
    if len(extent) < 2:
        return 1.5
    frame = fit_frame(extent, aspect=1.0, padding=(0.0, 0.0), least_width_m=1.0)
    x, y = frame.project(extent[:, 0], extent[:, 1])
    return float(np.clip((np.ptp(x) + 1.5e5) / (np.ptp(y) + 1.5e5), 0.2, 5.0))
