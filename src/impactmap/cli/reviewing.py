"""The command that settles doubtful places."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impactmap.cli.options import (
    cache_option,
    date_format_option,
    force_option,
    json_option,
    language_option,
    now_option,
    source_argument,
)
from impactmap.cli.report import counted, print_json, progress_shown, say
from impactmap.errors import InputError

if TYPE_CHECKING:
    from impactmap.review import ReviewServer

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
@language_option
@date_format_option
@now_option
@cache_option
@force_option
@json_option
def review(
    source: Path,
    *,
    output: Path | None,
    no_serve: bool,
    decisions_from: Path | None,
    editor: str,
    port: int | None,
    no_open: bool,
    now: dt.datetime,
    cache_folder: Path,
    force: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Settle the places that are in doubt: in a spreadsheet, or on a page that only this computer sees.

    PROJECT_OR_TABLE is a project file, a folder that holds project.toml, or a table. Decisions are kept in
    decisions.csv beside the project (NAME.decisions.csv beside a table) and win over everything later.
    """
    from impactmap.places import Gazetteer
    from impactmap.review import Board, ReviewServer, open_doubts, read_sheet, write_sheet
    from impactmap.sources import load_project_border, open_source

    with progress_shown() as progress:
        progress(1, 2, "Reading the tables")
        opened = open_source(source, now=now, **chosen)
        progress(2, 2, "Finding the places")
        project = opened.project
        gazetteer = Gazetteer(language=project.map.language)
        doubts = open_doubts(opened, gazetteer=gazetteer, now=now, cache_folder=cache_folder)
        path = project.folder / project.data.decisions
        board = Board(
            doubts, path, gazetteer=gazetteer, language=project.map.language, today=_calendar(now, time.monotonic())
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
    server = ReviewServer(board, title=project.map.title, editor=editor, border=border, port=port or 0)
    if as_json:
        print_json({**told, "url": server.url})
    else:
        say(f"Open {server.url}")
        say("Only this computer can. The page's button Done stops the program, and so does Ctrl+C.")
    _serve(server, browser=not no_open)
    if not as_json:
        left = len(board.open_numbers())
        say(f"{counted(left, 'place')} to settle, {len(doubts) - left:,} settled in {path}")


def _serve(server: ReviewServer, *, browser: bool) -> None:
    if browser:
        import webbrowser

        webbrowser.open(server.url)
    try:
        server.serve()
    except KeyboardInterrupt:
        say("")
    finally:
        server.close()


def _calendar(now: dt.datetime, started: float) -> Callable[[], dt.date]:
    """Return what says the day, UTC, from the present that the command was given."""
    return lambda: (now + dt.timedelta(seconds=time.monotonic() - started)).astimezone(dt.UTC).date()
