"""How many events: each once, in groups and within a distance, as many as surely and as many as possibly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.analysis.distances import distance_ranges
from impactmap.analysis.events import Groups, components, event_numbers, group_events, told
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["count_events", "count_within_border"]

Bools = npt.NDArray[np.bool_]


def count_events(
    events: pd.DataFrame, *, by: str | Sequence[str] | None = None, duplicates: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count events, each once whatever its places.

    Parameters
    ----------
    events
        One row an event and place. Needs ``event_id``; without it each row is an event.
    by
        A column or several, such as ``side``, ``confirmation`` or ``place_region``; or a period, ``day``, ``week``,
        ``month`` or ``year``, which needs ``date_start`` and uses ``date_end``.
    duplicates
        Pairs that may be one event, from `propose_duplicates`; without them every event is taken for one of its own.

    Returns
    -------
    DataFrame
        A row a group, a missing value being a group of its own, with

        - ``low`` (Int64): events that surely belong to it, proposed duplicates counted as one
        - ``best`` (Int64): events that belong to it and to no other, and of a column also those that belong to several
        - ``high`` (Int64): events that may belong to it
        - ``share_low``, ``share_high`` (float64): of all events, 0 to 1

        ``attrs["columns"]`` names what it comes from. For a period, groups without events are there, too.

    Raises
    ------
    ColumnError
        When a column is not there, or an event has no identifier.

    Notes
    -----
    An event at places in two regions is an event of both, so groups of places may add up to more than there are events.
    An event of which a week is known, counted by day, may be of any of its days and is surely of none; counted by
    month it is of one, if the week lies in it. ``best`` counts it where it lies as a whole.
    Nothing is shared out: halves of events are no events.

    References
    ----------
    C. F. Manski (2003), Partial Identification of Probability Distributions, Springer: bounds, not imputed values.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "a", "b", "c"], "side": ["North", "North", None, "North"],
    ...                        "date_start": pd.to_datetime(["2025-11-08", "2025-11-08", "2025-11-09", "2025-11-08"]),
    ...                        "date_end": pd.to_datetime(["2025-11-08", "2025-11-08", "2025-11-09", "2025-11-09"])})
    >>> count_events(events, by="side")["best"].tolist()
    [2, 1]
    >>> count_events(events, by="day")[["low", "best", "high"]].to_numpy().tolist()
    [[1, 1, 2], [1, 1, 2]]
    """
    groups = group_events(events, by)
    _, ids = event_numbers(events)
    same = components(ids, duplicates)
    period = groups.columns[:1] == ("date_start",) and isinstance(groups.labels, pd.PeriodIndex)
    sure = groups.whole if period else np.ones(len(groups.event), dtype=bool)
    result = _counted(groups, same, sure=sure, best=sure, possible=np.ones(len(groups.event), dtype=bool))
    for name in ("low", "high"):
        result[f"share_{name}"] = result[name].astype("float64") / max(len(ids), 1)
    columns = [*(["event_id"] if "event_id" in events.columns else []), *groups.columns, *_of_duplicates(duplicates)]
    method = "Events counted once each; low and high from the days that are known and from proposed duplicates."
    return told(result, columns=columns, method=method)


def count_within_border(
    events: pd.DataFrame,
    km: float,
    *,
    by: str | Sequence[str] | None = None,
    border: Border | None = None,
    duplicates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the events at most so far from the border.

    Parameters
    ----------
    events
        As for `distance_ranges`.
    km
        Kilometres from the border, on either side of it; 0 or more.
    by, duplicates
        As for `count_events`.
    border
        Measures the distances anew; by default those of `add_border_distance` are taken.

    Returns
    -------
    DataFrame
        A row a group with ``low``, ``best``, ``high`` and ``unknown`` (Int64):

        - ``low``: a place of theirs lies within the distance wherever in its radius or area it truly is
        - ``best``: taking every point where it is drawn; an area counts where it lies within as a whole
        - ``high``: a place of theirs may lie within
        - ``unknown``: none of their places has a distance, such as reports of a whole country

    Raises
    ------
    ColumnError
        When there are no distances, and no border is given.
    InputError
        For a distance below zero.

    Notes
    -----
    A settlement's point is off by up to its ``place_radius_km``, which is counted both ways. Events of ``unknown`` are
    not in ``high``: of them nothing is known.

    References
    ----------
    Distances: see `add_border_distance`.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b", "c", "d"], "place_radius_km": [5.0, 5.0, None, None],
    ...     "border_distance_km": [44.0, 52.0, None, None], "border_distance_min_km": [None, None, 10.0, None],
    ...     "border_distance_max_km": [None, None, 90.0, None]})
    >>> count_within_border(events, 50).to_numpy().tolist()
    [[1, 1, 3, 1]]
    """
    if not km >= 0:
        raise InputError(f"expected a distance in kilometres of 0 or more, found {km!r}.")
    ranges = distance_ranges(events, border=border)
    _, ids = event_numbers(events)
    groups = group_events(events, by)
    low, best, high = (ranges[name].to_numpy(dtype=float)[groups.event] for name in ("low", "best", "high"))
    with np.errstate(invalid="ignore"):
        sure, possible = high <= km, low <= km
        drawn = (best <= km) | sure
    of_period = isinstance(groups.labels, pd.PeriodIndex)
    whole = groups.whole if of_period else True
    same = components(ids, duplicates)
    result = _counted(groups, same, sure=sure & whole, best=drawn & whole, possible=possible)
    unknown = np.bincount(groups.group[np.isnan(low)], minlength=len(groups.labels))
    result["unknown"] = pd.array(unknown, dtype="Int64")
    columns = [*ranges.attrs["columns"], *groups.columns, *_of_duplicates(duplicates)]
    return told(result, columns=columns, method=f"Events within {km:g} km. {ranges.attrs['method']}")


def _counted(groups: Groups, same: npt.NDArray[np.intp], *, sure: Bools, best: Bools, possible: Bools) -> pd.DataFrame:
    """Return how many events of each group are sure (duplicates once), taken as they are, and possible."""
    size = len(groups.labels)
    pairs = pd.DataFrame({"group": groups.group[sure], "event": same[groups.event[sure]]}).drop_duplicates()
    counts = {
        "low": np.bincount(pairs["group"], minlength=size),
        "best": np.bincount(groups.group[best], minlength=size),
        "high": np.bincount(groups.group[possible], minlength=size),
    }
    return pd.DataFrame({name: pd.array(count, dtype="Int64") for name, count in counts.items()}, index=groups.labels)


def _of_duplicates(duplicates: pd.DataFrame | None) -> list[str]:
    return [] if duplicates is None else ["duplicates.event_id_1", "duplicates.event_id_2"]
