import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.context.borders import load_border
from impactmap.context.distance import add_border_distance
from impactmap.context.regions import region_areas
from impactmap.model.errors import ColumnError, CrsError

NEW = [
    "border_distance_km", "border_distance_min_km", "border_distance_max_km", "border_latitude", "border_longitude",
    "border_country", "border_view", "border_data", "border_data_date", "border_method",
]  # fmt: skip
UN = load_border(("UA", "RU"))
APART = load_border(("UA", "RU"), view="crimea_apart")


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")


@pytest.fixture(scope="module")
def mixed():
    """A point, a region, a country-wide report, one not located, each with an index that is not 0, 1, 2, ..."""
    area = region_areas(["UA-63"]).geometry.iloc[0]
    events = frame(
        [shapely.Point(36.5873, 50.5955), area, None, shapely.Point()],
        place_country=["RU", "UA", "UA", None],
        place_region_code=["RU-BEL", "UA-63", None, None],
    )
    return events.set_index(pd.Index([7, 3, 9, 3], name="row"))


def test_rows_and_input_are_kept(mixed):
    before = mixed.copy(deep=True)
    result = add_border_distance(mixed, border=UN)
    assert result.index.equals(before.index)
    assert list(result.columns) == [*before.columns, *NEW]
    pd.testing.assert_frame_equal(pd.DataFrame(mixed), pd.DataFrame(before))
    assert {name: str(result[name].dtype) for name in NEW} == dict.fromkeys(NEW[:5], "float64") | dict.fromkeys(
        NEW[5:], "str"
    )


def test_point(mixed):
    row = add_border_distance(mixed, border=UN).iloc[0]
    assert row["border_distance_km"] == pytest.approx(31.4, abs=0.1)
    assert pd.isna(row[["border_distance_min_km", "border_distance_max_km"]]).all()
    assert row["border_country"] == "RU"
    assert row["border_view"] == "un"
    assert "OpenStreetMap" in row["border_data"]
    assert row["border_data_date"] == "2026-08-18"
    back = UN.nearest.nearest(np.array([row["border_longitude"]]), np.array([row["border_latitude"]]))
    assert back.distance_m[0] < 0.01


def test_area_has_a_range_from_nought_where_it_touches(mixed):
    row = add_border_distance(mixed, border=UN).iloc[1]
    assert pd.isna(row[["border_distance_km", "border_latitude", "border_longitude"]]).all()
    assert row["border_distance_min_km"] == 0
    assert 150 < row["border_distance_max_km"] < 200
    assert row["border_country"] == "UA"


def test_country_wide_and_not_located_have_no_distance(mixed):
    rows = add_border_distance(mixed, border=UN).iloc[2:]
    assert rows[[name for name in NEW if name != "border_country"]].isna().all(axis=None)
    assert rows["border_country"].tolist()[0] == "UA"
    assert pd.isna(rows["border_country"].iloc[1])


def test_range_of_an_area_by_hand():
    # A square astride no border: its nearest and farthest corner are those of the square.
    square = shapely.box(30, 50, 30.4, 50.3)
    row = add_border_distance(frame([square]), border=UN).iloc[0]
    corners = add_border_distance(frame([shapely.Point(xy) for xy in square.exterior.coords]), border=UN)[
        "border_distance_km"
    ]
    assert row["border_distance_max_km"] == pytest.approx(corners.max(), abs=0.01)
    assert row["border_distance_min_km"] == pytest.approx(corners.min(), abs=0.5)


def test_crossed_area_is_at_nought():
    across = UN.line.iloc[0].interpolate(0.5, normalized=True).buffer(0.5)
    assert add_border_distance(frame([across]), border=UN)["border_distance_min_km"].iloc[0] == 0


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "country"),
    [
        ("Hoptivka, at the crossing", 36.312, 50.274, "UA"),
        ("Shebekino", 36.8917, 50.4129, "RU"),
        ("Vovchansk", 36.9411, 50.2906, "UA"),
        ("Milove", 40.1333, 49.3667, "UA"),
        ("Chertkovo", 40.1611, 49.3861, "RU"),
        ("Shalyhyne", 34.1, 51.5725, "UA"),
        ("Sudzha", 35.2736, 51.1969, "RU"),
        ("Minsk", 27.5667, 53.9, None),
        ("Tbilisi", 44.8, 41.7, None),
        ("Black Sea", 32.0, 43.5, None),
    ],
)
def test_side_of_places_near_the_line(name, longitude, latitude, country):
    found = add_border_distance(frame([shapely.Point(longitude, latitude)]), border=UN)["border_country"].iloc[0]
    assert (None if pd.isna(found) else found) == country, name


def test_both_sides_of_the_line_itself():
    line = UN.line.iloc[0].geoms[0]
    spots = [line.interpolate(share, normalized=True) for share in np.linspace(0.05, 0.95, 40)]
    xy = shapely.get_coordinates(line)
    nearest = [int(np.argmin(np.hypot(*(xy[:-1] + xy[1:] - 2 * np.array(spot.coords[0])).T))) for spot in spots]
    steps = np.diff(xy, axis=0)[nearest]
    middle = (xy[:-1] + xy[1:])[nearest] / 2
    normal = np.column_stack([-steps[:, 1], steps[:, 0]]) / np.hypot(*steps.T)[:, None] * 5e-5
    assert UN.nearest.nearest(*(middle + normal).T).on_left.all()
    assert not UN.nearest.nearest(*(middle - normal).T).on_left.any()
    # Five metres from a line that is known to 25 nobody can tell in which country a place lies.
    for side in (1, -1):
        assert (
            add_border_distance(frame(shapely.points(middle + side * normal)), border=UN)["border_country"].isna().all()
        )


@pytest.mark.parametrize(("border", "country"), [(UN, "UA"), (APART, None)])
def test_crimea(border, country):
    shapes = [shapely.Point(34.1, 44.95), shapely.Point(33.52, 44.6), region_areas(["UA-43"]).geometry.iloc[0]]
    events = frame(shapes, place_country=["UA"] * 3, place_region_code=["UA-43", None, "UA-43"])
    result = add_border_distance(events, border=border)
    assert [None if pd.isna(found) else found for found in result["border_country"]] == [country] * 3
    assert result["border_distance_km"].iloc[0] == pytest.approx(
        400.4, abs=0.2
    )  # to the agreed land border in both views
    assert set(result["border_view"]) == {border.view}


def test_swapping_the_pair_swaps_nothing():
    shapes = [shapely.Point(36.5873, 50.5955), shapely.Point(30.5234, 50.4501)]
    one = add_border_distance(frame(shapes), border=UN)
    other = add_border_distance(frame(shapes), border=load_border(("RU", "UA")))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_no_rows():
    assert add_border_distance(frame([]), border=UN)["border_distance_km"].dtype == "float64"


@pytest.mark.parametrize("crs", [None, "EPSG:3857"])
def test_reference_system_is_asked_for(crs):
    events = gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)], crs=crs)
    with pytest.raises(CrsError, match="Expected geometry in EPSG:4326; found"):
        add_border_distance(events, border=UN)


def test_frame_without_geometry():
    with pytest.raises(ColumnError, match="Geocode the events first"):
        add_border_distance(pd.DataFrame({"place": ["Kyiv"]}), border=UN)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=5))
def test_any_position_has_a_distance(positions):
    result = add_border_distance(frame(shapely.points(positions)), border=UN)
    assert result["border_distance_km"].between(0, 20_004).all()
    assert result["border_latitude"].between(47, 53).all()
