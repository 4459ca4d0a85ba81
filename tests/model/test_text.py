"""Shielding, restoring, links, and keys for comparing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from impactmap.model.text import DISGUISED, compare_key, is_web_url, isolate, neutralise, restore
from impactmap.model.words import Words

FORMULAS = ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "-2+3", "+380 44", "-", "=-5"]
PLAIN = ["", "-5", "-5.2", "-5,2", "+7", "-1e5", "-3%", "Київ", "it's", "'quoted'", "a=b", "1-2", "−5", "NA", "00123"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_shielded(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_and_negative_numbers_stay(text):
    assert neutralise(text) == text
    assert restore(text) == text


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("'=+-@ 0123.,e%a\t\n\rя"))) | st.text())
@example("'=1")
@example("''=1")
@example("'")
@example(" '=1")
def test_what_is_shielded_comes_back(text):
    shielded = neutralise(text)
    assert restore(shielded) == text
    assert shielded == text or shielded == "'" + text
    assert not shielded.lstrip(" ").startswith(("=", "@"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("https://приклад.укр/шлях", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https:", False),
        ("https:///path", False),
        ("http://[broken", False),
        ("java\nscript:x", False),
        ("https://exa mple.org", False),
        ("https://example.org\u202e", False),
        ("https://example.org\\@evil.example", False),
        ("", False),
        (None, False),
        (float("nan"), False),
    ],
)
def test_only_http_and_https_are_links(text, expected):
    assert is_web_url(text) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kyiv", "KYIV "),
        ("Ky\u200biv", "Kyiv"),
        ("Kуiv", "Kyiv"),  # the second letter is Cyrillic
        ("Орёл", "Орел"),
        ("Йошкар-Ола".encode().decode(), "И\u0306ошкар-Ола"),
        ("Камʼянське", "Кам'янське"),
        ("Кам’янське", "Кам'янське"),
        ("New\u00a0 York", "new york"),
    ],
)
def test_texts_that_read_the_same_have_one_key(one, other):
    assert compare_key(one) == compare_key(other)


def test_texts_that_read_differently_have_two_keys():
    assert compare_key("Суми") != compare_key("Сміла")


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("Kharkiv, 3 killed", "Kharkiv, 3 killed"),
        ("Київ", "Київ"),
        ("تل أبيب", "\u2068تل أبيب\u2069"),
        ("a\u202eb", "\u2068a\u202eb\u2069"),
        ("a\u2069b", "\u2068ab\u2069"),
        ("a\u2067b", "\u2068a\u2067b\u2069\u2069"),
        ("\u2068a\u202eb\u2069", "\u2068a\u202eb\u2069"),
        ("\u2068a\u2069 and \u2068b\u2069", "\u2068\u2068a\u2069 and \u2068b\u2069\u2069"),
    ],
)
def test_text_that_turns_is_isolated_and_no_other(text, isolated):
    assert isolate(text) == isolated
    assert isolate(isolated) == isolated


@given(st.text(alphabet="ab \u05d0\u202e\u202d\u2066\u2067\u2068\u2069", max_size=12))
def test_isolates_are_closed_whatever_the_text_holds(text):
    closed, depth = isolate(text), 0
    for letter in closed:
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        assert depth >= 0
    assert depth == 0
    assert isolate(closed) == closed


def test_a_place_that_turns_leaves_our_words_as_they_are():
    place = "Haifa\u202e"
    said = Words("en").text("fact.note", text=place)
    assert said == f"Note: \u2068{place}\u2069"


@pytest.mark.parametrize("word", ["Kуiv", "Κyiv", "Kyiν", "Kհarkiv", "Киίв", "Ꮶyiv"])
def test_letters_of_another_alphabet_are_seen(word):
    assert re.search(DISGUISED, word)


@pytest.mark.parametrize("word", ["Kyiv", "Київ", "Αθήνα", "Kyiv Київ", "São Tomé", "5 µm", "Երևան"])
def test_words_of_one_alphabet_are_not(word):
    assert not re.search(DISGUISED, word)
