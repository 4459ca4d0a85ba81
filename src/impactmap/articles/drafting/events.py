"""Sentences joined into events: several of one event, several events of one sentence, what another sentence gave."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from impactmap.articles.drafting.days import DayFound
from impactmap.articles.drafting.reading import Reading
from impactmap.articles.drafting.sides import SideFound, makes_for_others
from impactmap.articles.lexicon import Lexicon
from impactmap.articles.recognition.finding import PlaceSpan

__all__ = ["EventRead", "join_events"]

_NEAR: Final = 3  # sentences, within which one may go on about the event before it
_JOINT: Final = frozenset(("killed", "injured", "evacuated"))
_JOINT_ENDS: Final = ("power", "launched", "downed", "damaged")


@dataclasses.dataclass
class EventRead:
    """An event with the sentences that are of it.

    Attributes
    ----------
    places
        Where it was.
    readings
        The sentences.
    side, day
        As stated, or `carried` from another sentence: then the doubt says so.
    side_doubt, day_doubt, place_doubt
        What speaks against them.
    aside
        Why it is none.
    """

    places: list[PlaceSpan]
    readings: list[Reading]
    side: SideFound | None = None
    day: DayFound | None = None
    side_doubt: str = ""
    day_doubt: str = ""
    place_doubt: str = ""
    aside: str = ""

    @property
    def place_ids(self) -> frozenset[str]:
        """Its places' identifiers."""
        return frozenset(each.place_id or each.text for each in self.places)

    @property
    def last(self) -> int:
        """Number of its last sentence."""
        return self.readings[-1].sentence.number

    @property
    def is_local(self) -> bool:
        """Whether it was at settlements."""
        return all(each.kind in {"settlement", "district", "island", "unknown"} for each in self.places)


class _Joiner:
    """Reads an article's sentences in order."""

    def __init__(self, readings: Sequence[Reading], words: Lexicon) -> None:
        self.readings, self.words = readings, words
        self.events: list[EventRead] = []
        self.asides: list[EventRead] = []
        self.days: list[DayFound] = []
        self.parties = {
            found.party.key: found.party for reading in readings for found in reading.sides if not found.doubt
        }

    def join(self) -> list[EventRead]:
        if not any(reading.strength == 2 and not reading.aside for reading in self.readings):
            return []
        for reading in self.readings:
            self._read(reading)
            if (day := reading.day()) is not None and not reading.aside:
                self.days.append(day)
        self._settle_own_forces()
        self._leave_makers()
        return sorted([*self.events, *self.asides], key=lambda event: event.readings[0].sentence.start)

    def _read(self, reading: Reading) -> None:
        if reading.strength == 0 and not (reading.amounts and self._going_on(reading)):
            return
        if reading.aside:
            if reading.strength == 2:
                self.asides.append(EventRead(list(reading.places.taken), [reading], aside=reading.aside))
            return
        places = reading.places.taken
        if not places:
            self._without_place(reading)
            return
        if reading.strength < 2 and not (reading.tagged.has("dunh") or reading.side):
            return
        for group in self._groups(reading, places):
            self._at(reading, group)

    def _groups(self, reading: Reading, places: Sequence[PlaceSpan]) -> list[list[PlaceSpan]]:
        """Return the places of each event of a sentence: settlements apart unless a figure is of all of them."""
        local = all(each.kind in {"settlement", "district", "unknown"} for each in places)
        joint = any(each.metric in _JOINT or each.metric.endswith(_JOINT_ENDS) for each in reading.amounts)
        if len(places) > 1 and local and not joint:
            return [[place] for place in places]
        return [list(places)]

    def _at(self, reading: Reading, places: list[PlaceSpan]) -> None:
        ids = frozenset(each.place_id or each.text for each in places)
        day, side = reading.day(), reading.side
        for event in reversed(self.events):
            if event.place_ids != ids or not self._fits(event, reading, day, side):
                continue
            self._add(event, reading, day, side)
            return
        event = EventRead(places, [reading], side, day)
        if side is None:
            self._carry_side(event, reading)
        if day is None and not self.words.has("days.earlier", self._text(reading)):
            self._carry_day(event)
        self.events.append(event)

    def _fits(self, event: EventRead, reading: Reading, day: DayFound | None, side: SideFound | None) -> bool:
        """Return whether a sentence about the same place may be of an event: day and side do not say otherwise."""
        if day and event.day and not event.day_doubt and (day.last < event.day.first or event.day.last < day.first):
            return False
        if side and event.side and not event.side_doubt and side.party.key != event.side.party.key:
            return False
        if event.is_local:
            return True
        goes_on = reading.sentence.number - event.last <= 1 and not (reading.tagged.has("nhvV") and reading.side)
        return goes_on and not reading.days

    def _add(self, event: EventRead, reading: Reading, day: DayFound | None, side: SideFound | None) -> None:
        if reading not in event.readings:
            event.readings.append(reading)
        if side is not None and (event.side is None or event.side_doubt) and not self._disputed(event):
            event.side, event.side_doubt = side, ""
        if day is not None and (event.day is None or event.day_doubt):
            event.day, event.day_doubt = day, ""

    @staticmethod
    def _disputed(event: EventRead) -> bool:
        """Return whether a sentence of an event names several parties, or blames one."""
        return any(found.doubt for reading in event.readings for found in reading.sides) or any(
            reading.sides and reading.side is None for reading in event.readings
        )

    def _without_place(self, reading: Reading) -> None:
        """Take a sentence without a place: of the event before it, of a speaker's place, or of a country."""
        event = self._of_speaker(reading) or self._going_on(reading)
        if reading.side is not None and reading.strength == 2 and not (event and self._refers(reading, event)):
            self._in_country(reading)
            return
        if event is not None and event.is_local and self._counts_all(reading, event):
            return  # drones shot down in a whole country are not that town's
        if event is not None:
            # Who attacked "there" may be another attack's: a sentence without a place has to speak of the same one.
            same = self.words.has("anaphora.attacks", self._text(reading))
            self._add(event, reading, reading.day(), reading.side if same else None)
        elif reading.strength == 2:
            self.asides.append(EventRead([], [reading], aside="no place is named"))

    def _counts_all(self, reading: Reading, event: EventRead) -> bool:
        """Return whether a sentence of another paragraph counts what was launched or shot down, of no place."""
        if reading.sentence.paragraph == event.readings[-1].sentence.paragraph:
            return False
        counted = [each.metric.endswith(("_launched", "_downed")) for each in reading.amounts]
        return bool(counted) and all(counted) and not self.words.has("anaphora.city", self._text(reading))

    def _refers(self, reading: Reading, event: EventRead) -> bool:
        """Return whether a sentence speaks of the place or the attack of the event before it."""
        text = self._text(reading)
        same = reading.side is None or event.side is None or reading.side.party.key == event.side.party.key
        return same and (self.words.has("anaphora.city", text) or self.words.has("anaphora.attacks", text))

    def _text(self, reading: Reading) -> str:
        return reading.tagged.text[reading.sentence.start : reading.sentence.end]

    def _of_speaker(self, reading: Reading) -> EventRead | None:
        """Return the event where a speaker's place is, where the sentence speaks of "the city" or the like."""
        names = {name for place in reading.places.speakers for name in (place.name, place.place_id)}
        if not names or not (self.words.has("anaphora.city", self._text(reading)) or reading.tagged.has("du")):
            return None
        for event in reversed(self.events):
            regions = {f"iso:{each.region_code}" for each in event.places if each.region_code}
            own = {each.place_id for each in event.places} | {each.name for each in event.places}
            if event.is_local and (own & names or regions & names):
                return event
        return None

    def _going_on(self, reading: Reading) -> EventRead | None:
        """Return the event that the sentences just before are of."""
        if not self.events:
            return None
        latest = max(self.events, key=lambda event: event.last)
        gap = reading.sentence.number - latest.last
        same = reading.sentence.paragraph == latest.readings[-1].sentence.paragraph
        if gap > (_NEAR if same else 1):
            return None
        return latest if self._fits_going_on(reading, latest) else None

    @staticmethod
    def _fits_going_on(reading: Reading, event: EventRead) -> bool:
        day = reading.day()
        return not (day and event.day and (day.last < event.day.first or event.day.last < day.first))

    def _in_country(self, reading: Reading) -> None:
        """Take a sentence that says who attacked and not where: in the other party's country, with doubt."""
        side = reading.side
        assert side is not None
        place, doubt = self._downed_over(reading), "the text says whose forces, not where"
        if place is None:
            place, doubt = self._other_party(side), "carried from another sentence"
        if place is None:
            self.asides.append(EventRead([], [reading], aside="no place is named"))
            return
        event = EventRead([place], [reading], side, reading.day(), place_doubt=doubt)
        if event.day is None:
            self._carry_day(event)
        self.events.append(event)

    def _downed_over(self, reading: Reading) -> PlaceSpan | None:
        """Return the country whose forces shot down what the other party sent."""
        if not (reading.tagged.has("u") or any(each.metric.endswith("_downed") for each in reading.amounts)):
            return None
        assert reading.side is not None
        for word in reversed(reading.tagged.words):
            other = word.party is not None and word.party.is_country and word.party.key != reading.side.party.key
            if word.place is not None and word.party is not None and other:
                return dataclasses.replace(
                    word.place, kind="country", name=word.party.name, place_id=f"country:{word.party.key}"
                )
        return None

    def _other_party(self, side: SideFound) -> PlaceSpan | None:
        """Return the country that the same side attacked in the sentences before."""
        for event in reversed(self.events):
            same = event.side is not None and event.side.party.key == side.party.key and not event.side_doubt
            if same and len(event.places) == 1 and event.places[0].kind == "country":
                return event.places[0]
        return None

    def _carry_side(self, event: EventRead, reading: Reading) -> None:
        """Take the side from the sentence before where this one speaks of "the attacks"."""
        if reading.sides or not self.events or not self.words.has("anaphora.attacks", self._text(reading)):
            return
        latest = max(self.events, key=lambda each: each.last)
        if reading.sentence.number - latest.last <= 1 and latest.side is not None and not latest.side_doubt:
            event.side, event.side_doubt = latest.side, "carried from another sentence"

    def _carry_day(self, event: EventRead) -> None:
        """Take the day from the sentences before; a day rather than a night."""
        days = [each for each in self.days if not each.is_night] or self.days
        if days:
            event.day, event.day_doubt = days[-1], "carried from another sentence"

    def _settle_own_forces(self) -> None:
        """Leave no country as the attacker of its own soil, unless its forces are named or others are parties, too."""
        for event in self.events:
            if event.side is None or not event.side.party.is_country or not event.places:
                continue
            own = all(place.country == event.side.party.key for place in event.places)
            if own and not (event.side.forces or event.side.is_army):
                event.side, event.side_doubt = None, ""

    def _leave_makers(self) -> None:
        """Leave no side that only means are called after where another country is said to attack the same one.

        "Iranian drones" may be whose they are, or where they were made.
        """
        acting = {event.side.party.key for event in self.events if event.side and event.side.rule != "means"}
        for event in self.events:
            side = event.side
            if side is None or side.rule != "means" or side.party.key in acting or not makes_for_others(side.party):
                continue
            targets = {place.country for place in event.places}
            others = [
                each
                for each in self.events
                if each.side and each.side.rule != "means" and targets & {place.country for place in each.places}
            ]
            if others:
                event.side, event.side_doubt = None, ""


def join_events(readings: Sequence[Reading], words: Lexicon) -> list[EventRead]:
    """Return the events of an article's sentences in order, those set aside included.

    Parameters
    ----------
    readings
        Of all sentences, in order.
    words
        Of the article's language.

    Returns
    -------
    list of EventRead
        None where no sentence is about an attack by its own words.
    """
    return _Joiner(readings, words).join()
