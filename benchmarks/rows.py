"""The rows that every page of the benchmark draws: synthetic, seeded, the same for the product and for its peers.

    python benchmarks/rows.py 100000 build/benchmarks/rows-100000.csv

A row has ten attributes, a text of 120 characters and one to three links, besides its position and identifier.
Positions lie around 400 made-up towns whose sizes follow a power law; six in ten carry a position of their own, to
two decimals of a degree (the finest that the product publishes, so that coarser positions win it nothing), the rest
the town's. Words come from a Zipf-like vocabulary, so that texts compress about as prose does. Nothing here is a
report of anything.
"""

from __future__ import annotations

import argparse
from collections.abc import Sized
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SEED = 20251109
SIDES = ("Russia", "Ukraine")
#: The ten attributes of a row; what each peer shows in its tooltip or popup beside the text and the links.
ATTRIBUTES = (
    "date_start",
    "side",
    "side_basis",
    "sectors",
    "means",
    "confirmation",
    "place",
    "region",
    "country",
    "source_name",
)
SHEET = ("event_id", *ATTRIBUTES, "latitude", "longitude", "summary", "links")
FIRST_DAY, DAYS = np.datetime64("2024-01-01"), 731
TEXT_LENGTH = 120
TOWNS = 400


def make_rows(count: int, seed: int = SEED) -> pd.DataFrame:
    """Return the sheet: ``count`` rows in the columns of ``SHEET``, days as datetime64, texts as Arrow strings."""
    rng = np.random.default_rng(seed)
    names = _words(rng, TOWNS, 3, 4).astype(object)
    names = np.array([name.capitalize() for name in names], dtype=object)
    regions = np.array([f"{name.capitalize()} region" for name in _words(rng, 40, 2, 4)], dtype=object)
    town_lat, town_lon = rng.uniform(46.0, 54.0, TOWNS), rng.uniform(26.0, 44.0, TOWNS)
    town_region = rng.integers(0, len(regions), TOWNS)
    town_country = np.where(town_lon + (town_lat - 50.0) > 36.5, "RU", "UA").astype(object)
    town = _zipf(rng, TOWNS, count, 0.9)
    own = rng.random(count) < 0.6
    spread = rng.gamma(2.0, 0.08, TOWNS)[town]
    lat = np.where(own, np.round(town_lat[town] + rng.normal(size=count) * spread, 2), town_lat[town].round(2))
    lon = np.where(own, np.round(town_lon[town] + rng.normal(size=count) * spread * 1.5, 2), town_lon[town].round(2))
    side = rng.choice(3, count, p=(0.45, 0.45, 0.10))
    terms = np.array(["power", "heating", "gas", "water", "rail", "port", "oil", "telecoms"], dtype=object)
    pairs = np.array([a if a == b else f"{a}; {b}" for a in terms for b in terms], dtype=object)
    weapons = np.array(["drones", "missiles", "drones; missiles", "artillery", "glide bombs", None], dtype=object)
    sources = np.array([f"{word.capitalize()} News" for word in _words(rng, 60, 2, 3)], dtype=object)
    source = _zipf(rng, 60, count, 1.0)
    columns = {
        "event_id": pc.binary_join_element_wise(
            "ev", pc.utf8_lpad(pc.cast(pa.array(np.arange(count)), pa.string()), 7, "0"), "-"
        ),
        "date_start": pa.array((FIRST_DAY + np.sort(rng.integers(0, DAYS, count))).astype("datetime64[s]")),
        "side": _pick(np.array([*SIDES, None], dtype=object), side),
        "side_basis": _pick(np.array(["stated", "not_stated"], dtype=object), (side == 2).astype(int)),
        "sectors": _pick(pairs, _zipf(rng, len(pairs), count, 0.7)),
        "means": _pick(weapons, rng.integers(0, len(weapons), count)),
        "confirmation": _pick(np.array(["claimed", "confirmed"], dtype=object), (rng.random(count) < 0.3).astype(int)),
        "place": _pick(names, town),
        "region": _pick(regions, town_region[town]),
        "country": _pick(town_country, town),
        "source_name": _pick(sources, source),
        "latitude": pa.array(lat),
        "longitude": pa.array(lon),
        "summary": _texts(rng, count),
        "links": _links(rng, sources, source, count),
    }
    return pa.table({name: columns[name] for name in SHEET}).to_pandas()


def product_frame(rows: pd.DataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the rows as they leave the context stage (``docs/architecture.md``), and the claims.

    The product keeps one source a row; a row's further links are claims of the same event, one a link.
    """
    count, rng = len(rows), np.random.default_rng(SEED + 1)
    own, town = rng.random(count) < 0.6, pd.factorize(rows["place"])[0]
    # Columns are put together by Arrow, as the reader does it: no Python object a row, which would be left behind in
    # the memory that is measured.
    links = pc.split_pattern(_arrow(rows["links"]), "; ")
    sources = _series(pc.list_element(links, 0))

    def constant(value: str | None) -> pd.Series:
        return _same(value, rows)

    def either(this: str, other: str) -> pd.Series:
        return _series(pc.if_else(pa.array(own), _word(this), _word(other)))

    def numbered(before: str, numbers: np.ndarray) -> pd.Series:
        digits = pa.array(numbers).cast(pa.large_string())
        return _series(pc.binary_join_element_wise(_word(before), digits, _word("")))

    frame = pd.DataFrame(
        {
            "event_id": rows["event_id"],
            "place_number": pd.Series(1, index=rows.index, dtype="Int64"),
            "date_start": rows["date_start"],
            "date_end": rows["date_start"],
            "date_precision": constant("day"),
            **{
                name: rows[name]
                for name in ("side", "side_basis", "sectors", "means", "summary", "confirmation", "source_name")
            },
            "source_url": sources,
            **{name: rows[name] for name in ("place", "region", "country", "latitude", "longitude")},
            "coordinates_from": either("source", "gazetteer"),
            "source_row": pd.Series(np.arange(2, count + 2), dtype="Int64"),
            "place_status": constant("matched"),
            "place_precision": either("exact", "settlement"),
            "place_radius_km": np.where(own, 1.0, 5.0),
            "place_score": 1.0,
            "place_name": rows["place"],
            "place_region": rows["region"],
            "place_region_code": constant(None),
            "place_country": rows["country"],
            "place_id": numbered("geonames:", 700000 + town),
            "place_alternatives": constant("[]"),
            "place_reason": constant("the only place of that name"),
            "place_provider": either("source", "geonames"),
            "border_distance_km": rng.gamma(2.0, 40.0, count).round(3),
            "border_distance_min_km": np.nan,
            "border_distance_max_km": np.nan,
            "border_latitude": rng.uniform(46.0, 54.0, count).round(5),
            "border_longitude": rng.uniform(32.0, 40.0, count).round(5),
            "border_country": rows["country"],
            "border_view": constant("un"),
            "border_data": constant("OpenStreetMap"),
            "border_data_date": constant("2026-03"),
            "border_method": constant("geodesic on WGS 84"),
            "population": pd.Series(np.where(own, 0, 1000 * (town + 1)), dtype="Int64").mask(own),
            "population_source": constant("GeoNames").mask(own),
            "population_date": constant("undated").mask(own),
        }
    )
    more = pc.list_slice(links, 1)
    of, further = pc.list_parent_indices(more).to_numpy(), _series(pc.list_flatten(more))
    claims = pd.DataFrame(
        {
            "claim_id": numbered("c", np.arange(len(further))),
            "event_id": rows["event_id"].iloc[of].reset_index(drop=True),
            "metric": _same("outage", further),
            "value": np.nan,
            "value_low": np.nan,
            "value_high": np.nan,
            "text": _same("reported", further),
            "qualifier": _same(None, further),
            "claimant": _same(None, further),
            "claimant_side": _same(None, further),
            "source_name": rows["source_name"].iloc[of].reset_index(drop=True),
            "source_url": further,
            "date_published": rows["date_start"].iloc[of].reset_index(drop=True),
            "date_retrieved": rows["date_start"].iloc[of].reset_index(drop=True),
        }
    )
    return gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs="EPSG:4326"
    ), claims


def _word(text: str | None) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _arrow(column: pd.Series) -> pa.Array:
    found = pa.array(column, from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _series(texts: pa.Array) -> pd.Series:
    """Return texts as a column of pandas' ``str``, which holds them as Arrow does."""
    return pd.Series(texts.cast(pa.large_string()).to_pandas(), dtype=pd.StringDtype(na_value=np.nan))


def _same(text: str | None, like: Sized) -> pd.Series:
    return _series(pa.repeat(_word(text), len(like)))


def _zipf(rng: np.random.Generator, kinds: int, count: int, power: float) -> np.ndarray:
    weights = 1.0 / np.arange(1, kinds + 1) ** power
    return rng.choice(kinds, count, p=weights / weights.sum())


def _words(rng: np.random.Generator, count: int, least: int, most: int) -> np.ndarray:
    syllables = np.array([a + b for a in "bdklmnrstv" for b in "aeo"])
    words: dict[str, None] = {}
    while len(words) < count:
        words.setdefault("".join(rng.choice(syllables, rng.integers(least, most + 1))))
    return np.array(list(words))


def _texts(rng: np.random.Generator, count: int) -> pa.Array:
    """Texts of exactly ``TEXT_LENGTH`` characters, of words that follow a power law."""
    vocabulary = _words(rng, 4000, 1, 4)
    width = TEXT_LENGTH // 4  # the average word is longer than three letters and a space
    words = pa.array(vocabulary.astype(object))
    joined = pc.binary_join_element_wise(
        *(pc.take(words, pa.array(_zipf(rng, 4000, count, 0.9))) for _ in range(width)), " "
    )
    return pc.utf8_rpad(pc.utf8_slice_codeunits(joined, 0, TEXT_LENGTH), TEXT_LENGTH, ".")


def _links(rng: np.random.Generator, sources: np.ndarray, source: np.ndarray, count: int) -> pa.Array:
    """One to three links a row, each to an article number of the row's source."""
    hosts = pa.array([f"https://{name.split()[0].lower()}.example/news/" for name in sources])
    host = pc.take(hosts, pa.array(source))
    number = rng.choice(3, count, p=(0.6, 0.25, 0.15))
    parts = []
    for k in range(3):
        link = pc.binary_join_element_wise(host, pc.cast(pa.array(rng.integers(10**5, 10**7, count)), pa.string()), "")
        parts.append(pc.if_else(pa.array(number >= k), link, pa.scalar(None, pa.string())))
    return pc.binary_join_element_wise(*parts, "; ", null_handling="skip")


def _pick(values: np.ndarray, index: np.ndarray) -> pa.Array:
    return pc.take(pa.array(values, pa.string()), pa.array(index))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the benchmark's rows as CSV.")
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    options.file.parent.mkdir(parents=True, exist_ok=True)
    make_rows(options.count, options.seed).to_csv(options.file, index=False)
