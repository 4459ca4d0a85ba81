"""The words of METHOD.md, embed.html and correction notes: the map's own, and those that only these need."""

from __future__ import annotations

from functools import cache

from impactmap.locales import read_messages
from impactmap.maps.words import Words

__all__ = ["RecordWords"]


class RecordWords(Words):
    """Say things in one language, with the published folder's messages under ``record.<key>`` beside the map's.

    Parameters
    ----------
    language
        ``en``, ``uk`` or ``ru``.
    """

    def __init__(self, language: str = "en") -> None:
        super().__init__(language)
        self._messages = {**self._messages, **_own_messages(language)}

    def column(self, name: str) -> str:
        """Return what readers call a column; another's own, and one without a word, without its underscores."""
        message = self._messages.get(f"record.column.{name}", name.replace("_", " "))
        return message if isinstance(message, str) else name


@cache
def _own_messages(language: str) -> dict[str, str | tuple[str, ...]]:
    messages = read_messages("impactmap.publish", "method", language)
    return {f"record.{context}": text for context, text in messages.items()}
