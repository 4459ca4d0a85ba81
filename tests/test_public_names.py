"""The public names: listed once, sorted, loaded when used, and cheap to have."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import impactmap

STAGES = ["context", "errors", "events", "maps", "places", "publish", "reference", "review"]
HEAVY = {"babel", "folium", "geopandas", "matplotlib", "numpy", "pandas", "pydantic", "pyogrio", "pyproj", "shapely"}


def test_the_list_is_sorted_and_every_name_is_there():
    assert impactmap.__all__ == sorted(impactmap.__all__)
    assert set(impactmap.__all__) == set(impactmap._HOMES)
    for name in impactmap.__all__:
        assert getattr(impactmap, name).__module__.startswith("impactmap.")
    assert set(impactmap.__all__) <= set(dir(impactmap))


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="has no attribute 'build_mpa'"):
        impactmap.build_mpa  # noqa: B018


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_lists_its_names_sorted(stage):
    module = importlib.import_module(f"impactmap.{stage}")
    names = module.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    for name in names:
        assert hasattr(module, name), name


def test_every_public_name_of_the_package_is_public_in_its_stage():
    for name, stage in impactmap._HOMES.items():
        assert name in importlib.import_module(f"impactmap.{stage}").__all__


def loaded_by(code):
    return {name.partition(".")[0] for name in printed_by(f"{code}\nimport sys\nprint(*sys.modules)").split()}


def printed_by(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("code", ["import impactmap", "import impactmap.cli", "import impactmap.errors"])
def test_nothing_heavy_is_loaded_by(code):
    assert not HEAVY & loaded_by(code)


def test_drawing_is_not_loaded_for_reading():
    assert not {"matplotlib", "folium", "pyogrio"} & loaded_by("import impactmap\nimpactmap.read_events")


def test_importing_takes_less_than_150_milliseconds():
    """Measure the processor's time, and let the best of five count: other work on the machine is not our cost."""
    code = "import time\na = time.process_time()\nimport impactmap\nprint(time.process_time() - a)"
    assert min(float(printed_by(code)) for _ in range(5)) < 0.15
