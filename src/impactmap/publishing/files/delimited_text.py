"""Tables as text: CSV, TSV, HXL and JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from impactmap.model.progress import Progress, quiet
from impactmap.model.text import neutralise
from impactmap.publishing.files.chunks import Parts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["day_texts", "plain_values", "write_csv", "write_hxl", "write_jsonl", "write_tsv"]

#: Rows that are turned into text at a time.
BLOCK = 10_000


def write_csv(frame: pd.DataFrame | Parts, path: Path, *, progress: Progress = quiet) -> None:
    """Write a table as CSV: UTF-8, comma, ISO dates, formulas neutralised so that `read_events` restores the text.

    Notes
    -----
    Cells and headers that a spreadsheet would run begin with an apostrophe. Numbers are written with every digit.

    References
    ----------
    RFC 4180.
    """
    _write(frame, path, delimiter=",", progress=progress)


def write_tsv(frame: pd.DataFrame | Parts, path: Path, *, progress: Progress = quiet) -> None:
    """Write a table with tabs between the columns, otherwise as `write_csv` does."""
    _write(frame, path, delimiter="\t", progress=progress)


def write_hxl(frame: pd.DataFrame | Parts, path: Path, *, progress: Progress = quiet) -> None:
    """Write a table as `write_csv` does, with a row of HXL hashtags under the header.

    Notes
    -----
    A column without an agreed hashtag has none: the standard lets programs pass over such columns.

    References
    ----------
    HXL 1.1, https://hxlstandard.org.
    """
    from impactmap.reading.adapters.hxl import COLUMN_TAGS

    tags = {name: tags[0] for name, tags in COLUMN_TAGS.items()}
    table = Parts.of(frame)
    under = [tags.get(str(name), "") for name in table.empty.columns if name != "geometry"]
    _write(table, path, delimiter=",", under=under, progress=progress)


def write_jsonl(frame: pd.DataFrame | Parts, path: Path, *, progress: Progress = quiet) -> None:
    """Write a table as JSON lines: one object a row, in UTF-8, a missing value as null."""
    table = Parts.of(frame)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for start, block in table.blocks(BLOCK):
            part = day_texts(block.drop(columns="geometry", errors="ignore"))
            names = [str(name) for name in part.columns]
            for values in zip(*(plain_values(part[name]) for name in part.columns), strict=True):
                record = dict(zip(names, values, strict=True))
                file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
            progress(start + len(part), table.rows, "Writing the table")


def day_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with days as ISO text."""
    import pandas as pd

    days = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    return frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d") for name in days})


def plain_values(series: pd.Series[Any]) -> list[Any]:
    """Return Python values with None for missing."""
    return list(series.astype("object").where(series.notna(), None))


def _write(
    frame: pd.DataFrame | Parts, path: Path, *, delimiter: str, under: Sequence[str] = (), progress: Progress
) -> None:
    import pandas as pd

    table = Parts.of(frame)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([neutralise(str(name)) for name in table.empty.columns if name != "geometry"])
        if under:
            writer.writerow(under)
        for start, block in table.blocks(BLOCK):
            part = _cells(pd.DataFrame(block.drop(columns="geometry", errors="ignore")))
            part.to_csv(
                file, index=False, header=False, sep=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL
            )
            progress(start + len(part), table.rows, "Writing the table")


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a block of rows as the texts that stand in the cells, each different one worked out once."""
    import pandas as pd

    table = day_texts(frame)
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name].dtype):
            change: Callable[[Any], str] = neutralise
        elif pd.api.types.is_float_dtype(table[name].dtype):
            change = _shortest
        else:
            continue
        codes, values = pd.factorize(table[name])
        texts = np.array([*(change(value) for value in values), None], dtype=object)
        table[name] = pd.Series(texts[codes], index=table.index, dtype="object")
    return table


def _shortest(value: float) -> str:
    """Write 20000.0 as 20000 and keep every digit of other numbers."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
