"""What hangs together by links, of numbered things: union and find."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["join", "roots"]

Numbers = npt.NDArray[np.intp]


def join(parent: Numbers, ones: Numbers, others: Numbers) -> None:
    """Link things; the smallest number of what hangs together stands for it.

    Parameters
    ----------
    parent
        Begins as each thing's own number, and is changed.
    ones, others
        The links.
    """
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        first, second = _root(parent, one), _root(parent, other)
        parent[max(first, second)] = min(first, second)


def roots(parent: Numbers) -> Numbers:
    """Return which number stands for each thing.

    Examples
    --------
    >>> parent = np.arange(5)
    >>> join(parent, np.array([4, 1]), np.array([2, 4]))
    >>> roots(parent).tolist()
    [0, 1, 1, 3, 1]
    """
    return np.array([_root(parent, at) for at in range(len(parent))], dtype=np.intp)


def _root(parent: Numbers, at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = int(parent[at])
    return at
