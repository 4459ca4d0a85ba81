"""What is not settled of a project, as questions, those on which most reports depend first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from impactmap.workspace.answers.answer_file import Answers

if TYPE_CHECKING:
    from impactmap.context.plausibility.checks import Finding
    from impactmap.model.project import Project
    from impactmap.reading.raw_table import RawTable
    from impactmap.reading.read import Reading
    from impactmap.workspace.check import CheckReport
    from impactmap.workspace.doubts import Doubt

__all__ = ["Question", "Report", "doubt_key", "find_questions"]

Kind = Literal["place", "side", "same_side", "claimant", "duplicate", "total", "check"]
#: The order of kinds on which equally many reports depend.
_ORDER: Final = ("side", "place", "same_side", "duplicate", "claimant", "check", "total")
_MOST_REPORTS: Final = 5
_LONGEST: Final = 400
#: Pairs of reports that are asked about; more say that the table repeats itself, which is mended in the table.
_MOST_PAIRS: Final = 200


@dataclass(frozen=True)
class Report:
    """A report that a question is about.

    Attributes
    ----------
    row
        In the table; None where that is not known.
    day, place, what, who
        As the table has them, shortened.
    figures
        What its claims say: metric, value and claimant.
    """

    row: int | None
    day: str = ""
    place: str = ""
    what: str = ""
    who: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """Something that the author should say.

    Attributes
    ----------
    kind
        Which place, which side, whether two spellings are one side, who states a figure, whether two reports are of one
        event, whether a row is a total, whether something hardly possible is right.
    subject, other
        What it is about: a doubtful place (see `doubt_key`), a value, an event, a row, a check; and the other of two.
    weight
        Reports that depend on it.
    options
        What may be answered, where that is not a matter of the kind alone, the likeliest first.
    reports
        The first of those that depend on it.
    """

    kind: Kind
    subject: str
    weight: int
    other: str = ""
    options: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same question of another version of the table, as far as there is one."""
        return "\x1f".join((self.kind, *sorted((self.subject, self.other))))


def find_questions(
    project: Project,
    reading: Reading,
    raw: RawTable | None,
    *,
    report: CheckReport,
    doubts: Sequence[Doubt],
    answers: Answers,
    mapping: Mapping[str, Any] | None = None,
) -> list[Question]:
    """Gather every question of a project.

    Parameters
    ----------
    project, reading
        Opened.
    raw
        The cells of its table, where they are at hand.
    report
        What `check_source` says of it.
    doubts
        Its doubtful places, decided or not.
    answers
        Of editors: what is answered is asked no more, apart from places, of which all are given.
    mapping
        What `explain_mapping` says of the table.

    Returns
    -------
    list of Question
        The weightiest first.
    """
    telling = _Telling(reading)
    found = [Question("place", doubt_key(doubt), doubt.rows, options=(doubt.query.place,)) for doubt in doubts]
    found += _unknown_sides(project, reading, raw)
    found += _near_sides(project, reading, answers, telling)
    found += _pairs(report, answers, telling)
    found += _unnamed(reading, mapping or {}, answers, telling)
    found += [_of_finding(finding, telling) for finding in report.findings]
    found += _totals(reading, answers)
    return sorted(found, key=lambda each: (-each.weight, _ORDER.index(each.kind)))


def doubt_key(doubt: Doubt) -> str:
    """Return a doubtful place with its hints and the position given for it, as one text."""
    query = doubt.query
    return "\x1e".join((query.place, query.region, query.country, query.district, *map(str, doubt.given or ())))


class _Telling:
    """Tells reports of a reading by event."""

    def __init__(self, reading: Reading) -> None:
        self._events, self._claims = reading.events, reading.claims

    def events(self, ids: Iterable[str]) -> tuple[Report, ...]:
        """Return the first report of each of some events."""
        own = self._events["event_id"].astype("str")
        return tuple(report for each in ids for report in self.where(own.eq(each))[:1])

    def where(self, chosen: pd.Series[bool]) -> tuple[Report, ...]:
        """Return the first reports that were chosen."""
        return tuple(self._at(place) for place in chosen.to_numpy().nonzero()[0][:_MOST_REPORTS])

    def _at(self, place: int) -> Report:
        row = self._events.iloc[place]
        claims = self._claims[self._claims["event_id"] == row["event_id"]] if len(self._claims) else self._claims
        day = "" if pd.isna(row["date_start"]) else f"{row['date_start']:%Y-%m-%d}"
        where, what, who = (_text(row.get(name)) for name in ("place", "summary", "source_name"))
        number = None if pd.isna(row["source_row"]) else int(row["source_row"])
        figures = tuple(_figure(claim) for claim in claims.head(4).to_dict("records"))
        return Report(number, day, where, what, who, figures)


def _figure(claim: dict[Any, Any]) -> tuple[str, str, str]:
    qualifier = _text(claim.get("qualifier"))
    value = _text(claim.get("text")) if pd.isna(claim["value"]) else f"{claim['value']:,.15g}"
    return _text(claim["metric"]), f"{qualifier} {value}".strip(), _text(claim.get("claimant"))


def _unknown_sides(project: Project, reading: Reading, raw: RawTable | None) -> list[Question]:
    """Ask what values of the column of sides mean that no side of the project has."""
    from impactmap.workspace.side_names import SideNames

    header = next((name for name, ours in reading.headers.items() if ours == "side"), None)
    faults = reading.row_faults
    if header is None or raw is None or header not in raw.cells or not project.sides or faults.empty:
        return []
    rows = faults.loc[(faults["column"] == header) & (faults["severity"] == "fault"), "row"].astype(int).unique()
    values = raw.cells[header].reindex(rows).dropna().astype("str")
    names = SideNames(project.sides)
    questions = []
    for value, those in values.groupby(values, sort=False):
        if names.key_of(str(value)) is not None:
            continue
        likeliest = names.nearest(str(value))
        keys = sorted((side.key for side in project.sides), key=lambda key: key != likeliest)
        cells = raw.cells.loc[those.index[:_MOST_REPORTS]]
        shown = [" · ".join(_text(cell) for cell in row if _text(cell)) for row in cells.to_numpy()]
        told = tuple(
            Report(int(row), what=text[:_LONGEST]) for row, text in zip(those.index[:_MOST_REPORTS], shown, strict=True)
        )
        questions.append(Question("side", str(value), len(those), options=tuple(keys), reports=told))
    return questions


def _near_sides(project: Project, reading: Reading, answers: Answers, telling: _Telling) -> list[Question]:
    """Ask about declared sides that are a letter apart."""
    from impactmap.reading.columns.sides import near_values

    side = reading.events["side"]
    counts = {str(value): int(count) for value, count in side.value_counts().items()}
    keys = [each.key for each in project.sides]
    return [
        Question("same_side", rare, counts.get(rare, 0), other=usual, reports=telling.where(side.eq(rare)))
        for rare, usual in near_values(keys, counts)
        if answers.find("side", rare, usual) is None
    ]


def _pairs(report: CheckReport, answers: Answers, telling: _Telling) -> list[Question]:
    """Ask whether two reports are of one event."""
    questions = []
    for pair in report.duplicates[:_MOST_PAIRS]:
        one, other = str(pair["event_id_1"]), str(pair["event_id_2"])
        if answers.find("duplicate", one, other) is None:
            told = telling.events((one, other))
            questions.append(Question("duplicate", one, 2, other=other, reports=told))
    return questions


def _unnamed(reading: Reading, mapping: Mapping[str, Any], answers: Answers, telling: _Telling) -> list[Question]:
    """Ask who states the figures of which nobody is named: of all at once where no column says it."""
    claims, events = reading.claims, reading.events
    lacking = claims["claimant"].isna() & claims["value"].notna() if len(claims) else pd.Series(dtype="bool")
    if not lacking.any() or answers.find("claimant", "*") is not None:
        return []
    # Of a draft an editor has said who says so, or that nobody does.
    listed = events.loc[events["source_row"].notna(), "event_id"]
    ids = claims.loc[lacking & claims["event_id"].isin(listed), "event_id"].drop_duplicates()
    if ids.empty:
        return []
    if not mapping.get("claimant") and "claimant" not in reading.headers.values():
        told = telling.where(events["event_id"].isin(ids))
        return [Question("claimant", "*", len(ids), options=tuple(mapping.get("kept", ())), reports=told)]
    return [
        Question("claimant", str(event), 1, reports=telling.where(events["event_id"].eq(event))[:1])
        for event in ids.head(_MOST_PAIRS)
        if answers.find("claimant", str(event)) is None
    ]


def _of_finding(finding: Finding, telling: _Telling) -> Question:
    ids = finding.rows["event_id"].dropna().astype("str").drop_duplicates().head(_MOST_REPORTS)
    return Question("check", finding.check.name, finding.events, reports=telling.events(ids))


def _totals(reading: Reading, answers: Answers) -> list[Question]:
    """Ask whether a row that was left out as a total is one."""
    faults = reading.row_faults
    if faults.empty:
        return []
    rows = faults[(faults["severity"] == "warning") & faults["found"].str.startswith("a row of totals")]
    return [
        Question("total", str(row["found"]).partition(", ")[2], 1, reports=(Report(int(row["row"])),))
        for row in rows.to_dict("records")
        if answers.find("total", str(row["found"]).partition(", ")[2]) is None
    ]


def _text(value: Any) -> str:
    text = "" if value is None or pd.isna(value) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
