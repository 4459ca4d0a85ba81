"""The published folder: everything a newsroom needs, written as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from impactmap.model.atomic import replace_folder
from impactmap.model.faults import check_keywords
from impactmap.model.progress import Progress, quiet
from impactmap.model.project import Project
from impactmap.model.sections.map import newest_first
from impactmap.places.fine_positions import coarse_frame, coarse_text
from impactmap.publishing.chain import HISTORY
from impactmap.publishing.data_package import make_datapackage
from impactmap.publishing.editions import Edition, check_edition, write_edition, write_text
from impactmap.publishing.files.delimited_text import write_csv
from impactmap.publishing.files.forms import find_form
from impactmap.publishing.files.geo_files import write_geojson, write_geopackage, write_geoparquet
from impactmap.publishing.files.published_columns import published_claims, published_columns, published_events
from impactmap.publishing.files.read_back import Contents, check_written
from impactmap.publishing.history import NOTE, Earlier, record_changes, withdrawn_notes
from impactmap.publishing.manifest import write_json, write_manifest
from impactmap.telling.notes.correction_note import corrections_text, shortened

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.model.schema import Column
    from impactmap.reading.read import Reading

__all__ = ["FILES", "PublishOptions", "publish"]

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


class PublishOptions(TypedDict, total=False):
    """What `publish` can be told beside what it publishes.

    Attributes
    ----------
    inputs
        Files that the manifest names with their check sums; by default those of the reading.
    notes
        What was assumed and detected, for METHOD.md; by default the notes of the reading.
    editions
        The same map in its further languages: each has a page, pictures and notes of its own, and a switch leads from
        one page to the others.
    earlier
        The publication that this one follows: its history is continued, and what was corrected is said on the page,
        in METHOD.md and, whole, in ``CORRECTIONS.md``.
    progress
        Called before each file, and while large ones are written, with how much is done, of how much, and what.
    """

    inputs: Iterable[str | Path] | None
    notes: Iterable[str] | None
    editions: Iterable[Edition]
    earlier: Earlier | None
    progress: Progress | None


def publish(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame | None,
    folder: str | Path,
    *,
    project: Project,
    border: Border | None = None,
    reading: Reading | None = None,
    force: bool = False,
    **more: Unpack[PublishOptions],
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
    force
        Write through links, beside other files, and into an input's folder, too.
    **more
        ``inputs``, ``notes``, ``editions``, ``earlier`` and ``progress``: see `PublishOptions`.

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
    check_keywords(more, PublishOptions, "project", "border", "reading", "force")
    inputs, notes, earlier = more.get("inputs"), more.get("notes"), more.get("earlier")
    if claims is None:
        claims = published_claims(None)
    sources = [Path(path) for path in (inputs if inputs is not None else _inputs(reading))]
    say = more.get("progress") or quiet
    rejected, withdrawn = (None, None) if reading is None else (reading.row_faults, reading.withdrawn)
    notes = list(notes if notes is not None else _notes(reading))
    if not project.publish.exact_positions:
        events, claims = coarse_frame(events), coarse_frame(claims)
        rejected, withdrawn = (None if each is None else coarse_frame(each) for each in (rejected, withdrawn))
        notes = [coarse_text(note) for note in notes]
    table = published_events(events, exact_positions=project.publish.exact_positions, fields=project.fields)
    statements = published_claims(claims)
    shown = [Edition(project, events, claims), *(_coarse(each) for each in more.get("editions", ()))]
    with replace_folder(folder, inputs=sources, force=force) as staging:
        write_csv(table, staging / "events.csv", progress=say)
        write_csv(statements, staging / "claims.csv", progress=say)
        shown = [replace(each, project=_corrected(staging, each.project, earlier, withdrawn)) for each in shown]
        beside: list[Path] = []
        for each in shown:
            beside += write_edition(staging, each, border=border, rejected=rejected, notes=notes, progress=say)
        origins = _notices()
        write_geojson(table, staging / "events.geojson", notices=origins, progress=say)
        write_geoparquet(table, staging / "events.parquet", progress=say)
        write_geopackage(table, statements, staging / "events.gpkg", notices=origins, progress=say)
        say(0, 1, "Reading back what was written")
        _check(staging, table, statements)
        for each in shown:
            check_edition(staging, each.project)
        say(0, 1, "Describing the tables")
        write_json(
            staging / "datapackage.json", _package(staging, published_columns(events.columns, project.fields), project)
        )
        write_manifest(staging, inputs=sources, folder=project.folder, progress=say)
        written = sorted(file.name for file in staging.iterdir())
    return [Path(folder) / name for name in written]


def _coarse(edition: Edition) -> Edition:
    """Return a language's frames as they may leave."""
    if edition.project.publish.exact_positions:
        return edition
    return replace(edition, events=coarse_frame(edition.events), claims=coarse_frame(edition.claims))


def _corrected(staging: Path, project: Project, earlier: Earlier | None, withdrawn: pd.DataFrame | None) -> Project:
    """Write the history and the note of corrections; return the project with what page and METHOD.md say of them."""
    language = project.map.language
    record = record_changes(staging, earlier, withdrawn=withdrawn, language=language)
    write_text(staging / HISTORY, record.text)
    told = [*project.corrections, *record.corrections]
    told = newest_first([*told, *withdrawn_notes(withdrawn, told, language)])
    if not told:
        return project
    note = project.file(NOTE)
    write_text(staging / note, corrections_text(told, title=project.map.title, language=language))
    return project.model_copy(update={"corrections": tuple(shortened(told, file=note, language=language))})


def _check(staging: Path, table: gpd.GeoDataFrame, statements: pd.DataFrame) -> None:
    """Read every file back, before the folder takes the place of anything."""
    west, south, east, north = table.total_bounds.tolist()
    expected = Contents(len(table), None if math.isnan(west) else (west, south, east, north))
    for form in ("csv", "geojson", "parquet", "gpkg"):
        check_written(staging / f"events.{form}", form, find_form("", form).title, expected)
    check_written(staging / "claims.csv", "csv", "CSV", Contents(len(statements)))


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
