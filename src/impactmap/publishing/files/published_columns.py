"""What a published folder's tables hold: the model's columns, rounded, no position of an area."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from impactmap.geodesy.points import point_coordinates
from impactmap.model.errors import ColumnError, CrsError, PublishError
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, Column

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.sections.map import FieldOptions

__all__ = [
    "published_claims",
    "published_columns",
    "published_events",
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
_RASTER_COLUMN = re.compile(r"population_within_[\d.]+km\Z")


def published_columns(present: Iterable[str], fields: Sequence[FieldOptions] = ()) -> list[Column]:
    """Return the columns of the published events table.

    Parameters
    ----------
    present
        Names of the frame's columns; of these only the raster's ``population_within_<r>km`` are added to the model's
        own.
    fields
        The author's own columns that the project file publishes.

    Returns
    -------
    list of Column
        The model's columns, always all of them and in the same order, then the fields. The sheet's further columns are
        not among them: they may hold what must not leave, such as an address.
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
    own = [Column(each.column, "float64" if each.kind == "number" else "str", each.title) for each in fields]
    own += [Column(name, "str", f"{each.title}: {of}") for each in fields for of, name in each.details.items()]
    return [*first, *known.values(), *raster, *own]


def published_events(
    events: gpd.GeoDataFrame, *, exact_positions: bool = False, fields: Sequence[FieldOptions] = ()
) -> gpd.GeoDataFrame:
    """Return the events as they leave: the model's columns, rounded, no position of an area.

    Parameters
    ----------
    events
        The frame after geocoding, EPSG:4326. Columns of stages that did not run are added, empty.
    exact_positions
        Let coordinates leave as the source gave them.
    fields
        The author's own columns that the project file publishes.

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
        *(name for each in fields for name in each.columns),
    )
    if missing := [name for name in needed if name not in events.columns]:
        raise ColumnError(
            f"events: expected the columns of geocode_events, missing {', '.join(missing)}. Run geocode_events first."
        )
    if events.crs is None or not events.crs.equals("EPSG:4326"):
        raise CrsError(f"events: expected EPSG:4326, found {events.crs}. Use events.to_crs('EPSG:4326').")
    shapes = events.geometry.to_numpy()
    position = dict(zip(("longitude", "latitude"), point_coordinates(shapes), strict=True))
    if not exact_positions:
        _check_coarse(events, position)
    values: dict[str, pd.Series[Any]] = {}
    for column in published_columns(events.columns, fields):
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
