"""What a map is made from: a project file with its tables, tables alone, or frames in memory."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import InputError, TableError
from impactmap.model.faults import check_keywords, row_words
from impactmap.model.project import Project, check_project, load_project, project_for_table
from impactmap.workspace.answers.answer_file import ANSWER_FILE, Answers, read_answers
from impactmap.workspace.live.fetching import Fetcher, local_file
from impactmap.workspace.options import AnySource, OpenOptions, present
from impactmap.workspace.side_names import sides_of_one_country
from impactmap.workspace.sources import PROJECT_FILE, find_tables

if TYPE_CHECKING:
    from typing import Unpack

    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.frames import TableSource
    from impactmap.reading.read import Reading

__all__ = [
    "Source",
    "border_of_sides",
    "need_rows",
    "open_source",
    "reading_options",
]

#: Kinds of faults that are told where no row can be used.
_SHOWN_KINDS = 5


@dataclass(frozen=True)
class Source:
    """What a map is made from.

    Attributes
    ----------
    project
        The project file's, or one inferred from the table.
    reading
        The tables as read.
    inputs
        Every file read, the project file first; reference layers are not among them.
    notes
        What was assumed and detected, in plain words.
    fetch
        Who fetched what lies at addresses: the files go with it.
    answers
        What editors answered beside the places; the reading is as they say.
    """

    project: Project
    reading: Reading
    inputs: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    fetch: object = None
    answers: Answers = field(default_factory=Answers)


def open_source(source: AnySource, **said: Unpack[OpenOptions]) -> Source:
    """Find the project and read its tables.

    Parameters
    ----------
    source
        A project file (``.toml``); a folder that holds ``project.toml``, or else tables; a table or a frame as for
        `read_events`; a pattern of file names, such as ``reports/*.csv``; or several tables in a list. Several are put
        under each other, and nothing of them is merged.
    **said
        See `OpenOptions`.

    Returns
    -------
    Source

    Raises
    ------
    ProjectError, TableError
        When the project or a table cannot be used.
    InputError
        When `now` has no time zone, or places or claims are given for a project, which names its own, or for several
        tables.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> source = open_source(sheet, title="One report")
    >>> source.project.map.title, len(source.reading.events)
    ('One report', 1)
    """
    check_keywords(said, OpenOptions)
    said = {**said, "fetch": said.get("fetch") or Fetcher()}
    return replace(_open(source, said), fetch=said["fetch"])


def _open(source: AnySource, said: OpenOptions) -> Source:
    now = said.get("now") or present()
    if now.tzinfo is None:
        raise InputError(
            f"now: expected a time with its zone, found {now.isoformat()!r}. Write 2025-11-10T12:00:00+00:00."
        )
    from impactmap.reading.formats.remote import is_address

    if isinstance(source, str) and is_address(source):
        source = local_file(source, Path(), allowed=said.get("allow_url", False), fetch=said["fetch"])
    path, tables = find_tables(source)
    if (said.get("places") is not None or said.get("claims") is not None) and len(tables) != 1:
        kind = "several are read" if tables else "a project names its own"
        raise InputError(f"{path}: expected a table where places or claims are given; {kind}.")
    return _open_tables(path, tables, said, now) if tables else _open_project(path, said, now)


def _open_project(path: Path, said: OpenOptions, now: dt.datetime) -> Source:
    """Read the tables that a project file names."""
    from impactmap.articles.confirmed import draft_files, with_confirmed
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.limits import make_limits
    from impactmap.reading.read import read_events
    from impactmap.workspace.answers.applying import apply_answers
    from impactmap.workspace.editions.translating import translate_reading
    from impactmap.workspace.own_fields import settle_fields
    from impactmap.workspace.side_names import SideNames

    table = said.get("table") or TableOptions()
    project, options = load_project(path), _map_options(said)
    # One of the map's further languages alone: the tables hold texts in it.
    further = options["language"] if options["language"] in project.map.languages[1:] else None
    if further:
        options["language"] = None
    project = _override(project, border=said.get("border"), date_format=said.get("date_format"), **options)
    data = project.data
    found = functools.partial(
        local_file, folder=project.folder, allowed=data.allow_url or said.get("allow_url", False), fetch=said["fetch"]
    )
    events = found(data.events, pages=data.pages)
    places, claims = (found(name) if name else None for name in (data.places, data.claims))
    folder = project.folder
    sides = SideNames(project.sides) if project.sides else None
    reading = read_events(
        events,
        places=places,
        claims=claims,
        date_format=data.date_format,
        now=now,
        limits=make_limits(project.limits.model_dump(), said.get("limits")),
        sides=sides,
        published=[name for each in project.fields for name in each.columns],
        apart=[name for each in project.fields if each.kind == "media" for name in each.columns],
        languages=project.map.languages[1:],
        **reading_options(table.over(_table_options(project))),
        progress=said.get("progress"),
    )
    reading = with_confirmed(reading, folder, now=now, sides=sides)
    answers = read_answers(folder / ANSWER_FILE)
    reading = apply_answers(_with_confirmation(reading, project), answers)
    reading, project = settle_fields(reading, project)
    if further:
        project = project.in_language(further)
        reading = translate_reading(reading, project)
        project = project.model_copy(update={"map": project.map.model_copy(update={"languages": ()})})
    others = (project.border.file if project.border else None, project.context.raster)
    named = [path, events, *filter(None, (places, claims)), *(folder / name for name in others if name)]
    named += draft_files(folder)
    if (folder / ANSWER_FILE).is_file():
        named.append(folder / ANSWER_FILE)
    terms = [f"Terms of {data.events}: {data.pages.terms}"] if data.pages else []
    return replace(_source(project, reading, named, terms), answers=answers)


def _open_tables(path: Path, tables: Sequence[TableSource], said: OpenOptions, now: dt.datetime) -> Source:
    """Read tables that no project file names."""
    from impactmap.claims.combine import combine_readings
    from impactmap.reading.columns.table_options import TableOptions
    from impactmap.reading.formats.frames import is_path
    from impactmap.reading.formats.limits import make_limits
    from impactmap.reading.read import read_events

    options = reading_options(said.get("table") or TableOptions())
    options |= {name: said[name] for name in ("places", "claims", "format", "date_format") if name in said}
    options |= {"now": now, "progress": said.get("progress"), "limits": make_limits(said.get("limits"))}
    reading = combine_readings([read_events(each, **options) for each in tables])
    reading = replace(reading, warnings=(*reading.warnings, *sides_of_one_country(reading)))
    border = said.get("border")
    chosen = border or border_of_sides(reading)
    project = project_for_table(path, reading.events, border=None if chosen == "none" else chosen, **_map_options(said))
    notes = _assumptions(project, titled=said.get("title") is not None, inferred=border is None)
    return _source(project, reading, [Path(each) for each in tables if is_path(each)], notes)  # type: ignore[arg-type]


def _source(project: Project, reading: Reading, named: list[Path], notes: list[str]) -> Source:
    from impactmap.reading.formats.frames import FRAME_NAME

    # Also those that a table brought with it: the claims beside it, the tables of a data package.
    read = [file.path for file in reading.inputs if file.path != Path(FRAME_NAME)]
    inputs = list(dict.fromkeys([*named, *read]))
    decisions = project.folder / project.data.decisions
    if decisions.is_file():
        inputs.append(decisions)
    told = [f"{note.file}: {note.text}" for note in reading.notes]
    return Source(project, reading, tuple(inputs), (*notes, *told))


def _map_options(said: OpenOptions) -> dict[str, Any]:
    table = said.get("table")
    zone, countries = (table.timezone, table.countries) if table else (None, None)
    return {"title": said.get("title"), "language": said.get("language"), "timezone": zone, "countries": countries}


def _table_options(project: Project) -> TableOptions:
    """Return what a project says of its table."""
    from impactmap.reading.columns.table_options import TableOptions

    countries = project.map.countries
    return TableOptions(
        project.columns,
        project.data.sheet,
        project.data.header_row,
        countries[0] if len(countries) == 1 else None,
        project.map.timezone,
    )


def reading_options(said: TableOptions) -> dict[str, Any]:
    """Return what the author says of a table as `read_events` takes it.

    Parameters
    ----------
    said
        Of the table.

    Returns
    -------
    dict
        Keyword arguments.
    """
    zone = {"timezone": said.timezone} if said.timezone else {}
    return {
        **zone,
        "columns": said.headers() or None,
        "sheet": said.sheet,
        "header_row": said.header_row,
        "country": said.country,
    }


def _with_confirmation(reading: Reading, project: Project) -> Reading:
    """Say of every report of the source what the project says of it, where the table does not."""
    from impactmap.reading.raw_table import Note

    said, reason = project.data.confirmation, project.data.confirmation_reason
    if said is None or reading.events.empty:
        return reading
    lacking = int(reading.events["confirmation"].isna().sum())
    text = f"Rows without a word on confirmation: {lacking:,}; all are {said}, as the map's authors say: {reason}"
    events = reading.events.assign(confirmation=reading.events["confirmation"].fillna(said))
    events.attrs |= reading.events.attrs
    note = Note(reading.inputs[0].path.name, "columns", text)
    return replace(reading, events=events, notes=[*reading.notes, note])


def need_rows(readings: Iterable[Reading]) -> None:
    """Raise when not one row of the tables can be used.

    Parameters
    ----------
    readings
        What `read_events` gave.

    Raises
    ------
    TableError
        With the number of rows and what is wrong with them, each fault of a column once with its count and an example.
    """
    import pandas as pd

    readings = tuple(readings)
    if any(len(reading.events) for reading in readings):
        return
    faults = pd.concat([reading.row_faults for reading in readings])
    kinds = faults.groupby(["file", "column", "expected"], sort=False, dropna=False)
    lines = []
    for (file, column, expected), rows in kinds:
        first = rows.iloc[0]
        where = f"{file}, column {column!r}" if isinstance(column, str) else str(file)
        sheet = first.get("sheet")
        called = row_words(first["row"], *(("", None) if pd.isna(sheet) else (sheet, int(first["sheet_row"]))))
        each = called if len(rows) == 1 else f"{len(rows):,} rows, such as {called}"
        lines.append(f"  {where}: expected {expected}; found {first['found']} ({each}). {first['fix']}")
    files = ", ".join(reading.inputs[0].path.name for reading in readings if reading.inputs)
    count = sum(reading.inputs[0].rows for reading in readings if reading.inputs)
    told = (
        "found no row of data"
        if not count
        else f"none of the {count:,} rows can be"
        if count > 1
        else "the one row cannot be"
    )
    raise TableError(
        "\n".join([f"{files}: expected rows that can be used, {told}. Nothing was written.", *lines[:_SHOWN_KINDS]])
    )


def _override(project: Project, *, border: str | None, date_format: str | None, **chosen: Any) -> Project:
    raw: dict[str, Any] = project.model_dump()
    raw["map"] |= {name: value for name, value in chosen.items() if value is not None}
    if chosen.get("language") is not None:
        raw["map"]["languages"] = ()
    if chosen.get("title") is not None:
        raw["map"]["headline"] = None
        for translation in raw["translations"].values():
            translation |= {"title": None, "headline": None}
    if date_format is not None:
        raw["data"]["date_format"] = date_format
    if border == "none":
        raw["border"] = None
    elif border is not None:
        raw["border"] = {**(raw["border"] or {}), "countries": tuple(border.strip().upper().split(":"))}
    return check_project(raw, project.folder / PROJECT_FILE)


def border_of_sides(reading: Reading) -> str | None:
    """Return the border between the sides, where these are the names of two countries whose border ships.

    Parameters
    ----------
    reading
        Its events' sides are looked at.

    Returns
    -------
    str or None
        Two ISO codes with a colon between them.
    """
    from impactmap.context.borders import shipped_pairs
    from impactmap.places.gazetteer.areas import Areas

    areas = Areas()
    codes = {areas.find_country(str(side)) for side in reading.events["side"].dropna().unique()}
    pair = tuple(sorted(code for code in codes if code))
    return ":".join(pair) if len(codes) == 2 and pair in shipped_pairs() else None


def _assumptions(project: Project, *, titled: bool, inferred: bool) -> list[str]:
    border, options = project.border, project.map
    sides = ", ".join(side.name for side in project.sides) or "none is stated"
    if border:
        why = ", because the sides are these two countries; choose another with --border, or --border none"
        distances = (
            f"Distances refer to the border {'-'.join(border.countries)}, view {border.view}{why if inferred else ''}."
        )
    else:
        distances = (
            "No border was chosen, so no distance is computed. Choose one with --border AA:BB (two country codes), or "
            "name a file of your own in a project file."
        )
    return [
        *(
            []
            if titled
            else [f"No project file: the title is the table's name, {options.title!r}. Choose one with --title."]
        ),
        f"Sides are drawn in alphabetical order: {sides}.",
        f"Days end at 24:00 {options.timezone}; events are held back for {options.embargo_hours:g} hours after that.",
        distances,
    ]
