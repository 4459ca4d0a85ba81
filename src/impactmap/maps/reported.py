"""What parties said: each event's claims with what was computed, contradictions, sizes, sources."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.events import find_contradictions
from impactmap.maps.columns import clean_text, days_of, iso_days, numbers_of, texts_of, values_of, web_url

__all__ = ["add_sources", "claims_by_event", "contradictions_by_event", "sizes_of_events"]


def _event_numbers(claims: pd.DataFrame, events: pd.DataFrame, codes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the number of each claim's event, -1 for an event that is not on the map."""
    numbers = pd.Series(codes, index=events["event_id"].to_numpy()).groupby(level=0).first()
    return claims["event_id"].map(numbers).fillna(-1).to_numpy(dtype=np.intp)


def claims_by_event(
    claims: pd.DataFrame | None, events: pd.DataFrame, codes: npt.NDArray[np.intp], count: int
) -> tuple[dict[int, list[dict[str, Any]]], dict[str, tuple[int, int]]]:
    """Return the claims by event number, and by claim id its event number and its position there."""
    found: dict[int, list[dict[str, Any]]] = {}
    places: dict[str, tuple[int, int]] = {}
    if claims is None or not len(claims) or not count:
        return found, places
    sources = [
        _source(name, url)
        for name, url in zip(texts_of(claims, "source_name"), texts_of(claims, "source_url"), strict=True)
    ]
    columns = {
        "metric": texts_of(claims, "metric"),
        "value": numbers_of(claims, "value", 6),
        "low": numbers_of(claims, "value_low", 6),
        "high": numbers_of(claims, "value_high", 6),
        "text": texts_of(claims, "text"),
        "qualifier": texts_of(claims, "qualifier"),
        "claimant": texts_of(claims, "claimant"),
        "claimant_side": texts_of(claims, "claimant_side"),
        "source": [source.get("name") for source in sources],
        "url": [source.get("url") for source in sources],
        "published": iso_days(days_of(claims, "date_published")),
        "retrieved": iso_days(days_of(claims, "date_retrieved")),
        "compared": _compared(claims, events),
    }
    names = tuple(columns)
    numbers = _event_numbers(claims, events, codes).tolist()
    for key, number, values in zip(
        values_of(claims, "claim_id"), numbers, zip(*columns.values(), strict=True), strict=True
    ):
        if number < 0:
            continue
        group = found.setdefault(number, [])
        places[key] = (number, len(group))
        group.append({name: value for name, value in zip(names, values, strict=True) if value is not None})
    return found, places


def _compared(claims: pd.DataFrame, events: pd.DataFrame) -> list[dict[str, Any] | None]:
    """Return, for each claim, the computed value that stands against it."""
    from impactmap.context import compare_reported

    table = compare_reported(events, claims).drop_duplicates("claim_id")
    names = {"computed": "computed", "low": "reported_low", "high": "reported_high"}
    figures = {name: numbers_of(table, column, 1) for name, column in names.items()}
    known: dict[Any, dict[str, Any]] = {}
    for position, (key, agrees) in enumerate(
        zip(values_of(table, "claim_id"), values_of(table, "agrees"), strict=True)
    ):
        part: dict[str, Any] = {
            name: values[position] for name, values in figures.items() if values[position] is not None
        }
        # An open end is no figure to show.
        part = {name: value for name, value in part.items() if math.isfinite(value)}
        if "computed" in part:
            known[key] = part if agrees is None else part | {"agrees": bool(agrees)}
    return [known.get(key) for key in values_of(claims, "claim_id")]


def contradictions_by_event(
    claims: pd.DataFrame | None, places: dict[str, tuple[int, int]], count: int
) -> dict[int, list[dict[str, Any]]]:
    """Return, by event number, the metrics on which claims contradict each other, with the claims' positions."""
    found: dict[int, list[dict[str, Any]]] = {}
    if claims is None or not len(claims) or not count:
        return found
    for row in find_contradictions(claims).itertuples():
        spots = [places[key] for key in str(row.claim_ids).split("; ") if key in places]
        if len(spots) > 1:
            found.setdefault(spots[0][0], []).append(
                {"metric": clean_text(str(row.metric)), "claims": [position for _, position in spots]}
            )
    return found


def sizes_of_events(
    claims: pd.DataFrame | None, codes: npt.NDArray[np.intp], events: pd.DataFrame, count: int, metric: str | None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the figure of each event's symbol, and the lowest and highest reported where they differ."""
    size, low, high = (np.full(count, np.nan, dtype=np.float32) for _ in range(3))
    if metric is None or claims is None or not count:
        return size, low, high
    chosen = claims[claims["metric"] == metric]
    named = chosen.reindex(columns=["value", "value_low", "value_high"]).astype("float64")
    ends = pd.DataFrame(
        {
            "event": _event_numbers(chosen, events, codes),
            "value": named["value"].to_numpy(),
            "low": named.min(axis=1).to_numpy(),
            "high": named.max(axis=1).to_numpy(),
        }
    )
    grouped = (
        ends[ends["event"] >= 0]
        .groupby("event")
        .agg(low=("low", "min"), high=("high", "max"), value=("value", "first"), values=("value", "nunique"))
    )
    where = grouped.index.to_numpy(dtype=int)
    size[where] = grouped["value"].where(grouped["values"] == 1, grouped["low"]).to_numpy(dtype=np.float32)
    spread = (grouped["low"] != grouped["high"]).to_numpy()
    low[where[spread]] = grouped["low"].to_numpy(dtype=np.float32)[spread]
    high[where[spread]] = grouped["high"].to_numpy(dtype=np.float32)[spread]
    return size, low, high


def _source(name: str | None, url: str | None) -> dict[str, str]:
    """Return a source; an address that is not one to link to is part of the name, as the plain text it is."""
    if link := web_url(url):
        return {"name": name or link, "url": link}
    parts = [part for part in (name, f"({url})" if name and url else url) if part]
    return {"name": " ".join(parts)} if parts else {}


def add_sources(texts: list[dict[str, Any]], events: pd.DataFrame, codes: npt.NDArray[np.intp]) -> None:
    """Add each event's sources, its rows' first and then its claims', each once."""
    seen: list[dict[tuple[str | None, str | None], None]] = [{} for _ in texts]
    for number, name, url in zip(
        codes.tolist(), texts_of(events, "source_name"), texts_of(events, "source_url"), strict=True
    ):
        if source := _source(name, url):
            seen[number][source["name"], source.get("url")] = None
    for number, event in enumerate(texts):
        for claim in event["claims"]:
            if "source" in claim:
                seen[number][claim["source"], claim.get("url")] = None
        event["sources"] = [{"name": name, "url": url} if url else {"name": name} for name, url in seen[number]]
