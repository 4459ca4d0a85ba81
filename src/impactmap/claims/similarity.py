"""How alike the texts of two reports are, and at most can be, which is found out at a fraction of the cost."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from impactmap.claims.blocking import Rows, among, different, expanded

__all__ = ["Texts"]

_WORDS_TO_COMPARE: Final = 3
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SIGNS = re.compile(r"[^\w\s]+")
#: The same for texts in ASCII, which is several times as fast.
_ASCII_SIGNS: Final = {number: " " for number in range(128) if _SIGNS.fullmatch(chr(number))}
#: More than what single precision may be off.
_LEEWAY: Final = 0.001


class Texts:
    """Texts that are compared in pairs.

    Parameters
    ----------
    texts
        Of any kind; empty where there is none.

    Attributes
    ----------
    order
        A number for each text without its case and signs: the same for the same, ascending as the alphabet.
    """

    def __init__(self, texts: npt.NDArray[np.object_]) -> None:
        plain = [" ".join(_without_signs(text.casefold()).split()) for text in texts]
        self.order = pd.factorize(np.array(plain, dtype=object), sort=True)[0]
        self._some = np.array([bool(text) for text in plain], dtype=bool)
        # Both likenesses are of the words in alphabetical order: that is made once a text, not once a pair.
        self._words = [sorted(text.split()) for text in plain]
        self._sorted = np.array([" ".join(words) for words in self._words], dtype=object)
        self._telling = np.array([len(words) >= _WORDS_TO_COMPARE for words in self._words], dtype=bool)
        self._cyrillic = np.array([not text.isascii() and bool(_CYRILLIC.search(text)) for text in plain], dtype=bool)

    def comparable(self, one: Rows, other: Rows) -> npt.NDArray[np.bool_]:
        """Say which pairs are of texts long enough and in one alphabet."""
        found: npt.NDArray[np.bool_] = (
            self._telling[one] & self._telling[other] & (self._cyrillic[one] == self._cyrillic[other])
        )
        return found

    def same(self, one: Rows, other: Rows) -> npt.NDArray[np.bool_]:
        """Say which pairs have the same text."""
        found: npt.NDArray[np.bool_] = (self.order[one] == self.order[other]) & self._some[one]
        return found

    def in_order(self, one: Rows, other: Rows) -> npt.NDArray[np.float32]:
        """Return how alike pairs are with their words in alphabetical order, 0 to 100 (`fuzz.token_sort_ratio`)."""
        return self._compared(one, other, fuzz.ratio)

    def in_common(self, one: Rows, other: Rows) -> npt.NDArray[np.float32]:
        """Return how alike pairs are beside the words they share, 0 to 100 (`fuzz.token_set_ratio`)."""
        return self._compared(one, other, fuzz.token_set_ratio)

    def most_in_common(self, one: Rows, other: Rows, in_order: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return a number that `in_common` does not exceed, at a fraction of its cost.

        Parameters
        ----------
        one, other
            Pairs of positions.
        in_order
            What the method of that name gives for them.

        Notes
        -----
        With the letters of the shared words known, `in_common` depends only on how long a subsequence of letters the
        others share. It is no longer than either side's others, and no longer than that of the whole texts, which
        `in_order` tells.
        """
        words, letters, length, length_once = self._lengths
        shared = words.shared(one, other, letters)
        whole = np.maximum(shared - 1, 0)
        first, second = length_once[one], length_once[other]
        common = in_order / 200.0 * (length[one] + length[other])
        rest = np.minimum(common, np.maximum(np.minimum(first, second) - shared, 0))
        between = 2 * (shared + rest) / (first + second)
        most: npt.NDArray[np.float64] = np.maximum(between, 2 * whole / (np.minimum(first, second) + whole))
        return 100 * most + _LEEWAY

    def _compared(self, one: Rows, other: Rows, scorer: Any) -> npt.NDArray[np.float32]:
        texts = list(self._sorted[one]), list(self._sorted[other])
        found: npt.NDArray[np.float32] = process.cpdist(*texts, scorer=scorer, dtype=np.float32, workers=-1)
        return found

    @cached_property
    def _lengths(self) -> tuple[_Words, Rows, Rows, Rows]:
        """Return the words of the texts, their lengths with a space, and texts' lengths with all and once each."""
        numbers: dict[str, int] = {}
        words = _Words([[numbers.setdefault(word, len(numbers)) for word in words] for words in self._words])
        letters = np.array([len(word) + 1 for word in numbers], dtype=np.int64)
        length = np.array([len(text) for text in self._sorted], dtype=np.int64)
        return words, letters, length, words.sums(letters) - 1


class _Words:
    """Which words are in which text, each once.

    Parameters
    ----------
    texts
        The numbers of each text's words: 0, 1, ...
    """

    def __init__(self, texts: Sequence[Sequence[int]]) -> None:
        word = np.fromiter(itertools.chain.from_iterable(texts), dtype=np.int64)
        self._number = int(word.max(initial=0)) + 1
        text = np.repeat(np.arange(len(texts)), np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
        self._held = different([text * self._number + word])
        text, self._word = np.divmod(self._held, self._number)
        self._size = np.bincount(text, minlength=len(texts))
        self._begin = np.cumsum(self._size) - self._size

    def sums(self, weights: Rows) -> Rows:
        """Return the sum of the weights of each text's words."""
        until = np.concatenate([[0], np.cumsum(weights[self._word])])
        found: Rows = until[self._begin + self._size] - until[self._begin]
        return found

    def shared(self, one: Rows, other: Rows, weights: Rows) -> Rows:
        """Return for each pair of texts the sum of the weights of the words that both have."""
        pair, within = expanded(self._size[one])
        word = self._word[self._begin[one[pair]] + within]
        both = among(other[pair] * self._number + word, self._held)
        return np.bincount(pair[both], weights[word[both]], minlength=len(one)).astype(np.int64)


def _without_signs(text: str) -> str:
    return text.translate(_ASCII_SIGNS) if text.isascii() else _SIGNS.sub(" ", text)
