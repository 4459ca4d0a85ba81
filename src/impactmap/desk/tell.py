"""What the review page is told, as values that JSON can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from impactmap.desk.board import Board
from impactmap.desk.words import DeskWords
from impactmap.model.messages import word_message
from impactmap.places.settle.decision import Query
from impactmap.workspace.doubts import Option

__all__ = ["tell_board", "tell_options", "tell_place"]

_LONGEST: Final = 300  # characters of a text on the page; whole in the sheet


def tell_board(board: Board, words: DeskWords, *, title: str, editor: str) -> dict[str, Any]:
    """Return everything that the page shows."""
    return {
        "title": _short(title),
        "editor": editor,
        "file": board.path.name,
        "places": [tell_place(board, number, words) for number in range(len(board.doubts))],
    }


def tell_place(board: Board, number: int, words: DeskWords) -> dict[str, Any]:
    """Return one doubtful place."""
    doubt = board.doubts[number]
    query: Query = doubt.query
    decision = board.decision(number)
    decided = None
    if decision is not None:
        option = decision.place_id
        decided = {
            "way": decision.decision,
            "sentence": word_message(decision.sentence(), words.language),
            "option": option,
            "name": _short(decision.name),
            "latitude": decision.latitude,
            "longitude": decision.longitude,
            "precision": decision.precision,
            "radius_km": decision.radius_km,
            "reason": decision.reason,
            "editor": _short(decision.editor),
            "day": decision.decided_on.isoformat() if decision.decided_on else "",
        }
    return {
        "number": number,
        "place": _short(query.place),
        "region": _short(query.region),
        "country": _short(query.country),
        "district": _short(query.district),
        "given": None if doubt.given is None else list(doubt.given),
        "status": doubt.status,
        "why": words.told(doubt.reason),
        "rows": doubt.rows,
        "reports": [{"day": day, "what": what} for day, what in doubt.reports],
        "options": tell_options(board, doubt.options),
        "areas": [{"id": area, "name": name} for area, name in doubt.areas],
        "bounds": board.bounds(number),
        "decided": decided,
    }


def tell_options(board: Board, options: Sequence[Option]) -> list[dict[str, Any]]:
    """Return candidates, their countries by name."""
    return [
        {
            "id": option.option_id,
            "name": _short(option.name),
            "region": option.region,
            "country": board.areas.country_name(option.country, board.language) if option.country else None,
            "latitude": option.latitude,
            "longitude": option.longitude,
            "proposed": option.proposed,
            "within": option.within,
            "radius_km": option.radius_km,
        }
        for option in options
    ]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
