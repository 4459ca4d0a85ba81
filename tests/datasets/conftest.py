"""A table of mixed rows, made at random: names and positions, several places, days of many forms, and what is wrong."""

from __future__ import annotations

import itertools
import random

import pandas as pd
import pytest

PLACES = (
    ("Erdenet", "", "Mongolia"), ("Erdenet", "", ""), ("Darkhan", "", ""), ("Irkutsk", "", "Russia"),
    ("Oktyabrsky", "", ""),
    ("Sükhbaatar", "", "Mongolia"), ("Ulan-Ude", "Buryatia", ""), ("Kyakhta", "", ""), ("Ulaanbaatar", "", ""),
    ("Selenge", "", "Mongolia"), ("Buryatia", "", ""), ("Mongolia", "", ""), ("Nowhere-on-Sea", "", ""),
    ("Darkhan; Erdenet", "", "Mongolia"), ("Altanbulag", "", ""), ("Zuunmod", "", ""), ("Ulan Bator", "", ""),
    ("Ivanovka", "", ""), ("Alexandrovka", "", "Russia"), ("Bayan", "", ""), ("Angarsk", "Irkutsk Oblast", ""),
)  # fmt: skip
SIDES = ("North", "South", "", "unknown")
STATES = ("confirmed", "claimed", "", "perhaps")
SECTORS = ("energy", "energy; rail", "", "water")


def mixed_rows(count: int, seed: int = 7) -> pd.DataFrame:
    """Return a table in which every kind of row is, the same for the same seed."""
    pick = random.Random(seed)
    rows = [_row(pick, number) for number in range(count)]
    frame = pd.DataFrame(rows, dtype="str")
    again = frame.sample(n=max(count // 50, 3), random_state=seed)  # the same reports once more, far from the first
    return pd.concat([frame, again], ignore_index=True)


def _row(pick: random.Random, number: int) -> dict[str, str]:
    place, region, country = pick.choice(PLACES)
    day = f"{pick.randint(1, 28):02}.{pick.randint(1, 4):02}.2025"
    row = {
        "date": pick.choice([day] * 12 + ["31.02.2025", "March 2025", "03.04.2025 - 07.04.2025", "", "11.2099"]),
        "place": place,
        "region": region,
        "country": country,
        "latitude": "",
        "longitude": "",
        "attacking side": pick.choice(SIDES),
        "status": pick.choice(STATES),
        "sectors": pick.choice(SECTORS),
        "killed": pick.choice(["", "2", "at least 3", "5-7", "many"]),
        "injured": pick.choice(["", "", "10", "about 20"]),
        "claimant": pick.choice(["", "The mayor", "An operator"]),
        "summary": f"Report {number // 3}",
        "source": pick.choice(["A newspaper", "https://example.org/report"]),
    }
    if pick.random() < 0.3:
        row |= {"latitude": f"{pick.uniform(47, 53):.4f}", "longitude": f"{pick.uniform(100, 110):.4f}"}
    if pick.random() < 0.02:
        row |= {"latitude": "104.3", "longitude": "52.3"}
    if pick.random() < 0.01:
        row |= {"latitude": "0", "longitude": "0"}
    return row


@pytest.fixture(scope="session")
def mixed_table():
    """Make a table of so many mixed rows."""
    return mixed_rows


@pytest.fixture(scope="session")
def parted(tmp_path_factory):
    """Write a table in so many partitions into a new folder; return it."""

    def write(table: pd.DataFrame, count: int, form: str = "parquet", name: str = "reports"):
        folder = tmp_path_factory.mktemp("datasets") / name
        folder.mkdir()
        edges = [len(table) * number // count for number in range(count + 1)]
        for number, (start, stop) in enumerate(itertools.pairwise(edges)):
            part, path = table.iloc[start:stop], folder / f"part-{number:03}.{form}"
            if form == "parquet":
                part.to_parquet(path, index=False)
            elif form == "csv":
                part.to_csv(path, index=False)
            else:
                part.to_json(path, orient="records", lines=True, force_ascii=False)
        return folder

    return write
