"""The words of METHOD.md, embed.html and correction notes: the map's own, and those that only these need."""

from __future__ import annotations

import functools
import io
from importlib import resources

from babel.messages.pofile import read_po

from impactmap.telling.wording import Wording

__all__ = ["RecordWords"]


class RecordWords(Wording):
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


@functools.cache
def _own_messages(language: str) -> dict[str, str | tuple[str, ...]]:
    folder = resources.files("impactmap.telling") / "locale"
    file = folder / "method.pot" if language == "en" else folder / language / "LC_MESSAGES" / "method.po"
    found: dict[str, str | tuple[str, ...]] = {}
    for message in read_po(io.BytesIO(file.read_bytes()), locale=language):
        if message.id:
            text = message.id if language == "en" else message.string
            found[f"record.{message.context}"] = tuple(text) if isinstance(text, list | tuple) else str(text)
    return found
