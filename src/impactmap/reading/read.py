"""Reports read from a table: a simple sheet with one row an event, or events, places and claims apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Unpack

import pandas as pd

from impactmap.model.claims import claims_frame
from impactmap.model.faults import Fault, check_keywords, faults_of_rows, raise_for_faults
from impactmap.model.progress import quiet
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, MEANS, PLACE_COLUMNS, SECTORS, Column
from impactmap.model.spill import change_texts, release, spill
from impactmap.reading.adapters import CLAIM_PREFIX, adapt, terms_of
from impactmap.reading.columns.header_faults import turn_days
from impactmap.reading.columns.judging import SAYING
from impactmap.reading.columns.settled import Settled
from impactmap.reading.columns.sides import SideNames, settle_sides
from impactmap.reading.columns.translations import Translated, gather_translations, part_translations
from impactmap.reading.dates import date_order
from impactmap.reading.event_ids import event_ids, event_numbers, split_shared_ids, warn_of_mixed_events
from impactmap.reading.formats.files import open_table
from impactmap.reading.formats.frames import TableSource
from impactmap.reading.formats.limits import DEFAULTS
from impactmap.reading.formats.related import claims_beside, find_tables
from impactmap.reading.raw_table import Note
from impactmap.reading.result import Reading, ReadOptions
from impactmap.reading.rows import (
    join_places,
    list_items,
    note_duplicates,
    reject_unusable,
    say_country,
    split_places,
)
from impactmap.reading.sheet_claims import sheet_claims, stated_metrics, type_claims
from impactmap.reading.skipped_rows import withdrawn_reports
from impactmap.reading.tables import (
    build_table,
    keep_published,
    need_column,
    need_columns,
    need_headers,
    note_kept,
    part_columns,
    rejected_rows,
)
from impactmap.reading.typed import Options, Table

__all__ = ["ReadOptions", "Reading", "check_events", "read_events"]

_OWN = {"place_status", "place_provider"}
#: What the author or another's scale says about positions; `geocode_events` respects it.
_PRECISION = tuple(column for column in COMPUTED_COLUMNS if column.name == "place_precision")
_FRAME = [column.name for column in EVENT_COLUMNS]


def read_events(
    source: TableSource,
    *,
    places: TableSource | None = None,
    claims: TableSource | None = None,
    format: str = "auto",  # noqa: A002 -- the word users look for
    date_format: str | None = None,
    now: datetime | None = None,
    columns: Mapping[str, str] | None = None,
    **more: Unpack[ReadOptions],
) -> Reading:
    """Read reports from a table.

    Parameters
    ----------
    source
        CSV, TSV, XLSX, ODS, JSON (lines), GeoJSON, GeoPackage, FlatGeobuf, KML, KMZ, Parquet or GeoParquet; a data
        package (its folder or its ``datapackage.json``); or a frame in memory, of pandas or geopandas, or one that
        gives itself as Arrow, as polars, DuckDB and pyarrow do. One row an event, or an event and place.
    places, claims
        The other two tables of a full set. Sheets, layers or resources of these names in `source` are used when they
        are not given, and the ``<name>.claims.csv`` that `impactmap.write_events` puts beside a table.
    format
        ``auto``; the name of an adapter, such as ``ucdp``; or ``sheet`` to read by headers alone, which is also what
        ``auto`` does when `columns` are given.
    date_format
        Such as ``dd.mm.yyyy``: the order of day and month where the cells do not show it.
    now
        Aware; rows after its day are rejected. None checks nothing.
    columns
        Header to column name, where the headers are not understood by themselves.
    **more
        ``timezone``, ``sheet``, ``header_row``, ``country``, ``sides``, ``withdrawn``, ``published``, ``apart``,
        ``languages``, ``limits`` and ``progress``: see `ReadOptions`.

    Returns
    -------
    Reading
        Events in the file's order with a fresh index. Nothing is merged, nothing is dropped: what cannot be used is
        in ``rejected``.

    Raises
    ------
    TableError
        When a file cannot be read, a necessary column is missing, or the dates of a column can be read two ways;
        every fault is in it.
    CrsError
        When a geographic file does not say its coordinate reference system.

    Notes
    -----
    Cells are read as text first: a place named NA and the identifier 00123 stay what they are, only an empty cell is
    missing. Identifiers that are not given are made from date, place, side and summary, so that the same row has the
    same one tomorrow.

    Examples
    --------
    >>> import pandas as pd
    >>> reading = read_events(pd.DataFrame([{"date": "1 March 2025", "place": "Erdenet", "killed": "at least 2"}]))
    >>> reading.events["date_start"].dt.date.astype(str).tolist(), reading.claims["qualifier"].tolist()
    (['2025-03-01'], ['at least'])
    """
    check_keywords(more, ReadOptions, "places", "claims", "format", "date_format", "now", "columns")
    sheet, header_row, progress = more.get("sheet"), more.get("header_row"), more.get("progress")
    limits, withdrawn = more.get("limits", DEFAULTS), more.get("withdrawn", False)
    zone, country, published = more.get("timezone", "UTC"), more.get("country"), more.get("published", ())
    languages = more.get("languages", ())
    settled = more.get("settled") or Settled()
    options = Options(date_order(date_format) if date_format else None, zone, now, progress or quiet, settled)
    path, packed = find_tables(source)
    places = packed.get("places") if places is None else places
    claims = packed.get("claims") if claims is None else claims
    raw, adapter = adapt(
        turn_days(
            open_table(path, sheet=sheet, header_row=header_row, progress=progress, limits=limits), columns or ()
        ),
        "sheet" if columns and format == "auto" else format,
    )
    settled.once("format", "", lambda: "sheet" if adapter is None else adapter.name)
    notes = [Note(raw.name, "file", f"Read as {adapter.name}.")] if adapter else []
    sheets = {name.strip().casefold() for name in raw.sheets}
    place_raw, claim_raw = (
        open_table(file, progress=progress, limits=limits)
        if file is not None
        else open_table(path, sheet=sheet, limits=limits)
        if sheet in sheets
        else None
        for file, sheet in ((places, "places"), (claims, "claims"))
    )
    if claim_raw is None and raw.is_ours and (found := claims_beside(path)):
        claim_raw = open_table(found, limits=limits)
        notes.append(Note(raw.name, "file", f"The claims beside it, {found.name}, were read with it."))
    raw, translated = part_translations(raw, languages)
    raw, apart = part_columns(raw, more.get("apart", ()))
    own = raw.is_ours or raw.cells.columns.isin(list(_OWN)).sum() == len(_OWN)
    given_precision = _PRECISION if _PRECISION[0].name in raw.cells.columns else ()
    computed = [column for column in COMPUTED_COLUMNS if column.name in raw.cells.columns]
    schema: tuple[Column, ...] = (*EVENT_COLUMNS, *(computed if own else given_precision))
    table = build_table(raw, schema, options, columns, also=SAYING, exact=adapter is not None, withdrawn=withdrawn)
    keep_published(table, published)
    table.others = table.others.assign(**apart)
    claims_translated: Translated = {}
    if claim_raw is not None:
        claim_raw, claims_translated = part_translations(claim_raw, languages)
    others = ((place_raw, PLACE_COLUMNS), (claim_raw, CLAIM_COLUMNS))
    place_table, claim_table = (
        None
        if each is None
        else build_table(each, its_schema, replace(options, settled=Settled()), columns, withdrawn=withdrawn)
        for each, its_schema in others
    )
    roles = {"events": table, "places": place_table, "claims": claim_table}
    tables = [each for each in roles.values() if each is not None]
    need_headers(columns or (), tables)
    need_columns(table, place_table)
    if claim_table is not None:
        need_column(claim_table, "event_id", CLAIM_COLUMNS)
        need_column(claim_table, "metric", CLAIM_COLUMNS)
    if any(table.log.missing for table in tables):
        # Without the column its absence would be told once more for every row.
        raise_for_faults(_fatal(tables))
    frame = _events(
        table,
        place_table,
        more.get("sides"),
        own=bool(own),
        ask_about_ids=adapter is None and not own and claim_raw is None,
    )
    if country:
        frame = say_country(table, frame, country)
    rejected = frame["source_row"].isin(list(table.log.rejected_rows()))
    # Texts are large: they are put together anew only where rows go.
    frame = spill((frame[~rejected] if rejected.any() else frame).reset_index(drop=True))
    if terms := adapter.terms if adapter is not None else terms_of(raw) if raw.is_ours else "":
        frame.attrs["terms"] = terms
    stated_apart = True
    if adapter is not None:
        metrics = _claim_headers(raw.cells.columns)
    else:
        stated_apart = own and (claim_raw is not None or "place_status" in raw.cells.columns)
        metrics = {} if stated_apart else stated_metrics(table.metrics, published, given=columns or ())
        if metrics:
            read = [f"{header!r} as {metric}" for metric, parts in metrics.items() for header in parts.values()]
            who = (
                f"of whom {table.columns_said['claimant']!r} names"
                if "claimant" in table.columns_said
                else "of nobody named, as no column says who states them"
            )
            table.note("columns", f"Figures understood, each a claim {who}: {', '.join(read)}.")
    note_kept(table, {*published, *(header for parts in metrics.values() for header in parts.values())})
    for each in tables[1:]:
        note_kept(each)
    stated = [sheet_claims(table, frame, metrics, statements=not stated_apart)]
    if claim_table is not None:
        stated.append(type_claims(claim_table, frame))
    raise_for_faults(_fatal(tables))
    filled = [part for part in stated if len(part)]
    said = claims_frame(pd.concat(filled, ignore_index=True) if filled else [])
    for each in tables:
        if each.empty_cells:
            each.note(
                "numbers",
                "Cells of numbers, days and positions that say that nothing is known, such as n/a, - or unknown: "
                f"{each.empty_cells:,}; read as empty.",
            )
    notes += [note for each in tables for note in (*each.raw.notes, *each.notes)]
    release()
    notes += note_duplicates(frame, raw.name)
    parted = [(table, translated), *([] if claim_table is None else [(claim_table, claims_translated)])]
    return Reading(
        events=frame,
        claims=said,
        rejected=rejected_rows(tables),
        notes=notes,
        inputs=[
            replace(each.raw.file, holds=holds, rejected=each.log.row_faults()["row"].nunique())
            for holds, each in roles.items()
            if each is not None
        ],
        row_faults=pd.concat([each.log.row_faults() for each in tables], ignore_index=True),
        warnings=tuple(fault for each in tables for fault in each.log.faults),
        headers={header: name for name, header in table.columns.items()} | table.hint_headers,
        withdrawn=withdrawn_reports(table.aside, table.columns),
        translations=gather_translations(parted),
    )


def _claim_headers(headers: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return metric to part to header for the columns in which an adapter put figures."""
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        if header.startswith(CLAIM_PREFIX) and header.count(":") >= 2:
            metric, part = header.removeprefix(CLAIM_PREFIX).split(":")[:2]
            found.setdefault(metric, {})[part] = header
    return found


def _fatal(tables: Sequence[Table]) -> list[Fault]:
    """Return every fault when a table as a whole cannot be used, else none."""
    if not any(table.log.fatal for table in tables):
        return []
    rows = [fault for table in tables for fault in faults_of_rows(table.log.row_faults())]
    return [*(fault for table in tables for fault in table.log.faults), *rows]


def _events(
    table: Table, places: Table | None, sides: SideNames | None, *, own: bool, ask_about_ids: bool
) -> pd.DataFrame:
    """Return the frame of one row an event and place; rows to be rejected are still in it, and in the log."""
    release()
    typed = table.typed[[name for name in table.typed.columns if not name.startswith("said_")]]
    start = table.dates.get("date_start")
    if "date_start" in table.columns and start is not None:
        table.log.reject(
            start.start.isna() & start.reason.isna(),
            table.rows,
            table.raw.cells[table.columns["date_start"]],
            column=table.columns["date_start"],
            expected="a date",
            fix="Write the day, such as 2025-11-09.",
        )
    end = typed["date_end"].fillna(start.end) if start is not None else typed["date_end"]
    if "date_end" in table.columns:
        table.log.reject(
            end < typed["date_start"],
            table.rows,
            table.raw.cells[table.columns["date_end"]],
            column=table.columns["date_end"],
            expected="a last day not before the first",
            fix="Correct one of the two dates.",
        )
    if start is not None:
        told = start.precision.where(
            typed["date_end"].isna() | (typed["date_end"] == typed["date_start"]), "days"
        ).where(typed["date_start"].notna())
        typed = spill(typed.assign(date_end=end, date_precision=typed["date_precision"].fillna(told)))
    side = settle_sides(table, typed["side"], sides)
    known = side.notna().to_numpy()
    basis = change_texts(typed["side_basis"], lambda part: part.where(part != "not_stated").fillna("stated"))
    typed = spill(typed.assign(side=side, side_basis=basis.where(known, "not_stated")))
    typed = spill(
        typed.assign(
            sectors=list_items(typed["sectors"], SECTORS),
            means=list_items(typed["means"], MEANS),
            source_row=table.rows.astype("Int64"),
        )
    )
    typed = spill(typed.join(table.others))
    if places is None:
        typed = reject_unusable(table, typed)
        frame = split_places(table, typed.assign(event_id=event_ids(typed)))
        if ask_about_ids:
            frame = split_shared_ids(frame.reset_index(drop=True), table).set_axis(frame.index)
    else:
        frame = join_places(table, places, typed)
    release()
    event = pd.Series(event_numbers(frame), index=frame.index)
    if places is None:
        warn_of_mixed_events(frame, table, event.duplicated(keep=False))
    number = (event.groupby(event, sort=False).cumcount() + 1).astype("Int64")
    located = frame["latitude"].notna() & frame["longitude"].notna()
    frame = frame.assign(
        place_number=frame["place_number"].fillna(number),
        coordinates_from=frame["coordinates_from"].fillna("source").where(located),
    )
    rest = [name for name in frame.columns if name not in _FRAME]
    if own:
        as_written = {str(name): position for position, name in enumerate(table.raw.cells.columns)}
        rest.sort(key=lambda name: as_written.get(name, len(as_written)))
    return frame[[*_FRAME, *rest]].astype({column.name: column.dtype for column in EVENT_COLUMNS})


def check_events(reading: Reading) -> list[Fault]:
    """List every fault and warning of what was read.

    Parameters
    ----------
    reading
        What `read_events` gave.

    Returns
    -------
    list of Fault
        Faults of rejected rows first, in file order, then warnings.

    Examples
    --------
    >>> import pandas as pd
    >>> reading = read_events(pd.DataFrame({"date": ["2025-13-01"], "place": ["Darkhan"]}))
    >>> [(fault.row, fault.column, fault.found) for fault in check_events(reading) if fault.severity == "fault"]
    [(1, 'date', "'2025-13-01'")]
    """
    return [*faults_of_rows(reading.row_faults), *reading.warnings]
