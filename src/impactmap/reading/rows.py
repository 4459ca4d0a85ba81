"""Rows judged and put in order: positions checked, places told apart, identifiers made, doubles proposed."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping
from html.entities import html5

import numpy as np
import pandas as pd

from impactmap.model.header_words import header_concepts
from impactmap.model.schema import PLACE_COLUMNS
from impactmap.model.spill import change_texts
from impactmap.model.text import compare_key, map_levels
from impactmap.reading.empty_words import without_empty_words
from impactmap.reading.event_ids import event_numbers
from impactmap.reading.formats.files import SOURCE_GEOMETRY
from impactmap.reading.raw_table import Note
from impactmap.reading.sheet_positions import reject_positions, reject_unread_positions
from impactmap.reading.typed import Table

__all__ = [
    "join_places",
    "list_items",
    "note_duplicates",
    "reject_unusable",
    "say_country",
    "split_places",
]

_PLACE_ONLY = [column.name for column in PLACE_COLUMNS if column.name != "event_id"]
_PROPOSED = 5
#: "And" where people list places, in the languages of headers.
_AND = re.compile(r"\s+(?:and|&|та|і|й|и|et|y|e|und|i|oraz|ve)\s+", re.IGNORECASE)
_ITEM_WORDS = 4
_ENTITY = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z]\w*);", re.IGNORECASE)


def list_items(column: pd.Series[str], known: Mapping[str, tuple[str, ...]]) -> pd.Series[str]:
    """Return lists as one text with `; ` between the items, known wordings as the schema's words.

    A cell without semicolons may use commas. Items that are not known stay as they are; an item is named once.
    """
    words = {word: name for name, others in known.items() for word in (name, *others)}

    def plain(text: str) -> str:
        items = [item.strip() for item in re.split(r"[;\n]" if ";" in text else r"[,\n]", text)]
        return "; ".join(
            dict.fromkeys(
                words.get(item.casefold().replace("\u2019", "\u02bc").replace("'", "\u02bc"), item)
                for item in items
                if item
            )
        )

    return change_texts(column, lambda part: map_levels(part, lambda text: plain(text) or None))


def reject_unusable(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Put rows with impossible positions, or with no place at all, into the log; return the others.

    Parameters
    ----------
    table
        The table the places come from: its log takes the faults.
    frame
        Its typed rows, index the row number.
    """
    log, cells = table.log, table.raw.cells
    rows = pd.Series(frame.index, index=frame.index, dtype="int64")
    latitude, longitude = frame["latitude"], frame["longitude"]
    apart = table.positions is None
    unreadable = pd.Series(data=False, index=frame.index) if apart else reject_unread_positions(table, frame)
    for name, values, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if apart and name in table.columns:
            header = table.columns[name]
            odd = ~np.isfinite(values)
            if not odd.any():
                continue
            said = without_empty_words(cells.loc[frame.index, header].where(odd))[0]
            unreadable |= said.notna() & ~np.isfinite(values)
            log.reject(
                said.notna() & ~np.isfinite(values),
                rows,
                said,
                column=header,
                expected=f"degrees between −{limit} and {limit}",
                fix=(
                    "Write a decimal number such as 50.45, or leave latitude and longitude empty to locate the "
                    "row by its place."
                ),
            )
    reject_positions(table, latitude[~unreadable], longitude[~unreadable])
    shape = (
        frame[SOURCE_GEOMETRY].notna() if SOURCE_GEOMETRY in frame.columns else pd.Series(data=False, index=frame.index)
    )
    placed = (
        frame[["place", "region", "country", *table.hints]].notna().any(axis=1)
        | latitude.notna()
        | longitude.notna()
        | shape
    )
    log.reject(
        ~placed & ~unreadable,
        rows,
        "nothing",
        column=table.columns.get("place"),
        expected="a place, a region, a country or a position",
        fix="Write where it happened.",
    )
    rejected = frame.index.isin(log.rejected_rows())
    return frame[~rejected] if rejected.any() else frame


def split_places(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Make one row a place of cells that name several; a row that tells only region or country is placed there."""
    # In a table of ours a row without a place is one that never had any: its position has become an area's.
    alone = frame["place"].isna() & frame["latitude"].isna() & (not table.raw.is_ours)
    finest = frame["region"].fillna(frame["country"])
    for name in reversed(table.hints):
        finest = map_levels(frame[name], functools.partial(_named_area, kind=name)).fillna(finest)
    regional = alone & frame["region"].notna() & ~frame[list(table.hints)].notna().any(axis=1)
    if regional.any():  # what is written there is a region, though a town may be called so, too
        frame = frame.assign(place_from=pd.Series("region", index=frame.index, dtype="str").where(regional))
    frame = frame.assign(place=frame["place"].mask(alone, finest))
    commas = frame["latitude"].isna() & frame["place"].str.contains(",", regex=False).fillna(value=False).astype(bool)
    if commas.any() and not table.raw.is_ours:
        frame = frame.assign(place=frame["place"].mask(commas, map_levels(frame["place"].where(commas), _as_list)))
    several = frame["place"].str.contains(";", regex=False)
    if several.any():
        several &= frame["place"].map(lambda cell: _split(cell) != [cell.strip()], na_action="ignore").eq(other=True)
    if not several.any():
        return frame
    header = table.columns.get("place", "place")
    table.log.reject(
        several & frame["latitude"].notna(),
        pd.Series(frame.index, index=frame.index, dtype="int64"),
        frame["place"],
        column=header,
        expected="one place where the row has a position",
        fix="Give each place a row with the same event_id.",
    )
    part = frame[several & frame["latitude"].isna()].copy()
    lists = {name: [_split(cell) for cell in part[name]] for name in ("place", "region", "country")}
    for name in ("region", "country"):
        # As many hints as places belong to them one by one; a single hint belongs to all.
        lists[name] = [
            hints if len(hints) == len(names) else [cell] * len(names)
            for hints, names, cell in zip(lists[name], lists["place"], part[name], strict=True)
        ]
    part = part.assign(
        **{name: pd.Series(values, index=part.index, dtype="object") for name, values in lists.items()}
    ).explode(list(lists))
    part = part.astype(dict.fromkeys(lists, "str"))
    # One place before a stray semicolon is no list.
    table.note(
        "places",
        f"Cells of {header!r} that name several places: {int(several.sum()):,}; each place is a row of the same event.",
    )
    both = pd.concat([frame[~several], part])
    return both.sort_index(kind="stable")


def _named_area(cell: str, kind: str) -> str:
    """Return the area that a cell of areas names beside its town: "м. Ніжин та Ніжинська громада"."""
    parts = _AND.split(cell)
    said = [part for part in parts if any(kind in concepts for _, concepts in header_concepts(part))]
    return said[0].strip() if len(parts) > 1 and len(said) == 1 else cell


def _as_list(cell: str) -> str:
    """Return a list of three names and more, "Kyiv, Lviv and Odesa", with semicolons; other cells as they are."""
    if "," not in cell or ";" in cell:
        return cell
    *first, last = _AND.split(cell)
    items = [item.strip() for item in (*(first[0].split(",") if len(first) == 1 else ()), last)]
    items = [item for item in items if item]
    names = all(
        0 < len(item.split()) <= _ITEM_WORDS and item[0].isupper() and item.split()[-1][0].isupper() for item in items
    )
    return "; ".join(items) if len(items) > 2 and names else cell


def _split(cell: object) -> list[object]:
    """Return what stands between semicolons; the one that ends an HTML entity, ``&amp;``, parts nothing."""
    if not isinstance(cell, str):
        return [cell]
    ends = {found.end() - 1 for found in _ENTITY.finditer(cell) if found[1][:1] == "#" or f"{found[1]};" in html5}
    at = [-1, *(place for place, sign in enumerate(cell) if sign == ";" and place not in ends), len(cell)]
    items = [cell[start + 1 : end].strip() for start, end in itertools.pairwise(at)]
    return [item for item in items if item]


def join_places(table: Table, places: Table, events: pd.DataFrame) -> pd.DataFrame:
    """Give every event its places from the places table; an event without any keeps the place of its own row.

    Parameters
    ----------
    table, places
        The two tables: their logs take the faults.
    events
        Typed events, index the row number in the events table.
    """
    rows = table.rows
    identifier = table.columns.get("event_id", "event_id")
    table.log.reject(
        events["event_id"].isna(),
        rows,
        events["event_id"],
        column=identifier,
        expected="an identifier",
        fix="Give the event one: its places and claims are found by it.",
    )
    table.log.reject(
        events["event_id"].duplicated() & events["event_id"].notna(),
        rows,
        events["event_id"],
        column=identifier,
        expected="one row an event",
        fix=(
            "The identifier is taken by an earlier row: put further places into the places table, or give this "
            "event its own."
        ),
    )
    events = events[~events.index.isin(table.log.rejected_rows())]
    rejected = set(table.log.rejected_rows())
    header = places.columns.get("event_id", "event_id")
    where = places.typed.join(
        places.others.rename(
            columns={name: f"places_{name}" for name in places.others.columns if name in events.columns}
        )
    )
    where = reject_unusable(places, where)
    known = set(table.typed["event_id"].dropna())
    number = pd.Series(where.index, index=where.index, dtype="int64")
    places.log.reject(
        ~where["event_id"].isin(known),
        number,
        where["event_id"],
        column=header,
        expected="the event_id of a row of the events table",
        fix="Correct the identifier, or add the event.",
    )
    orphaned = where["event_id"].isin(known) & ~where["event_id"].isin(events["event_id"])
    places.log.reject(
        orphaned,
        number,
        where["event_id"],
        column=header,
        expected="an event that can be used",
        fix="Mend the event's own row first.",
    )
    where = where[~where.index.isin(places.log.rejected_rows())]
    where = split_places(places, where)
    where = where[~where.index.isin(places.log.rejected_rows())]
    found = events["event_id"].isin(where["event_id"])
    own = found & (events["place"].notna() | events["latitude"].notna())
    if own.any():
        table.log.remark(
            rows=rows[own.index[own]],
            column=table.columns.get("place"),
            expected="places in one table only",
            found="a place here and in the places table",
            fix="The places table was used; empty these cells.",
        )
    inline = split_places(table, reject_unusable(table, events[~found]))
    assert rejected <= set(table.log.rejected_rows())
    joined = (
        events[found]
        .drop(columns=_PLACE_ONLY)
        .assign(_row=events.index[found])
        .merge(where.assign(_place=where.index), on="event_id", how="left")
    )
    joined = joined.sort_values(["_row", "_place"], kind="stable")
    joined = joined.set_index("_row").drop(columns="_place")
    return pd.concat([joined, inline]).sort_index(kind="stable")


def note_duplicates(frame: pd.DataFrame, file: str) -> list[Note]:
    """Propose events of the same day, place and side as one; nothing is merged.

    Parameters
    ----------
    frame
        The events' frame.
    file
        For the note.
    """
    if frame.empty:
        return []
    # Numbers stand for the texts, which would take many times their memory.
    codes, places = pd.factorize(frame["place"])
    where = np.append(pd.factorize(pd.Series(map(compare_key, places), dtype="str"))[0], -1)[codes]
    unnamed = (where < 0) & frame["latitude"].notna().to_numpy()
    if unnamed.any():
        position = pd.MultiIndex.from_frame(frame.loc[unnamed, ["latitude", "longitude"]].round(2))
        where[unnamed] = len(places) + pd.factorize(position)[0]
    group, located = where, where >= 0
    for name in ("date_start", "side"):
        values, each = pd.factorize(frame[name])
        group *= len(each) + 1
        group += values
    shared = np.flatnonzero(located & pd.Series(group, copy=False).duplicated(keep=False).to_numpy())
    if not len(shared):
        return []
    double = pd.DataFrame(
        {"group": group[shared], "event": event_numbers(frame)[shared], "row": frame["source_row"].iloc[shared]}
    ).drop_duplicates(["group", "event"])
    double = double[double["group"].duplicated(keep=False)]
    if double.empty:
        return []
    groups = double.groupby("group", sort=False)
    first = double[double["group"].isin(double["group"].unique()[:_PROPOSED])]
    shown = [
        "rows " + " and ".join(str(row) for row in rows.head(_PROPOSED))
        for _, rows in first.groupby("group", sort=False)["row"]
    ]
    more = f" and {groups.ngroups - _PROPOSED:,} more such groups" if groups.ngroups > _PROPOSED else ""
    text = f"Possibly the same event (same day, place and side), not merged: {'; '.join(shown)}{more}."
    return [Note(file, "duplicates", text)]


def say_country(table: Table, frame: pd.DataFrame, country: str) -> pd.DataFrame:
    """Say the country of rows that name a place alone, without a position; the author said it for the whole table."""
    bare = frame["country"].isna() & frame["latitude"].isna() & frame["place"].notna()
    if not bare.any():
        return frame
    table.note("places", f"Rows without a country: {int(bare.sum()):,}; read as of {country}, as you said.")
    return frame.assign(country=frame["country"].mask(bare, country))
