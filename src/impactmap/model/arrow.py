"""Columns as Arrow arrays: texts cleaned all at once, and what is asked of them in bulk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from impactmap.model.values import clean_text, texts_of, web_url

__all__ = [
    "codes_of",
    "distinct",
    "give_back",
    "map_texts",
    "positions_in",
    "shorten",
    "source_names",
    "text_column",
    "web_urls",
]

# A first byte that UTF-8 never needs for what HTML can hold (1), or that may begin what it cannot (2).
_BYTES = np.zeros(256, dtype=np.uint8)
_BYTES[[*range(0x09), *range(0x0B, 0x20), 0x7F]] = 1
_BYTES[[0xC2, 0xED, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4]] = 2

#: Bytes looked at together.
_BLOCK = 2**22

#: An address that needs no closer look: no port, no bracket, nothing that a browser would mend.
_PLAIN_URL = r"^https?://[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9._~/?#@!$&'()*+,;=%:-]*)?$"


def text_column(frame: pd.DataFrame, name: str, rows: npt.NDArray[np.intp] | None = None) -> pa.Array:
    """Return a column as clean texts.

    Parameters
    ----------
    frame, name
        The column; one that is absent is all missing.
    rows
        Positions of the rows wanted; all of them by default.

    Returns
    -------
    pyarrow.Array
        ``large_string``, missing as null.
    """
    count = len(frame) if rows is None else len(rows)
    if name not in frame.columns:
        return pa.nulls(count, pa.large_string())
    column = frame[name] if rows is None else frame[name].iloc[rows]
    if isinstance(column.dtype, pd.StringDtype):
        try:
            found = pa.array(column, from_pandas=True)
            found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
            found = found.cast(pa.large_string())
        except (UnicodeEncodeError, pa.ArrowInvalid):  # a lone surrogate
            found = None
        if found is not None:
            return found if _is_clean(found) else map_texts(found, clean_text)
    return pa.array(texts_of(pd.DataFrame({name: column}), name), pa.large_string())


def _bytes(texts: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the UTF-8 of all texts, one after the other, without a copy."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return np.empty(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int64, count=len(texts) + 1, offset=8 * texts.offset)
    return np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]


def _is_clean(texts: pa.Array) -> bool:
    """Whether `clean_text` would change none of the texts."""
    data = _bytes(texts)
    found = []
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        if block.min() >= 0x20 and block.max() < 0x7F:
            continue
        kinds = _BYTES[block]
        found.append(np.flatnonzero(kinds) + start)
        if (kinds[found[-1] - start] == 1).any():
            return False
    at = np.concatenate([np.empty(0, dtype=np.intp), *found])
    # Of a whole text none of these begins within the last bytes without what follows it.
    first, second, third, fourth = (data[np.minimum(at + step, len(data) - 1)] for step in range(4))
    unfit = (first == 0xC2) & (second < 0xA0)
    unfit |= (first == 0xED) & (second >= 0xA0)
    unfit |= (first == 0xEF) & (second == 0xB7) & (third >= 0x90) & (third <= 0xAF)
    unfit |= (first == 0xEF) & (second == 0xBF) & (third >= 0xBE)
    unfit |= (first >= 0xF0) & (second & 0x0F == 0x0F) & (third == 0xBF) & (fourth >= 0xBE)
    return not bool(unfit.any())


def give_back() -> None:
    """Return to the system what Arrow keeps of memory that was needed for a moment."""
    pa.default_memory_pool().release_unused()


def codes_of(texts: pa.Array) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Return each text's number among the different ones, in order of appearance; -1 for a missing one."""
    coded = texts.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, coded.dictionary.to_pylist()


def distinct(texts: pa.Array) -> list[str]:
    """Return the different texts in order of appearance, without the missing."""
    return [text for text in texts.unique().to_pylist() if text is not None]


def positions_in(values: pd.Series[Any], ids: pd.Index[Any]) -> npt.NDArray[np.intp]:
    """Return where each value stands among the identifiers, of which each is there once; -1 for one that is not."""
    try:
        # Arrow compares the texts where they lie; an index would make an object of each.
        found = pc.index_in(pa.array(values, pa.large_string()), value_set=pa.array(ids, pa.large_string()))
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):  # not all of them are texts
        return np.asarray(ids.get_indexer(pd.Index(values)), dtype=np.intp)
    return np.asarray(found.fill_null(-1), dtype=np.intp)


def map_texts(texts: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Return the texts changed one by one, each different one once."""
    coded = texts.dictionary_encode()
    values = pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.large_string())
    return values.take(coded.indices)


def shorten(texts: pa.Array, longest: int) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """Return the texts cut to so many characters, and which were cut."""
    # A text of so few bytes cannot have too many characters: lengths in bytes are at hand.
    if not (pc.max(pc.binary_length(texts)).as_py() or 0) > longest:
        return texts, np.zeros(len(texts), dtype=bool)
    cut = pc.greater(pc.utf8_length(texts), longest).fill_null(fill_value=False)
    return pc.utf8_slice_codeunits(texts, 0, longest), cut.to_numpy(zero_copy_only=False)


def web_urls(texts: pa.Array) -> pa.Array:
    """Return the addresses that are ones to link to (see `web_url`); the others are missing."""
    plain = pc.match_substring_regex(texts, _PLAIN_URL).fill_null(fill_value=True)
    if pc.all(plain).as_py():
        return texts
    odd = texts.filter(pc.invert(plain))
    mended = pa.array([web_url(text) for text in odd.to_pylist()], pa.large_string())
    return pc.replace_with_mask(texts, pc.invert(plain), mended)


def source_names(names: pa.Array, addresses: pa.Array, links: pa.Array) -> pa.Array:
    """Return what a source is called: its name; an address that is not one to link to is part of the name."""
    named = pc.if_else(pc.equal(pc.binary_length(names), 0), pa.scalar(None, pa.large_string()), names)
    unlinked = pc.if_else(pc.is_valid(links), pa.scalar(None, pa.large_string()), addresses)
    if unlinked.null_count < len(unlinked):
        opening, closing, space, nothing = (pa.scalar(text, pa.large_string()) for text in ("(", ")", " ", ""))
        bracketed = pc.binary_join_element_wise(opening, unlinked, closing, nothing)
        both = pc.binary_join_element_wise(named, bracketed, space)
        named = pc.coalesce(both, named, unlinked)
    return pc.coalesce(named, links)
