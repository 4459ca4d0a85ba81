"""Counts or figures by region, as a map whose areas are shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.analysis.counts import count_events
from impactmap.analysis.totals import total_figures
from impactmap.context.regions import add_regions, regions
from impactmap.geodesy.frame_positions import has_geometry, number_column
from impactmap.geodesy.points import point_coordinates
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
_CORNERS: Final = 24
#: The shortest, of latitude at the equator, so that no disc is too small.
_KM_A_DEGREE: Final = 110.57


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
    An event at places in two regions counts in both; see `count_events` and `total_figures`. ``low`` holds what lies in
    the region wherever in its ``place_radius_km`` it truly is, ``best`` what is drawn there, ``high`` what may lie
    there, such as an area over several regions.

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
    rows, codes = _within_reach(placed)
    own = pd.DataFrame(placed.drop(columns=placed.geometry.name)) if has_geometry(placed) else placed
    other = own[_CODE].to_numpy(dtype=object)[rows] != codes
    rows, codes = rows[other], codes[other]
    # Surely in its region is what can lie in no other; possibly in each is what its radius or area reaches.
    sure = own.assign(**{_CODE: own[_CODE].mask(np.isin(np.arange(len(own)), rows))})
    possible = pd.concat([own, own.iloc[rows].assign(**{_CODE: pd.array(codes, dtype="str")})])
    options: dict[str, Any] = {"by": _CODE, "duplicates": duplicates}
    low, best, high = (
        count_events(each, **options)
        if claims is None or metric is None
        else total_figures(each, claims, metric, **options)
        for each in (sure, own, possible)
    )
    unplaced = placed[_CODE].isna()
    elsewhere = placed.loc[unplaced & ~placed["event_id"].isin(placed.loc[~unplaced, "event_id"]), "event_id"].nunique()
    there = sorted({str(code).partition("-")[0] for code in high.index[high.index.notna()]})
    found = regions(countries=there, language=language)
    # What the layer of areas does not have stays without one.
    result: gpd.GeoDataFrame = found.assign(
        **{
            name: counted[counted.index.notna()][name].reindex(found["code"]).set_axis(found.index).fillna(0)
            for name, counted in zip(_COLUMNS, (low, best, high), strict=True)
        }
    )
    radius = ["place_radius_km"] if "place_radius_km" in own.columns else []
    result.attrs = {**best.attrs, "columns": (*best.attrs["columns"], *radius), "elsewhere": int(elsewhere)}
    result.attrs["method"] += " Regions from where a place is drawn, and from those that its radius or area touches."
    return result


def _within_reach(placed: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Return rows with each region that their radius, or, where no region is said of them, their area touches."""
    shapes = np.array(placed.geometry.to_numpy(), dtype=object) if has_geometry(placed) else np.array([], dtype=object)
    x, y = point_coordinates(shapes)
    radius = number_column(placed, "place_radius_km") if "place_radius_km" in placed.columns else np.zeros(len(shapes))
    points = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (radius > 0))
    areas = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & placed[_CODE].isna().to_numpy(dtype=bool))
    discs, numbers = np.unique(np.column_stack([x, y, radius])[points], axis=0, return_inverse=True)
    # Around a disc, so that none of it is outside.
    angle = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    wide = discs[:, 2] / np.cos(np.pi / _CORNERS) / _KM_A_DEGREE
    across = wide / np.maximum(np.cos(np.radians(discs[:, 1])), 0.01)
    corners = np.stack(
        [discs[:, :1] + across[:, None] * np.cos(angle), discs[:, 1:2] + wide[:, None] * np.sin(angle)], axis=-1
    )
    layer = regions()
    around: Any = shapely.polygons(corners)
    tree = shapely.STRtree(np.concatenate([around, shapes[areas]]))
    region, shape = tree.query(layer.geometry.to_numpy(), predicate="intersects")
    rows = np.concatenate([points, areas])
    number = np.concatenate([numbers.ravel(), np.arange(len(areas)) + len(discs)])
    pairs = pd.DataFrame({"shape": shape, "code": layer["code"].to_numpy(dtype=object)[region]}).merge(
        pd.DataFrame({"shape": number, "row": rows}), on="shape"
    )
    return pairs["row"].to_numpy(dtype=np.intp), pairs["code"].to_numpy(dtype=object)


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
