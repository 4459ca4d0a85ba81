"""A newer version of a table: new, changed and withdrawn are told apart, and nothing vanishes."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest

from impactmap.claims.updates import update_events
from impactmap.claims.versions import compare_events
from impactmap.model.errors import ColumnError
from impactmap.places.geocode import geocode_events
from impactmap.reading.read import read_events
from impactmap.telling.notes.correction_note import correction_note

HEAD = "event_id_cnty,event_date,time_precision,event_type,actor1,country,admin1,location,latitude,longitude,geo_precision,source,notes,fatalities,timestamp"  # noqa: E501 -- a header is one line
OLD = [
    "A1,2024-04-01,1,Explosions,X,Ukraine,Kharkiv,Kharkiv,49.98,36.23,1,S,Hit.,3,1",
    "A2,2024-04-02,1,Explosions,X,Ukraine,Kharkiv,Izium,49.20,37.25,1,S,Shelling.,0,1",
    "A3,2024-04-03,1,Explosions,X,Ukraine,Sumy,Sumy,50.91,34.80,1,S,Fire.,1,1",
    "A4,2024-03-01,1,Explosions,X,Ukraine,Sumy,Sumy,50.91,34.80,1,S,Earlier.,1,1",
    "A5,2024-04-03,1,Explosions,X,Moldova,,Balti,47.76,27.92,1,S,Elsewhere.,1,1",
]
NEW = [
    "A1,2024-04-01,1,Explosions,X,Ukraine,Kharkiv,Kharkiv,49.984,36.23,1,S,Hit.,5,2",
    "A2,2024-04-02,1,Explosions,X,Ukraine,Kharkiv,Izium,49.20,37.25,1,S,Shelling.,0,2",
    "A6,2024-04-09,1,Explosions,X,Ukraine,Kyiv,Kyiv,50.45,30.52,1,S,New.,0,2",
]
DAY = dt.date(2024, 4, 10)


@pytest.fixture
def read(tmp_path):
    def reading(*rows, name="export.csv", head=HEAD, **options):
        (tmp_path / name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return read_events(tmp_path / name, **options)

    return reading


def compared(old, new, **options):
    return compare_events(old.events, new.events, old_claims=old.claims, new_claims=new.claims, **options)


def updated(old, new, day=DAY, **options):
    claims = {"old_claims": old.claims, "new_claims": new.claims}
    return update_events(old.events, new.events, day=day, **claims, **options)


def test_new_changed_withdrawn_and_what_the_newer_export_does_not_cover(read):
    changes = compared(read(*OLD), read(*NEW), complete=False)
    assert (changes.new, changes.withdrawn, changes.not_covered) == (("A6",), ("A3",), ("A4", "A5"))
    assert changes.changed.to_numpy().tolist() == [["A1", "killed", "3", "5", "ACLED"]]
    assert changes.unchanged == 1, "a position within a kilometre and the publisher's time stamp are no change"
    assert compared(read(*OLD), read(*NEW)).withdrawn == ("A3", "A4", "A5")


def test_the_note_names_what_changed(read):
    note = correction_note(compared(read(*OLD), read(*NEW), complete=False))
    assert note == (
        "1 report was added.\n1 report was changed:\n- Kharkiv, 1 April 2024 (A1): killed 3, now 5 (ACLED)\n"
        "1 report was withdrawn:\n- Sumy, 3 April 2024 (A3). What was said: Fire"
    )
    assert correction_note(compared(read(*OLD), read(*OLD))) == ""
    gone = compared(read(*OLD), read(*NEW[2:]))
    assert correction_note(gone).count("\n- ") == len(gone.withdrawn) + gone.changed["event_id"].nunique() > 3


def test_what_was_withdrawn_leaves_a_tombstone_for_ever(read, tmp_path):
    first = updated(read(*OLD), read(*NEW))
    assert first.events[["event_id", "update_status", "update_note"]].fillna("").to_numpy().tolist() == [
        ["A1", "changed", "2024-04-10: killed 3 → 5 (ACLED)"],
        ["A2", "unchanged", ""],
        ["A6", "new", ""],
        ["A3", "withdrawn", "2024-04-10: withdrawn"],
        ["A4", "not_covered", ""],
        ["A5", "not_covered", ""],
    ]
    assert first.claims[["event_id", "value", "update_status"]].to_numpy().tolist() == [
        ["A1", 5.0, "changed"],
        ["A3", 1.0, "withdrawn"],
        ["A4", 1.0, "not_covered"],
        ["A5", 1.0, "not_covered"],
    ]
    first.events.to_csv(tmp_path / "merged.csv", index=False)
    first.claims.to_csv(tmp_path / "claims.csv", index=False)
    again = read_events(tmp_path / "merged.csv", claims=tmp_path / "claims.csv", withdrawn=True)
    second = updated(again, read(*NEW, *OLD[3:]), dt.date(2024, 5, 1))
    assert second.changes.withdrawn == second.changes.new == ()
    assert second.events.set_index("event_id").loc["A3", ["update_status", "update_date"]].tolist() == [
        "withdrawn",
        "2024-04-10",
    ]
    mapped = read_events(tmp_path / "merged.csv", claims=tmp_path / "claims.csv")
    assert "A3" not in mapped.events["event_id"].tolist()
    assert "A3" not in mapped.claims["event_id"].tolist()
    assert mapped.rejected["event_id"].tolist() == ["A3", "A3"], "its row and its claim are listed"


def test_an_event_that_comes_back_is_said_to(read):
    first = updated(read(*OLD), read(*NEW))
    back = updated(type("Reading", (), {"events": first.events, "claims": first.claims}), read(*OLD))
    assert back.changes.returned == ("A3",)
    row = back.events.set_index("event_id").loc["A3"]
    assert (row["update_status"], row["update_note"]) == (
        "changed",
        "2024-04-10: withdrawn; 2024-04-10: published again",
    )
    assert "1 report was published again after it was withdrawn:\n- Sumy, 3 April 2024 (A3)" in correction_note(
        back.changes
    )


def test_places_of_an_event_and_texts_are_compared(read):
    head = "event_id,date,place,who,what"
    old = read("1,2024-04-01,Kharkiv,,Hit", "1,2024-04-01,Izium,,Hit", "2,2024-04-02,Sumy,,Fire", head=head)
    new = read("1,2024-04-01,Kharkiv,Russia,Hit again", "2,2024-04-03,Sumy,,Fire", head=head)
    found = compared(old, new).changed.drop(columns="claimant").fillna("").to_numpy().tolist()
    assert found == [
        ["1", "side", "", "Russia"],
        ["1", "side_basis", "not_stated", "stated"],
        ["1", "summary", "Hit", "Hit again"],
        ["1", "places", "Kharkiv; Izium", "Kharkiv"],
        ["2", "date_start", "2024-04-02", "2024-04-03"],
        ["2", "date_end", "2024-04-02", "2024-04-03"],
    ]
    note = correction_note(compared(old, new))
    assert "attacking side Russia added" in note
    assert re.search(r"summary \S.*, now \S", note)
    assert "first day 2 April 2024, now 3 April 2024" in note


def test_rows_without_identifiers_are_told_of(read):
    head = "date,place,what"
    changes = compared(read("2024-04-01,Kharkiv,Hit", head=head), read("2024-04-01,Kharkiv,Hit!", head=head))
    assert (len(changes.new), len(changes.withdrawn), changes.made_ids) == (1, 1, True)
    assert compared(read(*OLD), read(*NEW)).made_ids is False


def test_json_holds_every_change(read):
    found = compared(read(*OLD), read(*NEW), complete=False).to_dict()
    assert found["changed"] == [
        {
            "event_id": "A1",
            "label": "Kharkiv, 2024-04-01",
            "changes": [{"what": "killed", "before": "3", "after": "5", "claimant": "ACLED"}],
        }
    ]
    assert found["withdrawn"] == [{"event_id": "A3", "label": "Sumy, 2024-04-03", "said": "Fire."}]
    assert found["unchanged"] == 1


def test_inputs_stay_as_they_are(read):
    old, new = read(*OLD), read(*NEW)
    copies = old.events.copy(), new.events.copy(), old.claims.copy()
    updated(old, new)
    for frame, copy in zip((old.events, new.events, old.claims), copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_a_frame_without_identifiers_is_refused():
    with pytest.raises(ColumnError, match="expected events with a column 'event_id'"):
        compare_events(pd.DataFrame({"a": []}), pd.DataFrame({"a": []}))


def test_large_figures_are_written_out(read):
    head = "event_id,date,place,people without electricity,source"
    old = read("1,2024-04-01,Kharkiv,1000000,A", head=head)
    new = read("1,2024-04-01,Kharkiv,about 1234567,A", head=head)
    assert compared(old, new).changed[["before", "after"]].to_numpy().tolist() == [["1000000", "about 1234567"]]


def test_the_note_in_the_languages_of_the_page(read):
    changes = compared(read(*OLD), read(*NEW), complete=False)
    assert correction_note(changes, language="uk") == (
        "Додано 1 повідомлення.\nЗмінено 1 повідомлення:\n- Kharkiv, 1 квітня 2024\u202fр. (A1): "
        "загинули: було 3, тепер 5 (ACLED)\n"
        "Відкликано 1 повідомлення:\n- Sumy, 3 квітня 2024\u202fр. (A3). Було сказано: Fire"
    )
    assert correction_note(changes, language="ru").startswith(
        "Добавлено 1 сообщение.\nИзменено 1 сообщение:\n- Kharkiv"
    )


def test_what_was_not_located_has_not_changed(read):
    row = "A9,2024-04-01,1,Explosions,X,Ukraine,Nowhere,Nowhere-upon-Sea,-40.1,-20.2,3,S,Hit.,0,1"
    old, new = read(row), read(row)
    located = geocode_events(old.events)
    assert located["place_precision"].isna().all()
    assert compare_events(located, new.events).changed.empty
    assert compare_events(old.events, new.events.assign(place_precision="district")).changed["what"].tolist() == [
        "place_precision"
    ]
