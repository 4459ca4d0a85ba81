"""Type in pictures: what a font can show, how wide it runs, where lines break."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from impactmap.model.errors import ProjectError

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

__all__ = [
    "LINE_HEIGHT",
    "balance_lines",
    "break_lines",
    "font_properties",
    "has_italic",
    "picture_text",
    "shorten",
    "text_width",
    "use_fonts",
]

#: Distance of two baselines, in type sizes.
LINE_HEIGHT = 1.28

_SHIPPED = "DejaVu Sans"
#: The pictures' fonts, the first that the computer has. A house's own are set while one of its pictures is drawn.
_FAMILY: ContextVar[tuple[str, ...]] = ContextVar("family", default=(_SHIPPED,))
_REPLACEMENT = "\ufffd"
_ELLIPSIS = "…"


@contextmanager
def use_fonts(families: Sequence[str]) -> Iterator[None]:
    """Draw with other fonts than DejaVu Sans.

    Parameters
    ----------
    families
        Names, the preferred first; without any nothing changes.

    Raises
    ------
    ProjectError
        When this computer has none of them.
    """
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    there = [name for name in families if name in installed]
    if families and not there:
        raise ProjectError(
            f"project file, style.font: expected a font that this computer has, to draw pictures; found none of "
            f"{', '.join(map(repr, families))}. Install one, or name another for pictures alone: "
            'font_pictures = ["DejaVu Sans"].'
        )
    # What the house's font lacks, such as Cyrillic, is drawn in the one that ships.
    token = _FAMILY.set((*there, _SHIPPED)) if there else None
    try:
        yield
    finally:
        if token is not None:
            _FAMILY.reset(token)


def font_properties(*, bold: bool = False, italic: bool = False) -> FontProperties:
    """Return the pictures' font: DejaVu Sans, which matplotlib brings along, so that every machine draws alike."""
    return _properties(_FAMILY.get(), bold=bold, italic=italic)


@functools.cache
def _properties(family: tuple[str, ...], *, bold: bool, italic: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=list(family), weight="bold" if bold else "normal", style="oblique" if italic else "normal", size=100
    )


@functools.cache
def _drawable(*, italic: bool = False) -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    fonts = [_properties((_SHIPPED,), bold=bold and not italic, italic=italic) for bold in (False, True)]
    return frozenset.intersection(*(frozenset(get_font(findfont(font)).get_charmap()) for font in fonts))


def has_italic(text: str) -> bool:
    """Return whether the italic has every sign of a text: it has no Arabic letters, for example.

    Examples
    --------
    >>> has_italic("Керч"), has_italic("كرتش")
    (True, False)
    """
    return _drawable(italic=True).issuperset(map(ord, text))


def picture_text(text: str, *, longest: int = 400) -> str:
    r"""Return the text as a picture can show it, in one line.

    Parameters
    ----------
    text
        Any text; nothing in it is markup.
    longest
        Characters after which the text is shortened with an ellipsis.

    Returns
    -------
    str
        White space levelled, controls and invisible formatting (bidirectional overrides, zero-width) left out, and what
        the font cannot draw as U+FFFD. The tables and exports keep the original.

    Examples
    --------
    >>> picture_text("A\u202eB\n $x^$")
    'AB $x^$'
    """
    # Cut before the work: a text of a megabyte must not be normalised for the forty characters that are drawn.
    cut = text[: 4 * longest]
    known = _drawable()
    kept = []
    for sign in unicodedata.normalize("NFC", cut):
        category = unicodedata.category(sign)
        if sign.isspace() or category == "Cc":
            # The spaces that numbers and names are written with are not to be broken, so they stay.
            kept.append(sign if sign in "\xa0\u202f\u2009" else " ")
        elif category != "Cf" and not "\ufe00" <= sign <= "\ufe0f":
            kept.append(sign if ord(sign) in known else _REPLACEMENT)
    line = " ".join("".join(kept).split(" ")).strip()
    while "  " in line:
        line = line.replace("  ", " ")
    if len(line) > longest or len(text) > len(cut):
        line = line[: longest - 1].rstrip() + _ELLIPSIS
    return line


def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Return how wide a line runs, in the unit of `size`."""
    return _width_at_100(text, _FAMILY.get(), bold, italic) * size / 100


@functools.lru_cache(maxsize=8192)
def _width_at_100(text: str, family: tuple[str, ...], bold: bool, italic: bool) -> float:  # noqa: FBT001 -- by position, for the cache
    """Return how wide a line runs at the size of 100; outlines are not hinted, so that widths grow with the size."""
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    font = _properties(family, bold=bold, italic=italic)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def shorten(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis if it runs wider than `width`."""
    if text_width(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + _ELLIPSIS, size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,.;:–—·") + _ELLIPSIS


def break_lines(text: str, size: float, width: float, *, bold: bool = False, most: int | None = None) -> list[str]:
    """Break a text into lines at spaces.

    Parameters
    ----------
    text
        One line, as `picture_text` gives it.
    size, width
        Size of the type and room for a line, in one unit.
    bold
        Weight of the type.
    most
        Lines at most; the last one ends with an ellipsis where text is left over.

    Returns
    -------
    list of str
        No line is wider than `width`, unless a single character is.
    """
    lines: list[str] = []
    rest = text.split(" ") if text else []
    while rest:
        if most is not None and len(lines) == most - 1:
            lines.append(shorten(" ".join(rest), size, width, bold=bold))
            break
        count = 1
        while count < len(rest) and text_width(" ".join(rest[: count + 1]), size, bold=bold) <= width:
            count += 1
        line = " ".join(rest[:count])
        rest = rest[count:]
        if text_width(line, size, bold=bold) > width:
            cut = max(1, len(shorten(line, size, width, bold=bold)) - 1)
            rest = [line[cut:], *rest]
            line = line[:cut]
        lines.append(line)
    return lines


def balance_lines(text: str, size: float, width: float, *, bold: bool = False, most: int | None = None) -> list[str]:
    """Break a text as `break_lines` does, into as many lines, but of about equal length."""
    best = break_lines(text, size, width, bold=bold, most=most)
    if len(best) < 2 or best[-1].endswith(_ELLIPSIS):
        return best
    for step in range(1, 26):
        lines = break_lines(text, size, width * (1 - 0.02 * step), bold=bold, most=most)
        if len(lines) > len(best) or lines[-1].endswith(_ELLIPSIS):
            break
        best = lines
    return best
