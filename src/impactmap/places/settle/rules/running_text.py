"""Rules about forms of running text: "between X and Y", "X and surrounding villages", "Kursk Oblast (Sudzha)"."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Final

from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.rules.areas import as_surroundings
from impactmap.places.settle.rules.context import Context
from impactmap.places.settle.verdicts import sentence
from impactmap.places.shapes import distance_km

__all__ = ["between", "finer_place", "is_between", "is_finer", "is_with_surroundings", "surroundings"]

_BETWEEN: Final = re.compile(
    r"(?:[\w\s,.'’-]{0,60}?\b)?(?:between|між|между)\s+(.+?)\s+(?:and|та|і|й|и)\s+(.+)", re.IGNORECASE | re.DOTALL
)
_SURROUNDINGS: Final = re.compile(
    r"(.+?),?\s+(?:(?:and|&)\s+(?:the |its |their )?"
    r"(?:surrounding(?:s| villages| areas?| settlements| towns| communities)|nearby (?:villages|areas?|settlements)"
    r"|neighbou?ring (?:villages|areas?|settlements)|environs|vicinity|outskirts|suburbs|adjacent villages)"
    r"|(?:та|і|й)\s+(?:навколишн\w+|околиц\w+|прилегл\w+|передмістя|сусідн\w+|довколишн\w+)(?:\s+(?:сел|міст)\w+)?"
    r"|и\s+(?:окрестн\w+|близлежащ\w+|пригород\w*|прилегающ\w+|соседн\w+)(?:\s+(?:с[её]л|деревн|пос[её]лк)\w+)?"
    r"|area|surroundings)",
    re.IGNORECASE,
)
_COLON: Final = re.compile(r"\s*:\s+|\s+:\s*")
_WIDEST_KM: Final = 120.0
_EDGE_KM: Final = 5.0


def is_between(context: Context) -> bool:
    """Return whether a text says that something was between two places."""
    return _BETWEEN.fullmatch(context.query.place) is not None


def between(context: Context) -> Decision:
    """Return the area that spans two places, never two points."""
    match = _BETWEEN.fullmatch(context.query.place)
    assert match is not None
    ends = [_inside(context, f"near {end}" if end.isascii() else f"біля {end}") for end in match.groups()]
    points = [end.circle or (end.latitude, end.longitude) for end in ends]
    named = " and ".join(end.name or repr(text) for end, text in zip(ends, match.groups(), strict=True))
    hints = context.hints_of(parse_toponym(""))
    apart = math.nan if any(math.isnan(point[0]) for point in points) else distance_km(*points[0], *points[1])
    if not apart <= _WIDEST_KM:
        reason = f"between {named}, " + ("not both known" if math.isnan(apart) else f"which are {apart:,.0f} km apart")
        candidates = tuple(each for end in ends if (each := context.verdicts.as_candidate(end)) is not None)
        unsettled = context.verdicts.nothing("ambiguous" if candidates else "not_found", reason, hints)
        return dataclasses.replace(unsettled, score=0.3 if candidates else math.nan, alternatives=candidates)
    middle = tuple(round(sum(degrees) / 2, 4) for degrees in zip(*points, strict=True))
    same = {(end.region_code, end.region) for end in ends}
    code, region = same.pop() if len(same) == 1 else (None, None)
    return Decision(
        "area",
        sentence(f"between {named}: the area that spans both", hints.notes),
        precision="district",
        radius_km=round(apart / 2 + _EDGE_KM, 1),
        score=0.8,
        name=context.query.place,
        region=region,
        region_code=code,
        country=ends[0].country if ends[0].country == ends[1].country else None,
        provider=ends[0].provider,
        circle=(middle[0], middle[1]),
    )


def is_with_surroundings(context: Context) -> bool:
    """Return whether a text names a place and what is around it."""
    return _SURROUNDINGS.fullmatch(context.query.place) is not None


def surroundings(context: Context) -> Decision:
    """Return a place and what is around it as an area."""
    match = _SURROUNDINGS.fullmatch(context.query.place)
    assert match is not None
    place = _inside(context, match[1])
    point = place.circle or (place.latitude, place.longitude)
    if place.status not in {"matched", "fuzzy", "area"} or math.isnan(point[0]):
        return place
    return as_surroundings(place, 0.0, "the report says around it, too")


def is_finer(context: Context) -> bool:
    """Return whether a region stands first and a place in it follows: "Kursk Oblast (Sudzha)", "Kursk: Sudzha"."""
    return _finer(context) is not None


def finer_place(context: Context) -> Decision:
    """Return the finer of a region and a place in it, whichever is written first."""
    decision = _finer(context)
    assert decision is not None
    return decision


def _finer(context: Context) -> Decision | None:
    if "finer" in context.kept:
        return context.kept["finer"]
    context.kept["finer"] = None
    query, toponym = context.query, context.toponym
    parts = [part for part in _COLON.split(query.place) if part]
    if len(parts) == 2 and not query.region:
        region, places = parts[0], [parts[1]]
        known = context.evidence.areas.find_regions(region, context.scope, fuzzy=False)[0]
        if not known and parse_toponym(region).kind != "region":
            return None
    elif toponym.kind == "region":
        region, places = toponym.body, [*toponym.others, *reversed(toponym.hints)]
    else:
        return None
    for place in places:
        if parse_toponym(place).kind == "region" or context.evidence.areas.find_country(place):
            continue
        decision = context.decide(Query(place, region, query.country or _country(context), query.district))
        if decision.status in {"matched", "fuzzy", "area"} and decision.precision in {"settlement", "district"}:
            context.kept["finer"] = decision
            return decision
    return None


def _country(context: Context) -> str:
    code = context.hints.country
    return context.evidence.areas.country_name(code, "en") if code else ""


def _inside(context: Context, text: str) -> Decision:
    return context.decide(dataclasses.replace(context.query, place=text))
