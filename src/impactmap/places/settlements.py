"""The settlements around positions, which tell on which side of a line between regions they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.geodesy.ellipsoid import earth_centred

if TYPE_CHECKING:
    from impactmap.places.gazetteer.areas import Areas
    from impactmap.places.gazetteer.table import PlaceTable

__all__ = ["Settlements"]

_NEAREST: Final = 3
_AROUND_M: Final = 10_000.0


class Settlements:
    """The places of a gazetteer whose own position and region are known.

    Parameters
    ----------
    table, areas
        Where they are, and which code of a region is which.
    rows
        Which of the table's places; all when left out.
    """

    def __init__(self, table: PlaceTable, areas: Areas, *, rows: npt.NDArray[np.intp] | None = None) -> None:
        rows = np.arange(len(table)) if rows is None else rows
        own = rows[table.radius_km[rows] == 0]
        pairs, inverse = np.unique(table.region_numbers[own], return_inverse=True)
        codes = np.empty(len(pairs), dtype=object)
        codes[:] = [areas.region_of(*table.region_pair(int(number))) for number in pairs]
        self._region = codes[inverse]
        longitude, latitude = table.longitude[own], table.latitude[own]
        self._centred = earth_centred(longitude, latitude).T
        self._tree = shapely.STRtree(shapely.points(longitude, latitude))

    def regions_around(
        self, longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        """Return the region (ISO 3166-2) that the nearest three within 10 km all lie in, None where they do not."""
        found = np.empty(len(longitude), dtype=object)
        if not len(found) or len(self._region) < _NEAREST:
            return found
        # A square about each position, a little wider than it has to be, holds all that can be near enough.
        high = np.degrees(1.01 * _AROUND_M / 6_356_752)
        wide = high / np.cos(np.radians(np.clip(latitude, -89, 89)))
        squares = shapely.box(longitude - wide, latitude - high, longitude + wide, latitude + high)
        position, other = self._tree.query(squares)
        distance = np.linalg.norm(earth_centred(longitude, latitude).T[position] - self._centred[other], axis=1)
        order = np.lexsort((distance, position))
        order = order[distance[order] <= _AROUND_M]
        position, other = position[order], other[order]
        starts = np.flatnonzero(np.diff(position, prepend=-1))
        whole = starts[np.diff(starts, append=len(position)) >= _NEAREST]
        regions = self._region[other[whole[:, None] + np.arange(_NEAREST)]]
        same = (regions == regions[:, :1]).all(axis=1)
        found[position[whole[same]]] = regions[same, 0]
        return found
