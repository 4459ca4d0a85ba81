"""What the page shows, once collected: every report's texts, positions and figures."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.errors import ColumnError, CrsError
from impactmap.maps.columns import (
    NO_DAY,
    days_of,
    floats_of,
    iso_days,
    numbers_of,
    texts_of,
    values_of,
)
from impactmap.maps.reported import add_sources, claims_by_event, contradictions_by_event, sizes_of_events
from impactmap.maps.theme import SideStyle, side_styles
from impactmap.project import Project

__all__ = ["PRECISIONS", "Area", "BorderNote", "Reports", "collect_reports"]

#: Precisions in the order of the payload's codes.
PRECISIONS = ("exact", "settlement", "district", "region", "country", "not_located")
POINT, AREA, COUNTRY, NOT_LOCATED = range(4)

#: Longest text that travels to the map's cards; the table and the exports hold it whole.
LONGEST = 2000


@dataclass(frozen=True)
class Area:
    """An area that reports name: its id, its name and its outline (EPSG:4326)."""

    id: str
    name: str
    geometry: shapely.Geometry


@dataclass(frozen=True)
class BorderNote:
    """What distances were measured with: the border's countries, its view, its data and their date."""

    countries: tuple[str, ...]
    view: str
    data: str
    data_date: str | None


@dataclass(frozen=True)
class Reports:
    """The reports of a map.

    Attributes
    ----------
    events
        One mapping an event, in order of first appearance, as ``im-texts`` of the page holds it but whole, with
        ``start``, ``end`` (ISO days), ``side`` (its number in `sides`) and ``confirmation`` besides.
    row_event, row_kind, row_precision, row_area, row_lat, row_lon
        One item a row of the frame: event number; 0 point, 1 area, 2 country-wide, 3 not located; code in `PRECISIONS`;
        area number or -1; degrees or NaN.
    day_start, day_end, side, confirmed, contradicted, size, size_low, size_high
        One item an event; see the payload's description.
    sides
        The styles of the stated sides, in order.
    areas
        The areas named, each once.
    sectors, means
        Values of the two vocabularies, the most frequent first.
    held_back
        Reports that the embargo keeps back (``events.attrs["held_back"]``).
    border
        What the frame's distances were measured with, as its columns say; None without distances.
    """

    events: list[dict[str, Any]]
    row_event: npt.NDArray[np.uint32]
    row_kind: npt.NDArray[np.uint8]
    row_precision: npt.NDArray[np.uint8]
    row_area: npt.NDArray[np.int32]
    row_lat: npt.NDArray[np.float64]
    row_lon: npt.NDArray[np.float64]
    day_start: npt.NDArray[np.int32]
    day_end: npt.NDArray[np.int32]
    side: npt.NDArray[np.uint8]
    confirmed: npt.NDArray[np.uint8]
    contradicted: npt.NDArray[np.uint8]
    size: npt.NDArray[np.float32]
    size_low: npt.NDArray[np.float32]
    size_high: npt.NDArray[np.float32]
    sides: list[SideStyle]
    areas: list[Area]
    sectors: list[str]
    means: list[str]
    held_back: int
    border: BorderNote | None

    @functools.cached_property
    def places(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """``(row, event, place)`` in the order of the frame's rows."""
        return sorted(((p["row"], e, p) for e in self.events for p in e["places"]), key=lambda item: item[0])


def collect_reports(
    events: gpd.GeoDataFrame, claims: pd.DataFrame | None = None, *, project: Project | None = None
) -> Reports:
    """Collect what the page shows from the frames.

    Parameters
    ----------
    events
        Located reports, one row an event and place (EPSG:4326). Needs ``event_id``; every other documented column may
        be absent.
    claims
        The claims frame.
    project
        Gives the sides their order and style, and the metric that sizes the symbols.

    Returns
    -------
    Reports
        Nothing is left out: a row without a position is there as not located.

    Raises
    ------
    ColumnError
        Without ``event_id``.
    CrsError
        When the frame's geometry is not in EPSG:4326.
    InputError
        For more than six sides.

    Notes
    -----
    The figure that sizes a symbol is never averaged: with several figures for one event the lowest is drawn, and the
    lowest and the highest as outlines.
    """
    project = project or Project()
    if "event_id" not in events.columns:
        raise ColumnError(
            f"expected a column event_id, found {list(map(str, events.columns))[:12]}. "
            "Read the table with read_events()."
        )
    geometry = _geometry(events)
    codes, _ = pd.factorize(events["event_id"], use_na_sentinel=False)
    first = np.unique(codes, return_index=True)[1] if len(codes) else np.array([], dtype=int)
    heads = events.iloc[first]

    lat, lon = floats_of(events, "latitude"), floats_of(events, "longitude")
    precision, kind = _kinds(events, geometry, lat, lon)
    lat[kind != POINT] = lon[kind != POINT] = np.nan
    areas, row_area = _areas(events, geometry, kind)

    styles = side_styles(project.sides, heads["side"].dropna().unique().tolist() if "side" in heads else [])
    side_codes = {style.key: number for number, style in enumerate(styles)}
    side = np.array([side_codes.get(key, 255) for key in values_of(heads, "side")], dtype=np.uint8)
    sectors, event_sectors = _vocabulary(heads, "sectors")
    means, event_means = _vocabulary(heads, "means")
    confirmation = [text or "claimed" for text in texts_of(heads, "confirmation")]

    claims_of, numbers = claims_by_event(claims, events, codes, len(first))
    contradictions = contradictions_by_event(claims, numbers, len(first))
    size, low, high = sizes_of_events(claims, codes, events, len(first), project.symbols.size)
    days = [days_of(heads, "date_start"), days_of(heads, "date_end")]
    days[1] = np.where(days[1] == NO_DAY, days[0], days[1]).astype(np.int32)

    texts: list[dict[str, Any]] = []
    columns = zip(
        texts_of(heads, "event_id"), texts_of(heads, "summary"), texts_of(heads, "date_precision"),
        texts_of(heads, "side_basis"),
        iso_days(days[0]), iso_days(days[1]), strict=True,
    )  # fmt: skip
    for number, (key, summary, date_precision, basis, start, end) in enumerate(columns):
        event = {
            "id": key,
            "summary": summary,
            "date_precision": date_precision,
            "side_basis": basis,
            "start": start,
            "end": end,
        }
        event = {name: value for name, value in event.items() if value is not None}
        event |= {
            "side": int(side[number]),
            "confirmation": confirmation[number],
            "sectors": event_sectors[number],
            "means": event_means[number],
            "places": [],
        }
        event["claims"] = claims_of.get(number, [])
        event["contradictions"] = contradictions.get(number, [])
        event["sources"] = []
        texts.append(event)
    # Why a place was chosen is told in English alone: on another language's page it would read as a fault.
    places = _places(events, kind, lat, lon, english=project.map.language == "en")
    for number, place in zip(codes.tolist(), places, strict=True):
        texts[number]["places"].append(place)
    add_sources(texts, events, codes)
    return Reports(
        events=texts,
        row_event=codes.astype(np.uint32), row_kind=kind, row_precision=precision,
        row_area=row_area, row_lat=lat, row_lon=lon,
        day_start=days[0], day_end=days[1], side=side,
        confirmed=np.array([text == "confirmed" for text in confirmation], dtype=np.uint8),
        contradicted=np.array([number in contradictions for number in range(len(first))], dtype=np.uint8),
        size=size, size_low=low, size_high=high,
        sides=[style for style in styles if style.key is not None], areas=areas, sectors=sectors, means=means,
        held_back=int(events.attrs.get("held_back", 0)),
        border=_border_note(events),
    )  # fmt: skip


def _border_note(events: pd.DataFrame) -> BorderNote | None:
    """Return what the distances of the frame were measured with, from its own columns."""
    views, data, dates, countries = (
        list(dict.fromkeys(text for text in texts_of(events, name) if text is not None))
        for name in ("border_view", "border_data", "border_data_date", "border_country")
    )
    if not views:
        return None
    return BorderNote(tuple(sorted(countries)), ", ".join(views), ", ".join(data), ", ".join(dates) or None)


def _geometry(events: pd.DataFrame) -> npt.NDArray[Any]:
    if not isinstance(events, gpd.GeoDataFrame) or events._geometry_column_name not in events.columns:  # noqa: SLF001 -- geopandas has no public test for "no geometry yet"
        return np.full(len(events), None, dtype=object)
    if events.crs is not None and not events.crs.equals("EPSG:4326", ignore_axis_order=True):
        raise CrsError(
            f"expected events in EPSG:4326, found {events.crs.to_string()!r}. Call events.to_crs('EPSG:4326')."
        )
    return np.asarray(events.geometry.to_numpy(), dtype=object)


def _kinds(
    events: pd.DataFrame, geometry: npt.NDArray[Any], lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return each row's precision code and how it is shown."""
    polygon = np.isin(shapely.get_type_id(geometry), (3, 6)) & ~shapely.is_empty(geometry)
    point = np.isfinite(lat) & np.isfinite(lon) & ~polygon
    stated = pd.Series(values_of(events, "place_precision"), dtype="object").map(
        {name: code for code, name in enumerate(PRECISIONS)}
    )
    kind = np.select(
        [polygon, point, (stated == PRECISIONS.index("country")).to_numpy()], [AREA, POINT, COUNTRY], NOT_LOCATED
    ).astype(np.uint8)
    # A place without a stated precision is as coarse as its geometry: a bare point is taken at its word, a bare area
    # for a region.
    fallback = np.select(
        [kind == POINT, kind == AREA],
        [PRECISIONS.index("exact"), PRECISIONS.index("region")],
        PRECISIONS.index("not_located"),
    )
    precision = np.where(stated.isna(), fallback, stated.fillna(0)).astype(np.uint8)
    precision[kind == NOT_LOCATED] = PRECISIONS.index("not_located")
    return precision, kind


def _areas(
    events: pd.DataFrame, geometry: npt.NDArray[Any], kind: npt.NDArray[np.uint8]
) -> tuple[list[Area], npt.NDArray[np.int32]]:
    numbers = np.full(len(events), -1, dtype=np.int32)
    areas: list[Area] = []
    known: dict[Any, int] = {}
    ids, names, reported = texts_of(events, "place_id"), texts_of(events, "place_name"), texts_of(events, "place")
    for row in np.flatnonzero(kind == AREA).tolist():
        key = ids[row] or shapely.to_wkb(geometry[row])
        if key not in known:
            known[key] = len(areas)
            areas.append(Area(ids[row] or f"area:{len(areas) + 1}", names[row] or reported[row] or "", geometry[row]))
        numbers[row] = known[key]
    return areas, numbers


def _vocabulary(frame: pd.DataFrame, name: str) -> tuple[list[str], list[list[str]]]:
    """Return the terms by falling frequency (ties by name), and every row's terms."""
    cells = texts_of(frame, name)
    split = {
        cell: [term for term in (part.strip() for part in cell.split(";")) if term]
        for cell in set(cells)
        if cell is not None
    }
    lists = [split[cell] if cell is not None else [] for cell in cells]
    counts = Counter(term for terms in lists for term in terms)
    return sorted(counts, key=lambda term: (-counts[term], term)), lists


def _places(
    events: pd.DataFrame,
    kind: npt.NDArray[np.uint8],
    lat: npt.NDArray[np.float64],
    lon: npt.NDArray[np.float64],
    *,
    english: bool,
) -> list[dict[str, Any]]:
    """Return one mapping a row, without the keys that are missing."""
    stated = texts_of(events, "place_precision")
    columns = {
        "row": range(len(events)),
        "reported": texts_of(events, "place"),
        "name": texts_of(events, "place_name"),
        "region": texts_of(events, "place_region"),
        "country": texts_of(events, "place_country"),
        "precision": [text if code != NOT_LOCATED else None for text, code in zip(stated, kind.tolist(), strict=True)],
        "status": texts_of(events, "place_status"),
        "reason": texts_of(events, "place_reason") if english else [None] * len(events),
        "radius_km": numbers_of(events, "place_radius_km", 1),
        "lat": [None if value != value else value for value in np.round(lat, 5).tolist()],  # noqa: PLR0124
        "lon": [None if value != value else value for value in np.round(lon, 5).tolist()],  # noqa: PLR0124
        "distance": _parts(
            {
                "km": numbers_of(events, "border_distance_km", 1),
                "min_km": numbers_of(events, "border_distance_min_km", 1),
                "max_km": numbers_of(events, "border_distance_max_km", 1),
            },
            {"side_country": texts_of(events, "border_country")},
        ),
        "population": _parts(
            {"value": numbers_of(events, "population", 0)},
            {"source": texts_of(events, "population_source"), "date": texts_of(events, "population_date")},
        ),
        "provider": texts_of(events, "place_provider"),
    }
    names = tuple(columns)
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns.values(), strict=True)
    ]


def _parts(needed: dict[str, Sequence[Any]], besides: dict[str, Sequence[Any]]) -> list[dict[str, Any] | None]:
    """Return small mappings of what is there; None where nothing of `needed` is."""
    columns = needed | besides
    found: list[dict[str, Any] | None] = []
    for values in zip(*columns.values(), strict=True):
        part = {name: value for name, value in zip(columns, values, strict=True) if value is not None}
        found.append(part if any(name in part for name in needed) else None)
    return found
