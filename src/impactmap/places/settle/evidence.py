"""Weigh what speaks for a place: region, district, distance, population."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from anyascii import anyascii

from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.gazetteer.display_names import display_name, known_names
from impactmap.places.gazetteer.name_run import NameRun
from impactmap.places.gazetteer.table import SHIPPED, PlaceTable
from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.romanise import romanise_ukrainian
from impactmap.places.names.toponyms import Toponym, parse_toponym, plain
from impactmap.places.settle.decision import Candidate
from impactmap.places.settle.hints import Hints
from impactmap.places.shapes import distance_km, distance_to_area_km

__all__ = [
    "DISTRICT_RADIUS_KM",
    "EXACT",
    "MOST_ALTERNATIVES",
    "NAMESAKE_KM",
    "TOWN",
    "Evidence",
    "Scope",
    "Trust",
    "settlement_radius_km",
    "trust",
]

Scope = Literal["region", "country", "world"]
Trust = Literal["matched", "fuzzy", "ambiguous"]

DISTRICT_RADIUS_KM: Final = 30.0
NAMESAKE_KM: Final = 8.0  # two entries of one name this near are one place
MOST_ALTERNATIVES: Final = 8
EXACT: Final = 100.0  # how much like a name itself is
TOWN: Final = 10_000
_MOST_WEIGHED: Final = 200
_BORDER_KM: Final = 20.0  # a city may be its own region, and reports name the region around it
_CITY: Final = 100_000
_KNOWN: Final = 250_000  # people of a city whose name alone means it, where namesakes are not nearly as large
_SEAT: Final = 20_000
_EDGE_KM: Final = 2.0
NEARLY: Final = 0.85  # of letters
_BESIDE, _ELSEWHERE = 0.2, 0.01  # how well a place across the region's border, and one far from it, agrees with it
_DOMINANT: Final = {"region": 8.0, "country": 20.0, "world": 30.0}  # times the runner-up's population
_DOMINANT_POPULATION: Final = {"region": 2_000, "country": 20_000, "world": 50_000}


class Evidence:
    """What a gazetteer and the areas say about places, which are rows of the gazetteer's table.

    Parameters
    ----------
    table, areas
        Where to look.
    language
        Of the names given back.
    """

    def __init__(self, table: PlaceTable, areas: Areas, language: Language) -> None:
        self.table = table
        self.areas = areas
        self.language: Language = language

    def run(self, country: str | None) -> NameRun:
        """Return the names of a country's places, of the world's when none is given."""
        return self.table.run(None if country is None else [country])

    def parts_of(self, hints: Hints) -> tuple[str, ...]:
        """Return the regions given and, of one made of several of the layer's, those."""
        parts = (part for code in hints.regions for part in (code, *self.areas.whole(code)))
        return tuple(dict.fromkeys(parts))

    def by_population(self, rows: Sequence[int]) -> list[int]:
        """Return rows, the most populous first; of those without a figure, the ones whose position is known."""
        table = self.table
        return sorted(rows, key=lambda row: (-int(table.population[row]), float(table.radius_km[row]) > 0, row))

    def without_stand_ins(self, rows: Sequence[int]) -> list[int]:
        """Return rows without those that stand at their area's middle where another of them lies in that area.

        A gazetteer that was added may know where a settlement is of which the register knows only the community.
        """
        radius = self.table.radius_km
        own = [row for row in rows if not radius[row] and int(self.table.origin[row]) >= SHIPPED]
        if not own:
            return list(rows)
        return [
            row for row in rows if not any(self.apart_km(row, other) <= radius[row] for other in own if radius[row])
        ]

    def called(self, text: str, country: str | None) -> tuple[int, bool]:
        """Return the inhabitants of the largest place with a name letter by letter, and whether it is today's.

        A place without a figure counts as one inhabitant, none at all as 0.
        """
        spelled = plain(text)
        largest = (0, False)
        for row in self.run(country).find(name_key(text)):
            if any(plain(name) == spelled for name in self.table.names_of(row)):
                today = any(plain(name) == spelled for name in self.names_today(row))
                largest = max(largest, (max(int(self.table.population[row]), 1), today))
        return largest

    def population_of(self, code: str) -> int:
        """Return the inhabitants of a region's settlements that the gazetteer knows."""
        region = self.areas.regions[code]
        return self.table.population_of(region.country, region.admin1) if region.admin1 else 0

    def is_settlement_of(self, toponym: Toponym, hinted: str | None, country: str) -> bool:
        """Return whether a country's name is the main name of one of its settlements, and the country is given."""
        if hinted is None:
            return False
        key = name_key(toponym.whole)
        return hinted == country and any(
            name_key(self.table.names_of(row)[0]) == key for row in self.run(hinted).find(key)
        )

    def region_by_seat(self, text: str, country: str | None) -> list[str]:
        """Return the region that has its name from the town that a text names otherwise: "Chittagong Division"."""
        rows = self.by_population(self.run(country).find(name_key(parse_toponym(text).name)))
        if not rows or self.table.population[rows[0]] < _SEAT:
            return []
        code = self.code(rows[0])
        return [code] if code is not None and self.areas.is_named_after(code, self.table.names_of(rows[0])) else []

    def is_seat(self, row: int) -> bool:
        """Return whether a place's region has its name from it."""
        code = self.code(row)
        return code is not None and self.areas.is_named_after(code, self.table.names_of(row))

    def part(self, code: str) -> NameRun:
        """Return the names of a region's places."""
        region = self.areas.regions[code]
        return self.table.part(region.country, region.admin1 or "")

    def fit(self, row: int, hints: Hints) -> Literal["in", "near", "out"]:
        """Return whether a place lies in the regions given, is a city beside them, or neither."""
        code, home = self.code(row), self.home(row)
        regions = (self.areas.regions[one] for one in self.parts_of(hints))
        if (self.table.country_of(row), self.table.admin1_of(row)) in {(one.country, one.admin1) for one in regions}:
            return "in"
        if not any(self.areas.regions[region].country == self.table.country_of(row) for region in hints.regions):
            return "out"
        point = float(self.table.latitude[row]), float(self.table.longitude[row])
        if code is None:  # the layer of regions is older than the place's region, or the gazetteer does not say
            circled = [region for region in hints.regions if region in self.areas.more and home is not None]
            outlined = [region for region in hints.regions if region not in circled]
            away = min((distance_to_area_km(self.areas.polygon(one), *point) for one in outlined), default=math.inf)
            return "in" if away <= _EDGE_KM else "out"
        if not (self.areas.regions[code].is_city or self.table.population[row] >= _CITY):
            return "out"
        away = min(distance_to_area_km(self.areas.polygon(region), *point) for region in hints.regions)
        return "near" if away <= _BORDER_KM else "out"

    def in_district(self, rows: list[int], hints: Hints) -> list[int] | None:
        """Return the places near what may be the hinted district's seat; None when no seat is known."""
        name = parse_toponym(hints.district)
        run = self.run(hints.country)
        seats = set(run.find(name_key(name.name)))
        if not seats and hints.country:
            seats = run.find_stem(stem_key(name_key(name.name)))
        if hints.regions:
            seats = {seat for seat in seats if self.fit(seat, hints) == "in"}
        register, stem = self.table.register, stem_key(name_key(name.name))
        if register is not None:
            entries = [(row, self.table.registered_as(row)) for row in rows]
            if kept := [row for row, entry in entries if entry is not None and register.lies_in(entry, stem)]:
                return kept
        if not seats:
            return None
        return [row for row in rows if any(self.apart_km(row, seat) <= 2 * DISTRICT_RADIUS_KM for seat in seats)]

    def names_today(self, row: int) -> list[str]:
        """Return what a place is called today: its main name, and in the other languages where that was checked."""
        return [self.table.names_of(row)[0], *known_names(self.table.id_of(row))]

    def is_called_today(self, row: int, toponym: Toponym) -> bool:
        """Return whether a place is called just so today, or its region has its name from what it is called today."""
        today, spelled = self.names_today(row), {plain(toponym.name), plain(toponym.whole)}
        code = self.code(row)
        named_after = code is not None and self.areas.is_named_after(code, today)
        return named_after or any(plain(name) in spelled for name in today)

    def spelled_alike(self, rows: Sequence[int], toponym: Toponym) -> int:
        """Return how many of the places have the name letter by letter."""
        spelled = {plain(toponym.name), plain(toponym.whole)}
        return sum(any(plain(name) in spelled for name in self.table.names_of(row)) for row in rows)

    def spelled_nearly(self, row: int, toponym: Toponym, least: float = NEARLY) -> bool:
        """Return whether a place has a name that differs by a letter or two in ten at most, or by what `least` says."""
        from rapidfuzz.distance import OSA

        names = {anyascii(plain(name)).lower() for name in (toponym.name, toponym.whole, *toponym.others)}
        known = {anyascii(plain(name)).lower() for name in self.table.names_of(row)}
        return any(OSA.normalized_similarity(own, name) >= least for own in known for name in names)

    def apart_km(self, row: int, other: int) -> float:
        """Return the distance between two places."""
        table = self.table
        return distance_km(
            float(table.latitude[row]),
            float(table.longitude[row]),
            float(table.latitude[other]),
            float(table.longitude[other]),
        )

    def spread_km(self, rows: list[int]) -> float:
        """Return how far the places are from the first of them."""
        return max((self.apart_km(rows[0], row) for row in rows[1:]), default=0.0)

    def dominates(self, rows: list[int], scope: str) -> bool:
        """Return whether the first place has so many more inhabitants than the others that it is meant."""
        if len(rows) < 2:
            return True
        first = int(self.table.population[rows[0]])
        far = [int(self.table.population[row]) for row in rows[1:] if self.apart_km(rows[0], row) > NAMESAKE_KM]
        return first >= _DOMINANT_POPULATION[scope] and first >= _DOMINANT[scope] * max(1, *far, 1)

    def is_the_city(self, rows: list[int], toponym: Toponym) -> bool:
        """Return whether the first place is a large city called just so today: "Одеса" is not Odessa in Texas.

        Another place that bears the same name keeps it from being meant by the name alone, unless it is far smaller.
        """
        spelled = {plain(toponym.name), plain(toponym.whole)}
        today = {plain(name) for name in self.names_today(rows[0])}
        if self.table.population[rows[0]] < _KNOWN or spelled.isdisjoint(today):
            return False
        rivals = [row for row in rows[1:] if plain(self.table.names_of(row)[0]) in today | spelled]
        return self.dominates([rows[0], *rivals], "world")

    def code(self, row: int) -> str | None:
        """Return the ISO 3166-2 code of a place's region."""
        return self.areas.region_of(self.table.country_of(row), self.table.admin1_of(row))

    def home(self, row: int) -> str | None:
        """Return the code of a place's region also where that has no outline of its own."""
        return self.areas.home_of(self.table.country_of(row), self.table.admin1_of(row))

    def candidates(
        self,
        rows: list[int],
        score: float,
        hints: Hints | None = None,
        weights: Mapping[int, float] | None = None,
    ) -> tuple[Candidate, ...]:
        """Return places as candidates, with how well they agree with the hints and what else they weigh."""
        found = []
        for row in list(dict.fromkeys(rows))[:_MOST_WEIGHED]:
            weight = 1.0 if weights is None else weights.get(row, 1.0)
            fit = weight if hints is None else weight * self._agrees(row, hints)
            found.append(self.candidate(row, round(score, 3), fit))
        return tuple(found)

    def _agrees(self, row: int, hints: Hints) -> float:
        """Return how well a place agrees with the region and the country given, 0 to 1."""
        if hints.regions and self.fit(row, hints) != "in":
            point = float(self.table.latitude[row]), float(self.table.longitude[row])
            away = min(distance_to_area_km(self.areas.polygon(code), *point) for code in hints.regions)
            return _BESIDE if away <= _BORDER_KM else _ELSEWHERE
        return 1.0 if hints.country in {None, self.table.country_of(row)} else _ELSEWHERE

    def candidate(self, row: int, score: float, fit: float = 1.0) -> Candidate:
        """Return a place as a candidate; `fit` is how well it agrees with the hints, 0 to 1."""
        table, code, country = self.table, self.code(row), self.table.country_of(row)
        region = self.areas.region_name(code, self.language)
        name = display_name(
            table.names_of(row),
            language=self.language,
            country=country,
            region_name=region,
            place_id=table.id_of(row).removeprefix("geonames:"),
        )
        position = round(float(table.latitude[row]), 4), round(float(table.longitude[row]), 4)
        population = int(table.population[row])
        radius = float(table.radius_km[row])
        return Candidate(
            table.id_of(row), name, code, region, country, position, population, score, radius, fit,
            provider=table.origin_of(row).provider, within=self.community(row) if radius else "",
        )  # fmt: skip

    def community(self, row: int) -> str:
        """Return the community and the district of a place of the register, in words."""
        entry = self.table.registered_as(row)
        if entry is None or self.table.register is None:
            return "its area"
        community, district = self.table.register.community_of(entry), self.table.register.district_of(entry)
        names = [(community, "community"), (district, "district")]
        return ", ".join(f"{romanise_ukrainian(name)} {kind}" for name, kind in names if name) or "its area"

    def is_complete(self, hints: Hints) -> bool:
        """Return whether the table has every settlement of where the hints say."""
        given = [hints.country] if hints.country else []
        countries = [self.areas.regions[code].country for code in hints.regions] or given
        return bool(countries) and all(self.table.is_complete(country) for country in countries)

    def region_candidate(self, code: str, score: float) -> Candidate:
        """Return a region as a candidate."""
        region = self.areas.regions[code]
        name = self.areas.region_name(code, self.language) or code
        return Candidate(f"iso:{code}", name, code, name, region.country, None, 0, score)


def settlement_radius_km(population: int) -> float:
    """Return a settlement's usual radius: 2 km for a village, 20 km for a city of more than a million."""
    for limit, radius in ((5_000, 2.0), (50_000, 5.0), (300_000, 10.0), (1_000_000, 15.0)):
        if population < limit:
            return radius
    return 20.0


def trust(scope: Scope, size: str, population: int, namesakes: int) -> Trust:
    """Return how far the only place of a name in the gazetteer may be trusted to be the one that is meant.

    The gazetteer leaves out villages under some 500 inhabitants, and many have the name of a larger place. Calibrated
    on the coded events of UCDP GED (`benchmarks/places_ucdp.py`): of what is `matched`, under 1 in 100 is more than
    50 km off.

    Parameters
    ----------
    scope
        Within what the place is the only one.
    size
        What the type word says.
    population
        Of the place.
    namesakes
        Places of that name in the country (or the world, where no country is given), this one counted: names that are
        common are common among small villages, too.
    """
    if size == "village" and population >= 50_000:
        return "ambiguous"
    if scope == "region":
        if size == "village" or (not size and population < 5_000):
            sure = namesakes == 1 or (namesakes == 2 and population >= 1_000)
        else:
            sure = namesakes <= 4 or population >= 20_000 or size == "town"
        return "matched" if sure else "ambiguous"
    if size == "village":
        return "ambiguous"
    if population >= (20_000 if scope == "country" else 50_000):
        return "matched"
    if population >= (5_000 if scope == "country" else 20_000) and namesakes <= 2:
        return "fuzzy"
    return "ambiguous"
