"""Compare what a row says of its country and region with where its position lies."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

import shapely

from impactmap.places.boundaries import country_outline
from impactmap.places.names.country_names import is_territory_of
from impactmap.places.settle.hints import Hints
from impactmap.places.shapes import distance_to_area_km

if TYPE_CHECKING:
    from impactmap.places.gazetteer.areas import Areas
    from impactmap.places.settle.decision import Candidate, Decision, Query

__all__ = ["NO_COUNTRY", "SWAPPED", "Position", "Statement", "Suggestion", "conflicts", "mended"]

#: In the reason of a row whose latitude and longitude look exchanged.
SWAPPED: Final = "latitude and longitude look swapped"
#: In the reason of a row whose position is nearer to a border than that is known.
NO_COUNTRY: Final = "so no country is said"

_LINE_KM: Final = 5.0
_CITY_KM: Final = 20.0  # a city may be its own region, and reports name the region around it
_WATERS_KM: Final = 50.0
_SEA_KM: Final = 370.4  # 200 nautical miles


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position that a source gives, what it stands for, and what it lies in.

    ``latitude`` and ``longitude`` are rounded to about a kilometre, ``given`` is as the source has it.
    ``countries`` and ``regions`` hold those between which it lies where none is certain, ``likely`` and
    ``likely_region`` on whose side it lies where only its rounding leaves that open, ``coarse_km`` how far it may be
    from what it was rounded from.
    """

    latitude: float
    longitude: float
    given: tuple[float, float]
    precision: str
    country: str | None
    countries: tuple[str, ...]
    likely: str | None
    region: str | None
    regions: tuple[str, ...]
    likely_region: str | None
    coarse_km: float

    @property
    def possible_countries(self) -> tuple[str, ...]:
        """The country, or those between which it lies."""
        return self.countries if self.country is None else (self.country,)

    @property
    def at_sea(self) -> bool:
        """Whether it lies in no country, and beside none."""
        return not self.possible_countries

    def variants(self) -> Iterator[tuple[tuple[float, float], str]]:
        """Yield the positions that one slip may have made this of, with what the slip is."""
        latitude, longitude = self.given
        if abs(longitude) <= 90 and latitude != longitude:
            yield (longitude, latitude), SWAPPED
        if latitude:
            yield (-latitude, longitude), "the sign of the latitude looks wrong"
        if longitude:
            yield (latitude, -longitude), "the sign of the longitude looks wrong"

    def said_by(self, statement: Statement) -> Position:
        """Return the position in the country that the row says, where it lies on its side, its rounding apart."""
        if self.country is not None or self.likely is None or statement.country != self.likely:
            return self
        return dataclasses.replace(self, country=self.likely, countries=(), region=self.likely_region)

    def settled_by(self, settlement: Candidate) -> Position:
        """Return the position with the country and region of a settlement at it, where the outlines do not say them."""
        country = settlement.country if self.country is None and settlement.country in self.countries else self.country
        region = self.region
        own = settlement.region_code if settlement.country == country else None
        if region is None and (own in self.regions or not self.regions):
            region = own
        return dataclasses.replace(
            self,
            country=country,
            countries=self.countries if country is None else (),
            region=region,
            regions=self.regions if region is None else (),
        )

    def doubt(self, areas: Areas) -> str:
        """Return between which countries or regions the position lies, empty where that is certain."""
        if self.countries:
            names = _listed([areas.country_name(code, "en") for code in self.countries])
            return f"they lie at the border of {names}, or in what both claim, {NO_COUNTRY}"
        if self.regions:
            names = _listed([areas.region_name(code, "en") or code for code in self.regions])
            return f"they lie at the line between {names}, nearer than it is known, so no region is said"
        return ""

    def where(self, areas: Areas) -> str:
        """Return what the position lies in, in words."""
        region = areas.region_name(self.region, "en")
        names = " or ".join(areas.country_name(code, "en") for code in self.possible_countries)
        return ", ".join(filter(None, [region, names])) or "no country"


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """The country and the regions (one of them) that a row says it is in.

    ``several`` where its words may mean several regions, ``holds`` whether it says a region at all.
    """

    country: str | None
    regions: tuple[str, ...]

    @classmethod
    def of(cls, query: Query, hints: Hints, named: Decision) -> Self:
        """Return what a row's columns say, and what its place says where that is a region or a country itself."""
        regions = hints.regions or hints.elsewhere
        country = hints.country
        if named.status == "area" and named.precision in {"region", "country"}:
            regions = regions or tuple(filter(None, [named.region_code]))
            country = country or named.country
        if not (query.country or query.region or query.place):
            return cls(None, ())
        return cls(country, regions)

    @property
    def several(self) -> bool:
        """Whether its words may mean several regions."""
        return len(self.regions) > 1

    @property
    def holds(self) -> bool:
        """Whether it says a region: then the source knows another place of the name there."""
        return bool(self.regions)


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """Coordinates that may be meant in place of a row's, why, and the region and the country that they lie in."""

    reason: str
    position: tuple[float, float]
    region: str | None
    country: str | None


def conflicts(statement: Statement, position: Position, areas: Areas) -> dict[str, str]:
    """Return which of country and region contradict a position, and how in words."""
    found: dict[str, str] = {}
    where = position.where(areas)
    if statement.country and not _may_be_in(statement.country, position):
        found["country"] = f"the row says {areas.country_name(statement.country, 'en')}, and they lie in {where}"
    if statement.regions and not any(_may_be_in_region(code, position, areas) for code in statement.regions):
        name = areas.region_name(statement.regions[0], "en")
        found["region"] = f"the row says {name}, and they lie in {where}"
    return found


def mended(statement: Statement, position: Position, told: dict[str, str], areas: Areas) -> Suggestion | None:
    """Return the coordinates that one slip undone makes of a row's, where they lie where it says that it is."""
    country = statement.country
    outside = country is not None and (
        "country" in told or (position.at_sea and not _country_holds(country, position.latitude, position.longitude))
    )
    if not outside and "region" not in told:
        return None
    for point, what in position.variants():
        at = shapely.Point(point[1], point[0])
        targets = [
            code for code in statement.regions if "region" in told and shapely.intersects(areas.polygon(code), at)
        ]
        if targets:
            code, home = targets[0], areas.regions[targets[0]].country
        elif outside and country is not None and _country_holds(country, *point):
            code, home = None, country
        else:
            continue
        name = areas.region_name(code, "en") or areas.country_name(home, "en")
        reason = f"lie in {position.where(areas)}, not in {name}, as the row says; {what}"
        return Suggestion(f"{reason}: {point[0]:.2f}, {point[1]:.2f} lies in it", point, code, home)
    return None


def _may_be_in(country: str, position: Position) -> bool:
    if position.at_sea:
        outline = country_outline(country)
        return outline is None or _within(outline, position, _SEA_KM)
    return any(code == country or is_territory_of(code, country) for code in position.possible_countries)


def _may_be_in_region(code: str, position: Position, areas: Areas) -> bool:
    if code == position.region or code in position.regions:
        return True
    limit = _LINE_KM + position.coarse_km
    if position.at_sea:
        limit = _SEA_KM
    elif position.region is None and not position.regions:
        limit = _WATERS_KM
    elif areas.regions[code].is_city or any(
        areas.regions[one].is_city for one in (position.region, *position.regions) if one
    ):
        limit = _CITY_KM
    return _within(areas.polygon(code), position, limit)


def _within(area: shapely.Geometry, position: Position, limit_km: float) -> bool:
    """Return whether a position lies in an area or so near it; most are told by the area's extent."""
    west, south, east, north = shapely.bounds(area)
    up = limit_km / 110
    aside = up / max(math.cos(math.radians(min(abs(position.latitude) + up, 89))), 0.01)
    if not (south - up <= position.latitude <= north + up and west - aside <= position.longitude <= east + aside):
        return False
    return distance_to_area_km(area, position.latitude, position.longitude) <= limit_km


def _country_holds(code: str, latitude: float, longitude: float) -> bool:
    outline = country_outline(code)
    return outline is not None and bool(shapely.intersects_xy(outline, longitude, latitude))


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
