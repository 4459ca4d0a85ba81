"""Names that share the word for their kind: "the Kyiv and Kharkiv regions"."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Final

from impactmap.articles.lexicon import Lexicon
from impactmap.articles.recognition.names import Meaning, Names

__all__ = ["UNKNOWN", "Mention", "share_kinds"]

#: Why a name is rejected that a preposition calls a place.
UNKNOWN: Final = "not in the gazetteer"

_AND: Final = re.compile(r"\s*,\s*(?:\w{1,3}\s+)?|\s+(?:and|or|та|і|й|и|или|або)\s+(?:the\s+)?|\s*,\s+(?:and|та|и)\s+")


@dataclasses.dataclass(slots=True)
class Mention:
    """A part of a text that names what may be a place.

    Attributes
    ----------
    start, end, text
        Where it stands, and its words.
    name
        The words without the sign of the possessive.
    meanings
        What it may stand for.
    role
        ``place``, ``government`` or ``demonym``.
    located
        Whether a word that often stands before places stands before it.
    stands_in
        Whether that word says that something is there.
    rejected
        Why it is no place; empty where it is.
    chosen, reason
        What it stands for, and why.
    """

    start: int
    end: int
    text: str
    name: str
    meanings: list[Meaning]
    role: str = "place"
    located: bool = False
    stands_in: bool = False
    rejected: str = ""
    chosen: Meaning | None = None
    reason: str = ""


def share_kinds(text: str, mentions: Sequence[Mention], names: Names, words: Lexicon) -> None:
    """Make regions of names that share the word for their kind: "the Kyiv and Kharkiv regions"."""
    kinds = words.pattern("kinds.plural")
    of = words.pattern("kinds.plural_of")
    live = [mention for mention in mentions if not mention.rejected or mention.rejected == "small"]
    for number, mention in enumerate(live):
        if kinds.match(text, mention.end + 1) or kinds.search(mention.name):
            _make_regions(text, live, number, -1, names)
        if of.search(text[max(0, mention.start - 24) : mention.start]):
            _make_region(mention, names)
            _make_regions(text, live, number, 1, names)


def _make_regions(text: str, live: Sequence[Mention], number: int, step: int, names: Names) -> None:
    at = number
    _make_region(live[at], names)
    while 0 <= at + step < len(live):
        one, two = sorted((live[at], live[at + step]), key=lambda each: each.start)
        if not _AND.fullmatch(text[one.end : two.start]):
            return
        at += step
        _make_region(live[at], names)


def _make_region(mention: Mention, names: Names) -> None:
    regions = [each for each in mention.meanings if each.kind == "region"]
    if mention.role == "place":  # with the word for its kind "Minsk" is the region around the city, not the city's own
        codes = names.gazetteer.areas.find_regions(f"{mention.name} region", fuzzy=False)[0]
        regions = [names.region(code) for code in codes] or regions
    if regions:
        mention.meanings, mention.reason, mention.rejected = regions, "a word for its kind stands beside it", ""
