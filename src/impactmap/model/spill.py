"""Texts of a large table kept in a temporary file, which the system reads in and lets go, instead of in memory."""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from impactmap.model.errors import TableError

__all__ = ["Spool", "change_texts", "parts_of", "release", "spill"]

#: Bytes of text that are held in memory before a file is made.
LEAST = 16 << 20
_ROWS = 20_000
_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
#: On disk even where the usual folder for temporary files is in memory; ``TMPDIR`` goes before it.
_ON_DISK = "/var/tmp"  # noqa: S108 -- the file has no name there
_maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


class Spool:
    """Rows of text put one part after the other, in memory while they are few, then in a file without a name.

    Parameters
    ----------
    least
        Bytes above which there is a file; `LEAST` when left out.

    Notes
    -----
    The file is the process's own, nobody else can open it, and it is gone with the last frame that refers to it.
    Windows cannot take away the name of a file in use: there everything stays in memory.

    Raises
    ------
    TableError
        When there is no room for the file.
    """

    def __init__(self, least: int | None = None) -> None:
        self._least = LEAST if least is None else least
        self._parts: list[Any] = []
        self._bytes = 0
        self._file: Any = None
        self._writer: Any = None

    def append(self, part: pd.DataFrame) -> None:
        """Add rows; every part has the same columns, all of them text."""
        import pyarrow as pa

        table = pa.Table.from_pandas(part.set_axis(list(map(str, range(part.shape[1]))), axis=1), preserve_index=False)
        self._bytes += table.nbytes
        self._parts.append(table.replace_schema_metadata(None))
        if self._bytes > self._least and os.name == "posix":
            self._write()

    def frame(self) -> pd.DataFrame:
        """Return all rows, columns 0, 1, ..., index 0, 1, ...; the spool can take no more."""
        import pyarrow as pa

        tables = self._parts
        if self._writer is not None:
            self._writer.close()
            self._file.flush()
            view = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._file.close()
            _maps.add(view)
            tables = [pa.ipc.open_stream(pa.py_buffer(view)).read_all(), *tables]
        table = pa.concat_tables(tables)
        frame: pd.DataFrame = table.to_pandas(types_mapper={pa.large_string(): _TEXT}.get)
        return frame.set_axis(pd.RangeIndex(table.num_columns), axis=1)

    def _write(self) -> None:
        import pyarrow as pa

        try:
            if self._writer is None:
                self._file = _temporary_file()
                self._writer = pa.ipc.new_stream(self._file, self._parts[0].schema)
            for table in self._parts:
                self._writer.write_table(table)
        except OSError as error:
            raise TableError(
                f"expected room for a temporary file as large as the table, found none ({error}). Free some space on "
                "the disk, or name a folder with room in the environment variable TMPDIR."
            ) from error
        self._parts.clear()


def spill(frame: pd.DataFrame) -> pd.DataFrame:
    """Move the texts of a frame that is large out of memory.

    Parameters
    ----------
    frame
        Any; columns that are not text, texts that are in a file already, and less than `LEAST` bytes stay where they
        are.

    Returns
    -------
    DataFrame
        The same rows, columns, index and types.
    """
    release()
    moved = [n for n, column in enumerate(frame.dtypes) if column == _TEXT and not _is_mapped(frame.iloc[:, n])]
    if os.name != "posix" or frame.empty or sum(_arrow(frame.iloc[:, n]).nbytes for n in moved) <= LEAST:
        return frame
    spool = Spool(least=0)
    for start in range(0, len(frame), _ROWS):
        spool.append(frame.iloc[start : start + _ROWS, moved])
    texts = iter(spool.frame().items())
    columns = {n: next(texts)[1].array if n in moved else frame.iloc[:, n].array for n in range(frame.shape[1])}
    result = pd.DataFrame(columns, index=frame.index, copy=False).set_axis(frame.columns, axis=1)
    result.attrs |= frame.attrs
    return result


def parts_of(column: pd.Series[Any]) -> Iterator[pd.Series[Any]]:
    """Yield a column some rows at a time, at least once; what earlier parts needed is given back to the system."""
    for start in range(0, max(len(column), 1), _ROWS):
        release()
        yield column.iloc[start : start + _ROWS]


def change_texts(column: pd.Series[Any], change: Callable[[pd.Series[Any]], pd.Series[Any]]) -> pd.Series[Any]:
    """Return a column of texts changed, a part at a time; the very column where nothing changes.

    Parameters
    ----------
    column
        Texts.
    change
        Takes some of them, and returns as many.
    """
    if all(change(part).equals(part) for part in parts_of(column)):
        return column
    spool = Spool()
    for part in parts_of(column):
        spool.append(change(part).to_frame())
    return pd.Series(spool.frame()[0].array, index=column.index, name=column.name)


def release() -> None:
    """Let the system have back the memory in which it shows what is in files; what is needed is read in again."""
    import pyarrow as pa

    for view in list(_maps):
        view.madvise(mmap.MADV_DONTNEED)
    pa.default_memory_pool().release_unused()


def _arrow(column: pd.Series[Any]) -> Any:
    import pyarrow as pa

    data = column.array.__arrow_array__()
    return data if isinstance(data, pa.ChunkedArray) else pa.chunked_array([data])


def _is_mapped(column: pd.Series[Any]) -> bool:
    """Say whether all of a column's text is in files."""
    import pyarrow as pa

    places = [(data.address, data.address + data.size) for data in map(pa.py_buffer, list(_maps))]
    buffers = [chunk.buffers()[2] for chunk in _arrow(column).chunks]
    return all(each is None or any(start <= each.address < end for start, end in places) for each in buffers)


def _temporary_file() -> Any:
    folder = _ON_DISK if "TMPDIR" not in os.environ and os.access(_ON_DISK, os.W_OK) else None
    return tempfile.TemporaryFile(dir=folder)
