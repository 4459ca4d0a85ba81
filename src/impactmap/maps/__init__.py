"""How it is seen: the theme, the words, the interactive page and the pictures."""

from __future__ import annotations

from impactmap.maps.theme import DARK, LIGHT, SideStyle, Theme, check_theme, css_variables, side_styles

__all__ = ["DARK", "LIGHT", "SideStyle", "Theme", "check_theme", "css_variables", "side_styles"]
