"""impactmap: dated, sourced reports of attacks on infrastructure, as maps to publish and to question.

Public names are loaded when they are first used, so that ``import impactmap`` costs next to nothing. The stages have
further names of their own: `impactmap.events`, `impactmap.places`, `impactmap.context`, `impactmap.maps` and
`impactmap.publish`, whose chief function is ``impactmap.publish.publish``.
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

_STAGES = {
    "errors": ("ImpactMapError",),
    "reference": ("notices",),
    "project": ("Project", "load_project", "new_project", "project_for_table"),
    "events": (
        "Changes",
        "Fault",
        "Reading",
        "Update",
        "check_events",
        "compare_events",
        "explain_mapping",
        "fetch_table",
        "find_contradictions",
        "interval",
        "propose_duplicates",
        "read_events",
        "update_events",
    ),
    "places": ("Gazetteer", "coarsen_positions", "geocode_events"),
    "context": ("Border", "add_border_distance", "add_population", "add_regions", "compare_reported", "load_border"),
    "maps": ("EventMap", "Summary", "alt_text", "build_map", "plot_map", "save_figure", "summarise"),
    "publish": ("correction_note", "Written", "verify_folder", "write_events", "write_table"),
    "conversion": ("Conversion", "convert", "read_version"),
    "checking": ("CheckReport", "check_source"),
    "sources": ("Source", "open_source"),
    "pipeline": ("BuildReport", "Prepared", "build", "draw", "hold_back", "locate", "prepare"),
    "postgis": ("from_postgis", "to_postgis"),
    "lookup": ("locate_table",),
}
_HOMES = {name: stage for stage, names in _STAGES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from its stage."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names whether they are loaded or not."""
    return sorted({*globals(), *__all__})
