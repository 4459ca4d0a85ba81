"""Colour arithmetic: contrast, colour-blind readers, and how far apart two colours look."""

from __future__ import annotations

import math
import re
from typing import Literal

from impactmap.model.errors import InputError

__all__ = ["ColourBlindness", "colour_difference", "contrast_ratio", "lightness", "mix", "simulate_colour_blindness"]

ColourBlindness = Literal["deuteranopia", "protanopia", "tritanopia", "greyscale"]

#: Machado, Oliveira and Fernandes (2009), table 1, severity 1.0: rows act on linear RGB.
_MACHADO: dict[str, tuple[tuple[float, float, float], ...]] = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "greyscale": ((0.2126, 0.7152, 0.0722),) * 3,
}


def _parse(color: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#rrggbb``, 0 to 1."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        raise InputError(f"expected a colour as #rrggbb, found {color!r}. Write six hexadecimal digits after #.")
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _format(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in rgb)


def _to_linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _from_linear(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(color: str) -> float:
    red, green, blue = (_to_linear(part) for part in _parse(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (black on white).

    Parameters
    ----------
    first, second
        Colours as ``#rrggbb``, in either order.

    Raises
    ------
    InputError
        For a colour that is not ``#rrggbb``.

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio".

    Examples
    --------
    >>> contrast_ratio("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def simulate_colour_blindness(color: str, kind: ColourBlindness, severity: float = 1.0) -> str:
    """Return the colour as a reader with a colour-vision deficiency sees it.

    Parameters
    ----------
    color
        ``#rrggbb``.
    kind
        ``deuteranopia``, ``protanopia``, ``tritanopia``, or ``greyscale`` (a print without colour).
    severity
        0 (full colour vision) to 1 (none of that cone).

    Raises
    ------
    InputError
        For an unknown kind, or a severity outside 0 to 1.

    Notes
    -----
    Between 0 and 1 the matrix is interpolated with the identity, in linear RGB.

    References
    ----------
    Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision deficiency. IEEE
    Transactions on Visualization and Computer Graphics 15(6), 2009.
    """
    if kind not in _MACHADO or not 0 <= severity <= 1:
        known = ", ".join(_MACHADO)
        raise InputError(f"expected one of {known} and a severity from 0 to 1, found {kind!r} and {severity!r}.")
    linear = [_to_linear(part) for part in _parse(color)]
    seen = (sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in _MACHADO[kind])
    blend = (severity * new + (1 - severity) * old for new, old in zip(seen, linear, strict=True))
    return _format(tuple(_from_linear(part) for part in blend))


def mix(color: str, ground: str, share: float) -> str:
    """Return `share` (0 to 1) of a colour laid over a ground, opaque."""
    pairs = zip(_parse(color), _parse(ground), strict=True)
    return _format(tuple(share * top + (1 - share) * under for top, under in pairs))


def lightness(color: str) -> float:
    """Return CIE L*, 0 (black) to 100 (white)."""
    return _lab(color)[0]


def _lab(color: str) -> tuple[float, float, float]:
    """Return CIELAB under D65."""
    red, green, blue = (_to_linear(part) for part in _parse(color))
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > (6 / 29) ** 3 else part * (29 / 6) ** 2 / 3 + 4 / 29 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def colour_difference(first: str, second: str) -> float:
    """Return CIEDE2000 between two colours: 1 is just noticeable, 20 is plainly another colour.

    References
    ----------
    Sharma, Wu, Dalal: The CIEDE2000 color-difference formula. Color Research and Application 30(1), 2005.
    """
    return _ciede2000(_lab(first), _lab(second))


def _ciede2000(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean_chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    c1, c2 = math.hypot(stretch * a1, b1), math.hypot(stretch * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, stretch * a)) % 360 if a or b else 0.0 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if turn == -180 and h2 > h1:
        turn = 180.0
    d_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn) / 2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    if c1 * c2 == 0:
        hue = h1 + h2
    elif abs(h1 - h2) <= 180:
        hue = (h1 + h2) / 2
    else:
        hue = (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2
    tilt = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    s_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    s_chroma = 1 + 0.045 * chroma
    s_hue = 1 + 0.015 * chroma * tilt
    spread = math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2)))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(spread)
    dl, dc, dh = (l2 - l1) / s_light, (c2 - c1) / s_chroma, d_hue / s_hue
    return math.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)
