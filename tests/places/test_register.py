"""Ukraine's register of settlements: what the gazetteer lacks is an area, never a point."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from impactmap.places.geocode import geocode_events, geocode_table
from impactmap.places.geocoder import Gazetteer
from impactmap.places.names.romanise import romanise_ukrainian
from impactmap.places.shapes import distance_km


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("Згурівка", "Zghurivka"),
        ("Кам’янка", "Kamianka"),
        ("Яблунівка", "Yablunivka"),
        ("Євпаторія", "Yevpatoriia"),
        ("Їжівці", "Yizhivtsi"),
        ("Щастя", "Shchastia"),
        ("Нью-Йорк", "Niu-York"),
        ("Нове Життя", "Nove Zhyttia"),
        ("Solone", "Solone"),
        ("", ""),
    ],
)
def test_romanise_ukrainian(text: str, latin: str) -> None:
    assert romanise_ukrainian(text) == latin


def test_a_village_stands_at_its_community(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Robotyne", region="Zaporizhzhia oblast", country="Ukraine")
    assert (found.status, found.precision, found.provider) == ("area", "district", "katottg")
    assert (found.name, found.region_code, found.country) == ("Robotyne", "UA-23", "UA")
    assert found.place_id == "katottg:UA23100270150025192"
    assert np.isnan(found.latitude)
    assert found.circle is not None
    # The village is at 47.4445 N, 35.8350 E: inside the circle that stands for it.
    assert distance_km(*found.circle, 47.4445, 35.8350) < found.radius_km
    assert "Tokmatska community, Polohivskyi district" in found.reason


def test_on_the_map_it_is_a_circle_and_in_a_table_it_has_coordinates(gazetteer: Gazetteer) -> None:
    rows = pd.DataFrame({"place": ["Robotyne"], "region": ["Zaporizhzhia"], "country": ["Ukraine"]})
    event = geocode_events(rows, gazetteer=gazetteer).iloc[0]
    assert event.geometry.geom_type == "Polygon"
    assert np.isnan(event["latitude"])
    assert pd.isna(event["coordinates_from"])
    row = geocode_table(rows, region="region", country="country", gazetteer=gazetteer).iloc[0]
    assert (row["place_status"], row["place_precision"]) == ("area", "district")
    assert row["place_gazetteer"] == "KATOTTG, 2024-01-19"
    assert event.geometry.centroid.distance(event.geometry.centroid.__class__(row["longitude"], row["latitude"])) < 0.01


def test_namesakes_of_a_region_are_told_apart_by_their_district_or_not_at_all(gazetteer: Gazetteer) -> None:
    several = gazetteer.decide("Stepanivka", region="Donetsk oblast", country="Ukraine")
    assert several.status == "ambiguous"
    assert [candidate.name for candidate in several.alternatives[:5]] == ["Stepanivka"] * 5
    for district, number in (("Pokrovsk raion", "UA1416"), ("Сніжнянська громада", "UA1406")):
        found = gazetteer.decide("Stepanivka", region="Donetsk oblast", country="Ukraine", district=district)
        assert found.status == "area"
        assert str(found.place_id).startswith(f"katottg:{number}")


@pytest.mark.parametrize(
    ("place", "region", "precision", "name", "radius"),
    [
        ("Kupiansk raion", "Kharkiv", "district", "Kupiansk raion", 51.0),
        ("Куп'янський район", "Харківська область", "district", "Куп'янський район", 51.0),
        ("Vovchansk hromada", "Kharkiv", "district", "Vovchansk hromada", None),
        ("Saltivskyi district", "Kharkiv", "district", "Saltivskyi district", 20.0),
    ],
)
def test_districts_and_communities(
    gazetteer: Gazetteer, place: str, region: str, precision: str, name: str, radius: float | None
) -> None:
    found = gazetteer.decide(place, region=region, country="Ukraine")
    assert (found.status, found.precision, found.name, found.region_code) == ("area", precision, name, "UA-63")
    if radius is not None:
        assert found.radius_km == radius


def test_a_district_of_before_2020_is_the_surroundings_of_its_seat(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Starobesheve raion", region="Donetsk oblast", country="Ukraine")
    assert (found.status, found.radius_km) == ("area", 30.0)
    assert "around Starobesheve" in found.reason


def test_a_village_of_the_name_makes_a_town_doubtful(gazetteer: Gazetteer) -> None:
    # GeoNames has one Vodiane in Donetsk region, the register has several.
    found = gazetteer.decide("Vodiane village", region="Donetsk oblast", country="Ukraine")
    assert found.status == "ambiguous"
    assert len(found.alternatives) >= 4


def test_russian_spellings_of_ukrainian_villages(gazetteer: Gazetteer) -> None:
    for text in ("Новоандреевка", "Novoandreyevka", "Novoandriivka", "Новоандріївка"):
        found = gazetteer.decide(text, region="Zaporizhzhia", country="Ukraine")
        names = {found.name} | {candidate.name for candidate in found.alternatives}
        assert "Novoandriivka" in names, text


def test_the_tables_other_places_order_the_candidates(gazetteer: Gazetteer) -> None:
    def first(*others: str) -> str:
        rows = pd.DataFrame({"place": ["Vodiane village", *others], "region": "Donetsk oblast", "country": "Ukraine"})
        found = geocode_table(rows, region="region", country="country", gazetteer=gazetteer)
        assert found["place_status"].iloc[0] == "ambiguous"
        best = json.loads(found["place_alternatives"].iloc[0])[0]
        assert found["latitude"].iloc[0] == best["latitude"]
        return str(best["id"])

    west, south = first("Pokrovsk", "Myrnohrad", "Novohrodivka"), first("Mariupol", "Manhush", "Sartana")
    assert west.startswith("katottg:UA1416")
    assert south.startswith("katottg:UA1414")


@pytest.mark.parametrize(
    ("row", "status", "precision", "near", "within_km"),
    [
        (("Qwertyville", "Kharkiv", "Ukraine"), "area", "region", (49.6, 36.4), 60),
        (("Qwertyville", "", "Ukraine"), "area", "country", (49.0, 31.4), 250),
        (("Qwertyville, Izium", "Kharkiv", "Ukraine"), "area", "district", (49.21, 37.25), 5),
        (("", "Kharkiv", "Ukraine"), "area", "region", (49.6, 36.4), 60),
        (("", "", "Ukraine"), "area", "country", (49.0, 31.4), 250),
        (("Vovchansk", "Donetsk", "Ukraine"), "ambiguous", "region", (48.1, 37.8), 60),
    ],
)
def test_what_is_known_around_it_stands_for_a_place(
    gazetteer: Gazetteer,
    row: tuple[str, str, str],
    status: str,
    precision: str,
    near: tuple[float, float],
    within_km: float,
) -> None:
    table = pd.DataFrame([row], columns=["place", "region", "country"])
    found = geocode_table(table, region="region", country="country", gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], found["place_precision"]) == (status, precision)
    assert distance_km(found["latitude"], found["longitude"], *near) < within_km
    assert found["place_radius_km"] >= 10
    bare = geocode_table(table, region="region", country="country", gazetteer=gazetteer, best_guess=False).iloc[0]
    assert np.isnan(bare["latitude"]) == (found["place_score"] == 0.2)


def test_nothing_known_is_nothing_given(gazetteer: Gazetteer) -> None:
    found = geocode_table(pd.DataFrame({"place": ["Qwertyville", None, "x" * 500]}), gazetteer=gazetteer)
    assert found["latitude"].isna().all()
    assert found["place_status"].tolist() == ["not_found", "invalid", "invalid"]


@pytest.mark.parametrize(
    ("place", "precision", "region", "name"),
    [
        ("UA63", "region", "UA-63", "Kharkiv region"),
        ("ua44", "region", "UA-09", "Luhansk region"),
        ("UA6312", "district", "UA-63", "Харківський район"),
        ("UA63120000000028556", "district", "UA-63", "Харківський район"),
        ("UA6312027", "district", "UA-63", "Харківська територіальна громада"),
        ("UA63120270000028556", "district", "UA-63", "Харківська територіальна громада"),
        ("UA99", None, None, None),
        ("UA631", None, None, None),
        ("SD01", None, None, None),
    ],
)
def test_a_code_stands_for_the_name_of_its_unit(place, precision, region, name):
    found = geocode_events(pd.DataFrame({"event_id": ["e"], "place": [place]})).iloc[0]
    told = [found[each] for each in ("place_precision", "place_region_code", "place_name")]
    assert [None if pd.isna(each) else each for each in told] == [precision, region, name]


def test_codes_of_region_and_district_are_hints():
    frame = pd.DataFrame({"event_id": ["e"], "place": ["Васильківка"], "region": ["UA12"], "district": ["UA1214"]})
    found = geocode_events(frame).iloc[0]
    assert found["place_region_code"] == "UA-12"


@pytest.mark.parametrize(
    "text",
    [
        "Vasylkiv urban hromada",
        "Vasylkiv hromada",
        "Vasylkiv urban territorial community",
        "Vasylkivska territorial hromada",
        "Васильківська міська територіальна громада",
        "Васильківська територіальна громада",
    ],
)
def test_a_community_whatever_kind_is_said_of_it(text):
    found = geocode_events(pd.DataFrame({"event_id": ["e"], "place": [text], "region": ["Kyiv Oblast"]})).iloc[0]
    assert (found["place_precision"], found["place_region_code"]) == ("district", "UA-32")
    assert "A community, Vasylkivska" in found["place_reason"]
