"""What the page holds for those who share its address, who read another language, and whose browser runs no scripts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add
from impactmap.model.languages import page_language
from impactmap.model.project import Project
from impactmap.scene.presets import PRESETS
from impactmap.telling.summary import Summary, alt_text
from impactmap.telling.wording import Wording

__all__ = ["add_sharing", "add_still", "add_switch"]

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
