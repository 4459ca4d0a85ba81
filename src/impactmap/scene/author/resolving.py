"""Where the places and events are that the author names in the project file."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd
import shapely

from impactmap.model.errors import ProjectError
from impactmap.model.sections.authored import Authored, AuthorsNote, NamedPosition
from impactmap.model.values import NO_DAY, clean_text
from impactmap.places.names.keys import name_key
from impactmap.scene.areas import areas_by_region, counted_by_region
from impactmap.scene.author.inset import with_inset
from impactmap.scene.author.layers import read_layers
from impactmap.scene.view import Bounds, around, inset_rows
from impactmap.telling.reports import Reports, collect_reports, place_names

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.model.project import Project
    from impactmap.places.geocoder import Gazetteer

__all__ = ["extent_of", "nearest_of", "reports_of_map", "with_authors_hand"]

#: Of one name, positions nearer to one another than this (degrees) are one place.
_APART = 0.2
#: Decimals of a position that an author gives, unless exact ones may be published: about a kilometre.
_COARSE = 2


def reports_of_map(events: gpd.GeoDataFrame, claims: pd.DataFrame | None, project: Project) -> Reports:
    """Collect what a map shows, with what its author put on it.

    Parameters
    ----------
    events, claims, project
        As for `collect_reports`.

    Returns
    -------
    Reports

    Raises
    ------
    ProjectError
        For a place or an event of the project file that the map does not know.
    """
    reports = with_authors_hand(areas_by_region(collect_reports(events, claims, project=project)), project)
    counted = counted_by_region(reports, project.map.regions)
    if counted.authored.inset and not len(inset_rows(counted)):
        # The view shows a part of the region in which they count.
        return replace(counted, authored=replace(counted.authored, inset=None))
    return counted


def with_authors_hand(reports: Reports, project: Project) -> Reports:
    """Return reports with the author's view, names and callouts, each where it belongs.

    Notes
    -----
    A place is one of the map's reports in any of its spellings, else a settlement that the gazetteer knows under that
    name alone (``Sumy, Ukraine`` where there are several). Positions are as coarse as those of the reports. The callout
    of an event that the map's embargo or period leaves out is left out with it.
    """
    view, labels = project.view, project.labels
    if project.layers:
        reports = replace(reports, authored=Authored(layers=read_layers(project, reports.sides)))
    if not (view.bounds or view.places or view.inset or labels.names or labels.always or labels.never or project.notes):
        return reports
    known = _Places(reports, project)
    boxes = [known.box(name, f"view.places.{number}") for number, name in enumerate(view.places, 1)]
    authored = Authored(
        view=view.bounds or (around(boxes) if boxes else None),
        names={name_key(name): spelled for name, spelled in labels.names.items()},
        always=tuple(
            NamedPosition(known.spelled(name), *known.position(name, f"labels.always.{number}"))
            for number, name in enumerate(labels.always, 1)
        ),
        never=frozenset(name_key(labels.names.get(name, name)) for name in labels.never),
        notes=tuple(_notes(known, project, reports)),
        layers=reports.authored.layers,
    )
    reports = replace(reports, authored=authored)
    return with_inset(reports, asked=project.view.inset, box_of=known.box)


def extent_of(reports: Reports, project: Project, names: Sequence[str], key: str) -> Bounds:
    """Return the extent around places that the author names under a key of the project file."""
    known = _Places(reports, project)
    return around([known.box(name, f"{key}.{number}") for number, name in enumerate(names, 1)])


def _notes(known: _Places, project: Project, reports: Reports) -> Iterator[AuthorsNote]:
    decimals = None if project.publish.exact_positions else _COARSE
    for number, note in enumerate(project.notes, 1):
        if note.event is not None:
            if note.event in reports.left_out:
                continue
            lat, lon = known.event(note.event, f"notes.{number}.event")
        elif note.place is not None:
            lat, lon = known.position(note.place, f"notes.{number}.place")
        else:
            lat, lon = note.position or (0.0, 0.0)
        if decimals is not None:
            lat, lon = round(lat, decimals), round(lon, decimals)
        first, last = _day(note.date_from), _day(note.date_to)
        if note.event is not None and first is None and last is None:
            first, last = known.days(note.event)
        yield AuthorsNote(clean_text(note.text), lat, lon, note.side, first, last)


def _day(day: dt.date | None) -> int | None:
    return None if day is None else (day - dt.date(1970, 1, 1)).days


@dataclass
class _Places:
    """The places of a map by name, and those of the gazetteer where the map does not know one."""

    reports: Reports
    project: Project
    _asked: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    _called: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Rows with a place on the map by the keys of its names."""
        reports = self.reports
        rows = np.flatnonzero(np.isfinite(reports.row_lat) | (reports.row_area >= 0))
        found: dict[str, list[int]] = {}
        for names in (place_names(reports, rows), reports.places_at("reported", rows)):
            for row, name in zip(rows.tolist(), names.to_pylist(), strict=True):
                if name:
                    found.setdefault(name_key(name), []).append(row)
        return found

    @cached_property
    def _names(self) -> list[str]:
        reports = self.reports
        rows = np.flatnonzero(np.isfinite(reports.row_lat) | (reports.row_area >= 0))
        return list(dict.fromkeys(name for name in place_names(reports, rows).to_pylist() if name))

    def box(self, name: str, key: str) -> tuple[float, float, float, float]:
        """Return the extent of a place: of an area all of it."""
        rows = self._rows.get(name_key(name), [])
        areas = {int(self.reports.row_area[row]) for row in rows} - {-1}
        if areas:
            west, south, east, north = shapely.total_bounds([self.reports.areas[one].geometry for one in areas])
            return float(west), float(south), float(east), float(north)
        lat, lon = self.position(name, key)
        return lon, lat, lon, lat

    def position(self, name: str, key: str) -> tuple[float, float]:
        """Return a place's latitude and longitude."""
        spots = [self._spot(row) for row in self._rows.get(name_key(name), [])]
        if spots:
            if any(max(abs(a - b) for a, b in zip(spots[0], spot, strict=True)) > _APART for spot in spots):
                _refuse(key, f"one place of the map, found {name!r}, which several are called", "Give its position.")
            return spots[0]
        found = self._gazetteer(name)
        if found is None:
            _refuse(key, f"a place of the map or of the gazetteer, found {name!r}", nearest_of(name, self._names))
        return found

    def spelled(self, name: str) -> str:
        """Return what a place is called on the map: the author's spelling, else the gazetteer's where it knows it."""
        own = self.project.labels.names
        by_key = {name_key(other): spelled for other, spelled in own.items()}
        if name_key(name) not in by_key and name_key(name) not in self._rows:
            self._gazetteer(name)
            name = self._called.get(name, name)
        return by_key.get(name_key(name), name)

    def event(self, name: str, key: str) -> tuple[float, float]:
        """Return where an event's first place is."""
        ids = self.reports.events.events["id"].to_pylist()
        if name not in ids:
            _refuse(key, f"the event_id of a report of the map, found {name!r}", nearest_of(name, map(str, ids)))
        rows = np.flatnonzero(self.reports.row_event == ids.index(name)).tolist()
        spots = [row for row in rows if np.isfinite(self.reports.row_lat[row]) or self.reports.row_area[row] >= 0]
        if not spots:
            _refuse(key, f"an event with a place on the map, found {name!r}, which has none", "Give a place instead.")
        return self._spot(spots[0])

    def days(self, name: str) -> tuple[int | None, int | None]:
        """Return the first and last day of an event that the map has; None where it is undated."""
        event = self.reports.events.events["id"].to_pylist().index(name)
        days = int(self.reports.day_start[event]), int(self.reports.day_end[event])
        return (None, None) if NO_DAY in days else days

    def _spot(self, row: int) -> tuple[float, float]:
        reports = self.reports
        if np.isfinite(reports.row_lat[row]):
            return float(reports.row_lat[row]), float(reports.row_lon[row])
        middle = shapely.point_on_surface(reports.areas[int(reports.row_area[row])].geometry)
        return float(middle.y), float(middle.x)

    def _gazetteer(self, name: str) -> tuple[float, float] | None:
        """Return where the one settlement of a name is, in the world or else in the countries of the map."""
        if name not in self._asked:
            place, _, country = name.partition(",")
            tries: list[list[str | None]] = [[country.strip() or None]]
            if not country:
                tries.append([*self.reports.events.parts["places"]["country"].unique().drop_null().to_pylist()])
            found: set[tuple[float, float, str]] = set()
            for countries in tries:
                found = found or {at for one in countries if (at := self._settlement(place.strip(), one))}
            lat, lon, called = found.pop() if len(found) == 1 else (None, None, name)
            self._asked[name] = None if lat is None or lon is None else (lat, lon)
            self._called[name] = called
        return self._asked[name]

    def _settlement(self, place: str, country: str | None) -> tuple[float, float, str] | None:
        decision = self._known.decide(place, country=country)
        lat, lon = decision.latitude, decision.longitude
        sure = decision.status == "matched" and decision.precision == "settlement"
        if not sure or lat is None or lon is None:
            return None
        return float(lat), float(lon), decision.name or place

    @cached_property
    def _known(self) -> Gazetteer:
        from impactmap.places.gazetteer.gazetteers import open_gazetteer

        return open_gazetteer(language=self.project.map.language)


def nearest_of(name: str, names: Iterable[str]) -> str:
    """Return the hint that names what is spelled most like it."""
    listed = list(names)
    near = difflib.get_close_matches(name, listed, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"There are: {', '.join(listed[:8])}{', ...' if len(listed) > 8 else ''}." if listed else ""


def _refuse(key: str, expected: str, hint: str) -> NoReturn:
    raise ProjectError(f"project file, {key}: expected {expected}. {hint}".strip())
