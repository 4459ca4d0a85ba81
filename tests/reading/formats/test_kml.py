"""KML and KMZ: placemarks become rows, and what is built to do harm is refused at once."""

from __future__ import annotations

import time
import zipfile

import pandas as pd
import pytest

import impactmap
from impactmap.model.errors import TableError
from impactmap.reading.formats.files import SOURCE_GEOMETRY, open_table
from impactmap.reading.formats.limits import make_limits
from impactmap.reading.read import read_events

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Map</name>'
POINT = (
    "<Placemark><name>Удар</name><description>&lt;b&gt;Hit&lt;/b&gt; &amp; run</description>"
    "<TimeStamp><when>2025-11-09</when></TimeStamp><Point><coordinates>36.25,49.98,0</coordinates></Point></Placemark>"
)
RING = "<LinearRing><coordinates>36,49 37,49 37,50 36,50 36,49</coordinates></LinearRing>"
AREA = (
    "<Placemark><name>Area</name><TimeSpan><begin>2025-11-08</begin><end>2025-11-09</end></TimeSpan><ExtendedData>"
    f'<Data name="killed"><value>3</value></Data></ExtendedData><Polygon><outerBoundaryIs>{RING}</outerBoundaryIs>'
    "</Polygon></Placemark>"
)
NOWHERE = "<Placemark><name>Kyiv</name><TimeStamp><when>2025-11-07</when></TimeStamp></Placemark>"
TAIL = "</Document></kml>"


@pytest.fixture
def write(tmp_path):
    def written(*placemarks, name="a.kml", head=HEAD, tail=TAIL):
        path = tmp_path / name
        path.write_text(head + "".join(placemarks) + tail, encoding="utf-8")
        return path

    return written


def packed(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_points_areas_and_placemarks_without_a_place(write):
    folder = f"<Folder><name>Strikes</name>{POINT}</Folder>"
    reading = read_events(write(folder, AREA, NOWHERE))
    events = reading.events
    assert events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-09", "2025-11-08", "2025-11-07"]
    assert events["date_end"].dt.strftime("%Y-%m-%d").tolist()[1] == "2025-11-09"
    assert events[["latitude", "longitude"]].fillna(0).to_numpy().tolist() == [[49.98, 36.25], [0, 0], [0, 0]]
    assert events["place"].fillna("").tolist() == ["", "", "Kyiv"]
    assert events["summary"].fillna("").tolist()[0] == "<b>Hit</b> & run", "markup is text"
    assert events[SOURCE_GEOMETRY].notna().tolist() == [False, True, False]
    assert events["folder"].fillna("").tolist() == ["Strikes", "", ""]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 3.0]]
    assert reading.inputs[0].format == "KML"


def test_fields_beside_elements_of_the_same_name_and_shapes_of_every_kind(write):
    fields = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="name">field</SimpleData>'
        '<SimpleData name="Дата">09.11.2025</SimpleData></SchemaData></ExtendedData>'
    )
    two = "<Point><coordinates>1,2</coordinates></Point>"
    hole = "<innerBoundaryIs><LinearRing><coordinates>36.2,49.2 36.4,49.2 36.4,49.4 36.2,49.2</coordinates></LinearRing></innerBoundaryIs>"  # noqa: E501 -- one element
    shapes = [
        "<LineString><coordinates>36,49\n 37,50,100</coordinates></LineString>",
        f"<MultiGeometry>{two}</MultiGeometry>",
        f"<MultiGeometry>{two}{two.replace('1,2', '3,4')}</MultiGeometry>",
        f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs>{hole}</Polygon>",
        "<gx:Track xmlns:gx='urn:google'><gx:coord>36 49 0</gx:coord><gx:coord>37 50 0</gx:coord></gx:Track>",
        "<Point><coordinates>north,east</coordinates></Point>",
        "<Point><coordinates>nan,1</coordinates></Point>",
    ]
    raw = open_table(write(*(f"<Placemark><name>n</name>{fields}{shape}</Placemark>" for shape in shapes)))
    assert raw.cells["name (again)"].tolist() == ["field"] * 7
    assert raw.cells["Дата"].tolist() == ["09.11.2025"] * 7
    kinds = raw.cells[SOURCE_GEOMETRY].str.split(" ").str[0].fillna("").tolist()
    assert kinds == ["LINESTRING", "", "MULTIPOINT", "POLYGON", "LINESTRING", "", ""]
    assert raw.cells["latitude"].fillna("").tolist() == ["", "2.0", "", "", "", "", ""]
    assert raw.cells[SOURCE_GEOMETRY].iloc[3].count("(") == 3, "outline and hole"
    assert any("2 placemarks have coordinates that cannot be read: 'north,east'" in note.text for note in raw.notes)


def test_an_archive_is_read_in_memory(tmp_path, write):
    document = write(POINT).read_text(encoding="utf-8")
    path = packed(tmp_path / "b.kmz", {"files/icon.png": "x", "doc.kml": document, "other.kml": document})
    before = set(tmp_path.iterdir())
    reading = read_events(path)
    assert len(reading.events) == 1
    assert reading.inputs[0].format == "KMZ"
    assert any(note.text == "'doc.kml' was read; 'other.kml' not." for note in reading.notes)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["../../evil.kml", "/etc/evil.kml", "..\\evil.kml", "C:\\evil.kml", "a/../../b.kml"])
def test_an_archive_with_names_outside_itself_is_refused(tmp_path, name):
    path = packed(tmp_path / "slip.kmz", {"doc.kml": HEAD + POINT + TAIL, name: "x"})
    with pytest.raises(
        TableError, match=r"slip\.kmz: expected names inside the archive, found '.*nothing was unpacked"
    ):
        open_table(path)
    assert [each.name for each in tmp_path.iterdir()] == ["slip.kmz"]


LAUGHS = '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE, '<!DOCTYPE kml SYSTEM "http://example.org/kml.dtd">'])
@pytest.mark.parametrize("name", ["bomb.kml", "bomb.kmz"])
def test_declarations_are_refused_before_anything_is_expanded(tmp_path, declaration, name):
    text = '<?xml version="1.0"?>' + declaration + "<kml><Placemark><name>&b;</name></Placemark></kml>"
    path = tmp_path / name
    if name.endswith("z"):
        packed(path, {"doc.kml": text})
    else:
        path.write_text(text, encoding="utf-8")
    begin = time.process_time()
    with pytest.raises(TableError, match="expected KML without a document type"):
        open_table(path)
    assert time.process_time() - begin < 1


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    path = packed(tmp_path / "big.kmz", {"doc.kml": HEAD + " " * (64 << 20) + TAIL})
    with pytest.raises(TableError, match="expected at most 400 bytes unpacked for each byte of the file"):
        open_table(path)
    fine = packed(tmp_path / "fine.kmz", {"doc.kml": HEAD + POINT + " " * 2000 + TAIL})
    assert len(open_table(fine, limits=make_limits({"archive_bytes": 10_000})).cells) == 1
    with pytest.raises(TableError, match=r"expected at most 1,000 bytes unpacked.*--limit archive_bytes="):
        open_table(fine, limits=make_limits({"archive_bytes": 1_000}))


def test_limits_of_a_placemark_and_of_depth_can_be_set(tmp_path):
    fields = "".join(f'<Data name="f{i}"><value>1</value></Data>' for i in range(30))
    text = HEAD + "<Placemark><name>A</name><ExtendedData>" + fields + "</ExtendedData></Placemark>" + TAIL
    path = tmp_path / "wide.kml"
    path.write_text(text, encoding="utf-8")
    assert len(open_table(path).cells.columns) > 30
    with pytest.raises(TableError, match="expected at most 20 fields of a placemark, found 30"):
        open_table(path, limits=make_limits({"columns": 20}))
    with pytest.raises(TableError, match="expected at most 3 elements in each other, found 4"):
        open_table(path, limits=make_limits({"depth": 3}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "<Placemark>", "damaged file"),
        (HEAD + TAIL, "expected placemarks, found none"),
        (HEAD + "<Folder>" * 300 + "</Folder>" * 300 + TAIL, "at most 200 elements in each other"),
        ("not xml", "expected the content of a .kml file"),
        ("<kml>\x00</kml>", "damaged file"),
        ('<?xml version="1.0" encoding="shift_jis"?><kml/>', "expected KML in UTF-8, found another encoding"),
        ('<?xml version="1.0" encoding="klingon"?><kml/>', "found (another encoding|a damaged file)"),
    ],
)
def test_what_is_no_kml(tmp_path, text, message):
    path = tmp_path / "bad.kml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        open_table(path)


def test_an_archive_that_is_none_or_holds_none(tmp_path):
    path = tmp_path / "bad.kmz"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(TableError, match="expected a KMZ archive, found a damaged file"):
        open_table(path)
    with pytest.raises(TableError, match=r"expected a \.kml file in the archive"):
        open_table(packed(tmp_path / "none.kmz", {"a.txt": "x"}))


def test_a_position_out_of_range_is_listed(write):
    reading = read_events(write(POINT.replace("36.25,49.98", "36.25,149.98"), POINT))
    assert reading.rejected["source_row"].tolist() == [1]
    assert len(reading.events) == 1


def test_what_impactmap_wrote_comes_back_equal(tmp_path):
    (tmp_path / "in.csv").write_text(
        "id,date,place,lat,lon,killed,note\n00123,2025-11-09,Kharkiv,49.98,36.25,2,=1+1\n"
        "b,2025-11-08,Kharkiv region,,,,\n",
        encoding="utf-8",
    )
    reading = read_events(tmp_path / "in.csv")
    located = impactmap.geocode_events(reading.events)
    impactmap.write_events(located, tmp_path / "out.kml", claims=reading.claims, exact_positions=True)
    back = read_events(tmp_path / "out.kml")
    left = ["source_row"]
    pd.testing.assert_frame_equal(
        back.events.drop(columns=left), pd.DataFrame(located).drop(columns=[*left, "geometry"]), check_like=True
    )
    pd.testing.assert_frame_equal(back.claims, reading.claims)
