"""The page of a dataset: the viewer over counts by square and day, exact totals, and how it was made."""

from __future__ import annotations

import base64
import io
import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.datasets.published.groups import WEIGHT, at_busiest
from impactmap.datasets.published.tiles import FINE_BITS
from impactmap.maps.page.report_table import add, add_fold

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.telling.notes.note_words import RecordWords
    from impactmap.telling.summary import Summary
    from impactmap.telling.tally import Tally

__all__ = ["PAGE", "PageParts", "Squares", "dataset_page"]

PAGE: Final = "map.html"
#: Entries of files beside the page that its map draws at a time.
MOST_DRAWN = 80_000
#: Height of half the world, in kilometres.
_HALF: Final = 20004
#: Of the picture for readers without scripts, in pixels.
_STILL: Final = (720, 450)


@dataclass(frozen=True)
class Squares:
    """What the map is drawn from.

    Attributes
    ----------
    groups
        Alike events, from `alike`.
    bits
        Halvings of the world on either axis that make their squares.
    tiles
        Lines of the list of files beside the page, from `write_tiles`.
    border
        That distances refer to.
    """

    groups: gpd.GeoDataFrame
    bits: int
    tiles: Sequence[Sequence[Any]]
    border: Border | None


@dataclass(frozen=True)
class PageParts:
    """What the page shows besides.

    Attributes
    ----------
    summary
        Its head.
    months
        Counts of the events that begin in each month, ``2025-11``.
    figures
        Metric to its total: one row with ``low``, ``best`` and ``high``.
    overview
        The picture for readers without scripts.
    sections
        Headings with their sentences.
    files
        Data files, by name.
    """

    summary: Summary
    months: Mapping[str, Tally]
    figures: Mapping[str, pd.DataFrame]
    overview: Path | None
    sections: Sequence[tuple[str, Sequence[str]]]
    files: Sequence[str]


def dataset_page(parts: PageParts, squares: Squares, project: Project, words: RecordWords) -> str:
    """Return the document; the same parts give the same characters."""
    from impactmap.maps.page.document import Below, build_page
    from impactmap.maps.page.event_map import EventMap
    from impactmap.maps.page.payload import Payload, pack_page, page_header
    from impactmap.model.project import Project as Plain

    plain = Plain()
    # What the author says of single reports has nothing to stand at, and an inset holds the page's own columns alone.
    left = {name: getattr(plain, name) for name in ("fields", "steps", "notes", "charts")}
    own = project.model_copy(update={**left, "view": project.view.model_copy(update={"inset": plain.view.inset})})
    groups = at_busiest(squares.groups)
    made = EventMap(groups.assign(event_id=groups["event_id"].astype("str")), None, project=own, border=squares.border)
    encoding = made.encoding()
    header = page_header(made.reports, **encoding, parts=("tiles",))
    header["tiles"] = {
        "kilometres": [_HALF / (1 << squares.bits), _HALF / (1 << FINE_BITS), 0],
        "most": MOST_DRAWN,
        "files": squares.tiles,
        "address": project.publish.address(project.file(PAGE)) if project.publish.base_url else None,
    }
    weights = groups.drop_duplicates("event_id")[WEIGHT].to_numpy(dtype="uint32")
    data = pack_page(made.reports, header, project=own, words=encoding["words"], weights=weights)
    payload = Payload(
        data=base64.b64encode(data).decode("ascii"),
        texts="",
        files=tuple(tile[0] for tile in squares.tiles),
        parts=("tiles",),
        still=_still(parts.overview),
    )

    def table(section: ET.Element) -> None:
        add(section, "h2", words.text("table.title"), id="im-table-title")
        _months(section, parts.months, words)
        if parts.figures:
            _figures(add(section, "div", id="im-figures"), parts.figures, words)
        fold = add_fold(section, "h3", words.text("record.dataset.data_files"), count=words.number(len(parts.files)))
        listed = add(fold, "ul", id="im-files")
        for name in parts.files:
            add(add(listed, "li"), "a", name, href=name)

    def method(section: ET.Element) -> None:
        fold = add_fold(section, "h2", words.text("method.title"), id="im-method-title")
        for title, sentences in parts.sections:
            add(fold, "h3", title)
            for sentence in sentences:
                add(fold, "p", sentence, dir="auto")

    return build_page(
        made.reports,
        payload,
        parts.summary,
        made.render_folium(),
        project=own,
        words=encoding["words"],
        border=encoding["border"],
        below=Below(method, table),
    )


def _still(overview: Path | None) -> bytes:
    if overview is None:
        return b""
    from PIL import Image

    picture = io.BytesIO()
    with Image.open(overview) as image:
        image.convert("RGB").resize(_STILL).save(picture, "WEBP", quality=45, method=6)
    return picture.getvalue()


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
    add(section, "h3", words.text("record.dataset.figures"))
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
