"""The text of a step: a small part of Markdown, taken apart into what it says; nothing of it is ever markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from impactmap.model.values import clean_text

__all__ = ["Block", "Run", "story_blocks"]

_RUNS: Final = re.compile(
    r"\*\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*\*|\*(?=\S)(?P<italic>[^*\n]+)(?<=\S)\*|\[(?P<text>[^\]\n]+)\]\((?P<url>https?://[^\s()<>\"]+)\)"
)


@dataclass(frozen=True)
class Run:
    """Some words of one kind: ``text``, ``bold``, ``italic`` or ``link``, which has an address."""

    kind: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, or an item of a list."""

    kind: str
    runs: tuple[Run, ...]


def story_blocks(text: str) -> list[Block]:
    r"""Take a step's text apart.

    Parameters
    ----------
    text
        Of the project file.

    Returns
    -------
    list of Block
        ``paragraph`` or ``item``, in their order. What is not understood is text, sign by sign.

    Examples
    --------
    >>> first, second = story_blocks("One **two**.\n\n- <b>")
    >>> first.kind, [run.kind for run in first.runs], second.kind, second.runs[0].text
    ('paragraph', ['text', 'bold', 'text'], 'item', '<b>')
    """
    blocks = []
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, part.split("\n"))):
            item = re.match(r"[-*•]\s+(.+)", line)
            if item:
                lines.append(("item", item[1]))
            elif lines:
                kind, before = lines[-1]
                lines[-1] = (kind, f"{before} {line}")
            else:
                lines.append(("paragraph", line))
        blocks += [Block(kind, tuple(_runs(line))) for kind, line in lines]
    return blocks


def _runs(line: str) -> Iterator[Run]:
    end = 0
    for found in _RUNS.finditer(line):
        if before := line[end : found.start()]:
            yield Run("text", clean_text(before))
        for kind in ("bold", "italic"):
            if found[kind]:
                yield Run(kind, clean_text(found[kind]))
        if found["url"]:
            yield Run("link", clean_text(found["text"]), found["url"])
        end = found.end()
    if rest := line[end:]:
        yield Run("text", clean_text(rest))
