"""The key of a picture: sides with their counts, marks, sizes, and the reports that the map cannot show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from impactmap.look.theme import Theme
from impactmap.look.typography import picture_text, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.maps.picture.furniture.callouts import draw_number
from impactmap.maps.picture.furniture.corners import nice_length
from impactmap.maps.picture.furniture.own_layers import layer_rows
from impactmap.maps.picture.ground import band_color, draw_distance_line
from impactmap.maps.picture.legend_areas import area_row, capital, class_group, in_one_row
from impactmap.maps.picture.legend_layout import DrawSymbol, KeyGroup, KeyRow
from impactmap.maps.picture.mark_style import NOT_STATED, Look, SizeScale, draw_mark, side_look
from impactmap.maps.picture.points import unique_pairs
from impactmap.model.arrow import codes_of
from impactmap.model.sections.author import LONGEST_NOTE
from impactmap.model.values import NO_DAY
from impactmap.model.words import Words
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import Preset
from impactmap.scene.view import beyond_rows
from impactmap.telling.reports import Reports, place_names

__all__ = ["Drawn", "Level", "key_groups"]

_COUNTRY, _NOT_LOCATED = 2, 3
#: Names of places beyond the view.
_MOST_NAMED = 4

_STATES = {0.0: "claimed", 0.5: "partly", 1.0: "confirmed"}

#: How much the key tells.
Level = Literal["list", "full", "brief", "short"]


@dataclass(frozen=True)
class Drawn:
    """What a map draws beside its reports.

    Attributes
    ----------
    scale, metric
        Of the marks, where a figure sizes them; without a metric the number of their reports.
    lines
        What is said of computed lines, and whether they are those at a distance from the border.
    gathered
        Whether a mark may hold several reports.
    notes
        Numbers and texts of callouts whose words find no room on the map.
    """

    scale: SizeScale | None
    metric: str | None
    lines: Sequence[tuple[str, bool]] = ()
    gathered: bool = False
    notes: Sequence[tuple[int, str]] = ()


def key_groups(
    reports: Reports,
    *,
    words: Words,
    theme: Theme,
    preset: Preset,
    drawn: Drawn,
    level: Level,
) -> list[KeyGroup]:
    """Return the key's groups, the most important first.

    Parameters
    ----------
    reports
        What the map shows; all counts are of events.
    words, theme, preset
        Language, colours, sizes.
    drawn
        What sizes the marks, and the lines that are computed.
    level
        ``list``: with every report that is not on the map; ``full``: with their counts by country and side; ``brief``:
        the same, and all else in few words; ``short``: in few words, with their number.
    """
    scale, metric, lines = drawn.scale, drawn.metric, drawn.lines
    hidden, level = level == "short", "short" if level == "brief" else level
    sides = _sides(reports, words, theme, preset, level, hidden=hidden)
    marks = _marks(reports, words, theme, preset, level, gathered=drawn.gathered)
    if level == "short":
        # With the sides, whose room is kept: a line without its meaning is none. Bands have their kilometres on them.
        ways, bands = ([line for line in lines if line[1] == band] for band in (False, True))
        said = _line_rows(ways, theme, preset, preset.small) + _note_rows(drawn.notes, theme, preset)
        said += layer_rows(reports.authored.layers, words, theme, preset, short=True)
        if reports.authored.regions == "shaded":
            # A shade without its class is none, either.
            said = class_group(reports, words, theme, preset, short=True).rows + said
        sides = replace(sides, rows=sides.rows + said)
        marks = replace(marks, rows=marks.rows + _line_rows(bands, theme, preset, preset.small))
    else:
        marks = replace(marks, rows=marks.rows + _line_rows(lines, theme, preset, preset.body))
    groups = [sides, marks]
    if reports.authored.regions == "shaded" and level != "short":
        groups.insert(1, class_group(reports, words, theme, preset))
    if scale is not None and metric is None:
        groups.append(KeyGroup(words.text("legend.counts"), (_size_row(reports, words, theme, preset, scale),)))
    elif scale is not None and metric:
        groups.append(_sizes(reports, words, theme, preset, scale, metric))
    if not hidden:
        # In one column that may be too short, the counts come before what only explains.
        place = 1 if level != "list" and preset.layout != "below" else len(groups)
        groups.insert(place, _not_drawn(reports, words, theme, preset, level))
    if level != "short":
        groups.append(KeyGroup(words.text("legend.layers"), layer_rows(reports.authored.layers, words, theme, preset)))
        groups.insert(1, KeyGroup(words.text("legend.notes"), _note_rows(drawn.notes, theme, preset)))
    return [group for group in groups if group.rows]


def _note_rows(notes: Sequence[tuple[int, str]], theme: Theme, preset: Preset) -> tuple[KeyRow, ...]:
    """Return the callouts that stand as numbers on the map."""

    def symbol(number: int) -> DrawSymbol:
        return lambda canvas, x, y: draw_number(canvas, Box(x, y, x, y), number, theme=theme, preset=preset)

    texts = [(number, picture_text(text, longest=LONGEST_NOTE)) for number, text in notes]
    return tuple(KeyRow(text, preset.small, symbol(number)) for number, text in texts)


def _symbol(look: Look, theme: Theme, preset: Preset, *, confirmed: float, radius: float) -> DrawSymbol:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        draw_mark(canvas, x, y, look, math.pi * radius**2, confirmed=confirmed, theme=theme, unit=preset.unit)

    return draw


def _sides(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level, *, hidden: bool) -> KeyGroup:
    """Return the sides with their counts and, where it is `hidden` which, how many reports are not on the map."""
    rows = []
    classes = reports.authored.classes
    none = classes.messages["side_none"] if classes else words.text("legend.none")
    for side in [*range(len(reports.sides)), NOT_STATED]:
        count = int((reports.side == side).sum())
        if side == NOT_STATED and not count:
            continue
        name = picture_text(none if side == NOT_STATED else reports.sides[side].name, longest=60)
        look = side_look(reports, side, theme)
        # In little room the number is enough: the summary above says what is counted.
        number = words.number(count) if level == "short" else words.plural("count.reports", count)
        # As the side's marks look on this map: open where none of its reports is confirmed.
        filled = side != NOT_STATED and (bool(reports.filled[reports.side == side].any()) or not count)
        symbol = _symbol(look, theme, preset, confirmed=filled, radius=min(preset.mark, 0.46 * preset.body))
        rows.append(KeyRow(f"{name}: {number}", preset.body, symbol))
    shown = np.isin(reports.row_kind, (0, 1))
    shown[beyond_rows(reports)] = False
    drawn = set(reports.row_event[shown].tolist())
    if hidden and (count := len(reports.events) - len(drawn)):
        text = f"{words.text('figure.not_drawn')}: {words.number(count)}"
        rows.append(KeyRow(text, preset.small, indent=False))
    return KeyGroup(
        picture_text(classes.messages["sides"], longest=60) if classes else words.text("legend.side"), tuple(rows)
    )


def _marks(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level, *, gathered: bool) -> KeyGroup:
    """Return what open, filled and hatched mean, each only if it is on the map."""
    radius = min(preset.mark, 0.46 * preset.body)
    grey = Look("disc", theme.text_muted, 45.0)
    drawn = np.isin(reports.row_kind, (0,) if reports.authored.regions == "shaded" else (0, 1))
    confirmed = reports.filled[np.unique(reports.row_event[drawn])]
    flags = [float(flag) for flag in (False, True) if (confirmed == flag).any()] if reports.says_confirmation else []
    # Without a side a mark is hollow whatever is confirmed.
    if gathered and len(flags) > 1 and (reports.side != NOT_STATED).any():
        flags.insert(1, 0.5)
    states = dict(_STATES) | ({1.0: "filled"} if reports.leaves_unsaid else {})
    symbols = [_symbol(grey, theme, preset, confirmed=flag, radius=radius) for flag in flags]
    if level == "short":
        texts = [capital(words.text(f"figure.{states[flag]}_short")) for flag in flags]
        lines = ([0, 2], [1]) if len(flags) > 2 else (range(len(flags)),)
        rows = [
            row
            for line in lines
            for row in in_one_row([symbols[one] for one in line], [texts[one] for one in line], theme, preset)
        ]
    else:
        texts = [capital(words.text(f"figure.{states[flag]}")) for flag in flags]
        rows = [KeyRow(text, preset.body, symbol) for text, symbol in zip(texts, symbols, strict=True)]
    if reports.authored.regions == "marks":
        rows.append(KeyRow(words.text("legend.region_mark"), preset.small))
    if (reports.row_kind == 1).any() and not reports.authored.regions:
        rows.append(area_row(reports, words, theme, preset))
    return KeyGroup("" if level == "short" else words.text("legend.marks"), tuple(rows))


def _line_rows(lines: Sequence[tuple[str, bool]], theme: Theme, preset: Preset, size: float) -> tuple[KeyRow, ...]:
    return tuple(KeyRow(text, size, _line_symbol(theme, preset, band=band)) for text, band in lines)


def _line_symbol(theme: Theme, preset: Preset, *, band: bool) -> DrawSymbol:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        points = [(x - 0.62 * preset.body, y), (x + 0.62 * preset.body, y)]
        if band:
            canvas.polyline(points, band_color(theme), 0.9 * preset.unit)
        else:
            draw_distance_line(canvas, points, theme, unit=preset.unit)

    return draw


def _not_drawn(reports: Reports, words: Words, theme: Theme, preset: Preset, level: Level) -> KeyGroup:
    """Return the reports beside the map: country-wide ones by country and side, then those without a place."""
    radius = 0.36 * preset.body
    away = beyond_rows(reports)
    far, lost = (np.flatnonzero(reports.row_kind == kind) for kind in (_COUNTRY, _NOT_LOCATED))
    rows = [KeyRow(_far_text(reports, away, words), preset.body)] if len(away) else []
    for (country, side), events in _country_wide(reports, far, words):
        text = words.plural("figure.country_wide", len(events), country=country)
        confirmed = bool(reports.filled[events].all())
        symbol = _symbol(side_look(reports, side, theme), theme, preset, confirmed=confirmed, radius=radius)
        rows.append(KeyRow(text, preset.body, symbol))
        if level == "list":
            rows += _told_rows(reports, dict.fromkeys(events.tolist(), ()), preset)
    if len(lost):
        rows.append(KeyRow(words.plural("figure.not_located", len(lost)), preset.body))
        if level == "list":
            names: dict[int, list[str]] = {}
            for event, name in zip(reports.row_event[lost].tolist(), reports.places_at("reported", lost), strict=True):
                names.setdefault(event, []).append(picture_text(name.as_py() or "", longest=40))
            rows += _told_rows(reports, names, preset)
    return KeyGroup(words.text("figure.not_drawn"), tuple(rows), wide=level == "list")


def _far_text(reports: Reports, rows: npt.NDArray[np.intp], words: Words) -> str:
    names = list(dict.fromkeys(filter(None, place_names(reports, rows).to_pylist())))
    places = words.listed(picture_text(name, longest=40) for name in names[:_MOST_NAMED])
    rest = f" {words.plural('alt.more', len(names) - _MOST_NAMED)}" if len(names) > _MOST_NAMED else ""
    return words.plural("figure.far", len(np.unique(reports.row_event[rows])), places=places + rest)


def _country_wide(
    reports: Reports, rows: npt.NDArray[np.intp], words: Words
) -> list[tuple[tuple[str, int], npt.NDArray[np.intp]]]:
    """Return country and side with their events, for rows that are country-wide; by side, then by country."""
    codes, countries = codes_of(reports.places_at("country", rows))
    named, names = codes_of(reports.places_at("name", rows))
    labels = [words.country(country) for country in countries] + [*names, ""]
    shown = [picture_text(label, longest=40) for label in labels]
    texts = sorted(set(shown))
    label = np.where(codes >= 0, codes, np.where(named >= 0, len(countries) + named, len(labels) - 1))
    text = np.array([texts.index(one) for one in shown], dtype=np.intp)[label]
    event = reports.row_event[rows].astype(np.intp)
    group, event, _ = unique_pairs(reports.side[event].astype(np.intp) * len(texts) + text, event)
    found = []
    for number in np.unique(group).tolist():
        side, at = divmod(number, len(texts))
        found.append(((texts[at], side), event[group == number]))
    return found


def _told_rows(reports: Reports, names: Mapping[int, Sequence[str]], preset: Preset) -> list[KeyRow]:
    """Return what reports say; `names` are the places that each names, where no heading does."""
    rows = (_told(reports, number, preset, ", ".join(filter(None, names[number]))) for number in sorted(names))
    return [row for row in rows if row.text]


def _told(reports: Reports, number: int, preset: Preset, name: str) -> KeyRow:
    event = reports.events[number]
    days = np.concatenate([reports.day_start, reports.day_end])
    days = days[days != NO_DAY]
    parts = [picture_text(event.get("summary", ""), longest=160)]
    # A short period stands in the summary above; a week and more wants each report's own days.
    if "start" in event and np.ptp(days) >= 7:
        parts.insert(0, event["when"])
    return KeyRow(": ".join(part for part in (name, *parts) if part), preset.small, muted=True)


def _sizes(reports: Reports, words: Words, theme: Theme, preset: Preset, scale: SizeScale, metric: str) -> KeyGroup:
    """Return three sizes, and what the outlines and the smallest marks mean."""
    rows = [_size_row(reports, words, theme, preset, scale)]
    if np.isfinite(reports.size_low).any():
        rows.append(KeyRow(capital(words.text("figure.range")), preset.small, muted=True))
    drawn = np.unique(reports.row_event[reports.row_kind == 0])
    if np.isnan(reports.size[drawn]).any():
        rows.append(KeyRow(capital(words.text("figure.no_size")), preset.small, muted=True))
    metric_name = picture_text(words.term("metric", metric), longest=60)
    return KeyGroup(words.text("legend.size", metric=metric_name), tuple(rows))


def _size_row(reports: Reports, words: Words, theme: Theme, preset: Preset, scale: SizeScale) -> KeyRow:
    """Return three marks with their figures."""
    figures = _three_sizes(scale.largest, whole=bool((reports.size[np.isfinite(reports.size)] % 1 == 0).all()))
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

    widths = [text_width(words.number(figure, decimals=3), preset.small) for figure in figures]
    reach = sum(widths) + sum(2 * math.sqrt(area / math.pi) + 0.4 * preset.small for area in areas)
    reach += (len(areas) - 1) * preset.small
    height = 2.0 * math.sqrt(max(areas) / math.pi) + 0.5 * preset.body
    return KeyRow("", preset.body, draw, height=height, reach=reach)


def _three_sizes(largest: float, *, whole: bool) -> list[float]:
    """Return up to three round figures, the largest first, that show how the marks grow; whole ones for whole data."""
    first = nice_length(largest)
    best: list[float] = []
    for divisors in ((1, 4, 20), (1, 2.5, 5), (1, 2, 4), (1, 2, 2)):
        figures = sorted({nice_length(first / divisor) for divisor in divisors}, reverse=True)
        figures = [figure for figure in figures if figure >= 1 or not whole]
        best = max(best, figures, key=len)
    return best
