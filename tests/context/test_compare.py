import math

import pandas as pd
import pytest

from impactmap.context.compare import compare_reported
from impactmap.model.errors import ColumnError

COLUMNS = ["claim_id", "event_id", "metric", "value", "value_low", "value_high", "qualifier"]


def claim(metric, value, qualifier=None, *, event="voronezh", low=None, high=None, name="c"):
    return pd.DataFrame([[name, event, metric, value, low, high, qualifier]], columns=COLUMNS)


@pytest.fixture
def events():
    return pd.DataFrame(
        {
            "event_id": ["voronezh", "taganrog", "region", "two", "two", "same", "same", "nowhere"],
            "border_distance_km": [179.9, 42.8, None, 10.0, 20.0, 31.4, 31.4, None],
            "border_distance_min_km": [None, None, 0.0, None, None, None, None, None],
            "border_distance_max_km": [None, None, 186.0, None, None, None, None, None],
            "population": pd.array([848_752, 279_056, None, None, None, None, None, None], dtype="Int64"),
        }
    )


@pytest.mark.parametrize(
    ("metric", "event", "value", "qualifier", "computed", "agrees"),
    [
        ("border_distance_km", "voronezh", 300.0, "nearly", 179.9, False),
        ("border_distance_km", "voronezh", 180.0, "about", 179.9, True),
        ("population", "voronezh", 1_000_000.0, "more than", 848_752, False),
        ("population", "taganrog", 240_000.0, "about", 279_056, False),
        ("population", "taganrog", 250_000.0, "more than", 279_056, True),
        ("border_distance_km", "same", 30.0, "at least", 31.4, True),
    ],
)
def test_reported_against_computed(events, metric, event, value, qualifier, computed, agrees):
    row = compare_reported(events, claim(metric, value, qualifier, event=event)).iloc[0]
    assert (row["computed"], row["agrees"], row["column"]) == (computed, agrees, metric)


def test_interval_of_the_report_is_shown(events):
    row = compare_reported(events, claim("border_distance_km", None, low=170.0, high=190.0)).iloc[0]
    assert (row["reported_low"], row["reported_high"], row["agrees"]) == (170, 190, True)
    assert compare_reported(events, claim("population", 5.0, "more than"))["reported_high"].tolist() == [math.inf]


@pytest.mark.parametrize(("value", "agrees"), [(100.0, True), (186.0, True), (250.0, False)])
def test_area_agrees_when_the_intervals_meet(events, value, agrees):
    row = compare_reported(events, claim("border_distance_km", value, event="region")).iloc[0]
    assert pd.isna(row["computed"])
    assert (row["agrees"], row["note"]) == (agrees, "the area lies between 0 and 186")


@pytest.mark.parametrize(
    ("event", "note"), [("two", "2 places"), ("nowhere", "not computed"), ("other", "no such event")]
)
def test_what_cannot_be_compared_says_why(events, event, note):
    row = compare_reported(events, claim("border_distance_km", 10.0, event=event)).iloc[0]
    assert pd.isna(row["agrees"])
    assert pd.isna(row["computed"])
    assert note in row["note"]


def test_only_metrics_that_are_computed_and_have_a_figure(events):
    claims = pd.concat(
        [
            claim("killed", 7.0, name="a"),
            claim("border_distance_km", None, name="b"),
            claim("population", 1.0, name="d"),
            claim("border_distance_km", 1.0, name="e"),
        ]
    )
    table = compare_reported(events, claims)
    assert table["claim_id"].tolist() == ["d", "e"]
    assert str(table["agrees"].dtype) == "boolean"
    assert {str(table[name].dtype) for name in ("claim_id", "event_id", "metric", "column", "note")} == {"str"}


def test_no_claims(events):
    table = compare_reported(events, claim("killed", 1.0).iloc[:0])
    assert table.empty
    assert str(table["computed"].dtype) == "float64"


def test_not_yet_computed(events):
    row = compare_reported(events[["event_id"]], claim("border_distance_km", 10.0)).iloc[0]
    assert row["note"] == "not computed"


def test_columns_are_needed(events):
    with pytest.raises(ColumnError, match="missing: metric"):
        compare_reported(events, claim("killed", 1.0).drop(columns="metric"))
    with pytest.raises(ColumnError, match="missing: event_id"):
        compare_reported(events.drop(columns="event_id"), claim("killed", 1.0))
