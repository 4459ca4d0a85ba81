"""What may be said of the reading of a table; what was read of it, and what was not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

import pandas as pd

from impactmap.model.faults import Fault, FaultLog
from impactmap.model.reprs.overview import Overview, days_text
from impactmap.reading.raw_table import InputFile, Note
from impactmap.reading.skipped_rows import withdrawn_reports

if TYPE_CHECKING:
    from impactmap.model.progress import Progress
    from impactmap.reading.columns.settled import Settled
    from impactmap.reading.columns.sides import SideNames
    from impactmap.reading.formats.limits import Limits

__all__ = ["ReadOptions", "Reading"]


class ReadOptions(TypedDict, total=False):
    """What may be said of the reading of a table beside its parts, its format and its columns.

    Attributes
    ----------
    timezone
        IANA name, UTC by default; a time with a zone is turned into this zone's day.
    sheet, header_row
        Of the events: see `impactmap.TableOptions`.
    country
        Of rows that name a place, and neither a country nor a position.
    sides
        The declared sides: a row with any other value of ``side`` is rejected. Without them every value is a side.
    withdrawn
        Whether reports that `update_events` marked as withdrawn are read like others; otherwise they are listed in
        ``rejected``, so that no map shows them.
    published
        Headers that are published beside ours, as ``[[fields]]`` of a project file says: notes do not name them.
    apart
        Headers of columns that are the author's own whatever their words say, as those of media: kept, not judged.
    languages
        Codes of further languages: a column such as ``summary_uk`` then says what ``summary`` says in that one.
    limits
        Of what a file may take; see `impactmap.reading.formats.limits`.
    progress
        Called while delimited text is read, with the bytes read, the bytes in all, and what is done.
    settled
        Of a partition of a table: what was decided about the columns of the whole; see `Settled`.
    """

    timezone: str
    sheet: str | None
    header_row: int | None
    country: str | None
    sides: SideNames | None
    withdrawn: bool
    published: Collection[str]
    apart: Collection[str]
    languages: Collection[str]
    limits: Limits
    progress: Progress | None
    settled: Settled


@dataclass(frozen=True, repr=False)
class Reading(Overview):
    """What was read.

    Attributes
    ----------
    events
        One row an event and place, the columns of `EVENT_COLUMNS`, then the sheet's own.
    claims
        One row a claim, the columns of `CLAIM_COLUMNS`, then the table's own.
    rejected
        Rows that cannot be used: ``file``, ``source_row``, ``column``, ``reason``, then the cells as they stand in
        the file. Each row of a file is either here or in a frame.
    notes
        What was found out and decided, for the reader of the output.
    inputs
        The files.
    row_faults
        Every fault of every rejected row: ``file, row, column, expected, found, fix, severity``. Rows that are no
        reports, such as totals under the table, are among them as warnings.
    warnings
        What was read but should be looked at.
    headers
        Header of the events' table to the column of the events that it was read as; of those that were understood.
    withdrawn
        What the table says of reports that it marks as withdrawn; see `withdrawn_reports`.
    translations
        Texts of the tables in other languages: by language, by column, by text.
    """

    events: pd.DataFrame
    claims: pd.DataFrame
    rejected: pd.DataFrame
    notes: list[Note] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    row_faults: pd.DataFrame = field(default_factory=lambda: FaultLog("").row_faults())
    warnings: tuple[Fault, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    withdrawn: pd.DataFrame = field(default_factory=lambda: withdrawn_reports(None, {}))
    translations: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def _overview(self) -> tuple[str, dict[str, object]]:
        events, claims = self.events, self.claims
        sides = events["side"].dropna().nunique() if "side" in events.columns else 0
        metrics = claims["metric"].nunique()
        lines: dict[str, object] = {
            "files": ", ".join(f"{file.path.name} ({file.format}, {file.rows:,} rows)" for file in self.inputs),
            "events": f"{events['event_id'].nunique():,} in {len(events):,} rows of an event and place",
            "days": days_text(events),
            "stated sides": sides,
            "claims": f"{len(claims):,}, of {metrics:,} metric{'s' * (metrics != 1)}" if metrics else "",
            "not used": f"{len(self.rejected):,} rows, in .rejected with their reasons" if len(self.rejected) else "",
            "warnings": f"{len(self.warnings):,}, in .warnings" if self.warnings else "",
            "notes": f"{len(self.notes):,}, in .notes" if self.notes else "",
        }
        return "Reading", lines
