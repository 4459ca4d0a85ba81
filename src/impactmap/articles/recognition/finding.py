"""Places of a text: which words, where, and what kind; the one call for all who need them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.lexicon import LANGUAGES, lexicon, shared_words
from impactmap.articles.recognition.coordination import Mention
from impactmap.articles.recognition.mentions import find_mentions
from impactmap.articles.recognition.models import entity_labels
from impactmap.articles.recognition.names import Names
from impactmap.articles.recognition.resolving import Surroundings, resolve
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    import shapely

    from impactmap.places.geocoder import Gazetteer

__all__ = ["PlaceSpan", "capitals", "find_places", "read_places"]

_KNOWN: Final = 20_000  # inhabitants of a place that names a publisher


@dataclasses.dataclass(frozen=True)
class PlaceSpan:
    """A part of a text that names a place.

    Attributes
    ----------
    start, end, text
        Code points of the text, and the words.
    latitude, longitude
        WGS 84 degrees: a settlement's own; of an area those of a point that stands for it; None where not known.
    geometry
        EPSG:4326: a point for a settlement, an area for a region and a country; None where not known.
    kind
        ``settlement``, ``region``, ``country``, ``continent``, ``area``, ``sea``, ``river``, ``mountain``, ``island``;
        ``government`` where a country or its capital acts or speaks; ``demonym`` for an adjective of a country.
    name, country, region_code, place_id
        In English; ISO 3166-1 and 3166-2; identifier as of `geocode_events`.
    rejected
        Why the words are no place, on those that are listed all the same.
    reason
        Why this place.
    """

    start: int
    end: int
    text: str
    latitude: float | None
    longitude: float | None
    geometry: shapely.Geometry | None
    kind: str
    name: str = ""
    country: str = ""
    region_code: str = ""
    place_id: str = ""
    rejected: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it, its geometry as the code of its area or the degrees of its point."""
        told = dataclasses.asdict(dataclasses.replace(self, geometry=None))
        del told["geometry"]
        return told


def find_places(
    text: str,
    *,
    language: str = "en",
    published: dt.date | None = None,
    outlet: str = "",
    adjectives: bool = False,
    gazetteer: Gazetteer | None = None,
) -> list[PlaceSpan]:
    """Find the places that a text names.

    Parameters
    ----------
    text
        An article.
    language
        ``en``, ``uk`` or ``ru``.
    published
        Its day; what places were called then is not looked at yet.
    outlet
        Its publisher, or where that is: "Kharkiv Daily" speaks for places about Kharkiv.
    adjectives
        Whether countries' adjectives and people, "Iraqi", are listed, too.
    gazetteer
        Where to look; the shipped one when left out.

    Returns
    -------
    list of PlaceSpan
        In order, without overlaps; ``text[start:end]`` are the words. People, organisations and, unless asked for,
        adjectives are no places.

    Raises
    ------
    InputError
        For a language that cannot be read.

    Notes
    -----
    Names are looked up in the gazetteer, in any case; what is near, which countries and regions the text names, and how
    many live there say which of several is meant, one for the whole text. Where spaCy with ``en_core_web_sm``, natasha
    or simplemma is installed, their labels and lemmas help; nothing depends on them.

    Examples
    --------
    >>> found = find_places("Drones hit Taganrog in the Rostov region, Kyiv said.")
    >>> [(place.text, place.kind, place.country) for place in found]
    [('Taganrog', 'settlement', 'RU'), ('Rostov', 'region', 'RU'), ('Kyiv', 'government', 'UA')]
    """
    del published
    places = read_places(text, language=language, outlet=outlet, gazetteer=gazetteer)
    return [place for place in places if not place.rejected and (adjectives or place.kind != "demonym")]


def read_places(
    text: str,
    *,
    language: str,
    outlet: str = "",
    countries: tuple[str, ...] = (),
    near: str = "",
    gazetteer: Gazetteer | None = None,
) -> list[PlaceSpan]:
    """Return all that may be places in a text, adjectives and those rejected with the reason included.

    Parameters
    ----------
    text, language, outlet, gazetteer
        As in `find_places`.
    countries
        ISO codes of those that the text is about, where that is known.
    near
        A place that the text is about, or its publisher's own.
    """
    if language not in LANGUAGES:
        raise InputError(f"expected a language out of {', '.join(LANGUAGES)}, found {language!r}.")
    names = _names(gazetteer, language)
    mentions = find_mentions(text, language, names, entity_labels(text, language))
    resolve(text, mentions, _surroundings(names, near or outlet, countries))
    return [_span(text, mention, names) for mention in mentions]


@functools.lru_cache(maxsize=8)
def _names(gazetteer: Gazetteer | None, language: Any) -> Names:
    from impactmap.places.geocoder import Gazetteer as Shipped

    return Names(gazetteer or _shipped(Shipped), language)


@functools.cache
def _shipped(kind: type[Gazetteer]) -> Gazetteer:
    return kind()


def _surroundings(names: Names, near: str, countries: tuple[str, ...]) -> Surroundings:
    """Return where a publisher or a place said beforehand is."""
    words = near.replace(",", " ").split()
    runs = [" ".join(words[at : at + size]).strip(".") for size in (3, 2, 1) for at in range(len(words) - size + 1)]
    known = [each for run in runs for each in names.meanings(run)]
    regions = {each.region_code for each in known if each.kind == "region"}
    places = [each for each in known if each.kind == "settlement" and each.region_code in regions]
    places = places or [each for each in known if each.kind == "settlement" and each.population > _KNOWN]
    countries = (*countries, *(each.country for each in known if each.kind == "country"))
    if not places:
        return Surroundings(tuple(dict.fromkeys(countries)))
    best = max(places, key=lambda each: each.population)
    assert best.latitude is not None
    assert best.longitude is not None
    return Surroundings(tuple(dict.fromkeys((*countries, best.country))), (best.latitude, best.longitude))


@functools.cache
def capitals() -> dict[str, str]:
    """Return the countries by the names of their capitals in small letters, in every language that can be read."""
    return {
        name.casefold(): code
        for code, listed in shared_words("actors")["capitals"].items()
        for name in listed.split("|")
    }


def _span(text: str, mention: Mention, names: Names) -> PlaceSpan:
    chosen = mention.chosen
    if chosen is None:
        return PlaceSpan(
            mention.start,
            mention.end,
            mention.text,
            None,
            None,
            None,
            "unknown",
            mention.name,
            rejected=mention.rejected or "unknown",
        )
    kind = mention.role if mention.role == "demonym" else _kind(text, mention, names)
    position = names.position(chosen)
    latitude, longitude = position or (None, None)
    return PlaceSpan(
        mention.start,
        mention.end,
        text[mention.start : mention.end],
        latitude,
        longitude,
        names.shape(chosen),
        kind,
        chosen.name,
        chosen.country,
        chosen.region_code,
        chosen.place_id,
        mention.rejected,
        mention.reason,
    )


def _kind(text: str, mention: Mention, names: Names) -> str:
    """Return what a place is; a government where a country or a capital speaks or acts."""
    chosen = mention.chosen
    assert chosen is not None
    is_capital = any(form.casefold() in capitals() for form in names.forms(mention.name))
    if mention.located or not (chosen.kind == "country" or is_capital):
        return chosen.kind
    words = lexicon(names.language)
    after = text[mention.start + len(mention.name) : mention.start + len(mention.name) + 60]
    speaks = words.pattern("kinds.say").match(after.lstrip(" ")) is not None
    return "government" if speaks else chosen.kind
