"""Several tables put under each other, every event and claim kept as its source has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from impactmap.reading.raw_table import Note
from impactmap.reading.read import Reading

__all__ = ["combine_readings"]


def combine_readings(readings: Sequence[Reading]) -> Reading:
    """Put what was read from several sources into one; nothing is merged.

    Parameters
    ----------
    readings
        In the order in which they are to stand; at least one.

    Returns
    -------
    Reading
        Rows in order. An ``event_id`` that more than one of them has gets the name of its file before it, in all of
        them: the same number of two publishers is not the same event.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> rows = pd.DataFrame([{"date": "2025-03-01", "place": "Darkhan"}])
    >>> both = im.combine_readings([im.read_events(rows), im.read_events(rows)])
    >>> len(both.events), both.events["event_id"].nunique()
    (2, 1)
    """
    if len(readings) == 1:
        return readings[0]
    seen = pd.concat([pd.Series(each.events["event_id"].unique(), dtype="str") for each in readings])
    shared = set(seen[seen.duplicated()])
    parts = [_told_apart(each, shared) for each in readings]
    events = _concat([each.events for each in parts])
    if terms := list(dict.fromkeys(each.events.attrs["terms"] for each in readings if "terms" in each.events.attrs)):
        events.attrs["terms"] = " ".join(terms)
    notes = [note for each in parts for note in each.notes]
    if shared:
        text = f"{len(shared):,} identifiers stand in more than one file: each got the name of its file before it."
        notes.append(Note(readings[0].inputs[0].path.name, "rows", text))
    return Reading(
        events=events,
        claims=_concat([each.claims for each in parts]),
        rejected=_concat([each.rejected for each in parts]),
        notes=notes,
        inputs=[file for each in parts for file in each.inputs],
        row_faults=_concat([each.row_faults for each in parts]),
        warnings=tuple(fault for each in parts for fault in each.warnings),
        withdrawn=pd.concat([each.withdrawn for each in parts], ignore_index=True),
    )


def _told_apart(reading: Reading, shared: set[str]) -> Reading:
    stem = reading.inputs[0].path.stem

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        both = frame["event_id"].isin(shared)
        return (
            frame.assign(event_id=frame["event_id"].mask(both, f"{stem}:" + frame["event_id"])) if len(frame) else frame
        )

    if not shared:
        return reading
    claims = named(reading.claims)
    if len(claims):
        ours = reading.claims["event_id"].isin(shared) & reading.claims["claim_id"].notna()
        claims["claim_id"] = claims["claim_id"].mask(ours, f"{stem}:" + claims["claim_id"])
    return replace(reading, events=named(reading.events), claims=claims)


def _concat(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
