"""The columns that say where a report comes from: addresses told from names, and all of a row's sources kept."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import pandas as pd

from impactmap.model.header_words import header_key
from impactmap.model.languages import language_codes
from impactmap.model.text import is_web_url
from impactmap.reading.columns.judging import Judged
from impactmap.reading.raw_table import OURS
from impactmap.reading.typed import Table

__all__ = ["SOURCES", "join_sources", "tell_addresses"]

#: Columns of which a table may have several: all that they say is told.
SOURCES = ("source_name", "source_url")


def tell_addresses(table: Table) -> None:
    """Take an address in the column of sources for what it is: its host is the source, itself the address."""
    name = table.typed.get("source_name")
    if name is None or "source_name" not in table.columns or set(table.raw.cells.columns) >= OURS:
        return
    addresses = [text for text in name.dropna().unique() if is_web_url(text)]
    address = name.isin(addresses) & table.typed["source_url"].isna()
    if not address.any():
        return
    hosts = {url: (urlsplit(url).hostname or "").removeprefix("www.") for url in name[address].unique()}
    url = table.typed["source_url"]
    table.typed["source_url"] = url.mask(address, name)
    table.typed["source_name"] = name.mask(address, name.map(hosts).astype("str"))
    table.note(
        "columns",
        f"Web addresses in {table.columns['source_name']!r}: {int(address.sum()):,}; each is its row's source_url, its "
        "host the source.",
    )


def _others(headers: Sequence[str], chosen: str | None) -> list[str]:
    """Return the headers without those that say in another language what the chosen column says."""
    told = {header_key(f"{chosen} {code}") for code in language_codes()} if chosen else set()
    return [header for header in headers if header_key(header) not in told]


def join_sources(table: Table, judged: Judged) -> None:
    """Add what further columns of sources and addresses say: every source of a row is kept."""
    further = {name: _others(judged.contenders.get(name, []), table.columns.get(name)) for name in SOURCES}
    headers = [header for others in further.values() for header in others if header in table.raw.cells.columns]
    if not headers:
        return
    for name, others in further.items():
        before = [table.typed[name].copy()]
        for header in others:
            cells, known = table.raw.cells[header], table.typed[name]
            said = pd.concat([each.fillna("") == cells.fillna("") for each in before], axis=1).any(axis=1)
            both = known + "; " + cells
            table.typed[name] = known.where(said, both.fillna(known).fillna(cells))
            before.append(cells)
    table.stated |= set(headers)
    table.note("columns", f"Further sources of a row, told with the others: {', '.join(map(repr, headers))}.")
