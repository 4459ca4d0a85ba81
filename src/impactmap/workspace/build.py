"""The stages joined: from a project file or a table to a published folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from impactmap.model.progress import Progress, part_of, quiet
from impactmap.model.reprs.overview import Overview, counts_text
from impactmap.workspace.opened import Opened, as_opened
from impactmap.workspace.opening import Source, need_rows
from impactmap.workspace.options import AnySource, OpenOptions
from impactmap.workspace.preparing import Prepared, hold_back, prepare

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.publishing.editions import Edition
    from impactmap.workspace.editions.translating import Untranslated

__all__ = ["BuildReport", "build", "draw", "make_ready"]

#: What a report's place is told by.
_WHERE = ("place", "region", "country", "latitude", "longitude")


@dataclass(frozen=True, repr=False)
class BuildReport(Overview):
    """What `build` did, for people and for programs.

    Attributes
    ----------
    folder, files
        Where the map is, and the files in it.
    events, rows, claims
        Published events, their reported places (each once an event, whoever gives an account of it) and claims.
    places
        Reported places by ``place_status``.
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
    languages
        Of the map's pages; none where it has one alone.
    untranslated
        What stands in the first language on the pages of the others.
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
    languages: tuple[str, ...] = ()
    untranslated: list[Untranslated] = field(default_factory=list)

    def _overview(self) -> tuple[str, dict[str, object]]:
        lines = {
            "open": self.folder / "map.html",
            "published": f"{self.events:,} events at {self.rows:,} reported places, {self.claims:,} claims",
            "places": counts_text(self.places),
            "not located": ", ".join(self.not_located[:5]) + ("..." if len(self.not_located) > 5 else ""),
            "not used": f"{self.rejected:,} of {self.rows_read:,} rows" if self.rejected else "",
            "held back": f"{self.held_back:,} events" if self.held_back else "",
            "outside period": f"{self.outside_period:,} events" if self.outside_period else "",
            "contradictions": self.contradictions or "",
            "languages": ", ".join(self.languages),
            "not translated": f"{len(self.untranslated):,}, in .untranslated" if self.untranslated else "",
            "notes": f"{len(self.notes):,}, in .notes" if self.notes else "",
        }
        return f"Map of {self.events:,} events in {self.folder}", lines

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "folder": str(self.folder), "files": [path.name for path in self.files]}


def build(
    source: AnySource | Opened,
    folder: str | Path,
    *,
    force: bool = False,
    since: str | Path | None = None,
    **said: Unpack[OpenOptions],
) -> BuildReport:
    """Make a published folder from a project file or a table.

    Parameters
    ----------
    source
        As for `open_source`, or what is opened already.
    folder
        Where to publish; see `publish`.
    force
        Write into a folder that holds other files, too.
    since
        Folder of the publication that this one follows: what changed since is told. By default what `folder` holds,
        where the two have an event in common.
    **said
        See `OpenOptions`; the manifest names the gazetteers among the inputs.

    Returns
    -------
    BuildReport

    Raises
    ------
    ImpactMapError
        Whatever stopped it; the folder is then as it was before.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> report = build(sheet, Path(tempfile.mkdtemp()) / "map", title="One report")
    >>> report.events, report.not_located
    (1, [])
    """
    from impactmap.model.atomic import check_target
    from impactmap.model.claims import find_contradictions
    from impactmap.places.gazetteer.gazetteers import added_files
    from impactmap.publishing.files.rejected_rows import withhold_waiting
    from impactmap.publishing.folder import publish
    from impactmap.publishing.history import Earlier
    from impactmap.publishing.manifest import published_seal
    from impactmap.scene.author.layers import lost_layers, without_layer
    from impactmap.workspace.editions.translating import sentences

    opened = as_opened(source, said)
    say = opened.progress
    say(1, 4, "Reading the tables")
    read = opened.read(part_of(say, 1, 4))
    need_rows([read.reading])
    check_target(folder, inputs=read.inputs, force=force)
    seal = published_seal(folder)
    ready = make_ready(opened, say)
    editions, lacking = _editions(opened, ready)
    lost = [without_layer(why) for why in lost_layers(read.project).values()]
    notes = [*read.notes, *ready.notes, *lost, *sentences(lacking)]
    say(4, 4, "Drawing and writing")
    replaced = _replaced(folder, seal)
    files = publish(
        ready.events,
        ready.claims,
        folder,
        project=read.project,
        border=ready.border,
        reading=withhold_waiting(read.reading, ready.events["event_id"], read.project, now=opened.now),
        inputs=(*read.inputs, *added_files(opened.said.get("gazetteers"))),
        notes=notes,
        editions=editions,
        earlier=Earlier(Path(since or folder), opened.now.date(), named=since is not None, tell=replaced.append),
        force=force,
        progress=part_of(say, 4, 4),
    )
    # Rows that are two parties' accounts of one event name its place twice.
    reported = ready.events.drop_duplicates(["event_id", *(name for name in _WHERE if name in ready.events.columns)])
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
        rows=len(reported),
        claims=len(ready.claims),
        places={str(name): int(count) for name, count in reported["place_status"].value_counts().sort_index().items()},
        not_located=[str(name) for name in missed.dropna().unique()],
        rejected=len(read.reading.rejected),
        rows_read=sum(file.rows for file in read.reading.inputs),
        refused=_refused(read),
        held_back=ready.held_back,
        outside_period=ready.outside_period,
        contradictions=len(find_contradictions(ready.claims)),
        disagreements=int((ready.comparison["agrees"] == False).fillna(value=False).sum()),  # noqa: E712 -- nullable
        notes=[*notes, *replaced],
        languages=read.project.map.languages,
        untranslated=lacking,
    )


def _editions(opened: Opened, first: Prepared) -> tuple[list[Edition], list[Untranslated]]:
    """Return the map in its further languages, and what of it stands in the first one there."""
    from impactmap.publishing.editions import Edition
    from impactmap.workspace.editions.translating import (
        untranslated_places,
        untranslated_terms,
        untranslated_texts,
        untranslated_words,
    )

    editions: list[Edition] = []
    lacking: list[Untranslated] = []
    for code in opened.project.map.languages[1:]:
        other = opened.in_language(code)
        ready = make_ready(other, quiet)
        editions.append(Edition(other.project, ready.events, ready.claims))
        lacking += untranslated_words(opened.project, code)
        lacking += untranslated_places(ready.events, code)
        lacking += untranslated_terms(first.events, first.claims, code)
        lacking += untranslated_texts(opened.reading, other.project, first.events, first.claims)
    return editions, lacking


def _refused(source: Source) -> int:
    """Return how many rows have a fault."""
    faults = source.reading.row_faults
    return len(faults.loc[faults["severity"] == "fault", ["file", "row"]].drop_duplicates())


def draw(
    source: AnySource | Opened,
    path: str | Path,
    *,
    preset: str = "web",
    facet: Literal["date", "side"] | None = None,
    dark: bool = False,
    transparent: bool = False,
    force: bool = False,
    **said: Unpack[OpenOptions],
) -> str:
    """Draw one picture of a project's or a table's map.

    Parameters
    ----------
    source, **said
        As in `build`.
    path
        File to write; its ending, ``.png``, ``.svg`` or ``.pdf``, says the format. With ``.webp`` or ``.gif`` the map
        moves through its days, and a still picture of the same name and the ending ``.png`` is written, too.
    preset, facet
        As in `plot_map`.
    dark
        In the colours for dark screens.
    transparent
        Without the sheet's own ground, to be laid on another; the map keeps its land and water.
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

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> draw(sheet, Path(tempfile.mkdtemp()) / "card.png", preset="square", title="One report")
    'Map: One report. 1 report, 1 March 2025 (attacking side: not stated 1). Drawn as points: Erdenet.'
    """
    from impactmap.look.house import house_themes
    from impactmap.maps.picture.animation import ANIMATED, animate
    from impactmap.maps.picture.image_file import save_figure
    from impactmap.maps.picture.plot import plot_frames, plot_map
    from impactmap.model.atomic import replace_file
    from impactmap.places.geometry import take_positions
    from impactmap.publishing.files.read_back import check_picture
    from impactmap.scene.author.resolving import reports_of_map
    from impactmap.telling.summary import alt_text, summarise

    opened = as_opened(source, said)
    say = opened.progress
    say(1, 4, "Reading the tables")
    read = opened.read(part_of(say, 1, 4))
    need_rows([read.reading])
    ready = make_ready(opened, say)
    say(4, 4, "Drawing")
    project = read.project
    text = alt_text(summarise(ready.events, ready.claims, project))
    moving = Path(path).suffix.lower() in ANIMATED
    if moving:
        reports = reports_of_map(take_positions(ready.events), ready.claims, project)
        looks = house_themes(project)[dark]
        figures = plot_frames(reports, project=project, border=ready.border, preset=preset, theme=looks)
        with replace_file(path, inputs=read.inputs, force=force) as temporary:
            temporary.write_bytes(animate(figures, Path(path).suffix.lower()[1:], alt_text=text))
    # A moving picture has a still beside it, for print and for readers who want none that moves.
    still = Path(path).with_suffix(".png") if moving else path
    with replace_file(still, inputs=read.inputs, force=force) as temporary:
        figure = plot_map(
            ready.events, ready.claims, project=project, border=ready.border, preset=preset, facet=facet,
            theme=house_themes(project)[dark],
        )  # fmt: skip
        if transparent:
            figure.set_facecolor("none")
        save_figure(figure, temporary, alt_text=text, credit=project.map.credit)
        check_picture(temporary)
    return text


def make_ready(opened: Opened, say: Progress) -> Prepared:
    """Locate and prepare what may leave.

    What must wait is held back first, so that no online provider is asked about it either.

    Parameters
    ----------
    opened
        A source.
    say
        Told steps 2 and 3 of 4.

    Returns
    -------
    Prepared
        As `build` publishes and `draw` draws it.
    """
    from impactmap.context.plausibility.running import check_plausibility, finding_note, without_impossible
    from impactmap.publishing.files.chunks import Told
    from impactmap.publishing.files.cleared_export import coarse_texts

    source = opened.read()
    say(2, 4, "Finding the places")
    events, held_back, outside = hold_back(source.reading.events, source.project, now=opened.now)
    located = opened.locate(
        events.reset_index(drop=True),
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
    ready = prepare(located, claims, source.project, now=opened.now, progress=part_of(say, 3, 4))
    ready.events.attrs |= {"held_back": held_back, "outside_period": outside}
    ready.events.attrs["left_out"] = left_out = _left_out(source, ready.events["event_id"])
    faults = source.reading.row_faults
    ready.events.attrs["rejected"] = len(faults[["file", "row"]].drop_duplicates())
    ready.events.attrs["checks"] = [(finding.check.name, finding.events) for finding in findings]
    waiting = [f"Events left out by embargo or period, with their callouts and steps: {len(left_out)}."] * bool(
        left_out
    )
    sheets = source.reading.inputs[0].sheets
    notes = (*(finding_note(finding, sheets) for finding in findings), *told.sentences(), *waiting)
    return replace(ready, held_back=held_back, outside_period=outside, notes=notes)


def _left_out(source: Source, published: pd.Series[str]) -> list[str]:
    """Return the events that callouts and steps name and that are in the tables, but not among those published."""
    project = source.project
    told = (*(note.event for note in project.notes), *(step.event for step in project.steps))
    named = {event for event in told if event is not None} - set(published)
    return sorted(named & set(source.reading.events["event_id"])) if named else []


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
