"""Sizes of the pictures: pixels, type and how much they tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from impactmap.model.errors import InputError

__all__ = ["LEAST_MAP", "PRESETS", "Preset", "choose_preset"]

#: Part of a picture's height that the map takes at least.
LEAST_MAP = 0.55


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A picture's size and type; all lengths in its own pixels.

    Attributes
    ----------
    name
        As the user asks for it.
    width, height, dpi
        Pixels, and pixels an inch.
    layout
        ``beside``: the key stands right of the map; ``below``: under it; ``column``: headline and key share a column
        left of the map, which runs to the edges.
    headline, summary, body, small
        The four type sizes.
    unit
        A hairline's base.
    mark
        Radius of a mark whose size means nothing.
    margin
        Around everything; also the space between blocks.
    top, bottom
        Kept free besides: apps lay their buttons over the ends of a story.
    gap
        Between head, map, key and foot, in sizes of the body type.
    key_width
        Part of the width for the key, when it stands beside or shares a column.
    columns
        Of the key, when it stands below.
    detail
        ``short``: counts and what must be said; ``full``: the whole sentence and key, and where there is room every
        report that is not on the map.
    sentence
        The summary is the whole sentence, and not only the number of reports and the period.
    cities
        Orienting cities at most.
    """

    name: str
    width: int
    height: int
    dpi: float
    layout: Literal["beside", "below", "column"]
    headline: float
    summary: float
    body: float
    small: float
    unit: float
    mark: float
    margin: float
    top: float = 0.0
    bottom: float = 0.0
    gap: float = 0.6
    key_width: float = 0.28
    columns: int = 2
    detail: Literal["short", "full"] = "full"
    sentence: bool = True
    cities: int = 10


#: `social`, `square` and `story` are seen 390 CSS pixels wide on a phone: their smallest type is 10 CSS pixels there.
PRESETS: dict[str, Preset] = {
    "web": Preset(
        name="web", width=1200, height=675, dpi=100, layout="beside", headline=33, summary=19, body=16, small=13,
        unit=1.0, mark=8.5, margin=24, key_width=0.27,
    ),
    "social": Preset(
        name="social", width=1200, height=630, dpi=100, layout="column", headline=44, summary=30, body=31, small=28,
        unit=1.8, mark=14, margin=34, key_width=0.4, detail="short", sentence=False, cities=3,
    ),
    "square": Preset(
        name="square", width=1080, height=1080, dpi=100, layout="below", headline=56, summary=34, body=31, small=28,
        unit=1.8, mark=15, margin=30, gap=0.4, detail="short", sentence=False, cities=4,
    ),
    "story": Preset(
        name="story", width=1080, height=1920, dpi=100, layout="below", headline=66, summary=36, body=31, small=28,
        unit=1.9, mark=16, margin=40, gap=0.5, top=110, bottom=110, detail="short", sentence=False,
        cities=6,
    ),
    "print": Preset(
        name="print", width=2480, height=3508, dpi=300, layout="below", headline=112, summary=54, body=42, small=32,
        unit=3.1, mark=26, margin=120, columns=3, cities=16,
    ),
}  # fmt: skip


def choose_preset(name: str, *, aspect: float) -> Preset:
    """Return a preset by name.

    Parameters
    ----------
    name
        ``web``, ``social``, ``square``, ``story`` or ``print``.
    aspect
        Width by height of what is shown: a wide extent turns the printed page on its side.

    Raises
    ------
    InputError
        For another name.
    """
    if name not in PRESETS:
        raise InputError(f"expected a preset out of {', '.join(PRESETS)}, found {name!r}.")
    preset = PRESETS[name]
    if name == "print" and aspect > 1.15:
        return replace(
            preset, width=preset.height, height=preset.width, layout="beside", key_width=0.26, headline=104, summary=50
        )
    return preset
