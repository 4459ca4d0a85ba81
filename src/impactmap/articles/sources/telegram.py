"""Telegram's ``result.json``: each message is an article; text only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from impactmap.articles.sources.items import Item, as_published

__all__ = ["is_telegram", "read_telegram"]


def is_telegram(value: Any) -> bool:
    """Return whether what a JSON file holds is an export of Telegram's: one chat, or several."""
    return isinstance(value, dict) and (isinstance(value.get("messages"), list) or isinstance(value.get("chats"), dict))


def read_telegram(name: str, value: Any) -> list[Item]:
    """Return the messages that have a text.

    Parameters
    ----------
    name
        Of the file.
    value
        What it holds. The day is the one that the export gives, in the zone of whoever made it.

    Examples
    --------
    >>> chat = {"name": "A channel", "messages": [{"id": 7, "type": "message", "date": "2025-11-09T08:00:00",
    ...     "text": ["Drones hit ", {"type": "bold", "text": "Erdenet"}, "."]}]}
    >>> [(item.name, item.text, item.outlet) for item in read_telegram("result.json", chat)]
    [('result.json#7', 'Drones hit Erdenet.', 'A channel')]
    """
    items = []
    for chat in _chats(value):
        for message in chat.get("messages", ()):
            if not isinstance(message, dict) or message.get("type") != "message":
                continue
            text = _text(message.get("text"))
            if text.strip():
                chat_id = f"{chat['id']}/" if "chats" in value and "id" in chat else ""
                items.append(
                    Item(
                        f"{name}#{chat_id}{message.get('id')}",
                        text,
                        as_published(str(message.get("date") or "")),
                        outlet=str(chat.get("name") or ""),
                    )
                )
    return items


def _chats(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    listed = value["chats"].get("list") if isinstance(value.get("chats"), dict) else [value]
    chats = listed if isinstance(listed, list) else []
    yield from (chat for chat in chats if isinstance(chat, dict) and isinstance(chat.get("messages"), list))


def _text(value: Any) -> str:
    """Return a message's text: a string, or its pieces, some with their kind beside them."""
    parts = value if isinstance(value, list) else [value]
    told = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(part for part in told if isinstance(part, str))
