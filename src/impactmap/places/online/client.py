"""The one client that all online geocoders are asked through: slow, patient up to a point, and hard to fool."""

from __future__ import annotations

import http.client
import json
import logging
import random
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, TypedDict
from urllib.parse import quote, quote_plus, urlsplit

from geopy.adapters import BaseSyncAdapter, get_retry_after

from impactmap.model.errors import ProviderPaused, ProviderRefused, ProviderUnavailable

if TYPE_CHECKING:
    from http.client import HTTPMessage, HTTPResponse

__all__ = ["Pace", "PoliteAdapter", "SharedPace", "Timing", "Waiting", "in_words", "keep_out_of_the_log"]

_LARGEST_ANSWER: Final = 5_000_000  # bytes
_PIECE: Final = 65_536
_SLOWEST_TIMEOUTS: Final = 3.0  # an answer that trickles in longer than so many time-outs is given up
_MOST_REDIRECTS: Final = 3
_REFUSED: Final = frozenset({401, 402, 403, 407})
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CAUSES: Final = (
    (TimeoutError, "no answer in time"),
    (ConnectionRefusedError, "nothing answers at that address"),
    (socket.gaierror, "no host of that name is known, or there is no internet connection"),
    (ssl.SSLError, "no secure connection"),
    ((ConnectionError, http.client.IncompleteRead), "the connection broke off"),
    (http.client.HTTPException, "what answers there is no web server"),
)
_LIMITS: Final = {"lat": 90.0, "latitude": 90.0, "lon": 180.0, "lng": 180.0, "longitude": 180.0}


class Timing(TypedDict, total=False):
    """Where the time comes from: ``time.monotonic``, ``time.sleep`` and ``random.random`` unless given; see `Pace`."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]


class Waiting(Timing, total=False):
    """How often and how long a service is waited for.

    Attributes
    ----------
    min_delay_seconds
        Between two questions; at least 1, which it is unless given.
    retries, longest_wait_seconds
        2 and 60 unless given; see `PoliteAdapter`.
    timeout_seconds
        To wait for a sign of life; 10 unless given.
    """

    min_delay_seconds: float
    retries: int
    longest_wait_seconds: float
    timeout_seconds: float


class SharedPace(Protocol):
    """Remembers, for all processes, when a service was last asked."""

    def seconds_since_request(self) -> float | None:
        """Return how long ago any process asked; None when none did."""

    def note_request(self) -> None:
        """Remember that it is asked now."""


class Pace:
    """Keep requests apart.

    Parameters
    ----------
    min_delay_seconds
        Between the starts of two requests.
    clock, sleep
        ``time.monotonic`` and ``time.sleep`` unless given.
    """

    def __init__(
        self,
        min_delay_seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._min_delay = min_delay_seconds
        self.clock, self.sleep = clock, sleep
        self._shared: SharedPace | None = None
        self._last: float | None = None

    def share(self, shared: SharedPace) -> None:
        """Keep apart from the requests of other processes, too."""
        self._shared = shared

    def wait_turn(self) -> None:
        """Return when the next request may start."""
        left = 0.0 if self._last is None else self._last + self._min_delay - self.clock()
        if self._shared is not None and (since := self._shared.seconds_since_request()) is not None:
            # A clock that was put back must not make anybody wait longer than the delay.
            left = max(left, min(self._min_delay - since, self._min_delay))
        if left > 0:
            self.sleep(left)
        self._last = self.clock()
        if self._shared is not None:
            self._shared.note_request()


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follow a redirect within the server only, and as slowly as any other request."""

    max_redirections = _MOST_REDIRECTS
    max_repeats = _MOST_REDIRECTS

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:  # fmt: skip
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (new.scheme, new.netloc) != (old.scheme, old.netloc):
            fp.close()
        if new.netloc != old.netloc:
            raise ProviderUnavailable(
                f"{old.hostname} redirects to another host, {new.hostname!r}. Give the provider's own address."
            )
        if new.scheme != old.scheme:
            raise ProviderUnavailable(
                f"{old.hostname} redirects from {old.scheme} to {new.scheme}. Give its address with {new.scheme}://."
            )
        self._pace.wait_turn()
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class PoliteAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """A geopy adapter that waits its turn.

    Parameters
    ----------
    pace
        Keeps requests apart, retries and redirects counted.
    retries
        After the first try, when the service is busy or does not answer in time.
    longest_wait_seconds
        The longest Retry-After that is waited for; a longer one is reported at once.
    jitter
        ``random.random`` unless given.

    Raises
    ------
    ProviderRefused
        401, 402, 403 or 407: asking again would be wrong.
    ProviderPaused
        The service asks to wait for longer than that.
    ProviderUnavailable
        Anything else that is not an answer.

    Notes
    -----
    Messages name the host alone: a URL may hold a key.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any,
        pace: Pace,
        retries: int = 2,
        longest_wait_seconds: float = 60.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        handlers = [_SameOrigin(pace), urllib.request.HTTPSHandler(context=ssl_context)]
        if proxies is not None:
            handlers.append(urllib.request.ProxyHandler(dict(proxies)))
        self._open = urllib.request.build_opener(*handlers).open
        self._pace, self._retries, self._longest_wait, self._jitter = pace, retries, longest_wait_seconds, jitter

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return the answer, parsed."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        host = urlsplit(url).hostname
        try:
            answer = json.loads(text)
            plausible = _plausible(answer)
        except (ValueError, RecursionError):
            raise ProviderUnavailable(f"{host} did not answer in JSON. Is its address right?") from None
        if not plausible:
            raise ProviderUnavailable(f"{host} sent coordinates that cannot be.")
        return answer

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the answer."""
        host = urlsplit(url).hostname
        for attempt in range(self._retries + 1):
            self._pace.wait_turn()
            wait: float | None = None
            try:
                with self._open(urllib.request.Request(url, headers=dict(headers)), timeout=timeout) as answer:  # noqa: S310 -- geopy makes the URL
                    return self._read(answer, str(host), timeout)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in _REFUSED:
                        raise ProviderRefused(
                            f"{host} refused the request (status {error.code}), so nothing more is asked; what is "
                            "done is kept. Check the key, the User-Agent and the service's terms of use."
                        ) from None
                    if error.code in {429, 503}:
                        wait = get_retry_after({name.lower(): value for name, value in error.headers.items()})
                    problem, final = f"{host} answered with status {error.code}", error.code not in _AGAIN
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, ProviderUnavailable):
                    raise
                cause = error.reason if isinstance(error, urllib.error.URLError) else error
                problem, final = f"{host} could not be reached ({_cause(cause)})", False
            if wait is not None and wait > self._longest_wait:
                raise ProviderPaused(
                    f"{problem} and asks to wait {in_words(wait)}. Try again later; what is done is kept.",
                    seconds=wait,
                )
            if final or attempt == self._retries:
                break
            self._pace.sleep(max(wait or 0.0, 2.0**attempt) * (1.0 + 0.25 * self._jitter()))
        raise ProviderUnavailable(f"{problem}. Try again later; what is done is kept.") from None

    def _read(self, answer: HTTPResponse, host: str, timeout: float) -> str:
        """Return the body, unless it is too long, too slow or a web page."""
        if answer.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise ProviderUnavailable(f"{host} did not answer in JSON but with a web page. Is its address right?")
        pieces: list[bytes] = []
        size, end = 0, self._pace.clock() + _SLOWEST_TIMEOUTS * timeout
        while piece := answer.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > _LARGEST_ANSWER:
                raise ProviderUnavailable(f"{host} sent more than {_LARGEST_ANSWER:,} bytes.")
            if self._pace.clock() > end:
                raise TimeoutError(f"{host} sends its answer too slowly")
        if answer.length:  # read1 does not say that the connection broke off
            raise http.client.IncompleteRead(b"", answer.length)
        charset = answer.headers.get_content_charset() or "utf-8"
        try:
            return str(b"".join(pieces), charset, "replace")
        except LookupError:
            raise ProviderUnavailable(f"{host} names a character set that does not exist, {charset[:40]!r}.") from None


def in_words(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> in_words(45), in_words(5_400), in_words(86_400)
    ('45 seconds', '90 minutes', '24 hours')
    """
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7_200 else f"{seconds / 3_600:.0f} hours"


def _cause(error: object) -> str:
    """Return why a host could not be reached, in words."""
    return next((words for kind, words in _CAUSES if isinstance(error, kind)), type(error).__name__)


def _plausible(answer: object) -> bool:
    """Return whether all coordinates in an answer can be; geopy would wrap a longitude of 200 round the globe."""
    if isinstance(answer, list):
        return all(_plausible(item) for item in answer)
    if not isinstance(answer, dict):
        return True
    for name, value in answer.items():
        limit = _LIMITS.get(name.casefold())
        if limit is not None and isinstance(value, (str, int, float)):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                return False
            if not abs(number) <= limit:
                return False
        if name == "coordinates" and isinstance(value, list) and len(value) in {2, 3}:
            pair = [abs(item) for item in value[:2] if isinstance(item, (int, float))]
            if len(pair) == 2 and not (pair[0] <= 180 and pair[1] <= 90):
                return False
        elif not _plausible(value):
            return False
    return True


class _Redactor(logging.Filter):
    """Takes keys out of what geopy logs: at its lowest level it logs whole URLs."""

    def __init__(self, secrets: frozenset[str]) -> None:
        super().__init__()
        self.secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for secret in self.secrets:
            for shape in {secret, quote(secret), quote_plus(secret)}:
                text = text.replace(shape, "***")
        record.msg, record.args = text, ()
        return True


def keep_out_of_the_log(values: Iterable[str]) -> None:
    """Take keys out of whatever geopy logs from now on."""
    secrets = frozenset(value for value in values if value)
    logger = logging.getLogger("geopy")
    if secrets and not any(isinstance(one, _Redactor) and one.secrets == secrets for one in logger.filters):
        logger.addFilter(_Redactor(secrets))
