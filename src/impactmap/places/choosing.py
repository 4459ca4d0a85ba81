"""Decide which place a text means, or say that it cannot be decided.

The order of evidence: the name (same key, then like it), the country and region that the report gives, what the type
word says, and population, which settles only what is not close. What is left over is reported as candidates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from impactmap.places.areas import Areas, Language
from impactmap.places.decision import Decision, Query, Status
from impactmap.places.evidence import (
    DISTRICT_RADIUS_KM,
    MOST_ALTERNATIVES,
    NAMESAKE_KM,
    Evidence,
    Scope,
    settlement_radius_km,
    trust,
)
from impactmap.places.hints import Hints, read_hints, shorten
from impactmap.places.keys import name_key, stem_key
from impactmap.places.shapes import area_radius_km
from impactmap.places.table import PlaceTable
from impactmap.places.toponyms import Toponym, parse_toponym, plain, split_places

__all__ = ["Chooser"]

_NEAR_RADIUS_KM: Final = 15.0
_SIMILAR: Final = 80.0
_CLEARLY_MORE_SIMILAR: Final = 5.0
_LONGEST_NAME: Final = 200


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
        self.evidence = Evidence(table, areas, language)

    # ---- public -------------------------------------------------------------------------------------------------

    def prepare(self, queries: Iterable[Query]) -> None:
        """Announce many queries, so that their names are looked up in one pass over each country."""
        scopes: dict[str | None, set[str]] = {}
        for query in queries:
            if not 0 < len(query.place) <= _LONGEST_NAME:
                continue
            toponym = parse_toponym(query.place)
            country = read_hints(query, toponym, self.areas).country
            scopes.setdefault(country, set()).update(_keys(toponym))
        for country, keys in scopes.items():
            self.evidence.run(country).expect(keys)
            self.table.run().expect(keys)

    def decide(self, query: Query) -> Decision:
        """Return what a query means."""
        if not query.place:
            return self._from_hints(query)
        if len(query.place) > _LONGEST_NAME:
            return Decision(
                "invalid", f"A place's name has up to {_LONGEST_NAME} characters; this has {len(query.place):,}."
            )
        toponym = parse_toponym(query.place)
        hints = read_hints(query, toponym, self.areas)
        if not name_key(toponym.whole):
            return self._nothing("invalid", f"{shorten(query.place)!r} has no Latin or Cyrillic letter or digit", hints)
        parts = split_places(query.place)
        if len(parts) > 1 and not any(self.evidence.run(hints.country).find(key) for key in _keys(toponym)):
            named = ", ".join(repr(shorten(part)) for part in parts)
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
            and not self.evidence.is_settlement_of(toponym, hints.country, country)
        ):
            return self._country(country, hints)
        if toponym.kind == "district":
            return self._district(toponym, hints)
        run = self.evidence.run(hints.country)
        rows = next((found for key in _keys(toponym) if (found := run.find(key))), ())
        if rows:
            return self._choose(toponym, list(rows), hints)
        if toponym.kind == "any" and toponym.relation == "at":
            codes, _ = self.areas.find_regions(toponym.whole, [hints.country] if hints.country else None, fuzzy=False)
            if codes:
                return self._region(toponym, hints)
        return self._similar(toponym, hints)

    def region(self, code: str, reason: str, score: float = 1.0) -> Decision:
        """Return the decision for a region that is known by its ISO 3166-2 code."""
        name = self.areas.region_name(code, self.language)
        return Decision(
            "area",
            reason,
            precision="region",
            radius_km=area_radius_km(self.areas.polygon(code)),
            score=score,
            name=name,
            region=name,
            region_code=code,
            country=self.areas.regions[code].country,
            place_id=f"iso:{code}",
            provider="natural_earth",
        )

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
        return Decision("invalid", "No place is given.")

    # ---- areas --------------------------------------------------------------------------------------------------

    def _country(self, code: str, hints: Hints) -> Decision:
        name = self.areas.country_name(code, self.language)
        if hints.country and hints.country != code:
            hinted = self.areas.country_name(hints.country, "en")
            reason = f"the place is a country, {name}, but the country is given as {hinted}"
            return Decision("ambiguous", _sentence(reason, hints.notes))
        return Decision(
            "area",
            _sentence("a country", hints.notes),
            precision="country",
            score=1.0,
            name=name,
            country=code,
            place_id=f"iso:{code}",
            provider="cldr",
        )

    def _region(self, toponym: Toponym, hints: Hints) -> Decision:
        scope = [hints.country] if hints.country else None
        text = f"{toponym.name} region" if toponym.hints or toponym.kind != "region" else toponym.original
        codes, score = self.areas.find_regions(text, scope)
        reason = f"{len(codes)} regions have that name"
        if not codes and scope:
            codes, _ = self.areas.find_regions(text, None, fuzzy=False)
            reason = f"the only region of that name is outside {self.areas.country_name(scope[0], 'en')}"
            score = 0.0
        if not codes:
            return self._nothing("not_found", "no region has a name like that", hints)
        if len(codes) > 1 or not score:
            found = tuple(self.evidence.region_candidate(code, 0.5) for code in codes[:MOST_ALTERNATIVES])
            return Decision("ambiguous", _sentence(reason, hints.notes), score=0.3, alternatives=found)
        (code,) = codes
        reason = "a region" if score == 1 else f"a region, read from {shorten(toponym.original)!r}"
        if toponym.relation != "at":
            reason += "; the report says near it"
        return self.region(code, _sentence(reason, hints.notes), round(score, 3))

    def _district(self, toponym: Toponym, hints: Hints) -> Decision:
        evidence, key = self.evidence, name_key(toponym.name)
        run = evidence.run(hints.country)
        rows = {row for key in _keys(toponym) for row in run.find(key)}
        if not rows and hints.country:
            rows = run.find_stem(stem_key(key))
        score = 1.0
        seats = [row for row in rows if not hints.regions or evidence.fit(row, hints) == "in"]
        if not seats and hints.regions:
            parts = [evidence.part(code).find_similar(key, cutoff=85.0) for code in hints.regions]
            if similar := [pair for part in parts for pair in part]:
                seats, score = [similar[0][0]], similar[0][1] / 100
        if not seats and rows:
            reason = "no place that could be its seat lies in the region given"
            return self._several(reason, evidence.by_population(list(rows)), hints, 0.4)
        if not seats:
            return self._nothing("not_found", "no place that could be this district's seat is known", hints)
        seats = evidence.by_population(seats)
        scope: Scope = "region" if hints.regions else "country"
        if evidence.spread_km(seats) > DISTRICT_RADIUS_KM and not evidence.dominates(seats, scope):
            return self._several(f"{len(seats)} places could be its seat", seats, hints, 0.5)
        seat = evidence.candidate(seats[0], score)
        reason = (
            f"a district; shown as a circle of {DISTRICT_RADIUS_KM:.0f} km around {seat.name}, "
            "since its borders are not in the data"
        )
        return Decision(
            "area",
            _sentence(reason, hints.notes),
            precision="district",
            radius_km=DISTRICT_RADIUS_KM,
            score=round(0.9 * score, 3),
            name=shorten(toponym.original.split(",")[0].strip()),
            region=seat.region,
            region_code=seat.region_code,
            country=seat.country,
            provider=self.table.prefix,
            circle=seat.position,
        )

    # ---- settlements --------------------------------------------------------------------------------------------

    def _choose(self, toponym: Toponym, rows: list[int], hints: Hints) -> Decision:
        """Choose among places that have exactly the name."""
        population = self.table.population
        rows = self.evidence.by_population(rows)
        scope: Scope = "country" if hints.country else "world"
        others: list[int] = []
        near = False
        if hints.regions:
            fits = {row: self.evidence.fit(row, hints) for row in rows}
            inside = [row for row in rows if fits[row] == "in"]
            if not inside:
                inside = [row for row in rows if fits[row] == "near"]
                near = bool(inside)
            if not inside:
                return self._similar(toponym, hints, outside=rows)
            rows, others, scope = inside, [row for row in rows if row not in inside], "region"
        if hints.district:
            kept = self.evidence.in_district(rows, hints)
            if kept == []:
                return self._several(
                    f"none of the places of that name is near {shorten(hints.district)}", [*rows, *others], hints, 0.3
                )
            if kept:
                rows, others = kept, [*[row for row in rows if row not in kept], *others]
        best, rest = rows[0], rows[1:]
        where = {"region": " in the region given", "country": " in the country given", "world": ""}[scope]
        if near:
            where = " near the region given"
        if rest and self.evidence.spread_km(rows) > NAMESAKE_KM and not self.evidence.dominates(rows, scope):
            return self._several(f"{len(rows)} places have that name{where}", [*rows, *others], hints, 0.5)
        why = f"by far the largest of {len(rows)} of that name{where}" if rest else f"the only one of that name{where}"
        exact = {plain(toponym.name), plain(toponym.whole)} & {plain(name) for name in self.table.names_of(best)}
        score = {"region": 1.0, "country": 0.97, "world": 0.9}[scope]
        score *= (1.0 if exact else 0.95) * (0.95 if rest else 1.0) * (0.9 if near else 1.0)
        usual = name_key(self.table.names_of(best)[0]) in _keys(toponym)
        if scope == "world" and not usual and self.evidence.spelled_alike(rows, toponym) > 2:
            return self._several(f"{why}, but by another name than its usual one", [*rows, *others], hints, 0.5)
        verdict = trust(scope, toponym.size, int(population[best]), len(rows) + len(others))
        if verdict == "matched":
            return self._place("matched", best, score, why, [*rest, *others], toponym, hints)
        doubt = "a village of that name may be missing from the gazetteer"
        if verdict == "fuzzy":
            return self._place("fuzzy", best, 0.8 * score, f"{why}; {doubt}", [*rest, *others], toponym, hints)
        return self._several(f"{why}, but {doubt}", [*rows, *others], hints, 0.5)

    def _similar(self, toponym: Toponym, hints: Hints, *, outside: list[int] | None = None) -> Decision:
        key = name_key(toponym.name)
        runs = [self.evidence.part(code) for code in hints.regions] or [
            self.evidence.run(hints.country) if hints.country else self.table.prominent()
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
                why = "spelled like it in the region given; the only places of exactly that name are elsewhere"
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
                return self._several(reason, self.evidence.by_population(elsewhere), hints, 0.2)
        if not ranked:
            return self._nothing(
                "not_found", "no place has a name like that" + (" in the region given" if hints.regions else ""), hints
            )
        best, value = ranked[0]
        close = [row for row, other in ranked[1:] if value - other < _CLEARLY_MORE_SIMILAR]
        if (
            close
            and self.evidence.spread_km([best, *close]) > NAMESAKE_KM
            and not (not hints.country and self.evidence.dominates([best, *close], "country"))
        ):
            return self._several(
                f"{len(close) + 1} places have names like that", [best, *close], hints, round(value / 200, 3)
            )
        scale = 0.85 if hints.regions else 0.7 if hints.country else 0.5
        return self._place(
            "fuzzy", best, scale * value / 100, "spelled like it", [row for row, _ in ranked[1:]], toponym, hints
        )

    def _place(
        self, status: Status, row: int, score: float, why: str, rest: list[int], toponym: Toponym, hints: Hints
    ) -> Decision:
        place = self.evidence.candidate(row, 0.0)
        reason, radius = why, settlement_radius_km(place.population)
        if toponym.relation == "near":
            reason, radius = f"{why}; the report says near it", max(radius, _NEAR_RADIUS_KM)
        elif toponym.relation == "site":
            reason = f"{why}; a site named after it, which the gazetteer does not know"
            status, radius = "fuzzy", max(radius, _NEAR_RADIUS_KM)
        if hints.contradict and status == "matched":
            status, score = "fuzzy", 0.6 * score
        if toponym.mended:
            reason += "; look-alike or invisible characters mended"
        latitude, longitude = place.position or (math.nan, math.nan)
        return Decision(
            status,
            _sentence(reason, hints.notes),
            precision="settlement",
            radius_km=radius,
            score=round(score, 3),
            name=place.name,
            region=place.region,
            region_code=place.region_code,
            country=place.country,
            place_id=place.place_id,
            provider=self.table.prefix,
            latitude=latitude,
            longitude=longitude,
            alternatives=self.evidence.candidates(rest, min(0.5, score / 2)),
        )

    def _several(self, reason: str, rows: list[int], hints: Hints, score: float) -> Decision:
        found = self.evidence.candidates(rows, score)
        countries = {candidate.country for candidate in found}
        regions = {(candidate.region_code, candidate.region) for candidate in found}
        region_code, region = regions.pop() if len(regions) == 1 else (None, None)
        return Decision(
            "ambiguous",
            _sentence(reason, hints.notes),
            score=score,
            region=region,
            region_code=region_code,
            country=countries.pop() if len(countries) == 1 else None,
            alternatives=found,
        )

    def _nothing(self, status: Status, reason: str, hints: Hints) -> Decision:
        code = hints.regions[0] if len(hints.regions) == 1 else None
        return Decision(
            status,
            _sentence(reason, hints.notes),
            country=hints.country,
            region_code=code,
            region=self.areas.region_name(code, self.language),
        )


def _keys(toponym: Toponym) -> list[str]:
    texts = [toponym.whole, toponym.name, *(parse_toponym(other).name for other in toponym.others)]
    return [key for key in dict.fromkeys(name_key(text) for text in texts) if key]


def _sentence(reason: str, notes: tuple[str, ...]) -> str:
    text = "; ".join([reason, *notes])
    return text[:1].upper() + text[1:] + "."
