"""Give every row of a table its place: each different text is settled once, then spread over the rows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.errors import ColumnError
from impactmap.places.choosing import Chooser
from impactmap.places.columns import COLUMNS, number_column, origin_column, shape_column, spread
from impactmap.places.decision import Decision, Query
from impactmap.places.decisions import Decisions
from impactmap.places.shapes import area_radius_km, distance_km, representative_point
from impactmap.places.source import use_source_coordinates

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places.areas import Language
    from impactmap.places.gazetteer import Gazetteer

__all__ = ["OnlineGeocoder", "geocode_events", "geocode_table"]

_HINTS: Final = ("place", "region", "country", "district")
_TABLE_COLUMNS: Final = tuple(name for name in COLUMNS if name not in {"place_region_code", "place_provider"})
_ONE_CANDIDATE_KM: Final = 50.0  # how wide a guess is when there is nothing to compare it with


class OnlineGeocoder(Protocol):
    """What `geocode_events` asks of an online provider."""

    def settle(self, query: Query, offline: Decision) -> Decision:
        """Return the provider's decision, or the offline one where it adds nothing."""


def geocode_events(
    events: pd.DataFrame,
    *,
    gazetteer: Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
    decisions: Decisions | None = None,
    language: Language = "en",
) -> gpd.GeoDataFrame:
    """Add where each row's place is.

    Parameters
    ----------
    events
        Column ``place`` (text as reported); ``region`` and ``country`` (hints), ``district`` (a hint), ``latitude`` and
        ``longitude`` (degrees, WGS 84, where the source gives them) and ``place_precision`` (the source's own) are
        used where present.
    gazetteer
        Where to look; the shipped one when left out.
    online
        Asked only about what the gazetteer does not settle (`not_found`, `ambiguous`), only when given.
    decisions
        What editors decided, from `read_decisions`: wins over the gazetteer, the provider and the source's coordinates.
    language
        Of names: ``en``, ``uk`` or ``ru``.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, order and index with the ``place_*`` columns of the architecture and ``geometry`` in EPSG:4326: a
        Point for exact and settlement, a polygon for district and region (a district's is a circle around its seat: its
        borders are not in the data), None for a country and for what is not located. ``latitude`` and ``longitude``
        belong to points only.

    Raises
    ------
    ColumnError
        There is no ``place`` column.

    Notes
    -----
    An `ambiguous` row is not drawn: its candidates are in ``place_alternatives``. Coordinates of the source are kept as
    they are (`matched`, precision ``exact``, provider ``source``) unless the place named beside them is `matched` more
    than 50 km away and the region given does not hold them either: then the row is `ambiguous` and lists both.
    Coordinates that the source itself calls a district's, region's or country's never become a point.

    Examples
    --------
    >>> rows = pd.DataFrame({"place": ["Taganrog", "Kharkiv region", "Oktyabrsky"]})
    >>> geocode_events(rows)[["place_status", "place_precision", "place_id"]].values.tolist()
    [['matched', 'settlement', 'geonames:484907'], ['area', 'region', 'iso:UA-63'], ['ambiguous', nan, nan]]
    """
    import geopandas as gpd

    from impactmap.places.gazetteer import Gazetteer

    if "place" not in events.columns:
        names = ", ".join(map(repr, events.columns))
        raise ColumnError(f"The table needs a column 'place'; it has {names}. Rename the one that names the place.")
    gazetteer = Gazetteer() if gazetteer is None else gazetteer
    chooser = Chooser(gazetteer.table, gazetteer.areas, language=language)
    queries, inverse = _queries(events)
    found = _decide(queries, chooser, online, decisions)
    found, inverse, asked = *use_source_coordinates(events, queries, found, inverse, chooser), inverse
    if decisions:
        found, inverse = decisions.apply(events, queries, asked, (found, inverse), chooser.areas, language=language)
    result = pd.DataFrame(events).drop(columns=["geometry"], errors="ignore").copy()
    result["latitude"] = number_column(found, inverse, "latitude")
    result["longitude"] = number_column(found, inverse, "longitude")
    result["coordinates_from"] = origin_column(found, inverse, gazetteer=gazetteer.table.prefix).array
    for name, column in spread(found, inverse).items():
        result[name] = column.array
    geometry = gpd.array.from_shapely(shape_column(found, inverse, chooser.areas))
    return gpd.GeoDataFrame(result, geometry=geometry, crs="EPSG:4326")


def geocode_table(
    table: pd.DataFrame,
    *,
    place: Hashable = "place",
    region: Hashable | None = None,
    country: Hashable | None = None,
    district: Hashable | None = None,
    gazetteer: Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
    decisions: Decisions | None = None,
    language: Language = "en",
    best_guess: bool = False,
) -> pd.DataFrame:
    """Add coordinates and how sure they are to any table.

    Parameters
    ----------
    table
        Any table with a column of place names.
    place, region, country, district
        Its columns.
    gazetteer, online, decisions, language
        As for `geocode_events`.
    best_guess
        Give ambiguous rows the coordinates of their first candidate too, and places that are not found those of the
        region given. Status and reason stay as they are; precision and radius say how wide the guess is.

    Returns
    -------
    pandas.DataFrame
        The same rows, order and index with ``latitude, longitude, place_status, place_precision, place_radius_km,
        place_score, place_name, place_region, place_country, place_id, place_alternatives, place_reason``. Unlike on a
        map, an area has coordinates here, a point inside it; precision and radius say so.

    Raises
    ------
    ColumnError
        A named column is not there.
    """
    from impactmap.places.gazetteer import Gazetteer

    named = {"place": place, "region": region, "country": country, "district": district}
    missing = [column for column in named.values() if column is not None and column not in table.columns]
    if missing:
        raise ColumnError(
            f"The table has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, table.columns))}."
        )
    rows = pd.DataFrame({name: table[column].to_numpy() for name, column in named.items() if column is not None})
    gazetteer = Gazetteer() if gazetteer is None else gazetteer
    found = geocode_events(rows, gazetteer=gazetteer, online=online, decisions=decisions, language=language)
    areas = found["place_precision"].isin(["district", "region"]).to_numpy()
    if areas.any():
        shapes = found.geometry[areas]
        points = {id(shape): representative_point(shape) for shape in shapes}
        found.loc[areas, ["latitude", "longitude"]] = [points[id(shape)] for shape in shapes]
    if best_guess:
        _guess(found, gazetteer)
    result = table.copy()
    for name in (
        "latitude",
        "longitude",
        *_TABLE_COLUMNS,
    ):
        result[name] = found[name].array
    return result


def _guess(found: gpd.GeoDataFrame, gazetteer: Gazetteer) -> None:
    """Fill in coordinates of rows that are not settled, in place."""
    columns = ["latitude", "longitude", "place_precision", "place_radius_km"]
    open_rows = found["latitude"].isna() & found["place_status"].isin(["ambiguous", "not_found"])
    guesses: dict[tuple[object, object], tuple[float, float, str, float] | None] = {}
    for row in np.flatnonzero(open_rows.to_numpy()).tolist():
        text, code = found["place_alternatives"].iloc[row], found["place_region_code"].iloc[row]
        if (text, code) not in guesses:
            candidates = (
                [one for one in json.loads(text) if one["latitude"] is not None] if isinstance(text, str) else []
            )
            if candidates:
                first = candidates[0]["latitude"], candidates[0]["longitude"]
                others = [distance_km(*first, one["latitude"], one["longitude"]) for one in candidates[1:]]
                apart = max(others, default=_ONE_CANDIDATE_KM)
                guesses[text, code] = (*first, "settlement", round(apart, 1))
            elif isinstance(code, str):
                polygon = gazetteer.areas.polygon(code)
                guesses[text, code] = (*representative_point(polygon), "region", area_radius_km(polygon))
            else:
                guesses[text, code] = None
        if (guess := guesses[text, code]) is not None:
            for name, value in zip(columns, guess, strict=True):
                found.iloc[row, found.columns.get_loc(name)] = value


def _queries(events: pd.DataFrame) -> tuple[list[Query], npt.NDArray[np.intp]]:
    """Return the different combinations of place and hints, and which of them each row has."""
    codes = np.zeros(len(events), dtype=np.int64)
    values: list[npt.NDArray[Any]] = []
    names = [name for name in _HINTS if name in events.columns]
    sizes: list[int] = []
    for name in names:
        part, unique = pd.factorize(events[name])
        texts = ["" if pd.isna(text) else str(text) for text in unique] + [""]  # the last is for the missing (-1)
        values.append(np.array(texts, dtype=object))
        sizes.append(len(texts))
        codes = codes * len(texts) + np.where(part < 0, len(texts) - 1, part)
    inverse, unique_codes = pd.factorize(codes)
    queries = []
    for code in unique_codes.tolist():
        fields: dict[str, str] = {}
        left = code
        for name, texts, size in zip(reversed(names), reversed(values), reversed(sizes), strict=True):
            left, position = divmod(left, size)
            fields[name] = str(texts[position]).strip()
        queries.append(Query(**fields))
    return queries, inverse


def _decide(
    queries: Sequence[Query], chooser: Chooser, online: OnlineGeocoder | None, settled: Decisions | None
) -> list[Decision]:
    chooser.prepare(queries)
    decisions = [chooser.decide(query) for query in queries]
    if online is None:
        return decisions
    return [
        online.settle(query, decision)
        if decision.status in {"not_found", "ambiguous"} and query.place and not (settled and settled.settles(query))
        else decision
        for query, decision in zip(queries, decisions, strict=True)
    ]
