"""Text of other people: shielded for spreadsheets, compared without its disguises, kept as it is."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

__all__ = [
    "INSIDE",
    "compare_key",
    "is_odd_address",
    "is_web_url",
    "isolate",
    "isolate_in_rtl",
    "map_levels",
    "neutralise",
    "restore",
]

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):(?=\S)")
#: Ends of the names of hosts that are in this computer or its network.
INSIDE = (".local", ".localhost", ".internal")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?\Z")
#: What Excel, LibreOffice and Google Sheets may take for the beginning of a formula; tab and line ends shift it into
#: sight.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: Characters that are not seen: zero-width, soft hyphen, byte order mark, and those that change the direction of
#: writing.
HIDDEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)

HIDDEN_CLASS = f"[{HIDDEN}]"
_CYRILLIC_RANGE = "\u0400-\u052f"
#: Alphabets with letters that look like Latin ones: Greek, Armenian, Cherokee, Lisu.
_ALIKE_RANGE = "\u0370-\u03ff\u0530-\u058f\u13a0-\u13ff\ua4d0-\ua4ff"
#: Letters of two alphabets beside each other: hardly ever meant.
DISGUISED = (
    f"[A-Za-z][{_CYRILLIC_RANGE}{_ALIKE_RANGE}]|[{_CYRILLIC_RANGE}{_ALIKE_RANGE}][A-Za-z]"
    f"|[{_CYRILLIC_RANGE}][{_ALIKE_RANGE}]|[{_ALIKE_RANGE}][{_CYRILLIC_RANGE}]"
)
_MARKS = re.compile("[\u200f\u202a-\u202e\u2066-\u2069]")
#: Letters written from right to left, and marks that turn what follows.
_TURNING = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)

#: Letters that look alike, Cyrillic and Greek to Latin. For comparing only.
_LOOKALIKES = str.maketrans("асеорхуіјѕԁһӏвнкмтαοροιυ", "aceopxyijsdhlbhkmtaopoiu")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`\u2032", "'"))


def neutralise(text: str) -> str:
    """Return the text so that no spreadsheet runs it as a formula.

    An apostrophe is put before a text that begins, after spaces or apostrophes, with a formula sign and is not a
    plain number. `restore` gives back the same text for every input, also for one that began with apostrophes of its
    own.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("-5.2"), neutralise("'=1"), neutralise("it's")
    ("'=1+1", '-5.2', "''=1", "it's")
    """
    # Most cells begin with a letter or a digit, which no formula does.
    return text if text[:1].isalnum() or not _looks_like_formula(text.lstrip("'")) else "'" + text


def restore(text: str) -> str:
    """Undo `neutralise`: take one apostrophe away from where it would have put one.

    Examples
    --------
    >>> restore("'=1+1"), restore("'tis"), restore("-5.2")
    ('=1+1', "'tis", '-5.2')
    """
    return text[1:] if text[:1] == "'" and _looks_like_formula(text.lstrip("'")) else text


def _looks_like_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA_START) and not _NUMBER.match(text)


def is_web_url(text: object) -> bool:
    """Say whether the text is an address that may become a link.

    It is http or https, with a host, without a user name and without what is not seen.

    Examples
    --------
    >>> is_web_url("https://example.org/a"), is_web_url("javascript:alert(1)"), is_web_url(None)
    (True, False, False)
    """
    # Most texts are no addresses, and are told by their beginning. Of spaces only the plain one is printable.
    if not isinstance(text, str) or text[:4].lower() != "http":
        return False
    if not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def is_odd_address(text: str) -> bool:
    """Say whether an address holds a user's name, leads into this computer or its network, or is not the web's.

    Examples
    --------
    >>> is_odd_address("https://me:word@example.org/"), is_odd_address("http://10.0.0.1/"), is_odd_address("file:///x")
    (True, True, True)
    >>> is_odd_address("https://example.org/a"), is_odd_address("example.org:80"), is_odd_address("the Governor")
    (False, False, False)
    """
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() not in {"http", "https"}:
        return scheme is not None and "." not in scheme[1]
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.username is not None or not host or host == "localhost" or host.endswith(INSIDE):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def isolate(text: str) -> str:
    """Return other people's text so that it turns nothing over that stands beside it.

    Text that runs from right to left, or holds marks that turn what follows, is put between U+2068 and U+2069; marks of
    its own that would end that early go, and those that it leaves open are closed.

    Examples
    --------
    >>> isolate("Kharkiv"), isolate("a\u202eb") == "\u2068a\u202eb\u2069"
    ('Kharkiv', True)
    """
    if not _TURNING.search(text):
        return text
    depth, whole, kept = 0, text.startswith("\u2068"), []
    for position, letter in enumerate(text):
        if letter in "\u2066\u2067\u2068":
            depth += 1
        elif letter == "\u2069":
            if not depth:
                continue
            depth -= 1
            whole = whole and (depth > 0 or position == len(text) - 1)
        kept.append(letter)
    closed = "".join(kept) + "\u2069" * depth
    return closed if whole and not depth else f"\u2068{closed}\u2069"


def isolate_in_rtl(text: str) -> str:
    """Return other people's text so that it turns nothing over in a line that runs from right to left.

    Text that runs from left to right is put between U+2066 and U+2069; marks of its own are dealt with by `isolate`.

    Examples
    --------
    >>> isolate_in_rtl("Kharkiv") == "\u2066Kharkiv\u2069", isolate_in_rtl("7"), isolate_in_rtl("بلاغ")
    (True, '7', 'بلاغ')
    """
    if _MARKS.search(text):
        return isolate(text)
    turns = [unicodedata.bidirectional(letter) for letter in text]
    return f"\u2066{text}\u2069" if "L" in turns and not {"R", "AL"} & set(turns) else text


def map_levels(column: pd.Series[Any], change: Callable[[str], str | None]) -> pd.Series[Any]:
    """Return texts changed, each different one worked out once; a missing one stays missing.

    Examples
    --------
    >>> map_levels(pd.Series(["Ü", None, "Ü"], dtype="str"), str.lower).tolist()
    ['ü', nan, 'ü']
    """
    import pyarrow as pa

    codes, levels = pd.factorize(column)
    texts = pa.array([*(change(str(level)) for level in levels), None], pa.large_string())
    codes[codes < 0] = len(levels)
    return pd.Series(texts.take(pa.array(codes)), index=column.index, dtype="str")


def compare_key(text: str) -> str:
    """Return a key that is equal for texts that read the same.

    Case, hidden characters, look-alike letters and spelling forms do not count.

    Examples
    --------
    >>> compare_key("Ky\u200biv ") == compare_key("Куiv".replace("у", "y"))
    True
    """
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold().replace("ё", "е")
    visible = "".join(ch for ch in folded if ch not in HIDDEN)
    return " ".join(visible.translate(_LOOKALIKES).split())
