"""How far long work has come, told to whoever asked to be told."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "part_of", "quiet"]

#: Takes how much is done, of how much (steps, bytes or rows), and what is being done.
Progress = Callable[[int, int, str], None]


def quiet(done: int, of: int, what: str) -> None:
    """Tell nobody."""


def part_of(progress: Progress, step: int, steps: int) -> Progress:
    """Return what is told the amounts of one step, and tells that step with its share.

    Examples
    --------
    >>> part_of(lambda step, steps, what: print(f"{step}/{steps} {what}"), 1, 3)(45, 200, "Reading events.csv")
    1/3 Reading events.csv, 22%
    """
    return lambda done, of, what: progress(step, steps, f"{what}, {done / of if of else 1:.0%}")
