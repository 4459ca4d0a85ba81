"""The catalogs of what the program says, and how a message of theirs is known by its English."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from impactmap.model.languages import FIRST, language_codes

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = [
    "KINDS",
    "PLACEHOLDER",
    "Pattern",
    "kind_of",
    "parts_of",
    "patterns_of",
    "read_texts",
    "translated_languages",
]

PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
#: What stands in a placeholder, by how its name begins; any text in others, of a file one without a colon and a blank.
KINDS: Final = {
    "n": r"[-\u2212]?\d[\d,]*(?:\.\d+)?",
    "quoted": r"'(?:[^'\\]|\\.)*(?:'|\u2026)|\"(?:[^\"\\]|\\.)*(?:\"|\u2026)",
    "month": r"[A-Z][a-z]+",
    "figure": r"[-\u2212]?\d[\d,.e+]*(?:\u2013[-\u2212]?\d[\d,.e+]*)*",
    "metric": r"[a-z]\w*",
    "column": r"\w+",
    "year": r"\d{1,4}",
    "date": r"\d{4}-\d{2}-\d{2}",
}


#: Where another column that is told begins.
_ITEM: Final = re.compile(r", (?='(?:[^'\\]|\\.)*' as )")
#: Letters by which messages are looked up.
_HEAD: Final = 3
_FILE: Final = r"(?:(?!: ).)+?"


@dataclass(frozen=True)
class Pattern:
    """How a message is known: by its words, with whatever stands in its placeholders.

    Attributes
    ----------
    code
        Of the message, in every catalog.
    text
        In English.
    regex
        Of the whole, its first letter large or small.
    prefix, anchor, suffix
        What it begins with after its first letter, the longest run of its words, and what it ends with: a text without
        them is another message.
    """

    code: str
    text: str
    regex: re.Pattern[str]
    prefix: str
    anchor: str
    suffix: str

    @property
    def words(self) -> int:
        """How many characters of it are its own."""
        return len(PLACEHOLDER.sub("", self.text))

    def read(self, text: str) -> dict[str, str] | None:
        """Return what stands in its placeholders, None where a text is another message."""
        if not (text.startswith(self.prefix, 1) and text.endswith(self.suffix) and self.anchor in text):
            return None
        match = self.regex.fullmatch(text)
        return None if match is None else match.groupdict()

    @classmethod
    def of(cls, code: str, text: str) -> Pattern:
        """Return how the message of an English text is known."""
        parts = PLACEHOLDER.split(text)
        literals, names = parts[::2], parts[1::2]
        anchor = max((literals[0][1:], *literals[1:]), key=len)
        first = literals[0][:1]
        either = f"[{re.escape(first.lower())}{re.escape(first.upper())}]" if first.isalpha() else re.escape(first)
        regex = either + re.escape(literals[0][1:])
        for name, literal in zip(names, literals[1:], strict=True):
            kind = kind_of(name)
            regex += f"(?P<{name}>{KINDS.get(kind, _FILE if kind == 'file' else '.+?')}){re.escape(literal)}"
        suffix = literals[-1] if names else ""
        return cls(code, text, re.compile(regex, re.DOTALL), literals[0][1:], anchor, suffix)


def kind_of(name: str) -> str:
    """Return the kind of a placeholder: its name without the number that tells two of a kind apart."""
    return name.partition("_")[0]


def parts_of(kind: str, value: str) -> list[str]:
    """Return the messages that stand in a placeholder of a kind: one, the items of a list, or none."""
    return [value] if kind == "said" else _ITEM.split(value) if kind == "items" else []


@functools.cache
def _patterns() -> dict[str, tuple[Pattern, ...]]:
    """Return how messages are known, by what they begin with after the first letter; under "" those of short ones."""
    found: dict[str, list[Pattern]] = {"": []}
    for code, text in read_texts(FIRST).items():
        pattern = Pattern.of(code, text)
        found.setdefault(pattern.prefix[:_HEAD] if len(pattern.prefix) >= _HEAD else "", []).append(pattern)
    return {head: tuple(alike) for head, alike in found.items()}


def patterns_of(text: str) -> Iterator[Pattern]:
    """Yield how the messages are known that a text may be."""
    patterns = _patterns()
    yield from patterns.get(text[1 : _HEAD + 1], ()) if len(text) > _HEAD else ()
    yield from patterns[""]


@functools.cache
def read_texts(language: str) -> dict[str, str]:
    """Return a language's messages by code."""
    from babel.messages.pofile import read_po

    folder = _folder()
    file = folder / "messages.pot" if language == FIRST else folder / language / "LC_MESSAGES" / "messages.po"
    catalog = read_po(io.BytesIO(file.read_bytes()))
    return {
        str(each.context): str(each.id if language == FIRST else each.string) for each in catalog if each.id
    }  # fmt: skip


@functools.cache
def translated_languages() -> tuple[str, ...]:
    """Return the languages that have a catalog of messages, English first."""
    return tuple(code for code in language_codes() if code == FIRST or (_folder() / code).is_dir())


def _folder() -> Traversable:
    return resources.files(__package__) / "locale"
