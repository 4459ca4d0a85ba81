"""The country and the region of positions: point in polygon, no surer than the layers are of their lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.geodesy.nearest import NearestLine

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places.settlements import Settlements

__all__ = [
    "COARSE_DECIMALS",
    "EDGE_M",
    "AreasAt",
    "areas_at",
    "coarse_m",
    "countries_at",
    "country_outline",
    "regions_at",
]

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

#: Two decimals of a degree are about a kilometre.
COARSE_DECIMALS: Final = 2
#: Within this of a border that ships it decides on which side a position lies, not the outlines.
EDGE_M: Final = 2_000.0
#: Shipped borders that are wrong by more decide nothing.
FINE_M: Final = 30.0
#: Outlines are simplified: a place on the coast may lie outside every region of its country by this many degrees.
REACH_DEGREES: Final = 0.25
_DEGREE_M: Final = 111_195.0
_CELL: Final = 0.1  # degrees
_AND: Final = "; "  # between those that claim an area
_CORNERS: Final = np.linspace(0, 2 * np.pi, 16, endpoint=False)


@dataclass(frozen=True, slots=True)
class AreasAt:
    """What some positions lie in, one entry a position.

    Attributes
    ----------
    country
        ISO 3166-1 alpha-2; None within the layer's error of a border, on the high seas, and where none is agreed.
    countries
        Between which of them it lies, or which both claim it, where that is why none is said; else empty.
    likely
        On the side of which of these it lies, where only its rounding leaves that open; else None.
    region, regions
        The same of first-level regions (ISO 3166-2), within the country.
    likely_region
        In which region of the likely country it lies.
    """

    country: Texts
    countries: Texts
    likely: Texts
    region: Texts
    regions: Texts
    likely_region: Texts


def areas_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike, *, settlements: Settlements | None = None) -> AreasAt:
    """Return the country and region that each position is known to lie in.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, finite, one dimension.
    settlements
        Beside a line between regions the settlements around the position tell which side it is on.

    Notes
    -----
    The errors are the layers' own (`layer_info(name)["error_m"]`), and for a position of two decimals or fewer half the
    diagonal of its cell is added. Positions that repeat are looked up once.
    """
    keys = np.asarray(longitude, dtype=float) + 1j * np.asarray(latitude, dtype=float)
    unique, inverse = np.unique(keys, return_inverse=True)
    x, y = unique.real, unique.imag
    reach = coarse_m(x, y)
    country, countries, likely = _countries(x, y, reach)
    known = country != None  # noqa: E711 -- of each element
    region, regions = _regions(x, y, reach, np.where(known, country, likely), settlements)
    columns = (country, countries, likely, _where(known, region), regions, _where(~known, region))
    return AreasAt(*(column[inverse] for column in columns))


def coarse_m(longitude: Floats, latitude: Floats) -> Floats:
    """Return how far in metres each position may be from the one it was rounded from: 0 with more than two decimals."""
    rounded = (np.round(longitude, COARSE_DECIMALS) == longitude) & (np.round(latitude, COARSE_DECIMALS) == latitude)
    half = _DEGREE_M * 0.5 * 10**-COARSE_DECIMALS
    return np.where(rounded, half * np.hypot(1.0, np.cos(np.radians(latitude))), 0.0)


def countries_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> Texts:
    """Return the country at each position (ISO 3166-1 alpha-2), None on the high seas and where none is agreed.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, finite, one dimension.

    Notes
    -----
    Countries reach to the end of their territorial sea. Where a border ships (`layer_info("borders")`) it decides, to
    about 25 m; elsewhere outlines are right to a kilometre (`data/errors.py` measures it). `areas_at` says nothing
    where that is too little. View ``un``.

    References
    ----------
    OpenStreetMap contributors, ODbL 1.0; see `impactmap.reference.layer_info("countries")`.
    """
    keys = np.asarray(longitude, dtype=float) + 1j * np.asarray(latitude, dtype=float)
    unique, inverse = np.unique(keys, return_inverse=True)
    found, _ = _nominal(unique.real, unique.imag)
    found[[_is_disputed(code) for code in found]] = None
    return np.asarray(found[inverse], dtype=object)


def regions_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike, country: npt.ArrayLike) -> Texts:
    """Return the ISO 3166-2 code of the region at each position within its country, None where there is none near.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, finite, one dimension.
    country
        ISO 3166-1 alpha-2 codes, None where unknown (then the region is None).
    """
    import pandas as pd

    points = np.asarray(shapely.points(np.column_stack([longitude, latitude]).astype(float)), dtype=object)
    countries = np.asarray(country, dtype=object)
    found = np.empty(len(points), dtype=object)
    for code in pd.unique(countries[~pd.isna(countries)]):
        codes, tree = _regions_of(code)
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


def country_outline(code: str) -> shapely.Geometry | None:
    """Return a country's outline with its territorial sea, EPSG:4326; None for a code that has none."""
    outlines = _outlines("countries")
    shape: shapely.Geometry | None = next(iter(outlines.shapes[outlines.codes == code]), None)
    return shape


def _nominal(x: Floats, y: Floats) -> tuple[Texts, dict[int, tuple[float, str, str]]]:
    """Return the country at each position, and for those near a shipped border the distance to it and its countries."""
    outlines = _outlines("countries")
    found = np.empty(len(x), dtype=object)
    rows, areas = outlines.holding(x, y)
    found[rows] = outlines.codes[areas]
    close = np.flatnonzero(outlines.near_edge(x, y, EDGE_M + _error_m("countries")))
    layer, nearest = _borders_near(x[close], y[close])
    if not len(layer):
        return found, {}
    close = close[nearest.within(x[close], y[close], EDGE_M)]
    feet = nearest.nearest(x[close], y[close])
    # Which of several lines that end in one point is the nearest is chance: there the outlines decide.
    known = ~feet.at_end
    close, part = close[known], feet.part[known]
    left, right = (layer[name].to_numpy(dtype=object)[part] for name in ("country_a", "country_b"))
    found[close] = np.where(feet.on_left[known], left, right)
    return found, dict(zip(close.tolist(), zip(feet.distance_m[known].tolist(), left, right, strict=True), strict=True))


def _countries(x: Floats, y: Floats, reach: Floats) -> tuple[Texts, Texts, Texts]:
    """Return the countries that are certain, between which ones the other positions lie, and which is likely."""
    nominal, shipped = _nominal(x, y)
    country, between, likely = nominal.copy(), _empty(len(x)), np.empty(len(x), dtype=object)
    as_if_exact = _candidates(x, y, np.zeros(len(x)), nominal, shipped)
    for row, codes in _candidates(x, y, reach, nominal, shipped).items():
        country[row], between[row] = None, codes
        likely[row] = None if row in as_if_exact or _is_disputed(nominal[row]) else nominal[row]
    return country, between, likely


def _candidates(
    x: Floats, y: Floats, reach: Floats, nominal: Texts, shipped: dict[int, tuple[float, str, str]]
) -> dict[int, tuple[str, ...]]:
    """Return the countries of each position that may lie in one of several, which is None for some."""
    possible = _outlines("countries").possible(x, y, _error_m("countries") + reach)
    limit = _error_m("borders") + reach
    found = {}
    disputed = np.flatnonzero([_is_disputed(code) for code in nominal]).tolist()
    for row in {*possible, *shipped, *disputed}:
        codes = set(possible.get(row, ())) or {nominal[row]}
        if row in shipped:
            distance, left, right = shipped[row]
            codes = codes - {left, right} | ({left, right} if distance <= limit[row] else {nominal[row]})
        if len(codes) > 1 or any(map(_is_disputed, codes)):
            found[row] = tuple(sorted({name for code in codes if code is not None for name in code.split(_AND)}))
    return found


def _regions(
    x: Floats, y: Floats, reach: Floats, country: Texts, settlements: Settlements | None
) -> tuple[Texts, Texts]:
    """Return the regions of the country that are certain, and between which ones the other positions lie."""
    outlines, between = _outlines("regions"), _empty(len(x))
    region = np.empty(len(x), dtype=object)
    rows, areas = outlines.holding(x, y)
    inside = outlines.countries[areas] == country[rows]
    region[rows[inside]] = outlines.codes[areas[inside]]
    possible = outlines.possible(x, y, _error_m("regions") + reach)
    around = np.empty(len(x), dtype=object) if settlements is None else settlements.regions_around(x, y)
    others = np.flatnonzero((around != region) & (around != None)).tolist()  # noqa: E711 -- of each element
    for row in {*possible, *others}:
        near = {code for code in possible.get(row, ()) if outlines.country_of[code] == country[row]}
        near |= {code for code in (region[row],) if code is not None}
        told = around[row] if outlines.country_of.get(around[row]) == country[row] else None
        if len(near) > 1 and told == region[row] is not None:
            continue
        near |= {told} if told is not None and near else set()
        region[row] = next(iter(near)) if len(near) == 1 else None
        between[row] = tuple(sorted(map(str, near))) if len(near) > 1 else ()
    return region, between


class _Outlines:
    """The outlines of a layer, made ready to be asked about many positions."""

    def __init__(self, codes: Iterable[Any], countries: Iterable[Any], shapes: Texts) -> None:
        self.codes, self.countries, self.shapes = _objects(codes), _objects(countries), shapes
        self.country_of: dict[Any, str | None] = dict(zip(self.codes, self.countries, strict=True))
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)

    def holding(self, x: Floats, y: Floats) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return which position lies in which outline."""
        rows, areas = self._tree.query(shapely.points(x, y))
        inside = np.zeros(len(rows), dtype=bool)
        for area in np.unique(areas):
            at = np.flatnonzero(areas == area)
            inside[at] = shapely.intersects_xy(self.shapes[area], x[rows[at]], y[rows[at]])
        return rows[inside], areas[inside]

    def possible(self, x: Floats, y: Floats, radius_m: Floats) -> dict[int, list[str | None]]:
        """Return the outlines within a distance of each position, but for those that are far from every edge."""
        if not len(x):
            return {}
        rows = np.flatnonzero(self.near_edge(x, y, float(radius_m.max())))
        size = radius_m[rows, None] / _DEGREE_M
        east = x[rows, None] + size * np.sin(_CORNERS) / _shrink(y[rows, None])
        discs = np.asarray(
            shapely.polygons(np.stack([east, y[rows, None] + size * np.cos(_CORNERS)], axis=-1)), dtype=object
        )
        found: dict[int, list[str | None]] = {}
        for at, area in zip(*self._meeting(discs), strict=True):
            found.setdefault(int(rows[at]), []).append(self.codes[area])
        return found

    def near_edge(self, x: Floats, y: Floats, radius_m: float) -> npt.NDArray[np.bool_]:
        """Tell which positions may be near an edge: a cell of the grid that one outline covers has none."""
        cells, inverse = np.unique(np.floor(x / _CELL) + 1j * np.floor(y / _CELL), return_inverse=True)
        west, south = cells.real * _CELL, cells.imag * _CELL
        up = radius_m / _DEGREE_M
        aside = up / _shrink(np.maximum(np.abs(south), np.abs(south + _CELL)) + up)
        boxes: Texts = np.asarray(
            shapely.box(west - aside, south - up, west + _CELL + aside, south + _CELL + up), dtype=object
        )
        at, areas = self._meeting(boxes)
        count = np.bincount(at, minlength=len(cells))
        covered = np.zeros(len(cells), dtype=bool)
        for area in np.unique(areas):
            mine = at[areas == area]
            covered[mine] |= shapely.covers(self.shapes[area], boxes[mine])
        near: npt.NDArray[np.bool_] = (count > 0) & ~(covered & (count == 1))
        return near[inverse]

    def _meeting(self, shapes: Texts) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return which of some shapes meets which outline."""
        rows, areas = self._tree.query(shapes)
        meets = np.zeros(len(rows), dtype=bool)
        for area in np.unique(areas):
            at = np.flatnonzero(areas == area)
            meets[at] = shapely.intersects(self.shapes[area], shapes[rows[at]])
        return rows[meets], areas[meets]


def _is_disputed(code: str | None) -> bool:
    return code is not None and _AND in code


def _where(mask: npt.NDArray[np.bool_], values: Texts) -> Texts:
    """Return the values where the mask holds, None elsewhere."""
    found = np.empty(len(values), dtype=object)
    found[mask] = values[mask]
    return found


def _shrink(latitude: Floats) -> Floats:
    return np.maximum(np.cos(np.radians(np.minimum(np.abs(latitude), 90.0))), 0.01)


def _empty(size: int) -> Texts:
    found = np.empty(size, dtype=object)
    found[:] = [()] * size
    return found


def _objects(values: Iterable[Any]) -> Texts:
    import pandas as pd

    found = list(values)
    column = np.empty(len(found), dtype=object)
    column[:] = [None if pd.isna(value) else value for value in found]
    return column


@cache
def _error_m(name: str) -> float:
    from impactmap.reference import layer_info

    return float(layer_info(name)["error_m"])


@cache
def _outlines(name: str) -> _Outlines:
    from impactmap.reference import load_layer

    layer = load_layer(name)
    return _Outlines(
        layer["code"] if "code" in layer else layer["country"].fillna(layer["claimed_by"]),
        layer["country"],
        np.asarray(layer.geometry.to_numpy(), dtype=object),
    )


def _borders_near(x: Floats, y: Floats) -> tuple[gpd.GeoDataFrame, NearestLine]:
    """Return those of the borders that ship in whose box a position may lie, ready for nearest-point questions."""
    tree = _borders()[1]
    cells = np.unique(np.floor(x) + 1j * np.floor(y))
    west, south = cells.real, cells.imag
    up = EDGE_M / _DEGREE_M
    aside = up / _shrink(np.maximum(np.abs(south), np.abs(south + 1.0)) + up)
    boxes = shapely.box(west - aside, south - up, west + 1.0 + aside, south + 1.0 + up)
    return _lines_of(tuple(np.unique(tree.query(boxes)[1]).tolist()))


@lru_cache(maxsize=8)
def _lines_of(rows: tuple[int, ...]) -> tuple[gpd.GeoDataFrame, NearestLine]:
    layer = _borders()[0].iloc[list(rows)].reset_index(drop=True)
    return layer, NearestLine(layer.geometry)


@cache
def _borders() -> tuple[gpd.GeoDataFrame, shapely.STRtree]:
    from impactmap.reference import load_layer

    layer = load_layer("borders")
    layer = layer[(layer["kind"] == "border") & (layer["error_m"] <= FINE_M)].reset_index(drop=True)
    return layer, shapely.STRtree(layer.geometry.to_numpy())


@cache
def _regions_of(country: str) -> tuple[Texts, shapely.STRtree]:
    outlines = _outlines("regions")
    own = outlines.countries == country
    return outlines.codes[own], shapely.STRtree(outlines.shapes[own])
