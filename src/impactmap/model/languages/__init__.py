"""The languages of pages and pictures: one for each catalog beside this package, and what is known of it."""

from __future__ import annotations

import functools
import io
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import babel
    from babel.messages import Catalog

__all__ = ["FIRST", "READ_FIRST", "PageLanguage", "language_codes", "page_language", "read_catalog"]

#: Languages whose words are looked for first in tables, in this order: `impactmap.model.languages`'s ``first.toml``.
READ_FIRST: tuple[str, ...] = tuple(
    tomllib.loads((resources.files(__name__) / "first.toml").read_text(encoding="utf-8"))["languages"]
)
#: The language of the messages in the code, which every other one is translated from and falls back to.
FIRST = "en"
#: Where the catalogs of the map's words lie, and where those of its notes do.
_MAP, _NOTES = ("impactmap.model", "impactmap"), ("impactmap.telling", "method")


@dataclass(frozen=True)
class PageLanguage:
    """A language of the page.

    Attributes
    ----------
    code
        Fit for an HTML ``lang`` attribute.
    locale
        Writes its dates, numbers and countries; the catalog's header names it.
    name
        What its readers call it.
    direction
        ``ltr`` or ``rtl``: in which direction it is written.
    tag
        For a browser's ``Intl``, which then writes numbers and days as the pictures have them.
    """

    code: str
    locale: babel.Locale
    name: str
    direction: str

    @property
    def tag(self) -> str:
        """BCP 47, with the digits that Babel writes."""
        return f"{str(self.locale).replace('_', '-')}-u-nu-latn"

    @functools.cached_property
    def letters(self) -> frozenset[str]:
        """The letters in which it writes the names of countries and languages."""
        names = (*self.locale.territories.values(), *self.locale.languages.values())
        return frozenset(letter for name in names for letter in str(name).casefold() if letter.isalpha())

    @functools.cached_property
    def is_latin(self) -> bool:
        """Whether it is written in Latin letters."""
        return unicodedata.name(self.name[0]).startswith("LATIN")


@functools.cache
def language_codes() -> tuple[str, ...]:
    """Return the codes of the languages that have a catalog, English first.

    Examples
    --------
    >>> language_codes()[0], "uk" in language_codes()
    ('en', True)
    """
    found = {file.parent.parent.name for file in _folder(_MAP[0]).glob("*/LC_MESSAGES/*.po")}
    return (FIRST, *sorted(found - {FIRST}))


@functools.cache
def page_language(code: str) -> PageLanguage:
    """Return what is known of a language.

    Examples
    --------
    >>> page_language("uk").name, page_language("uk").direction
    ('Українська', 'ltr')
    """
    locale = read_catalog(code).locale
    assert locale is not None
    name = str(locale.languages.get(locale.language, code))
    return PageLanguage(code, locale, name[:1].upper() + name[1:], str(locale.text_direction))


@functools.cache
def read_catalog(code: str, *, notes: bool = False) -> Catalog:
    """Return a language's catalog, of the map's words or of its notes'; the template is the English one."""
    from babel.messages.pofile import read_po

    package, domain = _NOTES if notes else _MAP
    folder = _folder(package)
    file = folder / f"{domain}.pot" if code == FIRST else folder / code / "LC_MESSAGES" / f"{domain}.po"
    return read_po(io.BytesIO(file.read_bytes()))


def _folder(package: str) -> Path:
    return Path(str(resources.files(package))) / "locale"
