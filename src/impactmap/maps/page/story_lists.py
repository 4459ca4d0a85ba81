"""Steps of the story and callouts as lists: for readers without a script or a wide map, and on paper."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add, add_fold
from impactmap.scene.author.steps import Step
from impactmap.scene.author.story_text import Block
from impactmap.telling.reports import Reports
from impactmap.telling.wording import Wording

__all__ = ["add_notes", "add_step_pictures", "add_steps"]

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


def add_notes(parent: ET.Element, reports: Reports, words: Wording) -> None:
    """Add the callouts in their order, each with its number and its days; nothing without any."""
    notes = reports.authored.notes
    if not notes:
        return
    section = add(parent, "section", id="im-notes", aria_labelledby="im-notes-title")
    part = add_fold(section, "h3", words.text("legend.notes"), count=words.number(len(notes)), id="im-notes-title")
    entries = add(part, "ol")
    for number, note in enumerate(notes, 1):
        entry = add(entries, "li", data_note=str(number))
        add(entry, "span", words.number(number), aria_hidden="true")
        add(entry, "p", note.text, dir="auto")
