"""Score the offline geocoder on places of the whole world that are not its own rows.

    python benchmarks/places_world.py [--rows 40] [--errors 0] [--cities FILE.tgz] [--airports FILE.csv]

Two sets, of which at most `--rows` a country are taken, the same ones each time:

- cities: towns and villages with state and country, from the npm package @countrystatecity/countries (ODbL);
- airports: the town that an airport serves, with the airport's position, so tens of kilometres away are no error, from
  the Python package airportsdata (MIT).

    npm pack @countrystatecity/countries@1.0.9
    pip download --no-deps airportsdata==20260905 && unzip airportsdata-*.whl airportsdata/airports.csv

Each is asked three times: with region and country, with country, alone. "Drawn" are those that become a dot on a map
(an area, a question and what is not found do not); "all <25 km" is the share of all rows that are drawn so near, the
figures after it are percentages of the drawn ones. `--errors` lists so many of those that are more than 100 km off.
"""

from __future__ import annotations

import argparse
import json
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from impactmap.places.gazetteer.areas import Areas
from impactmap.places.geocode import geocode_table
from impactmap.places.geocoder import Gazetteer

SEED = 20251109
ASKED = {"region and country": ("region", "country"), "country": ("country",), "alone": ()}
CITIES, AIRPORTS = "countrystatecity-countries-1.0.9.tgz", "airportsdata/airports.csv"
FAR_KM = 100


def cities(path: Path) -> pd.DataFrame:
    """Return towns and villages with their states, of the file of cities."""
    rows = []
    with tarfile.open(path) as archive:
        members = {member.name: member for member in archive.getmembers()}
        for name in sorted(members):
            if not name.endswith("/cities.json"):
                continue
            state = name.split("/")[-2].rpartition("-")[0].replace("_", " ")
            file = archive.extractfile(members[name])
            rows += [
                (city["name"], state, city["country_code"], float(city["latitude"]), float(city["longitude"]))
                for city in json.load(file)  # type: ignore[arg-type]
                if city["latitude"] and city["longitude"]
            ]
    return pd.DataFrame(rows, columns=["place", "region", "code", "latitude", "longitude"])


def airports(path: Path) -> pd.DataFrame:
    """Return the towns that airports serve, at the airports' positions; airports with a code of their own only."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table = table[(table["iata"] != "") & (table["city"] != "")]
    return pd.DataFrame(
        {
            "place": table["city"],
            "region": table["subd"].str.replace("-", " "),
            "code": table["country"],
            "latitude": table["lat"].astype(float),
            "longitude": table["lon"].astype(float),
        }
    )


def sample(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return at most `count` rows a country, each place once, with the countries' English names."""
    areas = Areas()
    shuffled = table.drop_duplicates(["place", "code"]).sample(frac=1, random_state=SEED)
    kept = shuffled.groupby("code", sort=True).head(count).sort_values(["code", "place"], ignore_index=True)
    return kept.assign(country=[areas.country_name(code, "en") or code for code in kept["code"]])


def score(rows: pd.DataFrame, hints: tuple[str, ...], gazetteer: Gazetteer, errors: int) -> dict[str, str]:
    """Return the figures of one set, asked with these hints."""
    asked = rows[["place", *hints]]
    found = geocode_table(
        asked,
        region="region" if "region" in hints else None,
        country="country" if "country" in hints else None,
        gazetteer=gazetteer,
        best_guess=False,
    )
    drawn = ((found["place_precision"] == "settlement") & found["latitude"].notna()).to_numpy()
    given = [rows["longitude"], rows["latitude"], found["longitude"], found["latitude"]]
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(*(column.to_numpy(dtype=float)[drawn] for column in given))
    km = np.asarray(metres) / 1000
    far = np.flatnonzero(drawn)[km > FAR_KM]
    for row in far[:errors]:
        place, answer = rows.iloc[row], found.iloc[row]
        told = [answer[name] for name in ("place_name", "place_region", "place_country", "place_status")]
        print(f"    {place['place']}, {place['region']}, {place['code']}: {', '.join(map(str, told))}")
    share = lambda part, whole: f"{100 * part / max(whole, 1):.1f}"  # noqa: E731
    return {
        "rows": f"{len(rows):,}",
        "drawn": share(drawn.sum(), len(rows)),
        "all <25 km": share((km < 25).sum(), len(rows)),
        "<10 km": share((km < 10).sum(), len(km)),
        "<25 km": share((km < 25).sum(), len(km)),
        f">{FAR_KM} km": share(len(far), len(km)),
        "wrong country": share(
            (found["place_country"].to_numpy()[drawn] != rows["code"].to_numpy()[drawn]).sum(), len(km)
        ),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--rows", type=int, default=40, help="at most so many a country")
    parser.add_argument("--errors", type=int, default=0, help="list so many of those far off")
    parser.add_argument("--cities", type=Path, default=Path(CITIES))
    parser.add_argument("--airports", type=Path, default=Path(AIRPORTS))
    options = parser.parse_args()
    gazetteer, results = Gazetteer(), {}
    for name, read, path in (("cities", cities, options.cities), ("airports", airports, options.airports)):
        if not path.exists():
            print(f"{path}: not there; {name} are left out. The first lines of this script say how it is fetched.")
            continue
        rows = sample(read(path), options.rows)
        for asked, hints in ASKED.items():
            results[f"{name}: {asked}"] = score(rows, hints, gazetteer, options.errors)
    print(pd.DataFrame(results).T.to_string())


if __name__ == "__main__":
    main()
