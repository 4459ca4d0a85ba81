"""The forms of dates: an ordered list of named patterns over tokens, each with what it says."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from impactmap.reading.dates.periods import (
    Day,
    Period,
    Shape,
    Unread,
    between,
    century,
    day_of,
    month_end,
    month_of,
    year_of,
)
from impactmap.reading.dates.tokens import Tokens

__all__ = ["RULES", "Rule", "shape_of"]

_Parts = Mapping[str, int]
_NEXT: Final = dt.timedelta(days=1)
_MONTHS: Final = 12


@dataclass(frozen=True)
class Rule:
    """A form of dates.

    Attributes
    ----------
    name
        What is written, in words.
    pattern
        Over the kinds of `Tokens`. Groups name the parts: ``y m d`` of one date, ``y1 m1 d1`` and ``y2 m2 d2`` of the
        ends of a range, ``a b`` for day and month in an order that the column decides, ``p q r`` for three numbers of
        two digits, ``s`` for the sign between them, ``n`` for the number of a week, a quarter or a half, ``e`` for
        early, middle or late.
    build
        Makes a `Shape` of the parts' numbers and the match.
    """

    name: str
    pattern: re.Pattern[str]
    build: Callable[[_Parts, re.Match[str]], Shape]


def _letters(found: re.Match[str], name: str) -> str:
    return found.groupdict().get(name) or ""


def _day(parts: _Parts, found: re.Match[str]) -> Shape:
    # A form in numbers writes 0 for what is not known.
    if parts["d"] == 0 and found["m"] and "s" in found.groupdict():
        return Shape(month_of(parts["y"], parts["m"]) if parts["m"] else year_of(parts["y"]))
    day = day_of(parts["y"], parts["m"], parts["d"])
    return Shape(Period(day, day, "day"))


def _open(parts: _Parts, found: re.Match[str]) -> Shape:
    if parts["a"] == 0:
        return Shape(month_of(parts["y"], parts["b"]) if parts["b"] else year_of(parts["y"]))
    return Shape(ends=(Day((parts["a"], parts["b"]), found["s"], parts["y"]),))


def _short(parts: _Parts, found: re.Match[str]) -> Shape:
    return Shape(ends=(Day((parts["p"], parts["q"], parts["r"]), found["s"]),), short=True)


def _month(parts: _Parts, found: re.Match[str]) -> Shape:
    return Shape(month_of(parts["y"], parts["m"], _letters(found, "e")))


def _month_number(parts: _Parts, _found: re.Match[str]) -> Shape:
    if parts["m"] > _MONTHS:
        raise Unread(f"there is no month {parts['m']}; two years are written with four digits each")
    return Shape(month_of(parts["y"], parts["m"]))


def _year(parts: _Parts, found: re.Match[str]) -> Shape:
    return Shape(year_of(parts["y"], _letters(found, "e")))


def _half(parts: _Parts, _found: re.Match[str]) -> Shape:
    number, year = parts["n"], parts["y"]
    if number not in {1, 2}:
        raise Unread(f"there is no half {number}")
    if "m" in parts:
        whole = month_of(year, parts["m"])
        return Shape(
            between(whole.first, whole.first.replace(day=15))
            if number == 1
            else between(whole.first.replace(day=16), whole.last)
        )
    first = month_of(year, 6 * number - 5).first
    return Shape(between(first, month_end(year, 6 * number)))


def _quarter(parts: _Parts, _found: re.Match[str]) -> Shape:
    number, year = parts["n"], parts["y"]
    if not 1 <= number <= 4:
        raise Unread(f"there is no quarter {number}")
    return Shape(between(month_of(year, 3 * number - 2).first, month_end(year, 3 * number)))


def _week(parts: _Parts, _found: re.Match[str]) -> Shape:
    year_of(parts["y"])
    try:
        first = dt.date.fromisocalendar(parts["y"], parts["n"], parts.get("d", 1))
    except ValueError:
        raise Unread(f"{parts['y']} has no such week or day of the week") from None
    return Shape(Period(first, first, "day") if "d" in parts else Period(first, first + 6 * _NEXT, "week"))


def _open_range(parts: _Parts, found: re.Match[str]) -> Shape:
    last = parts["y2"]
    first = parts.get("y1", last)
    sign, other = found["s"], _letters(found, "s2") or found["s"]
    ends = (Day((parts["a1"], parts["b1"]), sign, first), Day((parts["a2"], parts["b2"]), other, last))
    return Shape(ends=ends, listed=_is_list(found))


def _range(parts: _Parts, found: re.Match[str]) -> Shape:
    """Return a range; what one end does not say it shares with the other."""
    last_year = parts["y2"] if "y2" in parts else parts["y1"]
    first_year = parts.get("y1", last_year)
    if "m1" not in parts and "m2" not in parts:
        first, last = year_of(first_year, _letters(found, "e1")), year_of(last_year, _letters(found, "e2"))
        return Shape(between(first.first, last.last))
    last_month = parts["m2"] if "m2" in parts else parts["m1"]
    first_month = parts.get("m1", last_month)
    if "y1" not in parts and first_month > last_month:
        first_year -= 1  # 30 December to 2 January 2025
    if "d1" not in parts:
        first = month_of(first_year, first_month, _letters(found, "e1"))
        last = month_of(last_year, last_month, _letters(found, "e2"))
        return Shape(between(first.first, last.last))
    days = (day_of(first_year, first_month, parts["d1"]), day_of(last_year, last_month, parts["d2"]))
    return Shape(between(*days, listed=_is_list(found)))


def _is_list(found: re.Match[str]) -> bool:
    """Say whether days are named one by one, with a comma or "and" between them."""
    return re.search("[,a]", found.string) is not None


def _ordered(order: str) -> Callable[[_Parts, re.Match[str]], Shape]:
    """Build a range that shows the order of its column."""

    def build(parts: _Parts, found: re.Match[str]) -> Shape:
        return replace(_range(parts, found), shows=(found["s"], order))

    return build


def _rule(name: str, pattern: str, build: Callable[[_Parts, re.Match[str]], Shape]) -> Rule:
    return Rule(name, re.compile(pattern), build)


_Y, _TO = "[Yvn]", "[-/ta]"
#: The first whose pattern fits the whole text is its form.
RULES: Final[tuple[Rule, ...]] = (
    _rule("2025-11-09", r"(?P<y>Y)(?P<s>[-./]?)(?P<m>[nMR])(?P=s)(?P<d>n)", _day),
    _rule("09.11.2025", r"(?P<a>n)(?P<s>[-./]?)(?P<b>n)(?P=s)(?P<y>[Yv])", _open),
    _rule("09.11.25", r"(?P<p>n)(?P<s>[-./])(?P<q>n)(?P=s)(?P<r>n)", _short),
    _rule("9 November 2025", rf"(?P<d>n)[-./]?(?P<m>[MR])[-./,]?(?P<y>{_Y})", _day),
    _rule("November 9, 2025", rf"(?P<m>M)[-./]?(?P<d>n)[-./,]?(?P<y>{_Y})", _day),
    _rule("2025, 9 November", r"(?P<y>Y)(?P<d>n)(?P<m>M)", _day),
    _rule("early November 2025", r"(?P<e>[eml]?)(?P<m>[MR])[-./]?(?P<y>[Yv])", _month),
    _rule("11.2025", r"(?P<m>n)[-./](?P<y>Y)", _month_number),
    _rule("2025 November", r"(?P<y>Y)[-./]?(?P<m>[MR])", _month),
    _rule("2025-11", r"(?P<y>Y)[-./](?P<m>n)", _month_number),
    _rule("early 2025", r"(?P<e>[eml]?)(?P<y>Y)", _year),
    _rule("first half of November 2025", r"(?P<n>[onR])h(?P<m>M)(?P<y>Y)", _half),
    _rule("first half of 2025", r"(?P<n>[onR])h[-/]?(?P<y>Y)", _half),
    _rule("H1 2025", r"h(?P<n>[nR])[-/]?(?P<y>Y)", _half),
    _rule("2025-H1", r"(?P<y>Y)[-/]?h(?P<n>n)", _half),
    _rule("4th quarter of 2025", r"(?P<n>[onR])-?q[-/]?(?P<y>Y)", _quarter),
    _rule("Q4 2025", r"q(?P<n>[nR])[-/]?(?P<y>Y)", _quarter),
    _rule("2025-Q4", r"(?P<y>Y)[-/]?q(?P<n>[nR])", _quarter),
    _rule("2025, 4th quarter", r"(?P<y>Y)[-/,]?(?P<n>[onR])-?q", _quarter),
    _rule("2025-W45", r"(?P<y>Y)-?k(?P<n>n)(?:-(?P<d>n))?", _week),
    _rule("week 45, 2025", r"[kw](?P<n>n)[-/,]?(?P<y>Y)", _week),
    _rule("45th week of 2025", r"(?P<n>n)-?[kw](?P<y>Y)", _week),
    _rule("8-9.11.2025", rf"(?P<d1>n)[-/ta](?P<d2>n)(?P<s>[.])(?P<m2>n)[.](?P<y2>{_Y})", _ordered("dmy")),
    _rule("8-9/11/2025", rf"(?P<d1>n)[-ta](?P<d2>n)(?P<s>[/])(?P<m2>n)[/](?P<y2>{_Y})", _ordered("dmy")),
    _rule("11/8-9/2025", rf"(?P<m2>n)(?P<s>[/])(?P<d1>n)[-ta](?P<d2>n)[/](?P<y2>{_Y})", _ordered("mdy")),
    _rule(
        "31.10-2.11.2025",
        rf"(?P<a1>n)(?P<s>[./])(?P<b1>n)(?P=s)?[-ta](?P<a2>n)(?P=s)(?P<b2>n)(?P=s)(?P<y2>{_Y})",
        _open_range,
    ),
    _rule(
        "31.10.2025-2.11.2025",
        rf"(?P<a1>n)(?P<s>[-./])(?P<b1>n)(?P=s)(?P<y1>{_Y})[-/,ta](?P<a2>n)(?P<s2>[-./])(?P<b2>n)(?P=s2)(?P<y2>{_Y})",
        _open_range,
    ),
    _rule(
        "2025-10-31/2025-11-02",
        r"(?P<y1>Y)(?P<s>[-./])(?P<m1>n)(?P=s)(?P<d1>n)[-/,ta](?P<y2>Y)(?P=s)(?P<m2>n)(?P=s)(?P<d2>n)",
        _range,
    ),
    _rule("2025-10-31/11-02", r"(?P<y1>Y)(?P<s>[-.])(?P<m1>n)(?P=s)(?P<d1>n)[/ta](?P<m2>n)(?P=s)(?P<d2>n)", _range),
    _rule("2025-11-08/09", r"(?P<y1>Y)(?P<s>[-./])(?P<m1>n)(?P=s)(?P<d1>n)[-/ta](?P<d2>n)", _range),
    _rule("8-9 November 2025", rf"(?P<d1>n){_TO}(?P<d2>n)[-./]?(?P<m2>[MR])[-./,]?(?P<y2>{_Y})", _range),
    _rule("2025, 8-9 November", rf"(?P<y2>Y)(?P<d1>n){_TO}(?P<d2>n)(?P<m2>M)", _range),
    _rule("2025 November 8-9", rf"(?P<y1>Y)(?P<m1>M)(?P<d1>n){_TO}(?P<d2>n)", _range),
    _rule(
        "31 October - 2 November 2025",
        rf"(?P<d1>n)[-.]?(?P<m1>[MR])[-.]?(?P<y1>[Yv]?){_TO}(?P<d2>n)[-.]?(?P<m2>[MR])[-.]?(?P<y2>{_Y})",
        _range,
    ),
    _rule("November 8-9, 2025", rf"(?P<m2>M)(?P<d1>n){_TO}(?P<d2>n),?(?P<y2>[Yv])", _range),
    _rule(
        "October 31 - November 2, 2025",
        rf"(?P<m1>M)(?P<d1>n),?(?P<y1>[Yv]?){_TO}(?P<m2>M)(?P<d2>n),?(?P<y2>[Yv])",
        _range,
    ),
    _rule(
        "late October - early November 2025",
        rf"(?P<e1>[eml]?)(?P<m1>[MR])(?P<y1>Y?){_TO}(?P<e2>[eml]?)(?P<m2>[MR])(?P<y2>Y)",
        _range,
    ),
    _rule("10.2025-11.2025", r"(?P<m1>n)[./](?P<y1>Y)[-ta](?P<m2>n)[./](?P<y2>Y)", _range),
    _rule("2025-10/2025-11", r"(?P<y1>Y)-(?P<m1>n)[-/ta](?P<y2>Y)-(?P<m2>n)", _range),
    _rule("late 2024 - early 2025", rf"(?P<e1>[eml]?)(?P<y1>Y){_TO}(?P<e2>[eml]?)(?P<y2>Y)", _range),
)
#: Several days, each named: read where they follow one another.
_LIST = re.compile(r"(?:(?P<days>n(?:[,a]{1,2}n)+),?(?P<m>M)|(?P<m_first>M)(?P<after>n(?:[,a]{1,2}n)+),?)(?P<y>[Yv])")
_NEEDS_TWO_ENDS = re.compile("[-/ta].*n|[-/ta].*Y|[-/ta].*M")


def shape_of(tokens: Tokens, months: Mapping[str, int | str]) -> Shape | None:
    """Return what tokens say, None where no rule fits.

    Parameters
    ----------
    tokens
        Of one cell.
    months
        Names of months as the column's language settles them; a text says why one is not settled.

    Raises
    ------
    Unread
        Where the form is known and what it says cannot be.
    """
    for start, end, modifiers in _bare(tokens.kinds):
        kinds, values = tokens.kinds[start:end], tokens.values[start:end]
        if "F" in modifiers:  # between 8 and 12 November
            kinds = kinds.replace("a", "t")
        if listed := _LIST.fullmatch(kinds):
            return replace(_listed(listed, values, months), modifiers=modifiers)
        for rule in RULES:
            if found := rule.pattern.fullmatch(kinds):
                if "F" in modifiers and not _NEEDS_TWO_ENDS.search(kinds):
                    raise Unread("it says from when, and not until when")
                parts, short = _parts(found, values, months)
                shape = rule.build(parts, found)
                return replace(shape, short=short or shape.short, modifiers=modifiers, written=_written(found))
    return None


def _bare(kinds: str) -> list[tuple[int, int, str]]:
    """Return where the date itself may begin and end, and the letters of the words beside it, likeliest first."""
    front = re.match(r"(?:[cNIOF~?][-,.]?)*", kinds)
    start = front.end() if front else 0
    tail = re.search(r"(?:,?[NOc?~])+$", kinds[start:])
    end = start + tail.start() if tail else len(kinds)
    # "9 November, overnight" does not say which night.
    after = ("O" if tail and re.search("[NO]", tail[0]) else "") + ("c" if tail and re.search("[?~c]", tail[0]) else "")
    bare = [(start, end, kinds[:start] + after)]
    if re.match("[wbf]", kinds[start:]):
        bare.append((start + 1, end, kinds[: start + 1] + after))
    return bare


def _settled(value: int | str, months: Mapping[str, int | str]) -> int:
    month = months.get(value, value) if isinstance(value, str) else value
    if isinstance(month, str):
        raise Unread(month)
    return month


def _parts(
    found: re.Match[str], values: list[int | str], months: Mapping[str, int | str]
) -> tuple[dict[str, int], bool]:
    """Return the numbers of a match's parts, and whether a year among them has two digits."""
    parts: dict[str, int] = {}
    short = False
    for name, kind in found.groupdict().items():
        if not kind or name[0] in "se":
            continue
        number = _settled(values[found.start(name)], months)
        if name[0] == "y" and kind in "nv":
            short, number = True, century(number)
        parts[name] = number
    return parts, short


def _written(found: re.Match[str]) -> str:
    """Return the order in which day, month and year of one date stand."""
    places = {name: found.start(name) for name, kind in found.groupdict().items() if kind and name in "dmy"}
    return "".join(sorted(places, key=places.__getitem__)) if len(places) == len("dmy") else ""


def _listed(found: re.Match[str], values: list[int | str], months: Mapping[str, int | str]) -> Shape:
    name = "days" if found["days"] else "after"
    numbers = [value for value in values[found.start(name) : found.end(name)] if isinstance(value, int)]
    month = _settled(values[found.start("m" if found["m"] else "m_first")], months)
    year = _settled(values[found.start("y")], months)
    days = [day_of(century(year) if found["y"] == "v" else year, month, number) for number in numbers]
    for earlier, later in itertools.pairwise(days):
        between(earlier, later, listed=True)
    return Shape(between(days[0], days[-1]))
