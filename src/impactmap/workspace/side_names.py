"""Which declared side a text means: its key, its name, its aliases, and a country by its usual names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from impactmap.model.faults import nearest
from impactmap.model.project import OTHER_SIDES
from impactmap.model.text import compare_key

if TYPE_CHECKING:
    from impactmap.model.faults import Fault
    from impactmap.model.sections.map import Side
    from impactmap.places.names.country_names import Language
    from impactmap.reading.read import Reading

__all__ = ["SideNames", "demonym_of", "same_country", "sides_of_one_country"]

#: What makes a person's or an army's adjective of a country's name: Pakistan-i, Sudan-ese, Russia-n.
_ENDINGS: Final = frozenset(("an", "ian", "ean", "nian", "i", "ese", "ish", "vian", "er", "iot"))
_LEAST: Final = 4
_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\band\b|\bта\b|\bі\b|\bи\b)\s*", re.IGNORECASE)


class SideNames:
    """The declared sides, by everything that means one of them.

    Parameters
    ----------
    sides
        As the project file declares them.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self._keys = {compare_key(word): side.key for side in sides for word in (*side.aliases, side.name)}
        self._keys |= {compare_key(side.key): side.key for side in sides}
        self.others = any(side.key == OTHER_SIDES for side in sides)
        self._countries = {code: side.key for side in sides if (code := _country(side.key) or _country(side.name))}

    def key_of(self, text: str) -> str | None:
        """Return the key of the side that a text means, None where it means none of them.

        Examples
        --------
        >>> from impactmap.model.project import Side
        >>> names = SideNames([Side(key="Russia", name="Russia"), Side(key="UA", name="Ukraine", aliases=("ZSU",))])
        >>> [names.key_of(text) for text in ("Росія", "RUS", "russian", "zsu", "Rusia")]
        ['Russia', 'Russia', 'Russia', 'UA', None]
        """
        known = self._keys.get(compare_key(text))
        if known is not None:
            return known
        code = _country(text) or demonym_of(text)
        return None if code is None else self._countries.get(code)

    def several(self, text: str) -> list[str]:
        """Return the keys of the sides that a text such as "A, B" names, nothing where it names no two of them."""
        keys = [self.key_of(part) for part in _BETWEEN.split(text) if part]
        named = list(dict.fromkeys(key for key in keys if key is not None))
        return named if len(named) > 1 and None not in keys else []

    def nearest(self, text: str) -> str | None:
        """Return the declared side that is spelled most like a text."""
        guess = nearest(compare_key(text), list(self._keys))
        return None if guess is None else self._keys[guess]


def same_country(values: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the values that are different names of one country.

    Examples
    --------
    >>> same_country(["Росія", "Russia", "Ukraine", "rebels"])
    [('Росія', 'Russia')]
    """
    groups: dict[str, list[str]] = {}
    for value in values:
        if (code := _country(value)) is not None:
            groups.setdefault(code, []).append(value)
    return [tuple(group) for group in groups.values() if len(group) > 1]


@functools.lru_cache(maxsize=4_096)
def _country(text: str) -> str | None:
    """Return the country that a text names to the letter, whatever its case."""
    from impactmap.places.names.country_names import country_names, find_country

    code = find_country(text)
    return code if code and compare_key(text) in map(compare_key, country_names(code)) else None


@functools.lru_cache(maxsize=4_096)
def demonym_of(text: str) -> str | None:
    """Return the country whose adjective a text is: its language's name, or its own name with an ending.

    Examples
    --------
    >>> demonym_of("Pakistani"), demonym_of("українська"), demonym_of("Nigerian"), demonym_of("rebels")
    ('PK', 'UA', 'NG', None)
    """
    from babel import Locale

    from impactmap.model.languages import READ_FIRST

    word = compare_key(text)
    for language in READ_FIRST:
        for tongue, called in Locale(language).languages.items():
            if (
                compare_key(called) == word
                and (code := _land_of(tongue))
                and word[:_LEAST] == _key(code, language)[:_LEAST]
            ):
                return code
    stems = {
        stem: code
        for code in map(str, Locale("en").territories)
        if len(code) == 2
        for stem in {_key(code, "en"), _key(code, "en").rstrip("aeiou")}
        if len(stem) >= _LEAST and word.startswith(stem) and _ends(stem, word[len(stem) :])
    }
    return stems[max(stems, key=len)] if stems else None


def _ends(stem: str, ending: str) -> bool:
    """Say whether an ending makes an adjective of a stem: Russia-n, but Sudan-ese."""
    return stem[-1] in "aeiou" if ending == "n" else ending in _ENDINGS


def _land_of(tongue: str) -> str | None:
    """Return the country in which a language is most at home, as CLDR has it."""
    from babel.core import get_global

    code = str(get_global("likely_subtags").get(tongue, "")).rpartition("_")[2]
    return code if len(code) == 2 else None


def _key(code: str, language: Language) -> str:
    from impactmap.places.names.country_names import country_name

    return compare_key(country_name(code, language))


def sides_of_one_country(reading: Reading) -> list[Fault]:
    """Return a warning for each country that the side's column calls by several names."""
    from impactmap.model.faults import Fault

    return [
        Fault(
            reading.inputs[0].path.name,
            None,
            "side",
            "one name for each side",
            f"{', '.join(map(repr, names))}, which are names of one country",
            "Each is drawn as a side of its own. Use one of them throughout, or declare the side in a project file "
            "([[sides]]): it then knows all of them.",
            severity="warning",
        )
        for names in same_country(map(str, reading.events["side"].dropna().unique()))
    ]
