"""Use the coordinates that a source gives, checked against the place it names beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Candidate, Decision, Query
from impactmap.places.settle.evidence import DISTRICT_RADIUS_KM
from impactmap.places.shapes import distance_km, distance_to_area_km

__all__ = ["SWAPPED", "use_source_coordinates"]

#: In the reason of a row whose latitude and longitude look exchanged.
SWAPPED: Final = "latitude and longitude look swapped"

_APART_KM: Final = 50.0
_REGION_EDGE_KM: Final = 20.0


def use_source_coordinates(
    events: pd.DataFrame,
    queries: Sequence[Query],
    decisions: list[Decision],
    inverse: npt.NDArray[np.intp],
    chooser: Chooser,
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
        Where regions are looked up.

    Returns
    -------
    list of Decision, numpy.ndarray
        The decisions with the new ones at the end, and which of them is each row's.
    """
    if not {"latitude", "longitude"} <= set(events.columns):
        return decisions, inverse
    given = (events["latitude"].notna() | events["longitude"].notna()).to_numpy()
    if "coordinates_from" in events.columns:
        origin = events["coordinates_from"].astype(object)
        given = given & (origin.isna() | (origin == "source")).to_numpy(dtype=bool)
    rows = np.flatnonzero(given)
    if not len(rows):
        return decisions, inverse
    stated = pd.Series("", index=events.index, dtype=object)
    if "place_precision" in events.columns:
        stated = events["place_precision"].astype(object).where(events["place_precision"].notna(), "")
    table = pd.DataFrame({"asked": inverse[rows], "stated": stated.to_numpy()[rows]})
    for name in ("latitude", "longitude"):
        table[name] = pd.to_numeric(events[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)[rows]
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(table))
    new = [
        _check(queries[asked], decisions[asked], latitude, longitude, precision, chooser)
        for asked, precision, latitude, longitude in unique
    ]
    inverse = inverse.copy()
    inverse[rows] = len(decisions) + codes
    return [*decisions, *new], inverse


def _check(
    query: Query, named: Decision, latitude: float, longitude: float, precision: str, chooser: Chooser
) -> Decision:
    """Return the decision about one pair of coordinates; `named` is what the gazetteer says about the name."""
    name = query.place or None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        reason = f"The coordinates given, {latitude:.2f}, {longitude:.2f}, cannot be meant."
        return Decision("invalid", reason, name=name)
    known: dict[str, Any] = {"region": named.region, "region_code": named.region_code, "country": named.country}
    if precision in {"district", "region", "country"}:
        return _area(name, named, latitude, longitude, precision, chooser, known)
    located = not math.isnan(named.latitude)
    apart = distance_km(latitude, longitude, named.latitude, named.longitude) if located else 0.0
    if apart > _APART_KM:
        if named.status == "matched" and not _in_region(query, named, latitude, longitude, chooser):
            reason = f"The coordinates given lie {apart:.0f} km from {named.name}, the place named"
            turned = (
                distance_km(longitude, latitude, named.latitude, named.longitude) if abs(longitude) <= 90 else apart
            )
            # They are never exchanged for the author: a reader could not tell.
            reason += f"; {SWAPPED}, {turned:.0f} km from it the other way round." if turned <= _APART_KM else "."
            place = Candidate(
                named.place_id or "",
                named.name or "",
                named.region_code,
                named.region,
                named.country or "",
                (named.latitude, named.longitude),
                0,
                named.score,
            )
            source = Candidate("source", query.place, None, None, "", (latitude, longitude), 0, 0.5)
            return Decision("ambiguous", reason, score=0.3, name=named.name, alternatives=(place, source), **known)
        if named.status != "matched":
            known = {}
    same = located and apart <= _APART_KM
    reason = "The coordinates are the source's"
    if located:
        reason += f", {apart:.0f} km from {named.name} in the gazetteer"
    settlement = precision == "settlement"
    return Decision(
        "matched",
        f"{reason}.",
        precision="settlement" if settlement else "exact",
        radius_km=(named.radius_km if same else 5.0) if settlement else 0.0,
        score=1.0 if same else 0.9,
        name=named.name if same and named.status == "matched" else name,
        place_id=named.place_id if same and named.status == "matched" else None,
        provider="source",
        latitude=latitude,
        longitude=longitude,
        **known,
    )


def _area(
    name: str | None,
    named: Decision,
    latitude: float,
    longitude: float,
    precision: str,
    chooser: Chooser,
    known: dict[str, Any],
) -> Decision:
    """Return an area where the source says that its coordinates stand for one: never a point."""
    if named.status == "area" and named.precision == precision:
        return named
    reason = f"The source's coordinates stand for a {precision}, so they are not a point."
    common: dict[str, Any] = {"name": name, "provider": "source", "score": 0.8, **known}
    if precision == "country":
        return Decision("area", reason, precision="country", **common)
    if precision == "region":
        if named.region_code is not None:
            return chooser.region(named.region_code, reason, 0.8)
        return Decision("not_found", f"{reason[:-1]}; which region is not said.", **common)
    circle = (latitude, longitude)
    return Decision("area", reason, precision="district", radius_km=DISTRICT_RADIUS_KM, circle=circle, **common)


def _in_region(query: Query, named: Decision, latitude: float, longitude: float, chooser: Chooser) -> bool:
    """Return whether the coordinates lie in the region given: then the source knows another place of that name."""
    if not query.region or named.region_code is None:
        return False
    return distance_to_area_km(chooser.areas.polygon(named.region_code), latitude, longitude) <= _REGION_EDGE_KM
