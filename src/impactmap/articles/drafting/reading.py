"""What one sentence says, before it is decided which event it is of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from impactmap.articles.drafting.amounts import Amount, find_amounts
from impactmap.articles.drafting.claimants import Claimant, find_claimants
from impactmap.articles.drafting.days import DayFound, find_days
from impactmap.articles.drafting.roles import SentencePlaces, place_roles
from impactmap.articles.drafting.sides import SideFound, find_sides, one_side
from impactmap.articles.drafting.tagging import Tagged, tag_sentence
from impactmap.articles.lexicon import Lexicon, lexicon
from impactmap.articles.recognition.finding import PlaceSpan
from impactmap.articles.sentences import Sentence
from impactmap.articles.texts import Article

__all__ = ["Reading", "Terms", "read_sentence"]

_RECENT_DAYS = 14
_ONE_DAY = dt.timedelta(days=1)

#: A value of a vocabulary with the words that say it.
Terms = list[tuple[str, int, int]]


@dataclasses.dataclass
class Reading:
    """What one sentence says.

    Attributes
    ----------
    tagged
        Up to where it is about the event: "in response to ..." is left out.
    places, sides, side, days, amounts, claimants, means, sectors
        What is found in it; `side` where one alone is stated.
    aside
        Why it is of no event; empty where it may be.
    strength
        2 for an attack by its words alone, 1 for harm or an attack that needs others beside it, 0 for neither.
    is_vague
        Whether it says roughly when: "last week".
    """

    tagged: Tagged
    places: SentencePlaces
    sides: list[SideFound]
    side: SideFound | None
    days: list[DayFound]
    amounts: list[Amount]
    claimants: list[Claimant]
    means: Terms
    sectors: Terms
    aside: str = ""
    strength: int = 0
    is_vague: bool = False

    @property
    def sentence(self) -> Sentence:
        """Which sentence."""
        return self.tagged.sentence

    def day(self) -> DayFound | None:
        """Return the day of the event: nearest to what was done; the day on which somebody spoke comes last."""
        if not self.days:
            return None
        spoken = {id(each) for each in self.days if self._is_spoken(each)}
        if self.is_vague and len(spoken) == len(self.days):  # "hit last week, officials said on Monday"
            return None
        triggers = [word.start for word in self.tagged.words if word.letter in "nhvVdmM"] or [self.sentence.start]
        best = min(
            self.days,
            key=lambda each: (
                id(each) in spoken,
                each.is_begun,
                not self._is_the_attacks(each),
                min(abs(each.start - at) for at in triggers),
            ),
        )
        said = [each for each in self.days if id(each) in spoken and each is not best]
        if best.rule == "night_before" and said:  # "overnight, officials said on Tuesday"
            return dataclasses.replace(best, first=said[0].first - _ONE_DAY, last=said[0].first)
        return best

    def _is_the_attacks(self, day: DayFound) -> bool:
        """Return whether a day stands with the attack as its own: "Monday's drone strike"."""
        possessive = self.tagged.text[day.end : day.end + 2] in {"'s", "’s"}
        number = self.tagged.word_at(day.end + 2)
        return possessive and any(word.letter in "nm" for word in self.tagged.words[number : number + 3])

    def _is_spoken(self, day: DayFound) -> bool:
        """Return whether a day stands right after a verb of saying: "said on Monday"."""
        number = self.tagged.word_at(day.start)
        return any(word.letter == "s" for word in self.tagged.words[max(0, number - 2) : number])


def read_sentence(article: Article, sentence: Sentence, places: Sequence[PlaceSpan]) -> Reading:
    """Return what a sentence says."""
    text, words = article.text, lexicon(article.language)
    cut = words.pattern("asides.response").search(text, sentence.start, sentence.end)
    end = cut.start() if cut and cut.start() > sentence.start + 10 else sentence.end
    tagged = tag_sentence(text, sentence, places, words, end)
    sides = find_sides(tagged, article.language)
    claimants = find_claimants(text, sentence.start, sentence.end, words)
    days = [
        each
        for each in find_days(text, sentence.start, end, article.published, article.language)
        if -1 <= (article.published - each.first).days <= _RECENT_DAYS * 5
    ]
    taken = [(each.start, each.end) for each in days] + [(each.start, each.end) for each in places if not each.rejected]
    reading = Reading(
        tagged,
        place_roles(tagged, places, claimants, sides, words),
        sides,
        one_side(sides),
        days,
        find_amounts(text, sentence.start, end, article.language, taken),
        claimants,
        _terms(words, "means", text, sentence.start, end),
        _terms(words, "sectors", text, sentence.start, end),
    )
    reading.is_vague = words.has("days.vague", text[sentence.start : end])
    reading.strength = _strength(reading, words)
    reading.aside = _aside(reading, words, article)
    return reading


def _terms(words: Lexicon, section: str, text: str, start: int, end: int) -> Terms:
    """Return the values of a vocabulary that a part of a text says, each word for the most special value only."""
    found: Terms = []
    for value in words.groups(section):
        for match in words.pattern(f"{section}.{value}").finditer(text, start, end):
            if not any(first < match.end() and match.start() < last for _, first, last in found):
                found.append((value, match.start(), match.end()))
    return sorted(found, key=lambda each: each[1])


def _strength(reading: Reading, words: Lexicon) -> int:
    tagged = reading.tagged
    text = tagged.text[tagged.sentence.start : tagged.sentence.end]
    if words.has("asides.unrelated", text):
        return 0
    has = tagged.has
    means, attack, verb, harm = has("mM"), has("nh"), has("vV"), has("du")
    if (means and (attack or verb or harm)) or words.has("asides.sure", text):
        return 2
    if reading.side is not None and (attack or verb) and (harm or reading.sectors or reading.places.taken):
        return 2
    if attack and (harm or reading.sectors) and reading.places.taken:
        return 2
    return 1 if attack or harm or (verb and reading.sides) else 0


def _aside(reading: Reading, words: Lexicon, article: Article) -> str:
    """Return why a sentence is of no event of its own, empty where it may be."""
    sentence = reading.sentence
    text = article.text[sentence.start : sentence.end]
    losses = any(each.metric in {"killed", "injured"} for each in reading.amounts)
    recent = any(abs((article.published - each.first).days) <= _RECENT_DAYS for each in reading.days)
    if words.has("asides.exercise", text) and not losses:
        return "exercise"
    if words.has("asides.court", text):  # courts tell of what was long ago
        return "background"
    if not reading.amounts and _is_denied(reading, words):
        return "denial"
    if words.has("asides.threat", text) and not losses and not (recent and reading.tagged.has("d")):
        return "threat"
    largest = bool(reading.claimants) and words.has("claims.statement", text)
    if words.has("asides.since", text) and not largest:
        return "background"
    if words.has("asides.continuing", text) and reading.strength < 2:
        return "background"
    # "The largest since the start of the war" is said of what is new.
    new = recent or largest
    if words.has("asides.background", text) and not (new and (reading.places.taken or reading.amounts)):
        return "background"
    old = [each for each in re.findall(r"\b(?:19|20)\d\d\b", text) if int(each) < article.published.year - 1]
    if old and not new and not reading.amounts and not reading.claimants:
        return "background"
    if words.has("asides.summary_places", text) and not reading.places.taken:
        return "summing-up"
    return ""


def _is_denied(reading: Reading, words: Lexicon) -> bool:
    """Return whether what a sentence tells is denied in it, not by somebody else after it was told."""
    sentence, text = reading.sentence, reading.tagged.text
    denial = words.pattern("asides.denial").search(text, sentence.start, sentence.end)
    if denial is None:
        return False
    told = [word for word in reading.tagged.words if word.letter in "nhvVmMd" and word.end <= denial.start()]
    return not (told and reading.side is not None and reading.places.taken)
