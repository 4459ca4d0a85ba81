"""The ground to draw under a map: land, water, borders, regions and orienting names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.context.labels import BasemapLabel, labels_for
from impactmap.model.errors import InputError
from impactmap.reference.names import line_names

if TYPE_CHECKING:
    from impactmap.context.borders import Border
    from impactmap.places.gazetteer.areas import Language

__all__ = ["Basemap", "BasemapBorder", "basemap_for"]

Shapes = npt.NDArray[np.object_]

KM_A_DEGREE = 111.2
NO_REGIONS_KM = 5.0  # from this tolerance on, lines of regions would be a tangle
#: Two layers' lines of one border lie nearer to each other than this.
_APART_KM, _ALONG_KM = 30.0, 12.0
COARSE_KM = 2.0  # from this tolerance on, the coarser lines between countries serve
NOTHING = shapely.MultiLineString()


@dataclass(frozen=True, slots=True)
class BasemapBorder:
    """A border to draw: ``kind`` is ``country``, ``reference`` (distances refer to it) or ``disputed``.

    `name` is empty unless the line needs one.
    """

    kind: str
    name: str
    geometry: shapely.Geometry


@dataclass(frozen=True, slots=True)
class Basemap:
    """What `basemap_for` gives: geometries in EPSG:4326, empty where there is nothing.

    ``bounds`` west, south, east, north in degrees; ``land``, ``lakes`` multipolygons; ``rivers``, ``regions`` (the
    lines between first-level regions, none at tolerances of 5 km and more)
    multilines; ``borders`` from the least to the most important; ``labels`` by rank; ``inset`` the ground of a map in
    this one's corner.
    """

    bounds: tuple[float, float, float, float]
    land: shapely.Geometry
    lakes: shapely.Geometry
    rivers: shapely.Geometry
    regions: shapely.Geometry
    borders: tuple[BasemapBorder, ...]
    labels: tuple[BasemapLabel, ...]
    inset: Basemap | None = None


def basemap_for(
    bounds: tuple[float, float, float, float],
    *,
    border: Border | None = None,
    tolerance_km: float = 0.5,
    language: Language = "en",
    detail: bool = True,
    seen: tuple[float, float, float, float] | None = None,
) -> Basemap:
    """Return the ground within bounds.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees, WGS 84.
    border
        The border that distances refer to, from `load_border`: it and its disputed lines are kept apart from other
        borders.
    tolerance_km
        Detail finer than this is left out (Douglas and Peucker, about this far in kilometres); half a pixel is a good
        value.
    language
        Of the labels: ``en``, ``uk`` or ``ru``.
    detail
        Without it there are no rivers, regions and labels: a locator needs none.
    seen
        The part of the bounds that is looked at, where that is not all: the labels are chosen for it.

    Returns
    -------
    Basemap
        Clipped to the bounds.

    Raises
    ------
    InputError
        The bounds are not west < east and south < north within the world.

    Notes
    -----
    Country borders are OpenStreetMap's, to 25 m, at tolerances of 2 km and more to some kilometres; land, water and
    regions are Natural Earth's.

    Examples
    --------
    >>> ground = basemap_for((95, 45, 110, 52))
    >>> ground.land.is_valid, "Mongolia" in [label.name for label in ground.labels]
    (True, True)
    """
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"Expected bounds as west, south, east, north in degrees, west < east and south < north; "
            f"found {tuple(bounds)!r}."
        )
    tolerance = tolerance_km / KM_A_DEGREE
    ground, kinds = _ground()

    def part(shapes: Shapes) -> Shapes:
        return _clip(shapes, bounds)

    land = _areas(part(ground[kinds == "land"]), tolerance)
    fine = detail and tolerance_km < NO_REGIONS_KM
    return Basemap(
        bounds=(float(west), float(south), float(east), float(north)),
        land=land,
        lakes=_areas(part(ground[kinds == "lake"]), tolerance),
        rivers=_lines(part(ground[kinds == "river"]), tolerance) if detail else NOTHING,
        regions=_lines(part(_neighbours()[2]), tolerance) if fine else NOTHING,
        borders=_borders(bounds, border, tolerance_km, language),
        labels=labels_for(bounds, land, language=language, seen=seen) if detail else (),
    )


def _clip(shapes: Shapes, bounds: tuple[float, float, float, float]) -> Shapes:
    """Return what lies within the bounds of the shapes that come near them."""
    west, south, east, north = bounds
    left, low, right, high = shapely.bounds(shapes).T
    near = (left <= east) & (right >= west) & (low <= north) & (high >= south)
    inside = near & (left >= west) & (right <= east) & (low >= south) & (high <= north)
    clipped = shapes.copy()
    across = near & ~inside
    clipped[across] = shapely.clip_by_rect(shapes[across], *bounds)
    kept: Shapes = clipped[near]
    return kept


def _areas(shapes: Shapes, tolerance: float) -> shapely.Geometry:
    # Simplified neighbours may come to overlap, and a shape may come to cross itself.
    simple = shapely.union_all(shapely.make_valid(shapely.simplify(shapes, tolerance, preserve_topology=False)))
    parts = shapely.get_parts(shapely.get_parts(simple))
    return shapely.MultiPolygon([one for one in parts if one.geom_type == "Polygon" and one.area > tolerance**2])


def _lines(shapes: Shapes, tolerance: float) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    lines = parts[(shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)]
    if not len(lines):
        return NOTHING
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    simple = shapely.get_parts(shapely.simplify(merged, tolerance, preserve_topology=False))
    return shapely.MultiLineString(list(simple))


def _borders(
    bounds: tuple[float, float, float, float], border: Border | None, tolerance_km: float, language: Language
) -> tuple[BasemapBorder, ...]:
    own = frozenset(border.countries) if border else frozenset()
    # A map of half a continent would have more names of disputed lines than of towns.
    named = language if tolerance_km < NO_REGIONS_KM else None
    shapes, pairs, names = _shipped(language) if tolerance_km < COARSE_KM else _coarse(named)
    others = np.array([pair != own for pair in pairs], dtype=bool)
    kinds = [("country", "", shapes[others & (names == "")])]
    kinds += [("disputed", name, shapes[others & (names == name)]) for name in dict.fromkeys(names[others]) if name]
    if border is not None:
        translated = _translated(language)
        for name, shape in border.disputed.items():
            kinds.append(("disputed", translated.get(str(name), str(name)), np.array([shape], dtype=object)))
        agreed = border.line if border.agreed is None else border.agreed
        kinds.append(("reference", "", agreed.to_numpy()))
    drawn = [
        BasemapBorder(kind, name, _lines(_clip(lines, bounds), tolerance_km / KM_A_DEGREE))
        for kind, name, lines in kinds
    ]
    # A short line is a point on a wide map.
    return tuple(line for line in drawn if shapely.length(line.geometry) > 0)


@cache
def _ground() -> tuple[Shapes, npt.NDArray[np.object_]]:
    from impactmap.reference import load_layer

    layer = load_layer("basemap")
    return layer.geometry.to_numpy(), layer["kind"].to_numpy(dtype=object)


@cache
def _shipped(language: Language) -> tuple[Shapes, list[frozenset[str]], npt.NDArray[np.object_]]:
    """Return the borders that ship for distances, the countries of each, and the names of those that are disputed."""
    from impactmap.reference import load_layer

    layer = load_layer("borders")
    layer = layer[layer["country_a"].notna()]
    named = layer[["country_a", "country_b"]].to_numpy().tolist()
    names = line_names(layer, language).fillna("").to_numpy(dtype=object)
    return layer.geometry.to_numpy(), [frozenset(pair) for pair in named], names


@cache
def _translated(language: Language) -> dict[str, str]:
    """Return the names of disputed lines in a language, by their English ones."""
    from impactmap.reference import load_layer

    layer = load_layer("borders", shapes=False).dropna(subset="name")
    return dict(zip(layer["name"], line_names(layer, language), strict=True))


@cache
def _coarse(language: Language | None) -> tuple[Shapes, list[frozenset[str]], npt.NDArray[np.object_]]:
    """Return the coarser lines, and in their place, where lines are disputed, these, named in a language if any."""
    shapes, pairs, _ = _neighbours()
    if language is None:
        return shapes, pairs, np.full(len(pairs), "", dtype=object)
    fine, of, names = _shipped(language)
    disputed = np.flatnonzero(names != "")
    lines = shapely.simplify(fine[disputed], COARSE_KM / KM_A_DEGREE, preserve_topology=False)
    # Of lines that the other layer gives to nobody, or to others, what runs along them goes, too.
    kept = shapely.difference(shapes, shapely.buffer(shapely.union_all(lines), _ALONG_KM / KM_A_DEGREE))
    for pair in {of[number] for number in disputed.tolist()}:
        same = lines[[of[number] == pair for number in disputed.tolist()]]
        about = shapely.buffer(shapely.union_all(same), _APART_KM / KM_A_DEGREE)
        theirs = np.array([one == pair for one in pairs], dtype=bool)
        kept[theirs] = shapely.difference(kept[theirs], about)
    return (
        np.concatenate([kept, lines]),
        [*pairs, *(of[number] for number in disputed.tolist())],
        np.concatenate([np.full(len(pairs), "", dtype=object), names[disputed]]),
    )


@cache
def _neighbours() -> tuple[Shapes, list[frozenset[str]], Shapes]:
    """Return the coarser lines between countries, the countries of each, and the lines between regions."""
    from impactmap.reference import load_layer

    layer = load_layer("lines")
    between = (layer["kind"] == "country").to_numpy()
    shapes, named = layer.geometry.to_numpy(), layer.loc[between, ["country_a", "country_b"]].fillna("")
    return shapes[between], [frozenset(pair) for pair in named.to_numpy().tolist()], shapes[~between]
