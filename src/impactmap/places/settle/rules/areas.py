"""Rules about regions and countries: named in the place, or alone in a column of their own."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from impactmap.places.gazetteer.named_areas import NamedArea, find_named_area
from impactmap.places.gazetteer.seas import Sea, find_sea, sea_outline
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.evidence import MOST_ALTERNATIVES
from impactmap.places.settle.hints import shorten
from impactmap.places.settle.rules.context import Context
from impactmap.places.settle.verdicts import sentence
from impactmap.places.shapes import area_radius_km

__all__ = [
    "AROUND_KM",
    "as_surroundings",
    "column_area",
    "country",
    "country_of",
    "named_area",
    "named_area_of",
    "region",
    "regions",
    "sea",
    "sea_of",
]

AROUND_KM: Final = 15.0


def column_area(context: Context) -> Decision:
    """Return the region or the country that the columns give where no place is named."""
    query = context.query
    if query.region:
        hints = context.hints_of(parse_toponym(""))
        if hints.district == query.region and hints.regions:  # a part of a region, which has no outline
            text = query.region if parse_toponym(query.region).kind == "district" else f"{query.region} district"
            return context.decide(Query(text, "", query.country, ""))
        if len(hints.regions) == 1 and not hints.notes:  # "Northern District" is a region of Israel
            return context.verdicts.region(hints.regions[0], "A region.")
        named = query.region if parse_toponym(query.region).kind != "any" else f"{query.region} region"
        return context.decide(Query(named, "", query.country))
    if query.country:
        return context.decide(Query(query.country))
    return Decision("invalid", "No place is given.")


def country_of(context: Context) -> str | None:
    """Return the country that a place's name is, None where it is a settlement's or no country's."""
    toponym = context.toponym
    if toponym.kind != "any" or toponym.relation != "at":
        return None
    code = context.evidence.areas.find_country(toponym.whole, codes=False)
    if code != context.hints.country and context.scope and context.evidence.areas.named(toponym.whole, context.scope):
        return None  # "Georgia" in the United States
    settlement = code is not None and context.evidence.is_settlement_of(toponym, context.hints.country, code)
    return None if settlement else code


def country(context: Context) -> Decision:
    """Return the country named."""
    code = country_of(context)
    assert code is not None
    return context.verdicts.country(code, context.hints)


def named_area_of(context: Context) -> NamedArea | None:
    """Return the area of several regions that a place's name is, where the row does not say another country."""
    toponym, hints = context.toponym, context.hints
    if toponym.relation == "site" or toponym.kind not in {"any", "region"} or hints.regions or hints.district:
        return None
    texts = (toponym.original.split(",")[0].strip(), toponym.whole)
    area = next((area for text in texts if (area := find_named_area(text, hints.country))), None)
    return area if area is not None and area.regions(context.evidence.areas.regions) else None


def named_area(context: Context) -> Decision:
    """Return an area of several regions under one name."""
    area = named_area_of(context)
    assert area is not None
    return regions(context, area.regions(context.evidence.areas.regions), area.name(context.evidence.language))


def sea_of(context: Context) -> Sea | None:
    """Return the sea, the gulf or the strait that a place's name is, where the row says no region."""
    toponym = context.toponym
    if context.query.region or toponym.relation == "site" or toponym.kind in {"region", "district"}:
        return None
    if context.scope and context.evidence.areas.named(toponym.whole, context.scope):
        return None  # a state of Sudan is called Red Sea
    texts = (toponym.original.split(",")[0].strip(), toponym.whole, toponym.body)
    return next((sea for text in texts if (sea := find_sea(text)) is not None), None)


def sea(context: Context) -> Decision:
    """Return a sea, or the area about a place that the text names beside it: "Black Sea, 40 km south of Odesa"."""
    found = sea_of(context)
    assert found is not None
    for text in context.toponym.hints:
        toponym = parse_toponym(text)
        place = context.decide(Query(text, "", context.query.country)) if toponym.relation == "near" else None
        if place is not None and place.status in {"matched", "fuzzy"}:
            return as_surroundings(place, toponym.away_km, "the report says at sea beside it")
    return Decision(
        "area",
        "A sea.",
        precision="region",
        radius_km=area_radius_km(sea_outline(found.code)),
        score=1.0,
        name=found.name(context.evidence.language),
        place_id=found.code,
        provider="natural_earth",
        region_codes=(found.code,),
    )


def as_surroundings(place: Decision, away_km: float, said: str) -> Decision:
    """Return a place as the area around it, at least 15 km wide and as far as the report says."""
    return dataclasses.replace(
        place,
        status="area",
        reason=f"{place.reason[:-1]}; {said}.",
        precision="district",
        radius_km=max(place.radius_km + AROUND_KM / 2, away_km + AROUND_KM / 2, AROUND_KM),
        latitude=math.nan,
        longitude=math.nan,
        circle=place.circle or (place.latitude, place.longitude),
        place_id=None,
        alternatives=(),
    )


def regions(context: Context, codes: Sequence[str], name: str | None = None) -> Decision:
    """Return several regions as one area."""
    return context.verdicts.regions(codes, name, context.hints.notes)


def region(context: Context) -> Decision:
    """Return the region named, or those of one name."""
    toponym, hints, areas = context.toponym, context.hints, context.evidence.areas
    text = f"{toponym.name} region" if toponym.hints or toponym.kind != "region" else toponym.original
    codes, score = areas.find_regions(text, context.scope, fuzzy=False, anywhere=True)
    if toponym.kind == "any":  # "Alaska" is not Yala, though it looks like its adjective
        codes = areas.named(toponym.whole, context.scope) or codes
    if not codes and (codes := context.evidence.region_by_seat(text, hints.country)):
        score = 1.0
    elif not codes:
        codes, score = areas.find_regions(text, context.scope)
    reason = f"{len(codes)} regions have that name"
    if not codes and hints.country:
        codes, _ = areas.find_regions(text, None, fuzzy=False)
        reason = f"the only region of that name is outside {areas.country_name(hints.country, 'en')}"
        score = 0.0
    if not codes:
        return context.verdicts.nothing("not_found", "no region has a name like that", hints)
    if len(codes) > 1 or not score:
        candidates = tuple(context.evidence.region_candidate(code, 0.5) for code in codes[:MOST_ALTERNATIVES])
        return Decision("ambiguous", sentence(reason, hints.notes), score=0.3, alternatives=candidates)
    (code,) = codes
    reason = "a region" if score == 1 else f"a region, read from {shorten(toponym.original)!r}"
    if toponym.relation != "at":
        reason += "; the report says near it"
    return context.verdicts.region(code, sentence(reason, hints.notes), round(score, 3))
