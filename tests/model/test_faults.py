"""Faults told at once."""

from __future__ import annotations

import pytest

from impactmap.model.errors import TableError
from impactmap.model.faults import Fault, faults_of, gather_faults, nearest, raise_for_faults


def fault(row=2, severity="fault", *, column="date", found="'x'", fix="Mend it."):
    return Fault("t.csv", row, column, "a day", found, fix, severity)


def test_one_line_says_where_what_and_how():
    assert str(fault()) == "t.csv, row 2, column 'date': expected a day; found 'x'. Mend it."
    assert str(Fault("t.csv", None, None, "a", "b", "C.")) == "t.csv: expected a; found b. C."


def test_warnings_alone_pass():
    raise_for_faults([fault(severity="warning")])
    raise_for_faults([])


def test_one_fault_is_its_own_message():
    with pytest.raises(TableError, match=r"^t.csv, row 2, column 'date': expected a day; found 'x'. Mend it.$"):
        raise_for_faults([fault(severity="warning"), fault()])


def test_the_first_five_kinds_and_the_count():
    given = [fault(row, column=f"c{number}") for number in range(6) for row in range(2, 202)]
    with pytest.raises(
        TableError,
        match=r"(?s)^1,200 faults, the first 5 kinds:\n(  t.csv, row 2, column 'c[0-4]'[^\n]*one of 200 [^\n]*\n?){5}$",
    ) as caught:
        raise_for_faults(given)
    assert faults_of(caught.value) == tuple(given)


def test_faults_of_one_kind_are_one_with_an_example_and_the_count():
    days = [
        fault(row, found=f"'3{row}.02.2024'", fix=f"February 202{row} has 29 days, and no day 3{row}.")
        for row in (2, 3, 4)
    ]
    others = [fault(9, fix="Its year is missing."), fault(10, column="end"), fault(11, severity="warning")]
    gathered = gather_faults([*days, *others])
    assert [each.row for each in gathered] == [2, 9, 10, 11]
    assert gathered[0].found == "'32.02.2024', one of 3 such cells (rows 2, 3, 4)"
    assert gathered[1:] == others


def test_two_faults_are_told_one_by_one():
    assert gather_faults([fault(2), fault(3)]) == [fault(2), fault(3)]


def test_other_errors_carry_no_faults():
    assert faults_of(TableError("x")) == ()


@pytest.mark.parametrize(("word", "expected"), [("plce", "place"), ("Place ", "place"), ("qqqq", None)])
def test_nearest(word, expected):
    assert nearest(word, ["date", "place"]) == expected
