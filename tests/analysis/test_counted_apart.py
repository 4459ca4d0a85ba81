"""Counts within a distance of a border against a count that shares only the shapes that a map draws with them."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import impactmap as im

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def count_apart():
    spec = importlib.util.spec_from_file_location("counts_ucdp", ROOT / "benchmarks/counts_ucdp.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.count_apart


@pytest.mark.parametrize("km", [0, 25, 50, 200])
def test_the_first_map(count_apart, km):
    work = im.open(ROOT / "seeds/first-map", now=dt.datetime(2025, 11, 12, tzinfo=dt.UTC))
    assert work.impact.within_border(km).iloc[0].tolist() == list(count_apart(work.events, work.border, km))


@pytest.mark.parametrize(
    ("pair", "west", "south", "east", "north"), [(("MN", "RU"), 90, 48, 118, 53), (("ML", "NE"), -3, 13, 6, 18)]
)
@pytest.mark.parametrize("km", [25, 150])
def test_points_and_regions_made_up(count_apart, pair, west, south, east, north, km):
    rng = np.random.default_rng(3)
    border, areas = im.load_border(pair), im.regions(countries=list(pair)).geometry
    points = gpd.GeoSeries(gpd.points_from_xy(rng.uniform(west, east, 150), rng.uniform(south, north, 150)), crs=4326)
    shapes = [*points, *areas.sample(6, random_state=3), None]
    ids = rng.integers(0, 120, len(shapes)).astype(str)
    frame = {"event_id": ids, "place_radius_km": rng.choice([0.0, 5.0, 30.0], len(shapes))}
    events = im.add_border_distance(gpd.GeoDataFrame(frame, geometry=shapes, crs=4326), border=border)
    counted = events.impact.within_border(km).iloc[0].tolist()
    assert counted == list(count_apart(events, border, km))
    assert counted[0] < counted[2]
