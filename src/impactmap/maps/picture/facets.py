"""Small multiples: which reports each holds, and how they share a sheet."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.look.typography import picture_text, text_width
from impactmap.maps.picture.mark_style import NOT_STATED
from impactmap.model.errors import ColumnError, InputError
from impactmap.model.faults import which_column
from impactmap.model.values import NO_DAY
from impactmap.telling.reports import Reports
from impactmap.telling.wording import Wording

__all__ = ["Panels", "column_panels", "facet_panels", "grid_columns", "panel_note"]

#: The heading and the rows of every small multiple.
Panels: TypeAlias = "list[tuple[str, npt.NDArray[np.intp]]]"

#: Small multiples on one sheet at most.
MOST_PANELS = 12


def grid_columns(count: int, width: float, height: float, aspect: float) -> int:
    """Return the number of columns in which panels of an aspect come out largest."""

    def size(columns: int) -> float:
        rows = math.ceil(count / columns)
        # An empty cell costs: a narrower map that fills the sheet is better than a wide one beside a hole.
        return min(width / columns, height / rows * aspect) * (1 - 0.7 * (1 - count / (columns * rows)))

    return max(range(1, count + 1), key=lambda columns: (round(size(columns), 3), -columns))


def facet_panels(reports: Reports, facet: str, words: Wording) -> Panels:
    """Return the heading and the rows of every small multiple; a report of several days is in each of theirs."""
    events = reports.row_event
    if facet == "side":
        found = []
        for side in [*range(len(reports.sides)), NOT_STATED]:
            rows = np.flatnonzero(reports.side[events] == side)
            name = "" if side == NOT_STATED else picture_text(reports.sides[side].name, longest=60)
            if len(rows) or side != NOT_STATED:
                # A country's name alone over a map would seem to say where.
                found.append((words.attacker(name), rows))
        return found or [("", np.arange(len(events)))]
    undated = np.flatnonzero(reports.day_start[events] == NO_DAY)
    dated = reports.day_start[events] != NO_DAY
    for unit, precision in (("D", "day"), ("M", "month"), ("Y", "year")):
        first, last = (
            days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)[events]
            for days in (reports.day_start, np.maximum(reports.day_start, reports.day_end))
        )
        spans = np.unique(np.column_stack([first, last])[dated], axis=0).tolist()
        keys = sorted({key for low, high in spans for key in range(low, min(high, low + MOST_PANELS) + 1)})
        if len(keys) + bool(len(undated)) <= MOST_PANELS:
            panels = []
            for key in keys:
                day = str(np.array(key).astype(f"datetime64[{unit}]").astype("datetime64[D]"))
                rows = np.flatnonzero(dated & (first <= key) & (key <= last))
                panels.append((words.when(day, day, precision), rows))
            if len(undated):
                panels.append((words.when(None), undated))
            return panels or [("", np.arange(len(events)))]
    raise InputError(
        f"expected at most {MOST_PANELS} years for small multiples by date, found {len(keys)}. "
        "Narrow the period in the project file."
    )


def column_panels(events: pd.DataFrame, column: str, words: Wording) -> Panels:
    """Return the heading and the rows of every value of a column, in their order, what has none last.

    Raises
    ------
    ColumnError
        When the column is not there.
    InputError
        For more values than a sheet has room for.
    """
    if column not in events.columns:
        raise ColumnError(
            f"facet: expected date, side or a column of the frame, found {column!r}. "
            f"{which_column(column, events.columns)}"
        )
    codes, values = pd.factorize(events[column], sort=True)
    count = len(values) + bool((codes < 0).any())
    if count > MOST_PANELS:
        found = ", ".join(repr(value) for value in values[:5].tolist())
        raise InputError(
            f"facet: expected at most {MOST_PANELS} values of {column!r} for small multiples, found {count}: {found}"
            "... Put them into classes first."
        )
    texts = [f"{value:g}" if isinstance(value, float) else str(value) for value in values.tolist()]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        texts = [words.date(value.date()) for value in values]
    # A value alone over a map would seem to say where.
    label = picture_text(column.replace("_", " "), longest=30)
    named = [*texts, words.text("part.cell.missing")]
    return [
        (f"{label}: {picture_text(named[code], longest=60)}", np.flatnonzero(codes == code))
        for code in [*range(len(values)), *([-1] if (codes < 0).any() else [])]
    ]


def panel_note(rows: npt.NDArray[np.intp], reports: Reports, words: Wording, *, width: float, size: float) -> str:
    """Return a panel's number of reports and how many of them are not drawn, as much as there is room for.

    Without it a day of country-wide reports would look like a day without any.
    """
    events = np.unique(reports.row_event[rows])
    drawn = np.unique(reports.row_event[rows[np.isin(reports.row_kind[rows], (0, 1))]])
    hidden = len(events) - len(drawn)
    counted = words.plural("count.reports", len(events))
    tries = [counted]
    if hidden:
        beside = f"{words.text('figure.not_drawn').lower()}: {words.number(hidden)}"
        tries = [f"{counted}, {beside}", beside, words.text("figure.off_map", n=words.number(hidden)), counted]
    return next((text for text in tries if text_width(text, size) <= width), "")
