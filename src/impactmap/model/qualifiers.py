"""The small words that are part of a reported figure: about, nearly, more than."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["QUALIFIERS", "Qualifier"]


@dataclass(frozen=True)
class Qualifier:
    """What a qualifier lets a figure mean, as factors of the figure.

    Attributes
    ----------
    low, high
        The interval is ``[low * value, high * value]``; 0 and infinity leave that end open. The ends belong to the
        interval.
    words
        Wordings in English, Ukrainian and Russian that mean this qualifier when they stand before a figure.
    """

    low: float
    high: float
    words: tuple[str, ...]


#: Conventions, not measurements: journalists round to about a tenth, and no source says how wide its "about" is.
QUALIFIERS: dict[str, Qualifier] = {
    "exactly": Qualifier(1, 1, ("exactly", "рівно", "точно", "ровно")),
    "about": Qualifier(
        0.9,
        1.1,
        (
            "about",
            "some",
            "around",
            "approximately",
            "approx",
            "approx.",
            "roughly",
            "circa",
            "ca.",
            "c.",
            "~",
            "≈",
            "близько",
            "приблизно",
            "орієнтовно",
            "біля",
            "коло",
            "около",
            "примерно",
            "приблизительно",
            "порядка",
        ),
    ),
    "nearly": Qualifier(0.9, 1, ("nearly", "almost", "close to", "майже", "почти")),
    "more than": Qualifier(
        1,
        math.inf,
        (
            "more than",
            "over",
            "above",
            ">",
            "понад",
            "більше",
            "більше ніж",
            "більш як",
            "свыше",
            "более",
            "более чем",
            "больше",
        ),
    ),
    "at least": Qualifier(
        1,
        math.inf,
        (
            "at least",
            "no fewer than",
            "no less than",
            "not less than",
            "minimum",
            "≥",
            ">=",
            "щонайменше",
            "принаймні",
            "не менше",
            "не менше ніж",
            "по меньшей мере",
            "как минимум",
            "не менее",
            "не меньше",
        ),
    ),
    "less than": Qualifier(
        0,
        1,
        (
            "less than",
            "fewer than",
            "under",
            "below",
            "<",
            "менше",
            "менше ніж",
            "менш як",
            "менее",
            "менее чем",
            "меньше",
        ),
    ),
    "up to": Qualifier(
        0,
        1,
        (
            "up to",
            "as many as",
            "at most",
            "no more than",
            "not more than",
            "maximum",
            "≤",
            "<=",
            "до",
            "не більше",
            "не більше ніж",
            "щонайбільше",
            "не более",
            "не больше",
            "максимум",
        ),
    ),
}
