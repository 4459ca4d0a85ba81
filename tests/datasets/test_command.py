"""`impactmap build` on a folder of partitions."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from impactmap.cli import app
from impactmap.cli.partitioned import is_dataset


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for day, place in (("08", "Erdenet"), ("09", "Darkhan")):
        table = pd.DataFrame({"date": [f"2025-03-{day}"], "place": [place], "country": ["Mongolia"], "killed": ["2"]})
        table.to_parquet(folder / f"{day}.parquet", index=False)
    return folder


def test_a_folder_of_partitions_is_published_and_verified(folder, tmp_path):
    out = tmp_path / "map"
    command = ["build", str(folder), "-o", str(out), "--scheduler", "synchronous", "--now", "2025-04-01T00:00:00Z"]
    done = CliRunner().invoke(app, [*command, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["events"], told["rows"], told["partitions"], told["places"]) == (2, 2, 2, {"settlement": 2})
    assert {"METHOD.md", "manifest.json", "map.html"} <= set(told["files"])
    assert CliRunner().invoke(app, ["verify", str(out)]).exit_code == 0
    again = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "2 events (2 settlement), 2 claims." in again.stdout


def test_small_folders_are_opened_as_one_table_unasked(folder):
    assert not is_dataset(folder)
    assert not is_dataset(folder / "08.parquet")


def test_what_is_large_is_read_by_partition(folder, monkeypatch):
    monkeypatch.setattr("impactmap.cli.partitioned._LARGE", 1)
    assert is_dataset(folder)


def test_zip_and_a_scheduler_that_is_none_are_wrong_usage(folder, tmp_path):
    command = ["build", str(folder), "-o", str(tmp_path / "map"), "--scheduler"]
    assert CliRunner().invoke(app, [*command, "synchronous", "--zip"]).exit_code == 2
    assert "expected one of synchronous" in str(CliRunner().invoke(app, [*command, "spark"]).exception)
