"""A sentence that tells of two attacks, each by a party of its own, as two: ", and Ukraine hit ..."."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Final

from impactmap.articles.drafting.tagging import tag_sentence
from impactmap.articles.lexicon import Lexicon
from impactmap.articles.recognition.finding import PlaceSpan
from impactmap.articles.sentences import Sentence

__all__ = ["split_clauses"]

#: What a clause of its own begins with: who acts, or whose means.
_BEGINS: Final = re.compile(r"[ow]{0,2}(?:[cG]|P[jo]{0,2}f+|a[jo]?f+|[aGP][jmC]{0,4}[mMnh])")
_ACTS: Final = re.compile("[vVnh]")
_SOMEWHERE: Final = re.compile(".[^.]*[pc]")


def split_clauses(text: str, sentence: Sentence, places: Sequence[PlaceSpan], words: Lexicon) -> list[Sentence]:
    """Return a sentence, or its clauses where each says who attacked and where.

    Parameters
    ----------
    text, sentence
        Which sentence of which text.
    places
        Of the text.
    words
        Of its language.
    """
    parts = [sentence]
    tagged = tag_sentence(text, sentence, places, words)
    for joint in words.pattern("clauses.joints").finditer(text, sentence.start, sentence.end):
        left = "".join(word.letter for word in tagged.words if parts[-1].start <= word.start < joint.start())
        right = "".join(word.letter for word in tagged.words if word.start >= joint.end())
        if _ACTS.search(left) and _BEGINS.match(right) and _ACTS.search(right) and _SOMEWHERE.match(right):
            last = parts.pop()
            parts.append(dataclasses.replace(last, end=joint.start()))
            parts.append(dataclasses.replace(last, start=joint.end() + len(_spaces(text, joint.end()))))
    return parts


def _spaces(text: str, start: int) -> str:
    found = re.compile(r"\s*").match(text, start)
    return found[0] if found else ""
