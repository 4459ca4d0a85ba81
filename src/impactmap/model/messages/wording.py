"""Word what a text of the program says in another language."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from impactmap.model.languages import FIRST, page_language
from impactmap.model.messages.catalog import PLACEHOLDER, kind_of, parts_of, read_texts, translated_languages
from impactmap.model.messages.reading import Said, read_message
from impactmap.model.words import Words

__all__ = ["message_languages", "message_text", "system_language", "word_message"]

_KEPT: Final = 4096
_STOPS: Final = (".", "?", "!")
_LISTED: Final = re.compile(r"(, | and | or )")


def message_languages() -> tuple[str, ...]:
    """Return the languages in which the program says what it found, English first."""
    return translated_languages()


def system_language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of the computer's messages where there is a catalog of it, else English.

    Parameters
    ----------
    environment
        Names and values as of the process, which is the default.

    Examples
    --------
    >>> system_language({"LANG": "uk_UA.UTF-8"}), system_language({"LC_ALL": "C", "LANG": "uk_UA.UTF-8"})
    ('uk', 'en')
    """
    environment = os.environ if environment is None else environment
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    code = re.split(r"[_.@]", said)[0]
    return code if code in translated_languages() else FIRST


@functools.lru_cache(maxsize=_KEPT)
def word_message(text: str, language: str) -> str:
    """Word a text of the program in another language.

    Parameters
    ----------
    text
        A reason, a fault's part, a note or an error, in English.
    language
        One of `message_languages`; for others the text stays as it is.

    Returns
    -------
    str
        What no catalog has stays English.

    Examples
    --------
    >>> word_message("A sea; the report says near it.", "uk")
    'Море; у повідомленні сказано «поблизу».'
    """
    if language == FIRST or language not in translated_languages():
        return text
    worded, sentences = "", re.search(r"\.(?:\s|$)", text) is not None
    for said in read_message(text):
        opens = sentences and worded.rstrip()[-1:] in ("", *_STOPS)
        worded += _worded(said, language, opens=opens)
    return worded


def message_text(code: str, language: str, /, **values: str) -> str:
    """Return a message by its code, with its placeholders filled; values that are messages themselves are worded, too.

    Parameters
    ----------
    code, values
        As `read_message` gives them, in English.
    language
        Any; English speaks for one without a catalog.
    """
    text = read_texts(language if language in translated_languages() else FIRST)[code]
    if language != FIRST:
        values = {name: _value(kind_of(name), value, language) for name, value in values.items()}
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _worded(said: Said, language: str, *, opens: bool) -> str:
    """Return what is said in a language; what `opens` a sentence has a capital letter."""
    if not said.code:
        return said.text
    bare = said.text.rstrip()
    text = message_text(said.code, language, **said.values)
    lead = PLACEHOLDER.match(read_texts(language)[said.code])
    if lead is None or kind_of(lead[1]) in {"metric", "month", "said", "n"}:
        named = read_texts(FIRST)[said.code][:1].isupper()  # a name, such as an alphabet's
        large = opens if named or not bare[:1].isalpha() else bare[:1].isupper()
        text = (text[:1].upper() if large else text[:1]) + text[1:]
    stop = bare[-1:] if bare[-1:] in {".", ";", ",", ":"} and text[-1:] not in {".", "?", "!", ";", ",", ":"} else ""
    return text + stop + said.text[len(bare) :]


def _value(kind: str, value: str, language: str) -> str:
    """Return a value as people of a language write it: numbers, countries and what is a message itself."""
    if kind == "n":
        words = Words(language)
        return words.number(Decimal(value.replace(",", "").replace("\u2212", "-")), decimals=None)
    if parts := parts_of(kind, value):
        return ", ".join(word_message(part, language) for part in parts)
    if kind == "country":
        return _countries(value, language)
    if kind == "counts":
        return ", ".join(word_message(part, language) for part in value.split(", "))
    if kind == "metric":
        return Words(language).term("metric", value)
    if kind == "month":
        return _month(value, language)
    return value


def _countries(value: str, language: str) -> str:
    """Return names of countries, several as they are listed."""
    names = page_language(language).locale.territories
    codes = _english_countries()
    if value in codes:
        return str(names.get(codes[value], value))
    parts = _LISTED.split(value)
    if len(parts) == 1:
        return word_message(value, language)
    listed = (_countries(part, language) if at % 2 == 0 else part for at, part in enumerate(parts))
    join = {" and ": read_texts(language)["word.and"], " or ": read_texts(language)["word.or"]}
    return "".join(f" {join[part]} " if part in join else part for part in listed)


def _month(value: str, language: str) -> str:
    english, names = (page_language(code).locale.months["stand-alone"]["wide"] for code in (FIRST, language))
    return next((str(names[number]) for number, name in english.items() if name == value), value)


@functools.cache
def _english_countries() -> dict[str, str]:
    return {str(name): code for code, name in page_language(FIRST).locale.territories.items()}
