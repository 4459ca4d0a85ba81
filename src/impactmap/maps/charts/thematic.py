"""A column of a frame's own as colours on the ground of the maps: points, lines and areas as what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

import numpy as np
import pandas as pd
import shapely

from impactmap.look.theme import LIGHT, Theme
from impactmap.look.typography import picture_text
from impactmap.maps.charts.classes import Classes, classify
from impactmap.maps.charts.sheet import ChartFigure, Sheet, number_of
from impactmap.maps.picture.canvas import Canvas, geometry_path
from impactmap.maps.picture.ground import draw_ground, load_ground
from impactmap.model.errors import ColumnError, InputError
from impactmap.model.faults import check_keywords, which_column
from impactmap.places.geometry import take_positions
from impactmap.scene.projection import MapFrame, fit_frame

if TYPE_CHECKING:
    from typing import Unpack

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from impactmap.context.borders import Border

__all__ = ["ThematicOptions", "plot_column"]

_MOST_PANELS: Final = 12
_ORIGINS: Final = "Land and water: Natural Earth. Borders: OpenStreetMap contributors."


class ThematicOptions(TypedDict, total=False):
    """How a column is drawn on a map; the names are geopandas' where it has them.

    Attributes
    ----------
    cmap
        Name of a matplotlib colour map, or colours from low to high; the theme's by default.
    scheme, k, breaks
        Classes of numbers: ``quantiles`` (the default), ``equal_interval`` or a scheme of mapclassify where it is
        installed; how many; or the upper ends of your own.
    extent
        West, south, east, north in degrees; what the frame holds by default.
    width, height
        Of the sheet and of its map, in pixels.
    ax
        Draw the map alone into this Axes.
    facet
        A column: one map each of at most twelve values, with one extent and one legend.
    border
        Drawn heavier.
    title, sentence, note
        Headline, what is under it, and what else is to be said under the map.
    missing
        What the legend calls rows without a value.
    theme
        `LIGHT`, `DARK` or one of your own.
    """

    cmap: str | Sequence[str] | None
    scheme: str
    k: int
    breaks: Sequence[float] | None
    extent: tuple[float, float, float, float] | None
    width: float
    height: float
    ax: Axes | None
    facet: str | None
    border: Border | None
    title: str | None
    sentence: str | None
    missing: str
    note: str
    theme: Theme


def plot_column(frame: gpd.GeoDataFrame, column: str, **options: Unpack[ThematicOptions]) -> Figure:
    """Draw a column of a frame as colours on a map.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a coordinate reference system; points, lines and areas are drawn as what they are.
    column
        Numbers, in classes, or at most six categories.
    **options
        See `ThematicOptions`.

    Returns
    -------
    Figure
        A `ChartFigure` with its ``alt_text``; that of the Axes where one is given.

    Raises
    ------
    ColumnError
        When the column is not there.
    CrsError
        Without a coordinate reference system.
    InputError
        For options that do not fit.

    Notes
    -----
    Projection: Lambert azimuthal equal-area about the middle of what is shown, so that areas are as large as they are.
    Rows without a geometry are counted under the map; rows without a value are drawn without a colour.

    Examples
    --------
    >>> import geopandas as gpd
    >>> frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=gpd.points_from_xy([36.2, 30.5], [50.0, 50.4]), crs=4326)
    >>> plot_column(frame, "n").alt_text
    'n. 2 places, from 1 to 2.'
    """
    if column not in frame.columns:
        raise ColumnError(f"frame: expected the column {column!r}, found none. {which_column(column, frame.columns)}")
    check_keywords(options, ThematicOptions)
    theme = options.get("theme", LIGHT)
    frame = take_positions(frame)
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    values = frame[column]
    chosen: dict[str, Any] = {name: value for name, value in options.items() if name in _CLASSED}
    classes = classify(values, theme=theme, **chosen)
    corners = _corners(shapes[there], options.get("extent"))
    border = options.get("border")
    if (ax := options.get("ax")) is not None:
        if options.get("facet") is not None:
            raise InputError("expected either ax or facet, found both. Small multiples need a figure of their own.")
        _draw(ax, shapes, there, classes, corners, border, theme)
        return ax.figure  # type: ignore[return-value]
    panels = _panels(frame, options.get("facet"))
    title = options.get("title") or column.replace("_", " ")
    what = options.get("sentence") or f"{number_of(int(there.sum()), 'place')}{_span(values)}."
    lacking = int((~there).sum())
    note = " ".join(
        text
        for text in (
            options.get("note", ""),
            f"{number_of(lacking, 'row')} without a position." if lacking else "",
            _ORIGINS,
        )
        if text
    )
    sheet = Sheet(title, what, note, theme, classes.keys)
    figure, whole = sheet.draw(width=options.get("width", 900), field=options.get("height", 520), left=0)
    for ax, (name, rows) in zip(_grid(figure, whole, len(panels)), panels, strict=True):
        _draw(ax, shapes, there & rows, classes, corners, border, theme)
        if name:
            label = ax.set_title(picture_text(name, longest=40), loc="left", fontsize=9, color=theme.text, pad=4)
            label.set_parse_math(False)
    return figure


_CLASSED: Final = ("cmap", "scheme", "k", "breaks", "missing")


def _span(values: pd.Series[Any]) -> str:
    if not pd.api.types.is_numeric_dtype(values.dtype) or values.isna().all():
        return ""
    low, high = values.min(), values.max()
    return f", from {low:,.6g} to {high:,.6g}"


def _corners(shapes: Any, extent: tuple[float, float, float, float] | None) -> Any:
    """Return the positions that must be seen."""
    if extent is None:
        return shapely.get_coordinates(shapely.convex_hull(shapes))
    west, south, east, north = extent
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90 and west != east):
        raise InputError(f"extent: expected west, south, east, north in degrees, found {extent!r}.")
    east = east if east > west else east + 360  # across the antimeridian
    across = np.linspace(west, east, 9)
    return np.array([[(x + 180) % 360 - 180, y] for x in across for y in (south, (south + north) / 2, north)])


def _panels(frame: gpd.GeoDataFrame, facet: str | None) -> list[tuple[str, Any]]:
    if facet is None:
        return [("", np.ones(len(frame), dtype=bool))]
    if facet not in frame.columns:
        raise ColumnError(
            f"facet: expected a column of the frame, found {facet!r}. {which_column(facet, frame.columns)}"
        )
    texts = frame[facet].astype(str).where(frame[facet].notna(), "not stated").to_numpy(dtype=object)
    names = sorted(set(texts))
    if len(names) > _MOST_PANELS:
        raise InputError(f"facet: expected at most {_MOST_PANELS} values of {facet!r}, found {len(names)}.")
    return [(f"{facet}: {name}", texts == name) for name in names]


def _grid(figure: ChartFigure, whole: Axes, count: int) -> list[Axes]:
    if count == 1:
        return [whole]
    box = whole.get_position()
    whole.remove()
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    wide, high = box.width / columns, box.height / rows
    return [
        figure.add_axes((box.x0 + wide * (at % columns), box.y1 - high * (at // columns + 1), wide * 0.97, high * 0.88))
        for at in range(count)
    ]


def _draw(
    ax: Axes, shapes: Any, shown: Any, classes: Classes, corners: Any, border: Border | None, theme: Theme
) -> None:
    """Draw the ground and the rows that are shown into an Axes."""
    box = ax.get_window_extent()
    width, height, dpi = float(box.width), float(box.height), float(ax.figure.dpi)
    frame = fit_frame(corners, aspect=width / height)
    unit = dpi / 100
    ground = load_ground(frame, border=border, metres_per_pixel=frame.width / width, language="en")
    ax.set_xlim(frame.bounds[0], frame.bounds[2])
    ax.set_ylim(frame.bounds[1], frame.bounds[3])
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    canvas = Canvas(ax, width, height, dpi)
    draw_ground(canvas, ground, theme, unit=unit)
    dimensions = shapely.get_dimensions(shapes)
    for row in np.flatnonzero(shown & (dimensions > 0)).tolist():
        _shape(canvas, frame, shapes[row], classes.color(row), theme, unit)
    points = np.flatnonzero(shown & (dimensions == 0))
    if len(points):
        middle = shapely.centroid(shapes[points])
        x, y = frame.project(shapely.get_x(middle), shapely.get_y(middle))
        colors = [classes.color(row) or theme.claimed_fill for row in points.tolist()]
        size = (9.0 if len(points) <= 300 else 5.0) * unit
        ax.scatter(
            x, y, s=(size * 72 / dpi) ** 2, c=colors, edgecolors=theme.border_reference, linewidths=0.7 * unit, zorder=3
        )


def _shape(canvas: Canvas, frame: MapFrame, shape: Any, color: str | None, theme: Theme, unit: float) -> None:
    path = geometry_path(frame.project_geometry(shape))
    if path is None:
        return
    style: dict[str, Any] = {"zorder": 2.0, "transform": canvas.ax.transData, "edge": color or theme.text_muted}
    if shapely.get_dimensions(shape) == 1:
        canvas.path(path, width=2.4 * unit, round_=True, **style)
        return
    if color is None:
        canvas.path(path, width=0.8 * unit, **(style | {"edge": theme.border}))
        return
    canvas.path(path, face=color, alpha=0.85, width=0.9 * unit, **(style | {"edge": theme.halo}))
