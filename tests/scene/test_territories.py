"""Positions are there once, each in one territory, and nothing is gathered across two of them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.maps.picture.points import gather_places
from impactmap.scene.territories import distinct_positions, row_territories
from impactmap.telling.reports import collect_reports


def reports_at(rows):
    """Return reports of rows ``(name, country, side of the border, lat, lon)``."""
    frame = pd.DataFrame(rows, columns=["place_name", "place_country", "border_country", "latitude", "longitude"])
    for name in ("place_name", "place_country", "border_country"):
        frame[name] = frame[name].astype("str")
    frame["event_id"] = [f"e{number}" for number in range(len(frame))]
    frame["place_precision"] = "settlement"
    points = gpd.points_from_xy(frame["longitude"], frame["latitude"])
    return collect_reports(gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"))


@pytest.mark.parametrize(
    ("pairs", "territories"),
    [
        ([("SD", None), ("TD", None), ("SD", None)], [1, 2, 1]),
        ([("UA", "UA"), ("RU", "RU"), ("UA", None), ("PL", None)], [1, 2, 3, 4]),
        ([(None, None), ("TH", None), (None, None)], [0, 1, 0]),
        ([(None, "UA"), (None, "RU"), (None, "UA")], [1, 2, 1]),
    ],
)
def test_a_territory_is_a_country_and_a_side_of_the_border(pairs, territories):
    reports = reports_at([("A", *pair, 10.0 + number, 20.0) for number, pair in enumerate(pairs)])
    assert row_territories(reports, np.arange(len(pairs))).tolist() == territories


@pytest.mark.parametrize(
    ("countries", "same_as"),
    [(["SD", None, None], "SD"), (["TD", "SD", "SD"], "SD"), (["TD", "SD"], "TD"), ([None, None], None)],
)
def test_rows_of_one_position_share_the_territory_that_most_name(countries, same_as):
    known = [("Known", same_as, None, 0.0, 0.0)]
    reports = reports_at([*known, *(("A", country, None, 13.5, 22.4) for country in countries)])
    places = distinct_positions(reports)
    assert places.lat.tolist() == [0.0, 13.5]
    assert places.row_place.tolist() == [1] + [2] * len(countries)
    assert places.territory[0] == places.territory[1]
    assert bool(places.territory[0]) is (same_as is not None)


def test_areas_and_lost_rows_have_no_position(located):
    reports = collect_reports(located)
    assert (distinct_positions(reports).row_place == 0).tolist() == (reports.row_kind != 0).tolist()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]), st.sampled_from(["SD", "TD", None]), st.sampled_from(["SD", None]),
        st.floats(12, 14).map(lambda value: round(value, 1)), st.floats(22, 23).map(lambda value: round(value, 1)),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@given(rows=ROWS)
@settings(deadline=None, max_examples=60)
def test_no_spot_and_no_square_of_a_picture_holds_two_territories(rows):
    reports = reports_at(rows)
    numbers = np.arange(len(rows))
    territory = row_territories(reports, numbers)
    # Everything on one pixel.
    places = gather_places(reports, numbers, np.zeros((len(rows), 2)))
    for place in range(len(places)):
        assert len(set(territory[places.row_place == place].tolist())) == 1
    assert places.counts.sum() == len(rows)
    for name, held, count, number in zip(places.names, places.held, places.counts, range(len(places)), strict=True):
        names = [rows[row][0] for row in np.flatnonzero(places.row_place == number)]
        assert held == len(set(names))
        assert not name or 2 * names.count(name) > count


@pytest.mark.parametrize(
    ("names", "leading", "held"),
    [(["A"], "A", 1), (["A", "A", "B"], "A", 2), (["A", "B"], "", 2), (["A", "B", "C", "A"], "", 3)],
)
def test_a_spot_is_named_after_a_place_only_where_that_holds_more_than_half(names, leading, held):
    reports = reports_at([(name, "SD", None, 13.5, 22.4) for name in names])
    places = gather_places(reports, np.arange(len(names)), np.zeros((len(names), 2)))
    assert places.named() == [(leading, held, len(names), 0.0, 0.0)]
