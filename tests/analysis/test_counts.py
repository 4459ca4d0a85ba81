"""Counts and distances: each event once, with hand-computed answers and properties of generated frames."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import impactmap as im
from impactmap.analysis.counts import count_events, count_within_border
from impactmap.analysis.distances import distance_ranges
from impactmap.analysis.views import compare_views
from impactmap.geodesy.ellipsoid import GEOD
from impactmap.model.errors import ColumnError, InputError


def triple(result):
    return result[["low", "best", "high"]].to_numpy().tolist()


EVENTS = pd.DataFrame(
    {
        "event_id": ["a", "a", "b", "c", "d"],
        "side": ["North", "North", "South", None, "North"],
        "place_region": ["R1", "R2", "R1", None, "R2"],
        "date_start": pd.to_datetime(["2024-01-31", "2024-01-31", "2024-02-01", "2024-02-26", None]),
        "date_end": pd.to_datetime(["2024-02-02", "2024-02-02", "2024-02-01", "2024-03-03", None]),
    },
    index=[3, 3, 1, 0, 9],
)


@pytest.mark.parametrize(
    ("by", "labels", "expected"),
    [
        (None, ["all"], [[4, 4, 4]]),
        ("side", ["North", "South", None], [[2, 2, 2], [1, 1, 1], [1, 1, 1]]),
        ("place_region", ["R1", "R2", None], [[2, 2, 2], [2, 2, 2], [1, 1, 1]]),
        ("month", ["2024-01", "2024-02", "2024-03"], [[0, 0, 1], [1, 1, 3], [0, 0, 1]]),
        ("year", ["2024"], [[3, 3, 3]]),
        (
            "week",
            [f"2024-{a}/2024-{b}" for a, b in (
                ("01-29", "02-04"), ("02-05", "02-11"), ("02-12", "02-18"), ("02-19", "02-25"), ("02-26", "03-03"),
            )],
            [[2, 2, 2], [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1]],
        ),
    ],
)  # fmt: skip
def test_each_event_counts_once(by, labels, expected):
    before = EVENTS.copy(deep=True)
    result = count_events(EVENTS, by=by)
    assert [None if pd.isna(label) else str(label) for label in result.index] == labels
    assert triple(result) == expected
    assert result["best"].dtype == "Int64"
    pd.testing.assert_frame_equal(EVENTS, before)


def test_by_day_an_event_of_several_days_is_surely_of_none():
    result = count_events(EVENTS[:4], by="day")
    assert triple(result)[:3] == [[0, 0, 1], [1, 1, 2], [0, 0, 1]]
    assert len(result) == 33  # 31 January to 3 March 2024, gaps shown


def test_by_several_columns():
    result = count_events(EVENTS, by=["side", "place_region"])
    assert result.loc[("North", "R2"), "best"] == 2
    assert result["best"].sum() == 5


def test_proposed_duplicates_lower_the_lowest_alone():
    pairs = pd.DataFrame({"event_id_1": ["a", "b", "x"], "event_id_2": ["b", "d", "a"]})
    assert triple(count_events(EVENTS, duplicates=pairs)) == [[2, 4, 4]]
    assert triple(count_events(EVENTS, by="side", duplicates=pairs)) == [[1, 2, 2], [1, 1, 1], [1, 1, 1]]
    with pytest.raises(InputError, match="expected pairs with event_id_1 and event_id_2"):
        count_events(EVENTS, duplicates=pd.DataFrame({"a": []}))


def test_results_name_their_columns():
    assert count_events(EVENTS, by="side").attrs["columns"] == ["event_id", "side"]
    assert count_events(EVENTS, by="month").attrs["columns"] == ["event_id", "date_start", "date_end"]
    assert count_events(EVENTS.drop(columns="event_id")).attrs["columns"] == []


@pytest.mark.parametrize(
    ("events", "by", "match"),
    [
        (EVENTS, "sid", r"found 'sid'\. Did you mean 'side'\?"),
        (EVENTS.drop(columns="date_start"), "month", "expected the column date_start"),
        (EVENTS.assign(event_id=None), None, "expected an event_id in every row, found 5 rows without one"),
    ],
)
def test_what_is_missing_is_said(events, by, match):
    with pytest.raises(ColumnError, match=match):
        count_events(events, by=by)


def test_the_first_map_s_events_by_side():
    work = im.open("seeds/first-map")
    counted = work.impact.count(by="side")["best"]
    assert {key if isinstance(key, str) else None: int(n) for key, n in counted.items()} == {
        "Russia": 5, "Ukraine": 3, None: 1,
    }  # fmt: skip
    pd.testing.assert_frame_equal(work.impact.count(by="side"), work.events.impact.count(by="side"))


MEASURED = pd.DataFrame(
    {
        "event_id": ["sure", "maybe-in", "maybe-out", "out", "area-in", "area-across", "country", "two", "two"],
        "border_distance_km": [40, 48, 52, 80, None, None, None, 90, None],
        "border_distance_min_km": [None, None, None, None, 0, 30, None, None, 20],
        "border_distance_max_km": [None, None, None, None, 50, 70, None, None, 45],
        "place_radius_km": [10, 5, 5, None, 30, 30, None, 5, 30],
    }
)


def test_a_distance_is_a_range_for_points_and_areas():
    result = distance_ranges(MEASURED)
    nan = float("nan")
    expected = [
        [30, 40, 50], [43, 48, 53], [47, 52, 57], [80, 80, 80], [0, nan, 50], [30, nan, 70], [nan, nan, nan],
        [20, 90, 45],
    ]  # fmt: skip
    np.testing.assert_array_equal(result[["low", "best", "high"]].to_numpy(), expected)
    assert result["places"].tolist() == [1, 1, 1, 1, 1, 1, 0, 2]
    assert set(result.attrs["columns"]) == {"event_id", *MEASURED.columns}


def test_within_a_distance_surely_and_possibly():
    result = count_within_border(MEASURED, 50)
    # surely: sure, area-in, two; drawn: and maybe-in; possibly: and maybe-out, area-across
    assert result.to_numpy().tolist() == [[3, 4, 6, 1]]
    sides = count_within_border(MEASURED.assign(side=["N", "S"] * 4 + ["S"]), 50, by="side")
    assert triple(sides)[0] == [2, 2, 3]
    pairs = pd.DataFrame({"event_id_1": ["sure"], "event_id_2": ["two"]})
    assert triple(count_within_border(MEASURED, 50, duplicates=pairs)) == [[2, 4, 6]]
    with pytest.raises(InputError, match="0 or more, found -1"):
        count_within_border(MEASURED, -1)
    with pytest.raises(ColumnError, match="expected distances to a border, found none"):
        count_within_border(EVENTS, 50)


@pytest.fixture(scope="module")
def border():
    return im.load_border(("MN", "RU"))


def test_equal_to_an_independent_measure_of_the_geometry(border):
    rng = np.random.default_rng(7)
    x, y = rng.uniform(98, 118, 60), rng.uniform(48, 53, 60)
    radius = rng.choice([0.0, 5.0, 30.0], 60)
    shapes = [
        shapely.Point(a, b) if k % 4 else shapely.Point(a, b).buffer(0.2)
        for k, (a, b) in enumerate(zip(x, y, strict=True))
    ]
    events = gpd.GeoDataFrame(
        {"event_id": [f"e{k}" for k in range(60)], "place_radius_km": radius}, geometry=shapes, crs=4326
    )
    # Points of the line every 200 m; the nearest by PROJ's own geodesic.
    line = shapely.get_coordinates(shapely.segmentize(border.line.to_numpy(), 0.002))
    low = high = 0
    for shape, around in zip(shapes, radius, strict=True):
        outline = (
            shapely.get_coordinates(shapely.segmentize(shape, 0.02))
            if shape.geom_type != "Point"
            else shapely.get_coordinates(shape)
        )
        near = line[(np.abs(line[:, 0] - shape.centroid.x) < 3) & (np.abs(line[:, 1] - shape.centroid.y) < 2)]
        if not len(near):
            continue
        distances = np.array(
            [
                GEOD.inv(np.full(len(near), a), np.full(len(near), b), near[:, 0], near[:, 1])[2].min() / 1000
                for a, b in outline
            ]
        )
        slack = around if shape.geom_type == "Point" else 0.0
        crossed = shape.geom_type != "Point" and bool(shapely.intersects(shape, border.line.to_numpy()).any())
        low += distances.max() + slack <= 50
        high += crossed or distances.min() - slack <= 50
    found = count_within_border(events, 50, border=border)
    assert found[["low", "high"]].to_numpy().tolist() == [[low, high]]
    assert 0 < low < high


def test_moved_points_are_measured_where_they_are_or_refused(border):
    events = im.add_border_distance(
        gpd.GeoDataFrame({"event_id": ["a"]}, geometry=[shapely.Point(107, 49)], crs=4326), border=border
    )
    moved = events.set_geometry(events.geometry.translate(yoff=-3))
    with pytest.raises(ColumnError, match="disagree with the geometry"):
        moved.impact.distance()
    assert moved.impact(border=border).distance()["best"].iloc[0] > events.impact.distance()["best"].iloc[0]


def test_views_are_put_beside_each_other():
    events = gpd.GeoDataFrame(
        {"event_id": ["yalta", "kharkiv"]}, geometry=gpd.points_from_xy([34.1, 36.2], [44.5, 50.0]), crs=4326
    )
    views = [im.load_border(("RU", "UA"), view=view) for view in ("un", "crimea_apart")]
    result = events.impact.sensitivity(views, km=50)
    assert result[["view", "changed"]].to_numpy().tolist() == [["un", 0], ["crimea_apart", 1]]
    assert result["low"].tolist() == [1, 1]
    with pytest.raises(InputError, match="expected at least one border"):
        compare_views(events, [])


days = st.integers(0, 60)


@st.composite
def frames(draw):
    size = draw(st.integers(1, 12))
    rows = []
    for _ in range(size):
        start = draw(days)
        rows.append(
            {
                "event_id": draw(st.sampled_from("abcdef")),
                "side": draw(st.sampled_from(["N", "S", None])),
                "date_start": pd.Timestamp("2024-01-01") + pd.Timedelta(days=start),
                "date_end": pd.Timestamp("2024-01-01") + pd.Timedelta(days=start + draw(st.integers(0, 20))),
                "border_distance_km": draw(st.one_of(st.none(), st.floats(0, 100))),
                "place_radius_km": draw(st.floats(0, 40)),
            }
        )
    return pd.DataFrame(rows).astype({"border_distance_km": "float64"})


@given(frames(), st.sampled_from([None, "side", "day", "week", "month", "year"]), st.floats(0, 120))
def test_lowest_best_and_highest_are_in_order_and_no_more_than_there_are(events, by, km):
    total = events["event_id"].nunique()
    for result in (count_events(events, by=by), count_within_border(events, km, by=by)):
        assert (result["low"] <= result["best"]).all()
        assert (result["best"] <= result["high"]).all()
        assert (result["high"] <= total).all()
    assert count_events(events)["low"].tolist() == [total]


@given(frames())
def test_farther_is_never_fewer_and_order_does_not_matter(events):
    near, far = (count_within_border(events, km) for km in (20, 60))
    assert (near[["low", "best", "high"]] <= far[["low", "best", "high"]]).all(axis=None)
    mixed = events.sample(frac=1, random_state=1)
    for by in (None, "side", "month"):
        pd.testing.assert_frame_equal(count_events(mixed, by=by), count_events(events, by=by))
