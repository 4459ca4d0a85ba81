"""Make `cldr.json`: how the languages of the maps write numbers, dates and lists, and their names of countries.

Origin: Unicode's Common Locale Data Repository, through the Python package Babel, of which it is a hundredth. For each
language: ``decimal`` and ``group`` (signs), ``categories`` (of whole numbers' plurals, in the order of the catalogs)
and ``plural`` (which of them, as gettext writes it), ``list`` (patterns with ``{0}`` and ``{1}``), ``months`` (as in a
day, and standing alone), ``dates`` (a day, a day without its year, a month; ``{d}``, ``{MMMM}``, ``{LLLL}``, ``{y}``),
``countries`` (ISO 3166-1 alpha-2 to name) and ``also`` (other names of countries, of a neighbouring locale).
``codes`` leads from three letters or digits to two letters. To add a language, name its locale in `LOCALES`.
"""

from __future__ import annotations

import importlib.metadata
import json
import re

from _build import REFERENCE

PACKAGE, VERSION = "babel", "2.18.0"
#: Of each language of the maps: the locale that people read, and one more whose names of countries are understood.
LOCALES = {"en": ("en_GB", "en"), "uk": ("uk_UA", "uk"), "ru": ("ru", "ru")}
DATES = {"day_and_month": "MMMMd", "month": "yMMMM"}
#: The tokens of a pattern for a month with its day and for a month alone, and what Babel calls the two.
MONTHS = {"MMMM": "format", "LLLL": "stand-alone"}
CATEGORIES = ("zero", "one", "two", "few", "many")
#: Numbers of which none is a whole one: all have the category "other", or the reader of the file has to learn more.
FRACTIONS = (0.1, 0.5, 1.5, 2.5, 10.3, 21.7)


def template(pattern: str) -> str:
    """Return a date pattern of CLDR as a template: letters in braces, quoted words as they are."""
    parts = re.findall(r"'([^']*)'|([a-zA-Z]+)|([^'a-zA-Z]+)", pattern)
    return "".join(f"{{{field}}}" if field else quoted or between for quoted, field, between in parts)


def countries(locale: object) -> dict[str, str]:
    """Return a locale's names of what has two letters in ISO 3166-1."""
    return {code: name for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}  # type: ignore[attr-defined]


def of_language(read: str, understood: str) -> dict[str, object]:
    """Return what is kept of a language."""
    from babel import Locale
    from babel.plural import to_gettext

    locale = Locale.parse(read)
    rule = locale.plural_form
    if any(rule(number) != "other" for number in FRACTIONS):
        raise SystemExit(f"{read}: a fraction has a plural form of its own, which impactmap.locales cannot tell.")
    names = countries(locale)
    more = {code: name for code, name in countries(Locale.parse(understood)).items() if names.get(code) != name}
    symbols = locale.number_symbols["latn"]
    lists = locale.list_patterns["standard"]
    return {
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "categories": [name for name in (*CATEGORIES, "other") if name in rule.tags | {"other"}],
        "plural": re.sub(r".*plural=(.*?);?$", r"\1", to_gettext(rule)),
        "list": {name: lists[name] for name in ("2", "start", "middle", "end")},
        "months": {kind: list(locale.months[key]["wide"].values()) for kind, key in MONTHS.items()},
        "dates": {
            "day": template(locale.date_formats["long"].pattern),
            **{name: template(locale.datetime_skeletons[skeleton].pattern) for name, skeleton in DATES.items()},
        },
        "countries": dict(sorted(names.items())),
        "also": dict(sorted(more.items())),
    }


def main() -> None:
    """Write the file."""
    from babel.core import get_global

    if (found := importlib.metadata.version(PACKAGE)) != VERSION:
        raise SystemExit(f"{PACKAGE}: expected version {VERSION}, found {found}. Install {PACKAGE}=={VERSION}.")
    languages = {language: of_language(*locales) for language, locales in LOCALES.items()}
    known = languages["en"]["countries"]
    codes = {
        alias: targets[0]
        for alias, targets in get_global("territory_aliases").items()
        if len(alias) == 3 and len(targets) == 1 and targets[0] in known
    }
    source = {
        "title": "Unicode CLDR",
        "version": get_global("cldr")["version"],
        "package": f"{PACKAGE} {VERSION}",
        "licence": "Unicode License V3",
        "licence_url": "https://www.unicode.org/license.txt",
    }
    path = REFERENCE / "cldr.json"
    value = {"source": source, "languages": languages, "codes": dict(sorted(codes.items()))}
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(languages)} languages, {path.stat().st_size:,} bytes")
