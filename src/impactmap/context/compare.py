"""Reported figures against computed ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from impactmap.context._frames import need_columns
from impactmap.model.claims import intervals

__all__ = ["compare_reported"]

#: Metrics that the context stage computes as well, with the columns that hold them.
COMPUTED = {
    "border_distance_km": ("border_distance_km", "border_distance_min_km", "border_distance_max_km"),
    "population": ("population",),
}


def compare_reported(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Put reported figures beside what was computed for the same event.

    Parameters
    ----------
    events
        With ``event_id``, ``border_distance_km`` (and ``_min_km``, ``_max_km`` for areas) and ``population``; those
        not yet computed may be absent.
    claims
        With ``claim_id, event_id, metric, value, value_low, value_high, qualifier``.

    Returns
    -------
    DataFrame
        One row a claim on a metric that is also computed, in the order of the claims: ``claim_id``, ``event_id``,
        ``metric`` (str), ``reported_low``,
        ``reported_high`` (float64: what the figure and its qualifier allow, infinite where open), ``computed``
        (float64; missing for an area and where several
        places differ), ``computed_low`` and ``computed_high`` (float64; of an area, its nearest and its farthest
        point), ``column`` (str), ``agrees`` (boolean, missing when it cannot be told) and ``note`` (str).

    Raises
    ------
    ColumnError
        A column named above is absent.

    Notes
    -----
    A reported figure agrees when the computed one lies in the interval that its words allow ("about" ten per cent, see
    `impactmap.interval`).
    For an area it agrees when the intervals meet. Nothing here says which of the two is right.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["e"], "border_distance_km": [179.9]})
    >>> claims = pd.DataFrame({"claim_id": ["c"], "event_id": ["e"], "metric": ["border_distance_km"], "value": [300.0],
    ...                        "value_low": [None], "value_high": [None], "qualifier": ["nearly"]})
    >>> compare_reported(events, claims)["agrees"].tolist()
    [False]
    """
    need_columns(events, ("event_id",), "Events for compare_reported")
    need_columns(
        claims,
        ("claim_id", "event_id", "metric", "value", "value_low", "value_high", "qualifier"),
        "Claims for compare_reported",
    )
    asked = claims[claims["metric"].isin(list(COMPUTED))]
    if asked.empty:  # most claims are about something else
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in _TYPES.items()})
    asked = asked.assign(position=np.arange(len(asked)), **intervals(asked))
    asked = asked[asked["low"].notna() | asked["high"].notna()]
    about = events[events["event_id"].isin(asked["event_id"])]
    parts = [_compare(asked[asked["metric"] == metric], about, *columns) for metric, columns in COMPUTED.items()]
    return pd.concat(parts).sort_values("position").drop(columns="position").reset_index(drop=True).astype(_TYPES)


_TYPES: dict[str, Any] = {
    "claim_id": "str", "event_id": "str", "metric": "str", "reported_low": "float64", "reported_high": "float64",
    "computed": "float64", "column": "str", "agrees": "boolean", "note": "str",
}  # fmt: skip


def _compare(asked: pd.DataFrame, events: pd.DataFrame, column: str, *ends: str) -> pd.DataFrame:
    """Return the comparison of claims on one metric."""
    points = _distinct(events, [column])
    areas = _distinct(events, list(ends))
    ids = asked["event_id"]
    count = ids.map(points["count"]).fillna(0) + ids.map(areas["count"]).fillna(0)
    low, high = asked["low"].to_numpy(dtype=float), asked["high"].to_numpy(dtype=float)
    value = ids.map(points[column]).to_numpy(dtype=float) if column in points else np.full(len(asked), np.nan)
    if ends and set(ends) <= set(areas):
        nearest, farthest = (ids.map(areas[end]).to_numpy(dtype=float) for end in ends)
    else:
        nearest = farthest = np.full(len(asked), np.nan)
    one = (count == 1).to_numpy()
    point, area = one & ~np.isnan(value), one & np.isnan(value)
    agrees = np.where(point, (low <= value) & (value <= high), (low <= farthest) & (high >= nearest))
    notes = np.select(
        [point & agrees, point, ~ids.isin(events["event_id"]).to_numpy(), (count == 0).to_numpy()],
        ["within what the report allows", "outside what the report allows", "no such event", "not computed"],
        "",
    ).astype(object)
    for row in np.flatnonzero(area).tolist():
        notes[row] = f"the area lies between {nearest[row]:.0f} and {farthest[row]:.0f}"
    for row in np.flatnonzero((count > 1).to_numpy()).tolist():
        notes[row] = f"{count.iloc[row]:.0f} places of this event differ"
    return pd.DataFrame(
        {
            "position": asked["position"].to_numpy(),
            "claim_id": asked["claim_id"].to_numpy(),
            "event_id": ids.to_numpy(),
            "metric": asked["metric"].to_numpy(),
            "reported_low": low,
            "reported_high": high,
            "computed": np.where(point, value, np.nan),
            "computed_low": np.where(area, nearest, np.nan),
            "computed_high": np.where(area, farthest, np.nan),
            "column": np.where(area, ends[0], column) if ends else column,
            "agrees": pd.Series(agrees, dtype="boolean").mask(~one),
            "note": notes,
        }
    )


def _distinct(events: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return, by event, how many different values it has in the columns together, and the first of them."""
    if not columns or not set(columns) <= set(events.columns):
        return pd.DataFrame({"count": pd.Series([], dtype="int64")})
    values = pd.DataFrame(
        {"event_id": events["event_id"], **{name: events[name].astype("Float64") for name in columns}}
    )
    found = values.dropna().drop_duplicates().groupby("event_id")
    return found.first().astype("float64").assign(count=found.size())
