"""Serving a local page from the command line until somebody is done."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from impactmap.cli.report import print_json, say

if TYPE_CHECKING:
    from impactmap.desk.local_server import LocalServer

__all__ = ["clock_from", "serve_page"]


def serve_page(server: LocalServer, told: dict[str, Any], *, as_json: bool, browser: bool) -> None:
    """Say where the page is, with what else is told as JSON, open it where wanted, and serve it."""
    if as_json:
        print_json({**told, "url": server.url})
    else:
        say(f"Open {server.url}")
        say("Only this computer can. The page's button Done stops the program, and so does Ctrl+C.")
    if browser:
        import webbrowser

        webbrowser.open(server.url)
    try:
        server.serve()
    except KeyboardInterrupt:
        say("")
    finally:
        server.close()


def clock_from(now: dt.datetime) -> Callable[[], dt.datetime]:
    """Return what says the present, from the one that the command was given."""
    started = time.monotonic()
    return lambda: now + dt.timedelta(seconds=time.monotonic() - started)
