"""Open the online geocoder that a map's author names: its address, its key from the environment, its pace."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Unpack
from urllib.parse import urlsplit

from impactmap.model.errors import InputError
from impactmap.model.faults import check_keywords
from impactmap.model.sections.files import GeocoderOptions
from impactmap.places.gazetteer.areas import Areas
from impactmap.places.online.cache import AnswerCache
from impactmap.places.online.client import Timing
from impactmap.places.online.provider import OnlineProvider, service_parameters

__all__ = ["open_provider"]

#: What services call their key, the usual name first.
_KEYS: Final = ("api_key", "apikey", "subscription_key", "username", "auth_token")
_FROM_ENVIRONMENT: Final = "env:"
_RECURRING_SECONDS: Final = 15.0  # four a minute: what a run that comes back every day may ask of a public service
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def open_provider(
    chosen: GeocoderOptions,
    *,
    cache_folder: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    areas: Areas | None = None,
    wall_clock: Callable[[], float] = time.time,
    on_question: Callable[[int], None] | None = None,
    **timing: Unpack[Timing],
) -> OnlineProvider:
    """Open an online geocoder; no request is made yet.

    Parameters
    ----------
    chosen
        ``[geocoder]`` of the project file, or what the command line says.
    cache_folder
        Where answers are kept; none are when left out.
    environment
        Where keys are; the process's own when left out.
    areas
        Regions, to check answers against hints; the shipped ones when left out.
    wall_clock
        Tells how old an answer is.
    on_question
        As in `OnlineProvider`.
    **timing
        See `Timing`.

    Returns
    -------
    OnlineProvider
        Asks at most once a second, four times a minute for a recurring run, or as rarely as the author says.

    Raises
    ------
    InputError
        geopy knows no such service; the address cannot be used; a key is not in the environment; an option is not the
        service's; or the cache cannot be used.

    Examples
    --------
    >>> asked = GeocoderOptions(provider="nominatim", domain="https://geo.example/nominatim", user_agent="desk")
    >>> open_provider(asked).service
    'nominatim'
    """
    check_keywords(timing, Timing, "cache_folder", "environment", "areas", "wall_clock", "on_question")
    environment = os.environ if environment is None else environment
    known = service_parameters(chosen.provider)
    options: dict[str, Any] = {
        name: _from_environment(value, environment, f"geocoder.options.{name}")
        for name, value in chosen.options.items()
    }
    if chosen.domain:
        options |= _address(chosen.domain, chosen.provider, known)
    if chosen.api_key_env:
        name = next((name for name in _KEYS if name in known), None)
        if name is None:
            raise InputError(f"geocoder.api_key_env: {chosen.provider!r} takes no key. Remove the line.")
        options[name] = _secret(chosen.api_key_env, environment, "geocoder.api_key_env")
    secret = chosen.api_key_env or any(_is_secret(value) for value in chosen.options.values())
    host = urlsplit(f"//{options.get('domain', '')}").hostname or ""
    if secret and options.get("scheme") == "http" and host not in _LOOPBACK:
        raise InputError(f"geocoder.domain: the key would travel unencrypted to {host!r}. Use https://.")
    delay = max(chosen.min_delay_seconds, _RECURRING_SECONDS if chosen.recurring else 1.0)
    cache = None if cache_folder is None else AnswerCache(cache_folder, clock=wall_clock)
    return OnlineProvider(
        chosen.provider,
        areas=areas,
        user_agent=chosen.user_agent,
        options=options,
        min_delay_seconds=delay,
        longest_wait_seconds=chosen.longest_wait_seconds,
        cache=cache,
        on_question=on_question,
        **timing,
    )


def _address(text: str, service: str, known: tuple[str, ...]) -> dict[str, str]:
    """Return the options that name a server: ``geo.example``, ``https://geo.example/nominatim``."""
    if "domain" not in known:
        raise InputError(f"geocoder.domain: the address of {service!r} cannot be chosen. Remove the line.")
    parts = urlsplit(text if "://" in text else f"//{text}")
    if parts.username is not None or parts.query or parts.fragment:
        raise InputError(
            "geocoder.domain: expected an address without a user's name, '?' or '#'. Give a key with api_key_env."
        )
    try:
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or parts.scheme not in {"", "http", "https"} or not text.isprintable() or " " in text:
        raise InputError(
            "geocoder.domain: expected a server's address, for example https://geo.example.org/nominatim; "
            f"found {text!r}."
        )
    found = {"domain": parts.netloc + parts.path.rstrip("/")}
    if parts.scheme:
        if "scheme" not in known:
            raise InputError(f"geocoder.domain: {service!r} takes an address without {parts.scheme}://.")
        found["scheme"] = parts.scheme
    return found


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_FROM_ENVIRONMENT)


def _from_environment(value: object, environment: Mapping[str, str], where: str) -> object:
    """Return an option's value; ``env:NAME`` stands for what the environment holds under that name."""
    if not _is_secret(value):
        return value
    return _secret(str(value).removeprefix(_FROM_ENVIRONMENT), environment, where)


def _secret(name: str, environment: Mapping[str, str], where: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise InputError(
            f"{where}: expected the key in the environment variable {name!r}, found none. Set it, or remove the line."
        )
    return value
