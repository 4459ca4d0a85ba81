"""What changed between two versions, as a note for readers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from impactmap.events.comparing import Changes

__all__ = ["correction_note"]

_MOST = 10
#: What readers call our columns; a metric is called by its name.
_NAMES = {
    "date_start": "first day",
    "date_end": "last day",
    "date_precision": "precision of the date",
    "side": "attacking side",
    "side_basis": "basis of the side",
    "means": "means used",
    "source_name": "source",
    "source_url": "address of the source",
    "place_precision": "precision of the place",
    "place_name": "name of the place",
    "border_distance_km": "distance to the border (km)",
}
_LONG = ("summary",)


def correction_note(changes: Changes, *, most: int = _MOST) -> str:
    """Say in plain words what was added, changed and withdrawn, for a map's ``[[corrections]]``.

    Parameters
    ----------
    changes
        As `compare_events` gives them.
    most
        How many events of each kind are named; the rest is counted.

    Returns
    -------
    str
        One paragraph; empty when nothing changed.

    Examples
    --------
    >>> from impactmap.events.comparing import Changes
    >>> correction_note(Changes(new=("a", "b"), withdrawn=("c",), labels={"c": "Sumy, 2025-11-09"}))
    '2 reports were added. 1 report was withdrawn: Sumy, 2025-11-09 (c).'
    """
    sentences = []
    if changes.new:
        sentences.append(f"{_reports(len(changes.new))} added.")
    if len(changes.changed):
        events = changes.changed["event_id"].unique()
        shown = changes.changed[changes.changed["event_id"].isin(events[:most])].fillna("")
        told = [
            _named(changes, str(event)) + ": " + ", ".join(map(_difference, rows.astype("str").to_dict("records")))
            for event, rows in shown.groupby("event_id", sort=False)
        ]
        sentences.append(f"{_reports(len(events))} changed: {_listed(told, len(events), '; ')}.")
    for ids, verb in ((changes.withdrawn, "withdrawn"), (changes.returned, "published again after it was withdrawn")):
        if ids:
            phrase = verb if len(ids) == 1 else verb.replace("it was", "they were")
            names = [_named(changes, each) for each in ids[:most]]
            sentences.append(f"{_reports(len(ids))} {phrase}: {_listed(names, len(ids), '; ')}.")
    return " ".join(sentences)


def _reports(number: int) -> str:
    return "1 report was" if number == 1 else f"{number:,} reports were"


def _named(changes: Changes, event: str) -> str:
    label = changes.labels.get(event)
    return f"{label} ({event})" if label else event


def _listed(texts: list[str], total: int, separator: str) -> str:
    more = f"{separator}and {total - len(texts):,} more" if total > len(texts) else ""
    return separator.join(texts) + more


def _difference(row: Mapping[Hashable, str]) -> str:
    what = _NAMES.get(row["what"], row["what"].replace("_", " "))
    if row["what"] in _LONG:
        return f"{what} reworded"
    who = f" ({row['claimant']})" if row["claimant"] else ""
    if not row["before"]:
        return f"{what} {row['after']}{who} added"
    if not row["after"]:
        return f"{what} {row['before']}{who} taken away"
    return f"{what} {row['before']}, now {row['after']}{who}"
