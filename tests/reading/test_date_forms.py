"""Every form of dates that the documents promise, and what is refused with which reason: two tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from impactmap.reading.dates import parse_dates, reads_as_date

HERE = Path(__file__).parent


def lines(name):
    """Return the lines of a table, the cells between its bars."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split(" | ") for line in text.splitlines() if line and not line.startswith("#")]


FORMS = [(cell, first, *(rest + [first, "day"][len(rest) :])) for cell, first, *rest in lines("date_forms.txt")]
REFUSED = lines("date_refusals.txt")


def test_there_are_enough_forms_and_each_is_told_once():
    assert len(FORMS) >= 400
    assert len(REFUSED) >= 60
    assert len({cell for cell, *_ in (*FORMS, *REFUSED)}) == len(FORMS) + len(REFUSED)


@pytest.mark.parametrize(("cell", "first", "last", "precision"), FORMS)
def test_a_form_is_read(cell, first, last, precision):
    parsed = parse_dates(pd.Series([cell], dtype="str"))
    days = [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in (parsed.start[0], parsed.end[0])]
    assert (days, parsed.precision[0], parsed.reason[0]) == (
        [first, last],
        precision,
        pytest.approx(float("nan"), nan_ok=True),
    )
    assert reads_as_date(cell)


@pytest.mark.parametrize(("cell", "reason"), REFUSED)
def test_what_is_no_date_says_why(cell, reason):
    parsed = parse_dates(pd.Series([cell], dtype="str"))
    assert pd.isna(parsed.start[0])
    assert pd.isna(parsed.end[0])
    assert pd.isna(parsed.precision[0])
    assert reason in parsed.reason[0]
