"""Reports read from sheets and from full tables: what is kept, what is rejected, what is told."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.model.errors import OptionError, TableError
from impactmap.model.faults import faults_of
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS
from impactmap.model.text import neutralise
from impactmap.reading.read import check_events, read_events

NOW = dt.datetime(2025, 11, 12, 9, tzinfo=dt.UTC)


@pytest.fixture
def table(tmp_path):
    def write(text, name="events.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def told(reading, topic):
    return [note.text for note in reading.notes if note.topic == topic]


def adds_up(reading):
    """Every row of every file is in a frame or rejected, and in one of the two only."""
    for file in reading.inputs:
        rejected = set(reading.rejected.loc[reading.rejected["file"] == file.path.name, "source_row"])
        if file is reading.inputs[0]:
            used = set(reading.events["source_row"])
            assert not used & rejected
            assert len(used) + len(rejected) == file.rows
    return True


def test_the_simplest_sheet(table):
    reading = read_events(
        table("date,place,side,what,killed,source,url\n2025-11-09,Kyiv,Alpha,Fire,about 7,Paper,https://x.org\n")
    )
    assert [(c.name, str(reading.events[c.name].dtype)) for c in EVENT_COLUMNS] == [
        (c.name, c.dtype) for c in EVENT_COLUMNS
    ]
    assert [(c.name, str(reading.claims[c.name].dtype)) for c in CLAIM_COLUMNS] == [
        (c.name, c.dtype) for c in CLAIM_COLUMNS
    ]
    event = reading.events.iloc[0]
    assert event[["place", "side", "side_basis", "summary", "date_precision"]].tolist() == [
        "Kyiv", "Alpha", "stated", "Fire", "day",
    ]  # fmt: skip
    assert (event["place_number"], event["source_row"]) == (1, 2)
    assert pd.isna(event["confirmation"])
    claim = reading.claims.iloc[0]
    assert claim[["event_id", "metric", "value", "qualifier", "source_name", "source_url"]].tolist() == [
        event["event_id"], "killed", 7, "about", "Paper", "https://x.org",
    ]  # fmt: skip
    assert pd.isna(claim["claimant"])  # an outlet passes on what somebody says
    assert claim["claim_id"] == f"{event['event_id']}:killed:1"
    assert check_events(reading) == []
    assert adds_up(reading)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Дата;Місце;Сторона;Опис;Засіб;Широта;Довгота;Загинуло;Джерело",
            "09.11.2025;Суми;Альфа;Пожежа;дрони;50,9;34,8;2;Газета",
        ),
        (
            "ДАТА;Населённый пункт;сторона;описание;средство;широта;долгота;погибло;источник",
            "09.11.2025;Суми;Альфа;Пожежа;дроны;50,9;34,8;2;Газета",
        ),
        (
            "date_start;PLACE ;Attacker;event-description;weapon;Lat;Lon;Deaths;Source",
            "09.11.2025;Суми;Альфа;Пожежа;UAV;50,9;34,8;2;Газета",
        ),
    ],
)
def test_headers_in_three_languages(table, header, row):
    reading = read_events(table(f"{header}\n{row}\n"), date_format="dd.mm.yyyy")
    event = reading.events.iloc[0]
    assert event[["place", "side", "summary", "means", "latitude", "longitude", "source_name"]].tolist() == [
        "Суми", "Альфа", "Пожежа", "drones", 50.9, 34.8, "Газета",
    ]  # fmt: skip
    assert event["date_start"] == pd.Timestamp("2025-11-09")
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 2.0]]
    assert any(text.startswith("Headers understood: ") for text in told(reading, "columns"))
    assert "decimals: 1." in " ".join(told(reading, "numbers"))


def test_na_and_leading_zeros_are_preserved_exactly(table):
    reading = read_events(table("id,date,place,own\n00123,2025-11-09,NA,nan\n1e5,2025-11-09,None,\n"))
    assert reading.events[["event_id", "place"]].to_numpy().tolist() == [["00123", "NA"], ["1e5", "None"]]
    assert reading.events["own"].isna().tolist() == [False, True]


def test_a_file_of_our_own_is_read_with_its_computed_columns(table):
    text = "event_id,date_start,place,source_row,place_status,place_provider,population,"
    text += "latitude,longitude,coordinates_from"
    reading = read_events(table(f"{text}\ne,2025-11-09,A,77,matched,geonames,5000,50.1,36.2,gazetteer\n"))
    event = reading.events.iloc[0]
    assert event[["source_row", "place_status", "population", "coordinates_from"]].tolist() == [
        2,
        "matched",
        5000,
        "gazetteer",
    ]
    assert str(reading.events["population"].dtype) == "Int64"
    assert len(reading.claims) == 0


def test_unknown_columns_follow_untouched(table):
    reading = read_events(table("zeta,date,place,Alpha beta\n 1 ,2025-11-09,A,=x\n"))
    assert list(reading.events.columns[-2:]) == ["zeta", "Alpha beta"]
    assert reading.events.iloc[0, -2:].tolist() == [" 1 ", "=x"]
    assert told(reading, "columns")[-1] == "Kept in the table and not published: 'zeta', 'Alpha beta'."


def test_renamed_columns_never_meet(table):
    events = read_events(table("date,place,place_name,source_place_name\n2025-11-09,A,x,y\n")).events
    assert events.loc[0, ["source_source_place_name", "source_place_name"]].tolist() == ["x", "y"]


def test_a_column_that_would_stand_for_ours_is_renamed(table):
    reading = read_events(table("date,place,region,admin1,place_name,geometry\n2025-11-09,A,Europe,Sumy region,x,y\n"))
    event = reading.events.iloc[0]
    assert event[["region", "source_region", "source_place_name", "source_geometry"]].tolist() == [
        "Sumy region",
        "Europe",
        "x",
        "y",
    ]
    assert any("'region'" in text and "'source_region'" in text for text in told(reading, "columns"))


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("31.02.2024,A,,", "date", "found '31.02.2024'. February 2024 has 29 days, and no day 31."),
        (",A,,", "date", "expected a date; found an empty cell"),
        ("13.11.2025,A,,", "date", "expected a date not after today, 2025-11-12"),
        ("13.11.2024,,,", "place", "expected a place, a region, a country or a position"),
        ("13.11.2024,A,nan,36", "lat, lon", "expected both latitude and longitude"),
        ("n/a,A,,", "date", "expected a date; found 'n/a'"),
        ("13.11.2024,A,50,inf", "lon", "expected degrees between −180 and 180; found 'inf'"),
        ("13.11.2024,A,abc,36", "lat", "found 'abc'"),
        ("13.11.2024,A,50,", "lat, lon", "expected both latitude and longitude"),
        ("13.11.2024,A,0,0", "lat, lon", "Gulf of Guinea"),
        ("13.11.2024,A,200,36", "lat, lon", "a latitude between −90 and 90 and a longitude between −180 and 180"),
        ("13.11.2024,A,50,181", "lat, lon", "found '50.0, 181.0'"),
        ("13.11.2024,A,136,36", "lat, lon", "They look swapped: 36.0, 136.0 would be possible."),
        ("13.11.2024,A; B,50,36", "place", "expected one place where the row has a position"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_with_its_reason(table, row, column, message):
    reading = read_events(
        table(f'date,place,lat,lon\n13.11.2024,Good,50,36\n"{row.split(",")[0]}",{row.split(",", 1)[1]}\n'), now=NOW
    )
    assert reading.events["place"].tolist() == ["Good"]
    assert reading.rejected[["file", "source_row"]].to_numpy().tolist() == [["events.csv", 3]]
    assert column in reading.rejected["column"][0]
    assert message in reading.rejected["reason"][0]
    faults = check_events(reading)
    assert {(fault.file, fault.row, fault.severity) for fault in faults} == {("events.csv", 3, "fault")}
    assert any(message.split("; found")[0].removeprefix("expected ") in str(fault) for fault in faults)
    assert adds_up(reading)


def test_every_fault_of_a_row_and_of_a_table_is_told(table):
    reading = read_events(table("date,place,lat,lon\n31.02.2024,A,200,36\n2024-11-13,B,,\nsoon,,,\n"))
    assert reading.rejected["source_row"].tolist() == [2, 4]
    assert reading.rejected.loc[0, ["place", "lat"]].tolist() == ["A", "200"]
    assert [(fault.row, fault.column) for fault in check_events(reading)] == [
        (2, "date"),
        (2, "lat, lon"),
        (4, "date"),
        (4, "place"),
    ]


def test_an_ambiguous_column_of_dates_needs_to_be_told(table):
    path = table("date,place\n03/04/2024,A\n04/05/2024,B\n")
    with pytest.raises(TableError, match=r"column 'date'.*'03/04/2024', one of 2 that.*--date-format dd.mm.yyyy"):
        read_events(path)
    assert read_events(path, date_format="%m.%d.%Y").events["date_start"].tolist()[0] == pd.Timestamp("2024-03-04")


def test_columns_that_are_swapped_are_an_error_with_the_suggestion(table):
    with pytest.raises(TableError, match=r"column 'lat, lon'.*The two columns look swapped: exchange their headers"):
        read_events(table("date,place,lat,lon\n2024-11-13,Tokyo,139.7,35.7\n2024-11-13,Osaka,135.5,34.7\n"))


def test_faults_of_the_whole_table_come_first_and_all_at_once(table):
    with pytest.raises(
        TableError,
        match=r"(?s)^10 faults:\n  events.csv: expected a column 'place'.*\n  events.csv, row 2.*one of 9 such cells",
    ) as caught:
        read_events(table("date,blob,lat\n" + "".join(f"31.02.2024,A{n},200\n" for n in range(9))))
    assert len(faults_of(caught.value)) == 10


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("daet,place", "expected a column 'date_start'.*Rename 'daet' to 'date_start'"),
        ("Dagen,place", "Rename 'Dagen'"),
        ("foo,place", "Rename 'foo' to 'date_start'.*--column date_start=foo"),
        ("date,plase", "expected a column 'place'.*Rename 'plase' to 'place'"),
    ],
)
def test_a_missing_column_names_the_nearest_header(table, header, message):
    with pytest.raises(TableError, match=message):
        read_events(table(f"{header}\n2025-11-09,A\n"))


def test_columns_named_by_the_user_come_first(table):
    path = table("when it was,x y z,place\n2025-11-09,Fire,A\n")
    reading = read_events(path, columns={"when it was": "date_start", "x y z": "summary"})
    assert reading.events["summary"].tolist() == ["Fire"]
    with pytest.raises(TableError, match=r"found 'sumary'\. Did you mean 'summary'"):
        read_events(path, columns={"x y z": "sumary"})
    with pytest.raises(
        TableError, match=r"expected a header 'x y', as `columns` says; found none\. Did you mean 'x y z'"
    ):
        read_events(path, columns={"x y": "summary"})


def test_the_semicolon_of_an_html_entity_parts_no_places(table):
    text = "date,place\n2025-11-09,Kharkiv &amp; Sumy; Kyiv\n2025-11-09,L&#39;viv\n2025-11-09,A&b;C\n"
    assert read_events(table(text)).events["place"].tolist() == ["Kharkiv &amp; Sumy", "Kyiv", "L&#39;viv", "A&b", "C"]


def test_two_ways_of_writing_days_are_not_mixed_up(table):
    reading = read_events(table("date,place\n13.04.2025,Kyiv\n04/05/2025,Kyiv\n"))
    assert reading.events["source_row"].tolist() == [2]
    assert "found '04/05/2025'. Say which comes first with --date-format" in reading.rejected["reason"][0]


def test_an_order_that_is_open_in_some_rows_is_a_question_and_stops_no_others(table):
    reading = read_events(table("date,place\n2024-05-06,A\n03/04/2024,B\n04/05/2024,C\n,D\n"))
    assert reading.events["place"].tolist() == ["A"]
    assert reading.rejected["source_row"].tolist() == [3, 4, 5]
    assert reading.rejected["reason"].str.contains("--date-format").tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Дата,Місто\n03/04/2024,Київ\n", "2024-04-03"),
        ("дата,город\n03-04-2024,Киев\n", "2024-04-03"),
        ("date,place\n03.04.2024,Nairobi\n", "2024-04-03"),
        ("date,place,date_end\n03/04/2024,Nairobi,03/13/2024\n", "2024-03-04"),
        ("date,place,date_end\n03/04/2024,Nairobi,13/04/2024\n", "2024-04-03"),
    ],
)
def test_dots_and_headers_in_cyrillic_and_other_columns_show_the_order(table, text, day):
    assert read_events(table(text)).events["date_start"].tolist() == [pd.Timestamp(day)]


@pytest.mark.parametrize(
    ("dates", "date_format"),
    [
        (("8-Nov-25", "14-Nov-25"), "%m/%d/%y"),
        (("13/11/2025", "14/11/2025"), "mm/dd/yyyy"),
        (("2025-11-09", "2025-11-10"), "dd.mm.yyyy"),
        (("November 9, 2025",), "dd.mm.yyyy"),
    ],
)
def test_a_date_format_that_fits_no_cell_is_wrong_usage(table, dates, date_format):
    path = table("date,place\n" + "".join(f'"{date}",Lima\n' for date in dates))
    with pytest.raises(OptionError, match=r"column 'date': expected dates in the order .*none of its \d cells is"):
        read_events(path, date_format=date_format)


@pytest.mark.parametrize(
    ("dates", "date_format"),
    [
        (("8-Nov-25",), "%d-%b-%y"),
        (("November 9, 2025",), "%B %d, %Y"),
        (("2025-11-09",), "yyyy-mm-dd"),
        (("25-11-09",), "yy-mm-dd"),
        (("09/11/25",), "дд/мм/рр"),
        (("11/09/2025", "9 November 2025"), "%m/%d/%Y"),
        (("11/8-9/2025",), "mdy"),
    ],
)
def test_a_date_format_that_fits_is_followed(table, dates, date_format):
    path = table("date,place\n" + "".join(f'"{date}",Lima\n' for date in dates))
    assert set(read_events(path, date_format=date_format).events["date_end"]) == {
        pd.Timestamp("2025-11-08" if dates == ("8-Nov-25",) else "2025-11-09")
    }


def test_the_last_day_of_a_last_month_is_its_end(table):
    reading = read_events(table("date,place,date_end\n2025-10-09,Lima,November 2025\n"))
    assert reading.events["date_end"].tolist() == [pd.Timestamp("2025-11-30")]
    assert reading.events["date_precision"].tolist() == ["days"]


def test_words_beside_days_are_told_and_kept(table):
    reading = read_events(table("date,place\nnight of 8 November 2025,Lima\n2025-11-10,Lima\n"))
    assert reading.events["date_precision"].tolist() == ["days", "day"]
    assert reading.events["source_date"].tolist()[0] == "night of 8 November 2025"
    assert any(
        "night of, early, week of and circa" in text and text.endswith("1 of the cells.")
        for text in told(reading, "dates")
    )


@pytest.mark.parametrize(
    "word", ["NA", "n/a", "-", "–", "none", "null", "unknown", "невідомо", "нет данных", "N/A ", "#N/A"]
)
def test_words_for_nothing_are_empty_cells_of_numbers_days_and_positions(table, word):
    reading = read_events(
        table(
            "date,date_end,place,country,latitude,longitude,killed\n"
            f"2025-11-08,{word},NA,Namibia,{word},{word},{word}\n2025-11-09,,Oruro,Bolivia,,,2\n"
        )
    )
    assert reading.events["place"].tolist() == ["NA", "Oruro"]
    assert reading.events["latitude"].isna().all()
    assert reading.claims["value"].tolist() == [2.0]
    assert reading.claims["text"].isna().all()
    assert any(text.endswith("such as n/a, - or unknown: 4; read as empty.") for text in told(reading, "numbers"))
    assert not reading.warnings
    assert reading.rejected.empty


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("1.0", "2.0"), ["1", "2"]),
        (("00123", "2"), ["00123", "2"]),
        (("1.0", "A2"), ["1.0", "A2"]),
        (("1.0", "1.5"), ["1.0", "1.5"]),
    ],
)
def test_identifiers_lose_a_decimal_that_the_whole_column_has(table, ids, expected):
    reading = read_events(table("event_id,date,place\n" + "".join(f"{each},2025-11-09,Lima\n" for each in ids)))
    assert reading.events["event_id"].tolist() == expected
    assert any(".0 behind every identifier" in text for text in told(reading, "columns")) == (expected == ["1", "2"])


def test_degrees_and_minutes_are_read_and_told(table):
    reading = read_events(
        table("date,place,lat,lon\n2025-11-09,Kyiv,50°27'N,30°31'30\"E\n2025-11-09,Kyiv,30°31'E,50°N\n")
    )
    assert reading.events[["latitude", "longitude"]].to_numpy().tolist() == [[50.45, 30.525]]
    assert "Column 'lat': cells with degree signs, minutes or a hemisphere were read as decimal degrees: 1." in told(
        reading, "numbers"
    )
    assert reading.rejected["source_row"].tolist() == [3], "a longitude is no latitude"


def test_several_places_in_a_cell_are_several_rows_of_one_event(table):
    reading = read_events(table("date,place,region,country,killed\n2025-11-09,A; B ;,R,X; Y,3\n2025-11-08,C,,,\n"))
    columns = ["place", "region", "country", "place_number", "source_row"]
    assert reading.events[columns].fillna("").to_numpy().tolist() == [
        ["A", "R", "X", 1, 2], ["B", "R", "Y", 2, 2], ["C", "", "", 1, 3],
    ]  # fmt: skip
    assert reading.events["event_id"].nunique() == 2
    assert len(reading.claims) == 1
    assert adds_up(reading)


def test_a_region_or_country_alone_is_the_place(table):
    reading = read_events(table("date,place,region,country\n2025-11-09,,Sumy region,Ukraine\n2025-11-09,,,Ukraine\n"))
    assert reading.events["place"].tolist() == ["Sumy region", "Ukraine"]


def test_the_side_is_missing_when_nobody_states_it(table):
    reading = read_events(
        table(
            "date,place,side,side_basis\n2025-11-09,A,,\n2025-11-09,B,Unknown,stated\n2025-11-09,C,Alpha,source_coding\n"
        )
    )
    assert reading.events["side"].fillna("").tolist() == ["", "", "Alpha"]
    assert reading.events["side_basis"].tolist() == ["not_stated", "not_stated", "source_coding"]


def test_words_outside_a_vocabulary_are_a_warning_not_a_guess(table):
    reading = read_events(table("date,place,confirmation\n2025-11-09,A,confrimed\n2025-11-09,B,Confirmed\n"))
    assert reading.events["confirmation"].fillna("").tolist() == ["", "confirmed"]
    (warning,) = check_events(reading)
    assert (warning.severity, warning.row, warning.column) == ("warning", 2, "confirmation")
    assert "Did you mean 'confirmed'?" in warning.fix


def test_lists_are_levelled_and_unknown_items_stay(table):
    reading = read_events(
        table(
            'date,place,sector,means\n2025-11-09,A,"Electricity, опалення , Shoe shops",БпЛА\n'
            '2025-11-09,B,"a, b; Gas; gas",\n'
        )
    )
    assert reading.events["sectors"].tolist() == ["power; heating; Shoe shops", "a, b; gas"]
    assert reading.events["means"].fillna("").tolist() == ["drones", ""]


def test_dates_carry_their_precision(table):
    rows = "2025-11,,\n2025,,\n2025-11-08,2025-11-09,\n2025-11-08,,week\n2025-11-08/2025-11-10,,\n"
    reading = read_events(table("date,end date,date_precision,place\n" + rows.replace("\n", ",A\n")))
    assert reading.events["date_precision"].tolist() == ["month", "year", "days", "week", "days"]
    assert [f"{day:%m-%d}" for day in reading.events["date_end"]] == ["11-30", "12-31", "11-09", "11-08", "11-10"]


def test_an_end_before_the_start_is_rejected(table):
    reading = read_events(table("date,end date,place\n2025-11-09,2025-11-08,A\n2025-11-09,2025-11-09,B\n"))
    assert reading.events["place"].tolist() == ["B"]
    assert "expected a last day not before the first" in reading.rejected["reason"][0]


def test_doubles_are_proposed_and_never_merged(table):
    reading = read_events(
        table(
            "date,place,side,killed,source\n2025-11-09,Kyiv,Alpha,1,P\n2025-11-09,KYIV,Alpha,2,Q\n2025-11-09,Kyiv,Beta,1,P\n"
        )
    )
    assert len(reading.events) == 3
    assert reading.claims["source_name"].tolist() == ["P", "Q", "P"]
    assert told(reading, "duplicates") == [
        "Possibly the same event (same day, place and side), not merged: rows 2 and 3."
    ]


def test_rows_that_are_the_same_twice_are_two_events_with_stable_identifiers(table):
    row = "2025-11-09,Kyiv,Alpha\n"
    first = read_events(table("date,place,side\n" + row + row)).events["event_id"].tolist()
    again = (
        read_events(table("killed,date,place,side\n" + "5," + row + "," + row, "other.csv")).events["event_id"].tolist()
    )
    assert first == again
    assert first[1] == first[0] + "-2"


def test_rows_of_one_identifier_are_places_of_one_event_and_must_agree(table):
    reading = read_events(
        table("event_id,date,place,killed\ne,2025-11-09,A,3\ne,2025-11-09,B,3\nf,2025-11-08,A,\nf,2025-11-09,A,\n")
    )
    assert reading.events["place_number"].tolist() == [1, 2, 1, 2]
    assert len(reading.claims) == 1
    (warning,) = check_events(reading)
    assert (warning.row, warning.found) == (4, "the same identifier with a different date_start (rows 4, 5)")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Ky\u200biv", "zero-width"),
        ("abc\u202edef", "zero-width or direction-changing"),
        ("Kуiv", "Latin and Cyrillic letters in one word"),
    ],
)
def test_disguised_text_is_kept_and_warned_of(table, cell, found):
    reading = read_events(table(f"date,place\n2025-11-09,{cell}\n"))
    assert reading.events["place"].tolist() == [cell]
    (warning,) = check_events(reading)
    assert found in warning.found
    assert warning.severity == "warning"


@pytest.mark.parametrize("form", ["Й", "И\u0306"])
def test_spelling_forms_are_kept_as_they_are(table, form):
    assert read_events(table(f"date,place\n2025-11-09,{form}\n")).events["place"].tolist() == [form]


def test_figures_that_cannot_be_read_stay_texts_with_a_warning(table):
    reading = read_events(
        table(
            "date,place,killed,injured_low,injured_high,drones downed\n"
            "2025-11-09,A,several,2,4,\n2025-11-09,B,0,,,1.234\n"
        )
    )
    claims = reading.claims[["metric", "value", "value_low", "value_high"]].fillna(
        {"value": -1, "value_low": -1, "value_high": -1}
    )
    assert claims.to_numpy().tolist() == [
        ["killed", -1, -1, -1],
        ["injured", -1, 2, 4],
        ["killed", 0, -1, -1],
        ["drones_downed", -1, -1, -1],
    ]
    assert reading.claims["text"].fillna("").tolist() == ["several", "", "", "1.234"]
    assert [(w.row, w.column) for w in check_events(reading)] == [(2, "killed"), (3, "drones downed")]


def test_points_between_thousands_are_read_with_a_note(table):
    reading = read_events(
        table(
            "fecha;lugar;hogares sin luz;heridos;quién lo dice\n"
            "09/11/2025;A;unos 12.000;;Alcaldía\n13/11/2025;B;4.500 a 9.000;3;Alcaldía\n14/11/2025;C;varios;;Alcaldía\n"
        )
    )
    claims = reading.claims[["value", "value_low", "value_high"]].fillna(-1)
    assert claims.to_numpy().tolist() == [[12000, -1, -1], [-1, 4500, 9000], [3, -1, -1], [-1, -1, -1]]
    assert reading.claims["text"].fillna("").tolist() == ["", "", "", "varios"]
    assert [note.text for note in reading.notes if note.topic == "figures"][-1] == (
        "Points group thousands in 'hogares sin luz', as cells there show."
    )


def test_points_between_thousands_are_read_in_claims(table, tmp_path):
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "event_id,metric,value,claimant\na,killed,12,X\na,households_without_power,12.500,X\n"
        "b,households_without_power,3.000,X\nb,border_distance_km,31.4,X\n",
        encoding="utf-8",
    )
    found = read_events(table("event_id,date,place\na,2025-11-09,A\nb,2025-11-09,B\n"), claims=claims).claims
    assert found["value"].tolist() == [12, 12500, 3000, 31.4]


EVENTS = "event_id,date,side\na,2025-11-09,Alpha\nb,2025-11-09,\n"


def test_full_tables(table):
    reading = read_events(
        table(EVENTS),
        places=table("event_id,place,note\nb,B1,x\na,A1,\nb,B2,y\n", "places.csv"),
        claims=table(
            "event_id,metric,value,qualifier,text,claimant,date_published\na,killed,7,some,,X,2025-11-09\nb,cause,,,fire,Y,\n",
            "claims.csv",
        ),
    )
    assert reading.events[["event_id", "place", "place_number", "source_row"]].to_numpy().tolist() == [
        ["a", "A1", 1, 2],
        ["b", "B1", 1, 3],
        ["b", "B2", 2, 3],
    ]
    assert reading.claims["value"].fillna(-1).tolist() == [7, -1]
    assert reading.claims[["claim_id", "qualifier", "text"]].fillna("").to_numpy().tolist() == [
        ["a:killed:1", "about", ""],
        ["b:cause:1", "", "fire"],
    ]
    assert [(file.path.name, file.rows) for file in reading.inputs] == [
        ("events.csv", 2),
        ("places.csv", 3),
        ("claims.csv", 2),
    ]
    assert adds_up(reading)


def test_orphans_and_broken_rows_of_full_tables_are_listed(table):
    reading = read_events(
        table(EVENTS + ",2025-11-09,\na,2025-11-08,\nc,31.02.2025,\nd,2025-11-09,\n"),
        places=table("event_id,place,lat,lon\na,A1,,\nb,B1,99,\nb,B2,,\nzz,Z,,\nc,C,,\n", "places.csv"),
        claims=table(
            "event_id,metric,value\na,killed,x\nzz,killed,1\nc,killed,1\na,,1\na,killed,\na,injured,3\n", "claims.csv"
        ),
    )
    assert reading.events[["event_id", "place"]].to_numpy().tolist() == [["a", "A1"], ["b", "B2"]]
    assert reading.claims["metric"].tolist() == ["injured"]
    assert reading.rejected[["file", "source_row"]].to_numpy().tolist() == [
        ["events.csv", 4], ["events.csv", 5], ["events.csv", 6], ["events.csv", 7],
        ["places.csv", 3], ["places.csv", 5], ["places.csv", 6],
        ["claims.csv", 2], ["claims.csv", 3], ["claims.csv", 4], ["claims.csv", 5], ["claims.csv", 6],
    ]  # fmt: skip
    reasons = dict(
        zip(
            zip(reading.rejected["file"], reading.rejected["source_row"], strict=True),
            reading.rejected["reason"],
            strict=True,
        )
    )
    assert "the event_id of a row of the events table; found 'zz'" in reasons["places.csv", 5]
    assert "expected one row an event; found 'a'" in reasons["events.csv", 5]
    assert "expected a place" in reasons["events.csv", 7]
    assert adds_up(reading)


def test_full_tables_need_their_identifiers(table):
    with pytest.raises(
        TableError,
        match=r"(?s)2 faults.*events.csv: expected a column 'event_id'.*places.csv: expected a column 'event_id'",
    ):
        read_events(table("date\n2025-11-09\n"), places=table("place\nA\n", "places.csv"))


def test_claims_out_of_order_or_of_a_near_metric_are_warned_of(table):
    reading = read_events(
        table("event_id,date,place\na,2025-11-09,A\n"),
        claims=table("event_id,metric,best,low,high\na,kiled,7,8,9\n", "claims.csv"),
    )
    assert reading.claims[["metric", "value", "value_low"]].to_numpy().tolist() == [["kiled", 7.0, 8.0]]
    assert [warning.fix for warning in check_events(reading)] == [
        "Check the three figures.",
        "Did you mean 'killed'? It is kept as written.",
    ]


def test_the_input_of_an_unknown_format_is_told(table):
    with pytest.raises(TableError, match=r"found 'shete'\. Did you mean 'sheet'"):
        read_events(table("date,place\n"), format="shete")


def test_a_sheet_without_rows_is_an_empty_reading(table):
    reading = read_events(table("date,place,killed\n"))
    assert (len(reading.events), len(reading.claims), len(reading.rejected)) == (0, 0, 0)
    assert [str(reading.events[c.name].dtype) for c in EVENT_COLUMNS] == [c.dtype for c in EVENT_COLUMNS]


texts = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=30
)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6))
def test_every_text_comes_through_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("texts") / "events.csv"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["event_id", "date", "place", "country", "my column"])
    for number, (identifier, country, own) in enumerate(rows):
        writer.writerow([neutralise(f"{number}{identifier}"), "2025-11-09", "A", neutralise(country), neutralise(own)])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    reading = read_events(path)
    assert reading.events["event_id"].tolist() == [f"{number}{row[0]}" for number, row in enumerate(rows)]
    assert reading.events["my column"].fillna("").tolist() == [
        row[2] if neutralise(row[2]).strip() else "" for row in rows
    ]
    assert reading.events["country"].fillna("").tolist() == [row[1].strip() for row in rows]


hostile = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from([
            "date", "place", "lat", "lon", "killed", "side", "event_id", "2025-11-09", "03.04.2024", "50,45", "0",
            "nan", ",", ";", "\t", "\n", "\r\n", '"', "'", "#", "=1", "\u202e", "\x00", "\ufeff", "[", "{",
            '{"date":"2025"}', "9" * 400, "-", "–", "Суми",
        ]),
        max_size=40,
    ).map(lambda parts: "".join(parts).encode()),
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(hostile, st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ""]))
def test_whatever_is_in_a_file_the_answer_is_a_reading_or_a_message(tmp_path_factory, data, ending):
    path = tmp_path_factory.getbasetemp() / f"hostile{ending}"
    path.write_bytes(data)
    with contextlib.suppress(TableError):
        assert adds_up(read_events(path, now=NOW))


def test_a_row_told_twice_is_warned_of_and_kept(table):
    reading = read_events(table("id,date,place,what\n1,2025-11-09,Kyiv,x\n1,2025-11-09,Kyiv,x\n1,2025-11-09,Sumy,x\n"))
    assert len(reading.events) == 3
    (warning,) = reading.warnings
    assert (warning.row, warning.column) == (3, "id")
    assert warning.found == "the same event, place and text as an earlier row"


def test_times_of_day_are_kept_beside_their_day(table):
    events = read_events(table("date,place,source_date\n2025-11-09 03:15,Kyiv,x\n2025-11-10,Sumy,y\n")).events
    assert events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-09", "2025-11-10"]
    assert events["source_source_date"].tolist() == ["2025-11-09 03:15", "2025-11-10"]
    assert events["source_date"].tolist() == ["x", "y"]
    assert "source_date" not in read_events(table("date,place\n2025-11-09,Kyiv\n")).events.columns


def test_an_address_among_sources_is_the_address(table):
    reading = read_events(
        table("date,place,Джерело,killed\n2025-11-09,Kyiv,https://www.example.org/a,2\n2025-11-09,Sumy,ОВА,1\n")
    )
    assert reading.events[["source_name", "source_url"]].fillna("").to_numpy().tolist() == [
        ["example.org", "https://www.example.org/a"],
        ["ОВА", ""],
    ]
    assert reading.claims["source_name"].tolist() == ["example.org", "ОВА"]
    assert any("Web addresses in" in note.text for note in reading.notes)
    both = read_events(table("date,place,source,url\n2025-11-09,Kyiv,https://a.org/1,https://b.org/2\n")).events
    assert both[["source_name", "source_url"]].to_numpy().tolist() == [["https://a.org/1", "https://b.org/2"]]


def test_letters_of_two_alphabets_are_warned_of_through_hidden_characters(table):
    found = [warning.found for warning in read_events(table("date,place\n2025-11-09,К\u200biyv\n")).warnings]
    assert found[1].startswith("Latin and Cyrillic letters in one word")


@pytest.mark.parametrize(
    ("header", "metric"),
    [("Загинули", "killed"), ("Погибли", "killed"), ("Поранених", "injured"), ("Раненых", "injured")],
)
def test_figures_are_known_by_the_words_of_sheets(table, header, metric):
    claims = read_events(table(f"Дата,Місце,{header}\n2025-11-09,Ізюм,близько 3\n")).claims
    assert claims[["metric", "value", "qualifier"]].to_numpy().tolist() == [[metric, 3.0, "about"]]


def test_a_figure_is_not_said_to_be_unpublished(table):
    reading = read_events(table("date,place,killed,zeta\n2025-11-08,Kharkiv,3,x\n"))
    figures = "Figures understood, each a claim of nobody named, as no column says who states them: 'killed' as killed."
    assert figures in told(reading, "columns")
    assert "Kept in the table and not published: 'zeta'." in told(reading, "columns")


@pytest.mark.parametrize("header", ["Хто атакував", "кто атаковал", "Who attacked"])
def test_who_attacked_is_the_side(table, header):
    reading = read_events(table(f"date,place,{header}\n2025-11-08,Kharkiv,North\n"))
    assert reading.events["side"].tolist() == ["North"]


def test_who_states_the_figures_is_not_said_to_be_unpublished(table):
    reading = read_events(table("Date of attack,place,killed,Reported by,zeta\n2025-11-08,Kharkiv,3,X,x\n"))
    assert reading.claims["claimant"].tolist() == ["X"]
    assert "Kept in the table and not published: 'zeta'." in told(reading, "columns")


def test_a_claimant_without_a_figure_states_the_summary(table):
    reading = read_events(
        table(
            "date,place,summary,killed,claimant\n2025-11-08,Kharkiv,A,3,X\n2025-11-08,Izium,B,,Y\n2025-11-08,Sumy,C,,\n"
        )
    )
    assert reading.claims[["metric", "value", "text", "claimant"]].astype(object).where(
        reading.claims[["metric", "value", "text", "claimant"]].notna(), None
    ).to_numpy().tolist() == [["killed", 3.0, None, "X"], ["statement", None, "B", "Y"]]


def test_a_zero_character_in_a_cell_is_not_another_encoding(tmp_path):
    path = tmp_path / "events.csv"
    text = "date,place,summary\n" + "2025-11-08,Харків,x\n" * 20 + "2025-11-08,Kharkiv,a\0b\n"
    path.write_text(text, encoding="utf-8")
    assert read_events(path).events["summary"].iloc[-1] == "a\0b"


def test_a_source_in_another_language_is_not_a_second_source():
    sheet = pd.DataFrame(
        {
            "date": ["2025-03-01"],
            "place": ["Erdenet"],
            "Source": ["A paper"],
            "Source (uk)": ["Газета"],
            "Source_ar": ["صحيفة"],
            "Sources": ["B paper"],
        }
    )
    assert read_events(sheet).events["source_name"].tolist() == ["A paper; B paper"]
