"""Every form of positions that the documents promise, and what is refused with which reason: two tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from impactmap.reading.positions import parse_positions

HERE = Path(__file__).parent


def lines(name):
    """Return the lines of a table, the cells between its bars."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split(" | ") for line in text.splitlines() if line and not line.startswith("#")]


FORMS = [(cell, float(latitude), float(longitude)) for cell, latitude, longitude in lines("position_forms.txt")]
REFUSED = lines("position_refusals.txt")


def column(*cells):
    return pd.Series(list(cells), dtype="str")


def test_there_are_enough_forms_and_each_is_told_once():
    assert len(FORMS) + len(REFUSED) >= 200
    assert len({cell for cell, *_ in (*FORMS, *REFUSED)}) == len(FORMS) + len(REFUSED)


@pytest.mark.parametrize(("cell", "latitude", "longitude"), FORMS)
def test_a_form_is_read(cell, latitude, longitude):
    found = parse_positions(column(cell))
    assert (found.latitude[0], found.longitude[0]) == pytest.approx((latitude, longitude), abs=2e-6)
    assert found.reason.isna().all()
    assert not found.rest.any()


@pytest.mark.parametrize(("cell", "reason"), REFUSED)
def test_what_is_no_position_says_why(cell, reason):
    found = parse_positions(column(cell))
    assert found.latitude.isna().all()
    assert found.longitude.isna().all()
    assert found.shape.isna().all()
    if reason == "-":
        assert found.rest.tolist() == [True]
        assert found.reason.isna().all()
    else:
        assert reason in found.reason[0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("coordinates", [(49.9, 36.2), (50.5, 36.5)]),
        ("lat, lon", [(49.9, 36.2), (50.5, 36.5)]),
        ("latlng", [(49.9, 36.2), (50.5, 36.5)]),
        ("Широта, довгота", [(49.9, 36.2), (50.5, 36.5)]),
        ("lon, lat", [(36.2, 49.9), (36.5, 50.5)]),
        ("lonlat", [(36.2, 49.9), (36.5, 50.5)]),
        ("Longitude/Latitude", [(36.2, 49.9), (36.5, 50.5)]),
        ("довгота і широта", [(36.2, 49.9), (36.5, 50.5)]),
        ("x y", [(36.2, 49.9), (36.5, 50.5)]),
    ],
)
def test_the_header_may_say_which_stands_first(header, expected):
    found = parse_positions(column("49.9, 36.2", "50.5, 36.5"), header=header)
    assert list(zip(found.latitude, found.longitude, strict=True)) == expected


def test_a_number_beyond_ninety_shows_the_order_of_the_column():
    found = parse_positions(column("139.6917, 35.6895", "36.2304, 49.9935"))
    assert found.latitude.tolist() == [35.6895, 49.9935]
    assert "the longitude first, as a number above 90 shows" in found.notes[0]


def test_where_nothing_shows_the_order_the_note_says_so():
    found = parse_positions(column("49.9935, 36.2304"))
    assert found.notes == (
        "positions were read (pairs of degrees: 1); the latitude first, as maps on the web write it.",
    )


def test_two_orders_in_a_column_are_not_guessed():
    found = parse_positions(column("139.6917, 35.6895", "35.6895, 139.6917", "36.2304, 49.9935"))
    assert found.latitude.isna().all()
    assert found.reason.str.contains("both orders").all()


def test_what_a_letter_o_stands_for_is_told_by_the_other_letters():
    assert parse_positions(column("49°N 6°O", "51°N 3°W")).longitude.tolist() == [6.0, -3.0]
    assert parse_positions(column("49°N 6°O", "51°N 3°E")).longitude.tolist() == [-6.0, 3.0]


def test_three_numbers_with_commas_are_read_where_the_header_says_how():
    found = parse_positions(column("36.2304,49.9935,0"), header="lon,lat,alt")
    assert (found.latitude[0], found.longitude[0]) == (49.9935, 36.2304)


def test_geohashes_are_read_under_their_header_alone():
    assert parse_positions(column("u8vxn84d")).rest.tolist() == [True]
    found = parse_positions(column("u8vxn84d", "6mc5nq8y"), header="Geohash")
    assert found.latitude.tolist() == pytest.approx([50.44965, -12.09208], abs=1e-5)


@pytest.mark.parametrize(
    "cell",
    [
        "LINESTRING (36.1 50.1, 36.6 50.6)",
        "POLYGON ((36 50, 37 50, 37 51, 36 50))",
        "SRID=4326;LINESTRING(36.1 50.1, 36.6 50.6)",
        "MULTIPOINT ((36.1 50.1), (36.6 50.6))",
        '{"type":"LineString","coordinates":[[36.1,50.1],[36.6,50.6]]}',
    ],
)
def test_lines_and_areas_stay_what_they_are(cell):
    found = parse_positions(column(cell))
    assert found.latitude.isna().all()
    assert found.shape[0].startswith(("LINESTRING", "POLYGON", "MULTIPOINT"))


@pytest.mark.parametrize("word", ["", "n/a", "-", "–", "невідомо", "NA, NA", "null; null"])
def test_words_for_nothing_are_empty(word):
    found = parse_positions(column(word, None, "49.9935, 36.2304"))
    assert found.empty == 1
    assert not found.rest.any()
    assert found.latitude.notna().tolist() == [False, False, True]
