"""Every way in which reports say where: scripts, spellings, old names, type words, several places in a cell."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.places.geocode import geocode_table
from impactmap.places.geocoder import Gazetteer

KHARKIV, BELGOROD, KYIV = "geonames:706483", "geonames:578072", "geonames:703448"
BAKHMUT, RYAZAN, VORONEZH = "geonames:713174", "geonames:500096", "geonames:472045"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kharkiv region", "UA-63"), ("Kharkivska oblast", "UA-63"), ("Харківська область", "UA-63"),
        ("Харьковская обл.", "UA-63"), ("Kharkov Oblast", "UA-63"), ("Харківщина", "UA-63"),
        ("Belgorodskaya oblast", "RU-BEL"), ("Белгородская область", "RU-BEL"), ("Бєлгородська область", "RU-BEL"),
        ("Krasnodar krai", "RU-KDA"), ("Краснодарский край", "RU-KDA"), ("Republic of Tatarstan", "RU-TA"),
        ("Autonomous Republic of Crimea", "UA-43"), ("Kyiv oblast", "UA-32"), ("Київська область", "UA-32"),
    ],
)  # fmt: skip
def test_a_region_is_an_area(gazetteer: Gazetteer, text: str, code: str) -> None:
    found = gazetteer.decide(text)
    assert (found.status, found.precision, found.place_id) == ("area", "region", f"iso:{code}")


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("Departamento del Cauca", "Colombia", "CO-CAU"), ("DEPARTAMENTO DEL CAUCA", "Colombia", "CO-CAU"),
        ("departamento del cauca", "Colombia", "CO-CAU"), ("Departamento de La Guajira", "Colombia", "CO-LAG"),
        ("Departamento del Valle del Cauca", "Colombia", "CO-VAC"), ("Valle del Cauca", "Colombia", "CO-VAC"),
        ("Provincia de Mendoza", "Argentina", "AR-M"), ("Provincia de La Pampa", "Argentina", "AR-L"),
        ("Estado de Michoacán", "Mexico", "MX-MIC"), ("Estado do Pará", "Brazil", "BR-PA"),
        ("Estado do Rio de Janeiro", "Brazil", "BR-RJ"), ("Departamento de La Paz", "Bolivia", "BO-L"),
    ],
)  # fmt: skip
def test_of_between_the_kind_and_the_name_is_no_part_of_the_name(
    gazetteer: Gazetteer, text: str, country: str, code: str
) -> None:
    for found in (gazetteer.decide(text, country=country), gazetteer.decide("", region=text, country=country)):
        assert (found.status, found.place_id) == ("area", f"iso:{code}")


@pytest.mark.parametrize(
    ("place", "region", "country", "code"),
    [
        ("Cauca", "Cauca", "Colombia", "CO-CAU"), ("Cauca", "Departamento del Cauca", "Colombia", "CO-CAU"),
        ("Borno", "Borno State", "Nigeria", "NG-BO"), ("Crimea", "Crimea", "Ukraine", "UA-43"),
        ("Michoacán", "Michoacán", "Mexico", "MX-MIC"),
    ],
)  # fmt: skip
def test_a_place_that_repeats_its_region_is_that_region(
    gazetteer: Gazetteer, place: str, region: str, country: str, code: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.place_id) == ("area", f"iso:{code}")


@pytest.mark.parametrize(
    ("place", "region", "country", "place_id"),
    [
        ("Nariño", "Nariño", "Colombia", "geonames:3674031"), ("Kano", "Kano", "Nigeria", "geonames:2335204"),
    ],
)  # fmt: skip
def test_a_settlement_of_its_region_is_itself(
    gazetteer: Gazetteer, place: str, region: str, country: str, place_id: str
) -> None:
    assert gazetteer.decide(place, region=region, country=country).place_id == place_id


def test_a_municipio_is_a_district(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Municipio de Tibú", region="Norte de Santander", country="Colombia")
    assert (found.status, found.precision) == ("area", "district")
    assert "around Tibú" in found.reason


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("Kharkiv", KHARKIV), ("Kharkov", KHARKIV), ("Харків", KHARKIV), ("Харьков", KHARKIV), ("Harkiv", KHARKIV),
        ("Kharkiv city", KHARKIV), ("city of Kharkiv", KHARKIV), ("м. Харків", KHARKIV), ("г. Харьков", KHARKIV),
        ("Kharkiv - Saltivka", KHARKIV), ("Kharkiv, Ukraine", KHARKIV), ("ХАРКІВ", KHARKIV),
        ("Kyiv", KYIV), ("Kiev", KYIV), ("Київ", KYIV), ("Киев", KYIV), ("Kyiv (Kiev)", KYIV),
        ("Bakhmut", BAKHMUT), ("Bakhmut/Artemivsk", BAKHMUT), ("Bakhmut (Artemivsk)", BAKHMUT),
        ("near Bakhmut", BAKHMUT), ("south of Bakhmut", BAKHMUT), ("outskirts of Bakhmut", BAKHMUT),
        ("під Бахмутом"[4:10], BAKHMUT), ("village near Bakhmut", BAKHMUT),
        ("Х\u0430pк\u0456в", KHARKIV),  # a Latin p in a Cyrillic word
        ("Khаrkiv", KHARKIV),  # a Cyrillic а in a Latin word
        ("Khar\u200bkiv", KHARKIV), ("\u202eKharkiv\u202c", KHARKIV), ("Khar\u00adkiv", KHARKIV),
        ("Харкі\u0308в".replace("і\u0308", "і"), KHARKIV),
    ],
)  # fmt: skip
def test_a_settlement_however_it_is_written(gazetteer: Gazetteer, text: str, place_id: str) -> None:
    found = gazetteer.decide(text, country="Ukraine")
    assert (found.status, found.precision, found.place_id) == ("matched", "settlement", place_id)
    table = geocode_table(
        pd.DataFrame({"place": [text], "country": ["Ukraine"]}), country="country", gazetteer=gazetteer
    )
    assert table["place"].iloc[0] == text  # the original is kept


@pytest.mark.parametrize(
    ("text", "region", "country", "place_id"),
    [
        ("Artemivsk", "Donetsk oblast", "Ukraine", BAKHMUT),
        ("Артемовск", "Донецкая обл.", "Украина", BAKHMUT),
        ("Bakhmut", "Donetks", "Ukraine", BAKHMUT),
        ("Bakhmut", "Donetska", "Ukrane", BAKHMUT),
        ("Belgorod", "Belgrod", "Russia", BELGOROD),
        ("Rayazan", "", "Russia", RYAZAN),
        ("Rayazan", "Ryazan oblast", "Russian Federation", RYAZAN),
        ("Kharkiv", "Kharkivska", "Ukraine", KHARKIV),
        ("Khrakiv", "Kharkiv", "Ukraine", KHARKIV),
        ("Sudzha", "Kurks", "Russia", "geonames:486816"),
        ("Orikhiv", "Zaporizhya", "Ukraine", "geonames:698428"),
        ("Krivoy Rog", "Dnipro", "Ukraine", "geonames:703845"),
    ],
)
def test_old_names_and_misspelt_hints(
    gazetteer: Gazetteer, text: str, region: str, country: str, place_id: str
) -> None:
    found = gazetteer.decide(text, region=region, country=country)
    assert found.status in {"matched", "fuzzy"}
    assert found.place_id == place_id


def test_kyiv_is_a_city_and_kyiv_oblast_is_not(gazetteer: Gazetteer) -> None:
    for region in ("", "Kyiv", "Kyiv City", "Kyiv oblast"):
        assert gazetteer.decide("Kyiv", region=region, country="Ukraine").place_id == KYIV
    assert gazetteer.decide("Kyiv oblast", country="Ukraine").place_id == "iso:UA-32"
    assert gazetteer.decide("", region="Kyiv oblast", country="Ukraine").place_id == "iso:UA-32"


def test_voronezh_is_a_russian_city_and_a_spelling_of_voronizh(gazetteer: Gazetteer) -> None:
    for text in ("Воронеж", "Voronezh"):
        assert gazetteer.decide(text, country="Russia").place_id == VORONEZH
        assert gazetteer.decide(text).place_id == VORONEZH
    ukrainian = gazetteer.decide("Воронеж", region="Сумская область", country="Украина")
    assert (ukrainian.name, ukrainian.region_code, ukrainian.status) == ("Voronizh", "UA-59", "matched")


@pytest.mark.parametrize("text", ["Oktyabrsky", "Oktyabrskiy", "Октябрьский"])
def test_several_oktyabrsky_are_ambiguous(gazetteer: Gazetteer, text: str) -> None:
    for country in ("", "Russia"):
        found = gazetteer.decide(text, country=country)
        assert found.status == "ambiguous"
        assert len(found.alternatives) > 4


def test_a_district_named_after_two_towns(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Popasna-Bakhmut district", region="Luhansk", country="Ukraine")
    assert (found.status, found.precision) == ("area", "district")
    assert found.circle == (48.612, 38.1861)
    assert 25 < found.radius_km < 35


def test_several_places_in_a_cell_are_all_given(gazetteer: Gazetteer) -> None:
    for text in ("Kupiansk and Izium", "Kupiansk; Izium", "Куп'янськ та Ізюм"):
        found = gazetteer.decide(text, region="Kharkiv", country="Ukraine")
        assert found.status == "ambiguous"
        assert [one.name for one in found.alternatives] == ["Kupyansk", "Izyum"]
        assert found.reason.startswith("Names 2 places: ")


@pytest.mark.parametrize(
    ("text", "region", "country", "place_id", "status"),
    [
        ("Simferopol", "Crimea", "Russia", "geonames:693805", "fuzzy"),  # place and region against the country
        ("Kharkiv", "Belgorod", "Ukraine", KHARKIV, "fuzzy"),  # place and country against the region
    ],
)
def test_of_three_hints_two_agree(
    gazetteer: Gazetteer, text: str, region: str, country: str, place_id: str, status: str
) -> None:
    found = gazetteer.decide(text, region=region, country=country)
    assert (found.place_id, found.status) == (place_id, status)
    assert f"not in {country}" in found.reason


@pytest.mark.parametrize("text", ["Unknown", "N/A", "not specified", "невідомо", "неизвестно", " - unknown - "])
def test_a_cell_that_says_nothing_is_the_region_given(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.decide(text, region="Donetsk", country="Ukraine")
    assert (found.status, found.place_id) == ("area", "iso:UA-14")


def test_a_place_called_na_is_not_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.decide("NA", region="Donetsk", country="Ukraine").place_id != "iso:UA-14"


def test_a_village_spelled_like_a_city_does_not_hide_it(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Zaporizhzhia", region="Zaporozhye", country="Ukraine")
    assert (found.status, found.place_id) == ("matched", "geonames:687700")
    village = gazetteer.decide("Shumy", country="Ukraine")
    assert village.status != "matched"  # Sumy is spelled otherwise


@pytest.mark.parametrize(
    ("text", "country", "name"), [("Port Sudan", "Sudan", "Port Sudan"), ("Port Harcourt", "Nigeria", "Port Harcourt")]
)
def test_a_town_whose_name_begins_with_port_is_no_port(
    gazetteer: Gazetteer, text: str, country: str, name: str
) -> None:
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.name) == ("matched", name)
    assert "site" not in found.reason


def test_a_site_stands_where_its_town_does(gazetteer: Gazetteer) -> None:
    named = gazetteer.decide("Hostomel Airport", region="Kyiv", country="Ukraine")
    assert (named.status, named.name, named.radius_km) == ("fuzzy", "Hostomel", 15.0)
    beside = geocode_table(
        pd.DataFrame({"place": ["Antonov Airport, Hostomel"], "region": ["Kyiv"], "country": ["Ukraine"]}),
        region="region", country="country", gazetteer=gazetteer,
    ).iloc[0]  # fmt: skip
    assert (beside["place_status"], beside["place_precision"], beside["place_name"]) == ("area", "district", "Hostomel")


@pytest.mark.parametrize(
    ("text", "region", "country", "place_id"),
    [
        ("Одеса", "", "", "geonames:698740"), ("Одесса", "", "", "geonames:698740"),
        ("Odesa", "", "", "geonames:698740"), ("Суми", "", "", "geonames:692194"),
        ("Sumy", "", "", "geonames:692194"), ("Москва", "", "", "geonames:524901"),
        ("г. Москва", "", "", "geonames:524901"), ("Николаев", "", "", "geonames:700569"),
        ("Novorossiysk", "", "Russia", "geonames:518255"),
        ("Новороссийск", "Краснодарский край", "Россия", "geonames:518255"),
        ("Sloviansk", "", "Ukraine", "geonames:693468"),
    ],
)  # fmt: skip
def test_a_city_by_its_name_of_today(gazetteer: Gazetteer, text: str, region: str, country: str, place_id: str) -> None:
    found = gazetteer.decide(text, region=region, country=country)
    assert (found.status, found.place_id) == ("matched", place_id)


@pytest.mark.parametrize("text", ["Odessa", "London", "Donetsk", "Донецк", "St. Petersburg", "Oktyabrsky"])
def test_a_name_that_cities_share_is_not_settled(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.decide(text).status == "ambiguous"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kyiv, Lviv and Odesa", ["Kyiv", "Lviv", "Odesa"]),
        ("Київ, Львів та Одеса", ["Київ", "Львів", "Одеса"]),
        ("Bucha, Hostomel and Irpin", ["Bucha", "Hostomel", "Irpin"]),
    ],
)
def test_a_list_is_not_its_first_place(gazetteer: Gazetteer, text: str, names: list[str]) -> None:
    found = gazetteer.decide(text, country="Ukraine")
    assert found.status == "ambiguous"
    assert found.reason == f"Names 3 places: {', '.join(map(repr, names))}. Put ';' between them or give each a row."
    assert len(found.alternatives) == 3


@pytest.mark.parametrize("text", ["Sarajevo, Bosnia and Herzegovina", "Port of Spain, Trinidad and Tobago"])
def test_a_country_with_an_and_in_it_is_no_list(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.decide(text).status == "matched"


@pytest.mark.parametrize("text", ["50.45, 30.52", "50,45; 30,52", "-50.45 30.52", "(50.45 / 30.52)"])
def test_coordinates_in_place_of_a_name_are_told(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.decide(text, country="Ukraine")
    assert found.status == "invalid"
    assert found.reason == f"{text!r} is no name but coordinates, which belong in columns of their own."


@pytest.mark.parametrize(
    ("place", "region", "country", "other"),
    [
        ("Orlova-Ivanivka", "Donetsk oblast", "Ukraine", "Novoivanivka"),
        ("Orlovo-Ivanivka village", "Donetsk oblast", "Ukraine", "Novoivanivka"),
    ],
)
def test_another_word_in_front_makes_another_place(
    gazetteer: Gazetteer, place: str, region: str, country: str, other: str
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert found.name != other
    assert found.status != "fuzzy"


@pytest.mark.parametrize(("place", "name"), [("Kramatrosk", "Kramatorsk"), ("Staromaiorskoje", "Staromaiorske")])
def test_a_misspelt_name_is_still_found(gazetteer: Gazetteer, place: str, name: str) -> None:
    assert gazetteer.decide(place, region="Donetsk oblast", country="Ukraine").name == name
