"""Sheets with whole positions in one column: found, read, and kept apart from names of places."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from impactmap.reading.positions import find_positions
from impactmap.reading.read import check_events, read_events


@pytest.fixture
def sheet(tmp_path):
    def write(*rows):
        path = tmp_path / "events.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


def placed(reading):
    return reading.events[["latitude", "longitude"]].round(4).to_numpy().tolist()


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("coordinates", "49.9935, 36.2304", [49.9935, 36.2304]),
        ("Координати", "49.9935, 36.2304", [49.9935, 36.2304]),
        ("координаты", "49,9935; 36,2304", [49.9935, 36.2304]),
        ("GPS", "-12.0464 -77.0428 154.0 4.0", [-12.0464, -77.0428]),
        ("lon/lat", "36.2304, 49.9935", [49.9935, 36.2304]),
        ("where it was", "49.9935, 36.2304", [49.9935, 36.2304]),
        ("location", "https://maps.google.com/?q=-1.2921,36.8219", [-1.2921, 36.8219]),
        ("geometry", "POINT (36.8219 -1.2921)", [-1.2921, 36.8219]),
        ("geojson", '{"type":"Point","coordinates":[36.8219,-1.2921]}', [-1.2921, 36.8219]),
        ("MGRS", "37U CR 01527 41117", [49.9893, 36.2311]),
        ("plus code", "6GCRPR6C+24", [-1.2899, 36.8203]),
        ("geohash", "u8vxn84d", [50.4496, 30.5236]),
        ("position", "49°59'36.6\"N 36°13'49.4\"E", [49.9935, 36.2304]),
    ],
)
def test_a_column_of_positions_places_the_rows(sheet, header, cell, expected):
    reading = read_events(sheet(("date", header, "what"), ("2025-11-09", cell, "A depot burned.")))
    assert placed(reading) == [expected]
    assert reading.events["coordinates_from"].tolist() == ["source"]
    assert reading.events["place"].isna().all()
    assert not check_events(reading)
    assert any("positions were read" in note.text for note in reading.notes)
    assert not any("not published" in note.text and repr(header) in note.text for note in reading.notes)
    kept = header if header in reading.events.columns else f"{header} (as written)"
    assert reading.events[kept].tolist() == [cell]


def test_zone_easting_and_northing_are_a_position(sheet):
    path = sheet(("date", "easting", "northing", "zone"), ("2025-11-09", "301527", "5541117.0", "37U"))
    assert placed(read_events(path)) == [[49.9893, 36.2311]]


def test_latitude_and_longitude_of_their_own_go_before(sheet):
    path = sheet(("date", "lat", "lon", "coordinates"), ("2025-11-09", "1.5", "2.5", "49.9935, 36.2304"))
    assert placed(read_events(path)) == [[1.5, 2.5]]


def test_what_the_author_says_a_column_is_stays_so(sheet):
    path = sheet(("date", "spot"), ("2025-11-09", "49.9935, 36.2304"))
    reading = read_events(path, columns={"date": "date_start", "spot": "place"})
    assert reading.events["place"].tolist() == ["49.9935, 36.2304"]


def test_the_place_is_another_column(sheet):
    path = sheet(("date", "location", "city"), ("2025-11-09", "https://maps.google.com/?q=-1.2921,36.8219", "Nairobi"))
    reading = read_events(path)
    assert placed(reading) == [[-1.2921, 36.8219]]
    assert reading.events["place"].tolist() == ["Nairobi"]


def test_names_among_positions_are_places(sheet):
    path = sheet(
        ("date", "location"),
        ("2025-11-08", "-1.2921, 36.8219"),
        ("2025-11-09", "-4.0435, 39.6682"),
        ("2025-11-10", "Kisumu"),
    )
    reading = read_events(path)
    assert reading.events["latitude"].notna().tolist() == [True, True, False]
    assert reading.events["place"].fillna("").tolist() == ["", "", "Kisumu"]
    assert reading.events["location (as written)"].tolist() == ["-1.2921, 36.8219", "-4.0435, 39.6682", "Kisumu"]


def test_lines_and_areas_are_the_row_s_area_and_points_are_points(sheet):
    line = "LINESTRING (36.1 50.1, 36.6 50.6)"
    reading = read_events(sheet(("date", "geometry"), ("2025-11-08", "POINT (36.2304 49.9935)"), ("2025-11-09", line)))
    assert reading.events["source_geometry"].fillna("").tolist() == ["", line]
    assert reading.events["latitude"].notna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("https://maps.app.goo.gl/AbCdEf", "open it and copy the long one."),
        ("149.9, 136.2", "Neither number is a latitude"),
        ("near the river", "It is written in no form of a position that is known."),
    ],
)
def test_what_cannot_be_read_is_a_fault_where_no_place_is_named_and_else_a_warning(sheet, cell, reason):
    path = sheet(
        ("date", "coordinates", "city"),
        ("2025-11-08", "49.9935, 36.2304", ""),
        ("2025-11-09", cell, ""),
        ("2025-11-10", cell, "Kharkiv"),
    )
    reading = read_events(path)
    assert reading.events["source_row"].tolist() == [2, 4]
    assert reading.rejected["source_row"].tolist() == [3]
    assert reason in reading.rejected["reason"][0]
    assert reading.rejected["coordinates"].tolist() == [cell]
    (warning,) = reading.warnings
    assert (warning.row, warning.column) == (4, "coordinates")
    assert warning.fix.endswith("The row is located by the place that it names.")


def test_empty_positions_are_located_by_the_place(sheet):
    path = sheet(("date", "coordinates", "city"), ("2025-11-08", "1.5, 2.5", "A"), ("2025-11-09", "n/a", "B"))
    reading = read_events(path)
    assert reading.events["latitude"].isna().tolist() == [False, True]
    assert any("say that nothing is known" in note.text and ": 1;" in note.text for note in reading.notes)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("date", ["08.11.2025", "09.11.2025"]),
        ("figures", ["8, 9", "10, 11"]),
        ("share", ["12.5", "13.25"]),
        ("summary", ["At 49.9935, 36.2304 a depot burned.", "A second one."]),
        ("source", ["https://example.org/2025/11/09/12345", "https://example.org/2025/11/09/1.234"]),
        ("version", ["1.2, 1.3", "2.0, 2.1"]),
        ("place", ["Kharkiv", "Sumy"]),
        ("name", ["12 km", "13 km"]),
    ],
)
def test_other_columns_are_none_of_positions(header, cells):
    assert find_positions(pd.DataFrame({header: cells}, dtype="str")) is None
