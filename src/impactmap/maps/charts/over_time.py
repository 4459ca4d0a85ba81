"""Events, and who reports them, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from impactmap.analysis.counts import count_events
from impactmap.analysis.events import event_periods
from impactmap.look.theme import LIGHT, Theme
from impactmap.maps.charts.sheet import (
    DASHED,
    MOST_ROWS,
    ChartFigure,
    Key,
    Sheet,
    count_axis,
    list_rows,
    number_of,
    side_keys,
)
from impactmap.model.errors import ColumnError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_coverage", "plot_timeline"]

Period = Literal["day", "week", "month", "year"]


def plot_timeline(
    events: pd.DataFrame, *, by: Period | None = None, title: str = "Events over time", theme: Theme = LIGHT
) -> ChartFigure:
    """Draw how many events there were, by time and attacking side.

    Parameters
    ----------
    events
        As for `count_events`; ``side`` is used where it is there.
    by
        ``day``, ``week``, ``month`` or ``year``; what the length of time asks for by default.
    title
        The headline.
    theme
        `LIGHT`, `DARK` or one of your own.

    Returns
    -------
    ChartFigure
        With its ``alt_text``; write it with `save_figure`.

    Raises
    ------
    ColumnError
        Without days.

    Notes
    -----
    A full bar holds events of which it is known that they lie in that time as a whole. The open part above it holds
    those that may: an event of a week, drawn by day, is in the open part of each of its days and in no full one.
    Times without events are shown.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b"], "side": ["North", None],
    ...                        "date_start": pd.to_datetime(["2025-11-08", "2025-11-09"])})
    >>> plot_timeline(events).alt_text
    'Events over time. 2 events from 2025-11-08 to 2025-11-09, by day.'
    """
    by = by or _period(events)
    total = count_events(events, by=by)
    sided = events if "side" in events.columns else events.assign(side=pd.Series(pd.NA, events.index, dtype="str"))
    keys = side_keys(sided["side"], theme)
    first, last = event_periods(events)
    what = f"{number_of(len(first), 'event')} from {first.min().date()} to {last.max().date()}, by {by}."
    uncertain = bool((total["low"] < total["high"]).any())
    legend = [*keys.values(), *([Key(f"May be of this {by}", theme.text_muted, "dashed")] if uncertain else [])]
    note = f"Full bars: events known to lie in the {by} as a whole; open above: those that may. Each counts once."
    figure, ax = Sheet(title, what, note, theme, legend, "events").draw()
    base = np.zeros(len(total))
    for side, key in keys.items():
        rows = sided["side"].isna() if side is None else sided["side"] == side
        part = count_events(sided[rows], by=by)["best"].reindex(total.index, fill_value=0).to_numpy(dtype=float)
        _bars(ax, base, part, key, theme)
        base += part
    high = total["high"].to_numpy(dtype=float)
    _bars(ax, base, np.maximum(high - base, 0), Key("", theme.text_muted, "dashed"), theme)
    _time_axis(ax, total.index)
    count_axis(ax)
    return figure


def plot_coverage(
    events: pd.DataFrame,
    *,
    by: Period | None = None,
    column: str = "source_name",
    title: str = "Who reported when",
    theme: Theme = LIGHT,
) -> ChartFigure:
    """Draw of which times each source has reports, and of which none.

    Parameters
    ----------
    events
        With ``date_start`` and the column.
    by, title, theme
        As for `plot_timeline`.
    column
        Whose coverage: ``source_name``, or any other.

    Returns
    -------
    ChartFigure
        With its ``alt_text``.

    Raises
    ------
    ColumnError
        Without days or the column.

    Notes
    -----
    A field is as dark as the number of events that may be of its time; the number stands in it where there is room. A
    gap may be a time in which nothing happened, or in which nobody looked.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a", "b"], "source_name": ["A paper", "A wire"],
    ...                        "date_start": pd.to_datetime(["2025-11-08", "2025-11-10"])})
    >>> plot_coverage(events).alt_text
    'Who reported when. 2 sources, 2025-11-08 to 2025-11-10, by day.'
    """
    if column not in events.columns:
        raise ColumnError(f"events: expected the column {column!r}, found none. Name the column of sources.")
    by = by or _period(events)
    periods = count_events(events, by=by).index
    named = events.assign(**{column: events[column].astype("str").fillna("not named")})
    counts = count_events(named, by=column)["best"].sort_values(ascending=False, kind="stable")
    names = [str(name) for name in counts.index[:MOST_ROWS]]
    cells = np.zeros((len(names), len(periods)))
    for row, name in enumerate(names):
        of_one = count_events(named[named[column] == name], by=by)["high"]
        cells[row] = of_one.reindex(periods, fill_value=0).to_numpy(dtype=float)
    first, last = event_periods(events)
    what = f"{number_of(len(counts), 'source')}, {first.min().date()} to {last.max().date()}, by {by}."
    left = f" {len(counts) - len(names):,} more are not shown." if len(counts) > len(names) else ""
    note = f"Events that may be of each {by}.{left} A gap may be a time of nothing, or one in which nobody looked."
    figure, ax = Sheet(title, what, note, theme).draw(field=26 * len(names) + 20, left=250)
    _heat(ax, cells, theme)
    list_rows(ax, names)
    _time_axis(ax, periods)
    return figure


def _heat(ax: Axes, cells: np.ndarray[Any, Any], theme: Theme) -> None:
    from matplotlib.patches import Rectangle

    most = max(float(cells.max()), 1.0)
    for row, column in zip(*np.nonzero(cells), strict=True):
        share = 0.25 + 0.75 * float(np.sqrt(cells[row, column] / most))
        box = Rectangle((column - 0.5, row - 0.4), 1, 0.8, facecolor=theme.side_4, alpha=share, linewidth=0)
        ax.add_patch(box)
        if cells.shape[1] <= 31:
            color = theme.page if share > 0.6 else theme.text
            ax.text(column, row, f"{cells[row, column]:,.0f}", ha="center", va="center", fontsize=8, color=color)


def _bars(ax: Axes, base: Any, part: Any, key: Key, theme: Theme) -> None:
    there = np.flatnonzero(part > 0)
    full = key.kind == "full"
    ax.bar(
        there, part[there], bottom=base[there], width=0.86, facecolor=key.color if full else theme.claimed_fill,
        edgecolor=theme.page if full else key.color, linewidth=0.5 if full or len(base) > 120 else 1.0,
        linestyle=DASHED if key.kind == "dashed" else "-",
    )  # fmt: skip


def _time_axis(ax: Axes, periods: pd.Index[Any]) -> None:
    """Name some of the times under a field."""
    count = len(periods)
    step = max(1, -(-count // 8))
    at = list(range(0, count, step))
    frequency = str(getattr(periods, "freqstr", "D"))
    form = "%Y" if frequency.startswith("Y") else "%b %Y" if frequency.startswith("M") else "%d %b %Y"
    ax.set_xticks(at, [periods[number].start_time.strftime(form).lstrip("0") for number in at])
    ax.set_xlim(-0.6, count - 0.4)


def _period(events: pd.DataFrame) -> Period:
    """Return by what the length of time is best shown."""
    first, last = event_periods(events)
    if not first.notna().any():
        raise ColumnError("events: expected at least one day in date_start, found none.")
    days = (last.max() - first.min()).days
    return "day" if days <= 62 else "week" if days <= 400 else "month" if days <= 6000 else "year"
