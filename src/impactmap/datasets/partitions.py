"""The partitions of a dataset: which files and row groups they are, and their cells as text."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote

from impactmap.model.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.reading.raw_table import RawTable

__all__ = [
    "DatasetSource",
    "Partition",
    "find_files",
    "find_partitions",
    "partition_cells",
    "partition_headers",
    "raw_partition",
]

#: A file, a folder, a pattern of names, or a list of files.
DatasetSource: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"
#: What a dataset is read from; other tables are opened as one.
ENDINGS: Final = (".parquet", ".geoparquet", ".csv", ".tsv", ".jsonl", ".ndjson")
PARQUET: Final = (".parquet", ".geoparquet")
#: Rows of a partition, where a file says where it can be cut.
MOST_ROWS: Final = 100_000
#: What stands for a missing value in the name of a folder.
_NO_VALUE: Final = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Partition:
    """Rows of one file.

    Attributes
    ----------
    path, name
        The file, and what it is called in lists: its path below the dataset's folder.
    sha256
        Of the file.
    first, rows
        How many rows of the dataset stand before it, and its own.
    skip
        Rows of the file that stand before it.
    groups
        Row groups of a Parquet file; None for a whole file.
    offset
        Rows of these groups that stand before it: a large group is cut, too.
    """

    path: Path
    name: str
    sha256: str
    first: int
    rows: int
    skip: int = 0
    groups: tuple[int, ...] | None = None
    offset: int = 0

    @property
    def keys(self) -> dict[str, str | None]:
        """What the names of its folders say, as in ``country=UA/month=2025-11/part-0.parquet``."""
        pairs = (folder.split("=", 1) for folder in PurePosixPath(self.name).parts[:-1] if "=" in folder)
        return {unquote(key): None if text == _NO_VALUE else unquote(text) for key, text in pairs}

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells its content, its place in the dataset included."""
        return (self.name, self.sha256, self.groups, self.offset, self.first, self.rows)


def find_files(source: DatasetSource) -> tuple[Path, list[Path]]:
    """Return the folder that files are named below, and the files of a dataset, by name.

    Raises
    ------
    TableError
        When there is none, or one of a form that is not read by partition.
    """
    if isinstance(source, list | tuple):
        files = [Path(each) for each in source]
        base = Path(os.path.commonpath([each.absolute().parent for each in files])) if files else Path()
    else:
        path = Path(source)  # type: ignore[arg-type]
        if path.is_dir():
            base = path.absolute()
            files = [each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.name[0] not in "._"]
        elif glob.has_magic(str(path)) and not path.exists():
            files = [each for each in _fitting(path) if each.is_file()]
            base = Path(os.path.commonpath([each.absolute().parent for each in files])) if files else Path()
        else:
            files, base = [path], path.absolute().parent
    if not files:
        raise TableError(f"expected files of a dataset at {str(source)!r}, found none. Check the path or the pattern.")
    for each in files:
        if not each.is_file():
            raise TableError(f"expected a file, found nothing at {str(each)!r}. Check the path.")
        if each.suffix.lower() not in ENDINGS:
            raise TableError(
                f"{each.name}: expected a partition as Parquet, CSV or JSON lines ({', '.join(ENDINGS)}), found "
                f"{each.suffix or 'no ending'!r}. Open it as one table, or save it as Parquet."
            )
    return base, sorted(files, key=lambda each: each.absolute().relative_to(base).as_posix())


def _fitting(pattern: Path) -> Iterator[Path]:
    """Yield what fits a pattern, of which folders may be patterns, too."""
    plain = next(number for number, part in enumerate(pattern.parts) if glob.has_magic(part))
    return Path(*pattern.parts[:plain]).glob(str(Path(*pattern.parts[plain:])))


def find_partitions(source: DatasetSource, *, cells_folder: Path, most_rows: int = MOST_ROWS) -> list[Partition]:
    """Return the partitions of a dataset in order.

    Parameters
    ----------
    source
        A file, a folder (all files in and below it), a pattern or a list of files: Parquet, CSV or JSON lines.
    cells_folder
        Takes the cells of files other than Parquet, which are opened once and kept as text.
    most_rows
        Of a partition; Parquet is cut, where possible between its row groups, other files are not.

    Raises
    ------
    TableError
        As `find_files`; when a file cannot be read.
    """
    base, files = find_files(source)
    parts: list[Partition] = []
    first = 0
    for path in files:
        name = path.absolute().relative_to(base).as_posix()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if path.suffix.lower() not in PARQUET:
            rows = len(_kept_cells(path, digest, cells_folder))
            parts.append(Partition(path, name, digest, first, rows))
            first += rows
            continue
        with _parquet(path, name) as file:
            sizes = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
        for groups in _gathered(sizes, most_rows):
            held, before = sum(sizes[number] for number in groups), sum(sizes[: groups[0]])
            for offset in range(0, held, most_rows):
                rows = min(most_rows, held - offset)
                parts.append(Partition(path, name, digest, first, rows, before + offset, groups, offset))
                first += rows
    return parts


@contextmanager
def _parquet(path: Path, name: str) -> Iterator[Any]:
    """Open a file of Parquet; of one that is damaged, or gone, say which it is."""
    import pyarrow.lib
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file
    except (pyarrow.lib.ArrowException, OSError) as error:
        raise TableError(f"{name}: expected Parquet, found a damaged file ({error}).") from None


def _gathered(sizes: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Return the numbers of row groups that make partitions of up to so many rows."""
    made: list[list[int]] = []
    held = 0
    for number, size in enumerate(sizes):
        if made and held + size <= most:
            made[-1].append(number)
            held += size
        else:
            made.append([number])
            held = size
    return [tuple(groups) for groups in made]


def _kept_cells(path: Path, digest: str, folder: Path) -> pd.DataFrame:
    """Return the cells of a file that is no Parquet, kept as text beside the work."""
    from impactmap.datasets.store import load_frame, store_frame
    from impactmap.reading.formats.files import open_table

    kept = folder / f"cells-{digest[:32]}.arrow"
    if kept.is_file():
        return load_frame(kept).set_index("\0row")
    cells = open_table(path).cells
    store_frame(cells.rename_axis("\0row").reset_index(), kept)
    return cells


def partition_headers(part: Partition, *, cells_folder: Path) -> tuple[list[str], set[str]]:
    """Return the headers that a partition's cells have or may have, and those of columns of time."""
    import pyarrow as pa
    import pyarrow.parquet

    from impactmap.reading.formats.files import SOURCE_GEOMETRY

    if part.groups is None:
        return [*_kept_cells(part.path, part.sha256, cells_folder).columns, *part.keys], set()
    schema = pyarrow.parquet.read_schema(part.path)
    told = schema.metadata or {}
    index = json.loads(told.get(b"pandas", b"{}")).get("index_columns", [])
    names = [name for name in schema.names if name not in index]
    times = {field.name for field in schema if pa.types.is_timestamp(field.type)}
    if b"geo" in told:
        geo = json.loads(told[b"geo"])
        shape = geo["columns"][geo["primary_column"]]
        extent = {each[0] for each in shape.get("covering", {}).get("bbox", {}).values()}
        names = [name for name in names if name not in {geo["primary_column"], *extent}]
        names += [name for name in ("latitude", "longitude") if name not in names]
        names += [SOURCE_GEOMETRY] * (set(shape.get("geometry_types") or ["unknown"]) != {"Point"})
    return [*names, *part.keys], times


def partition_cells(
    part: Partition, *, cells_folder: Path, moments: Collection[str] = (), rows: range | None = None
) -> pd.DataFrame:
    """Return the cells of a partition as text; the index holds the rows' numbers in their file.

    Parameters
    ----------
    part
        The partition.
    cells_folder
        As for `find_partitions`.
    moments
        Columns of time whose cells hold times of day somewhere in the dataset: they are written with one.
    rows
        Of the partition, counted from 0; all when left out.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet

    from impactmap.reading.formats.frames import text_cells

    rows = range(part.rows) if rows is None else rows
    if part.groups is None:
        cells = _kept_cells(part.path, part.sha256, cells_folder).iloc[rows.start : rows.stop]
    else:
        with _parquet(part.path, part.name) as file:
            first, last = rows.start + part.offset, rows.stop + part.offset
            groups, before, skipped = [], 0, 0
            for number in part.groups:
                size = file.metadata.row_group(number).num_rows
                if before < last and before + size > first:
                    groups.append(number)
                elif before + size <= first:
                    skipped = before + size
                before += size
            table = file.read_row_groups(groups)
        if len(rows) < table.num_rows:  # copied: a slice would hold the whole group in memory
            table = table.take(pa.array(range(first - skipped, last - skipped), pa.int64()))
        _, cells, _ = text_cells(table, part.name, moments=moments)
        cells = cells.set_axis(cells.index + part.skip + rows.start)
    told = {name: pd.Series(text, index=cells.index, dtype="str") for name, text in part.keys.items()}
    return cells.assign(**{name: told[name] for name in told if name not in cells.columns})


def raw_partition(cells: pd.DataFrame, part: Partition, headers: Sequence[str]) -> RawTable:
    """Return cells as a table to be read, with all headers of the dataset; rows are numbered through the dataset."""
    import pandas as pd

    from impactmap.reading.raw_table import InputFile, RawTable

    lacking = [name for name in headers if name not in cells.columns]
    if lacking:
        cells = cells.assign(**{name: pd.Series(pd.NA, index=cells.index, dtype="str") for name in lacking})
    file = InputFile(Path(part.name), "partition", len(cells), 0, part.sha256)
    return RawTable(cells[list(headers)].rename_axis("source_row"), file)
