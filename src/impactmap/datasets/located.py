"""A table in partitions, read by one plan, its places decided once, its counts added up."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from impactmap.datasets.counting import Count, add_counts, count_part
from impactmap.datasets.gathering import MOST_ROWS, Part, gather_part, load_part, parts_of, together
from impactmap.datasets.opening import DatasetOptions, dataset_project, sampled_options
from impactmap.datasets.partitions import MOST_ROWS as PARTITION_ROWS
from impactmap.datasets.partitions import DatasetSource, Partition, find_files, find_partitions
from impactmap.datasets.plan import SAMPLE, make_plan
from impactmap.datasets.running import Runner
from impactmap.datasets.shared_ids import shared_identifiers
from impactmap.datasets.stages import Job, Setting, locate_partition, read_about, read_partition, store_setting
from impactmap.datasets.store import load_frame
from impactmap.model.errors import TableError
from impactmap.model.progress import quiet
from impactmap.model.reprs.overview import Overview

if TYPE_CHECKING:
    import dask_geopandas
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.places.settle.decision import Decision, Query

__all__ = ["LocatedDataset"]

T = TypeVar("T")
R = TypeVar("R")
#: Summaries of what partitions ask about places that are put together at a time.
_AT_ONCE = 32
#: Kinds of faults that are told where no row can be used.
_SHOWN_KINDS = 5


class LocatedDataset(Overview):
    """A table in partitions, read, located and counted; each step is done when it is first needed, and once.

    Attributes
    ----------
    partitions
        What it is read from.
    sample
        The rows that decided how all are read, as read.
    work
        Folder of what is kept between the steps.
    said
        What was said when it was opened.
    """

    def __init__(self, source: DatasetSource, said: DatasetOptions) -> None:
        self.said = said
        self.progress = said.get("progress") or quiet
        self._runner = Runner(said.get("scheduler"))
        self.work = _work_folder(self, said)
        self.base, _ = find_files(source)
        self.partitions: Sequence[Partition] = find_partitions(
            source, cells_folder=self.work / "cells", most_rows=said.get("partition_rows", PARTITION_ROWS)
        )
        self._told, options = sampled_options(said)
        self.plan, self.sample = make_plan(
            self.partitions, cells_folder=self.work / "cells", sample=said.get("sample_rows", SAMPLE), **options
        )

    @property
    def rows(self) -> int:
        """Rows of all partitions, those that cannot be used included."""
        return sum(part.rows for part in self.partitions)

    @property
    def sampled(self) -> int:
        """Rows that decided how all are read."""
        return min(self.rows, self.said.get("sample_rows", SAMPLE))

    def run(self, function: Callable[..., R], jobs: Sequence[T], *arguments: Any, what: str) -> list[R]:
        """Run a function of each job where the scheduler is."""
        return self._runner(function, jobs, *arguments, progress=self.progress, what=what)

    @cached_property
    def _read(self) -> tuple[list[Job], list[str]]:
        """The partitions as read, each with its folder; rows of one event in several of them are read together."""
        setting = self._setting(dataset_project(self.base, self.sample, {}, self._told))
        jobs = [Job(self.work, setting, (part,)) for part in self.partitions]
        names = self.run(read_partition, jobs, what="Reading the partitions")
        jobs, again = shared_identifiers(jobs, names)
        if again:
            names = self.run(read_partition, jobs, what="Reading what belongs together")
        return jobs, names

    def _setting(self, project: Project, decided: dict[Query, Decision] | None = None) -> Path:
        gazetteers = self.said.get("gazetteers")
        return store_setting(
            Setting(self.plan, project, None if gazetteers is None else Path(gazetteers), decided), self.work
        )

    @cached_property
    def reading(self) -> dict[str, Any]:
        """What reading came to: ``events``, ``rejected``, ``held_back``, ``outside_period``, ``sides``."""
        abouts = [read_about(self.work, "read", name) for name in self._read[1]]
        sides: dict[str, int] = {}
        for about in abouts:
            for side, count in about["sides"].items():
                sides[side] = sides.get(side, 0) + count
        totals = {
            name: sum(about[name] for about in abouts) for name in ("events", "rejected", "held_back", "outside_period")
        }
        return {**totals, "sides": sides}

    @cached_property
    def project(self) -> Project:
        """Of the map: the one that was given, or one inferred from the table."""
        return dataset_project(self.base, self.sample, self.reading["sides"], self._told)

    @cached_property
    def decided(self) -> dict[Query, Decision]:
        """What each different place means, decided once by all rows of the dataset."""
        from impactmap.places.deciding import Questions
        from impactmap.workspace.preparing import decide

        files = [self.work / "read" / name / "questions.arrow" for name in self._read[1]]
        merged: list[pd.DataFrame] = []
        for start in range(0, len(files), _AT_ONCE):
            frames = [load_frame(file) for file in files[start : start + _AT_ONCE]]
            merged = [Questions.together([*merged, *frames]).frame()]
        return decide(
            Questions.together(merged),
            self.project,
            cache_folder=self.said.get("cache_folder"),
            gazetteers=self.said.get("gazetteers"),
            online=self.said.get("online"),
            progress=self.progress,
        )

    @property
    def places(self) -> pd.DataFrame:
        """The different places: ``place, region, country, district``, and the ``place_*`` columns of each."""
        import numpy as np
        import pandas as pd

        from impactmap.places.deciding import HINTS
        from impactmap.places.place_columns import spread

        decisions = list(self.decided.values())
        asked = pd.DataFrame(
            [[getattr(query, name) for name in HINTS] for query in self.decided], columns=list(HINTS), dtype="str"
        )
        return asked.assign(**spread(decisions, np.arange(len(decisions))))

    @cached_property
    def parts(self) -> list[Part]:
        """The located events by month and place: the parts in which the dataset leaves."""
        setting = self._setting(self.project, self.decided)
        jobs = [Job(job.work, setting, job.parts, job.moved, job.share, job.shares) for job in self._read[0]]
        names = self.run(locate_partition, jobs, what="Locating")
        abouts = {name: read_about(self.work, "located", name) for name in names}
        self._checks: dict[str, int] = {}
        for about in (abouts[name] for name in names):
            for check, events in about["checks"].items():
                self._checks[check] = self._checks.get(check, 0) + events
        self._cell_rows: dict[str, dict[int, int]] = {}
        for about in (abouts[name] for name in names):
            for month, cells in about["cells"].items():
                held = self._cell_rows.setdefault(month, {})
                for cell, rows in cells.items():
                    held[int(cell)] = held.get(int(cell), 0) + rows
        columns = together(about["columns"] for about in abouts.values())
        parts = parts_of(
            {name: abouts[name]["cells"] for name in names},
            columns,
            most_rows=self.said.get("file_rows", MOST_ROWS),
            work=self.work,
            setting=setting,
        )
        if not parts:
            raise self._nothing()
        self.run(gather_part, parts, what="Putting months together")
        return parts

    def _nothing(self) -> TableError:
        """Say why no row of the dataset is on the map: what is wrong, each kind once with its count and an example."""
        reading = self.reading
        lines = [f"{self.base.name}: expected rows that can be used, found none of {self.rows:,}. Nothing was written."]
        for name, why in (("held_back", "held back by the embargo"), ("outside_period", "outside the map's period")):
            if reading[name]:
                lines.append(f"  Events {why}: {reading[name]:,}.")
        kinds: dict[tuple[str, str], tuple[int, str]] = {}
        for part in self.rejected_parts():
            for row in part.itertuples():
                kind = str(row.column), str(row.reason).partition("; found ")[0]
                count, example = kinds.get(kind, (0, f"{row.partition}, row {row.row}: {row.reason}"))
                kinds[kind] = count + 1, example
        most = sorted(kinds.items(), key=lambda item: -item[1][0])[:_SHOWN_KINDS]
        lines += [f"  Column {column!r}, {count:,} times, such as {example}" for (column, _), (count, example) in most]
        return TableError("\n".join(lines))

    @property
    def cell_rows(self) -> dict[str, dict[int, int]]:
        """Rows of each month in each cell."""
        _ = self.parts
        return self._cell_rows

    @property
    def checks(self) -> dict[str, int]:
        """Events found implausible, by check."""
        _ = self.parts
        return self._checks

    @property
    def events(self) -> dask_geopandas.GeoDataFrame:
        """All located events as a frame of dask-geopandas, one partition a part, loaded when it is computed."""
        import dask
        import dask.dataframe as dd
        import dask_geopandas  # noqa: F401 -- teaches dask about shapes

        parts = self.parts
        empty = load_part(parts[0])[0].iloc[:0]
        # Texts stay of the dtype that they have in one frame.
        with dask.config.set({"dataframe.convert-string": False}):
            made = dd.from_map(_events_of, parts, meta=empty)  # type: ignore[no-untyped-call]
        return cast("dask_geopandas.GeoDataFrame", made)

    @property
    def rejected(self) -> pd.DataFrame:
        """Rows that are not used: ``partition``, ``row`` in its file, ``column``, ``reason``, ``severity``."""
        import pandas as pd

        listed = pd.concat(self.rejected_parts(), ignore_index=True)
        return listed.sort_values(["partition", "row", "column", "reason"], kind="stable", ignore_index=True)

    def rejected_parts(self) -> Iterator[pd.DataFrame]:
        """Yield what is in `rejected`, a partition at a time."""
        for name in self._read[1]:
            yield load_frame(self.work / "read" / name / "rejected.arrow")

    @cached_property
    def border(self) -> Border | None:
        """The border that distances refer to; None without one."""
        from impactmap.context.borders import load_project_border

        return load_project_border(self.project)

    def count(self, by: str | Sequence[str] | None = None, *, cell_bits: int = 9) -> pd.DataFrame:
        """Count events as `impactmap.count_events` counts those of one frame; ``cell`` is a square of the map."""
        return self.counted({"count": Count(_by(by), cell_bits=cell_bits)})["count"]

    def total(
        self, metric: str, by: str | Sequence[str] | None = None, *, claimants: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Add up figures as `impactmap.total_figures` does those of one frame."""
        return self.counted({"total": Count(_by(by), metric, tuple(claimants))})["total"]

    def counted(self, counts: Mapping[str, Count]) -> dict[str, pd.DataFrame]:
        """Count several things at once, by name."""
        found = self.run(count_part, self.parts, dict(counts), what="Counting")
        return {
            name: add_counts(
                [each[name] for each in found], events=self.reading["events"] if count.metric is None else None
            )
            for name, count in counts.items()
        }

    def _overview(self) -> tuple[str, dict[str, object]]:
        lines: dict[str, object] = {
            "rows": f"{self.rows:,}",
            "partitions": f"{len(self.partitions):,}",
            "columns": ", ".join(f"{header} as {name}" for header, name in self.sample.headers.items()),
            "sample": f"{len(self.sample.events):,} rows read, {len(self.sample.rejected):,} of them not used",
            "next": "events, places, rejected, count(by), total(metric, by), build(folder)",
        }
        return f"Dataset of {self.rows:,} rows in {len(self.partitions):,} partitions", lines


def _by(by: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    return by if isinstance(by, str) or by is None else tuple(by)


def _events_of(part: Part) -> Any:
    return load_part(part)[0]


def _work_folder(dataset: LocatedDataset, said: DatasetOptions) -> Path:
    given = said.get("work")
    if given is not None:
        return Path(given).absolute()
    folder = tempfile.TemporaryDirectory(prefix="impactmap-dataset-", ignore_cleanup_errors=True)
    weakref.finalize(dataset, folder.cleanup)
    return Path(folder.name)
