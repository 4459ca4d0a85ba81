"""What METHOD.md says of positions: nearer to a border than it is known, or against the words of their row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from impactmap.places.statements import NO_COUNTRY
from impactmap.telling.notes.note_words import RecordWords

__all__ = ["at_border_line", "conflict_text", "contradicted"]


def at_border_line(events: pd.DataFrame, words: RecordWords) -> list[str]:
    """Say for how many positions no country is said, nothing where there is none."""
    count = int(events["place_reason"].str.contains(NO_COUNTRY, regex=False, na=False).sum())
    return ["", words.plural("record.at_border", count)] if count else []


def contradicted(events: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are drawn though their words contradict the position."""
    if "place_conflict" not in events:
        return events[:0]
    return events[events["place_conflict"].notna() & (events["place_status"] != "invalid")]


def conflict_text(row: Mapping[str, Any], words: RecordWords) -> str:
    """Say what a row's words say, and where its position lies; not yet as Markdown shows it."""
    said = ", ".join(str(row[name]) for name in ("place", "region", "country") if row.get(name))
    country = row["place_country"]
    where = ", ".join(filter(None, [row["place_region"], words.country(country) if country else None]))
    return words.text("record.conflict_row", said=said, where=where or words.text("record.no_country"))
