"""The texts of a map's reports in columns, and any one report's put together when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from impactmap.model.values import NO_DAY

__all__ = ["PARTS", "Gathered", "ReportTexts", "Table"]

#: One part of the reports: columns of one length, texts as Arrow arrays, figures as floats (missing as NaN), days as
#: 32-bit numbers (missing as `NO_DAY`).
Table = dict[str, Any]


@dataclass(frozen=True)
class Gathered:
    """Texts in an order of their own, taken from where they lie when they are asked for: a copy would double them.

    Attributes
    ----------
    texts
        Arrays of texts, one after the other.
    rows
        Which of them, in order.
    """

    texts: tuple[pa.Array, ...]
    rows: npt.NDArray[np.uint32]

    def slice(self, start: int, length: int) -> pa.Array:
        """Return a run of the texts."""
        return self.at(np.arange(start, start + length))

    def at(self, places: npt.NDArray[np.intp]) -> pa.Array:
        """Return the texts in these places."""
        rows = self.rows[places].astype(np.int64)
        ends = np.cumsum([len(texts) for texts in self.texts])
        of = np.searchsorted(ends, rows, side="right")
        order = np.argsort(of, kind="stable")
        parts = [
            texts.take(pa.array(rows[of == number] - (end - len(texts))))
            for number, (texts, end) in enumerate(zip(self.texts, ends, strict=True))
        ]
        # Each array's texts stand together now; this puts every one back into its place.
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        return pa.concat_arrays(parts).take(pa.array(back))

    def __getitem__(self, row: int) -> pa.Scalar:
        """Return one text."""
        return self.slice(row, 1)[0]


#: Parts of which a report has any number.
PARTS = ("places", "claims", "disputes", "sources")


@dataclass(frozen=True)
class ReportTexts(Sequence[dict[str, Any]]):
    """Reports' texts, by column; as a sequence, one mapping an event.

    Attributes
    ----------
    events
        One item an event: ``id, summary, note, date_precision, side_basis, sectors, means, confirmation`` (texts; terms
        joined by ``"; "``), ``start, end`` (days), ``side`` (number).
    parts
        By name (see `PARTS`), a table whose rows are sorted by event.
    starts
        By the same names, where each event's rows begin in its table; one more item closes the last.
    row_place
        Where each row of the frame stands in the table of places.
    """

    events: Table
    parts: dict[str, Table]
    starts: dict[str, npt.NDArray[np.uint32]]
    row_place: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events["side"])

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return an event's texts as docs/architecture.md describes them, without the keys that are missing."""
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        found = mapping(self.events, number)
        for name in ("sectors", "means"):
            found[name] = found[name].split("; ") if found.get(name) else []
        for name in PARTS:
            table, starts = self.parts[name], self.starts[name]
            rows = range(int(starts[number]), int(starts[number + 1]))
            key = "contradictions" if name == "disputes" else name
            found[key] = [_PART[name](mapping(table, row)) for row in rows]
        return found

    def at_row(self, row: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the event and the place that a row of the frame is about."""
        position = int(self.row_place[row])
        starts = self.starts["places"]
        number = int(np.searchsorted(starts, position, side="right")) - 1
        event = self[number]
        place: dict[str, Any] = event["places"][position - int(starts[number])]
        return event, place


def mapping(table: Table, row: int) -> dict[str, Any]:
    """Return one row of a table, without what is missing."""
    found = {}
    for name, column in table.items():
        value = _value(column, row)
        if value is not None:
            found[name] = value
    return found


def _value(column: Any, row: int) -> Any:
    if isinstance(column, pa.Array | Gathered):
        return column[row].as_py()
    value = column[row].item()
    if column.dtype.kind == "f":
        return None if value != value else value  # noqa: PLR0124 -- NaN differs from itself
    if column.dtype == np.int32:
        return None if value == NO_DAY else str(np.datetime64(value, "D"))
    return value


def _place(row: dict[str, Any]) -> dict[str, Any]:
    """Return a place with its distance and its population as mappings of their own."""
    distance = {short: row.pop(name) for name, short in _DISTANCE.items() if name in row}
    country = row.pop("side_country", None)
    population = {short: row.pop(name) for name, short in _POPULATION.items() if name in row}
    if distance:
        row["distance"] = distance | ({"side_country": country} if country is not None else {})
    if "value" in population:
        row["population"] = population
    return row


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    """Return a claim with what was computed against it as a mapping of its own."""
    compared = {short: row.pop(name) for name, short in _COMPARED.items() if name in row}
    if "computed" in compared:
        row["compared"] = compared
    return row


def _dispute(row: dict[str, Any]) -> dict[str, Any]:
    return {"metric": row["metric"], "claims": [int(number) for number in row["claims"].split()]}


_DISTANCE = {name: name for name in ("km", "min_km", "max_km", "border_lat", "border_lon")}
_POPULATION = {"population": "value", "population_source": "source", "population_date": "date"}
_COMPARED = {"computed": "computed", "computed_low": "low", "computed_high": "high", "agrees": "agrees"}
_PART: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "places": _place,
    "claims": _claim,
    "disputes": _dispute,
    "sources": dict,
}
