"""One look at a project: its table as it stands, what is read of it, what is wrong with it and what is not settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.articles.confirmed import NothingConfirmed
from impactmap.articles.draft_decisions import FILE as DRAFT_DECISIONS
from impactmap.articles.drafts import FILE as DRAFTS
from impactmap.desk.board import Board
from impactmap.model.errors import ImpactMapError, TableError
from impactmap.model.faults import Fault, faults_of
from impactmap.model.progress import Progress, part_of
from impactmap.model.project import Project, load_project
from impactmap.workspace.answers.answer_file import ANSWER_FILE, Answers, read_answers
from impactmap.workspace.answers.questions import Question, find_questions
from impactmap.workspace.sources import PROJECT_FILE
from impactmap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from impactmap.context.borders import Border
    from impactmap.places.geocoder import Gazetteer
    from impactmap.reading.raw_table import RawTable
    from impactmap.reading.result import Reading
    from impactmap.workspace.check import CheckReport

__all__ = ["Look", "Surroundings", "file_states", "look_at"]

States = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Surroundings:
    """What a desk works with beside a project.

    Attributes
    ----------
    now
        Returns the present.
    gazetteers
        Folder of the user's own gazetteers.
    cache_folder
        Where answers of an online geocoder are kept.
    """

    now: Callable[[], dt.datetime]
    gazetteers: Path | None = None
    cache_folder: Path | None = None


@dataclass(frozen=True)
class Look:
    """A project as it was at one moment.

    Attributes
    ----------
    states
        Of the files it was read from.
    project
        As its file says.
    raw, mapping
        Cells of its table, and what `explain_mapping` says of them, under ``alone`` its columns without the project's
        word; None where the table cannot be opened.
    reading, report, board, border
        What was read of it, what `check` says, its doubtful places, its border; None where no row can be used.
    faults
        Every fault and warning.
    questions
        Open ones, and places that are settled.
    error
        Why the table cannot be used as it is; empty where it can.
    """

    states: States
    project: Project
    raw: RawTable | None = None
    mapping: dict[str, Any] | None = None
    reading: Reading | None = None
    report: CheckReport | None = None
    board: Board | None = None
    border: Border | None = None
    faults: tuple[Fault, ...] = ()
    questions: tuple[Question, ...] = ()
    error: str = ""
    notes: tuple[str, ...] = field(default=())


def file_states(folder: Path) -> States:
    """Return name, time and size of every file that a project is read from."""
    names = [PROJECT_FILE, ANSWER_FILE, DRAFTS, DRAFT_DECISIONS]
    try:
        data = load_project(folder / PROJECT_FILE).data
        names += [name for name in (data.events, data.places, data.claims, data.decisions) if name]
    except ImpactMapError:
        pass
    states = []
    for name in dict.fromkeys(names):
        try:
            state = (folder / name).stat()
        except OSError:
            states.append((name, 0, -1))
        else:
            states.append((name, state.st_mtime_ns, state.st_size))
    return tuple(states)


def look_at(folder: Path, around: Surroundings, *, gazetteer: Gazetteer, progress: Progress) -> Look:
    """Look at a project.

    Parameters
    ----------
    folder
        Holds its file.
    around
        Clock and folders.
    gazetteer
        Where doubtful places are looked up.
    progress
        Told four steps.

    Raises
    ------
    ProjectError
        When the project file has faults.
    TableError
        When the table is not there or cannot be opened at all, such as one that is only half written.
    """
    from impactmap.reading.explain import explain_mapping
    from impactmap.reading.formats.files import open_table

    states = file_states(folder)
    project = load_project(folder / PROJECT_FILE)
    table, data = folder / project.data.events, project.data
    progress(1, 4, "table")
    raw = open_table(table, sheet=data.sheet, header_row=data.header_row)
    look = Look(states, project, raw)
    try:
        where: dict[str, Any] = {"sheet": data.sheet, "header_row": data.header_row}
        mapping = explain_mapping(table, columns=table_columns(project), **where)
        mapping["alone"] = explain_mapping(table, **where)["columns"]
    except ImpactMapError as error:
        return replace(look, error=str(error), faults=faults_of(error) if isinstance(error, TableError) else ())
    look = replace(look, mapping=mapping)
    work = Workspace(folder, now=around.now(), gazetteers=around.gazetteers, cache_folder=around.cache_folder)
    try:
        source = work.read(part_of(progress, 1, 4))
    except NothingConfirmed:  # said where the drafts are
        return look
    except TableError as error:
        return replace(look, error=str(error), faults=faults_of(error))
    progress(2, 4, "places")
    work.progress = part_of(progress, 2, 4)
    report = work.check()
    progress(3, 4, "doubts")
    doubts = _doubts(work, gazetteer, part_of(progress, 3, 4))
    progress(4, 4, "questions")
    board = Board(
        doubts,
        folder / data.decisions,
        gazetteer=gazetteer,
        language=project.map.language,
        today=lambda: around.now().astimezone(dt.UTC).date(),
    )
    questions = find_questions(
        project,
        source.reading,
        raw,
        report=report,
        doubts=doubts,
        answers=_answers(folder),
        mapping=mapping,
    )
    return replace(
        look, reading=source.reading, report=report, board=board, border=work.border, faults=report.faults,
        questions=tuple(questions), notes=report.notes,
    )  # fmt: skip


def table_columns(project: Project) -> dict[str, str] | None:
    """Return header to column of ours, as the project file says it; None where it says nothing."""
    from impactmap.reading.columns.table_options import TableOptions

    return TableOptions(project.columns).headers() or None


def _doubts(work: Workspace, gazetteer: Gazetteer, progress: Progress) -> list[Any]:
    """Return the doubtful places; nobody is asked over the network while somebody only looks."""
    from impactmap.workspace.doubts import open_doubts

    source = work.read()
    silent = replace(source, project=source.project.model_copy(update={"geocoder": None}))
    return open_doubts(silent, gazetteer=gazetteer, now=work.now, progress=progress)


def _answers(folder: Path) -> Answers:
    return read_answers(folder / ANSWER_FILE)
