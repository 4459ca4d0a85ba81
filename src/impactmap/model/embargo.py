"""What is too fresh to leave."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING

from impactmap.model.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Embargo"]


@dataclass(frozen=True)
class Embargo:
    """Until when an event must wait.

    Attributes
    ----------
    now
        The present, with a time zone.
    hours
        How long after its last day.
    timezone
        IANA name of the zone in which days end.

    Raises
    ------
    InputError
        When `now` has no time zone.
    """

    now: dt.datetime
    hours: float = 24.0
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise InputError(
                f"now: expected a time with its zone, found {self.now.isoformat()!r}. Write 2025-11-10T12:00:00+00:00."
            )

    def holds(self, events: pd.DataFrame) -> pd.Series[bool]:
        """Say of each row whether its event must wait.

        Parameters
        ----------
        events
            Needs ``event_id`` and ``date_start``; ``date_end`` where it has one.

        Returns
        -------
        Series of bool
            An event in several places waits as a whole, and so does one whose last day is not known.

        Notes
        -----
        An event ends at 24:00 of its last day in the zone, and may leave `hours` after that.
        """
        import pandas as pd

        ids = pd.Series(pd.factorize(events["event_id"])[0], index=events.index)
        start = events["date_start"]
        last = (
            (events["date_end"].fillna(start) if "date_end" in events.columns else start).groupby(ids).transform("max")
        )
        unknown = start.isna().groupby(ids).transform("any")
        days = last.dropna().unique()
        ready = last.map({day: self._ends(day.date()) <= self.now for day in days}, na_action="ignore")
        return unknown | ~ready.astype("boolean").fillna(value=False).astype(bool)

    def _ends(self, day: dt.date) -> dt.datetime:
        """Return when the day's events may leave; of two midnights, where clocks pass it twice, the later."""
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zoneinfo.ZoneInfo(self.timezone))
        return midnight.replace(fold=1) + dt.timedelta(hours=self.hours)
