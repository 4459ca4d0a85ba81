"""The adapters that are there: our own, and those that other packages register."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import metadata
from typing import Any, Protocol, runtime_checkable

from impactmap.model.errors import TableError
from impactmap.model.faults import nearest
from impactmap.reading.adapters import (
    acled,
    attack_log,
    cir,
    geoconfirmed,
    gtd,
    hxl,
    insecurity_insight,
    timemap,
    ucdp,
    viina,
)
from impactmap.reading.adapters.layout import LayoutAdapter
from impactmap.reading.raw_table import RawTable

__all__ = ["BUILT_IN", "GROUP", "Adapter", "adapt", "adapters", "find_adapter", "terms_of"]

#: Entry points of this group name an adapter, or a class or function without parameters that gives one.
GROUP = "impactmap.adapters"


@runtime_checkable
class Adapter(Protocol):
    """Turns one publisher's table into a sheet with our headers.

    Attributes
    ----------
    name
        Under which a user asks for it.
    terms
        What the publisher asks of those who pass the data on; empty when a credit is all.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 -- the class says it

    @property
    def terms(self) -> str: ...  # noqa: D102 -- the class says it

    def recognises(self, raw: RawTable) -> bool:
        """Say whether the headers (or tags) are this publisher's."""

    def convert(self, raw: RawTable) -> RawTable:
        """Return every row under our column names; the index keeps the row numbers.

        Columns ``claim:<metric>:<best|low|high>:<their header>`` hold figures that become claims,
        ``claim:claimant`` who states them. What else is not a column of ours should be named ``source_<header>``.
        """

    def explain(self) -> dict[str, Any]:
        """Return the mapping as plain texts, lists and dicts: see `LayoutAdapter.explain`.

        An adapter whose mapping depends on the table has ``explain_table(raw)`` beside it, which returns the same.
        """


#: Tried in order, the most particular first.
BUILT_IN: tuple[Adapter, ...] = (
    acled.ADAPTER,
    ucdp.ADAPTER,
    gtd.ADAPTER,
    insecurity_insight.ADAPTER,
    viina.ADAPTER,
    viina.EVENT_ADAPTER,
    timemap.ADAPTER,
    cir.ADAPTER,
    geoconfirmed.ADAPTER,
    attack_log.ADAPTER,
    hxl.ADAPTER,
)


def adapters() -> tuple[Adapter, ...]:
    """Return every adapter: those that other packages register first, then our own.

    Notes
    -----
    One that cannot be loaded is passed over with a warning: it must not keep others from being read.
    """
    found: list[Adapter] = []
    for entry in metadata.entry_points(group=GROUP):
        try:
            value = entry.load()
            adapter = value if isinstance(value, Adapter) and not isinstance(value, type) else value()
        except Exception as error:  # noqa: BLE001 -- whatever somebody else's code raises
            warnings.warn(
                f"the adapter {entry.name!r} ({entry.value}) cannot be loaded and is passed over: {error}", stacklevel=2
            )
            continue
        if isinstance(adapter, Adapter):
            found.append(adapter)
        else:
            warnings.warn(
                f"the adapter {entry.name!r} ({entry.value}) lacks name, terms, recognises, convert or explain and is "
                "passed over.",
                stacklevel=2,
            )
    return (*found, *BUILT_IN)


def find_adapter(
    raw: RawTable | None, format_: str = "auto", *, among: Sequence[Adapter] | None = None
) -> Adapter | None:
    """Return the adapter that the user named, or the first that recognises the table; None for a sheet.

    Parameters
    ----------
    raw
        The table as it stands in the file; None finds by name alone.
    format_
        ``auto``, ``sheet`` (by its headers) or an adapter's name.
    among
        Those to choose from; all of them when not given.

    Raises
    ------
    TableError
        For a name that no adapter has, or one whose headers the table lacks.
    """
    among = adapters() if among is None else among
    names = ["auto", "sheet", *(adapter.name for adapter in among)]
    if format_ not in names:
        guess = nearest(format_, names)
        raise TableError(
            f"expected a format out of {', '.join(names)}; found {format_!r}."
            + (f" Did you mean {guess!r}?" if guess else "")
        )
    if format_ != "auto":
        chosen = next((adapter for adapter in among if adapter.name == format_), None)
        if chosen is not None and raw is not None and not chosen.recognises(raw):
            need = ", ".join(map(repr, chosen.explain().get("recognised_by", ())))
            raise TableError(
                f"{raw.name}: expected the format {format_} (headers {need}); found "
                f"{', '.join(repr(str(name)) for name in raw.cells.columns[:12])}. Leave --from out, or name another."
            )
        return chosen
    if raw is None or raw.is_ours:
        return None
    return next((adapter for adapter in among if adapter.recognises(raw)), None)


def terms_of(raw: RawTable) -> str:
    """Return what the publisher asks of those who pass a table of ours on, when it was once that publisher's."""
    headers = {str(name) for name in raw.cells.columns}
    made_by = (each for each in adapters() if each.terms and isinstance(each, LayoutAdapter))
    return next((adapter.terms for adapter in made_by if adapter.converted(headers)), "")


def adapt(
    raw: RawTable, format_: str = "auto", *, among: Sequence[Adapter] | None = None
) -> tuple[RawTable, Adapter | None]:
    """Convert a table by the adapter that the user named, or the first that recognises it.

    Parameters
    ----------
    raw, format_, among
        As for `find_adapter`.

    Returns
    -------
    tuple
        The table under our headers and the adapter that was used; the same table and None for a sheet.

    Raises
    ------
    TableError
        For a name that no adapter has, or an adapter that loses rows.
    """
    adapter = find_adapter(raw, format_, among=among)
    if adapter is None:
        return raw, None
    converted = adapter.convert(raw)
    if not converted.cells.index.equals(raw.cells.index):
        raise TableError(
            f"{raw.name}: expected the adapter {adapter.name} to give back all {len(raw.cells):,} rows in order, found "
            f"{len(converted.cells):,}. Report it to the adapter's author, or read with --from sheet."
        )
    return converted, adapter
