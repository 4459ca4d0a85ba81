"""Layers of the author's own on a picture, and their rows in the legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import shapely

from impactmap.look.theme import Theme
from impactmap.look.typography import picture_text
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.legend_layout import KeyRow
from impactmap.model.sections.authored import AuthorsLayer
from impactmap.model.words import Words
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import Preset
from impactmap.scene.projection import MapFrame

__all__ = ["draw_layers", "layer_rows"]

_DASHES = {"solid": None, "dashed": (6.0, 4.0), "dotted": (1.5, 3.0)}


def draw_layers(
    canvas: Canvas, layers: Sequence[AuthorsLayer], frame: MapFrame, width: float, *, theme: Theme, unit: float
) -> None:
    """Draw layers above the ground and below the reports, on an Axes whose limits are the frame's bounds."""
    from matplotlib.path import Path

    data = canvas.ax.transData
    left, _, _, top = frame.bounds
    scale = width / frame.width
    for step, layer in enumerate(layers):
        zorder, color = 1.75 + 0.02 * step, _color(layer, theme)
        look = {"edge": color, "width": layer.width * unit, "dash": _dash(layer, unit), "transform": data}
        for shape in (layer.areas, layer.lines):
            drawn = frame.project_geometry(shape)
            path = None if shapely.is_empty(drawn) else geometry_path(shapely.geometrycollections([drawn]))
            if path is None:
                continue
            if shape is layer.areas and layer.fill:
                canvas.path(path, face=color, alpha=layer.fill, transform=data, zorder=zorder, role="layer")
            canvas.path(path, zorder=zorder + 0.01, role="layer", **look)  # type: ignore[arg-type]
        spots = shapely.get_coordinates(layer.points)
        for x, y in zip(*frame.project(*spots.T), strict=True) if len(spots) else ():
            dot = Path.circle(((x - left) * scale, (top - y) * scale), (1.2 + layer.width) * unit)
            canvas.path(dot, face=color, edge=theme.halo, width=0.8 * unit, zorder=zorder + 0.01, role="layer")


def layer_rows(
    layers: Sequence[AuthorsLayer], words: Words, theme: Theme, preset: Preset, *, short: bool = False
) -> tuple[KeyRow, ...]:
    """Return the legend's rows, each with the layer's source; `short` names alone."""
    rows = []
    for layer in layers:
        source = f"{layer.source}, {words.date(layer.date)}" if layer.date else layer.source
        told = layer.name if short else words.text("legend.layer", name=layer.name, source=source)
        text = picture_text(told, longest=200)
        rows.append(KeyRow(text, preset.small, _symbol(layer, theme, preset)))
    return tuple(rows)


def _symbol(layer: AuthorsLayer, theme: Theme, preset: Preset) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        from matplotlib.path import Path

        unit, color, reach = preset.unit, _color(layer, theme), 0.62 * preset.body
        if not shapely.is_empty(layer.areas):
            box = Box(x - reach, y - 0.42 * preset.body, x + reach, y + 0.42 * preset.body)
            if layer.fill:
                canvas.box(box, face=color, alpha=layer.fill, zorder=5)
            canvas.box(box, edge=color, width=layer.width * unit, dash=_dash(layer, unit), zorder=5.1)
        elif not shapely.is_empty(layer.lines):
            ends = [(x - reach, y), (x + reach, y)]
            canvas.polyline(ends, color, layer.width * unit, dash=_dash(layer, unit), zorder=5)
        else:
            canvas.path(Path.circle((x, y), (1.2 + layer.width) * unit), face=color, zorder=5)

    return draw


def _color(layer: AuthorsLayer, theme: Theme) -> str:
    return layer.color if theme.name == "light" else layer.color_dark


def _dash(layer: AuthorsLayer, unit: float) -> list[float] | None:
    dash = _DASHES[layer.line]
    return None if dash is None else [part * unit for part in dash]
