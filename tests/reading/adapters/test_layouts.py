"""ACLED, VIINA, TimeMap, CIR, GeoConfirmed, attack logs: small tables of our own making in their layouts."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS, PLACE_COLUMNS
from impactmap.places.geocode import geocode_events
from impactmap.reading.adapters import BUILT_IN, LayoutAdapter, adapt, adapters, find_adapter, registry
from impactmap.reading.formats.files import open_table
from impactmap.reading.read import read_events

ACLED = (
    "event_id_cnty,event_date,year,time_precision,event_type,actor1,actor2,country,admin1,admin2,location,latitude,"
    "longitude,geo_precision,source,notes,fatalities"
)
ACLED_ROWS = [
    "UKR1,2024-04-03,2024,1,Explosions,Alpha,Beta,Ukraine,Kharkiv,Kharkivskyi,Kharkiv,49.98,36.23,1,A; B,Hit.,3",
    "UKR2,2024-04-04,2024,2,Explosions,Alpha,,Ukraine,Kharkiv,Iziumskyi,Izium,49.2,37.25,2,A,Shelling.,0",
    "UKR3,2024-04-05,2024,3,Explosions,,Beta,Ukraine,Kharkiv,,Kharkiv,49.98,36.23,3,B,Shelling.,1",
]
VIINA = "viina_version,event_id,date,time,asciiname,ADM1_NAME,ADM2_NAME,longitude,latitude,GEO_PRECISION,location,report_id,source,url,text"  # noqa: E501 -- a header is one line
VIINA_ROWS = [
    "2.0,7,20250403,00:00,Izium,Kharkiv,Izium,37.25,49.2,STREET,Izium street,1,outlet,https://x.org/1,Hit.",
    "2.0,8,20250403,10:00,Izium,Kharkiv,Izium,37.25,49.2,ADM3,,2,outlet,ftp://x.org,Hit.",
    "2.0,9,20250404,10:00,,Kharkiv,Izium,37.25,49.2,ADM2,Izium raion,3,outlet,,Hit.",
    "2.0,10,20250404,10:00,Kharkiv,Kharkiv,,36.2,49.9,ADM1,,4,outlet,,Hit.",
]
VIINA_1PD = "viina_version,event_id_1pd,date,asciiname,longitude,latitude,GEO_PRECISION,n_reports,sources,a_rus_init_b,a_ukr_init_b,t_uav_b,t_airstrike_b"  # noqa: E501 -- a header is one line
CIR = "entry,date,event_group,title,brief description,lat,lon,country,province,district,town/city,arms/munition,violence level,link"  # noqa: E501 -- a header is one line
GEOCONFIRMED = "Date;Name;Faction;Origin;Latitude;Longitude;PlusCode;Description;Source;Geolocation;Id"
LOG = "time_start,time_end,model,launch_place,target,launched,destroyed,is_shahed,source"
EVENT = {
    "id": "CIV0001", "date": "4/3/2024", "time": "", "time_precision": "", "location": "Izium", "latitude": "49.2",
    "longitude": "37.25", "description": "A house was hit.",
}  # fmt: skip


@pytest.fixture
def table(tmp_path):
    def write(*lines, name="events.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def words(column):
    return column.fillna("").tolist()


def test_acled(table):
    reading = read_events(table(ACLED, *ACLED_ROWS))
    events = reading.events
    assert events["event_id"].tolist() == ["UKR1", "UKR2", "UKR3"]
    assert events["place_precision"].tolist() == ["settlement", "district", "region"]
    assert events["date_precision"].tolist() == ["day", "week", "month"]
    assert events["side"].isna().all()
    assert events["source_actor1"].fillna("").tolist() == ["Alpha", "Alpha", ""]
    assert reading.claims[["event_id", "value", "claimant", "source_name"]].to_numpy().tolist() == [
        ["UKR1", 3, "ACLED", "ACLED, citing A, B"],
        ["UKR3", 1, "ACLED", "ACLED, citing B"],
    ]
    assert events["source_fatalities"].tolist() == ["3", "0", "1"]
    assert "forbid passing its raw rows on" in events.attrs["terms"]
    assert [note.text for note in reading.notes if note.topic == "terms"] == [events.attrs["terms"]]


def test_acled_as_its_service_sends_it(table):
    head = ACLED.split(",")
    rows = [dict(zip(head, row.split(","), strict=True)) for row in ACLED_ROWS]
    for row in rows:
        row["latitude"], row["geo_precision"] = float(row["latitude"]), int(row["geo_precision"])
    one_line = read_events(table(json.dumps({"status": 200, "data": rows}), name="acled.json"))
    pretty = read_events(table(json.dumps({"status": 200, "data": rows}, indent=1), name="acled2.json"))
    sheet = read_events(table(ACLED, *ACLED_ROWS)).events.drop(columns="source_row")
    for reading in (one_line, pretty):
        pd.testing.assert_frame_equal(reading.events.drop(columns="source_row"), sheet)
        assert reading.inputs[0].rows == 3
        assert any("records are those of 'data'" in note.text for note in reading.notes)


def test_viina_reports(table):
    events = read_events(table(VIINA, *VIINA_ROWS)).events
    assert events["place_precision"].tolist() == ["exact", "settlement", "district", "region"]
    assert events["date_start"].tolist()[0] == pd.Timestamp("2025-04-03")
    assert events["place"].tolist() == ["Izium", "Izium", "Izium raion", "Kharkiv"]
    assert words(events["source_url"]) == ["https://x.org/1", "ftp://x.org", "", ""]
    assert events["source_name"].tolist()[0] == "VIINA 2.0, citing outlet"
    assert set(events["side_basis"]) == {"not_stated"}


@pytest.mark.parametrize(
    ("one", "other", "side"),
    [
        ("1", "0", "RUS"),
        ("0", "1", "UKR"),
        ("1", "", "RUS"),
        ("1", "1", ""),
        ("0", "0", ""),
        ("", "", ""),
        ("0", "", ""),
    ],
)
def test_viina_a_missing_flag_is_not_a_side(table, one, other, side):
    row = f"2.0,p7,20250403,Izium,37.25,49.2,ADM3,2,a; b,{one},{other},1,1"
    event = read_events(table(VIINA_1PD, row)).events.iloc[0]
    assert (event["side"] if side else event.isna()["side"]) == (side or True)
    assert event["side_basis"] == ("source_coding" if side else "not_stated")
    assert event["means"] == "air strikes; drones"


def test_timemap_in_csv(table):
    row = 'CIV0001,A house was hit.,4/3/2024,,,Izium,49.2,37.25,"[""Residential""]","[""s1"", ""https://x.org/a""]",'
    reading = read_events(
        table(
            "id,description,date,time,time_precision,location,latitude,longitude,associations,sources,graphic",
            row,
            row.replace("CIV0001", "CIV0002").replace("4/3/2024", "4/30/2024"),
        )
    )
    events = reading.events
    assert events["date_start"].tolist() == [pd.Timestamp("2024-04-03"), pd.Timestamp("2024-04-30")]
    assert events["source_url"].tolist() == ["https://x.org/a"] * 2
    assert events["source_associations"].tolist() == ['["Residential"]'] * 2
    assert events["side"].isna().all()


def test_timemap_in_json_and_its_download_form(table):
    event = EVENT | {"associations": ["Residential", "Alpha"], "sources": ["s1", "s2"], "graphic": "FALSE"}
    events = read_events(table(json.dumps([event]), name="events.json")).events
    assert events[["event_id", "source_associations"]].to_numpy().tolist() == [["CIV0001", "Residential; Alpha"]]
    form = {name: EVENT[name] for name in ("id", "date", "latitude", "longitude", "location", "description")}
    form["sources"] = [{"id": "s1", "path": "https://x.org/b", "description": ""}]
    form["filters"] = [{"key": "Area", "value": "Residential"}]
    events = read_events(table(json.dumps([form]), name="form.json")).events
    assert events["source_url"].tolist() == ["https://x.org/b"]
    assert events["source_filters"].tolist() == ['[{"key": "Area", "value": "Residential"}]']


def test_cir(table):
    row = "E7,2024-04-03,,Title,A house was hit,49.2,37.25,Ukraine,Kharkiv,Izium,Izium,Missile,4,see https://x.org/c."
    event = read_events(table(CIR, row)).events.iloc[0]
    assert event[["event_id", "place", "region", "district", "means", "summary", "source_url"]].tolist() == [
        "E7", "Izium", "Kharkiv", "Izium", "missiles", "A house was hit", "https://x.org/c.",
    ]  # fmt: skip
    assert event["source_violence level"] == "4"
    assert event["side_basis"] == "not_stated"


def test_geoconfirmed(table):
    row = "2024-04-03;Strike;Alpha;X;49.2;37.25;8GV;;https://x.org/d https://x.org/e;G;id-7"
    event = read_events(table(GEOCONFIRMED, row)).events.iloc[0]
    assert event[["event_id", "summary", "source_url", "source_Faction", "source_Source"]].tolist() == [
        "id-7", "Strike", "https://x.org/d", "Alpha", "https://x.org/d https://x.org/e",
    ]  # fmt: skip
    assert pd.isna(event["side"])


def test_attack_log(table):
    reading = read_events(
        table(
            LOG,
            "2025-11-08 18:00,2025-11-09 09:00,Shahed,Base,Kyiv oblast and Kharkiv oblast,69,34,1,air force",
            "2025-11-09,2025-11-09,Kalibr,Sea,south,4,2,,air force",
            "2025-11-09,2025-11-09,Kalibr,Sea,Ukraine,7,0,0,",
            "2025-11-09,2025-11-09,Kalibr,Sea,,1,1,0,air force",
        )
    )
    events = reading.events
    assert events["place"].tolist() == ["Kyiv oblast", "Kharkiv oblast", "south", "Ukraine"]
    assert events["place_number"].tolist() == [1, 2, 1, 1]
    assert events["event_id"].nunique() == 3
    assert events["source_row"].tolist() == [2, 2, 3, 4]
    assert reading.rejected["source_row"].tolist() == [5]
    assert events["date_precision"].tolist() == ["days", "days", "day", "day"]
    assert events["source_launched"].tolist() == ["69", "69", "4", "7"]
    assert not [name for name in events.columns if "(" in name]
    assert reading.claims[["metric", "value"]].to_numpy().tolist() == [
        ["drones_launched", 69], ["drones_downed", 34], ["weapons_launched", 4], ["weapons_downed", 2],
        ["weapons_launched", 7], ["weapons_downed", 0],
    ]  # fmt: skip
    assert words(reading.claims["claimant"]) == ["air force"] * 4 + [""] * 2
    located = geocode_events(events)
    assert located["place_precision"].fillna("").tolist() == ["region", "region", "", "country"]
    assert located["latitude"].isna().all()


@pytest.mark.parametrize("adapter", BUILT_IN, ids=lambda adapter: adapter.name)
def test_every_mapping_explains_itself_in_plain_data(adapter):
    told = adapter.explain()
    assert json.loads(json.dumps(told)) == told
    assert told["name"] == adapter.name
    known = {column.name for column in (*EVENT_COLUMNS, *PLACE_COLUMNS, *COMPUTED_COLUMNS)} | {"district"}
    assert {each["column"] for each in told["columns"]} <= known
    for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS):
        for each in told["columns"]:
            if each["column"] == column.name and column.vocabulary and "words" in each:
                assert set(each["words"].values()) - {""} <= set(column.vocabulary)
    assert all(each.get("from") or each.get("how") for each in told["columns"])


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ((ACLED, *ACLED_ROWS), "acled"),
        ((VIINA, *VIINA_ROWS), "viina"),
        ((CIR, "E7" + "," * 13), "cir"),
        ((GEOCONFIRMED, "x" + ";" * 10), "geoconfirmed"),
        ((LOG, "x" + "," * 8), "attack-log"),
        (("date,place,what", "2025-11-09,A,B"), None),
        (("id,date,location,latitude,longitude,description", "1,2025-11-09,A,1,2,B"), None),
    ],
)
def test_each_is_told_from_the_others_by_its_headers(table, lines, name):
    raw = open_table(table(*lines))
    assert [adapter.name for adapter in BUILT_IN if adapter.recognises(raw)] == ([] if name is None else [name])
    found = find_adapter(raw)
    assert (found.name if found else None) == name


class Entry:
    def __init__(self, name, value):
        self.name, self.value, self._found = name, "package:name", value

    def load(self):
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


class Mine(LayoutAdapter):
    def __init__(self):
        from impactmap.reading.adapters import Field, Layout

        layout = Layout(
            "mine", "Mine", "", frozenset({"wann", "wo"}), (Field("date_start", ("wann",)), Field("place", ("wo",)))
        )
        super().__init__(layout)


def test_other_packages_add_theirs(table, monkeypatch):
    monkeypatch.setattr(
        registry.metadata, "entry_points", lambda group: [Entry("mine", Mine)] * (group == registry.GROUP)
    )
    assert [adapter.name for adapter in adapters()] == ["mine", *(adapter.name for adapter in BUILT_IN)]
    events = read_events(table("wann,wo,was", "2025-11-09,A,x")).events
    assert events[["place", "source_was"]].to_numpy().tolist() == [["A", "x"]]


@pytest.mark.parametrize(
    ("value", "match"),
    [(ImportError("no module"), "cannot be loaded and is passed over: no module"), (dict, "lacks name, terms")],
)
def test_an_adapter_that_is_broken_does_not_keep_others_from_being_read(monkeypatch, value, match):
    monkeypatch.setattr(registry.metadata, "entry_points", lambda **_: [Entry("broken", value)])
    with pytest.warns(UserWarning, match=match):
        assert adapters() == BUILT_IN


class Loses(Mine):
    def convert(self, raw):
        from dataclasses import replace

        return replace(raw, cells=raw.cells.iloc[:1])


def test_an_adapter_that_loses_rows_is_refused(table):
    raw = open_table(table("wann,wo", "2025-11-09,A", "2025-11-09,B"))
    with pytest.raises(ValueError, match="give back all 2 rows in order, found 1"):
        adapt(raw, among=[Loses()])


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("Kharkiv and Poltava", ["Kharkiv", "Poltava"]),
        ("Kyiv, Odesa and Lviv", ["Kyiv", "Odesa", "Lviv"]),
        ("Kyiv, Odesa, and Lviv", ["Kyiv", "Odesa", "Lviv"]),
        ("Kyiv; Odesa", ["Kyiv", "Odesa"]),
        ("Izium, Kharkiv oblast", ["Izium, Kharkiv oblast"]),
        ("south", ["south"]),
    ],
)
def test_targets_of_an_attack_log_are_places_of_one_event(table, target, places):
    events = read_events(table(LOG, f'2024-04-03,2024-04-03,X-59,Kursk,"{target}",2,1,0,x')).events
    assert events["place"].tolist() == places
    assert len(events["event_id"].unique()) == 1
    assert events["place_number"].tolist() == list(range(1, len(places) + 1))


def test_hxl_tags_in_place_of_headers(table):
    path = table("#date+occurred,#loc+name,#country,#affected+killed,#x", "2024-04-03,Izium,Ukraine,2,y")
    read = read_events(path)
    (event,) = read.events.to_dict("records")
    assert (event["place"], event["country"], str(event["date_start"].date())) == ("Izium", "Ukraine", "2024-04-03")
    assert read.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 2.0]]
    assert any(note.text == "Row 1 holds HXL tags in place of headers." for note in read.notes)
    assert open_table(table("#1,#2", "a,b")).tags is None  # numbers, no tags
