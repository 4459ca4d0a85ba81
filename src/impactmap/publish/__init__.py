"""What leaves: the data files, the page and pictures, how they were made, and writing that is all or nothing."""

from __future__ import annotations

from impactmap.publish.atomic import check_target, replace_file, replace_folder
from impactmap.publish.exports import (
    published_claims,
    published_columns,
    published_events,
    write_csv,
    write_geojson,
    write_geopackage,
    write_geoparquet,
)
from impactmap.publish.folder import FILES, publish
from impactmap.publish.manifest import Difference, verify_folder

__all__ = [
    "FILES",
    "Difference",
    "check_target",
    "publish",
    "published_claims",
    "published_columns",
    "published_events",
    "replace_file",
    "replace_folder",
    "verify_folder",
    "write_csv",
    "write_geojson",
    "write_geopackage",
    "write_geoparquet",
]
