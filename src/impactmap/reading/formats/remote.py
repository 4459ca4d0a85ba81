"""A table at an address, fetched only when asked for: over https, from public hosts, within limits of size and time."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urljoin, urlsplit

from impactmap.model.errors import TableError
from impactmap.reading.formats.files import FORMATS

__all__ = ["Answer", "HttpClient", "PublicClient", "fetch_table", "is_address"]

MAX_BYTES: Final = 100 << 20
MAX_SECONDS: Final = 120.0
_MAX_REDIRECTS: Final = 5
_WAIT_SECONDS: Final = 20.0
_CHUNK: Final = 1 << 16
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HIDDEN: Final = frozenset({401, 403, 404, 410})
_ENDINGS: Final = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/geo+json": ".geojson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.google-earth.kml+xml": ".kml",
    "application/vnd.google-earth.kmz": ".kmz",
}
_SHEET = re.compile(r"/spreadsheets/d/(?!e/)([A-Za-z0-9_-]+)(?:/edit|/view|/htmlview|/?\Z)")
#: What a socket of the platform gives for a host: the addresses behind it.
Resolve = Callable[[str, int], Sequence[str]]


class Answer(Protocol):
    """What a server answered."""

    @property
    def status(self) -> int:
        """Return the answer's number, 200 for a table."""

    def header(self, name: str) -> str | None:
        """Return a header's value, whatever the case of its name."""

    def read(self, most: int) -> bytes:
        """Return the bytes that are there, at most so many, at least one unless it is the end."""

    def close(self) -> None:
        """End the connection."""


class HttpClient(Protocol):
    """Asks for one address and follows nothing by itself."""

    def get(self, url: str, *, seconds: float) -> Answer:
        """Return the answer to one request; all of it has to be there within so many seconds."""


def is_address(text: object) -> bool:
    """Say whether the text is the address of something on a network rather than a file's name.

    Examples
    --------
    >>> is_address("https://example.org/a.csv"), is_address("a.csv")
    (True, False)
    """
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", str(text)))


def fetch_table(
    url: str,
    folder: Path,
    *,
    client: HttpClient | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Fetch a table into a folder.

    Parameters
    ----------
    url
        https. The address at which a Google Sheet is edited is turned into that of its CSV.
    folder
        An existing one.
    client
        Sends the requests; `PublicClient` when not given.
    max_bytes, max_seconds
        Limits of the whole transfer.
    clock
        Seconds that only grow.

    Returns
    -------
    Path
        The file, with an ending that says its format.

    Raises
    ------
    TableError
        For another scheme, a host that is not public, more than five redirects, one to another scheme or to a host that
        is not public, an answer that is not a table, and one that is too large or too slow.

    Examples
    --------
    >>> fetch_table("ftp://example.org/reports.csv", Path())
    Traceback (most recent call last):
        ...
    impactmap.model.errors.TableError: ftp://example.org/reports.csv: expected an address that begins with https://, ...
    """
    client = PublicClient() if client is None else client
    end = clock() + max_seconds
    at = _sheet_address(url)
    for _ in range(_MAX_REDIRECTS + 1):
        answer = client.get(at, seconds=_left(end, clock, url))
        try:
            if answer.status in _REDIRECTS and (target := answer.header("Location")):
                at = urljoin(at, target)
                continue
            _check(answer, url, max_bytes)
            data = _read(answer, url, max_bytes, end, clock)
        finally:
            answer.close()
        path = folder / _name(at, answer)
        number = 1
        while path.exists():
            number += 1
            path = path.with_name(f"{path.stem}-{number}{path.suffix}")
        path.write_bytes(data)
        return path
    raise TableError(f"{url}: expected a table, found more than {_MAX_REDIRECTS} redirects. Give the last address.")


def _sheet_address(url: str) -> str:
    """Return the address of a Google Sheet's CSV for the one that people copy from their browser."""
    parts = urlsplit(url)
    if (parts.hostname or "").lower() != "docs.google.com" or not (found := _SHEET.match(parts.path)):
        return url
    tab = (parse_qs(parts.query).get("gid") or parse_qs(parts.fragment).get("gid") or ["0"])[0]
    tab = tab if tab.isdecimal() else "0"
    return f"https://docs.google.com/spreadsheets/d/{found[1]}/export?format=csv&gid={tab}"


def _left(end: float, clock: Callable[[], float], url: str) -> float:
    left = end - clock()
    if left <= 0:
        raise TableError(f"{url}: expected the table within the time limit, found it not finished. Download it first.")
    return left


def _check(answer: Answer, url: str, max_bytes: int) -> None:
    kind = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
    if answer.status in _HIDDEN or (
        answer.status == http.HTTPStatus.OK and kind in {"text/html", "application/xhtml+xml"}
    ):
        raise TableError(
            f"{url}: expected a table, found {'a web page' if answer.status == http.HTTPStatus.OK else answer.status}. "
            "A sheet has to be published: in Google Sheets, File, Share, Publish to web, as CSV."
        )
    if answer.status != http.HTTPStatus.OK:
        raise TableError(f"{url}: expected a table, found the answer {answer.status}. Try again later, or download it.")
    if (answer.header("Content-Encoding") or "identity").lower() != "identity":
        raise TableError(f"{url}: expected a table as it is, found a packed one. Download it and give the file.")
    length = answer.header("Content-Length")
    if length is not None and length.isdecimal() and int(length) > max_bytes:
        raise _too_large(url, max_bytes)


def _read(answer: Answer, url: str, max_bytes: int, end: float, clock: Callable[[], float]) -> bytes:
    data = bytearray()
    try:
        while piece := answer.read(_CHUNK):
            data += piece
            if len(data) > max_bytes:
                raise _too_large(url, max_bytes)
            _left(end, clock, url)
    except (OSError, http.client.HTTPException) as error:
        raise TableError(f"{url}: expected the whole table, found the connection lost ({error}). Try again.") from None
    length = answer.header("Content-Length")
    if length is not None and length.isdecimal() and int(length) != len(data):
        _left(end, clock, url)
        raise TableError(
            f"{url}: expected {int(length):,} bytes, found {len(data):,}: the connection broke. Try again."
        )
    if not data:
        raise TableError(f"{url}: expected a table, found nothing. Check the address.")
    return bytes(data)


def _too_large(url: str, max_bytes: int) -> TableError:
    return TableError(
        f"{url}: expected at most {max_bytes >> 20:,} MB, found more. Download it and give the file, or fetch a part."
    )


def _name(url: str, answer: Answer) -> str:
    parts = urlsplit(url)
    last = re.sub(r"[^\w.-]+", "-", Path(parts.path).name)[:80]
    kind = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
    stem, ending = Path(last).stem, Path(last).suffix.lower()
    if ending not in FORMATS or kind in _ENDINGS:
        ending = _ENDINGS.get(kind, ".csv")
    host = re.sub(r"[^\w.-]+", "-", parts.hostname or "table")
    return f"{host}-{stem.strip('.-') or 'table'}{ending}"


def _addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the platform's resolver gives."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class PublicClient:
    """Asks public hosts over https, and connects to no address but those it has looked at.

    Attributes
    ----------
    resolve
        Host and port to addresses.
    loopback
        Also ask this computer, over http too: for tests.
    """

    resolve: Resolve = _addresses
    loopback: bool = False
    _context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def get(self, url: str, *, seconds: float) -> Answer:
        """Return the answer to one request; the connection is cut after so many seconds.

        Raises
        ------
        TableError
            For another scheme, a host that is not public, and one that cannot be reached.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        host = parts.hostname
        if parts.scheme not in {"https", "http"} or not host or port == -1 or parts.username is not None:
            raise TableError(f"{url}: expected an address that begins with https://, without a name or password in it.")
        port = port or (443 if parts.scheme == "https" else 80)
        address, own = self._checked(url, host, port)
        if parts.scheme == "http" and not own:
            raise TableError(f"{url}: expected https, found http, which others can read and change. Use https.")
        connection = _Connection(host, port, address, seconds, self._context if parts.scheme == "https" else None)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(
                "GET", target, headers={"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "impactmap"}
            )
            return _Received(connection, connection.getresponse())
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            connection.close()
            raise TableError(
                f"{url}: expected an answer, found none ({error}). Check the address, or try again."
            ) from None

    def _checked(self, url: str, host: str, port: int) -> tuple[str, bool]:
        """Return the address to connect to, and whether it is this computer's, after looking at all of the host's."""
        try:
            found = list(self.resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise TableError(
                f"{url}: expected a host that is known, found none ({error}). Check the address."
            ) from None
        parsed = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
        plain = [getattr(address, "ipv4_mapped", None) or address for address in parsed]
        own = bool(plain) and all(address.is_loopback for address in plain)
        if not plain or not (all(map(_public, plain)) or (own and self.loopback)):
            raise TableError(
                f"{url}: expected a public host, found {host!r}, which leads into a private network or nowhere. "
                "Download the table yourself and give the file."
            )
        return str(plain[0]), own


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "sixtofour", None) or (getattr(address, "teredo", None) or (None, None))[1]
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


class _Connection(http.client.HTTPConnection):
    """Connects to an address that was looked at; the name serves the certificate and the server."""

    def __init__(self, host: str, port: int, address: str, seconds: float, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=min(seconds, _WAIT_SECONDS))
        self._address = address
        self._secure = context
        # A server that sends a byte now and then never meets the time limit of a single wait.
        self._end = threading.Timer(seconds, self._cut)
        self._end.daemon = True

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self._end.start()
        if self._secure is not None:
            self.sock = self._secure.wrap_socket(self.sock, server_hostname=self.host)

    def close(self) -> None:
        """End the connection."""
        self._end.cancel()
        super().close()

    def _cut(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


@dataclass
class _Received:
    """An answer of `http.client`."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse

    @property
    def status(self) -> int:
        """Return the answer's number."""
        return self.response.status

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return self.response.headers.get(name)

    def read(self, most: int) -> bytes:
        """Return the bytes that are there."""
        return self.response.read1(most)

    def close(self) -> None:
        """End the connection."""
        self.response.close()
        self.connection.close()
