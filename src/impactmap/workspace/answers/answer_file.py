"""The file of answers beside a project: CSV, sorted, one answer a line; places have a file of their own."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from impactmap.model.errors import InputError, TableError
from impactmap.model.text import neutralise, restore

__all__ = ["ANSWER_FILE", "KINDS", "Answer", "Answers", "change_answers", "read_answers"]

ANSWER_FILE: Final = "answers.csv"
#: What is asked: whether two reports are of one event, whether two spellings are one side, who states figures, whether
#: a row is a total.
KINDS: Final = {
    "duplicate": ("same", "different"),
    "side": ("different",),
    "claimant": (),
    "total": ("total",),
}
_LONGEST: Final = 500
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an editor.

    Attributes
    ----------
    kind
        One of `KINDS`.
    subject, other
        What it is about: an event, or two; a side's spelling, or two.
    answer
        One of the words of its kind, or a text where the kind has none; empty for "nobody says".
    editor, reason, answered_on
        Who answered, why, and when.
    """

    kind: str
    subject: str
    other: str = ""
    answer: str = ""
    editor: str = ""
    reason: str = ""
    answered_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"kind: expected {', '.join(KINDS)}, found {self.kind!r}.")
        if (words := KINDS[self.kind]) and self.answer not in words:
            raise InputError(f"answer: expected {' or '.join(words)}, found {self.answer!r}.")
        if not self.editor.strip():
            raise InputError("editor: expected the name of who answers; it stands beside the answer.")
        for name in ("subject", "other", "answer", "editor", "reason"):
            if len(getattr(self, name)) > _LONGEST:
                raise InputError(f"{name}: expected at most {_LONGEST} characters.")

    @property
    def key(self) -> Key:
        """What it answers: of two that are alike the order does not matter."""
        pair = sorted((self.subject, self.other)) if self.other else [self.subject, ""]
        return self.kind, pair[0], pair[1]


COLUMNS: Final = tuple(each.name for each in fields(Answer))


@dataclass(frozen=True)
class Answers:
    """Answers by what they answer.

    Attributes
    ----------
    entries
        Those that stand.
    conflicts
        Where a file that was put together from two holds different answers: all of them, and none stands.
    """

    entries: dict[Key, Answer] = field(default_factory=dict)
    conflicts: dict[Key, tuple[Answer, ...]] = field(default_factory=dict)

    def find(self, kind: str, subject: str, other: str = "") -> Answer | None:
        """Return the answer to a question."""
        pair = sorted((subject, other)) if other else [subject, ""]
        return self.entries.get((kind, pair[0], pair[1]))

    def told(self, kind: str, subject: str, other: str = "") -> str:
        """Return the answer to a question as one text: a dash for "nobody says", nothing while it is open."""
        answer = self.find(kind, subject, other)
        return "" if answer is None else answer.answer or "-"

    def of(self, kind: str) -> list[Answer]:
        """Return the answers of a kind."""
        return [answer for answer in self.entries.values() if answer.kind == kind]


def read_answers(path: str | Path) -> Answers:
    """Read the file of answers; one that is not there holds none.

    Raises
    ------
    TableError
        When it cannot be read, or a line cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> read_answers(Path(tempfile.mkdtemp()) / "answers.csv").entries
    {}
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Answers()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: the answers cannot be read as UTF-8 text ({error}).") from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = {"kind", "subject", "answer", "editor"} - set(reader.fieldnames or ())
    if missing:
        raise TableError(f"{path}: expected the columns {', '.join(COLUMNS)}; missing {', '.join(sorted(missing))}.")
    given: dict[Key, list[Answer]] = {}
    for row in reader:
        try:
            answer = _answer({name: restore((row.get(name) or "").strip()) for name in COLUMNS})
        except (InputError, ValueError) as error:
            raise TableError(f"{path}: line {reader.line_num}: {error}") from error
        given.setdefault(answer.key, []).append(answer)
    alone = {key: each[-1] for key, each in given.items() if len({one.answer for one in each}) == 1}
    return Answers(alone, {key: tuple(each) for key, each in given.items() if key not in alone})


def change_answers(
    path: str | Path, *, add: Iterable[Answer] = (), remove: Iterable[Key] = (), expected: str | None = None
) -> Answers:
    """Add answers to the file, or take some out: what others wrote there meanwhile stays.

    Parameters
    ----------
    path
        Made when the first answer is given.
    add, remove
        An answer takes the place of one to the same question.
    expected
        What `Answers.told` said to the caller of the question that is answered; None where that is no matter.

    Raises
    ------
    InputError
        When somebody else answered otherwise meanwhile; nothing is written then.
    """
    from impactmap.model.atomic import replace_file
    from impactmap.model.system.locks import alone_in

    path, new = Path(path), list(add)
    with alone_in(path.parent):
        before = read_answers(path)
        for answer in new:
            told = before.told(answer.kind, answer.subject, answer.other)
            if expected is not None and told != expected:
                raise InputError(f"Somebody answered meanwhile: {told!r}. Look at it again, then decide.")
        gone = {*remove, *(answer.key for answer in new)}
        entries = {key: each for key, each in before.entries.items() if key not in gone}
        entries |= {answer.key: answer for answer in new}
        conflicts = {key: each for key, each in before.conflicts.items() if key not in gone}
        after = Answers(entries, conflicts)
        with replace_file(path) as temporary:
            temporary.write_text(_format(after), encoding="utf-8", newline="")
    return after


def _answer(cells: dict[str, str]) -> Answer:
    day = dt.date.fromisoformat(cells["answered_on"]) if cells["answered_on"] else None
    return Answer(**{**cells, "answered_on": day})  # type: ignore[arg-type]


def _format(answers: Answers) -> str:
    every = [*answers.entries.values(), *(each for several in answers.conflicts.values() for each in several)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for answer in sorted(every, key=lambda each: (*each.key, each.answer)):
        day = answer.answered_on.isoformat() if answer.answered_on else ""
        texts = [" ".join(str(getattr(answer, name)).split()) for name in COLUMNS[:-1]]
        writer.writerow([*map(neutralise, texts), day])
    return stream.getvalue()
