"""Claims: who said what about an event, how wide each figure is, and which claims contradict each other."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.errors import ColumnError, TableError
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import CLAIM_COLUMNS

__all__ = ["claims_frame", "find_contradictions", "interval", "intervals", "speakers"]

#: Metrics whose texts stand beside each other: two parties that say different things need not disagree.
NOT_COMPARED = ("statement",)


def _number(value: Any) -> float:
    """Return the value as a float, missing as NaN."""
    return math.nan if value is None or value is pd.NA else float(value)


def _unknown_qualifier(found: object) -> TableError:
    return TableError(
        f"expected a qualifier out of {', '.join(QUALIFIERS)}, or none; found {found!r}. Use one of these words "
        "in the column qualifier."
    )


def interval(claim: Mapping[str, Any] | pd.Series[Any]) -> tuple[float, float]:
    """Return the closed interval that a claim's figure allows.

    Parameters
    ----------
    claim
        One row of the claims frame. Read are ``value``, ``value_low``, ``value_high`` and ``qualifier``; an absent
        key is missing.

    Returns
    -------
    tuple of float
        ``(low, high)`` in the metric's unit; ``inf`` for an end that the claim leaves open, ``(nan, nan)`` for a
        claim that is not a number.

    Raises
    ------
    TableError
        For a qualifier that is not in `QUALIFIERS`.

    Notes
    -----
    A low or high that the claimant gave is taken as it is. Otherwise the qualifier widens the value by the
    conventions in `QUALIFIERS`: "about" is ten per cent either way, "nearly" ten per cent below, "more than" and "at
    least" have no upper end, "less than" and "up to" begin at zero. A low above its high is read the other way round.
    Ends belong to the interval, so "more than 100" and "100" do not contradict each other.

    Examples
    --------
    >>> interval({"value": 20000, "qualifier": "about"})
    (18000.0, 22000.0)
    >>> interval({"value": 1e6, "qualifier": "more than"})
    (1000000.0, inf)
    >>> interval({"value_low": 7, "value_high": 9})
    (7.0, 9.0)
    """
    value, low, high = (_number(claim.get(name)) for name in ("value", "value_low", "value_high"))
    qualifier = claim.get("qualifier")
    name = "exactly" if pd.isna(qualifier) else str(qualifier)
    if name not in QUALIFIERS:
        raise _unknown_qualifier(name)
    if math.isnan(value) and math.isnan(low) and math.isnan(high):
        return math.nan, math.nan
    least, most = -math.inf, math.inf
    if not math.isnan(value):
        factors = QUALIFIERS[name]
        least, most = sorted((value * factors.low, math.inf if math.isinf(factors.high) else value * factors.high))
    least, most = sorted((least if math.isnan(low) else low, most if math.isnan(high) else high))
    return least, most


def intervals(claims: pd.DataFrame) -> pd.DataFrame:
    """Return `interval` of every claim.

    Parameters
    ----------
    claims
        The claims frame; ``value``, ``value_low``, ``value_high`` and ``qualifier`` are read.

    Returns
    -------
    DataFrame
        ``low`` and ``high`` (float64), with the rows, order and index of `claims`.

    Raises
    ------
    ColumnError
        When one of the four columns is absent.
    TableError
        For a qualifier that is not in `QUALIFIERS`.
    """
    _need(claims, ("value", "value_low", "value_high", "qualifier"))
    codes, words = pd.factorize(claims["qualifier"])
    if unknown := [word for word in words if word not in QUALIFIERS]:
        raise _unknown_qualifier(unknown[0])
    factors = [QUALIFIERS[word] for word in [*words, "exactly"]]  # a missing word has the code -1
    value, low, high = (
        claims[name].to_numpy(dtype="float64", na_value=np.nan) for name in ("value", "value_low", "value_high")
    )
    factor_low, factor_high = (np.array([getattr(q, end) for q in factors])[codes] for end in ("low", "high"))
    first = value * factor_low
    with np.errstate(invalid="ignore"):
        second = np.where(np.isinf(factor_high), np.inf, value * factor_high)
    stated = ~np.isnan(value)
    least = np.where(np.isnan(low), np.where(stated, np.fmin(first, second), -np.inf), low)
    most = np.where(np.isnan(high), np.where(stated, np.fmax(first, second), np.inf), high)
    nothing = ~stated & np.isnan(low) & np.isnan(high)
    return pd.DataFrame(
        {
            "low": np.where(nothing, np.nan, np.minimum(least, most)),
            "high": np.where(nothing, np.nan, np.maximum(least, most)),
        },
        index=claims.index,
    )


def _need(claims: pd.DataFrame, columns: tuple[str, ...]) -> None:
    if missing := [name for name in columns if name not in claims.columns]:
        raise ColumnError(
            f"expected a claims frame with the columns {', '.join(columns)}; {', '.join(missing)} missing. Make "
            "it with claims_frame()."
        )


def _plain(text: str) -> str:
    """Return the text without differences of case, spacing, spelling form and final stop."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .")


def speakers(claims: pd.DataFrame) -> pd.Series[str]:
    """Return who speaks in each claim; a claim of nobody in particular speaks for itself alone."""
    speaker = pd.Series(pd.NA, index=claims.index, dtype="str")
    for name in ("claimant", "source_name", "source_url"):
        if name in claims.columns:
            speaker = speaker.fillna(claims[name].astype("str"))
    return _each(speaker).fillna("\0" + claims["claim_id"])


def _each(texts: pd.Series[str]) -> pd.Series[str]:
    """Return `_plain` of every text, worked out once for each different one."""
    codes, values = pd.factorize(texts)
    plain = np.array([*map(_plain, values), None], dtype=object)
    return pd.Series(plain[codes], index=texts.index, dtype="str")


def _differ(claims: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which claims are about an event and metric of which more than one thing is said: most are not."""
    event, metric, text = (pd.factorize(claims[name])[0] for name in ("event_id", "metric", "text"))
    ends = intervals(claims)
    if not len(claims):
        return np.zeros(0, dtype=bool)
    about = event * (metric.max() + 2) + metric + 1
    order = np.argsort(about, kind="stable")
    starts = np.flatnonzero(np.diff(about[order], prepend=about[order[0]] - 1))
    low, high = ends["low"].fillna(-np.inf).to_numpy()[order], ends["high"].fillna(np.inf).to_numpy()[order]
    first = np.where(text < 0, len(text), text)[order]
    apart = np.maximum.reduceat(low, starts) > np.minimum.reduceat(high, starts)
    apart |= np.minimum.reduceat(first, starts) < np.maximum.reduceat(text[order], starts)
    differ = np.empty(len(claims), dtype=bool)
    differ[order] = np.repeat(apart, np.diff(starts, append=len(order)))
    return differ


def find_contradictions(claims: pd.DataFrame) -> pd.DataFrame:
    """Find claims of different parties about one metric of one event that cannot all be true.

    Parameters
    ----------
    claims
        The claims frame; needs ``claim_id, event_id, metric, value, value_low, value_high, text, qualifier, claimant``.

    Returns
    -------
    DataFrame
        One row a contradiction, in the order of its first claim: ``event_id``, ``metric``, ``claim_ids`` (the claims
        that differ from at least one other party's, in order, joined by ``"; "``) and ``kind`` (``figures`` or
        ``texts``). Empty without contradictions.

    Raises
    ------
    ColumnError
        When a needed column is absent.
    TableError
        For a qualifier that is not in `QUALIFIERS`.

    Notes
    -----
    Two figures contradict each other when their intervals (see `interval`) have no number in common; two texts when
    they differ after case, spacing and spelling form are levelled. A claimant never contradicts itself: a later
    figure of the same party is a revision. A claim with neither claimant nor source speaks for itself. Claims of the
    metric ``statement`` are never compared.

    Examples
    --------
    >>> from impactmap.model.claims import claims_frame
    >>> found = find_contradictions(claims_frame([
    ...     {"event_id": "e1", "metric": "killed", "value": 7, "claimant": "A"},
    ...     {"event_id": "e1", "metric": "killed", "value": 9, "claimant": "B"},
    ...     {"event_id": "e1", "metric": "killed", "value": 7, "qualifier": "at least", "claimant": "C"},
    ... ]))
    >>> found.iloc[0].to_dict()
    {'event_id': 'e1', 'metric': 'killed', 'claim_ids': 'e1:killed:1; e1:killed:2', 'kind': 'figures'}
    """
    _need(
        claims, ("claim_id", "event_id", "metric", "value", "value_low", "value_high", "text", "qualifier", "claimant")
    )
    keys = ["event_id", "metric"]
    differ = _differ(claims)
    claims = claims_frame(claims[differ] if claims["claim_id"].notna().all() else claims)
    work = pd.DataFrame({name: claims[name] for name in ("claim_id", "event_id", "metric", "text")}).assign(
        speaker=speakers(claims), **intervals(claims)
    )
    work = work[~work["metric"].isin(NOT_COMPARED)].reset_index(drop=True)
    work["position"] = work.index
    found = []
    figures = work[work["low"].notna()]
    # Some pair of intervals lies apart exactly when the highest low exceeds the lowest high: the cheap test spares
    # the pairwise one.
    grouped = figures.groupby(keys)
    for key, group in figures[grouped["low"].transform("max") > grouped["high"].transform("min")].groupby(
        keys, sort=False
    ):
        low, high, speaker = (group[name].to_numpy() for name in ("low", "high", "speaker"))
        apart = (low[:, None] > high[None, :]) | (high[:, None] < low[None, :])
        found.append((key, "figures", group[(apart & (speaker[:, None] != speaker[None, :])).any(axis=1)]))
    texts = work[work["low"].isna() & work["text"].notna()]
    texts = texts.assign(plain=_each(texts["text"]))
    for key, group in texts[texts.groupby(keys)["plain"].transform("nunique") > 1].groupby(keys, sort=False):
        plain, speaker = group["plain"].to_numpy(dtype=object), group["speaker"].to_numpy(dtype=object)
        differ = (plain[:, None] != plain[None, :]) & (speaker[:, None] != speaker[None, :])
        found.append((key, "texts", group[differ.any(axis=1)]))
    rows = [
        {
            "event_id": key[0],
            "metric": key[1],
            "claim_ids": "; ".join(group["claim_id"]),
            "kind": kind,
            "position": group["position"].iloc[0],
        }
        for key, kind, group in found
        if len(group)
    ]
    rows.sort(key=lambda row: row["position"])
    return pd.DataFrame(rows, columns=["event_id", "metric", "claim_ids", "kind"], dtype="str")


def claims_frame(claims: pd.DataFrame | Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Give claims the frame's columns, types and identifiers.

    Parameters
    ----------
    claims
        A frame or rows; ``event_id`` and ``metric`` are needed, the other columns of `CLAIM_COLUMNS` may be absent.

    Returns
    -------
    DataFrame
        Same rows, order and index (a range for rows that are not a frame): the columns of `CLAIM_COLUMNS` with their
        types, then any others as they were. A missing ``claim_id`` becomes ``event_id:metric:n``, n counting the
        event's claims of the metric.

    Raises
    ------
    ColumnError
        Without ``event_id`` or ``metric``.

    Examples
    --------
    >>> claims = claims_frame([{"event_id": "a", "metric": "killed", "value": 2, "claimant": "The mayor"}])
    >>> claims[["claim_id", "metric", "value", "claimant"]].to_numpy().tolist()
    [['a:killed:1', 'killed', 2.0, 'The mayor']]
    """
    frame = claims if isinstance(claims, pd.DataFrame) else pd.DataFrame(list(claims))
    if len(frame.columns) == 0:
        frame = pd.DataFrame({"event_id": [], "metric": []})
    _need(frame, ("event_id", "metric"))
    typed: dict[str, pd.Series[Any]] = {
        column.name: frame[column.name].astype(column.dtype)
        if column.name in frame.columns
        else pd.Series(pd.NA, index=frame.index, dtype="str").astype(column.dtype)
        for column in CLAIM_COLUMNS
    }
    number = frame.assign(one=1).groupby(["event_id", "metric"], dropna=False)["one"].cumsum().astype("str")
    made = typed["event_id"] + ":" + typed["metric"] + ":" + number
    typed["claim_id"] = typed["claim_id"].fillna(made)
    return pd.DataFrame(
        {**typed, **{str(name): frame[name] for name in frame.columns if name not in typed}}, index=frame.index
    )
