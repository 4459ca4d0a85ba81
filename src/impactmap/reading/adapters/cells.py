"""Small steps that several formats share: credits, dates with the month first, addresses in texts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from impactmap.model.text import is_web_url

__all__ = ["citing", "code_key", "constant", "first_filled", "first_url", "missing", "month_first", "truthy"]

_MONTH_FIRST = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+.*)?", re.DOTALL)
#: A whole number as programs write it that know none but decimal ones, or that fill it up with noughts.
_CODE = re.compile(r"\A0*(\d+)(?:[.,]0*)?\Z")
_URL = re.compile(r"https?://[^\s\"'<>,;\])}]+")


def code_key(column: pd.Series[str]) -> pd.Series[str]:
    """Return codes and words to compare: 1, 1.0, 01 and "1 " are one code, and case does not count.

    Examples
    --------
    >>> code_key(pd.Series(["1", "1.0", " 01", "ADM1", "10"], dtype="str")).tolist()
    ['1', '1', '1', 'adm1', '10']
    """
    return column.str.strip().str.casefold().str.replace(_CODE, r"\1", regex=True)


def missing(cells: pd.DataFrame) -> pd.Series[str]:
    """Return a column of nothing."""
    return pd.Series(pd.NA, index=cells.index, dtype="str")


def first_filled(cells: pd.DataFrame, *names: str) -> pd.Series[str]:
    """Return the first filled cell of the named columns that are there."""
    column = missing(cells)
    for name in names:
        if name in cells.columns:
            column = column.fillna(cells[name])
    return column


def constant(text: str) -> Callable[[pd.DataFrame], pd.Series[str]]:
    """Say the same of every row."""
    return lambda cells: missing(cells).fillna(text)


def citing(title: str, *names: str) -> Callable[[pd.DataFrame], pd.Series[str]]:
    """Credit the publisher and, after it, those it cites, each once."""

    def credit(cells: pd.DataFrame) -> pd.Series[str]:
        def text(said: str) -> str:
            parts = dict.fromkeys(part.strip() for part in said.split(";") if part.strip())
            return f"{title}, citing {', '.join(parts)}" if parts else title

        return first_filled(cells, *names).map(text, na_action="ignore").astype("str").fillna(title)

    return credit


def month_first(name: str) -> Callable[[pd.DataFrame], pd.Series[str]]:
    """Read dates as the publisher writes them, month/day/year; a column that breaks this is left as it is."""

    def days(cells: pd.DataFrame) -> pd.Series[str]:
        column = first_filled(cells, name)
        parts = column.str.extract(_MONTH_FIRST)
        slashed = parts[0].notna()
        numbers = parts[slashed].astype("int64")
        if not ((numbers[0] <= 12) & (numbers[1] <= 31)).all():
            return column
        iso = parts[2] + "-" + parts[0].str.zfill(2) + "-" + parts[1].str.zfill(2)
        return column.where(~slashed, iso)

    return days


def first_url(*names: str) -> Callable[[pd.DataFrame], pd.Series[str]]:
    """Find the first web address in the named columns."""

    def address(cells: pd.DataFrame) -> pd.Series[str]:
        def find(text: str) -> str | None:
            return next((url for url in _URL.findall(text) if is_web_url(url)), None)

        column = missing(cells)
        for name in names:
            if name in cells.columns:
                column = column.fillna(cells[name].map(find, na_action="ignore").astype("str"))
        return column

    return address


def truthy(column: pd.Series[str]) -> pd.Series[bool]:
    """Say where a cell holds 1, true or yes; an empty cell does not."""
    return code_key(column).isin(["1", "true", "yes"])
