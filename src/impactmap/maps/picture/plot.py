"""The static figure: headline, map, key and sources on one sheet, or only the map in somebody's Axes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from impactmap.context.bands import project_bands
from impactmap.look.house import house_themes
from impactmap.look.theme import Theme
from impactmap.look.typography import use_fonts
from impactmap.maps.coloured import color_marks, drawn_reports, with_shapes
from impactmap.maps.options import PictureOptions, page_options, with_options
from impactmap.maps.picture.facets import Panels, column_panels, facet_panels
from impactmap.maps.picture.image_file import save_figure
from impactmap.maps.picture.sheet.composing import Sheet
from impactmap.model.errors import InputError
from impactmap.model.project import Project
from impactmap.places.geometry import take_positions
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.distance_lines import distance_lines
from impactmap.scene.presets import PRESETS
from impactmap.telling.reports import Reports

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL import Image

    from impactmap.context.borders import Border

__all__ = ["PRESETS", "plot_frames", "plot_map", "plot_reports", "save_figure", "still_map", "still_picture"]

#: Width and height of the page's still picture, in hundreds of pixels.
_STILL, _SMALL = ((7.2, 4.5), 100), ((2.25, 1.40625), 160)


def plot_map(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None = None,
    *,
    project: Project | None = None,
    border: Border | None = None,
    preset: str = "web",
    ax: Axes | None = None,
    facet: str | None = None,
    theme: Theme | None = None,
    **options: Unpack[PictureOptions],
) -> Figure:
    """Draw the reports as a picture.

    Parameters
    ----------
    events
        Located reports, one row an event and place: any GeoDataFrame with a coordinate reference system. Its geometry
        is the only position.
    claims
        The claims frame; it gives the figures that size the marks, and sources.
    project
        Title, language, sides and what sizes the marks.
    border
        The border that distances refer to, drawn heavier.
    preset
        ``web`` (1200x675 pixels), ``wide`` (1920x1080), ``social`` (1200x630), ``square`` (1080x1080), ``story``
        (1080x1920), ``thumb`` (400x400) or ``print`` (A4 at 300 dpi, on its side for a wide extent); or a size of your
        own, ``800x600`` pixels or ``120x80mm``.
    ax
        Draw only the map into this Axes, and nothing around it.
    facet
        Small multiples, one map a ``date`` (days, or weeks, months or years where there are many; those without a
        report are shown, too), a ``side``, or a value each of any column, at most twelve, with one scale, extent and
        key.
    theme
        `LIGHT`, `DARK` or one of your own; by default the project's light one.
    **options
        ``column``, ``cmap``, ``scheme``, ``width``, ``height``, ``size``, ``extent`` and others: see `PictureOptions`
        and `MapOptions`. To draw a frame's shapes in the colours of a column: `plot_column`; to count by region:
        `plot_regions`.

    Returns
    -------
    Figure
        A matplotlib figure that belongs to no window. Its label is the title; write it with `save_figure`.

    Raises
    ------
    InputError
        For an unknown preset, facet or language, for more than six sides, for a facet with `ax`, or for a width
        without a height.
    ColumnError, CrsError
        As `collect_reports`.

    Notes
    -----
    Projection: Lambert azimuthal equal-area about the middle of what is shown (Equal Earth for the world). A mark
    stands for all reports of one side and one confirmation at a place, or for one report where a figure sizes the
    marks. Of more than 20 reports those that would lie on each other are one mark, split by side, whose area stands
    for their number or for the sum of the figure. Country-wide reports and those without a place are listed, never
    drawn.

    References
    ----------
    Land, water: Natural Earth (public domain). Borders: OpenStreetMap contributors (ODbL). Place names: GeoNames
    (CC BY 4.0).

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> figure = im.plot_map(located, preset="square")
    >>> (figure.get_size_inches() * figure.dpi).round().tolist()
    [1080.0, 1080.0]
    """
    said: Any = {name: value for name, value in options.items() if name not in {"width", "height", "m"}}
    preset = _sized(preset, options)
    panels: Any = facet
    if (m := options.get("m")) is not None:
        project, border = project or m._project, border or m._border  # noqa: SLF001 -- of this room
        reports = with_shapes(m.reports, events, said, exact=project.publish.exact_positions)
    else:
        project = with_options(project, events, page_options(project, events, said))
        reports = color_marks(reports_of_map(take_positions(events), claims, project), events, said)
        if facet not in {None, "date", "side"}:
            panels = column_panels(events, str(facet), reports.events.say)
    return plot_reports(reports, project=project, border=border, preset=preset, ax=ax, facet=panels, theme=theme)


def _sized(preset: str, options: PictureOptions) -> str:
    """Return the preset, or the size that is said in its place."""
    width, height = options.get("width"), options.get("height")
    if width is None and height is None:
        return preset
    if width is None or height is None:
        raise InputError("expected width and height together, found one of them.")
    return f"{width}x{height}"


def plot_reports(
    reports: Reports,
    *,
    project: Project,
    border: Border | None = None,
    preset: str = "web",
    ax: Axes | None = None,
    facet: Literal["date", "side"] | Panels | None = None,
    theme: Theme | None = None,
) -> Figure:
    """Draw reports already collected, as `plot_map` does."""
    import matplotlib as mpl

    if not isinstance(facet, list) and facet not in {None, "date", "side"}:
        raise InputError(f"expected a facet of date or side, found {facet!r}.")
    if ax is not None and facet is not None:
        raise InputError("expected either ax or facet, found both. Small multiples need a figure of their own.")
    theme = theme or house_themes(project, reports.sides)[0]
    if facet == "side":
        facet = facet_panels(reports, facet, reports.events.say)
    drawing = Sheet(
        drawn_reports(reports), project, reports.events.say, border, theme, distance_lines(reports),
        project_bands(project, border), told=reports,
    )  # fmt: skip
    with mpl.rc_context():
        # A user's style sheet must not change the published picture.
        mpl.rcdefaults()
        with use_fonts(project.style.font_pictures or project.style.font):
            return drawing.sheet(preset, facet) if ax is None else drawing.into(ax)


def plot_frames(
    reports: Reports,
    *,
    project: Project,
    border: Border | None = None,
    preset: str = "web",
    theme: Theme | None = None,
) -> list[Figure]:
    """Draw the map as it fills: one figure a day (or month, or year, where there are many), each with all before it.

    Parameters
    ----------
    reports, project, border, preset, theme
        As for `plot_reports`.

    Returns
    -------
    list of Figure
        Of one size, view, scale and legend; without dated reports a single one.
    """
    import matplotlib as mpl

    theme = theme or house_themes(project, reports.sides)[0]
    say = reports.events.say
    drawing = Sheet(
        reports, project, say, border, theme, distance_lines(reports), project_bands(project, border)
    )  # fmt: skip
    rows = np.array([], dtype=np.intp)
    panels = []
    for panel in facet_panels(reports, "date", say):
        if len(panel.rows):
            rows = np.union1d(rows, panel.rows)
            panels.append(panel._replace(rows=rows))
    with mpl.rc_context():
        mpl.rcdefaults()
        with use_fonts(project.style.font_pictures or project.style.font):
            return drawing.frames(preset, panels)


def still_picture(
    reports: Reports, *, project: Project, border: Border | None = None, small: bool = False
) -> Image.Image:
    """Return the map alone as a picture of 720 by 450 pixels, or half as wide and high, with words as large."""
    from matplotlib.figure import Figure as AnyFigure
    from PIL import Image

    size, dpi = _SMALL if small else _STILL
    figure = AnyFigure(figsize=size, dpi=dpi)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    plot_reports(reports, project=project, border=border, ax=ax)
    drawn = io.BytesIO()
    save_figure(figure, drawn, alt_text="-", format="png")
    return Image.open(drawn, "r").convert("RGB")


def still_map(reports: Reports, *, project: Project, border: Border | None = None, small: bool = False) -> bytes:
    """Return the map alone as a light WebP picture: what the page shows where no script runs."""
    file = io.BytesIO()
    still_picture(reports, project=project, border=border, small=small).save(file, "WEBP", quality=20, method=6)
    return file.getvalue()
