"""What may be said of a source when it is opened, once for every command and verb."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from impactmap.model.progress import Progress
    from impactmap.places.geocode import OnlineGeocoder
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.frames import TableSource

__all__ = ["AnySource", "OpenOptions", "present"]

#: A project file or its folder, a table, a folder or a pattern of tables, several of these, or a frame in memory.
AnySource: TypeAlias = "TableSource | Sequence[str | os.PathLike[str]]"


class OpenOptions(TypedDict, total=False):
    """What may be said of a source when it is opened; every command and every verb of a workspace takes it alike.

    Attributes
    ----------
    now
        The present, with a time zone: a later event is a fault, and the embargo is counted back from it. What
        ``SOURCE_DATE_EPOCH`` says, else the clock, where it is left out.
    title, language, border, date_format
        Go before what the project file says. `border` is two ISO codes, ``RU:UA``, or ``none``. For a table alone it
        is the border between the two sides, where these are two countries whose border ships, unless one is given.
    format, places, claims
        Of a table alone, as for `read_events`.
    limits
        Of what a file may take, by name; they go before the project's.
    table
        What the author says of the table; goes before what the project file says.
    gazetteers
        Folder of the user's own gazetteers, beside the one that ships.
    cache_folder
        Where the answers of the online geocoder are kept; none are when left out.
    online
        A provider to ask in place of the project's.
    allow_url, fetch
        Whether the source, or a table that a project names, may be an address; and who fetches one: given the address,
        returns a file. By default it is fetched into a folder that goes with the source.
    progress
        Called before each step, and while large tables are read and written, with the step's number, the number of
        steps and what it does.
    """

    now: dt.datetime | None
    title: str | None
    language: str | None
    border: str | None
    date_format: str | None
    format: str
    places: TableSource | None
    claims: TableSource | None
    limits: Mapping[str, int] | None
    table: TableOptions | None
    gazetteers: str | Path | None
    cache_folder: str | Path | None
    online: OnlineGeocoder | None
    allow_url: bool
    fetch: Callable[..., Path] | None
    progress: Progress | None


def present() -> dt.datetime:
    """Return the present: what ``SOURCE_DATE_EPOCH`` says, else the clock's.

    Raises
    ------
    InputError
        When the variable is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not epoch:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise InputError(f"SOURCE_DATE_EPOCH: expected seconds since 1970, found {epoch!r}.") from None
