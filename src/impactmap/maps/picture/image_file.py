"""Pictures as files: PNG, SVG and PDF that say what they show, and come out the same byte for byte."""

from __future__ import annotations

import collections
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from impactmap.maps.xmp import xmp_packet
from impactmap.model.errors import InputError, PublishError
from impactmap.model.values import clean_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["IMAGE_FORMATS", "save_figure"]

#: Formats that `save_figure` writes, by the file name's ending.
IMAGE_FORMATS = ("pdf", "png", "svg")

_SVG = "http://www.w3.org/2000/svg"
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"

#: What Axes are called whose parts are grouped, and the layer of each part by the word that its name begins with.
_PLACES = ("sheet", "map", "inset", "locator")
_ON_SHEET = {
    "headline": "headline", "summary": "headline", "foot": "sources", "accent": "house", "panel": "headings",
    "patch": "ground",
}  # fmt: skip
_ON_MAP = {
    "layer": "layers", "area": "areas", "region": "areas", "distance": "distances", "leader": "leaders",
    "mark": "marks", "scale": "scale", "callout": "callouts", "label": "labels",
}  # fmt: skip
#: Dots an inch of the marks of a crowded map in SVG and PDF.
_IMAGE_DPI = 300
#: Who has no DejaVu Sans reads the SVG in Verdana, which runs as wide.
_FALLBACK = "'DejaVu Sans', Verdana, sans-serif"


def save_figure(
    figure: Figure,
    path: str | Path | IO[bytes],
    *,
    alt_text: str | None = None,
    credit: str = "",
    format: str | None = None,  # noqa: A002 -- matplotlib's word
) -> None:
    """Write a figure to a file, with what it shows in words.

    Parameters
    ----------
    figure
        From `plot_map`; its label is the title.
    path
        File to write, or an open binary file.
    alt_text
        Stored in the file: PNG as the text chunk ``Description``, SVG as ``desc``, PDF as ``Subject``. That of the
        figure, where it has one, by default.
    credit
        Who is to be named beside the picture: PDF as ``Author``.
    format
        ``png``, ``svg`` or ``pdf``; by default the path's ending.

    Raises
    ------
    InputError
        For another format, or without alternative text.
    PublishError
        When the file cannot be written.

    Notes
    -----
    PNG and SVG hold an XMP packet with the IPTC's fields: title, description, alternative text, credit, the notices of
    the data, and that a program drew it from data; PDF has the same in its own fields. SVG holds its words as text,
    PDF embeds the fonts (TrueType, so that the text can be searched and copied). No file holds a date, so the same
    figure gives the same bytes.

    Examples
    --------
    >>> import io
    >>> from matplotlib.figure import Figure
    >>> file = io.BytesIO()
    >>> save_figure(Figure(figsize=(2, 1)), file, alt_text="An empty sheet", format="png")
    >>> b"An empty sheet" in file.getvalue()
    True
    """
    kind = (format or (Path(path).suffix.removeprefix(".") if isinstance(path, str | Path) else "")).lower()
    if kind not in IMAGE_FORMATS:
        known = ", ".join(IMAGE_FORMATS)
        raise InputError(
            f"expected a picture format out of {known}, found {kind!r}. Name the file map.png, for example."
        )
    alt_text = str(getattr(figure, "alt_text", "")) if alt_text is None else alt_text
    if not alt_text.strip():
        raise InputError(
            "expected alternative text, found none. alt_text(summarise(events, claims, project)) writes it."
        )
    data = _encode(figure, kind, _line(str(figure.get_label())), _line(alt_text), _line(credit))
    if not isinstance(path, str | Path):
        path.write(data)
        return
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise PublishError(f"{path}: the picture cannot be written ({error.strerror or error}).") from error


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _encode(figure: Figure, kind: str, title: str, alt_text: str, credit: str) -> bytes:
    import matplotlib as mpl
    from PIL.PngImagePlugin import PngInfo

    from impactmap.reference import notices

    rights = " ".join(notices())
    packet = xmp_packet(title=title, description=alt_text, credit=credit, rights=rights)
    metadata: dict[str, str | None] = {}
    more: dict[str, Any] = {}
    if kind == "png":
        chunks = PngInfo()
        for name, text in (("Title", title), ("Description", alt_text), ("Software", "impactmap")):
            chunks.add_text(name, text) if text.isascii() else chunks.add_itxt(name, text)
        chunks.add_itxt("XML:com.adobe.xmp", ET.tostring(packet, encoding="unicode"))
        more = {"pil_kwargs": {"pnginfo": chunks}}
    elif kind == "svg":
        metadata = {"Date": None, "Creator": "impactmap", "Format": None, "Type": None}
    else:
        metadata = {
            "Title": title, "Subject": alt_text, "Author": credit or None, "Keywords": rights, "Creator": "impactmap",
            "CreationDate": None, "ModDate": None,
        }  # fmt: skip
    settings: dict[Any, Any] = {
        "svg.fonttype": "none", "svg.hashsalt": "impactmap", "svg.image_inline": True, "pdf.fonttype": 42,
        "pdf.compression": 6, "savefig.bbox": None, "savefig.facecolor": "auto", "savefig.transparent": False,
        "path.simplify": False, "path.snap": True,
        # Hinted letters run up to two per cent wider or narrower than the lines were broken for.
        "text.hinting": "no_hinting",
    }  # fmt: skip
    buffer = io.BytesIO()
    with mpl.rc_context(settings):
        # In files of lines only what is an image has dots.
        dpi = figure.dpi if kind == "png" else max(figure.dpi, _IMAGE_DPI)
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata or None, **more)
    return _describe(buffer.getvalue(), title, alt_text, packet) if kind == "svg" else buffer.getvalue()


def _describe(svg: bytes, title: str, alt_text: str, packet: ET.Element) -> bytes:
    """Return the SVG with title, description, metadata and role, without the reference to a document type elsewhere."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("inkscape", _INKSCAPE)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)  # noqa: S314 -- our own writer's output
    for found in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(found)
    for element in root.iter():
        style = element.get("style")
        if style and "'DejaVu Sans'" in style:
            element.set("style", style.replace("'DejaVu Sans'", _FALLBACK))
    _group_layers(root)
    for number, (name, text) in enumerate((("title", title), ("desc", alt_text))):
        child = ET.Element(f"{{{_SVG}}}{name}", {"id": f"map-{name}"})
        child.text = text
        root.insert(number, child)
    metadata = ET.Element(f"{{{_SVG}}}metadata")
    metadata.append(packet)
    root.insert(2, metadata)
    root.set("role", "img")
    root.set("aria-labelledby", "map-title map-desc")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _group_layers(root: ET.Element) -> None:
    """Put the parts of each map and of the sheet into groups by layer, which graphics editors list by name.

    Parts of one layer are drawn together: layers lie on each other in the order of their depths, and what stands above
    the marks (callouts, labels, scale) covers nothing of its kind.
    """
    numbers: collections.Counter[str] = collections.Counter()
    for sheet in root.iter(f"{{{_SVG}}}g"):
        kind = (sheet.get("id") or "").partition("-")[0]
        if kind not in _PLACES:
            continue
        sheet.set(f"{{{_INKSCAPE}}}label", sheet.get("id", ""))
        parts, groups = list(sheet), dict[str, ET.Element]()
        for part in parts:
            sheet.remove(part)
        for part in parts:
            layer = _layer_of(part, kind)
            if layer is None:
                sheet.append(part)
                continue
            if layer not in groups:
                numbers[layer] += 1
                name = layer if numbers[layer] == 1 else f"{layer}-{numbers[layer]}"
                groups[layer] = ET.SubElement(sheet, f"{{{_SVG}}}g", {"id": name})
                groups[layer].attrib |= {f"{{{_INKSCAPE}}}groupmode": "layer", f"{{{_INKSCAPE}}}label": name}
            groups[layer].append(part)


def _layer_of(part: ET.Element, kind: str) -> str | None:
    """Return the layer that a part of a map or of the sheet belongs to; None for a map within."""
    name = (part.get("id") or "").partition("-")[0]
    if part.tag != f"{{{_SVG}}}g" or name in _PLACES:
        return None
    if kind == "sheet":
        return _ON_SHEET.get(name, "legend")
    return _ON_MAP.get(name, "ground")
