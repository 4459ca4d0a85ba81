"""Choose among places that have nearly the name."""

from __future__ import annotations

import math
from typing import Final

from impactmap.places.names.keys import name_key
from impactmap.places.settle.decision import Decision
from impactmap.places.settle.evidence import NAMESAKE_KM, TOWN
from impactmap.places.settle.readings import keys_of
from impactmap.places.settle.rules.context import Context

__all__ = ["similar"]

_SIMILAR: Final = {"region": 72.0, "country": 78.0, "world": 86.0}
_SHORTEST: Final = 4  # letters of a key that may be misspelt
_MISSPELT: Final = 83.0  # less like than that it is another place, where small ones are missing
_LIKE: Final = 85.0  # so similar that it is preferred to a place of exactly the name in another region
_TELLING: Final = 3.0  # points of similarity that make a candidate e times as likely
_UNLIKE: Final = 8.0  # the same where the name itself is known elsewhere
_SURELY_MISSPELT: Final = 90.0  # so like it that even the word in front may be
_OTHER: Final = 0.85  # times as alike is a name that another word stands in front of
# Words in front of a name that make it another place's: "Staromaiorske" is not Maiorske, "New Ulm" not Ulm.
_FRONTS: Final = frozenset(
    map(
        name_key,
        (
            *("Ново", "Нова", "Новий", "Старо", "Стара", "Велика", "Великий", "Мала", "Малий", "Верхня", "Нижня"),
            *("Верхньо", "Нижньо", "Красно", "Червоно", "Новая", "Новый", "Старая", "Большая", "Большой", "Малая"),
            *("Верхняя", "Нижняя", "Верхний", "Нижний", "New", "Old", "Upper", "Lower", "Great", "Little", "Nueva"),
            *("Nuevo", "Nova", "Novo", "Alto", "Bajo", "Neu", "Alt", "Ober", "Unter", "Stara", "Velika", "Mala"),
        ),
    )
)
_CLEARLY_MORE_SIMILAR: Final = 5.0
_CLEARLY_LESS: Final = 0.001  # how likely those that are less alike by that are


def similar(context: Context, outside: list[int] | None = None) -> Decision:
    """Choose among places that have nearly the name; `outside` have it, but not where the hints say."""
    toponym, hints, evidence, verdicts = context.toponym, context.hints, context.evidence, context.verdicts
    ranked = rank_similar(context)
    best, value = ranked[0] if ranked else (-1, 0.0)
    close = [row for row, other in ranked if value - other < _CLEARLY_MORE_SIMILAR]
    apart = evidence.spread_km(close) > NAMESAKE_KM if close else False
    if outside:
        if ranked and value >= _LIKE and not apart:
            why = "spelled like it in the region given; the only places of exactly that name are elsewhere"
            return verdicts.place("fuzzy", best, 0.8 * value / 100, why, outside, toponym, hints)
        if ranked and value >= _LIKE:
            reason = f"{len(close)} places in the region given have names like that, others elsewhere have it"
            return verdicts.several(reason, close, hints, 0.3, others=outside, fits=_fits(ranked))
        reason = "the name and the region contradict each other: the only places of that name are elsewhere"
        alike = {row: math.exp((value - 100) / _UNLIKE) for row, value in ranked}
        return verdicts.several(reason, [*outside, *alike], hints, 0.3, fits=alike)
    if hints.country and value < _LIKE and (not ranked or not hints.regions):
        elsewhere = [row for key in keys_of(toponym) for row in evidence.table.run().find(key)]
        if elsewhere:
            reason = f"no place of that name in {evidence.areas.country_name(hints.country, 'en')}, only elsewhere"
            return verdicts.several(reason, evidence.by_population(elsewhere), hints, 0.2)
    if not ranked:
        where = " in the region given" if hints.regions else ""
        return verdicts.nothing("not_found", f"no place has a name like that{where}", hints)
    if apart and (hints.country or not evidence.dominates(close, "country")):
        reason = f"{len(close)} places have names like that"
        return verdicts.several(reason, close, hints, round(value / 200, 3), fits=_fits(ranked))
    rest = [row for row, _ in ranked[1:]]
    if value < _MISSPELT and not evidence.is_complete(hints):
        reason = "only spelled somewhat like it; the place may be missing from the gazetteer"
        return verdicts.several(reason, [best], hints, round(value / 200, 3), others=rest)
    if not hints.regions:
        reason = "only spelled like it, and nothing else says that it is this place"
        fits = {best: 1.0} | dict.fromkeys(rest, _CLEARLY_LESS)
        return verdicts.several(reason, [best], hints, round(value / 200, 3), others=rest, fits=fits, alike=value)
    return verdicts.place("fuzzy", best, 0.85 * value / 100, "spelled like it", rest, toponym, hints)


def rank_similar(context: Context) -> list[tuple[int, float]]:
    """Return places with nearly the name, the most like first, with how like: the wider the search, the more so."""
    toponym, hints, table = context.toponym, context.hints, context.evidence.table
    key = name_key(toponym.name)
    runs = [context.evidence.part(code) for code in context.evidence.parts_of(hints)] or [
        context.evidence.run(hints.country) if hints.country else table.prominent()
    ]
    cutoff = _SIMILAR["region" if hints.regions else "country" if hints.country else "world"]
    found: dict[int, float] = {}
    if len(key) >= _SHORTEST:
        for run in runs:
            for row, value in run.find_similar(key, cutoff=cutoff, skeletons=hints.country is not None):
                alike = value if value >= _SURELY_MISSPELT or _same_front(key, table.names_of(row)) else _OTHER * value
                if alike >= cutoff and (toponym.size != "village" or table.population[row] < TOWN):
                    found[row] = max(alike, found.get(row, 0.0))
    return sorted(found.items(), key=lambda item: (-item[1], -int(table.population[item[0]]), item[0]))


def _same_front(key: str, names: list[str]) -> bool:
    """Return whether a name begins with the same word for new, old, great as one of a place has, or with none."""
    return any(_front(name_key(name)) == _front(key) for name in names)


def _front(key: str) -> str:
    return max((front for front in _FRONTS if key.startswith(front) and len(key) > len(front) + 2), key=len, default="")


def _fits(ranked: list[tuple[int, float]]) -> dict[int, float]:
    """Return how likely each of some similar names is beside the most similar one."""
    best = ranked[0][1] if ranked else 0.0
    return {row: math.exp((value - best) / _TELLING) for row, value in ranked}
