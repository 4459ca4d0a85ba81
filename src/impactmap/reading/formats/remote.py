"""A table at an address, fetched only when asked for: over https, from public hosts, within limits of size and time."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from impactmap.model.errors import TableError
from impactmap.reading.formats.files import FORMATS
from impactmap.reading.online.client import Answer, HttpClient, PublicClient

__all__ = [
    "Answer",
    "Fetched",
    "HttpClient",
    "PublicClient",
    "fetch_table",
    "is_address",
    "receive",
    "table_address",
]

MAX_BYTES: Final = 100 << 20
MAX_SECONDS: Final = 120.0
_MAX_REDIRECTS: Final = 5
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
_PUBLISHED = re.compile(r"(/spreadsheets/d/e/[A-Za-z0-9_-]+)/pubhtml\Z")
#: Where forges show a file, and where its bytes are: GitLab's way, Forgejo's and Gitea's, GitHub's.
_FORGES: Final = (
    (re.compile(r"(/.+/-)/blob/(.+)"), r"\1/raw/\2"),
    (re.compile(r"(/[^/]+/[^/]+)/src/(branch|commit|tag)/(.+)"), r"\1/raw/\2/\3"),
    (re.compile(r"(/[^/]+/[^/]+)/blob/([^/]+)/(.+)"), r"\1/raw/\2/\3"),
)


@dataclass(frozen=True)
class Fetched:
    """A table's bytes as a server gave them.

    Attributes
    ----------
    data
        All of them.
    name
        For a file, with an ending that says the format.
    url
        Where they were in the end.
    etag, modified
        By which the server knows whether they have changed since.
    """

    data: bytes
    name: str
    url: str
    etag: str | None = None
    modified: str | None = None


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
    fetched = receive(url, client=client, max_bytes=max_bytes, max_seconds=max_seconds, clock=clock)
    assert fetched is not None
    path = folder / fetched.name
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.stem}-{number}{path.suffix}")
    path.write_bytes(fetched.data)
    return path


def receive(
    url: str,
    *,
    client: HttpClient | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    headers: Mapping[str, str] | None = None,
    may_lead_to: Callable[[str], bool] | None = None,
) -> Fetched | None:
    """Fetch a table's bytes.

    Parameters
    ----------
    url, client, max_bytes, max_seconds, clock
        As for `fetch_table`.
    headers
        Sent with the request, such as ``If-None-Match``; to another host only where `may_lead_to` allows it, and
        never one that holds a key (``Authorization``).
    may_lead_to
        Whether a redirect may lead to a host; to any public one when not given.

    Returns
    -------
    Fetched or None
        None where the server says that nothing has changed.

    Raises
    ------
    TableError
        As for `fetch_table`, and for a redirect to a host that is not allowed.
    """
    client = PublicClient() if client is None else client
    end = clock() + max_seconds
    at = table_address(url)
    first, sent = urlsplit(at).hostname, dict(headers or {})
    for _ in range(_MAX_REDIRECTS + 1):
        answer = client.get(at, seconds=_left(end, clock, url), **({"headers": sent} if sent else {}))
        try:
            if answer.status in _REDIRECTS and (target := answer.header("Location")):
                at = urljoin(at, target)
                host = urlsplit(at).hostname or ""
                if may_lead_to is not None and host != first and not may_lead_to(host):
                    raise TableError(
                        f"{url}: expected a table at {first}, found that it has moved to {host}. If that is right, "
                        "write the new address, or allow the host: --allow-host."
                    )
                if host != first:
                    sent.pop("Authorization", None)
                continue
            if answer.status == http.HTTPStatus.NOT_MODIFIED and headers:
                return None
            _check(answer, url, max_bytes)
            data = _read(answer, url, max_bytes, end, clock)
            return Fetched(data, _name(at, answer), at, answer.header("ETag"), answer.header("Last-Modified"))
        finally:
            answer.close()
    raise TableError(f"{url}: expected a table, found more than {_MAX_REDIRECTS} redirects. Give the last address.")


def table_address(url: str) -> str:
    """Return the address of a table's bytes for the one that people copy from their browser: a sheet's, a forge's.

    Examples
    --------
    >>> table_address("https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml?gid=7")
    'https://docs.google.com/spreadsheets/d/e/2PACX-1/pub?output=csv&gid=7'
    >>> table_address("https://gitlab.com/desk/map/-/blob/main/events.csv")
    'https://gitlab.com/desk/map/-/raw/main/events.csv'
    """
    parts = urlsplit(url)
    for shown, raw in _FORGES:
        if (found := shown.fullmatch(parts.path)) and Path(parts.path).suffix.lower() in FORMATS:
            return urlunsplit(parts._replace(path=found.expand(raw), query="", fragment=""))
    if (parts.hostname or "").lower() == "docs.google.com" and (found := _PUBLISHED.match(parts.path)):
        tab = (parse_qs(parts.query).get("gid") or ["0"])[0]
        return f"https://docs.google.com{found[1]}/pub?output=csv&gid={tab if tab.isdecimal() else '0'}"
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
