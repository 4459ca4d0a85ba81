"""Borders that distances refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from impactmap.geodesy.ellipsoid import GEOD
from impactmap.geodesy.nearest import NearestLine
from impactmap.model.errors import InputError, ReferenceDataError, TableError
from impactmap.model.reprs.overview import Overview
from impactmap.reading.formats.limits import DEFAULTS, Limits, make_limits
from impactmap.reference.names import line_names

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.model.project import Project

__all__ = ["VIEWS", "Border", "disputed_names", "load_border", "load_project_border", "shipped_pairs"]

#: Border views: ``un`` after United Nations General Assembly resolutions, ``crimea_apart`` with Crimea in neither
# country.
VIEWS = ("un", "crimea_apart")
METHOD_SHIPPED = "geodesic on WGS 84 to the land border, simplified to 25 m"
METHOD_COARSE = "geodesic on WGS 84 to the land border, parts of which are right to {km:.0f} km only"
_FINE_M = 30.0
METHOD_FILE = "geodesic on WGS 84 to the lines of the file"


@dataclass(frozen=True, eq=False, repr=False)
class Border(Overview):
    """The border between two countries, in one view.

    Parameters
    ----------
    line
        GeoSeries of lines, EPSG:4326; an edge is the geodesic between its vertices. Its second row, where it has one,
        is the edges of what both countries claim.
    countries
        The pair, ISO 3166-1 alpha-2, in the order asked for.
    view
        ``un`` or ``crimea_apart``; ``file`` for a border of the user's own.
    data, data_date, method
        Data set, its date (ISO text, None when unknown) and how distances are measured: they are shown with every
        distance.
    disputed
        GeoSeries of lines that are drawn dashed, EPSG:4326, indexed by their English names: the stretches of `line`
        that are disputed or not agreed, and Crimea's boundary in the view that has one, to which no distance refers.
    left
        The country to the left of the first row's lines; None when it could not be told.
    agreed
        GeoSeries of what `line` has beside its disputed stretches; None where it has none.
    """

    line: gpd.GeoSeries
    countries: tuple[str, str]
    view: str
    data: str
    data_date: str | None
    method: str
    disputed: gpd.GeoSeries
    left: str | None
    agreed: gpd.GeoSeries | None = None

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
    """Return the pairs of countries that meet on land, as ISO 3166-1 alpha-2 codes in alphabetical order.

    Examples
    --------
    >>> ("MN", "RU") in shipped_pairs()
    True
    """
    layer = _layer(shapes=False)
    layer = layer[layer["country_a"].notna()]
    return sorted(set(zip(layer["country_a"], layer["country_b"], strict=True)))


def disputed_names(countries: Sequence[str], *, view: str = "un", language: str = "en") -> list[str]:
    """Return the names of the stretches of a shipped border that are disputed or not agreed, in a language of the maps.

    Parameters
    ----------
    countries
        Two ISO 3166-1 alpha-2 codes, in any order.
    view
        With ``file`` there are none: nothing is known of lines of one's own.
    language
        ``en``, ``uk`` or ``ru``.
    """
    layer = _layer(shapes=False)
    a, b = sorted(countries) if len(countries) == 2 else ("", "")
    own = (layer["country_a"] == a) & (layer["country_b"] == b) & layer["name"].notna()
    names = line_names(layer[own], language)
    return [] if view == "file" else list(dict.fromkeys(names))


def load_border(
    countries: Sequence[str], *, view: str = "un", file: str | Path | None = None, limits: Limits = DEFAULTS
) -> Border:
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
        Lines of your own (GeoJSON, GeoPackage, FlatGeobuf, shapefile, KML; with a coordinate reference system) to use
        in place of the shipped border, for any pair.
    limits
        How long that file may take to read, and with how much memory.

    Returns
    -------
    Border
        With lines in EPSG:4326.

    Raises
    ------
    ReferenceDataError
        The two do not meet on land; the message names those that either does meet.
    InputError
        A code is no country's, the codes are not two different ones, the view is unknown, or the file holds no lines.
    CrsError
        The file has no coordinate reference system.

    Notes
    -----
    The shipped lines are never more than 30 m from the unsimplified ones, save two (`Border.method` says so). They
    leave out the territorial sea: a border ends at the coast. Every piece of a border counts: exclaves, enclaves,
    islands. What two countries both claim belongs to neither; distances refer to the nearest of its edges.

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
    return _from_file(pair, Path(file), limits) if file is not None else _shipped(pair, view)


def load_project_border(project: Project) -> Border | None:
    """Return the border that a project's distances refer to, None where it names none.

    Parameters
    ----------
    project
        Its border's file, where it has one, is relative to the project's folder.

    Returns
    -------
    Border or None
    """
    chosen = project.border
    if chosen is None:
        return None
    file = project.folder / chosen.file if chosen.file else None
    limits = make_limits(project.limits.model_dump())
    return load_border(chosen.countries, view=chosen.view, file=file, limits=limits)


def _shipped(pair: tuple[str, ...], view: str) -> Border:
    from impactmap.reference import layer_info

    layer = _layer()
    left, right = sorted(pair)
    found = layer[(layer["country_a"] == left) & (layer["country_b"] == right)]
    if found.empty:
        raise _no_border(pair)
    extra = layer[layer["country_a"].isna() & (layer["view"] == view) & ({"UA", "RU"} == set(pair))]
    named = pd.concat([found[found["name"].notna()], extra])
    met = (found["kind"] == "border").to_numpy()
    info, error = layer_info("borders"), float(found["error_m"].max())
    return Border(
        line=_joined([found[rows] for rows in (met, ~met) if rows.any()]),
        countries=(pair[0], pair[1]),
        view=view,
        data=f"OpenStreetMap ({info['package']} {info['version']})",
        data_date=info["date"],
        method=METHOD_SHIPPED if error <= _FINE_M else METHOD_COARSE.format(km=error / 1000),
        disputed=_joined([rows for _, rows in named.groupby("name", sort=False)], named["name"].unique()),
        left=left if met.any() else None,
        agreed=_joined([found[found["name"].isna()]] if found["name"].isna().any() else []),
    )


def _joined(groups: Sequence[pd.DataFrame], index: Any = None) -> gpd.GeoSeries:
    """Return one multiline a group of rows."""
    import geopandas as gpd

    lines = [shapely.multilinestrings(shapely.get_parts(rows.geometry.to_numpy())) for rows in groups]
    return gpd.GeoSeries(lines, index=index, crs="EPSG:4326")


def _layer(*, shapes: bool = True) -> Any:
    from impactmap.reference import load_layer

    return load_layer("borders", shapes=shapes)


def _countries() -> list[str]:
    from impactmap.reference import load_layer

    return list(load_layer("countries", shapes=False)["country"].dropna())


def _no_border(pair: tuple[str, ...]) -> ReferenceDataError | InputError:
    """Return what to say of two countries that do not meet on land."""
    known = set(_countries())
    if unknown := [code for code in pair if code not in known]:
        return InputError(
            f"{' and '.join(map(repr, unknown))}: expected codes of countries as ISO 3166-1 alpha-2 has them, "
            "such as 'UA' and 'RU'."
        )
    met = shipped_pairs()
    told = [
        f"{code} meets {', '.join(others)}" if others else f"{code} meets no country on land"
        for code in pair
        for others in [sorted(other for one in met if code in one for other in one if other != code)]
    ]
    return ReferenceDataError(
        f"{pair[0]} and {pair[1]} do not meet on land; {'; '.join(told)}. "
        "Choose one of these pairs, or give a file of your own: load_border(..., file='border.geojson'), "
        "`file` under [border] in the project file."
    )


def _from_file(pair: tuple[str, ...], path: Path, limits: Limits) -> Border:
    import geopandas as gpd

    from impactmap.reading.formats.files import SOURCE_GEOMETRY, open_table

    try:
        cells = open_table(path, limits=limits).cells
    except TableError as error:
        raise InputError(
            f"{path}: expected a file of lines (GeoJSON, GeoPackage, FlatGeobuf, shapefile, KML). {error}"
        ) from error
    shapes = shapely.from_wkt(cells[SOURCE_GEOMETRY].dropna().to_numpy()) if SOURCE_GEOMETRY in cells else np.array([])
    if "latitude" in cells and (spots := int(cells["latitude"].notna().sum())):
        raise InputError(f"{path}: expected lines; found {spots:,} points. Save the border as lines.")
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
