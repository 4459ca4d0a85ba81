"""Explore a frame on a map in a notebook: hover, click, outline, filter, and read back what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack, cast

import numpy as np
import pandas as pd

from impactmap.maps.page.card_texts import TEXTS_A_FILE, encode_texts, files_header
from impactmap.maps.page.document import CELL_PARTS, build_cell
from impactmap.maps.page.event_map import EventMap, build_map
from impactmap.maps.page.payload import pack_page, page_header
from impactmap.model.errors import ColumnError
from impactmap.model.faults import check_keywords
from impactmap.model.words import Words
from impactmap.notebook.coloured import Coloured, color_by
from impactmap.notebook.explore_map import Drawn, ExploreMap
from impactmap.reading.formats.frames import to_pandas
from impactmap.workspace.workspace import Workspace

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.reading.formats.frames import ArrowStream

__all__ = ["ExploreOptions", "Told", "explore"]

#: Columns: all, none, one, several, or several with what readers see them called.
Told: TypeAlias = bool | str | Sequence[str] | Mapping[str, str]

#: Events up to which the cards' texts travel with the map; of more the page asks for those that it shows.
TEXTS_SENT = 5000


class ExploreOptions(TypedDict, total=False):
    """Options of a map in a cell; the names are geopandas' where it has them.

    Attributes
    ----------
    cmap, scheme, k, breaks, missing
        How ``column`` becomes colours: see `ThematicOptions`; at most six classes.
    tooltip, popup
        Columns that are told where the pointer is, and in the card that a click opens: a name, several, a name to the
        label that readers see, True for all columns of your own, False for none. By default both tell ``column``.
    tiles, attribution
        A background over the bundled ground, which the browser then asks a server for: see `MapOptions`.
    legend
        Whether the key stands below the map.
    width, height
        Of the cell, in pixels or per cent; of the map, in pixels.
    title, subtitle, language, size, extent
        See `MapOptions`.
    """

    cmap: str | Sequence[str] | None
    scheme: str
    k: int
    breaks: Sequence[float] | None
    missing: str | None
    tooltip: Told | None
    popup: Told | None
    tiles: Any
    attribution: str | None
    legend: bool
    width: int | str
    height: int
    title: str | None
    subtitle: str | None
    language: str | None
    size: str | None
    extent: tuple[float, float, float, float] | None


_CLASSED = ("cmap", "scheme", "k", "breaks")
_OF_MAP = ("tiles", "attribution", "title", "subtitle", "language", "size", "extent")


def explore(
    frame: gpd.GeoDataFrame | pd.DataFrame | ArrowStream | Workspace,
    claims: pd.DataFrame | None = None,
    *,
    column: str | None = None,
    project: Project | None = None,
    border: Border | None = None,
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
    column
        Colours the marks in place of the attacking sides: numbers in classes, or at most six categories.
    project, border
        As for `build_map`; a workspace has its own.
    **options
        See `ExploreOptions`.

    Returns
    -------
    ExploreMap
        In a notebook it shows itself. Its ``selection``, ``shown``, ``period``, ``view`` and ``colors`` can be read and
        set.

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
    check_keywords(options, ExploreOptions, "column", "claims", "project", "border")
    if isinstance(frame, Workspace):
        work = frame
        frame, claims = work.events, work.claims if claims is None else claims
        project, border = project or work.project, border or work.border
    rows = to_pandas(frame)
    if column is not None and column not in rows.columns:
        raise ColumnError(
            f"column: expected a column of the frame, found {column!r}. There are: {', '.join(map(str, rows.columns))}."
        )
    tips = _columns(rows, options.get("tooltip"), "tooltip", column)
    told = _columns(rows, options.get("popup"), "popup", column)
    fields = {**told, **tips}
    language = options.get("language") or (project.map.language if project else None)
    if column not in {None, "side"} and "side" in rows.columns and rows["side"].notna().any():
        # The colours no longer say it.
        fields.setdefault("side", Words(language or "en").text("viewer.side"))
    chosen: Any = {name: value for name, value in options.items() if name in _OF_MAP}
    page = build_map(
        cast("gpd.GeoDataFrame", rows), claims, project=project, border=border, fields=fields or None, **chosen
    )
    encoding = page.encoding()
    colored = Coloured(page.reports, {})
    if column not in {None, "side"}:
        classed: Any = {name: value for name, value in options.items() if name in _CLASSED and value is not None}
        label = {**tips, **told}.get(str(column)) or str(column).replace("_", " ")
        colored = color_by(page.reports, rows[column], label, missing=options.get("missing"), **classed)
    drawn = Drawn(
        frame=_with_geometry(rows, page), reports=page.reports, colored=colored.reports, summary=page.summary,
        project=encoding["project"], border=border,
        traits=_traits(page, colored, encoding, tips=[tips[name] or name for name in tips], options=options),
        texts_of=lambda number: _texts(colored, number),
        bounds=tuple(encoding["bounds"]),
    )  # fmt: skip
    return ExploreMap(drawn)


def _traits(
    page: EventMap, colored: Coloured, encoding: dict[str, Any], *, tips: list[str], options: ExploreOptions
) -> dict[str, Any]:
    """Return what the page is made of."""
    reports, words = colored.reports, page.reports.events.say
    header = page_header(reports, parts=CELL_PARTS, **encoding)
    header["messages"] |= colored.messages
    count = len(reports.events)
    if count > TEXTS_SENT:
        header["texts"] = files_header([str(number) for number in range(-(-count // TEXTS_A_FILE))])
    project, width = encoding["project"], options.get("width", "100%")
    document = build_cell(
        page.reports, page.summary, project=project, words=words, height=options.get("height", 440),
        legend=options.get("legend", True), classes=reports.sides,
    )  # fmt: skip
    return {
        "document": document,
        "data": pack_page(reports, header, project=project, words=words),
        "texts": b"" if header["texts"] else encode_texts(reports, 0, count),
        "tips": tips,
        "title": page.summary.sentence,
        "width": f"{width}px" if isinstance(width, int) else width,
        "height": options.get("height", 440),
    }


def _texts(colored: Coloured, number: int) -> bytes:
    count = len(colored.reports.events)
    start = number * TEXTS_A_FILE
    return encode_texts(colored.reports, start, min(start + TEXTS_A_FILE, count)) if 0 <= start < count else b""


def _columns(frame: pd.DataFrame, told: Told | None, option: str, column: str | None) -> dict[str, str]:
    """Return the columns that are told, with their labels; an empty label is the column's name."""
    from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS, PLACE_COLUMNS

    if told is None:
        return {} if column is None else {column: ""}
    if isinstance(told, Mapping):
        named = dict(told)
    elif isinstance(told, bool):
        known = {each.name for each in (*EVENT_COLUMNS, *PLACE_COLUMNS, *COMPUTED_COLUMNS)}
        plain = [not (kind == "geometry" or kind.startswith("datetime64")) for kind in frame.dtypes.astype(str)]
        own = [name for name in frame.columns[plain] if name not in known]
        named = dict.fromkeys(map(str, own), "") if told else {}
    else:
        named = dict.fromkeys([told] if isinstance(told, str) else told, "")
    if missing := [name for name in named if name not in frame.columns]:
        raise ColumnError(
            f"{option}: expected columns of the frame, found {missing[0]!r}. There are: "
            f"{', '.join(map(str, frame.columns))}."
        )
    return named


def _with_geometry(rows: pd.DataFrame, page: EventMap) -> gpd.GeoDataFrame:
    """Return the rows as a GeoDataFrame: a frame of coordinates gets points of them."""
    import geopandas as gpd

    if isinstance(rows, gpd.GeoDataFrame) and rows.active_geometry_name is not None:
        return rows
    points = gpd.GeoSeries.from_xy(page.reports.row_lon, page.reports.row_lat, index=rows.index, crs=4326)
    return gpd.GeoDataFrame(rows, geometry=points.where(np.isfinite(page.reports.row_lon)))
