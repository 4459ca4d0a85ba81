"""A page's article: the text of its paragraphs, and the day, outlet and address that it states."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any, Final

from impactmap.articles.sources.items import Item, as_published
from impactmap.model.errors import InputError

__all__ = ["read_html"]

_SKIPPED: Final = frozenset(
    ("script", "style", "noscript", "template", "svg", "nav", "header", "footer", "aside", "form", "figure", "button",
     "iframe", "select", "textarea", "dialog", "head")
)  # fmt: skip
_BLOCKS: Final = frozenset(("p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "div", "section", "br", "pre"))
_VOID: Final = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed"))
_DATES: Final = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.created", "pubdate")
#: What is looked for to the end of the page where nothing ends it, and how often that may be.
_PAIRS: Final = (("<!--", "-->"), ("<![", "]>"), ("<", ">"))
_MOST_OPEN: Final = 1_000
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_LEAST: Final = 200  # characters of an <article> or <main>, below which the whole page is taken


class _Page(HTMLParser):
    """Hears a page's elements; the text of each block is one paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.language = self.title = self.canonical = ""
        self.times: list[str] = []
        self.linked: list[str] = []  # JSON-LD
        self.blocks: list[tuple[bool, str]] = []  # whether in the article, and the text
        self._open: list[str] = []
        self._within: Counter[str] = Counter()  # how many of each are open
        self._text: list[str] = []
        self._raw: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "meta":
            key = named.get("property") or named.get("name") or named.get("itemprop") or ""
            self.meta.setdefault(key.casefold(), named.get("content", ""))
        elif tag == "link" and named.get("rel") == "canonical":
            self.canonical = named.get("href", "")
        elif tag == "html":
            self.language = named.get("lang", "")[:2].casefold()
        elif tag == "time" and named.get("datetime"):
            self.times.append(named["datetime"])
        elif (tag == "script" and named.get("type") == "application/ld+json") or tag == "title":
            self._raw = []
        if tag in _BLOCKS:
            self._end_block()
        if tag not in _VOID:
            self._open.append(tag)
            self._within[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if self._raw is not None and tag in {"script", "title"}:
            if tag == "script":
                self.linked.append("".join(self._raw))
            else:
                self.title = self.title or _SPACES.sub(" ", "".join(self._raw)).strip()
            self._raw = None
        if tag in _BLOCKS or tag in {"article", "main"}:
            self._end_block()
        while self._within[tag]:  # of tags that nobody closed, those inside end with it
            last = self._open.pop()
            self._within[last] -= 1
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._raw is not None:
            self._raw.append(data)
        elif not any(self._within[tag] for tag in _SKIPPED):
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        text = _SPACES.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        if text:
            self.blocks.append((bool(self._within["article"] or self._within["main"]), text))


def read_html(name: str, source: str) -> Item:
    r"""Return a page's article, with the day, outlet and address that the page itself states.

    Parameters
    ----------
    name
        Of the file.
    source
        Its text.

    Raises
    ------
    InputError
        For thousands of comments that nobody ends.

    Notes
    -----
    Taken are the paragraphs in ``<article>`` or ``<main>``, else all of the page that is no navigation. A page made by
    its scripts alone has none. What stands in the text is what the page's author wrote, with spaces levelled.

    Examples
    --------
    >>> page = '<html lang="en"><title>Raid</title><article><p>Drones hit &amp; ran.</p><p>Two died.</p></article>'
    >>> read_html("a.html", page).text
    'Drones hit & ran.\n\nTwo died.'
    """
    for opened, closed in _PAIRS:
        if source.count(opened, source.rfind(closed) + 1) > _MOST_OPEN:
            raise InputError(f"{name}: expected a page, found thousands of {opened!r} that nobody ends. Save its text.")
    page = _Page()
    page.feed(source)
    page.close()
    inside = [text for is_inside, text in page.blocks if is_inside]
    if sum(map(len, inside)) < min(_LEAST, sum(len(text) for _, text in page.blocks)):
        inside = [text for _, text in page.blocks]
    stated = next((page.meta[key] for key in _DATES if page.meta.get(key)), "") or _linked_date(page.linked)
    return Item(
        name,
        "\n\n".join(inside),
        as_published(stated or next(iter(page.times), "")),
        language=page.language,
        outlet=page.meta.get("og:site_name", ""),
        url=page.canonical or page.meta.get("og:url", ""),
        title=page.meta.get("og:title", "") or page.title,
    )


def _linked_date(texts: list[str]) -> str:
    """Return the date of publication of linked data."""

    def dates(value: Any, depth: int = 0) -> list[str]:
        if depth > 5:
            return []
        if isinstance(value, list):
            return [date for each in value for date in dates(each, depth + 1)]
        if not isinstance(value, dict):
            return []
        own = [value["datePublished"]] if isinstance(value.get("datePublished"), str) else []
        return own + [date for each in value.values() for date in dates(each, depth + 1)]

    for text in texts:
        try:
            if found := dates(json.loads(text)):
                return found[0]
        except (ValueError, RecursionError):
            continue
    return ""
