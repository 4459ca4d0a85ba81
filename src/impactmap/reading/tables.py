"""A raw table's headers matched and its cells typed, every decision noted."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.faults import nearest
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, PLACE_COLUMNS, Column
from impactmap.model.spill import release
from impactmap.model.text import restore
from impactmap.reading.adapters.layout import CLAIM_PREFIX
from impactmap.reading.columns.cell_profile import profile_cells
from impactmap.reading.columns.extras import HINTS, add_extras, read_statuses
from impactmap.reading.columns.header_faults import days_as_columns, likely_columns, missing_header
from impactmap.reading.columns.judging import Judged, judge_columns
from impactmap.reading.columns.roles import ROLES, read_header, suits
from impactmap.reading.columns.sources import SOURCES, join_sources, tell_addresses
from impactmap.reading.formats.files import SOURCE_GEOMETRY
from impactmap.reading.headers import header_key, match_headers
from impactmap.reading.raw_table import RawTable
from impactmap.reading.sheet_positions import part_positions, place_rows
from impactmap.reading.skipped_rows import UPDATE_STATUS, rows_aside
from impactmap.reading.typed import Options, Table, type_table

__all__ = [
    "build_table",
    "keep_published",
    "need_column",
    "need_columns",
    "need_headers",
    "note_kept",
    "part_columns",
    "rejected_rows",
]

#: So sure of another column is a header that is not offered for a missing one.
_SURELY_ANOTHER, _SUITS = 0.8, 0.5
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
    notes: list[tuple[str, str]] = []
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
                told = "an apostrophe that shields a text from being a formula was taken away"
                notes.append(("text", f"Column {header!r}: {told}; cells: {changed:,}."))
        raw = replace(raw, cells=cells)
    raw, positions = part_positions(raw, given or (), exact=exact or options.settled.closed)
    settled = options.settled
    settled.once("positions", "", lambda: None if positions is None else positions.found.told)
    judged = settled.once("columns", "", lambda: _judged(raw, schema, given, also=also, exact=exact))
    cells = raw.cells
    if also and not exact and not raw.is_ours:
        cells, columns, made = add_extras(cells, judged.columns, settled)
        judged = replace(judged, columns=columns)
        notes += [("columns", text) for text in made]
    cells, unknown = read_statuses(cells, judged.columns.get(UPDATE_STATUS))
    raw = replace(raw, cells=cells)
    names = {column.name for column in schema}
    headers = {name: header for name, header in judged.columns.items() if name in names and name != "source_row"}
    no_reports = rows_aside(cells, headers, withdrawn=not withdrawn, foot=not settled.closed)
    # Texts are large: even to take no row of them takes a while.
    aside = cells.loc[no_reports["row"]] if len(no_reports) else cells.iloc[:0]
    if len(aside):
        raw = replace(raw, cells=cells.drop(index=aside.index))
    table = type_table(raw, schema, headers, options)
    place_rows(table, positions)
    table.aside = aside
    table.log.set_aside(no_reports)
    if (status := judged.columns.get(UPDATE_STATUS)) is not None:
        table.log.reject(
            unknown[table.raw.cells.index],
            table.rows,
            cells[status],
            column=status,
            expected="whether the report stands, such as withdrawn",
            fix="Write withdrawn, or leave the cell empty: a report that was taken back must not be on a map.",
        )
    for topic, text in notes:
        table.note(topic, text)
    renamed = [
        f"{header!r} as {name}" + judged.why(name)
        for name, header in (headers | {name: judged.columns[name] for name in HINTS if name in judged.columns}).items()
        if header_key(header) != header_key(name)
    ]
    if renamed:
        table.note("columns", f"Headers understood: {', '.join(renamed)}.")
    _tell_contenders(table, judged)
    if exact:
        return _with_claimants(table, options)
    _keep_times(table)
    tell_addresses(table)
    join_sources(table, judged)
    hints = {judged.columns[name]: name for name in HINTS if name in judged.columns and judged.columns[name] != name}
    table.others = table.others.rename(
        columns={old: new for old, new in hints.items() if new not in table.others.columns}
    )
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
    # What the author's own column is called stays as it is, unless it would stand for something of ours.
    saying = [column for column in also if column.name in judged.columns]
    if saying:
        said_headers = {
            column.name: clash.get(judged.columns[column.name], judged.columns[column.name]) for column in saying
        }
        table.stated |= set(said_headers.values())
        table.columns_said = said_headers
        said = type_table(replace(raw, cells=table.others), saying, said_headers, options)
        table.log.faults += said.log.faults
        table.log.rejections += said.log.rejections
        table.typed = table.typed.join(said.typed.rename(columns=lambda name: f"said_{name}"))
    table.metrics = judged.metrics
    table.hint_headers = hints
    table.hints = tuple(name for name in HINTS if name in judged.columns and name in table.others.columns)
    return table


def _judged(
    raw: RawTable, schema: Sequence[Column], given: Mapping[str, str] | None, *, also: Sequence[Column], exact: bool
) -> Judged:
    """Return which header stands for which column."""
    names = [str(header) for header in raw.cells.columns]
    if exact:
        return Judged({column.name: column.name for column in schema if column.name in names})
    everything = [column.name for column in (*EVENT_COLUMNS, *PLACE_COLUMNS, *CLAIM_COLUMNS)]
    if also:
        return judge_columns(
            raw.cells, schema=schema, saying=also, given=given, file=raw.name, also=everything, ours=raw.is_ours
        )
    match = match_headers(names, schema, given=given, file=raw.name, also=everything, cells=raw.cells)
    return Judged(match.columns, {}, match.contenders, match.evidence)


def _tell_contenders(table: Table, judged: Judged) -> None:
    """Say which header was taken where several could be meant; of two different countries it is a question."""
    for name, others in judged.contenders.items():
        if name in SOURCES:
            continue
        taken = judged.columns[name]
        if name == "country" and (other := next((each for each in others if _differ(table, taken, each)), None)):
            table.log.remark(
                rows=None,
                column=other,
                expected="one country a row",
                found=f"{other!r} beside {taken!r}, which was taken as the place's country",
                fix=f"Nothing is drawn by {other!r}. If it names who attacked, say so: --column side={quoted(other)} "
                "([columns] in "
                "the project file).",
            )
            continue
        table.note(
            "columns",
            f"{taken!r} was taken as {name}; {', '.join(map(repr, others))}, which could be too, "
            "kept under another name or its own.",
        )


def _differ(table: Table, one: str, other: str) -> bool:
    both = table.raw.cells[[one, other]].dropna()
    return bool((both[one].str.casefold() != both[other].str.casefold()).any())


def note_kept(table: Table, taken: Collection[str] = ()) -> None:
    """Say which columns the program does not know; figures and who states them are published as claims."""
    taken = {*taken, *table.stated, *table.hints, SOURCE_GEOMETRY, *(table.positions.hidden if table.positions else ())}
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
        if table.settled.once("times", header, functools.partial(bool, clock or table.dates[name].widened)):
            kept = f"source_{header}"
            while kept in table.raw.cells.columns:
                kept = f"source_{kept}"
            table.others = table.others.assign(**{kept: table.raw.cells[header]})
            what = "times of day" if clock else "words beside the days"
            table.note("dates", f"Column {header!r} holds {what}: its cells are kept as {kept!r}.")


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
    for wrong in (days_as_columns(table.raw), missing_header(table.raw)):
        if wrong is not None:
            found, fix = wrong
            if len(table.log.missing) == 1:  # it is told once, whatever is missing for it
                table.log.table(column=None, row=1, expected="a row of headers", found=found, fix=fix)
            return
    guess = _likely(table, accepted)
    fix = (
        f"Rename {guess!r} to {name!r} if it is the one, or say so: --column {name}={quoted(guess)} ([columns] in the "
        "project file)."
        if guess
        else f"Add a column {name!r}."
    )
    said = table.columns_said.get("date_published") or table.columns_said.get("date_retrieved")
    if name == "date_start" and said is not None:
        fix = (
            f"{said!r} says when it was reported, not when it happened. If that day is to stand for the event's, say "
            f"so: --column date_start={quoted(said)} ([columns] in the project file); else add a column {name!r}."
        )
    if name == "place" and (countries := likely_columns(table.others, "country")):
        fix = (
            f"If {countries[0]!r} says in which country it happened, say so: --column country={quoted(countries[0])} "
            f"([columns] in the project file); else add a column {name!r}."
        )
    table.log.table(
        column=None,
        expected=f"a column {name!r} (or {', '.join(accepted.headers[:3])} ...)",
        found="the headers " + ", ".join(repr(str(header)) for header in list(table.raw.cells.columns)[:12]),
        fix=fix + otherwise,
    )


def quoted(text: str) -> str:
    """Return a text as a shell takes it for one word."""
    return text if re.fullmatch(r"[\w.-]+", text) else "'" + text.replace("'", "'\"'\"'") + "'"


def _likely(table: Table, accepted: Column) -> str | None:
    """Return the header of a column that may be the missing one: by what its cells hold, then by how it is spelled."""
    options = {header_key(word): word for word in (accepted.name, *accepted.headers)}
    headers = [str(header) for header in table.others.columns]
    likely = likely_columns(table.others, accepted.name)
    if accepted.dtype == "datetime64[s]" and likely:
        headers = likely
    elif likely:  # what cells and words say of a place comes before how a header is spelled
        return likely[0]
    headers = [
        header
        for header in headers
        if not _means_another(header, accepted.name)
        and suits(accepted.name, profile_cells(table.others[header])) >= _SUITS
    ]
    close = [header for header in headers if nearest(header_key(header), options)]
    near = nearest(header_key(accepted.name), [header_key(header) for header in headers])
    spelled = close[0] if close else next((header for header in headers if header_key(header) == near), None)
    return spelled or (likely[0] if likely else None)


def _means_another(header: str, name: str) -> bool:
    """Return whether a header's words name another column so surely that it is no likely one of this name."""
    readings = (read_header(header, role) for role in ROLES if role != name)
    return any(reading is not None and reading.sure >= _SURELY_ANOTHER for reading in readings)


def part_columns(raw: RawTable, headers: Iterable[str]) -> tuple[RawTable, dict[str, pd.Series[str]]]:
    """Take columns out of a table before its columns are judged; return what is left, and their cells by header."""
    keys = {header_key(header) for header in headers}
    taken = {str(header): raw.cells[header] for header in raw.cells.columns if header_key(header) in keys}
    return (replace(raw, cells=raw.cells.drop(columns=[*taken])) if taken else raw), taken


def keep_published(table: Table, published: Iterable[str]) -> None:
    """Keep the cells of columns that were understood and are published under their own header, too."""
    names = {header: name for name, header in table.columns.items() if name not in {"latitude", "longitude"}}
    for header in published:
        if header in names:
            name = header if header not in {column.name for column in EVENT_COLUMNS} else f"source_{header}"
            table.others = table.others.assign(**{name: table.raw.cells[header]})


def need_headers(given: Iterable[str], tables: Sequence[Table]) -> None:
    """Raise where the author names a header that no table has."""
    headers = [str(name) for each in tables for name in each.raw.cells.columns]
    header = next((header for header in given if header not in headers), None)
    if header is not None:
        guess = nearest(header, headers)
        raise TableError(
            f"{tables[0].raw.name}: expected a header {header!r}, as `columns` says; found none."
            + (f" Did you mean {guess!r}?" if guess else "")
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
    if not placed and not where.hints and not ({"region", "country"} & set(where.columns)):
        apart = (
            " If the places are in a table of their own, name it: --places TABLE (places= in Python), or use the "
            "project file that names it."
            if places is None and "event_id" in table.columns
            else ""
        )
        need_column(where, "place", PLACE_COLUMNS, otherwise=apart)


def _join_names(names: pd.Series[str]) -> str:
    return "; ".join(dict.fromkeys(names.dropna()))


def rejected_rows(tables: Sequence[Table]) -> pd.DataFrame:
    """Return the rejected rows of all files, each once, with all its reasons and its cells."""
    parts = []
    for table in tables:
        faults = table.log.row_faults()
        if faults.empty:
            continue
        reason = "expected " + faults["expected"] + "; found " + faults["found"] + ". " + faults["fix"]
        each = pd.DataFrame(
            {"source_row": faults["row"].astype("int64"), "column": faults["column"].astype("str"), "reason": reason}
        )
        several = each["source_row"].duplicated(keep=False)
        joined = each[several].groupby("source_row").agg({"column": _join_names, "reason": " ".join}).reset_index()
        rows = pd.concat([each[~several], joined]).sort_values("source_row", ignore_index=True)
        rows.insert(0, "file", table.raw.name)
        cells = pd.concat([table.raw.cells, table.aside]) if len(table.aside) else table.raw.cells
        cells = cells.loc[rows["source_row"]].reset_index(drop=True)
        cells = cells[[name for name in cells.columns if not name.startswith(CLAIM_PREFIX)]]
        parts.append(
            rows.join(cells.rename(columns={name: f"source_{name}" for name in cells.columns if name in rows.columns}))
        )
    if not parts:
        names = ("file", "source_row", "column", "reason")
        return pd.DataFrame({name: pd.Series(dtype="Int64" if name == "source_row" else "str") for name in names})
    return pd.concat(parts, ignore_index=True).astype({"source_row": "Int64"})
