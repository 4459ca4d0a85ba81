"""Whole texts of our own with their gold: events, sides, days, figures, speakers; and texts that hold no event."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from impactmap.articles import draft_article

BENCHMARK = Path(__file__).parents[2] / "benchmarks/articles_events.py"


def load_benchmark():
    spec = importlib.util.spec_from_file_location("articles_events", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EVENTS = load_benchmark()
TEXTS = list(EVENTS.read_texts())


def test_there_are_texts_of_many_conflicts_and_three_languages():
    assert len(TEXTS) >= 40
    assert {article.language for article, _ in TEXTS} == {"en", "uk", "ru"}


@pytest.mark.parametrize(("article", "gold"), TEXTS, ids=[article.text[:30] for article, _ in TEXTS])
def test_no_side_is_wrong_and_every_field_has_its_words(article, gold):
    counts, lines = Counter(), []
    EVENTS.compare(article, gold, counts, lines.append)
    assert not counts["side wrong"], lines
    for draft in draft_article(article):
        words = [draft.side, draft.date, *draft.places, *draft.sectors, *draft.means, *draft.claims]
        for span in [*draft.spans, *(each.span for each in words if each is not None)]:
            assert article.text[span.start : span.end] == span.exact


def test_events_are_found_and_right():
    counts, lines = Counter(), []
    for article, gold in TEXTS:
        EVENTS.compare(article, gold, counts, lines.append)
    assert counts["found"] >= 0.85 * counts["gold"], lines
    assert counts["right"] >= 0.8 * counts["gold"], lines
    assert counts["false"] <= 0.1 * counts["drafts"], lines
    assert counts["day wrong"] <= 0.03 * counts["gold"], lines
    assert counts["figures false"] <= 0.03 * counts["figures"], lines
    assert counts["figures right"] >= 0.85 * counts["figures"], lines
    assert counts["speakers right"] >= 0.85 * counts["speakers"], lines
