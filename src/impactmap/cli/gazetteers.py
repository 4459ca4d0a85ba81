"""Commands about gazetteers of the user's own."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from impactmap.cli.options import json_option
from impactmap.cli.report import counted, print_json, progress_shown, say

__all__ = ["gazetteer", "gazetteers_option"]

_VARIABLE = "IMPACTMAP_GAZETTEERS"
_FEW = 20


def _folder() -> Path:
    """Return the folder of the user's gazetteers: as the environment says, or the user's own."""
    if given := os.environ.get(_VARIABLE, "").strip():
        return Path(given)
    import platformdirs

    return platformdirs.user_data_path("impactmap", appauthor=False) / "gazetteers"


def _folder_option(flag: str) -> Callable[[Any], Any]:
    return click.option(
        flag, "gazetteers", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), default=_folder,
        help=f"Folder of your own gazetteers; otherwise {_VARIABLE}, or the user's data folder.",
    )  # fmt: skip


gazetteers_option = _folder_option("--gazetteers")
folder_option = _folder_option("--folder")


@click.group(epilog="Example: impactmap gazetteer add UA.zip")
def gazetteer() -> None:
    """Keep gazetteers of your own beside the one that ships.

    A gazetteer is a country's dump from GeoNames, or any table with name, latitude and longitude. Every place found in
    it says so, with its date.
    """


@gazetteer.command(epilog="Example: impactmap gazetteer add villages.csv --name villages --date 2025-11-01")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", metavar="NAME", help="What results call it; otherwise made from the file's name.")
@click.option(
    "--date",
    metavar="DAY",
    help="The day it is of: 2025-11-01. Otherwise the latest change in a dump, a table's date as a file.",
)
@click.option("--replace", is_flag=True, help="Replace the one of that name.")
@folder_option
@json_option
def add(file: Path, *, name: str | None, date: str | None, replace: bool, gazetteers: Path, as_json: bool) -> None:
    """Check a file of places and index it."""
    from impactmap.places.gazetteer.gazetteers import add_gazetteer

    with progress_shown() as progress:
        progress(1, 1, "Reading the places")
        added = add_gazetteer(file, gazetteers, name=name, date=date, replace=replace)
    if as_json:
        print_json(dataclasses.asdict(added))
        return
    for one in added.refused[:_FEW]:
        say(f"Not used: row {one.row}: {one.reason}{'' if one.reason.endswith('?') else '.'}", error=True)
    if len(added.refused) > _FEW:
        say(f"Not used: {len(added.refused) - _FEW:,} more.", error=True)
    other = f"; {counted(added.other, 'row')} about other things than settlements left out" if added.other else ""
    known = f"; {added.known:,} ship with impactmap already" if added.known else ""
    refused = f"; {counted(len(added.refused), 'row')} not used" if added.refused else ""
    say(f"Added {added.name}, {added.date}: {counted(added.places, 'place')}{known}{other}{refused}.")


@gazetteer.command("list", epilog="Example: impactmap gazetteer list")
@folder_option
@json_option
def list_(*, gazetteers: Path, as_json: bool) -> None:
    """Show the gazetteers that were added."""
    from impactmap.places.gazetteer.gazetteers import list_gazetteers

    found = list_gazetteers(gazetteers)
    if as_json:
        print_json(
            [{name: getattr(one, name) for name in ("name", "title", "date", "places", "sha256")} for one in found]
        )
        return
    for one in found:
        say(f"{one.name}: {one.title}, {one.date}, {counted(one.places, 'place')}")
    if not found:
        say(f"None in {gazetteers}.")


@gazetteer.command(epilog="Example: impactmap gazetteer remove villages")
@click.argument("name")
@folder_option
def remove(name: str, *, gazetteers: Path) -> None:
    """Remove a gazetteer that was added."""
    from impactmap.places.gazetteer.gazetteers import remove_gazetteer

    remove_gazetteer(gazetteers, name)
    say(f"Removed {name}.")
