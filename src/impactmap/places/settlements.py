"""The settlements around positions, which tell on which side of a line between regions they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.geodesy.ellipsoid import earth_centred

if TYPE_CHECKING:
    from impactmap.places.areas import Areas
    from impactmap.places.table import PlaceTable

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
        from scipy.spatial import KDTree

        rows = np.arange(len(table)) if rows is None else rows
        own = rows[table.radius_km[rows] == 0]
        pairs, inverse = np.unique(table.region_numbers[own], return_inverse=True)
        codes = np.empty(len(pairs), dtype=object)
        codes[:] = [areas.region_of(*table.region_pair(int(number))) for number in pairs]
        self._region = codes[inverse]
        self._tree = KDTree(earth_centred(table.longitude[own], table.latitude[own]).T)

    def regions_around(
        self, longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        """Return the region (ISO 3166-2) that the nearest three within 10 km all lie in, None where they do not."""
        found = np.empty(len(longitude), dtype=object)
        if not len(found) or self._tree.n < _NEAREST:
            return found
        points = earth_centred(longitude, latitude).T
        distance, nearest = self._tree.query(points, k=_NEAREST, distance_upper_bound=_AROUND_M)
        whole = np.flatnonzero(np.isfinite(distance).all(axis=1))
        regions = self._region[nearest[whole]]
        same = (regions == regions[:, :1]).all(axis=1)
        found[whole[same]] = regions[same, 0]
        return found
