"""Photos, videos and documents of a report: a link each, with kind, day and credit; never the thing itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pandas as pd

from impactmap.model.values import clean_text, split_sources, web_url

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from impactmap.model.sections.map import FieldOptions
    from impactmap.telling.wording import Wording

__all__ = ["told_media"]

#: Kinds that have a word in every language.
_KINDS: Final = ("photo", "video", "document")


def told_media(
    events: pd.DataFrame, row_event: npt.NDArray[np.intp], field: FieldOptions, say: Wording
) -> pd.DataFrame:
    """Return what a column of media tells: one row a photo, video or document.

    Parameters
    ----------
    events
        One row an event and place.
    row_event
        The event of each row.
    field
        Of the project file. A cell may list several addresses; kind, day and credit are then listed in their order, or
        one of them stands for all.
    say
        Words kind and day.

    Returns
    -------
    DataFrame
        ``event``, ``label`` (the kind), ``value`` (day and credit, else the host; what is no address stands as it is)
        and ``url``.
    """
    rows = []
    cells = events[[*field.columns]].astype("str").to_numpy(dtype=object)
    for event, (listed, *details) in zip(row_event, cells, strict=True):
        addresses = split_sources(listed if isinstance(listed, str) else "")
        said = dict(zip(field.details, (_each(cell, len(addresses)) for cell in details), strict=True))
        for number, address in enumerate(addresses):
            kind, day, credit = (said[name][number] if name in said else "" for name in ("type", "date", "credit"))
            url = web_url(address)
            words = " · ".join(filter(None, (_day(day, say), clean_text(credit))))
            if url is None:
                words = " · ".join(filter(None, (clean_text(address), words)))
            rows.append((event, _kind(kind, field, say), words or (urlsplit(address).hostname or ""), url))
    return pd.DataFrame(rows, columns=["event", "label", "value", "url"])


def _each(cell: object, count: int) -> list[str]:
    """Return what a cell says of each of so many: as many parts, or the same of all."""
    text = cell.strip() if isinstance(cell, str) else ""
    parts = [part.strip() for part in text.split(";")]
    return parts if len(parts) == count else [text] * count


def _kind(kind: str, field: FieldOptions, say: Wording) -> str:
    known = kind.casefold()
    return say.text(f"media.{known}") if known in _KINDS else clean_text(kind or field.title)


def _day(text: str, say: Wording) -> str:
    try:
        return say.date(dt.date.fromisoformat(text))
    except ValueError:
        return clean_text(text)
