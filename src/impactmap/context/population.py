"""Population of settlements, and around positions."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.context._frames import located, need_columns, set_texts, text_where
from impactmap.geodesy.ellipsoid import GEOD
from impactmap.model.errors import CrsError, InputError, InstallationError
from impactmap.model.system.apart import BrokeDownError, TookTooLongError, ask_apart
from impactmap.model.system.installation import install_command
from impactmap.reading.formats.limits import DEFAULTS, Limits

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["add_population", "disc", "people_in"]

CIRCLE_POINTS = 180


def add_population(
    events: gpd.GeoDataFrame,
    *,
    raster: str | Path | None = None,
    radius_km: float | None = None,
    limits: Limits = DEFAULTS,
) -> gpd.GeoDataFrame:
    """Add the population of each settlement, and from a raster the population around each point.

    Parameters
    ----------
    events
        Geometry in EPSG:4326, and ``place_id`` (``geonames:<id>``), which a raster can do without.
    raster
        A population count raster of your own (WorldPop, GHSL; a GeoTIFF or another form that holds its own cells),
        people in each cell. It is read in a process of its own.
    radius_km
        Radius of the disc around each point, above 0 and at most 500; goes with `raster`.
    limits
        How long the raster may take to read, and with how much memory.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index, with ``population`` (Int64, of the settlement; missing for areas and where the
        gazetteer has none),
        ``population_source`` and ``population_date`` (str, where there is a population) and, with a raster,
        ``population_within_<r>km`` (float64, people; missing for areas and where the disc reaches outside the raster).

    Raises
    ------
    ColumnError
        ``place_id`` is absent, and no raster is given.
    CrsError
        The frame is not in EPSG:4326, or the raster has no coordinate reference system.
    InputError
        Only one of `raster` and `radius_km` is given, or the radius is out of range, or the raster cannot be read.
    InstallationError
        The optional packages for rasters are not installed.

    Notes
    -----
    GeoNames gives no date for its figures and counts cities differently from country to country. In the raster cells
    count by the share that the geodesic
    disc covers; cells without data count as nobody. The point of a settlement is one place in it, off by up to
    ``place_radius_km``: within a radius of the
    same size the figure is only an order of magnitude.

    References
    ----------
    GeoNames, CC BY 4.0; see `impactmap.reference.layer_info("gazetteer")`. Raster: the user's.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> im.add_population(located)[["population", "population_source"]].to_numpy().tolist()
    [[97814, 'GeoNames']]
    """
    if raster is None:
        need_columns(events, ("place_id",), "Events for add_population")
    kinds, _, _ = located(events)
    if (raster is None) != (radius_km is None):
        raise InputError(
            f"A raster and a radius go together; found raster={raster!r}, radius_km={radius_km!r}. "
            "Give both or neither."
        )
    if radius_km is not None and not 0 < radius_km <= 500:
        raise InputError(f"Expected a radius above 0 and at most 500 km; found {radius_km!r}.")
    result = events.copy()
    ids = events["place_id"] if "place_id" in events.columns else pd.Series(pd.NA, events.index, dtype="str")
    population = _settlements(ids)
    known = population.notna().to_numpy()
    result["population"] = population
    result = set_texts(
        result,
        {"population_source": text_where(known, "GeoNames"), "population_date": text_where(known, "undated")},
    )
    if raster is not None and radius_km is not None:
        points = kinds == "point"
        people = np.full(len(events), np.nan)
        people[points] = _within(events.geometry.to_numpy()[points], Path(raster), radius_km, limits)
        result[f"population_within_{radius_km:g}km"] = people
    return result


def _settlements(place_id: pd.Series[str]) -> pd.Series[Any]:
    from impactmap.reference import load_layer

    number = pd.to_numeric(place_id.str.extract(r"^geonames:(\d+)$", expand=False), errors="coerce").astype("Int64")
    if number.isna().all():
        return pd.Series(pd.NA, index=place_id.index, dtype="Int64")
    layer = load_layer("gazetteer")
    wanted = layer.loc[layer["id"].isin(number.dropna().unique()), ["id", "population"]]
    counts = wanted[wanted["population"] > 0].set_index("id")["population"].astype("Int64")
    return number.map(counts).astype("Int64")


def _within(points: npt.NDArray[np.object_], path: Path, radius_km: float, limits: Limits) -> npt.NDArray[np.float64]:
    unique, inverse = np.unique(shapely.to_wkb(points), return_inverse=True)
    return people_in([disc(point, radius_km) for point in shapely.from_wkb(unique)], path, limits)[inverse]


def people_in(shapes: Sequence[shapely.Geometry], path: Path, limits: Limits = DEFAULTS) -> npt.NDArray[np.float64]:
    """Return how many people a raster has in each area.

    Parameters
    ----------
    shapes
        In EPSG:4326; nobody is in an empty one.
    path
        The raster, people in each cell; a cell counts by the share that the area covers.
    limits
        How long it may take to read, and with how much memory.

    Returns
    -------
    ndarray
        Missing for an area that reaches outside the raster.

    Raises
    ------
    CrsError, InputError, InstallationError
        As `add_population`.
    """
    if missing := [name for name in ("rasterio", "exactextract") if find_spec(name) is None]:
        raise InstallationError(
            f"Population from a raster needs two more packages ({missing[0]} is missing): {install_command('raster')}"
        )
    if not path.is_file():
        raise InputError(f"{path}: expected a raster that GDAL reads, such as a GeoTIFF; found no file.")
    with tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
        given, result = Path(folder) / "shapes.npy", Path(folder) / "people.npy"
        np.save(given, np.array(shapely.to_wkb(list(shapes), hex=True), dtype="S"), allow_pickle=False)
        order = {"path": str(path.absolute()), "shapes": str(given), "result": str(result)}
        try:
            told = ask_apart(
                "impactmap.context.raster_apart", order | {"memory_bytes": limits.memory_bytes}, seconds=limits.seconds
            )
        except (TookTooLongError, BrokeDownError) as error:
            raise InputError(
                f"{path}: expected a raster that is read within the limits, found one over which its reader broke down "
                f"({error}). If it is right, raise seconds or memory_bytes under [limits] in the project file."
            ) from None
        if "crs" in told:
            raise CrsError(f"{path}: {told['crs']}")
        if "error" in told:
            raise InputError(f"{path}: {told['error']}")
        people: npt.NDArray[np.float64] = np.load(result, allow_pickle=False)
    return people


def disc(point: shapely.Point, radius_km: float) -> shapely.Polygon:
    """Return the geodesic disc around a point, of its true area."""
    azimuth = np.linspace(0, 360, CIRCLE_POINTS, endpoint=False)
    # A polygon in the circle has less area than the circle: the radius is widened to give the same.
    radius = radius_km * 1000 * math.sqrt(2 * math.pi / CIRCLE_POINTS / math.sin(2 * math.pi / CIRCLE_POINTS))
    longitude, latitude, _ = GEOD.fwd(
        np.full(CIRCLE_POINTS, point.x), np.full(CIRCLE_POINTS, point.y), azimuth, np.full(CIRCLE_POINTS, radius)
    )
    return shapely.Polygon(np.column_stack([longitude, latitude]))
