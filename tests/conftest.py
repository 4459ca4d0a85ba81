"""Fixtures shared by the stages' tests: a small located frame with every awkward case, made by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from impactmap.project import Project

BERYLIA_EAST = shapely.box(35.6, 48.6, 38.1, 50.4)
CAPITAL_REGION = shapely.box(29.3, 49.2, 32.1, 51.5)

ROWS = [
    # id, n, start, end, precision, side, basis, sectors, means, summary, confirmation, place, status, place precision, name, region, region code, country, id, lat, lon, geometry, km, min, max, border lat, lon, border country, population
    ("e1", 1, "2025-11-09", "2025-11-09", "day", "Ukraine", "stated", "power; heating", "missiles", "Strikes damaged power and heating systems.", "claimed", "Belgorod", "matched", "settlement", "Belgorod", "Belgorod Oblast", "RU-BEL", "RU", "geonames:578072", 50.61074, 36.58015, None, 31.4, None, None, 50.33, 36.55, "RU", 345289),
    ("e2", 1, "2025-11-09", "2025-11-09", "day", "Ukraine", "stated", "power; heating", "drones", "A fire at a utility facility.", "confirmed", "Voronezh", "matched", "settlement", "Voronezh", "Voronezh Oblast", "RU-VOR", "RU", "geonames:472045", 51.67204, 39.1843, None, 179.9, None, None, 50.2, 38.2, "RU", 848752),
    ("e3", 1, "2025-11-09", "2025-11-09", "day", None, "not_stated", "power", None, "A blackout of several hours.", "claimed", "Taganrog", "matched", "settlement", "Taganrog", "Rostov Oblast", "RU-ROS", "RU", "geonames:484907", 47.23627, 38.9053, None, 42.8, None, None, 47.27, 38.33, "RU", 279056),
    ("e4", 1, "2025-11-08", "2025-11-09", "days", "Russia", "stated", "power; nuclear", "drones; missiles", "Substations feeding two nuclear plants.", "claimed", "Ukraine", "area", "country", "Ukraine", None, None, "UA", "iso:UA", None, None, None, None, None, None, None, None, None, None),
    ("e5", 1, "2025-11-09", "2025-11-09", "day", "Russia", "stated", "power", None, "An outage across the region.", "claimed", "Kharkiv region", "area", "region", "Kharkiv Oblast", "Kharkiv Oblast", "UA-63", "UA", "iso:UA-63", None, None, BERYLIA_EAST, None, 0.0, 168.0, None, None, "UA", None),
    ("e6", 1, "2025-11-09", "2025-11-09", "day", "Russia", "stated", "power", "missiles", "Two plants halted.", "claimed", "Kyiv region", "area", "region", "Kyiv Oblast", "Kyiv Oblast", "UA-32", "UA", "iso:UA-32", None, None, CAPITAL_REGION, None, 95.0, 320.0, None, None, "UA", None),
    ("e6", 2, "2025-11-09", "2025-11-09", "day", "Russia", "stated", "power", "missiles", "Two plants halted.", "claimed", "Kharkiv region", "area", "region", "Kharkiv Oblast", "Kharkiv Oblast", "UA-63", "UA", "iso:UA-63", None, None, BERYLIA_EAST, None, 0.0, 168.0, None, None, "UA", None),
    ("e7", 1, "2025-11-08", "2025-11-08", "day", "Russia", "stated", "power; gas", "missiles", "A substation in the city.", "confirmed", "Kharkiv", "matched", "settlement", "Kharkiv", "Kharkiv Oblast", "UA-63", "UA", "geonames:706483", 49.98081, 36.25272, None, 33.5, None, None, 50.27, 36.4, "UA", 1433886),
    ("e8", 1, "2025-11-07", "2025-11-07", "day", "Russia", "source_coding", "gas", "drones", "A gas facility.", "claimed", "Oktyabrsky", "ambiguous", None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None),
    ("e9", 1, "2025-11-08", "2025-11-08", "day", "Ukraine", "stated", None, "drones", "Drones over the country.", "claimed", "Russia", "area", "country", "Russia", None, None, "RU", "iso:RU", None, None, None, None, None, None, None, None, None, None),
]

CLAIMS = [
    ("c1", "e1", "households_without_power", 20000.0, None, None, None, "about", "Vyacheslav Gladkov", "Russia", "News article", "https://example.org/a"),
    ("c2", "e2", "border_distance_km", 300.0, None, None, None, "nearly", "News article", None, "News article", "https://example.org/a"),
    ("c3", "e2", "population", 1000000.0, None, None, None, "more than", "News article", None, "News article", "https://example.org/a"),
    ("c4", "e3", "cause", None, None, None, "a power line shut down", None, "Local authorities", "Russia", "News article", None),
    ("c5", "e3", "cause", None, None, None, "fire at a substation", None, "Local media", None, "News article", "javascript:alert(1)"),
    ("c6", "e4", "killed", 7.0, None, None, None, None, "Ukrainian officials", "Ukraine", "News agency", "https://example.org/b"),
    ("c7", "e5", "people_without_power", 100000.0, None, None, None, "about", None, None, "News article", "https://example.org/a"),
    ("c8", "e7", "killed", 2.0, 1.0, 4.0, None, None, "Monitor", None, "Monitor", "https://example.org/c"),
    ("c9", "e7", "killed", 9.0, None, None, None, "at least", "City council", "Ukraine", "Council", "https://example.org/d"),
]


@pytest.fixture
def located() -> gpd.GeoDataFrame:
    """Ten rows of nine events, as they leave the context stage (EPSG:4326)."""
    names = (
        "event_id place_number date_start date_end date_precision side side_basis sectors means summary confirmation place place_status "
        "place_precision place_name place_region place_region_code place_country place_id latitude longitude geometry border_distance_km "
        "border_distance_min_km border_distance_max_km border_latitude border_longitude border_country population"
    ).split()
    frame = pd.DataFrame(ROWS, columns=names)
    points = shapely.points(frame["longitude"].fillna(0).astype(float), frame["latitude"].fillna(0).astype(float))
    geometry = [point if pd.notna(lat) else area for point, lat, area in zip(points, frame["latitude"], frame["geometry"], strict=True)]
    for name in ("date_start", "date_end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    floats = [n for n in names if n.endswith(("_km", "latitude", "longitude"))]
    frame[floats] = frame[floats].astype("float64")
    frame["population"] = frame["population"].astype("Int64")
    frame["place_number"] = frame["place_number"].astype("Int64")
    point = frame["latitude"].notna()
    frame["coordinates_from"] = pd.Series(None, index=frame.index, dtype="str").mask(point, "gazetteer")
    frame["place_radius_km"] = 5.0
    frame["place_score"] = 1.0
    frame["place_provider"] = "geonames"
    frame["place_reason"] = "the only place of that name"
    frame["place_alternatives"] = "[]"
    frame["border_view"] = "un"
    frame["border_data"] = "OpenStreetMap"
    frame["border_data_date"] = "2026-03"
    frame["border_method"] = "geodesic on WGS 84"
    frame["population_source"] = pd.Series(None, index=frame.index, dtype="str").mask(frame["population"].notna(), "GeoNames")
    frame["population_date"] = pd.Series(None, index=frame.index, dtype="str").mask(frame["population"].notna(), "undated")
    frame["source_row"] = pd.Series(range(2, 2 + len(frame)), dtype="Int64")
    texts = [n for n in frame.columns if frame[n].dtype == object and n != "geometry"]
    frame[texts] = frame[texts].astype("str")
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=geometry, crs="EPSG:4326")


@pytest.fixture
def claims() -> pd.DataFrame:
    """Nine claims: ranges, qualifiers, a disputed cause, contradicting counts, a link that must not become one."""
    names = (
        "claim_id event_id metric value value_low value_high text qualifier claimant claimant_side source_name source_url"
    ).split()
    frame = pd.DataFrame(CLAIMS, columns=names)
    numbers = ["value", "value_low", "value_high"]
    frame[numbers] = frame[numbers].astype("float64")
    texts = [n for n in names if n not in numbers]
    frame[texts] = frame[texts].astype("str")
    frame["date_published"] = pd.to_datetime(pd.Series(["2025-11-09"] * len(frame))).astype("datetime64[s]")
    frame["date_retrieved"] = pd.to_datetime(pd.Series(["2025-11-10"] * len(frame))).astype("datetime64[s]")
    return frame


@pytest.fixture
def project() -> Project:
    """Return a project with two sides and a border."""
    return Project.model_validate(
        {
            "map": {"title": "Power and heating under attack", "subtitle": "Reports of 7 to 9 November 2025", "credit": "Graphics desk"},
            "sides": [{"key": "Russia", "name": "Russia"}, {"key": "Ukraine", "name": "Ukraine"}],
            "border": {"countries": ["RU", "UA"]},
        }
    )
