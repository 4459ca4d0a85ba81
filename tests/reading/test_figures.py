"""Figures and degrees as people write them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.reading.figures import parse_coordinates, parse_figures, points_group, without_points


def figure(cell, *, whole=True):
    row = parse_figures(pd.Series([cell], dtype="str"), whole=whole).iloc[0]
    return tuple(
        None if pd.isna(row[name]) else row[name] for name in ("value", "value_low", "value_high", "qualifier")
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("7", (7, None, None, None)),
        ("7.0", (7, None, None, None)),
        ("240 000", (240000, None, None, None)),
        ("240\u202f000", (240000, None, None, None)),
        ("1,234,567", (1234567, None, None, None)),
        ("1,234", (1234, None, None, None)),
        ("some 240 000", (240000, None, None, "about")),
        ("about 20,000", (20000, None, None, "about")),
        ("~300", (300, None, None, "about")),
        ("близько 20 тис.", (20000, None, None, "about")),
        ("около 20 тысяч человек", (20000, None, None, "about")),
        ("more than one million", (1000000, None, None, "more than")),
        ("понад 1,5 млн", (1500000, None, None, "more than")),
        ("not less than 5", (5, None, None, "at least")),
        ("5+", (5, None, None, "at least")),
        ("up to 30", (30, None, None, "up to")),
        ("nearly 300 km", (300, None, None, "nearly")),
        ("seven people", (7, None, None, None)),
        ("7–9", (None, 7, 9, None)),
        ("between 5 and 7", (None, 5, 7, None)),
        ("від 5 до 7", (None, 5, 7, None)),
        ("7-9 тис.", (None, 7000, 9000, None)),
        ("20k", (20000, None, None, None)),
    ],
)
def test_figures(cell, expected):
    assert figure(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "several",
        "a few",
        "two dozen",
        "three hundred",
        "20 drones and 3 missiles",
        "1.234",
        "1,5",
        "9–7",
        "20%",
        "=5",
        "nan",
        "1,23,4",
    ],
)
def test_what_is_no_figure_or_could_be_two_stays_text(cell):
    row = parse_figures(pd.Series([cell], dtype="str")).iloc[0]
    assert row["text"] == cell
    assert row[["value", "value_low", "value_high", "qualifier"]].isna().all()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("unos 12 000", (12000, None, None, "about")),
        ("cerca de 300 hogares", (300, None, None, "about")),
        ("más de 6 000 usuarios", (6000, None, None, "more than")),
        ("al menos 20 mil", (20000, None, None, "at least")),
        ("hasta 2 millones de personas", (2000000, None, None, "up to")),
        ("entre 8 000 y 9 000", (None, 8000, 9000, None)),
        ("8 000 a 9 000", (None, 8000, 9000, None)),
        ("environ 20 000 foyers", (20000, None, None, "about")),
        ("Près de 1,5 million", (1500000, None, None, "nearly")),
        ("jusqu’à 30", (30, None, None, "up to")),
        ("de 5 à 7", (None, 5, 7, None)),
        ("rund 20 Tsd. Haushalte", (20000, None, None, "about")),
        ("Über 1 Mio.", (1000000, None, None, "more than")),
        ("zwischen 5 und 7", (None, 5, 7, None)),
        ("około 20 tys. osób", (20000, None, None, "about")),
        ("co najmniej 5", (5, None, None, "at least")),
        ("od 5 do 7", (None, 5, 7, None)),
        ("pelo menos 40 mil", (40000, None, None, "at least")),
        ("oltre 300 famiglie", (300, None, None, "more than")),
        ("en az 12 kişi", (12, None, None, "at least")),
    ],
)
def test_figures_of_further_languages(cell, expected):
    assert figure(cell) == expected


@pytest.mark.parametrize(
    "cell", ["varios", "unos", "plus de", "5 a", "a 5", "quelque part", "más de doce mil", "9 a 7"]
)
def test_what_is_no_figure_in_further_languages_stays_text(cell):
    assert figure(cell) == (None, None, None, None)


@pytest.mark.parametrize(
    ("cells", "grouped"),
    [
        (["12.000", "4.500"], True),
        (["unos 12.000", "de 8.500 a 9.000"], True),
        (["1.234.567", "3.000", "12"], True),
        (["12.000", "9.000"], False),
        (["4.500"], False),
        (["4.500", "4.500"], False),
        (["4.500", "3.25"], False),
        (["4.500", "1,234"], False),
        (["1.5 million", "4.500"], False),
        (["10.4500", "4.500"], False),
        (["1", None, "about 20 000"], False),
        ([None], False),
    ],
)
def test_points_group_thousands_where_cells_show_it(cells, grouped):
    assert points_group([pd.Series(cells, dtype="str")]) is grouped


def test_points_are_taken_away_between_thousands_alone():
    cells = pd.Series(["unos 12.000", "1.234.567", "1.5", "3.0000", None], dtype="str")
    assert without_points(cells).fillna("").tolist() == ["unos 12000", "1234567", "1.5", "3.0000", ""]


def test_what_is_not_counted_may_have_decimals_but_not_a_doubtful_comma():
    assert figure("31,4", whole=False) == (31.4, None, None, None)
    assert figure("31.4 km", whole=False) == (31.4, None, None, None)
    assert figure("1,234", whole=False) == (None, None, None, None)


def test_rows_order_and_index_are_kept():
    cells = pd.Series(["5", None, "about 6", "x", "5"], index=[9, 4, 4, 1, 0], dtype="str")
    found = parse_figures(cells)
    assert found.index.equals(cells.index)
    assert found["value"].tolist()[::4] == [5, 5]
    assert found.iloc[1].isna().all()


@settings(deadline=None, max_examples=25)
@given(st.integers(min_value=0, max_value=10**12))
def test_every_way_of_grouping_reads_the_same(number):
    for written in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", "\u00a0")):
        assert figure(written)[0] == number


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("50,45", 50.45),
        ("50.45", 50.45),
        (" -1,5 ", -1.5),
        ("−5.2", -5.2),
        ("36", 36.0),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
    ],
)
def test_degrees(cell, expected):
    assert parse_coordinates(pd.Series([cell], dtype="str")).numbers[0] == expected


@pytest.mark.parametrize("cell", ["NaN", "abc", "50 27", "1,2,3", "0x10", "1_0", None])
def test_no_degrees(cell):
    assert math.isnan(parse_coordinates(pd.Series([cell], dtype="str")).numbers[0])


@pytest.mark.parametrize(
    ("cell", "letters", "expected"),
    [
        ("50°27'N", "NS", 50.45),
        ("50°27'", "NS", 50.45),
        ("50 27 00 N", "NS", 50.45),
        ("N 49 59.6", "NS", 49.9933333),
        ("49° 59' 36,5''", "NS", 49.9934722),
        ("33°52′12″S", "NS", -33.87),
        ("-33°52′12″", "NS", -33.87),
        ("49°59′36″ пн. ш.", "NS", 49.9933333),
        ("49°59′36″ с.ш.", "NS", 49.9933333),
        ("36°13′48″ сх. д.", "EW", 36.23),
        ("36°13′48″ в. д.", "EW", 36.23),
        ("0°30′W", "EW", -0.5),
        ("50.45° North", "NS", 50.45),
    ],
)
def test_degrees_and_minutes(cell, letters, expected):
    found = parse_coordinates(pd.Series([cell], dtype="str"), hemispheres=letters)
    assert (found.numbers[0], found.parted) == (expected, 1)


@pytest.mark.parametrize(
    "cell",
    ["50°60'N", "50°27'60\"N", "30°31'E", "50.5°27'N", "50°27.5'30\"N", "-50°27'S", "N 50 N", "50 27 00", "5 km N"],
)
def test_degrees_that_cannot_be_are_not_read(cell):
    found = parse_coordinates(pd.Series([cell], dtype="str"), hemispheres="NS")
    assert (math.isnan(found.numbers[0]), found.parted) == (True, 0)


def test_decimal_commas_are_counted():
    assert parse_coordinates(pd.Series(["50,45", "50.45", "30,5"], dtype="str")).commas == 2
