"""The one way to write a table: what leaves, put in place whole and read back."""

from __future__ import annotations

import contextlib
import datetime as dt
import filecmp
import itertools
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from impactmap.model.atomic import replace_file, replace_folder
from impactmap.model.embargo import Embargo
from impactmap.model.errors import PublishError, TermsWarning
from impactmap.model.progress import Progress, quiet
from impactmap.places.geometry import name_columns
from impactmap.places.lookup import ADDED
from impactmap.publishing.files.chunks import Parts, Told
from impactmap.publishing.files.cleared_export import (
    clean_table,
    coarse_texts,
    held_note,
    hold_back_events,
    leaving_claims,
    leaving_events,
)
from impactmap.publishing.files.coarse_columns import OURS, coarse_columns
from impactmap.publishing.files.delimited_text import write_csv
from impactmap.publishing.files.read_back import Contents, check_written
from impactmap.reading.formats.long_texts import cut_note
from impactmap.reading.formats.related import CLAIMS_ENDING, DATAPACKAGE

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

from impactmap.publishing.files.forms import Content, Form, find_form

__all__ = ["Written", "write_events", "write_parts", "write_table"]


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    files
        The files, the table's own first.
    notes
        What a reader should know: what was made coarse or replaced, and what the data's publisher asks for.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


class WriteOptions(TypedDict, total=False):
    """What may be said of the writing of a file beside what is written; see `write_events`."""

    force: bool
    inputs: Iterable[str | Path]
    progress: Progress | None


def write_events(
    events: pd.DataFrame,
    path: str | Path,
    *,
    claims: pd.DataFrame | None = None,
    format: str = "auto",  # noqa: A002 -- the word users look for
    exact_positions: bool = False,
    now: dt.datetime | None = None,
    embargo_hours: float = 24.0,
    **options: Unpack[WriteOptions],
) -> Written:
    r"""Write events, with every column, so that other programs and `read_events` open them.

    Parameters
    ----------
    events
        As `read_events`, `geocode_events` or a later stage gives them.
    path
        File to be written; for a data package its folder, or the ``datapackage.json`` in it.
    claims
        The claims about them. Written into the same file where the form has room for a second table (workbook,
        GeoPackage, data package), else beside it as ``<name>.claims.csv``.
    format
        ``auto`` goes by the file name's ending; or a name out of ``csv, tsv, hxl, xlsx, jsonl, geojson, parquet, gpkg,
        fgb, kml, datapackage``.
    exact_positions
        Let coordinates leave as the source gave them; otherwise they are rounded to two decimals of a degree.
    now, embargo_hours
        Events wait so long after the end of their last day (UTC), counted back from `now`, a time with its zone, by
        default the clock's; 0 lets all leave. Those held back are counted in the notes.
    **options
        ``force``, ``inputs``: as in `impactmap.model.atomic.replace_file`. ``progress``: called while a form is written
        row by row, with the rows written, the rows in all, and what is done.

    Returns
    -------
    Written
        The files, and notes for their reader.

    Raises
    ------
    InputError
        For an unknown format or ending, and when distances were measured from positions that may not leave.
    ColumnError, CrsError
        When the events are not what `read_events` or a later stage gives.
    PublishError
        When a file should not or cannot be written; what was there before is intact.

    Warns
    -----
    TermsWarning
        When the data's publisher sets terms for those who pass it on (``events.attrs["terms"]``).

    Notes
    -----
    Each file is the old one or the new one, whole, and the same input gives the same bytes. Cells that a spreadsheet
    would run begin with an apostrophe in CSV and XLSX, which `read_events` takes away again. What a text cannot hold in
    any form (NUL, halves of surrogate pairs) is replaced by U+FFFD and noted.

    Examples
    --------
    >>> import impactmap, tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("id,date,place\n00123,2025-11-09,Kharkiv\n")
    >>> reading = impactmap.read_events(folder / "in.csv")
    >>> impactmap.write_events(reading.events, folder / "out.geojson").files[0].name
    'out.geojson'
    """
    if terms := events.attrs.get("terms"):
        warnings.warn(str(terms), TermsWarning, stacklevel=2)
    events = name_columns(events)
    embargo = Embargo(now or dt.datetime.now(dt.UTC), embargo_hours) if embargo_hours else None
    events, claims, held = hold_back_events(events, claims, embargo)
    written = write_parts(
        [events],
        path,
        rows=len(events),
        claims=claims,
        format=format,
        exact_positions=exact_positions,
        **options,
    )
    return replace(written, notes=(*held_note(held), *written.notes))


def write_parts(
    parts: Iterable[pd.DataFrame],
    path: str | Path,
    *,
    rows: int,
    claims: pd.DataFrame | None = None,
    format: str = "auto",  # noqa: A002 -- the word users look for
    exact_positions: bool = False,
    **options: Unpack[WriteOptions],
) -> Written:
    """Write events that come a part at a time as `write_events` writes them whole.

    Parameters
    ----------
    parts
        Parts of one table of events in order, at least one. Only one is in memory at a time, where the form can be
        written so: CSV and its kin, JSON lines, GeoJSON, GeoParquet.
    rows
        How many rows they have together.
    path, claims, format, exact_positions, **options
        As in `write_events`.

    Returns
    -------
    Written
        The same as from `write_events`, but nobody is warned of the publisher's terms; they are among the notes.

    Raises
    ------
    InputError, ColumnError, CrsError, PublishError
        As from `write_events`.
    """
    form = find_form(path, format)
    told = Told()
    coming = iter(parts)
    first = next(coming)
    leaving = (
        leaving_events(part, told, exact_positions=exact_positions, unheld=form.unheld)
        for part in itertools.chain([first], coming)
    )
    table = Parts(leaving, rows)
    statements = leaving_claims(claims, told, exact_positions=exact_positions)
    notes = [str(terms)] if (terms := first.attrs.get("terms")) else []
    if statements is None and not form.holds_claims and (beside := _beside(Path(path), form)).exists():
        notes.append(f"{beside.name} was there before, is as it was, and is read with the table.")
    located = "place_provider" in table.empty.columns
    content = Content(table, statements, _notices() if located else (), inputs=tuple(options.get("inputs", ())))
    content = replace(content, progress=options.get("progress") or quiet)
    if form.name == "xlsx":
        notes += cut_note([content.table] if statements is None else [content.table, statements])
    files = _put(form, content, Path(path), force=options.get("force", False))
    return Written(files, (*told.sentences(), *notes))


def write_table(
    frame: gpd.GeoDataFrame,
    path: str | Path,
    *,
    format: str = "auto",  # noqa: A002 -- the word users look for
    inputs: Iterable[str | Path] = (),
    force: bool = False,
    exact_positions: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write a located table, whatever its columns, to a file, all or nothing.

    Parameters
    ----------
    frame
        EPSG:4326, as `locate_table` gives it.
    path, format, inputs, force, exact_positions, progress
        As in `write_events`.

    Returns
    -------
    Written
        The files, and notes for their reader.

    Raises
    ------
    InputError
        For an unknown format or ending.
    PublishError
        When the file should not or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> written = im.write_table(located, Path(tempfile.mkdtemp()) / "events.geojson")
    >>> [file.name for file in written.files]
    ['events.geojson']
    """
    import geopandas as gpd
    import pandas as pd

    form = find_form(path, format)
    told = Told()
    cells = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if not exact_positions:
        cells = coarse_texts(coarse_columns(cells, told, kept=frame.attrs.get(ADDED, OURS)), told)
    table = clean_table(cells, told, unheld=form.unheld)
    notes = told.sentences()
    if form.name == "xlsx":
        notes += cut_note([table])
    located = gpd.GeoDataFrame(table, geometry=frame.geometry, crs=frame.crs)
    content = Content(Parts.of(located), None, _notices(), "Located table", tuple(inputs), progress or quiet)
    return Written(_put(form, content, Path(path), force=force), tuple(notes))


def _put(form: Form, content: Content, path: Path, *, force: bool) -> tuple[Path, ...]:
    inputs = content.inputs
    if form.is_folder:
        folder = path.parent if path.name == DATAPACKAGE else path
        with replace_folder(folder, inputs=inputs, force=force) as staging:
            form.write(content, staging)
            expected = Contents(content.parts.passed, content.parts.bounds)
            check_written(staging / "events.csv", "csv", "CSV", expected)
            check_written(staging / "events.geojson", "geojson", "GeoJSON", expected)
            names = sorted((file.name for file in staging.iterdir()), key=lambda name: (name != DATAPACKAGE, name))
        return tuple(folder / name for name in names)
    beside = _beside(path, form)
    apart = content.claims if not form.holds_claims else None
    with contextlib.ExitStack() as stack:
        # The claims are put in place last: a table without its claims is whole, claims without their table are not.
        claims = None
        if apart is not None and not _is_there(apart, beside):
            claims = stack.enter_context(replace_file(beside, inputs=inputs, force=force))
        temporary = stack.enter_context(replace_file(path, inputs=inputs, force=force))
        try:
            form.write(content, temporary)
            check_written(temporary, form.name, form.title, Contents(content.parts.passed, content.parts.bounds))
        except PublishError as error:
            raise PublishError(str(error).replace(temporary.name, path.name)) from error
        if apart is not None and claims is not None:
            write_csv(apart, claims)
            check_written(claims, "csv", "CSV", Contents(len(apart)))
    return (path,) if apart is None else (path, beside)


def _beside(path: Path, form: Form) -> Path:
    """Return where the claims go that the form has no room for."""
    ending = next((end for end in form.endings if path.name.casefold().endswith(end)), path.suffix)
    return path.with_name(f"{path.name[: len(path.name) - len(ending)] or path.name}{CLAIMS_ENDING}")


def _is_there(claims: pd.DataFrame, beside: Path) -> bool:
    """Whether these very claims lie there already: a table in another form beside the one it was made from."""
    if not beside.is_file() or beside.is_symlink():
        return False
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "claims.csv"
        write_csv(claims, fresh)
        return filecmp.cmp(fresh, beside, shallow=False)


def _notices() -> tuple[str, ...]:
    from impactmap.reference import notices

    return tuple(notices())
