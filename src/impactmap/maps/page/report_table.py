"""The table of everything, and the lists of what has no place on the map: elements that are read without JavaScript."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import numpy as np

from impactmap.model.values import NO_DAY, clean_text
from impactmap.scene.view import beyond_rows
from impactmap.telling.reports import COUNTRY, LONGEST, NOT_LOCATED, Reports
from impactmap.telling.wording import Wording

__all__ = ["WINDOW_ROWS", "add", "add_fold", "beside_lists", "link", "month_table", "report_table"]

#: The most reports that are listed beside the map; the table holds them all.
MOST_BESIDE = 200

#: From so many rows on a table stands in a window of its own, so that the page ends.
WINDOW_ROWS = 20

#: Rows beyond which a browser lays each out only when the reader comes near it.
MANY_ROWS = 100

HEADINGS = (
    "date",
    "place",
    "side",
    "what",
    "reported",
    "distance",
    "population",
    "confirmation",
    "sources",
)


def add(parent: ET.Element, tag: str, text: str | None = None, /, **attributes: str) -> ET.Element:
    """Add an element with text; ``class_`` stands for ``class`` and ``data_row`` for ``data-row``."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = ET.SubElement(parent, tag, names)
    element.text = clean_text(text) if text is not None else None
    return element


def add_fold(parent: ET.Element, tag: str, title: str, /, count: str = "", **attributes: str) -> ET.Element:
    """Add a part that folds under its heading, open as long as no script folds it; return what the part goes into.

    Parameters
    ----------
    parent
        Receives the element.
    tag, title
        The heading.
    count
        How much the part holds, behind the heading.
    attributes
        Of the heading, as for `add`.

    Returns
    -------
    Element
        A ``details`` element, which works by keyboard and without JavaScript.
    """
    part = add(parent, "details", open="open")
    summary = add(part, "summary")
    heading = add(summary, tag, title, **attributes)
    if count:
        heading.tail = " "
        add(summary, "span", f"({count})", class_="im-count")
    return part


def link(parent: ET.Element, text: str, url: str | None) -> ET.Element:
    """Add a link; plain text where there is no address to link to."""
    if url is None:
        return add(parent, "span", text, dir="auto")
    return add(parent, "a", text, href=url, rel="noopener", dir="auto")


def report_table(reports: Reports, words: Wording, *, first: int | None = None) -> ET.Element:
    """Return the table of all rows, or of the first.

    Parameters
    ----------
    reports
        From `collect_reports`.
    words
        The page's language.
    first
        So many rows at most.

    Returns
    -------
    Element
        ``table#im-rows`` with one ``tr[data-row]`` for every row of the frame, in its order. Data text is element text
        only. A column of distances or populations is left out where no row has one.
    """
    # On a narrow screen each row becomes a card; the script's roles keep it a table for those who hear it: written
    # here they would repeat what the elements say, which HTML does not allow.
    kind = "im-stacks im-many" if len(reports.row_event) > MANY_ROWS else "im-stacks"
    table = ET.Element("table", {"id": "im-rows", "class": kind})
    add(table, "caption", words.text("table.caption", reports=words.plural("count.reports", len(reports.events))))
    head = add(add(table, "thead"), "tr")
    rows = list(reports.at_rows(None if first is None else np.arange(len(reports.row_event))[:first]))
    empty = {name for name in ("distance", "population") if not any(name in place for _, _, place in rows)}
    labels = {name: words.text(f"table.{name}") for name in HEADINGS if name not in empty}
    for name, label in labels.items():
        add(head, "th", label, scope="col", class_=f"im-col-{name}")
    body = add(table, "tbody")
    for row, event, place in rows:
        line = add(body, "tr", data_row=str(row))

        def cell(name: str, text: str | None = None, *, line: ET.Element = line, sort: str | None = None) -> ET.Element:
            order = {} if sort is None else {"data_sort": sort}
            return add(line, "td", text, dir="auto", data_label=labels[name], **order)

        cell("date", event["when"], sort=event.get("start", ""))
        _place(add(line, "th", scope="row"), place, words)
        cell("side", _side(event, reports, words))
        _what(cell("what"), event, words)
        _reported(cell("reported"), event)
        if "distance" in labels:
            _computed(cell("distance", sort=_first(place, "km", "min_km")), place.get("distance"))
        if "population" in labels:
            _computed(cell("population", sort=_first(place, "people")), place.get("population"))
        cell("confirmation", words.label("confirmation", event.get("confirmation") or "not_said"))
        _sources(cell("sources"), event, words)
    return table


_BESIDE = {COUNTRY: "country_wide", NOT_LOCATED: "not_located"}


def beside_lists(reports: Reports, words: Wording, parent: ET.Element) -> None:
    """Add the lists of reports beyond the first view, country-wide ones and not located ones beside the map."""
    kinds = {name: np.flatnonzero(reports.row_kind == kind) for kind, name in _BESIDE.items()}
    chosen = "" if reports.authored.view is None else "_chosen"
    for name, rows in (("far", beyond_rows(reports)), *kinds.items()):
        if not len(rows):
            continue
        title, number = words.text(f"page.{name}"), words.number(len(rows))
        section = add_fold(add(parent, "section", class_="im-beside-list"), "h3", title, count=number)
        add(section, "p", words.text(f"page.{name}_note{chosen if name == 'far' else ''}"))
        entries = add(section, "ul")
        for row, whole, named in reports.at_rows(rows[:MOST_BESIDE]):
            # A browser takes minutes over a text of a megabyte in this narrow list; the table holds it whole.
            event, place = _short(whole), _short(named)
            entry = add(entries, "li", data_row=str(row))
            _place(add(entry, "strong"), place, words, noted=name != "country_wide")
            sure = words.term("confirmation", event["confirmation"]) if event.get("confirmation") else ""
            line = (event["when"], _side_line(event, reports, words), sure)
            add(entry, "p", " · ".join(filter(None, line)), class_="im-quiet", dir="auto")
            if summary := event.get("summary"):
                add(entry, "p", summary, dir="auto", **_spoken(event, "lang"))
            _reported(entry, event)
            _sources(entry, event, words)
            if (event, place) != (whole, named):
                add(entry, "p", words.text("viewer.shortened"), class_="im-quiet")
        if len(rows) > MOST_BESIDE:
            add(section, "p", words.plural("page.beside_more", len(rows) - MOST_BESIDE))


def month_table(reports: Reports, words: Wording) -> ET.Element:
    """Return the table of reports by month and attacking side, for maps with too many rows to list."""
    names = [clean_text(style.name) for style in reports.sides]
    numbers = [*range(len(names)), 255] if (reports.side == 255).any() else list(range(len(names)))
    labels = [*names, words.text("legend.none")][: len(numbers)]
    counts: Counter[tuple[str, int]] = Counter()
    for number in numbers:
        days, found = np.unique(reports.day_start[reports.side == number], return_counts=True)
        months = np.datetime_as_string(days.astype("datetime64[D]").astype("datetime64[M]"))
        for day, month, n in zip(days.tolist(), months.tolist(), found.tolist(), strict=True):
            counts["" if day == NO_DAY else month, number] += n
    table = ET.Element("table", {"id": "im-rows"})
    add(table, "caption", words.text("table.months"))
    head = add(add(table, "thead"), "tr")
    for text in (words.text("table.month"), *labels, words.text("table.total")):
        add(head, "th", text, scope="col", dir="auto")
    body = add(table, "tbody")
    for month in sorted({month for month, _ in counts}):
        line = add(body, "tr")
        name = words.when(f"{month}-01" if month else None, precision="month")
        add(line, "th", name, scope="row", data_sort=month)
        row = [counts[month, number] for number in numbers]
        for n in (*row, sum(row)):
            add(line, "td", words.number(n), data_sort=str(n))
    return table


def _first(part: dict[str, Any], *names: str) -> str:
    return next((str(part[name]) for name in names if name in part), "")


def _short(value: Any, key: str = "") -> Any:
    """Return a report's texts, none longer than those of the cards; an address is not cut."""
    if isinstance(value, dict):
        return {name: _short(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each, key) for each in value]
    return value[:LONGEST] if isinstance(value, str) and key != "url" else value


def _side(event: dict[str, Any], reports: Reports, words: Wording) -> str:
    return reports.sides[event["side"]].name if event["side"] < len(reports.sides) else words.text("legend.none")


def _side_line(event: dict[str, Any], reports: Reports, words: Wording) -> str:
    return words.attacker(reports.sides[event["side"]].name if event["side"] < len(reports.sides) else "")


def _place(cell: ET.Element, place: dict[str, Any], words: Wording, *, noted: bool = True) -> None:
    cell.set("dir", "auto")
    cell.text = place.get("name")
    if around := place.get("around"):
        add(
            cell,
            "span",
            f"{words.text('viewer.comma')}{around}" if cell.text else around,
            class_="im-around",
            dir="auto",
        )
    for name in ("how", "reported_as") if noted else ():
        if name in place:
            add(cell, "span", f" {place[name]}", class_="im-note", dir="auto")


def _what(cell: ET.Element, event: dict[str, Any], words: Wording) -> None:
    if summary := event.get("summary"):
        add(cell, "p", summary, class_="im-what", dir="auto", **_spoken(event, "lang"))
    for name in ("sectors", "means"):
        if terms := event.get(name):
            line = add(cell, "p", f"{words.text(f'viewer.{name}')}: ", class_="im-quiet", dir="auto")
            add(line, "span", terms, class_=f"im-{name}", dir="auto")
    for field in event["fields"]:
        line = add(cell, "p", f"{field['label']}: ", class_="im-quiet im-field", dir="auto")
        link(line, field["value"], field.get("url"))
    if note := event.get("note"):
        add(cell, "p", note, class_="im-quiet im-remark", dir="auto", **_spoken(event, "note_lang"))


def _spoken(event: dict[str, Any], name: str) -> dict[str, str]:
    """Return the language of a text that is not the page's."""
    return {"lang": event[name]} if name in event else {}


def _reported(cell: ET.Element, event: dict[str, Any]) -> None:
    if not event["claims"]:
        return
    entries = add(cell, "ul", class_="im-reported")
    for claim in event["claims"]:
        entry = add(entries, "li", dir="auto")
        told = [(claim[name], style) for name, style in _CLAIM_PARTS.items() if name in claim]
        for number, (text, style) in enumerate(told):
            add(entry, "span", f" {text}" if number else text, class_=style, dir="auto")
    for dispute in event["disputes"]:
        add(entries, "li", dispute["said"], class_="im-disputed", dir="auto")


#: What is told of a claim, in this order on the card, too.
_CLAIM_PARTS = {
    "said": "im-said",
    "differs": "im-differs",
    "who": "im-claimant",
    "note": "im-claimant im-noted",
}


def _computed(cell: ET.Element, text: str | None) -> None:
    if text:
        cell.text = clean_text(text)
        cell.set("class", "im-computed")


def _sources(cell: ET.Element, event: dict[str, Any], words: Wording) -> None:
    """List the sources, or say that there is none and nobody who says so."""
    if event["sources"]:
        entries = add(cell, "ul", class_="im-sources")
        for source in event["sources"]:
            link(add(entries, "li"), source["name"], source.get("url"))
    elif not any(claim.get("claimant") for claim in event["claims"]):
        add(cell, "p", words.text("viewer.no_source"), class_="im-quiet")
