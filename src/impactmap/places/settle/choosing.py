"""Decide which place a text means, or say that it cannot be decided: by the first of the rules that applies."""

from __future__ import annotations

from collections.abc import Iterable

from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.gazetteer.table import PlaceTable
from impactmap.places.names.keys import name_key
from impactmap.places.names.toponyms import Toponym, parse_toponym
from impactmap.places.settle.codes import name_codes
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.evidence import Evidence
from impactmap.places.settle.hints import Hints, read_hints
from impactmap.places.settle.readings import keys_of, other_keys_of
from impactmap.places.settle.rules.context import LONGEST_NAME, Context, Rule
from impactmap.places.settle.rules.order import RULES
from impactmap.places.settle.verdicts import Verdicts

__all__ = ["Chooser"]


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

    def prepare(self, queries: Iterable[Query]) -> None:
        """Announce many queries, so that their names are looked up in one pass over each country."""
        scopes: dict[str | None, set[str]] = {}
        for query in queries:
            if not 0 < len(query.place) <= LONGEST_NAME:
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
        context = self.context(query)
        return self.rule(context).outcome(context)

    def context(self, query: Query) -> Context:
        """Return what the rules look at."""
        query = name_codes(query, self.table.register, self.areas)
        return Context(query, self.evidence, self.verdicts, self.decide)

    @staticmethod
    def rule(context: Context) -> Rule:
        """Return the first rule that applies; the last always does."""
        return next(rule for rule in RULES if rule.applies(context))

    def hints(self, query: Query, toponym: Toponym) -> Hints:
        """Return what a query says about where its place lies."""
        return read_hints(query, toponym, self.areas, self.evidence.region_by_seat)

    def region(self, code: str, reason: str, score: float = 1.0) -> Decision:
        """Return the decision for a region that is known by its ISO 3166-2 code."""
        return self.verdicts.region(code, reason, score)
