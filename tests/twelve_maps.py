"""Tables of many kinds, from one report to a hundred thousand, on five continents; nothing here reports anything.

python tests/twelve_maps.py sudan sudan.csv
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

import impactmap as im
from impactmap.reference import load_layer


class Kind(NamedTuple):
    """What is made for one map.

    Attributes
    ----------
    count
        Reports.
    countries
        In which they lie.
    within
        West, south, east, north; beyond 180 where it runs across the antimeridian.
    sides
        Attacking sides; None is one that nobody stated.
    days
        Length of the period.
    places
        Different places at most.
    regions
        Part of the reports that name a region alone.
    killed
        Whether there is a figure.
    border
        As `impactmap.build` takes it.
    """

    count: int
    countries: tuple[str, ...]
    within: tuple[float, float, float, float]
    sides: tuple[str | None, ...]
    days: int = 30
    places: int = 60
    regions: float = 0.0
    killed: bool = False
    border: str = "none"


UKRAINE = (22.0, 44.5, 40.0, 53.5)
NEAR = (33.0, 46.5, 40.5, 52.5)
WAR = ("Russia", "Ukraine", None)
KINDS = {
    "one": Kind(count=1, countries=("PE",), within=(-77.2, -12.2, -76.9, -11.9), sides=("Alpha",), days=1),
    "day": Kind(
        count=40, countries=("UA", "RU"), within=NEAR, sides=WAR, days=1, places=32, border="RU:UA", killed=True
    ),
    "month": Kind(count=300, countries=("CO",), within=(-79.5, -4.3, -66.8, 12.6), sides=("ELN", "FARC", "Clan", None)),
    "ucdp": Kind(
        count=3883,
        countries=("UA", "RU"),
        within=UKRAINE,
        sides=("Russia", "Ukraine"),
        days=480,
        places=700,
        regions=0.1,
        killed=True,
        border="RU:UA",
    ),
    "education": Kind(
        count=601, countries=("UA", "RU"), within=UKRAINE, sides=WAR, days=700, places=80, regions=0.7, border="RU:UA"
    ),
    "hxl": Kind(
        count=520,
        countries=("BD",),
        within=(88.0, 20.6, 92.7, 26.7),
        sides=("A", "B", "C", "D", "E", "F", "G", "H"),
        days=9000,
        places=160,
        regions=0.3,
        killed=True,
    ),
    "many": Kind(
        count=100_000,
        countries=("UA", "RU"),
        within=(22.0, 44.5, 60.0, 60.0),
        sides=("Russia", "Ukraine"),
        days=900,
        places=5000,
        border="RU:UA",
    ),
    "sudan": Kind(
        count=140,
        countries=("SD", "TD", "SS"),
        within=(21.8, 8.7, 38.6, 21.9),
        sides=("SAF", "RSF", "SPLM-N", "SLM", None),
        days=200,
        places=90,
        regions=0.15,
        killed=True,
    ),
    "gaza": Kind(
        count=80, countries=("PS", "IL"), within=(34.1, 31.2, 34.7, 31.7), sides=("Israel", "Hamas"), border="IL:PS"
    ),
    "taiwan": Kind(
        count=60, countries=("TW", "CN"), within=(117.5, 21.9, 122.1, 26.3), sides=("China", "Taiwan", None)
    ),
    "fiji": Kind(
        count=30, countries=("FJ", "WS", "TO", "WF"), within=(176.5, -21.5, 188.8, -12.4), sides=("X", "Y"), places=24
    ),
}


def made_table(name: str, seed: int = 1) -> pd.DataFrame:
    """Return the table of a kind of map, as somebody would bring it; the same for the same seed."""
    kind = KINDS[name]
    chance = np.random.default_rng(seed)
    towns = _towns(kind)
    towns = towns.iloc[chance.choice(len(towns), min(len(towns), kind.places), replace=False, p=_weights(towns))]
    pick = chance.choice(len(towns), kind.count, p=_weights(towns))
    day = pd.Timestamp("2025-11-01") - pd.to_timedelta(chance.integers(0, kind.days, kind.count), "D")
    table = pd.DataFrame(
        {
            "event_id": [f"{name}-{number}" for number in range(kind.count)],
            "date": day.strftime("%Y-%m-%d"),
            "place": towns["name"].to_numpy()[pick],
            "country": towns["country"].to_numpy()[pick],
            "latitude": towns["latitude"].to_numpy()[pick],
            "longitude": towns["longitude"].to_numpy()[pick],
            "side": pd.Series(chance.choice(len(kind.sides), kind.count)).map(dict(enumerate(kind.sides))),
            "confirmation": chance.choice(["claimed", "confirmed"], kind.count),
            "summary": [f"Something was reported, number {number}." for number in range(kind.count)],
            "source_name": "Made",
        }
    )
    if kind.killed:
        table["killed"] = (chance.pareto(1.2, kind.count) * 2).astype(int)
    if kind.regions:
        _name_regions_alone(table, kind, chance)
    return table


def _towns(kind: Kind) -> pd.DataFrame:
    west, south, east, north = kind.within
    every = load_layer("gazetteer")
    lat, lon = every["latitude"] / 1e4, every["longitude"] / 1e4
    on = lon.where(lon >= west, lon + 360)
    inside = every["country"].isin(kind.countries) & lat.between(south, north) & on.between(west, east)
    towns = every.loc[inside, ["country", "population"]].assign(latitude=lat.round(2), longitude=lon.round(2))
    return towns.assign(name=every.loc[inside, "names"].str.split("\n").str[0])


def _weights(towns: pd.DataFrame) -> np.ndarray:
    weight = np.sqrt(towns["population"].to_numpy(dtype=float) + 500)
    return weight / weight.sum()


def _name_regions_alone(table: pd.DataFrame, kind: Kind, chance: np.random.Generator) -> None:
    every: gpd.GeoDataFrame = im.regions(countries=list(kind.countries[:1]))
    alone = chance.random(kind.count) < kind.regions
    table.loc[alone, "place"] = chance.choice(every["name"].to_numpy(), int(alone.sum()))
    table.loc[alone, "country"] = kind.countries[0]
    table.loc[alone, ["latitude", "longitude"]] = np.nan


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("kind", choices=list(KINDS))
    wanted.add_argument("output")
    said = wanted.parse_args()
    made_table(said.kind).to_csv(said.output, index=False)
