"""Distance to a border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.context._frames import located, objects, one_of, set_texts, text_where
from impactmap.context.borders import Border
from impactmap.places.boundaries import areas_at, coarse_m, countries_at

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["add_border_distance"]

# Near the line the line itself says which side a point is on; the countries' outlines are simplified by some
# kilometres.
EDGE_M = 10_000.0
# Nearer to it than the line is known nobody can tell.
LINE_M = 25.5
# Outlines of regions are wrong by up to this much: one that comes so close to the border reaches it.
TOUCH_KM = 5.0
AREA_STEP_M = 1_000.0
CRIMEA = ("UA-43", "UA-40")


def add_border_distance(events: gpd.GeoDataFrame, *, border: Border) -> gpd.GeoDataFrame:
    """Add the geodesic distance of each place to a border.

    Parameters
    ----------
    events
        With geometry in EPSG:4326: points, (multi)polygons, or none. ``place_country`` and ``place_region_code`` are
        read where they exist: within 10 km of the border the line says which side a point is on, farther off they do.
    border
        From `load_border`.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index, with new columns (float64 unless said otherwise)

        - ``border_distance_km``: of points; missing for areas, for country-wide reports and for what is not located
        - ``border_distance_min_km``, ``border_distance_max_km``: of the nearest and the farthest point of areas
        - ``border_latitude``, ``border_longitude``: the nearest border point, of points
        - ``border_country`` (str): which of the pair the place lies in, missing for neither
        - ``border_view``, ``border_data``, ``border_data_date``, ``border_method`` (str): what was measured with,
          where there is a distance

        ``attrs["border"]`` says which border it was.

    Raises
    ------
    CrsError
        The frame has no coordinate reference system, or not EPSG:4326.

    Notes
    -----
    Points: the ellipsoidal distance (WGS 84) to the nearest point of the line, within 1 m of an exhaustive search on
    the same line, and within 30 m of the
    line before it was simplified. Points that repeat are computed once. Distances are to the land border, also across
    the sea.
    Areas: from 0 where the outline comes within 5 km of the border, since outlines of regions are no better than that;
    the farthest point to about a
    kilometre. In the view ``crimea_apart`` a place in Crimea has a distance to the agreed land border, and lies in
    neither country.

    References
    ----------
    C. F. F. Karney (2013), Algorithms for geodesics, J. Geodesy 87, 43-55; through PROJ beyond 2,000 km, nearer P. D.
    Thomas's (1970) series, which agrees with it. Data: see `Border.data`.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> measured = im.add_border_distance(located, border=im.load_border(("MN", "RU")))
    >>> measured["border_distance_km"].round(-1).tolist()
    [120.0]
    """
    kinds, longitude, latitude = located(events)
    result = events.copy()
    size = len(events)
    empty = np.full(size, np.nan)
    columns = {
        name: empty.copy()
        for name in (
            "border_distance_km",
            "border_distance_min_km",
            "border_distance_max_km",
            "border_latitude",
            "border_longitude",
        )
    }
    country = objects(events["place_country"]) if "place_country" in events else np.empty(size, dtype=object)
    shapes = events.geometry.to_numpy()

    points = np.flatnonzero(kinds == "point")
    if len(points):
        x, y = longitude[points], latitude[points]
        feet = border.nearest.nearest(x, y)
        columns["border_distance_km"][points] = feet.distance_m / 1000
        columns["border_latitude"][points], columns["border_longitude"][points] = feet.latitude, feet.longitude
        inside = country[points]
        unknown = pd.isna(inside)
        inside[unknown] = areas_at(x[unknown], y[unknown]).country
        if border.left is not None:
            close = (
                (feet.distance_m < EDGE_M) & ~feet.at_end & (feet.part == 0) & one_of(inside, [*border.countries, None])
            )
            close &= feet.distance_m > LINE_M + coarse_m(x, y)
            inside[close & feet.on_left], inside[close & ~feet.on_left] = border.left, border.right
        country[points] = inside

    ranges: dict[bytes, tuple[float, float]] = {}
    for row in np.flatnonzero(kinds == "area"):
        shape = shapes[row]
        key = shapely.to_wkb(shape)
        if key not in ranges:
            ranges[key] = _range_km(shape, border)
        columns["border_distance_min_km"][row], columns["border_distance_max_km"][row] = ranges[key]
        if country[row] is None:
            inner = shapely.point_on_surface(shape)
            country[row] = countries_at([inner.x], [inner.y])[0]
    country[~one_of(country, border.countries)] = None
    if border.view == "crimea_apart":
        country[_in_crimea(events, kinds)] = None

    for name, values in columns.items():
        result[name] = values
    measured = kinds != "none"
    said = {
        "border_view": border.view,
        "border_data": border.data,
        "border_data_date": border.data_date,
        "border_method": border.method,
    }
    # Says which border it was to whoever has to measure again.
    result.attrs["border"] = {"countries": list(border.countries), "view": border.view}
    return set_texts(
        result, {"border_country": country, **{name: text_where(measured, text) for name, text in said.items()}}
    )


def _range_km(shape: shapely.Geometry, border: Border) -> tuple[float, float]:
    """Return the distances of an area's nearest and farthest point."""
    edge = shapely.get_coordinates(shapely.segmentize(shapely.boundary(shape), AREA_STEP_M / 111_320))
    inner = _grid(shape)
    xy = np.vstack([edge, inner])
    distance = border.nearest.nearest(xy[:, 0], xy[:, 1]).distance_m / 1000
    nearest = float(distance.min())
    crossed = bool(shapely.intersects(shape, border.line.to_numpy()).any())
    return (0.0 if crossed or nearest < TOUCH_KM else nearest), float(distance.max())


def _grid(shape: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Return a grid of points in the area: the farthest may lie inside, between two arms of the border."""
    west, south, east, north = shapely.bounds(shape)
    x, y = np.meshgrid(np.linspace(west, east, 41), np.linspace(south, north, 41))
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    return np.column_stack([x.ravel()[inside], y.ravel()[inside]])


def _in_crimea(events: gpd.GeoDataFrame, kinds: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """Tell which places lie in Crimea, by their region where it is known, else by their position."""
    from impactmap.places.boundaries import regions_at

    found = np.empty(len(events), dtype=object)
    if "place_region_code" in events:
        found = objects(events["place_region_code"])
    unknown = np.flatnonzero(pd.isna(found) & (kinds != "none"))
    inner = shapely.point_on_surface(events.geometry.to_numpy()[unknown])
    x, y = shapely.get_x(inner), shapely.get_y(inner)
    found[unknown] = regions_at(x, y, countries_at(x, y))
    return one_of(found, CRIMEA)
