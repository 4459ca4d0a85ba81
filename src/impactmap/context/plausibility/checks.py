"""The list of checks: names, severities, reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from impactmap.context.plausibility import of_claims, of_events

__all__ = ["CHECKS", "Check", "Finding"]


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    check
        Its name.
    rows
        ``event_id``, ``source_row``, ``column``, ``found`` and, for a claim, its position in the frame, ``claim``.
    """

    check: Check
    rows: pd.DataFrame

    @property
    def events(self) -> int:
        """How many events it is about."""
        return int(self.rows["event_id"].nunique())


@dataclass(frozen=True)
class Check:
    """Something that a report can hardly be.

    Attributes
    ----------
    name
        Under which an author may silence it.
    severity
        ``fault``: impossible, and a claim is left out of the map. ``warning``: somebody should look.
    expected, fix
        What should stand there and what to do, for people.
    find
        Returns the rows of a `Finding`.
    """

    name: str
    severity: Literal["fault", "warning"]
    expected: str
    fix: str
    find: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


#: In the order in which they are told.
CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "negative_figure", "fault", "a figure of at least 0", "Correct it; it is left out of the map.",
        of_claims.find_negative,
    ),
    Check(
        "figure_above_world", "fault", "a figure that is possible: people on Earth, half of the way around it",
        "Correct it; it is left out of the map.", of_claims.find_impossible,
    ),
    Check(
        "figure_above_country", "warning", "no more people than live in the country",
        "Look for a digit too many.", of_claims.find_above_country,
    ),
    Check(
        "range_backwards", "warning", "a figure between its lowest and its highest",
        "Correct them; readers are told the figure alone.", of_claims.find_range_backwards,
    ),
    Check(
        "parts_above_total", "warning", "parts that make up the total", "Correct the total or a part.",
        of_claims.find_parts_above_total,
    ),
    Check(
        "downed_above_launched", "warning", "no more drones downed than launched", "Exchange or correct the two.",
        of_claims.find_downed_above_launched,
    ),
    Check(
        "published_before_event", "warning", "a claim published after the event", "Correct one of the two dates.",
        of_claims.find_published_before,
    ),
    Check(
        "retrieved_before_published", "warning", "a claim retrieved after it was published",
        "Correct one of the two dates.", of_claims.find_retrieved_before,
    ),
    Check(
        "address_before_event", "warning", "an address whose day is not before the event",
        "Correct the date or the address.", of_events.find_address_before,
    ),
    Check("long_event", "warning", "an event of at most a year", "Correct one of the two dates.",
          of_events.find_long),
    Check("lone_date", "warning", "a date near the others of the table", "Look for a wrong year.",
          of_events.find_lone_date),
    Check(
        "shape_crosses_itself", "warning", "a shape that does not cross itself", "Draw it anew.",
        of_events.find_crossing,
    ),
    Check("shape_of_the_world", "warning", "a shape smaller than the world", "Draw the area that is meant.",
          of_events.find_whole_world),
    Check("shape_empty", "warning", "a shape", "Draw it, or name the place.", of_events.find_empty_shape),
    Check(
        "source_missing", "warning", "a source, its address, or who says so",
        "Name one: without it readers are told that none is named.", of_events.find_unsourced,
    ),
    Check(
        "source_address", "warning", "the address of a page on the web, without a name and password",
        "Correct the address.", of_events.find_odd_address,
    ),
    Check(
        "position_in_text", "warning", "no position in a text",
        "It is made as coarse as the map's before it leaves; better take it out.", of_events.find_position_in_text,
    ),
    Check(
        "address_of_several", "warning", "an address for events of one time",
        "Look whether it is of both events.", of_events.find_address_of_several,
    ),
)  # fmt: skip
