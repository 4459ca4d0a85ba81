"""Drafts and reports that may be one event: proposed to the editor, never joined unasked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.board import DraftBoard
from impactmap.articles.confirmed import draft_tables, event_id
from impactmap.articles.drafts import Draft
from impactmap.desk.words import DeskWords

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.places.geocoder import Gazetteer
    from impactmap.reading.result import Reading

__all__ = ["same_events"]

_ONE_DAY: Final = dt.timedelta(days=1)
_MOST_ROWS: Final = 2_000  # of a table within the drafts' days; more are left to Settle
_LONGEST: Final = 160
#: The same place on the same day is proposed whatever else is said, since a draft has no text of its own to compare.
_THRESHOLD: Final = 0.5
#: The columns by which they are compared; the summary of a draft is made of its fields and tells nothing of its own.
_COMPARED: Final = (
    "event_id",
    "date_start",
    "date_end",
    "place",
    "region",
    "country",
    "latitude",
    "longitude",
    "side",
    "sectors",
    "means",
)


def same_events(
    board: DraftBoard,
    article_id: str,
    *,
    reading: Reading | None,
    gazetteer: Gazetteer,
    now: dt.datetime,
    words: DeskWords,
) -> dict[str, list[dict[str, Any]]]:
    """Return what may be the same event as each draft of an article.

    Parameters
    ----------
    board
        All drafts of the project.
    article_id
        Whose drafts are asked about.
    reading
        Of the project's tables, where they can be read.
    gazetteer, now, words
        Where places are looked up, the present, and the page's words.

    Returns
    -------
    dict
        By draft, the likeliest first: ``draft`` for one of this or another article, else ``row`` of the table; with
        where, when and by whom that was, and the score.
    """
    from impactmap.claims.duplicates import propose_duplicates
    from impactmap.places.locating import locate_events

    drafts = {
        event_id(entry.draft): entry.draft
        for entry in board.drafts
        if entry.state in {"waiting", "confirmed"} and entry.draft.date is not None and entry.draft.places
    }
    asked = [draft for draft in drafts.values() if draft.article_id == article_id]
    if not asked:
        return {}
    first, last = _days(asked)
    near = [draft for draft in drafts.values() if _overlaps(draft, first, last)]
    rows = _rows(reading, drafts, first, last)
    events, claims = _together(near, rows, reading, board, now)
    pairs = propose_duplicates(locate_events(events, gazetteer=gazetteer), claims=claims, threshold=_THRESHOLD)
    found: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs.to_dict("records"):
        ends = pair["event_id_1"], pair["event_id_2"]
        for own, other in (ends, ends[::-1]):
            draft = drafts.get(own)
            if draft is None or draft.article_id != article_id:
                continue
            told = _of_draft(drafts[other], board, words) if other in drafts else _of_rows(rows, other, words)
            if told:
                found.setdefault(draft.id, []).append({**told, "score": round(float(pair["score"]), 2)})
    return found


def _days(drafts: list[Draft]) -> tuple[dt.date, dt.date]:
    dates = [draft.date for draft in drafts if draft.date is not None]
    first = min(dt.date.fromisoformat(date.start) for date in dates)
    return first - _ONE_DAY, max(dt.date.fromisoformat(date.end) for date in dates) + _ONE_DAY


def _overlaps(draft: Draft, first: dt.date, last: dt.date) -> bool:
    date = draft.date
    return date is not None and date.start <= last.isoformat() and date.end >= first.isoformat()


def _rows(reading: Reading | None, drafts: dict[str, Draft], first: dt.date, last: dt.date) -> pd.DataFrame | None:
    """Return the table's reports of those days; confirmed drafts are among what is read, and left out."""
    import pandas as pd

    if reading is None or reading.events.empty:
        return None
    events = reading.events
    start = events["date_start"].fillna(pd.Timestamp.max.floor("D").as_unit("s"))
    inside = (start <= pd.Timestamp(last)) & (events["date_end"].fillna(start) >= pd.Timestamp(first))
    return events[inside & ~events["event_id"].isin(list(drafts))].head(_MOST_ROWS)


def _together(
    near: list[Draft], rows: pd.DataFrame | None, reading: Reading | None, board: DraftBoard, now: dt.datetime
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return drafts and rows in one frame, and the claims of both."""
    import pandas as pd

    from impactmap.reading.read import read_events

    events, claims = draft_tables(near, board)
    made = read_events(events, claims=claims, now=now)
    parts = [part[list(_COMPARED)] for part in (made.events, rows) if part is not None and len(part)]
    said = [made.claims, *([] if reading is None or rows is None else [reading.claims])]
    told = pd.concat([part for part in said if len(part)] or said[:1], ignore_index=True)
    return pd.concat(parts, ignore_index=True), told[told["event_id"].isin(pd.concat(parts)["event_id"])]


def _of_draft(draft: Draft, board: DraftBoard, words: DeskWords) -> dict[str, Any]:
    article, date = board.articles.get(draft.article_id), draft.date
    return {
        "draft": draft.id,
        "article": draft.article_id,
        "where": words.listed(dict.fromkeys(place.name or place.text for place in draft.places)),
        "when": words.when(date.start, date.end, date.precision) if date else "",
        "side": draft.side.value if draft.side else "",
        "source": article.outlet if article else "",
        "what": "",
    }


def _of_rows(rows: pd.DataFrame | None, key: str, words: DeskWords) -> dict[str, Any]:
    import pandas as pd

    found = rows[rows["event_id"] == key] if rows is not None else None
    if found is None or found.empty:
        return {}
    row = {name: None if pd.isna(value) else value for name, value in found.iloc[0].items()}
    day = row["date_start"]
    return {
        "row": None if row["source_row"] is None else int(row["source_row"]),
        "where": words.listed(dict.fromkeys(found["place"].dropna())),
        "when": words.date(day.date()) if day is not None else "",
        "side": row["side"] or "",
        "source": row["source_name"] or "",
        "what": str(row["summary"] or "")[:_LONGEST],
    }
