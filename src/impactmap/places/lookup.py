"""Places for any table: the same rows in the same order, with where they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from impactmap.model.errors import TableError
from impactmap.model.faults import check_keywords
from impactmap.model.progress import Progress, quiet
from impactmap.places.boundaries import COARSE_DECIMALS
from impactmap.places.geocode_options import GeocodeOptions

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


__all__ = ["ADDED", "locate_table", "read_places", "say_columns"]

#: A metre.
DECIMALS = 5
#: Where a located table keeps which of its columns were added.
ADDED = "located_columns"
_WRITTEN = frozenset(("place_status", "place_precision", "place_id", "place_gazetteer"))
_POINTS = ("exact", "settlement")
_HINTS = ("region", "country", "district")
#: What every column of places is located with.
_COMMON = ("gazetteer", "decisions", "language", "countries")
_DEGREES = ("latitude", "longitude")
_OPEN = ("ambiguous", "not_found", "unavailable", "invalid")


class LookupOptions(GeocodeOptions, total=False):
    """The headers of a table that say more of its places, beside `GeocodeOptions`."""

    region: str | None
    country: str | None
    district: str | None
    limits: Mapping[str, int] | None


def locate_table(
    path: str | Path,
    *,
    place: str | Sequence[str] | None = None,
    best_guess: bool = True,
    exact_positions: bool = False,
    note: Callable[[str], None] | None = None,
    without: Collection[int] = (),
    **options: Unpack[LookupOptions],
) -> gpd.GeoDataFrame:
    r"""Add places to any table that names some; nothing else of it is understood or changed.

    Parameters
    ----------
    path
        The table.
    place
        Header of the column that names the place, or of several, each of which then has columns of its own.
    best_guess
        As in `impactmap.geocode_table`.
    exact_positions
        Keep positions that the table gives as they are; otherwise they are rounded to two decimals of a degree.
    note
        Told in a sentence which columns are read, since they may be guessed.
    without
        Numbers of the table's rows that are left out, as ``source_row`` of `read_events` has them.
    **options
        ``region``, ``country``, ``district``: headers of the columns that say more about it; all but the district are
        guessed when not given. ``limits`` of what the file may take, by name. ``gazetteer``, ``online``,
        ``decisions``, ``language``, ``progress``: as for `geocode_events`; progress is told how far reading has come,
        too.

    Returns
    -------
    GeoDataFrame
        The table's rows, in order, every cell as text; then the columns of `impactmap.places.geocode_table`, with
        ``geocoded_`` before the name of each that the table has already, and with the column's header before
        them where there are several columns of places; and ``geometry``: the point of a settlement or of an exact
        position, EPSG:4326, none where the (first) place was not settled or is an area. Latitude and longitude of an
        area are of a point that stands for it, as ``place_precision`` and ``place_radius_km`` say.

    Raises
    ------
    TableError
        When the file cannot be read, or no column names a place.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "towns.csv"
    >>> _ = path.write_text("town,people\nErdenet,3\n")
    >>> locate_table(path, place="town")[["town", "people", "place_country"]].to_numpy().tolist()
    [['Erdenet', '3', 'MN']]
    """
    import geopandas as gpd
    import pandas as pd

    from impactmap.places.geocode import geocode_table

    check_keywords(options, LookupOptions)
    progress = options.get("progress") or quiet
    headers_said = {name: options.get(name) for name in _HINTS}
    said: Any = {**headers_said, "limits": options.get("limits"), "progress": progress}
    cells, columns, read = read_places(path, place=place, **said)
    if note is not None:
        note(say_columns(read))
    if without:
        cells = cells[~cells.index.isin(without)]
        columns = {header: rows.loc[cells.index] for header, rows in columns.items()}
    headers = [str(header) for header in cells.columns]
    frames: list[pd.DataFrame] = []
    common: dict[str, Any] = {name: value for name, value in options.items() if name in _COMMON}
    for header, rows in columns.items():
        hints: dict[str, Any] = {name: name for name in (*_HINTS, *_DEGREES) if name in rows.columns}
        if frames:  # without a place of its own, a row's hints say nothing about it
            blank = rows["place"].isna() | (rows["place"].str.strip() == "")
            rows = rows.drop(columns=list(_DEGREES), errors="ignore").mask(blank)  # noqa: PLW2901
            hints = {name: name for name in hints if name in rows.columns}
        elsewhere = _elsewhere(rows, hints, common) if frames and hints else rows[:0]
        rest = rows.drop(index=elsewhere.index)
        online = options.get("online")
        found = geocode_table(rest, **hints, online=online, best_guess=best_guess, progress=progress, **common)
        if len(elsewhere):
            found = pd.concat([found, elsewhere]).loc[rows.index]
        found = found.drop(columns=rows.columns.difference(list(_DEGREES)))
        degrees = found[["latitude", "longitude"]]
        given = (found["place_precision"] == "exact").fillna(value=False).astype(bool) & (not exact_positions)
        found[["latitude", "longitude"]] = degrees.round(COARSE_DECIMALS).where(given, degrees.round(DECIMALS))
        frames.append(found.add_prefix(f"{header}_") if len(columns) > 1 else found)
    first = frames[0].set_axis(found.columns, axis=1)
    # An area has coordinates that stand for it, in columns whose precision says so; as a geometry it would be a dot.
    settled = (first["place_precision"].isin(_POINTS) & ~first["place_status"].isin(_OPEN)).to_numpy()
    points = gpd.points_from_xy(first["longitude"], first["latitude"])
    geometry = gpd.GeoSeries(points, index=cells.index).where(settled, None)
    added = pd.concat(frames, axis=1)
    taken = set(headers) | {"geometry"}
    renamed = {}
    for name in added.columns:
        renamed[name] = name
        while renamed[name] in taken:
            renamed[name] = f"geocoded_{renamed[name]}"
    located = gpd.GeoDataFrame(cells.join(added.rename(columns=renamed)), geometry=geometry, crs="EPSG:4326")
    located.attrs[ADDED] = [*renamed.values(), *_located_before(cells)]
    return located


def _located_before(cells: pd.DataFrame) -> list[str]:
    """Return the columns of positions that an earlier run wrote, where all of them are the gazetteer's."""
    if not set(cells.columns) >= _WRITTEN or (cells["place_precision"] == "exact").any():
        return []
    return [name for name in ("latitude", "longitude") if name in cells.columns]


def _elsewhere(rows: pd.DataFrame, hints: dict[str, Any], options: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of a further column of places that are elsewhere than the hints say, located without them.

    A row's region and country are the first place's: "launch site" may be in another.
    """
    from impactmap.places.geocode import geocode_table

    inside = geocode_table(rows, **hints, best_guess=False, **options)
    decided = inside["place_gazetteer"].fillna("") == "decision"  # what an editor rejected stays so
    doubtful = rows[inside["place_status"].isin(["ambiguous", "not_found", "fuzzy"]) & ~decided]
    bare = geocode_table(doubtful[["place"]], best_guess=False, **options)
    bare = bare[bare["place_status"].isin(["matched", "area"])]
    reason = bare["place_reason"] + " The region and the country beside it are taken for another place's."
    return bare.assign(place_reason=reason)


def read_places(
    path: str | Path,
    *,
    place: str | Sequence[str] | None = None,
    region: str | None = None,
    country: str | None = None,
    district: str | None = None,
    limits: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], dict[str, list[str]]]:
    """Read the places that a table names, with their hints.

    Parameters
    ----------
    path, place, region, country, district, limits
        As in `locate_table`.
    progress
        Told how far reading has come.

    Returns
    -------
    pandas.DataFrame, dict, dict
        The table's cells, all as text; for the header of each column of places the same rows with ``place`` and,
        where they are known, ``region``, ``country`` and ``district``, for the first also ``latitude`` and
        ``longitude`` in degrees; and the headers that each of these is read from.

    Raises
    ------
    TableError
        When the file cannot be read, or no column names a place.
    """
    import pandas as pd

    from impactmap.model.schema import PLACE_COLUMNS
    from impactmap.model.text import restore
    from impactmap.reading.figures import parse_coordinates
    from impactmap.reading.formats.files import open_table
    from impactmap.reading.formats.limits import make_limits
    from impactmap.reading.headers import match_headers

    raw = open_table(Path(path), progress=progress, limits=make_limits(limits))
    cells = raw.cells.map(restore, na_action="ignore").astype("str") if raw.neutralised else raw.cells
    headers = [str(header) for header in cells.columns]
    places = [place] if isinstance(place, str) else list(place or ())
    hints = {name: header for name, header in (("region", region), ("country", country)) if header}
    shown = ", ".join(map(repr, headers[:20]))
    asked = [*places, *hints.values(), *([district] if district else [])]
    if unknown := [header for header in asked if header not in headers]:
        raise TableError(
            f"{path}: expected a column {unknown[0]!r}, found {shown}. Write the header as the table does."
        )
    given = {header: name for name, header in hints.items()} | ({places[0]: "place"} if places else {})
    match = match_headers(headers, PLACE_COLUMNS, given=given, file=raw.name).columns
    known: dict[str, str] = {
        name: match[name] for name in ("region", "country") if name in match and match[name] not in places
    }
    if district:
        known["district"] = district
    places = places or [match[name] for name in ("place", "region", "country") if name in match][:1]
    if not places:
        raise TableError(f"{path}: expected a column that names places, found {shown}. Name it with --place.")
    frames = {
        header: pd.DataFrame(
            {"place": cells[header]} | {name: cells[other] for name, other in known.items() if other != header}
        )
        for header in places
    }
    if not place and places == [match.get("region")]:  # regions, though a town may be called like one
        frames[places[0]] = frames[places[0]].assign(place="", region=cells[places[0]])
    used = {name: [other] for name, other in known.items() if places != [other]}
    # A table that was located before holds the gazetteer's coordinates, not a source's.
    if set(_DEGREES) <= set(match) and "place_status" not in headers:
        for name, letters in zip(_DEGREES, ("NS", "EW"), strict=True):
            frames[places[0]][name] = parse_coordinates(cells[match[name]], hemispheres=letters).numbers.round(
                COARSE_DECIMALS
            )
            used[name] = [match[name]]
    return cells, frames, {"place": places, **used}


def say_columns(read: Mapping[str, Sequence[str]]) -> str:
    """Return which columns are read as what, as a sentence.

    Examples
    --------
    >>> say_columns({"place": ["місто"], "country": ["країна"]})
    "Read 'місто' as place, 'країна' as country."
    """
    parts = [f"{', '.join(map(repr, headers))} as {name}" for name, headers in read.items()]
    return f"Read {', '.join(parts)}."
