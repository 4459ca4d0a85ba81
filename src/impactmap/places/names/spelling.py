"""Names of places as the author spells them."""

from __future__ import annotations

import difflib
import functools
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from impactmap.model.arrow import codes_of
from impactmap.places.names.keys import name_key

__all__ = ["authors_spelling", "in_authors_spelling", "in_own_spelling"]

#: From how alike on two texts of as many words are spellings of one name.
_ALIKE = 0.6


def in_authors_spelling(names: pa.Array, reported: pa.Array) -> pa.Array:
    """Return the names of places, each as its row spells it where that is only another spelling."""
    (name, shown), (given, texts) = codes_of(names), codes_of(reported)
    codes, pairs = pd.factorize((name.astype(np.int64) + 1) * (len(texts) + 1) + given + 1)
    told = []
    for one, other in zip(*(part.tolist() for part in np.divmod(pairs, len(texts) + 1)), strict=True):
        known = shown[one - 1] if one else None
        told.append(authors_spelling(known, texts[other - 1]) if known and other else known)
    return pa.array(told, pa.large_string()).take(pa.array(codes))


def in_own_spelling(names: pa.Array, own: Mapping[str, str]) -> pa.Array:
    """Return the names of places, each as the project file spells it where it does.

    Parameters
    ----------
    names
        Texts, or a dictionary of them.
    own
        The author's spelling by any other of the same name.

    Examples
    --------
    >>> in_own_spelling(pa.array(["Kyiv", None, "Lviv"], pa.large_string()), {"Київ": "Kiev"}).to_pylist()
    ['Kiev', None, 'Lviv']
    """
    if not own:
        return names
    by_key = {name_key(name): spelled for name, spelled in own.items()}
    codes, shown = codes_of(names)
    told = [by_key.get(name_key(name), name) for name in shown]
    return pa.array([*told, None], pa.large_string()).take(pa.array(codes.astype(np.int64) % (len(told) + 1)))


@functools.lru_cache(maxsize=4096)
def authors_spelling(name: str, reported: str) -> str:
    """Return a reported name where it is only another spelling of the place's, else the place's.

    Examples
    --------
    >>> authors_spelling("Zaporizhzhya", "Zaporizhzhia")
    'Zaporizhzhia'
    >>> authors_spelling("Sumy", "near Sumy"), authors_spelling("Sumy", "SUMY")
    ('Sumy', 'Sumy')
    """
    text = " ".join(reported.split())
    one, other = _plain(name), _plain(text)
    spelled = text[:1].isupper() and not text.isupper() and all(c.isalpha() or c in " -\u2019'" for c in text)
    if not spelled or len(name.split()) != len(text.split()) or not (_latin(name) and _latin(text)):
        return name
    return text if difflib.SequenceMatcher(None, one, other).ratio() >= _ALIKE else name


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def _latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in text if c.isalpha())
