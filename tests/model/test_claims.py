"""Intervals, contradictions, and the claims frame."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.model.claims import claims_frame, find_contradictions, interval, intervals
from impactmap.model.errors import ColumnError, TableError
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import CLAIM_COLUMNS

INF = math.inf


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"value": 100}, (100, 100)),
        ({"value": 100, "qualifier": "exactly"}, (100, 100)),
        ({"value": 100, "qualifier": "about"}, (90, 110)),
        ({"value": 300, "qualifier": "nearly"}, (270, 300)),
        ({"value": 100, "qualifier": "more than"}, (100, INF)),
        ({"value": 100, "qualifier": "at least"}, (100, INF)),
        ({"value": 100, "qualifier": "less than"}, (0, 100)),
        ({"value": 100, "qualifier": "up to"}, (0, 100)),
        ({"value": 0, "qualifier": "at least"}, (0, INF)),
        ({"value_low": 7, "value_high": 9}, (7, 9)),
        ({"value": 8, "value_low": 7, "value_high": 9, "qualifier": "about"}, (7, 9)),
        ({"value": 10, "value_low": 7, "qualifier": "about"}, (7, 11)),
        ({"value_low": 7}, (7, INF)),
        ({"value_high": 9}, (-INF, 9)),
        ({"value_low": 9, "value_high": 7}, (7, 9)),
    ],
)
def test_interval(claim, expected):
    assert interval(claim) == pytest.approx(expected)
    assert interval(pd.Series(claim)) == pytest.approx(expected)


@pytest.mark.parametrize("claim", [{}, {"text": "several"}, {"value": None}, {"value": pd.NA, "qualifier": "about"}])
def test_a_claim_without_a_figure_has_no_interval(claim):
    assert all(math.isnan(end) for end in interval(claim))


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(TableError, match=r"expected a qualifier out of exactly, about.*found 'hardly'"):
        interval({"value": 1, "qualifier": "hardly"})
    with pytest.raises(TableError, match=r"found 'hardly'"):
        intervals(claims_frame([{"event_id": "e", "metric": "killed", "value": 1, "qualifier": "hardly"}]))


numbers = st.none() | st.floats(min_value=-1e9, max_value=1e9)
rows = st.fixed_dictionaries(
    {
        "value": numbers,
        "value_low": numbers,
        "value_high": numbers,
        "qualifier": st.none() | st.sampled_from(list(QUALIFIERS)),
    }
)


@settings(deadline=None, max_examples=25)
@given(st.lists(rows, max_size=8))
def test_all_at_once_equals_one_by_one(claims):
    frame = claims_frame([{"event_id": "e", "metric": "killed", **claim} for claim in claims])
    found = intervals(frame)
    assert found.index.equals(frame.index)
    for claim, ends in zip(claims, found.itertuples(index=False), strict=True):
        assert tuple(ends) == pytest.approx(interval(claim), nan_ok=True)
        assert math.isnan(ends[0]) or ends[0] <= ends[1]


def contradictions(*claims):
    frame = claims_frame([{"event_id": "e", "metric": "killed", **claim} for claim in claims])
    before = frame.copy()
    found = find_contradictions(frame)
    pd.testing.assert_frame_equal(frame, before)
    return [(row.event_id, row.metric, row.claim_ids, row.kind) for row in found.itertuples()]


def test_figures_apart_of_two_parties_contradict():
    assert contradictions({"value": 7, "claimant": "A"}, {"value": 9, "claimant": "B"}) == [
        ("e", "killed", "e:killed:1; e:killed:2", "figures")
    ]


@pytest.mark.parametrize(
    "claims",
    [
        ({"value": 7, "claimant": "A"}, {"value": 9, "claimant": "A"}),  # a revision
        ({"value": 7, "claimant": "A"}, {"value": 9, "claimant": " a."}),  # the same name
        ({"value": 7, "claimant": "A"}, {"value": 7.5, "qualifier": "about", "claimant": "B"}),
        ({"value": 100, "claimant": "A"}, {"value": 100, "qualifier": "more than", "claimant": "B"}),
        ({"value": 7, "claimant": "A"}, {"text": "several", "claimant": "B"}),
        ({"value": 7, "claimant": "A"}, {"value": 9, "claimant": "B", "metric": "injured"}),
        ({"value": 7, "claimant": "A"}, {"value": 9, "claimant": "B", "event_id": "other"}),
        ({"text": "Fire ", "claimant": "A"}, {"text": "fire.", "claimant": "B"}),
        ({"metric": "statement", "text": "x", "claimant": "A"}, {"metric": "statement", "text": "y", "claimant": "B"}),
        (),
    ],
)
def test_no_contradiction(claims):
    assert contradictions(*claims) == []


def test_texts_of_two_parties_contradict_and_bystanders_are_left_out():
    assert contradictions(
        {"metric": "cause", "text": "fire", "claimant": "A"},
        {"metric": "cause", "text": "a fallen line", "claimant": "B"},
        {"value": 1, "claimant": "A"},
        {"value": 5, "claimant": "B"},
        {"value": 1, "qualifier": "at least", "claimant": "C"},
    ) == [("e", "cause", "e:cause:1; e:cause:2", "texts"), ("e", "killed", "e:killed:1; e:killed:2", "figures")]


def test_without_claimant_the_source_speaks_and_without_source_nobody_agrees():
    same = {"source_name": "Paper"}
    assert contradictions({"value": 7, **same}, {"value": 9, **same}) == []
    assert len(contradictions({"value": 7}, {"value": 9})) == 1


def test_a_frame_without_the_columns_is_refused():
    with pytest.raises(ColumnError, match=r"expected a claims frame with the columns.*metric.*missing"):
        find_contradictions(pd.DataFrame({"claim_id": ["a"], "event_id": ["e"]}))


def test_claims_frame_completes_types_and_identifiers():
    given_rows = pd.DataFrame(
        {"event_id": ["e", "e", "f"], "metric": ["killed"] * 3, "value": [1, 2, 3], "mine": ["x", "y", "z"]},
        index=[3, 1, 1],
    )
    frame = claims_frame(given_rows)
    assert {column.name: str(frame[column.name].dtype) for column in CLAIM_COLUMNS} == {
        column.name: column.dtype for column in CLAIM_COLUMNS
    }
    assert frame["claim_id"].tolist() == ["e:killed:1", "e:killed:2", "f:killed:1"]
    assert frame.index.tolist() == [3, 1, 1]
    assert frame.columns[-1] == "mine"
    assert list(given_rows.columns) == ["event_id", "metric", "value", "mine"]


def test_claims_frame_of_nothing_is_empty_and_typed():
    frame = claims_frame([])
    assert len(frame) == 0
    assert str(frame["date_published"].dtype) == "datetime64[s]"
