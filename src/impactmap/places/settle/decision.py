"""What is asked about a place and what is decided."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

__all__ = ["Candidate", "Decision", "Precision", "Query", "Status"]

Status = Literal["matched", "ambiguous", "fuzzy", "area", "not_found", "unavailable", "invalid"]
Precision = Literal["exact", "settlement", "district", "region", "country"]


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """What a report says about one place; empty text where it says nothing.

    ``place_from`` is ``region`` where the text is that of the region, as the row names no place of its own.
    """

    place: str
    region: str = ""
    country: str = ""
    district: str = ""
    place_from: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a text may mean."""

    place_id: str
    name: str
    region_code: str | None
    region: str | None
    country: str
    position: tuple[float, float] | None  # latitude, longitude; None for an area
    population: int
    score: float
    radius_km: float = 0.0  # how far from its position it may be, where that is its community's
    fit: float = 1.0  # how well it agrees with the hints, 0 to 1
    provider: str | None = None  # what knows it
    within: str = ""  # the community and the district that it lies in, where no more is known

    def as_dict(self) -> dict[str, object]:
        """Return what `place_alternatives` holds."""
        known: dict[str, object] = {
            "id": self.place_id,
            "name": self.name,
            "region": self.region,
            "country": self.country,
            "latitude": None if self.position is None else round(self.position[0], 6),
            "longitude": None if self.position is None else round(self.position[1], 6),
            "score": self.score,
        }
        if self.within:  # the position is the community's, and so is the radius
            known |= {"radius_km": self.radius_km, "within": self.within}
        return known


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one query: the columns that geocoding adds."""

    status: Status
    reason: str
    precision: Precision | None = None
    radius_km: float = math.nan
    score: float = math.nan
    name: str | None = None
    region: str | None = None
    region_code: str | None = None
    country: str | None = None
    place_id: str | None = None
    provider: str | None = None
    latitude: float = math.nan
    longitude: float = math.nan
    circle: tuple[float, float] | None = None  # latitude, longitude of a district's seat
    alternatives: tuple[Candidate, ...] = ()
    reserve: tuple[Candidate, ...] = ()  # less likely by themselves; the rest of a table may speak for one
    named: int = 0  # how many places an ambiguous text may mean
    region_codes: tuple[str, ...] = ()  # of an area of several regions
    population: int = 0  # of the settlement
    coarse: bool = False  # a settlement whose own position is not known
    within: str = ""  # the community and the district of such a one
    alike: float = 0.0  # of an open one: how much like the name asked for that of the likeliest candidate is, 0 to 100
    by_table: bool = False  # certain in the countries that the rest of the table is about
    conflict: str = ""  # the columns of the row that its position contradicts; "; " between them
