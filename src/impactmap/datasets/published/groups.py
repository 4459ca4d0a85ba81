"""Alike reports counted together: of one square, day, side and kind; each group is drawn as one event with a weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from impactmap.datasets.cells import NOWHERE, place_cells

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["WEIGHT", "alike", "at_busiest", "together"]

#: Columns: how many events one stands for, how many rows lie where a square's busiest place is, and the square.
WEIGHT: Final = "\0weight"
BUSIEST: Final = "\0busiest"
CELL: Final = "\0square"
#: What alike events have in common, and what of them only a finer count keeps apart.
_COMMON: Final = ("date_start", "date_end", "date_precision", "side", "confirmation")
_TERMS: Final = ("sectors", "means")
_PLACE: Final = ("place_precision", "place_country", "border_country")
_AREA: Final = ("place_id", "place_name", "place_region", "place_region_code")
_MEASURED: Final = ("border_view", "border_data", "border_data_date")


def alike(events: gpd.GeoDataFrame, *, bits: int, terms: bool = True) -> gpd.GeoDataFrame:
    """Put events together that differ in nothing that the map shows at this fineness.

    Parameters
    ----------
    events
        One row an event and place, EPSG:4326; groups, too, which are then put together further.
    bits
        Halvings of the world on either axis that make a square.
    terms
        Whether what was hit and with what keeps events apart.

    Returns
    -------
    GeoDataFrame
        The rows of one event of each group, in order of their square and day, ``event_id`` being the group's number;
        `WEIGHT` says how many events it stands for. A point is where the most rows of its square are, as far as these
        events tell. Events of several places are alike where all of these are.
    """
    import pandas as pd
    import shapely

    shapes = events.geometry.to_numpy()
    point = shapely.get_type_id(shapes) == 0
    area = ~point & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    cell = np.where(point, place_cells(events, bits=bits), NOWHERE)
    plain = {name: _texts(events, name) for name in (*_PLACE, *_AREA)}
    for name in _AREA:
        plain[name] = plain[name].where(pd.Series(area), None)
    spot = _numbers([pd.Series(cell), *(plain[name] for name in (*_PLACE, "place_id"))])
    number, ids = pd.factorize(events["event_id"])
    count = len(ids)
    weight = events[WEIGHT].to_numpy() if WEIGHT in events.columns else np.ones(len(events), dtype=np.int64)
    head = np.full(count, -1, dtype=np.intp)
    head[number[::-1]] = np.arange(len(events))[::-1]
    common = [*_COMMON, *(_TERMS if terms else ())]
    keys = [pd.Series(_texts(events, name).to_numpy()[head]) for name in common]
    group = _numbers([*keys, pd.Series(_signatures(number, spot, count))])
    first = np.unique(group, return_index=True)[1]
    held = np.bincount(group, weights=weight[head]).astype(np.int64)
    kept = np.isin(number, first)
    rows = np.flatnonzero(kept)
    made: dict[str, Any] = {"event_id": group[number[rows]], **{name: _at(events, name, rows) for name in common}}
    made |= {name: plain[name].to_numpy()[rows] for name in (*_PLACE, *_AREA)}
    made |= {name: _at(events, name, rows) for name in _MEASURED if name in events.columns}
    made |= {WEIGHT: held[group[number[rows]]], CELL: cell[rows]}
    frame = pd.DataFrame(made)
    where, most = _busiest(events, point, _numbers([pd.Series(cell), *(plain[name] for name in _PLACE[1:])]), weight)
    frame[BUSIEST] = most[rows]
    return _ordered(frame, shapes[where[rows]])


def together(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the groups of several parts, each with a number of its own."""
    import geopandas as gpd
    import pandas as pd

    before, frames = 0, []
    for part in parts:
        frames.append(part.assign(event_id=part["event_id"].astype("int64") + before))
        before += int(part["event_id"].max()) + 1 if len(part) else 0
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs="EPSG:4326")


def at_busiest(groups: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return groups of several parts with each point where the most rows of its square are, in all of them."""
    import pandas as pd
    import shapely

    shapes = groups.geometry.to_numpy()
    point = shapely.get_type_id(shapes) == 0
    square = _numbers([groups[CELL], *(groups[name] for name in _PLACE[1:])])
    longitude, latitude = shapely.get_x(shapes), shapely.get_y(shapes)
    told = pd.DataFrame({"square": square, "x": longitude, "y": latitude, "rows": groups[BUSIEST].to_numpy()})[point]
    # A part tells the same of each of its groups.
    rows = told.groupby(["square", "x", "y"], sort=True)["rows"].max().reset_index()
    best = rows.sort_values(["square", "rows", "x", "y"], ascending=[True, False, True, True], kind="stable")
    best = best.drop_duplicates("square").set_index("square")
    chosen = best.reindex(square[point])
    moved = shapes.copy()
    moved[point] = shapely.points(chosen["x"].to_numpy(), chosen["y"].to_numpy())
    return groups.set_geometry(groups.geometry.__class__(moved, index=groups.index, crs=groups.crs))


def _ordered(frame: pd.DataFrame, shapes: npt.NDArray[Any]) -> gpd.GeoDataFrame:
    """Order groups by square, then by day, and number them in that order."""
    import geopandas as gpd
    import pandas as pd

    lead = frame.drop_duplicates("event_id").sort_values([CELL, "date_start"], kind="stable")["event_id"]
    ranks = pd.Series(np.arange(len(lead)), index=lead.to_numpy())
    made = gpd.GeoDataFrame(frame.assign(event_id=frame["event_id"].map(ranks)), geometry=shapes, crs="EPSG:4326")
    return made.sort_values("event_id", kind="stable", ignore_index=True)


def _busiest(
    events: gpd.GeoDataFrame, point: npt.NDArray[np.bool_], square: npt.NDArray[np.int64], weight: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """Return of each row a row that lies where the most of its square do, and how many those are."""
    import pandas as pd
    import shapely

    shapes = events.geometry.to_numpy()
    held = events[BUSIEST].to_numpy() if BUSIEST in events.columns else weight
    frame = pd.DataFrame(
        {
            "square": square,
            "x": shapely.get_x(shapes),
            "y": shapely.get_y(shapes),
            "rows": held,
            "at": np.arange(len(events)),
        }
    )[point]
    how = "max" if BUSIEST in events.columns else "sum"
    rows = frame.groupby(["square", "x", "y"], sort=True).agg(rows=("rows", how), at=("at", "first")).reset_index()
    best = rows.sort_values(["square", "rows", "x", "y"], ascending=[True, False, True, True], kind="stable")
    best = best.drop_duplicates("square").set_index("square").reindex(square[point])
    where, most = np.arange(len(events)), np.zeros(len(events), dtype=np.int64)
    where[point], most[point] = best["at"].to_numpy(), best["rows"].to_numpy()
    return where, most


def _texts(events: pd.DataFrame, name: str) -> pd.Series[Any]:
    import pandas as pd

    if name not in events.columns:
        return pd.Series([None] * len(events), dtype="object")
    return events[name].reset_index(drop=True)


def _at(events: pd.DataFrame, name: str, rows: npt.NDArray[np.intp]) -> Any:
    return _texts(events, name).iloc[rows].to_numpy() if name not in events.columns else events[name].iloc[rows].array


def _numbers(columns: list[pd.Series[Any]]) -> npt.NDArray[np.int64]:
    """Return one number for each different row of columns, missing values being alike, in order of appearance."""
    import pandas as pd

    total = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column.reset_index(drop=True), use_na_sentinel=True)
        total = pd.factorize(total * (len(values) + 1) + codes + 1)[0].astype(np.int64)
    return total


def _signatures(number: npt.NDArray[np.intp], spot: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return a number of the places of each event: the same for the same ones in any order."""
    import pandas as pd

    rows = np.bincount(number, minlength=count)
    signature = np.zeros(count, dtype=np.int64)
    single = rows[number] == 1
    signature[number[single]] = spot[single]
    several = pd.DataFrame({"event": number[~single], "spot": spot[~single]}).sort_values(["event", "spot"])
    if len(several):
        texts = several["spot"].astype("str").groupby(several["event"]).agg(" ".join)
        signature[texts.index.to_numpy()] = pd.factorize(texts)[0] + spot.max() + 1
    return signature
