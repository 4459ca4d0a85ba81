"""The words of METHOD.md, embed.html and correction notes: the map's own, and those that only these need."""

from __future__ import annotations

from impactmap.model.messages import word_message
from impactmap.model.words import catalog_messages
from impactmap.telling.wording import Wording

__all__ = ["RecordWords"]


class RecordWords(Wording):
    """Say things in one language, with the published folder's messages under ``record.<key>`` beside the map's.

    Parameters
    ----------
    language
        One of `language_codes`.
    """

    def __init__(self, language: str = "en") -> None:
        super().__init__(language)
        own = {f"record.{key}": message for key, message in catalog_messages(language, notes=True).items()}
        self._messages = {**self._messages, **own}

    def said(self, text: object) -> str:
        """Return what the program says of a table in the language, where its messages are translated."""
        return word_message(str(text), self.language)

    def column(self, name: str) -> str:
        """Return what readers call a column; another's own, and one without a word, without its underscores."""
        message = self._messages.get(f"record.column.{name}", name.replace("_", " "))
        return message if isinstance(message, str) else name
