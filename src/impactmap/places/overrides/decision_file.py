"""The file of editors' decisions: CSV, sorted, one decision a line."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from pathlib import Path
from typing import Any, Final

from impactmap.model.errors import InputError, TableError
from impactmap.model.text import neutralise, restore
from impactmap.places.overrides.decisions import Decisions, EditorDecision, Key

__all__ = ["COLUMNS", "format_decisions", "read_decisions"]

COLUMNS: Final = tuple(field.name for field in dataclasses.fields(EditorDecision))
_NUMBERS: Final = ("given_latitude", "given_longitude", "latitude", "longitude", "radius_km")
_FEW: Final = 5  # faults that a message lists


def read_decisions(path: str | Path) -> Decisions:
    """Read the file of decisions.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of `EditorDecision`; what a spreadsheet makes of it is read, too: semicolons or
        tabs between the cells, decimal commas. Without a precision a decision with a position is a settlement's, or
        the district's where it is an area, and one with a code the region's or the country's. A file that is not there
        holds no decisions. Lines about one place that say different things leave it open.

    Returns
    -------
    Decisions

    Raises
    ------
    TableError
        The file cannot be read, or some lines cannot be used: the first five are named, and how many there are.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "decisions.csv"
    >>> _ = path.write_text(format_decisions(Decisions()), encoding="utf-8")
    >>> len(list(read_decisions(path)))
    0
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Decisions()
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path}: the decisions cannot be read as UTF-8 text. Save it as 'CSV UTF-8' where that is offered."
        ) from error
    except OSError as error:
        raise TableError(f"{path}: the decisions cannot be read ({error}).") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    said: dict[Key, list[EditorDecision]] = {}
    faults: list[str] = []
    try:
        reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
        missing = [name for name in ("place", "decision", "editor") if name not in (reader.fieldnames or ())]
        if missing:
            found = ", ".join(map(repr, (reader.fieldnames or [])[:20])) or "an empty file"
            raise TableError(f"{path}: expected the columns {', '.join(COLUMNS)}; found {found}.")
        for row in reader:
            try:
                entry = _entry(row)
            except (InputError, ValueError) as error:
                faults.append(f"line {reader.line_num}: {error}")
                continue
            said.setdefault(entry.key, []).append(entry)
    except csv.Error as error:
        raise TableError(f"{path}: line {reader.line_num}: not valid CSV ({error}).") from error
    if faults:
        count = f"{len(faults)} decision{'s' if len(faults) > 1 else ''} cannot be used"
        more = f"\n  and {len(faults) - _FEW} more" if len(faults) > _FEW else ""
        raise TableError(f"{path}: {count}:\n" + "\n".join(f"  {fault}" for fault in faults[:_FEW]) + more)
    # Lines that say the same of a place are one decision, the latest; those that do not leave it open.
    same = {key: len({each.answer for each in several}) == 1 for key, several in said.items()}
    entries = [several[-1] for key, several in said.items() if same[key]]
    return Decisions(entries, {key: several for key, several in said.items() if not same[key]})


def format_decisions(decisions: Decisions) -> str:
    """Return decisions as the text of their file: CSV, sorted, one line a decision, so that changes can be compared.

    Notes
    -----
    Texts that a spreadsheet would run as a formula begin with an apostrophe, which `read_decisions` takes away.

    Examples
    --------
    >>> import impactmap as im
    >>> mine = im.EditorDecision(
    ...     place="Old Mine", decision="pin", latitude=49.02, longitude=104.05, precision="settlement", editor="Ana"
    ... )
    >>> "Old Mine" in format_decisions(Decisions([mine]))
    True
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in decisions.lines():
        values = dataclasses.asdict(entry)
        writer.writerow([_cell(values[name]) for name in COLUMNS])
    return stream.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, dt.date):
        return value.isoformat()
    return neutralise(" ".join(str(value).split()))


def _delimiter(text: str) -> str:
    """Return what stands between the headers: a comma, or what a spreadsheet writes in its place."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _entry(row: dict[str | None, Any]) -> EditorDecision:
    """Return a line as a decision."""
    if None in row:
        raise InputError(f"expected {len(COLUMNS)} cells, found more. Put quotes around a text that holds a comma.")
    cells = {name: restore((row.get(name) or "").strip()) for name in COLUMNS}
    values: dict[str, Any] = dict(cells)
    for name in _NUMBERS:
        try:
            values[name] = float(cells[name].replace(",", ".")) if cells[name] else None
        except ValueError:
            raise InputError(f"{name}: expected a number, found {cells[name]!r}.") from None
    values["decision"] = cells["decision"].casefold()
    values["precision"] = cells["precision"].casefold() or _meant(values)
    try:
        values["decided_on"] = dt.date.fromisoformat(cells["decided_on"]) if cells["decided_on"] else None
    except ValueError:
        raise InputError(f"decided_on: expected a day as 2025-11-10, found {cells['decided_on']!r}.") from None
    if values["decision"] in {"accept", "choose", "pin", "area"} and values["precision"] is None:
        raise InputError("latitude, longitude: expected the position decided for, or the code of a region or a country")
    return EditorDecision(**values)


def _meant(values: dict[str, Any]) -> str | None:
    """Return the precision of a line that does not say it."""
    if values["latitude"] is not None or values["longitude"] is not None:
        return "district" if values["decision"] == "area" else "settlement"
    return "region" if values["region_code"] else "country" if values["country_code"] else None
