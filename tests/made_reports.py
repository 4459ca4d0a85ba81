"""Reports made at random, of every kind that a fact about one can take; nothing here is a report of anything."""

from __future__ import annotations

import random

import geopandas as gpd
import pandas as pd
import shapely

from impactmap.model.claims import claims_frame

PERIODS = {
    "day": ("2025-11-09", "2025-11-09"),
    "days": ("2025-10-31", "2025-11-02"),
    "week": ("2025-11-03", "2025-11-09"),
    "month": ("2025-10-20", "2025-11-09"),
    "year": ("2024-01-01", "2025-12-31"),
}
PLACES = (
    ("Mombasa", "Mombasa County", "KE", -4.05, 39.67),
    ("Kharkiv", "Kharkiv region", "UA", 49.99, 36.23),
    ("Port Sudan", "Red Sea", "SD", 19.62, 37.22),
    ("Orenburg", None, "RU", 51.77, 55.1),
)
CLAIMANTS = ("The mayor", "Grid operator", "Hospital & clinic <east>", None)
METRICS = (
    "killed",
    "households_without_power",
    "border_distance_km",
    "population",
    "outage_hours",
    "cause",
    "statement",
)
QUALIFIERS = (None, "exactly", "about", "nearly", "more than", "at least", "less than", "up to")
VALUES = (2.25, 0.0625, 3, 7.5, 20000, 1234567.125, 240000)


def made_reports(seed: int, count: int = 24) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return located events, some with two places, and claims about them, the same for the same seed."""
    pick = random.Random(seed)
    rows = [row for number in range(count) for row in _event(pick, f"e{number}")]
    events = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")
    for name in ("date_start", "date_end"):
        events[name] = pd.to_datetime(events[name]).astype("datetime64[s]")
    events["population"] = events["population"].astype("Int64")
    numbers = [name for name in events.columns if name.endswith("_km") or name in {"latitude", "longitude"}]
    events[numbers] = events[numbers].astype("float64")
    statements = [claim for number in range(count) for claim in _claims(pick, f"e{number}")]
    claims = claims_frame(pd.DataFrame(statements).assign(claim_id=[f"c{number}" for number in range(len(statements))]))
    return events, claims


def _event(pick: random.Random, name: str) -> list[dict[str, object]]:
    precision = pick.choice([*PERIODS, None])
    start, end = (None, None) if precision is None else PERIODS[precision]
    if precision and pick.random() < 0.4:
        end = start
    common = {
        "event_id": name,
        "date_start": start,
        "date_end": end,
        "date_precision": precision,
        "side": pick.choice(["Russia", "Ukraine", "Rapid Support Forces", None]),
        "side_basis": pick.choice(["stated", "source_coding"]),
        "sectors": pick.choice(["power", "power; heating", "water; own word", None]),
        "means": pick.choice(["drones", "missiles; drones", None]),
        "summary": pick.choice(["A substation was hit.", "Fire at <the> plant; 20% of it {{lost}}.", None]),
        "note": pick.choice(["Not yet confirmed by anybody.", None]),
        "confirmation": pick.choice(["claimed", "confirmed"]),
        "source_name": pick.choice(["A newspaper", None]),
        "source_url": pick.choice(["https://example.org/a?b=1&c", None]),
    }
    return [common | _place(pick, number) for number in range(pick.choice([1, 1, 2]))]


def _place(pick: random.Random, number: int) -> dict[str, object]:
    name, region, country, lat, lon = pick.choice(PLACES)
    lat, lon = lat + 0.01 * number, lon + 0.01 * pick.randrange(50)
    kind = pick.choice(["settlement", "exact", "district", "region", "country", None])
    point, area = kind in {"settlement", "exact"}, kind in {"district", "region"}
    counted = point and pick.random() < 0.7
    return {
        "place": pick.choice([name, name.upper(), f"{name} (old name)", None]),
        "place_name": name if kind else None,
        "place_region": region if point else None,
        "place_country": country if kind else None,
        "place_precision": kind,
        "place_status": pick.choice(["matched", "fuzzy"])
        if point
        else "area"
        if kind
        else pick.choice(["ambiguous", "not_found"]),
        "place_provider": pick.choice(["geonames", "source", "decision"]) if kind else None,
        "place_radius_km": pick.choice([1.0, 5.0, 12.34]) if point or kind == "district" else None,
        "place_alternatives": "[]",
        "place_reason": "the only place of that name",
        "latitude": lat if point else None,
        "longitude": lon if point else None,
        "border_distance_km": pick.choice([0.04, 31.44, 179.95, 1234.5]) if point else None,
        "border_distance_min_km": pick.choice([0.0, 12.6]) if area else None,
        "border_distance_max_km": 168.4 if area else None,
        "border_country": country if kind else None,
        "border_view": "un",
        "border_data": "OpenStreetMap",
        "border_data_date": "2026-03",
        "population": pick.choice([812, 345289, 1433886]) if counted else None,
        "population_source": "GeoNames" if counted else None,
        "population_date": "undated" if counted else None,
        "geometry": shapely.Point(lon, lat) if point else shapely.box(lon, lat, lon + 1, lat + 1) if area else None,
    }


def _claims(pick: random.Random, event: str) -> list[dict[str, object]]:
    metrics = [metric for metric in pick.sample(METRICS, pick.randrange(4)) for _ in range(pick.choice([1, 1, 2]))]
    return [{"event_id": event, "metric": metric, **_statement(pick, metric)} for metric in metrics]


def _statement(pick: random.Random, metric: str) -> dict[str, object]:
    worded = metric in {"cause", "statement"}
    value = None if worded else pick.choice([*VALUES, None])
    low = None if worded or pick.random() < 0.6 else pick.choice(VALUES)
    high = None if worded or pick.random() < 0.6 else pick.choice(VALUES)
    if low is not None and high is not None:
        low, high = sorted((low, high))
    text = pick.choice(["debris fell", "a line <b>broke</b>", "100% sure"])
    return {
        "value": value,
        "value_low": low,
        "value_high": high,
        "qualifier": None if worded else pick.choice(QUALIFIERS),
        "text": text if worded or (value is low is high is None) or pick.random() < 0.2 else None,
        "claimant": pick.choice(CLAIMANTS),
        "source_name": pick.choice(["A newspaper", None]),
        "date_published": pick.choice(["2025-11-09", None]),
        "note": pick.choice(["Said on television.", None, None]),
    }
