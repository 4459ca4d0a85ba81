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
    assert summary.sentence == "2 reports (attacking side: Blue 1, not stated 1); none confirmed, all claimed only."
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
        "not stated 1); 2 confirmed, 7 claimed only. Drawn as points: Belgorod, Kharkiv, Taganrog, Voronezh. "
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
