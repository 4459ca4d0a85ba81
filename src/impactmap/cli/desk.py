"""The command that opens the desk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.options import cache_option, json_option, now_option
from impactmap.cli.report import asked_language
from impactmap.cli.serving import clock_from, serve_page
from impactmap.model.errors import InputError
from impactmap.model.languages import language_codes

__all__ = ["desk"]


@click.command(epilog="Example: impactmap desk my-map")
@click.argument("project", required=False, default=".", metavar="[PROJECT]", type=click.Path(path_type=Path))
@click.option("--editor", metavar="NAME", default="", help="Who answers, where nothing else says so.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the page; any that is free otherwise.")
@click.option("--no-open", is_flag=True, help="Do not open the page in the browser.")
@click.option(
    "--language",
    type=click.Choice(language_codes()),
    help="Of the desk, which speaks fewer than maps do; the browser's otherwise.",
)
@gazetteers_option
@cache_option
@now_option
@json_option
def desk(
    project: Path,
    *,
    editor: str,
    port: int | None,
    no_open: bool,
    language: str | None,
    now: dt.datetime,
    as_json: bool,
    **folders: Path,
) -> None:
    """Do the whole job on a page that only this computer sees: bring a table, settle what is open, see, publish.

    PROJECT is a folder, the present one without it; an empty one is enough to begin.
    """
    from impactmap.desk.desk_server import DeskServer
    from impactmap.desk.look import Surroundings
    from impactmap.desk.session import Session
    from impactmap.desk.words import desk_languages

    if language is not None and language not in desk_languages():
        raise InputError(
            f"--language: expected a language that the desk speaks, {', '.join(desk_languages())}; found {language!r}. "
            "The map's own language is chosen under Show."
        )
    folder = project.parent if project.suffix.lower() == ".toml" else project
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{project}: expected a folder, found a file. Name the folder to work in.")
    around = Surroundings(clock_from(now), folders["gazetteers"], folders["cache_folder"])
    session = Session(folder, around, editor=editor)
    session.language = language or asked_language()
    server = DeskServer(session, port=port or 0)
    serve_page(server, {"folder": str(session.folder)}, as_json=as_json, browser=not no_open)
