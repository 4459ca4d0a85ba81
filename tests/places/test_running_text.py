"""Forms in which running text says where: lists of regions, "between", surroundings, brackets either way, areas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from impactmap.places.geocode import geocode_events, geocode_table
from impactmap.places.geocoder import Gazetteer
from impactmap.places.lookup import locate_table
from impactmap.reading.read import read_events


@pytest.mark.parametrize(
    ("text", "country", "place_id"),
    [
        ("Kharkiv, Sumy, Poltava regions", "Ukraine", "iso:UA-63+UA-59+UA-53"),
        ("Dnipropetrovsk and Kharkiv regions", "Ukraine", "iso:UA-12+UA-63"),
        ("Сумська та Харківська області", "", "iso:UA-59+UA-63"),
        ("Курская и Белгородская области", "", "iso:RU-KRS+RU-BEL"),
        ("North and South Kivu provinces", "", "iso:CD-NK+CD-SK"),
        ("Aleppo, Idlib and Hama governorates", "Syria", "iso:SY-HL+SY-ID+SY-HM"),
        ("Donbas", "", "iso:UA-09+UA-14"), ("на Донбасі", "", "iso:UA-09+UA-14"), ("Донбасс", "", "iso:UA-09+UA-14"),
        ("Darfur", "", "iso:SD-DC+SD-DE+SD-DN+SD-DS+SD-DW"), ("Kivu", "", "iso:CD-NK+CD-SK"),
        ("Galicia", "Spain", "iso:ES-C+ES-LU+ES-OR+ES-PO"), ("Galicia", "Ukraine", "iso:UA-26+UA-46+UA-61"),
    ],
)  # fmt: skip
def test_several_regions_are_one_area(gazetteer: Gazetteer, text: str, country: str, place_id: str) -> None:
    row = pd.DataFrame({"place": [text], "country": [country]})
    found = geocode_events(row, gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], found["place_precision"], found["place_id"]) == ("area", "region", place_id)
    parts = [gazetteer.areas.polygon(code) for code in place_id.removeprefix("iso:").split("+")]
    assert found.geometry.area == pytest.approx(sum(part.area for part in parts), rel=0.001)


@pytest.mark.parametrize("text", ["England", "Scotland", "Wales", "Northern Ireland"])
def test_a_nation_of_the_united_kingdom_is_no_town(gazetteer: Gazetteer, text: str) -> None:
    found = geocode_table(pd.DataFrame({"place": [text]}), gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], found["place_name"], found["place_country"]) == ("area", text, "GB")


@pytest.mark.parametrize(
    ("text", "country", "place_id"),
    [
        ("Texas", "", "iso:US-TX"), ("Louisiana", "US", "iso:US-LA"), ("California", "", "iso:US-CA"),
        ("Minnesota", "", "iso:US-MN"), ("Alaska", "", "iso:US-AK"), ("Georgia", "US", "iso:US-GA"),
        ("Georgia", "", "iso:GE"), ("Bavaria", "", "iso:DE-BY"), ("Tigray", "", "iso:ET-TI"),
        ("Sinaloa", "", "iso:MX-SIN"),
        ("Helmand", "", "iso:AF-HEL"), ("Sistan and Baluchestan", "", "iso:IR-13"), ("U.S.", "", "iso:US"),
        ("U.S.A.", "", "iso:US"), ("U.K.", "", "iso:GB"), ("Northern Kordofan", "Sudan", "iso:SD-KN"),
    ],
)  # fmt: skip
def test_a_bare_state_or_country(gazetteer: Gazetteer, text: str, country: str, place_id: str) -> None:
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.place_id) == ("area", place_id)


@pytest.mark.parametrize(
    ("region", "country", "place_id"),
    [
        ("Minnesota", "US", "iso:US-MN"),
        ("Cairo", "Egypt", "iso:EG-C"),
        ("Antwerp", "Belgium", "iso:BE-VAN"),
        ("Херсон", "Україна", "iso:UA-65"),
        ("Northern Kordofan", "Sudan", "iso:SD-KN"),
    ],
)
@pytest.mark.parametrize("columns", ["date,place,region,country\n2025-03-01,,", "date,region,country\n2025-03-01,"])
def test_a_region_of_a_table_is_no_town_of_its_name(
    gazetteer: Gazetteer, tmp_path: Path, columns: str, region: str, country: str, place_id: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{columns}{region},{country}\n", encoding="utf-8")
    found = geocode_events(read_events(path).events, gazetteer=gazetteer).iloc[0]
    assert (found["place"], found["place_status"], found["place_id"]) == (region, "area", place_id)


@pytest.mark.parametrize(("header", "precision"), [("region", "region"), ("town", "settlement")])
def test_a_list_of_regions_is_located_as_regions(
    gazetteer: Gazetteer, tmp_path: Path, header: str, precision: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{header},country\nCairo,Egypt\nAntwerp,Belgium\n", encoding="utf-8")
    assert locate_table(path, gazetteer=gazetteer)["place_precision"].tolist() == [precision] * 2


def test_a_town_beside_the_region_of_its_name_stays_a_town(gazetteer: Gazetteer, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,place,region,country\n2025-03-01,Cairo,Cairo,Egypt\n2025-03-01,,Cairo,Egypt\n")
    found = geocode_events(read_events(path).events, gazetteer=gazetteer)
    assert found["place_precision"].tolist() == ["settlement", "region"]


@pytest.mark.parametrize(("region", "place_id"), [("Minnesota", "iso:US-MN"), ("Northern Kordofan", "iso:SD-KN")])
def test_a_region_in_a_column_of_its_own(gazetteer: Gazetteer, region: str, place_id: str) -> None:
    country = "US" if region == "Minnesota" else "Sudan"
    for place in ("", "-", "n/a", "—"):
        found = gazetteer.decide(place, region=region, country=country)
        assert (found.status, found.place_id) == ("area", place_id)


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Los Angeles, CA", "Los Angeles", "US-CA"), ("Atlanta, GA", "Atlanta", "US-GA"),
        ("Austin, TX", "Austin", "US-TX"), ("Paris, Texas", "Paris", "US-TX"),
    ],
)  # fmt: skip
def test_two_capitals_after_a_comma_are_a_state(gazetteer: Gazetteer, text: str, name: str, code: str) -> None:
    found = gazetteer.decide(text)
    assert (found.status, found.name, found.region_code) == ("matched", name, code)


def test_or_a_country_where_the_place_is_there(gazetteer: Gazetteer) -> None:
    assert gazetteer.decide("Toronto, CA").country == "CA"


@pytest.mark.parametrize("text", ["Kyiv", "Luhansk", "Belgorod", "Lagos", "Kano", "São Paulo", "Homs", "Stepanakert"])
def test_a_city_that_its_region_is_named_after_stays_a_city(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.decide(text)
    assert (found.status in {"matched", "fuzzy"}, found.precision) == (True, "settlement")


@pytest.mark.parametrize("text", ["Manara", "en", "Shan", "Sea"])
def test_a_region_is_not_meant_by_its_sound_alone(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.decide(text).status == "ambiguous"


@pytest.mark.parametrize(
    ("text", "country", "circle"),
    [
        ("between Kupiansk and Vovchansk", "Ukraine", (50.0, 37.28)),
        ("між Куп'янськом та Вовчанськом", "Україна", (50.0, 37.28)),
        ("road between Homs and Hama", "Syria", (34.93, 36.73)),
    ],
)
def test_between_two_places_is_an_area_that_spans_both(
    gazetteer: Gazetteer, text: str, country: str, circle: tuple[float, float]
) -> None:
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.precision) == ("area", "district")
    assert found.circle == pytest.approx(circle, abs=0.05)


def test_between_places_far_apart_or_unknown_is_a_question(gazetteer: Gazetteer) -> None:
    far = gazetteer.decide("between Kyiv and Lviv", country="Ukraine")
    assert (far.status, [one.name for one in far.alternatives]) == ("ambiguous", ["Kyiv", "Lviv"])
    assert "which are 46" in far.reason  # kilometres
    assert gazetteer.decide("between Qwertyville and Asdfton").status == "not_found"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nikopol and surrounding villages", "Nikopol"), ("Суджа и окрестности", "Sudzha"), ("Basra area", "Basrah"),
        ("Kupiansk and its surroundings", "Kupyansk"), ("Ізюм та навколишні села", "Izyum"),
    ],
)  # fmt: skip
def test_a_place_and_what_is_around_it_is_an_area(gazetteer: Gazetteer, text: str, name: str) -> None:
    country = {"Sudzha": "Russia", "Basrah": "Iraq"}.get(name, "Ukraine")
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.precision, found.name) == ("area", "district", name)
    assert found.radius_km >= 15


@pytest.mark.parametrize(
    ("text", "country", "name"),
    [
        ("Kursk Oblast (Sudzha)", "Russia", "Sudzha"), ("Sudzha (Kursk Oblast)", "Russia", "Sudzha"),
        ("Kyiv region (Bila Tserkva)", "Ukraine", "Bila Tserkva"), ("Kharkiv Oblast : Izium", "", "Izyum"),
        ("Харківська область: Куп'янськ", "", "Kupyansk"), ("Харківська обл., м. Ізюм", "", "Izyum"),
        ("Харківська область, Ізюмський район, Барвінкове", "", "Barvinkove"),
        ("Kherson region - Beryslav", "", "Beryslav"), ("Idlib Governorate (Saraqib)", "Syria", "Saraqib"),
    ],
)  # fmt: skip
def test_the_finer_place_wins_whichever_is_first(gazetteer: Gazetteer, text: str, country: str, name: str) -> None:
    found = gazetteer.decide(text, country=country)
    assert (found.status, found.precision, found.name) == ("matched", "settlement", name)


@pytest.mark.parametrize(
    "text", ["east", "south-east", "north western", "південний схід", "юго-восток", "Northern", "center"]
)
def test_a_word_for_a_direction_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.decide(text).status == "not_found"
