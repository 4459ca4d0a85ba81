"""Faults told at once."""

from __future__ import annotations

import pytest

from impactmap.model.errors import TableError
from impactmap.model.faults import Fault, faults_of, nearest, raise_for_faults


def fault(row=2, severity="fault"):
    return Fault("t.csv", row, "date", "a day", "'x'", "Mend it.", severity)


def test_one_line_says_where_what_and_how():
    assert str(fault()) == "t.csv, row 2, column 'date': expected a day; found 'x'. Mend it."
    assert str(Fault("t.csv", None, None, "a", "b", "C.")) == "t.csv: expected a; found b. C."


def test_warnings_alone_pass():
    raise_for_faults([fault(severity="warning")])
    raise_for_faults([])


def test_one_fault_is_its_own_message():
    with pytest.raises(TableError, match=r"^t.csv, row 2, column 'date': expected a day; found 'x'. Mend it.$"):
        raise_for_faults([fault(severity="warning"), fault()])


def test_the_first_five_and_the_count():
    given = [fault(row) for row in range(2, 1202)]
    with pytest.raises(
        TableError, match=r"(?s)^1,200 faults, the first 5:\n(  t.csv, row [2-6],[^\n]*\n?){5}$"
    ) as caught:
        raise_for_faults(given)
    assert faults_of(caught.value) == tuple(given)


def test_other_errors_carry_no_faults():
    assert faults_of(TableError("x")) == ()


@pytest.mark.parametrize(("word", "expected"), [("plce", "place"), ("Place ", "place"), ("qqqq", None)])
def test_nearest(word, expected):
    assert nearest(word, ["date", "place"]) == expected
