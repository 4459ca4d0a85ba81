"""Reported figures against computed ones."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from impactmap.context._frames import need_columns
from impactmap.events import interval

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
        places differ), ``column`` (str), ``agrees`` (boolean, missing when it cannot be told) and ``note`` (str).

    Raises
    ------
    ColumnError
        A column named above is absent.

    Notes
    -----
    A reported figure agrees when the computed one lies in the interval that its words allow ("about" ten per cent, see
    `impactmap.events.interval`).
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
    chosen = claims[claims["metric"].isin(list(COMPUTED))]
    about = events[events["event_id"].isin(chosen["event_id"])]
    places = dict(iter(pd.DataFrame(about).groupby("event_id", sort=False)))
    rows = []
    for _, claim in chosen.iterrows():
        low, high = interval(claim)
        if math.isnan(low) and math.isnan(high):
            continue
        found = places.get(claim["event_id"])
        rows.append(
            (
                claim["claim_id"],
                claim["event_id"],
                claim["metric"],
                low,
                high,
                *_computed(found, claim["metric"], low, high),
            )
        )
    names = ["claim_id", "event_id", "metric", "reported_low", "reported_high", "computed", "column", "agrees", "note"]
    types = dict.fromkeys(("claim_id", "event_id", "metric", "column", "note"), "str") | {"agrees": "boolean"}
    types |= dict.fromkeys(("reported_low", "reported_high", "computed"), "float64")
    return pd.DataFrame(rows, columns=names).astype(types)


def _computed(places: pd.DataFrame | None, metric: str, low: float, high: float) -> tuple[Any, str, Any, str]:
    """Return the computed value, its column, whether it agrees, and a note."""
    column, *ends = COMPUTED[metric]
    if places is None:
        return None, column, None, "no such event"
    values: list[float] = list(places[column].dropna().astype(float).unique()) if column in places else []
    areas = places[ends].dropna().drop_duplicates() if ends and set(ends) <= set(places) else pd.DataFrame()
    if len(values) + len(areas) == 0:
        return None, column, None, "not computed"
    if len(values) + len(areas) > 1:
        return None, column, None, f"{len(values) + len(areas)} places of this event differ"
    if len(values):
        value = values[0]
        agrees = low <= value <= high
        return value, column, agrees, "within what the report allows" if agrees else "outside what the report allows"
    nearest, farthest = (float(end) for end in areas.iloc[0])
    agrees = low <= farthest and high >= nearest
    return None, ends[0], agrees, f"the area lies between {nearest:.0f} and {farthest:.0f}"
