"""Arguments and options that several commands share."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from impactmap.cli.report import say
from impactmap.model.languages import language_codes
from impactmap.scene.presets import PRESETS

__all__ = [
    "PRESETS",
    "allow_url_option",
    "any_source_argument",
    "border_option",
    "cache_option",
    "column_options",
    "date_format_option",
    "exact_positions_option",
    "force_option",
    "json_option",
    "language_option",
    "limits_option",
    "now_option",
    "output_option",
    "picture_path",
    "reading_options",
    "source_argument",
    "table_argument",
    "table_files",
    "table_options",
    "title_option",
]

PICTURES = (".png", ".svg", ".pdf")


class _Input(click.Path):
    """A path to read from; an address on the web is told from a file that is not there."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if re.match(r"https?://", str(value)):
            self.fail(
                f"{value} is an address. Save it as a file first: impactmap convert --allow-url does so.", param, ctx
            )
        return super().convert(value, param, ctx)


class _InputOrAddress(_Input):
    """A path to read from, or an https address, which is a text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if re.match(r"https?://", str(value)):
            return str(value)
        return super().convert(value, param, ctx)


_EXISTING = _Input(exists=True, dir_okay=False, path_type=Path)


def _border(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z]{2}:[A-Za-z]{2}|none", value):
        raise click.BadParameter(
            "expected two ISO country codes with a colon between them, for example RU:UA, or none."
        )
    return value


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.datetime:
    """Return the present: as given, as SOURCE_DATE_EPOCH says, or by the clock."""
    if value is not None:
        with contextlib.suppress(ValueError):
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment
        raise click.BadParameter("expected an ISO time with its zone, for example 2025-11-10T12:00:00Z.")
    from impactmap.model.errors import InputError
    from impactmap.workspace.options import present

    try:
        return present()
    except InputError as error:
        raise click.BadParameter(str(error)) from None


def _cache_folder(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path:
    """Return the folder given, else the one that this system has for such files."""
    if value is not None:
        return value
    import platformdirs

    return platformdirs.user_cache_path("impactmap", appauthor=False)


def _limits(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    """Return what files may take, by name."""
    from impactmap.model.errors import InputError
    from impactmap.reading.formats.limits import make_limits

    chosen: dict[str, int] = {}
    for value in values:
        name, _, number = value.partition("=")
        if not number.strip().isdecimal():
            raise click.BadParameter(f"expected a name and a whole number, such as rows=50000000; found {value!r}.")
        chosen[name.strip()] = int(number)
    try:
        make_limits(chosen)
    except InputError as error:
        raise click.BadParameter(str(error)) from None
    return chosen


def picture_path(_context: click.Context, _option: click.Parameter, value: Path) -> Path:
    """Refuse a file name that is not a picture's."""
    if value.suffix.lower() not in PICTURES:
        raise click.BadParameter("expected a file name that ends in .png, .svg or .pdf.")
    return value


source_argument = click.argument("source", metavar="PROJECT_OR_TABLE", type=_Input(exists=True, path_type=Path))
any_source_argument = click.argument(
    "source", metavar="PROJECT_OR_ADDRESS", type=_InputOrAddress(exists=True, path_type=Path)
)
allow_url_option = click.option(
    "--allow-url", is_flag=True, help="Let a table be an https address, such as a published Google Sheet's."
)
table_argument = click.argument("table", type=_EXISTING)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result for a program to read.")
limits_option = click.option(
    "--limit", "limits", multiple=True, callback=_limits, metavar="NAME=NUMBER",
    help="Raise or lower what a file may take: rows=50000000. Repeat.",
)  # fmt: skip
exact_positions_option = click.option(
    "--exact-positions", is_flag=True, help="Keep positions as given instead of about a kilometre."
)
force_option = click.option("--force", is_flag=True, help="Write through links, beside other files, and over an input.")
cache_option = click.option(
    "--cache", "cache_folder", type=click.Path(file_okay=False, path_type=Path), callback=_cache_folder,
    metavar="FOLDER", envvar="IMPACTMAP_CACHE",
    help="Where answers of online geocoders are kept. Otherwise IMPACTMAP_CACHE, or your cache folder.",
)  # fmt: skip
border_option = click.option(
    "--border",
    callback=_border,
    metavar="AA:BB",
    help="Border that distances refer to, as two country codes: RU:UA; or none.",
)
title_option = click.option("--title", metavar="TEXT", help="Title of the map.")
language_option = click.option(
    "--language", type=click.Choice(language_codes()), help="Language of the page and the pictures."
)
date_format_option = click.option(
    "--date-format", metavar="FORMAT", help="How dates are written, where they can be read in two ways: %d.%m.%Y."
)
now_option = click.option(
    "--now",
    callback=_moment,
    metavar="TIME",
    help="The present, for the embargo: an ISO time with its zone. Otherwise SOURCE_DATE_EPOCH, or the clock.",
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says how a table is read: ``format_``, ``places``, ``claims`` and ``allow_url``."""
    for option in (
        allow_url_option,
        click.option(
            "--claims", type=_EXISTING, metavar="TABLE", help="Claims that belong to the table, by event_id."
        ),
        click.option(
            "--places", type=_EXISTING, metavar="TABLE", help="Places of the table's events, by event_id."
        ),
        click.option(
            "--from", "format_", default="auto", metavar="NAME",
            help="Whose format it is; told by its columns otherwise.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def table_files(sources: Iterable[str], folder: Path, *, allow_url: bool) -> list[Path]:
    """Return the files that the user named, fetched into the folder where one is an address."""
    from impactmap.reading.formats.remote import fetch_table, is_address

    files = []
    for source in sources:
        path = Path(source)
        if is_address(source):
            if not allow_url:
                raise click.UsageError(
                    f"{source} is an address. Add --allow-url to have it fetched, or download it first."
                )
            path = fetch_table(source, folder)
            say(f"Note: fetched {source} as {path.name}, {path.stat().st_size:,} bytes.", error=True)
        files.append(path)
    return files


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a table's columns: ``place`` (several), ``region``, ``country``, ``district``."""
    for option in (
        click.option("--district", metavar="COLUMN", help="Column that names the district or the community."),
        click.option(
            "--country", metavar="COLUMN", help="Column that names the country; reviewing events, a country itself."
        ),
        click.option("--region", metavar="COLUMN", help="Column that names the region."),
        click.option(
            "--place", metavar="COLUMN", multiple=True, help="Column that names the place; guessed otherwise. Repeat."
        ),
    ):
        command = option(command)
    return command


def _columns(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return our column to their header, of texts with an equals sign between them."""
    columns = {}
    for value in values:
        ours, sign, theirs = value.partition("=")
        if not (sign and ours.strip() and theirs):
            raise click.BadParameter(
                f"expected our column and the table's header, such as date=recording_date; found {value!r}."
            )
        columns[ours.strip()] = theirs
    return columns


def _countries(names: Sequence[str]) -> dict[str, Any]:
    """Return the one country of rows that name a place alone, or the codes of those in one of which they are."""
    from impactmap.places.names.country_names import find_country

    if len(names) < 2:
        return {"country": names[0] if names else None}
    codes = [find_country(name) for name in names]
    if None in codes:
        unknown = names[codes.index(None)]
        raise click.BadParameter(f"expected countries, found {unknown!r}. Write a name or an ISO code: Sudan, SD.")
    return {"countries": tuple(codes)}


def reading_options(*, country: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options that say how a table is to be read; the command gets them as `table`.

    Without `country` the command has an option of that name for something else.
    """

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(*args: Any, columns: dict[str, str], **rest: Any) -> Any:
            from impactmap.reading.columns.table_options import TableOptions

            said = {name: rest.pop(f"table_{name}", None) for name in ("sheet", "header_row", "timezone")}
            said |= _countries(rest.pop("table_country", ()))
            return command(*args, table=TableOptions(columns, **said), **rest)

        for option in (
            click.option(
                "--timezone", "table_timezone", metavar="ZONE", callback=_zone,
                help="Zone in which a day ends: Europe/Kyiv. UTC otherwise.",
            ),
            *([click.option(
                "--country", "table_country", metavar="COUNTRY", multiple=True,
                help="Country of rows that name a place alone; repeat where it is one of several.",
            )] if country else []),
            click.option(
                "--header-row", "table_header_row", type=click.IntRange(min=1), metavar="NUMBER",
                help="Row that holds the headers; found otherwise.",
            ),
            click.option(
                "--sheet", "table_sheet", metavar="NAME", help="Sheet or layer with the events; * for all alike."
            ),
            click.option(
                "--column", "columns", callback=_columns, multiple=True, metavar="OURS=THEIRS",
                help="Which column is which, where it is not understood: date=recording_date. Repeat.",
            ),
        ):  # fmt: skip
            run = option(run)
        return run

    return add


def _zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    import zoneinfo

    if value is not None and value not in zoneinfo.available_timezones():
        raise click.BadParameter("expected a time zone of the IANA data base, such as UTC or Europe/Kyiv.")
    return value


def output_option(what: str, callback: Callable[..., Any] | None = None) -> Callable[[Any], Any]:
    """Return the option that says where to write: a ``FOLDER`` or a ``FILE``."""
    return click.option(
        "-o", "--output", required=True, type=click.Path(path_type=Path), metavar=what, callback=callback,
        help="Folder to publish into." if what == "FOLDER" else "File to write; its ending says the format.",
    )  # fmt: skip
