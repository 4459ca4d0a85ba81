"""Reference layers that ship with impactmap, where they come from and the notices that travel with them.

Layers: ``borders`` (land borders, for distances), ``countries`` and ``regions`` (areas), ``basemap`` (land, lakes,
rivers), ``land`` (coasts and lakes, finer, in blocks), ``lines`` (between countries and between regions, to draw),
``gazetteer`` (settlements) and ``register`` (Ukraine's settlements and what they belong to).
`data/README.md` says how each is made.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from impactmap.model.errors import ReferenceDataError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

__all__ = ["layer_info", "load_blocks", "load_layer", "notices"]


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


def load_blocks(name: str, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Load what a layer of blocks has within some bounds, block by block.

    Parameters
    ----------
    name
        A layer of blocks: ``land``.
    bounds
        West, south, east, north in degrees, WGS 84.

    Returns
    -------
    geopandas.GeoDataFrame
        Whole blocks, EPSG:4326; shapes end at the blocks' edges. Empty where there is nothing.
    """
    import geopandas as gpd
    import pandas as pd

    west, south, east, north = bounds
    boxes = _boxes(name)
    wanted = [n for n, (w, s, e, t) in enumerate(boxes) if w <= east and e >= west and s <= north and t >= south]
    parts = [_block(name, number) for number in wanted]
    empty = gpd.GeoDataFrame({"kind": pd.Series([], dtype="str")}, geometry=[], crs="EPSG:4326")
    return pd.concat(parts, ignore_index=True) if parts else empty


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
def _boxes(name: str) -> list[list[float]]:
    """Return the boxes of a layer's blocks; none of a layer that has no blocks."""
    import pyarrow.parquet as pq

    from impactmap.reference import _compact

    with resources.as_file(resources.files(__package__).joinpath(_sources()[name]["file"])) as path:
        told = (pq.read_schema(path).metadata or {}).get(_compact.BLOCKS_KEY, b"[]")
    boxes: list[list[float]] = json.loads(told)
    return boxes


@lru_cache(maxsize=64)
def _block(name: str, number: int) -> gpd.GeoDataFrame:
    import pyarrow.parquet as pq

    with resources.as_file(resources.files(__package__).joinpath(_sources()[name]["file"])) as path:
        block: gpd.GeoDataFrame = _decoded(pq.ParquetFile(path).read_row_group(number, use_threads=False))
    return block


@cache
def _read(name: str, *, shapes: bool) -> pd.DataFrame:
    import pandas as pd
    import pyarrow.parquet as pq

    from impactmap.reference import _compact

    if shapes and (boxes := _boxes(name)):
        whole: pd.DataFrame = pd.concat([_block(name, number) for number in range(len(boxes))], ignore_index=True)
        return whole
    with resources.as_file(resources.files(__package__).joinpath(_sources()[name]["file"])) as path:
        names = pq.read_schema(path).names
        geometry = [column for column in (_compact.POLYGONS, _compact.LINES) if column in names]
        table = pq.read_table(path, columns=None if shapes else [name for name in names if name not in geometry])
    if not geometry or not shapes:
        bare: pd.DataFrame = table.to_pandas()
        return bare
    decoded: pd.DataFrame = _decoded(table)
    return decoded


def _decoded(table: pa.Table) -> gpd.GeoDataFrame:
    """Return a table of the compact form as a GeoDataFrame."""
    import geopandas as gpd

    from impactmap.reference import _compact

    geometry = [column for column in (_compact.POLYGONS, _compact.LINES) if column in table.column_names]
    frame = table.drop_columns(geometry).to_pandas()
    decimals = int(table.schema.metadata[_compact.DECIMALS_KEY])
    columns = {column: table.column(column).combine_chunks() for column in geometry}
    outlines = _compact.decode(columns, decimals=decimals)
    layer: gpd.GeoDataFrame = gpd.GeoDataFrame(frame, geometry=outlines, crs="EPSG:4326")
    return layer
