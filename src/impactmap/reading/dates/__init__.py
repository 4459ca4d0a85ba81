"""Days as people write them: one order of day and month a column, never guessed."""

from __future__ import annotations

from impactmap.reading.dates.cells import reads_as_date
from impactmap.reading.dates.column import ParsedDates, date_order, parse_dates
from impactmap.reading.dates.in_texts import column_with_dates, dates_in_texts
from impactmap.reading.dates.order import order_evidence

__all__ = [
    "ParsedDates",
    "column_with_dates",
    "date_order",
    "dates_in_texts",
    "order_evidence",
    "parse_dates",
    "reads_as_date",
]
