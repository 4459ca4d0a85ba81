"""Spans: the words are always those of the text, and are found again when it changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.articles.sentences import sentences, tokens
from impactmap.articles.spans import anchor, make_span

#: Emoji, combining marks, joiners, right to left, line ends of every kind.
PIECES = st.sampled_from(
    [
        "\r\n",
        "\n",
        "\n\n",
        "👩‍👩‍👧",
        "🇺🇦",
        "é",
        "и\u0306",
        "שלום",
        "مرحبا",
        "\u202e",
        "\ufeff",
        ". ",
        "Kyiv",
        " ",
        "“",
        "їжак",
    ]
)
TEXTS = st.lists(st.one_of(st.text(max_size=8), PIECES), min_size=1, max_size=30).map("".join).filter(bool)


@given(TEXTS, st.data())
def test_a_span_is_literally_in_its_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = make_span("a", text, start, end)
    assert text[span.start : span.end] == span.exact
    assert text.startswith(span.exact, span.start)
    assert (span.prefix + span.exact + span.suffix) in text
    assert anchor(text, span) == span


@given(TEXTS, TEXTS, st.data())
def test_words_are_found_again_behind_what_was_put_before_them(text, before, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span = make_span("a", text, start, data.draw(st.integers(start + 1, len(text))))
    changed = before + text
    found = anchor(changed, span)
    if found is not None:
        assert changed[found.start : found.end] == span.exact


@pytest.mark.parametrize(
    ("old", "words", "new", "start"),
    [
        ("Two died in Kisumu.", "Two", "Update. Two died in Kisumu.", 8),
        ("Two died. Two were hurt.", "Two were", "Two died at once. Two were hurt.", 18),
        ("Two died in Kisumu.", "Two", "Three died in Kisumu.", None),
        ("2 and 2", "2", "2 or 2 or 2", None),
        ("x 7 y", "7", "a 7 b, c 7 d", None),
    ],
)
def test_anchoring(old, words, new, start):
    at = old.rindex(words) if words == "Two were" else old.index(words)
    found = anchor(new, make_span("a", old, at, at + len(words)))
    assert (found and found.start) == start


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (0, 9)])
def test_no_span_of_characters_that_are_not_there(start, end):
    with pytest.raises(ValueError, match="expected characters of a text of 4"):
        make_span("a", "Text", start, end)


@given(TEXTS)
def test_sentences_and_words_lie_in_the_text_in_order(text):
    last = 0
    for each in sentences(text):
        assert last <= each.start < each.end <= len(text)
        assert text[each.start : each.end].strip() == text[each.start : each.end]
        last = each.end
    for token in tokens(text):
        assert text[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. Army said so. It left.", ["The U.S. Army said so.", "It left."]),
        ("On 9 Nov. two died. “No.” He left", ["On 9 Nov. two died.", "“No.”", "He left"]),
        ("У м. Суми та обл. було гучно. Є загиблі.", ["У м. Суми та обл. було гучно.", "Є загиблі."]),
        ("Ранено 5 чел. и 2 погибли.\nОгонь потушен", ["Ранено 5 чел. и 2 погибли.", "Огонь потушен"]),
        ("Power was cut. 3.5 million people waited", ["Power was cut.", "3.5 million people waited"]),
    ],
)
def test_where_sentences_end(text, expected):
    assert [text[each.start : each.end] for each in sentences(text)] == expected
