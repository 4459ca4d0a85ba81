"""Find the places that an editor should look at, with what could be meant."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.progress import Progress, quiet
from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.settle.decision import Query

if TYPE_CHECKING:
    from impactmap.model.project import Project
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.online.provider import OnlineProvider
    from impactmap.places.overrides.decisions import Decisions
    from impactmap.workspace.opening import Source

__all__ = ["DOUBTFUL", "Doubt", "Option", "find_doubts", "open_doubts", "region_codes", "table_doubts"]

#: Statuses that ask for an editor, in the order in which they are shown.
DOUBTFUL: Final = ("ambiguous", "fuzzy", "not_found", "unavailable", "invalid")
_KEYS: Final = ("place", "region", "country", "district")
_MOST_REPORTS: Final = 5
_LONGEST: Final = 400  # of a report's summary and of a place's text on the page


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """A place that may be meant.

    Attributes
    ----------
    option_id
        ``geonames:706483``, ``iso:UA-63``, ``source``, or an online provider's name.
    name, region, country
        In the map's language; the country is its ISO code.
    latitude, longitude
        Degrees, WGS 84; None for an area.
    radius_km
        Within which the true position lies, where that is known.
    proposed
        Whether it is what the geocoder took, with doubts.
    within
        The area it lies in, where nothing closer is known: the position and the radius are that area's.
    """

    option_id: str
    name: str
    region: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None = None
    proposed: bool = False
    within: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Doubt:
    """A text, with its hints, that an editor should look at.

    Attributes
    ----------
    query
        As reported.
    given
        The source's latitude and longitude, where it gave them.
    status, reason
        What the geocoder says.
    rows
        How many rows of the table it stands in.
    reports
        The first of them: day and what happened.
    options
        What may be meant, the proposed one first.
    areas
        Regions and countries that are certain or likely: ``iso:`` ids with their names.
    """

    query: Query
    given: tuple[float, float] | None
    status: str
    reason: str
    rows: int
    reports: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    areas: tuple[tuple[str, str], ...]


def open_doubts(
    source: Source,
    *,
    gazetteer: Gazetteer,
    now: dt.datetime,
    cache_folder: str | Path | None = None,
    online: OnlineProvider | None = None,
    progress: Progress = quiet,
) -> list[Doubt]:
    """Geocode a source's events as `locate` does, without decisions, and find the doubtful places.

    Parameters
    ----------
    source
        From `open_source`.
    gazetteer
        Where to look.
    now
        The present: an online provider is asked about nothing that the embargo holds back.
    cache_folder
        Where the answers of the project's provider are kept.
    online
        A provider to ask in place of the project's.
    progress
        Told how many of the different places are decided.

    Returns
    -------
    list of Doubt
    """
    from impactmap.places.locating import locate_events
    from impactmap.places.online.opening import open_provider
    from impactmap.workspace.preparing import hold_back

    project, events = source.project, source.reading.events
    language = project.map.language
    options: dict[str, Any] = {
        "gazetteer": gazetteer, "language": language, "progress": progress,
        "exact_positions": project.publish.exact_positions, "countries": project.map.countries,
    }  # fmt: skip
    if online is None and project.geocoder is None:
        located = locate_events(events, **options)
        return find_doubts(events, located, gazetteer.areas, language=language, decisions=_decisions(project))
    kept, _, _ = hold_back(events, project, now=now)
    waiting = events.drop(index=kept.index)
    with contextlib.ExitStack() as stack:
        if online is None and project.geocoder is not None:
            opened = open_provider(project.geocoder, cache_folder=cache_folder, areas=gazetteer.areas)
            online = stack.enter_context(opened)
        asked = locate_events(kept, online=online, **options)
    unasked = locate_events(waiting, **options)
    located = pd.concat([asked, unasked] if len(unasked) else [asked]).loc[events.index]
    return find_doubts(events, located, gazetteer.areas, language=language, decisions=_decisions(project))


def _decisions(project: Project) -> Decisions:
    from impactmap.places.overrides.decision_file import read_decisions

    return read_decisions(project.folder / project.data.decisions)


def table_doubts(
    frames: Iterable[pd.DataFrame],
    *,
    gazetteer: Gazetteer,
    online: OnlineProvider | None = None,
    language: Language = "en",
    progress: Progress = quiet,
) -> list[Doubt]:
    """Find the doubtful places of a table that names places and need not be one of events.

    Parameters
    ----------
    frames
        Columns of places with their hints, from `impactmap.places.lookup.read_places`.
    gazetteer, online, language, progress
        As in `impactmap.places.geocode_events`.

    Returns
    -------
    list of Doubt
    """
    from impactmap.places.locating import locate_events

    rows = pd.concat(frames, ignore_index=True)
    located = locate_events(rows, gazetteer=gazetteer, online=online, language=language, progress=progress)
    return find_doubts(rows, located, gazetteer.areas, language=language)


def find_doubts(
    events: pd.DataFrame,
    located: pd.DataFrame,
    areas: Areas,
    *,
    language: Language = "en",
    decisions: Decisions | None = None,
) -> list[Doubt]:
    """Find the doubtful places.

    Parameters
    ----------
    events
        ``place`` and, where there are any, its hints, the source's ``latitude`` and ``longitude``, ``date_start`` and
        ``summary``.
    located
        The same rows after `geocode_events`.
    areas
        Names of regions and countries.
    language
        Of those names.
    decisions
        Of editors: a place about which they differ is in doubt, however certain the gazetteer is.

    Returns
    -------
    list of Doubt
        Each text with its hints once: those that are in most rows first, then as in the table.
    """
    doubtful = located["place_status"].isin(DOUBTFUL).to_numpy() & events["place"].notna().to_numpy()
    if decisions is not None and decisions.conflicts:
        doubtful |= _differing(events, decisions)
    rows = events[doubtful]
    found = located[doubtful]
    keys = _keys_of(rows)
    doubts = []
    codes = region_codes(areas)
    positions = pd.Series(range(len(keys)), index=keys.index)
    for _, group in positions.groupby([keys[name] for name in keys], sort=False, dropna=False):
        members = group.tolist()
        row = found.iloc[members[0]]
        key = keys.iloc[members[0]]
        given = None if pd.isna(key["latitude"]) else (float(key["latitude"]), float(key["longitude"]))
        options = _options_of(row)
        doubts.append(
            Doubt(
                Query(**{name: str(key[name]) for name in _KEYS if name in keys}),
                given,
                "ambiguous" if row["place_status"] in {"matched", "area"} else str(row["place_status"]),
                _text(row["place_reason"]) or "",
                len(members),
                tuple(_report(rows.iloc[member]) for member in members[:_MOST_REPORTS]),
                options,
                _areas_of(row, options, areas, codes, language),
            )
        )
    return sorted(doubts, key=lambda doubt: -doubt.rows)


def _keys_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the texts by which places are told apart, and the positions that the source gives."""
    keys = pd.DataFrame({name: rows[name].fillna("").astype(str).str.strip() for name in _KEYS if name in rows})
    for name in ("latitude", "longitude"):
        keys[name] = pd.to_numeric(rows[name], errors="coerce").round(2) if name in rows else math.nan
    if "coordinates_from" in rows:
        theirs = rows["coordinates_from"].isna() | (rows["coordinates_from"] == "source")
        keys[["latitude", "longitude"]] = keys[["latitude", "longitude"]].where(theirs)
    return keys


def _differing(events: pd.DataFrame, decisions: Decisions) -> npt.NDArray[np.bool_]:
    """Return in which rows a place stands that editors decided about differently."""
    found = []
    for key in _keys_of(events).to_dict("records"):
        given = (None, None) if pd.isna(key["latitude"]) else (float(key["latitude"]), float(key["longitude"]))
        query = Query(**{name: str(key[name]) for name in _KEYS if name in key})
        found.append(bool(decisions.differing(query, *given)))
    return np.array(found, dtype=bool)


def region_codes(areas: Areas) -> dict[tuple[str | None, str | None], str]:
    """Return the ISO 3166-2 codes of regions by country and name, in whatever language."""
    return {(region.country, name): code for code, region in areas.regions.items() for name in region.names.values()}


def _options_of(row: pd.Series[Any]) -> tuple[Option, ...]:
    """Return what a geocoded row may mean: what was taken with doubts, then the runners-up."""
    options = []
    precision = _text(row["place_precision"])
    if row["place_status"] in {"fuzzy", "matched", "area"} and precision in {
        "settlement",
        "exact",
        "region",
        "country",
    }:
        point = precision in {"settlement", "exact"}
        options.append(
            Option(
                _text(row["place_id"]) or _text(row["place_provider"]) or "source",
                _text(row["place_name"]) or _text(row["place"]) or "",
                _text(row["place_region"]),
                _text(row["place_country"]),
                round(float(row["latitude"]), 4) if point else None,
                round(float(row["longitude"]), 4) if point else None,
                None if pd.isna(row["place_radius_km"]) else float(row["place_radius_km"]),
                proposed=True,
            )
        )
    shape = row.get("geometry")
    if row["place_status"] in {"fuzzy", "area"} and precision == "district" and shape is not None:
        options.append(
            Option(
                _text(row["place_id"]) or "seat",
                _text(row["place_name"]) or _text(row["place"]) or "",
                _text(row["place_region"]),
                _text(row["place_country"]),
                round(float(shape.centroid.y), 4),
                round(float(shape.centroid.x), 4),
                None if pd.isna(row["place_radius_km"]) else float(row["place_radius_km"]),
                proposed=True,
                within="the area that is known",
            )
        )
    text = _text(row["place_alternatives"])
    others = json.loads(text) if text else []
    for one in others:
        option = Option(
            one["id"], one["name"], one["region"] or None, one["country"] or None, one["latitude"], one["longitude"],
            one.get("radius_km"), within=one.get("within", ""),
            # The only one that it may be, such as that of a name spelled like it: still for the author to say.
            proposed=not options and len(others) == 1,
        )  # fmt: skip
        if option.option_id not in {known.option_id for known in options}:
            options.append(option)
    return tuple(options)


def _areas_of(
    row: pd.Series[Any],
    options: tuple[Option, ...],
    areas: Areas,
    known: dict[tuple[str | None, str | None], str],
    language: Language,
) -> tuple[tuple[str, str], ...]:
    """Return the regions and countries that the row's hints and its options name."""
    codes: dict[str, str] = {}
    if (code := _text(row["place_region_code"])) and code in areas.regions:
        codes[code] = areas.region_name(code, language) or code
    countries = dict.fromkeys([_text(row["place_country"]), *(option.country for option in options)])
    for option in options:
        if (code := known.get((option.country, option.region))) is not None:
            codes.setdefault(code, areas.region_name(code, language) or code)
    found = [(f"iso:{code}", name) for code, name in codes.items()]
    found += [(f"iso:{code}", areas.country_name(code, language)) for code in countries if code]
    return tuple(found)


def _report(row: pd.Series[Any]) -> tuple[str, str]:
    day = row.get("date_start")
    when = "" if day is None or pd.isna(day) else pd.Timestamp(day).date().isoformat()
    what = _text(row.get("summary")) or ""
    return when, what if len(what) <= _LONGEST else what[: _LONGEST - 1] + "…"


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)
