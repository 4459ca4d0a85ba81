"""The one way in which every command locates the rows of a table: positions made coarse, places found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from impactmap.places.boundaries import COARSE_DECIMALS
from impactmap.places.deciding import Questions, queries_of
from impactmap.places.geocode import geocode_parts
from impactmap.places.positions import coarsen_positions

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["locate_events", "locate_parts", "questions_of"]


def locate_parts(
    events: pd.DataFrame, *, rows: int, exact_positions: bool = False, **options: Any
) -> Iterator[gpd.GeoDataFrame]:
    """Locate events as a map of them does, and give them back a part at a time.

    Parameters
    ----------
    events, rows, options
        As for `geocode_parts`.
    exact_positions
        Whether the source's positions stay as fine as they are.

    Yields
    ------
    geopandas.GeoDataFrame
        The parts in order, at least one, with the columns of `geocode_events`.

    Notes
    -----
    Coordinates of the source are coarsened before anything is done with them: from a distance to the border in metres,
    or from the outline of a district around them, the position could be had back.
    """
    if exact_positions:
        yield from geocode_parts(events, rows=rows, **options)
        return
    for part in geocode_parts(_coarse(events), rows=rows, **options):
        yield coarsen_positions(part, decimals=COARSE_DECIMALS)


def questions_of(events: pd.DataFrame, *, exact_positions: bool = False) -> Questions:
    """Return what the rows of a table, or of a part of one, ask about their places before these are located."""
    events = events if exact_positions else _coarse(events)
    return Questions.of(events, *queries_of(events))


def _coarse(events: pd.DataFrame) -> pd.DataFrame:
    given = [name for name in ("latitude", "longitude") if name in events.columns]
    return events.assign(**{name: events[name].round(COARSE_DECIMALS) for name in given})


def locate_events(events: pd.DataFrame, *, exact_positions: bool = False, **options: Any) -> gpd.GeoDataFrame:
    """Locate all events at once, as `locate_parts` does."""
    return next(locate_parts(events, rows=max(len(events), 1), exact_positions=exact_positions, **options))
