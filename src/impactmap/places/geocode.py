"""Give every row of a table its place: each different text is settled once, then spread over the rows."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.geodesy.frame_positions import has_geometry
from impactmap.model.errors import ColumnError
from impactmap.model.faults import check_keywords
from impactmap.model.progress import Progress, quiet
from impactmap.places.deciding import HINTS, Questions, decide_questions, queries_of
from impactmap.places.geocode_options import GeocodeOptions, OnlineGeocoder, TableGeocodeOptions
from impactmap.places.geometry import take_positions
from impactmap.places.overrides.decisions import Decisions
from impactmap.places.place_columns import COLUMNS, number_column, origin_column, shape_column, spread, text_column
from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settle.fallback_position import stand_in
from impactmap.places.settle.source_areas import SHAPE_COLUMN, use_reported_shapes
from impactmap.places.settle.source_position import use_source_coordinates
from impactmap.places.settle.stated import restore_area_positions, widen_to_stated
from impactmap.places.settle.whole_table import TableChooser

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places.gazetteer.areas import Language
    from impactmap.places.geocoder import Gazetteer

__all__ = ["OnlineGeocoder", "geocode_events", "geocode_parts", "geocode_table"]

_TABLE_COLUMNS: Final = tuple(
    name for name in COLUMNS if name not in {"place_region_code", "place_provider", "place_conflict"}
)
_SETTLED: Final = frozenset({"matched", "fuzzy", "area"})


def geocode_events(
    events: pd.DataFrame,
    *,
    gazetteer: Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
    decisions: Decisions | None = None,
    countries: Sequence[str] = (),
    language: Language = "en",
    progress: Progress | None = None,
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
        Asked only about what the gazetteer does not settle, only when given: `not_found`, `ambiguous`, and settlements
        of which only the community is known.
    decisions
        What editors decided, from `read_decisions`: wins over the gazetteer, the provider and the source's coordinates.
    countries
        ISO 3166-1 alpha-2 codes: what the table is about, where its author says so. Names without a country or a region
        are looked for in these; where none are given, in those of the table's certain places.
    language
        Of names: ``en``, ``uk`` or ``ru``.
    progress
        Told how many of the different places are decided.

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
    they are (`matched`, precision ``exact``, provider ``source``), and country and region are those that they lie in;
    what the row says otherwise is in ``place_conflict``. Only where the coordinates exchanged, or one sign, put the row
    into the country, the region or the place that it names and it now lies outside, it is `invalid` and lists both.
    Coordinates that the source itself calls a district's, region's or country's never become a point, and neither do
    areas and lines that it draws (column ``source_geometry``): these are the row's area. So is what ``place_precision``
    calls a district's, region's or country's where a settlement is named without coordinates.

    Examples
    --------
    >>> rows = pd.DataFrame({"place": ["Taganrog", "Kharkiv region", "Oktyabrsky"]})
    >>> geocode_events(rows)[["place_status", "place_precision", "place_id"]].values.tolist()
    [['matched', 'settlement', 'geonames:484907'], ['area', 'region', 'iso:UA-63'], ['ambiguous', nan, nan]]
    """
    parts = geocode_parts(
        events,
        rows=max(len(events), 1),
        gazetteer=gazetteer,
        online=online,
        decisions=decisions,
        countries=countries,
        language=language,
        progress=progress or quiet,
    )
    return next(parts)


def geocode_parts(
    events: pd.DataFrame,
    *,
    rows: int,
    decided: Mapping[Query, Decision] | None = None,
    **options: Unpack[GeocodeOptions],
) -> Iterator[gpd.GeoDataFrame]:
    """Locate events as `geocode_events` does, and give them back a part at a time.

    Parameters
    ----------
    events, **options
        As for `geocode_events`. What a place is depends on the whole table, so all of them are decided at once.
    rows
        Of a part.
    decided
        What the places mean, where that was decided already, as for a partition of a larger table.

    Yields
    ------
    geopandas.GeoDataFrame
        The parts in order, at least one.

    Raises
    ------
    ColumnError
        There is no ``place`` column.
    """
    from impactmap.places.geocoder import Gazetteer

    events = _with_own_positions(events)
    if "place" not in events.columns:
        names = ", ".join(map(repr, events.columns))
        raise ColumnError(f"The table needs a column 'place'; it has {names}. Rename the one that names the place.")
    gazetteer = options.get("gazetteer") or Gazetteer()
    decisions, language = options.get("decisions"), options.get("language", "en")
    chooser = Chooser(gazetteer.table, gazetteer.areas, language=language)
    queries, asked = queries_of(events)
    if decided is None:
        questions = Questions.of(events, queries, asked)
        places = decide_questions(
            questions,
            TableChooser(chooser, options.get("countries", ())),
            online=options.get("online"),
            settled=decisions,
            progress=options.get("progress") or quiet,
        )
    else:
        places = [decided[query] for query in queries]
    for start in range(0, max(len(events), 1), rows):
        part = events.iloc[start : start + rows]
        question, used = pd.factorize(asked[start : start + rows])
        mine, found = [queries[number] for number in used], [places[number] for number in used]
        found, inverse = use_source_coordinates(restore_area_positions(part), mine, found, question, chooser, gazetteer)
        found, inverse = widen_to_stated(part, mine, found, question, inverse, chooser)
        if decisions:
            found, inverse = decisions.apply(part, mine, question, (found, inverse), chooser.areas, language=language)
        yield _located(part, found, inverse, gazetteer, language)


def _with_own_positions(events: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that has geometry with its points as the source's coordinates, and its areas as the source's."""
    if not has_geometry(events):
        return events
    import shapely

    frame = take_positions(events)
    table: pd.DataFrame = pd.DataFrame(frame).drop(columns=frame.geometry.name)
    table.attrs |= events.attrs
    if "place" not in table.columns:
        table["place"] = pd.Series(pd.NA, index=table.index, dtype="str")
    if {"place_status", SHAPE_COLUMN} & set(table.columns):
        return table
    shapes = frame.geometry.to_numpy()
    drawn = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & (shapely.get_type_id(shapes) != 0)
    if drawn.any():
        texts = pd.Series(shapely.to_wkt(shapes, rounding_precision=6), index=table.index, dtype=object)
        table[SHAPE_COLUMN] = texts.where(drawn).astype("str")
    return table


def _located(
    events: pd.DataFrame,
    found: list[Decision],
    inverse: npt.NDArray[np.intp],
    gazetteer: Gazetteer,
    language: Language,
) -> gpd.GeoDataFrame:
    """Return rows with what was decided about them."""
    import geopandas as gpd

    result = pd.DataFrame(events).drop(columns=["geometry"], errors="ignore").copy()
    result["latitude"] = number_column(found, inverse, "latitude")
    result["longitude"] = number_column(found, inverse, "longitude")
    result["coordinates_from"] = origin_column(found, inverse, gazetteer.table).array
    for name, column in spread(found, inverse).items():
        result[name] = column.array
    geometry = gpd.array.from_shapely(shape_column(found, inverse, gazetteer.areas), crs="EPSG:4326")
    drawn = gpd.GeoDataFrame(result, geometry=geometry, crs="EPSG:4326")
    located = use_reported_shapes(drawn, gazetteer.areas, language=language)
    located.attrs |= events.attrs  # such as the terms of the data's publisher
    return located


def geocode_table(
    table: pd.DataFrame, *, place: Hashable = "place", best_guess: bool = True, **options: Unpack[TableGeocodeOptions]
) -> pd.DataFrame:
    """Add coordinates and how sure they are to any table.

    Parameters
    ----------
    table
        Any table with a column of place names.
    place
        Its column.
    best_guess
        Give coordinates to what is not settled, too: to ambiguous rows those of their likeliest candidate (the status
        stays `ambiguous`), to places that are not found those of what is known around them, which is the district
        or town named beside them, the region or the country given (the status is then `area`). Precision,
        radius and reason say how wide that is.
    **options
        ``region``, ``country``, ``district``, ``latitude``, ``longitude``: other columns; coordinates (degrees, WGS 84)
        win over every name. ``gazetteer``, ``online``, ``decisions``, ``language``, ``countries``, ``progress``: as for
        `geocode_events`.

    Returns
    -------
    pandas.DataFrame
        The same rows, order and index with ``latitude, longitude, place_status, place_precision, place_radius_km,
        place_score, place_name, place_region, place_country, place_id, place_alternatives, place_reason`` and
        ``place_gazetteer`` (what located it, with its date). Unlike on a map, an area has coordinates here, a point
        inside it; precision and radius say so.

    Raises
    ------
    ColumnError
        A named column is not there.
    TypeError
        For an option that is none.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = geocode_table(pd.DataFrame({"town": ["Erdenet", "Nowhere-on-Sea"]}), place="town")
    >>> towns[["place_country", "place_status"]].fillna("").to_numpy().tolist()
    [['MN', 'matched'], ['', 'not_found']]
    """
    from impactmap.places.geocoder import Gazetteer

    check_keywords(options, TableGeocodeOptions)
    named: dict[str, Hashable | None] = {"place": place}
    named |= {name: value for name, value in options.items() if name in (*HINTS, "latitude", "longitude")}
    decisions, language = options.get("decisions"), options.get("language", "en")
    gazetteer = options.get("gazetteer")
    missing = [column for column in named.values() if column is not None and column not in table.columns]
    if missing:
        raise ColumnError(
            f"The table has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, table.columns))}."
        )
    rows = pd.DataFrame({name: table[column].to_numpy() for name, column in named.items() if column is not None})
    gazetteer = Gazetteer() if gazetteer is None else gazetteer
    chooser = Chooser(gazetteer.table, gazetteer.areas, language=language)
    queries, asked = queries_of(rows)
    found = decide_questions(
        Questions.of(rows, queries, asked),
        TableChooser(chooser, options.get("countries", ())),
        online=options.get("online"),
        settled=decisions,
        progress=options.get("progress") or quiet,
    )
    found, inverse = use_source_coordinates(rows, queries, found, asked, chooser, gazetteer)
    asked_of = itertools.chain(queries, itertools.repeat(Query("")))  # those of coordinates have nothing to stand in
    found = [
        stand_in(query, decision, chooser) if best_guess or decision.status in _SETTLED else decision
        for query, decision in zip(asked_of, found, strict=False)
    ]
    if decisions:
        count = len(found)
        found, inverse = decisions.apply(rows, queries, asked, (found, inverse), chooser.areas, language=language)
        found[count:] = [stand_in(Query(""), decision, chooser) for decision in found[count:]]
    columns = spread(found, inverse)
    result = table.copy()
    for name in ("latitude", "longitude"):
        result[name] = number_column(found, inverse, name)
    for name in _TABLE_COLUMNS:
        result[name] = columns[name].array
    result["place_gazetteer"] = _gazetteers(found, inverse, gazetteer).array
    return result


def _gazetteers(decisions: Sequence[Decision], inverse: npt.NDArray[np.intp], gazetteer: Gazetteer) -> pd.Series[Any]:
    """Return the title and the date of what each row was located with."""
    titles = {provider: f"{info['title']}, {info['date']}" for provider, info in gazetteer.layers().items()}
    titles |= {origin.provider: str(origin) for origin in gazetteer.table.origins}
    texts = [titles.get(decision.provider or "", decision.provider) for decision in decisions]
    return text_column(texts, inverse)
