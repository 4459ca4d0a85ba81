"""Rows of reports and of claims that a check names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from impactmap.model.faults import shorten

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["at_claims", "at_rows", "figure", "least_and_most", "none", "of_claims"]


def at_rows(
    events: pd.DataFrame, bad: pd.Series[bool] | npt.NDArray[np.bool_], column: str, found: pd.Series[Any] | str
) -> pd.DataFrame:
    """Return the rows of events where `bad` holds."""
    where = np.asarray(bad, dtype=bool)
    picked = events[where]
    texts = found if isinstance(found, str) else found[where].map(lambda cell: shorten(repr(str(cell)))).to_numpy()
    number = picked["source_row"].to_numpy() if "source_row" in picked else pd.NA
    return pd.DataFrame(
        {"event_id": picked["event_id"].to_numpy(), "source_row": number, "column": column, "found": texts}
    )


def none(events: pd.DataFrame) -> pd.DataFrame:
    """Return no row."""
    return at_rows(events.iloc[:0], np.array([], dtype=bool), "", "")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")  # type: ignore[return-value]


def at_claims(
    events: pd.DataFrame, claims: pd.DataFrame, bad: pd.Series[bool], found: Callable[[dict[str, Any]], str]
) -> pd.DataFrame:
    """Return the claims where `bad` holds, at the first row of their event."""
    where = np.flatnonzero(bad.to_numpy(dtype=bool))
    picked = claims.iloc[where]
    rows = events.drop_duplicates("event_id").set_index("event_id")
    number = rows["source_row"].reindex(picked["event_id"]).to_numpy() if "source_row" in rows else pd.NA
    return pd.DataFrame(
        {
            "event_id": picked["event_id"].to_numpy(), "source_row": number, "column": picked["metric"].to_numpy(),
            "found": [found(row) for row in _records(picked)], "claim": where,
        }
    )  # fmt: skip


_Find = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def of_claims(find: _Find) -> _Find:
    """Let a check find nothing where there are no claims."""

    @functools.wraps(find)
    def careful(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
        return find(events, claims) if len(claims) else none(events)

    return careful


def least_and_most(claims: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the lowest and the highest figure of each claim."""
    figures = [claims[name].to_numpy(dtype=float) for name in ("value", "value_low", "value_high")]
    least, most = (functools.reduce(end, figures) for end in (np.fmin, np.fmax))
    return pd.Series(least, index=claims.index), pd.Series(most, index=claims.index)


def figure(row: dict[str, Any]) -> str:
    """Return a claim's figures and metric as people read them."""
    figures = [row[name] for name in ("value", "value_low", "value_high") if pd.notna(row[name])]
    return f"{'–'.join(f'{figure:,.15g}' for figure in dict.fromkeys(figures))} {row['metric']}"
