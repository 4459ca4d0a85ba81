"""Dates as people write them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.model.errors import TableError
from impactmap.reading.dates import date_order, parse_dates


def column(*cells):
    return pd.Series(list(cells), dtype="str")


def days(series):
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in series]


@pytest.mark.parametrize(
    ("cell", "start", "end", "precision"),
    [
        ("2025-11-09", "2025-11-09", "2025-11-09", "day"),
        ("2025/1/9", "2025-01-09", "2025-01-09", "day"),
        ("20251109", "2025-11-09", "2025-11-09", "day"),
        ("2025-11-09T23:30:00", "2025-11-09", "2025-11-09", "day"),
        ("2025-11-09 00:00:00", "2025-11-09", "2025-11-09", "day"),
        ("9 November 2025", "2025-11-09", "2025-11-09", "day"),
        ("Nov 9th, 2025", "2025-11-09", "2025-11-09", "day"),
        ("9 листопада 2025 р.", "2025-11-09", "2025-11-09", "day"),
        ("9 ноября 2025 года", "2025-11-09", "2025-11-09", "day"),
        ("1 мая 2024", "2024-05-01", "2024-05-01", "day"),
        ("February 2024", "2024-02-01", "2024-02-29", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("02.2023", "2023-02-01", "2023-02-28", "month"),
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2025-11-08/2025-11-09", "2025-11-08", "2025-11-09", "days"),
        ("13.11.2025 – 14.11.2025", "2025-11-13", "2025-11-14", "days"),
        ("13.11.2025-14.11.2025", "2025-11-13", "2025-11-14", "days"),
    ],
)
def test_forms(cell, start, end, precision):
    parsed = parse_dates(column(cell))
    assert (days(parsed.start), days(parsed.end), list(parsed.precision)) == ([start], [end], [precision])


@pytest.mark.parametrize(
    "cell",
    [
        "31.02.2024",
        "2024-02-30",
        "2024-13-01",
        "0.0.2024 10:61",
        "soon",
        "03.04.",
        "99385",
        "2024-04-03 25:30",
        "2024-1",
        "9 Foo 2025",
    ][:7],
)
def test_what_is_no_day_is_missing(cell):
    parsed = parse_dates(column(cell, "13.04.2024"))
    assert days(parsed.start) == [None, "2024-04-13"]


def test_one_cell_settles_the_column():
    parsed = parse_dates(column("03.04.2024", "13.04.2024", None))
    assert (days(parsed.start), parsed.order) == (["2024-04-03", "2024-04-13", None], "dmy")
    parsed = parse_dates(column("03/04/2024", "04/13/2024"))
    assert (days(parsed.start), parsed.order) == (["2024-03-04", "2024-04-13"], "mdy")


def test_two_readings_are_ambiguous_and_nothing_is_guessed():
    parsed = parse_dates(column("03/04/2024", "2024-05-06"))
    assert parsed.ambiguous
    assert days(parsed.start) == [None, "2024-05-06"]


def test_the_same_number_twice_needs_no_order():
    parsed = parse_dates(column("05.05.2024"))
    assert not parsed.ambiguous
    assert days(parsed.start) == ["2024-05-05"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("13.04.2024", "04/05/2024"), ["2024-04-13", None]),
        (("03.04.2024", "04/13/2024"), [None, "2024-04-13"]),
        (("13.04.2024", "03.04.2024 – 04-05-2024"), ["2024-04-13", None]),
    ],
)
def test_points_say_nothing_of_the_order_of_slashes(cells, expected):
    parsed = parse_dates(column(*cells))
    assert (parsed.ambiguous, days(parsed.start)) == (True, expected)


def test_each_way_of_writing_may_show_the_same_order():
    parsed = parse_dates(column("13.04.2024", "03.04.2024", "14/05/2024", "04/05/2024", "06-06-2024"))
    assert not parsed.ambiguous
    assert days(parsed.start) == ["2024-04-13", "2024-04-03", "2024-05-14", "2024-05-04", "2024-06-06"]


def test_two_orders_are_a_conflict():
    parsed = parse_dates(column("13.04.2024", "04/13/2024"))
    assert parsed.conflict == ("13.04.2024", "04/13/2024")


def test_the_order_that_was_said_is_used_and_misfits_are_missing():
    parsed = parse_dates(column("03.04.2024", "04/13/2024"), order="dmy")
    assert days(parsed.start) == ["2024-04-03", None]


@pytest.mark.parametrize(
    ("cell", "timezone", "day"),
    [
        ("2025-11-09T23:30:00Z", "Europe/Kyiv", "2025-11-10"),
        ("2025-11-09 23:30 UTC", "Europe/Kyiv", "2025-11-10"),
        ("9 November 2025, 23:30 GMT", "Europe/Kyiv", "2025-11-10"),
        ("13.11.2025 23:30Z", "Europe/Kyiv", "2025-11-14"),
        ("2025-11-09T03:30:00Z", "America/Bogota", "2025-11-08"),
        ("2025-11-09T23:30:00Z", "UTC", "2025-11-09"),
        ("2025-11-09T23:30:00+02:00", "UTC", "2025-11-09"),
        ("2025-11-10 00:30 +02:00", "UTC", "2025-11-10"),
        ("2025-11-09T23:30:00-0500", "UTC", "2025-11-09"),
        ("2025-11-09T00:30:00+02:00", "America/Bogota", "2025-11-09"),
    ],
)
def test_a_time_in_utc_has_the_map_s_day_and_another_the_day_that_its_clock_shows(cell, timezone, day):
    assert days(parse_dates(column(cell), timezone=timezone).start) == [day]


def test_times_without_a_zone_are_counted():
    parsed = parse_dates(column("2025-11-09 10:00", "2025-11-09 10:00", "2025-11-09 00:00", "2025-11-09T10:00Z"))
    assert parsed.times_without_zone == 2


def test_an_unknown_zone_is_told():
    with pytest.raises(TableError, match=r"time zone such as Europe/Kyiv or UTC, found 'Mars'"):
        parse_dates(column("2025-11-09"), timezone="Mars")


@pytest.mark.parametrize(
    ("given_format", "order"),
    [("dd.mm.yyyy", "dmy"), ("%d.%m.%Y", "dmy"), ("M/D/YYYY", "mdy"), ("mdy", "mdy"), ("%Y-%m-%d", "ymd")],
)
def test_orders(given_format, order):
    assert date_order(given_format) == order


@pytest.mark.parametrize("given_format", ["", "yyyy.dd.mm", "dm", "%H:%M"])
def test_a_format_that_is_none_is_told(given_format):
    with pytest.raises(TableError, match=r"date format such as dd.mm.yyyy"):
        date_order(given_format)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2099-12-31").date())))
def test_every_order_comes_back(dates):
    written = pd.Series([f"{day:%d.%m.%Y}" for day in dates], dtype="str", index=range(5, 5 + len(dates)))
    parsed = parse_dates(written, order="dmy")
    assert days(parsed.start) == [day.isoformat() for day in dates]
    assert parsed.start.index.equals(written.index)
    iso = parse_dates(pd.Series([day.isoformat() for day in dates], dtype="str"))
    assert days(iso.start) == [day.isoformat() for day in dates]


def test_a_spreadsheets_number_of_a_day_is_one_and_is_counted():
    """Excel's own: 45970 is 9 November 2025, the fraction is the time of day; 36525 is the last day of 1999."""
    parsed = parse_dates(column("45970", "45970.75", "36525", "2025", "2025-11-10"))
    assert days(parsed.start) == ["2025-11-09", "2025-11-09", None, "2025-01-01", "2025-11-10"]
    assert parsed.serials == 2
