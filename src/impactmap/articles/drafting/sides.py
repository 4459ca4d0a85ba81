"""Who attacked: only where the syntax says so, in words of its own; where two are named, nobody."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable
from typing import Final

from impactmap.articles.drafting.tagging import Party, Tagged, Word
from impactmap.articles.lexicon import lexicon, shared_words

__all__ = ["SideFound", "find_sides", "makes_for_others", "one_side"]

#: Rules in which an actor is the subject of a verb: in languages with cases the two have to agree.
_AGREEING: Final = frozenset(("active", "launches", "responsible"))


_BRAND: Final = 14  # characters after the pattern in which a weapon may be named
_POSSESSIVE: Final = re.compile(r"(?:['’]s|(?<=s)['’])(?=\s)")


@dataclasses.dataclass(frozen=True)
class SideFound:
    """An attacking side with the words that state it.

    Attributes
    ----------
    party
        Who.
    start, end
        The words, from the actor to what it did.
    rule
        Which pattern.
    forces
        The forces as the text calls them, where it does: "Sudanese army".
    doubt
        What speaks against it; empty where nothing does.
    is_army
        Whether a country's army is named by its own name.
    """

    party: Party
    start: int
    end: int
    rule: str
    forces: str = ""
    doubt: str = ""
    is_army: bool = False


@functools.cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = lexicon(language).texts("side")
    return tuple((name, re.compile(pattern)) for name, pattern in table.items())


@functools.cache
def _agreement(language: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    groups = lexicon(language).groups("agreement")
    order = [name for name in ("fem_short", "pl", "f", "m") if name in groups]
    return tuple((re.compile(groups[name][0]), re.compile(groups[name][1], re.IGNORECASE)) for name in order)


def find_sides(tagged: Tagged, language: str) -> list[SideFound]:
    """Return every side that a sentence states, with the words.

    Parameters
    ----------
    tagged
        The sentence.
    language
        Of the text.

    Returns
    -------
    list of SideFound
        In the order of the rules. Blame and suspicion make no side: `doubt` says so.
    """
    letters = tagged.letters
    found = []
    for name, pattern in _patterns(language):
        for match in pattern.finditer(letters):
            first, last = match.start("A"), match.end() - 1
            actor = _actor(tagged.words[first : match.end("A")])
            if actor is None or actor.party is None:
                continue
            forces = _forces(tagged, first, match.end("A"))
            if name in _AGREEING and not forces and not _agree(actor, tagged.words[last], language):
                continue
            if any(word.letter == "N" for word in tagged.words[max(0, first - 3) : last + 1]):
                continue
            if _is_make(actor.party, tagged.text[tagged.words[first].start : tagged.words[last].end + _BRAND]):
                continue
            if name == "agent" and _downed(tagged, match.start(), first):
                continue
            start = tagged.words[min(first, match.start())].start
            end = max(word.end for word in tagged.words[first : last + 1])
            doubt = "blamed, not stated" if _blamed(tagged, first) else ""
            doubt = doubt or ("two parties are named" if _beside_another(tagged, first, actor) else "")
            is_army = actor.party.is_country and actor.place is None
            found.append(SideFound(actor.party, start, end, name, forces, doubt, is_army))
    return found


@functools.cache
def _exported(country: str) -> tuple[str, ...]:
    return tuple(shared_words("actors")["exported"].get(country, "").split("|")) if country else ()


def _is_make(party: Party, words: str) -> bool:
    """Return whether a country's adjective names who made a weapon that others fire: "Iranian Shahed drones"."""
    return party.is_country and any(brand and brand in words for brand in _exported(party.key))


def makes_for_others(party: Party) -> bool:
    """Return whether a country's weapons are fired by others, too."""
    return party.is_country and bool(any(_exported(party.key)))


def _downed(tagged: Tagged, first: int, last: int) -> bool:
    """Return whether who is named destroyed means of attack, not a target: "drones were destroyed by air defences"."""
    if tagged.words[first].letter != "d":
        return False
    before = tagged.words[max(0, first - 6) : last]
    return any(word.letter in "umM" for word in before)


def _actor(words: Iterable[Word]) -> Word | None:
    return next((word for word in words if word.party is not None), None)


def _forces(tagged: Tagged, first: int, last: int) -> str:
    """Return the words for an actor's forces, where they are named."""
    words = tagged.words[first:last]
    if not any(word.letter == "f" for word in words):
        return ""
    return _POSSESSIVE.sub("", tagged.text[words[0].start : words[-1].end])


def _beside_another(tagged: Tagged, first: int, actor: Word) -> bool:
    """Return whether another party is named together with an actor: "Israeli and Iranian drones"."""
    before = tagged.words[max(0, first - 2) : first]
    joined = len(before) > 1 and before[1].letter == "C" and before[0].party is not None
    return joined and before[0].party != actor.party


def _blamed(tagged: Tagged, first: int) -> bool:
    """Return whether somebody is only accused or suspected: a word for it stands before the actor in its clause."""
    for word in reversed(tagged.words[:first]):
        if word.letter in ".s":
            return False
        if word.letter == "z":
            return True
    return False


def _agree(actor: Word, verb: Word, language: str) -> bool:
    """Return whether a subject and its verb agree in gender and number, where the language shows that."""
    pairs = _agreement(language)
    if not pairs or actor.letter == "a":
        return True
    noun = actor.text.split()[-1]
    for ending, verbal in pairs:
        if ending.search(noun):
            return verbal.search(verb.text) is not None
    return False


def one_side(found: Iterable[SideFound]) -> SideFound | None:
    """Return the one side that is stated, None where none or several are."""
    stated = [each for each in found if not each.doubt]
    parties = {each.party.key for each in stated}
    return stated[0] if len(parties) == 1 else None
