"""Layers of the author's own: read by the reader that tables are read by, coarse as reports are, in sober colours."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from impactmap.look.colour import colour_difference, contrast_ratio, lightness
from impactmap.look.theme import DARK, LIGHT, SideStyle
from impactmap.model.errors import CrsError, InputError, ProjectError, TableError
from impactmap.model.sections.authored import AuthorsLayer
from impactmap.model.values import clean_text

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.model.project import Project
    from impactmap.model.sections.author import LayerOptions

__all__ = ["MOST_LAYERS", "lost_layers", "own_layer", "read_layers", "without_layer"]

MOST_LAYERS = 8
#: Vertices of a layer after its detail is taken off: more would weigh more than the map.
_MOST_VERTICES = 20_000
#: Longitudes that a map across the 180th meridian may count on to.
_WEST, _EAST = -360.0, 360.0
#: Decimals of positions, and the degrees to which shapes are simplified: about a kilometre.
_COARSE, _FINE = 2, 4
#: Least contrast to the ground, and least difference from a side's colour (CIEDE2000).
_CONTRAST, _APART = 3.0, 12.0


class _Shapes(NamedTuple):
    areas: shapely.Geometry
    lines: shapely.Geometry
    points: shapely.Geometry


def own_layer(
    frame: gpd.GeoDataFrame, name: str, source: str, *, exact: bool, color: str | None = None
) -> AuthorsLayer:
    """Return a frame's shapes as a layer: points, lines and areas as what they are, in one colour.

    Parameters
    ----------
    frame
        Any with a coordinate reference system.
    name, source
        What the legend says.
    exact
        Whether positions stay as fine as they are; else they have two decimals of a degree.
    color
        ``#rrggbb``; a grey by default.

    Raises
    ------
    CrsError
        Without a coordinate reference system.
    InputError
        Without shapes, or with too many.
    """
    if frame.crs is None:
        raise CrsError(
            "expected a frame with a coordinate reference system, found none. Say which: frame.set_crs(4326)."
        )
    shapes = np.array(frame.geometry.to_crs(4326).to_numpy(), dtype=object)
    made = _split(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))].tolist(), exact=exact)
    if all(shapely.is_empty(shape) for shape in made):
        raise InputError("expected lines, areas or points, found a frame without a geometry.")
    if (count := sum(shapely.get_num_coordinates(shape) for shape in made)) > _MOST_VERTICES:
        raise InputError(
            f"expected at most {_MOST_VERTICES:,} vertices of shapes to draw below the reports, found {count:,}. "
            "Simplify them with frame.simplify(), or cut them to what the map shows."
        )
    light, dark = color or LIGHT.text_muted, color or DARK.text_muted
    return AuthorsLayer(clean_text(name), clean_text(source), None, light, dark, "solid", 1.5, 0.12, *made)


def read_layers(project: Project, sides: Sequence[SideStyle]) -> tuple[AuthorsLayer, ...]:
    """Read the layers that a project file names.

    Parameters
    ----------
    project
        Names their files, relative to its folder.
    sides
        Of the map: no layer may look like one.

    Returns
    -------
    tuple of AuthorsLayer
        Only shapes are taken from the files: no text of theirs travels. Positions have two decimals of a degree unless
        the project publishes exact ones. One that is ``optional`` and cannot be read is left out with a warning.

    Raises
    ------
    ProjectError
        For a file that is not there, cannot be read, has no shapes or too many, or does not say its coordinate
        reference system, or is not in degrees; for a colour that is not seen on the ground, or looks like a side's.
    """
    if len(project.layers) > MOST_LAYERS:
        raise ProjectError(f"project file, layers: expected at most {MOST_LAYERS}, found {len(project.layers)}.")
    lost = lost_layers(project)
    for why in lost.values():
        warnings.warn(without_layer(why), UserWarning, stacklevel=2)
    chosen = [(number, each) for number, each in enumerate(project.layers, 1) if number not in lost]
    return tuple(_layer(project, each, number, sides) for number, each in chosen)


def lost_layers(project: Project) -> dict[int, str]:
    """Return the layers that cannot be read and are ``optional``, by their number from 1: what is wrong with each."""
    lost = {}
    for number, each in enumerate(project.layers, 1):
        if each.optional:
            try:
                _shapes(project, each, number)
            except ProjectError as error:
                lost[number] = str(error)
    return lost


def without_layer(why: str) -> str:
    """Say that a layer of `lost_layers` is not drawn."""
    return f"The map is made without an optional layer. {why}"


def _shapes(project: Project, chosen: LayerOptions, number: int) -> _Shapes:
    key = f"project file, layers.{number}"
    path = project.folder / chosen.file
    try:
        state = path.stat()
    except (OSError, ValueError):
        there = ", ".join(sorted(one.name for one in project.folder.iterdir() if one.suffix == path.suffix)[:5])
        raise ProjectError(
            f"{key}.file: expected a file, found none at {chosen.file!r}. "
            + (f"There are: {there}." if there else "Give its path from the project file's folder.")
        ) from None
    try:
        shapes = _read(path, chosen.layer, state.st_mtime_ns, state.st_size, project.publish.exact_positions)
    except (TableError, CrsError) as error:
        raise ProjectError(f"{key}.file: {error}") from error
    if all(shapely.is_empty(shape) for shape in shapes):
        raise ProjectError(f"{key}.file: expected lines, areas or points in {chosen.file!r}, found none.")
    if (count := sum(shapely.get_num_coordinates(shape) for shape in shapes)) > _MOST_VERTICES:
        raise ProjectError(
            f"{key}.file: expected at most {_MOST_VERTICES:,} vertices, found {count:,} in {chosen.file!r}. Simplify "
            "it, or cut it to what the map shows."
        )
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    if not (_WEST <= west <= east <= _EAST and -90 <= south <= north <= 90):
        raise ProjectError(
            f"{key}.file: expected longitudes and latitudes in degrees, found {west:g}, {south:g} to {east:g}, "
            f"{north:g} in {chosen.file!r}. Write it in EPSG:4326, or say its coordinate reference system in the file."
        )
    return shapes


def _layer(project: Project, chosen: LayerOptions, number: int, sides: Sequence[SideStyle]) -> AuthorsLayer:
    key, shapes = f"project file, layers.{number}", _shapes(project, chosen, number)
    light = chosen.color or chosen.color_dark or LIGHT.text_muted
    dark = chosen.color_dark or chosen.color or DARK.text_muted
    if chosen.color and not chosen.color_dark:
        dark = light if contrast_ratio(light, DARK.land) >= _CONTRAST else DARK.text_muted
    _check_colour(f"{key}.color", light, LIGHT.land, [style.color for style in sides])
    _check_colour(f"{key}.color_dark", dark, DARK.land, [style.color_dark for style in sides])
    return AuthorsLayer(
        clean_text(chosen.name), clean_text(chosen.source), chosen.date, light, dark, chosen.line, chosen.width,
        chosen.fill, *shapes,
    )  # fmt: skip


def _check_colour(key: str, color: str, ground: str, sides: Sequence[str]) -> None:
    if (found := contrast_ratio(color, ground)) < _CONTRAST:
        better = "darker" if lightness(ground) > 50 else "lighter"
        raise ProjectError(
            f"{key}: expected a contrast of {_CONTRAST:g}:1 to the ground ({ground}), found {found:.1f}:1 for {color}. "
            f"Choose a {better} one."
        )
    for side in sides:
        if colour_difference(color, side) < _APART:
            raise ProjectError(
                f"{key}: expected a colour that is no attacking side's, found {color}, which looks like {side}. Choose "
                "another hue, or a grey."
            )


@functools.lru_cache(maxsize=32)
def _read(path: Path, layer: str | None, _changed: int, _size: int, exact: bool) -> _Shapes:  # noqa: FBT001 -- by position, for the cache
    """Return the shapes of a file; the same file is read once for all pictures and pages."""
    from impactmap.reading.formats.files import SOURCE_GEOMETRY, open_table

    cells = open_table(path, sheet=layer).cells
    shapes = []
    if SOURCE_GEOMETRY in cells.columns:
        shapes += shapely.from_wkt(cells[SOURCE_GEOMETRY].dropna().to_numpy()).tolist()
    if {"latitude", "longitude"} <= set(cells.columns):
        try:
            spots = cells[["longitude", "latitude"]].dropna().astype(float).to_numpy()
        except ValueError as error:
            raise TableError(f"{path.name}: expected decimal degrees as latitude and longitude ({error}).") from None
        shapes += [shapely.Point(x, y) for x, y in spots.tolist()]
    return _split(shapes, exact=exact)


def _split(shapes: list[shapely.Geometry], *, exact: bool) -> _Shapes:
    """Return shapes by their dimension, rounded, without detail that no map shows."""
    parts = shapely.get_parts(shapely.get_parts(np.array(shapes, dtype=object))) if shapes else np.array([])
    decimals = _FINE if exact else _COARSE
    made = []
    for dimension in (2, 1, 0):
        some = parts[shapely.get_dimensions(parts) == dimension] if len(parts) else parts
        some = shapely.simplify(some, 0.5 * 10.0**-decimals) if dimension else some
        rounded = shapely.transform(some, lambda c: np.round(c, decimals))
        kept = rounded[(shapely.length(rounded) > 0) | (dimension == 0)] if len(rounded) else rounded
        made.append(shapely.geometrycollections(list(kept)))
    return _Shapes(*made)
