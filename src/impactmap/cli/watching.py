"""The command that builds a map again when its source changes."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import click

from impactmap.cli.options import (
    allow_url_option,
    any_source_argument,
    border_option,
    cache_option,
    date_format_option,
    language_option,
    limits_option,
    output_option,
    reading_options,
    title_option,
)
from impactmap.cli.report import FAULTY, say

__all__ = ["watch"]

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def _seconds(_context: click.Context, _option: click.Parameter, value: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", value.strip())
    if found is None:
        raise click.BadParameter(f"expected a time such as 90, 5m or 1h, found {value!r}.")
    return float(found[1]) * _UNITS[found[2]]


@click.command(epilog="Example: impactmap watch my-map -o published --every 10m")
@any_source_argument
@output_option("FOLDER")
@click.option(
    "--every", default="5m", callback=_seconds, metavar="TIME", show_default=True,
    help="From one look to the next: 90, 5m, 1h. An address is looked at once a minute at most.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="Look once, for cron or a forge: exit code 1 where nothing could be used.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST", help="Host that a table may have moved to. Repeat."
)
@allow_url_option
@border_option
@title_option
@language_option
@date_format_option
@limits_option
@reading_options()
@cache_option
def watch(
    source: str | Path,
    output: Path,
    *,
    every: float,
    once: bool,
    hosts: tuple[str, ...],
    cache_folder: Path,
    **chosen: Any,
) -> None:
    """Build the map again whenever its file or address changes; what is published stays while that cannot be used.

    PROJECT_OR_ADDRESS is a project file, a folder that holds project.toml, a table, or an https address of one. What
    changed is told on the screen and, as a correction note, in the folder.
    """
    from impactmap.workspace.live.watching import Watcher, present_time
    from impactmap.workspace.live.watching import watch as looks

    watcher = Watcher(source, output, state=cache_folder / "watch", hosts=hosts, cache_folder=cache_folder, **chosen)
    last = ""
    try:
        for look in looks(watcher, every=every, rounds=1 if once else None, sleep=time.sleep):
            line = look.sentence()
            if look.kind != "same" and line != last:
                say(f"{present_time()} {line}", error=look.kind != "built")
                for note in look.report.notes if look.report and not last else ():
                    say(f"Note: {note}", error=True)
            last = line if look.kind != "same" else last
            if once:
                if look.kind == "same":
                    say(line)
                sys.exit(0 if look.kind in {"built", "same"} else FAULTY)
    except KeyboardInterrupt:
        say("Stopped. The folder holds the last good map.")
