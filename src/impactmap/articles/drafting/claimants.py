"""Who says so: the words for a speaker, by the verbs and phrases of saying."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Final

from impactmap.articles.lexicon import Lexicon

__all__ = ["Claimant", "find_claimants"]

_LONGEST: Final = 120
_INITIAL: Final = 5  # characters up to the point of one
_BREAKS: Final = re.compile(r"[,;:.!?\n\"“”«»()–—]|\s[-–—]\s")
_CAPITALS: Final = re.compile(r"[^\W\d_a-zа-яіїєґё][\w'’.-]+\s+[^\W\d_a-zа-яіїєґё][\w'’.-]+")


@dataclasses.dataclass(frozen=True)
class Claimant:
    """A speaker with the words that name it.

    Attributes
    ----------
    start, end
        The words.
    said_at
        Where the verb or phrase of saying stands.
    is_pronoun
        Whether the words are a pronoun, which stands for another.
    """

    start: int
    end: int
    said_at: int
    is_pronoun: bool = False


def find_claimants(text: str, start: int, end: int, words: Lexicon) -> list[Claimant]:
    """Return the speakers of a sentence.

    Parameters
    ----------
    text, start, end
        Which sentence of which text.
    words
        Of its language.
    """
    found: list[Claimant] = []
    phrases = words.pattern("claims.says_so").finditer(text, start, end)
    spans = ((_after(text, match.end(), end, words), match.start()) for match in phrases)
    found += [Claimant(*span, at) for span, at in spans if span is not None]
    for match in words.pattern("claims.say").finditer(text, start, end):
        if any(each.said_at <= match.start() < each.end for each in found):
            continue
        by = words.pattern("tags.b").match(text, match.end() + 1)  # "claimed by"
        span = None if by else _before(text, start, match.start(), words)
        span = span or _after(text, by.end() if by else match.end(), end, words)
        if span is not None and not any(each.start < span[1] and span[0] < each.end for each in found):
            pronoun = text[span[0] : span[1]].casefold() in words.word_set("claims.pronouns")
            found.append(Claimant(*span, match.start(), pronoun))
    return sorted(found, key=lambda each: each.start)


def _after(text: str, start: int, end: int, words: Lexicon) -> tuple[int, int] | None:
    """Return the words after a verb or phrase, up to the next sign."""
    while start < end and text[start].isspace():
        start += 1
    stop = _BREAKS.search(text, start, end)
    while stop and stop[0] == "." and stop.start() - start < _INITIAL and stop.end() < end:
        stop = _BREAKS.search(text, stop.end(), end)
    last = stop.start() if stop else end
    if relative := words.pattern("claims.relative").search(text, start + 1, last):
        last = relative.start()
    return _fit(text, start, last, words)


def _before(text: str, start: int, end: int, words: Lexicon) -> tuple[int, int] | None:
    """Return the words before a verb, back to the last sign; with a role between commas the name before it, too."""
    first, last = start, end
    while last > start and text[last - 1].isspace():
        last -= 1
    apposed = last > start and text[last - 1] == ","
    if apposed and words.words("claims.verb_first"):
        return None  # "..., сообщил губернатор": the name follows
    if apposed:
        last -= 1
    signs = [match.end() for match in _BREAKS.finditer(text, start, last)]
    first = signs[-1] if signs else start
    if apposed and signs:  # "Alexander Gusev, regional governor of Voronezh, said"
        first = signs[-2] if len(signs) > 1 else start
    return _fit(text, first, last, words, speaking=True)


def _fit(text: str, start: int, end: int, words: Lexicon, *, speaking: bool = False) -> tuple[int, int] | None:
    """Return the words without those that do not belong to the name; None where they name no speaker."""
    if speaking and (silent := words.pattern("claims.no_mention").search(text, start, end)):
        end = silent.start()
    changed = True
    while changed and start < end:
        changed = False
        while start < end and not (text[start].isalnum()):
            start += 1
        while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")'’"):
            end -= 1
        for word in sorted(words.words("claims.trailing"), key=len, reverse=True):
            if re.search(rf"(?<!\w){re.escape(word)}$", text[start:end], re.IGNORECASE) and end - start > len(word):
                end -= len(word)
                changed = True
        match = _dropped(words).match(text, start, end)
        if match and match.end() < end:
            start, changed = match.end(), True
    if speaking and (inside := list(_conjunction(words).finditer(text, start, end))):
        start = inside[-1].end()
    named = text[start:end]
    if not named or end - start > _LONGEST:
        return None
    if named.casefold() in words.word_set("claims.pronouns"):
        return start, end
    return (start, end) if words.has("claims.who", named) or _CAPITALS.search(named) or _single(named) else None


@functools.cache
def _dropped(words: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"{words.pattern('claims.dropped').pattern}[\s,]+", re.IGNORECASE)


@functools.cache
def _conjunction(words: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"{words.pattern('claims.conjunctions').pattern}\s+", re.IGNORECASE)


def _single(named: str) -> bool:
    """Return whether a text ends in one capitalised word: "State-owned energy company Tsentrenergo"."""
    last = named.rsplit(maxsplit=1)[-1]
    return last[:1].isupper() and len(last) > 2 and last.isalpha()
