"""What a map shows first: the middle of the reports, across the 180th meridian too, and what lies too far off."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from impactmap.scene.antimeridian import in_one_piece, nearest_turn, pieces, western_edge
from impactmap.scene.view import far_rows, ground_bounds, map_bounds
from impactmap.scene.whole_ground import whole_ground
from impactmap.telling.reports import collect_reports


def reports_at(spots, **columns):
    frame = pd.DataFrame(spots, columns=["latitude", "longitude"]).assign(
        event_id=[f"e{number}" for number in range(len(spots))], place_precision="settlement", **columns
    )
    return collect_reports(frame)


def near(lat, lon, count):
    return [(lat + 0.1 * (number % 7), lon + 0.1 * (number % 11)) for number in range(count)]


@pytest.mark.parametrize(
    ("longitudes", "edge"),
    [
        # Fiji and Samoa: 6 degrees apart across the meridian.
        ([178.0, -176.0], 1.0),
        ([170.0, -170.0, -150.0], 10.0),
        # Kyiv and Honolulu are nearer across the Pacific, but the map would be wider than any that is put together.
        ([30.0, -158.0], -180.0),
        ([-70.0, 30.0, 140.0], -180.0),
        ([20.0, 30.0], -180.0),
        ([179.0], -180.0),
        ([], -180.0),
    ],
)
def test_longitudes_are_counted_from_where_nothing_lies(longitudes, edge):
    values = np.array(longitudes, dtype=float)
    assert western_edge(values, values) == edge


def test_a_turn_is_chosen_near_the_other_end():
    assert nearest_turn(-179.0, 181.5) == 181.0
    assert nearest_turn(179.0, -179.5) == -181.0
    assert nearest_turn(36.0, 37.5) == 36.0


def test_bounds_beyond_the_meridian_fall_into_pieces():
    assert list(pieces((170.0, -20.0, 190.0, -10.0))) == [
        ((170.0, -20.0, 180.0, -10.0), 0.0),
        ((-180.0, -20.0, -170.0, -10.0), 360.0),
    ]
    assert list(pieces((20.0, 40.0, 30.0, 50.0))) == [((20.0, 40.0, 30.0, 50.0), 0.0)]
    assert list(pieces((-190.0, 0.0, -170.0, 1.0))) == [
        ((170.0, 0.0, 180.0, 1.0), -360.0),
        ((-180.0, 0.0, -170.0, 1.0), 0.0),
    ]


def test_a_map_of_fiji_is_narrow():
    west, _, east, _ = map_bounds(in_one_piece(reports_at([(-18.1, 178.4), (-16.8, -179.9), (-18.2, -178.8)])))
    assert 177 < west < 178.4
    assert 181.2 < east < 182.5
    ground = ground_bounds((west, -19.0, east, -16.0))
    assert ground[0] < west < east < ground[2]


def test_an_area_that_the_meridian_cuts_is_one():
    chukotka = shapely.MultiPolygon([shapely.box(170, 64, 180, 68), shapely.box(-180, 64, -172, 68)])
    reports = reports_at([(64.7, 177.5), (64.4, -173.2)])
    whole = in_one_piece(reports.__class__(**{**vars(reports), "areas": [area_of(chukotka)]}))
    assert whole.areas[0].geometry.geom_type == "Polygon"
    assert whole.areas[0].geometry.bounds == (170, 64, 188, 68)


def area_of(geometry):
    from impactmap.telling.reports import Area

    return Area("a", "A", geometry)


@pytest.mark.parametrize(
    "bounds", [(175.0, 62.0, 195.0, 68.0), (-185.0, 62.0, -165.0, 68.0), (176.0, 70.0, 184.0, 72.0)]
)
def test_the_ground_has_no_seam(bounds):
    ground = whole_ground(bounds, seen=bounds, tolerance_km=0.5)
    assert ground.bounds == bounds
    seam = 180.0 if bounds[2] > 180 else -180.0
    line = shapely.LineString([(seam, bounds[1] + 0.1), (seam, bounds[3] - 0.1)])
    for shape in (shapely.boundary(ground.land), ground.regions, *(one.geometry for one in ground.borders)):
        assert shapely.intersection(shape, line).length < 0.05
    west, _, east, _ = ground.land.bounds
    assert west < seam < east


def test_three_that_lie_far_off_do_not_fix_the_view():
    spots = [*near(49, 34, 40), (43.8, 131.9), (57.2, 65.5), (69.0, 33.1)]
    reports = reports_at(spots)
    assert far_rows(reports).tolist() == [40, 41, 42]
    west, south, east, north = map_bounds(reports)
    assert (33 < west < 34, 35 < east < 36, south > 48, north < 51) == (True, True, True, True)


def with_areas(spots, *shapes):
    """Return reports at spots and as many more in each of these areas as are said."""
    reports = [row for row, (_, count) in enumerate(shapes) for _ in range(count)]
    frame = pd.DataFrame([*spots, *[(np.nan, np.nan)] * len(reports)], columns=["latitude", "longitude"])
    frame["event_id"] = [f"e{number}" for number in range(len(frame))]
    frame["place_precision"] = ["settlement"] * len(spots) + ["region"] * len(reports)
    frame["place_id"] = [None] * len(spots) + [f"area:{row}" for row in reports]
    points = shapely.points(frame["longitude"].fillna(0), frame["latitude"].fillna(0))
    geometry = [*points[: len(spots)], *(shapes[row][0] for row in reports)]
    return collect_reports(gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326"))


@pytest.mark.parametrize(
    ("spots", "large", "count", "left_out"),
    [
        # A sea of which a corner touches the country, a large region of a few reports: here and elsewhere.
        (near(23, 90, 40), shapely.box(80, 6, 95, 22), 3, True),
        (near(62, 129, 40), shapely.box(105, 55, 155, 76), 2, True),
        (near(-4, -70, 40), shapely.box(-79, -18, -68, 0), 1, True),
        # As many as belong to the map; an area no larger than what lies around it.
        (near(23, 90, 40), shapely.box(80, 6, 95, 22), 20, False),
        (near(23, 90, 40), shapely.box(89, 22, 92, 25), 3, False),
    ],
)
def test_a_large_area_of_a_few_reports_does_not_make_all_others_small(spots, large, count, left_out):
    reports = with_areas(spots, (large, count))
    assert far_rows(reports).tolist() == ([*range(40, 40 + count)] if left_out else [])
    west, south, east, north = map_bounds(reports)
    wide = large.bounds[2] - large.bounds[0]
    assert (east - west < wide / 2) == (left_out and wide > 4)
    assert west < spots[0][1] < east
    assert south < spots[0][0] < north


@pytest.mark.parametrize(
    "spots",
    [
        # Too few to have any to spare.
        [*near(49, 34, 12), (43.8, 131.9)],
        # Not three times as far as the others.
        [*near(49, 34, 20), *near(49, 44, 20), (49, 60)],
        # As many as belong to the map.
        [*near(49, 34, 30), *near(43, 131, 10)],
        # Far in proportion, but not on the ground.
        [*near(49, 34, 40), (50.9, 36.5)],
    ],
)
def test_the_others_are_all_shown(spots):
    assert far_rows(reports_at(spots)).tolist() == []


def test_it_holds_on_another_continent_and_across_the_meridian():
    spots = [*near(-17, 179.5, 30), (-33.9, 151.2)]
    moved = [(lat, lon - 360 if lon > 180 else lon) for lat, lon in spots]
    assert far_rows(in_one_piece(reports_at(moved))).tolist() == [30]
