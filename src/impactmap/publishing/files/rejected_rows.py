"""The list of rows that could not be used, beside the table that was written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.model.atomic import replace_file
from impactmap.publishing.files.chunks import Told
from impactmap.publishing.files.cleared_export import coarse_texts
from impactmap.publishing.files.coarse_columns import coarse_columns
from impactmap.publishing.files.delimited_text import write_csv
from impactmap.reading.dates import parse_dates

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from impactmap.model.embargo import Embargo
    from impactmap.model.project import Project
    from impactmap.reading.result import Reading

__all__ = ["waiting_rows", "withhold_waiting", "write_rejected"]

#: Columns of the list that are not the table's.
_OURS = ("file", "source_row", "column", "reason")


def write_rejected(
    rejected: pd.DataFrame,
    output: Path,
    *,
    dates: Sequence[str],
    embargo: Embargo | None,
    inputs: Sequence[Path],
    force: bool,
    exact_positions: bool,
) -> tuple[Path, ...]:
    """List the rows that were not used beside the output, as they stand in their file.

    Parameters
    ----------
    rejected
        As `Reading.rejected` has it.
    output
        The table that was written; the list is ``<name>.rejected.csv`` beside it.
    dates
        Headers of the columns that hold the days.
    embargo
        Of a row that must wait, as one of which the day is not known must, only its number and the reason leave. None
        lets everything leave.
    inputs, force
        As in `impactmap.model.atomic.replace_file`.
    exact_positions
        Let positions leave as they stand.

    Returns
    -------
    tuple of Path
        The list; nothing where no row was rejected and no older list has to give way.
    """
    path = output.with_name(f"{output.stem}.rejected.csv")
    if rejected.empty and not path.exists():
        return ()
    if embargo is not None:
        waits = embargo.holds(_days(rejected, dates))
        rejected = rejected.assign(
            **{name: rejected[name].mask(waits) for name in rejected.columns if name not in _OURS}
        )
        # The reason holds what was found; of a day alone nothing is given away.
        short = rejected["reason"].str.split("; found ", n=1).str[0] + "."
        rejected["reason"] = rejected["reason"].mask(waits & ~rejected["column"].isin(list(dates)), short)
    if not exact_positions:
        told = Told()
        rejected = coarse_texts(coarse_columns(rejected, told, kept=_OURS), told)
    with replace_file(path, inputs=inputs, force=force) as temporary:
        write_csv(rejected, temporary)
    return (path,)


def withhold_waiting(reading: Reading, published: pd.Series[str], project: Project, *, now: dt.datetime) -> Reading:
    """Return what was read without the cells of rows that could not be used and must wait, or whose day is not known.

    Parameters
    ----------
    reading
        Its ``row_faults`` say of such a row where it is and what was expected; ``found`` is missing, unless it is
        a day.
    published
        The ``event_id`` of the events that leave.
    project, now
        Say which days must wait.
    """
    import pandas as pd

    from impactmap.model.embargo import Embargo

    rejected, faults = reading.rejected, reading.row_faults
    if rejected.empty or faults.empty:
        return reading
    dates, ids = (
        [header for header, column in reading.headers.items() if column in names]
        for names in ({"date_start", "date_end"}, {"event_id"})
    )
    waits = _waiting(rejected, dates, Embargo(now, project.map.embargo_hours, project.map.timezone))
    names = set(reading.events["event_id"]) - set(published)
    for header in rejected.columns.intersection(ids):
        names |= set(rejected.loc[waits, header].dropna())
    cells = rejected[[name for name in rejected.columns if name not in _OURS]]
    waits |= cells.isin(names).any(axis=1)
    rows = set(zip(rejected.loc[waits, "file"], rejected.loc[waits, "source_row"], strict=True))
    told = zip(faults["file"], faults["row"], faults["column"], strict=True)
    hidden = pd.Series([(file, row) in rows and column not in dates for file, row, column in told], index=faults.index)
    return dataclasses.replace(reading, row_faults=faults.assign(found=faults["found"].mask(hidden)))


def waiting_rows(reading: Reading, embargo: Embargo) -> set[int]:
    """Return the numbers of a table's rows that must wait: of fresh events, and those of a day that cannot be read.

    Parameters
    ----------
    reading
        Of one table; a row that could not be used waits by the day that it names, and not where it names none.
    embargo
        Says which days must wait.
    """
    import pandas as pd

    events, rejected = reading.events, reading.rejected
    rows = set(events.loc[embargo.holds(events), "source_row"].dropna())
    dates = [header for header, column in reading.headers.items() if column in {"date_start", "date_end"}]
    waits = _waiting(rejected, dates, embargo)
    return {int(row) for row in rows | set(rejected.loc[waits, "source_row"]) if not pd.isna(row)}


def _waiting(rejected: pd.DataFrame, dates: Sequence[str], embargo: Embargo) -> pd.Series[bool]:
    """Say which rows must wait by a day that they name, or that cannot be read; one without goes with its event."""
    named = rejected[[header for header in dates if header in rejected.columns]]
    return embargo.holds(_days(rejected, dates)) & named.notna().any(axis=1)


def _days(rejected: pd.DataFrame, dates: Sequence[str]) -> pd.DataFrame:
    """Return the last day that each row names, as of an event of its own."""
    import pandas as pd

    named = [parse_dates(rejected[header].astype("str")) for header in dates if header in rejected.columns]
    last = pd.concat([each.end.fillna(each.start) for each in named], axis=1).max(axis=1) if named else pd.NaT
    return pd.DataFrame({"event_id": range(len(rejected)), "date_start": last}, index=rejected.index).astype(
        {"date_start": "datetime64[s]"}
    )
