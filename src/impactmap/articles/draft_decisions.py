"""What editors decided about drafts: a CSV that the machine only adds to, found again after every drafting."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from impactmap.articles.spans import Span
from impactmap.model.atomic import replace_file
from impactmap.model.errors import InputError, TableError
from impactmap.model.text import neutralise, restore

__all__ = ["DraftDecision", "add_draft_decisions", "read_draft_decisions", "remove_draft_decision"]

FILE: Final = "draft_decisions.csv"
KINDS: Final = ("confirm", "change", "reject", "add", "merge")
_FEW: Final = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class DraftDecision:
    """One decision of an editor.

    Attributes
    ----------
    draft_id
        Of the draft.
    decision
        ``confirm``, ``change``, ``reject``, ``add`` (a draft that the machine did not see) or ``merge``.
    field, value
        Of a change: which field is what now, nothing to make it missing. Of a merge `value` is the draft that it goes
        into; of a confirmation the `fingerprint` of what was confirmed.
    article_id, start, end, quote, prefix, suffix
        The words: of a change those that the value was read from, else the draft's first.
    editor, reason, decided_on
        Who, why, when.
    """

    draft_id: str
    decision: str
    field: str = ""
    value: str = ""
    article_id: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    editor: str = ""
    reason: str = ""
    decided_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.decision not in KINDS:
            raise InputError(f"decision: expected one of {', '.join(KINDS)}, found {self.decision!r}.")
        if not self.draft_id or not self.editor.strip():
            raise InputError("expected a draft_id and an editor's name: a decision is somebody's.")
        if self.decision == "change" and self.value and not self.quote:
            raise InputError(f"{self.field}: expected the words that {self.value!r} was read from, found none.")

    @property
    def span(self) -> Span | None:
        """The words, where there are some."""
        if self.start is None or self.end is None or not self.quote:
            return None
        return Span(self.article_id, self.start, self.end, self.quote, self.prefix, self.suffix)


COLUMNS: Final = tuple(field.name for field in dataclasses.fields(DraftDecision))
_EXACT: Final = frozenset(("quote", "prefix", "suffix"))


def read_draft_decisions(folder: str | Path) -> list[DraftDecision]:
    """Return a project's decisions about drafts in order, none where it has none.

    Raises
    ------
    TableError
        For lines that cannot be used: the first five are named.
    """
    path = Path(folder) / FILE
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: the decisions cannot be read as UTF-8 text ({error}).") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    decisions, faults = [], []
    try:
        if missing := [name for name in ("draft_id", "decision", "editor") if name not in (reader.fieldnames or ())]:
            raise TableError(f"{path}: expected the columns {', '.join(COLUMNS)}; {', '.join(missing)} missing.")
        for row in reader:
            try:
                decisions.append(_decision(row))
            except (InputError, ValueError) as error:
                faults.append(f"line {reader.line_num}: {error}")
    except csv.Error as error:
        raise TableError(f"{path}: line {reader.line_num}: not valid CSV ({error}).") from error
    if faults:
        more = f"\n  and {len(faults) - _FEW} more" if len(faults) > _FEW else ""
        raise TableError(f"{path}: decisions that cannot be used:\n  " + "\n  ".join(faults[:_FEW]) + more)
    return decisions


def _decision(row: dict[str, Any]) -> DraftDecision:
    cells = {name: restore(row.get(name) or "") for name in COLUMNS}
    values: dict[str, Any] = {name: cell if name in _EXACT else cell.strip() for name, cell in cells.items()}
    for name in ("start", "end"):
        values[name] = int(values[name]) if values[name] else None
    values["decided_on"] = dt.date.fromisoformat(values["decided_on"]) if values["decided_on"] else None
    return DraftDecision(**values)


def add_draft_decisions(folder: str | Path, decisions: Iterable[DraftDecision]) -> Path:
    """Add decisions behind those of a project's file; what stands there stays byte for byte.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = add_draft_decisions(folder, [DraftDecision(draft_id="a", decision="reject", editor="Ana", reason="old")])
    >>> [each.reason for each in read_draft_decisions(folder)]
    ['old']
    """
    path = Path(folder) / FILE
    before = path.read_bytes() if path.is_file() else b""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    if not before:
        writer.writerow(COLUMNS)
    elif not before.endswith(b"\n"):
        before += b"\n"
    for each in decisions:
        values = dataclasses.asdict(each)
        writer.writerow([_cell(values[name]) for name in COLUMNS])
    with replace_file(path) as temporary:
        temporary.write_bytes(before + stream.getvalue().encode("utf-8"))
    return path


def remove_draft_decision(folder: str | Path, number: int) -> Path:
    r"""Take one decision out of a project's file, counted from 0; every other stays byte for byte.

    Raises
    ------
    InputError
        Where there is no such decision.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> made = [DraftDecision(draft_id=key, decision="reject", editor="Ana", reason="old\nnews") for key in "ab"]
    >>> _ = add_draft_decisions(folder, made)
    >>> _ = remove_draft_decision(folder, 0)
    >>> [each.draft_id for each in read_draft_decisions(folder)]
    ['b']
    """
    path = Path(folder) / FILE
    data = path.read_bytes() if path.is_file() else b""
    lines = list(io.StringIO(data.decode("utf-8"), newline=""))
    reader = csv.reader(lines, strict=True)
    before, record = 0, -2  # the header is the first
    for row in reader:
        record += bool(row)
        if record == number:
            break
        before = reader.line_num
    else:
        raise InputError(f"{path}: expected a decision with the number {number}, found fewer.")
    with replace_file(path) as temporary:
        temporary.write_bytes("".join(lines[:before] + lines[reader.line_num :]).encode("utf-8"))
    return path


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else neutralise(str(value))
