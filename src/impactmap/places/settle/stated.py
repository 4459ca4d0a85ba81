"""Places no finer than the source says: what it calls a district's, region's or country's is no settlement's point."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.evidence import DISTRICT_RADIUS_KM
from impactmap.reading.figures import parse_coordinates

__all__ = ["restore_area_positions", "widen_to_stated"]

_AREAS: Final = ("district", "region", "country")
_LATITUDE = re.compile(r"source_(?:latitude|lat|y|широта)", re.IGNORECASE)
_LONGITUDE = re.compile(r"source_(?:longitude|lon|lng|long|x|довгота|долгота)", re.IGNORECASE)


def restore_area_positions(events: pd.DataFrame) -> pd.DataFrame:
    """Give areas of a table that was located before the positions from which they were made.

    Parameters
    ----------
    events
        With ``place_status`` and ``place_precision`` of an earlier run, and the source's own position of an area kept
        under its header, such as ``source_latitude``. Other tables stay as they are.

    Returns
    -------
    pandas.DataFrame
        The same rows, with ``latitude`` and ``longitude`` also for those areas, so that locating them again gives the
        same area.
    """
    if not {"place_status", "place_precision", "latitude", "longitude"} <= set(events.columns):
        return events
    headers = [
        [name for name in list[Any](events.columns) if isinstance(name, str) and pattern.fullmatch(name)]
        for pattern in (_LATITUDE, _LONGITUDE)
    ]
    if [len(names) for names in headers] != [1, 1]:
        return events
    kept = [parse_coordinates(events[names[0]].astype("str")).numbers for names in headers]
    area = (events["place_status"] == "area") & events["place_precision"].isin(_AREAS) & events["latitude"].isna()
    area = area.fillna(value=False).astype(bool) & kept[0].abs().le(90) & kept[1].abs().le(180)
    return events.assign(
        latitude=events["latitude"].where(~area, kept[0]), longitude=events["longitude"].where(~area, kept[1])
    )


def widen_to_stated(
    events: pd.DataFrame,
    queries: Sequence[Query],
    decisions: list[Decision],
    asked: npt.NDArray[np.intp],
    inverse: npt.NDArray[np.intp],
    chooser: Chooser,
) -> tuple[list[Decision], npt.NDArray[np.intp]]:
    """Decide anew about rows that name a settlement and are, as their ``place_precision`` says, about an area.

    Parameters
    ----------
    events
        With ``place_precision`` where the source, or an earlier run, says how closely it knows the place.
    queries, asked
        What was asked, and which of it is each row's question.
    decisions, inverse
        What was decided, and which of it is each row's.
    chooser
        Where regions are looked up.

    Returns
    -------
    list of Decision, numpy.ndarray
        The decisions with the new ones at the end, and which of them is each row's.
    """
    if "place_precision" not in events.columns:
        return decisions, inverse
    stated = events["place_precision"].astype(object).where(events["place_precision"].isin(_AREAS), "").to_numpy()
    fine = np.array([each.precision in {"exact", "settlement"} or each.status == "ambiguous" for each in decisions])
    rows = np.flatnonzero((stated != "") & fine[inverse])
    if not len(rows):
        return decisions, inverse
    table = pd.MultiIndex.from_arrays([stated[rows], asked[rows], inverse[rows]])
    codes, unique = pd.factorize(table)
    new = [_widened(str(width), queries[question], decisions[at], chooser) for width, question, at in unique]
    inverse = inverse.copy()
    inverse[rows] = len(decisions) + codes
    return [*decisions, *new], inverse


def _widened(width: str, query: Query, named: Decision, chooser: Chooser) -> Decision:
    reason = f"The place is known to be in this {width}, not where in it."
    if width == "country":
        country = chooser.decide(Query(query.country)) if query.country else None
        if country is not None and country.precision == "country":
            return dataclasses.replace(country, reason=reason)
        if named.country and named.status != "ambiguous":
            return Decision(
                "area", reason, precision="country", score=named.score, name=named.name, country=named.country,
                provider=named.provider,
            )  # fmt: skip
    if width == "region":
        code = named.region_code if named.status != "ambiguous" else None
        if code is None and query.region:
            region = chooser.decide(Query("", query.region, query.country))
            if region.status == "area" and region.region_code is None:
                return region
            code = region.region_code
        if code is not None:
            return chooser.region(code, reason, 0.8)
    if width == "district" and named.status != "ambiguous":
        return dataclasses.replace(
            named,
            status="area",
            reason=reason,
            precision="district",
            radius_km=DISTRICT_RADIUS_KM,
            circle=(named.latitude, named.longitude),
            latitude=float("nan"),
            longitude=float("nan"),
            place_id=None,
            alternatives=(),
        )
    if named.status == "ambiguous":
        return named
    return Decision("not_found", f"{reason[:-1]}; which {width} is not said.", name=query.place or None)
