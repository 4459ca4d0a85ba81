"""Small multiples: which reports each holds, and how they share a sheet."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.look.typography import picture_text, text_width
from impactmap.maps.picture.mark_style import NOT_STATED
from impactmap.model.errors import ColumnError, InputError
from impactmap.model.faults import which_column
from impactmap.model.values import NO_DAY
from impactmap.scene.view import far_rows
from impactmap.telling.reports import Reports
from impactmap.telling.wording import Wording

__all__ = ["Panel", "Panels", "column_panels", "facet_panels", "grid_columns", "panel_note"]


class Panel(NamedTuple):
    """A small multiple: its heading, its rows, and the first and last day that it stands for, where it is of days."""

    heading: str
    rows: npt.NDArray[np.intp]
    days: tuple[int, int] | None = None


Panels: TypeAlias = "list[Panel]"

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
    """Return every small multiple; a report of several days is in each of theirs, and time without reports is shown."""
    events = reports.row_event
    if facet == "side":
        found = []
        for side in [*range(len(reports.sides)), NOT_STATED]:
            rows = np.flatnonzero(reports.side[events] == side)
            name = "" if side == NOT_STATED else picture_text(reports.sides[side].name, longest=60)
            if len(rows) or side != NOT_STATED:
                # A country's name alone over a map would seem to say where.
                found.append(Panel(words.attacker(name), rows))
        return found or [Panel("", np.arange(len(events)))]
    undated = np.flatnonzero(reports.day_start[events] == NO_DAY)
    dated = reports.day_start[events] != NO_DAY
    first, last = reports.day_start[events], np.maximum(reports.day_start, reports.day_end)[events]
    room = MOST_PANELS - bool(len(undated))
    shown: Panels = []
    for unit, gaps in (("day", True), ("week", True), ("month", True), ("year", True), ("year", False)):
        windows = list(itertools.pairwise(_periods(first[dated], last[dated], unit)))
        if gaps and len(windows) > room:
            continue
        shown = []
        for start, end in windows:
            rows = np.flatnonzero(dated & (first < end) & (last >= start))
            if gaps or len(rows):
                shown.append(Panel(_heading(start, end - 1, unit, words), rows, (start, end - 1)))
        if len(shown) <= room:
            break
    else:
        raise InputError(
            f"expected at most {MOST_PANELS} years for small multiples by date, found {len(shown) + bool(len(undated))}"
            ". Narrow the period in the project file."
        )
    shown += [Panel(words.when(None), undated)] if len(undated) else []
    return shown or [Panel("", np.arange(len(events)))]


def _periods(first: npt.NDArray[np.int32], last: npt.NDArray[np.int32], unit: str) -> list[int]:
    """Return the days on which periods from the first to the last day begin, and the day after; weeks on Mondays."""
    if not len(first):
        return []
    low, high = int(first.min()), int(last.max())
    if unit in {"day", "week"}:
        step = 7 if unit == "week" else 1
        low -= (low + 3) % step
        return [*range(low, high + 1, step), high + 1 + (-(high + 1 - low)) % step]
    months = 1 if unit == "month" else 12
    begin, end = (np.datetime64(day, "D").astype("datetime64[M]").astype(int) // months for day in (low, high))
    starts = (np.arange(begin, end + 2) * months).astype("datetime64[M]").astype("datetime64[D]")
    return list(map(int, starts.astype(int)))


def _heading(first: int, last: int, unit: str, words: Wording) -> str:
    start, end = (str(np.datetime64(day, "D")) for day in (first, last))
    return words.days(start, end) if unit in {"day", "week"} else words.when(start, start, unit)


def column_panels(events: pd.DataFrame, column: str, words: Wording) -> Panels:
    """Return the small multiple of every value of a column, in their order, what has none last.

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
        Panel(f"{label}: {picture_text(named[code], longest=60)}", np.flatnonzero(codes == code))
        for code in [*range(len(values)), *([-1] if (codes < 0).any() else [])]
    ]


def panel_note(rows: npt.NDArray[np.intp], reports: Reports, words: Wording, *, width: float, size: float) -> str:
    """Return a panel's number of reports and how many of them are not drawn, as much as there is room for.

    Without it a day of country-wide reports would look like a day without any.
    """
    events = np.unique(reports.row_event[rows])
    on_map = np.setdiff1d(rows[np.isin(reports.row_kind[rows], (0, 1))], far_rows(reports))
    drawn = np.unique(reports.row_event[on_map])
    hidden = len(events) - len(drawn)
    counted = words.plural("count.reports", len(events))
    tries = [counted]
    if hidden:
        beside = f"{words.text('figure.not_drawn').lower()}: {words.number(hidden)}"
        tries = [f"{counted}, {beside}", beside, words.text("figure.off_map", n=words.number(hidden)), counted]
    return next((text for text in tries if text_width(text, size) <= width), "")
