"""The words that people write in headers, one file a language, and what a header speaks of."""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any

__all__ = ["SUBGROUP", "HeaderWords", "header_concepts", "header_key", "header_words", "without_again"]

#: Before the name of a part of the people, among what a word speaks of.
SUBGROUP = "subgroup:"
#: A word of several languages' letters stays whole; "DateOfAttack" and "Actor1Geo" are several.
_CAMEL = re.compile(r"(?<=[a-zа-яіїєґ])(?=[A-ZА-ЯІЇЄҐ])|(?<=[0-9])(?=[A-ZА-ЯІЇЄҐ][a-zа-яіїєґ])")
#: Latin letters that are no letter with an accent, and the dot that is left of a Turkish İ.
_LATIN = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "\u0307": None})
#: French and Italian articles before a vowel: "d'attaque".
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|dell|dall|all|nell|sull)['\u2019](?=[^\W\d_])", re.IGNORECASE)
#: "Source(s)".
_PLURAL = re.compile(r"(?<=[^\W\d_])\((?:s|es|e|en|n|ы|и)\)", re.IGNORECASE)
#: What reading puts behind a header that occurs twice.
_AGAIN = re.compile(r"(?: \(again\))+$")
_LONGEST = 4
#: Parts of a word without a space, such as "startdate", have at least so many letters.
_LEAST_FIRST, _LEAST_LAST = 3, 2
#: Between them, as in "dateofattack".
_OF = "of"


def header_key(header: str) -> str:
    """Return the header without differences of case, spacing, punctuation and spelling form.

    Examples
    --------
    >>> header_key(" Date_Start "), header_key("Населённый пункт"), header_key("Département")
    ('date start', 'населенный пункт', 'departement')
    """
    text = _without_accents(unicodedata.normalize("NFKC", header).casefold().replace("ё", "е"))
    text = re.sub(r"[\u2019\u2018\u0027\u02bc\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


def without_again(header: str) -> str:
    """Return a header without what reading puts behind one that occurs twice.

    Examples
    --------
    >>> without_again("Source (again) (again)")
    'Source'
    """
    return _AGAIN.sub("", header)


def _without_accents(text: str) -> str:
    """Return Latin letters without their accents, which people leave out in headers; й stays й."""
    if text.isascii():
        return text
    bare = (
        parts[0] if len(parts := unicodedata.normalize("NFD", letter)) > 1 and parts[0].isascii() else letter
        for letter in text
    )
    return "".join(bare).translate(_LATIN)


@dataclass(frozen=True)
class HeaderWords:
    """The vocabularies of all languages together.

    Attributes
    ----------
    columns, metrics
        Whole headers of a column or metric, the most telling of each language first.
    concepts
        A word, or several with spaces, to what it speaks of.
    stems
        The same for beginnings of words, by their number of words.
    cells
        What cells hold, casefolded, by what it says.
    """

    columns: dict[str, tuple[str, ...]]
    metrics: dict[str, tuple[str, ...]]
    concepts: dict[str, frozenset[str]]
    stems: dict[int, dict[str, frozenset[str]]]
    cells: dict[str, frozenset[str]]


@functools.cache
def header_words() -> HeaderWords:
    """Return the words of every language whose file lies beside this module, English first."""
    folder = resources.files(__name__)
    files = sorted(
        (file.name for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda name: (name != "en.toml", name),
    )
    columns: dict[str, list[list[str]]] = {}
    metrics: dict[str, list[list[str]]] = {}
    concepts: dict[str, set[str]] = {}
    stems: dict[int, dict[str, set[str]]] = {}
    cells: dict[str, set[str]] = {}
    for name in files:
        told: dict[str, Any] = tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        for section, gathered in (("columns", columns), ("metrics", metrics)):
            for key, headers in told.get(section, {}).items():
                gathered.setdefault(key, []).append(headers)
        groups = {f"{SUBGROUP}{key}": words for key, words in told.get("subgroups", {}).items()}
        for concept, words in {**told.get("words", {}), **groups}.items():
            for word in words:
                key = header_key(word)
                if word.endswith("*"):
                    stems.setdefault(len(key.split()), {}).setdefault(key, set()).add(concept)
                elif key:
                    concepts.setdefault(key, set()).add(concept)
        for key, texts in told.get("cells", {}).items():
            cells.setdefault(key, set()).update(text.casefold() for text in texts)
    return HeaderWords(
        {key: _by_turns(lists) for key, lists in columns.items()},
        {key: _by_turns(lists) for key, lists in metrics.items()},
        {key: frozenset(each) for key, each in concepts.items()},
        {size: {key: frozenset(each) for key, each in some.items()} for size, some in stems.items()},
        {key: frozenset(each) for key, each in cells.items()},
    )


def _by_turns(lists: list[list[str]]) -> tuple[str, ...]:
    """Return the headers of all languages, the most telling of each first."""
    turns = itertools.zip_longest(*lists)
    return tuple(dict.fromkeys(header for turn in turns for header in turn if header is not None))


@functools.lru_cache(maxsize=16_384)
def header_concepts(header: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the words of a header, each with what it may speak of; nothing for a word that is not known.

    Several words that make one, such as "number of", are one; the longest wins.

    Examples
    --------
    >>> [word for word, concepts in header_concepts("DateOfAttack")]
    ['date', 'of', 'attack']
    >>> sorted(header_concepts("raion")[0][1])
    ['district']
    """
    words = header_key(_CAMEL.sub(" ", _ELIDED.sub(" ", _PLURAL.sub("", without_again(header))))).split()
    read: list[tuple[str, frozenset[str]]] = []
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            concepts = _concepts(phrase, size)
            if concepts:
                read.append((phrase, concepts))
                at += size
                break
        else:
            read += _parts(words[at])
            at += 1
    return tuple(read)


def _concepts(phrase: str, size: int) -> frozenset[str]:
    known = header_words()
    if (concepts := known.concepts.get(phrase)) is not None:
        return concepts
    some = known.stems.get(size, {})
    # The longest beginning says most: "пораненo" is not "пора".
    ends = range(len(phrase), 0, -1)
    return next((some[phrase[:end]] for end in ends if phrase[:end] in some), frozenset())


def _parts(word: str) -> list[tuple[str, frozenset[str]]]:
    """Return the known words that one without a space is made of, else the word itself, unknown."""
    known = header_words().concepts
    bare = word.rstrip("0123456789")
    if bare != word:
        return [(bare, known.get(bare, frozenset()))] if bare else []
    several = _split(word, known)
    return [(part, known[part]) for part in several] if several else [(word, frozenset())]


def _split(word: str, known: dict[str, frozenset[str]], most: int = 3) -> list[str]:
    """Return the known words that make one without a space, nothing where there are none."""
    for end in range(len(word) - _LEAST_LAST, _LEAST_FIRST - 1, -1):
        first, last = word[:end], word[end:]
        if first not in known:
            continue
        if last in known:
            return [first, last]
        if last.startswith(_OF) and last.removeprefix(_OF) in known:
            return [first, _OF, last.removeprefix(_OF)]
        if most > 2 and (more := _split(last, known, most - 1)):
            return [first, *more]
    return []
