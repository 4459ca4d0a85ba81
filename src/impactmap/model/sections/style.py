"""The house style: fonts, accent, logo, corners and colours, of one project or shared by many."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from impactmap.model.errors import ProjectError
from impactmap.model.sections.section import Colour, Section

__all__ = ["StyleOptions", "with_shared_style"]

#: A style file has some dozens of lines.
_MOST_BYTES = 100_000

FontName = Annotated[str, Field(pattern=r"^[^\W_][\w .-]{0,60}$")]


class StyleOptions(Section):
    """Fonts, accent, logo, corner radius and colours; ``file`` holds those that projects share, its own keys win."""

    file: str | None = None
    font: tuple[FontName, ...] = ()
    font_pictures: tuple[FontName, ...] = ()
    accent: Colour | None = None
    accent_dark: Colour | None = None
    logo: str | None = None
    logo_alt: Annotated[str, Field(max_length=80)] = ""
    radius: Annotated[float, Field(ge=0, le=16)] = 4.0
    colors: dict[str, Colour] = Field(default_factory=dict)
    colors_dark: dict[str, Colour] = Field(default_factory=dict)


def with_shared_style(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the content of a project file with the shared style that it names.

    Parameters
    ----------
    raw
        As `tomllib` gives it.
    folder
        Of the project file; the shared file's path begins there, and the logo's in it where the shared file lies.

    Raises
    ------
    ProjectError
        For a shared file that is not there, no TOML, or does not hold what ``[style]`` may hold.
    """
    own = raw.get("style")
    if not isinstance(own, dict) or not isinstance(own.get("file"), str):
        return raw
    path = folder / own["file"]
    shared = _read(path, own["file"])
    if "file" in shared:
        raise ProjectError(f"{path}: expected the keys of [style] but file: a shared style names no other.")
    if isinstance(shared.get("logo"), str):
        shared["logo"] = str((path.parent / shared["logo"]).resolve())
    merged = shared | own
    for name in ("colors", "colors_dark"):
        both = [given[name] for given in (shared, own) if name in given]
        strange = [each for each in both if not isinstance(each, dict)]
        merged[name] = strange[0] if strange else {key: color for each in both for key, color in each.items()}
    return {**raw, "style": merged}


def _read(path: Path, named: str) -> dict[str, Any]:
    where = f"project file, style.file: expected a TOML file, found none that can be read at {named!r}"
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:  # a pipe or a device may never end
            raise ProjectError(f"{where} (no file, or more than {_MOST_BYTES:,} bytes).")
        shared = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{where} ({error}).") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProjectError(f"{path}: not valid TOML: {error}. Texts need quotes.") from None
    style = shared.get("style", shared)
    if not isinstance(style, dict):
        raise ProjectError(f"{path}: expected [style] with its keys under it, found {style!r}.")
    return style
