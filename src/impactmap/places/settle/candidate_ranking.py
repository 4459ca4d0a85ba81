"""Put the candidates of a doubtful place in the order in which the rest of the table makes them likely.

A table of reports is seldom about the whole world: of several places of one name the one among the table's other places
is likelier than one far from all of them. That orders candidates; it never settles which is meant.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from impactmap.places.settle.decision import Candidate, Decision
from impactmap.places.settle.evidence import MOST_ALTERNATIVES

__all__ = ["Company", "order_candidates"]

_CELL: Final = 0.2  # degrees of latitude; half as many to the degree of longitude as there are at 60 degrees
_REACH: Final = 2  # cells
_WIDTH: Final = 1.0  # cells
_ALONE: Final = 0.02
_UNKNOWN: Final = 150  # inhabitants of a place without a figure: most are villages too small for GeoNames
_MOST_ALIKE: Final = 24  # candidates listed where little tells them apart
_FITS: Final = 0.5
_VILLAGE: Final = 1_000


class Company:
    """Where the settled places of a table are, as a smooth density.

    Parameters
    ----------
    decisions
        What was decided.
    rows
        How many rows of the table each decision stands for.
    """

    def __init__(self, decisions: Sequence[Decision], rows: npt.NDArray[np.intp]) -> None:
        self._named: Counter[str] = Counter()
        self._density: dict[tuple[int, int], float] = defaultdict(float)
        cells: dict[tuple[int, int], float] = defaultdict(float)
        for decision, count in zip(decisions, rows.tolist(), strict=True):
            if decision.status != "matched" and not (decision.status == "area" and decision.circle):
                continue
            point = decision.circle or (decision.latitude, decision.longitude)
            cells[_cell(*point)] += math.sqrt(count)
            self._named[decision.place_id or ""] += count
        steps = range(-_REACH, _REACH + 1)
        spread = [(i, j, math.exp(-(i * i + j * j) / (2 * _WIDTH**2))) for i in steps for j in steps]
        for (x, y), weight in cells.items():
            for i, j, share in spread:
                self._density[x + i, y + j] += weight * share

    def likelihood(self, candidate: Candidate) -> float:
        """Return how likely a candidate is meant, as a number to compare with others'.

        The hints and the name, the inhabitants, the table's places about it, and whether the table has it elsewhere.
        """
        if candidate.position is None:
            return 0.0
        inhabitants = math.sqrt(max(candidate.population, _UNKNOWN))
        about = _ALONE + self._density.get(_cell(*candidate.position), 0.0)
        return candidate.fit * inhabitants * about * (1 + 0.5 * math.sqrt(self._named[candidate.place_id]))


def order_candidates(decisions: Sequence[Decision], rows: npt.NDArray[np.intp]) -> list[Decision]:
    """Return decisions with the candidates of ambiguous ones in order of likelihood.

    Parameters
    ----------
    decisions
        What was decided.
    rows
        How many rows of the table each decision stands for.
    """
    if not any(decision.status == "ambiguous" for decision in decisions):
        return list(decisions)
    company = Company(decisions, rows)
    return [_ordered(decision, company) if decision.status == "ambiguous" else decision for decision in decisions]


def _ordered(decision: Decision, company: Company) -> Decision:
    """Return a decision with its likeliest candidates, and say how many are left out.

    Of villages about which nothing is known but the name more are listed.
    """
    weighed = sorted((*decision.alternatives, *decision.reserve), key=lambda one: -company.likelihood(one))
    kept = max(MOST_ALTERNATIVES, len(decision.alternatives))
    while kept < min(len(weighed), _MOST_ALIKE) and weighed[kept].fit >= _FITS and weighed[kept].population < _VILLAGE:
        kept += 1
    reason = decision.reason
    if (left_out := decision.named - kept) > 0:
        reason += f" {left_out} more {'is' if left_out == 1 else 'are'} not listed."
    return dataclasses.replace(decision, alternatives=tuple(weighed[:kept]), reserve=(), reason=reason)


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / _CELL), math.floor(longitude / (2 * _CELL))
