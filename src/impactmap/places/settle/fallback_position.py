"""Give a row of a table coordinates though its place is not settled: what is known of where it is, and how widely."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from impactmap.places.gazetteer.country_outlines import country_outlines
from impactmap.places.names.toponyms import Toponym, parse_toponym
from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Candidate, Decision, Precision, Query
from impactmap.places.settle.hints import Hints
from impactmap.places.shapes import area_radius_km, distance_km, representative_point

__all__ = ["stand_in"]

_LEAST_KM: Final = 5.0
_SETTLEMENT_KM, _DISTRICT_KM, _REGION_KM = 10.0, 60.0, 300.0
_UNHINTED_KM: Final = 100.0
_ALONE_KM: Final = 50.0  # how wide a guess is when there is nothing to compare it with
_PART_KM: Final = 10.0
_ELSEWHERE: Final = 0.1  # a candidate that fits the hints less than this is not stood in for


def stand_in(query: Query, decision: Decision, chooser: Chooser) -> Decision:
    """Return a decision that has coordinates wherever anything is known: a point, or one that stands for an area.

    Parameters
    ----------
    query, decision
        What was asked and decided.
    chooser
        What decided.

    Returns
    -------
    Decision
        A settled one with the representative point of its area. An ambiguous one keeps its status and gets its first
        candidate's point, with a radius that reaches the others. Of a place that is not found, what is known
        around it: a town or district named beside it, the region, the country; its status is then `area`.
    """
    if not math.isnan(decision.latitude) or (decision.provider == "decision" and decision.status == "not_found"):
        return decision  # what an editor rejected stays without
    if decision.circle is not None:
        return _at(decision, decision.circle)
    if decision.status == "area":
        return _area(decision, chooser)
    if decision.status not in {"ambiguous", "not_found"}:
        return decision
    toponym = parse_toponym(query.place)
    hints = chooser.hints(query, toponym)
    if decision.status == "ambiguous" and (guess := _guess(decision, hints)) is not None:
        return guess
    return _around(query, decision, chooser, toponym, hints)


def _at(decision: Decision, point: tuple[float, float]) -> Decision:
    return dataclasses.replace(decision, latitude=point[0], longitude=point[1])


def _area(decision: Decision, chooser: Chooser) -> Decision:
    if decision.region_code is not None and decision.precision == "region":
        return _at(decision, representative_point(chooser.areas.polygon(decision.region_code)))
    if decision.region_codes:
        return _at(decision, representative_point(chooser.areas.union(decision.region_codes)))
    if decision.country is not None and (extent := _country(decision.country)) is not None:
        return dataclasses.replace(_at(decision, extent[:2]), radius_km=extent[2])
    return decision


def _guess(decision: Decision, hints: Hints) -> Decision | None:
    """Return an ambiguous decision with the coordinates of its first candidate; None where none fits the hints.

    Without any hint there is no guess about places that are far apart.
    """
    candidates = [one for one in decision.alternatives if one.position is not None]
    if not candidates or candidates[0].fit < _ELSEWHERE or candidates[0].position is None:
        return None
    first, position = candidates[0], candidates[0].position
    rivals = [one for one in candidates[1:] if one.fit >= _ELSEWHERE and one.position is not None]
    apart = [_apart(first, one) + one.radius_km for one in rivals]
    radius = max([*apart, first.radius_km, _LEAST_KM]) if apart else max(first.radius_km, _ALONE_KM)
    if radius > _UNHINTED_KM and not (hints.regions or hints.country):
        return None
    widest: Precision = "region" if hints.regions or radius <= _REGION_KM else "country"
    precision: Precision = (
        "settlement" if radius <= _SETTLEMENT_KM else "district" if radius <= _DISTRICT_KM else widest
    )
    return dataclasses.replace(
        decision,
        latitude=position[0],
        longitude=position[1],
        precision=precision,
        radius_km=round(radius, 1),
        provider=first.provider,
        reason=f"{decision.reason} The coordinates are those of {first.name}, one of them.",
    )


def _apart(one: Candidate, other: Candidate) -> float:
    return distance_km(*(one.position or (0.0, 0.0)), *(other.position or (0.0, 0.0)))


def _around(query: Query, decision: Decision, chooser: Chooser, toponym: Toponym, hints: Hints) -> Decision:
    """Return what is known around a place that is not found."""
    for text in dict.fromkeys([*toponym.others, *toponym.hints, hints.district]):
        if not text or parse_toponym(text).kind == "region":
            continue
        found = chooser.decide(Query(text, query.region, query.country))
        if found.status == "area" and found.precision == "district":
            return _said(decision, stand_in(query, found, chooser), "the district named beside it")
        if found.status == "matched":
            wider = dataclasses.replace(found, precision="district", radius_km=max(found.radius_km, _PART_KM))
            return _said(decision, wider, f"{found.name}, named beside it,")
    codes = [code for code in hints.regions if not chooser.areas.regions[code].is_city] or list(hints.regions)
    codes = codes or list(hints.elsewhere)
    if codes:
        region = chooser.region(codes[0], "")
        return _said(decision, _area(region, chooser), "the region given")
    if hints.country is not None:
        country = chooser.decide(Query(chooser.areas.country_name(hints.country, "en")))
        return _said(decision, _area(country, chooser), "the country given") if country.status == "area" else decision
    return decision


def _said(asked: Decision, area: Decision, what: str) -> Decision:
    return dataclasses.replace(
        area,
        status="area" if asked.status == "not_found" else asked.status,
        reason=f"{asked.reason} {what[:1].upper()}{what[1:]} stands for it.",
        score=0.2,
        alternatives=asked.alternatives,
    )


def _country(code: str) -> tuple[float, float, float] | None:
    """Return a point inside a country and the distance to its farthest corner."""
    shapes = country_outlines()
    if code not in shapes.index:
        return None
    shape = shapes.loc[code]
    return (*representative_point(shape), area_radius_km(shape))
