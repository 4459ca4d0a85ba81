"""The author's own columns that a project file publishes: found in the table, and brought to their kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from impactmap.model.errors import ProjectError
from impactmap.model.faults import Fault, nearest
from impactmap.model.header_words import header_key
from impactmap.model.project import Project
from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from impactmap.reading.read import Reading

__all__ = ["settle_fields"]

_OURS = frozenset(column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)) | {"geometry"}


def settle_fields(reading: Reading, project: Project) -> tuple[Reading, Project]:
    """Find the columns that a project's fields name, and read those of numbers.

    Parameters
    ----------
    reading
        What was read.
    project
        Its ``fields`` name headers of the table with the events.

    Returns
    -------
    Reading
        Fields of numbers are float64; a cell that is none is empty, and a warning.
    Project
        Its fields name columns of the events.

    Raises
    ------
    ProjectError
        When a field's column is not in the table, or is published as one of ours already.
    """
    if not project.fields:
        return reading, project
    from impactmap.publishing.files.chunks import Told
    from impactmap.publishing.files.coarse_columns import coarse_columns

    events, warnings, fields = reading.events, list(reading.warnings), []
    for number, field in enumerate(project.fields, 1):
        name = _column(events, field.column, number, reading)
        details = {of: _column(events, header, number, reading) for of, header in field.details.items()}
        if field.kind == "number":
            events, fault = _numbers(events, name, reading.inputs[0].path.name)
            warnings += fault
        fields.append(field.model_copy(update={"column": name, "label": field.title, **details}))
    own = [name for field in fields for name in field.columns]
    if len(set(own)) < len(own):
        raise ProjectError("fields: expected each column in one of the fields only. Leave one of them out.")
    if not project.publish.exact_positions:
        events = events.assign(**{str(name): column for name, column in coarse_columns(events[own], Told()).items()})
    events.attrs |= reading.events.attrs
    # The translations name the headers, too.
    names = dict(zip((field.column for field in project.fields), (field.column for field in fields), strict=True))
    translations = {
        code: said.model_copy(update={"fields": {names.get(name, name): label for name, label in said.fields.items()}})
        for code, said in project.translations.items()
    }
    return (
        replace(reading, events=events, warnings=tuple(warnings)),
        project.model_copy(update={"fields": tuple(fields), "translations": translations}),
    )


def _column(events: pd.DataFrame, header: str, number: int, reading: Reading) -> str:
    own = [str(name) for name in events.columns if name not in _OURS]
    keys = {header_key(name): name for name in own}
    for name in (header, reading.headers.get(header, ""), f"source_{header}"):
        if name in own:
            return name
    if (found := keys.get(header_key(header))) is not None:
        return found
    taken = reading.headers.get(header) or (header if header in _OURS else None)
    if taken:
        raise ProjectError(
            f"fields.{number}: expected a column that is not published otherwise; found {header!r}, which is "
            f"published as {taken!r} already. Leave it out of [[fields]]."
        )
    guess = nearest(header, own)
    raise ProjectError(
        f"fields.{number}: expected the header of a column in {reading.inputs[0].path.name}; found {header!r}, "
        f"which it does not have. {f'Did you mean {guess!r}?' if guess else _others(own)}"
    )


def _others(names: Iterable[str]) -> str:
    shown = ", ".join(map(repr, list(names)[:12]))
    return f"Its further columns are {shown}." if shown else "It has no further columns."


def _numbers(events: pd.DataFrame, name: str, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    from impactmap.reading.empty_words import without_empty_words
    from impactmap.reading.figures import parse_figures

    cells, _ = without_empty_words(events[name].astype("str"))
    figures = parse_figures(cells, whole=False)
    values = figures["value"].where(figures["qualifier"].isna())
    odd = cells.notna() & (cells.str.strip() != "") & values.isna()
    changed = events.assign(**{name: values})
    if not odd.any():
        return changed, []
    rows, first = events["source_row"][odd].tolist(), str(cells[odd].iloc[0])
    return changed, [
        Fault(
            file,
            int(rows[0]),
            name,
            "a number, as [[fields]] says",
            f"{first!r} (and {len(rows) - 1:,} more such cells)" if len(rows) > 1 else repr(first),
            'These cells are left empty. Correct them, or write kind = "text".',
            severity="warning",
        )
    ]
