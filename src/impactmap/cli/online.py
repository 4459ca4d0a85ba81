"""Options of the commands that may ask an online geocoder."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impactmap.cli.options import cache_option

if TYPE_CHECKING:
    from impactmap.places.online.provider import OnlineProvider

__all__ = ["online_and_cache_options", "online_options", "show_questions"]

_OPTIONS = (
    click.option("--provider", metavar="NAME", help="Also ask this online geocoder: nominatim, photon, pelias, ..."),
    click.option("--server", metavar="ADDRESS", help="Of the provider, where it is not the public one."),
    click.option("--user-agent", metavar="TEXT", help="Tells the provider who asks: a name and an e-mail address."),
    click.option("--api-key-env", metavar="NAME", help="Environment variable that holds the provider's key."),
    click.option("--recurring", is_flag=True, help="Ask four times a minute: for runs that come back by themselves."),
    cache_option,
)
_NAMES = ("provider", "server", "user_agent", "api_key_env", "recurring", "cache_folder")


def online_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name an online geocoder to a command, which gets it as `online`."""
    return _with_options(command, keep_cache=False)


def online_and_cache_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same options to a command that gets `cache_folder`, too, for the provider that a project names."""
    return _with_options(command, keep_cache=True)


def show_questions(
    online: OnlineProvider | None, progress: Callable[[int, int, str], None], number: int, of: int
) -> None:
    """Have each question to an online geocoder shown as progress: at one a second they take their time."""
    if online is not None:
        online.on_question = lambda count: progress(
            number, of, f"Finding the places: question {count:,} to {online.service}"
        )


def _with_options(command: Callable[..., Any], *, keep_cache: bool) -> Callable[..., Any]:
    @functools.wraps(command)
    def with_provider(*arguments: Any, **options: Any) -> Any:
        asked = {name: options.pop(name) for name in _NAMES}
        if keep_cache:
            options["cache_folder"] = asked["cache_folder"]
        with _provider(**asked) as online:
            return command(*arguments, online=online, **options)

    for option in reversed(_OPTIONS):
        with_provider = option(with_provider)
    return with_provider


def _provider(
    *,
    provider: str | None,
    server: str | None,
    user_agent: str | None,
    api_key_env: str | None,
    recurring: bool,
    cache_folder: Path,
) -> contextlib.AbstractContextManager[OnlineProvider | None]:
    """Return the online geocoder that the options name, to be closed; None when they name none."""
    if provider is None:
        if server or user_agent or api_key_env or recurring:
            raise click.UsageError("--server, --user-agent, --api-key-env and --recurring need --provider.")
        return contextlib.nullcontext()
    if user_agent is None:
        raise click.UsageError("--provider needs --user-agent: services want to know who asks, and whom to write to.")
    from impactmap.model.sections.files import GeocoderOptions
    from impactmap.places.online.opening import open_provider

    chosen = GeocoderOptions(
        provider=provider, domain=server, user_agent=user_agent, api_key_env=api_key_env, recurring=recurring
    )
    return open_provider(chosen, cache_folder=cache_folder)
