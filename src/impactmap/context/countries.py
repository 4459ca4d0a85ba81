"""The country of a position."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.context._frames import objects
from impactmap.context._nearest import NearestLine

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["countries_at"]

# The countries' outlines are simplified by a few kilometres: within this the shipped borders decide.
EDGE_M = 10_000.0


def countries_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Return the country at each position (ISO 3166-1 alpha-2), None on the high seas and where none is agreed.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, finite, one dimension.

    Notes
    -----
    Countries reach to the end of their territorial sea. Where a border ships (`layer_info("borders")`) it decides, to
    about 25 m; elsewhere outlines are
    wrong by up to about 5 km. View ``un``.

    References
    ----------
    OpenStreetMap contributors, ODbL 1.0; see `impactmap.reference.layer_info("countries")`.
    """
    keys = np.asarray(longitude, dtype=float) + 1j * np.asarray(latitude, dtype=float)
    unique, inverse = np.unique(keys, return_inverse=True)
    x, y = unique.real, unique.imag
    codes, shapes, tree = _outlines()
    found = np.empty(len(unique), dtype=object)
    rows, areas = tree.query(shapely.points(x, y))
    for area in np.unique(areas):
        at = rows[areas == area]
        found[at[shapely.contains_xy(shapes[area], x[at], y[at])]] = codes[area]
    layer, nearest = _borders()
    close = np.flatnonzero(nearest.within(x, y, EDGE_M))
    feet = nearest.nearest(x[close], y[close])
    left, right = (layer[name].to_numpy(dtype=object)[feet.part] for name in ("country_a", "country_b"))
    sides = np.where(feet.on_left, left, right)
    # Which of several lines that end in one point is the nearest is chance: there the outlines decide.
    found[close[~feet.at_end]] = sides[~feet.at_end]
    return np.asarray(found[inverse], dtype=object)


@cache
def _outlines() -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], shapely.STRtree]:
    from impactmap.reference import load_layer

    layer = load_layer("countries")
    shapes = np.asarray(layer.geometry.to_numpy(), dtype=object)
    shapely.prepare(shapes)
    return objects(layer["country"]), shapes, shapely.STRtree(shapes)


@cache
def _borders() -> tuple[gpd.GeoDataFrame, NearestLine]:
    from impactmap.reference import load_layer

    layer = load_layer("borders")
    layer = layer[layer["kind"] == "border"].reset_index(drop=True)
    return layer, NearestLine(layer.geometry)
