"""The ground to draw under a map: land, water, borders, regions and orienting names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.context.labels import BasemapLabel, labels_for
from impactmap.errors import InputError

if TYPE_CHECKING:
    from impactmap.context.borders import Border
    from impactmap.places.areas import Language

__all__ = ["Basemap", "BasemapBorder", "basemap_for"]

Shapes = npt.NDArray[np.object_]

KM_A_DEGREE = 111.2
NO_REGIONS_KM = 5.0  # from this tolerance on, lines of regions would be a tangle
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
    multilines; ``borders`` from the least to the most important; ``labels`` by rank.
    """

    bounds: tuple[float, float, float, float]
    land: shapely.Geometry
    lakes: shapely.Geometry
    rivers: shapely.Geometry
    regions: shapely.Geometry
    borders: tuple[BasemapBorder, ...]
    labels: tuple[BasemapLabel, ...]


def basemap_for(
    bounds: tuple[float, float, float, float],
    *,
    border: Border | None = None,
    tolerance_km: float = 0.5,
    language: Language = "en",
    detail: bool = True,
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
    Country borders are OpenStreetMap's, to 25 m where they ship as borders and to some kilometres elsewhere; land,
    water and regions are Natural Earth's.
    """
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"Expected bounds as west, south, east, north in degrees, west < east and south < north; "
            f"found {tuple(bounds)!r}."
        )
    tolerance = tolerance_km / KM_A_DEGREE
    shapes, kinds = _ground()
    window = shapely.box(west, south, east, north)
    near = shapely.intersects(shapely.envelope(shapes), window)

    def part(kind: str) -> shapely.Geometry:
        return _areas(_clip(shapes[near & (kinds == kind)], bounds), tolerance)

    land = part("land")
    fine = detail and tolerance_km < NO_REGIONS_KM
    return Basemap(
        bounds=(float(west), float(south), float(east), float(north)),
        land=land,
        lakes=part("lake"),
        rivers=_lines(_clip(shapes[near & (kinds == "river")], bounds), tolerance) if detail else NOTHING,
        regions=_lines(_clip(_region_lines(bounds), bounds), tolerance) if fine else NOTHING,
        borders=_borders(bounds, border, land, tolerance),
        labels=labels_for(bounds, land, language=language) if detail else (),
    )


def _clip(shapes: Shapes, bounds: tuple[float, float, float, float]) -> Shapes:
    return np.asarray(shapely.clip_by_rect(shapes, *bounds), dtype=object)


def _areas(shapes: Shapes, tolerance: float) -> shapely.Geometry:
    # Simplified neighbours may come to overlap, and a shape may come to cross itself.
    simple = shapely.union_all(shapely.make_valid(shapely.simplify(shapes, tolerance, preserve_topology=False)))
    parts = shapely.get_parts(shapely.get_parts(simple))
    return shapely.MultiPolygon([one for one in parts if one.geom_type == "Polygon" and one.area > tolerance**2])


def _lines(shapes: Shapes, tolerance: float) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(np.asarray(shapes, dtype=object)))
    lines = [one for one in parts if one.geom_type == "LineString" and not one.is_empty]
    if not lines:
        return NOTHING
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return shapely.MultiLineString(
        list(shapely.get_parts(shapely.simplify(merged, tolerance, preserve_topology=False)))
    )


def _borders(
    bounds: tuple[float, float, float, float], border: Border | None, land: shapely.Geometry, tolerance: float
) -> tuple[BasemapBorder, ...]:
    own = frozenset(border.countries) if border else frozenset()
    layer = _shipped()
    lines = [shape for a, b, shape in layer if {a, b} != own]
    coarse = [
        shape
        for pair, shape in _coarse_borders(bounds)
        if pair not in {frozenset((a, b)) for a, b, _ in layer} and pair != own
    ]
    dry = shapely.intersection(
        _lines(_clip(np.array([*coarse, shapely.MultiLineString()], dtype=object), bounds), 0.0), land
    )
    kinds = [("country", "", np.array([*lines, dry], dtype=object))]
    if border is not None:
        kinds += [("disputed", str(name), np.array([shape], dtype=object)) for name, shape in border.disputed.items()]
        kinds.append(("reference", "", border.line.to_numpy()))
    drawn = [BasemapBorder(kind, name, _lines(_clip(shapes, bounds), tolerance)) for kind, name, shapes in kinds]
    return tuple(line for line in drawn if not shapely.is_empty(line.geometry))


@cache
def _ground() -> tuple[Shapes, Shapes]:
    from impactmap.reference import load_layer

    layer = load_layer("basemap")
    return layer.geometry.to_numpy(), layer["kind"].to_numpy(dtype=object)


@cache
def _shipped() -> list[tuple[str, str, shapely.Geometry]]:
    from impactmap.reference import load_layer

    layer = load_layer("borders")
    layer = layer[layer["kind"] == "border"]
    return list(zip(layer["country_a"], layer["country_b"], layer.geometry, strict=True))


def _coarse_borders(bounds: tuple[float, float, float, float]) -> list[tuple[frozenset[str], shapely.Geometry]]:
    """Return the lines that the outlines of two countries share within the bounds, land and sea."""
    from impactmap.reference import load_layer

    layer = load_layer("countries")
    names = layer["country"].fillna("").to_numpy(dtype=object)
    return [(frozenset((a, b)), line) for a, b, line in _shared_lines(layer.geometry.to_numpy(), names, bounds)]


def _region_lines(bounds: tuple[float, float, float, float]) -> Shapes:
    """Return the lines between regions of one country within the bounds."""
    from impactmap.reference import load_layer

    layer = load_layer("regions")
    lines = [
        line
        for _, _, line in _shared_lines(
            layer.geometry.to_numpy(),
            layer["code"].to_numpy(dtype=object),
            bounds,
            within=layer["country"].to_numpy(dtype=object),
        )
    ]
    return np.array([*lines, shapely.MultiLineString()], dtype=object)


def _shared_lines(
    shapes: Shapes, names: Shapes, bounds: tuple[float, float, float, float], within: Shapes | None = None
) -> list[tuple[str, str, shapely.Geometry]]:
    """Return the lines that two shapes share, with the shapes' names; only those of one `within`, where it is given."""
    near = shapely.intersects(shapely.envelope(shapes), shapely.box(*bounds))
    shapes, names = shapes[near], names[near]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    if within is not None:
        once &= within[near][first] == within[near][second]
    first, second = first[once], second[once]
    edges = _clip(shapely.boundary(shapes), bounds)
    common = shapely.intersection(edges[first], edges[second])
    return [(names[a], names[b], line) for a, b, line in zip(first, second, common, strict=True) if line.length]
