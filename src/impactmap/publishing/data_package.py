"""The data package: what each data file holds, in the words of the schema, with licences and origins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from impactmap.model.schema import CLAIM_COLUMNS, Column
from impactmap.publishing.manifest import file_record

__all__ = ["make_datapackage"]

_TYPES = {"str": "string", "float64": "number", "Int64": "integer", "datetime64[s]": "date"}
_OTHER_FORMS = (
    ("events.geojson", "events-geojson", "The events as GeoJSON (RFC 7946)", "geojson", "application/geo+json"),
    (
        "events.parquet",
        "events-geoparquet",
        "The events as GeoParquet 1.1",
        "geoparquet",  # under "parquet" frictionless reads it as a table and cannot check its size
        "application/vnd.apache.parquet",
    ),
    (
        "events.gpkg",
        "events-geopackage",
        "The events and claims as GeoPackage",
        "gpkg",
        "application/geopackage+sqlite3",
    ),
)
_LICENCES = {
    "ODbL": ("ODbL-1.0", "Open Data Commons Open Database License 1.0"),
    "CC BY 4.0": ("CC-BY-4.0", "Creative Commons Attribution 4.0"),
}


def make_datapackage(
    staging: Path,
    event_columns: Sequence[Column],
    *,
    title: str,
    description: str = "",
    credit: str = "",
    claim_columns: Sequence[Column] = CLAIM_COLUMNS,
    located: bool = True,
) -> dict[str, Any]:
    """Return the description of the data files in a folder.

    Parameters
    ----------
    staging
        Folder that holds the finished data files: ``events.csv``, and those of ``claims.csv``, ``events.geojson``,
        ``events.parquet`` and ``events.gpkg`` that there are.
    event_columns, claim_columns
        In the order of the tables.
    title, description, credit
        Of the whole.
    located
        Whether the reference data went into it: its licences and origins are then named.

    Returns
    -------
    dict
        A Frictionless data package (version 1) with the tables, and further forms of the first.

    Notes
    -----
    The reports' own texts are the map author's; the licences named are those of the reference data in the computed
    columns. A table's primary key is named where its rows have one.
    """
    from impactmap.reference import layer_info

    layers = [layer_info(name) for name in ("borders", "gazetteer", "basemap")] if located else []
    licences = {(info["licence"], info["licence_url"]) for info in layers if info["licence_url"]}
    tables = [("events.csv", "One row an event and place", event_columns, ["event_id", "place_number"])]
    if (staging / "claims.csv").exists():
        tables.append(("claims.csv", "One row a claim: who says what", claim_columns, ["claim_id"]))
    package = {
        "profile": "data-package",
        "name": _slug(title),
        "title": title,
        "description": description,
        "licenses": [_licence(name, url) for name, url in sorted(licences)],
        "sources": [{"title": f"{info['title']} ({info['origin']})"} for info in layers],
        "contributors": [{"title": credit, "role": "author"}] if credit else [],
        "resources": [
            *(_table(staging, *table) for table in tables),
            *(_file(staging, *form) for form in _OTHER_FORMS if (staging / form[0]).exists()),
        ],
    }
    return {key: value for key, value in package.items() if value not in ("", [])}


def _table(staging: Path, file: str, title: str, columns: Sequence[Column], key: list[str]) -> dict[str, Any]:
    name = file.removesuffix(".csv")
    return {
        **_file(staging, file, name, title, "csv", "text/csv"),
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column) for column in columns],
            "missingValues": [""],
            **({"primaryKey": key} if _is_key(staging / file, key) else {}),
        },
    }


def _is_key(path: Path, key: list[str]) -> bool:
    """Whether the columns tell every row of the table from the others."""
    table = pd.read_csv(path, usecols=lambda name: name in key, dtype="str", keep_default_na=False)
    return len(table.columns) == len(key) and not (table == "").any(axis=None) and not table.duplicated().any()


def _file(staging: Path, file: str, name: str, title: str, form: str, media_type: str) -> dict[str, Any]:
    record = file_record(staging / file, file)
    return {
        "name": name,
        "path": file,
        "title": title,
        "format": form,
        "mediatype": media_type,
        "bytes": record["bytes"],
        "hash": f"sha256:{record['sha256']}",
    }


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if column.required:
        limits["required"] = True
    if column.vocabulary:
        limits["enum"] = list(column.vocabulary)
    if column.minimum is not None:
        limits["minimum"] = column.minimum
    if column.maximum is not None:
        limits["maximum"] = column.maximum
    kind = _TYPES[column.dtype]
    field = {"name": column.name, "type": kind, "description": column.meaning[:1].upper() + column.meaning[1:] + "."}
    if kind == "date":
        field["format"] = "%Y-%m-%d"
    return {**field, "constraints": limits} if limits else field


def _licence(name: str, url: str) -> dict[str, str]:
    for part, (identifier, title) in _LICENCES.items():
        if part in name:
            return {"name": identifier, "title": title, "path": url}
    return {"title": name, "path": url}


def _slug(title: str) -> str:
    """Return a name of Latin letters, digits and hyphens, as the format asks."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60].strip("-") or "impactmap"
