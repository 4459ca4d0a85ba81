"""What commands print, and how."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

__all__ = ["FAULTY", "MISUSED", "counted", "places_line", "print_json", "progress_shown", "say"]

#: Exit code of a command whose input has faults.
FAULTY = 1
#: Exit code where the command was used wrongly, as click has it.
MISUSED = 2


@contextlib.contextmanager
def progress_shown() -> Iterator[Callable[[int, int, str], None]]:
    """Show what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _number, _of, _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield lambda number, of, text: status.update(f"{number}/{of} {text} ...")


def places_line(counts: dict[str, int]) -> str:
    """Return counts by name as one line."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()) or "none"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say(text: str, *, error: bool = False) -> None:
    """Print a line; characters that could steer the terminal are shown as a replacement."""
    # No-break spaces count as not printable, and numbers and dates hold them.
    shown = "".join(ch if ch.isprintable() or ch in "\n\t\u00a0\u202f" else "\ufffd" for ch in text)
    click.echo(shown, err=error)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
