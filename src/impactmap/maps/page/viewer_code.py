"""The code that a page carries inline: Leaflet, and the viewer's modules joined into one script."""

from __future__ import annotations

import base64
import functools
import posixpath
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

__all__ = ["default_icon", "leaflet_script", "leaflet_style", "viewer_script", "viewer_style"]


def _leaflet() -> Path:
    import xstatic.pkg.leaflet

    return Path(xstatic.pkg.leaflet.BASE_DIR)


@functools.cache
def leaflet_script() -> str:
    """Return Leaflet as one classic script, with its licence, as that asks."""
    licence = resources.files("impactmap.maps.page").joinpath("licences", "leaflet.txt").read_text(encoding="utf-8")
    text = (_leaflet() / "leaflet.js").read_text(encoding="utf-8")
    return f"/*\n{licence}*/\n" + re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text)


@functools.cache
def leaflet_style() -> str:
    """Return Leaflet's style sheet without comments and without the pictures, of which none is used."""
    text = (_leaflet() / "leaflet.css").read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\n\s*[\w-]+:\s*url\([^)]*\);", "", text)


@functools.cache
def default_icon() -> str:
    """Return the script that gives markers of added layers Leaflet's pin without fetching it."""
    pictures = {}
    for option, name in (
        ("iconUrl", "marker-icon.png"),
        ("iconRetinaUrl", "marker-icon-2x.png"),
        ("shadowUrl", "marker-shadow.png"),
    ):
        pictures[option] = "data:image/png;base64," + base64.b64encode(
            (_leaflet() / "images" / name).read_bytes()
        ).decode("ascii")
    options = ",".join(f'{option}:"{url}"' for option, url in pictures.items())
    return f"delete L.Icon.Default.prototype._getIconUrl;L.Icon.Default.mergeOptions({{{options}}});\n"


def viewer_style(parts: Sequence[str] = ()) -> str:
    """Return the viewer's style sheet without comments and the spaces that only its readers need.

    Parameters
    ----------
    parts
        Names of the optional parts that the page uses.
    """
    return _style(tuple(sorted(parts)))


def viewer_script(parts: Sequence[str] = ()) -> str:
    """Return the viewer's modules joined into one classic script, each after those it imports.

    Parameters
    ----------
    parts
        Names of the optional parts that the page uses: ``web/parts/<name>.js``, joined after the core.

    Notes
    -----
    The modules keep to a form that needs no bundler: single-line imports without renaming, top-level names unique over
    all of them, no text over several lines.
    """
    return _script(tuple(sorted(parts)))


@functools.cache
def _style(parts: tuple[str, ...]) -> str:
    text = "\n".join(_web_files(".css", parts).values())
    text = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    # A space before a colon is a selector's; one behind it is nobody's.
    return re.sub(r"([:,]) ", r"\1", text).replace(";}", "}").strip() + "\n"


@functools.cache
def _script(parts: tuple[str, ...]) -> str:
    sources = _web_files(".js", parts)
    ordered: list[str] = []

    def visit(name: str, path: tuple[str, ...] = ()) -> None:
        if name in ordered:
            return
        if name in path:
            raise ValueError(f"viewer modules import each other in a circle: {' > '.join((*path, name))}")
        for other in re.findall(r'^import .*? from "(\.[\w./-]+)";', sources[name], re.MULTILINE):
            visit(posixpath.normpath(posixpath.join(posixpath.dirname(name), other)), (*path, name))
        ordered.append(name)

    for name in sources:
        visit(name)
    text = "\n".join(sources[name] for name in ordered)
    # Comments are for those who read the modules; they would be a tenth of the page.
    text = re.sub(r"(?ms)^[ \t]*// [^\n]*\n|/\*\*(?:(?!\*/).)*\*/[ \t]*", "", text)
    # One blank tells what is inside from what is at the top; more would only weigh.
    trimmed = (re.sub(r"^\s+", " ", line.rstrip()) for line in text.splitlines())
    lines = (line for line in trimmed if line and not line.startswith("import "))
    joined = "\n".join(re.sub(r"^export (?!default)", "", line) for line in lines)
    return f'(() => {{"use strict";\n{joined}\n}})();\n'


def _web_files(suffix: str, parts: tuple[str, ...]) -> dict[str, str]:
    """Return the core's files by name, then those of the parts as ``parts/<name>``, with what these import."""
    folder = Path(str(resources.files("impactmap.maps"))) / "web"
    core = sorted(folder.glob(f"*{suffix}"), key=lambda file: file.name)
    chosen = [folder / "parts" / f"{name}{suffix}" for name in parts]
    if suffix == ".js" and (unknown := [file.stem for file in chosen if not file.exists()]):
        raise ValueError(f"expected names of optional viewer parts, found {', '.join(unknown)}.")
    if suffix == ".js":
        # One that several parts share is no part of its own.
        shared = re.compile(r'^import .*? from "\./([\w-]+)\.js";', re.MULTILINE)
        named = {name for file in chosen for name in shared.findall(file.read_text(encoding="utf-8"))}
        chosen += [folder / "parts" / f"{name}.js" for name in sorted(named - set(parts))]
    files = [*core, *(file for file in chosen if file.exists())]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}
