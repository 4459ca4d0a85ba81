"""What of a suggestion stands in the text: quotes found literally, days, places, figures and sides read again by us."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.drafting.draft import DraftWriter
from impactmap.articles.drafting.events import EventRead
from impactmap.articles.drafting.reading import read_sentence
from impactmap.articles.drafts import Draft, draft_id
from impactmap.articles.recognition.finding import PlaceSpan, read_places
from impactmap.articles.sentences import Sentence, sentences
from impactmap.articles.texts import Article

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["check_suggestions", "only_new"]

_MOST_DRAFTS: Final = 200
_LONGEST_QUOTE: Final = 1_000
_KEYS: Final = frozenset(("quote", "place", "date", "side", "sectors", "means", "claims"))
_CLAIM_KEYS: Final = frozenset(("quote", "metric", "claimant"))


def check_suggestions(
    article: Article, answer: Any, name: str, *, gazetteer: Gazetteer | None = None
) -> tuple[list[Draft], Counter[str]]:
    """Return the drafts that a suggester's answer leaves after the gate, and what was dropped, by why.

    Parameters
    ----------
    article
        The text that was sent.
    answer
        ``{"drafts": [{"quote": ..., "place": ..., "date": ..., "side": ..., "sectors": [...], "means": [...],
        "claims": [{"metric": ..., "quote": ..., "claimant": ...}]}]}``: all values but metrics are words of the text.
    name
        Of the suggester; it stands in each draft.
    gazetteer
        Where places are looked up.

    Returns
    -------
    list of Draft, Counter
        No value of the answer is taken: a quote only says where to look, and our own readers say what stands there.

    Examples
    --------
    >>> import datetime as dt
    >>> from impactmap.articles.texts import make_article
    >>> text = "Israeli air strikes hit Tyre on Sunday."
    >>> article = make_article("a.txt", text, published=dt.date(2025, 11, 9), language="en")
    >>> lie = {"quote": text, "place": "Tyre", "date": "on Sunday", "side": "Hezbollah attacked"}
    >>> drafts, dropped = check_suggestions(article, {"drafts": [lie]}, "a program")
    >>> drafts[0].places[0].name, drafts[0].side, dict(dropped)
    ('Tyre', None, {'side: not in the text': 1})
    """
    dropped: Counter[str] = Counter()
    suggested = answer.get("drafts") if isinstance(answer, Mapping) else None
    if not isinstance(suggested, list):
        dropped["answer: not a list of drafts"] += 1
        return [], dropped
    if len(suggested) > _MOST_DRAFTS:
        dropped[f"draft: more than {_MOST_DRAFTS}"] += len(suggested) - _MOST_DRAFTS
    gate = _Gate(article, name, dropped, gazetteer)
    found: dict[str, Draft] = {}
    for each in suggested[:_MOST_DRAFTS]:
        if (draft := gate.check(each)) is not None and draft.id not in found:
            found[draft.id] = draft
    return list(found.values()), dropped


class _Gate:
    """Checks the suggestions about one article."""

    def __init__(self, article: Article, name: str, dropped: Counter[str], gazetteer: Gazetteer | None) -> None:
        self.article, self.name, self.dropped = article, name, dropped
        self.places = read_places(article.text, language=article.language, outlet=article.outlet, gazetteer=gazetteer)
        self.sentences = sentences(article.text)

    def check(self, suggestion: Any) -> Draft | None:
        if not isinstance(suggestion, Mapping):
            self.dropped["draft: not an object"] += 1
            return None
        if free := [key for key in suggestion if key not in _KEYS]:
            self.dropped["field: not asked for"] += len(free)
        where = self._find("draft", suggestion.get("quote"), None)
        if where is None:
            return None
        readings = [read_sentence(self.article, each, self.places) for each in self._sentences_in(*where)]
        event = EventRead(self._places(suggestion, where), readings)
        self._day(event, suggestion, where)
        self._side(event, suggestion, where)
        for name in ("sectors", "means"):
            self._terms(event, name, suggestion.get(name), where)
        self._claims(event, suggestion.get("claims"), where)
        if not event.places:
            self.dropped["draft: no place of the text"] += 1
            return None
        draft = DraftWriter(self.article).write(event, [event])
        return dataclasses.replace(draft, id=draft_id(draft.places[0].span), drafter=self.name)

    def _find(self, field: str, quote: Any, within: tuple[int, int] | None) -> tuple[int, int] | None:
        """Return where a quote stands, within the draft's own; offsets are ours."""
        if not isinstance(quote, str) or not quote.strip():
            self.dropped[f"{field}: no quote"] += 1
            return None
        if len(quote) > _LONGEST_QUOTE:
            self.dropped[f"{field}: a quote that is too long"] += 1
            return None
        first, last = within or (0, len(self.article.text))
        at = self.article.text.find(quote, first, last)
        if at < 0:
            self.dropped[f"{field}: not in the text"] += 1
            return None
        return at, at + len(quote)

    def _sentences_in(self, start: int, end: int) -> list[Sentence]:
        return [each for each in self.sentences if each.start < end and start < each.end]

    def _places(self, suggestion: Mapping[str, Any], where: tuple[int, int]) -> list[PlaceSpan]:
        quotes = suggestion.get("place")
        listed = quotes if isinstance(quotes, list) else [quotes]
        found = []
        for quote in listed[:20]:
            if (at := self._find("place", quote, where)) is None:
                continue
            known = [
                place
                for place in self.places
                if place.start < at[1]
                and at[0] < place.end
                and not place.rejected
                and place.kind not in {"demonym", "government"}
            ]
            if known:
                found.append(known[0])
            else:
                self.dropped["place: not read as one"] += 1
        return list({place.start: place for place in found}.values())

    def _day(self, event: EventRead, suggestion: Mapping[str, Any], where: tuple[int, int]) -> None:
        if "date" not in suggestion or (at := self._find("date", suggestion["date"], where)) is None:
            return
        days = [day for reading in event.readings for day in reading.days if day.start < at[1] and at[0] < day.end]
        if len(days) == 1:
            event.day = days[0]
        else:
            self.dropped["date: not read as one day"] += 1

    def _side(self, event: EventRead, suggestion: Mapping[str, Any], where: tuple[int, int]) -> None:
        """Take a side only where our own rules read it in the quoted words, and no other in the sentence."""
        if "side" not in suggestion or (at := self._find("side", suggestion["side"], where)) is None:
            return
        for reading in event.readings:
            side = reading.side
            if side is not None and side.start < at[1] and at[0] < side.end:
                event.side = side
                return
        self.dropped["side: its words do not say who attacked"] += 1

    def _terms(self, event: EventRead, name: str, quotes: Any, where: tuple[int, int]) -> None:
        """Leave of what we read of sectors or means that which is quoted."""
        spans = [at for quote in self._listed(name, quotes) if (at := self._find(name, quote, where)) is not None]
        for reading in event.readings:
            kept = [
                term
                for term in getattr(reading, name)
                if any(term[1] < end and start < term[2] for start, end in spans)
            ]
            setattr(reading, name, kept)
        read = [term for reading in event.readings for term in getattr(reading, name)]
        unread = [each for each in spans if not any(term[1] < each[1] and each[0] < term[2] for term in read)]
        if unread:
            self.dropped[f"{name}: not read as one"] += len(unread)

    def _listed(self, name: str, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.dropped[f"{name}: not a list"] += 1
            return []
        return value[:100]

    def _claims(self, event: EventRead, claims: Any, where: tuple[int, int]) -> None:
        """Leave of the figures and speakers that we read those that are quoted as what they are."""
        wanted: list[tuple[str, tuple[int, int]]] = []
        speakers: list[tuple[int, int]] = []
        for claim in self._listed("claims", claims):
            if not isinstance(claim, Mapping):
                self.dropped["claim: not an object"] += 1
                continue
            if free := [key for key in claim if key not in _CLAIM_KEYS]:
                self.dropped["claim: not asked for"] += len(free)
            if (at := self._find("claim", claim.get("quote"), where)) is None:
                continue
            wanted.append((str(claim.get("metric")), at))
            if claim.get("claimant") and (said := self._find("claimant", claim["claimant"], where)) is not None:
                speakers.append(said)
        taken = 0
        for reading in event.readings:
            reading.amounts = [
                amount
                for amount in reading.amounts
                if any(
                    metric == amount.metric and amount.start < end and start < amount.end
                    for metric, (start, end) in wanted
                )
            ]
            taken += len(reading.amounts)
            reading.claimants = [
                each
                for each in reading.claimants
                if any(each.start < end and start < each.end for start, end in speakers)
            ]
        self._count("claim: not read as such", len(wanted) - taken)
        self._count("claimant: not read as one", len(speakers) - sum(len(each.claimants) for each in event.readings))

    def _count(self, why: str, number: int) -> None:
        if number > 0:
            self.dropped[why] += number


def only_new(drafts: Sequence[Draft], known: Sequence[Draft]) -> list[Draft]:
    """Return the suggested drafts that the rules have not: of another place or other sentences."""
    have = {
        (place.place_id or place.text, span.start) for draft in known for place in draft.places for span in draft.spans
    }
    return [
        draft
        for draft in drafts
        if not any((place.place_id or place.text, span.start) in have for place in draft.places for span in draft.spans)
    ]
