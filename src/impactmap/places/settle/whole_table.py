"""Decide the places of a whole table: what is certain says where to look for what is not.

The steps, in this order; each decides only what those before it left open:

1. *by itself*: the rules of `rules.order`; a name without a country or a region in the countries that the author says;
2. *far from the rest*: a settlement known by its name alone, far from all the rest of the table, is a question;
3. *countries of the table*: such a name is looked for in the countries of the certain places;
4. *among the table's places*: of several places, or of one that is only spelled like it, one among the others;
5. the candidates of what is still open, in the order in which the table makes them likely.

Nothing depends on the order of the rows: a step looks at what is certain as one summary, the theatre.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Candidate, Decision, Query, Status
from impactmap.places.settle.evidence import EXACT, MOST_ALTERNATIVES
from impactmap.places.settle.hints import Hints, is_general
from impactmap.places.settle.readings import keys_of
from impactmap.places.settle.theatre import Theatre, Weighed, site_of

__all__ = ["TableChooser"]

_MOST_ALIKE: Final = 24  # candidates listed where little tells them apart
_FITS: Final = 0.5
_VILLAGE: Final = 1_000
_ABROAD: Final = 0.05  # how well a place outside the table's countries fits
# What a candidate needs to be the one meant: its share of the likelihood, how many of the table's places about it, how
# much like the name its own; where no settlement is missing from the gazetteer less than elsewhere.
_SURE, _SURE_IN_REGISTER = 0.9, 0.8
_ABOUT_ONE, _ABOUT_SEVERAL, _ABOUT_IN_REGISTER = 0.5, 1.5, 0.3
_ABOUT_SHARE: Final = 0.15  # of what is usual in the table
_ALIKE, _ALIKE_IN_REGISTER = 90.0, 83.0
_TELLING, _FAR_LARGER = 2_000, 8  # inhabitants, and times as many, that tell which of several is meant
_FAR_KM: Final = 600.0
_FAR_IN_COUNTRY_KM: Final = 250.0
_DOTS: Final = frozenset({"matched", "fuzzy"})
_OPEN: Final = frozenset({"ambiguous", "not_found", "fuzzy"})


class TableChooser:
    """Settles the queries of one table.

    Parameters
    ----------
    chooser
        Settles each by itself.
    countries
        ISO 3166-1 alpha-2 codes of the countries that the table is about, where its author says so.
    """

    def __init__(self, chooser: Chooser, countries: Iterable[str] = ()) -> None:
        self._chooser = chooser
        self._countries = tuple(dict.fromkeys(countries))

    def prepare(self, queries: Iterable[Query]) -> None:
        """Announce many queries, as `Chooser.prepare` does."""
        self._chooser.prepare(queries)

    def by_itself(self, query: Query) -> Decision:
        """Return what a query means by itself and, without a country of its own, in the countries said."""
        decision = self._chooser.decide(query)
        return self._within(query, decision, self._countries) if self._countries and self._is_bare(query) else decision

    def settle(self, queries: Sequence[Query], decisions: Sequence[Decision], theatre: Theatre) -> list[Decision]:
        """Return the decisions about a table's queries in the light of its certain places.

        Parameters
        ----------
        queries, decisions
            What was asked, and what `by_itself` decided.
        theatre
            Where the table's certain places are.
        """
        bare = [self._is_bare(query) for query in queries]
        far = [self._far_km(*each, theatre) for each in zip(queries, decisions, bare, strict=True)]
        asked = [self._far(one, km) if km is not None else one for one, km in zip(decisions, far, strict=True)]
        rest = theatre.without(one for one, km in zip(decisions, far, strict=True) if km is not None)
        found = [
            self._within(query, one, rest.countries)
            if alone and rest.countries and not self._countries and one.status in _OPEN
            else one
            for query, one, alone in zip(queries, asked, bare, strict=True)
        ]
        looked_for = [(one, query) for one, query in zip(found, queries, strict=True) if one.by_table]
        rest += Theatre({site: 1 for each in looked_for if (site := site_of(*each, anyhow=True))})
        return [self._settled(query, one, rest) for query, one in zip(queries, found, strict=True)]

    def _settled(self, query: Query, decision: Decision, theatre: Theatre) -> Decision:
        """Return a decision in the light of the table's other places."""
        if decision.status == "fuzzy":
            return self._doubted(query, decision, theatre)
        if decision.status != "ambiguous":
            return decision
        weighed = theatre.rank(decision)
        return self._among(query, decision, weighed, theatre) or _ordered(decision, weighed)

    def _is_bare(self, query: Query) -> bool:
        """Return whether a query says nothing of the country or the region that its place is in."""
        if not query.place or query.region or query.country:
            return False
        hints = self._hints(query)
        return hints.country is None and not hints.regions

    def _hints(self, query: Query) -> Hints:
        return self._chooser.hints(query, parse_toponym(query.place))

    def _far_km(self, query: Query, decision: Decision, bare: bool, theatre: Theatre) -> float | None:  # noqa: FBT001
        """Return how far from all the rest of the table a place is for which nothing speaks but its name."""
        if bare and decision.status in _DOTS:
            return theatre.far_km(decision, _FAR_KM)
        doubtful = decision.status == "fuzzy" and not query.district and not self._hints(query).regions
        return theatre.far_km(decision, _FAR_IN_COUNTRY_KM) if doubtful else None

    def _far(self, decision: Decision, km: float) -> Decision:
        """Return the question about a place known by its name alone, far from all the rest of the table."""
        return self._open(decision, f"the rest of the table is {km:,.0f} km away and more", self._candidates(decision))

    def _within(self, query: Query, decision: Decision, countries: Sequence[str]) -> Decision:
        """Return what a query means in some countries; what it means anywhere where they have nothing."""
        if decision.status == "area" and decision.precision in {"region", "country"}:
            return decision  # a region or a country is meant wherever it is
        said = countries == self._countries
        names = [self._chooser.areas.country_name(code, "en") for code in countries]
        options = [self._chooser.decide(dataclasses.replace(query, country=name)) for name in names]
        if is_general(parse_toponym(query.place).whole):
            options = [one for one in options if one.precision == "region"]
        where = " or ".join(names) if said else f"{' or '.join(names)}, where the rest of the table is"
        best = [one for one in options if one.status in {"matched", "area"}]
        best = best or [one for one in options if one.status == "fuzzy"]
        if len(best) == 1:
            namesakes = any(self._has(query, code) for code in countries if code != best[0].country)
            sure = best[0].status == "matched"
            reason = f"{best[0].reason[:-1]}; looked for in {where}."
            status: Status = "fuzzy" if sure and (namesakes or not said) else best[0].status
            return dataclasses.replace(best[0], status=status, reason=reason, by_table=sure)
        candidates = [each for one in best or options for each in self._candidates(one)]
        if not candidates:
            if decision.status not in _DOTS:
                return decision
            return self._open(decision, f"not in {where}", self._candidates(decision))
        known = {each.place_id for each in candidates}
        abroad = [each for each in self._candidates(decision) if each.place_id not in known]
        alike = max((one.alike for one in options if one.alternatives), default=0.0)
        first = next((one for one in options if one.alternatives), decision)
        opened = self._open(dataclasses.replace(first, alike=alike), f"looked for in {where}", candidates)
        weighed = tuple(dataclasses.replace(each, fit=_ABROAD * each.fit) for each in abroad)
        return dataclasses.replace(opened, reserve=(*opened.reserve, *weighed))

    def _has(self, query: Query, country: str) -> bool:
        """Return whether a country has a place of exactly the name."""
        run = self._chooser.evidence.run(country)
        return any(run.find(key) for key in keys_of(parse_toponym(query.place)))

    def _candidates(self, decision: Decision) -> list[Candidate]:
        """Return all that a decision may mean, the place that it settled first."""
        first = self._chooser.verdicts.as_candidate(decision) if decision.status != "ambiguous" else None
        return [*([] if first is None else [first]), *decision.alternatives, *decision.reserve]

    @staticmethod
    def _open(decision: Decision, why: str, candidates: Sequence[Candidate]) -> Decision:
        """Return a decision as an open question with some candidates."""
        countries, regions = ({getattr(each, name) for each in candidates} for name in ("country", "region_code"))
        return Decision(
            "ambiguous",
            f"{decision.reason[:-1]}; {why}.",
            score=0.3,
            country=countries.pop() if len(countries) == 1 else None,
            region=candidates[0].region if len(regions) == 1 else None,
            region_code=regions.pop() if len(regions) == 1 else None,
            alternatives=tuple(candidates[:MOST_ALTERNATIVES]),
            reserve=tuple(candidates[MOST_ALTERNATIVES:]),
            named=max(decision.named, min(len(candidates), MOST_ALTERNATIVES)),
            alike=decision.alike,
        )

    def _among(self, query: Query, decision: Decision, weighed: Sequence[Weighed], theatre: Theatre) -> Decision | None:
        """Return the candidate that is among the table's places where the others are not, None where none is."""
        if not weighed or weighed[0][0].position is None or decision.alike < _ALIKE_IN_REGISTER:
            return None
        hints = self._hints(query)
        if hints.regions or hints.district or query.region:
            return None  # the table is not surer of a place than who wrote the row is of its region
        best = weighed[0][0]
        complete = self._chooser.table.is_complete(best.country)
        several = decision.named > 1 or decision.alike < EXACT
        if several and best.country not in {hints.country, *theatre.countries}:
            return None
        if complete:
            about, sure, alike = _ABOUT_IN_REGISTER, _SURE_IN_REGISTER, _ALIKE_IN_REGISTER
        else:
            about, sure, alike = _ABOUT_SEVERAL if several else _ABOUT_ONE, _SURE, _ALIKE
            about = max(about, _ABOUT_SHARE * theatre.usually_about)
        if theatre.about(best) < about or decision.alike < alike or _share(weighed, theatre) < sure:
            return None
        spelled = decision.alike < EXACT
        why = "spelled like it" if spelled else f"{decision.reason[:1].lower()}{decision.reason[1:-1]}"
        others = tuple(dataclasses.replace(each, score=0.2) for each, _ in weighed[1 : MOST_ALTERNATIVES + 1])
        return self._chooser.verdicts.settlement(
            "fuzzy",
            dataclasses.replace(best, score=0.6 * decision.alike / 100),
            f"{why}; this one is among the table's other places",
            others,
            parse_toponym(query.place),
            hints.without_notes(),
        )

    def _doubted(self, query: Query, decision: Decision, theatre: Theatre) -> Decision:
        """Return the question whether another place of the name is meant, where that is among the table's places."""
        if not decision.alternatives:
            return decision
        hints = self._hints(query)
        if hints.regions or hints.district:
            return decision
        first, *others = self._candidates(decision)
        rivals = [each for each in others if each.country == first.country and each.position is not None]
        if not rivals or theatre.about(first) >= _ABOUT_IN_REGISTER:
            return decision
        likeliest = max(rivals, key=theatre.likelihood)
        if theatre.about(likeliest) < _ABOUT_IN_REGISTER or theatre.likelihood(likeliest) < theatre.likelihood(first):
            return decision
        why = f"{likeliest.name}, {likeliest.region} is among the table's places"
        opened = self._open(decision, why, [first, *others])
        return _ordered(opened, theatre.rank(opened))


def _share(weighed: Sequence[Weighed], theatre: Theatre) -> float:
    """Return how likely the first of some candidates is, not counting those far smaller beside it."""
    (best, likelihood), *others = weighed
    large = best.population if best.population >= _TELLING else 0
    rivals = (
        value
        for each, value in others
        if not (large >= _FAR_LARGER * max(each.population, 1) and theatre.about(each) > 0)
    )
    return likelihood / (likelihood + sum(rivals)) if likelihood else 0.0


def _ordered(decision: Decision, weighed: Sequence[Weighed]) -> Decision:
    """Return a decision with its likeliest candidates, and say how many are left out.

    Of villages about which nothing is known but the name more are listed.
    """
    kept = max(MOST_ALTERNATIVES, len(decision.alternatives))
    candidates = [each for each, _ in weighed]
    while (
        kept < min(len(candidates), _MOST_ALIKE)
        and candidates[kept].fit >= _FITS
        and candidates[kept].population < _VILLAGE
    ):
        kept += 1
    reason = decision.reason
    if (left_out := decision.named - kept) > 0:
        reason += f" {left_out} more {'is' if left_out == 1 else 'are'} not listed."
    return dataclasses.replace(decision, alternatives=tuple(candidates[:kept]), reserve=(), reason=reason)
