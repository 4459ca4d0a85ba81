"""Offline geocoding: what opening the gazetteer costs, and a million rows of five thousand different places.

    python benchmarks/geocode.py -o build/benchmarks

Places are drawn at random from the shipped gazetteer (names as it has them, three in four with the country beside
them), so that some are ambiguous, as they are in life; a twentieth is misspelled by one letter. What each row became
is counted, so that speed cannot be bought with answers. Each measure is the median of five processes: handing a
process half a gigabyte that nobody touched for a while takes the system up to a second more than the next time.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cost import cost_of, in_a_process, middle_of, write_report
from rows import SEED

DIFFERENT = 5_000
COUNTRIES = ["UA", "RU"]


def place_rows(count: int, different: int = DIFFERENT) -> pd.DataFrame:
    """Return ``count`` rows of ``different`` combinations of place and country."""
    from impactmap.reference import load_layer

    rng = np.random.default_rng(SEED)
    layer = load_layer("gazetteer")
    layer = layer[layer["country"].isin(COUNTRIES)]
    names = pd.DataFrame({"name": layer["names"].str.split("\n").str[0], "country": layer["country"]}).drop_duplicates()
    chosen = names.iloc[rng.choice(len(names), different, replace=False)].reset_index(drop=True)
    misspelled = rng.random(different) < 0.05
    places = [
        name[:-2] + name[-1] if wrong and len(name) > 5 else name
        for name, wrong in zip(chosen["name"], misspelled, strict=True)
    ]
    country = chosen["country"].where(rng.random(different) < 0.75)
    pick = rng.integers(0, different, count)
    return pd.DataFrame(
        {
            "place": pd.Series(places, dtype="str").iloc[pick].reset_index(drop=True),
            "country": country.iloc[pick].reset_index(drop=True),
        }
    )


def measure_open() -> dict[str, Any]:
    """Open the index and ask for one place, in this process."""
    import geopandas  # noqa: F401 -- imported before the clock starts: startup.py measures imports
    import geopy.geocoders  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import impactmap
    import impactmap.places.geocoder

    cost, gazetteer = cost_of(impactmap.Gazetteer)
    first, found = cost_of(lambda: gazetteer.geocode("Kharkiv"))
    return {"open": cost, "first_answer": first, "found": str(found)}


def measure_rows(count: int) -> dict[str, Any]:
    """Geocode ``count`` rows, the index being open, in this process."""
    import impactmap

    rows = place_rows(count, min(DIFFERENT, count))
    gazetteer = impactmap.Gazetteer()
    gazetteer.geocode("Kharkiv")
    cost, located = cost_of(lambda: impactmap.geocode_events(rows, gazetteer=gazetteer))
    return {
        **cost,
        "rows": count,
        "different": int(rows.drop_duplicates().shape[0]),
        "statuses": located["place_status"].value_counts().to_dict(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure offline geocoding.")
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    if options.one:
        kind, *numbers = options.one
        json.dump((measure_open if kind == "open" else measure_rows)(*map(int, numbers)), sys.stdout)
    else:

        def middle(*what: object) -> dict[str, Any]:
            runs = [in_a_process("geocode.py", "--one", *what) for _ in range(options.repeat)]
            failed = [run for run in runs if "error" in run]
            return failed[0] if failed else middle_of(runs) | {"runs": runs}

        report = {"open": middle("open"), "rows": [middle("rows", n) for n in options.counts]}
        write_report(options.out, "geocode", report)
