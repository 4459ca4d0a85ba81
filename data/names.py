"""Make `names/<language>.csv`: what regions and large settlements are called in the further languages of the page.

One file a language, with the columns ``id`` (``iso:UA-63``, ``geonames:706483``, ``line:`` and the English name of a
disputed line) and ``name``. A language is made where it has a catalog of the map's words; English, and the languages
that the layer `regions` has a column for, need none.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import gazetteer
import regions
from _build import REFERENCE, ROOT
from babel import Locale
from rapidfuzz import fuzz

from impactmap.model.languages import language_codes, page_language

#: Names by hand, a column a language: of regions that the origin has wrong, and of disputed lines.
BY_HAND = ROOT / "data" / "names_by_hand.csv"
#: Inhabitants of a settlement that is looked for in other people's spellings, and how alike these have to be.
LARGE, ALIKE = 30_000, 60
#: How a region that Russia and Ukraine call an oblast is called, beside the seat whose name the origin gives alone.
OBLAST = {
    "pl": ((r".*", "obwód {}"),),
    "de": ((r".*", "Oblast {}"),),
    "fr": ((r"[AEIOUYÉÈ].*", "oblast d’{}"), (r".*", "oblast de {}")),
    "ar": ((r".*", "مقاطعة {}"),),
}


def main(folder: Path = REFERENCE) -> None:
    """Write the files."""
    (folder / "names").mkdir(exist_ok=True)
    rows, _ = regions.origin()
    for code in language_codes():
        if code in {"en", "uk", "ru"}:
            continue
        names = {
            **(known := region_names(rows, code)),
            **spelled_names(code, known),
            **settlement_names(code),
            **by_hand(code),
        }
        with (folder / "names" / f"{code}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("id", "name"))
            writer.writerows(sorted(names.items()))
        print(f"names/{code}.csv: {len(names):,} names")


def region_names(rows: object, code: str) -> dict[str, str]:
    """Return the names of regions, the largest part of a code first."""
    names: dict[str, str] = {}
    for row in rows.sort_values("area_sqkm", ascending=False, kind="stable").to_dict("records"):  # type: ignore[attr-defined]
        key, name = f"iso:{row['code']}", _tidy(row.get(f"name_{code}"))
        if not name or key in names or row["code"] in regions.NAMES:
            continue
        if str(row["name_uk"]).strip().endswith("область"):
            name = _oblast(name, code)
        names[key] = name
    return names


def _oblast(name: str, code: str) -> str:
    bare = re.sub(
        r"\s*(أوبلاست|مقاطعة|محافظة|Oblast|obwód|oblast d[e’']\s?)\s*", " ", name, flags=re.IGNORECASE
    ).strip()
    forms = OBLAST.get(code, ())
    return next((form.format(bare) for pattern, form in forms if re.fullmatch(pattern, bare)), name)


def spelled_names(code: str, of_regions: dict[str, str]) -> dict[str, str]:
    """Return the one spelling of large settlements that the language's letters allow, or the longest of several alike.

    A seat is spelled like the region that bears its name.

    GeoNames does not say in which language a name is: in Latin letters nothing can be told.
    """
    known = page_language(code)
    if known.is_latin:
        return {}
    seats = {(key[4:6], word) for key, name in of_regions.items() for word in name.split()}
    names = {}
    for place in gazetteer.places():
        if int(place["population"]) < LARGE:
            continue
        own = [name for name in place["alternatenames"] if not name.isascii() and _in_letters(name, known.letters)]
        if as_region := [name for name in own if (place["countrycode"], name) in seats]:
            names[f"geonames:{place['geonameid']}"] = as_region[0]
        elif own and all(fuzz.ratio(own[0], name) >= ALIKE for name in own):
            names[f"geonames:{place['geonameid']}"] = max(own, key=lambda name: (len(name), name))
    return names


def _in_letters(name: str, letters: frozenset[str]) -> bool:
    return all(letter in letters or letter in " -’'" for letter in name.casefold())


def settlement_names(code: str) -> dict[str, str]:
    """Return what CLDR calls the cities that stand for time zones, by the settlement that is the city."""
    english, own = (Locale.parse(str(page_language(each).locale)).time_zones for each in ("en", code))
    largest: dict[tuple[str, str], tuple[int, str]] = {}
    for place in gazetteer.places():
        for name in {place["name"], *place["alternatenames"]}:
            key, found = (place["timezone"], name), (int(place["population"]), str(place["geonameid"]))
            largest[key] = max(largest.get(key, found), found)
    names = {}
    for zone, told in own.items():
        called = _tidy(told.get("city"))
        city = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        if called and (found := largest.get((zone, city)) or largest.get((_ALIASES.get(zone, zone), city))):
            names[f"geonames:{found[1]}"] = called
    return names


#: Zones whose name CLDR keeps and the gazetteer's data has under a newer one.
_ALIASES = {"Europe/Kiev": "Europe/Kyiv", "Asia/Calcutta": "Asia/Kolkata", "Asia/Rangoon": "Asia/Yangon",
            "Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Katmandu": "Asia/Kathmandu", "Africa/Asmera": "Africa/Asmara",
            "America/Buenos_Aires": "America/Argentina/Buenos_Aires"}  # fmt: skip


def by_hand(code: str) -> dict[str, str]:
    """Return the names that are written by hand."""
    with BY_HAND.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row[code] for row in csv.DictReader(file) if row.get(code)}


def _tidy(name: object) -> str:
    return re.sub(r"\s+", " ", name).strip() if isinstance(name, str) else ""


if __name__ == "__main__":
    main()
