"""Spreadsheets, and files built to exhaust memory."""

from __future__ import annotations

import datetime as dt
import re
import time
import zipfile

import openpyxl
import pandas as pd
import pytest

from impactmap.model.errors import TableError
from impactmap.reading.formats import limits
from impactmap.reading.formats.limits import make_limits
from impactmap.reading.read import read_events


def saved(tmp_path, *sheets, name="table.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / name
    book.save(path)
    return path


def test_cells_keep_their_meaning(tmp_path):
    path = saved(
        tmp_path,
        ("Sheet", [
            ["Дата", "Місце", "Загинуло", "id", "note"],
            [dt.datetime(2025, 11, 9), "NA", 7, "00123", True],  # noqa: DTZ001 -- spreadsheets have no zones
            [dt.datetime(2025, 11, 8, 22, 30), "Суми", None, 5, 1.5],  # noqa: DTZ001
        ]),
    )  # fmt: skip
    reading = read_events(path)
    assert reading.events["date_start"].tolist() == [pd.Timestamp("2025-11-09"), pd.Timestamp("2025-11-08")]
    assert reading.events[["event_id", "place", "note"]].to_numpy().tolist() == [
        ["00123", "NA", "TRUE"],
        ["5", "Суми", "1.5"],
    ]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 7.0]]
    assert reading.inputs[0].format == "XLSX"
    assert "Column 'Дата': times without a zone: 1; only the day is used." in [n.text for n in reading.notes]


ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Sheet1">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def test_ods(tmp_path):
    path = tmp_path / "table.ods"
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    date = '<table:table-cell office:value-type="date" office:date-value="2025-11-09"><text:p>09.11.25</text:p>'
    number = '<table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
    rows = (
        "".join(map(text.format, ("date", "place", "killed"))),
        f"{date}</table:table-cell>{text.format('Київ')}{number}",
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS.format("".join(map("<table:table-row>{}</table:table-row>".format, rows))))
    reading = read_events(path)
    assert reading.events["place"].tolist() == ["Київ"]
    assert reading.events["date_start"].tolist() == [pd.Timestamp("2025-11-09")]
    assert (reading.claims["value"].tolist(), reading.inputs[0].format) == ([3.0], "ODS")


def test_title_rows_and_an_offset_keep_the_rows_of_the_sheet(tmp_path):
    path = saved(tmp_path, ("x", [[], ["Our list"], [], [None, "date", "place"], [None, "2025-11-09", "A"]]))
    assert read_events(path).events[["source_row", "place"]].to_numpy().tolist() == [[5, "A"]]


def test_the_three_tables_of_one_workbook(tmp_path):
    path = saved(
        tmp_path,
        ("Readme", [["words"]]),
        ("Events", [["event_id", "date"], ["e", "2025-11-09"]]),
        ("places", [["event_id", "place"], ["e", "A"], ["e", "B"]]),
        ("claims", [["event_id", "metric", "value"], ["e", "killed", 2]]),
    )
    reading = read_events(path)
    assert reading.events[["place", "place_number"]].to_numpy().tolist() == [["A", 1], ["B", 2]]
    assert reading.claims["value"].tolist() == [2.0]
    assert "The sheet 'Events' was read; 'Readme' not. Name one with --sheet." in [note.text for note in reading.notes]


def refused_fast(path, message, **chosen):
    start = time.process_time()
    with pytest.raises(TableError, match=message):
        read_events(path, limits=make_limits(chosen))
    assert time.process_time() - start < 5


def test_two_far_cells_do_not_fill_memory(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "date", "place"
    book.save(tmp_path / "far.xlsx")
    refused_fast(
        tmp_path / "far.xlsx",
        r"at most 50,000,000 cells in a sheet, found 17,179,869,184\. .* raise the limit: --limit sheet_cells=",
    )


def test_repeated_cells_do_not_fill_memory(tmp_path):
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="a"><table:table-row '
        f'table:number-rows-repeated="1048576">{cell}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "far.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    refused_fast(tmp_path / "far.ods", "at most 50,000,000 cells in a sheet")


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    path = saved(tmp_path, ("a", [["date", "place"], ["2025-11-09", "A"]]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"\0" * (2 << 20))
    refused_fast(path, "at most 1,048,576 bytes unpacked", archive_bytes=1 << 20)
    assert len(read_events(path, limits=make_limits({"archive_bytes": 4 << 20})).events) == 1


def test_a_ratio_that_no_sheet_has_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_ARCHIVE_RATIO_FROM", 1 << 20)
    path = saved(tmp_path, ("a", [["date", "place"], ["2025-11-09", "A"]]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"\0" * (12 << 20))
    refused_fast(path, "at most 400 bytes unpacked for each byte of the file")


def test_a_size_that_lies_is_counted_not_believed(tmp_path):
    path = saved(tmp_path, ("a", [["date", "place"], ["2025-11-09", "A"]]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.xml", b"\0" * (2 << 20))
    data = path.read_bytes()
    lying = data.replace((2 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    path.write_bytes(lying)
    refused_fast(path, "at most 1,048,576 bytes unpacked", archive_bytes=1 << 20)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("table.xlsx", b"PK\x03\x04 and then nothing", "expected a spreadsheet, found a damaged file"),
        ("table.xlsx", b"date,place\n", "expected the content of a .xlsx file"),
        ("table.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "expected .xlsx or .ods"),
    ],
)
def test_what_is_no_spreadsheet_is_told(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    refused_fast(path, message)


def test_a_spreadsheet_under_a_csv_name_is_read(tmp_path):
    path = saved(tmp_path, ("a", [["date", "place"], ["2025-11-09", "A"]]), name="export.csv")
    assert read_events(path).events["place"].tolist() == ["A"]


def test_an_empty_workbook_is_told(tmp_path):
    refused_fast(saved(tmp_path, ("a", [])), "expected a header and rows of data, found nothing")


def test_a_workbook_without_a_sheet_is_refused(tmp_path):
    path = tmp_path / "none.xlsx"
    kept = saved(tmp_path, ("a", [["date", "place"], ["2025-11-09", "A"]]))
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == "xl/workbook.xml":
                data = re.sub(rb"<sheets>.*</sheets>", b"<sheets></sheets>", data)
                assert b"<sheets></sheets>" in data
            new.writestr(member, data)
    with pytest.raises(TableError, match=r"none\.xlsx: expected a spreadsheet with a sheet, found none"):
        read_events(path)
