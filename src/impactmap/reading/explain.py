"""The mapping by which a table is read, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from impactmap.model.errors import InputError
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS
from impactmap.reading.adapters import adapters, find_adapter
from impactmap.reading.adapters.registry import Adapter
from impactmap.reading.columns.extras import add_extras
from impactmap.reading.columns.header_faults import turn_days
from impactmap.reading.columns.judging import judge_columns
from impactmap.reading.columns.roles import DATE_PARTS
from impactmap.reading.columns.settled import Settled
from impactmap.reading.formats.files import open_table
from impactmap.reading.raw_table import RawTable
from impactmap.reading.skipped_rows import rows_aside

__all__ = ["explain_mapping"]

_NAMES = [*dict.fromkeys(column.name for column in (*EVENT_COLUMNS, *CLAIM_COLUMNS))]


def explain_mapping(
    path: str | PathLike[str] | None = None,
    *,
    format: str = "auto",  # noqa: A002 -- the word users look for
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> dict[str, Any]:
    """Say which of our columns and claims are read from which of a table's headers, and how.

    Parameters
    ----------
    path
        A table, as for `read_events`; None explains the format alone.
    format
        As for `read_events`; without a table the name of an adapter, or ``auto`` for all of them.
    columns, sheet, header_row
        As for `read_events`.

    Returns
    -------
    dict
        Plain texts, lists and dicts. ``name``, ``title``, ``about``, ``recognised_by``, ``columns`` (``column``,
        ``from`` and, where cells are not taken as they are, ``how``, ``words``, ``other_words``), ``claims``
        (``metric`` and the headers of ``best``, ``low``, ``high``), ``claimant``, ``cited``, ``remarks``, ``terms``.
        For a table also ``file``, ``file_format``, ``encoding``, ``delimiter``, ``rows``, ``kept`` (headers that are
        kept without being understood), ``aside`` (rows that are no reports: ``row``, ``found``) and ``notes``. Without
        a table and a name: ``formats``, a list of such.

    Raises
    ------
    TableError
        When the table cannot be read, or no format has the name.
    InputError
        When a sheet is to be explained without one.

    Examples
    --------
    >>> explain_mapping(format="acled")["columns"][0]
    {'column': 'event_id', 'from': ['event_id_cnty']}
    """
    if path is None:
        if format == "auto":
            return {"formats": [adapter.explain() for adapter in adapters()]}
        adapter = find_adapter(None, format)
        if adapter is None:
            raise InputError("expected a table to explain, found none: a sheet is read by its own headers. Give one.")
        return adapter.explain()
    raw = turn_days(open_table(Path(path), sheet=sheet, header_row=header_row), columns or ())
    adapter = find_adapter(raw, "sheet" if columns and format == "auto" else format)
    told = _sheet(raw, columns) if adapter is None else _adapted(raw, adapter)
    headers = [str(header) for header in raw.cells.columns]
    read = {name for each in told["columns"] for name in each["from"]}
    read |= {value for each in told["claims"] for part, value in each.items() if part in {"best", "low", "high"}}
    read |= {told["cited"], told["claimant"]}
    dated: list[str] = next((each["from"] for each in told["columns"] if each["column"] == "date_start"), [])
    date = next((header for header in dated if header in headers), None)
    aside = rows_aside(raw.cells, {"date_start": date} if date else {})
    return {
        **told,
        "file": raw.name,
        "file_format": raw.file.format,
        "encoding": raw.file.encoding,
        "delimiter": raw.file.delimiter,
        "rows": raw.file.rows,
        "kept": [header for header in headers if header not in read],
        "aside": [
            {"row": int(row), "found": str(found)} for row, found in zip(aside["row"], aside["found"], strict=True)
        ],
        "notes": [note.text for note in raw.notes],
    }


def _adapted(raw: RawTable, adapter: Adapter) -> dict[str, Any]:
    """Return the adapter's mapping: of this very table where the adapter makes it from the table."""
    of_table = getattr(adapter, "explain_table", None)
    return adapter.explain() if of_table is None else dict(of_table(raw))


def _sheet(raw: RawTable, given: Mapping[str, str] | None) -> dict[str, Any]:
    judged = judge_columns(raw.cells, given=given, file=raw.name, also=_NAMES, ours=raw.is_ours)
    columns = add_extras(raw.cells, judged.columns, Settled())[1]
    others = [
        f"{', '.join(map(repr, more))} could be {name} too, for which {columns[name]!r} was taken."
        for name, more in judged.contenders.items()
    ]
    read = {name: header for name, header in columns.items() if name not in DATE_PARTS and name != "source_row"}
    parts = [judged.columns[name] for name in DATE_PARTS if name in judged.columns]
    made = {"date_start": parts} if parts and "date_start" not in judged.columns else {}
    return {
        "name": "sheet",
        "title": "a table of your own",
        "about": "One row an event, or an event and place; columns are read by their headers and by what they hold.",
        "recognised_by": ["its headers, and the cells under them"],
        "columns": [
            {"column": name, "from": made.get(name, [header])}
            | ({"how": f"{evidence[:1].upper()}{evidence[1:]}."} if (evidence := judged.evidence.get(name)) else {})
            for name, header in sorted(read.items(), key=lambda each: _order(each[0]))
        ],
        "claims": [{"metric": metric, **each} for metric, each in judged.metrics.items()],
        "claimant": columns.get("claimant", ""),
        "cited": "",
        "remarks": others,
        "terms": "",
    }


def _order(name: str) -> int:
    """Return where a column of ours stands in the frame; what a sheet says beside it comes last."""
    return _NAMES.index(name) if name in _NAMES else len(_NAMES)
