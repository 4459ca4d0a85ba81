"""The theatre of a table: where its certain places are, as a small summary that adds up over parts of a table.

A table of reports is seldom about the whole world: of several places of one name the one among the table's other places
is likelier than one far from all of them.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from impactmap.places.settle.decision import Candidate, Decision, Query
from impactmap.places.settle.evidence import EXACT

__all__ = ["Site", "Theatre", "Weighed", "site_of"]

_CELL: Final = 0.2  # degrees of latitude; half as many to the degree of longitude as there are at 60 degrees
_REACH: Final = 2  # cells
_WIDTH: Final = 1.0  # cells
_ALONE: Final = 0.02
_UNKNOWN: Final = 150  # inhabitants of a place without a figure: most are villages too small for GeoNames
_LEAST_SITES: Final = 3
_FUZZY: Final = 200.0  # the weight of one of 40,000 inhabitants
_SHARE: Final = 0.05  # of the table, from which a country belongs to the theatre
_SHARE_OF_VOTES: Final = 0.3  # the same where nothing in it is certain
_MOST_COUNTRIES: Final = 5
_TELLING_SHARE: Final = 0.7  # of the table that lies in so few countries: else it is about the world
_FAR_TIMES: Final = 5.0
_EARTH_KM: Final = 6371.0
_MOST_COMPARED: Final = 1_000

#: A name, a country, and in thousandths how likely the name is that country's.
Vote = tuple[str, str, int]
#: A candidate, and how likely it is.
Weighed = tuple[Candidate, float]
Points = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Site:
    """A place where something of the table certainly is: a settlement, as it was asked for, or a source's position."""

    country: str
    place_id: str
    latitude: float
    longitude: float
    asked: str = ""


class Theatre:
    """Where the certain places of a table are, and how many of its rows name each.

    Parameters
    ----------
    sites
        With the number of rows of each.
    votes
        Names that several countries have: the name, a country, in thousandths how likely it is that one's, the rows.

    Examples
    --------
    >>> kyiv, kharkiv, lviv = (Site("UA", name, *at) for name, at in
    ...     {"a": (50.45, 30.52), "b": (49.98, 36.25), "c": (49.84, 24.02)}.items())
    >>> theatre = Theatre({kyiv: 4, kharkiv: 1}) + Theatre({lviv: 2, kyiv: 1})
    >>> theatre.sites[kyiv], theatre.countries
    (5, ('UA',))
    """

    def __init__(self, sites: Mapping[Site, int] | None = None, votes: Mapping[Vote, int] | None = None) -> None:
        self.sites: Counter[Site] = Counter(sites or {})
        self.votes: Counter[Vote] = Counter(votes or {})
        self._blocks: dict[float, dict[tuple[int, int], set[str]]] = {}

    def __add__(self, other: Theatre) -> Self:
        return type(self)(self.sites + other.sites, self.votes + other.votes)

    @classmethod
    def of(cls, queries: Iterable[Query], decisions: Iterable[Decision], rows: Iterable[int]) -> Self:
        """Return the theatre of what was decided.

        Parameters
        ----------
        queries, decisions
            What was asked, and what was decided.
        rows
            How many rows of the table each decision stands for.
        """
        sites: Counter[Site] = Counter()
        votes: Counter[Vote] = Counter()
        for query, decision, count in zip(queries, decisions, rows, strict=True):
            if count and (site := site_of(decision, query)) is not None:
                sites[site] += count
            elif count:
                votes.update({(query.place, country, share): count for country, share in _shares(decision)})
        return cls(sites, votes)

    def without(self, decisions: Iterable[Decision]) -> Self:
        """Return the theatre without the places that some decisions settled."""
        left = {decision.place_id for decision in decisions}
        return type(self)({site: rows for site, rows in self.sites.items() if site.place_id not in left}, self.votes)

    @functools.cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries in which most of the table's places are, none where it is about the world."""
        certain: dict[str, float] = defaultdict(float)
        for site, count in sorted(self.sites.items()):
            certain[site.country] += math.sqrt(count)
        weights = defaultdict(float, certain)
        for (_, country, share), count in sorted(self.votes.items()):
            weights[country] += share / 1000 * math.sqrt(count)
        total = sum(weights.values())
        if total < _LEAST_SITES:
            return ()
        ranked = sorted(weights, key=lambda code: (-weights[code], code))
        least = {code: _SHARE if code in certain else _SHARE_OF_VOTES for code in ranked}
        main = [code for code in ranked if weights[code] >= least[code] * total][:_MOST_COUNTRIES]
        return tuple(main) if sum(weights[code] for code in main) >= _TELLING_SHARE * total else ()

    @functools.cached_property
    def _named(self) -> Counter[str]:
        named: Counter[str] = Counter()
        for site, count in self.sites.items():
            named[site.place_id] += count if site.place_id else 0
        return named

    @functools.cached_property
    def _density(self) -> dict[tuple[int, int], float]:
        """How many of the table's places are about each cell, smoothed."""
        cells: dict[tuple[int, int], float] = defaultdict(float)
        for site, count in sorted(self.sites.items()):
            cells[_cell(site.latitude, site.longitude)] += math.sqrt(count)
        steps = range(-_REACH, _REACH + 1)
        shares = [(i, j, math.exp(-(i * i + j * j) / (2 * _WIDTH**2))) for i in steps for j in steps]
        density: dict[tuple[int, int], float] = defaultdict(float)
        for (x, y), weight in cells.items():
            for i, j, share in shares:
                density[x + i, y + j] += weight * share
        return density

    def about(self, candidate: Candidate) -> float:
        """Return how many of the table's places are about a candidate: 0 where none is within some 50 km."""
        return 0.0 if candidate.position is None else self._density.get(_cell(*candidate.position), 0.0)

    @functools.cached_property
    def usually_about(self) -> float:
        """How many of the table's places are about each of them, half of them."""
        densities = [self._density[_cell(site.latitude, site.longitude)] for site in self.sites]
        return statistics.median(densities) if densities else 0.0

    def likelihood(self, candidate: Candidate) -> float:
        """Return how likely a candidate is meant, as a number to compare with others'.

        The hints and the name, the inhabitants, the table's places about it, and whether the table has it elsewhere.
        """
        if candidate.position is None:
            return 0.0
        inhabitants = math.sqrt(max(candidate.population, _UNKNOWN))
        about = _ALONE + self.about(candidate)
        return candidate.fit * inhabitants * about * (1 + 0.5 * math.sqrt(self._named[candidate.place_id]))

    def rank(self, decision: Decision) -> list[Weighed]:
        """Return all that a decision may mean with how likely that is, the likeliest first."""
        weighed = [(each, self.likelihood(each)) for each in (*decision.alternatives, *decision.reserve)]
        return sorted(weighed, key=lambda pair: -pair[1])

    def far_km(self, decision: Decision, least_km: float) -> float | None:
        """Return how far a place is from all the rest of the table, None where that is no farther than others are.

        Up to `least_km` nothing is far.
        """
        if len(self.sites) < _LEAST_SITES or math.isnan(decision.latitude):
            return None
        if self._has_beside(decision.latitude, decision.longitude, decision.place_id or "", least_km):
            return None
        away = self._away_km(decision.latitude, decision.longitude, decision.place_id or "")
        return away if away > max(least_km, _FAR_TIMES * self._usual_km) else None

    def _away_km(self, latitude: float, longitude: float, place_id: str) -> float:
        """Return the distance to the nearest other place of the table."""
        at = _centred([latitude], [longitude])[0]
        return _arc_km(float(np.linalg.norm(self._points[self._ids != place_id] - at, axis=1).min(initial=2.0)))

    def _has_beside(self, latitude: float, longitude: float, place_id: str, km: float) -> bool:
        """Return whether another place of the table is surely nearer than that: it is in the cell or one beside it."""
        if km not in self._blocks:
            self._blocks[km] = defaultdict(set)
            for site in self.sites:
                y, x = _block(site.latitude, site.longitude, km)
                for i, j in itertools.product((-1, 0, 1), repeat=2):
                    self._blocks[km][y + i, x + j].add(site.place_id)
        return bool(self._blocks[km].get(_block(latitude, longitude, km), set()) - {place_id})

    @functools.cached_property
    def _ids(self) -> npt.NDArray[np.str_]:
        return np.array([site.place_id for site in sorted(self.sites)])

    @functools.cached_property
    def _points(self) -> Points:
        sites = sorted(self.sites)
        return _centred([site.latitude for site in sites], [site.longitude for site in sites])

    @functools.cached_property
    def _usual_km(self) -> float:
        """How far three in four of the places are from their nearest; of very many, of every so manyth."""
        points = self._points[:: max(1, len(self._points) // _MOST_COMPARED)]
        chords = np.sqrt(np.maximum(2 - 2 * points @ points.T, 0))
        np.fill_diagonal(chords, 2.0)
        return _arc_km(float(np.quantile(chords.min(axis=1), 0.75, method="lower")))


def site_of(decision: Decision, query: Query, *, anyhow: bool = False) -> Site | None:
    """Return where something certainly is (`anyhow`: or may be), None where the decision does not say."""
    if not anyhow and decision.status != "matched" and not (decision.status == "area" and decision.circle):
        return None
    latitude, longitude = decision.circle or (decision.latitude, decision.longitude)
    return (
        None
        if math.isnan(latitude)
        else Site(
            decision.country or "", decision.place_id or "", latitude, longitude, "|".join(dataclasses.astuple(query))
        )
    )


def _shares(decision: Decision) -> Iterator[tuple[str, int]]:
    """Yield the countries that have a name which is not settled, with how likely each of them is meant."""
    if decision.status != "fuzzy" and decision.alike < EXACT:
        return
    largest: dict[str, float] = {}
    if decision.status == "fuzzy" and decision.country:
        largest[decision.country] = _FUZZY
    for each in (*decision.alternatives, *decision.reserve):
        weight = each.fit * math.sqrt(max(each.population, _UNKNOWN))
        largest[each.country] = max(largest.get(each.country, 0.0), weight)
    total = sum(largest.values())
    for country, weight in largest.items():
        if share := round(1000 * weight / total):
            yield country, share


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / _CELL), math.floor(longitude / (2 * _CELL))


def _block(latitude: float, longitude: float, km: float) -> tuple[int, int]:
    """Return a cell of which the neighbours' far corners are `km` apart at the equator."""
    degrees = km / (111.2 * 2 * math.sqrt(2))
    return math.floor(latitude / degrees), math.floor(longitude / degrees)


def _centred(latitude: list[float], longitude: list[float]) -> Points:
    """Return points of a sphere of radius 1."""
    y, x = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


def _arc_km(chord: float) -> float:
    return 2 * _EARTH_KM * math.asin(min(chord / 2, 1.0))
