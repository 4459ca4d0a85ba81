"""Give every row of a table its place: each different text is settled once, then spread over the rows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.errors import ColumnError
from impactmap.places.choosing import DISTRICT_RADIUS_KM, Candidate, Chooser, Decision, Query, distance_km
from impactmap.places.shapes import area_radius_km, circle, distance_to_area_km, representative_point

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places.areas import Areas, Language
    from impactmap.places.gazetteer import Gazetteer

__all__ = ["OnlineGeocoder", "geocode_events", "geocode_table"]

HINTS: Final = ("place", "region", "country", "district")
APART_KM: Final = 50.0
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
_NUMBERS: Final = {"place_radius_km": "radius_km", "place_score": "score"}
_ORDER: Final = (
    "place_status", "place_precision", "place_radius_km", "place_score", "place_name", "place_region", "place_region_code", "place_country",
    "place_id", "place_alternatives", "place_reason", "place_provider",
)  # fmt: skip
_AREAS: Final = frozenset({"district", "region", "country"})


class OnlineGeocoder(Protocol):
    """What `geocode_events` asks of an online provider."""

    def settle(self, query: Query, offline: Decision) -> Decision:
        """Return the provider's decision, or the offline one where it adds nothing."""


def geocode_events(
    events: pd.DataFrame,
    *,
    gazetteer: Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
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
    language
        Of names: ``en``, ``uk`` or ``ru``.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, order and index with the ``place_*`` columns of the architecture and ``geometry`` in EPSG:4326:
        a Point for exact and settlement, a polygon for district and region, None for a country and for what is not
        located. ``latitude`` and ``longitude`` belong to points only.

    Raises
    ------
    ColumnError
        There is no ``place`` column.

    Notes
    -----
    An `ambiguous` row is not drawn: its candidates are in ``place_alternatives``. Coordinates of the source are kept as
    they are (`matched`, precision ``exact``, provider ``source``) unless the place named beside them is more than 50 km
    away or in another country and the region given does not hold them either: then the row is `ambiguous` and lists both.
    Coordinates that the source itself calls a district's, region's or country's never become a point.

    Examples
    --------
    >>> rows = pd.DataFrame({"place": ["Taganrog", "Kharkiv region", "Oktyabrsky"], "country": ["Russia", "Ukraine", None]})
    >>> geocode_events(rows)[["place_status", "place_precision", "place_id"]].values.tolist()
    [['matched', 'settlement', 'geonames:484907'], ['area', 'region', 'iso:UA-63'], ['ambiguous', nan, nan]]
    """
    import geopandas as gpd

    from impactmap.places.gazetteer import Gazetteer

    if "place" not in events.columns:
        raise ColumnError(
            f"The table needs a column 'place'; it has {', '.join(map(repr, events.columns))}. Rename the one that names the place."
        )
    gazetteer = Gazetteer() if gazetteer is None else gazetteer
    chooser = Chooser(gazetteer.table, gazetteer.areas, language=language)
    queries, inverse = _queries(events)
    decisions = _decide(queries, chooser, online)
    columns = _spread(decisions, inverse)
    latitude, longitude = _column(decisions, inverse, "latitude"), _column(decisions, inverse, "longitude")
    origin = pd.array(np.where(np.isnan(latitude), None, "gazetteer"), dtype="str")
    geometry = (
        np.array([_shape(decision, chooser.areas) for decision in decisions] or [None], dtype=object)[inverse]
        if len(events)
        else np.array([], object)
    )
    result = events.drop(columns=["geometry"], errors="ignore").copy()
    result["latitude"], result["longitude"], result["coordinates_from"] = latitude, longitude, origin
    providers = columns["place_provider"]
    online_rows = ~np.isnan(latitude) & (providers != gazetteer.table.prefix).to_numpy(dtype=bool, na_value=False)
    result.loc[online_rows, "coordinates_from"] = providers[online_rows].to_numpy()
    for name in _ORDER:
        result[name] = columns[name].to_numpy() if name in _NUMBERS else columns[name].array
    frame = gpd.GeoDataFrame(result, geometry=gpd.array.from_shapely(geometry), crs="EPSG:4326")
    return _with_source_coordinates(frame, events, decisions, queries, inverse, chooser)


def geocode_table(
    table: pd.DataFrame,
    *,
    place: Hashable = "place",
    region: Hashable | None = None,
    country: Hashable | None = None,
    district: Hashable | None = None,
    gazetteer: Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
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
    gazetteer, online, language
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
    found = geocode_events(rows, gazetteer=gazetteer, online=online, language=language)
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
        *(name for name in _ORDER if name not in {"place_region_code", "place_provider"}),
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
                apart = max(
                    (distance_km(*first, one["latitude"], one["longitude"]) for one in candidates[1:]), default=APART_KM
                )
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
    names = [name for name in HINTS if name in events.columns]
    sizes: list[int] = []
    for name in names:
        part, unique = pd.factorize(events[name])
        texts = ["" if pd.isna(text) else str(text) for text in unique] + [""]  # the last is for the missing (-1)
        values.append(np.array(texts, dtype=object))
        sizes.append(len(texts))
        codes = codes * len(texts) + np.where(part < 0, len(texts) - 1, part)
    unique_codes, inverse = np.unique(codes, return_inverse=True)
    queries = []
    for code in unique_codes.tolist():
        fields: dict[str, str] = {}
        for name, texts, size in zip(reversed(names), reversed(values), reversed(sizes), strict=True):
            code, position = divmod(code, size)
            fields[name] = str(texts[position]).strip()
        queries.append(Query(**fields))
    return queries, inverse


def _decide(queries: Sequence[Query], chooser: Chooser, online: OnlineGeocoder | None) -> list[Decision]:
    chooser.prepare(queries)
    decisions = [chooser.decide(query) for query in queries]
    if online is None:
        return decisions
    return [
        online.settle(query, decision) if decision.status in {"not_found", "ambiguous"} and query.place else decision
        for query, decision in zip(queries, decisions, strict=True)
    ]


def _spread(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp]) -> dict[str, pd.Series]:
    columns: dict[str, pd.Series] = {}
    for column, field in _TEXTS.items():
        columns[column] = pd.Series(
            pd.array([getattr(decision, field) for decision in decisions], dtype="str").take(inverse)
        )
    for column, field in _NUMBERS.items():
        columns[column] = pd.Series(_column(decisions, inverse, field))
    texts = [_json(decision.alternatives) for decision in decisions]
    columns["place_alternatives"] = pd.Series(pd.array(texts, dtype="str").take(inverse))
    return columns


def _column(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp], field: str) -> npt.NDArray[np.float64]:
    return np.array([getattr(decision, field) for decision in decisions], dtype=np.float64)[inverse]


def _json(candidates: Sequence[Candidate]) -> str | None:
    return json.dumps([candidate.as_dict() for candidate in candidates], ensure_ascii=False) if candidates else None


def _shape(decision: Decision, areas: Areas) -> Any:
    import shapely

    if decision.precision == "region" and decision.region_code is not None:
        return areas.polygon(decision.region_code)
    if decision.precision == "district" and decision.circle is not None:
        return circle(*decision.circle, decision.radius_km)
    if decision.precision in {"exact", "settlement"} and not np.isnan(decision.latitude):
        return shapely.Point(decision.longitude, decision.latitude)
    return None


def _with_source_coordinates(
    frame: gpd.GeoDataFrame,
    events: pd.DataFrame,
    decisions: Sequence[Decision],
    queries: Sequence[Query],
    inverse: npt.NDArray[np.intp],
    chooser: Chooser,
) -> gpd.GeoDataFrame:
    """Put the source's own coordinates in place of the gazetteer's, checked against the place named beside them."""
    if not {"latitude", "longitude"} <= set(events.columns):
        return frame
    latitude = pd.to_numeric(events["latitude"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    longitude = pd.to_numeric(events["longitude"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    given = (events["latitude"].notna() | events["longitude"].notna()).to_numpy()
    if "coordinates_from" in events.columns:  # coordinates that an earlier run found are sought again
        origin = events["coordinates_from"]
        given = given & (origin.isna() | (origin == "source")).to_numpy(dtype=bool, na_value=False)
    if not given.any():
        return frame
    plausible = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180) & ~((latitude == 0) & (longitude == 0))
    stated = np.full(len(events), None, dtype=object)
    if "place_precision" in events.columns:
        stated = events["place_precision"].astype(object).where(events["place_precision"].notna(), None).to_numpy()
    rows = np.flatnonzero(given)
    keys = pd.MultiIndex.from_arrays(
        [inverse[rows], latitude[rows], longitude[rows], pd.Series(stated[rows], dtype=object).fillna("")]
    )
    codes, _ = pd.factorize(keys)
    first = np.unique(codes, return_index=True)[1]
    settled = [
        _check_source(
            decisions[inverse[row]], queries[inverse[row]], float(latitude[row]), float(longitude[row]), bool(plausible[row]), stated[row], chooser
        )
        for row in rows[first].tolist()
    ]  # fmt: skip
    columns = _spread(settled, codes)
    for name in _ORDER:
        values = frame[name].to_numpy(copy=True) if name in _NUMBERS else frame[name].to_numpy(dtype=object)
        values[rows] = columns[name].to_numpy() if name in _NUMBERS else columns[name].to_numpy(dtype=object)
        frame[name] = values if name in _NUMBERS else pd.array(values, dtype="str")
    for name in ("latitude", "longitude"):
        values = frame[name].to_numpy(copy=True)
        values[rows] = _column(settled, codes, name)
        frame[name] = values
    origins = frame["coordinates_from"].to_numpy(dtype=object)
    origins[rows] = np.where(np.isnan(frame["latitude"].to_numpy()[rows]), None, "source")
    frame["coordinates_from"] = pd.array(origins, dtype="str")
    geometry = frame.geometry.to_numpy().copy()
    geometry[rows] = np.array([_shape(decision, chooser.areas) for decision in settled], dtype=object)[codes]
    import geopandas as gpd

    return frame.set_geometry(gpd.GeoSeries(gpd.array.from_shapely(geometry), index=frame.index, crs="EPSG:4326"))


def _check_source(
    decision: Decision, query: Query, latitude: float, longitude: float, plausible: bool, stated: str | None, chooser: Chooser
) -> Decision:  # fmt: skip
    """Return the decision about one pair of coordinates that the source gave."""
    areas = chooser.areas
    if not plausible:
        return Decision(
            "invalid",
            f"The coordinates given, {latitude:g}, {longitude:g}, are no place on Earth that was meant.",
            name=query.place or None,
        )
    known = {"region": decision.region, "region_code": decision.region_code, "country": decision.country}
    if stated in _AREAS:
        if decision.status == "area" and decision.precision == stated:
            return decision
        code = decision.region_code
        if stated == "region" and code is not None:
            return chooser.decide(Query(code, "", decision.country or ""))
        reason = f"The source gives coordinates for a {stated} only, so it is not shown as a point."
        if stated == "district":
            return Decision(
                "area", reason, precision="district", radius_km=DISTRICT_RADIUS_KM, score=0.8, name=query.place or None, provider="source",
                circle=(latitude, longitude), **known,
            )  # fmt: skip
        return Decision(
            "area" if stated == "country" else "not_found",
            reason,
            precision="country" if stated == "country" else None,
            name=query.place or None,
            provider="source",
            **known,
        )  # type: ignore[arg-type]
    apart = (
        distance_km(latitude, longitude, decision.latitude, decision.longitude)
        if not np.isnan(decision.latitude)
        else 0.0
    )
    agrees = apart <= APART_KM
    precision = "settlement" if stated == "settlement" else "exact"
    if not agrees and decision.status == "matched" and not _in_region(areas, query, decision, latitude, longitude):
        place = Candidate(
            decision.place_id or "",
            decision.name or "",
            decision.region_code,
            decision.region,
            decision.country or "",
            decision.latitude,
            decision.longitude,
            0,
            decision.score,
        )
        source = Candidate("source", query.place, None, None, "", latitude, longitude, 0, 0.5)
        return Decision(
            "ambiguous", f"The coordinates given lie {apart:.0f} km from {decision.name}, the place named.", score=0.3, name=decision.name,
            alternatives=(place, source), **known,
        )  # fmt: skip
    located = not np.isnan(decision.latitude)
    name = decision.name if located and agrees and decision.status == "matched" else query.place or None
    reason = "The coordinates are the source's"
    if located:
        reason += f", {apart:.0f} km from {decision.name} in the gazetteer"
    return Decision(
        "matched", reason + ".", precision=precision, radius_km=0.0 if precision == "exact" else decision.radius_km, score=1.0 if located and agrees else 0.9,  # type: ignore[arg-type]
        name=name, place_id=decision.place_id if located and agrees and decision.status == "matched" else None, provider="source",
        latitude=latitude, longitude=longitude, **(known if agrees else {}),
    )  # fmt: skip


def _in_region(areas: Areas, query: Query, decision: Decision, latitude: float, longitude: float) -> bool:
    if not query.region or decision.region_code is None:
        return False
    return distance_to_area_km(areas.polygon(decision.region_code), latitude, longitude) <= 20
