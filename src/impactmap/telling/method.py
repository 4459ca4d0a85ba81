"""METHOD.md: how a map was made, and what could not be used, in the map's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pandas as pd

from impactmap.model.claims import find_contradictions
from impactmap.model.project import Project
from impactmap.model.sections.map import newest_first
from impactmap.places.overrides.decisions import read_sentence
from impactmap.telling.markdown import markdown_list, plain_markdown
from impactmap.telling.method_sections import Origins, method_sections
from impactmap.telling.notes.note_words import RecordWords
from impactmap.telling.notes.plausibility_note import plausibility_lines
from impactmap.telling.notes.position_note import at_border_line, conflict_text, contradicted
from impactmap.telling.summary import Summary

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["MethodNotes", "method_text"]

#: Rows listed under one heading; the rest are counted, and stand in events.csv.
MOST = 500
#: Words in what a position's fault expects: such a cell may be finer than what may leave, so it is not repeated.
_POSITION = re.compile(r"latitude|longitude|degrees|position where")


class MethodNotes(TypedDict, total=False):
    """What the method note says beside what is published.

    Attributes
    ----------
    comparison
        `compare_reported` of events and claims.
    rejected
        Rows that could not be used: ``file, row, column, expected, found, fix``.
    notes
        What was detected and assumed while reading.
    held_back, outside_period
        Events left out by the embargo and by the period; counted, never listed.
    """

    comparison: pd.DataFrame | None
    rejected: pd.DataFrame | None
    notes: Iterable[str]
    held_back: int
    outside_period: int


def method_text(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    project: Project,
    summary: Summary,
    border: Border | None = None,
    **beside: Unpack[MethodNotes],
) -> str:
    """Write the method note.

    Parameters
    ----------
    events, claims
        As published.
    project, summary, border
        What the map says of itself.
    **beside
        What is not in the tables: see `MethodNotes`.

    Returns
    -------
    str
        Markdown in the map's language. Texts from the tables are shown as they are, never as markup.
    """
    words = RecordWords(project.map.language)
    say = words.text
    lines = [
        f"# {say('method.title')}",
        "",
        say("record.lead", title=plain_markdown(summary.title)),
        "",
        plain_markdown(summary.sentence),
    ]
    origins = Origins(_providers(events), _populations(events), border)
    reported, places, distance, dates = method_sections(
        summary,
        project,
        origins,
        held_back=beside.get("held_back", 0),
        outside_period=beside.get("outside_period", 0),
    )
    _section(lines, *reported)
    unnamed = int(claims["claimant"].isna().sum()) if "claimant" in claims else len(claims)
    counted = [words.plural("record.claims", len(claims))]
    counted += [words.plural("record.unnamed", unnamed)] if unnamed else []
    lines += ["", " ".join([*counted, say("record.qualifiers")])]
    _listed(lines, words, say("record.contradictions"), _contradictions(claims, words), level=3)
    _listed(
        lines,
        words,
        say("record.compared"),
        _disagreements(beside.get("comparison"), claims, words),
        note=say("record.compared_note"),
        level=3,
    )
    _section(lines, *places)
    _places(lines, words, events)
    _section(lines, *distance)
    _section(lines, *dates)
    silenced = {plain_markdown(name): plain_markdown(why) for name, why in project.checks.silenced.items()}
    found = plausibility_lines(events.attrs.get("checks", ()), silenced, words)
    _listed(lines, words, say("record.checks"), found, note=say("record.checks_note"))
    _rejected(lines, words, beside.get("rejected"))
    _section(lines, say("record.drawing"), [say("record.projections"), say("record.gathered")])
    if notes := list(beside.get("notes", ())):
        _listed(
            lines,
            words,
            say("record.reading"),
            [plain_markdown(words.said(note), longest=None) for note in notes],
            note=say("record.reading_note"),
        )
    if project.corrections:
        shown = [
            (f"{words.date(each.date)}: " if each.date else "") + markdown_list(each.text)
            for each in newest_first(project.corrections)
        ]
        _listed(lines, words, say("corrections.title"), shown)
    _origins(lines, words)
    return "\n".join(lines) + "\n"


def _section(lines: list[str], title: str, paragraphs: Iterable[str]) -> None:
    lines += ["", f"## {title}"]
    for paragraph in paragraphs:
        lines += ["", plain_markdown(paragraph, longest=None)]


def _listed(
    lines: list[str],
    words: RecordWords,
    title: str,
    items: Sequence[str],
    *,
    of: int | None = None,
    note: str = "",
    level: int = 2,
) -> None:
    """List the first items under a heading; `of` says how many there are where not all were put into words."""
    of = len(items) if of is None else of
    lines += ["", f"{'#' * level} {title}"]
    if not items:
        lines += ["", words.text("record.none")]
        return
    if note:
        lines += ["", note]
    lines += ["", *(f"- {item}" for item in items[:MOST])]
    if of > MOST:
        lines.append(f"- {words.plural('record.more', of - MOST)}")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings, None for missing."""
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype("object")
    return plain.where(plain.notna(), None).to_dict("records")  # type: ignore[return-value]


def _contradictions(claims: pd.DataFrame, words: RecordWords) -> list[str]:
    found = _records(find_contradictions(claims))
    by_id = {claim["claim_id"]: claim for claim in _records(claims)} if found else {}
    return [
        f"{plain_markdown(row['event_id'])}, {plain_markdown(words.term('metric', row['metric']))}: "
        + "; ".join(_claim(by_id[name], words) for name in row["claim_ids"].split("; ") if name in by_id)
        for row in found
    ]


def _claim(claim: dict[str, Any], words: RecordWords) -> str:
    figure = words.figure(claim["metric"], claim["value"], claim["value_low"], claim["value_high"], claim["qualifier"])
    stated = figure or plain_markdown(claim["text"] or "")
    return f"{stated} ({plain_markdown(words.claimant(claim['claimant']))})"


def _disagreements(comparison: pd.DataFrame | None, claims: pd.DataFrame, words: RecordWords) -> list[str]:
    if comparison is None:
        return []
    found = _records(comparison[~comparison["agrees"].astype("boolean").fillna(value=True)])
    by_id = {claim["claim_id"]: claim for claim in _records(claims)} if found else {}
    lines = []
    for row in found:
        claim = by_id[row["claim_id"]]
        metric = str(claim["metric"])
        told = words.text(
            "record.compared_row",
            metric=plain_markdown(words.term("metric", metric)),
            reported=_claim(claim, words),
            computed=words.computed(metric, row["computed"], row["computed_low"], row["computed_high"]),
        )
        lines.append(f"{plain_markdown(row['event_id'])}, {told}")
    return lines


def _providers(events: pd.DataFrame) -> list[str]:
    return list(map(str, events["place_provider"].dropna().unique())) if "place_provider" in events else []


def _populations(events: pd.DataFrame) -> list[tuple[str, str | None]]:
    if "population_source" not in events:
        return []
    origins = events[["population_source", "population_date"]].dropna(subset=["population_source"]).drop_duplicates()
    return [(row["population_source"], row["population_date"]) for row in _records(origins)]


def _places(lines: list[str], words: RecordWords, events: pd.DataFrame) -> None:
    say = words.text
    if "place_status" not in events:
        return
    by_editor = (events["place_provider"] == "decision").fillna(value=False).astype(bool)
    status = events["place_status"]
    settled, near, open_ = events[by_editor], events[status == "fuzzy"], events[status == "ambiguous"]
    unknown = events[status.isin(("not_found", "unavailable", "invalid")) & ~by_editor]
    lines.append("")
    lines += [
        f"- {words.term('status', str(name))}: {words.number(int(n))}"
        for name, n in status.value_counts().sort_index().items()
    ]
    lines += at_border_line(events, words)
    if len(drawn := contradicted(events)):
        rows = _records(drawn.head(MOST))
        told = [f"{_row(row, words)}: {plain_markdown(conflict_text(row, words))}" for row in rows]
        _listed(lines, words, say("record.conflicts"), told, of=len(drawn), note=say("record.conflicts_note"), level=3)
    decided = [
        f"{_row(row, words)}: {plain_markdown(row['place'] or '')} – "
        f"{plain_markdown(row['place_name'] or words.term('status', row['place_status']))}. {_told(row, words)}"
        for row in _records(settled.head(MOST))
    ]
    _listed(lines, words, say("record.decided"), decided, of=len(settled), note=say("record.decided_note"), level=3)
    fuzzy = [
        f"{_row(row, words)}: "
        + say("record.fuzzy_row", place=plain_markdown(row["place"]), name=plain_markdown(_named(row, words)))
        for row in _records(near.head(MOST))
    ]
    _listed(lines, words, say("record.fuzzy"), fuzzy, of=len(near), level=3)
    ambiguous = [
        f"{_row(row, words)}: {plain_markdown(row['place'])} – "
        + say("record.candidates", places=_candidates(row["place_alternatives"], words))
        for row in _records(open_.head(MOST))
    ]
    _listed(lines, words, say("record.ambiguous"), ambiguous, of=len(open_), note=say("record.ambiguous_note"), level=3)
    missing = [
        f"{_row(row, words)}: {plain_markdown(row['place'] or '')} – {words.term('status', row['place_status'])}"
        for row in _records(unknown.head(MOST))
    ]
    _listed(lines, words, say("record.missing"), missing, of=len(unknown), note=say("record.missing_note"), level=3)


def _row(row: dict[str, Any], words: RecordWords) -> str:
    name, number = plain_markdown(row["event_id"]), row.get("source_row")
    return name if number is None else f"{name} ({words.text('record.row', row=int(number))})"


def _named(row: dict[str, Any], words: RecordWords) -> str:
    """Return the name of the place found, with its region and country: its name alone may be the one given."""
    name, region, country = (row.get(f"place_{part}") for part in ("name", "region", "country"))
    return ", ".join(part for part in (name, words.around(name, region, country)) if part)


def _told(row: dict[str, Any], words: RecordWords) -> str:
    """Say who settled a place, when and why."""
    told = read_sentence(str(row["place_reason"] or ""))
    if told is None:
        return plain_markdown(words.said(row["place_reason"] or ""))
    editor, day, why = told
    who = plain_markdown(editor) + (f", {words.date(day)}" if day else "")
    return f"{who}: {plain_markdown(why, longest=None)}" if why else who


def _candidates(alternatives: object, words: RecordWords) -> str:
    """Names of the alternatives, with their region and country; a position that the source gave is called that."""
    try:
        found = json.loads(str(alternatives))
    except ValueError:
        return ""
    named = [
        words.text("method.provider_source")
        if one.get("id") == "source"
        else _named({f"place_{key}": one.get(key) for key in ("name", "region", "country")}, words)
        for one in found[:5]
    ]
    return plain_markdown("; ".join(named) + (" …" if len(found) > 5 else ""))


def _rejected(lines: list[str], words: RecordWords, rejected: pd.DataFrame | None) -> None:
    """List the rows that could not be used, without what must wait and coordinates, which may be too fine to leave."""
    say = words.text
    lines += ["", f"## {say('record.rejected')}", ""]
    if rejected is None or not len(rejected):
        lines.append(say("record.none"))
        return
    count = len(rejected[["file", "row"]].drop_duplicates())
    lines += [words.plural("record.rejected_note", count), ""]
    for row in _records(rejected.head(MOST)):
        sheet = row.get("sheet")
        file, number = (row["file"], row["row"]) if pd.isna(sheet) else (f"{row['file']}, {sheet}", row["sheet_row"])
        where = f"{plain_markdown(file)}, {say('record.row', row=int(number))}"
        if row["column"]:
            where += f", {plain_markdown(row['column'])}"
        withheld = pd.isna(row["found"]) or _POSITION.search(str(row["expected"]))
        found = say("record.withheld") if withheld else plain_markdown(words.said(row["found"]))
        lines.append(f"- {where}: {plain_markdown(words.said(row['expected']))} – {found}")
    if len(rejected) > MOST:
        lines.append(f"- {words.plural('record.rejected_more', len(rejected) - MOST)}")


def _origins(lines: list[str], words: RecordWords) -> None:
    from impactmap import __version__
    from impactmap.reference import notices

    _listed(lines, words, words.text("record.data"), [plain_markdown(notice) for notice in notices()])
    lines += ["", words.text("record.version", version=__version__)]
