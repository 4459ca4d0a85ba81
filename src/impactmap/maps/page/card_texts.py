"""The texts of the cards: finished words in columns, in the page or in files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from impactmap.maps.page.container import Container
from impactmap.model.arrow import shorten
from impactmap.telling.facts import told_columns
from impactmap.telling.report_texts import PARTS, ReportTexts
from impactmap.telling.reports import LONGEST, PLACE_FIGURES, Reports

__all__ = ["TEXTS_A_FILE", "encode_texts", "files_header", "text_files"]

#: Events of each file of texts.
TEXTS_A_FILE = 8192


def files_header(files: Sequence[str]) -> dict[str, Any] | None:
    """Return what the header of a page's data says of the files of texts beside it; None where there are none."""
    return {"files": list(files), "events": TEXTS_A_FILE} if files else None


def text_files(reports: Reports, beside: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of texts that lies beside a page.

    Parameters
    ----------
    reports
        From `collect_reports`.
    beside
        Begins the names.

    Yields
    ------
    tuple
        ``(name, bytes)``: `TEXTS_A_FILE` events each, in the format of the page's own texts. A name holds its file's
        check sum, so that a page never takes the texts of another version for its own.
    """
    count = len(reports.events)
    for number, start in enumerate(range(0, count, TEXTS_A_FILE), 1):
        data = encode_texts(reports, start, min(start + TEXTS_A_FILE, count))
        yield f"{beside}-texts-{number:04}-{hashlib.sha256(data).hexdigest()[:8]}.bin", data


def encode_texts(reports: Reports, start: int, stop: int) -> bytes:
    """Return the finished texts of a run of events; what the columns of the map hold already is left out."""
    texts, found = reports.events, Container()
    short = _add_told(found, texts, None, start, stop)
    for part in PARTS:
        starts = texts.starts[part][start : stop + 1]
        counts = np.diff(starts)
        found.add_numbers(part, counts.astype(np.uint32))
        cut = _add_told(found, texts, part, int(starts[0]), int(starts[-1]))
        if part == "claims":
            found.add_numbers("claims.shortened", cut.astype(np.uint8))
        else:
            short[np.repeat(np.arange(len(counts)), counts)[cut]] = True
    found.add_numbers("shortened", short.astype(np.uint8))
    return found.pack({"version": 3, "first": start, "events": stop - start})


#: Columns that travel beside the facts, as they are.
PLAIN: dict[str | None, tuple[str, ...]] = {
    None: ("id", "summary"),
    "places": ("row", "km", "border_lat", "border_lon"),  # the figures for the lines of an open card
    "claims": ("claimant", "source", "url"),
    "disputes": ("claims",),
    "sources": ("name", "url"),
    "fields": ("label", "value", "url"),
}


#: Of texts that stand in another language than the page; there only where one does.
LANGUAGES = ("lang", "note_lang")


def _add_told(found: Container, texts: ReportTexts, part: str | None, start: int, stop: int) -> npt.NDArray[np.bool_]:
    """Add the facts of a run of a part's rows, no text longer than `LONGEST`; return of which rows a text was cut."""
    table, before = (texts.events, "") if part is None else (texts.parts[part], f"{part}.")
    cut = np.zeros(stop - start, dtype=bool)
    marked = [] if part else [name for name in LANGUAGES if table[name].null_count < len(table[name])]
    for name in (*PLAIN[part], *marked):
        column = table[name]
        if name in PLACE_FIGURES:
            found.add_figures(before + name, column[start:stop], PLACE_FIGURES[name][1])
            continue
        if isinstance(column, np.ndarray):
            found.add_numbers(before + name, column[start:stop])
            continue
        values, long = shorten(column.slice(start, stop - start), LONGEST)
        found.add_texts(before + name, values)
        cut |= long
    for name, (codes, words) in told_columns(texts.say, part, table, start, stop).items():
        values, long = shorten(pa.array(words, pa.large_string()), LONGEST)
        found.add_coded(before + name, codes, values)
        cut |= long[codes]
    return cut
