"""Claims out of cells: figures in the columns of a simple sheet, and the rows of a claims table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from impactmap.model.faults import nearest
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.model.schema import METRICS, Metric
from impactmap.reading.adapters.layout import CLAIM_PREFIX
from impactmap.reading.empty_words import without_empty_words
from impactmap.reading.figures import parse_figures, points_group, without_points
from impactmap.reading.typed import Table

__all__ = ["sheet_claims", "stated_metrics", "type_claims"]

_FIGURES = ["value", "value_low", "value_high"]


def sheet_claims(
    table: Table, frame: pd.DataFrame, metrics: dict[str, dict[str, str]], *, statements: bool = False
) -> pd.DataFrame:
    """Return the figures of a simple sheet as claims.

    Parameters
    ----------
    table
        The sheet; a warning is noted for a figure that cannot be read, which then stays a text.
    frame
        Its events, with ``event_id`` and ``source_row``.
    metrics
        Metric to part to header, as `impactmap.reading.headers.metric_headers` finds them.
    statements
        Take the summary of a row that names who says so, and has no figure, as that party's statement.

    Returns
    -------
    DataFrame
        One row a filled metric of an event, in the sheet's order. The claimant is whom the row names; an outlet only
        passes a figure on, and is never taken for who states it. Rows of one event that say the same are one claim.
    """
    parts = []
    counted = [
        header for metric, of in metrics.items() if METRICS.get(metric, Metric(metric)).whole for header in of.values()
    ]
    points = _tell_points(table, {str(_in_file(header)): table.raw.cells[header] for header in counted})
    for position, (metric, headers) in enumerate(metrics.items()):
        known = METRICS.get(metric, Metric(metric))
        cells = {part: table.raw.cells[header] for part, header in headers.items()}
        if known.numeric:
            cells = {part: _filled(table, column) for part, column in cells.items()}
        filled = pd.concat([column.notna() for column in cells.values()], axis=1).any(axis=1)
        index = table.raw.cells.index[filled]
        if not len(index):
            continue
        best = cells.get("best", pd.Series(pd.NA, index=table.raw.cells.index, dtype="str"))[index]
        if known.numeric:
            said = _figures(best, whole=known.whole, points=points)
            _warn_unread(table, headers.get("best"), best, said["text"])
            for end in ("low", "high"):
                if end in cells:
                    bound = _figures(cells[end][index], whole=known.whole, points=points)
                    _warn_unread(table, headers[end], cells[end][index], bound["text"])
                    said[f"value_{end}"] = bound["value"].fillna(said[f"value_{end}"])
            _warn_inverted(table, next(iter(headers.values())), said)
        else:
            said = parse_figures(pd.Series(pd.NA, index=index, dtype="str")).assign(text=best)
        parts.append(said.assign(metric=metric, _row=index, _order=position))
    if statements and "said_claimant" in table.typed.columns:
        alone = table.typed["said_claimant"].notna() & table.typed["summary"].notna()
        for part in parts:
            alone &= ~alone.index.isin(part["_row"])
        index = table.typed.index[alone]
        said = parse_figures(pd.Series(pd.NA, index=index, dtype="str")).assign(text=table.typed.loc[index, "summary"])
        parts.append(said.assign(metric="statement", _row=index, _order=len(metrics)))
    if not parts:
        return pd.DataFrame()
    claims = pd.concat(parts).sort_values(["_row", "_order"], kind="stable")
    owner = frame.drop_duplicates("source_row").set_index("source_row")
    claims["event_id"] = owner["event_id"].reindex(claims["_row"]).to_numpy()
    typed = table.typed.loc[claims["_row"]]
    for name in ("source_name", "source_url"):
        of_row = typed[name]
        claims[name] = (typed[f"said_{name}"].fillna(of_row) if f"said_{name}" in typed.columns else of_row).to_numpy()
    for name in ("claimant", "claimant_side", "date_published", "date_retrieved"):
        if f"said_{name}" in typed.columns:
            claims[name] = typed[f"said_{name}"].to_numpy()
    claims = claims.dropna(subset="event_id").drop(columns=["_row", "_order"])
    if owner["event_id"].is_unique:
        return claims.reset_index(drop=True)
    return claims.drop_duplicates().reset_index(drop=True)


def stated_metrics(
    metrics: dict[str, dict[str, str]], published: Iterable[str], *, given: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return the metrics of a sheet without the texts that are published as a field of the author's.

    A column such as "Damage" would otherwise be told twice: as the author's own category, and as what somebody said.
    What is `given` as a metric by name is both.
    """
    own, named = set(published), set(given)
    return {
        metric: parts
        for metric, parts in metrics.items()
        if metric in named or METRICS.get(metric, Metric(metric)).numeric or not own.issuperset(parts.values())
    }


def _filled(table: Table, cells: pd.Series[str]) -> pd.Series[str]:
    """Return figures with the cells missing that say that nothing is known, which are counted."""
    cells, empty = without_empty_words(cells)
    table.empty_cells += empty
    return cells


def _tell_points(table: Table, columns: dict[str, pd.Series[str]]) -> bool:
    """Return whether points group the thousands of a table's counts; say so where they do."""
    points = table.settled.once("points", ", ".join(columns), lambda: points_group(columns.values()))
    if points:
        shown = [name for name, cells in columns.items() if cells.str.contains(r"\d\.\d{3}(?!\d)", regex=True).any()]
        table.note("figures", f"Points group thousands in {', '.join(map(repr, shown))}, as cells there show.")
    return points


def _figures(cells: pd.Series[str], *, whole: pd.Series[bool] | bool, points: bool) -> pd.DataFrame:
    """Return figures as `parse_figures` does, read without the points that group thousands where they do."""
    if not points or whole is False:
        return parse_figures(cells, whole=whole)
    plain = without_points(cells)
    read = parse_figures(plain if whole is True else plain.where(whole, cells), whole=whole)
    read["text"] = cells.where(read["text"].notna())
    return read


def _in_file(header: str | None) -> str | None:
    """Return the header as the file has it; an adapter's column of figures ends in it."""
    if header is None or not header.startswith(CLAIM_PREFIX):
        return header
    return header.split(":", 3)[-1]


def _warn_unread(table: Table, header: str | None, cells: pd.Series[str], text: pd.Series[str]) -> None:
    unread = cells.notna() & text.notna()
    if unread.any():
        table.log.remark(
            rows=table.rows[unread[unread].index],
            column=_in_file(header),
            expected="a figure such as 20000, about 20 000 or 7–9",
            found=repr(str(cells[unread].iloc[0])),
            fix="It is kept as text. Write the digits without a separator if a figure is meant.",
        )


def _warn_inverted(table: Table, header: str, figures: pd.DataFrame) -> None:
    inverted = (
        (figures["value_low"] > figures["value_high"])
        | (figures["value_low"] > figures["value"])
        | (figures["value"] > figures["value_high"])
    )
    table.log.remark(
        rows=table.rows[figures.index[inverted]],
        column=_in_file(header),
        expected="low, value and high in ascending order",
        found="another order",
        fix="Check the three figures.",
    )


def type_claims(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a claims table with their figures read and their events checked.

    Parameters
    ----------
    table
        The claims table; rows that cannot be used go into its log.
    frame
        The events; a claim about none of them is rejected.

    Returns
    -------
    DataFrame
        The usable claims in the table's order, then the table's other columns.
    """
    claims, rows, log = table.typed, table.rows, table.log
    metric = claims["metric"]
    whole = metric.isin([name for name, known in METRICS.items() if known.whole])
    points = _tell_points(
        table, {table.columns[name]: claims[name][whole] for name in _FIGURES if name in table.columns}
    )
    read = _figures(claims["value"], whole=whole, points=points)
    low, high = (_figures(claims[name], whole=whole, points=points)["value"] for name in ("value_low", "value_high"))
    for name, values in (("value", read["text"].isna()), ("value_low", low.notna()), ("value_high", high.notna())):
        if name in table.columns:
            log.reject(
                claims[name].notna() & ~values,
                rows,
                claims[name],
                column=table.columns[name],
                expected="a figure such as 20000 or about 20 000",
                fix="Write the digits without a separator; put words into the column text.",
            )
    words = {word: name for name, known in QUALIFIERS.items() for word in (name, *known.words)}
    qualifier = claims["qualifier"].str.strip().str.casefold().map(words).astype("str")
    log.reject(
        claims["qualifier"].notna() & qualifier.isna(),
        rows,
        claims["qualifier"],
        column=table.columns.get("qualifier"),
        expected=f"one of {', '.join(QUALIFIERS)}",
        fix="Use one of these words, or leave the cell empty.",
    )
    event = table.columns.get("event_id", "event_id")
    log.reject(
        ~claims["event_id"].isin(frame["event_id"]),
        rows,
        claims["event_id"],
        column=event,
        expected="the event_id of an event that can be used",
        fix="Correct the identifier, or mend the event's own row.",
    )
    log.reject(
        metric.isna(),
        rows,
        metric,
        column=table.columns.get("metric"),
        expected="what is claimed, such as killed",
        fix="Name the metric.",
    )
    figures = pd.DataFrame(
        {
            "value": read["value"],
            "value_low": low.fillna(read["value_low"]),
            "value_high": high.fillna(read["value_high"]),
        }
    )
    said = figures.notna().any(axis=1) | claims["text"].notna() | claims[_FIGURES].notna().any(axis=1)
    log.reject(
        ~said,
        rows,
        "nothing",
        column=table.columns.get("value"),
        expected="a figure or a text",
        fix="Write what was claimed.",
    )
    _warn_inverted(table, table.columns.get("value", "value"), figures)
    taken = claims["claim_id"].notna() & claims["claim_id"].duplicated(keep=False)
    log.remark(
        rows=rows[taken],
        column=table.columns.get("claim_id"),
        expected="one claim an identifier",
        found="an identifier used more than once",
        fix="Give each claim its own.",
    )
    _warn_of_near_metrics(table, metric)
    claims = claims.assign(**figures, qualifier=qualifier.fillna(read["qualifier"])).join(table.others)
    return claims[~claims.index.isin(log.rejected_rows())].replace({np.inf: np.nan}).reset_index(drop=True)


def _warn_of_near_metrics(table: Table, metric: pd.Series[str]) -> None:
    for name in metric.dropna().unique():
        guess = None if name in METRICS else nearest(str(name).replace(" ", "_"), METRICS, cutoff=85)
        if guess:
            table.log.remark(
                rows=table.rows[metric == name],
                column=table.columns.get("metric"),
                expected=f"a known metric such as {guess}",
                found=repr(name),
                fix=f"Did you mean {guess!r}? It is kept as written.",
            )
