"""impactmap: dated, sourced reports of attacks on infrastructure, as maps to publish and to question.

Public names are loaded when they are first used, so that ``import impactmap`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

__all__ = [
    "Border",
    "BuildReport",
    "Changes",
    "CheckReport",
    "Conversion",
    "EventMap",
    "Fault",
    "Gazetteer",
    "ImpactMapError",
    "Prepared",
    "Project",
    "Reading",
    "Source",
    "Summary",
    "Update",
    "Written",
    "add_border_distance",
    "add_population",
    "add_regions",
    "alt_text",
    "build",
    "build_map",
    "check_events",
    "check_source",
    "coarsen_positions",
    "compare_events",
    "compare_reported",
    "convert",
    "correction_note",
    "draw",
    "explain_mapping",
    "fetch_table",
    "find_contradictions",
    "from_postgis",
    "geocode_events",
    "hold_back",
    "interval",
    "load_border",
    "load_project",
    "locate",
    "locate_table",
    "new_project",
    "notices",
    "open_source",
    "plot_map",
    "prepare",
    "project_for_table",
    "propose_duplicates",
    "publish",
    "read_events",
    "read_version",
    "save_figure",
    "summarise",
    "to_postgis",
    "update_events",
    "verify_folder",
    "write_events",
    "write_table",
]

_ROOMS = {
    "claims.duplicates": ("propose_duplicates",),
    "claims.updates": ("Update", "update_events"),
    "claims.versions": ("Changes", "compare_events"),
    "context.borders": ("Border", "load_border"),
    "context.compare": ("compare_reported",),
    "context.distance": ("add_border_distance",),
    "context.population": ("add_population",),
    "context.regions": ("add_regions",),
    "maps.page.event_map": ("EventMap", "build_map"),
    "maps.picture.image_file": ("save_figure",),
    "maps.picture.plot": ("plot_map",),
    "model.claims": ("find_contradictions", "interval"),
    "model.faults": ("Fault",),
    "model.errors": ("ImpactMapError",),
    "model.project": ("Project", "load_project", "new_project", "project_for_table"),
    "places.geocode": ("geocode_events",),
    "places.geocoder": ("Gazetteer",),
    "places.lookup": ("locate_table",),
    "places.positions": ("coarsen_positions",),
    "publishing.files.forms": ("Written", "write_events", "write_table"),
    "publishing.files.postgis": ("from_postgis", "to_postgis"),
    "publishing.folder": ("publish",),
    "publishing.manifest": ("verify_folder",),
    "reading.explain": ("explain_mapping",),
    "reading.formats.remote": ("fetch_table",),
    "reading.read": ("check_events", "Reading", "read_events"),
    "reference": ("notices",),
    "telling.correction_note": ("correction_note",),
    "telling.summary": ("Summary", "alt_text", "summarise"),
    "workspace.build": ("BuildReport", "Prepared", "build", "draw", "hold_back", "locate", "prepare"),
    "workspace.check": ("CheckReport", "check_source"),
    "workspace.convert": ("Conversion", "convert", "read_version"),
    "workspace.opening": ("Source", "open_source"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names whether they are loaded or not."""
    return sorted({*globals(), *__all__})
