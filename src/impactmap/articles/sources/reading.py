"""Files of any of the forms that articles come in, as articles: dated, in a language that can be read."""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from impactmap.articles.lexicon import LANGUAGES, guess_language
from impactmap.articles.sources.feeds import read_feed
from impactmap.articles.sources.html_page import read_html
from impactmap.articles.sources.items import Item, dated_head
from impactmap.articles.sources.telegram import is_telegram, read_telegram
from impactmap.articles.texts import Article, make_article
from impactmap.model.errors import InputError
from impactmap.model.values import web_url
from impactmap.reading.formats.delimited import detect_encoding

__all__ = ["UndatedArticle", "UnknownLanguage", "read_articles"]

_TEXTS: Final = frozenset((".txt", ".md", ".text", ""))
_PAGES: Final = frozenset((".html", ".htm", ".xhtml"))
_FEEDS: Final = frozenset((".xml", ".rss", ".atom"))
_READ: Final = _TEXTS | _PAGES | _FEEDS | {".json"}
_MOST_BYTES: Final = 200 << 20  # of a file; an export of a busy channel has some tens of megabytes
_MOST_CHARACTERS: Final = 2_000_000  # of a text
_HEAD: Final = 4096  # bytes that tell a text from what is none
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHORT: Final = 80  # characters of a text beside others, which may tell no language by itself
_FEW: Final = 5


class UndatedArticle(InputError):  # noqa: N818 -- what is wrong is said by its name
    """A text of which nothing says when it was published."""


class UnknownLanguage(InputError):  # noqa: N818
    """A text in a language that is not read."""


def read_articles(
    paths: Iterable[str | Path],
    *,
    published: dt.date | None = None,
    outlet: str = "",
    url: str = "",
    language: str = "",
) -> list[Article]:
    """Read articles from files and folders.

    Parameters
    ----------
    paths
        Texts, HTML pages, RSS or Atom, Telegram's ``result.json``, or folders of them.
    published, outlet, url, language
        Of all of them; go before what the files say. An address can be that of one article only.

    Returns
    -------
    list of Article
        In order, each identifier once.

    Raises
    ------
    InputError
        For a file that cannot be read, a text in another language, and texts without a day: the first five are named.
    """
    items = [item for path in paths for item in _read_path(Path(path))]
    if url and len(items) > 1:
        raise InputError(f"expected one article where an address is given, found {len(items):,}. Draft them apart.")
    if url and web_url(url) is None:
        raise InputError(f"expected an address that begins with https:// or http://, found {url!r}.")
    if language and language not in LANGUAGES:
        raise InputError(f"expected a language out of {', '.join(LANGUAGES)}, found {language!r}.")
    days = [published or item.published or dated_head(item.text) for item in items]
    if undated := [item.name for item, day in zip(items, days, strict=True) if day is None]:
        more = f" and {len(undated) - _FEW:,} more" if len(undated) > _FEW else ""
        raise UndatedArticle(
            f"{', '.join(undated[:_FEW])}{more}: expected the day of publication, found none: 'on Sunday' would have "
            "no date. Give it: --published 2025-11-09."
        )
    articles: dict[str, Article] = {}
    guessed = [(item.language if item.language in LANGUAGES else "") or guess_language(item.text) for item in items]
    usual = Counter(filter(None, guessed)).most_common(1)  # of a channel whose shortest messages tell no language
    for item, day, guess in zip(items, days, guessed, strict=True):
        assert day is not None
        spoken = language or guess or (usual[0][0] if usual and len(item.text) <= _SHORT else "")
        if not spoken:
            raise UnknownLanguage(
                f"{item.name}: expected a text in a language out of {', '.join(LANGUAGES)}, found another. If it is "
                "one of them, name it with --language."
            )
        more_facts = {"outlet": outlet or item.outlet, "url": url or (web_url(item.url) or ""), "title": item.title}
        article = make_article(item.name, item.text, published=day, language=spoken, **more_facts)
        articles[article.article_id] = article
    return list(articles.values())


def _read_path(path: Path) -> list[Item]:
    if path.is_dir():
        files = [each for each in sorted(path.iterdir()) if each.is_file() and each.suffix.lower() in _READ]
        files = [each for each in files if not each.name.startswith(".")]
        if not files:
            raise InputError(f"{path}: expected a folder of texts, HTML pages, feeds or result.json; found none.")
        return [item for each in files for item in _read_file(each)]
    return _read_file(path)


def _read_file(path: Path) -> list[Item]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path}: expected at most {_MOST_BYTES:,} bytes, found {path.stat().st_size:,}.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the article cannot be read ({error.strerror or error}).") from error
    if b"\0" in data[:_HEAD] and not data.startswith(_WIDE):
        raise InputError(f"{path}: expected a text, found a file of another kind. Save the article as text.")
    ending = path.suffix.lower()
    if ending in _FEEDS:
        items = read_feed(path.name, data)
    elif ending == ".json":
        items = _read_json(path, data)
    elif ending in _PAGES or re.match(rb"\s*<(?:!doctype html|html)", data[:200], re.IGNORECASE):
        items = [read_html(path.name, _decoded(data))]
    else:
        items = [Item(path.name, _decoded(data))]
    if long := [item.name for item in items if len(item.text) > _MOST_CHARACTERS]:
        raise InputError(f"{long[0]}: expected an article of at most {_MOST_CHARACTERS:,} characters, found more.")
    return [item for item in items if item.text.strip()]


def _read_json(path: Path, data: bytes) -> list[Item]:
    try:
        value = json.loads(_decoded(data))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected Telegram's result.json, found damaged JSON ({error}).") from None
    if not is_telegram(value):
        raise InputError(f"{path}: expected Telegram's result.json (a list of messages), found other JSON.")
    return read_telegram(path.name, value)


def _decoded(data: bytes) -> str:
    """Return a file's text with its line ends as they are."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("utf-16" if data.startswith(_WIDE) else detect_encoding(data), "replace")
