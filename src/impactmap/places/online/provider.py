"""Ask an online geocoder, politely, about what the gazetteer does not settle.

Any geopy geocoder can be named. Nothing is asked unless the map's author asks for it, and nothing twice: answers are
kept in a cache that all runs share.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import random
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

import geopy.exc
from geopy.geocoders import get_geocoder_for_service

from impactmap.model.errors import InputError, ProviderPaused, ProviderRefused, ProviderUnavailable
from impactmap.model.faults import check_keywords
from impactmap.places.gazetteer.areas import Areas
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.online.cache import Answer, AnswerCache
from impactmap.places.online.client import Pace, PoliteAdapter, Waiting, in_words, keep_out_of_the_log
from impactmap.places.settle.decision import Candidate, Decision, Query
from impactmap.places.settle.hints import read_hints
from impactmap.places.shapes import distance_km, distance_to_area_km

if TYPE_CHECKING:
    from geopy.location import Location

__all__ = ["OnlineProvider", "service_parameters"]

_SETTLEMENT_KM: Final = 15.0
_DISTRICT_KM: Final = 60.0
_OUTSIDE_KM: Final = 20.0
_UNKNOWN_RADIUS_KM: Final = 5.0  # of an answer that does not say how wide it is
_GIVE_UP_AFTER: Final = 3  # failures in a row
_ORDINARY: Final = frozenset({"domain", "scheme", "timeout"})  # options that are no secret
_OPTION_NAMES: Final = {"api_key": "a key (--api-key-env, api_key_env)", "domain": "its address (--server, domain)"}


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
    options
        For the geocoder: ``domain``, ``scheme``, ``api_key``... All but the first two are kept out of geopy's log.
    cache
        Where answers are kept; none are when left out. Processes that share it keep their requests apart, too.
    on_question
        Called before each question to the service with its number, for somebody who waits.
    **waiting
        See `Waiting`.

    Raises
    ------
    InputError
        geopy knows no such service, the delay is under a second, the user agent is empty, or an option is not the
        service's.

    Notes
    -----
    Nothing that a service says is calibrated here, so its answers are `fuzzy`. An answer outside the region or the
    country given is `ambiguous`; an answer wider than 15 km around its middle is an area, shown as a circle.
    """

    def __init__(
        self,
        service: str,
        *,
        areas: Areas | None = None,
        user_agent: str,
        options: Mapping[str, Any] | None = None,
        cache: AnswerCache | None = None,
        on_question: Callable[[int], None] | None = None,
        **waiting: Unpack[Waiting],
    ) -> None:
        check_keywords(waiting, Waiting, "areas", "user_agent", "options", "cache", "on_question")
        min_delay_seconds = waiting.get("min_delay_seconds", 1.0)
        if not min_delay_seconds >= 1:
            raise InputError(
                f"min_delay_seconds must be at least 1, found {min_delay_seconds!r}: services allow one a second."
            )
        if not user_agent.strip() or not (user_agent.isascii() and user_agent.isprintable()):
            raise InputError(
                f"user_agent: expected a text in ASCII that tells the service who asks, for example 'desk@example.org "
                f"map'; found {user_agent!r}."
            )
        options = dict(options or {})
        if unknown := sorted(set(options) - set(service_parameters(service))):
            raise InputError(
                f"The geocoder {service!r} does not take these options: {', '.join(unknown)}. It takes "
                f"{', '.join(service_parameters(service))}."
            )
        self.service = service.lower()
        self._areas = Areas() if areas is None else areas
        self._cache = cache
        self._failures = 0
        self._asked = 0
        self.on_question = on_question
        self._stopped: ProviderUnavailable | None = None
        keep_out_of_the_log(str(value) for name, value in options.items() if name not in _ORDINARY)

        def adapter(*, proxies: Any, ssl_context: Any) -> PoliteAdapter:
            return PoliteAdapter(
                proxies=proxies,
                ssl_context=ssl_context,
                pace=pace,
                retries=waiting.get("retries", 2),
                longest_wait_seconds=waiting.get("longest_wait_seconds", 60.0),
                jitter=waiting.get("jitter", random.random),
            )

        pace = Pace(
            min_delay_seconds, clock=waiting.get("clock", time.monotonic), sleep=waiting.get("sleep", time.sleep)
        )
        try:
            geocoder_class = get_geocoder_for_service(service)
            self._geocoder = geocoder_class(
                adapter_factory=adapter, user_agent=user_agent, timeout=waiting.get("timeout_seconds", 10.0), **options
            )
        except (TypeError, ValueError, geopy.exc.GeopyError) as error:
            if lacking := re.findall(r"'(\w+)'", str(error)) if "required" in str(error) else []:
                needed = ", ".join(_OPTION_NAMES.get(one, one) for one in lacking)
                raise InputError(f"The geocoder {service!r} lacks an option that it needs: {needed}.") from None
            raise InputError(f"The geocoder {service!r} lacks an option that it needs: {error}") from None
        # Which server of the service was asked; the host alone, since an address may hold a key.
        domain = str(getattr(self._geocoder, "domain", "") or "")
        self._server = domain.rpartition("@")[2].partition("/")[0].partition("?")[0]
        if cache is not None:
            pace.share(cache.pace(self.service, self._server))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            self._cache.close()

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
        if answer is None:
            return offline
        if offline.coarse:
            return self._refined(answer, offline)
        return self._decision(answer, self._hinted(query, offline))

    def _hinted(self, query: Query, offline: Decision) -> Decision:
        """Return the offline decision with the region and country that were given; candidates may lie elsewhere."""
        hints = read_hints(query, parse_toponym(query.place), self._areas)
        if not hints.regions:
            return offline if hints.country is None else dataclasses.replace(offline, country=hints.country)
        code = hints.regions[0] if len(hints.regions) == 1 else None
        name = self._areas.region_name(code, "en")
        return dataclasses.replace(offline, region_code=code, region=name, country=hints.country)

    def _refined(self, answer: Answer, offline: Decision) -> Decision:
        """Return where a settlement is of which the gazetteer knows only the area, if the answer lies in that."""
        found = self._decision(answer, offline)
        away = distance_km(*(offline.circle or (math.nan, math.nan)), answer.latitude, answer.longitude)
        if found.precision == "settlement" and away <= offline.radius_km:
            return found
        name = _first_part(answer.address)
        theirs = Candidate(
            self.service, name, None, None, "", (round(answer.latitude, 2), round(answer.longitude, 2)), 0, 0.3
        )
        where = f"{away:.0f} km from its middle" if away > offline.radius_km else "only an area"
        reason = f"{offline.reason} {self.service} gives {name}, {where}: not used."
        return dataclasses.replace(offline, reason=reason, alternatives=(theirs, *offline.alternatives))

    def _answer(self, text: str) -> Answer | None:
        """Return what the cache holds, else what the service says: one process at a time, so that none asks twice."""
        if self._cache is None:
            return self._ask(text)
        question = (self.service, self._server, text)
        known, answer = self._cache.get(*question)
        if known:
            return answer
        if self._stopped is not None:
            raise self._stopped
        with self._cache.turn():
            known, answer = self._cache.get(*question)
            if known:
                return answer
            pace = self._cache.pace(self.service, self._server)
            if (left := pace.seconds_of_pause()) > 0:
                raise ProviderPaused(
                    f"{self._server or self.service} asked an earlier run to wait; {in_words(left)} of it are left. "
                    "Try again later; what is done is kept.",
                    seconds=left,
                )
            try:
                answer = self._ask(text)
            except ProviderPaused as error:
                pace.note_pause(error.seconds)
                raise
            self._cache.put(*question, answer)
        return answer

    def _ask(self, text: str) -> Answer | None:
        """Return what the service says; after three failures in a row, or told to pause, nothing more is asked."""
        if self._stopped is not None:
            raise self._stopped
        self._asked += 1
        if self.on_question is not None:
            self.on_question(self._asked)
        try:
            location = self._geocoder.geocode(text)
            answer = None if location is None else _read_location(location, self.service)
        except ProviderRefused:
            raise
        except ProviderUnavailable as error:
            failure = error
        except (geopy.exc.GeopyError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
                ValueError):  # fmt: skip
            failure = ProviderUnavailable(f"{self.service} gave an answer that could not be read.")
        else:
            self._failures = 0
            return answer
        self._failures += 1
        if isinstance(failure, ProviderPaused):
            self._stopped = failure
        elif self._failures >= _GIVE_UP_AFTER:
            self._stopped = ProviderUnavailable(f"Not asked: {_GIVE_UP_AFTER} questions in a row failed. {failure}")
        raise failure

    def _decision(self, answer: Answer, offline: Decision) -> Decision:
        address, latitude, longitude, radius = dataclasses.astuple(answer)
        known: dict[str, Any] = {
            "region": offline.region,
            "region_code": offline.region_code,
            "country": offline.country,
            "alternatives": offline.alternatives,
        }
        if outside := self._outside(offline, latitude, longitude):
            # Kept among the candidates: an editor may know better than the hint.
            theirs = Candidate(
                self.service,
                _first_part(address),
                None,
                None,
                "",
                (round(latitude, 2), round(longitude, 2)),
                0,
                0.3,
                provider=self.service,
            )
            return Decision(
                "ambiguous",
                f"{self.service} gives a place outside the {outside} given: {address[:120]}.",
                score=0.3,
                **{**known, "alternatives": (theirs, *offline.alternatives)},
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
            "name": _first_part(address),
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

    def _outside(self, offline: Decision, latitude: float, longitude: float) -> str | None:
        """Return which hint an answer contradicts, ``region`` or ``country``; None when it contradicts none."""
        code, country = offline.region_code, offline.country
        if code:
            away = distance_to_area_km(self._areas.polygon(code), latitude, longitude)
            return "region" if away > _OUTSIDE_KM else None
        own = [code for code, region in self._areas.regions.items() if region.country == country]
        near = (distance_to_area_km(self._areas.polygon(one), latitude, longitude) <= _OUTSIDE_KM for one in own)
        return "country" if own and not any(near) else None

    def _unavailable(self, offline: Decision, reason: str) -> Decision:
        text = reason if reason.endswith((".", "?")) else f"{reason}."
        if offline.coarse:  # located all the same, and asked about again by the next run
            return dataclasses.replace(offline, reason=f"{offline.reason} Not known more closely: {text}")
        return Decision(
            "unavailable",
            text,
            region=offline.region,
            region_code=offline.region_code,
            country=offline.country,
            alternatives=offline.alternatives,
        )


def service_parameters(service: str) -> tuple[str, ...]:
    """Return the options that a geopy geocoder takes, apart from those that impactmap sets itself.

    Parameters
    ----------
    service
        The geocoder's name.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        geopy knows no such service.

    Examples
    --------
    >>> service_parameters("photon")
    ('scheme', 'domain')
    """
    try:
        geocoder_class = get_geocoder_for_service(service)
    except geopy.exc.GeocoderNotFound:
        raise InputError(f"geopy knows no geocoder {service!r}. Try 'nominatim', 'photon' or 'pelias'.") from None
    ours = {"self", "timeout", "proxies", "user_agent", "ssl_context", "adapter_factory"}
    return tuple(name for name in inspect.signature(geocoder_class.__init__).parameters if name not in ours)


def _first_part(address: str) -> str:
    return address.split(",", maxsplit=1)[0].strip()


def _read_location(location: Location, service: str) -> Answer:
    latitude, longitude = float(location.latitude), float(location.longitude)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        raise ProviderUnavailable(f"{service} gave coordinates that cannot be, {latitude:g}, {longitude:g}.")
    return Answer(str(location.address), latitude, longitude, _radius_km(location.raw, latitude, longitude))


def _radius_km(raw: object, latitude: float, longitude: float) -> float:
    """Return how far the answer's bounding box reaches from its position, 5 km where it has none.

    Nominatim's ``boundingbox`` is south, north, west, east; the ``bbox`` of a GeoJSON feature, as Pelias has it, is
    west, south, east, north; Photon's ``extent`` is west, north, east, south.
    """
    box: list[float] = []
    if isinstance(raw, dict):
        properties = raw.get("properties")
        for found, order in (
            (raw.get("boundingbox"), (2, 0, 3, 1)),
            (raw.get("bbox"), (0, 1, 2, 3)),
            (properties.get("extent") if isinstance(properties, dict) else None, (0, 3, 2, 1)),
        ):
            try:
                values = [float(value) for value in found or ()]
            except (TypeError, ValueError):
                continue
            if len(values) == 4 and all(map(math.isfinite, values)):
                box = [values[position] for position in order]
                break
    if not box:
        return _UNKNOWN_RADIUS_KM
    west, south, east, north = box
    if not (abs(south) <= 90 and abs(north) <= 90 and abs(west) <= 180 and abs(east) <= 180):
        return _UNKNOWN_RADIUS_KM
    return max(1.0, *(distance_km(latitude, longitude, *corner) for corner in ((south, west), (north, east))))
