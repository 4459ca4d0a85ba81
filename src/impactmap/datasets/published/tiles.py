"""Files beside the page of a dataset: finer counts and single reports, cut by quarter and place, named by content."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from impactmap.datasets.cells import NOWHERE, place_cells
from impactmap.datasets.gathering import Part, load_part, part_identity
from impactmap.datasets.published.groups import WEIGHT, alike
from impactmap.datasets.stages import CELL_BITS, load_setting
from impactmap.datasets.store import identity_of, load_json, store_json, whole

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.project import Project
    from impactmap.telling.reports import Reports

__all__ = ["FINE_BITS", "TileJob", "tile_jobs", "write_tiles"]

#: Entries of a file, and events of a job, unless more lie in one cell.
_ENTRIES: Final = 8192
_ROWS: Final = 100_000
#: Halvings of the world on either axis of the squares of the finer counts: about 5 km from east to west.
FINE_BITS: Final = 13
_ORDER_BITS: Final = 16
_DIGITS: Final = 16


@dataclass(frozen=True)
class TileJob:
    """Events whose tiles are written together: of one quarter, in a run of cells.

    Attributes
    ----------
    quarter
        In which they begin, ``2025Q1``.
    first, last
        The cells in which their first places are.
    parts
        That hold some of them.
    """

    quarter: str
    first: int
    last: int
    parts: tuple[Part, ...]


def tile_jobs(parts: Sequence[Part], rows: Mapping[str, Mapping[int, int]]) -> list[TileJob]:
    """Cut a dataset into jobs.

    Parameters
    ----------
    parts
        Of the dataset.
    rows
        Of each month, the rows in each cell.
    """
    from impactmap.datasets.gathering import runs_of_cells

    quarters: dict[str, dict[int, int]] = {}
    for month, cells in rows.items():
        held = quarters.setdefault(_quarter(month), {})
        for cell, count in cells.items():
            held[cell] = held.get(cell, 0) + count
    made = []
    for quarter, held in sorted(quarters.items()):
        own = [part for part in parts if _quarter(part.month) == quarter]
        for first, last in runs_of_cells(held, _ROWS):
            mine = tuple(part for part in own if part.first <= last and part.last >= first)
            made.append(TileJob(quarter, first, last, mine))
    return made


def _quarter(month: str) -> str:
    return f"{month[:4]}Q{(int(month[5:]) + 2) // 3}" if month != "undated" else month


def write_tiles(job: TileJob) -> dict[str, Any]:
    """Write the tiles of a job, which are kept beside the work.

    Returns
    -------
    dict
        ``tiles``, lines of the page's list (see `TileList` of the viewer), level 1 being the finer counts and 2 the
        single reports; ``files``, the names of all that was written.
    """
    work, project = job.parts[0].work, load_setting(job.parts[0].setting).project
    told = project.model_dump(mode="json", include={"publish", "fields", "map", "sides", "labels"})
    name = identity_of("tiles", job.quarter, job.first, job.last, list(map(part_identity, job.parts)), told)
    record, folder = work / "tiled" / f"{name}.json", work / "published"
    known: dict[str, Any] | None = load_json(record)
    if known is not None and all((folder / file).is_file() for file in known["files"]):
        return known
    events, claims = _events_of(job, exact=project.publish.exact_positions)
    known = {"tiles": [], "files": []}
    counted = alike(events, bits=FINE_BITS)
    for level, frame in ((1, counted), (2, events)):
        for run in _runs(frame):
            said = claims[claims["event_id"].isin(run["event_id"])] if level == 2 else None
            _write_tile(run, said, level, job.quarter, project, folder, known)
    store_json(known, record)
    return known


def _events_of(job: TileJob, *, exact: bool) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the events of a job that have a place on the map, in the order of the parts, and the claims about them."""
    import pandas as pd

    from impactmap.places.fine_positions import coarse_frame

    events, claims = [], []
    for part in job.parts:
        own, said = load_part(part)
        cell = pd.Series(place_cells(own, bits=CELL_BITS), index=own.index)
        own = own[cell.groupby(own["event_id"]).transform("first").between(job.first, job.last)]
        placed = own.loc[own.geometry.notna() & ~own.geometry.is_empty, "event_id"]
        events.append(own[own["event_id"].isin(placed)])
        claims.append(said[said["event_id"].isin(placed)])
    frame: Any = pd.concat(events, ignore_index=True)
    statements = pd.concat(claims, ignore_index=True)
    return (frame, statements) if exact else (coarse_frame(frame), coarse_frame(statements))


def _runs(events: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    """Yield events that lie near each other, those that reach far in runs of their own."""
    import pandas as pd

    if not len(events):
        return
    codes = pd.factorize(events["event_id"])[0]
    bounds = events.bounds.groupby(codes)
    low, high = bounds[["minx", "miny"]].min(), bounds[["maxx", "maxy"]].max()
    side = 360 / (1 << CELL_BITS)
    wide = ((high["maxx"] - low["minx"] > side) | (high["maxy"] - low["miny"] > side)).to_numpy()
    cell = place_cells(events, bits=_ORDER_BITS)
    head = np.full(len(wide), NOWHERE)
    head[codes[::-1]] = cell[::-1]
    order = np.lexsort((head, wide))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    first_wide = int((~wide).sum())
    at = rank[codes]
    rows = np.argsort(at, kind="stable")
    starts = [*range(0, first_wide, _ENTRIES), *range(first_wide, len(order), _ENTRIES), len(order)]
    cuts = np.searchsorted(at[rows], starts)
    for start, stop in itertools.pairwise(cuts):
        if stop > start:
            yield events.iloc[rows[start:stop]].reset_index(drop=True)


def _write_tile(
    run: gpd.GeoDataFrame, claims: pd.DataFrame | None, level: int, quarter: str, project: Project, folder: Path,
    known: dict[str, Any],
) -> None:  # fmt: skip
    """Write one tile, with its texts where it holds single reports, and list it."""
    from impactmap.maps.page.card_texts import encode_texts
    from impactmap.maps.page.payload import encode_columns
    from impactmap.telling.reports import collect_reports

    texts = None
    if level == 1:
        reports, weights = collected_groups(run, project)
    else:
        reports, weights = collect_reports(run, claims, project=project), None
        texts = _put(encode_texts(reports, 0, len(reports.events)), f"texts-{quarter}", folder)
        known["files"].append(texts)
    header = {
        "texts": {"files": [texts], "events": _ENTRIES} if texts else None,
        "sides": [style.key for style in reports.sides],
        "sectors": reports.sectors,
        "means": reports.means,
        # As it is, and as the region that it is counted in where there are many.
        "areas": [[area.id, *_region(reports, number)] for number, area in enumerate(reports.areas)],
    }
    name = _put(encode_columns(reports, weights).pack(_about(reports) | header), f"map-{quarter}", folder)
    known["files"].append(name)
    box = [round(float(value), 4) for value in run.total_bounds]
    days = [int(reports.day_start.min()), int(reports.day_end.max())]
    known["tiles"].append([name, level, *days, *box, len(reports.events)])


def _about(reports: Reports) -> dict[str, Any]:
    return {
        "version": 3,
        "events": len(reports.events),
        "rows": len(reports.row_event),
        "territories": _territories(reports),
    }


def collected_groups(groups: gpd.GeoDataFrame, project: Project) -> tuple[Reports, npt.NDArray[np.uint32]]:
    """Return groups of alike events as reports, and how many each stands for."""
    from impactmap.telling.reports import collect_reports

    weights = groups.drop_duplicates("event_id")[WEIGHT].to_numpy(dtype=np.uint32)
    return collect_reports(groups.assign(event_id=groups["event_id"].astype("str")), None, project=project), weights


def _territories(reports: Reports) -> list[str]:
    """Return what each number of `place_territory` stands for, in words that hold in every tile."""
    from impactmap.model.arrow import codes_of
    from impactmap.telling.reports import POINT

    rows = np.flatnonzero(reports.row_kind == POINT)
    (countries, known), (sides, of) = (codes_of(reports.places_at(name, rows)) for name in ("country", "side_country"))
    pairs = dict.fromkeys(zip(countries.tolist(), sides.tolist(), strict=True))
    named = [pair for pair in pairs if pair != (-1, -1)]
    return ["", *(f"{known[one] if one >= 0 else ''}|{of[other] if other >= 0 else ''}" for one, other in named)]


def _region(reports: Reports, area: int) -> list[str]:
    rows = np.flatnonzero(reports.row_area == area)[:1]
    (code,) = reports.places_at("region_code", rows).to_pylist()
    return [f"iso:{code}"] if code else []


def _put(data: bytes, stem: str, folder: Path) -> str:
    name = f"{stem}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}.bin"
    if not (folder / name).is_file():
        with whole(folder / name) as temporary:
            temporary.write_bytes(data)
    return name
