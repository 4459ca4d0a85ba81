"""The public names: listed once, sorted, loaded when used, and cheap to have."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import impactmap

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(impactmap.__path__, "impactmap.") if "__main__" not in module.name
)
HEAVY = {"babel", "folium", "geopandas", "matplotlib", "numpy", "pandas", "pydantic", "pyogrio", "pyproj", "shapely"}


def test_the_list_is_sorted_and_every_name_is_there():
    assert impactmap.__all__ == sorted(impactmap.__all__)
    assert len(impactmap.__all__) > 60
    for name in impactmap.__all__:
        getattr(impactmap, name)
    assert set(impactmap.__all__) <= set(dir(impactmap))


def test_a_name_that_is_not_there_brings_the_nearest():
    with pytest.raises(AttributeError, match=r"has no attribute 'build_mpa'\. Did you mean 'build_map'\?"):
        impactmap.build_mpa  # noqa: B018
    with pytest.raises(AttributeError, match=r"has no attribute 'quite_else'\.$"):
        impactmap.quite_else  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_every_module_lists_its_names_sorted(name):
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    for public in names:
        assert hasattr(module, public), public


def test_every_public_name_of_the_package_is_public_in_its_room():
    stub = ast.parse(Path(impactmap.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    rooms = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    for node in rooms:
        assert {alias.name for alias in node.names} <= set(importlib.import_module(f"impactmap.{node.module}").__all__)
    assert sorted(alias.name for node in rooms for alias in node.names) == impactmap.__all__


@pytest.mark.slow
def test_a_type_checker_sees_every_public_name_and_its_parameters(tmp_path):
    lines = [
        "import impactmap",
        "",
        "def use() -> None:",
        f"    from impactmap import {', '.join(impactmap.__all__)}",
        "    impactmap.read_events('x.csv', date_format='%d.%m.%Y')",
        "    impactmap.read_events('x.csv', dat_format='%d.%m.%Y')",
        "    impactmap.build_mpa()",
        "    shown = impactmap.explore(impactmap.read_events('x.csv').events, column='n', tooltip=['n'], height=300)",
        "    shown.period = ('2025-01-01', None)",
        "    shown.selection.total_bounds",
        "    impactmap.explore(shown.selection, colunm='n')",
        "    shown.selektion",
        "",
    ]
    (tmp_path / "client.py").write_text("\n".join(lines), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "client.py"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "MYPYPATH": str(Path(impactmap.__file__).parents[1])},
    )
    errors = [line for line in checked.stdout.splitlines() if line.startswith("client.py") and ": error:" in line]
    assert len(errors) == 4, checked.stdout + checked.stderr
    assert 'client.py:6: error: Unexpected keyword argument "dat_format"' in errors[0]
    assert 'client.py:7: error: Module has no attribute "build_mpa"' in errors[1]
    assert 'client.py:11: error: Unexpected keyword argument "colunm"' in errors[2]
    assert 'client.py:12: error: "ExploreMap" has no attribute "selektion"' in errors[3]


def loaded_by(code):
    return {name.partition(".")[0] for name in printed_by(f"{code}\nimport sys\nprint(*sys.modules)").split()}


def printed_by(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("code", ["import impactmap", "import impactmap.cli", "import impactmap.model.errors"])
def test_nothing_heavy_is_loaded_by(code):
    assert not HEAVY & loaded_by(code)


def test_drawing_is_not_loaded_for_reading():
    assert not {"matplotlib", "folium", "pyogrio"} & loaded_by("import impactmap\nimpactmap.read_events")


def test_importing_takes_less_than_150_milliseconds():
    """Measure the processor's time, and let the best of five count: other work on the machine is not our cost."""
    code = "import time\na = time.process_time()\nimport impactmap\nprint(time.process_time() - a)"
    assert min(float(printed_by(code)) for _ in range(5)) < 0.15
