"""A publisher's format as data: which of our columns comes from which of theirs, and which word means which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from impactmap.reading.adapters.cells import citing, code_key
from impactmap.reading.headers import header_key
from impactmap.reading.raw_table import Note, RawTable

__all__ = ["CLAIM_PREFIX", "Field", "Figure", "Layout", "LayoutAdapter"]

#: Columns ``claim:<metric>:<best|low|high>:<their header>`` and ``claim:claimant`` become claims and do not stay in the
#: events; ``claim:source_name`` and the like say more about them.
CLAIM_PREFIX = "claim:"
#: Columns in which a semicolon would part two places; adapters whose sources list places say so.
_LISTS = ("place", "region", "country")
#: Of a row with a position of unknown precision: an area where the region is known, else not located. Never a point.
UNSAID = "region"


@dataclass(frozen=True)
class Field:
    """Where one of our columns comes from.

    Attributes
    ----------
    ours
        Name of our column.
    theirs
        Headers that are read. Without `make` the first filled one counts.
    words
        Their word (compared without case and outer spaces; 1, 1.0 and 01 are one code) to ours; an empty text means
        missing.
    otherwise
        For words that are not listed: None keeps them, a text replaces them (an empty one: missing).
    make
        Computes the column from the table (headers as in `Layout`) where words cannot; before `words`.
    how
        What `make` does, in one sentence.
    """

    ours: str
    theirs: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    otherwise: str | None = None
    make: Callable[[pd.DataFrame], pd.Series[str]] | None = None
    how: str = ""

    @property
    def verbatim(self) -> bool:
        """Whether our column repeats theirs, so that the original need not be kept beside it."""
        return not self.words and self.make is None and self.otherwise is None and len(self.theirs) == 1


@dataclass(frozen=True)
class Figure:
    """A figure that becomes a claim of the source.

    Attributes
    ----------
    metric
        What is counted.
    best, low, high
        Headers.
    zero_is_unknown
        Whether the source writes 0 also where it does not know: then 0 makes no claim.
    """

    metric: str
    best: str = ""
    low: str = ""
    high: str = ""
    zero_is_unknown: bool = False

    @property
    def theirs(self) -> tuple[tuple[str, str], ...]:
        """The parts that are there, with their headers."""
        return tuple((part, name) for part in ("best", "low", "high") if (name := getattr(self, part)))


@dataclass(frozen=True)
class Layout:
    """A publisher's format.

    Attributes
    ----------
    name, title, about
        For ``--from``, for people, and what the format is, in a sentence.
    signature
        Headers that together are this format's and nobody else's.
    fields, figures
        Its mapping.
    claimant
        Who states the figures: the publisher's name, or `claimant_column`'s cell where that is filled.
    cited
        Header of the sources that the publisher cites: its claims name them.
    remarks
        What a reader has to know, one sentence each.
    terms
        What the publisher asks of those who pass the data on; empty when a credit is all.
    lists_places
        Whether a semicolon in our ``place`` parts several places.
    has_scale
        Whether the source says how precise positions are: then a row where it does not is no point.
    """

    name: str
    title: str
    about: str
    signature: frozenset[str]
    fields: tuple[Field, ...]
    figures: tuple[Figure, ...] = ()
    claimant: str = ""
    claimant_column: str = ""
    cited: str = ""
    remarks: tuple[str, ...] = ()
    terms: str = ""
    lists_places: bool = False
    has_scale: bool = True


@dataclass(frozen=True)
class LayoutAdapter:
    """An adapter that follows a `Layout`.

    Attributes
    ----------
    layout
        The mapping.
    """

    layout: Layout

    @property
    def name(self) -> str:
        """Under which a user asks for it."""
        return self.layout.name

    @property
    def terms(self) -> str:
        """What the publisher asks of those who pass the data on."""
        return self.layout.terms

    def recognises(self, raw: RawTable) -> bool:
        """Say whether the headers are this publisher's."""
        headers = {header_key(str(name)) for name in raw.cells.columns}
        return {header_key(name) for name in self.layout.signature} <= headers

    def convert(self, raw: RawTable) -> RawTable:
        """Return the table under our headers: every row, in order, with the originals as ``source_<header>``."""
        layout = self.layout
        cells = _with_their_headers(raw.cells, layout)
        notes: list[str] = []
        ours: dict[str, pd.Series[str]] = {}
        for each in layout.fields:
            if each.make is None and not any(name in cells.columns for name in each.theirs):
                continue
            ours[each.ours] = _column(cells, each, notes)
        if "side" in ours:
            stated = ours["side"].notna()
            ours["side_basis"] = stated.map({True: "source_coding", False: "not_stated"}).astype("str")
        if layout.has_scale:
            _settle_precision(ours, notes)
        if not layout.lists_places:
            for name in _LISTS:
                if name in ours:
                    ours[name] = ours[name].str.replace(r"\s*;\s*", ", ", regex=True)
        claims = _claims(cells, layout)
        # A day says less than a time, and an area has no position of its own: the originals stay beside them.
        less = {"date_start", "date_end", *(("latitude", "longitude") if "place_precision" in ours else ())}
        verbatim = {each.theirs[0] for each in layout.fields if each.verbatim and each.ours not in less}
        kept = {f"source_{name}": cells[name] for name in cells.columns if name not in verbatim}
        for name in [name for name in kept if name in ours or name in _RESERVED]:
            kept[f"source_{name}"] = kept.pop(name)
        table = pd.DataFrame({**ours, **kept, **claims}, index=cells.index).astype("str")
        told = [*(Note(raw.name, "columns", text) for text in (*layout.remarks, *notes))]
        if layout.terms:
            told.append(Note(raw.name, "terms", layout.terms))
        return replace(raw, cells=table, notes=(*raw.notes, *told), neutralised=False)

    def converted(self, headers: set[str]) -> bool:
        """Say whether a table of ours was once this publisher's: the originals that `convert` keeps are in it."""
        verbatim = {each.theirs[0] for each in self.layout.fields if each.verbatim}
        kept = {f"source_{name}" for name in self.layout.signature - verbatim}
        return bool(kept) and kept <= headers

    def explain(self) -> dict[str, Any]:
        """Return the mapping for people and programs: plain texts, lists and dicts."""
        layout = self.layout
        return {
            "name": layout.name,
            "title": layout.title,
            "about": layout.about,
            "recognised_by": sorted(layout.signature),
            "columns": [
                {
                    "column": each.ours,
                    "from": list(each.theirs),
                    **({"how": each.how} if each.how else {}),
                    **({"words": dict(each.words)} if each.words else {}),
                    **({"other_words": each.otherwise or "missing"} if each.otherwise is not None else {}),
                }
                for each in layout.fields
            ],
            "claims": [
                {"metric": each.metric, **dict(each.theirs), **({"zero": "no claim"} if each.zero_is_unknown else {})}
                for each in layout.figures
            ],
            "claimant": layout.claimant_column or layout.claimant,
            "cited": layout.cited,
            "remarks": list(layout.remarks),
            "terms": layout.terms,
        }


#: Ours already, or a reader's own business.
_RESERVED = frozenset({"source_name", "source_url", "source_row", "source_geometry"})


def _with_their_headers(cells: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Spell the headers as the layout does, whatever their case and spacing in the file."""
    known = [*layout.signature, *(name for each in layout.fields for name in each.theirs)]
    known += [name for each in layout.figures for _, name in each.theirs]
    if layout.claimant_column:
        known.append(layout.claimant_column)
    spelled = {header_key(name): name for name in known}
    headers: list[str] = []
    for name in cells.columns:
        header = spelled.get(header_key(str(name)), str(name))
        headers.append(str(name) if header in headers else header)
    return cells.set_axis(headers, axis="columns")


def _column(cells: pd.DataFrame, each: Field, notes: list[str]) -> pd.Series[str]:
    nothing = pd.Series(pd.NA, index=cells.index, dtype="str")
    if each.make is not None:
        column = each.make(cells)
    else:
        column = nothing
        for name in each.theirs:
            if name in cells.columns:
                column = column.fillna(cells[name])
    if not each.words and each.otherwise is None:
        return column.astype("str")
    words = dict(zip(code_key(pd.Series(list(each.words), dtype="str")), each.words.values(), strict=True))
    key = code_key(column)
    found = key.map(words)
    unknown = column.notna() & ~key.isin(list(words))
    if each.otherwise is not None and unknown.any():
        shown = ", ".join(repr(str(word)) for word in column[unknown].unique()[:5])
        notes.append(
            f"Cells of {each.theirs[0]!r} with words that the mapping does not list ({shown}): {int(unknown.sum()):,}; "
            f"read as {each.otherwise or 'missing'}."
        )
    found = found.mask(unknown, column if each.otherwise is None else each.otherwise).astype("str")
    return found.mask(found.str.strip() == "")


def _settle_precision(ours: dict[str, pd.Series[str]], notes: list[str]) -> None:
    """Let no position of a source with a scale of precision become a point where the scale is silent."""
    if "place_precision" not in ours or "latitude" not in ours:
        return
    silent = ours["place_precision"].isna() & ours["latitude"].notna()
    if silent.any():
        notes.append(
            f"{int(silent.sum()):,} rows do not say how precise their position is: read as {UNSAID}, never as points."
        )
        ours["place_precision"] = ours["place_precision"].mask(silent, UNSAID)


def _claims(cells: pd.DataFrame, layout: Layout) -> dict[str, pd.Series[str]]:
    made: dict[str, pd.Series[str]] = {}
    for each in layout.figures:
        for part, name in each.theirs:
            if name not in cells.columns:
                continue
            said = cells[name].str.strip()
            if each.zero_is_unknown:
                said = said.mask(said.str.fullmatch(r"0+(\.0*)?", na=False))
            made[f"{CLAIM_PREFIX}{each.metric}:{part}:{name}"] = said
    if made:
        claimant = pd.Series(layout.claimant or pd.NA, index=cells.index, dtype="str")
        if layout.claimant_column in cells.columns:
            claimant = cells[layout.claimant_column].fillna(claimant)
        made[f"{CLAIM_PREFIX}claimant"] = claimant
        if layout.cited in cells.columns:
            made[f"{CLAIM_PREFIX}source_name"] = citing(layout.claimant, layout.cited)(cells)
    return made
