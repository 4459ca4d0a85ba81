"""What docs/formats.md promises of days and positions is what is read, form by form."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from impactmap.reading.dates import parse_dates
from impactmap.reading.positions import parse_positions

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def promised(heading):
    """Return written form and meaning of every row of the table under a heading."""
    part = TEXT.split(f"\n### {heading}\n")[1].split("\n### ")[0]
    rows = re.findall(r"^\| (`.*`) \| ([^`|]+) \|$", part, re.MULTILINE)
    return [(form, meaning) for forms, meaning in rows for form in re.findall(r"`([^`]+)`", forms)]


def column(cell):
    return pd.Series([cell], dtype="str")


def test_the_tables_are_found():
    assert len(promised("Days")) > 50
    assert len(promised("Positions")) > 25


@pytest.mark.parametrize(("form", "meaning"), promised("Days"))
def test_a_day_is_read_as_the_documents_say(form, meaning):
    parsed = parse_dates(column(form))
    first, last = (f"{day:%Y-%m-%d}" for day in (parsed.start[0], parsed.end[0]))
    said = first if first == last else f"{first} to {last}, {parsed.precision[0]}"
    assert said == meaning


@pytest.mark.parametrize(("form", "meaning"), promised("Positions"))
def test_a_position_is_read_as_the_documents_say(form, meaning):
    found = parse_positions(column(form))
    assert (found.latitude[0], found.longitude[0]) == tuple(map(float, meaning.split(", ")))
