"""Names that orient: the large settlements and the countries of a part of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from impactmap.model.errors import InputError
from impactmap.model.languages import language_codes
from impactmap.reference.names import region_names

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.places.gazetteer.areas import Language

__all__ = ["BasemapLabel", "labels_for"]

Bounds = tuple[float, float, float, float]

LARGEST = 400  # settlements considered of what is seen, by population
MOST = 40  # settlements named in it
SPELLINGS = 5  # a settlement known abroad is spelled in many ways; districts of cities, which nothing marks, are not
APART = 0.07  # of the diagonal, between two named settlements
ROOM = 0.05  # of the diagonal: the smallest circle of land that a country's name stands in


@dataclass(frozen=True, slots=True)
class BasemapLabel:
    """A name that orients: degrees, rank (0 is the most important) and ``kind``, ``city`` or ``country``."""

    name: str
    lat: float
    lon: float
    rank: int
    kind: str


def labels_for(
    bounds: Bounds, land: shapely.Geometry, *, language: Language = "en", seen: Bounds | None = None
) -> tuple[BasemapLabel, ...]:
    """Return the names that orient within bounds, by rank.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    land
        Land within the bounds: a country's name stands on it.
    language
        One of the page's; a settlement keeps its main name where its spelling in the language is in doubt.
    seen
        The part of the bounds that is looked at, where that is not all: names stand as close as fits its size, and
        countries' names in its middle where they can.

    Returns
    -------
    tuple of BasemapLabel
        Countries first, then settlements by population, spread over the map.

    Raises
    ------
    InputError
        Names are not known in that language.

    References
    ----------
    GeoNames, CC BY 4.0; Unicode CLDR.
    """
    from babel import Locale

    if language not in language_codes():
        raise InputError(f"Labels are in {', '.join(language_codes())}; found language={language!r}.")
    west, south, east, north = seen = seen or bounds
    shrink = float(np.cos(np.radians((south + north) / 2)))
    diagonal = float(np.hypot((east - west) * shrink, north - south))
    more = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) / ((east - west) * (north - south))
    countries: dict[str, tuple[float, float]] = {}
    for box in dict.fromkeys((_middle(seen) if seen != bounds else seen, seen, bounds)):
        countries = _countries(box, land, room=ROOM * diagonal) | countries
    territories = Locale(language).territories
    found = [
        BasemapLabel(territories[code], lat, lon, rank, "country")
        for rank, (code, (lat, lon)) in enumerate(countries.items())
    ]
    for name, lat, lon in _settlements(bounds, language, apart=APART * diagonal, shrink=shrink, more=more):
        found.append(BasemapLabel(name, lat, lon, len(found), "city"))
    return tuple(found)


def _middle(bounds: Bounds) -> Bounds:
    """Return the middle half of the width and of the height."""
    west, south, east, north = bounds
    across, up = (east - west) / 4, (north - south) / 4
    return west + across, south + up, east - across, north - up


def _countries(bounds: Bounds, land: shapely.Geometry, *, room: float) -> dict[str, tuple[float, float]]:
    """Return where each country's name stands, by its code, the roomiest country first."""
    from impactmap.reference import load_layer

    layer = load_layer("countries").dropna(subset=["country"])
    layer = layer[shapely.intersects(shapely.envelope(layer.geometry.to_numpy()), shapely.box(*bounds))]
    dry = shapely.intersection(shapely.clip_by_rect(layer.geometry.to_numpy(), *bounds), land)
    shapes, owner = shapely.get_parts(dry, return_index=True)
    roomy = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (shapely.area(shapes) > room**2)
    shapes, owner = shapes[roomy], owner[roomy]
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=room / 10)
    radius = shapely.length(circles)
    labels: dict[str, tuple[float, float]] = {}
    for row in np.argsort(-radius, kind="stable"):
        code = layer["country"].iloc[owner[row]]
        if radius[row] >= room and code not in labels:
            lon, lat = shapely.get_coordinates(circles[row])[0]
            labels[code] = (float(lat), float(lon))
    return labels


def _settlements(
    bounds: Bounds, language: Language, *, apart: float, shrink: float, more: float
) -> list[tuple[str, float, float]]:
    from impactmap.places.gazetteer.display_names import display_name
    from impactmap.reference import load_layer

    west, south, east, north = bounds
    layer = load_layer("gazetteer")
    lon, lat = layer["longitude"].to_numpy() / 10_000, layer["latitude"].to_numpy() / 10_000
    rows = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    rows = rows[np.lexsort((layer["id"].to_numpy()[rows], -layer["population"].to_numpy()[rows]))]
    # Most of the largest are known by many names, so only the first few thousand names are counted.
    most, enough = round(MOST * more), round(LARGEST * more)
    known: list[int] = []
    for start in range(0, len(rows), 5 * enough):
        some = rows[start : start + 5 * enough]
        known += some[(layer["names"].iloc[some].str.count("\n") + 1 >= SPELLINGS).to_numpy()].tolist()
        if len(known) >= enough:
            break
    known = known[:enough]
    largest = layer.iloc[known].assign(lon=lon[known], lat=lat[known])
    regions = _region_names(language)
    taken: list[tuple[float, float]] = []
    named: list[tuple[str, float, float]] = []
    columns = [largest[name].tolist() for name in ("id", "names", "country", "admin1", "lat", "lon")]
    for place_id, names, country, admin1, y, x in zip(*columns, strict=True):
        if len(named) == most:
            break
        spot = (x * shrink, y)
        if any(np.hypot(spot[0] - other[0], spot[1] - other[1]) < apart for other in taken):
            continue
        taken.append(spot)
        region = regions.get(f"{country}.{admin1}")
        name = display_name(
            names.split("\n"), language=language, country=country, region_name=region, place_id=str(place_id)
        )
        named.append((name, y, x))
    return named


def _region_names(language: Language) -> pd.Series[str]:
    from impactmap.reference import load_layer

    layer = load_layer("regions", shapes=False).dropna(subset=["geonames_admin1"]).drop_duplicates("geonames_admin1")
    return region_names(layer, language).set_axis(layer["geonames_admin1"])
