"""What parties said, in columns: claims with what was computed, contradictions, sizes, sources."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from impactmap.model.arrow import codes_of, positions_in, source_names, text_column, web_urls
from impactmap.model.claims import find_contradictions
from impactmap.model.values import clean_text, days_of, floats_of, source_pairs, values_of
from impactmap.telling.facts import Table
from impactmap.telling.report_texts import Gathered

#: Sources looked at together for some that an event has twice.
RUN = 2**17

__all__ = [
    "ClaimTable",
    "collect_claims",
    "collect_disputes",
    "collect_sources",
    "part_starts",
    "side_bases",
    "sizes_of_events",
]


class ClaimTable:
    """The claims about events of the map, sorted by event, each event's in the order of the frame.

    Attributes
    ----------
    table
        Their columns.
    events
        Each claim's event number.
    rows
        Each claim's position in the frame of claims.
    """

    def __init__(self, table: Table, events: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]) -> None:
        self.table, self.events, self.rows = table, events, rows


def part_starts(events: npt.NDArray[Any], count: int) -> npt.NDArray[np.uint32]:
    """Return where each event's rows begin in a table sorted by event; one more item closes the last."""
    return np.concatenate([[0], np.cumsum(np.bincount(events, minlength=count))]).astype(np.uint32)


def collect_claims(claims: pd.DataFrame | None, events: pd.DataFrame, ids: pd.Index[Any]) -> ClaimTable:
    """Return the claims about events whose identifiers, in their order, are `ids`."""
    if claims is None:
        claims = pd.DataFrame({"event_id": pd.Series([], dtype="str")})
    numbers = positions_in(claims["event_id"], ids) if len(claims) and len(ids) else np.full(len(claims), -1)
    rows = np.flatnonzero(numbers >= 0)
    if len(rows) > 1 and (np.diff(numbers[rows]) < 0).any():
        rows = rows[np.argsort(numbers[rows], kind="stable")]
    chosen = claims if len(rows) == len(claims) and (rows == np.arange(len(rows))).all() else claims.iloc[rows]
    addresses = text_column(chosen, "source_url")
    links = web_urls(addresses)
    table: Table = {
        "metric": text_column(chosen, "metric"),
        **{
            name: _figures(chosen, column)
            for name, column in (("value", "value"), ("low", "value_low"), ("high", "value_high"))
        },
        **{name: text_column(chosen, name) for name in ("text", "note", "qualifier", "claimant")},
        "source": source_names(text_column(chosen, "source_name"), addresses, links),
        "url": links,
        "published": days_of(chosen, "date_published"),
        "retrieved": days_of(chosen, "date_retrieved"),
        **_compared(chosen, events),
    }
    return ClaimTable(table, numbers[rows].astype(np.intp), rows)


def _figures(claims: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return figures as they were reported; where all are missing they take no memory."""
    values = floats_of(claims, name)
    return np.broadcast_to(np.float64(np.nan), len(values)) if np.isnan(values).all() else values


def _compared(claims: pd.DataFrame, events: pd.DataFrame) -> Table:
    """Return, for each claim, the computed value or range that stands against it and whether it agrees."""
    from impactmap.context.compare import compare_reported

    names = ("computed", "computed_low", "computed_high")
    table = compare_reported(events, claims).drop_duplicates("claim_id") if len(claims) else None
    if table is None or table.empty:
        nothing = np.broadcast_to(np.float64(np.nan), len(claims))
        return {**dict.fromkeys(names, nothing), "agrees": pa.nulls(len(claims), pa.bool_())}
    at = pd.Index(table["claim_id"]).get_indexer(claims["claim_id"])
    found: Table = {name: np.where(at >= 0, floats_of(table, name)[at], np.nan) for name in names}
    agrees = pa.array(values_of(table, "agrees"), pa.bool_()).take(pa.array(at, mask=at < 0))
    return found | {"agrees": agrees}


def collect_disputes(
    claims: pd.DataFrame | None, held: ClaimTable, starts: npt.NDArray[np.uint32]
) -> tuple[Table, npt.NDArray[np.intp]]:
    """Return the metrics on which claims contradict each other, with the claims' positions in their event; by event."""
    found: list[tuple[int, str, str]] = []
    if claims is not None and len(held.rows):
        rows = find_contradictions(claims)
        if len(rows):
            keys = claims["claim_id"].to_numpy()[held.rows]
            places = dict(zip(keys.tolist(), range(len(keys)), strict=True))
            for row in rows.itertuples():
                spots = [places[key] for key in str(row.claim_ids).split("; ") if key in places]
                if len(spots) > 1:
                    event = int(held.events[spots[0]])
                    numbers = " ".join(str(spot - int(starts[event])) for spot in spots)
                    found.append((event, clean_text(str(row.metric)), numbers))
    found.sort(key=lambda one: one[0])
    table: Table = {
        "metric": pa.array([metric for _, metric, _ in found], pa.large_string()),
        "claims": pa.array([numbers for _, _, numbers in found], pa.large_string()),
    }
    return table, np.array([event for event, _, _ in found], dtype=np.intp)


def sizes_of_events(
    claims: pd.DataFrame | None, ids: pd.Index[Any], metric: str | None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the figure of each event's symbol, and the lowest and highest reported where they differ."""
    if metric is None or claims is None or not len(ids):
        nothing = np.broadcast_to(np.float32(np.nan), len(ids))
        return nothing, nothing, nothing
    size, low, high = (np.full(len(ids), np.nan, dtype=np.float32) for _ in range(3))
    chosen = claims[claims["metric"] == metric]
    named = chosen.reindex(columns=["value", "value_low", "value_high"]).astype("float64")
    ends = pd.DataFrame(
        {
            "event": positions_in(chosen["event_id"], ids),
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


def collect_sources(
    events: pd.DataFrame, row_event: npt.NDArray[np.intp], claims: ClaimTable
) -> tuple[Table, npt.NDArray[np.intp]]:
    """Return each event's sources, its rows' first and then its claims', each once; and their event numbers."""
    addresses, given = text_column(events, "source_url"), text_column(events, "source_name")
    listed = np.flatnonzero(pc.or_(_lists(given), _lists(addresses)).to_numpy(zero_copy_only=False))
    pairs = [
        (row, *pair) for row in listed.tolist() for pair in source_pairs(given[row].as_py(), addresses[row].as_py())
    ]
    if len(listed):
        once = np.ones(len(events), dtype=bool)
        once[listed] = False
        addresses, given = (pc.if_else(pa.array(once), each, None) for each in (addresses, given))
    links = web_urls(addresses)
    named = source_names(given, addresses, links)
    several = [pa.array([pair[part] for pair in pairs], pa.large_string()) for part in (1, 2)]
    names = pa.concat_arrays([named, several[0], claims.table["source"]])
    urls = (links, several[1], claims.table["url"])
    row_event = np.concatenate([row_event, row_event[[row for row, *_ in pairs]] if pairs else row_event[:0]])
    kept = np.flatnonzero(pc.is_valid(names).to_numpy(zero_copy_only=False)).astype(np.uint32)
    numbers = np.concatenate([row_event, claims.events]).astype(np.uint32)[kept]
    order = np.argsort(numbers, kind="stable")
    kept, numbers = kept[order], numbers[order]
    fresh = _first_of_each(numbers, codes_of(names)[0][kept], Gathered(urls, kept))
    kept, numbers = kept[fresh], numbers[fresh]
    return {"name": names.take(pa.array(kept)), "url": Gathered(urls, kept)}, numbers.astype(np.intp)


def _lists(texts: pa.Array) -> pa.Array:
    """Say which cells may list several sources."""
    return pc.match_substring_regex(texts, r"[;\n]|\s+https?://").fill_null(fill_value=False)


def side_bases(stated: pa.Array, claims: ClaimTable, sourced: npt.NDArray[np.intp]) -> pa.Array:
    """Return where each event's side comes from: from no source where the event has none."""
    known = np.zeros(len(stated), dtype=bool)
    known[sourced] = True
    known[claims.events[pc.is_valid(claims.table["claimant"]).to_numpy(zero_copy_only=False)]] = True
    if known.all():
        return stated
    alone = pc.and_(pa.array(~known), pc.equal(stated, "stated"))
    return pc.if_else(alone.fill_null(False), pa.scalar("unsourced", pa.large_string()), stated)  # noqa: FBT003 -- Arrow's


def _first_of_each(
    numbers: npt.NDArray[np.uint32], names: npt.NDArray[np.int32], urls: Gathered
) -> npt.NDArray[np.bool_]:
    """Return which sources their event has not had before; the numbers of the events rise."""
    fresh = np.ones(len(numbers), dtype=bool)
    start = 0
    while start < len(numbers):
        # A run of whole events at a time, so that little is copied.
        stop = int(np.searchsorted(numbers, numbers[min(start + RUN, len(numbers)) - 1], side="right"))
        # Only one of the same event and name as another can be there twice.
        pairs = pd.DataFrame({"event": numbers[start:stop], "name": names[start:stop]})
        again = np.flatnonzero(pairs.duplicated(keep=False).to_numpy())
        if len(again):
            url = urls.at(start + again).dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
            fresh[start + again] = ~pairs.iloc[again].assign(url=url).duplicated().to_numpy()
        start = stop
    return fresh
