"""Counts beside the map: reports by what was hit, with what, by whom it is told, where, or a field of the author's own.

The page counts its selection by the same bits (`maps/web/parts/charts.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from impactmap.model.arrow import codes_of
from impactmap.model.values import clean_text
from impactmap.telling.reports import NOT_STATED, Reports

if TYPE_CHECKING:
    from impactmap.model.project import Project
    from impactmap.telling.wording import Wording

__all__ = ["MOST_TERMS", "CountChart", "count_charts"]

#: Terms with a row of their own; the others are counted together.
MOST_TERMS = 10
#: The same of the regions of a map of counts by region: there are bits for no more.
MOST_REGIONS = 29


@dataclass(frozen=True)
class CountChart:
    """A chart of counts.

    Attributes
    ----------
    title
        What is counted by.
    labels
        Of the rows: the terms with most reports first, then perhaps all others, then perhaps "Not stated".
    masks
        One item an event: a bit for each row that counts it.
    """

    title: str
    labels: list[str]
    masks: npt.NDArray[np.uint32]

    def counts(self) -> list[int]:
        """Return the reports of each row; one with several terms counts in each."""
        return [int(((self.masks >> bit) & 1).sum()) for bit in range(len(self.labels))]


def count_charts(reports: Reports, project: Project, words: Wording) -> list[CountChart]:
    """Return the charts that the project file asks for, in its order.

    Parameters
    ----------
    reports
        What the map shows; an event counts once in a row.
    project
        ``[charts] by``: ``sector``, ``means``, ``side``, ``claimant``, ``region``, or the column of a category.
    words
        In the map's language.
    """
    most = MOST_REGIONS if project.map.regions else MOST_TERMS
    titles = {field.column: clean_text(field.title) for field in project.fields}
    makers: dict[str, Callable[[], CountChart]] = {
        "sector": lambda: _of_cells(
            words.text("viewer.filter_sector"), reports.events.events["sectors"], words, "sector"
        ),
        "means": lambda: _of_cells(words.text("viewer.filter_means"), reports.events.events["means"], words, "means"),
        "side": lambda: _of_sides(reports, words),
        "claimant": lambda: _of_parts(words.text("part.charts.claimant"), reports, "claims", "claimant", words),
        "region": lambda: _of_parts(words.text("part.charts.region"), reports, "places", "region", words, most=most),
    }
    charts = []
    asked = project.charts.by
    if project.map.regions and "region" not in asked:
        # A map of counts by region has its table.
        asked = ("region", *asked)
    for name in asked:
        if name in makers:
            charts.append(makers[name]())
        else:
            charts.append(_of_cells(titles[name], reports.categories[titles[name]][1], words))
    return charts


def _of_cells(title: str, cells: pa.Array, words: Wording, group: str = "") -> CountChart:
    codes, values = codes_of(cells)
    lists = [value.split("; ") if value else [] for value in values]
    pairs = [(event, term) for event, code in enumerate(codes.tolist()) if code >= 0 for term in lists[code]]
    return _chart(title, len(codes), pairs, words, lambda term: words.label(group, term) if group else term)


def _of_parts(
    title: str, reports: Reports, part: str, column: str, words: Wording, *, most: int = MOST_TERMS
) -> CountChart:
    codes, values = codes_of(reports.events.parts[part][column])
    starts = np.asarray(reports.events.starts[part], dtype=np.intp)
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    pairs = [
        (event, values[code])
        for event, code in zip(owners.tolist(), codes.tolist(), strict=True)
        if code >= 0 and values[code]
    ]
    return _chart(title, len(reports.events), pairs, words, str, most=most)


def _of_sides(reports: Reports, words: Wording) -> CountChart:
    names = [clean_text(style.name) for style in reports.sides]
    pairs = [(event, names[side]) for event, side in enumerate(reports.side.tolist()) if side != NOT_STATED]
    return _chart(words.text("legend.side"), len(reports.events), pairs, words, str, order=names)


def _chart(
    title: str,
    events: int,
    pairs: Iterable[tuple[int, str]],
    words: Wording,
    label: Callable[[str], str],
    *,
    order: Sequence[str] = (),
    most: int = MOST_TERMS,
) -> CountChart:
    """Return a chart; of terms with as many reports those come first that do in `order`, then by the alphabet."""
    members: dict[str, set[int]] = {}
    for event, term in pairs:
        members.setdefault(term, set()).add(event)
    place = {term: number for number, term in enumerate(order)}
    listed = sorted(members, key=lambda term: (-len(members[term]), place.get(term, 0), term))
    masks = np.zeros(events, dtype=np.uint32)
    labels = []
    for bit, term in enumerate(listed[:most]):
        labels.append(clean_text(label(term)))
        masks[list(members[term])] |= np.uint32(1 << bit)
    if others := listed[most:]:
        masks[list(set().union(*(members[term] for term in others)))] |= np.uint32(1 << len(labels))
        labels.append(words.plural("part.charts.others", len(others)))
    if (without := masks == 0).any():
        masks[without] = 1 << len(labels)
        labels.append(words.text("legend.none"))
    return CountChart(title, labels, masks)
