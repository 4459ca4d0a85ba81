"""The words of a map in the reader's language: messages, terms, numbers, dates, countries."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from impactmap.model.errors import InputError
from impactmap.model.languages import FIRST, language_codes, page_language, read_catalog
from impactmap.model.text import isolate, isolate_in_rtl

__all__ = ["Words", "as_day", "catalog_messages"]

#: Groups of vocabulary terms that the page's viewer needs for what the reader chooses; in the catalogs their keys are
#: ``term.<group>.<value>``.
TERM_GROUPS = ("sector", "means", "precision", "confirmation")

_NARROW_SPACE, _MINUS = "\u202f", "\u2212"


@functools.cache
def catalog_messages(language: str, *, notes: bool = False) -> dict[str, str | tuple[str, ...]]:
    """Return a catalog's messages by key; one that wants a plural is a tuple of the language's forms."""
    found: dict[str, str | tuple[str, ...]] = {}
    for message in read_catalog(language, notes=notes):
        if not message.id:
            continue
        text = message.id if language == FIRST else message.string
        found[str(message.context)] = tuple(text) if isinstance(text, list | tuple) else str(text)
    return found


class Words:
    """Say things in one language.

    Parameters
    ----------
    language
        One of `language_codes`.

    Attributes
    ----------
    language
        As given; fit for an HTML ``lang`` attribute.
    direction
        ``ltr`` or ``rtl``.
    locale
        The Babel locale that writes dates, numbers and countries.

    Raises
    ------
    InputError
        For a language without a catalog.

    Notes
    -----
    Messages are gettext catalogs with the key as context and the English text as message. Placeholders are ``{name}``
    and are replaced in one pass, so that a value which itself looks like a placeholder stays as it is.

    Examples
    --------
    >>> words = Words("en")
    >>> words.plural("count.reports", 2), words.number(-20000), words.date("2025-11-09")
    ('2 reports', '−20,000', '9 November 2025')
    """

    def __init__(self, language: str = "en") -> None:
        if language not in language_codes():
            raise InputError(
                f"expected a language out of {', '.join(language_codes())}, found {language!r}. "
                "Set language under [map] in the project file."
            )
        known = page_language(language)
        self.language = language
        self.direction = known.direction
        self.locale = known.locale
        self._messages = catalog_messages(language)
        self._isolate = isolate if known.direction == "ltr" else isolate_in_rtl

    def text(self, key: str, **values: object) -> str:
        """Return a message with its placeholders filled; a key that no catalog has is a KeyError."""
        message = self._messages[key]
        if not isinstance(message, str):
            raise KeyError(f"{key} wants a number: use plural()")
        return _fill(message, values, isolate=self._isolate)

    def plural(self, key: str, n: float, **values: object) -> str:
        """Return a message in the form that the number `n` takes; ``{n}`` is the number as people write it."""
        forms = self._messages[key]
        if isinstance(forms, str):
            raise KeyError(f"{key} takes no number: use text()")
        return _fill(
            self._by_category(forms)[self.locale.plural_form(n)],
            {"n": self.number(n, decimals=3), **values},
            isolate=self._isolate,
        )

    def term(self, group: str, value: str) -> str:
        """Return the word for a value of a vocabulary, or the value itself where it is the author's own."""
        message = self._messages.get(f"term.{group}.{value}")
        return message if isinstance(message, str) else _own_term(group, value)

    def has_term(self, group: str, value: str) -> bool:
        """Return whether there is a word for a value of a vocabulary; others are the author's own."""
        return f"term.{group}.{value}" in self._messages

    def label(self, group: str, value: str) -> str:
        """Return the term as it begins a line; the author's own value stays as it is."""
        term = self._messages.get(f"term.{group}.{value}")
        if not isinstance(term, str):
            term = _own_term(group, value)
            if term == value:
                return value
        return term[:1].upper() + term[1:]

    def country(self, code: str) -> str:
        """Return the country's name for an ISO 3166-1 alpha-2 code, or the code itself where it has none."""
        return str(self.locale.territories.get(code, code))

    def both(self, codes: Sequence[str]) -> str:
        """Return the names of countries as people join them: ``Russia and Ukraine``."""
        return str(format_list([self.country(code) for code in codes], locale=self.locale))

    def listed(self, parts: Iterable[str | None], *, mark: str = "comma") -> str:
        """Return texts one after another, parted by the language's comma or semicolon; missing ones are left out."""
        return self.text(f"viewer.{mark}").join(part for part in parts if part)

    def number(self, value: float | Decimal, *, decimals: int | None = 0) -> str:
        """Return a number as people write it, with a real minus and no-break spaces, rounded half to even.

        With `decimals` None it has all of its decimals, as a `Decimal` does.
        """
        # As many decimals as it has are not told by what it equals; all else is, and is asked for again and again.
        write = _written.__wrapped__ if decimals is None or not value else _written
        return write(value, decimals, self.locale)

    def date(self, day: dt.date | str) -> str:
        """Return a day, ``9 November 2025``."""
        return str(format_date(as_day(day), "long", self.locale))

    def range(self, low: int, high: int) -> str:
        """Return two whole numbers as one text, or the one that both are: ``5\u20139``."""
        return self.number(low) if low == high else f"{self.number(low)}\u2013{self.number(high)}"

    def viewer_messages(self, parts: Sequence[str] = ()) -> dict[str, str | dict[str, str]]:
        """Return the viewer's messages by key; one that wants a plural is a mapping from CLDR category to text.

        Those of an optional part (``part.<part>.<key>``) are there where `parts` names it, as ``<part>_<key>``.
        """
        found: dict[str, str | dict[str, str]] = {}
        for key, message in self._messages.items():
            kind, _, rest = key.partition(".")
            part, _, name = rest.partition(".")
            if kind == "viewer" or (kind == "part" and part in parts):
                short = rest if kind == "viewer" else f"{part}_{name}"
                found[short] = message if isinstance(message, str) else self._by_category(message)
        return found

    def _by_category(self, forms: tuple[str, ...]) -> dict[str, str]:
        categories = dict(zip(_categories(self.language), forms, strict=False))
        # "other" is for fractions where a language has forms of its own for every whole number: its "few" form stands
        # closest.
        categories.setdefault("other", categories.get("few", forms[-1]))
        return categories

    def terms(self) -> dict[str, dict[str, str]]:
        """Return the words of `TERM_GROUPS` by group and value."""
        found: dict[str, dict[str, str]] = {group: {} for group in TERM_GROUPS}
        for key, message in self._messages.items():
            if key.startswith("term.") and isinstance(message, str):
                _, group, value = key.split(".", 2)
                if group in found:
                    found[group][value] = message
        return found


def _own_term(group: str, value: str) -> str:
    """Return a value of the author's own as people write it: a figure's name was made of a header's words."""
    return value.replace("_", " ") if group == "metric" else value


@functools.lru_cache(maxsize=2**16)
def _written(value: float | Decimal, decimals: int | None, locale: Locale) -> str:
    pattern = "#,##0.#" if decimals is None else "#,##0" + ("." + "#" * decimals if decimals else "")
    text = format_decimal(value, format=pattern, locale=locale, decimal_quantization=decimals is not None)
    return text.replace("\xa0", _NARROW_SPACE).replace("-", _MINUS)


@functools.cache
def _categories(language: str) -> tuple[str, ...]:
    """Return the language's CLDR plural categories of whole numbers, in the order of the catalog's forms."""
    tags = page_language(language).locale.plural_form.tags | {"other"}
    return tuple(name for name in ("zero", "one", "two", "few", "many", "other") if name in tags)


def _fill(message: str, values: dict[str, Any], *, isolate: Callable[[str], str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: isolate(str(values[found[1]])), message)


def as_day(value: dt.date | str) -> dt.date:
    """Return a day, given as one or as ISO text."""
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else dt.date(value.year, value.month, value.day)
