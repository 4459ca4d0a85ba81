"""Faults: every one of a table gathered first, then told at once, by file, row and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd
from rapidfuzz import process

from impactmap.model.errors import TableError
from impactmap.model.messages import message_text, word_message

__all__ = [
    "Fault",
    "FaultLog",
    "SheetRows",
    "check_keywords",
    "faults_of",
    "faults_of_rows",
    "gather_faults",
    "nearest",
    "raise_for_faults",
    "row_in_sheets",
    "row_words",
    "which_column",
]

_SHOWN = 5
#: So many faults of one kind are told one by one.
_ALONE = 2
#: What differs between faults of one kind: numbers, and texts in quotation marks.
_PARTICULARS = re.compile(r"'[^']*'|[-\u2212]?\d[\d.,:-]*|[A-Z][a-z]+ (?=\d{4})")


@dataclass(frozen=True)
class SheetRows:
    """How rows of several sheets that were read together are numbered.

    Attributes
    ----------
    names
        The sheets, in the order in which they stand under each other.
    base
        What is added to a row's number for each sheet; the first sheet's keep theirs.

    Examples
    --------
    >>> SheetRows(("January", "February"), 1000).of(2002)
    ('February', 2)
    """

    names: tuple[str, ...]
    base: int

    def of(self, row: int) -> tuple[str, int]:
        """Return the sheet of a row, and the row's number in it."""
        number, own = divmod(row, self.base)
        return self.names[max(number - 1, 0)], own


@dataclass(frozen=True)
class Fault:
    """One thing in a file that is not as it should be.

    Attributes
    ----------
    file, row, column
        Where: the file's name, the row (header = 1; None for the whole file or column), the column's header (None for
        the row).
    expected, found, fix
        What should stand there, what does (as `repr` where it is a cell's text), and how to mend it.
    severity
        ``fault``: the row, or the table, cannot be used. ``warning``: it is used, and somebody should look.
    sheet, sheet_row
        The sheet, and the row's number in it, where several sheets were read together.
    """

    file: str
    row: int | None
    column: str | None
    expected: str
    found: str
    fix: str
    severity: Literal["fault", "warning"] = "fault"
    sheet: str = ""
    sheet_row: int | None = None

    def __str__(self) -> str:
        """Return the fault as one line."""
        return self.line()

    def line(self, language: str = "en") -> str:
        """Return the fault as one line in a language."""
        row = word_message(row_words(self.row, self.sheet, self.sheet_row), language) if self.row else ""
        column = word_message(f"column {self.column!r}", language) if self.column else ""
        return f"{', '.join(filter(None, (self.file, row, column)))}: {self.sentence(language)}"

    def sentence(self, language: str = "en") -> str:
        """Return in a language what was expected and found, and how to mend it."""
        return message_text("fault.sentence", language, said=self.expected, said_2=self.found, said_3=self.fix)

    def within(self, sheets: SheetRows | None) -> Fault:
        """Return the fault with its sheet told, where its file's rows are of several."""
        if sheets is None or self.row is None or self.sheet:
            return self
        sheet, row = sheets.of(self.row)
        return replace(self, sheet=sheet, sheet_row=row)


def row_words(row: int, sheet: str = "", sheet_row: int | None = None) -> str:
    """Return what a row is called in messages: its number, and its sheet where there are several.

    Examples
    --------
    >>> row_words(12), row_words(2002, "February", 2)
    ('row 12', "sheet 'February', row 2")
    """
    return f"sheet {sheet!r}, row {sheet_row}" if sheet else f"row {row}"


def row_in_sheets(row: int, sheets: SheetRows | None) -> str:
    """Return what a row is called in messages, by the sheets of its file where these were read together."""
    return row_words(row) if sheets is None else row_words(row, *sheets.of(row))


@dataclass
class FaultLog:
    """Gathers the faults of one file while it is read, a whole column at a time.

    Attributes
    ----------
    file
        The file's name.
    faults
        Faults and warnings that are not about single rows.
    rejections
        Frames of rows that are not used: ``row`` and what `Fault` says of it.
    missing
        Necessary columns that the table lacks.
    sheets
        How rows are numbered, where several sheets were read together.
    """

    file: str
    faults: list[Fault] = field(default_factory=list)
    rejections: list[pd.DataFrame] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    sheets: SheetRows | None = None

    def table(self, *, column: str | None, expected: str, found: str, fix: str, row: int | None = None) -> None:
        """Note a fault for which the whole table cannot be used; `row` is one in which it shows."""
        self.faults.append(Fault(self.file, row, column, expected, found, fix).within(self.sheets))

    def remark(self, *, rows: pd.Series[int] | None, column: str | None, expected: str, found: str, fix: str) -> None:
        """Note a warning about some rows of a column, as one warning with the first rows and the count."""
        first = None
        if rows is not None:
            if not len(rows):
                return
            first = int(rows.iloc[0])
            found = f"{found} ({_rows_text(rows, self.sheets)})" if len(rows) > 1 else found
        fault = Fault(self.file, first, column, expected, found, fix, "warning")
        self.faults.append(fault.within(self.sheets))

    def reject(
        self,
        bad: pd.Series[bool],
        rows: pd.Series[int],
        found: pd.Series[Any] | str,
        *,
        column: str | None,
        expected: str,
        fix: pd.Series[str] | str,
    ) -> None:
        """Reject the rows where `bad` holds; `rows` are their numbers in the file, `found` the cells as read."""
        if not bad.any():
            return
        cells = found if isinstance(found, str) else found[bad].map(_shown).to_numpy()
        self.rejections.append(
            pd.DataFrame(
                {
                    "row": rows[bad].to_numpy(),
                    "column": column,
                    "expected": expected,
                    "found": cells,
                    "fix": fix if isinstance(fix, str) else fix[bad].to_numpy(),
                    "severity": "fault",
                }
            )
        )

    def set_aside(self, rows: pd.DataFrame) -> None:
        """List rows that are no reports (``row, column, found, fix``): nothing is wrong with them."""
        if len(rows):
            self.rejections.append(rows.assign(expected="a report", severity="warning"))

    def rejected_rows(self) -> pd.Series[int]:
        """Return the numbers of the rejected rows, each once, ascending."""
        numbers = [frame["row"] for frame in self.rejections]
        return pd.Series(sorted(set(pd.concat(numbers))) if numbers else [], dtype="int64")

    def row_faults(self) -> pd.DataFrame:
        """Return every row's faults in file order: ``file, row, column, expected, found, fix, severity``.

        Of several sheets also ``sheet, sheet_row``.
        """
        columns = ["row", "column", "expected", "found", "fix", "severity"]
        frame = pd.concat(self.rejections)[columns] if self.rejections else pd.DataFrame(columns=columns)
        frame = frame.drop_duplicates().sort_values("row", kind="stable").reset_index(drop=True)
        frame.insert(0, "file", self.file)
        if self.sheets is not None:
            places = [self.sheets.of(int(row)) for row in frame["row"]]
            frame["sheet"] = [sheet for sheet, _ in places]
            frame["sheet_row"] = [row for _, row in places]
        return frame

    @property
    def fatal(self) -> bool:
        """Whether the table as a whole cannot be used."""
        return any(fault.severity == "fault" for fault in self.faults)


def shorten(text: str, limit: int = 80) -> str:
    """Return the text, cut in the middle of a message when it is long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _shown(cell: Any) -> str:
    return "an empty cell" if pd.isna(cell) else shorten(repr(str(cell)))


def _rows_text(rows: pd.Series[int], sheets: SheetRows | None = None) -> str:
    first = [int(row) for row in rows.iloc[:_SHOWN]]
    shown = (
        "rows " + ", ".join(map(str, first))
        if sheets is None
        else "; ".join(row_in_sheets(row, sheets) for row in first)
    )
    return shown + (f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else "")


def faults_of_rows(frame: pd.DataFrame) -> list[Fault]:
    """Return the rows of `FaultLog.row_faults`, of one table or of several, as faults."""
    several = "sheet" in frame.columns
    found = []
    for values in frame.itertuples(index=False, name=None):
        told = several and pd.notna(values[-2])
        fault = Fault(*values[:7])
        found.append(replace(fault, sheet=values[-2], sheet_row=int(values[-1])) if told else fault)
    return found


def nearest(word: str, words: Iterable[str], *, cutoff: float = 60) -> str | None:
    """Return the most similar word, or None when none is as similar as `cutoff` (0 to 100)."""
    found = process.extractOne(word.casefold(), list(words), score_cutoff=cutoff)
    return None if found is None else str(found[0])


def which_column(name: str, columns: Iterable[object]) -> str:
    """Return how to mend a column's name that a frame has not: the most similar one, then all.

    Examples
    --------
    >>> which_column("killd", ["event_id", "source_killed"])
    "Did you mean 'source_killed'? There are: event_id, source_killed."
    """
    names = [str(column) for column in columns]
    near = nearest(name, names)
    return (f"Did you mean {near!r}? " if near else "") + f"There are: {', '.join(names)}."


def gather_faults(faults: Iterable[Fault]) -> list[Fault]:
    """Put faults of one kind in one column together, as one with an example and the count.

    Parameters
    ----------
    faults
        In file order.

    Returns
    -------
    list of Fault
        In the order of the first of each kind. Of one kind are those of one file, column and severity of which the same
        is expected and that are mended in the same way, whatever numbers and quoted texts that names.
    """
    kinds: dict[tuple[object, ...], list[Fault]] = {}
    for fault in faults:
        way = _PARTICULARS.sub("", fault.fix)
        key = (fault.file, fault.column, fault.severity, fault.expected, way, fault.row is None)
        kinds.setdefault(key, []).append(fault)
    gathered = []
    for alike in kinds.values():
        if len(alike) <= _ALONE:
            gathered += alike
            continue
        rows = [fault for fault in alike[:_SHOWN] if fault.row is not None]
        shown = (
            "; ".join(row_words(fault.row or 0, fault.sheet, fault.sheet_row) for fault in rows)
            if alike[0].sheet
            else "rows " + ", ".join(str(fault.row) for fault in rows)
        )
        more = f" and {len(alike) - _SHOWN:,} more" if len(alike) > _SHOWN else ""
        gathered.append(replace(alike[0], found=f"{alike[0].found}, one of {len(alike):,} such cells ({shown}{more})"))
    return gathered


def raise_for_faults(faults: Iterable[Fault]) -> None:
    """Raise when there is a fault among them; warnings alone pass.

    Parameters
    ----------
    faults
        Faults and warnings; the message shows the first five faults and the count.

    Raises
    ------
    TableError
        When at least one has the severity ``fault``. `faults_of` gives all of them back.
    """
    given = tuple(faults)
    grave = [fault for fault in given if fault.severity == "fault"]
    if not grave:
        return
    if len(grave) == 1:
        raise TableError(str(grave[0]), given)
    kinds = gather_faults(grave)
    lines = [
        f"{len(grave):,} faults" + (f", the first {_SHOWN} kinds:" if len(kinds) > _SHOWN else ":"),
        *(f"  {fault}" for fault in kinds[:_SHOWN]),
    ]
    raise TableError("\n".join(lines), given)


def faults_of(error: TableError) -> tuple[Fault, ...]:
    """Return every fault and warning that a `TableError` of a reader carries; empty for others."""
    return tuple(error.args[1]) if len(error.args) > 1 else ()


def check_keywords(said: Iterable[str], kind: type, *others: str) -> None:
    """Refuse what is no keyword.

    Parameters
    ----------
    said
        The names given.
    kind
        A `TypedDict` of the names that there are.
    others
        Names that are given otherwise, and may be meant.

    Raises
    ------
    TypeError
        With the nearest name.

    Examples
    --------
    >>> from typing import TypedDict
    >>> check_keywords(["titel"], TypedDict("Options", {"title": str}))
    Traceback (most recent call last):
        ...
    TypeError: unexpected keyword 'titel'. Did you mean 'title'?
    """
    known = [*kind.__annotations__]
    for name in said:
        if name not in known:
            guess = nearest(name, [*known, *others])
            raise TypeError(f"unexpected keyword {name!r}." + (f" Did you mean {guess!r}?" if guess else ""))
