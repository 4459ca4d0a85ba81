"""Headers that people write, matched to the schema's columns by their words and cells, with the evidence of each."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.model.faults import nearest
from impactmap.model.header_words import header_key, header_words, without_again
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS, METRICS, PLACE_COLUMNS, Column
from impactmap.reading.columns.cell_profile import CellProfile, profile_cells
from impactmap.reading.columns.figure_roles import read_metric
from impactmap.reading.columns.roles import ROLES, begins_with, beside_the_point, read_header, suits

__all__ = ["HeaderMatch", "count_known", "header_key", "match_headers", "metric_headers", "say_cells"]

_BOUND_WORDS = {
    "low": "low", "min": "low", "minimum": "low", "мінімум": "low", "минимум": "low",
    "high": "high", "max": "high", "maximum": "high", "максимум": "high", "best": "best",
}  # fmt: skip
#: What stands in brackets behind a header and changes nothing of what it means.
_UNIT = re.compile(
    r"\s*[(\[](?:n|e|°|degrees|wgs ?84|utc|dd[./-]mm[./-]yyyy|дд[./-]мм[./-](?:рррр|гггг))[)\]]\s*$", re.IGNORECASE
)
#: A column's own name leaves no doubt where it is made of several words; one word is somebody's own, too.
_OWN_NAME, _OWN_WORD = 3.0, 1.05
#: A whole header of a vocabulary, and what each place further down its list costs.
_WHOLE, _RANK, _TWICE = 1.0, 0.002, 0.96
#: Cells may speak against a whole header, but not alone, unless they cannot be what it says.
_LEAST_OF_CELLS = 0.5
_CELLS_DECIDE = frozenset(
    (
        "country",
        "confirmation",
        "update_status",
        "date_start",
        "date_end",
        "date_published",
        "date_retrieved",
        "source_url",
    )
)
#: Under a header that does not say "type", cells of which nearly all differ are names of facilities, no kinds.
_SURELY_KINDS, _OF_NAMES, _SEVERAL, _NEARLY_ALL = 0.8, 0.6, 5, 0.85
#: Below this a header is not taken; its words alone have to be surer.
_SURE_ENOUGH, _SURE_OF_WORDS = 0.45, 0.7


@dataclass(frozen=True)
class HeaderMatch:
    """Which header of a table stands for which column.

    Attributes
    ----------
    columns
        Column name to header.
    contenders
        Headers that also mean a matched column; they are kept as columns of their own.
    evidence
        Column name to what speaks for its header, in a few words.
    """

    columns: dict[str, str] = field(default_factory=dict)
    contenders: dict[str, list[str]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Candidate:
    """A header that may stand for a column."""

    score: float
    position: int
    header: str
    column: str
    evidence: str


def _keys(column: Column) -> list[str]:
    names = [header_key(name) for name in column.headers]
    own = header_key(column.name)
    return names if own in names else [own, *names]


def match_headers(
    headers: Sequence[str],
    columns: Sequence[Column],
    *,
    given: Mapping[str, str] | None = None,
    file: str = "",
    also: Iterable[str] = (),
    cells: pd.DataFrame | None = None,
    extras: Sequence[str] = (),
    own_names_only: bool = False,
) -> HeaderMatch:
    """Match headers to columns, over the whole table, by the headers' words and by what their cells hold.

    Parameters
    ----------
    headers
        The table's headers, unique.
    columns
        Columns to look for.
    given
        Header to column name, decided by the user; comes before every rule.
    file
        For messages.
    also
        Further column names that `given` may name.
    cells
        The table's cells as text; without them the headers' words alone decide.
    extras
        Roles beside the columns: those of `impactmap.reading.columns.roles.ROLES`.
    own_names_only
        Take headers that are a column's own name, no others.

    Returns
    -------
    HeaderMatch
        A header serves one column at most, and a column has one header: the one with the most evidence, and of several
        with as much the first.

    Raises
    ------
    TableError
        When `given` names a header that the table does not have, or a column that does not exist.
    """
    match = HeaderMatch()
    taken: set[str] = set()
    known = {column.name for column in columns} | set(also) | set(extras)
    for header, name in (given or {}).items():
        if name not in known:
            raise TableError(
                f"{file}: expected one of our column names for the header {header!r}, found {name!r}. "
                f"{_did_you_mean(name, known)}"
            )
        if header in headers:
            match.columns[name] = header
            match.evidence[name] = "you said so"
            taken.add(header)
    if own_names_only:
        names = {column.name for column in columns} | set(extras)
        match.columns.update({header: header for header in headers if header in names and header not in taken})
        return match
    profiles = _Profiles(cells)
    never = beside_the_point(headers)
    roles: list[Column | str] = [*columns, *extras]
    candidates = [
        candidate
        for position, header in enumerate(headers)
        if header not in taken
        for column in roles
        if (candidate := _judge(header, position, column, profiles)) is not None
        and (candidate.column, header) not in never
    ]
    candidates.sort(key=lambda each: (-each.score, each.position))
    for each in candidates:
        if each.header in taken:
            continue
        if each.column in match.columns:
            match.contenders.setdefault(each.column, []).append(each.header)
            continue
        match.columns[each.column] = each.header
        match.evidence[each.column] = each.evidence
        taken.add(each.header)
    start, end = match.columns.get("date_start"), match.columns.get("date_end")
    if end is not None and (given or {}).get(end) != "date_end" and begins_with(end, headers) not in {None, start}:
        # "start" and "end" beside "Date of the incident" are those of filling in a form.
        del match.columns["date_end"], match.evidence["date_end"]
        match.contenders.pop("date_end", None)
    for name, others in list(match.contenders.items()):
        if left := [header for header in dict.fromkeys(others) if header not in taken]:
            match.contenders[name] = left
        else:
            del match.contenders[name]
    return match


class _Profiles:
    """What the cells of a table's columns look like, each looked at when it is first asked for."""

    def __init__(self, cells: pd.DataFrame | None) -> None:
        self._cells = cells
        self._known: dict[str, CellProfile] = {}

    def of(self, header: str) -> CellProfile | None:
        if self._cells is None:
            return None
        if header not in self._known:
            self._known[header] = profile_cells(self._cells[header])
        return self._known[header]


def _judge(header: str, position: int, column: Column | str, profiles: _Profiles) -> _Candidate | None:
    """Return how well a header and its cells stand for a column; None where they hardly do."""
    name = column if isinstance(column, str) else column.name
    whole = _whole_header(header, column)
    reading = read_header(header, name)
    score = max(whole, reading.sure if reading is not None else 0.0)
    profile = profiles.of(header)
    if score < (_SURE_OF_WORDS if profile is None else _SURE_ENOUGH):
        return None
    said = f"the header {header!r}" if whole else f"the words {', '.join(map(repr, reading.words if reading else ()))}"
    if profile is not None:
        fits = suits(name, profile)
        if name == "sectors" and not whole and reading is not None and reading.sure < _SURELY_KINDS:
            fits *= _OF_NAMES if len(profile.cells) >= _SEVERAL and profile.distinct > _NEARLY_ALL else 1.0
        if whole >= _OWN_NAME or (whole and (whole == _OWN_WORD or name not in _CELLS_DECIDE)):
            fits = max(fits, _LEAST_OF_CELLS)
        score *= fits
        said += say_cells(name, profile)
    return _Candidate(score, position, header, name, said) if score >= _SURE_ENOUGH else None


def _whole_header(header: str, column: Column | str) -> float:
    """Return how sure a whole header is of a column, 0 where it is none of the vocabularies'."""
    if isinstance(column, str):
        names = [header_key(column), *map(header_key, header_words().columns.get(column, ()))]
        own = names[0]
    else:
        names, own = _keys(column), header_key(column.name)
    key = header_key(without_again(header))
    if key not in names:
        return _TWICE if _says_twice(header, frozenset(names)) else 0.0
    rank = names.index(key)
    # Some lists put others before the column's own name.
    if key == own and rank == 0:
        return _OWN_NAME if " " in own else _OWN_WORD
    return _WHOLE - _RANK * rank


def say_cells(role: str, profile: CellProfile) -> str:
    """Return what a column's cells say of a role, as the end of a sentence; empty where nothing is to be said."""
    if profile.empty:
        return "; no cell is filled"
    shares = {
        **dict.fromkeys(("date_start", "date_end", "date_published"), ("dates", "read as dates")),
        "country": ("countries", "name countries"),
        "source_url": ("addresses", "are web addresses"),
        "latitude": ("degrees", "are degrees"),
        "longitude": ("degrees", "are degrees"),
    }
    if role in shares:
        kind, text = shares[role]
        share = profile.degrees(90 if role == "latitude" else 180) if kind == "degrees" else getattr(profile, kind)
        return f"; {round(share * len(profile.cells))} of {len(profile.cells)} different cells {text}"
    return f"; cells such as {_shown(profile.cells[0])}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _says_twice(header: str, keys: frozenset[str]) -> bool:
    """Return whether a header is a column's in two words, or with its unit: "Town/Village", "Latitude (N)"."""
    bare = _UNIT.sub("", header)
    parts = [header_key(part) for part in bare.split("/")]
    return (len(parts) > 1 or bare != header) and all(part in keys for part in parts)


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    guess = nearest(name, sorted(known))
    return f"Did you mean {guess!r}?" if guess else f"The columns are {', '.join(sorted(known))}."


def metric_headers(headers: Iterable[str], cells: pd.DataFrame | None = None) -> dict[str, dict[str, str]]:
    """Find the headers of a simple sheet that hold figures.

    Parameters
    ----------
    headers
        Those that stand for no column.
    cells
        The table's cells as text: a column without figures is none of a counted metric.

    Returns
    -------
    dict
        Metric to part (``best``, ``low``, ``high``) to header; of part of the people under a metric of its own.

    Examples
    --------
    >>> metric_headers(["Killed", "injured_low", "injured_high", "Civilians killed"])
    {'killed': {'best': 'Killed'}, 'injured': {'low': 'injured_low', 'high': 'injured_high'}, \
'civilians_killed': {'best': 'Civilians killed'}}
    """
    names = {key: metric for metric, known in METRICS.items() for key in map(header_key, (metric, *known.headers))}
    profiles = _Profiles(cells)
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        key = header_key(header)
        part = "best"
        if key not in names and " " in key:
            stem, _, last = key.rpartition(" ")
            key, part = (stem, _BOUND_WORDS[last]) if last in _BOUND_WORDS else (key, part)
        metric = names.get(key)
        if metric is None and (read := read_metric(header)) is not None:
            metric, part = read.name, read.part
        if metric is None:
            continue
        profile = profiles.of(header)
        counted = METRICS[metric].numeric if metric in METRICS else True
        if not _holds_figures(profile) if counted else profile is not None and profile.flags > _MOSTLY:
            continue
        found.setdefault(metric, {}).setdefault(part, header)
    return found


#: "Damage?" with yes and no says nothing of what was damaged.
_MOSTLY = 0.8


def _holds_figures(profile: CellProfile | None) -> bool:
    return profile is None or profile.empty or profile.figures >= 0.3


#: So sure is a header of its words alone, among cells of which most are data; the longest are questions of a form.
_SURELY_KNOWN, _LONGEST_HEADER = 0.85, 80
#: What data hold and headers do not: quotation marks, braces, a decimal number.
_DATA = re.compile(r"[\"{}]|\d[.,]?\d")


@functools.cache
def _known_keys() -> frozenset[str]:
    return frozenset(key for column in (*EVENT_COLUMNS, *PLACE_COLUMNS, *CLAIM_COLUMNS) for key in _keys(column))


@functools.lru_cache(maxsize=4_096)
def _reads_as_header(cell: str) -> bool:
    if len(cell) > _LONGEST_HEADER or _DATA.search(cell):
        return False
    readings = (read_header(cell, role) for role in ROLES)
    if any(reading is not None and reading.sure >= _SURELY_KNOWN for reading in readings):
        return True
    metric = None if any(map(str.isdigit, cell)) else read_metric(cell)
    return metric is not None and metric.sure >= _SURELY_KNOWN


def count_known(cells: Iterable[str]) -> int:
    """Count the cells that read like a known header, to tell the header row from titles and data."""
    keys = {header_key(cell): cell for cell in cells}
    return sum(key in _known_keys() or _reads_as_header(cell) for key, cell in keys.items() if key)
