"""Decide the different places of a table, from how many of its rows ask about each: what adds up over parts of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.progress import Progress, quiet
from impactmap.places.boundaries import countries_at
from impactmap.places.names.country_names import find_country
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.source_position import source_positions
from impactmap.places.settle.theatre import Site, Theatre
from impactmap.places.settle.whole_table import TableChooser

if TYPE_CHECKING:
    from impactmap.places.geocode_options import OnlineGeocoder
    from impactmap.places.overrides.decisions import Decisions

__all__ = ["HINTS", "Questions", "decide_questions", "queries_of"]

#: The columns that say where a row is.
HINTS: Final = ("place", "region", "country", "district", "place_from")
_AT: Final = ("latitude", "longitude")
_TOLD: Final = 200  # places, after which progress is told


@dataclass(frozen=True)
class Questions:
    """What a table asks about its places, and how often.

    Attributes
    ----------
    queries
        The different combinations of place and hints.
    counts
        ``asked`` (number of a query), ``latitude``, ``longitude`` (the source's, to a tenth of a degree; missing
        without), ``rows``.
    """

    queries: list[Query]
    counts: pd.DataFrame

    @classmethod
    def of(cls, events: pd.DataFrame, queries: list[Query], asked: npt.NDArray[np.intp]) -> Questions:
        """Return the questions of a table whose rows ask as `queries_of` says."""
        given = source_positions(events)
        named = np.bincount(asked[~given], minlength=len(queries))
        parts = [
            pd.DataFrame({"asked": np.arange(len(queries)), "latitude": np.nan, "longitude": np.nan, "rows": named})
        ]
        if given.any():
            columns = {name: pd.to_numeric(events.loc[given, name], errors="coerce") for name in _AT}
            at = pd.DataFrame(columns).astype(float).round(1).assign(asked=asked[given])
            at = at[at["latitude"].between(-90, 90) & at["longitude"].between(-180, 180)]
            parts.append(at.groupby(["asked", *_AT]).size().rename("rows").reset_index())
        return cls(queries, pd.concat(parts, ignore_index=True))

    def frame(self) -> pd.DataFrame:
        """Return texts, positions and ``rows`` as one frame; those of parts of a table can be put together."""
        texts = {name: [getattr(query, name) for query in self.queries] for name in HINTS}
        asked = self.counts["asked"].to_numpy()
        said = pd.DataFrame(texts, dtype="str").iloc[asked].reset_index(drop=True)
        return said.assign(**{name: self.counts[name].to_numpy() for name in (*_AT, "rows")})

    @classmethod
    def together(cls, frames: Iterable[pd.DataFrame]) -> Questions:
        """Return the questions of a whole table from those of its parts, whatever the parts are."""
        everything = pd.concat(frames, ignore_index=True)
        added = everything.groupby([*HINTS, *_AT], dropna=False, sort=True)["rows"].sum().reset_index()
        asked, different = pd.factorize(pd.MultiIndex.from_frame(added[list(HINTS)]))
        queries = [Query(*map(str, texts)) for texts in different]
        return cls(queries, added[[*_AT, "rows"]].assign(asked=asked))


def queries_of(events: pd.DataFrame) -> tuple[list[Query], npt.NDArray[np.intp]]:
    """Return the different combinations of place and hints, and which of them each row has."""
    codes = np.zeros(len(events), dtype=np.int64)
    values: list[npt.NDArray[Any]] = []
    names = [name for name in HINTS if name in events.columns]
    sizes: list[int] = []
    for name in names:
        part, unique = pd.factorize(events[name])
        texts = ["" if pd.isna(text) else str(text) for text in unique] + [""]  # the last is for the missing (-1)
        values.append(np.array(texts, dtype=object))
        sizes.append(len(texts))
        codes = codes * len(texts) + np.where(part < 0, len(texts) - 1, part)
    inverse, unique_codes = pd.factorize(codes)
    queries = []
    for code in unique_codes.tolist():
        fields: dict[str, str] = {}
        left = code
        for name, texts, size in zip(reversed(names), reversed(values), reversed(sizes), strict=True):
            left, position = divmod(left, size)
            fields[name] = str(texts[position]).strip()
        queries.append(Query(**fields))
    return queries, inverse


def decide_questions(
    questions: Questions,
    chooser: TableChooser,
    *,
    online: OnlineGeocoder | None = None,
    settled: Decisions | None = None,
    progress: Progress = quiet,
) -> list[Decision]:
    """Decide what each query of a whole table means.

    Parameters
    ----------
    questions
        Of the whole table.
    chooser
        Settles them.
    online
        Asked about what stays open; not about what editors `settled`.
    settled
        What editors decided.
    progress
        Told how many are decided.

    Returns
    -------
    list of Decision
        One for each of ``questions.queries``; neither their order nor how the table was parted changes any.
    """
    queries = questions.queries
    chooser.prepare(queries)
    decisions = []
    for number, query in enumerate(queries, 1):
        decisions.append(chooser.by_itself(query))
        if number % _TOLD == 0 or number == len(queries):
            progress(number, len(queries), "Finding the places")
    decisions = chooser.settle(queries, decisions, _theatre(questions, decisions))
    if online is None:
        return decisions
    return [
        online.settle(query, decision)
        if (decision.status in {"not_found", "ambiguous"} or decision.coarse)
        and query.place
        and not (settled and settled.settles(query))
        else decision
        for query, decision in zip(queries, decisions, strict=True)
    ]


def _theatre(questions: Questions, decisions: Sequence[Decision]) -> Theatre:
    """Return where a table certainly is: where the source says so, else where names are settled by themselves."""
    queries, counts = questions.queries, questions.counts
    given = counts["latitude"].notna().to_numpy()
    rows = counts.loc[~given].groupby("asked")["rows"].sum().reindex(range(len(queries)), fill_value=0)
    theatre = Theatre.of(queries, decisions, rows.tolist())
    if not given.any():
        return theatre
    # A position outside the country of the row's own words may have its numbers exchanged: it vouches for nothing.
    codes = {text: find_country(text) for text in {query.country for query in queries}}
    stated = [
        (decision.country if decision.status in {"matched", "area"} else None) or codes[query.country] or ""
        for query, decision in zip(queries, decisions, strict=True)
    ]
    at = counts[given]
    at = at.assign(stated=np.array(stated, dtype=object)[at["asked"].to_numpy()])
    sites = at.groupby([*_AT, "stated"])["rows"].sum().reset_index()
    sites["country"] = countries_at(sites["longitude"].to_numpy(), sites["latitude"].to_numpy())
    sites = sites[(sites["stated"] == "") | sites["country"].isna() | (sites["stated"] == sites["country"])]
    vouched: Counter[Site] = Counter()
    for code, y, x, number in sites[["country", *_AT, "rows"]].itertuples(index=False, name=None):
        vouched[Site(code if isinstance(code, str) else "", "", y, x)] += number
    return theatre + Theatre(vouched)
