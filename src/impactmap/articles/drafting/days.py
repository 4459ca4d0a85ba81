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
_LONGEST_STRETCH: Final = 14  # days
_SATURDAY: Final = 5
#: Lists of what is counted from another day of the sentence, where there is one.
_ANCHORED: Final = ("day_before", "eve")


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
    is_begun
        Whether something only began then: another day of the sentence is nearer to what it tells.
    """

    start: int
    end: int
    first: dt.date
    last: dt.date
    rule: str
    is_night: bool = False
    is_begun: bool = False

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
    matches = [
        (match, _named_day(match, published, forms, text, words)) for match in forms.named.finditer(text, start, end)
    ]
    named = [(match, day) for match, day in matches if day is not None]
    found = _named_days(text, start, named, words, forms)
    anchors = list(found)
    for name, first, last, is_night in (
        ("today", 0, 0, False), ("yesterday", 1, 1, False), ("before_last", 2, 2, False),
        ("day_before", 2, 2, False), ("eve", 1, 1, False), ("night_before", 1, 0, True),
    ):  # fmt: skip
        for match in words.pattern(f"days.{name}").finditer(text, start, end):
            if not any(each.start < match.end() and match.start() < each.end for each in found):
                days = published - first * _DAY, published - last * _DAY
                if name in _ANCHORED and anchors:  # "said on Monday that the day before ..."
                    near = min(anchors, key=lambda each: abs(each.start - match.start()))
                    days = near.first - _DAY, near.first - _DAY
                found.append(DayFound(match.start(), match.end(), *days, rule=name, is_night=is_night))
    found += _weekends(text, start, end, published, words)
    found += _days_ago(text, start, end, published, words)
    return sorted(found, key=lambda each: each.start)


def _named_days(
    text: str, start: int, named: list[tuple[re.Match[str], dt.date]], words: Lexicon, forms: _Forms
) -> list[DayFound]:
    """Return named days: two that are one stretch of time as such, and none that only says since or until when."""
    found: list[DayFound] = []
    left = list(named)
    while left:
        match, day = left.pop(0)
        if left and _is_stretch(text, start, (match, day), left[0], words):
            last, until = left.pop(0)
            found.append(DayFound(_stretch_start(text, start, match, words), last.end(), day, until, "stretch"))
            continue
        one = _number_before(text, start, match, day, words) or _with_night(text, start, match, day, words, forms)
        before = text[max(start, match.start() - 24) : match.start()]
        plain = one.rule in {"weekday", "date"}
        if plain and re.search(f"{words.pattern('days.coming').pattern}\\s*$", before, re.IGNORECASE):
            continue
        begun = plain and re.search(rf"{words.pattern('days.begun').pattern}\s*$", before, re.IGNORECASE)
        found.append(dataclasses.replace(one, is_begun=bool(begun)))
    return found


def _is_stretch(
    text: str, start: int, one: tuple[re.Match[str], dt.date], two: tuple[re.Match[str], dt.date], words: Lexicon
) -> bool:
    """Return whether two named days are the ends of a stretch: "from Saturday to Monday", "on Saturday and Sunday"."""
    days = (two[1] - one[1]).days
    if not 0 < days <= _LONGEST_STRETCH:
        return False
    gap = text[one[0].end() : two[0].start()].strip().casefold()
    if gap in words.word_set("days.through"):
        return True
    between = re.search(rf"{words.pattern('days.between').pattern}\s*$", text[start : one[0].start()], re.IGNORECASE)
    return gap in words.word_set("days.together") and (days == 1 or between is not None)


def _stretch_start(text: str, start: int, match: re.Match[str], words: Lexicon) -> int:
    """Return where a stretch begins, with the word for its night: "in the night from Sunday to Monday"."""
    before = text[start : match.start()]
    for name in ("night_before", "night_of"):
        if night := re.search(rf"{words.pattern(f'days.{name}').pattern}\s*(?:\w{{1,7}}\s+)?$", before, re.IGNORECASE):
            return start + night.start()
    return match.start()


def _number_before(text: str, start: int, match: re.Match[str], day: dt.date, words: Lexicon) -> DayFound | None:
    """Return the stretch of a date with a number before it: "on the night of 9 to 10 March"."""
    if match["weekday"] or not match["month"]:
        return None
    joined = "|".join(re.escape(each) for name in ("through", "together") for each in words.words(f"days.{name}"))
    found = re.search(rf"(?<![\d.,:])(\d{{1,2}})\s*(?:{joined})\s*$", text[start : match.start()], re.IGNORECASE)
    if not found or not 0 < int(found[1]) < day.day:
        return None
    begin = start + found.start()
    for name in ("night_before", "night_of"):
        if night := re.search(
            rf"{words.pattern(f'days.{name}').pattern}\s*(?:\w{{1,7}}\s+)?$", text[start:begin], re.IGNORECASE
        ):
            begin = start + night.start()
    return DayFound(begin, match.end(), day.replace(day=int(found[1])), day, "stretch")


def _weekends(text: str, start: int, end: int, published: dt.date, words: Lexicon) -> list[DayFound]:
    """Return the weekend that a text says: the last one until the article's day."""
    sunday = (
        published + _DAY if published.weekday() == _SATURDAY else published - (published.weekday() + 1) % _WEEK * _DAY
    )
    return [
        DayFound(match.start(), match.end(), sunday - _DAY, min(sunday, published), "weekend")
        for match in words.pattern("days.weekend").finditer(text, start, end)
    ]


def _days_ago(text: str, start: int, end: int, published: dt.date, words: Lexicon) -> list[DayFound]:
    counts = {word: number for number, word in enumerate(words.words("days.ago_number"), 2)}
    told = "|".join(re.escape(word) for word in counts)
    pattern = rf"(?<!\w)(\d{{1,2}}|{told})\s+{words.pattern('days.ago').pattern}"
    found = []
    for match in re.finditer(pattern, text[start:end], re.IGNORECASE):
        number = int(match[1]) if match[1].isdecimal() else counts[match[1].casefold()]
        if number <= _MOST_AGO:
            day = published - number * _DAY
            found.append(DayFound(start + match.start(), start + match.end(), day, day, "ago"))
    return found


def _named_day(match: re.Match[str], published: dt.date, forms: _Forms, text: str, words: Lexicon) -> dt.date | None:
    before = text[max(0, match.start() - 24) : match.start()]
    if match["weekday"]:
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
