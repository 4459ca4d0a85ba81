"""A history as a chain: one JSON object a line, each with the check sum of the line before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["HISTORY", "broken_entry", "chain_sum", "read_entry", "write_entry"]

#: Oldest first.
HISTORY = "history.jsonl"


def broken_entry(history: bytes) -> int | None:
    """Return the number of the first entry of a history that does not follow from the one before; None without one.

    Parameters
    ----------
    history
        The content of ``history.jsonl``.
    """
    before = None
    for number, line in enumerate(history.splitlines(keepends=True), start=1):
        try:
            entry = read_entry(line)
        except ValueError:
            return number
        if entry.get("number") != number or entry.get("previous") != before or not line.endswith(b"\n"):
            return number
        before = chain_sum(line)
    return None


def read_entry(line: str | bytes) -> dict[str, Any]:
    """Read a line; a ValueError where it is no entry."""
    entry = json.loads(line)
    if not (isinstance(entry, dict) and isinstance(entry.get("tables"), dict)):
        raise ValueError("expected an object with the tables' check sums")  # noqa: TRY004 -- as json has it
    if "day" in entry:
        dt.date.fromisoformat(str(entry["day"]))
        lists = [entry.get(name) for name in ("changed", "withdrawn", "returned")]
        for event in (each for events in lists if isinstance(events, list) for each in events):
            if not {"event_id", "label"} <= set(event) or not all(
                "what" in change for change in event.get("changes", [])
            ):
                raise ValueError("expected events with an identifier and a label")
        if not all(isinstance(events, list) for events in lists):
            raise ValueError("expected lists of what changed")
    return entry


def write_entry(entry: Mapping[str, Any]) -> str:
    """Return an entry as a line."""
    return json.dumps(entry, ensure_ascii=True, allow_nan=False) + "\n"


def chain_sum(line: str | bytes) -> str:
    """Return the check sum of a line, with its end, as the next one holds it."""
    return hashlib.sha256(line.encode() if isinstance(line, str) else line).hexdigest()
