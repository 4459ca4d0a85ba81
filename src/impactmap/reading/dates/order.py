"""The order of day, month and year in a column of dates, told by the sign between the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from impactmap.reading.dates.cells import Cell, read_cells
from impactmap.reading.dates.periods import Day

__all__ = ["ORDERS", "Evidence", "Orders", "order_evidence", "settle_order"]

ORDERS: Final = ("dmy", "mdy", "ymd")


@dataclass
class Evidence:
    """What the cells show of the order of day, month and year, by the sign between the numbers."""

    shown: dict[str, dict[str, str]] = field(default_factory=lambda: {order: {} for order in ORDERS})
    undecided: set[str] = field(default_factory=set)
    short: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Take what a cell shows."""
        shape = cell.shape
        if shape is None:
            return
        if shape.shows:
            self.shown[shape.shows[1]].setdefault(shape.shows[0], cell.text)
        for end in shape.ends:
            fits = _orders_of(end)
            if end.year is None:
                self.short.setdefault(end.separator, []).append(end.numbers)
            if len(fits) == 1:
                self.shown[fits[0]].setdefault(end.separator, cell.text)
            elif fits and end.numbers[0] != end.numbers[1]:
                self.undecided.add(end.separator)

    def year_first(self) -> set[str]:
        """Return the signs of dates of two-digit years that may as well have the year first.

        A year repeats down a column and a day changes: where the first numbers change less than the last they may be
        the years. Hyphens, as ISO 8601 has them, need that the last ones change less.
        """
        doubtful = set()
        for sign, numbers in self.short.items():
            possible = all(1 <= month <= 12 and 1 <= day <= 31 for _, month, day in numbers)
            first, last = (len({each[at] for each in numbers}) for at in (0, 2))
            if possible and (first < last or (sign == "-" and first == last)):
                doubtful.add(sign)
        return doubtful


def _orders_of(end: Day) -> list[str]:
    """Return the orders in which the numbers are a date; the year first only where no other fits."""
    fits = [order for order in ORDERS[:2] if end.fits(order)]
    return ["ymd"] if not fits and end.year is None and end.fits("ymd") else fits


def _only_order(end: Day) -> str | None:
    fits = _orders_of(end)
    return fits[0] if len(fits) == 1 or end.numbers[0] == end.numbers[1] else None


@dataclass(frozen=True)
class Orders:
    """The order of dates by the sign between their numbers; of a column with several, `by_sign` has the sure ones."""

    order: str | None
    unclear: frozenset[str]
    conflict: tuple[str, str] | None
    why: str
    by_sign: Mapping[str, str] = field(default_factory=dict)

    def of(self, cell: Cell) -> str | None:
        """Return the order in which a cell is read, None where it cannot be told."""
        assert cell.shape is not None
        if self.conflict:
            # Only what the sign or the cell itself shows: 14/13 is no month of any year.
            orders = {self.by_sign.get(end.separator) or _only_order(end) for end in cell.shape.ends}
            return orders.pop() if len(orders) == 1 else None
        if any(end.separator in self.unclear for end in cell.shape.ends):
            return None
        return self.order or "dmy"


def order_evidence(columns: Iterable[pd.Series[str]]) -> dict[str, str]:
    """Return the order that the dates of several columns of a table show, by the sign between the numbers.

    What one column shows holds for another of the same table. Signs with which two orders are shown are left out.
    """
    evidence = Evidence()
    for column in columns:
        texts = pd.unique(column.dropna())
        for cell in read_cells([str(text) for text in texts]):
            evidence.add(cell)
    signs = {sign for known in evidence.shown.values() for sign in known}
    orders = {sign: [order for order in ORDERS if sign in evidence.shown[order]] for sign in signs}
    return {sign: shown[0] for sign, shown in orders.items() if len(shown) == 1}


def settle_order(evidence: Evidence, given: str | None, *, day_first: bool, beside: Mapping[str, str]) -> Orders:
    """Return the order in which a column's dates are read.

    Parameters
    ----------
    evidence
        What its cells show.
    given
        The order that the author said, which goes before everything.
    day_first
        Whether dates with slashes and hyphens have the day first where nothing shows their order.
    beside
        As for `parse_dates`.
    """
    if given is not None:
        return Orders(given, frozenset(), None, "as you said")
    shown = {order: known for order, known in evidence.shown.items() if known}
    if len(shown) > 1:
        first, second = list(shown.values())[:2]
        signs = {sign for known in shown.values() for sign in known}
        sure = {sign: [each for each, known in shown.items() if sign in known] for sign in signs}
        return Orders(
            None,
            frozenset(),
            (next(iter(first.values())), next(iter(second.values()))),
            "",
            {sign: orders[0] for sign, orders in sure.items() if len(orders) == 1},
        )
    order = next(iter(shown), None)
    why = "as cells with a number above 12 show"
    unclear = (evidence.undecided | evidence.year_first()) - set(shown.get(order or "", {}))
    unclear |= evidence.year_first() - ({*shown.get("ymd", {})})
    if order is None and unclear and (known := {beside.get(sign) for sign in unclear}) and len(known) == 1:
        order = known.pop()
        if order is not None:
            return Orders(order, frozenset(), None, "as another column of the table shows")
    if order in {None, "dmy"}:
        # Dots between numbers have the day first wherever they are written.
        meant = {"."} | ({"/", "-", ""} if day_first else set())
        if unclear & meant - evidence.year_first():
            if order is None:
                why = "as dots between the numbers mean" if "." in unclear else "as the header's language writes dates"
            unclear -= meant - evidence.year_first()
            order = "dmy"
    return Orders(order, frozenset(unclear), None, why)
