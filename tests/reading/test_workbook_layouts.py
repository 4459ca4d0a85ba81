"""Workbooks as people lay them out: a sheet a month, explanations first, merged cells, two rows of headers."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from impactmap import read_events
from impactmap.model.errors import TableError

HEAD = ["Дата", "Місто", "Що сталося"]


@pytest.fixture
def workbook(tmp_path):
    def write(sheets, merged=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
            for area in merged:
                page.merge_cells(area)
        path = tmp_path / "events.xlsx"
        book.save(path)
        return path

    return write


def test_a_sheet_a_month_is_one_table(workbook):
    path = workbook(
        {
            "Про таблицю": [["Цю таблицю веде редакція"], ["Оновлено 1 грудня"]],
            "Жовтень": [HEAD, ["05.10.2025", "Чернігів", "Вибух"], ["30.10.2025", "Суми", "Пожежа"]],
            "Листопад": [["дата", "Що сталося", "місто"], ["19.11.2025", "Пожежа", "Тернопіль"]],
            "Коди": [["код", "значення"], ["1", "так"]],
        }
    )
    reading = read_events(path)
    assert reading.events[["place", "summary", "sheet", "source_row"]].to_numpy().tolist() == [
        ["Чернігів", "Вибух", "Жовтень", 2], ["Суми", "Пожежа", "Жовтень", 3],
        ["Тернопіль", "Пожежа", "Листопад", 2002],
    ]  # fmt: skip
    notes = " ".join(note.text for note in reading.notes)
    assert "Sheets of one layout were read together: 'Жовтень', 'Листопад'." in notes
    assert "Rows of the sheet 'Листопад' are numbered from 2000: its row 2 is 2002." in notes
    assert "'Про таблицю', 'Коди' not. Name one with --sheet." in notes
    assert read_events(path, sheet="*").events["place"].tolist() == ["Чернігів", "Суми", "Тернопіль"]
    assert read_events(path, sheet="листопад").events["place"].tolist() == ["Тернопіль"]
    with pytest.raises(TableError, match=r"a sheet named 'Листапад'.*Did you mean 'Листопад'"):
        read_events(path, sheet="Листапад")


def test_the_sheet_of_events_alone_is_read_where_it_is_named_so(workbook):
    path = workbook(
        {"Old": [HEAD, ["05.10.2025", "Чернігів", "Вибух"]], "Events": [HEAD, ["19.11.2025", "Суми", "Вибух"]]}
    )
    assert read_events(path).events["place"].tolist() == ["Суми"]


def test_a_merged_cell_stands_for_all_its_cells_and_an_empty_one_for_nothing(workbook):
    rows = [
        ["Events of the month", None, None, None],
        ["Date", "Region", "Town", "What"],
        [dt.date(2025, 11, 8), "Kharkiv Oblast", "Kharkiv", "A substation was hit."],
        [None, None, "Chuhuiv", "A pylon fell."],
        [None, "Sumy Oblast", "Sumy", "A depot burned."],
        [None, None, "Romny", "A pylon fell."],
    ]
    reading = read_events(workbook({"Events": rows}, ["A1:D1", "A3:A5", "B3:B4"]))
    assert reading.events[["place", "region"]].to_numpy().tolist() == [
        ["Kharkiv", "Kharkiv Oblast"], ["Chuhuiv", "Kharkiv Oblast"], ["Sumy", "Sumy Oblast"],
    ]  # fmt: skip
    assert reading.rejected["source_row"].tolist() == [6]  # no date, and none merged into it


def test_a_group_of_headers_is_merged_over_its_columns(workbook):
    rows = [
        ["Date", "Town", "Killed", None, "Injured", None],
        [None, None, "min", "max", "min", "max"],
        [dt.date(2025, 11, 8), "Kharkiv", 1, 2, 3, 4],
    ]
    reading = read_events(workbook({"Events": rows}, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"]))
    assert reading.claims[["metric", "value_low", "value_high"]].to_numpy().tolist() == [
        ["killed", 1.0, 2.0], ["injured", 3.0, 4.0],
    ]  # fmt: skip
