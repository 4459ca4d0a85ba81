"""Events of which several partitions have rows: found by their identifiers' hashes, and read together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from impactmap.datasets.stages import Job
from impactmap.datasets.store import identity_of, whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["shared_identifiers"]

#: The hashes are looked at range by range: a sixteenth of all identifiers is in memory at a time.
_RANGES: Final = 16
#: Rows that are read together at a time.
_ROWS: Final = 200_000


def shared_identifiers(jobs: Sequence[Job], names: Sequence[str]) -> tuple[list[Job], bool]:
    """Return how partitions are read so that all rows of an event are read together.

    Parameters
    ----------
    jobs, names
        The partitions, each read alone, and the folders that hold them.

    Returns
    -------
    list of Job, bool
        The same partitions without what several have, and then that, in order of the dataset; and whether it differs.
    """
    import numpy as np

    if not jobs:
        return list(jobs), False
    work = jobs[0].work
    files = [work / "read" / name / "ids.npy" for name in names]
    shared, rows = _shared(files)
    if not len(shared):
        return list(jobs), False
    moved = work / f"moved-{identity_of(shared.tolist())}.npy"
    with whole(moved) as temporary, temporary.open("wb") as file:
        np.save(file, shared)
    touched = [bool(np.isin(np.load(file, mmap_mode="r")[0], shared).any()) for file in files]
    shares = max(math.ceil(rows / _ROWS), 1)
    having = tuple(job.parts[0] for job, touches in zip(jobs, touched, strict=True) if touches)
    left = [replace(job, moved=moved) if touches else job for job, touches in zip(jobs, touched, strict=True)]
    gathering = [replace(jobs[0], parts=having, moved=moved, share=share, shares=shares) for share in range(shares)]
    return [*left, *gathering], True


def _shared(files: Sequence[Path]) -> tuple[npt.NDArray[np.uint64], int]:
    """Return the hashes that several partitions have, and how many rows have one of them."""
    import numpy as np

    edges = [number * (1 << 64) // _RANGES for number in range(_RANGES + 1)]
    found: list[npt.NDArray[np.uint64]] = []
    rows = 0
    for low, high in itertools.pairwise(edges):
        every = []
        for file in files:
            ids = np.load(file, mmap_mode="r")[0]
            start = np.searchsorted(ids, np.uint64(low))
            stop = np.searchsorted(ids, np.uint64(high - 1), side="right")
            every.append(np.array(ids[start:stop]))
        different = np.sort(np.concatenate([np.unique(each) for each in every]))
        several = np.unique(different[1:][different[1:] == different[:-1]])
        if len(several):
            found.append(several)
            rows += sum(int(np.isin(each, several).sum()) for each in every)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64), rows
