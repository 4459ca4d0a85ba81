"""The widgets behind a map in a cell: what travels between the kernel and the page, and the viewer's code, once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from importlib import resources
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from impactmap.maps.page.document import cell_code

__all__ = ["CellWidget", "shared_code"]


def _bytes(value: Any, _widget: Any) -> bytes:
    return b"" if value is None else bytes(value)


def _buffer() -> Any:
    """Return a trait whose value travels as it is, beside the JSON."""
    return traitlets.Bytes().tag(sync=True, from_json=_bytes)


class _ViewerCode(ipywidgets.Widget):  # type: ignore[misc]
    """The viewer's code, compressed JSON, of which all maps of a notebook share one copy."""

    code = _buffer()


_SHARED: list[_ViewerCode] = []


def _packed_code() -> bytes:
    return zlib.compress(json.dumps(cell_code()).encode(), 9)


def shared_code() -> _ViewerCode:
    """Return the kernel's one widget that holds the viewer's code; a new one where that was closed."""
    if not _SHARED or _SHARED[0].comm is None:
        _SHARED[:] = [_ViewerCode(code=_packed_code())]
    return _SHARED[0]


class CellWidget(anywidget.AnyWidget):
    """A map in a cell.

    Attributes
    ----------
    document, data, texts, title
        The page without its code, its data and the texts of its cards as compressed columns, and what the frame is
        called.
    still
        The class of the markup that stands for the map where none runs.
    period
        First and last day since 1970 that are shown; empty for all.
    picked, kept
        A bit for each row, the first in the lowest: of those picked, and of those that pass the page's filters. Empty
        for none picked, and for all kept.
    bounds, seen
        What the kernel asks the map to show (with a number that makes each wish another one), and what it shows.
    colors
        By number of the side.
    """

    _esm: ClassVar[str] = resources.files("impactmap.notebook").joinpath("host.js").read_text(encoding="utf-8")
    viewer = traitlets.Instance(ipywidgets.Widget).tag(sync=True, **ipywidgets.widget_serialization)
    document = traitlets.Unicode().tag(sync=True)
    data = _buffer()
    texts = _buffer()
    title = traitlets.Unicode().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)
    width = traitlets.Unicode("100%").tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    period = traitlets.List(traitlets.Int()).tag(sync=True)
    picked = _buffer()
    kept = _buffer()
    bounds = traitlets.List(traitlets.Float()).tag(sync=True)
    seen = traitlets.List(traitlets.Float()).tag(sync=True)
    colors = traitlets.Dict().tag(sync=True)

    def __init__(self, *, texts_of: Callable[[int], bytes], **traits: Any) -> None:
        super().__init__(viewer=shared_code(), **traits)
        self.still = f"impactmap-still-{self.model_id}"
        self._texts_of = texts_of
        self.on_msg(self._answer)

    def _answer(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer what the page asks for: a file of texts, or the code where it cannot be had from its own widget."""
        asked, name = content.get("ask"), str(content.get("name", ""))
        if asked == "code":
            data = _packed_code()
        elif asked == "texts" and name.isascii() and name.isdigit():
            data = self._texts_of(int(name))
        else:
            return
        self.send({"answer": asked, "name": name}, [data])
