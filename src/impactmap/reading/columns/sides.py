"""The column of sides settled: who is not known, who is declared, and what is nearly another's name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import pandas as pd

from impactmap.model.header_words import header_words
from impactmap.model.text import compare_key
from impactmap.reading.typed import Table

__all__ = ["SideNames", "near_values", "settle_sides"]

_SIGNS = frozenset(("?", "-", "–", "—", ""))
#: Of more different values none is compared with every other.
_MOST_COMPARED = 200
_LEAST_LETTERS = 4
_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\band\b|\bта\b|\bі\b|\bи\b)\s*", re.IGNORECASE)


class SideNames(Protocol):
    """What knows the declared sides: `impactmap.workspace.side_names.SideNames`.

    `others` says whether every other value is a side, too.
    """

    others: bool

    def key_of(self, text: str) -> str | None:
        """Return the key of the side that a text means."""

    def several(self, text: str) -> list[str]:
        """Return the keys of the sides that a text names one after the other."""

    def nearest(self, text: str) -> str | None:
        """Return the key of the side that is spelled most like a text."""


def settle_sides(table: Table, side: pd.Series[str], names: SideNames | None) -> pd.Series[str]:
    """Return the sides by their keys; missing where nobody says who attacked, or two are named.

    Parameters
    ----------
    table
        Its log takes rows with a side that is not declared, and what is a question.
    side
        The column as it stands.
    names
        The declared sides; None where every value is a side.

    Returns
    -------
    Series
        Same index.
    """
    unstated = header_words().cells["unstated"] | _SIGNS
    values = [str(value) for value in side.dropna().unique()]
    silent = [value for value in values if value.strip().casefold() in unstated]
    if silent:
        table.note(
            "columns",
            f"Cells of {_header(table)!r} that say that the side is not known: {int(side.isin(silent).sum()):,}; read "
            "as not stated.",
        )
        side = side.mask(side.isin(silent))
    values = [value for value in values if value not in silent]
    if names is None:
        known = table.settled.once("sides", "", lambda: values)
        for value in [value for value in values if len(_listed(value, known)) > 1]:
            _ask_which(table, side, value, _listed(value, known))
            side = side.mask(side == value)
            values = [each for each in values if each != value]
        _ask_about_near(table, side, values)
        return side
    keys = {value: names.key_of(value) for value in values}
    for value in [value for value, key in keys.items() if key is None and names.several(value)]:
        _ask_which(table, side, value, names.several(value))
        side = side.mask(side == value)
        del keys[value]
    if names.others:
        keys = {value: key for value, key in keys.items() if key is not None}
    unknown = side.isin([value for value, key in keys.items() if key is None])
    if unknown.any():
        nearest = {value: names.nearest(value) for value, key in keys.items() if key is None}
        table.log.reject(
            unknown,
            table.rows,
            side,
            column=_header(table),
            expected="a side that the project file declares",
            fix=side.map(lambda value: _mend(str(value), nearest.get(str(value))), na_action="ignore").astype("str"),
        )
    changed = {value: key for value, key in keys.items() if key is not None and key != value}
    return side.replace(changed) if changed else side


def _listed(value: str, values: list[str]) -> list[str]:
    """Return the other values that a text such as "A, B" lists; nothing where a part of it is none of them."""
    known = {compare_key(each): each for each in values if each != value}
    parts = [known.get(compare_key(part)) for part in _BETWEEN.split(value) if part.strip()]
    named = [part for part in parts if part is not None]
    return named if len(named) == len(parts) else []


def _header(table: Table) -> str:
    return table.columns.get("side", "side")


def _mend(value: str, nearest: str | None) -> str:
    guess = f"Did you mean {nearest!r}? " if nearest else ""
    return (
        f"{guess}Correct it, or add {value!r} to the aliases of the side that it means ([[sides]] in the project file)."
    )


def _ask_which(table: Table, side: pd.Series[str], value: str, named: list[str]) -> None:
    table.log.remark(
        rows=table.rows[(side == value).fillna(value=False)],
        column=_header(table),
        expected="one attacking side a row",
        found=f"{value!r}, which names {' and '.join(map(repr, named))}",
        fix="The side is read as not stated. Write the one that attacked, or give each its own row.",
    )


def near_values(values: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the pairs of values that are a letter apart, the rarer first.

    Examples
    --------
    >>> near_values(["North", "Nroth", "East"], {"North": 9, "Nroth": 1, "East": 1})
    [('Nroth', 'North')]
    """
    from rapidfuzz.distance import OSA

    pairs: list[tuple[str, str]] = []
    for one, other in itertools.combinations(values, 2) if len(values) <= _MOST_COMPARED else ():
        keys = compare_key(one), compare_key(other)
        if min(map(len, keys)) >= _LEAST_LETTERS and OSA.distance(*keys, score_cutoff=1) <= 1:
            rare, usual = sorted((one, other), key=lambda value: (counts.get(value, 0), value))
            pairs.append((rare, usual))
    return pairs


def _ask_about_near(table: Table, side: pd.Series[str], values: list[str]) -> None:
    """Ask about values that are a letter apart."""
    counts = {str(value): int(count) for value, count in side.value_counts().items()}
    for rare, usual in near_values(values, counts):
        table.log.remark(
            rows=table.rows[(side == rare).fillna(value=False)],
            column=_header(table),
            expected="one spelling for each side",
            found=f"{rare!r} beside {usual!r}",
            fix=f"Each is drawn as a side of its own. If {usual!r} is meant, correct it.",
        )
