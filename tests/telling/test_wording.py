"""Each fact has one text, in every language: days with their precision, figures as reported, distances, doubts."""

from __future__ import annotations

import pytest

from impactmap.telling.wording import BorderNote, Wording


@pytest.mark.parametrize(
    ("language", "arguments", "expected"),
    [
        ("en", (None,), "date not stated"),
        ("en", ("2025-11-09",), "9 November 2025"),
        ("en", ("2025-11-08", "2025-11-09", "days"), "8–9 November 2025"),
        ("en", ("2025-10-31", "2025-11-02", "days"), "31 October – 2 November 2025"),
        ("en", ("2024-12-31", "2025-01-01", "days"), "31 December 2024 – 1 January 2025"),
        ("en", ("2025-11-03", "2025-11-09", "week"), "3–9 November 2025 (a week)"),
        ("en", ("2025-10-27", "2025-11-02", "week"), "27 October – 2 November 2025 (a week)"),
        ("en", ("2025-11-03", "2025-11-03", "week"), "week of 3 November 2025"),
        ("en", ("2025-11-01", "2025-11-30", "month"), "November 2025"),
        ("en", ("2025-11-09", "2025-11-09", "month"), "November 2025"),
        ("en", ("2025-10-01", "2025-11-30", "month"), "October – November 2025"),
        ("en", ("2025-12-01", "2026-01-31", "month"), "December 2025 – January 2026"),
        ("en", ("2025-10-20", "2025-11-09", "month"), "20 October – 9 November 2025 (known to the month)"),
        ("en", ("2025-01-01", "2025-12-31", "year"), "2025"),
        ("en", ("2025-01-01", "2026-12-31", "year"), "2025–2026"),
        ("en", ("2025-03-01", "2026-02-28", "year"), "1 March 2025 – 28 February 2026 (known to the year)"),
        ("uk", ("2025-11-08", "2025-11-09", "days"), "8–9 листопада 2025\u202fр."),
        ("uk", ("2025-11-03", "2025-11-09", "week"), "3–9 листопада 2025\u202fр. (тиждень)"),
        ("uk", ("2025-11-01", "2025-11-30", "month"), "листопад 2025\u202fр."),
        ("uk", ("2025-10-01", "2025-11-30", "month"), "жовтень – листопад 2025\u202fр."),
        ("ru", ("2025-10-31", "2025-11-02", "days"), "31 октября – 2 ноября 2025\u202fг."),
        ("ru", ("2025-10-20", "2025-11-09", "month"), "20 октября – 9 ноября 2025\u202fг. (с точностью до месяца)"),
        ("ru", (None,), "дата не указана"),
    ],
)
def test_when(language, arguments, expected):
    assert Wording(language).when(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((20000, None, None, "about"), "about\xa020,000"),
        ((7, None, None, None), "7"),
        ((7, None, None, "exactly"), "7"),
        ((2, 1, 4, None), "2 (1–4)"),
        ((2, 2, 2, "about"), "about\xa02"),
        ((None, 2, 2, None), "2"),
        ((3, 2, 2, None), "3"),
        ((5294, 5294, 0, None), "5,294"),
        ((5, 6, 9, "about"), "about\xa05"),
        ((None, 1, 4, None), "1–4"),
        ((None, 3, None, None), "at least\xa03"),
        ((None, None, 9, None), "up to\xa09"),
        ((0, None, None, None), "0"),
        ((None, None, None, "about"), None),
        # Never rounded: as many decimals as the source gave, and none that only the machine knows.
        ((2.25, None, None, None), "2.25"),
        ((0.0001234, None, None, None), "0.0001234"),
        ((1234567.890625, None, None, "nearly"), "nearly\xa01,234,567.890625"),
        ((2.3 * 1e6, None, None, None), "2,300,000"),
        ((123456789012, None, None, None), "123,456,789,012"),
        ((-0.5, None, None, None), "\u22120.5"),
    ],
)
def test_figure(arguments, expected):
    assert Wording("en").figure("killed", *arguments) == expected


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [("en", 2.25, "nearly\xa02.25 km"), ("uk", 2.25, "майже\xa02,25 км"), ("ru", 1e4, "почти\xa010\u202f000 км")],
)
def test_figure_of_a_distance_has_its_unit(language, value, expected):
    assert Wording(language).figure("border_distance_km", value, qualifier="nearly") == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("killed", 3.0), "Killed: 3"),
        (("outage_hours", 2.25), "Outage hours: 2.25"),
        (("cause", None, None, None, None, "debris fell"), "Cause: debris fell"),
        (("killed", 3.0, None, None, None, "two of them children"), "Killed: 3; two of them children"),
        (("statement", None, None, None, None, "the lights went out"), "the lights went out"),
        (("statement",), "Statement"),
        ((None, None, None, None, None, "the lights went out"), "the lights went out"),
    ],
)
def test_claim(arguments, expected):
    assert Wording("en").claim(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((31.44, None, None), "31.4 km"),
        ((1234.0, None, None), "1,234 km"),
        ((None, 0.4, 168.2), "0 to 168 km"),
        ((None, 3.0, None), "3 to ? km"),
        ((None, None, None), None),
    ],
)
def test_distance_of_a_place_and_of_an_area(arguments, expected):
    assert Wording("en").distance(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("settlement", 5.0, "geonames", "matched"), "Settlement, within 5 km"),
        (("exact", 1.5, "source", "matched"), "Coordinates, within 1.5 km"),
        (("region", 90.0, "natural_earth", "area"), "Region"),
        (("country", None, "cldr", "area"), "Country"),
        (
            ("settlement", 5.0, "geonames", "fuzzy"),
            "Settlement, within 5 km, found, but not with certainty",
        ),
        (("settlement", None, "decision", "matched"), "Settlement, settled by an editor"),
        ((None, None, None, "not_found"), "Not located, no place of this name was found"),
        ((None, None, None, None), "Not located"),
    ],
)
def test_how_precise(arguments, expected):
    assert Wording("en").how_precise(*arguments) == expected


def test_place_is_called_by_its_name_else_as_reported_and_a_point_without_either_is_not_called_lost():
    say = Wording("en")
    assert say.place("Kharkiv", "Charkow", "settlement") == "Kharkiv"
    assert say.place(None, "Charkow", None) == "Charkow"
    assert say.place(None, None, "exact") is None
    assert say.place(None, None, None) == "Not located"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("Kharkiv", "Kharkiv region", "UA"), "Kharkiv region, Україна"),
        (("Kyiv", "Kyiv", "UA"), "Україна"),
        (("Україна", None, "UA", "country"), None),
        (("Кенія", None, "KE"), None),
        (("Mombasa", None, None), None),
    ],
)
def test_around_names_the_country_in_the_maps_language_and_repeats_nothing(arguments, expected):
    assert Wording("uk").around(*arguments) == expected


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("uk", "Russia", "Росія"),
        ("ru", "Україна", "Украина"),
        ("en", "Судан", "Sudan"),
        ("uk", "Ethiopia", "Ефіопія"),
        ("uk", "Rapid Support Forces", "Rapid Support Forces"),
        ("uk", "North", "North"),
        ("en", "A", "A"),
        ("en", "UA", "UA"),
    ],
)
def test_side_that_is_named_after_a_country_is_named_in_the_maps_language(language, name, expected):
    assert Wording(language).side_name(name) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(("Kharkiv", "Charkow"), "reported as “Charkow”"), (("Kharkiv", "kharkiv"), None), ((None, "Charkow"), None)],
)
def test_reported_name_is_told_where_it_differs(arguments, expected):
    assert Wording("en").reported_as(*arguments) == expected


def test_what_distances_and_populations_were_made_with():
    say = Wording("en")
    border = BorderNote(("ET", "ER"), "file", "A survey", None)
    assert say.distance_how(border) == "Ethiopia – Eritrea border, view “the authors' own file”, A survey, undated"
    assert say.population_how("GeoNames", "undated") == "GeoNames, undated"
    assert say.population_how("WorldPop", "2020") == "WorldPop, 2020"
    assert say.population_how(None, None) is None


@pytest.mark.parametrize(
    ("arguments", "differs", "same"),
    [
        (("border_distance_km", 179.94, None, None, False), "Differs from our figure: 179.9 km", None),
        (("border_distance_km", None, 0.4, 168.2, False), "Differs from our figure: 0 to 168 km", None),
        (("population", 180.0, None, None, True), None, "Agrees with our figure: 180"),
        (("population", 180.0, None, None, None), None, None),
        (("population", None, None, None, False), None, None),
    ],
)
def test_computed_beside_reported(arguments, differs, same):
    say = Wording("en")
    assert say.differs(*arguments) == differs
    assert say.agrees(*arguments) == same
