"""Score the offline geocoder on a UCDP GED file: names and hints in, the coders' coordinates out.

    python benchmarks/places_ucdp.py FILE.csv [--errors]

Rows of ``where_prec`` 1 to 3 (a place, near one, a district) count. For each set of hints the table gives the share of
rows with coordinates at any precision, within 5, 10 and 25 km of the coders' point, in the wrong country, how many are
called `matched`, and how many of those are more than 25 and 50 km off. The coders' points have errors of their own.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from impactmap.places import Gazetteer, geocode_table

SEED = 20251109


def misspell(text: object, rng: random.Random) -> object:
    """Swap, drop or double one letter inside the first word."""
    if not isinstance(text, str) or len(text.split()[0]) < 5:
        return text
    at = rng.randrange(1, len(text.split()[0]) - 2)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return rng.choice([swapped, text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]])


def score(found: pd.DataFrame, rows: pd.DataFrame) -> tuple[dict[str, object], np.ndarray]:
    """Return the figures of one run and each row's error in km."""
    located = found["latitude"].notna().to_numpy()
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(
        rows["longitude"].to_numpy(),
        rows["latitude"].to_numpy(),
        found["longitude"].to_numpy(),
        found["latitude"].to_numpy(),
    )
    km = np.where(located, metres / 1000, np.inf)
    matched = (found["place_status"] == "matched").to_numpy()
    point = (found["place_precision"] == "settlement").to_numpy()
    share = lambda mask: f"{100 * mask.mean():.1f}"  # noqa: E731
    wrong = (found["place_country"].notna() & (found["place_country"] != "UA")).to_numpy() & located
    far = {limit: f"{100 * (km[matched] > limit).mean():.2f}" if matched.any() else "-" for limit in (25, 50)}
    figures = {"located": located, "as a point": point, "<5 km": km < 5, "<10 km": km < 10, "<25 km": km < 25}
    shares = {name: share(mask) for name, mask in (figures | {"wrong country": wrong, "matched": matched}).items()}
    return shares | {f"matched >{limit} km off": value for limit, value in far.items()}, km


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--errors", action="store_true", help="list what is matched and more than 50 km off")
    arguments = parser.parse_args()
    rows = pd.read_csv(arguments.file, encoding="cp1252")
    rows = rows[rows["where_prec"].isin([1, 2, 3])].reset_index(drop=True)
    gazetteer = Gazetteer()
    rng = random.Random(SEED)
    names = {"place": "where_coordinates", "region": "adm_1", "district": "adm_2", "country": "country"}
    table = pd.DataFrame({name: rows[column] for name, column in names.items()})
    misspelt = table.assign(region=[misspell(text, rng) for text in table["region"]])
    both = misspelt.assign(place=[misspell(text, rng) for text in table["place"]])
    runs = {
        "place, region, country": (table, ("region", "country")),
        "place, district, region, country": (table, ("district", "region", "country")),
        "place, country": (table, ("country",)),
        "place": (table, ()),
        "place, misspelt region, country": (misspelt, ("region", "country")),
        "misspelt place and region, country": (both, ("region", "country")),
        "place, region, country; best guess": (table, ("region", "country")),
        "misspelt place and region, country; best guess": (both, ("region", "country")),
    }
    figures = {}
    for title, (source, hints) in runs.items():
        found = geocode_table(
            source, place="place", gazetteer=gazetteer, best_guess="guess" in title, **{hint: hint for hint in hints}
        )
        figures[title], km = score(found, rows)
        if arguments.errors:
            wrong = (found["place_status"] == "matched") & (km > 50)
            listed = found.loc[wrong, ["place", *hints, "place_name", "place_region", "place_reason"]].assign(
                km=km[wrong].round()
            )
            print(f"\n## {title}: matched, more than 50 km off\n{listed.value_counts().to_string()}")
            print(found["place_status"].value_counts().to_string())
            for status in ("ambiguous", "not_found"):
                print(
                    status,
                    found.loc[found["place_status"] == status, ["place", "place_reason"]]
                    .value_counts()
                    .head(25)
                    .to_string(),
                )
    print(f"\n{len(rows):,} rows of {arguments.file.name}; percentages\n")
    print(pd.DataFrame(figures).T.to_string())


if __name__ == "__main__":
    main()
