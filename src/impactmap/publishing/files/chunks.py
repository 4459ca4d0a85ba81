"""A table that leaves a part at a time, and what there is to say of all its parts together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PART", "Parts", "Told"]

#: Rows of a part: a group of rows in GeoParquet, and whole blocks of every other form.
PART = 50_000


class Parts:
    """A table that comes a part at a time.

    Parameters
    ----------
    parts
        Its parts in order, with the same columns and types; at least one, which may have no rows. They can be gone
        through once.
    rows
        How many rows they have together.

    Attributes
    ----------
    empty : DataFrame
        The columns and types, without rows.
    rows
        As given.
    passed
        How many rows have been given out.
    bounds
        West, south, east and north of their shapes; None of none.
    """

    def __init__(self, parts: Iterable[pd.DataFrame], rows: int) -> None:
        coming = iter(parts)
        first = next(coming)
        self.empty: Any = first.iloc[:0]
        self.rows = rows
        self.passed = 0
        self.bounds: tuple[float, float, float, float] | None = None
        self._parts = itertools.chain([first], coming)

    @classmethod
    def of(cls, table: pd.DataFrame | Parts) -> Parts:
        """Return a table as the only part of it, and parts as they are."""
        return table if isinstance(table, Parts) else cls([table], len(table))

    def blocks(self, rows: int) -> Iterator[tuple[int, Any]]:
        """Yield blocks of up to so many rows in order, each after the position of its first row."""
        start = 0
        for part in self._parts:
            self._count(part)
            for begin in range(0, len(part), rows):
                block = part.iloc[begin : begin + rows]
                yield start, block
                start += len(block)

    def whole(self) -> Any:
        """Return the parts as one table, for forms that cannot be written a part at a time."""
        import pandas as pd

        parts = list(self._parts)
        for part in parts:
            self._count(part)
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    def _count(self, part: Any) -> None:
        self.passed += len(part)
        if not hasattr(part, "total_bounds") or not len(part):
            return
        west, south, east, north = part.total_bounds.tolist()
        if math.isnan(west):
            return
        w, s, e, n = self.bounds or (west, south, east, north)
        self.bounds = min(w, west), min(s, south), max(e, east), max(n, north)


class Told:
    """What was changed in a table, told once of all its parts."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._names: dict[str, dict[str, None]] = {}

    def count(self, sentence: str, number: int) -> None:
        """Add to the number in a sentence, which stands for it as ``{}``; nothing is said of none."""
        if number:
            self._counts[sentence] = self._counts.get(sentence, 0) + number

    def name(self, sentence: str, names: Iterable[str]) -> None:
        """Add to the names in a sentence, which stands for them as ``{}``."""
        self._names.setdefault(sentence, {}).update(dict.fromkeys(names))

    def sentences(self) -> list[str]:
        """Return the sentences with their numbers and names."""
        counts = [sentence.format(f"{number:,}") for sentence, number in self._counts.items()]
        return [*counts, *(text.format(", ".join(map(repr, names))) for text, names in self._names.items() if names)]
