"""What the head of the page says of it to those who share its address."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add
from impactmap.model.project import Project
from impactmap.model.words import LANGUAGES
from impactmap.scene.presets import PRESETS
from impactmap.telling.summary import Summary, alt_text

__all__ = ["add_sharing"]

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
