"""What may be said of a dataset when it is opened, and the project that its map is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import InputError
from impactmap.workspace.options import OpenOptions, present

if TYPE_CHECKING:
    from impactmap.datasets.running import Scheduler
    from impactmap.model.project import Project
    from impactmap.reading.result import Reading

__all__ = ["DatasetOptions", "dataset_project", "sampled_options"]


class DatasetOptions(OpenOptions, total=False):
    """What may be said of a dataset; beside it what `OpenOptions` says of a table alone.

    Attributes
    ----------
    columns
        Header to column name, where headers are not understood by themselves.
    scheduler
        Where the work is done: ``synchronous`` (the default), ``threads`` or ``processes``; a number, of workers to
        start on this machine; the address of a scheduler of dask, ``tcp://...``; or a `distributed.Client`.
    work
        Folder for what is kept between the steps, which every worker reaches by the same path. Kept: the next build
        reuses what did not change. Without one a temporary folder is used.
    project
        A project file, or its folder: sides, embargo, period, border, fields. Its ``[data]`` is not read.
    sample_rows, partition_rows, file_rows
        Rows that decide about the columns; of a partition; and of a file that is written.
    """

    columns: Mapping[str, str] | None
    scheduler: Scheduler
    work: str | Path | None
    project: str | Path | Project | None
    sample_rows: int
    partition_rows: int
    file_rows: int


def sampled_options(said: DatasetOptions) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is said of the map, and what `read_events` takes.

    Raises
    ------
    InputError
        For what goes with a table in one piece alone, and for a time without a zone.
    """
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.limits import make_limits
    from impactmap.workspace.opening import reading_options
    from impactmap.workspace.side_names import SideNames

    for name in ("places", "claims", "fetch", "allow_url"):
        if said.get(name):
            raise InputError(f"{name}: expected nothing of a dataset. Open the tables together as one: impactmap.open.")
    now = said.get("now") or present()
    if now.tzinfo is None:
        raise InputError(
            f"now: expected a time with its zone, found {now.isoformat()!r}. Write 2025-11-10T12:00:00+00:00."
        )
    project = _given_project(said)
    table = said.get("table") or TableOptions()
    options = reading_options(table)
    del options["sheet"], options["header_row"]
    options["columns"] = {**(options["columns"] or {}), **(said.get("columns") or {})} or None
    options |= {name: said[name] for name in ("format", "date_format") if said.get(name)}
    options |= {"now": now, "limits": make_limits(said.get("limits"))}
    if project is not None:
        options["timezone"] = table.timezone or project.map.timezone
        options["date_format"] = said.get("date_format") or project.data.date_format
        options["columns"] = {**project.columns, **(options["columns"] or {})} or None
        options["published"] = tuple(name for each in project.fields for name in each.columns)
        options["apart"] = tuple(name for each in project.fields if each.kind == "media" for name in each.columns)
        options["sides"] = SideNames(project.sides) if project.sides else None
    told = {
        "project": project,
        "border": said.get("border"),
        "title": said.get("title"),
        "language": said.get("language"),
        "timezone": table.timezone,
        "countries": table.countries,
    }
    return told, options


def _given_project(said: DatasetOptions) -> Project | None:
    from impactmap.model.project import Project, load_project
    from impactmap.workspace.sources import PROJECT_FILE

    given = said.get("project")
    if given is None or isinstance(given, Project):
        return given
    path = Path(given)
    return load_project(path / PROJECT_FILE if path.is_dir() else path)


def dataset_project(base: Path, sample: Reading, sides: Mapping[str, int], told: Mapping[str, Any]) -> Project:
    """Return the project of a dataset: the one given, else one inferred as of a table alone.

    Parameters
    ----------
    base
        Folder of the dataset; its name is the title.
    sample
        As read.
    sides
        Events of each side, of the whole dataset; of none the sample's are taken.
    told
        As `sampled_options` gives it.
    """
    import pandas as pd

    from impactmap.model.project import project_for_table
    from impactmap.workspace.opening import border_of_sides

    if told["project"] is not None:
        project: Project = told["project"]
        return project
    events = sample.events
    if sides:
        # As many rows of each as its rank says: of many sides the most frequent are named.
        rows = [side for side in sides for _ in range(1 + sum(count < sides[side] for count in sides.values()))]
        events = pd.DataFrame({"side": pd.Series(rows, dtype="str")})
    border = told["border"] or border_of_sides(replace(sample, events=events))
    options = {name: told[name] for name in ("title", "language", "timezone", "countries")}
    return project_for_table(base / base.name, events, border=None if border == "none" else border, **options)
