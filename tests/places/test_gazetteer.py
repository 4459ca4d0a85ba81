from __future__ import annotations

import subprocess
import sys

import pytest
from geopy.geocoders.base import Geocoder

from impactmap.places.geocoder import Gazetteer
from impactmap.places.settle.evidence import trust


@pytest.mark.parametrize(
    ("place", "region", "country", "expected"),
    [
        ("Belgorod", "", "Russia", ("matched", "settlement", "geonames:578072")),
        ("Білгород", "", "Росія", ("matched", "settlement", "geonames:578072")),
        ("г. Белгород", "", "Россия", ("matched", "settlement", "geonames:578072")),
        ("Taganrog", "Rostov region", "Russia", ("matched", "settlement", "geonames:484907")),
        ("Kyiv", "", "", ("matched", "settlement", "geonames:703448")),
        ("Kiev", "", "Ukraine", ("matched", "settlement", "geonames:703448")),
        ("Kyiv", "Kyiv region", "Ukraine", ("matched", "settlement", "geonames:703448")),
        ("Kyiv oblast", "", "", ("area", "region", "iso:UA-32")),
        ("Київська область", "", "Україна", ("area", "region", "iso:UA-32")),
        ("Kharkiv region", "", "Ukraine", ("area", "region", "iso:UA-63")),
        ("Crimea", "", "", ("area", "region", "iso:UA-43")),
        ("Ukraine", "", "Ukraine", ("area", "country", "iso:UA")),
        ("Украина", "", "", ("area", "country", "iso:UA")),
        ("", "Kharkiv", "Ukraine", ("area", "region", "iso:UA-63")),
        ("", "", "Ukraine", ("area", "country", "iso:UA")),
        ("Voronezh", "", "", ("matched", "settlement", "geonames:472045")),
        ("Воронеж", "", "Россия", ("matched", "settlement", "geonames:472045")),
        ("Artemivsk", "Donetsk oblast", "Ukraine", ("matched", "settlement", "geonames:713174")),
        ("Kharkov", "", "Ukraine", ("matched", "settlement", "geonames:706483")),
        ("Kharkiv, Ukraine", "", "", ("matched", "settlement", "geonames:706483")),
        ("Luxembourg", "", "Luxembourg", ("matched", "settlement", "geonames:2960316")),
        ("Mexico City", "", "", ("matched", "settlement", "geonames:3530597")),
        ("Belgrod", "", "Russia", ("ambiguous", None, None)),
        ("Belgrod", "Belgorod oblast", "Russia", ("fuzzy", "settlement", "geonames:578072")),
        ("Kramatorsk airfield", "", "Ukraine", ("fuzzy", "settlement", "geonames:704508")),
        ("Starobesheve raion", "Donetsk oblast", "Ukraine", ("area", "district", None)),
        ("Oktyabrsky", "", "", ("ambiguous", None, None)),
        ("Октябрьский", "", "Россия", ("ambiguous", None, None)),
        ("Donetsk", "", "", ("ambiguous", None, None)),
        ("Kharkiv", "", "Russia", ("ambiguous", None, None)),
        ("Qwertyville", "", "", ("not_found", None, None)),
        ("Qwertyville", "Kharkiv", "Ukraine", ("not_found", None, None)),
        ("Kyiv region and Kharkiv region", "", "", ("area", "region", "iso:UA-32+UA-63")),
        ("???", "", "", ("invalid", None, None)),
        ("x" * 10_000, "", "", ("invalid", None, None)),
        ("", "", "", ("invalid", None, None)),
    ],
)
def test_decide(
    gazetteer: Gazetteer, place: str, region: str, country: str, expected: tuple[str, str | None, str | None]
) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.precision, found.place_id) == expected
    assert found.reason.endswith(".")


def test_one_spelling_two_places(gazetteer: Gazetteer) -> None:
    bare = gazetteer.decide("Воронеж")
    assert [candidate.country for candidate in bare.alternatives] == ["UA"]
    there = gazetteer.decide("Воронеж", country="Ukraine")
    assert (there.name, there.region_code) == ("Voronizh", "UA-59")
    sure = gazetteer.decide("Воронеж", region="Сумська область", country="Україна")
    assert (sure.status, sure.place_id) == ("matched", there.place_id)


def test_candidates_of_an_ambiguous_name(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Oktyabrsky")
    assert len(found.alternatives) == 8
    assert all(candidate.position is not None for candidate in found.alternatives)
    hinted = gazetteer.decide("Oktyabrsky", region="Bashkortostan", country="Russia")
    assert (hinted.status, hinted.region_code) == ("matched", "RU-BA")


@pytest.mark.parametrize(
    ("place", "country", "code"),
    [
        ("Донеччина", "", "UA-14"),
        ("Вінниччина", "", "UA-05"),
        ("Белгородчина", "", "RU-BEL"),
        ("Крым", "", "UA-43"),
        ("АР Крим", "", "UA-43"),
        ("Чечня", "", "RU-CE"),
        ("Chechnya", "", "RU-CE"),
        ("North Ossetia", "", "RU-SE"),
        ("ХМАО", "", "RU-KHM"),
        ("Ленобласть", "", "RU-LEN"),
        ("Подмосковье", "Russia", "RU-MOS"),
        ("Ставропольский кр.", "", "RU-STA"),
        ("Респ. Дагестан", "", "RU-DA"),
        ("ДНР", "", "UA-14"),
        ("Луганська народна республіка", "", "UA-09"),
        ("Волинь", "", "UA-07"),
        ("Харьк. обл.", "Украина", "UA-63"),
        ("Прикарпаття", "Україна", "UA-26"),
    ],
)
def test_regions_as_people_call_them(gazetteer: Gazetteer, place: str, country: str, code: str) -> None:
    found = gazetteer.decide(place, country=country)
    assert (found.status, found.precision, found.region_code) == ("area", "region", code)


@pytest.mark.parametrize("place", ["Kharkiv", "Київ", "Moscow", "Суми", "Rostov-on-Don", "Київське"])
def test_a_town_is_not_taken_for_its_region(gazetteer: Gazetteer, place: str) -> None:
    assert gazetteer.decide(place).precision != "region"


@pytest.mark.parametrize(
    ("place", "country", "place_id"),
    [
        ("10 km south of Bakhmut", "Ukraine", "geonames:713174"),
        ("5 км к югу от Бахмута", "Украина", "geonames:713174"),
        ("під Бахмутом", "Україна", "geonames:713174"),
        ("у Харкові", "Україна", "geonames:706483"),
        ("в Белгороде", "", "geonames:578072"),
        ("Xarkiv", "Ukraine", "geonames:706483"),
        ("Kyjiv", "", "geonames:703448"),
    ],
)
def test_names_in_a_sentence_and_in_other_schemes(
    gazetteer: Gazetteer, place: str, country: str, place_id: str
) -> None:
    found = gazetteer.decide(place, country=country)
    assert (found.status in {"matched", "fuzzy"}, found.place_id) == (True, place_id)


def test_the_distance_widens_the_radius(gazetteer: Gazetteer) -> None:
    radius = [gazetteer.decide(f"{text} of Bakhmut", country="Ukraine").radius_km for text in ("north", "25 km north")]
    assert radius == [15.0, 35.0]


@pytest.mark.parametrize(
    ("place", "region", "country", "near"),
    [
        ("Shebekinsky urban okrug", "Belgorod", "Russia", (50.41, 36.93)),
        ("Шебекинский городской округ", "", "Россия", (50.41, 36.93)),
        ("Sudzhansky district", "Kursk", "Russia", (51.19, 35.27)),
    ],
)
def test_districts_by_their_adjective(gazetteer: Gazetteer, place, region, country, near) -> None:
    found = gazetteer.decide(place, region=region, country=country)
    assert (found.status, found.precision, found.circle) == ("area", "district", pytest.approx(near, abs=0.02))


@pytest.mark.parametrize("place", ["Kyiv, Odesa, Lviv", "Kharkiv, Kupiansk", "Полтава, Суми"])
def test_towns_with_commas_between_are_several(gazetteer: Gazetteer, place: str) -> None:
    found = gazetteer.decide(place)
    assert found.status == "ambiguous"
    assert found.reason.startswith(f"Names {place.count(',') + 1} places: ")


@pytest.mark.parametrize(
    ("place", "country"),
    [("Saltivka, Kharkiv", "UA"), ("Paris, Texas", "US"), ("London, Ontario", "CA"), ("Berlin, Brandenburg", "DE")],
)
def test_a_town_in_a_town_or_region_is_one_place(gazetteer: Gazetteer, place: str, country: str) -> None:
    found = gazetteer.decide(place)
    assert "Names" not in found.reason
    assert found.country == country


@pytest.mark.parametrize("region", ["", "Donetsk"])
def test_a_city_does_not_win_by_a_name_that_villages_bear_today(gazetteer: Gazetteer, region: str) -> None:
    found = gazetteer.decide("Oleksandrivka", region=region, country="Ukraine")  # Donetsk was called so once
    assert found.status == "ambiguous"
    assert gazetteer.decide("Krasny Lyman", region="Donetsk", country="Ukraine").name == "Lyman"


def test_a_hint_that_contradicts_is_reported(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Kharkiv", region="Belgorod", country="Ukraine")
    assert found.status == "fuzzy"
    assert "'Belgorod' is in Russia" in found.reason
    away = gazetteer.decide("Vovchansk", region="Donetsk oblast", country="Ukraine")
    assert away.status == "ambiguous"
    assert "contradict" in away.reason


def test_unknown_hints_are_reported(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Kharkiv", region="Qwertyland", country="Ukraine")
    assert found.status == "matched"
    assert "region 'Qwertyland' not recognised" in found.reason


def test_near_is_wider(gazetteer: Gazetteer) -> None:
    at, near = gazetteer.decide("Bakhmut"), gazetteer.decide("near Bakhmut")
    assert at.place_id == near.place_id
    assert near.radius_km == 15.0 > at.radius_km
    assert "near" in near.reason


@pytest.mark.parametrize(
    ("scope", "size", "population", "namesakes", "expected"),
    [
        ("region", "village", 800, 1, "matched"),
        ("region", "village", 800, 2, "ambiguous"),
        ("region", "village", 1_000, 2, "matched"),
        ("region", "village", 3_000, 3, "ambiguous"),
        ("region", "village", 60_000, 1, "ambiguous"),
        ("region", "", 30_000, 9, "matched"),
        ("region", "", 6_000, 9, "ambiguous"),
        ("country", "village", 30_000, 1, "ambiguous"),
        ("country", "", 20_000, 1, "matched"),
        ("country", "", 6_000, 1, "fuzzy"),
        ("country", "", 900, 1, "ambiguous"),
        ("world", "", 49_000, 1, "fuzzy"),
        ("world", "", 50_000, 1, "matched"),
    ],
)
def test_trust(scope: str, size: str, population: int, namesakes: int, expected: str) -> None:
    assert trust(scope, size, population, namesakes) == expected  # type: ignore[arg-type]


def test_it_is_a_geopy_geocoder(gazetteer: Gazetteer) -> None:
    assert isinstance(gazetteer, Geocoder)
    location = gazetteer.geocode("Taganrog", country="Russia")
    assert location.address == "Taganrog, Rostov region, Russia"
    assert (location.latitude, location.longitude) == (47.2363, 38.9053)
    assert location.raw["id"] == "geonames:484907"
    region = gazetteer.geocode("Kharkiv region")
    assert region.raw["precision"] == "region"
    assert gazetteer.geocode("Oktyabrsky") is None
    assert gazetteer.geocode("Ukraine") is None
    assert gazetteer.geocode("Qwertyville", exactly_one=False) is None
    several = gazetteer.geocode("Oktyabrsky", exactly_one=False, limit=3)
    assert [place.raw["status"] for place in several] == ["ambiguous"] * 3


@pytest.mark.parametrize(
    ("place", "country", "language", "name"),
    [
        ("Kharkiv", "Ukraine", "uk", "Харків"),
        ("Kharkiv", "Ukraine", "ru", "Харьков"),
        ("Kyiv", "Ukraine", "uk", "Київ"),
        ("Belgorod", "Russia", "ru", "Белгород"),
        ("Taganrog", "Russia", "uk", "Таганрог"),
        ("Taganrog", "Russia", "ru", "Таганрог"),
        ("Taganrog", "Russia", "en", "Taganrog"),
    ],
)
def test_names_in_the_language_of_the_page(
    gazetteer: Gazetteer, place: str, country: str, language: str, name: str
) -> None:
    own = Gazetteer(gazetteer.table, gazetteer.areas, language=language)  # type: ignore[arg-type]
    assert own.decide(place, country=country).name == name


def test_every_place_is_there(gazetteer: Gazetteer) -> None:
    own = gazetteer.table.radius_km == 0
    assert int(own.sum()) == 234_908
    assert len(gazetteer.table) == 234_908 + 24_698  # the register's settlements that GeoNames does not have
    assert len({gazetteer.table.id_of(row) for row in range(0, len(gazetteer.table), 97)}) == 2_677


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not told that way")
def test_opening_and_the_first_answer_take_under_100_megabytes():
    # What a process needs at most, less what its libraries need before: what unpacking takes is given back, and the
    # names are not all worked on at once.
    program = """
import resource, sys
import geopandas, geopy.geocoders, pyarrow.parquet
import impactmap, impactmap.places.geocoder

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

before = most()
impactmap.Gazetteer().geocode("Kharkiv")
print(most() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100
