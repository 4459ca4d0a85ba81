"""Named checks of what can hardly be: each finds its instance, and only that."""

from __future__ import annotations

import pandas as pd
import pytest

import impactmap
from impactmap.context.plausibility.running import CHECKS, check_plausibility, findings_as_faults, without_impossible
from impactmap.model.errors import ProjectError

NAMES = [check.name for check in CHECKS]


def reading_of(folder, rows, columns, claims=None):
    (folder / "t.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    if claims is not None:
        (folder / "c.csv").write_text("\n".join(claims) + "\n", encoding="utf-8")
    reading = impactmap.read_events(folder / "t.csv", claims=folder / "c.csv" if claims is not None else None)
    assert not len(reading.rejected)
    return reading


def names(reading, events=None, **options):
    found = check_plausibility(reading.events if events is None else events, reading.claims, **options)
    return [(finding.check.name, finding.rows["event_id"].tolist()) for finding in found]


def test_a_plain_table_raises_nothing(tmp_path):
    rows = [f"e{n},2025-11-{n + 1:02},Kharkiv,3,https://example.org/2025/11/{n + 1:02}/x" for n in range(25)]
    assert names(reading_of(tmp_path, rows, "id,date,place,killed,source_url")) == []


@pytest.mark.parametrize(
    ("column", "cell", "name"),
    [
        ("killed", "-3", "negative_figure"),
        ("households", "-77", "negative_figure"),
        ("households", "99999999999", "figure_above_world"),
        ("killed", "9000000000", "figure_above_world"),
        ("source_url", "https://me:secret@example.org/a", "source_address"),
        ("source_url", "https://bbc.com@example.org/a", "source_address"),
        ("source_url", "javascript:alert(1)", "source_address"),
        ("source_url", "file:///C:/a.docx", "source_address"),
        ("source_url", "http://localhost/a", "source_address"),
        ("source_url", "http://192.168.0.1/a", "source_address"),
        ("source_url", "https://example.org/a; https://me:secret@example.org/b", "source_address"),
        ("source_url", "https://example.org/a;http://localhost/b", "source_address"),
        ("source_url", "https://example.org/a?b=1; https://example.org/c; file:///C:/a.docx", "source_address"),
        ("source_url", "https://example.org/2024/03/02/a", "address_before_event"),
        ("note", "seen at 50.456789, 36.876543", "position_in_text"),
        ("source_url", "https://maps.app.goo.gl/abc", "position_in_text"),
        ("date_end", "2027-11-09", "long_event"),
    ],
)
def test_each_check_of_a_cell_names_its_event(tmp_path, column, cell, name):
    rows = [f"a,2025-11-09,Kharkiv,Desk,{cell}", "b,2025-11-09,Sumy,Desk,"]
    if column == "source_url":
        rows[1] += "https://example.org/b"
    if column in {"killed", "households"}:
        rows[1] += "4"
    columns = f"id,date,place,source,{column}"
    rows[0] = rows[0].replace(cell, f'"{cell}"')
    assert names(reading_of(tmp_path, rows, columns)) == [(name, ["a"])]


def test_a_report_without_source_address_or_claimant_is_named(tmp_path):
    rows = ["a,2025-11-09,Kharkiv,,", "b,2025-11-09,Sumy,Desk,", "c,2025-11-09,Poltava,,https://example.org/c"]
    rows += ["d,2025-11-09,Lviv,,"]
    claims = ["event_id,metric,value,claimant", "d,killed,3,Governor"]
    reading = reading_of(tmp_path, rows, "id,date,place,source,source_url", claims)
    assert names(reading) == [("source_missing", ["a"])]


@pytest.mark.parametrize(
    ("killed", "men", "women", "found"),
    [("10", "6", "5", True), ("10", "6", "4", False), ("10", "6", "", False), ("more than 10", "6", "5", False)],
)
def test_parts_are_compared_with_their_total(tmp_path, killed, men, women, found):
    reading = reading_of(
        tmp_path, [f"a,2025-11-09,Kharkiv,Desk,{killed},{men},{women}"],
        "id,date,place,source,killed,men killed,women killed",
    )  # fmt: skip
    assert names(reading) == ([("parts_above_total", ["a"])] if found else [])


def test_parts_among_the_claims_are_compared_too(tmp_path):
    claims = ["event_id,metric,value,claimant", "a,killed,5,X", "a,killed_men,3,X", "a,killed_children,4,X"]
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,Desk"], "id,date,place,source", claims)
    found = check_plausibility(reading.events, reading.claims)
    assert [each.check.name for each in found] == ["parts_above_total"]
    assert found[0].rows["found"].tolist() == ["7 in parts, 5 killed in all"]


@pytest.mark.parametrize(
    ("value", "low", "high", "found"),
    [
        ("5294", "5294", "0", True),
        ("5", "6", "9", True),
        ("5", "", "4", True),
        ("", "9", "4", True),
        ("5", "1", "9", False),
        ("5", "5", "5", False),
        ("5", "", "", False),
    ],
)
def test_a_figure_lies_within_its_range(tmp_path, value, low, high, found):
    claims = ["event_id,metric,value,value_low,value_high,claimant", f"a,killed,{value},{low},{high},X"]
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,Desk"], "id,date,place,source", claims)
    assert names(reading) == ([("range_backwards", ["a"])] if found else [])


@pytest.mark.parametrize(("downed", "found"), [("12", True), ("9", False)])
def test_no_more_drones_are_downed_than_launched(tmp_path, downed, found):
    claims = ["event_id,metric,value,claimant", "a,drones_launched,10,X", f"a,drones_downed,{downed},X"]
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,Desk"], "id,date,place,source", claims)
    assert names(reading) == ([("downed_above_launched", ["a"])] if found else [])


@pytest.mark.parametrize(
    ("published", "retrieved", "name"),
    [
        ("2025-11-01", "2025-11-10", "published_before_event"),
        ("2025-11-12", "2025-11-02", "retrieved_before_published"),
        ("2025-11-10", "2025-11-11", None),
        ("2025-11-08", "2025-11-08", None),
    ],
)
def test_dates_of_a_claim_are_in_order(tmp_path, published, retrieved, name):
    claims = ["event_id,metric,value,claimant,date_published,date_retrieved", f"a,killed,1,X,{published},{retrieved}"]
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,Desk"], "id,date,place,source", claims)
    assert names(reading) == ([] if name is None else [(name, ["a"])])


def test_a_year_that_is_far_from_all_others_is_named(tmp_path):
    rows = [f"e{n},2025-11-{n + 1:02},Kharkiv,Desk" for n in range(25)] + ["odd,2015-11-09,Kharkiv,Desk"]
    assert names(reading_of(tmp_path, rows, "id,date,place,source")) == [("lone_date", ["odd"])]
    half = [f"f{n},2012-11-{n + 1:02},Kharkiv,Desk" for n in range(25)]
    assert names(reading_of(tmp_path, rows[:25] + half, "id,date,place,source")) == []


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "shape_crosses_itself"),
        ("POLYGON ((-180 -85, 180 -85, 180 85, -180 85, -180 -85))", "shape_of_the_world"),
        ("POLYGON EMPTY", "shape_empty"),
        ("POLYGON ((0 0, 2 0, 2 2, 0 0))", None),
    ],
)
def test_shapes_are_looked_at(tmp_path, shape, name):
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,Desk", "b,2025-11-09,Sumy,Desk"], "id,date,place,source")
    events = reading.events.assign(source_geometry=pd.array([shape, None], dtype="str"))
    assert names(reading, events) == ([] if name is None else [(name, ["a"])])


def test_more_people_than_live_in_the_country_are_named(tmp_path):
    rows = ["a,2025-11-09,Kharkiv,Desk,900000000", "b,2025-11-09,Delhi,Desk,900000000"]
    reading = reading_of(tmp_path, rows, "id,date,place,source,people without power")
    events = reading.events.assign(place_country=pd.array(["UA", "IN"], dtype="str"))
    assert names(reading, events) == [("figure_above_country", ["a"])]


def test_one_address_of_events_long_apart_is_named(tmp_path):
    address = "https://example.org/a"
    rows = [f"a,2025-01-09,Kharkiv,{address}", f"b,2025-11-09,Kharkiv,{address}"]
    rows += ["c,2025-01-09,Sumy,https://example.org/", "d,2025-11-09,Sumy,https://example.org/"]
    found = names(reading_of(tmp_path, rows, "id,date,place,source_url"))
    assert found == [("address_of_several", ["a", "b"])]


def test_a_silenced_check_is_not_run_and_an_unknown_one_refused(tmp_path):
    reading = reading_of(tmp_path, ["a,2025-11-09,Kharkiv,-3"], "id,date,place,killed")
    assert [name for name, _ in names(reading)] == ["negative_figure", "source_missing"]
    assert [name for name, _ in names(reading, silenced={"source_missing": "ours"})] == ["negative_figure"]
    with pytest.raises(ProjectError, match=r"Did you mean 'source_missing'\?"):
        check_plausibility(reading.events, reading.claims, silenced={"source_missin": "x"})


def test_impossible_claims_are_left_out_and_the_rest_stays(tmp_path):
    rows = ["a,2025-11-09,Kharkiv,Desk,-3,4", "b,2025-11-09,Sumy,Desk,5,"]
    reading = reading_of(tmp_path, rows, "id,date,place,source,killed,injured")
    kept = without_impossible(reading.claims, check_plausibility(reading.events, reading.claims))
    assert kept[["event_id", "metric", "value"]].to_numpy().tolist() == [["a", "injured", 4.0], ["b", "killed", 5.0]]


def test_many_findings_of_one_check_are_one_line(tmp_path):
    rows = [f"e{n},2025-11-09,Kharkiv,{n}" for n in range(7)]
    reading = reading_of(tmp_path, rows, "id,date,place,summary")
    faults = findings_as_faults(check_plausibility(reading.events, reading.claims), "t.csv")
    assert len(faults) == 1
    assert str(faults[0]).startswith("t.csv, row 2, column 'source_name': expected a source")
    assert "none (and 6 more)" in str(faults[0])
    assert str(faults[0]).endswith("[source_missing]")
