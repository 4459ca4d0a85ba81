"""Word decisions: what is said about a place, an area, several candidates or none."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Final

from impactmap.places.gazetteer.areas import Areas
from impactmap.places.gazetteer.more_regions import MoreRegion
from impactmap.places.gazetteer.register import Unit
from impactmap.places.names.toponyms import Toponym
from impactmap.places.settle.decision import Candidate, Decision, Status
from impactmap.places.settle.evidence import MOST_ALTERNATIVES, Evidence, settlement_radius_km
from impactmap.places.settle.hints import Hints
from impactmap.places.shapes import area_radius_km

__all__ = ["NEAR_RADIUS_KM", "Verdicts", "sentence"]

NEAR_RADIUS_KM: Final = 15.0
_HARDLY: Final = 0.2


class Verdicts:
    """Make decisions about rows of one gazetteer's table and about areas.

    Parameters
    ----------
    evidence
        What the gazetteer and the areas say.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.areas: Areas = evidence.areas

    def country(self, code: str, hints: Hints) -> Decision:
        """Return the decision for a country, which may contradict the one given."""
        name = self.areas.country_name(code, self.evidence.language)
        if hints.country and hints.country != code:
            hinted = self.areas.country_name(hints.country, "en")
            reason = f"the place is a country, {name}, but the country is given as {hinted}"
            return Decision("ambiguous", sentence(reason, hints.notes))
        return Decision(
            "area",
            sentence("a country", hints.notes),
            precision="country",
            score=1.0,
            name=name,
            country=code,
            place_id=f"iso:{code}",
            provider="cldr",
        )

    def region(self, code: str, reason: str, score: float = 1.0) -> Decision:
        """Return the decision for a region that is known by its ISO 3166-2 code."""
        name = self.areas.region_name(code, self.evidence.language)
        more = self.areas.more.get(code)
        if more is not None and more.parts:
            return dataclasses.replace(self.regions(more.parts, name), score=score, place_id=f"iso:{code}")
        if more is not None and more.circle is not None:
            return self._region_without_outline(more, name or code, reason, score)
        return Decision(
            "area",
            reason,
            precision="region",
            radius_km=area_radius_km(self.areas.polygon(code)),
            score=score,
            name=name,
            region=name,
            region_code=code,
            country=self.areas.regions[code].country,
            place_id=f"iso:{code}",
            provider="natural_earth",
        )

    def _region_without_outline(self, more: MoreRegion, name: str, reason: str, score: float) -> Decision:
        assert more.circle is not None
        latitude, longitude, radius = more.circle
        return Decision(
            "area",
            f"{reason[:-1]}; shown as a circle of {radius:.0f} km around its known settlements, "
            "since its borders are not in the data.",
            precision="district",
            radius_km=radius,
            score=score,
            name=name,
            region=name,
            country=more.country,
            place_id=more.place_id,
            provider="geonames",
            circle=(latitude, longitude),
        )

    def regions(self, codes: Sequence[str], name: str | None = None, notes: tuple[str, ...] = ()) -> Decision:
        """Return the decision for several regions of the layer as one area."""
        if len(codes) == 1 and not notes:
            return dataclasses.replace(self.region(codes[0], "A region."), name=name)
        names = [self.areas.region_name(code, self.evidence.language) or code for code in codes]
        listed = f"the area of {len(codes)} regions"
        reason = f"{listed}: {', '.join(names)}" if len(codes) <= MOST_ALTERNATIVES else listed
        countries = {self.areas.regions[code].country for code in codes}
        return Decision(
            "area",
            sentence(reason, notes),
            precision="region",
            radius_km=area_radius_km(self.areas.union(codes)),
            score=1.0,
            name=name or ", ".join(names),
            country=countries.pop() if len(countries) == 1 else None,
            place_id=f"iso:{'+'.join(codes)}" if len(codes) <= MOST_ALTERNATIVES else None,
            provider="natural_earth",
            region_codes=tuple(codes),
        )

    def unit(self, unit: Unit, country: str, name: str, score: float, hints: Hints) -> Decision:
        """Return the decision for a district or a community of the register."""
        code = self.areas.region_of(country, unit.admin1)
        reason = (
            f"a {unit.kind}, {unit.latin}; shown as a circle of {unit.radius_km:.0f} km around "
            f"{'its city' if unit.kind == 'city district' else 'its known settlements'}, "
            "since its borders are not in the data"
        )
        return Decision(
            "area",
            sentence(reason, hints.notes),
            precision="district",
            radius_km=unit.radius_km,
            score=round(score, 3),
            name=name,
            region=self.areas.region_name(code, self.evidence.language),
            region_code=code,
            country=country,
            place_id=self.evidence.table.unit_id(unit),
            provider="katottg",
            circle=(unit.latitude, unit.longitude),
        )

    def place(
        self, status: Status, row: int, score: float, why: str, rest: list[int], toponym: Toponym, hints: Hints
    ) -> Decision:
        """Return the decision for a settlement; one whose own position is not known is an area."""
        others = self.evidence.candidates(rest[:MOST_ALTERNATIVES], min(0.5, score / 2))
        place = dataclasses.replace(self.evidence.candidate(row, score), score=score)
        return self.settlement(status, place, why, others, toponym, hints)

    @staticmethod
    def settlement(
        status: Status, place: Candidate, why: str, others: tuple[Candidate, ...], toponym: Toponym, hints: Hints
    ) -> Decision:
        """Return the decision for a candidate, which is a settlement; its score is the decision's."""
        reason, radius, score, own = why, settlement_radius_km(place.population), place.score, not place.radius_km
        if not own:
            radius = place.radius_km
            reason += (
                f"; the register knows it, in {place.within}, but not where in it: the community's area stands for it"
            )
        if toponym.relation == "near":
            reason, radius = f"{reason}; the report says near it", max(radius + toponym.away_km, NEAR_RADIUS_KM)
        elif toponym.relation == "site":
            reason = f"{reason}; a site named after it, which the gazetteer does not know"
            status, radius = "fuzzy", max(radius, NEAR_RADIUS_KM)
        if hints.contradict and status == "matched":
            status, score = "fuzzy", 0.6 * score
        if toponym.mended:
            reason += "; look-alike or invisible characters mended"
        latitude, longitude = place.position or (math.nan, math.nan)
        return Decision(
            "area" if status == "matched" and not own else status,
            sentence(reason, hints.notes),
            precision="settlement" if own else "district",
            radius_km=radius,
            score=round(score, 3),
            name=place.name,
            region=place.region,
            region_code=place.region_code,
            country=place.country,
            place_id=place.place_id,
            provider=place.provider,
            latitude=latitude if own else math.nan,
            longitude=longitude if own else math.nan,
            circle=None if own else place.position,
            alternatives=others,
            population=place.population,
            coarse=not own,
            within=place.within,
        )

    def several(
        self,
        reason: str,
        rows: list[int],
        hints: Hints,
        score: float,
        *,
        others: Sequence[int] = (),
        fits: Mapping[int, float] | None = None,
        alike: float = 0.0,
    ) -> Decision:
        """Return that a text may mean several places: `rows`, hardly the `others`; `fits` weighs them, 0 to 1.

        `alike` is how much like the name asked for theirs is; 0 where it is not their name that is doubtful.
        """
        weights = dict.fromkeys(others, _HARDLY) | dict.fromkeys(rows, 1.0) | dict(fits or {})
        found = self.evidence.candidates([*rows, *others], score, hints, weights)
        likely = found[: len(set(rows))]
        countries = {candidate.country for candidate in likely}
        regions = {(candidate.region_code, candidate.region) for candidate in likely}
        region_code, region = regions.pop() if len(regions) == 1 else (None, None)
        return Decision(
            "ambiguous",
            sentence(reason, hints.notes),
            score=score,
            region=region,
            region_code=region_code,
            country=countries.pop() if len(countries) == 1 else None,
            alternatives=found[:MOST_ALTERNATIVES],
            reserve=found[MOST_ALTERNATIVES:],
            named=len(set(rows)),
            alike=alike,
        )

    def as_candidate(self, decision: Decision) -> Candidate | None:
        """Return what a decision found as a candidate, None where it found nothing."""
        if decision.status == "ambiguous" and decision.alternatives:
            return decision.alternatives[0]
        if decision.place_id is None or decision.country is None:
            return None
        point = decision.circle or (decision.latitude, decision.longitude)
        return Candidate(
            decision.place_id,
            decision.name or "",
            decision.region_code,
            decision.region,
            decision.country,
            None if math.isnan(point[0]) else point,
            decision.population,
            decision.score,
            decision.radius_km if decision.circle else 0.0,
            provider=decision.provider,
            within=decision.within,
        )

    def nothing(self, status: Status, reason: str, hints: Hints) -> Decision:
        """Return that no place was found."""
        code = hints.regions[0] if len(hints.regions) == 1 else None
        return Decision(
            status,
            sentence(reason, hints.notes),
            country=hints.country,
            region_code=code,
            region=self.areas.region_name(code, self.evidence.language),
        )


def sentence(reason: str, notes: tuple[str, ...]) -> str:
    """Return a reason and the notes on the hints as one sentence."""
    text = "; ".join([reason, *notes])
    return text[:1].upper() + text[1:] + "."
