"""The author's callouts as a list below the map: for readers who see none, on paper, and where a map is too narrow."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add, add_fold
from impactmap.telling.reports import Reports
from impactmap.telling.wording import Wording

__all__ = ["add_notes"]


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
