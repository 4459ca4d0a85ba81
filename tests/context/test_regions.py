import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from impactmap.context.regions import add_regions, region_areas
from impactmap.model.errors import CrsError, InputError, ReferenceDataError
from impactmap.places.boundaries import countries_at, regions_at
from impactmap.reference import load_layer

PLACES = [
    ("Belgorod", 36.5873, 50.5955, "RU", "RU-BEL", "Belgorod region"),
    ("Kharkiv", 36.2311, 49.9925, "UA", "UA-63", "Kharkiv region"),
    ("Kyiv", 30.5234, 50.4501, "UA", "UA-30", "Kyiv"),
    ("Bila Tserkva", 30.1, 49.8, "UA", "UA-32", "Kyiv region"),
    ("Simferopol", 34.1, 44.95, "UA", "UA-43", "Autonomous Republic of Crimea"),
    ("Taganrog", 38.8969, 47.2362, "RU", "RU-ROS", "Rostov region"),
    ("Odesa, on the coast", 30.7233, 46.4825, "UA", "UA-51", "Odesa region"),
    ("Moscow", 37.6173, 55.7558, "RU", "RU-MOW", "Moscow"),
    ("Sukhumi", 41.0, 43.0, "GE", "GE-AB", None),
]


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")


@pytest.mark.parametrize(("name", "longitude", "latitude", "country", "code", "region"), PLACES)
def test_place_of_a_position(name, longitude, latitude, country, code, region):
    row = add_regions(frame([shapely.Point(longitude, latitude)])).iloc[0]
    assert (row["place_country"], row["place_region_code"]) == (country, code), name
    assert region is None or row["place_region"] == region


@pytest.mark.parametrize(("language", "name"), [("uk", "Харківська область"), ("ru", "Харьковская область")])
def test_names_in_other_languages(language, name):
    assert add_regions(frame([shapely.Point(36.2311, 49.9925)]), language=language)["place_region"].tolist() == [name]


def test_what_the_gazetteer_said_stands():
    events = frame(
        [shapely.Point(36.2311, 49.9925)] * 3,
        place_region=["as it was", None, None],
        place_region_code=["UA-05", "UA-05", None],
        place_country=["UA", "UA", "RU"],
    )
    before = events.copy(deep=True)
    result = add_regions(events)
    assert result["place_region"].tolist()[:2] == ["as it was", "Vinnytsia region"]
    assert result["place_region_code"].tolist()[:2] == ["UA-05", "UA-05"]
    assert result["place_region_code"].iloc[2] == "RU-BEL" or pd.isna(result["place_region_code"].iloc[2])
    assert result["place_country"].tolist() == ["UA", "UA", "RU"]
    pd.testing.assert_frame_equal(pd.DataFrame(events), pd.DataFrame(before))


def test_areas_and_missing_positions_are_left_alone():
    events = frame([shapely.box(30, 50, 31, 51), None, shapely.Point()]).set_index(pd.Index(["c", "a", "c"]))
    result = add_regions(events)
    assert result.index.tolist() == ["c", "a", "c"]
    assert result[["place_region", "place_region_code", "place_country"]].isna().all(axis=None)
    assert result["place_region"].dtype == "str"


def test_high_seas():
    result = add_regions(frame([shapely.Point(-30.0, 40.0)]))
    assert result[["place_region", "place_region_code", "place_country"]].isna().all(axis=None)


def test_unknown_language():
    with pytest.raises(InputError, match=r"uk; found language='xx'"):
        add_regions(frame([]), language="xx")


def test_reference_system_is_asked_for():
    with pytest.raises(CrsError, match="EPSG:4326"):
        add_regions(gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)]))


@pytest.mark.parametrize(
    ("longitude", "latitude", "country"),
    [
        (2.35, 48.85, "FR"),
        (-74.0, 40.7, "US"),
        (151.2, -33.9, "AU"),
        (35.2, 31.9, "PS"),
        (31.8, 52.0, "UA"),
        (37.0, 50.28, "UA"),
        (20.5, 54.7, "RU"),
    ],
)
def test_countries_of_the_world(longitude, latitude, country):
    assert countries_at([longitude], [latitude]).tolist() == [country]


def test_countries_of_many_positions():
    found = countries_at(np.tile([2.35, -30.0], 500), np.tile([48.85, 40.0], 500))
    assert found.tolist() == ["FR", None] * 500
    assert countries_at([], []).tolist() == []


def test_area_of_a_region():
    areas = region_areas(["RU-BEL", "UA-63", "RU-BEL"])
    assert areas["code"].tolist() == ["RU-BEL", "UA-63", "RU-BEL"]
    assert areas.crs.to_epsg() == 4326
    km2 = areas.to_crs("EPSG:3035").area / 1e6
    assert km2.tolist()[:2] == pytest.approx([27_134, 31_415], rel=0.02)


def test_unknown_region():
    with pytest.raises(ReferenceDataError, match=r"'UA-99' \(1 of 2 codes\).*ISO 3166-2"):
        region_areas(["UA-63", "UA-99"])


def test_a_region_is_the_nearest_of_its_country():
    random = np.random.default_rng(8)
    x, y = random.uniform(22, 60, 2000), random.uniform(43, 60, 2000)
    country = np.resize(np.array(["UA", "RU", "BY", None], dtype=object), 2000)
    found = regions_at(x, y, country)
    layer = load_layer("regions")
    for code in ("UA", "RU", "BY"):
        own = layer[layer["country"] == code]
        apart = shapely.distance(np.array(own.geometry)[:, None], shapely.points(x, y)[country == code])
        nearest = own["code"].to_numpy(dtype=object)[apart.argmin(axis=0)]
        nearest[apart.min(axis=0) > 0.25] = None
        assert found[country == code].tolist() == nearest.tolist()
    assert set(found[pd.isna(country)]) == {None}
