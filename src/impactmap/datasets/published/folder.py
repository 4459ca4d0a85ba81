"""A dataset published: a folder that is the old one or the new one, with files named by what is in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.datasets.counting import Count
from impactmap.datasets.gathering import content_name, publish_part
from impactmap.datasets.published.grouping import overview_groups
from impactmap.datasets.published.overview import CUBE, draw_overview, level_counts, squares, with_bounds
from impactmap.datasets.published.page import PAGE, PageParts, Squares, dataset_page
from impactmap.datasets.published.tiles import tile_jobs, write_tiles
from impactmap.model.reprs.overview import Overview
from impactmap.telling.tally import Tally

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.datasets.located import LocatedDataset
    from impactmap.telling.method_sections import Origins
    from impactmap.telling.notes.note_words import RecordWords
    from impactmap.telling.summary import Summary

__all__ = ["DatasetReport", "publish_dataset"]


@dataclass(frozen=True, repr=False)
class DatasetReport(Overview):
    """What publishing a dataset came to.

    Attributes
    ----------
    folder, files
        Where it is, and the files in it.
    partitions, rows
        Of the dataset, those that cannot be used included.
    events, places
        Published events, and their rows by precision.
    claims
        Published claims.
    rejected, held_back, outside_period
        Faults and rows that are no reports; events that the embargo keeps back, and those outside the period.
    """

    folder: Path
    files: list[Path] = field(default_factory=list)
    partitions: int = 0
    rows: int = 0
    events: int = 0
    places: dict[str, int] = field(default_factory=dict)
    claims: int = 0
    rejected: int = 0
    held_back: int = 0
    outside_period: int = 0

    def _overview(self) -> tuple[str, dict[str, object]]:
        lines: dict[str, object] = {
            "open": self.folder / PAGE,
            "published": f"{self.events:,} events, {self.claims:,} claims",
            "not used": f"{self.rejected:,} faults, listed in rejected-*.parquet" if self.rejected else "",
            "held back": f"{self.held_back:,} events" if self.held_back else "",
        }
        return f"Dataset of {self.events:,} events in {self.folder}", lines

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "folder": str(self.folder), "files": [path.name for path in self.files]}


def publish_dataset(dataset: LocatedDataset, folder: str | Path, *, force: bool = False) -> DatasetReport:
    """Write everything that leaves of a dataset: see `Dataset.build`."""
    from impactmap.model.atomic import replace_folder
    from impactmap.publishing.manifest import write_manifest
    from impactmap.telling.notes.note_words import RecordWords
    from impactmap.telling.summary import summarise_tally

    project = dataset.project
    words = RecordWords(project.map.language)
    published = dataset.run(publish_part, dataset.parts, what="Writing the data files")
    tallies = [Tally(**part["tally"]) for part in published]
    months = _by_month(published, tallies)
    tally = Tally.together([*tallies, Tally(held_back=dataset.reading["held_back"])])
    summary = summarise_tally(tally, words, project)
    metrics = sorted({metric for part in published for metric in part["metrics"]})
    counts = dataset.counted(
        {"cube": CUBE, **level_counts(), **{f"figure {each}": Count(metric=each) for each in metrics}}
    )
    bits, groups_of = overview_groups(dataset)
    tiled = dataset.run(write_tiles, tile_jobs(dataset.parts, dataset.cell_rows), what="Writing the map's files")
    parts = sorted({part.path for part in dataset.partitions})
    with replace_folder(folder, inputs=parts, force=force) as staging:
        groups: dict[str, str] = {}
        for part in published:
            for name in part["files"]:
                _put(dataset.work / "published" / name, staging / name)
                groups[name] = part["month"]
        data_files = sorted(file.name for file in staging.iterdir())
        for name in sorted({name for each in tiled for name in each["files"]}):
            _put(dataset.work / "published" / name, staging / name)
            groups[name] = name.split("-")[1]
        refused = _write_rejected(dataset, staging)
        _write_table(with_bounds(counts["cube"]), staging, "counts")
        figures = {each: counts[f"figure {each}"] for each in metrics}
        sections = _sections(dataset, summary, _origins(dataset, published), refused, len(data_files), words)
        picture = staging / "overview.png"
        frame, _ = squares(counts)
        if len(frame):
            draw_overview(frame, picture, title=summary.title, sentence=summary.sentence, border=dataset.border)
        files = [*data_files, *sorted(file.name for file in staging.glob("*.parquet") if file.name not in data_files)]
        shown = PageParts(summary, months, figures, picture if len(frame) else None, sections, files)
        drawn = Squares(groups_of, bits, [line for each in tiled for line in each["tiles"]], dataset.border)
        (staging / PAGE).write_text(dataset_page(shown, drawn, project, words), encoding="utf-8", newline="\n")
        (staging / "METHOD.md").write_text(_method(summary, sections, words), encoding="utf-8", newline="\n")
        about = {"rows": dataset.rows, "partitions": len(dataset.partitions), **_counted(dataset)}
        more = {"inputs": _inputs(dataset), "dataset": about}
        write_manifest(staging, inputs=[], folder=project.folder, groups=groups, more=more)
        names = sorted(file.name for file in staging.iterdir())
    reading = dataset.reading
    return DatasetReport(
        folder=Path(folder),
        files=[Path(folder) / name for name in names],
        partitions=len(dataset.partitions),
        rows=dataset.rows,
        events=tally.count,
        places={name: count for name, count in tally.precisions.items() if count},
        claims=sum(part["claims"] for part in published),
        rejected=reading["rejected"],
        held_back=reading["held_back"],
        outside_period=reading["outside_period"],
    )


def _by_month(published: Sequence[Mapping[str, Any]], tallies: Sequence[Tally]) -> dict[str, Tally]:
    months: dict[str, list[Tally]] = {}
    for part, tally in zip(published, tallies, strict=True):
        months.setdefault(part["month"], []).append(tally)
    return {month: Tally.together(each) for month, each in months.items()}


def _put(source: Path, target: Path) -> None:
    """Put a file that is whole into the folder, without a second copy where the disk can do so."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_table(table: pd.DataFrame, staging: Path, stem: str) -> str:
    return content_name(lambda path: table.to_parquet(path, index=False, compression="zstd"), stem, staging)


def _write_rejected(dataset: LocatedDataset, staging: Path) -> str | None:
    """Write the rows that are not used, partition by partition; return the file's name, None of none."""
    if not dataset.reading["rejected"]:
        return None

    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet

        tables = (pa.Table.from_pandas(each, preserve_index=False) for each in dataset.rejected_parts())
        first = next(tables)
        with pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)

    return content_name(write, "rejected", staging)


def _counted(dataset: LocatedDataset) -> dict[str, int]:
    return {name: dataset.reading[name] for name in ("events", "rejected", "held_back", "outside_period")}


def _inputs(dataset: LocatedDataset) -> list[dict[str, Any]]:
    """Return the files of the dataset, and what its project names, with their check sums."""
    from impactmap.publishing.manifest import file_record

    files = {
        part.path: {"path": part.name, "bytes": part.path.stat().st_size, "sha256": part.sha256}
        for part in dataset.partitions
    }
    decisions = dataset.project.folder / dataset.project.data.decisions
    return [*files.values(), *([file_record(decisions, decisions.name)] if decisions.is_file() else [])]


def _origins(dataset: LocatedDataset, published: Sequence[Mapping[str, Any]]) -> Origins:
    from impactmap.telling.method_sections import Origins

    providers = sorted({name for part in published for name in part["providers"]})
    populations = sorted({(source, date) for part in published for source, date in part["populations"]})
    return Origins(providers, populations, dataset.border)


def _sections(
    dataset: LocatedDataset, summary: Summary, origins: Origins, refused: str | None, files: int, words: RecordWords
) -> list[tuple[str, list[str]]]:
    """Say how it was made: as of any map, and what is particular to a dataset."""
    from impactmap.telling.method_sections import method_sections
    from impactmap.telling.notes.plausibility_note import plausibility_lines

    reading, project = dataset.reading, dataset.project
    told = method_sections(
        summary, project, origins, held_back=reading["held_back"], outside_period=reading["outside_period"]
    )
    say = words.text
    # A region is no hatched area here: it counts in a square.
    told = [(title, [each for each in sentences if each != say("method.areas")]) for title, sentences in told]
    own = [
        say("record.dataset.sample", n=words.number(dataset.sampled)),
        say("record.dataset.duplicates"),
        say("record.dataset.files", n=words.number(files)),
    ]
    if refused:
        own.append(say("record.dataset.refused", file=refused, n=words.number(reading["rejected"])))
    if found := plausibility_lines(sorted(dataset.checks.items()), project.checks.silenced, words):
        told.append((say("record.checks"), [say("record.checks_note"), *found]))
    return [*told, (say("method.title"), own)]


def _method(summary: Summary, sections: Sequence[tuple[str, Sequence[str]]], words: RecordWords) -> str:
    from impactmap import __version__
    from impactmap.reference import notices
    from impactmap.telling.markdown import markdown_list, plain_markdown

    lines = [f"# {words.text('method.title')}", "", words.text("record.lead", title=plain_markdown(summary.title)), ""]
    lines.append(plain_markdown(summary.sentence))
    for title, sentences in sections:
        lines += [
            "",
            f"## {plain_markdown(title)}",
            "",
            "\n\n".join(plain_markdown(each, longest=None) for each in sentences),
        ]
    lines += ["", f"## {words.text('record.data')}", ""]
    lines += [f"- {markdown_list(notice)}" for notice in notices()]
    lines += ["", words.text("record.version", version=__version__)]
    return "\n".join(lines) + "\n"
