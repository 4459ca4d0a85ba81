"""A picture of each step of a map's story."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from impactmap.model.errors import ProjectError
from impactmap.workspace.build import make_ready
from impactmap.workspace.opened import Opened, as_opened
from impactmap.workspace.opening import need_rows
from impactmap.workspace.options import AnySource, OpenOptions

__all__ = ["draw_steps"]


def draw_steps(
    source: AnySource | Opened,
    path: str | Path,
    *,
    preset: str = "web",
    dark: bool = False,
    transparent: bool = False,
    force: bool = False,
    **said: Unpack[OpenOptions],
) -> list[Path]:
    """Draw one picture for each step of a project's story.

    Parameters
    ----------
    source, **said
        As in `build`.
    path
        Name of the files, into which the step's number is put: ``story.png`` gives ``story-1.png`` and so on.
    preset, dark, transparent, force
        As in `draw`.

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
    from impactmap.look.house import house_themes
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_map
    from impactmap.model.atomic import replace_file
    from impactmap.publishing.files.read_back import check_picture
    from impactmap.scene.author.resolving import reports_of_map
    from impactmap.scene.author.steps import resolve_steps, step_map
    from impactmap.telling.summary import alt_text, summarise

    opened = as_opened(source, said)
    read = opened.read()
    need_rows([read.reading])
    project = read.project
    if not project.steps:
        raise ProjectError("expected a project with steps, found none. Write them as [[steps]] in the project file.")
    ready = make_ready(opened, opened.progress)
    whole = reports_of_map(ready.events, ready.claims, project)
    files = []
    for number, step in enumerate(resolve_steps(whole, project), 1):
        events, claims, own = step_map(step, ready.events, ready.claims, project, whole)
        if not len(events):
            continue
        file = Path(path).with_stem(f"{Path(path).stem}-{number}")
        text = alt_text(summarise(events, claims, own))
        with replace_file(file, inputs=read.inputs, force=force) as temporary:
            theme = house_themes(project)[dark]
            figure = plot_map(events, claims, project=own, border=ready.border, preset=preset, theme=theme)
            if transparent:
                figure.set_facecolor("none")
            save_figure(figure, temporary, alt_text=text, credit=project.map.credit)
            check_picture(temporary)
        files.append(file)
    return files
