"""A folder of partitions on the command line: what is too large to be opened as one table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from impactmap.cli.report import counted, places_line, print_json, progress_shown, say

__all__ = ["build_dataset", "dataset_options", "is_dataset"]

#: Rows of Parquet above which a source is read by partition unasked.
_LARGE: Final = 1_000_000


def dataset_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``scheduler`` and ``work``."""
    for option in (
        click.option(
            "--work", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
            help="By partition: keeps what is done, so that the next build does what changed; shared by all workers.",
        ),
        click.option(
            "--scheduler", metavar="NAME",
            help="Read Parquet, CSV or JSON lines by partition: synchronous, processes, a number of workers, or the "
            "address of a scheduler of dask, tcp://...",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def is_dataset(source: str | Path) -> bool:
    """Say whether a source is Parquet files with more rows than are opened as one table."""
    path = Path(source)
    if not path.is_dir() or (path / "project.toml").is_file() or not any(path.rglob("*.parquet")):
        return False
    import pyarrow.lib
    import pyarrow.parquet

    rows = 0
    for file in path.rglob("*.parquet"):
        try:
            rows += pyarrow.parquet.read_metadata(file).num_rows
        except (pyarrow.lib.ArrowException, OSError):
            return False
    return rows > _LARGE


def build_dataset(source: str | Path, output: Path, *, force: bool, as_json: bool, **said: Any) -> None:
    """Publish a dataset, and say what it came to."""
    from impactmap.datasets.dataset import open_dataset

    project = Path(source) / "project.toml" if Path(source).is_dir() else None
    if project is not None and project.is_file():
        said["project"] = project
    given = {name: value for name, value in said.items() if value is not None and name not in {"since", "allow_url"}}
    with progress_shown() as progress:
        report = open_dataset(source, progress=progress, **given).build(output, force=force)
    if as_json:
        print_json(report.to_dict())
        return
    say(f"{counted(report.rows, 'row')} in {counted(report.partitions, 'partition')}.")
    say(f"{counted(report.events, 'event')} ({places_line(report.places)}), {counted(report.claims, 'claim')}.")
    if report.rejected:
        say(f"Not used: {counted(report.rejected, 'fault')} and rows that are no reports, in rejected-*.parquet.")
    if report.held_back:
        say(f"Held back by the embargo: {counted(report.held_back, 'event')}.")
    if report.outside_period:
        say(f"Outside the map's period: {counted(report.outside_period, 'event')}.")
    say("Reports were not compared with each other: what is reported twice counts twice.")
    say(f"Wrote {counted(len(report.files), 'file')}. Open {output / 'map.html'}")
