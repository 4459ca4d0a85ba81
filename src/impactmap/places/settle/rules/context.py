"""What every rule looks at: a query taken apart, its hints, and what the gazetteer has of its names."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Final

from impactmap.places.names.toponyms import Toponym, parse_toponym, split_places
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.evidence import MOST_ALTERNATIVES, Evidence
from impactmap.places.settle.hints import Hints, read_hints, shorten
from impactmap.places.settle.readings import first_case, is_town, keys_of, listed_places, other_keys_of, whole_region
from impactmap.places.settle.verdicts import Verdicts, sentence

__all__ = ["LONGEST_NAME", "Context", "Rule"]

LONGEST_NAME: Final = 200


@dataclasses.dataclass(frozen=True)
class Context:
    """One query, and what there is to know about it; each thing is worked out when a rule first asks for it.

    Attributes
    ----------
    query
        What is asked; names stand in place of the register's codes.
    evidence, verdicts
        Where to look, and what makes decisions.
    decide
        Settles another query: a part of this one.
    kept
        What rules decided about parts.
    """

    query: Query
    evidence: Evidence
    verdicts: Verdicts
    decide: Callable[[Query], Decision]
    kept: dict[str, Decision | None] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def _parsed(self) -> Toponym:
        return parse_toponym(self.query.place)

    @functools.cached_property
    def hints(self) -> Hints:
        """Where the query says that its place lies; of a region and a country that contradict each other one."""
        hints = self.hints_of(self._parsed)
        if not hints.elsewhere:
            return self._in_state(hints)
        home = self.evidence.areas.regions[hints.elsewhere[0]].country
        rows = {row for key in keys_of(self._parsed) for row in self.evidence.run(home).find(key)}
        there = dataclasses.replace(hints, country=home, regions=hints.elsewhere, elsewhere=())
        return there if any(self.evidence.fit(row, there) != "out" for row in rows) else hints

    def _in_state(self, hints: Hints) -> Hints:
        """Return hints in which two capitals after a comma are a state, not a country: "Los Angeles, CA".

        They are where the name is known in that state of the United States, and not in the country.
        """
        last = self._parsed.hints[-1] if self._parsed.hints else ""
        state = f"US-{last}"
        if self.query.country or not (len(last) == 2 and last.isupper()) or state not in self.evidence.areas.regions:
            return hints
        keys = keys_of(self._parsed)
        there = dataclasses.replace(hints, country="US", regions=(state,))
        if any(self.evidence.run(hints.country).find(key) for key in keys) and hints.country is not None:
            return hints
        rows = [row for key in keys for row in self.evidence.run("US").find(key)]
        return there if any(self.evidence.fit(row, there) == "in" for row in rows) else hints

    def hints_of(self, toponym: Toponym) -> Hints:
        """Return what the query's columns and the words after a toponym's comma say, as it stands there."""
        return read_hints(self.query, toponym, self.evidence.areas, self.evidence.region_by_seat)

    @functools.cached_property
    def toponym(self) -> Toponym:
        """The place's name taken apart, in the light of what regions and towns there are."""
        toponym = first_case(self._parsed, self.hints.country, self.evidence)
        toponym = whole_region(toponym, self.hints, self.evidence)
        if is_town(toponym, self.hints, self.evidence):
            return dataclasses.replace(toponym, kind="any", name=toponym.body, whole=toponym.body)
        return toponym

    @functools.cached_property
    def scope(self) -> list[str] | None:
        """The countries in which to look: the one given, else all."""
        return [self.hints.country] if self.hints.country else None

    @functools.cached_property
    def exact(self) -> list[int]:
        """The places that have the name, where the hints say first, by the first of its spellings that any has."""
        run, hints = self.evidence.run(self.hints.country), self.hints
        found = [rows for key in keys_of(self.toponym) if (rows := list(run.find(key)))]
        if not found:
            return []
        inside = (rows for rows in found if any(self.evidence.fit(row, hints) == "in" for row in rows))
        return next(inside, found[0]) if hints.regions else found[0]

    @functools.cached_property
    def respelled(self) -> list[int]:
        """The places that have the name in a less usual spelling or in the first case, where the hints say."""
        run, hints = self.evidence.run(self.hints.country), self.hints
        for key in other_keys_of(self.toponym):
            rows = [row for row in run.find(key) if not hints.regions or self.evidence.fit(row, hints) == "in"]
            if rows:
                return rows
        return []

    @functools.cached_property
    def parts(self) -> list[str]:
        """The places that the text names with "and" or a semicolon between them; one when it is no list."""
        parts = split_places(self.query.place)
        if len(parts) < 2 or self.evidence.areas.named(self.query.place, self.scope):  # "Sistan and Baluchestan"
            return parts[:1]
        known = any(self.evidence.run(self.hints.country).find(key) for key in keys_of(self.toponym))
        return parts if self._lists_more or not known or self._are_regions(parts) else [self.query.place]

    @functools.cached_property
    def listed_regions(self) -> list[str]:
        """The codes of the regions that the text lists: "Kharkiv, Sumy, Poltava regions"."""
        codes = []
        for part in self.parts if self._are_regions(self.parts) else ():
            found = self.evidence.areas.find_regions(part, self.scope, fuzzy=False)[0]
            codes += found if len(found) == 1 else [""]
        return codes if len(codes) > 1 and all(codes) else []

    @staticmethod
    def _are_regions(parts: list[str]) -> bool:
        return len(parts) > 1 and all(parse_toponym(part).kind == "region" for part in parts)

    @functools.cached_property
    def towns(self) -> list[str]:
        """The towns that the text lists with commas."""
        return listed_places(self.query, self.hints, self.evidence) if self.toponym.hints else []

    @functools.cached_property
    def _lists_more(self) -> bool:
        """Whether what follows a comma names several places: "Kyiv, Lviv and Odesa", not "Bosnia and ..."."""
        areas = self.evidence.areas
        return any(
            len(split_places(text)) > 1
            and not areas.find_country(text)
            and not areas.find_regions(text, None, fuzzy=False)[0]
            for text in self.toponym.hints
        )

    def each(self, parts: list[str], hints: Hints) -> Decision:
        """Return that a text names several places, with the candidates that each part means."""
        named = ", ".join(repr(shorten(part)) for part in parts)
        decisions = [self.decide(dataclasses.replace(self.query, place=part)) for part in parts[:MOST_ALTERNATIVES]]
        candidates = tuple(one for one in map(self.verdicts.as_candidate, decisions) if one is not None)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, when it applies, and what it decides then."""

    name: str
    applies: Callable[[Context], bool]
    outcome: Callable[[Context], Decision]
