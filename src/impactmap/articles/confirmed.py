"""Confirmed drafts as the tables that a map is made from: facts and attribution, never the article's sentences."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.articles.board import DraftBoard
from impactmap.articles.draft_decisions import FILE as DECISIONS
from impactmap.articles.drafts import FILE, Draft, DraftClaim, DraftPlace
from impactmap.articles.texts import Article, is_passage
from impactmap.model.errors import TableError
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS
from impactmap.places.gazetteer.areas import Areas
from impactmap.places.names.country_names import country_name
from impactmap.reading.raw_table import Note

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.reading.columns.sides import SideNames
    from impactmap.reading.read import Reading

__all__ = [
    "NothingConfirmed",
    "confirmed_tables",
    "draft_files",
    "draft_tables",
    "event_id",
    "suggesters_of",
    "with_confirmed",
]

_LEFT_OUT: Final = frozenset(("latitude", "longitude", "coordinates_from", "source_row"))
_EVENTS: Final = tuple(column.name for column in EVENT_COLUMNS if column.name not in _LEFT_OUT)
_CLAIMS: Final = tuple(column.name for column in CLAIM_COLUMNS if column.name != "date_retrieved")


class NothingConfirmed(TableError):  # noqa: N818 -- no fault: an editor has not decided yet
    """There is nothing to draw: no reports, and drafts that nobody has confirmed."""


def draft_files(folder: str | Path) -> list[Path]:
    """Return the files that confirmed drafts are read from, of a project that has some."""
    paths = [Path(folder) / name for name in (FILE, DECISIONS)]
    return [path for path in paths if path.is_file()]


def suggesters_of(folder: str | Path) -> list[str]:
    """Return who suggested the confirmed drafts of a project."""
    return sorted({draft.drafter for draft in DraftBoard(folder).confirmed()})


def confirmed_tables(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return confirmed drafts as events and claims, and how many drafts wait for an editor.

    Parameters
    ----------
    folder
        Of the project.

    Returns
    -------
    DataFrame, DataFrame, int
        One row an event and place, and one row a claim, as texts for `read_events`; each with its article's outlet and
        address, and in the note which characters of the text it was read from, and the text's check sum.
    """
    board = DraftBoard(folder)
    return (*draft_tables(board.confirmed(), board), board.waiting())


def draft_tables(drafts: Iterable[Draft], board: DraftBoard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return drafts that have a place and a day as events and claims, whether they are confirmed or not."""
    import pandas as pd

    events: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    for draft in drafts:
        article = board.articles.get(draft.article_id)
        events += _event_rows(draft, article)
        claims += _claim_rows(draft, article, board)
    return (
        pd.DataFrame(events, columns=list(_EVENTS), dtype="str"),
        pd.DataFrame(claims, columns=list(_CLAIMS), dtype="str"),
    )


def _source(article: Article | None) -> dict[str, str | None]:
    if article is None:
        return {}
    name = article.outlet or f"Article dated {article.published.isoformat()}"
    return {"source_name": name, "source_url": article.url or None}


def _where(start: int, end: int, article: Article | None) -> str:
    checked = f" of the text with the SHA-256 {article.sha256}" if article else ""
    return f"Characters {start} to {end}{checked}."


def _event_rows(draft: Draft, article: Article | None) -> list[dict[str, Any]]:
    assert draft.date is not None
    first = draft.spans[0]
    common: dict[str, Any] = {
        "event_id": event_id(draft),
        "date_start": draft.date.start,
        "date_end": draft.date.end,
        "date_precision": draft.date.precision,
        "side": draft.side.value if draft.side else None,
        "side_basis": "stated" if draft.side else "not_stated",
        "sectors": "; ".join(each.value for each in draft.sectors) or None,
        "means": "; ".join(each.value for each in draft.means) or None,
        "summary": draft.summary or None,
        "confirmation": "claimed" if any(each.claimant for each in draft.claims) else None,
        "note": _where(first.start, first.end, article),
        **_source(article),
    }
    return [{**common, "place_number": str(number), **_place(place)} for number, place in enumerate(draft.places, 1)]


def event_id(draft: Draft) -> str:
    """Return the identifier of a draft's event."""
    day = draft.date.end if draft.date else dt.date.min.isoformat()
    return f"{day}-{draft.id}"


def _place(place: DraftPlace) -> dict[str, str | None]:
    """Return a place as the map's look-up takes it: the gazetteer's name, with what holds it."""
    country = country_name(place.country, "en") if place.country else None
    if place.kind == "country":
        return {"place": country or place.text, "country": country}
    region = _areas().region_name(place.region_code, "en") if place.kind != "region" else None
    return {"place": place.name or place.text, "region": region, "country": country}


@functools.cache
def _areas() -> Areas:
    return Areas()


def _claim_rows(draft: Draft, article: Article | None, board: DraftBoard) -> list[dict[str, Any]]:
    rows = []
    for claim in draft.claims:
        own = board.articles.get(claim.span.article_id, article)
        if not _is_published(claim, own):
            continue
        rows.append(
            {
                "event_id": event_id(draft),
                "metric": claim.metric,
                "value": _number(claim.value),
                "value_low": _number(claim.value_low),
                "value_high": _number(claim.value_high),
                "text": published_text(claim, own),
                "qualifier": claim.qualifier or None,
                "claimant": claim.claimant or None,
                "date_published": own.published.isoformat() if own else None,
                "note": _where(claim.span.start, claim.span.end, own),
                **_source(own),
            }
        )
    return rows


def published_text(claim: DraftClaim, article: Article | None) -> str | None:
    """Return the words of a claim that may leave: no passage of the article."""
    foreign = article is not None and is_passage(claim.text, article.text)
    return None if foreign or not claim.text else claim.text


def _is_published(claim: DraftClaim, article: Article | None) -> bool:
    figures = (claim.value, claim.value_low, claim.value_high)
    return published_text(claim, article) is not None or any(each is not None for each in figures)


def unpublished(board: DraftBoard) -> int:
    """Return how many statements of confirmed drafts are left out: an editor has to say them in words of their own."""
    return sum(
        not _is_published(claim, board.articles.get(claim.span.article_id))
        for draft in board.confirmed()
        for claim in draft.claims
    )


def _number(value: float | None) -> str | None:
    return None if value is None else repr(float(value)).removesuffix(".0")


def with_confirmed(reading: Reading, folder: str | Path, *, now: dt.datetime, sides: SideNames | None) -> Reading:
    """Put a project's confirmed drafts behind what its tables hold, and say how many wait.

    Parameters
    ----------
    reading
        Of the project's tables.
    folder
        Of the project.
    now, sides
        As for `read_events`: a draft of another side than those declared is among the rejected rows.
    """
    import pandas as pd

    from impactmap.claims.combine import combine_readings
    from impactmap.reading.read import read_events

    if not draft_files(folder):
        return reading
    events, claims, waiting = confirmed_tables(folder)
    count = int(events["event_id"].nunique())
    text = f"Confirmed drafts: {count:,}, on the map. Drafts that wait for an editor: {waiting:,}, left out."
    if not count and reading.events.empty and not len(reading.row_faults):
        raise NothingConfirmed(
            f"{folder}: expected reports or confirmed drafts, found neither: {waiting:,} drafts wait for an editor. "
            f"Nothing unconfirmed is published. Confirm what is right: impactmap desk {folder}, under Articles."
        )
    if count:
        text += f" Suggested by {', '.join(suggesters_of(folder))}; each was read and confirmed by an editor."
        if left := unpublished(DraftBoard(folder)):
            text += f" Statements left out, as no editor has said them in words of their own: {left:,}."
        drafted = read_events(events, claims=claims, now=now, sides=sides)
        # They stand in no row of the tables.
        rowless = drafted.events.assign(source_row=pd.array([pd.NA] * len(drafted.events), dtype="Int64"))
        reading = combine_readings([reading, dataclasses.replace(drafted, events=rowless)])
    return dataclasses.replace(reading, notes=[*reading.notes, Note(FILE, "rows", text)])
