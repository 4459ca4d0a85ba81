"""The stages joined: from a project file or a table to a published folder."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from impactmap.model.embargo import Embargo
from impactmap.model.progress import Progress, part_of, quiet
from impactmap.model.project import Project
from impactmap.workspace.opening import Source, load_project_border, need_rows, open_source

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.context.plausibility.checks import Finding
    from impactmap.reading.columns.table_options import TableOptions

__all__ = ["BuildReport", "Prepared", "build", "draw", "hold_back", "locate", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """Frames ready to be drawn and published.

    Attributes
    ----------
    events, claims
        What may be published, with every computed column.
    comparison
        `compare_reported` of the two.
    border
        The border that distances refer to; None without one.
    held_back
        Events younger than the embargo, counted only.
    outside_period
        Events outside the map's period, counted only.
    notes
        What was changed in them before it may leave, in plain words.
    """

    events: gpd.GeoDataFrame
    claims: pd.DataFrame
    comparison: pd.DataFrame
    border: Border | None
    held_back: int = 0
    outside_period: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuildReport:
    """What `build` did, for people and for programs.

    Attributes
    ----------
    folder, files
        Where the map is, and the files in it.
    events, rows, claims
        Published events, their rows (an event and a place each) and claims.
    places
        Rows by ``place_status``.
    not_located
        Reported names of places that are ambiguous, not found, unavailable or invalid, each once.
    rejected
        Rows of the tables that are not among the events; METHOD.md lists them.
    rows_read, refused
        Rows of the tables, and how many of them have a fault: the others that are not used are totals, notes and the
        like.
    held_back, outside_period
        Events left out by the embargo and by the period.
    contradictions, disagreements
        Claims that contradict each other, by event and metric; reported figures that differ from computed ones.
    notes
        What was assumed or detected, in plain words.
    """

    folder: Path
    files: list[Path] = field(default_factory=list)
    events: int = 0
    rows: int = 0
    claims: int = 0
    places: dict[str, int] = field(default_factory=dict)
    not_located: list[str] = field(default_factory=list)
    rejected: int = 0
    rows_read: int = 0
    refused: int = 0
    held_back: int = 0
    outside_period: int = 0
    contradictions: int = 0
    disagreements: int = 0
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "folder": str(self.folder), "files": [path.name for path in self.files]}


def locate(
    events: pd.DataFrame,
    project: Project,
    *,
    cache_folder: str | Path | None = None,
    gazetteers: str | Path | None = None,
    on_question: Callable[[int], None] | None = None,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Geocode events and coarsen their positions to what may leave.

    Parameters
    ----------
    events
        As `read_events` gives them.
    project
        Its language names the places, its geocoder is asked for what the gazetteer cannot settle, its decisions win
        over both, and its ``exact_positions`` keeps positions as given.
    cache_folder
        Where the answers of the online geocoder are kept; none are when left out.
    gazetteers
        Folder of the user's own gazetteers, beside the one that ships.
    on_question
        Called before each question to the online geocoder with its number.
    progress
        Told how many of the different places are decided.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index, with the columns of `geocode_events`, EPSG:4326.
    """
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.places.locating import locate_events
    from impactmap.places.online.opening import open_provider
    from impactmap.places.overrides.decision_file import read_decisions

    decisions = read_decisions(project.folder / project.data.decisions)
    with contextlib.ExitStack() as stack:
        online = None
        if project.geocoder:
            chosen = project.geocoder
            online = stack.enter_context(open_provider(chosen, cache_folder=cache_folder, on_question=on_question))
        return locate_events(
            events,
            exact_positions=project.publish.exact_positions,
            gazetteer=open_gazetteer(gazetteers),
            online=online,
            decisions=decisions,
            countries=project.map.countries,
            language=project.map.language,
            progress=progress or quiet,
        )


def prepare(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame,
    project: Project,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
) -> Prepared:
    """Add what surrounds the places, compare with what was reported, and hold back what must wait.

    Parameters
    ----------
    events
        As `locate` gives them.
    claims
        As `read_events` gives them.
    project
        Says the border, the raster, the embargo and the period.
    now
        The present, with a time zone.
    progress
        Called before each step with its number, the number of steps and what it does.

    Returns
    -------
    Prepared
        Events that may be published, in order, with new index 0, 1, ...; and the claims about them. The page and
        METHOD.md read the numbers of events left out from ``events.attrs``.
    """
    import pandas as pd

    from impactmap.context.compare import compare_reported
    from impactmap.context.distance import add_border_distance
    from impactmap.context.population import add_population
    from impactmap.context.regions import add_regions
    from impactmap.model.arrow import positions_in

    say = progress or quiet
    say(0, 4, "Finding the regions")
    events = add_regions(events, language=project.map.language)
    border = load_project_border(project)
    if border is not None:
        say(1, 4, "Measuring distances to the border")
        events = add_border_distance(events, border=border)
    context = project.context
    say(2, 4, "Adding populations")
    if context.raster:
        events = add_population(events, raster=project.folder / context.raster, radius_km=context.radius_km)
    else:
        events = add_population(events)
    say(3, 4, "Comparing with what was reported")
    kept, held_back, outside = hold_back(events, project, now=now)
    kept = kept.reset_index(drop=True)
    kept.attrs |= {"held_back": held_back, "outside_period": outside}
    told = positions_in(claims["event_id"], pd.Index(kept["event_id"].unique())) >= 0
    about = claims[told].reset_index(drop=True)
    return Prepared(kept, about, compare_reported(kept, about), border, held_back, outside)


def hold_back(events: gpd.GeoDataFrame, project: Project, *, now: dt.datetime) -> tuple[gpd.GeoDataFrame, int, int]:
    """Leave out events that the embargo keeps back and events outside the map's period.

    Parameters
    ----------
    events
        Needs ``event_id``, ``date_start`` and ``date_end``.
    project
        ``embargo_hours``, ``timezone``, ``period_start`` and ``period_end``.
    now
        The present, with a time zone.

    Returns
    -------
    tuple
        The rows that stay, with order and index; the number of events held back; the number of events outside the
        period.

    Notes
    -----
    An event ends at 24:00 of its last day in the map's time zone, and may be published `embargo_hours` after that.
    One whose last day is not known is held back. An event in several places stays or goes as a whole, and one that
    overlaps the period is inside it.
    """
    import pandas as pd

    options = project.map
    held = Embargo(now, options.embargo_hours, options.timezone).holds(events)
    ids = pd.Series(pd.factorize(events["event_id"])[0], index=events.index)
    last = events["date_end"].fillna(events["date_start"]).groupby(ids).transform("max")
    first = events["date_start"].groupby(ids).transform("min")
    outside = pd.Series(data=False, index=events.index)
    if options.period_start:
        outside |= last < pd.Timestamp(options.period_start)
    if options.period_end:
        outside |= first > pd.Timestamp(options.period_end)
    outside &= ~held
    kept = ~held & ~outside
    # A copy of all rows of a large table would take its memory once more.
    return events if kept.all() else events[kept], int(ids[held].nunique()), int(ids[outside].nunique())


def build(
    project_or_table: str | Path,
    folder: str | Path,
    *,
    now: dt.datetime,
    force: bool = False,
    progress: Progress | None = None,
    cache_folder: str | Path | None = None,
    gazetteers: str | Path | None = None,
    title: str | None = None,
    language: str | None = None,
    border: str | None = None,
    date_format: str | None = None,
    limits: Mapping[str, int] | None = None,
    table: TableOptions | None = None,
    since: str | Path | None = None,
) -> BuildReport:
    """Make a published folder from a project file or a table.

    Parameters
    ----------
    project_or_table, title, language, border, date_format, table, limits
        As in `open_source`.
    folder
        Where to publish; see `publish`.
    now
        The present, with a time zone: the embargo is counted back from it.
    force
        Write into a folder that holds other files, too.
    progress
        Called before each step, and while large tables are read and written, with the step's number, the number of
        steps and what it does.
    cache_folder, gazetteers
        As in `locate`; the manifest names the gazetteers among the inputs.
    since
        Folder of the publication that this one follows: what changed since is told. By default what `folder` holds,
        where the two have an event in common.

    Returns
    -------
    BuildReport

    Raises
    ------
    ImpactMapError
        Whatever stopped it; the folder is then as it was before.
    """
    from impactmap.model.atomic import check_target
    from impactmap.model.claims import find_contradictions
    from impactmap.places.gazetteer.gazetteers import added_files
    from impactmap.publishing.folder import publish
    from impactmap.publishing.history import Earlier
    from impactmap.publishing.manifest import published_seal

    say = progress or quiet
    say(1, 4, "Reading the tables")
    source = open_source(
        project_or_table,
        now=now,
        title=title,
        language=language,
        border=border,
        date_format=date_format,
        limits=limits,
        table=table,
        progress=part_of(say, 1, 4),
    )
    need_rows([source.reading])
    check_target(folder, inputs=source.inputs, force=force)
    seal = published_seal(folder)
    ready = _make_ready(source, now, say, cache_folder, gazetteers)
    notes = [*source.notes, *ready.notes]
    say(4, 4, "Drawing and writing")
    replaced = _replaced(folder, seal)
    files = publish(
        ready.events,
        ready.claims,
        folder,
        project=source.project,
        border=ready.border,
        reading=source.reading,
        inputs=(*source.inputs, *added_files(gazetteers)),
        notes=notes,
        earlier=Earlier(Path(since or folder), now.date(), named=since is not None, tell=replaced.append),
        force=force,
        progress=part_of(say, 4, 4),
    )
    status = ready.events["place_status"]
    if contradicted := int((ready.events["place_conflict"].notna() & (status != "invalid")).sum()):
        notes.append(
            f"In {contradicted:,} rows the place, region or country contradicts the position, which is drawn and "
            "decides country and region. METHOD.md lists them, and so does impactmap check."
        )
    missed = ready.events.loc[status.isin(("ambiguous", "not_found", "unavailable", "invalid")), "place"]
    return BuildReport(
        folder=Path(folder),
        files=files,
        events=int(ready.events["event_id"].nunique()),
        rows=len(ready.events),
        claims=len(ready.claims),
        places={str(name): int(count) for name, count in status.value_counts().sort_index().items()},
        not_located=[str(name) for name in missed.dropna().unique()],
        rejected=len(source.reading.rejected),
        rows_read=sum(file.rows for file in source.reading.inputs),
        refused=_refused(source),
        held_back=ready.held_back,
        outside_period=ready.outside_period,
        contradictions=len(find_contradictions(ready.claims)),
        disagreements=int((ready.comparison["agrees"] == False).fillna(value=False).sum()),  # noqa: E712 -- nullable
        notes=[*notes, *replaced],
    )


def _refused(source: Source) -> int:
    """Return how many rows have a fault."""
    faults = source.reading.row_faults
    return len(faults.loc[faults["severity"] == "fault", ["file", "row"]].drop_duplicates())


def draw(
    project_or_table: str | Path,
    path: str | Path,
    *,
    now: dt.datetime,
    preset: str = "web",
    facet: Literal["date", "side"] | None = None,
    force: bool = False,
    progress: Progress | None = None,
    cache_folder: str | Path | None = None,
    gazetteers: str | Path | None = None,
    title: str | None = None,
    language: str | None = None,
    border: str | None = None,
    date_format: str | None = None,
    limits: Mapping[str, int] | None = None,
    table: TableOptions | None = None,
) -> str:
    """Draw one picture of a project's or a table's map.

    Parameters
    ----------
    project_or_table, now, title, language, border, date_format, table, limits, progress, cache_folder, gazetteers
        As in `build`.
    path
        File to write; its ending, ``.png``, ``.svg`` or ``.pdf``, says the format.
    preset, facet
        As in `plot_map`.
    force
        Write through a link or over an input, too.

    Returns
    -------
    str
        The alternative text that was stored in the picture.

    Raises
    ------
    ImpactMapError
        Whatever stopped it; the file is then as it was before.
    """
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_map
    from impactmap.model.atomic import replace_file
    from impactmap.publishing.files.read_back import check_picture
    from impactmap.telling.summary import alt_text, summarise

    say = progress or quiet
    say(1, 4, "Reading the tables")
    source = open_source(
        project_or_table,
        now=now,
        title=title,
        language=language,
        border=border,
        date_format=date_format,
        limits=limits,
        table=table,
        progress=part_of(say, 1, 4),
    )
    need_rows([source.reading])
    ready = _make_ready(source, now, say, cache_folder, gazetteers)
    say(4, 4, "Drawing")
    project = source.project
    text = alt_text(summarise(ready.events, ready.claims, project))
    with replace_file(path, inputs=source.inputs, force=force) as temporary:
        figure = plot_map(ready.events, ready.claims, project=project, border=ready.border, preset=preset, facet=facet)
        save_figure(figure, temporary, alt_text=text, credit=project.map.credit)
        check_picture(temporary)
    return text


def _make_ready(
    source: Source, now: dt.datetime, say: Progress, cache_folder: str | Path | None, gazetteers: str | Path | None
) -> Prepared:
    """Locate and prepare; what must wait is held back first, so that no online provider is asked about it either."""
    from impactmap.context.plausibility.running import check_plausibility, without_impossible
    from impactmap.publishing.files.chunks import Told
    from impactmap.publishing.files.cleared_export import coarse_texts

    say(2, 4, "Finding the places")
    events, held_back, outside = hold_back(source.reading.events, source.project, now=now)
    located = locate(
        events.reset_index(drop=True),
        source.project,
        cache_folder=cache_folder,
        gazetteers=gazetteers,
        on_question=lambda number: say(2, 4, f"Finding the places: question {number:,} to the online geocoder"),
        progress=part_of(say, 2, 4),
    )
    say(3, 4, "Measuring distances, adding populations")
    claims, told = source.reading.claims, Told()
    about = claims[claims["event_id"].isin(located["event_id"])]
    silenced = source.project.checks.silenced
    findings = check_plausibility(located, about, silenced=silenced)
    claims = without_impossible(about, findings)
    if not source.project.publish.exact_positions:
        located, claims = coarse_texts(located, told), coarse_texts(claims, told)
    ready = prepare(located, claims, source.project, now=now, progress=part_of(say, 3, 4))
    ready.events.attrs |= {"held_back": held_back, "outside_period": outside}
    faults = source.reading.row_faults
    ready.events.attrs["rejected"] = len(faults[["file", "row"]].drop_duplicates())
    ready.events.attrs["checks"] = [(finding.check.name, finding.events) for finding in findings]
    notes = (*(_finding_note(finding) for finding in findings), *told.sentences())
    return replace(ready, held_back=held_back, outside_period=outside, notes=notes)


def _replaced(folder: str | Path, seal: str | None) -> list[str]:
    """Say what the new publication takes the place of; `seal` is that of the one that lay there when it was begun."""
    from impactmap.publishing.manifest import overwritten, published_seal

    now = published_seal(folder)
    notes = []
    if now is not None and now == seal:
        notes.append(f"{folder}: held a map that was published before; this one took its place.")
    elif now is not None:
        notes.append(
            f"{folder}: another build was published here while this one ran; this one came second, and took its place."
        )
    if changed := overwritten(folder):
        notes.append(f"{folder}: changed by hand after they were published, and overwritten: {', '.join(changed)}.")
    return notes


def _finding_note(finding: Finding) -> str:
    """Say what a check found, with its first instance."""
    import pandas as pd

    check, first = finding.check, finding.rows.iloc[0]
    row = "" if pd.isna(first["source_row"]) else f", row {int(first['source_row'])}"
    return (
        f"Check {check.name}: events {finding.events:,}. Expected {check.expected}; found {first['found']} (event "
        f"{first['event_id']}{row}). {check.fix}"
    )
