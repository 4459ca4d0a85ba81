"""Workbooks as people lay them out: a sheet a month, explanations first, merged cells, two rows of headers."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from impactmap import check_events, check_source, read_events
from impactmap.model.errors import TableError
from impactmap.workspace.build import build
from impactmap.workspace.opening import need_rows

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


# --- which sheet a fault is in ---

MONTH_HEAD = ["Day", "Town", "Country", "Killed"]
MONTHS = {
    "May": [MONTH_HEAD, ["2024-05-03", "Tumaco", "Colombia", 1], ["2024-05-32", "Cali", "Colombia", 0]],
    "June": [MONTH_HEAD, ["2024-06-31", "Cali", "Colombia", 0], ["2024-06-03", "Qqzx", "Colombia", -2]],
    "July": [MONTH_HEAD, ["2024-07-09", "Pasto", "Colombia", 3], ["some day", "Cali", "Colombia", 0]],
}


def test_a_fault_of_a_row_names_its_sheet_and_its_row_there(workbook):
    told = [(fault.sheet, fault.sheet_row, str(fault)) for fault in check_events(read_events(workbook(MONTHS)))]
    assert [(sheet, row) for sheet, row, _ in told] == [("May", 3), ("June", 2), ("July", 3)]
    assert all(f"events.xlsx, sheet {sheet!r}, row {row}, column 'Day'" in text for sheet, row, text in told)


def test_doubts_and_checks_name_the_sheet(workbook):
    report = check_source(workbook(MONTHS))
    assert [(each["sheet"], each["sheet_row"]) for each in report.unsettled] == [("June", 3)]
    negative = next(fault for fault in report.faults if "[negative_figure]" in fault.fix)
    assert (negative.sheet, negative.sheet_row) == ("June", 3)


def test_several_rows_of_several_sheets_are_named_in_one_line(workbook):
    sheets = {name: [rows[0], *[["soon", *row[1:]] for row in rows[1:]]] for name, rows in MONTHS.items()}
    sheets["May"] = MONTHS["May"]
    told = [str(fault) for fault in check_source(workbook(sheets)).faults if "'soon'" in fault.found]
    assert len(told) == 4
    assert "sheet 'June', row 2" in told[0]
    with pytest.raises(TableError, match=r"4 rows, such as sheet 'June', row 2"):
        need_rows([read_events(workbook({name: sheets[name] for name in ("June", "July")}))])


def test_a_single_sheet_is_not_named(workbook):
    fault = check_events(read_events(workbook({"May": MONTHS["May"]})))[0]
    assert (fault.sheet, fault.sheet_row, fault.row) == ("", None, 3)
    assert "sheet" not in str(fault)


def test_the_method_note_names_the_sheet(workbook, tmp_path):
    build(workbook(MONTHS), tmp_path / "map")
    assert "events.xlsx, June, row 2" in (tmp_path / "map" / "METHOD.md").read_text(encoding="utf-8")


def test_headers_that_occur_twice_stay_two_in_joined_sheets(workbook):
    head = ["Day", "Town", "Country", "Seen by", "Seen by", "Seen by"]
    rows = {
        name: [head, [day, "Cali", "Colombia", "a", "b", "c"]]
        for name, day in (("5", "2024-05-03"), ("6", "2024-06-03"))
    }
    events = read_events(workbook(rows)).events
    assert len(events) == 2
    assert events["Seen by (again) (again)"].tolist() == ["c", "c"]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        (["Town", "Seen by", "seen by"], ["Town", "Seen by", "seen by"], {"Seen by": "a", "seen by": "b"}),
        (["Town", "Seen by", "seen by"], ["town", "SEEN BY", "seen by"], {"Seen by": "a", "seen by": "b"}),
        (["Town", "Seen by", "Shift"], ["TOWN", "seen by", "SHIFT"], {"Seen by": "a", "Shift": "b"}),
    ],
)
def test_headers_of_other_letters_are_one_column_over_sheets_and_two_within_one(workbook, one, other, kept):
    rows = {
        "5": [["Day", "Country", *one], ["2024-05-03", "Colombia", "Cali", "a", "b"]],
        "6": [["Day", "Country", *other], ["2024-06-03", "Colombia", "Cali", "a", "b"]],
    }
    events = read_events(workbook(rows)).events
    assert {header: set(events[header]) for header in kept} == {header: {cell} for header, cell in kept.items()}
    assert events["place"].tolist() == ["Cali", "Cali"]
