"""Use the coordinates that a source gives: they are drawn, and the country and region of the row are those they lie in.

What the row says otherwise is told (`place_conflict`). Only where exchanging the two numbers, or one sign, puts the row
where it says that it is, the coordinates are taken for wrong, and the row is not drawn.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.places.boundaries import COARSE_DECIMALS, areas_at, coarse_m
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Candidate, Decision, Query
from impactmap.places.settle.evidence import DISTRICT_RADIUS_KM, settlement_radius_km
from impactmap.places.settle.readings import keys_of, other_keys_of
from impactmap.places.shapes import distance_km
from impactmap.places.statements import Position, Statement, Suggestion, conflicts, mended

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["source_positions", "use_source_coordinates"]

_APART_KM: Final = 50.0
_NEAR_KM: Final = 15.0
_LEAST_KM: Final = 5.0
_MENDED_KM: Final = 10.0
_AREAS: Final = frozenset({"district", "region", "country"})


def use_source_coordinates(
    events: pd.DataFrame,
    queries: Sequence[Query],
    decisions: list[Decision],
    inverse: npt.NDArray[np.intp],
    chooser: Chooser,
    gazetteer: Gazetteer,
) -> tuple[list[Decision], npt.NDArray[np.intp]]:
    """Decide anew about the rows for which the source gives coordinates.

    Parameters
    ----------
    events
        ``latitude, longitude`` in degrees; ``coordinates_from`` and ``place_precision`` where the source has them. Rows
        whose coordinates an earlier run took from elsewhere than the source are left to the gazetteer.
    queries, decisions, inverse
        What was asked, what was decided, and which of them is each row's.
    chooser
        Where names are looked up.
    gazetteer
        Its settlements tell the region beside a line between two.

    Returns
    -------
    list of Decision, numpy.ndarray
        The decisions with the new ones at the end, and which of them is each row's.
    """
    rows = np.flatnonzero(source_positions(events))
    if not len(rows):
        return decisions, inverse
    stated = pd.Series("", index=events.index, dtype=object)
    if "place_precision" in events.columns:
        stated = events["place_precision"].astype(object).where(events["place_precision"].notna(), "")
    table = pd.DataFrame({"asked": inverse[rows], "precision": stated.to_numpy()[rows]})
    for name in ("latitude", "longitude"):
        table[name] = pd.to_numeric(events[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)[rows]
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(table))
    asked, points = [int(row[0]) for row in unique], [row[1:] for row in unique]
    positions = _positions(points, gazetteer)
    reader = _Reader(queries, chooser)
    reader.expect(asked, positions)
    new = [
        _without_position(queries[question], *point[1:])
        if position is None
        else reader.decide(question, decisions[question], position)
        for question, position, point in zip(asked, positions, points, strict=True)
    ]
    inverse = inverse.copy()
    inverse[rows] = len(decisions) + codes
    return [*decisions, *new], inverse


def source_positions(events: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows have a position of the source: none that an earlier run took from elsewhere."""
    if not {"latitude", "longitude"} <= set(events.columns):
        return np.zeros(len(events), dtype=bool)
    given = (events["latitude"].notna() | events["longitude"].notna()).to_numpy(dtype=bool)
    if "coordinates_from" in events.columns:
        origin = events["coordinates_from"].astype(object)
        given = given & (origin.isna() | (origin == "source")).to_numpy(dtype=bool)
    return given


def _positions(points: Sequence[tuple[str, float, float]], gazetteer: Gazetteer) -> list[Position | None]:
    """Return each position with the country and region that it lies in, None for one that cannot be meant."""
    latitude, longitude = (np.array([point[at] for point in points], dtype=float) for at in (1, 2))
    usable = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180) & ((latitude != 0) | (longitude != 0))
    rows = np.flatnonzero(usable)
    # What is said of a position must not tell the digits of it that may not leave.
    x, y = (np.round(degrees[rows], COARSE_DECIMALS) for degrees in (longitude, latitude))
    areas, coarse_km = areas_at(x, y, settlements=gazetteer.settlements), coarse_m(x, y) / 1000
    found: list[Position | None] = [None] * len(points)
    for number, row in enumerate(rows.tolist()):
        found[row] = Position(
            latitude=float(y[number]),
            longitude=float(x[number]),
            given=(points[row][1], points[row][2]),
            precision=points[row][0],
            country=areas.country[number],
            countries=areas.countries[number],
            likely=areas.likely[number],
            region=areas.region[number],
            regions=areas.regions[number],
            likely_region=areas.likely_region[number],
            coarse_km=float(coarse_km[number]),
        )
    return found


def _without_position(query: Query, latitude: float, longitude: float) -> Decision:
    reason = f"The coordinates given, {latitude:.2f}, {longitude:.2f}, cannot be meant."
    return Decision("invalid", reason, name=query.place or None)


class _Reader:
    """Reads what rows say of the place beside their positions.

    Parameters
    ----------
    queries
        What rows say.
    chooser
        Where it is looked up.
    """

    def __init__(self, queries: Sequence[Query], chooser: Chooser) -> None:
        self._queries, self._chooser = queries, chooser
        self._toponym = functools.cache(lambda asked: parse_toponym(queries[asked].place))
        # Of one text there are many positions.
        self._hints = functools.cache(lambda asked: chooser.hints(queries[asked], self._toponym(asked)))

    def expect(self, asked: Sequence[int], positions: Sequence[Position | None]) -> None:
        """Announce the names that will be looked for in the countries of the positions."""
        scopes: dict[str, set[str]] = {}
        for question, position in zip(asked, positions, strict=True):
            if position is not None and self._queries[question].place:
                for country in position.possible_countries:
                    scopes.setdefault(country, set()).update(self._keys(question))
        for country, keys in scopes.items():
            self._chooser.evidence.run(country).expect(keys)

    def decide(self, asked: int, named: Decision, position: Position) -> Decision:
        """Return the decision about a row; `named` is what the gazetteer says about its name."""
        query, areas = self._queries[asked], self._chooser.areas
        statement = Statement.of(query, self._hints(asked), named)
        position = position.said_by(statement)
        told = conflicts(statement, position, areas)
        if (fault := mended(statement, position, told, areas)) is not None:
            return self._refused(query, position, fault)
        if position.precision in _AREAS:
            return self._area(query, named, position, statement, told)
        here = self._settlement(asked, position)
        if here is None and not told and not statement.holds and (away := _away_km(named, position)) is not None:
            if named.status == "matched" and (fault := _turned(named, position)) is not None:
                return self._refused(query, position, fault)
            told = {"place": f"{named.name}, the place named, is {away:.0f} km away"}
        return self._point(query, position, here, told)

    def _point(
        self, query: Query, position: Position, here: tuple[Candidate, float] | None, told: dict[str, str]
    ) -> Decision:
        reasons = ["the coordinates are the source's"]
        settlement, away = here or (None, 0.0)
        if settlement is not None:
            reasons[0] += f", {away:.0f} km from {settlement.name} in the gazetteer"
            position = position.settled_by(settlement)
        if doubt := position.doubt(self._chooser.areas):
            reasons.append(doubt)
        coarse = position.precision == "settlement"
        radius = settlement_radius_km(settlement.population) if settlement is not None else _LEAST_KM
        return Decision(
            "matched",
            _sentence([*reasons, *told.values()]),
            precision="settlement" if coarse else "exact",
            radius_km=radius if coarse else 0.0,
            score=0.9 if settlement is None else 1.0,
            name=query.place or None if settlement is None else settlement.name,
            place_id=None if settlement is None else settlement.place_id,
            provider="source",
            latitude=position.given[0],
            longitude=position.given[1],
            conflict="; ".join(told),
            **self._known(position),
        )

    def _known(self, position: Position) -> dict[str, Any]:
        region = self._chooser.areas.region_name(position.region, self._chooser.language)
        return {"region": region, "region_code": position.region, "country": position.country}

    def _settlement(self, asked: int, position: Position) -> tuple[Candidate, float] | None:
        """Return the place of the row's name that the position lies in or beside, and how far from it."""
        toponym, evidence = self._toponym(asked), self._chooser.evidence
        if not self._queries[asked].place or toponym.kind in {"region", "district"}:
            return None
        table, best = evidence.table, (math.inf, -1)
        rows = {
            row
            for country in position.possible_countries
            for key in self._keys(asked)
            for row in evidence.run(country).find(key)
            if not table.radius_km[row]
        }
        for row in rows:
            away = distance_km(
                position.latitude, position.longitude, float(table.latitude[row]), float(table.longitude[row])
            )
            reach = max(settlement_radius_km(int(table.population[row])), _LEAST_KM) + position.coarse_km
            if toponym.relation != "at":
                reach = max(reach + toponym.away_km, _NEAR_KM)
            if away <= reach:
                best = min(best, (away, row))
        return None if best[1] < 0 else (evidence.candidate(best[1], 1.0), best[0])

    def _keys(self, asked: int) -> list[str]:
        toponym = self._toponym(asked)
        return [*keys_of(toponym), *other_keys_of(toponym)]

    def _area(
        self, query: Query, named: Decision, position: Position, statement: Statement, told: dict[str, str]
    ) -> Decision:
        """Return an area where the source says that its coordinates stand for one: never a point."""
        width, areas = position.precision, self._chooser.areas
        reason = _sentence([f"the source's coordinates stand for a {width}, so they are not a point", *told.values()])
        common: dict[str, Any] = {"provider": "source", "score": 0.8, "conflict": "; ".join(told)}
        same = not told and named.status == "area" and named.precision == width
        if same and (width != "district" or _away_km(named, position) is None):
            return named
        if width == "country":
            code = position.country or (statement.country if not told else None)
            name = areas.country_name(code, self._chooser.language) if code else query.place or None
            return Decision("area", reason, precision="country", name=name, country=code, **common)
        if width == "region":
            stated = next(iter(statement.regions), None) if "region" not in told and not statement.several else None
            code = stated or position.region or (named.region_code if not told else None)
            if code is None:
                return Decision("not_found", f"{reason[:-1]}; which region is not said.", name=query.place, **common)
            return dataclasses.replace(self._chooser.region(code, reason, 0.8), conflict=common["conflict"])
        return Decision(
            "area", reason, precision="district", radius_km=DISTRICT_RADIUS_KM, name=query.place or None,
            circle=position.given, **common, **self._known(position),
        )  # fmt: skip

    def _refused(self, query: Query, position: Position, suggestion: Suggestion) -> Decision:
        """Return that coordinates are not used, with those that may be meant: a reader could not tell."""
        given = f"the coordinates given, {position.latitude:.2f}, {position.longitude:.2f}, {suggestion.reason}"
        region = self._chooser.areas.region_name(suggestion.region, self._chooser.language)
        meant = Candidate(
            "source_mended", query.place, suggestion.region, region, suggestion.country or "", suggestion.position,
            0, 0.5,
        )  # fmt: skip
        source = Candidate("source", query.place, None, None, "", position.given, 0, 0.5)
        return Decision(
            "invalid", _sentence([given]), score=0.3, name=query.place or None, alternatives=(meant, source),
            conflict="latitude; longitude",
        )  # fmt: skip


def _away_km(named: Decision, position: Position) -> float | None:
    """Return how far a position is from the place named, None where it is not known to be too far."""
    if named.status not in {"matched", "area"}:
        return None
    point = named.circle or (named.latitude, named.longitude)
    if math.isnan(point[0]):
        return None
    away = distance_km(position.latitude, position.longitude, *point)
    slack = named.radius_km if named.circle and not math.isnan(named.radius_km) else 0.0
    return away if away > _APART_KM + slack else None


def _turned(named: Decision, position: Position) -> Suggestion | None:
    """Return the coordinates that one slip undone makes of a row's, where they lie at the place named."""
    for point, what in position.variants():
        away = distance_km(*point, named.latitude, named.longitude)
        if away <= max(named.radius_km, _MENDED_KM):
            apart = distance_km(position.latitude, position.longitude, named.latitude, named.longitude)
            reason = f"lie {apart:.0f} km from {named.name}, the place named; {what}: {point[0]:.2f}, {point[1]:.2f}"
            return Suggestion(f"{reason} lies {away:.0f} km from it", point, named.region_code, named.country)
    return None


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
