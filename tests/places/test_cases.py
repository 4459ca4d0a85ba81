"""Names in another case than the first, and the words in front of them."""

from __future__ import annotations

import pytest

from impactmap.places.geocoder import Gazetteer
from impactmap.places.names.cases import first_cases
from impactmap.places.settle.decision import Query


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Кременчуці", "Кременчук"), ("Сумах", "Суми"), ("Белгородом", "Белгород"), ("Харкова", "Харків"),
        ("Києвом", "Київ"), ("Кривого Рогу", "Кривий Ріг"), ("Білою Церквою", "Біла Церква"), ("Керчю", "Керч"),
        ("Тернополя", "Тернопіль"), ("Чернівцях", "Чернівці"), ("Рівному", "Рівне"),
        ("Набережных Челнах", "Набережные Челны"),
        ("Одессой", "Одесса"), ("Шебекине", "Шебекино"), ("Полтави", "Полтава"), ("Украиной", "Украина"),
    ],
)  # fmt: skip
def test_the_first_case_is_among_the_readings(text: str, name: str) -> None:
    assert name in first_cases(text)


@pytest.mark.parametrize(
    ("text", "country", "place_id"),
    [
        ("Луцьку", "Ukraine", "geonames:702569"), ("у Кременчуці", "Україна", "geonames:704147"),
        ("у Сумах", "", "geonames:692194"), ("над Белгородом", "", "geonames:578072"),
        ("у місті Суми", "", "geonames:692194"), ("в городе Белгороде", "", "geonames:578072"),
        ("до Полтави", "", "geonames:696643"), ("в Алеппо", "", "geonames:170063"),
        ("в Хартуме", "", "geonames:379252"),
        ("in Kassala", "", "geonames:372753"), ("over Belgorod", "", "geonames:578072"),
    ],
)  # fmt: skip
def test_a_settlement_in_any_case(gazetteer: Gazetteer, text: str, country: str, place_id: str) -> None:
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.place_id) == ("matched", place_id)


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("на Чернігівщині", "iso:UA-74"), ("на Волині", "iso:UA-07"), ("в Крыму", "iso:UA-43"),
        ("на Донеччині", "iso:UA-14"), ("в Секторе Газа", "iso:PS-GZZ"), ("в Україні", "iso:UA"),
        ("в Білорусі", "iso:BY"), ("в Судане", "iso:SD"), ("in Ukraine", "iso:UA"),
    ],
)  # fmt: skip
def test_regions_and_countries_in_any_case(gazetteer: Gazetteer, text: str, place_id: str) -> None:
    found = gazetteer.decide(text)
    assert (found.status, found.place_id) == ("area", place_id)


@pytest.mark.parametrize("text", ["Київське", "Горки", "Поле"])
def test_a_name_that_is_one_as_it_stands_stays(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.chooser.context(Query(text)).toponym.name == text
