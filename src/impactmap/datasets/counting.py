"""Counts that add up: those of a dataset are the sums of its parts', by the same functions as those of one frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from impactmap.datasets.gathering import Part, load_part

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Count", "add_counts", "count_part"]

#: Sums over events; shares are of the sums.
_SHARES = ("share_low", "share_high")


@dataclass(frozen=True)
class Count:
    """One thing to count.

    Attributes
    ----------
    by
        As for `count_events`; ``cell`` is the cell of the place.
    metric
        The figure to add up, as for `total_figures`; None counts events.
    claimants
        As for `total_figures`.
    cell_bits
        Halvings of the world on either axis that make a cell.
    """

    by: str | tuple[str, ...] | None = None
    metric: str | None = None
    claimants: tuple[str, ...] = ()
    cell_bits: int = 9


def count_part(part: Part, counts: Mapping[str, Count]) -> dict[str, pd.DataFrame]:
    """Count the events of one part."""
    events, claims = load_part(part)
    return {name: _counted(events, claims, count) for name, count in counts.items()}


def _counted(events: Any, claims: pd.DataFrame, count: Count) -> pd.DataFrame:
    from impactmap.analysis.counts import count_events
    from impactmap.analysis.totals import total_figures
    from impactmap.datasets.cells import place_cells
    from impactmap.model.claims import intervals

    by = count.by if isinstance(count.by, str) or count.by is None else list(count.by)
    if by is not None and "cell" in by:
        events = events.assign(cell=place_cells(events, bits=count.cell_bits))
    if count.metric is None:
        return count_events(events, by=by).drop(columns=list(_SHARES))
    asked = claims[claims["metric"] == count.metric]
    if intervals(asked)["low"].notna().any():
        return total_figures(events, claims, count.metric, by=by, claimants=count.claimants)
    # Nobody gives a figure here: as of events without one.
    counted = count_events(events, by=by)
    zero = counted[["low", "best", "high"]].astype("float64") * 0.0
    none = counted["best"] * 0
    return zero.assign(events=none, without=counted["high"], contradicted=none)


def add_counts(parts: Iterable[pd.DataFrame], *, events: int | None = None) -> pd.DataFrame:
    """Add up counts of parts of a dataset.

    Parameters
    ----------
    parts
        As `count_part` gives them: each event is in one part alone.
    events
        How many there are in all; with it shares are added.

    Returns
    -------
    DataFrame
        As `count_events` and `total_figures` give it of one frame: the same groups in the same order. A sum whose
        parts are not all known is missing.
    """
    import pandas as pd

    frames = [frame for frame in parts if len(frame)]
    if not frames:
        raise ValueError("expected counts of one part at least, found none.")
    index = frames[0].index
    names = list(index.names)
    total = pd.concat(frames)
    keys: Any = list(range(len(names))) if len(names) > 1 else 0
    grouped = total.groupby(level=keys, sort=True, dropna=False)
    columns = {name: grouped[name].agg(_sum) for name in total.columns}
    added = pd.DataFrame(columns).astype(frames[0].dtypes.to_dict())
    if isinstance(index, pd.PeriodIndex):
        added = added.reindex(_every_period([frame.index for frame in frames]), fill_value=0)
    added.index.names = names
    if events is not None:
        for name in ("low", "high"):
            added[f"share_{name}"] = added[name].astype("float64") / max(events, 1)
    added.attrs = dict(frames[0].attrs)
    return added


def _sum(column: pd.Series[Any]) -> Any:
    return column.sum(skipna=False)


def _every_period(indexes: Sequence[Any]) -> pd.PeriodIndex:
    """Return the periods from the first to the last: one without events is shown, too."""
    import pandas as pd

    first, last = min(each.min() for each in indexes), max(each.max() for each in indexes)
    return pd.period_range(first, last, freq=indexes[0].freq, name=indexes[0].name)
