"""What a page of the API reference lists: the public names of one or several rooms, in the order of their list."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.logging import getLogger

import impactmap


def public_names() -> list[tuple[str, str]]:
    """Return every public name after the room that it comes from (``claims``, ``workspace``)."""
    stub = ast.parse(Path(impactmap.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    rooms = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return sorted({(str(node.module).split(".")[0], alias.name) for node in rooms for alias in node.names})


def _entry(name: str) -> list[str]:
    thing = getattr(impactmap, name)
    if inspect.isclass(thing):
        return [f".. autoclass:: impactmap.{name}", "   :members:", ""]
    return [f".. auto{'function' if inspect.isroutine(thing) else 'data'}:: impactmap.{name}", ""]


class PublicNames(SphinxDirective):
    """``.. public-names:: room room``: first what is called, with its first line, then all of it."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the entries."""
        rooms = self.arguments[0].split()
        names = sorted(
            (name for room, name in public_names() if room in rooms), key=lambda name: (name[0].isupper(), name)
        )
        lines = [".. autosummary::", "   :nosignatures:", "", *(f"   impactmap.{name}" for name in names), ""]
        for name in names:
            lines += _entry(name)
        return self.parse_text_to_nodes("\n".join(lines))


def _name_what_is_missing(_app: Any, env: Any) -> None:
    shown = {entry[0] for entry in env.get_domain("py").get_objects()}
    for room, name in public_names():
        if f"impactmap.{name}" not in shown:
            getLogger(__name__).warning("no page of docs/site/reference has the room %r, where %r is from", room, name)


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("public-names", PublicNames)
    app.connect("env-check-consistency", _name_what_is_missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
