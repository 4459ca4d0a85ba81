"""Countries composed of OpenStreetMap time zones (timezonefinder-data).

Neighbouring zones come from the same OpenStreetMap lines, so their shared vertices are equal to the last digit.
The zones include the territorial sea.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from _build import wheel_file

PACKAGE = "timezonefinder-data"
VERSION = "3.2026.3.post1"
TITLE = "Time zone boundaries from OpenStreetMap, release 2026c of timezone-boundary-builder"
ORIGIN = (
    "OpenStreetMap contributors, through timezone-boundary-builder 2026c and the Python package timezonefinder-data"
)
LICENCE = "Open Database License (ODbL) 1.0"
LICENCE_URL = "https://opendatacommons.org/licenses/odbl/1-0/"
DATE = "2026-08-18"  # by this day release 2026c was published; it carries no date of its own
NOTICE = (
    "Borders: © OpenStreetMap contributors, Open Database License (ODbL) 1.0, https://www.openstreetmap.org/copyright"
)

_DATA = "timezonefinder_data/data"
_FILES = {
    f"{_DATA}/boundaries/coordinates.bin": "03998b32bb059dea929657849b8dcf6f0e1f4204178538b4fb1eef012f6624f6",
    f"{_DATA}/holes/coordinates.bin": "b25034e7a6e5c5f39514cbc705302b8fbff40cd9ac10890d4e89bc2e4811f6ae",
    f"{_DATA}/timezone_names.txt": "8625e551d30b2b56842c5d4bcb461ca2d3254dd04ba3c4e4b243e93f2594cda6",
}
# Zones that the territory list of Unicode CLDR does not have, or has as the world's.
_MORE_ZONES = {"America/Coyhaique": "CL", "Antarctica/Troll": "AQ"}


def inputs() -> dict[str, str]:
    """Check the package's files and return their SHA-256."""
    for name, expected in _FILES.items():
        wheel_file(PACKAGE, VERSION, name, expected)
    return dict(_FILES)


def zones_of_countries() -> dict[str, list[str]]:
    """Return the zones of each country (ISO 3166-1 alpha-2) after Unicode CLDR.

    CLDR gives Europe/Simferopol to Ukraine, as United Nations General Assembly resolution 68/262 has it.
    """
    from babel.core import get_global
    from timezonefinder import TimezoneFinder

    territories = {**get_global("zone_territories"), **_MORE_ZONES}
    countries: dict[str, list[str]] = {}
    for zone in sorted(TimezoneFinder().timezone_names):
        if not zone.startswith("Etc/"):
            countries.setdefault(territories[zone], []).append(zone)
    return dict(sorted(countries.items()))


def area(zones: Iterable[str]) -> shapely.Geometry:
    """Return the union of zones, in degrees rounded to six decimals as in the source."""
    from timezonefinder import TimezoneFinder

    finder = TimezoneFinder()
    parts = []
    for zone in zones:
        for polygon in finder.get_geometry(tz_name=zone):
            rings = [np.round(np.column_stack(ring), 6) for ring in polygon]
            parts.append(shapely.Polygon(rings[0], rings[1:]))
    shape = shapely.union_all(shapely.make_valid(np.array(parts, dtype=object)))
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
