"""The sheet of a figure: headline, a sentence, a legend, one field, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from impactmap.look.theme import Theme, side_styles
from impactmap.look.typography import LINE_HEIGHT, break_lines, font_properties, picture_text, text_width
from impactmap.maps.picture.figure import MapFigure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DASHED", "MOST_ROWS", "ChartFigure", "Key", "Sheet", "count_axis", "list_rows", "side_keys"]

#: Rows of a figure of rows; what is more is said.
MOST_ROWS: Final = 25
#: Outline of what may be, or of which nothing is said.
DASHED: Final = (0, (2, 2))
_DPI: Final = 100
_MARGIN: Final = 26.0
_TITLE, _BODY, _SMALL = 19.0, 14.0, 12.0


class ChartFigure(MapFigure):
    """A figure with its text for readers who cannot see it.

    Attributes
    ----------
    alt_text
        What it shows, in one or two sentences; `save_figure` stores it.
    """

    alt_text: str = ""

    def __repr__(self) -> str:
        """Return what it shows, for where no picture is shown."""
        return f"<{type(self).__name__}: {self.alt_text}>" if self.alt_text else super().__repr__()


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    name: str
    color: str
    kind: Literal["full", "open", "dashed"] = "full"


@dataclass(frozen=True)
class Sheet:
    """What stands around a figure's field.

    Attributes
    ----------
    title, sentence
        The headline, and what is to be seen.
    note
        How it was made, under the field.
    theme
        `LIGHT`, `DARK` or one of your own.
    keys
        The legend, in order.
    unit
        What the upright axis measures, over it.
    """

    title: str
    sentence: str
    note: str
    theme: Theme
    keys: Sequence[Key] = ()
    unit: str = ""

    def draw(self, *, width: float = 900, field: float = 320, left: float = 56) -> tuple[ChartFigure, Axes]:
        """Return the figure and its empty field.

        Parameters
        ----------
        width, field
            Of the sheet, and height of the field, in pixels.
        left
            Room for the names on the left of the field, in pixels.
        """
        room = width - 2 * _MARGIN
        title = break_lines(picture_text(self.title), _TITLE, room, bold=True, most=3)
        sentence = break_lines(picture_text(self.sentence), _BODY, room, most=4)
        note = break_lines(picture_text(self.note), _SMALL, room, most=5)
        legend = self._legend_lines(room)
        heights = [
            len(title) * _TITLE * LINE_HEIGHT, len(sentence) * _BODY * LINE_HEIGHT + 4,
            len(legend) * _BODY * 1.6 + 6, 26 if self.unit else 10,
        ]  # fmt: skip
        foot = len(note) * _SMALL * LINE_HEIGHT + 34
        height = _MARGIN + sum(heights) + field + foot + _MARGIN
        figure = ChartFigure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=self.theme.page)
        figure.set_label(self.title)
        figure.alt_text = " ".join(f"{self.title.rstrip('.')}. {self.sentence}".split())
        top = height - _MARGIN
        for lines, size, bold, color in (
            (title, _TITLE, True, self.theme.text),
            (sentence, _BODY, False, self.theme.text_muted),
        ):
            for line in lines:
                _text(figure, _MARGIN, top - size, line, size, color=color, bold=bold)
                top -= size * LINE_HEIGHT
        top -= 10
        for entries in legend:
            self._draw_keys(figure, entries, top - _BODY)
            top -= _BODY * 1.6
        bottom = foot + _MARGIN - 6
        ax = figure.add_axes(
            ((_MARGIN + left) / width, bottom / height, (room - left) / width, field / height),
            facecolor=self.theme.page,
        )
        if self.unit:
            _text(figure, _MARGIN, bottom + field + 10, picture_text(self.unit), _SMALL, color=self.theme.text_muted)
        for number, line in enumerate(reversed(note)):
            at = _MARGIN - 6 + number * _SMALL * LINE_HEIGHT
            _text(figure, _MARGIN, at, line, _SMALL, color=self.theme.text_muted)
        self._style(ax)
        return figure, ax

    def _legend_lines(self, room: float) -> list[list[Key]]:
        lines: list[list[Key]] = []
        used = 0.0
        for key in self.keys:
            wide = text_width(picture_text(key.name), _BODY) + 44
            if not lines or used + wide > room:
                lines.append([])
                used = 0.0
            lines[-1].append(key)
            used += wide
        return lines

    def _draw_keys(self, figure: ChartFigure, keys: Sequence[Key], base: float) -> None:
        from matplotlib.patches import Rectangle

        width, height = figure.get_size_inches() * _DPI
        at = _MARGIN
        for key in keys:
            fill = key.color if key.kind == "full" else self.theme.claimed_fill
            box = Rectangle(
                (at / width, (base - 1) / height), 14 / width, 12 / height, facecolor=fill, edgecolor=key.color,
                linewidth=1.2, linestyle=DASHED if key.kind == "dashed" else "-",
            )  # fmt: skip
            figure.add_artist(box)
            name = picture_text(key.name)
            _text(figure, at + 22, base, name, _BODY, color=self.theme.text)
            at += text_width(name, _BODY) + 44

    def _style(self, ax: Axes) -> None:
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set_color(self.theme.border)
        ax.tick_params(colors=self.theme.text_muted, length=0, labelsize=_SMALL * 72 / _DPI, pad=5)
        ax.grid(visible=True, axis="y", color=self.theme.line, linewidth=0.8)
        ax.set_axisbelow(True)
        for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
            label.set_fontfamily("DejaVu Sans")


def _text(figure: ChartFigure, x: float, y: float, text: str, size: float, *, color: str, bold: bool = False) -> None:
    width, height = figure.get_size_inches() * _DPI
    font = font_properties(bold=bold).copy()
    font.set_size(size * 72 / _DPI)
    drawn = figure.text(x / width, y / height, text, color=color, fontproperties=font, va="baseline")
    drawn.set_parse_math(False)


def number_of(count: int, what: str, several: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> number_of(1, "event"), number_of(1200, "event"), number_of(0, "party", "parties")
    ('1 event', '1,200 events', '0 parties')
    """
    return f"{count:,} {what if count == 1 else several or what + 's'}"


def count_axis(ax: Axes) -> None:
    """Write whole numbers with separators on the upright axis, from 0."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_ylim(bottom=0)


def list_rows(ax: Axes, names: Sequence[str]) -> None:
    """Name the rows of a field, the first on top."""
    ax.set_yticks(range(len(names)))
    for label, name in zip(ax.set_yticklabels([picture_text(name, longest=34) for name in names]), names, strict=True):
        label.set_parse_math(False)
        label.set_gid(name)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


def side_keys(column: pd.Series[Any], theme: Theme) -> dict[str | None, Key]:
    """Return the legend of the attacking sides of a column; None is what nobody stated."""
    values = [None if pd.isna(value) else str(value) for value in column.unique()]
    keys: dict[str | None, Key] = {}
    for style in side_styles(None, values):
        color = style.color if theme.name == "light" else style.color_dark
        name = "Attacking side not stated" if style.key is None else f"Attacking side: {style.name}"
        keys[style.key] = Key(name, color, "open" if style.key is None else "full")
    return keys
