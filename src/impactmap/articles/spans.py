"""The words that a field was read from: a quote with its position in the stored text, found again when that changes."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final

__all__ = ["Span", "anchor", "make_span"]

_AROUND: Final = 32  # characters kept of what stands before and after


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A quote of an article: position and text, as in the W3C's Web Annotation Data Model.

    Attributes
    ----------
    article_id
        Of the article.
    start, end
        Code points of the stored text; ``text[start:end] == exact``.
    exact, prefix, suffix
        The words, and what stands before and after them.
    """

    article_id: str
    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return dataclasses.asdict(self)

    def covers(self, other: Span) -> bool:
        """Return whether another span of the article lies in this one."""
        return self.article_id == other.article_id and self.start <= other.start and other.end <= self.end


def make_span(article_id: str, text: str, start: int, end: int) -> Span:
    """Return the span of some characters of a text.

    Raises
    ------
    ValueError
        When there are no such characters.

    Examples
    --------
    >>> make_span("a", "Drones hit Erdenet.", 11, 18).exact
    'Erdenet'
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"expected characters of a text of {len(text):,}, found {start:,} to {end:,}.")
    return Span(
        article_id, start, end, text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    )


def anchor(text: str, span: Span) -> Span | None:
    """Return where the words of a span stand in a text that may have changed, None where that cannot be told.

    Parameters
    ----------
    text
        The text as it is now.
    span
        Made of an earlier one.

    Returns
    -------
    Span or None
        At the old position where the words and what is around them stand there still; else at the occurrence that is
        surrounded most alike; None where the words are gone, or two occurrences are surrounded alike.

    Examples
    --------
    >>> old = make_span("a", "Two were killed in Erdenet.", 0, 3)
    >>> anchor("Corrected: Two were killed in Erdenet.", old).start
    11
    >>> anchor("Three were killed in Erdenet.", old) is None
    True
    """
    if not span.exact:
        return None
    places = [found.start() for found in re.finditer(f"(?={re.escape(span.exact)})", text)]
    scored = sorted(((_alike(text, span, at), at) for at in places), reverse=True)
    if not scored:
        return None
    best = [at for score, at in scored if score == scored[0][0]]
    whole = scored[0][0] == len(span.prefix) + len(span.suffix) and span.start in best
    if len(best) > 1 and not whole:
        return None
    at = span.start if whole else best[0]
    return make_span(span.article_id, text, at, at + len(span.exact))


def _alike(text: str, span: Span, at: int) -> int:
    """Return how many characters beside an occurrence are those beside the span."""
    before, after = text[max(0, at - len(span.prefix)) : at], text[at + len(span.exact) :]
    return _common(before[::-1], span.prefix[::-1]) + _common(after, span.suffix)


def _common(text: str, other: str) -> int:
    count = 0
    for one, two in zip(text, other, strict=False):
        if one != two:
            break
        count += 1
    return count
