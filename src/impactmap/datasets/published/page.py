"""The page of a dataset: exact totals, the overview, and how it was made; one file, without a script."""

from __future__ import annotations

import base64
import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.maps.page.report_table import add, link

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.model.project import Project
    from impactmap.telling.notes.note_words import RecordWords
    from impactmap.telling.summary import Summary
    from impactmap.telling.tally import Tally

__all__ = ["PageParts", "dataset_page"]

_STYLE = (
    "#im-overview img{max-width:100%;height:auto}#im-figures table{max-width:40rem}"
    "#im-files{overflow-wrap:anywhere;padding-inline-start:1.2rem}"
)


@dataclass(frozen=True)
class PageParts:
    """What the page shows.

    Attributes
    ----------
    summary
        Its head.
    months
        Counts of the events that begin in each month, ``2025-11``.
    figures
        Metric to its total: one row with ``low``, ``best`` and ``high``.
    overview, alt
        The picture, and what it shows in words.
    sections
        Headings with their sentences.
    files
        Data files, by name.
    """

    summary: Summary
    months: Mapping[str, Tally]
    figures: Mapping[str, pd.DataFrame]
    overview: Path | None
    alt: str
    sections: Sequence[tuple[str, Sequence[str]]]
    files: Sequence[str]


def dataset_page(parts: PageParts, project: Project, words: RecordWords) -> str:
    """Return the document; the same parts give the same characters."""
    from impactmap.look.house import house_themes
    from impactmap.look.theme import css_variables
    from impactmap.maps.page.document import NOTICES
    from impactmap.maps.page.viewer_code import viewer_style

    summary = parts.summary
    root = ET.Element("html", {"lang": words.language, "dir": words.direction})
    head = add(root, "head")
    add(head, "meta", charset="utf-8")
    policy = ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy"})
    add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    add(head, "meta", name="color-scheme", content="light dark")
    add(head, "meta", name="description", content=summary.sentence)
    add(head, "title", summary.title)
    styles = [css_variables(*house_themes(project)), viewer_style(()), _STYLE]
    for text in styles:
        ET.SubElement(head, "style").text = text
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'" for text in styles
    )
    policy.set("content", f"default-src 'none'; style-src {hashes}; img-src data:; base-uri 'none'; form-action 'none'")
    body = add(root, "body")
    header = add(body, "header", id="im-header")
    add(header, "h1", summary.title, id="im-title", dir="auto")
    if summary.subtitle:
        add(header, "p", summary.subtitle, id="im-subtitle", dir="auto")
    add(header, "p", summary.sentence, id="im-summary", dir="auto")
    add(header, "p", summary.through, id="im-through")
    main = add(body, "main")
    if parts.overview is not None:
        section = add(main, "section", id="im-overview", aria_labelledby="im-overview-title")
        add(section, "h2", words.text("record.dataset.overview"), id="im-overview-title")
        picture = base64.b64encode(parts.overview.read_bytes()).decode("ascii")
        add(section, "img", id="im-overview-map", src=f"data:image/png;base64,{picture}", alt=parts.alt)
        add(section, "p", words.text("record.dataset.squares"))
        add(section, "p", words.text("record.dataset.not_here"), id="im-not-here")
    _months(add(main, "section", id="im-table"), parts.months, words)
    if parts.figures:
        _figures(add(main, "section", id="im-figures"), parts.figures, words)
    method = add(main, "section", id="im-method")
    for title, sentences in parts.sections:
        add(method, "h2", title)
        for sentence in sentences:
            add(method, "p", sentence, dir="auto")
    listed = add(add(main, "section", id="im-files"), "ul")
    for name in parts.files:
        add(add(listed, "li"), "a", name, href=name)
    footer = add(body, "footer", id="im-footer")
    for key, text in (("credit", project.map.credit), ("contact", project.map.contact)):
        if text:
            add(footer, "p", words.text(f"footer.{key}", **{key: text}), dir="auto")
    notices = add(footer, "ul", id="im-notices")
    for name, url in NOTICES:
        link(add(notices, "li"), words.text(f"footer.{name}"), url)
    return "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"


def _months(section: ET.Element, months: Mapping[str, Tally], words: RecordWords) -> None:
    """Add how many reports begin in each month, by side; the last line is of all."""
    sides = list(dict.fromkeys(name for tally in months.values() for name in tally.sides))
    unstated = any(tally.unstated for tally in months.values())
    scroll = add(section, "div", class_="im-scroll", tabindex="0", role="region", aria_label=words.text("table.months"))
    table = add(scroll, "table", id="im-months")
    add(table, "caption", words.text("table.months"))
    line = add(add(table, "thead"), "tr")
    labels = [*sides, *([words.text("legend.none")] if unstated else [])]
    for text in (words.text("table.month"), *labels, words.text("table.total")):
        add(line, "th", text, scope="col", dir="auto")
    lines = []
    for month, tally in sorted(months.items()):
        name = words.when(None if month == "undated" else f"{month}-01", precision="month")
        lines.append((name, [tally.sides.get(side, 0) for side in sides] + [tally.unstated] * unstated, tally.count))
    whole = [sum(numbers) for numbers in zip(*(row for _, row, _ in lines), strict=True)]
    lines.append((words.text("table.total"), whole, sum(count for _, _, count in lines)))
    body = add(table, "tbody")
    for name, row, count in lines:
        line = add(body, "tr")
        add(line, "th", name, scope="row")
        for number in (*row, count):
            add(line, "td", words.number(number))


def _figures(section: ET.Element, figures: Mapping[str, pd.DataFrame], words: RecordWords) -> None:
    """Add the sums of figures: from the lowest to the highest account of each event."""
    import math

    add(section, "h2", words.text("record.dataset.figures"))
    add(section, "p", words.text("record.dataset.figures_note"))
    label = words.text("record.dataset.figures")
    table = add(add(section, "div", class_="im-scroll", tabindex="0", role="region", aria_label=label), "table")
    line = add(add(table, "thead"), "tr")
    for text in ("", words.text("record.dataset.low"), words.text("record.dataset.high")):
        add(line, "th", text, scope="col")
    body = add(table, "tbody")
    for metric, total in figures.items():
        line = add(body, "tr")
        add(line, "th", words.label("metric", metric), scope="row", dir="auto")
        for value in (float(total["low"].iloc[0]), float(total["high"].iloc[0])):
            add(line, "td", words.number(value) if math.isfinite(value) else "∞")
