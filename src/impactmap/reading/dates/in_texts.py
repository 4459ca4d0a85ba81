"""Dates in texts: one in every name of a placemark or in every description, where no column holds the days."""

from __future__ import annotations

import re

import pandas as pd

from impactmap.reading.dates.cells import reads_as_date

__all__ = ["column_with_dates", "dates_in_texts"]

_MONTH = r"[^\W\d_]{3,12}\.?"
_WORD = re.compile(r"[^\W\d_]{3}")
_DATES = tuple(
    re.compile(rf"(?<![\w./-]){form}(?![\w/-]|\.\d)")
    for form in (
        r"\d{4}([-./])\d{1,2}\1\d{1,2}",
        r"\d{1,2}([-./])\d{1,2}\1(?:\d{4}|\d{2})",
        rf"\d{{1,2}}(?:st|nd|rd|th)?[\s-](?:de\s)?{_MONTH},?[\s-](?:de\s)?\d{{4}}",
        rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}",
    )
)
#: Of the filled cells so many hold one date.
_NEARLY_ALL = 0.9


def column_with_dates(cells: pd.DataFrame) -> str | None:
    """Return the first column of which nearly every text holds one date; None without one.

    Examples
    --------
    >>> cells = {"name": ["08.11.2025 Substation, Kharkiv", "Belgorod, 9 November 2025"], "n": ["1", "2"]}
    >>> column_with_dates(pd.DataFrame(cells, dtype="str"))
    'name'
    """
    for header in cells.columns:
        filled = cells[header].dropna()
        if filled.empty or not filled.head(20).str.contains(r"\d", regex=True).any():
            continue
        if sum(_only_date(str(text)) is not None for text in filled.head(50)) < _NEARLY_ALL * min(len(filled), 50):
            continue
        if dates_in_texts(filled).notna().mean() >= _NEARLY_ALL:
            return str(header)
    return None


def dates_in_texts(column: pd.Series[str]) -> pd.Series[str]:
    """Return the one date that each text holds beside words; missing where it holds none or several.

    Examples
    --------
    >>> dates_in_texts(pd.Series(["08.11.2025 Substation, Kharkiv", "Belgorod"], dtype="str")).tolist()
    ['08.11.2025', nan]
    """
    return column.map(lambda text: _only_date(str(text)), na_action="ignore").astype("str")


def _only_date(text: str) -> str | None:
    """Return the one date that a text holds beside words; None for none, for several, and for a date alone."""
    found = {match[0] for form in _DATES for match in form.finditer(text) if reads_as_date(match[0])}
    if len(found) != 1:
        return None
    date = found.pop()
    return date if _WORD.search(text.replace(date, "")) else None
