"""Commands about places."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.online import online_options, show_questions
from impactmap.cli.options import (
    column_options,
    exact_positions_option,
    force_option,
    json_option,
    language_option,
    limits_option,
    now_option,
    output_option,
    table_argument,
)
from impactmap.cli.report import counted, places_line, print_json, progress_shown, say

__all__ = ["geocode"]


@click.command(epilog="Example: impactmap geocode places.csv -o located.csv --place town")
@table_argument
@output_option("FILE")
@column_options
@click.option("--settled-only", is_flag=True, help="No coordinates for what is ambiguous or not found.")
@click.option("--embargoed", is_flag=True, help="Let out also reports of the last 24 hours, in a table of reports.")
@now_option
@exact_positions_option
@gazetteers_option
@online_options
@language_option
@limits_option
@force_option
@json_option
def geocode(
    table: Path,
    output: Path,
    *,
    language: Any,
    force: bool,
    as_json: bool,
    settled_only: bool,
    exact_positions: bool,
    gazetteers: Path,
    **named: Any,
) -> None:
    """Add places to a table: the same rows in the same order, with more columns.

    An area gets a point that stands for it, a doubtful place that of its likeliest candidate, an unknown one that of
    what is known around it; place_status, place_precision, place_radius_km and place_reason say so. With several
    --place, each has columns of its own, which begin with its header.
    With --provider an online geocoder is asked, too, about what the gazetteer does not settle, once a second and never
    twice. Of a table of reports those of the last 24 hours are left out, and counted. Formats to write: .csv, .tsv,
    .xlsx, .jsonl, .geojson, .parquet, .gpkg, .fgb and .kml.
    """
    from impactmap.model.progress import part_of
    from impactmap.model.project import decisions_beside
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.places.lookup import locate_table
    from impactmap.places.overrides.decision_file import read_decisions
    from impactmap.publishing.files.writing import write_table

    with progress_shown() as progress:
        show_questions(named["online"], progress, 1, 2)
        decisions = read_decisions(table.parent / decisions_beside(table))
        embargoed, now = named.pop("embargoed"), named.pop("now")
        waiting = set() if embargoed else _waiting(table, now, named["limits"])
        located = locate_table(
            table,
            language=language or "en",
            gazetteer=open_gazetteer(gazetteers),
            decisions=decisions,
            best_guess=not settled_only,
            exact_positions=exact_positions,
            note=lambda text: say(f"Note: {text}", error=True),
            without=waiting,
            progress=part_of(progress, 1, 2),
            **named,
        )
        written = write_table(
            located, output, inputs=[table], force=force, exact_positions=exact_positions,
            progress=part_of(progress, 2, 2),
        )  # fmt: skip
    for note in written.notes:
        say(f"Note: {note}", error=True)
    columns = [name for name in located.columns if name.endswith("place_status")][-max(1, len(named["place"])) :]
    statuses = located[columns].stack()
    counts = {str(name): int(n) for name, n in statuses.value_counts().sort_index().items()}
    if as_json:
        print_json({"output": str(output), "rows": len(located), "held_back": len(waiting), "places": counts})
        return
    if waiting:
        say(f"Held back by the embargo: {counted(len(waiting), 'row')}. --embargoed lets them out.")
    say(f"{counted(len(located), 'row')}: {places_line(counts)}. Wrote {output}")
    if counts.get("unavailable"):
        say("Unavailable: the online geocoder did not answer; place_reason says why. The next run asks again.")


def _waiting(table: Path, now: dt.datetime | None, limits: dict[str, int] | None) -> set[int]:
    """Return the rows of a table of reports that the embargo keeps back; none of a table that is something else."""
    from impactmap.model.embargo import Embargo
    from impactmap.model.errors import InputError
    from impactmap.publishing.files.rejected_rows import waiting_rows
    from impactmap.reading.formats.limits import make_limits
    from impactmap.reading.read import read_events
    from impactmap.workspace.options import present

    present_time = now or present()
    try:
        reading = read_events(table, limits=make_limits(limits), now=present_time)
    except InputError:  # a list of towns, or what the run that follows refuses, too
        return set()
    return waiting_rows(reading, Embargo(present_time))
