"""What holds for all partitions of a dataset: its columns and the reading of its dates, decided from a sample."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.datasets.partitions import Partition, partition_cells, partition_headers, raw_partition
from impactmap.model.errors import TableError
from impactmap.reading.columns.settled import Settled

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.reading.result import Reading

__all__ = ["SAMPLE", "Plan", "make_plan"]

#: Rows of the sample: in so many runs of neighbouring rows, evenly over the dataset.
SAMPLE: Final = 20_000
_RUNS: Final = 20
_CLOCK: Final = re.compile(r"\dT\d\d:")


@dataclass(frozen=True)
class Plan:
    """How every partition is read.

    Attributes
    ----------
    headers
        Of all partitions; one that lacks some has them empty.
    moments
        Columns of time with times of day.
    settled
        What the sample decided about the columns.
    options
        For `read_events`.
    cells_folder
        As for `partition_cells`.
    """

    headers: tuple[str, ...]
    moments: frozenset[str]
    settled: Settled
    options: Mapping[str, Any]
    cells_folder: Path = field(default_factory=Path)

    def read(self, cells: pd.DataFrame, part: Partition) -> Reading:
        """Read cells of a partition, the index their rows' numbers in the dataset."""
        from impactmap.reading.read import read_events

        return read_events(raw_partition(cells, part, self.headers), settled=self.settled, **self.options)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells it from other plans."""
        return (self.headers, self.moments, self.settled.known, self.options)


def make_plan(
    parts: Sequence[Partition], *, cells_folder: Path, sample: int = SAMPLE, **options: Any
) -> tuple[Plan, Reading]:
    """Decide from a sample how the partitions of a dataset are read.

    Parameters
    ----------
    parts
        Its partitions.
    cells_folder
        As for `partition_cells`.
    sample
        Rows to decide from. Which rows they are depends on the number of all rows alone, not on how these are parted.
    **options
        For `read_events`.

    Returns
    -------
    tuple
        The plan, and the sample as read.

    Raises
    ------
    TableError
        When the sample cannot be read; of sheets whose positions stand in one column, which no sample decides.
    """
    import pandas as pd

    from impactmap.reading.read import read_events

    if not sum(part.rows for part in parts):
        raise TableError("expected rows in the partitions of the dataset, found none.")
    headers: dict[str, None] = {}
    times: set[str] = set()
    for part in parts:
        known, of_time = partition_headers(part, cells_folder=cells_folder)
        headers |= dict.fromkeys(known)
        times |= of_time
    chosen = [(part, rows) for part in parts for rows in _sampled(part, sum(each.rows for each in parts), sample)]
    moments: frozenset[str] = frozenset()
    for _ in range(2 if times else 1):
        cells = pd.concat(
            [
                partition_cells(part, cells_folder=cells_folder, moments=moments, rows=rows).set_axis(
                    range(part.first + rows.start + 1, part.first + rows.stop + 1)
                )
                for part, rows in chosen
            ]
        )
        moments = frozenset(name for name in times if cells[name].str.contains(_CLOCK).any())
    settled = Settled()
    raw = raw_partition(cells, parts[0], list(headers))
    reading = read_events(raw, settled=settled, **options)
    positions = settled.known.get(("positions", ""))
    if positions:
        raise TableError(
            f"{parts[0].name}: the positions stand in one column, {positions!r}, which partitions cannot decide alike. "
            "Give latitude and longitude columns of their own, or open the files as one table."
        )
    held = {**options, "format": settled.known["format", ""]}
    return Plan(tuple(headers), moments, settled.close(), held, cells_folder), reading


def _sampled(part: Partition, rows: int, sample: int) -> list[range]:
    """Return which rows of a partition, counted from 0, are in the sample of a dataset of so many rows."""
    if rows <= sample:
        return [range(part.rows)]
    length = max(sample // _RUNS, 1)
    starts = [number * (rows - length) // (_RUNS - 1) for number in range(_RUNS)]
    runs = (range(max(start - part.first, 0), min(start + length - part.first, part.rows)) for start in starts)
    return [run for run in runs if len(run)]
