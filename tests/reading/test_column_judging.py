"""What is decided beyond single columns: questions, what the author says, dates in parts, hints, header rows."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap import TableOptions, explain_mapping, read_events
from impactmap.model.errors import TableError
from impactmap.model.faults import faults_of
from impactmap.reading.columns.extras import join_date_parts
from impactmap.reading.columns.judging import judge_columns
from impactmap.reading.columns.table_options import own_column
from impactmap.reading.read import check_events


@pytest.fixture
def table(tmp_path):
    def write(text, name="events.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def judged(headers, *rows):
    return judge_columns(
        pd.DataFrame([row.split("|") for row in rows], columns=headers.split("|"), dtype="str")
    ).columns


@pytest.mark.parametrize(
    ("headers", "row", "country"),
    [
        ("Date|Country|Target country", "2014-08-08|USA|Iraq", "Target country"),
        ("Date|Country|Country of attack", "2014-08-08|USA|Iraq", "Country of attack"),
        ("Date|Country|Event country", "2014-08-08|USA|Iraq", "Event country"),
        ("Date|Attacker country|Country", "2014-08-08|USA|Iraq", "Country"),
        ("Date|Source Country|Target Country|Country", "2014-08-08|USA|Iran|Iraq", "Country"),
        ("Date|Nationality|Country", "2014-08-08|USA|Iraq", "Country"),
        ("Date|Owner country|City", "2014-08-08|USA|Irbil", None),
        ("Date|Victim country|City", "2014-08-08|USA|Irbil", None),
        ("date|country|country_txt", "2014-08-08|95|Iraq", "country_txt"),
        ("Дата|Країна нападника|Країна", "2014-08-08|США|Ірак", "Країна"),
    ],
)
def test_the_attackers_country_is_not_the_places(headers, row, country):
    assert judged(headers, row).get("country") == country


def test_a_country_beside_the_places_is_asked_about_and_never_drawn(table):
    path = table(
        "Date,Country,Target country,Target location\n2014-08-08,USA,Iraq,Irbil\n2014-08-09,France,Iraq,Sinjar\n"
    )
    reading = read_events(path)
    assert reading.events["country"].tolist() == ["Iraq", "Iraq"]
    (asked,) = [fault for fault in check_events(reading) if fault.column == "Country"]
    assert (asked.severity, "--column side=Country" in asked.fix) == ("warning", True)
    said = read_events(path, columns={"Country": "side"})
    assert said.events["side"].tolist() == ["USA", "France"]
    assert check_events(said) == []


@pytest.mark.parametrize(
    ("headers", "row", "date"),
    [
        ("Date|Event date", "2025-11-09|2025-11-08", "Event date"),
        ("Report date|Date", "2025-11-09|2025-11-08", "Date"),
        ("Date added|recording_date", "2025-11-09|2025-11-08", "recording_date"),
        ("day|date", "8|2025-11-08", "date"),
        ("date|SensorDate", "yes|2025-11-08", "SensorDate"),
        ("Date of birth|Date of death", "1980-01-01|2025-11-08", None),
        ("Last updated|Published", "2025-11-09|2025-11-09", None),
        ("Дата внесення|Дата події", "2025-11-09|2025-11-08", "Дата події"),
    ],
)
def test_the_day_of_the_event_is_not_another_day(headers, row, date):
    assert judged(headers, row).get("date_start") == date


def test_evidence_of_words_and_cells_is_told(table):
    path = table("reference_code,recording_date,location\nCL_1,2016-09-11,Aleppo\nCL_2,2016-09-12,Idlib\n")
    told = {each["column"]: each["how"] for each in explain_mapping(path)["columns"]}
    assert told["date_start"] == "The words 'recording', 'date'; 2 of 2 different cells read as dates."
    notes = [note.text for note in read_events(path).notes if note.text.startswith("Headers understood")]
    assert "'recording_date' as date_start (the words 'recording', 'date'; 2 of 2" in notes[0]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ref,filed,where\nA1,2025-11-08,Kyiv\nA2,2025-11-09,Sumy\n", "--column date_start=filed"),
        ("date of entry,ngay,where\n2025-11-08,2025-11-07,Kyiv\n", "ngay"),
        ("id,the day,where\n1,2025-11-08,Kyiv\n", None),
    ],
)
def test_a_hint_names_the_column_that_holds_dates(table, text, hint):
    if hint is None:
        assert len(read_events(table(text)).events) == 1
        return
    with pytest.raises(TableError, match=hint):
        read_events(table(text))


@pytest.mark.parametrize(
    ("year", "month", "day", "date"),
    [
        ("2019", "11", "8", "2019-11-08"),
        ("2019", "11", "0", "2019-11"),
        ("2019", "0", "0", "2019"),
        ("2019.0", "3.0", "9.0", "2019-03-09"),
        ("2019", "11", None, "2019-11"),
        ("2019", "Nov", "8", "8 Nov 2019"),
        ("2019", "листопада", "8", "8 листопада 2019"),
        ("2019", "11", "-9", "2019-11"),
        ("2019", "11", "99", "2019-11"),
    ],
)
def test_dates_in_three_columns(year, month, day, date):
    cells = pd.DataFrame({"y": [year], "m": [month], "d": [day]}, dtype="str")
    parts = {"date_year": "y", "date_month": "m", "date_day": "d"}
    assert join_date_parts(cells, parts).tolist() == [date]


@pytest.mark.parametrize(
    "headers", ["year,month,day", "iyear,imonth,iday", "Year,Month,Day", "Рік,Місяць,День", "Год,Месяц,День"]
)
def test_dates_in_three_columns_are_read(table, headers):
    reading = read_events(table(f"{headers},city\n2019,11,8,Dibis\n2019,11,0,Quetta\n"))
    assert reading.events["date_precision"].tolist() == ["day", "month"]
    assert reading.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2019-11-08", "2019-11-01"]


def test_the_finest_filled_level_is_the_rows_place(table):
    text = "Дата,Область,Район,Громада,Населений пункт\n"
    text += "2025-11-08,Київська область,Обухівський район,Васильківська територіальна громада,\n"
    text += "2025-11-09,Чернігівська область,Ніжинський район,,\n2025-11-09,Сумська область,,,\n"
    text += "2025-11-09,Сумська область,,,Суми\n"
    reading = read_events(table(text))
    assert reading.events["place"].tolist() == [
        "Васильківська територіальна громада", "Ніжинський район", "Сумська область", "Суми",
    ]  # fmt: skip
    assert reading.events["district"].isna().tolist() == [False, False, True, True]


# What the author says.


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("date", "date_start"), ("date_start", "date_start"), ("city", "place"), ("oblast", "region"),
        ("дата", "date_start"),
        ("who says", "claimant"), ("killed_high", "killed_high"), ("deaths", "killed"), ("hromada", "community"),
    ],
)  # fmt: skip
def test_our_columns_by_their_usual_words(said, ours):
    assert own_column(said) == ours


def test_a_column_that_is_none_of_ours_is_told_with_the_nearest():
    with pytest.raises(TableError, match=r"found 'pleace'. Did you mean 'place'"):
        own_column("pleace")
    with pytest.raises(TableError, match=r"one column for the header 'X'"):
        TableOptions({"date": "X", "place": "X"}).headers()


def test_the_author_says_columns_figures_header_and_country(table):
    text = "A title\nwann;wo;Tote\n08.11.2025;Kharkiv;2\n19.11.2025;Sumy;0\n"
    options = TableOptions({"date": "wann", "place": "wo", "killed": "Tote"}, header_row=2, country="Ukraine")
    reading = read_events(
        table(text), columns=options.headers(), header_row=options.header_row, country=options.country
    )
    assert reading.events[["place", "country"]].to_numpy().tolist() == [["Kharkiv", "Ukraine"], ["Sumy", "Ukraine"]]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 2.0], ["killed", 0.0]]
    with pytest.raises(TableError, match=r"header's row between 1 and 4, found 9"):
        read_events(table(text), header_row=9)


def test_a_country_is_not_said_of_rows_that_have_a_position_or_one(table):
    text = "date,place,country,latitude,longitude\n2025-11-08,A,,50,36\n2025-11-08,B,Poland,,\n2025-11-08,C,,,\n"
    assert read_events(table(text), country="UA").events["country"].fillna("").tolist() == ["", "Poland", "UA"]


# Tables without a header, days as columns, headers of two rows.


def test_a_table_without_a_header_is_told_the_row_to_paste(table):
    text = "2025-11-08,Kharkiv,Ukraine,A substation was hit.,https://example.org/1\n"
    text += "2025-11-09,Belgorod,Russia,A heating plant was hit.,https://example.org/2\n"
    with pytest.raises(TableError, match=r"looks like data.*\ndate,place,country,summary,source_url\n") as caught:
        read_events(table(text))
    assert len(faults_of(caught.value)) == 1


@pytest.mark.parametrize(
    "days",
    ["2025-11-08,2025-11-09,2025-11-10", "08.11.2025,09.11.2025,10.11.2025", "8 Nov 2025,9 Nov 2025,10 Nov 2025"],
)
def test_days_as_columns_are_told(table, days):
    with pytest.raises(TableError, match=r"3 headers that are days.*one column a day.*--column attacks=DAYS"):
        read_events(table(f"Oblast,{days}\nKharkiv Oblast,3,0,5\nSumy Oblast,1,2,0\n"))


def test_headers_of_two_rows_are_one(table):
    text = "Date,Place,Killed,,Injured,\n,,min,max,min,max\n2025-11-08,Kharkiv,1,2,3,4\n"
    reading = read_events(table(text))
    assert reading.claims[["metric", "value_low", "value_high"]].to_numpy().tolist() == [
        ["killed", 1.0, 2.0], ["injured", 3.0, 4.0],
    ]  # fmt: skip
    assert reading.events["source_row"].tolist() == [3]


@pytest.mark.parametrize(
    "second", [",,2 people,,,", "2025-11-08,Kyiv,1,,2,", ",Kyiv,,,,", "Date,Place,Killed,,Injured,"]
)
def test_a_row_of_data_is_no_second_header(table, second):
    text = f"Date,Place,Killed,,Injured,\n{second}\n2025-11-08,Kharkiv,1,2,3,4\n"
    assert not any("are one header" in note.text for note in read_events(table(text)).notes)


@pytest.mark.parametrize("word", ["Units", "units", "Одиниці", "Единицы измерения"])
def test_a_row_of_units_is_told_as_such(table, word):
    reading = read_events(table(f"OBS,OUTAGE.START.DATE,U.S._STATE\n{word},Month Day Year,\n1,2014-05-11,Minnesota\n"))
    assert reading.events["region"].tolist() == ["Minnesota"]
    (aside,) = check_events(reading)
    assert (aside.found, aside.severity) == (f"a row of units, '{word}'", "warning")


# Withdrawn, confirmed, who says so, an identifier used twice.


@pytest.mark.parametrize(
    "word",
    ["withdrawn", "Withdrawn", "RETRACTED", "removed", "deleted", "відкликано", "Спростовано", "отозвано", "Удалено"],
)
def test_taken_back_in_any_usual_word(table, word):
    reading = read_events(
        table(
            "event_id,date,place,update_status,update_note\na,2025-11-14,Kyiv,,\n"
            f"b,2025-11-15,Sumy,{word},Another town.\n"
        )
    )
    assert reading.events["event_id"].tolist() == ["a"]
    (told,) = check_events(reading)
    assert told.found == "a report that its publisher withdrew (2025-11-15, Sumy): Another town"


def test_a_status_that_is_not_known_is_a_fault_of_its_row(table):
    reading = read_events(table("date,place,update_status\n2025-11-14,Kyiv,\n2025-11-15,Sumy,wthdrawn\n"))
    assert reading.events["place"].tolist() == ["Kyiv"]
    (fault,) = check_events(reading)
    assert (fault.row, fault.found, fault.severity) == (3, "'wthdrawn'", "fault")


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("confirmed", "confirmed"), ("Verified", "confirmed"), ("yes", "confirmed"), ("підтверджено", "confirmed"),
        ("да", "confirmed"), ("claimed", "claimed"), ("Not confirmed", "claimed"), ("заявлено", "claimed"),
        ("нет", "claimed"), ("unknown", None), ("невідомо", None), ("", None),
    ],
)  # fmt: skip
def test_confirmation_in_any_usual_word(table, word, read):
    reading = read_events(table(f"date,place,confirmation\n2025-11-14,Kyiv,{word}\n2025-11-14,Sumy,claimed\n"))
    assert reading.events["confirmation"].astype(object).where(reading.events["confirmation"].notna(), None)[0] == read


@pytest.mark.parametrize(
    "header",
    [
        "Official", "Who said so", "Who says so?", "Claimed by", "According to", "Claimant", "Хто каже",
        "Хто повідомив",
        "За словами", "Заявник", "Хто заявив", "Кто сообщил", "Кто говорит", "Заявитель", "По словам", "По данным",
    ],
)  # fmt: skip
def test_who_says_so(table, header):
    text = f"date,place,Killed,{header},Source\n2025-11-09,Kyiv,more than 20,the governor,Paper\n"
    claim = read_events(table(text)).claims.iloc[0]
    assert claim[["claimant", "source_name", "value"]].tolist() == ["the governor", "Paper", 20]


def test_an_outlet_is_not_who_states_a_figure(table):
    claim = read_events(table("date,place,killed,source\n2025-11-09,Kyiv,20,Paper\n")).claims.iloc[0]
    assert pd.isna(claim["claimant"])
    assert claim["source_name"] == "Paper"


def test_an_identifier_used_twice_is_asked_and_not_merged(table):
    text = (
        "event_id,date,place,summary\nU1,2025-02-08,Sevastopol,A ship was hit.\nU1,2025-02-09,Rylsk,A depot burned.\n"
    )
    text += "U2,2025-02-09,Sumy,x\nU2,2025-02-09,Kyiv,x\nU1-2,2025-02-09,Lviv,x\n"
    reading = read_events(table(text))
    assert reading.events["event_id"].tolist() == ["U1", "U1-2x", "U2", "U2", "U1-2"]
    (asked,) = [fault for fault in check_events(reading) if "an identifier used twice" in fault.fix]
    assert (asked.row, asked.severity) == (2, "warning")


@pytest.mark.parametrize(
    ("unread", "metrics", "columns"),
    [
        ([], ["killed"], {"date_start": "Date", "place": "City", "summary": "Summary"}),
        (["Killed"], [], {"date_start": "Date", "place": "City", "summary": "Summary"}),
        (["Summary", "Killed"], [], {"date_start": "Date", "place": "City"}),
    ],
)
def test_a_header_that_the_author_says_is_nothing_of_ours(table, unread, metrics, columns):
    path = table("Date,City,Summary,Killed\n2025-03-01,Darkhan,A depot burned.,2\n")
    said = {"unread" if n == 1 else f"unread_{n}": header for n, header in enumerate(unread, 1)}
    given = TableOptions(said).headers()
    told = explain_mapping(path, columns=given)
    assert {each["column"]: each["from"][0] for each in told["columns"]} == columns
    assert told["kept"] == [header for header in ("Summary", "Killed") if header in unread]
    reading = read_events(path, columns=given)
    assert reading.claims["metric"].tolist() == metrics
    assert reading.events["summary"].notna().all() == ("summary" in columns)


def test_two_columns_of_months_beside_a_date_are_left_alone(table):
    reading = read_events(table("date,month,mes,place\n2025-11-09,11,11,Erdenet\n2025-12-01,12,12,Erdenet\n"))
    assert reading.events["date_start"].dt.month.tolist() == [11, 12]
    assert {"month", "mes"} <= set(reading.events.columns)


ODD = ("\u00b2", "\u2462\u2463", "9" * 5000, "\u0662\u0660\u0662\u0665", "\u00b20251101", "0" * 20)


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:9]))
@pytest.mark.parametrize("column", ["date", "x", "killed", "latitude", "region", "year"])
def test_odd_digits_and_very_many_are_no_numbers_and_end_nothing(text, column):
    sheet = pd.DataFrame({"date": ["2025-11-01"] * 3, "place": ["Erdenet"] * 3})
    first = "2025-11-01" if column == "date" else None
    reading = read_events(sheet.assign(**{column: [first, text, text]}))
    assert len(reading.events) + reading.rejected["source_row"].nunique() == 3
