"""The key of a picture: sides with their counts, marks, sizes, and the reports that the map cannot show."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from impactmap.maps.canvas import Canvas
from impactmap.maps.colour import mix
from impactmap.maps.furniture import nice_length
from impactmap.maps.labels import Box
from impactmap.maps.panel import NOT_STATED, Look, SizeScale, draw_mark, side_look
from impactmap.maps.presets import Preset
from impactmap.maps.reports import Reports
from impactmap.maps.theme import Theme
from impactmap.maps.typography import LINE_HEIGHT, break_lines, picture_text, text_width
from impactmap.maps.words import Words

__all__ = ["KeyGroup", "KeyRow", "Level", "column_height", "draw_key", "key_columns", "key_groups"]

_COUNTRY, _NOT_LOCATED = 2, 3

#: How much the key tells.
Level = Literal["list", "full", "short"]


@dataclass(frozen=True)
class KeyRow:
    """A symbol and its words.

    Attributes
    ----------
    text
        One line of any length; it is broken to fit.
    symbol
        Draws about a middle; None for a row without.
    size
        Of the type.
    height
        The row is at least this high.
    muted
        Set in the lesser colour.
    indent
        In line with the rows that have a symbol.
    """

    text: str
    size: float
    symbol: Callable[[Canvas, float, float], None] | None = None
    height: float = 0.0
    muted: bool = False
    indent: bool = True


@dataclass(frozen=True)
class KeyGroup:
    """A heading and its rows; a `wide` group holds sentences and is best set across."""

    heading: str
    rows: tuple[KeyRow, ...]
    wide: bool = False
    most_lines: int = 4


def key_groups(
    reports: Reports,
    *,
    words: Words,
    theme: Theme,
    preset: Preset,
    scale: SizeScale | None,
    metric: str | None,
    level: Level,
) -> list[KeyGroup]:
    """Return the key's groups, the most important first.

    Parameters
    ----------
    reports
        What the map shows; all counts are of events.
    words, theme, preset
        Language, colours, sizes.
    scale, metric
        Of the marks, where a figure sizes them.
    level
        ``list``: with every report that is not on the map; ``full``: with their counts by country and side; ``short``:
        with their number.
    """
    groups = [_sides(reports, words, theme, preset, level), _marks(reports, words, theme, preset, level)]
    if scale is not None and metric:
        groups.append(_sizes(reports, words, theme, preset, scale, metric))
    if level != "short":
        groups.insert(len(groups) if level == "list" else 1, _not_drawn(reports, words, theme, preset, level))
    return [group for group in groups if group.rows]


def _symbol(
    look: Look, theme: Theme, preset: Preset, *, confirmed: bool, radius: float
) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        draw_mark(canvas, x, y, look, math.pi * radius**2, confirmed=confirmed, theme=theme, unit=preset.unit)

    return draw


def _sides(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level) -> KeyGroup:
    rows = []
    for side in [*range(len(reports.sides)), NOT_STATED]:
        count = int((reports.side == side).sum())
        if side == NOT_STATED and not count:
            continue
        name = words.text("legend.none") if side == NOT_STATED else picture_text(reports.sides[side].name, longest=60)
        look = side_look(reports, side, theme)
        # Filled where any report of the side is confirmed or none is: the shape and colour are what this row explains.
        rows.append(
            KeyRow(
                f"{name}: {words.plural('count.reports', count)}",
                preset.body,
                _symbol(look, theme, preset, confirmed=side != NOT_STATED, radius=min(preset.mark, 0.46 * preset.body)),
            )
        )
    drawn = set(reports.row_event[np.isin(reports.row_kind, (0, 1))].tolist())
    if level == "short" and (hidden := len(reports.events) - len(drawn)):
        text = f"{words.text('figure.not_drawn')}: {words.plural('count.reports', hidden)}"
        rows.append(KeyRow(text, preset.small, indent=False))
    return KeyGroup(words.text("legend.side"), tuple(rows))


def _marks(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level) -> KeyGroup:
    """Return what open, filled and hatched mean, each only if it is on the map."""
    radius = min(preset.mark, 0.46 * preset.body)
    grey = Look("disc", theme.text_muted, 45.0)
    rows = []
    drawn = np.isin(reports.row_kind, (0, 1))
    on_map = np.unique(reports.row_event[drawn])
    confirmed = reports.confirmed[on_map].astype(bool)
    for flag, key in ((False, "figure.claimed"), (True, "figure.confirmed")):
        if (confirmed == flag).any():
            symbol = _symbol(grey, theme, preset, confirmed=flag, radius=radius)
            rows.append(KeyRow(_capital(words.text(key)), preset.body, symbol))
    if (reports.row_kind == 1).any():
        rows.append(KeyRow(_capital(words.text("figure.area")), preset.body, _swatch(theme, preset)))
    return KeyGroup("" if level == "short" else words.text("legend.marks"), tuple(rows))


def _swatch(theme: Theme, preset: Preset) -> Callable[[Canvas, float, float], None]:
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


def _not_drawn(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level) -> KeyGroup:
    """Return the reports beside the map: country-wide ones by country and side, then those without a place."""
    radius = 0.36 * preset.body
    wide: dict[tuple[str, int], set[int]] = {}
    lost: Counter[int] = Counter()
    for row, event, place in reports.places:
        kind, number = int(reports.row_kind[row]), int(reports.row_event[row])
        if kind == _COUNTRY:
            name = words.country(place["country"]) if "country" in place else place.get("name", "")
            wide.setdefault((picture_text(name, longest=40), int(event["side"])), set()).add(number)
        elif kind == _NOT_LOCATED:
            lost[number] += 1
    rows = []
    for (country, side), events in sorted(wide.items(), key=lambda one: (one[0][1], one[0][0])):
        text = words.plural("figure.country_wide", len(events), country=country)
        confirmed = all(reports.confirmed[event] for event in events)
        symbol = _symbol(side_look(reports, side, theme), theme, preset, confirmed=confirmed, radius=radius)
        rows.append(KeyRow(text, preset.body, symbol))
        if level == "list":
            rows += [_told(reports, number, words, preset) for number in sorted(events)]
    if lost:
        rows.append(KeyRow(words.plural("figure.not_located", sum(lost.values())), preset.body))
        if level == "list":
            rows += [_told(reports, number, words, preset) for number in sorted(lost)]
    return KeyGroup(words.text("figure.not_drawn"), tuple(rows), wide=level == "list")


def _told(reports: Reports, number: int, words: Words, preset: Preset) -> KeyRow:
    event = reports.events[number]
    when = words.dates(event["start"], event.get("end"), event.get("date_precision", "day")) if "start" in event else ""
    what = picture_text(event.get("summary", ""), longest=160)
    return KeyRow(": ".join(part for part in (when, what) if part), preset.small, muted=True)


def _sizes(reports: Reports, words: Words, theme: Theme, preset: Preset, scale: SizeScale, metric: str) -> KeyGroup:
    """Return three sizes, and what the outlines and the smallest marks mean."""
    largest = nice_length(scale.largest)
    figures = [largest, nice_length(largest / 4), nice_length(largest / 20)]
    areas = [scale(figure) for figure in figures]
    grey = Look(reports.sides[0].shape if len(reports.sides) == 1 else "disc", theme.text_muted, None)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        # The row's own text is empty: three marks, each with its figure, in one line from the symbol's column on.
        across = x - 0.7 * preset.body
        for figure, area in zip(figures, areas, strict=True):
            radius = math.sqrt(area / math.pi)
            across += radius
            canvas.mark(
                across, y, grey.shape, area, face=theme.claimed_fill, edge=theme.text_muted, width=1.4 * preset.unit
            )
            label = words.number(figure, decimals=3)
            canvas.text(
                across + radius + 0.4 * preset.small,
                y - 0.62 * preset.small,
                label,
                preset.small,
                theme.text,
                role="key",
            )
            across += radius + 0.4 * preset.small + text_width(label, preset.small) + preset.small

    rows = [KeyRow("", preset.body, draw, height=2.0 * math.sqrt(max(areas) / math.pi) + 0.5 * preset.body)]
    if np.isfinite(reports.size_low).any():
        rows.append(KeyRow(_capital(words.text("figure.range")), preset.small, muted=True))
    drawn = np.unique(reports.row_event[reports.row_kind == 0])
    if np.isnan(reports.size[drawn]).any():
        rows.append(KeyRow(_capital(words.text("figure.no_size")), preset.small, muted=True))
    metric_name = picture_text(words.term("metric", metric), longest=60)
    return KeyGroup(words.text("legend.size", metric=metric_name), tuple(rows))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row_lines(row: KeyRow, width: float, preset: Preset, most: int) -> list[str]:
    return break_lines(row.text, row.size, width - _indent(row, preset), most=most)


def _indent(row: KeyRow, preset: Preset) -> float:
    return 1.75 * preset.body if row.indent else 0.0


def group_height(group: KeyGroup, width: float, preset: Preset) -> float:
    """Return how high a group is in a column."""
    height = _heading_height(group, width, preset)
    for row in group.rows:
        lines = _row_lines(row, width, preset, group.most_lines)
        height += max(len(lines) * LINE_HEIGHT * row.size, row.height) + 0.22 * preset.body
    return height


def _heading_height(group: KeyGroup, width: float, preset: Preset) -> float:
    if not group.heading:
        return 0.0
    return len(break_lines(group.heading, preset.small, width, most=2)) * LINE_HEIGHT * preset.small + 0.2 * preset.body


def key_columns(groups: Sequence[KeyGroup], columns: int, width: float, preset: Preset) -> list[list[KeyGroup]]:
    """Share the groups out among columns, in order, so that the highest column is as low as can be."""
    heights = [group_height(group, width, preset) + preset.body for group in groups]
    count = len(groups)
    best: tuple[float, list[int]] = (math.inf, [])

    def split(start: int, left: int, cuts: list[int], highest: float) -> None:
        nonlocal best
        if left == 1 or start >= count:
            total = max(highest, sum(heights[start:]))
            if total < best[0]:
                best = (total, cuts)
            return
        for end in range(start + 1, count + 1):
            split(end, left - 1, [*cuts, end], max(highest, sum(heights[start:end])))

    split(0, columns, [], 0.0)
    edges = [0, *best[1], count]
    return [list(groups[a:b]) for a, b in itertools.pairwise(edges) if b > a]


def column_height(groups: Sequence[KeyGroup], width: float, preset: Preset) -> float:
    """Return how high a column of groups is."""
    return sum(group_height(group, width, preset) for group in groups) + 0.75 * preset.body * max(len(groups) - 1, 0)


def draw_key(canvas: Canvas, groups: Sequence[KeyGroup], box: Box, *, theme: Theme, preset: Preset) -> None:
    """Draw groups one under the other from the top of a box; a group without room is left out."""
    y = box.top
    width = box.right - box.left
    for group in groups:
        height = group_height(group, width, preset)
        if y + height > box.bottom + 1:
            continue
        if group.heading:
            for line in break_lines(group.heading, preset.small, width, most=2):
                canvas.text(box.left, y, line, preset.small, theme.text_muted, role="key")
                y += LINE_HEIGHT * preset.small
            y += 0.2 * preset.body
        for row in group.rows:
            y = _draw_row(canvas, row, box.left, y, width, theme=theme, preset=preset, most=group.most_lines)
        y += 0.75 * preset.body


def _draw_row(
    canvas: Canvas, row: KeyRow, left: float, y: float, width: float, *, theme: Theme, preset: Preset, most: int
) -> float:
    lines = _row_lines(row, width, preset, most)
    height = max(len(lines) * LINE_HEIGHT * row.size, row.height)
    if row.symbol is not None:
        middle = y + (row.height / 2 if row.height else LINE_HEIGHT * row.size / 2)
        row.symbol(canvas, left + 0.7 * preset.body, middle)
    for number, line in enumerate(lines):
        color = theme.text_muted if row.muted else theme.text
        canvas.text(left + _indent(row, preset), y + number * LINE_HEIGHT * row.size, line, row.size, color, role="key")
    return y + height + 0.22 * preset.body
