"""Small questions about the words of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from impactmap.articles.recognition.names import Meaning
from impactmap.articles.sentences import Token

__all__ = ["is_strong", "split_based"]

_BASED: Final = re.compile(r"(?P<name>[^\W\d_]+)-(?P<rest>[^\W\d_]+)\Z")


def is_strong(meanings: Sequence[Meaning], least: int = 500_000) -> bool:
    """Return whether a name is that of a country, a region, a sea or a large city."""
    return any(each.kind != "settlement" or each.population >= least for each in meanings)


def split_based(found: list[Token]) -> list[Token]:
    """Return tokens with names in front of a hyphen and a small word apart: "Moscow-based"."""
    parted = []
    for token in found:
        match = _BASED.match(token.text)
        if match and token.is_capital and match["rest"].islower() and len(match["rest"]) > 3:
            middle = token.start + len(match["name"])
            parted += [Token(token.start, middle, match["name"]), Token(middle + 1, token.end, match["rest"])]
        else:
            parted.append(token)
    return parted
