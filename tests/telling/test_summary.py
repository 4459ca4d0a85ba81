"""What the map says in a sentence, and in the words that stand for the picture."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from impactmap.model.project import Project
from impactmap.telling.summary import alt_text, summarise


def in_language(project, language):
    return project.model_copy(update={"map": project.map.model_copy(update={"language": language})})


def test_counts(located, claims, project):
    summary = summarise(located, claims, project)
    assert (summary.count, summary.reports) == (9, "9 reports")
    assert summary.by_side == {"Russia": 5, "Ukraine": 3, "not stated": 1}
    assert summary.by_confirmation == {"confirmed": 2, "claimed": 7}
    assert summary.by_precision == {"settlement": 4, "region": 3, "country": 2, "not_located": 1}
    assert (summary.not_located, summary.held_back) == (1, 0)
    assert (summary.first_day, summary.data_through) == (dt.date(2025, 11, 7), dt.date(2025, 11, 9))
    assert summary.points == ["Belgorod", "Kharkiv", "Taganrog", "Voronezh"]
    assert summary.areas == ["Kharkiv Oblast", "Kyiv Oblast"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            (
                "9 reports, 7–9 November 2025 (attacking side: Russia 5, Ukraine 3, not stated 1); "
                "2 confirmed, 7 claimed only."
            ),
        ),
        (
            "uk",
            (
                "9 повідомлень, 7–9 листопада 2025\u202fр. (сторона, що атакувала: Росія — 5, Україна — 3, "
                "не вказано — 1); підтверджено 2, лише заявлено 7."
            ),
        ),
        (
            "ru",
            (
                "9 сообщений, 7–9 ноября 2025\u202fг. (атаковавшая сторона: Россия — 5, Украина — 3, "
                "не указана — 1); подтверждено 2, только заявлено 7."
            ),
        ),
    ],
)
def test_sentence(located, claims, project, language, sentence):
    assert summarise(located, claims, in_language(project, language)).sentence == sentence


@pytest.mark.parametrize(
    ("confirmation", "said"),
    [("claimed", "none confirmed, all claimed only"), ("confirmed", "all confirmed")],
)
def test_sentence_when_all_are_alike(located, project, confirmation, said):
    summary = summarise(located.assign(confirmation=confirmation), None, project)
    assert summary.sentence.endswith(f"; {said}.")


def test_reports_without_dates():
    summary = summarise(pd.DataFrame({"event_id": ["a", "b"], "side": ["Blue", None]}))
    assert summary.sentence == "2 reports (attacking side: Blue 1, not stated 1)."
    assert (summary.data_through, summary.period, summary.through) == (None, "", "No dated reports.")


def test_side_that_the_project_names_stays_at_nought(located, project):
    summary = summarise(located[located["side"] == "Russia"], None, project)
    assert summary.by_side == {"Russia": 5, "Ukraine": 0}


def test_held_back_reports_are_counted(located, project):
    located.attrs["held_back"] = 4
    assert summarise(located, None, project).held_back == 4


def test_alternative_text(located, claims, project):
    assert alt_text(summarise(located, claims, project)) == (
        "Map: Power and heating under attack. 9 reports, 7–9 November 2025 (attacking side: Russia 5, Ukraine 3, "
        "not stated 1); 2 confirmed, 7 claimed only. Killed: 7 (Ukraine; said by "
        "Ukrainian officials; highest of 2 reports with such a figure). "
        "People without power: about\u00a0100,000 (Kharkiv Oblast; claimant not named). "
        "Households without power: about\u00a020,000 (Belgorod; said by Vyacheslav Gladkov). "
        "Drawn as points: Belgorod, Kharkiv, Taganrog, Voronezh. "
        "Drawn as hatched areas: Kharkiv Oblast, Kyiv Oblast."
    )


def test_alternative_text_names_the_first_and_counts_the_rest(located, project):
    assert "Drawn as points: Belgorod, Kharkiv and 2 more." in alt_text(summarise(located, None, project), most=2)


def test_places_with_most_reports_come_first():
    names = ["One", "Two", "Two", "Three"]
    events = pd.DataFrame(
        {"event_id": list("abcd"), "place_name": names, "latitude": [1.0] * 4, "longitude": [2.0] * 4}
    )
    assert summarise(events).points == ["Two", "One", "Three"]


def test_no_reports():
    summary = summarise(pd.DataFrame({"event_id": pd.Series([], dtype="str")}), None, Project())
    assert summary.sentence == "No reports."
    assert alt_text(summary) == "Map: Reported attacks on infrastructure. No reports."


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2025-11-01", "2025-11-30", "Data through 9 November 2025; reports of longer times reach 30 November 2025."),
        ("2025-11-01", "2025-11-08", "Data through 9 November 2025."),
        ("2025-11-10", "2025-11-12", "Data through 12 November 2025."),
    ],
)
def test_a_report_of_a_month_says_nothing_of_how_far_the_data_goes(located, claims, project, start, end, told):
    events = located.copy()
    last = events["event_id"] == events["event_id"].iloc[-1]
    events.loc[last, "date_start"], events.loc[last, "date_end"] = pd.Timestamp(start), pd.Timestamp(end)
    assert summarise(events, claims, project).through == told


@pytest.mark.parametrize(
    ("confirmation", "told", "counts"),
    [
        ([None, None], "2 reports (attacking side: Blue 1, Red 1).", {"confirmed": 0, "claimed": 0, "not_said": 2}),
        (
            ["claimed", None],
            "Red 1); 0 confirmed, 1 claimed only, 1 not said.",
            {"confirmed": 0, "claimed": 1, "not_said": 1},
        ),
        (["confirmed", "confirmed"], "Red 1); all confirmed.", {"confirmed": 2, "claimed": 0}),
        (["claimed", "claimed"], "Red 1); none confirmed, all claimed only.", {"confirmed": 0, "claimed": 2}),
    ],
)
def test_nobody_is_said_to_claim_what_nobody_says_is_claimed(confirmation, told, counts):
    frame = pd.DataFrame({"event_id": ["a", "b"], "side": ["Blue", "Red"], "confirmation": confirmation})
    summary = summarise(frame)
    assert summary.sentence.endswith(told)
    assert summary.by_confirmation == counts
    assert bool(summary.confirmation) == ("not_said" not in counts or counts["claimed"] + counts["confirmed"] > 0)
