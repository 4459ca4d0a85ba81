"""Rules about regions and countries: named in the place, or alone in a column of their own."""

from __future__ import annotations

from collections.abc import Sequence

from impactmap.places.gazetteer.named_areas import NamedArea, find_named_area
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.evidence import MOST_ALTERNATIVES
from impactmap.places.settle.hints import shorten
from impactmap.places.settle.rules.context import Context
from impactmap.places.settle.verdicts import sentence

__all__ = ["column_area", "country", "country_of", "named_area", "named_area_of", "region", "regions"]


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
