"""The data sheet counts what is covered and where the data is silent."""

from __future__ import annotations

import datetime as dt

import pytest

from impactmap import build

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ROWS = """event_id,date,date_end,place,country,side,source,lang,killed,claimant
1,2025-11-01,2025-11-03,Khartoum,Sudan,A,Radio,ar,2,Radio
2,2025-11-02,,Khartoum,Sudan,B,Radio <b>,ar,,
3,2025-11-10,,Abeche,Chad,A,Paper,fr,1,
4,2025-12-02,,Nowhere Atall,Chad,,,,,
5,2025-12-31,,Khartoum,Sudan,A,Radio,ar,,
"""


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "events.csv").write_text(ROWS, encoding="utf-8")
    build(folder / "events.csv", folder / "map", now=NOW)
    return (folder / "map/DATASHEET.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        # 1 to 3, 10 November and 2 December; silent from 11 November to 1 December.
        "- 1 November – 2 December 2025: 5 of 32 days have a report.",
        "- Longest time without a report: 21 days (11 November – 1 December 2025).",
        "- 2025-11: 3",
        "- 2025-12: 1",
        "- Sudan: 2",
        "- A: 2",
        "- B: 1",
        "- not stated: 1",
        "- Radio: 1",
        "- Radio &lt;b&gt;: 1",
        "- ar: 2",
        "- 1 report is newer than the embargo allows",
        "- 0 reports lie outside the map's period",
        "- 1 report is on no map, because its place could not be settled",
    ],
)
def test_each_count_is_the_tables(sheet, line):
    assert line in sheet.splitlines()


def test_silence_is_not_called_peace(sheet):
    assert "does not mean that nothing happened" in sheet


def test_an_empty_map_has_a_sheet_too(tmp_path):
    (tmp_path / "events.csv").write_text("date,place,side\n2025-12-31,Lima,A\n", encoding="utf-8")
    build(tmp_path / "events.csv", tmp_path / "map", now=NOW)
    sheet = (tmp_path / "map/DATASHEET.md").read_text(encoding="utf-8")
    assert "1 report is newer than the embargo allows" in sheet
