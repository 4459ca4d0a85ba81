"""Decide which place a text means, or say that it cannot be decided.

The order of evidence: the name (same key, then like it), the country and region that the report gives, what the type word
says, and population, which settles only what is not close. What is left over is reported as candidates.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Final, Literal

from impactmap.places.areas import Areas, Language
from impactmap.places.names import display_name
from impactmap.places.table import NameRun, PlaceTable
from impactmap.places.toponyms import Toponym, name_key, parse_toponym, plain, split_places, stem_key

__all__ = ["Candidate", "Chooser", "Decision", "Query"]

Status = Literal["matched", "ambiguous", "fuzzy", "area", "not_found", "unavailable", "invalid"]
Scope = Literal["region", "country", "world"]
Precision = Literal["exact", "settlement", "district", "region", "country"]

DISTRICT_RADIUS_KM: Final = 30.0
_NEAR_RADIUS_KM: Final = 15.0
_NAMESAKE_KM: Final = 8.0  # two entries of one name this near are one place
_BORDER_KM: Final = 20.0  # a city may be its own region, and reports name the region around it
_CITY: Final = 100_000
_DOMINANT: Final = {"region": 8.0, "country": 20.0, "world": 30.0}  # times the runner-up's population
_DOMINANT_POPULATION: Final = {"region": 2_000, "country": 20_000, "world": 50_000}
_SIMILAR: Final = 80.0
_CLEARLY_MORE_SIMILAR: Final = 5.0
_MOST_ALTERNATIVES: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """What a report says about one place; empty text where it says nothing."""

    place: str
    region: str = ""
    country: str = ""
    district: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a text may mean."""

    place_id: str
    name: str
    region_code: str | None
    region: str | None
    country: str
    latitude: float | None
    longitude: float | None
    population: int
    score: float

    def as_dict(self) -> dict[str, object]:
        """Return what `place_alternatives` holds."""
        return {
            "id": self.place_id,
            "name": self.name,
            "region": self.region,
            "country": self.country,
            "latitude": None if self.latitude is None else round(self.latitude, 4),
            "longitude": None if self.longitude is None else round(self.longitude, 4),
            "score": self.score,
        }


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


@dataclasses.dataclass(frozen=True, slots=True)
class _Hints:
    """The hints of a query, read."""

    country: str | None
    regions: tuple[str, ...]
    district: str
    notes: tuple[str, ...]


def radius_km(population: int) -> float:
    """Return a settlement's usual radius: 2 km for a village, 20 km for a city of more than a million."""
    for limit, radius in ((5_000, 2.0), (50_000, 5.0), (300_000, 10.0), (1_000_000, 15.0)):
        if population < limit:
            return radius
    return 20.0


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance in km (sphere of 6,371 km: within 0.6 % of the geodesic)."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


class Chooser:
    """Settle queries against one gazetteer.

    Parameters
    ----------
    table, areas
        Where to look.
    language
        Of the names given back.
    """

    def __init__(self, table: PlaceTable, areas: Areas, *, language: Language = "en") -> None:
        self.table = table
        self.areas = areas
        self.language: Language = language

    # ---- public -------------------------------------------------------------------------------------------------

    def prepare(self, queries: Iterable[Query]) -> None:
        """Look the names of many queries up in one pass over each country."""
        scopes: dict[str | None, set[str]] = {}
        for query in queries:
            if not query.place:
                continue
            toponym = parse_toponym(query.place)
            country = self._hints(query, toponym).country
            scopes.setdefault(country, set()).update(_keys(toponym))
        for country, keys in scopes.items():
            self._run(country).prepare(keys)

    def decide(self, query: Query) -> Decision:
        """Return what a query means."""
        if not query.place:
            return self._from_hints(query)
        toponym = parse_toponym(query.place)
        hints = self._hints(query, toponym)
        if not name_key(toponym.whole):
            return self._nothing("invalid", f"{_short(query.place)!r} has no Latin or Cyrillic letter or digit", hints)
        parts = split_places(query.place)
        if len(parts) > 1 and not any(self._run(hints.country).find(key) for key in _keys(toponym)):
            named = ", ".join(repr(_short(part)) for part in parts)
            return self._nothing(
                "invalid", f"names {len(parts)} places: {named}. Put ';' between them or give each a row", hints
            )
        if toponym.kind == "region":
            return self._region(toponym, hints)
        country = self.areas.find_country(toponym.whole, codes=False)
        if (
            country
            and toponym.kind == "any"
            and toponym.relation == "at"
            and not self._is_settlement_of(toponym, hints.country, country)
        ):
            return self._country(country, hints)
        if toponym.kind == "district":
            return self._district(toponym, hints)
        run = self._run(hints.country)
        rows = next((found for key in _keys(toponym) if (found := run.find(key))), ())
        if rows:
            return self._choose(toponym, list(rows), hints)
        if toponym.kind == "any" and toponym.relation == "at":
            codes, _ = self.areas.find_regions(toponym.whole, [hints.country] if hints.country else None, fuzzy=False)
            if codes:
                return self._region(toponym, hints)
        return self._similar(toponym, hints)

    # ---- hints --------------------------------------------------------------------------------------------------

    def _hints(self, query: Query, toponym: Toponym) -> _Hints:
        notes: list[str] = []
        region_text, country_text, district = query.region, query.country, query.district
        for text in reversed(toponym.hints):
            if not country_text and self.areas.find_country(text):
                country_text = text
            elif not region_text and parse_toponym(text).kind != "district":
                region_text = text
            elif not district:
                district = text
        country = None
        if country_text:
            country = self.areas.find_country(country_text) or self.areas.guess_country(country_text)
            if country is None:
                notes.append(f"country {_short(country_text)!r} not recognised")
        codes: list[str] = []
        if region_text:
            hint = parse_toponym(region_text)
            codes, score = self.areas.find_regions(region_text, [country] if country else None)
            if not codes and country:
                codes, score = self.areas.find_regions(region_text, None, fuzzy=False)
                if codes:
                    other = self.areas.regions[codes[0]].country
                    notes.append(
                        f"region {_short(region_text)!r} is in {self.areas.country_name(other, 'en')}, not in {country_text}"
                    )
                    codes = []
            if codes and score < 1:
                notes.append(f"region {_short(region_text)!r} read as {self.areas.region_name(codes[0], 'en')}")
            if not codes and hint.kind == "district":
                district = district or region_text
            elif not codes and not notes:
                notes.append(f"region {_short(region_text)!r} not recognised")
            if codes and country is None and len({self.areas.regions[code].country for code in codes}) == 1:
                country = self.areas.regions[codes[0]].country
        return _Hints(country, tuple(codes), district, tuple(notes))

    def _from_hints(self, query: Query) -> Decision:
        if query.region:
            return self.decide(
                Query(
                    query.region if parse_toponym(query.region).kind != "any" else f"{query.region} region",
                    "",
                    query.country,
                )
            )
        if query.country:
            return self.decide(Query(query.country))
        return Decision("invalid", "no place is given")

    def _run(self, country: str | None) -> NameRun:
        return self.table.run(None if country is None else [country])

    # ---- areas --------------------------------------------------------------------------------------------------

    def _country(self, code: str, hints: _Hints) -> Decision:
        name = self.areas.country_name(code, self.language)
        if hints.country and hints.country != code:
            hinted = self.areas.country_name(hints.country, "en")
            return Decision(
                "ambiguous",
                _sentence(f"the place is a country, {name}, but the country is given as {hinted}", hints.notes),
            )
        return Decision(
            "area", _sentence("a country", hints.notes), precision="country", score=1.0, name=name, country=code, place_id=f"iso:{code}", provider="cldr"
        )  # fmt: skip

    def _region(self, toponym: Toponym, hints: _Hints) -> Decision:
        scope = [hints.country] if hints.country else None
        codes, score = self.areas.find_regions(
            toponym.original if toponym.kind == "region" and not toponym.hints else f"{toponym.name} region", scope
        )
        if not codes and scope:
            elsewhere, _ = self.areas.find_regions(f"{toponym.name} region", None, fuzzy=False)
            if elsewhere:
                return Decision(
                    "ambiguous",
                    _sentence(
                        f"the only region of that name is outside {self.areas.country_name(scope[0], 'en')}",
                        hints.notes,
                    ),
                    alternatives=tuple(self._region_candidate(code, 0.5) for code in elsewhere[:_MOST_ALTERNATIVES]),
                )
        if not codes:
            return self._nothing("not_found", "no region has a name like that", hints)
        if len(codes) > 1:
            return Decision(
                "ambiguous",
                _sentence(f"{len(codes)} regions have that name", hints.notes),
                alternatives=tuple(self._region_candidate(code, 0.5) for code in codes[:_MOST_ALTERNATIVES]),
            )
        (code,) = codes
        region = self.areas.regions[code]
        reason = "a region" if score == 1 else f"a region, read from {_short(toponym.original)!r}"
        if toponym.relation != "at":
            reason += "; the report says near it"
        from impactmap.places.shapes import area_radius_km

        return Decision(
            "area", _sentence(reason, hints.notes), precision="region", radius_km=area_radius_km(self.areas.polygon(code)), score=round(score, 3),
            name=self.areas.region_name(code, self.language), region=self.areas.region_name(code, self.language), region_code=code,
            country=region.country, place_id=f"iso:{code}", provider="natural_earth",
        )  # fmt: skip

    def _district(self, toponym: Toponym, hints: _Hints) -> Decision:
        run = self._run(hints.country)
        rows = {row for key in _keys(toponym) for row in run.find(key)}
        if not rows and hints.country:
            rows = run.find_stem(stem_key(name_key(toponym.name)))
        score = 1.0
        inside = [row for row in rows if self._fit(row, hints) == "in"] if hints.regions else sorted(rows)
        if not inside and hints.regions:
            similar = [
                pair
                for code in hints.regions
                for pair in self._part(code).find_similar(name_key(toponym.name), cutoff=85.0)
            ]
            inside, score = ([similar[0][0]], similar[0][1] / 100) if similar else ([], 1.0)
        if not inside:
            if rows:
                return self._several(
                    "no place that could be its seat lies in the region given", sorted(rows), hints, 0.4
                )
            return self._nothing("not_found", "no place that could be this district's seat is known", hints)
        seats = sorted(inside, key=lambda row: (-int(self.table.population[row]), row))
        if self._spread_km(seats) > DISTRICT_RADIUS_KM and not self._dominates(
            seats, "region" if hints.regions else "country"
        ):
            return self._several(f"{len(seats)} places could be its seat", seats, hints, 0.5)
        seat = self._candidate(seats[0], score)
        assert seat.latitude is not None
        assert seat.longitude is not None
        return Decision(
            "area",
            _sentence(f"a district; shown as a circle of {DISTRICT_RADIUS_KM:.0f} km around {seat.name}, since its borders are not in the data", hints.notes),
            precision="district", radius_km=DISTRICT_RADIUS_KM, score=round(0.9 * score, 3), name=_short(plain_name(toponym)), region=seat.region,
            region_code=seat.region_code, country=seat.country, provider=self.table.prefix, circle=(seat.latitude, seat.longitude),
        )  # fmt: skip

    # ---- settlements --------------------------------------------------------------------------------------------

    def _choose(self, toponym: Toponym, rows: list[int], hints: _Hints) -> Decision:
        """Choose among places that have exactly the name."""
        population = self.table.population
        rows.sort(key=lambda row: (-int(population[row]), row))
        scope: Scope = "country" if hints.country else "world"
        others: list[int] = []
        near = False
        if hints.regions:
            fits = {row: self._fit(row, hints) for row in rows}
            inside = [row for row in rows if fits[row] == "in"]
            if not inside:
                inside = [row for row in rows if fits[row] == "near"]
                near = bool(inside)
            if not inside:
                return self._similar(toponym, hints, outside=rows)
            rows, others, scope = inside, [row for row in rows if row not in inside], "region"
        if hints.district:
            kept = self._in_district(rows, hints)
            if kept == []:
                return self._several(
                    f"none of the places of that name is near {_short(hints.district)}", [*rows, *others], hints, 0.3
                )
            if kept:
                rows, others = kept, [*[row for row in rows if row not in kept], *others]
        best, rest = rows[0], rows[1:]
        where = {"region": " in the region given", "country": " in the country given", "world": ""}[scope]
        if near:
            where = " near the region given"
        if rest and self._spread_km(rows) > _NAMESAKE_KM and not self._dominates(rows, scope):
            return self._several(f"{len(rows)} places have that name{where}", [*rows, *others], hints, 0.5)
        why = f"by far the largest of {len(rows)} of that name{where}" if rest else f"the only one of that name{where}"
        exact = (
            plain(toponym.name) in (names := {plain(name) for name in self.table.names_of(best)})
            or plain(toponym.whole) in names
        )
        score = (
            (1.0 if exact else 0.95)
            * {"region": 1.0, "country": 0.97, "world": 0.9}[scope]
            * (0.95 if rest else 1.0)
            * (0.9 if near else 1.0)
        )
        namesakes = self._namesakes(toponym, spelled_alike=scope == "world")
        if scope == "world" and namesakes > 2 and name_key(self.table.names_of(best)[0]) not in _keys(toponym):
            return self._several(f"{why}, but by another name than its usual one", [*rows, *others], hints, 0.5)
        trust = _trust(scope, toponym.size, int(population[best]), namesakes)
        if trust == "matched":
            return self._place("matched", best, score, why, [*rest, *others], toponym, hints)
        doubt = "a village of that name may be missing from the gazetteer"
        if trust == "fuzzy":
            return self._place("fuzzy", best, 0.8 * score, f"{why}; {doubt}", [*rest, *others], toponym, hints)
        return self._several(f"{why}, but {doubt}", [*rows, *others], hints, 0.5)

    def _similar(self, toponym: Toponym, hints: _Hints, *, outside: list[int] | None = None) -> Decision:
        key = name_key(toponym.name)
        runs = [self._part(code) for code in hints.regions] or [
            self._run(hints.country) if hints.country else self.table.prominent()
        ]
        found: dict[int, float] = {}
        if len(key) >= 4:
            for run in runs:
                for row, value in run.find_similar(key, cutoff=_SIMILAR if len(key) > 5 else 85.0):
                    found[row] = max(value, found.get(row, 0.0))
        ranked = sorted(found.items(), key=lambda item: (-item[1], -int(self.table.population[item[0]]), item[0]))
        if outside:
            if (
                ranked
                and ranked[0][1] >= 88
                and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= _CLEARLY_MORE_SIMILAR)
            ):
                why = f"spelled like it in the region given; the only places of exactly that name are elsewhere"
                return self._place("fuzzy", ranked[0][0], 0.8 * ranked[0][1] / 100, why, outside, toponym, hints)
            return self._several(
                "the name and the region contradict each other: the only places of that name are elsewhere",
                outside,
                hints,
                0.3,
            )
        if hints.country and (not ranked or ranked[0][1] < 90):
            elsewhere = [row for key in _keys(toponym) for row in self.table.run().find(key)]
            if elsewhere and (not ranked or not hints.regions):
                reason = f"no place of that name in {self.areas.country_name(hints.country, 'en')}, only elsewhere"
                elsewhere.sort(key=lambda row: (-int(self.table.population[row]), row))
                return self._several(reason, elsewhere, hints, 0.2)
        if not ranked:
            return self._nothing(
                "not_found", "no place has a name like that" + (" in the region given" if hints.regions else ""), hints
            )
        best, value = ranked[0]
        close = [row for row, other in ranked[1:] if value - other < _CLEARLY_MORE_SIMILAR]
        if (
            close
            and self._spread_km([best, *close]) > _NAMESAKE_KM
            and not (not hints.country and self._dominates([best, *close], "country"))
        ):
            return self._several(
                f"{len(close) + 1} places have names like that", [best, *close], hints, round(value / 200, 3)
            )
        scale = 0.85 if hints.regions else 0.7 if hints.country else 0.5
        return self._place(
            "fuzzy", best, scale * value / 100, "spelled like it", [row for row, _ in ranked[1:]], toponym, hints
        )

    def _place(
        self, status: Status, row: int, score: float, why: str, rest: list[int], toponym: Toponym, hints: _Hints
    ) -> Decision:
        place = self._candidate(row, round(score, 3))
        reason, radius = why, radius_km(place.population)
        if toponym.relation == "near":
            reason, radius = f"{why}; the report says near it", max(radius, _NEAR_RADIUS_KM)
        elif toponym.relation == "site":
            status = "fuzzy"
            reason, radius = (
                f"{why}; a site named after it, which the gazetteer does not know",
                max(radius, _NEAR_RADIUS_KM),
            )
        if toponym.mended:
            reason += "; look-alike or invisible characters mended"
        assert place.latitude is not None
        assert place.longitude is not None
        return Decision(
            status, _sentence(reason, hints.notes), precision="settlement", radius_km=radius, score=place.score, name=place.name, region=place.region,
            region_code=place.region_code, country=place.country, place_id=place.place_id, provider=self.table.prefix,
            latitude=place.latitude, longitude=place.longitude, alternatives=self._candidates(rest, min(0.5, score / 2)),
        )  # fmt: skip

    def _several(self, reason: str, rows: list[int], hints: _Hints, score: float) -> Decision:
        found = self._candidates(rows, score)
        regions = {candidate.region_code for candidate in found}
        countries = {candidate.country for candidate in found}
        return Decision(
            "ambiguous", _sentence(reason, hints.notes), score=score, alternatives=found,
            country=countries.pop() if len(countries) == 1 else None, region_code=regions.copy().pop() if len(regions) == 1 else None,
            region=found[0].region if len(regions) == 1 else None,
        )  # fmt: skip

    def _nothing(self, status: Status, reason: str, hints: _Hints) -> Decision:
        code = hints.regions[0] if len(hints.regions) == 1 else None
        return Decision(
            status,
            _sentence(reason, hints.notes),
            country=hints.country,
            region_code=code,
            region=self.areas.region_name(code, self.language),
        )

    # ---- evidence -----------------------------------------------------------------------------------------------

    def _is_settlement_of(self, toponym: Toponym, hinted: str | None, country: str) -> bool:
        if hinted is None:
            return False
        key = name_key(toponym.whole)
        return hinted == country and any(
            name_key(self.table.names_of(row)[0]) == key for row in self._run(hinted).find(key)
        )

    def _part(self, code: str) -> NameRun:
        region = self.areas.regions[code]
        return self.table.part(region.country, region.admin1 or "")

    def _fit(self, row: int, hints: _Hints) -> Literal["in", "near", "out"]:
        code = self._code(row)
        if code in hints.regions:
            return "in"
        from impactmap.places.shapes import distance_to_area_km

        if not any(self.areas.regions[region].country == str(self.table.country[row]) for region in hints.regions):
            return "out"
        point = float(self.table.latitude[row]), float(self.table.longitude[row])
        if code is None or not (self.areas.regions[code].is_city or self.table.population[row] >= _CITY):
            return "out"
        return (
            "near"
            if any(distance_to_area_km(self.areas.polygon(region), *point) <= _BORDER_KM for region in hints.regions)
            else "out"
        )

    def _in_district(self, rows: list[int], hints: _Hints) -> list[int] | None:
        """Return the places near what may be the hinted district's seat; None when no seat is known."""
        name = parse_toponym(hints.district)
        run = self._run(hints.country)
        seats = set(run.find(name_key(name.name)))
        if not seats and hints.country:
            seats = run.find_stem(stem_key(name_key(name.name)))
        if hints.regions:
            seats = {seat for seat in seats if self._fit(seat, hints) == "in"}
        return (
            [row for row in rows if any(self._apart_km(row, seat) <= 2 * DISTRICT_RADIUS_KM for seat in seats)]
            if seats
            else None
        )

    def _namesakes(self, toponym: Toponym, *, spelled_alike: bool) -> int:
        """Return how many places of the world have this name, or only those where it is spelled letter by letter like this."""
        run = self.table.run()
        rows = run.find(name_key(toponym.name)) or run.find(name_key(toponym.whole))
        if not spelled_alike or len(rows) > 50:
            return max(1, len(rows))
        spelled = {plain(toponym.name), plain(toponym.whole)}
        return max(1, sum(any(plain(name) in spelled for name in self.table.names_of(row)) for row in rows))

    def _apart_km(self, row: int, other: int) -> float:
        table = self.table
        return distance_km(
            float(table.latitude[row]),
            float(table.longitude[row]),
            float(table.latitude[other]),
            float(table.longitude[other]),
        )

    def _spread_km(self, rows: list[int]) -> float:
        return max((self._apart_km(rows[0], row) for row in rows[1:]), default=0.0)

    def _dominates(self, rows: list[int], scope: str) -> bool:
        if len(rows) < 2:
            return True
        first = int(self.table.population[rows[0]])
        far = [int(self.table.population[row]) for row in rows[1:] if self._apart_km(rows[0], row) > _NAMESAKE_KM]
        return first >= _DOMINANT_POPULATION[scope] and first >= _DOMINANT[scope] * max(1, *far, 1)

    def _code(self, row: int) -> str | None:
        return self.areas.region_of(str(self.table.country[row]), str(self.table.admin1[row]))

    def _candidates(self, rows: list[int], score: float) -> tuple[Candidate, ...]:
        return tuple(self._candidate(row, round(score, 3)) for row in dict.fromkeys(rows[:_MOST_ALTERNATIVES]))

    def _candidate(self, row: int, score: float) -> Candidate:
        table, code, country = self.table, self._code(row), str(self.table.country[row])
        region = self.areas.region_name(code, self.language)
        name = display_name(table.names_of(row), language=self.language, country=country, region_name=region)
        return Candidate(
            f"{table.prefix}:{table.ids[row]}", name, code, region, country, round(float(table.latitude[row]), 4), round(float(table.longitude[row]), 4),
            int(table.population[row]), score,
        )  # fmt: skip

    def _region_candidate(self, code: str, score: float) -> Candidate:
        region = self.areas.regions[code]
        name = self.areas.region_name(code, self.language) or code
        return Candidate(f"iso:{code}", name, code, name, region.country, None, None, 0, score)


def _trust(scope: Scope, size: str, population: int, namesakes: int) -> Literal["matched", "fuzzy", "ambiguous"]:
    """Return how far the only place of a name in the gazetteer may be trusted to be the one that is meant.

    The gazetteer leaves out villages under some 500 inhabitants, and many have the name of a larger place. Calibrated on the
    coded events of UCDP GED (`benchmarks/places_ucdp.py`): of what is `matched`, under 1 in 100 is more than 50 km off.

    Parameters
    ----------
    scope
        Within what the place is the only one.
    size
        What the type word says.
    population
        Of the place.
    namesakes
        Places of that name in the world: names that are common are common among small villages, too.
    """
    village = size == "village" or (not size and population < 5_000)
    if size == "village" and population >= 50_000:
        return "ambiguous"
    if scope == "region":
        if village:
            return "matched" if namesakes == 1 or (namesakes == 2 and population >= 1_000) else "ambiguous"
        return "matched" if namesakes <= 4 or population >= 20_000 or size == "town" else "ambiguous"
    if size == "village":
        return "ambiguous"
    if population >= (20_000 if scope == "country" else 50_000):
        return "matched"
    if population >= (5_000 if scope == "country" else 20_000) and namesakes <= 2:
        return (
            "matched" if size == "town" and scope == "country" and namesakes == 1 and population >= 10_000 else "fuzzy"
        )
    return "ambiguous"


def plain_name(toponym: Toponym) -> str:
    """Return a place's text as given, without what follows a comma."""
    return toponym.original.split(",")[0].strip()


def _keys(toponym: Toponym) -> list[str]:
    texts = [toponym.whole, toponym.name, *(parse_toponym(other).name for other in toponym.others)]
    return [key for key in dict.fromkeys(name_key(text) for text in texts) if key]


def _sentence(reason: str, notes: tuple[str, ...]) -> str:
    text = "; ".join([reason, *notes])
    return text[:1].upper() + text[1:] + "."


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
