"""Lines at a given distance from a border."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.enums import TransformDirection

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project

__all__ = ["border_bands", "project_bands"]

#: The border is measured from piece by piece, each about so long and in a projection of its own.
_PIECE_KM = 250.0
#: Points of an edge lie at most so far apart, in degrees, before a projection takes them over.
_STEP_DEGREES = 0.25
_CORNER_SEGMENTS = 12


def border_bands(border: Border, kilometres: Sequence[float]) -> gpd.GeoSeries:
    """Return the lines that lie at these distances from a border, on both of its sides.

    Parameters
    ----------
    border
        From `load_border`.
    kilometres
        Distances, greater than 0.

    Returns
    -------
    GeoSeries
        Multilines, EPSG:4326, indexed by kilometres, the smallest first, each once. They are simplified to a hundredth
        of the distance.

    Notes
    -----
    Each piece of the border is buffered in an azimuthal equidistant projection about its own middle: the lines are
    within two hundredths of the distance. They go round the border's ends and cross the sea.
    """
    return _bands(border, tuple(sorted(set(map(float, kilometres))))).copy()


def project_bands(project: Project, border: Border | None) -> gpd.GeoSeries | None:
    """Return the lines that a map's project asks for (``bands_km`` under ``[border]``); None where it asks for none."""
    if border is None or project.border is None or not project.border.bands_km:
        return None
    return border_bands(border, project.border.bands_km)


@functools.lru_cache(maxsize=4)
def _bands(border: Border, wanted: tuple[float, ...]) -> gpd.GeoSeries:
    """Page and pictures of a map ask for the same lines."""
    import geopandas as gpd

    pieces = _pieces(border.line)
    bands = [_band(pieces, distance) for distance in wanted]
    return gpd.GeoSeries(bands, index=wanted, crs="EPSG:4326")


def _pieces(lines: gpd.GeoSeries) -> list[shapely.Geometry]:
    """Return the border in pieces that lie near each other, whatever lines it is made of."""
    parts = shapely.get_parts(shapely.get_parts(shapely.segmentize(lines.to_numpy(), _STEP_DEGREES)))
    cell = _PIECE_KM / 111.2
    found: dict[tuple[int, int], list[shapely.LineString]] = {}
    for part in parts.tolist():
        points = shapely.get_coordinates(part)
        middle = (points[1:] + points[:-1]) / 2
        across = np.maximum(np.cos(np.radians(middle[:, 1])), 0.05)
        keys = np.column_stack([np.floor(middle[:, 1] / cell), np.floor(middle[:, 0] * across / cell)]).astype(int)
        ends = np.flatnonzero((np.diff(keys, axis=0) != 0).any(axis=1)) + 1
        for start, end in zip([0, *ends.tolist()], [*ends.tolist(), len(middle)], strict=True):
            key = (int(keys[start, 0]), int(keys[start, 1]))
            found.setdefault(key, []).append(shapely.LineString(points[start : end + 1]))
    return [shapely.MultiLineString(lines) for lines in found.values()]


def _band(pieces: Sequence[shapely.Geometry], kilometres: float) -> shapely.Geometry:
    centre = shapely.centroid(shapely.geometrycollections(pieces))
    # Only joined here, not measured: what matters is that no meridian is an edge.
    common = _projection(centre)
    around = []
    for piece in pieces:
        own = _projection(shapely.centroid(piece))
        # What is finer moves no line that can be seen, and would take most of the time.
        flat = shapely.simplify(_project(piece, own), 5 * kilometres)
        buffer = shapely.buffer(flat, 1000 * kilometres, quad_segs=_CORNER_SEGMENTS)
        around.append(_project(_project(buffer, own, back=True), common))
    edge = shapely.simplify(shapely.boundary(shapely.union_all(around)), 5 * kilometres)
    lines = _project(edge, common, back=True)
    return shapely.MultiLineString([line for line in shapely.get_parts(lines).tolist() if not line.is_empty])


def _projection(middle: shapely.Point) -> pyproj.Transformer:
    crs = f"+proj=aeqd +lon_0={middle.x:.6f} +lat_0={middle.y:.6f} +datum=WGS84 +units=m"
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _project(geometry: shapely.Geometry, projection: pyproj.Transformer, *, back: bool = False) -> shapely.Geometry:
    direction = TransformDirection.INVERSE if back else TransformDirection.FORWARD
    return shapely.transform(
        geometry, lambda c: np.column_stack(projection.transform(c[:, 0], c[:, 1], direction=direction))
    )
