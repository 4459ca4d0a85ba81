"""A server for this computer alone: loopback, a secret in the address, no other host, no other origin, small bodies."""

from __future__ import annotations

import abc
import functools
import http.server
import json
import logging
import secrets
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from impactmap.model.errors import ImpactMapError, InputError

__all__ = ["Answer", "LocalServer", "Problem", "Refused", "json_answer"]

_LARGEST_BODY: Final = 16_384  # bytes of JSON
_SILENCE_SECONDS: Final = 30.0
_POLICY: Final = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
)  # fmt: skip
_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TYPES: Final = {
    "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8", "png": "image/png",
}  # fmt: skip
_FILE: Final = "application/octet-stream"

logger = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818 -- an answer, not a fault of the program
    """A request that is not answered."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Refused(InputError):  # noqa: N818 -- an answer, not a fault of the program
    """What cannot be done as it is, with a code that the page has words for in every language of the desk."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What a page is answered.

    Attributes
    ----------
    kind
        Ending of the file that it is: ``html``, ``json`` and the like.
    body
        Its bytes.
    headers
        In place of the server's own of these names.
    last
        Whether the server stops once it is sent.
    status
        200, or what else is said.
    """

    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    last: bool = False
    status: HTTPStatus = HTTPStatus.OK


def json_answer(value: Any, *, status: HTTPStatus = HTTPStatus.OK, last: bool = False) -> Answer:
    """Answer a value as JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Answer("json", text.encode(), last=last, status=status)


class LocalServer(abc.ABC):
    """Serves pages to this computer until somebody is done; what is served is said by the class that inherits.

    Parameters
    ----------
    port
        0 for any that is free.
    token
        Secret part of the address; made when left out.
    largest_file
        Most bytes of a file that a page may send; 0 where none is taken.

    Notes
    -----
    It listens on 127.0.0.1 alone. The address holds a random token, so that no other user of the computer finds the
    page; the ``Host`` header must name the loopback address, so that no web site reaches it under a name of its own;
    and what changes something must come from the page itself (``Origin``, JSON or a file's bytes).
    """

    def __init__(self, *, port: int = 0, token: str | None = None, largest_file: int = 0) -> None:
        self._token = token or secrets.token_urlsafe(24)
        self.largest_file = largest_file
        try:
            self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, self))
        except OSError as error:
            raise InputError(f"port {port}: cannot be used ({error.strerror}). Leave --port out for any.") from None
        self._http.daemon_threads = True

    @abc.abstractmethod
    def get(self, path: str, query: dict[str, str]) -> Answer:
        """Answer what only reads."""

    @abc.abstractmethod
    def post(self, path: str, given: dict[str, Any]) -> Answer:
        """Answer what changes something."""

    @abc.abstractmethod
    def take(self, path: str, query: dict[str, str], file: Path) -> Answer:
        """Take a file, of which `query` says the name and more; `file` is gone afterwards."""

    def worded(self, text: str) -> str:
        """Return what the page is told of an error, in its language; English where a server has no other."""
        return text

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


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version = "impactmap"
    sys_version = ""
    timeout = _SILENCE_SECONDS

    def __init__(self, local: LocalServer, *arguments: Any) -> None:
        self._local = local
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer what only reads."""
        self._answer(changing=False)

    def do_POST(self) -> None:
        """Answer what changes something."""
        self._answer(changing=True)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing: the address is a secret."""

    def _answer(self, *, changing: bool) -> None:
        try:
            address = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(address.query, max_num_fields=20).items()}
            path = self._inside(address.path)
            answer = self._changed(path, query) if changing else self._local.get(path, query)
            self._send(answer)
            if answer.last:
                self._local.stop()
        except Problem as problem:
            self._send(self._error(str(problem), problem.status))
        except ImpactMapError as error:
            code = {"code": error.code} if isinstance(error, Refused) else {}
            self._send(self._error(str(error), HTTPStatus.UNPROCESSABLE_ENTITY, **code))
        except (ValueError, TypeError):
            self._send(self._error("This request cannot be read.", HTTPStatus.BAD_REQUEST))
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True
        except OSError as error:  # a folder that is read-only, gone, or on a share that does not answer
            told = f"{error.filename or 'a file'}: {error.strerror or error}. Nothing was written."
            self._send(self._error(told, HTTPStatus.UNPROCESSABLE_ENTITY))
        except Exception:
            logger.exception("the page asked for something that failed")
            self._send(self._error("impactmap itself failed.", HTTPStatus.INTERNAL_SERVER_ERROR))

    def _error(self, text: str, status: HTTPStatus, **more: str) -> Answer:
        return json_answer({"error": self._local.worded(text), **more}, status=status)

    def _inside(self, path: str) -> str:
        """Return the path after the secret, once everything speaks for a request of the page."""
        if self.headers.get("Host", "") not in self._local.hosts:
            raise Problem(HTTPStatus.FORBIDDEN, "This page is for this computer alone.")
        if self.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise Problem(HTTPStatus.FORBIDDEN, "This page answers no other page.")
        token, slash, rest = path.removeprefix("/").partition("/")
        if not slash or not self._local.knows(token):
            raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here. Use the whole address that was printed.")
        return rest

    def _changed(self, path: str, query: dict[str, str]) -> Answer:
        if urlsplit(self.headers.get("Origin", "")).netloc not in self._local.hosts:
            raise Problem(HTTPStatus.FORBIDDEN, "Only the page itself may change something.")
        kind = self.headers.get_content_type()
        if kind == _FILE and self._local.largest_file:
            return self._taken(path, query)
        if kind != "application/json":
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Expected JSON.")
        try:
            given = json.loads(self.rfile.read(self._length(_LARGEST_BODY)))
        except RecursionError:
            raise Problem(HTTPStatus.BAD_REQUEST, "This request cannot be read.") from None
        if not isinstance(given, dict):
            raise Problem(HTTPStatus.BAD_REQUEST, "Expected an object.")
        return self._local.post(path, given)

    def _taken(self, path: str, query: dict[str, str]) -> Answer:
        """Take a file as it comes, a piece at a time."""
        left = self._length(self._local.largest_file)
        with tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
            file = Path(folder) / "file"
            with file.open("wb") as stream:
                while left and (piece := self.rfile.read(min(left, 1 << 20))):
                    stream.write(piece)
                    left -= len(piece)
            if left:
                raise Problem(HTTPStatus.BAD_REQUEST, "Expected the whole file.")
            return self._local.take(path, query, file)

    def _length(self, most: int) -> int:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Problem(HTTPStatus.LENGTH_REQUIRED, "Expected a length.")
        if len(length) > len(str(most)) or int(length) > most:
            self.close_connection = True
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Expected at most {most:,} bytes.")
        return int(length)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", _TYPES[answer.kind])
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in {**_HEADERS, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
