"""Texts are as alike as rapidfuzz says, and what is said of them beforehand is never too little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from impactmap.claims.similarity import Texts

#: Few words, so that texts share some of them, and repeat some.
WORD = st.sampled_from(["a", "bus", "drone", "drones", "hit", "hits", "the", "substation", "near", "підстанцію", "ß"])
TEXT = st.lists(WORD, min_size=3, max_size=12).map(" ".join)


@given(TEXT, TEXT)
def test_likeness_is_that_of_rapidfuzz_and_the_bound_holds(one, other):
    texts = Texts(np.array([one, other], dtype=object))
    first, second = np.array([0]), np.array([1])
    plain = [text.casefold() for text in (one, other)]
    in_order, in_common = texts.in_order(first, second), texts.in_common(first, second)
    assert in_order[0] == np.float32(fuzz.token_sort_ratio(*plain))
    assert in_common[0] == np.float32(fuzz.token_set_ratio(*plain))
    assert texts.most_in_common(first, second, in_order)[0] >= in_common[0]


def test_the_bound_leaves_out_what_has_little_in_common():
    texts = Texts(np.array(["drones hit a substation in the city", "two people were hurt by shells"], dtype=object))
    first, second = np.array([0]), np.array([1])
    assert texts.most_in_common(first, second, texts.in_order(first, second))[0] < 60


@pytest.mark.parametrize(
    ("one", "other", "comparable", "same"),
    [
        ("Drones hit: a bus!", "drones HIT a bus", True, True),
        ("Drones hit a bus", "Shells hit a bus", True, False),
        ("Drones hit a bus", "Дрони влучили в автобус", False, False),
        ("Fire", "fire.", False, True),
        ("", "...", False, False),
        ("Straße – zerstört, 2 Häuser", "STRASSE zerstört 2 häuser", True, True),
    ],
)
def test_which_texts_are_compared_and_which_are_the_same(one, other, comparable, same):
    texts = Texts(np.array([one, other], dtype=object))
    pair = np.array([0]), np.array([1])
    assert (texts.comparable(*pair)[0], texts.same(*pair)[0]) == (comparable, same)


@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        # 'drones hit' is shared (10 letters of 14 and 17) of the texts with each word once.
        ("drones hit hit bus", "drones hit trains", 100 * 2 * 10 / (10 + 14)),
        ("a b c", "d e f", 0.0),
        ("", "d e f", 0.0),
    ],
)
def test_shared_words_count_with_their_letters_and_once(one, other, most):
    """Nothing but whole words in common: what is shared, with its space, against it and the shorter text."""
    texts = Texts(np.array([one, other, "unrelated words here"], dtype=object))
    found = texts.most_in_common(np.array([0, 1]), np.array([1, 0]), np.zeros(2, dtype=np.float32))
    assert found == pytest.approx([most, most], abs=0.01)
