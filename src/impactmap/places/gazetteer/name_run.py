"""The names of some places of a gazetteer, as keys: looked up whole, by stem, or by likeness."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.names.keys import similarity, skeleton_key, skeleton_lines, stem_key

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NameRun"]

_SLACK: Final = 8.0
_KIN: Final = 75.0
_COMPARED: Final = 40  # names whose likeness is measured in full
#: The bit of each letter; digits share theirs with some, which makes names look nearer, never farther.
_BITS: Final = np.left_shift(np.uint32(1), np.arange(256, dtype=np.uint32) & np.uint32(31))


class NameRun:
    """The names of some of a table's places, as keys, made when they are first needed.

    Looking for a key scans all of them, so keys that will be asked for are announced first, and one scan finds them
    all: no index has to be built or kept.

    Parameters
    ----------
    load
        Returns the keys and the row of each.
    """

    def __init__(self, load: Callable[[], tuple[pa.Array, npt.NDArray[np.int32]]]) -> None:
        self._load = load
        self._found: dict[str, tuple[int, ...]] = {}
        self._expected: set[str] = set()
        self._stems: dict[str, set[int]] | None = None

    @functools.cached_property
    def names(self) -> tuple[pa.Array, npt.NDArray[np.int32]]:
        """The keys, and the row of each."""
        return self._load()

    def expect(self, keys: Iterable[str]) -> None:
        """Announce keys; the first of them that is looked for finds all."""
        self._expected.update(key for key in keys if key and key not in self._found)

    def find(self, key: str) -> tuple[int, ...]:
        """Return the rows of places that have a name with this key."""
        if key and key not in self._found:
            self._scan(self._expected | {key})
            self._expected = set()
        return self._found.get(key, ())

    def _scan(self, wanted: set[str]) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, rows = self.names
        found: dict[str, set[int]] = {key: set() for key in wanted}
        if len(keys):
            where = np.flatnonzero(pc.is_in(keys, value_set=pa.array(sorted(wanted))).to_numpy(zero_copy_only=False))
            for key, row in zip(keys.take(pa.array(where)).to_pylist(), rows[where].tolist(), strict=True):
                found[key].add(row)
        self._found.update((key, tuple(sorted(rows))) for key, rows in found.items())

    def find_stem(self, stem: str) -> set[int]:
        """Return the rows of places from which a district or region with this stem could take its name."""
        if self._stems is None:
            self._stems = {}
            keys, rows = self.names
            for key, row in zip(keys.to_pylist(), rows.tolist(), strict=True):
                self._stems.setdefault(stem_key(key), set()).add(row)
        return self._stems.get(stem, set())

    def find_kin(self, key: str) -> list[tuple[int, float]]:
        """Return places with names that differ from this one in vowels only: row and similarity."""
        texts, rows, _ = self._by_length
        found = {int(rows[at]): similarity(key, texts[at]) for at in self._skeletons.get(skeleton_key(key), ())}
        return sorted((pair for pair in found.items() if pair[1] >= _KIN), key=lambda pair: (-pair[1], pair[0]))

    @functools.cached_property
    def _skeletons(self) -> dict[str, list[int]]:
        """Where the names of each skeleton are."""
        found: dict[str, list[int]] = {}
        texts = self._by_length[0]
        for position, skeleton in enumerate(skeleton_lines("\n".join(texts)) if texts else ()):
            found.setdefault(skeleton, []).append(position)
        return found

    def find_similar(self, key: str, *, cutoff: float, skeletons: bool = True) -> list[tuple[int, float]]:
        """Return places with names like this one, the most like first: row and similarity, 0 to 100.

        With `skeletons` also those that differ in any number of vowels.
        """
        from rapidfuzz import fuzz, process

        texts, rows, starts = self._by_length
        sizes, letters = self._letters
        # Lower ratios do not reach the cutoff, and a ratio needs lengths this near: the rest need not be compared.
        ratio = cutoff - _SLACK
        share = ratio / (200 - ratio)
        limits = math.floor(len(key) * share), math.ceil(len(key) / share) + 1
        first, last = (int(starts[min(size, len(starts) - 1)]) for size in limits)
        # Neither do names of which more letters are in one only than a ratio allows to be put in or left out.
        apart = np.bitwise_count(letters[first:last] ^ _letters_of(key))
        most = (len(key) + sizes[first:last]) * (1 - ratio / 100) + 1e-6
        near = (first + np.flatnonzero(apart <= most)).tolist()
        hits = process.extract(key, [texts[at] for at in near], scorer=fuzz.ratio, score_cutoff=ratio, limit=_COMPARED)
        positions = [near[position] for _, _, position in hits]
        if skeletons:
            positions += self._skeletons.get(skeleton_key(key), ())
        best: dict[int, float] = {}
        for position in positions:
            value = similarity(key, texts[position])
            if value >= cutoff:
                row = int(rows[position])
                best[row] = max(best.get(row, 0.0), value)
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))

    @functools.cached_property
    def _by_length(self) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The keys from the shortest to the longest, the row of each, and where each length begins."""
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, rows = self.names
        sizes = pc.binary_length(keys).to_numpy()
        order = np.argsort(sizes, kind="stable")
        starts = np.searchsorted(sizes[order], np.arange(int(sizes.max(initial=0)) + 2))
        return keys.take(pa.array(order)).to_pylist(), rows[order], starts

    @functools.cached_property
    def _letters(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        """The lengths of the keys, and which letters each has, as bits; from the shortest key to the longest."""
        texts, _, starts = self._by_length
        sizes = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        bits = _BITS[np.frombuffer("".join(texts).encode("ascii"), np.uint8)]
        letters = np.zeros(len(texts), np.uint32)
        some = int(starts[1])  # those before are empty
        letters[some:] = np.bitwise_or.reduceat(bits, np.cumsum(sizes)[some:] - sizes[some:]) if len(bits) else 0
        return sizes, letters

    def where(self, mask: npt.NDArray[np.bool_]) -> NameRun:
        """Return the run of those places for which `mask`, one flag a place of the table, is set."""

        def load() -> tuple[pa.Array, npt.NDArray[np.int32]]:
            import pyarrow as pa

            keys, rows = self.names
            keep = mask[rows]
            return keys.filter(pa.array(keep)), rows[keep]

        return NameRun(load)


def _letters_of(key: str) -> np.uint32:
    return np.uint32(np.bitwise_or.reduce(_BITS[np.frombuffer(key.encode("ascii"), np.uint8)], initial=0))
