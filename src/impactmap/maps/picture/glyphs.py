"""Marks of many reports: those that would lie on each other are one glyph, split by side, as large as they are many."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from impactmap.look.shapes import shape_outline
from impactmap.look.theme import NOT_STATED_SHAPE, Theme
from impactmap.look.typography import LINE_HEIGHT, text_width
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.mark_style import SizeScale, draw_mark, fill_of, side_look, size_scale
from impactmap.maps.picture.points import gather_places, name_places, unique_pairs
from impactmap.scene.gathering import (
    BASE_RADIUS,
    FEW_REPORTS,
    LEAST_RADIUS,
    CountScale,
    Group,
    count_scale,
    figure_reach,
    gather_groups,
    least_reach,
    stand_apart,
)  # fmt: skip
from impactmap.scene.presets import Preset
from impactmap.scene.territories import row_territories
from impactmap.telling.reports import AREA, POINT, Reports

__all__ = ["Glyph", "GlyphScale", "Part", "draw_glyph", "gather_glyphs", "number_fits", "plan_glyphs"]

_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]

#: Places above which those of one small square are taken together before they are compared one by one.
_MANY = 3_000
#: Room for a number in its part of a glyph, as a part of the radius, by the number of parts.
_ROOM = {1: 1.7, 2: 0.8, 3: 0.8, 4: 0.78}
_NARROW = 0.6
#: Size of the numbers, as a part of the small type.
_NUMBER = 0.92


@dataclass(frozen=True)
class Part:
    """A side's part of a glyph: its number in ``reports.sides``, its reports, and how many of them are confirmed."""

    side: int
    count: int
    confirmed: int


@dataclass(frozen=True)
class Glyph:
    """A mark of one or more reports.

    Attributes
    ----------
    x, y, radius
        In pixels.
    bounds
        Radii for the sums of the lowest and of the highest figures, where they differ.
    parts
        By side.
    name, held
        What it holds: see `Places`.
    count
        Its reports.
    """

    x: float
    y: float
    radius: float
    bounds: tuple[float, ...]
    parts: tuple[Part, ...]
    name: str
    held: int
    count: int


@dataclass(frozen=True)
class GlyphScale:
    """How glyphs are gathered and sized, the same on every map of a picture.

    Attributes
    ----------
    counts
        By the number of their reports; None where a figure sizes them.
    figures
        By the sum of a figure, else None.
    largest
        The most reports of a glyph.
    pixel
        How many of the picture's pixels one of the page's is.
    """

    counts: CountScale | None
    figures: SizeScale | None
    largest: int
    pixel: float

    def for_key(self) -> SizeScale | None:
        """Return the scale that the key shows; None where each mark is one report."""
        if self.counts is None or self.largest < 2:
            return self.figures
        area, least = (
            math.pi * (self.pixel * radius) ** 2 for radius in (self.counts.radius(self.largest), LEAST_RADIUS)
        )
        return SizeScale(float(self.largest), area, least)

    def radii(self, counts: _Numbers, sums: _Floats) -> _Floats:
        """Return radii in the picture's pixels."""
        if self.counts is not None:
            return self.pixel * np.array([self.counts.radius(count) for count in counts.tolist()])
        assert self.figures is not None
        found: _Floats = np.sqrt(self.figures.areas(sums) / math.pi)
        return found

    def reach(self, spread: float) -> Callable[[Group], float]:
        """Return how far groups reach, in the page's pixels."""
        if self.counts is not None:
            return self.counts.reach
        return figure_reach(
            lambda total: float(self.radii(np.zeros(1, dtype=np.intp), np.array([total]))[0]) / self.pixel, spread
        )


def plan_glyphs(
    reports: Reports, panels: Sequence[_Numbers], pixels: _Floats, room: float, preset: Preset
) -> GlyphScale | None:
    """Choose the form of the marks by the number of reports, and by whether they have room.

    Parameters
    ----------
    reports
        All of them.
    panels
        Rows of each map of the picture.
    pixels
        About where all rows are, in the picture's pixels, shape (rows, 2).
    room
        Square pixels of each map, about.
    preset
        Sizes of marks.

    Returns
    -------
    GlyphScale
        None where each place has marks of its own.
    """
    by_region = reports.authored.regions == "marks"
    points = np.isin(reports.row_kind, (POINT, AREA) if by_region else (POINT,))
    shown = [rows[points[rows]] for rows in panels]
    few = len(np.unique(reports.row_event[points])) <= FEW_REPORTS and not by_region
    if few and not any(_crowded(reports, rows, pixels, preset) for rows in shown):
        return None
    pixel = preset.mark / BASE_RADIUS
    most = max(shown, key=len)
    figures, counts = size_scale(reports, preset), None
    if figures is None:
        counts = count_scale(len(most), _number_of_places(reports, most), room / pixel**2)
    # Where the largest is too large all are smaller, and so fewer lie on each other: once more.
    for _ in range(2 if counts else 1):
        largest, widest = 1, 0.0
        for rows in shown:
            group = _groups(reports, rows, pixels[rows], GlyphScale(counts, figures, 1, pixel), room)
            number, event, _ = unique_pairs(group, reports.row_event[rows])
            largest = max(largest, int(np.bincount(number).max(initial=1)))
            ends = np.fmax(reports.size, reports.size_high)[event]
            widest = max(widest, float(np.bincount(number, np.nan_to_num(ends)).max(initial=0.0)))
        counts = counts.limited(largest) if counts else None
    if figures is not None:
        # The largest sum has the largest mark: what is gathered is never drawn smaller than a part of it.
        figures = SizeScale(max(figures.largest, widest), figures.area, figures.least)
    return GlyphScale(counts, figures, largest, pixel)


def gather_glyphs(reports: Reports, rows: _Numbers, pixels: _Floats, *, scale: GlyphScale, room: float) -> list[Glyph]:
    """Gather rows that are points into glyphs, the busiest first.

    Parameters
    ----------
    reports
        All of them.
    rows, pixels
        Numbers of the rows, and their positions, shape (n, 2).
    scale
        From `plan_glyphs`.
    room
        Square pixels of the map.
    """
    if not len(rows):
        return []
    group = _groups(reports, rows, pixels, scale, room)
    count = int(group.max()) + 1
    number, event, _ = unique_pairs(group, reports.row_event[rows])
    counts = np.bincount(number, minlength=count)
    parts, filled = _parts(reports, number, event)
    size, low, high = (values[event].astype(float) for values in (reports.size, reports.size_low, reports.size_high))
    ends = _with_bounds(size, low, high)
    sums = [np.bincount(number, np.nan_to_num(values), minlength=count).astype(float) for values in ends]
    radius, *bounds = (scale.radii(counts, values) for values in sums)
    names, held = name_places(reports, rows, group, count)
    for one, area in zip(group.tolist(), reports.row_area[rows].tolist(), strict=True):
        if area >= 0:
            names[one], held[one] = reports.areas[area].name, 1
    # Each stands at its busiest place, as far as a border lets it.
    spots, territories = _spots(reports, rows, pixels, group)
    moved = stand_apart(
        [(x / scale.pixel, y / scale.pixel) for x, y in spots], (radius / scale.pixel).tolist(), territories
    )
    found = []
    for one, (x, y) in enumerate(moved):
        shown = {float(ends[one]) for ends in bounds} - {float(radius[one])} if scale.figures else set()
        sides = tuple(Part(side, n, filled[one, side]) for side, n in sorted(parts[one].items()))
        glyph = Glyph(
            round(x * scale.pixel, 1), round(y * scale.pixel, 1), float(radius[one]), tuple(sorted(shown)), sides,
            names[one], int(held[one]), int(counts[one]),
        )  # fmt: skip
        found.append(glyph)
    return sorted(found, key=lambda glyph: (-glyph.count, glyph.name, glyph.x, glyph.y))


def _groups(reports: Reports, rows: _Numbers, pixels: _Floats, scale: GlyphScale, room: float) -> npt.NDArray[np.intp]:
    """Return the number of each row's glyph: what lies in a region is its region's, all else is gathered."""
    area = reports.row_area[rows]
    group = np.empty(len(rows), dtype=np.intp)
    held = area >= 0
    _, group[held] = np.unique(area[held], return_inverse=True)
    first = int(group[held].max(initial=-1)) + 1
    if not held.all():
        group[~held] = first + _gather(reports, rows[~held], pixels[~held], scale, room)
    return group


def _crowded(reports: Reports, rows: _Numbers, pixels: _Floats, preset: Preset) -> bool:
    """Return whether marks of different places would lie on each other, where no border parts them."""
    places = gather_places(reports, rows, pixels[rows])
    event = reports.row_event[rows]
    kinds, _, _ = unique_pairs(places.row_place, 2 * reports.side[event].astype(np.intp) + reports.filled[event])
    wide = np.bincount(kinds, minlength=len(places)) * preset.mark
    _, first = np.unique(places.row_place, return_index=True)
    lie = row_territories(reports, rows)[first]
    spots = zip(places.x.tolist(), places.y.tolist(), wide.tolist(), lie.tolist(), strict=True)
    return any(
        a[3] == b[3] and abs(a[0] - b[0]) < 0.8 * (a[2] + b[2]) and abs(a[1] - b[1]) < 1.6 * preset.mark
        for a, b in itertools.combinations(spots, 2)
    )


def _with_bounds(size: _Floats, low: _Floats, high: _Floats) -> tuple[_Floats, _Floats, _Floats]:
    return size, np.where(np.isnan(low), size, low), np.where(np.isnan(high), size, high)


def _parts(
    reports: Reports, number: _Numbers, event: _Numbers
) -> tuple[dict[int, dict[int, int]], dict[tuple[int, int], int]]:
    """Return the reports of each side of each glyph, and how many of them are confirmed."""
    side = reports.side[event].astype(np.intp)
    glyph, sides, times = unique_pairs(number, side)
    at = np.searchsorted(glyph * 256 + sides, number * 256 + side)
    confirmed = np.bincount(at, reports.filled[event], minlength=len(glyph)).astype(np.intp)
    parts: dict[int, dict[int, int]] = {}
    filled: dict[tuple[int, int], int] = {}
    columns = (glyph.tolist(), sides.tolist(), times.tolist(), confirmed.tolist())
    for one, which, n, sure in zip(*columns, strict=True):
        parts.setdefault(one, {})[which] = n
        filled[one, which] = sure
    return parts, filled


def _number_of_places(reports: Reports, rows: _Numbers) -> int:
    # By pandas' hashes: numpy's are slow on many.
    return int((~pd.DataFrame({"x": reports.row_lon[rows], "y": reports.row_lat[rows]}).duplicated()).sum())


def _gather(reports: Reports, rows: _Numbers, pixels: _Floats, scale: GlyphScale, room: float) -> _Numbers:
    """Return the number of each row's glyph."""
    spread = least_reach(_number_of_places(reports, rows), room / scale.pixel**2)
    coarse = spread / 2 if len(rows) > _MANY and _number_of_places(reports, rows) > _MANY else 0.0
    spots = pixels / scale.pixel
    place = gather_places(reports, rows, np.floor(spots / coarse) if coarse else pixels).row_place
    order = np.argsort(place, kind="stable")
    first = order[np.searchsorted(place[order], np.arange(int(place.max(initial=-1)) + 1))]
    territory = row_territories(reports, rows)[first]
    weights = np.bincount(place)
    sizes = reports.size[reports.row_event[rows]].astype(float)
    known = np.bincount(place, np.isfinite(sizes)) > 0
    totals = np.where(known, np.bincount(place, np.nan_to_num(sizes)), np.nan)
    columns = (spots[first].tolist(), weights.tolist(), territory.tolist(), totals.tolist())
    groups = gather_groups(
        (
            Group(x, y, [one], [weight], weight, lies, total)
            for one, ((x, y), weight, lies, total) in enumerate(zip(*columns, strict=True))
        ),
        scale.reach(spread),
    )
    glyph = np.empty(len(first), dtype=np.intp)
    for number, group in enumerate(groups):
        glyph[group.places] = number
    return glyph[place]


def _spots(
    reports: Reports, rows: _Numbers, pixels: _Floats, group: _Numbers
) -> tuple[list[tuple[float, float]], list[int]]:
    """Return the position with most rows of each glyph, and its territory."""
    frame = pd.DataFrame({"group": group, "x": pixels[:, 0].round(1), "y": pixels[:, 1].round(1)})
    counted = frame.value_counts(sort=False).reset_index(name="rows")
    ordered = counted.sort_values(["group", "rows", "y", "x"], ascending=[True, False, True, True])
    best = ordered.drop_duplicates("group")
    territory = pd.Series(row_territories(reports, rows)).groupby(group).first()
    return list(zip(best["x"].tolist(), best["y"].tolist(), strict=True)), territory.tolist()


def number_fits(glyph: Glyph, texts: Sequence[str], preset: Preset) -> bool:
    """Return whether the glyph has room for its numbers."""
    size = _NUMBER * preset.small
    if glyph.count < 2:
        return False
    room = _ROOM.get(len(texts), _NARROW) * glyph.radius
    return all(math.hypot(text_width(text, size, bold=True), 0.5 * size) <= room for text in texts)


def draw_glyph(
    canvas: Canvas, glyph: Glyph, reports: Reports, *, theme: Theme, preset: Preset, texts: Sequence[str]
) -> None:
    """Draw a mark: the first side on the left, then clockwise, all as wide; with its numbers where they have room.

    Parameters
    ----------
    texts
        The number of each part; none are drawn where one has no room.
    """
    unit = preset.unit * min(1.0, 0.4 + 0.6 * glyph.radius / preset.mark)
    area = math.pi * glyph.radius**2
    looks = [side_look(reports, part.side, theme) for part in glyph.parts]
    numbers, size = number_fits(glyph, texts, preset), _NUMBER * preset.small
    if len(glyph.parts) == 1:
        part = glyph.parts[0]
        # The core of a confirmed report without a side would lie under its number.
        confirmed = 0 if numbers and looks[0].shape == NOT_STATED_SHAPE else part.confirmed / part.count
        draw_mark(canvas, glyph.x, glyph.y, looks[0], area, confirmed=confirmed, theme=theme, unit=unit)
    else:
        _draw_parts(canvas, glyph, reports, theme=theme, unit=unit)
    for bound in glyph.bounds:
        edge, shape = (looks[0].color, looks[0].shape) if len(looks) == 1 else (theme.text_muted, "disc")
        canvas.mark(glyph.x, glyph.y, shape, math.pi * bound**2, face=None, edge=edge, width=unit)
    if numbers:
        for (x, y), part, text, look in zip(_middles(glyph), glyph.parts, texts, looks, strict=True):
            solid = fill_of(look, part.confirmed / part.count, theme) == look.color
            color = theme.claimed_fill if solid else theme.text
            top = glyph.y + y - 0.5 * LINE_HEIGHT * size
            canvas.text(glyph.x + x, top, text, size, color, bold=True, align="center", role="count")


def _draw_parts(canvas: Canvas, glyph: Glyph, reports: Reports, *, theme: Theme, unit: float) -> None:
    turn = 2 * math.pi / len(glyph.parts)
    side = math.sqrt(math.pi) * glyph.radius
    outlines = []
    for number, part in enumerate(glyph.parts):
        look = side_look(reports, part.side, theme)
        whole = shapely.Polygon(shape_outline(look.shape) * [side, -side])
        steps = math.pi / 2 + (number + np.linspace(0, 1, 9)) * turn
        wedge = shapely.Polygon([(0, 0), *(4 * glyph.radius * np.column_stack([np.cos(steps), np.sin(steps)]))])
        outlines.append((look, part, whole.intersection(wedge), whole.exterior.intersection(wedge)))

    def path(shape: BaseGeometry, **options: object) -> None:
        found = geometry_path(shapely.transform(shape, lambda c: c + np.array([glyph.x, glyph.y])))
        if found is not None:
            canvas.path(found, **options)  # type: ignore[arg-type]

    for *_, edge in outlines:
        path(edge, edge=theme.halo, width=4.4 * unit, zorder=6)
    for look, part, shape, edge in outlines:
        path(shape, face=fill_of(look, part.confirmed / part.count, theme), zorder=6.01, role="mark")
        path(edge, edge=look.color, width=2.2 * unit, zorder=6.02)
    rays = [(math.cos(math.pi / 2 + n * turn), math.sin(math.pi / 2 + n * turn)) for n in range(len(outlines))]
    lines = shapely.MultiLineString([[(0, 0), (1.3 * glyph.radius * x, 1.3 * glyph.radius * y)] for x, y in rays])
    path(lines, edge=theme.halo, width=3.2 * unit, zorder=6.03)
    path(lines, edge=theme.text_muted, width=unit, zorder=6.04)


def _middles(glyph: Glyph) -> list[tuple[float, float]]:
    """Return where the numbers stand, from the glyph's middle."""
    if len(glyph.parts) == 1:
        return [(0.0, 0.0)]
    turn = 2 * math.pi / len(glyph.parts)
    ways = [math.pi / 2 + (number + 0.5) * turn for number in range(len(glyph.parts))]
    return [(0.5 * glyph.radius * math.cos(way), 0.5 * glyph.radius * math.sin(way)) for way in ways]
