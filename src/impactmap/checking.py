"""What a table holds, before anything is made of it: faults, places that are not found, possible duplicates."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.errors import InputError, TableError
from impactmap.progress import Progress, part_of, quiet
from impactmap.sources import Source, open_source

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.events import Fault
    from impactmap.project import Project

__all__ = ["CheckReport", "check_source"]

_UNSETTLED = ("ambiguous", "not_found", "invalid")
_FILE = "_file"


@dataclass(frozen=True)
class CheckReport:
    """What `check_source` found.

    Attributes
    ----------
    rows
        Rows (an event and a place each) that can be used.
    faults
        Faults and warnings, by row and column.
    notes
        What was assumed or detected, in plain words.
    places
        Rows by ``place_status``; empty when the table cannot be used.
    unsettled
        Rows that would not be on the map: ``file``, ``row``, ``place``, ``status`` and ``reason``.
    duplicates
        Pairs that may be reports of one event, as `propose_duplicates` gives them, the best first. None is merged.
    """

    rows: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    unsettled: tuple[dict[str, Any], ...] = ()
    duplicates: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        plain = {name: getattr(self, name) for name in ("rows", "places")}
        lists = {name: list(getattr(self, name)) for name in ("notes", "unsettled", "duplicates")}
        return {**plain, "faults": [asdict(fault) for fault in self.faults], **lists}


def check_source(
    source: str | Path,
    *others: str | Path,
    now: dt.datetime,
    date_format: str | None = None,
    gazetteers: str | Path | None = None,
    format: str = "auto",  # noqa: A002 -- the word users look for
    places: str | Path | None = None,
    claims: str | Path | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """List every fault and warning, every place that is not settled, and possible duplicates. Nothing is written.

    Parameters
    ----------
    source
        A table, or a project, as for `open_source`.
    others
        Tables or projects of other sources: duplicates are then looked for across them.
    now, date_format
        As in `open_source`.
    gazetteers
        Folder of the user's own gazetteers, beside the one that ships.
    format, places, claims
        As in `convert`.
    progress
        Called before each step and while it goes on, with the step's number, the number of steps and what it does.

    Returns
    -------
    CheckReport
        No online geocoder is asked.

    Raises
    ------
    ProjectError
        When the project file has faults.
    TableError
        When a file cannot be read at all.
    InputError
        When places or claims are given for several tables or for a project.
    """
    from impactmap.events import check_events, combine_readings, faults_of

    if (places or claims) and others:
        raise InputError("expected one table where places or claims are given, found several. Check them one by one.")
    say = progress or quiet
    say(1, 3, "Reading the tables")
    options: dict[str, Any] = {"now": now, "date_format": date_format, "format": format}
    options |= {"places": places, "claims": claims, "progress": part_of(say, 1, 3)}
    opened: list[Source] = []
    faults: list[Fault] = []
    for path in (source, *others):
        try:
            opened.append(open_source(path, **options))
        except TableError as error:
            if not (found := faults_of(error)):
                raise
            faults += found
    if not opened:
        return CheckReport(0, tuple(faults))
    notes = tuple(note for each in opened for note in each.notes)
    reading = combine_readings([each.reading for each in opened])
    project = opened[0].project
    if reading.events.empty:
        return CheckReport(0, (*faults, *check_events(reading)), notes)
    # Several tables: which row is from which, to look across them.
    files = [each.reading.inputs[0].path.name for each in opened for _ in range(len(each.reading.events))]
    say(2, 3, "Finding the places")
    located = _located(reading.events, project, gazetteers)
    located[_FILE] = files
    swapped = _swapped(located)
    say(3, 3, "Comparing reports")
    return CheckReport(
        rows=len(located),
        faults=(*faults, *check_events(reading), *swapped),
        notes=notes,
        places={str(name): int(count) for name, count in located["place_status"].value_counts().sort_index().items()},
        unsettled=_unsettled(located),
        duplicates=_duplicates(
            located, reading.claims, across=_FILE if len(opened) > 1 else None, progress=part_of(say, 3, 3)
        ),
    )


def _located(events: pd.DataFrame, project: Project, gazetteers: str | Path | None) -> gpd.GeoDataFrame:
    from impactmap.gazetteers import open_gazetteer
    from impactmap.places import geocode_events, read_decisions

    gazetteer = open_gazetteer(gazetteers)
    decisions = read_decisions(project.folder / project.data.decisions)
    return geocode_events(events, gazetteer=gazetteer, decisions=decisions, language=project.map.language)


def _unsettled(located: gpd.GeoDataFrame) -> tuple[dict[str, Any], ...]:
    part = located[located["place_status"].isin(_UNSETTLED)]
    columns = {_FILE: "file", "source_row": "row", "place": "place", "place_status": "status", "place_reason": "reason"}
    return _records(part[list(columns)].rename(columns=columns))


def _swapped(located: gpd.GeoDataFrame) -> list[Fault]:
    """Return a fault for each row whose coordinates fit its place only the other way round."""
    from impactmap.events import Fault
    from impactmap.places.source import SWAPPED

    part = located[located["place_reason"].str.contains(SWAPPED, regex=False, na=False)]
    return [
        Fault(
            str(row[_FILE]),
            int(row["source_row"]),
            "latitude, longitude",
            f"a position near {row['place']!r}",
            str(row["place_reason"]).rstrip("."),
            "Exchange the two, or correct the place: nothing is exchanged for you.",
        )
        for row in part.to_dict("records")
    ]


def _duplicates(
    located: gpd.GeoDataFrame, claims: pd.DataFrame, *, across: str | None, progress: Progress
) -> tuple[dict[str, Any], ...]:
    from impactmap.events import propose_duplicates

    return _records(propose_duplicates(located, claims=claims, across=across, progress=progress))


def _records(frame: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Return rows as plain values, None for missing."""
    plain = frame.astype("object").where(frame.notna(), None)
    return tuple({str(name): value for name, value in row.items()} for row in plain.to_dict("records"))
