"""The published folder: everything a newsroom needs, written as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.model.atomic import replace_folder
from impactmap.model.progress import Progress, quiet
from impactmap.model.project import Project, newest_first
from impactmap.places.fine_positions import coarse_frame, coarse_text
from impactmap.publishing.chain import HISTORY
from impactmap.publishing.data_package import make_datapackage
from impactmap.publishing.data_sheet import data_sheet
from impactmap.publishing.embed import embed_page
from impactmap.publishing.files.delimited_text import write_csv
from impactmap.publishing.files.forms import find_form
from impactmap.publishing.files.geo_files import write_geojson, write_geopackage, write_geoparquet
from impactmap.publishing.files.published_columns import published_claims, published_columns, published_events
from impactmap.publishing.files.read_back import Contents, check_page, check_picture, check_written
from impactmap.publishing.history import NOTE, Earlier, record_changes, withdrawn_notes
from impactmap.publishing.manifest import write_json, write_manifest
from impactmap.telling.correction_note import corrections_text, shortened
from impactmap.telling.method import method_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.model.schema import Column
    from impactmap.reading.read import Reading

__all__ = ["FILES", "publish"]

#: What a published folder holds.
FILES = (
    "DATASHEET.md",
    "METHOD.md",
    "claims.csv",
    "datapackage.json",
    "embed.html",
    "events.csv",
    "events.geojson",
    "events.gpkg",
    "events.parquet",
    "history.jsonl",
    "manifest.json",
    "map.html",
    "map.pdf",
    "map.png",
    "map.svg",
    "social.png",
)
#: The page wants a wide picture, the printer a sheet, whoever shares the address a card.
PICTURES = (("map.png", "web"), ("map.svg", "web"), ("map.pdf", "print"), ("social.png", "social"))


def publish(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None,
    folder: str | Path,
    *,
    project: Project,
    border: Border | None = None,
    reading: Reading | None = None,
    inputs: Iterable[str | Path] | None = None,
    notes: Iterable[str] | None = None,
    earlier: Earlier | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Write everything that leaves, as a whole.

    Parameters
    ----------
    events
        What may be published, EPSG:4326, with the columns of `geocode_events` and of whichever context stages ran.
        ``attrs`` may hold ``held_back`` and ``outside_period``, the numbers of events left out.
    claims
        The claims about them.
    folder
        New, empty, or published before. Replaced as a whole; see `replace_folder`.
    project
        The map's project.
    border
        The border that distances refer to.
    reading
        What was read: METHOD.md lists its rejected rows.
    inputs
        Files that the manifest names with their check sums; by default those of `reading`.
    notes
        What was assumed and detected, for METHOD.md; by default the notes of `reading`.
    earlier
        The publication that this one follows: its history is continued, and what was corrected is said on the page,
        in METHOD.md and, whole, in ``CORRECTIONS.md``.
    force
        Write through links, beside other files, and into an input's folder, too.
    progress
        Called before each file, and while large ones are written, with how much is done, of how much, and what.

    Returns
    -------
    list of Path
        The files written, by name.

    Raises
    ------
    PublishError
        When the folder cannot or should not be written, or a position is finer than may leave; what was there before
        is intact.
    ColumnError, CrsError, InputError
        When the events are not what `geocode_events` gives.

    Notes
    -----
    The same inputs give the same bytes, in whatever folder and at whatever time, as long as the libraries are the same.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> files = im.publish(located, None, Path(tempfile.mkdtemp()) / "map", project=im.Project())
    >>> {"map.html", "map.png", "METHOD.md", "manifest.json"} <= {file.name for file in files}
    True
    """
    from impactmap.context.compare import compare_reported
    from impactmap.maps.page.event_map import build_map
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_reports, still_map
    from impactmap.telling.summary import alt_text

    if claims is None:
        claims = published_claims(None)
    sources = [Path(path) for path in (inputs if inputs is not None else _inputs(reading))]
    say = progress or quiet
    rejected, withdrawn = (None, None) if reading is None else (reading.row_faults, reading.withdrawn)
    notes = list(notes if notes is not None else _notes(reading))
    if not project.publish.exact_positions:
        events, claims = coarse_frame(events), coarse_frame(claims)
        rejected, withdrawn = (None if each is None else coarse_frame(each) for each in (rejected, withdrawn))
        notes = [coarse_text(note) for note in notes]
    table = published_events(events, exact_positions=project.publish.exact_positions, fields=project.fields)
    statements = published_claims(claims)
    with replace_folder(folder, inputs=sources, force=force) as staging:
        write_csv(table, staging / "events.csv", progress=say)
        write_csv(statements, staging / "claims.csv", progress=say)
        project = _corrected(staging, project, earlier, withdrawn)
        say(0, 1, "Collecting what the page shows")
        page = build_map(events, claims, project=project, border=border)
        summary, alt = page.summary, alt_text(page.summary)
        say(0, 1, "Writing the page")
        files = page.write_texts(staging, "map", progress=say) if page.texts_beside else []
        still = still_map(page.reports, project=project, border=border)
        _write(staging / "map.html", page.to_page(files=files, still=still))
        _write(staging / "embed.html", embed_page(project, summary))
        figures: dict[str, Any] = {}
        for number, (name, preset) in enumerate(PICTURES):
            say(number, len(PICTURES), f"Drawing {name}")
            if preset not in figures:
                figures[preset] = plot_reports(page.reports, project=project, border=border, preset=preset)
            save_figure(figures[preset], staging / name, alt_text=alt, credit=project.map.credit)
        del page  # takes much memory
        origins = _notices()
        write_geojson(table, staging / "events.geojson", notices=origins, progress=say)
        write_geoparquet(table, staging / "events.parquet", progress=say)
        write_geopackage(table, statements, staging / "events.gpkg", notices=origins, progress=say)
        say(0, 1, "Writing METHOD.md")
        _write(
            staging / "METHOD.md",
            method_text(
                events,
                claims,
                project=project,
                summary=summary,
                border=border,
                comparison=compare_reported(events, claims),
                rejected=rejected,
                notes=notes,
                held_back=int(events.attrs.get("held_back", 0)),
                outside_period=int(events.attrs.get("outside_period", 0)),
            ),
        )
        _write(
            staging / "DATASHEET.md",
            data_sheet(
                events,
                claims,
                summary,
                held_back=int(events.attrs.get("held_back", 0)),
                outside_period=int(events.attrs.get("outside_period", 0)),
                refused=int(events.attrs.get("rejected", 0)),
                language=project.map.language,
            ),
        )
        say(0, 1, "Reading back what was written")
        _check(staging, table, statements)
        say(0, 1, "Describing the tables")
        write_json(
            staging / "datapackage.json", _package(staging, published_columns(events.columns, project.fields), project)
        )
        extra = [file.name for file in files] + [NOTE] * (staging / NOTE).is_file()
        write_manifest(staging, inputs=sources, folder=project.folder, progress=say)
    return [Path(folder) / name for name in sorted([*FILES, *extra])]


def _corrected(staging: Path, project: Project, earlier: Earlier | None, withdrawn: pd.DataFrame | None) -> Project:
    """Write the history and the note of corrections; return the project with what page and METHOD.md say of them."""
    language = project.map.language
    record = record_changes(staging, earlier, withdrawn=withdrawn, language=language)
    _write(staging / HISTORY, record.text)
    told = [*project.corrections, *record.corrections]
    told = newest_first([*told, *withdrawn_notes(withdrawn, told, language)])
    if not told:
        return project
    _write(staging / NOTE, corrections_text(told, title=project.map.title, language=language))
    return project.model_copy(update={"corrections": tuple(shortened(told, file=NOTE, language=language))})


def _check(staging: Path, table: gpd.GeoDataFrame, statements: pd.DataFrame) -> None:
    """Read every file back, before the folder takes the place of anything."""
    west, south, east, north = table.total_bounds.tolist()
    expected = Contents(len(table), None if math.isnan(west) else (west, south, east, north))
    for form in ("csv", "geojson", "parquet", "gpkg"):
        check_written(staging / f"events.{form}", form, find_form("", form).title, expected)
    check_written(staging / "claims.csv", "csv", "CSV", Contents(len(statements)))
    for name in ("map.html", "embed.html"):
        check_page(staging / name)
    for name, _ in PICTURES:
        check_picture(staging / name)


def _package(staging: Path, columns: list[Column], project: Project) -> dict[str, Any]:
    told = project.map
    return make_datapackage(staging, columns, title=told.title, description=told.subtitle, credit=told.credit)


def _inputs(reading: Reading | None) -> list[Path]:
    return [] if reading is None else [Path(entry.path) for entry in reading.inputs]


def _notes(reading: Reading | None) -> list[str]:
    return [] if reading is None else [f"{note.file}: {note.text}" for note in reading.notes]


def _notices() -> list[str]:
    from impactmap.reference import notices

    return notices()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
