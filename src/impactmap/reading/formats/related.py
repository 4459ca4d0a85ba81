"""Tables that belong together: those of a data package, and the claims that lie beside a table."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from impactmap.model.errors import TableError
from impactmap.reading.formats.frames import is_path

if TYPE_CHECKING:
    from impactmap.reading.formats.frames import TableSource

__all__ = ["CLAIMS_ENDING", "DATAPACKAGE", "claims_beside", "find_tables"]

DATAPACKAGE = "datapackage.json"
CLAIMS_ENDING = ".claims.csv"
#: Endings of two parts.
_LONG = (".hxl.csv",)


def find_tables(source: TableSource) -> tuple[TableSource, dict[str, Path]]:
    """Return the events table and, of a data package, its tables by name; another path stays what it is.

    Parameters
    ----------
    source
        A table, a ``datapackage.json``, or the folder of one; a frame in memory has none beside it.

    Raises
    ------
    TableError
        When the package has no table of events in its own folder.
    """
    if not is_path(source):
        return source, {}
    path = Path(cast("str", source))
    described = path / DATAPACKAGE if path.is_dir() else path
    if described.name != DATAPACKAGE or not described.is_file():
        return path, {}
    try:
        resources = json.loads(described.read_text(encoding="utf-8-sig"))["resources"]
        files = {str(each["name"]).casefold(): each["path"] for each in resources}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise TableError(f"{described}: expected a data package with resources; it cannot be read ({error}).") from None
    tables = {name: file for name, file in files.items() if name in {"events", "places", "claims"}}
    for name, file in tables.items():
        # A package names files below its own folder; anything else would read what the user did not give.
        if not isinstance(file, str) or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
            raise TableError(f"{described}: expected a file in the package's folder for {name!r}, found {file!r}.")
    if "events" not in tables:
        raise TableError(
            f"{described}: expected a resource named 'events', found {', '.join(map(repr, files)) or 'none'}. "
            "Give its table itself."
        )
    found = {name: described.parent / file for name, file in tables.items()}
    return found.pop("events"), found


def claims_beside(source: TableSource) -> Path | None:
    """Return the claims that were written beside a table, or None."""
    if not is_path(source):
        return None
    path = Path(cast("str", source))
    ending = next((ending for ending in _LONG if path.name.casefold().endswith(ending)), path.suffix)
    found = path.with_name(f"{path.name[: len(path.name) - len(ending)]}{CLAIMS_ENDING}")
    return found if found.is_file() and found != path else None
