"""A table brought to the desk: dropped, pasted, chosen or fetched; its columns, its settings, a cell put right."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from impactmap.articles.draft_decisions import FILE as DRAFT_DECISIONS
from impactmap.articles.drafts import FILE as DRAFTS
from impactmap.desk.session import Session
from impactmap.model.errors import ImpactMapError, InputError
from impactmap.model.system.locks import alone_in
from impactmap.workspace.answers.answer_file import ANSWER_FILE
from impactmap.workspace.answers.project_edit import edit_project, set_columns, set_setting
from impactmap.workspace.sources import PROJECT_FILE

if TYPE_CHECKING:
    from impactmap.desk.look import Look
    from impactmap.reading.formats.remote import HttpClient

__all__ = ["bring_address", "bring_example", "bring_file", "bring_text", "fix_cell", "set_column", "use_table"]

_EXAMPLE: Final = "example"
_PASTED: Final = "pasted.csv"
_LONGEST_LINE: Final = 100_000
_TAKEN: Final = frozenset((PROJECT_FILE, ANSWER_FILE, "decisions.csv", DRAFTS, DRAFT_DECISIONS))


def bring_file(session: Session, name: str, file: Path) -> None:
    """Take a copy of a file into the project's folder, in place of an older version of that name.

    Raises
    ------
    InputError
        For a name that no table has.
    TableError
        When it cannot be opened; the folder is then as it was.
    """
    target = session.folder / _table_name(name, session)
    session.folder.mkdir(parents=True, exist_ok=True)
    with _undone(target):
        _put(file, target)
        use_table(session, target)


def bring_text(session: Session, text: str) -> None:
    """Keep pasted cells as a table of the project's own, which can be put right on the desk.

    Raises
    ------
    InputError
        Where there are no rows under the headers.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise InputError("expected a row of headers and rows under it, found fewer. Copy the cells with their headers.")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise InputError(f"expected cells, found a line of more than {_LONGEST_LINE:,} signs. Save them as a file.")
    delimiter = "\t" if "\t" in lines[0] else max(",;", key=lines[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"expected cells, found what is none ({error}). Save them as a file.") from None
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(row for row in rows if any(cell.strip() for cell in row))
    session.folder.mkdir(parents=True, exist_ok=True)
    target = session.folder / _PASTED
    with _undone(target):
        _write(target, stream.getvalue().encode())
        use_table(session, target)


@contextlib.contextmanager
def _undone(target: Path) -> Iterator[None]:
    """Put back what lay at a file's place, where what is done with the new one fails."""
    before = target.read_bytes() if target.is_file() else None
    try:
        yield
    except Exception:
        if before is None:
            target.unlink(missing_ok=True)
        else:
            _write(target, before)
        raise


def bring_address(session: Session, url: str, *, client: HttpClient | None = None) -> str:
    """Fetch a table into the project's folder; nothing is asked again by itself. Returns the file's name."""
    from impactmap.reading.formats.remote import fetch_table

    session.folder.mkdir(parents=True, exist_ok=True)
    file = fetch_table(url.strip(), session.folder, client=client)
    try:
        use_table(session, file)
    except ImpactMapError:
        file.unlink(missing_ok=True)
        raise
    return file.name


def bring_example(session: Session) -> None:
    """Put the example that ships on the desk, in a folder of its own."""
    from impactmap.workspace.starting import new_project

    folder = session.folder / _EXAMPLE
    if not (folder / PROJECT_FILE).is_file():
        new_project(folder)
    session.open(folder)


def use_table(session: Session, table: Path) -> None:
    """Make a table the project's, and a project of it where there is none yet; the file stays where it is.

    Raises
    ------
    InputError
        When there is no such file.
    """
    from impactmap.reading.formats.files import open_table
    from impactmap.workspace.starting import start_project

    if not table.is_file():
        raise InputError(f"expected a file on this computer, found none at {str(table)!r}.")
    with session.editing:
        if not session.has_project:
            start_project(session.folder, table, now=session.around.now())
            # The title is the file's name, which says nothing to readers: without a headline the reports head the map.
            edit_project(session.project_file, set_setting("map", "headline", ""))
            session.wake()
            return
        raw = open_table(table)
        inside = table.resolve().is_relative_to(session.folder.resolve())
        name = table.resolve().relative_to(session.folder.resolve()).as_posix() if inside else str(table)
        edit_project(session.project_file, set_setting("data", "events", name))
        look = session.look
        sheet = look.project.data.sheet if look else None
        if sheet is not None and sheet not in raw.sheets:
            edit_project(session.project_file, set_setting("data", "sheet", None))
        if look and (gone := set(look.project.columns.values()) - set(map(str, raw.cells.columns))):
            kept = {ours: header for ours, header in look.project.columns.items() if header not in gone}
            edit_project(session.project_file, set_columns(kept))
    session.wake()


def set_column(session: Session, header: str, ours: str) -> None:
    """Say which of our columns a header is, or that it is none; what was taken for that column is it no more.

    Raises
    ------
    InputError
        For a header that the table has not.
    ProjectError
        For a name that is no column of ours.
    """
    from impactmap.reading.columns.judging import UNREAD
    from impactmap.reading.columns.table_options import own_column

    look = session.need_look()
    if look.raw is None or header not in look.raw.cells.columns:
        raise InputError(f"column: expected a header of the table, found {header!r}.")
    others = look.project.columns.items()
    columns = {name: each for name, each in others if each != header and (not ours or own_column(name) != ours)}
    if ours:
        own_column(ours)
        columns[ours] = header
    else:
        number = next(n for n in range(1, len(columns) + 2) if f"{UNREAD}_{n}" not in columns)
        columns[f"{UNREAD}_{number}"] = header
    edit_project(session.project_file, set_columns(columns))
    session.wake()


def own_sheet(session: Session, look: Look) -> Path | None:
    """Return the table where it is delimited text of the project's own, whose cells can be put right here."""
    raw = look.raw
    if raw is None or raw.file.delimiter is None or raw.file.encoding is None or raw.tags:
        return None
    path = session.folder / look.project.data.events
    return path if path.is_file() and path.resolve().parent == session.folder.resolve() else None


def fix_cell(session: Session, row: int, column: str, text: str, seen: str) -> None:
    """Put a cell of the project's own table right; every other cell stays as it is.

    Parameters
    ----------
    session
        On which it lies.
    row, column
        Number of the row in the file, and the header.
    text
        What shall stand there.
    seen
        What stood there when the author looked.

    Raises
    ------
    InputError
        When the table is kept elsewhere, or has changed meanwhile.
    """
    look = session.need_look()
    path = own_sheet(session, look)
    if path is None or look.raw is None:
        raise InputError("expected a table of text in the project's folder, found another. Correct the cell in it.")
    if broken := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        raise InputError(f"text: expected letters and signs, found {broken[0]!r}, which no table of text may hold.")
    encoding, delimiter = str(look.raw.file.encoding), str(look.raw.file.delimiter)
    with session.editing, alone_in(path.parent):
        data = path.read_bytes()
        try:
            lines = list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise InputError(
                f"expected a table that can be put right here ({error}). Correct the cell in it."
            ) from None
        headers = [str(header) for header in look.raw.cells.columns]
        place = headers.index(column) if column in headers else -1
        cells = lines[row - 1] if 1 < row <= len(lines) else None
        if cells is None or place < 0 or _cell(cells, place) != seen.strip():
            raise InputError(f"row {row}, column {column!r}: the table has changed meanwhile. Look at it again.")
        cells += [""] * (place + 1 - len(cells))
        cells[place] = text
        stream = io.StringIO(newline="")
        ending = "\r\n" if b"\r\n" in data else "\n"
        csv.writer(stream, delimiter=delimiter, lineterminator=ending).writerows(lines)
        try:
            _write(path, stream.getvalue().encode(encoding))
        except UnicodeEncodeError:
            raise InputError(f"{text!r}: the table's encoding, {encoding}, has no such letters.") from None
    session.wake()


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _write(path: Path, data: bytes) -> None:
    from impactmap.model.atomic import replace_file

    with replace_file(path) as temporary:
        temporary.write_bytes(data)


def _put(file: Path, target: Path) -> None:
    from impactmap.model.atomic import replace_file

    with replace_file(target) as temporary:
        shutil.copyfile(file, temporary)


def _table_name(name: str, session: Session) -> str:
    """Return a file's name as it may stand in the folder: no folder of its own, a known ending, nobody else's name."""
    from impactmap.model.system.file_names import trouble_on_windows
    from impactmap.reading.formats.files import FORMATS

    plain = re.sub(r"[^\w .()+-]+", "-", name.replace("\\", "/").rpartition("/")[2]).strip(" .")[-120:]
    if Path(plain).suffix.lower() not in FORMATS:
        raise InputError(f"{name[:80]!r}: expected a table: {', '.join(sorted(FORMATS))}.")
    taken = plain.casefold() in _TAKEN | _named(session) or trouble_on_windows(plain)
    return f"table-{plain}" if taken else plain


def _named(session: Session) -> set[str]:
    """Return the files in the folder that the project names beside its table: claims, layers, decisions."""
    from impactmap.model.project import load_project

    if not session.has_project:
        return set()
    told = load_project(session.project_file).model_dump(mode="json")
    told["data"]["events"] = None
    return {text.removeprefix("./").casefold() for text in _texts(told)}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
