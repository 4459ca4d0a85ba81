"""Figures of a sentence: which number counts what, with its qualifier; read by the reader of tables' figures."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from impactmap.articles.lexicon import Lexicon, lexicon
from impactmap.model.qualifiers import QUALIFIERS
from impactmap.reading.figures import parse_figure

__all__ = ["Amount", "find_amounts"]

_DIGITS: Final = r"\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_AFTER: Final = 48  # characters in which a figure's unit may follow it
_WINDOW: Final = 90  # characters around it that may say what happened to what it counts
_LISTED: Final = 8  # characters between two figures of a list
_OF_PEOPLE: Final = frozenset(("killed", "injured", "evacuated"))
_BARE: Final = 18  # the same for a figure whose unit is not said
_STOP: Final = re.compile(r"[;.!?]|,\s|\s(?:and|while|but|та|а|і|и|но)\s")
_MONEY: Final = re.compile(r"[$€£₴₽]\s?\Z")


@dataclasses.dataclass(frozen=True)
class Amount:
    """A figure with what it counts.

    Attributes
    ----------
    start, end
        The figure with its qualifier and unit.
    metric
        What it counts, as in `impactmap.model.schema.METRICS` or a name of its own.
    value, low, high, qualifier
        As in a claim; the numbers are NaN where the text has none, "dozens".
    text
        The words, where they are no number.
    unit
        As the text has it.
    """

    start: int
    end: int
    metric: str
    value: float
    low: float
    high: float
    qualifier: str
    text: str
    unit: str


@dataclasses.dataclass(frozen=True)
class _Number:
    start: int
    end: int
    words: str  # as the reader of figures takes it; empty for one that is no number


@functools.cache
def _numerals(language: str) -> dict[str, str]:
    words = lexicon(language)
    pairs = (each.rpartition("=") for each in (*words.words("numbers.words"), *words.words("numbers.small")))
    return {word: number for word, _, number in pairs}


@functools.cache
def _measures(language: str) -> re.Pattern[str]:
    """Return what stands after figures that count nothing: shares, ages, hours."""
    return re.compile(rf"\s?-?(?:%|°|{lexicon(language).pattern('numbers.measures').pattern})", re.IGNORECASE)


@functools.cache
def _number_pattern(language: str) -> re.Pattern[str]:
    words = lexicon(language)
    numerals = sorted(_numerals(language), key=len, reverse=True)
    named = "|".join(re.escape(word).replace("'", "['’ʼ]").replace(r"\ ", r"\s+") for word in numerals)
    times = "|".join(re.escape(word) for word in sorted(words.words("numbers.times"), key=len, reverse=True))
    qualifiers = sorted((word for each in QUALIFIERS.values() for word in each.words), key=len, reverse=True)
    qualified = "|".join(
        re.escape(word).replace(r"\ ", r"\s+") + (r"\s+" if word[-1].isalnum() or word[-1] == "." else r"\s*")
        for word in qualifiers
    )
    vague = "|".join(re.escape(word) for word in sorted(words.words("numbers.vague"), key=len, reverse=True))
    spelled = rf"(?:{named})(?:[-\s](?:{named}))?"
    return re.compile(
        rf"(?<![\w.,$€£-])(?P<qualifier>(?:{qualified}){{0,2}})(?:(?P<digits>{_DIGITS})(?P<range>\s?[-–—]\s?(?:{_DIGITS}))?"
        rf"|(?P<spelled>{spelled})|(?P<vague>{vague}))(?P<times>\s*(?:{times})(?!\w)\.?)?(?:(?=km|км)|(?![\w%]))",
        re.IGNORECASE,
    )


def _numbers(text: str, start: int, end: int, language: str) -> Iterator[_Number]:
    for match in _number_pattern(language).finditer(text, start, end):
        figure = match["digits"] or ""
        if _YEAR.fullmatch(figure) and not match["times"] and not match["qualifier"]:
            continue
        if _measures(language).match(text, match.end()) or _MONEY.search(
            text[max(0, match.start() - 2) : match.start()]
        ):
            continue
        if match["vague"]:
            yield _Number(match.start(), match.end(), "")
            continue
        number = _spelled_out(match["spelled"], language) if match["spelled"] else figure + (match["range"] or "")
        yield _Number(match.start(), match.end(), f"{match['qualifier']}{number}{match['times'] or ''}")


def _ranges(text: str, numbers: Sequence[_Number], words: Lexicon) -> list[_Number]:
    """Return numbers with the two of a range as one: "between 5 and 7"."""
    joined: list[_Number] = []
    for each in numbers:
        before = joined[-1] if joined else None
        if before is not None and text[before.end : each.start].strip().casefold() in words.word_set(
            "numbers.range_to"
        ):
            opening = re.search(
                rf"{words.pattern('numbers.range_from').pattern}\s+$", text[: before.start][-12:], re.IGNORECASE
            )
            if opening and before.words and each.words:
                joined[-1] = _Number(before.start, each.end, f"{before.words}-{each.words}")
                continue
        joined.append(each)
    return joined


def _spelled_out(words: str, language: str) -> str:
    """Return a number in words as digits: "twenty-seven" is 27."""
    known = _numerals(language)
    folded = " ".join(re.sub("[’ʼ]", "'", words).casefold().split())
    if folded in known:
        return known[folded]
    parts = re.split(r"[-\s]+", folded)
    for cut in range(len(parts) - 1, 0, -1):
        left, right = " ".join(parts[:cut]), " ".join(parts[cut:])
        if left in known and right in known:
            return str(int(known[left]) + int(known[right]))
    return folded


def find_amounts(text: str, start: int, end: int, language: str, taken: Sequence[tuple[int, int]] = ()) -> list[Amount]:
    """Return the figures of a sentence that count something known.

    Parameters
    ----------
    text, start, end
        Which sentence of which text.
    language
        Of the text.
    taken
        Parts that are something else: days, names.

    Examples
    --------
    >>> text = "Three people were killed and at least 12 injured; some 20,000 households lost power."
    >>> [(each.metric, each.value, each.qualifier) for each in find_amounts(text, 0, len(text), "en")]
    [('killed', 3.0, ''), ('injured', 12.0, 'at least'), ('households_without_power', 20000.0, 'about')]
    """
    words = lexicon(language)
    numbers = [
        each
        for each in _ranges(text, list(_numbers(text, start, end, language)), words)
        if not any(first < each.end and each.start < last for first, last in taken)
    ]
    found: list[Amount] = []
    for number in numbers:
        unit, at = _unit(text, number, end, words)
        metric = _metric(text, number, at, unit, (start, end), numbers, words)
        if not metric and found:
            metric = _of_list(text, found[-1], number, unit)
        if not metric or (metric in _OF_PEOPLE and _is_part(text, number, at, words)):
            continue
        figure = parse_figure(number.words) if number.words else None
        last = at[1] if at else number.end
        unit_text = text[at[0] : at[1]] if at else ""
        if figure is None:
            shown = text[number.start : number.end]
            found.append(Amount(number.start, last, metric, math.nan, math.nan, math.nan, "", shown, unit_text))
        else:
            value, low, high, qualifier = figure
            found.append(Amount(number.start, last, metric, value, low, high, qualifier or "", "", unit_text))
    return _of_one_kind(found)


def _of_list(text: str, before: Amount, number: _Number, unit: str) -> str:
    """Return what a figure counts that stands in a list with the one before it: "450 drones and 45 missiles"."""
    kind = before.metric.partition("_")[2]
    if len(text[before.end : number.start]) > _LISTED or kind not in {"launched", "downed", "damaged"}:
        return ""
    return _NAMES.get((unit, kind), "")


def _of_one_kind(found: Sequence[Amount]) -> list[Amount]:
    """Return figures with the unit that another one before them said: "69 drones, of which 34 were shot down"."""
    told: list[Amount] = []
    for each in found:
        if each.metric != "downed":
            told.append(each)
            continue
        before = [other.metric.partition("_")[0] for other in told if other.metric.endswith(("_launched", "_downed"))]
        if before:
            told.append(dataclasses.replace(each, metric=f"{before[-1]}_downed"))
    return told


def _is_part(text: str, number: _Number, at: tuple[int, int] | None, words: Lexicon) -> bool:
    """Return whether a figure is a part of another: "two of them children"."""
    person, joint = words.pattern("units.people").pattern, words.pattern("tags.C").pattern
    joined = re.search(rf"({person})\s+{joint}\s+$", text[: number.start][-32:], re.IGNORECASE)
    if joined and not re.search(r"\d", joined[1]):  # "a woman and two children" are three
        return True
    after = text[number.end : (at[1] if at else number.end) + 24]
    before = text[max(0, number.start - 24) : number.start]
    return words.has("numbers.part_after", after) or words.has("numbers.part_before", before)


def _unit(text: str, number: _Number, end: int, words: Lexicon) -> tuple[str, tuple[int, int] | None]:
    """Return the kind of thing that a figure counts, and where its word stands."""
    after = text[number.end : min(end, number.end + _AFTER)]
    stop = _STOP.search(after)
    after = after[: stop.start()] if stop else after
    if after.startswith("-"):
        return "", None
    best: tuple[int, str, tuple[int, int]] | None = None
    for kind in words.groups("units"):
        match = words.pattern(f"units.{kind}").search(after)
        if match and (best is None or match.start() < best[0]):
            best = match.start(), kind, (number.end + match.start(), number.end + match.end())
    return (best[1], best[2]) if best else ("", None)


def _metric(
    text: str,
    number: _Number,
    at: tuple[int, int] | None,
    unit: str,
    within: tuple[int, int],
    numbers: Sequence[_Number],
    words: Lexicon,
) -> str:
    """Return what a figure counts, by its unit and the nearest word for what happened; empty where nothing says it."""
    if unit == "distance":
        around = text[max(within[0], number.start - _WINDOW) : min(within[1], number.end + _WINDOW)]
        return "border_distance_km" if words.has("claims.border", around) else ""
    last = at[1] if at else number.end
    near = [other for other in numbers if other is not number]
    floor = max([within[0], *(other.end for other in near if other.end <= number.start)])
    ceiling = min([within[1], *(other.start for other in near if other.start >= last)])
    before = text[max(floor, number.start - _WINDOW) : number.start]
    after = text[last : min(ceiling, last + _WINDOW)]
    kinds = _fitting(unit)
    scored = []
    for kind in kinds:
        pattern = words.pattern(f"metrics.{kind}")
        if match := pattern.search(after):
            gap = after[: match.start()]
            scored.append((len(gap) + 30 * len(_STOP.findall(gap)), kind))
        hits = list(pattern.finditer(before))
        if hits:
            gap = before[hits[-1].end() :]
            scored.append((len(gap) + 30 * len(_STOP.findall(gap)) + 3, kind))
    scored = [each for each in scored if each[0] <= (_WINDOW if unit else _BARE)]
    if not scored:
        return ""
    kind = min(scored)[1]
    return _NAMES.get((unit, kind), "")


_NAMES: Final = {
    **{(unit, kind): kind for unit in ("people", "") for kind in ("killed", "injured", "evacuated")},
    ("people", "without_power"): "people_without_power",
    ("people", "population"): "population",
    ("households", "without_power"): "households_without_power",
    ("households", "evacuated"): "households_evacuated",
    ("customers", "without_power"): "customers_without_power",
    ("settlements", "without_power"): "settlements_without_power",
    ("households", "damaged"): "buildings_damaged",
    ("buildings", "damaged"): "buildings_damaged",
    ("drones", "launched"): "drones_launched",
    ("drones", "downed"): "drones_downed",
    ("missiles", "launched"): "missiles_launched",
    ("missiles", "downed"): "missiles_downed",
    ("", "downed"): "downed",
}


def _fitting(unit: str) -> list[str]:
    return [kind for known, kind in _NAMES if known == unit]
