"""Names on the ground as the author wants them: in another spelling, before all others, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impactmap.context.labels import BasemapLabel
from impactmap.places.names.keys import name_key
from impactmap.telling.reports import Reports, place_names

if TYPE_CHECKING:
    from impactmap.context.basemap import Basemap
    from impactmap.model.sections.authored import Authored

__all__ = ["FIRST_RANK", "name_ground", "named_always", "named_never"]

#: Rank of the names that come before all others, and are not counted among those that only orient.
FIRST_RANK = -1


def name_ground(ground: Basemap, authored: Authored) -> Basemap:
    """Return a ground whose names are those that the author wants.

    Parameters
    ----------
    ground
        In degrees.
    authored
        The author's names; places that are always named and lie within the ground are added.
    """
    if not (authored.names or authored.always or authored.never):
        return ground
    west, south, east, north = ground.bounds
    first = {name_key(one.name): one for one in authored.always}
    kept = []
    for label in ground.labels:
        name = authored.names.get(name_key(label.name), label.name)
        if name_key(name) not in authored.never and name_key(name) not in first:
            kept.append(replace(label, name=name))
    added = [
        BasemapLabel(one.name, one.lat, one.lon, FIRST_RANK, "city")
        for one in authored.always
        if south <= one.lat <= north and west <= one.lon <= east
    ]
    return replace(ground, labels=(*added, *kept))


def named_always(reports: Reports) -> list[str]:
    """Return the names of the map's places that come before all others, as the map has them."""
    return _among(reports, {name_key(one.name) for one in reports.authored.always})


def named_never(reports: Reports) -> list[str]:
    """Return the names of the map's places that are not to be drawn, as the map has them."""
    return _among(reports, reports.authored.never)


def _among(reports: Reports, keys: set[str] | frozenset[str]) -> list[str]:
    if not keys:
        return []
    names = place_names(reports, np.arange(len(reports.row_event))).unique().to_pylist()
    names += [area.name for area in reports.areas]
    return sorted({name for name in names if name and name_key(name) in keys})
