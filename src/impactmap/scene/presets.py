"""Sizes of the pictures: pixels, type and how much they tell."""

from __future__ import annotations

import re
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
    "thumb": Preset(
        name="thumb", width=400, height=400, dpi=100, layout="below", headline=23, summary=14, body=13.5, small=11,
        unit=0.85, mark=7, margin=12, gap=0.35, detail="short", sentence=False, cities=2,
    ),
    "wide": Preset(
        name="wide", width=1920, height=1080, dpi=100, layout="beside", headline=53, summary=30, body=26, small=21,
        unit=1.6, mark=13.6, margin=38, key_width=0.27, cities=12,
    ),
    "print": Preset(
        name="print", width=2480, height=3508, dpi=300, layout="below", headline=112, summary=54, body=42, small=32,
        unit=3.1, mark=26, margin=120, columns=3, cities=16,
    ),
}  # fmt: skip


_SIZE = re.compile(r"(\d+(?:[.,]\d+)?) ?[x\u00d7] ?(\d+(?:[.,]\d+)?) ?(mm)?")
#: Pixels of the shorter side at least, and of both together at most.
_LEAST_PX, _MOST_PX = 240, 40_000_000
_PRINT_DPI = 300
#: Type of print at least, in points.
_LEAST_PT = 6.0


def _made_for(width: float, height: float, *, mm: bool) -> Preset:
    """Return a preset of any size: that of the nearest shape, its lengths as large as the sheet allows."""
    if mm:
        width, height = (side / 25.4 * _PRINT_DPI for side in (width, height))
    width, height = round(width), round(height)
    if min(width, height) < _LEAST_PX or width * height > _MOST_PX:
        raise InputError(
            f"expected a picture of at least {_LEAST_PX} pixels a side and {_MOST_PX:,} in all, found {width} x "
            f"{height}. {_LEAST_PX} pixels are {_LEAST_PX / _PRINT_DPI * 25.4:.0f} mm in print."
        )
    shape = width / height
    base = PRESETS["wide" if shape >= 1.4 else "square" if shape >= 0.75 else "story"]
    if not mm and min(width, height) <= 600 and shape < 1.4:
        base = PRESETS["thumb"]
    part = min(width / base.width, height / base.height)
    if mm:
        # On paper type has a size of its own, whatever the sheet's.
        part = max(part, _LEAST_PT / 72 * _PRINT_DPI / base.small)
    lengths = ("headline", "summary", "body", "small", "unit", "mark", "margin")
    scaled = {name: getattr(base, name) * part for name in lengths}
    return replace(
        base, name=f"{width}x{height}", width=width, height=height, dpi=_PRINT_DPI if mm else base.dpi, top=0.0,
        bottom=0.0, **scaled,
    )  # fmt: skip


def choose_preset(name: str, *, aspect: float) -> Preset:
    """Return a preset by name, or one made for a size.

    Parameters
    ----------
    name
        One of `PRESETS`, or a width and height: ``800x600`` pixels, ``120x80mm`` on paper at 300 dots an inch.
    aspect
        Width by height of what is shown: a wide extent turns the printed page on its side.

    Raises
    ------
    InputError
        For another name, and for a size that is too small or too large to be drawn.
    """
    if size := _SIZE.fullmatch(name.strip()):
        return _made_for(float(size[1].replace(",", ".")), float(size[2].replace(",", ".")), mm=bool(size[3]))
    if name not in PRESETS:
        raise InputError(
            f"expected a preset out of {', '.join(PRESETS)}, or a size such as 800x600 or 120x80mm; found {name!r}."
        )
    preset = PRESETS[name]
    if name == "print" and aspect > 1.15:
        return replace(
            preset, width=preset.height, height=preset.width, layout="beside", key_width=0.26, headline=104, summary=50
        )
    return preset
