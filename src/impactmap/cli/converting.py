"""Commands that turn one table into another and tell two of them apart."""

from __future__ import annotations

import datetime as dt
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.options import (
    date_format_option,
    exact_positions_option,
    force_option,
    json_option,
    language_option,
    limits_option,
    now_option,
    reading_options,
    table_files,
    table_options,
)
from impactmap.cli.report import counted, places_line, print_json, progress_shown, say

if TYPE_CHECKING:
    from impactmap.reading.columns.table_options import TableOptions

__all__ = ["convert", "diff"]

_WIDE = 24


@click.command(epilog="Example: impactmap convert events.csv -o events.gpkg")
@click.argument("sources", metavar="[IN]...", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="File to write.")
@table_options
@click.option("--to", default="auto", metavar="FORM", help="Form to write; told by the file name's ending otherwise.")
@click.option("--explain", is_flag=True, help="Show how it is read, and write nothing; without IN, how formats are.")
@click.option(
    "--update", type=click.Path(exists=True, path_type=Path), metavar="OLD", help="Older version to merge into."
)
@click.option(
    "--complete", is_flag=True, help="With --update: IN covers all that OLD does, so what it lacks is withdrawn."
)
@click.option("--no-places", is_flag=True, help="Do not look for places; write what was read.")
@click.option("--embargoed", is_flag=True, help="Let out also what the embargo keeps back, 24 hours without a project.")
@exact_positions_option
@gazetteers_option
@language_option
@date_format_option
@limits_option
@reading_options()
@now_option
@force_option
@json_option
def convert(
    sources: tuple[str, ...],
    output: Path | None,
    *,
    allow_url: bool,
    format_: str,
    explain: bool,
    no_places: bool,
    as_json: bool,
    **rest: Any,
) -> None:
    """Read other people's tables, and write them in the form that OUT's ending says.

    IN is a table, or a project, whose tables are read.
    Read are the formats of ACLED, UCDP, VIINA, TimeMap and others, HXL, and sheets by their headers. Several tables are
    put under each other; nothing is merged. Claims are written into OUT, or beside it as .claims.csv; rows that cannot
    be used are listed beside it as .rejected.csv, each with its reason.
    """
    if not explain and (not sources or output is None):
        raise click.UsageError("expected IN and -o OUT, or --explain.")
    from impactmap.workspace.convert import convert as run

    with progress_shown() as progress, tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
        files = table_files(sources, Path(folder), allow_url=allow_url)
        if explain or output is None:
            _explain(files, format_, rest["table"], as_json=as_json)
            return
        rest["language"] = rest["language"] or "en"
        done = run(files, output, format=format_, find_places=not no_places, progress=progress, **rest)
    if as_json:
        print_json(done.to_dict())
        return
    for note in done.notes:
        say(f"Note: {note}", error=True)
    for holds, count in done.tables.items():
        of = "" if holds == "events" else f" of {holds}"
        say(f"{counted(count['read'], 'row')}{of} read: {count['used']:,} used, {count['rejected']:,} not.")
    say(
        f"{counted(done.events, 'event')} at {counted(done.places, 'reported place')}"
        + (f" ({places_line(done.statuses)})" if done.statuses else "")
        + f", {counted(done.claims, 'claim')}."
    )
    if done.changes is not None:
        _say_changes(done.changes, rest["language"])
    if done.held_back:
        say(f"Held back by the embargo: {counted(done.held_back, 'event')}. --embargoed lets them out.")
    say(f"Wrote {', '.join(str(path) for path in done.files)}")


@click.command(epilog="Example: impactmap diff published-yesterday published-today")
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option("--toml", is_flag=True, help="Print the note as a section for project.toml.")
@language_option
@date_format_option
@reading_options()
@now_option
@json_option
def diff(
    old: Path,
    new: Path,
    *,
    toml: bool,
    language: Any,
    now: dt.datetime,
    date_format: str | None,
    table: TableOptions,
    as_json: bool,
) -> None:
    """Say what changed between two published folders or two tables, as a note for readers.

    The note goes to the standard output, to be pasted; what else is worth knowing, to the standard error.
    """
    from impactmap.telling.notes.correction_note import correction_note
    from impactmap.workspace.versions import compare_versions

    changes = compare_versions(old, new, now=now, date_format=date_format, table=table)
    note = correction_note(changes, language=language or "en")
    if as_json:
        print_json({**changes.to_dict(), "note": note})
        return
    if changes.made_ids:
        say(
            "Note: rows without identifiers were compared by content; a corrected row counts as gone and new.",
            error=True,
        )
    if not note:
        say("Nothing changed.")
    elif toml:
        say(f"[[corrections]]\ndate = {now.date().isoformat()}\ntext = {_toml_text(note)}")
    else:
        say(note)


def _toml_text(text: str) -> str:
    """Return a string of TOML over several lines, in which only what is seen, spaces and line ends stand bare."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    bare = "".join(
        ch if ch.isprintable() or ch == "\n" or unicodedata.category(ch) == "Zs" else f"\\U{ord(ch):08x}"
        for ch in escaped
    )
    return f'"""\n{bare}"""'


def _say_changes(changes: Any, language: Any) -> None:
    from impactmap.telling.notes.correction_note import correction_note

    kinds = (("new", changes.new), ("withdrawn", changes.withdrawn), ("published again", changes.returned))
    counts = [f"{len(ids):,} {name}" for name, ids in kinds]
    counts.insert(1, f"{changes.changed['event_id'].nunique():,} changed")
    say(f"Against the older version: {', '.join(counts)}, {changes.unchanged:,} unchanged.")
    if changes.not_covered:
        say(
            "Kept, not taken as withdrawn, since the newer version has nothing of their days and countries: "
            f"{counted(len(changes.not_covered), 'event')} of the older one. Use --complete if it covers them."
        )
    if changes.made_ids:
        say(
            "Note: rows without identifiers were compared by content; a corrected row counts as gone and new.",
            error=True,
        )
    if note := correction_note(changes, language=language):
        say(f"Correction note:\n{note}")


def _explain(sources: list[Path], format_: str, table: TableOptions, *, as_json: bool) -> None:
    """Show the mapping of each table, or of the formats."""
    from impactmap.reading.explain import explain_mapping

    said: dict[str, Any] = {"columns": table.headers() or None, "sheet": table.sheet, "header_row": table.header_row}
    found = [explain_mapping(source, format=format_, **said) for source in sources] or [explain_mapping(format=format_)]
    if as_json:
        print_json(found[0] if len(found) == 1 else found)
        return
    told = [each for one in found for each in one.get("formats", [one])]
    say("\n\n".join("\n".join(_lines(each)) for each in told))


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['name']}: {told['title']}", told["about"]]
    if "file" in told:
        shape = ", ".join(str(part) for part in (told["file_format"], told["encoding"]) if part)
        lines.append(f"File: {told['file']} ({shape}), {counted(told['rows'], 'row')}")
    lines += [f"Recognised by: {', '.join(told['recognised_by'])}", "Columns:"]
    for each in told["columns"]:
        lines.append(f"  {each['column']:<{_WIDE}} {', '.join(each['from']) or '(made)'}")
        if each.get("how"):
            lines.append(f"  {'':<{_WIDE}}   {each['how']}")
        words = [f"{word} = {meaning or 'missing'}" for word, meaning in each.get("words", {}).items()]
        if "other_words" in each:
            words.append(f"other words = {each['other_words']}")
        if words:
            lines.append(f"  {'':<{_WIDE}}   {'; '.join(words)}")
    if told["claims"]:
        who = told["claimant"] or "nobody named"
        lines.append(f"Claims, stated by {who}" + (f", citing {told['cited']}:" if told["cited"] else ":"))
        for each in told["claims"]:
            parts = "; ".join(f"{part}: {each[part]}" for part in ("best", "low", "high") if part in each)
            lines.append(f"  {each['metric']:<{_WIDE}} {parts}" + ("; 0 makes no claim" if "zero" in each else ""))
    if told.get("kept"):
        named = "" if told["name"] == "sheet" else ", named source_<header>, as are the originals of what is translated"
        lines.append(f"Kept as they are{named}: {', '.join(told['kept'])}")
    for row in told.get("aside", ()):
        lines.append(f"Row {row['row']} is no report: {row['found']}")
    lines += [f"Note: {text}" for text in (*told.get("notes", ()), *told["remarks"])]
    if told["terms"]:
        lines.append(f"Terms: {told['terms']}")
    return lines
