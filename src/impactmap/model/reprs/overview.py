"""An object shown as a heading and a few lines, in a terminal and in a notebook."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

import pandas as pd

__all__ = ["Overview", "counts_text", "days_text"]


class Overview:
    """Shows itself by what one wants to see first; a class says it in `_overview`."""

    def _overview(self) -> tuple[str, Mapping[str, object]]:
        """Return a heading, and what stands under it: label and text; what is empty is left out."""
        raise NotImplementedError

    def _shown(self) -> tuple[str, dict[str, str]]:
        heading, lines = self._overview()
        return heading, {label: str(text) for label, text in lines.items() if text not in {None, ""}}

    def __repr__(self) -> str:
        """Return the heading and the lines under it."""
        heading, lines = self._shown()
        width = max(map(len, lines), default=0)
        return "\n".join([heading, *(f"  {label:<{width}}  {text}" for label, text in lines.items())])

    def _repr_html_(self) -> str:
        """Return the same as a small table; every text is escaped."""
        heading, lines = self._shown()
        cell = 'style="text-align:left;vertical-align:top;padding:0 1em 0 0"'
        rows = "".join(
            f'<tr><th scope="row" {cell}>{html.escape(label)}</th><td {cell}>{html.escape(text)}</td></tr>'
            for label, text in lines.items()
        )
        return f"<table><caption {cell}><strong>{html.escape(heading)}</strong></caption><tbody>{rows}</tbody></table>"


def counts_text(counts: Mapping[str, int]) -> str:
    """Return counts as one line, the largest first.

    Examples
    --------
    >>> counts_text({"ambiguous": 2, "matched": 1200})
    '1,200 matched, 2 ambiguous'
    """
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in ordered)


def days_text(events: pd.DataFrame) -> str:
    """Return the first and the last day of a frame's events; empty where it has none.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-11-09", "2025-11-08"])
    >>> days_text(pd.DataFrame({"date_start": days, "date_end": days}))
    '2025-11-08 to 2025-11-09'
    """
    names: Iterable[str] = [name for name in ("date_start", "date_end") if name in events.columns]
    days = [events[name].dropna() for name in names]
    days = [each for each in days if len(each)]
    if not days:
        return ""
    first, last = min(each.min() for each in days).date(), max(each.max() for each in days).date()
    return f"{first}" if first == last else f"{first} to {last}"
