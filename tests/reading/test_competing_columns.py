"""Columns that could be the same thing: which is taken, what becomes of the others, what is offered for one missing."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap import read_events
from impactmap.model.errors import TableError
from impactmap.reading.columns.judging import judge_columns, nested_columns

DAYS = ["2021-03-02", "2021-03-04", "2021-03-09", "2021-04-01"]


def sheet(**columns):
    return pd.DataFrame({"Date": DAYS, **columns}, dtype="str")


def taken(cells):
    judged = judge_columns(cells)
    return {header: name for name, header in judged.columns.items()}


# --- two levels of regions ---


@pytest.mark.parametrize(
    ("coarse", "fine"),
    [("Province", "Region"), ("Region", "Province"), ("State", "Region"), ("Governorate", "Region"),
     ("Région", "Province"), ("Departamento", "Provincia"), ("Область", "Регіон")],
)  # fmt: skip
@pytest.mark.parametrize("first", ["coarse", "fine"])
def test_the_finer_of_two_columns_of_regions_is_the_district(coarse, fine, first):
    columns = {coarse: ["Sool", "Sool", "Bari", "Bari"], fine: ["Las Anod", "Taleh", "Iskushuban", "Qandala"]}
    if first == "fine":
        columns = dict(reversed(columns.items()))
    read = taken(sheet(Town=["A", "B", "C", "D"], **columns))
    assert (read[coarse], read[fine]) == ("region", "district")


@pytest.mark.parametrize(
    "cells",
    [
        ["Taleh", "Taleh", "Iskushuban", "Taleh"],  # one of its values lies in two of the others
        ["Sool", "Sool", "Bari", "Bari"],  # the same
    ],
)
def test_regions_that_are_no_levels_are_told_and_not_ordered(cells):
    read = taken(sheet(Province=["Sool", "Sool", "Bari", "Bari"], Region=cells))
    assert sorted(read.values()) == ["date_start", "region"]


def test_a_district_of_its_own_leaves_the_regions_as_they_are():
    read = taken(sheet(Province=["A", "A", "B", "B"], Region=["a", "b", "c", "d"], District=["p", "q", "r", "s"]))
    assert (read["District"], "region" in read.values()) == ("district", True)


def test_what_the_author_says_of_a_region_is_left_alone():
    cells = sheet(Province=["Sool", "Sool", "Bari", "Bari"], Region=["Las Anod", "Taleh", "Iskushuban", "Qandala"])
    assert judge_columns(cells, given={"Region": "region"}).columns["region"] == "Region"


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        (["x", "x", "y"], ["1", "2", "3"], ("one", "other")),
        (["1", "2", "3"], ["x", "x", "y"], ("other", "one")),
        (["x", "x", "x"], ["1", "2", "3"], ("one", "other")),
        (["x", "y", "x"], ["1", "1", "2"], None),
        (["x", "y", "z"], ["1", "2", "3"], None),
        (["x", "X ", "y"], ["1", "2", "3"], ("one", "other")),
        ([None, None, None], ["1", "2", "3"], None),
    ],
)  # fmt: skip
def test_levels_are_told_by_the_cells(one, other, levels):
    assert nested_columns(pd.DataFrame({"one": one, "other": other}, dtype="str"), "one", "other") == levels


def test_a_district_under_another_header_is_a_hint_of_its_rows():
    cells = pd.DataFrame(
        {
            "date": DAYS,
            "province": ["Jawf", "Jawf", "Marib", "Marib"],
            "region": ["Khab", "Barat", "Harib", "Jubah"],
            "village": ["A", "B", "C", "D"],
        },
        dtype="str",
    )
    assert read_events(cells).events["district"].tolist() == ["Khab", "Barat", "Harib", "Jubah"]


# --- headers that occur twice ---


def test_sources_under_one_header_are_all_told_each_once(tmp_path):
    path = tmp_path / "strikes.csv"
    path.write_text(
        "date,place,country,Source,Source,Source\n"
        "2021-03-02,Marka,Somalia,Daily Post,Radio One,Daily Post\n"
        "2021-03-04,Jilib,Somalia,,Radio One,\n"
        "2021-03-09,Jamame,Somalia,Agency,,Weekly\n",
        encoding="utf-8",
    )
    assert read_events(path).events["source_name"].tolist() == ["Daily Post; Radio One", "Radio One", "Agency; Weekly"]


@pytest.mark.parametrize("header", ["Location", "Town", "Place"])
def test_the_first_of_two_headers_is_taken_and_the_other_kept(tmp_path, header):
    path = tmp_path / "a.csv"
    path.write_text(
        f"date,{header},country,{header}\n2021-03-02,Marka,Somalia,Mosque\n2021-03-04,Jilib,Somalia,Market\n",
        encoding="utf-8",
    )
    reading = read_events(path)
    assert reading.events["place"].tolist() == ["Marka", "Jilib"]
    assert f"{header} (again)" in reading.events.columns


# --- identifiers ---


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ({"id": ["1", "2", "3", "4"], "Incident_id": ["so-12", "so-13", "so-19", "so-44"]}, "Incident_id"),
        ({"Incident_id": ["so-12", "so-13", "so-19", "so-44"], "id": ["0", "1", "2", "3"]}, "Incident_id"),
        ({"id": ["1", "2", "3", "4"]}, "id"),
        ({"gtd_id": ["202101", "202102", "202103", "202104"]}, "gtd_id"),
        ({"dataset id": ["a1", "a2", "a3", "a4"]}, "dataset id"),
    ],
)
def test_a_name_comes_before_a_running_number_as_identifier(cells, header):
    assert taken(sheet(Place=["A", "B", "C", "D"], **cells))[header] == "event_id"


@pytest.mark.parametrize("header", ["station_id", "actor_id", "user id", "country_id"])
def test_the_identifier_of_something_else_is_none(header):
    assert header not in taken(sheet(Place=["A", "B", "C", "D"], **{header: ["7", "8", "9", "12"]}))


# --- texts and sources that speak of something else ---


@pytest.mark.parametrize("header", ["leader_description", "Plant description", "Suspect details", "Pilot summary"])
def test_what_describes_somebody_else_is_no_summary(header):
    texts = ["A commander of the northern wing", "Second in command, trained abroad", "Unknown to us", "A cook"]
    assert header not in taken(sheet(Place=["A", "B", "C", "D"], **{header: texts}))


@pytest.mark.parametrize("cells", [["Primary", "Secondary"] * 2, ["secondary"] * 4, ["first hand", "second hand"] * 2])
def test_a_kind_of_source_is_no_source(cells):
    assert "data_source" not in taken(sheet(Place=["A", "B", "C", "D"], data_source=cells))


@pytest.mark.parametrize("header", ["incident source", "fonte_ocorrencia", "event_source"])
def test_the_source_of_an_event_is_one(header):
    assert taken(sheet(Place=["A", "B", "C", "D"], **{header: ["Agency", "Police", "Agency", "Radio"]}))[header] == (
        "source_name"
    )


# --- figures of parts of a part ---


def test_figures_of_men_and_women_of_one_group_are_two():
    cells = sheet(
        guard_death_male=["1", "0", "2", "0"], guard_death_female=["0", "1", "0", "0"], min_ppl_killed=["1"] * 4
    )
    assert judge_columns(cells).metrics == {
        "guard_men_killed": {"best": "guard_death_male"},
        "guard_women_killed": {"best": "guard_death_female"},
        "killed": {"low": "min_ppl_killed"},
    }


# --- what is offered for a missing column ---


@pytest.mark.parametrize(
    ("columns", "never"),
    [
        ({"Incident_id": ["a", "b", "c", "d"]}, "place=Incident_id"),
        ({"displaced": ["No", "No", "No", "No"]}, "country=displaced"),
        ({"place_of_publication_date": DAYS}, "place=place_of_publication_date"),
    ],
)
def test_what_cannot_be_it_is_not_offered(columns, never):
    with pytest.raises(TableError, match="expected a column 'place'") as raised:
        read_events(sheet(**columns))
    assert never not in str(raised.value)


@pytest.mark.parametrize("header", ["community", "District", "Hromada", "woreda"])
def test_a_district_or_community_alone_is_where_its_rows_are(header):
    reading = read_events(sheet(**{header: ["Adwa", "Axum", "Humera", "Raya"]}), country="ET")
    assert reading.events["place"].tolist() == ["Adwa", "Axum", "Humera", "Raya"]


@pytest.mark.parametrize(
    ("told", "event"), [("dt_rptd", "dt_inc"), ("rpt_date", "date"), ("Date Rptd", "Date Occ"), ("RPT_DT", "EVENT_DT")]
)
def test_a_day_of_reporting_written_short_is_not_the_events_day(told, event):
    cells = pd.DataFrame({told: DAYS, event: DAYS, "place": ["Adwa", "Axum", "Humera", "Raya"]}, dtype="str")
    judged = judge_columns(cells).columns
    assert (judged["date_start"], judged["date_published"]) == (event, told)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Medio", None),
        ("Medio/Colectivo", None),
        ("Medio empleado", "means"),
        ("Arma", "means"),
        ("Medios utilizados", "means"),
    ],
)
def test_an_outlet_of_the_press_is_no_weapon(header, name):
    cells = ["granada", "dron", "granada", "fusil"] if name else ["La Voz", "Radio Sur", "El Faro", "Canal 3"]
    table = pd.DataFrame({"Fecha": DAYS, "Lugar": ["Cali", "Neiva", "Pasto", "Tumaco"], header: cells}, dtype="str")
    assert taken(table).get(header) == name


@pytest.mark.parametrize("cell", ["Se desconoce", "se desconocen", "No se sabe"])
def test_who_is_not_known_in_spanish_is_no_side(cell):
    sides = [cell, "Policía", "Ejército", cell]
    columns = {"Lugar": ["Cali", "Neiva", "Pasto", "Tumaco"], "Perpetrador": sides}
    events = read_events(sheet(**columns), country="CO").events
    assert cell not in set(events["side"].dropna())


@pytest.mark.parametrize("header", ["Rayon", "Hromada", "woreda"])
def test_a_district_beside_the_place_is_told_as_read_and_not_as_kept(header):
    places = ["Adwa", "Axum", "Humera", "Raya"]
    notes = read_events(sheet(Town=places, **{header: ["Central", "North", "West", "South"]}), country="ET").notes
    told = " | ".join(str(note) for note in notes)
    assert f"'{header}' as " in told
    assert not any("not published" in str(note) and header in str(note) for note in notes)


@pytest.mark.parametrize(("header", "offered"), [("Instalação", True), ("Facility", True), ("Hora", False)])
def test_a_building_or_plant_is_offered_for_a_missing_place_and_a_time_is_not(header, offered):
    names = ["Bor Mine", "Zenica Works", "Tuzla Plant", "Kakanj Plant", "Gacko Plant", "Ugljevik Mine"]
    cells = names if offered else ["10:30", "11:00", "07:45", "23:10", "04:15", "05:00"]
    with pytest.raises(TableError, match="expected a column 'place'") as raised:
        read_events(pd.DataFrame({"Date": [*DAYS, *DAYS[:2]], header: cells}, dtype="str"))
    assert ("--column place=" in str(raised.value)) == offered


# --- names and codes that are no kinds and no identifiers ---


@pytest.mark.parametrize(
    ("cells", "taken_for"),
    [
        (["Bor Mine", "Zenica Works", "Tuzla Plant", "Kakanj Plant", "Gacko Plant", "Ugljevik Mine"], None),
        (["bridge", "school", "bridge", "bridge", "school", "school"], "sectors"),
    ],
)
def test_names_of_facilities_are_no_kinds_of_targets(cells, taken_for):
    judged = judge_columns(pd.DataFrame({"date": [*DAYS, *DAYS[:2]], "Facility": cells}, dtype="str"))
    assert judged.columns.get("sectors") == ("Facility" if taken_for else None)


@pytest.mark.parametrize(
    "header",
    ["PostCode", "Post code", "ZIP", "Zip Code", "Postleitzahl", "PLZ", "Code postal", "Código postal", "CEP",
     "Поштовий індекс", "Почтовый индекс", "Posta kodu", "Kod pocztowy", "Codice postale"],
)  # fmt: skip
def test_a_postal_code_identifies_no_event(header):
    assert header not in taken(sheet(Place=["A", "B", "C", "D"], **{header: ["AB1", "AB2", "AB3", "AB4"]}))


@pytest.mark.parametrize("header", ["S#", "Sr No", "№", "No."])
def test_a_running_number_is_an_identifier_where_no_other_is(header):
    assert taken(sheet(Place=["A", "B", "C", "D"], **{header: ["1", "2", "3", "4"]}))[header] == "event_id"


# --- separators ---


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "~", "^"])
@pytest.mark.parametrize("quoted", [True, False])
def test_separators_are_told_apart(tmp_path, sign, quoted):
    rows = [["Fecha", "Municipio", "Departamento", "Descripción"],
            ["2021-03-02", "Suárez", "Cauca", "Dos torres cayeron"],
            ["2021-03-04", "Toledo", "Norte de Santander", "Un puente"]]  # fmt: skip
    path = tmp_path / "a.txt"
    path.write_text(
        "\n".join(sign.join(f'"{cell}"' if quoted else cell for cell in row) for row in rows), encoding="utf-8"
    )
    reading = read_events(path, country="CO")
    assert reading.events["place"].tolist() == ["Suárez", "Toledo"]


# --- a report's day and no event's ---


@pytest.mark.parametrize(
    "header", ["Date of report", "published", "Publication date", "Дата публікації", "Дата публикации", "reported_on"]
)
def test_a_reports_day_stands_for_the_events_only_where_the_author_says_so(header):
    cells = pd.DataFrame(
        {header: DAYS, "place": ["Gao", "Kidal", "Mopti", "Gao"], "country": ["Mali"] * 4}, dtype="str"
    )
    with pytest.raises(TableError, match="when it was reported, not when it happened") as raised:
        read_events(cells)
    assert "--column date_start=" in str(raised.value)
    reading = read_events(cells, columns={header: "date_start"})
    assert reading.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == DAYS
    assert any(repr(header) in note.text for note in reading.notes)


def test_a_missing_day_is_not_filled_with_the_reports():
    cells = pd.DataFrame(
        {"date": [DAYS[0], None], "published": DAYS[:2], "place": ["Gao", "Kidal"], "country": ["Mali"] * 2},
        dtype="str",
    )
    reading = read_events(cells)
    assert (len(reading.events), len(reading.rejected)) == (1, 1)
