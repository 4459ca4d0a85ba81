"""Who says what: contradictions with their ranges, and how far sources agree."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal

import pandas as pd

from impactmap.analysis.events import told
from impactmap.model.claims import claims_frame, find_contradictions, intervals
from impactmap.model.errors import InputError

__all__ = ["compare_sources", "list_contradictions"]

_COLUMNS = ("event_id", "metric", "value", "value_low", "value_high", "qualifier", "text", "claimant", "source_name")
_READ = tuple(f"claims.{name}" for name in _COLUMNS)


def list_contradictions(claims: pd.DataFrame) -> pd.DataFrame:
    """List what different parties say of one metric of one event that cannot all be true.

    Parameters
    ----------
    claims
        The claims frame.

    Returns
    -------
    DataFrame
        A row a contradiction, as `find_contradictions` gives them, with ``claimants`` (str, in the claims' order,
        joined by ``"; "``; *not named* for nobody) and, of figures, ``low`` and ``high`` (float64): the lowest and
        the highest that any of them allows.

    Raises
    ------
    ColumnError
        When `claims` is no claims frame.

    References
    ----------
    See `find_contradictions` and `interval`.

    Examples
    --------
    >>> found = list_contradictions(claims_frame([
    ...     {"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
    ...     {"event_id": "a", "metric": "killed", "value": 9, "claimant": "South"}]))
    >>> found[["claimants", "low", "high"]].to_numpy().tolist()
    [['North; South', 7.0, 9.0]]
    """
    frame = claims_frame(claims)
    found = find_contradictions(frame)
    by_id = frame.assign(**intervals(frame)).set_index("claim_id")
    parties, lows, highs = [], [], []
    for ids in found["claim_ids"]:
        rows = by_id.loc[str(ids).split("; ")]
        parties.append("; ".join(dict.fromkeys(rows["claimant"].fillna("not named").astype(str))))
        lows.append(rows["low"].min())
        highs.append(rows["high"].max())
    result = found.assign(
        claimants=pd.Series(parties, dtype="str"),
        low=pd.Series(lows, dtype="float64"),
        high=pd.Series(highs, dtype="float64"),
    )
    return told(result, columns=_READ, method="Figures whose intervals have no number in common; texts that differ.")


def compare_sources(claims: pd.DataFrame, *, by: Literal["claimant", "source_name"] = "claimant") -> pd.DataFrame:
    """Put those who make claims beside each other: of how many events both speak, and how often they agree.

    Parameters
    ----------
    claims
        The claims frame.
    by
        ``claimant``, who says it, or ``source_name``, where it stands.

    Returns
    -------
    DataFrame
        A row for each two that give a figure of the same metric of the same event, most shared events first:
        ``metric``, ``first``, ``second`` (str), ``events`` (Int64, of which both give a figure), ``agree`` and
        ``differ`` (Int64), ``share_agree`` (float64), and ``first_higher``, ``second_higher`` (Int64, of those that
        differ).

    Raises
    ------
    InputError
        For another `by`.
    ColumnError
        When `claims` is no claims frame.

    Notes
    -----
    Two figures agree when their intervals (see `interval`) have a number in common. Of several figures of one party the
    latest counts, by ``date_published``, else the last. Claims of nobody named are not compared. Nothing here says who
    is right, and agreement is no confirmation: both may have it from a third.

    References
    ----------
    J. Eck (2012), In data we trust? A comparison of UCDP GED and ACLED conflict events datasets, Cooperation and
    Conflict 47(1), 124-141.

    Examples
    --------
    >>> found = compare_sources(claims_frame([
    ...     {"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
    ...     {"event_id": "a", "metric": "killed", "value": 9, "claimant": "South"},
    ...     {"event_id": "b", "metric": "killed", "value": 2, "claimant": "North"},
    ...     {"event_id": "b", "metric": "killed", "value": 2, "qualifier": "at least", "claimant": "South"}]))
    >>> found[["first", "second", "events", "agree", "differ", "second_higher"]].to_numpy().tolist()
    [['North', 'South', 2, 1, 1, 1]]
    """
    if by not in {"claimant", "source_name"}:
        raise InputError(f"expected by='claimant' or by='source_name', found {by!r}.")
    frame = claims_frame(claims)
    frame = frame.assign(**intervals(frame))
    frame = frame[frame["low"].notna() & frame[by].notna()]
    frame = frame.sort_values("date_published", na_position="first", kind="stable")
    last = frame.groupby(["metric", "event_id", by], sort=False)[["low", "high"]].last().reset_index()
    last = last[last.duplicated(["metric", "event_id"], keep=False)]
    tallies: dict[tuple[str, str, str], list[int]] = {}
    for (metric, _), group in last.groupby(["metric", "event_id"], sort=False):
        for one, other in combinations(sorted(group[[by, "low", "high"]].itertuples(index=False, name=None)), 2):
            tally = tallies.setdefault((str(metric), str(one[0]), str(other[0])), [0, 0, 0])
            tally[1 if one[1] > other[2] else 2 if other[1] > one[2] else 0] += 1
    rows: list[dict[str, Any]] = [
        {
            "metric": metric, "first": first, "second": second, "events": sum(tally), "agree": tally[0],
            "differ": tally[1] + tally[2], "share_agree": tally[0] / sum(tally), "first_higher": tally[1],
            "second_higher": tally[2],
        }
        for (metric, first, second), tally in tallies.items()
    ]  # fmt: skip
    types: dict[str, str] = {"metric": "str", "first": "str", "second": "str", "share_agree": "float64"}
    types |= dict.fromkeys(("events", "agree", "differ", "first_higher", "second_higher"), "Int64")
    names = ["metric", "first", "second", "events", "agree", "differ", "share_agree", "first_higher", "second_higher"]
    result = pd.DataFrame(rows, columns=names).astype(types)
    result = result.sort_values("events", ascending=False, kind="stable", ignore_index=True)
    return told(result, columns=_READ, method="Figures agree when their intervals have a number in common.")
