"""Columns of the author's own that a project file publishes: found, typed, on the page and in every data file."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pytest

from impactmap import build
from impactmap.maps.page.event_map import build_map
from impactmap.model.errors import ColumnError, ProjectError
from impactmap.model.project import load_project
from impactmap.workspace.opening import open_source
from impactmap.workspace.preparing import locate

NOW = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
TABLE = """date,place,country,summary,Damage level,Cost,Report,Ref
2025-11-08,Karachi,Pakistan,A pipe burst.,heavy,"12,5",https://example.org/a,<b>1</b>
2025-11-09,Quetta,Pakistan,A pylon fell.,light; roof,20 000,javascript:alert(1),{{ 7*7 }}
2025-11-10,Sibi,Pakistan,A track was cut.,,many,,see 29.54321 67.87654
"""
FIELDS = """
[[fields]]
column = "Damage level"
label = "Damage"
kind = "category"
[[fields]]
column = "Cost"
kind = "number"
[[fields]]
column = "Report"
kind = "link"
[[fields]]
column = "Ref"
"""


@pytest.fixture
def project(tmp_path):
    def write(fields=FIELDS, table=TABLE, language="en"):
        (tmp_path / "events.csv").write_text(table, encoding="utf-8")
        head = f'[map]\ntitle = "Fields"\nlanguage = "{language}"\nembargo_hours = 0.0\n'
        (tmp_path / "project.toml").write_text(f"{head}{fields}", encoding="utf-8")
        return tmp_path

    return write


def located(folder):
    source = open_source(folder, now=NOW)
    return locate(source.reading.events, source.project), source


def test_every_data_file_holds_the_fields_with_their_types(project, tmp_path):
    out = tmp_path / "map"
    build(project(), out, now=NOW)
    names = ["Damage level", "Cost", "Report", "Ref"]
    expected = [
        ["heavy", 12.5, "https://example.org/a", "<b>1</b>"],
        ["light; roof", 20000.0, "javascript:alert(1)", "{{ 7*7 }}"],
        [None, None, None, "see 29.54 67.88"],
    ]

    def rows(frame):
        return [[None if pd.isna(value) else value for value in row] for row in frame[names].to_numpy(dtype=object)]

    assert rows(pd.read_csv(out / "events.csv")) == expected
    assert rows(gpd.read_parquet(out / "events.parquet")) == expected
    assert rows(gpd.read_file(out / "events.gpkg", layer="events")) == expected
    features = json.loads((out / "events.geojson").read_text(encoding="utf-8"))["features"]
    assert [[each["properties"][name] for name in names] for each in features] == expected
    described = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    assert described["resources"][0]["schema"]["fields"][-4:] == [
        {"name": "Damage level", "type": "string", "description": "Damage."},
        {"name": "Cost", "type": "number", "description": "Cost."},
        {"name": "Report", "type": "string", "description": "Report."},
        {"name": "Ref", "type": "string", "description": "Ref."},
    ]
    with sqlite3.connect(out / "events.gpkg") as database:
        types = {row[1]: row[2] for row in database.execute("PRAGMA table_info(events)")}
    assert types["Cost"] in {"REAL", "DOUBLE"}


def test_the_page_tells_each_field_once_an_event(project):
    events, source = located(project())
    reports = build_map(events, project=source.project).reports
    told = [[(each["label"], each["value"], each.get("url")) for each in event["fields"]] for event in reports.events]
    assert told == [
        [
            ("Damage", "heavy", None),
            ("Cost", "12.5", None),
            ("Report", "https://example.org/a", "https://example.org/a"),
            ("Ref", "<b>1</b>", None),
        ],
        [
            ("Damage", "light; roof", None),
            ("Cost", "20,000", None),
            ("Report", "javascript:alert(1)", None),
            ("Ref", "{{ 7*7 }}", None),
        ],
        [("Ref", "see 29.54 67.88", None)],
    ]
    assert reports.categories["Damage"][0] == ["heavy", "light", "roof"]


def test_a_cell_that_is_no_number_is_a_warning(project):
    reading = open_source(project(), now=NOW).reading
    (warning,) = [each for each in reading.warnings if each.column == "Cost"]
    assert (warning.row, warning.found) == (4, "'many'")
    assert not any("not published" in note.text for note in reading.notes)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ('[[fields]]\ncolumn = "Damage levl"', "fields.1: expected the header of a column.*mean 'Damage level'"),
        ('[[fields]]\ncolumn = "zzz"', "found 'zzz', which it does not have. Its further columns are 'Damage level'"),
        ('[[fields]]\ncolumn = "Ref"\n[[fields]]\ncolumn = "Ref"', "each column in one of the fields only"),
        ('[[fields]]\ncolumn = "Ref"\nkind = "colour"', "fields.1.kind: expected 'category', 'number'"),
        ('[[fields]]\nlabel = "Ref"', "fields.1.column: missing"),
        ('[[fields]]\ncolumn = "Ref"\ntitle = "x"', "fields.1.title: unknown key"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(project, fields, message):
    with pytest.raises(ProjectError, match=f"(?s){message}"):
        open_source(project(fields), now=NOW)


def test_a_column_that_is_understood_is_published_under_its_header_too(project):
    source = open_source(project('[[fields]]\ncolumn = "country"\nkind = "category"'), now=NOW)
    assert source.project.fields[0].column == "source_country"
    assert source.reading.events["source_country"].tolist() == ["Pakistan"] * 3
    assert source.reading.events["country"].tolist() == ["Pakistan"] * 3


@pytest.mark.parametrize(
    ("more", "metrics"),
    [("", []), ('[[fields]]\ncolumn = "Damage"', []), ('[columns]\ndamage = "Damage"', ["damage"])],
)
def test_a_text_that_is_a_field_is_not_what_somebody_said_too(project, tmp_path, more, metrics):
    folder = project(more)
    (folder / "events.csv").write_text(
        "date,place,country,summary,Damage\n2025-03-01,Lamu,Kenya,x,heavy\n", encoding="utf-8"
    )
    told = open_source(folder, now=NOW).reading
    assert told.claims["metric"].unique().tolist() == (metrics or ([] if more else ["damage"]))
    assert "heavy" in [*told.claims["text"], *told.events.get("Damage", ())]


def test_a_label_is_in_the_maps_language(project):
    words = '\n[translations.uk.fields]\n"Damage level" = "Руйнування"\n'
    fields = load_project(project(FIELDS + words, language="uk") / "project.toml").fields
    assert [each.title for each in fields] == ["Руйнування", "Cost", "Report", "Ref"]


def test_a_frame_without_the_column_is_refused(project):
    events, source = located(project())
    with pytest.raises(ColumnError, match="missing 'Ref'"):
        build_map(events.drop(columns="Ref"), project=source.project)
