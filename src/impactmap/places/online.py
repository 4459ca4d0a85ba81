"""Ask an online geocoder, politely, about what the gazetteer does not settle.

Any geopy geocoder can be named. All of its requests go through one adapter, which waits between requests, honours
Retry-After, gives up after a few tries, refuses redirects to another host and answers that are not what was asked for.
"""

from __future__ import annotations

import dataclasses
import json
import math
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import geopy.exc
from geopy.adapters import BaseSyncAdapter, get_retry_after
from geopy.geocoders import get_geocoder_for_service

from impactmap.errors import InputError, ProviderRefused, ProviderUnavailable
from impactmap.places.areas import Areas
from impactmap.places.cache import Answer, AnswerCache
from impactmap.places.decision import Decision, Query
from impactmap.places.shapes import distance_km, distance_to_area_km

if TYPE_CHECKING:
    from http.client import HTTPMessage

    from geopy.location import Location

__all__ = ["OnlineProvider", "PoliteAdapter"]

_LARGEST_ANSWER: Final = 5_000_000  # bytes
_REFUSED: Final = frozenset({401, 402, 403, 407})
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_SETTLEMENT_KM: Final = 15.0
_DISTRICT_KM: Final = 60.0
_OUTSIDE_KM: Final = 20.0
_LIMITS: Final = {"lat": 90.0, "latitude": 90.0, "lon": 180.0, "lng": 180.0, "longitude": 180.0}
_GIVE_UP_AFTER: Final = 3  # failures in a row


class _SameHost(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:  # fmt: skip
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (new.scheme, new.netloc) != (old.scheme, old.netloc):
            raise ProviderUnavailable(
                f"{old.hostname} redirects to another host, {new.hostname!r}. Give the provider's own address."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class PoliteAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """A geopy adapter that waits its turn.

    Parameters
    ----------
    min_delay_seconds
        Between the starts of two requests, retries counted.
    retries
        After the first try, when the service is busy or does not answer in time.
    longest_wait_seconds
        The longest Retry-After that is waited for; a longer one is reported at once.
    clock, sleep, jitter
        ``time.monotonic``, ``time.sleep`` and ``random.random`` unless given.

    Raises
    ------
    ProviderRefused
        401, 402, 403 or 407: asking again would be wrong.
    ProviderUnavailable
        Anything else that is not an answer.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any,
        min_delay_seconds: float = 1.0,
        retries: int = 2,
        longest_wait_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        handlers = [_SameHost(), urllib.request.HTTPSHandler(context=ssl_context)]
        if proxies is not None:
            handlers.append(urllib.request.ProxyHandler(dict(proxies)))
        self._open = urllib.request.build_opener(*handlers).open
        self._min_delay, self._retries, self._longest_wait = min_delay_seconds, retries, longest_wait_seconds
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._last: float | None = None

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return the answer, parsed."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise ProviderUnavailable(
                f"{urlsplit(url).hostname} did not answer in JSON. Is its address right?"
            ) from error

        if not _plausible(answer):
            raise ProviderUnavailable(f"{urlsplit(url).hostname} sent coordinates that cannot be.")
        return answer

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the answer."""
        host = urlsplit(url).hostname
        for attempt in range(self._retries + 1):
            self._wait_turn()
            wait: float | None = None
            try:
                with self._open(urllib.request.Request(url, headers=dict(headers)), timeout=timeout) as answer:  # noqa: S310 -- geopy makes the URL
                    body = answer.read(_LARGEST_ANSWER + 1)
                    charset = answer.headers.get_content_charset() or "utf-8"
                if len(body) > _LARGEST_ANSWER:
                    raise ProviderUnavailable(f"{host} sent more than {_LARGEST_ANSWER:,} bytes.")
                return str(body, charset, "replace")
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in _REFUSED:
                        raise ProviderRefused(
                            f"{host} refused the request (status {error.code}). Check the key and its terms of use."
                        ) from None
                    wait = (
                        get_retry_after({name.lower(): value for name, value in error.headers.items()})
                        if error.code in {429, 503}
                        else None
                    )
                    problem = f"{host} answered with status {error.code}"
                    final = error.code not in _AGAIN
            except (urllib.error.URLError, TimeoutError, OSError) as error:
                if isinstance(error, ProviderUnavailable):
                    raise
                problem, final = f"{host} could not be reached ({type(error).__name__})", False
            if wait is not None and wait > self._longest_wait:
                raise ProviderUnavailable(
                    f"{problem} and asks to wait {wait:.0f} seconds. Try again later; what is done is kept."
                )
            if final or attempt == self._retries:
                raise ProviderUnavailable(f"{problem}. Try again later; what is done is kept.")
            self._sleep(max(wait or 0.0, 2.0**attempt) * (1.0 + 0.25 * self._jitter()))
        raise AssertionError("unreachable")  # pragma: no cover

    def _wait_turn(self) -> None:
        if self._last is not None and (left := self._last + self._min_delay - self._clock()) > 0:
            self._sleep(left)
        self._last = self._clock()


class OnlineProvider:
    """An online geocoder for what the gazetteer does not settle.

    Parameters
    ----------
    service
        A geopy geocoder's name: ``nominatim``, ``photon``, ``pelias``...
    areas
        Regions, to check answers against hints; the shipped ones when left out.
    user_agent
        Names the map's author to the service.
    min_delay_seconds
        At least 1.
    options
        For the geocoder: ``domain``, ``scheme``, ``api_key``...
    cache
        Where answers are kept; none are when left out.
    retries, longest_wait_seconds, timeout_seconds, clock, sleep, jitter
        See `PoliteAdapter`.

    Raises
    ------
    InputError
        geopy knows no such service, the delay is under a second, or an option is not the service's.

    Notes
    -----
    Nothing that a service says is calibrated here, so its answers are `fuzzy`. An answer outside the region given is
    `ambiguous`; an answer wider than 15 km around its middle is an area, shown as a circle.
    """

    def __init__(
        self,
        service: str,
        *,
        areas: Areas | None = None,
        user_agent: str,
        options: Mapping[str, Any] | None = None,
        min_delay_seconds: float = 1.0,
        retries: int = 2,
        longest_wait_seconds: float = 60.0,
        timeout_seconds: float = 10.0,
        cache: AnswerCache | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        if min_delay_seconds < 1:
            raise InputError(
                f"min_delay_seconds must be at least 1, found {min_delay_seconds!r}: services allow one a second."
            )
        try:
            geocoder_class = get_geocoder_for_service(service)
        except geopy.exc.GeocoderNotFound as error:
            raise InputError(f"geopy knows no geocoder {service!r}. Try 'nominatim', 'photon' or 'pelias'.") from error

        def adapter(*, proxies: Any, ssl_context: Any) -> PoliteAdapter:
            return PoliteAdapter(
                proxies=proxies, ssl_context=ssl_context, min_delay_seconds=min_delay_seconds, retries=retries,
                longest_wait_seconds=longest_wait_seconds, clock=clock, sleep=sleep, jitter=jitter,
            )  # fmt: skip

        try:
            self._geocoder = geocoder_class(
                adapter_factory=adapter, user_agent=user_agent, timeout=timeout_seconds, **(options or {})
            )
        except TypeError as error:
            raise InputError(
                f"The geocoder {service!r} does not take these options: {', '.join(sorted(options or {}))} ({error})."
            ) from error
        self.service = service.lower()
        self._areas = Areas() if areas is None else areas
        self._cache = cache
        # Which server of the service was asked; the host alone, since an address may hold a key.
        domain = str(getattr(self._geocoder, "domain", "") or "")
        self._server = domain.rpartition("@")[2].partition("/")[0].partition("?")[0]
        self._failures = 0
        self._stopped: str | None = None

    def settle(self, query: Query, offline: Decision) -> Decision:
        """Return the provider's decision, or the offline one where the provider knows nothing.

        Raises
        ------
        ProviderRefused
            The service said no; nothing more is asked.
        """
        text = ", ".join(part for part in (query.place, query.region, query.country) if part)
        try:
            answer = self._answer(text)
        except ProviderUnavailable as error:
            return self._unavailable(offline, str(error))
        return offline if answer is None else self._decision(answer, offline)

    def _answer(self, text: str) -> Answer | None:
        """Return what the cache holds, else what the service says: one process at a time, so that none asks twice."""
        if self._cache is None:
            return self._ask(text)
        question = (self.service, self._server, text)
        known, answer = self._cache.get(*question)
        if known:
            return answer
        if self._stopped is not None:
            raise ProviderUnavailable(self._stopped)
        with self._cache.turn():
            known, answer = self._cache.get(*question)
            if not known:
                answer = self._ask(text)
                self._cache.put(*question, answer)
        return answer

    def _ask(self, text: str) -> Answer | None:
        if self._stopped is not None:
            raise ProviderUnavailable(self._stopped)
        try:
            location = self._geocoder.geocode(text)
            if location is not None:
                answer = _read_location(location)
        except ProviderRefused:
            raise
        except (ProviderUnavailable, geopy.exc.GeopyError, ValueError, KeyError, TypeError, IndexError) as error:
            reason = (
                str(error)
                if isinstance(error, ProviderUnavailable)
                else f"{self.service} gave an answer that could not be read"
            )
            self._failures += 1
            if self._failures >= _GIVE_UP_AFTER or "asks to wait" in reason:
                self._stopped = reason
            raise ProviderUnavailable(reason) from None
        self._failures = 0
        if location is None:
            return None
        if (
            not (abs(answer.latitude) <= 90 and abs(answer.longitude) <= 180)
            or answer.latitude == answer.longitude == 0
        ):
            raise ProviderUnavailable(
                f"{self.service} gave coordinates that cannot be, {answer.latitude:g}, {answer.longitude:g}"
            )
        return answer

    def _decision(self, answer: Answer, offline: Decision) -> Decision:
        address, latitude, longitude, radius = dataclasses.astuple(answer)
        known: dict[str, Any] = {
            "region": offline.region,
            "region_code": offline.region_code,
            "country": offline.country,
            "alternatives": offline.alternatives,
        }
        if (
            offline.region_code
            and distance_to_area_km(self._areas.polygon(offline.region_code), latitude, longitude) > _OUTSIDE_KM
        ):
            return Decision(
                "ambiguous",
                f"{self.service} gives a place outside the region given: {address[:120]}.",
                score=0.3,
                **known,
            )
        if radius > _DISTRICT_KM:
            return Decision(
                "ambiguous",
                f"{self.service} gives an area {2 * radius:.0f} km wide: {address[:120]}.",
                score=0.3,
                **known,
            )
        common: dict[str, Any] = {
            "radius_km": round(radius, 1),
            "score": 0.5,
            "name": address.split(",", maxsplit=1)[0].strip(),
            "provider": self.service,
            **known,
        }
        if radius > _SETTLEMENT_KM:
            return Decision(
                "area",
                f"Found by {self.service} as an area: {address[:120]}.",
                precision="district",
                circle=(latitude, longitude),
                **common,
            )
        reason = f"Found by {self.service}, not by the gazetteer: {address[:120]}."
        return Decision("fuzzy", reason, precision="settlement", latitude=latitude, longitude=longitude, **common)

    def _unavailable(self, offline: Decision, reason: str) -> Decision:
        text = reason if reason.endswith(".") else f"{reason}."
        return Decision(
            "unavailable",
            text,
            region=offline.region,
            region_code=offline.region_code,
            country=offline.country,
            alternatives=offline.alternatives,
        )


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
            except ValueError:
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


def _read_location(location: Location) -> Answer:
    latitude, longitude = float(location.latitude), float(location.longitude)
    return Answer(str(location.address), latitude, longitude, _radius_km(location.raw, latitude, longitude))


def _radius_km(raw: object, latitude: float, longitude: float) -> float:
    """Return the half diagonal of the answer's bounding box (Nominatim's order), 5 km where it has none."""
    box = raw.get("boundingbox") if isinstance(raw, dict) else None
    try:
        south, north, west, east = (float(value) for value in box or ())
    except (TypeError, ValueError):
        return 5.0
    radius = max(distance_km(latitude, longitude, south, west), distance_km(latitude, longitude, north, east))
    return max(1.0, radius) if math.isfinite(radius) else 5.0
