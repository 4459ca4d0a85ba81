"""Tables in the forms in which publishers hand them out, made-up rows: what each column is, and that the table is read.

The first row of each file says what a column is: ours, or a figure with its part; nothing where it is none of ours.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from impactmap import read_events
from impactmap.model.errors import TableError
from impactmap.reading.columns.judging import judge_columns
from impactmap.reading.formats.files import open_table
from impactmap.reading.sheet_positions import part_positions

PUBLISHERS = sorted((Path(__file__).parent / "publishers").glob("*.csv"))
#: Both are read from one column of positions.
PAIR = "latlon"


@pytest.fixture
def sheet(request, tmp_path):
    with request.param.open(encoding="utf-8", newline="") as file:
        expected, *rows = csv.reader(file)
    path = tmp_path / request.param.name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path, dict(zip(rows[0], expected, strict=True))


@pytest.mark.parametrize("sheet", PUBLISHERS, ids=lambda path: path.stem, indirect=True)
def test_each_column_is_taken_for_what_it_is(sheet):
    path, expected = sheet
    raw, positions = part_positions(open_table(path), ())
    judged = judge_columns(raw.cells)
    taken = {header: name for name, header in judged.columns.items()}
    for metric, parts in judged.metrics.items():
        taken |= {header: metric if part == "best" else f"{metric}:{part}" for part, header in parts.items()}
    if positions is not None:
        taken |= dict.fromkeys(positions.hidden, PAIR)
    assert {header: taken.get(header, "") for header in expected} == expected


#: What a table that lacks a day or a place is told.
TOLD = {
    "cyber_physical_incidents": "--column country=victim_country",
    "maritime_advisories": "--column date_start='Date of Report'",
}


@pytest.mark.parametrize("sheet", PUBLISHERS, ids=lambda path: path.stem, indirect=True)
def test_every_row_can_be_used_or_one_line_says_what_to_do(sheet):
    path, _ = sheet
    if path.stem in TOLD:
        with pytest.raises(TableError, match=TOLD[path.stem]):
            read_events(path)
        return
    reading = read_events(path)
    assert len(reading.rejected) == 0
    assert reading.events["date_start"].notna().all()
