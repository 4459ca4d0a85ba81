"""A project file made from a table: what was understood, what was guessed and why, ready to be corrected."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.model.errors import PublishError, TableError
from impactmap.model.languages import FIRST, language_codes, page_language
from impactmap.model.project import MOST_SIDES, OTHER_SIDES
from impactmap.reading.columns.table_options import TableOptions
from impactmap.workspace.opening import reading_options
from impactmap.workspace.sources import PROJECT_FILE

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.model.faults import Fault
    from impactmap.model.project import Project
    from impactmap.reading.read import Reading

__all__ = ["StartedProject", "new_project", "start_project", "template_faults"]

_EXAMPLE: Final = "example-"  # what the identifiers of the template's reports begin with
_OWN: Final = "Write your own in project.toml, or take the line away."

#: Letters that one of the two languages has and the other lacks.


@dataclass(frozen=True)
class StartedProject:
    """What `start_project` wrote.

    Attributes
    ----------
    path
        The project file.
    problem
        Why the table cannot be read yet; empty where it can.
    rows
        Rows that can be used.
    """

    path: Path
    problem: str
    rows: int


def new_project(folder: str | Path) -> list[Path]:
    """Write a commented project file and a small table that build at once.

    Parameters
    ----------
    folder
        Made when it does not exist.

    Returns
    -------
    list of Path
        The files written: ``project.toml`` and ``events.csv``.

    Raises
    ------
    PublishError
        When one of the files exists, or cannot be written; nothing is overwritten.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in new_project(Path(tempfile.mkdtemp()) / "map")]
    ['project.toml', 'events.csv']
    """
    folder = Path(folder)
    paths = [folder / name for name in ("project.toml", "events.csv")]
    if taken := [path for path in paths if path.exists() or path.is_symlink()]:
        raise PublishError(f"{taken[0]}: exists already and was left as it is. Choose another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            with path.open("xb") as file:
                file.write(resources.files("impactmap.workspace").joinpath("starter", path.name).read_bytes())
    except OSError as error:
        raise PublishError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error
    return paths


def template_faults(project: Project, events: pd.DataFrame) -> list[Fault]:
    """Return warnings about what a project still has from the template, where its reports are no longer the template's.

    Parameters
    ----------
    project
        As its file says.
    events
        As read; ``event_id``, ``side``.
    """
    import tomllib

    from impactmap.model.faults import Fault

    ids = events["event_id"].astype("str")
    if ids.str.startswith(_EXAMPLE).all():
        return []
    starter = tomllib.loads(
        resources.files("impactmap.workspace").joinpath("starter", PROJECT_FILE).read_text(encoding="utf-8")
    )
    file, given = PROJECT_FILE, starter["map"]
    left = [
        Fault(file, None, name, "words of your own", f"the template's, {given[name]!r}", _OWN, "warning")
        for name in ("subtitle", "credit", "contact")
        if given[name] == getattr(project.map, name)
    ]
    if ids.str.startswith(_EXAMPLE).any():
        fix = "Take the rows out of the table that came with the template."
        left.append(Fault(file, None, "events", "reports of your own", "some of the template's", fix, "warning"))
    keys = [side["key"] for side in starter["sides"]]
    if [side.key for side in project.sides] == keys and not events["side"].isin(keys).any():
        found = f"the template's, {' and '.join(keys)}, which no report names"
        left.append(Fault(file, None, "sides", "the sides of your map", found, _OWN, "warning"))
    return left


def start_project(
    folder: str | Path,
    table: str | Path,
    *,
    now: dt.datetime,
    date_format: str | None = None,
    options: TableOptions | None = None,
) -> StartedProject:
    r"""Write a commented project file for a table; the table stays as it is and where it is.

    Parameters
    ----------
    folder
        Made when it does not exist.
    table
        As for `read_events`.
    now
        Aware: rows after its day are not used.
    date_format
        As for `read_events`.
    options
        What the author says of the table already.

    Returns
    -------
    StartedProject

    Raises
    ------
    PublishError
        When there is a project file already, or it cannot be written.
    TableError
        When the table cannot be opened at all.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "reports.csv").write_text("date,place\n2025-03-01,Erdenet\n")
    >>> started = start_project(folder / "map", folder / "reports.csv", now=dt.datetime(2025, 3, 9, tzinfo=dt.UTC))
    >>> started.path.name, started.rows
    ('project.toml', 1)
    """
    from impactmap.reading.explain import explain_mapping
    from impactmap.reading.read import read_events
    from impactmap.workspace.sources import PROJECT_FILE

    options = options or TableOptions()
    path = Path(folder) / PROJECT_FILE
    if path.exists() or path.is_symlink():
        raise PublishError(f"{path}: exists already and was left as it is. Choose another folder.")
    said = reading_options(options)
    told = explain_mapping(table, **{name: said[name] for name in ("columns", "sheet", "header_row")})
    problem, reading = "", None
    try:
        reading = read_events(table, now=now, date_format=date_format, **said)
    except TableError as error:
        problem = str(error)
    options = replace(options, columns=_mapping(told))
    text = _project_text(Path(folder), Path(table), told, reading, options, date_format)
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise PublishError(f"{table}: the file's name holds signs that no text can. Rename it.") from None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise PublishError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another folder."
        ) from error
    return StartedProject(path, problem, 0 if reading is None else len(reading.events))


def _mapping(told: dict[str, Any]) -> dict[str, str]:
    """Return our column to their header, of a sheet; another's format is read by its own rules."""
    if told["name"] != "sheet":
        return {}
    parts = ("date_year", "date_month", "date_day")
    columns: dict[str, str] = {}
    for each in told["columns"]:
        names = [each["column"]] if len(each["from"]) == 1 else parts
        columns |= dict(zip(names, each["from"], strict=False))
    for each in told["claims"]:
        for part in ("best", "low", "high"):
            if part in each:
                columns[each["metric"] + ("" if part == "best" else f"_{part}")] = each[part]
    return columns


def _project_text(
    folder: Path,
    table: Path,
    told: dict[str, Any],
    reading: Reading | None,
    options: TableOptions,
    date_format: str | None,
) -> str:
    title = " ".join(re.split(r"[\s_-]+", table.stem)).strip()
    where = Path(os.path.relpath(table.resolve(), folder.resolve())).as_posix()
    first, last = _period(reading)
    lines = [
        f"# The project file of a map of {_one_line(table.name)}, made from the table. What is guessed says why:",
        "# correct it, and delete what you do not need. Lines that begin with # are notes, or settings that are off.",
        "",
        "[map]",
        f"title = {_text(title[:1].upper() + title[1:])}",
        f'language = "{_language(told, reading)}"  # en, ar, de, fr, pl, ru or uk; guessed from the letters',
        f"timezone = {_text(options.timezone or 'UTC')}  # the zone in which a day ends, such as Europe/Kyiv",
        "embargo_hours = 24           # an event is published this many hours after its day has ended",
        f"# period_start = {first or '2025-11-01'}  # the table's days; events outside are left out",
        f"# period_end = {last or '2025-11-30'}",
        _countries(reading, options),
        "",
        "[data]",
        f"events = {_text(where)}",
    ]
    lines += [f"{name} = {value}" for name, value in _data(options, date_format)]
    lines += [
        '# confirmation = "confirmed"  # said of every report whose row does not say it, with',
        '# confirmation_reason = "..."',
    ]
    lines += ["", *_columns(told, options), "", *_sides(reading), "", *_border(reading), ""]
    return "\n".join(lines)


def _text(text: str) -> str:
    """Return a basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _data(options: TableOptions, date_format: str | None) -> list[tuple[str, str]]:
    given = [("sheet", options.sheet), ("date_format", date_format)]
    found = [(name, _text(value)) for name, value in given if value is not None]
    return [*found, *([("header_row", str(options.header_row))] if options.header_row else [])]


def _columns(told: dict[str, Any], options: TableOptions) -> list[str]:
    if told["name"] != "sheet":
        return [f"# The table has the format {told['name']}, {told['title']}: its columns are known."]
    how = {each["column"]: each.get("how", "") for each in told["columns"]}
    lines = [
        "# Which of the table's columns is which: ours = theirs. `impactmap convert --explain` shows the same.",
        "[columns]",
    ]
    if "date_start" not in options.columns and (header := options.columns.get("date_published")) is not None:
        lines += [
            "# No column holds the day of the event. If the day of the report is to stand for it, take the # away, and",
            "# delete the line that begins with date_published:",
            f"# date_start = {_text(header)}",
        ]
    for name, header in options.columns.items():
        why = how.get(name, "")
        key = name if re.fullmatch(r"\w+", name, re.ASCII) else _text(name)
        lines.append(f"{key} = {_text(header)}" + (f"  # {_one_line(why)}" if why else ""))
    if told["kept"]:
        lines += [
            f"# Not understood, kept in the table and not published: {_one_line(', '.join(told['kept']))}",
            "# Take away the # to publish one of them:",
            "# [[fields]]",
            f"# column = {_text(told['kept'][0])}",
            '# label = "..."      # what readers see',
            '# kind = "category"  # category (a filter, too), number, text, link or media',
        ]
    return lines


def _one_line(text: str) -> str:
    return "".join(ch if ch.isprintable() else " " for ch in text)


def _sides(reading: Reading | None) -> list[str]:
    from impactmap.workspace.side_names import same_country

    values = [] if reading is None else [str(value) for value in reading.events["side"].dropna()]
    counts = Counter(values)
    if not counts:
        return [
            '# No column says who attacked, so no side is stated. If one does: [columns] side = "..."',
            "# [[sides]]",
            '# key = "..."',
            '# name = "..."',
        ]
    groups = {group[0]: group for group in same_country(sorted(counts, key=lambda value: (-counts[value], value)))}
    others = {value for group in groups.values() for value in group[1:]}
    named = sorted((value for value in counts if value not in others), key=lambda value: (-counts[value], value))
    lines = ["# The attacking sides: every value of the column, the most frequent first."]
    shown = named if len(named) <= MOST_SIDES else named[: MOST_SIDES - 1]
    for value in sorted(shown):
        lines += [
            "[[sides]]",
            f"key = {_text(value)}",
            f"name = {_text(value)}",
            "# aliases = []  # further texts that mean it; names and codes of a country are known",
            "",
        ]
    if rest := named[len(shown) :]:
        lines += [
            f"# At most {MOST_SIDES} can be told apart: these are shown together, and told by name on the card: "
            + _one_line(", ".join(rest[:20])),
            "[[sides]]",
            f"key = {_text(OTHER_SIDES)}",
            'name = "Other sides"',
        ]
    return lines


def _border(reading: Reading | None) -> list[str]:
    from impactmap.workspace.opening import border_of_sides

    pair = None if reading is None else border_of_sides(reading)
    if pair is None:
        return ["# Distances refer to a border: two country codes.", "# [border]", '# countries = ["AA", "BB"]']
    codes = ", ".join(f'"{code}"' for code in pair.split(":"))
    return [
        "# The sides are these two countries: distances refer to their border.",
        "[border]",
        f"countries = [{codes}]",
    ]


def _countries(reading: Reading | None, options: TableOptions) -> str:
    from impactmap.places.names.country_names import find_country

    named = [options.country] if options.country else []
    if reading is not None:
        named += [str(text) for text in reading.events["country"].dropna().unique()]
    codes = sorted({code for text in named if (code := find_country(text))})
    listed = ", ".join(f'"{code}"' for code in codes[:12])
    given = bool(options.country) and len(codes) == 1
    return f"{'' if given else '# '}countries = [{listed}]  # one country: rows that name a place alone are there"


def _period(reading: Reading | None) -> tuple[str, str]:
    days: pd.Series[Any] | None = None if reading is None else reading.events["date_start"].dropna()
    if days is None or days.empty:
        return "", ""
    return f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}"


def _language(told: dict[str, Any], reading: Reading | None) -> str:
    text = " ".join(header for each in told["columns"] for header in each["from"])
    if reading is not None:
        text += " ".join(str(cell) for cell in reading.events["summary"].dropna().head(200))
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    known = {code: page_language(code) for code in language_codes()}
    # In Latin letters a few words do not tell: English serves.
    fits = {
        code: sum(letter in each.letters for letter in letters) for code, each in known.items() if not each.is_latin
    }
    best = max(fits, key=lambda code: (fits[code], code))
    return best if 2 * fits[best] >= max(1, len(letters)) else FIRST
