"""The command line: the only place that reads the clock, prints, and turns errors into messages."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from impactmap.errors import ImpactMapError

__all__ = ["app", "main"]

FAULTY = 1

PRESETS = ("web", "social", "square", "story", "print")
PICTURES = (".png", ".svg", ".pdf")
LANGUAGES = ("en", "uk", "ru")


def _border(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z]{2}:[A-Za-z]{2}", value):
        raise click.BadParameter("expected two ISO country codes with a colon between them, for example RU:UA.")
    return value


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.datetime:
    """Return the present: as given, as SOURCE_DATE_EPOCH says, or by the clock."""
    if value is not None:
        with contextlib.suppress(ValueError):
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment
        raise click.BadParameter("expected an ISO time with its zone, for example 2025-11-10T12:00:00Z.")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not epoch:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"SOURCE_DATE_EPOCH: expected seconds since 1970, found {epoch!r}.") from None


def _picture(_context: click.Context, _option: click.Parameter, value: Path) -> Path:
    if value.suffix.lower() not in PICTURES:
        raise click.BadParameter("expected a file name that ends in .png, .svg or .pdf.")
    return value


_source = click.argument("source", metavar="PROJECT_OR_TABLE", type=click.Path(exists=True, path_type=Path))
_table = click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_json = click.option("--json", "as_json", is_flag=True, help="Print the result for a program to read.")
_force = click.option("--force", is_flag=True, help="Write through links, beside other files, and over an input.")
_border_option = click.option(
    "--border", callback=_border, metavar="AA:BB", help="Border that distances refer to, as two country codes: RU:UA."
)
_title = click.option("--title", metavar="TEXT", help="Title of the map.")
_language = click.option("--language", type=click.Choice(LANGUAGES), help="Language of the page and the pictures.")
_date_format = click.option(
    "--date-format", metavar="FORMAT", help="How dates are written, where they can be read in two ways: %d.%m.%Y."
)
_now = click.option(
    "--now",
    callback=_moment,
    metavar="TIME",
    help="The present, for the embargo: an ISO time with its zone. Otherwise SOURCE_DATE_EPOCH, or the clock.",
)


def _output(what: str, callback: Callable[..., Any] | None = None) -> Callable[[Any], Any]:
    return click.option(
        "-o", "--output", required=True, type=click.Path(path_type=Path), metavar=what, callback=callback,
        help="Folder to publish into." if what == "FOLDER" else "File to write; its ending says the format.",
    )  # fmt: skip


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: impactmap new my-map, then: impactmap build my-map -o my-map/published",
)
@click.option("--debug", is_flag=True, help="Show the full trace of an error of the program itself.")
@click.version_option(package_name="impactmap", message="%(prog)s %(version)s")
def app(*, debug: bool) -> None:
    """Turn dated, sourced reports of attacks on infrastructure into maps to publish and to question."""
    del debug  # `main` looks for it


@app.command(epilog="Example: impactmap build seeds/first-map -o build/map")
@_source
@_output("FOLDER")
@_border_option
@_title
@_language
@_date_format
@_now
@_force
@_json
def build(source: Path, output: Path, *, now: dt.datetime, force: bool, as_json: bool, **chosen: str | None) -> None:
    """Make the map: page, pictures, data files, method and manifest, in one folder.

    PROJECT_OR_TABLE is a project file, a folder that holds project.toml, or a table.
    """
    from impactmap.pipeline import build as run

    with _progress() as progress:
        report = run(source, output, now=now, force=force, progress=progress, **chosen)
    if as_json:
        _print_json(report.to_dict())
        return
    for note in report.notes:
        _say(f"Note: {note}", error=True)
    _say(
        f"{_count(report.events, 'event')} at {_count(report.rows, 'place')} ({_places(report.places)}), "
        f"{_count(report.claims, 'claim')}."
    )
    if report.not_located:
        more = len(report.not_located) - 10
        shown = ", ".join(report.not_located[:10]) + (f" and {more:,} more" if more > 0 else "")
        _say(f"Not located, in the table but not on the map: {shown}.")
    if report.contradictions:
        _say(f"Contradictory claims: {report.contradictions}, shown side by side.")
    if report.disagreements:
        _say(f"Reported figures that differ from computed ones: {report.disagreements}, both shown.")
    if report.rejected:
        _say(f"Rows that could not be used: {report.rejected}, listed in METHOD.md. See also: impactmap check {source}")
    if report.held_back:
        _say(f"Held back by the embargo: {_count(report.held_back, 'event')}.")
    if report.outside_period:
        _say(f"Outside the map's period: {_count(report.outside_period, 'event')}.")
    _say(f"Wrote {_count(len(report.files), 'file')}. Open {output / 'map.html'}")


@app.command(epilog="Example: impactmap check events.csv")
@_source
@_date_format
@_now
@_json
def check(source: Path, *, now: dt.datetime, date_format: str | None, as_json: bool) -> None:
    """List every fault and warning of a table by row and column. Nothing is written.

    PROJECT_OR_TABLE is a table, a project file, or a folder that holds project.toml.
    """
    from impactmap.sources import check_source

    with _progress() as progress:
        progress(1, 1, "Reading the tables")
        result = check_source(source, now=now, date_format=date_format)
    faults = [fault for fault in result.faults if fault.severity == "fault"]
    if as_json:
        _print_json(result.to_dict())
    else:
        for note in result.notes:
            _say(f"Note: {note}", error=True)
        for fault in result.faults:
            _say(f"{fault.severity.capitalize()}: {fault}")
        warnings = len(result.faults) - len(faults)
        _say(
            f"{_count(result.rows, 'row')} can be used. {_count(len(faults), 'fault')}, {_count(warnings, 'warning')}."
        )
    if faults:
        sys.exit(FAULTY)


@app.command(epilog="Example: impactmap geocode places.csv -o located.csv --place town")
@_table
@_output("FILE")
@click.option("--place", metavar="COLUMN", help="Column that names the place; guessed otherwise.")
@click.option("--region", metavar="COLUMN", help="Column that names the region.")
@click.option("--country", metavar="COLUMN", help="Column that names the country.")
@_language
@_force
@_json
def geocode(table: Path, output: Path, *, language: Any, force: bool, as_json: bool, **named: str | None) -> None:
    """Add places to a table: the same rows in the same order, with more columns.

    An area gets a point that stands for it; place_precision and place_radius_km say that it is not one.
    Formats to write: .csv, .xlsx, .geojson, .gpkg and .parquet.
    """
    from impactmap.lookup import locate_table, write_table

    with _progress() as progress:
        progress(1, 2, "Finding the places")
        located = locate_table(table, language=language or "en", **named)
        progress(2, 2, "Writing")
        write_table(located, output, inputs=[table], force=force)
    counts = {str(name): int(n) for name, n in located["place_status"].value_counts().sort_index().items()}
    if as_json:
        _print_json({"output": str(output), "rows": len(located), "places": counts})
        return
    _say(f"{_count(len(located), 'row')}: {_places(counts)}. Wrote {output}")


@app.command(epilog="Example: impactmap image seeds/first-map -o card.png --preset social")
@_source
@_output("FILE", _picture)
@click.option("--preset", type=click.Choice(PRESETS), default="web", show_default=True, help="Size and shape.")
@click.option("--facet", type=click.Choice(["date", "side"]), help="Small multiples: one map a date, or one a side.")
@_border_option
@_title
@_language
@_date_format
@_now
@_force
@_json
def image(source: Path, output: Path, *, as_json: bool, **chosen: Any) -> None:
    """Draw one picture of the map: .png, .svg or .pdf.

    PROJECT_OR_TABLE is a project file, a folder that holds project.toml, or a table.
    """
    from impactmap.pipeline import draw

    with _progress() as progress:
        alt = draw(source, output, progress=progress, **chosen)
    if as_json:
        _print_json({"output": str(output), "alt_text": alt})
        return
    _say(f"Wrote {output}")
    _say(f"Text for readers who cannot see it: {alt}")


@app.command(epilog="Example: impactmap new my-map")
@click.argument("folder", type=click.Path(path_type=Path))
@_json
def new(folder: Path, *, as_json: bool) -> None:
    """Write a commented project file and a small table to start from."""
    from impactmap.project import new_project

    files = new_project(folder)
    if as_json:
        _print_json({"files": [str(path) for path in files]})
        return
    _say(f"Wrote {' and '.join(str(path) for path in files)}.")
    _say(f"Build it with: impactmap build {folder} -o {folder / 'published'}")


@app.command(epilog="Example: impactmap verify build/map")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_json
def verify(folder: Path, *, as_json: bool) -> None:
    """Say whether a published folder is as it was published."""
    from impactmap.publish.manifest import verify_folder

    differences = verify_folder(folder)
    if as_json:
        listed = [{"path": difference.path, "kind": difference.kind} for difference in differences]
        _print_json({"unchanged": not differences, "differences": listed})
    else:
        for difference in differences:
            _say(f"{difference.kind.capitalize()}: {difference.path}")
        if not differences:
            _say("Nothing was altered.")
    if differences:
        sys.exit(FAULTY)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 the input has faults, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=words, prog_name="impactmap")
    except ImpactMapError as error:
        _say(f"Error: {error}", error=True)
        sys.exit(FAULTY)
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULTY)
    except Exception as error:
        if "--debug" in words:
            raise
        _say(
            f"Error: impactmap itself failed ({type(error).__name__}: {error}). "
            "Put --debug before the command to see the full trace, and report it.",
            error=True,
        )
        sys.exit(FAULTY)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """Show what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _number, _of, _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield lambda number, of, text: status.update(f"{number}/{of} {text} ...")


def _places(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()) or "none"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _say(text: str, *, error: bool = False) -> None:
    """Print a line; characters that could steer the terminal are shown as a replacement."""
    shown = "".join(ch if ch.isprintable() or ch in "\n\t" else "\ufffd" for ch in text)
    click.echo(shown, err=error)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
