"""A draft told to the page: one field a line, with the words that it was read from and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.board import BoardDraft, DraftBoard
from impactmap.articles.drafts import DraftClaim, DraftDate, DraftPlace, DraftText
from impactmap.articles.texts import Article
from impactmap.desk.words import DeskWords
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.places.names.country_names import country_name

if TYPE_CHECKING:
    from impactmap.articles.spans import Span
    from impactmap.model.project import Project

__all__ = ["code_of", "seen_of", "tell_article", "tell_choices", "tell_listed"]

_BEGINNING: Final = 90  # characters that name an article without a title
_PRECISIONS: Final = ("settlement", "district", "region", "country")
_METRICS: Final = (
    "killed", "injured", "households_without_power", "customers_without_power", "people_without_power",
    "drones_launched", "drones_downed", "missiles_launched", "missiles_downed", "cause", "damage", "outage",
    "statement", "people_affected", "population", "border_distance_km",
)  # fmt: skip


def code_of(phrase: str) -> str:
    """Return the key of a reason or a doubt among the page's words.

    Examples
    --------
    >>> code_of("where something comes from, or is measured from")
    'where_something_comes_from_or_is_measured_from'
    """
    return re.sub(r"\W+", "_", phrase).strip("_").lower()


def seen_of(board: DraftBoard, key: str) -> str:
    """Return what an editor who decides must have seen: it changes with every decision and every reading."""
    entry = board[key]
    return f"{len(board.decisions_about(key))} {entry.state} {entry.into} {entry.draft.fingerprint}"


def tell_listed(article: Article, entries: Iterable[BoardDraft]) -> dict[str, Any]:
    """Return an article as the list of them shows it."""
    states = [entry.state for entry in entries]
    return {
        "id": article.article_id,
        "name": article.title or " ".join(article.text[: 2 * _BEGINNING].split())[:_BEGINNING],
        "outlet": article.outlet,
        "published": article.published.isoformat(),
        "waiting": states.count("waiting"),
        "drafts": len(states) - states.count("aside"),
    }


def tell_article(board: DraftBoard, article: Article, words: DeskWords) -> dict[str, Any]:
    """Return an article's text with everything that was read of it."""
    entries = [entry for entry in board.drafts if entry.draft.article_id == article.article_id]
    return {
        **tell_listed(article, entries),
        "day": words.when(article.published, article.published, "day"),
        "url": article.url,
        "text": article.text,
        "drafts": [_draft(board, entry, words) for entry in entries],
    }


def tell_choices(project: Project | None, words: DeskWords) -> dict[str, Any]:
    """Return what a field may be chosen from."""
    terms = words.terms()
    return {
        "sector": list(terms["sector"].items()),
        "means": list(terms["means"].items()),
        "metric": [(name, words.label("metric", name)) for name in _METRICS],
        "qualifier": [(name, words.term("qualifier", name)) for name in QUALIFIERS if name != "exactly"],
        "sides": [side.name for side in project.sides] if project else [],
    }


def _draft(board: DraftBoard, entry: BoardDraft, words: DeskWords) -> dict[str, Any]:
    draft = entry.draft
    decided = board.decisions_about(draft.id)
    fields = [
        *(_place(place, f"place.{n}", words) for n, place in enumerate(draft.places, 1)),
        *([_date(draft.date, words)] if draft.date else []),
        *([_field("side", draft.side, draft.side.value)] if draft.side else []),
        *(_term("sector", n, each, words) for n, each in enumerate(draft.sectors, 1)),
        *(_term("means", n, each, words) for n, each in enumerate(draft.means, 1)),
        *(_claim(each, n, words) for n, each in enumerate(draft.claims, 1)),
    ]
    where = words.listed(dict.fromkeys(place.name or place.text for place in draft.places))
    last = decided[-1] if decided else None
    return {
        "id": draft.id,
        "state": entry.state,
        "seen": seen_of(board, draft.id),
        "reason": code_of(draft.reason),
        "where": where,
        "when": words.when(draft.date.start, draft.date.end, draft.date.precision) if draft.date else "",
        "spans": [_at(span) for span in draft.spans],
        "fields": fields,
        "missing": [name for name, value in (("place", draft.places), ("date", draft.date)) if not value],
        "sided": draft.side is not None,
        "not_taken": [
            {**_at(each.span), "words": each.span.exact, "name": each.name, "why": code_of(each.why_not)}
            for each in draft.places_not_taken
        ],
        "into": entry.into,
        "read_otherwise": bool(entry.note) and entry.state == "waiting",
        "drafter": draft.drafter,
        "decided": None
        if last is None
        else {
            "kind": last.decision,
            "editor": last.editor,
            "reason": last.reason,
            "day": words.date(last.decided_on) if last.decided_on else "",
        },
    }


def _at(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _field(field: str, read: DraftPlace | DraftDate | DraftText | DraftClaim, told: str, **more: Any) -> dict[str, Any]:
    kind, _, _ = field.partition(".")
    return {
        "field": field,
        "kind": kind,
        "told": told,
        "value": told,
        "words": read.span.exact,
        **_at(read.span),
        "doubt": code_of(read.doubt),
        "carried": read.doubt.startswith("carried"),
        "editors": read.rule == "editor",
        **more,
    }


def _place(place: DraftPlace, field: str, words: DeskWords) -> dict[str, Any]:
    country = country_name(place.country, words.language) if place.country and place.kind != "country" else None
    kind = words.term("precision", place.kind) if place.kind in _PRECISIONS else None
    told = words.listed([place.name or place.text, kind, country])
    return _field(field, place, told, value=place.name or place.text, known=place.kind != "unknown")


def _date(date: DraftDate, words: DeskWords) -> dict[str, Any]:
    told = words.when(date.start, date.end, date.precision)
    return _field("date", date, told, value=f"{date.start}/{date.end}")


def _term(name: str, number: int, read: DraftText, words: DeskWords) -> dict[str, Any]:
    return _field(
        f"{name}.{number}", read, words.term(name if name == "means" else "sector", read.value), value=read.value
    )


def _claim(claim: DraftClaim, number: int, words: DeskWords) -> dict[str, Any]:
    told = words.claim(
        claim.metric, claim.value, claim.value_low, claim.value_high, claim.qualifier or None, claim.text or None
    )
    figures = [claim.value] if claim.value is not None else [claim.value_low, claim.value_high]
    return _field(
        f"claim.{number}",
        claim,
        told,
        metric=claim.metric,
        qualifier=claim.qualifier,
        figure="-".join(f"{each:.15g}" for each in figures if each is not None),
        text=claim.text,
        claimant=claim.claimant,
        said=words.claimant(claim.claimant or None),
    )
