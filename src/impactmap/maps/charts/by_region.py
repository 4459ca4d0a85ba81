"""Counts or figures by region, as a map whose areas are shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from impactmap.analysis.counts import count_events
from impactmap.analysis.totals import total_figures
from impactmap.context.regions import add_regions, regions
from impactmap.maps.charts.sheet import number_of
from impactmap.maps.charts.thematic import ThematicOptions, plot_column
from impactmap.model.errors import InputError
from impactmap.places.geometry import take_positions

if TYPE_CHECKING:
    from typing import Unpack

    import geopandas as gpd
    from matplotlib.figure import Figure

__all__ = ["count_by_region", "plot_regions"]

_CODE: Final = "place_region_code"
_COLUMNS: Final = ("low", "best", "high")


def count_by_region(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None = None,
    metric: str | None = None,
    *,
    duplicates: pd.DataFrame | None = None,
    language: str = "en",
) -> gpd.GeoDataFrame:
    """Count events, or add up a figure, by region, with the regions' areas.

    Parameters
    ----------
    events
        Any GeoDataFrame with a coordinate reference system; ``place_region_code`` is found by position where it is
        missing.
    claims, metric
        Add up this figure in place of counting events: see `total_figures`.
    duplicates
        As for `count_events`.
    language
        Of the regions' names.

    Returns
    -------
    GeoDataFrame
        All regions of the countries that have events, EPSG:4326: ``code``, ``country``, ``name``, ``low``, ``best``,
        ``high`` (0 where there is none) and ``geometry``. ``attrs["elsewhere"]`` is the number of events of no region,
        such as those of a whole country.

    Raises
    ------
    ColumnError, CrsError
        As the functions that it calls.

    Notes
    -----
    An event at places in two regions counts in both; see `count_events` and `total_figures`.

    References
    ----------
    Regions: Natural Earth (public domain), good to about 5 km.

    Examples
    --------
    >>> import geopandas as gpd
    >>> events = gpd.GeoDataFrame({"event_id": ["a", "b"]}, geometry=gpd.points_from_xy([36.2, 36.3], [50, 49.9]),
    ...                           crs=4326)
    >>> found = count_by_region(events)
    >>> found.loc[found["best"] > 0, ["code", "name", "best"]].to_numpy().tolist()
    [['UA-63', 'Kharkiv region', 2]]
    """
    if (claims is None) != (metric is None):
        raise InputError("expected claims and a metric together, found one of them.")
    placed = add_regions(take_positions(events), language=language)
    options: dict[str, Any] = {"by": _CODE, "duplicates": duplicates}
    counted = (
        count_events(placed, **options)
        if claims is None or metric is None
        else total_figures(placed, claims, metric, **options)
    )
    unplaced = placed[_CODE].isna()
    elsewhere = placed.loc[unplaced & ~placed["event_id"].isin(placed.loc[~unplaced, "event_id"]), "event_id"].nunique()
    counted = counted[counted.index.notna()]
    found = regions(countries=sorted({str(code).partition("-")[0] for code in counted.index}), language=language)
    # What the layer of areas does not have stays without one.
    by_code = counted[list(_COLUMNS)].reindex(found["code"]).set_axis(found.index)
    result: gpd.GeoDataFrame = found.assign(**{name: by_code[name].fillna(0) for name in _COLUMNS})
    result.attrs = {**counted.attrs, "elsewhere": int(elsewhere)}
    return result


def plot_regions(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None = None,
    metric: str | None = None,
    *,
    column: str = "best",
    **options: Unpack[ThematicOptions],
) -> Figure:
    """Draw how many events, or how much of a figure, there were by region.

    Parameters
    ----------
    events, claims, metric
        As for `count_by_region`.
    column
        ``low``, ``best`` or ``high``.
    **options
        See `ThematicOptions`.

    Returns
    -------
    Figure
        As of `plot_column`.

    Raises
    ------
    InputError
        For another column.

    Notes
    -----
    Regions without events have no colour of a class. Counts of large and of small regions, of many and of few people
    are not alike: the map says where, not how likely.

    Examples
    --------
    >>> import geopandas as gpd
    >>> events = gpd.GeoDataFrame({"event_id": ["a", "b"]}, geometry=gpd.points_from_xy([36.2, 30], [50, 50]), crs=4326)
    >>> plot_regions(events).alt_text
    'Events by region. 2 of 27 regions, 1 in each.'
    """
    if column not in _COLUMNS:
        raise InputError(f"column: expected low, best or high, found {column!r}.")
    counted = count_by_region(events, claims, metric)
    there = counted[counted[column] > 0]
    chosen: ThematicOptions = {**options}
    if chosen.get("extent") is None and len(there):
        west, south, east, north = there.total_bounds.tolist()
        chosen["extent"] = (west, south, east, north)
    chosen.setdefault("title", "Events by region" if metric is None else f"{metric.replace('_', ' ')} by region")
    low, high = (f"{value:,.6g}" for value in (there[column].min(), there[column].max()))
    what = "" if there.empty else f", from {low} to {high}" if low != high else f", {low} in each"
    chosen.setdefault("sentence", f"{len(there):,} of {number_of(len(counted), 'region')}{what}.")
    chosen.setdefault("missing", "No event known" if metric is None else "No figure known")
    elsewhere = counted.attrs["elsewhere"]
    told = f"{number_of(elsewhere, 'event')} of no region not shown." if elsewhere else ""
    chosen["note"] = " ".join(text for text in (told, chosen.get("note", "")) if text)
    shown = counted.assign(**{column: counted[column].where(counted[column] > 0)})
    return plot_column(shown, column, **chosen)
