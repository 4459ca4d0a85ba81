"""A table as it stands in a file: every cell as text, every row with its number, nothing understood yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from impactmap.model.faults import SheetRows
from impactmap.model.schema import CLAIM_COLUMNS

__all__ = ["OURS", "InputFile", "Note", "RawTable", "is_written"]

#: A table with these columns is one that impactmap wrote.
OURS = frozenset(("event_id", "place_number", "side_basis", "date_precision"))
_OUR_CLAIMS = frozenset(column.name for column in CLAIM_COLUMNS)


def is_written(headers: Iterable[str]) -> bool:
    """Say whether impactmap wrote a table of these headers, events or claims: its texts are then kept to the letter."""
    names = set(headers)
    return names >= OURS or names >= _OUR_CLAIMS


@dataclass(frozen=True)
class Note:
    """Something a reader found out or decided, said in one sentence.

    Attributes
    ----------
    file
        The file's name.
    topic
        ``file``, ``columns``, ``dates``, ``numbers``, ``places``, ``text``, ``rows``, ``duplicates`` or ``terms`` (what
        the publisher asks of those who pass the data on).
    text
        The sentence.
    """

    file: str
    topic: str
    text: str

    def __str__(self) -> str:
        """Return the sentence after the file's name."""
        return f"{self.file}: {self.text}"


@dataclass(frozen=True)
class InputFile:
    """A file that was read.

    Attributes
    ----------
    path, format, rows, bytes, sha256
        Where, its format's name, rows of data (without header and empty rows), size, checksum.
    encoding, delimiter
        For delimited text.
    holds
        ``events``, ``places`` or ``claims``.
    rejected
        How many of its rows could not be used.
    sheets
        How its rows are numbered, where several sheets were read together.
    """

    path: Path
    format: str
    rows: int
    bytes: int
    sha256: str
    encoding: str | None = None
    delimiter: str | None = None
    holds: str = "events"
    rejected: int = 0
    sheets: SheetRows | None = None


@dataclass(frozen=True)
class RawTable:
    """The cells of one table.

    Attributes
    ----------
    cells
        All columns `str`, missing where the cell is empty; the index holds row numbers in the file, the header's
        being `header_row`.
    file
        Where it comes from.
    notes
        What was decided while it was opened.
    tags
        The cells of a row of HXL tags under the header, by header; empty without one. For adapters.
    neutralised
        Whether the format is one whose texts `neutralise` shields on export.
    sheets
        Names of all sheets of a spreadsheet, or layers of a GeoPackage.
    """

    cells: pd.DataFrame
    file: InputFile
    notes: tuple[Note, ...] = ()
    tags: dict[str, str] | None = None
    neutralised: bool = False
    sheets: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether impactmap wrote it: its headers are then our column names, and its positions are in its columns."""
        return set(self.cells.columns) >= OURS

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.file.path.name
