"""The data files of a published folder: what other programs say of them, and that they tell the same."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import frictionless
import geopandas as gpd
import geoparquet_validator
import pandas as pd
import pyogrio
import pytest

import impactmap

SEEDS = Path(__file__).parents[2] / "seeds" / "first-map"
NOW = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
#: A summary of the first map begins so.
BEGINS = "Electricity and heating were interrupted; the governor speaks of missile"
FORMS = ("events.csv", "events.geojson", "events.parquet", "events.gpkg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Publish the first map with texts that a spreadsheet would run, without pictures, which take most of the time."""
    project = tmp_path_factory.mktemp("project") / "seeds"
    shutil.copytree(SEEDS, project)
    events = project / "events.csv"
    text = events.read_text(encoding="utf-8")
    assert BEGINS in text
    events.write_text(text.replace(BEGINS, f"={BEGINS}"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("impactmap.publishing.editions.PICTURES", ())
        impactmap.build(project, project.parent / "map", now=NOW)
    return project.parent / "map"


def test_the_data_package_is_valid_with_every_size_and_check_sum(folder):
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    kinds = {task.name: task.type for task in report.tasks}
    assert kinds == {
        "events": "table",
        "claims": "table",
        "events-geojson": "json",
        "events-geoparquet": "file",
        "events-geopackage": "file",
    }


@pytest.mark.parametrize("name", FORMS)
def test_the_data_package_notices_a_changed_file(folder, tmp_path, name):
    shutil.copytree(folder, tmp_path / "map")
    with (tmp_path / "map" / name).open("ab") as file:
        file.write(b"\n")
    assert not frictionless.validate(str(tmp_path / "map" / "datapackage.json")).valid


def test_each_form_is_sound(folder):
    report = geoparquet_validator.check(str(folder / "events.parquet"))
    assert geoparquet_validator.conformant(report, "core"), geoparquet_validator.failed(report)
    assert [name for name, _ in pyogrio.list_layers(folder / "events.gpkg")] == ["events", "claims"]
    found = json.loads((folder / "events.geojson").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert len(found["features"]) == len(gpd.read_parquet(folder / "events.parquet")) == 10


@pytest.mark.parametrize("name", FORMS[1:])
def test_each_form_tells_the_same_as_the_table(folder, name):
    table, form = impactmap.read_events(folder / "events.csv"), impactmap.read_events(folder / name)
    left, right = (reading.events.drop(columns="source_row") for reading in (form, table))
    pd.testing.assert_frame_equal(left, right)
    assert len(form.rejected) == len(table.rejected) == 0


def test_the_package_is_read_with_its_claims(folder):
    package = impactmap.read_events(folder)
    stated = impactmap.read_events(folder / "events.gpkg").claims
    assert len(package.claims) == 25
    pd.testing.assert_frame_equal(package.claims, stated)
    assert any(str(text).startswith(f"={BEGINS}") for text in package.events["summary"])
    assert f"'={BEGINS}" in (folder / "events.csv").read_text(encoding="utf-8")
