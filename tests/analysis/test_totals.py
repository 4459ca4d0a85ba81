"""Figures added over events, never over accounts, and what sources say of each other."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import impactmap as im
from impactmap.analysis.sources import compare_sources, list_contradictions
from impactmap.analysis.totals import event_figures, total_figures
from impactmap.model.claims import claims_frame
from impactmap.model.errors import ColumnError, InputError

EVENTS = pd.DataFrame(
    {
        "event_id": ["a", "a", "b", "c", "d", "e"],
        "side": ["N", "N", "S", "N", "N", None],
        "place_region": ["R1", "R2", "R1", "R2", "R2", None],
        "date_start": pd.to_datetime(
            ["2024-01-31", "2024-01-31", "2024-02-01", "2024-02-02", "2024-01-01", "2024-03-01"]
        ),
        "date_end": pd.to_datetime(
            ["2024-02-01", "2024-02-01", "2024-02-01", "2024-02-02", "2024-01-01", "2024-03-01"]
        ),
    }
)


def claim(event, value, claimant="A", **more):
    return {"event_id": event, "metric": "killed", "value": value, "claimant": claimant, **more}


CLAIMS = claims_frame(
    [
        claim("a", 7),
        claim("a", 9, "B"),
        claim("b", 10, qualifier="about"),
        claim("c", 3, date_published=pd.Timestamp("2024-02-03")),
        claim("c", 2, date_published=pd.Timestamp("2024-02-02")),
        claim("c", 3, "B"),
        claim("d", 5, qualifier="at least"),
        {"event_id": "d", "metric": "injured", "value": 40, "claimant": "A"},
    ]
)
nan, inf = math.nan, math.inf


def triple(result):
    return result[["low", "best", "high"]].to_numpy(dtype=float)


def test_accounts_of_one_event_are_a_range():
    result = event_figures(CLAIMS, "killed")
    assert result.index.tolist() == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(triple(result), [[7, nan, 9], [9, 10, 11], [3, 3, 3], [5, 5, inf]])
    assert result["accounts"].tolist() == [2, 1, 2, 1]
    assert result["contradicted"].tolist() == [True, False, False, False]
    assert "claims.qualifier" in result.attrs["columns"]


def test_a_preferred_account_goes_before_others_where_it_speaks():
    result = event_figures(CLAIMS, "killed", claimants=["b"])
    np.testing.assert_array_equal(triple(result), [[9, 9, 9], [9, 10, 11], [3, 3, 3], [5, 5, inf]])


@pytest.mark.parametrize(
    ("by", "expected", "counts"),
    [
        (None, [[24, nan, inf]], [[4, 1, 1]]),
        ("side", [[15, nan, inf], [9, 10, 11], [0, 0, 0]], [[3, 0, 1], [1, 0, 0], [0, 1, 0]]),
        # What part of a's figure falls to which of its two regions nobody said.
        ("place_region", [[9, 10, 20], [8, 8, inf], [0, 0, 0]], [[2, 0, 1], [3, 0, 1], [0, 1, 0]]),
        ("month", [[5, 5, inf], [12, 13, 23], [0, 0, 0]], [[2, 0, 1], [3, 0, 1], [0, 1, 0]]),
    ],
)
def test_totals(by, expected, counts):
    result = total_figures(EVENTS, CLAIMS, "killed", by=by)
    np.testing.assert_array_equal(triple(result), expected)
    assert result[["events", "without", "contradicted"]].to_numpy().tolist() == counts
    pd.testing.assert_frame_equal(EVENTS.impact(CLAIMS).totals("killed", by=by), result)


def test_proposed_duplicates_are_once_in_the_lowest_total():
    pairs = pd.DataFrame({"event_id_1": ["b", "c"], "event_id_2": ["c", "d"]})
    result = EVENTS.impact(CLAIMS, duplicates=pairs).totals("killed")
    np.testing.assert_array_equal(triple(result), [[7 + 3, nan, inf]])


def test_a_metric_that_nobody_gives_is_said():
    with pytest.raises(ColumnError, match=r"figures of the metric 'kiled', found none\. There are: injured, killed"):
        event_figures(CLAIMS, "kiled")
    with pytest.raises(InputError, match="expected claims, found none"):
        EVENTS.impact.totals("killed")


def test_contradictions_with_their_ranges():
    result = list_contradictions(CLAIMS)
    # What A said of c before it said the same as B is listed, too.
    expected = [["a", "A; B", 7, 9], ["c", "A; B", 2, 3]]
    assert result[["event_id", "claimants", "low", "high"]].to_numpy().tolist() == expected
    assert list_contradictions(CLAIMS[2:4]).empty
    texts = claims_frame(
        [
            {"event_id": "a", "metric": "cause", "text": text, "claimant": who}
            for text, who in (("fire", "A"), ("a strike", None))
        ]
    )
    found = list_contradictions(texts)
    assert found["claimants"].tolist() == ["A; not named"]
    assert found["low"].isna().all()


def test_sources_are_put_beside_each_other():
    result = compare_sources(CLAIMS)
    assert result.to_numpy().tolist() == [["killed", "A", "B", 2, 1, 1, 0.5, 0, 1]]
    assert EVENTS[EVENTS["event_id"] == "c"].impact(CLAIMS).compare_sources()["events"].tolist() == [1]
    assert compare_sources(CLAIMS, by="source_name").empty
    with pytest.raises(InputError, match="expected by='claimant'"):
        compare_sources(CLAIMS, by="side")


def test_the_first_map_s_figures():
    work = im.open("seeds/first-map")
    people = work.impact.totals("people_without_power", by="side")
    assert people.loc["Russia", ["low", "best", "high"]].tolist() == pytest.approx([90_000, 100_000, 110_000])
    assert len(work.impact.contradictions()) == len(im.find_contradictions(work.claims))


figures = st.tuples(
    st.sampled_from("abcd"),
    st.integers(0, 50),
    st.sampled_from(["X", "Y", "Z"]),
    st.sampled_from([None, "about", "at least"]),
)


@given(st.lists(figures, min_size=1, max_size=15))
def test_a_total_is_within_its_range_and_parts_add_up(rows):
    claims = claims_frame([claim(event, value, who, qualifier=word) for event, value, who, word in rows])
    total = total_figures(EVENTS, claims, "killed")
    row = triple(total)[0]
    assert row[0] <= row[2]
    assert math.isnan(row[1]) or row[0] <= row[1] <= row[2]
    parts = triple(total_figures(EVENTS, claims, "killed", by="side"))
    assert parts[:, 0].sum() == pytest.approx(row[0])
    assert parts[:, 2].sum() == pytest.approx(row[2])
    # A further account of an event widens its range, and never adds to it.
    extra = claims_frame([*claims.to_dict("records"), claim(rows[0][0], rows[0][1], "W", claim_id="w")])
    wider = triple(total_figures(EVENTS, extra, "killed"))[0]
    assert wider[0] <= row[0] + 1e-9
