"""check, review, build, convert and geocode say the same of a place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from impactmap.model.project import Project
from impactmap.places.geocoder import Gazetteer
from impactmap.places.lookup import locate_table
from impactmap.reading.read import read_events
from impactmap.workspace.build import build
from impactmap.workspace.check import check_source
from impactmap.workspace.convert import convert
from impactmap.workspace.doubts import open_doubts
from impactmap.workspace.opening import open_source
from impactmap.workspace.preparing import locate

NOW = dt.datetime(2025, 11, 12, 12, tzinfo=dt.UTC)
ROWS = [
    ("Belgorod", "", "Russia", "51.054", "36.58"),  # 50.1 km off, 49.99 once it is rounded
    ("Khalino", "Louisiana", "United States", "51.7512", "36.2951"),
    ("Manara", "", "Spain", "33.25", "35.45"),
    ("Manara", "", "", "33.19614", "35.54118"),
    ("", "Kharkiv Oblast", "Ukraine", "36.23", "49.99"),
    ("Kharkiv", "", "", "36.2512", "49.9823"),
    ("Kyiv", "", "", "50.4512", "30.5234"),
    ("Maracaibo", "Zulia", "Venezuela", "10.651", "-71.612"),
    ("Suva", "", "Fiji", "-18.1412", "178.4412"),
    ("Oktyabrsky", "", "Russia", "", ""),
    ("Qwertyville", "", "Kenya", "", ""),
    ("Kharkiv region", "", "", "", ""),
]
COLUMNS = ["place_status", "place_country", "place_region", "place_name", "place_reason", "latitude", "longitude"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    frame = pd.DataFrame(ROWS, columns=["place", "region", "country", "latitude", "longitude"])
    frame.insert(0, "date", "2025-11-09")
    frame.assign(summary="A mast was hit.", source_name="A newspaper").to_csv(path, index=False)
    return path


def of(frame: pd.DataFrame, columns: list[str] = COLUMNS) -> list[tuple[object, ...]]:
    plain = frame[columns].astype(object).where(frame[columns].notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


@pytest.mark.slow
def test_five_commands_agree(table: Path, tmp_path: Path) -> None:
    reading = read_events(table, now=NOW)
    located = locate(reading.events, Project())
    expected = of(located)
    build(table, tmp_path / "map", now=NOW)
    built = pd.read_csv(tmp_path / "map" / "events.csv", keep_default_na=False, na_values=[""])
    assert of(built) == expected
    convert([table], tmp_path / "out.csv", now=NOW)
    assert of(read_events(tmp_path / "out.csv", now=NOW, withdrawn=True).events, COLUMNS) == expected
    found = locate_table(table, best_guess=False)
    shared = ["place_status", "place_country", "place_region", "place_name", "place_reason"]
    with_coordinates = located["coordinates_from"].eq("source") | located["place_conflict"].notna()
    assert [row for row, there in zip(of(found, shared), with_coordinates, strict=True) if there] == [
        row for row, there in zip(of(located, shared), with_coordinates, strict=True) if there
    ]
    assert found["place_status"].tolist() == located["place_status"].tolist()
    report = check_source(table, now=NOW)
    assert report.places == located["place_status"].value_counts().sort_index().to_dict()
    open_ = located["place_status"].isin(["ambiguous", "not_found", "invalid"])
    assert [row["row"] for row in report.unsettled] == located.loc[open_, "source_row"].tolist()
    assert [row["reason"] for row in report.unsettled] == located.loc[open_, "place_reason"].tolist()
    told = {fault.row: fault.severity for fault in report.faults}
    conflicts = located[located["place_conflict"].notna()]
    severity = {"invalid": "fault", "matched": "warning"}
    assert (
        told
        == {row["source_row"]: severity[row["place_status"]] for row in conflicts.to_dict("records")}
        == {3: "warning", 4: "warning", 6: "fault", 7: "fault"}
    )
    doubts = open_doubts(open_source(table, now=NOW), gazetteer=Gazetteer(), now=NOW)
    named = located[open_ & located["place"].notna()]
    assert {doubt.query.place: (doubt.status, doubt.reason) for doubt in doubts} == {
        row["place"]: (row["place_status"], row["place_reason"]) for row in named.to_dict("records")
    }


@pytest.mark.slow
def test_what_contradicts_is_told_by_check_build_and_the_method(table: Path, tmp_path: Path) -> None:
    report = build(table, tmp_path / "map", now=NOW)
    assert any("In 2 rows the place, region or country contradicts the position" in note for note in report.notes)
    method = (tmp_path / "map" / "METHOD.md").read_text(encoding="utf-8")
    section = method.partition("### Words that contradict the position")[2].partition("###")[0]
    assert "the row says Khalino, Louisiana, United States; the position lies in Kursk region, Russia" in section
    assert "the row says Manara, Spain; the position lies in" in section
    assert "1 position lies nearer to a border than the line is known" in method
    warning = next(fault for fault in check_source(table, now=NOW).faults if fault.row == 3)
    assert (warning.column, warning.severity) == ("country, region", "warning")
    assert "'Khalino', 'Louisiana', 'United States'" in warning.found
    assert "they lie in Kursk region, Russia" in warning.found


@pytest.mark.slow
@pytest.mark.parametrize(("language", "title"), [("uk", "Слова, що суперечать"), ("ru", "Слова, противоречащие")])
def test_in_the_language_of_the_map(table: Path, tmp_path: Path, language: str, title: str) -> None:
    build(table, tmp_path / "map", now=NOW, language=language)
    method = (tmp_path / "map" / "METHOD.md").read_text(encoding="utf-8")
    assert title in method


def test_exact_positions_are_looked_up_as_others_are(table: Path) -> None:
    project = Project.model_validate({"publish": {"exact_positions": True, "exact_positions_reason": "a test"}})
    reading = read_events(table, now=NOW)
    columns = ["place_status", "place_country", "place_region", "place_conflict", "place_name"]
    assert of(locate(reading.events, project), columns) == of(locate(reading.events, Project()), columns)
    assert locate(reading.events, project)["latitude"].iloc[1] == 51.7512
