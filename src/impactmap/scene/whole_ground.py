"""The ground of a map: what `basemap_for` gives on both sides of the 180th meridian, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from impactmap.scene.antimeridian import Bounds, pieces, shifted
from impactmap.scene.view import ground_bounds, ground_detail_km

if TYPE_CHECKING:
    from impactmap.context.basemap import Basemap, BasemapBorder

__all__ = ["ground_about", "whole_ground"]

_SHAPES = ("land", "lakes", "rivers", "regions")


def ground_about(bounds: Bounds, **options: Any) -> Basemap:
    """Return the ground of a page's map that shows bounds first: around them, as detailed as its weight is worth.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    options
        ``border`` and ``language``, as for `basemap_for`.
    """
    ground = ground_bounds(bounds)
    across, up = (0.6 * (bounds[i + 2] - bounds[i]) for i in (0, 1))
    seen = (
        max(bounds[0] - across, ground[0]), max(bounds[1] - up, ground[1]),
        min(bounds[2] + across, ground[2]), min(bounds[3] + up, ground[3]),
    )  # fmt: skip
    return whole_ground(ground, tolerance_km=ground_detail_km(bounds), seen=seen, **options)


def whole_ground(bounds: Bounds, *, seen: Bounds, **options: Any) -> Basemap:
    """Return the ground within bounds, whose longitudes may run on beyond 180 degrees.

    Parameters
    ----------
    bounds, seen
        As in `basemap_for`.
    options
        Its other options.
    """
    from impactmap.context.basemap import basemap_for

    maps = []
    for (west, south, east, north), turn in pieces(bounds):
        looked = (max(seen[0] - turn, west), max(seen[1], south), min(seen[2] - turn, east), min(seen[3], north))
        held = looked if looked[0] < looked[2] and looked[1] < looked[3] else None
        one = basemap_for((west, south, east, north), seen=held, **options)
        maps.append(_moved(one if held else replace(one, labels=()), turn))
    if len(maps) == 1:
        return maps[0]
    seam = shapely.MultiLineString([[(turn, -90), (turn, 90)] for turn in (-180.0, 180.0, 540.0)])
    shapes = {name: _joined([getattr(one, name) for one in maps], seam) for name in _SHAPES}
    borders: dict[tuple[str, str], list[BasemapBorder]] = {}
    for one in maps:
        for border in one.borders:
            borders.setdefault((border.kind, border.name), []).append(border)
    kinds = [replace(same[0], geometry=_joined([one.geometry for one in same], seam)) for same in borders.values()]
    labels = {(label.kind, label.name, round(label.lon)): label for one in reversed(maps) for label in one.labels}
    ranked = sorted(labels.values(), key=lambda label: (label.rank, label.name))
    joined: dict[str, Any] = shapes | {"borders": tuple(kinds), "labels": tuple(ranked)}
    return replace(maps[0], bounds=bounds, **joined)


def _moved(basemap: Basemap, turn: float) -> Basemap:
    if not turn:
        return basemap
    return replace(
        basemap,
        **{name: shifted(getattr(basemap, name), turn) for name in _SHAPES},
        borders=tuple(replace(one, geometry=shifted(one.geometry, turn)) for one in basemap.borders),
        labels=tuple(replace(one, lon=one.lon + turn) for one in basemap.labels),
    )


def _joined(shapes: Sequence[shapely.Geometry], seam: shapely.Geometry) -> shapely.Geometry:
    """Put shapes together; what is cut along the seam is one again, and no line runs along it."""
    joined = shapely.union_all(list(shapes))
    return joined if shapely.get_dimensions(joined) == 2 else shapely.difference(joined, seam)
