"""RSS and Atom: each entry of a feed is an article."""

from __future__ import annotations

from typing import Final

from impactmap.articles.sources.html_page import read_html
from impactmap.articles.sources.items import Item, as_published
from impactmap.model.values import web_url
from impactmap.reading.formats.guarded_xml import GuardedXml
from impactmap.reading.formats.limits import DEFAULTS

__all__ = ["read_feed"]

_ENTRIES: Final = frozenset(("item", "entry"))
_TEXTS: Final = ("encoded", "content", "description", "summary")
_DAYS: Final = ("pubDate", "published", "date", "updated")


class _Feed(GuardedXml):
    """Collects the entries of a feed."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "RSS or Atom", DEFAULTS)
        self.entries: list[dict[str, str]] = []
        self.title = self.language = ""

    def _start(self, kind: str, attributes: dict[str, str]) -> None:
        if kind in _ENTRIES:
            self.entries.append({})
        elif kind == "link" and self._entry() is not None and attributes.get("rel", "alternate") == "alternate":
            self.entries[-1].setdefault("link", attributes.get("href", ""))

    def _end(self, kind: str, text: str) -> None:
        entry = self._entry()
        if entry is not None and self._path[-1] in _ENTRIES:
            entry[kind] = entry.get(kind) or text.strip()
        elif entry is None and kind == "title":
            self.title = self.title or text.strip()
        elif entry is None and kind == "language":
            self.language = text.strip()[:2].casefold()

    def _entry(self) -> dict[str, str] | None:
        return self.entries[-1] if _ENTRIES.intersection(self._path) else None


def read_feed(name: str, source: bytes) -> list[Item]:
    """Return a feed's entries: headline and text, as whole as the feed gives them.

    Raises
    ------
    TableError
        For a damaged feed, and one that declares entities.

    Examples
    --------
    >>> feed = b"<rss><channel><title>A paper</title><item><title>Raid</title><description>Drones hit.</description>"
    >>> feed += b"<pubDate>Sun, 09 Nov 2025 08:00:00 GMT</pubDate></item></channel></rss>"
    >>> item = read_feed("feed.xml", feed)[0]
    >>> item.text, item.outlet, item.published.isoformat()
    ('Drones hit.', 'A paper', '2025-11-09')
    """
    feed = _Feed(name)
    feed.feed(source, last=True)
    items = []
    for number, entry in enumerate(feed.entries, 1):
        markup = next((entry[key] for key in _TEXTS if entry.get(key)), entry.get("title", ""))
        text = read_html(name, markup).text if "<" in markup or "&" in markup else markup
        items.append(
            Item(
                f"{name}#{entry.get('guid') or entry.get('id') or entry.get('link') or number}",
                text,
                as_published(next((entry[key] for key in _DAYS if entry.get(key)), None)),
                language=feed.language,
                outlet=feed.title,
                url=web_url(entry.get("link")) or "",
                title=entry.get("title", ""),
            )
        )
    return items
