"""Regions that the layer has no outline of, and what regions are called in other languages."""

import pandas as pd
import pytest

from impactmap.places.gazetteer.more_regions import more_regions, regions_called
from impactmap.places.geocode import geocode_events
from impactmap.places.geocoder import Gazetteer
from impactmap.reference import load_layer


@pytest.mark.parametrize(
    ("place", "region", "country", "name"),
    [
        ("Lodwar", "Turkana", "Kenya", "Lodwar"),
        ("Lodwar", "Turkana County", "", "Lodwar"),
        ("Bunia", "Ituri", "DR Congo", "Bunia"),
        ("Lyon", "Auvergne-Rhône-Alpes", "France", "Lyon"),
        ("Caen", "Normandie", "France", "Caen"),
        ("Villeurbanne", "Rhône", "France", "Villeurbanne"),  # a part of the one that GeoNames says
        ("Bergamo", "Lombardia", "Italy", "Bergamo"),
        ("Lillehammer", "Innlandet", "Norway", "Lillehammer"),
        ("Fes", "Fès-Meknès", "Morocco", "Fes"),
        ("Hawassa", "Sidama", "Ethiopia", "Awasa"),
        ("El Fasher", "Darfur", "Sudan", "El Fasher"),
        ("Legazpi", "Bicol", "Philippines", "Legaspi"),
        ("Burhanuddin", "Bhola", "Bangladesh", "Burhānuddin"),  # a district of Barisal
        ("Hebron", "Hebron", "Palestine", "Hebron"),
        ("Belfast", "Northern Ireland", "UK", "Belfast"),
        ("Haifa", "חיפה", "Israel", "Haifa"),
        ("Aleppo", "حلب", "Syria", "Aleppo"),
        ("Lublin", "Woiwodschaft Lublin", "Poland", "Lublin"),
        ("Lviv", "Lemberg", "Ukraine", "Lviv"),
        ("Girona", "Каталонія", "Spain", "Girona"),
    ],
)
def test_a_place_in_a_region_by_its_newer_larger_or_foreign_name(
    gazetteer: Gazetteer, place: str, region: str, country: str, name: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.name) == ("matched", name)
    assert "not recognised" not in found.reason


@pytest.mark.parametrize(
    ("place", "region", "country"),
    [
        ("Lodwar", "Mombasa", "Kenya"),
        ("Lyon", "Normandy", "France"),
        ("Caen", "Occitanie", "France"),
        ("Bunia", "Tshopo", "DR Congo"),
    ],
)
def test_a_place_elsewhere_is_none_in_it(gazetteer: Gazetteer, place: str, region: str, country: str) -> None:
    assert gazetteer.decide(place, region=region, country=country).status == "ambiguous"


@pytest.mark.parametrize(
    ("place", "region", "country"),
    [
        ("", "Turkana County", "Kenya"),
        ("Turkana County", "", ""),
        ("West Pokot", "", "Kenya"),
        ("", "Ituri", "DR Congo"),
        ("Ituri Province", "", "DR Congo"),
        ("", "Innlandet", "Norway"),
    ],
)
def test_a_region_without_an_outline_is_an_area_and_says_so(
    gazetteer: Gazetteer, place: str, region: str, country: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.precision) == ("area", "district")
    assert found.circle is not None
    assert "its borders are not in the data" in found.reason


@pytest.mark.parametrize(
    ("place", "region", "country", "codes"),
    [
        ("", "Normandy", "France", "FR-14 FR-27 FR-50 FR-61 FR-76"),
        ("Normandie", "", "France", "FR-14 FR-27 FR-50 FR-61 FR-76"),
        ("", "Umbria", "Italy", "IT-PG IT-TR"),
        ("", "Cataluña", "Spain", "ES-B ES-GI ES-L ES-T"),
        ("", "North Western Province", "Sri Lanka", "LK-61 LK-62"),
        ("Donbas", "", "", "UA-09 UA-14"),
    ],
)
def test_a_region_of_several_of_the_layers(
    gazetteer: Gazetteer, place: str, region: str, country: str, codes: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert found.status == "area"
    assert sorted(found.region_codes) == codes.split()


@pytest.mark.parametrize(
    ("place", "region", "country", "code"),
    [
        ("Bayern", "", "", "DE-BY"),
        ("Bavière", "", "", "DE-BY"),
        ("Mazowsze", "", "Poland", "PL-MZ"),
        ("Woiwodschaft Masowien", "", "", "PL-MZ"),
        ("", "محافظة حلب", "", "SY-HL"),
        ("", "Oblast Charkiw", "Ukraine", "UA-63"),
        ("", "מחוז חיפה", "Israel", "IL-HA"),
        ("", "Штат Нью-Йорк", "США", "US-NY"),
        ("", "Kirkuk", "Iraq", "IQ-TS"),
        ("Minnesota", "", "US", "US-MN"),
        ("", "Minnesota", "US", "US-MN"),
    ],
)
def test_a_region_by_what_another_language_calls_it(
    gazetteer: Gazetteer, place: str, region: str, country: str, code: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.region_code) == ("area", code)


@pytest.mark.parametrize(("place", "country"), [("Alep", ""), ("Garissa", "Kenya"), ("Nakuru", ""), ("Warschau", "")])
def test_a_town_that_a_region_is_named_after_stays_a_town(gazetteer: Gazetteer, place: str, country: str) -> None:
    assert gazetteer.decide(place, country=country).precision == "settlement"


def test_what_only_sounds_like_a_foreign_name_of_a_region_is_none(gazetteer: Gazetteer) -> None:
    assert gazetteer.decide("Belgrod", country="Russia").precision != "region"  # so it sounds in Bengali
    assert regions_called("Bayern") == ["DE-BY"]
    assert "RU-BEL" in regions_called("Belgrod", ["RU"])
    assert "RU-BEL" not in regions_called("Belgrod", ["RU"], spelled=True)


def test_the_district_of_a_region_is_not_the_region(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("", region="Bhola", country="Bangladesh")
    assert (found.status, found.precision, found.region_code) == ("area", "district", "BD-A")


def test_what_more_regions_are_made_of_is_in_the_layer() -> None:
    layer = set(load_layer("regions", shapes=False)["code"])
    for region in more_regions().values():
        assert region.code not in layer
        assert {*region.parts, *filter(None, [region.within])} <= layer
        assert sum([bool(region.parts), region.within is not None, region.circle is not None]) == 1


def test_a_position_in_a_region_without_an_outline_contradicts_none(gazetteer: Gazetteer) -> None:
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "place": ["x", "x", "x"],
            "region": ["Turkana", "Mombasa", "Normandy"],
            "country": ["Kenya", "Kenya", "France"],
            "latitude": [3.12, 3.12, 49.18],
            "longitude": [35.6, 35.6, -0.37],
        }
    )
    found = geocode_events(events, gazetteer=gazetteer)
    assert found["place_conflict"].fillna("").tolist() == ["", "region", ""]
