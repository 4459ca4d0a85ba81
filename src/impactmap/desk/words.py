"""The words of the local pages, in the reader's language."""

from __future__ import annotations

import functools
import io
from importlib import resources
from typing import Final

from babel.messages.pofile import read_po

from impactmap.model.faults import Fault
from impactmap.model.languages import FIRST, language_codes
from impactmap.model.messages import is_understood, word_message
from impactmap.telling.notes.note_words import RecordWords

__all__ = ["DeskWords", "desk_languages"]


_LONGEST: Final = 900


class DeskWords(RecordWords):
    """Say things in one language, with the local pages' messages beside the map's and the published folder's.

    Parameters
    ----------
    language
        English speaks for one that is not among `desk_languages`.

    Examples
    --------
    >>> DeskWords("uk").text("part.publish")
    'Опублікувати'
    """

    def __init__(self, language: str = "en") -> None:
        language = language if language in desk_languages() else FIRST
        super().__init__(language)
        self._own = _own_messages(language)
        self._messages = {**self._messages, **self._own}

    def column(self, name: str) -> str:
        """Return what people call a column of ours."""
        message = self._own.get(f"column.{name}")
        return message if isinstance(message, str) else super().column(name)

    def wanted(self, column: str) -> str:
        """Say in general what a cell of a column of ours should hold."""
        message = self._own.get(f"wanted.{column}") or self._own["wanted.other"]
        return str(message)

    def told(self, text: str) -> dict[str, str] | None:
        """Return what the program says, worded in the page's language, and the language that it is in.

        What no catalog has throughout stays English; None where nothing is said.
        """
        if not text:
            return None
        language = self.language if is_understood(text) else FIRST
        return {"text": _shortened(word_message(text, language)), "language": language}

    def fault(self, fault: Fault) -> dict[str, str]:
        """Return what is wrong with a cell and how to mend it, as `told` does."""
        known = all(map(is_understood, (fault.expected, fault.found, fault.fix)))
        language = self.language if known else FIRST
        text = fault.sentence(language).rstrip()
        return {"text": _shortened(text[:1].upper() + text[1:]), "language": language}

    def messages(self) -> dict[str, object]:
        """Return the pages' messages by key, those that want a plural by CLDR category, and the language's code."""
        texts = {key: text if isinstance(text, str) else self._by_category(text) for key, text in self._own.items()}
        return {"language": self.language, "messages": texts}


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@functools.cache
def desk_languages() -> tuple[str, ...]:
    """Return the languages that the local pages have words in, English first; maps speak more."""
    folder = resources.files("impactmap.desk") / "locale"
    return tuple(code for code in language_codes() if code == FIRST or (folder / code).is_dir())


@functools.cache
def _own_messages(language: str) -> dict[str, str | tuple[str, ...]]:
    folder = resources.files("impactmap.desk") / "locale"
    file = folder / "desk.pot" if language == "en" else folder / language / "LC_MESSAGES" / "desk.po"
    found: dict[str, str | tuple[str, ...]] = {}
    for message in read_po(io.BytesIO(file.read_bytes()), locale=language):
        if message.id:
            text = message.id if language == "en" else message.string
            found[str(message.context)] = tuple(text) if isinstance(text, list | tuple) else str(text)
    return found
