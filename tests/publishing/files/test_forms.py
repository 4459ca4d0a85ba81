"""Every form that events leave in: read by its own reference reader, and equal when we read it back."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import fastkml
import frictionless
import geopandas as gpd
import geoparquet_validator
import hxl
import matplotlib.pyplot as plt
import openpyxl
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import impactmap
from impactmap.maps.picture.image_file import save_figure
from impactmap.model.errors import ColumnError, CrsError, InputError, PublishError, TermsWarning
from impactmap.publishing.files import forms
from impactmap.publishing.files.chunks import Parts
from impactmap.publishing.files.forms import FORMS, find_form
from impactmap.publishing.files.read_back import check_page, check_picture
from impactmap.publishing.files.writing import write_events, write_parts, write_table
from impactmap.publishing.files.xlsx_file import write_workbook

NAMES = [form.name for form in FORMS]
SINGLE = [form.name for form in FORMS if not form.holds_claims]
KML = "{http://www.opengis.net/kml/2.2}"
SHEET = """\
event_id,date_start,place,region,side,summary,latitude,longitude,killed,note,=cmd
00123,2025-11-09,NA,,A,-5,,,7-9,=1+1,-5
b,2025-11-08,Kharkiv,,,"two
lines, ""quoted"" here",49.98765,36.25432,3,@SUM(A1),+1
c,2025-11-08,Київ,,B,<b>&amp;</b> 😀,,,,'=x,"a,b"
"""


def target(folder, name):
    """Return where a form is written to, by the first ending of its file names."""
    form = find_form("", name)
    return folder / ("package" if form.is_folder else f"events{form.endings[0]}")


def comparable(reading):
    """Return the events without the number of the row in the file they came from."""
    return pd.DataFrame(reading.events).drop(columns="source_row")


@pytest.fixture
def reading(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(SHEET, encoding="utf-8")
    return impactmap.read_events(path)


@pytest.fixture
def geocoded(reading):
    return impactmap.geocode_events(reading.events)


@pytest.fixture
def written(geocoded, reading, tmp_path):
    """Write the geocoded events and their claims in a form; return its path."""

    def write(name):
        write_events(geocoded, target(tmp_path, name), claims=reading.claims, format=name)
        return target(tmp_path, name)

    return write


# What comes back


@pytest.mark.parametrize("name", NAMES)
def test_events_and_claims_come_back_equal(reading, tmp_path, name):
    path = target(tmp_path, name)
    write_events(reading.events, path, claims=reading.claims, exact_positions=True, format=name)
    back = impactmap.read_events(path)
    pd.testing.assert_frame_equal(comparable(back), comparable(reading))
    pd.testing.assert_frame_equal(back.claims, reading.claims)
    assert back.rejected.empty


@pytest.mark.parametrize("name", NAMES)
def test_geocoded_events_come_back_equal(geocoded, reading, tmp_path, name):
    path = target(tmp_path, name)
    write_events(geocoded, path, claims=reading.claims, exact_positions=True, format=name)
    back = comparable(impactmap.read_events(path))
    expected = pd.DataFrame(geocoded).drop(columns=["source_row", "geometry"])
    pd.testing.assert_frame_equal(back, expected)
    assert (back["event_id"][0], back["place"][0], back["latitude"][1]) == ("00123", "NA", 49.98765)


@pytest.mark.parametrize("name", NAMES)
def test_spaces_come_back(reading, tmp_path, name):
    events = reading.events.assign(
        summary=[" x ", "\ty\n", "z"], note=["  ", "\u00a0n", None], side=["A ", None, "B"], mine=[" ", " =1 ", "b "],
    )  # fmt: skip
    events = events.rename(columns={"mine": " mine "})
    claims = reading.claims.assign(claimant=["P ", "Q"], note=[" a", None])
    write_events(events, target(tmp_path, name), claims=claims, format=name, exact_positions=True)
    back = impactmap.read_events(target(tmp_path, name))
    pd.testing.assert_frame_equal(comparable(back), events.drop(columns="source_row"))
    pd.testing.assert_frame_equal(back.claims, claims)
    assert [(fault.row, fault.column) for fault in back.warnings] in ([(2, "side")], [(1, "side")], [(3, "side")])


def xml_text(text):
    """Return the text as XML 1.0 can hold it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
HOSTILE = st.sampled_from(
    [
        "=1+1",
        "+1",
        "-5",
        "-5e3",
        "@x",
        "'=1",
        "''@",
        "NA",
        "null",
        "nan",
        "true",
        "00123",
        "1e5",
        "2025-11-09",
        "_x0041_",
        "a\r\nb",
        "a\rb",
        "a\tb",
        "\u202eabc",
        "\ufeffx",
        "<script>",
        "{{ x }}",
        "]]>",
        '"',
        "[1, 2]",
        '{"a": 1}',
        "\U0001f600",
        "#tag",
        "\x85",
        "\u2028",
        "\x07",
    ]
)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS | HOSTILE, min_size=40, max_size=160))
@example(texts=["=1+1", "-5", "NA", "00123", "a\r\nb", "_x000D_", "2025-11-09", "[1]"])
def test_any_text_in_any_column_comes_back(texts, tmp_path_factory):
    assert_texts_come_back(texts, tmp_path_factory.mktemp("forms"))


@pytest.mark.soak
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS | HOSTILE, min_size=40, max_size=160))
def test_any_of_ten_thousand_texts_in_any_column_comes_back(texts, tmp_path_factory):
    assert_texts_come_back(texts, tmp_path_factory.mktemp("forms"))


def assert_texts_come_back(texts, folder):
    fields = ("event_id", "side", "summary", "source_name", "place", "region", "note", "sectors")
    rows = [
        dict(zip(fields, texts[start : start + len(fields)], strict=False))
        for start in range(0, len(texts), len(fields))
    ]
    sheet = folder / "sheet.jsonl"
    lines = [{"date_start": "2025-11-09", "country": "Ukraine", **row} for row in rows]
    sheet.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    reading = impactmap.read_events(sheet)
    if not len(reading.events):
        return
    for name in NAMES:
        write_events(reading.events, target(folder, name), format=name)
        back = comparable(impactmap.read_events(target(folder, name)))
        expected = comparable(reading)
        if name == "kml":
            texts_only = expected.select_dtypes("str").columns
            expected[texts_only] = expected[texts_only].map(xml_text, na_action="ignore").astype("str")
        pd.testing.assert_frame_equal(back, expected, obj=name)


@pytest.mark.parametrize("name", NAMES)
def test_column_names_of_any_kind_come_back(reading, tmp_path, name):
    odd = {"=1": "a", "@x": "b", "fid": "c", "geom": "d", "id": "e", "Note": "f", "a\nb": "g", "<b>": "h", '"': "i"}
    events = reading.events.assign(**{header: pd.array([text] * 3, dtype="str") for header, text in odd.items()})
    write_events(events, target(tmp_path, name), format=name, exact_positions=True)
    back = comparable(impactmap.read_events(target(tmp_path, name)))
    pd.testing.assert_frame_equal(back, events.drop(columns="source_row"))


def test_a_geopackage_numbers_names_that_differ_in_case_alone_and_keeps_them(reading, tmp_path):
    events = reading.events.assign(Note="x", fid="y", geom="z", **{"NOTE": "n", "Note (2)": "own"})
    claims = reading.claims.assign(Metric="m")
    write_events(events, tmp_path / "x.gpkg", claims=claims, exact_positions=True)
    layer = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="events")
    assert layer["Note (2)"].tolist() == ["x"] * 3, "what other programs see"
    with contextlib.closing(sqlite3.connect(tmp_path / "x.gpkg")) as database:
        named = database.execute(
            "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'events'"
        ).fetchall()
        assert ("Note (2)", "Note") in named
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    back = impactmap.read_events(tmp_path / "x.gpkg")
    pd.testing.assert_frame_equal(comparable(back), events.drop(columns="source_row"))
    assert back.claims["Metric"].tolist() == ["m"] * len(claims)


# What other programs read


def test_csv_runs_nothing_in_a_spreadsheet(written):
    with written("csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert "'=cmd" in header
    note = header.index("note")
    assert [row[note] for row in rows] == ["'=1+1", "'@SUM(A1)", "'=x"]
    assert rows[0][header.index("summary")] == "-5"
    report = frictionless.validate("events.csv", basepath=str(written("csv").parent))
    assert report.valid, report.flatten(["type", "message"])


def test_a_workbook_holds_texts_dates_and_numbers_and_no_formula(written):
    book = openpyxl.load_workbook(written("xlsx"))
    assert book.sheetnames == ["events", "claims"]
    page = book["events"]
    header = [cell.value for cell in page[1]]
    first = dict(zip(header, page[2], strict=True))
    assert (first["event_id"].value, first["event_id"].data_type) == ("00123", "s")
    assert (first["note"].value, first["note"].data_type) == ("'=1+1", "s")
    assert first["date_start"].is_date
    assert page.freeze_panes == "A2"
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert isinstance(dict(zip(header, page[3], strict=True))["latitude"].value, float)


def test_a_workbook_stores_no_time_and_days_before_its_calendar_as_texts(tmp_path):
    days = pd.Series(pd.to_datetime(["1853-10-04", "1900-02-28", "1900-03-01", None, "2025-11-09"]))
    write_workbook({"a & b": pd.DataFrame({"day": days, "n": [1, 2, 3, 4, 5]})}, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"20" not in b"".join(archive.read(name) for name in archive.namelist() if "docProps" in name)
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["a & b"]
    found = [str(row[0].value) for row in page.iter_rows(min_row=2)]
    assert found == ["1853-10-04", "1900-02-28", "1900-03-01 00:00:00", "None", "2025-11-09 00:00:00"]


def test_columns_of_a_workbook_are_named_as_spreadsheets_name_them(tmp_path):
    write_workbook({"wide": pd.DataFrame([range(800)])}, tmp_path / "x.xlsx")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["wide"]
    assert [page[name].value for name in ("A2", "Z2", "AA2", "ZZ2", "AAA2", "ADT2")] == [0, 25, 26, 701, 702, 799]


def test_a_text_too_long_for_a_cell_is_whole_in_a_sheet_of_its_own(reading, tmp_path):
    long = "=" + "ж_x0041_😀" * 6_000
    exact, over = "x" * 32_766, "x" * 32_767
    events = reading.events.assign(summary=[long, exact, over])
    claims = reading.claims.assign(note=["y" * 100_000, None])
    notes = write_events(events, tmp_path / "x.xlsx", claims=claims).notes
    assert any(note.startswith("3 texts are longer than a cell of a workbook holds") for note in notes)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell.value for row in book["events"].iter_rows(min_row=2) for cell in row if cell.value]
    units = [len(cell.encode("utf-16-le")) // 2 for cell in cells if isinstance(cell, str)]
    assert max(units) <= 32_767, "what Excel holds"
    assert exact in cells
    assert sum("cut here; whole in the sheet long_texts, number" in str(cell) for cell in cells) == 2
    assert {row[0].value for row in book["long_texts"].iter_rows(min_row=2)} == {1, 2, 3}
    back = impactmap.read_events(tmp_path / "x.xlsx")
    assert back.events["summary"].tolist() == [long, exact, over]
    assert back.claims["note"].fillna("").tolist() == ["y" * 100_000, ""]
    assert not [note for note in back.notes if "long_texts" in note.text]


def test_a_cut_cell_that_was_edited_stays_as_it_is(reading, tmp_path):
    write_events(reading.events.assign(summary=["a" * 40_000, "b", "c"]), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    page = book["events"]
    cell = next(cell for cell in page[2] if str(cell.value).startswith("aaa"))
    cell.value = f"Rewritten {cell.value[-60:]}"
    book.save(tmp_path / "x.xlsx")
    assert impactmap.read_events(tmp_path / "x.xlsx").events["summary"][0] == cell.value


def test_json_lines(written):
    records = [json.loads(line) for line in written("jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["event_id"] for record in records] == ["00123", "b", "c"]
    assert (records[0]["side"], records[1]["side"], records[0]["date_start"]) == ("A", None, "2025-11-09")


def test_geojson(written):
    found = json.loads(written("geojson").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert (found["type"], "crs" in found) == ("FeatureCollection", False)
    assert found["features"][1]["geometry"] == {"type": "Point", "coordinates": [36.25, 49.99]}
    frame = gpd.read_file(written("geojson"))
    assert frame["event_id"].tolist() == ["00123", "b", "c"]
    assert frame.crs.to_epsg() == 4326


def test_geoparquet_passes_the_validator(written):
    report = geoparquet_validator.check(str(written("parquet")))
    assert report["version"] == "1.1.0"
    assert geoparquet_validator.conformant(report, "core"), geoparquet_validator.failed(report)
    assert gpd.read_parquet(written("parquet"))["event_id"].tolist() == ["00123", "b", "c"]


def test_geoparquet_has_the_extent_of_each_row_that_has_a_place(written, reading, tmp_path):
    path = written("parquet")
    report = geoparquet_validator.check(str(path))
    told = {each["id"]: each["status"] for each in report["outcomes"] if "/covering/" in each["id"]}
    assert set(told.values()) == {"pass"}, told
    extents = pyarrow.parquet.read_table(path, columns=["bbox"])["bbox"].to_pylist()
    shapes = gpd.read_parquet(path).geometry
    assert [extent is None for extent in extents] == shapes.isna().tolist()
    assert None in extents
    for extent, shape in zip(extents, shapes, strict=True):
        if extent is not None:
            assert tuple(extent.values()) == shape.bounds
    assert "bbox" not in impactmap.read_events(path).events.columns
    write_events(reading.events.assign(bbox="mine"), tmp_path / "own.parquet")
    assert impactmap.read_events(tmp_path / "own.parquet").events["bbox"].tolist() == ["mine"] * 3


def test_geopackage_is_sound(written):
    path = written("gpkg")
    layers = dict(pyogrio.list_layers(path))
    assert layers == {"events": "Unknown", "claims": None}
    frame = pyogrio.read_dataframe(path, layer="events")
    assert frame["event_id"].tolist() == ["00123", "b", "c"]
    with sqlite3.connect(path) as database:
        assert database.execute("pragma application_id").fetchone() == (0x47504B47,)
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        assert database.execute("pragma foreign_key_check").fetchall() == []
        kinds = dict(database.execute("select table_name, data_type from gpkg_contents"))
        assert kinds == {"events": "features", "claims": "attributes"}
        assert database.execute("select srs_id from gpkg_geometry_columns").fetchall() == [(4326,)]
        types = {row[1]: row[2] for row in database.execute("pragma table_info(events)")}
        assert (types["date_start"], types["latitude"], types["place_number"]) == ("DATE", "REAL", "INTEGER")


def test_flatgeobuf_keeps_rows_without_geometry_and_their_order(written):
    info = pyogrio.read_info(written("fgb"))
    assert (info["driver"], info["features"]) == ("FlatGeobuf", 3)
    frame = pyogrio.read_dataframe(written("fgb"))
    assert frame["event_id"].tolist() == ["00123", "b", "c"]
    assert frame.geometry.isna().tolist() == [True, False, False]


def kml_schema():
    folder = Path(fastkml.__file__).parent / "schema"
    return etree.XMLSchema(etree.parse(folder / "ogckml22.xsd"))


def test_kml_is_valid_and_read_by_gdal(written):
    document = etree.parse(written("kml"))
    kml_schema().assertValid(document)
    marks = document.findall(f".//{KML}Placemark")
    data = [{each.get("name"): each.text for each in mark.iter(f"{KML}SimpleData")} for mark in marks]
    assert data[1]["summary"] == 'two\nlines, "quoted" here'
    assert data[2]["summary"] == "<b>&amp;</b> 😀"
    assert marks[1].find(f".//{KML}coordinates").text == "36.25,49.99"
    assert marks[0].find(f".//{KML}coordinates") is None
    assert pyogrio.read_dataframe(written("kml"))["event_id"].tolist() == ["00123", "b", "c"]


def test_kml_of_every_kind_of_shape_is_valid(located, tmp_path):
    kinds = [
        shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]),
        shapely.LineString([(1, 2), (3, 4)]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
        shapely.GeometryCollection([shapely.Point(1, 2), shapely.LineString([(1, 2), (3, 4)])]),
        shapely.MultiPoint([(1, 2), (3, 4)]),
    ]
    frame = gpd.GeoDataFrame({"event_id": [str(n) for n in range(5)]}, geometry=kinds, crs="EPSG:4326")
    write_table(frame, tmp_path / "x.kml")
    kml_schema().assertValid(etree.parse(tmp_path / "x.kml"))
    back = pyogrio.read_dataframe(tmp_path / "x.kml")
    assert back.geometry.force_2d().geom_equals(frame.geometry).all()


def test_control_characters_that_xml_cannot_hold_are_replaced_and_noted(reading, tmp_path):
    events = reading.events.assign(summary="a\x07b\x00c\td\re")
    notes = write_events(events, tmp_path / "x.kml").notes
    assert [note for note in notes if note.startswith("Texts with characters that this format cannot hold: 3.")]
    document = etree.parse(tmp_path / "x.kml")
    kml_schema().assertValid(document)
    assert document.find(f".//{KML}SimpleData[@name='summary']").text == "a\ufffdb\ufffdc\td\re"
    write_events(events, tmp_path / "x.csv")
    assert impactmap.read_events(tmp_path / "x.csv").events["summary"].tolist() == ["a\x07b\ufffdc\td\re"] * 3


def test_hxl_is_read_by_its_own_library(written):
    with written("hxl").open("rb") as file:
        data = hxl.data(file)
        tags, rows = data.display_tags, list(data)
    assert {"#event+id", "#date+start", "#loc+name", "#geo+lat", "#geo+lon", "#meta+source"} <= set(tags)
    assert [row.get("#event+id") for row in rows] == ["00123", "b", "c"]
    assert rows[1].get("#geo+lat") == "49.99"


def test_a_data_package_is_valid(written):
    folder = written("datapackage")
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert {task.name for task in report.tasks} == {"events", "claims", "events-geojson"}
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}
    assert (fields["event_id"]["type"], fields["date_start"]["type"]) == ("string", "date")
    assert fields["'=cmd"]["type"] == "string"
    assert package["resources"][0]["schema"]["primaryKey"] == ["event_id", "place_number"]
    assert impactmap.verify_folder(folder) == []


def test_a_package_may_be_named_by_its_file(reading, tmp_path):
    files = write_events(reading.events, tmp_path / "out" / "datapackage.json").files
    assert [path.name for path in files] == ["datapackage.json", "events.csv", "events.geojson", "manifest.json"]
    assert len(impactmap.read_events(tmp_path / "out").events) == 3


# What must not leave, and what must not be harmed


@pytest.mark.parametrize("name", NAMES)
def test_positions_leave_coarse(reading, tmp_path, name):
    events = reading.events.assign(
        my_latitude=pd.array(["49.98765", "x", "49,98765"], dtype="str"),
        wkt=pd.array(["POINT (36.25432 49.98765)", None, "POLYGON ((0 0, 0.01 0, 0.01 0.01, 0 0))"], dtype="str"),
        pair=pd.array(["49.98765, 36.25432", "on 49.98765, 36.25432 at noon", "1.5"], dtype="str"),
        minutes=pd.array(["49°59'15\"N 36°15'16\"E", "3 N, 5 drones", "N49°59'15\", E36°15'16\""], dtype="str"),
        code=pd.array(["8GX8X7Q3+3P", None, None], dtype="str"),
    )
    path = target(tmp_path, name)
    notes = write_events(events, path, format=name).notes
    assert notes[0].startswith("Positions rounded to two decimals of a degree, about a kilometre: 1.")
    assert "'my_latitude', 'wkt', 'pair', 'minutes', 'code'" in notes[1]
    back = impactmap.read_events(path).events
    assert (back["latitude"][1], back["longitude"][1]) == (49.99, 36.25)
    assert back["my_latitude"].tolist() == ["49.99", "x", "49.99"]
    assert back["wkt"].fillna("").tolist() == ["POINT (36.25 49.99)", "", ""]
    assert back["pair"].tolist() == ["49.99, 36.25", "on 49.99, 36.25 at noon", "1.5"]
    assert back["minutes"].tolist() == ["49.99, 36.25", "3 N, 5 drones", "49.99, 36.25"]
    assert back["code"][0] == "8GX8X700+"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("https://www.google.com/maps/@49.98765,36.25432,17z", "49.99, 36.25"),
        ("https://yandex.com/maps/?ll=36.25432%2C49.98765&z=15", "49.99, 36.25"),
        ("geo:49.98765,36.25432;u=35", "49.99, 36.25"),
        ('{"lat":49.98765,"lng":36.25432}', "49.99, 36.25"),
        ('{"type":"Point","coordinates":[36.25432,49.98765]}', "49.99, 36.25"),
        ("36°35'09\"E, 50°35'52\"N", "50.6, 36.59"),
        ("36.58583E 50.59778N", "50.6, 36.59"),
        ("50°35′52″ пн. ш. 36°35′09″ сх. д.", "50.6, 36.59"),
        ("49,98765; 36,25432", "49.99, 36.25"),
        ("lat: 49.98765, lon: 36.25432", "49.99, 36.25"),
        ("37U CR 01527 41117", "49.99, 36.23"),
        ("37U 301527 5541117", "49.99, 36.23"),
        ("301527 5541117 37U", "49.99, 36.23"),
        ("SRID=4326;POINT(36.25432 49.98765)", "49.99, 36.25"),
        ("https://example.org/news/2025-11-09/123456", "https://example.org/news/2025-11-09/123456"),
        ("−5° C that night", "−5° C that night"),
        ("3 N, 5 drones", "3 N, 5 drones"),
        ("[12.345, a]", "[12.345, a]"),
    ],
)
def test_a_position_in_any_notation_leaves_coarse(reading, tmp_path, written, left):
    events = reading.events.assign(somewhere=pd.array([written, None, "x"], dtype="str"))
    path = tmp_path / "events.csv"
    write_events(events, path)
    assert impactmap.read_events(path).events["somewhere"].fillna("").tolist() == [left, "", "x"]


def test_metres_of_a_grid_leave_as_thousands(reading, tmp_path):
    events = reading.events.assign(easting=[301527, 301527, 1], Northing=pd.array(["5541117", None, "x"], dtype="str"))
    write_events(events, tmp_path / "events.csv")
    back = impactmap.read_events(tmp_path / "events.csv").events
    assert back["easting"].tolist() == ["302000", "302000", "0"]
    assert back["Northing"].fillna("").tolist() == ["5541000", "", "x"]


def test_distances_measured_from_exact_positions_do_not_leave(geocoded, tmp_path):
    border = impactmap.load_border(("UA", "RU"))
    measured = impactmap.add_border_distance(geocoded, border=border)
    unknown = measured.copy()
    unknown.attrs.pop("border")
    with pytest.raises(InputError, match="measured from exact positions"):
        write_events(unknown, tmp_path / "x.csv")
    write_events(measured, tmp_path / "x.csv", exact_positions=True)
    exact = impactmap.read_events(tmp_path / "x.csv").events
    written = write_events(measured, tmp_path / "x.csv")
    assert any("measured anew, from rounded positions" in note for note in written.notes)
    left = impactmap.read_events(tmp_path / "x.csv").events
    coarse = impactmap.add_border_distance(impactmap.coarsen_positions(geocoded), border=border)
    expected = coarse["border_distance_km"].round(2).fillna(-1).tolist()
    assert left["border_distance_km"].round(2).fillna(-1).tolist() == expected
    assert left["border_distance_km"].dropna().tolist() != exact["border_distance_km"].dropna().tolist()
    assert left.columns.tolist() == exact.columns.tolist()


def test_an_area_is_never_a_point(tmp_path):
    (tmp_path / "x.csv").write_text(
        "event_id,date,place,latitude,longitude,place_precision\n1,2025-11-09,Kharkiv region,50,36,region\n"
    )
    events = impactmap.read_events(tmp_path / "x.csv").events
    write_events(events, tmp_path / "x.geojson")
    assert json.loads((tmp_path / "x.geojson").read_text())["features"][0]["geometry"] is None


def test_a_reported_area_leaves_as_one_and_a_narrow_one_not_at_all(reading, tmp_path):
    wide, narrow = "POLYGON ((36 50, 37 50, 37 51, 36 50))", "LINESTRING (36.001 50.001, 36.002 50.002)"
    events = reading.events.assign(
        latitude=float("nan"), longitude=float("nan"), source_geometry=pd.array([wide, narrow, None], dtype="str")
    )
    notes = write_events(events, tmp_path / "x.fgb").notes
    assert "Shapes narrower than two kilometres that were left out: 1." in notes
    back = pyogrio.read_dataframe(tmp_path / "x.fgb")
    assert back.geometry.isna().tolist() == [False, True, True]
    assert back["source_geometry"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("name", NAMES)
def test_the_publishers_terms_are_told(reading, tmp_path, name):
    reading.events.attrs["terms"] = "Do not pass raw rows on."
    with pytest.warns(TermsWarning, match="Do not pass raw rows on"):
        written = write_events(reading.events, target(tmp_path, name), format=name)
    assert written.notes[-1] == "Do not pass raw rows on."


def test_the_publishers_terms_go_with_the_events_through_the_stages(reading, tmp_path):
    reading.events.attrs["terms"] = "Do not pass raw rows on."
    located = impactmap.coarsen_positions(impactmap.geocode_events(reading.events))
    ready = impactmap.add_population(impactmap.add_border_distance(located, border=impactmap.load_border(("UA", "RU"))))
    with pytest.warns(TermsWarning, match="Do not pass raw rows on"):
        write_events(ready, tmp_path / "x.csv")


ACLED = """\
event_id_cnty,event_date,time_precision,event_type,actor1,actor2,location,latitude,longitude,geo_precision,fatalities
UKR1,2025-11-09,1,Explosions,A,B,Kharkiv,49.99,36.23,1,3
"""


def test_the_publishers_terms_are_told_again_of_a_table_that_we_wrote(tmp_path):
    (tmp_path / "acled.csv").write_text(ACLED)
    read = impactmap.read_events(tmp_path / "acled.csv")
    with pytest.warns(TermsWarning, match="ACLED's terms"):
        write_events(read.events, tmp_path / "x.gpkg")
    with pytest.warns(TermsWarning, match="ACLED's terms"):
        write_events(impactmap.read_events(tmp_path / "x.gpkg").events, tmp_path / "y.kml")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_events_give_the_same_bytes(geocoded, reading, tmp_path, name):
    digests = set()
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        path = target(tmp_path / str(number), name)
        files = write_events(geocoded, path, claims=reading.claims, format=name).files
        digests.add(tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in files))
    assert len(digests) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_input_is_not_overwritten_and_not_changed(reading, tmp_path, name):
    path = target(tmp_path, name)
    before = reading.events.copy(deep=True)
    write_events(reading.events, path, claims=reading.claims, format=name)
    pd.testing.assert_frame_equal(reading.events, before)
    kept = path / "events.csv" if path.is_dir() else path
    held = kept.read_bytes()
    with pytest.raises(PublishError, match=r"is also the input|is the folder of the input"):
        write_events(reading.events, path, format=name, inputs=[kept])
    assert kept.read_bytes() == held
    write_events(reading.events, path, format=name)  # an output of before is replaced


@pytest.mark.parametrize("name", NAMES)
def test_links_and_paths_upwards_are_refused(reading, tmp_path, name):
    (tmp_path / "real").mkdir()
    path = target(tmp_path / "real", name)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(PublishError, match="symbolic link"):
        write_events(reading.events, tmp_path / "link", format=name)
    with pytest.raises(PublishError, match=r"holds '\.\.'"):
        write_events(reading.events, target(tmp_path / "real" / ".." / "real", name), format=name)
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_leaves_what_was_there(reading, tmp_path, name, monkeypatch):
    path = target(tmp_path, name)
    files = write_events(reading.events, path, claims=reading.claims, format=name).files
    held = {file: file.read_bytes() for file in files}
    form = find_form("", name)

    def half(content, where):
        form.write(content, where)
        raise OSError(28, "No space left on device")

    full = dataclasses.replace(form, write=half)
    monkeypatch.setattr(forms, "FORMS", (full,))
    with pytest.raises(PublishError, match="the disk is full"):
        write_events(reading.events.iloc[:1], path, claims=reading.claims, format=name)
    assert {file: file.read_bytes() for file in files} == held
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == []


#: Writes three rows, then more than the account allows, at many limits; prints whatever did not go as it should.
LIMITED = """
import resource, signal, sys, warnings
from pathlib import Path
import impactmap
from impactmap.publishing.files.forms import FORMS
from impactmap.publishing.files.writing import write_events
warnings.simplefilter("error")
folder = Path(sys.argv[1])
line = "e{},2025-11-09,Kharkiv,49.99,36.2,{}\\n"
rows = [line.format(n, " ".join(str((n * k) % 7919) for k in range(60))) for n in range(300)]
(folder / "in.csv").write_text("event_id,date,place,latitude,longitude,summary\\n" + "".join(rows))
events = impactmap.read_events(folder / "in.csv").events
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for form in FORMS:
    path = folder / ("package" if form.is_folder else f"x{form.endings[0]}")
    kept = path / "events.csv" if form.is_folder else path
    write_events(events, path, format=form.name)
    size = kept.stat().st_size
    write_events(events.iloc[:3], path, format=form.name)
    before = kept.read_bytes()
    for limit in sorted({0, 1, 4096, size // 3, size // 2, size * 9 // 10, size - 100, size - 1}):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            write_events(events, path, format=form.name)
            print(form.name, limit, "nothing went wrong")
        except impactmap.ImpactMapError as error:
            told = "cannot be written" in str(error) and ".impactmap" not in str(error)
            if not told or kept.read_bytes() != before:
                print(form.name, limit, error)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print([file.name for file in folder.iterdir() if file.name.startswith(".")])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of that kind")
@pytest.mark.slow
def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", [0, 0.5, 0.95])
def test_a_file_that_is_cut_off_without_a_word_replaces_nothing(reading, tmp_path, name, part, monkeypatch):
    events = pd.concat([reading.events] * 40, ignore_index=True)
    path = target(tmp_path, name)
    files = write_events(reading.events, path, format=name).files
    held = {file: file.read_bytes() for file in files}
    form = find_form("", name)

    def cut(content, where):
        form.write(content, where)
        written = where / "events.geojson" if form.is_folder else where
        written.write_bytes(written.read_bytes()[: int(written.stat().st_size * part)])

    monkeypatch.setattr(forms, "FORMS", (dataclasses.replace(form, write=cut),))
    with pytest.raises(PublishError, match=r"cannot be written: what was written does not read back"):
        write_events(events, path, format=name)
    assert {file: file.read_bytes() for file in files} == held


@pytest.mark.parametrize("name", [name for name in NAMES if not find_form("", name).is_folder])
def test_a_row_that_a_writer_loses_is_noticed(reading, tmp_path, name, monkeypatch):
    form = find_form("", name)

    def lossy(content, where):
        fewer = content.table.iloc[:-1]
        form.write(dataclasses.replace(content, parts=Parts.of(fewer)), where)

    monkeypatch.setattr(forms, "FORMS", (dataclasses.replace(form, write=lossy),))
    with pytest.raises(PublishError, match="2 of 3 rows are in it"):
        write_events(reading.events, target(tmp_path, name), format=name)
    assert not target(tmp_path, name).exists()


@pytest.mark.parametrize("name", ["parquet", "gpkg", "fgb"])
def test_a_shape_that_a_writer_moves_is_noticed(reading, tmp_path, name, monkeypatch):
    form = find_form("", name)

    def careless(content, where):
        whole = content.table
        form.write(dataclasses.replace(content, parts=Parts.of(whole.set_geometry(whole.translate(1)))), where)

    monkeypatch.setattr(forms, "FORMS", (dataclasses.replace(form, write=careless),))
    with pytest.raises(PublishError, match="its extent is"):
        write_events(reading.events, target(tmp_path, name), format=name)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_that_breaks_off_is_noticed(tmp_path, ending):
    figure = plt.figure(label="x")
    path = tmp_path / f"map.{ending}"
    save_figure(figure, path, alt_text="nothing")
    plt.close(figure)
    check_picture(path)
    whole = path.read_bytes()
    for end in (0, 3, len(whole) // 2, len(whole) - 8):
        path.write_bytes(whole[:end])
        with pytest.raises(PublishError, match="does not read back"):
            check_picture(path)


def test_a_page_that_breaks_off_is_noticed(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("<!doctype html><html></html>\n")
    check_page(path)
    path.write_text("<!doctype html><html>" + "x" * 200)
    with pytest.raises(PublishError, match="does not read back"):
        check_page(path)


@pytest.mark.parametrize("name", NAMES)
def test_any_located_table_is_written_in_every_form(tmp_path, name):
    frame = gpd.GeoDataFrame(
        {"town": pd.array(["=A", None], dtype="str"), "n": [1, 2]},
        geometry=[shapely.Point(30.5, 50.5), None],
        crs="EPSG:4326",
    )
    path = target(tmp_path, name)
    files = write_table(frame, path, format=name).files
    assert files[0].exists()
    if name == "datapackage":
        report = frictionless.validate(str(files[0]))
        assert report.valid, report.flatten(["type", "message"])
        assert "primaryKey" not in json.loads(files[0].read_text(encoding="utf-8"))["resources"][0]["schema"]


def test_claims_of_a_form_without_room_lie_beside_it(reading, tmp_path):
    for name in SINGLE:
        path = target(tmp_path, name)
        files = write_events(reading.events, path, claims=reading.claims, format=name).files
        assert [file.name for file in files] == [path.name, "events.claims.csv"]
    reread = impactmap.read_events(tmp_path / "events.hxl.csv")
    assert any("events.claims.csv, were read with it" in note.text for note in reread.notes)
    alone = tmp_path / "alone"
    alone.mkdir()
    assert [file.name for file in write_events(reading.events, alone / "x.csv", claims=None).files] == ["x.csv"]


def test_another_form_of_a_table_shares_its_claims(reading, tmp_path):
    write_events(reading.events, tmp_path / "x.csv", claims=reading.claims, exact_positions=True)
    again = impactmap.read_events(tmp_path / "x.csv")
    inputs = [file.path for file in again.inputs]
    assert [path.name for path in inputs] == ["x.csv", "x.claims.csv"]
    before = (tmp_path / "x.claims.csv").stat()
    files = write_events(again.events, tmp_path / "x.geojson", claims=again.claims, inputs=inputs).files
    assert [file.name for file in files] == ["x.geojson", "x.claims.csv"]
    assert (tmp_path / "x.claims.csv").stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(PublishError, match=r"x\.claims\.csv: is also the input"):
        write_events(again.events, tmp_path / "x.geojson", claims=again.claims.iloc[:1], inputs=inputs)


def test_claims_of_before_are_told(reading, tmp_path):
    write_events(reading.events, tmp_path / "x.csv", claims=reading.claims)
    notes = write_events(reading.events, tmp_path / "x.csv").notes
    assert notes[-1] == "x.claims.csv was there before, is as it was, and is read with the table."


def test_the_manifest_of_a_map_names_the_claims_beside_its_table(reading, tmp_path):
    write_events(reading.events, tmp_path / "x.csv", claims=reading.claims)
    opened = impactmap.open_source(tmp_path / "x.csv", now=pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime())
    assert [path.name for path in opened.inputs] == ["x.csv", "x.claims.csv"]
    assert len(opened.reading.claims) == 2


def test_what_is_no_form_is_refused_with_the_nearest(reading, tmp_path):
    with pytest.raises(InputError, match=r"expected a file name that ends in \.csv.*found '\.doc'"):
        write_events(reading.events, tmp_path / "x.doc")
    with pytest.raises(InputError, match="Did you mean 'geojson'"):
        write_events(reading.events, tmp_path / "x.json", format="geojsn")


def test_frames_that_cannot_be_written_are_refused(reading, geocoded, tmp_path):
    with pytest.raises(ColumnError, match="missing date_start"):
        write_events(reading.events.drop(columns="date_start"), tmp_path / "x.csv")
    with pytest.raises(CrsError, match="EPSG:4326"):
        write_events(geocoded.to_crs("EPSG:3857"), tmp_path / "x.csv")
    with pytest.raises(ColumnError, match="found 'note' twice"):
        write_events(pd.concat([reading.events, reading.events[["note"]]], axis=1), tmp_path / "x.csv")


def test_a_plain_frame_without_identifiers_leaves_with_one_a_row(reading, tmp_path):
    plain = reading.events.drop(columns="event_id")
    write_events(plain, tmp_path / "x.csv")
    written = pd.read_csv(tmp_path / "x.csv")
    assert written["event_id"].nunique() == len(written) == len(plain)


def test_infinite_figures_and_other_types_become_what_a_file_holds(reading, tmp_path):
    events = reading.events.assign(
        far=[1.5, float("inf"), float("nan")],
        yes=[True, False, True],
        moment=pd.to_datetime(["2025-11-09 12:00"] * 3, utc=True),
        things=[{"a": 1}, None, [1]],
    )
    notes = write_events(events, tmp_path / "x.jsonl").notes
    assert "Figures without end that were left empty: 1." in notes
    records = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["far"] for record in records] == [1.5, None, None]
    assert [record["yes"] for record in records] == ["true", "false", "true"]
    assert records[0]["moment"] == "2025-11-09T12:00:00+00:00"
    assert [record["things"] for record in records] == ["{'a': 1}", None, "[1]"]


# A part at a time


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("exact", [False, True])
def test_a_table_written_in_parts_is_the_table_written_whole(name, exact, geocoded, reading, tmp_path):
    rows = len(geocoded)
    assert rows > 2
    for folder in ("whole", "parts"):
        (tmp_path / folder).mkdir()
    claims = {"claims": reading.claims, "format": name, "exact_positions": exact}
    whole = write_events(geocoded, target(tmp_path / "whole", name), **claims)
    parts = (geocoded.iloc[start : start + 2] for start in range(0, rows, 2))
    cut = write_parts(parts, target(tmp_path / "parts", name), rows=rows, **claims)
    assert [path.name for path in cut.files] == [path.name for path in whole.files]
    assert cut.notes == whole.notes
    for ours, theirs in zip(cut.files, whole.files, strict=True):
        if name == "parquet" and ours.suffix == ".parquet":
            # Groups of rows are cut otherwise.
            assert pyarrow.parquet.read_table(ours).equals(pyarrow.parquet.read_table(theirs))
            geo = [json.loads(pyarrow.parquet.read_metadata(path).metadata[b"geo"]) for path in (ours, theirs)]
            assert geo[0] == geo[1]
        elif name == "gpkg":
            # The database counts how often it was written to.
            for layer in ("events", "claims"):
                pd.testing.assert_frame_equal(*(gpd.read_file(path, layer=layer) for path in (ours, theirs)))
        else:
            assert ours.read_bytes() == theirs.read_bytes()


def test_parts_are_made_when_they_are_written(geocoded, tmp_path):
    made = []

    def parts():
        for start in range(len(geocoded)):
            made.append(start)
            yield geocoded.iloc[start : start + 1]

    told = []
    write_parts(
        parts(), tmp_path / "x.csv", rows=len(geocoded), progress=lambda done, of, _: told.append((done, of, len(made)))
    )
    assert told == [(n, len(geocoded), n) for n in range(1, len(geocoded) + 1)]


def test_a_fault_in_a_later_part_leaves_the_old_file(geocoded, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")
    parts = iter([geocoded.iloc[:1], geocoded.iloc[1:].drop(columns="date_start")])
    with pytest.raises(ColumnError, match="missing date_start"):
        write_parts(parts, path, rows=len(geocoded), force=True)
    assert path.read_text(encoding="utf-8") == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["sheet.csv", "x.csv"]


@pytest.mark.parametrize("name", ["x.csv", "x.geojson", "x.parquet", "x.xlsx"])
def test_what_the_embargo_keeps_back_is_in_no_file(reading, tmp_path, name):
    fresh = reading.events.assign(date_start=pd.Timestamp("2026-01-05"), date_end=pd.Timestamp("2026-01-05"))
    first = fresh["event_id"].iloc[0]
    fresh.loc[fresh["event_id"] == first, ["date_start", "date_end"]] = pd.Timestamp("2026-01-01")
    now = pd.Timestamp("2026-01-06T12:00", tz="UTC").to_pydatetime()
    written = write_events(fresh, tmp_path / name, claims=reading.claims, now=now)
    back = impactmap.read_events(tmp_path / name)
    assert set(back.events["event_id"]) == {first}
    assert set(back.claims["event_id"]) <= {first}
    held = fresh["event_id"].nunique() - 1
    assert written.notes[0] == f"Held back by the embargo, and not in what was written: {held} events."
    # By default it is the clock that counts; what lets all leave has to be said.
    today = fresh.assign(date_start=pd.Timestamp.now("UTC").tz_localize(None).normalize(), date_end=pd.NaT)
    assert write_events(today, tmp_path / name, force=True).notes[0].startswith("Held back by the embargo")
    free = write_events(today, tmp_path / name, force=True, embargo_hours=0)
    assert not [note for note in free.notes if "embargo" in note]
    assert impactmap.read_events(tmp_path / name).events["event_id"].nunique() == held + 1
