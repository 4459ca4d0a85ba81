"""How a key is set: rows of symbols and words, in one column beside the map or in several below it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, break_lines, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import Preset

__all__ = [
    "DrawSymbol",
    "KeyGroup",
    "KeyPart",
    "KeyRow",
    "draw_flow",
    "draw_key",
    "flow_height",
    "flow_lines",
    "key_gap",
    "key_parts",
]

DrawSymbol = Callable[[Canvas, float, float], None]


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
    reach
        Width of what the symbol draws, where there is no text.
    """

    text: str
    size: float
    symbol: DrawSymbol | None = None
    height: float = 0.0
    muted: bool = False
    indent: bool = True
    reach: float = 0.0


@dataclass(frozen=True)
class KeyGroup:
    """A heading and its rows; a `wide` group holds sentences and is best set across."""

    heading: str
    rows: tuple[KeyRow, ...]
    wide: bool = False
    most_lines: int = 4


def _row_lines(row: KeyRow, width: float, preset: Preset, most: int) -> list[str]:
    return break_lines(row.text, row.size, width - _indent(row, preset), most=most)


def _row_gap(preset: Preset) -> float:
    return (0.1 if preset.layout == "column" else 0.22) * preset.body


def _indent(row: KeyRow, preset: Preset) -> float:
    return 1.75 * preset.body if row.indent else 0.0


@dataclass(frozen=True)
class KeyPart:
    """A column of the key: where it may be, and what is in it."""

    box: Box
    groups: tuple[KeyGroup, ...]

    def end(self, preset: Preset) -> float:
        """Return where the column ends, were there room for all of it."""
        width = self.box.right - self.box.left
        gaps = 0.75 * preset.body * max(len(self.groups) - 1, 0)
        return self.box.top + sum(_group_height(group, width, preset) for group in self.groups) + gaps

    def moved(self, down: float) -> KeyPart:
        """Return the column further down, with the same bottom."""
        box = self.box
        return KeyPart(Box(box.left, box.top + down, box.right, box.bottom), self.groups)


def _group_height(group: KeyGroup, width: float, preset: Preset) -> float:
    """Return how high a group is in a column."""
    height = _heading_height(group, width, preset)
    for row in group.rows:
        lines = _row_lines(row, width, preset, group.most_lines)
        height += max(len(lines) * LINE_HEIGHT * row.size, row.height) + _row_gap(preset)
    return height


def _heading_height(group: KeyGroup, width: float, preset: Preset) -> float:
    if not group.heading:
        return 0.0
    return len(break_lines(group.heading, preset.small, width, most=2)) * LINE_HEIGHT * preset.small + 0.2 * preset.body


def _columns(groups: Sequence[KeyGroup], columns: int, width: float, preset: Preset) -> list[list[KeyGroup]]:
    """Share the groups out among columns, in order, so that the highest column is as low as can be."""
    heights = [_group_height(group, width, preset) + preset.body for group in groups]
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


def draw_key(canvas: Canvas, part: KeyPart, *, theme: Theme, preset: Preset) -> None:
    """Draw a column's groups one under the other; what finds no room is left out."""
    box = part.box
    y = box.top
    width = box.right - box.left
    for group in part.groups:
        kept = list(group.rows)
        while kept and y + _group_height(replace(group, rows=tuple(kept)), width, preset) > box.bottom + 1:
            kept.pop()
        if not kept:
            continue
        if group.heading:
            for line in break_lines(group.heading, preset.small, width, most=2):
                canvas.text(box.left, y, line, preset.small, theme.text_muted, role="key")
                y += LINE_HEIGHT * preset.small
            y += 0.2 * preset.body
        for row in kept:
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
    return y + height + _row_gap(preset)


def key_parts(groups: Sequence[KeyGroup], box: Box, preset: Preset) -> list[KeyPart]:
    """Set a key in the room that the preset gives it.

    Parameters
    ----------
    groups
        From `key_groups`.
    box
        What key and map share. Beside the map the key has a column at its right; below it, the columns begin at the top
        of the box and are yet to be moved down, and wide groups are set across. A column is the key's alone.
    preset
        Gives layout, columns and type.
    """
    across = box.right - box.left
    if preset.layout == "column":
        return [KeyPart(box, tuple(groups))]
    if preset.layout == "beside":
        return [KeyPart(Box(box.right - preset.key_width * across, box.top, box.right, box.bottom), tuple(groups))]
    gap = key_gap(preset)
    width = (across - gap * (preset.columns - 1)) / preset.columns
    narrow, wide = [group for group in groups if not group.wide], tuple(group for group in groups if group.wide)
    free = preset.columns - 1 if wide and preset.columns > 2 else 0
    parts = []
    for number, column in enumerate(_columns(narrow, preset.columns - free, width, preset)):
        left = box.left + number * (width + gap)
        parts.append(KeyPart(Box(left, box.top, left + width, box.bottom), tuple(column)))
    if wide and free:
        left = box.left + (preset.columns - free) * (width + gap)
        parts.append(KeyPart(Box(left, box.top, box.right, box.bottom), wide))
    elif wide:
        top = max((part.end(preset) for part in parts), default=box.top) + 0.75 * preset.body
        parts.append(KeyPart(Box(box.left, top, box.right, box.bottom), wide))
    return parts


@dataclass(frozen=True)
class FlowItem:
    """A row of a key, or a heading, that stands in one line with others: where it begins, and the line's height."""

    row: KeyRow
    left: float
    height: float


def flow_lines(groups: Sequence[KeyGroup], width: float, room: float, preset: Preset) -> list[list[FlowItem]]:
    """Set a key in lines, one row after the other, as far as there is room; a group with a heading begins a line.

    Parameters
    ----------
    groups
        From `key_groups`, the most important first.
    width, room
        Of the lines, and how high they may be all together.
    preset
        Gives the type.
    """
    lines: list[list[FlowItem]] = []
    size, end = preset.small, 0.0
    for group in groups:
        rows = [KeyRow(group.heading, size, muted=True, indent=False)] if group.heading else []
        for number, row in enumerate([*rows, *(replace(row, size=min(row.size, size)) for row in group.rows)]):
            indent = 0.0 if row.symbol is None else _FLOW_INDENT * preset.body
            first, *more = [row.text] if row.reach else break_lines(row.text, row.size, width - indent, most=3)
            wide = min(width, row.reach or indent + text_width(first, row.size))
            usual = LINE_HEIGHT * size * 1.1
            height = max(usual, row.height)
            begins = not lines or end + wide > width or bool(more) or (bool(group.heading) and number == 0)
            before = flow_height(lines[:-1] if not begins else lines)
            highest = max([height, *(item.height for item in lines[-1])]) if not begins else height
            if before + highest + len(more) * usual > room:
                return lines
            if begins:
                lines.append([])
                end = 0.0
            lines[-1].append(FlowItem(replace(row, text=first), end, height))
            for text in more:
                lines.append([FlowItem(KeyRow(text, row.size, muted=row.muted, indent=False), indent, usual)])
                wide = indent + text_width(text, row.size)
            end += wide + 0.9 * preset.body
    return lines


def flow_height(lines: Sequence[Sequence[FlowItem]]) -> float:
    """Return the height of a key that is set in lines."""
    return sum(max(item.height for item in line) for line in lines)


def draw_flow(
    canvas: Canvas, lines: Sequence[Sequence[FlowItem]], left: float, top: float, *, theme: Theme, preset: Preset
) -> None:
    """Draw a key that is set in lines."""
    for line in lines:
        height = max(item.height for item in line)
        for item in line:
            x, row = left + item.left, item.row
            if row.symbol is not None:
                row.symbol(canvas, x + 0.7 * preset.body, top + height / 2)
                x += _FLOW_INDENT * preset.body
            color = theme.text_muted if row.muted else theme.text
            canvas.text(x, top + (height - LINE_HEIGHT * row.size) / 2, row.text, row.size, color, role="key")
        top += height


#: From a symbol's left to its text, in sizes of the body type.
_FLOW_INDENT = 1.6


def key_gap(preset: Preset) -> float:
    """Return the space between the key's columns, and between key and map."""
    return 1.3 * preset.body
