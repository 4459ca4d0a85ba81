"""A dataset: a table in partitions, opened to be located, counted and published, however large it is."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from impactmap.datasets.located import LocatedDataset
from impactmap.datasets.opening import DatasetOptions
from impactmap.datasets.partitions import DatasetSource
from impactmap.datasets.published.folder import DatasetReport, publish_dataset
from impactmap.model.faults import check_keywords

__all__ = ["Dataset", "open_dataset"]


class Dataset(LocatedDataset):
    """A table in partitions. Made by `impactmap.open_dataset`; each step is done when it is first needed, and once."""

    def build(self, folder: str | Path, *, force: bool = False) -> DatasetReport:
        """Publish the dataset: data files, counts, a page with the overview, METHOD.md and the manifest.

        Parameters
        ----------
        folder
            New, empty, or published before. It is the old one until all is written, and then the new one.
        force
            Write through links, beside other files, and into an input's folder, too.

        Returns
        -------
        DatasetReport

        Notes
        -----
        ``events-<month>-<check sum>.parquet`` is GeoParquet 1.1, its rows in order of their place, with the column
        ``bbox``; ``claims-...`` are who says what of them. ``counts-...`` has the reports by square of the map, first
        day, side, precision, sectors and confirmation; ``rejected-...`` every row that is not used, with its reason.
        The same rows give the same bytes, however they are parted and whoever works on them.
        """
        return publish_dataset(self, folder, force=force)


def open_dataset(source: DatasetSource, **said: Unpack[DatasetOptions]) -> Dataset:
    """Open a table in partitions, which need not fit into memory, nor onto one machine.

    Parameters
    ----------
    source
        A file, a folder with all files in and below it, a pattern such as ``reports/*.parquet``, or a list of files:
        Parquet and GeoParquet, CSV, JSON lines.
    **said
        ``columns``, ``scheduler``, ``work`` and more: see `DatasetOptions`.

    Returns
    -------
    Dataset
        Of which only a sample was read.

    Raises
    ------
    TableError
        When there is no partition, or the sample cannot be read.
    TypeError
        For an option that is none.

    Notes
    -----
    A sample of 20,000 rows decides which column is which and how days are written; that holds for all partitions, and
    a row that does not fit is listed in ``rejected``. What a place means is decided once, by all rows. So nothing
    depends on how the rows are parted, nor on how many workers read them.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> folder = Path(tempfile.mkdtemp())
    >>> for day in ("08", "09"):
    ...     sheet = pd.DataFrame({"date": [f"2025-11-{day}"], "place": ["Erdenet"], "killed": [2]})
    ...     sheet.to_parquet(folder / f"{day}.parquet")
    >>> dataset = open_dataset(folder)
    >>> dataset.count("day")["best"].tolist(), dataset.total("killed")["best"].tolist()
    ([1, 1], [4.0])
    """
    check_keywords(said, DatasetOptions)
    return Dataset(source, said)
