"""A frame's columns as plain Python values, fit for a page: missing as None, text without what HTML cannot hold."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "NO_DAY",
    "clean_text",
    "days_of",
    "floats_of",
    "iso_days",
    "numbers_of",
    "source_pairs",
    "split_sources",
    "texts_of",
    "values_of",
    "web_url",
]

#: The day number that stands for "no date".
NO_DAY = -(2**31)

# Characters that HTML cannot hold: controls but tab and line feed, lone surrogates, noncharacters.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(p << 16 | 0xFFFE)}{chr(p << 16 | 0xFFFF)}" for p in range(1, 17))
    + "]"
)


# No space, control, quote, bracket or backslash: browsers mend such addresses, each in its own way.
_WEB = re.compile(r"(?i)https?://(?![/?#])[^\s\x00-\x1f\x7f\ufffd<>\"\\`]+")


_BETWEEN_SOURCES = re.compile(r"[;\n]+|,?\s+(?=https?://)")


def clean_text(text: str) -> str:
    """Return the text with every character that HTML cannot hold shown as U+FFFD, and line ends as line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return _UNFIT.sub("\ufffd", text)


def web_url(url: str | None) -> str | None:
    """Return the address if it is one to link to, else None: http or https, a host, no odd character."""
    if not url or not _WEB.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a bracketed host that is no address, a port that is no number
        return None
    return url if usable else None


def split_sources(text: str | None) -> list[str]:
    """Return the sources or addresses that a cell lists: parted by semicolons, by lines, or each an address.

    Examples
    --------
    >>> split_sources("A paper; B paper"), split_sources("https://a.example/1, https://b.example/2")
    (['A paper', 'B paper'], ['https://a.example/1', 'https://b.example/2'])
    """
    return [part for each in _BETWEEN_SOURCES.split(text or "") if (part := each.strip())]


def source_pairs(names: str | None, addresses: str | None) -> list[tuple[str, str | None]]:
    """Return the sources of a row, each with its address: pairs where there are as many names as addresses.

    Examples
    --------
    >>> source_pairs("A; B", "https://a.example/1; https://b.example/2")
    [('A', 'https://a.example/1'), ('B', 'https://b.example/2')]
    >>> source_pairs("A", "https://a.example/1; https://www.b.example/2")
    [('A', None), ('a.example', 'https://a.example/1'), ('b.example', 'https://www.b.example/2')]
    """
    named, linked = split_sources(names), split_sources(addresses)
    if len(named) == len(linked) and not any(map(web_url, named)):
        pairs: list[tuple[str | None, str]] = list(zip(named, linked, strict=True))
    else:
        pairs = [(None if web_url(each) else each, each if web_url(each) else "") for each in named]
        pairs += [(None, each) for each in linked]
    told = [
        (name or (urlsplit(url).hostname or url).removeprefix("www."), url)
        if (url := web_url(address))
        else (f"{name} ({address})" if name and address else name or address, None)
        for name, address in pairs
    ]
    return list(dict.fromkeys(told))


def values_of(frame: pd.DataFrame, name: str) -> list[Any]:
    """Return a column's values, missing as None; a column that is absent is all missing."""
    if name not in frame.columns:
        return [None] * len(frame)
    column = frame[name]
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]


def texts_of(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column's values as clean text."""
    return [
        None if value is None else clean_text(value if isinstance(value, str) else str(value))
        for value in values_of(frame, name)
    ]


def floats_of(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return a column as floats, missing as NaN; the array is the caller's own."""
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(dtype="float64", na_value=np.nan).copy()


def figures_of(frame: pd.DataFrame, name: str, decimals: int) -> npt.NDArray[np.float64]:
    """Return a column as rounded floats, missing as NaN; where all are missing they take no memory."""
    values = np.round(floats_of(frame, name), decimals)
    return np.broadcast_to(np.float64(np.nan), len(values)) if np.isnan(values).all() else values


def numbers_of(frame: pd.DataFrame, name: str, decimals: int) -> list[float | None]:
    """Return a column as rounded numbers."""
    return [None if value != value else value for value in np.round(floats_of(frame, name), decimals).tolist()]  # noqa: PLR0124 -- NaN differs from itself


def days_of(frame: pd.DataFrame, name: str) -> npt.NDArray[np.int32]:
    """Return a column of dates as days since 1970-01-01, missing as `NO_DAY`."""
    if name not in frame.columns:
        return np.full(len(frame), NO_DAY, dtype=np.int32)
    dates = pd.to_datetime(frame[name])
    found = dates.to_numpy(dtype="datetime64[D]").astype(np.int64)
    return np.where(dates.isna(), NO_DAY, found).astype(np.int32)


def iso_days(days: npt.NDArray[np.int32]) -> list[str | None]:
    """Return days as ISO text."""
    return [
        None if day == NO_DAY else str(text)
        for day, text in zip(days, np.datetime_as_string(days.astype("datetime64[D]")), strict=True)
    ]
