"""Decide which district a text means: one of the register, or else the surroundings of its seat."""

from __future__ import annotations

import dataclasses
from typing import Final

from impactmap.places.gazetteer.register import COUNTRY, Unit
from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.toponyms import Toponym, plain
from impactmap.places.settle.decision import Decision
from impactmap.places.settle.evidence import DISTRICT_RADIUS_KM, Evidence, Scope
from impactmap.places.settle.hints import Hints, shorten
from impactmap.places.settle.verdicts import Verdicts, sentence
from impactmap.places.shapes import distance_km

__all__ = ["decide_district"]

_SHORTEST: Final = 3
_ALIKE, _STEM_ALIKE, _STEM_COUNTRY = 85.0, 82.0, 90.0
_SEAT: Final = 3_000
_WIDEST_KM: Final = 100.0
_COMMUNITY: Final = ("hromada", "communit", "municipality", "громада", "громади", " тг", "община")


def decide_district(
    toponym: Toponym, keys: list[str], hints: Hints, evidence: Evidence, verdicts: Verdicts
) -> Decision:
    """Return the decision about a text that names a district.

    Parameters
    ----------
    toponym
        The text, taken apart.
    keys
        Of its spellings.
    hints
        What else is known.
    evidence, verdicts
        Where to look.
    """
    name = shorten(toponym.original.split(",")[0].strip())
    if units := find_units(toponym, hints, evidence):
        return verdicts.unit(units[0], COUNTRY, name, 0.95, hints)
    key = name_key(toponym.name)
    run = evidence.run(hints.country)
    rows = {row for one in keys for row in run.find(one)}
    if not rows and hints.country:
        rows = run.find_stem(stem_key(key))
    score = 1.0
    seats = [row for row in rows if not hints.regions or evidence.fit(row, hints) == "in"]
    if not seats and hints.regions:
        # "Shebekinsky" of Shebekino, "Sudzhansky" of Sudzha: the adjective has letters of its own.
        stem = stem_key(key)
        parts = [
            evidence.part(code).find_similar(one, cutoff=cutoff)
            for code in evidence.parts_of(hints)
            for one, cutoff in {key: _ALIKE, stem: _ALIKE if stem == key else _STEM_ALIKE}.items()
        ]
        if similar := [pair for part in parts for pair in part]:
            nearest, value = max(similar, key=lambda pair: (pair[1], int(evidence.table.population[pair[0]])))
            seats, score = [nearest], value / 100
    elif not seats and hints.country and (stem := stem_key(key)) != key:
        similar = [
            pair
            for pair in run.find_similar(stem, cutoff=_STEM_COUNTRY, skeletons=False)
            if evidence.table.population[pair[0]] >= _SEAT
        ]
        if similar and (len(similar) == 1 or similar[0][1] > similar[1][1]):
            seats, score = [similar[0][0]], similar[0][1] / 100
    if not seats and rows:
        reason = "no place that could be its seat lies in the region given"
        return verdicts.several(reason, evidence.by_population(list(rows)), hints, 0.4)
    if not seats:
        if len(ends := [part for part in toponym.name.split("-") if len(part) > _SHORTEST]) > 1:
            return _between(toponym, ends, hints, evidence, verdicts)
        return verdicts.nothing("not_found", "no place that could be this district's seat is known", hints)
    seats = evidence.by_population(seats)
    scope: Scope = "region" if hints.regions else "country" if hints.country else "world"
    if evidence.spread_km(seats) > DISTRICT_RADIUS_KM and not evidence.dominates(seats, scope):
        return verdicts.several(f"{len(seats)} places could be its seat", seats, hints, 0.5)
    seat = evidence.candidate(seats[0], score)
    reason = (
        f"a district; shown as a circle of {DISTRICT_RADIUS_KM:.0f} km around {seat.name}, "
        "since its borders are not in the data"
    )
    return Decision(
        "area",
        sentence(reason, hints.notes),
        precision="district",
        radius_km=DISTRICT_RADIUS_KM,
        score=round(0.9 * score, 3),
        name=name,
        region=seat.region,
        region_code=seat.region_code,
        country=seat.country,
        provider=evidence.table.origin_of(seats[0]).provider,
        circle=seat.position,
    )


def find_units(toponym: Toponym, hints: Hints, evidence: Evidence) -> list[Unit]:
    """Return the one unit of the register that a text can mean, the same of the nearest rank, or nothing."""
    register = evidence.table.register
    if register is None or hints.country not in {None, COUNTRY}:
        return []
    units = register.units(stem_key(name_key(toponym.name)))
    # "Raion" in the name of a community is one of before 2020, and larger.
    community = any(word in plain(toponym.original) for word in _COMMUNITY)
    units = [unit for unit in units if (unit.kind == "community") == community]
    if hints.regions:
        wanted = {evidence.areas.regions[code].admin1 for code in hints.regions}
        units = [unit for unit in units if unit.admin1 in wanted]
    first = [unit for unit in units if unit.kind == units[0].kind]
    return first if len(first) == 1 else []


def _between(toponym: Toponym, parts: list[str], hints: Hints, evidence: Evidence, verdicts: Verdicts) -> Decision:
    """Return the decision about "X-Y district": the circle that reaches around both."""
    named = [dataclasses.replace(toponym, name=part, whole=part, original=f"{part} district") for part in parts]
    anywhere = dataclasses.replace(hints, regions=())  # a line between two towns may cross a region's edge
    found = [decide_district(one, [name_key(one.name)], anywhere, evidence, verdicts) for one in named]
    circles = [one.circle for one in found if one.circle is not None]
    if len(circles) < len(parts):
        return verdicts.nothing("not_found", "no place that could be this district's seat is known", hints)
    middle = sum(at[0] for at in circles) / len(circles), sum(at[1] for at in circles) / len(circles)
    radius = max(distance_km(*middle, *at) for at in circles) + DISTRICT_RADIUS_KM / 2
    if radius > _WIDEST_KM:
        return verdicts.nothing("not_found", "the two places it is named after are far apart", hints)
    return dataclasses.replace(
        found[0],
        reason=sentence(f"the area about {' and '.join(parts)}", hints.notes),
        name=shorten(toponym.original.split(",")[0].strip()),
        radius_km=round(radius, 1),
        circle=(round(middle[0], 4), round(middle[1], 4)),
        place_id=None,
    )
