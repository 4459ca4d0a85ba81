"""Read what a report says beside the place's name: region, country, district."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Final

from impactmap.places.gazetteer.areas import Areas
from impactmap.places.names.toponyms import Toponym, parse_toponym, plain
from impactmap.places.settle.decision import Query

__all__ = ["Hints", "read_hints", "says_nothing", "shorten"]

BySeat = Callable[[str, str | None], list[str]]

# "NA" alone may be a name; a blank is a question nobody answered.
_NOTHING: Final = frozenset(
    {
        *("n/a", "unknown", "not known", "unspecified", "not specified", "unclear", "none", "various", "multiple"),
        *("невідомо", "не вказано", "неизвестно", "не указано", "різні", "разные"),
        # Kinds of places: which one is not said.
        *("city", "town", "village", "settlement", "region", "district", "oblast", "raion", "country"),
        *("місто", "село", "селище", "область", "район", "країна", "город", "село", "поселок", "страна"),
    }
)
#: Words for directions and the like, alone or several: "south-east". With a country some are the names of its regions.
_GENERAL: Final = frozenset(
    {
        *(
            "east",
            "west",
            "north",
            "south",
            "eastern",
            "western",
            "northern",
            "southern",
            "central",
            "centre",
            "center",
        ),
        *("northeast", "northwest", "southeast", "southwest", "northeastern", "northwestern", "southeastern"),
        *("southwestern", "coast", "border", "front", "frontline", "rear"),
        *("схід", "захід", "північ", "південь", "центр", "узбережжя", "кордон", "фронт", "край"),
        *("східний", "західний", "північний", "південний", "північно", "південно"),
        *("восток", "запад", "север", "юг", "побережье", "граница"),
        *("восточный", "западный", "северный", "южный", "северо", "юго"),
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Hints:
    """The hints of a query, read."""

    country: str | None
    regions: tuple[str, ...]
    district: str
    notes: tuple[str, ...]
    contradict: bool = False  # the region given lies in another country than the one given
    elsewhere: tuple[str, ...] = ()  # that region

    def without_notes(self) -> Hints:
        """Return the hints with nothing to say about them."""
        return dataclasses.replace(self, notes=())


def read_hints(query: Query, toponym: Toponym, areas: Areas, by_seat: BySeat | None = None) -> Hints:
    """Return what a query says about where its place lies; words after a comma stand in for an empty column.

    `by_seat` finds a region by another name of the town that it is named after.
    """
    notes: list[str] = []
    region_text, country_text, district = (
        "" if says_nothing(text) else text for text in (query.region, query.country, query.district)
    )
    for text in reversed(toponym.hints):
        if not country_text and areas.find_country(text):
            country_text = text
        elif not region_text and parse_toponym(text).kind != "district":
            region_text = text
        elif not district:
            district = text
    country = None
    if country_text:
        country = areas.find_country(country_text) or areas.guess_country(country_text)
        if country is None:
            notes.append(f"country {shorten(country_text)!r} not recognised")
    codes: list[str] = []
    contradict = False
    elsewhere: tuple[str, ...] = ()
    if region_text:
        hint = parse_toponym(region_text)
        scope = [country] if country else None
        # Words after a comma may be anything; those of a column are a region.
        short = f"{country or 'US'}-{region_text}" if region_text.isupper() else ""  # "Austin, TX"
        text = short if short in areas.regions else region_text
        codes, score = areas.find_regions(text, scope, fuzzy=False)
        if not codes and by_seat is not None and hint.kind != "district":
            codes, score = by_seat(region_text, country), 1.0
        if not codes and (country is not None or region_text == query.region):
            codes, score = areas.find_regions(region_text, scope)
        if not codes and (holders := areas.holders(region_text, country)):
            codes, score, district = holders, 1.0, district or region_text
        if not codes and country:
            codes, score = areas.find_regions(region_text, None, fuzzy=False)
            codes = [code for code in codes if code not in areas.more]
            if codes:
                other = areas.regions[codes[0]].country
                notes.append(
                    f"region {shorten(region_text)!r} is in {areas.country_name(other, 'en')}, not in {country_text}"
                )
                codes, contradict, elsewhere = [], True, tuple(codes)
        if codes and score < 1:
            notes.append(f"region {shorten(region_text)!r} read as {areas.region_name(codes[0], 'en')}")
        if not codes and hint.kind == "district":
            district = district or region_text
        elif not codes and not notes:
            notes.append(f"region {shorten(region_text)!r} not recognised")
        if codes and country is None and len({areas.regions[code].country for code in codes}) == 1:
            country = areas.regions[codes[0]].country
    return Hints(country, tuple(codes), district, tuple(notes), contradict, elsewhere)


def says_nothing(text: str) -> bool:
    """Return whether a cell says that something is not known."""
    said = plain(text)
    return (said.strip(" .-–—?") in _NOTHING or not said.strip(" .-–—_/")) and text != "NA"


def is_general(text: str) -> bool:
    """Return whether a text is a word for a direction or the like: "east", "coast"."""
    words = re.split(r"[\s\-–—]+", plain(text).strip(" .-–—?"))
    return all(word in _GENERAL for word in words)


def shorten(text: str, length: int = 80) -> str:
    """Return text for a message: no longer than `length`."""
    return text if len(text) <= length else text[: length - 1] + "…"
