"""Ranges drawn as ranges: distances over time, figures reported and computed, what each party claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impactmap.analysis.distances import distance_ranges
from impactmap.analysis.events import event_numbers, event_periods
from impactmap.context.compare import compare_reported
from impactmap.look.theme import LIGHT, Theme
from impactmap.maps.charts.sheet import MOST_ROWS, ChartFigure, Key, Sheet, count_axis, list_rows, number_of, side_keys
from impactmap.model.claims import claims_frame, intervals
from impactmap.model.errors import ColumnError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from impactmap.context.borders import Border

__all__ = ["plot_border_distance", "plot_claims", "plot_reported"]

#: Room beyond the last closed end for a range that is open, as a share of the field.
_OPEN: Final = 1.12


def plot_border_distance(
    events: pd.DataFrame,
    *,
    border: Border | None = None,
    title: str = "Distance to the border over time",
    theme: Theme = LIGHT,
) -> ChartFigure:
    """Draw how far from the border each event was, as the range that is known.

    Parameters
    ----------
    events, border
        As for `distance_ranges`; with ``date_start``, and ``date_end`` and ``side`` where they are there.
    title, theme
        As for `plot_timeline`.

    Returns
    -------
    ChartFigure
        With its ``alt_text``.

    Raises
    ------
    ColumnError
        Without days, or without distances and a border.

    Notes
    -----
    Each event is a bar from its least to its greatest possible distance, as wide as its days: the radius of a town and
    the reach of an area are drawn, not their middle. Events without a distance or a day are counted under the field.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a"], "date_start": pd.to_datetime(["2025-11-08"]),
    ...                        "border_distance_km": [40.0], "place_radius_km": [5.0]})
    >>> plot_border_distance(events).alt_text
    'Distance to the border over time. 1 event between 35 and 45 km from the border, 2025-11-08 to 2025-11-08.'
    """
    ranges = distance_ranges(events, border=border)
    first, last = event_periods(events)
    low, high = ranges["low"].to_numpy(dtype=float), ranges["high"].to_numpy(dtype=float)
    shown = np.flatnonzero(~np.isnan(low) & first.notna().to_numpy())
    numbers, _ = event_numbers(events)
    side = events["side"] if "side" in events.columns else pd.Series(pd.NA, events.index, dtype="str")
    of_event = side.groupby(numbers).first()
    keys = side_keys(of_event, theme)
    span = ""
    if len(shown):
        days = [each.iloc[shown].dropna() for each in (first, last)]
        span = f" between {low[shown].min():,.0f} and {high[shown].max():,.0f} km from the border"
        span += f", {days[0].min().date()} to {days[1].max().date()}"
    left = len(ranges) - len(shown)
    note = "Bars reach from the least to the greatest distance that is possible"
    few = len(shown) <= MOST_ROWS
    note += "." if few else ", and over the days that are."
    note += f" {number_of(left, 'event')} without a distance or a day not shown." if left else ""
    what = f"{number_of(len(shown), 'event')}{span}."
    sheet = Sheet(title, what, note, theme, [*keys.values()], "" if few else "kilometres")
    if not few:
        figure, ax = sheet.draw()
        _event_bars(ax, shown, (low, high), (first, last), of_event, keys)
        count_axis(ax)
        return figure
    # Few events are told one by one, in the order of their days.
    shown = shown[np.argsort(first.iloc[shown].to_numpy(), kind="stable")]
    figure, ax = sheet.draw(field=30 * max(len(shown), 1) + 30, left=250)
    drawn = [keys[None if pd.isna(value) else str(value)] for value in of_event.iloc[shown]]
    for row, (at, key) in enumerate(zip(shown, drawn, strict=True)):
        fill = key.color if key.kind == "full" else theme.claimed_fill
        wide = max(high[at] - low[at], high[shown].max() / 200)
        ax.barh(row, wide, left=low[at], height=0.5, facecolor=fill, edgecolor=key.color, linewidth=1.3)
    ax.grid(visible=True, axis="x", color=theme.line, linewidth=0.8)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f} km")
    list_rows(ax, _event_names(events, pd.Series(ranges.index[shown])))
    return figure


def _event_bars(
    ax: Axes,
    shown: np.ndarray[Any, Any],
    ends: tuple[Any, Any],
    days: tuple[pd.Series[Any], pd.Series[Any]],
    side: pd.Series[Any],
    keys: dict[str | None, Key],
) -> None:
    from matplotlib.collections import PolyCollection
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    start: Any = date2num(days[0].iloc[shown].to_numpy())  # type: ignore[no-untyped-call]
    end = date2num(days[1].iloc[shown].to_numpy()) + 1  # type: ignore[no-untyped-call]
    low, high = ends[0][shown], ends[1][shown]
    span = max(float(end.max() - start.min()), 1.0) if len(shown) else 1.0
    # Nothing is thinner than it can be seen.
    least, thin = span / 260, max(float(high.max()), 1.0) / 120 if len(shown) else 1.0
    middle = (start + end) / 2
    half = np.maximum((end - start) * 0.42, least / 2)
    tall = np.maximum(high - low, thin)
    alpha = 0.85 if len(shown) <= 60 else 0.55 if len(shown) <= 400 else 0.18
    for name, key in keys.items():
        rows = np.flatnonzero([(None if pd.isna(value) else str(value)) == name for value in side.iloc[shown]])
        left, right, bottom = middle[rows] - half[rows], middle[rows] + half[rows], low[rows]
        top = bottom + tall[rows]
        boxes = np.stack(
            [np.column_stack(pair) for pair in ((left, bottom), (right, bottom), (right, top), (left, top))], 1
        )
        fill = key.color if key.kind == "full" else "none"
        ax.add_collection(PolyCollection([*boxes], facecolor=fill, edgecolor=key.color, linewidth=0.9, alpha=alpha))
    locator = AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    forms = ["%Y", "%b %Y", "%d %b", "", "", ""]
    formatter = ConciseDateFormatter(locator, formats=forms, zero_formats=["", *forms[:5]], show_offset=False)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
    if len(shown):
        ax.set_xlim(start.min() - span * 0.02, end.max() + span * 0.02)
        ax.set_ylim(0, float(high.max()) * 1.05 + thin)


def plot_reported(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    metric: str = "border_distance_km",
    *,
    title: str | None = None,
    theme: Theme = LIGHT,
) -> ChartFigure:
    """Draw what was reported beside what was computed for the same event.

    Parameters
    ----------
    events, claims
        As for `compare_reported`.
    metric
        ``border_distance_km`` or ``population``.
    title, theme
        As for `plot_timeline`.

    Returns
    -------
    ChartFigure
        With its ``alt_text``.

    Raises
    ------
    ColumnError
        When nobody reports the metric of an event for which it is computed.

    Notes
    -----
    Reported figures are open bars over what their words allow, computed ones full bars over what the place allows.
    Which of the two is right is not said.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["e"], "border_distance_km": [179.9]})
    >>> claims = claims_frame([{"event_id": "e", "metric": "border_distance_km", "value": 300, "qualifier": "nearly"}])
    >>> plot_reported(events, claims).alt_text
    'Reported and computed: border distance, km. Of 1 reported figure 0 lie within what was computed.'
    """
    found = compare_reported(events, claims)
    found = found[(found["metric"] == metric) & found["agrees"].notna()]
    if found.empty:
        raise ColumnError(f"claims: expected figures of {metric!r} that are computed as well, found none.")
    names = _event_names(events, found["event_id"])
    label = "border distance, km" if metric == "border_distance_km" else metric.replace("_", " ")
    shown = found[:MOST_ROWS]
    agree = int(found["agrees"].sum())
    many = len(found)
    what = f"Of {number_of(many, 'reported figure')} {agree:,} lie within what was computed."
    keys = [Key("Reported, with what its words allow", theme.side_2, "open"), Key("Computed", theme.side_1)]
    note = f"{many - len(shown):,} more are not shown." if many > len(shown) else "Open ends have an arrow."
    sheet = Sheet(title or f"Reported and computed: {label}", what, note, theme, keys)
    figure, ax = sheet.draw(field=44 * len(shown) + 30, left=250)
    computed = shown["computed"].to_numpy(dtype=float)
    low = np.where(np.isnan(computed), shown["computed_low"].to_numpy(dtype=float), computed)
    high = np.where(np.isnan(computed), shown["computed_high"].to_numpy(dtype=float), computed)
    reported = shown["reported_low"].to_numpy(dtype=float), shown["reported_high"].to_numpy(dtype=float)
    _range_bars(ax, [(*reported, keys[0], -0.18), (low, high, keys[1], 0.18)], theme)
    list_rows(ax, names[:MOST_ROWS])
    return figure


def plot_claims(
    events: pd.DataFrame, claims: pd.DataFrame, metric: str, *, title: str | None = None, theme: Theme = LIGHT
) -> ChartFigure:
    """Draw what each party claims of each event, with what its words allow.

    Parameters
    ----------
    events
        Their names and order.
    claims
        The claims frame.
    metric
        Such as ``killed``.
    title, theme
        As for `plot_timeline`.

    Returns
    -------
    ChartFigure
        With its ``alt_text``; at most 25 claims, of the events with most claims.

    Raises
    ------
    ColumnError
        Without figures of the metric.

    Notes
    -----
    One row a claim, each from the least to the most that it allows, the stated figure as a stroke: accounts stand under
    each other and are never added or averaged.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["e"], "place": ["Gao"]})
    >>> claims = claims_frame([{"event_id": "e", "metric": "killed", "value": 7, "claimant": "North"},
    ...                        {"event_id": "e", "metric": "killed", "value": 9, "claimant": "South"}])
    >>> plot_claims(events, claims, "killed").alt_text
    'What is claimed: killed. 2 figures of 1 event by 2 parties.'
    """
    frame = claims_frame(claims)
    frame = frame.assign(**intervals(frame))
    frame = frame[(frame["metric"] == metric) & frame["low"].notna() & frame["event_id"].isin(events["event_id"])]
    if frame.empty:
        raise ColumnError(f"claims: expected figures of the metric {metric!r} of these events, found none.")
    who = frame["claimant"].fillna(frame["source_name"]).fillna("not named")
    counts = frame.groupby("event_id")["metric"].transform("size")
    order = frame.assign(count=counts, who=who, at=np.arange(len(frame))).sort_values(
        ["count", "event_id", "at"], ascending=[False, True, True], kind="stable"
    )
    shown = order[:MOST_ROWS]
    names = [
        f"{name}: {party}" for name, party in zip(_event_names(events, shown["event_id"]), shown["who"], strict=True)
    ]
    about, parties = len(set(frame["event_id"])), len(set(who))
    what = (
        f"{number_of(len(frame), 'figure')} of {number_of(about, 'event')} by {number_of(parties, 'party', 'parties')}."
    )
    note = f"{len(frame) - len(shown):,} more claims are not shown. " if len(frame) > len(shown) else ""
    note += "Strokes are the figures as stated; bars reach as far as their words allow; open ends have an arrow."
    key = Key("Claimed", theme.side_2, "open")
    sheet = Sheet(title or f"What is claimed: {metric.replace('_', ' ')}", what, note, theme)
    figure, ax = sheet.draw(field=30 * len(shown) + 30, left=250)
    low, high = shown["low"].to_numpy(dtype=float), shown["high"].to_numpy(dtype=float)
    _range_bars(ax, [(low, high, key, 0.0)], theme)
    values = shown["value"].to_numpy(dtype=float)
    ax.vlines(values, np.arange(len(shown)) - 0.3, np.arange(len(shown)) + 0.3, color=theme.text, linewidth=2)
    list_rows(ax, names)
    return figure


def _range_bars(ax: Axes, bars: list[tuple[Any, Any, Key, float]], theme: Theme) -> None:
    """Draw horizontal ranges; one without an end runs to the edge, with an arrow."""
    ends = np.concatenate([np.concatenate([low, high]) for low, high, _, _ in bars])
    finite = ends[np.isfinite(ends)]
    most = max(float(finite.max()), 1.0) * _OPEN
    least = min(0.0, float(finite.min()))
    tall = 0.3 if len(bars) > 1 else 0.5
    thin = (most - least) / 200
    for low, high, key, shift in bars:
        fill = key.color if key.kind == "full" else theme.claimed_fill
        for row, (begin, end) in enumerate(zip(low, high, strict=True)):
            left, right = max(begin, least), min(end, most)
            wide = max(right - left, thin)
            ax.barh(row + shift, wide, left=left, height=tall, facecolor=fill, edgecolor=key.color, linewidth=1.3)
            if np.isinf(end):
                ax.plot([most], [row + shift], marker=">", color=key.color, markersize=7, clip_on=False)
    ax.set_xlim(least, most)
    ax.grid(visible=True, axis="x", color=theme.line, linewidth=0.8)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _event_names(events: pd.DataFrame, ids: pd.Series[Any]) -> list[str]:
    """Return place and day of each event, its identifier where no place is known."""
    named = events if "event_id" in events.columns else events.assign(event_id=range(len(events)))
    heads = named.drop_duplicates("event_id").set_index("event_id")
    names = []
    for event in ids:
        row = heads.loc[event]
        place = next((row[name] for name in ("place_name", "place") if name in row and pd.notna(row[name])), None)
        day = row.get("date_start")
        told = [str(event if place is None else place)]
        told += [pd.Timestamp(day).date().isoformat()] if day is not None and pd.notna(day) else []
        names.append(", ".join(told))
    return names
