"""Columns of the author's own that a project file publishes: found, typed, on the page and in every data file."""

from __future__ import annotations

import datetime as dt
import json
import re
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


BOTH = "https://pics.example/a.jpg; https://vids.example/b,photo; video,2025-11-08; 2025-11-09"
MEDIA_TABLE = f"""event_id,date,place,country,summary,source_url,media_url,media_type,media_date,media_credit
m1,2025-11-08,Erdenet,Mongolia,A depot burned.,https://gazette.example/1,{BOTH},"Ganbaatar, Gazette"
m2,2025-11-09,Darkhan,Mongolia,A line fell.,,javascript:alert(1),photo,,<b>x</b>
m3,2025-11-10,Ulaanbaatar,Mongolia,A line fell.,,https://docs.example/report.pdf,,,
m4,2025-11-10,Choibalsan,Mongolia,A pipe burst.,,,,,
"""
MEDIA = """
[[fields]]
column = "media_url"
label = "Evidence"
kind = "media"
type = "media_type"
date = "media_date"
credit = "media_credit"
"""


def told_of(events, project):
    reports = build_map(events, project=project).reports
    return [[(each["label"], each["value"], each.get("url")) for each in event["fields"]] for event in reports.events]


@pytest.mark.parametrize(
    ("language", "photo", "day"), [("en", "Photo", "8 November 2025"), ("uk", "Фото", "8 листопада 2025\u202fр.")]
)
def test_media_are_links_with_kind_day_and_credit(project, language, photo, day):
    events, source = located(project(MEDIA, MEDIA_TABLE, language))
    first, hostile, plain, nothing = told_of(events, source.project)
    assert first[0] == (photo, f"{day} · Ganbaatar, Gazette", "https://pics.example/a.jpg")
    assert first[1][2] == "https://vids.example/b"
    assert first[1][1].endswith("Ganbaatar, Gazette")
    # What is no web address is text, whatever it says.
    assert hostile == [(photo, "javascript:alert(1) · <b>x</b>", None)]
    assert plain == [("Evidence", "docs.example", "https://docs.example/report.pdf")]
    assert nothing == []


def test_media_leave_in_every_file_and_are_embedded_in_none(project, tmp_path):
    out = tmp_path / "map"
    build(project(MEDIA, MEDIA_TABLE), out, now=NOW)
    names = ["media_url", "media_type", "media_date", "media_credit"]
    frame = pd.read_csv(out / "events.csv", keep_default_na=False)
    assert frame[names].iloc[0].tolist() == [
        "https://pics.example/a.jpg; https://vids.example/b", "photo; video", "2025-11-08; 2025-11-09",
        "Ganbaatar, Gazette",
    ]  # fmt: skip
    assert set(names) <= set(gpd.read_parquet(out / "events.parquet").columns)
    assert set(names) <= set(gpd.read_file(out / "events.gpkg", layer="events").columns)
    page = (out / "map.html").read_text(encoding="utf-8")
    (anchor,) = re.findall(r'<a [^>]*href="https://pics.example/a.jpg"[^>]*>', page)
    assert 'rel="noopener' in anchor
    assert 'href="javascript' not in page
    assert 'src="https://pics' not in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (MEDIA.replace('kind = "media"', 'kind = "link"'), 'only where kind = "media"'),
        (MEDIA.replace("media_credit", "media_credits"), "fields.1: expected the header.*Did you mean"),
        (MEDIA.replace('"media_date"', '"media_type"'), "each column in one of the fields only"),
    ],
)
def test_what_does_not_fit_of_media_is_refused(project, fields, message):
    with pytest.raises(ProjectError, match=message):
        open_source(project(fields, MEDIA_TABLE), now=NOW)
