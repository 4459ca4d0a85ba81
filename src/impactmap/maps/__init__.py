"""How it is seen: the theme, the words, the interactive page and the pictures.

Names that need matplotlib or folium are imported when they are first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from impactmap.maps.theme import DARK, LIGHT, SideStyle, Theme, check_theme, css_variables, side_styles

if TYPE_CHECKING:
    from impactmap.maps.imagefile import save_figure
    from impactmap.maps.interactive import EventMap, build_map
    from impactmap.maps.static import plot_map
    from impactmap.maps.summary import Summary, alt_text, summarise
    from impactmap.maps.words import Words

__all__ = [
    "DARK",
    "LIGHT",
    "EventMap",
    "SideStyle",
    "Summary",
    "Theme",
    "Words",
    "alt_text",
    "build_map",
    "check_theme",
    "css_variables",
    "plot_map",
    "save_figure",
    "side_styles",
    "summarise",
]

_LATER = {
    "EventMap": "interactive",
    "Summary": "summary",
    "Words": "words",
    "alt_text": "summary",
    "build_map": "interactive",
    "plot_map": "static",
    "save_figure": "imagefile",
    "summarise": "summary",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
