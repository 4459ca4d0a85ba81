"""Days, figures and speakers of running text."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from impactmap.articles.drafting.amounts import find_amounts
from impactmap.articles.drafting.claimants import find_claimants
from impactmap.articles.drafting.days import find_days
from impactmap.articles.lexicon import lexicon
from impactmap.articles.sentences import sentences

SUNDAY = dt.date(2025, 11, 9)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "on Sunday", "11-09"),
        ("en", "last Sunday", "11-02"),
        ("en", "on Monday", "11-03"),
        ("en", "next Monday", None),
        ("en", "overnight", "11-08 11-09"),
        ("en", "overnight into Saturday", "11-07 11-08"),
        ("en", "Saturday night", "11-08 11-09"),
        ("en", "on the night of 6 November", "11-06 11-07"),
        ("en", "on November 7, 2025", "11-07"),
        ("en", "yesterday", "11-08"),
        ("en", "3 days ago", "11-06"),
        ("en", "Sun and sat may march", None),
        ("uk", "у ніч на 9 листопада", "11-08 11-09"),
        ("uk", "у п'ятницю", "11-07"),
        ("uk", "вночі 8 листопада", "11-07 11-08"),
        ("uk", "07.11.2025", "11-07"),
        ("uk", "вчора", "11-08"),
        ("ru", "в ночь на воскресенье", "11-08 11-09"),
        ("ru", "утром 8 ноября", "11-08"),
        ("ru", "в субботу", "11-08"),
    ],
)
def test_days_are_counted_from_the_articles_own(language, text, expected):
    found = find_days(text, 0, len(text), SUNDAY, language)
    told = [" ".join(dict.fromkeys((f"{each.first:%m-%d}", f"{each.last:%m-%d}"))) for each in found]
    assert told == ([] if expected is None else [expected])


def test_a_day_without_a_year_is_that_of_the_last_one_around_new_year():
    [day] = find_days("on 30 December", 0, 14, dt.date(2026, 1, 2), "en")
    assert day.first == dt.date(2025, 12, 30)


def said(language, text):
    found = find_amounts(text, 0, len(text), language)
    return "; ".join(
        " ".join(filter(None, [each.metric, each.qualifier, each.text or _figure(each)])) for each in found
    )


def _figure(amount):
    return f"{amount.low:g}-{amount.high:g}" if math.isnan(amount.value) else f"{amount.value:.0f}"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Three people were killed and at least 12 injured.", "killed 3; injured at least 12"),
        ("en", "affecting some 20,000 households", "households_without_power about 20000"),
        ("en", "home to more than one million people", "population more than 1000000"),
        ("en", "killing seven people at two power plants", "killed 7"),
        ("en", "about 100,000 people without power", "people_without_power about 100000"),
        ("en", "launched 69 drones, of which 34 were shot down", "drones_launched 69; drones_downed 34"),
        ("en", "near the border and Voronezh nearly 300km (186 miles) away", "border_distance_km nearly 300"),
        ("en", "The death toll rose to twenty-seven.", "killed 27"),
        ("en", "Dozens were wounded, two of them children.", "injured Dozens"),
        ("en", "Between 5 and 7 people were hurt.", "injured 5-7"),
        ("en", "The 14-year-old paid $300 in 2024 for 3 hours, 40% less.", ""),
        ("uk", "Загинули троє людей, ще 12 поранено.", "killed 3; injured 12"),
        ("uk", "Понад 20 тисяч абонентів без світла.", "customers_without_power more than 20000"),
        ("uk", "Атакували 69 дронами, 34 з них збито.", "drones_launched 69; drones_downed 34"),
        ("ru", "Погибли два человека, пятеро ранены.", "killed 2; injured 5"),
        ("ru", "Около 15 тыс. абонентов обесточены.", "customers_without_power about 15000"),
        ("ru", "Сбиты 44 беспилотника.", "drones_downed 44"),
    ],
)
def test_figures_with_what_they_count(language, text, expected):
    assert said(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "In Kisumu, local Governor Ann Oduya said two died.", ["local Governor Ann Oduya"]),
        ("en", "Ann Oduya, governor of Kisumu, said so.", ["Ann Oduya, governor of Kisumu"]),
        ("en", "34 were shot down, according to the Ukrainian air force.", ["Ukrainian air force"]),
        ("en", "“We saw fire,” said Governor Ivan Petrov on Monday.", ["Governor Ivan Petrov"]),
        ("en", "Two died.", []),
        ("uk", "Про це повідомив начальник ОВА Олег Синєгубов у Telegram.", ["начальник ОВА Олег Синєгубов"]),
        ("uk", "За даними Повітряних сил, збито 34 дрони.", ["Повітряних сил"]),
        ("ru", "По данным Минобороны, сбиты 44 БПЛА.", ["Минобороны"]),
        ("ru", "Губернатор Александр Гусев заявил, что всё тихо.", ["Губернатор Александр Гусев"]),
    ],
)  # fmt: skip
def test_who_says_so(language, text, expected):
    found = [each for one in sentences(text) for each in find_claimants(text, one.start, one.end, lexicon(language))]
    assert [text[each.start : each.end] for each in found] == expected
