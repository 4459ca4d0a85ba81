"""A raw table's headers matched and its cells typed, every decision noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from impactmap.model.faults import nearest
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, PLACE_COLUMNS, Column
from impactmap.model.spill import release
from impactmap.model.text import is_web_url, restore
from impactmap.reading.adapters.layout import CLAIM_PREFIX
from impactmap.reading.formats.files import SOURCE_GEOMETRY
from impactmap.reading.headers import HeaderMatch, header_key, match_headers
from impactmap.reading.raw_table import OURS, RawTable
from impactmap.reading.sheet_positions import part_positions, place_rows
from impactmap.reading.skipped_rows import rows_aside
from impactmap.reading.typed import Options, Table, type_table

__all__ = ["build_table", "need_column", "need_columns", "note_kept"]

_CLOCK = r"\d{1,2}:\d{2}"


def build_table(
    raw: RawTable,
    schema: Sequence[Column],
    options: Options,
    given: Mapping[str, str] | None,
    *,
    also: Sequence[Column] = (),
    exact: bool = False,
    withdrawn: bool = False,
) -> Table:
    """Match headers, undo the shields of an export, and give the cells their types.

    With `exact` the headers are our own column names, as an adapter gives them, and no other spelling is looked for.
    With `withdrawn` rows that an update marked as withdrawn are read like others.
    """
    cells = raw.cells
    notes = []
    if raw.neutralised:
        for header in cells.columns:
            release()
            shielded = cells[header].str.startswith("'")
            if not shielded.any():
                continue
            restored = cells.loc[shielded, header].map(restore)
            changed = int((restored != cells.loc[shielded, header]).sum())
            if changed:
                cells = cells.assign(**{header: cells[header].where(~shielded, restored.reindex(cells.index))})
                notes.append(
                    f"Column {header!r}: an apostrophe that shields a text from being a formula was taken away; "
                    f"cells: {changed:,}."
                )
        raw = replace(raw, cells=cells)
    raw, positions = part_positions(raw, given or (), exact=exact)
    cells = raw.cells
    names = [str(header) for header in cells.columns]
    everything = [column.name for column in (*EVENT_COLUMNS, *PLACE_COLUMNS, *CLAIM_COLUMNS)]
    if exact:
        match = HeaderMatch({column.name: column.name for column in schema if column.name in names})
    else:
        match = match_headers(names, schema, given=given, file=raw.name, also=everything)
    headers = {
        name: header
        for name, header in match.columns.items()
        if name in {column.name for column in schema} and name != "source_row"
    }
    no_reports = rows_aside(cells, headers, withdrawn=not withdrawn)
    # Texts are large: even to take no row of them takes a while.
    aside = cells.loc[no_reports["row"]] if len(no_reports) else cells.iloc[:0]
    if len(aside):
        raw = replace(raw, cells=cells.drop(index=aside.index))
    table = type_table(raw, schema, headers, options)
    place_rows(table, positions)
    table.aside = aside
    table.log.set_aside(no_reports)
    for text in notes:
        table.note("text", text)
    renamed = [f"{header!r} as {name}" for name, header in headers.items() if header_key(header) != header_key(name)]
    if renamed:
        table.note("columns", f"Headers understood: {', '.join(renamed)}.")
    for name, others in match.contenders.items():
        table.note(
            "columns",
            f"{headers.get(name)!r} was taken as {name}; {', '.join(map(repr, others))}, which could be too, "
            "kept under another name or its own.",
        )
    if exact:
        return _with_claimants(table, options)
    _keep_times(table)
    _tell_addresses(table)
    taken = {column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)} | {"geometry", "side"}
    if "source_row" in table.others.columns and (raw.is_ours or "place_status" in raw.cells.columns):
        table.others = table.others.drop(columns="source_row")
        table.note("columns", "Written by impactmap: its column 'source_row' speaks of another file and was left out.")
    clash = {}
    for header in table.others.columns:
        if header in taken:
            clash[header] = f"source_{header}"
            while clash[header] in table.others.columns:
                clash[header] = f"source_{clash[header]}"
    if clash:
        table.others = table.others.rename(columns=clash)
        table.note(
            "columns",
            "Headers that would stand for something of ours were renamed: "
            + ", ".join(f"{old!r} to {new!r}" for old, new in clash.items())
            + ".",
        )
    saying = match_headers(list(table.others.columns), also) if also else None
    if saying and saying.columns:
        table.stated |= set(saying.columns.values())
        said = type_table(
            replace(raw, cells=table.others),
            [column for column in also if column.name in saying.columns],
            saying.columns,
            options,
        )
        table.log.faults += said.log.faults
        table.log.rejections += said.log.rejections
        table.typed = table.typed.join(said.typed.rename(columns=lambda name: f"said_{name}"))
    return table


def note_kept(table: Table, taken: Collection[str] = ()) -> None:
    """Say which columns the program does not know; figures and who states them are published as claims."""
    taken = {*taken, *table.stated, SOURCE_GEOMETRY, *(table.positions.hidden if table.positions else ())}
    kept = [str(name) for name in table.others.columns if name not in taken]
    if kept:
        table.note(
            "columns",
            f"Kept in the table and not published: {', '.join(map(repr, kept[:20]))}"
            f"{' and more' if len(kept) > 20 else ''}.",
        )


def _keep_times(table: Table) -> None:
    """Keep the cells of dates that say more than days do: a time of day, or words such as night of."""
    for name, header in table.columns.items():
        if name not in table.dates:
            continue
        clock = table.raw.cells[header].str.contains(_CLOCK, regex=True).any()
        if clock or table.dates[name].widened:
            kept = f"source_{header}"
            while kept in table.raw.cells.columns:
                kept = f"source_{kept}"
            table.others = table.others.assign(**{kept: table.raw.cells[header]})
            what = "times of day" if clock else "words beside the days"
            table.note("dates", f"Column {header!r} holds {what}: its cells are kept as {kept!r}.")


def _tell_addresses(table: Table) -> None:
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


def _with_claimants(table: Table, options: Options) -> Table:
    """Take the columns that an adapter made for claims out of the others, and read who states them."""
    claims = [name for name in table.others.columns if name.startswith(CLAIM_PREFIX)]
    said = table.others[claims].rename(columns=lambda name: name.removeprefix(CLAIM_PREFIX))
    table.others = table.others.drop(columns=claims)
    known = [column for column in CLAIM_COLUMNS if column.name in said.columns]
    if known:
        typed = type_table(
            replace(table.raw, cells=said), known, {column.name: column.name for column in known}, options
        )
        table.typed = table.typed.join(typed.typed.rename(columns=lambda name: f"said_{name}"))
    return table


def need_column(table: Table, name: str, schema: Sequence[Column], *, otherwise: str = "") -> None:
    """Note that a necessary column is missing, with the header that is nearest to it, and another way out."""
    if name in table.columns:
        return
    table.log.missing.append(name)
    accepted = next(column for column in schema if column.name == name)
    options = {header_key(word): word for word in (accepted.name, *accepted.headers)}
    close = [header for header in table.others.columns if nearest(header_key(header), options)]
    near = nearest(header_key(accepted.name), [header_key(header) for header in table.others.columns])
    guess = close[0] if close else next((header for header in table.others.columns if header_key(header) == near), None)
    table.log.table(
        column=None,
        expected=f"a column {name!r} (or {', '.join(accepted.headers[:3])} ...)",
        found="the headers " + ", ".join(repr(str(header)) for header in list(table.raw.cells.columns)[:12]),
        fix=(f"Rename {guess!r} to {name!r} if it is the one." if guess else f"Add a column {name!r}.") + otherwise,
    )


def need_columns(table: Table, places: Table | None) -> None:
    """Note every necessary column that the events and places tables lack."""
    need_column(table, "date_start", EVENT_COLUMNS)
    if places is not None:
        need_column(table, "event_id", EVENT_COLUMNS)
        need_column(places, "event_id", PLACE_COLUMNS)
    where = places if places is not None else table
    placed = (
        "place" in where.columns
        or where.positions is not None
        or {"latitude", "longitude"} <= set(where.columns)
        or "source_geometry" in where.others.columns
    )
    if not placed and not ({"region", "country"} & set(where.columns)):
        apart = (
            " If the places are in a table of their own, name it: --places TABLE (places= in Python), or use the "
            "project file that names it."
            if places is None and "event_id" in table.columns
            else ""
        )
        need_column(where, "place", PLACE_COLUMNS, otherwise=apart)
