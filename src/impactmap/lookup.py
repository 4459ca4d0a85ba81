"""Places for any table: the same rows in the same order, with where they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.errors import TableError

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.places import Decisions
    from impactmap.places.geocode import OnlineGeocoder
    from impactmap.project import Language

__all__ = ["locate_table"]

#: A metre.
DECIMALS = 5


def locate_table(
    path: str | Path,
    *,
    place: str | None = None,
    region: str | None = None,
    country: str | None = None,
    language: Language = "en",
    online: OnlineGeocoder | None = None,
    decisions: Decisions | None = None,
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
    online, decisions
        As in `impactmap.places.geocode_table`.

    Returns
    -------
    GeoDataFrame
        The table's rows, in order, every cell as text; then the columns of `impactmap.places.geocode_table`, with
        ``geocoded_`` before their names where the table has one of them already, and ``geometry``: a point, EPSG:4326,
        none where the place was not settled. For a district or a region that point stands for the area, as
        ``place_precision`` and ``place_radius_km`` say.

    Raises
    ------
    TableError
        When the file cannot be read, or no column names a place.
    """
    import geopandas as gpd
    import pandas as pd

    from impactmap.events.files import open_table
    from impactmap.events.headers import match_headers
    from impactmap.events.schema import PLACE_COLUMNS
    from impactmap.events.text import restore
    from impactmap.places import geocode_table

    raw = open_table(Path(path))
    cells = raw.cells.map(restore, na_action="ignore").astype("str") if raw.neutralised else raw.cells
    headers = [str(header) for header in cells.columns]
    named = {header: name for name, header in (("place", place), ("region", region), ("country", country)) if header}
    shown = ", ".join(map(repr, headers[:20]))
    if unknown := [header for header in named if header not in headers]:
        raise TableError(
            f"{path}: expected a column {unknown[0]!r}, found {shown}. Write the header as the table does."
        )
    match = match_headers(headers, PLACE_COLUMNS, given=named, file=raw.name).columns
    asked = {name: cells[match[name]] for name in ("place", "region", "country") if name in match}
    if not asked:
        raise TableError(f"{path}: expected a column that names places, found {shown}. Name it with --place.")
    rows = pd.DataFrame(asked)
    region, country = (name if name in asked and "place" in asked else None for name in ("region", "country"))
    found = geocode_table(
        rows,
        place=rows.columns[0],
        region=region,
        country=country,
        online=online,
        decisions=decisions,
        language=language,
    )
    found = found.drop(columns=rows.columns)
    points = gpd.points_from_xy(found["longitude"], found["latitude"])
    located = (found["latitude"].notna() & found["longitude"].notna()).to_numpy()
    geometry = gpd.GeoSeries(points, index=cells.index).where(located, None)
    prefix = ""
    while any(prefix + name in headers for name in found.columns):
        prefix += "geocoded_"
    found[["latitude", "longitude"]] = found[["latitude", "longitude"]].round(DECIMALS)
    return gpd.GeoDataFrame(cells.join(found.add_prefix(prefix)), geometry=geometry, crs="EPSG:4326")
