"""Frames have ``impact`` whichever is imported first, and importing the package loads no pandas for it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import impactmap as im
from impactmap.analysis.accessor import Impact

FUNCTIONS = {
    "count": im.count_events,
    "totals": im.total_figures,
    "within_border": im.count_within_border,
    "distance": im.distance_ranges,
    "contradictions": im.list_contradictions,
    "compare_sources": im.compare_sources,
    "clusters": im.cluster_events,
    "sensitivity": im.compare_views,
    "exposure": im.people_near,
}


@pytest.mark.parametrize(
    "code",
    [
        "import pandas, impactmap; frame = pandas.DataFrame",
        "import impactmap as im; im.read_events; import pandas; frame = pandas.DataFrame",
        "import impactmap as im; im.open; import geopandas; frame = geopandas.GeoDataFrame",
        "import geopandas, impactmap; frame = geopandas.GeoDataFrame",
    ],
)
def test_a_frame_has_it_in_whatever_order_things_are_imported(code):
    asked = "print(frame({'event_id': ['a', 'a']}).impact.count()['best'].tolist())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{asked}"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[1]", done.stderr


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_method_takes_what_its_function_takes(name):
    method = set(inspect.signature(getattr(Impact, name)).parameters) - {"self"}
    function = set(inspect.signature(FUNCTIONS[name]).parameters) - {"events", "claims", "border", "duplicates"}
    assert method == function


def test_every_result_says_its_columns_and_its_method():
    work = im.open("seeds/first-map")
    impact = work.impact
    results = [
        impact.count(by="side"), impact.totals("killed"), impact.within_border(50), impact.distance(),
        impact.contradictions(), impact.compare_sources(), impact.clusters(50, 2), impact.sensitivity([work.border]),
    ]  # fmt: skip
    for result in results:
        assert result.attrs["columns"]
        assert result.attrs["method"].endswith(".")
