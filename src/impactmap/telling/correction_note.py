"""What changed between two versions of a table, as a note for readers."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from impactmap.claims.versions import Changes
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import EVENT_COLUMNS, METRICS
from impactmap.telling.note_words import RecordWords

if TYPE_CHECKING:
    from impactmap.model.project import Language

__all__ = ["correction_note"]

_MOST = 10
#: Too long for a note: that they were changed is enough.
_LONG = ("summary",)
_TEXTS = {column.name for column in EVENT_COLUMNS if column.dtype == "str"} | {"place_name"}
_LISTS = {"sectors": "sector", "means": "means"}
#: A figure as versions of a table tell it, where it is no range.
_FIGURE = re.compile(rf"(?:(?P<qualifier>{'|'.join(QUALIFIERS)}) )?(?P<value>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


def correction_note(changes: Changes, *, most: int = _MOST, language: Language = "en") -> str:
    """Say in plain words what was added, changed and withdrawn, for a map's ``[[corrections]]``.

    Parameters
    ----------
    changes
        As `compare_events` gives them.
    most
        How many events of each kind are named; the rest is counted.
    language
        ``en``, ``uk`` or ``ru``.

    Returns
    -------
    str
        One paragraph; empty when nothing changed.

    Examples
    --------
    >>> from impactmap.claims.versions import Changes
    >>> correction_note(Changes(new=("a", "b"), withdrawn=("c",), labels={"c": "Sumy, 2025-11-09"}))
    '2 reports were added. 1 report was withdrawn: Sumy, 9 November 2025 (c).'
    """
    words = RecordWords(language)
    sentences = []
    if changes.new:
        sentences.append(words.plural("record.correction.added", len(changes.new)))
    if len(changes.changed):
        events = changes.changed["event_id"].unique()
        shown = changes.changed[changes.changed["event_id"].isin(events[:most])].fillna("")
        told = [
            f"{_named(changes, str(event), words)}: "
            + ", ".join(_difference(row, words) for row in rows.astype("str").to_dict("records"))
            for event, rows in shown.groupby("event_id", sort=False)
        ]
        sentences.append(_listed(words, "changed", told, len(events)))
    for key, ids in (("withdrawn", changes.withdrawn), ("returned", changes.returned)):
        if ids:
            sentences.append(_listed(words, key, [_named(changes, each, words) for each in ids[:most]], len(ids)))
    return " ".join(sentences)


def _named(changes: Changes, event: str, words: RecordWords) -> str:
    # The day that ends a label is ISO text.
    label = re.sub(r"\d{4}-\d\d-\d\d$", lambda day: words.date(day[0]), changes.labels.get(event, ""))
    return f"{label} ({event})" if label else event


def _listed(words: RecordWords, key: str, texts: Sequence[str], total: int) -> str:
    rest = total - len(texts)
    more = [words.plural("record.correction.more", rest)] if rest else []
    return words.plural(f"record.correction.{key}", total, list="; ".join([*texts, *more]))


def _difference(row: Mapping[Hashable, str], words: RecordWords) -> str:
    what = row["what"]
    called = words.term("metric", what) if what in METRICS else words.column(what)
    if what in _LONG:
        return words.text("record.correction.reworded", what=called)
    who = f" ({row['claimant']})" if row["claimant"] else ""
    before, after = (_value(what, row[name], words) for name in ("before", "after"))
    values = {"what": called, "before": before, "after": after}
    kind = "filled" if not row["before"] else "emptied" if not row["after"] else "differs"
    return words.text(f"record.correction.{kind}", **values) + who


def _value(column: str, text: str, words: RecordWords) -> str:
    """Return a cell in words, as the map's page has it."""
    if not text:
        return ""
    if column.startswith("date_") and column != "date_precision":
        return words.date(text)
    if column == "side":
        return words.side_name(text)
    if column == "place_country":
        return words.country(text)
    if column in _LISTS:
        return words.term_list(_LISTS[column], text) or ""
    if column not in _TEXTS and (figure := _FIGURE.fullmatch(text)):
        return words.figure(column, float(figure["value"]), qualifier=figure["qualifier"]) or ""
    return words.term("precision" if column == "place_precision" else column, text)
