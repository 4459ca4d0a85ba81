"""The files of a dataset as it leaves: the events of one month and region, however they were parted when they came."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.datasets.stages import load_setting, located_month
from impactmap.datasets.store import (
    identity_of,
    load_events,
    load_frame,
    load_json,
    store_events,
    store_frame,
    store_json,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.project import Project

__all__ = [
    "MOST_ROWS",
    "Part",
    "content_name",
    "gather_part",
    "load_part",
    "part_identity",
    "parts_of",
    "publish_part",
    "runs_of_cells",
    "together",
]

#: Rows of a file, unless more lie in one cell and month.
MOST_ROWS: Final = 100_000
#: Halvings of the world on either axis by which rows are ordered: about 600 m.
_ORDER_BITS: Final = 16
_DIGITS: Final = 16  # of a check sum in a file's name


@dataclass(frozen=True)
class Part:
    """Events that leave in one file.

    Attributes
    ----------
    work, setting
        As of a `Job`.
    month
        In which the events begin, ``2025-11``.
    first, last
        The cells in which they are.
    located
        Folders of the partitions that hold some of them, in the order of the dataset.
    columns
        Of the events, in order.
    """

    work: Path
    setting: Path
    month: str
    first: int
    last: int
    located: tuple[str, ...]
    columns: tuple[str, ...]


def parts_of(
    counts: Mapping[str, Mapping[str, Mapping[str, int]]],
    columns: Sequence[str],
    *,
    most_rows: int = MOST_ROWS,
    **where: Path,
) -> list[Part]:
    """Cut what the partitions hold into parts by month and cell; the rows decide, not how they were parted.

    Parameters
    ----------
    counts
        Of each folder of a partition: the rows of each cell of each month.
    columns
        Of the events.
    most_rows
        Of a part, unless one cell has more.
    **where
        ``work`` and ``setting`` of a part.
    """
    months: dict[str, dict[int, int]] = {}
    for by_month in counts.values():
        for month, by_cell in by_month.items():
            together = months.setdefault(month, {})
            for cell, rows in by_cell.items():
                together[int(cell)] = together.get(int(cell), 0) + rows
    made = []
    for month, cells in sorted(months.items()):
        for first, last in runs_of_cells(cells, most_rows):
            holds = (
                name for name, each in counts.items() if any(first <= int(cell) <= last for cell in each.get(month, ()))
            )
            made.append(
                Part(month=month, first=first, last=last, located=tuple(holds), columns=tuple(columns), **where)
            )
    return made


def runs_of_cells(by_cell: Mapping[int, int], most_rows: int) -> list[tuple[int, int]]:
    """Return runs of cells with up to so many rows together."""
    runs: list[list[int]] = []
    held = 0
    for cell in sorted(by_cell):
        if runs and held + by_cell[cell] <= most_rows:
            runs[-1][1] = cell
            held += by_cell[cell]
        else:
            runs.append([cell, cell])
            held = by_cell[cell]
    return [(first, last) for first, last in runs]


def part_identity(part: Part) -> str:
    """Return what tells a part's content."""
    return identity_of("part", part.month, part.first, part.last, part.located, part.columns)


def gather_part(part: Part) -> str:
    """Bring the events of a part together, in order of their place; return the name of the folder that holds them.

    The order is that of the cells, then of the events: the same rows give the same bytes.
    """
    import pandas as pd

    from impactmap.datasets.cells import place_cells

    name = part_identity(part)
    folder = part.work / "parts" / name
    if (folder / "about.json").is_file():
        return name
    found = [located_month(part.work, each, part.month, range(part.first, part.last + 1)) for each in part.located]
    events: gpd.GeoDataFrame = pd.concat([events for events, _ in found], ignore_index=True)
    events = events.reindex(columns=list(part.columns))
    order = events[["event_id", "place_number", "source_row"]].assign(cell=place_cells(events, bits=_ORDER_BITS))
    rows = order.sort_values(["cell", "event_id", "place_number", "source_row"], kind="stable").index
    events = events.loc[rows].reset_index(drop=True)
    claims = pd.concat([claims for _, claims in found], ignore_index=True)
    known = [column for column in claims.columns if column != "event_id"]
    claims = claims.sort_values(["event_id", "metric", *(each for each in known if each != "metric")], kind="stable")
    store_events(events, folder / "events.arrow")
    store_frame(claims.reset_index(drop=True), folder / "claims.arrow")
    about = {
        "month": part.month,
        "rows": len(events),
        "events": int(events["event_id"].nunique()),
        "claims": len(claims),
    }
    store_json(about, folder / "about.json")
    return name


def load_part(part: Part) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the events and the claims of a part."""
    folder = part.work / "parts" / gather_part(part)
    return load_events(folder / "events.arrow"), load_frame(folder / "claims.arrow")


def publish_part(part: Part) -> dict[str, Any]:
    """Write the files of a part as they leave, named by their content; return what they are.

    Returns
    -------
    dict
        ``month``, ``rows``, ``events``, ``claims``; ``files``, names of the files in ``published`` of the work;
        ``tally`` as of a `Tally`; ``metrics`` of which there are figures; ``providers`` and ``populations`` as of
        `Origins`.
    """
    from impactmap.places.fine_positions import coarse_frame
    from impactmap.publishing.files.geo_files import write_geoparquet
    from impactmap.publishing.files.published_columns import published_claims, published_events

    name = gather_part(part)
    project = load_setting(part.setting).project
    leaving = identity_of("publish", name, project.model_dump(mode="json", include={"publish", "fields"}))
    record = part.work / "leaving" / f"{leaving}.json"
    published = part.work / "published"
    known: dict[str, Any] | None = load_json(record)
    if known is not None and all((published / file).is_file() for file in known["files"]):
        return known
    events, claims = load_part(part)
    if not project.publish.exact_positions:
        events, claims = coarse_frame(events), coarse_frame(claims)
    table = published_events(events, exact_positions=project.publish.exact_positions, fields=project.fields)
    files = [content_name(lambda path: write_geoparquet(table, path), f"events-{part.month}", published)]
    if len(claims):
        statements = published_claims(claims)
        files.append(
            content_name(
                lambda path: statements.to_parquet(path, index=False, compression="zstd"),
                f"claims-{part.month}",
                published,
            )
        )
    known = {**load_json(part.work / "parts" / name / "about.json"), "files": files, **_told(events, claims, project)}
    store_json(known, record)
    return known


def _told(events: gpd.GeoDataFrame, claims: pd.DataFrame, project: Project) -> dict[str, Any]:
    """Return what the folder says of a part: counts that add up, and what its places come from."""
    from impactmap.model.claims import intervals
    from impactmap.telling.reports import collect_reports
    from impactmap.telling.tally import Tally

    figures = claims.loc[intervals(claims)["low"].notna(), "metric"] if len(claims) else claims["metric"]
    populations = events.loc[events["population"].notna(), ["population_source", "population_date"]].drop_duplicates()
    return {
        "tally": asdict(Tally.of(collect_reports(events, None, project=project))),
        "metrics": sorted(set(figures)),
        "providers": sorted(set(events["place_provider"].dropna())),
        "populations": [[str(text) for text in pair] for pair in populations.itertuples(index=False)],
    }


def content_name(write: Callable[[Path], object], stem: str, folder: Path) -> str:
    """Write a file and name it by its content; return the name."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{stem}.{uuid.uuid4().hex}"
    try:
        write(temporary)
        with temporary.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{stem}-{digest[:_DIGITS]}.parquet"
        temporary.replace(folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    return name


def together(orders: Iterable[Sequence[str]]) -> list[str]:
    """Return the columns of several frames in one order: the model's first, then the others by name."""
    from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS

    ours = [column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)]
    found = {name for names in orders for name in names}
    return [*(name for name in ours if name in found), *sorted(found - {*ours, "geometry"}), "geometry"]
