"""Which facts are told of an event, a place, a claim: each with what it is worded from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from impactmap.model.arrow import codes_of
from impactmap.model.values import NO_DAY
from impactmap.telling.wording import Wording, distance_text

__all__ = ["FACTS", "Table", "told_columns", "told_row", "value_at"]

#: One part of the reports: columns of one length, texts as Arrow arrays, figures as floats (missing as NaN), days as
#: 32-bit numbers (missing as `NO_DAY`).
Table = dict[str, Any]

#: A fact: the columns it is worded from, and the wording.
Fact = tuple[tuple[str, ...], Callable[..., str | None]]


def _when(say: Wording, start: str | None, end: str | None, precision: str | None) -> str:
    return say.when(start, end, precision)


def _reported(say: Wording, name: str | None, reported: str | None) -> str | None:
    """Return the reported name where it is told, for those who search for it."""
    return reported if say.reported_as(name, reported) else None


def _reason(_: Wording, reason: str | None, status: str | None, provider: str | None) -> str | None:
    """Return why a place was chosen; of an area that is found by its name there is nothing to explain."""
    return reason if status != "area" or provider == "decision" else None


_COMPARED = ("metric", "computed", "computed_low", "computed_high", "agrees")

#: By part and name; None is the event itself.
FACTS: dict[str | None, dict[str, Fact]] = {
    None: {
        "when": (("start", "end", "date_precision"), _when),
        "note": (("note",), Wording.note),
        "basis": (("side_basis",), Wording.side_basis),
        "sectors": (("sectors",), lambda say, terms: say.term_list("sector", terms)),
        "means": (("means",), lambda say, terms: say.term_list("means", terms)),
    },
    "places": {
        "name": (("name", "reported", "precision"), Wording.place),
        "around": (("name", "region", "country", "precision"), Wording.around),
        "reported": (("name", "reported"), _reported),
        "reported_as": (("name", "reported"), Wording.reported_as),
        "how": (("precision", "radius_km", "provider", "status"), Wording.how_precise),
        "reason": (("reason", "status", "provider"), _reason),
        "distance": (("km", "min_km", "max_km"), Wording.distance),
        "line": (("km",), lambda say, km: None if km is None else distance_text(km, say)),
        "distance_in": (("side_country",), Wording.distance_in),
        "population": (("people",), Wording.population),
        "population_how": (("population_source", "population_date"), Wording.population_how),
    },
    "claims": {
        "said": (("metric", "value", "low", "high", "qualifier", "text"), Wording.claim),
        "who": (("claimant",), Wording.claimant),
        "dates": (("published", "retrieved"), Wording.claim_dates),
        "differs": (_COMPARED, Wording.differs),
        "agrees": (_COMPARED, Wording.agrees),
        "note": (("note",), Wording.note),
    },
    "disputes": {"said": (("metric",), Wording.disputed)},
    "sources": {},
    "fields": {},
}


def value_at(column: Any, row: int) -> Any:
    """Return one value of a column as plain Python, None for missing; a day as ISO text."""
    if not isinstance(column, np.ndarray):
        return column[row].as_py()
    value = column[row].item()
    if column.dtype.kind == "f":
        return None if value != value else value  # noqa: PLR0124 -- NaN differs from itself
    if column.dtype == np.int32:
        return None if value == NO_DAY else str(np.datetime64(value, "D"))
    return value


def told_row(say: Wording, part: str | None, row: dict[str, Any]) -> dict[str, str]:
    """Return the facts of one row, from its values by column; without those that are missing."""
    told = {name: word(say, *map(row.get, columns)) for name, (columns, word) in FACTS[part].items()}
    return {name: text for name, text in told.items() if text}


def told_columns(
    say: Wording, part: str | None, table: Table, start: int, stop: int, *, names: Iterable[str] | None = None
) -> dict[str, tuple[npt.NDArray[np.int32], list[str | None]]]:
    """Return the facts of a run of rows: by name, each row's number among the different texts, and these.

    Notes
    -----
    A text is worded once for all rows of which the same is said, so that it costs little where rows are many.
    """
    coded: dict[str, tuple[npt.NDArray[np.int32], list[Any]]] = {}
    told = {}
    for name in FACTS[part] if names is None else names:
        columns, word = FACTS[part][name]
        for column in columns:
            if column not in coded:
                coded[column] = _coded(table[column], start, stop)
        told[name] = _worded(say, word, [coded[column] for column in columns])
    return told


def _worded(
    say: Wording, word: Callable[..., str | None], columns: list[tuple[npt.NDArray[np.int32], list[Any]]]
) -> tuple[npt.NDArray[np.int32], list[str | None]]:
    """Return each row's number among the different texts that the values of its columns give."""
    key, count = np.zeros(len(columns[0][0]), dtype=np.int64), 1
    for codes, values in columns:
        found, different = pd.factorize(key * len(values) + codes)
        key, count = found.astype(np.int64), len(different)
    first = np.empty(count, dtype=np.intp)
    first[key[::-1]] = np.arange(len(key))[::-1]
    texts = pa.array(
        [word(say, *(values[codes[row]] for codes, values in columns)) or None for row in first.tolist()],
        pa.large_string(),
    )
    numbers, distinct = codes_of(texts)
    return (numbers.astype(np.int32) + 1)[key], [None, *distinct]


def _coded(column: Any, start: int, stop: int) -> tuple[npt.NDArray[np.int32], list[Any]]:
    """Return each row's number among the different values of its column, and these as plain Python."""
    part = column[start:stop] if isinstance(column, np.ndarray) else column.slice(start, stop - start)
    if isinstance(part, np.ndarray):
        numbers, different = pd.factorize(part, use_na_sentinel=False)
        return numbers.astype(np.int32), [value_at(different, row) for row in range(len(different))] or [None]
    if pa.types.is_boolean(part.type):
        states = part.cast(pa.uint8()).fill_null(2).to_numpy(zero_copy_only=False)
        return states.astype(np.int32), [False, True, None]
    codes, texts = codes_of(part)
    return codes.astype(np.int32) + 1, [None, *texts]
