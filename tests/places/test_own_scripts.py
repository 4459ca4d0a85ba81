"""Places by their names in the script that is written where they are."""

import pytest

from impactmap.places.geocoder import Gazetteer

NAMES = [
    ("غزة", "PS", "Gaza"),
    ("خان يونس", "PS", "Khān Yūnis"),
    ("תל אביב", "IL", "Tel Aviv"),
    ("חיפה", "IL", "Haifa"),
    ("صيدا", "LB", "Sidon"),
    ("حلب", "SY", "Aleppo"),
    ("الخرطوم", "SD", "Khartoum"),
    ("الفاشر", "SD", "El Fasher"),
    ("صنعاء", "YE", "Sanaa"),
    ("کابل", "AF", "Kabul"),
    ("تهران", "IR", "Tehran"),
    ("თბილისი", "GE", "Tbilisi"),
    ("Երևան", "AM", "Yerevan"),
    ("北京", "CN", "Beijing"),
    ("東京", "JP", "Tokyo"),
    ("大阪市", "JP", "Osaka"),
    ("서울", "KR", "Seoul"),
    ("काठमाडौं", "NP", "Kathmandu"),
    ("ঢাকা", "BD", "Dhaka"),
    ("አዲስ አበባ", "ET", "Addis Ababa"),
]


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer()


@pytest.mark.parametrize(("text", "country", "name"), NAMES)
def test_a_place_is_found_in_its_own_script(gazetteer, text, country, name):
    location = gazetteer.geocode(text, country=country)
    assert location is not None
    assert location.address.partition(",")[0] == name


@pytest.mark.parametrize("text", ["خان يونس", "تهران", "大阪市", "서울", "Երևան", "חיפה"])
def test_large_towns_need_no_country(gazetteer, text):
    wanted = {row[0]: row[2] for row in NAMES}[text]
    assert gazetteer.geocode(text).address.startswith(wanted)
