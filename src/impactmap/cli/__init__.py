"""The command line: the only place that reads the clock, prints, and turns errors into messages."""

from __future__ import annotations

import errno
import os
import sys
from typing import NoReturn

import click

import impactmap
from impactmap.cli import caching, converting, desk, drafting, gazetteers, locating, making, reviewing, watching
from impactmap.cli.report import FAULTY, MISUSED, add_messages_option, forget_language, say
from impactmap.model.errors import ImpactMapError, OptionError
from impactmap.model.system.installation import REPAIR, check_installation, other_owner

__all__ = ["app", "main"]


#: What to do first, for who calls the program by its name alone.
_FIRST_STEPS = """\
In the browser:  impactmap desk
Make a project:  impactmap new my-map
Build its map:   impactmap build my-map -o build/my-map
All commands:    impactmap --help"""


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: impactmap new my-map, then: impactmap build my-map -o build/my-map",
)
@click.option("--debug", is_flag=True, help="Show the full trace of an error of the program itself.")
@click.version_option(version=getattr(impactmap, "__version__", "?"), message="%(prog)s %(version)s")
@click.pass_context
def app(context: click.Context, *, debug: bool) -> None:
    """Turn dated, sourced reports of attacks on infrastructure into maps to publish and to question."""
    del debug  # `main` looks for it
    if context.invoked_subcommand is None:
        say(_FIRST_STEPS)


for _command in (
    making.build,
    caching.cache,
    making.check,
    converting.convert,
    converting.diff,
    desk.desk,
    drafting.draft,
    gazetteers.gazetteer,
    locating.geocode,
    making.image,
    making.new,
    reviewing.review,
    making.verify,
    watching.watch,
):
    app.add_command(_command)
add_messages_option(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 the input has faults, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    forget_language()
    words = sys.argv[1:] if arguments is None else arguments
    # Arrow's own allocator keeps what was freed: with the system's, a million rows need a fifth less memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if not os.environ.get("SOURCE_DATE_EPOCH", "0").strip():
        del os.environ["SOURCE_DATE_EPOCH"]  # set but empty is unset; numpy and matplotlib would not start
    try:
        check_installation(impactmap)
        if other := other_owner(impactmap):
            say(f"Warning: {other} is installed beside impactmap, with a module of the same name. {REPAIR}", error=True)
        app(args=words, prog_name="impactmap")
    except OptionError as error:
        say(f"Error: {error}", error=True)
        sys.exit(MISUSED)
    except ImpactMapError as error:
        say(f"Error: {error}", error=True)
        sys.exit(FAULTY)
    except PermissionError as error:
        say(
            f"Error: {error.filename or 'a file'}: cannot be opened ({error.strerror or error}). "
            "If another program has it open, close it there; else change its permissions.",
            error=True,
        )
        sys.exit(FAULTY)
    except OSError as error:
        if not _is_closed_pipe(error):
            _failed(error, words)
        # Whoever read the output has had enough; Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULTY)
    except Exception as error:  # noqa: BLE001 -- a sentence in place of a trace
        _failed(error, words)


def _failed(error: Exception, words: list[str]) -> NoReturn:
    """Tell that the program itself failed."""
    if "--debug" in words:
        raise error
    say(
        f"Error: impactmap itself failed ({type(error).__name__}: {error}). "
        "Put --debug before the command to see the full trace, and report it.",
        error=True,
    )
    sys.exit(FAULTY)


def _is_closed_pipe(error: OSError) -> bool:
    """Say whether nobody reads the output any more; Windows says that an argument is invalid."""
    return isinstance(error, BrokenPipeError) or (
        error.errno == errno.EINVAL and error.filename is None and sys.platform == "win32"
    )
