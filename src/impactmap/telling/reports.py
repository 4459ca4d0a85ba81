"""What the page shows, once collected: every report's texts, positions and figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from impactmap.look.theme import SideStyle, side_styles
from impactmap.model.arrow import codes_of, distinct, give_back, text_column
from impactmap.model.errors import ColumnError
from impactmap.model.project import MOST_SIDES, OTHER_SIDES, Project, sides_of
from impactmap.model.sections.authored import Authored
from impactmap.model.values import NO_DAY, days_of, figures_of
from impactmap.places.fine_positions import coarse_frame
from impactmap.places.geometry import drawn_positions
from impactmap.places.names.spelling import in_authors_spelling, in_own_spelling
from impactmap.telling.facts import Table
from impactmap.telling.report_texts import ReportTexts, categories, collect_fields, name_other_sides, vocabulary
from impactmap.telling.reported_claims import (
    collect_claims,
    collect_disputes,
    collect_sources,
    part_starts,
    side_bases,
    sizes_of_events,
)
from impactmap.telling.wording import BorderNote, Wording

__all__ = ["PLACE_FIGURES", "PRECISIONS", "Area", "Reports", "collect_reports", "place_names"]

#: Precisions in the order of the payload's codes.
PRECISIONS = ("exact", "settlement", "district", "region", "country", "not_located")
POINT, AREA, COUNTRY, NOT_LOCATED = range(4)
#: Of a report of which nobody says who attacked.
NOT_STATED = 255

#: Of a report of which nobody says whether it is confirmed or claimed; its mark is filled, like a confirmed one's.
NOT_SAID = 2

#: Longest text that travels to the map's cards; the table and the exports hold it whole.
LONGEST = 2000


@dataclass(frozen=True)
class Area:
    """An area that reports name: its id, its name and its outline (EPSG:4326)."""

    id: str
    name: str
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Reports:
    """The reports of a map.

    Attributes
    ----------
    events
        One mapping an event, in order of first appearance, put together from columns when it is asked for: the texts
        of the page's cards but whole, with ``start``, ``end`` (ISO days), ``side`` (its number in `sides`) and
        ``confirmation`` besides.
    row_event, row_kind, row_precision, row_area, row_lat, row_lon
        One item a row of the frame: event number; 0 point, 1 area, 2 country-wide, 3 not located; code in `PRECISIONS`;
        area number or -1; degrees or NaN.
    day_start, day_end, side, confirmed, contradicted, size, size_low, size_high
        One item an event; see the payload's description.
    sides
        The styles of the stated sides, in order.
    areas
        The areas named, each once.
    sectors, means, categories
        Values of the vocabularies, the most frequent first; of the author's own with each event's terms, by label.
    held_back
        Reports that the embargo keeps back (``events.attrs["held_back"]``).
    border
        What its distances were measured with, as its columns say; None without distances.
    rejected
        Rows that could not be used (``events.attrs["rejected"]``).
    left_out
        Events that callouts and steps name and embargo or period leave out (``events.attrs["left_out"]``).
    authored
        The author's view, names and callouts: `impactmap.scene.author` puts them there.
    """

    events: ReportTexts
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
    rejected: int = 0
    categories: dict[str, tuple[list[str], pa.Array]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    authored: Authored = field(default_factory=Authored)

    def data_through(self) -> tuple[int, int] | None:
        """Return the last day that a report of a day or a night reaches, and the last that any does; None undated.

        A report of a month says nothing of how far the others go. Where all are of longer times, these say both.
        """
        ends = self.day_end[(self.day_start != NO_DAY) & (self.day_end != NO_DAY)]
        if not len(ends):
            return None
        near = self.data_near()
        return int(ends.max()) if near is None else near, int(ends.max())

    def data_near(self) -> int | None:
        """Return the last day that a report of a day or a night reaches; None without such."""
        dated = (self.day_start != NO_DAY) & (self.day_end != NO_DAY)
        near = self.day_end[dated & (self.day_end - self.day_start <= _NIGHT)]
        return int(near.max()) if len(near) else None

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which events' marks are filled: all but those that are only claimed."""
        return self.confirmed > 0

    @property
    def says_confirmation(self) -> bool:
        """Whether anything on the map is said to be confirmed or claimed."""
        return bool((self.confirmed != NOT_SAID).any()) or not len(self.confirmed)

    @property
    def leaves_unsaid(self) -> bool:
        """Whether of some reports nobody says it."""
        return bool((self.confirmed == NOT_SAID).any())

    def at_rows(self, rows: npt.NDArray[np.intp] | None = None) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Yield ``(row, event, place)`` for the rows given, by default for all rows of the frame in their order."""
        for row in range(len(self.row_event)) if rows is None else rows.tolist():
            yield row, *self.events.at_row(row)

    def places_at(self, name: str, rows: npt.NDArray[np.intp] | None = None) -> pa.Array:
        """Return a column of the places' texts for the rows given, by default for all rows in the frame's order."""
        positions = self.events.row_place if rows is None else self.events.row_place[rows]
        return self.events.parts["places"][name].take(pa.array(positions))


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
    if not project.publish.exact_positions:
        events, claims = coarse_frame(events), claims if claims is None else coarse_frame(claims)
    if "event_id" not in events.columns:
        raise ColumnError(
            f"expected a column event_id, found {list(map(str, events.columns))[:12]}. "
            "Read the table with read_events()."
        )
    geometry, lat, lon = drawn_positions(events)
    codes, uniques = pd.factorize(events["event_id"], use_na_sentinel=False)
    count = len(uniques)
    # With one row an event the column is its own list of identifiers.
    ids = pd.Index(uniques if count < len(events) else events["event_id"])
    del uniques
    first = np.empty(count, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    heads = None if count == len(events) else first
    del first

    stated = text_column(events, "place_precision")
    precision, kind = _kinds(stated, geometry, lat, lon)
    lat[kind != POINT] = lon[kind != POINT] = np.nan
    areas, row_area = _areas(events, geometry, kind)

    # Sides are known by their keys as they are: not cleaned.
    sided = events["side"] if "side" in events.columns else pd.Series(pd.NA, index=events.index, dtype="str")
    side_codes, side_keys = pd.factorize(sided if heads is None else sided.iloc[heads])
    known = project.sides or (sides_of(events, project.map.language) if len(side_keys) > MOST_SIDES else ())
    styles = side_styles(known, side_keys)
    numbers = {style.key: number for number, style in enumerate(styles)}
    others = numbers.get(OTHER_SIDES, NOT_STATED)
    side = np.array([*(numbers.get(key, others) for key in side_keys), NOT_STATED], dtype=np.uint8)[side_codes]
    sectors, sector_cells = vocabulary(text_column(events, "sectors", heads))
    means, means_cells = vocabulary(text_column(events, "means", heads))
    confirmation = text_column(events, "confirmation", heads)
    days = [_head(days_of(events, name), heads) for name in ("date_start", "date_end")]
    days[1] = np.where(days[1] == NO_DAY, days[0], days[1]).astype(np.int32)

    order = None if (np.diff(codes) >= 0).all() else np.argsort(codes, kind="stable")
    row_place = np.arange(len(codes), dtype=np.uint32)
    if order is not None:
        row_place[order] = np.arange(len(codes))
    give_back()
    held = collect_claims(claims, events, ids)
    give_back()
    starts = {"places": part_starts(codes, count), "claims": part_starts(held.events, count)}
    disputes, disputed = collect_disputes(claims, held, starts["claims"])
    give_back()
    sources, sourced = collect_sources(events, codes, held)
    give_back()
    say = Wording(project.map.language)
    named = project.fields
    if others != NOT_STATED:
        events, told = name_other_sides(events, numbers, say)
        named = (told, *named)
    fields, fielded = collect_fields(events, codes, named, say)
    # Why a place was chosen is told in English alone: on another language's page it would read as a fault.
    places = _places(events, precision, order, english=say.language == "en")
    places["name"] = in_own_spelling(places["name"], project.labels.names)
    own = in_own_spelling(pa.array([area.name for area in areas], pa.large_string()), project.labels.names).to_pylist()
    areas = [replace(area, name=name) for area, name in zip(areas, own, strict=True)]
    texts = ReportTexts(
        events={
            **{name: text_column(events, column, heads) for name, column in _EVENT_TEXTS.items()},
            "sectors": sector_cells, "means": means_cells, "confirmation": confirmation,
            "side_basis": side_bases(text_column(events, "side_basis", heads), held, sourced),
            "start": days[0], "end": days[1], "side": side,
        },
        parts={"places": places, "claims": held.table, "disputes": disputes, "sources": sources, "fields": fields},
        starts=starts | {
            name: part_starts(numbers, count)
            for name, numbers in (("disputes", disputed), ("sources", sourced), ("fields", fielded))
        },
        row_place=row_place,
        say=say,
    )  # fmt: skip
    contradicted = np.zeros(count, dtype=np.uint8)
    contradicted[disputed] = 1
    size, low, high = sizes_of_events(claims, ids, project.symbols.size)
    return Reports(
        events=texts,
        row_event=codes.astype(np.uint32), row_kind=kind, row_precision=precision,
        row_area=row_area, row_lat=lat, row_lon=lon,
        day_start=days[0], day_end=days[1], side=side,
        confirmed=_confirmation_codes(confirmation), contradicted=contradicted,
        size=size, size_low=low, size_high=high,
        sides=[replace(style, name=say.side_name(style.name)) for style in styles if style.key is not None],
        areas=areas, sectors=sectors, means=means, categories=categories(events, heads, named),
        held_back=int(events.attrs.get("held_back", 0)),
        border=_border_note(events),
        rejected=int(events.attrs.get("rejected", 0)), left_out=tuple(events.attrs.get("left_out", ())),
    )  # fmt: skip


#: Days from the first to the last of a night, with a word that leaves open which.
_NIGHT = 2
_EVENT_TEXTS = {
    "id": "event_id", "summary": "summary", "note": "note", "date_precision": "date_precision",
    "lang": "summary_language", "note_lang": "note_language",
}  # fmt: skip
_PLACE_TEXTS = {
    "reported": "place", "name": "place_name", "region": "place_region", "region_code": "place_region_code",
    "country": "place_country",
    "status": "place_status", "provider": "place_provider", "side_country": "border_country",
    "population_source": "population_source", "population_date": "population_date",
}  # fmt: skip
#: Figures of places, with the decimals that are told.
PLACE_FIGURES = {
    "radius_km": ("place_radius_km", 1), "km": ("border_distance_km", 1), "min_km": ("border_distance_min_km", 1),
    "max_km": ("border_distance_max_km", 1), "people": ("population", 0),
    "border_lat": ("border_latitude", 4), "border_lon": ("border_longitude", 4),
}  # fmt: skip


def _head(values: npt.NDArray[Any], heads: npt.NDArray[np.intp] | None) -> npt.NDArray[Any]:
    return values if heads is None else values[heads]


def _confirmation_codes(confirmation: Any) -> npt.NDArray[np.uint8]:
    """Return 0 for what is claimed, 1 for what is confirmed, and `NOT_SAID` where nobody says which."""
    codes, values = codes_of(confirmation)
    return np.array([*(value == "confirmed" for value in values), NOT_SAID], dtype=np.uint8)[codes]


def place_names(reports: Reports, rows: npt.NDArray[np.intp]) -> pa.Array:
    """Return what the places of the rows are called: the name found, else the reported one."""
    name, reported = (reports.places_at(column, rows) for column in ("name", "reported"))
    return pc.coalesce(pc.if_else(pc.equal(name, ""), pa.scalar(None, pa.large_string()), name), reported)


def _border_note(events: pd.DataFrame) -> BorderNote | None:
    """Return what the distances of the frame were measured with, from its own columns."""
    views, data, dates, countries = (
        distinct(text_column(events, name))
        for name in ("border_view", "border_data", "border_data_date", "border_country")
    )
    if not views:
        return None
    return BorderNote(tuple(sorted(countries)), ", ".join(views), ", ".join(data), ", ".join(dates) or None)


def _kinds(
    stated: pa.Array, geometry: npt.NDArray[Any], lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return each row's precision code and how it is shown."""
    polygon = np.isin(shapely.get_type_id(geometry), (3, 6))
    polygon[polygon] = ~shapely.is_empty(geometry[polygon])
    point = np.isfinite(lat) & np.isfinite(lon) & ~polygon
    codes, names = codes_of(stated)
    known = {name: code for code, name in enumerate(PRECISIONS)}
    unknown = len(PRECISIONS)
    named = np.array([*(known.get(name, unknown) for name in names), unknown], dtype=np.uint8)[codes]
    kind = np.select([polygon, point, named == known["country"]], [AREA, POINT, COUNTRY], NOT_LOCATED).astype(np.uint8)
    # A place without a stated precision is as coarse as its geometry: a bare point is taken at its word, a bare area
    # for a region.
    fallback = np.select([kind == POINT, kind == AREA], [known["exact"], known["region"]], known["not_located"])
    precision = np.where(named == unknown, fallback, named).astype(np.uint8)
    precision[kind == NOT_LOCATED] = known["not_located"]
    return precision, kind


def _areas(
    events: pd.DataFrame, geometry: npt.NDArray[Any], kind: npt.NDArray[np.uint8]
) -> tuple[list[Area], npt.NDArray[np.int32]]:
    numbers = np.full(len(events), -1, dtype=np.int32)
    areas: list[Area] = []
    known: dict[Any, int] = {}
    rows = np.flatnonzero(kind == AREA)
    names = ("place_id", "place_name", "place")
    ids, labels, reported = (text_column(events, name, rows).to_pylist() for name in names)
    for row, key, label, said in zip(rows.tolist(), ids, labels, reported, strict=True):
        one = key or shapely.to_wkb(geometry[row])
        if one not in known:
            known[one] = len(areas)
            areas.append(Area(key or f"area:{len(areas) + 1}", label or said or "", geometry[row]))
        numbers[row] = known[one]
    return areas, numbers


def _places(
    events: pd.DataFrame,
    precision: npt.NDArray[np.uint8],
    order: npt.NDArray[np.intp] | None,
    *,
    english: bool,
) -> Table:
    """Return what is told of every row's place, sorted by event."""
    codes = pa.array(precision.astype(np.int8), mask=precision == PRECISIONS.index("not_located"))
    table: Table = {
        "row": np.arange(len(events), dtype=np.uint32),
        **{name: text_column(events, column) for name, column in _PLACE_TEXTS.items()},
        "precision": pa.DictionaryArray.from_arrays(codes, pa.array(PRECISIONS, pa.large_string())),
        "reason": text_column(events, "place_reason") if english else pa.nulls(len(events), pa.large_string()),
        **{name: figures_of(events, column, places) for name, (column, places) in PLACE_FIGURES.items()},
    }
    if english:
        settled = pa.array(precision <= PRECISIONS.index("settlement"))
        table["name"] = pc.if_else(settled, in_authors_spelling(table["name"], table["reported"]), table["name"])
    if order is None:
        return table
    at = pa.array(order)
    return {name: values.take(at) if isinstance(values, pa.Array) else values[order] for name, values in table.items()}
