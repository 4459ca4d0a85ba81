"""What the whole of a table decides about its columns: decided once, and held for all of its partitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

__all__ = ["Settle", "Settled", "settle_now"]

T = TypeVar("T")


class Settle(Protocol):
    """Decides something of one column, or knows what was decided before."""

    def __call__(self, what: str, judge: Callable[[], T], /) -> T:
        """Return what was decided."""


class Settled:
    """Decisions about the columns of a table, such as which of day and month comes first.

    A table in one piece decides by itself. Of a table in partitions a sample decides; then it is `closed`, goes to
    every partition, and none decides anew by the rows that happen to be in it.

    Parameters
    ----------
    known
        What was decided of what.
    closed
        Whether that holds for rows that nobody has seen yet.

    Examples
    --------
    >>> settled = Settled()
    >>> settled.once("order", "date", lambda: "dmy"), settled.once("order", "date", lambda: "mdy")
    ('dmy', 'dmy')
    """

    def __init__(self, known: dict[tuple[str, str], Any] | None = None, *, closed: bool = False) -> None:
        self.known = dict(known or {})
        self.closed = closed

    def once(self, what: str, column: str, judge: Callable[[], T]) -> T:
        """Return what was decided about a column; where nothing was, decide it and keep that."""
        key = (what, column)
        if key in self.known:
            value: T = self.known[key]
            return value
        decided = judge()
        if not self.closed:
            self.known[key] = decided
        return decided

    def about(self, column: str) -> Settle:
        """Return what decides about one column."""

        def settle(what: str, judge: Callable[[], T], /) -> T:
            return self.once(what, column, judge)

        return settle

    def close(self) -> Settled:
        """Return the same, to be held for partitions of the table."""
        return Settled(self.known, closed=True)


def settle_now(what: str, judge: Callable[[], T], /) -> T:  # noqa: ARG001 -- the form of `Settle`
    """Return what cells decide by themselves."""
    return judge()
