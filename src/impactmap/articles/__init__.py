"""From a text to draft events, each with the words it came from; nothing is published that no editor confirms."""

from __future__ import annotations

from impactmap.articles.board import BoardDraft, DraftBoard
from impactmap.articles.drafting.draft import draft_article
from impactmap.articles.drafts import Draft, DraftClaim, DraftDate, DraftPlace, DraftText, load_drafts, save_drafts
from impactmap.articles.recognition.finding import PlaceSpan, find_places
from impactmap.articles.spans import Span, anchor, make_span
from impactmap.articles.texts import Article, keep_articles, load_articles

__all__ = [
    "Article",
    "BoardDraft",
    "Draft",
    "DraftBoard",
    "DraftClaim",
    "DraftDate",
    "DraftPlace",
    "DraftText",
    "PlaceSpan",
    "Span",
    "anchor",
    "draft_article",
    "find_places",
    "keep_articles",
    "load_articles",
    "load_drafts",
    "make_span",
    "save_drafts",
]
