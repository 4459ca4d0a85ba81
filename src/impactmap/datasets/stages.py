"""What is done with one partition of a dataset: plain functions, which a worker of any scheduler can run.

Each writes what it made beside the work, named by what went into it, and does nothing where that is there already: so
a run that was killed goes on with what is whole.
"""

from __future__ import annotations

import functools
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.datasets.partitions import Partition, partition_cells
from impactmap.datasets.plan import Plan
from impactmap.datasets.store import (
    identity_of,
    load_events,
    load_frame,
    load_json,
    store_events,
    store_frame,
    store_json,
    whole,
)
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.settle.decision import Decision, Query
    from impactmap.reading.result import Reading

__all__ = [
    "Job",
    "Setting",
    "load_setting",
    "locate_partition",
    "located_month",
    "read_about",
    "read_partition",
    "store_setting",
]

#: The part of a place's cell that tells in which file of its month a row is.
CELL_BITS = 8
_CELL = "\0cell"


@dataclass(frozen=True)
class Setting:
    """What holds for all partitions; workers load it once.

    Attributes
    ----------
    plan
        How they are read.
    project
        Its language, embargo, period, border and checks.
    gazetteers
        Folder of the user's own.
    decided
        What each place means; None while they are only read.
    """

    plan: Plan
    project: Project
    gazetteers: Path | None = None
    decided: dict[Query, Decision] | None = None


@dataclass(frozen=True)
class Job:
    """What is to be done with one partition.

    Attributes
    ----------
    work
        Folder of what is kept between the stages; every worker reaches it by this path.
    setting
        File that holds the `Setting`.
    parts
        The partition; several of which some rows each are read as one.
    moved
        File of the identifiers' hashes that several partitions have: their rows are left out. Of several `parts` they
        are what is read, those of them that are ``share`` of ``shares``.
    """

    work: Path
    setting: Path
    parts: tuple[Partition, ...]
    moved: Path | None = None
    share: int = 0
    shares: int = 0

    @property
    def gathers(self) -> bool:
        """Whether it reads rows of several partitions that belong together."""
        return self.shares > 0


def store_setting(setting: Setting, work: Path) -> Path:
    """Keep a setting for the workers."""
    content = pickle.dumps(setting)
    path = work / f"setting-{identity_of(repr(content))}.pickle"
    with whole(path) as temporary:
        temporary.write_bytes(content)
    return path


@functools.lru_cache(maxsize=2)
def load_setting(path: Path) -> Setting:
    """Return a setting as it was kept.

    Raises
    ------
    InputError
        For a file that another has put there, which could run code: its name is the check sum of its content.
    """
    content = path.read_bytes()
    if path.stem != f"setting-{identity_of(repr(content))}":
        raise InputError(f"{path}: expected the setting that this run wrote, found another. Choose another --work.")
    setting: Setting = pickle.loads(content)  # noqa: S301 -- of this run: the scheduler brought its check sum
    return setting


@functools.lru_cache(maxsize=1)
def _gazetteer(folder: Path | None) -> Gazetteer:
    """Open the gazetteer once in a worker: what it prepares for positions takes a second."""
    from impactmap.places.gazetteer.gazetteers import open_gazetteer

    return open_gazetteer(folder)


@functools.lru_cache(maxsize=2)
def _border(path: Path) -> Border | None:
    from impactmap.context.borders import load_project_border

    return load_project_border(load_setting(path).project)


def read_partition(job: Job) -> str:
    """Read one partition; return the name of the folder that holds it.

    The folder holds ``events`` and ``claims`` as read, without what the embargo or the period leaves out;
    ``questions``, what they ask about places; ``rejected``; ``ids.npy``, hashes of identifiers with their rows; and
    ``about.json``.
    """
    import numpy as np

    from impactmap.places.locating import questions_of
    from impactmap.workspace.preparing import hold_back

    setting = load_setting(job.setting)
    plan, project = setting.plan, setting.project
    moved = None if job.moved is None else np.load(job.moved)
    parted = [part.identity for part in job.parts]
    taken = None if moved is None else identity_of(moved.tolist(), job.share, job.shares)
    when = project.map
    name = identity_of("read", parted, plan.identity, taken, when.embargo_hours, when.timezone, when.period_start,
                       when.period_end, project.publish.exact_positions, _inputs_of(setting))  # fmt: skip
    folder = job.work / "read" / name
    if (folder / "about.json").is_file():
        return name
    cells, origins = _cells(job, moved)
    reading = plan.read(cells.set_axis(origins["number"].to_numpy()), job.parts[0])
    bases = _bases(reading, plan, cells.set_axis(origins["number"].to_numpy()))
    kept, held_back, outside = hold_back(reading.events, project, now=plan.options["now"])
    kept = kept.reset_index(drop=True)
    claims = reading.claims[reading.claims["event_id"].isin(kept["event_id"])].reset_index(drop=True)
    store_frame(kept, folder / "events.arrow")
    store_frame(claims, folder / "claims.arrow")
    store_frame(questions_of(kept, exact_positions=project.publish.exact_positions).frame(), folder / "questions.arrow")
    rejected = _rejected(reading, kept["event_id"], origins, setting)
    store_frame(rejected, folder / "rejected.arrow")
    with whole(folder / "ids.npy") as temporary, temporary.open("wb") as file:
        np.save(file, bases)
    sides = reading.events.drop_duplicates("event_id")["side"].value_counts()
    about = {
        "rows": len(cells),
        "events": int(kept["event_id"].nunique()),
        "rejected": len(rejected),
        "held_back": held_back,
        "outside_period": outside,
        "sides": {str(side): int(count) for side, count in sides.items()},
        "notes": [f"{note.topic}: {note.text}" for note in reading.notes],
    }
    store_json(about, folder / "about.json")
    return name


def _cells(job: Job, moved: npt.NDArray[np.uint64] | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells to be read, and of each its partition, its row there and its number in the dataset."""
    import numpy as np
    import pandas as pd

    plan = load_setting(job.setting).plan
    cells, origins = [], []
    for part in job.parts:
        found = partition_cells(part, cells_folder=plan.cells_folder, moments=plan.moments)
        if moved is not None:
            ids = _ids(job, part)
            mine = np.isin(ids[0], moved)
            if job.gathers:
                mine &= ids[0] % np.uint64(job.shares) == job.share
            at = np.unique(ids[1][mine].astype(np.int64)) - part.first - 1
            chosen = np.zeros(part.rows, dtype=bool)
            chosen[at] = True
            numbers = np.flatnonzero(chosen if job.gathers else ~chosen)
            found = found.iloc[numbers]
        else:
            numbers = np.arange(part.rows)
        own = pd.DataFrame({"partition": part.name, "row": found.index, "number": numbers + part.first + 1})
        cells.append(found)
        origins.append(own)
    return pd.concat(cells), pd.concat(origins, ignore_index=True)


def _ids(job: Job, part: Partition) -> npt.NDArray[np.uint64]:
    """Return the hashes and the rows of a partition that was read alone before."""
    import numpy as np

    name = read_partition(Job(job.work, job.setting, (part,)))
    ids: npt.NDArray[np.uint64] = np.load(job.work / "read" / name / "ids.npy")
    return ids


def _bases(reading: Reading, plan: Plan, cells: pd.DataFrame) -> npt.NDArray[np.uint64]:
    """Return hashes of the identifiers, given or made, before rows that share one are told apart, and their rows."""
    import numpy as np
    import pandas as pd

    events = reading.events
    base = events["event_id"].str.replace(r"^(ev-[0-9a-f]{16})-\d+$", r"\1", regex=True)
    header = next((header for header, name in reading.headers.items() if name == "event_id"), None)
    if plan.options["format"] == "sheet" and header in cells.columns:
        given = cells[header].reindex(events["source_row"].astype("int64"))
        base = pd.Series(given.to_numpy(), dtype="str").fillna(base)
    hashes = pd.util.hash_pandas_object(base, index=False).to_numpy()
    rows = events["source_row"].to_numpy(dtype=np.uint64)
    order = np.lexsort((rows, hashes))
    return np.stack([hashes[order], rows[order]])


def _rejected(reading: Reading, published: pd.Series[str], origins: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """List the rows that are not used: partition, row, column and reason, as these may leave."""
    from impactmap.places.fine_positions import coarse_frame
    from impactmap.publishing.files.rejected_rows import withhold_waiting

    project = setting.project
    faults = withhold_waiting(reading, published, project, now=setting.plan.options["now"]).row_faults
    found = ("; found " + faults["found"]).fillna("")
    told = faults[["row", "column"]].assign(
        reason=("expected " + faults["expected"] + found + ". " + faults["fix"]).astype("str"),
        severity=faults["severity"],
    )
    where = origins.set_index("number").reindex(told["row"].astype("int64"))
    told = told.assign(
        partition=where["partition"].astype("str").to_numpy(),
        row=where["row"].to_numpy(),
        column=told["column"].astype("str"),
    )
    told = told[["partition", "row", "column", "reason", "severity"]].astype(
        {"partition": "str", "row": "int64", "column": "str", "reason": "str", "severity": "str"}
    )
    return told if project.publish.exact_positions else coarse_frame(told)


def locate_partition(job: Job) -> str:
    """Locate what one partition holds and add what surrounds it; return the name of the folder that holds it.

    The folder holds, for each month, ``<month>.arrow`` with the events and ``<month>-claims.arrow``, and
    ``about.json`` with the number of rows of each cell of each month.
    """
    from impactmap.context.plausibility.running import check_plausibility, without_impossible
    from impactmap.publishing.files.chunks import Told
    from impactmap.publishing.files.cleared_export import coarse_texts
    from impactmap.workspace.preparing import locate, surround

    setting = load_setting(job.setting)
    project, decided = setting.project, setting.decided or {}
    read = job.work / "read" / read_partition(job)
    questions = load_frame(read / "questions.arrow")
    asked = sorted(set(_queries(questions)), key=repr)
    meaning = identity_of([decided[query] for query in asked])
    name = identity_of("locate", read.name, meaning, project.model_dump(mode="json"), _inputs_of(setting))
    folder = job.work / "located" / name
    if (folder / "about.json").is_file():
        return name
    located = locate(
        load_frame(read / "events.arrow"), project, gazetteers=_gazetteer(setting.gazetteers), decided=decided
    )
    claims, told = load_frame(read / "claims.arrow"), Told()
    findings = check_plausibility(located, claims, silenced=project.checks.silenced)
    claims = without_impossible(claims, findings)
    if not project.publish.exact_positions:
        located, claims = coarse_texts(located, told), coarse_texts(claims, told)
    events = surround(located, project, border=_border(job.setting))
    about: dict[str, Any] = {
        "checks": {finding.check.name: finding.events for finding in findings},
        "columns": [str(column) for column in events.columns],
        "claims": [str(column) for column in claims.columns],
        "cells": {},
    }
    if len(events):
        about["cells"] = _store_months(events, claims, folder)
    store_json(about, folder / "about.json")
    return name


def _queries(questions: pd.DataFrame) -> list[Query]:
    from impactmap.places.deciding import HINTS
    from impactmap.places.settle.decision import Query

    return [Query(*map(str, texts)) for texts in questions[list(HINTS)].drop_duplicates().itertuples(index=False)]


def _inputs_of(setting: Setting) -> list[str]:
    """Return what tells the program, the reference layers and the files that a project names beside its tables."""
    import hashlib

    from impactmap import __version__
    from impactmap.places.gazetteer.gazetteers import added_files
    from impactmap.publishing.manifest import LAYERS
    from impactmap.reference import layer_info

    project = setting.project
    names = (project.data.decisions, project.border.file if project.border else None, project.context.raster)
    paths = [project.folder / name for name in names if name]
    paths += added_files(setting.gazetteers)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()]
    return [__version__, *(str(layer_info(name)["sha256"]) for name in LAYERS), *digests]


def _store_months(events: Any, claims: pd.DataFrame, folder: Path) -> dict[str, dict[str, int]]:
    """Keep events and claims by the month in which each event begins; return the rows of each cell of each month."""
    import pandas as pd

    from impactmap.datasets.cells import place_cells

    numbers = pd.Series(pd.factorize(events["event_id"])[0], index=events.index)
    month = events["date_start"].groupby(numbers).transform("min").dt.strftime("%Y-%m").fillna("undated")
    # The rows of an event stay together, where its first place is.
    cell = pd.Series(place_cells(events, bits=CELL_BITS), index=events.index).groupby(numbers).transform("first")
    once = ~numbers.duplicated()
    about = month[once].to_numpy()[pd.Index(events.loc[once, "event_id"]).get_indexer(pd.Index(claims["event_id"]))]
    counts: dict[str, dict[str, int]] = {}
    for name, rows in events.groupby(month, sort=True).indices.items():
        cells = cell.iloc[rows]
        store_events(events.iloc[rows].assign(**{_CELL: cells}).reset_index(drop=True), folder / f"{name}.arrow")
        store_frame(claims[about == name].reset_index(drop=True), folder / f"{name}-claims.arrow")
        counts[str(name)] = {str(key): int(count) for key, count in cells.value_counts().sort_index().items()}
    return counts


def located_month(work: Path, name: str, month: str, cells: range) -> tuple[Any, pd.DataFrame]:
    """Return the events of one partition and month in some cells, and the claims about them."""
    folder = work / "located" / name
    events, claims = load_events(folder / f"{month}.arrow"), load_frame(folder / f"{month}-claims.arrow")
    inside = events[_CELL].between(cells.start, cells.stop - 1)
    events = events.drop(columns=_CELL)
    if inside.all():
        return events, claims
    events = events[inside]
    return events, claims[claims["event_id"].isin(events["event_id"])]


def read_about(work: Path, stage: str, name: str) -> dict[str, Any]:
    """Return what a stage said of what it made."""
    about: dict[str, Any] = load_json(work / stage / name / "about.json")
    return about
