"""What changes when distances refer to another view of the border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from impactmap.analysis.counts import count_within_border
from impactmap.analysis.distances import distance_ranges
from impactmap.analysis.events import event_numbers, told
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border

__all__ = ["compare_views"]


def compare_views(events: gpd.GeoDataFrame, views: Sequence[Border], *, km: float = 50.0) -> pd.DataFrame:
    """Measure distances with several borders, and say what changes.

    Parameters
    ----------
    events
        With geometry in EPSG:4326.
    views
        Borders from `load_border`: views of one border, other borders, files of your own. The first is what the others
        are compared with.
    km
        As for `count_within_border`.

    Returns
    -------
    DataFrame
        A row a border: ``countries``, ``view`` (str), ``low``, ``best``, ``high``, ``unknown`` as of
        `count_within_border`, ``changed`` (Int64, events whose place lies on another side than with the first border)
        and ``most_km`` (float64, by how much an event's distance differs at most, of those that have one).

    Raises
    ------
    InputError
        Without a border.

    References
    ----------
    A. Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, Wiley: the choice is varied, the rest kept.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from impactmap.context.borders import load_border
    >>> events = gpd.GeoDataFrame({"event_id": ["a"]}, geometry=gpd.points_from_xy([34.1], [44.95]), crs=4326)
    >>> views = [load_border(("RU", "UA"), view=view) for view in ("un", "crimea_apart")]
    >>> compare_views(events, views)[["view", "changed"]].to_numpy().tolist()
    [['un', 0], ['crimea_apart', 1]]
    """
    from impactmap.context.distance import add_border_distance

    if not views:
        raise InputError("views: expected at least one border from load_border, found none.")
    bare = events.drop(columns=[name for name in events.columns if str(name).startswith("border_")])
    numbers, _ = event_numbers(bare)
    rows = []
    first: tuple[pd.Series[str], pd.DataFrame] | None = None
    for border in views:
        measured = add_border_distance(bare, border=border)
        ranges = distance_ranges(measured)
        side = measured["border_country"].fillna("")
        first = first or (side, ranges)
        changed = np.unique(numbers[(side != first[0]).to_numpy()])
        differ = (ranges["low"] - first[1]["low"]).abs()
        counted = count_within_border(measured, km).iloc[0].to_dict()
        rows.append(
            {"countries": "-".join(border.countries), "view": border.view, **counted, "changed": len(changed)}
            | {"most_km": float(differ.max())}
        )
    result = pd.DataFrame(rows).astype({"countries": "str", "view": "str", "changed": "Int64"})
    return told(result, columns=[str(events.geometry.name), *_used(events)], method=f"Within {km:g} km, by border.")


def _used(events: pd.DataFrame) -> list[str]:
    return [name for name in ("event_id", "place_radius_km") if name in events.columns]
