"""The figures of a map's head: which are chosen, and that each keeps its words, its place and its claimant."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.model.claims import claims_frame
from impactmap.model.project import Project
from impactmap.telling.key_figures import key_figures
from impactmap.telling.reports import collect_reports
from impactmap.telling.summary import alt_text, summarise
from impactmap.telling.wording import Wording


def events_of(*rows):
    names = ("event_id", "date_start", "side", "place", "place_name")
    frame = pd.DataFrame(rows, columns=names).astype("str")
    frame["date_start"] = pd.to_datetime(frame["date_start"]).astype("datetime64[s]")
    return frame


def claims_of(*rows):
    names = ("event_id", "metric", "value", "qualifier", "claimant")
    return claims_frame(pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows]))


EVENTS = events_of(
    ("a", "2025-03-01", "North", "Adre", "Adré"),
    ("b", "2025-03-02", "South", "Geneina", "El Geneina"),
    ("c", "2025-03-03", "South", "Abeche", "Abéché"),
)


def figures(claims, events=EVENTS, **options):
    return key_figures(collect_reports(events, claims), Wording("en"), **options)


def test_one_figure_a_metric_the_largest_with_place_and_claimant():
    claims = claims_of(
        ("a", "killed", 7, None, "the mayor"),
        ("b", "killed", 12, "about", "a hospital"),
        ("a", "injured", 30, "more than", None),
    )
    assert list(map(str, figures(claims))) == [
        "Killed: about\xa012 (El Geneina; said by a hospital; highest of 2 reports with such a figure)",
        "Injured: more than\xa030 (Adré; claimant not named)",
    ]


def test_an_event_is_named_once_and_at_most_as_many_as_asked_for():
    claims = claims_of(
        ("a", "killed", 7, None, "x"), ("a", "injured", 90, None, "x"), ("b", "injured", 5, None, "y"),
        ("c", "people_without_power", 1000, None, "z"), ("b", "households_without_power", 20, None, "y"),
    )  # fmt: skip
    assert [(one.event, one.figure) for one in figures(claims)] == [
        (0, "Killed: 7"), (1, "Injured: 5"), (2, "People without power: 1,000"),
    ]  # fmt: skip
    assert len(figures(claims, most=1)) == 1


def test_accounts_that_differ_stand_beside_each_other_and_the_lowest_decides():
    claims = claims_of(
        ("a", "killed", 7, None, "the mayor"), ("a", "killed", 70, None, "the ministry"),
        ("b", "killed", 9, None, "a hospital"),
    )  # fmt: skip
    assert (
        str(figures(claims)[0]) == "Killed: 9 (El Geneina; said by a hospital; highest of 2 reports with such a figure)"
    )
    assert str(figures(claims.iloc[:2])[0]) == "Killed: 7 / 70 (Adré; said by the mayor / said by the ministry)"


def test_of_equal_figures_the_earlier_day_wins_whatever_the_side():
    claims = claims_of(("b", "killed", 4, None, "y"), ("a", "killed", 4, None, "x"))
    swapped = EVENTS.assign(side=EVENTS["side"].map({"North": "South", "South": "North"}))
    assert list(map(str, figures(claims))) == ["Killed: 4 (Adré; said by x; highest of 2 reports with such a figure)"]
    assert figures(claims, swapped) == figures(claims)


def test_an_event_in_several_places_names_them():
    events = events_of(*(("a", "2025-03-01", "North", name, name) for name in ("Uno", "Due", "Tre")))
    assert figures(claims_of(("a", "killed", 4, None, "x")), events)[0].source == "Uno, Due and 1 more; said by x"


@pytest.mark.parametrize("value", [0, -3, None])
def test_no_figure_is_none(value):
    assert figures(claims_of(("a", "killed", value, None, "x"))) == []


def test_the_authors_finding_stands_instead_and_may_be_empty():
    claims = claims_of(("a", "killed", 7, None, "the mayor"))
    own = Project.model_validate({"map": {"finding": "Two towns were hit <b>twice</b>"}})
    summary = summarise(EVENTS, claims, own)
    assert summary.finding == ["Two towns were hit <b>twice</b>"]
    assert "Two towns were hit <b>twice</b>." in alt_text(summary)
    assert summarise(EVENTS, claims, Project.model_validate({"map": {"finding": ""}})).finding == []
    assert summarise(EVENTS, claims).finding == ["Killed: 7 (Adré; said by the mayor)"]
