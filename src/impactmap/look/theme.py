"""One theme for the page and the pictures: colours, type, and the shape and colour of every side.

The ground is pale and warm, so that the marks carry the colour. The first two side colours are a sea green and a plum:
far apart for every common colour-blindness, of equal lightness and chroma, and neither of them a warning colour or one
that neighbours' flags commonly carry. A side is also told by its shape, so colour is never the only sign.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from impactmap.look.colour import (
    ColourBlindness,
    colour_difference,
    contrast_ratio,
    lightness,
    simulate_colour_blindness,
)
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from impactmap.model.sections.map import Side

__all__ = [
    "DARK",
    "LIGHT",
    "NOT_STATED_SHAPE",
    "SHAPES",
    "Shape",
    "SideStyle",
    "Theme",
    "check_theme",
    "contrast_ratio",
    "css_variables",
    "side_styles",
    "simulate_colour_blindness",
]

Shape = Literal["disc", "diamond", "triangle", "hexagon", "pentagon", "wedge", "square"]

#: Shapes in the order of the sides. Reports without a stated side are hollow grey squares: a shape of their own, since
#: a ring could not be told from an open disc in a print without colour.
SHAPES: tuple[Shape, ...] = ("disc", "diamond", "triangle", "hexagon", "pentagon", "wedge")
NOT_STATED_SHAPE: Shape = "square"

_BLINDNESS: tuple[ColourBlindness, ...] = ("deuteranopia", "protanopia", "tritanopia")


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours and type of the page and the pictures; colours are ``#rrggbb``.

    Attributes
    ----------
    name
        ``light`` or ``dark``.
    page, panel
        Ground of the page, and of boxes on it.
    text, text_muted, line, focus
        Type, lesser type, hairlines, the keyboard's focus ring.
    land, water, river, coast
        The map's ground.
    border, border_reference, border_disputed, region_line
        Country borders, the border that distances refer to, disputed lines (dashed), regions' lines.
    halo
        Around labels and marks, so that they stand off the ground.
    side_1, side_2, side_3, side_4, side_5, side_6
        The sides in the project's order; equal in lightness.
    side_none
        Reports whose side nobody stated.
    claimed_fill
        Inside an open mark (claimed, not confirmed).
    font_family
        Fonts of the pictures, the first that exists. The page uses the reader's own sans serif.
    type_sizes
        Headline, summary, body and small type, in CSS pixels at the page's desktop width.
    """

    name: Literal["light", "dark"]
    page: str
    panel: str
    text: str
    text_muted: str
    line: str
    focus: str
    land: str
    water: str
    river: str
    coast: str
    border: str
    border_reference: str
    border_disputed: str
    region_line: str
    halo: str
    side_1: str
    side_2: str
    side_3: str
    side_4: str
    side_5: str
    side_6: str
    side_none: str
    claimed_fill: str
    font_family: tuple[str, ...] = ("DejaVu Sans",)
    type_sizes: tuple[float, float, float, float] = (28.0, 18.0, 15.0, 12.5)

    @property
    def sides(self) -> tuple[str, ...]:
        """The six side colours, in order."""
        return (self.side_1, self.side_2, self.side_3, self.side_4, self.side_5, self.side_6)

    def colours(self) -> dict[str, str]:
        """Return every colour under its CSS name (``text-muted``), in the order of the attributes."""
        other = {"name", "font_family", "type_sizes"}
        return {
            field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self) if field.name not in other
        }


LIGHT = Theme(
    name="light",
    page="#ffffff",
    panel="#f6f4f0",
    text="#22211f",
    text_muted="#57544e",
    line="#d5d1c8",
    focus="#1f5fbf",
    land="#efece5",
    water="#dce4e8",
    river="#c8d6dd",
    coast="#b3bfc4",
    border="#8d8a84",
    border_reference="#4a4843",
    border_disputed="#6f6c66",
    region_line="#dedad1",
    halo="#fbfaf7",
    side_1="#0a7959",
    side_2="#8d53a5",
    side_3="#a25711",
    side_4="#0170a9",
    side_5="#b44169",
    side_6="#6a6f27",
    side_none="#6b6863",
    claimed_fill="#fbfaf7",
)

DARK = Theme(
    name="dark",
    page="#161719",
    panel="#1f2022",
    text="#ebe9e4",
    text_muted="#b9b6af",
    line="#3b3b3d",
    focus="#8ab8ff",
    land="#2b2b2d",
    water="#191f24",
    river="#25323a",
    coast="#46525a",
    border="#74726d",
    border_reference="#c4c1ba",
    border_disputed="#a19e98",
    region_line="#39393b",
    halo="#1a1b1d",
    side_1="#04c894",
    side_2="#df93fd",
    side_3="#f39c56",
    side_4="#6abae0",
    side_5="#fe8eaf",
    side_6="#a3b973",
    side_none="#a5a29c",
    claimed_fill="#1a1b1d",
)


@dataclass(frozen=True)
class SideStyle:
    """How one side is drawn.

    Attributes
    ----------
    key
        The side as the tables name it; None for reports whose side nobody stated.
    name
        The side's name on the map; empty for none (the caller has the words).
    color, color_dark
        ``#rrggbb`` in the light and the dark theme.
    shape
        Of the mark.
    """

    key: str | None
    name: str
    color: str
    color_dark: str
    shape: Shape


def side_styles(sides: Iterable[Side] | None, present: Iterable[str | None] = ()) -> list[SideStyle]:
    """Give every side its colour and shape.

    Parameters
    ----------
    sides
        The project's sides, in order; a side without colours gets the theme's.
    present
        Values of the ``side`` column. Sides that the project does not name follow, sorted by name, so that the order of
        the reports does not matter; where it names all others together (``*``), they are these. A missing value (None,
        NA) adds the style of "not stated" at the end.

    Returns
    -------
    list of SideStyle
        At most six sides, then perhaps the one with ``key=None``.

    Raises
    ------
    InputError
        For more than six sides.

    Examples
    --------
    >>> [(style.key, style.shape) for style in side_styles(None, ["Blue team", None, "Alpha"])]
    [('Alpha', 'disc'), ('Blue team', 'diamond'), (None, 'square')]
    """
    from impactmap.model.project import OTHER_SIDES

    named = [(side.key, side.name, side.color, side.color_dark) for side in sides or ()]
    values = list(present)
    unnamed = {value for value in values if isinstance(value, str)} - {key for key, *_ in named}
    if OTHER_SIDES not in {key for key, *_ in named}:
        named += [(key, key, None, None) for key in sorted(unnamed)]
    if len(named) > len(SHAPES):
        found = ", ".join(repr(key) for key, *_ in named)
        raise InputError(
            f"expected at most {len(SHAPES)} attacking sides, found {len(named)}: {found[:400]}. "
            "More cannot be told apart on one map: use fewer values in the column side, or leave it empty where nobody "
            "stated it."
        )
    looks = zip(LIGHT.sides, DARK.sides, SHAPES, strict=True)
    styles = [
        # One colour given serves both themes: paired with the theme's other one, a side would change its colour.
        SideStyle(key, name, own or own_dark or light, own_dark or own or dark, shape)
        for (key, name, own, own_dark), (light, dark, shape) in zip(named, looks, strict=False)
    ]
    if any(not isinstance(value, str) for value in values):
        styles.append(SideStyle(None, "", LIGHT.side_none, DARK.side_none, NOT_STATED_SHAPE))
    return styles


def css_variables(light: Theme = LIGHT, dark: Theme = DARK, sides: Sequence[SideStyle] | None = None) -> str:
    """Return the theme as CSS custom properties.

    Parameters
    ----------
    light, dark
        The two sets; the dark one stands under ``screen and (prefers-color-scheme: dark)``: print is light.
    sides
        Styles from `side_styles`; their colours take the place of the theme's ``side-1`` to ``side-6``.

    Returns
    -------
    str
        ``:root{--im-page:#...;...}`` and the dark block. Safe to place in a style element: it holds names and colours
        only.

    Raises
    ------
    InputError
        For a colour that is not ``#rrggbb``.
    """
    own = [style for style in sides or () if style.key is not None]
    blocks = []
    for theme, scheme in ((light, "light"), (dark, "dark")):
        values = theme.colours()
        for number, style in enumerate(own, start=1):
            values[f"side-{number}"] = style.color if scheme == "light" else style.color_dark
        for name, value in values.items():
            if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
                raise InputError(f"expected a colour as #rrggbb for {name}, found {value!r}.")
        body = "".join(f"--im-{name}:{value};" for name, value in values.items())
        blocks.append(f":root{{color-scheme:{scheme};{body}}}")
    return f"{blocks[0]}\n@media screen and (prefers-color-scheme:dark){{{blocks[1]}}}\n"


def check_theme(theme: Theme, sides: Sequence[SideStyle] | None = None) -> list[str]:
    """List what a reader could not see well in a theme.

    Parameters
    ----------
    theme
        The theme to check.
    sides
        Styles from `side_styles`, to check a project's own colours in place of the theme's.

    Returns
    -------
    list of str
        One sentence a fault; empty for a sound theme.

    Notes
    -----
    Marks and borders need a contrast of 3:1 to the ground, type 4.5:1 (WCAG 2.2, 1.4.11 and 1.4.3). The first two sides
    need a CIEDE2000 difference of 20 for every colour vision, any further pair 4: shapes carry the rest, and carry
    everything in a print without colour. Sides differ by at most 3 in lightness, so that none looks heavier.
    """
    own = [style for style in sides or () if style.key is not None]
    used = [style.color if theme.name == "light" else style.color_dark for style in own] if own else list(theme.sides)
    faults = []
    grounds = ("page", "panel", "land", "water")
    marks = [(f"side {number}", color) for number, color in enumerate(used, 1)] + [("side none", theme.side_none)]
    type_ = [("text", theme.text), ("text_muted", theme.text_muted)]
    pairs = [(name, color, ground, 3.0) for name, color in marks for ground in (*grounds, "claimed_fill")]
    pairs += [(name, color, ground, 4.5) for name, color in type_ for ground in (*grounds, "halo")]
    pairs += [("reference border", theme.border_reference, "land", 3.0), ("focus", theme.focus, "page", 3.0)]
    for name, color, ground, least in pairs:
        if (found := contrast_ratio(color, getattr(theme, ground))) < least:
            contrast = f"a contrast of {found:.2f}:1, expected at least {least}:1"
            faults.append(f"{theme.name}: {name} ({color}) on {ground} has {contrast}.")
    for (i, one), (j, two) in itertools.combinations(enumerate(used, 1), 2):
        pair = f"{theme.name}: side {i} ({one}) and side {j} ({two})"
        least = 20.0 if j == 2 else 4.0
        for kind in (None, *_BLINDNESS):
            seen = [simulate_colour_blindness(color, kind) if kind else color for color in (one, two)]
            if (found := colour_difference(*seen)) < least:
                whom = f"under {kind}" if kind else "in full colour vision"
                faults.append(f"{pair} differ by {found:.1f} {whom}, expected at least {least:.0f}.")
        if abs(lightness(one) - lightness(two)) > 3:
            faults.append(f"{pair} are not equally light: one looks heavier.")
    return faults
