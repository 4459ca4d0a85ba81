"""What commands print, and how."""

from __future__ import annotations

import contextlib
import contextvars
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

__all__ = [
    "FAULTY",
    "MISUSED",
    "add_messages_option",
    "asked_language",
    "counted",
    "forget_language",
    "messages_language",
    "places_line",
    "print_json",
    "progress_shown",
    "say",
]

#: Exit code of a command whose input has faults.
FAULTY = 1
#: Exit code where the command was used wrongly, as click has it.
MISUSED = 2
#: The language of what is said; None for the computer's.
_LANGUAGE: contextvars.ContextVar[str | None] = contextvars.ContextVar("language of messages", default=None)


def add_messages_option(command: click.Command) -> None:
    """Let a command, and all of a group's, be told in which language it says what it found."""
    option = click.Option(
        ["--messages"], metavar="LANG", expose_value=False, is_eager=True, callback=_choose_language,
        help="Language of notes, faults and errors: en, ru or uk.  [default: the computer's, else en]",
    )  # fmt: skip
    command.params.append(option)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            add_messages_option(each)


def _choose_language(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is None:
        if context.parent is None:
            _LANGUAGE.set(None)
        return
    from impactmap.model.messages import message_languages

    if value not in message_languages():
        raise click.BadParameter(f"expected {', '.join(message_languages())}, found {value!r}.")
    _LANGUAGE.set(value)


def forget_language() -> None:
    """Speak the computer's language again: what one command was asked for is not the next one's."""
    _LANGUAGE.set(None)


def messages_language(otherwise: str = "en") -> str:
    """Return the language in which is said what was found: that asked for, else the computer's, else another."""
    from impactmap.model.messages import system_language

    system = system_language()
    return _LANGUAGE.get() or (system if system != "en" else otherwise)


def asked_language() -> str | None:
    """Return the language of messages that was asked for by ``--messages``."""
    return _LANGUAGE.get()


@contextlib.contextmanager
def progress_shown() -> Iterator[Callable[[int, int, str], None]]:
    """Show what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _number, _of, _text: None
        return
    line = _StatusLine()
    try:
        yield lambda number, of, text: line.show(f"{number}/{of} {text} ...")
    finally:
        line.show("")


class _StatusLine:
    """The last line of the terminal, written over in place, with nothing that a console of Windows does not know."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, text: str) -> None:
        """Show a text in place of the one before, cut to one line; nothing leaves the line empty."""
        text = _printable(text)[: max(shutil.get_terminal_size().columns - 1, 1)].replace("\n", " ")
        if text != self._shown:
            click.echo(f"\r{text.ljust(len(self._shown))}" + ("" if text else "\r"), nl=False, err=True)
            self._shown = text


def places_line(counts: dict[str, int]) -> str:
    """Return counts by name as one line."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()) or "none"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say(text: str, *, error: bool = False) -> None:
    """Print a line in the language of messages; characters that could steer the terminal are shown as a replacement."""
    if (language := messages_language()) != "en":
        from impactmap.model.messages import word_message

        text = word_message(text, language)
    click.echo(_printable(text), err=error)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:  # a pipe in a code page: what it lacks is written as JSON does, to be read again
        text = json.dumps(value, indent=2, allow_nan=False)
    click.echo(text)


def _printable(text: str) -> str:
    # No-break spaces count as not printable, and numbers and dates hold them.
    return "".join(ch if ch.isprintable() or ch in "\n\t\u00a0\u202f" else "\ufffd" for ch in text)
