"""The command line: the only place that reads the clock, prints, and turns errors into messages."""

from __future__ import annotations

import os
import sys

import click

from impactmap.cli import caching, converting, gazetteers, locating, making, reviewing
from impactmap.cli.report import FAULTY, say
from impactmap.model.errors import ImpactMapError

__all__ = ["app", "main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: impactmap new my-map, then: impactmap build my-map -o my-map/published",
)
@click.option("--debug", is_flag=True, help="Show the full trace of an error of the program itself.")
@click.version_option(package_name="impactmap", message="%(prog)s %(version)s")
def app(*, debug: bool) -> None:
    """Turn dated, sourced reports of attacks on infrastructure into maps to publish and to question."""
    del debug  # `main` looks for it


for _command in (
    making.build,
    caching.cache,
    making.check,
    converting.convert,
    converting.diff,
    gazetteers.gazetteer,
    locating.geocode,
    making.image,
    making.new,
    reviewing.review,
    making.verify,
):
    app.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 the input has faults, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    # Arrow's own allocator keeps what was freed: with the system's, a million rows need a fifth less memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if not os.environ.get("SOURCE_DATE_EPOCH", "0").strip():
        del os.environ["SOURCE_DATE_EPOCH"]  # set but empty is unset; numpy and matplotlib would not start
    try:
        app(args=words, prog_name="impactmap")
    except ImpactMapError as error:
        say(f"Error: {error}", error=True)
        sys.exit(FAULTY)
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULTY)
    except Exception as error:
        if "--debug" in words:
            raise
        say(
            f"Error: impactmap itself failed ({type(error).__name__}: {error}). "
            "Put --debug before the command to see the full trace, and report it.",
            error=True,
        )
        sys.exit(FAULTY)
