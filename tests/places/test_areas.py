from __future__ import annotations

import pytest

from impactmap.places.geocoder import Gazetteer


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Ukraine", "UA"),
        ("Україна", "UA"),
        ("Украина", "UA"),
        ("UKR", "UA"),
        ("ua", "UA"),
        ("Russian Federation", "RU"),
        ("РФ", "RU"),
        ("Российская Федерация", "RU"),
        ("UK", "GB"),
        ("Kharkiv", None),
        ("", None),
    ],
)
def test_find_country(gazetteer: Gazetteer, text: str, country: str | None) -> None:
    assert gazetteer.areas.find_country(text) == country


def test_a_code_is_not_a_place_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.find_country("NA") == "NA"
    assert gazetteer.areas.find_country("NA", codes=False) is None


def test_a_misspelt_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.guess_country("Ukrain") == "UA"
    assert gazetteer.areas.guess_country("Xyzzy") is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Kharkiv region", ["UA-63"]),
        ("Kharkivska oblast", ["UA-63"]),
        ("Харківська область", ["UA-63"]),
        ("Харьковская обл.", ["UA-63"]),
        ("Харківщина", ["UA-63"]),
        ("Belgorodskaya oblast", ["RU-BEL"]),
        ("Воронежская область", ["RU-VOR"]),
        ("UA-63", ["UA-63"]),
        ("Kyiv region", ["UA-32"]),
        ("Kyiv", ["UA-30", "UA-32"]),
        ("Crimea", ["UA-43"]),
        ("Moscow region", ["RU-MOS"]),
        ("Республика Татарстан", ["RU-TA"]),
        ("Zaporozhye", ["UA-23"]),
        ("Donestk oblast", ["UA-14"]),
        ("Khreson oblast", ["UA-65"]),
        ("Qwertyland region", []),
    ],
)
def test_find_regions(gazetteer: Gazetteer, text: str, codes: list[str]) -> None:
    assert gazetteer.areas.find_regions(text, ["RU", "UA"])[0] == codes


def test_a_region_is_looked_for_in_the_country_given(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.find_regions("Kharkiv region", ["RU"], fuzzy=False) == ([], 0.0)


def test_names_by_language(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas.region_name("UA-63", "uk") == "Харківська область"
    assert gazetteer.areas.region_name("UA-63", "ru") == "Харьковская область"
    assert gazetteer.areas.region_name(None, "en") is None
    assert gazetteer.areas.country_name("UA", "ru") == "Украина"


def test_regions_of_the_world_are_found_by_every_name_whatever_was_asked_before(gazetteer: Gazetteer) -> None:
    areas = gazetteer.areas
    names = [(code, name) for code, one in list(areas.regions.items())[::60] for name in one.names.values()]
    found = {name: areas.find_regions(name, fuzzy=False) for _, name in names}
    assert all(code in found[name][0] for code, name in names)
    assert {name: areas.find_regions(name, fuzzy=False) for name in reversed(found)} == found
