from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impactmap.model.errors import ColumnError
from impactmap.places.geocode import geocode_events, geocode_table
from impactmap.places.geocoder import Gazetteer
from impactmap.places.place_columns import COLUMNS

ROWS = pd.DataFrame(
    {
        "event_id": ["a", "b", "c", "d", "e", "b"],
        "place": ["Belgorod", "Kharkiv region", "Ukraine", "Oktyabrsky", None, "Qwertyville"],
        "country": ["Russia", "Ukraine", "Ukraine", None, None, None],
        "NA": ["NA", "00123", "=1", "<b>", "", None],
    },
    index=[9, 3, 3, 5, 1, 0],
)


def test_points_areas_and_nothing(gazetteer: Gazetteer) -> None:
    before = ROWS.copy(deep=True)
    found = geocode_events(ROWS, gazetteer=gazetteer)
    pd.testing.assert_frame_equal(ROWS, before)
    pd.testing.assert_index_equal(found.index, ROWS.index)
    pd.testing.assert_frame_equal(pd.DataFrame(found[list(ROWS.columns)]), ROWS)
    assert found.crs.to_epsg() == 4326
    assert set(COLUMNS) <= set(found.columns)
    assert found["place_status"].tolist() == ["matched", "area", "area", "ambiguous", "invalid", "not_found"]
    assert found.geometry.geom_type.tolist()[:2] == ["Point", "MultiPolygon"]
    assert found.geometry.iloc[2:].isna().all()
    assert found["latitude"].notna().tolist() == [True, False, False, False, False, False]
    assert found["coordinates_from"].iloc[0] == "gazetteer"
    assert found["coordinates_from"].isna().tolist() == [False, True, True, True, True, True]
    assert (found["latitude"].iloc[0], found["longitude"].iloc[0]) == (50.6034, 36.5809)
    assert found["place_region_code"].tolist()[:2] == ["RU-BEL", "UA-63"]
    assert [str(found[name].dtype) for name in ("place_status", "place_score", "latitude")] == [
        "str",
        "float64",
        "float64",
    ]


def test_alternatives_are_json(gazetteer: Gazetteer) -> None:
    texts = geocode_events(ROWS, gazetteer=gazetteer)["place_alternatives"]
    assert set(json.loads(texts.iloc[3])[0]) == {"id", "name", "region", "country", "latitude", "longitude", "score"}
    assert texts.iloc[0] == "[]"


def test_again_gives_the_same(gazetteer: Gazetteer) -> None:
    once = geocode_events(ROWS, gazetteer=gazetteer)
    pd.testing.assert_frame_equal(pd.DataFrame(geocode_events(once, gazetteer=gazetteer)), pd.DataFrame(once))


def test_a_district_is_a_circle(gazetteer: Gazetteer) -> None:
    rows = pd.DataFrame({"place": ["Kupiansk raion"], "region": ["Kharkiv"], "country": ["Ukraine"]})
    found = geocode_events(rows, gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], found["place_precision"], found["place_radius_km"]) == ("area", "district", 51.0)
    assert found.geometry.geom_type == "Polygon"
    assert found.geometry.contains(shapely.Point(37.61, 49.71))
    assert np.isnan(found["latitude"])


def test_no_rows(gazetteer: Gazetteer) -> None:
    assert len(geocode_events(ROWS.iloc[:0], gazetteer=gazetteer)) == 0


def test_no_place_column() -> None:
    with pytest.raises(ColumnError, match="needs a column 'place'; it has 'town'"):
        geocode_events(pd.DataFrame({"town": ["Kharkiv"]}))


def source(gazetteer: Gazetteer, **row: object) -> pd.Series:
    return geocode_events(pd.DataFrame({name: [value] for name, value in row.items()}), gazetteer=gazetteer).iloc[0]


def test_coordinates_of_the_source_are_kept(gazetteer: Gazetteer) -> None:
    row = source(gazetteer, place="Kharkiv", country="Ukraine", latitude=49.9912345, longitude=36.2)
    assert (row["place_status"], row["place_precision"], row["place_provider"]) == ("matched", "exact", "source")
    assert (row["latitude"], row["longitude"], row["coordinates_from"]) == (49.9912345, 36.2, "source")
    assert (row["place_name"], row["place_id"]) == ("Kharkiv", "geonames:706483")


def test_coordinates_without_a_known_place(gazetteer: Gazetteer) -> None:
    row = source(gazetteer, place="Building 7", latitude=49.99, longitude=36.2)
    assert (row["place_status"], row["place_precision"], row["place_name"]) == ("matched", "exact", "Building 7")


def test_coordinates_far_from_the_place_named(gazetteer: Gazetteer) -> None:
    row = source(gazetteer, place="Kharkiv", country="Ukraine", latitude=46.4, longitude=30.7)
    assert (row["place_status"], row["place_name"], row["place_conflict"]) == ("matched", "Kharkiv", "place")
    assert (row["place_region_code"], row["place_country"]) == ("UA-51", "UA")
    assert row.geometry.equals(shapely.Point(30.7, 46.4))
    assert row["place_reason"].endswith("Kharkiv, the place named, is 573 km away.")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(200.0, 0.0), (0.0, 0.0), (50.0, 181.0), (float("inf"), 36.0), (50.0, float("nan"))],
)
def test_coordinates_that_cannot_be(gazetteer: Gazetteer, latitude: float, longitude: float) -> None:
    row = source(gazetteer, place="Kharkiv", latitude=latitude, longitude=longitude)
    assert row["place_status"] == "invalid"
    assert row.geometry is None
    assert np.isnan(row["latitude"])


@pytest.mark.parametrize(
    ("precision", "kind"),
    [("district", "Polygon"), ("region", "MultiPolygon"), ("country", None)],
)
def test_coordinates_that_stand_for_an_area(gazetteer: Gazetteer, precision: str, kind: str | None) -> None:
    row = source(
        gazetteer, place="Kharkiv", country="Ukraine", latitude=49.99, longitude=36.2, place_precision=precision
    )
    assert row["place_precision"] == precision
    assert (row.geometry.geom_type if row.geometry is not None else None) == kind
    assert np.isnan(row["latitude"])


def test_geocode_table(gazetteer: Gazetteer) -> None:
    table = pd.DataFrame({"town": ["Belgorod", "Kharkiv region", "Oktyabrsky"], "state": ["Russia", "Ukraine", None]})
    found = geocode_table(table, place="town", country="state", gazetteer=gazetteer)
    assert list(found.columns) == [
        "town", "state", "latitude", "longitude", "place_status", "place_precision", "place_radius_km", "place_score",
        "place_name", "place_region", "place_country", "place_id", "place_alternatives", "place_reason",
        "place_gazetteer",
    ]  # fmt: skip
    assert found["latitude"].notna().tolist() == [True, True, False]  # a continent full of Oktyabrskys is no place
    inside = shapely.Point(found["longitude"].iloc[1], found["latitude"].iloc[1])
    assert gazetteer.areas.polygon("UA-63").contains(inside)
    assert found["place_status"].tolist() == ["matched", "area", "ambiguous"]
    assert found["place_gazetteer"].tolist()[:2] == [
        "GeoNames, undated",
        "Natural Earth 1:10m states and provinces, 2022-05-13",
    ]
    table.loc[2, "state"] = "Russia"
    guessed = geocode_table(table, place="town", country="state", gazetteer=gazetteer).iloc[2]
    assert (guessed["place_status"], guessed["place_precision"]) == ("ambiguous", "country")
    assert guessed["place_radius_km"] > 1_000
    settled = geocode_table(table, place="town", country="state", gazetteer=gazetteer, best_guess=False)
    assert settled["latitude"].notna().tolist() == [True, True, False]
    with pytest.raises(ColumnError, match="no column 'village'; it has 'town', 'state'"):
        geocode_table(table, place="village")


def test_many_rows_ask_once(gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch) -> None:
    from impactmap.places.settle.choosing import Chooser

    asked = []
    decide = Chooser.decide
    monkeypatch.setattr(Chooser, "decide", lambda self, query: asked.append(query) or decide(self, query))
    rows = pd.DataFrame({"place": ["Kharkiv", "Sumy"] * 50_000, "country": "Ukraine"})
    found = geocode_events(rows, gazetteer=gazetteer)
    assert len(asked) == 2
    assert (found["place_status"] == "matched").all()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.none(), st.text(max_size=30), st.sampled_from(["Kharkiv", "Белгород", "Kyiv oblast", "{{x}}"])
            ),
            st.one_of(st.none(), st.sampled_from(["Ukraine", "Россия", "Kharkiv", "\u202e"])),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_keeps_rows_order_and_input(gazetteer: Gazetteer, rows: list[tuple[str | None, str | None]]) -> None:
    table = pd.DataFrame(rows, columns=["place", "country"], dtype="str")
    before = table.copy(deep=True)
    found = geocode_events(table, gazetteer=gazetteer)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(pd.DataFrame(found[["place", "country"]]), table)
    assert found["place_status"].notna().all()
    assert (found.geometry.geom_type == "Point").tolist() == found["latitude"].notna().tolist()


@pytest.mark.parametrize("word", ["East", "coast", "Схід", "border"])
def test_a_word_for_a_direction_names_no_place_without_a_country(gazetteer, word):
    found = geocode_events(pd.DataFrame({"event_id": ["a"], "place": [word]}), gazetteer=gazetteer).iloc[0]
    assert (found["place_status"], pd.isna(found["place_country"])) == ("not_found", True)
    assert "a general word" in found["place_reason"].lower()


@pytest.mark.parametrize("text", ["11", "-1+1", "48.5"])
def test_figures_name_no_place(gazetteer, text):
    found = geocode_events(pd.DataFrame({"event_id": ["a"], "place": [text]}), gazetteer=gazetteer).iloc[0]
    assert found["place_status"] == "invalid"


@pytest.mark.parametrize("word", ["city", "Village", "місто"])
def test_a_kind_of_place_leaves_the_hints(gazetteer, word):
    events = pd.DataFrame({"event_id": ["a", "b"], "place": [word] * 2, "region": ["Kharkiv region", ""]})
    found = geocode_events(events, gazetteer=gazetteer)
    assert found["place_status"].tolist() == ["area", "invalid"]


def test_candidates_that_are_as_likely_are_listed_and_the_others_counted(gazetteer):
    rows = pd.DataFrame({"place": ["Ivanivka", "Springfield"], "country": ["Ukraine", "USA"]})
    found = geocode_table(rows, country="country", gazetteer=gazetteer)
    assert found["place_status"].tolist() == ["ambiguous", "ambiguous"]
    counts = [len(json.loads(text)) for text in found["place_alternatives"]]
    assert min(counts) >= 8
    total = [int(re.search(r"(\d+) places have that name", reason)[1]) for reason in found["place_reason"]]
    left = [int(re.search(r"(\d+) more are not listed", reason)[1]) for reason in found["place_reason"]]
    assert [listed + more >= all_ for listed, more, all_ in zip(counts, left, total, strict=True)] == [True, True]


def test_the_rest_of_the_table_brings_the_right_one_of_many_among_the_first(gazetteer):
    towns = ["Kupiansk", "Izium", "Vovchansk", "Chuhuiv", "Kharkiv"]
    rows = pd.DataFrame({"place": [*towns, "Ivanivka"], "country": "Ukraine"})
    found = geocode_table(rows, country="country", gazetteer=gazetteer)
    first = json.loads(found["place_alternatives"].iloc[-1])[0]
    assert first["region"] == "Kharkiv region"


@pytest.mark.parametrize(
    ("stated", "status", "precision", "code", "kind"),
    [
        ("settlement", "matched", "settlement", "UA-63", "Point"),
        ("district", "area", "district", "UA-63", "Polygon"),
        ("region", "area", "region", "UA-63", "Polygon"),
        ("country", "area", "country", None, None),
    ],
)
def test_a_settlement_that_stands_for_an_area_is_no_point(stated, status, precision, code, kind):
    rows = pd.DataFrame({"place": ["Kharkiv"], "place_precision": [stated]})
    found = geocode_events(rows).iloc[0]
    assert (found["place_status"], found["place_precision"], found["place_country"]) == (status, precision, "UA")
    assert found["place_region_code"] == code or (code is None and pd.isna(found["place_region_code"]))
    shape = found["geometry"]
    assert (None if shape is None else shape.geom_type.removeprefix("Multi")) == kind
    assert pd.isna(found["latitude"]) == (kind != "Point")


def test_an_area_is_found_by_the_region_given_where_the_settlement_is_in_doubt():
    rows = pd.DataFrame({"place": ["Oktyabrsky"], "region": ["Belgorod"], "place_precision": ["region"]})
    assert geocode_events(rows)[["place_status", "place_region_code"]].to_numpy().tolist() == [["area", "RU-BEL"]]


def test_an_area_that_was_located_before_is_made_of_the_source_s_position_again():
    rows = pd.DataFrame(
        {
            "place": ["Nowhere", "Kharkiv", None],
            "place_precision": ["district", "settlement", "region"],
            "latitude": [49.5, 49.98, 49.0],
            "longitude": [36.9, 36.25, 36.0],
            "source_Latitude": ["49.5", "49.98", "x"],
            "source_Longitude": ["36,9", "36.25", None],
            "region": ["Kharkiv"] * 3,
        }
    )
    first = geocode_events(rows)
    assert first["latitude"].isna().tolist() == [True, False, True]
    again = geocode_events(pd.DataFrame(first).drop(columns="geometry"))
    columns = ["place_status", "place_precision", "latitude", "longitude", "place_radius_km"]
    pd.testing.assert_frame_equal(pd.DataFrame(again[columns]), pd.DataFrame(first[columns]))
    assert again.geometry.geom_equals(first.geometry).tolist() == [True, True, True]
