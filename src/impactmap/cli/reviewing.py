"""The command that settles doubtful places."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.online import online_and_cache_options, show_questions
from impactmap.cli.options import (
    column_options,
    date_format_option,
    force_option,
    json_option,
    language_option,
    limits_option,
    now_option,
    reading_options,
    source_argument,
)
from impactmap.cli.report import counted, messages_language, print_json, progress_shown, say
from impactmap.cli.serving import clock_from, serve_page
from impactmap.model.errors import InputError, TableError
from impactmap.model.progress import Progress, part_of

if TYPE_CHECKING:
    from impactmap.model.project import Project
    from impactmap.model.sections.section import Language
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.online.provider import OnlineProvider
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.workspace.doubts import Doubt

__all__ = ["review"]


@click.command(epilog="Example: impactmap review seeds/first-map --no-serve -o doubtful.xlsx")
@source_argument
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Spreadsheet to write, .xlsx or .csv. Otherwise NAME.review.xlsx beside the table.",
)  # fmt: skip
@click.option("--no-serve", is_flag=True, help="Write the spreadsheet only.")
@click.option(
    "--decisions-from", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Read the decisions of a spreadsheet that was filled in.",
)  # fmt: skip
@click.option("--editor", metavar="NAME", default="", help="Who decides, where nothing else says so.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the page; any that is free otherwise.")
@click.option("--no-open", is_flag=True, help="Do not open the page in the browser.")
@column_options
@gazetteers_option
@online_and_cache_options
@language_option
@date_format_option
@limits_option
@reading_options(country=False)
@now_option
@force_option
@json_option
def review(
    source: Path,
    *,
    output: Path | None,
    no_serve: bool,
    decisions_from: Path | None,
    editor: str,
    now: dt.datetime,
    gazetteers: Path,
    **chosen: Any,
) -> None:
    """Settle the places that are in doubt: in a spreadsheet, or on a page that only this computer sees.

    PROJECT_OR_TABLE is a project file, a folder that holds project.toml, or a table: of events, or any other that names
    places. Decisions are kept in decisions.csv beside the project (NAME.decisions.csv beside a table) and win over
    everything later.
    """
    from impactmap.context.borders import load_project_border
    from impactmap.desk.board import Board
    from impactmap.desk.server import ReviewServer
    from impactmap.desk.sheet import read_sheet, write_sheet
    from impactmap.places.gazetteer.gazetteers import open_gazetteer

    port, no_open, force, as_json = (chosen.pop(name) for name in ("port", "no_open", "force", "as_json"))
    clock = clock_from(now)
    with progress_shown() as progress:
        progress(1, 2, "Reading the tables")
        language = chosen["language"] or _language_of(source)
        gazetteer = open_gazetteer(gazetteers, language=language)
        show_questions(chosen["online"], progress, 2, 2)
        project, doubts = _find(source, now=now, gazetteer=gazetteer, progress=progress, **chosen)
        path = project.folder / project.data.decisions
        board = Board(
            doubts,
            path,
            gazetteer=gazetteer,
            language=language,
            today=lambda: clock().astimezone(dt.UTC).date(),
        )
    if decisions_from is not None:
        count = read_sheet(board, decisions_from, editor=editor)
        left = len(board.open_numbers())
        if as_json:
            print_json({"decisions": str(path), "read": count, "open": left})
            return
        say(f"Read {counted(count, 'decision')} into {path}. {counted(left, 'place')} to settle.")
        return
    left = len(board.open_numbers())
    sheet = output or project.folder / f"{source.stem if source.suffix else 'places'}.review.xlsx"
    note = ""
    try:
        write_sheet(board, sheet, force=force)
    except InputError as error:
        if no_serve or output is not None:
            raise
        note = f"Note: {error}"  # the page can do without
    told = {"doubtful": len(doubts), "open": left, "sheet": str(sheet), "decisions": str(path)}
    if not as_json:
        say(f"{counted(left, 'place')} to settle, {len(doubts) - left:,} settled. " + (note or f"Wrote {sheet}"))
    elif no_serve:
        print_json(told)
    if no_serve or not doubts:
        return
    border = load_project_border(project)
    server = ReviewServer(
        board,
        title=project.map.title,
        editor=editor,
        language=messages_language(board.language),
        border=border,
        port=port or 0,
    )
    serve_page(server, told, as_json=as_json, browser=not no_open)
    if not as_json:
        left = len(board.open_numbers())
        say(f"{counted(left, 'place')} to settle, {len(doubts) - left:,} settled in {path}")


def _find(
    source: Path,
    *,
    now: dt.datetime,
    gazetteer: Gazetteer,
    online: OnlineProvider | None,
    table: TableOptions,
    progress: Progress,
    **chosen: Any,
) -> tuple[Project, list[Doubt]]:
    """Return the project and its doubtful places; a table without events is read for its places alone."""
    from impactmap.model.project import project_for_places
    from impactmap.places.names.country_names import find_country
    from impactmap.workspace.doubts import open_doubts
    from impactmap.workspace.opening import open_source

    cache_folder, language, date_format, limits = (
        chosen.pop(name) for name in ("cache_folder", "language", "date_format", "limits")
    )
    columns: dict[str, Any] = chosen
    if (country := columns["country"]) and sum(map(bool, columns.values())) == 1 and find_country(country):
        # As every other command takes it.
        columns, table = {**columns, "country": None}, replace(table, country=country)
    named = {**columns, "limits": limits}
    if not any(columns.values()):
        try:
            reading: Any = {
                "date_format": date_format,
                "table": table,
                "limits": limits,
                "progress": part_of(progress, 1, 2),
            }
            opened = open_source(source, now=now, language=language, **reading)
        except TableError as error:
            if source.is_dir() or source.suffix.lower() == ".toml":
                raise
            with contextlib.suppress(InputError):
                found = (
                    project_for_places(source),
                    _in_columns(source, gazetteer, online, progress, named),
                )
                say(f"Note: only its places are read, not its events: {error}", error=True)
                return found
            raise TableError(
                f"{error}\nIf it is no table of events, name its columns of places with --place."
            ) from None
        return opened.project, open_doubts(
            opened, cache_folder=cache_folder, now=now, gazetteer=gazetteer, online=online,
            progress=part_of(progress, 2, 2),
        )  # fmt: skip
    return project_for_places(source), _in_columns(source, gazetteer, online, progress, named)


def _in_columns(
    source: Path, gazetteer: Gazetteer, online: OnlineProvider | None, progress: Progress, columns: dict[str, Any]
) -> list[Doubt]:
    from impactmap.places.lookup import read_places, say_columns
    from impactmap.workspace.doubts import table_doubts

    _, frames, read = read_places(source, progress=part_of(progress, 1, 2), **columns)
    say(f"Note: {say_columns(read)}", error=True)
    named: Any = {"language": gazetteer.chooser.language, "progress": part_of(progress, 2, 2)}
    return table_doubts(frames.values(), gazetteer=gazetteer, online=online, **named)


def _language_of(source: Path) -> Language:
    """Return the language of a project, English for a table."""
    from impactmap.model.project import load_project

    path = source / "project.toml" if source.is_dir() else source
    return load_project(path).map.language if path.suffix.lower() == ".toml" and path.is_file() else "en"
