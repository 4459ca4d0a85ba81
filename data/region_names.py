"""Make `region_names.parquet`: what regions are called in other languages and spellings, by the key of each.

Of the regions of `regions.parquet` and `more_regions.parquet`. Left out are names that the program reads like one of
the layer's own, and what several regions of a country share.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import regions
from _build import REFERENCE, npm_file, read_member, write_layer
from more_regions import (
    as_table,
    english_names,
    layer_names,
    listed,
    own_codes,
    regions_and_names,
    source,
    synonyms,
)

from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.toponyms import parse_toponym, plain

LANGUAGES = (
    *("ar", "bn", "de", "el", "es", "fa", "fr", "he", "hi", "hu", "id", "it"),
    *("ja", "ko", "nl", "pl", "pt", "sv", "tr", "ur", "vi", "zh", "zht"),
)
OTHER_FIELDS = ("name", "name_alt", "name_local", "woe_name", "gn_name")
KIND_SHARE, KIND_LEAST = 0.4, 4  # of a country's names in a language: a word that so many have is no name
OF = re.compile(
    r"^(?:de la |de las |de los |de l'|de |del |della |delle |dell'|du |des |d'|da |do |dos |di |of |von )",
    re.IGNORECASE,
)
MANY = 3  # regions of a country that share a name; it is then that of the region around them


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    layer = layer_names(folder)
    names = other_names(layer, regions_and_names(layer))
    about = source("Names of first-level regions")
    write_layer("region_names", as_table(names), about, folder=folder, dictionary=["code"], delta=["key", "name"])


def origin_names(layer: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield code, language and name of what the layer's origin calls its regions."""
    tarball = npm_file(regions.PACKAGE, regions.VERSION, regions.TARBALL)
    features = [one["properties"] for one in json.loads(read_member(tarball, "package/data/build.json"))["features"]]
    codes = Counter(regions.code_of(one) for one in features)
    known = set(layer["code"])
    for one in features:
        code = regions.code_of(one)
        if code not in known or codes[code] > 1 or code in regions.NAMES:
            continue
        for language in LANGUAGES:
            yield code, language, one[f"name_{language}"] or ""
        for field in OTHER_FIELDS:
            for name in str(one[field] or "").split("|"):
                yield code, field, name


def other_names(layer: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return code, key and name of what regions are called besides, by key."""
    english = english_names()
    renamed = synonyms(layer, english)
    names = list(origin_names(layer))
    known = set(layer["code"])
    words = _kind_words(names)
    said: list[tuple[str, str]] = []
    for code, language, name in names:
        said += [(code, each) for each in (name, *_without(name, words[code[:2], language]))]
    for code, name in english.items():
        home = renamed.get(code, code)
        said += [(home, name)] if home in known else []
    homes = dict(zip(layer["geonames_admin1"], layer["code"], strict=True))
    for row in listed():
        if (home := homes.get(row["geonames"])) in known and row["iso"] not in set(more["code"]):
            said += [(home, name) for name in (row["name"], *row["other"].split("|"))]
    for row in more.itertuples():
        said += [(row.code, name) for name in (row.name, *row.others)]
    own = own_codes(layer)
    rows: dict[tuple[str, str, str], str] = {}
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, text in said:
        name = " ".join(str(text).split())
        for each in dict.fromkeys((name, parse_toponym(name).name)):
            key = stem_key(name_key(each))
            if len(key) > 1 and (code[:2], key) not in own and len(each) > 1:
                rows.setdefault((key, code, plain(each)), each)
                bearers[code[:2], key] |= {code} & known
    # What many regions of the layer are called is the region around them.
    table = sorted(
        (key, name, code)
        for (key, code, _), name in rows.items()
        if code not in known or len(bearers[code[:2], key]) < MANY
    )
    return pd.DataFrame(table, columns=["key", "name", "code"])


def _kind_words(names: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the beginnings and ends that many of a country's names in a language have: words for the kind."""
    by_language: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, language, name in names:
        by_language[code[:2], language].append(name)
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for at, own in by_language.items():
        least = max(KIND_LEAST, KIND_SHARE * len([name for name in own if name]))
        fronts, ends = Counter(), Counter()
        for name in own:
            words = name.split()
            fronts.update(" ".join(words[:count]) for count in range(1, len(words)))
            ends.update(" ".join(words[-count:]) for count in range(1, len(words)))
            if len(words) == 1 and not name.isascii() and len(name) > 2:
                ends[name[-1]] += at[1] in {"zh", "zht", "ja", "ko"}
        found[at] = [("front", text) for text, count in fronts.items() if count >= least]
        found[at] += [("end", text) for text, count in ends.items() if count >= least]
    return found


def _without(name: str, words: list[tuple[str, str]]) -> Iterator[str]:
    for where, text in words:
        if where == "front" and name.startswith(f"{text} "):
            yield OF.sub("", name[len(text) + 1 :])
        elif where == "end" and name.endswith(f" {text}"):
            yield name[: -len(text) - 1]
        elif where == "end" and len(text) == 1 and name.endswith(text):
            yield name[:-1]


if __name__ == "__main__":
    main()
