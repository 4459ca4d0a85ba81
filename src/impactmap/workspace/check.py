"""What a table holds, before anything is made of it: faults, places that are not found, possible duplicates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Unpack, overload

from impactmap.model.errors import InputError, ProjectError, TableError
from impactmap.model.progress import Progress, part_of
from impactmap.model.reprs.overview import Overview, counts_text
from impactmap.workspace.opened import Opened, as_opened
from impactmap.workspace.options import AnySource, OpenOptions

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.context.plausibility.checks import Finding
    from impactmap.model.faults import Fault, SheetRows
    from impactmap.model.project import Project
    from impactmap.places.overrides.decisions import EditorDecision
    from impactmap.workspace.opening import Source

__all__ = ["CheckReport", "check_source"]

_UNSETTLED = ("ambiguous", "not_found", "invalid")
_FILE = "_file"
#: What a row is compared by once it is located.
_PLACED: Final = ("latitude", "longitude", "place_id", "place_precision", "place_country")
#: Faults of positions that are told one by one.
_NAMED: Final = 20
#: Records that are made at a time.
_BLOCK: Final = 1000


@dataclass(frozen=True, repr=False)
class CheckReport(Overview):
    """What `check_source` found.

    Attributes
    ----------
    rows
        Rows (an event and a place each) that can be used.
    faults
        Faults and warnings, by row and column.
    notes
        What was assumed or detected, in plain words.
    places
        Rows by ``place_status``; empty when the table cannot be used.
    unsettled
        Rows that would not be on the map: ``file``, ``row``, ``place``, ``status`` and ``reason``.
    duplicates
        Pairs that may be reports of one event, as `propose_duplicates` gives them, the best first; of which nobody
        decided yet. None is merged.
    findings
        What the checks of plausibility found; among the faults in words.
    """

    rows: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    unsettled: Sequence[dict[str, Any]] = ()
    duplicates: Sequence[dict[str, Any]] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    def _overview(self) -> tuple[str, dict[str, object]]:
        kinds = Counter(fault.severity for fault in self.faults)
        lines: dict[str, object] = {
            "rows": f"{self.rows:,} that can be used",
            "first": self.faults[0] if self.faults else "",
            "faults": f"{kinds['fault']:,}, in .faults" if kinds["fault"] else "none",
            "warnings": f"{kinds['warning']:,}, in .faults" if kinds["warning"] else "",
            "places": counts_text(self.places),
            "unsettled": f"{len(self.unsettled):,} rows, in .unsettled" if self.unsettled else "",
            "duplicates": f"{len(self.duplicates):,} pairs to look at, in .duplicates" if self.duplicates else "",
            "notes": f"{len(self.notes):,}, in .notes" if self.notes else "",
        }
        return "CheckReport", lines

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        plain = {name: getattr(self, name) for name in ("rows", "places")}
        lists = {name: list(getattr(self, name)) for name in ("notes", "unsettled", "duplicates")}
        return {**plain, "faults": [asdict(fault) for fault in self.faults], **lists}


def check_source(source: AnySource | Opened, *others: str | Path, **said: Unpack[OpenOptions]) -> CheckReport:
    """List every fault and warning, every place that is not settled, and possible duplicates. Nothing is written.

    Parameters
    ----------
    source
        A table, or a project, as for `open_source`; or what is opened already.
    others
        Tables or projects of other sources: duplicates are then looked for across them.
    **said
        See `OpenOptions`; said of all of them.

    Returns
    -------
    CheckReport
        No online geocoder is asked.

    Raises
    ------
    ProjectError
        When the project file has faults.
    TableError
        When a file cannot be read at all.
    InputError
        When places or claims are given for several tables or for a project.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"date": "2025-03-01", "place": "Erdenet", "killed": -2, "source": "Gazette"}
    >>> report = check_source(pd.DataFrame([row]))
    >>> [fault.column for fault in report.faults]
    ['killed']
    """
    import pandas as pd

    from impactmap.claims.combine import combine_readings
    from impactmap.claims.duplicates import propose_duplicates
    from impactmap.context.plausibility.running import check_plausibility, findings_as_faults
    from impactmap.model.faults import faults_of
    from impactmap.reading.read import check_events
    from impactmap.workspace.answers.applying import undecided_pairs
    from impactmap.workspace.starting import template_faults

    first = as_opened(source, said)
    said = first.said
    if others and not (said.get("places") is None and said.get("claims") is None):
        raise InputError("expected one table where places or claims are given, found several. Check them one by one.")
    say = first.progress
    say(1, 3, "Reading the tables")
    opened: list[Source] = []
    faults: list[Fault] = []
    for each in (first, *(Opened(path, **said) for path in others)):
        try:
            opened.append(each.read(part_of(say, 1, 3)))
        except TableError as error:
            if not (found := faults_of(error)):
                raise
            faults += found
    if not opened:
        return CheckReport(0, tuple(faults))
    # What a map would assume where a table alone is given is no matter here.
    notes = tuple(f"{note.file}: {note.text}" for each in opened for note in each.reading.notes)
    reading = combine_readings([each.reading for each in opened])
    faults += check_events(reading)
    if reading.events.empty:
        return CheckReport(0, tuple(faults), notes)
    say(2, 3, "Finding the places")
    # Several tables: which row is from which, to look across them.
    files = pd.Series([each.reading.inputs[0].path.name for each in opened], dtype="category")
    events = reading.events.assign(**{_FILE: files.repeat([len(each.reading.events) for each in opened]).array})
    located = _located(events, opened[0].project, said.get("gazetteers"), progress=part_of(say, 2, 3))
    say(3, 3, "Comparing reports")
    silenced = {name: why for each in opened for name, why in each.project.checks.silenced.items()}
    findings = check_plausibility(located.events, reading.claims, silenced=silenced)
    faults += findings_as_faults(findings, opened[0].reading.inputs[0].path.name)
    pairs = propose_duplicates(
        located.events,
        claims=reading.claims,
        across=_FILE if len(opened) > 1 else None,
        progress=part_of(say, 3, 3),
    )
    for source_read in opened:
        pairs = undecided_pairs(pairs, source_read.answers)
    sheets = {file.path.name: file.sheets for each in opened for file in each.reading.inputs[:1]}
    return CheckReport(
        rows=len(events),
        faults=(
            *(fault.within(sheets.get(fault.file)) for fault in (*faults, *located.conflicts)),
            *located.idle,
            *template_faults(opened[0].project, reading.events),
            *_authors_faults(opened[0], said.get("gazetteers")),
        ),
        notes=(*notes, *located.notes),
        places=dict(sorted(located.statuses.items())),
        unsettled=_Records(_with_sheets(located.unsettled, sheets)),
        duplicates=_Records(pairs),
        findings=tuple(findings),
    )


@dataclass(frozen=True)
class _Located:
    """Rows with what they are compared by, and what there is to say of their places."""

    events: pd.DataFrame
    statuses: Counter[str]
    unsettled: pd.DataFrame
    conflicts: list[Fault]
    idle: list[Fault]
    notes: list[str]


def _located(events: pd.DataFrame, project: Project, gazetteers: str | Path | None, *, progress: Progress) -> _Located:
    """Locate rows a part at a time, and keep of each part what is looked at later."""
    import pandas as pd

    from impactmap.model.faults import gather_faults
    from impactmap.model.spill import release, spill
    from impactmap.places.gazetteer.coverage import coverage_notes, unknown_places
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.places.locating import locate_parts
    from impactmap.places.overrides.decision_file import read_decisions
    from impactmap.publishing.files.chunks import PART

    decisions = read_decisions(project.folder / project.data.decisions)
    gazetteer = open_gazetteer(gazetteers)
    language = project.map.language
    statuses: Counter[str] = Counter()
    known: Counter[tuple[str, bool]] = Counter()
    conflicts: list[Fault] = []
    unsettled, placed = [], []
    for part in locate_parts(
        events,
        rows=PART,
        exact_positions=project.publish.exact_positions,
        gazetteer=gazetteer,
        decisions=decisions,
        countries=project.map.countries,
        language=language,
        progress=progress,
    ):
        statuses.update(part["place_status"].dropna())
        known.update(unknown_places(part, gazetteer))
        conflicts += _conflicts(part)
        unsettled.append(_unsettled(part))
        placed.append(pd.DataFrame(part[list(_PLACED)]))
        release()
        progress(sum(map(len, placed)), len(events), "Placing the reports")
    columns = spill(pd.concat(placed))
    idle = [_idle(decision, project.data.decisions) for decision in decisions.unused()]
    idle += [_differing(several, project.data.decisions) for several in decisions.conflicts.values()]
    unsettled_rows = pd.concat(unsettled, ignore_index=True)
    notes = coverage_notes(known, gazetteer)
    return _Located(events.assign(**columns), statuses, unsettled_rows, gather_faults(conflicts), idle, notes)


def _authors_faults(source: Source, gazetteers: str | Path | None) -> list[Fault]:
    """Return what a build would refuse of the author's view, names, callouts, layers and style."""
    from impactmap.look.house import house_logo, house_themes
    from impactmap.scene.author.layers import lost_layers
    from impactmap.scene.author.resolving import reports_of_map
    from impactmap.workspace.preparing import locate

    project = source.project.model_copy(update={"geocoder": None})
    hand = (project.view.places, project.notes, project.labels.always, project.layers, project.style.model_fields_set)
    if not any(hand):
        return []
    try:
        reports = reports_of_map(locate(source.reading.events, project, gazetteers=gazetteers), None, project)
        house_themes(project, reports.sides)
        house_logo(project)
    except ProjectError as error:
        return [_authors_fault(str(error))]
    lost = [_authors_fault(why) for why in lost_layers(project).values()]
    return [replace(each, severity="warning") for each in lost]


def _authors_fault(message: str) -> Fault:
    from impactmap.model.faults import Fault

    told = re.fullmatch(r"project file, (.+?): expected (.+?)[,;] found (.+?)\.(?:\s(.+))?", message, re.DOTALL)
    if told is None:
        return Fault("project.toml", None, None, "a project file that can be built", message, "")
    return Fault("project.toml", None, told[1], told[2], told[3], told[4] or "")


def _differing(several: Sequence[EditorDecision], file: str) -> Fault:
    """Return the warning about a place that editors decided about differently."""
    from impactmap.model.faults import Fault

    who = "; ".join(f"{each.editor.strip()}: {each.decision}{f' {each.name}' if each.name else ''}" for each in several)
    return Fault(
        file,
        None,
        "place",
        f"one decision about {several[0].place!r}",
        f"{len(several)} that differ ({who})",
        "It is open until one is left: keep one line, or answer it with impactmap desk under Settle.",
        severity="warning",
    )


def _idle(decision: EditorDecision, file: str) -> Fault:
    """Return the warning about a decision that settles nothing any more."""
    from impactmap.model.faults import Fault

    told = decision.place, decision.region, decision.country, decision.district
    return Fault(
        file,
        None,
        "place",
        "a place that a row names, with the same region, country and coordinates",
        f"the decision of {decision.editor.strip()} about {', '.join(repr(text) for text in told if text)}",
        "It settles nothing. If the table's text was changed, decide again with impactmap review.",
        severity="warning",
    )


def _unsettled(located: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that would not be on the map."""
    part = located[located["place_status"].isin(_UNSETTLED)]
    columns = {_FILE: "file", "source_row": "row", "place": "place", "place_status": "status", "place_reason": "reason"}
    return part[list(columns)].rename(columns=columns)


def _with_sheets(unsettled: pd.DataFrame, sheets: Mapping[str, SheetRows | None]) -> pd.DataFrame:
    """Return the rows with their sheets and the rows there, where a table's are of several sheets."""
    import pandas as pd

    if not any(sheets.values()):
        return unsettled
    places = [
        rows.of(int(row)) if (rows := sheets.get(str(file))) is not None else (None, None)
        for file, row in zip(unsettled["file"], unsettled["row"], strict=True)
    ]
    told = pd.DataFrame(places, columns=["sheet", "sheet_row"], index=unsettled.index).astype({"sheet_row": "Int64"})
    return unsettled.join(told)


def _conflicts(located: pd.DataFrame) -> list[Fault]:
    """Return what the positions contradict: a warning each, a fault where one slip explains it."""
    import pandas as pd

    from impactmap.model.faults import Fault

    part = located[located["place_conflict"].notna()]
    many = int((part["place_status"] == "invalid").sum()) > _NAMED
    found = []
    for row in part.to_dict("records"):
        columns, reason = str(row["place_conflict"]), str(row["place_reason"]).rstrip(".")
        where = str(row[_FILE]), None if pd.isna(row["source_row"]) else int(row["source_row"])
        named = ", ".join(repr(row[name]) for name in ("place", "region", "country") if not pd.isna(row[name]))
        if row["place_status"] == "invalid":
            fix = "Correct the coordinates, or what the row says of its place: nothing is exchanged for you."
            expected = "a position in what the row names" if many else f"a position near {named}"
            found.append(Fault(*where, "latitude, longitude", expected, reason[:1].lower() + reason[1:], fix))
            continue
        fix = "The position is drawn, and its country and region are said. Correct whichever is wrong."
        expected = f"a {' and a '.join(columns.split('; '))} that the row's position fits"
        found.append(Fault(*where, columns.replace(";", ","), expected, f"{named}: {reason}", fix, severity="warning"))
    return found


class _Records(Sequence[dict[str, Any]]):
    """A frame's rows as plain values, None for missing, made when they are asked for: a table may have very many."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame)

    @overload
    def __getitem__(self, at: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[dict[str, Any], ...]: ...
    def __getitem__(self, at: int | slice) -> dict[str, Any] | tuple[dict[str, Any], ...]:
        if isinstance(at, slice):
            return tuple(self._made(self._frame.iloc[at]))
        number = range(len(self))[at]
        return next(iter(self._made(self._frame.iloc[number : number + 1])))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, len(self), _BLOCK):
            yield from self._made(self._frame.iloc[start : start + _BLOCK])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @staticmethod
    def _made(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        plain = rows.astype("object").where(rows.notna(), None)
        return ({str(name): value for name, value in row.items()} for row in plain.to_dict("records"))
