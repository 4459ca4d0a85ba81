"""METHOD.md: how a map was made, and what could not be used, in the map's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from impactmap.model.claims import find_contradictions
from impactmap.model.project import Project
from impactmap.model.text import isolate
from impactmap.places.overrides.decisions import read_sentence
from impactmap.telling.note_words import RecordWords
from impactmap.telling.plausibility_note import plausibility_lines
from impactmap.telling.position_note import at_border_line, conflict_text, contradicted
from impactmap.telling.summary import Summary

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["method_text", "plain_markdown"]

#: Rows listed under one heading; the rest are counted, and stand in events.csv.
MOST = 500
_LONGEST = 300
_PROVIDERS = {"cldr": "Unicode CLDR", "geonames": "GeoNames", "katottg": "KATOTTG", "natural_earth": "Natural Earth"}
#: Words in what a position's fault expects: such a cell may be finer than what may leave, so it is not repeated.
_POSITION = re.compile(r"latitude|longitude|degrees|position where")
_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$])")  # brackets without their square ones link nothing


def plain_markdown(text: object) -> str:
    r"""Return a text that Markdown shows as it is: one line, no markup, no HTML, no template syntax, cut when long.

    Examples
    --------
    >>> plain_markdown("<b>{{ x }}</b> [a](b)")
    '&lt;b&gt;\\{\\{ x \\}\\}&lt;/b&gt; \\[a\\](b)'
    """
    line = " ".join("".join(ch if ch.isprintable() or ch.isspace() else "" for ch in str(text)).split())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + "…"
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%", "&#37;")
    line = _MARKS.sub(r"\\\1", line)
    line = re.sub(r"^([-+=])", r"\\\1", line)  # what would begin a list or underline a heading
    line = re.sub(r"^(\d+)([.)])", r"\1\\\2", line)
    return isolate(line)


def _says_confirmation(summary: Summary) -> bool:
    """Say whether anything on the map is confirmed or claimed, or nothing is on it."""
    return not summary.by_confirmation.get("not_said") or any(
        summary.by_confirmation[name] for name in ("confirmed", "claimed")
    )


def method_text(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    project: Project,
    summary: Summary,
    border: Border | None = None,
    comparison: pd.DataFrame | None = None,
    rejected: pd.DataFrame | None = None,
    notes: Iterable[str] = (),
    held_back: int = 0,
    outside_period: int = 0,
    square_km: float | None = None,
) -> str:
    """Write the method note.

    Parameters
    ----------
    events, claims
        As published.
    project, summary, border
        What the map says of itself.
    comparison
        `compare_reported` of the two.
    rejected
        Rows that could not be used: ``file, row, column, expected, found, fix``.
    notes
        What was detected and assumed while reading.
    held_back, outside_period
        Events left out by the embargo and by the period; counted, never listed.
    square_km
        Side of the squares on which the pictures gather reports, where they do.

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
    told = ["reported", *(["confirmation"] if _says_confirmation(summary) else []), "side"]
    _section(lines, say("method.reported_title"), [say(f"method.{name}") for name in told])
    unnamed = int(claims["claimant"].isna().sum()) if "claimant" in claims else len(claims)
    counted = [words.plural("record.claims", len(claims))]
    counted += [words.plural("record.unnamed", unnamed)] if unnamed else []
    lines += ["", " ".join([*counted, say("record.qualifiers")])]
    _listed(lines, words, say("record.contradictions"), _contradictions(claims, words), level=3)
    _listed(
        lines,
        words,
        say("record.compared"),
        _disagreements(comparison, claims, words),
        note=say("record.compared_note"),
        level=3,
    )
    _places(lines, words, events, project, summary)
    _section(lines, say("method.distance_title"), _distances(events, project, border, words))
    _section(lines, say("method.dates_title"), _dates(project, words, held_back, outside_period))
    silenced = {plain_markdown(name): plain_markdown(why) for name, why in project.checks.silenced.items()}
    found = plausibility_lines(events.attrs.get("checks", ()), silenced, words)
    _listed(lines, words, say("record.checks"), found, note=say("record.checks_note"))
    _rejected(lines, words, rejected)
    gathered = [] if square_km is None else [say("record.squares", km=words.number(square_km))]
    _section(lines, say("record.drawing"), [say("record.projections"), *gathered])
    if notes := list(notes):
        _listed(
            lines,
            words,
            say("record.reading"),
            [plain_markdown(note) for note in notes],
            note=say("record.reading_note"),
        )
    if project.corrections:
        shown = [f"{words.date(c.date)}: {plain_markdown(c.text)}" for c in project.corrections]
        _listed(lines, words, say("corrections.title"), shown)
    _origins(lines, words)
    return "\n".join(lines) + "\n"


def _section(lines: list[str], title: str, paragraphs: Iterable[str]) -> None:
    lines += ["", f"## {title}"]
    for paragraph in paragraphs:
        lines += ["", paragraph]


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
    claimant = plain_markdown(claim["claimant"]) if claim["claimant"] else words.text("table.unnamed")
    figure = words.figure(claim["value"], claim["value_low"], claim["value_high"], claim["qualifier"])
    return f"{figure or plain_markdown(claim['text'] or '')} ({claimant})"


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
            computed=words.number(float(row["computed"]), decimals=1 if metric.endswith("km") else 0),
        )
        lines.append(f"{plain_markdown(row['event_id'])}, {told}")
    return lines


def _places(lines: list[str], words: RecordWords, events: pd.DataFrame, project: Project, summary: Summary) -> None:
    say = words.text
    counts = "; ".join(
        say("method.precision_count", precision=words.term("precision", name), n=words.number(n))
        for name, n in summary.by_precision.items()
    )
    options = project.publish
    positions = (
        say("method.exact_positions", reason=plain_markdown(options.exact_positions_reason))
        if options.exact_positions
        else say("method.positions")
    )
    ours = {name: say(f"method.provider_{name}") for name in ("source", "decision")}
    names = {**_PROVIDERS, **ours}
    found = sorted(map(str, events["place_provider"].dropna().unique())) if "place_provider" in events else []
    providers = ", ".join(names.get(name, name) for name in found)
    found_with = [say("method.found_with", providers=plain_markdown(providers))] if providers else []
    _section(
        lines,
        say("method.places_title"),
        [say("method.places", counts=counts), *found_with, positions, say("method.areas")],
    )
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
        + say("record.fuzzy_row", place=plain_markdown(row["place"]), name=plain_markdown(_around(row)))
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


def _around(row: dict[str, Any]) -> str:
    """Return the name of the place found, with its region and country: its name alone may be the one given."""
    parts = (row.get(f"place_{name}") for name in ("name", "region", "country"))
    return ", ".join(str(part) for part in parts if part and not pd.isna(part))


def _told(row: dict[str, Any], words: RecordWords) -> str:
    """Say who settled a place, when and why."""
    told = read_sentence(str(row["place_reason"] or ""))
    if told is None:
        return plain_markdown(row["place_reason"] or "")
    editor, day, why = told
    who = plain_markdown(editor) + (f", {words.date(day)}" if day else "")
    return f"{who}: {plain_markdown(why)}" if why else who


def _candidates(alternatives: object, words: RecordWords) -> str:
    """Names of the alternatives, with their region and country; a position that the source gave is called that."""
    try:
        found = json.loads(str(alternatives))
    except ValueError:
        return ""
    named = [
        words.text("method.provider_source")
        if one.get("id") == "source"
        else ", ".join(str(one[key]) for key in ("name", "region", "country") if one.get(key))
        for one in found[:5]
    ]
    return plain_markdown("; ".join(named) + (" …" if len(found) > 5 else ""))


def _distances(events: pd.DataFrame, project: Project, border: Border | None, words: RecordWords) -> list[str]:
    say = words.text
    if border is None:
        lines = [say("record.no_border")]
    else:
        lines = [
            say(
                "method.distance",
                names=words.both(border.countries),
                method=say("method.geodesic"),
                view=words.term("border_view", border.view),
                data=plain_markdown(border.data),
                data_date=plain_markdown(border.data_date),
            )
        ]
    if "population_source" in events:
        sources = (
            events[["population_source", "population_date"]].dropna(subset=["population_source"]).drop_duplicates()
        )
        for row in _records(sources):
            date = row["population_date"]
            shown = plain_markdown(date) if date and date != "undated" else say("method.undated")
            lines.append(say("method.population", source=plain_markdown(row["population_source"]), date=shown))
    context = project.context
    if context.raster:
        name, date = context.raster_name or context.raster, context.raster_date or say("method.undated")
        radius = words.number(context.radius_km, decimals=2)
        lines.append(say("record.raster", km=radius, name=plain_markdown(name), date=plain_markdown(date)))
    return lines


def _dates(project: Project, words: RecordWords, held_back: int, outside_period: int) -> list[str]:
    options = project.map
    hours = options.embargo_hours
    lines = [words.text("method.timezone", timezone=options.timezone)]
    if hours:
        lines += [
            words.plural("method.embargo", hours),
            words.text("record.embargo_end", timezone=options.timezone),
        ]
    else:
        lines.append(words.text("method.no_embargo"))
    lines.append(words.plural("method.held_back", held_back) if held_back else words.text("record.nothing_held_back"))
    if outside_period:
        lines.append(words.plural("record.outside", outside_period))
    return lines


def _rejected(lines: list[str], words: RecordWords, rejected: pd.DataFrame | None) -> None:
    """List the rows that could not be used, without the coordinates in them, which may be finer than what may leave."""
    say = words.text
    lines += ["", f"## {say('record.rejected')}", ""]
    if rejected is None or not len(rejected):
        lines.append(say("record.none"))
        return
    count = len(rejected[["file", "row"]].drop_duplicates())
    lines += [words.plural("record.rejected_note", count), ""]
    for row in _records(rejected.head(MOST)):
        where = f"{plain_markdown(row['file'])}, {say('record.row', row=int(row['row']))}"
        if row["column"]:
            where += f", {plain_markdown(row['column'])}"
        withheld = _POSITION.search(str(row["expected"]))
        found = say("record.withheld") if withheld else plain_markdown(row["found"])
        lines.append(f"- {where}: {plain_markdown(row['expected'])} – {found}")
    if len(rejected) > MOST:
        lines.append(f"- {words.plural('record.rejected_more', len(rejected) - MOST)}")


def _origins(lines: list[str], words: RecordWords) -> None:
    from impactmap import __version__
    from impactmap.reference import notices

    _listed(lines, words, words.text("record.data"), [plain_markdown(notice) for notice in notices()])
    lines += ["", words.text("record.version", version=__version__)]
