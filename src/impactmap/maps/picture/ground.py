"""The ground that reports are drawn on: land, water, borders, in the projection of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from impactmap.look.colour import mix
from impactmap.look.theme import Theme
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.model.sections.section import Language
from impactmap.model.words import Words
from impactmap.scene.author.labels import name_ground
from impactmap.scene.projection import MapFrame
from impactmap.telling.wording import kilometres_text

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.model.sections.authored import Authored

__all__ = ["Ground", "GroundBorder", "GroundLabel", "band_color", "draw_distance_line", "draw_ground", "load_ground"]


@dataclass(frozen=True)
class GroundBorder:
    """A border: ``country``, ``reference`` (distances refer to it) or ``disputed``; the last has a name.

    A ``band`` is a line at the distance from the reference that its name tells.
    """

    kind: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class GroundLabel:
    """A name that orients: its place in metres, its rank (0 first) and its kind (``city``, ``country``, ``water``)."""

    name: str
    x: float
    y: float
    rank: int
    kind: str


@dataclass(frozen=True)
class Ground:
    """The ground within a frame; geometries in the frame's metres, empty where there is nothing."""

    land: BaseGeometry
    lakes: BaseGeometry
    rivers: BaseGeometry
    regions: BaseGeometry
    borders: tuple[GroundBorder, ...]
    labels: tuple[GroundLabel, ...]
    bands: tuple[GroundBorder, ...] = ()

    def lines_to_avoid(self) -> BaseGeometry:
        """Return the borders, which labels had better not cross."""
        return shapely.union_all([border.geometry for border in self.borders])


def load_ground(
    frame: MapFrame,
    *,
    border: Border | None,
    metres_per_pixel: float,
    language: Language,
    bands: gpd.GeoSeries | None = None,
    authored: Authored | None = None,
    detail: bool = True,
) -> Ground:
    """Load the ground of a frame.

    Parameters
    ----------
    frame
        What the picture shows.
    border
        The border that distances refer to, drawn heavier.
    metres_per_pixel
        Of the picture; finer detail is left out.
    language
        Of the names.
    bands
        Lines at a distance from the border, from `border_bands`.
    authored
        The author's names.
    detail
        Without it only what `draw_ground` draws without it.
    """
    from impactmap.scene.whole_ground import whole_ground

    tolerance = 0.4 * metres_per_pixel / 1000
    (west, south, east, north), *rest = frame.degree_bounds()
    bounds = (west, south, rest[0][2] + 360 if rest else east, north)
    whole = whole_ground(bounds, seen=bounds, border=border, tolerance_km=tolerance, language=language, detail=detail)
    if authored is not None:
        whole = name_ground(whole, authored)

    def project(shape: shapely.Geometry) -> BaseGeometry:
        return shapely.geometrycollections([] if shapely.is_empty(shape) else [frame.project_geometry(shape)])

    borders = [GroundBorder(line.kind, line.name or "", project(line.geometry)) for line in whole.borders]
    words = Words(language)
    named = {} if bands is None else {kilometres_text(km, words): shape for km, shape in bands.items()}
    drawn = [GroundBorder("band", name, project(shape)) for name, shape in named.items()]
    labels = whole.labels
    x, y = frame.project([label.lon for label in labels], [label.lat for label in labels])
    return Ground(
        land=project(whole.land),
        lakes=project(whole.lakes),
        rivers=project(whole.rivers),
        regions=project(whole.regions),
        borders=tuple(line for line in borders if not shapely.is_empty(line.geometry)),
        labels=tuple(
            GroundLabel(label.name, float(east), float(north), int(label.rank), getattr(label, "kind", "city"))
            for label, east, north in zip(labels, np.atleast_1d(x), np.atleast_1d(y), strict=True)
            if np.isfinite(east) and np.isfinite(north)
        ),
        bands=tuple(line for line in drawn if not shapely.is_empty(line.geometry)),
    )


def draw_ground(canvas: Canvas, ground: Ground, theme: Theme, *, unit: float, detail: bool = True) -> None:
    """Draw the ground on an Axes whose limits are the frame's bounds.

    Parameters
    ----------
    canvas, ground, theme
        Where, what, and in which colours.
    unit
        Pixels of a hairline's base: 1 on a screen, 3 at 300 dots an inch.
    detail
        Without it only land, coast and borders are drawn (the locator).
    """
    data = canvas.ax.transData
    canvas.ax.set_facecolor(theme.water)

    def draw(geometry: BaseGeometry, zorder: float, **style: object) -> None:
        path = geometry_path(geometry)
        if path is not None:
            canvas.path(path, zorder=zorder, transform=data, **style)  # type: ignore[arg-type]

    draw(ground.land, 1.0, face=theme.land, edge=theme.coast, width=0.8 * unit)
    if detail:
        draw(ground.regions, 1.1, edge=theme.region_line, width=0.9 * unit)
        draw(ground.rivers, 1.2, edge=theme.river, width=1.0 * unit)
    draw(ground.lakes, 1.3, face=theme.water, edge=theme.coast, width=0.5 * unit)
    looks = {
        "country": (theme.border, 1.0, None),
        "disputed": (theme.border_disputed, 1.3, (5.0, 3.5)),
        "reference": (theme.border_reference, 1.6, None),
    }
    for line in ground.bands:
        draw(line.geometry, 1.38, edge=band_color(theme), width=0.9 * unit, round_=True)
    for step, kind in enumerate(looks):
        color, width, dash = looks[kind]
        wide = (width if detail else 0.7) * unit
        for line in ground.borders:
            if line.kind == kind:
                broken = [part * unit for part in dash] if dash else None
                draw(line.geometry, 1.4 + 0.1 * step, edge=color, width=wide, dash=broken, round_=True)


def band_color(theme: Theme) -> str:
    """Return the colour of lines at a distance from the border: the border's own, thinned."""
    return mix(theme.border_reference, theme.land, 0.55)


def draw_distance_line(canvas: Canvas, points: Sequence[tuple[float, float]], theme: Theme, *, unit: float) -> None:
    """Draw a line from a place to the border, in pixels, with a dot at its end: dashed, as all that is computed."""
    from matplotlib.path import Path

    canvas.polyline(points, theme.halo, 3.0 * unit, alpha=0.7, zorder=2.5)
    canvas.polyline(points, theme.text_muted, 1.3 * unit, dash=(4.0 * unit, 2.5 * unit), zorder=2.6)
    end = Path.circle(points[-1], 2.2 * unit)
    canvas.path(end, face=theme.text_muted, edge=theme.halo, width=0.8 * unit, zorder=2.7)
