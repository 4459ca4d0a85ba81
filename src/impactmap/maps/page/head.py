"""What the page holds for those who share its address, and for those whose browser runs no scripts."""

from __future__ import annotations

import base64
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add
from impactmap.model.project import Project
from impactmap.model.words import LANGUAGES
from impactmap.scene.presets import PRESETS
from impactmap.telling.summary import Summary, alt_text

__all__ = ["add_sharing", "add_still"]

_LONGEST = 300


def add_sharing(head: ET.Element, summary: Summary, project: Project) -> None:
    """Add Open Graph and Twitter tags: title and words, and the picture where its whole address is known."""
    told = [*summary.finding, summary.sentence]
    tags = {
        "og:type": "article",
        "og:title": summary.title,
        "og:description": " ".join(told)[:_LONGEST],
        "og:locale": LANGUAGES[summary.language].replace("ru", "ru_RU"),
    }
    if project.publish.base_url:
        preset = PRESETS["social"]
        tags |= {
            "og:url": project.publish.address("map.html"),
            "og:image": project.publish.address("social.png"),
            "og:image:width": str(preset.width),
            "og:image:height": str(preset.height),
            "og:image:alt": alt_text(summary)[:_LONGEST],
        }
    for name, content in tags.items():
        add(head, "meta", property=name, content=content)
    add(head, "meta", name="twitter:card", content="summary_large_image" if project.publish.base_url else "summary")


def add_still(body: ET.Element, still: bytes, summary: Summary) -> None:
    """Add a picture of the map for readers without JavaScript: others never open it."""
    stage = body.find(".//div[@id='im-stage']")
    if not still or stage is None:
        return
    without = ET.Element("noscript")
    source = f"data:image/webp;base64,{base64.b64encode(still).decode('ascii')}"
    add(without, "img", id="im-still", src=source, alt=alt_text(summary), width="720", height="450")
    stage.insert(0, without)
