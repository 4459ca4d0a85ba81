"""Places for any table."""

from __future__ import annotations

import pytest

from impactmap import cli
from impactmap.places.lookup import locate_table
from impactmap.places.overrides.decisions import Decisions, EditorDecision


def test_only_names_that_the_table_has_already_are_renamed(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("latitude,place,country\n1,Kharkiv,Ukraine\n2,Kharkiv region,Ukraine\n", encoding="utf-8")
    found = locate_table(path)
    assert found["latitude"].tolist() == ["1", "2"]
    assert found["geocoded_latitude"].round(2).tolist()[0] == 49.98
    assert found["place_status"].tolist() == ["matched", "area"]
    assert found["place_precision"].tolist() == ["settlement", "region"]


def test_an_area_is_no_point_as_a_geometry_but_has_coordinates_that_stand_for_it(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("place,country\nKharkiv,Ukraine\nKharkiv region,Ukraine\nUkraine,\n", encoding="utf-8")
    found = locate_table(path)
    assert found.geometry.notna().tolist() == [True, False, False]
    assert found["latitude"].notna().tolist() == [True, True, True]
    assert (found["place_radius_km"] > 100).tolist() == [False, True, True]


def test_a_further_column_of_places_may_be_elsewhere(tmp_path):
    path = tmp_path / "strikes.csv"
    path.write_text(
        "town,launched from,region,country\nKharkiv,Belgorod,Kharkiv region,Ukraine\nIzium,,Kharkiv region,Ukraine\n"
        "Kupiansk,Chuhuiv,Kharkiv region,Ukraine\n",
        encoding="utf-8",
    )
    found = locate_table(path, place=["town", "launched from"])
    assert found["launched from_place_name"].fillna("").tolist() == ["Belgorod", "", "Chuhuyiv"]
    assert found["launched from_place_status"].tolist() == ["matched", "invalid", "matched"]
    assert "taken for another place's" in found["launched from_place_reason"].iloc[0]
    assert found["town_place_name"].tolist() == ["Kharkiv", "Izyum", "Kupyansk"]


def test_the_likeliest_of_several_names_its_gazetteer(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("place,region,country\nIvanivka,Kharkiv region,Ukraine\n", encoding="utf-8")
    row = locate_table(path).iloc[0]
    assert row["place_status"] == "ambiguous"
    assert row["place_gazetteer"] in {"GeoNames, undated", "KATOTTG, 2024-01-19"}


def test_what_an_editor_rejected_stays_so_in_a_further_column(tmp_path):
    path = tmp_path / "strikes.csv"
    path.write_text("town,from,region,country\nKharkiv,Belgorod,Kharkiv region,Ukraine\n", encoding="utf-8")
    rejected = EditorDecision(
        place="Belgorod", region="Kharkiv region", country="Ukraine", decision="reject", editor="Desk"
    )
    row = locate_table(path, place=["town", "from"], decisions=Decisions([rejected])).iloc[0]
    assert row["from_place_status"] == "not_found"


def test_the_columns_that_were_guessed_are_told(tmp_path, capsys):
    path = tmp_path / "звіт.csv"
    path.write_text("місце,країна\nНью-Йорк і Харків,Україна\n", encoding="utf-8")
    told = []
    locate_table(path, note=told.append)
    assert told == ["Read 'місце' as place, 'країна' as country."]
    for words in (["geocode", path, "-o", tmp_path / "o.csv"], ["review", path, "--no-serve"]):
        with pytest.raises(SystemExit):
            cli.main(list(map(str, words)))
    geocoded, reviewed = (part for part in capsys.readouterr().err.split("Note: Read ") if part)
    assert geocoded == "'місце' as place, 'країна' as country.\n"
    assert reviewed.startswith(
        "'місце' as place, 'країна' as country.\nNote: only its places are read, not its events: "
    )
    assert "date_start" in reviewed


def test_a_lone_column_of_countries_is_the_place(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("country,n\nUkraine,1\n", encoding="utf-8")
    told = []
    assert locate_table(path, note=told.append)["place_precision"].tolist() == ["country"]
    assert told == ["Read 'country' as place."]
