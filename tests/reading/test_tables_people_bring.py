"""Tables in the forms in which people bring them: what is settled, what is asked, what stops nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap import read_events
from impactmap.model.errors import TableError
from impactmap.reading.columns.judging import judge_columns

HEAD = "date,place,country,summary"


@pytest.fixture
def table(tmp_path):
    def write(text, name="events.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def days(reading):
    return reading.events["date_start"].dt.strftime("%Y-%m-%d").tolist()


# --- days of several orders ---


@pytest.mark.parametrize(
    ("cells", "read", "refused"),
    [
        # Each can be meant in one way alone.
        (["13/04/2025", "04/14/2025"], ["2025-04-13", "2025-04-14"], []),
        # What both can mean is listed, the others are read.
        (["13/04/2025", "04/14/2025", "05/06/2025", "2025-04-15"], ["2025-04-13", "2025-04-14", "2025-04-15"], [4]),
        (["13-04-2025", "04-14-2025", "07-07-2025"], ["2025-04-13", "2025-04-14", "2025-07-07"], []),
        # Signs of two habits: dots have the day first, slashes the month.
        (["13.04.2025", "04/14/2025", "05.06.2025", "05/06/2025"],
         ["2025-04-13", "2025-04-14", "2025-06-05", "2025-05-06"], []),
        # An open question beside days that are sure.
        (["04/05/2025", "2025-05-06"], ["2025-05-06"], [2]),
    ],
)  # fmt: skip
def test_a_column_with_two_orders_stops_nothing(table, cells, read, refused):
    reading = read_events(table("\n".join([HEAD, *(f"{cell},Quetta,Pakistan,A pylon fell." for cell in cells)])))
    assert days(reading) == read
    assert reading.rejected["source_row"].tolist() == refused


def test_a_column_of_which_nothing_can_be_told_says_what_to_write(table):
    with pytest.raises(TableError, match=r"one of 2 that read both ways. Say which comes first with --date-format"):
        read_events(table(f"{HEAD}\n04/05/2025,Quetta,Pakistan,a\n05/06/2025,Sibi,Pakistan,b\n"))


# --- days in texts ---


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["08.11.2025 Substation", "Belgorod, 9.11.2025"], ["2025-11-08", "2025-11-09"]),
        (["Substation (8 November 2025)", "Depot (9 Nov 2025)"], ["2025-11-08", "2025-11-09"]),
        (["2025-11-08: pylon", "2025-11-09: pylon"], ["2025-11-08", "2025-11-09"]),
        (["Удар 8 листопада 2025", "Удар 9 листопада 2025"], ["2025-11-08", "2025-11-09"]),
        (["Ataque del 8 de noviembre 2025", "Ataque del 9 de noviembre 2025"], ["2025-11-08", "2025-11-09"]),
    ],
)
def test_a_date_in_every_text_is_the_day_where_no_column_has_one(table, texts, read):
    reading = read_events(table("title,place,country\n" + "\n".join(f'"{text}",Sibi,Pakistan' for text in texts)))
    assert days(reading) == read
    assert any("the date in each text of 'title'" in note.text for note in reading.notes)


@pytest.mark.parametrize(
    "texts",
    [
        ["from 8.11.2025 to 9.11.2025", "10.11.2025 to 11.11.2025"],
        ["substation", "9.11.2025 depot"],
        ["12 pylons", "9 pylons"],
    ],
)
def test_texts_with_several_dates_or_none_are_no_days(table, texts):
    with pytest.raises(TableError, match="expected a column 'date_start'"):
        read_events(table("title,place,country\n" + "\n".join(f'"{text}",Sibi,Pakistan' for text in texts)))


def test_pins_that_carry_the_day_in_their_names_are_read(table):
    pin = "<Placemark><name>{}</name><Point><coordinates>{}</coordinates></Point></Placemark>"
    pins = pin.format("08.11.2025 Depot", "67.0,30.2") + pin.format("09.11.2025 Pylon", "67.9,29.5")
    reading = read_events(
        table(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{pins}</Document></kml>', "p.kml")
    )
    assert days(reading) == ["2025-11-08", "2025-11-09"]
    assert reading.events["latitude"].tolist() == [30.2, 29.5]


# --- GPX ---

GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'


def test_waypoints_are_rows(table):
    point = (
        '<wpt lat="30.2" lon="67.0"><time>2025-11-08T03:10:00Z</time><name>Depot</name><desc>A depot burned.</desc>'
        '<link href="https://example.org/1"><text>more</text></link></wpt>'
    )
    reading = read_events(table(GPX.format(point + "<trk><name>way</name></trk>"), "p.gpx"))
    event = reading.events.iloc[0]
    assert (days(reading), event["latitude"], event["longitude"]) == (["2025-11-08"], 30.2, 67.0)
    assert (event["summary"], event["source_url"]) == ("A depot burned.", "https://example.org/1")
    assert any("Tracks and routes were left out: 1." in note.text for note in reading.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GPX.format("<trk/>"), "expected waypoints, found tracks alone"),
        (GPX.format(""), "expected waypoints, found none"),
        ("<gpx><wpt", "expected GPX, found a damaged file"),
        ('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "expected GPX without a document type"),
        ("date,place", "expected the content of a .gpx file"),
    ],
)
def test_a_gpx_that_is_none_is_refused(table, text, message):
    with pytest.raises(TableError, match=message):
        read_events(table(text, "p.gpx"))


# --- cells ---


@pytest.mark.parametrize("header", ["killed", "Deaths", "Загинуло", "Muertos"])
def test_a_column_of_figures_that_holds_only_empty_words_is_one_of_figures(header):
    cells = {"date": ["2025-11-08"] * 3, "place": ["Sibi"] * 3, header: ["n/a", "-", "unknown"]}
    assert judge_columns(pd.DataFrame(cells, dtype="str")).metrics == {"killed": {"best": header}}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Karachi, Quetta and Sibi", ["Karachi", "Quetta", "Sibi"]),
        ("Karachi, Quetta, Sibi, and Thatta", ["Karachi", "Quetta", "Sibi", "Thatta"]),
        ("Лубни, Ромни та Суми", ["Лубни", "Ромни", "Суми"]),
        ("Gao, Mopti et Ségou", ["Gao", "Mopti", "Ségou"]),
        ("Karachi; Quetta", ["Karachi", "Quetta"]),
        # Not lists, or not surely.
        ("Karachi and Quetta", ["Karachi and Quetta"]),
        ("Jammu and Kashmir", ["Jammu and Kashmir"]),
        ("Quetta, Balochistan", ["Quetta, Balochistan"]),
        ("Punjab, Sindh and Khyber provinces", ["Punjab, Sindh and Khyber provinces"]),
        ("Quetta, a bridge and a road", ["Quetta, a bridge and a road"]),
        ("between Sibi, Quetta and Kalat", ["between Sibi, Quetta and Kalat"]),
    ],
)
def test_a_list_of_three_names_and_more_is_a_list(table, cell, names):
    reading = read_events(table(f'{HEAD}\n2025-11-08,"{cell}",,A pylon fell.\n'))
    assert reading.events["place"].tolist() == names
    assert len(set(reading.events["event_id"])) == 1


@pytest.mark.parametrize(
    ("header", "cell", "area"),
    [
        ("hromada", "м. Васильків та Васильківська територіальна громада", "Васильківська територіальна громада"),
        ("Громада", "м. Ніжин і Ніжинська громада", "Ніжинська громада"),
        ("district", "Sibi town and Sibi district", "Sibi district"),
        ("district", "Kech and Panjgur", "Kech and Panjgur"),
    ],
)
def test_a_cell_of_areas_names_the_area_beside_its_town(table, header, cell, area):
    reading = read_events(table(f"date,oblast,{header}\n2025-11-08,X,{cell}\n"))
    assert reading.events["place"].tolist() == [area]


def test_rows_of_one_event_and_place_with_figures_of_their_own_are_accounts(table):
    text = (
        "event_id,date,place,country,summary,killed,claimant\n"
        "k1,2025-11-08,Sibi,Pakistan,A track was cut.,3,Governor\n"
        "k1,2025-11-08,Sibi,Pakistan,A track was cut.,about 10,Ministry\n"
    )
    reading = read_events(table(text))
    assert reading.warnings == ()
    assert reading.claims["claimant"].tolist() == ["Governor", "Ministry"]
    again = read_events(table(text.replace("about 10,Ministry", "3,Governor")))
    assert [warning.expected for warning in again.warnings] == ["each place of an event once"]


def test_a_column_of_addresses_of_maps_is_the_source_and_the_position(table):
    link = "https://maps.google.com/?q=30.2,66.99"
    reading = read_events(table(f'date,summary,source_url\n2025-11-08,A pylon fell.,"{link}"\n'))
    assert reading.events[["latitude", "longitude", "source_url"]].to_numpy().tolist() == [[30.2, 66.99, link]]


@pytest.mark.parametrize("zone", ["zone", "grid", "UTM grid zone", "Grid square", "UTM"])
def test_metres_of_a_grid_are_read_beside_their_zone(table, zone):
    reading = read_events(table(f"date,{zone},easting,northing\n2025-11-08,37U,301527,5541117\n"))
    assert reading.events[["latitude", "longitude"]].round(2).to_numpy().tolist() == [[49.99, 36.23]]


@pytest.mark.parametrize(
    "header", ["People affected", "people_affected", "Number of persons affected", "Affected people"]
)
def test_people_affected_are_a_figure(header):
    cells = {"date": ["2025-11-08"], "place": ["Sibi"], header: ["1200"]}
    assert judge_columns(pd.DataFrame(cells, dtype="str")).metrics == {"people_affected": {"best": header}}


# --- a column a day ---

WIDE = "Province,Station,2025-11-08,9 Nov 2025,10.11.2025\nSindh,A,3,0,5\nPunjab,B,n/a,2,\n"


def test_days_as_columns_are_rows_once_it_is_said_what_they_count(table):
    reading = read_events(table(WIDE), columns={"DAYS": "attacks"})
    assert list(zip(reading.events["region"], days(reading), strict=True)) == [
        ("Sindh", "2025-11-08"), ("Sindh", "2025-11-10"), ("Punjab", "2025-11-09"),
    ]  # fmt: skip
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [["attacks", 3], ["attacks", 5], ["attacks", 2]]
    assert reading.inputs[0].rows == 3
    assert any("3 that hold nothing or 0 were left out" in note.text for note in reading.notes)


def test_days_as_columns_are_asked_about_otherwise(table):
    with pytest.raises(TableError, match=r"found 3 headers that are days.*--column attacks=DAYS"):
        read_events(table(WIDE))
    with pytest.raises(TableError, match="expected headers that are days where DAYS is named, found 'date', 'place'"):
        read_events(table(f"{HEAD}\n2025-11-08,Sibi,Pakistan,a\n"), columns={"DAYS": "killed"})


# --- sources ---


def test_every_column_of_sources_is_kept(table):
    text = (
        "date,place,summary,Source 1,Link 1,Source 2,Link 2\n"
        "2025-11-08,Sibi,A pylon fell.,Dawn,https://a.example/1,Geo,https://b.example/2\n"
        "2025-11-09,Sibi,A track was cut.,Dawn,https://a.example/3,,\n"
        "2025-11-10,Sibi,A pump burned.,,,Geo,\n"
    )
    events = read_events(table(text)).events
    assert events["source_name"].fillna("").tolist() == ["Dawn; Geo", "Dawn", "Geo"]
    assert events["source_url"].fillna("").tolist() == [
        "https://a.example/1; https://b.example/2",
        "https://a.example/3",
        "",
    ]
