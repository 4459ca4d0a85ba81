"""Where the gazetteer knows few places, `check` says so."""

from collections import Counter

import pandas as pd
import pytest

from impactmap.places.gazetteer.coverage import coverage_notes, unknown_places
from impactmap.places.geocoder import Gazetteer


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer()


def located(rows):
    return pd.DataFrame(rows, columns=["country", "place_country", "place_status"])


def test_rows_are_counted_by_the_country_that_they_say_or_lie_in(gazetteer):
    rows = [("Sudan", "SD", "matched"), ("Sudan", None, "not_found"), (None, None, "not_found"), ("SD", None, None)]
    counts = unknown_places(located([*rows, ("Sudan", None, "invalid")]), gazetteer)
    assert counts == Counter({("SD", True): 1, ("SD", False): 1, ("", False): 1})


@pytest.mark.parametrize(("code", "name", "places"), [("SD", "Sudan", 112), ("LB", "Lebanon", 52), ("TD", "Chad", 74)])
def test_a_country_of_which_little_is_known_is_named_with_the_command(gazetteer, code, name, places):
    (note,) = coverage_notes(Counter({(code, True): 5, (code, False): 2, ("", False): 1}), gazetteer)
    assert note.startswith(f"{name}: 3 of 8 rows name a place that is not known.")
    assert f"{places} places" in note
    assert f"impactmap gazetteer add {code}.zip" in note


@pytest.mark.parametrize("code", ["DE", "UA", "PS", "CH"])
def test_nothing_is_said_where_it_knows_many(gazetteer, code):
    assert coverage_notes(Counter({(code, True): 5, (code, False): 2}), gazetteer) == []


def test_nothing_is_said_where_all_are_found(gazetteer):
    assert coverage_notes(Counter({("SD", True): 5}), gazetteer) == []
