"""A date's text as tokens: numbers, words that mean something, and the signs between them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from impactmap.model.text import HIDDEN
from impactmap.reading.dates.vocabulary import Vocabulary

__all__ = ["Clock", "Tokens", "is_time", "normalise", "tokenise"]

_DIGITS: Final = {
    ord(sign): str(unicodedata.decimal(sign)) for sign in map(chr, range(0x660, 0x1FBFA)) if sign.isdecimal()
}
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u301c\uff5e", "-"),
        **dict.fromkeys("\u2019\u2018\u02bc\u00b4`\u2032", "'"),
        **dict.fromkeys('\u00ba\u00b0\u00aa()[]{}"\u201c\u201d\u201e\u00ab\u00bb', " "),
        **dict.fromkeys("\u060c\u3001", ","),
        **dict.fromkeys(HIDDEN, None),
        "\u2026": "-",
    }
)
#: What browsers write behind a moment: the name of its zone.
_ZONE_NAME = re.compile(r"\s*\([^()\d]*(?:time|час|время|zeit)\)\s*$", re.IGNORECASE)
_FOOTNOTES = re.compile(r"(?:\[\w{1,4}\]\s*)+$")
_ZONE = (
    r"(?P<zone>z|(?:utc|gmt)(?:\s?[+-]\s?\d{1,2}(?::?\d\d)?)?|[+-](?:0\d|1[0-4])(?::?(?:00|30|45))?"
    r"|(?:eet|eest|msk|cet|cest|wet|west|est|edt|cst|cdt|pst|pdt|bst|ist|sast|eat|wat|cat|lt|local time|kyiv time)"
    r"(?!\w))?"
)
_HOUR = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?\s?m\b\.?)?|\d{1,2}\s*[ap]\.?\s?m\b\.?|\d{1,2}h\d\d\b"
_ABOUT = r"(?:about|around|approximately|approx\.?|circa|ca?\.?|~|близько|біля|приблизно|около|примерно)\s*"
_CLOCK = re.compile(
    rf"(?:(?<=\d)t|(?<!\w)(?:(?:at|о|об|в|um|à|alle)\s+)?(?:{_ABOUT})?|(?<![\d:]))(?P<first>{_HOUR})"
    rf"\s?{_ZONE}(?:\s*(?:-|to|до)\s*(?P<last>{_HOUR}))?(?!\w)"
)
_UTC: Final = frozenset({"z", "utc", "gmt", "+00:00", "+0000", "+00", "-00:00"})
_TOKEN = re.compile(
    r"(?P<number>\d+)(?:(?P<cjk>[月월])|(?:st|nd|rd|th|er|ère|[-]?(?:го|ого|е|ое|є)|[日일号])(?!\w))?|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<sign>\S)"
)
_ROMAN: Final = {
    name: number
    for number, name in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1)
}
_CYRILLIC_ROMAN = str.maketrans("іхѵ", "ixv")
_DAY_DIGITS, _YEAR_DIGITS, _SERIAL_DIGITS, _COMPACT_DIGITS = 2, 4, 5, 8


@dataclass(frozen=True)
class Clock:
    """A time of day beside a date.

    Attributes
    ----------
    minutes
        Since midnight; the last one after it for times that pass midnight.
    last
        The end of two times, in the same way; None for one.
    utc
        Whether the time is in universal time, which is no clock on a wall in most places.
    zoned
        Whether a zone or an offset is written.
    """

    minutes: int
    last: int | None = None
    utc: bool = False
    zoned: bool = False


@dataclass
class Tokens:
    """Tokens of one text.

    Attributes
    ----------
    kinds
        One letter a token: Y a number of four digits, n of one or two, C of eight, S of five, D of other lengths, v a
        year of two digits with an apostrophe, M a month's name, R a Roman number, o first to fourth, W a weekday, u an
        unknown word, the letters of `impactmap.reading.dates.vocabulary.KINDS`, and signs as themselves.
    values
        The number, or the word.
    clock
        The time of day beside it.
    """

    kinds: str = ""
    values: list[int | str] = field(default_factory=list)
    clock: Clock | None = None

    def drop(self, pattern: str) -> None:
        """Leave out the tokens that a pattern of kinds finds."""
        spans = [(found.start(), found.end()) for found in re.finditer(pattern, self.kinds)]
        for start, end in reversed(spans):
            self.kinds = self.kinds[:start] + self.kinds[end:]
            del self.values[start:end]

    def unknown(self) -> list[str]:
        """Return the words that mean nothing here."""
        return [str(value) for kind, value in zip(self.kinds, self.values, strict=True) if kind == "u"]


def normalise(text: str) -> str:
    """Return the text in one case and one form of digits, dashes and apostrophes."""
    bare = _ZONE_NAME.sub("", _FOOTNOTES.sub("", text) or text)
    bare = unicodedata.normalize("NFKC", bare.translate(_SIGNS)).casefold()
    return bare.translate(_DIGITS).translate(_SIGNS).replace("...", "-").replace("..", "-").strip()


def is_time(text: str) -> int | None:
    """Return the minutes since midnight of a time, None where no clock shows it."""
    found = re.match(r"(\d{1,2})(?:[:h](\d\d))?(?::(\d\d))?", text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = re.search(r"([ap])\.?\s?m", text)
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half[1] == "p" else 0)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    return hour * 60 + minute


def _take_clock(text: str) -> tuple[str, Clock | None, str | None]:
    """Return the text without its time of day, the time, and what no clock shows."""
    found = _CLOCK.search(text)
    if found is None:
        return text, None, None
    first = is_time(found["first"])
    last = is_time(found["last"]) if found["last"] else None
    if first is None or (found["last"] and last is None):
        return text, None, found[0].strip(" t")
    zone = found["zone"]
    clock = Clock(first, last, (zone or "").replace(" ", "") in _UTC, zone is not None)
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), clock, None


def tokenise(text: str, words: Vocabulary) -> tuple[Tokens, str | None]:
    """Part a text into tokens.

    Parameters
    ----------
    text
        As `normalise` gives it.
    words
        What its words mean.

    Returns
    -------
    Tokens, str or None
        The tokens, and the time of day that no clock shows.
    """
    text, clock, no_time = _take_clock(text)
    tokens = Tokens(clock=clock)
    kinds: list[str] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        phrase = words.pattern.match(text, at) if not (at and text[at - 1].isalpha()) else None
        if phrase:
            known = re.sub(r" +", " ", phrase[0])
            kinds.append(words.phrases.get(known) or "M")
            tokens.values.append(known)
            at = phrase.end()
            continue
        found = _TOKEN.match(text, at)
        if found is None:  # pragma: no cover -- \S takes whatever is left
            break
        at = found.end()
        kind, value = _kind(found, words)
        kinds.append(kind)
        tokens.values.append(value)
    tokens.kinds = "".join(kinds)
    _tidy(tokens)
    return tokens, no_time


def _kind(found: re.Match[str], words: Vocabulary) -> tuple[str, int | str]:
    if digits := found["number"]:
        if found["cjk"]:
            return "M", int(digits)
        length = len(digits)
        kind = (
            "n" if length <= _DAY_DIGITS
            else {_YEAR_DIGITS: "Y", _SERIAL_DIGITS: "S", _COMPACT_DIGITS: "C"}.get(length, "D")
        )  # fmt: skip
        return kind, digits if kind in "CSD" else int(digits)
    if word := found["word"]:
        return _word(word, words)
    return ("a" if found["sign"] == "&" else found["sign"]), found["sign"]


def _word(word: str, words: Vocabulary) -> tuple[str, int | str]:
    if word in words.months:
        return "M", word
    if word in words.phrases:
        return words.phrases[word], word
    if word in words.weekdays:
        return "W", word
    if word in words.ordinals:
        return "o", words.ordinals[word]
    if (roman := word.translate(_CYRILLIC_ROMAN)) in _ROMAN:
        return "R", _ROMAN[roman]
    return "u", word


def _tidy(tokens: Tokens) -> None:
    """Pass over weekdays, small words and the signs that part nothing."""
    if tokens.kinds.count("M") > 1:
        _weekdays_beside_months(tokens)
    while (before := tokens.kinds) is not None:
        tokens.drop(r"W(?:[-/a]W)?[.,]?")
        tokens.drop(r"_\.?")
        # A point after a word or an ordinal number parts nothing, nor does a comma beside a month or a year.
        tokens.drop(r"(?<=[A-Za-z])\.(?=[^nYRCvM]|$)|(?<=[MkqhemlcwbfNIOo])\.|(?<=[nY])\.(?=[Mkqh])|(?<=[-])\.")
        tokens.drop(
            r"(?<=[MIOemlcq]),|(?<=Y),(?!n[-./]n[-./]|Y[-./])|,(?=[Mkq_])|,(?=Y(?![-./]n))|^[-,./:;]+|[-,./:;]+$|(?<=[eml])-(?=[MYn])"
        )
        if tokens.kinds == before:
            break
    year = re.sub(r"'n", "v", tokens.kinds)
    while (at := tokens.kinds.find("'n")) >= 0:
        del tokens.values[at]
        tokens.kinds = tokens.kinds[:at] + "v" + tokens.kinds[at + 2 :]
    tokens.kinds = year


def _weekdays_beside_months(tokens: Tokens) -> None:
    """Take a word that may be a weekday for one where another names the month: French "mar. 9 sept."."""
    from impactmap.reading.dates.vocabulary import all_languages

    weekdays = all_languages().weekdays
    may = [at for at, kind in enumerate(tokens.kinds) if kind == "M" and tokens.values[at] in weekdays]
    if may and len(may) < tokens.kinds.count("M"):
        for at in may:
            tokens.kinds = f"{tokens.kinds[:at]}W{tokens.kinds[at + 1 :]}"
