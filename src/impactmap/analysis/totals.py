"""How much: figures of one metric added up over events, never over the accounts of one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.analysis.events import Groups, components, event_numbers, group_events, told
from impactmap.model.claims import claims_frame, intervals, speakers
from impactmap.model.errors import ColumnError

__all__ = ["event_figures", "total_figures"]

_READ = ("metric", "value", "value_low", "value_high", "qualifier", "claimant", "source_name", "date_published")


def event_figures(claims: pd.DataFrame, metric: str, *, claimants: Sequence[str] = ()) -> pd.DataFrame:
    """Return what is claimed of each event by all who say something of it, as one range.

    Parameters
    ----------
    claims
        The claims frame.
    metric
        Such as ``killed``.
    claimants
        Whose account goes before the others', the first first; of an event of which none of them speaks all are taken.

    Returns
    -------
    DataFrame
        A row an event that has a figure, indexed by ``event_id``: ``low``, ``best``, ``high`` (float64; ``best`` is
        missing where accounts differ or none gives one figure, ``high`` infinite where it is open), ``accounts``
        (Int64, parties that give a figure) and ``contradicted`` (boolean: two of them cannot both be right).

    Raises
    ------
    ColumnError
        When `claims` is no claims frame, or has no figure of the metric.

    Notes
    -----
    A party's account is its latest figure (by ``date_published``, else the last row): a later one is a revision. The
    range of several accounts reaches from the lowest to the highest: two parties' figures are never added and never
    averaged. What a qualifier allows: see `impactmap.interval`.

    Examples
    --------
    >>> claims = claims_frame([
    ...     {"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
    ...     {"event_id": "a", "metric": "killed", "value": 9, "claimant": "South"},
    ...     {"event_id": "b", "metric": "killed", "value": 10, "qualifier": "about", "claimant": "North"}])
    >>> event_figures(claims, "killed")[["low", "best", "high"]].to_numpy().tolist()
    [[7.0, nan, 9.0], [9.0, 10.0, 11.0]]
    """
    frame = claims_frame(claims)
    asked = frame[frame["metric"] == metric]
    ends = intervals(asked)
    told_by = speakers(asked) if len(asked) else pd.Series(dtype="str")
    work = pd.DataFrame({"event_id": asked["event_id"], "value": asked["value"].astype("float64"), **ends})
    work = work.assign(speaker=told_by, day=asked["date_published"], row=np.arange(len(asked)))
    work = work[work["low"].notna()]
    if work.empty:
        known = ", ".join(sorted(frame.loc[intervals(frame)["low"].notna(), "metric"].unique())) or "none"
        raise ColumnError(f"claims: expected figures of the metric {metric!r}, found none. There are: {known}.")
    latest = work.sort_values(["day", "row"], na_position="first").groupby(["event_id", "speaker"], sort=False).tail(1)
    latest = _preferred(latest.sort_values("row"), asked, claimants)
    grouped = latest.groupby("event_id", sort=False)
    low, high = grouped["low"].min(), grouped["high"].max()
    values = grouped["value"]
    one = (values.min() == values.max()) & (values.count() == grouped.size())
    result = pd.DataFrame({"low": low, "best": values.first().where(one), "high": high})
    result["accounts"] = grouped.size().astype("Int64")
    result["contradicted"] = (grouped["low"].max() > grouped["high"].min()).astype("boolean")
    columns = [f"claims.{name}" for name in ("event_id", *_READ) if name in frame.columns]
    method = "A range over all accounts of an event; each party's latest figure; nothing is added or averaged."
    return told(result, columns=columns, method=method)


def _preferred(latest: pd.DataFrame, asked: pd.DataFrame, claimants: Sequence[str]) -> pd.DataFrame:
    """Keep the first preferred claimant's account where one of them speaks of the event."""
    rank = {name.casefold(): number for number, name in enumerate(claimants)}
    names = asked.loc[latest.index, "claimant"].astype("str").str.casefold()
    place = names.map(rank).fillna(len(rank))
    first = place.groupby(latest["event_id"]).transform("min")
    kept: pd.DataFrame = latest[place == first]
    return kept


def total_figures(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    metric: str,
    *,
    by: str | Sequence[str] | None = None,
    claimants: Sequence[str] = (),
    duplicates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add up what is claimed of events.

    Parameters
    ----------
    events
        One row an event and place.
    claims
        The claims about them.
    metric, claimants
        As for `event_figures`.
    by, duplicates
        As for `count_events`.

    Returns
    -------
    DataFrame
        A row a group with

        - ``low`` (float64): the lowest accounts of the events that surely belong to it, proposed duplicates once
        - ``best`` (float64): the sum of figures that all accounts share; missing where accounts of an event differ
        - ``high`` (float64): the highest accounts of all events that may belong to it; infinite where one is open
        - ``events``, ``without``, ``contradicted`` (Int64): those with a figure, without one, and of whose figures two
          cannot both be right

    Raises
    ------
    ColumnError
        As for `count_events` and `event_figures`.

    Notes
    -----
    A figure is of its event as a whole. Where the event lies in several groups (two regions, a week over two months)
    nobody said how much falls to each: it is in the ``high`` of each, and in no ``low`` and no ``best``, unless it may
    be below zero. Two parties' accounts of one event are never added.

    References
    ----------
    R. E. Moore (1966), Interval Analysis, Prentice-Hall: the sum of ranges is the sum of their ends.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b", "c"], "side": ["North", "North", "South"]})
    >>> claims = claims_frame([
    ...     {"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
    ...     {"event_id": "a", "metric": "killed", "value": 9, "claimant": "South"},
    ...     {"event_id": "b", "metric": "killed", "value": 2, "claimant": "North"}])
    >>> total_figures(events, claims, "killed", by="side")[["low", "best", "high", "without"]].to_numpy().tolist()
    [[9.0, nan, 11.0, 0], [0.0, 0.0, 0.0, 1]]
    """
    figures = event_figures(claims, metric, claimants=claimants)
    _, ids = event_numbers(events)
    groups = group_events(events, by)
    each = figures.reindex(ids)
    same = components(ids, duplicates)
    size = len(groups.labels)
    low, best, high = (each[name].to_numpy(dtype=float)[groups.event] for name in ("low", "best", "high"))
    has = ~np.isnan(low)
    sure = groups.whole | (low < 0)
    result = pd.DataFrame(
        {
            "low": _lowest(groups, same, low, has & sure),
            "best": _sums(groups, best, has & groups.whole),
            "high": _sums(groups, np.maximum(high, np.where(groups.whole, high, 0.0)), has),
        },
        index=groups.labels,
    )
    contradicted = each["contradicted"].fillna(value=False).to_numpy(dtype=bool)[groups.event]
    for name, chosen in (("events", has), ("without", ~has), ("contradicted", contradicted)):
        result[name] = pd.array(np.bincount(groups.group[chosen], minlength=size), dtype="Int64")
    columns = ["event_id", *groups.columns, *figures.attrs["columns"]]
    if duplicates is not None:
        columns += ["duplicates.event_id_1", "duplicates.event_id_2"]
    return told(result, columns=columns, method=f"{metric}: sums over events. {figures.attrs['method']}")


def _sums(groups: Groups, values: npt.NDArray[Any], chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    sums = np.zeros(len(groups.labels))
    np.add.at(sums, groups.group[chosen], values[chosen])
    return sums


def _lowest(
    groups: Groups, same: npt.NDArray[np.intp], low: npt.NDArray[Any], chosen: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return the sums of the lowest figures, those of events that may be one counted once, at their lowest."""
    rows = pd.DataFrame({"group": groups.group[chosen], "event": same[groups.event[chosen]], "low": low[chosen]})
    once = rows.groupby(["group", "event"])["low"].min().groupby(level="group").sum()
    return once.reindex(range(len(groups.labels)), fill_value=0.0).to_numpy(dtype=float)
