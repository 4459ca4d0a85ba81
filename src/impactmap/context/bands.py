"""Lines at a given distance from a border."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.enums import TransformDirection

from impactmap.geodesy.ellipsoid import GEOD

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project

__all__ = ["border_bands", "project_bands"]

Floats = npt.NDArray[np.float64]

#: The border is measured from piece by piece, each about so long and in a projection of its own.
_PIECE_KM = 250.0
#: Vertices lie at most so far apart where a line goes from one projection into another.
_STEP_M = 20_000.0
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
        Multilines, EPSG:4326, indexed by kilometres, the smallest first, each once. They are simplified to a few
        thousandths of the distance.

    Notes
    -----
    Each piece of the border is buffered in an azimuthal equidistant projection about its own middle: the lines are
    within a hundredth of the distance. They go round the border's ends and cross the sea.
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
    cell = _PIECE_KM / 111.2
    found: dict[tuple[int, int], list[shapely.LineString]] = {}
    for part in shapely.get_parts(shapely.get_parts(lines.to_numpy())).tolist():
        points = _along_geodesics(shapely.get_coordinates(part))
        middle = points[:-1]
        across = np.maximum(np.cos(np.radians(middle[:, 1])), 0.05)
        keys = np.column_stack([np.floor(middle[:, 1] / cell), np.floor(middle[:, 0] * across / cell)]).astype(int)
        ends = np.flatnonzero((np.diff(keys, axis=0) != 0).any(axis=1)) + 1
        for start, end in zip([0, *ends.tolist()], [*ends.tolist(), len(middle)], strict=True):
            key = (int(keys[start, 0]), int(keys[start, 1]))
            found.setdefault(key, []).append(shapely.LineString(points[start : end + 1]))
    return [shapely.MultiLineString(lines) for lines in found.values()]


def _along_geodesics(points: Floats) -> Floats:
    """Return a line with more vertices on its edges, which are geodesics."""
    azimuth, _, length = GEOD.inv(*points[:-1].T, *points[1:].T)
    counts = np.maximum(np.ceil(np.asarray(length) / _STEP_M), 1).astype(int)
    edge = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = number / counts[edge] * np.asarray(length)[edge]
    longitude, latitude, _ = GEOD.fwd(points[edge, 0], points[edge, 1], np.asarray(azimuth)[edge], along)
    return np.vstack([np.column_stack([longitude, latitude]), points[-1:]])


def _band(pieces: Sequence[shapely.Geometry], kilometres: float) -> shapely.Geometry:
    # Only joined here, not measured: what matters is that no meridian is an edge.
    common = _projection(pieces[len(pieces) // 2])
    around = []
    for piece in pieces:
        own = _projection(piece)
        # What is finer moves no line that can be seen, and would take most of the time.
        flat = shapely.simplify(_project(piece, own), 5 * kilometres)
        buffer = shapely.segmentize(shapely.buffer(flat, 1000 * kilometres, quad_segs=_CORNER_SEGMENTS), _STEP_M)
        around.append(_project(_project(buffer, own, back=True), common))
    edge = shapely.simplify(shapely.boundary(shapely.union_all(around)), 3 * kilometres)
    lines = shapely.get_parts(_project(shapely.segmentize(edge, _STEP_M), common, back=True))
    return shapely.MultiLineString([part for line in lines.tolist() for part in _parted(shapely.get_coordinates(line))])


def _parted(points: Floats) -> list[Floats]:
    """Return a line in parts that end where it crosses the 180th meridian."""
    parts = []
    for cut in np.flatnonzero(np.abs(np.diff(points[:, 0])) > 180)[::-1].tolist():
        (x, y), (next_x, next_y) = points[cut : cut + 2]
        edge = float(np.copysign(180.0, x))
        share = (edge - x) / (next_x + 2 * edge - x)
        crossing = y + share * (next_y - y)
        parts.append(np.vstack([(-edge, crossing), points[cut + 1 :]]))
        points = np.vstack([points[: cut + 1], (edge, crossing)])
    return [points, *parts[::-1]]


def _projection(piece: shapely.Geometry) -> pyproj.Transformer:
    """Return the projection about a vertex in the middle of a piece."""
    points = shapely.get_coordinates(piece)
    longitude, latitude = points[len(points) // 2]
    crs = f"+proj=aeqd +lon_0={longitude:.6f} +lat_0={latitude:.6f} +datum=WGS84 +units=m"
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _project(geometry: shapely.Geometry, projection: pyproj.Transformer, *, back: bool = False) -> shapely.Geometry:
    direction = TransformDirection.INVERSE if back else TransformDirection.FORWARD
    return shapely.transform(
        geometry, lambda c: np.column_stack(projection.transform(c[:, 0], c[:, 1], direction=direction))
    )
