"""Small multiples by date: days, weeks, months or years as the period asks, and those without a report, too."""

from __future__ import annotations

import pandas as pd
import pytest

import impactmap as im
from impactmap.maps.picture.facets import facet_panels
from impactmap.model.errors import InputError
from impactmap.model.project import Project
from impactmap.telling.reports import collect_reports
from impactmap.telling.wording import Wording


def panels(*periods):
    sheet = pd.DataFrame({"date_start": [first for first, _ in periods], "date_end": [last for _, last in periods]})
    sheet["place"], sheet["latitude"], sheet["longitude"] = "Here", 10.0, 20.0
    located = im.geocode_events(im.read_events(sheet).events)
    return [(one.heading, len(one.rows)) for one in facet_panels(collect_reports(located), "date", Wording("en"))]


@pytest.mark.parametrize(
    ("periods", "wanted"),
    [
        (
            [("2025-03-03", "2025-03-03"), ("2025-03-05", "2025-03-05")],
            [("3 March 2025", 1), ("4 March 2025", 0), ("5 March 2025", 1)],
        ),
        # A report of two days stands on both.
        ([("2025-03-03", "2025-03-04")], [("3 March 2025", 1), ("4 March 2025", 1)]),
        # Weeks begin on Mondays.
        (
            [("2025-03-05", "2025-03-05"), ("2025-03-23", "2025-03-24")],
            [("3–9 March 2025", 1), ("10–16 March 2025", 0), ("17–23 March 2025", 1), ("24–30 March 2025", 1)],
        ),
        (
            [("2025-01-31", "2025-01-31"), ("2025-04-30", "2025-04-30")],
            [("January 2025", 1), ("February 2025", 0), ("March 2025", 0), ("April 2025", 1)],
        ),
        (
            [("1969-12-31", "1969-12-31"), ("1972-01-01", "1972-01-01")],
            [("1969", 1), ("1970", 0), ("1971", 0), ("1972", 1)],
        ),
        # More years than there is room for: those with a report.
        ([("1990-05-01", "1990-05-01"), ("2020-05-01", "2020-05-01")], [("1990", 1), ("2020", 1)]),
    ],
)
def test_the_unit_follows_the_period_and_gaps_are_shown(periods, wanted):
    assert panels(*periods) == wanted


def test_twelve_weeks_are_weeks_and_thirteen_months():
    assert len(panels(("2025-01-06", "2025-01-06"), ("2025-03-30", "2025-03-30"))) == 12
    assert [one for one, _ in panels(("2025-01-06", "2025-01-06"), ("2025-03-31", "2025-03-31"))] == [
        "January 2025", "February 2025", "March 2025",
    ]  # fmt: skip


def test_too_many_years_are_refused():
    years = [(f"{year}-05-01", f"{year}-05-01") for year in range(2000, 2014)]
    with pytest.raises(InputError, match=r"at most 12 years .* found 14"):
        panels(*years)


def test_what_lies_beyond_the_view_is_told_beside_the_heading():
    sheet = pd.DataFrame({"date": ["2025-03-03", "2025-03-04"], "place": ["A", "B"]})
    sheet["latitude"], sheet["longitude"] = [10.0, 40.0], [20.0, 60.0]
    located = im.geocode_events(im.read_events(sheet).events)
    figure = im.plot_map(
        located, project=Project.model_validate({"view": {"bounds": [19, 9, 21, 11]}}), facet="date", preset="wide"
    )
    notes = [text.get_text() for ax in figure.axes for text in ax.texts if text.get_label() == "panel-note"]
    assert notes == ["1 report", "1 report, not on the map: 1"]
