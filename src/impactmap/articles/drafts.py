"""Draft events: what was read of an article, each field with its words; written by the machine, decided by editors."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from impactmap.articles.spans import Span
from impactmap.model.atomic import replace_file
from impactmap.model.errors import InputError

__all__ = ["Draft", "DraftClaim", "DraftDate", "DraftPlace", "DraftText", "draft_id", "load_drafts", "save_drafts"]

FILE: Final = "drafts.jsonl"
_DIGITS: Final = 12


@dataclasses.dataclass(frozen=True, kw_only=True)
class DraftText:
    """A field that is a word of a vocabulary, or a side: its value, its words, the rule, and what speaks against it."""

    value: str
    span: Span
    rule: str = ""
    doubt: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DraftDate:
    """The day or days of an event."""

    start: str
    end: str
    precision: str
    span: Span
    rule: str = ""
    doubt: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DraftPlace:
    """A place as the text has it, and what it was taken for; `why_not` on those that were named but not taken.

    The geometry is a settlement's point as GeoJSON; that of an area is what `place_id` names.
    """

    text: str
    span: Span
    name: str = ""
    kind: str = ""
    country: str = ""
    region_code: str = ""
    place_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geometry: dict[str, Any] | None = None
    rule: str = ""
    doubt: str = ""
    why_not: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DraftClaim:
    """A figure or a statement with who says so; `claimant` is empty where nobody is named."""

    metric: str
    span: Span
    value: float | None = None
    value_low: float | None = None
    value_high: float | None = None
    text: str = ""
    qualifier: str = ""
    unit: str = ""
    claimant: str = ""
    claimant_span: Span | None = None
    rule: str = ""
    doubt: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft event.

    Attributes
    ----------
    id
        Of the article and the first words, whatever stands around them.
    article_id
        Of the article.
    status, reason
        ``draft``, or ``aside`` with why.
    spans
        The sentences it was read from.
    places, places_not_taken
        Where it was; and what the same sentences name besides, with why it was not taken.
    date, side
        None where no words say it.
    sectors, means, claims
        As in the frames.
    summary
        Made from the fields; no words of the article.
    drafter
        Who suggested it: ``rules``, or a suggester's name.
    """

    id: str
    article_id: str
    status: str
    spans: tuple[Span, ...]
    reason: str = ""
    places: tuple[DraftPlace, ...] = ()
    places_not_taken: tuple[DraftPlace, ...] = ()
    date: DraftDate | None = None
    side: DraftText | None = None
    sectors: tuple[DraftText, ...] = ()
    means: tuple[DraftText, ...] = ()
    claims: tuple[DraftClaim, ...] = ()
    summary: str = ""
    drafter: str = "rules"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return dataclasses.asdict(self)

    @property
    def fingerprint(self) -> str:
        """Check sum of what would be published: a confirmation is of this alone."""
        told = {
            "places": [(each.place_id, each.text) for each in self.places],
            "date": (self.date.start, self.date.end) if self.date else None,
            "side": self.side.value if self.side else None,
            "sectors": [each.value for each in self.sectors],
            "means": [each.value for each in self.means],
            "claims": [
                (each.metric, each.value, each.value_low, each.value_high, each.text, each.qualifier, each.claimant)
                for each in self.claims
            ],
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]


def draft_id(span: Span, number: int = 0) -> str:
    """Return the identifier of a draft by its first words; `number` tells those apart that begin with the same."""
    text = "\n".join((span.article_id, " ".join(span.exact.split()), str(number)))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def save_drafts(folder: str | Path, drafts: Iterable[Draft]) -> Path:
    """Write all drafts of a project, one a line."""
    path = Path(folder) / FILE
    lines = [json.dumps(draft.as_dict(), ensure_ascii=False, allow_nan=False) for draft in drafts]
    with replace_file(path) as temporary:
        temporary.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    return path


def load_drafts(folder: str | Path) -> list[Draft]:
    """Return the drafts of a project, none where it has none.

    Raises
    ------
    InputError
        For a line that is no draft: it says which.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    drafts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            drafts.append(_draft(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path}: line {number}: expected a draft as impactmap draft writes it, found another ({error}). "
                "Draft the articles again; editors' decisions are in a file of their own."
            ) from error
    return drafts


def _draft(told: dict[str, Any]) -> Draft:
    def span(value: dict[str, Any] | None) -> Span | None:
        return Span(**value) if value else None

    def spanned(kind: type[Any], value: dict[str, Any]) -> Any:
        more = {"claimant_span": span(value["claimant_span"])} if "claimant_span" in value else {}
        return kind(**{**value, "span": span(value["span"]), **more})

    return Draft(
        **{
            **told,
            "spans": tuple(Span(**each) for each in told["spans"]),
            "places": tuple(spanned(DraftPlace, each) for each in told["places"]),
            "places_not_taken": tuple(spanned(DraftPlace, each) for each in told["places_not_taken"]),
            "date": spanned(DraftDate, told["date"]) if told["date"] else None,
            "side": spanned(DraftText, told["side"]) if told["side"] else None,
            **{name: tuple(spanned(DraftText, each) for each in told[name]) for name in ("sectors", "means")},
            "claims": tuple(spanned(DraftClaim, each) for each in told["claims"]),
        }
    )


def day(text: str) -> dt.date:
    """Return a draft's day."""
    return dt.date.fromisoformat(text)


def number_or_none(value: float) -> float | None:
    """Return a number as JSON can hold it."""
    return None if math.isnan(value) else value
