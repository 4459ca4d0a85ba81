"""What the documents of trust promise: tests that exist, licences that travel, every check and limit."""

from __future__ import annotations

import ast
import datetime as dt
import importlib.metadata
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
import yaml

import impactmap
from impactmap.context.plausibility.checks import CHECKS
from impactmap.maps.page.viewer_code import leaflet_script
from impactmap.reading.formats.limits import Limits

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (\d+)\. .*? \| (.*) \|$", SECURITY, flags=re.MULTILINE))


def test_every_fault_has_a_row():
    assert sorted(map(int, ROWS)) == list(range(1, 31))


@pytest.mark.parametrize("number", sorted(ROWS, key=int))
def test_the_tests_of_a_fault_exist(number):
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", ROWS[number])
    assert named
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (file, test)


def test_files_that_the_documents_of_trust_name_exist():
    for name in ("docs/security.md", "docs/plausibility.md", "SECURITY.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for file in re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)", text):
            assert (ROOT / file).is_file(), file
        for file in re.findall(r"`((?:reading|publishing|places)/[\w/]+\.py)`", text):
            assert (ROOT / "src" / "impactmap" / file).is_file(), file


def test_every_check_and_every_limit_is_in_the_documents():
    plausibility = (ROOT / "docs" / "plausibility.md").read_text(encoding="utf-8")
    assert {check.name for check in CHECKS} == set(re.findall(r"`(\w+_\w+)`", plausibility)) & {
        check.name for check in CHECKS
    }
    for check in CHECKS:
        assert f"`{check.name}`" in plausibility
    for name in Limits.__dataclass_fields__:
        assert f"`{name}`" in SECURITY


def test_the_licence_of_what_a_page_holds_travels_in_it_and_in_the_wheel():
    licence = resources.files("impactmap.maps.page").joinpath("licences", "leaflet.txt").read_text(encoding="utf-8")
    assert "Redistributions in binary form must reproduce" in licence
    assert licence in leaflet_script()
    # Its holders are those that Leaflet itself names.
    for holder in ("2010-2022", "Agafonkin", "2010-2011", "CloudMade"):
        assert holder in licence
        assert holder in leaflet_script().split("*/", 1)[1][:400]
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license-files"]
    files = {path for pattern in patterns for path in ROOT.glob(pattern)}
    assert ROOT / "LICENSE" in files
    assert ROOT / "src/impactmap/maps/page/licences/leaflet.txt" in files
    assert ROOT / "src/impactmap/reference/NOTICE.md" in files


def test_a_published_page_holds_the_licence(tmp_path):
    (tmp_path / "t.csv").write_text("id,date,place,source\na,2025-11-01,Kharkiv,X\n")
    impactmap.build(tmp_path / "t.csv", tmp_path / "out", now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    page = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert "Redistributions in binary form must reproduce" in page


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == impactmap.__version__
    assert cited["license"] == "MIT"
    assert {"cff-version", "message", "title", "authors"} <= set(cited)


def test_every_library_that_can_change_the_output_says_its_licence():
    from impactmap.publishing.manifest import LIBRARIES

    for name in LIBRARIES:
        data = importlib.metadata.metadata(name)
        told = [data.get("License-Expression"), data.get("License"), *data.get_all("Classifier", [])]
        assert any(text and ("License" in text or text == told[0] or text == told[1]) for text in told), name
