"""What words of dates mean: English, Ukrainian and Russian from data files, months and weekdays of others from CLDR."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from impactmap.model.languages import READ_FIRST

__all__ = ["KINDS", "Vocabulary", "all_languages", "first_languages", "month_names"]

#: The letter that stands for each kind of phrase in the rules' patterns.
KINDS: Final = {
    "night_of": "N", "night_into": "I", "overnight": "O", "early": "e", "middle": "m", "late": "l", "circa": "c",
    "week_of": "w", "week_from": "b", "week_to": "f", "week": "k", "quarter": "q", "half": "h", "until": "t",
    "since": "F", "both": "a", "open": "x", "season": "s", "relative": "r", "passed": "_",
}  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """Words and what they mean.

    Attributes
    ----------
    months
        Word to the months that it names, each with the languages in which it does.
    weekdays
        Words for the days of the week.
    phrases
        Phrase to the letter of its kind.
    ordinals
        Word to 1, 2, 3 or 4.
    pattern
        Finds the phrases of several words, longest first.
    """

    months: Mapping[str, Mapping[int, frozenset[str]]]
    weekdays: frozenset[str]
    phrases: Mapping[str, str]
    ordinals: Mapping[str, int]
    pattern: re.Pattern[str]


def _words(language: str) -> dict[str, Any]:
    file = resources.files("impactmap.reading.dates") / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _phrases(table: Mapping[str, Any]) -> dict[str, str]:
    return {word: KINDS[kind] for kind, words in table["phrases"].items() for word in words}


def _pattern(phrases: Mapping[str, str]) -> re.Pattern[str]:
    # Only phrases of several words, or with signs in them: single words are looked up.
    several = sorted((text for text in phrases if not text.isalpha()), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(re.escape(text).replace(chr(92) + ' ', ' +') for text in several)})(?!\w)")


@functools.cache
def first_languages() -> Vocabulary:
    """Return the words of English, Ukrainian and Russian."""
    tables = {language: _words(language) for language in READ_FIRST}
    months: dict[str, dict[int, frozenset[str]]] = {}
    for language, table in tables.items():
        for number, names in enumerate(table["months"], 1):
            for name in names:
                entry = months.setdefault(name, {})
                entry[number] = entry.get(number, frozenset()) | {language}
    # English comes last: its words win over like-looking ones.
    phrases: dict[str, str] = {}
    for language in reversed(READ_FIRST):
        phrases |= _phrases(tables[language])
    return Vocabulary(
        months,
        frozenset(name for table in tables.values() for name in table["weekdays"]),
        phrases,
        {
            word: number
            for table in tables.values()
            for number, words in enumerate(table["ordinals"], 1)
            for word in words
        },
        _pattern(phrases),
    )


@functools.cache
def all_languages() -> Vocabulary:
    """Return, beside those, the names of months and weekdays of the languages that CLDR covers."""
    from babel import Locale, UnknownLocaleError

    base, other = first_languages(), _words("other")
    months: dict[str, dict[int, frozenset[str]]] = {name: dict(known) for name, known in base.months.items()}
    weekdays = set(base.weekdays)
    for language in other["languages"]:
        try:
            locale = Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            continue
        for forms, taken in ((locale.months, months), (locale.days, None)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in forms[context][width].items():
                        word = plain(name)
                        if not word or word.isdigit() or not any(letter.isalpha() for letter in word):
                            continue
                        if taken is None:
                            weekdays.add(word)
                        elif word not in base.months and not any(letter.isdigit() for letter in word):
                            entry = taken.setdefault(word, {})
                            entry[number] = entry.get(number, frozenset()) | {language}
    phrases = {**_phrases(other), **base.phrases}
    several = {name: "M" for name in months if not name.isalpha()}
    return Vocabulary(months, frozenset(weekdays), phrases, base.ordinals, _pattern({**phrases, **several}))


def plain(name: str) -> str:
    """Return a name as the tokeniser sees it: case, the forms of letters, and points at its ends do not count.

    Examples
    --------
    >>> plain("Sept."), plain("d’abr.")
    ('sept', "d'abr")
    """
    import unicodedata

    text = unicodedata.normalize("NFKC", name).casefold()
    return text.translate({0x2019: "'", 0x02BC: "'", 0x200C: None, 0x200F: None}).strip(" .")


def month_names() -> list[str]:
    """Return the names of months that are read first, to propose one for a word that is none."""
    return [name for name in first_languages().months if len(name) > len("sept")]
