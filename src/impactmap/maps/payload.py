"""The data of a page as two inert base64 blocks: typed columns with a JSON header, and the texts."""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from impactmap.maps.columns import clean_text
from impactmap.maps.reports import LONGEST, PRECISIONS, Area, BorderNote, Reports
from impactmap.maps.words import Words
from impactmap.project import Project

if TYPE_CHECKING:
    from impactmap.context import Basemap, Border

__all__ = ["Payload", "encode_basemap", "encode_payload", "encode_rings", "map_bounds"]

Bounds = tuple[float, float, float, float]

#: Integers of the payload's coordinates in a degree: about 11 m.
SCALE = 10_000
#: Terms that have a bit of their own in the masks; the rest share the last bit.
BITS = 31
#: Rows beyond which the page holds a summary table.
STATIC_ROWS = 1000


@dataclass(frozen=True)
class Payload:
    """The two blocks of a page.

    Attributes
    ----------
    data, texts
        Base64 text: columns with their header, and the texts of the cards. The same reports give the same characters.
    """

    data: str
    texts: str


def encode_payload(
    reports: Reports,
    *,
    project: Project,
    words: Words,
    border: BorderNote | None = None,
    basemap: Basemap | None = None,
    bounds: Bounds | None = None,
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

    Returns
    -------
    Payload
        As docs/architecture.md describes, section "The page".

    Notes
    -----
    Areas are simplified to a six-hundredth of the view's longer side (never coarser than 0.02 degrees), which no reader
    can see at the first view; distances are computed before, on the full outline.
    """
    bounds = bounds or map_bounds(reports)
    tolerance = min(0.02, max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 600)
    columns = _columns(reports)
    header: dict[str, Any] = {
        "version": 1,
        "rows": len(reports.row_event),
        "events": len(reports.events),
        "columns": {},
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
        "precisions": list(PRECISIONS),
        "areas": [_area(area, tolerance) for area in reports.areas],
        "basemap": encode_basemap(basemap),
        "view": {"bounds": [round(value, 4) for value in bounds]},
        "countries": {
            code: words.country(code)
            for code in sorted({place["country"] for _, _, place in reports.places if "country" in place})
        },
        "page": _page(reports, project, words, border),
        "messages": words.viewer_messages(),
        "terms": words.terms(),
    }
    offset = 0
    for name, (dtype, values) in columns.items():
        header["columns"][name] = {"dtype": dtype, "offset": offset, "length": len(values)}
        offset += _padded(values.nbytes)
    buffers = b"".join(
        values.tobytes() + bytes(_padded(values.nbytes) - values.nbytes) for _, values in columns.values()
    )
    encoded = _json(header)
    start = struct.pack("<I", len(encoded)) + encoded
    data = start + bytes(_padded(len(start)) - len(start)) + buffers
    return Payload(data=_block(data), texts=_block(b'{"events":[' + b",".join(map(_card, reports.events)) + b"]}"))


def map_bounds(reports: Reports, border: Border | None = None) -> Bounds:
    """Return the extent of what is drawn, with a margin: west, south, east, north in degrees.

    Parameters
    ----------
    reports
        From `collect_reports`.
    border
        Gives the extent where no report has a position.

    Returns
    -------
    tuple of float
        At least about half a degree wide and high; the whole world when there is nothing to show.
    """
    boxes = [tuple(box) for box in shapely.bounds([area.geometry for area in reports.areas]).tolist()]
    located = np.isfinite(reports.row_lat)
    if located.any():
        lat, lon = reports.row_lat[located], reports.row_lon[located]
        boxes.append((float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))
    if not boxes and border is not None:
        boxes.append(tuple(border.line.total_bounds))
    if not boxes:
        return (-180.0, -60.0, 180.0, 75.0)
    west, south, east, north = (pick(box[i] for box in boxes) for i, pick in enumerate((min, min, max, max)))
    across, up = max((east - west) * 0.12, 0.4), max((north - south) * 0.12, 0.25)
    return (max(west - across, -180.0), max(south - up, -85.0), min(east + across, 180.0), min(north + up, 85.0))


def _columns(reports: Reports) -> dict[str, tuple[str, npt.NDArray[Any]]]:
    masks = {
        name: np.array([_mask(event[name], numbers) for event in reports.events], dtype="<u4")
        for name, terms in (("sectors", reports.sectors), ("means", reports.means))
        for numbers in [{term: min(number, BITS) for number, term in enumerate(terms)}]
    }
    typed = {
        "row_event": ("u32", reports.row_event),
        "row_lat": ("f64", reports.row_lat), "row_lon": ("f64", reports.row_lon),
        "row_kind": ("u8", reports.row_kind), "row_precision": ("u8", reports.row_precision),
        "row_area": ("i32", reports.row_area),
        "day_start": ("i32", reports.day_start), "day_end": ("i32", reports.day_end), "side": ("u8", reports.side),
        "confirmed": ("u8", reports.confirmed), "contradicted": ("u8", reports.contradicted),
        "size": ("f32", reports.size), "size_low": ("f32", reports.size_low), "size_high": ("f32", reports.size_high),
        "sectors": ("u32", masks["sectors"]), "means": ("u32", masks["means"]),
    }  # fmt: skip
    kinds = {"u32": "<u4", "i32": "<i4", "u8": "u1", "f32": "<f4", "f64": "<f8"}
    return {name: (dtype, np.ascontiguousarray(values, dtype=kinds[dtype])) for name, (dtype, values) in typed.items()}


def _mask(terms: list[str], numbers: dict[str, int]) -> int:
    mask = 0
    for term in terms:
        mask |= 1 << numbers[term]
    return mask


def _padded(length: int) -> int:
    return -(-length // 8) * 8


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _block(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def _card(event: dict[str, Any]) -> bytes:
    """Return the texts of one event's card; what the columns hold already is left out, the overlong is cut."""
    kept = {name: value for name, value in event.items() if name not in {"start", "end", "side", "confirmation"}}
    text = _json(kept)
    return text if len(text) <= LONGEST else _json(_short(kept))


def _short(part: dict[str, Any]) -> dict[str, Any]:
    """Return a copy whose texts hold at most `LONGEST` characters; a mapping that lost some is marked shortened."""
    found: dict[str, Any] = {}
    for name, value in part.items():
        if isinstance(value, str) and len(value) > LONGEST:
            found[name] = value[:LONGEST]
            found["shortened"] = True
        elif isinstance(value, dict):
            found[name] = _short(value)
        elif isinstance(value, list):
            found[name] = [
                _short(item) if isinstance(item, dict) else item[:LONGEST] if isinstance(item, str) else item
                for item in value
            ]
        else:
            found[name] = value
    return found


def _line(coordinates: npt.NDArray[np.float64]) -> list[int]:
    """Return a line as integers: a first pair, then differences; steps of nothing are left out."""
    points = np.round(coordinates[:, :2] * SCALE).astype(np.int64)
    steps = np.diff(points, axis=0)
    kept = np.concatenate([points[:1], steps[(steps != 0).any(axis=1)]])
    return [int(value) for value in kept.ravel()]


def encode_rings(geometry: shapely.Geometry | None) -> list[list[int]]:
    """Return the rings of the polygons, outer and inner alike (they are filled by the even-odd rule)."""
    if geometry is None or shapely.is_empty(geometry):
        return []
    polygons = [part for part in shapely.get_parts(geometry).tolist() if shapely.get_type_id(part) == 3]
    rings = [_line(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygons).tolist()]
    return [ring for ring in rings if len(ring) >= 8]


def _lines(geometry: shapely.Geometry | None) -> list[list[int]]:
    if geometry is None or shapely.is_empty(geometry):
        return []
    merged = shapely.line_merge(geometry)
    lines = [_line(shapely.get_coordinates(part)) for part in shapely.get_parts(merged).tolist()]
    return [line for line in lines if len(line) >= 4]


def _area(area: Area, tolerance: float) -> dict[str, Any]:
    outline = shapely.simplify(area.geometry, tolerance, preserve_topology=True)
    label = shapely.point_on_surface(area.geometry)
    return {
        "id": clean_text(area.id),
        "name": area.name[:LONGEST],
        "rings": encode_rings(outline),
        "label": [round(label.x, 4), round(label.y, 4)],
    }


def encode_basemap(basemap: Basemap | None) -> dict[str, Any]:
    """Return the ground as the viewer reads it: integers of degrees x 10,000, see docs/architecture.md.

    Parameters
    ----------
    basemap
        From `basemap_for`; None for a ground without anything on it.

    Returns
    -------
    dict
        ``bounds, land, lakes, rivers, regions, borders, labels``.
    """
    if basemap is None:
        return {
            "bounds": [-180, -85, 180, 85],
            "land": [],
            "lakes": [],
            "rivers": [],
            "regions": [],
            "borders": [],
            "labels": [],
        }
    return {
        "bounds": [round(float(value), 4) for value in basemap.bounds],
        "land": encode_rings(basemap.land),
        "lakes": encode_rings(basemap.lakes),
        "rivers": _lines(basemap.rivers),
        "regions": _lines(basemap.regions),
        "borders": [{"kind": line.kind, "name": line.name, "lines": _lines(line.geometry)} for line in basemap.borders],
        "labels": [
            {"name": at.name, "lat": round(at.lat, 4), "lon": round(at.lon, 4), "rank": int(at.rank), "kind": at.kind}
            for at in basemap.labels
        ],
    }


def _page(reports: Reports, project: Project, words: Words, border: BorderNote | None) -> dict[str, Any]:
    from impactmap.maps.summary import summarise_reports

    through = summarise_reports(reports, project=project).data_through
    hours = project.map.embargo_hours
    return {
        "language": words.language,
        "title": clean_text(project.map.title),
        "data_through": through.isoformat() if through else None,
        "timezone": project.map.timezone,
        "embargo_hours": int(hours) if math.isclose(hours, round(hours)) else hours,
        "size": project.symbols.size if np.isfinite(reports.size).any() else None,
        "border": None
        if border is None
        else {
            "countries": list(border.countries),
            "names": [words.country(code) for code in border.countries],
            "view": border.view,
            "data": border.data,
            "data_date": border.data_date,
        },
        "tiles": {"url": project.publish.tiles, "attribution": project.publish.tiles_attribution}
        if project.publish.tiles
        else None,
        "static_rows": len(reports.row_event) <= STATIC_ROWS,
    }
