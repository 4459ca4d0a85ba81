"""What a label of a panel says, and the mark that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from impactmap.look.typography import LINE_HEIGHT, break_lines, has_italic, text_width
from impactmap.scene.label_placement import Label
from impactmap.scene.presets import Preset

__all__ = ["LabelText", "Spot", "Spots", "label_text"]

Spots = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Spot:
    """A mark that may be named: what it holds, what stands below the name, where it is, how far it reaches.

    Of `near` marks the name stands beside them or nowhere.
    """

    name: str
    held: int
    below: str
    x: float
    y: float
    reach: float
    near: bool = False

    def label(self, text: LabelText, preset: Preset) -> Label:
        """Return the label to place: beside the mark, clear of its reach."""
        return Label(text.width, text.height, [(self.x, self.y)], self.reach + 2.2 * preset.unit, near=self.near)


@dataclass(frozen=True)
class LabelText:
    """The lines of a label, each with its size, and their measure."""

    lines: tuple[tuple[str, float], ...]
    bold: bool
    italic: bool
    width: float
    height: float


def label_text(
    name: str, below: str, size: float, widest: float, *, bold: bool = False, italic: bool = False
) -> LabelText:
    """Measure a name, in two lines where it is long, and a smaller line below it; words stay whole where they can."""
    italic = italic and has_italic(name)
    longest = max(text_width(word, size, bold=bold) for word in name.split(" "))
    widest = max(widest, min(longest, 2.5 * widest))
    lines = [(line, size) for line in break_lines(name, size, widest, bold=bold, most=2)]
    lines += [(below, 0.82 * size)] if below else []
    width = max((text_width(line, s, bold=bold and s == size, italic=italic) for line, s in lines), default=0.0)
    return LabelText(tuple(lines), bold, italic, width, sum(LINE_HEIGHT * s for _, s in lines))
