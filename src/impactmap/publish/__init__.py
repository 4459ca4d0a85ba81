"""What leaves: the data files, the page and pictures, how they were made, and writing that is all or nothing."""

from __future__ import annotations

from impactmap.publish.atomic import check_target, replace_file, replace_folder
from impactmap.publish.correction import correction_note
from impactmap.publish.delimited import write_csv
from impactmap.publish.exports import published_claims, published_columns, published_events
from impactmap.publish.folder import FILES, publish
from impactmap.publish.forms import FORMS, Form, Written, find_form, write_events, write_table
from impactmap.publish.geofiles import write_geojson, write_geopackage, write_geoparquet
from impactmap.publish.manifest import Difference, verify_folder

__all__ = [
    "FILES",
    "FORMS",
    "Difference",
    "Form",
    "Written",
    "check_target",
    "correction_note",
    "find_form",
    "publish",
    "published_claims",
    "published_columns",
    "published_events",
    "replace_file",
    "replace_folder",
    "verify_folder",
    "write_csv",
    "write_events",
    "write_geojson",
    "write_geopackage",
    "write_geoparquet",
    "write_table",
]
