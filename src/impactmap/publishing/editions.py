"""One language of a published map: its page, its pictures, and the notes that say how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.progress import Progress
from impactmap.model.project import Project
from impactmap.publishing.data_sheet import data_sheet
from impactmap.publishing.embed import embed_page, oembed_text
from impactmap.publishing.files.read_back import check_page, check_picture
from impactmap.telling.method import method_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.telling.reports import Reports

__all__ = ["EDITION_FILES", "PICTURES", "Edition", "check_edition", "edition_files", "write_edition", "write_text"]

#: The page wants a wide picture, the printer a sheet, whoever shares the address a card.
PICTURES = (("map.png", "web"), ("map.svg", "web"), ("map.pdf", "print"), ("social.png", "social"))
#: Files that each language has of its own.
EDITION_FILES = ("DATASHEET.md", "METHOD.md", "embed.html", "map.html", "oembed.json", *(name for name, _ in PICTURES))


@dataclass(frozen=True)
class Edition:
    """A map in one language.

    Attributes
    ----------
    project
        In this language.
    events, claims
        As for `publish`, with the texts and the places' names in it.
    """

    project: Project
    events: gpd.GeoDataFrame
    claims: pd.DataFrame


def write_edition(
    staging: Path,
    edition: Edition,
    *,
    border: Border | None,
    rejected: pd.DataFrame | None,
    notes: Sequence[str],
    progress: Progress,
) -> list[Path]:
    """Write what one language has of its own.

    Parameters
    ----------
    staging
        The folder.
    edition
        What is shown; ``attrs`` of its events hold the numbers that are left out.
    border, rejected, notes
        As for `method_text`.
    progress
        Told each file.

    Returns
    -------
    list of Path
        The files that only large maps have: the texts beside the page.
    """
    from impactmap.context.compare import compare_reported
    from impactmap.maps.page.event_map import build_map
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_reports, still_map
    from impactmap.telling.summary import alt_text

    project, events, claims = edition.project, edition.events, edition.claims
    progress(0, 1, "Collecting what the page shows")
    page = build_map(events, claims, project=project, border=border)
    summary, alt = page.summary, alt_text(page.summary)
    progress(0, 1, "Writing the page")
    name = project.file("map.html")
    files = page.write_texts(staging, name.removesuffix(".html"), progress=progress) if page.texts_beside else []
    still = still_map(page.reports, project=project, border=border)
    pictures = step_stills(page.reports, edition, border)
    text = page.to_page(files=files, still=still, step_pictures=pictures, languages=_pages(project))
    write_text(staging / name, text)
    write_text(staging / project.file("embed.html"), embed_page(project, summary))
    if project.publish.base_url:
        write_text(staging / project.file("oembed.json"), oembed_text(project, summary))
    figures: dict[str, Any] = {}
    for number, (picture, preset) in enumerate(PICTURES):
        progress(number, len(PICTURES), f"Drawing {project.file(picture)}")
        if preset not in figures:
            figures[preset] = plot_reports(page.reports, project=project, border=border, preset=preset)
        save_figure(figures[preset], staging / project.file(picture), alt_text=alt, credit=project.map.credit)
    del page  # takes much memory
    progress(0, 1, f"Writing {project.file('METHOD.md')}")
    left_out = {name: int(events.attrs.get(name, 0)) for name in ("held_back", "outside_period")}
    method = method_text(
        events,
        claims,
        project=project,
        summary=summary,
        border=border,
        comparison=compare_reported(events, claims),
        rejected=rejected,
        notes=notes,
        **left_out,
    )
    write_text(staging / project.file("METHOD.md"), method)
    refused = int(events.attrs.get("rejected", 0))
    sheet = data_sheet(events, claims, summary, refused=refused, language=project.map.language, **left_out)
    write_text(staging / project.file("DATASHEET.md"), sheet)
    return files


def step_stills(reports: Reports, edition: Edition, border: Border | None) -> list[bytes]:
    """Draw a small picture of each step of the story; nothing for one that shows no report, or the whole map."""
    from impactmap.maps.picture.plot import still_map
    from impactmap.scene.antimeridian import in_one_piece
    from impactmap.scene.author.resolving import reports_of_map
    from impactmap.scene.author.steps import resolve_steps, step_map

    project, stills = edition.project, []
    for step in resolve_steps(reports, project):
        events, claims, own = step_map(step, edition.events, edition.claims, project, reports)
        whole = step.bounds is None and len(events) == len(edition.events)  # the page shows that picture already
        shown = None if whole or not len(events) else in_one_piece(reports_of_map(events, claims, own))
        stills.append(b"" if shown is None else still_map(shown, project=own, border=border, small=True))
    return stills


def check_edition(staging: Path, project: Project) -> None:
    """Read its pages and pictures back."""
    for name in ("map.html", "embed.html"):
        check_page(staging / project.file(name))
    for name, _ in PICTURES:
        check_picture(staging / project.file(name))


def edition_files(projects: Iterable[Project]) -> list[str]:
    """Return the names of the files that the languages have of their own."""
    return [project.file(name) for project in projects for name in EDITION_FILES]


def write_text(path: Path, text: str) -> None:
    """Write a text as it is everywhere: UTF-8, with line feeds."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _pages(project: Project) -> dict[str, str]:
    """Return each language's page, where there are several."""
    languages = project.map.languages if len(project.map.languages) > 1 else ()
    return {code: project.file("map.html", code) for code in languages}
