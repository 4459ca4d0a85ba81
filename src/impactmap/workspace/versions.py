"""Two versions of a table compared, each as it was read or published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from impactmap.model.errors import InputError
from impactmap.reading.formats.frames import is_path
from impactmap.workspace.options import OpenOptions, check_options

if TYPE_CHECKING:
    from impactmap.claims.versions import Changes
    from impactmap.reading.formats.frames import TableSource
    from impactmap.reading.read import Reading

__all__ = ["compare_versions", "read_version"]


def read_version(path: TableSource, **options: Any) -> Reading:
    """Read a table, or a published folder's, to be compared with another version of it.

    Parameters
    ----------
    path
        A table or a frame as for `read_events`; a published folder; or a table beside which `write_events` put its
        claims.
    options
        As for `read_events`.

    Returns
    -------
    Reading
        With what earlier updates withdrew.

    Raises
    ------
    TableError
        When it cannot be read.
    InputError
        When the folder holds no ``events.csv``.
    """
    from impactmap.reading.read import read_events

    if not is_path(path):
        return read_events(path, withdrawn=True, **options)
    table = Path(cast("str", path))
    if table.is_dir():
        table /= "events.csv"
        if not table.is_file():
            raise InputError(f"{path}: expected a published folder with events.csv, found none. Name a table.")
    beside = [table.with_name(f"{table.stem}.claims.csv")]
    if table != Path(cast("str", path)):
        beside.append(table.with_name("claims.csv"))
    claims = next((file for file in beside if file.is_file()), None)
    return read_events(table, claims=claims, withdrawn=True, **options)


def compare_versions(old: TableSource, new: TableSource, **said: Unpack[OpenOptions]) -> Changes:
    """Say what changed from one version of a table to another.

    Parameters
    ----------
    old, new
        As for `read_version`, or projects.
    **said
        See `OpenOptions`; said of both.

    Returns
    -------
    Changes
    """
    from impactmap.claims.versions import compare_events
    from impactmap.reading.formats.limits import make_limits
    from impactmap.workspace.opening import open_source, reading_options
    from impactmap.workspace.sources import is_project

    check_options(said)
    table = said.get("table")
    options: dict[str, Any] = {name: value for name, value in said.items() if name in {"format", "date_format"}}
    options |= {**(reading_options(table) if table else {}), "limits": make_limits(said.get("limits"))}

    def read(source: TableSource) -> Reading:
        if is_path(source) and is_project(cast("str", source)):
            return open_source(source, **said).reading
        return read_version(source, **options)

    before, after = read(old), read(new)
    return compare_events(before.events, after.events, old_claims=before.claims, new_claims=after.claims)
