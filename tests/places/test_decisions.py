"""The file of editors' decisions, and that it wins over the gazetteer, a provider and the source."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.model.errors import InputError, TableError
from impactmap.places.geocode import geocode_events, geocode_table
from impactmap.places.overrides.decision_file import COLUMNS, format_decisions, read_decisions
from impactmap.places.overrides.decisions import Decisions, EditorDecision, read_sentence
from impactmap.places.positions import coarsen_positions
from impactmap.places.settle.decision import Decision, Query

DAY = dt.date(2025, 11, 10)
PIN = EditorDecision(
    place="Mala Vovcha", country="Ukraine", decision="pin", latitude=50.21987, longitude=36.80123,
    precision="settlement", radius_km=2.0, editor="Olena K.", reason="the council's own map", decided_on=DAY,
)  # fmt: skip


def chosen(**changes):
    fields = {
        "place": "Oktyabrsky", "decision": "choose", "name": "Oktyabrskiy", "place_id": "geonames:515873",
        "region_code": "RU-BEL", "country_code": "RU", "latitude": 50.3512, "longitude": 36.5134,
        "precision": "settlement", "radius_km": 2.0, "editor": "Desk", "reason": "", "decided_on": DAY,
    }  # fmt: skip
    return EditorDecision(**{**fields, **changes})


def written(tmp_path, *entries):
    path = tmp_path / "decisions.csv"
    path.write_text(format_decisions(Decisions(entries)), encoding="utf-8", newline="")
    return path


class Asked:
    """A provider that notes what it is asked about."""

    def __init__(self):
        self.places = []

    def settle(self, query: Query, offline: Decision) -> Decision:
        self.places.append(query.place)
        return offline


def test_a_file_that_is_not_there_holds_none(tmp_path):
    assert len(read_decisions(tmp_path / "decisions.csv")) == 0


def test_one_line_a_decision_sorted_and_read_back(tmp_path):
    path = written(tmp_path, chosen(), PIN)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert lines[1] == (
        "Mala Vovcha,,Ukraine,,,,pin,,,,,50.21987,36.80123,settlement,2,Olena K.,the council's own map,2025-11-10"
    )
    assert lines[2].startswith("Oktyabrsky,,,,,,choose,Oktyabrskiy,geonames:515873,RU-BEL,RU,50.3512,36.5134,")
    assert list(read_decisions(path)) == [PIN, chosen()]
    assert format_decisions(read_decisions(path)) == path.read_text(encoding="utf-8")


def test_a_formula_is_shielded_and_comes_back(tmp_path):
    path = written(tmp_path, chosen(place="=HYPERLINK(1)", reason="+1, 'so'"))
    assert "\n'=HYPERLINK(1)," in path.read_text(encoding="utf-8")
    (entry,) = read_decisions(path)
    assert (entry.place, entry.reason) == ("=HYPERLINK(1)", "+1, 'so'")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1).filter(lambda text: text.strip()))
def test_any_place_finds_its_decision_again(text):
    entries = Decisions([chosen(place=text)])
    assert entries.find(Query(text)) is not None
    assert len(format_decisions(entries).splitlines()) >= 2


def test_spelling_that_reads_the_same_finds_it():
    entries = Decisions([PIN])
    assert entries.find(Query(" mala\u200b  VOVCHA ", "", "ukraine")) == PIN
    assert entries.find(Query("Mala Vovcha")) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("X,,,,,,pin,,,,,91,36,settlement,,Desk,,", r"line 2: latitude: expected degrees from -90 to 90, found 91\.0"),
        ("X,,,,,,pin,,,,,north,36,settlement,,Desk,,", "line 2: latitude: expected a number, found 'north'"),
        ("X,,,,,,pin,,,,,50,36,settlement,,,,", "line 2: editor: expected the name"),
        ("X,,,,,,pin,,,,,50,,settlement,,Desk,,", "expected both for a settlement"),
        ("X,,,,,,guess,,,,,50,36,settlement,,Desk,,", "decision: expected accept, choose, pin, area, reject"),
        ("X,,,,,,area,,,,,,,region,,Desk,,", "region_code: expected the ISO 3166-2 code"),
        ("X,,,,,,area,,,,,,,country,,Desk,,", "country_code: expected the ISO 3166-1 code"),
        ("X,,,,,,pin,,,,,50,36,exact,,Desk,,", "precision: expected settlement, district, region or country"),
        ("X,,,,,,pin,,,,,50,36,settlement,-1,Desk,,", r"radius_km: expected 0 to 1000, found -1\.0"),
        ("X,,,,,,pin,,,,,50,36,settlement,,Desk,,10.11.2025", "decided_on: expected a day as 2025-11-10"),
        ("X,,,,,,reject,,,,,,,,,Desk,,,more", "expected 18 cells, found more"),
        ("<<<<<<< ours,,,,,,,,,,,,,,,,,", "decision: expected accept"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path, line, message):
    path = tmp_path / "decisions.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{line}\n", encoding="utf-8")
    with pytest.raises(TableError, match=message):
        read_decisions(path)


@pytest.mark.parametrize(
    "text",
    [
        "place,decision,editor,latitude,longitude\nX,pin,Desk,50.25,36.5\n",
        "place;decision;editor;latitude;longitude\nX;pin;Desk;50,25;36,5\n",
        "\ufeffPlace\tDecision \tEditor\tLatitude\tLongitude\r\nX\tPin\tDesk\t50,25\t36,5\r\n",
        'place,decision,editor,latitude,longitude\nX,pin,Desk,"50,25","36,5"\n',
    ],
)
def test_a_line_written_by_hand_or_saved_by_a_spreadsheet(tmp_path, text):
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8", newline="")
    (entry,) = read_decisions(path)
    assert entry == EditorDecision(
        place="X", decision="pin", editor="Desk", latitude=50.25, longitude=36.5, precision="settlement"
    )


@pytest.mark.parametrize(
    ("cells", "precision"),
    [
        ("area,Desk,UA-63,UA,,", "region"),
        ("area,Desk,,UA,,", "country"),
        ("area,Desk,,,50,36", "district"),
        ("choose,Desk,UA-63,UA,50,36", "settlement"),
        ("reject,Desk,,,,", None),
    ],
)
def test_the_precision_that_a_line_leaves_out(tmp_path, cells, precision):
    path = tmp_path / "decisions.csv"
    path.write_text(f"place,decision,editor,region_code,country_code,latitude,longitude\nX,{cells}\n", "utf-8")
    (entry,) = read_decisions(path)
    assert entry.precision == precision


def test_a_line_that_decides_for_nothing_and_a_file_in_another_encoding_say_so(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("place,decision,editor,place_id\nX,choose,Desk,geonames:1\n", encoding="utf-8")
    with pytest.raises(TableError, match="expected the position decided for, or the code of a region or a country"):
        read_decisions(path)
    path.write_bytes("place,decision,editor\nСуми,reject,Desk\n".encode("cp1251"))
    with pytest.raises(TableError, match="Save it as 'CSV UTF-8'"):
        read_decisions(path)


def test_all_faults_are_counted_and_the_first_five_listed(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("place,decision,editor\n" + "X,guess,Desk\n" * 7, encoding="utf-8")
    with pytest.raises(TableError, match="7 decisions cannot be used") as caught:
        read_decisions(path)
    assert str(caught.value).count("line ") == 5
    assert "and 2 more" in str(caught.value)


def test_two_decisions_that_differ_leave_a_place_open(tmp_path, gazetteer):
    path = tmp_path / "decisions.csv"
    lines = ["place,decision,latitude,longitude,precision,editor", "Erdenet,reject,,,,Ana"]
    path.write_text("\n".join([*lines, "ERDENET,pin,49.47,105.96,settlement,Ben"]) + "\n", encoding="utf-8")
    decisions = read_decisions(path)
    assert (len(decisions), [len(each) for each in decisions.conflicts.values()]) == (0, [2])
    found = geocode_events(pd.DataFrame({"place": ["Erdenet", "Darkhan"]}), gazetteer=gazetteer, decisions=decisions)
    assert found["place_status"].tolist() == ["ambiguous", "matched"]
    assert found["geometry"].notna().tolist() == [False, True]
    assert "Ana" in found["place_reason"].iloc[0]
    assert "Ben" in found["place_reason"].iloc[0]
    assert format_decisions(decisions).count("\n") == 3  # no line is lost
    [entry] = read_again(path, "Erdenet,reject,,,,Ana").lines()
    assert entry.editor == "Ana"


def read_again(path, line):
    path.write_text(f"place,decision,latitude,longitude,precision,editor\n{line}\n", encoding="utf-8")
    return read_decisions(path)


def test_two_lines_that_say_the_same_of_a_place_are_one_decision(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("place,decision,editor\nX,reject,A\nx,reject,B\n", encoding="utf-8")
    decisions = read_decisions(path)
    assert ([each.editor for each in decisions], decisions.conflicts) == (["B"], {})


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="expected the columns place, region, country"):
        read_decisions(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="cannot be read as UTF-8"):
        read_decisions(path)


def test_a_choice_wins_over_the_gazetteer_and_nobody_is_asked(gazetteer):
    online = Asked()
    rows = pd.DataFrame({"place": ["Oktyabrsky", "Qwertyville", "Oktyabrsky"]})
    found = geocode_events(rows, gazetteer=gazetteer, online=online, decisions=Decisions([chosen()]))
    assert online.places == ["Qwertyville"]
    assert found["place_status"].tolist() == ["matched", "not_found", "matched"]
    row = found.iloc[0]
    assert (row["place_provider"], row["coordinates_from"], row["place_id"]) == (
        "decision",
        "gazetteer",
        "geonames:515873",
    )
    assert (row.geometry.y, row.geometry.x) == (50.3512, 36.5134)
    assert (row["place_region"], row["place_country"]) == ("Belgorod region", "RU")
    assert row["place_reason"] == "One of several candidates was chosen by an editor, Desk on 2025-11-10."
    assert len(row["place_alternatives"]) > 100  # what it was chosen from stays


def test_a_pin_is_no_finer_than_a_kilometre(gazetteer):
    rows = pd.DataFrame({"place": ["Mala Vovcha"], "country": ["Ukraine"]})
    found = geocode_events(rows, gazetteer=gazetteer, decisions=Decisions([PIN]))
    assert (found.geometry[0].y, found.geometry[0].x) == (50.22, 36.8)
    assert found["coordinates_from"].tolist() == ["decision"]
    assert found["place_country"].tolist() == ["UA"]  # as the row says: a pin says none
    assert found["place_reason"][0].endswith("Olena K. on 2025-11-10: the council's own map.")
    assert coarsen_positions(found).geometry[0] == found.geometry[0]


def test_areas(gazetteer):
    rows = pd.DataFrame({"place": ["the east", "the land", "around there", "nowhere"]})
    common = {"place_id": "", "name": "", "latitude": None, "longitude": None, "decision": "area"}
    entries = [
        chosen(place="the east", **common | {"region_code": "UA-63", "country_code": "UA", "precision": "region"}),
        chosen(place="the land", **common | {"region_code": "", "country_code": "UA", "precision": "country"}),
        chosen(place="around there", **common | {"latitude": 50.0, "longitude": 36.0, "precision": "district"},
               radius_km=40.0),
        chosen(place="nowhere", **common | {"decision": "reject", "precision": None}),
    ]  # fmt: skip
    found = geocode_events(rows, gazetteer=gazetteer, decisions=Decisions(entries))
    assert found["place_status"].tolist() == ["area", "area", "area", "not_found"]
    assert found["place_precision"].astype(object).where(found["place_precision"].notna(), None).tolist() == [
        "region",
        "country",
        "district",
        None,
    ]
    assert found["place_id"].tolist()[:2] == ["iso:UA-63", "iso:UA"]
    assert found.geometry[0].equals(gazetteer.areas.polygon("UA-63"))
    west, south, east, north = found.geometry[2].bounds
    assert (west + east) / 2 == pytest.approx(36.0, abs=0.01)
    assert (north - south) / 2 == pytest.approx(40 / 111.2, rel=0.01)
    assert found.geometry[1] is None
    assert found.geometry[3] is None
    assert found["latitude"].isna().all()
    assert found["place_reason"][3].startswith("No place that could be located was found by an editor, Desk")


def test_it_wins_over_the_coordinates_it_was_made_about_and_no_others(gazetteer):
    """A source that says Kharkiv but gives coordinates in the west may be decided about; one that gives none is not."""
    rows = pd.DataFrame(
        {"place": ["Kharkiv"] * 3, "latitude": [49.8412, None, 49.9935], "longitude": [24.0315, None, 36.2304]}
    )
    there = {"place_id": "geonames:702550", "region_code": "UA-46", "country_code": "UA"}
    there |= {"name": "Lviv", "latitude": 49.83826, "longitude": 24.02324}
    entry = chosen(place="Kharkiv", given_latitude=49.84, given_longitude=24.03, **there)
    found = geocode_events(rows, gazetteer=gazetteer, decisions=Decisions([entry]))
    assert geocode_events(rows, gazetteer=gazetteer)["place_status"].tolist() == ["matched", "matched", "matched"]
    assert found["place_provider"].tolist() == ["decision", "geonames", "source"]
    assert found["place_name"].tolist() == ["Lviv", "Kharkiv", "Kharkiv"]


def test_a_region_that_is_not_known(gazetteer):
    entry = chosen(place="the east", decision="area", precision="region", region_code="UA-99", latitude=None)
    with pytest.raises(InputError, match="names the region 'UA-99', which is not known"):
        geocode_events(pd.DataFrame({"place": ["the east"]}), gazetteer=gazetteer, decisions=Decisions([entry]))


def test_rows_order_and_index_stay(gazetteer):
    rows = pd.DataFrame({"place": ["Mala Vovcha", "Kharkiv"], "country": "Ukraine"}, index=[7, 3])
    before = rows.copy()
    found = geocode_table(rows, country="country", gazetteer=gazetteer, decisions=Decisions([PIN]))
    pd.testing.assert_frame_equal(rows, before)
    assert found.index.tolist() == [7, 3]
    assert (found["latitude"][7], found["place_precision"][7]) == (50.22, "settlement")


def test_a_decision_can_be_taken_back():
    entries = Decisions([PIN, chosen()])
    assert list(entries.without(PIN.key)) == [chosen()]
    assert list(entries.with_entries([chosen(editor="Other")]))[1].editor == "Other"
    assert isinstance(entries.without(PIN.key), Decisions)


@pytest.mark.parametrize("decided_on", [None, DAY])
@pytest.mark.parametrize("reason", ["", "seen on a map", "a: b. c!"])
@pytest.mark.parametrize("editor", ["Desk", "Olena K.", "A on B"])
def test_a_sentence_is_taken_apart_again(editor, reason, decided_on):
    told = read_sentence(chosen(editor=editor, reason=reason, decided_on=decided_on).sentence())
    assert (told[0].rstrip("."), told[1], told[2].rstrip(".")) == (editor.rstrip("."), decided_on, reason)
    assert read_sentence("The only one of that name.") is None
