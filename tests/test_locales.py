"""Languages write as Unicode CLDR says: what is kept of it is compared with Babel, which has all of it."""

from __future__ import annotations

import datetime as dt
import importlib
from pathlib import Path

import babel
import pytest
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from impactmap.locales import cldr_version, country_codes, load_locale, read_messages
from impactmap.maps.words import LANGUAGES

ROOT = Path(__file__).parent.parent
BABEL = {"en": babel.Locale("en", "GB"), "uk": babel.Locale("uk", "UA"), "ru": babel.Locale("ru")}
EVERY = pytest.mark.parametrize("language", LANGUAGES)
SAMPLES = [*range(300), 1000, 1001, 1022, 1_000_000, -1, -2, -5, 0.5, 1.5, 2.0, 21.0, 21.1]


@EVERY
@given(value=st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e12, 1e12)), decimals=st.integers(0, 3))
@example(value=2.5, decimals=0)
@example(value=-0.04, decimals=1)
@example(value=1000.0, decimals=3)
@example(value=1e-7, decimals=3)
def test_numbers(language, value, decimals):
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    assert load_locale(language).number(value, decimals=decimals) == format_decimal(
        value, format=pattern, locale=BABEL[language]
    )


@EVERY
def test_dates(language):
    locale = load_locale(language)
    for day in (dt.date(2024, 1, 1) + dt.timedelta(days=number) for number in range(366)):
        assert locale.day(day) == format_date(day, "long", BABEL[language])
        assert locale.day_and_month(day) == format_skeleton("MMMMd", day, locale=BABEL[language])
        assert locale.month(day) == format_skeleton("yMMMM", day, locale=BABEL[language])


@EVERY
def test_plural_forms(language):
    locale, theirs = load_locale(language), BABEL[language].plural_form
    assert [locale.plural_form(number) for number in SAMPLES] == [theirs(number) for number in SAMPLES]
    assert set(locale.categories) == theirs.tags | {"other"}


@EVERY
@pytest.mark.parametrize("items", [[], ["A"], ["A", "B"], ["A", "B", "C"], ["{0}", "B", "{1}", "D", "E"]], ids=len)
def test_lists(language, items):
    assert load_locale(language).joined(items) == format_list(items, locale=BABEL[language])


@EVERY
def test_countries(language):
    locale = load_locale(language)
    theirs = {code: name for code, name in BABEL[language].territories.items() if len(code) == 2 and code.isalpha()}
    assert locale.countries == theirs
    neighbour = babel.Locale(language).territories
    assert {**locale.countries, **locale.other_countries} == {code: neighbour[code] for code in theirs}


def test_codes_of_countries():
    codes = country_codes()
    assert [codes[code] for code in ("UA", "UKR", "804", "SSD", "728", "CHL")] == ["UA", "UA", "UA", "SS", "SS", "CL"]
    assert "SUN" not in codes  # several


def test_messages_of_a_catalog():
    english, russian = (read_messages("impactmap.maps", "impactmap", language) for language in ("en", "ru"))
    assert english["count.reports"] == ("{n} report", "{n} reports")
    assert russian["count.reports"] == ("{n} сообщение", "{n} сообщения", "{n} сообщений")
    assert list(english) == list(russian)


def test_the_script_makes_what_ships(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "data"))
    script = importlib.import_module("cldr")
    monkeypatch.setattr(script, "REFERENCE", tmp_path)
    script.main()
    shipped = ROOT / "src/impactmap/reference/cldr.json"
    assert (tmp_path / "cldr.json").read_bytes() == shipped.read_bytes()
    assert cldr_version() == get_global("cldr")["version"]


def test_a_language_whose_fractions_have_forms_of_their_own_stops_the_script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "data"))
    with pytest.raises(SystemExit, match="fr: a fraction has a plural form"):
        importlib.import_module("cldr").of_language("fr", "fr")
