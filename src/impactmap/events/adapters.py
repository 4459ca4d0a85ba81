"""Other people's formats: the seam where a table that is not laid out like ours is turned into one that is."""

from __future__ import annotations

from typing import Protocol

from impactmap.errors import TableError
from impactmap.events.check import nearest
from impactmap.events.rawtable import RawTable

__all__ = ["ADAPTERS", "Adapter", "adapt"]


class Adapter(Protocol):
    """Turns one publisher's table into a sheet with our headers.

    Attributes
    ----------
    name
        Under which a user asks for it.
    """

    name: str

    def recognises(self, raw: RawTable) -> bool:
        """Say whether the headers (or tags) are this publisher's."""

    def convert(self, raw: RawTable) -> tuple[RawTable, RawTable | None]:
        """Return the events and, where there are figures, the claims, under our headers; the index keeps the rows."""


#: Tried in order. A table that none recognises is read as a sheet, by its headers.
ADAPTERS: tuple[Adapter, ...] = ()


def adapt(
    raw: RawTable, format_: str = "auto", *, adapters: tuple[Adapter, ...] = ADAPTERS
) -> tuple[RawTable, RawTable | None, str]:
    """Convert a table by the adapter that the user named, or the first that recognises it.

    Parameters
    ----------
    raw
        The table as it stands in the file.
    format_
        ``auto``, ``sheet`` (by its headers) or an adapter's name.
    adapters
        Those to choose from.

    Returns
    -------
    tuple
        The events' table, the claims' table or None, the name of what was used.

    Raises
    ------
    TableError
        For a name that no adapter has.
    """
    names = [adapter.name for adapter in adapters]
    if format_ not in {"auto", "sheet", *names}:
        guess = nearest(format_, ["auto", "sheet", *names])
        raise TableError(
            f"expected a format out of auto, sheet{''.join(', ' + name for name in names)}; found {format_!r}."
            + (f" Did you mean {guess!r}?" if guess else "")
        )
    for adapter in adapters:
        if format_ == adapter.name or (format_ == "auto" and adapter.recognises(raw)):
            return *adapter.convert(raw), adapter.name
    return raw, None, "sheet"
