"""Serve the review page to this computer alone: loopback, a secret in the address, no other host, nothing loaded."""

from __future__ import annotations

import functools
import http.server
import json
import logging
import math
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from impactmap.desk.board import Board, Choice
from impactmap.desk.tell import tell_board, tell_options, tell_place
from impactmap.model.errors import ImpactMapError, InputError

if TYPE_CHECKING:
    from impactmap.context.borders import Border

__all__ = ["ReviewServer"]

_LARGEST_BODY: Final = 16_384  # bytes
_SILENCE_SECONDS: Final = 30.0
_KM_A_DEGREE: Final = 111.2
_FINEST_KM: Final = 0.05
_GROUNDS_KEPT: Final = 48
_POLICY: Final = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TYPES: Final = {"js": "text/javascript", "css": "text/css", "html": "text/html", "json": "application/json"}
_OWN: Final = ("review.js", "reviewmap.js", "chooser.js", "places.js", "review.css")
_SHARED: Final = ("basemap.js", "dom.js", "geometry.js", "style.css")  # of the map's own page

logger = logging.getLogger(__name__)


class ReviewServer:
    """Serves the review page until somebody is done.

    Parameters
    ----------
    board
        Doubts and decisions.
    title
        Of what is reviewed.
    editor
        Name that the page begins with.
    border
        Drawn on the ground, where the map has one.
    port
        0 for any that is free.
    token
        Secret part of the address; made when left out.

    Notes
    -----
    It listens on 127.0.0.1 alone. The address holds a random token, so that no other user of the computer finds the
    page; the ``Host`` header must name the loopback address, so that no web site reaches it under a name of its own;
    and what changes something must come from the page itself (``Origin``, JSON).
    """

    def __init__(
        self,
        board: Board,
        *,
        title: str,
        editor: str = "",
        border: Border | None = None,
        port: int = 0,
        token: str | None = None,
    ) -> None:
        self.board, self.title, self.editor = board, title, editor
        self._border = border
        self._token = token or secrets.token_urlsafe(24)
        self._drawing = threading.Lock()
        self.ground = functools.lru_cache(maxsize=_GROUNDS_KEPT)(self._ground)
        handler = functools.partial(_Handler, self)
        try:
            self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            raise InputError(f"port {port}: cannot be used ({error.strerror}). Leave --port out for any.") from None
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self._http.server_port}/{self._token}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser on this computer calls this server."""
        return frozenset(f"{name}:{self._http.server_port}" for name in ("127.0.0.1", "localhost"))

    def serve(self) -> None:
        """Serve until `stop` is called, by the page's button or from another thread."""
        self._http.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Stop serving; returns at once."""
        threading.Thread(target=self._http.shutdown, daemon=True).start()

    def close(self) -> None:
        """Give the port back."""
        self._http.server_close()

    def knows(self, token: str) -> bool:
        """Return whether a part of an address is the secret."""
        return secrets.compare_digest(token.encode(), self._token.encode())

    def _ground(self, bounds: tuple[float, float, float, float], width: int) -> bytes:
        """Return the ground within bounds, as detailed as a picture of that width shows."""
        from impactmap.context.basemap import basemap_for
        from impactmap.maps.page.encoded_lines import encode_basemap

        west, south, east, north = bounds
        shrink = math.cos(math.radians((south + north) / 2))
        tolerance = max(_FINEST_KM, (east - west) * _KM_A_DEGREE * shrink / width / 2)
        with self._drawing:
            basemap = basemap_for(bounds, border=self._border, tolerance_km=tolerance, language=self.board.language)
        return _json(encode_basemap(basemap))


class _Problem(Exception):  # noqa: N818 -- an answer, not a fault of the program
    """A request that is not answered."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version = "impactmap"
    sys_version = ""
    timeout = _SILENCE_SECONDS

    def __init__(self, review: ReviewServer, *arguments: Any) -> None:
        self._review = review
        self._last = False
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer what only reads."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Answer what changes something."""
        self._answer(self._post)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing: the address is a secret."""

    def _answer(self, handle: Callable[[str, dict[str, str]], tuple[str, bytes]]) -> None:
        try:
            address = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(address.query, max_num_fields=20).items()}
            kind, body = handle(self._inside(address.path), query)
            self._send(HTTPStatus.OK, kind, body)
            if self._last:
                self._review.stop()
        except _Problem as problem:
            self._send(problem.status, "json", _json({"error": str(problem)}))
        except ImpactMapError as error:
            self._send(HTTPStatus.UNPROCESSABLE_ENTITY, "json", _json({"error": str(error)}))
        except (ValueError, TypeError):
            self._send(HTTPStatus.BAD_REQUEST, "json", _json({"error": "This request cannot be read."}))
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True
        except Exception:
            logger.exception("the review page asked for something that failed")
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, "json", _json({"error": "impactmap itself failed."}))

    def _inside(self, path: str) -> str:
        """Return the path after the secret, once everything speaks for a request of the page."""
        if self.headers.get("Host", "") not in self._review.hosts:
            raise _Problem(HTTPStatus.FORBIDDEN, "This page is for this computer alone.")
        if self.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise _Problem(HTTPStatus.FORBIDDEN, "This page answers no other page.")
        token, slash, rest = path.removeprefix("/").partition("/")
        if not slash or not self._review.knows(token):
            raise _Problem(HTTPStatus.NOT_FOUND, "There is nothing here. Use the whole address that was printed.")
        return rest

    def _get(self, path: str, query: dict[str, str]) -> tuple[str, bytes]:
        review = self._review
        if path == "":
            return "html", _file("review.html")
        if path == "web/theme.css":
            from impactmap.look.theme import css_variables

            return "css", css_variables().encode()
        if path.startswith("web/"):
            return path.rpartition(".")[2], _file(path.removeprefix("web/"))
        if path == "places.json":
            review.board.reload()
            return "json", _json(tell_board(review.board, title=review.title, editor=review.editor))
        if path == "ground.json":
            values = [float(query[name]) if name in query else math.nan for name in ("west", "south", "east", "north")]
            if not all(map(math.isfinite, values)):
                raise _Problem(HTTPStatus.BAD_REQUEST, "Expected west, south, east and north.")
            west, south, east, north = (round(value, 3) for value in values)
            bounds = (max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 85.0))
            width = min(4000, max(100, int(query.get("width", "1000"))))
            return "json", review.ground(bounds, width)
        if path == "look-up.json":
            options, reason = review.board.look_up(
                query.get("name", ""), region=query.get("region", ""), country=query.get("country", "")
            )
            return "json", _json({"options": tell_options(review.board, options), "reason": reason})
        if path == "outline.json":
            return "json", _json({"rings": _outline(review.board, query.get("area", ""))})
        raise _Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _post(self, path: str, _query: dict[str, str]) -> tuple[str, bytes]:
        origin = self.headers.get("Origin", "")
        if urlsplit(origin).netloc not in self._review.hosts:
            raise _Problem(HTTPStatus.FORBIDDEN, "Only the page itself may change something.")
        if self.headers.get_content_type() != "application/json":
            raise _Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Expected JSON.")
        given = self._body()
        board = self._review.board
        if path == "decide":
            number, fields = _choice(given)
            board.decide(number, Choice(**fields))
            self._review.editor = fields["editor"]
            return "json", _json(tell_place(board, number))
        if path == "undo":
            number, _ = _choice(given)
            board.undo(number)
            return "json", _json(tell_place(board, number))
        if path == "done":
            self._last = True  # stopped once the page has its answer
            return "json", _json({"open": len(board.open_numbers())})
        raise _Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise _Problem(HTTPStatus.LENGTH_REQUIRED, "Expected a length.")
        if len(length) > 6 or int(length) > _LARGEST_BODY:
            self.close_connection = True
            raise _Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Expected at most {_LARGEST_BODY:,} bytes.")
        try:
            given = json.loads(self.rfile.read(int(length)))
        except RecursionError:
            raise _Problem(HTTPStatus.BAD_REQUEST, "This request cannot be read.") from None
        if not isinstance(given, dict):
            raise _Problem(HTTPStatus.BAD_REQUEST, "Expected an object.")
        return given

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{_TYPES[kind]}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _choice(given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
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


def _file(name: str) -> bytes:
    """Return a file of the page; there are no others to be had."""
    if name not in {*_OWN, *_SHARED, "review.html"}:
        raise _Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
    package = "impactmap.maps" if name in _SHARED else "impactmap.desk"
    return resources.files(package).joinpath("web", name).read_bytes()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
