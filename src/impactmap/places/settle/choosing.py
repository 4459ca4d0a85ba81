"""Decide which place a text means, or say that it cannot be decided.

The order of evidence: the name (same key, then like it), the country and region that the report gives, what the type
word says, and population, which settles only what is not close. What is left over is reported as candidates.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable
from typing import Final

from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.gazetteer.table import PlaceTable
from impactmap.places.names.keys import name_key, skeleton_key
from impactmap.places.names.toponyms import Toponym, parse_toponym, split_places
from impactmap.places.settle.codes import name_codes
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.districts import decide_district
from impactmap.places.settle.evidence import MOST_ALTERNATIVES, NAMESAKE_KM, Evidence, Scope, Trust, trust
from impactmap.places.settle.hints import Hints, is_general, read_hints, says_nothing, shorten
from impactmap.places.settle.readings import is_land, is_town, keys_of, listed_places, other_keys_of, whole_region
from impactmap.places.settle.verdicts import Verdicts, sentence

__all__ = ["Chooser"]

_SIMILAR: Final = {"region": 72.0, "country": 78.0, "world": 86.0}
_SHORTEST: Final = 4  # letters of a key that may be misspelt
_MISSPELT: Final = 83.0  # less like than that it is another place, where small ones are missing
_LIKE: Final = 85.0  # so similar that it is preferred to a place of exactly the name in another region
_TOWN: Final = 10_000
_CITY: Final = 100_000
_FAR_LARGER: Final = 8  # times a city that has the name today, as St Petersburg is beside its namesake in Florida
_TELLING: Final = 3.0  # points of similarity that make a candidate e times as likely
_UNLIKE: Final = 8.0  # the same where the name itself is known elsewhere
_CLEARLY_MORE_SIMILAR: Final = 5.0
_COMMON: Final = 3  # places that have a name today: an older name of another is then one of many
_LONGEST_NAME: Final = 200
_COORDINATES: Final = re.compile(r"\D{0,3}\d{1,3}[.,]\d+\D{1,5}\d{1,3}[.,]\d+\D{0,3}")


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
        self.verdicts = Verdicts(self.evidence)

    # ---- public -------------------------------------------------------------------------------------------------

    def prepare(self, queries: Iterable[Query]) -> None:
        """Announce many queries, so that their names are looked up in one pass over each country."""
        scopes: dict[str | None, set[str]] = {}
        for query in queries:
            if not 0 < len(query.place) <= _LONGEST_NAME:
                continue
            toponym = parse_toponym(query.place)
            keys = scopes.setdefault(self.hints(query, toponym).country, set())
            keys.update(keys_of(toponym), other_keys_of(toponym))
            if toponym.kind in {"region", "district"}:
                keys.add(name_key(toponym.body))
        for country, keys in scopes.items():
            self.evidence.run(country).expect(keys)
            self.table.run().expect(keys)

    def decide(self, query: Query) -> Decision:
        """Return what a query means."""
        query = name_codes(query, self.table.register, self.areas)
        if not query.place or says_nothing(query.place):
            return self._from_hints(query)
        if len(query.place) > _LONGEST_NAME:
            return Decision(
                "invalid", f"A place's name has up to {_LONGEST_NAME} characters; this has {len(query.place):,}."
            )
        toponym = parse_toponym(query.place)
        hints = self._agreed(self.hints(query, toponym), toponym)
        toponym = whole_region(toponym, hints, self.evidence)
        if is_town(toponym, hints, self.evidence):
            toponym = dataclasses.replace(toponym, kind="any", name=toponym.body, whole=toponym.body)
        if not any(letter.isalpha() for letter in name_key(toponym.whole)):
            if _COORDINATES.fullmatch(query.place):
                reason = f"{shorten(query.place)!r} is no name but coordinates, which belong in columns of their own"
                return self.verdicts.nothing("invalid", reason, dataclasses.replace(hints, notes=()))
            return self.verdicts.nothing("invalid", f"{shorten(query.place)!r} has no letter", hints)
        if is_general(toponym.whole) and not hints.country:
            reason = "a general word, which names a place only together with a country"
            return self.verdicts.nothing("not_found", reason, hints)
        parts = split_places(query.place)
        if len(parts) > 1 and (
            self._lists_more(toponym) or not any(self.evidence.run(hints.country).find(key) for key in keys_of(toponym))
        ):
            return self._each(parts, query, self.hints(query, parse_toponym("")))
        if toponym.hints and len(parts := listed_places(query, hints, self.evidence)) > 1:
            return self._each(parts, query, Hints(None, (), "", ()))
        if toponym.kind == "region" or (not hints.regions and is_land(toponym, hints, self.evidence)):
            return self._region(toponym, hints)
        country = self.areas.find_country(toponym.whole, codes=False)
        if (
            country
            and toponym.kind == "any"
            and toponym.relation == "at"
            and not self.evidence.is_settlement_of(toponym, hints.country, country)
        ):
            return self.verdicts.country(country, hints)
        if toponym.kind == "district":
            return decide_district(toponym, keys_of(toponym), hints, self.evidence, self.verdicts)
        run = self.evidence.run(hints.country)
        found = [rows for key in keys_of(toponym) if (rows := list(run.find(key)))]
        if found:
            inside = (rows for rows in found if any(self.evidence.fit(row, hints) == "in" for row in rows))
            rows = next(inside, found[0]) if hints.regions else found[0]
            if toponym.relation == "site" and rows[0] in self.evidence.run(hints.country).find(name_key(toponym.whole)):
                toponym = dataclasses.replace(toponym, relation="at")  # "Port Sudan" is a town, no port of one
            return self._choose(toponym, self.evidence.without_stand_ins(rows), hints)
        for key in other_keys_of(toponym):
            rows = [row for row in run.find(key) if not hints.regions or self.evidence.fit(row, hints) == "in"]
            if rows:
                return self._choose(toponym, self.evidence.without_stand_ins(rows), hints)
        if toponym.kind == "any" and toponym.relation == "at":
            codes, _ = self.areas.find_regions(toponym.whole, [hints.country] if hints.country else None, fuzzy=False)
            if codes:
                return self._region(toponym, hints)
        if toponym.relation == "site" and toponym.hints:
            return self.verdicts.nothing("not_found", "no place is known that bears the site's name", hints)
        return self._similar(toponym, hints)

    def hints(self, query: Query, toponym: Toponym) -> Hints:
        """Return what a query says about where its place lies."""
        return read_hints(query, toponym, self.areas, self.evidence.region_by_seat)

    def _agreed(self, hints: Hints, toponym: Toponym) -> Hints:
        """Return hints of which the region and the country contradict each other, with the one that the name is in."""
        if not hints.elsewhere:
            return hints
        home = self.areas.regions[hints.elsewhere[0]].country
        rows = {row for key in keys_of(toponym) for row in self.evidence.run(home).find(key)}
        there = dataclasses.replace(hints, country=home, regions=hints.elsewhere, elsewhere=())
        return there if any(self.evidence.fit(row, there) != "out" for row in rows) else hints

    def _lists_more(self, toponym: Toponym) -> bool:
        """Return whether what follows a comma names several places: "Kyiv, Lviv and Odesa", not "Bosnia and ..."."""
        return any(
            len(split_places(text)) > 1
            and not self.areas.find_country(text)
            and not self.areas.find_regions(text, None, fuzzy=False)[0]
            for text in toponym.hints
        )

    def _each(self, parts: list[str], query: Query, hints: Hints) -> Decision:
        """Return that a text names several places, with the candidates that each part means."""
        named = ", ".join(repr(shorten(part)) for part in parts)
        found = [self.decide(dataclasses.replace(query, place=part)) for part in parts[:MOST_ALTERNATIVES]]
        candidates = tuple(one for one in map(self.verdicts.as_candidate, found) if one is not None)
        reason = f"names {len(parts)} places: {named}. Put ';' between them or give each a row"
        if not candidates:
            return self.verdicts.nothing("invalid", reason, hints)
        countries = {one.country for one in candidates}
        return Decision(
            "ambiguous",
            sentence(reason, hints.notes),
            score=0.3,
            country=countries.pop() if len(countries) == 1 else None,
            alternatives=candidates,
        )

    def region(self, code: str, reason: str, score: float = 1.0) -> Decision:
        """Return the decision for a region that is known by its ISO 3166-2 code."""
        return self.verdicts.region(code, reason, score)

    def _from_hints(self, query: Query) -> Decision:
        if query.region:
            hints = self.hints(query, parse_toponym(""))
            if len(hints.regions) == 1 and not hints.notes:  # "Northern District" is a region of Israel
                return self.region(hints.regions[0], "A region.")
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

    def _region(self, toponym: Toponym, hints: Hints) -> Decision:
        scope = [hints.country] if hints.country else None
        text = f"{toponym.name} region" if toponym.hints or toponym.kind != "region" else toponym.original
        codes, score = self.areas.find_regions(text, scope, fuzzy=False)
        if not codes and (codes := self.evidence.region_by_seat(text, hints.country)):
            score = 1.0
        elif not codes:
            codes, score = self.areas.find_regions(text, scope)
        reason = f"{len(codes)} regions have that name"
        if not codes and scope:
            codes, _ = self.areas.find_regions(text, None, fuzzy=False)
            reason = f"the only region of that name is outside {self.areas.country_name(scope[0], 'en')}"
            score = 0.0
        if not codes:
            return self.verdicts.nothing("not_found", "no region has a name like that", hints)
        if len(codes) > 1 or not score:
            found = tuple(self.evidence.region_candidate(code, 0.5) for code in codes[:MOST_ALTERNATIVES])
            return Decision("ambiguous", sentence(reason, hints.notes), score=0.3, alternatives=found)
        (code,) = codes
        reason = "a region" if score == 1 else f"a region, read from {shorten(toponym.original)!r}"
        if toponym.relation != "at":
            reason += "; the report says near it"
        return self.region(code, sentence(reason, hints.notes), round(score, 3))

    # ---- settlements --------------------------------------------------------------------------------------------

    def _choose(self, toponym: Toponym, rows: list[int], hints: Hints) -> Decision:
        """Choose among places that have exactly the name."""
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
                reason = f"none of the places of that name is near {shorten(hints.district)}"
                return self.verdicts.several(reason, rows, hints, 0.3, others=others)
            if kept:
                rows, others = kept, [*[row for row in rows if row not in kept], *others]
        rows, unlikely = self._likely(rows, toponym, hints)
        others = [*unlikely, *others]
        best, rest = rows[0], rows[1:]
        weights = self._unlikely([*rows, *unlikely], toponym)
        where = {"region": " in the region given", "country": " in the country given", "world": ""}[scope]
        if near:
            where = " near the region given"
        complete = scope != "world" and not near and self.evidence.is_complete(hints)
        if rest and self.evidence.spread_km(rows) > NAMESAKE_KM:
            # The register has them all: any village may be meant, first one that is spelled just so.
            unsure = complete and (
                toponym.size == "village"
                or (self._spelled(rest, toponym) and not self.evidence.spelled_nearly(best, toponym))
            )
            known = scope == "world" and toponym.size != "village" and self.evidence.is_the_city(rows, toponym)
            if unsure or not (known or self.evidence.dominates(rows, scope)):
                return self.verdicts.several(
                    f"{len(rows)} places have that name{where}", rows, hints, 0.5, others=others, fits=weights
                )
        why = f"the only one of that name{where}"
        if rest:
            far = self.evidence.dominates(rows, scope)
            largest = "by far the largest" if far else "the largest that is spelled so,"
            why = f"{largest} of {len(rows)} of that name{where}"
        exact = self._spelled([best], toponym)
        score = {"region": 1.0, "country": 0.97, "world": 0.9}[scope]
        score *= (1.0 if exact else 0.95) * (0.95 if rest else 1.0) * (0.9 if near else 1.0)
        usual = self._usual(best, toponym)
        if scope == "world" and not usual and self.evidence.spelled_alike(rows, toponym) > 2:
            return self.verdicts.several(
                f"{why}, but by another name than its usual one", rows, hints, 0.5, others=others
            )
        verdict, doubt = (
            self._trust_in_register(best, rest, toponym, scope)
            if complete
            else (
                trust(scope, toponym.size, self._inhabitants(best, rest), len(rows) + len(others)),
                "a village of that name may be missing from the gazetteer",
            )
        )
        if verdict == "matched" and scope == "world" and not usual:
            verdict, doubt = "fuzzy", "by another name than its usual one"
        if verdict == "matched":
            return self.verdicts.place("matched", best, score, why, [*rest, *others], toponym, hints)
        if verdict == "fuzzy":
            return self.verdicts.place("fuzzy", best, 0.8 * score, f"{why}; {doubt}", [*rest, *others], toponym, hints)
        return self.verdicts.several(f"{why}, but {doubt}", rows, hints, 0.5, others=others, fits=weights)

    def _inhabitants(self, best: int, rest: list[int]) -> int:
        """Return how large a place is; a region's name is its seat's, whatever the gazetteer says of inhabitants."""
        population = int(self.table.population[best])
        return max(population, 2 * _TOWN) if not rest and self.evidence.is_seat(best) else population

    def _likely(self, rows: list[int], toponym: Toponym, hints: Hints) -> tuple[list[int], list[int]]:
        """Part places of one name into those that may be meant and those that hardly are.

        A village is not a city that once bore the name, and a place that has the name today goes before one that had
        it (before a larger city only where it is a city, too); a spelling that only one of several namesakes has in the
        gazetteer may mean any of them.
        """
        evidence, population = self.evidence, self.table.population
        usual = [row for row in rows if self._usual(row, toponym)]
        bearer = max((int(population[row]) for row in usual), default=0)
        town = _TOWN if bearer < _CITY else _FAR_LARGER * bearer
        if not any(name_key(self.table.names_of(row)[0]) in keys_of(toponym) for row in rows):
            own = {name_key(self.table.names_of(row)[0]) for row in rows}
            runs = [evidence.part(code) for code in hints.regions] or [evidence.run(hints.country)]
            if hints.country:
                kin = [row for run in runs for key in keys_of(toponym) for row, _ in run.find_kin(key)]
                namesakes = [row for run in runs for key in sorted(own) for row in run.find(key)] + kin
                rows = evidence.by_population(list(dict.fromkeys([*rows, *namesakes])))
        likely = [
            row
            for row in rows
            if not (toponym.size == "village" and population[row] >= _TOWN)
            and (not usual or row in usual or (population[row] >= town and not toponym.size))
        ]
        return (likely, [row for row in rows if row not in likely]) if likely else (rows, [])

    def _unlikely(self, rows: list[int], toponym: Toponym) -> dict[int, float]:
        """Return how much less likely some places are: cities called villages, and by an older name that many bear."""
        bearers = self._bearers(rows, toponym)
        found = {}
        for row in rows:
            if toponym.size == "village" and self.table.population[row] >= _TOWN:
                found[row] = 0.2 * (_TOWN / int(self.table.population[row])) ** 2
            elif bearers >= _COMMON and toponym.size != "town" and not self._usual(row, toponym):
                found[row] = bearers**-2
        if found and len(found) == len(rows):  # all of them: one of them is still the likeliest
            most = max(found.values())
            found = {row: weight / most for row, weight in found.items()}
        return found

    def _bearers(self, rows: list[int], toponym: Toponym) -> int:
        """Return how many places have just that name today."""
        return sum(name_key(self.table.names_of(row)[0]) in keys_of(toponym) for row in rows)

    def _spelled(self, rows: list[int], toponym: Toponym) -> bool:
        """Return whether one of the places has the name letter by letter."""
        return self.evidence.spelled_alike(rows, toponym) > 0

    def _usual(self, row: int, toponym: Toponym) -> bool:
        """Return whether a place is called so today."""
        keys, main = keys_of(toponym), name_key(self.table.names_of(row)[0])
        if main in keys or skeleton_key(main) in map(skeleton_key, keys):
            return True
        return any(name_key(name) in keys for name in self.evidence.names_today(row)[1:])

    def _trust_in_register(self, best: int, rest: list[int], toponym: Toponym, scope: Scope) -> tuple[Trust, str]:
        """Return how far to trust the first of all places of a name where no settlement is missing."""
        population = int(self.table.population[best])
        if not self._usual(best, toponym):
            if toponym.size != "town" and self._bearers(rest, toponym) >= _COMMON:
                return "ambiguous", "by an older name that others have today"
            rivals = any(name_key(name) in keys_of(toponym) for row in rest for name in self.table.names_of(row))
            sure = not rivals and population >= (_CITY if scope == "country" else _CITY // 2)
            return ("matched", "") if sure else ("fuzzy", "by another name than its usual one")
        if rest:
            sure = population >= (_CITY if scope == "country" else 2 * _TOWN)
            return ("matched", "") if sure else ("fuzzy", "smaller places have it too")
        sure = scope == "region" or population >= _TOWN
        return ("matched", "") if sure else ("fuzzy", "nothing says in which region")

    def _similar(self, toponym: Toponym, hints: Hints, *, outside: list[int] | None = None) -> Decision:
        """Choose among places that have nearly the name; `outside` have it, but not where the hints say."""
        ranked = self._ranked(toponym, hints)
        best, value = ranked[0] if ranked else (-1, 0.0)
        close = [row for row, other in ranked if value - other < _CLEARLY_MORE_SIMILAR]
        apart = self.evidence.spread_km(close) > NAMESAKE_KM if close else False
        if outside:
            if ranked and value >= _LIKE and not apart:
                why = "spelled like it in the region given; the only places of exactly that name are elsewhere"
                return self.verdicts.place("fuzzy", best, 0.8 * value / 100, why, outside, toponym, hints)
            if ranked and value >= _LIKE:
                reason = f"{len(close)} places in the region given have names like that, others elsewhere have it"
                return self.verdicts.several(reason, close, hints, 0.3, others=outside, fits=_fits(ranked))
            reason = "the name and the region contradict each other: the only places of that name are elsewhere"
            alike = {row: math.exp((value - 100) / _UNLIKE) for row, value in ranked}
            return self.verdicts.several(reason, [*outside, *alike], hints, 0.3, fits=alike)
        if hints.country and value < _LIKE and (not ranked or not hints.regions):
            elsewhere = [row for key in keys_of(toponym) for row in self.table.run().find(key)]
            if elsewhere:
                reason = f"no place of that name in {self.areas.country_name(hints.country, 'en')}, only elsewhere"
                return self.verdicts.several(reason, self.evidence.by_population(elsewhere), hints, 0.2)
        if not ranked:
            where = " in the region given" if hints.regions else ""
            return self.verdicts.nothing("not_found", f"no place has a name like that{where}", hints)
        if apart and (hints.country or not self.evidence.dominates(close, "country")):
            reason = f"{len(close)} places have names like that"
            return self.verdicts.several(reason, close, hints, round(value / 200, 3), fits=_fits(ranked))
        rest = [row for row, _ in ranked[1:]]
        if value < _MISSPELT and not self.evidence.is_complete(hints):
            reason = "only spelled somewhat like it; the place may be missing from the gazetteer"
            return self.verdicts.several(reason, [best], hints, round(value / 200, 3), others=rest)
        scale = 0.85 if hints.regions else 0.7 if hints.country else 0.5
        return self.verdicts.place("fuzzy", best, scale * value / 100, "spelled like it", rest, toponym, hints)

    def _ranked(self, toponym: Toponym, hints: Hints) -> list[tuple[int, float]]:
        """Return places with nearly the name, the most like first, with how like: the wider the search, the more so."""
        key = name_key(toponym.name)
        runs = [self.evidence.part(code) for code in hints.regions] or [
            self.evidence.run(hints.country) if hints.country else self.table.prominent()
        ]
        cutoff = _SIMILAR["region" if hints.regions else "country" if hints.country else "world"]
        found: dict[int, float] = {}
        if len(key) >= _SHORTEST:
            for run in runs:
                for row, value in run.find_similar(key, cutoff=cutoff, skeletons=hints.country is not None):
                    if toponym.size != "village" or self.table.population[row] < _TOWN:
                        found[row] = max(value, found.get(row, 0.0))
        return sorted(found.items(), key=lambda item: (-item[1], -int(self.table.population[item[0]]), item[0]))


def _fits(ranked: list[tuple[int, float]]) -> dict[int, float]:
    """Return how likely each of some similar names is beside the most similar one."""
    best = ranked[0][1] if ranked else 0.0
    return {row: math.exp((value - best) / _TELLING) for row, value in ranked}
