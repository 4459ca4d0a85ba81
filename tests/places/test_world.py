"""Names of other countries, as newsrooms write them: regions, districts, countries, and what must not be mistaken."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.places.geocode import geocode_table
from impactmap.places.geocoder import Gazetteer


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("Khulna Division", "Bangladesh", "BD-D"),
        ("Chittagong Division", "Bangladesh", "BD-B"),  # of Chattogram
        ("Aleppo Governorate", "Syria", "SY-HL"),
        ("Rakhine State", "Myanmar", "MM-16"),
        ("Lublin Voivodeship", "Poland", "PL-LU"),
        ("Wilaya of Oran", "Algeria", "DZ-31"),
        ("Cluj County", "Romania", "RO-CJ"),
        ("мухафаза Алеппо", "Сирия", "SY-HL"),
        ("South Lebanon", "Lebanon", "LB-JA"),
        ("Southern Lebanon", "Lebanon", "LB-JA"),
        ("Northern District", "Israel", "IL-Z"),
        ("West Darfur", "Sudan", "SD-DW"),
        ("Rural Damascus", "Syria", "SY-RD"),
    ],
)
def test_regions_of_the_world(gazetteer: Gazetteer, text: str, country: str, code: str) -> None:
    found = gazetteer.decide("unknown", region=text, country=country)
    assert (found.status, found.region_code) == ("area", code)


@pytest.mark.parametrize(
    ("text", "region", "country", "name"),
    [
        ("State College", "Pennsylvania", "United States", "State College"),
        ("North Canton", "Ohio", "United States", "North Canton"),
        ("Baalbek", "Bekaa", "Lebanon", "Baalbek"),  # its own region is newer than the layer of regions
        ("Stepanakert", "", "Azerbaijan", "Khankendi"),  # seat of a region, without a figure of inhabitants
        ("Chittagong town", "Chittagong Division", "Bangladesh", "Chattogram"),
        ("Rajshahi City town", "Rajshahi Division", "Bangladesh", "Rajshahi"),
        ("Ganja", "", "Azerbaijan", "Ganja"),  # not Ghana
        ("Al-Fashir", "", "Sudan", "El Fasher"),
    ],
)
def test_towns_of_the_world(gazetteer: Gazetteer, text: str, region: str, country: str, name: str) -> None:
    found = gazetteer.decide(text, region=region, country=country)
    assert (found.status, found.name) == ("matched", name)


def test_a_direction_that_differs_makes_another_region(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.find_regions("West Kordofan", ["SD"]) == (["SD-GK"], 1.0)
    assert gazetteer.areas.find_regions("East Kordofan", ["SD"]) == ([], 0.0)
    assert gazetteer.areas.find_regions("Suoth Kordofan", ["SD"])[0] == ["SD-KS"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Myanmar", "MM"),
        ("Myanmar (Burma)", "MM"),
        ("DR Congo (Zaire)", "CD"),
        ("Bosnia and Herzegovina", "BA"),
        ("Palestine", "PS"),
        ("Rossiya", "RU"),
        ("Ganja", None),
    ],
)
def test_countries_of_the_world(gazetteer: Gazetteer, text: str, code: str | None) -> None:
    assert gazetteer.areas.find_country(text) == code


def test_a_name_only_somewhat_alike_is_no_dot_where_small_places_are_missing(gazetteer: Gazetteer) -> None:
    other = gazetteer.decide("Hatiya", region="Chittagong", country="Bangladesh")
    assert other.status == "ambiguous"  # Patiya is another town
    typed = gazetteer.decide("Belgrod", region="Belgorod", country="Russia")
    assert (typed.status, typed.name) == ("fuzzy", "Belgorod")


def test_a_subdistrict_is_an_area(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Patiya sub-District", region="Chittagong Division", country="Bangladesh")
    assert (found.status, found.precision) == ("area", "district")


def test_a_latin_ending_on_a_cyrillic_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.find_regions("Чернівецькаska", ["UA"])[0] == ["UA-77"]


def test_a_district_without_a_country_is_not_a_far_city_of_an_old_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.decide("Sverdlovsk raion").status == "ambiguous"


def test_the_only_town_of_a_name_that_is_called_a_village_stands_for_it(gazetteer: Gazetteer) -> None:
    row = geocode_table(pd.DataFrame({"place": ["Vuhledar village"]}), gazetteer=gazetteer).iloc[0]
    assert (row["place_status"], row["place_precision"]) == ("ambiguous", "district")
    assert abs(row["latitude"] - 47.78) < 0.1
