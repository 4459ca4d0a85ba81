"""The words of a sheet: headline and summary above the map, sources, method and notices below it."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import numpy as np

from impactmap.look.theme import Theme
from impactmap.look.typography import LINE_HEIGHT, balance_lines, break_lines, picture_text, text_width
from impactmap.maps.picture.canvas import Canvas
from impactmap.model.arrow import codes_of
from impactmap.model.text import is_web_url
from impactmap.model.words import Words
from impactmap.scene.label_placement import Box
from impactmap.scene.presets import Preset
from impactmap.telling.reports import Reports
from impactmap.telling.summary import Summary

__all__ = ["set_foot", "set_head"]

#: The three notices where there is room for a line; all of them are names, the same in every language.
_SHORT_NOTICES = "© OpenStreetMap (ODbL), GeoNames (CC BY 4.0), Natural Earth"


#: Distance of a headline's baselines, in type sizes.
_HEADLINE_LEADING = 1.18


def set_head(canvas: Canvas, box: Box, summary: Summary, *, theme: Theme, preset: Preset) -> float:
    """Set headline and summary from the top of a box; return where they end, with the space below them.

    The headline gives way where the two would run out of the box.
    """
    width = box.right - box.left
    title = picture_text(summary.title, longest=200)
    if not preset.sentence:
        counted = ", ".join(part for part in (summary.reports, summary.confirmation) if part)
        # A second line would be taken from the headline; the marks say it too.
        fits = text_width(counted, preset.summary) <= width
        texts = [part for part in (counted if fits else summary.reports, summary.period) if part]
        # A short foot begins with the day that the data goes through.
        texts += [] if preset.detail == "short" else [summary.through]
    else:
        texts = [*summary.finding, f"{summary.sentence} {summary.through}"]
    below = [
        (line, theme.text if text in summary.finding else theme.text_muted)
        for text in texts
        for line in break_lines(picture_text(text, longest=600), preset.summary, width, most=4)
    ]
    room = box.bottom - box.top - len(below) * LINE_HEIGHT * preset.summary - 0.6 * preset.body
    size, lines = _headline(title, width, room, preset)
    y = box.top
    for line in lines:
        canvas.text(box.left, y, line, size, theme.text, bold=True, role="headline")
        y += _HEADLINE_LEADING * size
    y += 0.1 * size
    for line, color in below:
        canvas.text(box.left, y, line, preset.summary, color, role="summary")
        y += LINE_HEIGHT * preset.summary
    return y + 0.6 * preset.body


def set_foot(
    canvas: Canvas,
    box: Box,
    summary: Summary,
    reports: Reports,
    *,
    credit: str,
    words: Words,
    theme: Theme,
    preset: Preset,
    note: str = "",
    square_km: float | None = None,
) -> float:
    """Set sources, method, a note and notices at the bottom; return where the map must end."""
    width = box.right - box.left
    credit = picture_text(credit, longest=120)
    if preset.detail == "short":
        tries = [_sources(reports, words, most=most) for most in (3, 2, 1)]
        joined = [f"{summary.through} {text}".strip() for text in tries]
        fits = [text for text in joined if text_width(text, preset.small) <= width]
        alone = [text for text in tries if text_width(text, preset.small) <= width]
        parts = [(fits[0], 1)] if fits else [(summary.through, 1), ((alone or tries[-1:])[0], 1)]
        parts += [(note, 1), (_SHORT_NOTICES, 1)]
    else:
        method = "figure.method" if square_km is None else "figure.squares_method"
        said = [words.text(method) if (reports.row_kind == 0).any() else ""]
        said += [note, _sources(reports, words, most=3)]
        said.append(words.text("footer.credit", credit=credit) if credit else "")
        parts = [(" ".join(part for part in said if part), 3), (words.text("figure.notices"), 2)]
    lines = [
        line
        for text, most in parts
        if text
        for line in break_lines(picture_text(text, longest=600), preset.small, width, most=most)
    ]
    y = box.bottom - len(lines) * LINE_HEIGHT * preset.small
    start = y
    for line in lines:
        canvas.text(box.left, y, line, preset.small, theme.text_muted, role="foot")
        y += LINE_HEIGHT * preset.small
    return start - 0.6 * preset.body


def _headline(title: str, width: float, room: float, preset: Preset) -> tuple[float, list[str]]:
    """Return the size and lines of a headline: in few lines rather than in full size, as long as it stays one."""
    most = {"column": 5, "below": 3, "beside": 2}[preset.layout]
    for count in range(1, most + 1):
        for step in range(9):
            size = preset.headline * (1 - 0.025 * step)
            fits = (_HEADLINE_LEADING * count + 0.1) * size <= room
            if fits and len(break_lines(title, size, width, bold=True)) <= count:
                return size, balance_lines(title, size, width, bold=True)
    size = max(0.62 * preset.headline, 1.1 * preset.summary)
    most = max(1, min(most, int(room / (_HEADLINE_LEADING * size))))
    return size, balance_lines(title, size, width, bold=True, most=most)


def _sources(reports: Reports, words: Words, *, most: int) -> str:
    codes, found = codes_of(reports.events.parts["sources"]["name"])
    counts: Counter[str] = Counter()
    for name, count in zip(found, np.bincount(codes, minlength=len(found)).tolist(), strict=True):
        # An address is as long as a line and names the page; its host names the source.
        known = (urlsplit(name).hostname or name).removeprefix("www.") if is_web_url(name) else name
        counts[picture_text(known, longest=60)] += count
    names = sorted(counts, key=lambda name: (-counts[name], name))
    if not names:
        return ""
    rest = f" {words.plural('alt.more', len(names) - most)}" if len(names) > most else ""
    return words.text("figure.sources", sources=", ".join(names[:most]) + rest) + "."
