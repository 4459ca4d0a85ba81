"""What the page holds for those who share its address, read another language, or run no scripts; what it may load."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add
from impactmap.model.languages import page_language
from impactmap.model.project import Project
from impactmap.scene.presets import PRESETS
from impactmap.telling.summary import Summary, alt_text
from impactmap.telling.wording import Wording

__all__ = ["FoliumParts", "add_sharing", "add_still", "add_switch", "content_policy", "tile_host"]

_LONGEST = 300


def add_sharing(head: ET.Element, summary: Summary, project: Project, languages: Mapping[str, str]) -> None:
    """Add Open Graph and Twitter tags: title and words, and the picture where its whole address is known.

    `languages` is the page in each language by code, for search engines.
    """
    for code, file in languages.items():
        add(head, "link", rel="alternate", hreflang=code, href=project.publish.address(file))
    told = [*summary.finding, summary.sentence]
    tags = {
        "og:type": "article",
        "og:title": summary.title,
        "og:description": " ".join(told)[:_LONGEST],
        "og:locale": str(page_language(summary.language).locale),
    }
    if project.publish.base_url:
        preset = PRESETS["social"]
        tags |= {
            "og:url": project.publish.address(project.file("map.html")),
            "og:image": project.publish.address(project.file("social.png")),
            "og:image:width": str(preset.width),
            "og:image:height": str(preset.height),
            "og:image:alt": alt_text(summary)[:_LONGEST],
        }
        answer = project.publish.address(project.file("oembed.json"))
        add(head, "link", rel="alternate", type="application/json+oembed", href=answer, title=summary.title)
    for name, content in tags.items():
        add(head, "meta", property=name, content=content)
    add(head, "meta", name="twitter:card", content="summary_large_image" if project.publish.base_url else "summary")


def add_switch(body: ET.Element, languages: Mapping[str, str], words: Wording) -> None:
    """Add the links to the page in its other languages; the viewer sends the reader's view along."""
    header = body.find("header")
    if not languages or header is None:
        return
    through = header.find("p[@id='im-through']")
    before = list(header).index(through) if through is not None else len(header)
    switch = ET.Element("nav", {"id": "im-languages", "aria-label": words.text("page.languages")})
    header.insert(before, switch)
    for code, file in languages.items():
        name = page_language(code).name
        if code == words.language:
            add(switch, "b", name)
        else:
            add(switch, "a", name, href=file, hreflang=code, lang=code)


def add_still(body: ET.Element, still: bytes, summary: Summary) -> None:
    """Add a picture of the map for readers without JavaScript: others never open it."""
    stage = body.find(".//div[@id='im-stage']")
    if not still or stage is None:
        return
    without = ET.Element("noscript")
    source = f"data:image/webp;base64,{base64.b64encode(still).decode('ascii')}"
    add(without, "img", id="im-still", src=source, alt=alt_text(summary), width="720", height="450")
    stage.insert(0, without)


@dataclass(frozen=True)
class FoliumParts:
    """What folium rendered: trusted markup and script of the map and of the layers its author added.

    Attributes
    ----------
    script
        Starts the map and its layers.
    header, html
        Markup of added layers for the head and the body; empty for our own map.
    scripts, styles
        Addresses that added layers load; the content policy names each.
    images
        Hosts that added layers take pictures from.
    added
        Whether the author added layers of their own.
    """

    script: str
    header: str = ""
    html: str = ""
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    added: bool = False


@dataclass
class _Inline(HTMLParser):
    """Collects what markup runs or styles inline."""

    script: list[str] = field(default_factory=list)
    style: list[str] = field(default_factory=list)
    _open: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"} and "src" not in dict(attrs):
            self._open = tag
            getattr(self, tag).append("")

    def handle_data(self, data: str) -> None:
        if self._open:
            getattr(self, self._open)[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"


def content_policy(
    scripts: Sequence[str], styles: Sequence[str], folium: FoliumParts, project: Project, *, beside: bool
) -> str:
    """Return the content policy: what the page carries, its own files, tiles if asked for, what added layers name."""
    inline = _Inline()
    inline.feed(folium.header + folium.html)
    pictures = ["data:", *folium.images]
    if project.publish.tiles:
        pictures.append(tile_host(project.publish.tiles))
    rules = {
        "default-src": ["'none'"],
        "script-src": [*map(_hash, [*scripts, *inline.script]), *folium.scripts],
        "style-src": [*map(_hash, [*styles, *inline.style]), *folium.styles],
        "img-src": pictures,
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    if beside:
        rules["connect-src"] = ["'self'"]
    if folium.added:
        # Folium writes style attributes into the pop-ups of added layers; they cannot run anything.
        rules["style-src-attr"] = ["'unsafe-inline'"]
    if folium.styles:
        rules["font-src"] = ["data:", *sorted({host for url in folium.styles if (host := tile_host(url))})]
    return "; ".join(f"{name} {' '.join(dict.fromkeys(values))}" for name, values in rules.items())


def tile_host(url: str) -> str:
    """Return the source expression of a tile address for a content policy: its host, with ``{s}`` as a wildcard."""
    parts = urlsplit(re.sub(r"\{[^}]*\}(?=[^/]*\.)", "*", html.unescape(url).split("?")[0], count=1))
    host = re.sub(r"^[^.]*\*[^.]*", "*", parts.netloc)
    return f"{parts.scheme}://{host}" if re.fullmatch(r"(\*\.)?[\w.-]+(:\d+)?", host) else ""
