"""What a table says of the places that a cell leaves open: its countries, its other places, what is far from all."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from impactmap.places.geocode import geocode_events
from impactmap.places.geocoder import Gazetteer
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.theatre import Site, Theatre

UKRAINE = ["Avdiivka", "Kramatorsk", "Zaporizhzhia", "Donetsk", "Bucha", "Pokrovsk", "Lyman", "Odessa", "Vuhledar"]
SUDAN = ["Omdurman", "Nyala", "El Fasher", "El Obeid", "Kosti", "Kassala"]
LEBANON = ["Nabatieh", "Baalbek", "Zahle", "Sidon", "Bint Jbeil", "Marjayoun"]


def located(gazetteer: Gazetteer, places: list[str], countries: tuple[str, ...] = (), **columns: list[str]):
    rows = pd.DataFrame({"place": places, **columns})
    return geocode_events(rows, gazetteer=gazetteer, countries=countries)


def of(frame: pd.DataFrame, place: str) -> pd.Series:
    return frame[frame["place"] == place].iloc[0]


DOTS = {"matched", "fuzzy"}


@pytest.mark.parametrize("place", ["Donetsk", "Bucha", "Pokrovsk", "Lyman", "Odessa", "Vuhledar", "Avdiivka"])
def test_certain_places_settle_the_country_of_the_others(gazetteer: Gazetteer, place: str) -> None:
    found = of(located(gazetteer, UKRAINE), place)
    assert (found["place_status"], found["place_country"]) == ("fuzzy", "UA")  # drawn, and kept for review
    assert "looked for in Ukraine, where the rest of the table is" in found["place_reason"]


@pytest.mark.parametrize(
    ("places", "asked", "country"),
    [
        (LEBANON, "Tripoli", "LB"), (LEBANON, "Tyre", "LB"), (SUDAN, "Atbara", "SD"),
        (["Aleppo", "Homs", "Idlib", "Deir ez-Zor", "Raqqa"], "Hama", "SY"),
        (["Medellín", "Bogotá", "Barranquilla", "Bucaramanga"], "Cartagena", "CO"),
        (["Halifax, Nova Scotia", "Toronto", "Winnipeg", "Calgary", "Ottawa"], "London", "CA"),
    ],
)  # fmt: skip
def test_a_name_that_several_countries_have(gazetteer: Gazetteer, places: list[str], asked: str, country: str) -> None:
    found = of(located(gazetteer, [*places, asked]), asked)
    assert (found["place_status"] in DOTS, found["place_country"]) == (True, country)


@pytest.mark.parametrize(
    ("places", "asked"), [(UKRAINE, "Maviika"), (UKRAINE, "south-east"), (LEBANON, "Nagasaki"), (SUDAN, "Winnipeg")]
)
def test_nothing_is_drawn_far_from_all_the_rest_on_a_name_alone(
    gazetteer: Gazetteer, places: list[str], asked: str
) -> None:
    found = of(located(gazetteer, [*places, asked]), asked)
    assert found["place_status"] in {"ambiguous", "not_found"}
    assert found.geometry is None


def test_a_country_beside_the_name_keeps_a_far_place(gazetteer: Gazetteer) -> None:
    found = located(gazetteer, [*LEBANON, "Nagasaki"], country=[""] * len(LEBANON) + ["Japan"])
    assert of(found, "Nagasaki")["place_status"] == "matched"


def test_a_table_about_the_world_has_no_far_places(gazetteer: Gazetteer) -> None:
    cities = ["Nairobi", "Karachi", "Bogotá", "Warsaw", "Manila", "Baghdad", "Winnipeg", "Osaka"]
    found = located(gazetteer, cities)
    assert found["place_status"].eq("matched").all()


@pytest.mark.parametrize(
    ("town", "country"),
    [("Khurais", "Saudi Arabia"), ("Metina", "Iraq"), ("Kyunhla", "Myanmar"), ("Seiyun", "Yemen")],
)
def test_a_name_only_spelled_like_a_known_one_is_a_question(gazetteer: Gazetteer, town: str, country: str) -> None:
    found = located(gazetteer, [town], country=[country]).iloc[0]
    assert found["place_status"] == "ambiguous"
    assert found.geometry is None


@pytest.mark.parametrize("town", ["Markaba", "Haddatha", "Shomera"])
def test_so_is_one_without_a_country(gazetteer: Gazetteer, town: str) -> None:
    assert (
        located(gazetteer, ["Markaba", "Haddatha", "Shomera"]).set_index("place")["place_status"][town] == "ambiguous"
    )


@pytest.mark.parametrize(
    ("places", "typo", "meant"),
    [
        (["Slavyansk", "Druzhkivka", "Kostiantynivka", "Bakhmut", "Kramatorsk"], "Kramatrosk", "Kramatorsk"),
        (["Mosul", "Tal Afar", "Dohuk", "Sinjar", "Erbil", "Qaraqosh"], "Qarqosh", "Al-Hamdaniya"),
    ],
)
def test_a_slip_is_read_where_the_table_is(gazetteer: Gazetteer, places: list[str], typo: str, meant: str) -> None:
    country = "Ukraine" if "Bakhmut" in places else "Iraq"
    found = of(located(gazetteer, [*places, typo], country=[country] * (len(places) + 1)), typo)
    assert (found["place_status"], found["place_name"]) == ("fuzzy", meant)


@pytest.mark.parametrize(
    ("places", "countries", "asked", "country"),
    [
        (["Donetsk"], ("UA",), "Donetsk", "UA"), (["Tripoli"], ("LB",), "Tripoli", "LB"),
        (["Tripoli"], ("LB", "SY"), "Tripoli", "LB"), (["Valencia"], ("VE", "CO"), "Valencia", "VE"),
    ],
)  # fmt: skip
def test_the_author_says_the_countries(
    gazetteer: Gazetteer, places: list[str], countries: tuple[str, ...], asked: str, country: str
) -> None:
    assert located(gazetteer, [asked]).iloc[0]["place_country"] != country
    found = located(gazetteer, places, countries).iloc[0]
    assert (found["place_status"] in DOTS, found["place_country"]) == (True, country)


def test_a_place_outside_the_countries_said_is_a_question(gazetteer: Gazetteer) -> None:
    found = located(gazetteer, ["Nagasaki", "Japan", "Nagasaki, Japan"], ("SD", "SS"))
    assert found["place_status"].tolist() == ["ambiguous", "area", "matched"]


@pytest.mark.parametrize("places", [UKRAINE[:6], [*LEBANON[:4], "Tripoli", "Nagasaki"]])
def test_the_order_of_the_rows_says_nothing(gazetteer: Gazetteer, places: list[str]) -> None:
    columns = ["place_status", "place_id", "place_reason"]
    expected = located(gazetteer, places).set_index("place")[columns].sort_index()
    for order in itertools.islice(itertools.permutations(places), 1, 200, 33):
        found = located(gazetteer, list(order)).set_index("place")[columns].sort_index()
        pd.testing.assert_frame_equal(found, expected)


def test_positions_of_the_source_say_where_the_table_is(gazetteer: Gazetteer) -> None:
    rows = pd.DataFrame(
        {
            "place": ["a house", "a field", "a road", "Tripoli"],
            "latitude": [33.9, 34.0, 34.45, None],
            "longitude": [35.5, 36.2, 35.9, None],
        }
    )
    found = of(geocode_events(rows, gazetteer=gazetteer), "Tripoli")
    assert (found["place_status"], found["place_country"]) == ("fuzzy", "LB")


def test_theatres_of_parts_of_a_table_add_up() -> None:
    at = {"Mosul": (36.34, 43.13), "Erbil": (36.19, 44.01), "Basra": (30.51, 47.78)}
    queries = [Query(name, "", "Iraq") for name in at]
    decisions = [
        Decision("matched", "", latitude=y, longitude=x, country="IQ", place_id=name) for name, (y, x) in at.items()
    ]
    whole = Theatre.of(queries, decisions, [3, 2, 1])
    parts = Theatre.of(queries, decisions, [1, 2, 0]) + Theatre.of(queries, decisions, [2, 0, 1])
    assert parts.sites == whole.sites
    assert parts.countries == whole.countries == ("IQ",)
    assert parts.usually_about == whole.usually_about


def test_a_place_is_far_by_what_is_usual_in_the_table() -> None:
    north = Decision("matched", "", latitude=60.0, longitude=30.0, country="RU", place_id="far")
    near = {Site("UA", str(number), 48.0 + number / 10, 36.0): 1 for number in range(5)}
    assert Theatre(near).far_km(north, 600) == pytest.approx(1341, abs=20)  # 60 N 30 E to 48.4 N 36 E
    assert Theatre(near).far_km(north, 1_500) is None
    wide = {Site("UA", str(number), 10.0 * number, 36.0): 1 for number in range(5)}  # 1,112 km from each to the next
    assert Theatre(wide).far_km(north, 600) is None
    assert Theatre({}).far_km(north, 600) is None
