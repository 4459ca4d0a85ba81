"""Sources against each other, and how much of what is told of each side is confirmed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from impactmap.analysis.counts import count_events
from impactmap.analysis.sources import compare_sources
from impactmap.look.theme import LIGHT, Theme
from impactmap.maps.charts.sheet import DASHED, ChartFigure, Key, Sheet, list_rows, number_of, side_keys
from impactmap.model.errors import ColumnError

__all__ = ["plot_sources", "plot_verification"]

_MOST_SOURCES = 12


def plot_sources(
    claims: pd.DataFrame,
    *,
    by: Literal["claimant", "source_name"] = "claimant",
    title: str = "Who agrees with whom",
    theme: Theme = LIGHT,
) -> ChartFigure:
    """Draw how often each two parties agree on what both give a figure of.

    Parameters
    ----------
    claims, by
        As for `compare_sources`; all metrics together.
    title, theme
        As for `plot_timeline`.

    Returns
    -------
    ChartFigure
        With its ``alt_text``; the twelve parties that share most figures.

    Raises
    ------
    ColumnError
        When no two parties give a figure of the same event.

    Notes
    -----
    In each field: how many figures agree, of how many. See `compare_sources`; agreement is no confirmation.

    Examples
    --------
    >>> from impactmap.model.claims import claims_frame
    >>> claims = claims_frame([{"event_id": "a", "metric": "killed", "value": 7, "claimant": "North"},
    ...                        {"event_id": "a", "metric": "killed", "value": 9, "claimant": "South"}])
    >>> plot_sources(claims).alt_text
    'Who agrees with whom. 2 parties, 1 figure that two of them give, 0 alike.'
    """
    pairs = compare_sources(claims, by=by)
    if pairs.empty:
        raise ColumnError(f"claims: expected two of the column {by!r} with figures of one event, found none.")
    summed = pairs.groupby(["first", "second"], as_index=False)[["events", "agree"]].sum()
    sizes = pd.concat([summed.groupby(name)["events"].sum() for name in ("first", "second")]).groupby(level=0).sum()
    names = [str(name) for name in sizes.sort_values(ascending=False, kind="stable").index[:_MOST_SOURCES]]
    figures, alike = int(summed["events"].sum()), int(summed["agree"].sum())
    what = f"{len(sizes):,} parties, {number_of(figures, 'figure')} that two of them give, {alike:,} alike."
    note = "In each field how many agree, of how many; the darker, the more. Agreement is no confirmation."
    figure, ax = Sheet(title, what, note, theme).draw(field=40 * len(names) + 60, left=250)
    at = {name: number for number, name in enumerate(names)}
    from matplotlib.patches import Rectangle

    for first, second, events, agree in summed.itertuples(index=False, name=None):
        if first not in at or second not in at:
            continue
        share = agree / events
        for row, column in ((at[first], at[second]), (at[second], at[first])):
            box = Rectangle(
                (column - 0.48, row - 0.46), 0.96, 0.92, facecolor=theme.side_4, alpha=0.08 + 0.8 * share, linewidth=0
            )
            ax.add_patch(box)
            color = theme.page if share > 0.6 else theme.text
            ax.text(column, row, f"{agree:,} of {events:,}", ha="center", va="center", fontsize=8.5, color=color)
    list_rows(ax, [f"{number}. {name}" for number, name in enumerate(names, 1)])
    ax.set_xlim(-0.6, max(len(names) - 0.4, 2.6))
    ax.set_xticks(range(len(names)), [f"{number}." for number in range(1, len(names) + 1)])
    return figure


def plot_verification(events: pd.DataFrame, *, title: str = "What is confirmed", theme: Theme = LIGHT) -> ChartFigure:
    """Draw how many events of each attacking side are confirmed, claimed, and neither said to be.

    Parameters
    ----------
    events
        With ``side`` and ``confirmation``.
    title, theme
        As for `plot_timeline`.

    Returns
    -------
    ChartFigure
        With its ``alt_text``.

    Raises
    ------
    ColumnError
        Without the two columns.

    Notes
    -----
    Sides stand in alphabetical order, on one scale. That few events of a side are confirmed may say more of who could
    look there than of what happened.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b"], "side": ["North", None], "confirmation": ["confirmed", None]})
    >>> plot_verification(events).alt_text
    'What is confirmed. 2 events: 1 confirmed, 0 claimed, 1 of which neither is said.'
    """
    if missing := [name for name in ("side", "confirmation") if name not in events.columns]:
        raise ColumnError(f"events: expected the columns side and confirmation, missing {', '.join(missing)}.")
    from matplotlib.ticker import MaxNLocator

    keys = side_keys(events["side"], theme)
    kinds = ("confirmed", "claimed", None)
    counts = np.zeros((len(keys), len(kinds)), dtype=int)
    for row, side in enumerate(keys):
        of_side = events[events["side"].isna() if side is None else events["side"] == side]
        found = count_events(of_side, by="confirmation")["best"]
        for label, value in zip(found.index.tolist(), found.tolist(), strict=True):
            counts[row][kinds.index(label if isinstance(label, str) else None)] += int(value)
    total = counts.sum(axis=0)
    what = (
        f"{number_of(int(counts.sum()), 'event')}: {total[0]:,} confirmed, {total[1]:,} claimed, "
        f"{total[2]:,} of which neither is said."
    )
    legend = [
        Key("Confirmed", theme.text_muted),
        Key("Claimed", theme.text_muted, "open"),
        Key("Neither is said", theme.text_muted, "dashed"),
    ]
    note = "Each event counts once. How much is confirmed depends on who could look."
    figure, ax = Sheet(title, what, note, theme, legend).draw(field=46 * len(keys) + 30, left=250)
    for row, key in enumerate(keys.values()):
        base = 0
        for kind, count in zip(kinds, counts[row].tolist(), strict=True):
            if count:
                fill = key.color if kind == "confirmed" else theme.claimed_fill
                style = DASHED if kind is None else "-"
                ax.barh(
                    row,
                    count,
                    left=base,
                    height=0.55,
                    facecolor=fill,
                    edgecolor=key.color,
                    linewidth=1.4,
                    linestyle=style,
                )
                color = theme.page if kind == "confirmed" else theme.text
                ax.text(base + count / 2, row, f"{count:,}", ha="center", va="center", fontsize=9, color=color)
            base += count
    ax.grid(visible=True, axis="x", color=theme.line, linewidth=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    list_rows(ax, [key.name for key in keys.values()])
    return figure
