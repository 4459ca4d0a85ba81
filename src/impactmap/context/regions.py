"""The region and country of places."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.context._frames import located, objects, set_texts
from impactmap.context.countries import countries_at
from impactmap.model.errors import InputError, ReferenceDataError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["add_regions", "region_areas", "regions_at"]

LANGUAGES = ("en", "uk", "ru")
COLUMNS = ("place_region", "place_region_code", "place_country")
# Outlines are simplified: a place on the coast may lie outside every region of its country by this many degrees.
REACH_DEGREES = 0.25


def add_regions(events: gpd.GeoDataFrame, *, language: str = "en") -> gpd.GeoDataFrame:
    """Fill in the region and country of places that have a position but lack them.

    Parameters
    ----------
    events
        With geometry in EPSG:4326. The columns ``place_region``, ``place_region_code`` and ``place_country`` are made
        where they do not exist.
    language
        Of the regions' names: ``en``, ``uk`` or ``ru``.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index. Only missing values of points are filled: what the gazetteer said stands, and a
        region is looked for only in the
        country that is known.

    Raises
    ------
    CrsError
        The frame has no coordinate reference system, or not EPSG:4326.
    InputError
        Regions have no names in that language.

    Notes
    -----
    The country comes from OpenStreetMap outlines (about 25 m along the shipped borders, some kilometres elsewhere),
    the region from Natural Earth
    polygons (wrong by up to 5 km). On the high seas both stay missing.

    References
    ----------
    OpenStreetMap contributors, ODbL 1.0; Natural Earth, public domain; see `impactmap.reference.layer_info`.
    """
    if language not in LANGUAGES:
        raise InputError(f"Regions have names in {', '.join(LANGUAGES)}; found language={language!r}.")
    kinds, longitude, latitude = located(events)
    result = events.copy()
    size = len(events)
    name, code, country = (
        objects(events[column]) if column in events else np.empty(size, dtype=object) for column in COLUMNS
    )
    rows = np.flatnonzero((kinds == "point") & (pd.isna(name) | pd.isna(code) | pd.isna(country)))
    if len(rows):
        x, y = longitude[rows], latitude[rows]
        here = country[rows]
        unknown = pd.isna(here)
        here[unknown] = countries_at(x[unknown], y[unknown])
        country[rows] = here
        blank = pd.isna(code[rows])
        code[rows[blank]] = regions_at(x[blank], y[blank], here[blank])
        names = _regions().set_index("code")[f"name_{language}"]
        unnamed = rows[pd.isna(name[rows])]
        name[unnamed] = objects(names.reindex(code[unnamed]))
    filled: gpd.GeoDataFrame = set_texts(result, dict(zip(COLUMNS, (name, code, country), strict=True)))
    return filled


def regions_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike, country: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Return the ISO 3166-2 code of the region at each position within its country, None where there is none near.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, finite, one dimension.
    country
        ISO 3166-1 alpha-2 codes, None where unknown (then the region is None).
    """
    points = np.asarray(shapely.points(np.column_stack([longitude, latitude]).astype(float)), dtype=object)
    countries = np.asarray(country, dtype=object)
    found = np.empty(len(points), dtype=object)
    for code in pd.unique(countries[~pd.isna(countries)]):
        codes, tree = _tree(code)
        if not len(codes):
            continue
        rows = np.flatnonzero(countries == code)
        # Nearly all points lie in one region, which is told much faster than which region is the nearest.
        regions, at = shapely.STRtree(points[rows]).query(tree.geometries, predicate="intersects")
        found[rows[at]] = codes[regions]
        rows = rows[np.bincount(at, minlength=len(rows)) != 1]
        at, nearest = tree.query_nearest(points[rows], max_distance=REACH_DEGREES, all_matches=False)
        found[rows[at]] = codes[nearest]
    return found


def region_areas(codes: Iterable[str]) -> gpd.GeoDataFrame:
    """Return the areas of regions.

    Parameters
    ----------
    codes
        ISO 3166-2 codes, such as ``UA-63``.

    Returns
    -------
    GeoDataFrame
        One row a code, in the order given: ``code, country, name_en, name_uk, name_ru, geonames_admin1``,
        multipolygons in EPSG:4326.

    Raises
    ------
    ReferenceDataError
        A code is not among the shipped regions.

    Examples
    --------
    >>> region_areas(["UA-63"])["name_en"].tolist()
    ['Kharkiv region']
    """
    wanted = list(codes)
    layer = _regions().set_index("code", drop=False).rename_axis(None)
    if missing := [code for code in wanted if code not in layer.index]:
        raise ReferenceDataError(
            f"No region has the code {', '.join(map(repr, missing[:5]))} ({len(missing)} of {len(wanted)} codes). "
            "Codes are ISO 3166-2, such as UA-63."
        )
    return layer.loc[wanted].reset_index(drop=True)


def _regions() -> gpd.GeoDataFrame:
    from impactmap.reference import load_layer

    return load_layer("regions")


@cache
def _tree(country: str) -> tuple[npt.NDArray[np.object_], shapely.STRtree]:
    layer = _regions()
    layer = layer[layer["country"] == country]
    return layer["code"].to_numpy(dtype=object), shapely.STRtree(layer.geometry.to_numpy())
