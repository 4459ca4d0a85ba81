"""Turn decisions into the columns that geocoding adds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.places.gazetteer.areas import Areas
from impactmap.places.gazetteer.country_outlines import within_country
from impactmap.places.gazetteer.table import PlaceTable
from impactmap.places.settle.decision import Candidate, Decision
from impactmap.places.shapes import circle

__all__ = ["COLUMNS", "NUMBERS", "number_column", "origin_column", "shape_column", "spread", "text_column"]

_TEXTS: Final = {
    "place_status": "status",
    "place_precision": "precision",
    "place_name": "name",
    "place_region": "region",
    "place_region_code": "region_code",
    "place_country": "country",
    "place_id": "place_id",
    "place_reason": "reason",
    "place_provider": "provider",
}
NUMBERS: Final = {"place_radius_km": "radius_km", "place_score": "score"}
COLUMNS: Final = (
    *("place_status", "place_precision", "place_radius_km", "place_score", "place_name", "place_region"),
    *("place_region_code", "place_country", "place_id", "place_alternatives", "place_reason", "place_provider"),
    "place_conflict",
)

_PART: Final = 65_536  # rows


def spread(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp]) -> dict[str, pd.Series[Any]]:
    """Return the columns of `COLUMNS`, one value a row; `inverse` says which decision is a row's."""
    columns: dict[str, pd.Series[Any]] = {}
    for column, field in _TEXTS.items():
        columns[column] = text_column([getattr(decision, field) for decision in decisions], inverse)
    for column, field in NUMBERS.items():
        columns[column] = pd.Series(number_column(decisions, inverse, field))
    columns["place_conflict"] = text_column([decision.conflict or None for decision in decisions], inverse)
    columns["place_alternatives"] = text_column([_json(decision.alternatives) for decision in decisions], inverse)
    return {name: columns[name] for name in COLUMNS}


def number_column(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp], field: str) -> npt.NDArray[np.float64]:
    """Return one number of each row's decision."""
    values: npt.NDArray[np.float64] = np.array([getattr(decision, field) for decision in decisions], dtype=np.float64)
    return values[inverse]


def origin_column(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp], table: PlaceTable) -> pd.Series[Any]:
    """Return `coordinates_from`: ``gazetteer``, ``source``, ``decision`` or the online provider; missing without any.

    An editor who chose an entry of the gazetteer leaves its coordinates as they are there.
    """
    providers = {origin.provider for origin in table.origins}
    origins = [
        None
        if np.isnan(decision.latitude)
        else "gazetteer"
        if decision.provider in providers or (decision.provider == "decision" and _is_of(decision.place_id, table))
        else decision.provider
        for decision in decisions
    ]
    return text_column(origins, inverse)


def _is_of(place_id: str | None, table: PlaceTable) -> bool:
    return place_id is not None and place_id.startswith(tuple(origin.prefix for origin in table.origins))


def shape_column(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp], areas: Areas) -> npt.NDArray[np.object_]:
    """Return each row's geometry; rows of one decision share it."""
    shapes = np.empty(len(decisions), dtype=object)
    shapes[:] = [_shape(decision, areas) for decision in decisions]
    return shapes[inverse]


def text_column(values: Sequence[str | None], inverse: npt.NDArray[np.intp]) -> pd.Series[Any]:
    """Return one text of each row's decision."""
    import pyarrow as pa

    texts, inverse = pa.array(values, pa.large_string()), inverse.astype(np.int32)
    # In parts: made in one piece, a column grows by doubling, and long texts of many rows take twice their memory.
    parts = [texts.take(pa.array(inverse[start : start + _PART])) for start in range(0, len(inverse), _PART)]
    return pd.Series(pa.chunked_array(parts, pa.large_string()), dtype="str")


def _json(candidates: Sequence[Candidate]) -> str:
    return json.dumps([candidate.as_dict() for candidate in candidates], ensure_ascii=False, separators=(",", ":"))


def _shape(decision: Decision, areas: Areas) -> Any:
    import shapely

    if decision.precision == "region" and decision.region_code is not None:
        return areas.polygon(decision.region_code)
    if decision.region_codes:
        return areas.union(decision.region_codes)
    if decision.precision == "district" and decision.circle is not None:
        shape = circle(*decision.circle, decision.radius_km)
        # A district or region of a country ends at its border; the surroundings of a town need not.
        known = decision.place_id is not None and decision.provider != "decision"
        return within_country(shape, decision.country) if known else shape
    if decision.precision in {"exact", "settlement"} and not np.isnan(decision.latitude):
        return shapely.Point(decision.longitude, decision.latitude)
    return None
