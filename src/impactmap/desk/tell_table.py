"""What the part Bring is told: the table a window at a time, its columns, and what is wrong in which cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from impactmap.context.plausibility.checks import CHECKS
from impactmap.desk.bring import own_sheet
from impactmap.desk.look import Look
from impactmap.desk.session import Session
from impactmap.desk.words import DeskWords
from impactmap.model.schema import METRICS

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.model.faults import Fault

__all__ = ["tell_brought", "tell_rows"]

_LONGEST: Final = 300
_MOST_ROWS: Final = 200
_MOST_FAULTS: Final = 500
#: Our columns that a header may be said to be, in the order in which they are offered.
_OURS: Final = (
    "date_start", "date_end", "place", "region", "district", "country", "latitude", "longitude", "side", "summary",
    "sectors", "means", "claimant", "source_name", "source_url", "confirmation", "note", "event_id",
)  # fmt: skip


def tell_brought(session: Session, words: DeskWords) -> dict[str, Any]:
    """Return what is known of the table, without its rows."""
    look = session.look
    tables = [path.name for path in _tables(session)]
    if look is None or look.raw is None:
        return {"table": None, "tables": tables}
    raw, data = look.raw, look.project.data
    mapping = look.mapping or {}
    columns = _columns(look, words)
    choices = [{"name": name, "label": words.column(name), "group": "event"} for name in _OURS]
    choices += [{"name": name, "label": words.term("metric", name), "group": "figure"} for name in METRICS]
    return {
        "table": data.events,
        "tables": tables,
        "rows": len(raw.cells),
        "sheets": list(raw.sheets),
        "sheet": data.sheet,
        "date_format": data.date_format,
        "fixable": own_sheet(session, look) is not None,
        "format": mapping.get("title", "") if mapping.get("name", "sheet") != "sheet" else "",
        "columns": columns,
        "choices": choices,
        "faults": [_fault(fault, look, columns, words) for fault in _in_order(look.faults)[:_MOST_FAULTS]],
        "count": {
            "fault": sum(fault.severity == "fault" for fault in look.faults),
            "warning": sum(fault.severity == "warning" for fault in look.faults),
        },
        "error": words.told(look.error),
        "notes": [words.told(note) for note in look.notes],
    }


def tell_rows(look: Look, start: int, count: int) -> dict[str, Any]:
    """Return a window of the table: number of the row, then its cells."""
    cells = look.raw.cells if look.raw is not None else None
    if cells is None:
        return {"start": 0, "rows": []}
    start = max(0, min(start, len(cells)))
    part = cells.iloc[start : start + min(max(count, 1), _MOST_ROWS)]
    return {"start": start, "rows": [[int(row), *map(_text, values)] for row, *values in _records(part)]}


def _records(part: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(part.itertuples(index=True, name=None))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _columns(look: Look, words: DeskWords) -> list[dict[str, Any]]:
    """Return each header with the column of ours that it is read as, and why."""
    read: dict[str, tuple[str, str]] = {}
    mapping = look.mapping or {"columns": [], "claims": []}
    for each in mapping["columns"]:
        for header in each["from"]:
            read[header] = (each["column"], each.get("how", ""))
    for each in mapping["claims"]:
        for part in ("best", "low", "high"):
            if part in each:
                read[each[part]] = (each["metric"] + ("" if part == "best" else f"_{part}"), "")
    if mapping.get("claimant"):
        read.setdefault(mapping["claimant"], ("claimant", ""))
    headers = map(str, look.raw.cells.columns) if look.raw is not None else ()
    said = set(look.project.columns.values())
    alone = {header: each for each in mapping.get("alone", ()) for header in each["from"][:1]}
    told = []
    for header in headers:
        ours, how = read.get(header, ("", ""))
        guess = alone.get(header, {"column": None})
        by_itself = guess["column"] == ours or ours in METRICS
        how = guess.get("how", how) if by_itself else how
        told.append({"header": header, "ours": ours, "how": words.told(how), "said": header in said and not by_itself})
    return told


def _in_order(faults: tuple[Fault, ...]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.severity != "fault", fault.row is not None, fault.row or 0))


def _fault(fault: Fault, look: Look, columns: list[dict[str, Any]], words: DeskWords) -> dict[str, Any]:
    headers = set(map(str, look.raw.cells.columns)) if look.raw is not None else set()
    column = fault.column if fault.column in headers else None
    return {
        "row": fault.row,
        "column": column,
        "severity": fault.severity,
        "wanted": _wanted(fault, _role(column, columns), words),
        "role": _role(column, columns),
        "told": words.fault(fault),
        "place": _place(look, fault.row),
    }


def _wanted(fault: Fault, role: str, words: DeskWords) -> str:
    """Say in the page's language what is wrong: by the check that found it, else by what the column should hold."""
    named = re.search(r"\[(\w+)\]$", fault.fix)
    if named is not None and named[1] in {check.name for check in CHECKS}:
        text = words.text(f"record.check.{named[1]}")
        return f"{text[:1].upper()}{text[1:]}."
    return words.wanted(role)


def _place(look: Look, row: int | None) -> int | None:
    """Return where a row stands in the table, from 0."""
    if row is None or look.raw is None or row not in look.raw.cells.index:
        return None
    place = look.raw.cells.index.get_loc(row)
    return place if isinstance(place, int) else None


def _role(column: str | None, columns: list[dict[str, Any]]) -> str:
    return next((each["ours"] for each in columns if each["header"] == column), "") if column else ""


def _tables(session: Session) -> list[Any]:
    from impactmap.workspace.sources import tables_in

    return tables_in(session.folder) if session.folder.is_dir() else []
