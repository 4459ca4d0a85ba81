"""Fixtures shared by the stages' tests: a small located frame with every awkward case, made by hand."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, settings

from impactmap.model.project import Project

# Whatever language the computer speaks, what is said is looked at in English unless a test says otherwise.
os.environ["LC_ALL"] = "C.UTF-8"
# How busy the machine is says nothing about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", settings.get_profile("any machine"), max_examples=1000)
settings.load_profile("any machine")

BERYLIA_EAST = shapely.box(35.6, 48.6, 38.1, 50.4)
CAPITAL_REGION = shapely.box(29.3, 49.2, 32.1, 51.5)

#: Positions of the areas among the rows; points come from their coordinates.
AREAS = {"UA-63": BERYLIA_EAST, "UA-32": CAPITAL_REGION}
FIXTURES = Path(__file__).parent / "fixtures"
NUMBERS = ("value", "value_low", "value_high")


@pytest.fixture
def located() -> gpd.GeoDataFrame:
    """Ten rows of nine events, as they leave the context stage (EPSG:4326)."""
    frame = pd.read_csv(FIXTURES / "located.csv", dtype="str")
    floats = [n for n in frame.columns if n.endswith(("_km", "latitude", "longitude"))]
    frame[floats] = frame[floats].astype("float64")
    points = shapely.points(frame["longitude"].fillna(0), frame["latitude"].fillna(0))
    at = frame["latitude"].notna()
    codes = frame["place_region_code"]
    geometry = [point if is_point else AREAS.get(code) for point, is_point, code in zip(points, at, codes, strict=True)]
    for name in ("date_start", "date_end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["population"] = frame["population"].astype("Int64")
    frame["place_number"] = frame["place_number"].astype("Int64")
    frame["coordinates_from"] = pd.Series("gazetteer", index=frame.index, dtype="str").where(at)
    frame["place_radius_km"] = 5.0
    frame["place_score"] = 1.0
    frame["place_provider"] = "geonames"
    frame["place_reason"] = "the only place of that name"
    frame["place_alternatives"] = "[]"
    frame["border_view"] = "un"
    frame["border_data"] = "OpenStreetMap"
    frame["border_data_date"] = "2026-03"
    frame["border_method"] = "geodesic on WGS 84"
    counted = frame["population"].notna()
    frame["population_source"] = pd.Series("GeoNames", index=frame.index, dtype="str").where(counted)
    frame["population_date"] = pd.Series("undated", index=frame.index, dtype="str").where(counted)
    frame["source_row"] = pd.Series(range(2, 2 + len(frame)), dtype="Int64")
    texts = [n for n in frame.columns if frame[n].dtype == object]
    frame[texts] = frame[texts].astype("str")
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


@pytest.fixture
def claims() -> pd.DataFrame:
    """Nine claims: ranges, qualifiers, a disputed cause, contradicting counts, a link that must not become one."""
    frame = pd.read_csv(FIXTURES / "claims.csv", dtype="str")
    frame[list(NUMBERS)] = frame[list(NUMBERS)].astype("float64")
    frame["date_published"] = pd.to_datetime(pd.Series(["2025-11-09"] * len(frame))).astype("datetime64[s]")
    frame["date_retrieved"] = pd.to_datetime(pd.Series(["2025-11-10"] * len(frame))).astype("datetime64[s]")
    return frame


@pytest.fixture
def project() -> Project:
    """Return a project with two sides and a border."""
    return Project.model_validate(
        {
            "map": {
                "title": "Power and heating under attack",
                "subtitle": "Reports of 7 to 9 November 2025",
                "credit": "Graphics desk",
            },
            "sides": [{"key": "Russia", "name": "Russia"}, {"key": "Ukraine", "name": "Ukraine"}],
            "border": {"countries": ["RU", "UA"]},
        }
    )


@pytest.fixture
def crowded(located) -> gpd.GeoDataFrame:
    """Twenty districts of one side, of which each overlaps the next, and a region around some of them."""
    frame = located.iloc[[4] * 21].reset_index(drop=True)
    frame["event_id"] = [f"d{number}" for number in range(20)] + ["region"]
    frame["place_precision"] = ["district"] * 20 + ["region"]
    frame["place_id"] = [f"district:{number}" for number in range(20)] + ["iso:UA-63"]
    frame["place_name"] = [f"District {number}" for number in range(20)] + ["Kharkiv Oblast"]
    middles = [shapely.Point(30 + 0.3 * number, 49) for number in range(20)]
    return frame.set_geometry([*(middle.buffer(0.2) for middle in middles), BERYLIA_EAST], crs="EPSG:4326")


@pytest.fixture(scope="session")
def made_reports():
    """Return the generator of events and claims of every kind."""
    spec = importlib.util.spec_from_file_location("made_reports", Path(__file__).parent / "made_reports.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made_reports
