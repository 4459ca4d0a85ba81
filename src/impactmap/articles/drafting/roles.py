"""Which of a sentence's places is the event's: not a speaker's, not where something came from, not a party."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import Final

from impactmap.articles.drafting.claimants import Claimant
from impactmap.articles.drafting.sides import SideFound
from impactmap.articles.drafting.tagging import Tagged
from impactmap.articles.lexicon import Lexicon
from impactmap.articles.recognition.coordination import UNKNOWN
from impactmap.articles.recognition.finding import PlaceSpan

__all__ = ["SentencePlaces", "place_roles"]

_ACTING: Final = frozenset("cGP")
_OBJECT_AFTER: Final = frozenset("vghqe")
_HIT: Final = frozenset("vgh")
_BETWEEN: Final = frozenset("oj0")
_FAR_APART: Final = 28  # characters between the places of a list


@dataclasses.dataclass
class SentencePlaces:
    """A sentence's places: those of the event, those that hold them, and those named besides with why not."""

    taken: list[PlaceSpan]
    holders: list[PlaceSpan]
    others: list[tuple[PlaceSpan, str]]
    speakers: list[PlaceSpan]


def place_roles(
    tagged: Tagged,
    places: Sequence[PlaceSpan],
    claimants: Sequence[Claimant],
    sides: Sequence[SideFound],
    words: Lexicon,
) -> SentencePlaces:
    """Return which of a sentence's places is the event's.

    Parameters
    ----------
    tagged
        The sentence, up to where it is about the event.
    places
        Of the article.
    claimants, sides
        Of the sentence.
    words
        Of the language.
    """
    text = tagged.text
    end = tagged.words[-1].end if tagged.words else tagged.sentence.end
    found = SentencePlaces([], [], [], [])
    for place in places:
        if not tagged.sentence.start <= place.start < tagged.sentence.end or place.kind == "demonym":
            continue
        why = place.rejected or ("background" if place.start >= end else "")
        why = why or _why_not(tagged, place, claimants, sides, words)
        if not why:
            found.taken.append(place)
        else:
            found.others.append((place, why))
            if why == "where a speaker is":
                found.speakers.append(place)
    if all(place.kind in {"country", "region"} for place in found.taken):
        _take_unknown(tagged, found, claimants)
    _leave_names_of_plants(tagged, found)
    _leave_finest(found)
    if len(found.taken) > 1:
        _leave_one_list(text, found, words)
    return found


def _leave_names_of_plants(tagged: Tagged, found: SentencePlaces) -> None:
    """Take out a name that a plant bears, where another says where that is: "the Zaporizhzhia plant in Enerhodar"."""
    for place in list(found.taken):
        number = tagged.word_at(place.start) + 1
        after = tagged.letters[number : number + 2]
        elsewhere = any(other is not place and _fineness(other) >= _fineness(place) for other in found.taken)
        if elsewhere and (after[:1] == "k" or after in {"ok", "kk"}):
            found.taken.remove(place)
            found.others.append((place, "the name of a plant"))


def _take_unknown(tagged: Tagged, found: SentencePlaces, claimants: Sequence[Claimant]) -> None:
    """Take a name that the gazetteer has not, where no finer place is known: an editor says where it is."""
    names = [place for place, why in found.others if why == UNKNOWN]
    names = [
        place
        for place in names
        if place.start < tagged.words[-1].end and not any(each.start <= place.start < each.end for each in claimants)
    ]
    if names:
        found.others = [pair for pair in found.others if pair[0] is not names[0]]
        found.taken.append(dataclasses.replace(names[0], rejected="", reason=UNKNOWN))


def _why_not(
    tagged: Tagged, place: PlaceSpan, claimants: Sequence[Claimant], sides: Sequence[SideFound], words: Lexicon
) -> str:
    text = tagged.text
    before = text[max(tagged.sentence.start, place.start - 40) : place.start]
    if any(each.start <= place.start < each.end for each in claimants) or _ends(words, "origin.office_of", before):
        return "where a speaker is"
    if any(each.start <= place.start < each.end for each in sides):
        return "who attacks"
    if _ends(words, "origin.from", before):
        return "where something comes from, or is measured from"
    silent = list(words.pattern("claims.no_mention").finditer(text, tagged.sentence.start, place.start))
    if silent and "," not in text[silent[-1].end() : place.start]:
        return "not said of it"
    number = tagged.word_at(place.start)
    word = tagged.words[number] if number < len(tagged.words) else None
    after = tagged.letters[number + 1 : number + 3]
    if place.kind == "country" and word is not None and word.letter == "p" and ("m" in after[:1] or after == "om"):
        return "whose weapons"
    if place.kind == "government" or (word is not None and word.letter in _ACTING and not _is_object(tagged, number)):
        return "a party, not a place"
    return ""


@functools.cache
def _ending(words: Lexicon, name: str) -> re.Pattern[str]:
    return re.compile(rf"{words.pattern(name).pattern}\s+(?:the\s+)?(?:[^\W\d_]+\s+)?$", re.IGNORECASE)


def _ends(words: Lexicon, name: str, before: str) -> bool:
    found = _ending(words, name).search(before)
    return found is not None and not re.search(r"[,;:]", before[found.start() :])


def _is_object(tagged: Tagged, number: int) -> bool:
    """Return whether a country or capital stands where what was hit stands: "attacked Kyiv", "strikes on Ukraine"."""
    if tagged.words[number].letter == "P":  # "struck Ukraine's power grid"
        return number > 0 and tagged.words[number - 1].letter in _HIT
    at = number - 1
    while at >= 0 and tagged.words[at].letter in _BETWEEN and number - at <= 3:
        at -= 1
    return at >= 0 and tagged.words[at].letter in _OBJECT_AFTER


def _leave_finest(found: SentencePlaces) -> None:
    """Take out the regions and countries that hold a finer place of the sentence."""
    for place in list(found.taken):
        finer = [
            other
            for other in found.taken
            if other is not place
            and _fineness(other) > _fineness(place)
            and (other.country == place.country or not place.country or not other.country)
            and (place.kind != "region" or not place.region_code or other.region_code in {place.region_code, ""})
        ]
        if finer:
            found.taken.remove(place)
            found.holders.append(place)
            found.others.append((place, "holds the place of the event"))


def _fineness(place: PlaceSpan) -> int:
    return {"settlement": 3, "unknown": 3, "district": 2, "island": 2, "region": 1}.get(place.kind, 0)


def _leave_one_list(text: str, found: SentencePlaces, words: Lexicon) -> None:
    """Of several places that are no list take the first list: the rest is named besides."""
    lists: list[list[PlaceSpan]] = [[found.taken[0]]]
    for place in found.taken[1:]:
        gap = re.sub(r"\([^)]*\)", "", text[lists[-1][-1].end : place.start])
        joined = _and(words).search(gap) or re.fullmatch(r"\s*[,;]\s*(?:\w{1,3}\s+)?", gap)
        is_list = joined and len(gap) <= _FAR_APART + 8 and not re.search(r"[.;:]", gap)
        if is_list and _fineness(place) == _fineness(lists[-1][-1]):
            lists[-1].append(place)
        else:
            lists.append([place])
    best = max(lists, key=lambda each: (_fineness(each[0]), -each[0].start))
    found.others += [(place, "another place of the sentence") for each in lists if each is not best for place in each]
    found.taken = best


@functools.cache
def _and(words: Lexicon) -> re.Pattern[str]:
    """Return what finds "and" shortly before a place."""
    return re.compile(rf"{words.pattern('tags.C').pattern}\s+(?:\w{{1,4}}\.?\s+){{0,2}}$", re.IGNORECASE)
