"""What the legend says of areas and of regions that are counted in, and several symbols in one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from impactmap.look.colour import mix
from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.maps.picture.legend_layout import DrawSymbol, KeyGroup, KeyRow
from impactmap.scene.areas import area_strength, areas_shaded, region_classes, region_strength
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import Preset
from impactmap.telling.reports import Reports

if TYPE_CHECKING:
    from impactmap.model.words import Words

__all__ = ["area_row", "capital", "class_group", "in_one_row"]


def class_group(reports: Reports, words: Words, theme: Theme, preset: Preset, *, short: bool = False) -> KeyGroup:
    """Return the classes of shaded regions; in `short` the rows say themselves what they are."""
    authored = reports.authored
    drawn = reports.row_kind == 1
    pairs = np.unique(np.column_stack([reports.row_area, reports.row_event])[drawn], axis=0)
    most = int(np.bincount(pairs[:, 0].astype(np.intp)).max(initial=1)) if len(pairs) else 1
    texts = [words.range(low, high) for low, high in region_classes(authored.breaks, most)]

    def symbol(least: int) -> DrawSymbol:
        color = mix(theme.text_muted, theme.land, region_strength(least, authored.breaks))

        def draw(canvas: Canvas, x: float, y: float) -> None:
            wide, high = 0.5 * preset.body, 0.4 * preset.body
            box = Box(x - wide, y - high, x + wide, y + high)
            canvas.box(box, face=color, edge=theme.text_muted, width=0.9 * preset.unit)

        return draw

    symbols = [symbol(least) for least in authored.breaks]
    if short and preset.layout != "column":
        # A column has no room for more than the classes; there each region carries its number.
        texts[0] = f"{words.text('legend.regions')}: {texts[0]}"
    lines = [range(len(texts))[start : start + 3] for start in range(0, len(texts), 3)]
    rows = [
        row for line in lines for row in in_one_row([symbols[n] for n in line], [texts[n] for n in line], theme, preset)
    ]
    return KeyGroup(words.text("legend.regions"), tuple(rows))


def area_row(reports: Reports, words: Words, theme: Theme, preset: Preset) -> KeyRow:
    """Return what hatched or shaded areas mean."""
    if not areas_shaded(reports):
        return KeyRow(capital(words.text("figure.area")), preset.body, _swatch(theme, preset))

    def draw(canvas: Canvas, x: float, y: float) -> None:
        wide, high = 0.31 * preset.body, 0.42 * preset.body
        for number, share in enumerate((0.1, 1.0)):
            left = x + 2 * wide * (number - 1)
            color = mix(theme.text_muted, theme.land, area_strength(round(100 * share), 100))
            box = Box(left, y - high, left + 2 * wide, y + high)
            canvas.box(box, face=color, edge=theme.text_muted, width=preset.unit)

    return KeyRow(capital(words.text("figure.area_many")), preset.small, draw)


def in_one_row(symbols: Sequence[DrawSymbol], texts: Sequence[str], theme: Theme, preset: Preset) -> list[KeyRow]:
    """Return one row for symbols with a word each."""
    size = preset.small

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for symbol, text in zip(symbols, texts, strict=True):
            symbol(canvas, x, y)
            canvas.text(x + 1.05 * preset.body, y - 0.64 * size, text, size, theme.text, role="key")
            x += 2.7 * preset.body + text_width(text, size)

    reach = sum(2.7 * preset.body + text_width(text, size) for text in texts) - 0.95 * preset.body
    return [KeyRow("", size, draw, height=LINE_HEIGHT * preset.body, reach=reach)] if symbols else []


def _swatch(theme: Theme, preset: Preset) -> DrawSymbol:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        wide, high, unit = 0.62 * preset.body, 0.42 * preset.body, preset.unit
        box = Box(x - wide, y - high, x + wide, y + high)
        canvas.box(box, face=mix(theme.text_muted, theme.land, 0.08), edge=theme.text_muted, width=1.2 * unit, zorder=5)
        step = 0.42 * preset.body
        for number in range(-3, 4):
            start = x + number * step
            line = [(start - high, y + high), (start + high, y - high)]
            cut = _within(line, box)
            if cut:
                canvas.polyline(cut, theme.text_muted, 1.1 * unit, zorder=5.1)

    return draw


def _within(line: list[tuple[float, float]], box: Box) -> list[tuple[float, float]]:
    """Return the part of a 45 degree line between the box's sides."""
    (x0, y0), (x1, _) = line
    start, end = max(x0, box.left), min(x1, box.right)
    return [(start, y0 - (start - x0)), (end, y0 - (end - x0))] if end > start else []


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
