"""One text of a file before it is an article: what its file says of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import re
from typing import Final

__all__ = ["Item", "as_published", "dated_head"]

_ISO: Final = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})")
#: A day in front of the text: "date 2025-11-09".
_HEAD: Final = re.compile(r"\A[^\w]*(?:[^\W\d_]+:?\s+)?(\d{4}-\d{2}-\d{2})\b")


@dataclasses.dataclass(frozen=True)
class Item:
    """A text with what its file says of it.

    Attributes
    ----------
    name
        Of the file, and of the item in it.
    text
        As it was read.
    published, language, outlet, url, title
        Where the file says them.
    """

    name: str
    text: str
    published: dt.date | None = None
    language: str = ""
    outlet: str = ""
    url: str = ""
    title: str = ""


def as_published(text: str | None) -> dt.date | None:
    """Return the day that a file gives for its publication: ISO 8601, or as in e-mails; its own zone's day.

    Examples
    --------
    >>> as_published("2025-11-09T23:30:00+02:00"), as_published("Sun, 09 Nov 2025 08:00:00 GMT")
    (datetime.date(2025, 11, 9), datetime.date(2025, 11, 9))
    """
    if not text:
        return None
    try:
        if found := _ISO.match(text):
            return dt.date(*map(int, found.groups()))
        return email.utils.parsedate_to_datetime(text).date()
    except (ValueError, TypeError, OverflowError):
        return None


def dated_head(text: str) -> dt.date | None:
    """Return the day that stands in front of a text.

    Examples
    --------
    >>> dated_head(" date 2025-11-09 As attacks continue"), dated_head("Drones hit Erdenet on 2025-11-09")
    (datetime.date(2025, 11, 9), None)
    """
    found = _HEAD.match(text)
    return as_published(found[1]) if found else None
