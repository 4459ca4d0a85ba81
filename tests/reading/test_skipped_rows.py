"""Totals, notes and repeated headers in a sheet are told apart from reports, and listed."""

from __future__ import annotations

import pytest

from impactmap.reading.read import check_events, read_events

SHEET = """Звіт про удари,,,
за листопад,,,
Дата,Місце,Хто,Загинуло
13.11.2025,Харків,Росія,2
Разом за день,,,2
14.11.2025,Київ,Росія,3
Дата,Місце,Хто,Загинуло
15.11.2025,Суми,Росія,"1,5"
,Всього,,5
,,,5
* за даними ОВА,,,
"""


@pytest.fixture
def sheet(tmp_path):
    def write(text, name="events.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_rows_that_report_nothing_are_listed_and_no_faults(sheet):
    reading = read_events(sheet(SHEET))
    assert reading.events["place"].tolist() == ["Харків", "Київ", "Суми"]
    assert reading.rejected[["source_row", "Місце"]].fillna("").to_numpy().tolist() == [
        [5, ""],
        [7, "Місце"],
        [9, "Всього"],
        [10, ""],
        [11, ""],
    ]
    found = [(fault.row, fault.column, fault.found) for fault in check_events(reading) if fault.row != 8]
    assert found == [
        (5, "Дата", "a row of totals, 'Разом за день'"),
        (7, "Дата", "the header once more"),
        (9, "Дата", "a row of totals, 'Всього'"),
        (10, "Дата", "a row of figures without date or place"),
        (11, "Дата", "a note under the table, '* за даними ОВА'"),
    ]
    assert {fault.severity for fault in check_events(reading)} == {"warning"}
    assert len(reading.events) + len(reading.rejected) == reading.inputs[0].rows == 8
    assert reading.claims["event_id"].nunique() == 3, "no total became a claim"


@pytest.mark.parametrize(
    "row",
    [
        "31.02.2025,Total Gas depot,x,1",  # a day that does not exist is a fault of a report
        ",Kharkiv,Russia,2",
        "soon,Kharkiv,Russia,2",
        "n.d.,Kharkiv,,",
    ],
)
def test_a_report_with_a_bad_date_stays_a_fault(sheet, row):
    reading = read_events(sheet(f"date,place,who,killed\n13.11.2025,Kyiv,Russia,2\n{row}\n"))
    assert reading.rejected["source_row"].tolist() == [3]
    assert "fault" in {fault.severity for fault in check_events(reading)}


def test_a_report_of_a_place_that_begins_like_a_total_is_a_report(sheet):
    reading = read_events(sheet("date,place\n2025-11-13,Sumy\n2025-11-14,Totalnoye\n2025-11-15,Sum\n"))
    assert reading.events["place"].tolist() == ["Sumy", "Totalnoye", "Sum"]


def test_what_was_withdrawn_is_listed_unless_asked_for(sheet):
    path = sheet("event_id,date,place,update_status\n1,2025-11-13,Kyiv,unchanged\n2,2025-11-14,Sumy,withdrawn\n")
    reading = read_events(path)
    assert reading.events["event_id"].tolist() == ["1"]
    assert reading.rejected["reason"].tolist() == [
        (
            "expected a report; found a report that its publisher withdrew (2025-11-14, Sumy). "
            "It stays in the table, off the map."
        )
    ]
    assert read_events(path, withdrawn=True).events["event_id"].tolist() == ["1", "2"]
