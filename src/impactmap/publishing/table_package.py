"""A table as a data package: CSV with a table schema, GeoJSON beside it, and a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.model.progress import Progress, quiet
from impactmap.model.schema import CLAIM_COLUMNS, COMPUTED_COLUMNS, EVENT_COLUMNS, Column
from impactmap.model.text import neutralise
from impactmap.publishing.data_package import make_datapackage
from impactmap.publishing.files.delimited_text import write_csv
from impactmap.publishing.files.geo_files import write_geojson
from impactmap.publishing.manifest import write_json, write_manifest
from impactmap.reading.formats.related import DATAPACKAGE

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["write_package"]

_SHIELDED = (
    "Cells and headers that a spreadsheet would run as a formula begin with an apostrophe that is not part of the text."
)
_KEPT = "as the source has it"


def write_package(
    table: gpd.GeoDataFrame,
    claims: pd.DataFrame | None,
    folder: Path,
    *,
    title: str = "Reported events",
    notices: tuple[str, ...] = (),
    inputs: tuple[str | Path, ...] = (),
    progress: Progress = quiet,
) -> None:
    """Write ``events.csv``, ``events.geojson``, ``claims.csv``, ``datapackage.json`` and ``manifest.json``.

    Parameters
    ----------
    table
        Columns of text, numbers and days, and geometry in EPSG:4326.
    claims
        The claims table, or None.
    folder
        Empty.
    title
        Of the package.
    notices
        Credits of the reference data, where it went into the table.
    inputs
        Files that the manifest names with their check sums.
    progress
        Told the rows written of all.

    References
    ----------
    Data Package and Table Schema, version 1, https://specs.frictionlessdata.io.
    """
    write_csv(table, folder / "events.csv", progress=progress)
    write_geojson(table, folder / "events.geojson", notices=notices, progress=progress)
    if claims is not None:
        write_csv(claims, folder / "claims.csv")
    package = make_datapackage(
        folder,
        _columns(table.drop(columns=table.geometry.name), (*EVENT_COLUMNS, *COMPUTED_COLUMNS)),
        title=title,
        description=_SHIELDED,
        claim_columns=() if claims is None else _columns(claims, CLAIM_COLUMNS),
        located=bool(notices),
    )
    write_json(folder / DATAPACKAGE, package)
    paths = [Path(path) for path in inputs]
    write_manifest(folder, inputs=paths, folder=paths[0].parent if paths else folder)


def _columns(table: pd.DataFrame, known: tuple[Column, ...]) -> list[Column]:
    import pandas as pd

    ours = {column.name: column for column in known}
    columns: list[Column] = []
    for name, dtype in table.dtypes.items():
        label = neutralise(str(name))  # as the table's header has it
        kept = Column(label, "str", _KEPT)
        if str(name) in ours and str(dtype) == ours[str(name)].dtype:
            kept = ours[str(name)]
        elif pd.api.types.is_integer_dtype(dtype):
            kept = Column(label, "Int64", _KEPT)
        elif pd.api.types.is_float_dtype(dtype):
            kept = Column(label, "float64", _KEPT)
        elif pd.api.types.is_datetime64_any_dtype(dtype):
            kept = Column(label, "datetime64[s]", _KEPT)
        columns.append(kept)
    return columns
