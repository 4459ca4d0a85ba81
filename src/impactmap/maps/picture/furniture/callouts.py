"""The author's callouts on a picture: their texts with thin lines, or numbers where there is no room for the words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, balance_lines, picture_text, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.model.sections.author import LONGEST_NOTE
from impactmap.model.sections.authored import AuthorsNote
from impactmap.scene.author.callouts import NUMBER_RINGS, Callout, PlacedCallout, place_callouts
from impactmap.scene.label_placement import Box, Boxes
from impactmap.scene.presets import Preset

__all__ = ["PlannedCallout", "draw_callouts", "draw_number", "number_radius", "plan_callouts"]

#: Widest text, in type sizes and as a part of the map's width.
_WIDEST, _PART = 13.0, 0.34


@dataclass(frozen=True)
class PlannedCallout:
    """A callout with its place: its lines of type, or its number alone."""

    number: int
    lines: tuple[str, ...]
    place: PlacedCallout

    def boxes(self, unit: float) -> list[Box]:
        """Return what no label may stand on: the text, and the line in pieces."""
        (x, y), (end_x, end_y) = self.place.start, self.place.end
        steps = max(2, int(np.hypot(end_x - x, end_y - y) / (6 * unit)))
        along = [(x + i / steps * (end_x - x), y + i / steps * (end_y - y)) for i in range(steps + 1)]
        return [self.place.box, *(Box(a, b, a, b).grown(2 * unit) for a, b in along)]


def plan_callouts(
    notes: Sequence[AuthorsNote],
    spots: npt.NDArray[np.float64],
    *,
    sheet: Box,
    obstacles: Boxes,
    avoid: Boxes,
    preset: Preset,
    numbered: Collection[int] = (),
    left_out: Collection[int] = (),
) -> tuple[list[PlannedCallout], set[int]]:
    """Choose where callouts stand on a map.

    Parameters
    ----------
    notes, spots
        The callouts, and where each belongs in the map's pixels, shape (n, 2).
    sheet
        The map.
    obstacles
        Boxes of its marks and of lines that are computed.
    avoid
        Boxes along borders.
    preset
        Sizes of type.
    numbered
        Numbers (from 1) of those that are told in the legend.
    left_out
        Numbers of those that this map does not have.

    Returns
    -------
    tuple
        Those that are drawn, and the numbers of those on the map that find no room for their words, which are drawn as
        numbers; a small picture leaves them out.
    """
    size, unit = _size(preset), preset.unit
    widest = min(_WIDEST * size, _PART * (sheet.right - sheet.left))
    frame = sheet.grown(-6 * unit)
    here = {n for n, (x, y) in enumerate(spots.tolist(), 1) if Box(x, y, x, y).inside(frame)}
    on_map = here - set(left_out)
    texts = {
        number: tuple(balance_lines(picture_text(notes[number - 1].text, longest=LONGEST_NOTE), size, widest))
        for number in sorted(on_map - set(numbered))
    }
    callouts = [_callout(notes, spots, number, lines, size) for number, lines in texts.items()]
    places = place_callouts(callouts, frame=frame, obstacles=obstacles, avoid=avoid, unit=unit)
    planned = [
        PlannedCallout(number, lines, place)
        for (number, lines), place in zip(texts.items(), places, strict=True)
        if place is not None
    ]
    if preset.detail == "short":
        return planned, set()
    rest = sorted(on_map - {one.number for one in planned})
    taken = obstacles.and_these(box for one in planned for box in one.boxes(unit))
    side = 2 * number_radius(preset)
    at = {number: spots[number - 1].tolist() for number in rest}
    marks = [Callout(side, side, at[number][0], at[number][1], notes[number - 1].side) for number in rest]
    for number, mark, place in zip(
        rest, marks, place_callouts(marks, frame=frame, obstacles=taken, unit=unit, rings=NUMBER_RINGS), strict=True
    ):
        # Without any room it stands on its spot: better over a mark's edge than nowhere.
        x, y = mark.x, mark.y
        beside = PlacedCallout(Box(x, y - side, x + side, y), (x, y), (x, y), dot=False)
        planned.append(PlannedCallout(number, (), place or beside))
    return planned, set(rest) - set(numbered)


def draw_callouts(canvas: Canvas, planned: Sequence[PlannedCallout], *, theme: Theme, preset: Preset) -> None:
    """Draw planned callouts."""
    from matplotlib.path import Path

    size, unit = _size(preset), preset.unit
    for one in planned:
        place, box = one.place, one.place.box
        canvas.polyline([place.start, place.end], theme.halo, 3.0 * unit, alpha=0.8, zorder=7.5, round_=True)
        canvas.polyline([place.start, place.end], theme.text, 1.1 * unit, zorder=7.6, role="callout-line")
        if place.dot:
            dot = Path.circle((place.end[0], place.end[1]), 2.4 * unit)
            canvas.path(dot, face=theme.text, edge=theme.halo, width=1.0 * unit, zorder=7.7)
        if not one.lines:
            draw_number(canvas, box, one.number, theme=theme, preset=preset)
            continue
        # Towards its line a text stands flush.
        right = place.start[0] >= box.right and box.right < place.end[0]
        y = box.top
        for line in one.lines:
            canvas.text(
                box.right if right else box.left, y, line, size, theme.text, align="right" if right else "left",
                halo=theme.halo, role="callout",
            )  # fmt: skip
            y += LINE_HEIGHT * size


def draw_number(canvas: Canvas, box: Box, number: int, *, theme: Theme, preset: Preset) -> None:
    """Draw a callout's number in a disc, in the middle of a box."""
    from matplotlib.path import Path

    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    radius, size = number_radius(preset), 0.85 * preset.small
    disc = Path.circle((x, y), radius)
    canvas.path(disc, face=theme.text, edge=theme.halo, width=1.2 * preset.unit, zorder=8.0)
    canvas.text(
        x, y - 0.62 * size, str(number), size, theme.halo, bold=True, align="center", zorder=8.2, role="callout"
    )


def number_radius(preset: Preset) -> float:
    """Return the radius of a callout's number."""
    return 0.72 * preset.small


def _size(preset: Preset) -> float:
    return (preset.body + preset.small) / 2


def _callout(
    notes: Sequence[AuthorsNote], spots: npt.NDArray[np.float64], number: int, lines: Sequence[str], size: float
) -> Callout:
    width = max((text_width(line, size) for line in lines), default=0.0)
    x, y = spots[number - 1].tolist()
    return Callout(width, LINE_HEIGHT * size * len(lines), x, y, notes[number - 1].side)
