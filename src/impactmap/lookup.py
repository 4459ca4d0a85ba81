"""Places for any table: the same rows in the same order, with where they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.errors import InputError, TableError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["locate_table", "write_table"]

#: Endings of the files that `write_table` writes.
FORMATS = (".csv", ".geojson", ".gpkg", ".parquet", ".xlsx")


def locate_table(
    path: str | Path,
    *,
    place: str | None = None,
    region: str | None = None,
    country: str | None = None,
    language: str = "en",
) -> gpd.GeoDataFrame:
    """Add places to any table that names some; nothing else of it is understood or changed.

    Parameters
    ----------
    path
        The table.
    place, region, country
        Headers of the columns that name them; guessed when not given.
    language
        Of the places' names.

    Returns
    -------
    GeoDataFrame
        The table's rows, in order, every cell as text; then the columns of `geocode_events` (with ``geocoded_``
        before a name that the table has already) and ``geometry``, a point. For a district or a region that point
        stands for the area: ``place_precision`` and ``place_radius_km`` say so. EPSG:4326. Coordinates that the table
        holds are kept as they are: this is for the user's own work and is not coarsened.

    Raises
    ------
    TableError
        When the file cannot be read, or no column names a place.
    """
    import geopandas as gpd
    import pandas as pd

    from impactmap.events.files import open_table
    from impactmap.events.headers import match_headers
    from impactmap.events.schema import COMPUTED_COLUMNS, PLACE_COLUMNS
    from impactmap.places import geocode_events

    raw = open_table(Path(path))
    cells = raw.cells
    named = {header: name for name, header in (("place", place), ("region", region), ("country", country)) if header}
    if unknown := [header for header in named if header not in cells.columns]:
        raise TableError(
            f"{path}: expected a column {unknown[0]!r}, found {', '.join(map(repr, cells.columns[:20]))}. "
            "Give the header as it is written in the table."
        )
    match = match_headers(list(cells.columns), PLACE_COLUMNS, given=named, file=raw.name).columns
    if not {"place", "region", "country"} & match.keys():
        raise TableError(
            f"{path}: expected a column that names places, found {', '.join(map(repr, cells.columns[:20]))}. "
            "Name it with --place."
        )
    asked = pd.DataFrame(index=cells.index)
    for name in ("place", "region", "country"):
        asked[name] = cells[match[name]] if name in match else pd.Series(pd.NA, index=cells.index, dtype="str")
    for name in ("latitude", "longitude"):
        values = cells[match[name]].str.replace(",", ".") if name in match else pd.Series(pd.NA, index=cells.index)
        asked[name] = pd.to_numeric(values, errors="coerce").astype("float64")
    given = asked["latitude"].notna() & asked["longitude"].notna()
    asked["coordinates_from"] = pd.Series(pd.NA, index=cells.index, dtype="str").mask(given, "source")
    found = geocode_events(asked, language=language)
    area = found.geometry.notna() & (found.geometry.geom_type != "Point")
    points = found.geometry.where(~area, found.geometry.representative_point())
    added = ["latitude", "longitude", *(column.name for column in COMPUTED_COLUMNS if column.name in found.columns)]
    extra = pd.DataFrame(found[added])
    extra["latitude"], extra["longitude"] = points.y, points.x
    extra = extra.rename(columns={name: f"geocoded_{name}" for name in added if name in cells.columns})
    return gpd.GeoDataFrame(cells.join(extra), geometry=points, crs="EPSG:4326")


def write_table(
    frame: gpd.GeoDataFrame, path: str | Path, *, inputs: Iterable[str | Path] = (), force: bool = False
) -> None:
    """Write a located table to a file, all or nothing.

    Parameters
    ----------
    frame
        As `locate_table` gives it.
    path
        Its ending says the format: ``.csv``, ``.xlsx``, ``.geojson``, ``.gpkg`` or ``.parquet``.
    inputs, force
        As in `impactmap.publish.replace_file`.

    Raises
    ------
    InputError
        For another ending.
    PublishError
        When the file should not or cannot be written.

    Notes
    -----
    In CSV and XLSX texts that a spreadsheet would run as a formula begin with an apostrophe; `read_events` takes it
    away again.
    """
    from impactmap.publish import exports, replace_file

    path = Path(path)
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise InputError(f"{path}: expected a file name that ends in {', '.join(FORMATS)}; found {path.suffix!r}.")
    with replace_file(path, inputs=inputs, force=force) as temporary:
        if kind == ".csv":
            exports.write_csv(frame, temporary)
        elif kind == ".xlsx":
            exports.write_workbook(frame, temporary)
        elif kind == ".geojson":
            exports.write_geojson(frame, temporary)
        elif kind == ".gpkg":
            exports.write_geopackage(frame, None, temporary)
        else:
            exports.write_geoparquet(frame, temporary)
