"""Days as running text says them, counted from the article's own day; a night is two days."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from typing import Final

from impactmap.articles.lexicon import Lexicon, lexicon

__all__ = ["DayFound", "find_days"]

_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = 7
_FAR: Final = 200  # days ahead, from which a day without a year is last year's
_MOST_AGO: Final = 31


@dataclasses.dataclass(frozen=True)
class DayFound:
    """A day or a night with the words that say it.

    Attributes
    ----------
    start, end
        The words.
    first, last
        The days.
    rule
        By which rule.
    is_night
        Whether it is a night, of two days.
    """

    start: int
    end: int
    first: dt.date
    last: dt.date
    rule: str
    is_night: bool = False

    @property
    def precision(self) -> str:
        """``day`` or ``days``."""
        return "day" if self.first == self.last else "days"


@dataclasses.dataclass(frozen=True)
class _Forms:
    """Patterns of a language's days."""

    named: re.Pattern[str]
    weekdays: tuple[frozenset[str], ...]
    months: tuple[frozenset[str], ...]
    into: re.Pattern[str]
    of: re.Pattern[str]


@functools.cache
def _forms(language: str) -> _Forms:
    words = lexicon(language)
    exact = words.nested("days.weekdays_exact") or [[word] for word in words.words("days.weekdays")]
    long, short = words.words("days.month_first"), words.words("days.month_short")
    months = [[one, two.rstrip("."), two] for one, two in zip(long, short, strict=True)]
    weekday = "|".join(re.escape(word).replace("'", "['’ʼ]") for group in exact for word in group)
    month = "|".join(sorted({re.escape(word) for group in months for word in group}, key=len, reverse=True))
    number = r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?го|-?е|-?є)?"
    year = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    other = number.replace("day>", "day2>")
    after = rf"(?P<month2>{month})\s+{other}(?![\d:.,]\d){year.replace('year>', 'year2>')}"
    date = rf"(?:{number}\s+(?:of\s+)?(?P<month>{month}){year}|{after})"
    iso = r"(?P<iso>20\d\d-\d\d-\d\d)|(?P<dotted>\d{1,2}\.\d{1,2}(?:\.20\d\d)?)(?=\s|[,;)]|\.\s|$)"
    named = re.compile(rf"(?<!\w)(?:(?P<weekday>{weekday})|{date}|{iso})(?!\w)", re.IGNORECASE)
    return _Forms(
        named,
        tuple(frozenset(word.casefold() for word in group) for group in exact),
        tuple(frozenset(word.casefold() for word in group) for group in months),
        _ending(words, "days.night_into"),
        _ending(words, "days.night_of"),
    )


def _ending(words: Lexicon, name: str) -> re.Pattern[str]:
    """Return what finds one of some phrases at the end of a text."""
    return re.compile(f"{words.pattern(name).pattern}\\s*$", re.IGNORECASE)


def find_days(text: str, start: int, end: int, published: dt.date, language: str) -> list[DayFound]:
    """Return the days that a part of a text says, in order.

    Parameters
    ----------
    text, start, end
        Which part of which text.
    published
        The day of the article: a weekday is the last one until then, that day itself included.
    language
        Of the text.

    Examples
    --------
    >>> text, day = "Overnight into Sunday it burned; on Friday it was quiet.", dt.date(2025, 11, 9)
    >>> [(each.first.day, each.last.day) for each in find_days(text, 0, len(text), day, "en")]
    [(8, 9), (7, 7)]
    """
    words, forms = lexicon(language), _forms(language)
    named = (
        (match, _named_day(match, published, forms, text, words)) for match in forms.named.finditer(text, start, end)
    )
    found = [_with_night(text, start, match, day, words, forms) for match, day in named if day is not None]
    for name, first, last, is_night in (
        ("today", 0, 0, False), ("yesterday", 1, 1, False), ("before_last", 2, 2, False), ("night_before", 1, 0, True)
    ):  # fmt: skip
        for match in words.pattern(f"days.{name}").finditer(text, start, end):
            if not any(each.start < match.end() and match.start() < each.end for each in found):
                days = published - first * _DAY, published - last * _DAY
                found.append(DayFound(match.start(), match.end(), *days, rule=name, is_night=is_night))
    for match in re.finditer(rf"(\d{{1,2}})\s+{words.pattern('days.ago').pattern}", text[start:end], re.IGNORECASE):
        if int(match[1]) <= _MOST_AGO:
            day = published - int(match[1]) * _DAY
            found.append(DayFound(start + match.start(), start + match.end(), day, day, "ago"))
    return sorted(found, key=lambda each: each.start)


def _named_day(match: re.Match[str], published: dt.date, forms: _Forms, text: str, words: Lexicon) -> dt.date | None:
    before = text[max(0, match.start() - 24) : match.start()]
    if match["weekday"]:
        if re.search(f"{words.pattern('days.coming').pattern}\\s*$", before, re.IGNORECASE):
            return None
        name = match["weekday"].casefold().replace("’", "'").replace("ʼ", "'")
        number = next(number for number, group in enumerate(forms.weekdays) if name in group)
        back = (published.weekday() - number) % _WEEK
        if back == 0 and re.search(f"{words.pattern('days.passed').pattern}\\s*$", before, re.IGNORECASE):
            back = _WEEK
        return published - back * _DAY
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"])
        if match["dotted"]:
            parts = [int(part) for part in match["dotted"].split(".")]
            return _in_year(parts[0], parts[1], parts[2] if len(parts) > 2 else None, published)
        name = (match["month"] or match["month2"]).casefold()
        month = next(number for number, group in enumerate(forms.months, 1) if name in group)
        year = match["year"] or match["year2"]
        return _in_year(int(match["day"] or match["day2"]), month, int(year) if year else None, published)
    except ValueError:
        return None


def _in_year(day: int, month: int, year: int | None, published: dt.date) -> dt.date:
    if year is not None:
        return dt.date(year, month, day)
    found = dt.date(published.year, month, day)
    return found.replace(year=published.year - 1) if (found - published).days > _FAR else found


def _with_night(text: str, start: int, match: re.Match[str], day: dt.date, words: Lexicon, forms: _Forms) -> DayFound:
    """Return a named day, or the night into, of or after it."""
    before = text[start : match.start()]
    if into := forms.into.search(before):
        return DayFound(start + into.start(), match.end(), day - _DAY, day, "night into", is_night=True)
    if of := forms.of.search(before):
        return DayFound(start + of.start(), match.end(), day, day + _DAY, "night of", is_night=True)
    after = re.match(
        rf"\s+{words.pattern('days.night_after').pattern}", text[match.end() : match.end() + 20], re.IGNORECASE
    )
    if after and "night" in after[0].casefold():
        return DayFound(match.start(), match.end() + after.end(), day, day + _DAY, "night of", is_night=True)
    rule = "weekday" if match["weekday"] else "date"
    night = re.search(rf"{words.pattern('days.night_before').pattern}\s*(?:on\s+)?$", before[-24:], re.IGNORECASE)
    if night:  # "overnight on Sunday", "вночі 9 листопада": the night that ends on that day
        begin = match.start() - len(before[-24:]) + night.start()
        return DayFound(begin, match.end(), day - _DAY, day, "night into", is_night=True)
    return DayFound(match.start(), match.end(), day, day, rule)
