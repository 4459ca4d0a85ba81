"""What changed between two versions of a table, as a note for readers."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from impactmap.claims.versions import Changes
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import EVENT_COLUMNS, METRICS
from impactmap.model.text import isolate
from impactmap.telling.markdown import markdown_list, plain_markdown
from impactmap.telling.notes.note_words import RecordWords

if TYPE_CHECKING:
    from impactmap.model.sections.map import Correction
    from impactmap.model.sections.section import Language

__all__ = ["correction_note", "corrections_text", "shortened"]

#: Lines of corrections on the page.
_ROOM = 100
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_TEXTS = {column.name for column in EVENT_COLUMNS if column.dtype == "str"} | {"place_name"}
_LISTS = {"sectors": "sector", "means": "means"}
#: A figure as versions of a table tell it, where it is no range.
_FIGURE = re.compile(rf"(?:(?P<qualifier>{'|'.join(QUALIFIERS)}) )?(?P<value>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


def correction_note(changes: Changes, *, language: Language = "en") -> str:
    """Say in plain words what was added, changed and withdrawn: a list that can be printed as it is.

    Parameters
    ----------
    changes
        As `compare_events` gives them.
    language
        Language of the note, as of a map.

    Returns
    -------
    str
        A line for each kind of change, under it a line for each report: its place and day, what was said, what is
        said now and, where the newer table tells it, why. Nothing is cut. Empty when nothing changed.

    Examples
    --------
    >>> from impactmap.claims.versions import Changes
    >>> changes = Changes(new=("a", "b"), withdrawn=("c",), labels={"c": "Sumy, 2025-11-09"}, reasons={"c": "No fire."})
    >>> print(correction_note(changes))
    2 reports were added.
    1 report was withdrawn:
    - Sumy, 9 November 2025 (c). Reason: No fire
    """
    words = RecordWords(language)
    lines = []
    if changes.new:
        lines.append(words.plural("record.correction.added", len(changes.new)))
    if len(changes.changed):
        told = {
            str(event): ", ".join(_difference(row, words) for row in rows.astype("str").to_dict("records"))
            for event, rows in changes.changed.fillna("").groupby("event_id", sort=False)
        }
        lines.append(words.plural("record.correction.changed", len(told)))
        lines += [
            f"- {_named(changes, event, words)}: {text}{_reason(changes, event, words)}" for event, text in told.items()
        ]
    for key, ids in (("withdrawn", changes.withdrawn), ("returned", changes.returned)):
        if ids:
            lines.append(words.plural(f"record.correction.{key}", len(ids)))
            lines += [f"- {_named(changes, each, words)}{_taken_back(changes, each, words)}" for each in ids]
    return "\n".join(lines)


def corrections_text(corrections: Iterable[Correction], *, title: str, language: Language = "en") -> str:
    """Return every correction of a map, whole, as Markdown that an editor can print as it is.

    Parameters
    ----------
    corrections
        In the order in which they are told.
    title
        Of the map.
    language
        Of the map.
    """
    words = RecordWords(language)
    lines = [f"# {words.text('corrections.title')}", "", plain_markdown(title, longest=None)]
    for each in corrections:
        lines += ["", f"## {words.date(each.date)}"] if each.date else []
        lines += ["", f"- {markdown_list(each.text)}"]
    return "\n".join(lines) + "\n"


def shortened(corrections: Iterable[Correction], *, file: str, language: Language = "en") -> list[Correction]:
    """Return what a page has room for: the first lines of all, and how many more stand in a file.

    Parameters
    ----------
    corrections
        Newest first.
    file
        Its name.
    language
        Of the map.
    """
    words, room, kept, left = RecordWords(language), _ROOM, [], 0
    for each in corrections:
        lines = each.text.split("\n")
        if room > 0:
            kept.append(each.model_copy(update={"text": "\n".join(lines[:room])}))
        left += max(len(lines) - max(room, 0), 0)
        room -= len(lines)
    if left:
        more = words.plural("record.correction.more", left, file=file)
        kept[-1] = kept[-1].model_copy(update={"text": f"{kept[-1].text}\n{more}"})
    return kept


def _named(changes: Changes, event: str, words: RecordWords) -> str:
    # The day that ends a label is ISO text.
    label = re.sub(r"\d{4}-\d\d-\d\d$", lambda day: words.date(day[0]), changes.labels.get(event, ""))
    return _line(f"{label} ({event})" if label else event)


def _taken_back(changes: Changes, event: str, words: RecordWords) -> str:
    said = changes.said.get(event, "")
    return (words.text("record.correction.said", text=_line(said).rstrip(".")) if said else "") + _reason(
        changes, event, words
    )


def _reason(changes: Changes, event: str, words: RecordWords) -> str:
    why = changes.reasons.get(event, "")
    return words.text("record.correction.why", why=_line(why).rstrip(".")) if why else ""


def _line(text: str) -> str:
    """Return a text of the table on one line, so that it cannot pass for a line of ours."""
    return isolate(_BREAKS.sub(" ", text.strip()))


def _difference(row: Mapping[Hashable, str], words: RecordWords) -> str:
    what = row["what"]
    called = words.term("metric", what) if what in METRICS else words.column(what)
    who = f" ({_line(row['claimant'])})" if row["claimant"] else ""
    before, after = (_line(_value(what, row[name], words)) for name in ("before", "after"))
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
