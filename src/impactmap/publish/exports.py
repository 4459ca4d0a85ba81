"""The data files: one published frame, written as CSV, GeoJSON, GeoParquet and GeoPackage."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.errors import ColumnError, CrsError, PublishError
from impactmap.events.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, Column

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "published_claims",
    "published_columns",
    "published_events",
    "write_csv",
    "write_geojson",
    "write_geopackage",
    "write_geoparquet",
    "write_workbook",
]

#: What most readers of the table want comes first; the rest follows in the schema's order.
FIRST = (
    "event_id",
    "date_start",
    "date_end",
    "date_precision",
    "side",
    "place",
    "place_name",
    "place_precision",
    "place_country",
    "latitude",
    "longitude",
    "border_distance_km",
    "border_view",
    "population",
)
#: Digits worth keeping: about a metre for positions, ten metres for distances.
DECIMALS = {"latitude": 5, "longitude": 5, "border_latitude": 5, "border_longitude": 5, "place_score": 3}
KILOMETRE_DECIMALS = 2
#: Two decimals of a degree are about a kilometre.
COARSE_DECIMALS = 2
#: Rows of an XLSX sheet below its header.
SHEET_ROWS = 1_048_575
_RASTER_COLUMN = re.compile(r"population_within_[\d.]+km\Z")


def published_columns(present: Iterable[str]) -> list[Column]:
    """Return the columns of the published events table.

    Parameters
    ----------
    present
        Names of the frame's columns; of these only the raster's ``population_within_<r>km`` are added to the model's
        own.

    Returns
    -------
    list of Column
        The model's columns, always all of them and in the same order. The sheet's further columns are not among them:
        they may hold what must not leave, such as an address.
    """
    known = {column.name: column for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)}
    first = [known.pop(name) for name in FIRST]
    raster = [
        Column(
            name,
            "float64",
            f"people within {name.removeprefix('population_within_')}, from the map author's raster",
            minimum=0,
        )
        for name in sorted(present)
        if _RASTER_COLUMN.fullmatch(name)
    ]
    return [*first, *known.values(), *raster]


def published_events(events: gpd.GeoDataFrame, *, exact_positions: bool = False) -> gpd.GeoDataFrame:
    """Return the events as they leave: the model's columns, rounded, no position of an area.

    Parameters
    ----------
    events
        The frame after geocoding, EPSG:4326. Columns of stages that did not run are added, empty.
    exact_positions
        Let coordinates leave as the source gave them.

    Returns
    -------
    GeoDataFrame
        Same rows and order, index 0, 1, ...; columns of `published_columns`, then ``geometry``. Latitude and
        longitude are those of a point, missing for areas and for what was not located. Kilometres have two decimals,
        degrees five.

    Raises
    ------
    ColumnError
        When a column that every stage keeps is missing.
    CrsError
        When the frame is not in EPSG:4326.
    PublishError
        When a source's coordinates are finer than two decimals of a degree and `exact_positions` is off.
    """
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    needed = (
        "event_id",
        "place_number",
        "date_start",
        "date_end",
        "side",
        "place",
        "place_precision",
        "coordinates_from",
        "geometry",
    )
    if missing := [name for name in needed if name not in events.columns]:
        raise ColumnError(
            f"events: expected the columns of geocode_events, missing {', '.join(missing)}. Run geocode_events first."
        )
    if events.crs is None or not events.crs.equals("EPSG:4326"):
        raise CrsError(f"events: expected EPSG:4326, found {events.crs}. Use events.to_crs('EPSG:4326').")
    shapes = events.geometry.to_numpy()
    position = {"latitude": shapely.get_y(shapes), "longitude": shapely.get_x(shapes)}  # NaN unless a point
    if not exact_positions:
        _check_coarse(events, position)
    values: dict[str, pd.Series[Any]] = {}
    for column in published_columns(events.columns):
        if column.name not in events.columns:
            values[column.name] = _empty(events.index, column.dtype)
            continue
        series = events[column.name]
        if column.name in position:
            series = pd.Series(position[column.name], index=events.index)
        if pd.api.types.is_float_dtype(series.dtype):
            default = KILOMETRE_DECIMALS if column.name.endswith("km") else 6
            series = series.where(np.isfinite(series)).round(DECIMALS.get(column.name, default))
        values[column.name] = series
    frame = pd.DataFrame(values).reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def published_claims(claims: pd.DataFrame | None) -> pd.DataFrame:
    """Return the claims as they leave: the model's columns, empty ones added, index 0, 1, ..."""
    import pandas as pd

    frame = pd.DataFrame() if claims is None else claims
    columns = {
        column.name: frame[column.name] if column.name in frame.columns else _empty(frame.index, column.dtype)
        for column in CLAIM_COLUMNS
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8, comma, ISO dates, formulas neutralised so that `read_events` restores the text.

    References
    ----------
    RFC 4180.
    """
    import pandas as pd

    from impactmap.events.text import neutralise

    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    for name in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[name].dtype):
            table[name] = table[name].dt.strftime("%Y-%m-%d")
        elif not pd.api.types.is_numeric_dtype(table[name].dtype):
            table[name] = table[name].map(neutralise, na_action="ignore")
        elif pd.api.types.is_float_dtype(table[name].dtype):
            table[name] = table[name].map(_shortest, na_action="ignore").astype("object")
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)


def write_workbook(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as XLSX: the first row frozen, formulas neutralised as in `write_csv`.

    Raises
    ------
    PublishError
        When the table has more rows than a sheet can hold.
    """
    import pandas as pd
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    from impactmap.events.text import neutralise

    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    if len(table) > SHEET_ROWS:
        raise PublishError(
            f"{path.name}: an XLSX sheet holds {SHEET_ROWS:,} rows, the table has {len(table):,}. Write .csv instead."
        )
    for name in table.columns:
        if pd.api.types.is_string_dtype(table[name].dtype):
            table[name] = table[name].map(
                lambda text: ILLEGAL_CHARACTERS_RE.sub("", neutralise(text)), na_action="ignore"
            )
    table.to_excel(path, index=False, engine="openpyxl", freeze_panes=(1, 0))


def write_geojson(frame: gpd.GeoDataFrame, path: Path, *, notices: Iterable[str] = ()) -> None:
    """Write the events as GeoJSON, one feature a line.

    Parameters
    ----------
    frame
        As `published_events` gives it.
    path
        File to be written.
    notices
        Credits that travel with the file, as its member ``attribution``.

    Notes
    -----
    WGS 84, longitude first, at most seven decimals, exterior rings anticlockwise; a country-wide report and one that
    was not located have a null geometry. A missing value is null, never NaN.

    References
    ----------
    RFC 7946.
    """
    import pandas as pd
    import shapely

    shapes = shapely.orient_polygons(frame.geometry.to_numpy())
    table = pd.DataFrame(frame.drop(columns="geometry"))
    for name in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[name].dtype):
            table[name] = table[name].dt.strftime("%Y-%m-%d")
    names = list(table.columns)
    columns = [_plain_values(table[name]) for name in names]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection",\n"attribution": ' + _json(list(notices)) + ',\n"features": [\n')
        for number, (shape, *values) in enumerate(zip(shapes, *columns, strict=True)):
            properties = dict(zip(names, values, strict=True))
            feature = {
                "type": "Feature",
                **(
                    {"id": f"{properties['event_id']}/{properties['place_number']}"}
                    if "place_number" in properties
                    else {}
                ),
                "geometry": None if shape is None or shape.is_empty else _geometry(shape),
                "properties": properties,
            }
            file.write((",\n" if number else "") + _json(feature))
        file.write("\n]}\n")


def write_geoparquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write the events as GeoParquet 1.1 with WKB geometry, compressed with zstd."""
    frame.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")


def write_geopackage(
    frame: gpd.GeoDataFrame, claims: pd.DataFrame | None, path: Path, *, notices: Iterable[str] = ()
) -> None:
    """Write the events as a GeoPackage's layer ``events`` and the claims as its table ``claims``.

    Raises
    ------
    PublishError
        When the file cannot be written.

    Notes
    -----
    The format stores the time of the last change; it is set to 1 January 2000 so that the same input gives the same
    bytes.
    """
    import pyogrio

    options = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options(options)
    try:
        pyogrio.write_dataframe(
            _with_days(frame),
            path,
            layer="events",
            driver="GPKG",
            geometry_type="Unknown",
            use_arrow=True,
            layer_options={"DESCRIPTION": "Reported events. " + " ".join(notices)},
        )
        if claims is not None:
            pyogrio.write_dataframe(
                _with_days(claims), path, layer="claims", driver="GPKG", append=True, use_arrow=True
            )
    except pyogrio.errors.DataSourceError as error:
        raise PublishError(f"{path.name}: the GeoPackage cannot be written ({error}). Is the disk full?") from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _check_coarse(events: pd.DataFrame, position: dict[str, Any]) -> None:
    import numpy as np

    fine = sum(np.abs(values - np.round(values, COARSE_DECIMALS)) > 1e-9 for values in position.values()) > 0
    exact = (events["place_precision"] == "exact") | (events["coordinates_from"] == "source")
    found = events.loc[fine & exact.fillna(value=False).to_numpy(dtype=bool), "event_id"]
    if len(found):
        raise PublishError(
            f"events: {len(found)} position{'s' if len(found) > 1 else ''} finer than two decimals of a degree "
            f"({', '.join(map(repr, found[:5]))}). Run coarsen_positions before add_border_distance, or set "
            "exact_positions with a reason under [publish] in the project file."
        )


def _empty(index: pd.Index[Any], dtype: str) -> pd.Series[Any]:
    import pandas as pd

    return pd.DataFrame({"empty": pd.Series(index=index, dtype="object")}).astype({"empty": dtype})["empty"]


def _shortest(value: float) -> str:
    """Write 20000.0 as 20000 and keep every digit of other numbers."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _plain_values(series: pd.Series[Any]) -> list[Any]:
    """Python values with None for missing."""
    return list(series.astype("object").where(series.notna(), None))


def _with_days(frame: Any) -> Any:
    """Turn midnights into dates, which is what the columns mean."""
    import pandas as pd
    import pyarrow as pa

    days = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    return frame.astype(dict.fromkeys(days, pd.ArrowDtype(pa.date32())))


def _geometry(shape: Any) -> dict[str, Any]:
    import shapely

    mapping = json.loads(shapely.to_geojson(shape))
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}


def _rounded(value: Any) -> Any:
    return round(value, 7) if isinstance(value, float | int) else [_rounded(part) for part in value]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
