"""Delimited text: encoding, delimiter and header told from the bytes, the same way every time."""

from __future__ import annotations

import codecs
import csv
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.progress import Progress, quiet
from impactmap.model.spill import Spool
from impactmap.reading.formats.grid import HEADER_WITHIN, grid_to_cells
from impactmap.reading.headers import count_known
from impactmap.reading.raw_table import InputFile, Note, RawTable

__all__ = ["detect_encoding", "read_delimited"]

_CHUNK = 1 << 20
#: Rows that are parsed at a time: cells become compact before the next are read.
_ROWS = 20_000
_MAX_COLUMNS = 4000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "~": "tilde", "^": "caret"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: The commonest letters of Ukrainian and Russian, lower case: nearly half of any text.
_COMMON = frozenset("оеаинтсрвлі")
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff]{2,}")
_LATIN_WORD = re.compile("[a-zà-öø-ÿœšž]*[à-öø-ÿœšž][a-zà-öø-ÿœšž]*", re.IGNORECASE)
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def detect_encoding(data: bytes) -> str:
    """Tell which encoding bytes without a byte order mark, that are not UTF-8, are most likely in.

    Parameters
    ----------
    data
        The file, or those of its lines that hold bytes above 127.

    Returns
    -------
    str
        ``cp1251``, ``koi8-u``, ``cp866`` or ``cp1252``.

    Notes
    -----
    Each encoding is tried. Cyrillic encodings earn points for words of two letters and more, most for the letters
    that are common in Ukrainian and Russian; cp1252 for accented letters within Latin words. General detectors guess
    from letter statistics and called English text with typographic apostrophes cp1251.

    Examples
    --------
    >>> detect_encoding("Суми".encode("cp1251")), detect_encoding("São Paulo".encode("cp1252"))
    ('cp1251', 'cp1252')
    """
    western = [word for word in _LATIN_WORD.findall(data.decode("cp1252", "replace")) if _mostly_ascii(word)]
    scores = {"cp1252": 2.0 * len(western)}
    for encoding, usual in (("cp1251", 1.3), ("koi8-u", 1.0), ("cp866", 1.0)):
        # Capitals inside a word are what a wrong Cyrillic encoding turns small letters into.
        words = _CYRILLIC_WORD.findall(data.decode(encoding, "replace"))
        plain = [word for word in words if word[1:].islower() or word.isupper()]
        letters = sum(len(word) for word in plain)
        common = sum(letter in _COMMON for word in plain for letter in word.lower())
        scores[encoding] = usual * (letters / 2 + common)
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0 else "cp1252"


def _mostly_ascii(word: str) -> bool:
    return 2 * sum(letter.isascii() for letter in word) >= len(word) > 1


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for letter in text)


def _has_utf8_lines(lines: list[bytes]) -> bool:
    """Say whether lines are UTF-8 among others that are not: half of them, or one with a Cyrillic word."""
    valid = 0
    for line in lines:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            continue
        valid += 1
        if _CYRILLIC_WORD.search(text):
            return True
    return valid * 2 >= len(lines)


def _scan(path: Path) -> tuple[str, str, int, list[str]]:
    """Read the file once: its encoding, checksum, size, and notes."""
    digest = hashlib.sha256()
    size = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    bad: bytes | None = None
    high: list[bytes] = []
    sampled = 0
    nul_even = nul_odd = 0
    with path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(0)
        bom = next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            if 0 in chunk:
                nul_even += chunk[::2].count(0)
                nul_odd += chunk[1::2].count(0)
            size += len(chunk)
            if bom is None and not chunk.isascii():
                if sampled < _CHUNK:
                    lines = [line for line in chunk.split(b"\n") if not line.isascii()]
                    sampled += sum(map(len, lines))
                    high += lines
                if bad is None:
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError as error:
                        bad = bytes(error.object[error.start : error.start + 1])
    if bom is None and bad is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            bad = bytes(error.object[error.start : error.start + 1])
    # A few zero bytes in valid UTF-8 are characters of some cell; in UTF-16 at least every comma brings one.
    if bom is not None:
        encoding = bom
    elif (nul_even or nul_odd) and (bad is not None or (nul_even + nul_odd) * 100 > size):
        encoding = "utf-16-le" if nul_odd > nul_even else "utf-16-be"
        if min(nul_even, nul_odd) * 10 > max(nul_even, nul_odd) or _has_controls(head.decode(encoding, "ignore")):
            raise TableError(
                f"{path.name}: expected text, found binary data. Save the table as CSV in UTF-8, or as XLSX."
            )
    elif bad is None:
        encoding = "utf-8"
    else:
        sample = b"\n".join(high)
        rest, multibyte = _UTF8_LETTER.subn(b"", sample)
        nearly_all = multibyte > 4 and len(rest.translate(None, bytes(range(128)))) * 10 < multibyte
        if nearly_all or _has_utf8_lines(high):
            raise TableError(
                f"{path.name}: expected text in one encoding, found UTF-8 and bytes that are not, the first {bad!r}. "
                "Two encodings are mixed: save the file again as UTF-8 from the program it comes from."
            )
        encoding = detect_encoding(sample)
        try:
            for line in high:
                line.decode(encoding)
        except UnicodeDecodeError as error:
            raise TableError(
                f"{path.name}: expected text in UTF-8, cp1251 or cp1252; found bytes that are none of them, such as "
                f"{bytes(error.object[error.start : error.end])!r}. Save the file as UTF-8."
            ) from None
    return encoding, digest.hexdigest(), size, [] if encoding in {"utf-8", "utf-8-sig"} else [f"Read as {encoding}."]


def _detect_delimiter(lines: list[str], suffix: str) -> str:
    """Return the delimiter that gives the most known headers, then the most even columns."""
    if lines and (told := re.fullmatch(r"\ufeff?\"?sep=([^\w\s\"]|\t)\"?\s*", lines[0])):
        return told[1]

    def score(delimiter: str) -> tuple[int, float, bool]:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        even = widths.count(usual) / len(widths) if usual > 1 else 0.0
        return (
            max((count_known(row) for row in rows[:HEADER_WITHIN] if len(row) > 1), default=0),
            even,
            delimiter == ("\t" if suffix == ".tsv" else ","),
        )

    return max(_DELIMITERS, key=score)


def read_delimited(path: Path, *, header_row: int | None = None, progress: Progress | None = None) -> RawTable:
    """Read CSV, TSV and their kin.

    Parameters
    ----------
    path
        The file.
    header_row
        Number of the row that holds the headers; found when not given.
    progress
        Told the bytes read of all.

    Returns
    -------
    RawTable
        Every cell as text.

    Raises
    ------
    TableError
        When it is not text, mixes encodings, has an unclosed quotation mark, or no header.
    """
    encoding, checksum, size, notes = _scan(path)
    try:
        with _fields_of_any_size():
            delimiter, grid = _grid(path, encoding, progress or quiet)
    except UnicodeError:
        raise TableError(
            f"{path.name}: expected text in {encoding}, found bytes that are not. Save it as UTF-8."
        ) from None
    cells, tags, more = grid_to_cells(grid, name=path.name, header_row=header_row)
    if delimiter != ("\t" if path.suffix.lower() == ".tsv" else ","):
        notes.append(f"Columns are separated by {_DELIMITERS.get(delimiter, repr(delimiter))}s.")
    file = InputFile(path, "TSV" if delimiter == "\t" else "CSV", len(cells), size, checksum, encoding, delimiter)
    return RawTable(
        cells, file, tuple(Note(path.name, "file", text) for text in (*notes, *more)), tags, neutralised=True
    )


@contextmanager
def _fields_of_any_size() -> Iterator[None]:
    """Let the csv module read a description of a megabyte, here and nowhere else."""
    before = csv.field_size_limit(1 << 30)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _grid(path: Path, encoding: str, progress: Progress) -> tuple[str, pd.DataFrame]:
    """Return the delimiter and the cells as text, rows as wide as the widest."""
    with path.open(encoding=encoding, newline="") as stream:
        lines = list(itertools.islice(stream, 200))
    # The last of the lines may be the first half of a record; alone it cannot mislead the count.
    delimiter = _detect_delimiter(lines, path.suffix.lower())
    width = max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=1)
    try:
        return delimiter, _parse(path, encoding, delimiter, width, progress)
    except pd.errors.ParserError as error:
        if "EOF inside string" in str(error):
            row = re.search(r"row (\d+)", str(error))
            where = f"row {int(row[1]) + 1}" if row else "the file"
            raise TableError(
                f"{path.name}: expected every quotation mark to be closed, found one in {where} that is not. "
                "Close or double it."
            ) from None
    except pd.errors.EmptyDataError:
        raise TableError(
            f"{path.name}: expected a header and rows of data, found an empty file. Put column names in the first row."
        ) from None
    with path.open(encoding=encoding, newline="") as stream:
        width = max((len(row) for row in csv.reader(stream, delimiter=delimiter)), default=1)
    if width > _MAX_COLUMNS:
        raise TableError(
            f"{path.name}: expected at most {_MAX_COLUMNS:,} columns, found {width:,}. Check the delimiter."
        )
    try:
        return delimiter, _parse(path, encoding, delimiter, width, progress)
    except pd.errors.ParserError as error:
        raise TableError(
            f"{path.name}: expected rows of cells, found what is none ({error}). Save it as CSV again."
        ) from None


def _parse(path: Path, encoding: str, delimiter: str, width: int, progress: Progress) -> pd.DataFrame:
    size = path.stat().st_size
    with (
        path.open("rb") as stream,
        pd.read_csv(
            stream,
            sep=delimiter,
            encoding=encoding,
            header=None,
            names=range(width),
            index_col=False,
            dtype="str",
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
            chunksize=_ROWS,
        ) as reader,
    ):
        spool = Spool()
        for part in reader:
            spool.append(part)
            progress(stream.tell(), size, f"Reading {path.name}")
    return spool.frame()
