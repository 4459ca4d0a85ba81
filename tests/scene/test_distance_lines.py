"""Lines from places to the border: which, where they run, and what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from impactmap.model.words import Words
from impactmap.scene.distance_lines import FEW, distance_lines, draws_all, seen_points
from impactmap.telling.reports import collect_reports
from impactmap.telling.wording import distance_text

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture
def reports(located, project):
    return collect_reports(located, project=project)


def places(located, count):
    """Return one report a place, `count` different places on a meridian 10 km apart, all with a distance."""
    frame = pd.concat([located.iloc[[0]]] * count, ignore_index=True)
    frame["event_id"] = [f"p{number}" for number in range(count)]
    frame["latitude"] = 50.0 + 0.1 * np.arange(count)
    return frame.set_geometry(shapely.points(frame["longitude"], frame["latitude"]))


def test_each_point_has_one_line_and_areas_have_none(reports):
    """Taganrog, Kharkiv, Belgorod and Voronezh have a distance; regions have a range, and countries nothing."""
    lines = distance_lines(reports)
    assert [(line.lat, line.km) for line in lines] == [
        (47.23627, 42.8), (49.98081, 33.5), (50.61074, 31.4), (51.67204, 179.9),
    ]  # fmt: skip
    assert [line.rows.tolist() for line in lines] == [
        np.flatnonzero(reports.row_lat == line.lat).tolist() for line in lines
    ]


def test_a_line_is_the_geodesic_of_its_ends(reports):
    for line in distance_lines(reports):
        points = line.points()
        assert points[0].tolist() == [line.lon, line.lat]
        assert points[-1].tolist() == [line.border_lon, line.border_lat]
        whole = GEOD.inv(line.lon, line.lat, line.border_lon, line.border_lat)[2]
        steps = GEOD.inv(*points[:-1].T, *points[1:].T)[2]
        assert steps.sum() == pytest.approx(whole, abs=0.01)
        assert steps.max() < 20_000


def test_a_line_crosses_the_180th_meridian_the_short_way(located, project):
    row = located.iloc[[0]].assign(
        latitude=-17.0, longitude=179.5, border_latitude=-17.2, border_longitude=-179.6, border_distance_km=98.4
    )
    (line,) = distance_lines(collect_reports(row.set_geometry(shapely.points([[179.5, -17.0]])), project=project))
    away = np.abs((line.points()[:, 0] - 179.5 + 180) % 360 - 180)
    assert (np.diff(away) > 0).all()
    assert away[-1] == pytest.approx(0.9)


@pytest.mark.parametrize(("count", "all_drawn"), [(1, True), (FEW, True), (FEW + 1, False), (300, False)])
def test_all_are_drawn_where_they_are_few(located, project, count, all_drawn):
    reports = collect_reports(places(located, count), project=project)
    assert draws_all(reports) is all_drawn
    assert len(distance_lines(reports)) == (count if all_drawn else 0)


def test_places_are_counted_not_reports(located, project):
    frame = pd.concat([places(located, 3)] * 40, ignore_index=True)
    frame["event_id"] = [f"r{number}" for number in range(len(frame))]
    lines = distance_lines(collect_reports(frame, project=project))
    assert [len(line.rows) for line in lines] == [40, 40, 40]


@pytest.mark.parametrize("missing", ["border_distance_km", "border_latitude", "border_longitude"])
def test_nothing_is_drawn_of_what_is_not_known(located, project, missing):
    reports = collect_reports(located.drop(columns=missing), project=project)
    assert draws_all(reports) is None
    assert distance_lines(reports) == ()


def test_near_border_points_are_part_of_what_is_seen(located, project):
    frame = places(located, 2).assign(border_distance_km=[299.0, 301.0])
    lines = distance_lines(collect_reports(frame, project=project))
    assert seen_points(lines).tolist() == [[36.55, 50.33]]


def test_swapping_the_sides_changes_no_line(located, project):
    swapped = located.assign(side=located["side"].replace({"Russia": "Ukraine", "Ukraine": "Russia"}))
    before, after = (distance_lines(collect_reports(frame, project=project)) for frame in (located, swapped))
    assert [line.points().tolist() for line in before] == [line.points().tolist() for line in after]


@pytest.mark.parametrize(
    ("km", "language", "text"),
    [
        (0.0, "en", "0 km"), (0.4, "en", "0.4 km"), (9.9, "en", "9.9 km"), (10.0, "en", "10 km"), (31.9, "en", "32 km"),
        (32.5, "en", "33 km"), (33.5, "en", "34 km"), (1234.4, "en", "1,234 km"), (31.9, "uk", "32 км"),
        (9.5, "uk", "9,5 км"), (31.9, "ru", "32 км"),
    ],
)  # fmt: skip
def test_a_line_tells_whole_kilometres_and_below_ten_a_decimal(km, language, text):
    assert distance_text(km, Words(language)) == text
