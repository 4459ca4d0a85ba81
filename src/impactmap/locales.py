"""How a language writes numbers, dates and lists, what it calls countries, and the messages of its catalogs."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from gettext import c2py
from importlib import resources
from typing import Any

__all__ = ["Locale", "cldr_version", "country_codes", "load_locale", "read_messages"]


@dataclass(frozen=True)
class Locale:
    """One language's ways, after Unicode CLDR.

    Attributes
    ----------
    countries
        Name by ISO 3166-1 alpha-2 code.
    other_countries
        Further names by code, where a neighbouring locale has another.
    categories
        CLDR plural categories of whole numbers, in the order of the catalogs' forms.

    References
    ----------
    Unicode CLDR, Unicode License V3; made by ``data/cldr.py``.
    """

    countries: Mapping[str, str]
    other_countries: Mapping[str, str]
    categories: tuple[str, ...]
    _plural: Callable[[int], int]
    _data: Mapping[str, Any]

    def plural_form(self, number: float) -> str:
        """Return the CLDR plural category of a number: ``one``, ``few``, ``many``, ``other``..."""
        whole = int(number)
        return self.categories[self._plural(abs(whole))] if whole == number else "other"

    def number(self, value: float, *, decimals: int = 0) -> str:
        """Return a number with the language's signs, rounded half to even, without noughts at its end."""
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
        whole, _, fraction = f"{rounded:,f}".partition(".")
        fraction = fraction.rstrip("0")
        return whole.replace(",", self._data["group"]) + (self._data["decimal"] + fraction if fraction else "")

    def day(self, day: dt.date) -> str:
        """Return a day, ``9 November 2025``."""
        return self._date("day", day)

    def day_and_month(self, day: dt.date) -> str:
        """Return a day without its year, ``9 November``."""
        return self._date("day_and_month", day)

    def month(self, day: dt.date) -> str:
        """Return a month, ``November 2025``."""
        return self._date("month", day)

    def joined(self, items: Sequence[str]) -> str:
        """Return texts as people join them: ``one, two and three``."""
        patterns = self._data["list"]
        if len(items) <= 2:
            return patterns["2"].format(*items) if len(items) == 2 else "".join(items)
        *before, last = items
        text = patterns["start"].format(*before[:2])
        for item in before[2:]:
            text = patterns["middle"].format(text, item)
        return str(patterns["end"].format(text, last))

    def _date(self, kind: str, day: dt.date) -> str:
        months = {token: names[day.month - 1] for token, names in self._data["months"].items()}
        return str(self._data["dates"][kind].format(d=day.day, y=day.year, **months))


@functools.cache
def load_locale(language: str) -> Locale:
    r"""Return the ways of a language of the maps.

    Examples
    --------
    >>> import datetime as dt
    >>> uk = load_locale("uk")
    >>> uk.number(1433886.5, decimals=1), uk.day_and_month(dt.date(2025, 11, 9)), uk.plural_form(22)
    ('1\\xa0433\\xa0886,5', '9 листопада', 'few')
    """
    data = _cldr()["languages"][language]
    return Locale(data["countries"], data["also"], tuple(data["categories"]), c2py(data["plural"]), data)


@functools.cache
def country_codes() -> dict[str, str]:
    """Return the ISO 3166-1 alpha-2 code for each of its codes: two letters, three letters, three digits."""
    data = _cldr()
    return {**{code: code for code in data["languages"]["en"]["countries"]}, **data["codes"]}


def cldr_version() -> str:
    """Return the version of the Common Locale Data Repository."""
    return str(_cldr()["source"]["version"])


def read_messages(package: str, domain: str, language: str) -> dict[str, str | tuple[str, ...]]:
    """Return the messages of a gettext catalog by their context; one that wants a plural is a tuple of its forms.

    Parameters
    ----------
    package
        Has a folder ``locale`` with ``<domain>.pot``, whose messages are the English ones, and the other languages'
        ``<language>/LC_MESSAGES/<domain>.po``.
    domain, language
        Which file.
    """
    import polib

    folder = resources.files(package) / "locale"
    english = language == "en"
    file = folder / f"{domain}.pot" if english else folder / language / "LC_MESSAGES" / f"{domain}.po"
    found: dict[str, str | tuple[str, ...]] = {}
    for entry in polib.pofile(file.read_text(encoding="utf-8")):
        if entry.msgid_plural:
            forms = (entry.msgid, entry.msgid_plural) if english else entry.msgstr_plural.values()
            found[entry.msgctxt] = tuple(forms)
        else:
            found[entry.msgctxt] = entry.msgid if english else entry.msgstr
    return found


@functools.cache
def _cldr() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(resources.files("impactmap.reference").joinpath("cldr.json").read_bytes())
    return data
