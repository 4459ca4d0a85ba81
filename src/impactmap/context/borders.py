"""Borders that distances refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from impactmap.geodesy.ellipsoid import GEOD
from impactmap.geodesy.nearest import NearestLine
from impactmap.model.errors import CrsError, InputError, ReferenceDataError
from impactmap.model.reprs.overview import Overview

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["VIEWS", "Border", "load_border", "shipped_pairs"]

#: Border views: ``un`` after United Nations General Assembly resolutions, ``crimea_apart`` with Crimea in neither
# country.
VIEWS = ("un", "crimea_apart")
METHOD_SHIPPED = "geodesic on WGS 84 to the land border, simplified to 25 m"
METHOD_FILE = "geodesic on WGS 84 to the lines of the file"


@dataclass(frozen=True, eq=False, repr=False)
class Border(Overview):
    """The border between two countries, in one view.

    Parameters
    ----------
    line
        GeoSeries of lines, EPSG:4326; an edge is the geodesic between its vertices.
    countries
        The pair, ISO 3166-1 alpha-2, in the order asked for.
    view
        ``un`` or ``crimea_apart``; ``file`` for a border of the user's own.
    data, data_date, method
        Data set, its date (ISO text, None when unknown) and how distances are measured: they are shown with every
        distance.
    disputed
        GeoSeries of lines that the view draws dashed, EPSG:4326, indexed by name; empty in most views. No distance
        refers to them.
    left
        The country to the left of the lines; None when it could not be told.
    """

    line: gpd.GeoSeries
    countries: tuple[str, str]
    view: str
    data: str
    data_date: str | None
    method: str
    disputed: gpd.GeoSeries
    left: str | None

    def _overview(self) -> tuple[str, dict[str, object]]:
        lines: dict[str, object] = {
            "view": self.view,
            "data": f"{self.data}, {self.data_date or 'undated'}",
            "distances": self.method,
            "disputed": ", ".join(map(str, self.disputed.index)),
        }
        return f"Border {' - '.join(self.countries)}", lines

    @cached_property
    def nearest(self) -> NearestLine:
        """The lines, ready for nearest-point questions."""
        return NearestLine(self.line)

    @property
    def right(self) -> str | None:
        """The country to the right of the lines."""
        if self.left is None:
            return None
        first, second = self.countries
        return second if self.left == first else first


def shipped_pairs() -> list[tuple[str, str]]:
    """Return the pairs of countries whose border ships, as ISO 3166-1 alpha-2 codes in alphabetical order.

    Examples
    --------
    >>> ("MN", "RU") in shipped_pairs()
    True
    """
    from impactmap.reference import load_layer

    borders = load_layer("borders")
    borders = borders[borders["kind"] == "border"]
    return sorted(set(zip(borders["country_a"], borders["country_b"], strict=True)))


def load_border(countries: Sequence[str], *, view: str = "un", file: str | Path | None = None) -> Border:
    """Load the land border between two countries.

    Parameters
    ----------
    countries
        Two ISO 3166-1 alpha-2 codes, in any order.
    view
        ``un`` (default): Crimea in Ukraine, as in United Nations General Assembly resolution 68/262. ``crimea_apart``:
        Crimea in neither country; its
        boundary on the isthmus is in `Border.disputed`. In both views distances refer to the same agreed land border:
        the Kerch Strait is sea, and the
        isthmus is not a border that distances refer to. What changes is which country a place in Crimea lies in:
        Ukraine, or neither.
    file
        Lines of your own (anything GDAL reads, with a coordinate reference system) to use in place of the shipped
        border, for any pair.

    Returns
    -------
    Border
        With lines in EPSG:4326.

    Raises
    ------
    ReferenceDataError
        The pair is not among those shipped; the message names them.
    InputError
        The codes are not two different ones, the view is unknown, or the file holds no lines.
    CrsError
        The file has no coordinate reference system.

    Notes
    -----
    The shipped lines are never more than 30 m from the unsimplified ones. They leave out the territorial sea: a border
    ends at the coast.

    References
    ----------
    OpenStreetMap contributors, ODbL 1.0, through timezone-boundary-builder; see
    `impactmap.reference.layer_info("borders")`.

    Examples
    --------
    >>> load_border(("UA", "RU")).left
    'RU'
    """
    pair = tuple(str(code).upper() for code in countries)
    if len(pair) != 2 or pair[0] == pair[1] or isinstance(countries, str):
        raise InputError(f"A border needs two different ISO country codes, such as ('UA', 'RU'); found {countries!r}.")
    if view not in VIEWS:
        raise InputError(f"No border view is called {view!r}. Views: {', '.join(VIEWS)}.")
    return _from_file(pair, Path(file)) if file is not None else _shipped(pair, view)


def _shipped(pair: tuple[str, ...], view: str) -> Border:
    import geopandas as gpd

    from impactmap.reference import layer_info, load_layer

    layer = load_layer("borders")
    layer = layer[layer["view"].isna() | (layer["view"] == view)]
    borders = layer[layer["kind"] == "border"]
    left, right = sorted(pair)
    found = borders[(borders["country_a"] == left) & (borders["country_b"] == right)]
    if found.empty:
        pairs = ", ".join(f"{a}-{b}" for a, b in shipped_pairs())
        raise ReferenceDataError(
            f"No border between {pair[0]} and {pair[1]} is shipped. Shipped: {pairs}. "
            "Choose one of these, or give a file of your own: load_border(..., file='border.geojson'), "
            "`file` under [border] in the project file."
        )
    info = layer_info("borders")
    disputed = layer[(layer["kind"] == "disputed") & ({"UA", "RU"} == set(pair))]
    return Border(
        line=gpd.GeoSeries(found.geometry.to_numpy(), crs=layer.crs),
        countries=(pair[0], pair[1]),
        view=view,
        data=f"OpenStreetMap ({info['package']} {info['version']})",
        data_date=info["date"],
        method=METHOD_SHIPPED,
        disputed=gpd.GeoSeries(disputed.geometry.to_numpy(), index=disputed["name"].to_numpy(), crs=layer.crs),
        left=left,
    )


def _from_file(pair: tuple[str, ...], path: Path) -> Border:
    import geopandas as gpd

    try:
        frame = gpd.read_file(path)
    except Exception as error:
        raise InputError(
            f"{path}: expected a file of lines that GDAL reads (GeoJSON, GeoPackage, shapefile); found {error}."
        ) from error
    if frame.crs is None:
        raise CrsError(
            f"{path}: expected a coordinate reference system; found none. "
            "Save the border with one, for example EPSG:4326."
        )
    shapes = (
        frame.to_crs("EPSG:4326").geometry.dropna().to_numpy() if isinstance(frame, gpd.GeoDataFrame) else np.array([])
    )
    lines = [
        part for part in shapely.get_parts(shapes) if part.geom_type in {"LineString", "LinearRing"} and part.length
    ]
    if not lines or len(lines) != len(shapely.get_parts(shapes)):
        kinds = sorted({shape.geom_type for shape in shapes}) or ["nothing"]
        raise InputError(
            f"{path}: expected lines; found {', '.join(kinds)}. Save the border as lines, not as areas or points."
        )
    first, second = pair
    oriented = shapely.multilinestrings(lines)
    sides = [_left_country(line, (first, second)) for line in lines]
    known = [side for side in sides if side]
    left = known[0] if known else None
    if left:
        oriented = shapely.multilinestrings(
            [line if side in {left, None} else shapely.reverse(line) for line, side in zip(lines, sides, strict=True)]
        )
    return Border(
        line=gpd.GeoSeries([oriented], crs="EPSG:4326"),
        countries=(first, second),
        view="file",
        data=path.name,
        data_date=None,
        method=METHOD_FILE,
        disputed=gpd.GeoSeries([], crs="EPSG:4326"),
        left=left,
    )


def _left_country(line: shapely.LineString, pair: tuple[str, str]) -> str | None:
    """Tell which country lies to the left of a line, by points 10 km to either side of it."""
    from impactmap.places.boundaries import countries_at

    xy = shapely.get_coordinates(line)
    azimuth, _, length = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    rows = np.linspace(0, len(length) - 1, min(len(length), 50)).astype(int)
    votes = {}
    for side in (-90.0, 90.0):
        longitude, latitude, _ = GEOD.fwd(xy[rows, 0], xy[rows, 1], azimuth[rows] + side, np.full(len(rows), 10_000.0))
        votes[side] = countries_at(longitude, latitude)
    score = sum(int((votes[-90.0] == a).sum()) + int((votes[90.0] == b).sum()) for a, b in [pair])
    against = sum(int((votes[-90.0] == b).sum()) + int((votes[90.0] == a).sum()) for a, b in [pair])
    return None if score == against else pair[0] if score > against else pair[1]
