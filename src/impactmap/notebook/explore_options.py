"""What may be said of a map in a cell."""

from __future__ import annotations

from impactmap.maps.options import PageOptions

__all__ = ["ExploreOptions"]


class ExploreOptions(PageOptions, total=False):
    """Options of a map in a cell: those of a page's, and how large it is.

    Attributes
    ----------
    legend
        Whether the key stands below the map.
    width, height
        Of the cell, in pixels or per cent; of the map, in pixels.
    """

    legend: bool
    width: int | str
    height: int
