"""A sentence as a row of letters, one a word: who acts, what is done, with what. Rules are patterns over them."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import Final

from impactmap.articles.lexicon import Lexicon, shared_words
from impactmap.articles.recognition.finding import PlaceSpan, capitals
from impactmap.articles.sentences import Sentence, tokens
from impactmap.places.names.country_names import country_name

__all__ = ["Party", "Tagged", "Word", "tag_sentence"]

#: In which order the kinds of words are tried; a verb comes before where somebody who acts stands in front of it.
_ORDER: Final = "zrNhuMmnfkdsvVbgxwCjtie"
_ABBREVIATED: Final = 4
_VERBS: Final = "vV"
_SUBJECTS: Final = frozenset("cGfwi")
_SIGNS: Final = re.compile(r"[,;:.!?()\"“”«»–—]")
_POSSESSIVE: Final = re.compile(r"['’]s?(?!\w)")


@dataclasses.dataclass(frozen=True)
class Party:
    """Who acts: a country, by its adjective, its name or its capital; or an armed group.

    Attributes
    ----------
    key
        ISO code of a country, or the group's name.
    name
        In English.
    is_country
        Whether it is a country.
    """

    key: str
    name: str
    is_country: bool


@dataclasses.dataclass(slots=True)
class Word:
    """A word or phrase of a sentence with its letter."""

    start: int
    end: int
    letter: str
    text: str
    party: Party | None = None
    place: PlaceSpan | None = None


@dataclasses.dataclass
class Tagged:
    """A sentence with its words and their letters."""

    sentence: Sentence
    text: str
    words: list[Word]

    @property
    def letters(self) -> str:
        """One letter a word."""
        return "".join(word.letter for word in self.words)

    def has(self, letters: str) -> bool:
        """Return whether a word of one of some kinds is in it."""
        return any(word.letter in letters for word in self.words)

    def first(self, letters: str) -> Word | None:
        """Return the first word of one of some kinds."""
        return next((word for word in self.words if word.letter in letters), None)

    def word_at(self, position: int) -> int:
        """Return the number of the word at or after a position of the text."""
        return bisect.bisect_left([word.end for word in self.words], position + 1)


@functools.cache
def _groups() -> tuple[re.Pattern[str], dict[str, Party]]:
    """Return what finds armed groups and armies by their names, and which party each name is."""
    parties: dict[str, Party] = {}
    shared = shared_words("actors")
    for names in shared["groups"].values():
        listed = names.split("|")
        for name in listed:
            for form in {name, name[0].upper() + name[1:]}:  # as a sentence begins
                parties[form] = Party(listed[0], listed[0], is_country=False)
    for code, names in shared["armies"].items():
        for name in names.split("|"):
            parties[name] = _country(code)
    forms = sorted(parties, key=len, reverse=True)
    pattern = "|".join(re.escape(form).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for form in forms)
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), parties


def _group(text: str) -> Party:
    parties = _groups()[1]
    if (known := parties.get(" ".join(text.split()))) is not None:
        return known
    return next(party for name, party in parties.items() if name.endswith("*") and text.startswith(name[:-1]))


def tag_sentence(
    text: str, sentence: Sentence, places: Sequence[PlaceSpan], words: Lexicon, cut: int | None = None
) -> Tagged:
    """Return a sentence's words with their letters.

    Parameters
    ----------
    text
        The article.
    sentence
        Which part of it.
    places
        Of the article, adjectives included.
    words
        Of its language.
    cut
        Where what matters of the sentence ends.
    """
    end = cut or sentence.end
    found = _named(text, sentence.start, end, places, words)
    taken = [(each.start, each.end) for each in found]
    found += [each for each in _figures(text, sentence.start, end) if not _overlaps(taken, each.start, each.end)]
    taken = [(each.start, each.end) for each in found]
    kinds: dict[tuple[int, int], str] = {}
    for letter in _ORDER:
        for match in words.pattern(f"tags.{letter}").finditer(text, sentence.start, end):
            if not _overlaps(taken, match.start(), match.end()):
                kinds[match.span()] = kinds.get(match.span(), "") + letter
    for match in words.pattern("prepositions.before").finditer(text, sentence.start, end):
        if not _overlaps(taken, match.start(), match.end()):
            kinds[match.span()] = kinds.get(match.span(), "") + "q"
    found += _longest(text, kinds)
    taken = [(each.start, each.end) for each in found]
    rest = [each for each in tokens(text, sentence.start, end) if not _overlaps(taken, each.start, each.end)]
    found += [Word(each.start, each.end, "o", each.text) for each in rest]
    signs = (match for match in _SIGNS.finditer(text, sentence.start, end))
    found += [
        Word(each.start(), each.end(), "," if each[0] in ",()–—" else ".", each[0])
        for each in signs
        if not _overlaps(taken, each.start(), each.end()) and each[0] not in '"“”«»'
    ]
    ordered = sorted(found, key=lambda word: (word.start, -word.end))
    _settle(ordered)
    return Tagged(sentence, text, ordered)


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def _longest(text: str, kinds: dict[tuple[int, int], str]) -> list[Word]:
    """Return the phrases that are in no longer one; of several kinds all letters."""
    chosen: list[Word] = []
    for (start, end), letters in sorted(kinds.items(), key=lambda item: (item[0][0] - item[0][1], item[0][0])):
        if not _overlaps([(word.start, word.end) for word in chosen], start, end):
            chosen.append(Word(start, end, letters, text[start:end]))
    return chosen


def _named(text: str, start: int, end: int, places: Sequence[PlaceSpan], words: Lexicon) -> list[Word]:
    """Return the words that name places and parties."""
    found = []
    pattern, _ = _groups()
    for match in pattern.finditer(text, start, end):
        letter = "P" if _POSSESSIVE.match(text, match.end()) else "G"
        found.append(Word(match.start(), match.end(), letter, match[0], _group(match[0])))
    taken = [(each.start, each.end) for each in found]
    peoples = words.word_set("prepositions.peoples")
    for place in places:
        if not start <= place.start < end or _overlaps(taken, place.start, place.end):
            continue
        if text[place.end : place.end + 1] in {"-", "‑", "–"} and text[place.end + 1 : place.end + 2].isalpha():
            found.append(Word(place.start, place.end, "o", place.text))  # "Iranian-made", "Turkey-backed"
        elif place.kind == "demonym":
            letter = "c" if place.text.casefold() in peoples else "a"
            found.append(Word(place.start, place.end, letter, place.text, _country(place.country), place))
        elif not place.rejected:
            acts = place.country and _may_act(place)
            letter = _letter(text, place) if acts else "p"
            party = _country(place.country) if acts else None
            found.append(Word(place.start, place.end, letter, place.text, party, place))
    return found


def _letter(text: str, place: PlaceSpan) -> str:
    """Return the letter of a government: a possessive, an abbreviation that serves as an adjective, or its name."""
    if _POSSESSIVE.match(text, place.end):
        return "P"
    return "G" if place.text.isupper() and place.text.isascii() and len(place.text) <= _ABBREVIATED else "c"


def _country(code: str) -> Party:
    return Party(code, country_name(code, "en").partition(" (")[0], is_country=True)


def _may_act(place: PlaceSpan) -> bool:
    """Return whether a place's name may stand for its government: a country, or its capital."""
    if place.place_id == f"country:{place.country}":
        return True
    return place.country in {capitals().get(name.casefold()) for name in (place.text, place.name)}


def _figures(text: str, start: int, end: int) -> list[Word]:
    return [Word(each.start, each.end, "0", each.text) for each in tokens(text, start, end) if each.text[0].isdigit()]


def _settle(ordered: list[Word]) -> None:
    """Leave each word one letter, by what stands before it."""
    before = ""
    for number, word in enumerate(ordered):
        letters = word.letter
        if len(letters) > 1:
            verb = next((each for each in letters if each in _VERBS), "")
            others = [each for each in letters if each not in _VERBS]
            named = number > 0 and ordered[number - 1].letter in {"a", "P"}
            word.letter = verb if verb and (before in _SUBJECTS or not others) and not named else others[0]
        elif word.letter in "cG" and before in {"q", "e"} and word.party is not None and word.party.is_country:
            word.letter = "p" if word.place is not None else word.letter
        if word.text.casefold() not in {"the", "a", "an"}:
            before = word.letter
