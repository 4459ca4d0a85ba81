"""The rules in their order: the first that applies decides."""

from __future__ import annotations

import re
from typing import Final

from impactmap.places.names.keys import name_key
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.decision import Decision
from impactmap.places.settle.districts import decide_district
from impactmap.places.settle.hints import Hints, is_general, says_nothing, shorten
from impactmap.places.settle.readings import is_land, keys_of
from impactmap.places.settle.rules.areas import (
    column_area,
    country,
    country_of,
    named_area,
    named_area_of,
    region,
    regions,
    sea,
    sea_of,
)
from impactmap.places.settle.rules.context import LONGEST_NAME, Context, Rule
from impactmap.places.settle.rules.exact_names import choose
from impactmap.places.settle.rules.running_text import (
    between,
    finer_place,
    is_between,
    is_finer,
    is_with_surroundings,
    surroundings,
)
from impactmap.places.settle.rules.similar_names import similar

__all__ = ["RULES"]

_COORDINATES: Final = re.compile(r"\D{0,3}\d{1,3}[.,]\d+\D{1,5}\d{1,3}[.,]\d+\D{0,3}")


def _has_no_letter(context: Context) -> bool:
    return not any(letter.isalpha() for letter in name_key(context.toponym.whole))


def _too_long(context: Context) -> Decision:
    length = len(context.query.place)
    return Decision("invalid", f"A place's name has up to {LONGEST_NAME} characters; this has {length:,}.")


def _coordinates(context: Context) -> Decision:
    reason = f"{shorten(context.query.place)!r} is no name but coordinates, which belong in columns of their own"
    return context.verdicts.nothing("invalid", reason, context.hints.without_notes())


def _no_letter(context: Context) -> Decision:
    return context.verdicts.nothing("invalid", f"{shorten(context.query.place)!r} has no letter", context.hints)


def _general_word(context: Context) -> Decision:
    reason = "a general word, which names a place only together with a country"
    return context.verdicts.nothing("not_found", reason, context.hints)


def _is_region(context: Context) -> bool:
    toponym, hints = context.toponym, context.hints
    return toponym.kind == "region" or (not hints.regions and is_land(toponym, hints, context.evidence))


def _is_the_region_given(context: Context) -> bool:
    """Return whether the place repeats the region beside it, in which no settlement has the name."""
    hints, evidence = context.hints, context.evidence
    if len(hints.regions) != 1 or not context.exact or not _is_named_like_a_region(context):
        return False
    named = evidence.areas.find_regions(context.toponym.whole, context.scope, fuzzy=False)[0]
    return named == list(hints.regions) and all(evidence.fit(row, hints) == "out" for row in context.exact)


def _is_named_like_a_region(context: Context) -> bool:
    toponym = context.toponym
    if toponym.kind != "any" or toponym.relation != "at":
        return False
    return bool(context.evidence.areas.find_regions(toponym.whole, context.scope, fuzzy=False, anywhere=True)[0])


def _is_of_the_regions_column(context: Context) -> bool:
    """Say whether the row names no place: its text is its region's, which a town may be called, too."""
    return context.query.place_from == "region" and context.query.place == context.query.region


def _district(context: Context) -> Decision:
    toponym = context.toponym
    return decide_district(toponym, keys_of(toponym), context.hints, context.evidence, context.verdicts)


def _unknown_site(context: Context) -> Decision:
    return context.verdicts.nothing("not_found", "no place is known that bears the site's name", context.hints)


RULES: Final[tuple[Rule, ...]] = (
    Rule("no place", lambda context: not context.query.place or says_nothing(context.query.place), column_area),
    Rule("too long", lambda context: len(context.query.place) > LONGEST_NAME, _too_long),
    Rule(
        "coordinates",
        lambda context: _has_no_letter(context) and _COORDINATES.fullmatch(context.query.place) is not None,
        _coordinates,
    ),
    Rule("no letter", _has_no_letter, _no_letter),
    Rule(
        "general word",
        lambda context: is_general(context.toponym.whole) and not context.hints.country,
        _general_word,
    ),
    Rule("between two places", is_between, between),
    Rule("with surroundings", is_with_surroundings, surroundings),
    Rule(
        "several regions",
        lambda context: bool(context.listed_regions),
        lambda context: regions(context, context.listed_regions),
    ),
    Rule(
        "several places",
        lambda context: len(context.parts) > 1,
        lambda context: context.each(context.parts, context.hints_of(parse_toponym(""))),
    ),
    Rule(
        "towns with commas",
        lambda context: len(context.towns) > 1,
        lambda context: context.each(context.towns, Hints(None, (), "", ())),
    ),
    Rule("sea", lambda context: sea_of(context) is not None, sea),
    Rule("finer place", is_finer, finer_place),
    Rule("named area", lambda context: named_area_of(context) is not None, named_area),
    Rule("region", _is_region, region),
    Rule("country", lambda context: country_of(context) is not None, country),
    Rule("district", lambda context: context.toponym.kind == "district", _district),
    Rule("the region given", _is_the_region_given, region),
    Rule("region of its own column", _is_of_the_regions_column, column_area),
    Rule("exact name", lambda context: bool(context.exact), choose),
    Rule("other spelling", lambda context: bool(context.respelled), lambda context: choose(context, context.respelled)),
    Rule("name of a region", _is_named_like_a_region, region),
    Rule(
        "unknown site",
        lambda context: context.toponym.relation == "site" and bool(context.toponym.hints),
        _unknown_site,
    ),
    Rule("similar name", lambda _: True, similar),
)
