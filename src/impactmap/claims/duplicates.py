"""Reports that may be of one event: proposed in pairs with a score and the reasons, never merged."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.claims.blocking import Rows, different, pack, runs_of_days, same_key_pairs, unpack
from impactmap.claims.scoring import NEVER, TOLD, Reports, days_of
from impactmap.model.errors import ColumnError
from impactmap.model.progress import Progress, quiet
from impactmap.model.spill import release
from impactmap.model.text import is_web_url

__all__ = ["PAIR_COLUMNS", "propose_duplicates"]

PAIR_COLUMNS: Final = (
    "event_id_1", "event_id_2", "score", "days_apart", "distance_km", "text_similarity", "same_url", "reasons",
    "source_name_1", "source_name_2", "source_row_1", "source_row_2",
)  # fmt: skip
#: An address that more reports than this give is a publisher's, not a report's.
_URL_SHARED_BY: Final = 12
#: About how many rows, or pairs of one address, are compared at a time: what that needs does not grow with the table.
_RUN: Final = 10_000
_CHUNK: Final = 50_000
_BLOCK: Final = 20_000
#: From here on the reasons call two texts similar.
_SIMILAR: Final = 0.6
#: The columns that are used where they are present.
_USED: Final = (
    "event_id", "date_start", "date_end", "place", "place_id", "place_precision", "latitude", "longitude", "side",
    "sectors", "means", "summary", "source_name", "source_url", "source_row",
)  # fmt: skip


def propose_duplicates(
    events: pd.DataFrame,
    *,
    threshold: float = 0.7,
    days: int = 1,
    near_km: float = 15.0,
    across: str | None = None,
    every: bool = False,
    claims: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Propose pairs of events that may be reports of the same thing; nothing is merged or left out.

    Parameters
    ----------
    events
        One row an event and place; needs ``event_id`` and ``date_start``. Used where present: ``date_end``, ``place``,
        ``place_id``, ``latitude`` and ``longitude`` (WGS 84 degrees), ``side``, ``summary``, ``source_name``,
        ``source_url``, ``source_row``. Two sources that spell a place differently are compared once they are located.
    threshold
        Lowest score that is proposed, 0 to 1.
    days
        How many days apart two reports may be.
    near_km
        How far apart two points may be.
    across
        Column whose value must differ, such as ``source_name``, to look across sources alone. Of two sources each
        report of the one that has more reports is then proposed with its best counterpart alone, or with several that
        are as good: the finer source may tell in parts what the other sums up.
    every
        Propose across sources, too, every pair that reaches the threshold.
    claims
        Their claims: the same figure of the same metric speaks for a pair.
    progress
        Called with the rows that were compared, the rows in all, and what is done.

    Returns
    -------
    DataFrame
        One row a pair, best first: the two ``event_id``, the ``score`` (0 to 1), ``days_apart``, ``distance_km``
        (missing for areas and places without coordinates), ``text_similarity`` (0 to 1, missing where the texts cannot
        be compared), ``same_url``, the ``reasons`` in words, and ``source_name`` and ``source_row`` of each.

    Raises
    ------
    ColumnError
        When a necessary column is missing.

    Notes
    -----
    Only reports of about the same days whose places are near, have the same name or the same identifier, or that give
    the same address, are compared, so that the effort grows with the table; a run of days at a time, so that the memory
    does not. The score adds up the days (a fifth), the place (falling off with 8 km) and the likeness of the texts; a
    shared address lifts it to 0.9 at least, different attacking sides lower it. Texts in different alphabets, and
    different texts of fewer than three words, are not compared.

    Examples
    --------
    >>> reports = pd.DataFrame({
    ...     "event_id": ["a1", "b7"], "date_start": pd.to_datetime(["2025-11-09", "2025-11-09"]),
    ...     "place": ["Kharkiv", "Kharkiv"], "source_name": ["A", "B"],
    ...     "summary": ["Drones hit a substation in Kharkiv", "A substation in Kharkiv was hit by drones"],
    ... })
    >>> pairs = propose_duplicates(reports, across="source_name")
    >>> pairs[["event_id_1", "event_id_2", "reasons"]].values.tolist()
    [['a1', 'b7', 'same day; same place; similar text']]
    """
    for name in ("event_id", "date_start", *([across] if across else [])):
        if name not in events.columns:
            raise ColumnError(f"expected events with a column {name!r}, found none. Read the table with read_events.")
    used = [name for name in _USED if name in events.columns]
    whole = pd.DataFrame(events[used]).reset_index(drop=True)
    rows = whole.assign(
        _at=np.arange(len(whole)),
        _kinds=_word_sets(whole),
        _figures=_figures(claims, whole),
        _source=0 if across is None else pd.factorize(events[across])[0],
    )
    say = progress or quiet
    told = _same_addresses(rows, say)
    parts = [Reports(rows.iloc[:0], across=bool(across)).score(np.empty(0, dtype=np.int64), threshold)]
    for at in range(0, len(told), _CHUNK):
        one, other = unpack(told[at : at + _CHUNK])
        mine = np.unique([one, other])
        pairs = pack(np.searchsorted(mine, one), np.searchsorted(mine, other))
        parts.append(Reports(_rows(rows, mine), across=bool(across)).score(pairs, threshold, same_url=True))
    start = whole["date_start"].astype("datetime64[s]")
    dated = np.flatnonzero(start.notna())
    compared = 0
    for run, last in runs_of_days(days_of(start)[dated], days=days, most=_RUN):
        part = Reports(_rows(rows, dated[run]), across=bool(across))
        # What begins after the run's own days is the next run's; what one address gives is compared already.
        candidates = part.candidates(days=days, near_km=near_km, last=last, but=told)
        parts += [found for pairs in candidates if len(found := part.score(pairs, threshold))]
        compared += int((part.start <= last).sum())
        release()
        say(compared, len(dated), "Comparing reports")
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    del parts
    found = found.sort_values(["score", "one", "other"], ascending=[False, True, True], kind="stable")
    for number, name in ((1, "one"), (2, "other")):
        found[f"event_id_{number}"] = _taken(whole, "event_id", found[name])
    # The places of two events make several pairs of rows: the best speaks for them.
    found = found.drop_duplicates(["event_id_1", "event_id_2"], ignore_index=True)
    best = found if every or not across else _best(found, rows["_source"])
    return _described(best.reset_index(drop=True), whole)


def _rows(events: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Return some rows, ascending, from one block of the table after the other.

    Texts that were read a part at a time lie in as many pieces, and `iloc` of the whole would put all of them together.
    """
    starts = np.arange(0, len(events), _BLOCK)
    within = np.split(rows, np.searchsorted(rows, starts[1:])) if len(starts) else []
    parts = [
        events.iloc[start : start + _BLOCK].iloc[those - start]
        for start, those in zip(starts, within, strict=True)
        if len(those)
    ]
    return pd.concat(parts) if parts else events.iloc[:0]


def _best(pairs: pd.DataFrame, source: pd.Series[int]) -> pd.DataFrame:
    """Return the pairs that are the best of their report of the source that has more reports."""
    sizes = np.bincount(source.clip(lower=0))
    first, second = (source.to_numpy()[pairs[name]] for name in ("one", "other"))
    finer = np.where(sizes[first] == sizes[second], first > second, sizes[first] > sizes[second])
    report = pairs["event_id_1"].where(finer, pairs["event_id_2"])
    against = np.where(finer, second, first)
    return pairs[pairs["score"] == pairs.groupby([report, against])["score"].transform("max")]


def _described(pairs: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with the columns and the words in which they are proposed."""
    told = (pairs[name].tolist() for name in TOLD)
    result = pairs.assign(
        days_apart=pairs["gap"].astype("Int64").mask(pairs["gap"] == NEVER),
        distance_km=pairs["distance"].round(1),
        text_similarity=pairs["alike"].round(3),
        reasons=pd.Series([_reasons(*each) for each in zip(*told, strict=True)], dtype="str"),
    )
    for number, name in ((1, "one"), (2, "other")):
        names = _taken(events, "source_name", pairs[name])
        result[f"source_name_{number}"] = names.mask(names == "")
        rows = events.get("source_row", pd.Series(pd.NA, index=events.index)).iloc[pairs[name]]
        result[f"source_row_{number}"] = pd.Series(rows, dtype="Int64").array
    return result[list(PAIR_COLUMNS)]


def _taken(events: pd.DataFrame, name: str, rows: pd.Series[int]) -> pd.Series[str]:
    """Return a column's texts at some rows, missing where there is no such column."""
    texts = events[name].iloc[rows] if name in events.columns else pd.Series(pd.NA, index=rows)
    return texts.astype("str").set_axis(rows.index)


def _reasons(
    gap: int, distance: float, same_place: Any, alike: float, sides: Any, same_figure: Any, same_url: Any
) -> str:
    told = ["same address"] if same_url else []
    told.append("same day" if gap == 0 else f"{gap} days apart" if gap > 1 else "next day")
    if same_place:
        told.append("same place")
    elif not np.isnan(distance):
        told.append(f"{distance:.0f} km apart")
    if not np.isnan(alike) and alike >= _SIMILAR:
        told.append("similar text")
    if same_figure:
        told.append("same figures")
    if sides:
        told.append("different sides")
    return "; ".join(told)


def _word_sets(events: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the sectors and means of each row as bits, the commonest words first; further ones are left out."""
    bits = np.zeros(len(events), dtype=np.int64)
    words: dict[str, int] = {}
    for name in ("sectors", "means"):
        codes, lists = pd.factorize(events[name] if name in events.columns else np.full(len(events), None))
        counts = Counter[str]()
        for text, count in zip(lists, np.bincount(codes[codes >= 0], minlength=len(lists)).tolist(), strict=True):
            counts.update(dict.fromkeys(filter(None, str(text).split("; ")), count))
        for word, _ in counts.most_common(31):
            words.setdefault(word, len(words))
        known = [sum({1 << min(words[word], 62) for word in set(str(text).split("; ")) & set(words)}) for text in lists]
        bits |= np.array([*known, 0], dtype=np.int64)[codes]
    return bits


def _figures(claims: pd.DataFrame | None, events: pd.DataFrame) -> Rows:
    """Return a number for each event's figures; an event without any, or with nothing but noughts, has -1."""
    if claims is None or claims.empty:
        return np.full(len(events), -1)
    import pyarrow as pa
    import pyarrow.compute as pc

    told = claims.loc[claims["value"].fillna(0) > 0, ["event_id", "metric", "value"]].dropna()
    rows, ids = pd.factorize(events["event_id"].astype("str"))
    event = pc.index_in(pa.array(told["event_id"].astype("str")), value_set=pa.array(ids, pa.large_string()))
    value, values = pd.factorize(told["value"])
    value = pd.factorize(np.array([f"{each:.12g}" for each in values], dtype=object))[0][value]
    figure = pd.factorize(pack(pd.factorize(told["metric"])[0], value))[0]
    known = event.is_valid().to_numpy(zero_copy_only=False)
    event, figure = unpack(different([pack(event.drop_null().to_numpy().astype(np.int64), figure[known])]))
    # An event's figures one after the other: those that were the same so far, and have the same next, stay the same.
    turn = np.arange(len(event)) - np.searchsorted(event, event)
    by_turn = np.argsort(turn, kind="stable")
    number = np.full(len(ids) + 1, -1)  # the last is for rows without an event
    for these in np.split(by_turn, np.cumsum(np.bincount(turn))[:-1]):
        sofar = number[event[these]] + 1
        number[event[these]] = number.max() + 1 + pd.factorize(pack(sofar, figure[these]))[0]
    return number[rows]


def _same_addresses(events: pd.DataFrame, say: Progress) -> Rows:
    """Return the pairs of rows that give the same address, ascending."""
    urls = _urls(events, say)
    return different(same_key_pairs(urls, np.zeros_like(urls), urls, days=0))


def _urls(events: pd.DataFrame, say: Progress) -> Rows:
    """Return a number for each address of a few reports, as far as it names one: without scheme, www, final slash."""
    if "source_url" not in events.columns:
        return np.full(len(events), -1)
    # 64 bits stand for an address: that two of a million have the same ones happens once in 40 million tables.
    keys = np.zeros(len(events), dtype=np.uint64)
    for start in range(0, len(events), _BLOCK):
        part = events["source_url"].iloc[start : start + _BLOCK].astype("str").fillna("")
        texts = np.array([_url_key(text) for text in part], dtype=object)
        keys[start : start + _BLOCK] = np.where(texts == "", 0, pd.util.hash_array(texts, categorize=False))
        say(start + len(part), len(events), "Comparing addresses")
    release()
    numbers = pd.factorize(keys)[0]
    shared_by = np.bincount(numbers, minlength=1)[numbers]
    return np.where((keys > 0) & (shared_by > 1) & (shared_by <= _URL_SHARED_BY), numbers, -1)


def _url_key(text: str) -> str:
    if not is_web_url(text):
        return ""
    parts = urlsplit(text)
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")
