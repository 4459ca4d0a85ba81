"""The data of a page in inert blocks: what is drawn as typed columns, and the texts, in the page or beside it."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from impactmap.maps.coloured import drawn_reports
from impactmap.maps.page.card_texts import encode_texts, files_header
from impactmap.maps.page.container import Container
from impactmap.maps.page.encoded_lines import encode_basemap, encode_lines, encode_rings, steps_column
from impactmap.maps.page.own_layers import encode_layer
from impactmap.model.arrow import codes_of
from impactmap.model.languages import page_language
from impactmap.model.project import Project
from impactmap.model.values import clean_text
from impactmap.scene.antimeridian import pieces, shifted
from impactmap.scene.author.counts import count_charts
from impactmap.scene.author.inset import inset_extent
from impactmap.scene.author.labels import named_always, named_never
from impactmap.scene.author.steps import resolve_steps, told_steps
from impactmap.scene.distance_lines import distance_lines, draws_all
from impactmap.scene.territories import POSITION_DECIMALS, distinct_positions
from impactmap.scene.view import Bounds, inset_rows, map_bounds, most_zoom
from impactmap.telling.facts import told_columns
from impactmap.telling.reports import LONGEST, PRECISIONS, Area, Reports
from impactmap.telling.wording import BorderNote, Wording, distance_text, kilometres_text

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.basemap import Basemap

__all__ = ["TEXTS_INSIDE", "Payload", "encode_columns", "encode_payload", "pack_page", "page_header"]

#: Events beyond which the texts lie in files beside the page.
TEXTS_INSIDE = 250_000
#: Terms that have a bit of their own in the masks; the rest share the last bit.
BITS = 31
#: Rows beyond which the page holds a summary table.
STATIC_ROWS = 1000


@dataclass(frozen=True)
class Payload:
    """The data of a page.

    Attributes
    ----------
    data, texts
        Base64 text: columns with their header, and the texts of the cards (empty where they lie beside the page). The
        same reports give the same characters.
    files
        Names of the files beside the page that hold the texts, in order.
    parts
        Names of the viewer's optional parts that the page uses.
    still
        A WebP picture of the map for readers without JavaScript; empty where there is none.
    step_pictures
        The same of each step of the story.
    languages
        The map's page in each language, by code, where there are several.
    """

    data: str
    texts: str
    files: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    still: bytes = b""
    step_pictures: tuple[bytes, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)


def encode_payload(
    reports: Reports,
    *,
    project: Project,
    words: Wording,
    border: BorderNote | None = None,
    basemap: Basemap | None = None,
    bounds: Bounds | None = None,
    bands: gpd.GeoSeries | None = None,
    files: Sequence[str] = (),
) -> Payload:
    """Encode reports and the ground they are drawn on.

    Parameters
    ----------
    reports
        From `collect_reports`.
    project
        Title, time zone, embargo and the like.
    words
        The page's language.
    border
        What distances were measured with.
    basemap
        The ground, in degrees (EPSG:4326).
    bounds
        What the map shows first: west, south, east, north; by default what `map_bounds` says.
    bands
        Lines at a distance from the border, from `border_bands`.
    files
        Names of the files beside the page that hold the texts (see `text_files`); the page then holds none.

    Returns
    -------
    Payload
        As docs/architecture.md describes, section "The page".

    Notes
    -----
    Areas are simplified to a six-hundredth of the view's longer side (never coarser than 0.02 degrees), which no reader
    can see at the first view; distances are computed before, on the full outline.
    """
    parts = _parts(reports, project)
    reports = drawn_reports(reports)
    header = page_header(
        reports, project=project, words=words, border=border, basemap=basemap, bounds=bounds, bands=bands, parts=parts
    )
    header["texts"] = files_header(files)
    inside = "" if files else _block(encode_texts(reports, 0, len(reports.events)))
    data = _block(pack_page(reports, header, project=project, words=words))
    return Payload(data=data, texts=inside, files=tuple(files), parts=parts)


def page_header(
    reports: Reports,
    *,
    project: Project,
    words: Wording,
    border: BorderNote | None = None,
    basemap: Basemap | None = None,
    bounds: Bounds | None = None,
    bands: gpd.GeoSeries | None = None,
    parts: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the header of a page's data.

    Parameters
    ----------
    reports, project, words, border, basemap, bounds, bands
        As for `encode_payload`.
    parts
        The viewer's optional parts whose words it holds.
    """
    bounds, classes = bounds or map_bounds(reports), reports.authored.classes
    tolerance = min(0.02, max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 600)
    header: dict[str, Any] = {
        "version": 3,
        "rows": len(reports.row_event),
        "events": len(reports.events),
        "texts": None,
        "sides": [
            {
                "key": clean_text(s.key or ""),
                "name": clean_text(s.name),
                "color": s.color,
                "color_dark": s.color_dark,
                "shape": s.shape,
            }
            for s in reports.sides
        ],
        "sectors": reports.sectors,
        "means": reports.means,
        "fields": [{"label": label, "terms": terms} for label, (terms, _) in reports.categories.items()],
        "precisions": list(PRECISIONS),
        "areas": [_area(area, tolerance) for area in reports.areas],
        "basemap": encode_basemap(basemap),
        "distances": _distances(reports, basemap, bands),
        "view": {
            "bounds": [round(value, 4) for value in bounds],
            "max_zoom": most_zoom(bounds),
            "disputed": _disputed_about(basemap, bounds),
        },
        "page": _page(reports, project, words, border),
        "messages": words.viewer_messages(parts) | (classes.messages if classes else {}),
        "terms": words.terms(),
    }
    if reports.authored.always or reports.authored.never:
        header["labels"] = {"first": named_always(reports), "never": named_never(reports)}
    if reports.authored.tips:
        header["tips"] = reports.authored.tips
    if reports.authored.layers:
        header["layers"] = [encode_layer(layer) for layer in reports.authored.layers]
    if reports.authored.notes:
        header["notes"] = [asdict(note) for note in reports.authored.notes]
    if reports.authored.inset is not None and basemap is not None and basemap.inset is not None:
        header["inset"] = {"bounds": inset_extent(reports.authored.inset), "basemap": encode_basemap(basemap.inset)}
    if reports.authored.regions:
        header["regions"] = {"how": reports.authored.regions, "breaks": reports.authored.breaks}
    if steps := resolve_steps(reports, project):
        header["steps"] = [{"view": step.view, "bounds": step.bounds, "note": step.note} for step in steps]
    return header


def pack_page(
    reports: Reports,
    header: dict[str, Any],
    *,
    project: Project,
    words: Wording,
    weights: npt.NDArray[np.uint32] | None = None,
) -> bytes:
    """Return a page's header and columns as one block; `weights` are how many reports each event stands for."""
    columns = encode_columns(reports, weights)
    header, steps = steps_column(header)
    columns.add_numbers("ground", steps)
    if reports.authored.inset is not None:
        columns.add_numbers(
            "row_inset", np.isin(np.arange(len(reports.row_event)), inset_rows(reports)).astype(np.uint8)
        )
    for number, chart in enumerate(count_charts(reports, project, words)):
        columns.add_numbers(f"chart_{number}", chart.masks)
    return columns.pack(header)


def _parts(reports: Reports, project: Project) -> tuple[str, ...]:
    """Return the names of the viewer's optional parts (``web/parts/``) that a page of a project's reports uses."""
    used = {
        "longtable": len(reports.row_event) > STATIC_ROWS,
        "inset": reports.authored.inset is not None,
        "notes": bool(reports.authored.notes),
        "steps": bool(told_steps(project, reports.left_out)),
        "layers": bool(reports.authored.layers),
        "tips": bool(reports.authored.tips),
        "charts": bool(project.charts.by or project.map.regions),
        "downloads": project.charts.downloads,
    }
    return tuple(name for name, needed in used.items() if needed)


def encode_columns(reports: Reports, weights: npt.NDArray[np.uint32] | None = None) -> Container:
    """Return what the map is drawn from; `weights` as for `pack_page`."""
    places = distinct_positions(reports)
    found = Container()
    for name, values in (("place_lat", places.lat), ("place_lon", places.lon)):
        found.add_figures(name, values, POSITION_DECIMALS)
    found.add_numbers("place_territory", places.territory)
    _add_days(found, reports)
    columns: dict[str, npt.NDArray[Any]] = {
        "row_place": places.row_place, "row_event": reports.row_event,
        "row_kind": reports.row_kind, "row_precision": reports.row_precision, "row_area": reports.row_area,
        "side": reports.side,
        "confirmed": reports.confirmed, "contradicted": reports.contradicted,
        "size": reports.size, "size_low": reports.size_low, "size_high": reports.size_high,
    }  # fmt: skip
    for name, values in columns.items():
        found.add_numbers(name, values)
    for name, terms in (("sectors", reports.sectors), ("means", reports.means)):
        found.add_numbers(name, _masks(reports.events.events[name], terms))
    for number, (terms, cells) in enumerate(reports.categories.values()):
        found.add_numbers(f"field_{number}", _masks(cells, terms))
    if weights is not None:
        found.add_numbers("weight", weights)
    return found


def _add_days(found: Container, reports: Reports) -> None:
    """Add the different periods that events name, each with its days and its words, and each event's number of one."""
    texts = reports.events
    ((codes, words),) = told_columns(texts.say, None, texts.events, 0, len(texts), names=("when",)).values()
    key = codes.astype(np.int64)
    for days in (reports.day_start, reports.day_end):
        numbers, different = pd.factorize(days)
        key = pd.factorize(key * len(different) + numbers)[0]
    _, first = np.unique(key, return_index=True)
    found.add_numbers("event_when", key.astype(np.uint32))
    found.add_numbers("when_start", reports.day_start[first])
    found.add_numbers("when_end", reports.day_end[first])
    found.add_texts("when", pa.array([words[code] for code in codes[first].tolist()], pa.large_string()))


def _masks(cells: pa.Array, terms: list[str]) -> npt.NDArray[np.uint32]:
    """Return a bit for each of an event's terms; those beyond `BITS` share the last."""
    bits = {term: 1 << min(number, BITS) for number, term in enumerate(terms)}
    codes, values = codes_of(cells)
    masks = [sum({bits[term] for term in value.split("; ")}) if value else 0 for value in values]
    return np.array([*masks, 0], dtype=np.uint32)[codes]


def _block(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _area(area: Area, tolerance: float) -> dict[str, Any]:
    outline = shapely.simplify(area.geometry, tolerance, preserve_topology=True)
    label = shapely.point_on_surface(area.geometry)
    return {
        "id": clean_text(area.id),
        "name": area.name[:LONGEST],
        "rings": encode_rings(outline),
        "label": [round(label.x, 4), round(label.y, 4)],
    }


def _clipped(lines: npt.NDArray[Any], ground: Bounds) -> npt.NDArray[Any]:
    """Return the parts of lines that the ground holds, on both sides of the 180th meridian."""
    parts = [shifted(shapely.clip_by_rect(lines, *box), turn) for box, turn in pieces(ground)]
    joined: Any = parts[0] if len(parts) == 1 else shapely.union_all(np.array(parts), axis=0)
    return np.asarray(joined)


def _disputed_about(basemap: Basemap | None, bounds: tuple[float, float, float, float]) -> list[str]:
    """Return the names of disputed lines in the first view, or as near as a page of another shape may show."""
    west, south, east, north = bounds
    wide, high = (east - west) / 2, (north - south) / 2
    about = shapely.box(west - wide, south - high, east + wide, north + high)
    lines = basemap.borders if basemap is not None else ()
    return list(
        dict.fromkeys(
            line.name for line in lines if line.kind == "disputed" and shapely.intersects(line.geometry, about)
        )
    )


def _distances(reports: Reports, basemap: Basemap | None, bands: gpd.GeoSeries | None) -> dict[str, Any]:
    """Return the lines to the border that are drawn from the first, and the lines at a distance from it."""
    place, say = distinct_positions(reports).row_place, reports.events.say
    lines = [
        {
            "place": int(place[one.rows[0]]) - 1,
            "border": [one.border_lon, one.border_lat],
            "km": one.km,
            "text": distance_text(one.km, say),
        }
        for one in distance_lines(reports)
    ]
    ground = (-180.0, -85.0, 180.0, 85.0) if basemap is None else basemap.bounds
    known = [] if bands is None else zip(bands.index, _clipped(bands.to_numpy(), ground), strict=True)
    return {
        "of": {True: "all", False: "chosen", None: None}[draws_all(reports)],
        "lines": lines,
        "bands": [{"km": km, "text": kilometres_text(km, say), "lines": encode_lines(shape)} for km, shape in known],
    }


def _page(reports: Reports, project: Project, words: Wording, border: BorderNote | None) -> dict[str, Any]:
    through = reports.data_through()
    hours, size = project.map.embargo_hours, project.symbols.size
    return {
        "language": words.language,
        "locale": page_language(words.language).tag,
        "title": clean_text(project.map.title),
        "data_through": str(np.datetime64(through[0], "D")) if through else None,
        "timezone": project.map.timezone,
        "embargo_hours": int(hours) if math.isclose(hours, round(hours)) else hours,
        "size": words.term("metric", size) if size and np.isfinite(reports.size).any() else None,
        "border": {"names": [words.country(code) for code in border.countries]} if border else None,
        "distance_how": words.distance_how(border) if border else None,
        "tiles": {"url": project.publish.tiles, "attribution": project.publish.tiles_attribution}
        if project.publish.tiles
        else None,
        "static_rows": len(reports.row_event) <= STATIC_ROWS,
    }
