"""Programs and addresses that the user names, asked for drafts; what they answer goes through the gate."""

from __future__ import annotations

import http.client
import json
import queue
import shlex
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from impactmap.articles.texts import Article
from impactmap.model.errors import InputError
from impactmap.model.values import web_url

__all__ = ["Suggester", "command_suggester", "http_suggester", "suggester_name"]

_MOST_BYTES: Final = 1 << 20
_SECONDS: Final = 120

_Value = TypeVar("_Value")

#: Returns the answer about an article, as `check_suggestions` takes it.
Suggester = Callable[[Article], Any]


def suggester_name(*, command: str = "", address: str = "") -> str:
    """Return what a suggester is called where readers are told of it: keys and paths in its words stay here.

    Examples
    --------
    >>> suggester_name(command="/home/ana/bin/suggest --key 7f3a"), suggester_name(address="https://example.org/?key=7f3a")
    ('command suggest', 'http example.org')
    """
    return f"command {PurePath(_words(command)[0]).name}" if command else f"http {urlsplit(address).hostname}"


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(f"expected a program with its arguments, found a quote without its end ({error}).") from None
    if not words:
        raise InputError("expected a program to ask for drafts, found nothing.")
    return words


def _within(seconds: float, work: Callable[[], _Value]) -> _Value:
    """Return what some work gives; what comes a byte now and then has no more time than what never comes."""
    given: queue.Queue[tuple[_Value | None, Exception | None]] = queue.Queue(1)

    def run() -> None:
        try:
            given.put((work(), None))
        except Exception as error:  # noqa: BLE001 -- raised again where it is waited for
            given.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        value, error = given.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"nothing whole within {seconds:g} s") from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]


def _output(words: Sequence[str], question: bytes, seconds: float) -> tuple[bytes, int]:
    """Return what a program prints, a byte more than an answer may have at most, and its exit code."""
    with tempfile.TemporaryFile() as asked:
        asked.write(question)
        asked.seek(0)
        program = subprocess.Popen(  # noqa: S603 -- the user's own program, without a shell
            words, stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    assert program.stdout is not None
    printed, output = bytearray(), program.stdout

    def collect() -> int:
        while len(printed) <= _MOST_BYTES and (piece := output.read(1 << 16)):
            printed.extend(piece)
        return 0 if len(printed) > _MOST_BYTES else program.wait()

    try:
        code = _within(seconds, collect)
        return bytes(printed), code
    finally:
        program.kill()
        program.wait()
        output.close()


def _question(article: Article) -> bytes:
    asked = {
        "article_id": article.article_id,
        "language": article.language,
        "published": article.published.isoformat(),
        "text": article.text,
    }
    return json.dumps(asked, ensure_ascii=False).encode("utf-8")


def _answer(data: bytes, name: str) -> Any:
    if len(data) > _MOST_BYTES:
        raise InputError(f"{name}: expected an answer of at most {_MOST_BYTES:,} bytes, found more. Nothing is taken.")
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(f"{name}: expected an answer in JSON, found another. Nothing is taken.") from None


def command_suggester(command: str, *, seconds: float = _SECONDS) -> Suggester:
    """Return a suggester that runs a program: the article as JSON on its standard input, the drafts on its output.

    Parameters
    ----------
    command
        The program with its arguments; no shell reads it.
    seconds
        For which it may run.

    Raises
    ------
    InputError
        When asked: for a program that is not there, fails, takes too long, or answers more than a megabyte.
    """
    words = _words(command)

    def ask(article: Article) -> Any:
        try:
            data, code = _output(words, _question(article), seconds)
        except OSError as error:
            raise InputError(f"{words[0]}: expected a program that answers within {seconds:g} s ({error}).") from None
        if code:
            raise InputError(f"{words[0]}: expected drafts, found exit code {code}. Nothing is taken.")
        return _answer(data, words[0])

    return ask


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: the text goes where the user said, and to nobody else."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def http_suggester(address: str, *, seconds: float = _SECONDS) -> Suggester:
    """Return a suggester that sends the article's text to an address and takes JSON back.

    Parameters
    ----------
    address
        http or https; an answer that leads elsewhere is refused.
    seconds
        For which it may take.

    Raises
    ------
    InputError
        For another address; when asked, for one that does not answer as it should.
    """
    if web_url(address) is None:
        raise InputError(f"expected an address that begins with https:// or http://, found {address!r}.")
    host = urlsplit(address).hostname or address
    send = urllib.request.build_opener(_Unmoved).open

    def ask(article: Article) -> Any:
        request = urllib.request.Request(  # noqa: S310 -- http and https alone
            address, data=_question(article), headers={"Content-Type": "application/json"}, method="POST"
        )

        def received() -> bytes:
            try:
                with send(request, timeout=seconds) as reply:
                    return bytes(reply.read(_MOST_BYTES + 1))
            except urllib.error.HTTPError as error:
                error.close()
                raise

        try:
            data = _within(seconds, received)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise InputError(f"{host}: expected drafts, found no answer ({error}). Nothing is taken.") from None
        return _answer(data, host)

    return ask
