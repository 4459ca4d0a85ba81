"""Read what a text of the program says: codes with values, one for each of its clauses."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from impactmap.model.messages.catalog import KINDS, kind_of, parts_of, patterns_of

__all__ = ["Said", "is_understood", "read_message"]

#: Where one clause or sentence ends and another begins.
_BREAK: Final = re.compile(r"(?<=[.;!?:])\s+|(?<=,)\s+(?=but )")
#: Where another line of a list begins: nothing is said across it.
_LINES: Final = re.compile(r"(?<=\n)(?= {2})")
_END: Final = ".;,:"
_VALUE: Final = re.compile(r"['\"].*['\"\u2026]\W*|[\W\d]*", re.DOTALL)
_KEPT: Final = 4096


@dataclass(frozen=True)
class Said:
    """One thing that is said.

    Attributes
    ----------
    code
        Of the message in the catalogs; empty for a text that is none.
    values
        What stands in its placeholders, in English.
    text
        As written, with what parts it from the next.
    unknown
        How many characters of it, those of the messages within it counted, no catalog has.
    free
        How many stand in placeholders that take any text: the fewer, the surer it is read rightly.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    unknown: int = 0
    free: int = 0


@functools.lru_cache(maxsize=_KEPT)
def read_message(text: str) -> tuple[Said, ...]:
    """Read what a text of the program says.

    Parameters
    ----------
    text
        A reason, a fault's part, a note or an error, in English.

    Returns
    -------
    tuple of Said
        One for each clause; those that no catalog has keep their text and have no code. Their texts, put together, are
        the text given. Of all ways to read it this is the one that leaves least unknown, then least to chance.

    Examples
    --------
    >>> [(said.code, dict(said.values)) for said in read_message("A district; the report says near it.")]
    [('word.district', {}), ('place.near', {})]
    >>> read_message("Nobody wrote this.")[0].code
    ''
    """
    if len(lines := _LINES.split(text)) > 1:
        return tuple(said for line in lines for said in read_message(line))
    ends = sorted({*(found.end() for found in _BREAK.finditer(text)), len(text)} - {0})
    read: dict[int, tuple[Said, ...]] = {len(text): ()}
    for start in reversed([0, *ends[:-1]] if text else []):
        ways = ((_read(text[start:end]), *read[end]) for end in ends if end > start)
        read[start] = min(ways, key=_doubt)
    return read[0]


def is_understood(text: str) -> bool:
    """Return whether a text is known throughout: messages, and values such as a cell in quotation marks or a number."""
    return not any(said.unknown for said in read_message(text))


def _doubt(said: tuple[Said, ...]) -> tuple[int, int]:
    return sum(each.unknown for each in said), sum(each.free for each in said)


def _read(text: str) -> Said:
    """Return the message that a text is, whatever stop ends it."""
    inner = text.rstrip().rstrip(_END)
    best, surest = Said("", text=text, unknown=0 if _VALUE.fullmatch(text.strip()) else len(text)), (len(text), 0, 0)
    for pattern in patterns_of(inner):
        if (values := pattern.read(inner)) is not None:
            unknown, free = 0, 0
            for name, value in values.items():
                parts = parts_of(kind_of(name), value)
                doubts = [_doubt(read_message(part)) for part in parts]
                unknown += sum(doubt[0] for doubt in doubts)
                free += sum(doubt[1] for doubt in doubts)
                free += 0 if parts or kind_of(name) in KINDS else len(value)
            if (unknown, free, -pattern.words) < surest:
                best, surest = Said(pattern.code, values, text, unknown, free), (unknown, free, -pattern.words)
    return best
