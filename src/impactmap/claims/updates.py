"""A newer version of a table merged into an older one: nothing vanishes, and what changed is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from impactmap.claims.versions import Changes, compare_events
from impactmap.model.claims import claims_frame
from impactmap.reading.skipped_rows import UPDATE_DATE, UPDATE_NOTE, UPDATE_STATUS, WITHDRAWN

__all__ = ["Update", "update_events"]

NEW, CHANGED, UNCHANGED, NOT_COVERED = "new", "changed", "unchanged", "not_covered"

#: What an update says of a row belongs to the merged table, not to the publisher's.
_OURS = (UPDATE_STATUS, UPDATE_DATE, UPDATE_NOTE)


@dataclass(frozen=True)
class Update:
    """Two versions merged.

    Attributes
    ----------
    events
        The newer version's rows in its order, then the older one's that it lacks; ``update_status`` (``new``,
        ``changed``, ``unchanged``, ``withdrawn``, ``not_covered``), ``update_date`` (the day since which it holds) and
        ``update_note`` (every change so far) are added.
    claims
        The newer version's claims, then those about events that it lacks, with ``update_status``.
    changes
        What differs.
    """

    events: pd.DataFrame
    claims: pd.DataFrame
    changes: Changes


def update_events(
    old: pd.DataFrame,
    new: pd.DataFrame,
    *,
    day: dt.date,
    old_claims: pd.DataFrame | None = None,
    new_claims: pd.DataFrame | None = None,
    complete: bool = False,
) -> Update:
    """Merge a newer version of a table into an older one; what was withdrawn stays, and says so.

    Parameters
    ----------
    old, new, old_claims, new_claims, complete
        As for `compare_events`. `old` may be an earlier update, read with ``withdrawn=True``.
    day
        Of this update, for ``update_date`` and ``update_note``.

    Returns
    -------
    Update

    Raises
    ------
    ColumnError
        When a frame has no ``event_id``.

    Examples
    --------
    >>> old = pd.DataFrame({"event_id": ["1", "2"], "place": ["Izium", "Sumy"]}, dtype="str")
    >>> new = pd.DataFrame({"event_id": ["1"], "place": ["Izyum"]}, dtype="str")
    >>> merged = update_events(old, new, day=dt.date(2025, 11, 10)).events
    >>> merged[["event_id", "update_status", "update_note"]].fillna("").values.tolist()
    [['1', 'changed', '2025-11-10: place Izium → Izyum'], ['2', 'withdrawn', '2025-11-10: withdrawn']]
    """
    changes = compare_events(old, new, old_claims=old_claims, new_claims=new_claims, complete=complete)
    kept = old[~old["event_id"].isin(new["event_id"])]
    fresh = new.drop(columns=[name for name in _OURS if name in new.columns])
    events = pd.concat([fresh, kept], ignore_index=True) if len(kept) else fresh.reset_index(drop=True)
    earlier = {name: _earlier(old, name) for name in _OURS}
    said = _said(changes)
    today = f"{day:%Y-%m-%d}"
    status = {each: WITHDRAWN if was == WITHDRAWN else UNCHANGED for each, was in earlier[UPDATE_STATUS].items()}
    status |= dict.fromkeys(changes.new, NEW) | dict.fromkeys(changes.not_covered, NOT_COVERED)
    status |= dict.fromkeys(said, CHANGED) | dict.fromkeys(changes.withdrawn, WITHDRAWN)
    notes = earlier[UPDATE_NOTE]
    notes |= {
        each: "; ".join([*([notes[each]] if each in notes else []), f"{today}: {', '.join(texts)}"])
        for each, texts in said.items()
    }
    dates = earlier[UPDATE_DATE] | dict.fromkeys([*said, *changes.new], today)
    ids = events["event_id"]
    events[UPDATE_STATUS] = ids.map(status).astype("str").fillna(UNCHANGED)
    events[UPDATE_DATE] = ids.map(dates).astype("str")
    events[UPDATE_NOTE] = ids.map(notes).astype("str")
    return Update(events, _merge_claims(old_claims, new_claims, kept["event_id"], status), changes)


def _earlier(old: pd.DataFrame, name: str) -> dict[str, str]:
    """Return what an earlier update said of each event."""
    if name not in old.columns:
        return {}
    first = old.dropna(subset=["event_id", name]).drop_duplicates("event_id")
    said = first[name]
    if pd.api.types.is_datetime64_any_dtype(said.dtype):
        said = said.dt.strftime("%Y-%m-%d")
    return dict(zip(first["event_id"], said.astype("str"), strict=True))


def _said(changes: Changes) -> dict[str, list[str]]:
    """Return what is to be noted of each event, in short sentences."""
    said: dict[str, list[str]] = {each: ["published again"] for each in changes.returned}
    for row in changes.changed.fillna("").to_dict("records"):
        text = f"{row['what']} {row['before'] or 'nothing'} → {row['after'] or 'nothing'}"
        said.setdefault(row["event_id"], []).append(f"{text} ({row['claimant']})" if row["claimant"] else text)
    return said | {each: [WITHDRAWN] for each in changes.withdrawn}


def _merge_claims(
    old: pd.DataFrame | None, new: pd.DataFrame | None, kept: pd.Series[str], status: dict[str, str]
) -> pd.DataFrame:
    """Return the newer version's claims and those of the older one about events that only it has."""
    parts = [] if new is None else [new]
    if old is not None:
        parts.append(old[old["event_id"].isin(kept)])
    filled = [part for part in parts if len(part)]
    claims = claims_frame(pd.concat(filled, ignore_index=True) if filled else [])
    claims[UPDATE_STATUS] = claims["event_id"].map(status).astype("str").fillna(UNCHANGED)
    return claims
