"""The words of a sheet: headline and summary above the map, sources, method and notices below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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

__all__ = ["SHORT_NOTICES", "foot_lines", "least_head", "set_foot", "set_head"]

#: The three notices where there is room for a line; all of them are names, the same in every language.
SHORT_NOTICES = "© OpenStreetMap (ODbL), GeoNames (CC BY 4.0), Natural Earth"


#: Distance of a headline's baselines, in type sizes.
_HEADLINE_LEADING = 1.18


def set_head(canvas: Canvas, box: Box, summary: Summary, *, theme: Theme, preset: Preset) -> float:
    """Set headline and summary from the top of a box; return where they end, with the space below them.

    Where the two would run out of the box findings are left out, the least first; then the headline gives way.
    """
    width, height = box.right - box.left, box.bottom - box.top
    title = _title(summary, preset)
    for findings in range(len(summary.finding), -1, -1):
        below = _below(summary, width, preset, findings)
        room = height - len(below) * LINE_HEIGHT * preset.summary - preset.gap * preset.body
        if room >= _least_headline(title, width, preset):
            break
    size, lines = _headline(title, width, room, preset)
    y = box.top
    for line in lines:
        canvas.text(box.left, y, line, size, theme.text, bold=True, role="headline")
        y += _HEADLINE_LEADING * size
    y += 0.1 * size
    for line, finding in below:
        canvas.text(box.left, y, line, preset.summary, theme.text if finding else theme.text_muted, role="summary")
        y += LINE_HEIGHT * preset.summary
    return y + preset.gap * preset.body


def _title(summary: Summary, preset: Preset) -> str:
    return picture_text(summary.title if preset.sentence else summary.short_title, longest=200)


def least_head(summary: Summary, width: float, preset: Preset) -> float:
    """Return the height of a head that gives way as far as it should."""
    title = _title(summary, preset)
    lines = len(_below(summary, width, preset, 0))
    return _least_headline(title, width, preset) + lines * LINE_HEIGHT * preset.summary + preset.gap * preset.body


def _below(summary: Summary, width: float, preset: Preset, findings: int) -> list[tuple[str, bool]]:
    """Return the lines below the headline, and whether each is of a finding."""
    if preset.sentence:
        texts = [f"{summary.sentence} {summary.through}"]
    else:
        counted = ", ".join(part for part in (summary.reports, summary.confirmation) if part)
        # A second line would be taken from the headline; the marks say it too.
        fits = text_width(counted, preset.summary) <= width
        texts = [part for part in (counted if fits else summary.reports, summary.period) if part]
        joined = " · ".join(texts)
        texts = [joined] if text_width(joined, preset.summary) <= width else texts
        # A short foot begins with the day that the data goes through.
        texts += [] if preset.detail == "short" else [summary.through]
    told = [(text, True) for text in summary.finding[:findings] if preset.sentence] + [(text, False) for text in texts]
    return [
        (line, finding)
        for text, finding in told
        for line in break_lines(picture_text(text, longest=600), preset.summary, width, most=4)
    ]


def foot_lines(
    summary: Summary,
    reports: Reports,
    width: float,
    *,
    credit: str,
    words: Words,
    preset: Preset,
    note: str = "",
    gathered: bool = False,
) -> list[str]:
    """Return the lines of sources, method, a note and notices."""
    credit = picture_text(credit, longest=120)
    if preset.detail == "short":
        tries = [_sources(reports, words, most=most) for most in (3, 2, 1)]
        joined = [f"{summary.through} {text}".strip() for text in tries]
        fits = [text for text in joined if text_width(text, preset.small) <= width]
        alone = [text for text in tries if text_width(text, preset.small) <= width]
        parts = [(fits[0], 1)] if fits else [(summary.through, 1), ((alone or tries[-1:])[0], 1)]
        parts += [(note, 1), (SHORT_NOTICES, 1)]
    else:
        method = "figure.gathered_method" if gathered else "figure.method"
        said = [words.text(method) if (reports.row_kind == 0).any() else ""]
        said += [note, _sources(reports, words, most=3)]
        said.append(words.text("footer.credit", credit=credit) if credit else "")
        parts = [(" ".join(part for part in said if part), 3), (words.text("figure.notices"), 2)]
    return [
        line
        for text, most in parts
        if text
        for line in break_lines(picture_text(text, longest=600), preset.small, width, most=most)
    ]


def set_foot(canvas: Canvas, box: Box, lines: Sequence[str], *, theme: Theme, preset: Preset) -> float:
    """Set the lines of a foot at the bottom; return where the map must end."""
    y = box.bottom - len(lines) * LINE_HEIGHT * preset.small
    start = y
    for line in lines:
        canvas.text(box.left, y, line, preset.small, theme.text_muted, role="foot")
        y += LINE_HEIGHT * preset.small
    return start - preset.gap * preset.body


#: Lines of a headline at most, and the part of its size to which it gives way before it is cut.
_MOST_LINES = {"column": 5, "below": 3, "beside": 2}
_LEAST = 0.8


def _least_headline(title: str, width: float, preset: Preset) -> float:
    size = _LEAST * preset.headline
    lines = min(len(break_lines(title, size, width, bold=True)), _MOST_LINES[preset.layout])
    return (_HEADLINE_LEADING * lines + 0.1) * size


def _headline(title: str, width: float, room: float, preset: Preset) -> tuple[float, list[str]]:
    """Return the size and lines of a headline: in few lines rather than in full size, as long as it stays one."""
    most = _MOST_LINES[preset.layout]
    for count in range(1, most + 1):
        for step in range(9):
            size = preset.headline * (1 - (1 - _LEAST) * step / 8)
            fits = (_HEADLINE_LEADING * count + 0.1) * size <= room
            if fits and len(break_lines(title, size, width, bold=True)) <= count:
                return size, balance_lines(title, size, width, bold=True)
    # Small rather than cut.
    for step in range(9):
        size = max(preset.headline * (_LEAST - 0.3 * step / 8), preset.small)
        lines = balance_lines(title, size, width, bold=True)
        if (_HEADLINE_LEADING * len(lines) + 0.1) * size <= room and len(lines) <= most + 1:
            return size, lines
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
    return words.text("figure.sources", sources=words.listed(names[:most]) + rest) + "."
