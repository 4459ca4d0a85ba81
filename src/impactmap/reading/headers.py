"""Headers that people write, matched to the schema's columns with a report of every decision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from impactmap.model.errors import TableError
from impactmap.model.faults import nearest
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS, METRICS, PLACE_COLUMNS, Column

__all__ = ["HeaderMatch", "count_known", "header_key", "match_headers", "metric_headers"]

_BOUND_WORDS = {
    "low": "low", "min": "low", "minimum": "low", "мінімум": "low", "минимум": "low",
    "high": "high", "max": "high", "maximum": "high", "максимум": "high", "best": "best",
}  # fmt: skip
#: What stands in brackets behind a header and changes nothing of what it means.
_UNIT = re.compile(
    r"\s*[(\[](?:n|e|°|degrees|wgs ?84|utc|dd[./-]mm[./-]yyyy|дд[./-]мм[./-](?:рррр|гггг))[)\]]\s*$", re.IGNORECASE
)


def header_key(header: str) -> str:
    """Return the header without differences of case, spacing, punctuation and spelling form.

    Examples
    --------
    >>> header_key(" Date_Start "), header_key("Населённый пункт")
    ('date start', 'населенный пункт')
    """
    text = unicodedata.normalize("NFKC", header).casefold().replace("ё", "е")
    text = re.sub(r"[\u2019\u2018\u0027\u02bc\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


@dataclass(frozen=True)
class HeaderMatch:
    """Which header of a table stands for which column.

    Attributes
    ----------
    columns
        Column name to header.
    contenders
        Headers that also mean a matched column; they are kept as columns of their own.
    """

    columns: dict[str, str] = field(default_factory=dict)
    contenders: dict[str, list[str]] = field(default_factory=dict)


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
) -> HeaderMatch:
    """Match headers to columns.

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

    Returns
    -------
    HeaderMatch
        A header serves one column at most, and a column has one header: the first in the column's own list.

    Raises
    ------
    TableError
        When `given` names a header that the table does not have, or a column that does not exist.
    """
    match = HeaderMatch()
    taken: set[str] = set()
    known = {column.name for column in columns} | set(also)
    for header, name in (given or {}).items():
        if name not in known:
            raise TableError(
                f"{file}: expected one of our column names for the header {header!r}, found {name!r}. "
                f"{_did_you_mean(name, known)}"
            )
        if header in headers:
            match.columns[name] = header
            taken.add(header)
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)
    # Every column's own name first: no alias of another column may take it.
    own = {
        by_key[key]: column.name
        for column in columns
        if (key := header_key(column.name)) in by_key and key not in _aliases_before_own(column)
    }
    for column in columns:
        candidates = [by_key[key] for key in _keys(column) if key in by_key]
        candidates = [
            header for header in candidates if header not in taken and own.get(header, column.name) == column.name
        ]
        if not candidates:
            continue
        if column.name in match.columns:
            match.contenders[column.name] = candidates
            continue
        match.columns[column.name] = candidates[0]
        taken.add(candidates[0])
        if candidates[1:]:
            match.contenders[column.name] = candidates[1:]
    for column in columns:
        if column.name in match.columns:
            continue
        keys = frozenset(_keys(column))
        if written := [header for header in headers if header not in taken and _says_twice(header, keys)]:
            match.columns[column.name] = written[0]
            taken.add(written[0])
            if written[1:]:
                match.contenders[column.name] = written[1:]
    return match


def _says_twice(header: str, keys: frozenset[str]) -> bool:
    """Return whether a header is a column's in two words, or with its unit: "Town/Village", "Latitude (N)"."""
    bare = _UNIT.sub("", header)
    parts = [header_key(part) for part in bare.split("/")]
    return (len(parts) > 1 or bare != header) and all(part in keys for part in parts)


def _aliases_before_own(column: Column) -> set[str]:
    """Return the column's own key when its list of headers puts others before it."""
    own = header_key(column.name)
    return {own} if own in [header_key(name) for name in column.headers] else set()


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    guess = nearest(name, sorted(known))
    return f"Did you mean {guess!r}?" if guess else f"The columns are {', '.join(sorted(known))}."


def metric_headers(headers: Iterable[str]) -> dict[str, dict[str, str]]:
    """Find the headers of a simple sheet that hold figures of known metrics.

    Returns
    -------
    dict
        Metric to part (``best``, ``low``, ``high``) to header.

    Examples
    --------
    >>> metric_headers(["Killed", "injured_low", "injured_high", "загинуло"])
    {'killed': {'best': 'Killed'}, 'injured': {'low': 'injured_low', 'high': 'injured_high'}}
    """
    names = {key: metric for metric, known in METRICS.items() for key in map(header_key, (metric, *known.headers))}
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        key = header_key(header)
        part = "best"
        if key not in names and " " in key:
            stem, _, last = key.rpartition(" ")
            key, part = (stem, _BOUND_WORDS[last]) if last in _BOUND_WORDS else (key, part)
        if key in names:
            found.setdefault(names[key], {}).setdefault(part, header)
    return found


_KNOWN_KEYS = frozenset(key for column in (*EVENT_COLUMNS, *PLACE_COLUMNS, *CLAIM_COLUMNS) for key in _keys(column))


def count_known(cells: Iterable[str]) -> int:
    """Count the cells that read like a known header, to tell the header row from titles and data."""
    return len({key for cell in cells if (key := header_key(cell)) in _KNOWN_KEYS})
