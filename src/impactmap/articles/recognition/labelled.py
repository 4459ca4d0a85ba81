"""Places that a model alone sees: without a position, where nothing of ours speaks against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from impactmap.articles.recognition.coordination import UNKNOWN, Mention
from impactmap.articles.recognition.names import Meaning, demonym_country

__all__ = ["take_labelled"]


def take_labelled(
    text: str, mentions: Sequence[Mention], labels: Mapping[tuple[int, int], str], language: str
) -> list[Mention]:
    """Return mentions with those that a model calls places and we do not know, in order.

    Parameters
    ----------
    text
        Of the article.
    mentions
        As we read them; what we reject for a reason of its own stays rejected.
    labels
        What a model calls parts of the text, by start and end.
    language
        Of the text.
    """
    left = list(mentions)
    for (start, end), label in labels.items():
        name = text[start:end]
        if label not in {"GPE", "LOC"} or not name[:1].isupper() or demonym_country(name, language):
            continue
        beside = [each for each in left if each.start < end and start < each.end]
        if any(each.rejected not in {UNKNOWN, "small"} or each.role == "demonym" for each in beside):
            continue
        for each in beside:
            left.remove(each)
        meanings = [meaning for each in beside for meaning in each.meanings]
        left.append(Mention(start, end, name, name, meanings or [Meaning("area", name)], located=True))
    return sorted(left, key=lambda each: each.start)
