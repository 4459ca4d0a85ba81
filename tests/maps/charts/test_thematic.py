"""Columns and counts as colours: classes, small multiples, regions; shapes drawn as what they are."""

from __future__ import annotations

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import impactmap as im
from impactmap.look.theme import DARK, LIGHT
from impactmap.maps.charts.classes import classify
from impactmap.model.errors import ColumnError, CrsError, InputError, ReferenceDataError


def names(values, **options):
    found = classify(pd.Series(values), theme=LIGHT, **options)
    return found.row.tolist(), [key.name for key in found.keys]


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ([1, 2, 3, 4], {"k": 2}, ([0, 0, 1, 1], ["1 to 2", "3 to 4"])),
        ([1, 2, 3, 10], {"k": 3, "scheme": "equal_interval"}, ([0, 0, 0, 1], ["1 to 3", "10"])),
        ([1, 5, 60, None], {"breaks": [5, 50]}, ([0, 0, 1, -1], ["1 to 5", "60", "No value"])),
        ([7, 7, 7], {}, ([0, 0, 0], ["7"])),
        ([0.123456, 1.5], {"k": 2}, ([0, 1], ["0.123", "1.5"])),
        (["mast", None, "line", "mast"], {"missing": "?"}, ([1, -1, 0, 1], ["line", "mast", "?"])),
        ([True, False], {}, ([1, 0], ["False", "True"])),
        ([None, None], {}, ([-1, -1], ["No value"])),
        ([np.inf, 1.0], {}, ([-1, 0], ["1", "No value"])),
    ],
)
def test_classes(values, options, expected):
    assert names(values, **options) == expected


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    st.integers(1, 9),
    st.sampled_from(["quantiles", "equal_interval"]),
)
def test_every_value_is_in_one_class_and_classes_are_in_order(values, k, scheme):
    found = classify(pd.Series(values), theme=LIGHT, k=k, scheme=scheme)
    assert (found.row >= 0).all()
    assert len(found.keys) <= k
    ordered = found.row[np.argsort(values, kind="stable")]
    assert (np.diff(ordered) >= 0).all()


def test_colours_of_ones_own():
    found = classify(pd.Series([1, 2]), theme=LIGHT, k=2, cmap=["#000000", "#ffffff"])
    assert [key.color for key in found.keys] == ["#000000", "#ffffff"]
    first = mpl.colors.to_hex(mpl.colormaps["viridis"](0.0))
    assert classify(pd.Series([1, 2]), theme=LIGHT, k=2, cmap="viridis").keys[0].color == first


@pytest.fixture
def own():
    shapes = [shapely.Point(-71, 8), shapely.box(-70, 5, -69, 6), shapely.LineString([(-75, 4), (-70, 9)]), None]
    return gpd.GeoDataFrame({"value": [1.0, 2.0, 3.0, 4.0], "kind": list("aabb")}, geometry=shapes, crs=4326)


def test_shapes_are_drawn_as_what_they_are(own):
    figure = im.plot_column(own.to_crs("EPSG:8857"), "value", k=3)
    assert figure.alt_text == "value. 3 places, from 1 to 4."
    (ax,) = figure.axes
    assert [len(each.get_offsets()) for each in ax.collections] == [1]
    drawn = [patch for patch in ax.patches if patch.get_zorder() == 2.0]
    assert [patch.get_facecolor()[3] > 0 for patch in drawn] == [True, False]
    assert any("1 row without a position." in text.get_text() for text in figure.texts)


def test_small_multiples_have_one_extent_and_one_legend(own):
    figure = im.plot_column(own, "value", facet="kind", theme=DARK)
    assert [ax.get_title("left") for ax in figure.axes] == ["kind: a", "kind: b"]
    assert len({ax.get_xlim() for ax in figure.axes}) == 1
    many = gpd.GeoDataFrame({"n": range(13)}, geometry=[shapely.Point(0, 0)] * 13, crs=4326)
    with pytest.raises(InputError, match="at most 12 values of 'n', found 13"):
        im.plot_column(many, "n", facet="n")


def test_an_extent_and_an_axes_of_ones_own(own):
    ax = Figure(figsize=(6, 4)).add_subplot()
    assert im.plot_column(own, "kind", ax=ax, extent=(-80, 0, -60, 12)) is ax.figure
    assert ax.get_xlim()[1] - ax.get_xlim()[0] > 2_000_000
    figure = im.plot_column(own, "value", extent=(170, -20, -170, -10), width=600, height=300)
    (across,) = figure.axes
    assert across.get_xlim()[1] - across.get_xlim()[0] < 6_000_000
    assert figure.get_size_inches()[0] == 6


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda f: im.plot_column(f, "valeu"), ColumnError, "expected the column 'valeu'"),
        (lambda f: im.plot_column(f, "value", scheme="jenkins"), InputError, "scheme"),
        (lambda f: im.plot_column(f, "value", cmap="no map"), InputError, "colour map"),
        (lambda f: im.plot_column(f, "value", extent=(0, 5, 1, 2)), InputError, "west, south, east, north"),
        (lambda f: im.plot_column(f, "value", facet="no"), ColumnError, "facet: expected a column of the frame"),
        (lambda f: im.plot_column(f.set_crs(None, allow_override=True), "value"), CrsError, "reference system"),
        (lambda f: im.plot_regions(f, column="count"), InputError, "expected low, best or high"),
        (lambda f: im.count_by_region(f, metric="killed"), InputError, "claims and a metric together"),
        (lambda f: im.regions(countries=["XX"]), ReferenceDataError, "No regions of 'XX'"),
    ],
)
def test_what_does_not_fit_is_said(own, call, error, match):
    with pytest.raises(error, match=match):
        call(own)


EVENTS = gpd.GeoDataFrame(
    {"event_id": ["a", "a", "b", "c"], "date": pd.to_datetime(["2025-11-08"] * 4)},
    geometry=[shapely.Point(-71.64, 10.63), shapely.Point(-67.6, 10.2), shapely.Point(-71.6, 10.5), None],
    crs=4326,
)


def test_events_are_counted_by_region_with_those_of_none():
    found = im.count_by_region(EVENTS, language="uk")
    counted = found[found["high"] > 0]
    assert counted[["code", "low", "best", "high"]].to_numpy().tolist() == [["VE-D", 1, 1, 1], ["VE-V", 2, 2, 2]]
    assert set(found["country"]) == {"VE"}
    assert (found.loc[found["high"] == 0, ["low", "best"]] == 0).all(axis=None)
    assert found.attrs["elsewhere"] == 1
    claims = im.claims_frame([{"event_id": "b", "metric": "killed", "value": 5, "qualifier": "about"}])
    summed = im.count_by_region(EVENTS, claims, "killed")
    assert summed.loc[summed["code"] == "VE-V", ["low", "best", "high"]].to_numpy().tolist() == [[4.5, 5.0, 5.5]]


def kilometres_to(code, lon, lat):
    """Return how far a region is from a point, on a plane about the point."""
    (area,) = im.regions().set_index("code").loc[[code], "geometry"]
    there = pyproj.Transformer.from_crs(4326, f"+proj=aeqd +lat_0={lat} +lon_0={lon}", always_xy=True).transform
    return shapely.transform(area, lambda xy: np.column_stack(there(*xy.T))).distance(shapely.Point(0, 0)) / 1000


@pytest.mark.parametrize(
    ("own", "other", "lon", "lat"), [("SE-S", "NO-04", 12.6, 60.3), ("AR-M", "CL-RM", -69.6, -33.3)]
)
def test_a_place_whose_radius_touches_another_region_is_surely_in_neither(own, other, lon, lat):
    away = kilometres_to(other, lon, lat)
    assert 5 < away < 80
    events = gpd.GeoDataFrame(
        {"event_id": list("abcd"), "place_radius_km": [0.93 * away, 1.07 * away, np.nan, 0.0]},
        geometry=[shapely.Point(lon, lat)] * 4, crs=4326,
    )  # fmt: skip
    found = im.count_by_region(events).set_index("code")
    assert found.loc[own, ["low", "best", "high"]].tolist() == [3, 4, 4]
    assert found.loc[other, ["low", "best", "high"]].tolist() == [0, 0, 1]
    assert "place_radius_km" in found.attrs["columns"]
    claims = im.claims_frame([{"event_id": each, "metric": "killed", "value": 2} for each in "abcd"])
    summed = im.count_by_region(events, claims, "killed").set_index("code")
    assert summed.loc[own, ["low", "best", "high"]].tolist() == [6, 8, 8]
    assert summed.loc[other, ["low", "best", "high"]].tolist() == [0, 0, 2]


def test_an_area_over_two_regions_may_be_in_either():
    area = shapely.box(12.0, 60.2, 12.7, 60.6)
    events = gpd.GeoDataFrame(
        {"event_id": ["a"], "place_region_code": pd.array([None], "str")}, geometry=[area], crs=4326
    )
    found = im.count_by_region(events)
    counted = found[found["high"] > 0]
    assert {"SE-S", "NO-04"} <= set(counted["code"])
    assert (counted["low"] == 0).all()
    assert (counted["high"] == 1).all()
    assert found.attrs["elsewhere"] == 1


def test_regions_are_shaded_in_one_call():
    figure = im.plot_regions(EVENTS)
    assert figure.alt_text == "Events by region. 2 of 25 regions, from 1 to 2."
    assert any("1 event of no region not shown." in text.get_text() for text in figure.texts)
    assert im.plot_regions(EVENTS[:0].assign(event_id=pd.Series(dtype="str"))).alt_text.startswith("Events by region")


def test_regions_of_countries():
    found = im.regions(countries=["ve", "SR"], language="ru")
    assert set(found["country"]) == {"VE", "SR"}
    assert found.columns.tolist() == ["code", "country", "name", "geometry"]
    assert found["name"].notna().all()
