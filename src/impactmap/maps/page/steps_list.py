"""The steps of a story as a list: all of them without a script and on paper, one at a time with the viewer."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add
from impactmap.scene.author.steps import Step
from impactmap.scene.author.story_text import Block
from impactmap.telling.wording import Wording

__all__ = ["add_step_pictures", "add_steps"]

_TAGS = {"bold": "strong", "italic": "em"}


def add_steps(parent: ET.Element, steps: Sequence[Step], words: Wording) -> None:
    """Add the steps in their order; nothing without any. Texts are element text only."""
    if not steps:
        return
    section = add(parent, "section", id="im-steps", aria_labelledby="im-steps-title", tabindex="-1")
    add(section, "h2", words.text("part.steps.title"), id="im-steps-title", class_="im-hidden-visually")
    entries = add(section, "ol")
    for number, step in enumerate(steps, 1):
        spoken = {"lang": step.language} if step.language else {}
        entry = add(entries, "li", data_step=str(number), **spoken)
        add(entry, "h3", step.title, dir="auto")
        told = add(entry, "div", class_="im-step-text")
        items: ET.Element | None = None
        for block in step.blocks:
            if block.kind == "item":
                items = add(told, "ul") if items is None else items
                _say(add(items, "li", dir="auto"), block)
            else:
                items = None
                _say(add(told, "p", dir="auto"), block)


def _say(element: ET.Element, block: Block) -> None:
    last: ET.Element | None = None
    for run in block.runs:
        if run.kind == "text":
            if last is None:
                element.text = (element.text or "") + run.text
            else:
                last.tail = (last.tail or "") + run.text
        elif run.kind == "link":
            last = add(element, "a", run.text, href=run.url or "", rel="noopener", target="_blank")
        else:
            last = add(element, _TAGS[run.kind], run.text)


def add_step_pictures(body: ET.Element, pictures: Sequence[bytes]) -> None:
    """Give each step its picture, for readers without a script and for paper; the words beside it say what it shows."""
    for entry, picture in zip(body.findall(".//li[@data-step]"), pictures, strict=False):
        if picture:
            source = f"data:image/webp;base64,{base64.b64encode(picture).decode('ascii')}"
            entry.insert(0, ET.Element("img", {"src": source, "alt": "", "width": "360", "height": "225"}))
