"""What the columns of a sheet are, judged together: the model's, figures of claims, and who states them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS, METRICS, Column
from impactmap.reading.columns.cell_profile import sample_rows
from impactmap.reading.columns.roles import DATE_PARTS
from impactmap.reading.headers import match_headers, metric_headers
from impactmap.reading.skipped_rows import UPDATE_STATUS

__all__ = ["EXTRAS", "SAYING", "UNREAD", "Judged", "judge_columns", "metric_of", "nested_columns"]

#: What the author says of a header that means nothing of ours, whatever its words.
UNREAD = "unread"
#: Columns of the claims table that a simple sheet may hold beside its figures.
SAYING: tuple[Column, ...] = tuple(
    column
    for column in CLAIM_COLUMNS
    if column.name in {"claimant", "claimant_side", "date_published", "date_retrieved"}
)
#: What a sheet may say beside the model's columns: finer hints, dates in parts, codes of places, what was withdrawn.
EXTRAS = (
    *("district", "community"),
    *DATE_PARTS,
    *("region_pcode", "district_pcode", "community_pcode", "place_pcode", "update_status"),
)


#: Figures of part of the people, as `read_metric` names them.
_OF_SOME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*_(?:killed|injured)")


@dataclass(frozen=True)
class Judged:
    """What the columns of a sheet are.

    Attributes
    ----------
    columns
        Name of a column of ours, of `SAYING` or of `EXTRAS` to header.
    metrics
        Metric to part (``best``, ``low``, ``high``) to header.
    contenders
        Headers that could be a column for which another was taken.
    evidence
        Column name to what speaks for its header.
    """

    columns: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, dict[str, str]] = field(default_factory=dict)
    contenders: dict[str, list[str]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)

    def why(self, name: str) -> str:
        """Return what speaks for a column's header in brackets, where its words were weighed; else nothing."""
        evidence = self.evidence.get(name, "")
        return f" ({evidence})" if evidence.startswith("the words") else ""


def judge_columns(
    cells: pd.DataFrame,
    *,
    schema: Sequence[Column] = EVENT_COLUMNS,
    saying: Sequence[Column] = SAYING,
    given: Mapping[str, str] | None = None,
    file: str = "",
    also: Sequence[str] = (),
    ours: bool = False,
) -> Judged:
    """Judge every column of a sheet of events by its header's words and by what its cells hold.

    Parameters
    ----------
    cells
        The sheet's cells as text.
    schema, saying
        The columns to look for, beside `EXTRAS`.
    given
        Header to column name, to metric or to `UNREAD`, as the author says it.
    file
        For messages.
    also
        Further column names that `given` may name: those of other tables.
    ours
        Whether impactmap wrote the sheet: its columns then have our names, and others mean nothing of ours.

    Returns
    -------
    Judged
        A header is one thing at most.

    Examples
    --------
    >>> cells = {"Date of attack": ["2025-11-08"], "Report date": ["2025-11-09"], "Killed": ["2"]}
    >>> sheet = pd.DataFrame(cells, dtype="str")
    >>> judged = judge_columns(sheet)
    >>> judged.columns, judged.metrics
    ({'date_start': 'Date of attack', 'date_published': 'Report date'}, {'killed': {'best': 'Killed'}})
    """
    told = {header: name for header, name in (given or {}).items() if name != UNREAD}
    unread = set(given or ()) - set(told)
    headers = [str(header) for header in cells.columns if header not in unread]
    stated = {header: told.pop(header) for header in list(told) if metric_of(told[header]) and header in headers}
    match = match_headers(
        [header for header in headers if header not in stated],
        [*schema, *saying],
        given=told,
        file=file,
        also=also,
        cells=cells,
        extras=(UPDATE_STATUS,) if ours else EXTRAS,
        own_names_only=ours,
    )
    columns = dict(match.columns)
    if "date_start" in columns or "date_year" not in columns:
        columns = {name: header for name, header in columns.items() if name not in DATE_PARTS}
    found = {name: list(others) for name, others in match.contenders.items()}
    _part_regions(cells, columns, found, {*told, *stated})
    taken = set(columns.values())
    metrics: dict[str, dict[str, str]] = {}
    for header, name in stated.items():
        metric, part = metric_of(name) or (name, "best")
        metrics.setdefault(metric, {})[part] = header
    for metric, parts in metric_headers(
        [each for each in headers if each not in taken and each not in stated], cells
    ).items():
        metrics[metric] = {**parts, **metrics.get(metric, {})}
    counted = {header for parts in metrics.values() for header in parts.values()}
    contenders = {
        name: [each for each in others if each not in counted]
        for name, others in found.items()
        if name in columns  # parts of a date may have been let go
    }
    return Judged(columns, metrics, {name: each for name, each in contenders.items() if each}, match.evidence)


def _part_regions(
    cells: pd.DataFrame, columns: dict[str, str], contenders: dict[str, list[str]], given: Collection[str]
) -> None:
    """Take the finer of two columns of regions as districts, where each of its values lies in one of the coarser.

    "Province" and "Region" are the same level in one country and two in another: their cells tell.
    """
    taken, others = columns.get("region"), contenders.get("region", [])
    if taken is None or "district" in columns or taken in given:
        return
    for other in others:
        levels = nested_columns(cells, taken, other)
        if levels is None:
            continue
        columns["region"], columns["district"] = levels
        contenders["region"] = [each for each in others if each != other]
        return


def nested_columns(cells: pd.DataFrame, one: str, other: str) -> tuple[str, str] | None:
    """Return the coarser of two columns and the finer, whose values each lie in one of the coarser; None else.

    Examples
    --------
    >>> sheet = pd.DataFrame({"Region": ["Diffa", "Zinder", "Tahoua"], "Zone": ["East", "East", "West"]}, dtype="str")
    >>> nested_columns(sheet, "Region", "Zone")
    ('Zone', 'Region')
    """
    sample = sample_rows(cells, [one, other])
    counts = {header: sample[header].nunique() for header in (one, other)}
    pairs = len(sample.drop_duplicates())
    for coarse, fine in ((one, other), (other, one)):
        if 1 < counts[fine] == pairs and counts[coarse] < counts[fine]:
            return coarse, fine
    return None


def metric_of(name: str) -> tuple[str, str] | None:
    """Return the metric and its part that a name such as ``killed_low`` stands for; of part of the people, too.

    Examples
    --------
    >>> metric_of("killed_low"), metric_of("civilians_killed"), metric_of("place")
    (('killed', 'low'), ('civilians_killed', 'best'), None)
    """
    stem, _, part = name.rpartition("_")
    metric, part = (stem, part) if part in {"low", "high", "best"} else (name, "best")
    known = metric in METRICS or _OF_SOME.fullmatch(metric) is not None
    return (metric, part) if known else None
