"""How many people live near events, each person once however many events are near."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.analysis.events import Groups, event_numbers, group_events, told
from impactmap.geodesy.frame_positions import frame_shapes, number_column
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["people_near"]


def people_near(
    events: gpd.GeoDataFrame, raster: str | Path, *, radius_km: float = 5.0, by: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Count the people within a distance of events, by a population raster of your own.

    Parameters
    ----------
    events
        With geometry in EPSG:4326; ``place_radius_km`` is used where it is there.
    raster
        People in each cell, such as WorldPop's or GHSL's; anything that rasterio reads.
    radius_km
        How near is near; above 0 and at most 500.
    by
        As for `count_events`.

    Returns
    -------
    DataFrame
        A row a group with ``low``, ``best``, ``high`` (float64, people; missing where the raster does not reach) and
        ``unknown`` (Int64, events without a position):

        - ``low``: who is near wherever in its radius each point truly is; areas count for nothing
        - ``best``: who is near the points as they are drawn; areas count for nothing
        - ``high``: who may be near, of areas everybody in them and around them

    Raises
    ------
    InputError
        For a radius out of range, or a raster that cannot be read.
    CrsError
        When the raster has no coordinate reference system, or the events are not in EPSG:4326.
    InstallationError
        Without the packages for rasters.

    Notes
    -----
    Discs that overlap are one area, so nobody is counted twice. Living near is not being harmed: no figure of a source
    is compared or added. The raster's own date and error are the user's to say.

    References
    ----------
    D. Balk et al. (2006), Determining global population distribution, Advances in Parasitology 62, 119-156.

    Examples
    --------
    A raster with one person in each cell of a hundredth of a degree; each event alone, then both, who are counted once:

    >>> import tempfile
    >>> import geopandas as gpd, rasterio
    >>> path = Path(tempfile.mkdtemp()) / "people.tif"
    >>> grid = {"driver": "GTiff", "height": 200, "width": 200, "count": 1, "dtype": "float64", "crs": "EPSG:4326"}
    >>> with rasterio.open(path, "w", transform=rasterio.Affine(0.01, 0, -1, 0, -0.01, 1), **grid) as target:
    ...     target.write(np.ones((200, 200)), 1)
    >>> points = gpd.points_from_xy([0, 0.01], [0, 0])
    >>> events = gpd.GeoDataFrame({"event_id": ["a", "b"], "place_radius_km": [0.0, 2.0]}, geometry=points, crs=4326)
    >>> people_near(events, path, radius_km=5, by="event_id")[["low", "best", "high"]].round().to_numpy().tolist()
    [[64.0, 64.0, 64.0], [23.0, 64.0, 125.0]]
    >>> people_near(events, path, radius_km=5)[["low", "best", "high"]].round().to_numpy().tolist()
    [[64.0, 73.0, 125.0]]
    """
    from impactmap.context.population import disc, people_in

    if not 0 < radius_km <= 500:
        raise InputError(f"Expected a radius above 0 and at most 500 km; found {radius_km!r}.")
    numbers, ids = event_numbers(events)
    groups = group_events(events, by)
    shapes = frame_shapes(events)
    none = shapely.is_missing(shapes)
    area = ~none & (shapely.get_dimensions(shapes) > 0)
    radius = np.zeros(len(events))
    if "place_radius_km" in events.columns:
        radius = np.nan_to_num(number_column(events, "place_radius_km"))
    rows: dict[str, list[shapely.Geometry | None]] = {"low": [], "best": [], "high": []}
    for shape, wide, around in zip(shapes, area, radius, strict=True):
        point = shape is not None and not wide
        rows["low"].append(disc(shape, radius_km - around) if point and around < radius_km else None)
        rows["best"].append(disc(shape, radius_km) if point else None)
        high = None if shape is None else disc(shape, radius_km + around) if point else _widened(shape, radius_km)
        rows["high"].append(high)
    # Of the rows, since the places of an event may be of different groups.
    placed_rows = group_events(events.assign(event_id=np.arange(len(events))), by)
    merged = {
        name: _merged(np.array(found, dtype=object), placed_rows, placed_rows.whole | (name == "high"))
        for name, found in rows.items()
    }
    everything = [shape for found in merged.values() for shape in found]
    people = people_in(everything, Path(raster)).reshape(len(merged), -1)
    result = pd.DataFrame(dict(zip(merged, people, strict=True)), index=groups.labels)
    placed = np.zeros(len(ids), dtype=bool)
    placed[numbers[~none]] = True
    unknown = np.bincount(groups.group[~placed[groups.event]], minlength=len(groups.labels))
    result["unknown"] = pd.array(unknown, dtype="Int64")
    columns = [*(name for name in ("event_id", "place_radius_km") if name in events.columns), *groups.columns]
    method = f"People within {radius_km:g} km, each once; {Path(raster).name}."
    return told(result, columns=[str(events.geometry.name), *columns], method=method)


def _widened(shape: shapely.Geometry, km: float) -> shapely.Geometry:
    """Return an area or line and what is within a distance of it, measured about its middle."""
    import geopandas as gpd

    middle = shapely.centroid(shape)
    local = f"+proj=aeqd +lon_0={middle.x} +lat_0={middle.y} +datum=WGS84"
    around = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs(local).buffer(km * 1000)
    widened: shapely.Geometry = around.to_crs("EPSG:4326").iloc[0]
    return widened


def _merged(shapes: npt.NDArray[np.object_], groups: Groups, chosen: npt.NDArray[np.bool_]) -> list[Any]:
    """Return the union of each group's shapes."""
    found: list[Any] = [shapely.Polygon()] * len(groups.labels)
    for group, rows in pd.Series(groups.event[chosen]).groupby(groups.group[chosen]):
        there = shapes[rows.to_numpy()]
        found[int(str(group))] = shapely.union_all(there[~shapely.is_missing(there)])
    return found
