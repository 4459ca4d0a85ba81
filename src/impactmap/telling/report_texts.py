"""The texts of a map's reports in columns, and any one report's put together when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from impactmap.telling.facts import Table, told_row, value_at
from impactmap.telling.wording import Wording

__all__ = ["PARTS", "Gathered", "ReportTexts"]


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
    say
        Words the facts, in the map's language.
    """

    events: Table
    parts: dict[str, Table]
    starts: dict[str, npt.NDArray[np.uint32]]
    row_place: npt.NDArray[np.uint32]
    say: Wording

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events["side"])

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return an event: its columns and, over those of the same name, its facts (see `FACTS`) in words.

        What is missing is left out. ``places``, ``claims``, ``disputes`` and ``sources`` are lists of such mappings.
        """
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        found = self._told(None, self.events, number)
        for name in PARTS:
            table, starts = self.parts[name], self.starts[name]
            rows = range(int(starts[number]), int(starts[number + 1]))
            found[name] = [self._told(name, table, row) for row in rows]
        return found

    def _told(self, part: str | None, table: Table, row: int) -> dict[str, Any]:
        values = mapping(table, row)
        return values | told_row(self.say, part, values)

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
    found = {name: value_at(column, row) for name, column in table.items()}
    return {name: value for name, value in found.items() if value is not None}
