import geopandas as gpd
import numpy as np
import pytest
import shapely

from impactmap.context.borders import load_border
from impactmap.model.errors import CrsError, InputError, ReferenceDataError

# City centres and their distance in kilometres to the unsimplified land border.
CENTRES = [
    ("Belgorod", 50.5955, 36.5873, 31.4),
    ("Voronezh", 51.6720, 39.1843, 179.9),
    ("Taganrog", 47.2362, 38.8969, 42.8),
    ("Kharkiv", 49.9925, 36.2311, 33.6),
    ("Kyiv", 50.4501, 30.5234, 202.1),
]


@pytest.mark.parametrize(("name", "latitude", "longitude", "km"), CENTRES)
def test_distances_of_the_first_map(name, latitude, longitude, km):
    feet = load_border(("UA", "RU")).nearest.nearest(np.array([longitude]), np.array([latitude]))
    assert feet.distance_m[0] / 1000 == pytest.approx(km, abs=0.1), name


def test_kyiv_to_belarus():
    feet = load_border(("BY", "UA")).nearest.nearest(np.array([30.5234]), np.array([50.4501]))
    assert feet.distance_m[0] / 1000 == pytest.approx(90.4, abs=0.1)


@pytest.mark.parametrize("pair", [("UA", "RU"), ("RU", "UA"), ["ua", "ru"]])
def test_order_and_case_of_the_pair_do_not_matter(pair):
    border = load_border(pair)
    assert border.countries == tuple(code.upper() for code in pair)
    assert {border.left, border.right} == {"UA", "RU"}
    assert border.left == "RU"
    assert border.line.crs.to_epsg() == 4326
    assert border.data_date == "2026-08-18"


@pytest.mark.parametrize(
    "pair", ["AZ-RU", "BY-UA", "CN-RU", "EE-RU", "FI-RU", "GE-RU", "MN-RU", "NO-RU", "PL-UA", "RO-UA", "MD-UA"]
)
def test_left_and_right_are_the_countries(pair):
    border = load_border(pair.split("-"))
    towns = {
        "AZ": (47.66, 40.2), "BY": (27.56, 53.9), "CN": (126.6, 45.75), "EE": (26.7, 58.4), "FI": (28.2, 61.06), "GE":
        (44.8, 41.7),
        "MN": (106.9, 47.9), "NO": (30.04, 69.72), "PL": (22.78, 50.7), "RO": (26.25, 47.65), "MD": (28.86, 47.0),
    }  # fmt: skip
    other = next(code for code in border.countries if code in towns)
    longitude, latitude = towns[other]
    feet = border.nearest.nearest(np.array([longitude]), np.array([latitude]))
    assert (border.left if feet.on_left[0] else border.right) == other


def test_crimea_apart_changes_no_distance_and_draws_a_line():
    un, apart = load_border(("UA", "RU")), load_border(("UA", "RU"), view="crimea_apart")
    assert un.line.geom_equals(apart.line).all()
    assert un.disputed.empty
    assert apart.disputed.index.tolist() == ["Crimea"]
    assert shapely.box(33.4, 45.6, 35.1, 46.4).contains(apart.disputed.iloc[0])


def test_crimea_is_no_matter_of_another_pair():
    assert load_border(("UA", "PL"), view="crimea_apart").disputed.empty


def test_pair_that_does_not_ship():
    with pytest.raises(ReferenceDataError, match=r"between FR and DE.*AZ-RU, .*RU-UA, SK-UA.*file of your own"):
        load_border(("FR", "DE"))


@pytest.mark.parametrize("pair", ["UA", ("UA",), ("UA", "UA"), ("UA", "RU", "BY"), "UR"])
def test_not_a_pair(pair):
    with pytest.raises(InputError, match="two different ISO country codes"):
        load_border(pair)


def test_unknown_view():
    with pytest.raises(InputError, match=r"'wishful'.*un, crimea_apart"):
        load_border(("UA", "RU"), view="wishful")


@pytest.fixture
def rhine(tmp_path):
    """A line near the French-German border, drawn from north to south, saved in another reference system."""
    line = shapely.LineString([(8.2, 49.0), (7.8, 48.6), (7.6, 48.0), (7.59, 47.6)])
    path = tmp_path / "rhine.gpkg"
    gpd.GeoSeries([line], crs="EPSG:4326").to_crs("EPSG:3035").to_file(path)
    return path


def test_file_of_ones_own(rhine):
    border = load_border(("FR", "DE"), file=rhine)
    assert (border.view, border.data, border.data_date) == ("file", "rhine.gpkg", None)
    assert (border.left, border.right) == ("DE", "FR")
    feet = border.nearest.nearest(np.array([7.75, 8.4]), np.array([48.573, 48.8]))  # Strasbourg; east of the Rhine
    assert feet.on_left.tolist() == [False, True]


def test_file_without_reference_system(tmp_path):
    path = tmp_path / "line.shp"
    gpd.GeoSeries([shapely.LineString([(0, 0), (1, 1)])], crs="EPSG:4326").to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match=r"line\.shp: expected a coordinate reference system"):
        load_border(("FR", "DE"), file=path)


def test_file_of_areas(tmp_path):
    path = tmp_path / "areas.geojson"
    gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs="EPSG:4326").to_file(path)
    with pytest.raises(InputError, match=r"areas\.geojson: expected lines; found Polygon"):
        load_border(("FR", "DE"), file=path)


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"none\.geojson: expected a file of lines"):
        load_border(("FR", "DE"), file=tmp_path / "none.geojson")
