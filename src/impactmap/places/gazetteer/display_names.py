"""Name a settlement in the page's language where the gazetteer's spellings allow it safely."""

from __future__ import annotations

import csv
import re
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Final

from impactmap.model.languages import page_language
from impactmap.places.gazetteer.areas import Language
from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.toponyms import plain
from impactmap.reference.names import names_in

__all__ = ["display_name", "known_names"]

_CYRILLIC: Final = re.compile(r"[\u0400-\u052f' ’ʼ-]+")
# Letters that one language has and the other has not, and letters of neither.
_ONLY: Final[dict[Language, str]] = {"en": "", "uk": "іїєґ", "ru": "ыэъё"}
_LANGUAGE: Final[dict[str, Language]] = {"UA": "uk", "RU": "ru"}  # whose spelling GeoNames' main name transliterates
_OTHER: Final[dict[Language, Language]] = {"uk": "ru", "ru": "uk"}
# Scholars write a soft sign as an apostrophe, English texts leave it out; one before a capital is another language's.
_SOFT_SIGN: Final = re.compile(r"(?<=[b-df-hj-np-tv-z])['’ʼʹ](?![A-Z])")
_FOREIGN: Final = re.compile("[ўјљњћђџѓќѕқғәөүұңһҳҷӣӯҡҙҫӑӗӳѣѳѵѥꙑ]")


@cache
def _reviewed() -> dict[str, dict[str, str]]:
    """Return the names that were checked by hand, by GeoNames id."""
    text = resources.files("impactmap.reference").joinpath("settlement_names.csv").read_text(encoding="utf-8")
    return {row["geonames_id"]: row for row in csv.DictReader(text.splitlines())}


def known_names(place_id: str) -> tuple[str, ...]:
    """Return a large settlement's names of today in English, Ukrainian and Russian; none where nobody checked them.

    `place_id` is GeoNames', with or without its prefix.
    """
    row = _reviewed().get(place_id.removeprefix("geonames:"), {})
    return tuple(name for column, name in row.items() if column != "geonames_id" and name)


def display_name(
    names: list[str],
    *,
    language: Language,
    country: str,
    region_name: str | None = None,
    place_id: str | None = None,
) -> str:
    """Return the name to show.

    Parameters
    ----------
    names
        The main name, then the others; GeoNames does not say in which language they are.
    language
        Of the page.
    country
        ISO 3166-1 alpha-2; tells whose spelling the main name is.
    region_name
        The region's name in the page's language: a seat is spelled like the region that bears its name.
    place_id
        GeoNames id, as text: the names of the largest settlements were checked by hand (``settlement_names.csv``).

    Returns
    -------
    str
        The main name where the others leave any doubt.
    """
    main = names[0]
    if language not in _ONLY:
        return _further(names, language, place_id)
    if language == "en":
        if not _SOFT_SIGN.search(main):
            return main
        hard = any(_CYRILLIC.fullmatch(name) and set("ьъЬЪ") & set(name) for name in names[1:])
        return _SOFT_SIGN.sub("", main) if hard else main
    if place_id is not None and place_id in _reviewed():
        return _reviewed()[place_id][language]
    own, rival = _ONLY[language], _ONLY[_OTHER[language]]
    found = [
        name for name in names[1:]
        if _CYRILLIC.fullmatch(name) and not _FOREIGN.search(name.casefold()) and not set(rival) & set(name.casefold())
    ]  # fmt: skip
    if not found:
        return main
    if region_name is not None:
        seats = [
            name
            for name in found
            if stem_key(name_key(name)) == stem_key(name_key(region_name.split()[0]))
            and plain(region_name).startswith(plain(name)[:-1])
            and _alike(name_key(name), name_key(main))  # Dnipropetrovsk region bears the old name of Dnipro
        ]
        if seats:
            return max(seats, key=lambda name: (plain(region_name).startswith(plain(name)), -len(name), name))
    if _LANGUAGE.get(country) == language:
        same = [name for name in found if name_key(name) == name_key(main)]
        return min(same, key=lambda name: not set(own) & set(name.casefold())) if same else main
    return found[0] if len(found) == 1 else main


def _further(names: list[str], language: Language, place_id: str | None) -> str:
    """Return the name in a language of which nothing is known but its letters and some settlements' names.

    A spelling in its own letters is taken where the others in them are much alike: GeoNames does not say which of them
    are its neighbours'.
    """
    known, told = page_language(language), names_in(language).get(f"geonames:{place_id}")
    if told is not None or known.is_latin:
        return told or display_name(names, language="en", country="")
    own = [name for name in names[1:] if all(not ch.isalpha() or ch in known.letters for ch in name.casefold())]
    own = [name for name in own if not name.isascii()]
    alike = own and all(_alike(own[0], other) for other in own)
    return max(own, key=lambda name: (len(name), name)) if alike else names[0]


def _alike(key: str, other: str) -> bool:
    return SequenceMatcher(None, key, other, autojunk=False).ratio() > 0.7
