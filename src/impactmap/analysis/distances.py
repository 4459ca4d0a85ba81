"""How far from the border each event is, as a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from impactmap.analysis.events import event_numbers, told
from impactmap.geodesy.frame_positions import check_positions, number_column
from impactmap.model.errors import ColumnError

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border

__all__ = ["distance_ranges"]

_DISTANCE: Final = ("border_distance_km", "border_distance_min_km", "border_distance_max_km")


def distance_ranges(events: pd.DataFrame, *, border: Border | None = None) -> pd.DataFrame:
    """Return how far from the border each event is, at least and at most.

    Parameters
    ----------
    events
        With ``border_distance_km`` (points), ``border_distance_min_km`` and ``border_distance_max_km`` (areas), from
        `add_border_distance`; ``place_radius_km`` is used where it is there: the true position of a point lies within.
    border
        Measures the distances anew from the geometry, EPSG:4326; by default the columns are taken.

    Returns
    -------
    DataFrame
        A row an event, indexed by ``event_id`` in the order of the frame: ``low``, ``best``, ``high`` (float64,
        kilometres of its nearest place; ``best`` missing where that is an area, all missing without a distance) and
        ``places`` (Int64, its places with a distance).

    Raises
    ------
    ColumnError
        When there are no distances and no border is given, or columns disagree with the geometry.

    Notes
    -----
    A point with a radius r at the distance d is between d - r, at least 0, and d + r: the distance to a fixed line
    changes by no more than one moves. Of an event at several places the nearest is told: it is as near as the nearest
    may be, and no farther than the one whose farthest end is nearest.

    References
    ----------
    Distances: see `add_border_distance`.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b", "b"], "border_distance_km": [3.0, 60.0, None],
    ...                        "border_distance_min_km": [None, None, 20.0], "place_radius_km": [5.0, 5.0, 30.0],
    ...                        "border_distance_max_km": [None, None, 80.0]})
    >>> distance_ranges(events)[["low", "best", "high"]].to_numpy().tolist()
    [[0.0, 3.0, 8.0], [20.0, 60.0, 65.0]]
    """
    if border is not None:
        from impactmap.context.distance import add_border_distance

        measured = events.drop(columns=[name for name in events.columns if str(name).startswith("border_")])
        events = add_border_distance(cast("gpd.GeoDataFrame", measured), border=border)
    else:
        check_positions(events)
    if "border_distance_km" not in events.columns:
        raise ColumnError(
            "events: expected distances to a border, found none. Give a border, border=load_border(('AA', 'BB')), or "
            "add them with add_border_distance."
        )
    numbers, ids = event_numbers(events)
    point, nearest, farthest = (
        number_column(events, name) if name in events.columns else np.full(len(events), np.nan) for name in _DISTANCE
    )
    has_radius = "place_radius_km" in events.columns
    radius = np.nan_to_num(number_column(events, "place_radius_km")) if has_radius else np.zeros(len(events))
    is_point = ~np.isnan(point)
    rows = pd.DataFrame(
        {
            "low": np.where(is_point, np.maximum(point - radius, 0.0), nearest),
            "best": point,
            "high": np.where(is_point, point + radius, farthest),
        }
    )
    grouped = rows.groupby(numbers)
    result = grouped.min().reindex(range(len(ids)))
    result["places"] = grouped["low"].count().reindex(range(len(ids))).astype("Int64")
    columns = ["event_id", *(name for name in (*_DISTANCE, "place_radius_km", "border_view") if name in events.columns)]
    method = "Points are off by up to their radius; areas are ranges; of several places the nearest."
    return told(result.set_axis(ids), columns=[name for name in columns if name in events.columns], method=method)
