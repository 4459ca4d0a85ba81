"""Programs and addresses that the user names, asked for drafts; what they answer goes through the gate."""

from __future__ import annotations

import json
import shlex
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from impactmap.articles.texts import Article
from impactmap.model.errors import InputError
from impactmap.model.values import web_url

__all__ = ["Suggester", "command_suggester", "http_suggester"]

_MOST_BYTES: Final = 1 << 20
_SECONDS: Final = 120

#: Returns the answer about an article, as `check_suggestions` takes it.
Suggester = Callable[[Article], Any]


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
    words = shlex.split(command)
    if not words:
        raise InputError("expected a program to ask for drafts, found nothing.")

    def ask(article: Article) -> Any:
        try:
            done = subprocess.run(  # noqa: S603 -- the user's own program, without a shell
                words, input=_question(article), capture_output=True, timeout=seconds, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{words[0]}: expected a program that answers within {seconds:g} s ({error}).") from None
        if done.returncode:
            raise InputError(f"{words[0]}: expected drafts, found exit code {done.returncode}. Nothing is taken.")
        return _answer(done.stdout, words[0])

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
        try:
            with send(request, timeout=seconds) as reply:
                data = reply.read(_MOST_BYTES + 1)
        except (urllib.error.URLError, OSError) as error:
            raise InputError(f"{host}: expected drafts, found no answer ({error}). Nothing is taken.") from None
        return _answer(data, host)

    return ask
