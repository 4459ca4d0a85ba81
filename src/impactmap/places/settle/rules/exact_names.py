"""Choose among places that have exactly the name."""

from __future__ import annotations

import dataclasses
from typing import Final

from impactmap.places.names.keys import name_key, skeleton_key
from impactmap.places.names.toponyms import Toponym
from impactmap.places.settle.decision import Decision
from impactmap.places.settle.evidence import EXACT, NAMESAKE_KM, TOWN, Evidence, Scope, Trust, trust
from impactmap.places.settle.hints import Hints, shorten
from impactmap.places.settle.readings import keys_of
from impactmap.places.settle.rules.context import Context
from impactmap.places.settle.rules.similar_names import similar

__all__ = ["choose"]

_CITY: Final = 100_000
_FAR_LARGER: Final = 8  # times a city that has the name today, as St Petersburg is beside its namesake in Florida
_COMMON: Final = 3  # places that have a name today: an older name of another is then one of many
_SOMEWHAT: Final = 0.7  # of letters, where only the sounds are the same
_RARE_LEAST: Final = 1_000  # people of a place whose name is nobody else's
_SHARED: Final = 0.12  # of the names of a country; where more are shared, a namesake may well be missing
_WHERE: Final = {"region": " in the region given", "country": " in the country given", "world": ""}
_SCORE: Final = {"region": 1.0, "country": 0.97, "world": 0.9}


@dataclasses.dataclass(frozen=True)
class _Choice:
    """Places that have the name: those that may be meant, the first of them the largest, and the others."""

    toponym: Toponym
    hints: Hints
    evidence: Evidence
    scope: Scope
    near: bool
    rows: list[int]
    others: list[int]
    weights: dict[int, float]

    @property
    def where(self) -> str:
        """The scope, in words."""
        return " near the region given" if self.near else _WHERE[self.scope]

    @property
    def complete(self) -> bool:
        """Whether no settlement of the scope is missing."""
        return self.scope != "world" and not self.near and self.evidence.is_complete(self.hints)

    @property
    def why(self) -> str:
        """What makes the first the one that is meant."""
        count = len(self.rows)
        if count == 1:
            return f"the only one of that name{self.where}"
        far = self.evidence.dominates(self.rows, self.scope)
        largest = "by far the largest" if far else "the largest that is spelled so,"
        return f"{largest} of {count} of that name{self.where}"

    @property
    def score(self) -> float:
        """How sure the first is the one that is meant, were it trusted."""
        exact = _is_spelled(self.evidence, self.rows[:1], self.toponym)
        score = _SCORE[self.scope] * (1.0 if exact else 0.95)
        return score * (0.95 if len(self.rows) > 1 else 1.0) * (0.9 if self.near else 1.0)

    def is_one_of_many(self) -> bool:
        """Return whether several places of the name are apart, and nothing makes one of them the one meant."""
        toponym, evidence, rows = self.toponym, self.evidence, self.rows
        if len(rows) == 1 or evidence.spread_km(rows) <= NAMESAKE_KM:
            return False
        # The register has them all: any village may be meant, first one that is spelled just so.
        unsure = self.complete and (
            toponym.size == "village"
            or (_is_spelled(evidence, rows[1:], toponym) and not evidence.spelled_nearly(rows[0], toponym))
        )
        known = self.scope == "world" and toponym.size != "village" and evidence.is_the_city(rows, toponym)
        return unsure or not (known or evidence.dominates(rows, self.scope))

    def is_an_older_name_of_many(self) -> bool:
        """Return whether the first has it as an older name only, in a world where others are spelled just so."""
        evidence, usual = self.evidence, _is_usual(self.evidence, self.rows[0], self.toponym)
        return self.scope == "world" and not usual and evidence.spelled_alike(self.rows, self.toponym) > 2

    def trust(self) -> tuple[Trust, str]:
        """Return how far to trust the first, and what is doubtful about it."""
        evidence, toponym, best = self.evidence, self.toponym, self.rows[0]
        if self.complete:
            return _trust_in_register(self)
        population = int(evidence.table.population[best])
        if len(self.rows) == 1 and evidence.is_seat(best):  # a region's name is its seat's, however small it is said
            population = max(population, 2 * TOWN)
        verdict = trust(self.scope, toponym.size, population, len(self.rows) + len(self.others))
        if self.scope == "country" and verdict == "ambiguous" and population >= _RARE_LEAST and self._is_rare():
            verdict = "fuzzy"
        if self.scope != "region" and verdict != "ambiguous" and not evidence.spelled_nearly(best, toponym):
            somewhat = verdict == "matched" and evidence.spelled_nearly(best, toponym, _SOMEWHAT)
            return "fuzzy" if somewhat else "ambiguous", "spelled otherwise"
        if verdict == "matched" and self.scope == "world" and not _is_usual(evidence, best, toponym):
            return "fuzzy", "by another name than its usual one"
        return verdict, "a village of that name may be missing from the gazetteer"

    def _is_rare(self) -> bool:
        """Return whether no other place of the world has the name, in a country whose places hardly share names."""
        evidence, best, key = self.evidence, self.rows[0], name_key(self.toponym.name)
        if self.toponym.size == "village" or name_key(evidence.table.names_of(best)[0]) != key:
            return False
        country = evidence.table.country_of(best)
        return len(evidence.run(None).find(key)) == 1 and evidence.table.shared_names(country) < _SHARED


def choose(context: Context, rows: list[int] | None = None) -> Decision:
    """Choose among places that have exactly the name."""
    toponym, hints, evidence, verdicts = context.toponym, context.hints, context.evidence, context.verdicts
    rows = context.exact if rows is None else rows
    if toponym.relation == "site" and rows[0] in evidence.run(hints.country).find(name_key(toponym.whole)):
        toponym = dataclasses.replace(toponym, relation="at")  # "Port Sudan" is a town, no port of one
    rows = evidence.by_population(evidence.without_stand_ins(rows))
    fits = {row: evidence.fit(row, hints) if hints.regions else "in" for row in rows}
    inside = [row for row in rows if fits[row] == "in"] or [row for row in rows if fits[row] == "near"]
    if not inside:
        return similar(context, outside=rows)
    others = [row for row in rows if row not in inside]
    if hints.district and (kept := evidence.in_district(inside, hints)) is not None:
        if not kept:
            reason = f"none of the places of that name is near {shorten(hints.district)}"
            return verdicts.several(reason, inside, hints, 0.3, others=others)
        inside, others = kept, [*[row for row in inside if row not in kept], *others]
    likely, unlikely = _likely(evidence, inside, toponym, hints)
    choice = _Choice(
        toponym,
        hints,
        evidence,
        "region" if hints.regions else "country" if hints.country else "world",
        fits[inside[0]] == "near",
        likely,
        [*unlikely, *others],
        _unlikely(evidence, [*likely, *unlikely], toponym),
    )
    return _settle(context, choice)


def _settle(context: Context, choice: _Choice) -> Decision:
    """Return the decision about places of one name, of which the first is meant if any is."""
    rows, others, hints, verdicts = choice.rows, choice.others, choice.hints, context.verdicts
    if choice.is_one_of_many():
        reason = f"{len(rows)} places have that name{choice.where}"
        return verdicts.several(reason, rows, hints, 0.5, others=others, fits=choice.weights, alike=EXACT)
    if choice.is_an_older_name_of_many():
        return verdicts.several(
            f"{choice.why}, but by another name than its usual one", rows, hints, 0.5, others=others
        )
    verdict, doubt = choice.trust()
    if verdict == "ambiguous":
        return verdicts.several(
            f"{choice.why}, but {doubt}", rows, hints, 0.5, others=others, fits=choice.weights, alike=EXACT
        )
    why = choice.why if verdict == "matched" else f"{choice.why}; {doubt}"
    score = choice.score if verdict == "matched" else 0.8 * choice.score
    return verdicts.place(verdict, rows[0], score, why, [*rows[1:], *others], choice.toponym, hints)


def _likely(evidence: Evidence, rows: list[int], toponym: Toponym, hints: Hints) -> tuple[list[int], list[int]]:
    """Part places of one name into those that may be meant and those that hardly are.

    A village is not a city that once bore the name, and a place that has the name today goes before one that had
    it (before a larger city only where it is a city, too); a spelling that only one of several namesakes has in the
    gazetteer may mean any of them.
    """
    population = evidence.table.population
    usual = [row for row in rows if _is_usual(evidence, row, toponym)]
    bearer = max((int(population[row]) for row in usual), default=0)
    town = TOWN if bearer < _CITY else _FAR_LARGER * bearer
    if hints.country and not _bearers(evidence, rows, toponym):
        own = {name_key(evidence.table.names_of(row)[0]) for row in rows}
        runs = [evidence.part(code) for code in evidence.parts_of(hints)] or [evidence.run(hints.country)]
        kin = [row for run in runs for key in keys_of(toponym) for row, _ in run.find_kin(key)]
        namesakes = [row for run in runs for key in sorted(own) for row in run.find(key)] + kin
        rows = evidence.by_population(list(dict.fromkeys([*rows, *namesakes])))
    likely = [
        row
        for row in rows
        if not (toponym.size == "village" and population[row] >= TOWN)
        and (not usual or row in usual or (population[row] >= town and not toponym.size))
    ]
    return (likely, [row for row in rows if row not in likely]) if likely else (rows, [])


def _unlikely(evidence: Evidence, rows: list[int], toponym: Toponym) -> dict[int, float]:
    """Return how much less likely some places are: cities called villages, and by an older name that many bear."""
    bearers = _bearers(evidence, rows, toponym)
    found = {}
    for row in rows:
        population = int(evidence.table.population[row])
        if toponym.size == "village" and population >= TOWN:
            found[row] = 0.2 * (TOWN / population) ** 2
        elif bearers >= _COMMON and toponym.size != "town" and not _is_usual(evidence, row, toponym):
            found[row] = bearers**-2
    if found and len(found) == len(rows):  # all of them: one of them is still the likeliest
        most = max(found.values())
        found = {row: weight / most for row, weight in found.items()}
    return found


def _bearers(evidence: Evidence, rows: list[int], toponym: Toponym) -> int:
    """Return how many places have just that name today."""
    return sum(name_key(evidence.table.names_of(row)[0]) in keys_of(toponym) for row in rows)


def _is_spelled(evidence: Evidence, rows: list[int], toponym: Toponym) -> bool:
    """Return whether one of the places has the name letter by letter."""
    return evidence.spelled_alike(rows, toponym) > 0


def _is_usual(evidence: Evidence, row: int, toponym: Toponym) -> bool:
    """Return whether a place is called so today."""
    keys, main = keys_of(toponym), name_key(evidence.table.names_of(row)[0])
    if main in keys or skeleton_key(main) in map(skeleton_key, keys):
        return True
    return any(name_key(name) in keys for name in evidence.names_today(row)[1:])


def _trust_in_register(choice: _Choice) -> tuple[Trust, str]:
    """Return how far to trust the first of all places of a name where no settlement is missing."""
    toponym, evidence, scope = choice.toponym, choice.evidence, choice.scope
    best, rest = choice.rows[0], choice.rows[1:]
    population = int(evidence.table.population[best])
    if not _is_usual(evidence, best, toponym):
        if toponym.size != "town" and _bearers(evidence, rest, toponym) >= _COMMON:
            return "ambiguous", "by an older name that others have today"
        rivals = any(name_key(name) in keys_of(toponym) for row in rest for name in evidence.table.names_of(row))
        sure = not rivals and population >= (_CITY if scope == "country" else _CITY // 2)
        return ("matched", "") if sure else ("fuzzy", "by another name than its usual one")
    if rest:
        sure = population >= (_CITY if scope == "country" else 2 * TOWN)
        return ("matched", "") if sure else ("fuzzy", "smaller places have it too")
    sure = scope == "region" or population >= TOWN
    return ("matched", "") if sure else ("fuzzy", "nothing says in which region")
