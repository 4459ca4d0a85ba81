"""The schema is consistent with itself: what one table says, no other table contradicts."""

from __future__ import annotations

import pytest

from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import (
    CLAIM_COLUMNS,
    COMPUTED_COLUMNS,
    EVENT_COLUMNS,
    MEANS,
    METRICS,
    PLACE_COLUMNS,
    SECTORS,
)
from impactmap.reading.headers import count_known, header_key, match_headers, metric_headers


@pytest.mark.parametrize("columns", [EVENT_COLUMNS, PLACE_COLUMNS, CLAIM_COLUMNS], ids=["events", "places", "claims"])
def test_no_header_means_two_columns(columns):
    meant: dict[str, set[str]] = {}
    for column in columns:
        for header in (column.name, *column.headers):
            meant.setdefault(header_key(header), set()).add(column.name)
    assert {header: names for header, names in meant.items() if len(names) > 1} == {}


def test_no_header_of_a_sheet_is_both_a_column_and_a_figure():
    columns = {header_key(header) for column in EVENT_COLUMNS for header in (column.name, *column.headers)}
    figures = {header_key(header) for name, metric in METRICS.items() for header in (name, *metric.headers)}
    assert columns & figures == set()


def test_names_are_unique_over_the_frame():
    names = [column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "known", [SECTORS, MEANS, {name: q.words for name, q in QUALIFIERS.items()}], ids=["sectors", "means", "qualifiers"]
)
def test_no_wording_means_two_things(known):
    wordings = [word for name, words in known.items() for word in {name, *words}]
    assert len(wordings) == len(set(wordings))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Date", "City"], {"date_start": "Date", "place": "City"}),
        (["location", "place"], {"place": "place"}),
        (["id", "event_id"], {"event_id": "event_id"}),
        (["region", "admin1"], {"region": "admin1"}),
        (["X", "Y"], {"longitude": "X", "latitude": "Y"}),
        (["Населённый пункт", "ДАТА ПОДІЇ"], {"place": "Населённый пункт", "date_start": "ДАТА ПОДІЇ"}),
        (["обʼєкт", "сектор"], {"sectors": "сектор"}),
        (["nothing", "of ours"], {}),
        (["Town/Village", "Oblast / Region"], {"place": "Town/Village", "region": "Oblast / Region"}),
        (["Місто/село", "Дата удару"], {"place": "Місто/село", "date_start": "Дата удару"}),
        (["Town/Village", "place"], {"place": "place"}),  # a header of its own goes first
        (["Place/Date", "Latitude (source)", "Date (published)"], {}),  # two things, or another one
        (["Latitude (N)", "Дата (дд.мм.гггг)"], {"latitude": "Latitude (N)", "date_start": "Дата (дд.мм.гггг)"}),
        (
            ["Нас. пункт", "Тип зброї", "Опис події"],
            {"place": "Нас. пункт", "means": "Тип зброї", "summary": "Опис події"},
        ),
        (["Хто атакує", "Посилання на джерело"], {"side": "Хто атакує", "source_url": "Посилання на джерело"}),
    ],
)
def test_headers_find_their_columns(headers, expected):
    assert match_headers(headers, EVENT_COLUMNS).columns == expected


def test_what_loses_is_named():
    # A settlement is found more surely than a "location", which may be a street or a building.
    assert match_headers(["location", "place", "city"], EVENT_COLUMNS).contenders == {"place": ["city", "location"]}


def test_figures_with_their_ends():
    assert metric_headers(["Killed", "killed (low)", "Killed max", "Injured_best", "unkilled"]) == {
        "killed": {"best": "Killed", "low": "killed (low)", "high": "Killed max"},
        "injured": {"best": "Injured_best"},
    }
    assert metric_headers(["Кількість загиблих", "Количество раненых", "Killed (civilians)"]) == {
        "civilians_killed": {"best": "Killed (civilians)"},
        "killed": {"best": "Кількість загиблих"},
        "injured": {"best": "Количество раненых"},
    }


def test_data_is_not_taken_for_a_header():
    assert count_known(["2025-11-09", "Kyiv", "7"]) == 0
    assert count_known(["Date", "Place", "date"]) == 2
