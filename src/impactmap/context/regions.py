"""The region and country of places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from impactmap.context._frames import located, objects, set_texts
from impactmap.model.errors import InputError, ReferenceDataError
from impactmap.model.languages import language_codes
from impactmap.places.boundaries import areas_at
from impactmap.reference.names import region_names

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["add_regions", "known_regions", "region_areas", "regions"]

COLUMNS = ("place_region", "place_region_code", "place_country")


def add_regions(events: gpd.GeoDataFrame, *, language: str = "en") -> gpd.GeoDataFrame:
    """Fill in the region and country of places that have a position but lack them.

    Parameters
    ----------
    events
        With geometry in EPSG:4326. The columns ``place_region``, ``place_region_code`` and ``place_country`` are made
        where they do not exist.
    language
        Of the regions' names: one of the page's.

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
    The country comes from OpenStreetMap outlines (25 m along the shipped borders, a kilometre elsewhere), the region
    from Natural Earth polygons (5 km). Nearer to a border than that, and on the high seas, both stay missing.

    References
    ----------
    OpenStreetMap contributors, ODbL 1.0; Natural Earth, public domain; see `impactmap.reference.layer_info`.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> im.add_regions(located)[["place_region", "place_country"]].to_numpy().tolist()
    [['Orkhon', 'MN']]
    """
    if language not in language_codes():
        raise InputError(f"Regions have names in {', '.join(language_codes())}; found language={language!r}.")
    kinds, longitude, latitude = located(events)
    result = events.copy()
    size = len(events)
    name, code, country = (
        objects(events[column]) if column in events else np.empty(size, dtype=object) for column in COLUMNS
    )
    rows = np.flatnonzero((kinds == "point") & (pd.isna(name) | pd.isna(code) | pd.isna(country)))
    if len(rows):
        x, y = longitude[rows], latitude[rows]
        areas = areas_at(x, y)
        unknown = pd.isna(country[rows])
        country[rows[unknown]] = areas.country[unknown]
        blank = pd.isna(code[rows]) & (country[rows] == areas.country)
        code[rows[blank]] = areas.region[blank]
        layer = _regions()
        names = region_names(layer, language).set_axis(layer["code"])
        unnamed = rows[pd.isna(name[rows])]
        name[unnamed] = objects(names.reindex(code[unnamed]))
    filled: gpd.GeoDataFrame = set_texts(result, dict(zip(COLUMNS, (name, code, country), strict=True)))
    return filled


def regions(*, countries: Iterable[str] | None = None, language: str = "en") -> gpd.GeoDataFrame:
    """Return the first-level regions of countries with their areas.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-2 codes; all of the world by default.
    language
        Of the names: one of the page's.

    Returns
    -------
    GeoDataFrame
        One row a region by its code: ``code`` (ISO 3166-2), ``country``, ``name`` (str) and multipolygons, EPSG:4326.

    Raises
    ------
    InputError
        Regions have no names in that language.
    ReferenceDataError
        A country has no regions among those that ship.

    Notes
    -----
    The outlines are good to about 5 km: for maps, not for measuring.

    References
    ----------
    Natural Earth, public domain; see `impactmap.reference.layer_info`.

    Examples
    --------
    >>> found = regions(countries=["SR"])
    >>> found[["code", "name"]].to_numpy().tolist()[:2]
    [['SR-BR', 'Brokopondo'], ['SR-CM', 'Commewijne']]
    """
    if language not in language_codes():
        raise InputError(f"Regions have names in {', '.join(language_codes())}; found language={language!r}.")
    layer = _regions()
    if countries is not None:
        wanted = {str(code).upper() for code in countries}
        if missing := sorted(wanted - set(layer["country"])):
            raise ReferenceDataError(
                f"No regions of {', '.join(map(repr, missing[:5]))} are shipped. Codes are ISO 3166-1, such as UA."
            )
        layer = layer[layer["country"].isin(wanted)]
    named = layer.assign(name=region_names(layer, language))[["code", "country", "name", "geometry"]]
    return named.sort_values("code", ignore_index=True)


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


def known_regions(codes: Iterable[str]) -> dict[str, shapely.Geometry]:
    """Return the areas of those of the regions that are known, by their ISO 3166-2 codes."""
    layer = _regions()
    wanted = layer[layer["code"].isin(list(codes))]
    return dict(zip(wanted["code"], wanted.geometry, strict=True))


def _regions() -> gpd.GeoDataFrame:
    from impactmap.reference import load_layer

    return load_layer("regions")
