"""Texts of layers that an author adds to the map, kept from being run by the templates that they go through."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from branca.element import Element

__all__ = ["JQUERY_SHIM", "descend", "inert_texts", "live_again", "unending"]

# Folium renders what it has rendered once more, so a text that looks like a template would be run as one; and it puts
# texts between backticks, which a text can end, or run what follows a dollar sign.
_BRACE: Final = "impactmapBrace7f3a9c"
_DOLLAR: Final = "impactmapDollar7f3a9c"
_TICK: Final = "impactmapTick7f3a9c"
_OPENS: Final = re.compile(r"\{(?=[{%#])")
#: With the backslashes before them, which would undo the escape.
_RUNS: Final = re.compile(r"\\*(`|\$(?=\{))")
_OWN: Final = {"_parent", "_children", "_template", "_env", "_id", "_name"}


@contextlib.contextmanager
def inert_texts(layers: Iterable[Element]) -> Iterator[None]:
    """Take the signs that open a template out of every text of some folium layers while they are rendered.

    Parameters
    ----------
    layers
        With whatever they hold. Their own templates are code and stay as they are.

    Notes
    -----
    `live_again` puts the signs back into what was rendered. Names of layers become HTML's escaped text, because
    Leaflet's control writes them as markup.
    """
    before: list[tuple[Element, dict[str, Any]]] = []
    try:
        for element in _held(layers):
            kept = dict(vars(element))
            before.append((element, kept))
            for name, value in kept.items():
                if name not in _OWN:
                    text = html.escape(value) if name == "layer_name" and isinstance(value, str) else value
                    setattr(element, name, _without_signs(text))
        yield
    finally:
        for element, kept in before:
            vars(element).update(kept)


def live_again(rendered: str, *, script: bool) -> str:
    """Put the signs back; in script some are escaped, which changes no string."""
    escape = "\\" if script else ""
    return rendered.replace(_DOLLAR, f"{escape}$").replace(_TICK, f"{escape}`").replace(_BRACE, "{")


def _held(layers: Iterable[Element]) -> list[Element]:
    """Return elements with their children and those that they keep as attributes, as pop-ups do, each once."""
    found: dict[int, Element] = {}
    waiting = list(layers)
    while waiting:
        element = waiting.pop()
        if id(element) not in found:
            found[id(element)] = element
            kept = (value for name, value in vars(element).items() if name != "_parent")
            waiting += [value for value in kept if isinstance(value, Element)]
            waiting += element._children.values()  # noqa: SLF001 -- branca has no public walk
    return list(found.values())


def _without_signs(value: Any) -> Any:
    if isinstance(value, str):
        text = _RUNS.sub(lambda found: _TICK if found[1] == "`" else _DOLLAR, value)
        return _OPENS.sub(_BRACE, text)
    if type(value) in {list, tuple}:
        return type(value)(_without_signs(item) for item in value)
    if type(value) is dict:
        return {_without_signs(key): _without_signs(item) for key, item in value.items()}
    return value


#: Folium's pop-ups make their element with jQuery; this is all they use of it.
JQUERY_SHIM = """window.$ ??= (what) => {
  if (typeof what !== "string") return {ready: (run) => run()};
  const holder = document.createElement("template");
  holder.innerHTML = what.trim();
  return [holder.content.firstElementChild];
};"""


def unending(text: str) -> str:
    """Return script that cannot end its element early: within strings, a backslash after ``<`` changes nothing."""
    return text.replace("\r\n", "\n").replace("</", "<\\/").replace("<!--", "<\\!--")


def descend(element: Element) -> list[Element]:
    """Return what an element holds, at any depth."""
    children = list(element._children.values())  # noqa: SLF001
    return children + [deeper for child in children for deeper in descend(child)]
