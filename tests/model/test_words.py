"""The catalogs agree with each other, and numbers and dates read as people write them."""

from __future__ import annotations

import datetime as dt
import gettext
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import impactmap
from impactmap.model.errors import InputError
from impactmap.model.languages import language_codes, page_language, read_catalog
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import MEANS, METRICS, SECTORS
from impactmap.model.text import isolate
from impactmap.model.words import Words

LOCALE = Path(str(resources.files("impactmap.model") / "locale"))
LANGUAGES = language_codes()
TRANSLATED = [language for language in LANGUAGES if language != "en"]
FORMS = {language: read_catalog(language).num_plurals for language in LANGUAGES}


def catalog(language):
    path = LOCALE / "impactmap.pot" if language == "en" else LOCALE / language / "LC_MESSAGES" / "impactmap.po"
    with path.open("rb") as file:
        return {m.context: m for m in read_po(file, locale=language) if m.id}


def placeholders(text):
    return set(re.findall(r"\{(\w+)\}", text))


def forms(message, language):
    text = message.id if language == "en" else message.string
    return text if isinstance(text, tuple | list) else (text,)


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogs_hold_the_same_messages(language):
    english, other = catalog("en"), catalog(language)
    assert list(other) == list(english)
    assert {key: m.id for key, m in other.items()} == {key: m.id for key, m in english.items()}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_with_the_same_placeholders(language):
    for key, message in catalog(language).items():
        english = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = placeholders(english[-1])
        assert not message.fuzzy, key
        for text in forms(message, language):
            assert text.strip(), key
            assert placeholders(text) == wanted, key
        assert len(forms(message, language)) == (FORMS[language] if len(english) > 1 else 1), key


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogs_plural_rule_is_the_one_used(language):
    with (LOCALE / language / "LC_MESSAGES" / "impactmap.po").open("rb") as file:
        po = read_po(file, locale=language)
    named = page_language(language).locale.plural_form.tags | {"other"}
    # A language that has forms of its own for all whole numbers needs none for fractions beside them.
    assert po.num_plurals in {len(named), len(named) - 1}
    forms = po.get("{n} report", context="count.reports").string
    words = Words(language)
    for n in (0, 1, 2, 5, 11, 21, 22, 25, 100, 101, 111, 1000, 1_000_000):
        wanted = forms[po_form(str(po.plural_expr), n)].replace("{n}", words.number(n))
        assert words.plural("count.reports", n) == wanted, n


def po_form(expression, n):
    """Work out a catalog's own plural rule, as gettext does."""
    return gettext.c2py(expression)(n)


def test_every_key_in_the_code_is_in_the_catalog_and_has_the_right_form():
    """A key that is written out in the package exists; a family written as f"legend.{name}" has members."""
    english = catalog("en")
    package = Path(impactmap.__file__).parent
    files = [file for room in ("telling", "maps") for file in (package / room).rglob("*.py")]
    # What speaks the words of notes has a catalog, and a test, of its own.
    texts = [file.read_text(encoding="utf-8") for file in files]
    source = "\n".join(text for text in texts if "RecordWords" not in text)
    called = re.findall(r'\.(text|plural)\(\s*(f?)"([\w.{}]+)"', source)
    assert len(called) > 50
    for kind, formatted, key in called:
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", r".+", re.escape(key)) if formatted else re.escape(key))
        found = [m for name, m in english.items() if pattern.fullmatch(name)]
        assert found, key
        if not formatted:
            assert isinstance(found[0].id, tuple | list) == (kind == "plural"), key


def test_every_known_term_has_a_word():
    groups = {"sector": SECTORS, "means": MEANS, "metric": METRICS, "qualifier": QUALIFIERS}
    keys = set(catalog("en"))
    assert {f"term.{group}.{value}" for group, values in groups.items() for value in values} <= keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_sides_are_told_of_in_the_same_words(language):
    """No message names a country: what is said of one side is said of any."""
    names = {"Ukrain", "Russia", "Україн", "Росі", "Украин", "Росси"}
    for key, message in catalog(language).items():
        for text in forms(message, language):
            assert not any(name in text for name in names), key


@pytest.mark.parametrize(
    ("language", "value", "decimals", "expected"),
    [
        ("en", 20000, 0, "20,000"),
        ("en", -1234.56, 1, "\u22121,234.6"),
        ("uk", 20000, 0, "20\u202f000"),
        ("uk", 31.44, 1, "31,4"),
        ("ru", 1433886, 0, "1\u202f433\u202f886"),
        ("ru", 42.0, 1, "42"),
    ],
)
def test_number(language, value, decimals, expected):
    assert Words(language).number(value, decimals=decimals) == expected


def test_date_takes_a_date_and_a_timestamp():
    assert (
        Words("en").date(dt.date(2025, 11, 9))
        == Words("en").date(dt.datetime(2025, 11, 9, 5, tzinfo=dt.UTC))
        == "9 November 2025"
    )


@pytest.mark.parametrize(("language", "expected"), [("en", "Ukraine"), ("uk", "Україна"), ("ru", "Украина")])
def test_country(language, expected):
    assert Words(language).country("UA") == expected
    assert Words(language).country("??") == "??"


def test_viewer_messages_carry_the_plural_categories_of_the_language():
    assert Words("en").viewer_messages()["results"] == {"one": "{n} report", "other": "{n} reports"}
    assert set(Words("uk").viewer_messages()["results"]) == {"one", "few", "many", "other"}
    assert Words("uk").viewer_messages()["close"] == "Закрити"


def test_fraction_takes_a_form_too():
    assert Words("en").plural("method.embargo", 1.5) == "A report is published no sooner than 1.5 hours after its time."
    assert "1,5" in Words("ru").plural("method.embargo", 1.5)


@given(st.text())
def test_value_that_looks_like_a_placeholder_stays_as_it_is(text):
    assert Words("en").text("fact.claim", metric=text, figure="{metric}") == f"{isolate(text)}: {{metric}}"


def test_unknown_language_is_refused():
    with pytest.raises(InputError, match=r"expected a language out of en, .*uk, found 'xx'"):
        Words("xx")


def test_unknown_key_is_a_key_error():
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        Words("en").text("no.such.key")
    with pytest.raises(KeyError, match="use plural"):
        Words("en").text("count.reports")
    with pytest.raises(KeyError, match="use text"):
        Words("en").plural("page.skip", 1)
