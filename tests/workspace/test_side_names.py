"""Which declared side a text means."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from impactmap.model.sections.map import Side
from impactmap.reading.read import check_events
from impactmap.workspace.opening import open_source
from impactmap.workspace.side_names import SideNames

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NAMES = SideNames(
    [
        Side(key="Russia", name="Russia"),
        Side(key="Україна", name="Ukraine", aliases=("ZSU", "Armed Forces of Ukraine")),
        Side(key="PK", name="Pakistan"),
        Side(key="RSF", name="Rapid Support Forces"),
    ]
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Russia", "Russia"), ("russia ", "Russia"), ("Росія", "Russia"), ("Россия", "Russia"), ("RU", "Russia"),
        ("RUS", "Russia"), ("Russian Federation", "Russia"), ("РФ", "Russia"), ("Russian", "Russia"),
        ("російська", "Russia"),
        ("Ukraine", "Україна"), ("Украина", "Україна"), ("UKR", "Україна"), ("zsu", "Україна"),
        ("Ukrainian", "Україна"),
        ("Pakistan", "PK"), ("Pakistani", "PK"), ("Пакистан", "PK"), ("rapid support forces", "RSF"), ("RSF", "RSF"),
        ("Rusia", None), ("Belarus", None), ("India", None), ("Ukrain", None), ("SAF", None), ("Sudanese", None),
    ],
)  # fmt: skip
def test_what_means_a_side(text, key):
    assert NAMES.key_of(text) == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Russia, Ukraine", ["Russia", "Україна"]), ("RSF and Pakistan", ["RSF", "PK"]), ("Russia; Rusia", []),
        ("Armed Forces of Ukraine", []), ("Росія та Україна", ["Russia", "Україна"]),
    ],
)  # fmt: skip
def test_two_sides_in_one_cell(text, keys):
    assert NAMES.several(text) == keys


def project(tmp_path, rows, sides):
    (tmp_path / "events.csv").write_text("date,place,side\n" + rows, encoding="utf-8")
    text = "".join(f'[[sides]]\nkey = "{side}"\nname = "{side}"\n' for side in sides)
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    return open_source(tmp_path, now=NOW).reading


def test_a_row_with_another_side_is_listed_with_the_nearest(tmp_path):
    rows = (
        "2025-11-08,A,Sudan\n2025-11-08,B,Судан\n2025-11-08,C,Sudann\n2025-11-08,D,unknown\n2025-11-08,E,RSF; Sudan\n"
    )
    reading = project(tmp_path, rows, ["Sudan", "RSF"])
    assert reading.events["place"].tolist() == ["A", "B", "D", "E"]
    assert reading.events["side"].fillna("").tolist() == ["Sudan", "Sudan", "", ""]
    fault, question = check_events(reading)
    assert (fault.row, fault.fix.startswith("Did you mean 'Sudan'?")) == (4, True)
    assert (question.row, question.severity) == (6, "warning")


def test_without_declared_sides_every_value_is_one_and_near_ones_are_asked_about(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(
        "date,place,side\n2025-11-08,A,Rebels\n2025-11-08,B,Rebels\n2025-11-08,C,Rebel\n2025-11-08,D,Kenya\n2025-11-08,E,Кенія\n",
        encoding="utf-8",
    )
    reading = open_source(table, now=NOW).reading
    assert reading.events["side"].tolist() == ["Rebels", "Rebels", "Rebel", "Kenya", "Кенія"]
    near, same = check_events(reading)
    assert (near.row, near.found) == (4, "'Rebel' beside 'Rebels'")
    assert same.found == "'Kenya', 'Кенія', which are names of one country"


def test_a_side_for_all_others_takes_every_value(tmp_path):
    rows = "\n".join(f"2025-11-0{n},Sibi,Pakistan,{side},s" for n, side in enumerate(["North", "ns", "Rebels", "x"], 1))
    (tmp_path / "events.csv").write_text(f"date,place,country,side,summary\n{rows}\n", encoding="utf-8")
    sides = '[[sides]]\nkey = "North"\nname = "North"\naliases = ["ns"]\n[[sides]]\nkey = "*"\nname = "Others"\n'
    (tmp_path / "project.toml").write_text(sides, encoding="utf-8")
    reading = open_source(tmp_path, now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC)).reading
    assert reading.events["side"].tolist() == ["North", "North", "Rebels", "x"]
    assert len(reading.rejected) == 0


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["A", "B", "A, B"], ["A", "B", None]),
        (["A", "B", "C", "A and C"], ["A", "B", "C", None]),
        # One of the two stands nowhere alone: a name with a comma is a name.
        (["A", "A, Inc."], ["A", "A, Inc."]),
    ],
)
def test_a_cell_that_lists_two_sides_of_the_column_is_asked_about(tmp_path, cells, read):
    path = tmp_path / "events.csv"
    rows = "\n".join(f'2025-11-0{n},Sibi,Pakistan,"{side}",s' for n, side in enumerate(cells, 1))
    path.write_text(f"date,place,country,side,summary\n{rows}\n", encoding="utf-8")
    reading = open_source(path, now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC)).reading
    assert [None if pd.isna(side) else side for side in reading.events["side"]] == read
    assert any("which names" in warning.found for warning in reading.warnings) == (None in read)
