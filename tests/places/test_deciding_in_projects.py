"""Where the pipeline and the command line look for what editors decided."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from impactmap import cli
from impactmap.places.overrides.decision_file import format_decisions
from impactmap.places.overrides.decisions import Decisions, EditorDecision
from impactmap.workspace.convert import convert
from impactmap.workspace.opening import open_source
from impactmap.workspace.preparing import locate

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = "date,place,country\n2025-11-09,Mala Vovcha,Ukraine\n2025-11-09,Kharkiv,Ukraine\n"
PIN = EditorDecision(
    place="Mala Vovcha", country="Ukraine", decision="pin", latitude=50.2, longitude=36.8, precision="settlement",
    editor="Desk", reason="council's map",
)  # fmt: skip


def write(path):
    path.write_text(format_decisions(Decisions([PIN])), encoding="utf-8")


def test_beside_a_project(tmp_path):
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    (tmp_path / "events.csv").write_text(TABLE, encoding="utf-8")
    source = open_source(tmp_path, now=NOW)
    assert locate(source.reading.events, source.project)["place_status"].tolist()[0] != "matched"
    write(tmp_path / "decisions.csv")
    source = open_source(tmp_path, now=NOW)
    assert source.inputs[-1] == tmp_path / "decisions.csv"  # the manifest names it
    found = locate(source.reading.events, source.project)
    assert found["place_provider"].tolist() == ["decision", "geonames"]
    assert (found.geometry[0].y, found.geometry[0].x) == (50.2, 36.8)


def test_a_project_may_name_another_file(tmp_path):
    (tmp_path / "project.toml").write_text('[data]\ndecisions = "settled.csv"', encoding="utf-8")
    (tmp_path / "events.csv").write_text(TABLE, encoding="utf-8")
    write(tmp_path / "settled.csv")
    source = open_source(tmp_path, now=NOW)
    assert locate(source.reading.events, source.project)["place_provider"].tolist() == ["decision", "geonames"]


def test_beside_a_table(tmp_path):
    table = tmp_path / "november.csv"
    table.write_text(TABLE, encoding="utf-8")
    write(tmp_path / "november.decisions.csv")
    source = open_source(table, now=NOW)
    assert locate(source.reading.events, source.project)["place_provider"].tolist() == ["decision", "geonames"]
    with pytest.raises(SystemExit, match="0"):
        cli.main(["geocode", str(table), "-o", str(tmp_path / "out.csv")])
    located = pd.read_csv(tmp_path / "out.csv")
    assert located["latitude"].tolist() == [50.2, 49.9818]
    assert "council's map" in located["place_reason"][0]


def test_when_a_table_is_converted(tmp_path):
    table = tmp_path / "november.csv"
    table.write_text(TABLE, encoding="utf-8")
    write(tmp_path / "november.decisions.csv")
    convert([table], tmp_path / "out.csv", now=NOW)
    assert pd.read_csv(tmp_path / "out.csv")["place_provider"].tolist() == ["decision", "geonames"]
    (tmp_path / "project.toml").write_text('[data]\nevents = "november.csv"', encoding="utf-8")
    write(tmp_path / "decisions.csv")
    convert([tmp_path / "project.toml"], tmp_path / "two.csv", now=NOW)
    assert pd.read_csv(tmp_path / "two.csv")["place_provider"].tolist() == ["decision", "geonames"]
