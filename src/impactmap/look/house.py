"""A house's own look: the theme with its colours, checked, and its logo, made small and rid of what hides in it."""

from __future__ import annotations

import difflib
import functools
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.look.colour import contrast_ratio
from impactmap.look.theme import DARK, LIGHT, SideStyle, Theme, check_theme
from impactmap.model.errors import ProjectError

if TYPE_CHECKING:
    from impactmap.model.project import Project

__all__ = ["house_logo", "house_style", "house_themes"]

#: Least contrast of an accent to the page.
_VISIBLE = 3.0
_FORMATS = ("PNG", "JPEG", "WEBP")
_MOST_BYTES, _MOST_PIXELS = 2_000_000, 4_000
#: Of the logo as it travels, in pixels: twice what it measures on the page.
_HEIGHT = 64
_FALLBACK = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif'


def house_themes(project: Project, sides: Sequence[SideStyle] | None = None) -> tuple[Theme, Theme]:
    """Return the light and the dark theme with the house's colours.

    Parameters
    ----------
    project
        Its section ``style``.
    sides
        Of the map, to be checked against the house's ground.

    Raises
    ------
    ProjectError
        For a name that no colour of the theme has, and for colours that a reader could not see well, each with why.
    """
    style = project.style
    themes = []
    for theme, own, accent, key in (
        (LIGHT, style.colors, style.accent, "colors"), (DARK, style.colors_dark, style.accent_dark, "colors_dark"),
    ):  # fmt: skip
        known = [name for name in theme.colours() if not name.startswith("side-") or name == "side-none"]
        for name in own:
            if name.replace("_", "-") not in known:
                near = difflib.get_close_matches(name.replace("_", "-"), known, n=1, cutoff=0.5)
                hint = f"Did you mean {near[0].replace('-', '_')!r}?" if near else f"There are: {', '.join(known)}."
                raise ProjectError(f"project file, style.{key}.{name}: unknown colour. {hint}")
        chosen: dict[str, Any] = {name.replace("-", "_"): color for name, color in own.items()}
        made = replace(theme, **chosen)
        if accent is not None and (found := contrast_ratio(accent, made.page)) < _VISIBLE:
            raise ProjectError(
                f"project file, style.accent{'_dark' if theme is DARK else ''}: expected a contrast of 3:1 to the page "
                f"({made.page}), found {found:.1f}:1 for {accent}."
            )
        faults = check_theme(made, sides) if own else []
        # What the theme itself, or the sides' own colours, do to each other is no matter of the style.
        faults = [fault for fault in faults if fault not in check_theme(theme, sides)]
        if faults:
            raise ProjectError(f"project file, style.{key}: {len(faults)} faults:\n  " + "\n  ".join(faults))
        themes.append(made)
    return themes[0], themes[1]


def house_style(project: Project) -> str:
    """Return the page's further style: fonts, accent, corners; empty where the project has no style of its own."""
    style, rules = project.style, []
    if style.font:
        names = ",".join(f'"{name}"' for name in style.font)
        rules.append(f"body,.leaflet-container,button,select,input{{font-family:{names},{_FALLBACK}}}")
    if style.radius != 4:
        rules.append(
            f"button,select,input,.im-tip,.im-hint,.im-handle,.leaflet-container .leaflet-control-zoom,"
            f"[data-im-framed] summary{{border-radius:{style.radius:g}px}}"
        )
    if style.accent or style.accent_dark:
        light = style.accent or LIGHT.text
        # A colour made for paper may vanish on a dark screen.
        dark = style.accent_dark or (light if contrast_ratio(light, DARK.page) >= _VISIBLE else DARK.text)
        scheme = "@media screen and (prefers-color-scheme:dark)"
        rules.append(f":root{{--im-accent:{light}}}\n{scheme}{{:root{{--im-accent:{dark}}}}}")
        rules.append(
            '#im-header::before{content:"";display:block;width:3.5rem;height:.375rem;margin-bottom:.625rem;'
            "background:var(--im-accent)}"
        )
    if style.logo:
        rules.append("#im-logo{float:right;height:2rem;width:auto;margin:0 0 .25rem 1rem}")
        # Beside it a phone has no room for a headline: it stands in the accent's line, or is small.
        above = "-1rem" if style.accent or style.accent_dark else "0"
        rules.append(f"@media (max-width:600px){{#im-logo{{height:1.25rem;margin:{above} 0 .125rem .5rem}}}}")
    return "\n".join(rules) + "\n" if rules else ""


def house_logo(project: Project) -> bytes:
    """Return the logo as a small PNG file; empty without one.

    Raises
    ------
    ProjectError
        For a file that is not there, is no PNG, JPEG or WebP picture, or is too large. SVG is no picture here: it may
        hold scripts.
    """
    if not project.style.logo:
        return b""
    path = project.folder / project.style.logo
    key = "project file, style.logo"
    if not path.is_file():  # a pipe or a device may never end
        raise ProjectError(f"{key}: expected a picture, found no file at {project.style.logo!r}.")
    state = path.stat()
    if state.st_size > _MOST_BYTES:
        raise ProjectError(f"{key}: expected at most {_MOST_BYTES:,} bytes, found {state.st_size:,}. Make it smaller.")
    return _small(path, state.st_mtime_ns, key)


@functools.lru_cache(maxsize=8)
def _small(path: Path, _changed: int, key: str) -> bytes:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if max(picture.size) > _MOST_PIXELS:
                raise ProjectError(f"{key}: expected at most {_MOST_PIXELS:,} pixels a side, found {picture.size}.")
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError) as error:
        raise ProjectError(
            f"{key}: expected a PNG, JPEG or WebP picture, found another file ({type(error).__name__}). An SVG logo: "
            "export it as PNG, twice as large as it is shown."
        ) from None
    if drawn.height > _HEIGHT:
        drawn = drawn.resize((max(1, round(drawn.width * _HEIGHT / drawn.height)), _HEIGHT), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    drawn.save(file, "PNG", optimize=True)
    return file.getvalue()
