"""A project's drafts with what editors decided: to look at, to decide, to take the confirmed ones from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from impactmap.articles.draft_decisions import (
    DraftDecision,
    add_draft_decisions,
    read_draft_decisions,
    remove_draft_decision,
)
from impactmap.articles.drafts import Draft, DraftClaim, DraftDate, DraftPlace, DraftText, draft_id, load_drafts
from impactmap.articles.recognition.finding import find_places
from impactmap.articles.spans import Span, anchor, make_span
from impactmap.articles.texts import Article, is_passage, load_articles
from impactmap.model.errors import InputError
from impactmap.reading.figures import parse_figure

__all__ = ["BoardDraft", "DraftBoard", "ForeignWords"]

State = Literal["waiting", "confirmed", "rejected", "merged", "aside"]
_FIELDS: Final = ("place", "date", "side", "sector", "means", "claim")


class ForeignWords(InputError):  # noqa: N818 -- what is wrong is said by its name
    """A statement that is a passage of the article; what is published is said in the editor's own words."""


@dataclasses.dataclass(frozen=True)
class BoardDraft:
    """A draft with its state.

    Attributes
    ----------
    draft
        With the editors' changes.
    state
        ``waiting``, ``confirmed``, ``rejected``, ``merged`` or ``aside``.
    into
        The draft that a merged one went into.
    note
        What an editor has to know: that it changed since it was confirmed.
    decided_by
        Who confirmed, rejected or merged it.
    """

    draft: Draft
    state: State
    into: str = ""
    note: str = ""
    decided_by: str = ""


class DraftBoard:
    """The drafts of a project folder.

    Parameters
    ----------
    folder
        Of the project.

    Attributes
    ----------
    articles
        The texts, by identifier.
    drafts
        In the order of the file, added ones last.
    orphans
        Decisions whose draft is gone: its words are no longer in the text, or are read otherwise.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.load()

    def load(self) -> None:
        """Read the project's files again."""
        self.articles = load_articles(self.folder)
        self._machine = {draft.id: draft for draft in load_drafts(self.folder)}
        self.orphans: list[DraftDecision] = []
        self._entries: dict[str, BoardDraft] = {
            key: BoardDraft(draft, "aside" if draft.status == "aside" else "waiting")
            for key, draft in self._machine.items()
        }
        self._decided: dict[str, list[tuple[int, DraftDecision]]] = {}
        self._count = 0
        for decision in read_draft_decisions(self.folder):
            self._apply(decision)

    @property
    def drafts(self) -> list[BoardDraft]:
        """All drafts with their states."""
        return list(self._entries.values())

    def __getitem__(self, key: str) -> BoardDraft:
        if key not in self._entries:
            raise InputError(f"expected a draft of {self.folder}, found {key!r}.")
        return self._entries[key]

    def confirmed(self) -> list[Draft]:
        """Return what may be published."""
        merged: dict[str, list[Draft]] = {}
        for entry in self.drafts:
            if entry.state == "merged":
                merged.setdefault(entry.into, []).append(entry.draft)
        return [
            dataclasses.replace(entry.draft, claims=entry.draft.claims + _claims_of(merged.get(entry.draft.id, ())))
            for entry in self.drafts
            if entry.state == "confirmed"
        ]

    def waiting(self) -> int:
        """Return how many drafts nobody has decided about."""
        return sum(entry.state == "waiting" for entry in self.drafts)

    def confirm(self, key: str, *, editor: str, day: dt.date, reason: str = "") -> None:
        """Confirm a draft as it stands: where, when and, if it is stated, by whom.

        Raises
        ------
        InputError
            Without a place or a day: no map could show it.
        """
        draft = self[key].draft
        lacking = [name for name, value in (("place", draft.places), ("day", draft.date)) if not value]
        if lacking:
            raise InputError(f"draft {key}: expected a {' and a '.join(lacking)}, found none. Change it first.")
        self._decide(draft, "confirm", value=draft.fingerprint, editor=editor, day=day, reason=reason)

    def reject(self, key: str, *, editor: str, day: dt.date, reason: str) -> None:
        """Say that a draft is no event to publish."""
        self._decide(self[key].draft, "reject", editor=editor, day=day, reason=reason)

    def merge(self, key: str, into: str, *, editor: str, day: dt.date, reason: str = "") -> None:
        """Say that a draft is the same event as another: its claims become claims of that one."""
        if into not in self._entries or into == key:
            raise InputError(f"expected another draft of {self.folder} to merge into, found {into!r}.")
        self._decide(self[key].draft, "merge", value=into, editor=editor, day=day, reason=reason)

    def change(
        self,
        key: str,
        field: str,
        value: str,
        *,
        editor: str,
        day: dt.date,
        words: tuple[int, int] | None = None,
        reason: str = "",
    ) -> None:
        """Change a field of a draft.

        Parameters
        ----------
        key
            Of the draft.
        field
            ``place.1``, ``date``, ``side``, ``sector.1``, ``means.1``, ``claim.1``; a number after the last adds one.
        value
            The new value, or nothing to make it missing. A date is ``2025-11-08`` or ``2025-11-08/2025-11-09``; a claim
            ``metric: figure`` or ``metric: text``, with `` | claimant`` where one is named.
        editor, day, reason
            Who, when and why.
        words
            Where in the article the value stands; needed unless it is made missing.

        Raises
        ------
        InputError
            For another field, a value that cannot be read, and a value without words.
        """
        draft = self[key].draft
        span = None
        if words is not None:
            article = self._article(draft.article_id)
            try:
                span = make_span(article.article_id, article.text, *words)
            except ValueError as error:
                raise InputError(f"{field}: {error}") from None
        elif value:
            raise InputError(f"{field}: expected the words that {value!r} was read from, found none.")
        _changed(draft, field, value, span, self.articles.get(draft.article_id))
        self._decide(draft, "change", field=field, value=value, span=span, editor=editor, day=day, reason=reason)

    def add(self, article_id: str, words: tuple[int, int], *, editor: str, day: dt.date, reason: str = "") -> str:
        """Add a draft that the machine did not see; its fields are given by `change`.

        Returns
        -------
        str
            Its identifier.
        """
        article = self._article(article_id)
        try:
            span = make_span(article_id, article.text, *words)
        except ValueError as error:
            raise InputError(str(error)) from None
        number = 0
        while (key := draft_id(span, number)) in self._entries:
            number += 1
        draft = Draft(id=key, article_id=article_id, status="draft", spans=(span,), drafter="editor")
        self._decide(draft, "add", editor=editor, day=day, reason=reason)
        return key

    def decisions_about(self, key: str) -> list[DraftDecision]:
        """Return what was decided about a draft, the latest last."""
        return [decision for _, decision in self._decided.get(key, ())]

    def undo(self, key: str) -> DraftDecision:
        """Take the latest decision about a draft back, and return it; a draft that an editor added may go with it.

        Raises
        ------
        InputError
            Where nothing is decided about it.
        """
        self.load()
        if not self._decided.get(key):
            raise InputError(f"expected a draft of {self.folder} with a decision to take back, found {key!r}.")
        number, decision = self._decided[key][-1]
        remove_draft_decision(self.folder, number)
        self.load()
        return decision

    def _article(self, article_id: str) -> Article:
        if article_id not in self.articles:
            raise InputError(f"expected an article of {self.folder}, found {article_id!r}.")
        return self.articles[article_id]

    def _decide(self, draft: Draft, kind: str, *, editor: str, day: dt.date, reason: str, **more: Any) -> None:
        span: Span = more.pop("span", None) or draft.spans[0]
        decision = DraftDecision(
            draft_id=draft.id,
            decision=kind,
            article_id=span.article_id,
            start=span.start,
            end=span.end,
            quote=span.exact,
            prefix=span.prefix,
            suffix=span.suffix,
            editor=editor,
            reason=reason,
            decided_on=day,
            **more,
        )
        add_draft_decisions(self.folder, [decision])
        self._apply(decision)

    def _apply(self, decision: DraftDecision) -> None:
        number, self._count = self._count, self._count + 1
        span = self._found_again(decision.span)
        if decision.decision == "add" and span is not None:
            draft = Draft(
                id=decision.draft_id, article_id=span.article_id, status="draft", spans=(span,), drafter="editor"
            )
            self._entries.setdefault(draft.id, BoardDraft(draft, "waiting"))
            self._decided.setdefault(draft.id, []).append((number, decision))
            return
        key = decision.draft_id if decision.draft_id in self._entries else self._key_at(decision, span)
        if key is None or (decision.decision == "change" and decision.value and span is None):
            self.orphans.append(decision)
            return
        self._decided.setdefault(key, []).append((number, decision))
        entry = self._entries[key]
        if decision.decision == "change":
            article = self.articles.get(entry.draft.article_id)
            changed = _changed(entry.draft, decision.field, decision.value, span if decision.value else None, article)
            self._entries[key] = BoardDraft(changed, "waiting" if entry.state == "confirmed" else entry.state)
        elif decision.decision == "confirm":
            same = decision.value == entry.draft.fingerprint
            note = "" if same else "It was confirmed, and is read otherwise now: look at it again."
            self._entries[key] = BoardDraft(entry.draft, "confirmed" if same else "waiting", "", note, decision.editor)
        elif decision.decision == "reject":
            self._entries[key] = BoardDraft(entry.draft, "rejected", "", decision.reason, decision.editor)
        elif decision.decision == "merge":
            self._entries[key] = BoardDraft(entry.draft, "merged", decision.value, decision.reason, decision.editor)

    def _found_again(self, span: Span | None) -> Span | None:
        article = self.articles.get(span.article_id) if span else None
        return anchor(article.text, span) if article is not None and span is not None else None

    def _key_at(self, decision: DraftDecision, span: Span | None) -> str | None:
        """Return the one draft that begins with a decision's words, where its identifier is another now."""
        if span is None or decision.decision == "change":
            return None
        keys = [
            key
            for key, entry in self._entries.items()
            if any(each.covers(span) or span.covers(each) for each in entry.draft.spans[:1])
        ]
        return keys[0] if len(keys) == 1 else None


def _claims_of(drafts: Sequence[Draft]) -> tuple[DraftClaim, ...]:
    return tuple(claim for draft in drafts for claim in draft.claims)


def _changed(draft: Draft, field: str, value: str, span: Span | None, article: Article | None) -> Draft:
    """Return a draft with one field changed; the value is read again, so that nothing unreadable gets in."""
    name, _, number = field.partition(".")
    if name not in _FIELDS or (number and not number.isdecimal()):
        raise InputError(f"expected a field out of {', '.join(_FIELDS)}, with a number; found {field!r}.")
    if name == "date":
        return dataclasses.replace(draft, date=_date(value, span))
    if name == "side":
        made = DraftText(value=value, span=span, rule="editor") if value and span else None
        return dataclasses.replace(draft, side=made)
    made_of = {"place": _place, "claim": _claim, "sector": _text, "means": _text}[name]
    listed = {"place": "places", "claim": "claims", "sector": "sectors", "means": "means"}[name]
    old = next(iter(getattr(draft, listed)[int(number or 1) - 1 : int(number or 1)]), None)
    if name == "place" and old is not None and span is not None and value in {old.name, old.text}:
        item = dataclasses.replace(old, span=span, rule="editor", doubt="")  # the words alone are others
    else:
        item = made_of(value, span, article) if value and span else None
    new: dict[str, Any] = {listed: _put(getattr(draft, listed), int(number or 1), item, field)}
    return dataclasses.replace(draft, **new)


def _put(items: Sequence[Any], number: int, item: Any, field: str) -> tuple[Any, ...]:
    """Return items with one put in the place of another, behind the last, or taken out."""
    if not 1 <= number <= len(items) + (item is not None):
        raise InputError(f"{field}: expected a number from 1 to {len(items) + 1}, found {number}.")
    new = [] if item is None else [item]
    return (*items[: number - 1], *new, *items[number:])


def _date(value: str, span: Span | None) -> DraftDate | None:
    if not value or span is None:
        return None
    try:
        first, _, last = value.partition("/")
        days = dt.date.fromisoformat(first.strip()), dt.date.fromisoformat((last or first).strip())
    except ValueError:
        raise InputError(f"date: expected 2025-11-08 or 2025-11-08/2025-11-09, found {value!r}.") from None
    if days[1] < days[0]:
        raise InputError(f"date: expected the first day before the last, found {value!r}.")
    precision = "day" if days[0] == days[1] else "days"
    start, end = (each.isoformat() for each in days)
    return DraftDate(start=start, end=end, precision=precision, span=span, rule="editor")


def _text(value: str, span: Span, article: Article | None) -> DraftText:
    del article
    return DraftText(value=value, span=span, rule="editor")


def _place(value: str, span: Span, article: Article | None) -> DraftPlace:
    """Return a place of an editor's: looked up by its name, and left to the map's own look-up where it is unknown."""
    found = find_places(f"in {value}", language="en" if value.isascii() or article is None else article.language)
    best = found[0] if len(found) == 1 else None
    if best is None:
        return DraftPlace(text=value, span=span, name=value, kind="unknown", rule="editor")
    return DraftPlace(
        text=value,
        span=span,
        name=best.name,
        kind=best.kind,
        country=best.country,
        region_code=best.region_code,
        place_id=best.place_id,
        latitude=best.latitude,
        longitude=best.longitude,
        rule="editor",
    )


def _claim(value: str, span: Span, article: Article | None) -> DraftClaim:
    told, _, claimant = value.partition(" | ")
    metric, sign, rest = told.partition(":")
    if not sign or not rest.strip():
        raise InputError(f"claim: expected 'killed: at least 3 | the governor', found {value!r}.")
    figure = parse_figure(rest.strip())
    if figure is None and article is not None and is_passage(rest, article.text):
        raise InputError(
            f"claim: expected a figure or words of your own, found a passage of the article: {rest[:80]!r}."
        )
    if figure is None:
        return DraftClaim(metric=metric.strip(), span=span, text=rest.strip(), claimant=claimant.strip(), rule="editor")
    number, low, high, qualifier = (None if each != each else each for each in figure)  # noqa: PLR0124 -- NaN
    return DraftClaim(
        metric=metric.strip(),
        span=span,
        value=number,  # type: ignore[arg-type]
        value_low=low,  # type: ignore[arg-type]
        value_high=high,  # type: ignore[arg-type]
        qualifier=str(qualifier or ""),
        claimant=claimant.strip(),
        rule="editor",
    )
