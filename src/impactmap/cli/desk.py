"""The command that opens the desk."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import click

from impactmap.cli.gazetteers import gazetteers_option
from impactmap.cli.options import cache_option, json_option, now_option
from impactmap.cli.report import print_json, say
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
    around = Surroundings(_clock(now), folders["gazetteers"], folders["cache_folder"])
    session = Session(folder, around, editor=editor)
    session.language = language
    server = DeskServer(session, port=port or 0)
    if as_json:
        print_json({"folder": str(session.folder), "url": server.url})
    else:
        say(f"Open {server.url}")
        say("Only this computer can. The page's button Done stops the program, and so does Ctrl+C.")
    if not no_open:
        import webbrowser

        webbrowser.open(server.url)
    try:
        server.serve()
    except KeyboardInterrupt:
        say("")
    finally:
        server.close()


def _clock(now: dt.datetime) -> Callable[[], dt.datetime]:
    """Return what says the present, from the one that the command was given."""
    started = time.monotonic()
    return lambda: now + dt.timedelta(seconds=time.monotonic() - started)
