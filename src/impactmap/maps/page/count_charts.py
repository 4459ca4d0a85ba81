"""Charts of counts below the map, each a table: a script adds bars and lets the numbers follow the reader's choice."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from impactmap.maps.page.report_table import add, add_fold
from impactmap.scene.author.counts import CountChart
from impactmap.telling.wording import Wording

__all__ = ["add_charts"]


def add_charts(parent: ET.Element, charts: Sequence[CountChart], words: Wording) -> None:
    """Add the charts with the counts of all reports; nothing without any."""
    if not charts:
        return
    section = add(parent, "section", id="im-charts", aria_labelledby="im-charts-title")
    part = add_fold(section, "h2", words.text("part.charts.title"), id="im-charts-title")
    label = add(part, "label", class_="im-charts-view", hidden="")
    box = add(label, "input", type="checkbox", id="im-charts-view")
    box.tail = f" {words.text('part.charts.in_view')}"
    grid = add(part, "div", class_="im-charts")
    for number, chart in enumerate(charts):
        table = add(grid, "table", data_chart=str(number))
        add(table, "caption", chart.title, dir="auto")
        head = add(add(table, "thead", class_="im-hidden-visually"), "tr")
        add(head, "th", chart.title, scope="col")
        add(head, "th", words.text("part.charts.reports"), scope="col")
        body = add(table, "tbody")
        for text, count in zip(chart.labels, chart.counts(), strict=True):
            line = add(body, "tr")
            add(line, "th", text, scope="row", dir="auto")
            add(line, "td", words.number(count))
    add(part, "p", words.text("part.charts.note"), class_="im-quiet")
