"""The forms in which a table leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from impactmap.model.errors import InputError
from impactmap.model.faults import nearest
from impactmap.model.progress import Progress, quiet
from impactmap.publishing.files.chunks import Parts
from impactmap.publishing.files.cleared_export import (
    UNHELD,
    UNHELD_IN_XML,
)
from impactmap.publishing.files.delimited_text import write_csv, write_hxl, write_jsonl, write_tsv
from impactmap.publishing.files.geo_files import write_flatgeobuf, write_geojson, write_geopackage, write_geoparquet
from impactmap.publishing.files.kml_file import write_kml
from impactmap.publishing.files.xlsx_file import write_workbook
from impactmap.publishing.table_package import write_package

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["FORMS", "Content", "Form", "find_form"]


@dataclass(frozen=True)
class Content:
    """What is written.

    Attributes
    ----------
    parts
        The table, EPSG:4326; columns of text, numbers and days.
    claims
        The claims table, or None.
    notices
        Credits of the reference data, for forms with room for them.
    title
        For people who open the file.
    inputs
        Files that it was made from, for a manifest.
    progress
        Told the rows written of all, by forms that are written row by row.
    """

    parts: Parts
    claims: pd.DataFrame | None = None
    notices: tuple[str, ...] = ()
    title: str = "Reported events"
    inputs: tuple[str | Path, ...] = ()
    progress: Progress = quiet

    @cached_property
    def table(self) -> gpd.GeoDataFrame:
        """The whole table, for forms that cannot be written a part at a time."""
        table: gpd.GeoDataFrame = self.parts.whole()
        return table


@dataclass(frozen=True)
class Form:
    """A form in which a table leaves.

    Attributes
    ----------
    name
        Under which a user asks for it.
    endings
        Of file names that mean it.
    title
        For people.
    write
        Writes the content to a new file, or into a new folder.
    holds_claims
        Whether the claims go into it; otherwise they are written beside it.
    is_folder
        Whether it is a folder of files.
    unheld
        Characters that it cannot hold.
    """

    name: str
    endings: tuple[str, ...]
    title: str
    write: Callable[[Content, Path], None]
    holds_claims: bool = False
    is_folder: bool = False
    unheld: re.Pattern[str] = UNHELD


def _workbook(content: Content, path: Path) -> None:
    sheets: dict[str, pd.DataFrame] = {"events": content.table}
    sheets |= {} if content.claims is None else {"claims": content.claims}
    write_workbook(sheets, path, progress=content.progress)


def _rows_written(write: Callable[..., None]) -> Callable[[Content, Path], None]:
    """Return the writer of a form that holds the table alone, row by row."""
    return lambda it, path: write(it.parts, path, progress=it.progress)


FORMS: tuple[Form, ...] = (
    Form("csv", (".csv",), "CSV", _rows_written(write_csv)),
    Form("tsv", (".tsv", ".tab"), "TSV", _rows_written(write_tsv)),
    Form("hxl", (".hxl.csv",), "CSV with HXL hashtags", _rows_written(write_hxl)),
    Form("xlsx", (".xlsx",), "XLSX workbook", _workbook, holds_claims=True),
    Form("jsonl", (".jsonl", ".ndjson"), "JSON lines", _rows_written(write_jsonl)),
    Form(
        "geojson",
        (".geojson",),
        "GeoJSON",
        lambda it, path: write_geojson(it.parts, path, notices=it.notices, progress=it.progress),
    ),
    Form("parquet", (".parquet", ".geoparquet"), "GeoParquet", _rows_written(write_geoparquet)),
    Form(
        "gpkg",
        (".gpkg",),
        "GeoPackage",
        lambda it, path: write_geopackage(it.parts, it.claims, path, notices=it.notices, progress=it.progress),
        holds_claims=True,
    ),
    Form(
        "fgb",
        (".fgb",),
        "FlatGeobuf",
        lambda it, path: write_flatgeobuf(it.table, path, notices=it.notices, progress=it.progress),
    ),
    Form(
        "kml",
        (".kml",),
        "KML",
        lambda it, path: write_kml(it.table, path, title=it.title, notices=it.notices, progress=it.progress),
        unheld=UNHELD_IN_XML,
    ),
    Form(
        "datapackage",
        ("datapackage.json",),
        "Frictionless data package",
        lambda it, folder: write_package(
            it.table, it.claims, folder, title=it.title, notices=it.notices, inputs=it.inputs, progress=it.progress
        ),
        holds_claims=True,
        is_folder=True,
    ),
)


def find_form(path: str | Path, format: str = "auto") -> Form:  # noqa: A002 -- the word users look for
    """Return the form that the user named, or that the file name's ending means.

    Raises
    ------
    InputError
        For a name or an ending that no form has.
    """
    names = [form.name for form in FORMS]
    if format != "auto":
        for form in FORMS:
            if form.name == format:
                return form
        guess = nearest(format, names)
        raise InputError(
            f"expected a format out of {', '.join(names)}; found {format!r}."
            + (f" Did you mean {guess!r}?" if guess else "")
        )
    name = Path(path).name.casefold()
    fitting = [(len(ending), form) for form in FORMS for ending in form.endings if name.endswith(ending)]
    if not fitting:
        endings = ", ".join(ending for form in FORMS for ending in form.endings)
        raise InputError(
            f"{path}: expected a file name that ends in {endings}; found {Path(path).suffix!r}. Change the ending, or "
            f"name the format: {', '.join(names)}."
        )
    return max(fitting, key=lambda found: found[0])[1]
