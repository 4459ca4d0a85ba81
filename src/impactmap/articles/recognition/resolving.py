"""What each name of a text stands for, by the text as a whole: its countries and regions, what is near, one sense."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from impactmap.articles.recognition.coordination import UNKNOWN, Mention
from impactmap.articles.recognition.names import Meaning
from impactmap.places.shapes import distance_km

__all__ = ["Surroundings", "resolve"]

_NEAR_KM: Final = 250.0
_DOMINANT: Final = 8.0  # times as many inhabitants as the next of the name
_CERTAIN: Final = 100_000
_SMALL: Final = 50_000
_OTHER_NAME: Final = 0.1  # as much as five times as many inhabitants
_BESIDE: Final = 200  # characters
_BETWEEN: Final = re.compile(r"\s*[,(]\s*(?:in\s+)?(?:the\s+)?|\s+(?:in|у|в)\s+(?:the\s+)?|,\s+(?:у|в)\s+")


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What is known of a text's places before it is read.

    Attributes
    ----------
    country
        Where its publisher is, or what its map is about: ISO codes.
    position
        Latitude and longitude of its publisher's own place.
    """

    countries: tuple[str, ...] = ()
    position: tuple[float, float] | None = None


class _Context:
    """Countries, regions and positions that a text names, with their weights."""

    def __init__(self, around: Surroundings) -> None:
        self.countries: defaultdict[str, float] = defaultdict(float)
        self.regions: defaultdict[str, float] = defaultdict(float)
        self.points: dict[str, tuple[float, float]] = {}
        for code in around.countries:
            self.countries[code] += 1
        self.home = around.position

    def add(self, meaning: Meaning, weight: float = 1.0) -> None:
        if meaning.country:
            self.countries[meaning.country] += weight
        if meaning.region_code:
            self.regions[meaning.region_code] += weight
        if meaning.kind == "settlement" and meaning.latitude is not None and meaning.longitude is not None:
            self.points[meaning.place_id] = meaning.latitude, meaning.longitude

    def share(self, code: str) -> float:
        total = sum(self.countries.values())
        return self.countries.get(code, 0.0) / total if total else 0.0

    def nearness(self, meaning: Meaning) -> float:
        """Return how near the nearest other place is: 1 beside it, 0 from 250 km."""
        if meaning.latitude is None or meaning.longitude is None:
            return 0.0
        others = [point for place_id, point in self.points.items() if place_id != meaning.place_id]
        others += [self.home] if self.home else []
        if not others:
            return 0.0
        nearest = min(distance_km(meaning.latitude, meaning.longitude, *point) for point in others)
        return max(0.0, 1 - nearest / _NEAR_KM)


def resolve(text: str, mentions: Sequence[Mention], around: Surroundings) -> None:
    """Choose what each mention stands for.

    Parameters
    ----------
    text
        Of the article.
    mentions
        As `find_mentions` gives them; those that are not rejected get `chosen` and `reason`.
    around
        What is known before.
    """
    live = [mention for mention in mentions if not mention.rejected and mention.meanings]
    held = _containers(text, live)
    context = _Context(around)
    for mention in live:
        certain = _certain(mention)
        if certain is not None:
            context.add(certain, 0.5 if mention.role == "demonym" else 1.0)
    for _ in range(2):  # the second time with all that the first decided
        senses = _senses(live, held, context)
        again = _Context(around)
        for mention in live:
            chosen = senses[id(mention)]
            mention.chosen = chosen
            again.add(chosen, 0.5 if mention.role == "demonym" else 1.0)
        context = again
    _leave_strangers(live)
    live = [mention for mention in live if mention.chosen is not None]
    for mention in live:
        mention.reason = mention.reason or _why(mention, held, context)


def _leave_strangers(live: Sequence[Mention]) -> None:
    """Leave open a small settlement that is known in another country than the region named beside it is in."""
    regions = [each for each in live if each.chosen is not None and each.chosen.kind == "region" and each.reason]
    for mention in live:
        chosen = mention.chosen
        if chosen is None or chosen.kind != "settlement" or chosen.population >= _SMALL or not mention.stands_in:
            continue
        beside = [each for each in regions if abs(each.start - mention.start) <= _BESIDE]
        if beside and all(each.chosen is not None and each.chosen.country != chosen.country for each in beside):
            mention.chosen, mention.rejected = None, UNKNOWN


def _certain(mention: Mention) -> Meaning | None:
    """Return the one thing that a name stands for nearly everywhere, None where it could be several."""
    first = max(
        mention.meanings,
        key=lambda each: (each.kind == "country", each.kind != "settlement" and not each.population, each.population),
    )
    others = [each for each in mention.meanings if each is not first]
    if first.kind == "country":
        return None if any(each.kind == "region" and each.population >= _CERTAIN for each in others) else first
    if first.kind != "settlement" and len(mention.meanings) == 1:
        return first
    rest = max((each.population for each in others), default=0)
    dominant = first.population >= _CERTAIN and first.population >= _DOMINANT * max(rest, 1)
    alone = first.kind == "settlement" and len(mention.meanings) == 1
    return first if dominant or alone else None


def _containers(text: str, live: Sequence[Mention]) -> dict[int, Mention]:
    """Return for mentions the country or region that follows and holds them: "Pandi, Bulacan"."""
    held = {}
    for one, two in itertools.pairwise(live):
        if _BETWEEN.fullmatch(text[one.end : two.start]) and any(
            each.kind in {"country", "region"} for each in two.meanings
        ):
            held[id(one)] = two
    return held


def _senses(live: Sequence[Mention], held: dict[int, Mention], context: _Context) -> dict[int, Meaning]:
    """Return the likeliest meaning of each mention, one for each name unless its container says otherwise."""
    scores: dict[str, dict[Meaning, float]] = defaultdict(dict)
    own: dict[int, Meaning] = {}
    for mention in live:
        for meaning in mention.meanings:
            score = _score(meaning, mention, context)
            inside = _inside(meaning, held.get(id(mention)))
            if inside:
                score += 1.2
                own[id(mention)] = max(
                    own.get(id(mention), meaning), meaning, key=lambda each: _score(each, mention, context)
                )
            key = _key(mention)
            scores[key][meaning] = max(scores[key].get(meaning, -math.inf), score)
    return {
        id(mention): own.get(id(mention)) or max(mention.meanings, key=lambda each: scores[_key(mention)][each])
        for mention in live
    }


def _key(mention: Mention) -> str:
    return f"{mention.name}\0{mention.meanings[0].kind == 'region' and bool(mention.reason)}"


def _inside(meaning: Meaning, container: Mention | None) -> bool:
    if container is None:
        return False
    for outer in container.meanings:
        if outer.kind == "region" and meaning.region_code == outer.region_code and meaning.kind == "settlement":
            return True
        if outer.kind == "country" and meaning.country == outer.country and meaning.kind != "country":
            return True
    return False


def _score(meaning: Meaning, mention: Mention, context: _Context) -> float:
    """Return how likely a name stands for something: how large it is, and what of the text speaks for it."""
    if meaning.kind == "country":
        size = 1.2
    elif meaning.kind == "region":
        size = 0.9 * math.log10(max(meaning.population, 30_000)) / 7.0
    elif meaning.kind == "settlement":
        size = (
            math.log10(max(meaning.population, 300)) / 7.0
            - _overshadowed(meaning, mention)
            - _other_name(meaning, mention)
        )
    else:
        size = 1.1
    share = context.share(meaning.country) if meaning.country else 0.2
    region = (
        1.0
        if meaning.kind == "settlement"
        and context.regions.get(meaning.region_code, 0.0) > _own(meaning, mention, context)
        else 0.0
    )
    return size + 0.55 * math.sqrt(share) + 0.35 * region + 0.3 * context.nearness(meaning)


def _other_name(meaning: Meaning, mention: Mention) -> float:
    """Return what speaks against a settlement of which the words are another name, where they are one's very own."""
    folded = mention.name.casefold()
    if meaning.name.casefold() == folded:
        return 0.0
    own = any(each.kind == "settlement" and each.name.casefold() == folded for each in mention.meanings)
    return _OTHER_NAME if own else 0.0


def _overshadowed(meaning: Meaning, mention: Mention) -> float:
    """Return what speaks against a settlement that has the name of a country or of a large region elsewhere."""
    others = [each for each in mention.meanings if each is not meaning and each.kind != "settlement"]
    if any(each.kind == "country" for each in others):
        return 0.5
    large = [each for each in others if each.population >= 10 * max(meaning.population, 1)]
    return 0.3 if any(each.region_code != meaning.region_code for each in large) else 0.0


def _own(meaning: Meaning, mention: Mention, context: _Context) -> float:
    """Return how much a mention spoke for its own region already."""
    return 1.0 if mention.chosen == meaning and meaning.region_code in context.regions else 0.0


def _why(mention: Mention, held: dict[int, Mention], context: _Context) -> str:
    chosen = mention.chosen
    assert chosen is not None
    if id(mention) in held and _inside(chosen, held[id(mention)]):
        return f"{held[id(mention)].name} follows it"
    if len(mention.meanings) == 1:
        return "the only place of the name"
    if chosen.kind == "country":
        return "a country's name"
    if chosen.country and context.share(chosen.country) > 0.4:
        return f"of {len(mention.meanings)} of the name the likeliest in the countries that the text names"
    return f"of {len(mention.meanings)} of the name the largest, or the nearest to what else the text names"
