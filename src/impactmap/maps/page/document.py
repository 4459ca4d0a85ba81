"""The published page: one HTML document built as an element tree and serialised once."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from impactmap.look.house import house_logo, house_style, house_themes
from impactmap.look.theme import css_variables
from impactmap.maps.coloured import drawn_reports
from impactmap.maps.page.count_charts import add_charts
from impactmap.maps.page.head import FoliumParts, add_sharing, add_still, add_switch, content_policy
from impactmap.maps.page.method_section import add_method
from impactmap.maps.page.own_layers import add_layers, layers_style
from impactmap.maps.page.payload import STATIC_ROWS, Payload
from impactmap.maps.page.report_table import WINDOW_ROWS, add, add_fold, beside_lists, link, month_table, report_table
from impactmap.maps.page.story_lists import add_notes, add_step_pictures, add_steps
from impactmap.maps.page.viewer_code import default_icon, leaflet_script, leaflet_style, viewer_script, viewer_style
from impactmap.model.project import Project
from impactmap.model.sections.map import newest_first
from impactmap.model.values import NO_DAY
from impactmap.scene.author.counts import count_charts
from impactmap.scene.author.steps import resolve_steps
from impactmap.telling.reports import Reports
from impactmap.telling.summary import Summary
from impactmap.telling.wording import BorderNote, Wording

__all__ = ["CELL_PARTS", "Below", "build_cell", "build_page", "cell_code"]

#: Known before anything is drawn, so that nothing jumps: a page in another page's frame is laid out as a light one.
_FRAME_SCRIPT = 'if(window.parent!==window)document.documentElement.dataset.imFramed="";\n'

#: The viewer's parts for a map in a notebook's cell, the same for every map: a notebook holds its code once.
CELL_PARTS = ("cell", "layers", "tips")
_CELL_SCRIPT = """window.map_impactmap=L.map("map_impactmap",{center:[0,0],zoom:5,preferCanvas:true});
map_impactmap.attributionControl.setPrefix(false);
window.impactmapMount(map_impactmap);
"""

NOTICES = (
    ("openstreetmap", "https://www.openstreetmap.org/copyright"),
    ("geonames", "https://www.geonames.org/"),
    ("natural_earth", "https://www.naturalearthdata.com/"),
)


@dataclass(frozen=True)
class Below:
    """What stands below a map that has no list of its reports: each function fills its section.

    Attributes
    ----------
    method, table
        How the map was made, and what is listed.
    """

    method: Callable[[ET.Element], None]
    table: Callable[[ET.Element], None]


def build_page(
    reports: Reports,
    payload: Payload,
    summary: Summary,
    folium: FoliumParts,
    *,
    project: Project,
    words: Wording,
    border: BorderNote | None = None,
    below: Below | None = None,
) -> str:
    """Build the document.

    Parameters
    ----------
    reports, payload, summary
        What it shows.
    folium
        The map's own script, and whatever the author added.
    project, words, border
        Texts that the method note and the footer need.
    below
        In place of the method note and the table of the reports.

    Returns
    -------
    str
        A whole HTML document; encode as UTF-8. The same arguments give the same characters.

    Notes
    -----
    Data text is only ever element text or an attribute's value. Script and style elements, which HTML does not escape,
    hold the package's own code, base64, or what folium rendered; each is named by its SHA-256 hash in the page's
    Content-Security-Policy.
    """
    root = ET.Element("html", {"lang": words.language, "dir": words.direction})
    head = add(root, "head")
    add(head, "meta", charset="utf-8")
    policy = ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy"})
    add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    add(head, "meta", name="color-scheme", content="light dark")
    add(head, "meta", name="description", content=summary.sentence)
    add(head, "title", summary.title)
    add_sharing(head, summary, project, payload.languages)
    themes = house_themes(project, reports.sides)
    styles = [leaflet_style(), css_variables(*themes, sides=drawn_reports(reports).sides), viewer_style(payload.parts)]
    styles += filter(None, (house_style(project), layers_style(reports.authored.layers)))
    for text in styles:
        _raw(head, "style", text)
    _raw(head, "script", _FRAME_SCRIPT)
    head.append(ET.Comment("im:header"))

    body = add(root, "body")
    _add_content(body, reports, summary, project=project, words=words, border=border, below=below)
    add_still(body, payload.still, summary)
    add_step_pictures(body, payload.step_pictures)
    add_switch(body, payload.languages, words)
    body.append(ET.Comment("im:html"))
    for name in ("data", "texts"):
        if name == "data" or not payload.files:
            block = add(body, "script", type="application/octet-stream", id=f"im-{name}")
            block.append(ET.Comment(f"im:{name}"))
    icon = [default_icon()] if folium.added else []
    scripts = [leaflet_script(), *icon, viewer_script(payload.parts), folium.script]
    for url in folium.scripts:
        add(body, "script", src=url)
    for text in scripts:
        _raw(body, "script", text)
    for url in folium.styles:
        add(head, "link", rel="stylesheet", href=url)

    policy.set(
        "content", content_policy([_FRAME_SCRIPT, *scripts], styles, folium, project, beside=bool(payload.files))
    )
    document = "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"
    # Escaped text holds no "<!--" and escaped attributes no "-->", so each marker stands once. The blocks of data are
    # put in last: they are most of a page and would be copied at every step.
    pieces = re.split(r"<!--im:(header|html|data|texts)-->", document)
    markup = {"header": folium.header, "html": folium.html, "data": payload.data, "texts": payload.texts}
    pieces[1::2] = [markup[name] for name in pieces[1::2]]
    return "".join(pieces)


def cell_code() -> list[str]:
    """Return the code that the places ``<!--im:code-0-->`` and so on of a cell's document stand for."""
    return [leaflet_style(), viewer_style(CELL_PARTS), leaflet_script(), viewer_script(CELL_PARTS)]


def build_cell(
    reports: Reports,
    summary: Summary,
    *,
    project: Project,
    words: Wording,
    height: int,
    legend: bool = True,
) -> str:
    """Build the document of a map in a notebook's cell, without the data and with a place for each piece of code.

    Parameters
    ----------
    reports, summary, project, words
        As for `build_page`; neither table nor method note is there.
    height
        Of the map, in pixels.
    legend
        Whether the key stands below the map.

    Returns
    -------
    str
        A whole HTML document once `cell_code` is put in. Its policy allows that code, and nothing from anywhere else
        but tiles that were asked for.
    """
    root = ET.Element("html", {"lang": words.language, "dir": words.direction, "data-im-cell": ""})
    head = add(root, "head")
    add(head, "meta", charset="utf-8")
    policy = ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy"})
    add(head, "meta", name="color-scheme", content="light dark")
    add(head, "title", summary.title)
    themes = css_variables(*house_themes(project, reports.sides), sides=drawn_reports(reports).sides)
    size = f"#map_impactmap.leaflet-container,#map_impactmap{{height:{height}px}}#im-beside{{max-height:{height}px}}\n"
    own = [themes, size, *filter(None, (house_style(project), layers_style(reports.authored.layers)))]
    code = cell_code()
    for number in (0, 1):
        add(head, "style").append(ET.Comment(f"im:code-{number}"))
    for text in own:
        _raw(head, "style", text)
    body = add(root, "body")
    if project.map.title != Project().map.title:
        add(body, "h1", summary.title, dir="auto")
    main = add(body, "main")
    _add_view(main, reports, project=project, words=words)
    if legend:
        _add_legend(main, reports, words)
    _add_footer(add(body, "footer", id="im-footer"), project, words)
    for number in (2, 3):
        add(body, "script").append(ET.Comment(f"im:code-{number}"))
    _raw(body, "script", _CELL_SCRIPT)
    nothing = FoliumParts(script="")
    policy.set("content", content_policy([*code[2:], _CELL_SCRIPT], [*code[:2], *own], nothing, project, beside=False))
    return "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html")


def _add_content(
    body: ET.Element,
    reports: Reports,
    summary: Summary,
    *,
    project: Project,
    words: Wording,
    border: BorderNote | None,
    below: Below | None,
) -> None:
    add(body, "a", words.text("page.skip"), class_="im-skip", href="#im-table")
    header = add(body, "header", id="im-header")
    if logo := house_logo(project):
        source = f"data:image/png;base64,{base64.b64encode(logo).decode('ascii')}"
        add(header, "img", id="im-logo", src=source, alt=project.style.logo_alt)
    add(header, "h1", summary.title, id="im-title", dir="auto")
    if summary.subtitle:
        add(header, "p", summary.subtitle, id="im-subtitle", dir="auto")
    if summary.finding:
        found = add(header, "ul", id="im-finding")
        for line in summary.finding:
            add(found, "li", line, dir="auto")
    add(header, "p", summary.sentence, id="im-summary", dir="auto")
    add(header, "p", summary.through, id="im-through")
    main = add(body, "main")
    add(main, "p", words.text("page.nojs"), id="im-nojs")
    _add_view(main, reports, project=project, words=words, listed=below is None)
    _add_legend(main, reports, words)
    add_charts(main, count_charts(reports, project, words), words)
    method = add(main, "section", id="im-method", aria_labelledby="im-method-title")
    if below is None:
        add_method(method, reports, summary, project=project, border=border)
    else:
        below.method(method)
    if project.corrections:
        section = add(main, "section", id="im-corrections", aria_labelledby="im-corrections-title")
        title, number = words.text("corrections.title"), words.number(len(project.corrections))
        entries = add(add_fold(section, "h2", title, count=number, id="im-corrections-title"), "ul")
        for correction in newest_first(project.corrections):
            entry = add(entries, "li")
            if correction.date is not None:
                add(entry, "time", words.date(correction.date), datetime=correction.date.isoformat())
            add(entry, "p", correction.text, dir="auto")
    table = add(main, "section", id="im-table", aria_labelledby="im-table-title", tabindex="-1")
    if below is None:
        _add_table(table, reports, words)
    else:
        below.table(table)
    _add_footer(add(body, "footer", id="im-footer"), project, words)


def _add_view(main: ET.Element, reports: Reports, *, project: Project, words: Wording, listed: bool = True) -> None:
    """Add the map, with what stands around it."""
    view = add(main, "section", id="im-view", aria_labelledby="im-view-title")
    add(view, "h2", words.text("page.map"), id="im-view-title", class_="im-hidden-visually")
    add(view, "div", id="im-controls")
    add_steps(view, resolve_steps(reports, project), words)
    stage = add(view, "div", id="im-stage")
    add(stage, "div", class_="folium-map", id="map_impactmap")
    add_notes(stage, reports, words)
    days = np.unique(np.concatenate([reports.day_start, reports.day_end]))
    # Known before the viewer starts, so that nothing jumps: a single day is no period to choose from.
    add(stage, "div", id="im-timeline", **({} if np.sum(days != NO_DAY) > 1 else {"hidden": ""}))
    aside = add(stage, "aside", id="im-beside", aria_labelledby="im-beside-title", tabindex="0")
    add(aside, "h2", words.text("page.beside"), id="im-beside-title")
    if listed:
        beside_lists(reports, words, aside)
    if len(aside) == 1:
        aside.set("hidden", "")


def _add_legend(main: ET.Element, reports: Reports, words: Wording) -> None:
    legend = add(main, "section", id="im-legend", aria_labelledby="im-legend-title")
    part = add_fold(legend, "h2", words.text("legend.title"), id="im-legend-title")
    _add_key(add(part, "div", id="im-key"), drawn_reports(reports), words)
    add_layers(part, reports.authored.layers, words)


def _add_key(key: ET.Element, reports: Reports, words: Wording) -> None:
    """Add the legend in words; the viewer puts the drawn one in its place."""
    entries = add(key, "ul")
    for style in reports.sides:
        add(entries, "li", style.name, dir="auto")
    said = ["claimed", "filled" if reports.leaves_unsaid else "confirmed"] if reports.says_confirmation else []
    for name in ("settlement", "area", *said):
        add(entries, "li", words.text(f"legend.{name}"))


def _add_table(section: ET.Element, reports: Reports, words: Wording) -> None:
    number = words.number(len(reports.events))
    part = add_fold(section, "h2", words.text("table.title"), count=number, id="im-table-title")
    listed = len(reports.row_event) <= STATIC_ROWS
    if not listed:
        message = words.text("table.too_long", rows=words.number(len(reports.row_event)), file="\0")
        before, _, after = message.partition("\0")
        note = add(part, "p", before, id="im-too-long")
        add(note, "a", "events.csv", href="events.csv").tail = after
    table = report_table(reports, words) if listed else month_table(reports, words)
    windowed = " im-windowed" if len(table.findall("tbody/tr")) >= WINDOW_ROWS else ""
    label = words.text("table.scroll")
    add(part, "div", class_=f"im-scroll{windowed}", tabindex="0", role="region", aria_label=label).append(table)


def _add_footer(footer: ET.Element, project: Project, words: Wording) -> None:
    if project.map.credit:
        add(footer, "p", words.text("footer.credit", credit=project.map.credit), id="im-credit", dir="auto")
    if project.map.contact:
        add(footer, "p", words.text("footer.contact", contact=project.map.contact), id="im-contact", dir="auto")
    if project.publish.tiles_attribution:
        add(footer, "p", words.text("footer.tiles", attribution=project.publish.tiles_attribution), dir="auto")
    notices = add(footer, "ul", id="im-notices")
    for name, url in NOTICES:
        link(add(notices, "li"), words.text(f"footer.{name}"), url)


def _raw(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    """Add a script or style element, whose text HTML does not escape; the code must be ours or folium's."""
    if "<" in text and re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        raise ValueError(f"code for a {tag} element holds an end tag or a comment's start: it would end early in HTML.")
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
