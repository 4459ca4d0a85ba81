"""Events of a frame of rows, each once: their groups, their periods, and which of them may be one and the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.analysis.linkage import join, roots
from impactmap.model.errors import ColumnError, InputError
from impactmap.model.faults import which_column

__all__ = ["PERIODS", "Groups", "components", "event_numbers", "event_periods", "group_events", "told"]

#: What `by` may be beside a column, and the period's name in pandas.
PERIODS: Final = {"day": "D", "week": "W-SUN", "month": "M", "year": "Y"}

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Groups:
    """Which event belongs to which group.

    Attributes
    ----------
    labels
        Names of the groups, in order; a missing value is a group of its own.
    event, group
        Numbers of event and group, one pair once.
    whole
        Of each pair, whether the event lies in that group alone.
    columns
        The columns that they come from.
    """

    labels: pd.Index[Any]
    event: Numbers
    group: Numbers
    whole: Bools
    columns: tuple[str, ...]


def event_numbers(events: pd.DataFrame) -> tuple[Numbers, pd.Index[Any]]:
    """Return the number of each row's event, and the events' identifiers; without ``event_id`` each row is one."""
    if "event_id" not in events.columns:
        return np.arange(len(events)), pd.RangeIndex(len(events), name="event_id")
    numbers, ids = pd.factorize(events["event_id"])
    if (numbers < 0).any():
        raise ColumnError(
            f"events: expected an event_id in every row, found {int((numbers < 0).sum()):,} rows without one."
        )
    return numbers, pd.Index(ids, name="event_id")


def event_periods(events: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the first and the last day of each event; missing where nobody said.

    Raises
    ------
    ColumnError
        Without ``date_start``.
    """
    from impactmap.places.geometry import name_columns

    numbers, ids = event_numbers(events)
    events = name_columns(events)
    if "date_start" not in events.columns:
        raise ColumnError(
            "events: expected the column date_start, or one column of days, found none. Read the table with "
            "read_events, or make one with pandas.to_datetime."
        )
    start = pd.to_datetime(events["date_start"])
    end = start if "date_end" not in events.columns else pd.to_datetime(events["date_end"]).fillna(start)
    first = start.groupby(numbers).min().reindex(range(len(ids)))
    last = end.groupby(numbers).max().reindex(range(len(ids)))
    return first, last


def group_events(events: pd.DataFrame, by: str | Sequence[str] | None) -> Groups:
    """Return the groups of a frame's events.

    Parameters
    ----------
    events
        One row an event and place.
    by
        A column, several columns, or a period: ``day``, ``week`` (from Monday), ``month``, ``year``. An event of which
        only the month is known lies in each of its days, and as a whole in none.

    Raises
    ------
    ColumnError
        For a column that is not there.
    """
    numbers, ids = event_numbers(events)
    if by is None:
        count = len(ids)
        everything = np.arange(count)
        none = np.zeros(count, dtype=np.intp)
        return Groups(pd.Index(["all"], name="events"), everything, none, np.ones(count, dtype=bool), ())
    if isinstance(by, str) and by in PERIODS:
        return _periods(events, by)
    names = [by] if isinstance(by, str) else list(by)
    if missing := [name for name in names if name not in events.columns]:
        raise ColumnError(
            f"events: expected columns or a period ({', '.join(PERIODS)}), found {missing[0]!r}. "
            f"{which_column(missing[0], events.columns)}"
        )
    pairs = events[names].assign(**{"\0event": numbers}).drop_duplicates()
    groups = pairs.groupby(names if len(names) > 1 else names[0], sort=True, dropna=False)
    group = np.asarray(groups.ngroup(), dtype=np.intp)
    labels = groups.size().index
    event: Numbers = pairs["\0event"].to_numpy(dtype=np.intp)
    return Groups(labels, event, group, np.bincount(event, minlength=len(ids))[event] == 1, tuple(names))


def _periods(events: pd.DataFrame, by: str) -> Groups:
    first, last = event_periods(events)
    dated = np.flatnonzero(first.notna())
    frequency = PERIODS[by]
    columns = tuple(name for name in ("date_start", "date_end") if name in events.columns)
    if not len(dated):
        labels: pd.Index[Any] = pd.PeriodIndex([], freq=frequency, name=by)
        return Groups(labels, dated, dated, np.zeros(0, dtype=bool), columns)
    begins = pd.PeriodIndex(first.iloc[dated], freq=frequency)
    ends = pd.PeriodIndex(last.iloc[dated], freq=frequency)
    # Every period between the first and the last: a day without events is shown as one.
    labels = pd.period_range(begins.min(), ends.max(), freq=frequency, name=by)
    start = begins.asi8 - labels.asi8[0]
    length = ends.asi8 - begins.asi8 + 1
    event: Numbers = np.repeat(dated, length)
    group: Numbers = np.repeat(start, length) + np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return Groups(labels, event, group, np.repeat(length == 1, length), columns)


def components(ids: pd.Index[Any], duplicates: pd.DataFrame | None) -> Numbers:
    """Return, for each event, the number of the one that it is if every proposed duplicate is one.

    Parameters
    ----------
    ids
        The events' identifiers.
    duplicates
        Pairs as `propose_duplicates` gives them; None for none.

    Raises
    ------
    InputError
        When it is not such a frame.
    """
    parent = np.arange(len(ids))
    if duplicates is None:
        return parent
    if not {"event_id_1", "event_id_2"} <= set(duplicates.columns):
        raise InputError("duplicates: expected pairs with event_id_1 and event_id_2, as propose_duplicates gives them.")
    firsts, seconds = (ids.get_indexer(pd.Index(duplicates[f"event_id_{number}"])) for number in (1, 2))
    known = (firsts >= 0) & (seconds >= 0)
    join(parent, firsts[known], seconds[known])
    return roots(parent)


def told(result: pd.DataFrame, *, columns: Sequence[str], method: str) -> pd.DataFrame:
    """Return a result that says which columns it comes from and how, in ``attrs``."""
    result.attrs = {"columns": list(dict.fromkeys(columns)), "method": method}
    return result
