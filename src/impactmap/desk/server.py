"""The review page's server, and what it shares with the desk: the doubtful places, the ground, looking up."""

from __future__ import annotations

import functools
import math
import threading
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.desk.board import Board, Choice
from impactmap.desk.local_server import Answer, LocalServer, Problem, json_answer
from impactmap.desk.tell import tell_board, tell_options, tell_place
from impactmap.desk.words import DeskWords
from impactmap.model.errors import InputError
from impactmap.model.messages import word_message

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["PlaceAnswers", "ReviewServer", "page_file", "read_choice"]

_KM_A_DEGREE: Final = 111.2
_FINEST_KM: Final = 0.05
_GROUNDS_KEPT: Final = 48
#: Of the map's own page.
_SHARED: Final = frozenset(("basemap.js", "dom.js", "geometry.js", "gestures.js", "style.css"))
#: What both pages begin with, and what they show of a place.
_PARTS: Final = ("head.html", "place.html")


class PlaceAnswers:
    """Answers what a page asks of doubtful places.

    Parameters
    ----------
    board
        Doubts and decisions.
    border
        Drawn on the ground, where the map has one.
    """

    def __init__(self, board: Board, border: Border | None = None) -> None:
        self.board = board
        self._border = border
        self._drawing = threading.Lock()
        self.ground = functools.lru_cache(maxsize=_GROUNDS_KEPT)(self._ground)

    def get(self, path: str, query: dict[str, str], words: DeskWords) -> Answer | None:
        """Answer what only reads; None for what is not about places."""
        if path == "ground.json":
            values = [float(query[name]) if name in query else math.nan for name in ("west", "south", "east", "north")]
            if not all(map(math.isfinite, values)):
                raise Problem(HTTPStatus.BAD_REQUEST, "Expected west, south, east and north.")
            west, south, east, north = (round(value, 3) for value in values)
            bounds = (max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 85.0))
            return self.ground(bounds, min(4000, max(100, int(query.get("width", "1000")))))
        if path == "look-up.json":
            options, reason = self.board.look_up(
                query.get("name", ""), region=query.get("region", ""), country=query.get("country", "")
            )
            return json_answer(
                {"options": tell_options(self.board, options), "reason": word_message(reason, words.language)}
            )
        if path == "outline.json":
            return json_answer({"rings": _outline(self.board, query.get("area", ""))})
        return None

    def _ground(self, bounds: tuple[float, float, float, float], width: int) -> Answer:
        """Return the ground within bounds, as detailed as a picture of that width shows."""
        from impactmap.context.basemap import basemap_for
        from impactmap.maps.page.encoded_lines import encode_basemap

        west, south, east, north = bounds
        shrink = math.cos(math.radians((south + north) / 2))
        tolerance = max(_FINEST_KM, (east - west) * _KM_A_DEGREE * shrink / width / 2)
        with self._drawing:
            basemap = basemap_for(bounds, border=self._border, tolerance_km=tolerance, language=self.board.language)
        return json_answer(encode_basemap(basemap))


class ReviewServer(LocalServer):
    """Serves the review page until somebody is done.

    Parameters
    ----------
    board
        Doubts and decisions.
    title
        Of what is reviewed.
    editor
        Name that the page begins with.
    language
        Of the page's words; the map's where it is left out.
    border
        Drawn on the ground, where the map has one.
    port, token
        As for `LocalServer`.
    """

    def __init__(
        self,
        board: Board,
        *,
        title: str,
        editor: str = "",
        language: str | None = None,
        border: Border | None = None,
        port: int = 0,
        token: str | None = None,
    ) -> None:
        self.board, self.title, self.editor = board, title, editor
        self.places = PlaceAnswers(board, border)
        self.words = DeskWords(language or board.language)
        super().__init__(port=port, token=token)

    def get(self, path: str, query: dict[str, str]) -> Answer:
        """Answer what only reads."""
        if path == "" or path.startswith("web/"):
            return page_file(path or "web/review.html")
        if path == "places.json":
            self.board.reload()
            return json_answer(tell_board(self.board, self.words, title=self.title, editor=self.editor))
        if path == "words.json":
            return json_answer(self.words.messages())
        if (answer := self.places.get(path, query, self.words)) is not None:
            return answer
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def worded(self, text: str) -> str:
        """Return an answer's words in the page's language."""
        return word_message(text, self.words.language)

    def post(self, path: str, given: dict[str, Any]) -> Answer:
        """Answer what changes something."""
        board = self.board
        if path == "decide":
            number, fields = read_choice(given)
            board.decide(number, Choice(**fields))
            self.editor = fields["editor"]
            return json_answer(tell_place(board, number, self.words))
        if path == "undo":
            number, _ = read_choice(given)
            board.undo(number)
            return json_answer(tell_place(board, number, self.words))
        if path == "done":  # stopped once the page has its answer
            return json_answer({"open": len(board.open_numbers())}, last=True)
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def take(self, path: str, query: dict[str, str], file: Path) -> Answer:
        """Take no file."""
        del path, query, file
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")


def read_choice(given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the number of a doubt and the fields of a choice, each of the type that it must have."""
    number = given.get("place")
    if not isinstance(number, int) or isinstance(number, bool):
        raise InputError(f"place: expected a number, found {number!r}.")
    fields: dict[str, Any] = {}
    for name in ("kind", "option", "editor", "reason"):
        value = given.get(name, "")
        if not isinstance(value, str):
            raise InputError(f"{name}: expected a text, found {value!r}.")
        fields[name] = value
    for name in ("latitude", "longitude", "radius_km"):
        value = given.get(name)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise InputError(f"{name}: expected a number, found {value!r}.")
        fields[name] = None if value is None else float(value)
    return number, fields


def _outline(board: Board, area: str) -> list[list[int]]:
    import shapely

    from impactmap.maps.page.encoded_lines import encode_rings

    outline = board.outline(area)
    return [] if outline is None else encode_rings(shapely.simplify(outline, 0.005))


def page_file(path: str) -> Answer:
    """Return a file of the pages; there are no others to be had."""
    name = path.removeprefix("web/")
    if name == "theme.css":
        from impactmap.look.theme import css_variables

        return Answer("css", css_variables().encode())
    if name in {"leaflet.js", "leaflet.css"}:
        from impactmap.maps.page.viewer_code import leaflet_script, leaflet_style

        return Answer(name[8:], (leaflet_script() if name.endswith(".js") else leaflet_style()).encode())
    web = resources.files("impactmap.maps" if name in _SHARED else "impactmap.desk").joinpath("web")
    if name not in _SHARED and name not in {file.name for file in web.iterdir()}:
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
    body = web.joinpath(name).read_bytes()
    for part in _PARTS if name.endswith(".html") else ():
        body = body.replace(f"<!-- {part} -->\n".encode(), web.joinpath(part).read_bytes(), 1)
    return Answer(name.rpartition(".")[2], body)
