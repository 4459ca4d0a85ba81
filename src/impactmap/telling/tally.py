"""What a summary counts, as numbers that add up over parts of a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from impactmap.model.arrow import codes_of
from impactmap.model.values import NO_DAY, clean_text
from impactmap.telling.reports import PRECISIONS

if TYPE_CHECKING:
    from impactmap.telling.reports import Reports

__all__ = ["Tally"]


@dataclass(frozen=True)
class Tally:
    """Counts of reports.

    Attributes
    ----------
    count
        Reports.
    first, last
        First and last day that one names, as days since 1970; None undated.
    near
        Last day that a report of a day or a night reaches; None without such.
    sides
        Reports by the side's name on the map.
    unstated
        Reports whose side nobody states.
    confirmed, claimed
        Reports that are confirmed, and those that are only claimed.
    precisions
        Places by precision, ``not_located`` included.
    countries
        Places by country.
    held_back
        Reports that the embargo keeps back.
    """

    count: int = 0
    first: int | None = None
    last: int | None = None
    near: int | None = None
    sides: dict[str, int] = field(default_factory=dict)
    unstated: int = 0
    confirmed: int = 0
    claimed: int = 0
    precisions: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    held_back: int = 0

    @classmethod
    def of(cls, reports: Reports) -> Tally:
        """Count reports already collected."""
        starts, ends = (days[days != NO_DAY] for days in (reports.day_start, reports.day_end))
        confirmed, claimed = (int((reports.confirmed == code).sum()) for code in (1, 0))
        codes, countries = codes_of(reports.events.parts["places"]["country"])
        counts = np.bincount(codes[codes >= 0], minlength=len(countries))
        return cls(
            count=len(reports.events),
            first=int(starts.min()) if len(starts) else None,
            last=int(ends.max()) if len(ends) else None,
            near=reports.data_near(),
            sides={
                clean_text(style.name): int((reports.side == number).sum())
                for number, style in enumerate(reports.sides)
            },
            unstated=int((reports.side == 255).sum()),
            confirmed=confirmed,
            claimed=claimed,
            precisions={name: int((reports.row_precision == code).sum()) for code, name in enumerate(PRECISIONS)},
            countries={str(code): int(count) for code, count in zip(countries, counts, strict=True)},
            held_back=reports.held_back,
        )

    @classmethod
    def together(cls, parts: Iterable[Tally]) -> Tally:
        """Return the counts of all parts; each report is in one of them."""
        parts = list(parts)
        ends: dict[str, Any] = {
            name: pick(known)
            if (known := [day for each in parts if (day := getattr(each, name)) is not None])
            else None
            for name, pick in (("first", min), ("last", max), ("near", max))
        }
        sums: dict[str, Any] = {
            name: sum(getattr(each, name) for each in parts)
            for name in ("count", "unstated", "confirmed", "claimed", "held_back")
        }
        maps: dict[str, Any] = {
            name: _added(getattr(each, name) for each in parts) for name in ("sides", "precisions", "countries")
        }
        return cls(**ends, **sums, **maps)

    @property
    def through(self) -> tuple[int, int] | None:
        """As `Reports.data_through`."""
        if self.last is None:
            return None
        return (self.last if self.near is None else self.near), self.last


def _added(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in parts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
