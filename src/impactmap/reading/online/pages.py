"""A table that an interface gives page by page, as JSON: all its rows in one file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from impactmap.model.errors import TableError
from impactmap.reading.formats.remote import MAX_BYTES, receive

if TYPE_CHECKING:
    from impactmap.model.sections.pages import PagesOptions
    from impactmap.reading.online.client import HttpClient

__all__ = ["fetch_pages"]

#: Seconds between two pages: nobody's service is hurried.
PAUSE: Final = 1.0


def fetch_pages(
    url: str,
    file: Path,
    options: PagesOptions,
    *,
    client: HttpClient | None = None,
    environment: Mapping[str, str] | None = None,
    sleep: Callable[[float], None],
    max_bytes: int = MAX_BYTES,
) -> Path:
    """Fetch every page of an interface into one file.

    Parameters
    ----------
    url
        Of the first page, without what counts the pages and without a key.
    file
        To write: a JSON list of rows.
    options
        What the project says of the interface.
    client, max_bytes
        As for `fetch_table`; the limit is of all pages together.
    environment
        Where the key is; the process's own when not given.
    sleep
        Waits between two pages.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        When the key is not set, a page is no such JSON, or there are more pages than the project allows. No message
        holds the key.

    Notes
    -----
    A page with fewer rows than the size asked for, or with none, is the last. A key travels to the host of the address
    alone: redirects to another are refused.
    """
    key = _key(options, os.environ if environment is None else environment)
    headers = {options.key_header: f"{options.key_prefix}{key}"} if key and options.key_header else {}
    rows: list[dict[str, Any]] = []
    size = 0
    for number in range(1, options.most_pages + 1):
        if number > 1:
            sleep(PAUSE)
        asked = {**options.parameters, options.page: str(options.first + number - 1)}
        secret = {options.key_parameter: key} if key and options.key_parameter else {}
        try:
            answer = receive(
                _with(url, {**asked, **secret}), client=client, headers=headers, max_bytes=max_bytes - size,
                may_lead_to=lambda _host: False,
            )  # fmt: skip
        except TableError as error:
            raise TableError(_without(key, str(error))) from None
        page = _rows(answer.data if answer else b"", options.rows, url, number)
        size += len(answer.data) if answer else 0
        rows += page
        if not page or (options.size and len(page) < options.size):
            break
    else:
        raise TableError(
            f"{url}: expected at most {options.most_pages} pages, found more. Ask for less, or raise most_pages under "
            "[data.pages]."
        )
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8", newline="\n")
    return file


def _key(options: PagesOptions, environment: Mapping[str, str]) -> str:
    if not options.key_env:
        return ""
    key = environment.get(options.key_env, "").strip()
    if not key:
        raise TableError(
            f"expected a key in the environment variable {options.key_env}, which [data.pages] names; found none. "
            "Set it; never write it into the project file."
        )
    if not key.isascii() or not key.isprintable():
        raise TableError(
            f"expected a key of Latin letters, digits and signs in the environment variable {options.key_env}, found "
            "others, such as a line break. Set it anew."
        )
    return key


def _without(key: str, text: str) -> str:
    """Return a message without a key, however an address spells it."""
    for spelled in {key, quote_plus(key), quote(key), quote(key, safe="")} - {""}:
        text = text.replace(spelled, "...")
    return text


def _with(url: str, parameters: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = urlencode({**dict(parse_qsl(parts.query)), **parameters})
    return urlunsplit(parts._replace(query=query))


def _rows(data: bytes, name: str, url: str, number: int) -> list[dict[str, Any]]:
    try:
        told = json.loads(data)
        for part in filter(None, name.split(".")):
            told = told[part]
    except (ValueError, LookupError, TypeError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise TableError(
            f"{url}, page {number}: expected JSON with a list of rows under {name!r}, found something else. "
            'Say under [data.pages] where the rows are: rows = "data".'
        )
    return told
