"""Layers of the author's own on the page: their shapes for the viewer, their rows in the legend, their colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import shapely

from impactmap.maps.page.encoded_lines import encode_lines, encode_rings
from impactmap.maps.page.report_table import add
from impactmap.model.sections.authored import AuthorsLayer
from impactmap.telling.wording import Wording

__all__ = ["add_layers", "encode_layer", "layers_style"]

_DASHES = {"solid": "", "dashed": "6 4", "dotted": "1.5 3"}


def encode_layer(layer: AuthorsLayer) -> dict[str, Any]:
    """Return a layer as the viewer draws it; its colours are in the page's style, its words in the legend."""
    return {
        "line": [float(part) for part in _DASHES[layer.line].split()],
        "width": layer.width,
        "fill": layer.fill,
        "areas": encode_rings(layer.areas),
        "lines": encode_lines(shapely.multilinestrings(shapely.get_parts(layer.lines).tolist())),
        "points": [[round(x, 4), round(y, 4)] for x, y in shapely.get_coordinates(layer.points).tolist()],
    }


def layers_style(layers: Sequence[AuthorsLayer]) -> str:
    """Return the layers' colours as CSS custom properties; empty without layers."""
    if not layers:
        return ""
    light, dark = (
        "".join(f"--im-layer-{number}:{getattr(layer, name)};" for number, layer in enumerate(layers, 1))
        for name in ("color", "color_dark")
    )
    rows = "".join(f".im-layer-{number}{{color:var(--im-layer-{number})}}" for number in range(1, len(layers) + 1))
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rows}\n"


def add_layers(parent: ET.Element, layers: Sequence[AuthorsLayer], words: Wording) -> None:
    """Add the legend's rows, each with the layer's source."""
    if not layers:
        return
    group = add(parent, "div", id="im-layers")
    add(group, "h3", words.text("legend.layers"))
    entries = add(group, "ul")
    for number, layer in enumerate(layers, 1):
        entry = add(entries, "li")
        _picture(add(entry, "span", class_=f"im-layer-{number}"), layer)
        source = f"{layer.source}, {words.date(layer.date)}" if layer.date else layer.source
        add(entry, "span", words.text("legend.layer", name=layer.name, source=source), dir="auto")


def _picture(parent: ET.Element, layer: AuthorsLayer) -> None:
    size = {"width": "28", "height": "16", "viewBox": "0 0 28 16", "aria-hidden": "true"}
    picture = ET.SubElement(parent, "svg", {**size, "fill": "none", "stroke": "currentColor"})
    look = {"stroke-width": f"{layer.width:g}", "stroke-dasharray": _DASHES[layer.line] or "none"}
    if not shapely.is_empty(layer.areas):
        filled = {"fill": "currentColor", "fill-opacity": f"{layer.fill:g}"}
        ET.SubElement(picture, "path", {"d": "M3 2H25V14H3Z", **look, **filled})
    elif not shapely.is_empty(layer.lines):
        ET.SubElement(picture, "path", {"d": "M1 8H27", **look})
    else:
        radius = f"{1.2 + layer.width:g}"
        ET.SubElement(picture, "circle", {"cx": "14", "cy": "8", "r": radius, "fill": "currentColor", "stroke": "none"})
