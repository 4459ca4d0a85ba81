"""Read what a name may be besides a settlement's: a region's, several towns', a name in another spelling or case."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Final

from impactmap.places.gazetteer.named_areas import find_named_area
from impactmap.places.names.cases import first_cases
from impactmap.places.names.keys import name_key, other_keys
from impactmap.places.names.toponyms import Toponym, parse_toponym, plain
from impactmap.places.settle.decision import Query
from impactmap.places.settle.evidence import Evidence
from impactmap.places.settle.hints import Hints

__all__ = ["first_case", "is_land", "is_town", "keys_of", "listed_places", "other_keys_of", "whole_region"]

_LAND: Final = re.compile("(?:щин|ччин|дчин)[аиіуеы]|(?:ch|dch)[yi]na")
_PROMINENT: Final = 15_000
_FAR_MORE: Final = 8  # times the people of a town of a region's name that live in the region
_CITY: Final = 50_000
_ADJECTIVE: Final = re.compile("[сзц]ьк(?:а|е|ий|ої)$|[сц]к(?:ая|ое|ий|ой)$")


@functools.lru_cache(maxsize=16_384)
def keys_of(toponym: Toponym) -> list[str]:
    """Return the keys of a place's name and of the other spellings given beside it."""
    texts = [toponym.whole, toponym.name, *(parse_toponym(other).name for other in toponym.others)]
    return [key for key in dict.fromkeys(name_key(text) for text in texts) if key]


@functools.lru_cache(maxsize=16_384)
def other_keys_of(toponym: Toponym) -> list[str]:
    """Return the keys that its name has by less usual schemes and in the first case."""
    return other_keys(toponym.name, inflected=toponym.inflected)


def first_case(toponym: Toponym, country: str | None, evidence: Evidence) -> Toponym:
    """Return a toponym in the first case where a country, a region or a settlement is called so: "у Сумах" is Sumy.

    Of several readings the largest settlement's is taken, and the name as it stands where one is called just that.
    """
    if not toponym.inflected or toponym.kind not in {"any", "settlement", "region"}:
        return toponym
    scope = [country] if country else None
    texts = [toponym.name, *first_cases(toponym.name)]
    as_written, _ = evidence.called(toponym.name, country)
    if as_written and not toponym.cased:
        return toponym
    for text in texts:
        adjective = text == toponym.name or _ADJECTIVE.search(text)
        codes = [] if adjective else evidence.areas.named(text, scope)
        land = len(codes) == 1 and evidence.areas.is_called(codes[0], text) and not evidence.called(text, country)[0]
        if land or evidence.areas.find_country(text, codes=False) or find_named_area(text, country):
            return dataclasses.replace(toponym, name=text, whole=text, body=text, inflected=False)
    if toponym.kind == "region":
        return toponym
    least = 0 if toponym.cased else _CITY
    called = {text: evidence.called(text, country) for text in texts}
    largest = max(texts, key=lambda text: called[text])
    if called[largest][0] < max(least, as_written, 1):
        return toponym
    return dataclasses.replace(toponym, name=largest, whole=largest, body=largest, inflected=False)


def is_land(toponym: Toponym, hints: Hints, evidence: Evidence) -> bool:
    """Return whether a name is a region's, "Харківщина", "Крым", and else only that of villages elsewhere."""
    if toponym.kind != "any" or toponym.relation == "site" or hints.district:
        return False
    scope = [hints.country] if hints.country else None
    if _LAND.search(plain(toponym.name)[-6:]):
        return bool(evidence.areas.find_regions(toponym.name, scope, fuzzy=False)[0])
    codes = evidence.areas.named(toponym.whole, scope)
    country = evidence.areas.find_country(toponym.whole)
    if len(codes) != 1 or country not in {None, hints.country}:
        return False
    rows = [row for key in keys_of(toponym) for row in evidence.run(hints.country).find(key)]
    largest, _ = evidence.called(toponym.whole, hints.country)
    if largest >= _PROMINENT and evidence.population_of(codes[0]) < _FAR_MORE * largest:
        return False  # as many may mean the town
    whole = evidence.areas.whole(codes[0])
    inside = [row for row in rows if evidence.home(row) == codes[0] or evidence.code(row) in whole]
    if rows and not evidence.areas.is_called(codes[0], toponym.whole):
        return False  # "Manara" is not Manyara, though no sound tells them apart
    people = evidence.population_of(codes[0])
    seat = any(_FAR_MORE * evidence.table.population[row] >= people for row in inside)
    return not seat and not any(evidence.is_called_today(row, toponym) for row in inside)


def is_town(toponym: Toponym, hints: Hints, evidence: Evidence) -> bool:
    """Return whether a name with a region's or a district's word in it is a town's: "State College"."""
    if toponym.kind not in {"region", "district"}:
        return False
    rows = evidence.run(hints.country).find(name_key(toponym.body))
    if all(evidence.table.radius_km[row] for row in rows):
        return False
    scope = [hints.country] if hints.country else None
    return toponym.kind == "district" or not evidence.areas.find_regions(toponym.original, scope, fuzzy=False)[0]


def whole_region(toponym: Toponym, hints: Hints, evidence: Evidence) -> Toponym:
    """Return a toponym with the direction as part of its name where a region is called so: "Southern Lebanon"."""
    text = toponym.original.split(",")[0].strip()
    if toponym.relation != "near" or toponym.kind == "region":
        return toponym
    scope = [hints.country] if hints.country else None
    if not evidence.areas.named(text, scope):
        return toponym
    return dataclasses.replace(toponym, name=text, whole=text, body=text, relation="at", kind="region")


def listed_places(query: Query, hints: Hints, evidence: Evidence) -> list[str]:
    """Return the towns that a text lists with commas; what follows a comma is else what the first lies in."""
    parts = [part.strip() for part in query.place.split(",") if part.strip()]
    toponyms = [parse_toponym(part) for part in parts]
    if query.region or any(one.kind in {"region", "district"} or one.relation != "at" for one in toponyms):
        return []
    largest = []
    for one in toponyms:
        rows = [row for key in keys_of(one) for row in evidence.run(None).find(key)]
        rows = [row for row in rows if evidence.spelled_alike([row], one)] or rows
        if not rows or evidence.areas.find_country(one.whole):
            return []
        largest.append(max(rows, key=lambda row: int(evidence.table.population[row])))
    people = [int(evidence.table.population[row]) for row in largest]
    towns = min(people) >= _PROMINENT and len({evidence.table.country_of(row) for row in largest}) == 1
    if not towns or (len(parts) == 2 and people[0] < people[1]):
        return []
    within = hints.regions and any(
        evidence.fit(row, hints) != "out" for key in keys_of(toponyms[0]) for row in evidence.run(None).find(key)
    )
    return [] if within else parts
