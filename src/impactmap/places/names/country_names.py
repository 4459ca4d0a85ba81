"""Find countries by name, in any language and script, or by code. Names are CLDR's, through Babel."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

from anyascii import anyascii

from impactmap.model.languages import READ_FIRST
from impactmap.places.names.keys import name_key
from impactmap.places.names.toponyms import plain

__all__ = [
    "Language",
    "country_name",
    "country_names",
    "find_country",
    "guess_country",
    "is_territory_of",
]

#: The code of a language of the page.
Language = str

# What people write and CLDR does not list. Keys are ISO 3166-1 alpha-2.
_COUNTRY_ALIASES: Final = {
    "GB": ("Great Britain", "Britain", "UK", "Великобритания", "Велика Британія"),
    "US": ("USA", "US", "United States of America", "America", "США"),
    "RU": ("Russian Federation", "Российская Федерация", "РФ", "Російська Федерація"),
    "CZ": ("Czech Republic", "Чешская Республика"),
    "KR": ("Republic of Korea",),
    "BY": ("Byelorussia", "Белоруссия", "Білорусія"),
    "MD": ("Republic of Moldova", "Молдавия", "Молдавія"),
    "TR": ("Turkey", "Турция", "Туреччина"),
    "SY": ("Syrian Arab Republic",),
    "AE": ("UAE",),
    "CD": ("DRC", "DR Congo", "Zaire", "Democratic Republic of the Congo", "Democratic Republic of Congo"),
    "CG": ("Republic of the Congo", "Congo"),
    "CI": ("Ivory Coast",),
    "CV": ("Cabo Verde",),
    "MK": ("Macedonia",),
    "PS": ("Palestine", "State of Palestine", "Палестина"),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "CF": ("CAR",),
    "IR": ("Islamic Republic of Iran",),
}
# Territories with a code of their own, of which reports say the country that they belong to. Keys are ISO 3166-1.
_TERRITORIES: Final = {
    "AU": ("CC", "CX", "HM", "NF"),
    "CN": ("HK", "MO"),
    "DK": ("FO", "GL"),
    "FI": ("AX",),
    "FR": ("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"),
    "GB": ("AI", "BM", "FK", "GG", "GI", "GS", "IM", "IO", "JE", "KY", "MS", "PN", "SH", "TC", "VG"),
    "NL": ("AW", "BQ", "CW", "SX"),
    "NO": ("BV", "SJ"),
    "NZ": ("CK", "NU", "TK"),
    "US": ("AS", "GU", "MP", "PR", "UM", "VI"),
}
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
#: Languages of CLDR by the script that they are written in, as Unicode names it; English, Ukrainian, Russian apart.
_LANGUAGES_OF: Final = {
    "LATIN": "es fr pt de it pl tr id vi ro nl cs hu sv fi da nb hr sr_Latn bs sk sl sq lt lv et az uz sw so ha ms fil",
    "CYRILLIC": "be bg kk ky mk mn sr tg",
    "ARABIC": "ar fa ur ps ckb sd",
    "HEBREW": "he", "GREEK": "el", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am ti", "MYANMAR": "my",
    "CJK": "zh zh_Hant ja", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "THAI": "th",
    "KHMER": "km", "LAO": "lo",
    "DEVANAGARI": "hi ne mr", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "SINHALA": "si", "GUJARATI": "gu",
    "GURMUKHI": "pa", "MALAYALAM": "ml", "KANNADA": "kn",
}  # fmt: skip
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\. ?){1,4}[^\W\d_]\.?")
_SHORT_NAMES: Final = frozenset({"UK", "USA", "US", "UAE", "DRC", "CAR"})
_COUNTRY_LIKE: Final = 0.65  # of letters
_COUNTRY_LIKE_ABROAD: Final = 0.85  # the same where one is in Latin letters and the other is not
_MARGIN: Final = 6.0


def find_country(text: str, *, codes: bool = True) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or, with `codes`, of its code."""
    if _DOTTED.fullmatch(text.strip()):  # "U.S.", "U.K."
        text = text.replace(".", "").replace(" ", "")
    code = text.strip().upper()
    if len(code) < 4 and code.isascii() and code not in _SHORT_NAMES:
        return _country_codes().get(code) if codes else None
    names = (text, *_outside_and_in(text))
    return next(filter(None, map(_country, names)), None) or next(
        filter(None, (_foreign_country(name, everywhere=codes) for name in names)), None
    )


@functools.lru_cache(maxsize=16_384)
def _foreign_country(text: str, *, everywhere: bool) -> str | None:
    """Return the country that has a name in another language, letter by letter.

    Names in Latin and Cyrillic letters are looked at only where a country is said (`everywhere`): a place's name may
    be like one of them.
    """
    letter = next((each for each in text if each.isalpha()), "")
    script = unicodedata.name(letter, "").split(" ")[0] if letter else ""
    if script in {"LATIN", "CYRILLIC"} and not everywhere:
        return None
    spelled = plain(text)
    for language in _LANGUAGES_OF.get(script, "").split():
        if (code := _codes_by_name(language).get(spelled)) is not None:
            return code
    return None


@functools.cache
def _codes_by_name(language: str) -> dict[str, str]:
    return {plain(name): code for code, name in _territories(language).items() if code not in _NO_COUNTRIES}


def guess_country(text: str) -> str | None:
    """Return the country whose name is nearest to a misspelt one, None when none is near or two are."""
    from rapidfuzz import fuzz, process

    found = process.extract(name_key(text), list(_country_keys()), scorer=fuzz.ratio, score_cutoff=82, limit=5)
    ranked = [(_country_keys()[key], score) for key, score, _ in found]
    rivals = [score for code, score in ranked if code != ranked[0][0]]
    return ranked[0][0] if ranked and (not rivals or ranked[0][1] - rivals[0] > _MARGIN) else None


def is_territory_of(code: str, country: str) -> bool:
    """Return whether a code stands for a territory of a country that has a code of its own: Guadeloupe of France."""
    return code in _TERRITORIES.get(country, ())


def country_name(code: str, language: Language) -> str:
    """Return a country's name."""
    return _territories(language).get(code, code)


@functools.cache
def country_names(code: str) -> tuple[str, ...]:
    """Return what a country is called: its names in every language, what people call it besides, its codes.

    Examples
    --------
    >>> country_names("UA")
    ('Ukraine', 'Україна', 'Украина', 'UA', 'UKR')
    """
    names = [_territories(language)[code] for language in READ_FIRST if code in _territories(language)]
    codes = [each for each, country in _country_codes().items() if country == code and each.isalpha()]
    return tuple(dict.fromkeys([*names, *_COUNTRY_ALIASES.get(code, ()), *sorted(codes, key=len)]))


@functools.cache
def _territories(language: str) -> dict[str, str]:
    from babel import Locale

    return {
        code: name for code, name in Locale.parse(language).territories.items() if len(code) == 2 and code.isalpha()
    }


@functools.cache
def _country_keys() -> dict[str, str]:
    keys: dict[str, str] = {}
    for language in READ_FIRST:
        for code, name in _territories(language).items():
            if code not in _NO_COUNTRIES:
                for one in (name, name.replace("&", "and"), *_outside_and_in(name)):
                    keys.setdefault(name_key(one), code)
    for code, names in _COUNTRY_ALIASES.items():
        for name in names:
            keys[name_key(name)] = code
    return keys


@functools.lru_cache(maxsize=16_384)
def _country(text: str) -> str | None:
    """Return the country that has a name with this key and much the same letters: Ganja is not Ghana."""
    from rapidfuzz.distance import OSA

    code = _country_keys().get(name_key(text))
    if code is None:
        return None
    names = [*(_territories(language)[code] for language in READ_FIRST), *_COUNTRY_ALIASES.get(code, ())]
    given = plain(text)
    for name in map(plain, (part for one in names for part in (one, *_outside_and_in(one)))):
        least = _COUNTRY_LIKE if given.isascii() == name.isascii() else _COUNTRY_LIKE_ABROAD
        if OSA.normalized_similarity(anyascii(given), anyascii(name)) >= least:
            return code
    return None


def _outside_and_in(text: str) -> list[str]:
    """Return the two names of a text such as "Myanmar (Burma)", nothing for another."""
    found = re.fullmatch(r"([^()]+)\(([^()]+)\)", text.strip())
    return [found[1].strip(), found[2].strip()] if found else []


@functools.cache
def _country_codes() -> dict[str, str]:
    from babel.core import get_global

    codes = {code: code for code in _territories("en")}
    for alias, targets in get_global("territory_aliases").items():
        if len(alias) == 3 and len(targets) == 1 and targets[0] in codes:
            codes[alias] = targets[0]
    return codes
