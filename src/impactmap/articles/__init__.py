"""From a text to draft events, each with the words it came from; nothing is published that no editor confirms."""

from __future__ import annotations

from impactmap.articles.recognition.finding import PlaceSpan, find_places
from impactmap.articles.spans import Span, anchor, make_span
from impactmap.articles.texts import Article, keep_articles, load_articles

__all__ = ["Article", "PlaceSpan", "Span", "anchor", "find_places", "keep_articles", "load_articles", "make_span"]
