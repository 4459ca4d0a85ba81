"""Asking one address over https, from public hosts alone, within a limit of time."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol
from urllib.parse import urlsplit

from impactmap.model.errors import TableError

__all__ = ["Answer", "HttpClient", "PublicClient"]

_WAIT_SECONDS: Final = 20.0
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

    def get(self, url: str, *, seconds: float, headers: Mapping[str, str] = ...) -> Answer:
        """Return the answer to one request; all of it has to be there within so many seconds."""


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

    def get(self, url: str, *, seconds: float, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
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
        address, here = self._checked(url, host, port)
        if parts.scheme == "http" and not here:
            raise TableError(f"{url}: expected https, found http, which others can read and change. Use https.")
        connection = _Connection(host, port, address, seconds, self._context if parts.scheme == "https" else None)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            own = {"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "impactmap"}
            connection.request("GET", target, headers={**own, **headers})
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
