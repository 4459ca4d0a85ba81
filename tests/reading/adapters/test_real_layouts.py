"""UCDP, Insecurity Insight and HXL: scales, dates, sides and figures, on rows of our own making in their layouts."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.model.errors import TableError
from impactmap.places.geocode import geocode_events
from impactmap.reading.read import check_events, read_events

UCDP = (
    "id,type_of_violence,side_a,side_b,source_article,source_office,source_headline,where_prec,where_coordinates,adm_1,"
    "adm_2,latitude,longitude,country,date_prec,date_start,date_end,best,high,low"
)
UCDP_ROWS = [
    "00017,1,Alpha,Beta,,A; P; A,Fire,1,Avdiivka town,Donetsk oblast,,48.1,37.7,Ukraine,1,1/22/2014 12:00:00 AM,,5,6,4",
    "18,1,Alpha,Beta,News,,,2,Pisky village,,,48.06,37.68,Ukraine,2,05/02/2014 00:00,05/03/2014 00:00,5,4,6",
    "19,1,Alpha,Beta,,,,3,Novoazovsk raion,Donetsk oblast,,47.1,38.1,Ukraine,3,2014-05-02,2014-05-08,0,0,0",
    "20,1,Alpha,Beta,,,,4,Donetsk oblast,Donetsk oblast,,48.0,37.8,Ukraine,4,2014-05-01,2014-05-31,1,1,1",
    "21,1,Alpha,Beta,,,,5,M03; the road,Donetsk oblast,,48.5,37.9,Ukraine,5,2014-01-01,2014-12-31,1,1,1",
    "22,1,Alpha,Beta,,,,5,Southern Ukraine,,,47.0,33.0,Ukraine,1,2014-05-02,2014-05-02,1,1,1",
    "23,1,Alpha,Beta,,,,6,Ukraine,,,49.0,32.0,Ukraine,1,2014-05-02,2014-05-02,1,1,1",
    "24,1,Alpha,Beta,,,,7,sea outside Mariupol,,,46.9,37.5,Ukraine,1,2014-05-02,2014-05-02,1,1,1",
    "25,1,Alpha,Beta,,,,9,Pisky village,,,48.06,37.68,Ukraine,1,2014-05-02,2014-05-02,1,1,1",
]


@pytest.fixture
def table(tmp_path):
    def write(*lines, name="events.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    return write


def told(reading, topic="columns"):
    return [note.text for note in reading.notes if note.topic == topic]


def test_ucdp_scales_become_ours_and_the_originals_stay(table):
    events = read_events(table(UCDP, *UCDP_ROWS)).events
    assert events["event_id"].tolist() == ["00017", *map(str, range(18, 26))]
    assert events["place_precision"].tolist() == [
        "settlement", "district", "district", "region", "region", "country", "country", "region", "region",
    ]  # fmt: skip
    assert events["date_precision"].tolist() == ["day", "days", "week", "month", "year", "day", "day", "day", "day"]
    assert events["source_where_prec"].tolist() == ["1", "2", "3", "4", "5", "5", "6", "7", "9"]
    assert events["source_date_prec"].tolist() == ["1", "2", "3", "4", "5", "1", "1", "1", "1"]
    assert events["source_date_start"].iloc[1] == "05/02/2014 00:00"


def test_ucdp_dates_have_the_month_first_in_both_forms(table):
    events = read_events(table(UCDP, *UCDP_ROWS)).events
    assert events["date_start"].iloc[:2].tolist() == [pd.Timestamp("2014-01-22"), pd.Timestamp("2014-05-02")]
    assert events["date_end"].iloc[1] == pd.Timestamp("2014-05-03")


def test_ucdp_dates_with_the_day_first_are_not_turned_round(table):
    rows = [row.replace("1/22/2014 12:00:00 AM", "22/01/2014 00:00") for row in UCDP_ROWS[:2]]
    events = read_events(table(UCDP, *rows)).events
    assert events["date_start"].tolist() == [pd.Timestamp("2014-01-22"), pd.Timestamp("2014-02-05")]


def test_ucdp_names_no_attacker_and_credits_its_sources(table):
    reading = read_events(table(UCDP, *UCDP_ROWS))
    events = reading.events
    assert events["side"].isna().all()
    assert set(events["side_basis"]) == {"not_stated"}
    assert events["source_side_a"].tolist() == ["Alpha"] * 9
    assert set(events["source_name"]) == {"UCDP GED"}
    assert reading.claims["source_name"].tolist()[:2] == ["UCDP GED, citing A, P", "UCDP GED"]
    assert events["summary"].tolist()[:2] == ["Fire", "News"]


def test_ucdp_figures_are_claims_of_the_publisher(table):
    reading = read_events(table(UCDP, *UCDP_ROWS))
    claims = reading.claims
    assert claims["event_id"].tolist() == reading.events["event_id"].tolist()
    assert set(claims["metric"]) == {"killed"}
    assert set(claims["claimant"]) == {"UCDP GED"}
    assert claims[["value", "value_low", "value_high"]].iloc[:3].to_numpy().tolist() == [
        [5, 4, 6],
        [5, 6, 4],
        [0, 0, 0],
    ]
    assert not [name for name in reading.events.columns if name.startswith("claim")]


def test_ucdp_a_low_above_the_high_is_a_warning_by_row_and_their_header(table):
    (warning,) = check_events(read_events(table(UCDP, *UCDP_ROWS)))
    assert (warning.severity, warning.row, warning.column) == ("warning", 3, "best")


def test_ucdp_an_unknown_precision_is_told_and_never_a_point(table):
    reading = read_events(table(UCDP, *UCDP_ROWS))
    assert any("1 rows do not say how precise" in text for text in told(reading))
    located = geocode_events(reading.events)
    kinds = located.geometry.map(lambda shape: None if shape is None else shape.geom_type)
    assert kinds.tolist()[0] == "Point"
    assert "Point" not in kinds.tolist()[1:]
    assert located["place_precision"].tolist()[3:7] == ["region", "region", "country", "country"]
    assert located["latitude"].notna().tolist() == [True] + [False] * 8


def test_every_row_is_in_the_frame_or_rejected_with_its_reason(table):
    rows = [*UCDP_ROWS, UCDP_ROWS[0].replace("00017", "26").replace("1/22/2014", "31/31/2014")]
    reading = read_events(table(UCDP, *rows))
    assert len(reading.events) + len(reading.rejected) == reading.inputs[0].rows == 10
    assert reading.rejected["source_row"].tolist() == [11]
    assert not [name for name in reading.rejected.columns if name.startswith("claim:")]


def test_cp1252_text_is_read_as_it_was_meant(table):
    row = UCDP_ROWS[0].replace("Avdiivka town", "Café “Ö”")
    assert read_events(table(UCDP, row, encoding="cp1252")).events["place"].tolist() == ["Café “Ö”"]


EDUCATION = (
    "Date,Event Description,Country,Admin 1,Latitude,Longitude,Geo Precision,Location of event,"
    "Reported Perpetrator Name,Weapon Carried/Used,Type of Education Facility,Educators Killed,Students Killed,"
    "SiND Event ID"
)


def education(*cells):
    """Return a row: precision, perpetrator, weapon, educators and students killed, identifier."""
    precision, who, weapon, educators, students, identifier = cells
    return (
        f'2023-09-02 00:00:00,Shells hit it.,Ukraine,Kyiv Oblast,50.17,30.49,"{precision}",Education Building ,{who},'
        f"{weapon},University,{educators},{students},{identifier}"
    )


def test_insecurity_insight_words_become_ours(table):
    reading = read_events(
        table(
            EDUCATION,
            "#date+occurred,,#country,#admin1,#lat,#long,,#loc,#group+perp+name,#weapons,,,,",
            education("(2) 25 km Precision ", "Alpha Army", "Aerial Bomb: Drone", 1, 2, 40),
            education("(3) District, Commune ", "No Information", "Shelling", 0, 0, 41),
            education("(4) Province, State", "Unidentified Armed Actor", "No Information", 0, 0, 42),
            education("(6) Country", "Alpha Army", "Missile", 0, 0, 43),
        )
    )
    events = reading.events
    assert events["place_precision"].tolist() == ["district", "district", "region", "country"]
    assert events["source_Geo Precision"].tolist()[0] == "(2) 25 km Precision "
    assert events["side"].fillna("").tolist() == ["Alpha Army", "", "", "Alpha Army"]
    assert events["side_basis"].tolist() == ["source_coding", "not_stated", "not_stated", "source_coding"]
    assert events["means"].fillna("").tolist() == ["drones", "Shelling", "", "missiles"]
    assert events["place"].fillna("").tolist() == ["", "", "Kyiv Oblast", "Ukraine"]
    assert reading.claims[["event_id", "metric", "value"]].to_numpy().tolist() == [
        ["40", "educators_killed", 1],
        ["40", "students_killed", 2],
    ]
    assert "Point" not in set(geocode_events(events).geometry.dropna().geom_type)


def test_hxl_is_read_by_its_tags_whatever_the_headers(table):
    reading = read_events(
        table(
            "a,b,c,d,e,f,g,h,i,k",
            "#date +start,#loc+name,#adm1 +name,#country+name,#geo+lat,#geo+lon,#affected+killed,#group+perp+name,"
            "#group+name+first,",
            "2025-11-09,Kharkiv,Kharkiv Oblast,Ukraine,49.99,36.23,3,Alpha,Beta,x",
            "2025-11-09,Kharkiv oblast,Kharkiv Oblast,Ukraine,49.5,36.4,0,unknown,Beta,y",
        )
    )
    events = reading.events
    assert events[["place", "region", "country"]].iloc[0].tolist() == ["Kharkiv", "Kharkiv Oblast", "Ukraine"]
    assert events["place_precision"].fillna("").tolist() == ["", "region"]
    assert events["side"].fillna("").tolist() == ["Alpha", ""]
    assert events["source_i"].tolist() == ["Beta", "Beta"]
    assert events["source_k"].tolist() == ["x", "y"]
    assert reading.claims["value"].tolist() == [3, 0]


def test_hxl_tags_may_hold_spaces_and_words_of_precision_are_read(table):
    events = read_events(
        table(
            "a,b,c,d,e",
            "#date +occurred,#loc +name,#geo +lat,#geo+lon,#geo+precision",
            "2025-11-09,A,49,36,ADM1",
            "2025-11-09,B,49,36,rough",
            "2025-11-09,C,49,36,town",
        )
    )
    assert events.events["place_precision"].tolist() == ["region", "region", "settlement"]


def test_headers_that_say_more_than_the_tags_go_first(table):
    reading = read_events(table("date,place,killed", "#date,#loc,#affected", "2025-11-09,A,7"))
    assert told(reading, "file") == ["Row 2 holds HXL tags and was not read as data."]
    assert reading.claims["value"].tolist() == [7]


@pytest.mark.parametrize(("name", "guess"), [("ucpd", "ucdp"), ("akled", "acled")])
def test_a_format_that_is_not_there(table, name, guess):
    with pytest.raises(TableError, match=f"found '{name}'. Did you mean '{guess}'"):
        read_events(table(UCDP, *UCDP_ROWS), format=name)


def test_a_format_whose_headers_the_table_lacks(table):
    with pytest.raises(TableError, match=r"expected the format acled \(headers .*'geo_precision'"):
        read_events(table(UCDP, *UCDP_ROWS), format="acled")


def test_a_sheet_on_request(table):
    events = read_events(table(UCDP, *UCDP_ROWS[:1]), format="sheet").events
    assert "source_where_prec" not in events.columns
    assert events["where_prec"].tolist() == ["1"]


GTD = "eventid,iyear,imonth,iday,country,country_txt,provstate,city,latitude,longitude,specificity,summary,"
GTD += "attacktype1_txt,targtype1_txt,gname,weaptype1_txt,nkill,nwound"


def test_gtd_dates_places_and_the_side_as_the_source_codes_it(table):
    reading = read_events(
        table(
            GTD,
            "1,2019,11,8,95,Iraq,Kirkuk,Dibis,35.67,44.07,1.0,A well burned.,Bombing,Utilities,Unknown,Incendiary,0,2",
            "2,2019,11,0,153,Pakistan,Balochistan,Unknown,30.19,67.01,4,,Bombing,Other,Group B,Unknown,1.0,",
            "3,2019,0,0,153,Pakistan,Unknown,Quetta,,,5,x,Bombing,Telecommunication,Group B,Explosives,,",
        )
    )
    events = reading.events
    assert events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2019-11-08", "2019-11-01", "2019-01-01"]
    assert events["date_precision"].tolist() == ["day", "month", "year"]
    assert events["side"].fillna("").tolist() == ["", "Group B", "Group B"]
    assert events["side_basis"].tolist() == ["not_stated", "source_coding", "source_coding"]
    assert events["place_precision"].tolist() == ["settlement", "region", "country"]
    assert events[["country", "summary"]].to_numpy().tolist() == [
        ["Iraq", "A well burned."], ["Pakistan", "Bombing"], ["Pakistan", "x"],
    ]  # fmt: skip
    assert events["sectors"].fillna("").tolist() == ["utilities", "other", "telecoms"]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [
        ["killed", 0.0], ["injured", 2.0], ["killed", 1.0],
    ]  # fmt: skip


SIND = "Date,Event Description,Country,Country ISO,Admin 1,Latitude,Longitude,Geo Precision,Reported Perpetrator,"
SIND += "Reported Perpetrator Name,Weapon Carried/Used,"
SIND_ROW = "2023-06-01,It was hit.,Sudan,SDN,Khartoum,15.6,32.5,(2) 25 km Precision,State Actor,Army,Missile,"


@pytest.mark.parametrize(
    ("headers", "sectors", "metrics"),
    [
        ("Health Workers Killed,Health Workers Injured", "health", ["health_workers_killed", "health_workers_injured"]),
        ("Educators Killed,Students Injured", "education", ["educators_killed", "students_injured"]),
        ("Aid Workers Killed,Aid Workers Kidnapped", "aid", ["aid_workers_killed", "aid_workers_kidnapped"]),
        ("Number of Attacks on Health Facilities,Total Killed", "health", ["killed"]),
        ("Colour,Total Injured", None, ["injured"]),
    ],
)
def test_insecurity_insight_is_about_what_its_headers_say(table, headers, sectors, metrics):
    reading = read_events(table(f"{SIND}{headers},SiND Event ID", f"{SIND_ROW}2,1,H1"))
    assert reading.events["sectors"].astype(object).where(reading.events["sectors"].notna(), None).tolist() == [sectors]
    assert reading.claims["metric"].tolist() == metrics
    unknown = [note for note in reading.notes if "its subject not" in note.text]
    assert bool(unknown) == (sectors is None)


@pytest.mark.parametrize("code", ["1", "1.0", "01", " 1 ", "1.00"])
def test_a_code_that_became_a_float_is_the_code(table, code):
    row = f"1,2019,11,8,95,Iraq,Kirkuk,Dibis,35.67,44.07,{code},x,Bombing,Utilities,Unknown,Incendiary,0,2"
    assert read_events(table(GTD, row)).events["place_precision"].tolist() == ["settlement"]
