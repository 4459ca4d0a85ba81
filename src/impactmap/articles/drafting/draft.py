"""An article's draft events: every field with its words, or missing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.drafting.amounts import Amount
from impactmap.articles.drafting.claimants import Claimant
from impactmap.articles.drafting.clauses import split_clauses
from impactmap.articles.drafting.events import EventRead, join_events
from impactmap.articles.drafting.reading import Reading, Terms, read_sentence
from impactmap.articles.drafts import Draft, DraftClaim, DraftDate, DraftPlace, DraftText, draft_id, number_or_none
from impactmap.articles.lexicon import lexicon
from impactmap.articles.recognition.finding import PlaceSpan, read_places
from impactmap.articles.sentences import sentences
from impactmap.articles.spans import Span, make_span
from impactmap.articles.texts import Article

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["UNWORDED", "DraftWriter", "draft_article"]

_LONGEST_TEXT: Final = 80
_STOP: Final = re.compile(r"[.;:!?\n\"“”«»]|,\s")
#: Metrics that are statements, with the list of the words for them.
_STATED: Final = (("damage", "claims.damage"), ("outage", "claims.outage"), ("statement", "claims.statement"))
#: The doubt of a statement that no word of ours says.
UNWORDED: Final = "say it in your own words: as it is, it is not published"
_PLACED: Final = frozenset(("population", "border_distance_km"))


def draft_article(
    article: Article,
    *,
    countries: tuple[str, ...] = (),
    near: str = "",
    gazetteer: Gazetteer | None = None,
) -> list[Draft]:
    """Draft the events of an article by rules, offline.

    Parameters
    ----------
    article
        With its day: "on Sunday" is counted from it.
    countries
        ISO codes of those that the map is about.
    near
        The publisher's own place, or the one that the text is about.
    gazetteer
        Where to look; the shipped one when left out.

    Returns
    -------
    list of Draft
        In the order of the text; what is set aside has the status ``aside`` and the reason.

    Notes
    -----
    A side is taken from syntax alone ("Israeli air strikes", "Russia launched", "struck by Turkish drones"), never from
    who is at war with whom; where two are named, or one is only accused, it is missing. What another sentence gave is
    marked by its doubt.

    Examples
    --------
    >>> import datetime as dt
    >>> from impactmap.articles.texts import make_article
    >>> text = "Israeli air strikes hit a power plant in Hodeidah, Yemen, on Sunday, killing three, the Houthis said."
    >>> article = make_article("a.txt", text, published=dt.date(2025, 11, 9), language="en")
    >>> [draft] = draft_article(article)
    >>> draft.side.value, draft.date.start, draft.claims[0].value, draft.claims[0].claimant
    ('Israel', '2025-11-09', 3.0, 'Houthis')
    """
    words = lexicon(article.language)
    places = read_places(
        article.text,
        language=article.language,
        outlet=article.outlet,
        countries=countries,
        near=near,
        gazetteer=gazetteer,
    )
    clauses = [
        clause
        for sentence in sentences(article.text)
        for clause in split_clauses(article.text, sentence, places, words)
    ]
    readings = [read_sentence(article, clause, places) for clause in clauses]
    events = join_events(readings, words)
    interstate = _is_interstate(events)
    drafts: list[Draft] = []
    for event in events:
        draft = DraftWriter(article, interstate=interstate).write(event, events)
        while draft.id in {each.id for each in drafts}:
            draft = dataclasses.replace(draft, id=draft_id(draft.spans[0], len(drafts)))
        drafts.append(draft)
    return drafts


def _is_interstate(events: Sequence[EventRead]) -> bool:
    """Return whether two countries attack each other in a text: then forces go by their country's name."""
    parties = {event.side.party.key for event in events if event.side and event.side.party.is_country}
    attacked = {place.country for event in events if event.side for place in event.places if place.country}
    return len(parties) > 1 or bool(attacked - parties)


class DraftWriter:
    """Writes events as drafts.

    Parameters
    ----------
    article
        That they were read from.
    interstate
        Whether countries attack each other in it: then forces go by their country's name.
    """

    def __init__(self, article: Article, *, interstate: bool = False) -> None:
        self.article, self.words, self.interstate = article, lexicon(article.language), interstate

    def span(self, start: int, end: int) -> Span:
        """Return the span of some characters of the article."""
        return make_span(self.article.article_id, self.article.text, start, end)

    def write(self, event: EventRead, events: Sequence[EventRead]) -> Draft:
        """Return an event as a draft; `events` are all of the article."""
        spans = tuple(self.span(each.sentence.start, each.sentence.end) for each in event.readings)
        sharing = [each for each in events if each is not event and each.readings[0] is event.readings[0]]
        places = tuple(self._place(each, event.place_doubt) for each in event.places)
        beside = [each for each in events if each.readings[0] is event.readings[0]]
        draft = Draft(
            id=draft_id(spans[0], beside.index(event)),
            article_id=self.article.article_id,
            status="aside" if event.aside else "draft",
            reason=event.aside,
            spans=spans,
            places=places,
            places_not_taken=self._not_taken(event),
            date=self._date(event),
            side=self._side(event),
            means=self._terms(event, "means"),
            sectors=self._terms(event, "sectors"),
            claims=() if event.aside else self._claims(event, sharing),
        )
        return dataclasses.replace(draft, summary=_summary(draft))

    def _place(self, place: PlaceSpan, doubt: str = "", why_not: str = "") -> DraftPlace:
        return DraftPlace(
            text=place.text,
            span=self.span(place.start, place.end),
            name=place.name,
            kind=place.kind if place.kind != "government" else "country",
            country=place.country,
            region_code=place.region_code,
            place_id=place.place_id,
            latitude=place.latitude,
            longitude=place.longitude,
            geometry=_point(place),
            rule=place.reason,
            doubt=doubt,
            why_not=why_not,
        )

    def _not_taken(self, event: EventRead) -> tuple[DraftPlace, ...]:
        others = [pair for reading in event.readings for pair in reading.places.others]
        return tuple(self._place(place, why_not=why) for place, why in others if place.kind != "unknown")

    def _date(self, event: EventRead) -> DraftDate | None:
        day = event.day
        if day is None:
            return None
        return DraftDate(
            start=day.first.isoformat(),
            end=day.last.isoformat(),
            precision=day.precision,
            span=self.span(day.start, day.end),
            rule=day.rule,
            doubt=event.day_doubt,
        )

    def _side(self, event: EventRead) -> DraftText | None:
        side = event.side
        if side is None or event.aside:
            return None
        own = side.party.is_country and all(place.country in {side.party.key, ""} for place in event.places)
        value = side.forces if own and side.forces and not self.interstate else side.party.name
        span = self.span(side.start, side.end)
        return DraftText(value=value, span=span, rule=side.rule, doubt=event.side_doubt)

    def _terms(self, event: EventRead, name: str) -> tuple[DraftText, ...]:
        found: dict[str, DraftText] = {}
        for reading in event.readings:
            terms: Terms = getattr(reading, name)
            for value, start, end in terms:
                found.setdefault(value, DraftText(value=value, span=self.span(start, end), rule="vocabulary"))
        return tuple(found.values())

    def _claims(self, event: EventRead, sharing: Sequence[EventRead]) -> tuple[DraftClaim, ...]:
        claims: list[DraftClaim] = []
        speaker: Claimant | None = None
        for reading in event.readings:
            claimant = _speaker(reading)
            if claimant is not None and claimant.is_pronoun:
                claimant = speaker
            speaker = claimant or speaker
            claims += [
                self._figure(amount, claimant)
                for amount in reading.amounts
                if reading is not event.readings[0] or not sharing or self._is_of(event, amount, sharing)
            ]
            claims += self._texts(reading, claimant, event)
        return tuple(_each_once(claims))

    def _is_of(self, event: EventRead, amount: Amount, sharing: Sequence[EventRead]) -> bool:
        """Return whether a figure of a sentence about several places is this one's: the nearest before it."""
        here = [place.start for place in event.places if place.start < amount.start]
        there = [place.start for each in sharing for place in each.places if place.start < amount.start]
        return bool(here) and max(here) > max(there, default=-1)

    def _said(self, claimant: Claimant | None) -> dict[str, object]:
        if claimant is None:
            return {}
        span = self.span(claimant.start, claimant.end)
        return {"claimant": span.exact, "claimant_span": span}

    def _figure(self, amount: Amount, claimant: Claimant | None) -> DraftClaim:
        said = {} if amount.metric in _PLACED else self._said(claimant)
        return DraftClaim(
            metric=amount.metric,
            span=self.span(amount.start, amount.end),
            value=number_or_none(amount.value),
            value_low=number_or_none(amount.low),
            value_high=number_or_none(amount.high),
            text=amount.text,
            qualifier=amount.qualifier,
            unit=amount.unit,
            rule="figure",
            **said,  # type: ignore[arg-type]
        )

    def _texts(self, reading: Reading, claimant: Claimant | None, event: EventRead) -> list[DraftClaim]:
        """Return what a sentence says of damage, of how long supply was cut, of the cause, and of how large it was."""
        text, sentence = self.article.text, reading.sentence
        end = reading.tagged.words[-1].end if reading.tagged.words else sentence.end
        claims = []
        downed = any(each.metric.endswith("_downed") for each in reading.amounts) and not reading.sectors
        for metric, name in _STATED:
            if metric == "damage" and downed:  # what is destroyed are drones
                continue
            if match := self.words.pattern(name).search(text, sentence.start, end):
                claims.append(self._statement(metric, match.start(), match.end(), claimant))
        if match := self.words.pattern("claims.near_border").search(text, sentence.start, end):
            near = max((place.start for place in reading.places.taken if place.start < match.start()), default=-1)
            if near in {place.start for place in event.places}:
                claims.append(self._statement("border_distance_km", match.start(), match.end(), None))
        claims += self._causes(reading, claimant, event, end)
        return claims

    def _causes(self, reading: Reading, claimant: Claimant | None, event: EventRead, end: int) -> list[DraftClaim]:
        text, sentence = self.article.text, reading.sentence
        if match := self.words.pattern("claims.blame").search(text, sentence.start, end):
            last = self._clause_end(match.end(), end)
            first = match.end() + len(text[match.end() : last]) - len(text[match.end() : last].lstrip())
            if last - first > 3 and not self.words.has("claims.fire", text[match.start() : match.end()]):
                return [self._cause(first, last, claimant)]
        disputed = any(
            self.words.has("claims.blame", self._words_of(each)) for each in event.readings if each is not reading
        )
        fire = self.words.pattern("claims.fire").search(text, sentence.start, end)
        if fire and disputed and claimant is not None:
            start = max([claimant.end, claimant.said_at])
            said = self.words.pattern("claims.say").match(text, start)
            first = (said.end() if said else start) + 1
            return [self._cause(first, fire.end(), claimant, "another cause than the first party's")]
        if caused := self.words.pattern("claims.caused").search(text, sentence.start, end):
            means = [word for word in reading.tagged.words if word.letter in "nmMh" and word.end <= caused.start()]
            if means and caused.start() - means[-1].end <= 2:
                first = means[-2].start if len(means) > 1 and means[-1].start - means[-2].end <= 2 else means[-1].start
                return [self._cause(first, means[-1].end, claimant)]
        return []

    def _cause(self, start: int, end: int, claimant: Claimant | None, doubt: str = "") -> DraftClaim:
        """Return a cause by its word in the list; where none fits it is left to the editor, and is not published."""
        stated = self._statement("cause", start, end, claimant, doubt)
        kind, on = (self._coded(section, stated.span.exact) for section in ("causes", "cause_objects"))
        text = f"{kind} ({on})" if kind and on else kind
        return dataclasses.replace(stated, text=text, doubt=doubt if text else UNWORDED)

    def _coded(self, section: str, text: str) -> str:
        return next((name for name in self.words.groups(section) if self.words.has(f"{section}.{name}", text)), "")

    def _words_of(self, reading: Reading) -> str:
        return self.article.text[reading.sentence.start : reading.sentence.end]

    def _clause_end(self, start: int, end: int) -> int:
        stop = _STOP.search(self.article.text, start, end)
        return min(stop.start() if stop else end, start + _LONGEST_TEXT)

    def _statement(self, metric: str, start: int, end: int, claimant: Claimant | None, doubt: str = "") -> DraftClaim:
        span = self.span(start, end)
        return DraftClaim(metric=metric, span=span, text=span.exact, rule="words", doubt=doubt, **self._said(claimant))  # type: ignore[arg-type]


def _point(place: PlaceSpan) -> dict[str, Any] | None:
    """Return a settlement's point as GeoJSON."""
    if place.kind != "settlement" or place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def _speaker(reading: Reading) -> Claimant | None:
    """Return who says what a sentence says: the last of those named."""
    return reading.claimants[-1] if reading.claimants else None


def _each_once(claims: Sequence[DraftClaim]) -> list[DraftClaim]:
    found: dict[tuple[object, ...], DraftClaim] = {}
    for each in claims:
        key = (
            each.metric,
            each.value,
            each.value_low,
            each.value_high,
            each.text.casefold(),
            each.qualifier,
            each.claimant,
        )
        found.setdefault(key, each)
    return list(found.values())


def _summary(draft: Draft) -> str:
    """Return a sentence made of the fields alone."""
    where = " and ".join(dict.fromkeys(place.name or place.text for place in draft.places))
    what = ", ".join(each.value for each in draft.sectors)
    means = ", ".join(each.value for each in draft.means)
    parts = ["Reported attack" if means or draft.side else "Reported incident"]
    parts += [f"with {means}"] if means else []
    parts += [f"on {what}"] if what else []
    parts += [f"in {where}"] if where else []
    return " ".join(parts) + "."
