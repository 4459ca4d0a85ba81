"""What people and programs write in a cell where nothing is known."""

from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources
from typing import Final

import pandas as pd

__all__ = ["EMPTY_WORDS", "is_empty_word", "without_empty_words"]

#: In cells of numbers, days and positions they mean that the cell is empty; a place called NA is a place.
EMPTY_WORDS: Final = frozenset(
    tomllib.loads(resources.files("impactmap.reading").joinpath("empty_words.toml").read_text(encoding="utf-8"))[
        "words"
    ]
)
_LONGEST: Final = max(map(len, EMPTY_WORDS))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


def is_empty_word(text: str) -> bool:
    """Say whether a cell says that nothing is known.

    Examples
    --------
    >>> is_empty_word("N/A"), is_empty_word("–"), is_empty_word("0"), is_empty_word("невідомо")
    (True, True, False, True)
    """
    if len(text) > _LONGEST + 8:
        return False
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    plain = " ".join(plain.split()).strip("()[]\"' ")
    return plain in EMPTY_WORDS or not plain


def without_empty_words(column: pd.Series[str]) -> tuple[pd.Series[str], int]:
    """Return a column with the cells missing that say that nothing is known, and how many they are."""
    words = [text for text in _short_levels(column) if is_empty_word(text)]
    if not words:
        return column, 0
    empty = column.isin(words)
    return column.mask(empty), int(empty.sum())


def _short_levels(column: pd.Series[str]) -> list[str]:
    """Return the different cells that do not begin with a digit: numbers say something."""
    texts = column[~column.str.match(r"\s*[+\-\u2212]?[0-9]").fillna(value=True).astype(bool)]
    return [str(text) for text in texts.unique()]
