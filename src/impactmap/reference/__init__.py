"""Reference layers that ship with impactmap, where they come from and the notices that travel with them.

Layers: ``borders`` (land borders, for distances), ``countries`` and ``regions`` (areas), ``more_regions`` (without an
outline of their own), ``region_names`` (in other languages), ``basemap`` (land, lakes, rivers), ``lines`` (between
countries and between regions, to draw), ``gazetteer`` (settlements) and ``register`` (Ukraine's settlements and what
they belong to).
`data/README.md` says how each is made.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import ReferenceDataError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["layer_info", "load_layer", "notices"]


def load_layer(name: str, *, shapes: bool = True) -> pd.DataFrame:
    """Load a shipped layer.

    Parameters
    ----------
    name
        One of the layers that `layer_info` knows.
    shapes
        Without them the frame has the other columns only, which takes less time.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Geometry in EPSG:4326 (longitude, latitude in degrees), multi-part types. Read from disk once a process; the
        caller may change the frame without changing anybody else's.

    Raises
    ------
    ReferenceDataError
        No layer has that name.

    Examples
    --------
    >>> load_layer("countries").crs.to_epsg()
    4326
    """
    layer_info(name)
    return _read(name, shapes=shapes).copy(deep=False)


def layer_info(name: str) -> dict[str, Any]:
    """Return where a layer comes from.

    Returns
    -------
    dict
        ``file, sha256, bytes, rows, title, origin, package, version, licence, licence_url, date, notice, inputs,
        method,
        written_with``; all text but ``bytes`` and ``rows`` (int) and ``inputs`` (file name to SHA-256).

    Raises
    ------
    ReferenceDataError
        No layer has that name.
    """
    register = _sources()
    if name not in register:
        raise ReferenceDataError(f"No reference layer is called {name!r}. Layers: {', '.join(sorted(register))}.")
    return json.loads(json.dumps(register[name]))  # type: ignore[no-any-return]


def notices() -> list[str]:
    """Return the notices that travel with every output, one sentence an origin, sorted.

    Examples
    --------
    >>> [notice.partition(":")[0] for notice in notices()]
    ['Borders', 'Land, water and regions', 'Places and populations']
    """
    return sorted({str(entry["notice"]) for entry in _sources().values() if entry["notice"]})


@cache
def _sources() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("sources.json").read_text(encoding="utf-8")
    register: dict[str, dict[str, Any]] = json.loads(text)
    return register


@cache
def _read(name: str, *, shapes: bool) -> pd.DataFrame:
    import geopandas as gpd
    import pyarrow.parquet as pq

    from impactmap.reference import _compact

    with resources.as_file(resources.files(__package__).joinpath(_sources()[name]["file"])) as path:
        names = pq.read_schema(path).names
        geometry = [column for column in (_compact.POLYGONS, _compact.LINES) if column in names]
        table = pq.read_table(path, columns=None if shapes else [name for name in names if name not in geometry])
    if not geometry or not shapes:
        bare: pd.DataFrame = table.to_pandas()
        return bare
    frame = table.drop_columns(geometry).to_pandas()
    decimals = int(table.schema.metadata[_compact.DECIMALS_KEY])
    columns = {column: table.column(column).combine_chunks() for column in geometry}
    outlines = _compact.decode(columns, decimals=decimals)
    layer: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=outlines, crs="EPSG:4326")
    return layer
