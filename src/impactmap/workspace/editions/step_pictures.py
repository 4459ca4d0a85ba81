"""A picture of each step of a map's story, or all of them side by side in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from impactmap.model.errors import ProjectError
from impactmap.workspace.build import make_ready
from impactmap.workspace.opened import Opened, as_opened
from impactmap.workspace.opening import need_rows
from impactmap.workspace.options import AnySource, OpenOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from impactmap.model.project import Project

__all__ = ["draw_steps"]


def draw_steps(
    source: AnySource | Opened,
    path: str | Path,
    *,
    preset: str = "web",
    dark: bool = False,
    transparent: bool = False,
    strip: bool = False,
    force: bool = False,
    **said: Unpack[OpenOptions],
) -> list[Path]:
    """Draw one picture for each step of a project's story, or one of them all.

    Parameters
    ----------
    source, **said
        As in `build`.
    path
        Name of the files, into which the step's number is put: ``story.png`` gives ``story-1.png`` and so on.
    preset, dark, transparent, force
        As in `draw`.
    strip
        Put the pictures side by side into one file, `path` itself.

    Returns
    -------
    list of Path
        The files, in the order of the steps. A step that shows no report has none.

    Raises
    ------
    ProjectError
        When the project has no steps.
    ImpactMapError
        Whatever else stopped it.
    """
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.model.atomic import replace_file
    from impactmap.publishing.files.read_back import check_picture

    opened = as_opened(source, said)
    read = opened.read()
    need_rows([read.reading])
    if not read.project.steps:
        raise ProjectError("expected a project with steps, found none. Write them as [[steps]] in the project file.")
    drawn = _figures(opened, read.project, preset=preset, dark=dark, transparent=transparent)
    whole = Path(path)
    if strip and (pictures := list(drawn)):
        drawn = iter(
            [(0, _side_by_side([figure for _, figure, _ in pictures]), " ".join(text for *_, text in pictures))]
        )
    files = []
    for number, figure, text in drawn:
        file = whole if strip else whole.with_stem(f"{whole.stem}-{number}")
        with replace_file(file, inputs=read.inputs, force=force) as temporary:
            save_figure(figure, temporary, alt_text=text, credit=read.project.map.credit)
            check_picture(temporary)
        files.append(file)
    return files


def _figures(
    opened: Opened, project: Project, *, preset: str, dark: bool, transparent: bool
) -> Iterator[tuple[int, Figure, str]]:
    """Yield the number, the picture and its description of each step that shows a report."""
    from impactmap.look.house import house_themes
    from impactmap.maps.picture.plot import plot_map
    from impactmap.scene.author.resolving import reports_of_map
    from impactmap.scene.author.steps import resolve_steps, step_map
    from impactmap.telling.summary import alt_text, summarise

    ready = make_ready(opened, opened.progress)
    whole = reports_of_map(ready.events, ready.claims, project)
    for number, step in enumerate(resolve_steps(whole, project), 1):
        events, claims, own = step_map(step, ready.events, ready.claims, project, whole)
        if not len(events):
            continue
        theme = house_themes(project)[dark]
        figure = plot_map(events, claims, project=own, border=ready.border, preset=preset, theme=theme)
        if transparent:
            figure.set_facecolor("none")
        yield number, figure, alt_text(summarise(events, claims, own))


def _side_by_side(figures: Sequence[Figure]) -> Figure:
    """Return one picture of several, as high as the highest."""
    import io

    import numpy as np
    from matplotlib.figure import Figure
    from PIL import Image

    from impactmap.maps.picture.image_file import save_figure

    drawn = []
    for figure in figures:
        file = io.BytesIO()
        save_figure(figure, file, alt_text="-", format="png")
        drawn.append(np.asarray(Image.open(file)))
    dpi, high = figures[0].dpi, max(len(picture) for picture in drawn)
    strip = Figure(figsize=(sum(picture.shape[1] for picture in drawn) / dpi, high / dpi), dpi=dpi)
    strip.set_facecolor(figures[0].get_facecolor())
    left = 0
    for picture in drawn:
        strip.figimage(picture, left, high - len(picture))
        left += picture.shape[1]
    strip.set_label(str(figures[0].get_label()))
    return strip
