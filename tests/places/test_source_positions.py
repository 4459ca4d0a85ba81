"""A position that the source gives decides country and region; what the row says otherwise is told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.places.boundaries import areas_at, countries_at
from impactmap.places.geocode import geocode_events
from impactmap.places.geocoder import Gazetteer
from impactmap.places.locating import locate_events
from impactmap.reference import layer_info, load_layer

COLUMNS = ["place", "region", "country", "latitude", "longitude"]

# Name, latitude, longitude, country, region (ISO 3166-2); the region is None where the layer has none.
WORLD = [
    ("Naqoura, south of Tyre", 33.154, 35.184, "LB", "LB-JA"),
    ("Debel", 33.1, 35.42, "LB", "LB-NA"),
    ("north of Latakia", 35.69, 36.14, "SY", "SY-LA"),
    ("Kursk", 51.75, 36.29, "RU", "RU-KRS"),
    ("Shebekino", 50.41, 36.91, "RU", "RU-BEL"),
    ("Kharkiv", 49.99, 36.23, "UA", "UA-63"),
    ("Simferopol", 44.95, 34.1, "UA", "UA-43"),
    ("Kaliningrad, apart from its country", 54.7, 20.5, "RU", "RU-KGD"),
    ("Cabinda, apart from its country", -5.1, 12.4, "AO", "AO-CAB"),
    ("Nakhchivan, apart from its country", 39.21, 45.41, "AZ", None),
    ("Oecusse, apart from its country", -9.25, 124.4, "TL", "TL-OE"),
    ("the middle of Lesotho, within another country", -29.5, 28.3, "LS", None),
    ("Laayoune", 27.15, -13.2, "EH", None),
    ("Srinagar", 34.08, 74.8, "IN", "IN-JK"),
    ("Jericho", 31.86, 35.46, "PS", "PS-WBK"),
    ("Pristina", 42.66, 21.16, "XK", None),
    ("Goma", -1.66, 29.18, "CD", None),
    ("Sittwe", 20.15, 92.9, "MM", "MM-16"),
    ("Chittagong", 22.36, 91.8, "BD", None),
    ("Kathmandu", 27.71, 85.32, "NP", None),
    ("Suva, east of 178", -18.1, 178.4, "FJ", None),
    ("Taveuni, about the 180th meridian", -16.85, -179.97, "FJ", None),
    ("Anadyr, east of 177", 64.73, 177.5, "RU", "RU-CHU"),
    ("Chukotka, beyond the 180th meridian", 66.0, -175.0, "RU", "RU-CHU"),
    ("Honolulu", 21.31, -157.86, "US", "US-HI"),
    ("Port of Spain", 10.65, -61.45, "TT", None),
    ("El Paso's north", 31.95, -106.45, "US", None),
    ("Cucuta", 7.85, -72.5, "CO", "CO-NSA"),
    ("Nairobi", -1.29, 36.82, "KE", None),
    ("Auckland", -36.85, 174.76, "NZ", "NZ-AUK"),
    ("Longyearbyen", 78.22, 15.64, "SJ", None),
    ("the open Atlantic", 40.0, -30.0, None, None),
    ("the Black Sea, far out", 43.3, 32.0, None, None),
]
NAMES = ["Manara", "Zhuravlevka", "Al Bayada", "Springfield", "Oktyabrsky", "Kharkiv", "Paris", "Qwertyville", "", None]


def located(gazetteer: Gazetteer, *rows: tuple[object, ...], **options: object) -> pd.DataFrame:
    return geocode_events(pd.DataFrame(rows, columns=COLUMNS), gazetteer=gazetteer, **options)


def texts(frame: pd.DataFrame, column: str) -> list[str | None]:
    return [None if pd.isna(value) else value for value in frame[column]]


@pytest.mark.parametrize(("name", "latitude", "longitude", "country", "region"), WORLD, ids=[row[0] for row in WORLD])
def test_country_and_region_are_the_positions(
    gazetteer: Gazetteer, name: str, latitude: float, longitude: float, country: str | None, region: str | None
) -> None:
    """Whatever the row calls the place: a namesake elsewhere adds nothing."""
    found = located(gazetteer, *((place, None, None, latitude, longitude) for place in NAMES))
    assert texts(found, "place_country") == [country] * len(NAMES), name
    assert region is None or texts(found, "place_region_code") == [region] * len(NAMES)
    assert (found["place_status"] == "matched").all()
    assert found.geometry.geom_equals(shapely.Point(longitude, latitude)).all()
    assert texts(found, "place_name") == [place or None for place in NAMES] or name == "Kharkiv"


def test_countries_of_a_hand_picked_list() -> None:
    """The same by the look-up itself."""
    latitude, longitude = (np.array([row[at] for row in WORLD]) for at in (1, 2))
    assert areas_at(longitude, latitude).country.tolist() == [row[3] for row in WORLD]


LAYER = load_layer("countries")
EDGE = shapely.get_coordinates(LAYER.geometry.to_numpy())
EDGE = EDGE[(np.abs(EDGE[:, 0]) < 179.8) & (np.abs(EDGE[:, 1]) < 80)]
SHAPES = np.asarray(LAYER.geometry.to_numpy(), dtype=object)
TREE = shapely.STRtree(SHAPES)


def outlines(longitude: float, latitude: float) -> set[str | None]:
    """Return the countries in whose outline a point lies, looked up apart from the code that is tested."""
    rows = TREE.query(shapely.Point(longitude, latitude), predicate="intersects")
    return {None if pd.isna(LAYER["country"].iloc[row]) else LAYER["country"].iloc[row] for row in rows} or {None}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(EDGE) - 1), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(NAMES),
    st.sampled_from(["", "Kharkiv region", "Texas", "South", "Bavaria"]),
    st.sampled_from(["", "Ukraine", "Russia", "Lebanon", "United States", "Nowhereland"]),
    st.integers(2, 5),
)
def test_no_row_gets_another_country_than_that_of_its_position(
    gazetteer: Gazetteer, spots: list[tuple[int, float, float]], place: str, region: str, country: str, decimals: int
) -> None:
    """Everywhere along the world's borders and shores: the outline's country, or none and both in the reason."""
    points = [(round(EDGE[at][1] + north, decimals), round(EDGE[at][0] + east, decimals)) for at, north, east in spots]
    found = located(gazetteer, *((place, region, country, *point) for point in points))
    for (latitude, longitude), row in zip(points, found.to_dict("records"), strict=True):
        if row["place_status"] == "invalid":
            assert row["place_conflict"] == "latitude; longitude"
            continue
        assert (row["latitude"], row["longitude"]) == (latitude, longitude)
        if not pd.isna(row["place_country"]):
            assert row["place_country"] in outlines(round(longitude, 2), round(latitude, 2)) | outlines(
                longitude, latitude
            )
        else:
            # The position is coarsened before anything is said of it.
            coarse = outlines(round(longitude, 2), round(latitude, 2))
            assert "no country is said" in row["place_reason"] or None in coarse | outlines(longitude, latitude)
        if not pd.isna(row["place_region_code"]):
            assert row["place_region_code"].startswith(f"{row['place_country']}-")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-60, 78), st.floats(-180, 180)), min_size=1, max_size=50))
def test_the_country_of_any_position_is_that_of_the_outline(points: list[tuple[float, float]]) -> None:
    latitude, longitude = np.array(points).T
    found = areas_at(longitude, latitude)
    for at, country in enumerate(found.country):
        assert country is None or country in outlines(longitude[at], latitude[at])
        assert country is not None or found.countries[at] or None in outlines(longitude[at], latitude[at])


def beside(one: str, other: str, metres: float) -> tuple[float, float]:
    """Return latitude and longitude of a point beside the line of two countries, on the first one's side."""
    shapes = LAYER.set_index("country").geometry
    line = shapely.line_merge(shapely.intersection(shapes[one].boundary, shapes[other].boundary))
    line = max(shapely.get_parts(line), key=lambda part: part.length)
    middle, after = line.interpolate(0.5, normalized=True), line.interpolate(0.5001, normalized=True)
    away, shrink = metres / 111_195, np.cos(np.radians(middle.y))
    east, north = (after.x - middle.x) * shrink, after.y - middle.y
    size = np.hypot(east, north)
    sides = [(middle.y + sign * away * east / size, middle.x - sign * away * north / size / shrink) for sign in (1, -1)]
    return next(side for side in sides if shapely.intersects_xy(shapes[one], side[1], side[0]))


PAIRS = [("FR", "DE"), ("US", "MX"), ("IN", "BD"), ("SD", "EG"), ("BR", "PE"), ("TH", "MM"), ("KE", "TZ"), ("RU", "KZ")]


@pytest.mark.parametrize(("one", "other"), [*PAIRS, *((b, a) for a, b in PAIRS)])
def test_beside_a_border_no_country_is_said_and_both_are_named(gazetteer: Gazetteer, one: str, other: str) -> None:
    names = [gazetteer.areas.country_name(code, "en") for code in (one, other)]
    near, far = beside(one, other, 30), beside(one, other, 4000)
    found = located(gazetteer, (None, None, None, *near), (None, None, names[1], *near), (None, None, None, *far))
    assert texts(found, "place_country")[0] is None
    assert all(name in found["place_reason"].iloc[0] for name in names)
    assert texts(found, "place_conflict")[:2] == [None, None]
    told = texts(found, "place_country")[2]
    assert told in outlines(far[1], far[0]) or (told is None and "no country is said" in found["place_reason"].iloc[2])


@pytest.mark.parametrize(
    ("latitude", "longitude", "names"),
    [(9.59, 28.43, ("Sudan", "South Sudan")), (32.98, 35.75, ("Israel", "Syria")), (30.3, 80.8, ("India", "Nepal"))],
)
def test_what_two_claim_is_said_to_be_in_neither(
    gazetteer: Gazetteer, latitude: float, longitude: float, names: tuple[str, str]
) -> None:
    found = located(gazetteer, *((None, None, country, latitude, longitude) for country in (None, *names[:1])))
    assert texts(found, "place_country") == [None, None]
    assert texts(found, "place_conflict") == [None, None]
    assert all(name in reason for name in names for reason in found["place_reason"])


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [(31.777, 35.298, "PS"), (31.53, 35.1, "PS"), (42.22, 43.97, "GE"), (44.95, 34.1, "UA")],
)
def test_where_the_united_nations_name_one_it_is_that_one(
    gazetteer: Gazetteer, latitude: float, longitude: float, country: str
) -> None:
    """Ma'ale Adumim, Hebron, Tskhinvali, Simferopol."""
    assert texts(located(gazetteer, ("x", None, None, latitude, longitude)), "place_country") == [country]


def test_a_settlement_of_the_name_at_the_position_settles_the_country(gazetteer: Gazetteer) -> None:
    """Narva lies on the river that is the border."""
    found = located(
        gazetteer, (None, None, None, 59.377, 28.200), ("Narva", None, None, 59.377, 28.200),
        ("Нарва", None, "Estonia", 59.377, 28.200), ("Ivangorod", None, None, 59.377, 28.210),
    )  # fmt: skip
    assert texts(found, "place_country") == [None, "EE", "EE", "RU"]
    assert texts(found, "place_id")[1:] == ["geonames:590031", "geonames:590031", "geonames:555624"]


def test_a_settlement_settles_the_region_beside_a_line(gazetteer: Gazetteer) -> None:
    """Kyiv is a region of its own, with a line around it that is known to some kilometres."""
    found = located(gazetteer, ("Vyshneve", None, None, 50.385, 30.37), ("", None, None, 50.385, 30.37))
    assert texts(found, "place_region_code")[0] == "UA-32"
    assert texts(found, "place_region_code")[1] in {None, "UA-32"}


def test_where_no_region_is_said_both_are_named(gazetteer: Gazetteer) -> None:
    regions = load_layer("regions").set_index("code").geometry
    line = shapely.line_merge(shapely.intersection(regions["RU-SA"].boundary, regions["RU-KYA"].boundary))
    middle = max(shapely.get_parts(line), key=lambda part: part.length).interpolate(0.5, normalized=True)
    row = located(gazetteer, (None, None, None, middle.y, middle.x)).iloc[0]
    assert row["place_country"] == "RU"
    assert row.isna()["place_region"]
    for code in ("RU-SA", "RU-KYA"):
        assert gazetteer.areas.region_name(code, "en") in row["place_reason"]


@pytest.mark.parametrize(
    ("row", "conflict"),
    [
        (("Manara", None, "Spain", 33.25, 35.45), "country"),
        (("Manara, Spain", None, None, 33.25, 35.45), "country"),
        (("Debel", None, "Israel", 33.1, 35.42), "country"),
        (("Khalino", "Louisiana", "United States", 51.75, 36.29), "country; region"),
        (("Khalino", "Belgorod Oblast", "Russia", 51.75, 36.29), "region"),
        (("Khalino", "Kursk Oblast", "Russia", 51.75, 36.29), None),
        (("Курск", "Курская область", "Россия", 51.75, 36.29), None),
        (("x", "Харківська область", None, 48.5, 35.1), "region"),
        (("Kharkiv region", None, None, 48.5, 35.1), "region"),
        (("Poland", None, None, 48.5, 35.1), "country"),
        (("Kharkiv", None, "Ukraine", 46.4, 30.7), "place"),
        (("Nairobi", None, None, -4.05, 39.67), "place"),
        (("Lagos", None, None, 6.5, 3.4), None),
        (("Qwertyville", None, None, 48.5, 35.1), None),
        (("x", "Unheard Province", "Kenya", -1.3, 36.8), None),
        (("x", None, "Nowhereland", -1.3, 36.8), None),
        (("x", None, "France", 16.24, -61.53), None),  # Guadeloupe
        (("x", None, "United States", 18.4, -66.1), None),  # Puerto Rico
        (("x", None, "Ukraine", 44.95, 34.1), None),
        (("x", None, "Russia", 44.95, 34.1), "country"),
        (("x", None, "Morocco", 27.15, -13.2), "country"),
        (("Kyiv", "Kyiv oblast", "Ukraine", 50.45, 30.52), None),  # reports name the region around a city
        (("Moscow", "Moscow region", "Russia", 55.75, 37.62), None),
        (("x", None, "Yemen", 14.6, 42.0), None),  # at sea, beside it
        (("x", None, "Yemen", 40.0, -30.0), "country"),
        (("x", "Odesa region", "Ukraine", 45.9, 31.0), None),  # at sea, beside it
        (("x", "Khyber Pakhtunkhwa", "Pakistan", 34.0, 71.5), None),
        (("x", "Rakhine State", "Myanmar", 16.8, 96.15), "region"),
    ],
)
def test_what_the_row_says_against_its_position(
    gazetteer: Gazetteer, row: tuple[object, ...], conflict: str | None
) -> None:
    found = located(gazetteer, row)
    assert found["place_status"].tolist() == ["matched"], found["place_reason"].iloc[0]
    assert texts(found, "place_conflict") == [conflict], found["place_reason"].iloc[0]
    assert found.geometry.iloc[0].equals(shapely.Point(row[4], row[3]))
    assert conflict in {None, "place"} or "the row says" in found["place_reason"].iloc[0]


@pytest.mark.parametrize(
    ("row", "meant", "slip"),
    [
        ((None, "Kharkiv Oblast", "Ukraine", 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("x", None, "Ukraine", 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("x", "Kharkiv region", None, 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("Kharkiv, Ukraine", None, None, 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("Kharkiv", None, None, 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("Kharkiv region", None, None, 36.23, 49.99), (49.99, 36.23), "look swapped"),
        (("x", "Rakhine State", "Myanmar", 92.9, 20.15), None, None),  # no latitude at all
        (("x", None, "Sudan", 32.53, 15.5), (15.5, 32.53), "look swapped"),
        (("x", None, "Lebanon", 35.5, 33.9), (33.9, 35.5), "look swapped"),
        (("x", None, "Brazil", 23.55, -46.63), (-23.55, -46.63), "sign of the latitude"),
        (("x", "Texas", "United States", 31.0, 100.0), (31.0, -100.0), "sign of the longitude"),
        (("x", "Nairobi", "Kenya", 1.29, 36.82), (-1.29, 36.82), "sign of the latitude"),
        (("x", "Lima", "Peru", -12.05, 77.03), (-12.05, -77.03), "sign of the longitude"),
    ],
)
def test_one_slip_that_puts_the_row_where_it_says_is_a_fault(
    gazetteer: Gazetteer, row: tuple[object, ...], meant: tuple[float, float] | None, slip: str | None
) -> None:
    found = located(gazetteer, row).iloc[0]
    assert found["place_status"] == "invalid"
    assert found.geometry is None
    assert np.isnan(found["latitude"])
    assert np.isnan(found["longitude"])
    if meant is None or slip is None:
        return
    assert slip in found["place_reason"]
    assert f"{meant[0]:.2f}, {meant[1]:.2f}" in found["place_reason"]
    assert found["place_conflict"] == "latitude; longitude"
    first, source = json.loads(found["place_alternatives"])
    assert (first["id"], first["latitude"], first["longitude"]) == ("source_mended", *meant)
    assert (source["id"], source["latitude"], source["longitude"]) == ("source", row[3], row[4])


@pytest.mark.parametrize(
    ("row", "country", "region"),
    [
        (("x", None, "Spain", 33.16, 35.18), "LB", "LB-JA"),
        (("x", "Bavaria", "Germany", 51.75, 36.29), "RU", "RU-KRS"),
        (("x", "Kharkiv region", "Ukraine", 49.99, 36.23), "UA", "UA-63"),
        (("x", None, None, 49.99, 36.23), "UA", "UA-63"),
    ],
)
@pytest.mark.parametrize("width", ["district", "region", "country"])
def test_positions_that_stand_for_areas_decide_too(
    gazetteer: Gazetteer, row: tuple[object, ...], country: str, region: str | None, width: str
) -> None:
    rows = pd.DataFrame([row], columns=COLUMNS).assign(place_precision=width)
    found = geocode_events(rows, gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], found["place_precision"]) == ("area", width)
    assert found["place_country"] == country
    assert width == "country" or region is None or found["place_region_code"] == region
    assert np.isnan(found["latitude"])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.floats(44, 53),
    st.floats(22, 41),
    st.sampled_from(NAMES),
    st.sampled_from(["", "Kharkiv region", "Belgorod region"]),
    st.sampled_from(["", "Ukraine", "Russia"]),
)
def test_what_is_said_is_that_of_the_rounded_position(
    gazetteer: Gazetteer, latitude: float, longitude: float, place: str, region: str, country: str
) -> None:
    exact = located(gazetteer, (place, region, country, latitude, longitude))
    coarse = located(gazetteer, (place, region, country, round(latitude, 2), round(longitude, 2)))
    for column in ("place_country", "place_region_code", "place_conflict", "place_name", "place_id", "place_reason"):
        assert texts(exact, column) == texts(coarse, column)
    left = locate_events(pd.DataFrame([(place, region, country, latitude, longitude)], columns=COLUMNS))
    assert texts(left, "place_country") == texts(coarse, "place_country")


def test_rows_are_many_and_positions_few(gazetteer: Gazetteer) -> None:
    rows = pd.DataFrame([("Kharkiv", None, None, 49.99, 36.23 + at / 1000) for at in range(7)] * 500, columns=COLUMNS)
    found = geocode_events(rows, gazetteer=gazetteer)
    assert len(found) == 3500
    assert set(found["place_country"]) == {"UA"}


def test_what_the_layers_say_of_their_error() -> None:
    assert [layer_info(name)["error_m"] for name in ("borders", "countries", "regions")] == [25.7, 1000.0, 6000.0]


def test_positions_at_the_ends_of_the_earth() -> None:
    found = areas_at([180.0, -180.0, 0.0, 12.5, 180.0], [-16.5, 66.0, 90.0, -90.0, 0.0])
    assert found.country.tolist() == ["FJ", "RU", None, "AQ", None]
    assert countries_at([], []).tolist() == []
    assert areas_at([], []).country.tolist() == []
