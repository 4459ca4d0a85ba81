"""Counts beside the map: equal to an independent sum of the table, whole, and the same with the sides swapped."""

from __future__ import annotations

import collections

import numpy as np
import pandas as pd
import pytest

from impactmap.model.claims import claims_frame
from impactmap.model.project import Project
from impactmap.scene.author.counts import MOST_TERMS, count_charts
from impactmap.telling.reports import collect_reports


def charts(events, claims=None, **raw):
    project = Project.model_validate(raw)
    reports = collect_reports(events, claims, project=project)
    return [
        dict(zip(chart.labels, chart.counts(), strict=True))
        for chart in count_charts(reports, project, reports.events.say)
    ]


def test_each_term_of_a_report_counts_once_and_what_is_not_stated_is_a_row():
    events = pd.DataFrame({"event_id": ["a", "b", "c", "d"], "sectors": ["power; gas", "power", None, "own word"]})
    assert charts(events, charts={"by": ["sector"]}) == [{"Power": 2, "Gas": 1, "own word": 1, "Not stated": 1}]


def test_a_report_in_two_places_of_a_region_counts_once_there():
    events = pd.DataFrame(
        {
            "event_id": ["a", "a", "b"],
            "place_number": [1, 2, 1],
            "place_region": ["North", "North", "South"],
            "place": "x",
        }
    )
    assert charts(events, charts={"by": ["region"]}) == [{"North": 1, "South": 1}]


def test_claimants_are_those_of_the_claims():
    events = pd.DataFrame({"event_id": ["a", "b", "c"]})
    claims = claims_frame(
        pd.DataFrame({"event_id": ["a", "a", "b"], "metric": "killed", "value": [1, 2, 3], "claimant": ["X", "Y", "X"]})
    )
    assert charts(events, claims, charts={"by": ["claimant"]}) == [{"X": 2, "Y": 1, "Not stated": 1}]


def test_a_field_of_the_authors_own_is_counted_under_its_label():
    events = pd.DataFrame({"event_id": ["a", "b"], "lvl": ["high", "low; high"]})
    raw = {"fields": [{"column": "lvl", "label": "Damage", "kind": "category"}], "charts": {"by": ["lvl"]}}
    assert charts(events, **raw) == [{"high": 2, "low": 1}]


@pytest.mark.parametrize("names", [("Zeta", "Alpha"), ("Alpha", "Zeta")])
def test_sides_with_as_many_reports_stand_as_in_the_legend_whatever_they_are_called(names):
    events = pd.DataFrame({"event_id": [*"abcd"], "side": ["x", "y", "y", "x"]})
    sides = [{"key": key, "name": name} for key, name in zip("xy", names, strict=True)]
    (counted,) = charts(events, sides=sides, charts={"by": ["side"]})
    assert list(counted.items()) == [(names[0], 2), (names[1], 2)]


def test_beyond_ten_terms_the_others_are_one_row():
    terms = [f"t{number:02}" for number in range(13)]
    events = pd.DataFrame({"event_id": [*"abcdefghijklmnop"], "means": [*terms, "t00", "t11; t12", "t11; t12"]})
    (counted,) = charts(events, charts={"by": ["means"]})
    assert len(counted) == MOST_TERMS + 1
    assert counted["3 other values"] == 3


@pytest.mark.parametrize("seed", range(5))
def test_counts_equal_an_independent_sum(seed):
    rng = np.random.default_rng(seed)
    words = ["power", "gas", "water", "rail"]
    cells = ["; ".join(rng.choice(words, rng.integers(0, 3), replace=False)) or None for _ in range(200)]
    events = pd.DataFrame(
        {"event_id": [str(n) for n in range(200)], "sectors": cells, "side": rng.choice(["A", "B"], 200)}
    )
    by_sector, by_side = charts(events, charts={"by": ["sector", "side"]})
    expected = collections.Counter(word for cell in cells if cell for word in cell.split("; "))
    assert {label.lower(): count for label, count in by_sector.items() if label != "Not stated"} == expected
    assert by_sector["Not stated"] == sum(cell is None for cell in cells)
    assert by_side == dict(collections.Counter(events["side"]))
    swapped = events.assign(side=events["side"].map({"A": "B", "B": "A"}))
    again, sides = charts(swapped, charts={"by": ["sector", "side"]})
    assert again == by_sector
    assert sides == {"A": by_side["B"], "B": by_side["A"]}


@pytest.mark.parametrize(("by", "told"), [("sectr", "found 'sectr'"), ("note", "found 'note'")])
def test_what_cannot_be_counted_by_is_refused(by, told):
    raw = {"fields": [{"column": "note", "kind": "text"}], "charts": {"by": [by]}}
    with pytest.raises(ValueError, match=rf"charts by sector, means, side, claimant, region .*{told}"):
        Project.model_validate(raw)
