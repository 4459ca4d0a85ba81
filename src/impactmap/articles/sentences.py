"""A text's sentences and words, by their positions."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

__all__ = ["Sentence", "Token", "sentences", "tokens"]

#: Words with hyphens and apostrophes inside, abbreviations such as "U.S.", figures.
_TOKEN: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*|\d+(?:[.,:]\d+)*", re.UNICODE)
_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n\s*\n|\r\n\s*\r\n|\n|\Z")
_OPENING: Final = re.compile(r"[\s\"'“‘«(\[–—-]*")
#: Before a point that ends no sentence; a single letter is an initial.
_SHORT: Final = re.compile(
    r"(?:^|[\s(«\"“.])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Gov|Sen|Rep|Jan|Feb|Aug|Sept|Oct|Nov|Dec|vs|approx|ca"
    r"|обл|р-н|м|с|смт|пос|г|гг|ст|ул|вул|тис|тыс|млн|млрд|чол|чел|ім|им|т|д|н|кв|ок)$"
)
_WRAPPED: Final = 60  # characters of a line, from which it may have been broken by its width


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A word or a figure."""

    start: int
    end: int
    text: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's position, its number in the text and that of its paragraph."""

    start: int
    end: int
    number: int
    paragraph: int


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words and figures of a part of a text."""
    return [
        Token(found.start(), found.end(), found[0])
        for found in _TOKEN.finditer(text, start, len(text) if end is None else end)
    ]


def sentences(text: str) -> list[Sentence]:
    r"""Return a text's sentences in order.

    Examples
    --------
    >>> text = "Mr. Li said so. Two died.\n\nIt rained"
    >>> [text[each.start:each.end] for each in sentences(text)]
    ['Mr. Li said so.', 'Two died.', 'It rained']
    """
    found: list[Sentence] = []
    start, paragraph = 0, 0
    for match in _END.finditer(text):
        sign = match[0]
        new_paragraph = sign.count("\n") > 1
        if sign == "\n" and _is_wrapped(text, start, match.start(), match.end()):
            continue
        if sign[:1] in ".…" and not _ends(text, start, match):
            continue
        first, last = start, match.start() if not sign.strip() else match.end()
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if last > first:
            found.append(Sentence(first, last, len(found), paragraph))
        start = match.end()
        paragraph += new_paragraph or sign == "\n"
    return found


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether a point ends a sentence: no abbreviation before it, and no small letter after it."""
    before = text[max(start, match.start() - 12) : match.start()]
    following = text[match.end() : match.end() + 40]
    opening = _OPENING.match(following)
    after = following[opening.end() :] if opening else following
    if "\n" in following[: len(following) - len(after)]:
        return True
    if after[:1].islower():
        return False
    return _SHORT.search(before) is None or after == ""


def _is_wrapped(text: str, start: int, end: int, after: int) -> bool:
    """Return whether a line end stands inside a sentence: a long line, or a small letter after it."""
    line = text[max(start, text.rfind("\n", 0, end) + 1) : end].rstrip()
    following = text[after : after + 2].lstrip(" ")
    if line[-1:] in '.!?…:"”»)' or not line:
        return False
    return following[:1].islower() or len(line) >= _WRAPPED
