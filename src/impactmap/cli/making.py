"""Commands that make and check maps."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.options import (
    PRESETS,
    allow_url_option,
    any_source_argument,
    border_option,
    cache_option,
    date_format_option,
    force_option,
    json_option,
    language_option,
    limits_option,
    now_option,
    output_option,
    picture_path,
    reading_options,
    source_argument,
    table_files,
    table_options,
    title_option,
)
from impactmap.cli.partitioned import build_dataset, dataset_options, is_dataset
from impactmap.cli.report import FAULTY, counted, places_line, print_json, progress_shown, say

if TYPE_CHECKING:
    from impactmap.reading.columns.table_options import TableOptions

__all__ = ["build", "check", "image", "new", "verify"]

#: Lines of one kind that `check` prints.
_LISTED = 20


@click.command(epilog="Example: impactmap build seeds/first-map -o build/map")
@any_source_argument
@allow_url_option
@output_option("FOLDER")
@border_option
@title_option
@language_option
@date_format_option
@limits_option
@reading_options()
@now_option
@cache_option
@gazetteers_option
@click.option(
    "--since",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The publication that this one follows: what changed since is told. By default what the output folder holds.",
)
@dataset_options
@force_option
@click.option("--zip", "zipped", is_flag=True, help="Write DIR.zip beside the folder, too: one file to upload.")
@json_option
def build(
    source: str | Path, output: Path, *, now: dt.datetime, force: bool, zipped: bool, as_json: bool, **chosen: Any
) -> None:
    """Make the map: page, pictures, data files, method and manifest, in one folder.

    PROJECT_OR_ADDRESS is a project file, a folder that holds project.toml, a table, or an https address of one. A
    folder of Parquet with more than a million rows is published by partition, without a mark for every report.
    """
    scheduler, work = chosen.pop("scheduler"), chosen.pop("work")
    if scheduler is not None or work is not None or is_dataset(source):
        if zipped:
            raise click.UsageError("--zip is for one map. Pack the folder of a dataset yourself.")
        build_dataset(source, output, now=now, force=force, as_json=as_json, scheduler=scheduler, work=work, **chosen)
        return
    from impactmap.publishing.archive import pack_folder
    from impactmap.workspace.build import build as run

    with progress_shown() as progress:
        report = run(source, output, now=now, force=force, progress=progress, **chosen)
    if zipped:
        pack_folder(report.folder, report.files, force=force)
    if as_json:
        print_json(report.to_dict())
        return
    for note in report.notes:
        say(f"Note: {note}", error=True)
    if report.refused:
        say(
            f"{report.refused:,} of {counted(report.rows_read, 'row')} could not be used; METHOD.md lists them. "
            f"See also: impactmap check {source}"
        )
    say(
        f"{counted(report.events, 'event')} at {counted(report.rows, 'reported place')} "
        f"({places_line(report.places)}), {counted(report.claims, 'claim')}."
    )
    if report.not_located:
        more = len(report.not_located) - 10
        shown = ", ".join(report.not_located[:10]) + (f" and {more:,} more" if more > 0 else "")
        say(f"Not located, in the table but not on the map: {shown}. Settle them: impactmap review {source}")
    if fuzzy := report.places.get("fuzzy", 0):
        say(f"On the map, though not certain: {counted(fuzzy, 'place')}. Look: impactmap review {source}")
    if report.contradictions:
        say(f"Contradictory claims: {report.contradictions}, shown side by side.")
    if report.disagreements:
        say(f"Reported figures that differ from computed ones: {report.disagreements}, both shown.")
    if others := report.rejected - report.refused:
        say(f"Rows that are no reports: {others:,}, listed in METHOD.md.")
    if report.held_back:
        say(f"Held back by the embargo: {counted(report.held_back, 'event')}.")
    if report.outside_period:
        say(f"Outside the map's period: {counted(report.outside_period, 'event')}.")
    say(f"Wrote {counted(len(report.files), 'file')}. Open {output / 'map.html'}")


@click.command(epilog="Example: impactmap check events.csv")
@click.argument("sources", metavar="PROJECT_OR_TABLE...", nargs=-1, required=True)
@table_options
@date_format_option
@limits_option
@reading_options()
@now_option
@gazetteers_option
@json_option
def check(sources: tuple[str, ...], *, allow_url: bool, format_: str, as_json: bool, **rest: Any) -> None:
    """List every fault and warning of a table by row and column, and what may be reported twice. Nothing is written.

    PROJECT_OR_TABLE is whatever impactmap convert reads: a table, a project file, or a folder that holds one. Of
    several, reports of one event are looked for across them; they are proposed with a score, never merged.
    """
    from impactmap.model.faults import gather_faults
    from impactmap.workspace.check import check_source

    with progress_shown() as progress, tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
        files = table_files(sources, Path(folder), allow_url=allow_url)
        result = check_source(*files, format=format_, progress=progress, **rest)
    faults = [fault for fault in result.faults if fault.severity == "fault"]
    if as_json:
        print_json(result.to_dict())
    else:
        for note in result.notes:
            say(f"Note: {note}", error=True)
        for fault in gather_faults(result.faults):
            say(f"{fault.severity.capitalize()}: {fault}")
        _say_listed(result.unsettled, _unsettled_line, "rows that would not be on the map")
        _say_listed(result.duplicates, _duplicate_line, "pairs that may be one event, not merged")
        warnings = len(result.faults) - len(faults)
        found = f"{counted(len(faults), 'fault')}, {counted(warnings, 'warning')}"
        say(f"{counted(result.rows, 'row')} can be used. {found}.")
        _say_next(result.rows, sources, faults=bool(faults), doubts=bool(len(result.unsettled)))
    if faults:
        sys.exit(FAULTY)


def _say_next(rows: int, sources: Sequence[str], *, faults: bool, doubts: bool) -> None:
    """Say which command comes next, for somebody who has none of them in mind."""
    tables = shlex.join(sources)
    context = click.get_current_context()
    given = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    same = " (with the options that you gave here)" if set(given) - {"sources", "as_json", "now"} else ""
    if not rows:
        say(f"Nothing can be on a map yet. Mend what is listed, then: impactmap check {tables}")
        return
    if faults:
        say("Rows with a fault stay off the map until they are mended in the table.")
    if len(sources) > 1:
        say(f"Put the tables together: impactmap convert {tables} -o events.csv{same}")
        return
    if doubts:
        say(f"Settle the places in doubt: impactmap review {tables}{same}")
    say(f"Make the map as it stands: impactmap build {tables} -o map{same}")


def _say_listed(found: Sequence[dict[str, Any]], line: Callable[[dict[str, Any]], str], what: str) -> None:
    for each in found[:_LISTED]:
        say(line(each))
    if len(found) > _LISTED:
        say(f"And {len(found) - _LISTED:,} more {what}; --json lists all.")


def _unsettled_line(found: dict[str, Any]) -> str:
    from impactmap.model.faults import row_words

    status = str(found["status"]).replace("_", " ")
    place = "no place named" if found["place"] is None else repr(found["place"])
    row = found["row"]
    called = [] if row is None else [row_words(row, found.get("sheet") or "", found.get("sheet_row"))]
    where = ", ".join([found["file"], *called])
    return f"Place {status}: {where}, {place}. {found['reason']}"


def _duplicate_line(found: dict[str, Any]) -> str:
    parts = []
    for number in (1, 2):
        source = found[f"source_name_{number}"]
        row = found[f"source_row_{number}"]
        told = ", ".join([*([] if row is None else [f"row {row}"]), *([source] if source else [])]) or "a draft"
        parts.append(f"{found[f'event_id_{number}']} ({told})")
    return f"Possible duplicate ({found['score']:.2f}): {' and '.join(parts)}: {found['reasons']}."


@click.command(epilog="Example: impactmap image seeds/first-map -o card.png --preset social")
@source_argument
@output_option("FILE", picture_path)
@click.option("--preset", type=click.Choice(PRESETS), default="web", show_default=True, help="Size and shape.")
@click.option("--size", metavar="WxH", help="A size of your own instead: 800x600 pixels, 120x80mm on paper.")
@click.option("--dark", is_flag=True, help="In the colours for dark screens.")
@click.option("--transparent", is_flag=True, help="Without the sheet's own ground, to be laid on another.")
@click.option("--facet", type=click.Choice(["date", "side"]), help="Small multiples: one map a date, or one a side.")
@click.option("--steps", is_flag=True, help="One picture for each step of the story: FILE with its number.")
@click.option("--strip", is_flag=True, help="With --steps: all of them side by side in FILE.")
@border_option
@title_option
@language_option
@date_format_option
@limits_option
@reading_options()
@now_option
@cache_option
@gazetteers_option
@force_option
@json_option
def image(
    source: Path, output: Path, *, size: str | None, steps: bool, strip: bool, as_json: bool, **chosen: Any
) -> None:
    """Draw one picture of the map: .png, .svg or .pdf.

    PROJECT_OR_TABLE is a project file, a folder that holds project.toml, or a table.
    """
    from impactmap.workspace.build import draw
    from impactmap.workspace.editions.step_pictures import draw_steps

    if size is not None:
        chosen["preset"] = size
    if strip and not steps:
        raise click.UsageError("--strip goes with --steps. Say both.")
    if steps:
        if chosen.pop("facet"):
            raise click.UsageError("--facet and --steps cannot be asked for together. Leave one of them out.")
        with progress_shown() as progress:
            files = draw_steps(source, output, progress=progress, strip=strip, **chosen)
        if as_json:
            print_json({"output": [str(file) for file in files]})
            return
        say(f"Wrote {', '.join(map(str, files))}")
        return
    with progress_shown() as progress:
        alt = draw(source, output, progress=progress, **chosen)
    if as_json:
        print_json({"output": str(output), "alt_text": alt})
        return
    say(f"Wrote {output}")
    say(f"Text for readers who cannot see it: {alt}")


@click.command(epilog="Example: impactmap new my-map --from events.xlsx")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "table_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TABLE",
    help="Table to make the project from; it stays as it is.",
)  # fmt: skip
@date_format_option
@reading_options()
@now_option
@json_option
def new(
    folder: Path,
    *,
    table_file: Path | None,
    date_format: str | None,
    table: TableOptions,
    now: dt.datetime,
    as_json: bool,
) -> None:
    """Write a commented project file and a small table to start from; or a project file for a table that you have."""
    if table_file is not None:
        _start(folder, table_file, as_json=as_json, now=now, date_format=date_format, options=table)
        return
    from impactmap.workspace.starting import new_project

    files = new_project(folder)
    if as_json:
        print_json({"files": [str(path) for path in files]})
        return
    say(f"Wrote {' and '.join(str(path) for path in files)}.")
    say(f"Build it with: impactmap build {folder} -o {folder / 'published'}")


def _start(folder: Path, table_file: Path, *, as_json: bool, **given: Any) -> None:
    from impactmap.workspace.starting import start_project

    started = start_project(folder, table_file, **given)
    if as_json:
        print_json({"files": [str(started.path)], "rows": started.rows, "problem": started.problem})
        return
    say(f"Wrote {started.path}. Look through it: what is guessed says why.")
    if started.problem:
        say(f"The table cannot be read yet: {started.problem}")
        say(f"Mend it there or in the table, then: impactmap check {folder}")
        return
    say(f"{counted(started.rows, 'row')} can be used. See what is open: impactmap check {folder}")
    say(f"Build it with: impactmap build {folder} -o {folder / 'published'}")


@click.command(epilog="Example: impactmap verify build/map")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def verify(folder: Path, *, as_json: bool) -> None:
    """Say whether a published folder is as it was published."""
    from impactmap.publishing.manifest import verify_folder

    differences = verify_folder(folder)
    if as_json:
        listed = [{"path": difference.path, "kind": difference.kind} for difference in differences]
        print_json({"unchanged": not differences, "differences": listed})
    else:
        for difference in differences:
            say(f"{difference.kind.capitalize()}: {difference.path}")
        if not differences:
            say("Nothing was altered.")
    if differences:
        sys.exit(FAULTY)
