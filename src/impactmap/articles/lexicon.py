"""The words that reading articles goes by: one data file a language, and one of names that all languages share."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

__all__ = ["LANGUAGES", "Lexicon", "guess_language", "lexicon", "shared_words"]

#: Languages with a file of words.
LANGUAGES: Final = ("en", "uk", "ru")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_SHARE: Final = 0.08  # of a text's words, that are among its language's commonest
_TELLING: Final = 30  # characters
_READ: Final = 4_000  # characters that tell a language


class Lexicon:
    """The words of one language, by what they are for.

    Parameters
    ----------
    table
        Lists of words and phrases, in sections. A word that ends in ``*`` stands for all that begin so; spaces stand
        for any spaces, and a hyphen for a space, too.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._patterns: dict[str, re.Pattern[str]] = {}

    def words(self, name: str) -> list[str]:
        """Return a list: ``section.name``; empty where the language has none."""
        value: Any = self._table
        for part in name.split("."):
            value = value.get(part, {}) if isinstance(value, Mapping) else {}
        return list(value) if isinstance(value, list) else []

    def nested(self, name: str) -> list[list[str]]:
        """Return a list of lists: ``section.name``."""
        values: list[Any] = list(self.words(name))
        return [list(each) for each in values if isinstance(each, list)]

    def groups(self, section: str) -> dict[str, list[str]]:
        """Return the lists of a section by name, in the file's order."""
        return {name: list(value) for name, value in self._table.get(section, {}).items()}

    def texts(self, section: str) -> dict[str, str]:
        """Return the texts of a section by name, in the file's order."""
        return {name: value for name, value in self._table.get(section, {}).items() if isinstance(value, str)}

    @functools.cache  # noqa: B019 -- there is one object a language, for good
    def word_set(self, name: str) -> frozenset[str]:
        """Return a list as a set of small letters."""
        return frozenset(word.casefold() for word in self.words(name))

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return what finds the words of a list, the longest first, whatever their case."""
        if name not in self._patterns:
            self._patterns[name] = _compile(self.words(name))
        return self._patterns[name]

    def has(self, name: str, text: str) -> bool:
        """Return whether a text holds a word of a list."""
        return self.pattern(name).search(text) is not None


def _compile(words: Iterable[str]) -> re.Pattern[str]:
    forms: dict[bool, list[str]] = {True: [], False: []}
    for word in sorted(words, key=len, reverse=True):
        form = re.escape(word.replace("’", "'")).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace(r"\-", r"[-\s]?")
        forms[word[0].isalnum()].append(form.replace("'", "['’ʼ]"))
    parts = [rf"(?<!\w)(?:{'|'.join(forms[True])})(?!\w)"] if forms[True] else []
    parts += [rf"(?:{'|'.join(forms[False])})(?!\w)"] if forms[False] else []
    return re.compile(f"(?:{'|'.join(parts)})" if parts else r"(?!)", re.IGNORECASE)


def _read(name: str) -> dict[str, Any]:
    file = resources.files("impactmap.articles") / "words" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language."""
    return Lexicon(_read(language))


@functools.cache
def shared_words(name: str) -> dict[str, Any]:
    """Return a file of names that all languages share: ``features`` or ``actors``."""
    return _read(name)


def guess_language(text: str) -> str:
    """Return the language whose commonest words a text has, empty for none of ours.

    Examples
    --------
    >>> guess_language("Drones hit the depot in the night"), guess_language("Дрони влучили у склад на околиці міста")
    ('en', 'uk')
    """
    words = [word.casefold() for word in _WORD.findall(text[:_READ])]
    counts = {name: sum(word in lexicon(name).word_set("common.function") for word in words) for name in LANGUAGES}
    letters = {
        name: sum(text.casefold().count(each) for each in lexicon(name).words("common.letters")) for name in counts
    }
    for name in LANGUAGES:  # hardly a sentence does without these
        needed = lexicon(name).words("common.needed")
        if needed and len(text) >= _TELLING and not any(each in text.casefold() for each in needed):
            counts[name] = letters[name] = 0
    best = max(counts, key=lambda name: counts[name] + letters[name])
    enough = counts[best] >= max(1, _LEAST_SHARE * len(words)) or (letters[best] > 0 and bool(words))
    return best if enough else _by_letters(text)


def _by_letters(text: str) -> str:
    """Return the language of a text without common words, by the letters that one of ours has and the others lack."""
    letters = [letter for letter in text[:_READ].casefold() if letter.isalpha()]
    for name in LANGUAGES:
        words = lexicon(name)
        alphabet, needed = set("".join(words.words("common.alphabet"))), words.words("common.needed")
        own = [letter in alphabet for letter in letters]
        lacking = needed and len(letters) > _TELLING // 2 and not set(needed) & set(letters)
        if (
            sum(own) > len(own) / 2
            and not lacking
            and all(is_own or ch.isascii() for is_own, ch in zip(own, letters, strict=True))
        ):
            return name
    return ""
