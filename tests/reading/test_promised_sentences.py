"""What docs/formats.md promises in prose of sheets that people make is what is read, sentence by sentence."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import impactmap as im


def read(text, tmp_path, name="sheet.csv", encoding="utf-8", **options):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return im.read_events(path, **options)


@pytest.mark.parametrize(
    ("header", "cells", "ours"),
    [
        ("Date of the attack?", ["2025-11-08", "2025-11-09"], "date_start"),
        ("OUTAGE.START.DATE", ["2025-11-08", "2025-11-09"], "date_start"),
        ("location_latitude", ["49.9", "50.1"], "latitude"),
        ("Civilian deaths (min)", ["3", "4"], "civilians_killed"),
        ("Хто повідомив", ["Губернатор", "Міністерство"], "claimant"),
    ],
)
def test_headers_are_understood_by_their_words(tmp_path, header, cells, ours):
    rest = {"date": ["2025-11-08", "2025-11-09"]} if ours != "date_start" else {}
    if ours == "latitude":
        rest["location_longitude"] = ["36.2", "36.3"]
    frame = pd.DataFrame({header: cells, **rest, "place": ["Gao", "Mopti"]})
    frame.to_csv(tmp_path / "sheet.csv", index=False)
    found = im.explain_mapping(tmp_path / "sheet.csv")
    assert ours in json.dumps(found, ensure_ascii=False, default=str)
    reading = im.read_events(tmp_path / "sheet.csv")
    assert len(reading.events) == 2
    if ours == "latitude":
        assert reading.events["latitude"].tolist() == [49.9, 50.1]
    if ours == "civilians_killed":
        assert reading.claims[["metric", "value_low"]].to_numpy().tolist() == [
            ["civilians_killed", 3],
            ["civilians_killed", 4],
        ]


@pytest.mark.parametrize(
    ("cell", "low", "high", "qualifier"),
    [
        ("20 000", 20000, 20000, None),
        ("1,5 млн", 1.5e6, 1.5e6, None),
        ("about 240,000", 240000, 240000, "about"),
        ("понад 300", 300, 300, "more than"),
        ("7–9", 7, 9, None),
        ("unos 300 hogares", 300, 300, "about"),
        ("rund 20 Tsd.", 20000, 20000, "about"),
    ],
)
def test_figures_are_read_with_their_words(cell, low, high, qualifier):
    claims = im.read_events(
        pd.DataFrame({"date": ["2025-11-08"], "place": ["Gao"], "households_without_power": [cell]})
    ).claims
    (claim,) = claims.to_dict("records")
    ends = [claim["value"]] * 2 if pd.notna(claim["value"]) else [claim["value_low"], claim["value_high"]]
    assert ends == [low, high]
    assert (claim["qualifier"] if pd.notna(claim["qualifier"]) else None) == qualifier


@pytest.mark.parametrize("empty", ["NA", "n/a", "-", "none", "null", "unknown", "невідомо", "нет данных"])
def test_words_for_nothing_are_empty_in_numbers_and_stay_in_names(empty):
    sheet = {
        "event_id": ["00123", "00124"],
        "date": ["2025-11-08", "2025-11-09"],
        "place": ["NA", "Gao"],
        "killed": [empty, "2"],
    }
    reading = im.read_events(pd.DataFrame(sheet))
    assert reading.claims["value"].tolist() == [2]
    assert reading.events["place"].tolist() == ["NA", "Gao"]
    assert reading.events["event_id"].tolist() == ["00123", "00124"]
    assert any("killed" in note.text for note in reading.notes)


def test_a_year_a_month_and_a_day_are_a_date_and_nought_is_not_known(tmp_path):
    events = read("year,month,day,place\n2025,11,9,Gao\n2025,11,0,Gao\n2025,0,0,Gao\n", tmp_path).events
    assert events["date_precision"].tolist() == ["day", "month", "year"]
    assert events["date_end"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-09", "2025-11-30", "2025-12-31"]


def test_what_stands_around_the_rows_is_no_report(tmp_path):
    text = (
        "Attacks in November,,\nDraft of Tuesday,,\ndate,place,killed\n2025-11-08,Gao,3\ndate,place,killed\n"
        "2025-11-09,Mopti,4\nTotal,,7\nNote: figures are the ministry's,,\n"
    )
    reading = read(text, tmp_path)
    assert reading.events["place"].tolist() == ["Gao", "Mopti"]
    assert reading.claims["value"].tolist() == [3, 4]
    assert len(reading.rejected) >= 2


def test_two_rows_of_headers_are_one(tmp_path):
    claims = read("date,place,Killed,\n,,min,max\n2025-11-08,Gao,3,5\n2025-11-09,Mopti,1,2\n", tmp_path).claims
    assert claims[["metric", "value_low", "value_high"]].to_numpy().tolist() == [["killed", 3, 5], ["killed", 1, 2]]


def test_a_code_written_as_a_float_is_the_code(tmp_path):
    reading = read("event_id,date,place\n17.0,2025-11-08,Gao\n18.0,2025-11-09,Mopti\n", tmp_path)
    assert reading.events["event_id"].tolist() == ["17", "18"]
    assert any("event_id" in note.text for note in reading.notes)


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        ("Gao; Mopti", ["Gao", "Mopti"]),
        ("Trinidad &amp; Tobago", ["Trinidad & Tobago"]),
        ("Kyiv, Lviv and Odesa", ["Kyiv", "Lviv", "Odesa"]),
    ],
)
def test_several_places_in_a_cell_are_places_of_one_event(cell, places):
    events = im.read_events(pd.DataFrame({"date": ["2025-11-08"], "place": [cell]})).events
    assert events["place"].str.replace("&amp;", "&").tolist() == places
    assert len(set(events["event_id"])) == 1
    assert events["place_number"].tolist() == list(range(1, len(places) + 1))


@pytest.mark.parametrize("word", ["withdrawn", "retracted", "відкликано", "отозвано"])
def test_a_report_is_taken_back_in_any_usual_word(word):
    sheet = {
        "event_id": ["a", "b"],
        "date": ["2025-11-08"] * 2,
        "place": ["Gao", "Mopti"],
        "update_status": [word, None],
    }
    reading = im.read_events(pd.DataFrame(sheet))
    assert reading.events["event_id"].tolist() == ["b"]
    assert reading.rejected["source_row"].tolist() == [1]


def test_the_day_may_stand_before_nearly_every_text():
    texts = ["08.11.2025 Substation, Kharkiv", "09.11.2025 Depot, Kharkiv", "14.11.2025 Bridge, Kharkiv"]
    reading = im.read_events(pd.DataFrame({"summary": texts, "place": ["Kharkiv"] * 3}))
    assert reading.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-08", "2025-11-09", "2025-11-14"]
    assert any("summary" in note.text for note in reading.notes)


def test_an_apostrophe_before_a_formula_sign_is_taken_away(tmp_path):
    events = read('date,place,summary\n2025-11-08,Gao,"\'=1+1 hits"\n', tmp_path).events
    assert events["summary"].tolist() == ["=1+1 hits"]


ROWS = [{"date": "2025-11-08", "place": "Gao"}, {"date": "2025-11-09", "place": "Mopti"}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(ROWS)),
        ("a.jsonl", "\n".join(json.dumps(row) for row in ROWS)),
        ("a.json", json.dumps({"count": 2, "results": ROWS})),
    ],
)
def test_json_is_an_array_lines_or_one_list_in_an_object(tmp_path, name, text):
    assert read(text, tmp_path, name).events["place"].tolist() == ["Gao", "Mopti"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-u", "cp866"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encodings_and_signs_are_told_apart(tmp_path, encoding, sign):
    rows = [["дата", "місто", "опис"], ["2025-11-08", "Харків", "Пошкоджено підстанцію обстрілом"]]
    rows += [["2025-11-09", "Полтава", "Повідомили про пожежу на складі пального"]]
    if encoding == "cp866":  # has no Ukrainian letters
        rows = [["дата", "город", "описание"], ["2025-11-08", "Воронеж", "Повреждена подстанция"]]
        rows += [["2025-11-09", "Белгород", "Сообщили о пожаре на складе топлива"]]
    text = "\n".join(sign.join(row) for row in rows) + "\n"
    events = read(text, tmp_path, encoding=encoding).events
    assert events["place"].tolist() == [rows[1][1], rows[2][1]]
    assert events["summary"].tolist() == [rows[1][2], rows[2][2]]
