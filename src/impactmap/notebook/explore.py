"""Explore a frame on a map in a notebook: hover, click, outline, filter, and read back what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack, cast

import numpy as np
import pandas as pd

from impactmap.maps.coloured import drawn_reports
from impactmap.maps.options import MapOptions, PageOptions
from impactmap.maps.page.card_texts import TEXTS_A_FILE, encode_texts, files_header
from impactmap.maps.page.document import CELL_PARTS, build_cell
from impactmap.maps.page.event_map import EventMap, build_map
from impactmap.maps.page.payload import pack_page, page_header
from impactmap.model.faults import check_keywords
from impactmap.notebook.explore_map import Drawn, ExploreMap
from impactmap.notebook.explore_options import ExploreOptions
from impactmap.reading.formats.frames import to_pandas
from impactmap.workspace.workspace import Workspace

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.reading.formats.frames import ArrowStream
    from impactmap.telling.reports import Reports

__all__ = ["explore"]

#: Events up to which the cards' texts travel with the map; of more the page asks for those that it shows.
TEXTS_SENT = 5000


def explore(
    frame: gpd.GeoDataFrame | pd.DataFrame | ArrowStream | Workspace,
    claims: pd.DataFrame | None = None,
    *,
    project: Project | None = None,
    border: Border | None = None,
    m: ExploreMap | None = None,
    **options: Unpack[ExploreOptions],
) -> ExploreMap:
    """Show a frame on a map in a notebook's cell, and read back what is chosen there.

    Parameters
    ----------
    frame
        Located reports, any GeoDataFrame with a coordinate reference system, or a `Workspace`. Without ``event_id``
        each row is an event; without ``date_start`` the one column of days is it.
    claims
        The claims frame; a workspace has its own.
    project, border
        As for `build_map`; a workspace has its own.
    m
        A map made before: the frame's shapes (points, lines, areas) are drawn on it, see `build_map`.
    **options
        ``column``, ``tooltip``, ``height`` and others: see `ExploreOptions`, `PageOptions` and `MapOptions`.

    Returns
    -------
    ExploreMap
        `m`, where it is given. In a notebook it shows itself. Its ``selection``, ``shown``, ``period``, ``view`` and
        ``colors`` can be read and set.

    Raises
    ------
    TypeError
        For an option that is none, with the nearest.
    ColumnError
        For a column that is not there.
    CrsError
        When the geometry has no coordinate reference system.
    InputError
        For values that do not fit.

    Notes
    -----
    The map is the page's own viewer in a frame without rights: it asks nobody for anything but tiles that were asked
    for, and data text is never markup. Positions are as coarse as on a page unless the project publishes exact ones,
    since a saved notebook leaves the house; the frame itself keeps them. An event whose rows are of several classes of
    ``column`` is of none of them. A click chooses the rows of a mark, with Shift or Ctrl further ones.

    References
    ----------
    As for `build_map`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import impactmap as im
    >>> frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=gpd.points_from_xy([104.3, 107.6], [52.3, 51.8]), crs=4326)
    >>> shown = im.explore(frame, column="n", tooltip="n")
    >>> shown.selection = frame["n"] > 1
    >>> shown.selection["n"].tolist()
    [2]
    """
    check_keywords(options, ExploreOptions, "claims", "project", "border")
    if isinstance(frame, Workspace):
        work = frame
        frame, claims = work.events, work.claims if claims is None else claims
        project, border = project or work.project, border or work.border
    rows = to_pandas(frame)
    said: Any = {name: value for name, value in options.items() if name in _of_page()}
    if m is not None:
        page = build_map(cast("gpd.GeoDataFrame", rows), m=m.drawn.page, **said)
        m.drawn = _drawn(page, m.frame, m.drawn.border, m.drawn.options)
        return m
    page = build_map(cast("gpd.GeoDataFrame", rows), claims, project=project, border=border, **said)
    return ExploreMap(_drawn(page, _with_geometry(rows, page), border, options))


def _drawn(page: EventMap, frame: gpd.GeoDataFrame, border: Border | None, options: ExploreOptions) -> Drawn:
    encoding = page.encoding()
    return Drawn(
        frame=frame, reports=page.reports, summary=page.summary,
        project=encoding["project"], border=border,
        traits=_traits(page, encoding, options),
        texts_of=lambda number: _texts(drawn_reports(page.reports), number),
        bounds=tuple(encoding["bounds"]),
        page=page,
        options=options,
    )  # fmt: skip


def _of_page() -> set[str]:
    return {*MapOptions.__annotations__, *PageOptions.__annotations__}


def _traits(page: EventMap, encoding: dict[str, Any], options: ExploreOptions) -> dict[str, Any]:
    """Return what the page is made of."""
    reports, words = drawn_reports(page.reports), page.reports.events.say
    header = page_header(reports, parts=CELL_PARTS, **encoding)
    count = len(reports.events)
    if count > TEXTS_SENT:
        header["texts"] = files_header([str(number) for number in range(-(-count // TEXTS_A_FILE))])
    project, width, height = encoding["project"], options.get("width", "100%"), options.get("height", 440)
    return {
        "document": build_cell(
            page.reports, page.summary, project=project, words=words, height=height, legend=options.get("legend", True)
        ),
        "data": pack_page(reports, header, project=project, words=words),
        "texts": b"" if header["texts"] else encode_texts(reports, 0, count),
        "title": page.summary.sentence,
        "width": f"{width}px" if isinstance(width, int) else width,
        "height": height,
    }


def _texts(reports: Reports, number: int) -> bytes:
    start, count = number * TEXTS_A_FILE, len(reports.events)
    return encode_texts(reports, start, min(start + TEXTS_A_FILE, count)) if 0 <= start < count else b""


def _with_geometry(rows: pd.DataFrame, page: EventMap) -> gpd.GeoDataFrame:
    """Return the rows as a GeoDataFrame: a frame of coordinates gets points of them."""
    import geopandas as gpd

    if isinstance(rows, gpd.GeoDataFrame) and rows.active_geometry_name is not None:
        return rows
    points = gpd.GeoSeries.from_xy(page.reports.row_lon, page.reports.row_lat, index=rows.index, crs=4326)
    return gpd.GeoDataFrame(rows, geometry=points.where(np.isfinite(page.reports.row_lon)))
